"""Keeps the findings about a document up to date while it is edited.

A moment after the last edit the document's text goes to `services.check`; what comes back for an older revision is
dropped.  The text of a large document is made by a replica on the checker's thread, so that the window never waits for
it.  Meanwhile the findings before are still there, and `stale`.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.config.document import Change, Document, Snapshot
from netconf_gui.config.replica import Replica
from netconf_gui.errors import SchemaError
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.services.check import NOT_CHECKED, Checker, CheckResult
from netconf_gui.yang.problem import Problem

PAUSE, LONG_PAUSE = 80, 300  # ms after the last edit, for small and for large documents
LARGE = 400_000  # bytes from which on a replica makes the text: about 5 ms for the window otherwise
SLOW_TEXT = 0.008  # seconds that making the text may take in the window


class LiveCheck(QObject):
    """The findings about one document; `changed` when they or `stale` are others, `failed` when they cannot be had."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, document: Document, context: DocumentContext, manager: TaskManager, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("liveCheck")
        self.problems: tuple[Problem, ...] = ()
        self.revision = -1  # of the document that `problems` are about
        self.running = False
        self._document = document
        self._manager = manager
        self._checker: Checker | None = None
        self._replica: Replica | None = None
        self._follows = True  # a replica may be tried
        self._size = 0
        if context.engine is not None and context.key:
            content = "config" if document.schema is not None else "data"
            self._checker = Checker(context.engine, context.key, self._on_result, content=content, judge=context.judge)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self.check_now())
        self._unsubscribe = document.subscribe(self._on_change)
        if self._checker is not None:
            self._timer.start(0)

    @property
    def possible(self) -> bool:
        """Whether there is an engine and a schema to check by."""
        return self._checker is not None

    @property
    def stale(self) -> bool:
        """Whether `problems` are about the document as it was before the last edit."""
        return self._checker is not None and self.revision != self._document.revision

    def check_now(self, *, thorough: bool = False) -> None:
        """Check the document as it is, without the pause; `thorough` takes as long as it takes."""
        self._timer.stop()
        if self._checker is None:
            return
        self.running = True
        self._checker.request(self._source(), thorough=thorough)
        self.changed.emit()

    def close(self) -> None:
        """No more checks."""
        self._timer.stop()
        self._unsubscribe()
        self._replica = None
        if self._checker is not None:
            self._checker.close()
            self._checker = None

    def _source(self) -> Snapshot | Replica:
        """The text now if that takes no time, else what makes it elsewhere."""
        if self._replica is None and self._follows and self._is_large():
            self._replica = Replica(self._document.recipe(), self._document.schema)
        if self._replica is not None:
            self._replica.feed(self._document.edits_since(self._replica.revision))
            return self._replica
        started = time.perf_counter()
        snapshot = self._document.snapshot()
        self._size = len(snapshot.data)
        if time.perf_counter() - started > SLOW_TEXT:
            self._size = max(self._size, LARGE)
        return snapshot

    def _is_large(self) -> bool:
        return self._size >= LARGE or self._document.start_size >= LARGE

    def _on_change(self, change: Change) -> None:
        if not change.more and self._checker is not None:
            if not self._timer.isActive():
                self.changed.emit()
            self._timer.start(LONG_PAUSE if self._replica is not None else PAUSE)

    def _on_result(self, result: CheckResult) -> None:
        """On the checker's thread."""
        self._manager.mailbox.post(lambda: self._take(result))

    def _take(self, result: CheckResult) -> None:
        if self._checker is None:
            return
        if result.revision < 0 and result.error is not None and self._replica is not None:
            # the replica does not follow: from now on the window makes the text itself
            self._replica, self._follows = None, False
            self.check_now()
            return
        if result.revision != self._document.revision:
            return
        if result.error is not None:
            self.running = False
            self._say_failed(result.error)
            return
        # until the conditions have been evaluated again, what they said before is the best that is known
        before = () if result.complete else tuple(item for item in self.problems if item.kind == "must")
        self.problems = (*result.problems, *before)
        if result.complete:
            self.running = False
            self.revision = result.revision
        self.changed.emit()

    def _say_failed(self, error: SchemaError) -> None:
        text = f"The document could not be checked. {error.full_text()}"
        self.problems = (Problem("warning", "", text, source=NOT_CHECKED),)
        self.revision = self._document.revision
        self.changed.emit()
        self.failed.emit(error)
