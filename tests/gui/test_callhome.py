"""Call home in the window: calls are taken when wanted, unknown callers wait, known devices are connected."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.demo.callhome import CallHome as CallsHome
from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.demo.tls import TlsFront
from netconf_gui.errors import PeerCertificate
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.callhome_settings import CallHomeDialog
from netconf_gui.gui.dialogs.certificate import CertificateDialog
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.dialogs.device_tls import TlsPage
from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.services.callhome import CallState
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.workspace.inventory import Device, new_device
from netconf_gui.workspace.settings import CallHomeSettings
from tests.gui.whole import LONG, PASSWORD

HOST = "127.0.0.1"


def free_ports() -> tuple[int, int]:
    with socket.create_server((HOST, 0)) as one, socket.create_server((HOST, 0)) as other:
        return int(one.getsockname()[1]), int(other.getsockname()[1])


@pytest.fixture
def listening(program: Program, qtbot: QtBot) -> Program:
    """The program takes calls at two free ports of the loopback interface."""
    ssh, tls = free_ports()
    store = program.workspace.settings_store
    store.save(replace(store.settings, call_home=CallHomeSettings(address=HOST, ssh_port=ssh, tls_port=tls)))
    program.calling_home.open()
    program.calling_home.listen(True)
    qtbot.waitUntil(lambda: len(program.calling_home.home.ports) == 2, timeout=LONG)
    return program


@pytest.fixture
def calls(listening: Program, server: DemoServer) -> Iterator[Callable[[], CallsHome]]:
    """Lets the demo device call, again and again."""
    with ExitStack() as stack:
        port = listening.calling_home.home.ports["ssh"]
        yield lambda: stack.enter_context(CallsHome(HOST, port, server.serve, pause=0.05))


def wait_for_caller(program: Program, qtbot: QtBot, state: CallState = CallState.WAITING) -> None:
    page = program.calling_home.page
    assert page is not None
    qtbot.waitUntil(lambda: page.current is not None and page.current.state is state, timeout=LONG)


def test_calls_are_not_taken_until_wanted(program: Program, qtbot: QtBot) -> None:
    page = program.calling_home.open()
    assert not program.calling_home.home.ports
    assert page.empty.isVisible()
    assert page.said.text() == "Calls are not taken."
    assert not program.calling_home.status.wanted
    ssh, tls = free_ports()
    store = program.workspace.settings_store
    store.save(replace(store.settings, call_home=CallHomeSettings(address=HOST, ssh_port=ssh, tls_port=tls)))
    qtbot.mouseClick(page.findChild(QPushButton, "takeCallsButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.said.text().startswith(f"Calls are taken at ports {ssh} (SSH) and {tls} (TLS)"))
    assert program.calling_home.status.text == "Calls are taken"
    qtbot.mouseClick(page.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.said.text() == "Calls are not taken.", timeout=LONG)


def test_a_port_that_is_taken_is_told(program: Program, qtbot: QtBot) -> None:
    with socket.create_server((HOST, 0)) as taken:
        store = program.workspace.settings_store
        wanted = CallHomeSettings(address=HOST, tls=False, ssh_port=taken.getsockname()[1])
        store.save(replace(store.settings, call_home=wanted))
        told: list[object] = []
        program.show_error = lambda error, **_more: told.append(error)  # type: ignore[method-assign]
        program.calling_home.listen(True)
        qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    assert "cannot call at" in str(told[0])


def test_an_unknown_caller_is_accepted_and_connected(
    listening: Program, calls: Callable[[], CallsHome], server: DemoServer, qtbot: QtBot
) -> None:
    calls()
    wait_for_caller(listening, qtbot)
    page = listening.calling_home.page
    assert page is not None
    assert page.fingerprint.text() == f"ssh-ed25519 {server.host_key_fingerprint}"
    assert listening.calling_home.status.text == "1 caller waits for you"
    assert len(server.device.sessions) == 0
    page.accept_action.trigger()
    dialog = listening.window.findChild(DeviceDialog)
    dialog.connection.name.setText("pe1")
    dialog.connection.user.setText("demo")
    dialog.sign_in.choose("password")
    dialog.ui.acceptButton.click()
    qtbot.waitUntil(lambda: listening.window.findChild(CredentialsDialog) is not None, timeout=LONG)
    credentials = listening.window.findChild(CredentialsDialog)
    credentials.findChild(object, "passwordField").setText(PASSWORD)
    credentials.ui.acceptButton.click()
    device = listening.workspace.inventory.named("pe1")
    assert device is not None
    assert device.call_home
    link = listening.connections.link(device.id)
    assert link is not None
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED, timeout=LONG)
    qtbot.waitUntil(lambda: page.current is not None and page.current.state is CallState.KNOWN, timeout=LONG)
    # what a person disconnects stays so, though it calls again
    count = page.current.count
    listening.connections.disconnect_device(device.id)
    qtbot.waitUntil(lambda: page.current is not None and page.current.count > count + 1, timeout=LONG)
    assert link.state is LinkState.OFFLINE
    # until the person wants it
    listening.connections.put(device, ConnectOptions(password=PASSWORD))
    listening.connections.connect_device(device.id)
    assert link.text == "waiting for its call…"
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED, timeout=LONG)


def test_a_known_device_that_calls_is_connected_and_asked_about_once(
    listening: Program, calls: Callable[[], CallsHome], qtbot: QtBot
) -> None:
    calls()
    wait_for_caller(listening, qtbot)
    page = listening.calling_home.page
    assert page is not None
    call = page.current
    assert call is not None
    device = new_device("pe1", HOST, username="demo", use_agent=False)
    listening.connections.put(device, ConnectOptions(password="wrong"))
    listening.calling_home._take_in(call, device)
    # the password is refused, then asked for; the person gives up, and is not asked again though the device calls
    qtbot.waitUntil(lambda: listening.window.findChild(CredentialsDialog) is not None, timeout=LONG)
    listening.window.findChild(CredentialsDialog).reject()
    qtbot.waitUntil(lambda: page.current is not None and "choose Connect" in page.current.text, timeout=LONG)
    assert listening.window.findChild(CredentialsDialog) is None or not any(
        dialog.isVisible() for dialog in listening.window.findChildren(CredentialsDialog)
    )


def test_a_caller_is_taken_for_a_device_that_is_listed(
    listening: Program, calls: Callable[[], CallsHome], server: DemoServer, qtbot: QtBot
) -> None:
    device = listening.workspace.inventory.put(
        new_device("pe1", "192.0.2.1", username="demo", use_agent=False, call_home=True)
    )
    listening.connections.put(device, ConnectOptions(password=PASSWORD))
    calls()
    wait_for_caller(listening, qtbot)
    page = listening.calling_home.page
    assert page is not None
    page.known_action.trigger()
    dialog = listening.window.findChild(ListDialog, "knownCallerDialog")
    dialog.answer("accept")
    link = listening.connections.link(device.id)
    assert link is not None
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED, timeout=LONG)
    words = "Connected to pe1 as demo over SSH"
    qtbot.waitUntil(lambda: listening.window.status.connection.text == words, timeout=LONG)


def test_a_caller_is_refused_for_good_and_shown_again(
    listening: Program, calls: Callable[[], CallsHome], qtbot: QtBot
) -> None:
    calls()
    wait_for_caller(listening, qtbot)
    page = listening.calling_home.page
    assert page is not None
    page.refuse_action.trigger()
    wait_for_caller(listening, qtbot, CallState.REFUSED)
    assert listening.workspace.refused_callers.callers
    page.refused_button.click()
    dialog = listening.window.findChild(ListDialog, "refusedCallersDialog")
    dialog.answer("forget")
    wait_for_caller(listening, qtbot)


def test_a_caller_over_tls_is_shown_with_its_certificate(
    listening: Program, model: Model, tmp_path: Path, qtbot: QtBot
) -> None:
    files = TlsFiles.load_or_create(tmp_path / "tls")
    front = TlsFront(DemoDevice(model), files)
    with CallsHome(HOST, listening.calling_home.home.ports["tls"], front.serve, pause=0.05):
        wait_for_caller(listening, qtbot)
        page = listening.calling_home.page
        assert page is not None
        assert page.fingerprint.text() == f"SHA-256 {front.certificate_fingerprint}"
        assert "is by CN=Demo device authority" in page.about.text()
        call = page.current
        assert call is not None
        device = new_device("pe1", HOST, transport="tls", certificate=str(tmp_path / "tls" / "demo.pem"))
        listening.calling_home._take_in(call, device)
        qtbot.waitUntil(
            lambda: (link := listening.connections.link(device.id)) is not None and link.connected, timeout=LONG
        )
        listening.connections.disconnect_device(device.id)
    front.stop()


# ---- dialogs


def test_settings_of_call_home(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = CallHomeDialog(None, CallHomeSettings())
    qtbot.addWidget(dialog)
    dialog.ssh.setChecked(False)
    dialog.tls.setChecked(False)
    assert "Neither" in dialog.problem()
    dialog.ssh.setChecked(True)
    dialog.ssh_port.setValue(5000)
    dialog.address.setText("nowhere")
    assert "no address" in dialog.problem()
    dialog.address.setText("[::1]")
    dialog.certificate.setText(str(tmp_path / "gone.pem"))
    assert "no file" in dialog.problem()
    dialog.certificate.clear()
    dialog.at_start.setChecked(True)
    with qtbot.waitSignal(dialog.accepted_settings) as saved:
        dialog.findChild(QPushButton, "saveButton").click()
    assert saved.args == [CallHomeSettings(listen=True, tls=False, ssh_port=5000, address="::1")]


def certificate(**values: object) -> PeerCertificate:
    made = PeerCertificate(
        "192.0.2.1", 6513, ":".join(["AB"] * 32), "CN=pe1", "CN=Lab", ("pe1.example",),
        "from 2024-01-01 until 2025-01-01", ("It expired on 2025-01-01.", "It is made out to pe1.example."),
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("trust", [True, False])
def test_the_certificate_dialog_tells_what_is_wrong(qtbot: QtBot, trust: bool) -> None:
    dialog = CertificateDialog(None, certificate(), "pe1")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.findChild(object, "problem1").text() == "It is made out to pe1.example."
    assert "AB:AB" in dialog.findChild(object, "offeredValue").text()
    with qtbot.waitSignal(dialog.decided) as decided:
        dialog.findChild(QPushButton, "trustButton" if trust else "refuseButton").click()
    assert decided.args == [trust]


def test_a_changed_certificate_can_only_be_refused(qtbot: QtBot) -> None:
    dialog = CertificateDialog(None, certificate(), "pe1", pinned=":".join(["CD"] * 32))
    qtbot.addWidget(dialog)
    assert dialog.findChild(QPushButton, "trustButton") is None
    assert "CD:CD" in dialog.findChild(object, "pinnedValue").text()


def test_the_tls_page_of_a_device(qtbot: QtBot, tmp_path: Path) -> None:
    page = TlsPage()
    qtbot.addWidget(page)
    file = tmp_path / "me.p12"
    file.write_bytes(b"x")
    page.show(Device("a", "pe1", "pe1", transport="tls", pinned_certificate="ab" * 32))
    page.fields["private_key"].setText(str(file))
    assert "without a certificate" in page.problem()
    page.fields["certificate"].setText(str(file))
    page.fields["ca_file"].setText("/nowhere")
    assert "no file" in page.problem()
    page.fields["ca_file"].clear()
    assert page.problem() == ""
    assert page.values()["pinned_certificate"] == ":".join(["AB"] * 32)
    page.forget.click()
    assert page.values() == {
        "certificate": str(file), "private_key": str(file), "ca_file": "", "server_name": "", "pinned_certificate": "",
    }  # fmt: skip
