"""A connection that is lost, in the whole window: what stays, what is said, and how it comes back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.stale_banner import StaleBanner
from netconf_gui.gui.reconnecting import Loss, words
from netconf_gui.services.reconnect import Backoff
from netconf_gui.workspace.credentials import account_for
from netconf_gui.workspace.inventory import Device
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press, shown, sign_in, state

SOON, NEVER = Backoff(first=0.02, most=0.1), Backoff(first=3600.0, most=3600.0)


class Scene:
    """A device with a document in front, whose server can go and come back."""

    def __init__(self, qtbot: QtBot, program: Program, model: Model, server: DemoServer, key: Path) -> None:
        self.qtbot, self.program, self.model, self.server, self.key = qtbot, program, model, server, key
        self.device: Device

    def open(self, **values: object) -> DocumentPane:
        self.device = add(self.program, self.server, **values)
        connect(self.qtbot, self.program, self.device)
        store = self.program.workspace.credentials
        account = account_for(self.device.id, "demo", "127.0.0.1", self.device.port)
        store.session_set(account, PASSWORD)
        self.qtbot.waitUntil(lambda: not self.program.tasks.running, timeout=LONG)
        return self.program.documents.panes[0]

    def lose(self) -> None:
        """The server goes, and refuses connections."""
        threading.Thread(target=self.server.stop, daemon=True).start()
        self.qtbot.waitUntil(lambda: self.program.reconnecting.loss_of(self.device.id) is not None, timeout=LONG)

    def come_back(self) -> None:
        self.server = DemoServer(
            DemoDevice(self.model), host_key=self.key, password=PASSWORD, port=self.device.port
        ).start()

    def banner(self, pane: DocumentPane) -> StaleBanner:
        found = pane.findChild(StaleBanner)
        assert found is not None and found.isVisible()
        return found

    @property
    def loss(self) -> Loss:
        found = self.program.reconnecting.loss_of(self.device.id)
        assert found is not None
        return found

    def connected(self) -> None:
        self.qtbot.waitUntil(lambda: state(self.program, self.device) is LinkState.CONNECTED, timeout=LONG)


@pytest.fixture
def scene(qtbot: QtBot, program: Program, model: Model, server: DemoServer, tmp_path: Path):
    made = Scene(qtbot, program, model, server, tmp_path / "host_key")
    yield made
    made.server.stop()


def button(where: object, name: str) -> QPushButton:
    found = where.findChild(QPushButton, name)  # type: ignore[attr-defined]
    assert found is not None
    return found


def edit(pane: DocumentPane) -> None:
    """A change that counts, made as a person types one."""
    text = pane.document.snapshot().data.replace(b"<hostname>", b"<hostname>x", 1)
    pane.document.replace_text(text)


def test_it_comes_back_by_itself_and_says_what_is_old(scene: Scene, qtbot: QtBot, program: Program) -> None:
    program.reconnecting.backoff = SOON
    pane = scene.open()
    scene.lose()
    assert shown(ErrorDialog) is None
    assert "editing goes on" in scene.banner(pane).text.text()
    qtbot.waitUntil(lambda: scene.loss.attempt >= 3, timeout=LONG)  # each is seen in the activities as well
    assert program.reconnecting.is_stale(pane)
    edit(pane)
    assert pane.changes
    qtbot.waitUntil(lambda: "connection lost" in program.window.status.fetched.text, timeout=LONG)
    scene.come_back()
    scene.connected()
    assert shown(CredentialsDialog) is None
    assert program.documents.panes == [pane] and pane.changes, "nothing was opened, and the draft is there"
    banner = scene.banner(pane)
    assert banner.text.text().startswith("Connected to pe1 again since")
    qtbot.waitUntil(lambda: button(banner, "staleRefreshButton").isEnabled(), timeout=LONG)
    press(qtbot, banner, "staleRefreshButton")
    qtbot.waitUntil(lambda: program.reconnecting.loss_of(scene.device.id) is None, timeout=LONG)
    assert pane.changes, "rebased, not lost"


def test_a_refused_sign_in_ends_it_at_once(scene: Scene, qtbot: QtBot, program: Program) -> None:
    program.reconnecting.backoff = SOON
    pane = scene.open()
    account = account_for(scene.device.id, "demo", "127.0.0.1", scene.device.port)
    program.workspace.credentials.session_set(account, "changed meanwhile")
    scene.lose()
    scene.come_back()
    qtbot.waitUntil(lambda: scene.loss.stopped == "it asks to sign in again", timeout=LONG)
    tries = scene.loss.attempt
    banner = scene.banner(pane)
    assert "No further try: it asks to sign in again" in banner.text.text()
    assert not program.reconnecting.is_coming_back(scene.device.id)
    press(qtbot, banner, "staleReconnectButton")
    sign_in(qtbot)
    scene.connected()
    assert scene.loss.attempt == tries, "a person did that"


def test_it_is_stopped_by_a_button_and_by_disconnect(scene: Scene, qtbot: QtBot, program: Program) -> None:
    program.reconnecting.backoff = NEVER
    pane = scene.open()
    scene.lose()
    link = program.connections.link(scene.device.id)
    assert link is not None and link.text.startswith("lost, next try ")
    qtbot.waitUntil(program.window.actions_.disconnect.isVisible, timeout=LONG)
    press(qtbot, scene.banner(pane), "staleStopButton")
    assert not program.reconnecting.is_coming_back(scene.device.id)
    assert link.text == "connection lost"
    assert not button(scene.banner(pane), "staleStopButton").isVisible()
    scene.come_back()
    press(qtbot, scene.banner(pane), "staleReconnectButton")
    scene.connected()
    scene.lose()
    qtbot.waitUntil(lambda: program.reconnecting.is_coming_back(scene.device.id), timeout=LONG)
    program.connections.disconnect_device(scene.device.id)
    assert not program.reconnecting.is_coming_back(scene.device.id)


def test_a_device_that_is_not_to_be_come_back_to_is_said_and_left(scene: Scene, qtbot: QtBot, program: Program) -> None:
    program.reconnecting.backoff = SOON
    pane = scene.open(reconnect=False)
    scene.lose()
    dialog(qtbot, ErrorDialog).accept()
    assert scene.loss.attempt == 0
    assert not program.reconnecting.is_coming_back(scene.device.id)
    assert scene.banner(pane).reconnect.isVisible()
    edit(pane)
    qtbot.waitUntil(program.window.actions_.review.isEnabled, timeout=LONG)
    program.applying.apply(pane)
    question = dialog(qtbot, Question)
    scene.come_back()
    press(qtbot, question, "reconnectButton")
    scene.connected()


def test_what_is_said_follows_what_is_done() -> None:
    loss = Loss(at=0.0, reason="no answer", attempt=2, next_at=5.0)
    assert "Next try at" in words(loss, "pe1", 1.0, trying=False)
    assert "Trying again (2)" in words(loss, "pe1", 1.0, trying=True)
    loss.next_at, loss.stopped = 0.0, "it asks to sign in again"
    assert "No further try" in words(loss, "pe1", None, trying=False)
    loss.stopped = "stopped"
    assert words(loss, "pe1", None, trying=False).endswith("editing goes on.")
