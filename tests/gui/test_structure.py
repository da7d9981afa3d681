"""Structure by real events: choices, presence, keys, order, anydata, clipboard, conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QRadioButton,
    QToolTip,
)

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.any_dialog import AnyDialog
from netconf_gui.gui.editors.cases import CaseEdit
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.paste_dialog import PasteDialog
from netconf_gui.gui.editors.rename_dialog import RenameDialog
from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.node_clipboard import MIME
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.node import NodePane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.tree_dragging import MIME as DRAG
from netconf_gui.gui.tree_dragging import entry_mime
from netconf_gui.yang.schema import MemorySchema, NodeKind, SchemaNode
from tests.config.model import SCHEMA, top
from tests.gui import sample

WAIT = 10_000


def schema_with_any() -> MemorySchema:
    """The sample's schema with an anydata node, and a default case."""
    known = sample.schema()
    nodes: list[SchemaNode] = []
    stack = [*reversed(known.roots())]
    while stack:
        node = stack.pop()
        if node.name == "transport":
            node = replace(node, defaults=("udp",))
        nodes.append(node)
        stack.extend(reversed(known.children(node)))
    system = next(node for node in nodes if node.name == "system")
    nodes.append(SchemaNode(900, system.id, NodeKind.ANYDATA, "extra", "ex", sample.NS, path=f"{system.path}/extra"))
    return MemorySchema(nodes, known.modules)


def make_pane(qtbot, document: Document, **context: object) -> DocumentPane:
    made = DocumentPane(document, TaskManager(), context=DocumentContext(device_name="pe1.fra", **context))
    qtbot.addWidget(made)
    made.resize(1000, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.tree.setFocus()
    return made


@pytest.fixture
def pane(qtbot):
    made = make_pane(qtbot, Document(sample.text(20), schema_with_any(), name="pe1.fra"))
    yield made
    made.close_pane()


def element(pane: DocumentPane, path: str) -> etree._Element:
    return sample.element(pane.document, path)


def row_named(pane: DocumentPane, parent: etree._Element, name: str) -> Row:
    above = pane.model.row_of(parent)
    assert above is not None
    index = pane.model.index_of(above)
    for number in range(pane.model.rowCount(index)):
        row = pane.model.row_at(pane.model.index(number, 0, index))
        if row is not None and pane.model.looks.of(row).name == name:
            return row
    raise AssertionError(name)


def dialog(qtbot, kind: type[QDialog]) -> QDialog:
    found: list[QDialog] = []

    def there() -> bool:
        found[:] = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
        return bool(found)

    qtbot.waitUntil(there, timeout=WAIT)
    return found[0]


def press(qtbot, shown: QDialog, name: str) -> None:
    button = shown.findChild(QPushButton, name)
    assert button is not None and button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def open_cell(qtbot, pane: DocumentPane, row: Row) -> CaseEdit:
    pane.tree.show_row(row)
    qtbot.keyClick(pane.tree, Qt.Key.Key_F2)
    found = [one for one in pane.tree.viewport().findChildren(CaseEdit) if one.isVisible()]
    assert len(found) == 1
    qtbot.waitUntil(lambda: found[0].popup_open, timeout=WAIT)
    return found[0]


def choose(qtbot, edit: CaseEdit, key: str) -> None:
    """Go to the option by the keys of the list, and take it."""
    wanted = edit.findData(key)
    view = edit.view()
    for _ in range(edit.count()):
        if view.currentIndex().row() == wanted:
            break
        qtbot.keyClick(view, Qt.Key.Key_Down if view.currentIndex().row() < wanted else Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Return)


def case_key(pane: DocumentPane, name: str) -> str:
    found = pane.document.schema.find(f"/ex:system/transport/{name}")
    assert found is not None
    return str(found.id)


# choices


def test_a_choice_is_a_selector_that_says_what_switching_deletes(qtbot, pane):
    pane.set_show_unset(True)
    row = row_named(pane, element(pane, "system"), "transport")
    look = pane.model.looks.of(row)
    assert (look.value, look.side, look.selector) == ("udp", "default", True)
    edit = open_cell(qtbot, pane, row)
    assert [edit.itemText(number) for number in range(edit.count())] == ["none", "udp (default)", "tcp"]
    choose(qtbot, edit, case_key(pane, "tcp"))
    asked = dialog(qtbot, Question)
    words = " ".join(one.text() for one in asked.findChildren(QLabel))
    assert "Switch transport to tcp?" in words and "udp-port: 514" in words and "1 node" in words
    press(qtbot, asked, "switchButton")
    assert [one for one in element(pane, "system") if "udp-port" in str(one.tag)] == []
    assert pane.document.undo_text == "switch transport to tcp"
    # the case is taken, and the cursor waits at its first leaf
    assert pane.model.looks.of(row_named(pane, element(pane, "system"), "transport")).value == "tcp"
    assert pane.row is not None and pane.row.node is not None and pane.row.node.name == "tcp-port"
    pane.undo()
    assert element(pane, "system/udp-port").text == "514" and not pane.document.is_dirty
    assert pane.model.looks.of(row_named(pane, element(pane, "system"), "transport")).value == "udp"


def test_keeping_the_case_changes_nothing(qtbot, pane):
    pane.set_show_unset(True)
    edit = open_cell(qtbot, pane, row_named(pane, element(pane, "system"), "transport"))
    choose(qtbot, edit, case_key(pane, "tcp"))
    press(qtbot, dialog(qtbot, Question), "keepButton")
    assert not pane.document.is_dirty and element(pane, "system/udp-port").text == "514"


def test_nothing_is_asked_when_nothing_is_lost(qtbot, pane):
    pane.show_element(element(pane, "system/udp-port"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Delete)
    pane.set_show_unset(True)
    edit = open_cell(qtbot, pane, row_named(pane, element(pane, "system"), "transport"))
    choose(qtbot, edit, case_key(pane, "tcp"))
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, Question) and one.isVisible()]
    assert pane.row is not None and pane.row.node is not None and pane.row.node.name == "tcp-port"


