"""The models of a schema report: the modules of a device with what became of them, and the sources that gave them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QLocale,
    QObject,
    QSortFilterProxyModel,
    Qt,
)

from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role
from netconf_gui.yang.report import ModuleReport, ModuleStatus, SourceReport

MODULE_COLUMNS = ("Module", "Revision", "Status", "Text from", "Needed by", "What it says")
SOURCE_COLUMNS = ("Source", "Modules", "What it says")

STATUS_WORDS = {
    ModuleStatus.FETCHED: "fetched",
    ModuleStatus.CACHED: "from cache",
    ModuleStatus.FOLDER: "from folder",
    ModuleStatus.SHIPPED: "shipped",
    ModuleStatus.MISSING: "missing",
    ModuleStatus.BROKEN: "broken",
    ModuleStatus.REPAIRED: "repaired",
}
ORIGIN_WORDS = {
    ModuleStatus.FETCHED: "the device",
    ModuleStatus.CACHED: "the cache",
    ModuleStatus.FOLDER: "a folder",
    ModuleStatus.SHIPPED: "the program",
}
_ICONS = {
    ModuleStatus.MISSING: ("question", "error"),
    ModuleStatus.BROKEN: ("error", "error"),
    ModuleStatus.REPAIRED: ("warning", "warning"),
}
UNUSABLE = (ModuleStatus.MISSING, ModuleStatus.BROKEN)


class ModuleReportModel(FlatTable):
    """One row a module, in the report's order."""

    headers = MODULE_COLUMNS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ModuleReport, ...] = ()

    def show_modules(self, rows: Sequence[ModuleReport]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def module(self, index: Index) -> ModuleReport | None:
        return self._rows[index.row()] if index.isValid() else None

    def at(self, row: int) -> ModuleReport:
        return self._rows[row]

    def size(self) -> int:
        return len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == 2:
            name, ink = _ICONS.get(row.status, ("success", "text3"))
            return icons.icon(name, ink)
        if role == Role.SIDE and column == 0:
            return "submodule" if row.submodule else "" if row.implemented else "import only"
        if role == Role.MONO:
            return column == 1
        if role == Role.INK:
            if column == 2:
                return _ICONS.get(row.status, ("", "text2"))[1]
            return None if column == 0 else "text2"
        if role == Qt.ItemDataRole.ToolTipRole:
            return (row.place if column == 3 else "") or _cell(row, column) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{MODULE_COLUMNS[column]}: {_cell(row, column) or 'nothing'}"
        return None


def _cell(row: ModuleReport, column: int) -> str:
    if column == 0:
        return row.name
    if column == 1:
        return row.revision
    if column == 2:
        return STATUS_WORDS[row.status]
    if column == 3:
        return Path(row.place).name if row.place else ORIGIN_WORDS[row.origin] if row.origin is not None else ""
    if column == 4:
        more = f" and {len(row.needed_by) - 3} more" if len(row.needed_by) > 3 else ""
        return ", ".join(row.needed_by[:3]) + more
    where = f"line {row.line}: " if row.line is not None and f"line {row.line}" not in row.reason else ""
    return where + row.reason


class ModuleFilter(QSortFilterProxyModel):
    """Rows with all words of a text in name, status, reason or who needs them; of chosen states."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._states: tuple[ModuleStatus, ...] = ()
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def choose(self, text: str, states: tuple[ModuleStatus, ...]) -> None:
        """Show rows with these words and states; no states: all."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self._states = states
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        model = self.sourceModel()
        if not isinstance(model, ModuleReportModel):
            return True
        row = model.at(source_row)
        if self._states and row.status not in self._states:
            return False
        text = " ".join((row.name, row.revision, STATUS_WORDS[row.status], row.reason, row.place, *row.needed_by))
        text = text.casefold()
        return all(word in text for word in self._words)


class SourceReportModel(FlatTable):
    """One row a source, in the order in which they are asked."""

    headers = SOURCE_COLUMNS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SourceReport, ...] = ()

    def show_sources(self, rows: Sequence[SourceReport]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def size(self) -> int:
        return len(self._rows)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        count = QLocale().toString(row.gave) if row.asked else "–"
        cells = (row.name, count, row.text)
        if role == Qt.ItemDataRole.DisplayRole:
            return cells[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            name, ink = ("error", "warning") if row.failed else ("success", "success") if row.gave else ("nothing", "")
            return icons.icon(name, ink or "text3")
        if role == Role.MONO:
            return column == 1
        if role == Role.INK:
            return "text3" if not row.asked else "text2" if column else None
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 1:
            return Qt.AlignmentFlag.AlignRight
        if role == Qt.ItemDataRole.ToolTipRole:
            return cells[column] or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{SOURCE_COLUMNS[column]}: {cells[column] or 'nothing'}"
        return None
