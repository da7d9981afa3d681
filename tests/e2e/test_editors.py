"""Every editor on a real server's module: typed and clicked in the window, applied, accepted, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from lxml import etree
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.editors.binary import BinaryEdit
from netconf_gui.gui.editors.flags import FlagsEdit
from netconf_gui.gui.editors.instance import InstanceEdit, NodePicker
from netconf_gui.gui.editors.moment import MomentEdit, MomentPicker
from netconf_gui.gui.editors.number import NumberEdit
from netconf_gui.gui.editors.pick import PickEdit
from netconf_gui.gui.editors.switch import Switch
from netconf_gui.gui.editors.text import LinesEdit, TextEdit
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.document_places import row_below
from netconf_gui.workspace.workspace import Workspace
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_window import Visit
from tests.gui.conftest import light_theme, no_unexpected_errors, watchdog

__all__ = ["light_theme", "no_unexpected_errors", "watchdog"]  # fixtures of every window test

pytestmark = [pytest.mark.server, pytest.mark.timeout(170)]

TYPES = "urn:netconf-gui:types"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
TOPS = ("types", "kinds", "loose")
ENTER, SPACE, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down
START = f"""
<config xmlns="{NC}" xmlns:nc="{NC}">
  <types xmlns="{TYPES}" nc:operation="replace"><int8>1</int8></types>
  <kinds xmlns="{TYPES}" nc:operation="replace">
    <entry><name>alpha</name><weight>1</weight></entry>
    <entry><name>beta</name><weight>2</weight></entry>
    <step><number>1</number></step><step><number>2</number></step>
    <udp-port>514</udp-port>
  </kinds>
  <loose xmlns="{TYPES}" nc:operation="remove"/>
</config>"""

# leaf -> (the editor it gets, what is typed or chosen, what the server then holds)
TYPED: dict[str, tuple[type[QWidget], str, str]] = {
    "int8": (NumberEdit, "-128", "-128"),
    "int16": (NumberEdit, "+32767", "32767"),
    "int32": (NumberEdit, "-0", "0"),
    "int64": (NumberEdit, "-9223372036854775808", "-9223372036854775808"),
    "uint8": (NumberEdit, "007", "7"),
    "uint16": (NumberEdit, "4094", "4094"),
    "uint32": (NumberEdit, "4294967295", "4294967295"),
    "uint64": (NumberEdit, "18446744073709551615", "18446744073709551615"),
    "decimal64": (NumberEdit, "+9.50", "9.5"),
    "string": (TextEdit, "core-1", "core-1"),
    "enumeration": (PickEdit, "say so", "reject"),
    "leafref": (PickEdit, "beta", "beta"),
    "identityref": (PickEdit, "ethern", "ethernet"),
    "union": (PickEdit, "+443", "443"),
    "ipv4-prefix": (TextEdit, "192.0.2.77/25", "192.0.2.0/25"),
    "ipv6-address": (TextEdit, "2001:DB8:0::1", "2001:db8::1"),
    "mac-address": (TextEdit, "0011.22AA.BBCC", "00:11:22:aa:bb:cc"),
    "domain-name": (TextEdit, "pe1.example.net", "pe1.example.net"),
}


@pytest.fixture
def visit(
    qtbot: QtBot, workspace: Workspace, fragile_server: Netconfd, witness: Callable[[Netconfd], Any], tmp_path: Path
) -> Iterator[Visit]:
    session = witness(fragile_server)
    session.discard_changes()
    session.edit_config(target="candidate", config=START)
    session.commit()
    program = Program(workspace, mode="light")
    program.window.resize(1366, 768)
    program.show()
    qtbot.waitExposed(program.window)
    made = Visit(program, tmp_path)
    made.connect_to(fragile_server)
    yield made
    for pane in program.documents.panes:
        while pane.document.can_undo:
            pane.document.undo()
    with qtbot.waitSignal(program.ended, timeout=30_000):
        QTimer.singleShot(0, program.close_now)
    program.window.deleteLater()


class Hand:
    """Goes to a leaf of the document and works its editor in the Node pane."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.pane: DocumentPane = visit.pane
        self.pane.view_bar.unset.setChecked(True)

    def top(self, name: str) -> etree._Element:
        found = self.pane.document.root.find(f"{{{TYPES}}}{name}")
        assert found is not None
        return found

    def editor(self, leaf: str) -> Any:
        """The Node pane's editor of a leaf below <types>, there already or not."""
        schema = self.pane.document.schema
        assert schema is not None
        node = schema.find(f"/netconf-gui-types:types/{leaf}")
        above = self.pane.model.row_of(self.top("types"))
        assert node is not None and above is not None
        row = row_below(self.pane.model, above, node)
        assert row is not None, leaf
        self.pane.tree.show_row(row)
        value = self.visit.program.node.value
        self.visit.stage.wait(
            lambda: value.caption.buddy() is not None and value.editor is not None and shown(value, leaf),
            f"the editor of {leaf}",
        )
        cast(QWidget, value.editor).setFocus()
        return value.editor

    def held(self, leaf: str) -> str | None:
        return self.top("types").findtext(f"{{{TYPES}}}{leaf}")

    def commits(self, leaf: str, act: Callable[[], None]) -> None:
        """What `act` does is one undo step, which undo takes back and redo brings again."""
        document = self.pane.document
        before = document.snapshot().data
        act()
        self.visit.stage.wait(lambda: document.snapshot().data != before, f"{leaf} is committed")
        after = document.snapshot().data
        document.undo()
        assert document.snapshot().data == before, leaf
        document.redo()
        assert document.snapshot().data == after, leaf


