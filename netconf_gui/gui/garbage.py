"""Cycles are collected on the GUI thread, and only there.

Python's collector runs on whichever thread happens to allocate.  What it takes apart may be Qt's: then that thread
holds one of Qt's locks while it waits for the interpreter, the GUI thread has the interpreter while it waits for that
lock, and both stand for good.  So the automatic collector is off in a program with windows, and a timer does its work.
The same goes for whoever drops the last reference to something of Qt's: workers `leave` what they are done with.

Lives here: that timer, what was left to it, and `no_collection` for long work with millions of small objects.
"""

from __future__ import annotations

import functools
import gc
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

PAUSE = 300  # ms between two looks
YOUNG = 2000  # new objects that are worth a look at them
OFTEN = 10  # collections of one generation before one of the next, as Python's own
SHARE = 100  # a full collection comes not before this many times as long as the last one took

_lock = threading.Lock()
_working = 0
_left: deque[object] = deque()


def leave(*things: object) -> None:
    """From any thread: have the GUI thread drop these; the caller keeps no reference of its own for long."""
    _left.extend(things)


def drop_left() -> None:
    """Drop what was left; on the GUI thread."""
    while _left:
        _left.popleft()


class Collector(QObject):
    """Collects a little and often; everything only when it costs less than a hundredth of the time."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._full_not_before = 0.0
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Drop what workers left, and collect if enough is new."""
        drop_left()
        young, middle, old = gc.get_count()
        if young < YOUNG or _working:
            return
        started = time.monotonic()
        if middle < OFTEN:
            gc.collect(0)
        elif old < OFTEN or started < self._full_not_before:
            gc.collect(1)
        else:
            gc.collect(2)
            ended = time.monotonic()
            self._full_not_before = ended + SHARE * (ended - started)


@functools.cache
def collect_with(application: QObject) -> Collector:
    """The process's one collector; call it on the GUI thread."""
    return Collector(application)


@contextmanager
def no_collection() -> Iterator[None]:
    """No collections while this is held, by however many threads.

    A full one holds every thread for as long as it takes to look at all objects: a second for the outline of ten
    megabytes.  Nothing that such work makes is garbage before it is over.
    """
    global _working
    with _lock:
        _working += 1
    try:
        yield
    finally:
        with _lock:
            _working -= 1
