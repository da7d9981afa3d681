"""Devices whose configuration is text in the window: opened, edited, reviewed, applied, saved, kept as drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from netconf_gui.demo import cisco_text
from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.cisco_config import INITIAL
from netconf_gui.demo.server import DemoServer
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.gui.application import Program
from netconf_gui.gui.cli_highlighter import scan_cli_line
from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.panes.cli_pane import CliContext, CliPane
from netconf_gui.gui.panes.cli_review import CliReview
from netconf_gui.gui.panes.history_details import Wish
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace
from tests.gui.whole import LONG, PASSWORD

DEVICE = "r1"
DESCRIPTION = (" description test456\n", " description by us\n")


@pytest.fixture
def router(tmp_path: Path) -> Iterator[CiscoDevice]:
    device = CiscoDevice()
    with DemoServer(device, host_key=tmp_path / "host_key", password=PASSWORD) as server:
        device.server = server  # type: ignore[attr-defined]
        yield device


@pytest.fixture
def opened(qtbot: QtBot, program: Program, router: CiscoDevice) -> CliPane:
    """The router's running configuration in front."""
    server: DemoServer = router.server  # type: ignore[attr-defined]
    device = Device(DEVICE, "edge-r1", "127.0.0.1", server.port, "demo", use_agent=False)
    program.workspace.inventory.put(device)
    options = ConnectOptions(password=PASSWORD, accept_host_keys=(server.host_key_fingerprint,))
    program.connections.put(device, options)
    program.connections.connect_device(DEVICE)
    qtbot.waitUntil(lambda: bool(program.texts.panes), timeout=LONG)
    return program.texts.panes[0]


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskManager]:
    yield TaskManager()


def change(pane: CliPane, *changes: tuple[str, str]) -> None:
    text = pane.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    pane.put_text(text)
    pane.settle()


def answer(qtbot: QtBot, program: Program, name: str, key: str) -> None:
    """Press a button of a question."""

    def there() -> bool:
        return any(one.isVisible() for one in program.window.findChildren(Question, name))

    qtbot.waitUntil(there, timeout=LONG)
    question = next(one for one in program.window.findChildren(Question, name) if one.isVisible())
    button = question.findChild(object, f"{key}Button")
    assert button is not None
    button.click()  # type: ignore[attr-defined]


def apply(qtbot: QtBot, program: Program, pane: CliPane) -> None:
    review = program.texts.review(pane)
    with qtbot.waitSignal(program.applying.ended, timeout=LONG):
        review.apply_button.click()
    qtbot.waitUntil(lambda: not program.applying.is_running(DEVICE), timeout=LONG)


def titles(pane: CliPane) -> list[str]:
    return [str(pane.model.index(row, 0).data()) for row in range(pane.model.rowCount())]


# ---------------------------------------------------------------------------------------------------- one page alone


def test_the_sections_are_a_tree_beside_the_text(qtbot: QtBot, tasks: TaskManager) -> None:
    pane = CliPane(INITIAL, CliContext(), tasks)
    qtbot.addWidget(pane)
    assert titles(pane)[:5] == ["class-map", "policy-map", "interface", "router", "ip access-list"]
    assert titles(pane)[-1] == "global"
    index = pane.model.index_of(("interface Loopback113", "description test456"))
    assert index.isValid()
    pane.tree.clicked.emit(index)
    assert pane.editor.textCursor().block().text() == " description test456"
    assert pane.bar.place.text() == "interface Loopback113  ›  description test456"
    pane.go_to_tree()
    assert pane.tree.currentIndex() == index
    secret = pane.model.index_of(("router bgp 64496", "neighbor 198.51.100.1 password 7 094F471A1A0A"))
    assert "094F" not in str(secret.data())
    pane.close_pane()


def test_changes_are_marked_in_both_and_can_be_filtered_and_undone(qtbot: QtBot, tasks: TaskManager) -> None:
    pane = CliPane(INITIAL, CliContext(), tasks)
    qtbot.addWidget(pane)
    change(
        pane,
        DESCRIPTION,
        ("!\ninterface GigabitEthernet0/0", "!\ninterface Loopback7\n mtu 1400\n!\ninterface GigabitEthernet0/0"),
    )
    assert pane.changes == 2
    assert pane.is_dirty
    assert sorted(set(pane.state.tints.values())) == ["added", "changed"]
    pane.state_bar.only.setChecked(True)
    assert titles(pane) == ["interface"]
    pane.step_change(True)
    assert pane.editor.textCursor().block().text() == " description by us"
    pane.editor.step(False)
    pane.settle()
    assert pane.changes == 0
    assert not pane.is_dirty
    assert titles(pane) == []
    assert pane.empty.title.text() == "No changes"
    pane.editor.step(True)
    pane.settle()
    assert pane.changes == 2
    pane.close_pane()


