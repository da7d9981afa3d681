"""Rows behind Qt's indexes, and how they are brought in line with what should be shown.

`RowStore` makes rows when a view asks and finds them by number, never by pointer: an index that outlived its row does
no harm.  `_reconcile` compares what is shown below a row with `Outline.wanted` and tells Qt exactly the difference.
What the rows say, and when they are looked at again, is `config_tree`'s.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from enum import IntEnum

from lxml import etree
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex

from netconf_gui.config.binding import Region, is_wrapper
from netconf_gui.config.document import Document
from netconf_gui.config.order import moved
from netconf_gui.gui.models.marks import Marks
from netconf_gui.gui.models.rows import Key, Outline, Row, RowKind, Wish

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns of the tree, left to right."""

    MARK = 0
    NAME = 1
    VALUE = 2
    TYPE = 3


_NO_INDEX = QModelIndex()


class RowStore(QAbstractItemModel):
    """The structural half of the tree model."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.marks = Marks(document)
        self.outline = Outline(document, self.marks)
        self._numbers = itertools.count(1)
        self._rows: dict[int, Row] = {}
        self._of_element: dict[etree._Element, Row] = {}
        self.root = self._new_root()

    # what Qt asks

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return len(Column)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if parent.isValid() and parent.column() != 0:
            return 0
        row = self.row_at(parent)
        return 0 if row is None else len(self._loaded(row))

    def hasChildren(self, parent: Index = _NO_INDEX) -> bool:
        if parent.isValid() and parent.column() != 0:
            return False
        row = self.row_at(parent)
        if row is None:
            return False
        if row.children is None and not self.outline.has_children(row):
            row.children = []
        return row.children is None or bool(row.children)

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent)
        if above is None or not 0 <= column < len(Column) or (parent.isValid() and parent.column() != 0):
            return QModelIndex()
        children = self._loaded(above)
        return self.createIndex(row, column, children[row].id) if 0 <= row < len(children) else QModelIndex()

    def parent(self, child: Index = _NO_INDEX) -> QModelIndex:  # type: ignore[override]
        row = self.row_at(child) if child.isValid() else None
        if row is None or row.parent is None:
            return QModelIndex()
        return self.index_of(row.parent)

    # rows and indexes

    def row_at(self, index: Index) -> Row | None:
        """The row of an index; the root for an invalid one; None for an index that outlived its row."""
        return self._rows.get(index.internalId()) if index.isValid() else self.root

    def index_of(self, row: Row, column: int = 0) -> QModelIndex:
        return QModelIndex() if row.parent is None else self.createIndex(row.position, column, row.id)

    def row_of(self, element: etree._Element, *, make: bool = True) -> Row | None:
        """The row of an element of the document, made with all above it unless told not to; None if filtered out."""
        found = self._of_element.get(element)
        if found is not None or not make:
            return found
        parent = element.getparent()
        above = self.root if parent is None or is_wrapper(parent) else self.row_of(parent)
        if above is None or above.element is None:
            return None
        for child in self._loaded(above):
            if child.own_element is element:
                return child
            if child.kind is RowKind.LIST and child.tag == element.tag:
                return self._in_group(child, element)
        return None

    def _in_group(self, group: Row, element: etree._Element) -> Row | None:
        number = -1
        for child in self._loaded(group):
            if child.own_element is element:
                return child
            if child.kind is RowKind.BUCKET:
                number = self.outline.position_of(element) - 1 if number < 0 else number
                if child.low <= number < child.high:
                    return next((row for row in self._loaded(child) if row.own_element is element), None)
        return None

    def row_by_address(self, address: Iterable[Key]) -> Row | None:
        """The row that has that address now."""
        at = self.root
        for key in address:
            found = next((child for child in self._loaded(at) if child.key == key), None)
            if found is None:
                return None
            at = found
        return at

    def unset_row(self, row: Row, node_id: int) -> Row | None:
        """The row below `row` that stands for that schema node."""
        return next((child for child in self._loaded(row) if child.key == ("n", node_id)), None)

    def _new_root(self) -> Row:
        root = Row(0, None, RowKind.ROOT, (), Region.TOP, self.document.root)
        self._rows[0] = root
        return root

    def _tell_data(self, row: Row) -> None:
        if row.parent is not None:
            self.dataChanged.emit(self.index_of(row, 0), self.index_of(row, len(Column) - 1))

    # making and comparing rows

    def _loaded(self, row: Row) -> list[Row]:
        if row.children is None:
            row.children = [self._make(wish, row, at) for at, wish in enumerate(self.outline.wanted(row))]
        return row.children

    def _make(self, wish: Wish, parent: Row, position: int) -> Row:
        row = Row(
            next(self._numbers), parent, wish.kind, wish.key, wish.scope, wish.element, wish.tag, wish.removed,
            wish.low, wish.high, position,
        )  # fmt: skip
        row.entries = wish.entries
        self._rows[row.id] = row
        if row.own_element is not None:
            self._of_element[row.own_element] = row
        return row

    def _forget(self, row: Row) -> None:
        self._rows.pop(row.id, None)
        if row.own_element is not None and self._of_element.get(row.own_element) is row:
            del self._of_element[row.own_element]
        for child in row.children or ():
            self._forget(child)

    def _reconcile(self, row: Row, *, tags: set[str] | None = None, deep: bool = False) -> None:
        """Make what is shown below `row` what should be; `tags`: only groups of these names may differ further down."""
        if row.children is None:
            if not self.outline.has_children(row):
                self._tell_emptied(row)
            return
        wishes = self.outline.wanted(row)
        by_key = {wish.key: wish for wish in wishes}
        self._drop(row, lambda child: child.key not in by_key)
        self._reorder(row, [wish.key for wish in wishes])
        known = {child.key for child in row.children}
        self._insert(row, wishes)
        for child, wish in zip(row.children, wishes, strict=True):
            if child.key not in known:
                continue  # it was made just now, and nothing has been said of it yet
            before = child.own_element
            changed = child.take(wish)
            if before is not child.own_element:
                if before is not None and self._of_element.get(before) is child:
                    del self._of_element[before]
                if child.own_element is not None:
                    self._of_element[child.own_element] = child
            if changed:
                self._tell_data(child)
            if changed or deep or (child.own_element is None and (tags is None or child.tag in tags or not child.tag)):
                self._reconcile(child, deep=deep)
                self._tell_data(child)

    def _tell_emptied(self, row: Row) -> None:
        """A row that was never opened has lost its children: views must not offer to open it."""
        if row.parent is None:
            return
        row.children = []
        self.layoutAboutToBeChanged.emit()
        self.layoutChanged.emit()

    def _drop(self, row: Row, gone: Callable[[Row], bool]) -> None:
        assert row.children is not None
        at = len(row.children)
        while at > 0:
            at -= 1
            if not gone(row.children[at]):
                continue
            last = at
            while at > 0 and gone(row.children[at - 1]):
                at -= 1
            self.beginRemoveRows(self.index_of(row), at, last)
            for child in row.children[at : last + 1]:
                self._forget(child)
            del row.children[at : last + 1]
            _number(row.children, at)
            self.endRemoveRows()

    def _reorder(self, row: Row, keys: list[Key]) -> None:
        assert row.children is not None
        place = {key: number for number, key in enumerate(keys)}
        out_of_place = {row.children[number] for number in moved([place[child.key] for child in row.children])}
        if not out_of_place:
            return
        target = sorted(row.children, key=lambda child: place[child.key])
        above = self.index_of(row)
        for number, child in enumerate(target):
            if child not in out_of_place:
                continue
            start = child.position
            end = target[number - 1].position + 1 if number else 0
            if end in (start, start + 1) or not self.beginMoveRows(above, start, start, above, end):
                continue
            row.children.insert(end if end < start else end - 1, row.children.pop(start))
            _number(row.children, 0)
            self.endMoveRows()

    def _insert(self, row: Row, wishes: list[Wish]) -> None:
        assert row.children is not None
        at = 0
        while at < len(wishes):
            if at < len(row.children) and row.children[at].key == wishes[at].key:
                at += 1
                continue
            follower = row.children[at].key if at < len(row.children) else None
            end = at
            while end < len(wishes) and wishes[end].key != follower:
                end += 1
            self.beginInsertRows(self.index_of(row), at, end - 1)
            row.children[at:at] = [self._make(wish, row, number) for number, wish in enumerate(wishes[at:end], at)]
            _number(row.children, end)
            self.endInsertRows()
            at = end


def _number(rows: list[Row], start: int) -> None:
    for position in range(start, len(rows)):
        rows[position].position = position
