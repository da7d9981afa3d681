"""The review in the whole window against a demo device: menus and keys, an edit by hand, the device asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.protocol.xml import parse
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.services.connect import connect as open_session
from netconf_gui.services.report import DeployReport
from netconf_gui.session import datastores
from netconf_gui.workspace.apply_choices import ApplyChoice
from netconf_gui.workspace.inventory import new_device
from tests.gui.review_sample import PATIENCE
from tests.gui.test_program_apply import change_hostname
from tests.gui.test_rebasing import SYSTEM, Nobody
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press, shown


def test_an_edit_by_hand_goes_to_the_device(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    program.applying.review(pane)
    review = program.documents.review_of(pane)
    assert review is not None
    qtbot.waitUntil(lambda: review.review is not None, timeout=LONG)
    menus = program.window.menus
    qtbot.waitUntil(
        lambda: review.actions_.by_hand in menus.edit.actions() and review.actions_.next in menus.view.actions()
    )
    review.actions_.by_hand.trigger()
    text = review.review.edit_config
    review.plan.text.selectAll()
    review.plan.text.insertPlainText(text.replace("renamed", "by-hand").replace('"replace"', '"merge"'))
    qtbot.waitUntil(lambda: review.plan.checked is not None, timeout=PATIENCE)
    assert review.plan.checked.state == "other", review.plan.checked
    qtbot.mouseClick(review.apply_button, Qt.MouseButton.LeftButton)
    question = dialog(qtbot, Question)
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        press(qtbot, question, "applyButton")
    report = ended.args[1]
    assert isinstance(report, DeployReport) and report.outcome is Outcome.APPLIED, report
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert b"<hostname>by-hand</hostname>" in pane.document.base
    qtbot.waitUntil(lambda: not review.plan.by_hand, timeout=PATIENCE)


@contextmanager
def candidate_edited(program: Program, server: DemoServer, hostname: str) -> Iterator[None]:
    """What somebody else has in candidate for a moment."""
    device = new_device("other", "127.0.0.1", port=server.port, username="demo", use_agent=False)
    options = ConnectOptions(password=PASSWORD, accept_host_keys=(server.host_key_fingerprint,))
    session = open_session(device, Nobody(), program.workspace, options=options)  # type: ignore[arg-type]
    try:
        content = parse(f'<system xmlns="{SYSTEM}"><hostname>{hostname}</hostname></system>'.encode())
        datastores.edit_config(session, "candidate", content)
        yield
        datastores.discard_changes(session)
    finally:
        session.close()


def test_the_device_is_asked_for_its_own_comparison(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    review = program.documents.review(pane)
    qtbot.waitUntil(review.bar.ask.isVisible, timeout=LONG)

    def ask(words: str) -> None:
        menu = review.bar.ask.menu()
        menu.aboutToShow.emit()
        next(one for one in menu.actions() if words in one.text()).trigger()

    ask("from running to candidate")
    qtbot.waitUntil(lambda: "running and candidate are the same" in program.window.status.notice.text, timeout=LONG)
    with candidate_edited(program, server, hostname="there"):
        ask("from running to candidate")
        answered = dialog(qtbot, ListDialog)
        assert answered.objectName() == "deviceComparison" and answered.list.topLevelItemCount() == 1
        row = answered.list.topLevelItem(0)
        wanted = ["~", "/ietf-system:system/hostname", "demo-edge-1 → there"]
        assert [row.text(column) for column in range(3)] == wanted
        qtbot.mouseClick(answered.findChild(QPushButton, "closeButton"), Qt.MouseButton.LeftButton)
    while pane.document.can_undo:
        pane.document.undo()


def test_a_text_edited_by_hand_is_not_lost_with_its_tab(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    connect(qtbot, program, add(program, server))
    pane = change_hostname(program, "renamed")
    program.applying.review(pane)
    review = program.documents.review_of(pane)
    assert review is not None
    qtbot.waitUntil(lambda: review.review is not None, timeout=LONG)
    review.actions_.by_hand.trigger()
    review.plan.text.insertPlainText("\n")
    told: list[bool] = []
    program.documents.close_page(review, told.append)
    press(qtbot, dialog(qtbot, Question), "keepButton")
    qtbot.waitUntil(lambda: told == [False])
    assert program.documents.review_of(pane) is review and review.plan.is_typed
    qtbot.waitUntil(lambda: shown(Question) is None)
    program.documents.close_page(review, told.append)
    press(qtbot, dialog(qtbot, Question), "dropButton")
    qtbot.waitUntil(lambda: told == [False, True])
    assert program.documents.review_of(pane) is None


def test_the_review_begins_with_the_policy_of_the_last_apply(
    program: Program, qtbot: QtBot, server: DemoServer
) -> None:
    device = add(program, server)
    program.workspace.apply_choices.remember(device.id, ApplyChoice(policy="tolerant"))
    connect(qtbot, program, device)
    pane = change_hostname(program, "renamed")
    review = program.documents.review(pane)
    qtbot.waitUntil(lambda: review.review is not None and review.plan.policy.currentText() == "Tolerant", timeout=LONG)
    assert review.wish.policy == "tolerant" == program.applying.choice_of(pane).policy
