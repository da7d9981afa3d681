"""What ties the applies of a fleet together, kept on disk until all of them have ended.

Lives here: one small file per fleet, fsync'd before each step that matters, removed when every device is settled.
What is still owed to a single device is in that device's own journal (`journal`); here is which devices belong
together, and whether it was decided that the change stays.  No configuration and no secret is in it.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace import records
from netconf_gui.workspace.files import PRIVATE_FILE, private_folder, sync_folder
from netconf_gui.workspace.locking import FileLock

Decision = Literal["", "confirm", "cancel"]
_SUFFIX = ".fleet"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class FleetDevice:
    """One device of a fleet as its journal names it; `journal` is the name of the device's own journal file."""

    key: str
    name: str
    address: str
    journal: str = ""
    state: str = ""  # the last that is known: "", "begun", "committed", "settled"


@dataclass(frozen=True, slots=True)
class UnfinishedFleet:
    """A fleet whose end was not recorded; `decision` is what all its devices are to be brought to."""

    path: Path
    title: str
    started: float  # seconds since the epoch
    step: str
    decision: Decision
    devices: tuple[FleetDevice, ...]

    @property
    def open_devices(self) -> tuple[FleetDevice, ...]:
        """Those that may still be owed something."""
        return tuple(device for device in self.devices if device.state not in ("", "settled"))

    def __str__(self) -> str:
        names = [device.name for device in self.open_devices]
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        return f"{self.title} ended without a word at “{self.step}” on {shown or 'no device'}."


class FleetJournal:
    """The journal of one fleet; every call is on disk before it returns; raises `WorkspaceError`."""

    def __init__(self, path: Path, head: dict[str, Any] | None) -> None:
        self.path = path
        self._alive = FileLock(path.with_name(path.name + _LOCK))
        try:
            if not self._alive.take():
                raise WorkspaceError(
                    "A program that runs works on these devices.", advice="Wait until it has ended, or end it."
                )
            new = os.O_CREAT | os.O_EXCL if head is not None else 0
            self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | new, PRIVATE_FILE)
        except OSError as error:
            self._forget_lock()
            raise records.cannot_write(path, error) from error
        if head is not None:
            self._append(head)
            sync_folder(path.parent)

    def step(self, step: str) -> None:
        """All devices are about to take this step."""
        self._append({"step": step})

    def device(self, key: str, state: str, journal: str = "") -> None:
        """What is about to be, or has been, done on one device."""
        self._append({"device": key, "state": state, "journal": journal})

    def decide(self, decision: Decision) -> None:
        """From now on all devices are brought to this, whatever comes between."""
        self._append({"decision": decision})

    def close(self, *, settled: bool) -> None:
        """End the journal; `settled` says that nothing is owed any more, and the file goes."""
        os.close(self._handle)
        if settled:
            self.path.unlink(missing_ok=True)
        self._forget_lock()

    def _forget_lock(self) -> None:
        held = self._alive.held
        self._alive.release()
        if held:
            self._alive.path.unlink(missing_ok=True)

    def _append(self, record: dict[str, Any]) -> None:
        records.append(self._handle, self.path, record)


class FleetJournalFolder:
    """All journals of fleets of a workspace; they lie beside the journals of single applies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, title: str, devices: Sequence[FleetDevice]) -> FleetJournal:
        """Start the journal of a fleet; raises `WorkspaceError`."""
        private_folder(self.folder)
        path = self.folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}-{uuid.uuid4().hex[:8]}{_SUFFIX}"
        listed = [{"key": one.key, "name": one.name, "address": one.address} for one in devices]
        return FleetJournal(path, {"title": title, "devices": listed, "step": "begin"})

    def unfinished(self) -> tuple[UnfinishedFleet, ...]:
        """What crashes left behind, oldest first; fleets that a running program works on are left out."""
        return tuple(self._read())

    def take_up(self, fleet: UnfinishedFleet) -> FleetJournal:
        """Go on with the journal of a fleet that a crash left behind; raises `WorkspaceError`."""
        return FleetJournal(fleet.path, None)

    def forget(self, fleet: UnfinishedFleet) -> None:
        """All is settled, or the person says that it does not matter."""
        fleet.path.unlink(missing_ok=True)
        fleet.path.with_name(fleet.path.name + _LOCK).unlink(missing_ok=True)

    def _read(self) -> Iterator[UnfinishedFleet]:
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            found = records.read(path)
            if found and isinstance(found[0].get("devices"), list) and not _alive(path):
                yield _unfinished(path, found)


def _unfinished(path: Path, found: list[dict[str, Any]]) -> UnfinishedFleet:
    head = found[0]
    devices = {
        str(one.get("key", "")): FleetDevice(
            str(one.get("key", "")), str(one.get("name", "")), str(one.get("address", ""))
        )
        for one in head["devices"]
        if isinstance(one, dict)
    }
    step, decision = "", ""
    for record in found:
        step = str(record.get("step", step))
        decision = str(record.get("decision", decision))
        known = devices.get(str(record.get("device", "")))
        if known is not None:
            journal = str(record.get("journal") or known.journal)
            state = str(record.get("state", ""))
            devices[known.key] = FleetDevice(known.key, known.name, known.address, journal, state)
    return UnfinishedFleet(
        path,
        title=str(head.get("title", "")),
        started=float(head.get("at", 0.0)),
        step=step,
        decision="confirm" if decision == "confirm" else "cancel" if decision == "cancel" else "",
        devices=tuple(devices.values()),
    )


def _alive(path: Path) -> bool:
    """Whether a running program works with the journal."""
    lock = path.with_name(path.name + _LOCK)
    if not lock.exists():
        return False
    probe = FileLock(lock)
    try:
        free = probe.take()
    except OSError:
        return False
    probe.release()
    return not free
