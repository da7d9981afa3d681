"""A lock that a device ends by itself is kept alive while an apply has it.

Cisco IOS before YANG lets go of a lock after 1 to 300 seconds (`netconf lock-time`, 10 unless set) in which its session
asked for nothing.  While an apply thinks, or waits for a person, a harmless reading makes that time begin anew.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType

from netconf_gui.errors import AppError
from netconf_gui.session.cli import keep_lock
from netconf_gui.session.session import Session

PART = 3.0  # the time of the lock is used up to this part of it
ANSWER = 20.0  # seconds for the answer to the reading


class LockKeeper:
    """Between `with` and its end the session asks for something whenever it was silent for a part of that time."""

    def __init__(self, session: Session, lock_time: float) -> None:
        self._session = session
        self._pause = max(0.2, lock_time / PART)
        self._last = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lock-keeper", daemon=True)
        self.count = 0  # how often it was needed

    def touch(self) -> None:
        """The session has just asked for something else."""
        self._last = time.monotonic()

    def __enter__(self) -> LockKeeper:
        self.touch()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask for nothing more; a second call does nothing."""
        self._over.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(max(0.05, self._last + self._pause - time.monotonic())):
            if time.monotonic() - self._last < self._pause:
                continue
            try:
                keep_lock(self._session, timeout=ANSWER)
            except AppError:
                return  # the apply finds out by itself what became of the lock, or of the session
            self.count += 1
            self.touch()
