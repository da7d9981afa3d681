"""The history of devices on disk: what every apply found and left, what it sent, who did it and how it ended.

Lives here: `SnapshotStore` with its entries, limits, notes and pins.  Does not live here: when an entry is made and
what is said about it (`services/history`), the form of the files (`snapshot_files`).

One folder a device; contents are stored once, however many entries refer to them.  Whoever writes holds the device's
lock, so several programs can; readers need none.  A file that was cut, changed or lost costs its own entry only: it is
named, and the rest is read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, sync_folder
from netconf_gui.workspace.locking import FileLock
from netconf_gui.workspace.settings import HistorySettings
from netconf_gui.workspace.snapshot_files import (
    BlobFolder,
    Damaged,
    Part,
    digests_in,
    left_by_writers,
    read_record,
    records_in,
    unreadable,
    write_record,
)

FORMAT = 1
PARTS = ("before", "after", "plan", "inverse")
CHANGES = 500  # of one entry that are kept in its record; the rest is in its plan
DAY = 24 * 3600.0
LOCK_WAIT = 20.0  # seconds for another program that writes the same device's history
_ODD = re.compile(r"[^A-Za-z0-9.-]+")
_ID = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Changed:
    """One node that an apply was to change; values are masked where they are secrets, None where there are none."""

    kind: str
    path: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One apply; times in seconds (since the epoch for `started`).  `parts` has those of `PARTS` that are known."""

    device_id: str
    device_name: str
    address: str
    datastore: str
    who: str
    started: float
    seconds: float
    outcome: str
    text: str
    summary: str = ""
    changes: tuple[Changed, ...] = ()  # what is below added and removed nodes included
    cut: bool = False  # whether there were more than `CHANGES`
    count: int = 0  # of edits
    parts: Mapping[str, Part] = field(default_factory=dict)
    id: str = ""
    note: str = ""
    pinned: bool = False
    damage: str = ""  # why some of its contents cannot be read; "" if they can, as far as can be seen

    @property
    def key(self) -> str:
        """What its device's history is found by."""
        return self.device_id or self.address

    @property
    def title(self) -> str:
        """Its time and device, for messages."""
        return f"of {datetime.fromtimestamp(self.started):%Y-%m-%d %H:%M:%S} on {self.device_name}"


