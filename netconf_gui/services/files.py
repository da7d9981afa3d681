"""Configurations in files: opening and saving, with errors a person understands.

Lives here: reading and atomic writing.  Does not live here: what XML is a configuration (`config.codec`), which files
were used last (`workspace.recent`).
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from netconf_gui.config import codec
from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import PRIVATE_FILE, write_atomically


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A configuration out of a file: `data` inside one `<config>` element; `kind` is what the file held it in."""

    path: Path
    data: bytes
    kind: str


def open_xml(path: Path) -> OpenedFile:
    """Read a configuration; raises `WorkspaceError` (the file) and `ConfigError` (its content, line and column)."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be opened: {error.strerror or error}.", advice="Look at the name and the permissions."
        ) from error
    content = codec.read(text, name=path.name)
    return OpenedFile(path, codec.write(content.root, pretty=False), content.kind)


def save_xml(path: Path, data: bytes) -> bytes:
    """Write a configuration, indented, and give back what was written; raises `WorkspaceError`, `ConfigError`.

    A file that exists keeps its permissions; a new one is for its owner only, since configurations hold secrets.
    """
    text = codec.write(codec.read_root(data, name=path.name))
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mode = PRIVATE_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"The folder {path.parent} cannot be made: {error.strerror or error}.") from error
    write_atomically(path, text, mode=mode)
    return text
