"""The devices a person has added, and their groups.

Lives here: the `Device` record, its file (TOML, or JSON when the file is named so) and the store around it.
Does not live here: credentials, which are in no file (`credentials`), and sessions.
"""

from __future__ import annotations

import json
import threading
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomli_w

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

DEFAULT_PORT = 830


class CredentialPolicy(StrEnum):
    """What becomes of a password that a person typed."""

    KEYRING = "keyring"  # kept in the operating system's keyring
    SESSION = "session"  # kept in memory until the program ends
    ASK = "ask"  # forgotten after use


@dataclass(frozen=True, slots=True)
class Device:
    """One device as people describe it; `id` never changes, so that names can.

    `host` may be an alias of `~/.ssh/config`; empty `username` and port 0 mean "as the ssh config or the defaults
    say".  `id` is empty for a device that is not in the inventory (a URL on the command line).
    """

    id: str
    name: str
    host: str
    port: int = DEFAULT_PORT
    username: str = ""
    group: str = ""
    use_agent: bool = True
    identity_files: tuple[str, ...] = ()
    proxy_jump: str = ""
    subsystem: str = "netconf"
    credential_policy: CredentialPolicy = CredentialPolicy.ASK
    note: str = ""
    schema_folders: tuple[str, ...] = ()  # YANG modules that the device does not give
    private_candidate: bool = False  # ask for a candidate of the session's own; takes effect with the next connection
    other: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # keys of a newer program, kept

    @property
    def address(self) -> str:
        """user@host:port for people; IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{self.username}@" if self.username else ""
        return f"{user}{host}:{self.port}" if self.port else f"{user}{host}"


def new_device(name: str, host: str, **values: Any) -> Device:
    """A device with a fresh id; `values` are further fields of `Device`."""
    return Device(id=uuid.uuid4().hex[:12], name=name, host=host, **values)


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
        problem = _device_problem(device)
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
            device = _device_from(entry, number, notes)
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
        raw["device"] = [_device_to(device) for device in devices.values()]
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


def _device_problem(device: Device) -> str:
    if not device.name.strip():
        return "A device needs a name."
    if not device.host.strip() or any(char.isspace() for char in device.host):
        return "A device needs a host name or address without blanks."
    if not 0 <= device.port <= 65535:
        return f"Port is {device.port}. Allowed: 1 to 65535."
    return ""


def _device_from(entry: dict[str, Any], number: int, notes: list[str]) -> Device | None:
    names = {item.name for item in fields(Device)} - {"other"}
    values: dict[str, Any] = {"other": {key: value for key, value in entry.items() if key not in names}}
    wanted: dict[str, type] = {
        "port": int,
        "use_agent": bool,
        "private_candidate": bool,
        "identity_files": list,
        "schema_folders": list,
    }
    for key in names & entry.keys():
        if not isinstance(entry[key], wanted.get(key, str)):
            notes.append(f"Device {number}: {key} is {entry[key]!r}, which it cannot be; it is left out.")
            continue
        values[key] = entry[key]
    for key in ("identity_files", "schema_folders"):
        values[key] = tuple(str(file) for file in values.get(key, ()))
    try:
        values["credential_policy"] = CredentialPolicy(values.get("credential_policy", "ask"))
    except ValueError:
        notes.append(f"Device {number}: the credential policy is not known; passwords are asked for every time.")
        values["credential_policy"] = CredentialPolicy.ASK
    values.setdefault("id", "")
    values.setdefault("host", "")
    values.setdefault("name", values["host"])
    device = Device(**values)
    device = device if device.id else replace(device, id=uuid.uuid4().hex[:12])
    problem = _device_problem(device)
    if problem:
        notes.append(f"Device {number} is left out. {problem}")
        return None
    return device


def _device_to(device: Device) -> dict[str, Any]:
    result: dict[str, Any] = dict(device.other)
    for item in fields(Device):
        value = getattr(device, item.name)
        if item.name == "other" or (item.name not in ("id", "name", "host", "port") and value == item.default):
            continue
        result[item.name] = (
            list(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value
        )
    return result


def _without_empty(table: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in table.items() if value}
