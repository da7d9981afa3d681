"""The devices a person has added, and their groups.

Lives here: their file (TOML, or JSON when it is named so) and the store around it.  Does not live here: the record
(`device`), credentials, which are in no file (`credentials`), and sessions.
"""

from __future__ import annotations

import json
import threading
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.device import (
    DEFAULT_PORT,
    CredentialPolicy,
    Device,
    device_from,
    device_problem,
    device_to,
    new_device,
)
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

__all__ = ["DEFAULT_PORT", "CredentialPolicy", "Device", "Group", "InventoryStore", "new_device"]


@dataclass(frozen=True, slots=True)
class Group:
    """A folder of devices; `name` is unique."""

    name: str
    note: str = ""


class InventoryStore:
    """The inventory and its file; thread-safe, written at once and atomically.

    A file that cannot be read leaves the store empty with `problem` set, and is kept as `.broken` on the next save;
    `notes` are sentences about single entries that were left out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: WorkspaceError | None = None
        self.notes: tuple[str, ...] = ()
        self._lock = threading.RLock()
        self._devices: dict[str, Device] = {}
        self._groups: dict[str, Group] = {}
        self._other: dict[str, Any] = {}
        self._listeners: list[Callable[[], None]] = []
        self.load()

    def load(self) -> None:
        """Read the file again; never raises (see `problem`)."""
        with self._lock:
            self._devices, self._groups, self._other, self.problem, self.notes = {}, {}, {}, None, ()
            try:
                data = read_or_none(self.path)
                raw = _parse(self.path, data) if data is not None else {}
            except WorkspaceError as error:
                self.problem = error
            else:
                self._take(raw)
        self._tell()

    @property
    def devices(self) -> tuple[Device, ...]:
        """All devices, in the order in which they were added."""
        with self._lock:
            return tuple(self._devices.values())

    @property
    def groups(self) -> tuple[Group, ...]:
        """All groups, also those without devices, in order of name."""
        with self._lock:
            return tuple(sorted(self._groups.values(), key=lambda group: group.name.casefold()))

    def device(self, device_id: str) -> Device | None:
        with self._lock:
            return self._devices.get(device_id)

    def named(self, name: str) -> Device | None:
        with self._lock:
            return next((device for device in self._devices.values() if device.name == name), None)

    def put(self, device: Device) -> Device:
        """Add a device, or replace the one with its id; raises `WorkspaceError` (also for a name that is taken)."""
        if not device.id:
            device = replace(device, id=uuid.uuid4().hex[:12])
        problem = device_problem(device)
        with self._lock:
            other = self.named(device.name)
            if other is not None and other.id != device.id:
                problem = f"There is already a device named {device.name}."
            if problem:
                raise WorkspaceError(problem, state="The inventory is as it was.", advice="Change it and save again.")
            groups = dict(self._groups)
            if device.group:
                groups.setdefault(device.group, Group(device.group))
            self._store({**self._devices, device.id: device}, groups)
        self._tell()
        return device

    def remove(self, device_id: str) -> None:
        """Forget a device; one that is not there is no error."""
        with self._lock:
            self._store({key: value for key, value in self._devices.items() if key != device_id}, self._groups)
        self._tell()

    def put_group(self, group: Group) -> None:
        """Add a group, or replace the one of that name; raises `WorkspaceError`."""
        if not group.name.strip():
            raise WorkspaceError("A group needs a name.", state="The inventory is as it was.")
        with self._lock:
            self._store(self._devices, {**self._groups, group.name: group})
        self._tell()

    def rename_group(self, old: str, new: str) -> None:
        """Rename a group, its devices with it; raises `WorkspaceError` when `new` is taken or empty."""
        with self._lock:
            if not new.strip() or (new in self._groups and new != old):
                message = f"There is already a group named {new}." if new.strip() else "A group needs a name."
                raise WorkspaceError(message, state="The inventory is as it was.")
            groups = {name: group for name, group in self._groups.items() if name != old}
            groups[new] = replace(self._groups.get(old, Group(old)), name=new)
            moved = {
                key: replace(device, group=new) if device.group == old else device
                for key, device in self._devices.items()
            }
            self._store(moved, groups)
        self._tell()

    def remove_group(self, name: str) -> None:
        """The group goes, its devices stay without a group."""
        with self._lock:
            groups = {key: group for key, group in self._groups.items() if key != name}
            moved = {
                key: replace(device, group="") if device.group == name else device
                for key, device in self._devices.items()
            }
            self._store(moved, groups)
        self._tell()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change (on the changing thread); returns a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _take(self, raw: dict[str, Any]) -> None:
        notes: list[str] = []
        self._other = {key: value for key, value in raw.items() if key not in ("device", "group")}
        for entry in _tables(raw, "group", notes):
            if isinstance(entry.get("name"), str) and entry["name"]:
                self._groups[entry["name"]] = Group(entry["name"], str(entry.get("note", "")))
        for number, entry in enumerate(_tables(raw, "device", notes), 1):
            device = device_from(entry, number, notes)
            if device is None:
                continue
            if device.id in self._devices or self.named(device.name):
                notes.append(
                    f"Device {number} ({device.name}) has the id or the name of one before it; it is left out."
                )
                continue
            self._devices[device.id] = device
            if device.group:
                self._groups.setdefault(device.group, Group(device.group))
        self.notes = tuple(notes)

    def _store(self, devices: dict[str, Device], groups: dict[str, Group]) -> None:
        """Write, then keep: a write that fails changes nothing."""
        raw: dict[str, Any] = dict(self._other)
        raw["group"] = [_without_empty({"name": group.name, "note": group.note}) for group in groups.values()]
        raw["device"] = [device_to(device) for device in devices.values()]
        text = json.dumps(raw, indent=2) + "\n" if self.path.suffix == ".json" else tomli_w.dumps(raw)
        private_folder(self.path.parent)
        if self.problem is not None and self.path.exists():
            self.path.replace(self.path.with_name(self.path.name + ".broken"))
        write_atomically(self.path, text.encode())
        self._devices, self._groups, self.problem = devices, groups, None


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data) if path.suffix == ".json" else tomllib.loads(data.decode())
    except ValueError as error:  # both decoders' errors, and bytes that are not UTF-8
        raise WorkspaceError(
            f"{path} cannot be read: {error}.",
            state="The inventory is empty for now; the file is left as it is.",
            advice="Correct the file and start again. If you add a device first, the broken file is kept beside it.",
        ) from error
    if not isinstance(raw, dict):
        raise WorkspaceError(f"{path} does not hold an inventory.", state="The inventory is empty for now.")
    return raw


def _tables(raw: dict[str, Any], name: str, notes: list[str]) -> list[dict[str, Any]]:
    entries = raw.get(name, [])
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    notes.append(f"{name} should be a list of tables; it is left out.")
    return []


def _without_empty(table: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in table.items() if value}
