"""One slot of background work: a new piece takes the place of the one before, whose result is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from netconf_gui.errors import Cancelled
from netconf_gui.gui.tasks import Task, TaskManager, Work


class Latest(QObject):
    """Runs work for its parent; nothing is delivered after a newer `run`, a `stop`, or the parent's end.

    `failed(exception)` when the work has failed (not when it was cancelled).
    """

    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, manager: TaskManager, parent: QObject, title: str, *, quiet: bool = True) -> None:
        super().__init__(parent)
        self._manager = manager
        self._title = title
        self._quiet = quiet
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None

    def run(self, work: Work, done: Callable[[Any], object], *, title: str = "") -> None:
        """Start `work(cancel, report)`; `done(result)` on the GUI thread."""
        self.stop()
        task = self._task = self._manager.run(work, title=title or self._title, quiet=self._quiet)
        task.done.connect(lambda result: self._arrived(task, done, result))
        task.failed.connect(lambda error: self._broke(task, error))
        self.busy_changed.emit(True)

    def stop(self) -> None:
        """Drop what runs."""
        task, self._task = self._task, None
        if task is not None:
            if isValid(task):
                task.cancel()
            self.busy_changed.emit(False)

    def _arrived(self, task: Task, done: Callable[[Any], object], result: object) -> None:
        if isValid(self) and task is self._task:
            self._task = None
            self.busy_changed.emit(False)
            done(result)

    def _broke(self, task: Task, error: BaseException) -> None:
        if isValid(self) and task is self._task:
            self._task = None
            self.busy_changed.emit(False)
            if not isinstance(error, Cancelled):
                self.failed.emit(error)