@dataclass(frozen=True, slots=True)
class Bad:
    """An entry that is not what was written: `text` names it and says why; `readable` if its record still is."""

    id: str
    text: str
    readable: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The history of a device, newest first, and what of it cannot be read."""

    entries: tuple[Entry, ...] = ()
    bad: tuple[Bad, ...] = ()


class SnapshotStore:
    """All histories of a workspace; thread-safe, also between programs.  Every call may read and write files."""

    def __init__(
        self,
        folder: Path,
        limits: Callable[[], HistorySettings] = HistorySettings,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder
        self._limits = limits
        self._clock = clock

    @property
    def wanted(self) -> bool:
        """Whether the person wants a history to be kept."""
        return self._limits().keep

    # ------------------------------------------------------------------------------------------------- reading

    def entries(self, key: str) -> Listing:
        """The history of the device with that id (or address, where it has none); never raises."""
        folder = self._folder(key)
        found: list[Entry] = []
        bad: list[Bad] = []
        blobs = BlobFolder(folder / "blobs")
        for path in records_in(folder, ".json"):
            try:
                entry = self._entry(path, blobs, bad)
            except FileNotFoundError:
                continue  # removed since the folder was read
            except Damaged as error:
                bad.append(Bad(path.stem, f"The history entry {path.stem} is left out: {error}.", readable=False))
                continue
            found.append(entry)
        found.sort(key=lambda entry: (entry.started, entry.id), reverse=True)
        return Listing(tuple(found), tuple(bad))

    def devices(self) -> tuple[Entry, ...]:
        """The newest readable entry of each device that has a history, in order of the devices' names; never raises."""
        found = []
        for folder in self.folder.glob("*"):
            for path in reversed(list(records_in(folder, ".json"))):
                try:
                    found.append(_from_record(read_record(path), path.stem))
                except (FileNotFoundError, Damaged):
                    continue
                break
        return tuple(sorted(found, key=lambda entry: (entry.device_name.casefold(), entry.key)))

    def read(self, entry: Entry, part: str) -> bytes:
        """One of its contents; raises `WorkspaceError` if there is none, or not as it was stored."""
        known = entry.parts.get(part)
        if known is None:
            raise unreadable(entry.title, f"what it was {part} is not known")
        try:
            return BlobFolder(self._folder(entry.key) / "blobs").get(known)
        except Damaged as error:
            raise unreadable(entry.title, str(error)) from error

    def verify(self, key: str) -> tuple[Bad, ...]:
        """Read everything of a device's history; what is not as it was written."""
        listing = self.entries(key)
        bad = {one.id: one for one in listing.bad}
        for entry in listing.entries:
            for part in entry.parts:
                try:
                    self.read(entry, part)
                except WorkspaceError as error:
                    bad.setdefault(entry.id, Bad(entry.id, error.message, readable=True))
        return tuple(bad.values())

    def _entry(self, path: Path, blobs: BlobFolder, bad: list[Bad]) -> Entry:
        entry = _from_record(read_record(path), path.stem)
        for part in entry.parts.values():
            try:
                blobs.look(part)
            except Damaged as error:
                entry = replace(entry, damage=str(error))
                bad.append(Bad(entry.id, f"The history entry {entry.title} is damaged: {error}.", readable=True))
                break
        try:
            said = read_record(path.with_suffix(".note"))
            return replace(entry, note=str(said.get("note", "")), pinned=said.get("pinned") is True)
        except FileNotFoundError:
            return entry
        except Damaged as error:
            # it may have been pinned: what cannot be known is not thrown away
            bad.append(Bad(entry.id, f"The note to the history entry {entry.title} is lost: {error}.", readable=True))
            return replace(entry, pinned=True)

    # ------------------------------------------------------------------------------------------------- writing

    def add(self, entry: Entry, contents: Mapping[str, bytes | None]) -> Entry:
        """Keep an entry with its contents, named as in `PARTS`; what is too much goes.  Raises `WorkspaceError`.

        One that has an id takes the place of what was kept under it; contents that are not given stay.  What
        is kept survives the program's death and a power cut.
        """
        folder = self._folder(entry.key)
        with self._lock(folder):
            blobs = BlobFolder(private_folder(folder / "blobs"))
            parts = {name: blobs.put(data) for name, data in contents.items() if data is not None}
            stamp = datetime.fromtimestamp(entry.started, UTC)
            made = replace(
                entry,
                id=entry.id or f"{stamp:%Y%m%dT%H%M%S.%f}Z-{secrets.token_hex(4)}",
                parts={**entry.parts, **parts},
                changes=entry.changes[:CHANGES],
                cut=entry.cut or len(entry.changes) > CHANGES,
            )
            # the record comes last: an entry is there with all of its contents or not at all
            sync_folder(blobs.folder)
            write_record(folder / f"{made.id}.json", _to_record(made))
            sync_folder(folder)
            self._prune(entry.key, folder)
        return made

    def annotate(self, entry: Entry, note: str) -> Entry:
        """Keep a person's words on it, "" for none; raises `WorkspaceError`."""
        return self._say(entry, note=note)

    def pin(self, entry: Entry, pinned: bool) -> Entry:
        """Never drop it by itself, or do; raises `WorkspaceError`."""
        return self._say(entry, pinned=pinned)

    def remove(self, key: str, ids: Sequence[str]) -> None:
        """Drop entries, damaged ones too; raises `WorkspaceError`."""
        folder = self._folder(key)
        with self._lock(folder):
            for one in ids:
                _unlink(folder, one)
            self._sweep(folder, self.entries(key))

    def prune(self, key: str) -> None:
        """Drop what is more than the limits allow; raises `WorkspaceError`."""
        folder = self._folder(key)
        with self._lock(folder):
            self._prune(key, folder)

    def _say(self, entry: Entry, **what: Any) -> Entry:
        folder = self._folder(entry.key)
        with self._lock(folder):
            path = folder / f"{entry.id}.json"
            if not path.exists():
                raise unreadable(entry.title, "it is gone")
            now = replace(self._entry(path, BlobFolder(folder / "blobs"), []), **what)
            write_record(folder / f"{entry.id}.note", {"note": now.note, "pinned": now.pinned, "at": self._clock()})
            sync_folder(folder)
        return now

    def _prune(self, key: str, folder: Path) -> None:
        """The newest and the pinned stay; of the others the oldest go first."""
        limits, listing = self._limits(), self.entries(key)
        oldest = self._clock() - limits.days * DAY if limits.days else 0.0
        kept: list[Entry] = []
        size, seen, free, full = 0, set[str](), 0, False
        for entry in listing.entries:
            new = [part for part in entry.parts.values() if part.digest not in seen]
            more = sum(part.stored for part in new)
            free += not entry.pinned
            full = full or size + more > limits.bytes
            over = full or free > limits.entries or entry.started < oldest
            if over and kept and not entry.pinned:
                _unlink(folder, entry.id)
                continue
            kept.append(entry)
            size += more
            seen.update(part.digest for part in new)
        for one in listing.bad:
            if not one.readable and oldest and _modified(folder / f"{one.id}.json") < oldest:
                _unlink(folder, one.id)
        self._sweep(folder, Listing(tuple(kept), tuple(bad for bad in listing.bad if not bad.readable)))

    def _sweep(self, folder: Path, left: Listing) -> None:
        wanted = {part.digest for entry in left.entries for part in entry.parts.values()}
        for one in left.bad:
            wanted |= digests_in(folder / f"{one.id}.json")
        BlobFolder(folder / "blobs").sweep(wanted)
        for path in left_by_writers(folder):
            path.unlink(missing_ok=True)

    # --------------------------------------------------------------------------------------------------- places

    def _folder(self, key: str) -> Path:
        """A name that people recognise, and that no two devices share."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return self.folder / f"{_ODD.sub('_', key)[:40]}-{digest}"

    @contextmanager
    def _lock(self, folder: Path) -> Iterator[None]:
        private_folder(self.folder)
        private_folder(folder)
        lock, pause = FileLock(folder / "lock"), threading.Event()
        end = time.monotonic() + LOCK_WAIT
        try:
            while not lock.take():
                if time.monotonic() > end:
                    raise WorkspaceError(
                        f"The history in {folder} is being written by another program.",
                        state="Nothing was added to it.",
                        advice="Wait for the other program, or end it.",
                    )
                pause.wait(0.02)
            yield
        except OSError as error:
            raise WorkspaceError(
                f"The history in {folder} cannot be written: {error.strerror or error}.",
                state="Earlier entries are not concerned.",
                advice="Free some space or look at the folder's permissions.",
            ) from error
        finally:
            lock.release()


def _unlink(folder: Path, entry_id: str) -> None:
    """Remove an entry's own files: the record first, so that no half of an entry is ever listed."""
    if Path(entry_id).name != entry_id:
        return
    for suffix in (".json", ".note"):
        (folder / f"{entry_id}{suffix}").unlink(missing_ok=True)


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return float("inf")


