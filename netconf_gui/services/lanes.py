"""A lane: one queue of calls, run one after the other on a daemon thread of our own.

Lives here: queueing, deadlines, cancelling, and giving up on a call that does not come back (name resolution, a
keyring's unlock prompt).  Such a call is abandoned: its future fails, the lane goes on with a new thread, and when
the call does return after all, its result goes to `late` (to be closed).  A ThreadPoolExecutor cannot do this: it
holds the process at exit until the stuck call returns.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, SessionClosed

T = TypeVar("T")


class DeadlineError(AppError):
    """A call took longer than it may; it was abandoned."""


@dataclass(eq=False, slots=True)
class _Job(Generic[T]):
    call: Callable[[], T]
    future: Future[T]
    late: Callable[[T], None] | None
    deadline: float | None
    name: str
    done: bool = False
    cleanups: list[Callable[[], None]] = field(default_factory=list)


class Lane:
    """Runs calls in the order in which they were submitted; `name` shows in thread names and messages.

    Thread-safe.  The thread starts with the first call and never keeps the process alive.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._ready = threading.Condition(self._lock)
        self._queue: deque[_Job[Any]] = deque()
        self._running: _Job[Any] | None = None
        self._worker: threading.Thread | None = None
        self._closed = False

    def submit(
        self,
        call: Callable[..., T],
        *args: Any,
        cancel: CancelToken | None = None,
        deadline: float | None = None,
        grace: float | None = None,
        late: Callable[[T], None] | None = None,
        title: str = "",
    ) -> Future[T]:
        """Queue `call(*args)`; the future has its result.

        `deadline` (seconds from the start of the call): past it, the call is abandoned and the future fails with
        `DeadlineError`.  `cancel`: a call that waits is dropped (`Cancelled`); one that runs is expected to look at
        the token itself, and is abandoned `grace` seconds later when that is given.  `late` gets the result of an
        abandoned call.  Raises `SessionClosed` on a closed lane.
        """
        job = _Job(partial(call, *args), Future(), late, deadline, title or getattr(call, "__name__", "call"))
        with self._lock:
            if self._closed:
                raise SessionClosed(f"{self.name} is closed.", advice="Connect again.")
            self._queue.append(job)
            self._start_worker()
            self._ready.notify_all()
        if cancel is not None:
            self._clean_up_later(job, cancel.on_cancel(partial(self._cancelled, job, grace)))
        return job.future

    def close(self) -> None:
        """Take no more calls, drop those that wait; the one that runs goes on to its end."""
        with self._lock:
            self._closed = True
            waiting, self._queue = list(self._queue), deque()
            self._ready.notify_all()
        for job in waiting:
            self._finish(job, error=Cancelled(f"{job.name} was not started: {self.name} is closed."))

    @property
    def busy(self) -> bool:
        """Whether a call runs or waits."""
        with self._lock:
            return self._running is not None or bool(self._queue)

    def _start_worker(self) -> None:
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name=f"lane {self.name}", daemon=True)
            self._worker.start()

    def _work(self) -> None:
        me = threading.current_thread()
        while True:
            with self._lock:
                while not self._queue and not self._closed and self._worker is me:
                    self._ready.wait()
                if self._worker is not me or not self._queue:
                    if self._worker is me:
                        self._worker = None
                    return
                job = self._running = self._queue.popleft()
            self._run(job)
            del job  # the result must not stay alive while the lane waits
            with self._lock:
                if self._worker is not me:
                    return
                self._running = None

    def _run(self, job: _Job[Any]) -> None:
        if job.deadline is not None:
            timer = threading.Timer(job.deadline, self._abandon, (job, self._late_error(job)))
            timer.daemon = True
            timer.start()
            self._clean_up_later(job, timer.cancel)
        try:
            result = job.call()
        except BaseException as error:  # noqa: BLE001 - a top level: the future carries whatever it was
            self._finish(job, error=error)
            return
        if not self._finish(job, result=result) and job.late is not None:
            job.late(result)

    def _late_error(self, job: _Job[Any]) -> DeadlineError:
        return DeadlineError(
            f"{job.name} did not come back within {job.deadline:g} s and was abandoned.", advice="Try again."
        )

    def _cancelled(self, job: _Job[Any], grace: float | None) -> None:
        with self._lock:
            waiting = job in self._queue
            if waiting:
                self._queue.remove(job)
        if waiting:
            self._finish(job, error=Cancelled())
        elif grace is not None and not job.done:
            timer = threading.Timer(grace, self._abandon, (job, Cancelled()))
            timer.daemon = True
            timer.start()
            self._clean_up_later(job, timer.cancel)

    def _abandon(self, job: _Job[Any], error: AppError) -> None:
        """Fail the future now and leave the thread to its stuck call; the lane goes on with a new one."""
        if not self._finish(job, error=error):
            return
        with self._lock:
            if self._running is job:
                self._running = self._worker = None
                if self._queue:
                    self._start_worker()

    def _clean_up_later(self, job: _Job[Any], cleanup: Callable[[], None]) -> None:
        """Run `cleanup` when the job is settled: now, if it already is."""
        with self._lock:
            if not job.done:
                job.cleanups.append(cleanup)
                return
        cleanup()

    def _finish(self, job: _Job[Any], *, result: Any = None, error: BaseException | None = None) -> bool:
        """Settle the future once; False when that has been done."""
        with self._lock:
            if job.done:
                return False
            job.done = True
        for cleanup in job.cleanups:
            cleanup()
        if job.future.set_running_or_notify_cancel():
            if error is not None:
                job.future.set_exception(error)
            else:
                job.future.set_result(result)
        return True
