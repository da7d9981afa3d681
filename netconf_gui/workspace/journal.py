"""What an apply that is under way must still do, kept on disk until it has been done.

Lives here: one small file per apply, written and fsync'd before each step that would leave a trace on the device,
removed when the device is clean.  What is found at the next start is what a crash left behind.  Nothing else is
recorded: it is no history.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import PRIVATE_FILE, private_folder, sync_folder


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
    duties: tuple[str, ...]  # what must still be done: "unlock running", "discard candidate", "confirm commit" …

    def __str__(self) -> str:
        duties = ", ".join(self.duties) or "nothing"
        return f"An apply to {self.device_name} ended without a word at “{self.step}”. Still to do: {duties}."


class JournalEntry:
    """The journal of one apply; every call is on disk before it returns; raises `WorkspaceError`."""

    def __init__(self, path: Path, head: dict[str, Any]) -> None:
        self.path = path
        self.address = str(head.get("address", ""))
        try:
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, PRIVATE_FILE)
        except OSError as error:
            raise _cannot(path, error) from error
        self._append(head)
        sync_folder(path.parent)

    def step(self, step: str, duties: tuple[str, ...]) -> None:
        """`step` is about to happen; `duties` are owed from then on."""
        self._append({"step": step, "duties": list(duties)})

    def close(self, *, settled: bool) -> None:
        """End the journal; `settled` says nothing is owed any more, and the file goes."""
        os.close(self._handle)
        if settled:
            self.path.unlink(missing_ok=True)

    def _append(self, record: dict[str, Any]) -> None:
        try:
            os.write(self._handle, json.dumps({**record, "at": time.time()}).encode() + b"\n")
            os.fsync(self._handle)
        except OSError as error:
            raise _cannot(self.path, error) from error


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
        """What crashes left behind, oldest first; journals of applies that run now (this program's) included."""
        return tuple(self._read())

    def forget(self, entry: Unfinished) -> None:
        """The duties are done, or the person says they do not matter."""
        entry.path.unlink(missing_ok=True)

    def forget_device(self, address: str) -> None:
        """Nothing is owed to the device at `address` any more."""
        for entry in self.unfinished():
            if entry.address == address:
                self.forget(entry)

    def _read(self) -> Iterator[Unfinished]:
        for path in sorted(self.folder.glob("*.jsonl")):
            records = _records(path)
            if not records:
                continue
            head, last = records[0], records[-1]
            yield Unfinished(
                path=path,
                device_id=str(head.get("device_id", "")),
                device_name=str(head.get("device_name", "")),
                address=str(head.get("address", "")),
                started=float(head.get("at", 0.0)),
                datastore=str(head.get("datastore", "")),
                step=str(last.get("step", "")),
                duties=tuple(str(duty) for duty in last.get("duties", ())),
            )


def _records(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a journal: a crash may have cut the last one."""
    records: list[dict[str, Any]] = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return records
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            break
        if isinstance(record, dict):
            records.append(record)
    return records


def _cannot(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"The journal {path} cannot be written: {error.strerror or error}.",
        state="Nothing more was sent to the device.",
        advice="Free some space or look at the folder's permissions, then apply again.",
    )
