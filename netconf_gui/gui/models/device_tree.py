"""The model of the device tree: groups, devices, their datastores and history.

It shows `Entry` records and keeps rows alive when they are replaced, so that expansion and selection stay.  It
knows nothing of sessions: `panes/devices.py` feeds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from netconf_gui.gui import icons
from netconf_gui.gui.rows import Role

Index = QModelIndex | QPersistentModelIndex


class LinkState(StrEnum):
    """What a device's connection is like; each has a shape of its own."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DECISION = "decision"  # needs a person: a changed host key, say
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to show; `key` identifies it among its siblings for as long as it lives."""

    kind: str  # group, device, datastore, history or page
    key: str  # group name, device id, datastore name
    name: str
    side: str = ""
    state: LinkState = LinkState.OFFLINE
    detail: str = ""  # tooltip and accessible description
    children: tuple[Entry, ...] = ()


@dataclass(eq=False)
class Node:
    """A row: its entry, its parent and the rows below."""

    entry: Entry
    parent: Node | None
    children: list[Node] = field(default_factory=list)

    @property
    def row(self) -> int:
        return self.parent.children.index(self) if self.parent else 0


class DeviceTreeModel(QAbstractItemModel):
    """Groups → devices → datastores; `show_entries()` brings the rows in line with what should be shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node(Entry("root", "", ""), None)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these top-level entries; rows with the same key stay the same rows."""
        self._merge(self._root, QModelIndex(), tuple(entries))

    def entry(self, index: Index) -> Entry | None:
        node = self._node(index)
        return None if node is self._root else node.entry

    def device_id(self, index: Index) -> str:
        """The device of a row or of what it is below; empty for groups."""
        node: Node | None = self._node(index)
        while node is not None and node is not self._root:
            if node.entry.kind == "device":
                return node.entry.key
            node = node.parent
        return ""

    def find(self, *keys: str) -> QModelIndex:
        """The first row with the last of `keys` below rows with the ones before, at any depth."""
        for node in self._walk(self._root):
            chain = []
            one: Node | None = node
            while one is not None and one is not self._root:
                chain.append(one.entry.key)
                one = one.parent
            if chain[: len(keys)] == list(reversed(keys)):
                return self.createIndex(node.row, 0, node)
        return QModelIndex()

    def _walk(self, node: Node) -> Iterator[Node]:
        for child in node.children:
            yield child
            yield from self._walk(child)

    def _node(self, index: Index) -> Node:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, Node) else self._root

    def _merge(self, node: Node, index: QModelIndex, entries: tuple[Entry, ...]) -> None:
        keys = [(entry.kind, entry.key) for entry in entries]
        for position in range(len(node.children) - 1, -1, -1):
            old = node.children[position].entry
            if (old.kind, old.key) not in keys:
                self.beginRemoveRows(index, position, position)
                del node.children[position]
                self.endRemoveRows()
        for position, entry in enumerate(entries):
            here = next(
                (
                    at
                    for at, child in enumerate(node.children)
                    if (child.entry.kind, child.entry.key) == (entry.kind, entry.key)
                ),
                None,
            )
            if here is None:
                self.beginInsertRows(index, position, position)
                node.children.insert(position, Node(entry, node))
                self.endInsertRows()
            elif here != position:
                self.beginMoveRows(index, here, here, index, position)
                node.children.insert(position, node.children.pop(here))
                self.endMoveRows()
            child = node.children[position]
            below = self.createIndex(position, 0, child)
            if child.entry != entry:
                child.entry = entry
                self.dataChanged.emit(below, below)
            self._merge(child, below, entry.children)

    # ------------------------------------------------------------------------------------------ what Qt asks for

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's signature
        node = self._node(parent)
        if column != 0 or not 0 <= row < len(node.children):
            return QModelIndex()
        return self.createIndex(row, 0, node.children[row])

    def parent(self, child: Index = QModelIndex()) -> Any:  # noqa: B008 - two overloads in Qt
        above = self._node(child).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return len(self._node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return "Device" if role == Qt.ItemDataRole.DisplayRole and section == 0 else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.DecorationRole:
            return _picture(entry)
        if role == Role.SIDE:
            return entry.side
        if role == Role.SIDE_INK:
            return "warning" if entry.state in (LinkState.DECISION, LinkState.FAILED) else "text3"
        if role == Role.WEIGHT:
            return 600 if entry.kind == "group" else 400
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            words = [entry.name, entry.side, entry.detail]
            return ", ".join(word for word in words if word)
        return None


def _picture(entry: Entry) -> Any:
    if entry.kind == "group":
        return icons.icon("group")
    if entry.kind == "history":
        return icons.icon("snapshot")
    if entry.kind == "page":
        return icons.icon("device")
    if entry.kind == "datastore":
        return icons.icon("edit" if entry.key == "candidate" else "datastore")
    if entry.state in (LinkState.DECISION, LinkState.FAILED):
        return icons.icon("warning", "warning")
    if entry.state is LinkState.CONNECTED:
        return icons.state_icon("connected", "success")
    if entry.state is LinkState.CONNECTING:
        return icons.state_icon("connecting", "accent")
    return icons.state_icon("offline")