def shown(value: Any, leaf: str) -> bool:
    return value.editor is not None and value.editor.accessibleName() == f"Value of {leaf}"


def type_into(editor: Any, text: str) -> None:
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, ENTER)


def fill_typed(hand: Hand) -> None:
    for leaf, (kind, text, stored) in TYPED.items():
        editor = hand.editor(leaf)
        assert isinstance(editor, kind), leaf
        hand.commits(leaf, lambda editor=editor, text=text: type_into(editor, text))  # type: ignore[misc]
        assert (hand.held(leaf) or "").rpartition("types:")[2] == stored, leaf


def fill_others(hand: Hand) -> None:
    """The editors that are more than one line."""
    stage = hand.visit.stage
    editor = hand.editor("boolean")
    assert isinstance(editor, Switch) and editor.text() == "default true"
    hand.commits("boolean", lambda: QTest.keyClick(editor, SPACE))
    assert hand.held("boolean") == "false"
    present = hand.editor("empty")
    hand.commits("empty", lambda: QTest.mouseClick(present, Qt.MouseButton.LeftButton))
    bits = hand.editor("bits")
    assert isinstance(bits, FlagsEdit)
    for name in ("fin", "syn"):
        box = hand.editor("bits").findChild(QCheckBox, f"bit_{name}")
        hand.commits("bits", lambda box=box: QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8)))  # type: ignore[misc]
    assert hand.held("bits") == "syn fin"
    binary = hand.editor("binary")
    assert isinstance(binary, BinaryEdit)
    QTest.keyClicks(binary.field, "dead beef")
    hand.commits("binary", lambda: QTest.keyClick(binary.field, ENTER))
    assert hand.held("binary") == "3q2+7w=="
    line = hand.editor("lines")
    QTest.keyClicks(line, "one")
    QTest.keyClick(line, ENTER, Qt.KeyboardModifier.ShiftModifier)
    value = hand.visit.program.node.value
    stage.wait(lambda: isinstance(value.editor, LinesEdit), "an editor of several lines")
    lines = cast(LinesEdit, value.editor)
    QTest.keyClicks(lines, "two")
    hand.commits("lines", lambda: QTest.keyClick(lines, ENTER))
    assert hand.held("lines") == "one\ntwo"


