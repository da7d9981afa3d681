"""The item model of a tree of differences: only what differs and the way to it, or everything around as well."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.path import InstancePath, Step, path_of
from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.diff_looks import look_of
from netconf_gui.gui.models.diff_outline import BUCKET, KINDS, DiffKind, DiffMarks, DiffOutline, DiffRow
from netconf_gui.gui.models.looks import RowLook

Index = QModelIndex | QPersistentModelIndex
PATH = Qt.ItemDataRole.UserRole + 51
MARKS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}
_NO_INDEX = QModelIndex()


class DiffTreeModel(QAbstractItemModel):
    """Columns: mark, node, fetched, draft.  `changes` are the differences that are shown, in order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diffTreeModel")
        self.headers = ["", "Node", "Fetched", "Draft"]
        self.replaced: frozenset[InstancePath] = frozenset()  # subtrees that are sent as a whole
        self.changes: list[DiffEntry] = []
        self._outline: DiffOutline | None = None
        self._rows: dict[int, DiffRow] = {}
        self._looks: dict[int, RowLook] = {}
        self._changes_only = True
        self._kinds: frozenset[str] = frozenset(KINDS)

    # what is shown

    def show(self, difference: Diff, marks: DiffMarks | None = None) -> None:
        """Show these differences; `marks` if they were made already, on a worker."""
        self.beginResetModel()
        self._outline = DiffOutline(marks if marks is not None else DiffMarks(difference))
        self._filter()
        self.endResetModel()

    @property
    def changes_only(self) -> bool:
        return self._changes_only

    def set_changes_only(self, on: bool) -> None:
        """Whether what is the same is left out."""
        if on != self._changes_only:
            self._changes_only = on
            self._again()

    @property
    def kinds(self) -> frozenset[str]:
        return self._kinds

    def set_kinds(self, kinds: Collection[str]) -> None:
        """Which differences count: those others are not among `changes`, and are left out where only changes are."""
        if frozenset(kinds) != self._kinds:
            self._kinds = frozenset(kinds)
            self._again()

    def set_replaced(self, paths: Collection[InstancePath]) -> None:
        """Which subtrees are marked as sent as a whole."""
        self.replaced = frozenset(paths)
        self._looks.clear()
        if self._outline is not None and self._outline.root.children:
            last = len(self._outline.root.children) - 1
            self.dataChanged.emit(self.index(0, 0), self.index(last, 3))

    def _again(self) -> None:
        self.beginResetModel()
        if self._outline is not None:
            self._outline.reset()
            self._filter()
        self.endResetModel()

    def _filter(self) -> None:
        assert self._outline is not None
        self._outline.changes_only, self._outline.kinds = self._changes_only, self._kinds
        self.changes = self._outline.changes()
        self._rows = {self._outline.root.id: self._outline.root}
        self._looks = {}

    # rows and indexes

    def row_at(self, index: Index) -> DiffRow | None:
        """The row of an index, the root for an invalid one; None for one that outlived its row."""
        if index.isValid():
            return self._rows.get(index.internalId())
        return self._outline.root if self._outline is not None else None

    def index_of(self, row: DiffRow, column: int = 0) -> QModelIndex:
        return QModelIndex() if row.parent is None else self.createIndex(row.position, column, row.id)

    def row_of(self, entry: DiffEntry) -> DiffRow | None:
        """The row of one difference."""
        row = self._outline.row_of(entry) if self._outline is not None else None
        at = row
        while at is not None:  # rows that no view has asked for yet
            self._children(at)
            at = at.parent
        return row

    def path_of(self, row: DiffRow | None) -> InstancePath | None:
        """The path of a row that stands for a node."""
        if row is None or row.own_element is None or self._outline is None:
            return None
        return path_of(row.own_element, self._outline.binder)

    def row_at_path(self, path: InstancePath | None) -> DiffRow | None:
        """The row of a node, made with all above it; None if there is none, or too many to look through."""
        row = self._outline.root if self._outline is not None and path is not None else None
        if row is None or path is None:
            return None
        for depth in range(1, len(path.steps) + 1):
            row = self._below(row, path.steps[:depth])
            if row is None:
                return None
        return row

    def _below(self, row: DiffRow, steps: tuple[Step, ...]) -> DiffRow | None:
        groups = [child for child in self._children(row) if child.kind is DiffKind.LIST]
        rows = [child for child in self._children(row) if child.kind is not DiffKind.LIST]
        for group in groups:
            if group.tag == steps[-1].tag and group.high <= BUCKET:
                rows += self._children(group)
        for child in rows:
            path = self.path_of(child) if child.tag == steps[-1].tag else None
            if path is not None and path.steps == steps:
                return child
        return None

    def _children(self, row: DiffRow) -> list[DiffRow]:
        if self._outline is None:
            return []
        found = self._outline.children(row)
        if found and found[0].id not in self._rows:
            self._rows.update((child.id, child) for child in found)
        return found

    # what Qt asks

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if parent.isValid() and parent.column() != 0:
            return 0
        row = self.row_at(parent)
        return len(self._children(row)) if row is not None else 0

    def hasChildren(self, parent: Index = _NO_INDEX) -> bool:
        if parent.isValid() and parent.column() != 0:
            return False
        row = self.row_at(parent)
        return row is not None and self._outline is not None and self._outline.has_children(row)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 4

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent)
        if above is None or not 0 <= column < 4 or (parent.isValid() and parent.column() != 0):
            return QModelIndex()
        children = self._children(above)
        if not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, children[row].id)

    def parent(self, child: Index = _NO_INDEX) -> QModelIndex:  # type: ignore[override]
        row = self.row_at(child) if child.isValid() else None
        return self.index_of(row.parent) if row is not None and row.parent is not None else QModelIndex()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headers[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index) if index.isValid() else None
        if row is None:
            return None
        if role == LOOK:
            return self.look(row)
        if role == PATH:
            path = self.path_of(row)
            return str(path) if path is not None else ""
        if role == Qt.ItemDataRole.DisplayRole:
            look = self.look(row)
            return (MARKS.get(look.state, ""), look.name, look.old or "", look.value)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 1:
            look = self.look(row)
            words = (look.name, "" if look.state == "same" else look.state, look.side)
            return ", ".join(word for word in words if word)
        return None

    def look(self, row: DiffRow) -> RowLook:
        """How a row looks; kept, since painting asks several times."""
        known = self._looks.get(row.id)
        if known is None and self._outline is not None:
            replaced = bool(self.replaced) and self.path_of(row) in self.replaced
            known = self._looks[row.id] = look_of(row, self._outline, replaced=replaced)
        return known if known is not None else RowLook()
