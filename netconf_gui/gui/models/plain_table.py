"""A table of texts: lines that come as a whole, each standing for something.

Lives here: `PlainTable` and its filter.  Does not live here: where the lines come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt

from netconf_gui.gui.models.flat_table import NO_INDEX, FlatTable, Index
from netconf_gui.gui.rows import Role


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its texts, what it stands for, a small text in the first column, the token of the ink."""

    texts: tuple[str, ...]
    value: object = None
    side: str = ""
    ink: str = ""
    tip: str = ""


class PlainTable(FlatTable):
    """Shows lines; `mono` are the columns with values."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None, *, mono: Sequence[int] = ()) -> None:
        super().__init__(parent)
        self.headers = headers
        self._mono = frozenset(mono)
        self._lines: tuple[Line, ...] = ()

    def size(self) -> int:
        return len(self._lines)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these; rows that are the same stay where they are."""
        made = tuple(lines)
        if made == self._lines:
            return
        if len(made) == len(self._lines):
            changed = [at for at, (old, new) in enumerate(zip(self._lines, made, strict=True)) if old != new]
            self._lines = made
            for at in changed:
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.headers) - 1))
            return
        self.beginResetModel()
        self._lines = made
        self.endResetModel()

    def line(self, index: Index) -> Line | None:
        row = index.row() if index.isValid() else -1
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, value: object) -> int:
        """The row that stands for something; -1 if none does."""
        return next((at for at, line in enumerate(self._lines) if line.value == value), -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index)
        if line is None:
            return None
        column = index.column()
        text = line.texts[column] if column < len(line.texts) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.tip or text or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{text} {line.side}".strip() if column == 0 else text
        if role == Role.SIDE:
            return line.side if column == 0 else ""
        if role == Role.INK:
            return line.ink
        return (role == Role.MONO and column in self._mono) or None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags


class PlainFilter(QSortFilterProxyModel):
    """Lines with a text in any column."""

    def __init__(self, table: PlainTable) -> None:
        super().__init__(table)
        self.setSourceModel(table)
        self.setFilterKeyColumn(-1)
        self.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def line(self, index: Index) -> Line | None:
        table = self.sourceModel()
        assert isinstance(table, PlainTable)
        return table.line(self.mapToSource(index)) if index.isValid() else None

    def index_of(self, value: object) -> Index:
        table = self.sourceModel()
        assert isinstance(table, PlainTable)
        row = table.row_of(value)
        return self.mapFromSource(table.index(row, 0)) if row >= 0 else NO_INDEX
