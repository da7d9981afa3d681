"""Review and apply in the whole window against a demo device in this process, faults included."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.config.editing import set_leaf
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.message import ErrorDialog, Question
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.services.report import DeployReport
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press, shown


def change_hostname(program: Program, name: str) -> DocumentPane:
    """Edit the document of the connected device (how a person does it is tested with the tree and the node pane)."""
    pane = program.documents.panes[0]
    document = pane.document
    system = next(document.root.iterchildren("{urn:ietf:params:xml:ns:yang:ietf-system}system"))
    parent = document.schema_node(system)
    assert document.schema is not None and parent is not None
    node = next(one for one in document.schema.children(parent) if one.name == "hostname")
    set_leaf(document, system, node, name)
    return pane


def apply(qtbot: QtBot, program: Program) -> DeployReport:
    """Review and apply with the mouse; the report when it is over."""
    qtbot.waitUntil(program.window.apply_button.isEnabled)
    qtbot.mouseClick(program.window.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.window.documents.currentWidget().objectName() == "diffView")
    button = program.window.documents.currentWidget().findChild(QPushButton, "applyButton")
    assert button is not None
    qtbot.waitUntil(button.isEnabled)
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    report = ended.args[1]
    assert isinstance(report, DeployReport)
    return report


def test_apply_commits_and_fetches_again(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    report = apply(qtbot, program)
    assert report.ok and report.outcome is Outcome.APPLIED, report.text
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert b"<hostname>renamed</hostname>" in pane.document.base
    assert program.window.bottom.current == "apply"
    qtbot.waitUntil(lambda: program.window.status.lock.text == "No lock held")


def test_what_was_applied_is_not_offered_as_a_draft(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    drafts = program.workspace.locations.draft_folder
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    qtbot.waitUntil(lambda: any(drafts.glob("*/head.json")), timeout=LONG)
    assert apply(qtbot, program).ok
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    qtbot.waitUntil(lambda: not any(drafts.iterdir()), timeout=LONG)


def test_a_refused_commit_leaves_the_draft_and_a_clean_device(
    program: Program, qtbot: QtBot, server: DemoServer
) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    server.faults.arm(Fault("commit", Action.RPC_ERROR, tag="operation-failed", message="The disk is full."))
    report = apply(qtbot, program)
    assert not report.ok and report.outcome is Outcome.UNCHANGED
    assert any("disk is full" in (error.message or "") for error in report.errors)
    assert pane.document.is_dirty and pane.changes == 1, "the draft is kept"
    assert report.clean
    (refused,) = [problem for problem in pane.problems if problem.source == "device"]
    assert "disk is full" in refused.message
    # asked again, the device may say yes: what it said before asks no question
    again = apply(qtbot, program)
    assert again.ok, again.text
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert not pane.problems


def test_a_connection_lost_in_the_commit_tells_the_truth(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = add(program, server)
    connect(qtbot, program, device)
    pane = change_hostname(program, "renamed")
    server.faults.arm(Fault("commit", Action.DROP, when="after"))

    def answer() -> None:
        asked = shown(CredentialsDialog)
        if asked is not None:
            field = asked.findChild(QLineEdit, "passwordField")
            if not field.text():
                field.setText(PASSWORD)
                qtbot.keyClick(field, Qt.Key.Key_Return)

    timer = QTimer(interval=50)
    timer.timeout.connect(answer)
    timer.start()
    report = apply(qtbot, program)
    assert report.outcome is Outcome.APPLIED, report.text
    assert "renamed" in pane.document.text().decode()
    assert shown(ErrorDialog) is None, "the report tells it, once"
    link = program.connections.link(device.id)
    assert link is not None
    qtbot.waitUntil(lambda: link.connected, timeout=LONG)
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert b"<hostname>renamed</hostname>" in pane.document.base
    timer.stop()


def test_known_errors_are_asked_about_before_they_are_sent(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "-not a host name-")
    qtbot.waitUntil(lambda: any(problem.severity == "error" for problem in pane.problems), timeout=LONG)
    program.applying.apply(pane)
    question = dialog(qtbot, Question)
    assert "1 error" in question.ui.titleLabel.text()
    press(qtbot, question, "lookButton")
    qtbot.waitUntil(lambda: program.window.bottom.current == "problems")
    assert not program.applying.running


def test_refreshing_asks_before_changes_are_lost(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    qtbot.waitUntil(program.window.actions_.refresh.isEnabled)
    program.window.actions_.refresh.trigger()
    press(qtbot, dialog(qtbot, Question), "keepButton")
    qtbot.waitUntil(lambda: shown(Question) is None)
    assert pane.document.is_dirty
    program.window.actions_.refresh.trigger()
    press(qtbot, dialog(qtbot, Question), "fetchButton")
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
