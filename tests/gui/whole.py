"""What tests of the whole window do as a person would: find the dialog, press, type, connect."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.workspace.inventory import Device, new_device

PASSWORD = "correct-horse-9481"
LONG = 30_000  # ms: for what starts worker processes on a busy machine


def shown(kind: type[Any]) -> Any:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    return found[0] if found else None


def dialog(qtbot: QtBot, kind: type[Any]) -> Any:
    qtbot.waitUntil(lambda: shown(kind) is not None, timeout=LONG)
    return shown(kind)


def press(qtbot: QtBot, where: QWidget, name: str) -> None:
    button = where.findChild(QPushButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def add(program: Program, server: DemoServer, name: str = "pe1", **values: Any) -> Device:
    """A device of the inventory that leads to the demo server."""
    device = new_device(
        name, "127.0.0.1", port=server.port, username="demo", use_agent=False, group="Frankfurt", **values
    )
    program.workspace.inventory.put(device)
    return device


def sign_in(qtbot: QtBot, password: str = PASSWORD) -> None:
    asked = dialog(qtbot, CredentialsDialog)
    field = asked.findChild(QLineEdit, "passwordField")
    qtbot.keyClicks(field, password)
    with qtbot.waitSignal(asked.finished):
        qtbot.keyClick(field, Qt.Key.Key_Return)


def connect(qtbot: QtBot, program: Program, device: Device) -> None:
    """Select the device, connect, trust its key, sign in, and wait for its document."""
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.refresh()
    program.window.devices.select(device.id)
    qtbot.waitUntil(program.window.actions_.connect.isEnabled)
    program.window.actions_.connect.trigger()
    press(qtbot, dialog(qtbot, HostKeyDialog), "trustButton")
    sign_in(qtbot)
    qtbot.waitUntil(lambda: bool(program.documents.panes), timeout=LONG)


def state(program: Program, device: Device) -> LinkState | None:
    link = program.connections.link(device.id)
    return None if link is None else link.state
