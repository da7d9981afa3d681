"""Editors by YANG type, used as a person uses them: keys and clicks in, values out."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QPushButton, QToolTip, QWidget

from netconf_gui.config import editing
from netconf_gui.gui.editors import binary as binary_editor
from netconf_gui.gui.editors.binary import BinaryEdit
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.factory import make_cell_editor, make_editor
from netconf_gui.gui.editors.flags import FlagsEdit
from netconf_gui.gui.editors.instance import InstanceEdit, NodePicker
from netconf_gui.gui.editors.moment import MomentEdit, MomentPicker
from netconf_gui.gui.editors.number import NumberEdit
from netconf_gui.gui.editors.pick import FlagsPick, PickEdit
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.editors.switch import Switch
from netconf_gui.gui.editors.text import LinesEdit, TextEdit
from netconf_gui.yang.schema import EnumItem, TypeInfo
from tests.gui import sample

DOC = sample.document(3)
ENTER, ESCAPE, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space
UP, DOWN = Qt.Key.Key_Up, Qt.Key.Key_Down
LEFT = Qt.MouseButton.LeftButton


def subject(path: str, *, holder: str = "", doc=DOC, info: TypeInfo | None = None, **fields: object) -> Subject:
    """The leaf at a data path of the sample, or (with `holder`) an unset schema leaf below an existing element."""
    if holder:
        node = doc.schema.find(path)
        node = replace(node, **({"type": info} if info else {}), **fields)
        return Subject(doc, node, None, sample.element(doc, holder))
    element = sample.element(doc, path)
    node = doc.schema_node(element)
    return Subject(doc, replace(node, type=info, **fields) if info else node, element, element.getparent())


def of_type(info: TypeInfo, **fields: object) -> Subject:
    """A leaf of that type that is not set."""
    return subject("/ex:system/hostname", holder="system", info=info, **fields)


def made(qtbot, what: Subject):
    editor = make_editor(what)
    qtbot.addWidget(editor)
    editor.resize(300, editor.sizeHint().height())
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    editor.setFocus()
    told: list[str] = []
    editor.committed.connect(told.append)
    return editor, told


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ex:system/level", PickEdit),
        ("/ex:system/flags", FlagsEdit),
        ("/ex:system/rate", NumberEdit),
        ("/ex:system/big", NumberEdit),
        ("/ex:system/maintenance", Switch),
        ("/ex:system/port", PickEdit),
        ("/ex:system/blob", BinaryEdit),
        ("/ex:system/hostname", TextEdit),
        ("/ex:interfaces/interface/enabled", Switch),
        ("/ex:interfaces/interface/type", PickEdit),
        ("/ex:interfaces/interface/parent-if", PickEdit),
    ],
)
def test_each_type_has_its_editor(qtbot, path, kind):
    holder = "interfaces/interface[lo0]" if "interface" in path else "system"
    editor, _ = made(qtbot, subject(path, holder=holder))
    assert isinstance(editor, kind)
    assert editor.objectName() == "valueEditor" and editor.accessibleName()


# numbers


def test_numbers_step_within_their_ranges_and_take_any_text(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/mtu"))
    assert editor.value() == "1500"
    qtbot.keyClick(editor, UP)
    assert editor.value() == "1501"
    editor.selectAll()
    qtbot.keyClicks(editor, "70000")
    assert subject("interfaces/interface[xe-0/0/1]/mtu").quick_problem(editor.value()) == (
        "mtu is 70000. Allowed: 68 to 65535."
    )
    qtbot.keyClick(editor, UP)
    assert editor.value() == "65535"
    qtbot.keyClick(editor, ENTER)
    assert told == ["65535"]


def test_steps_jump_over_the_gaps_of_a_range(qtbot):
    info = TypeInfo("int8", ranges=(("-10", "-5"), ("0", "0"), ("7", "9")))
    editor, told = made(qtbot, of_type(info))
    for _ in range(10):
        qtbot.keyClick(editor, UP)
    assert editor.value() == "9"
    seen = []
    for _ in range(6):
        qtbot.keyClick(editor, DOWN)
        seen.append(editor.value())
    assert seen == ["8", "7", "0", "-5", "-6", "-7"]
    qtbot.keyClick(editor, Qt.Key.Key_PageUp)
    assert editor.value() == "7"
    qtbot.keyClick(editor, ENTER)
    assert told == ["7"]


def test_decimals_and_big_numbers_are_exact(qtbot):
    rate, _ = made(qtbot, subject("/ex:system/rate", holder="system"))
    qtbot.keyClicks(rate, "12.5")
    qtbot.keyClick(rate, DOWN)
    assert rate.value() == "12.49"
    big, told = made(qtbot, subject("/ex:system/big", holder="system"))
    qtbot.keyClicks(big, "18446744073709551614")
    qtbot.keyClick(big, UP)
    qtbot.keyClick(big, UP)
    qtbot.keyClick(big, ENTER)
    assert told == ["18446744073709551615"]
    fine = TypeInfo("decimal64", fraction_digits=18, ranges=(("-9.223372036854775808", "9.223372036854775807"),))
    exact, told = made(qtbot, of_type(fine))
    qtbot.keyClicks(exact, "9.223372036854775806")
    qtbot.keyClick(exact, UP)
    qtbot.keyClick(exact, ENTER)
    assert told == ["9.223372036854775807"]


def test_a_number_that_is_none_stays_as_typed_and_escape_takes_it_back(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/mtu"))
    editor.selectAll()
    qtbot.keyClicks(editor, "many")
    qtbot.keyClick(editor, ESCAPE)
    assert editor.value() == "1500" and not told
    editor.selectAll()
    qtbot.keyClicks(editor, "many")
    qtbot.keyClick(editor, ENTER)
    assert told == ["many"] and editor.value() == "many"


# switches


def test_a_switch_switches_by_click_and_key(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/enabled"))
    assert editor.value() == "true" and editor.text() == "true"
    qtbot.mouseClick(editor, LEFT)
    qtbot.keyClick(editor, SPACE)
    qtbot.keyClick(editor, Qt.Key.Key_F)
    qtbot.keyClick(editor, Qt.Key.Key_F)
    assert told == ["false", "true", "false"]


def test_a_switch_that_is_not_set_shows_its_default_and_sets_the_other(qtbot):
    what = subject("/ex:interfaces/interface/enabled", holder="interfaces/interface[lo0]")
    editor, told = made(qtbot, what)
    assert editor.text() == "default true" and editor.value() == "" and editor.isChecked()
    qtbot.keyClick(editor, SPACE)
    assert told == ["false"] and editor.text() == "false"
    editor.set_value("")
    qtbot.keyClick(editor, Qt.Key.Key_T)
    assert told[-1] == "true", "the default can be set as well"


def test_the_empty_type_is_set_or_not(qtbot):
    editor, told = made(qtbot, subject("/ex:system/maintenance", holder="system"))
    assert editor.text() == "not set"
    qtbot.mouseClick(editor, LEFT)
    assert told == ["set"]


# lists


def test_enumerations_are_searched_by_typing(qtbot):
    editor, told = made(qtbot, subject("system/level"))
    assert editor.value() == "low"
    editor.selectAll()
    qtbot.keyClicks(editor, "hi")
    assert editor.popup_open and editor.popup.values == ["high"]
    qtbot.keyClick(editor, ENTER)
    assert editor.value() == "high" and told == ["high"] and not editor.popup_open


def test_descriptions_are_searched_and_shown(qtbot):
    editor, told = made(qtbot, subject("system/level"))
    editor.selectAll()
    qtbot.keyClicks(editor, "usual")
    assert editor.popup.values == ["medium"] and editor.popup.current == "medium"
    qtbot.keyClick(editor, ENTER)
    assert told == ["medium"]


def test_enumerations_are_chosen_by_keys_and_by_click(qtbot):
    editor, told = made(qtbot, subject("system/level"))
    qtbot.keyClick(editor, DOWN, Qt.KeyboardModifier.AltModifier)
    assert editor.popup_open and editor.popup.current == "low"
    for key in (DOWN, DOWN, ENTER):
        qtbot.keyClick(editor, key)
    assert told == ["high"]
    editor.toggle()
    view = editor.popup.view
    spot = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=spot)
    assert told == ["high", "medium"] and not editor.popup_open


def test_what_is_no_name_of_an_enumeration_is_not_committed(qtbot):
    editor, told = made(qtbot, subject("system/level"))
    editor.selectAll()
    qtbot.keyClicks(editor, "nonsense")
    assert not editor.popup.values and "Nothing matches" in editor.popup.note.text()
    qtbot.keyClick(editor, ENTER)
    assert told == [] and editor.value() == "nonsense", "what was typed stays, with what is wrong below"
    qtbot.keyClick(editor, ESCAPE)
    assert editor.value() == "low"


def test_escape_closes_the_list_and_reverts(qtbot):
    editor, told = made(qtbot, subject("system/level"))
    editor.selectAll()
    qtbot.keyClicks(editor, "med")
    qtbot.keyClick(editor, ESCAPE)
    assert editor.value() == "low" and not editor.popup_open and not told


def test_a_list_goes_when_something_else_is_clicked(qtbot):
    editor, _ = made(qtbot, subject("system/level"))
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    editor.toggle()
    assert editor.popup_open
    QTest.mouseClick(other, LEFT, pos=QPoint(1, other.height() - 2))
    assert not editor.popup_open


def test_identities_show_their_name_and_mean_their_module(qtbot):
    editor, told = made(qtbot, subject("interfaces/interface[xe-0/0/1]/type"))
    assert (editor.text(), editor.value()) == ("ethernet", "ex-types:ethernet")
    editor.selectAll()
    qtbot.keyClicks(editor, "tunn")
    qtbot.keyClick(editor, ENTER)
    assert told == ["ex-types:tunnel"] and editor.text() == "tunnel"


def test_identities_are_a_tree_below_their_base(qtbot, identity_doc):
    what = subject("/ex:interfaces/interface/type", holder="interfaces/interface[lo0]", doc=identity_doc)
    what = replace(what, node=replace(what.node, type=replace(what.info, bases=("ex-types:kind",))))
    editor, told = made(qtbot, what)
    editor.toggle()
    rows = [(one.label, one.depth, one.heading) for one in editor.offered.choices()]
    assert rows == [
        ("kind", 0, True),
        ("ethernet", 1, False),
        ("loopback", 2, False),
        ("tunnel", 1, False),
    ]
    editor.selectAll()
    qtbot.keyClicks(editor, "loop")
    shown = [editor.popup._model.choices[at].label for at in editor.popup._model.shown]
    assert shown == ["kind", "ethernet", "loopback"], "what a hit stands below is shown with it"
    assert editor.popup.current == "ex-types:loopback"
    qtbot.keyClick(editor, ENTER)
    assert told == ["ex-types:loopback"]


@pytest.fixture
def identity_doc(monkeypatch):
    from netconf_gui.yang.nodes import Identity

    doc = sample.document(3)
    known = {
        one.name: one
        for one in (
            Identity("ex-types:kind"),
            Identity("ex-types:ethernet", ("ex-types:kind",), "Frames on a wire."),
            Identity("ex-types:loopback", ("ex-types:ethernet",)),
            Identity("ex-types:tunnel", ("ex-types:kind",)),
        )
    }
    monkeypatch.setattr(doc.schema, "identities", lambda: known, raising=False)
    return doc


def test_an_identity_is_qualified_in_the_document():
    doc = sample.document(3)
    what = subject("interfaces/interface[xe-0/0/1]/type", doc=doc)
    what.commit("ex-types:tunnel")
    leaf = sample.element(doc, "interfaces/interface[xe-0/0/1]/type")
    prefix, _, name = leaf.text.rpartition(":")
    assert (leaf.nsmap[prefix], name) == (sample.TYPES, "tunnel")
    assert what.text == "ex-types:tunnel"


# references


def test_a_leafref_offers_what_is_there_and_takes_other_text(qtbot):
    editor, told = made(qtbot, subject("/ex:interfaces/interface/parent-if", holder="interfaces/interface[lo0]"))
    editor.toggle()
    assert editor.popup.values == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    assert editor.popup.note.text() == "The 4 of interface/name"
    qtbot.keyClicks(editor, "xe-9")
    qtbot.keyClick(editor, ENTER)
    assert told == ["xe-9"], "the interface may come later"


def test_a_leafref_without_targets_says_why(qtbot):
    from netconf_gui.config.document import Document

    doc = Document(f'<system xmlns="{sample.NS}"/>'.encode(), sample.schema())
    node = replace(doc.schema.find("/ex:system/hostname"), type=sample.NAME_REF)
    editor, _ = made(qtbot, Subject(doc, node, None, doc.root[0]))
    editor.toggle()
    assert not editor.popup.values
    assert editor.popup.note.text() == (
        "This document has no interfaces yet, so there is no interfaces/interface/name to point to."
    )


def test_relative_leafref_paths_are_followed(qtbot):
    leaf = DOC.schema.find("/ex:interfaces/interface/parent-if")
    holder = sample.element(DOC, "interfaces/interface[lo0]")
    plain = replace(leaf.type, leafref_path="../../interface/mtu")
    assert Subject(DOC, replace(leaf, type=plain), None, holder).choices() == ["9000", "1500"]
    same_name = replace(
        leaf.type, leafref_path="../../ex:interface[ex:name = current()/../ex:name]/ex:type", target=sample.KIND
    )
    assert Subject(DOC, replace(leaf, type=same_name), None, holder).choices() == ["ex-types:loopback"]


def test_a_node_is_picked_for_an_instance_identifier(qtbot):
    editor, told = made(qtbot, of_type(TypeInfo("instance-identifier")))
    assert isinstance(editor, InstanceEdit)
    qtbot.keyClick(editor, DOWN, Qt.KeyboardModifier.AltModifier)
    picker = editor.window().findChild(NodePicker)
    assert picker is not None and picker.isVisible()
    assert picker.model.row_of(sample.element(DOC, "interfaces/interface[lo0]/type")) is not None
    picker.tree.show_row(picker.model.row_of(sample.element(DOC, "interfaces/interface[xe-0/0/1]/mtu")))
    wanted = "/ex:interfaces/ex:interface[ex:name='xe-0/0/1']/ex:mtu"
    assert picker.told.accessibleName() == wanted
    qtbot.mouseClick(picker.take, LEFT)
    assert told == [wanted] and editor.value() == wanted and not editor.popup_open


# several kinds


def test_bits_are_boxes_in_the_order_of_their_positions(qtbot):
    editor, told = made(qtbot, subject("/ex:system/flags", holder="system"))
    for name in ("fin", "syn"):
        qtbot.mouseClick(editor.findChild(QCheckBox, f"bit_{name}"), LEFT, pos=QPoint(8, 8))
    assert told == ["fin", "syn fin"]
    editor.findChild(QCheckBox, "bit_syn").setFocus()
    qtbot.keyClick(editor.focusWidget(), DOWN)
    assert editor.findChild(QCheckBox, "bit_ack").hasFocus()
    qtbot.keyClick(editor.focusWidget(), SPACE)
    assert told[-1] == "syn ack fin"


def test_many_bits_are_a_list_of_boxes(qtbot):
    bits = TypeInfo("bits", bits=tuple(EnumItem(f"bit{number}", number) for number in range(30)))
    editor, told = made(qtbot, of_type(bits))
    assert isinstance(editor, FlagsPick)
    qtbot.keyClicks(editor, "bit29")
    qtbot.keyClick(editor, SPACE)
    qtbot.keyClicks(editor, "bit7")
    qtbot.keyClick(editor, ENTER)
    assert told == ["bit29 bit7"]
    qtbot.keyClicks(editor, " bi")
    assert editor.popup.current == "bit0"
    qtbot.keyClick(editor, ENTER)
    assert told[-1] == "bit29 bit7 bit0", "a name that was begun is completed"
    for key in (DOWN, DOWN, DOWN, SPACE):
        qtbot.keyClick(editor, key)
    assert "bit1" in editor.value()
    assert of_type(bits).stored("bit29 bit7") == "bit7 bit29"


def test_text_of_several_lines_has_an_editor_of_several(qtbot):
    doc = sample.document(3)
    editing.set_text(doc, sample.element(doc, "system/hostname"), "one\ntwo")
    editor, told = made(qtbot, subject("system/hostname", doc=doc))
    assert isinstance(editor, LinesEdit) and editor.value() == "one\ntwo"
    editor.selectAll()
    qtbot.keyClicks(editor, "a")
    qtbot.keyClick(editor, ENTER, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(editor, "b")
    qtbot.keyClick(editor, ENTER)
    assert told == ["a\nb"]
    qtbot.keyClicks(editor, "c")
    qtbot.keyClick(editor, ESCAPE)
    assert editor.value() == "a\nb"


@pytest.mark.parametrize("text", ["a\u00a0b\nc", "a\u2028b\n", "\tone\n\n  two ", "one\u3000\ntwo"])
def test_looking_at_a_text_changes_nothing_of_it(qtbot, text):
    doc = sample.document(3)
    editing.set_text(doc, sample.element(doc, "system/hostname"), text)
    what = subject("system/hostname", doc=doc)
    editor, told = made(qtbot, what)
    assert isinstance(editor, LinesEdit) and editor.value() == text and editor.changed_text() is None
    holder = QWidget()
    qtbot.addWidget(holder)
    cell = make_cell_editor(what, holder)
    assert cell.value() == text and cell.changed_text() is None
    qtbot.keyClick(editor, ENTER)
    assert not told


def test_secrets_are_typed_unseen(qtbot):
    editor, _ = made(qtbot, subject("system/password"))
    assert editor.echoMode() is QLineEdit.EchoMode.PasswordEchoOnEdit


def test_a_union_offers_what_its_members_name(qtbot):
    editor, told = made(qtbot, subject("/ex:system/port", holder="system"))
    editor.toggle()
    assert editor.popup.values == ["any", "none"]
    qtbot.keyClicks(editor, "8080")
    qtbot.keyClick(editor, ENTER)
    assert told == ["8080"]


def test_one_label_of_two_values_does_not_change_the_value(qtbot):
    words = TypeInfo("enumeration", enums=(EnumItem("tunnel", 0),))
    union = TypeInfo("union", union=(words, sample.KIND))
    editor, _ = made(qtbot, subject("interfaces/interface[xe-0/0/1]/type", info=union))
    assert editor.value() == "ex-types:ethernet"
    editor.set_value("ex-types:tunnel")
    assert editor.value() == "ex-types:tunnel" and editor.changed_text() is None
    editor.set_value("tunnel")
    assert editor.value() == "tunnel"


def test_the_marked_choice_is_told_to_a_screen_reader(qtbot):
    editor, _ = made(qtbot, subject("system/level"))
    editor.toggle()
    qtbot.keyClick(editor, DOWN)
    assert editor.accessibleDescription() == "medium, 2 of 3. The usual one."
    qtbot.keyClick(editor, ESCAPE)
    assert editor.accessibleDescription() == ""


# binary


def test_binary_is_typed_as_hex_and_as_base64(qtbot):
    editor, told = made(qtbot, subject("/ex:system/blob", holder="system"))
    qtbot.keyClicks(editor.field, "de:ad be ef")
    assert editor.length.text() == "4 octets" and editor.value() == "3q2+7w=="
    qtbot.keyClick(editor.field, ENTER)
    assert told == ["3q2+7w=="]
    qtbot.mouseClick(editor.forms.button("base64"), LEFT)
    assert editor.field.toPlainText() == "3q2+7w=="
    editor.field.selectAll()
    qtbot.keyClicks(editor.field, "AA=")
    assert subject("/ex:system/blob", holder="system").quick_problem(editor.value()).startswith("blob is not base64")
    qtbot.keyClick(editor.field, ESCAPE)
    assert editor.value() == "3q2+7w=="


def test_hex_that_is_none_is_told_and_not_committed(qtbot):
    editor, told = made(qtbot, subject("/ex:system/blob", holder="system"))
    qtbot.keyClicks(editor.field, "abc")
    assert editor.own_problem.startswith("not hex")
    qtbot.keyClick(editor.field, ENTER)
    assert told == []


def test_binary_comes_from_a_file_and_goes_into_one(qtbot, tmp_path, monkeypatch):
    editor, told = made(qtbot, subject("/ex:system/blob", holder="system"))
    source, target = tmp_path / "in.bin", tmp_path / "out.bin"
    data = bytes(range(256)) * 40
    source.write_bytes(data)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(source), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    qtbot.mouseClick(editor.findChild(QPushButton, "binaryLoad"), LEFT)
    assert told == [base64.b64encode(data).decode()] and editor.length.text() == "10,240 octets"
    assert editor.field.isReadOnly() and "Too long to be shown" in editor.field.toPlainText()
    qtbot.mouseClick(editor.findChild(QPushButton, "binarySave"), LEFT)
    assert target.read_bytes() == data
    monkeypatch.setattr(binary_editor, "MOST_LOADED", 100)
    qtbot.mouseClick(editor.findChild(QPushButton, "binaryLoad"), LEFT)
    assert len(told) == 1 and "in.bin has 10,240 octets" in editor.own_problem
    source.unlink()
    qtbot.mouseClick(editor.findChild(QPushButton, "binaryLoad"), LEFT)
    assert "cannot be read" in editor.own_problem


# date and time


def test_a_moment_is_now_or_picked(qtbot):
    editor, told = made(qtbot, of_type(TypeInfo("string", name="date-and-time")))
    assert isinstance(editor, MomentEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Semicolon, Qt.KeyboardModifier.ControlModifier)
    assert len(told) == 1 and told[0][10] == "T"
    editor.set_value("2026-11-21T13:45:10+05:30")
    qtbot.keyClick(editor, DOWN, Qt.KeyboardModifier.AltModifier)
    picker = editor.window().findChild(MomentPicker)
    assert picker.text() == "2026-11-21T13:45:10+05:30"
    picker.zone.setFocus()
    picker.zone.setCurrentIndex(picker.zone.findData("Z"))
    picker.calendar.setFocus()
    qtbot.keyClick(picker.calendar.findChild(QWidget, "qt_calendar_calendarview"), Qt.Key.Key_Right)
    qtbot.mouseClick(picker.take, LEFT)
    assert told[-1] == "2026-11-22T13:45:10Z"


# every editor

ALL = (
    of_type(sample.UINT16),
    of_type(sample.RATE),
    of_type(sample.LEVEL),
    of_type(sample.KIND),
    of_type(sample.FLAGS),
    of_type(sample.BOOL),
    of_type(sample.BINARY),
    of_type(sample.NAME_REF),
    of_type(sample.PORT),
    of_type(TypeInfo("instance-identifier")),
    of_type(TypeInfo("string", name="date-and-time")),
    of_type(TypeInfo("string", name="ipv4-address")),
    of_type(TypeInfo("bits", bits=tuple(EnumItem(f"bit{number}", number) for number in range(30)))),
    subject("/ex:system/maintenance", holder="system"),
)


@pytest.mark.parametrize("what", ALL, ids=lambda what: f"{what.info.base} {what.info.name}".strip())
def test_a_read_only_editor_shows_and_takes_nothing(qtbot, what):
    editor, told = made(qtbot, what)
    before = editor.value()
    editor.set_read_only(True)
    target = editor.focusWidget() or editor
    for key in (SPACE, DOWN, Qt.Key.Key_1, Qt.Key.Key_T, ENTER):
        qtbot.keyClick(target, key)
    qtbot.keyClick(target, Qt.Key.Key_F4)
    assert editor.value() == before and not told
    assert not getattr(editor, "popup_open", False)


@pytest.mark.parametrize("what", ALL, ids=lambda what: f"{what.info.base} {what.info.name}".strip())
def test_every_editor_fits_a_row_of_a_tree(qtbot, what):
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.show()
    editor = make_cell_editor(what, holder)
    assert editor.property("cell") and editor.changed_text() is None
    editor.ensurePolished()
    assert editor.minimumSizeHint().height() <= 24
    assert editor.accessibleName() and isinstance(editor, QLineEdit | NumberEdit)


@pytest.mark.parametrize("what", ALL, ids=lambda what: f"{what.info.base} {what.info.name}".strip())
def test_every_widget_of_an_editor_has_names(qtbot, what):
    editor, _ = made(qtbot, what)
    if isinstance(editor, PickEdit):
        editor.open_list()
    named = [one for one in [editor, *editor.findChildren(QWidget)] if not one.objectName().startswith("qt_")]
    wrong = [
        one
        for one in named
        if type(one).__name__ not in ("QScrollBar", "QLineEditIconButton", "QToolButton")
        if not one.objectName() or not one.accessibleName()
    ]
    assert not wrong


def test_a_cell_editor_hands_its_text_over_once(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    editor = make_cell_editor(subject("/ex:system/flags", holder="system"), holder)
    editor.show()
    editor.setFocus()
    told: list[str] = []
    editor.committed.connect(told.append)
    qtbot.waitUntil(lambda: editor.popup_open)
    qtbot.keyClick(editor, DOWN)
    qtbot.keyClick(editor, SPACE)
    qtbot.keyClick(editor, DOWN)
    qtbot.keyClick(editor, SPACE)
    assert editor.changed_text() == "syn ack"
    qtbot.keyClick(editor, ENTER)
    assert not told and editor.changed_text() == "syn ack", "the delegate takes it"
    editor.hide()
    assert not editor.popup_open


def test_a_cell_says_what_is_wrong_in_a_tip(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    editor = make_cell_editor(subject("interfaces/interface[xe-0/0/1]/mtu"), holder)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "7")
    assert editor.property("state") == "error" and editor.toolTip() == "mtu is 7. Allowed: 68 to 65535."
    qtbot.waitUntil(lambda: QToolTip.text() == editor.toolTip())
    qtbot.keyClicks(editor, "0")
    assert editor.property("state") == "" and not editor.toolTip()


# the dialog for keys


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
    qtbot.mouseClick(dialog.add_button, LEFT)
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
    qtbot.keyClick(dialog, ENTER)
    assert dialog.isVisible() and "already" in dialog.message.text()
