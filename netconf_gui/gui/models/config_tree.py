"""The configuration tree as a Qt item model: rows are made when a view asks, and kept in line with the document.

Columns: gutter (the mark), Name, Value, Type.  After a change the model looks again at what is below the touched
parents (`row_store` does that); a reset happens only when the whole document was replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lxml import etree
from PySide6.QtCore import QObject, Qt, Signal

from netconf_gui.config.binding import Region
from netconf_gui.config.document import Change, Document
from netconf_gui.config.identity import identity
from netconf_gui.gui.models.hits import HitFilter
from netconf_gui.gui.models.looks import Looks, RowLook, condition_place, is_presence
from netconf_gui.gui.models.marks import Marks
from netconf_gui.gui.models.problem_paths import within
from netconf_gui.gui.models.row_store import Column, Index, RowStore
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import NodeKind

LOOK = Qt.ItemDataRole.UserRole + 40  # RowLook of a row, in every column


HEADERS = ("", "Name", "Value", "Type")

_SEEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
# (can be dragged, can be edited): asked for every row of a view, and slow to put together
_FLAGS = {
    (False, False): _SEEN,
    (False, True): _SEEN | Qt.ItemFlag.ItemIsEditable,
    (True, False): _SEEN | Qt.ItemFlag.ItemIsDragEnabled,
    (True, True): _SEEN | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsEditable,
}


class ConfigTreeModel(RowStore):
    """Rows of one document; `about_to_replace` and `replaced` frame what cannot be told row by row."""

    about_to_replace = Signal()
    replaced = Signal()
    edit_wanted = Signal(object, str)  # row, text: what an editor in the tree committed

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.setObjectName("configTreeModel")
        self.looks = Looks(self.outline)
        self._pending: list[Change] = []
        self._remove_subscription: Callable[[], None] | None = document.subscribe(self._on_change)

    def close(self) -> None:
        """Follow the document no longer."""
        if self._remove_subscription is not None:
            self._remove_subscription()
            self._remove_subscription = None

    # what Qt asks

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section] if 0 <= section < len(HEADERS) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row_at(index) if index.isValid() else None
        if row is None:
            return Qt.ItemFlag.NoItemFlags
        dragged = row.kind is RowKind.ENTRY and not row.removed  # the view says why one cannot be moved
        return _FLAGS[dragged, index.column() == Column.VALUE and self.is_editable(row)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index) if index.isValid() else None
        if row is None or row.kind is RowKind.ROOT:
            return None
        if role == LOOK:
            return self.looks.of(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self.looks.of(row), index.column())
        if role == Qt.ItemDataRole.EditRole and index.column() == Column.VALUE:
            if row.kind is RowKind.CHOICE or is_presence(row):
                return self.looks.of(row).value
            element = row.own_element
            return "" if element is None else element.text or ""
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(self.looks.of(row), index.column(), role)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row_at(index)
        if row is None or role != Qt.ItemDataRole.EditRole or not self.is_editable(row):
            return False
        self.edit_wanted.emit(row, str(value))
        return True

    @staticmethod
    def _text(look: RowLook, column: int) -> str:
        if column == Column.NAME:
            return look.name
        if column == Column.VALUE:
            return look.value or look.ghost
        if column == Column.TYPE:
            return look.type
        return {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}.get(look.state, "•" if look.below else "")

    @staticmethod
    def _spoken(look: RowLook, column: int, role: int) -> str | None:
        if role == Qt.ItemDataRole.ToolTipRole:
            if look.message and column == Column.VALUE:
                return look.message
            if look.condition:
                return condition_words(look)
            return (look.side or None) if column == Column.NAME else None
        if column == Column.NAME:
            words = [look.name, look.chip, look.side, "" if look.state == "same" else look.state]
            words.append(condition_words(look) if look.condition else "")
            words.append(f"{look.within} further down" if look.within else "")
            return ", ".join(word for word in (*words, "not set" if look.unset else "") if word)
        if column == Column.VALUE and look.old is not None:
            return f"{look.value}, was {look.old}" + (f", {look.message}" if look.message else "")
        return ConfigTreeModel._text(look, column)

    def is_editable(self, row: Row) -> bool:
        """Whether the value can be changed in place: a leaf of the configuration, keys of new entries excepted."""
        if row.kind is RowKind.CHOICE or is_presence(row):
            return not row.removed and (row.own_element is not None or not self.looks.condition_of(row))
        if row.removed or row.kind not in (RowKind.NODE, RowKind.ENTRY, RowKind.UNSET):
            return False
        if row.kind is RowKind.UNSET and self.looks.condition_of(row):
            return False
        node = row.node
        if node is None:
            return row.scope is Region.UNKNOWN and row.is_term
        return (
            node.config
            and node.is_term
            and not node.is_key
            and not (row.kind is RowKind.UNSET and node.kind is NodeKind.LEAF_LIST)
        )

    # filters and findings

    def set_show_unset(self, on: bool) -> None:
        """Whether schema nodes without data are shown."""
        if self.outline.show_unset != on:
            self.outline.show_unset = on
            self.refresh()

    def set_changes_only(self, on: bool) -> None:
        """Whether only what differs from the base is shown."""
        if self.outline.changes_only != on:
            self.outline.changes_only = on
            self.refresh()

    def set_hits(self, hits: Iterable[etree._Element] | None) -> None:
        """Show only what a search found, with what is above and inside it; None shows all again."""
        if hits is not None or self.outline.hits is not None:
            self.outline.hits = None if hits is None else HitFilter(hits)
            self.refresh()

    def set_problems(self, problems: Mapping[etree._Element, Problem], *, stale: bool = False) -> None:
        """Findings to mark, by element; `stale`: as of before the last edit, so that the marks are dimmed."""
        if problems is self.looks.problems and stale is self.looks.stale:
            return
        touched = set(self.looks.problems) | set(problems)
        self.looks.problems = problems
        self.looks.within = within(problems)
        self.looks.stale = stale
        self.looks.forget()
        for element in touched:
            row = self._of_element.get(element)
            if row is not None:
                self._tell_data(row)

    def set_conditions(self, conditions: dict[tuple[etree._Element | None, int], str]) -> None:
        """False conditions, by the element above and the schema node; rows made so far are told."""
        before = self.looks.conditions
        if before == conditions:
            return
        self.looks.conditions = conditions
        self.looks.forget()
        touched = {place for place in (*before, *conditions) if before.get(place) != conditions.get(place)}
        for row in list(self._rows.values()):
            if row.parent is not None and condition_place(row) in touched:
                self._tell_data(row)

    def take_case(self, row: Row, case_id: int | None) -> None:
        """Show a case of a choice row as taken, although nothing of it is set yet; None: no longer."""
        if row.node is None:
            return
        if case_id is None:
            self.outline.chosen.pop((row.element, row.node.id), None)
        else:
            self.outline.chosen[row.element, row.node.id] = case_id
        self.looks.forget()
        self._reconcile(row.parent or self.root)
        self._tell_data(row)

    def refresh(self) -> None:
        """Bring every loaded row in line."""
        self.looks.forget()
        self._reconcile(self.root, deep=True)
        self.looks.forget()

    # keeping up with the document

    def _on_change(self, change: Change) -> None:
        self._pending.append(change)
        self.looks.forget()
        if change.more:
            return
        pending, self._pending = self._pending, []
        if any(one.kind == "reset" for one in pending):
            self._replace_all()
            return
        parents: dict[etree._Element, set[str]] = {}
        for one in pending:
            if one.old_element is not None and one.element is not None:
                self._rebind(one.old_element, one.element)
            if one.parent is not None and one.element is not None:
                parents.setdefault(one.parent, set()).add(str(one.element.tag))
                self._follow_rename(one, parents)
        self._bring_in_line(parents)
        self.looks.forget()  # what was asked for half way
        for one in pending:
            if one.kind in ("value", "insert", "move") and one.element is not None:
                row = self._of_element.get(one.element)
                if row is not None:
                    self._tell_data(row)

    def _bring_in_line(self, parents: Mapping[etree._Element, set[str]]) -> None:
        """Something happened to children of these elements, of these names: look again at each row once."""
        due: dict[Row, set[str] | None] = {}
        told: dict[Row, None] = {}
        for parent, tags in parents.items():
            self._touch(parent, tags, due, told)
        # from the top: what is no longer shown is not looked at
        for row in sorted(due, key=_depth):
            if self._rows.get(row.id) is row:
                self._reconcile(row, tags=due[row])
        for row in told:
            if self._rows.get(row.id) is row:
                self._tell_data(row)

    def _follow_rename(self, change: Change, parents: dict[etree._Element, set[str]]) -> None:
        """A key or the value of a leaf-list entry became another: its row stays the same one under another key."""
        element = change.element
        if change.kind != "value" or element is None or change.parent is None:
            return
        node = self.document.schema_node(element)
        entry = change.parent if node is not None and node.is_key else element
        row = self._of_element.get(entry)
        if row is None or row.kind is not RowKind.ENTRY or row.parent is None:
            return
        told = identity(entry, row.scope, self.document.binder)
        taken = {child.key for child in row.parent.children or () if child is not row}
        if told is not None and ("e", told) not in taken:
            row.key = ("e", told)
        above = entry.getparent()
        if above is not None:
            parents.setdefault(above, set()).add(str(entry.tag))

    def _rebind(self, old: etree._Element, new: etree._Element) -> None:
        row = self._of_element.pop(old, None)
        if row is not None:
            row.element = new
            self._of_element[new] = row

    def _touch(
        self,
        parent: etree._Element,
        tags: set[str],
        due: dict[Row, set[str] | None],
        told: dict[Row, None],
    ) -> None:
        """Note whose children may be others now (in groups of which names, None: all), and who looks different."""
        at: etree._Element | None = parent
        row = None
        while at is not None and row is None:
            row = self.root if at is self.document.root else self._of_element.get(at)
            at = at.getparent() if row is None else at
        if row is None:
            return
        up: Row | None = row
        while up is not None and up not in told:
            told[up] = None
            up = up.parent
        if at is parent:
            known = due.get(row, set())
            due[row] = None if known is None else known | tags
        if self.outline.filters:
            # whether something is shown depends on all that is below
            up = row if at is not parent else row.parent
            while up is not None and due.get(up, tags) is not None:
                due[up] = None
                up = up.parent

    def _replace_all(self) -> None:
        self.about_to_replace.emit()
        self.beginResetModel()
        self._rows.clear()
        self._of_element.clear()
        self.marks = Marks(self.document)
        self.outline.marks = self.marks
        self.looks.problems, self.looks.within = {}, {}
        self.looks.conditions = {}
        self.outline.chosen.clear()
        self.looks.forget()
        self.root = self._new_root()
        self.endResetModel()
        self.replaced.emit()


def _depth(row: Row) -> int:
    above, found = row.parent, 0
    while above is not None:
        above, found = above.parent, found + 1
    return found


def condition_words(look: RowLook) -> str:
    """Why a node cannot be there, for tooltips and for those who listen."""
    if look.unset:
        return f"Cannot be added: only allowed when {look.why or look.condition}"
    return f"Should not be there: only allowed when {look.why or look.condition}"
