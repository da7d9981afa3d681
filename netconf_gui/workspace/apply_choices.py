"""How a person last applied to each device, so that the next apply begins with the same choices.

Lives here: `ApplyChoice` and its small file.  Does not live here: what the choices do (`services.strategy`), the
settings they start from (`settings`).
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

LIMIT = 500  # devices
LEAST_GUARD, MOST_GUARD = 10, 86_400  # seconds


@dataclass(frozen=True, slots=True)
class ApplyChoice:
    """The choices of one apply; `guard_seconds` 0 is a plain commit."""

    datastore: str = "auto"  # auto, candidate or running
    guard_seconds: int = 0
    confirm_by: str = "program"  # program: after the probe; person: in the window
    policy: str = "strict"  # strict or tolerant
    save_startup: bool = False
    comment: str = ""  # for the device's list of commits; of one apply, never remembered
    label: str = ""


class ApplyChoices:
    """Choices by device id; thread-safe; a file that cannot be read or written is an empty one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._choices = self._read()

    def of(self, device_id: str) -> ApplyChoice | None:
        """What was chosen for a device; None if nothing was."""
        with self._lock:
            return self._choices.get(device_id)

    def remember(self, device_id: str, choice: ApplyChoice) -> None:
        """Keep it, the device chosen last at the end."""
        choice = replace(choice, comment="", label="")
        with self._lock:
            self._choices.pop(device_id, None)
            self._choices[device_id] = choice
            while len(self._choices) > LIMIT:
                del self._choices[next(iter(self._choices))]
            self._write()

    def forget(self, device_id: str) -> None:
        """Begin with the settings again."""
        with self._lock:
            if self._choices.pop(device_id, None) is not None:
                self._write()

    def _read(self) -> dict[str, ApplyChoice]:
        try:
            data = read_or_none(self.path)
            raw = json.loads(data) if data else {}
        except (WorkspaceError, ValueError):
            return {}
        entries = raw.items() if isinstance(raw, dict) else ()
        found = {str(device_id): _choice_from(entry) for device_id, entry in entries}
        return {device_id: choice for device_id, choice in found.items() if choice is not None}

    def _write(self) -> None:
        try:
            private_folder(self.path.parent)
            entries = {device_id: asdict(choice) for device_id, choice in self._choices.items()}
            write_atomically(self.path, json.dumps(entries, indent=1).encode())
        except WorkspaceError:
            pass


def _choice_from(entry: Any) -> ApplyChoice | None:
    """An entry of the file, if it is one; what is not understood is as by default."""
    if not isinstance(entry, dict):
        return None
    default = ApplyChoice()
    values = {item.name: entry.get(item.name, getattr(default, item.name)) for item in fields(ApplyChoice)}
    if any(type(value) is not type(getattr(default, name)) for name, value in values.items()):
        return None
    if (
        values["datastore"] not in ("auto", "candidate", "running")
        or values["confirm_by"] not in ("program", "person")
        or values["policy"] not in ("strict", "tolerant")
        or not (values["guard_seconds"] == 0 or LEAST_GUARD <= values["guard_seconds"] <= MOST_GUARD)
    ):
        return None
    return ApplyChoice(**values)
