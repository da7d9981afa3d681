"""Keeps the findings about a document up to date while it is edited.

A moment after the last edit a snapshot goes to `services.check`; what comes back for an older revision is dropped.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from netconf_gui.config.document import Change, Document
from netconf_gui.errors import SchemaError
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.services.check import Checker, CheckResult
from netconf_gui.yang.problem import Problem

PAUSE = 300  # ms after the last edit


class LiveCheck(QObject):
    """The findings about one document; `changed` when they are others, `failed` when they could not be had."""

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
        if context.engine is not None and context.key:
            content = "config" if document.schema is not None else "data"
            self._checker = Checker(context.engine, context.key, self._on_result, content=content)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.check_now)
        self._unsubscribe = document.subscribe(self._on_change)
        if self._checker is not None:
            self._timer.start()

    @property
    def possible(self) -> bool:
        """Whether there is an engine and a schema to check by."""
        return self._checker is not None

    def check_now(self) -> None:
        """Check the document as it is, without the pause."""
        self._timer.stop()
        if self._checker is not None:
            snapshot = self._document.snapshot()
            self.running = True
            self._checker.request(snapshot.revision, snapshot.data)

    def close(self) -> None:
        """No more checks."""
        self._timer.stop()
        self._unsubscribe()
        if self._checker is not None:
            self._checker.close()
            self._checker = None

    def _on_change(self, change: Change) -> None:
        if not change.more and self._checker is not None:
            self._timer.start()

    def _on_result(self, result: CheckResult) -> None:
        """On the checker's thread."""
        self._manager.mailbox.post(lambda: self._take(result))

    def _take(self, result: CheckResult) -> None:
        if self._checker is None or result.revision != self._document.revision:
            return
        self.running = False
        if result.error is not None:
            self._say_failed(result.error)
            return
        self.revision = result.revision
        self.problems = result.problems
        self.changed.emit()

    def _say_failed(self, error: SchemaError) -> None:
        self.problems = (Problem("warning", "", f"The document could not be checked. {error.full_text()}"),)
        self.changed.emit()
        self.failed.emit(error)
