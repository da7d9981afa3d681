"""How many sessions the program has open with each device, and the limit a person set for it (`Device.max_sessions`).

Lives here: counting, and the refusal of one too many, for every way in which a session is opened: devices often allow
few (some old ones 4), and end the connection of one too many without a word.  Does not live here: connecting
(`connect`).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from netconf_gui.errors import SessionLimit
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import Device

_lock = threading.Lock()
_open: Counter[str] = Counter()


class Slot:
    """The place of one session; `taken_by` keeps it until that session ends."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._kept = False
        self._freed = False

    def taken_by(self, session: Session) -> None:
        """Free the place when this session ends, and not before."""
        self._kept = True
        session.on_closed(lambda error: self._free())

    def leave(self) -> None:
        """Free the place unless a session took it."""
        if not self._kept:
            self._free()

    def _free(self) -> None:
        with _lock:
            if self._freed:
                return
            self._freed = True
            _open[self._key] -= 1
            if not _open[self._key]:
                del _open[self._key]


@contextmanager
def claim(device: Device) -> Iterator[Slot]:
    """A place for one more session with the device; raises `SessionLimit` when it has none left."""
    key = _key(device)
    with _lock:
        if device.max_sessions and _open[key] >= device.max_sessions:
            raise refusal(device, _open[key])
        _open[key] += 1
    slot = Slot(key)
    try:
        yield slot
    finally:
        slot.leave()


def opened(device: Device) -> int:
    """Sessions with the device that are open, or being opened."""
    with _lock:
        return _open.get(_key(device), 0)


def room(device: Device) -> bool:
    """Whether one more session may be opened."""
    return not device.max_sessions or opened(device) < device.max_sessions


def refusal(device: Device, count: int) -> SessionLimit:
    """What is said instead of opening one session too many."""
    some = "1 session" if device.max_sessions == 1 else f"{device.max_sessions} sessions"
    return SessionLimit(
        f"{device.name} may have {some} of this program at a time, and {count} {'is' if count == 1 else 'are'} open.",
        state="No further session was opened; those that are open go on.",
        advice="Close one of them, or raise the most sessions on the device's Session page.",
    )


def _key(device: Device) -> str:
    return device.id or device.address
