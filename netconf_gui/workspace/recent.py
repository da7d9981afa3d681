"""The files a person opened or saved last, newest first."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path

import tomli_w

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically


class RecentFiles:
    """Thread-safe; a list that cannot be read or written is an empty one, since nothing depends on it."""

    def __init__(self, path: Path, limit: int = 12) -> None:
        self.path = path
        self._limit = limit
        self._lock = threading.Lock()
        self._files = self._read()

    @property
    def files(self) -> tuple[Path, ...]:
        with self._lock:
            return tuple(self._files)

    def add(self, file: Path) -> None:
        """Put `file` (made absolute) first and write the list."""
        file = file.expanduser().absolute()
        with self._lock:
            self._files = [file, *(other for other in self._files if other != file)][: self._limit]
            self._write()

    def remove(self, file: Path) -> None:
        """Drop an entry, for a file that is gone."""
        with self._lock:
            self._files = [other for other in self._files if other != file]
            self._write()

    def clear(self) -> None:
        with self._lock:
            self._files = []
            self._write()

    def _read(self) -> list[Path]:
        try:
            data = read_or_none(self.path)
            entries = tomllib.loads(data.decode()).get("files", []) if data else []
        except (WorkspaceError, ValueError):
            return []
        return [Path(entry) for entry in entries if isinstance(entry, str)][: self._limit]

    def _write(self) -> None:
        try:
            private_folder(self.path.parent)
            write_atomically(self.path, tomli_w.dumps({"files": [str(file) for file in self._files]}).encode())
        except WorkspaceError:
            pass
