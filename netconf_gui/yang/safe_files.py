"""Reading and writing files of a folder that somebody else may have written into.

Lives here: `read_plain` (nothing but a regular file of a sane size, never a link, a pipe or a device),
`write_atomically` (never through a link), `open_database` (a database that can only be looked at).  What is read that
way is plain data; whoever uses it checks its form.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import stat
from pathlib import Path

from netconf_gui.errors import SchemaError

LARGEST = 256 * 1024 * 1024  # no module text, list of modules or receipt comes near it


def read_plain(path: Path, *, limit: int = LARGEST) -> bytes:
    """The content of a regular file; raises OSError for anything else, and for more than `limit` bytes."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise OSError(f"{path} is a link")
    with os.fdopen(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is no file")
        if status.st_size > limit:
            raise OSError(f"{path} is too large")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"{path} is too large")
    return data


def is_plain(path: Path) -> bool:
    """Whether this is a regular file and no link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside `path`, then rename; a link in place of the folder or the file is not followed.

    Raises SchemaError when the disk does not let us.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        own_folder(path.parent)
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise SchemaError(
            f"{path} cannot be written: {error.strerror or error}.",
            state="YANG modules and what is made of them must be kept in files. Nothing was changed.",
            advice="Look at free space and permissions; the schema cache can be deleted at any time.",
        ) from error


def own_folder(folder: Path) -> None:
    """Make a folder of ours; a link in its place, which could lead anywhere, is taken away.  Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        mode = folder.lstat().st_mode
        if stat.S_ISDIR(mode):
            return
        if stat.S_ISLNK(mode):
            folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def open_database(path: Path) -> sqlite3.Connection:
    """A connection that can only read plain tables of a regular file; raises SchemaError.

    A database is a program too: views and triggers could call functions, so one that has any is refused, and what is
    in its schema is not trusted.
    """
    if not is_plain(path):
        raise SchemaError(f"The compiled schema file {path} cannot be read: it is no file.", advice=_AGAIN)
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise SchemaError(f"The compiled schema file {path} cannot be opened: {error}.", advice=_AGAIN) from error
    try:
        for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}")
        odd = connection.execute("SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchone()[
            0
        ]
    except sqlite3.Error as error:
        connection.close()
        raise SchemaError(f"The compiled schema file {path.name} cannot be read: {error}.", advice=_AGAIN) from error
    if odd:
        connection.close()
        raise SchemaError(f"The compiled schema file {path.name} cannot be read: it is none of ours.", advice=_AGAIN)
    return connection


_AGAIN = "Load the schema again; the file is then made anew."
