"""Finding the instances of a schema node in a document: in slices on the thread that owns the tree.

Lives here: the search, no widgets.  Does not live here: the list (`panes/schema_instances`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from lxml import etree
from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.config.document import Document
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import Schema, SchemaNode

SLICE = 0.005  # seconds of search in one turn of the event loop
MOST = 2000  # instances that are listed


def data_chain(schema: Schema, node: SchemaNode) -> list[SchemaNode]:
    """The data nodes from the top to `node`."""
    chain: list[SchemaNode] = []
    at: SchemaNode | None = node
    while at is not None:
        if at.is_data:
            chain.insert(0, at)
        at = schema.data_parent(at)
    return chain


def instances(document: Document, chain: list[SchemaNode]) -> Iterator[etree._Element | None]:
    """The elements of the last node of a chain, in document order; None for each step that found nothing yet."""
    tags = [qn(node.namespace, node.name) for node in chain]
    waiting: list[Iterator[etree._Element]] = [document.root.iterchildren(tags[0])]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
            yield None
        elif len(waiting) == len(tags):
            yield element
        else:
            waiting.append(element.iterchildren(tags[len(waiting)]))


class InstanceSearch(QObject):
    """Searches one document; `changed` while it finds, `finished` when it is through.

    An edit of the document starts it anew; what is listed is then found again.
    """

    changed = Signal()
    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: list[etree._Element] = []
        self.count = 0
        self._steps: Iterator[etree._Element | None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._slice)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def start(self, document: Document, chain: list[SchemaNode]) -> None:
        """Search anew."""
        self.found, self.count = [], 0
        self._steps = instances(document, chain) if chain else iter(())
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._steps = iter(())

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE
        before = self.count
        for element in self._steps:
            if element is not None:
                self.count += 1
                if len(self.found) < MOST:
                    self.found.append(element)
            if time.perf_counter() > until:
                break
        else:
            self._timer.stop()
            self.changed.emit()
            self.finished.emit()
            return
        if self.count != before:
            self.changed.emit()
