"""Drafts on disk: what was changed in a document and is neither applied nor saved, so that no crash loses it.

Lives here: one folder a draft with the base, what the document began with, and its commands, one JSON line each; a
lock that goes with the process tells drafts at work from drafts left behind.  Does not live here: when to write
(`gui/drafting`), making a document again (`services/restoring`).

    <folder>/head.json                which generation counts, and what the draft belongs to
    <folder>/base-N, start-N          bytes of the base, and of the document if it began as something else
    <folder>/edits-N.jsonl            the commands since, `config.edits.to_json`
    <folder>/typed-N.json             text that is not well-formed yet, with the view it was typed into

A new generation is written whole before the head names it.  Files are 0600 in folders 0700: drafts hold what
configurations hold.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import PRIVATE_FILE, private_folder, write_atomically
from netconf_gui.workspace.locking import FileLock

FORMAT = 1


@dataclass(frozen=True, slots=True)
class DraftHead:
    """What a draft belongs to; times in seconds since the epoch."""

    title: str
    device_id: str = ""
    device_name: str = ""
    datastore: str = ""
    file: str = ""
    file_digest: str = ""
    schema_key: str = ""
    schema_title: str = ""
    fetched_at: float | None = None
    changed_at: float = 0.0
    kind: str = ""  # "cli": base and start are texts of a command line


@dataclass(frozen=True, slots=True)
class TypedText:
    """Text that a person typed and that is no document yet."""

    view: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftContent:
    """All of a draft: `start` is None where the document began as its base; `cut` says a crash cut the last line."""

    base: bytes
    start: bytes | None
    edits: tuple[dict[str, Any], ...]
    typed: TypedText | None = None
    cut: bool = False


class Draft:
    """One draft at work; every call is on disk before it returns, and raises `WorkspaceError`."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, and hold its lock until `close` or `remove`."""
        self.folder = private_folder(folder)
        self._lock = FileLock(folder / "lock")
        self._generation = 0
        self._handle = -1
        try:
            self._lock.take()
        except OSError as error:
            raise _cannot(folder, error) from error

    def begin(self, head: DraftHead, base: bytes, start: bytes | None, edits: Sequence[Mapping[str, Any]] = ()) -> None:
        """A new generation: `start` (the base if None) and the commands so far; `append` adds to them."""
        number = self._generation + 1
        write_atomically(self.folder / f"base-{number}", base)
        if start is not None:
            write_atomically(self.folder / f"start-{number}", start)
        try:
            handle = os.open(self._edits(number), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, PRIVATE_FILE)
        except OSError as error:
            raise _cannot(self.folder, error) from error
        self._shut()
        self._handle, old, self._generation = handle, self._generation, number
        self.append(edits)
        record = {"format": FORMAT, "generation": number, "start": start is not None, **asdict(head)}
        write_atomically(self.folder / "head.json", json.dumps(record).encode())
        for name in (f"base-{old}", f"start-{old}", f"edits-{old}.jsonl", f"typed-{old}.json"):
            with suppress(OSError):
                (self.folder / name).unlink()

    def append(self, edits: Sequence[Mapping[str, Any]]) -> None:
        """Add commands, oldest first."""
        if not edits:
            return
        lines = "".join(json.dumps(edit) + "\n" for edit in edits).encode()
        try:
            while lines:
                lines = lines[os.write(self._handle, lines) :]
            os.fsync(self._handle)
        except OSError as error:
            raise _cannot(self.folder, error) from error

    def keep_text(self, typed: TypedText | None) -> None:
        """What was typed and is no document yet; None: nothing of that kind."""
        path = self.folder / f"typed-{self._generation}.json"
        if typed is not None:
            write_atomically(path, json.dumps(asdict(typed)).encode())
        else:
            with suppress(OSError):
                path.unlink()

    def close(self) -> None:
        """Leave the draft on disk, for the next start to find."""
        self._shut()
        self._lock.release()

    def remove(self) -> None:
        """Nothing is left to lose: the draft goes."""
        self._shut()
        # Windows removes no file that is open
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _edits(self, number: int) -> Path:
        return self.folder / f"edits-{number}.jsonl"

    def _shut(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class LeftDraft:
    """A draft that a program which ended left behind; ours alone until `release` or `remove`."""

    def __init__(self, folder: Path, head: DraftHead, record: Mapping[str, Any], lock: FileLock) -> None:
        self.folder = folder
        self.head = head
        self._generation = int(record["generation"])
        self._started = bool(record["start"])
        self._lock = lock

    def read(self) -> DraftContent:
        """Its content; raises `WorkspaceError` if a file of it cannot be read."""
        number = self._generation
        try:
            base = (self.folder / f"base-{number}").read_bytes()
            start = (self.folder / f"start-{number}").read_bytes() if self._started else None
            lines = (self.folder / f"edits-{number}.jsonl").read_bytes().split(b"\n")
        except OSError as error:
            raise WorkspaceError(
                f"The draft of {self.head.title} cannot be read: {error.strerror or error}.",
                state=f"It is left as it is in {self.folder}.",
                advice="Look at the folder's permissions and start again.",
            ) from error
        edits, cut = [], bool(lines[-1])
        for line in lines[:-1]:
            record = _record(line)
            if record is None:
                cut = True
                break
            edits.append(record)
        return DraftContent(base, start, tuple(edits), self._typed(number), cut)

    def _typed(self, number: int) -> TypedText | None:
        with suppress(OSError):
            record = _record((self.folder / f"typed-{number}.json").read_bytes())
            if record is not None and isinstance(record.get("text"), str):
                return TypedText(str(record.get("view", "xml")), record["text"])
        return None

    def release(self) -> None:
        """Leave it for another time."""
        self._lock.release()

    def remove(self) -> None:
        """It is not needed any more."""
        self._lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)


class DraftFolder:
    """All drafts of a workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self) -> Draft:
        """A draft at work; raises `WorkspaceError`."""
        private_folder(self.folder)
        return Draft(self.folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{uuid.uuid4().hex[:8]}")

    def left(self) -> tuple[LeftDraft, ...]:
        """What programs that ended left behind, oldest first.  Folders without a head never held anything."""
        return tuple(self._left())

    def _left(self) -> Iterator[LeftDraft]:
        for folder in sorted(self.folder.glob("*")):
            lock = FileLock(folder / "lock")
            try:
                if not folder.is_dir() or not lock.take():
                    continue
                record = _record((folder / "head.json").read_bytes())
            except OSError:
                record = None
            if record is None or record.get("format") != FORMAT or "generation" not in record:
                # begun and not come to a first generation, or made by another version: not ours to remove
                lock.release()
                if not any(folder.glob("base-*")):
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            names = {item.name for item in fields(DraftHead)}
            head = DraftHead(**{name: value for name, value in record.items() if name in names})
            yield LeftDraft(folder, head, record, lock)


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _cannot(folder: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"The draft in {folder} cannot be written: {error.strerror or error}.",
        state="The document in the window is whole, but a crash would lose it.",
        advice="Save it, and free some space or look at the folder's permissions.",
    )
