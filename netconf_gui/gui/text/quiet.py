"""Long work with millions of small objects, without the pauses of Python's cycle collector.

A full collection holds every thread, the window's too, for as long as it takes to look at all objects: a second for the
outline of ten megabytes.  Nothing that such work makes is garbage before it is over.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_working = 0
_was_on = True


@contextmanager
def no_collection() -> Iterator[None]:
    """No automatic collections while this is held, by however many threads."""
    global _working, _was_on
    with _lock:
        if _working == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _working += 1
    try:
        yield
    finally:
        with _lock:
            _working -= 1
            if _working == 0 and _was_on:
                gc.enable()
