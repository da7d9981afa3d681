"""The schema as a lazy tree: data nodes, operations and notifications of a whole set; rows are made when opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.node_words import local, type_label
from netconf_gui.gui.rows import Index, Role
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_NO_INDEX = QModelIndex()
_ICONS = {NodeKind.ANYXML: "anydata", NodeKind.INPUT: "container", NodeKind.OUTPUT: "container"}


def icon_name(node: SchemaNode) -> str:
    """The name of a schema node's icon (of `icons.NODE_KINDS`)."""
    if node.presence:
        return "presence"
    if node.is_key:
        return "key"
    return _ICONS.get(node.kind, str(node.kind))


def side_text(node: SchemaNode) -> str:
    """What the tree says of a node beside its name."""
    if node.type is not None:
        name = node.type.typedefs[0] if node.type.typedefs else node.type.name
        told = local(name) or type_label(node)
    elif node.kind is NodeKind.LIST:
        told = f"[{' '.join(node.keys)}]"
    elif node.kind in (NodeKind.CHOICE, NodeKind.CASE, NodeKind.ANYDATA, NodeKind.ANYXML):
        told = str(node.kind)
    else:
        told = ""
    state = "" if node.config or node.kind not in _STATED else "state"
    return ", ".join(word for word in (told, state, "" if node.status == "current" else node.status) if word)


_STATED = frozenset({NodeKind.LEAF, NodeKind.LEAF_LIST, NodeKind.LIST, NodeKind.CONTAINER})


@dataclass(eq=False, slots=True)
class SchemaRow:
    """One row: a section (`node` None) or a node; `children` None until somebody looks."""

    id: int
    parent: SchemaRow | None
    position: int
    title: str = ""
    node: SchemaNode | None = None
    fixed: Sequence[SchemaNode] = ()
    children: list[SchemaRow] | None = field(default=None)


class SchemaTreeModel(QAbstractItemModel):
    """`row_at`, `index_of_node`; the model never changes once it is shown."""

    def __init__(self, schema: Schema, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._schema = schema
        self._rows: dict[int, SchemaRow] = {}
        self._root = SchemaRow(0, None, 0)
        self._root.children = []
        for title, nodes in (
            ("Data", schema.roots()),
            ("Operations", schema.rpcs()),
            ("Notifications", schema.notifications()),
        ):
            if nodes:
                row = self._make(self._root, len(self._root.children), None)
                row.title, row.fixed = title, nodes
                self._root.children.append(row)

    def _make(self, parent: SchemaRow, position: int, node: SchemaNode | None) -> SchemaRow:
        row = SchemaRow(len(self._rows) + 1, parent, position, node=node)
        self._rows[row.id] = row
        return row

    def _children(self, row: SchemaRow) -> list[SchemaRow]:
        if row.children is None:
            nodes = row.fixed if row.node is None else self._schema.children(row.node)
            shown = [node for node in nodes if not self._is_empty_part(node)]
            row.children = [self._make(row, position, node) for position, node in enumerate(shown)]
        return row.children

    def _is_empty_part(self, node: SchemaNode) -> bool:
        return node.kind in (NodeKind.INPUT, NodeKind.OUTPUT) and not self._schema.children(node)

    def row_at(self, index: Index) -> SchemaRow | None:
        return self._rows.get(index.internalId()) if index.isValid() else self._root

    def node_at(self, index: Index) -> SchemaNode | None:
        row = self.row_at(index) if index.isValid() else None
        return row.node if row is not None else None

    def index_of(self, row: SchemaRow) -> QModelIndex:
        return QModelIndex() if row.parent is None else self.createIndex(row.position, 0, row.id)

    def index_of_node(self, node: SchemaNode) -> QModelIndex:
        """The row of a node; rows above it are made; an invalid index if the schema does not have it."""
        chain = [node]
        while (above := self._schema.parent(chain[0])) is not None:
            chain.insert(0, above)
        for section in self._root.children or ():
            row: SchemaRow | None = section
            for step in chain:
                row = next((child for child in self._children(row) if child.node == step), None) if row else None
            if row is not None:
                return self.index_of(row)
        return QModelIndex()

    # what Qt asks for

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent)
        children = self._children(above) if above is not None else []
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, children[row].id)

    def parent(self, child: Index = _NO_INDEX) -> Any:
        row = self.row_at(child) if child.isValid() else None
        return self.index_of(row.parent) if row is not None and row.parent is not None else QModelIndex()

    def hasChildren(self, parent: Index = _NO_INDEX) -> bool:
        row = self.row_at(parent)
        return row is not None and (row.node is None or not row.node.is_term)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        row = self.row_at(parent)
        return 0 if row is None or (row.node is not None and row.node.is_term) else len(self._children(row))

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index) if index.isValid() else None
        if row is None:
            return None
        node = row.node
        if node is None:
            return self._section_data(row, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.node_icon(icon_name(node), "text2" if node.config else "text3")
        if role == Role.SIDE:
            return self._side(row, node)
        if role == Role.INK:
            return "text3" if node.status == "obsolete" else "text"
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(word for word in (node.name, str(node.kind), side_text(node)) if word)
        return None

    def _side(self, row: SchemaRow, node: SchemaNode) -> str:
        told = side_text(node)
        above = row.parent.node if row.parent is not None else None
        # where another module goes on, its name is worth more than anything else
        if above is None or above.module != node.module:
            return f"{told} · {node.module}" if told else node.module
        return told

    def _section_data(self, row: SchemaRow, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Role.WEIGHT:
            return 600
        if role == Role.SIDE:
            return f"{len(row.fixed):,}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {len(row.fixed)}"
        return None
