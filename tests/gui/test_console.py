"""The RPC and action console in the whole window, against the demo device: forms, text, sending, what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.gui.console_device import OneConsole
from netconf_gui.gui.dialogs.console import FieldsDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.panes.console import ConsolePane
from netconf_gui.gui.panes.console_results import Result
from netconf_gui.workspace.inventory import Device
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press, shown

NS = "urn:netconf-gui:demo"
WAIT = 8000
PING = f'<ping xmlns="{NS}"><destination>192.0.2.1</destination></ping>'


class Desk:
    """One console of a connected device, used as a person would."""

    def __init__(self, qtbot: QtBot, program: Program, device: Device) -> None:
        self.qtbot, self.program, self.device = qtbot, program, device
        found = program.consoles.console(device.id)
        assert found is not None
        self.one: OneConsole = found
        self.pane: ConsolePane = found.pane
        self.before: list[Result] = []

    def come_to_front(self) -> None:
        """Have the keyboard again, after a dialog had it."""
        self.program.window.activateWindow()
        self.wait(self.program.window.isActiveWindow)

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT)

    def choose(self, words: str) -> None:
        """Search an operation and take the first, with the keyboard."""
        search = self.pane.side.search
        search.setFocus()
        search.clear()
        self.qtbot.keyClicks(search, words)
        self.qtbot.keyClick(search, Qt.Key.Key_Return)
        self.wait(lambda: self.pane.form.operation is not None and words.split()[0] in self.pane.form.operation.id)

    def text(self) -> str:
        return self.pane.form.document.snapshot().data.decode()

    def row(self, name: str) -> QModelIndex:
        """The row of a parameter, wherever it is."""
        model = self.pane.pane.model
        waiting = [model.index(row, Column.NAME) for row in range(model.rowCount())]
        while waiting:
            index = waiting.pop(0)
            if index.data() == name:
                return index
            first = index.siblingAtColumn(0)
            waiting += [model.index(row, Column.NAME, first) for row in range(model.rowCount(first))]
        raise AssertionError(name)

    def type_value(self, name: str, value: str) -> None:
        """Go to a parameter in the tree and type its value."""
        tree = self.pane.pane.tree
        self.come_to_front()
        tree.setFocus()
        tree.setCurrentIndex(self.row(name))
        self.qtbot.keyClick(tree, Qt.Key.Key_F2)
        self.wait(lambda: self.fields())
        field = self.fields()[-1]
        field.selectAll()
        self.qtbot.keyClicks(field, value)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)
        self.wait(lambda: f"<{name}>{value}</{name}>" in self.text())

    def fields(self) -> list[QLineEdit]:
        """The editor that is open in the tree."""
        return [one for one in self.pane.pane.tree.findChildren(QLineEdit) if one.isVisible() and one.hasFocus()]

    def press_send(self) -> None:
        self.wait(self.pane.send_action.isEnabled)
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        self.before = self.pane.results.results
        self.come_to_front()
        self.pane.pane.setFocus()
        self.wait(lambda: self.pane.isAncestorOf(self.program.window.focusWidget()))
        self.qtbot.keyClick(self.program.window.focusWidget(), Qt.Key.Key_S, held)

    def answered(self) -> None:
        results = self.pane.results
        self.wait(lambda: results.results is not self.before)
        self.wait(lambda: not any(one.running for one in results.results))
        self.wait(lambda: not self.one.sending.busy)

    def words(self) -> str:
        return self.pane.results.words.text()

    def output(self) -> list[tuple[str, str]]:
        """Names and values of the first rows of the output."""
        model = self.pane.results.output.model
        return [
            (str(model.index(row, Column.NAME).data()), str(model.index(row, Column.VALUE).data()))
            for row in range(model.rowCount())
        ]


@pytest.fixture
def desk(qtbot: QtBot, program: Program, server: DemoServer) -> Iterator[Desk]:
    device = add(program, server)
    connect(qtbot, program, device)
    qtbot.waitUntil(program.window.actions_.console.isEnabled, timeout=LONG)
    program.window.actions_.console.trigger()
    made = Desk(qtbot, program, device)
    made.wait(lambda: made.one.operations)
    made.come_to_front()
    yield made
    made.wait(lambda: not made.one.sending.busy)


def test_a_form_is_filled_with_the_keyboard_and_sent(desk: Desk) -> None:
    program, pane = desk.program, desk.pane
    assert pane.objectName() == "rpcConsole"
    desk.choose("ping")
    desk.wait(lambda: any("destination is missing" in one.message for one in pane.pane.problems))
    assert not program.window.actions_.review.isEnabled(), "a request is nothing that is applied"
    desk.type_value("destination", "192.0.2.1")
    desk.type_value("count", "4")
    desk.wait(lambda: not pane.pane.problems)
    desk.press_send()
    desk.answered()
    assert desk.words().startswith("ping: Answered · ")
    assert [name for name, _ in desk.output()] == ["sent", "received", "round-trip-time"]
    assert desk.output()[0][1] == "4"
    pane.results.views.choose("message")
    assert "<rpc-reply" in pane.results.message.toPlainText()
    link = program.connections.link(desk.device.id)
    assert link is not None and link.session is not None
    assert any(one.operation == "ping" and one.direction == "out" for one in link.session.wire.entries())
    program.window.actions_.undo.trigger()
    assert "<count>" not in desk.text()
    every_widget_has_a_name_and_keys_are_not_taken(desk)


def what_is_wrong_is_told_before_anything_is_sent(desk: Desk) -> None:
    desk.choose("run-diagnostics")
    model = desk.pane.pane.model
    password = model.row_at(desk.row("confirmation-password"))
    assert password is not None
    desk.pane.pane.tree.setCurrentIndex(desk.row("confirmation-password"))
    desk.wait(lambda: "thorough" in model.looks.condition_of(password))
    assert desk.one.put(
        f'<run-diagnostics xmlns="{NS}"><test>memory</test><load-limit>200</load-limit></run-diagnostics>'
    )
    desk.press_send()
    asked = dialog(desk.qtbot, Question)
    assert "1 finding" in asked.windowTitle()
    press(desk.qtbot, asked, "showButton")
    desk.wait(lambda: desk.pane.pane.row is not None)
    row = desk.pane.pane.row
    assert row is not None and row.node is not None and row.node.name == "load-limit"
    assert not desk.pane.results.results
    desk.press_send()
    press(desk.qtbot, dialog(desk.qtbot, Question), "anywayButton")
    desk.answered()
    assert "Answered" in desk.words()


def references_lead_into_running(desk: Desk) -> None:
    desk.choose("clear-interface-counters")
    document = desk.pane.form.document
    desk.wait(lambda: document.outside is not None)
    desk.one.put(f'<clear-interface-counters xmlns="{NS}"><interface>nowhere</interface></clear-interface-counters>')
    desk.wait(lambda: any("nowhere" in one.message for one in desk.pane.pane.problems))
    desk.pane.pane.tree.setCurrentIndex(desk.row("interface"))
    subject = desk.pane.pane.subject
    assert subject is not None
    names = subject.choices()
    assert len(names) > 2
    desk.one.put(f'<clear-interface-counters xmlns="{NS}"><interface>{names[0]}</interface></clear-interface-counters>')
    desk.wait(lambda: not desk.pane.pane.problems)
    desk.press_send()
    desk.answered()
    assert "Done" in desk.words()


def test_a_refusal_is_told_at_its_parameter_after_a_question(desk: Desk) -> None:
    desk.choose("install-firmware")
    desk.type_value("url", "http://192.0.2.9/new")
    desk.press_send()
    asked = dialog(desk.qtbot, Question)
    assert asked.objectName() == "dangerQuestion" and "pe1" in asked.windowTitle()
    press(desk.qtbot, asked, "cancelButton")
    desk.wait(lambda: shown(Question) is None)
    assert not desk.pane.results.results
    desk.press_send()
    press(desk.qtbot, dialog(desk.qtbot, Question), "sendButton")
    desk.answered()
    assert "Refused: There is no firmware at http://192.0.2.9/new." in desk.words()
    assert desk.pane.results.views.current == "errors"
    (problem,) = desk.pane.pane.problems
    assert problem.path == "/netconf-gui-demo:install-firmware/url"
    element = next(iter(desk.pane.pane.problem_elements))
    assert str(element.tag).endswith("}url")
    desk.type_value("url", "http://192.0.2.9/other")
    assert not desk.pane.pane.problems, "the device has said nothing about this one"


def test_a_request_is_checked_before_it_is_sent(desk: Desk) -> None:
    what_is_wrong_is_told_before_anything_is_sent(desk)
    references_lead_into_running(desk)


def test_an_action_from_the_tree_of_the_configuration(desk: Desk) -> None:
    program = desk.program
    (document,) = program.documents.panes
    program.documents.show_pane(document)
    where = "/netconf-gui-demo:bgp/peer[address='198.51.100.1']"
    peers = [str(document.document.path_of(one)) for one in document.document.root.iter(f"{{{NS}}}peer")]
    where = peers[-1]
    assert document.jump(where)
    act = next(one for one in document.more_actions if one.objectName() == "sendActionAction")
    desk.wait(act.isEnabled)
    assert act.text() == "&Send soft-reset…"
    act.trigger()
    desk.wait(lambda: desk.pane.form.operation is not None)
    assert program.window.documents.currentWidget() is desk.pane
    assert desk.pane.form.place.currentText() == where
    desk.wait(lambda: desk.pane.form.place.count() == len(peers))
    field = desk.pane.form.place.lineEdit()
    assert field is not None
    field.selectAll()
    desk.qtbot.keyClicks(field, peers[0])
    desk.qtbot.keyClick(field, Qt.Key.Key_Return)
    desk.wait(lambda: str(desk.one.instance) == peers[0])
    desk.press_send()
    press(desk.qtbot, dialog(desk.qtbot, Question), "sendButton")
    desk.answered()
    assert [name for name, _ in desk.output()] == ["refreshed-prefixes"]
    the_schema_browser_leads_here(desk)


def test_requests_as_text(desk: Desk) -> None:
    raw_xml_and_the_form_are_one_request(desk)
    broken_text_is_not_sent(desk)
    desk.pane.modes.choose("form")
    desk.wait(lambda: not desk.pane.form.raw)
    an_operation_that_no_module_has_is_sent_as_it_stands(desk)
    a_slow_one_shows_its_time_and_is_stopped(desk)


def raw_xml_and_the_form_are_one_request(desk: Desk) -> None:
    desk.choose("ping")
    desk.type_value("destination", "h1")
    desk.qtbot.mouseClick(desk.pane.modes.button("raw"), Qt.MouseButton.LeftButton)
    editor = desk.pane.pane.xml.editor
    desk.wait(lambda: "<destination>h1</destination>" in editor.toPlainText())
    editor.setFocus()
    editor.selectAll()
    desk.qtbot.keyClicks(editor, "<collect")
    desk.wait(lambda: desk.pane.pane.xml.assistant.completer.visible)
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.wait(lambda: f'<collect-support-data xmlns="{NS}">' in editor.toPlainText())
    desk.qtbot.keyClicks(editor, "<rec")
    desk.wait(lambda: desk.pane.pane.xml.assistant.completer.visible)
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.wait(lambda: "<records>" in editor.toPlainText())
    desk.qtbot.keyClicks(editor, "7")
    desk.wait(lambda: desk.pane.form.operation is not None and desk.pane.form.operation.name == "collect-support-data")
    desk.qtbot.mouseClick(desk.pane.modes.button("form"), Qt.MouseButton.LeftButton)
    desk.wait(lambda: not desk.pane.form.raw)
    assert "<records>7</records>" in desk.text()
    assert desk.row("seconds").siblingAtColumn(Column.VALUE).data() is not None


def broken_text_is_not_sent(desk: Desk) -> None:
    desk.one.put(PING)
    desk.pane.modes.choose("raw")
    editor = desk.pane.pane.xml.editor
    desk.wait(lambda: "destination" in editor.toPlainText())
    editor.selectAll()
    desk.qtbot.keyClicks(editor, "<ping ")
    desk.wait(lambda: desk.pane.pane.xml.broken or desk.pane.pane.xml.pending)
    before = desk.pane.results.results
    desk.pane.send_action.trigger()
    assert desk.pane.pane.xml.broken
    assert desk.pane.results.results is before and not desk.one.sending.busy
    desk.pane.modes.choose("form")
    assert desk.pane.form.raw and desk.pane.modes.current == "raw", "what is broken cannot become a form"
    desk.pane.pane.xml.restore()


def an_operation_that_no_module_has_is_sent_as_it_stands(desk: Desk) -> None:
    desk.one.put('<frobnicate xmlns="urn:example:nowhere"/>')
    assert "unchecked" in desk.pane.form.description.text()
    desk.press_send()
    desk.answered()
    assert "Refused" in desk.words()


def a_slow_one_shows_its_time_and_is_stopped(desk: Desk) -> None:
    desk.one.put(f'<collect-support-data xmlns="{NS}"><seconds>3</seconds></collect-support-data>')
    desk.press_send()
    desk.wait(lambda: "Waiting for the answer" in desk.words())
    stop = desk.pane.results.stop
    assert stop.isVisible() and desk.pane.busy
    assert not desk.pane.send_action.isEnabled()
    desk.qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    desk.answered()
    assert "Stopped after" in desk.words() and "not known" in desk.words()
    desk.one.put(PING)
    desk.press_send()
    desk.answered()
    assert "Answered" in desk.words(), "the session goes on"


def test_favourites_and_history_keep_no_secret(desk: Desk, qtbot: QtBot) -> None:
    text = (
        f'<run-diagnostics xmlns="{NS}"><test>sensors</test><depth>thorough</depth>'
        "<confirmation-password>swordfish</confirmation-password></run-diagnostics>"
    )
    desk.one.put(text)
    desk.press_send()
    desk.answered()
    desk.wait(lambda: desk.one.history.entries())
    (entry,) = desk.one.history.entries(desk.device.id)
    assert entry.ok and "swordfish" not in entry.text
    folder: Path = desk.program.workspace.locations.console_folder
    assert all(b"swordfish" not in path.read_bytes() for path in folder.iterdir())
    desk.pane.star.click()
    asked = dialog(qtbot, FieldsDialog)
    asked.fields["name"].selectAll()
    qtbot.keyClicks(asked.fields["name"], "All tests")
    qtbot.keyClick(asked.fields["name"], Qt.Key.Key_Return)
    desk.wait(lambda: desk.one.history.favourites)
    (favourite,) = desk.one.history.favourites
    assert (favourite.name, "swordfish" in favourite.text) == ("All tests", False)
    desk.pane.side.modes.choose("favourites")
    view = desk.pane.side.kept
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    desk.wait(lambda: "{{" in desk.text())
    desk.wait(
        lambda: not desk.pane.pane.problems,
    )
    desk.press_send()
    asked = dialog(qtbot, FieldsDialog)
    field = asked.fields["confirmation_password"]
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert not asked.act.isEnabled()
    qtbot.keyClicks(field, "swordfish")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    desk.answered()
    assert "Answered" in desk.words()
    assert "swordfish" not in desk.text(), "the form keeps its placeholder"
    desk.wait(lambda: len(desk.one.history.entries()) == 2)
    desk.pane.side.modes.choose("history")
    assert view.model().rowCount() == 2
    qtbot.keyClicks(desk.pane.side.search, "nothing like it")
    assert view.model().rowCount() == 0


@pytest.fixture
def second(model: Model, tmp_path: Path) -> Iterator[DemoServer]:
    with DemoServer(DemoDevice(model), host_key=tmp_path / "second_key", password=PASSWORD) as made:
        yield made


def test_several_devices_at_once_each_with_its_result(desk: Desk, second: DemoServer, qtbot: QtBot) -> None:
    program = desk.program
    other = add(program, second, "pe2")
    before = len(program.documents.panes)
    qtbot.waitUntil(lambda: program.connections.link(other.id) is not None)
    connect(qtbot, program, other)
    desk.wait(lambda: len(program.documents.panes) > before)
    program.consoles.open(desk.device.id)
    menu = desk.pane.targets_menu
    menu.aboutToShow.emit()
    entries = {act.text(): act for act in menu.actions() if act.text()}
    assert entries["pe1"].isChecked() and not entries["pe2"].isChecked()
    entries["pe2"].toggle()
    assert desk.pane.targets.text() == "2 devices"
    desk.one.put(PING)
    desk.press_send()
    desk.answered()
    results = desk.pane.results
    assert [(one.device, one.ok) for one in results.results] == [("pe1", True), ("pe2", True)]
    assert results.devices.isVisible()
    results.devices.setFocus()
    results.devices.setCurrentIndex(results.devices_model.index(0, 0))
    qtbot.keyClick(results.devices, Qt.Key.Key_Down)
    assert desk.words().startswith("pe2: Answered")
    desk.wait(lambda: len(desk.one.history.entries()) == 2)
    assert len(desk.one.history.entries(other.id)) == 1


def the_schema_browser_leads_here(desk: Desk) -> None:
    program = desk.program
    program.schemas.open_device(desk.device.id)
    desk.wait(lambda: program.schemas.browsers)
    (browser,) = program.schemas.browsers
    schema = browser.subject.schema
    rpc = next(one for one in schema.rpcs() if one.name == "ping")
    browser.show_node(rpc)
    button = browser.findChild(QPushButton, "sendOperationButton")
    assert button is not None and button.isEnabled()
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: program.window.documents.currentWidget() is desk.pane)
    assert desk.pane.form.operation is not None and desk.pane.form.operation.name == "ping"
    browser.show_node(next(one for one in schema.notifications() if one.name == "threshold-crossed"))
    browser.send_action.trigger()
    assert "<threshold-crossed" in desk.text() and "create-subscription" in desk.text()


def every_widget_has_a_name_and_keys_are_not_taken(desk: Desk) -> None:
    desk.one.put(PING)
    desk.press_send()
    desk.answered()
    own = ("QTabBar", "QAbstractButton", "QToolButton", "QScrollBar", "QMenu")
    for widget in desk.pane.findChildren(QWidget):
        above = widget.parentWidget().objectName() if widget.parentWidget() else ""
        if widget.objectName().startswith("qt_") or above.startswith("qt_"):
            continue
        if type(widget).__module__.startswith(("PySide6", "netconf_gui")) and type(widget).__name__ not in own:
            assert widget.objectName(), (type(widget), above)
            assert widget.accessibleName(), widget.objectName()
    taken = {act.shortcut().toString(): act for act in desk.program.window.actions() if not act.shortcut().isEmpty()}
    for act in desk.pane.edit_actions():
        other = taken.get(act.shortcut().toString())
        assert not act.shortcut().toString() or other is None or not other.isEnabled(), act.objectName()
    menu = desk.program.window.menus.edit
    assert isinstance(menu, QMenu)
    assert "consoleSendAction" in {act.objectName() for act in menu.actions()}
    desk.program.documents.close_page(desk.pane)
    assert desk.program.consoles.console(desk.device.id) is None
    assert shown(ErrorDialog) is None
