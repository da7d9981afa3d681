"""What the left side of the console lists: operations by module, favourites, and what was sent.

Lives here: two item models over plain records.  Does not live here: the records (`services.console`,
`workspace.console_history`), the views (`panes/console_side`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.rows import Index, Role
from netconf_gui.services.console import Operation
from netconf_gui.workspace.console_history import Favourite, HistoryEntry

_NO_INDEX = QModelIndex()
DAY = 86400


@dataclass(eq=False, slots=True)
class _Module:
    """A module with those of its operations that are shown."""

    name: str
    operations: list[Operation] = field(default_factory=list)


class OperationsModel(QAbstractItemModel):
    """Modules, below each its rpcs and actions; `set_filter` leaves those in which every word occurs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Operation, ...] = ()
        self._words: dict[str, str] = {}
        self._shown: list[_Module] = []
        self._filter: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def count(self) -> int:
        """How many operations are shown."""
        return sum(len(module.operations) for module in self._shown)

    def show(self, operations: Sequence[Operation]) -> None:
        """List these, in this order."""
        self._all = tuple(operations)
        self._words = {one.id: f"{one.id} {one.node.description}".casefold() for one in self._all}
        self._fill()

    def set_filter(self, text: str) -> None:
        words = tuple(text.casefold().split())
        if words != self._filter:
            self._filter = words
            self._fill()

    def _fill(self) -> None:
        self.beginResetModel()
        found: dict[str, _Module] = {}
        for one in self._all:
            if all(word in self._words[one.id] for word in self._filter):
                name = one.node.module
                found.setdefault(name, _Module(name)).operations.append(one)
        self._shown = list(found.values())
        self.endResetModel()

    def operation_at(self, index: Index) -> Operation | None:
        """The operation of a row; None for modules."""
        number = index.internalId() if index.isValid() else 0
        if not 0 < number <= len(self._shown):
            return None
        below = self._shown[number - 1].operations
        return below[index.row()] if index.row() < len(below) else None

    def index_of(self, operation_id: str) -> QModelIndex:
        """The row of an operation; invalid if it is not shown."""
        for number, module in enumerate(self._shown, 1):
            for row, one in enumerate(module.operations):
                if one.id == operation_id:
                    return self.createIndex(row, 0, number)
        return QModelIndex()

    def first(self) -> QModelIndex:
        """The first operation that is shown."""
        return self.createIndex(0, 0, 1) if self._shown else QModelIndex()

    # what Qt asks for

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if column != 0 or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0) if row < len(self._shown) else QModelIndex()
        below = self._shown[parent.row()].operations if not parent.internalId() else []
        return self.createIndex(row, 0, parent.row() + 1) if row < len(below) else QModelIndex()

    def parent(self, child: Index = _NO_INDEX) -> Any:
        number = child.internalId() if child.isValid() else 0
        return self.createIndex(number - 1, 0, 0) if number else QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if not parent.isValid():
            return len(self._shown)
        is_module = not parent.internalId() and parent.row() < len(self._shown)
        return len(self._shown[parent.row()].operations) if is_module else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.operation_at(index)
        if one is None:
            return self._of_module(index, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return one.name
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.node_icon("action" if one.is_action else "rpc")
        if role == Role.SIDE:
            return one.where.rpartition("/")[2].rpartition(":")[2] if one.is_action else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (one.title, one.node.description) if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one.name}, {'action of ' + one.where if one.is_action else 'rpc'}"
        return None

    def _of_module(self, index: Index, role: int) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        module = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return module.name
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon("file")
        if role == Role.SIDE:
            return f"{len(module.operations)}"
        if role == Role.INK:
            return "text2"
        return None


Kept = Favourite | HistoryEntry


class KeptModel(QAbstractItemModel):
    """A flat list of favourites, or of what was sent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Kept] = []
        self._with_device = True

    def show(self, items: Sequence[Kept], *, with_device: bool = True) -> None:
        """List these; `with_device`: say to which device each was sent."""
        self.beginResetModel()
        self._items, self._with_device = list(items), with_device
        self.endResetModel()

    def item_at(self, index: Index) -> Kept | None:
        return self._items[index.row()] if index.isValid() and index.row() < len(self._items) else None

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        inside = not parent.isValid() and column == 0 and 0 <= row < len(self._items)
        return self.createIndex(row, 0) if inside else QModelIndex()

    def parent(self, child: Index = _NO_INDEX) -> Any:
        return QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item_at(index)
        if isinstance(item, Favourite):
            return _of_favourite(item, role)
        return _of_entry(item, role, with_device=self._with_device) if item is not None else None


def short_name(operation: str) -> str:
    """An operation's own name."""
    return operation.rpartition("/")[2].rpartition(":")[2]


def _of_favourite(item: Favourite, role: int) -> Any:
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return item.name
    if role == Qt.ItemDataRole.DecorationRole:
        return icons.icon("favourite")
    if role == Role.SIDE:
        return short_name(item.operation)
    if role == Qt.ItemDataRole.ToolTipRole:
        return f"{item.operation}\n{item.text[:1000]}"
    return None


def _of_entry(item: HistoryEntry, role: int, *, with_device: bool) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return short_name(item.operation) or "request"
    if role == Qt.ItemDataRole.DecorationRole:
        return icons.icon("success" if item.ok else "error", "success" if item.ok else "error")
    if role == Role.SIDE:
        when = moment(item.time)
        return f"{item.device} · {when}" if with_device else when
    if role == Qt.ItemDataRole.ToolTipRole:
        return f"{item.outcome}\n{item.device}, {moment(item.time)}, {item.seconds:.1f} s\n\n{item.text[:1000]}"
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{short_name(item.operation)}, {item.device}, {moment(item.time)}, {item.outcome}"
    return None


def moment(at: float) -> str:
    """The time of day, with the date if that is not today."""
    if time.strftime("%F", time.localtime(at)) == time.strftime("%F"):
        return time.strftime("%H:%M:%S", time.localtime(at))
    return time.strftime("%d %b %H:%M", time.localtime(at))
