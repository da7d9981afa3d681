"""One attempt to connect: blocking work on a thread of its own that can be left at any moment.

Lives here: the thread, its deadlines, and the promise that a cancel or a deadline gives control back at once,
whatever the work is stuck in (name resolution, a silent server, a person who does not answer).  What the work had
opened until then is closed later.  Does not live here: what is attempted (`ssh`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, ConnectFailed

T = TypeVar("T")

NOT_CONNECTED = "Not connected; nothing was sent to the device."


class Attempt:
    """`run` is called once, by the owner; everything else is for the work itself, on its thread."""

    def __init__(self, name: str, *, progress: Callable[[str], None] | None = None) -> None:
        self._name = name
        self._progress = progress
        self._changed = threading.Condition()
        self._done = False
        self._error: BaseException | None = None  # how the work ended
        self._left: AppError | None = None  # why the owner did not wait for it
        self._closers: list[Callable[[], None]] = []
        self._deadline: float | None = None  # monotonic seconds
        self._seconds = 0.0  # what the deadline of the present step was
        self._late: Callable[[], str] = str

    # ---- the owner's side

    def run(self, work: Callable[[Attempt], T], cancel: CancelToken | None) -> T:
        """The work's result; raises what it raised, `ConnectFailed` past a deadline, or `Cancelled`."""
        if cancel is not None:
            cancel.check()
        results: list[T] = []

        def body() -> None:
            try:
                results.append(work(self))
            except BaseException as error:  # noqa: BLE001  the top of this thread: the owner raises it
                self._end(error)
            else:
                self._end(None)

        thread = threading.Thread(target=body, name=f"connect {self._name}", daemon=True)
        remove = cancel.on_cancel(lambda: self._leave(Cancelled(state=NOT_CONNECTED))) if cancel else None
        try:
            thread.start()
            with self._changed:
                while not (self._done or self._left):
                    self._wait()
        except BaseException:
            self._leave(Cancelled(state=NOT_CONNECTED))
            raise
        finally:
            if remove is not None:
                remove()
        if self._left is not None:
            raise self._left
        if self._error is not None:
            raise self._error
        return results[0]

    def _wait(self) -> None:
        """Until something changes; past the deadline the work is left (the condition is held)."""
        if self._deadline is None:
            self._changed.wait()
            return
        remaining = self._deadline - time.monotonic()
        if remaining > 0:
            self._changed.wait(remaining)
            return
        reason = self._late() or f"{self._name} did not answer"
        self._leave(
            ConnectFailed(
                f"{reason} within {self._seconds:g} seconds.",
                state=NOT_CONNECTED,
                advice="Check host and port, or allow more time in the settings.",
            )
        )

    def _leave(self, error: AppError) -> None:
        with self._changed:
            if self._done or self._left:
                return
            self._left = error
            closers, self._closers = self._closers, []
            self._changed.notify_all()
        if closers:
            # closing may wait for locks that the work holds: the owner does not wait for that either
            threading.Thread(target=_close_all, args=(closers,), name=f"closing {self._name}", daemon=True).start()

    # ---- the work's side

    def _end(self, error: BaseException | None) -> None:
        closers: list[Callable[[], None]] = []
        with self._changed:
            self._done, self._error = True, error
            if error is not None or self._left is not None:
                closers, self._closers = self._closers, []
            self._changed.notify_all()
        _close_all(closers)

    def keep(self, close: Callable[[], None]) -> None:
        """Close this if the attempt does not succeed; at once, raising `Cancelled`, if nobody waits any more."""
        with self._changed:
            if self._left is None:
                self._closers.append(close)
                return
        close()
        raise Cancelled(state=NOT_CONNECTED)

    def opened(self) -> tuple[Callable[[], None], ...]:
        """What was kept until now, in the order of opening: who gets the result closes it."""
        with self._changed:
            return tuple(self._closers)

    def step(self, text: str, seconds: float, late: Callable[[], str] = str) -> None:
        """Say what is done now, and by when it has to be done; `late` says what to complain of otherwise."""
        with self._changed:
            if self._left is not None:
                raise Cancelled(state=NOT_CONNECTED)
            self._deadline = time.monotonic() + seconds
            self._seconds, self._late = seconds, late
            self._changed.notify_all()
        self.tell(text)

    def tell(self, text: str) -> None:
        """Report progress, as long as somebody waits for it."""
        if self._progress is not None and self._left is None:
            self._progress(text)

    def remaining(self) -> float:
        """Seconds until the deadline of the present step; 0 when it has passed."""
        with self._changed:
            return max(0.0, self._deadline - time.monotonic()) if self._deadline is not None else self._seconds

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While a person is asked no deadline runs; nobody is asked for an attempt that was left."""
        with self._changed:
            if self._left is not None:
                raise Cancelled(state=NOT_CONNECTED)
            left = self._deadline - time.monotonic() if self._deadline is not None else None
            self._deadline = None
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._deadline = time.monotonic() + left if left is not None else None
                self._changed.notify_all()


def _close_all(closers: list[Callable[[], None]]) -> None:
    """The earliest first: what runs through something else could not say good-bye through what is stuck."""
    for close in closers:
        close()