def test_typing_is_looked_at_in_the_background(qtbot: QtBot, tasks: TaskManager) -> None:
    pane = CliPane(INITIAL, CliContext(), tasks)
    qtbot.addWidget(pane)
    pane.show()
    pane.jump(("interface Loopback113", "description test456"))
    qtbot.keyClick(pane.editor, Qt.Key.Key_End)
    qtbot.keyClicks(pane.editor, "7")
    qtbot.waitUntil(lambda: pane.changes == 1, timeout=LONG)
    pane.close_pane()


def test_folding_and_searching(qtbot: QtBot, tasks: TaskManager) -> None:
    pane = CliPane(INITIAL, CliContext(), tasks)
    qtbot.addWidget(pane)
    pane.jump(("interface Loopback113",))
    line = pane.editor.textCursor().blockNumber()
    assert pane.editor.folding.ranges[line] == line + 3
    pane.editor.folding.toggle(line)
    assert not pane.editor.document().findBlockByNumber(line + 1).isVisible()
    pane.bar.search.setText("load-interval")
    assert pane.bar.count.text() == "1 of 1"
    assert pane.editor.textCursor().selectedText() == "load-interval"
    assert pane.editor.document().findBlockByNumber(line + 1).isVisible()
    pane.bar.search.setText("address")
    pane.step_search(True)
    pane.step_search(False)
    assert pane.bar.count.text().startswith(("1 of", "2 of", "3 of", "4 of", "5 of", "6 of", "7 of"))
    qtbot.keyClick(pane.bar.search, Qt.Key.Key_Escape)
    assert pane.bar.search.text() == ""
    pane.close_pane()


def test_a_text_that_is_no_configuration_is_said_and_not_sent(qtbot: QtBot, tasks: TaskManager) -> None:
    pane = CliPane(INITIAL, CliContext("x", "x"), tasks)
    qtbot.addWidget(pane)
    review = CliReview(pane)
    qtbot.addWidget(review)
    pane.put_text("\n".join(" " * depth + "interface x" for depth in range(40)))
    pane.settle()
    assert "inside more than" in pane.notice.text
    assert not review.apply_button.isEnabled()
    pane.close_pane()


def test_the_review_shows_differences_and_commands(qtbot: QtBot, tasks: TaskManager) -> None:
    pane = CliPane(INITIAL, CliContext("r1", "edge"), tasks)
    qtbot.addWidget(pane)
    review = CliReview(pane)
    qtbot.addWidget(review)
    assert review.empty.title.text() == "Nothing differs"
    change(pane, DESCRIPTION, (" permit ospf any any\n", ""))
    assert review.diff.plain_text().split("\n") == [
        "  interface Loopback113",
        "-  description test456",
        "+  description by us",
        "  ip access-list extended EDGE",
        "-  permit ospf any any",
    ]
    assert review.commands.plain_text().split("\n") == [
        "interface Loopback113",
        " description by us",
        " exit",
        "ip access-list extended EDGE",
        " no permit ospf any any",
        " exit",
    ]
    assert "look twice" in review.notice.text
    review.show()
    review.say_notes("What will happen.")
    review.resize(900, 600)
    assert review.way.text == review.apply_button.toolTip() == "What will happen."
    review.resize(400, 300)
    assert review.way.text == ""
    assert review.startup.text() == "Startup"
    assert review.apply_button.toolTip() == "What will happen."
    review.which.choose("inverse")
    assert "description test456" in review.commands.plain_text()
    assert review.summary.text().startswith("2 changes in 2 sections")
    pane.close_pane()


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("interface Loopback113", ["xml_tag", "xml_tag"]),
        (" no ip address", ["removed", "xml_attribute"]),
        (" ip address 10.0.0.1 255.0.0.0", ["xml_attribute", "xml_string", "xml_string"]),
        (" description to 10.0.0.1", ["xml_attribute", "xml_string"]),
        ("! a note", ["xml_comment"]),
        ("", []),
    ],
)
def test_the_colours_of_a_line(line: str, kinds: list[str]) -> None:
    spans, state = scan_cli_line(line, 0)
    assert [kind for _, _, kind in spans] == kinds
    assert state == 0


def test_the_colours_of_a_banner_go_over_lines() -> None:
    _, state = scan_cli_line("banner motd ^C", 0)
    assert state
    spans, state = scan_cli_line("interface is no command here", state)
    assert [kind for _, _, kind in spans] == ["xml_string"]
    assert scan_cli_line("^C", state)[1] == 0
    assert scan_cli_line("banner motd #Hello#", 0)[1] == 0


