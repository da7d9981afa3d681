"""Files of journals: one JSON object a line, on disk before anything else happens, readable when the end was cut off.

Lives here: `append`, `read`, and the error of a file that cannot be written.  Does not live here: what is in the
records (`journal`, `fleet_journal`).
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError


def append(handle: int, path: Path, record: dict[str, Any]) -> None:
    """Add a record, with the time as `at`; on disk when this returns.  Raises `WorkspaceError`."""
    try:
        os.write(handle, json.dumps({**record, "at": time.time()}).encode() + b"\n")
        os.fsync(handle)
    except OSError as error:
        raise cannot_write(path, error) from error


def read(path: Path) -> list[dict[str, Any]]:
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


def cannot_write(path: Path, error: OSError) -> WorkspaceError:
    """What people are told about a journal that cannot be written."""
    return WorkspaceError(
        f"The journal {path} cannot be written: {error.strerror or error}.",
        state="Nothing more was sent to the device.",
        advice="Free some space or look at the folder's permissions, then apply again.",
    )
