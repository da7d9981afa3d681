"""Searching a document by name and value, in slices of 5 ms on the thread that owns the tree."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lxml import etree
from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.config.document import Change, Document

SLICE = 0.005  # seconds
MOST = 10_000  # hits that are kept


class TreeSearch(QObject):
    """Hits in document order; `found` while and when it searches, `finished` at the end."""

    found = Signal()
    finished = Signal()

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("treeSearch")
        self._document = document
        self._text = ""
        self.hits: list[etree._Element] = []
        self.current = -1
        self.searching = False
        self._keep: etree._Element | None = None  # the hit in view stays the current one when the scan meets it again
        self._rest: Iterator[etree._Element] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self._unsubscribe = document.subscribe(self._on_change)

    @property
    def text(self) -> str:
        return self._text

    def search(self, text: str) -> None:
        """Look for names and values that contain `text`, whatever the case; "" ends it."""
        self._text = text
        self._keep = None
        self.hits = []
        self.current = -1
        self.searching = bool(text)
        self._rest = self._document.root.iterdescendants(tag=etree.Element) if text else iter(())
        if text:
            self._timer.start()
        else:
            self._timer.stop()
        self.found.emit()

    def step(self, forward: bool = True) -> etree._Element | None:
        """The next or previous hit, round the end; None if there is none."""
        if not self.hits:
            return None
        if self.current < 0:
            self.current = 0 if forward else len(self.hits) - 1
        else:
            self.current = (self.current + (1 if forward else -1)) % len(self.hits)
        return self.hits[self.current]

    def close(self) -> None:
        self._timer.stop()
        self._unsubscribe()

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE
        wanted = self._text.casefold()
        before = len(self.hits)
        for number, element in enumerate(self._rest):
            if _matches(element, wanted):
                if element is self._keep:
                    self.current = len(self.hits)
                self.hits.append(element)
                if len(self.hits) >= MOST:
                    break
            if number % 64 == 63 and time.perf_counter() > until:
                if len(self.hits) != before:
                    self.found.emit()
                return
        self._timer.stop()
        self.searching = False
        self.found.emit()
        self.finished.emit()

    def _on_change(self, change: Change) -> None:
        if self._text and not change.more:
            at = self.hits[self.current] if 0 <= self.current < len(self.hits) else None
            self.search(self._text)
            self._keep = at


def _matches(element: etree._Element, wanted: str) -> bool:
    tag = element.tag
    if isinstance(tag, str) and wanted in tag[tag.find("}") + 1 :].casefold():
        return True
    text = element.text
    return text is not None and wanted in text.casefold()
