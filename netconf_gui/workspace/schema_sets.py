"""Which compiled schemas this person has used: of devices, of folders, the shipped one.

Lives here: a small list with the keys of the compiled sets, for documents without a device.  Does not live here: the
compiled sets themselves (`yang.cache`), opening one (`services.schema_choice`).
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

LIMIT = 60


class SetKind(StrEnum):
    """Where a set comes from."""

    DEVICE = "device"
    FOLDER = "folder"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class SchemaSet:
    """One set: `where` is the device's id, the folder, or ""; `key` the engine's; `seen` seconds since the epoch."""

    kind: SetKind
    where: str
    title: str
    key: str
    modules: int = 0
    seen: float = 0.0


class SchemaSets:
    """Thread-safe; a list that cannot be read or written is an empty one: sets can be loaded again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._sets = self._read()

    @property
    def sets(self) -> tuple[SchemaSet, ...]:
        """All of them, the one used last first."""
        with self._lock:
            return tuple(self._sets)

    def remember(self, found: SchemaSet) -> None:
        """Put it first, in place of what was known of the same device or folder."""
        with self._lock:
            same = (found.kind, found.where)
            self._sets = [found, *(one for one in self._sets if (one.kind, one.where) != same)][:LIMIT]
            self._write()

    def forget(self, found: SchemaSet) -> None:
        with self._lock:
            self._sets = [one for one in self._sets if one != found]
            self._write()

    def of_device(self, device_id: str) -> SchemaSet | None:
        return next((one for one in self.sets if one.kind is SetKind.DEVICE and one.where == device_id), None)

    def _read(self) -> list[SchemaSet]:
        try:
            data = read_or_none(self.path)
            raw = json.loads(data) if data else []
        except (WorkspaceError, ValueError):
            return []
        entries = raw if isinstance(raw, list) else []
        return [found for found in map(_set_from, entries) if found is not None][:LIMIT]

    def _write(self) -> None:
        try:
            private_folder(self.path.parent)
            write_atomically(self.path, json.dumps([asdict(one) for one in self._sets], indent=1).encode())
        except WorkspaceError:
            pass


def _set_from(entry: Any) -> SchemaSet | None:
    names = {item.name for item in fields(SchemaSet)}
    try:
        values = {name: value for name, value in entry.items() if name in names}
        return SchemaSet(**{**values, "kind": SetKind(values["kind"])})
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
