"""The value editors in the Node pane with the real engine: right and wrong, boundaries, canonical forms, undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from netconf_gui.config.document import Document
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.moment import MomentPicker
from netconf_gui.gui.editors.pick import PickEdit
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.editors.text import LinesEdit
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.document_places import row_below
from netconf_gui.gui.panes.node import NodePane
from netconf_gui.gui.panes.value_box import ValueBox
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.tour import gallery_model
from netconf_gui.gui.tour.gallery import model
from netconf_gui.yang.check import Deadlines, Engine

LONG = 20_000  # ms: the engine starts with the first value
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape
IDENTITY = "netconf-gui-editors:"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, str, Any]]:
    # generous: the machine may be busy
    deadlines = Deadlines(value=30.0)
    with Engine(cache_folder=tmp_path_factory.mktemp("engine"), deadlines=deadlines) as engine:
        made = engine.compile(model())
        yield engine, made.key, engine.schema(made)


class Desk:
    """A value box on a document of the gallery's model."""

    def __init__(self, qtbot, compiled: tuple[Engine, str, Any]) -> None:
        engine, key, schema = compiled
        self.qtbot, self.manager = qtbot, TaskManager()
        self.document = Document(gallery_model.DATA, schema)
        context = DocumentContext(device_name="editors", engine=engine, key=key)
        self.pane = DocumentPane(self.document, self.manager, context=context)
        self.box = ValueBox(self.manager)
        qtbot.addWidget(self.pane, before_close_func=lambda pane: pane.close_pane())
        qtbot.addWidget(self.box, before_close_func=lambda _box: self.leave())
        self.box.resize(360, 300)

    def go(self, leaf: str, *, unset: bool = False, locked: bool = False):
        top = self.document.root[0]
        node = self.document.schema.find(f"/{gallery_model.NAME}:editors/{leaf}")
        element = None if unset else top.find(f"{{{gallery_model.NAMESPACE}}}{leaf}")
        self.subject = Subject(self.document, node, element, top)
        self.box.show_subject(self.pane, self.subject, locked=locked)
        with self.qtbot.waitActive(self.box):
            self.box.show()
            self.box.activateWindow()
        self.box.editor.setFocus()
        return self.box.editor

    def leave(self) -> None:
        """Nothing is asked any more."""
        self.settle()
        self.box.show_subject(None, None)

    @property
    def field(self):
        return self.box.editor.focusProxy() or self.box.editor

    def type(self, text: str, *, end: Qt.Key | None = None) -> None:
        self.qtbot.keyClick(self.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(self.field, text)
        if end is not None:
            self.qtbot.keyClick(self.field, end)

    def settle(self) -> None:
        """The engine has been asked, and has answered."""
        self.qtbot.waitUntil(
            lambda: not self.box._timer.isActive() and not self.manager.running and self.box._task is None, timeout=LONG
        )

    def stored(self, leaf: str) -> str | None:
        found = self.document.root[0].find(f"{{{gallery_model.NAMESPACE}}}{leaf}")
        return None if found is None else Subject(self.document, self.subject.node, found, found.getparent()).text


@pytest.fixture
def desk(qtbot, compiled) -> Desk:
    return Desk(qtbot, compiled)


RIGHT = [
    # leaf, typed, stored
    ("enumeration", "rej", "reject"),
    ("many-bits", "christmas monday", "monday christmas"),
    ("integer", "1001", "1001"),
    ("integer", "+1006", "1006"),
    ("integer", "0004094", "4094"),
    ("uint64", "0", "0"),
    ("uint64", "+18446744073709551614", "18446744073709551614"),
    ("decimal64", "100", "100.0"),
    ("decimal64", "-0.00", "0.0"),
    ("decimal64", "07.50", "7.5"),
    ("string", "a", "a"),
    ("string", "a" * 32, "a" * 32),
    ("leafref", "eth2", "eth2"),
    ("identityref", "wifi", f"{IDENTITY}wifi"),
    ("identityref", f"{IDENTITY}lte", f"{IDENTITY}lte"),
    ("instance-identifier", f"/{IDENTITY}editors/{IDENTITY}empty", f"/{IDENTITY}editors/{IDENTITY}empty"),
    ("union", "+8443", "8443"),
    ("union", "any", "any"),
    ("union", "2001:DB8::A", "2001:db8::a"),
    ("ipv4-prefix", "192.0.2.77/26", "192.0.2.64/26"),
    ("ipv6-address", "FE80:0::0001%eth0", "fe80::1%eth0"),
    ("mac-address", "0011.22AA.BBCC", "00:11:22:aa:bb:cc"),
    ("mac-address", "00-11-22-AA-BB-CC", "00:11:22:aa:bb:cc"),
    ("date-and-time", "2026-11-21 13:45:00z", "2026-11-21T13:45:00Z"),
    ("domain-name", "core.example.org.", "core.example.org."),
]


def leafs(cases: list[tuple[str, str, str]]) -> list[str]:
    return list(dict.fromkeys(leaf for leaf, _, _ in cases))


def of(cases: list[tuple[str, str, str]], leaf: str) -> list[tuple[str, str]]:
    return [(typed, wanted) for one, typed, wanted in cases if one == leaf]


@pytest.mark.parametrize("leaf", leafs(RIGHT))
def test_what_is_right_is_stored_canonical_by_one_step(desk: Desk, leaf: str) -> None:
    before = desk.document.snapshot().data
    for typed, stored in of(RIGHT, leaf):
        desk.go(leaf)
        desk.type(typed, end=ENTER)
        desk.settle()
        assert desk.stored(leaf) == stored
        assert not desk.box.message.text()
        assert desk.box.editor.value() == stored, "the canonical form is seen"
        assert desk.document.undo_text.startswith(f"set {leaf}")
        desk.document.undo()
        assert desk.document.snapshot().data == before and not desk.document.can_undo


WRONG = [
    # leaf, typed, what is said
    ("enumeration", "nonsense", "enumeration is nonsense. Allowed: permit, deny, reject, police."),
    ("many-bits", "monday doomsday", "many-bits is doomsday. Allowed: any of"),
    ("integer", "1002", "integer is 1002. Allowed: 1 to 1001, 1006 to 4094."),
    ("integer", "0", "integer is 0."),
    ("integer", "4095", "integer is 4095."),
    ("integer", "1.5", "whole numbers"),
    ("uint64", "18446744073709551616", "Allowed: 0 to 18446744073709551615."),
    ("decimal64", "100.01", "decimal64 is 100.01. Allowed: 0.0 to 100.0."),
    ("decimal64", "1.005", "at most 2 digits after the point"),
    ("string", "Core", "A name is made of lower-case letters, digits and hyphens. (Pattern 1 of 2: [a-z][a-z0-9-]*)"),
    ("string", "core--1", "Two hyphens may not follow each other. (Pattern 2 of 2: not .*--.*)"),
    ("string", "a" * 33, "string is 33 characters long. Allowed: 1 to 32 characters."),
    ("leafref", "eth9", "No port/name is eth9 in this document."),
    ("identityref", "netconf-gui-editors:link", "Allowed: "),
    ("union", "70000", "union is of none of its 4 types. Allowed: 0 to 65535; or any, ephemeral;"),
    ("ipv4-prefix", "192.0.2.0/33", "ipv4-prefix does not match pattern of ipv4-prefix: "),
    ("ipv6-address", "2001:db8::1::2", "ipv6-address does not match pattern"),
    ("mac-address", "00:11:22:33:44", "mac-address does not match pattern of mac-address: [0-9a-fA-F]{2}"),
    ("date-and-time", "yesterday", "date-and-time does not match pattern"),
    ("domain-name", "-bad-.example", "domain-name does not match pattern"),
]


@pytest.mark.parametrize("leaf", leafs(WRONG))
def test_what_is_wrong_is_said_while_it_is_typed(desk: Desk, leaf: str) -> None:
    desk.go(leaf)
    was = desk.box.editor.value()
    for typed, said in of(WRONG, leaf):
        desk.type(typed)
        # the label's own text may hold places to break long patterns at
        desk.qtbot.waitUntil(lambda said=said: said in desk.box.message.accessibleName(), timeout=LONG)
        assert desk.box.editor.property("state") == "error" and desk.box.message.isVisible()
        desk.qtbot.keyClick(desk.field, ESCAPE)
        desk.settle()
        assert desk.box.editor.value() == was and not desk.box.message.text()
        assert not desk.document.is_dirty, "nothing was committed on the way"


def test_a_value_written_otherwise_is_no_change(desk: Desk) -> None:
    desk.go("integer")
    desk.type("+100", end=ENTER)
    assert desk.box.editor.value() == "100" and not desk.document.can_undo


NOTES = [
    ("integer", "1010", "Within 1006 to 4094"),
    ("integer", "+7", "Stored as 7"),
    ("string", "abc", "3 characters of 1 to 32"),
    ("enumeration", "deny", "Drop the packet and say nothing."),
    ("union", "80", "Read as port-number → uint16 (member 1 of 4)"),
    ("union", "any", "Read as enumeration (member 2 of 4)"),
    ("union", "192.0.2.1", "IPv4 address, for documentation"),
    ("union", "2001:db8::1", "Read as ipv6-address → string (member 4 of 4)"),
    ("ipv4-prefix", "10.0.0.0/30", "Network 10.0.0.0/30 · mask 255.255.255.252 · 4 addresses · 10.0.0.0 to 10.0.0.3"),
    ("ipv6-address", "fe80::1", "link-local"),
    ("mac-address", "02:00:00:00:00:01", "unicast · locally administered"),
    ("date-and-time", "2026-11-21T13:45:00+01:00", "Saturday, 21 November 2026, 13:45:00 UTC+01:00"),
    ("domain-name", "a.example.net", "13 of at most 253 characters · 3 labels, the longest 7 of 63"),
]


@pytest.mark.parametrize("leaf", leafs(NOTES))
def test_what_a_value_means_is_told_while_it_is_typed(desk: Desk, leaf: str) -> None:
    desk.go(leaf)
    for typed, told in of(NOTES, leaf):
        desk.type(typed)
        desk.qtbot.waitUntil(lambda told=told: told in desk.box.note.accessibleName(), timeout=LONG)
        desk.settle()
        assert told in desk.box.note.accessibleName() and not desk.box.message.text()


def test_host_bits_are_warned_of(desk: Desk) -> None:
    desk.go("ipv4-prefix")
    desk.type("192.0.2.77/25")
    assert desk.box.warning.text() == ("Host bits are set: 192.0.2.77 is inside the network. They are stored as zeros.")


def test_the_typedefs_on_the_way_are_shown(desk: Desk) -> None:
    for leaf, chain in (
        ("integer", "vlan-range → uint16"),
        ("ipv4-prefix", "ipv4-prefix → string"),
        ("leafref", "leafref → string"),
    ):
        desk.go(leaf)
        assert desk.box.type.text() == chain
    desk.go("uint64")
    assert desk.box.unit.text() == "octets"


def test_go_to_target_leads_there(desk: Desk) -> None:
    desk.pane.resize(800, 600)
    desk.pane.show()
    desk.go("leafref")
    desk.qtbot.mouseClick(desk.box.go, Qt.MouseButton.LeftButton)
    assert desk.pane.path_text() == f"/{IDENTITY}editors/port[name='eth1']/name"
    desk.go("instance-identifier")
    desk.qtbot.mouseClick(desk.box.go, Qt.MouseButton.LeftButton)
    assert desk.pane.path_text() == f"/{IDENTITY}editors/port[name='eth1']/speed"
    desk.type(f"/{IDENTITY}editors/{IDENTITY}group[{IDENTITY}id='1']")
    assert not desk.box.go.isEnabled() and "nothing at this path" in desk.box.warning.text()
    desk.qtbot.keyClick(desk.field, ESCAPE)


def test_a_leaf_that_is_not_set_shows_its_default_and_is_set(desk: Desk) -> None:
    editor = desk.go("enumeration", unset=True)
    assert editor.value() == "" and editor.placeholderText() == "default permit"
    assert not desk.box.message.text(), "nothing is wrong with what is not set"


def test_the_keyboard_stays_in_the_editor_of_a_leaf_that_is_set_now(qtbot, compiled) -> None:
    desk = Desk(qtbot, compiled)
    node = NodePane(desk.manager)
    qtbot.addWidget(node, before_close_func=lambda pane: pane.show_pane(None))
    node.show_pane(desk.pane)
    desk.pane.view_bar.unset.setChecked(True)
    leaf = desk.document.schema.find(f"/{gallery_model.NAME}:editors/leafref-empty")
    desk.pane.tree.show_row(row_below(desk.pane.model, desk.pane.model.row_of(desk.document.root[0]), leaf))
    with qtbot.waitActive(node):
        node.show()
        node.activateWindow()
    qtbot.waitUntil(lambda: node.value.editor is not None and node.name.text() == "leafref-empty")
    node.value.editor.setFocus()
    before = node.value.editor
    qtbot.keyClicks(before, "7")
    qtbot.keyClick(before, ENTER)
    qtbot.waitUntil(lambda: node.value.editor is not before and node.value.editor is not None)
    assert node.value.editor.value() == "7" and node.value.editor.hasFocus()


def test_boxes_and_switches_commit_each_click(desk: Desk) -> None:
    desk.go("bits")
    box = desk.box.editor.findChild(QCheckBox, "bit_fin")
    desk.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert desk.stored("bits") == "fin syn ack"
    desk.go("boolean")
    desk.qtbot.keyClick(desk.field, Qt.Key.Key_Space)
    assert desk.stored("boolean") == "false"
    desk.go("empty")
    desk.qtbot.keyClick(desk.field, Qt.Key.Key_Space)
    assert desk.stored("empty") is None
    for _ in range(3):
        desk.document.undo()
    assert not desk.document.is_dirty and not desk.document.can_undo


def test_binary_counts_its_octets(desk: Desk) -> None:
    desk.go("binary")
    desk.type("00" * 65)
    desk.qtbot.waitUntil(lambda: "65 bytes long. Allowed: 1 to 64 bytes" in desk.box.message.text())
    desk.type("00" * 64, end=ENTER)
    assert len(desk.stored("binary")) == 88 and not desk.box.message.text()


def test_a_new_line_makes_an_editor_of_several(desk: Desk) -> None:
    desk.go("string")
    desk.type("ab", end=None)
    desk.qtbot.keyClick(desk.field, ENTER, Qt.KeyboardModifier.ShiftModifier)
    assert isinstance(desk.box.editor, LinesEdit) and desk.box.editor.value() == "ab\n"
    desk.qtbot.keyClicks(desk.box.editor, "c")
    desk.qtbot.waitUntil(lambda: "does not match" in desk.box.message.text() or "Pattern" in desk.box.message.text(),
                         timeout=LONG)  # fmt: skip
    desk.qtbot.keyClick(desk.box.editor, ESCAPE)
    assert desk.box.editor.value() == "core-uplink"


@pytest.mark.parametrize("leaf", ["enumeration", "integer", "string", "leafref", "binary", "boolean", "date-and-time"])
def test_a_locked_value_is_shown_and_stays(desk: Desk, leaf: str) -> None:
    desk.go(leaf, locked=True)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_1, Qt.Key.Key_Down, ENTER):
        desk.qtbot.keyClick(desk.field, key)
    assert not desk.document.is_dirty and not desk.document.can_undo


