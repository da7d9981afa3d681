"""A list of the document as a Qt table model: a row an entry, a column a leaf; lazy, sorted and filtered in slices.

Lives here: which rows stand where, what a cell looks like, following the document.  Does not live here: columns and
texts (`config.table`), arranging (`config.table_arrange`), widgets.

Rows are kept as elements.  What a cell looks like is made when it is painted; nothing here looks at all rows for one
of them, except sorting and filtering, which do it in slices of 5 ms.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from netconf_gui.config.document import Change, Document
from netconf_gui.config.identity import Name, entry_name
from netconf_gui.config.table import Column, cell, default_text, shown
from netconf_gui.config.table_arrange import Sort, Wish, arrange
from netconf_gui.config.table_places import Place
from netconf_gui.gui import icons
from netconf_gui.gui.models.table_marks import TableMarks, merged
from netconf_gui.gui.node_words import term_label
from netconf_gui.yang.problem import Problem

CELL = Qt.ItemDataRole.UserRole + 50  # CellLook
SLICE = 0.005  # seconds of sorting at a time
AT_ONCE = 0.02  # seconds that are spent before the first pause: short lists never show an old order
KEPT = 4000  # looks that are kept

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class CellLook:
    """One cell. `state`: same added removed changed; `row_state`: same added removed moved; `severity`: "" or as is."""

    text: str = ""
    ghost: str = ""  # what is said where nothing is set
    old: str | None = None  # the value in the base, where it is another
    state: str = "same"
    row_state: str = "same"
    severity: str = ""
    message: str = ""
    numeric: bool = False
    read_only: bool = False
    stale: bool = False  # the finding is as of before the last edit


class ListTableModel(QAbstractTableModel):
    """Entries of one place; `arranged`: order or number of rows are others; `busy_changed(bool)` while sorting.

    `edit_wanted(entry, column, text)`: what an editor in a cell committed.
    """

    arranged = Signal()
    busy_changed = Signal(bool)
    edit_wanted = Signal(object, object, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("listTableModel")
        self.document = document
        self.place: Place | None = None
        self.columns: tuple[Column, ...] = ()
        self.read_only = False
        self.wish = Wish()
        self.holder: etree._Element | None = None
        self.total = 0  # entries, those of the base that are gone not counted
        self._rows: list[etree._Element] = []
        self._removed: dict[etree._Element, None] = {}
        self._looks: dict[tuple[int, int], CellLook] = {}
        self._marks: TableMarks | None = None
        self._problems: Mapping[etree._Element, Problem] = {}
        self._stale = False
        self._by_row: dict[etree._Element, Problem] = {}
        self._work: Iterator[list[int] | None] = iter(())
        self._working: list[etree._Element] = []
        self.busy = False
        self._pending: list[Change] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(lambda: self._slice(SLICE))
        self._unsubscribe: Callable[[], None] = document.subscribe(self._on_change)

    def close(self) -> None:
        """Follow the document no longer."""
        self._timer.stop()
        self._unsubscribe()

    # what is shown

    def show_place(self, place: Place | None, columns: Sequence[Column]) -> None:
        """Show another list, in its own order."""
        self._stop()
        self.beginResetModel()
        self.place = place
        self.columns = tuple(columns)
        self.wish = Wish(self.columns)
        self._rows = self._all_rows()
        self._forget()
        self._map_problems()
        self.endResetModel()
        self.arranged.emit()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns of the same list."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._forget()
        self.endResetModel()
        self.set_wish(self.wish.sort, self.wish.text, self.wish.filters)

    def set_wish(self, sort: Sort | None, text: str, filters: Mapping[Column, str]) -> None:
        """Sort and filter; what is wished for now is done, also for rows that were edited since the last time."""
        self.wish = Wish(self.columns, sort, text, {column: one for column, one in filters.items() if one.strip()})
        self._stop()
        self._working = self._all_rows()
        self._work = arrange(self._working, self.wish)
        self._slice(AT_ONCE)

    def _slice(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        for step in self._work:
            if step is not None:
                rows = self._working
                self._finish(rows if len(step) == len(rows) and self.wish.is_plain else [rows[one] for one in step])
                return
            if time.perf_counter() > until:
                break
        if not self.busy:
            self.busy = True
            self._timer.start()
            self.busy_changed.emit(True)

    def _finish(self, rows: list[etree._Element]) -> None:
        self._stop()
        self.beginResetModel()
        self._rows = rows
        self._forget()
        self.endResetModel()
        self.arranged.emit()

    def _stop(self) -> None:
        self._timer.stop()
        self._work = iter(())
        if self.busy:
            self.busy = False
            self.busy_changed.emit(False)

    def _all_rows(self) -> list[etree._Element]:
        """Every entry in the document's order; those that are gone stand where they stood."""
        self.holder = self.place.holder(self.document) if self.place is not None else None
        if self.place is None or self.holder is None:
            self.total, self._removed = 0, {}
            return []
        rows = list(self.holder.iterchildren(self.place.tag))
        self.total = len(rows)
        self._removed = dict.fromkeys(self._gone())
        return merged(self.document, rows, self._removed) if self._removed else rows

    def _gone(self) -> list[etree._Element]:
        if self.holder is None or self.place is None:
            return []
        return [one for one in self.document.removed_children(self.holder) if one.tag == self.place.tag]

    # rows and cells

    def entry(self, row: int) -> etree._Element | None:
        """The entry of a row; None for none, and for one that is gone from the document."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return None if found is None or found in self._removed else found

    def row_of(self, entry: etree._Element) -> int:
        """The row of an entry; -1 if it is not shown."""
        try:
            return self._rows.index(entry)
        except ValueError:
            return -1

    def entries(self) -> list[etree._Element]:
        """The entries shown, in the order shown; those that are gone left out."""
        return [one for one in self._rows if one not in self._removed] if self._removed else list(self._rows)

    def is_editable(self, row: int, column: int) -> bool:
        """Whether a cell can be changed in place."""
        entry = self.entry(row)
        if entry is None or self.read_only or not 0 <= column < len(self.columns):
            return False
        one = self.columns[column]
        if one.is_key or one.read_only:
            return False
        return one.node is not None or cell(entry, one) is not None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return found | Qt.ItemFlag.ItemIsEditable if self.is_editable(index.row(), index.column()) else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if not (index.isValid() and row < len(self._rows) and column < len(self.columns)):
            return None
        if role == CELL:
            return self.look(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            look = self.look(row, column)
            return look.text or look.ghost
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return _spoken(self.look(row, column), self.columns[column], role)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry = self.entry(index.row())
        if entry is None or role != Qt.ItemDataRole.EditRole or not self.is_editable(index.row(), index.column()):
            return False
        self.edit_wanted.emit(entry, self.columns[index.column()], str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.label
        if role == Qt.ItemDataRole.DecorationRole:
            if column in self.wish.filters:
                return icons.icon("filter", "accent_text")
            return icons.node_icon("key") if column.is_key else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return _about(column, self.wish.filters.get(column, ""))
        return None

    def look(self, row: int, column: int) -> CellLook:
        """What a cell shows now; kept until something changes, since painting asks several times."""
        found = self._looks.get((row, column))
        if found is None:
            if len(self._looks) > KEPT:
                self._looks.clear()
            found = self._looks[row, column] = self._made(self._rows[row], self.columns[column], column == 0)
        return found

    def _made(self, entry: etree._Element, column: Column, first: bool) -> CellLook:
        text = shown(entry, column)
        if entry in self._removed:
            return CellLook(text, state="removed", row_state="removed", numeric=column.numeric, read_only=True)
        marks = self._marks
        if marks is None:
            marks = self._marks = TableMarks(self.document)
        leaf = cell(entry, column)
        row_state = marks.row_state(entry)
        state, old = ("same", None) if row_state == "added" else marks.cell_state(entry, column, leaf)
        problem = self._problems.get(leaf) if leaf is not None else None
        if problem is None and first:
            problem = self._by_row.get(entry)
        info = column.info
        ghost = "" if leaf is not None else default_text(column) or "not set"
        if leaf is not None and not text and not (info is not None and info.base == "empty"):
            ghost = '""'
        return CellLook(
            text,
            ghost,
            old,
            state,
            row_state,
            problem.severity if problem else "",
            problem.message if problem else "",
            column.numeric,
            column.read_only,
            self._stale,
        )

    def _forget(self) -> None:
        self._looks.clear()
        self._marks = None

    def dress(self) -> None:
        """Icons have other colours now."""
        if self.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    # findings

    def set_problems(self, problems: Mapping[etree._Element, Problem], *, stale: bool = False) -> None:
        """Findings to mark, by element; `stale`: as of before the last edit, so that the marks are dimmed."""
        self._problems, self._stale = problems, stale
        self._map_problems()
        self._looks.clear()
        self._tell_data()

    def _map_problems(self) -> None:
        """Findings that no column shows go to the first cell of their row."""
        self._by_row = {}
        tag = self.place.tag if self.place is not None else ""
        leafs = {one.tags for one in self.columns}
        for element, problem in self._problems.items() if self.holder is not None else ():
            tags: list[str] = []
            at: etree._Element | None = element
            above = element.getparent()
            while at is not None and above is not self.holder and above is not None:
                tags.append(str(at.tag))
                at, above = above, above.getparent()
            if at is None or above is None or at.tag != tag or tuple(reversed(tags)) in leafs:
                continue
            if at not in self._by_row or problem.is_error:
                self._by_row[at] = problem

    # keeping up with the document

    def _on_change(self, change: Change) -> None:
        self._pending.append(change)
        if change.more:
            return
        pending, self._pending = self._pending, []
        if self.place is None:
            return
        self._forget()
        if self._others(pending):
            self._sync([one.element for one in pending if one.kind == "insert" and one.element is not None])
        self._tell_data()

    def _others(self, pending: Sequence[Change]) -> bool:
        """Whether rows may have come, gone or moved: not after edits inside of entries."""
        holder = self.place.holder(self.document) if self.place is not None else None
        if holder is not self.holder or any(one.kind == "reset" for one in pending):
            return True
        if any(one.kind != "value" and one.parent is self.holder for one in pending):
            return True
        return list(self._removed) != self._gone()

    def _sync(self, inserted: Sequence[etree._Element]) -> None:
        """Rows that are gone go, new ones come: in their place, or at the end of a sorted table."""
        before = self._removed
        everything = self._all_rows()
        if self.busy:
            self.set_wish(self.wish.sort, self.wish.text, self.wish.filters)
            return
        if not self.wish.is_plain:
            there = set(everything)
            came = [one for one in (*self._removed, *inserted) if one in there and one not in before]
            everything = self._exchanged(there, came)
        self._replace_rows(everything)
        self.arranged.emit()

    def _exchanged(self, there: set[etree._Element], came: Sequence[etree._Element]) -> list[etree._Element]:
        """The rows of a sorted or filtered table; what took an entry's place takes its row."""
        node = self.place.node if self.place is not None else None
        named: dict[Name, etree._Element] = {}
        for one in came:
            name = entry_name(one, node, self.document.binder) if node is not None else None
            if name is not None:
                named[name] = one
        known, found = set(self._rows), []
        for one in self._rows:
            if one in there:
                found.append(one)
                continue
            name = entry_name(one, node, self.document.binder) if node is not None else None
            twin = named.get(name) if name is not None else None
            if twin is not None and twin not in known:
                found.append(twin)
                known.add(twin)
        return found + [one for one in came if one not in known and one not in self._removed]

    def _replace_rows(self, wanted: list[etree._Element]) -> None:
        rows = self._rows
        low, most = 0, min(len(rows), len(wanted))
        while low < most and rows[low] is wanted[low]:
            low += 1
        end = 0
        while end < most - low and rows[-1 - end] is wanted[-1 - end]:
            end += 1
        if len(rows) - end > low:
            self.beginRemoveRows(QModelIndex(), low, len(rows) - end - 1)
            self._rows = rows[:low] + rows[len(rows) - end :]
            self.endRemoveRows()
        if len(wanted) - end > low:
            self.beginInsertRows(QModelIndex(), low, len(wanted) - end - 1)
            self._rows = wanted
            self.endInsertRows()
        self._map_problems()

    def _tell_data(self) -> None:
        if self._rows and self.columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))


def _spoken(look: CellLook, column: Column, role: int) -> str | None:
    """A cell in words, for tooltips and assistive tools."""
    was = "" if look.old is None else f"was {look.old}"
    if role == Qt.ItemDataRole.ToolTipRole:
        return "\n".join(part for part in (look.message, was.capitalize() and f"{was.capitalize()}.") if part) or None
    words = [look.text or look.ghost, was, "" if look.row_state == "same" else look.row_state, look.message]
    return f"{column.label}: {', '.join(word for word in words if word)}"


def _about(column: Column, asked: str) -> str:
    """The tooltip of a heading."""
    node = column.node
    lines = [column.path or column.label]
    if node is not None and node.type is not None:
        lines.append(", ".join(part for part in (term_label(node.type), node.units) if part))
    if column.read_only:
        lines.append(
            "state, read-only" if node is not None and not node.config else "more than one leaf: edit it in the tree"
        )
    if node is not None and node.description:
        text = " ".join(node.description.split())
        lines.append(text if len(text) <= 200 else text[:199] + "…")
    if asked:
        lines.append(f"Shown only: {asked}")
    return "\n".join(lines)