def test_a_value_of_another_case_asks_first(qtbot, pane):
    pane.set_show_unset(True)
    choice = row_named(pane, element(pane, "system"), "transport")
    node = pane.document.schema.find("/ex:system/transport/tcp/tcp-port")
    pane.tree.expand(pane.model.index_of(choice))
    pane.edit_unset(choice, node)
    qtbot.waitUntil(lambda: pane.tree.viewport().focusWidget() is not pane.tree, timeout=WAIT)
    editor = QApplication.focusWidget()
    assert editor is not None
    qtbot.keyClicks(editor, "443")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    press(qtbot, dialog(qtbot, Question), "switchButton")
    assert element(pane, "system/tcp-port").text == "443"
    pane.undo()
    assert element(pane, "system/udp-port").text == "514" and not pane.document.is_dirty


def test_the_node_pane_has_the_selector_too(qtbot, pane):
    node = NodePane(TaskManager())
    qtbot.addWidget(node)
    node.resize(300, 600)
    with qtbot.waitExposed(node):
        node.show()
    node.show_pane(pane)
    pane.show_element(element(pane, "system/udp-port"))
    qtbot.waitUntil(lambda: node.structure.findChild(CaseEdit, "case_transport") is not None, timeout=WAIT)
    edit = node.structure.findChild(CaseEdit, "case_transport")
    assert edit.value() == case_key(pane, "udp")
    edit.showPopup()
    qtbot.waitUntil(lambda: edit.popup_open, timeout=WAIT)
    choose(qtbot, edit, case_key(pane, "tcp"))
    press(qtbot, dialog(qtbot, Question), "switchButton")
    assert pane.document.undo_text == "switch transport to tcp"
    node.show_pane(None)


