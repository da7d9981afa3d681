"""A document with four changes and its review, for tests of the Review document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.diff import DiffPane
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.profiles import Profile
from tests.gui import sample

BASE = "urn:ietf:params:netconf:base:1.1"
CANDIDATE = "urn:ietf:params:netconf:capability:candidate:1.0"
VALIDATE = "urn:ietf:params:netconf:capability:validate:1.1"
PATIENCE = 15_000  # ms


def edited(routes: int = 5) -> Document:
    """One added, one removed, one changed, one moved."""
    doc = sample.document(routes)
    editing.set_text(doc, sample.element(doc, "interfaces/interface[xe-0/0/1]/mtu"), "9192")
    editing.remove(doc, sample.element(doc, "interfaces/interface[xe-0/0/2]"))
    holder = sample.element(doc, "interfaces")
    editing.create_entry(doc, holder, doc.schema.find("/ex:interfaces/interface"), {"name": "xe-0/0/3"})
    editing.move_entry(doc, sample.element(doc, "acl/term[20]"), before=sample.element(doc, "acl/term[10]"))
    return doc


def context(**fields) -> DocumentContext:
    made = DocumentContext(device_id="d1", device_name="pe1.fra", datastore="candidate", fetched_at=1_700_000_000.0)
    return replace(made, **fields)


@contextmanager
def open_review(qtbot: QtBot, doc: Document) -> Iterator[tuple[DiffPane, DocumentPane]]:
    """The review of a document on show, compared already."""
    manager = TaskManager()
    capabilities = Capabilities([BASE, CANDIDATE, VALIDATE])
    given = context(capabilities=capabilities, profile=Profile("plain", "A plain device"))
    pane = DocumentPane(doc, manager, context=given)
    made = DiffPane(pane, manager)
    for one in (pane, made):
        qtbot.addWidget(one)
    made.resize(1200, 700)
    made.show()
    qtbot.waitUntil(lambda: made.review is not None, timeout=PATIENCE)
    yield made, pane
    pane.close_pane()
