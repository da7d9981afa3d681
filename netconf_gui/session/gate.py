"""One writer at a time, given up at once when cancelled.

Lives here: `WriteGate`.  A plain lock would do but for one thing: somebody who waits for it cannot be woken by a
cancel.
"""

from __future__ import annotations

import threading

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled


class WriteGate:
    """Mutual exclusion whose waiting ends with a `CancelToken`.  Every `enter` needs its `leave`."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._waiting = 0  # how many wait on the condition; changed only with it held

    def enter(self, cancel: CancelToken | None = None) -> None:
        """Wait for the turn and take it.  Raises `Cancelled`, the turn not taken."""
        if not self._turn.acquire(blocking=False):
            self._wait(cancel or CancelToken())

    def leave(self) -> None:
        """Give the turn to the next."""
        self._turn.release()
        # one who counts itself in after this look finds the turn free: it tries only after it has counted
        if self._waiting:
            with self._changed:
                self._changed.notify()

    def _wait(self, cancel: CancelToken) -> None:
        remove = cancel.on_cancel(self._wake)
        try:
            with self._changed:
                self._waiting += 1
                try:
                    while not self._turn.acquire(blocking=False):
                        if cancel.cancelled:
                            raise Cancelled()
                        self._changed.wait()
                finally:
                    self._waiting -= 1
                    # a notice that was meant for this one goes on to the next
                    self._changed.notify()
        finally:
            remove()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