def test_a_choice_inside_a_case_has_a_selector_of_its_own(qtbot):
    document = Document(top("<i1>x</i1><name>n</name>"), SCHEMA)
    made = make_pane(qtbot, document)
    made.set_show_unset(True)
    parent = document.root[0]
    outer, inner = row_named(made, parent, "ch"), row_named(made, parent, "inner")
    assert (made.model.looks.of(outer).value, made.model.looks.of(inner).value) == ("three", "i1")
    assert [choice.name for choice, _ in made.structure.choices_at(made.model.row_of(parent[0]))] == ["ch", "inner"]
    edit = open_cell(qtbot, made, inner)
    choose(qtbot, edit, edit.itemData(edit.findText("i2")))
    asked = dialog(qtbot, Question)
    assert "i1: x" in asked.ui.subtitleLabel.text()
    press(qtbot, asked, "switchButton")
    assert made.row is not None and made.row.node is not None and made.row.node.name == "i2"
    assert made.model.looks.of(row_named(made, parent, "inner")).value == "i2"
    made.undo()
    # what was taken does not outlive data that came another way
    assert made.model.looks.of(row_named(made, parent, "inner")).value == "i1"
    made.show_element(document.root[0][0])
    editing.remove(document, document.root[0][0])
    assert made.model.looks.of(row_named(made, parent, "ch")).value == ""
    made.close_pane()


# presence


def test_presence_is_switched_in_the_tree(qtbot, pane):
    pane.set_show_unset(True)
    row = row_named(pane, element(pane, "system"), "debug")
    assert pane.model.looks.of(row).ghost == "off"
    choose(qtbot, open_cell(qtbot, pane, row), "on")
    assert element(pane, "system/debug") is not None and pane.document.undo_text == "add debug"
    row = row_named(pane, element(pane, "system"), "debug")
    assert pane.model.looks.of(row).value == "on"
    choose(qtbot, open_cell(qtbot, pane, row), "off")
    assert not pane.document.is_dirty


def test_a_container_without_presence_is_shown_instead_of_made(qtbot, pane):
    entry = element(pane, "interfaces/interface[xe-0/0/0]")
    pane.show_element(entry)
    node = pane.document.schema.find("/ex:interfaces/interface/ipv4")
    pane.actions_.add_node(pane.row, node)
    assert not pane.document.is_dirty
    assert pane.row is not None and pane.row.node == node and pane.row.kind is RowKind.UNSET


# entries


