"""Many notifications: all of them can be looked at, the latest in memory, the older ones on disk.

Lives here: `EventStore`: append from any thread, `len`, and random access by rows.  Does not live here: which of them
somebody wants to see (`event_search`), the file (`workspace.event_overflow`).

Events are kept in blocks.  A full block is packed (a tenth of its size) and goes to disk, the oldest first, when those
in memory exceed the limit.  Without room on disk the oldest events are dropped, and counted.
"""

from __future__ import annotations

import json
import struct
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import WorkspaceError
from netconf_gui.log import get as get_log
from netconf_gui.services.notifications import Event, EventKind, Severity
from netconf_gui.workspace.event_overflow import SEGMENT, Overflow, Place

BLOCK = 256  # events
MEMORY = 48 << 20  # bytes of packed blocks
DISK = 2 << 30  # bytes
_OPEN_BLOCKS = 12  # unpacked ones that are remembered for rows
_HEAD = struct.Struct(">I")
_AROUND = 300  # bytes an event takes besides its XML, about

_log = get_log(__name__)


@dataclass(eq=False, slots=True)
class _Block:
    """Events in one of three forms: as they are, packed, packed on disk."""

    events: list[Event] | None = None
    packed: bytes | None = None
    place: Place | None = None


class EventStore:
    """Thread-safe.  Rows count from the oldest event that is kept; `dropped` older ones are gone for lack of room.

    An event's number is its own for ever: `number = first + row` at any time.
    """

    def __init__(
        self, *, memory: int = MEMORY, disk: int = DISK, folder: Path | None = None, segment: int = SEGMENT
    ) -> None:
        self._memory_limit = memory
        self._disk_limit = disk
        self._overflow = Overflow(folder, segment=segment)
        self._lock = threading.Lock()
        self._moving = threading.Lock()  # one thread moves blocks to disk at a time
        self._blocks: OrderedDict[int, _Block] = OrderedDict()  # full ones, by number
        self._open: list[Event] = []
        self._next = 0  # number of the block that is being filled
        self._first = 0  # number of the first block that is kept
        self._packed = 0  # bytes in memory
        self._recent = 0  # bytes of the open block, about
        self._unpacked: OrderedDict[int, list[Event]] = OrderedDict()
        self._growth: list[Callable[[], None]] = []
        self._told = False
        self._closed = False
        self.dropped = 0
        self.problem: WorkspaceError | None = None  # why older ones are dropped
        weakref.finalize(self, self._overflow.close)

    def __len__(self) -> int:
        return (self._next - self._first) * BLOCK + len(self._open)

    @property
    def first(self) -> int:
        """The number of row 0."""
        return self._first * BLOCK

    @property
    def memory(self) -> int:
        """Bytes that the events take in memory, about."""
        return self._packed + self._recent

    @property
    def on_disk(self) -> int:
        """Bytes on disk."""
        return self._overflow.size

    # ---- in

    def append(self, event: Event) -> int:
        """Keep an event; returns its number.  Nothing is kept after `close`."""
        full: tuple[int, list[Event]] | None = None
        with self._lock:
            if self._closed:
                return -1
            number = self._next * BLOCK + len(self._open)
            self._open.append(event)
            self._recent += len(event.xml) + _AROUND
            if len(self._open) == BLOCK:
                full = (self._next, self._open)
                self._blocks[self._next] = _Block(events=self._open)
                self._next += 1
                self._open, self._recent = [], 0
            tell, self._told = not self._told, True
        if full is not None:
            self._pack(*full)
        if tell:
            for callback in tuple(self._growth):
                callback()
        return number

    def extend(self, events: Iterable[Event]) -> None:
        for event in events:
            self.append(event)

    def on_growth(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when there is something new: once, then not again before `settle`.  Returns what ends it.

        The call comes on the thread that appends.
        """
        self._growth.append(callback)

        def stop() -> None:
            if callback in self._growth:
                self._growth.remove(callback)

        return stop

    def settle(self) -> int:
        """Whoever was called back has looked: the next event is told again.  Returns `len`."""
        with self._lock:
            self._told = False
            return len(self)

    def clear(self) -> None:
        """Forget all events; numbers go on."""
        with self._lock:
            # the open block is left behind as if it were full
            self._next += 1 if self._open else 0
            self._first = self._next
            self._open, self._recent, self._packed = [], 0, 0
            self._blocks.clear()
            self._unpacked.clear()
            while self._overflow.drop_oldest() is not None:
                pass

    def close(self) -> None:
        """Forget all events and remove the file."""
        with self._lock:
            self._closed = True
        self.clear()
        self._overflow.close()

    # ---- out

    def rows(self, start: int, count: int) -> list[Event]:
        """The events of rows `start` to `start + count - 1`, as far as there are."""
        begin = self.first + max(0, start)
        return self.numbered(range(begin, begin + max(0, count)))

    def row(self, row: int) -> Event | None:
        """One event; None when there is no such row."""
        found = self.rows(row, 1)
        return found[0] if found else None

    def numbered(self, numbers: Iterable[int]) -> list[Event]:
        """The events of these numbers; those that are gone are left out."""
        found: list[Event] = []
        block, events = -1, list[Event]()
        for number in numbers:
            if number // BLOCK != block:
                block = number // BLOCK
                if block > self._next:
                    break
                events = self._events_of(block)[0]
            at = number % BLOCK
            if at < len(events):
                found.append(events[at])
        return found

    def scan(
        self, number: int = 0, *, contains: bytes = b"", cancel: CancelToken | None = None
    ) -> Iterator[tuple[int, int, list[Event]]]:
        """All events from a number on, block by block: the number of the first one, that after the last, the events.

        A block without the bytes `contains` (lower case) anywhere is given as an empty list, which is quicker.
        """
        while True:
            if cancel is not None:
                cancel.check()
            block = max(number // BLOCK, self._first)
            begin = max(number, block * BLOCK)
            events, full = self._events_of(block, contains)
            end = (block + 1) * BLOCK if full else block * BLOCK + len(events)
            if end > begin:
                yield begin, end, events[begin - block * BLOCK :]
            if not full:
                return
            number = end

    def _events_of(self, block: int, contains: bytes = b"") -> tuple[list[Event], bool]:
        """The events of a block, and whether no more can come into it."""
        with self._lock:
            if block >= self._next:
                return (list(self._open) if block == self._next else []), False
            found = self._blocks.get(block)
            if found is None:
                return [], True
            if found.events is not None:
                return found.events, True
            known = self._unpacked.get(block)
            if known is not None:
                self._unpacked.move_to_end(block)
                return known, True
            packed, place = found.packed, found.place
        if packed is None and place is not None:
            packed = self._overflow.get(place)
        if not packed:
            return [], True
        data = zlib.decompress(packed)
        if contains and contains not in data.lower():
            return [], True
        events = _unpacked(data)
        if not contains:  # who goes through all of it must not push out what is on the screen
            with self._lock:
                self._unpacked[block] = events
                while len(self._unpacked) > _OPEN_BLOCKS:
                    self._unpacked.popitem(last=False)
        return events, True

    # ---- limits

    def _pack(self, number: int, events: list[Event]) -> None:
        packed = _packed(events)
        with self._lock:
            block = self._blocks.get(number)
            if block is None:  # cleared meanwhile
                return
            block.events, block.packed = None, packed
            self._packed += len(packed)
            over = self._packed > self._memory_limit
        if over:
            self._move_to_disk()

    def _move_to_disk(self) -> None:
        """The disk may be slow: who reads rows meanwhile does not wait for it."""
        with self._moving:
            while self._disk_limit and (found := self._oldest_in_memory()) is not None:
                number, packed = found
                try:
                    place = self._overflow.put(packed)
                except WorkspaceError as error:
                    if self.problem is None:
                        _log.warning("%s", error)
                    self.problem = error
                    break
                with self._lock:
                    block = self._blocks.get(number)
                    if block is not None and block.packed is packed:  # else cleared meanwhile
                        block.place, block.packed = place, None
                        self._packed -= len(packed)
            with self._lock:
                while self._overflow.size > self._disk_limit:
                    self._drop_segment()
                if self._packed > self._memory_limit:
                    self._drop_block()

    def _oldest_in_memory(self) -> tuple[int, bytes] | None:
        """What goes to disk next; None while all fits into memory."""
        with self._lock:
            if self._packed <= self._memory_limit:
                return None
            for number, block in self._blocks.items():
                if block.packed is not None:
                    return number, block.packed
        return None

    def _drop_segment(self) -> None:
        gone = self._overflow.drop_oldest()
        for number, block in list(self._blocks.items()):
            if block.place is None or block.place.segment != gone:
                break
            self._forget(number)

    def _drop_block(self) -> None:
        """There is no room on disk."""
        number = next(iter(self._blocks))
        self._packed -= len(self._blocks[number].packed or b"")
        self._forget(number)

    def _forget(self, number: int) -> None:
        del self._blocks[number]
        self.dropped += BLOCK
        self._unpacked.pop(number, None)
        self._first = number + 1


def _packed(events: list[Event]) -> bytes:
    facts = [
        (
            event.time,
            event.received,
            event.device,
            event.stream,
            event.name,
            event.module,
            event.text,
            event.severity.value,
            event.path,
            event.kind.value,
            event.subscription,
            event.replayed,
            len(event.xml),
        )
        for event in events
    ]
    head = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return zlib.compress(b"".join((_HEAD.pack(len(head)), head, *(event.xml for event in events))), 1)


def _unpacked(data: bytes) -> list[Event]:
    (size,) = _HEAD.unpack_from(data)
    at = _HEAD.size + size
    events: list[Event] = []
    for fact in json.loads(data[_HEAD.size : at].decode("utf-8", "surrogatepass")):
        time, received, device, stream, name, module, text, severity, path, kind, subscription, replayed, length = fact
        xml = data[at : at + length]
        at += length
        events.append(
            Event(
                time,
                received,
                device,
                stream,
                name,
                module,
                text,
                Severity(severity),
                xml,
                path,
                EventKind(kind),
                subscription,
                replayed,
            )
        )
    return events
