"""Structure in the whole window against a demo device: renaming through apply, real conditions, pasting."""

from __future__ import annotations

from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import Outcome
from netconf_gui.gui.application import Program
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.paste_dialog import PasteDialog
from netconf_gui.gui.editors.rename_dialog import RenameDialog
from netconf_gui.gui.panes.document import DocumentPane
from tests.gui.test_program_apply import apply
from tests.gui.whole import LONG, add, connect, dialog, press

IF, DEMO = "urn:ietf:params:xml:ns:yang:ietf-interfaces", "urn:netconf-gui:demo"


def opened(qtbot: QtBot, program: Program, server: DemoServer) -> DocumentPane:
    connect(qtbot, program, add(program, server))
    pane = program.documents.panes[0]
    qtbot.waitUntil(lambda: pane.document.schema is not None, timeout=LONG)
    pane.tree.setFocus()
    return pane


def one(pane: DocumentPane, xpath: str) -> etree._Element:
    found = pane.document.root.xpath(xpath, namespaces={"if": IF, "d": DEMO})
    assert isinstance(found, list) and found, xpath
    element = found[0]
    assert isinstance(element, etree._Element)
    return element


def test_a_renamed_entry_with_its_references_is_applied(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    pane = opened(qtbot, program, server)
    vlan = one(pane, "//d:vlan[d:id = //d:access-vlan]")
    old = vlan[0].text or ""
    pane.show_element(vlan)
    pane.actions_.structure.rename.trigger()
    asked = dialog(qtbot, RenameDialog)
    qtbot.waitUntil(lambda: asked.references is not None, timeout=LONG)
    assert any("access-vlan" in str(reference.path) for reference in asked.references)
    field = asked.findChild(QLineEdit, "key_id") or asked.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "3999")
    qtbot.waitUntil(asked.add_button.isEnabled, timeout=LONG)
    press(qtbot, asked, "addEntryButton")
    assert vlan[0].text == "3999"
    plan = apply(qtbot, program)
    assert plan.ok and plan.outcome is Outcome.APPLIED, plan.text
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    base = pane.document.base_root
    ids = {leaf.text for leaf in base.iter(f"{{{DEMO}}}id")}
    assert "3999" in ids and old not in ids
    assert any(leaf.text == "3999" for leaf in base.iter(f"{{{DEMO}}}access-vlan"))


def test_the_engine_says_which_nodes_may_not_be_there(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    pane = opened(qtbot, program, server)
    loopback = one(pane, "//if:interface[contains(if:type, 'softwareLoopback')]")
    pane.view_bar.unset.setChecked(True)
    pane.show_element(loopback)
    pane.tree.expand(pane.tree.currentIndex().siblingAtColumn(0))
    port = pane.document.schema.find("/ietf-interfaces:interfaces/interface/netconf-gui-demo:port")  # type: ignore[union-attr]
    assert port is not None

    def condition() -> str:
        above = pane.model.row_of(loopback)
        row = pane.model.unset_row(above, port.id) if above is not None else None
        return pane.model.looks.of(row).condition if row is not None else ""

    qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)
    assert condition() == "derived-from-or-self(if:type, 'ianaift:ethernetCsmacd')"
    kind = one(pane, "//if:interface[contains(if:type, 'softwareLoopback')]/if:type")
    editing.set_text(pane.document, kind, "iana-if-type:ethernetCsmacd")
    qtbot.waitUntil(lambda: not condition(), timeout=LONG)


def test_pasting_a_port_beside_itself(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    pane = opened(qtbot, program, server)
    entry = one(pane, "//if:interface[d:port]")
    pane.show_element(entry)
    program.window.activateWindow()
    qtbot.waitUntil(lambda: program.window.isActiveWindow() and pane.tree.hasFocus(), timeout=LONG)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(pane.tree, Qt.Key.Key_C, control)
    assert "<interface" in QGuiApplication.clipboard().text()
    qtbot.keyClick(pane.tree, Qt.Key.Key_V, control)
    asked = dialog(qtbot, PasteDialog)
    asked.findChild(type(asked._answers.buttons()[0]), "paste_new").click()
    press(qtbot, asked, "pasteButton")
    named = dialog(qtbot, EntryDialog)
    qtbot.keyClicks(named.findChild(QLineEdit, "key_name"), "copied")
    press(qtbot, named, "addEntryButton")
    made = one(pane, "//if:interface[if:name = 'copied']")
    kind = made.find(f"{{{IF}}}type")
    assert kind is not None and kind.nsmap[(kind.text or "").partition(":")[0]].endswith("iana-if-type")
    qtbot.waitUntil(lambda: not pane.check.running, timeout=LONG)


def test_pasted_values_are_judged_by_the_engine(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    pane = opened(qtbot, program, server)
    vlans = one(pane, "//d:vlans")
    pane.show_element(vlans)
    QGuiApplication.clipboard().setText(
        f"<vlan xmlns='{DEMO}'><id>77</id><name>Not A Name</name><description>fine</description>"
        "<dhcp-server>192.0.2.300</dhcp-server><dhcp-server>192.0.2.3</dhcp-server></vlan>"
    )
    pane.actions_.structure.paste.trigger()
    asked = dialog(qtbot, PasteDialog)
    told = [asked.list.item(number).text() for number in range(asked.list.count())]
    assert len(told) == 2 and told[0].startswith("vlan/name: does not fit:") and "vlan/dhcp-server" in told[1]
    press(qtbot, asked, "pasteButton")
    made = one(pane, "//d:vlan[d:id = '77']")
    assert [leaf.text for leaf in made] == ["77", "fine", "192.0.2.3"]


def test_entries_that_were_moved_are_applied(program: Program, qtbot: QtBot, server: DemoServer) -> None:
    pane = opened(qtbot, program, server)
    rules = one(pane, "//d:access-list[count(d:rule) > 2]")
    before = [rule[0].text for rule in rules.iterchildren(f"{{{DEMO}}}rule")]
    pane.show_element(list(rules.iterchildren(f"{{{DEMO}}}rule"))[-1])
    pane.actions_.structure.first.trigger()
    report = apply(qtbot, program)
    assert report.ok and report.outcome is Outcome.APPLIED, report.text
    qtbot.waitUntil(lambda: not pane.document.is_dirty, timeout=LONG)
    held = pane.document.base_root.xpath("//d:access-list[count(d:rule) > 2]", namespaces={"d": DEMO})
    assert isinstance(held, list) and isinstance(held[0], etree._Element)
    after = [rule[0].text for rule in held[0].iterchildren(f"{{{DEMO}}}rule")]
    assert after == [before[-1], *before[:-1]]
