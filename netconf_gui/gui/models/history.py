"""The applies of a device's history as rows: when, how it ended, by whom, what it was to change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Qt

from netconf_gui.errors import Outcome
from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role
from netconf_gui.services.history import OUTCOME_WORDS
from netconf_gui.workspace.snapshots import Entry

COLUMNS = ("When", "Outcome", "By", "What")
_ICONS = {
    Outcome.APPLIED.value: ("success", "success"),
    Outcome.UNCHANGED.value: ("nothing", "text3"),
    Outcome.ROLLED_BACK.value: ("roll-back", "warning"),
    Outcome.UNKNOWN.value: ("question", "error"),
}


def outcome_words(entry: Entry) -> str:
    """How it ended, with a capital."""
    return OUTCOME_WORDS.get(entry.outcome, entry.outcome).capitalize()


def when(entry: Entry) -> str:
    return f"{datetime.fromtimestamp(entry.started):%Y-%m-%d %H:%M:%S}"


class HistoryModel(FlatTable):
    """One row an apply, in the order given."""

    headers = COLUMNS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("historyModel")
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def entry(self, index: Index) -> Entry | None:
        return self.entries[index.row()] if index.isValid() else None

    def row_of(self, entry_id: str) -> int:
        """The row of an entry, -1 if it is not shown."""
        return next((row for row, entry in enumerate(self.entries) if entry.id == entry_id), -1)

    def size(self) -> int:
        return len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, column = self.entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _cells(entry)[column]
        if role == Qt.ItemDataRole.DecorationRole:
            return _picture(entry, column)
        if role == Role.INK:
            return None if column in (0, 3) else "text2"
        if role == Role.SIDE:
            return entry.note if column == 3 else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return (entry.damage and f"Damaged: {entry.damage}.") or (entry.summary if column == 3 else entry.text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            more = "".join((", pinned" if entry.pinned else "", ", damaged" if entry.damage else ""))
            return f"{COLUMNS[column]}: {_cells(entry)[column]}{more if column == 0 else ''}"
        return None


def _cells(entry: Entry) -> tuple[str, str, str, str]:
    return when(entry), outcome_words(entry), entry.who or entry.address, " ".join(entry.summary.split())


def _picture(entry: Entry, column: int) -> Any:
    if column == 0:
        name, ink = ("warning", "warning") if entry.damage else _ICONS.get(entry.outcome, ("question", "text3"))
        return icons.icon(name, ink)
    return icons.icon("pin", "accent_text") if column == 3 and entry.pinned else None