def test_the_key_dialog_refuses_a_twin_while_typing(qtbot, pane):
    pane.show_element(element(pane, "interfaces"))
    pane.tree.show_row(row_named(pane, element(pane, "interfaces"), "interface"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Insert)
    shown = dialog(qtbot, EntryDialog)
    field = shown.findChild(QLabel, "addEntryMessage")
    editor = shown.findChild(QLineEdit, "key_name")
    qtbot.keyClicks(editor, "lo0")
    assert field.text() == "interface lo0 exists already." and not shown.add_button.isEnabled()
    qtbot.keyClicks(editor, "1")
    assert field.text() == "" and shown.add_button.isEnabled()
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert element(pane, "interfaces/interface[lo01]") is not None


def test_renaming_an_entry_and_the_leafs_that_point_to_it(qtbot, pane):
    lo0 = element(pane, "interfaces/interface[lo0]")
    node = pane.document.schema.find("/ex:interfaces/interface/parent-if")
    editing.set_leaf(pane.document, lo0, node, "xe-0/0/1")
    entry = element(pane, "interfaces/interface[xe-0/0/1]")
    pane.show_element(entry)
    pane.tree.expand(pane.tree.currentIndex().siblingAtColumn(0))
    qtbot.keyClick(pane.tree, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    shown = dialog(qtbot, RenameDialog)
    qtbot.waitUntil(lambda: shown.references is not None, timeout=WAIT)
    listed = shown.findChild(QListWidget, "renameReferenceList")
    assert [listed.item(number).text() for number in range(listed.count())] == [
        "/ex:interfaces/interface[name='lo0']/parent-if"
    ]
    assert not shown.add_button.isEnabled()  # the name is the same still
    editor = shown.findChild(QLineEdit, "key_name")
    editor.selectAll()
    qtbot.keyClicks(editor, "lo0")
    assert "already" in shown.message.text()
    editor.selectAll()
    qtbot.keyClicks(editor, "et-1/0/0")
    press(qtbot, shown, "addEntryButton")
    assert entry[0].text == "et-1/0/0" and lo0.find(f"{{{sample.NS}}}parent-if").text == "et-1/0/0"
    row = pane.row
    assert row is not None and row.own_element is entry and pane.model.looks.of(row).name == "et-1/0/0"
    assert pane.tree.isExpanded(pane.model.index_of(row))  # still the same row
    pane.undo()
    assert entry[0].text == "xe-0/0/1" and lo0.find(f"{{{sample.NS}}}parent-if").text == "xe-0/0/1"
    assert pane.model.looks.of(row).name == "xe-0/0/1"


# order


def sequence(pane: DocumentPane) -> list[str]:
    return [term[0].text for term in element(pane, "acl")]


def drag(pane: DocumentPane, source: etree._Element, target: etree._Element, *, below: bool) -> bool:
    """A drag as Qt delivers it: enter, move, drop on the viewport."""
    pane.show_element(source)
    pane.tree.drag_row(pane.row)
    index = pane.model.index_of(pane.model.row_of(target), Column.NAME)
    rect = pane.tree.visualRect(index)
    spot = QPoint(rect.left() + 30, rect.bottom() - 2 if below else rect.top() + 2)
    data: QMimeData = entry_mime()
    buttons, keys, move = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.MoveAction
    viewport = pane.tree.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(spot, move, data, buttons, keys))
    moving = QDragMoveEvent(spot, move, data, buttons, keys)
    QApplication.sendEvent(viewport, moving)
    viewport.grab()  # with the line
    taken = moving.isAccepted()
    if taken:
        QApplication.sendEvent(viewport, QDropEvent(QPointF(spot), move, data, buttons, keys))
    pane.tree.drag_row(None)
    return taken


def test_entries_are_dragged_within_their_list_only(qtbot, pane):
    terms = list(element(pane, "acl"))
    assert drag(pane, terms[0], terms[2], below=True)
    assert sequence(pane) == ["20", "30", "10"]
    assert pane.row is not None and pane.row.own_element is terms[0]
    assert drag(pane, terms[0], terms[1], below=False)
    assert sequence(pane) == ["10", "20", "30"] and not pane.document.is_dirty
    assert not drag(pane, terms[0], element(pane, "interfaces/interface[lo0]"), below=True)
    assert sequence(pane) == ["10", "20", "30"]


def test_the_mouse_starts_a_drag(qtbot, pane, monkeypatch):
    carried: list[list[str]] = []
    monkeypatch.setattr(QDrag, "exec", lambda self, *_: carried.append(self.mimeData().formats()))
    term = element(pane, "acl/term[10]")
    pane.show_element(term)
    viewport = pane.tree.viewport()
    spot = pane.tree.visualRect(pane.model.index_of(pane.model.row_of(term), Column.NAME)).center()
    far = spot + QPoint(0, 3 * QApplication.startDragDistance())
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=spot)
    for at in (spot + QPoint(0, 2), far, far + QPoint(0, 4)):
        move = QMouseEvent(
            QMouseEvent.Type.MouseMove, QPointF(at), QPointF(viewport.mapToGlobal(at)), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(viewport, move)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=far)
    assert carried == [[DRAG]] and sequence(pane) == ["10", "20", "30"]


def test_values_of_a_leaf_list_are_dragged_too(qtbot, pane):
    values = [one for one in element(pane, "system") if str(one.tag).endswith("}search")]
    assert drag(pane, values[1], values[0], below=False)
    assert [one.text for one in element(pane, "system") if str(one.tag).endswith("}search")] == [
        "b.example",
        "a.example",
    ]


