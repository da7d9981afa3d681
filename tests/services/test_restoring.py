"""Drafts become documents again, with their steps to undo."""

from __future__ import annotations

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.config.edits import to_json
from netconf_gui.services.restoring import restore
from netconf_gui.workspace.drafts import DraftContent
from tests.config.model import SCHEMA, node, top

BASE = top("<mtu>1</mtu>")


def edited() -> Document:
    document = Document(BASE, SCHEMA)
    editing.set_leaf(document, document.root[0], node("/top/mtu"), "2")
    editing.set_leaf(document, document.root[0], node("/top/name"), "n")
    return document


def test_a_draft_is_the_document_again() -> None:
    document = edited()
    records = tuple(to_json(edit) for edit in document.recipe().edits)
    found = restore(DraftContent(BASE, None, records), SCHEMA)
    assert found.document.snapshot().data == document.snapshot().data
    assert found.document.changes() == 2 and found.lost == 0 and found.document.base == BASE
    found.document.undo()
    assert found.document.changes() == 1


def test_a_draft_that_began_as_something_else_is_compared_with_its_base() -> None:
    found = restore(DraftContent(top("<mtu>9</mtu>"), BASE, ()), SCHEMA)
    assert [str(entry.path) for entry in found.document.diff().entries] == ["/t:top/mtu"]


def test_what_cannot_be_done_again_is_counted() -> None:
    records = [to_json(edit) for edit in edited().recipe().edits]
    found = restore(DraftContent(BASE, None, (records[0], {"do": "nonsense"}, records[1])), SCHEMA)
    assert found.document.changes() == 1 and found.lost == 2 and "not an edit command" in found.reason


def test_a_cut_draft_says_that_its_last_step_is_gone() -> None:
    found = restore(DraftContent(BASE, None, (), cut=True), SCHEMA)
    assert found.lost == 1 and "being written" in found.reason
