"""Callers (RFC 8071) that a person does not want to be shown again, by the fingerprint of their key or certificate.

Does not live here: callers that are refused once, which nobody remembers (`services.callhome`).
"""

from __future__ import annotations

import threading
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import tomli_w

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically


@dataclass(frozen=True, slots=True)
class RefusedCaller:
    """One of them; `host` is where it called from when it was refused, `since` a date for people."""

    way: str  # "ssh" or "tls"
    fingerprint: str
    host: str = ""
    since: str = ""


class RefusedCallers:
    """Thread-safe.  A file that cannot be read counts as empty: the callers are then shown, and wait."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._callers = self._read()

    @property
    def callers(self) -> tuple[RefusedCaller, ...]:
        with self._lock:
            return tuple(self._callers.values())

    def holds(self, way: str, fingerprint: str) -> bool:
        with self._lock:
            return (way, fingerprint) in self._callers

    def add(self, caller: RefusedCaller) -> None:
        """Remember one; raises `WorkspaceError`."""
        with self._lock:
            self._write({**self._callers, (caller.way, caller.fingerprint): caller})

    def remove(self, way: str, fingerprint: str) -> None:
        """Show it again when it calls; raises `WorkspaceError`."""
        with self._lock:
            self._write({key: one for key, one in self._callers.items() if key != (way, fingerprint)})

    def _read(self) -> dict[tuple[str, str], RefusedCaller]:
        try:
            data = read_or_none(self.path)
            entries: Any = tomllib.loads(data.decode()).get("caller", []) if data else []
        except (WorkspaceError, ValueError):
            return {}
        names = {item.name for item in fields(RefusedCaller)}
        found = {}
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("way"), str) and entry.get("fingerprint"):
                one = RefusedCaller(**{key: str(value) for key, value in entry.items() if key in names})
                found[one.way, one.fingerprint] = one
        return found

    def _write(self, callers: dict[tuple[str, str], RefusedCaller]) -> None:
        """Write, then keep: a write that fails changes nothing."""
        private_folder(self.path.parent)
        write_atomically(self.path, tomli_w.dumps({"caller": [asdict(one) for one in callers.values()]}).encode())
        self._callers = callers