# ------------------------------------------------------------------------------------------------------- the program


def test_it_opens_is_edited_reviewed_and_applied(
    qtbot: QtBot,
    program: Program,
    router: CiscoDevice,
    opened: CliPane,
) -> None:
    a = program.window.actions_
    assert opened.text == router.text
    assert program.window.documents.currentWidget() is opened
    qtbot.waitUntil(lambda: a.refresh.isEnabled() and not a.schema_report.isEnabled(), timeout=LONG)
    assert not a.review.isEnabled()
    change(opened, DESCRIPTION)
    qtbot.waitUntil(a.review.isEnabled, timeout=LONG)
    assert program.window.status.draft.text == "Draft: 1 change"
    a.review.trigger()
    review = program.texts.review_of(opened)
    assert review is not None
    assert "no confirmed commit" in review.apply_button.toolTip()
    assert "Startup is not written" in review.apply_button.toolTip()
    review.startup.setChecked(True)
    assert "copied to startup" in review.apply_button.toolTip()
    with qtbot.waitSignal(program.applying.ended, timeout=LONG):
        review.apply_button.click()
    assert "description by us" in router.text
    assert "description by us" in router.startup_text
    assert "1 command applied to edge-r1." in program.apply_pane.notice.text
    qtbot.waitUntil(lambda: not opened.is_dirty, timeout=LONG)
    assert opened.text == router.text


def test_a_refusal_names_the_command_and_leads_to_it(
    qtbot: QtBot,
    program: Program,
    router: CiscoDevice,
    opened: CliPane,
) -> None:
    change(opened, (" no ip address\n load-interval", " ip address 192.0.2.1\n load-interval"))
    apply(qtbot, program, opened)
    assert "Command 2, “ip address 192.0.2.1”: % Incomplete command." in program.apply_pane.notice.text
    line = next(line for line in program.apply_pane.log.lines if line.path == "command 2")
    program.apply_pane.jump_wanted.emit(line.path)
    assert program.window.documents.currentWidget() is opened
    assert opened.editor.textCursor().block().text() == " ip address 192.0.2.1"
    assert opened.is_dirty
    opened.editor.undo()


def test_what_others_changed_is_met(
    qtbot: QtBot,
    program: Program,
    router: CiscoDevice,
    opened: CliPane,
) -> None:
    change(opened, DESCRIPTION)
    router.type("interface Loopback0", "description theirs")
    program.texts.refresh(opened)
    answer(qtbot, program, "cliRefreshQuestion", "keep")
    qtbot.waitUntil(lambda: "description theirs" in opened.base, timeout=LONG)
    assert "description by us" in opened.text
    assert "description theirs" in opened.text
    assert opened.changes == 1
    router.type("interface Loopback113", "description theirs too")
    apply(qtbot, program, opened)
    answer(qtbot, program, "cliConflictQuestion", "fetch")
    qtbot.waitUntil(lambda: "theirs too" in opened.base, timeout=LONG)
    assert "description by us" in opened.text
    program.texts.refresh(opened)
    answer(qtbot, program, "cliRefreshQuestion", "fetch")
    qtbot.waitUntil(lambda: not opened.is_dirty, timeout=LONG)
    assert "theirs too" in opened.text


