"""What is kept on disk about YANG: module texts, and compiled schemas.

Lives here: `ModuleCache` (texts by content hash; which name@revision a device answered with which text) and
`SchemaCache` (one folder a compiled set: manifest, database, receipt).  Files are written beside their place and
renamed, so that a reader never sees half a file.  Does not live here: compiling, or when something is stale — keys
are content hashes, so nothing ever is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netconf_gui.errors import SchemaError
from netconf_gui.yang.safe_files import is_plain, read_plain, write_atomically


def sha256(data: bytes) -> str:
    """The hexadecimal SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def is_digest(text: object) -> bool:
    """Whether this is a SHA-256 as `sha256` writes it: 64 digits, and so no path."""
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


class ModuleCache:
    """YANG texts on disk.

    Texts are stored under their SHA-256.  Vendors ship different text under one name and revision, so what a
    name@revision means is remembered per `origin` (a device; "" for sources that do not differ).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._origins: dict[str, dict[str, str]] = {}
        self._unwritten: set[str] = set()

    def text_path(self, digest: str) -> Path:
        """Where the text of that hash lies, if it does."""
        return self.folder / "texts" / digest[:2] / f"{digest}.yang"

    def put(self, text: bytes) -> str:
        """Keep a text; returns its SHA-256."""
        digest = sha256(text)
        path = self.text_path(digest)
        try:
            whole = is_plain(path) and path.stat().st_size == len(text)
        except OSError:
            whole = False
        if not whole:
            write_atomically(path, text)
        return digest

    def text(self, digest: str) -> bytes | None:
        """The text of that hash; None if it is not there or was damaged (it is removed then)."""
        if not is_digest(digest):
            return None  # hashes are read from files that others may have written
        path = self.text_path(digest)
        try:
            data = read_plain(path)
        except OSError:
            return None
        if sha256(data) == digest:
            return data
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def store(self, name: str, revision: str | None, text: bytes, *, origin: str = "", flush: bool = True) -> str:
        """Keep what `origin` answered for name@revision; returns the text's SHA-256.

        Without `flush` the text is on disk, but what it is the answer to only after `flush()`.
        """
        digest = self.put(text)
        with self._lock:
            index = self._index(origin)
            if index.get(f"{name}@{revision or ''}") != digest:
                index[f"{name}@{revision or ''}"] = digest
                self._unwritten.add(origin)
        if flush:
            self.flush(origin)
        return digest

    def flush(self, origin: str = "") -> None:
        """Write what is known of `origin`."""
        with self._lock:
            if origin in self._unwritten:
                text = json.dumps(self._index(origin), indent=0, sort_keys=True)
                write_atomically(self._index_path(origin), text.encode())
                self._unwritten.discard(origin)

    def forget_unfinished(self, origin: str = "") -> None:
        """Forget the answers to questions without a revision: they hold only while one fetch goes on."""
        with self._lock:
            index = self._index(origin)
            unnamed = [key for key in index if key.endswith("@")]
            for key in unnamed:
                del index[key]
            if unnamed:
                self._unwritten.add(origin)
        self.flush(origin)

    def get(self, name: str, revision: str | None, *, origin: str = "") -> bytes | None:
        """What `origin` answered for name@revision before, or None."""
        with self._lock:
            digest = self._index(origin).get(f"{name}@{revision or ''}")
        return None if digest is None else self.text(digest)

    def _index_path(self, origin: str) -> Path:
        return self.folder / "origins" / f"{sha256(origin.encode())[:32]}.json"

    def _index(self, origin: str) -> dict[str, str]:
        found = self._origins.get(origin)
        if found is None:
            try:
                loaded = json.loads(read_plain(self._index_path(origin)))
            except (OSError, ValueError, RecursionError):
                loaded = {}
            found = {str(key): str(value) for key, value in loaded.items()} if isinstance(loaded, dict) else {}
            self._origins[origin] = found
        return found


@dataclass(frozen=True, slots=True)
class SchemaPlace:
    """The files of one compiled set."""

    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def final(self) -> Path:
        """The manifest of what compiled in the end, without what is broken."""
        return self.folder / "final.json"

    @property
    def database(self) -> Path:
        return self.folder / "schema.sqlite"

    @property
    def receipt(self) -> Path:
        return self.folder / "receipt.json"


class SchemaCache:
    """Compiled sets on disk by key.  The receipt, written last, holds the database's hash: damage is noticed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, key: str) -> SchemaPlace:
        """Where the files of that key are, whether they exist or not; raises SchemaError for what is no key."""
        if not re.fullmatch("[0-9A-Za-z-]{1,80}", key):
            raise SchemaError(f"{key[:80]!r} is not the key of a compiled schema.")
        return SchemaPlace(self.folder / key)

    def write_manifest(self, key: str, manifest: Mapping[str, Any], *, final: bool = False) -> None:
        """Keep what a worker needs to build the set; `final` is what compiled in the end."""
        place = self.place(key)
        write_atomically(place.final if final else place.manifest, json.dumps(manifest, sort_keys=True).encode())

    def write_receipt(self, key: str, values: Mapping[str, Any]) -> None:
        """Declare the database of that key complete; `values` are given back by `receipt`."""
        place = self.place(key)
        try:
            digest = _digest_of(place.database)
        except OSError as error:
            raise SchemaError(f"The compiled schema cannot be read: {error}.") from error
        write_atomically(place.receipt, json.dumps({**values, "database_sha256": digest}, sort_keys=True).encode())

    def receipt(self, key: str) -> dict[str, Any] | None:
        """What `write_receipt` was given if the final manifest and the database are there and whole, else None."""
        place = self.place(key)
        try:
            loaded = json.loads(read_plain(place.receipt))
            whole = is_plain(place.final) and _digest_of(place.database) == loaded["database_sha256"]
            return dict(loaded) if whole else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def remove(self, key: str) -> None:
        """Forget a compiled set."""
        shutil.rmtree(self.place(key).folder, ignore_errors=True)


def _digest_of(path: Path) -> str:
    """The SHA-256 of a file that may be large.  Raises OSError."""
    if not is_plain(path):
        raise OSError(f"{path} is no file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
