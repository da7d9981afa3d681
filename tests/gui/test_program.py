"""The whole window against a demo device in this process, by real events: connect, refuse, cancel, lose, close."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.workspace.inventory import new_device
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press, shown, sign_in, state

# what Qt puts into its widgets by itself
QTS_OWN = ("QTabBar", "QAbstractButton", "QToolButton", "QScrollBar", "QMenu")


def test_every_widget_has_a_name_for_tests_and_for_people(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    nameless, silent = [], []
    for widget in program.window.findChildren(QWidget):
        kind = type(widget).__name__
        if widget.objectName().startswith("qt_") or not type(widget).__module__.startswith(("PySide6", "netconf_gui")):
            continue
        if widget.parentWidget() is not None and widget.parentWidget().objectName().startswith("qt_"):
            continue
        where = f"{kind} in {widget.parentWidget().objectName() if widget.parentWidget() else '-'}"
        if not widget.objectName() and kind not in QTS_OWN:
            nameless.append(where)
        elif widget.objectName() and not widget.accessibleName():
            silent.append(f"{where}: {widget.objectName()}")
    assert not nameless
    assert not silent


def test_every_action_has_words_a_key_and_a_name(program: Program) -> None:
    for act in program.window.actions_.all():
        assert act.objectName() and act.text()
        assert not act.shortcut().isEmpty(), act.text()


def test_no_key_does_two_things_in_a_window_with_a_document(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>a</hostname></system>', "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1)
    found: dict[str, list[tuple[str, list[QWidget]]]] = {}
    for act in program.window.findChildren(QAction):
        for keys in act.shortcuts():
            found.setdefault(keys.toString(), []).append((act.objectName() or act.text(), where_heard(act)))
    names = {name for heard in found.values() for name, _ in heard}
    assert {"viewXmlAction", "nodeDockAction", "duplicateAction"} <= names
    twice = [
        (keys, name, other)
        for keys, heard in found.items()
        for (name, places), (other, others) in itertools.combinations(heard, 2)
        if any(is_inside(one, two) or is_inside(two, one) for one in places for two in others)
    ]
    assert twice == []


def where_heard(act: QAction) -> list[QWidget]:
    """Where the keys of an action work: the whole window, or the widgets that have it while the focus is inside."""
    holders = [one for one in act.associatedObjects() if isinstance(one, QWidget) and not isinstance(one, QMenu)]
    if act.shortcutContext() is Qt.ShortcutContext.WindowShortcut:
        return [one.window() for one in holders]
    return holders


def is_inside(one: QWidget, other: QWidget) -> bool:
    return one is other or other.isAncestorOf(one)


def test_keys_reach_the_document_in_front(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>a</hostname></system>', "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1)
    pane = program.documents.panes[0]
    devices = program.window.devices_dock
    qtbot.waitUntil(lambda: program.window.isActiveWindow())
    pane.tree.setFocus()
    qtbot.keyClick(pane.tree, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert pane.view == "xml" and devices.isVisible()
    qtbot.keyClick(program.window, Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)
    assert pane.view == "xml" and not devices.isVisible()


def test_add_a_device_connect_see_it_and_disconnect(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    program.window.actions_.add_device.trigger()
    form = dialog(qtbot, DeviceDialog)
    for name, text in (("nameField", "pe1"), ("addressField", "127.0.0.1"), ("portField", str(server.port))):
        field = form.findChild(QLineEdit, name)
        field.clear()
        qtbot.keyClicks(field, text)
    qtbot.keyClicks(form.findChild(QLineEdit, "userField"), "demo")
    form.sign_in.button("password").click()
    press(qtbot, form, "acceptButton")
    asked = dialog(qtbot, HostKeyDialog)
    assert asked.ui.offeredValue.text() == server.host_key_fingerprint
    press(qtbot, asked, "trustButton")
    sign_in(qtbot, "wrong")
    again = dialog(qtbot, CredentialsDialog)
    assert again.findChild(QWidget, "reasonLabel") is not None, "it says that the password was not accepted"
    sign_in(qtbot)
    qtbot.waitUntil(lambda: bool(program.documents.panes), timeout=LONG)
    pane = program.documents.panes[0]
    assert pane.context.datastore == "candidate" and pane.document.schema is not None
    status = program.window.status
    qtbot.waitUntil(lambda: status.connection.text == "Connected to pe1 as demo over SSH")
    assert status.lock.text == "No lock held"
    assert status.session.text.startswith("Session ")
    device = program.workspace.inventory.named("pe1")
    assert device is not None
    program.window.actions_.disconnect.trigger()
    qtbot.waitUntil(lambda: state(program, device) is LinkState.OFFLINE)
    assert program.documents.panes, "the document stays"
    known = program.workspace.locations.known_hosts_file.read_text("utf-8")
    assert "127.0.0.1" in known


def test_nothing_that_was_typed_is_in_any_file(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    with qtbot.waitSignal(program.ended, timeout=LONG):
        program.close_now()
    home = program.workspace.locations.config.parent
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".ini" for path in files), "geometry is under the program's home"
    for path in files:
        assert PASSWORD.encode() not in path.read_bytes(), path


def test_a_refused_key_leaves_the_device_offline(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.open(device.id)
    press(qtbot, dialog(qtbot, HostKeyDialog), "refuseButton")
    qtbot.waitUntil(lambda: state(program, device) is LinkState.OFFLINE, timeout=LONG)
    assert not program.documents.panes
    assert shown(ErrorDialog) is None, "a person's own decision is no error"


def test_a_changed_key_is_refused_with_both_fingerprints(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    import paramiko

    device = add(program, server)
    other = paramiko.RSAKey.generate(2048) if server.host_key.get_name() != "ssh-rsa" else paramiko.ECDSAKey.generate()
    name = server.host_key.get_name()
    blob = other.get_base64()
    if name == "ssh-ed25519":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        made = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        blob = made.decode().split()[1]
    else:
        name = other.get_name()
    line = f"[127.0.0.1]:{server.port} {name} {blob}\n"
    program.workspace.locations.known_hosts_file.write_text(line, "utf-8")
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.open(device.id)
    asked = dialog(qtbot, HostKeyDialog)
    assert asked.ui.offeredValue.text() == server.host_key_fingerprint
    assert "SHA256:" in asked.ui.knownValue.text()
    assert not asked.ui.trustButton.isVisible()
    press(qtbot, asked, "refuseButton")
    assert state(program, device) is LinkState.DECISION
    link = program.connections.link(device.id)
    assert link is not None and link.text == "host key changed"


def test_a_revoked_key_is_refused_and_cannot_be_trusted(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    key = server.host_key
    line = f"@revoked [127.0.0.1]:{server.port} {key.get_name()} {key.get_base64()}\n"
    program.workspace.locations.known_hosts_file.write_text(line, "utf-8")
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.open(device.id)
    asked = dialog(qtbot, HostKeyDialog)
    assert "was revoked" in asked.ui.titleLabel.text()
    assert not asked.ui.trustButton.isVisible()
    press(qtbot, asked, "refuseButton")
    link = program.connections.link(device.id)
    assert link is not None and (link.state, link.text) == (LinkState.DECISION, "host key revoked")


def test_escape_gives_control_back_while_connecting(program: Program, qtbot: QtBot) -> None:
    deaf = socket.create_server(("127.0.0.1", 0))
    device = new_device("deaf", "127.0.0.1", port=deaf.getsockname()[1], username="u", use_agent=False)
    program.workspace.inventory.put(device)
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.open(device.id)
    qtbot.waitUntil(lambda: state(program, device) is LinkState.CONNECTING)
    qtbot.waitUntil(program.window.actions_.stop.isEnabled)
    qtbot.keyClick(program.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: state(program, device) is LinkState.OFFLINE, timeout=3000)
    assert shown(ErrorDialog) is None
    deaf.close()


def test_a_lost_connection_is_said_once_and_the_document_stays(
    program: Program, qtbot: QtBot, server: DemoServer
) -> None:
    device = add(program, server, reconnect=False)
    connect(qtbot, program, device)
    threading.Thread(target=server.stop, daemon=True).start()
    error = dialog(qtbot, ErrorDialog)
    assert error.report.title
    assert state(program, device) is LinkState.FAILED
    link = program.connections.link(device.id)
    assert link is not None and link.text == "connection lost"
    assert program.documents.panes
    press(qtbot, error, "closeErrorButton")
    assert shown(ErrorDialog) is None


def test_a_host_that_refuses_is_told_in_words(program: Program, qtbot: QtBot) -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    device = new_device("gone", "127.0.0.1", port=port, username="u", use_agent=False)
    program.workspace.inventory.put(device)
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.open(device.id)
    error = dialog(qtbot, ErrorDialog)
    assert "127.0.0.1" in error.report.title
    error.accept()
    assert state(program, device) is LinkState.FAILED


def test_files_open_save_and_are_remembered(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>a</hostname></system>', "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1)
    assert program.workspace.recent.files == (path,)
    program.files.open(path)
    qtbot.waitUntil(lambda: program.tasks.running == ())
    assert len(program.documents.panes) == 1, "the tab that has it is shown"
    pane = program.documents.panes[0]
    told: list[bool] = []
    program.files.save(pane, told.append)
    qtbot.waitUntil(lambda: told == [True])
    assert b"<hostname>a</hostname>" in path.read_bytes()


def test_how_large_a_text_is_edited_follows_the_settings(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    store = program.workspace.settings_store
    store.save(replace(store.settings, appearance=replace(store.settings.appearance, xml_edit_limit=10)))
    path = tmp_path / "a.xml"
    path.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"/>', "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1)
    assert program.documents.panes[0].context.edit_limit == 10


def test_a_file_that_cannot_be_read_is_told(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    program.files.open(tmp_path)
    error = dialog(qtbot, ErrorDialog)
    assert "cannot be opened" in error.report.title
    error.accept()


def test_broken_files_say_where(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_text("<a>\n  <b></a>", "utf-8")
    program.files.open(path)
    error = dialog(qtbot, ErrorDialog)
    assert "broken.xml" in error.report.title
    error.accept()
    assert not program.documents.panes


def test_closing_with_changes_asks_and_can_be_called_off(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>a</hostname></system>', "utf-8")
    program.files.open(path)
    qtbot.waitUntil(lambda: len(program.documents.panes) == 1)
    pane = program.documents.panes[0]
    pane.document.replace_text(path.read_bytes().replace(b">a<", b">b<"))
    assert pane.document.is_dirty
    program.window.close()
    question = dialog(qtbot, Question)
    assert "a.xml" in question.ui.titleLabel.text()
    press(qtbot, question, "cancelButton")
    qtbot.waitUntil(lambda: shown(Question) is None)
    assert program.window.isVisible() and not program.closing.begun
    program.window.close()
    with qtbot.waitSignal(program.ended, timeout=LONG):
        press(qtbot, dialog(qtbot, Question), "discardButton")
    assert path.read_bytes().count(b">a<") == 1, "discarding does not write"


def test_removing_a_device_says_what_it_destroys(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.devices.remove(device.id)
    question = dialog(qtbot, Question)
    assert "pe1" in question.ui.titleLabel.text() and "not changed" in question.ui.subtitleLabel.text()
    press(qtbot, question, "removeButton")
    qtbot.waitUntil(lambda: program.workspace.inventory.named("pe1") is None)
    assert program.connections.link(device.id) is None


def test_theme_and_text_size_are_kept_in_the_settings(program: Program, qtbot: QtBot) -> None:
    wait: Callable[[], bool] = lambda: program.workspace.settings.appearance.theme == "dark"  # noqa: E731
    program.window.menus.theme_actions["dark"].trigger()
    qtbot.waitUntil(wait)
    program.window.actions_.larger.trigger()
    assert program.workspace.settings.appearance.font_size == 14
    program.window.actions_.normal_size.trigger()
    assert program.workspace.settings.appearance.font_size == 13


def test_search_finds_devices_and_actions(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server, "core7")
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    program.window.actions_.search.trigger()
    qtbot.keyClicks(program.window.search, "core7")
    qtbot.waitUntil(lambda: any(hit.text == "core7" for hit in program.window.search.hits))
    qtbot.keyClick(program.window.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.window.devices.current()[0] == device.id)
