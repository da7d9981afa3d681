"""What differs between two sets as a tree, and what changed in one module as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.models.flat_table import FlatTable
from netconf_gui.gui.rows import Index, Role
from netconf_gui.yang.compatibility import Comparison
from netconf_gui.yang.set_compare import Difference, ModuleDifference, SetComparison, title
from netconf_gui.yang.update_rules import Finding, Verdict

_NO_INDEX = QModelIndex()
_INKS = {Difference.ONLY_LEFT: "removed", Difference.ONLY_RIGHT: "added"}
VERDICTS = {
    Verdict.INCOMPATIBLE: ("error", "error"),
    Verdict.REVIEW: ("question", "changed"),
    Verdict.COMPATIBLE: ("success", "success"),
}
"""Icon and ink of each verdict."""


class SetDifferencesModel(QAbstractItemModel):
    """Groups (by kind of difference) and below them modules: Module, Left, Right."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[tuple[str, Difference, tuple[ModuleDifference, ...]]] = []
        self._headers = ["Module", "Left", "Right"]

    def show(self, comparison: SetComparison) -> None:
        self.beginResetModel()
        self._headers = ["Module", comparison.left, comparison.right]
        self._groups = [
            (title(comparison, kind), kind, comparison.of(kind)) for kind in Difference if comparison.of(kind)
        ]
        self.endResetModel()

    def item_at(self, index: Index) -> ModuleDifference | None:
        """The module's row; None for a group."""
        group = index.internalId() - 1 if index.isValid() else -1
        return self._groups[group][2][index.row()] if 0 <= group < len(self._groups) else None

    def find(self, module: str) -> QModelIndex:
        """The first row of a module."""
        for group, (_, _, items) in enumerate(self._groups):
            for at, item in enumerate(items):
                if item.module == module:
                    return self.createIndex(at, 0, group + 1)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if not 0 <= column < 3 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, child: Index = _NO_INDEX) -> Any:
        group = child.internalId() - 1 if child.isValid() else -1
        return self.createIndex(group, 0, 0) if group >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()][2]) if parent.internalId() == 0 and parent.column() == 0 else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self._headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item_at(index)
        if item is None:
            return self._group_data(index, role)
        cells = (item.module, item.left, item.right)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cells[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icons.icon("file")
        if role == Role.INK:
            return _INKS.get(item.difference, "text") if index.column() == 0 else "text2"
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return ", ".join(cell for cell in (item.module, str(item.difference), item.left, item.right) if cell)
        return None

    def _group_data(self, index: Index, role: int) -> Any:
        name, _, items = self._groups[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{name}  {len(items):,}" if index.column() == 0 else ""
        if role == Role.WEIGHT:
            return 600
        return None


def _short(path: str) -> str:
    """The end of a long path, which tells more than its beginning."""
    steps = [step.rpartition(":")[2] for step in path.split("/")[1:]] if path.startswith("/") else []
    if not steps:
        return path
    return f"…/{'/'.join(steps[-2:])}" if len(steps) > 2 else "/" + "/".join(steps)


class FindingsModel(FlatTable):
    """The findings about one module: Where, What."""

    headers = ("Change", "Where")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: Sequence[Finding] = ()

    def show(self, comparison: Comparison | None) -> None:
        self.beginResetModel()
        self._findings = comparison.findings if comparison is not None else ()
        self.endResetModel()

    def finding_at(self, index: Index) -> Finding | None:
        return self._findings[index.row()] if index.isValid() and index.row() < len(self._findings) else None

    def size(self) -> int:
        return len(self._findings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        finding = self.finding_at(index)
        if finding is None:
            return None
        icon, ink = VERDICTS[finding.verdict]
        if role == Qt.ItemDataRole.DisplayRole:
            return (finding.what, _short(finding.path))[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icons.icon(icon, ink)
        if role == Role.MONO:
            return index.column() == 1
        if role == Role.INK:
            return "text" if index.column() == 0 else "text2"
        if role == Qt.ItemDataRole.ToolTipRole:
            return (finding.citation, finding.path)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return f"{finding.verdict}: {finding.what} {finding.path}"
        return None
