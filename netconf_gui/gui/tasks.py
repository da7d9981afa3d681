"""Background work: one task manager runs it, tasks tell about it on the GUI thread, views subscribe.

What happens on a worker thread reaches the GUI through one mailbox: a queue of plain Python objects and a single
queued signal that wakes the GUI thread.  So nothing is ever emitted on a deleted object, no payload crosses a
signal between threads, and a lambda connected to a task's signal runs on the GUI thread.

A cancelled task gives control back after `patience` seconds even when its work is stuck (name resolution, a
keyring prompt): the task ends as cancelled, and a result that comes later goes to `on_late`.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.garbage import leave

Result = TypeVar("Result")
Report = Callable[[object], None]
Work = Callable[[CancelToken, Report], Any]


class Lane(Protocol):
    """What orders the work on one device: `services.lanes.Lane` fits."""

    def submit(
        self, call: Callable[[], Any], /, *, cancel: CancelToken | None = None, grace: float | None = None
    ) -> Future[Any]:
        """Queue `call`; `grace` seconds after a cancel it is abandoned, and the lane goes on."""
        ...


class TaskState(StrEnum):
    """The life of a task; the last three are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


PATIENCE = 0.9  # seconds that stuck work has after a cancel before it is given up
ENDED = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED})


class Task(QObject):
    """One piece of background work as the GUI sees it; lives on the GUI thread and emits only there.

    Exactly one of `done(result)` and `failed(exception)` is emitted (failed with `Cancelled` when cancelled), then
    `finished()`.  `progress(event)` carries what the work reports, in order.
    """

    done = Signal(object)
    failed = Signal(object)
    progress = Signal(object)
    changed = Signal()
    finished = Signal()

    def __init__(self, number: int, title: str, *, cancellable: bool, quiet: bool, subject: str) -> None:
        super().__init__()
        self.number = number
        self.title = title
        self.subject = subject
        self.cancellable = cancellable
        self.quiet = quiet
        self.token = CancelToken()
        self.state = TaskState.WAITING
        self.text = ""
        self.fraction: float | None = None
        self.error: BaseException | None = None
        self.started_at = time.time()
        self.ended_at: float | None = None
        self.patience: float | None = PATIENCE
        self.on_late: Callable[[Any], None] | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    def cancel(self) -> None:
        """Ask the work to stop; returns at once.  Blocking clean-up of the work's callbacks runs on a thread."""
        if self.ended or self.token.cancelled or not self.cancellable:
            return
        self.state = TaskState.STOPPING
        self.changed.emit()
        threading.Thread(target=_cancel, args=(self.token,), name=f"cancel {self.number}", daemon=True).start()
        if self.patience is not None:
            QTimer.singleShot(int(self.patience * 1000), self, self._give_up)

    @Slot()
    def _give_up(self) -> None:
        self.end(None, Cancelled())

    def note(self, event: object) -> None:
        """Take a report of the work: an object with `text`, `done`, `total` also moves the progress shown."""
        if self.ended:
            return
        text = getattr(event, "text", None)
        if isinstance(text, str) and text:
            self.text = text
        done, total = getattr(event, "done", None), getattr(event, "total", None)
        if isinstance(done, int | float) and isinstance(total, int | float) and total > 0:
            self.fraction = min(1.0, done / total)
        elif done is not None:
            self.fraction = None
        self.progress.emit(event)
        self.changed.emit()

    def begin(self) -> None:
        if self.state is TaskState.WAITING:
            self.state = TaskState.RUNNING
            self.started_at = time.time()
            self.changed.emit()

    def end(self, result: object, error: BaseException | None) -> None:
        """The work is over (or given up); only the first call counts."""
        if self.ended:
            return
        self.ended_at = time.time()
        self.error = error
        if error is None:
            self.state = TaskState.DONE
        else:
            self.state = TaskState.CANCELLED if isinstance(error, Cancelled) else TaskState.FAILED
        self.changed.emit()
        if error is None:
            self.done.emit(result)
        else:
            self.failed.emit(error)
        self.finished.emit()


def _cancel(token: CancelToken) -> None:
    token.cancel()
    leave(token)  # with its callbacks, which may hold what is Qt's


