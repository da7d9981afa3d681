"""The sections of an IOS configuration as a tree: interfaces, routers, lines, each with what is in it.

Rows are made anew with each text and keep their place by their commands.  Does not live here: reading the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    children: list[SectionRow] = field(default_factory=list)

    @property
    def position(self) -> int:
        return self.parent.children.index(self) if self.parent is not None else 0


class CliSectionsModel(QAbstractItemModel):
    """Groups by kind, sections in the order of the text; with `changes_only` what is the same is left out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, SectionRow] = {}
        self._places: dict[int, int] = {}
        self._root = SectionRow(0, None, "")
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
        self._rows, self._root = {}, SectionRow(0, None, "")
        groups: dict[str, SectionRow] = {}
        for line in self._config.lines if self._config is not None else ():
            is_section = bool(line.children) or opens_section(line.text)
            kind = kind_of(line.text) if is_section else OTHERS
            state = self._states.get((line.text,), "")
            if self._only and not state:
                continue
            if kind not in groups:
                groups[kind] = self._add(self._root, kind)
            self._fill(self._add(groups[kind], line.text, line, (line.text,), state), (line.text,))
        # commands of their own come last: there are many, and each says what it is
        self._root.children.sort(key=lambda row: row.title == OTHERS)
        self._places = {
            row.number: at for above in (self._root, *self._rows.values()) for at, row in enumerate(above.children)
        }
        self.endResetModel()

    def _add(
        self, parent: SectionRow, title: str, line: Line | None = None, path: Path = (), state: str = ""
    ) -> SectionRow:
        row = SectionRow(len(self._rows) + 1, parent, title, line, path, state)
        self._rows[row.number] = row
        parent.children.append(row)
        return row

    def _fill(self, row: SectionRow, path: Path) -> None:
        for child in row.line.children if row.line is not None else ():
            here = (*path, child.text)
            state = self._states.get(here, "")
            if not self._only or state:
                self._fill(self._add(row, child.text, child, here, state), here)

    # ---- places

    def row_at(self, index: Index) -> SectionRow | None:
        return self._rows.get(index.internalId()) if index.isValid() else None

    def index_of(self, path: Sequence[str]) -> QModelIndex:
        """The row of these commands, one inside the other; an invalid index if there is none."""
        wanted = tuple(path)
        for row in self._rows.values():
            if row.line is not None and row.path == wanted:
                return self._index(row)
        return QModelIndex()

    def _index(self, row: SectionRow) -> QModelIndex:
        return (
            self.createIndex(self._places.get(row.number, 0), 0, row.number)
            if row.parent is not None
            else QModelIndex()
        )

    # ---- what Qt asks for

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        above = self.row_at(parent) if parent.isValid() else self._root
        if above is None or column != 0 or not 0 <= row < len(above.children):
            return QModelIndex()
        return self.createIndex(row, 0, above.children[row].number)

    def parent(self, child: Index = _NO_INDEX) -> Any:
        row = self.row_at(child)
        return self._index(row.parent) if row is not None and row.parent is not None else QModelIndex()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        row = self.row_at(parent) if parent.isValid() else self._root
        return len(row.children) if row is not None else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title if row.line is None else mask_cli(row.title)
        if role == Qt.ItemDataRole.DecorationRole:
            if row.line is None:
                return icons.named("group", "text2")
            is_section = bool(row.children) or bool(row.line.children)
            name = ICONS.get(kind_of(row.title), "container") if is_section else "leaf"
            return icons.node_icon(name, "text2" if is_section else "text3")
        if role == Role.SIDE:
            count = len(row.children) if row.line is None else len(row.line.children)
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
