"""A file that says "a program that runs has this": the lock goes with the process, whatever ends it.

Lives here: the two systems' ways to lock a file.  Does not live here: what is guarded (`drafts`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from netconf_gui.workspace.files import PRIVATE_FILE

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """`take()` makes the file and locks it until `release()` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    @property
    def held(self) -> bool:
        return self._handle >= 0

    def take(self) -> bool:
        """True if it is ours now; False if a running program has it.  Raises OSError if there can be no file."""
        if self.held:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Give it back; the file stays."""
        if self.held:
            os.close(self._handle)
            self._handle = -1
