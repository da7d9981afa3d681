"""Parts of the device page: a sheet of facts in groups, and a table with buttons for its rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from netconf_gui.gui.fitting import ButtonRows
from netconf_gui.gui.forms import column, fix_height, icon_size, label, named, row
from netconf_gui.gui.models.plain_table import Line, PlainFilter, PlainTable
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, SearchField


class FactSheet(QScrollArea):
    """Facts with their names, below the heads of their groups; values can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "deviceFacts", "Overview")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._known: list[tuple[str, str, str]] = []
        self._values: list[QLabel] = []
        self._sheet = named(QWidget(), "deviceFactSheet", "Overview", role="pane")
        self.setWidget(self._sheet)

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """(group, what, how it is); where only values changed, they change in place."""
        names = [(group, what) for group, what, _ in facts]
        if names == [(group, what) for group, what, _ in self._known]:
            for value, (_, _, text) in zip(self._values, facts, strict=True):
                if value.text() != text:
                    value.setText(text)
                    value.setAccessibleName(text)
            self._known = list(facts)
            return
        self._known = list(facts)
        self._values = []
        sheet = named(QWidget(), "deviceFactSheet", "Overview", role="pane")
        grid = QGridLayout(sheet)
        edge = theme().px(16)
        grid.setContentsMargins(edge, edge, edge, edge)
        grid.setHorizontalSpacing(theme().px(16))
        grid.setVerticalSpacing(theme().px(6))
        grid.setColumnStretch(1, 1)
        at = 0
        for group, members in groupby(facts, key=lambda fact: fact[0]):
            head = label(group, f"deviceFactGroup{at}", kind="head")
            head.setContentsMargins(0, theme().px(12 if at else 0), 0, theme().px(2))
            grid.addWidget(head, at, 0, 1, 2)
            at += 1
            for _, what, text in members:
                grid.addWidget(label(what, f"deviceFactName{at}", kind="label"), at, 0, Qt.AlignmentFlag.AlignTop)
                value = label(text, f"deviceFact{at}", wrap=True)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._values.append(value)
                grid.addWidget(value, at, 1)
                at += 1
        grid.setRowStretch(at, 1)
        self.setWidget(sheet)
        self._sheet = sheet

    def text_of(self, what: str) -> str:
        """The value of a fact; "" if it is not there."""
        return next((text for _, name, text in self._known if name == what), "")


class TablePart(QWidget):
    """A table, with buttons for its rows below; `activated(Line)` by double click or Return."""

    current_changed = Signal()
    activated = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(
        self,
        key: str,
        title: str,
        headers: Sequence[str],
        widths: Sequence[int],
        *,
        mono: Sequence[int] = (),
        buttons: Sequence[QAction] = (),
        searched: bool = False,
    ) -> None:
        super().__init__()
        named(self, f"device{title}Part", title)
        self.actions_ = list(buttons)
        self.table = PlainTable(headers, self, mono=mono)
        self._filter = PlainFilter(self.table)
        self.view = RowTree(f"device{title}View", title)
        self.view.setModel(self._filter)
        self.view.setRootIsDecorated(False)
        header = self.view.header()
        header.setObjectName(f"device{title}Header")
        header.setAccessibleName(f"Columns of {key}")
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in enumerate(widths):
            header.resizeSection(section, theme().px(width))
        self._stack = named(QStackedWidget(), f"device{title}Stack", title)
        self.empty = EmptyState(f"device{title}Empty", "nothing", "Nothing to show", "")
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        layout = column(self)
        if searched:
            layout.addWidget(self._search_bar(key, title))
        layout.addWidget(self._stack, 1)
        if buttons:
            layout.addWidget(self._buttons(title, buttons))
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self.current_changed.emit())
        self.view.activated_index.connect(lambda index: self.activated.emit(self._filter.line(index)))
        self.view.menu_wanted.connect(self._menu)

    def _search_bar(self, key: str, title: str) -> QWidget:
        bar = named(QWidget(), f"device{title}SearchBar", f"Search {key}", role="bar")
        fix_height(bar, SIZES.bar)
        inside = row(bar, margins=(8, 0, 8, 0))
        self.search = SearchField(f"device{title}Search", f"Filter {key}")
        self.search.textChanged.connect(self._filter.setFilterFixedString)
        inside.addWidget(self.search)
        return bar

    def _buttons(self, title: str, actions: Sequence[QAction]) -> QWidget:
        made: list[QWidget] = []
        for act in actions:
            button = named(QToolButton(), f"{act.objectName()}Button", act.text().replace("&", "").rstrip("…"))
            button.setDefaultAction(act)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(icon_size(airy=True))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.append(button)
        return ButtonRows(f"device{title}Buttons", f"What can be done with {title.lower()}", made)

    def show_lines(self, lines: Sequence[Line], nothing: str = "") -> None:
        """Show these rows; `nothing` says why there are none.  The cursor stays on what it was on."""
        before = self.current()
        self.table.show_lines(lines)
        if lines:
            self._stack.setCurrentWidget(self.view)
            index = self._filter.index_of(before) if before is not None else self._filter.index(0, 0)
            if not self.view.currentIndex().isValid() and index.isValid():
                self.view.setCurrentIndex(self._filter.index(index.row(), 0))
        else:
            self.empty.say("Nothing to show", nothing)
            self._stack.setCurrentWidget(self.empty)

    def current(self) -> object:
        """What the row under the cursor stands for."""
        line = self._filter.line(self.view.currentIndex())
        return line.value if line is not None else None

    def choose(self, value: object) -> bool:
        """Put the cursor on the row that stands for something."""
        index = self._filter.index_of(value)
        if index.isValid():
            self.view.setCurrentIndex(self._filter.index(index.row(), 0))
        return index.isValid()

    def _menu(self, index: object, spot: QPoint) -> None:
        if getattr(index, "isValid", lambda: False)():
            self.view.setCurrentIndex(index)  # type: ignore[arg-type]
        self.menu_wanted.emit(spot)
