"""The left side of the console: what can be sent, what is kept under a name, what was sent.

Lives here: the three lists with one search field.  Does not live here: what choosing does (`panes/console`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from netconf_gui.gui.forms import action, column, fix_height, named, row, tool_button
from netconf_gui.gui.models.console_lists import KeptModel, OperationsModel
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, ListSearchField, Segments
from netconf_gui.services.console import Operation
from netconf_gui.workspace.console_history import ConsoleHistory, Favourite, HistoryEntry

_EMPTY = {
    "operations": ("No operation found", "No name and no description has these words."),
    "favourites": ("No favourites yet", "Keep a request with the star over the form; {{names}} in it are asked for."),
    "history": ("Nothing was sent yet", "What you send is listed here, without its secrets."),
}


class ConsoleSide(QWidget):
    """`operation_chosen(Operation)`, `kept_chosen(Favourite or HistoryEntry)`, `resend_wanted(…)`, `changed()`."""

    operation_chosen = Signal(object)
    kept_chosen = Signal(object)
    resend_wanted = Signal(object)
    drop_wanted = Signal(object)  # a favourite
    clear_wanted = Signal()

    def __init__(self, history: ConsoleHistory, device_id: str) -> None:
        super().__init__()
        named(self, "consoleSide", "Operations, favourites, history", role="pane")
        self._history = history
        self._device_id = device_id
        self._quiet = False
        self.setMinimumWidth(theme().px(200))
        layout = column(self)
        layout.addWidget(self._bar())
        layout.addWidget(self._choice_bar())
        self._make_views()
        layout.addWidget(self._stack, 1)
        self._connect()
        self._say()

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "consoleSearchBar", "Search", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=4)
        self.search = ListSearchField("consoleSearch", "Search operations")
        self.all_devices = tool_button("The history of all devices", "consoleAllDevices", icon="fleet", checkable=True)
        line.addWidget(self.search)
        line.addWidget(self.all_devices)
        return bar

    def _choice_bar(self) -> QWidget:
        bar = named(QWidget(), "consoleSideBar", "What is listed", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=4)
        choices = (("operations", "All", ""), ("favourites", "Favourites", ""), ("history", "History", ""))
        self.modes = Segments("consoleSideChoice", "What is listed", choices)
        line.addWidget(self.modes)
        line.addStretch(1)
        return bar

    def _make_views(self) -> None:
        self.operations_model = OperationsModel(self)
        self.kept_model = KeptModel(self)
        self.operations = self._view("consoleOperations", "Operations")
        self.operations.setModel(self.operations_model)
        self.kept = self._view("consoleKept", "Favourites or history")
        self.kept.setRootIsDecorated(False)
        self.kept.setModel(self.kept_model)
        self.empty = EmptyState("consoleNothing", "nothing", "Nothing is listed", "")
        self._stack = named(QStackedWidget(), "consoleSideStack", "What is listed")
        for view in (self.operations, self.kept, self.empty):
            self._stack.addWidget(view)

    @staticmethod
    def _view(name: str, words: str) -> RowTree:
        view = RowTree(name, words)
        view.setHeaderHidden(True)
        named(view.header(), f"{name}Header", "Columns")
        return view

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self.refresh())
        self.search.returnPressed.connect(self._take_first)
        self.search.down.connect(self.focus_list)
        self.modes.chosen.connect(lambda _key: self.refresh())
        self.all_devices.toggled.connect(lambda _on: self.refresh())
        self.operations.selectionModel().currentChanged.connect(lambda index, _old: self._moved(index))
        self.operations.activated_index.connect(self._moved)
        self.kept.activated_index.connect(self._kept_activated)
        self.kept.clicked.connect(self._kept_activated)
        self.kept.menu_wanted.connect(self._kept_menu)

    # showing

    def show_operations(self, operations: Sequence[Operation]) -> None:
        """What the device offers."""
        self.operations_model.show(operations)
        self.refresh()

    def select(self, operation: Operation | None) -> None:
        """Put the cursor on an operation; nothing is told."""
        if operation is None:
            return
        index = self.operations_model.index_of(operation.id)
        if not index.isValid() and self.search.text():
            self.search.clear()
            index = self.operations_model.index_of(operation.id)
        if index.isValid() and index != self.operations.currentIndex():
            self._quiet = True
            self.operations.expand(index.parent())
            self.operations.setCurrentIndex(index)
            self.operations.scrollTo(index)
            self._quiet = False

    def refresh(self) -> None:
        """Bring the list in line with the search and with what is kept."""
        mode, text = self.modes.current, self.search.text()
        if mode == "operations":
            current = self.operations_model.operation_at(self.operations.currentIndex())
            self._quiet = True
            self.operations_model.set_filter(text)
            if text.strip():
                self.operations.expandAll()
            self._quiet = False
            self.select(current) if current is not None and not text.strip() else None
        else:
            self.kept_model.show(self._found(mode, text), with_device=self.all_devices.isChecked())
        self._say()

    def _found(self, mode: str, text: str) -> Sequence[Favourite | HistoryEntry]:
        if mode == "history":
            return self._history.entries("" if self.all_devices.isChecked() else self._device_id, text)
        words = text.casefold().split()
        return [
            one
            for one in self._history.favourites
            if all(word in f"{one.name} {one.operation} {one.text}".casefold() for word in words)
        ]

    def _say(self) -> None:
        mode = self.modes.current
        count = self.operations_model.count if mode == "operations" else self.kept_model.rowCount()
        self.all_devices.setVisible(mode == "history")
        total = self.operations_model.total
        words = f"Search {total:,} operations" if mode == "operations" else f"Search the {mode}"
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        self.empty.say(
            *(_EMPTY[mode] if not self.search.text().strip() else ("Nothing found", "No entry has these words."))
        )
        shown: QWidget = self.operations if mode == "operations" else self.kept
        self._stack.setCurrentWidget(shown if count else self.empty)

    # what a person does

    def find(self) -> None:  # type: ignore[override]
        """Take the cursor, ready for a search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def focus_list(self) -> None:
        view = self._stack.currentWidget()
        if isinstance(view, RowTree):
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not view.currentIndex().isValid():
                first = self.operations_model.first() if view is self.operations else self.kept_model.index(0, 0)
                view.setCurrentIndex(first)

    def _take_first(self) -> None:
        """Enter in the search field takes the best that was found."""
        if self.modes.current == "operations":
            index = self.operations_model.first()
            if index.isValid():
                self.operations.setCurrentIndex(index)
                self._moved(index)
        else:
            self._kept_activated(self.kept_model.index(0, 0))

    def _moved(self, index: QModelIndex) -> None:
        found = self.operations_model.operation_at(index)
        if found is not None and not self._quiet:
            self.operation_chosen.emit(found)

    def _kept_activated(self, index: QModelIndex) -> None:
        found = self.kept_model.item_at(index)
        if found is not None and _has_text(found):
            self.kept_chosen.emit(found)

    def _kept_menu(self, index: QModelIndex, spot: QPoint) -> None:
        found = self.kept_model.item_at(index)
        menu = named(QMenu(self), "consoleKeptMenu", "What to do with it")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if found is not None:
            fill = action(menu, "&Put into the form", "consolePutAction", icon="edit")
            fill.triggered.connect(lambda: self.kept_chosen.emit(found))
            again = action(menu, "&Send", "consoleResendAction", icon="apply")
            again.triggered.connect(lambda: self.resend_wanted.emit(found))
            for one in (fill, again):
                one.setEnabled(_has_text(found))
            menu.addActions([fill, again])
        if isinstance(found, Favourite):
            drop = action(menu, "&Delete the favourite", "consoleDropAction", icon="delete")
            drop.triggered.connect(lambda: self.drop_wanted.emit(found))
            menu.addAction(drop)
        if self.modes.current == "history":
            clear = action(menu, "&Clear the history", "consoleClearAction", icon="delete")
            clear.triggered.connect(self.clear_wanted)
            menu.addSeparator()
            menu.addAction(clear)
        menu.popup(spot)


def _has_text(kept: Favourite | HistoryEntry) -> bool:
    """Whether it can be sent again; requests that were too long are remembered without their text."""
    return not isinstance(kept, HistoryEntry) or kept.is_kept
