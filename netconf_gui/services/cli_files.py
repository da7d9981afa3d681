"""Configurations of devices that have them as text, in files: opening, saving, telling them from XML and JSON."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from netconf_gui.config.cli_text import MOST_BYTES, parse_cli
from netconf_gui.errors import WorkspaceError
from netconf_gui.services.files import FileChangedError, changed_on_disk, digest_of
from netconf_gui.workspace.files import PRIVATE_FILE, write_atomically

SUFFIXES = (".cfg", ".conf", ".ios", ".txt")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text out of a file; `digest` tells later whether the file is still the same."""

    path: Path
    text: str
    digest: str


def is_text_name(path: Path) -> bool:
    """Whether the name is one that texts of command lines have."""
    return path.suffix.lower() in SUFFIXES


def is_text(data: bytes) -> bool:
    """Whether what a file begins with is neither XML nor JSON."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"<", b"{", b"[", b"")


def open_text(path: Path) -> TextFile:
    """Read a text; raises `WorkspaceError` (the file) and `ConfigError` (what is no configuration)."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be opened: {error.strerror or error}.", advice="Look at the name and the permissions."
        ) from error
    text = text_of(data)
    parse_cli(text)
    return TextFile(path, text, digest_of(data))


def text_of(data: bytes) -> str:
    """The text of a file; routers write ASCII, people at times Latin-1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n")


def save_text(path: Path, text: str, *, known_digest: str = "", overwrite: bool = False) -> TextFile:
    """Write a text; a file that others changed since `known_digest` is not overwritten, unless `overwrite` says so.

    Raises `FileChangedError` and `WorkspaceError`.  A file that exists keeps its permissions; a new one is for its
    owner only, since configurations hold secrets.
    """
    if known_digest and not overwrite and changed_on_disk(path, known_digest):
        raise FileChangedError(
            f"{path} was changed by another program.",
            state="Nothing was written, and the text in the window is as it was.",
            advice="Save it over the other's changes, or save it elsewhere.",
        )
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mode = PRIVATE_FILE
    data = text.encode()
    write_atomically(path, data, mode=mode)
    return TextFile(path, text, digest_of(data))
