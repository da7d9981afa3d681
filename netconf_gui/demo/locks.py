"""Datastore locks (RFC 6241, sections 7.5 and 7.6).

Lives here: who holds which lock since when.  Does not live here: the conditions that depend on what the datastores
hold (a modified candidate, a pending confirmed commit); `datastores` and `commit` know those.
"""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.demo.replies import in_use, lock_denied, refused


@dataclass(frozen=True, slots=True)
class Lock:
    """A granted lock."""

    session_id: int
    since: float  # seconds since the epoch


class Locks:
    """The global locks, one a datastore; not thread-safe, the device's lock guards it."""

    def __init__(self) -> None:
        self._held: dict[str, Lock] = {}

    def get(self, datastore: str) -> Lock | None:
        return self._held.get(datastore)

    def holder(self, datastore: str) -> int | None:
        lock = self._held.get(datastore)
        return lock.session_id if lock else None

    def acquire(self, datastore: str, session_id: int, now: float) -> None:
        """Lock, or raise lock-denied with the holder; a second lock by the holder is denied too."""
        lock = self._held.get(datastore)
        if lock is not None:
            who = "this session" if lock.session_id == session_id else f"session {lock.session_id}"
            raise lock_denied(f"The lock on {datastore} is held by {who}.", lock.session_id)
        self._held[datastore] = Lock(session_id, now)

    def release(self, datastore: str, session_id: int) -> None:
        """Unlock, or raise operation-failed if the session does not hold the lock."""
        lock = self._held.get(datastore)
        if lock is None:
            raise refused("operation-failed", f"There is no lock on {datastore}.", error_type="protocol")
        if lock.session_id != session_id:
            raise refused(
                "operation-failed",
                f"The lock on {datastore} is held by session {lock.session_id}.",
                error_type="protocol",
                info=[("session-id", str(lock.session_id))],
            )
        del self._held[datastore]

    def release_all(self, session_id: int) -> tuple[str, ...]:
        """Release what an ended session held; returns the datastores."""
        freed = tuple(name for name, lock in self._held.items() if lock.session_id == session_id)
        for name in freed:
            del self._held[name]
        return freed

    def check_writable(self, datastore: str, session_id: int) -> None:
        """Raise in-use if another session holds the lock."""
        holder = self.holder(datastore)
        if holder is not None and holder != session_id:
            raise in_use(f"The datastore {datastore} is locked by session {holder}.")
