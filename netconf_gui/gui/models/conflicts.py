"""Conflicts as rows with the three versions of a node, the decisions taken so far, and what follows from them.

Lives here: `ConflictsModel`, `OutcomeModel`.  Does not live here: how cells are painted (`panes/conflict_cells`), what
a decision does (`config.merge`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.merge import Conflict, Merge, Side
from netconf_gui.config.path import InstancePath
from netconf_gui.config.summary import entry_name, label, shortened
from netconf_gui.gui import icons
from netconf_gui.gui.models.diff_tree import MARKS
from netconf_gui.gui.models.flat_table import FlatTable
from netconf_gui.gui.models.looks import HIDDEN
from netconf_gui.gui.rows import Index, Role
from netconf_gui.session.redact import is_secret_name
from netconf_gui.yang.schema import NodeKind, SchemaNode

CELL = Qt.ItemDataRole.UserRole + 61
NODE, BASE, MINE, THEIRS = range(4)
SIDES: dict[int, Side] = {BASE: "base", MINE: "mine", THEIRS: "theirs"}
DECIDED: dict[Side, str] = {"mine": "mine", "theirs": "the device's", "base": "base, as it was"}
MOST = 2000  # rows of what merged that are listed


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a title and a second line.

    `chosen` is None where nothing can be chosen; `icon` names a node's kind; `quiet`: the title says that nothing is
    there.
    """

    title: str
    side: str = ""
    chosen: bool | None = None
    icon: str = ""
    decided: bool = False
    quiet: bool = False


