"""The nodes of a schema with check boxes: what a filter takes; entries that a document has are rows of their own.

Lives here: the lazy model and what ticking does to the picks.  Does not live here: the view (`panes/filter_tree`),
texts of filters (`config.filter_building`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal

from netconf_gui.config.filter_building import FilterStep, Match, Pick, merged
from netconf_gui.gui import icons
from netconf_gui.gui.models.schema_tree import icon_name, side_text
from netconf_gui.gui.rows import Index, Role
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

MOST_ENTRIES = 500
ALL_TICKED = "All entries of {} are ticked. Untick the list first, then tick the entries that you want."

_NO_INDEX = QModelIndex()
Entries = Callable[[Pick, SchemaNode], Sequence[tuple[str, ...]]]
"""The canonical keys of the entries of a list that are known; the pick is what holds the list."""


@dataclass(eq=False, slots=True)
class FilterRow:
    """A schema node, or with `title` one entry of a list; `pick` is what ticking it takes."""

    id: int
    parent: FilterRow | None
    position: int
    node: SchemaNode | None
    pick: Pick
    title: str = ""
    children: list[FilterRow] | None = field(default=None)


class FilterTreeModel(QAbstractItemModel):
    """`picks_changed(picks)` after a person ticked something; `refused(words)` where that cannot be."""

    picks_changed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._schema: Schema | None = None
        self._entries: Entries = lambda _pick, _node: ()
        self._rows: dict[int, FilterRow] = {}
        self._root = FilterRow(0, None, 0, None, Pick(()))
        self.picks: tuple[Pick, ...] = ()
        self.locked = False  # the text says more than ticks can

    def show_schema(self, schema: Schema | None, entries: Entries) -> None:
        """Show another schema, nothing opened."""
        self.beginResetModel()
        self._schema, self._entries = schema, entries
        self._rows = {}
        self._root = FilterRow(0, None, 0, None, Pick(()))
        self.endResetModel()

    def set_picks(self, picks: Sequence[Pick], *, locked: bool = False) -> None:
        """Tick these; nobody is told."""
        self.picks, self.locked = tuple(picks), locked
        self._repaint()

    def _repaint(self) -> None:
        if self._root.children:
            last = self._root.children[-1]
            self.dataChanged.emit(self.index_of(self._root.children[0]), self.index_of(last))

    # rows

    def _children(self, row: FilterRow) -> list[FilterRow]:
        if row.children is None:
            row.children = []
            if self._schema is None or (row.node is not None and row.node.is_term):
                return row.children
            if row.node is not None and row.node.kind is NodeKind.LIST and not row.title:
                for keys in self._entries(Pick(row.pick.steps[:-1]), row.node)[:MOST_ENTRIES]:
                    self._add(row, row.node, self._entry_step(row.node, keys), ", ".join(_local(key) for key in keys))
            for node in self._schema.data_children(row.node):
                self._add(row, node, FilterStep(node.namespace, node.name))
        return row.children

    @staticmethod
    def _entry_step(node: SchemaNode, keys: tuple[str, ...]) -> FilterStep:
        matches = (Match(node.namespace, name, value) for name, value in zip(node.keys, keys, strict=True))
        return FilterStep(node.namespace, node.name, tuple(matches))

    def _add(self, above: FilterRow, node: SchemaNode, step: FilterStep, title: str = "") -> None:
        assert above.children is not None
        base = above.pick.steps[:-1] if title else above.pick.steps
        made = FilterRow(len(self._rows) + 1, above, len(above.children), node, Pick((*base, step)), title)
        self._rows[made.id] = made
        above.children.append(made)

    def row_at(self, index: Index) -> FilterRow | None:
        return self._rows.get(index.internalId()) if index.isValid() else self._root

    def index_of(self, row: FilterRow) -> QModelIndex:
        return QModelIndex() if row.parent is None else self.createIndex(row.position, 0, row.id)

    def index_of_pick(self, pick: Pick) -> QModelIndex:
        """The row of a pick, or the nearest above it; rows on the way are made."""
        row = self._root
        for depth in range(1, len(pick.steps) + 1):
            children = self._children(row)
            exact = next((one for one in children if one.pick.steps == pick.steps[:depth]), None)
            if exact is None:
                plain = FilterStep(pick.steps[depth - 1].namespace, pick.steps[depth - 1].name)
                wanted = (*row.pick.steps, plain)
                exact = next((one for one in children if one.pick.steps == wanted), None)
                if exact is not None and pick.steps[depth - 1].matches:
                    entry = next((one for one in self._children(exact) if one.pick.steps == pick.steps[:depth]), None)
                    exact = entry or exact
            if exact is None:
                break
            row = exact
        return self.index_of(row)

    def index_of_node(self, node: SchemaNode) -> QModelIndex:
        """The row of a schema node, of all its instances."""
        assert self._schema is not None
        steps: list[FilterStep] = []
        at: SchemaNode | None = node
        while at is not None:
            steps.insert(0, FilterStep(at.namespace, at.name))
            at = self._schema.data_parent(at)
        return self.index_of_pick(Pick(tuple(steps)))

    # ticking

    def state(self, row: FilterRow) -> Qt.CheckState:
        """Ticked: all of it is taken; half: something in it."""
        if any(pick.covers(row.pick) for pick in self.picks):
            return Qt.CheckState.Checked
        if any(_within(row.pick, pick) for pick in self.picks):
            return Qt.CheckState.PartiallyChecked
        return Qt.CheckState.Unchecked

    def toggle(self, index: Index) -> None:
        """Tick or untick a row, as a person does."""
        row = self.row_at(index)
        if row is None or row.node is None or self.locked:
            return
        if self.state(row) is not Qt.CheckState.Checked:
            picks = [one for one in self.picks if not row.pick.covers(one)]
            self._become((*picks, row.pick))
            return
        if all(one == row.pick or not one.covers(row.pick) for one in self.picks):
            self._become(one for one in self.picks if one != row.pick)
            return
        rest = self._all_but(row)
        if rest is None:
            self.refused.emit(ALL_TICKED.format(row.node.name))
        else:
            self._become((*(one for one in self.picks if not one.covers(row.pick)), *rest))

    def _become(self, picks: Any) -> None:
        self.picks = merged(picks)
        self._repaint()
        self.picks_changed.emit(self.picks)

    def _all_but(self, row: FilterRow) -> list[Pick] | None:
        """What is beside a row below the ticked ones above it; None where only some entries would be left."""
        rest: list[Pick] = []
        at = row
        while at.parent is not None and any(one.covers(at.pick) for one in self.picks):
            if at.parent.parent is None or not any(one.covers(at.parent.pick) for one in self.picks):
                return rest
            if at.title:
                return None
            beside = [one for one in self._children(at.parent) if one is not at and not one.title]
            rest += [one.pick for one in beside if one.node is not None and not one.node.is_key]
            at = at.parent
        return rest

    # what Qt asks for

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent)
        children = self._children(above) if above is not None else []
        return self.createIndex(row, 0, children[row].id) if column == 0 and 0 <= row < len(children) else QModelIndex()

    def parent(self, child: Index = _NO_INDEX) -> Any:
        row = self.row_at(child) if child.isValid() else None
        return self.index_of(row.parent) if row is not None and row.parent is not None else QModelIndex()

    def hasChildren(self, parent: Index = _NO_INDEX) -> bool:
        row = self.row_at(parent)
        return row is not None and (row.node is None or row.node.kind in (NodeKind.CONTAINER, NodeKind.LIST))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        row = self.row_at(parent)
        return len(self._children(row)) if row is not None else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row_at(index)
        if row is None or row.node is None:
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return usual if self.locked else usual | Qt.ItemFlag.ItemIsUserCheckable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self.locked:
            return False
        self.toggle(index)
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None or row.node is None:
            return None
        node = row.node
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title or self._name(row)
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.node_icon("list" if row.title else icon_name(node))
        if role == Qt.ItemDataRole.CheckStateRole:
            return self.state(row)
        if role == Role.SIDE:
            return "entry" if row.title else side_text(node)
        if role == Role.MONO:
            return bool(row.title)
        if role == Role.INK:
            return "text2" if not node.config else "text"
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.description or node.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = {Qt.CheckState.Checked: "ticked", Qt.CheckState.Unchecked: "not ticked"}
            return f"{row.title or node.name}, {state.get(self.state(row), 'partly ticked')}"
        return None

    def _name(self, row: FilterRow) -> str:
        node = row.node
        assert node is not None
        above = row.parent.node if row.parent is not None else None
        return node.name if above is not None and above.module == node.module else f"{node.module}:{node.name}"


def _within(row: Pick, pick: Pick) -> bool:
    """Whether a pick lies in what a row stands for."""
    return len(row.steps) <= len(pick.steps) and row.covers(pick)


def _local(value: str) -> str:
    return value.rpartition("}")[2] if value[:1] == "{" else value
