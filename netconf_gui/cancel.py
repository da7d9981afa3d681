"""Cancellation that every layer can look at: a token, its callbacks, and nothing else.

No thread is started here.  A loop that may be long calls `token.check()`; a blocking call registers a callback
that unblocks it (closing a socket, killing a worker).
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from netconf_gui.errors import Cancelled


class CancelToken:
    """A one-way switch, thread-safe; a child is cancelled with its parent."""

    def __init__(self, parent: CancelToken | None = None) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._called: list[Callable[[], None]] = []  # they end with the token, not on the thread that cancels
        self._next = 0
        if parent is not None:
            parent.on_cancel(self.cancel)

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Set the switch and run the callbacks once, in this thread; a second call does nothing."""
        with self._lock:
            if self._cancelled:
                return
            self._cancelled = True
            self._called = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in self._called:
            callback()

    def check(self) -> None:
        """Raise `Cancelled` if the switch is set."""
        if self._cancelled:
            raise Cancelled()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` when cancelled (at once if it already is); returns a function that unregisters it."""
        with self._lock:
            if not self._cancelled:
                handle = self._next
                self._next += 1
                self._callbacks[handle] = callback

                def remove() -> None:
                    with self._lock:
                        self._callbacks.pop(handle, None)

                return remove
        callback()
        return lambda: None
