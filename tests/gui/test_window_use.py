"""What the whole window is like to use: only actions that do something here, empty panes that speak, the focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from netconf_gui.gui.application import Program
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.list_table import CELL
from netconf_gui.gui.node_words import breakable
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.list_table import ListTable
from netconf_gui.gui.panes.node import NodePane
from netconf_gui.gui.panes.schema_details import SchemaDetails
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.yang.problem import Problem
from tests.gui import sample
from tests.gui.test_program_looks import file_document

MTU = "/ex:interfaces/interface[name='xe-0/0/1']/mtu"


@pytest.fixture
def pane(qtbot: QtBot) -> DocumentPane:
    made = DocumentPane(sample.document(5), TaskManager(), context=DocumentContext(device_name="pe1.fra"))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close_pane()


def table_of(pane: DocumentPane) -> ListTable:
    found = pane.side.view("table")
    assert isinstance(found, ListTable)
    return found


def test_what_is_not_seen_is_not_edited(pane: DocumentPane) -> None:
    """The Edit menu holds the actions of the tree and of all views: those of hidden ones are off."""
    acts, views = pane.actions_, {key: pane.side.view(key) for key in ("table", "xml", "json")}
    pane.jump(MTU)
    assert acts.edit_value.isEnabled() and acts.delete.isEnabled() and acts.only.isEnabled()
    assert not any(menu.isEnabled() for one in views.values() for menu in one.menus)
    for key in views:
        pane.set_view(key)
        assert not any(one.isEnabled() for one in (acts.edit_value, acts.delete, acts.add, acts.structure.paste))
        assert not acts.only.isEnabled() and not acts.expand.isEnabled()
        assert acts.copy_path.isEnabled(), "the node is still the current one"
        assert {name for name, one in views.items() if one.menus[0].isEnabled()} == {key}
    pane.set_view("both")
    assert acts.edit_value.isEnabled() and views["json"].menus[0].isEnabled()


def test_a_view_is_made_when_it_is_looked_at_and_comes_into_the_edit_menu_then(pane: DocumentPane) -> None:
    def words() -> list[str]:
        return [one.text().replace("&", "") for one in pane.edit_actions() if one in pane.side.menus]

    told = words()
    assert told == ["Table", "XML text", "JSON text"] and not pane.side.all
    assert not any(one.isEnabled() or one.menu() for one in pane.side.menus)
    pane.set_view("json")
    assert pane.side.all == (pane.side.view("json"),) and words() == told
    assert [bool(one.isEnabled() and one.menu()) for one in pane.side.menus] == [False, False, True]
    pane.set_view("tree")
    assert not any(one.isEnabled() for one in pane.side.menus)


def test_what_the_node_pane_adds_is_shown_in_the_tree(pane: DocumentPane) -> None:
    pane.jump("/ex:system")
    pane.set_view("xml")
    row = pane.row
    assert row is not None and row.node is not None and pane.document.schema is not None
    level = pane.document.schema.find("/ex:system/level")
    assert level is not None
    pane.show_unset(row, level)
    assert pane.view == "tree" and pane.tree.isVisible()


def test_findings_of_before_the_last_edit_are_dimmed_in_the_table(qtbot: QtBot, pane: DocumentPane) -> None:
    pane.jump(MTU)
    pane.set_view("table")
    pane.setFocus()
    table = table_of(pane)
    qtbot.waitUntil(table.view.hasFocus)
    index, leaf = table.view.currentIndex(), table.element_here()
    assert leaf is not None and leaf.tag.endswith("}mtu")
    problem = Problem("error", MTU, "mtu is 9.", "", "check")
    for stale in (False, True):
        table.model.set_problems({leaf: problem}, stale=stale)
        look = index.data(CELL)
        assert look.severity == "error" and look.stale is stale
        qtbot.waitUntil(lambda: not table.view.grab().isNull())


def test_a_leaf_becomes_an_empty_text(qtbot: QtBot, pane: DocumentPane) -> None:
    node = NodePane(pane.manager)
    qtbot.addWidget(node)
    node.resize(320, 700)
    node.show()
    node.show_pane(pane)
    pane.set_show_unset(True)
    pane.jump("/ex:system/hostname")
    qtbot.waitUntil(lambda: node.name.text() == "hostname")
    assert not node.set_empty.isVisible(), "it is set"
    schema = pane.document.schema
    lo0 = next(one for one in pane.document.root.iter(f"{{{sample.NS}}}interface") if one[0].text == "lo0")
    row = pane.model.row_of(lo0)
    assert schema is not None and row is not None
    description = schema.find("/ex:interfaces/interface/description")
    assert description is not None
    pane.show_unset(row, description)
    qtbot.waitUntil(node.set_empty.isVisible)
    qtbot.mouseClick(node.set_empty, Qt.MouseButton.LeftButton)
    leaf = next(lo0.iterchildren(f"{{{sample.NS}}}description"))
    assert not leaf.text and pane.changes == 1
    pane.undo()
    flags = schema.find("/ex:system/flags")
    row = pane.model.row_of(next(pane.document.root.iter(f"{{{sample.NS}}}system")))
    assert row is not None and flags is not None
    pane.show_unset(row, flags)
    qtbot.waitUntil(lambda: node.name.text() == "flags")
    assert not node.set_empty.isVisible(), "bits are no text"


def test_a_path_breaks_before_its_steps() -> None:
    path = "/ietf-interfaces:interfaces/interface[name='eth1']"
    shown = breakable(path)
    assert shown.replace("\u200b", "").replace("\u2060", "") == path
    parts = [part.replace("\u2060", "") for part in shown.split("\u200b")]
    assert parts == ["/ietf-interfaces:", "interfaces", "/interface", "[name='eth1']"]


def test_buttons_over_schema_details_are_never_cut(qtbot: QtBot) -> None:
    details = SchemaDetails()
    qtbot.addWidget(details)
    details.show()
    said = []
    for width in range(900, 200, -20):
        details.resize(width, 300)
        buttons = (details.instances, details.make, details.filter)
        assert sum(one.sizeHint().width() for one in buttons) + 24 <= width
        said.append(details.instances.text())
        assert details.instances.accessibleName() == details.instances.toolTip() == "Show instances"
    assert list(dict.fromkeys(said)) == ["Show instances", "Instances", ""]


def test_empty_panes_and_the_title_say_what_is_in_front(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    window, empty = program.window, program.node.empty
    qtbot.waitUntil(lambda: empty.title.text() == "No document in front")
    assert window.windowTitle() == "netconf_gui"
    pane = file_document(program, qtbot, tmp_path)
    qtbot.waitUntil(lambda: empty.title.text() == "No node chosen")
    program.show_start()
    qtbot.waitUntil(lambda: empty.title.text() == "No document in front")
    program.documents.show_pane(pane)
    qtbot.waitUntil(lambda: window.windowTitle() == "a.xml - netconf_gui")


def test_f6_goes_from_pane_to_pane(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    pane = file_document(program, qtbot, tmp_path)
    window = program.window
    window.activateWindow()
    pane.jump("/*[1]/*[1]")
    pane.tree.setFocus()
    qtbot.waitUntil(lambda: pane.tree.hasFocus() and program.node.name.isVisible())
    areas = [window.documents, window.node_dock, window.bottom, window.devices_dock, window.documents]

    def holds(area: object) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and area.isAncestorOf(focus)  # type: ignore[attr-defined]

    assert holds(areas[0])
    for area in areas[1:]:
        window.actions_.next_pane.trigger()
        assert holds(area), area
    assert pane.tree.hasFocus(), "where one was"
    window.bottom.hide()
    window.actions_.previous_pane.trigger()
    assert holds(window.devices_dock)
    window.actions_.previous_pane.trigger()
    assert holds(window.node_dock), "what is hidden is left out"


def test_escape_leaves_the_search_everywhere(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    pane = file_document(program, qtbot, tmp_path)
    program.window.activateWindow()
    program.window.actions_.search.trigger()
    search = program.window.search
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, "valid")
    search.look()
    hits = program.window.findChild(QListView, "searchHits") or search._completer.popup()
    assert hits is not None and hits.isVisible()
    left, right = hits.mapToGlobal(hits.rect().topLeft()).x(), hits.mapToGlobal(hits.rect().topRight()).x()
    field = search.mapToGlobal(search.rect().topRight()).x()
    assert left < search.mapToGlobal(search.rect().topLeft()).x() and right <= field + 2, "it grows to the left"
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not hits.isVisible() and search.text() == ""
    qtbot.waitUntil(pane.tree.hasFocus)


def test_the_current_row_stays_in_sight_when_the_tree_gets_lower(qtbot: QtBot, pane: DocumentPane) -> None:
    pane.tree.expandAll()
    last = pane.tree.indexAt(QPoint(60, pane.tree.viewport().height() - 12))
    assert last.isValid()
    pane.tree.setCurrentIndex(last)
    pane.resize(1000, 420)
    qtbot.waitUntil(lambda: pane.tree.viewport().rect().contains(pane.tree.visualRect(last).center()))


def test_rows_of_combo_boxes_are_as_high_as_others(qtbot: QtBot, pane: DocumentPane) -> None:
    pane.set_view("table")
    chooser = table_of(pane).chooser
    view = chooser.view()
    assert chooser.count() and view is not None
    assert view.sizeHintForRow(0) >= theme().row_height


def test_menus_hold_what_is_in_front(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    """The actions of a document, of its review (none), and of the document that was put in its place."""
    pane = file_document(program, qtbot, tmp_path)
    menus = program.window.menus
    assert pane.actions_.delete in menus.edit.actions() and pane.actions_.as_tree in menus.view.actions()
    review = program.documents.review(pane)
    assert program.documents.current is pane and pane.actions_.delete not in menus.edit.actions()
    qtbot.waitUntil(review.tree.hasFocus)
    program.documents.show_pane(pane)
    assert pane.actions_.delete in menus.edit.actions()
    pane.set_view("json")
    own = pane.side.menus[-1]
    qtbot.waitUntil(lambda: own in menus.edit.actions(), timeout=10_000)
    assert own.isEnabled() and own.menu() is not None
    assert len([one for one in menus.edit.actions() if one.text().replace("&", "") == "JSON text"]) == 1
    before = pane.actions_
    program.documents.replace_document(pane, pane.document, pane.context)
    assert pane.actions_ is not before
    assert pane.actions_.delete in menus.edit.actions() and before.delete not in menus.edit.actions()