class ConflictsModel(FlatTable):
    """Node, Base, Mine, Device now; `decided` after each change of decisions."""

    decided = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conflictsModel")
        self.headers: list[str] = ["Node", "Base", "Mine", "Device now"]
        self.conflicts: Sequence[Conflict] = ()
        self.decisions: dict[InstancePath, Side] = {}

    def show(self, conflicts: Sequence[Conflict]) -> None:
        """Show these; decisions about nodes that are contested still are kept."""
        self.beginResetModel()
        self.conflicts = conflicts
        paths = {one.path for one in conflicts}
        self.decisions = {path: side for path, side in self.decisions.items() if path in paths}
        self.endResetModel()
        self.decided.emit()

    def conflict_at(self, index: Index) -> Conflict | None:
        return self.conflicts[index.row()] if index.isValid() and index.row() < len(self.conflicts) else None

    def decide(self, row: int, side: Side | None) -> None:
        """Decide one; None takes the decision back."""
        path = self.conflicts[row].path
        if side is None:
            self.decisions.pop(path, None)
        else:
            self.decisions[path] = side
        self.dataChanged.emit(self.index(row, NODE), self.index(row, THEIRS))
        self.decided.emit()

    def decide_all(self, side: Side) -> None:
        """Decide every one in the same way."""
        self.decisions = {one.path: side for one in self.conflicts}
        if self.conflicts:
            self.dataChanged.emit(self.index(0, NODE), self.index(len(self.conflicts) - 1, THEIRS))
        self.decided.emit()

    @property
    def open_rows(self) -> list[int]:
        """The rows without a decision."""
        return [row for row, one in enumerate(self.conflicts) if one.path not in self.decisions]

    def size(self) -> int:
        return len(self.conflicts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        conflict = self.conflict_at(index)
        if conflict is None:
            return None
        cell = self._cell(conflict, index.column())
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.title
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.column() == NODE:
                return str(conflict.path)
            base = self._cell(conflict, BASE)
            before = f"Base: {base.title} {base.side}".rstrip() if index.column() != BASE else ""
            return "\n".join(filter(None, (cell.title, cell.side, before)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(conflict, cell, index.column())
        return None

    def _cell(self, conflict: Conflict, column: int) -> Cell:
        side = self.decisions.get(conflict.path)
        if column == NODE:
            icon = icon_of(conflict.schema_node, conflict.what)
            return Cell(name_of(conflict), place_of(conflict), icon=icon, decided=side is not None)
        chosen = side == SIDES[column]
        text = (conflict.base, conflict.mine, conflict.theirs)[column - 1]
        kind = ("", conflict.mine_kind, conflict.theirs_kind)[column - 1]
        if text is None:
            return Cell("deleted" if kind == "removed" else "not there", chosen=chosen, quiet=True)
        if conflict.is_value:
            text = HIDDEN if text and (conflict.hidden or is_secret_name(conflict.path.name)) else text
            return Cell(text or "(empty)", chosen=chosen, quiet=not text)
        if conflict.what == "node":
            return Cell(kind or "there", text, chosen)
        return Cell(text or "(nothing)", chosen=chosen, quiet=not text)

    def _spoken(self, conflict: Conflict, cell: Cell, column: int) -> str:
        if column == NODE:
            side = self.decisions.get(conflict.path)
            state = f"decided: {DECIDED[side]}" if side is not None else "not decided"
            return ", ".join(filter(None, (cell.title, cell.side, state)))
        words = (self.headers[column], cell.title, cell.side, "chosen" if cell.chosen else "")
        return ", ".join(word for word in words if word)


def name_of(conflict: Conflict) -> str:
    """The node as people call it."""
    path = conflict.path
    name = path.name
    if conflict.what == "choice":
        return f"choice {name.strip('()')}"
    if conflict.what == "order":
        return f"order of {name}"
    return entry_name(path, len(path.steps) - 1) or name


def place_of(conflict: Conflict) -> str:
    """Where it is: the nodes above, entries by their keys."""
    steps = conflict.path.steps
    names = [entry_name(conflict.path, at) or steps[at].name for at in range(len(steps) - 1)]
    return " / ".join(names[-3:])


def icon_of(node: SchemaNode | None, what: str = "node") -> str:
    """The icon of a node's kind."""
    if what == "order":
        return "list"
    if node is None:
        return "leaf"
    if node.kind is NodeKind.LIST:
        return "entry"
    if node.kind is NodeKind.CONTAINER and node.presence:
        return "presence"
    return str(node.kind).replace("anyxml", "anydata")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of what the draft will be: `mark` as in differences, words on the change and on why."""

    mark: str
    icon: str
    node: str
    change: str
    why: str
    why_icon: str
    path: str


WHYS: dict[str, tuple[str, str]] = {
    "kept": ("only yours", "merge"),
    "taken": ("only the device's", "merge"),
    "agreed": ("both alike", "merge"),
    "mine": ("you decided: mine", "confirm"),
    "theirs": ("you decided: the device's", "confirm"),
    "base": ("you decided: base, as it was", "confirm"),
    "": ("not decided yet", "warning"),
}


class OutcomeModel(FlatTable):
    """What the draft will hold: mark, node, change, why."""

    headers = ("", "Node", "Change", "Why")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcomeModel")
        self._conflicts: Sequence[Conflict] = ()
        self._decisions: dict[InstancePath, Side] = {}
        self._merged: list[tuple[str, DiffEntry]] = []
        self._left_out = 0

    def show(self, merge: Merge, decisions: dict[InstancePath, Side]) -> None:
        """Show what merged by itself, and the conflicts with these decisions (followed by `refresh`)."""
        self.beginResetModel()
        agreed = {(one.kind, one.path) for one in merge.agreed}
        found = [("agreed" if (one.kind, one.path) in agreed else "taken", one) for one in merge.taken]
        kept = [("kept", one) for one in merge.kept if (one.kind, one.path) not in agreed]
        self._merged = [*kept, *found][:MOST]
        self._left_out = len(kept) + len(found) - len(self._merged)
        self._conflicts, self._decisions = merge.conflicts, decisions
        self.endResetModel()

    def refresh(self, decisions: dict[InstancePath, Side]) -> None:
        """Decisions are others."""
        self._decisions = decisions
        if self._conflicts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._conflicts) - 1, 3))

    @property
    def merged(self) -> int:
        """How many changes merged by themselves."""
        return len(self._merged) + self._left_out

    def size(self) -> int:
        return len(self._conflicts) + len(self._merged) + (1 if self._left_out else 0)

    def outcome(self, row: int) -> Outcome:
        """One row."""
        if row < len(self._conflicts):
            return self._contested(self._conflicts[row])
        row -= len(self._conflicts)
        if row >= len(self._merged):
            return Outcome("", "", f"and {self._left_out:,} more", "", "", "", "")
        key, entry = self._merged[row]
        why, icon = WHYS[key]
        old, new = (_shown(entry, text) for text in (entry.old, entry.new))
        change = f"{old or '(empty)'} → {new or '(empty)'}" if entry.kind == "changed" and entry.new is not None else ""
        if entry.kind in ("added", "removed"):
            change = (new if entry.kind == "added" else old) or entry.kind
        return Outcome(
            entry.kind if key == "kept" else "",
            icon_of(entry.schema_node),
            label(entry.path),
            change or entry.kind,
            why,
            icon,
            str(entry.path),
        )

    def _contested(self, conflict: Conflict) -> Outcome:
        side = self._decisions.get(conflict.path)
        why, icon = WHYS[side or ""]
        others = _words(conflict.shown("theirs"))
        kind, words = "", "" if side is None else f"stays {others}"
        if side in ("mine", "base"):
            kind = conflict.mine_kind if side == "mine" else _kind(conflict)
            words = f"{others} → {_words(conflict.shown(side))}"
        node = label(conflict.path) if conflict.what == "node" else name_of(conflict)
        icon_name = icon_of(conflict.schema_node, conflict.what)
        return Outcome(kind, icon_name, node, words, why, icon, str(conflict.path))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        found, column = self.outcome(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (MARKS.get(found.mark, ""), found.node, found.change, found.why)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return found.path if column == 1 else found.change if column == 2 else None
        if role == Role.TINT:
            return f"{found.mark}_tint" if found.mark else None
        if role == Role.INK:
            return found.mark if column == 0 and found.mark else "text2" if column == 3 else "text"
        if role == Role.MONO:
            return column in (0, 2)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(found, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 1:
            return ", ".join(word for word in (found.node, found.mark, found.change, found.why) if word)
        return None

    def _icon(self, found: Outcome, column: int) -> Any:
        if column == 1 and found.icon:
            return icons.node_icon(found.icon, "text2")
        if column == 3 and found.why_icon:
            return icons.icon(found.why_icon, "warning" if found.why_icon == "warning" else "text2")
        return None


def _kind(conflict: Conflict) -> str:
    """What the base is to the device: how an apply will change it."""
    if conflict.what == "order":
        return "moved"
    if conflict.theirs is None:
        return "added"
    return "removed" if conflict.base is None else "changed"


def _words(text: str | None) -> str:
    return "nothing" if text is None else shortened(text) or "(empty)"


def _shown(entry: DiffEntry, text: str | None) -> str:
    if text and is_secret_name(entry.path.name):
        return HIDDEN
    return shortened(text or "")
