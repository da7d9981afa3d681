"""The system's ssh from the window: its questions are the window's own, and it comes back as any connection does."""

from __future__ import annotations

import os
import shutil

import pytest
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.services.reconnect import Backoff
from netconf_gui.transport.openssh import OpenSshStream
from netconf_gui.workspace.credentials import account_for
from tests.conftest import REQUIRED
from tests.gui.whole import LONG, PASSWORD, add, dialog, press, shown, sign_in, state

pytestmark = pytest.mark.skipif(
    not REQUIRED and (os.name == "nt" or shutil.which("ssh") is None), reason="needs the system's ssh"
)


def test_it_asks_in_the_window_and_comes_back(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    program.reconnecting.backoff = Backoff(first=0.05, most=0.2)
    device = add(program, server, transport="openssh")
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.connections.connect_device(device.id)
    asked = dialog(qtbot, HostKeyDialog)
    assert asked.ui.offeredValue.text() == server.host_key_fingerprint
    press(qtbot, asked, "trustButton")
    sign_in(qtbot, "wrong")
    dialog(qtbot, CredentialsDialog)
    sign_in(qtbot)
    qtbot.waitUntil(lambda: bool(program.documents.panes), timeout=LONG)
    program.window.devices.select(device.id)
    words = "Connected to pe1 as demo over the system's ssh"
    qtbot.waitUntil(lambda: program.window.status.connection.text == words, timeout=LONG)
    program.workspace.credentials.session_set(account_for(device.id, "demo", "127.0.0.1", device.port), PASSWORD)
    link = program.connections.link(device.id)
    assert link is not None and link.session is not None
    stream = link.session.stream
    assert isinstance(stream, OpenSshStream)
    os.kill(stream.pid, 9)
    qtbot.waitUntil(lambda: program.reconnecting.loss_of(device.id) is not None, timeout=LONG)
    qtbot.waitUntil(lambda: state(program, device) is LinkState.CONNECTED, timeout=LONG)
    loss = program.reconnecting.loss_of(device.id)
    assert loss is not None and "signal 9" in loss.reason
    assert shown(CredentialsDialog) is None and shown(HostKeyDialog) is None


def test_leaving_its_question_ends_it(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server, transport="openssh")
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.connections.connect_device(device.id)
    press(qtbot, dialog(qtbot, HostKeyDialog), "refuseButton")
    qtbot.waitUntil(lambda: state(program, device) is LinkState.OFFLINE, timeout=LONG)
    link = program.connections.link(device.id)
    assert link is not None and link.text == "key not trusted"
