"""Configurations in files: opening and saving, with progress, cancel, and errors a person understands.

Lives here: reading, choosing a schema that fits, writing in whole, noticing that a file was changed by others.  Does
not live here: what text is a configuration (`config.codec`), which files were used last (`workspace.recent`).
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config import codec
from netconf_gui.config.binding import elements
from netconf_gui.config.document import Document, Recipe
from netconf_gui.config.json_codec import to_json
from netconf_gui.errors import ConfigError, WorkspaceError
from netconf_gui.protocol.xml import namespace_of
from netconf_gui.services.events import Event, Progress
from netconf_gui.services.schema_choice import ChosenSchema, fitting
from netconf_gui.workspace.files import PRIVATE_FILE, write_atomically
from netconf_gui.workspace.schema_sets import SchemaSets
from netconf_gui.yang.check import Engine
from netconf_gui.yang.schema import Schema

PART = 4 * 1024 * 1024
_MEMBER = re.compile(rb'"([A-Za-z_][\w.-]*):[\w.-]+"\s*:')


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A configuration out of a file; `digest` tells later whether the file is still the same.

    The document is for whoever takes it over: it must not be used on two threads.
    """

    path: Path
    document: Document
    kind: str
    digest: str
    chosen: ChosenSchema | None

    @property
    def is_json(self) -> bool:
        return self.kind == "json"


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What was written, and the same as a tree for whoever takes it over."""

    data: bytes
    root: etree._Element
    digest: str


class FileChangedError(WorkspaceError):
    """The file is not what it was when it was opened or saved last."""


def read_text(path: Path, most: int) -> str:
    """A small text file, of `most` bytes; raises `ConfigError`."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) <= most:
            return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{path.name} cannot be read: {reason}.") from None
    raise ConfigError(f"{path.name} is larger than {most // 1024 // 1024} MB.")


def open_file(
    path: Path,
    *,
    engine: Engine,
    sets: SchemaSets,
    schema: ChosenSchema | None = None,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> OpenedFile:
    """Read a configuration; without `schema` the one used before that knows all of it is taken, or none.

    Raises `WorkspaceError` (the file), `ConfigError` (its content, with line and column; JSON without a schema) and
    `Cancelled`.
    """
    tell = on_event or (lambda event: None)
    data = _read(path, cancel, tell)
    digest = digest_of(data)

    def parsed(done: int) -> None:
        tell(Progress(f"Reading {path.name}", min(done, len(data)), len(data), "bytes"))
        if cancel is not None:
            cancel.check()

    if codec.is_json(data):
        chosen = schema or fitting(_module_names(data), engine, sets, all_of_them=False)
        if chosen is None:
            raise ConfigError(
                f"{path.name} is JSON, which cannot be read without its YANG modules.",
                advice="Open it with File, Open with schema, and choose the modules that describe it.",
            )
        content = codec.read(data, name=path.name, schema=chosen.loaded.schema)
        document = Document(codec.write(content.root, pretty=False), chosen.loaded.schema, name=path.name)
        kind = content.kind
    else:
        document = Document(data, name=path.name, on_bytes=parsed)
        chosen = schema or fitting(map(namespace_of, elements(document.root)), engine, sets)
        if chosen is not None:
            document.set_schema(chosen.loaded.schema)
        kind = "xml"
    tell(Progress(f"Preparing {path.name}"))
    document.prepare()
    return OpenedFile(path, document, kind, digest, chosen)


def save_file(
    path: Path, recipe: Recipe, schema: Schema | None, *, known_digest: str = "", overwrite: bool = False
) -> SavedFile:
    """Write a document as XML, or as JSON where the name ends with .json.

    With `known_digest` a file that others changed since is not overwritten, unless `overwrite` says so: raises
    `FileChangedError`.  Raises `WorkspaceError`, and `ConfigError` for JSON without a schema.  A file that exists
    keeps its permissions; a new one is for its owner only, since configurations hold secrets.
    """
    document = recipe.make(schema)
    text = codec.write(document.root)
    written = to_json(document.root, schema).encode() if path.suffix.lower() == ".json" else text
    if known_digest and not overwrite and changed_on_disk(path, known_digest):
        raise FileChangedError(
            f"{path} was changed by another program.",
            state="Nothing was written, and the document in the window is as it was.",
            advice="Save it over the other's changes, save it elsewhere, or open the file again.",
        )
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mode = PRIVATE_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"The folder {path.parent} cannot be made: {error.strerror or error}.") from error
    write_atomically(path, written, mode=mode)
    return SavedFile(text, document.root, digest_of(written))


def changed_on_disk(path: Path, known_digest: str) -> bool:
    """Whether the file holds something else than when its digest was taken; a file that is gone does not."""
    try:
        return file_digest(path) != known_digest
    except OSError:
        return False


def file_digest(path: Path) -> str:
    """The digest of what the file holds now; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: Path, cancel: CancelToken | None, tell: Callable[[Event], None]) -> bytes:
    text = f"Reading {path.name}"
    try:
        size = path.stat().st_size
        parts, done = [], 0
        with path.open("rb") as file:
            while part := file.read(PART):
                parts.append(part)
                done += len(part)
                tell(Progress(text, done, max(size, done), "bytes"))
                if cancel is not None:
                    cancel.check()
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be opened: {error.strerror or error}.", advice="Look at the name and the permissions."
        ) from error
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _module_names(data: bytes) -> list[str]:
    """The modules that JSON names, wherever it does."""
    found: dict[str, None] = {}
    for start in range(0, len(data), PART):
        for name in _MEMBER.findall(data, start, start + PART):
            found[name.decode()] = None
    return list(found)