def test_without_an_engine_the_types_alone_are_looked_at(qtbot, compiled) -> None:
    engine, _, schema = compiled
    made = Desk(qtbot, (engine, "", schema))
    made.pane.context.engine = None
    made.go("union")
    made.type("::1")
    assert "Read as ipv6-address" in made.box.note.text()
    made.type("1006", end=ENTER)
    assert made.stored("union") == "1006"


CELLS = [
    # leaf, keys after F2, stored
    ("enumeration", "tell its", "reject"),
    ("boolean", "f", "false"),
    ("bits", "syn rst", "syn rst"),
    ("many-bits", "sunday monday", "monday sunday"),
    ("integer", "+1006", "1006"),
    ("decimal64", "007.10", "7.1"),
    ("string", "other-name", "other-name"),
    ("binary", "AAEC", "AAEC"),
    ("leafref", "eth2", "eth2"),
    ("identityref", "by radio", f"{IDENTITY}wireless"),
    ("union", "ephemeral", "ephemeral"),
    ("ipv6-address", "2001:DB8::FF", "2001:db8::ff"),
    ("mac-address", "001122AABBCC", "00:11:22:aa:bb:cc"),
    ("date-and-time", "2026-01-01 00:00:00z", "2026-01-01T00:00:00Z"),
]


