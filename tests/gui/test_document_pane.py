"""The document pane with real events: editing in the tree and as text, search, filters, jumps, findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QStyleOptionViewItem, QWidget

from netconf_gui.config import editing
from netconf_gui.errors import ConfigError, RpcError
from netconf_gui.gui import error_report
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.number import NumberEdit
from netconf_gui.gui.editors.pick import PickEdit
from netconf_gui.gui.editors.text import TextEdit
from netconf_gui.gui.models.config_tree import LOOK, ConfigTreeModel
from netconf_gui.gui.models.looks import RowLook
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.problems import ProblemsPane
from netconf_gui.gui.panes.tree_delegate import TreeDelegate
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xml_text import document_text
from netconf_gui.yang.problem import Problem
from tests.gui import sample

MTU = "/ex:interfaces/interface[name='xe-0/0/1']/mtu"


@pytest.fixture
def pane(qtbot) -> DocumentPane:
    context = DocumentContext(device_name="pe1.fra", datastore="candidate", fetched_at=1_700_000_000.0)
    made = DocumentPane(sample.document(1240), TaskManager(), context=context)
    qtbot.addWidget(made)
    made.resize(1000, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.tree.setFocus()
    yield made
    made.close_pane()


def editor_of(pane: DocumentPane, kind: type[QWidget]) -> QWidget:
    found = [one for one in pane.tree.viewport().findChildren(kind) if one.objectName() == "valueEditor"]
    assert len(found) == 1
    return found[0]


def value(pane: DocumentPane, path: str) -> str | None:
    return sample.element(pane.document, path).text


def test_f2_edits_a_number_in_place(qtbot, pane):
    assert pane.jump(MTU)
    qtbot.keyClick(pane.tree, Qt.Key.Key_F2)
    editor = editor_of(pane, NumberEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "9192")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: value(pane, "interfaces/interface[xe-0/0/1]/mtu") == "9192")
    assert pane.changes == 1 and pane.view_bar.chip.text() == "1 change"
    assert pane.document.undo_text == "set mtu to 9192"
    qtbot.waitUntil(lambda: not pane.tree.viewport().findChildren(NumberEdit))
    pane.undo()
    assert not pane.document.is_dirty and pane.view_bar.chip.isHidden()


def test_escape_leaves_the_value(qtbot, pane):
    pane.jump(MTU)
    qtbot.keyClick(pane.tree, Qt.Key.Key_Return)
    editor = editor_of(pane, NumberEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "1")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not pane.document.is_dirty


def test_an_enumeration_is_chosen_in_place(qtbot, pane):
    pane.jump("/ex:system/level")
    assert pane.tree.edit_value()
    editor = editor_of(pane, PickEdit)
    qtbot.waitUntil(lambda: editor.popup_open)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(editor, key)
    qtbot.waitUntil(lambda: value(pane, "system/level") == "high")


def test_a_double_click_on_a_name_opens_and_on_a_value_edits(qtbot, pane):
    entry = sample.element(pane.document, "interfaces/interface[xe-0/0/1]")
    pane.show_element(entry)
    index = pane.tree.currentIndex().siblingAtColumn(Column.NAME)
    spot = pane.tree.visualRect(index).center()
    was = pane.tree.isExpanded(index.siblingAtColumn(0))
    qtbot.mouseDClick(pane.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert pane.tree.isExpanded(index.siblingAtColumn(0)) != was
    pane.jump("/ex:interfaces/interface[name='xe-0/0/1']/description")
    index = pane.tree.currentIndex().siblingAtColumn(Column.VALUE)
    qtbot.mouseDClick(pane.tree.viewport(), Qt.MouseButton.LeftButton, pos=pane.tree.visualRect(index).center())
    assert editor_of(pane, TextEdit).text() == "Transit"


def test_delete_removes_an_entry_and_leaves_it_struck(qtbot, pane):
    pane.show_element(sample.element(pane.document, "interfaces/interface[xe-0/0/2]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Delete)
    assert pane.document.undo_text == "delete interface xe-0/0/2"
    assert pane.row is not None and pane.row.removed
    assert pane.actions_.revert.isEnabled() and not pane.actions_.delete.isEnabled()
    pane.actions_.revert.trigger()
    assert not pane.document.is_dirty and not pane.row.removed


def test_keys_cannot_be_deleted_or_edited(qtbot, pane):
    pane.jump("/ex:interfaces/interface[name='lo0']/name")
    assert not pane.actions_.delete.isEnabled() and not pane.actions_.edit_value.isEnabled()
    qtbot.keyClick(pane.tree, Qt.Key.Key_Delete)
    assert not pane.document.is_dirty


def test_insert_asks_for_the_key_of_a_new_entry(qtbot, pane):
    pane.show_element(sample.element(pane.document, "interfaces/interface[lo0]"))
    pane.tree.setCurrentIndex(pane.tree.currentIndex().parent())
    qtbot.keyClick(pane.tree, Qt.Key.Key_Insert)
    dialog = pane.findChild(EntryDialog)
    qtbot.keyClicks(dialog.findChild(QLineEdit, "key_name"), "xe-0/0/9")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert sample.element(pane.document, "interfaces/interface[xe-0/0/9]") is pane.row.own_element


def test_insert_at_an_entry_offers_its_nodes_and_opens_their_editor(qtbot, pane):
    pane.show_element(sample.element(pane.document, "interfaces/interface[lo0]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Insert)
    menu = next(one for one in pane.findChildren(QMenu) if one.objectName() == "addMenu")
    qtbot.waitUntil(menu.isVisible)
    names = [one.text() for one in menu.actions()]
    assert names == ["description", "mtu", "enabled", "parent-if", "ipv4"]
    menu.close()
    next(one for one in menu.actions() if one.text() == "mtu").trigger()
    editor = editor_of(pane, NumberEdit)
    qtbot.keyClicks(editor, "1600")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pane.document.is_dirty)
    assert value(pane, "interfaces/interface[lo0]/mtu") == "1600"


def test_entries_of_user_ordered_lists_move(qtbot, pane):
    pane.show_element(sample.element(pane.document, "acl/term[10]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    terms = [one[0].text for one in sample.element(pane.document, "acl")]
    assert terms == ["20", "10", "30"] and pane.row.own_element[0].text == "10"


def test_what_the_document_refuses_is_told(qtbot, pane):
    with qtbot.waitSignal(pane.error) as told:
        pane.guard(lambda: editing.remove(pane.document, sample.element(pane.document, "acl/term[10]/seq")))
    assert isinstance(told.args[0], ConfigError)


def test_a_read_only_document_takes_no_edits(qtbot, pane):
    pane.context.read_only = True
    pane.jump(MTU)
    assert not pane.tree.edit_value() or not pane.tree.viewport().findChildren(NumberEdit)
    assert not pane.actions_.delete.isEnabled() or not pane.guard(lambda: 1)


def test_search_steps_through_names_and_values(qtbot, pane):
    pane.find()
    field = pane.path_bar.search
    qtbot.keyClicks(field, "mtu")
    qtbot.waitUntil(lambda: not pane.search.searching)
    assert pane.path_bar.count.text() == "1 of 2"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert pane.path_bar.count.text() == "2 of 2"
    assert pane.row.own_element is sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu")
    field.clear()
    qtbot.keyClicks(field, "10.4.215")
    qtbot.waitUntil(lambda: not pane.search.searching and pane.search.current >= 0)
    assert pane.row.own_element.text == "10.4.215.0/24"
    field.clear()
    qtbot.keyClicks(field, "no such thing")
    qtbot.waitUntil(lambda: pane.path_bar.count.text() == "no hits")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.text() and pane.tree.hasFocus()


def test_the_breadcrumb_leads_back(qtbot, pane):
    pane.jump(MTU)
    crumbs = pane.path_bar.breadcrumb
    shown = [text for text, _ in crumbs._crumbs]
    assert shown == ["pe1.fra", "interfaces", "interface", "xe-0/0/1", "mtu"]
    button = next(one for one in crumbs.findChildren(QWidget) if one.accessibleName() == "xe-0/0/1")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pane.row.own_element is sample.element(pane.document, "interfaces/interface[xe-0/0/1]")


def test_jump_takes_paths_of_devices_too(pane):
    assert pane.jump("/if:interfaces/if:interface[if:name='lo0']/if:type")
    assert pane.row.own_element is sample.element(pane.document, "interfaces/interface[lo0]/type")
    assert not pane.jump("/nowhere:at/all")


def test_jump_lifts_the_filter_that_hides_the_node(pane):
    pane.set_changes_only(True)
    pane.view_bar.only.setChecked(True)
    assert pane._tree_side.currentWidget() is pane.empty and pane.empty.title.text() == "No changes"
    assert pane.jump(MTU) and not pane.view_bar.only.isChecked()


def test_paths_are_copied_clean(qtbot, pane):
    pane.jump(MTU)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pane.tree, Qt.Key.Key_C, keys)
    assert QGuiApplication.clipboard().text() == MTU
    pane.view_bar.unset.setChecked(True)
    leaf = pane.document.schema.find("/ex:interfaces/interface/parent-if")
    pane.tree.show_row(pane.model.row_by_address((*pane.row.parent.address(), ("n", leaf.id))))
    assert pane.path_text() == "/ex:interfaces/interface[name='xe-0/0/1']/parent-if"


def test_a_reset_keeps_what_is_open_and_where_one_is(pane):
    pane.jump(MTU)
    entry = pane.model.index_of(pane.row.parent)
    assert pane.tree.isExpanded(entry)
    text = pane.document.text().replace(b"<mtu>1500</mtu>", b"<mtu>1501</mtu>")
    pane.document.rebase(pane.document.snapshot().data)
    assert pane.path_text() == MTU and pane.tree.isExpanded(pane.model.index_of(pane.row.parent))
    pane.document.replace_text(text)
    assert pane.row.own_element.text == "1501"


def test_another_document_opens_where_the_last_one_was(qtbot, pane):
    pane.jump(MTU)
    pane.show_document(sample.document(10), pane.context)
    assert pane.path_text() == MTU and not pane.document.is_dirty
    editing.set_text(pane.document, sample.element(pane.document, "system/hostname"), "new")
    assert pane.view_bar.chip.text() == "1 change"


# the XML view


def test_text_becomes_one_step_of_the_document(qtbot, pane):
    pane.jump(MTU)
    pane.set_view("both")
    editor = pane.xml.editor
    assert editor.toPlainText().startswith('<system xmlns="urn:example:net">')
    at = editor.toPlainText().index("<mtu>1500") + 5
    cursor = editor.textCursor()
    cursor.setPosition(at)
    editor.setTextCursor(cursor)
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, "2")
    assert value(pane, "interfaces/interface[xe-0/0/1]/mtu") == "1500"
    qtbot.waitUntil(lambda: value(pane, "interfaces/interface[xe-0/0/1]/mtu") == "2500")
    assert pane.row.own_element.text == "2500" and pane.changes == 1
    assert editor.textCursor().position() == at + 1, "the cursor stays where the person types"
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert value(pane, "interfaces/interface[xe-0/0/1]/mtu") == "1500"
    assert "<mtu>1500" in editor.toPlainText() and not pane.document.is_dirty


def test_broken_text_is_marked_and_never_reaches_the_document(qtbot, pane):
    pane.set_view("both")
    before = pane.document.snapshot()
    editor = pane.xml.editor
    text = editor.toPlainText().replace("<description>Transit</description>", "<description>Transit</descripton>")
    editor.selectAll()
    editor.insertPlainText(text)
    qtbot.waitUntil(lambda: pane.xml.broken)
    assert pane.document.snapshot() == before
    line = 1 + text[: text.index("</descripton>")].count("\n")
    assert pane.xml.banner.where.text().startswith(f"Line {line}, column ")
    assert pane.xml.banner.where.text().endswith("</descripton> does not close <description>.")
    assert any(problem.source == "xml" and problem.line == line for problem in pane.problems)
    qtbot.mouseClick(pane.xml.banner.go, Qt.MouseButton.LeftButton)
    assert editor.textCursor().blockNumber() == line - 1
    qtbot.mouseClick(pane.xml.banner.undo, Qt.MouseButton.LeftButton)
    assert not pane.xml.broken and "descripton" not in editor.toPlainText() and pane.xml.banner.isHidden()


def test_edits_in_the_tree_show_in_the_text(qtbot, pane):
    pane.set_view("both")
    editing.set_text(pane.document, sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu"), "9192")
    assert "<mtu>9192</mtu>" in pane.xml.editor.toPlainText()
    line = 1 + pane.xml.editor.toPlainText().split("<mtu>9192")[0].count("\n")
    assert pane.xml.editor._tints == {line: "changed"}


def test_very_large_texts_are_read_only(qtbot):
    doc = sample.document(120_000)
    made = DocumentPane(doc, TaskManager(), context=DocumentContext(file=Path("big.xml")))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.set_view("xml")
    qtbot.waitUntil(lambda: made.xml.focus_target() is made.xml.huge and made.xml.huge.width() > 500, timeout=30_000)
    assert made.xml.huge.line_count > 400_000
    assert not made.xml.huge.grab().isNull()
    made.close_pane()


@pytest.mark.parametrize("beyond", [0, 1])
def test_the_size_up_to_which_text_is_edited_is_a_setting(qtbot, beyond):
    doc = sample.document(5)
    context = DocumentContext(file=Path("small.xml"), edit_limit=len(document_text(doc)) - beyond)
    made = DocumentPane(doc, TaskManager(), context=context)
    qtbot.addWidget(made)
    made.show()
    made.set_view("xml")
    assert made.xml._stack.currentWidget() is (made.xml.huge if beyond else made.xml.editor)
    made.close_pane()


# findings


def test_problems_mark_rows_and_lead_to_them(qtbot, pane):
    problems = ProblemsPane()
    qtbot.addWidget(problems)
    problems.show()
    problems.show_pane(pane)
    counts = []
    problems.counts_changed.connect(lambda errors, warnings: counts.append((errors, warnings)))
    problems.jump_wanted.connect(pane.jump)
    pane.check.problems = (
        Problem("warning", "/ex:system/hostname", "Too long."),
        Problem("error", MTU, "mtu is 1. Allowed: 68 to 65535."),
    )
    pane.check.changed.emit()
    assert counts[-1] == (1, 1)
    row = pane.model.row_of(sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu"))
    assert pane.model.looks.of(row).message == "mtu is 1. Allowed: 68 to 65535."
    first = problems.model.index(0, 0)
    assert first.data() == "mtu is 1. Allowed: 68 to 65535."
    problems.view.setFocus()
    problems.view.setCurrentIndex(first)
    qtbot.keyClick(problems.view, Qt.Key.Key_Return)
    assert pane.row is row
    problems.show_pane(None)
    assert counts[-1] == (0, 0) and problems.empty.title.text() == "No document"


def test_what_a_device_refused_is_a_problem_with_a_place(qtbot, pane):
    place = "/if:interfaces/if:interface[if:name='xe-0/0/1']/if:mtu"
    said = RpcError(tag="invalid-value", message="too\n small", path=place)
    pane.show_refusals([said])
    (problem,) = pane.problems
    assert (problem.message, problem.source, problem.is_error) == ("too small", "device", True)
    row = pane.model.row_of(sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu"))
    assert pane.model.looks.of(row).severity == "error"
    pane.show_refusals([])
    assert not pane.problems and not pane.model.looks.of(row).severity


# painting


class Odd(ConfigTreeModel):
    """Answers with whatever it is told to."""

    answer: object = None

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return self.answer if role == LOOK else None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        42,
        "text",
        RowLook(),
        RowLook(name="\x00\ud7ff" * 50, value="x" * 100_000, old="", chip="9" * 500, side="\n" * 9, state="changed"),
        RowLook(state="unheard of", below=True, severity="fatal", icon="leaf"),
        RowLook(name="n", value="v", old="o", severity="warning", message="m", read_only=True, state="moved"),
    ],
)
def test_odd_data_is_painted(qtbot, answer):
    model = Odd(sample.document(3))
    model.answer = answer
    delegate = TreeDelegate(None)
    image = QImage(400, 24, QImage.Format.Format_ARGB32)
    for width in (400, 20, 0):
        option = QStyleOptionViewItem()
        option.rect.setRect(0, 0, width, 24)
        painter = QPainter(image)
        for column in range(4):
            delegate.paint(painter, option, model.index(0, column))
        painter.end()
    model.close()


def test_an_error_while_painting_is_reported_not_raised(qtbot):
    model = Odd(sample.document(3))
    model.answer = RowLook(icon="no such icon", name="x")
    image = QImage(100, 24, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    option = QStyleOptionViewItem()
    option.rect.setRect(0, 0, 100, 24)
    error_report.collector._seen.clear()
    for _ in range(3):
        TreeDelegate(None).paint(painter, option, model.index(0, Column.NAME))
    painter.end()
    assert len(error_report.collector.reports) <= 1
    error_report.collector.reports.clear()
    model.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_all_views_are_drawn_in_both_themes(qtbot, pane, mode):
    editing.remove(pane.document, sample.element(pane.document, "acl/term[10]"))
    theme().apply(mode)
    for view in ("tree", "both", "xml"):
        pane.set_view(view)
        assert not pane.grab().isNull()


def test_the_context_menu_offers_what_can_be_done(qtbot, pane):
    pane.show_element(sample.element(pane.document, "interfaces/interface[lo0]"))
    spot = pane.tree.visualRect(pane.tree.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, pane.tree.viewport().mapToGlobal(spot))
    QApplication.sendEvent(pane.tree.viewport(), event)
    menu = next(one for one in pane.findChildren(QMenu) if one.objectName() == "nodeMenu")
    texts = [one.text().replace("&", "") for one in menu.actions() if one.text()]
    assert texts[:3] == ["Add", "Duplicate entry…", "Rename entry…"] and "Copy XPath" in texts
    menu.close()


def test_every_widget_has_a_name(qtbot, pane):
    pane.set_view("both")
    pane.jump(MTU)
    pane.tree.edit_value()
    QTest.qWait(0)
    unnamed = [
        repr(one)
        for one in [pane, *pane.findChildren(QWidget)]
        if not one.objectName() and type(one).__module__.startswith("netconf_gui")
    ]
    silent = [
        one.objectName()
        for one in [pane, *pane.findChildren(QWidget)]
        if type(one).__module__.startswith("netconf_gui") and not one.accessibleName()
    ]
    assert not unnamed and not silent


def test_narrow_panes_give_way(qtbot, pane):
    pane.resize(420, 500)
    qtbot.waitUntil(lambda: pane.tree.isColumnHidden(Column.TYPE))
    pane.jump(MTU)
    assert pane.path_bar.breadcrumb.findChild(QWidget, "crumbFolded") is not None
    assert pane.tree.childAt(QPoint(5, 5)) is not None


def test_adding_a_leaf_without_value_needs_no_editor(qtbot, pane):
    assert pane.jump("/ex:system")
    node = pane.document.schema.find("/ex:system/maintenance")
    pane.actions_.add_node(pane.row, node)
    assert sample.element(pane.document, "system/maintenance").text is None
    assert pane.changes == 1 and not pane.tree.viewport().findChildren(QWidget, "valueEditor")
    pane.undo()
    assert pane.changes == 0
