"""One notification as a tree: what is in it, named and explained by the schema where there is one; secrets masked.

Lives here: `DetailModel` and the nodes it shows.  Does not live here: which notification that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.errors import MalformedMessage
from netconf_gui.gui import icons
from netconf_gui.gui.rows import Index, Role
from netconf_gui.protocol.xml import local_name, namespace_of, parse
from netconf_gui.session.redact import redact
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

MOST = 2000  # nodes that are shown
_NO_INDEX = QModelIndex()
_ICONS = {
    NodeKind.CONTAINER: "container",
    NodeKind.LIST: "entry",
    NodeKind.LEAF: "leaf",
    NodeKind.LEAF_LIST: "leaf-list",
    NodeKind.NOTIFICATION: "notification",
    NodeKind.ANYDATA: "anydata",
    NodeKind.ANYXML: "anydata",
}


@dataclass(eq=False, slots=True)
class Detail:
    """One node of a notification."""

    name: str
    value: str
    icon: str
    tip: str
    parent: Detail | None = None
    row: int = 0
    children: list[Detail] = field(default_factory=list)


def details(xml: bytes, schema: Schema | None) -> list[Detail]:
    """The notification itself and eventTime; nothing for what cannot be parsed."""
    try:
        root = parse(redact(xml).encode())
    except MalformedMessage:
        return []
    made = _Maker(schema)
    return [made.make(child, made.top(child), None, at) for at, child in enumerate(elements(root))]


class _Maker:
    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema
        self._binder = Binder(schema)
        self._defined = (
            {(node.namespace, node.name): node for node in schema.notifications()} if schema is not None else {}
        )
        self._left = MOST

    def top(self, element: etree._Element) -> Scope:
        found = self._defined.get((namespace_of(element), local_name(element)))
        return found if found is not None else self._binder.child_scope(Region.TOP, str(element.tag))

    def _scope(self, above: Scope, element: etree._Element) -> Scope:
        if self._schema is None or not isinstance(above, SchemaNode):
            return self._binder.child_scope(above, str(element.tag)) if above is not None else Region.UNKNOWN
        wanted = (namespace_of(element), local_name(element))
        for node in self._schema.children(above):
            if node.kind is NodeKind.NOTIFICATION and (node.namespace, node.name) == wanted:
                return node
        return self._schema.data_child(above, *wanted) or Region.UNKNOWN

    def make(self, element: etree._Element, scope: Scope, parent: Detail | None, row: int) -> Detail:
        self._left -= 1
        node = scope if isinstance(scope, SchemaNode) else None
        inside = list(elements(element))
        value = "" if inside else " ".join((element.text or "").split())
        units = f" {node.units}" if node is not None and node.units and value else ""
        icon = _ICONS.get(node.kind, "leaf") if node is not None else "container" if inside else "leaf"
        made = Detail(local_name(element), value + units, icon, _tip(element, node), parent, row)
        for child in inside:
            if self._left <= 0:
                made.children.append(Detail("…", "more than is shown", "leaf", "", made, len(made.children)))
                break
            made.children.append(self.make(child, self._scope(scope, child), made, len(made.children)))
        return made


def _tip(element: etree._Element, node: SchemaNode | None) -> str:
    if node is None:
        return namespace_of(element)
    kind = f", {node.type.name}" if node.type is not None and node.type.name else ""
    said = " ".join((node.description or "").split())
    return "\n".join(part for part in (f"{node.module}:{node.name}{kind}", said[:400]) if part)


class DetailModel(QAbstractItemModel):
    """Name and value of every node."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tops: list[Detail] = []

    def show(self, tops: Sequence[Detail]) -> None:
        self.beginResetModel()
        self._tops = list(tops)
        self.endResetModel()

    def detail(self, index: Index) -> Detail | None:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Detail) else None

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.detail(parent)
        rows = above.children if above is not None else self._tops
        if not (0 <= row < len(rows) and 0 <= column < 2):
            return QModelIndex()
        return self.createIndex(row, column, rows[row])

    def parent(self, child: Index = _NO_INDEX) -> Any:
        found = self.detail(child)
        above = found.parent if found is not None else None
        return self.createIndex(above.row, 0, above) if above is not None else QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if parent.column() > 0:
            return 0
        above = self.detail(parent)
        return len(above.children) if above is not None else len(self._tops)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self.detail(index)
        if found is None:
            return None
        name = index.column() == 0
        if role == Qt.ItemDataRole.DisplayRole:
            return found.name if name else found.value
        if role == Qt.ItemDataRole.DecorationRole and name:
            return icons.node_icon(found.icon)
        if role == Role.MONO:
            return not name
        if role == Qt.ItemDataRole.ToolTipRole:
            return found.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{found.name} {found.value}".strip() if name else found.value
        return None