@pytest.mark.parametrize(("leaf", "typed", "stored"), CELLS)
def test_every_editor_works_in_the_tree(qtbot, compiled, leaf: str, typed: str, stored: str) -> None:
    desk = Desk(qtbot, compiled)
    pane = desk.pane
    pane.resize(800, 700)
    with qtbot.waitActive(pane):
        pane.show()
        pane.activateWindow()
    element = desk.document.root[0].find(f"{{{gallery_model.NAMESPACE}}}{leaf}")
    desk.subject = Subject(desk.document, desk.document.schema_node(element), element, element.getparent())
    before = desk.document.snapshot().data
    pane.show_element(element)
    qtbot.keyClick(pane.tree, Qt.Key.Key_F2)
    editor = pane.tree.viewport().findChild(QWidget, "valueEditor")
    assert editor is not None and editor.property("cell")
    qtbot.waitUntil(editor.hasFocus)
    if hasattr(editor, "open_soon"):
        qtbot.waitUntil(lambda: editor.popup_open)
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, typed)
    qtbot.keyClick(editor, ENTER)
    qtbot.waitUntil(lambda: desk.stored(leaf) == stored)
    qtbot.waitUntil(lambda: pane.tree.viewport().findChild(QWidget, "valueEditor") is None)
    desk.document.undo()
    assert desk.document.snapshot().data == before and not desk.document.can_undo
    qtbot.keyClick(pane.tree, Qt.Key.Key_F2)
    editor = pane.tree.viewport().findChild(QWidget, "valueEditor")
    qtbot.keyClicks(editor, typed)
    qtbot.keyClick(editor, ESCAPE)
    assert desk.document.snapshot().data == before, "Escape leaves the value"


