"""The hits of a search as a table: path and value, worked out for the rows in sight."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from netconf_gui.gui.rows import Index, Role
from netconf_gui.gui.tree_search import TreeSearch

_NO_INDEX = QModelIndex()
_TITLES = ("Path", "Value")
LONGEST = 200  # characters of a value that are shown


class SearchHitsModel(QAbstractTableModel):
    """Follows one search; `refresh` when it has found more."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("searchHitsModel")
        self._search: TreeSearch | None = None
        self._count = 0
        self._first: object = None

    def show(self, search: TreeSearch) -> None:
        self.beginResetModel()
        self._search = search
        self._count = len(search.hits)
        self.endResetModel()

    def refresh(self) -> None:
        """Rows are added while the search goes on; another search begins anew."""
        search = self._search
        hits = search.hits if search is not None else []
        same = bool(hits) and self._count > 0 and hits[0] is self._first and len(hits) >= self._count
        if same and len(hits) > self._count:
            self.beginInsertRows(QModelIndex(), self._count, len(hits) - 1)
            self._count = len(hits)
            self.endInsertRows()
        elif not same:
            self.beginResetModel()
            self._count = len(hits)
            self.endResetModel()
        self._first = hits[0] if hits else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        search = self._search
        if search is None or not index.isValid() or index.row() >= len(search.hits):
            return None
        if role == Role.MONO:
            return True
        element = search.hits[index.row()]
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if index.column() == 0:
            path = search.document.path_of(element)
            return str(path) if role == Qt.ItemDataRole.ToolTipRole else path.short()
        node = search.document.schema_node(element)
        is_term = node.is_term if node is not None else len(element) == 0
        return (element.text or "")[:LONGEST] if is_term else ""
