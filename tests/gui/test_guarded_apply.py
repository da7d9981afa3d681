"""A guarded apply in the whole window against a demo device in this process: confirmed, rolled back, by the program."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome, Stage
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.apply_options import ApplyOptionsDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.services.pending import pending
from netconf_gui.services.report import DeployReport
from netconf_gui.workspace.apply_choices import ApplyChoice
from netconf_gui.workspace.inventory import CredentialPolicy, Device
from netconf_gui.workspace.journal import JournalFolder
from tests.gui.test_program_apply import change_hostname
from tests.gui.whole import LONG, add, connect, dialog, press, shown


def connected(program: Program, qtbot: QtBot, server: DemoServer) -> Device:
    """A device whose password is kept for the session: the probe asks nobody."""
    device = add(program, server, credential_policy=CredentialPolicy.SESSION)
    connect(qtbot, program, device)
    return device


def begin(program: Program, qtbot: QtBot, *, seconds: int, person: bool) -> None:
    """*Apply with options…* from the keyboard, up to the countdown or the end."""
    window = program.window
    qtbot.waitUntil(window.actions_.apply_options.isEnabled)
    qtbot.waitUntil(lambda: shown(QDialog) is None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window, Qt.Key.Key_Return, modifiers)
    asked = dialog(qtbot, ApplyOptionsDialog)
    asked.guard.setChecked(True)
    asked.seconds.setValue(seconds)
    asked.confirm_by.choose("person" if person else "program")
    press(qtbot, asked, "applyOptionsButton")


def test_a_person_confirms_and_the_change_stays(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    device = connected(program, qtbot, server)
    pane = change_hostname(program, "renamed")
    begin(program, qtbot, seconds=300, person=True)
    qtbot.waitUntil(program.window.guard_banner.isVisible, timeout=LONG)
    states = {step.stage: step.note for step in program.apply_pane.stepper.steps}
    assert Stage.PROBE in states and Stage.CONFIRM in states
    assert not program.window.actions_.stop.isEnabled(), "Esc decides nothing about a live commit"
    program.applying.stop()
    assert program.guarding.waiting == (device.id,), "nor does the Stop of another apply"
    row = program.window.guard_banner.rows[device.id]
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        qtbot.mouseClick(row.confirm, Qt.MouseButton.LeftButton)
    report = ended.args[1]
    assert isinstance(report, DeployReport) and report.ok and report.outcome is Outcome.APPLIED, report.text
    assert not program.window.guard_banner.isVisible()
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert b"<hostname>renamed</hostname>" in pane.document.base
    program.applying.review(pane)
    review = program.documents.review_of(pane)
    assert review is not None and review.bar.options.text() == "Guard 300 s", "Apply is as last time, and says so"
    kept = program.workspace.apply_choices.of(device.id)
    assert kept is not None and kept.guard_seconds == 300 and kept.confirm_by == "person"


def test_a_person_rolls_back_and_the_draft_is_kept(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connected(program, qtbot, server)
    pane = change_hostname(program, "renamed")
    program.applying.review(pane)
    review = program.documents.review_of(pane)
    assert review is not None
    qtbot.waitUntil(review.apply_button.isEnabled, timeout=LONG)
    begin(program, qtbot, seconds=300, person=True)
    qtbot.waitUntil(program.window.guard_banner.isVisible, timeout=LONG)
    assert not review.apply_button.isEnabled() and "under way" in review.apply_button.toolTip()
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        qtbot.mouseClick(program.apply_pane.roll_back_button, Qt.MouseButton.LeftButton)
    report = ended.args[1]
    assert isinstance(report, DeployReport) and report.outcome is Outcome.ROLLED_BACK, report.text
    qtbot.waitUntil(review.apply_button.isEnabled, timeout=LONG)
    assert pane.document.is_dirty and not program.window.guard_banner.isVisible()


def test_the_program_probes_and_confirms_by_itself(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connected(program, qtbot, server)
    change_hostname(program, "renamed")
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        begin(program, qtbot, seconds=120, person=False)
    report = ended.args[1]
    assert isinstance(report, DeployReport) and report.ok, report.text
    assert any(event.stage is Stage.PROBE for event in report.stages)


def test_a_guard_that_nobody_settles_is_told(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connected(program, qtbot, server)
    pane = change_hostname(program, "renamed")
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        program.applying._apply_as(pane, ApplyChoice(guard_seconds=1, confirm_by="person"))
    report = ended.args[1]
    assert isinstance(report, DeployReport) and report.outcome is Outcome.ROLLED_BACK, report.text
    assert not program.window.guard_banner.isVisible() and pane.document.is_dirty


def test_closing_a_document_whose_commit_waits_does_not_call_it_unapplied(
    program: Program, qtbot: QtBot, server: DemoServer
) -> None:
    connected(program, qtbot, server)
    pane = change_hostname(program, "renamed")
    begin(program, qtbot, seconds=300, person=True)
    qtbot.waitUntil(program.window.guard_banner.isVisible, timeout=LONG)
    with qtbot.waitSignal(program.applying.ended, timeout=LONG):
        program.guarding.leave()
    program.documents.close_page(pane)
    question = dialog(qtbot, Question)
    words = " ".join(label.text() for label in question.findChildren(QLabel))
    assert "waits to be confirmed" in words and "not applied" not in words
    press(qtbot, question, "discardButton")


def test_ending_the_program_leaves_the_commit_pending(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connected(program, qtbot, server)
    change_hostname(program, "renamed")
    begin(program, qtbot, seconds=300, person=True)
    qtbot.waitUntil(program.window.guard_banner.isVisible, timeout=LONG)
    assert not program.window.actions_.disconnect.isEnabled(), "the apply ends its session itself"
    journal = JournalFolder(program.workspace.locations.journal_folder)
    with qtbot.waitSignal(program.ended, timeout=LONG):
        program.close_now()  # as TERM does: nobody can be asked
    (left,) = pending(journal)
    assert left.persisted and left.device_name == "pe1"
    for name in ("candidate", "running"):
        assert server.device.locks.holder(name) is None