def test_order_by_keys(qtbot, pane):
    terms = list(element(pane, "acl"))
    pane.show_element(terms[1])
    both = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(pane.tree, Qt.Key.Key_Up, both)
    assert sequence(pane) == ["20", "10", "30"]
    qtbot.keyClick(pane.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert sequence(pane) == ["10", "20", "30"]
    qtbot.keyClick(pane.tree, Qt.Key.Key_Down, both)
    assert sequence(pane) == ["10", "30", "20"]
    assert pane.row is not None and pane.row.own_element is terms[1]


def test_the_devices_own_order_is_said(qtbot, pane):
    pane.show_element(element(pane, "interfaces/interface[lo0]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert not pane.document.is_dirty and "the device's own" in QToolTip.text()
    QToolTip.hideText()
    pane.tree.startDrag(Qt.DropAction.MoveAction)
    assert "the device's own" in QToolTip.text()
    QToolTip.hideText()


# several at once


def test_several_nodes_are_deleted_as_one_step(qtbot, pane):
    for name in ("xe-0/0/0", "xe-0/0/2"):
        pane.show_element(element(pane, f"interfaces/interface[{name}]"))
    first = pane.model.index_of(pane.model.row_of(element(pane, "interfaces/interface[xe-0/0/0]")), Column.NAME)
    second = pane.model.index_of(pane.model.row_of(element(pane, "interfaces/interface[xe-0/0/2]")), Column.NAME)
    for index, keys in ((first, Qt.KeyboardModifier.NoModifier), (second, Qt.KeyboardModifier.ControlModifier)):
        qtbot.mouseClick(pane.tree.viewport(), Qt.MouseButton.LeftButton, keys, pane.tree.visualRect(index).center())
    qtbot.keyClick(pane.tree, Qt.Key.Key_Delete)
    assert [one[0].text for one in element(pane, "interfaces")] == ["xe-0/0/1", "lo0"]
    assert pane.document.undo_text == "delete 2 nodes"
    pane.undo()
    assert not pane.document.is_dirty


# anydata


def test_anydata_is_edited_as_xml(qtbot, pane):
    pane.set_show_unset(True)
    pane.tree.show_row(row_named(pane, element(pane, "system"), "extra"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_Return)
    shown = dialog(qtbot, AnyDialog)
    qtbot.keyClicks(shown.editor, "<a><b>1</a>")
    qtbot.waitUntil(lambda: bool(shown.message.text()), timeout=WAIT)
    assert "Line 1" in shown.message.text() and not shown.save.isEnabled()
    shown.editor.selectAll()
    qtbot.keyClicks(shown.editor, "<a xmlns='urn:q'><b>1</b></a>")
    qtbot.waitUntil(lambda: not shown.message.text(), timeout=WAIT)
    press(qtbot, shown, "anySave")
    extra = element(pane, "system/extra")
    assert extra[0].tag == "{urn:q}a" and extra[0][0].text == "1" and pane.document.undo_text == "set extra"
    pane.show_element(extra)
    qtbot.keyClick(pane.tree, Qt.Key.Key_F2)
    shown = dialog(qtbot, AnyDialog)
    assert shown.editor.toPlainText().startswith('<a xmlns="urn:q"')
    shown.reject()
    pane.undo()
    assert not pane.document.is_dirty


# clipboard


def test_copy_and_paste_of_an_entry_under_another_key(qtbot, pane):
    control = Qt.KeyboardModifier.ControlModifier
    entry = element(pane, "interfaces/interface[xe-0/0/1]")
    pane.show_element(entry)
    qtbot.keyClick(pane.tree, Qt.Key.Key_C, control)
    copied = QGuiApplication.clipboard().mimeData()
    assert copied.hasFormat(MIME) and copied.text().startswith("<interface")
    qtbot.keyClick(pane.tree, Qt.Key.Key_V, control)
    shown = dialog(qtbot, PasteDialog)
    assert shown.findChild(QRadioButton, "paste_merge").isChecked()
    qtbot.mouseClick(shown.findChild(QRadioButton, "paste_new"), Qt.MouseButton.LeftButton)
    press(qtbot, shown, "pasteButton")
    asked = dialog(qtbot, EntryDialog)
    qtbot.keyClicks(asked.findChild(QLineEdit, "key_name"), "xe-9")
    press(qtbot, asked, "addEntryButton")
    made = element(pane, "interfaces/interface[xe-9]")
    assert made.find(f"{{{sample.NS}}}mtu").text == "1500" and entry.getnext() is made
    kind = made.find(f"{{{sample.NS}}}type")
    assert kind.nsmap[kind.text.partition(":")[0]] == sample.TYPES
    pane.undo()
    assert not pane.document.is_dirty


def test_replace_and_merge(qtbot, pane):
    control = Qt.KeyboardModifier.ControlModifier
    entry = element(pane, "interfaces/interface[xe-0/0/1]")
    text = (
        f'<interface xmlns="{sample.NS}" xmlns:t="{sample.TYPES}"><name>xe-0/0/1</name><type>t:tunnel</type>'
        "<mtu>99</mtu></interface>"
    )
    for answer, left in (("merge", 7), ("replace", 3)):
        pane.show_element(element(pane, "interfaces/interface[xe-0/0/1]"))
        QGuiApplication.clipboard().setText(text)  # from elsewhere
        qtbot.keyClick(pane.tree, Qt.Key.Key_V, control)
        shown = dialog(qtbot, PasteDialog)
        qtbot.mouseClick(shown.findChild(QRadioButton, f"paste_{answer}"), Qt.MouseButton.LeftButton)
        press(qtbot, shown, "pasteButton")
        now = element(pane, "interfaces/interface[xe-0/0/1]")
        assert now.find(f"{{{sample.NS}}}mtu").text == "99"
        assert (now.find(f"{{{sample.NS}}}ipv4") is None) == (answer == "replace") and len(now) <= left
        pane.undo()
        assert not pane.document.is_dirty
    assert entry is not None


def test_pasting_into_another_device_lists_what_it_does_not_have(qtbot, pane):
    control = Qt.KeyboardModifier.ControlModifier
    pane.show_element(element(pane, "interfaces/interface[xe-0/0/1]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_C, control)
    known = sample.schema()
    kept: list[SchemaNode] = []
    stack = [*reversed(known.roots())]
    while stack:
        node = stack.pop()
        if node.name == "ipv4":
            continue
        if node.name == "type":
            node = replace(node, type=replace(sample.KIND, identities=("ex-types:loopback",)))
        kept.append(node)
        stack.extend(reversed(known.children(node)))
    other = make_pane(
        qtbot,
        Document(f'<config><interfaces xmlns="{sample.NS}"/></config>'.encode(), MemorySchema(kept, known.modules)),
    )
    other.show_element(element(other, "interfaces"))
    qtbot.keyClick(other.tree, Qt.Key.Key_V, control)
    shown = dialog(qtbot, PasteDialog)
    told = [shown.list.item(number).text() for number in range(shown.list.count())]
    assert told == [
        "interface/type: is ex-types:ethernet, an identity that is not allowed there",
        "interface/ipv4: does not exist there",
    ]
    shown.grab()
    press(qtbot, shown, "pasteButton")
    made = element(other, "interfaces/interface[xe-0/0/1]")
    assert [str(one.tag).rpartition("}")[2] for one in made] == ["name", "description", "mtu", "enabled"]
    other.undo()
    assert not other.document.is_dirty
    other.close_pane()


def test_cut_and_what_has_no_place(qtbot, pane):
    control = Qt.KeyboardModifier.ControlModifier
    pane.show_element(element(pane, "acl/term[20]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_X, control)
    assert sequence(pane) == ["10", "30"]
    pane.show_element(element(pane, "acl/term[10]"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_V, control)
    assert sequence(pane) == ["10", "20", "30"] and not pane.document.is_dirty
    errors: list[Exception] = []
    pane.error.connect(errors.append)
    pane.show_element(element(pane, "system/hostname"))
    qtbot.keyClick(pane.tree, Qt.Key.Key_V, control)
    QGuiApplication.clipboard().setText("no xml")
    qtbot.keyClick(pane.tree, Qt.Key.Key_V, control)
    assert ["no place for term" in str(errors[0]), "no XML" in str(errors[1])] == [True, True]


# conditions


class FakeEngine:
    """Answers about conditions as a function says."""

    def __init__(self, answer: Callable[[str, str], str | None]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def conditions(self, _key, _data, asked, *, of_request=False, cancel=None):
        self.asked += asked
        return tuple(self.answer(parent, node) for parent, node in asked)


def test_nodes_that_may_not_be_there_are_greyed_with_the_condition(qtbot, pane):
    def answer(parent: str, _node: str) -> str:
        return "../type = 'ethernet'" if "lo0" in parent or "xe-0/0/1" in parent else ""

    engine = FakeEngine(answer)
    pane.context.engine, pane.context.key = engine, "key"
    pane.set_show_unset(True)
    lo0 = element(pane, "interfaces/interface[lo0]")
    pane.show_element(lo0)
    pane.tree.expand(pane.tree.currentIndex().siblingAtColumn(0))

    def greyed() -> bool:
        return bool(pane.model.looks.of(row_named(pane, lo0, "mtu")).condition)

    qtbot.waitUntil(greyed, timeout=WAIT)
    row = row_named(pane, lo0, "mtu")
    index = pane.model.index_of(row, Column.VALUE)
    assert not pane.model.is_editable(row)
    assert "only allowed when type is ethernet" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(LOOK).unset
    pane.tree.viewport().grab()
    # it cannot be added: the menu says why
    qtbot.waitUntil(lambda: not pane.conditions.busy, timeout=WAIT)
    pane.actions_.show_menu(pane.mapToGlobal(QPoint(5, 5)))
    menu = next(one for one in pane.findChildren(QMenu) if one.objectName() == "nodeMenu")
    offered = {one.objectName(): one for one in menu.findChild(QMenu, "addMenu").actions()}
    assert not offered["add_mtu"].isEnabled() and offered["add_mtu"].text() == "mtu (only when type is ethernet)"
    assert offered["add_description"].isEnabled()
    menu.close()
    node = pane.document.schema.find("/ex:interfaces/interface/mtu")
    pane.actions_.add_node(pane.row, node)
    assert "can only be added when type is ethernet" in QToolTip.text()
    QToolTip.hideText()
    # what is there all the same is marked
    stale = element(pane, "interfaces/interface[xe-0/0/1]/mtu")
    pane.show_element(stale)
    qtbot.waitUntil(lambda: bool(pane.model.looks.of(pane.row).condition), timeout=WAIT)
    assert pane.model.looks.of(pane.row).value == "1500"
    pane.tree.viewport().grab()
    # an edit has them asked again
    count = len(engine.asked)
    engine.answer = lambda _parent, _node: ""
    editing.remove(pane.document, element(pane, "system/udp-port"))
    pane.show_element(lo0)
    qtbot.waitUntil(lambda: len(engine.asked) > count and not pane.model.looks.conditions, timeout=WAIT)


def test_only_what_is_seen_is_asked_about(qtbot):
    engine = FakeEngine(lambda _parent, _node: "")
    made = make_pane(qtbot, sample.document(1240), engine=engine, key="key")
    qtbot.waitUntil(lambda: not made.conditions.busy, timeout=WAIT)
    assert all("interface" in parent or parent == "/" for parent, _ in engine.asked)
    assert len(engine.asked) < 50
    made.close_pane()
