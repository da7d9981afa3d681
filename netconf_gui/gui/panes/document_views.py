"""The ways to see a document beside its tree, one line each in `VIEWS`: table, XML, JSON.

Lives here: what all of them have in common (`SideView`), and the stack that makes them and shows one at a time.  Does
not live here: the tree (`config_tree_view`), the views themselves.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lxml import etree
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import named
from netconf_gui.yang.problem import Problem

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane
    from netconf_gui.gui.panes.xml_view import XmlView


HEAVY = ("panes.text_editor", "text.assistant", "panes.xml_view", "panes.json_view", "panes.list_table")
"""What the views take longest to import, in an order in which each takes a part of it."""


class SideView(QWidget):
    """One way to see a document; quiet while it is hidden.

    `fault_changed`: what `fault` says is another.  `undo_wanted(redo)`: the document's undo or redo is asked for.
    `element_wanted(element)`: show that element in the tree.  `element_at_cursor(element)`: a person moved the view's
    cursor to that element; the tree's cursor may follow.
    """

    fault_changed = Signal()
    undo_wanted = Signal(bool)
    element_wanted = Signal(object)
    element_at_cursor = Signal(object)

    def bring_up(self) -> None:
        """Show the document as it is now; the view has become visible, or the document is another revision."""
        raise NotImplementedError

    def show_element(self, element: etree._Element) -> None:
        """Bring the node into sight: the cursor of the tree went there."""
        raise NotImplementedError

    def element_here(self) -> etree._Element | None:
        """The element that the view's own cursor is on, while it has the focus; None: the tree's cursor counts."""
        return None

    def close_view(self) -> None:
        """Stop timers and leave the document; the view is not used after that."""
        raise NotImplementedError

    def set_read_only(self, on: bool) -> None:
        """Take no edits from now on, or take them again."""

    def focus_target(self) -> QWidget:
        """The widget that takes the keys."""
        return self

    @property
    def menus(self) -> list[QAction]:
        """What the view adds to the Edit menu: actions that open menus."""
        return []

    @property
    def holds_text(self) -> bool:
        """Whether something was typed that the document does not know: broken, or a moment ago."""
        return False

    def take_text(self) -> bool:
        """Make what was typed the document's; False if it cannot be, because it is broken."""
        return True

    def restore(self) -> None:
        """Give up what was typed that the document does not know."""

    @property
    def fault(self) -> Problem | None:
        """Why what was typed is not the document's; None if it is."""
        return None

    def show_fault(self) -> None:
        """Put the cursor where `fault` is."""

    def typed_text(self) -> str:
        """All of the text, where it holds something that the document does not know."""
        return ""

    def put_text(self, text: str) -> None:
        """Type this text in place of what is there."""


@dataclass(frozen=True, slots=True)
class ViewKind:
    """One entry of the view segments and of the View menu."""

    key: str
    title: str
    menu: str  # words of what it adds to the Edit menu
    icon: str
    shortcut: str
    make: Callable[[DocumentPane], SideView]


def _xml(pane: DocumentPane) -> SideView:
    from netconf_gui.gui.panes.xml_view import XmlView

    return XmlView(pane)


def _json(pane: DocumentPane) -> SideView:
    from netconf_gui.gui.panes.json_view import JsonView

    return JsonView(pane)


def _table(pane: DocumentPane) -> SideView:
    from netconf_gui.gui.panes.list_table import ListTable

    return ListTable(pane)


def preload(modules: tuple[str, ...] = HEAVY) -> None:
    """Import the views one after the other, while nobody waits: the first document is shown sooner."""
    import_module(f"netconf_gui.gui.{modules[0]}")
    if len(modules) > 1:
        QTimer.singleShot(0, functools.partial(preload, modules[1:]))


VIEWS: tuple[ViewKind, ...] = (
    ViewKind("table", "Table", "&Table", "table", "Alt+2", _table),
    ViewKind("xml", "XML", "XML te&xt", "xml", "Alt+3", _xml),
    ViewKind("json", "JSON", "JSON te&xt", "json", "Alt+4", _json),
)
"""Between Tree (Alt+1) and Both (Alt+5)."""


class SideViews(QStackedWidget):
    """The views of one document, each made when it is wanted first; `chosen` is the key of the one that "both" shows.

    `made(view)`: that one is there from now on.  Until then a disabled entry stands in the Edit menu for it.
    """

    made = Signal(object)

    def __init__(self, pane: DocumentPane, chosen: str = "xml") -> None:
        super().__init__()
        named(self, "sideViews", "Table and text")
        self.chosen = chosen
        self._pane = pane
        self._views: dict[str, SideView] = {}
        self._in_menu = {kind.key: self._stand_in(kind) for kind in VIEWS}

    def _stand_in(self, kind: ViewKind) -> list[QAction]:
        one = QAction(kind.menu, self)
        one.setObjectName(f"{kind.key}MenuAction")
        one.setEnabled(False)
        icons.bind(one, kind.icon)
        return [one]

    @property
    def current(self) -> SideView:
        """The chosen view; made if it was not there yet."""
        return self.view(self.chosen)

    @property
    def shown(self) -> SideView | None:
        """The chosen view, if it has been made."""
        return self._views.get(self.chosen)

    @property
    def menus(self) -> list[QAction]:
        """What all views add to the Edit menu."""
        return [one for actions in self._in_menu.values() for one in actions]

    @property
    def all(self) -> tuple[SideView, ...]:
        """Those that have been made."""
        return tuple(self._views.values())

    @property
    def xml(self) -> XmlView:
        return cast("XmlView", self.view("xml"))

    def view(self, key: str) -> SideView:
        """The view of that key; made if it was not there yet."""
        found = self._views.get(key)
        if found is None:
            kind = next(one for one in VIEWS if one.key == key)
            found = self._views[key] = kind.make(self._pane)
            self.addWidget(found)
            for one in self._in_menu[key]:
                one.deleteLater()
            self._in_menu[key] = found.menus
            for one in found.menus:
                one.setEnabled(False)
                icons.bind(one, kind.icon)
            self.made.emit(found)
        return found

    def choose(self, key: str) -> None:
        """Show the view of that key from now on."""
        self.chosen = key
        self.setCurrentWidget(self.view(key))

    def choose_view(self, wanted: SideView) -> str:
        """As `choose`, by the view; returns its key."""
        key = self.key_of(wanted)
        self.choose(key)
        return key

    def bring_up(self) -> None:
        """Show the document, as it is now, in the chosen view."""
        self.choose(self.chosen)
        self.current.bring_up()

    def enable_menus(self, *, visible: bool) -> None:
        """Only the view that is seen can be worked with."""
        for key, view in self._views.items():
            for one in view.menus:
                one.setEnabled(visible and key == self.chosen)

    def key_of(self, wanted: SideView) -> str:
        return next(key for key, view in self._views.items() if view is wanted)

    @property
    def holding(self) -> SideView | None:
        """The view in which something was typed that the document does not know."""
        return next((view for view in self.all if view.holds_text), None)

    @property
    def faults(self) -> tuple[Problem, ...]:
        return tuple(view.fault for view in self.all if view.fault is not None)

    def close_views(self) -> None:
        for view in self.all:
            view.close_view()
