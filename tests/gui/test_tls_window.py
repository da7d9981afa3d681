"""A device that is reached by TLS, in the window: its certificate is asked about once, and a changed one refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.tls import TlsFront
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.certificate import CertificateDialog
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.workspace.inventory import new_device
from tests.gui.whole import LONG


def test_a_certificate_is_accepted_once_and_another_is_refused(
    program: Program, model: Model, tmp_path: Path, qtbot: QtBot
) -> None:
    files = TlsFiles.load_or_create(tmp_path / "tls")
    other = TlsFiles.load_or_create(tmp_path / "other")
    device = new_device(
        "pe1", "127.0.0.1", transport="tls", certificate=str(tmp_path / "tls" / "demo.pem"), reconnect=False
    )
    with TlsFront(DemoDevice(model), files) as front:
        port = front.port
        device = program.workspace.inventory.put(replace(device, port=port))
        link = program.connections.put(device)
        program.connections.connect_device(device.id)
        qtbot.waitUntil(lambda: program.window.findChild(CertificateDialog) is not None, timeout=LONG)
        dialog = program.window.findChild(CertificateDialog)
        assert "does not trust its issuer" in dialog.findChild(object, "problem0").text()
        assert len(front.device.sessions) == 0
        dialog.findChild(QPushButton, "trustButton").click()
        qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED, timeout=LONG)
        stored = program.workspace.inventory.device(device.id)
        assert stored is not None
        assert stored.pinned_certificate == front.certificate_fingerprint
        program.connections.disconnect_device(device.id)
        program.window.devices.select(device.id)
        qtbot.waitUntil(lambda: link.device.pinned_certificate != "", timeout=LONG)
        program.connections.connect_device(device.id)
        qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED, timeout=LONG)
        program.window.devices.select(device.id)
        words = "Connected to pe1 as demo over TLS"
        qtbot.waitUntil(lambda: program.window.status.connection.text == words, timeout=LONG)
        program.connections.disconnect_device(device.id)
        qtbot.waitUntil(lambda: not program.tasks.running, timeout=LONG)
    with TlsFront(DemoDevice(model), TlsFiles(other.certificate, other.key, files.client_ca), port=port):
        program.connections.connect_device(device.id)
        qtbot.waitUntil(lambda: link.state is LinkState.DECISION, timeout=LONG)
        assert link.text == "certificate changed"
        shown = [one for one in program.window.findChildren(CertificateDialog) if one.isVisible()]
        assert len(shown) == 1
        assert shown[0].findChild(QPushButton, "trustButton") is None
        shown[0].reject()
