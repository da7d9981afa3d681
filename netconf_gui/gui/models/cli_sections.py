"""The sections of an IOS configuration as a tree: interfaces, routers, lines, each with what is in it.

Rows are made anew with each text and keep their place by their commands.  Does not live here: reading the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from netconf_gui.config.cli_text import CliConfig, Line
from netconf_gui.config.cli_words import kind_of, opens_section
from netconf_gui.gui import icons
from netconf_gui.gui.rows import Index, Role
from netconf_gui.session.redact_cli import mask_cli

_NO_INDEX = QModelIndex()
STATES = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}
ICONS = {"interface": "container", "router": "list", "line": "list", "ip access-list": "leaf-list"}
OTHERS = "global"

Path = tuple[str, ...]


@dataclass(eq=False, slots=True)
class SectionRow:
    """One row: a group (`line` None) or a command; `state` is what happened to it since it was fetched."""

    number: int
    parent: SectionRow | None
    title: str
    line: Line | None = None
    path: Path = ()
    state: str = ""
    position: int = 0
    children: list[SectionRow] | None = None  # made when somebody looks


class CliSectionsModel(QAbstractItemModel):
    """Groups by kind, sections in the order of the text; with `changes_only` what is the same is left out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, SectionRow] = {}
        self._root = SectionRow(0, None, "", children=[])
        self._config: CliConfig | None = None
        self._states: Mapping[Path, str] = {}
        self._only = False

    def show(self, config: CliConfig, states: Mapping[Path, str]) -> None:
        """Show another text; `states` says by the commands around and of a line what became of it."""
        self._config, self._states = config, states
        self._make()

    def set_changes_only(self, on: bool) -> None:
        self._only = on
        self._make()

    def _make(self) -> None:
        self.beginResetModel()
        self._rows, self._root = {}, SectionRow(0, None, "", children=[])
        groups: dict[str, SectionRow] = {}
        for line in self._config.lines if self._config is not None else ():
            state = self._states.get((line.text,), "")
            if self._only and not state:
                continue
            kind = kind_of(line.text) if line.children or opens_section(line.text) else OTHERS
            if kind not in groups:
                groups[kind] = SectionRow(0, self._root, kind, children=[])
            self._add(groups[kind], line.text, line, (line.text,), state)
        # commands of their own come last: there are many, and each says what it is
        for title in sorted(groups, key=lambda title: title == OTHERS):
            self._enter(groups[title])
        self.endResetModel()

    def _enter(self, row: SectionRow) -> None:
        """A row made before its parent's children were known comes to its place."""
        above = row.parent.children if row.parent is not None else None
        assert above is not None
        row.number, row.position = len(self._rows) + 1, len(above)
        self._rows[row.number] = row
        above.append(row)

    def _add(self, parent: SectionRow, title: str, line: Line, path: Path, state: str) -> None:
        self._enter(SectionRow(0, parent, title, line, path, state))

    def _children(self, row: SectionRow) -> list[SectionRow]:
        if row.children is None:
            row.children = []
            for child in row.line.children if row.line is not None else ():
                here = (*row.path, child.text)
                state = self._states.get(here, "")
                if not self._only or state:
                    self._add(row, child.text, child, here, state)
        return row.children

    # ---- places

    def row_at(self, index: Index) -> SectionRow | None:
        return self._rows.get(index.internalId()) if index.isValid() else None

    def index_of(self, path: Sequence[str]) -> QModelIndex:
        """The row of these commands, one inside the other; an invalid index if there is none."""
        found: SectionRow | None = None
        for depth in range(len(path)):
            places = [found] if found is not None else self._children(self._root)
            wanted = tuple(path[: depth + 1])
            found = next((row for above in places for row in self._children(above) if row.path == wanted), None)
            if found is None:
                break
        return self._index(found) if found is not None else QModelIndex()

    def _index(self, row: SectionRow) -> QModelIndex:
        return self.createIndex(row.position, 0, row.number) if row.parent is not None else QModelIndex()

    # ---- what Qt asks for

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent) if parent.isValid() else self._root
        children = self._children(above) if above is not None else []
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, children[row].number)

    def parent(self, child: Index = _NO_INDEX) -> Any:
        row = self.row_at(child)
        return self._index(row.parent) if row is not None and row.parent is not None else QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        row = self.row_at(parent) if parent.isValid() else self._root
        return len(self._children(row)) if row is not None else 0

    def hasChildren(self, parent: Index = _NO_INDEX) -> bool:
        row = self.row_at(parent) if parent.isValid() else self._root
        if row is None:
            return False
        return bool(row.line.children) if row.line is not None and row.children is None else bool(row.children)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title if row.line is None else mask_cli(_short(row))
        if role == Qt.ItemDataRole.DecorationRole:
            if row.line is None:
                return icons.named("group", "text2")
            is_section = bool(row.line.children)
            name = ICONS.get(kind_of(row.title), "container") if is_section else "leaf"
            return icons.node_icon(name, "text2" if is_section else "text3")
        if role == Role.SIDE:
            count = len(row.children or ()) if row.line is None else len(row.line.children)
            mark = STATES.get(row.state, "")
            return mark or (f"{count:,}" if count else "")
        if role == Role.SIDE_INK:
            return row.state or "text3"
        if role == Role.TINT:
            return f"{row.state}_tint" if row.state else ""
        if role == Role.WEIGHT:
            return 600 if row.line is None else 400
        if role == Qt.ItemDataRole.ToolTipRole and row.line is not None:
            return mask_cli(row.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(word for word in (mask_cli(row.title), row.state) if word)
        return None


def _short(row: SectionRow) -> str:
    """A section as it is told below its kind: "Loopback113" below "interface"."""
    kind = row.parent.title if row.parent is not None and row.parent.line is None else ""
    rest = row.title.removeprefix(f"{kind} ") if kind else row.title
    return rest or row.title
