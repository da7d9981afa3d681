"""What a search in a schema found: nodes, modules and identities, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from netconf_gui.cancel import CancelToken
from netconf_gui.gui import icons
from netconf_gui.gui.models.schema_tree import icon_name
from netconf_gui.gui.rows import Index, Role
from netconf_gui.yang.schema import Schema, SchemaNode

_NO_INDEX = QModelIndex()
MOST = 120  # hits that are shown
OTHERS = 40  # modules and identities among them


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: a node, or the module or identity of that name."""

    name: str
    where: str
    icon: str
    node: SchemaNode | None = None
    module: str = ""
    identity: str = ""


def find(schema: Schema, text: str, cancel: CancelToken | None = None) -> list[Hit]:
    """Nodes (full text, as the schema's index finds them), and modules and identities in which each word occurs."""
    words = text.casefold().split()
    if not words:
        return []
    found: list[Hit] = []
    for module in schema.modules:
        if all(word in f"{module.name} {module.prefix} {module.namespace}".casefold() for word in words):
            found.append(Hit(module.name, f"module {module.revision}".strip(), "file", module=module.name))
    if cancel is not None:
        cancel.check()
    nodes = [Hit(node.name, _where(node), f"node:{icon_name(node)}", node) for node in schema.search(text, limit=MOST)]
    if cancel is not None:
        cancel.check()
    identities: list[Hit] = []
    for name, identity in schema.identities().items():
        if len(identities) < OTHERS and all(word in f"{name} {identity.description}".casefold() for word in words):
            identities.append(Hit(name.rpartition(":")[2], f"identity of {name.rpartition(':')[0]}", "list",
                                  identity=name))  # fmt: skip
    exact = [hit for hit in found if hit.name.casefold() == text.strip().casefold()]
    rest = [hit for hit in found if hit not in exact]
    return [*exact, *nodes, *rest[:OTHERS], *identities][: MOST + 2 * OTHERS]


def _where(node: SchemaNode) -> str:
    """The end of the path above a node: what tells one `name` from another."""
    steps = [step.rpartition(":")[2] for step in node.path.strip("/").split("/")[:-1]]
    if not steps:
        return node.module
    return "/".join(steps) if len(steps) <= 3 else f"…/{'/'.join(steps[-3:])}"


class HitsModel(QAbstractListModel):
    """A list of `Hit`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Hit] = []

    def show(self, hits: Sequence[Hit]) -> None:
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()

    def hit_at(self, index: Index) -> Hit | None:
        return self._hits[index.row()] if index.isValid() and index.row() < len(self._hits) else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit_at(index)
        if hit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.name
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.named(hit.icon, "text2")
        if role == Role.SIDE:
            return hit.where
        if role == Qt.ItemDataRole.ToolTipRole:
            return hit.node.path if hit.node is not None else hit.where
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.name}, {hit.where}"
        return None
