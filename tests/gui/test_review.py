"""Review and Apply: what differs, what would be sent, what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit, QScrollBar, QWidget

from netconf_gui.config import editing
from netconf_gui.config.compare import ReadbackItem, Verdict
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import DeployError, Outcome, RpcError, Stage
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.diff_tree import DiffTreeModel
from netconf_gui.gui.panes.apply import ApplyPane
from netconf_gui.gui.panes.diff import DiffPane
from netconf_gui.gui.review import make_review, operation_tints
from netconf_gui.gui.stage_words import TITLES, planned_stages, readback_words
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.services.deploy import DeployOptions, DeployReport, Strategy
from netconf_gui.services.events import Note, StageEvent, StageState
from tests.gui import sample
from tests.gui.review_sample import BASE, CANDIDATE, PATIENCE, context, edited, open_review


@pytest.fixture
def review(qtbot):
    with open_review(qtbot, edited()) as made:
        yield made


def test_it_counts_and_tells_in_words(review):
    made, _ = review
    assert [chip.text() for chip in made.counts.chips.values()] == [
        "+ 1 added",
        "− 1 removed",
        "~ 1 changed",
        "↕ 1 moved",
    ]
    assert "mtu 1500 → 9192" in made.counts.summary.text()
    assert made.plan.counts.text().startswith("4 operations, ")
    assert made.plan.dry.text() == "Dry run: the result equals the draft."
    assert "become active with one commit" in made.plan.notes.text()
    assert made.model.headers[2].startswith("Fetched ")


def test_the_tree_shows_only_the_way_to_what_differs(review, qtbot):
    made, _ = review
    tester = QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def rows(parent):
        return [made.model.index(number, 0, parent) for number in range(made.model.rowCount(parent))]

    def names(parent):
        return [index.siblingAtColumn(1).data() for index in rows(parent)]

    top = rows(made.tree.rootIndex())
    assert [index.siblingAtColumn(1).data() for index in top] == ["interfaces", "acl"]
    group = rows(top[0])[0]
    assert names(group) == ["xe-0/0/1", "xe-0/0/2", "xe-0/0/3"]
    assert [index.data(LOOK).state for index in rows(group)] == ["same", "removed", "added"]
    mtu = rows(rows(group)[0])[0]
    assert [mtu.siblingAtColumn(number).data() for number in range(4)] == ["~", "mtu", "1500", "9192"]
    moved = rows(rows(top[1])[0])[0]
    assert moved.data(LOOK).side == "moved before 10"
    del tester


def test_steps_lead_through_the_changes_and_to_the_nodes(review, qtbot):
    made, pane = review
    qtbot.mouseClick(made.bar.next, Qt.MouseButton.LeftButton)
    assert made.bar.position.text() == "1 of 4"
    qtbot.mouseClick(made.bar.previous, Qt.MouseButton.LeftButton)
    assert made.bar.position.text() == "4 of 4"
    made.jump_wanted.connect(pane.jump)
    made.tree.show_change(0)
    made.tree.setFocus()
    qtbot.keyClick(made.tree, Qt.Key.Key_Return)
    assert pane.path_text() == "/ex:interfaces/interface[name='xe-0/0/1']/mtu"
    made.modes.choose("side")
    qtbot.waitUntil(lambda: made.count > 0, timeout=10_000)
    qtbot.mouseClick(made.bar.next, Qt.MouseButton.LeftButton)
    assert made.text.rows.row(made.text.current).state in ("added", "removed", "changed")


def test_the_edit_config_can_be_copied_and_is_tinted_by_operation(review, qtbot):
    made, _ = review
    qtbot.mouseClick(made.plan.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text == made.review.edit_config and text.startswith("<edit-config")
    tints = operation_tints(text)
    lines = text.splitlines()
    assert {tints.get(number) for number, line in enumerate(lines, 1) if 'operation="delete"' in line} == {"removed"}
    assert {tints.get(number) for number, line in enumerate(lines, 1) if "<mtu" in line} == {"changed"}
    assert tints.get(1) is None and set(tints.values()) == {"removed", "changed", "added", "moved"}


def test_it_keeps_up_with_edits_and_says_when_nothing_differs(review, qtbot):
    made, pane = review
    with qtbot.waitSignal(made.refreshed):
        pane.undo()
    assert made.counts.chips["moved"].isHidden()
    while pane.document.can_undo:
        pane.document.undo()
    qtbot.waitUntil(lambda: made._body.currentWidget() is made.empty)
    assert not made.apply_button.isEnabled()


def test_apply_is_asked_for_by_its_button(review, qtbot):
    made, _ = review
    assert made.apply_button.isEnabled() and made.apply_button.text() == "Apply to candidate…"
    with qtbot.waitSignal(made.apply_wanted):
        qtbot.mouseClick(made.apply_button, Qt.MouseButton.LeftButton)


def test_a_file_cannot_be_applied_and_says_why():
    doc = edited()
    found = make_review(doc.base, doc.snapshot().data, 1, doc.schema, DocumentContext())
    assert found.refused == "Connect to a device to apply this." and not found.notes


def test_a_dry_run_that_is_refused_is_told():
    doc = sample.document(3)
    editing.set_text(doc, sample.element(doc, "interfaces/interface[xe-0/0/1]/mtu"), "7")
    found = make_review(doc.base, doc.snapshot().data, 1, doc.schema, context())
    assert found.dry_run


def test_an_empty_model_is_consistent(qapp):
    model = DiffTreeModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    doc = sample.document(3)
    model.show(doc.diff())
    assert model.rowCount() == 0
    del tester


# apply

PLAN = Strategy(
    "candidate", ("candidate", "running"), "validate", None, None, False, False, ("The edits go to candidate.",)
)
REFUSED = RpcError(
    tag="operation-failed", message="mtu is too small", path="/if:interfaces/if:interface[if:name='lo0']/if:mtu"
)


def play(pane: ApplyPane, *events: StageEvent) -> None:
    for event in events:
        pane.stage(StageEvent(event.stage, StageState.RUNNING))
        pane.stage(event)


def texts(pane: ApplyPane) -> list[str]:
    return [line.text for line in pane.log.lines]


@pytest.fixture
def apply(qtbot) -> ApplyPane:
    pane = ApplyPane()
    qtbot.addWidget(pane)
    pane.resize(1100, 320)
    pane.show()
    return pane


def test_before_any_apply_it_says_what_to_do(apply):
    assert apply.empty.isVisible()


def test_stages_are_shown_as_they_come(apply, qtbot):
    apply.begin("Apply to pe1.fra", PLAN)
    assert [TITLES[step.stage] for step in apply.stepper.steps] == [
        "Pre-check", "Lock", "Compare", "Edit", "Validate", "Commit", "Read back", "Unlock", "History",
    ]  # fmt: skip
    assert texts(apply) == ["The edits go to candidate."]
    play(apply, StageEvent(Stage.LOCK, StageState.OK, "Locked by session 7.", 0.2))
    apply.note(Note("Take care.", "warning"))
    assert texts(apply)[1:] == ["Locked by session 7.", "Take care."]
    lock = apply.stepper.steps[1]
    assert (lock.state, lock.note) == ("ok", "0.2 s")
    assert "Lock: ok" in apply.stepper.accessibleDescription()
    with qtbot.waitSignal(apply.stop_wanted):
        qtbot.mouseClick(apply.stop_button, Qt.MouseButton.LeftButton)
    assert not apply.stop_button.isEnabled() and apply.stop_button.text() == "Stopping…"
    assert not apply.grab().isNull()


def test_every_rpc_error_is_listed_and_leads_to_its_node(apply, qtbot):
    apply.begin("Apply to pe1.fra", PLAN)
    second = RpcError(tag="data-missing", severity="error")
    play(
        apply,
        StageEvent(Stage.EDIT, StageState.FAILED, "The device refused 2 edits.", 0.1, (REFUSED, second)),
        StageEvent(Stage.DISCARD, StageState.OK, "Discarded.", 0.1),
    )
    assert [step.stage for step in apply.stepper.steps][-3:] == [Stage.DISCARD, Stage.UNLOCK, Stage.SNAPSHOT]
    error = DeployError("refused", Stage.EDIT, Outcome.UNCHANGED, errors=(REFUSED, second))
    said = "The device refused it. Nothing has changed. Your draft is kept."
    apply.ended(DeployReport(Outcome.UNCHANGED, said, (), (REFUSED, second), error=error, seconds=1.5))
    assert apply.notice.text == said and apply.outcome.text() == "Not applied"
    assert sum("mtu is too small (operation-failed)" in text for text in texts(apply)) == 1
    row = next(number for number, line in enumerate(apply.log.lines) if line.path == REFUSED.path)
    apply.view.setCurrentIndex(apply.log.index(row, 0))
    apply.view.setFocus()
    with qtbot.waitSignal(apply.jump_wanted) as told:
        qtbot.keyClick(apply.view, Qt.Key.Key_Return)
    assert told.args == [REFUSED.path]
    assert apply.stop_button.isHidden() and not apply.running


def test_what_was_read_back_is_told_apart(apply):
    schema = sample.schema()

    def item(path, verdict, sent, got):
        return ReadbackItem(InstancePath.parse(path, schema), verdict, sent, got)

    items = (
        item("/ex:system/hostname", Verdict.AS_SENT, "a", "a"),
        item("/ex:system/rate", Verdict.NORMALISED, "1.50", "1.5"),
        item("/ex:system/password", Verdict.NORMALISED, "$0$hunter2", "$6$abc"),
        item("/ex:system/blob", Verdict.NOT_READABLE, "AA==", None),
        item("/ex:system/level", Verdict.NOT_THERE, "high", "low"),
        item("/ex:acl", Verdict.NOT_THERE, None, ""),
    )
    apply.begin("Apply", PLAN)
    apply.ended(DeployReport(Outcome.APPLIED, "Applied.", (), readback=items))
    said = texts(apply)
    assert "1 of 6 nodes read back as sent." in said
    assert "/system/rate was normalised by the device: 1.50 → 1.5." in said
    assert not any("hunter2" in text or "$6$" in text for text in said)
    assert any("not as sent, though the device said ok" in text for text in said)
    assert any("still there" in text for text in said)
    assert apply.notice.property("state") == "warning"
    assert readback_words(items[0]) == ("success", "/system/hostname is as sent: a.")


EXTRA = [f"urn:ietf:params:netconf:capability:{name}" for name in ("writable-running:1.0", "confirmed-commit:1.1")]


def test_the_review_says_how_apply_is_going_to_send_it(qtbot):
    with open_review(qtbot, edited()) as (review, pane):
        pane.context = replace(pane.context, capabilities=Capabilities([BASE, CANDIDATE, *EXTRA]))
        review.send_with(DeployOptions(confirm_seconds=60, confirm_by="person"))
        qtbot.waitUntil(lambda: "60 s" in review.plan.notes.text(), timeout=PATIENCE)
        assert review.apply_button.text() == "Apply to candidate…"
        review.send_with(DeployOptions(datastore="running"))
        qtbot.waitUntil(lambda: review.apply_button.text() == "Apply to running…", timeout=PATIENCE)
        assert "active at once" in review.plan.notes.text()


@pytest.mark.parametrize(("stage", "blamed"), [(Stage.CONFIRM, False), (Stage.READBACK, True)])
def test_a_change_that_was_taken_back_is_no_broken_word_of_the_device(apply, stage, blamed):
    path = InstancePath.parse("/ex:system/level", sample.schema())
    items = (ReadbackItem(path, Verdict.NOT_THERE, "high", "low"),)
    error = DeployError("Nobody confirmed in time.", stage, Outcome.ROLLED_BACK)
    apply.begin("Apply", PLAN)
    apply.ended(DeployReport(Outcome.ROLLED_BACK, error.message, (), readback=items, error=error))
    assert any("though the device said ok" in text for text in texts(apply)) is blamed


def test_a_commit_that_was_left_pending_is_no_unknown_end(apply):
    error = DeployError("The change waits for its confirmation.", Stage.CONFIRM, Outcome.UNKNOWN)
    apply.begin("Apply", PLAN)
    apply.ended(DeployReport(Outcome.UNKNOWN, error.message, (), error=error, pending=True))
    assert apply.outcome.text() == "Waits to be confirmed"
    assert apply.notice.property("state") == "warning"


def test_the_plan_follows_the_strategy():
    running = replace(PLAN, target="running", validate="test-then-set", confirmed=False, save_startup=True)
    assert planned_stages(running) == [
        Stage.PRECHECK, Stage.LOCK, Stage.COMPARE, Stage.EDIT, Stage.READBACK, Stage.STARTUP, Stage.UNLOCK,
        Stage.SNAPSHOT,
    ]  # fmt: skip
    assert set(TITLES) == set(Stage)


def test_every_widget_has_a_name(apply, review):
    made, _ = review
    apply.begin("Apply", PLAN)
    wrong = [
        one
        for pane in (apply, made)
        for one in [pane, *pane.findChildren(QWidget)]
        if not one.objectName().startswith("qt_")
        and not isinstance(one, QScrollBar)
        and not isinstance(one.parent(), QLineEdit)
        and (not one.objectName() or not one.accessibleName())
    ]
    assert not wrong


def test_nothing_can_be_applied_before_it_was_compared(review):
    compared, pane = review
    made = DiffPane(pane, TaskManager())
    assert not made.apply_button.isEnabled() and made.empty.isVisibleTo(made)
    assert compared.apply_button.isEnabled() and not compared.empty.isVisibleTo(compared)
    made.deleteLater()
