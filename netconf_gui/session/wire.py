"""What went over the wire, message by message, for people to look at.

Lives here: `WireRecord`, a bounded list of redacted messages that several threads may use.  Does not live here:
masking (`redact`), showing.  A message longer than the head that the connection keeps is cut, and says so.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

from netconf_gui.session.redact import redact
from netconf_gui.session.redact_cli import mask_cli

Direction = Literal["out", "in"]


class WireEntry(NamedTuple):
    """One message.  `size` is its payload in bytes; `text` is redacted, and shorter than `size` when it was cut."""

    seq: int  # from 1, never reused in one record
    when: float  # seconds since the epoch
    direction: Direction
    size: int
    kind: str  # hello, rpc, rpc-reply, notification, or '' for what could not be read
    operation: str  # of the rpc, or of the rpc that a reply answers
    message_id: str | None
    text: str
    note: str = ""  # what people must know: cut off, not well-formed, nobody waits for it


class WireRecord:
    """The latest messages of a session: at most `capacity` of them and `characters` of text in all."""

    def __init__(self, capacity: int = 2000, characters: int = 8 << 20) -> None:
        self._capacity = capacity
        self._characters = characters
        self._lock = threading.Lock()
        self._entries: deque[WireEntry] = deque()
        self._held = 0
        self._seq = 0
        self._subscribers: tuple[Callable[[WireEntry], None], ...] = ()

    def add(
        self,
        direction: Direction,
        head: bytes,
        size: int,
        kind: str,
        *,
        operation: str = "",
        message_id: str | None = None,
        note: str = "",
    ) -> WireEntry:
        """Record a message of which `head` are the first bytes; subscribers are called in this thread."""
        text = redact(head)
        if "cli-config-data" in text:
            text = mask_cli(text)
        if size > len(head):
            cut = f"The first {len(head):,} of {size:,} bytes are shown."
            note = f"{note} {cut}" if note else cut
        with self._lock:
            self._seq += 1
            entry = WireEntry(self._seq, time.time(), direction, size, kind, operation, message_id, text, note)
            self._entries.append(entry)
            self._held += len(text)
            while len(self._entries) > self._capacity or (self._held > self._characters and len(self._entries) > 1):
                self._held -= len(self._entries.popleft().text)
            subscribers = self._subscribers
        for subscriber in subscribers:
            subscriber(entry)
        return entry

    def entries(self, after: int = 0) -> tuple[WireEntry, ...]:
        """What is held, oldest first; only those with a higher `seq` than `after`."""
        with self._lock:
            if not after:
                return tuple(self._entries)
            return tuple(entry for entry in self._entries if entry.seq > after)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._held = 0

    def subscribe(self, callback: Callable[[WireEntry], None]) -> Callable[[], None]:
        """Call `callback` for every new message, in the thread that sends or receives it; returns the way back."""
        with self._lock:
            self._subscribers = (*self._subscribers, callback)

        def remove() -> None:
            with self._lock:
                self._subscribers = tuple(item for item in self._subscribers if item is not callback)

        return remove
