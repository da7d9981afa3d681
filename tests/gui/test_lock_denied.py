"""What stands in the way of an apply, asked about in the window: somebody's lock, somebody's uncommitted edits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.leftovers import LeftoversDialog
from netconf_gui.gui.dialogs.lock_denied import LockDeniedDialog, waiting_words
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import NS_BASE, add_element, new_element
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.services.connect import connect as connect_session
from netconf_gui.services.events import CredentialAnswer, LockHolder
from netconf_gui.services.report import DeployReport
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import new_device
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.gui.test_program_apply import change_hostname
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press, shown
from tests.services.conftest import Person

SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


@pytest.fixture
def other(server: DemoServer, tmp_path: Path) -> Iterator[Session]:
    """Somebody else's session on the same device."""
    device = new_device("other", "127.0.0.1", port=server.port, username="demo", use_agent=False)
    elsewhere = Workspace.open(Locations.under(tmp_path / "elsewhere"))
    person = Person([CredentialAnswer(PASSWORD)])
    session = connect_session(device, person, elsewhere, options=ConnectOptions())
    yield session
    session.close()


@pytest.fixture
def pane(program: Program, qtbot: QtBot, server: DemoServer) -> DocumentPane:
    connect(qtbot, program, add(program, server))
    return change_hostname(program, "renamed")


def ended(program: Program, qtbot: QtBot, reports: list[DeployReport]) -> DeployReport:
    qtbot.waitUntil(lambda: bool(reports), timeout=LONG)
    return reports[0]


@pytest.fixture
def reports(program: Program) -> list[DeployReport]:
    found: list[DeployReport] = []
    program.applying.ended.connect(lambda _device, report: found.append(report))
    return found


def test_the_holder_is_named_and_stopping_leaves_everything(
    program: Program, qtbot: QtBot, other: Session, pane: DocumentPane, reports: list[DeployReport]
) -> None:
    datastores.lock(other, "candidate")
    program.applying.apply(pane)
    asked = dialog(qtbot, LockDeniedDialog)
    assert "pe1" in asked.ui.titleLabel.text() and "locked" in asked.ui.titleLabel.text()
    said = {name: asked.findChild(QLabel, f"{name}Value").text() for name in ("session", "user", "host")}
    assert said == {"session": str(other.session_id), "user": "demo", "host": "127.0.0.1"}
    assert "Nothing has been sent" in asked.ui.subtitleLabel.text()
    press(qtbot, asked, "stopButton")
    report = ended(program, qtbot, reports)
    assert report.outcome is Outcome.UNCHANGED and not report.ok and report.clean
    assert str(other.session_id) in report.text and pane.document.is_dirty
    datastores.unlock(other, "candidate")


def test_waiting_is_seen_and_goes_on_when_the_lock_is_free(
    program: Program, qtbot: QtBot, other: Session, pane: DocumentPane, reports: list[DeployReport]
) -> None:
    datastores.lock(other, "running")
    program.applying.apply(pane)
    press(qtbot, dialog(qtbot, LockDeniedDialog), "waitButton")
    qtbot.waitUntil(lambda: "Next try in" in program.apply_pane.notice.text, timeout=LONG)
    assert f"session {other.session_id}" in program.apply_pane.notice.text
    assert program.apply_pane.stop_button.isVisible()
    datastores.unlock(other, "running")
    report = ended(program, qtbot, reports)
    assert report.ok and report.outcome is Outcome.APPLIED, report.text


def test_waiting_can_be_stopped(
    program: Program, qtbot: QtBot, other: Session, pane: DocumentPane, reports: list[DeployReport]
) -> None:
    datastores.lock(other, "running")
    program.applying.apply(pane)
    press(qtbot, dialog(qtbot, LockDeniedDialog), "waitButton")
    qtbot.waitUntil(lambda: "Next try in" in program.apply_pane.notice.text, timeout=LONG)
    qtbot.mouseClick(program.apply_pane.stop_button, Qt.MouseButton.LeftButton)
    report = ended(program, qtbot, reports)
    assert report.outcome is Outcome.UNCHANGED and report.clean and pane.document.is_dirty
    datastores.unlock(other, "running")


def test_a_session_is_ended_after_a_second_question(
    program: Program, qtbot: QtBot, other: Session, pane: DocumentPane, reports: list[DeployReport]
) -> None:
    datastores.lock(other, "running")
    program.applying.apply(pane)
    asked = dialog(qtbot, LockDeniedDialog)
    press(qtbot, asked, "killButton")
    question = dialog(qtbot, Question)
    assert str(other.session_id) in question.ui.titleLabel.text() and "lost" in question.ui.subtitleLabel.text()
    press(qtbot, question, "keepButton")
    qtbot.waitUntil(lambda: shown(Question) is None)
    assert asked.isVisible() and not other.closed and not reports
    press(qtbot, asked, "killButton")
    press(qtbot, dialog(qtbot, Question), "endButton")
    report = ended(program, qtbot, reports)
    assert report.ok, report.text
    qtbot.waitUntil(lambda: other.closed, timeout=LONG)


def test_a_lock_of_the_command_line_cannot_be_ended(qtbot: QtBot) -> None:
    holder = LockHolder("candidate", 0, "", "", "", (), "Candidate is locked.")
    asked = LockDeniedDialog(None, "pe1", holder)
    qtbot.addWidget(asked)
    assert not asked.kill_button.isEnabled() and "command line" in asked.ui.subtitleLabel.text()
    assert "another client" in waiting_words(holder, 3.2, 50)
    with qtbot.waitSignal(asked.decided):
        asked.reject()


def leave_edits(other: Session) -> None:
    """Somebody edits candidate and does not commit."""
    config = new_element(f"{{{NS_BASE}}}config", {None: NS_BASE})
    system = new_element(f"{{{SYSTEM}}}system", {None: SYSTEM})
    add_element(system, f"{{{SYSTEM}}}contact", "somebody@example.net")
    config.append(system)
    other.call(operations.edit_config("candidate", config))


@pytest.mark.parametrize("discard", [False, True])
def test_leftovers_are_shown_and_kept_or_discarded(
    program: Program, qtbot: QtBot, other: Session, pane: DocumentPane, reports: list[DeployReport], discard: bool
) -> None:
    leave_edits(other)
    program.applying.apply(pane)
    asked = dialog(qtbot, LeftoversDialog)
    assert "1 edit" in asked.ui.titleLabel.text()
    item = asked.list.topLevelItem(0)
    assert "contact" in item.text(0) and item.text(3) == "somebody@example.net"
    assert item.text(1).startswith(("+", "~"))
    press(qtbot, asked, "discardButton" if discard else "stopButton")
    report = ended(program, qtbot, reports)
    candidate = datastores.get_config(other, "candidate")
    contacts = [element.text for element in candidate.iter(f"{{{SYSTEM}}}contact")]
    if discard:
        assert report.ok, report.text
        assert "somebody@example.net" not in contacts
    else:
        assert report.outcome is Outcome.UNCHANGED and not report.ok and pane.document.is_dirty
        assert "somebody@example.net" in contacts
