"""What an apply that is under way must still do, kept on disk until it has been done.

Lives here: one small file per apply, written and fsync'd before each step that would leave a trace on the device,
removed when the device is clean.  What is found at the next start is what a crash left behind; a lock that goes with
the process tells it from applies that run now.  Nothing else is recorded: it is no history.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netconf_gui.workspace import records
from netconf_gui.workspace.files import PRIVATE_FILE, private_folder, sync_folder
from netconf_gui.workspace.locking import FileLock


@dataclass(frozen=True, slots=True)
class Mark:
    """One node that an apply changes, by which the device's state can be told later; digests instead of values.

    `before` and `after` are "" where the node is not there.
    """

    path: str  # in Clark notation, so that no schema is needed to read it
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """A confirmed commit as it was asked for."""

    persist_id: str  # "": it belongs to its session
    seconds: int
    ends_at: float  # time.time(); the device undoes it by then
    session_id: int
    summary: str  # what was applied, in words, secrets masked
    with_defaults: str | None = None  # the mode in which `marks` were read
    salt: str = ""  # of the digests
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An apply whose end was not recorded: what was last begun on which device."""

    path: Path
    device_id: str
    device_name: str
    address: str
    started: float  # seconds since the epoch
    datastore: str
    step: str  # the last entry's step: what may have been done
    duties: tuple[str, ...]  # what must still be done: "unlock running", "discard candidate", "settle commit" …
    guarded: Guarded | None = field(default=None, repr=False)  # the confirmed commit, if it came to that
    running: bool = False  # a program that runs now is at it

    def __str__(self) -> str:
        duties = ", ".join(self.duties) or "nothing"
        return f"An apply to {self.device_name} ended without a word at “{self.step}”. Perhaps still to do: {duties}."


class JournalEntry:
    """The journal of one apply; every call is on disk before it returns; raises `WorkspaceError`."""

    def __init__(self, path: Path, head: dict[str, Any]) -> None:
        self.path = path
        self.address = str(head.get("address", ""))
        self._lock = FileLock(_lock_path(path))
        try:
            self._lock.take()
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, PRIVATE_FILE)
        except OSError as error:
            self._lock.release()
            raise records.cannot_write(path, error) from error
        self._append(head)
        sync_folder(path.parent)

    def step(self, step: str, duties: tuple[str, ...], guarded: Guarded | None = None) -> None:
        """`step` is about to happen; `duties` are owed from then on."""
        record: dict[str, Any] = {"step": step, "duties": list(duties)}
        if guarded is not None:
            record["guarded"] = _written(guarded)
        self._append(record)

    def close(self, *, settled: bool) -> None:
        """End the journal; `settled` says nothing is owed any more, and the file goes.  A second call does nothing."""
        if self._handle < 0:
            return
        os.close(self._handle)
        self._handle = -1
        if settled:
            self.path.unlink(missing_ok=True)
        self._lock.release()
        self._lock.path.unlink(missing_ok=True)

    def _append(self, record: dict[str, Any]) -> None:
        records.append(self._handle, self.path, record)


class JournalFolder:
    """All journals of a workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, *, device_id: str, device_name: str, address: str, datastore: str) -> JournalEntry:
        """Start the journal of an apply; raises `WorkspaceError`."""
        private_folder(self.folder)
        path = self.folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}-{uuid.uuid4().hex[:8]}.jsonl"
        head = {"device_id": device_id, "device_name": device_name, "address": address, "datastore": datastore}
        return JournalEntry(path, {**head, "step": "begin", "duties": []})

    def unfinished(self) -> tuple[Unfinished, ...]:
        """What crashes left behind, oldest first; also the applies that run now, which say so."""
        return tuple(self._read())

    def forget(self, entry: Unfinished) -> None:
        """The duties are done, or the person says they do not matter."""
        entry.path.unlink(missing_ok=True)
        _lock_path(entry.path).unlink(missing_ok=True)

    def forget_device(self, address: str) -> None:
        """Nothing is owed to the device at `address` any more, but by applies that run now."""
        for entry in self.unfinished():
            if entry.address == address and not entry.running:
                self.forget(entry)

    def _read(self) -> Iterator[Unfinished]:
        for path in sorted(self.folder.glob("*.jsonl")):
            found = records.read(path)
            if not found:
                continue
            head, last = found[0], found[-1]
            guards = [_read_guarded(record["guarded"]) for record in found if "guarded" in record]
            yield Unfinished(
                path=path,
                device_id=str(head.get("device_id", "")),
                device_name=str(head.get("device_name", "")),
                address=str(head.get("address", "")),
                started=float(head.get("at", 0.0)),
                datastore=str(head.get("datastore", "")),
                step=str(last.get("step", "")),
                duties=tuple(str(duty) for duty in last.get("duties", ())),
                guarded=guards[-1] if guards else None,
                running=_is_locked(path),
            )


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _is_locked(path: Path) -> bool:
    """Whether a program that runs has this journal."""
    lock = FileLock(_lock_path(path))
    if not lock.path.exists():
        return False
    try:
        free = lock.take()
    except OSError:
        return False
    lock.release()
    return not free


def _written(guarded: Guarded) -> dict[str, Any]:
    return {
        "persist_id": guarded.persist_id,
        "seconds": guarded.seconds,
        "ends_at": guarded.ends_at,
        "session_id": guarded.session_id,
        "summary": guarded.summary,
        "with_defaults": guarded.with_defaults,
        "salt": guarded.salt,
        "marks": [[mark.path, mark.before, mark.after] for mark in guarded.marks],
    }


def _read_guarded(raw: Any) -> Guarded | None:
    """None for what no program of this kind has written."""
    try:
        marks = tuple(Mark(str(path), str(before), str(after)) for path, before, after in raw["marks"])
        mode = raw["with_defaults"]
        return Guarded(
            persist_id=str(raw["persist_id"]),
            seconds=int(raw["seconds"]),
            ends_at=float(raw["ends_at"]),
            session_id=int(raw["session_id"]),
            summary=str(raw["summary"]),
            with_defaults=None if mode is None else str(mode),
            salt=str(raw["salt"]),
            marks=marks,
        )
    except (KeyError, TypeError, ValueError):
        return None