def test_a_part_that_is_there_can_be_taken_back(
    qtbot: QtBot,
    program: Program,
    router: CiscoDevice,
    opened: CliPane,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = router._edit_config

    def half(session: DeviceSession, operation: etree._Element) -> str:
        """Done, and refused all the same, with one command missing."""
        answered(session, operation)
        router.type("interface Loopback113", "description test456")
        return cisco_text.error("operation-failed", "Something went wrong.")

    change(opened, ("hostname demo-router", "hostname r2"), DESCRIPTION)
    monkeypatch.setattr(router, "_edit_config", half)
    apply(qtbot, program, opened)
    assert "A part of the change is there" in program.apply_pane.notice.text
    monkeypatch.setattr(router, "_edit_config", answered)
    with qtbot.waitSignal(program.applying.ended, timeout=LONG):
        answer(qtbot, program, "cliWayBackQuestion", "back")
    assert "hostname demo-router" in router.text


def test_startup_is_shown_and_cannot_be_edited(qtbot: QtBot, program: Program, opened: CliPane) -> None:
    program.devices.open(DEVICE, "startup")
    qtbot.waitUntil(lambda: len(program.texts.panes) == 2, timeout=LONG)
    startup = program.texts.of_device(DEVICE, "startup")
    assert startup is not None
    assert startup.editor.isReadOnly()
    assert startup.state_bar.read_only.text() == "read only"
    program.devices.open(DEVICE, "running")
    assert program.window.documents.currentWidget() is opened


def test_a_file_is_edited_offline_saved_and_asked_about(
    qtbot: QtBot,
    program: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "edge.cfg"
    path.write_text(INITIAL)
    program.files.open(path)
    qtbot.waitUntil(lambda: bool(program.texts.panes), timeout=LONG)
    pane = program.texts.panes[0]
    assert pane.context.file == path
    change(pane, DESCRIPTION)
    program.texts.review(pane)
    review = program.texts.review_of(pane)
    assert review is not None
    assert review.apply_button.isHidden()
    assert "description by us" in review.commands.plain_text()
    program.documents.close_page(pane)
    answer(qtbot, program, "closeQuestion", "cancel")
    assert pane in program.texts.panes
    program.texts.saving.save(pane)
    qtbot.waitUntil(lambda: not pane.is_dirty, timeout=LONG)
    assert "description by us" in path.read_text()
    path.write_text("hostname other\n")
    change(pane, ("hostname demo-router", "hostname r2"))
    program.texts.saving.save(pane)
    answer(qtbot, program, "cliOverwriteQuestion", "over")
    qtbot.waitUntil(lambda: "hostname r2" in path.read_text(), timeout=LONG)
    other = tmp_path / "copy.txt"
    monkeypatch.setattr(QFileDialog, "open", lambda self: (self.fileSelected.emit(str(other)), self.done(1)))
    program.window.actions_.save_as.trigger()
    qtbot.waitUntil(other.exists, timeout=LONG)
    assert other.stat().st_mode & 0o077 == 0
    qtbot.waitUntil(lambda: not pane.is_dirty, timeout=LONG)
    program.documents.close_page(pane)
    qtbot.waitUntil(lambda: not program.texts.panes, timeout=LONG)


def test_a_draft_outlives_the_program(
    qtbot: QtBot,
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    def start() -> Program:
        made = Program(replace(workspace), mode="light")
        made.show()
        return made

    def end(one: Program) -> None:
        with qtbot.waitSignal(one.ended, timeout=LONG):
            one.close_now()
        one.window.deleteLater()

    first = start()
    pane = first.texts.add(INITIAL, CliContext(DEVICE, "edge-r1", fetched_at=1_700_000_000.0))
    change(pane, DESCRIPTION)
    end(first)
    second = start()
    qtbot.waitUntil(lambda: bool(second.window.findChildren(ListDialog, "recoverDialog")), timeout=LONG)
    [dialog] = second.window.findChildren(ListDialog, "recoverDialog")
    dialog.findChild(object, "recoverButton").click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(second.texts.panes), timeout=LONG)
    again = second.texts.panes[0]
    assert again.base == INITIAL
    assert "description by us" in again.text
    assert again.context.title == "edge-r1 running"
    again.rebase(again.text, again.text, again.context)
    task = second.texts.drafting.keeper(again).flush()
    if task is not None:
        qtbot.waitUntil(lambda: task.state.value in ("done", "failed"), timeout=LONG)
    end(second)
    qtbot.waitUntil(lambda: not workspace.drafts.left(), timeout=LONG)


def test_closing_a_text_drops_its_draft(
    qtbot: QtBot,
    program: Program,
    router: CiscoDevice,
    opened: CliPane,
) -> None:
    change(opened, DESCRIPTION)
    program.documents.close_page(opened)
    answer(qtbot, program, "closeQuestion", "discard")
    qtbot.waitUntil(lambda: not program.texts.panes, timeout=LONG)
    assert "by us" not in router.text


def test_the_history_shows_commands_and_leads_back(
    qtbot: QtBot,
    program: Program,
    router: CiscoDevice,
    opened: CliPane,
) -> None:
    change(opened, DESCRIPTION, ("community public", "community Hush"))
    apply(qtbot, program, opened)
    qtbot.waitUntil(lambda: not opened.is_dirty, timeout=LONG)
    router.type("interface Loopback0", "description theirs")
    [entry] = program.workspace.snapshots.entries(DEVICE).entries
    page = program.histories.open(DEVICE)
    assert page is not None
    program.histories.revert(DEVICE, entry, Wish("before", False))
    qtbot.waitUntil(lambda: opened.changes == 3, timeout=LONG)
    assert "description test456" in opened.text
    assert "description theirs" in opened.text
    assert "community public" in opened.text
    assert isinstance(program.window.documents.currentWidget(), CliReview)
    opened.put_text(opened.base)
    opened.settle()
    program.histories.revert(DEVICE, entry, Wish("before", True))
    qtbot.waitUntil(lambda: opened.changes == 4, timeout=LONG)
    assert "description theirs" not in opened.text
    opened.put_text(opened.base)
    opened.settle()
