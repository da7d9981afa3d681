"""Refresh and rebase in the whole window: what others did comes into the draft, conflicts are decided first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from lxml import etree
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from netconf_gui.config.editing import set_leaf
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.models.conflicts import BASE, MINE, THEIRS
from netconf_gui.gui.panes.conflicts import ConflictsPane
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.outdated_banner import OutdatedBanner
from netconf_gui.protocol.xml import parse
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.services.connect import connect as open_session
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import new_device
from tests.gui.whole import LONG, PASSWORD, add, connect, dialog, press

SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


class Nobody:
    """Answers nothing: there is nothing to ask."""

    def host_key_unknown(self, key: object) -> bool:
        return False

    def credentials(self, request: object) -> None:
        return None

    def inform(self, text: str) -> None:
        return


Other = Callable[..., None]


@pytest.fixture
def other(program: Program, server: DemoServer) -> Iterator[Other]:
    """Somebody else on the device, who sets leafs of the system container."""
    sessions: list[Session] = []

    def change(**leafs: str) -> None:
        if not sessions:
            device = new_device("other", "127.0.0.1", port=server.port, username="demo", use_agent=False)
            options = ConnectOptions(password=PASSWORD, accept_host_keys=(server.host_key_fingerprint,))
            sessions.append(open_session(device, Nobody(), program.workspace, options=options))  # type: ignore[arg-type]
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in leafs.items())
        content = parse(f'<system xmlns="{SYSTEM}">{inside}</system>'.encode())
        datastores.edit_config(sessions[0], "candidate", content)
        datastores.commit(sessions[0])

    yield change
    for session in sessions:
        session.close()


def leaf(pane: DocumentPane, name: str) -> str | None:
    return pane.document.root.findtext(f"{{{SYSTEM}}}system/{{{SYSTEM}}}{name}")


def edit(pane: DocumentPane, **leafs: str) -> None:
    document = pane.document
    system: etree._Element | None = document.root.find(f"{{{SYSTEM}}}system")
    assert system is not None and document.schema is not None
    above = document.schema_node(system)
    assert above is not None
    for name, value in leafs.items():
        node = next(one for one in document.schema.children(above) if one.name == name)
        set_leaf(document, system, node, value)


@pytest.fixture
def pane(program: Program, qtbot: QtBot, server: DemoServer) -> DocumentPane:
    """The connected device's document."""
    connect(qtbot, program, add(program, server))
    return program.documents.panes[0]


def rebase(program: Program, qtbot: QtBot) -> None:
    action = program.window.actions_.rebase
    qtbot.waitUntil(action.isEnabled, timeout=LONG)
    action.trigger()


def conflicts(program: Program, qtbot: QtBot, pane: DocumentPane) -> ConflictsPane:
    qtbot.waitUntil(lambda: program.rebasing.page_of(pane) is not None, timeout=LONG)
    page = program.rebasing.page_of(pane)
    assert page is not None
    return page


def click(qtbot: QtBot, page: ConflictsPane, row: int, column: int) -> None:
    view = page.view
    spot = view.visualRect(view.model().index(row, column)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y()))


def test_what_others_changed_comes_into_the_draft(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other
) -> None:
    edit(pane, hostname="mine")
    other(contact="noc")
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        rebase(program, qtbot)
    assert (leaf(pane, "hostname"), leaf(pane, "contact")) == ("mine", "noc")
    assert pane.changes == 1 and b"<contact>noc</contact>" in pane.document.base
    assert "1 change on pe1 was taken over" in program.window.status.notice.text
    pane.undo()
    assert leaf(pane, "contact") != "noc", "the step can be taken back"
    pane.redo()


def test_conflicts_are_decided_by_mouse_and_keys(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other
) -> None:
    edit(pane, hostname="mine", contact="my noc")
    other(hostname="theirs", contact="their noc", location="there")
    rebase(program, qtbot)
    page = conflicts(program, qtbot, pane)
    names = [one.path.name for one in page.model.conflicts]
    assert sorted(names) == ["contact", "hostname"]
    assert page.open_chip.text() == "2 to decide" and page.merged_chip.text() == "1 merged"
    assert not page.use_button.isEnabled() and page.use_button.text() == "Decide 2 more to continue"
    assert pane.changes == 2 and leaf(pane, "location") != "there", "nothing happened yet"
    click(qtbot, page, names.index("hostname"), MINE)
    assert page.decided_chip.text() == "1 decided"
    page.view.show_row(names.index("contact"))
    qtbot.keyClick(page.view, Qt.Key.Key_Left)
    qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    assert page.model.open_rows == [names.index("contact")]
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    assert page.use_button.isEnabled() and not page.open_chip.isVisible()
    for side in ("base", "mine", "theirs"):
        qtbot.keyClick(page.view, Qt.Key.Key_Space)
        assert page.decisions[page.model.conflicts[names.index("contact")].path] == side
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        press(qtbot, page, "useDecisionsButton")
    assert (leaf(pane, "hostname"), leaf(pane, "contact"), leaf(pane, "location")) == ("mine", "their noc", "there")
    assert pane.changes == 1 and program.rebasing.page_of(pane) is None
    assert program.documents.current is pane
    # what is left is applied to the device as it is
    difference = pane.document.diff()
    assert [(entry.old, entry.new) for entry in difference] == [("theirs", "mine")]


