"""The list of notifications: rows of a store, or of what a filter left of it, fetched only while they are seen.

Lives here: `EventModel`, and how an event looks in a row.  Does not live here: keeping events (`services.event_store`),
making a filter's rows (`services.event_search`), painting (`panes/notifications_table`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role
from netconf_gui.services.event_search import NOTHING, EventView, Judgement, RuleBook
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event, EventKind, Severity

COLUMNS = ("Time", "Device", "Stream", "Severity", "What", "Path")
TIME, DEVICE, STREAM, SEVERITY, WHAT, PATH = range(6)
_AHEAD = 48  # rows that are fetched together
_MOST_KEPT = 4096  # rows that are remembered
_MOST_MARGIN = 8

SEVERITY_LOOKS = {
    Severity.CRITICAL: ("error", "error"),
    Severity.MAJOR: ("error", "error"),
    Severity.MINOR: ("warning", "warning"),
    Severity.WARNING: ("warning", "warning"),
    Severity.INFORMATION: ("info", "info"),
    Severity.CLEARED: ("success", "success"),
}
"""Icon and ink."""

KIND_WORDS = {
    EventKind.NOTIFICATION: "notification",
    EventKind.STATE: "state of the subscription",
    EventKind.GAP: "gap",
    EventKind.NOTE: "note of the program",
}
_KIND_LOOKS = {
    EventKind.GAP: ("warning", "warning", "warning_tint"),
    EventKind.STATE: ("sessions", "text2", "alt"),
    EventKind.NOTE: ("activity", "text2", "alt"),
}
COLOUR_TINTS = {
    "red": "error_tint",
    "orange": "warning_tint",
    "yellow": "changed_tint",
    "green": "added_tint",
    "blue": "info_tint",
    "grey": "stale_tint",
}
"""The colours of rules, as tokens of the theme."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a row is painted."""

    event: Event
    texts: tuple[str, ...]
    icon: str
    ink: str  # of icon and severity
    text_ink: str
    tint: str
    weight: int
    rule: str


def clock(event: Event, *, today: tuple[int, int] | None = None) -> str:
    """The time of an event on this computer's clock, to the millisecond; with its date where that is not today."""
    at = event.at
    if at is None:
        return event.time
    there = time.localtime(at)
    text = time.strftime("%H:%M:%S", there) + f".{int(at * 1000) % 1000:03d}"
    day = (there.tm_year, there.tm_yday)
    return text if day == (today or _today()) else time.strftime("%Y-%m-%d ", there) + text


def _today() -> tuple[int, int]:
    now = time.localtime()
    return now.tm_year, now.tm_yday


