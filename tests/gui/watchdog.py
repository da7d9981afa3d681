"""The watchdog over the GUI thread: it must see a call that stands still, and leave no trace in what it watches.

Whoever drops the last reference to a frame takes its locals apart, Qt's objects among them, and that must not happen on
another thread than theirs: it would hold one of Qt's locks while it waits for the interpreter, which the GUI thread has
while it waits for that lock.  So what was sampled is given back on the watched thread, and nothing new is taken before.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

OURS = str(Path(__file__).resolve().parents[2] / "netconf_gui")
# the tour waits in an event loop of its own: standing there is not standing still
WAITING = str(Path(OURS, "gui", "tour"))
LIMIT = 1.0  # seconds in one and the same frame of our code
STEP = 0.05
# nobody else uses it here; it is never really sent, only its Python handler is called
GIVE_BACK = getattr(signal, "SIGUSR2", signal.SIGFPE)

_dogs: set[Watchdog] = set()


class Watchdog(threading.Thread):
    """Samples the GUI thread's stack; remembers the stack when our innermost frame stays the same for a second.

    A frame is "the same" while the frame object and its last instruction are: a loop that makes progress in another
    frame of ours is seen there, one that blocks in C or in a library is seen in our frame that called it.  To be made,
    started and ended on the main thread, which is the one that is watched.
    """

    def __init__(self, limit: float = LIMIT) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._watched = threading.get_ident()
        self._limit = limit
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._held: list[object] = []  # frames; the watched thread empties it
        self._at: tuple[int, int] | None = None  # where it was when they were taken
        self.stall: str | None = None
        self.longest = 0.0
        signal.signal(GIVE_BACK, _give_back)
        _dogs.add(self)

    def run(self) -> None:
        same: tuple[int, int] | None = None
        since = time.monotonic()
        while not self._over.wait(STEP):
            with self._lock:
                if not self._held:  # else nothing has run there since
                    self._take()
                now = time.monotonic()
                if self._at is None or self._at != same:
                    same, since = self._at, now
                    continue
                self.longest = max(self.longest, now - since)
                if now - since >= self._limit and self.stall is None:
                    stack = sys._current_frames().get(self._watched)
                    self._held.append(stack)
                    self.stall = "".join(traceback.format_stack(stack)) if stack else "(no stack)"

    def _take(self) -> None:
        """Look where the watched thread is, and have the frames given back there as soon as it runs on."""
        frames = sys._current_frames()
        frames.pop(threading.get_ident())  # this one: with what it holds itself it would be a cycle
        self._held.append(frames)
        frame = frames.get(self._watched)
        while frame is not None and not frame.f_code.co_filename.startswith(OURS):
            frame = frame.f_back
            self._held.append(frame)
        ours = frame is not None and not frame.f_code.co_filename.startswith(WAITING)
        self._at = (id(frame), frame.f_lasti) if frame is not None and ours else None
        _thread.interrupt_main(GIVE_BACK)

    def give_back(self) -> None:
        """Drop the frames that were taken; called on the watched thread."""
        with self._lock:
            held, self._held = self._held, []
        held.clear()

    def end(self) -> None:
        self._over.set()
        self.join()
        self.give_back()
        _dogs.discard(self)


def _give_back(_number: int, _frame: object) -> None:
    for dog in list(_dogs):
        dog.give_back()