def test_all_at_once_cancel_and_edits_meanwhile(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other
) -> None:
    edit(pane, hostname="mine")
    other(hostname="theirs")
    rebase(program, qtbot)
    page = conflicts(program, qtbot, pane)
    press(qtbot, page, "leaveConflictsButton")
    assert program.rebasing.page_of(pane) is None and leaf(pane, "hostname") == "mine" and pane.changes == 1
    rebase(program, qtbot)
    page = conflicts(program, qtbot, pane)
    page.all.menu().actions()[0].trigger()  # what decides all is in a menu where there is no room
    assert page.model.open_rows == []
    before = page.outcome_model.outcome(0)
    assert (before.change, before.why) == ("theirs → demo-edge-1", "you decided: base, as it was")
    press(qtbot, page, "allTheirsButton")
    # edited while the page was open: the decision is kept, the comparison is made again
    edit(pane, location="here")
    press(qtbot, page, "useDecisionsButton")
    qtbot.waitUntil(lambda: page.found.draft.revision == pane.document.revision, timeout=LONG)
    assert page.model.open_rows == []
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        press(qtbot, page, "useDecisionsButton")
    assert leaf(pane, "hostname") == "theirs" and pane.changes == 1


def test_what_neither_shall_have_is_put_back(program: Program, qtbot: QtBot, pane: DocumentPane, other: Other) -> None:
    edit(pane, hostname="mine")
    other(hostname="theirs")
    rebase(program, qtbot)
    page = conflicts(program, qtbot, pane)
    click(qtbot, page, 0, BASE)
    assert page.view.model().index(0, BASE).data(Qt.ItemDataRole.AccessibleTextRole).endswith("chosen")
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        press(qtbot, page, "useDecisionsButton")
    assert leaf(pane, "hostname") == "demo-edge-1"
    assert [(entry.old, entry.new) for entry in pane.document.diff()] == [("theirs", "demo-edge-1")]


def test_an_apply_that_meets_a_conflict_leads_to_the_page(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other, server: DemoServer
) -> None:
    edit(pane, hostname="mine")
    other(hostname="theirs")
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        program.applying.apply(pane)
    assert ended.args[1].outcome is Outcome.UNCHANGED and len(ended.args[1].conflicts) == 1
    page = conflicts(program, qtbot, pane)
    (conflict,) = page.model.conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == ("demo-edge-1", "mine", "theirs")
    assert page.view.model().index(0, THEIRS).data() == "theirs"
    press(qtbot, page, "allMineButton")
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        page.use.trigger()
    with qtbot.waitSignal(program.applying.ended, timeout=LONG) as ended:
        program.applying.apply(pane)
    assert ended.args[1].outcome is Outcome.APPLIED, ended.args[1].text
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    assert leaf(pane, "hostname") == "mine"


def test_an_edit_config_edited_by_hand_goes_on_from_what_the_device_holds(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other
) -> None:
    edit(pane, hostname="mine")
    program.applying.review(pane)
    review = program.documents.review_of(pane)
    assert review is not None
    qtbot.waitUntil(lambda: review.review is not None, timeout=LONG)
    review.plan.set_by_hand(True)
    text = review.plan.text.plain_text().replace('"replace"', '"merge"')
    review.plan.text.selectAll()
    review.plan.text.insertPlainText(text)
    qtbot.waitUntil(lambda: review.plan.checked is not None, timeout=LONG)
    other(contact="noc")
    rebase(program, qtbot)
    qtbot.waitUntil(lambda: "still leads to the draft" in program.window.status.notice.text, timeout=LONG)
    assert review.plan.by_hand and review.plan.text.plain_text() == text
    # the device comes to hold all of it: nothing of the draft is left, the text is still there
    other(hostname="mine")
    rebase(program, qtbot)
    qtbot.waitUntil(lambda: "no longer changes anything" in program.window.status.notice.text, timeout=LONG)
    assert not pane.document.is_dirty and review.plan.text.plain_text() == text


