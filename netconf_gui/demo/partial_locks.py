"""The table of partial locks of running (RFC 5717): which nodes are locked by whom, and who may write meanwhile.

Does not live here: the operations (`partial_lock`), locks of whole datastores (`locks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.path import InstancePath, find
from netconf_gui.demo.replies import in_use, invalid_value, lock_denied
from netconf_gui.protocol.xml import canonical
from netconf_gui.yang.schema import Schema


@dataclass(frozen=True, slots=True)
class Selection:
    """One `<select>`: the expression, and what its prefixes mean."""

    text: str
    prefixes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PartialLock:
    """A granted partial lock; the nodes are those that the expressions selected when it was granted."""

    lock_id: int
    session_id: int
    since: float  # seconds since the epoch
    selections: tuple[Selection, ...]
    nodes: tuple[InstancePath, ...]


class PartialLocks:
    """All partial locks; not thread-safe, the device's lock guards them."""

    def __init__(self) -> None:
        self._held: dict[int, PartialLock] = {}
        self._last = 0

    def __iter__(self) -> Iterator[PartialLock]:
        return iter(tuple(self._held.values()))

    def holder_but(self, session_id: int) -> int | None:
        """Another session that holds a partial lock."""
        return next((lock.session_id for lock in self if lock.session_id != session_id), None)

    def acquire(
        self, session_id: int, selections: tuple[Selection, ...], nodes: tuple[InstancePath, ...], now: float
    ) -> PartialLock:
        """Lock, or raise lock-denied if another session holds a part of it."""
        for lock in self:
            if lock.session_id != session_id and any(_overlap(a, b) for a in lock.nodes for b in nodes):
                raise lock_denied(f"Session {lock.session_id} holds a partial lock on a part of it.", lock.session_id)
        self._last += 1
        made = self._held[self._last] = PartialLock(self._last, session_id, now, selections, nodes)
        return made

    def release(self, lock_id: int, session_id: int) -> None:
        """Unlock, or raise invalid-value if the session holds no such lock."""
        lock = self._held.get(lock_id)
        if lock is None or lock.session_id != session_id:
            raise invalid_value(f"This session holds no partial lock {lock_id}.", "lock-id")
        del self._held[lock_id]

    def release_all(self, session_id: int) -> None:
        """What an ended session held is free again."""
        self._held = {key: lock for key, lock in self._held.items() if lock.session_id != session_id}

    def check(self, session_id: int, before: etree._Element, after: etree._Element, schema: Schema | None) -> None:
        """Raise in-use if a change of running touches what another session locked."""
        if before is after:
            return
        for lock in self:
            if lock.session_id == session_id:
                continue
            for path in lock.nodes:
                if _text(before, path, schema) != _text(after, path, schema):
                    raise in_use(f"{path} is locked by session {lock.session_id} (partial lock {lock.lock_id}).")


def _overlap(one: InstancePath, other: InstancePath) -> bool:
    return one.startswith(other) or other.startswith(one)


def _text(root: etree._Element, path: InstancePath, schema: Schema | None) -> bytes:
    found = find(root, path, schema)
    return b"" if found is None else canonical(found)
