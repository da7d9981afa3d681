"""The files of a device's history: records with a checksum, contents named by their digest.

Lives here: writing them so that a crash leaves nothing half, reading them as if somebody else had written them.  Does
not live here: what a record says, limits, several programs at once (`snapshots`).

    <device>/<id>.json         the digest of the second line, then one JSON object
    <device>/<id>.note         the same, for what a person added: a note, a pin
    <device>/blobs/<sha256>.gz a configuration or an edit; named by the digest of what is compressed
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import PRIVATE_FILE
from netconf_gui.yang.safe_files import is_plain, read_plain

LARGEST_RECORD = 16 * 1024 * 1024
LARGEST_BLOB = 2 * 1024 * 1024 * 1024
LEVEL = 4  # of gzip: 50 MB in half a second, a few per cent larger than the best
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGESTS = re.compile(rb"[0-9a-f]{64}")
_HEAD = b"\x1f\x8b"
_SHORTEST = 20  # bytes of an empty gzip file


class Damaged(Exception):
    """A file of the history does not hold what was written; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One content: the digest it is named by, its size, and that of its file."""

    digest: str
    size: int
    stored: int

    @classmethod
    def from_record(cls, record: object) -> Part:
        """What a record says, checked; raises `Damaged`."""
        if not isinstance(record, dict):
            raise Damaged("a part is not described")
        digest, size, stored = (record.get(name) for name in ("digest", "size", "stored"))
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise Damaged("a part has no digest")
        for number in (size, stored):
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= LARGEST_BLOB:
                raise Damaged("a part has no size")
        assert isinstance(size, int) and isinstance(stored, int)
        return cls(digest, size, stored)


class BlobFolder:
    """Contents by digest; equal ones are there once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> Part:
        """Store `data`, unless it is there and sound.  Raises OSError."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        try:
            if self.get(Part(digest, len(data), 0)) == data:
                return Part(digest, len(data), path.stat().st_size)
        except (Damaged, OSError):
            pass
        packed = gzip.compress(data, LEVEL, mtime=0)
        _replace(path, packed)
        return Part(digest, len(data), len(packed))

    def get(self, part: Part) -> bytes:
        """The content, if it is what was stored; raises `Damaged`."""
        try:
            packed = read_plain(self._path(part.digest), limit=LARGEST_BLOB)
        except FileNotFoundError as error:
            raise Damaged("its content is gone") from error
        except OSError as error:
            raise Damaged(f"its content cannot be read: {error.strerror or error}") from error
        try:
            # never more than was stored, whatever the file unpacks to
            with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
                data = file.read(part.size + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Damaged("its content was cut or changed") from error
        if len(data) != part.size or hashlib.sha256(data).hexdigest() != part.digest:
            raise Damaged("its content was cut or changed")
        return data

    def look(self, part: Part) -> None:
        """Whether the file is there and ends as it should, without unpacking it; raises `Damaged`."""
        path = self._path(part.digest)
        if not is_plain(path):
            raise Damaged("its content is gone")
        try:
            with path.open("rb") as file:
                head = file.read(2)
                length = file.seek(0, 2)
                file.seek(max(0, length - 4))
                tail = file.read(4)
        except OSError as error:
            raise Damaged(f"its content cannot be read: {error.strerror or error}") from error
        if length < _SHORTEST or head != _HEAD or int.from_bytes(tail, "little") != part.size & 0xFFFFFFFF:
            raise Damaged("its content was cut or changed")

    def sweep(self, wanted: set[str]) -> None:
        """Remove what nobody refers to, and what writers that died left; for whoever holds the device's lock."""
        for path in _files(self.folder):
            if path.suffix != ".gz" or path.stem not in wanted:
                path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / f"{digest}.gz"


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write a record and its checksum; raises OSError."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    _replace(path, hashlib.sha256(line).hexdigest().encode() + b"\n" + line + b"\n")


def read_record(path: Path) -> dict[str, Any]:
    """The record in a file; raises `Damaged`, and FileNotFoundError if it has gone."""
    try:
        text = read_plain(path, limit=LARGEST_RECORD)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Damaged(f"it cannot be read: {error.strerror or error}") from error
    check, _, rest = text.partition(b"\n")
    line = rest[:-1]
    if rest[-1:] != b"\n" or hashlib.sha256(line).hexdigest().encode() != check:
        raise Damaged("it was cut or changed")
    try:
        record = json.loads(line.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Damaged("it is no record") from error
    if not isinstance(record, dict):
        raise Damaged("it is no record")
    return record


def digests_in(path: Path) -> set[str]:
    """Whatever looks like a digest in a file that cannot be read as a record: its contents may still be wanted."""
    try:
        return {found.decode() for found in _DIGESTS.findall(read_plain(path, limit=LARGEST_RECORD))}
    except OSError:
        return set()


def records_in(folder: Path, suffix: str) -> Iterator[Path]:
    """The record files of a device, oldest first."""
    yield from sorted(path for path in _files(folder) if path.suffix == suffix and not path.name.startswith("."))


def left_by_writers(folder: Path) -> Iterator[Path]:
    """Files that a writer which died did not come to rename."""
    yield from (path for path in _files(folder) if path.name.startswith(".") and path.suffix == ".new")


def _replace(path: Path, data: bytes) -> None:
    """Write beside `path`, then rename; the folder is for the caller to sync, once for all of its files."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(PRIVATE_FILE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.is_dir() or path.is_symlink()]
    except OSError:
        return []


def unreadable(name: str, why: str) -> WorkspaceError:
    """What people are told about an entry that cannot be used."""
    return WorkspaceError(
        f"The history entry {name} cannot be read: {why}.",
        state="Other entries are not concerned, and nothing was sent to the device.",
        advice="Choose another entry; the damaged one can be deleted from the history.",
    )
