"""Filters of the list of notifications, worked through in the background and continued while events come.

Lives here: which filter is in force and its task.  Does not live here: matching (`services.event_search`), fields.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.models.notifications import EventModel
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.event_search import EventView
from netconf_gui.workspace.event_rules import EventFilter

_EVERY = 20_000  # events between two words about how far it is


class Filtering(QObject):
    """`progressed(words)` while it is worked through, "" when it is done; `failed(error)`."""

    progressed = Signal(str)
    failed = Signal(object)

    def __init__(self, model: EventModel, tasks: TaskManager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._tasks = tasks
        self._view: EventView | None = None
        self._task: Task | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None

    def set(self, wanted: EventFilter) -> None:
        """Show what passes this filter from now on."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        if wanted.empty:
            self._view = None
            self._model.show(None)
            self.progressed.emit("")
            return
        try:
            self._view = EventView(self._model.store, wanted)
        except AppError as error:
            self.failed.emit(error)
            return
        self._model.show(self._view)
        self.go_on()

    def go_on(self) -> None:
        """Look at what has come since."""
        view = self._view
        if view is None or self._task is not None or view.complete:
            return

        def work(cancel: CancelToken, report: Report) -> None:
            told = 0

            def say(done: int, total: int) -> None:
                nonlocal told
                if done - told >= _EVERY:
                    told = done
                    report((done, total))

            view.extend(cancel, say)

        task = self._task = self._tasks.run(work, title="Filter the notifications", quiet=True)
        task.progress.connect(lambda how: self._progress(task, how))
        task.done.connect(lambda _nothing: self._done(task))
        task.failed.connect(lambda error: self._ended(task, error))

    def _progress(self, task: Task, how: tuple[int, int]) -> None:
        if task is self._task:
            self._model.refresh()
            self.progressed.emit(f"looking, {how[0]:,} of {how[1]:,}…")

    def _done(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self._model.refresh()
            self.progressed.emit("")

    def _ended(self, task: Task, error: BaseException) -> None:
        if task is self._task:
            self._task = None
            self.progressed.emit("")
            if not isinstance(error, Cancelled):
                self.failed.emit(error)
