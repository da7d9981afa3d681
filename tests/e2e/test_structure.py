"""Structure edits on a real server: renamed with references, pasted, another case, presence; one apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from PySide6.QtWidgets import QLineEdit, QRadioButton

from netconf_gui.config import editing
from netconf_gui.errors import Outcome
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.paste_dialog import PasteDialog
from netconf_gui.gui.editors.rename_dialog import RenameDialog
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.yang.schema import SchemaNode
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_netconfd import BOX, box_of, text
from tests.e2e.test_window import Visit, light_theme, no_unexpected_errors, visit, watchdog

__all__ = ["light_theme", "no_unexpected_errors", "visit", "watchdog"]  # fixtures

pytestmark = [pytest.mark.server, pytest.mark.timeout(170)]


def one(visit: Visit, path: str) -> etree._Element:
    found = visit.pane.document.root.xpath(path, namespaces={"b": BOX})
    assert isinstance(found, list) and isinstance(found[0], etree._Element), path
    return found[0]


def node(visit: Visit, path: str) -> SchemaNode:
    schema = visit.pane.document.schema
    found = schema.find(f"/e2e-box:box/{path}") if schema is not None else None
    assert found is not None, path
    return found


def test_structure_edits_are_accepted(
    visit: Visit, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    pane, stage, document = visit.pane, visit.stage, visit.pane.document
    editing.set_leaf(document, one(visit, "//b:port[b:name='a']"), node(visit, "port/group"), "7")
    editing.set_leaf(document, one(visit, "//b:box"), node(visit, "uplink/wire/wire-name"), "w1")
    visit.apply_now()
    assert visit.report is not None and visit.report.outcome is Outcome.APPLIED, visit.report
    stage.wait(lambda: pane.document is not document or not pane.document.is_dirty, "the first apply is read back")
    visit.front("documentTabBar", 0)
    actions = pane.actions_  # of the document that was read back

    # another key, and the port follows
    pane.show_element(one(visit, "//b:group[b:id='7']"))
    actions.structure.rename.trigger()
    asked = stage.find(RenameDialog, "renameDialog")
    stage.wait(lambda: asked.references is not None, "the references are known")
    assert [str(reference.path) for reference in asked.references or ()] == [
        "/e2e-box:box/port[slot='1'][name='a']/group"
    ]
    editor = next(editor for _, editor in asked._fields.values())
    editor.set_value("9")
    asked._show_problem()
    stage.wait(asked.add_button.isEnabled, "9 is a key")
    asked.accept()

    # another case, presence; this server does not move entries (see test_netconfd)
    choice = node(visit, "uplink")
    pane.structure.choose(choice, one(visit, "//b:box"), str(node(visit, "uplink/radio").id))
    question = pane.structure.question
    assert question is not None
    question._choose("switch")
    pane.commit(_unset(visit, "channel"), "11")
    editing.set_leaf(pane.document, one(visit, "//b:box"), node(visit, "beacon/colour"), "green")

    # a copy beside itself
    pane.show_element(one(visit, "//b:port[b:name='b']"))
    assert actions.structure.clipboard.copy()
    actions.structure.paste.trigger()
    pasted = stage.find(PasteDialog, "pasteDialog")
    button = pasted.findChild(QRadioButton, "paste_new")
    assert button is not None
    button.click()
    pasted.accept()
    named = stage.find(EntryDialog, "addEntryDialog")
    named._fields["slot"][1].set_value("2")
    field = named.findChild(QLineEdit, "key_name")
    assert field is not None
    field.setText("c")
    named._show_problem()
    stage.wait(named.add_button.isEnabled, "2 c is a key")
    named.accept()

    visit.apply_now()
    assert visit.report is not None and visit.report.outcome is Outcome.APPLIED, visit.report.text
    box = box_of(witness, candidate_server)
    assert text(box, "b:group/b:id") == "9" and text(box, "b:group/b:title") == "core"
    assert text(box, "b:port[b:name='a']/b:group") == "9"
    assert text(box, "b:channel") == "11" and text(box, "b:wire-name") is None
    assert text(box, "b:beacon/b:colour") == "green"
    assert text(box, "b:port[b:name='c']/b:slot") == "2"
    stage.wait(lambda: not visit.pane.document.is_dirty, "the document is what the device holds now")


def _unset(visit: Visit, name: str) -> Subject:
    return Subject(visit.pane.document, node(visit, f"uplink/radio/{name}"), None, one(visit, "//b:box"))
