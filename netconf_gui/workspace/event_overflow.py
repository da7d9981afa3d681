"""Room on disk for what does not fit into memory: private, and gone when the program ends, however it ends.

Lives here: `Overflow`, a row of files that are written at the end and given up at the beginning.  Does not live here:
what is in them (`services.event_store`).

The files have no name where the system allows it (POSIX), so that nothing is left after a crash, and mode 0600.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import IO, NamedTuple

from netconf_gui.errors import WorkspaceError

SEGMENT = 64 << 20  # bytes of one file


class Place(NamedTuple):
    """Where bytes are: file number, offset, length."""

    segment: int
    offset: int
    size: int


class Overflow:
    """Bytes on disk; thread-safe.  `folder` None is the system's folder for temporary files."""

    def __init__(self, folder: Path | None = None, *, segment: int = SEGMENT) -> None:
        self._folder = folder
        self._segment = segment
        self._lock = threading.Lock()
        self._files: dict[int, IO[bytes]] = {}
        self._sizes: dict[int, int] = {}
        self._last = -1
        self._closed = False

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(self._sizes.values())

    @property
    def segments(self) -> tuple[int, ...]:
        """The files there are, the oldest first."""
        return tuple(self._files)

    def put(self, data: bytes) -> Place:
        """Write bytes; raises `WorkspaceError` when there is no room."""
        with self._lock:
            try:
                file = self._current(len(data))
                offset = self._sizes[self._last]
                file.seek(offset)
                file.write(data)
                file.flush()
            except OSError as error:
                raise WorkspaceError(
                    f"Older notifications cannot be kept on disk: {error.strerror or error}.",
                    state="The oldest ones are dropped; what comes is still shown.",
                    advice="Free some space in the folder for temporary files.",
                ) from error
            self._sizes[self._last] = offset + len(data)
            return Place(self._last, offset, len(data))

    def get(self, place: Place) -> bytes:
        """Read bytes back; b"" when they were given up."""
        with self._lock:
            file = self._files.get(place.segment)
            if file is None:
                return b""
            try:
                file.seek(place.offset)
                return file.read(place.size)
            except OSError as error:
                raise WorkspaceError(f"Older notifications cannot be read: {error.strerror or error}.") from error

    def drop_oldest(self) -> int | None:
        """Give up the oldest file; returns its number, None if there was none."""
        with self._lock:
            if not self._files:
                return None
            number = next(iter(self._files))
            self._sizes.pop(number)
            self._files.pop(number).close()
            return number

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            self._closed = True
            for file in self._files.values():
                file.close()
            self._files.clear()
            self._sizes.clear()

    def _current(self, size: int) -> IO[bytes]:
        if self._closed:
            raise OSError("the program is ending")
        if self._last not in self._files or self._sizes[self._last] + size > self._segment:
            made: IO[bytes] = tempfile.TemporaryFile(prefix="netconf-gui-", dir=self._folder)  # noqa: SIM115
            self._last += 1
            self._files[self._last] = made
            self._sizes[self._last] = 0
        return self._files[self._last]