def test_the_page_can_be_closed_as_a_tab(program: Program, qtbot: QtBot, pane: DocumentPane) -> None:
    edit(pane, hostname="mine")
    program.rebasing.show_conflicts(pane, pane.document.base.replace(b"demo-edge-1", b"theirs"))
    page = conflicts(program, qtbot, pane)
    qtbot.waitUntil(lambda: page.mine in program.window.menus.edit.actions(), timeout=LONG)
    program.documents.close_page(page)
    qtbot.waitUntil(lambda: program.rebasing.page_of(pane) is None, timeout=LONG)
    assert pane.changes == 1


def test_a_change_by_others_marks_the_document(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other, server: DemoServer
) -> None:
    edit(pane, hostname="mine")
    other(contact="noc")
    qtbot.waitUntil(lambda: program.outdated.is_outdated(pane), timeout=LONG)
    banner = pane.findChild(OutdatedBanner)
    assert banner is not None and banner.isVisible()
    assert "(demo, from 127.0.0.1) changed running at" in banner.text.text()
    assert banner.refresh.text() == "Refresh and rebase"
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        qtbot.mouseClick(banner.refresh, Qt.MouseButton.LeftButton)
    assert not program.outdated.is_outdated(pane) and not banner.isVisible()

    assert (leaf(pane, "hostname"), leaf(pane, "contact")) == ("mine", "noc")


def test_the_review_of_an_outdated_document_says_so(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other
) -> None:
    edit(pane, hostname="mine")
    review = program.documents.review(pane)
    assert review.findChild(OutdatedBanner) is None
    other(contact="noc")
    qtbot.waitUntil(lambda: program.outdated.is_outdated(pane), timeout=LONG)
    banner = review.findChild(OutdatedBanner)
    assert banner is not None and banner.isVisible() and "What you see is older" in banner.text.text()
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        qtbot.mouseClick(banner.refresh, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
    assert (leaf(pane, "hostname"), leaf(pane, "contact")) == ("mine", "noc")


def test_own_applies_mark_nothing_and_a_mark_can_be_put_away(
    program: Program, qtbot: QtBot, pane: DocumentPane, other: Other
) -> None:
    edit(pane, hostname="mine")
    with qtbot.waitSignal(program.applying.ended, timeout=LONG):
        program.applying.apply(pane)
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    other(contact="noc")
    with qtbot.waitSignal(program.outdated.marked, timeout=LONG, check_params_cb=lambda one: one is pane):
        other(contact="again")
    banner = pane.findChild(OutdatedBanner)
    assert banner is not None
    qtbot.waitUntil(lambda: banner.text.text().startswith("2 changes since this was fetched"), timeout=LONG)
    assert banner.refresh.text() == "Fetch again"
    qtbot.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert not program.outdated.is_outdated(pane)


def test_a_broken_text_is_corrected_first(program: Program, qtbot: QtBot, pane: DocumentPane) -> None:
    pane.set_view("xml")
    editor = pane.xml.editor
    qtbot.waitUntil(lambda: "hostname" in editor.plain_text() and not editor.isReadOnly(), timeout=LONG)
    qtbot.keyClicks(editor, "<{")
    qtbot.waitUntil(lambda: pane.xml.fault is not None, timeout=LONG)
    rebase(program, qtbot)
    assert program.window.status.notice.text.startswith("The text is broken.")
    pane.xml.restore()
    qtbot.waitUntil(lambda: not pane.xml.holds_text, timeout=LONG)


def test_refresh_offers_to_keep_the_draft(program: Program, qtbot: QtBot, pane: DocumentPane, other: Other) -> None:
    edit(pane, hostname="mine")
    other(contact="noc")
    program.documents.refresh(pane)
    asked = dialog(qtbot, Question)
    with qtbot.waitSignal(program.rebasing.ended, timeout=LONG):
        press(qtbot, asked, "rebaseButton")
    assert (leaf(pane, "hostname"), leaf(pane, "contact")) == ("mine", "noc")


def test_without_a_draft_it_is_fetched_again(program: Program, qtbot: QtBot, pane: DocumentPane, other: Other) -> None:
    other(contact="noc")
    rebase(program, qtbot)
    qtbot.waitUntil(lambda: leaf(pane, "contact") == "noc", timeout=LONG)
    assert not pane.document.is_dirty
