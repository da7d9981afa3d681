"""A list as a table, with real events: which list, columns, sorting, filters, edits, pasting, export, long lists."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMainWindow,
    QMenu,
    QStyleOptionViewItem,
    QWidget,
)

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.actions import make_actions
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.rename_dialog import RenameDialog
from netconf_gui.gui.models.list_table import CELL, CellLook, ListTableModel
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.list_table import ListTable
from netconf_gui.gui.panes.list_table_columns import ColumnDialog, memory
from netconf_gui.gui.panes.list_table_delegate import CellDelegate
from netconf_gui.gui.panes.list_table_paste import PasteDialog
from netconf_gui.gui.panes.list_table_values import SetValueDialog
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Pattern, TypeInfo
from tests.gui import sample

PATIENCE = 15_000
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
MTU = "/ex:interfaces/interface[name='xe-0/0/1']/mtu"


def opened(qtbot, document: Document, **context) -> DocumentPane:
    pane = DocumentPane(document, TaskManager(), context=DocumentContext(device_name="pe1.fra", **context))
    qtbot.addWidget(pane)
    pane.resize(1150, 700)
    with qtbot.waitExposed(pane):
        pane.show()
    return pane


@pytest.fixture
def pane(qtbot) -> DocumentPane:
    memory.clear()
    made = opened(qtbot, sample.document(1240), datastore="candidate")
    made.jump("/ex:interfaces")
    made.set_view("table")
    made.side.current.view.setFocus()
    yield made
    made.close_pane()
    memory.clear()


@pytest.fixture
def table(pane) -> ListTable:
    found = pane.side.view("table")
    assert isinstance(found, ListTable)
    return found


def labels(table: ListTable) -> list[str]:
    return [one.label for one in table.model.columns]


def column(table: ListTable, label: str) -> int:
    return labels(table).index(label)


def names(table: ListTable) -> list[str]:
    return [table.model.look(row, 0).text for row in range(table.model.rowCount())]


def go(table: ListTable, name: str, label: str) -> None:
    table.view.show_cell(names(table).index(name), column(table, label))
    table.view.setFocus()


def look(table: ListTable, name: str, label: str) -> CellLook:
    return table.model.look(names(table).index(name), column(table, label))


def value(pane: DocumentPane, path: str) -> str | None:
    return sample.element(pane.document, path).text


def select(table: ListTable, names_of_rows: list[str], label: str) -> None:
    go(table, names_of_rows[0], label)
    for name in names_of_rows[1:]:
        index = table.model.index(names(table).index(name), column(table, label))
        table.view.selectionModel().select(index, table.view.selectionModel().SelectionFlag.Select)


def dialog(kind: type[QDialog]) -> QDialog:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


# which list


def test_the_list_nearest_to_the_tree_is_shown(pane, table):
    assert table.view.objectName() == "listTable" and pane.view == "table"
    assert names(table) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    assert labels(table)[:4] == ["name", "description", "type", "mtu"]
    assert table.count.text() == "4 of 4 entries" and table.columns_button.text() == "7 of 8 columns"
    pane.set_view("tree")
    pane.jump("/ex:acl/term[seq='20']/action")
    pane.set_view("table")
    assert table.place.name == "term" and table.view.currentIndex().row() == 1
    assert table.view.column_at().label == "action"


def test_another_list_is_chosen_in_the_bar(qtbot, pane, table):
    pane.set_view("tree")
    pane.show_element(sample.element(pane.document, "interfaces/interface[xe-0/0/1]"))
    pane.set_view("table")
    offered = [table.chooser.itemText(at) for at in range(table.chooser.count())]
    assert offered == ["interfaces/interface", "interfaces/interface[xe-0/0/1]/ipv4/address"]
    table.chooser.setFocus()
    qtbot.keyClick(table.chooser, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: table.place.name == "address", timeout=PATIENCE)
    assert names(table) == ["198.51.100.1"]


def test_where_there_is_no_list_it_says_so(qtbot):
    pane = opened(qtbot, Document(b"", sample.schema()))
    pane.set_view("table")
    assert pane.side.view("table").empty.title.text() == "No list here"
    pane.close_pane()


def test_an_empty_list_can_be_filled(qtbot, pane, table):
    pane.set_view("tree")
    pane.show_element(sample.element(pane.document, "interfaces/interface[lo0]"))
    pane.set_view("table")
    table.show_place(next(one for one in table._places if one.name == "address"))
    assert table.empty.title.text() == "address has no entries" and table.actions_.add.isEnabled()
    table.actions_.add.trigger()
    asking = dialog(EntryDialog)
    qtbot.keyClicks(asking.findChild(QWidget, "key_ip"), "192.0.2.7")
    qtbot.keyClick(asking, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(table) == ["192.0.2.7"], timeout=PATIENCE)
    assert pane.changes == 1
    pane.undo()
    assert not table.model.rowCount() and not pane.document.is_dirty


def test_the_tree_and_the_path_follow_the_cursor(qtbot, pane, table):
    go(table, "xe-0/0/0", "description")
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    leaf = sample.element(pane.document, "interfaces/interface[xe-0/0/1]/description")
    qtbot.waitUntil(lambda: pane.row is not None and pane.row.own_element is leaf, timeout=PATIENCE)
    assert table.place.name == "interface"
    qtbot.keyClick(table.view, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert pane.view == "tree" and pane.row.own_element is leaf


# editing


def test_a_cell_is_edited_in_place(qtbot, pane, table):
    go(table, "xe-0/0/1", "mtu")
    qtbot.keyClick(table.view, Qt.Key.Key_F2)
    (editor,) = [one for one in table.view.viewport().findChildren(QWidget, "valueEditor") if one.isVisible()]
    editor.selectAll()
    qtbot.keyClicks(editor, "9192")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: value(pane, "interfaces/interface[xe-0/0/1]/mtu") == "9192", timeout=PATIENCE)
    found = look(table, "xe-0/0/1", "mtu")
    assert (found.text, found.old, found.state) == ("9192", "1500", "changed")
    pane.undo()
    assert look(table, "xe-0/0/1", "mtu").state == "same"


def test_typing_starts_the_editor_of_a_cell_that_is_not_set(qtbot, pane, table):
    go(table, "lo0", "mtu")
    assert look(table, "lo0", "mtu").ghost == "not set"
    qtbot.keyClicks(table.view, "1")
    editor = table.view.viewport().findChild(QWidget, "valueEditor")
    qtbot.keyClicks(editor, "400")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: look(table, "lo0", "mtu").text == "1400", timeout=PATIENCE)
    assert look(table, "lo0", "mtu").state == "added" and pane.changes == 1


def test_a_leaf_in_a_container_is_made_with_it(qtbot):
    memory.clear()
    make = sample.Builder()
    entry = make.add(None, "list", "port", keys=("name",))
    make.leaf(entry, "name", is_key=True)
    box = make.add(entry, "container", "timers")
    make.leaf(box, "hold-up", sample.UINT16)
    schema = sample.MemorySchema(make.nodes, (sample.ModuleInfo("ex", "", sample.NS, "ex"),))
    port = f'<port xmlns="{sample.NS}"><name>a</name></port>'
    text = f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{port}</config>'
    pane = opened(qtbot, Document(text.encode(), schema))
    pane.set_view("table")
    table = pane.side.view("table")
    table.show_columns(table.all_columns)
    assert labels(table) == ["name", "hold-up"]
    table.model.setData(table.model.index(0, 1), "200")
    assert pane.document.root[0][1].tag.endswith("timers") and pane.document.root[0][1][0].text == "200"
    pane.undo()
    assert len(pane.document.root[0]) == 1
    pane.close_pane()


def test_keys_and_state_say_why_they_are_not_edited(qtbot, pane, table):
    table.show_columns(table.all_columns)
    for label, words in (("name", "Shift+F2 renames"), ("in-octets", "is state"), ("address", "many values")):
        go(table, "xe-0/0/0", label)
        qtbot.keyClick(table.view, Qt.Key.Key_F2)
        assert words in table.told.text()
        assert not table.view.viewport().findChildren(QWidget, "valueEditor")


def test_one_value_in_many_rows_is_one_step(qtbot, pane, table):
    select(table, ["xe-0/0/0", "xe-0/0/2", "lo0"], "mtu")
    assert table.actions_.set_value.text() == "&Set value in 3 rows…"
    qtbot.keyClick(table.view, Qt.Key.Key_Return, BOTH)
    asking = dialog(SetValueDialog)
    assert asking.windowTitle() == "Set mtu in 3 rows"
    editor = asking.findChild(QWidget, "setValueEditor")
    editor.selectAll()
    qtbot.keyClicks(editor, "70000")
    assert not asking.button.isEnabled() and "Allowed: 68 to 65535" in asking.message.text()
    editor.selectAll()
    qtbot.keyClicks(editor, "1400")
    qtbot.mouseClick(asking.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: look(table, "lo0", "mtu").text == "1400", timeout=PATIENCE)
    assert [look(table, name, "mtu").text for name in names(table)] == ["1400", "1500", "1400", "1400"]
    assert pane.document.undo_text == "set mtu in 3 rows"
    pane.undo()
    assert not pane.document.is_dirty


def test_del_takes_values_away_and_whole_rows_out(qtbot, pane, table):
    select(table, ["xe-0/0/0", "xe-0/0/1"], "mtu")
    qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    assert look(table, "xe-0/0/0", "mtu").state == "removed" and look(table, "xe-0/0/0", "mtu").old == "9000"
    assert pane.document.undo_text == "unset 2 values"
    table.view.select_rows([2, 3])
    qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    assert [table.model.look(row, 0).row_state for row in range(4)] == ["same", "same", "removed", "removed"]
    assert table.count.text() == "2 of 2 entries"
    pane.undo()
    pane.undo()
    assert not pane.document.is_dirty and names(table)[-1] == "lo0"


def test_entries_are_duplicated_and_deleted(qtbot, pane, table):
    go(table, "xe-0/0/1", "mtu")
    qtbot.keyClick(table.view, Qt.Key.Key_D, BOTH)
    asking = dialog(EntryDialog)
    qtbot.keyClicks(asking.findChild(QWidget, "key_name"), "xe-9")
    qtbot.keyClick(asking, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "xe-9" in names(table), timeout=PATIENCE)
    assert names(table).index("xe-9") == 2 and table.view.currentIndex().row() == 2
    assert look(table, "xe-9", "mtu").row_state == "added"
    qtbot.keyClick(table.view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert "xe-9" not in names(table) and not pane.document.is_dirty


def test_an_entry_is_renamed(qtbot, pane, table):
    go(table, "lo0", "name")
    qtbot.keyClick(table.view, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    asking = dialog(RenameDialog)
    field = asking.findChild(QWidget, "key_name")
    field.selectAll()
    qtbot.keyClicks(field, "lo1")
    qtbot.waitUntil(asking.add_button.isEnabled, timeout=PATIENCE)
    qtbot.keyClick(asking, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "lo1" in names(table), timeout=PATIENCE)
    pane.undo()
    assert names(table)[-1] == "lo0" and not pane.document.is_dirty


def test_cells_are_reverted(qtbot, pane, table):
    select(table, ["xe-0/0/0", "xe-0/0/1"], "mtu")
    qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    qtbot.keyClick(table.view, Qt.Key.Key_Backspace, Qt.KeyboardModifier.AltModifier)
    assert look(table, "xe-0/0/0", "mtu").text == "9000" and not pane.document.is_dirty
    assert pane.document.undo_text == "revert 2 values"


def test_what_is_found_wrong_is_framed_and_told(qtbot, pane, table):
    pane.check.problems = (
        Problem("error", MTU, "mtu is 1. Allowed: 68 to 65535."),
        Problem("warning", "/ex:interfaces/interface[name='lo0']", "type is missing."),
    )
    pane.check.changed.emit()
    qtbot.waitUntil(lambda: look(table, "xe-0/0/1", "mtu").severity == "error", timeout=PATIENCE)
    assert look(table, "lo0", "name").message == "type is missing."
    go(table, "xe-0/0/1", "mtu")
    assert table.told.text() == "mtu is 1. Allowed: 68 to 65535."
    index = table.view.currentIndex()
    assert index.data(Qt.ItemDataRole.ToolTipRole).startswith("mtu is 1.")


def test_a_read_only_document_is_only_looked_at(qtbot):
    memory.clear()
    pane = opened(qtbot, sample.document(3), read_only=True)
    pane.jump("/ex:interfaces")
    pane.set_view("table")
    table = pane.side.view("table")
    acts = table.actions_
    assert not any(one.isEnabled() for one in (acts.add, acts.delete, acts.paste, acts.set_value, acts.unset))
    assert acts.export.isEnabled() and not table.model.is_editable(0, 3)
    pane.close_pane()


# sorting and filters


def test_a_click_on_a_heading_sorts_and_the_document_stays(qtbot, pane, table):
    before = pane.document.revision
    header = table.view.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column(table, "mtu")) + 20, header.height() // 2)
    for expected in (
        ["xe-0/0/1", "xe-0/0/0", "xe-0/0/2", "lo0"],
        ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"],
        ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"],
    ):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert names(table) == expected
    assert table.model.wish.sort is None and pane.document.revision == before


def test_rows_stay_where_they_are_while_they_are_edited(qtbot, pane, table):
    table.sort_by(table.model.columns[column(table, "mtu")])
    assert names(table)[0] == "xe-0/0/1"
    table.model.setData(table.model.index(0, column(table, "mtu")), "9999")
    assert names(table)[0] == "xe-0/0/1"
    qtbot.keyClick(table.view, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert names(table)[:2] == ["xe-0/0/0", "xe-0/0/1"]
    editing.create_entry(pane.document, sample.element(pane.document, "interfaces"), table.place.node, {"name": "new"})
    assert names(table)[-1] == "new"
    editing.remove(pane.document, sample.element(pane.document, "interfaces/interface[xe-0/0/1]"))
    assert names(table)[1] == "xe-0/0/1" and look(table, "xe-0/0/1", "mtu").row_state == "removed"
    pane.undo()
    assert look(table, "xe-0/0/1", "mtu").row_state == "same"


def test_rows_are_filtered_by_text_and_by_column(qtbot, pane, table):
    table.search.setFocus()
    qtbot.keyClicks(table.search, "core")
    qtbot.waitUntil(lambda: names(table) == ["xe-0/0/0"], timeout=PATIENCE)
    assert table.count.text() == "1 of 4 entries"
    table.search.clear()
    qtbot.waitUntil(lambda: len(names(table)) == 4, timeout=PATIENCE)
    go(table, "xe-0/0/0", "mtu")
    qtbot.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    menu = next(one for one in table.findChildren(QMenu) if one.objectName() == "headingMenu")
    field = menu.findChild(QLineEdit, "columnFilter")
    qtbot.waitUntil(field.isVisible, timeout=PATIENCE)
    qtbot.keyClicks(field, ">=1500")
    assert names(table) == ["xe-0/0/0", "xe-0/0/1"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not menu.isVisible(), timeout=PATIENCE)
    table.actions_.plain.trigger()
    assert len(names(table)) == 4 and table.model.wish.is_plain


# columns


def test_columns_are_chosen_and_remembered_for_the_list(qtbot, pane, table):
    table.actions_.choose.trigger()
    asking = dialog(ColumnDialog)
    qtbot.keyClicks(asking.search, "octets")
    item = next(asking.list.item(at) for at in range(asking.list.count()) if not asking.list.item(at).isHidden())
    item.setCheckState(Qt.CheckState.Checked)
    assert "in-octets" in labels(table)
    asking.accept()
    table.hide_column(table.model.columns[column(table, "type")])
    assert "type" not in labels(table)
    table.view.setColumnWidth(0, 222)
    pane.show_document(sample.document(3), pane.context)
    again = pane.side.view("table")
    pane.jump("/ex:interfaces")
    pane.set_view("table")
    assert "in-octets" in labels(again) and "type" not in labels(again) and again.view.columnWidth(0) == 222


def test_key_columns_stay_at_the_left(qtbot, pane, table):
    table.show_columns(table.all_columns)
    pane.resize(500, 500)
    qtbot.waitUntil(lambda: table.view.horizontalScrollBar().maximum() > 50, timeout=PATIENCE)
    assert table.view.keys.isVisible() and table.view.keys.width() == table.view.columnWidth(0)
    table.view.horizontalScrollBar().setValue(table.view.horizontalScrollBar().maximum())
    go(table, "xe-0/0/0", "mtu")
    rect = table.view.visualRect(table.view.currentIndex())
    assert rect.left() >= table.view.frozen_width
    spot = table.view.keys.visualRect(table.model.index(2, 0)).center()
    qtbot.mouseClick(table.view.keys.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert table.view.hasFocus() and table.view.currentIndex().row() == 2


# clipboard and files


def test_cells_are_copied_for_a_spreadsheet(qtbot, pane, table):
    select(table, ["xe-0/0/0", "xe-0/0/1"], "mtu")
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "9000\n1500\n"
    table.view.select_rows([3])
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["name", "description", "type"]
    assert lines[1].split("\t")[:3] == ["lo0", "", "ex-types:loopback"]


def test_a_spreadsheet_is_pasted_after_a_look_at_it(qtbot, pane, table):
    QGuiApplication.clipboard().setText(
        "Name\tMTU\tremark\tdescription\nxe-0/0/0\t9192\tx\tCore\nge-1/0/0\t1500\ty\tNew\nlo0\t99999\tz\t\n"
    )
    qtbot.keyClick(table.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    asking = dialog(PasteDialog)
    assert asking.summary.text() == "3 rows: 1 new, 1 changed, 1 left out, because something is wrong with it."
    assert asking.problem.text() == "Row 4: mtu is 99999. Allowed: 68 to 65535."
    assert asking.model.data(asking.model.index(0, 2), CELL).old == "9000"
    assert asking.header.isChecked() and asking.button.text() == "Paste 2 rows"
    qtbot.mouseClick(asking.next, Qt.MouseButton.LeftButton)
    assert (asking.view.currentIndex().row(), asking.view.currentIndex().column()) == (2, 2)
    qtbot.keyClick(asking.button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "ge-1/0/0" in names(table), timeout=PATIENCE)
    assert look(table, "xe-0/0/0", "mtu").text == "9192" and look(table, "lo0", "mtu").text == ""
    assert table.told.text() == "Pasted: 1 new and 1 changed. 1 left out."
    pane.undo()
    assert not pane.document.is_dirty and not pane.document.can_undo


def test_pasted_columns_are_mapped_by_hand(qtbot, pane, table):
    table.deeds.show_paste([["xe-0/0/0", "9100"]])
    asking = dialog(PasteDialog)
    assert not asking.header.isChecked()
    asking.source.setCurrentIndex(1)
    asking.target.setCurrentIndex(asking.target.findText("mtu"))
    asking.target.activated.emit(asking.target.currentIndex())
    assert asking.plan.count("changed") == 1
    asking.header.setChecked(True)
    assert asking.button.text() == "Nothing to paste" and not asking.button.isEnabled()
    asking.header.setChecked(False)
    asking.blanks.setChecked(True)
    asking.accept()
    assert look(table, "xe-0/0/0", "mtu").text == "9100"


def test_a_block_without_keys_goes_to_the_rows_at_the_cursor(qtbot, pane, table):
    go(table, "xe-0/0/1", "mtu")
    table.deeds.show_paste([["1400"], ["1410"]])
    asking = dialog(PasteDialog)
    assert asking.plan.count("changed") == 2
    asking.accept()
    assert [look(table, name, "mtu").text for name in names(table)] == ["9000", "1400", "1410", ""]


def test_rows_are_exported_and_pasted_again_from_the_file(qtbot, pane, table, tmp_path: Path):
    target = tmp_path / "interfaces.csv"
    table.sort_by(table.model.columns[0], descending=True)
    table.deeds.export_csv()
    chooser = dialog(QFileDialog)
    chooser.close()
    table.deeds.export_to(target)
    qtbot.waitUntil(target.exists, timeout=PATIENCE)
    rows = list(csv.reader(target.read_text(encoding="utf-8").splitlines()))
    assert rows[0][:4] == ["name", "description", "type", "mtu"]
    assert [row[0] for row in rows[1:]] == ["xe-0/0/2", "xe-0/0/1", "xe-0/0/0", "lo0"]
    assert target.stat().st_mode & 0o077 == 0
    qtbot.waitUntil(lambda: table.told.text() == f"Exported 4 rows to {target}.", timeout=PATIENCE)
    table.deeds.paste_from(target)
    qtbot.waitUntil(
        lambda: any(isinstance(one, PasteDialog) and one.isVisible() for one in QApplication.topLevelWidgets()),
        timeout=PATIENCE,
    )
    asking = dialog(PasteDialog)
    assert asking.plan.count("same") == 4
    asking.reject()


def test_a_file_that_is_not_there_is_told(qtbot, pane, table, tmp_path: Path):
    with qtbot.waitSignal(pane.error, timeout=PATIENCE) as told:
        table.deeds.paste_from(tmp_path / "none.csv")
    assert "cannot be read" in str(told.args[0])


# long lists


def test_a_hundred_thousand_entries_stay_fluid(qtbot, watchdog):
    memory.clear()
    text = sample.text(0).replace(
        b"</routes>",
        "".join(
            f"<route><prefix>10.{n // 65536}.{n // 256 % 256}.{n % 256}/32</prefix>"
            f"<next-hop>192.0.2.{n * 7 % 251}</next-hop></route>"
            for n in range(100_000)
        ).encode()
        + b"</routes>",
    )
    document = Document(text, sample.schema())
    document.prepare()
    pane = opened(qtbot, document)
    pane.jump("/ex:routes")
    pane.set_view("table")
    table = pane.side.view("table")
    assert table.model.rowCount() == 100_000 and table.count.text() == "100,000 of 100,000 entries"
    table.sort_by(table.model.columns[1])
    assert table.model.busy
    qtbot.waitUntil(lambda: not table.model.busy, timeout=60_000)
    hops = [table.model.look(row, 1).text for row in (0, 99_999)]
    assert hops == ["192.0.2.0", "192.0.2.250"]
    table.search.setText("10.0.7.")
    qtbot.waitUntil(lambda: table.model.rowCount() == 256 and not table.model.busy, timeout=60_000)
    table.model.setData(table.model.index(3, 1), "192.0.2.255")
    assert table.model.look(3, 1).state == "changed" and table.model.rowCount() == 256
    table.arrange_plainly()
    qtbot.waitUntil(lambda: table.model.rowCount() == 100_000, timeout=60_000)
    entry = table.model.entry(50_000)
    began = time.perf_counter()
    editing.remove(document, entry)
    spent = time.perf_counter() - began
    assert table.model.look(50_000, 0).row_state == "removed" and spent < 30
    assert watchdog.longest < 1.0
    pane.close_pane()


# painting, names


def test_odd_data_is_painted(qtbot, pane, table):
    class Odd(ListTableModel):
        answer: object = None

        def data(self, index, role=Qt.ItemDataRole.DisplayRole):
            return self.answer if role == CELL else None

    model = Odd(sample.document(3))
    model.show_place(table.place, table.model.columns)
    delegate = CellDelegate(table.view, table.view)
    image = QImage(300, 24, QImage.Format.Format_ARGB32)
    for answer in (
        None, 42, CellLook(), CellLook("x" * 100_000, severity="fatal", message="m"), CellLook(state="unheard of"),
        CellLook("\x00\ud7ff", old="o", state="removed", numeric=True), CellLook("t", row_state="moved"),
    ):  # fmt: skip
        model.answer = answer
        for width in (300, 10, 0):
            option = QStyleOptionViewItem()
            option.rect.setRect(0, 0, width, 24)
            painter = QPainter(image)
            delegate.paint(painter, option, model.index(0, 0))
            painter.end()
    model.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_is_drawn_in_both_themes(qtbot, pane, table, mode):
    editing.remove(pane.document, sample.element(pane.document, "interfaces/interface[xe-0/0/2]"))
    theme().apply(mode)
    assert not pane.grab().isNull()


def test_menus_offer_what_can_be_done(qtbot, pane, table):
    go(table, "xe-0/0/1", "mtu")
    spot = table.view.visualRect(table.view.currentIndex()).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, table.view.viewport().mapToGlobal(spot))
    QApplication.sendEvent(table.view.viewport(), event)
    menu = next(one for one in table.findChildren(QMenu) if one.objectName() == "cellMenu")
    texts = [one.text().replace("&", "") for one in menu.actions() if one.text()]
    assert texts[:3] == ["Edit value", "Set value…", "Unset"] and "Show in tree" in texts
    menu.close()
    assert table.actions_.menu.menuAction() in pane.edit_actions()


def test_no_key_means_two_things(qtbot, pane, table):
    window = QMainWindow()
    qtbot.addWidget(window)
    others = {key.toString() for one in make_actions(window).all() for key in one.shortcuts()}
    others |= {key.toString() for one in pane.view_actions() for key in one.shortcuts()}
    own = [key.toString() for one in table.view.actions() for key in one.shortcuts()]
    assert len(own) == len(set(own)) and not others & set(own)


def test_every_widget_has_a_name(qtbot, pane, table):
    go(table, "xe-0/0/1", "mtu")
    table.deeds.show_paste([["a", "b"]])
    asking = dialog(PasteDialog)
    for root in (table, asking):
        ours = [one for one in [root, *root.findChildren(QWidget)] if type(one).__module__.startswith("netconf_gui")]
        assert not [repr(one) for one in ours if not one.objectName()]
        assert not [one.objectName() for one in ours if not one.accessibleName()]
    asking.reject()


class Checker:
    """Stands in for the engine: values with "bad" in them break a pattern."""

    def check_value(self, key, path, value, *, prefixes=None, cancel=None):
        wrong = "bad" in value
        return Problem("error", path, f"{value}. It does not match its pattern.", "", "check") if wrong else None


def test_the_engine_looks_at_what_is_pasted(qtbot):
    memory.clear()
    make = sample.Builder()
    entry = make.add(None, "list", "host", keys=("name",))
    make.leaf(entry, "name", is_key=True)
    make.leaf(entry, "address", TypeInfo("string", patterns=(Pattern("[0-9.]+"),)))
    schema = sample.MemorySchema(make.nodes, (sample.ModuleInfo("ex", "", sample.NS, "ex"),))
    host = f'<host xmlns="{sample.NS}"><name>a</name></host>'
    text = f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{host}</config>'
    pane = opened(qtbot, Document(text.encode(), schema))
    pane.context.engine, pane.context.key = Checker(), "key"
    pane.set_view("table")
    table = pane.side.view("table")
    table.deeds.show_paste([["name", "address"], ["a", "192.0.2.1"], ["b", "bad"]])
    asking = dialog(PasteDialog)
    assert not asking.button.isEnabled() and "Checking the values…" in asking.summary.text()
    qtbot.waitUntil(lambda: asking.plan.count("invalid") == 1, timeout=PATIENCE)
    assert asking.problem.text() == "Row 3: address is bad. It does not match its pattern."
    qtbot.waitUntil(asking.button.isEnabled, timeout=PATIENCE)
    asking.accept()
    assert look(table, "a", "address").text == "192.0.2.1" and names(table) == ["a"]
    pane.context.engine = pane.context.key = None
    pane.close_pane()