def test_a_choice_is_clicked_in_the_tree(qtbot, compiled) -> None:
    desk = Desk(qtbot, compiled)
    desk.pane.resize(800, 700)
    with qtbot.waitActive(desk.pane):
        desk.pane.show()
        desk.pane.activateWindow()
    element = desk.document.root[0].find(f"{{{gallery_model.NAMESPACE}}}enumeration")
    desk.subject = Subject(desk.document, desk.document.schema_node(element), element, element.getparent())
    desk.pane.show_element(element)
    qtbot.keyClick(desk.pane.tree, Qt.Key.Key_F2)
    editor = desk.pane.tree.viewport().findChild(PickEdit, "valueEditor")
    qtbot.waitUntil(lambda: editor.popup_open)
    view = editor.popup.view
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(3, 0)).center())
    qtbot.waitUntil(lambda: desk.stored("enumeration") == "police")
    desk.document.undo()
    assert not desk.document.can_undo


@pytest.mark.parametrize("leaf", ["date-and-time", "instance-identifier"])
def test_a_dialog_of_a_cell_commits_or_leaves_the_value(qtbot, compiled, leaf: str) -> None:
    desk = Desk(qtbot, compiled)
    pane = desk.pane
    pane.resize(800, 700)
    with qtbot.waitActive(pane):
        pane.show()
        pane.activateWindow()
    element = desk.document.root[0].find(f"{{{gallery_model.NAMESPACE}}}{leaf}")
    desk.subject = Subject(desk.document, desk.document.schema_node(element), element, element.getparent())
    pane.show_element(element)

    def open_dialog() -> QDialog:
        with qtbot.waitActive(pane):
            pane.activateWindow()
        pane.tree.setFocus()
        qtbot.keyClick(pane.tree, Qt.Key.Key_F2)
        editor = pane.tree.viewport().findChild(QWidget, "valueEditor")
        qtbot.waitUntil(editor.hasFocus)
        qtbot.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: any(one.isVisible() for one in pane.findChildren(QDialog)))
        return next(one for one in pane.findChildren(QDialog) if one.isVisible())

    dialog = open_dialog()
    qtbot.keyClick(dialog, ESCAPE)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert not desk.document.can_undo
    qtbot.keyClick(pane.tree.viewport().findChild(QWidget, "valueEditor"), ESCAPE)
    qtbot.waitUntil(lambda: pane.tree.viewport().findChild(QWidget, "valueEditor") is None)

    dialog = open_dialog()
    if isinstance(dialog, MomentPicker):
        dialog.zone.setCurrentIndex(dialog.zone.findData("Z"))
        wanted = "2026-11-21T13:45:00Z"
    else:
        dialog.tree.show_row(dialog.model.row_of(desk.document.root[0][0]))
        wanted = f"/{IDENTITY}editors/{IDENTITY}enumeration"
    qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.stored(leaf) == wanted)
    qtbot.waitUntil(lambda: pane.tree.viewport().findChild(QWidget, "valueEditor") is None)
    desk.document.undo()
    assert not desk.document.can_undo
