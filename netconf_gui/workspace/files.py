"""Writing the program's own files so that a crash or a curious neighbour finds nothing wrong.

Lives here: private folders, atomic replacement, durable append.  Does not live here: what the files mean.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from netconf_gui.errors import WorkspaceError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def private_folder(path: Path) -> Path:
    """Make `path` (and its parents) and close it to others; raises `WorkspaceError`."""
    try:
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if os.name == "posix" and path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
            path.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise WorkspaceError(
            f"The folder {path} cannot be used: {error.strerror or error}.",
            state="Nothing was written.",
            advice="Make it writable, or set NETCONF_GUI_HOME to another folder.",
        ) from error
    return path


def sync_folder(folder: Path) -> None:
    """Make a rename or a new file in `folder` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, data: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Replace `path` by `data`: readers see the old bytes or the new ones, never a part; raises `WorkspaceError`."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror or error}.",
            state="The file is as it was before.",
            advice="Look at free space and permissions, then save again.",
        ) from error


def read_or_none(path: Path) -> bytes | None:
    """The bytes of `path`, None when there is no such file; raises `WorkspaceError` when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error.strerror or error}.", advice="Look at its permissions."
        ) from error