class _Door:
    """Whether a mailbox still takes calls; outlives it, so that threads which come back late find it shut."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open = True

    def shut(self, *_destroyed: object) -> None:
        with self.lock:
            self.open = False


class Mailbox(QObject):
    """Runs calls handed in by any thread on the GUI thread, in order, in slices that keep the window alive."""

    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._door = _Door()
        self._lock = self._door.lock
        self._awake = False
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        # a signal of a deleted object is an error at best: nobody posts while, or after, it is taken down
        self.destroyed.connect(self._door.shut, Qt.ConnectionType.DirectConnection)

    def post(self, call: Callable[[], None]) -> None:
        """From any thread: have `call` run on the GUI thread soon; dropped after `close()` and after its deletion."""
        with self._lock:
            if not self._door.open:
                leave(call)
                return
            self._queue.put(call)
            if self._awake:
                return
            self._awake = True
            try:
                self._woken.emit()
            except (RuntimeError, TypeError):  # deleted with the window, before it could say so
                self._door.open = False

    def close(self) -> None:
        """Take no more; what waits is dropped."""
        self._door.shut()

    @Slot()
    def _drain(self) -> None:
        until = time.perf_counter() + 0.008
        while time.perf_counter() < until:
            try:
                call = self._queue.get_nowait()
            except queue.Empty:
                with self._lock:
                    if self._queue.empty():
                        self._awake = False
                        return
                continue
            try:
                call()
            except BaseException:
                # the others still get their turn; this one goes the way of every unexpected error
                self._woken.emit()
                raise
        self._woken.emit()


class Pool:
    """A few daemon threads for work without a device; a stuck one is replaced, none holds the process at exit."""

    def __init__(self, size: int = 4) -> None:
        self._size = size
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0

    def submit(self, call: Callable[[], None]) -> None:
        with self._lock:
            if self._idle == 0 and self._threads < self._size:
                self._start()
            self._queue.put(call)

    def add_one(self) -> None:
        """A thread is lost to stuck work: one more takes its place."""
        with self._lock:
            self._size += 1
            self._start()

    def _start(self) -> None:
        self._threads += 1
        threading.Thread(target=self._serve, name=f"pool {self._threads}", daemon=True).start()

    def close(self) -> None:
        with self._lock:
            for _ in range(self._threads):
                self._queue.put(None)

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            call = self._queue.get()
            with self._lock:
                self._idle -= 1
            if call is None:
                return
            call()
            leave(call)
            del call


class TaskManager(QObject):
    """Starts tasks and knows those that run; the Activity pane lists what `added` announces."""

    added = Signal(object)
    finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox(self)
        self._pool = Pool()
        self._numbers = itertools.count(1)
        self._running: dict[int, Task] = {}
        self._on_pool: dict[int, _Job] = {}

    @property
    def running(self) -> tuple[Task, ...]:
        """Tasks that have not ended, oldest first."""
        return tuple(self._running.values())

    def run(
        self,
        work: Work,
        *,
        title: str,
        cancellable: bool = True,
        lane: Lane | None = None,
        quiet: bool = False,
        subject: str = "",
        on_late: Callable[[Any], None] | None = None,
        give_up: bool = True,
    ) -> Task:
        """Run `work(cancel, report)` on the lane, or on the pool without one; connect to the returned task at once.

        `quiet` work (checks while typing) is not listed in Activity.  `subject` names the device it is about.
        `give_up` False: a cancel waits for the work's own end, whose result matters (an apply).
        """
        task = Task(next(self._numbers), title, cancellable=cancellable, quiet=quiet, subject=subject)
        task.setParent(self)
        task.on_late = on_late
        task.patience = PATIENCE if give_up else None
        self._running[task.number] = task
        job = _Job(task.token, work, self.mailbox, task)
        task.finished.connect(self._task_finished)
        if lane is None:
            self._on_pool[task.number] = job
            self._pool.submit(job.run)
        else:
            try:
                lane.submit(job.run, cancel=task.token, grace=task.patience).add_done_callback(job.lane_done)
            except AppError as error:
                job.refused(error)
        self.added.emit(task)
        return task

    def cancel_all(self) -> None:
        """Ask every running task to stop."""
        for task in self.running:
            task.cancel()

    def cancel_latest(self) -> bool:
        """Stop the task started last that can be stopped and is not quiet (Esc); False if there is none."""
        for task in reversed(self.running):
            if task.cancellable and not task.quiet and not task.token.cancelled:
                task.cancel()
                return True
        return False

    def close(self) -> None:
        """Nothing reaches the GUI any more; threads end as their work ends."""
        self.mailbox.close()
        self._pool.close()

    @Slot()
    def _task_finished(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._running.pop(task.number, None)
            job = self._on_pool.pop(task.number, None)
            if job is not None and not job.over:
                self._pool.add_one()
            self.finished.emit(task)
            task.deleteLater()


class _Job:
    """The worker's end of a task: runs the work and posts what becomes of it."""

    def __init__(self, token: CancelToken, work: Work, mailbox: Mailbox, task: Task) -> None:
        self._token = token
        self._work = work
        self._mailbox = mailbox
        self._task: Task | None = task
        self.over = False

    def run(self) -> None:
        try:
            self._token.check()
            self._mailbox.post(self._begin)
            result = self._work(self._token, self.report)
        except BaseException as error:  # noqa: BLE001 - a top level: the error goes to whoever waits for the task
            self._finish(None, error)
        else:
            self._finish(result, None)

    def report(self, event: object) -> None:
        self._mailbox.post(lambda: self._note(event))

    def _begin(self) -> None:
        if self._task is not None:
            self._task.begin()

    def _note(self, event: object) -> None:
        if self._task is not None:
            self._task.note(event)

    def lane_done(self, future: Future[Any]) -> None:
        """The lane dropped the work before it ran (it was closed), or it is over."""
        if not self.over:
            error = None if future.cancelled() else future.exception()
            self._finish(None, error or Cancelled("The device was disconnected before this could start."))

    def refused(self, error: BaseException) -> None:
        """The lane takes nothing any more."""
        self._finish(None, error)

    def _finish(self, result: object, error: BaseException | None) -> None:
        self.over = True
        self._mailbox.post(lambda: self._deliver(result, error))

    def _deliver(self, result: object, error: BaseException | None) -> None:
        task, self._task = self._task, None
        # the job may live on with its thread for a while: what is Qt's is let go of here, on the GUI thread
        self._work = _nothing
        if task is None:
            return
        if task.ended:
            if error is None and task.on_late is not None:
                task.on_late(result)
            return
        task.end(result, error)


def _nothing(_cancel: CancelToken, _report: Report) -> None:
    """What a job has to do when it is over."""