def _to_record(entry: Entry) -> dict[str, Any]:
    record = asdict(entry)
    for name in ("id", "note", "pinned", "damage"):
        del record[name]
    record["changes"] = [[one.kind, one.path, one.old, one.new] for one in entry.changes]
    return {"format": FORMAT, **record}


def _from_record(record: Mapping[str, Any], entry_id: str) -> Entry:
    """The entry that a record describes, every field checked; raises `Damaged`."""
    if record.get("format") != FORMAT or not _ID.fullmatch(entry_id):
        raise Damaged("it was made by another version of the program, or not by it")
    texts = ("device_id", "device_name", "address", "datastore", "who", "outcome", "text", "summary")
    values: dict[str, Any] = {}
    for name in texts:
        values[name] = record.get(name)
        if not isinstance(values[name], str):
            raise Damaged(f"{name} is missing")
    for name in ("started", "seconds", "count"):
        number = record.get(name)
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number < 1e11:
            raise Damaged(f"{name} is missing")
        values[name] = int(number) if name == "count" else float(number)
    values["cut"] = record.get("cut") is True
    parts, changes = record.get("parts"), record.get("changes")
    if not isinstance(parts, dict) or not isinstance(changes, list):
        raise Damaged("its contents are not described")
    values["parts"] = {name: Part.from_record(parts[name]) for name in PARTS if name in parts}
    values["changes"] = tuple(_changed(one) for one in changes)
    return Entry(**values, id=entry_id)


def _changed(record: object) -> Changed:
    if (
        not isinstance(record, list)
        or len(record) != 4
        or not all(one is None or isinstance(one, str) for one in record)
    ):
        raise Damaged("a change is not described")
    return Changed(str(record[0]), str(record[1]), record[2], record[3])
