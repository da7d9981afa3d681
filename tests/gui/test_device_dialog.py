"""The device's dialog by its pages, and what follows when a description was changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import NoCommonAlgorithm
from netconf_gui.gui.application import Program
from netconf_gui.gui.device_changes import needs_new_session
from netconf_gui.gui.dialogs.device import DeviceDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.transport.old_algorithms import OLD_WARNING
from netconf_gui.transport.tls import TLS_PORT
from netconf_gui.workspace.inventory import Device
from tests.gui.whole import LONG, add, connect, dialog, press, shown, state

FULL = Device(
    id="a1", name="pe1", host="192.0.2.1", port=22, username="ops", group="West", use_agent=False,
    identity_files=("~/.ssh/id",), proxy_jump="j1,j2", proxy="socks5://me@p:1080", subsystem="xmlagent", note="n",
    private_candidate=True, transport="openssh", old_algorithms=True, call_home=True, framing="chunked",
    max_sessions=4, connect_timeout=2.5, rpc_timeout=90.0, keepalive=15.0, reconnect=False,
)  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.setObjectName("parent")
    qtbot.addWidget(made)
    made.show()
    return made


def opened(qtbot: QtBot, window: QWidget, device: Device | None = None) -> DeviceDialog:
    made = DeviceDialog(window, device=device, groups=["West"])
    made.open()
    qtbot.waitUntil(made.isVisible)
    return made


def go(qtbot: QtBot, where: DeviceDialog, page: str) -> None:
    qtbot.mouseClick(where.pages.button(page), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    "device",
    [
        FULL,
        replace(FULL, keepalive=-1.0, framing="", max_sessions=0, old_algorithms=False, call_home=False),
        Device("b", "b", "h", 0, credential_policy=FULL.credential_policy),
        Device("c", "c", "h", 6513, transport="tls", server_name="x", keepalive=0.0),
    ],
)
def test_what_is_shown_and_not_touched_is_what_it_was(qtbot: QtBot, window: QWidget, device: Device) -> None:
    form = opened(qtbot, window, device)
    assert form.device() == device
    form.reject()


def test_the_simple_case_is_one_page(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window)
    assert form.focusWidget() is form.connection.name
    qtbot.keyClicks(form.connection.address, "192.0.2.1")
    with qtbot.waitSignal(form.accepted_device) as accepted:
        press(qtbot, form, "acceptButton")
    device = accepted.args[0]
    assert device == Device(device.id, "192.0.2.1", "192.0.2.1", 0, credential_policy=device.credential_policy)


def test_tls_has_a_page_of_its_own_instead_of_signing_in(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window)
    assert form.pages.button("sign_in").isVisible() and not form.pages.button("tls").isVisible()
    qtbot.keyClicks(form.connection.address, "box")
    qtbot.mouseClick(form.connection.transport.button("tls"), Qt.MouseButton.LeftButton)
    assert form.pages.button("tls").isVisible() and not form.pages.button("sign_in").isVisible()
    assert not form.connection.user.isVisible() and not form.connection.old.isVisible()
    go(qtbot, form, "tls")
    assert form.tls.isVisible()
    made = form.device()
    assert (made.transport, made.port) == ("tls", TLS_PORT)
    go(qtbot, form, "session")
    assert not form.session.subsystem.isVisible()
    form.reject()


def test_a_problem_brings_its_page_to_the_front(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window, replace(FULL, identity_files=(), use_agent=True))
    go(qtbot, form, "sign_in")
    qtbot.mouseClick(form.sign_in.button("key"), Qt.MouseButton.LeftButton)
    go(qtbot, form, "session")
    press(qtbot, form, "acceptButton")
    assert form.isVisible() and form.pages.current == "sign_in"
    assert form.sign_in_page.key.property("state") == "error"
    assert "No key file is named" in form.notice.text
    qtbot.mouseClick(form.sign_in.button("agent"), Qt.MouseButton.LeftButton)
    form.connection.proxy.setText("http://me:hunter2@p:1")
    press(qtbot, form, "acceptButton")
    assert form.pages.current == "connection"
    assert "kept in no file" in form.notice.text and "hunter2" not in form.notice.text
    form.reject()


@pytest.mark.parametrize(("answer", "allowed"), [("allowButton", True), ("refuseButton", False)])
def test_old_algorithms_are_allowed_after_a_plain_warning(
    qtbot: QtBot, window: QWidget, answer: str, allowed: bool
) -> None:
    form = opened(qtbot, window, replace(FULL, old_algorithms=False))
    qtbot.mouseClick(form.connection.old, Qt.MouseButton.LeftButton, pos=form.connection.old.rect().center())
    if not form.connection.old.isChecked():  # a wide box is hit at its left
        form.connection.old.click()
    question = dialog(qtbot, Question)
    assert question.ui.subtitleLabel.text() == OLD_WARNING
    press(qtbot, question, answer)
    assert form.connection.old.isChecked() is allowed
    assert form.device().old_algorithms is allowed
    form.reject()


def test_leaving_the_warning_allows_nothing(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window, replace(FULL, old_algorithms=False))
    form.connection.old.click()
    qtbot.keyClick(dialog(qtbot, Question), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not form.connection.old.isChecked())
    form.reject()


def test_times_are_left_to_the_settings_until_they_are_set(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window)
    go(qtbot, form, "session")
    assert form.session.rpc_timeout.text() == "as in the settings"
    form.session.rpc_timeout.setValue(90)
    assert form.session.rpc_timeout.text() == "90 s"
    assert not form.session.keepalive_every.isVisible()
    form.session.keepalive.setCurrentIndex(2)
    assert form.session.keepalive_every.isVisible()
    values = form.session.values()
    assert (values["rpc_timeout"], values["keepalive"], values["max_sessions"]) == (90.0, 30.0, 0)
    form.reject()


def test_keys_alone_lead_through_all_pages(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window, FULL)
    seen = []
    for key in ("sign_in", "session", "profile", "connection"):
        assert form.pages.button(key).focusPolicy() & Qt.FocusPolicy.TabFocus
        qtbot.keyClick(form.pages.button(key), Qt.Key.Key_Space)
        seen.append(form.pages.current)
    assert seen == ["sign_in", "session", "profile", "connection"]
    form.reject()


def test_every_widget_of_all_pages_has_names(qtbot: QtBot, window: QWidget) -> None:
    form = opened(qtbot, window, FULL)
    for kind in (QLineEdit, QComboBox, QAbstractButton):
        for widget in form.findChildren(kind):
            if not widget.objectName().startswith("qt_") and type(widget).__module__.startswith(("PySide6", "netconf")):
                assert widget.accessibleName() or widget.objectName() == "", widget.objectName()
    form.reject()


# ---- in the window


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ({"name": "x", "note": "y", "group": "z", "reconnect": True, "max_sessions": 9}, False),
        ({"private_candidate": False}, True),
        ({"transport": "ssh"}, True),
        ({"keepalive": 1.0}, True),
        ({"quirks": ("a",)}, True),
    ],
)
def test_what_needs_a_new_session(values: dict[str, object], needed: bool) -> None:
    assert needs_new_session(FULL, replace(FULL, **values)) is needed  # type: ignore[arg-type]


def test_a_change_that_needs_a_new_session_offers_one(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    program.devices.edit(device.id)
    form = dialog(qtbot, DeviceDialog)
    go(qtbot, form, "session")
    form.session.framing.setCurrentIndex(form.session.framing.findData("eom"))
    press(qtbot, form, "acceptButton")
    question = dialog(qtbot, Question)
    assert question.objectName() == "reconnectNowQuestion"
    link = program.connections.link(device.id)
    assert link is not None and link.session is not None
    old, panes = link.session, list(program.documents.panes)
    from netconf_gui.workspace.credentials import account_for

    store = program.workspace.credentials
    store.session_set(account_for(device.id, "demo", "127.0.0.1", device.port), "correct-horse-9481")
    press(qtbot, question, "reconnectButton")
    qtbot.waitUntil(lambda: link.session not in (None, old), timeout=LONG)
    assert link.session is not None and not link.session._connection.base11
    assert program.documents.panes == panes
    assert program.reconnecting.loss_of(device.id) is None
    program.devices.edit(device.id)
    form = dialog(qtbot, DeviceDialog)
    form.connection.name.setText("pe1.fra")
    press(qtbot, form, "acceptButton")
    qtbot.waitUntil(lambda: program.workspace.inventory.named("pe1.fra") is not None)
    assert shown(Question) is None, "a name needs no new session"


def test_old_algorithms_are_offered_where_they_would_help(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server, "old")
    qtbot.waitUntil(lambda: program.connections.link(device.id) is not None)
    error = NoCommonAlgorithm("They have nothing in common: the server offers ssh-rsa.", old=True, advice="Allow them.")
    program.connections.failed.emit(device.id, error)
    question = dialog(qtbot, Question)
    text = question.ui.subtitleLabel.text()
    assert error.message in text and OLD_WARNING in text
    asked: list[str] = []
    program.connections.connect_device = lambda device_id, **_more: asked.append(device_id)  # type: ignore[method-assign]
    press(qtbot, question, "allowButton")
    known = program.workspace.inventory.device(device.id)
    assert known is not None and known.old_algorithms
    assert asked == [device.id]
    program.connections.failed.emit(device.id, NoCommonAlgorithm("Nothing helps.", old=False))
    dialog(qtbot, ErrorDialog).accept()
    assert state(program, device) is LinkState.OFFLINE
