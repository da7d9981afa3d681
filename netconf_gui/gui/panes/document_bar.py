"""The two bars over a document: where one is and the search; how it is shown and what has changed."""

from __future__ import annotations

from datetime import datetime

from lxml import etree
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.forms import fix_height, fix_width, label, named, row, set_property, tool_button
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.document_views import VIEWS
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, SearchField, Segments

SEARCH_TIP = (
    "Names, values, or a part of a path such as interface/mtu.\n"
    "XPath begins with / or =, such as /interfaces/interface[mtu > 1500]."
)

Crumb = tuple[str, etree._Element | None]
"""What is shown, and the element to go to (None: the top)."""


class Breadcrumb(QWidget):
    """Where the cursor is; middle parts fold into a menu when there is little room."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "breadcrumb", "Path of the current node")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._layout = row(self, spacing=2)
        self._crumbs: list[Crumb] = []
        self._parts: list[QWidget] = []

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(60), theme().px(24))

    def show_crumbs(self, crumbs: list[Crumb]) -> None:
        """Show these, outermost first."""
        if crumbs != self._crumbs:
            self._crumbs = crumbs
            self._build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._build()

    def _build(self) -> None:
        for part in self._parts:
            part.hide()
            part.deleteLater()
        while self._layout.count():
            self._layout.takeAt(0)
        self._parts = []
        shown, folded = self._fitting()
        for number, (text, element) in enumerate(shown):
            if number:
                self._add_caret(number)
            last = number == len(shown) - 1
            self._add_crumb(text, element, number, last=last)
            if number == 0 and folded:
                self._add_caret(100)
                self._add_folded(folded)
        self._layout.addStretch(1)

    def _fitting(self) -> tuple[list[Crumb], list[Crumb]]:
        """What is shown and what is folded: the first and the last stay."""
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(text) * 1.08 + theme().px(24) for text, _ in self._crumbs]
        shown = list(self._crumbs)
        folded: list[Crumb] = []
        room = self.width() - theme().px(8)
        while len(shown) > 2 and sum(widths) + (theme().px(30) if folded else 0) > room:
            folded.append(shown.pop(1))
            widths.pop(1)
        return shown, folded

    def _add_crumb(self, text: str, element: etree._Element | None, number: int, *, last: bool) -> None:
        short = text if len(text) <= 60 else text[:59] + "…"
        button = tool_button(text, f"crumb{number}", text=short, role="crumb-last" if last else "crumb")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.wanted.emit(element))
        self._parts.append(button)
        self._layout.addWidget(button)

    def _add_caret(self, number: int) -> None:
        caret = named(QLabel(), f"crumbCaret{number}", "in")
        icons.bind(caret, "right", "text3", size=12)
        self._parts.append(caret)
        self._layout.addWidget(caret)

    def _add_folded(self, folded: list[Crumb]) -> None:
        button = tool_button("Parts between", "crumbFolded", text="…", role="crumb")
        menu = named(QMenu(button), "crumbMenu", "Parts between")
        for text, element in folded:
            menu.addAction(text).triggered.connect(lambda _on=False, chosen=element: self.wanted.emit(chosen))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._parts.append(button)
        self._layout.addWidget(button)


class FindField(SearchField):
    """The search field: Enter and Shift+Enter step, Esc leaves."""

    stepped = Signal(bool)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            event.accept()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(event.key() == Qt.Key.Key_Down)
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class PathBar(QWidget):
    """Breadcrumb at the left, search at the right."""

    searched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "pathBar", "Path and search", role="bar")
        fix_height(self, SIZES.bar)
        layout = row(self, margins=(12, 0, 8, 0), spacing=4)
        self.breadcrumb = Breadcrumb()
        self.search = FindField("searchField", "Search, or /xpath")
        self.search.setToolTip(SEARCH_TIP)
        fix_width(self.search, 230)
        self.count = label("", "searchCount", kind="label")
        self.previous = tool_button("Previous hit (Shift+F3)", "searchPrevious", icon="up")
        self.next = tool_button("Next hit (F3)", "searchNext", icon="down")
        self.list = tool_button("List the hits", "searchList", icon="list", checkable=True)
        self.list.setChecked(True)
        layout.addWidget(self.breadcrumb, 1)
        for widget in (self.search, self.count, self.previous, self.next, self.list):
            layout.addWidget(widget)
        self.search.textChanged.connect(self.searched)
        self.show_count(0, -1, searching=False)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(260), theme().px(SIZES.bar))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fix_width(self.search, 230 if self.width() > theme().px(620) else 140)

    def show_count(self, hits: int, current: int, *, searching: bool, error: str = "") -> None:
        """ "3 of 17", "no hits"; nothing while nothing is searched for.  `error`: what is wrong with the search."""
        asked = bool(self.search.text())
        more = "…" if searching else ""
        text = f"{current + 1} of {hits:,}{more}" if hits and current >= 0 else f"{hits:,}{more} hits"
        if not hits:
            text = "searching…" if searching else "no XPath" if error else "no hits"
        self.search.setToolTip(error or SEARCH_TIP)
        for widget in (self.count, self.previous, self.next, self.list):
            widget.setVisible(asked)
        self.count.setText(text if asked else "")
        self.count.setAccessibleName(text if asked else "no search")
        for button in (self.previous, self.next):
            button.setEnabled(hits > 0)
        set_property(self.search, "state", "error" if asked and not hits and not searching else "")


class ViewBar(QWidget):
    """Tree, XML or both; filters; when it was fetched and how much has changed."""

    view_chosen = Signal(str)
    changes_only = Signal(bool)
    show_unset = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        named(self, "viewBar", "View", role="bar")
        fix_height(self, SIZES.bar)
        layout = self._line = row(self, margins=(8, 0, 12, 0), spacing=8)
        sides = ((kind.key, kind.title, kind.icon) for kind in VIEWS)
        self.views = Segments("viewSegments", "View", (("tree", "Tree", "tree"), *sides, ("both", "Both", "columns")))
        self.only = tool_button(
            "Show only what differs from what was fetched", "changesOnlyButton", icon="filter", text="Changes only",
            checkable=True,
        )  # fmt: skip
        self.unset = tool_button(
            "Show schema nodes that have no value",
            "showUnsetButton",
            icon="show-unset",
            text="Show unset",
            checkable=True,
        )
        self.fetched = label("", "fetchedLabel", kind="label")
        self.read_only = Chip("readOnlyChip", "", "plain")
        self.chip = Chip("changesChip", "", "changed")
        self.chip.hide()
        self.read_only.hide()
        for button in (self.only, self.unset):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for widget in (self.views, self.only, self.unset):
            layout.addWidget(widget)
        layout.addStretch(1)
        for last in (self.fetched, self.read_only, self.chip):
            layout.addWidget(last)
        self.views.chosen.connect(self.view_chosen)
        self.only.toggled.connect(self.changes_only)
        self.unset.toggled.connect(self.show_unset)

    def minimumSizeHint(self) -> QSize:
        # parts of it give way, see resizeEvent
        return QSize(theme().px(260), theme().px(SIZES.bar))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, "Fetched" goes first, then words give way to icons."""
        style = Qt.ToolButtonStyle
        both, words, icon = style.ToolButtonTextBesideIcon, style.ToolButtonTextOnly, style.ToolButtonIconOnly
        steps = (
            (True, both, both), (False, both, both), (False, icon, both), (False, icon, words), (False, icon, icon),
        )  # fmt: skip
        for fetched, filters, views in steps:
            self.fetched.setVisible(fetched)
            for button in (self.only, self.unset):
                button.setToolButtonStyle(filters)
            self.views.set_style(views)
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        parts = (self.views, self.only, self.unset, self.fetched, self.read_only, self.chip)
        shown = [one for one in parts if not one.isHidden()]
        margins = self._line.contentsMargins()
        room = margins.left() + margins.right() + self._line.spacing() * len(shown)
        return room + sum(one.sizeHint().width() for one in shown)

    def show_filters(self, on: bool) -> None:
        """Whether the filters do anything: they are about the tree."""
        for button in (self.only, self.unset):
            button.setEnabled(on)

    def show_origin(self, context: DocumentContext) -> None:
        """When it was fetched, or which modules describe it where there is no device."""
        if context.fetched_at is not None:
            how = f", {context.defaults}" if context.defaults else ", defaults marked" if context.reported else ""
            text = f"Fetched {datetime.fromtimestamp(context.fetched_at):%H:%M:%S}{how}"
        elif context.schema_title:
            text = f"Modules: {context.schema_title}"
        else:
            text = "" if context.key else "No modules chosen"
        self.fetched.setText(text)
        self.fetched.setAccessibleName(text or "not fetched from a device")
        self._fit()

    def show_changes(self, count: int, *, read_only: bool) -> None:
        self.chip.show_text(count_words(count, "change") if count else "", "changed")
        self.read_only.show_text("read only" if read_only else "", "plain")
        self._fit()
