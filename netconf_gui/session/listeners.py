"""Callbacks of a session.

Lives here: `Listeners`.  Does not live here: what is told, and on which thread (`session`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Listeners:
    """Callbacks that may be added and removed from any thread while they are called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.all: tuple[Callable[..., None], ...] = ()

    def add(self, callback: Callable[..., None]) -> Callable[[], None]:
        with self._lock:
            self.all = (*self.all, callback)

        def remove() -> None:
            with self._lock:
                self.all = tuple(item for item in self.all if item is not callback)

        return remove
