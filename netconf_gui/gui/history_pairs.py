"""What the history compares: which two configurations, and the words for them.

Lives here: choosing the sides from what a person chose.  Does not live here: reading and comparing them
(`services.history`), showing the result (`panes/history`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from netconf_gui.gui.models.history import when
from netconf_gui.workspace.snapshots import Entry, SnapshotStore


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device holds now: the configuration, and when it was read (seconds since the epoch)."""

    data: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Side:
    """One configuration: a part of an entry, or what was read just now."""

    entry: Entry | None
    part: str = ""
    reading: Reading | None = None

    @property
    def key(self) -> object:
        """Equal for equal contents."""
        return self.reading if self.entry is None else (self.entry.parts[self.part].digest, self.entry.damage)

    def read(self, store: SnapshotStore) -> bytes:
        """Its bytes; raises `WorkspaceError`.  For workers: it may be large."""
        if self.entry is not None:
            return store.read(self.entry, self.part)
        return self.reading.data if self.reading is not None else b""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two configurations, and what to say about them."""

    old: Side
    new: Side
    legend: str
    old_word: str
    new_word: str

    @property
    def key(self) -> object:
        """Equal where all that is shown is equal: a note or a pin changes nothing."""
        return self.old.key, self.new.key, self.legend


def pair_of(entries: Sequence[Entry], now: Reading | None = None) -> Pair | str:
    """One apply: what it found and left, or with `now` what it left and what there is.  Two (newest first): what both
    left.  A sentence where something of it is not known."""
    if len(entries) == 2:
        new, old = (_last_known(entry) for entry in entries)
        if old is None or new is None:
            return "What the device held then was not read: the apply ended before."
        words = f"What was there {old.part} {when(entries[1])}, and {new.part} {when(entries[0])}."
        return Pair(old, new, words, f"{when(entries[1])[5:16]}", f"{when(entries[0])[5:16]}")
    (entry,) = entries
    if now is not None:
        left = _last_known(entry)
        if left is None:
            return "What the device held then was not read: the apply ended before."
        clock = f"{datetime.fromtimestamp(now.at):%H:%M:%S}"
        words = f"What was there {left.part} {when(entry)}, and what running holds now (read at {clock})."
        return Pair(left, Side(None, reading=now), words, "Then", f"Now ({clock})")
    if "before" not in entry.parts:
        return "What the device held was not read: the apply ended before."
    if "after" not in entry.parts:
        return "What the device held afterwards could not be read. “Sent” shows what was tried."
    if entry.parts["before"] == entry.parts["after"]:
        return "The device was left as it was. “Sent” shows what was tried."
    return Pair(Side(entry, "before"), Side(entry, "after"), "What it found, and what it left.", "Before", "After")


def _last_known(entry: Entry) -> Side | None:
    """What the device held when the apply was over, else what it held at its beginning."""
    for part in ("after", "before"):
        if part in entry.parts:
            return Side(entry, part)
    return None
