"""Searching a document by name, value, path or XPath.

Names, values and paths are looked through in slices of 5 ms on the thread that owns the tree; an XPath is evaluated by
the engine, and the nodes it names are looked up in the same slices.

Lives here: `TreeSearch` with its hits.  Does not live here: showing them (`panes.search_results`,
`panes.document_places`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.config.binding import is_wrapper
from netconf_gui.config.document import Change, Document
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import AppError, Cancelled, ConfigError
from netconf_gui.gui.xpath_search import Found, XPathJob, is_xpath

if TYPE_CHECKING:
    from netconf_gui.gui.document_context import DocumentContext
    from netconf_gui.gui.tasks import Task, TaskManager

SLICE = 0.005  # seconds
MOST = 10_000  # hits that are kept
PAUSE = 250  # ms after the last key before an XPath is evaluated
NO_ENGINE = "XPath needs the YANG modules of the device; names, values and paths are searched without them."


def names_path(element: etree._Element) -> str:
    """The names on the way to an element, without keys and modules."""
    names: list[str] = []
    at: etree._Element | None = element
    while at is not None and not is_wrapper(at):
        names.append(str(at.tag).rpartition("}")[2])
        at = at.getparent()
    return "/" + "/".join(reversed(names))


class TreeSearch(QObject):
    """Hits in document order; `found` while and when it searches, `finished` at the end.

    `error` says what is wrong with an XPath, "" if nothing.
    """

    found = Signal()
    finished = Signal()

    def __init__(
        self,
        document: Document,
        parent: QObject,
        *,
        manager: TaskManager | None = None,
        context: DocumentContext | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("treeSearch")
        self.document = document
        self._manager = manager
        self._engine = context.engine if context is not None else None
        self._key = (context.key or "") if context is not None else ""
        self._text = ""
        self.error = ""
        self.hits: list[etree._Element] = []
        self.current = -1
        self.searching = False
        self._keep: etree._Element | None = None  # the hit in view stays the current one when the scan meets it again
        self._rest: Iterator[etree._Element | None] = iter(())
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self._later = QTimer(self, interval=PAUSE, singleShot=True)
        self._later.timeout.connect(self._evaluate)
        self._unsubscribe = document.subscribe(self._on_change)

    @property
    def text(self) -> str:
        return self._text

    @property
    def knows_xpath(self) -> bool:
        """Whether there is an engine and a schema to evaluate XPath by."""
        return self._engine is not None and bool(self._key) and self._manager is not None

    def search(self, text: str) -> None:
        """Look for a text, whatever its case, or for an XPath; "" ends it."""
        self._text = text
        self._keep = None
        self._begin()
        self.found.emit()

    def _begin(self) -> None:
        self._stop()
        self.hits = []
        self.current = -1
        self.error = ""
        self.searching = bool(self._text)
        if not self._text:
            return
        if is_xpath(self._text) and self.knows_xpath:
            self._later.start()
        elif self._text.lstrip().startswith("="):
            self.searching = False
            self.error = NO_ENGINE
        else:
            self._rest = self._matching(self._text.strip().casefold())
            self._timer.start()

    def _stop(self) -> None:
        self._timer.stop()
        self._later.stop()
        if self._task is not None:
            task, self._task = self._task, None
            task.done.disconnect()
            task.failed.disconnect()
            task.cancel()

    def step(self, forward: bool = True) -> etree._Element | None:
        """The next or previous hit, round the end; None if there is none."""
        if not self.hits:
            return None
        if self.current < 0:
            self.current = 0 if forward else len(self.hits) - 1
        else:
            self.current = (self.current + (1 if forward else -1)) % len(self.hits)
        return self.hits[self.current]

    def choose(self, number: int) -> etree._Element | None:
        """Make one of the hits the current one."""
        if not 0 <= number < len(self.hits):
            return None
        self.current = number
        return self.hits[number]

    def close(self) -> None:
        self._stop()
        self._unsubscribe()

    # looking through

    def _matching(self, wanted: str) -> Iterator[etree._Element | None]:
        """Each element that fits, None for one that does not."""
        last = wanted.rpartition("/")[2].partition("[")[0]
        for element in self.document.root.iterdescendants(tag=etree.Element):
            tag, text = str(element.tag), element.text
            name = tag[tag.find("}") + 1 :].casefold()
            fits = wanted in name or (text is not None and wanted in text.casefold())
            if not fits and "/" in wanted and last in name:
                path = self.document.path_of(element).short() if "[" in wanted else names_path(element)
                fits = wanted in path.casefold()
            yield element if fits else None

    def _named(self, found: Found) -> Iterator[etree._Element | None]:
        """The elements at the paths that the engine told."""
        for path, _ in found:
            try:
                yield self.document.find(InstancePath.parse(path, self.document.schema))
            except ConfigError:
                yield None

    def _slice(self) -> None:
        until = time.perf_counter() + SLICE
        before = len(self.hits)
        for number, element in enumerate(self._rest):
            if element is not None:
                if element is self._keep:
                    self.current = len(self.hits)
                self.hits.append(element)
                if len(self.hits) >= MOST:
                    break
            if number % 16 == 15 and time.perf_counter() > until:
                if len(self.hits) != before:
                    self.found.emit()
                return
        self._end()

    def _end(self) -> None:
        self._timer.stop()
        self.searching = False
        self.found.emit()
        self.finished.emit()

    # XPath

    def _evaluate(self) -> None:
        if self._engine is None or self._manager is None:
            return
        job = XPathJob(self._engine, self._key, self.document, self._text)
        self._task = self._manager.run(lambda cancel, _report: job.run(cancel), title="Search by XPath", quiet=True)
        self._task.done.connect(lambda found: self._evaluated(found, job.revision))
        self._task.failed.connect(self._refused)

    def _evaluated(self, found: Found, revision: int) -> None:
        self._task = None
        if revision != self.document.revision:
            self._later.start()
            return
        self._rest = self._named(found)
        self._timer.start()

    def _refused(self, error: BaseException) -> None:
        self._task = None
        if not isinstance(error, Cancelled):
            self.error = error.message if isinstance(error, AppError) else str(error)
        self._end()

    def _on_change(self, change: Change) -> None:
        if self._text and not change.more:
            at = self.hits[self.current] if 0 <= self.current < len(self.hits) else None
            self._begin()
            self._keep = at
            self.found.emit()
