"""The modules of a schema as a table: filtered by words, sorted by any column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.rows import Index, Role
from netconf_gui.yang.module_kind import from_mib, kind_of
from netconf_gui.yang.schema import BrokenModule, ModuleInfo

_NO_INDEX = QModelIndex()
COLUMNS = ("Module", "Revision", "Kind", "Conformance", "Source")


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module; `info` None for one that could not be compiled."""

    name: str
    cells: tuple[str, ...]
    words: str  # what the filter looks at
    info: ModuleInfo | None
    broken: str = ""


def module_rows(
    modules: tuple[ModuleInfo, ...], broken: tuple[BrokenModule, ...], origin: Callable[[ModuleInfo], str]
) -> list[ModuleRow]:
    """The rows of all modules, by name."""
    rows = []
    for module in modules:
        kind = kind_of(module)
        conformance = "implemented" if module.implemented else "imported"
        told = f"{kind.origin}, {kind.layer}"
        if from_mib(module.namespace, module.extensions):
            told += ", MIB, read only"
        cells = (module.name, module.revision, told, conformance, origin(module))
        words = " ".join((*cells, module.namespace, module.prefix, kind.publisher, *module.features)).casefold()
        rows.append(ModuleRow(module.name, cells, words, module))
    known = {(row.name, row.cells[1]) for row in rows}
    for item in broken:
        if (item.name, item.revision) not in known:
            cells = (item.name, item.revision, "", "broken", "")
            rows.append(ModuleRow(item.name, cells, f"{item.name} broken".casefold(), None, item.reason))
    return sorted(rows, key=lambda row: (row.name, row.cells[1]))


class ModulesModel(QAbstractItemModel):
    """A flat table of `ModuleRow`."""

    def __init__(self, rows: list[ModuleRow], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = rows
        self._shown = list(rows)
        self._filter = ""
        self._order = (0, Qt.SortOrder.AscendingOrder)

    @property
    def total(self) -> int:
        return len(self._all)

    def set_filter(self, text: str) -> None:
        """Show modules in which every word of `text` occurs."""
        self._filter = text.casefold()
        self._show()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self._show()

    def _show(self) -> None:
        column, order = self._order
        words = self._filter.split()
        self.beginResetModel()
        self._shown = [row for row in self._all if all(word in row.words for word in words)]
        reverse = order is Qt.SortOrder.DescendingOrder
        self._shown.sort(key=lambda row: (row.cells[column], row.name), reverse=reverse)
        self.endResetModel()

    def module_at(self, index: Index) -> ModuleRow | None:
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def index_of(self, name: str) -> QModelIndex:
        """The row of a module; of several revisions the implemented one; invalid if it is not shown."""
        found = [at for at, row in enumerate(self._shown) if row.name == name]
        best = next((at for at in found if (info := self._shown[at].info) is not None and info.implemented), None)
        at = best if best is not None else found[0] if found else -1
        return QModelIndex() if at < 0 else self.createIndex(at, 0)

    # what Qt asks for

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        inside = not parent.isValid() and 0 <= row < len(self._shown) and 0 <= column < len(COLUMNS)
        return self.createIndex(row, column) if inside else QModelIndex()

    def parent(self, child: Index = _NO_INDEX) -> Any:
        return QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return COLUMNS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.module_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icons.icon("warning", "warning") if row.info is None else icons.icon("file")
        if role == Role.INK:
            return "text" if index.column() == 0 else "text2"
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.broken or row.name
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return ", ".join(cell for cell in row.cells if cell)
        return None