def fill_by_dialogs(hand: Hand) -> None:
    path = hand.editor("instance-identifier")
    assert isinstance(path, InstanceEdit)
    path.pick()
    picker = hand.visit.stage.find(NodePicker, "nodePicker")
    target = picker.model.row_of(hand.top("kinds")[1][1])
    assert target is not None
    picker.tree.show_row(target)
    hand.commits("instance-identifier", lambda: QTest.mouseClick(picker.take, Qt.MouseButton.LeftButton))
    moment = hand.editor("date-and-time")
    assert isinstance(moment, MomentEdit)
    type_into(moment, "2026-11-21t13:45:00+01:00")
    assert hand.held("date-and-time") == "2026-11-21T13:45:00+01:00"
    moment = hand.editor("date-and-time")
    QTest.keyClick(moment, DOWN, Qt.KeyboardModifier.AltModifier)
    chooser = hand.visit.stage.find(MomentPicker, "momentPicker")
    chooser.zone.setCurrentIndex(chooser.zone.findData("Z"))
    hand.commits("date-and-time", lambda: QTest.mouseClick(chooser.take, Qt.MouseButton.LeftButton))
    assert hand.held("date-and-time") == "2026-11-21T13:45:00Z"


def fill_kinds(hand: Hand) -> None:
    """The nodes that are no leafs: entries, presence, a choice, conditions, anydata."""
    document, kinds = hand.pane.document, hand.top("kinds")
    schema = document.schema
    assert schema is not None

    def node(path: str) -> Any:
        return schema.find(f"/netconf-gui-types:kinds/{path}")

    editing.create_entry(document, kinds, node("entry"), {"name": "gamma"})
    editing.set_leaf(document, kinds[2], node("entry/weight"), "3")
    # behind the others: this server answers ok to a move and does nothing (test_netconfd says so)
    editing.create_entry(document, kinds, node("step"), {"number": "0"})
    for name in ("b.example", "a.example"):
        editing.add_leaf_list_value(document, kinds, node("search"), name)
    editing.create_container(document, kinds, node("beacon"))
    editing.set_leaf(document, kinds, node("tcp-port"), "22")
    editing.set_leaf(document, kinds, node("tagged"), "true")
    editing.set_leaf(document, kinds, node("tag"), "100")
    extra = schema.find("/netconf-gui-types:loose/extra")
    assert extra is not None
    editing.set_any(document, document.root, extra, '<note xmlns="urn:netconf-gui:types">free</note>')


def test_every_editor_makes_what_the_server_takes(
    visit: Visit, fragile_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    hand = Hand(visit)
    fill_typed(hand)
    fill_others(hand)
    fill_by_dialogs(hand)
    fill_kinds(hand)
    check = visit.pane.check
    visit.stage.wait(lambda: check.revision == visit.pane.document.revision, "the document is checked")
    assert not [one.message for one in visit.pane.problems if TYPES in one.path or "netconf-gui-types" in one.path]
    mine = {name: texts(hand.top(name)) for name in TOPS}
    visit.apply_now()
    assert visit.report is not None
    assert visit.report.outcome is Outcome.APPLIED, visit.report.text
    visit.stage.wait(lambda: not visit.pane.document.is_dirty, "the document is what the device holds now")
    reply = witness(fragile_server).get_config(source="running")
    data = etree.fromstring(reply.data_xml.encode())
    for name in TOPS:
        found = data.find(f"{{{TYPES}}}{name}")
        assert found is not None
        assert sorted(texts(found)) == sorted(mine[name])
    types = data.find(f"{{{TYPES}}}types")
    assert types is not None
    held = {tag.rpartition("}")[2]: text for tag, text in texts(types)}
    assert {leaf: held[leaf] for leaf in TYPED} == {leaf: stored for leaf, (_, _, stored) in TYPED.items()}
    steps = [one.text for one in data.iter(f"{{{TYPES}}}number")]
    assert steps == ["1", "2", "0"]
    assert data.find(f".//{{{TYPES}}}udp-port") is None


def texts(element: etree._Element) -> list[tuple[str, str]]:
    """Name and value of everything below, prefixes of values left out: each side has its own."""
    found = []
    for one in element.iterdescendants(etree.Element):
        text = (one.text or "").strip()
        if one.tag == f"{{{TYPES}}}identityref":
            text = text.rpartition(":")[2]
        elif one.tag == f"{{{TYPES}}}decimal64":
            text = str(Decimal(text).normalize())  # the server writes 9.50 for 9.5
        elif one.tag == f"{{{TYPES}}}instance-identifier":
            text = "/".join(step.rpartition(":")[2] for step in text.split("/"))
        found.append((str(one.tag), text))
    return found
