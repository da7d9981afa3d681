"""The differences between two configurations as a tree: only what differs, and the way to it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from netconf_gui.config.binding import Binder, elements, split_tag
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.path import Step
from netconf_gui.config.values import clark
from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.looks import RowLook, shown_value
from netconf_gui.yang.schema import NodeKind, SchemaNode

Index = QModelIndex | QPersistentModelIndex
PATH = Qt.ItemDataRole.UserRole + 51
MOST = 1000  # rows of one added or removed subtree
_NO_INDEX = QModelIndex()


@dataclass(slots=True, eq=False)
class DiffRow:
    """One row; `look.old` is what was fetched, `look.value` the draft's."""

    id: int
    parent: DiffRow | None
    look: RowLook
    path: str = ""
    position: int = 0
    is_entry: bool = False  # a difference itself, not only on the way to one
    children: list[DiffRow] = field(default_factory=list)


class DiffTreeModel(QAbstractItemModel):
    """Columns: mark, node, fetched, draft."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diffTreeModel")
        self.headers = ["", "Node", "Fetched", "Draft"]
        self._numbers = itertools.count()
        self._rows: dict[int, DiffRow] = {}
        self.root = self._row(None, RowLook())
        self.changes: list[DiffRow] = []

    def show(self, difference: Diff) -> None:
        """Show these differences."""
        self.beginResetModel()
        self._rows.clear()
        self.root = self._row(None, RowLook())
        self.changes = []
        binder = Binder(difference.schema)
        for entry in difference.entries:
            self._add(entry, binder)
        self.endResetModel()

    def _row(self, parent: DiffRow | None, look: RowLook, path: str = "") -> DiffRow:
        row = DiffRow(next(self._numbers), parent, look, path)
        self._rows[row.id] = row
        if parent is not None:
            row.position = len(parent.children)
            parent.children.append(row)
        return row

    # building

    def _add(self, entry: DiffEntry, binder: Binder) -> None:
        element = entry.element_new if entry.element_new is not None else entry.element_old
        if element is None:
            return
        at = self.root
        for step in entry.path.steps[:-1]:
            at = self._way(at, step)
        last = entry.path.steps[-1] if entry.path.steps else Step("", "")
        if last.keys or last.value is not None:
            at = self._group(at, last)
        row = self._row(at, _look(entry, element, binder), str(entry.path))
        row.is_entry = True
        self.changes.append(row)
        if entry.kind in ("added", "removed"):
            self._below(row, element, entry.kind, binder)

    def _way(self, at: DiffRow, step: Step) -> DiffRow:
        """The row of a step that leads to differences, made where missing."""
        if step.keys:
            group = self._group(at, step)
            return self._child(group, RowLook("entry", _keys(step)))
        return self._child(at, RowLook("container", step.name))

    def _group(self, at: DiffRow, step: Step) -> DiffRow:
        return self._child(at, RowLook("list" if step.keys else "leaf-list", step.name))

    def _child(self, at: DiffRow, look: RowLook) -> DiffRow:
        # differences come in document order: the row is among the last ones
        for child in reversed(at.children[-50:]):
            if child.look == look and not child.is_entry:
                return child
        return self._row(at, look)

    def _below(self, row: DiffRow, element: etree._Element, state: str, binder: Binder) -> None:
        """What an added or removed subtree holds."""
        stack = [(row, element)]
        count = 0
        while stack and count < MOST:
            above, at = stack.pop(0)
            scope = binder.schema_node(at)
            keys = set(scope.keys) if scope is not None else set()
            for child in elements(at):
                if split_tag(str(child.tag))[1] in keys:
                    continue
                count += 1
                made = self._row(above, _inner_look(child, state, binder))
                stack.append((made, child))

    # what Qt asks

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if parent.isValid() and parent.column() != 0:
            return 0
        row = self.row_at(parent)
        return len(row.children) if row is not None else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 4

    def row_at(self, index: Index) -> DiffRow | None:
        return self._rows.get(index.internalId()) if index.isValid() else self.root

    def index_of(self, row: DiffRow, column: int = 0) -> QModelIndex:
        return QModelIndex() if row.parent is None else self.createIndex(row.position, column, row.id)

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent)
        if above is None or not 0 <= row < len(above.children) or not 0 <= column < 4:
            return QModelIndex()
        return self.createIndex(row, column, above.children[row].id)

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
            return row.look
        if role == PATH:
            return row.path
        if role == Qt.ItemDataRole.DisplayRole:
            marks = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}
            return (marks.get(row.look.state, ""), row.look.name, row.look.old or "", row.look.value)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 1:
            words = (row.look.name, "" if row.look.state == "same" else row.look.state, row.look.side)
            return ", ".join(word for word in words if word)
        return None


def _keys(step: Step) -> str:
    names = []
    for _, value in step.keys:
        identity = clark(value) if value[:1] == "{" else None
        names.append(identity[1] if identity else value)
    return ", ".join(names)


def _look(entry: DiffEntry, element: etree._Element, binder: Binder) -> RowLook:
    node = entry.schema_node
    last = entry.path.steps[-1] if entry.path.steps else None
    name = last.name if last is not None else split_tag(str(element.tag))[1]
    if last is not None and last.keys:
        name = _keys(last)
    elif last is not None and last.value is not None:
        name = shown_value(element, node)
    old = _text(entry.element_old, node)
    new = _text(entry.element_new, node)
    if last is not None and last.value is not None:
        old = new = None
    return RowLook(_icon(element, node, binder), name, side=_side(entry), old=old, value=new or "", state=entry.kind)


def _side(entry: DiffEntry) -> str:
    if entry.kind != "moved":
        return ""
    if entry.before:
        return f"moved before {entry.before}"
    return f"moved after {entry.after}" if entry.after else "moved"


def _inner_look(element: etree._Element, state: str, binder: Binder) -> RowLook:
    node = binder.schema_node(element)
    text = _text(element, node)
    name = split_tag(str(element.tag))[1]
    if node is not None and node.kind is NodeKind.LIST:
        values = [element.findtext(f"{{{node.namespace}}}{key}") or "?" for key in node.keys]
        name = f"{name} {', '.join(values)}"
    old, new = (text, "") if state == "removed" else (None, text or "")
    return RowLook(_icon(element, node, binder), name, old=old, value=new, state=state)


def _text(element: etree._Element | None, node: SchemaNode | None) -> str | None:
    if element is None or next(elements(element), None) is not None:
        return None
    if node is not None and not node.is_term:
        return None
    return shown_value(element, node)


def _icon(element: etree._Element, node: SchemaNode | None, binder: Binder) -> str:
    if node is None:
        return "container" if next(elements(element), None) is not None else "leaf"
    if node.kind is NodeKind.LIST:
        return "entry"
    if node.kind is NodeKind.CONTAINER:
        return "presence" if node.presence else "container"
    return "anydata" if node.kind in (NodeKind.ANYDATA, NodeKind.ANYXML) else "leaf"
