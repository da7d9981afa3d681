"""Editors by YANG type, used as a person uses them: keys and clicks in, values out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit

from netconf_gui.config import editing
from netconf_gui.gui.editors.choice import ChoiceEdit, FlagsEdit, Switch
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.factory import make_cell_editor, make_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.editors.text import NumberEdit, TextEdit
from tests.gui import sample

DOC = sample.document(3)


def subject(path: str, *, holder: str = "") -> Subject:
    """The leaf at a data path of the sample, or (with `holder`) an unset schema leaf below an existing element."""
    if holder:
        node = DOC.schema.find(path)
        return Subject(DOC, node, None, sample.element(DOC, holder))
    element = sample.element(DOC, path)
    return Subject(DOC, DOC.schema_node(element), element, element.getparent())


def made(qtbot, what: Subject):
    editor = make_editor(what)
    qtbot.addWidget(editor)
    editor.show()
    told: list[str] = []
    editor.committed.connect(told.append)
    return editor, told


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ex:system/level", ChoiceEdit),
        ("/ex:system/flags", FlagsEdit),
        ("/ex:system/rate", NumberEdit),
        ("/ex:system/big", NumberEdit),
        ("/ex:system/maintenance", Switch),
        ("/ex:system/port", ChoiceEdit),
        ("/ex:system/blob", TextEdit),
        ("/ex:system/hostname", TextEdit),
        ("/ex:interfaces/interface/enabled", Switch),
        ("/ex:interfaces/interface/type", ChoiceEdit),
    ],
)
def test_each_type_has_its_editor(qtbot, path, kind):
    holder = "interfaces/interface[lo0]" if "interface" in path else "system"
    editor, _ = made(qtbot, subject(path, holder=holder))
    assert isinstance(editor, kind)


def test_numbers_step_within_their_ranges_and_take_any_text(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/mtu"))
    assert editor.value() == "1500"
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert editor.value() == "1501"
    editor.selectAll()
    qtbot.keyClicks(editor, "70000")
    assert subject("interfaces/interface[xe-0/0/1]/mtu").quick_problem(editor.value()) == (
        "mtu is 70000. Allowed: 68 to 65535."
    )
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert editor.value() == "65535"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told == ["65535"]


def test_decimals_and_big_numbers(qtbot):
    rate, _ = made(qtbot, subject("/ex:system/rate", holder="system"))
    qtbot.keyClicks(rate, "12.5")
    qtbot.keyClick(rate, Qt.Key.Key_Down)
    assert rate.value() == "12.49"
    big, told = made(qtbot, subject("/ex:system/big", holder="system"))
    qtbot.keyClicks(big, "18446744073709551614")
    qtbot.keyClick(big, Qt.Key.Key_Up)
    qtbot.keyClick(big, Qt.Key.Key_Up)
    qtbot.keyClick(big, Qt.Key.Key_Return)
    assert told == ["18446744073709551615"]


def test_a_number_that_is_none_stays_as_typed(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/mtu"))
    editor.selectAll()
    qtbot.keyClicks(editor, "many")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told == ["many"] and editor.value() == "many"


def test_a_switch_switches_by_click_and_key(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/enabled"))
    assert editor.value() == "true" and editor.text() == "true"
    qtbot.mouseClick(editor, Qt.MouseButton.LeftButton)
    qtbot.keyClick(editor, Qt.Key.Key_Space)
    assert told == ["false", "true"]


def test_enumerations_are_chosen_by_key(qtbot):
    editor, told = made(qtbot, subject("system/level"))
    assert editor.value() == "low"
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_H)
    assert editor.value() == "high"
    assert told[-1] == "high"


def test_identities_show_their_name_and_mean_their_module(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/type"))
    assert (editor.currentText(), editor.value()) == ("ethernet", "ex-types:ethernet")
    editor.lineEdit().selectAll()
    qtbot.keyClicks(editor.lineEdit(), "tunnel")
    qtbot.keyClick(editor.lineEdit(), Qt.Key.Key_Return)
    assert told == ["ex-types:tunnel"]


def test_a_leafref_offers_what_is_there(qtbot):
    editor, _ = made(qtbot, subject("/ex:interfaces/interface/parent-if", holder="interfaces/interface[lo0]"))
    assert [editor.itemText(number) for number in range(editor.count())] == [
        "xe-0/0/0",
        "xe-0/0/1",
        "xe-0/0/2",
        "lo0",
    ]


def test_relative_leafref_paths_are_followed(qtbot):
    leaf = DOC.schema.find("/ex:interfaces/interface/parent-if")
    holder = sample.element(DOC, "interfaces/interface[lo0]")
    plain = replace(leaf.type, leafref_path="../../interface/mtu")
    assert Subject(DOC, replace(leaf, type=plain), None, holder).choices() == ["9000", "1500"]
    same_name = replace(leaf.type, leafref_path="../../ex:interface[ex:name = current()/../ex:name]/ex:type")
    assert Subject(DOC, replace(leaf, type=same_name), None, holder).choices() == ["ex-types:loopback"]


def test_bits_are_boxes_in_the_order_of_the_type(qtbot):
    editor, told = made(qtbot, subject("/ex:system/flags", holder="system"))
    for name in ("fin", "syn"):
        qtbot.mouseClick(editor.findChild(QCheckBox, f"bit_{name}"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert told == ["fin", "syn fin"]


def test_secrets_are_typed_unseen(qtbot):
    editor, _ = made(qtbot, subject("system/password"))
    assert editor.echoMode() is QLineEdit.EchoMode.PasswordEchoOnEdit


def test_cell_editors_are_one_line(qtbot):
    for path, holder in (
        ("/ex:system/flags", "system"),
        ("/ex:interfaces/interface/enabled", "interfaces/interface[lo0]"),
    ):
        parent = TextEdit("")
        qtbot.addWidget(parent)
        editor = make_cell_editor(subject(path, holder=holder), parent)
        assert isinstance(editor, TextEdit | ChoiceEdit)
        assert editor.changed_text() is None


def test_the_key_dialog_says_what_is_wrong_and_adds(qtbot):
    doc = sample.document(3)
    holder = sample.element(doc, "acl")
    node = doc.schema.find("/ex:acl/term")
    parent = TextEdit("")
    qtbot.addWidget(parent)
    dialog = EntryDialog(doc, holder, node, lambda values: editing.create_entry(doc, holder, node, values), parent)
    dialog.show()
    field = dialog.findChild(NumberEdit, "key_seq")
    assert not dialog.add_button.isEnabled()
    qtbot.keyClicks(field, "1")
    assert dialog.message.text() == "seq is 1. Allowed: 5 to 65535." and not dialog.add_button.isEnabled()
    field.selectAll()
    qtbot.keyClicks(field, "100")
    assert dialog.add_button.isEnabled() and not dialog.message.text()
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    assert dialog.result() == 1
    assert sample.element(doc, "acl/term[100]") is not None


def test_the_key_dialog_refuses_a_twin(qtbot):
    doc = sample.document(3)
    holder = sample.element(doc, "interfaces")
    node = doc.schema.find("/ex:interfaces/interface")
    parent = TextEdit("")
    qtbot.addWidget(parent)
    dialog = EntryDialog(doc, holder, node, lambda values: editing.create_entry(doc, holder, node, values), parent)
    dialog.show()
    qtbot.keyClicks(dialog.findChild(TextEdit, "key_name"), "lo0")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible() and "already" in dialog.message.text()


def test_a_leaf_without_value_is_set_or_not_in_the_tree(qtbot):
    """A text field would offer to type what the type does not allow."""
    what = subject("/ex:system/maintenance", holder="system")
    assert what.info.base == "empty"
    editor = make_cell_editor(what, None)
    qtbot.addWidget(editor)
    assert isinstance(editor, ChoiceEdit) and not editor.isEditable()
    assert editor.value() == "not set" and {editor.itemText(at) for at in range(editor.count())} == {"set", "not set"}