class EventModel(FlatTable):
    """Rows change in `refresh` only, on the GUI thread, however many events come in between."""

    headers = COLUMNS

    def __init__(self, store: EventStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._view: EventView | None = None
        self._first = 0  # number of row 0, while there is no filter
        self._count = 0
        self._last = -1  # number of the last row
        self._rules = RuleBook(())
        self._rows: dict[int, EventRow] = {}  # by number

    # ---- what it shows

    @property
    def view(self) -> EventView | None:
        """The filter's rows; None for all events."""
        return self._view

    def show(self, view: EventView | None) -> None:
        """Show what a filter leaves, or everything."""
        self.beginResetModel()
        self._view = view
        self._rows.clear()
        self._first, self._count, self._last = self._extent()
        self.endResetModel()

    def set_rules(self, rules: RuleBook) -> None:
        """Other rules decide about colours."""
        self._rules = rules
        self._rows.clear()
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(COLUMNS) - 1))

    def size(self) -> int:
        return self._count

    def refresh(self) -> int:
        """Come up to date; returns how many rows are new."""
        first, count, last = self._extent()
        gone = self._gone(first, count)
        if gone is None or gone > self._count:
            before = self._count
            self.show(self._view)
            return max(0, self._count - before)
        if gone:
            self.beginRemoveRows(QModelIndex(), 0, gone - 1)
            self._first += gone
            self._count -= gone
            self.endRemoveRows()
        new = count - self._count
        if new > 0:
            self.beginInsertRows(QModelIndex(), self._count, self._count + new - 1)
            self._count += new
            self._last = last
            self.endInsertRows()
        return max(0, new)

    def _extent(self) -> tuple[int, int, int]:
        """Number of the first row, how many there are, number of the last."""
        if self._view is not None:
            count = len(self._view)
            ends = self._view.numbers(count - 1, 1) if count else []
            return 0, count, ends[0] if ends else -1
        while True:
            first = self.store.first
            count = len(self.store)
            if self.store.first == first:  # nothing was dropped in between
                return first, count, first + count - 1

    def _gone(self, first: int, count: int) -> int | None:
        """Rows at the beginning that the store dropped; None where that cannot be told."""
        if not self._count:
            self._first = first
            return 0
        if self._view is None:
            gone = max(0, first - self._first)
            return gone if gone <= self._count and first + count >= self._first + self._count else None
        at = self._view.row_of(self._last)
        return None if at is None else self._count - 1 - at

    # ---- rows

    def number(self, row: int) -> int | None:
        """The number in the store of a row's event."""
        if not 0 <= row < self._count:
            return None
        if self._view is None:
            return self._first + row
        found = self._view.numbers(row, 1)
        return found[0] if found else None

    def row_of(self, number: int) -> int | None:
        """The row of an event; None if it is not shown."""
        if self._view is not None:
            row = self._view.row_of(number)
        else:
            row = number - self._first
        return row if row is not None and 0 <= row < self._count else None

    def event_at(self, row: int) -> Event | None:
        """The event of a row; None if it has been dropped meanwhile."""
        found = self.look(row)
        return found.event if found is not None else None

    def look(self, row: int) -> EventRow | None:
        """How a row is painted; its neighbours are fetched with it."""
        number = self.number(row)
        if number is None:
            return None
        found = self._rows.get(number)
        return found if found is not None else self._fetch(row, number)

    def _fetch(self, row: int, number: int) -> EventRow | None:
        if len(self._rows) > _MOST_KEPT:
            self._rows.clear()
        begin = max(0, row - _MOST_MARGIN)
        length = min(_AHEAD, self._count - begin)
        if self._view is None:
            numbers = list(range(self._first + begin, self._first + begin + length))
        else:
            numbers = self._view.numbers(begin, length)
        events = self.store.numbered(numbers)
        today = _today()
        if len(events) == len(numbers):
            for at, event in zip(numbers, events, strict=True):
                self._rows[at] = self._row(event, today)
        else:  # some were dropped: which of them is told one by one
            one = self.store.numbered([number])
            if one:
                self._rows[number] = self._row(one[0], today)
        return self._rows.get(number)

    def _row(self, event: Event, today: tuple[int, int]) -> EventRow:
        judged: Judgement = self._rules.judge(event) if event.kind is EventKind.NOTIFICATION else NOTHING
        icon, ink = SEVERITY_LOOKS[event.severity]
        text_ink, tint, weight = "text", COLOUR_TINTS.get(judged.colour, ""), 400
        severity: str = event.severity.value
        if event.kind in _KIND_LOOKS:
            icon, ink, tint = _KIND_LOOKS[event.kind]
            severity, text_ink = event.kind.value, ink
            weight = 600 if event.kind is EventKind.GAP else 400
        texts = (clock(event, today=today), event.device, event.stream, severity, event.text, event.path)
        return EventRow(event, texts, icon, ink, text_ink, tint, weight, judged.rule)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ANSWERED or not index.isValid():
            return None
        found = self.look(index.row())
        if found is None:
            return "no longer kept" if role == Qt.ItemDataRole.DisplayRole and index.column() == WHAT else None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.texts[index.column()]
        if role == Role.TINT:
            return found.tint
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = found.texts[index.column()]
            return f"{KIND_WORDS[found.event.kind]}: {said}" if index.column() == WHAT else said
        return tip(found.event, found.rule) if index.column() in (WHAT, TIME) else found.texts[index.column()] or None


_ANSWERED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Role.TINT,
    }
)


def tip(event: Event, rule: str = "") -> str:
    """All that is known of an event, in words."""
    received = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event.received))
    lines = [event.text, f"Time of the device: {event.time}. Received: {received}."]
    if event.replayed:
        lines.append("Sent again from the device's log.")
    if event.stream:
        lines.append(f"{event.severity.value.capitalize()}, of {event.stream}.")
    if event.path:
        lines.append(event.path)
    if event.module:
        lines.append(f"{event.module}:{event.name}")
    if rule:
        lines.append(f"Pointed to by the rule “{rule}”.")
    return "\n".join(lines)


def as_line(event: Event) -> str:
    """An event as a line of text: what is copied."""
    return "\t".join((event.time, event.device, event.stream, event.severity.value, event.text, event.path))
