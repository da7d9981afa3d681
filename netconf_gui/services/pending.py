"""Confirmed commits whose program ended before they were settled: which there are, and settling them.

Lives here: `Pending`, found in the journals of applies, and `settle`, which confirms, cancels or looks over a new
session.  Does not live here: confirmed commits of an apply that runs (`guarding`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from netconf_gui.workspace.journal import Guarded, JournalFolder, Unfinished


@dataclass(frozen=True, slots=True)
class Pending:
    """A confirmed commit that was neither confirmed nor rolled back when its program ended."""

    path: Path  # of its journal
    device_id: str
    device_name: str
    address: str  # user@host:port
    persist_id: str  # "": it belonged to its session and ended with it
    ends_at: float  # time.time() when the device undoes it; 0 where its session has ended
    seconds: int  # the time to confirm that was asked for
    started: float
    summary: str  # what was applied, secrets masked
    guarded: Guarded = field(repr=False)
    entry: Unfinished = field(repr=False)

    @property
    def persisted(self) -> bool:
        """Whether it outlived its session, so that it can still be settled."""
        return bool(self.persist_id)


def pending(journal: JournalFolder) -> tuple[Pending, ...]:
    """Those that are left, the one with least time first; applies that run now are not among them."""
    found = [_pending(entry, entry.guarded) for entry in journal.unfinished() if entry.guarded and not entry.running]
    return tuple(sorted(found, key=lambda one: (one.ends_at, one.started)))


def _pending(entry: Unfinished, guarded: Guarded) -> Pending:
    return Pending(
        path=entry.path,
        device_id=entry.device_id,
        device_name=entry.device_name,
        address=entry.address,
        persist_id=guarded.persist_id,
        ends_at=guarded.ends_at if guarded.persist_id else 0.0,
        seconds=guarded.seconds,
        started=entry.started,
        summary=guarded.summary,
        guarded=guarded,
        entry=entry,
    )
