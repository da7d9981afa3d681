"""What was sent from the console, newest first, and requests kept under a name.

Lives here: the two lists and their files (JSON, 0600).  Does not live here: taking secrets out of a text before it
comes here (`services.console_text`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

MOST_ENTRIES = 500
MOST_FAVOURITES = 500
MOST_TEXT = 64 * 1024  # characters of one request; a longer one is listed, but its text is not kept

TOO_LONG = "<!-- The request was too long to be kept. -->\n"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One request to one device: `operation` its path in the schema, `outcome` in a few words, `seconds` it took."""

    time: float  # seconds since the epoch
    device_id: str
    device: str
    operation: str
    text: str
    ok: bool
    outcome: str
    seconds: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Whether the text is there to be sent again."""
        return self.text != TOO_LONG


@dataclass(frozen=True, slots=True)
class Favourite:
    """A request under a name; it may have placeholders."""

    name: str
    operation: str
    text: str


_Kept = TypeVar("_Kept", HistoryEntry, Favourite)


class ConsoleHistory:
    """Thread-safe.  Lists that cannot be read are empty ones; what cannot be written raises `WorkspaceError`."""

    def __init__(self, folder: Path, *, limit: int = MOST_ENTRIES) -> None:
        self._history_file = folder / "history.json"
        self._favourites_file = folder / "favourites.json"
        self._limit = limit
        self._lock = threading.Lock()
        self._entries: list[HistoryEntry] | None = None
        self._favourites: list[Favourite] | None = None

    # history

    def entries(self, device_id: str = "", search: str = "") -> tuple[HistoryEntry, ...]:
        """Newest first; of one device, and those in which every word of `search` is found, if that is said."""
        words = search.lower().split()
        with self._lock:
            found = tuple(self._read_entries())
        return tuple(
            one
            for one in found
            if device_id in ("", one.device_id)
            and all(word in f"{one.operation} {one.device} {one.outcome} {one.text}".lower() for word in words)
        )

    def add(self, entries: Sequence[HistoryEntry]) -> None:
        """Put what was sent in front; the oldest ones go when there are too many."""
        kept = [one if len(one.text) <= MOST_TEXT else _shortened(one) for one in entries]
        with self._lock:
            self._entries = [*kept, *self._read_entries()][: self._limit]
            self._write(self._history_file, self._entries)

    def clear(self, device_id: str = "") -> None:
        """Forget what was sent; to one device, if that is said."""
        with self._lock:
            self._entries = [one for one in self._read_entries() if device_id and one.device_id != device_id]
            self._write(self._history_file, self._entries)

    def _read_entries(self) -> list[HistoryEntry]:
        if self._entries is None:
            self._entries = _read(self._history_file, HistoryEntry)[: self._limit]
        return self._entries

    # favourites

    @property
    def favourites(self) -> tuple[Favourite, ...]:
        """By name."""
        with self._lock:
            return tuple(sorted(self._read_favourites(), key=lambda one: one.name.lower()))

    def keep(self, favourite: Favourite, *, instead_of: str = "") -> None:
        """Keep a request under its name, in place of one of the same name (or of the name before)."""
        gone = {favourite.name, instead_of}
        with self._lock:
            others = [one for one in self._read_favourites() if one.name not in gone]
            self._favourites = [favourite, *others][:MOST_FAVOURITES]
            self._write(self._favourites_file, self._favourites)

    def drop(self, name: str) -> None:
        with self._lock:
            self._favourites = [one for one in self._read_favourites() if one.name != name]
            self._write(self._favourites_file, self._favourites)

    def _read_favourites(self) -> list[Favourite]:
        if self._favourites is None:
            self._favourites = _read(self._favourites_file, Favourite)[:MOST_FAVOURITES]
        return self._favourites

    def _write(self, path: Path, items: Sequence[HistoryEntry | Favourite]) -> None:
        private_folder(path.parent)
        write_atomically(path, json.dumps([asdict(one) for one in items], indent=1).encode())


def _shortened(entry: HistoryEntry) -> HistoryEntry:
    return HistoryEntry(**{**asdict(entry), "text": TOO_LONG})


def _read(path: Path, kind: type[_Kept]) -> list[_Kept]:
    try:
        data = read_or_none(path)
        raw = json.loads(data) if data else []
    except (WorkspaceError, ValueError, RecursionError):
        return []
    found = (_made(kind, entry) for entry in (raw if isinstance(raw, list) else []))
    return [one for one in found if one is not None]


_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "float": (int, float), "bool": (bool,)}


def _made(kind: type[_Kept], entry: Any) -> _Kept | None:
    """A record of what a file says; None where that is something else."""
    values: dict[str, Any] = {}
    for item in fields(kind):
        value = entry.get(item.name) if isinstance(entry, dict) else None
        if not isinstance(value, _TYPES[str(item.type)]):
            return None
        values[item.name] = value
    return kind(**values)
