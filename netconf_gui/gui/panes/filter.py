"""The page on which a filter is made: nodes ticked in a tree, the same as subtree XML and as XPath, kept filters.

Lives here: keeping tree and texts in step, and what request they make.  Does not live here: asking the device
(`gui/filters`), the bars (`filter_bars`), the editors (`filter_text`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QTableWidget, QTableWidgetItem, QWidget

from netconf_gui.config.filter_building import Pick, merged, subtree_text, to_xpath, widened
from netconf_gui.config.filter_reading import OnlyXPath, from_subtree, from_xpath
from netconf_gui.errors import ConfigError
from netconf_gui.gui import icons
from netconf_gui.gui.forms import action, column, fix_height, label, named, row
from netconf_gui.gui.models.filter_tree import Entries, FilterTreeModel
from netconf_gui.gui.panes.filter_bars import FilterBar
from netconf_gui.gui.panes.filter_text import FilterText
from netconf_gui.gui.panes.filter_tree import FilterTree, KeptTree
from netconf_gui.gui.rows import Role
from netconf_gui.gui.text.complete_xpath import Values
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, Notice, SearchField, Segments
from netconf_gui.services.filters import NO_XPATH, SUBTREE, XPATH, FilterOffer, FilterRequest, request_of
from netconf_gui.workspace.filter_favourites import FilterFavourite
from netconf_gui.yang.schema import DATA_KINDS, Schema, SchemaNode

NOTHING = "Tick what you want to read, or write a filter."
LOCKED = "Ticks cannot show this expression. {}"


class FilterPage(QWidget):
    """Object name `filterPage`.  `read_wanted(FilterRequest)`; favourites: `keep_wanted`, `rename_wanted(one)`, …"""

    read_wanted = Signal(object)
    keep_wanted = Signal()
    rename_wanted = Signal(object)
    drop_wanted = Signal(object)

    def __init__(self, device_id: str, name: str) -> None:
        super().__init__()
        named(self, "filterPage", f"Read a part of {name}", role="pane")
        self.device_id, self.name = device_id, name
        self.schema: Schema | None = None
        self.offer: FilterOffer | None = None
        self.applied: FilterFavourite | None = None  # while nothing of it was changed
        self._error: ConfigError | None = None
        self._connected = False
        self._hits: list[SchemaNode] = []
        self._say_locked = ""
        self.model = FilterTreeModel(self)
        self.tree = FilterTree(self.model)
        self.subtree, self.xpath = FilterText(SUBTREE), FilterText(XPATH)
        self.bar = FilterBar()
        layout = column(self)
        layout.addWidget(self.bar)
        across = named(QSplitter(Qt.Orientation.Horizontal), "filterSplitter", "Nodes and text")
        across.setHandleWidth(theme().px(4))
        across.setChildrenCollapsible(False)
        across.addWidget(self._left())
        across.addWidget(self._right())
        across.setSizes([theme().px(420), theme().px(560)])
        across.setStretchFactor(1, 1)
        layout.addWidget(across, 1)
        self._build_actions()
        self._connect()
        self.setFocusProxy(self.tree)
        self._follow()

    # ------------------------------------------------------------------------------------------------ building

    def _left(self) -> QWidget:
        side = named(QWidget(), "filterSide", "Nodes and kept filters", role="pane")
        side.setMinimumWidth(theme().px(220))
        layout = column(side)
        bar = named(QWidget(), "filterSideBar", "What is listed", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.sides = Segments("filterSides", "What is listed", (("nodes", "Nodes", ""), ("kept", "Kept filters", "")))
        self.search = SearchField("filterSearch", "Find a node")
        line.addWidget(self.sides)
        line.addWidget(self.search, 1)
        self.kept = KeptTree()
        self.kept_model = QStandardItemModel(self)
        self.kept.setModel(self.kept_model)
        self.no_kept = EmptyState(
            "filterNothingKept", "favourite", "No filter is kept yet", "Keep one with the star: a click reads it again."
        )
        self._list = named(QStackedWidget(), "filterList", "Nodes or kept filters")
        for widget in (self.tree, self.kept, self.no_kept):
            self._list.addWidget(widget)
        layout.addWidget(bar)
        layout.addWidget(self._list, 1)
        return side

    def _right(self) -> QWidget:
        side = named(QWidget(), "filterTextSide", "The filter as text", role="pane")
        layout = column(side)
        bar = named(QWidget(), "filterTextBar", "Kind of filter", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.kinds = Segments(
            "filterKind", "Kind of filter", ((SUBTREE, "Subtree filter", "xml"), (XPATH, "XPath", "target"))
        )
        self.count = label("", "filterCount", kind="side")
        line.addWidget(self.kinds)
        line.addStretch(1)
        line.addWidget(self.count)
        self._texts = named(QStackedWidget(), "filterTexts", "The filter as text")
        self._texts.addWidget(self.subtree.editor)
        self._texts.addWidget(self.xpath.editor)
        self.prefixes = named(QTableWidget(0, 2), "filterPrefixes", "Prefixes of the XPath")
        self.prefixes.setHorizontalHeaderLabels(["Prefix", "Namespace"])
        named(self.prefixes.horizontalHeader(), "filterPrefixesHeader", "Columns").setStretchLastSection(True)
        named(self.prefixes.verticalHeader(), "filterPrefixesRows", "Rows").hide()
        self.prefixes.setMaximumHeight(theme().px(120))
        self.prefixes.setTabKeyNavigation(False)
        self.notice = Notice("filterNotice")
        layout.addWidget(bar)
        layout.addWidget(self._texts, 1)
        layout.addWidget(self.prefixes)
        layout.addWidget(self.notice)
        return side

    def _build_actions(self) -> None:
        def make(text: str, name: str, icon: str, keys: str, do: Callable[[], object]) -> QAction:
            made = action(self, text, name, icon=icon, shortcut=keys)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda _on=False: do())
            self.addAction(made)
            return made

        self.read_action = make("&Read through the filter", "filterReadAction", "filter", "F5", self.read)
        self.keep_action = make("&Keep the filter…", "filterKeepAction", "favourite", "Ctrl+Alt+J", self._keep)
        self.clear_action = make("&Clear the filter", "filterClearAction", "close", "Ctrl+Alt+T", self.clear)
        self.complete_action = make("Co&mplete", "filterCompleteAction", "edit", "Ctrl+Space", self._complete)
        self.find_action = make("&Find a node", "filterFindAction", "search", "Ctrl+F", self._find)
        self.bar.read.setToolTip(self.read_action.toolTip())

    def _connect(self) -> None:
        self.bar.read.clicked.connect(self.read_action.trigger)
        self.bar.keep.clicked.connect(self.keep_action.trigger)
        self.bar.clear.clicked.connect(self.clear_action.trigger)
        self.bar.chosen.connect(self._changed)
        self.model.picks_changed.connect(self._ticked)
        self.model.refused.connect(lambda words: self.notice.say("warning", words))
        self.subtree.edited.connect(self._subtree_edited)
        self.xpath.edited.connect(self._xpath_edited)
        self.kinds.chosen.connect(lambda _key: self._follow())
        self.sides.chosen.connect(lambda _key: self._show_side())
        self.search.returnPressed.connect(self._find_next)
        self.search.textChanged.connect(lambda _text: self._hits.clear())
        self.prefixes.itemChanged.connect(lambda _item: self._prefix_edited())
        self.kept.clicked.connect(self._kept_chosen)
        self.kept.activated_index.connect(self._kept_chosen)
        self.kept.renaming.connect(lambda: self._with_kept(self.rename_wanted))
        self.kept.dropping.connect(lambda: self._with_kept(self.drop_wanted))
        self.kept.menu_wanted.connect(self._kept_menu)

    def edit_actions(self) -> Sequence[QAction]:
        """For the Edit menu, while this is in front."""
        return (self.read_action, self.keep_action, self.clear_action, self.find_action, self.complete_action)

    def view_actions(self) -> Sequence[QAction]:
        return ()

    def close_pane(self) -> None:
        """The tab is closed: stop timers."""
        self.subtree.close()
        self.xpath.close()

    # ------------------------------------------------------------------------------------------ what is known

    def show_device(self, schema: Schema | None, offer: FilterOffer | None, entries: Entries, values: Values) -> None:
        """What the device offers by now; no offer: it is not connected."""
        self._connected = offer is not None
        if offer is not None:
            self.offer = offer
            self.bar.show_offer(offer)
        if schema is not self.schema:
            self.schema = schema
            self.model.show_schema(schema, entries)
            for text in (self.subtree, self.xpath):
                text.use(schema, values)
            self._check(self.subtree if self.kinds.current == SUBTREE else self.xpath)
        self._follow()

    @property
    def picks(self) -> tuple[Pick, ...]:
        return self.model.picks

    @property
    def request(self) -> FilterRequest:
        """What would be asked now: by the text in front, or where XPath is not offered by the subtree filter."""
        operation, datastore, defaults = self.bar.choice
        name = self.applied.name if self.applied is not None else ""
        if self.kinds.current == XPATH and not self._must_be_subtree:
            spaces = tuple(self.xpath.namespaces.items())
            return FilterRequest(XPATH, self.xpath.text, spaces, operation, datastore, defaults, name)
        return FilterRequest(SUBTREE, self.subtree.text, (), operation, datastore, defaults, name)

    @property
    def _must_be_subtree(self) -> bool:
        return bool(self.offer is not None and self.offer.no_xpath and not self.model.locked)

    # -------------------------------------------------------------------------------------- tree and texts in step

    def _ticked(self, picks: tuple[Pick, ...]) -> None:
        self._error = None
        self._write(picks)
        self._changed()

    def _write(self, picks: tuple[Pick, ...], *, but: FilterText | None = None) -> None:
        """The texts of picks, but for the one that they were read from."""
        if but is not self.subtree:
            self.subtree.set_text(subtree_text(picks))
        if but is not self.xpath:
            text, namespaces = to_xpath(picks, self.schema) if picks else ("", {})
            self.xpath.given = {**self.xpath.given, **namespaces}
            self.xpath.set_text(text)
        for text_of in (self.subtree, self.xpath):
            text_of.mark(None)
        self._show_prefixes()

    def _subtree_edited(self) -> None:
        self._check(self.subtree)
        self._changed()

    def _xpath_edited(self) -> None:
        self._check(self.xpath)
        self._changed()

    def _check(self, text: FilterText) -> None:
        """Make a text that a person wrote the filter; say what is wrong with it."""
        self._error = None
        locked = False
        try:
            picks: tuple[Pick, ...] = ()
            if text.text.strip():
                picks = (
                    from_subtree(text.text, self.schema)
                    if text is self.subtree
                    else from_xpath(text.text, text.namespaces, self.schema)
                )
        except OnlyXPath as error:
            locked = True
            self.model.set_picks((), locked=True)
            self.subtree.set_text("")
            self._say_locked = LOCKED.format(error.message)
        except ConfigError as error:
            self._error = error
            text.mark(error)
            self._show_prefixes()
            return
        if not locked:
            self.model.set_picks(picks)
            self._write(picks, but=text)
        text.mark(None)
        self._show_prefixes()

    def _show_prefixes(self) -> None:
        namespaces = self.xpath.namespaces
        table = self.prefixes
        table.blockSignals(True)
        table.setRowCount(len(namespaces))
        for number, (prefix, namespace) in enumerate(namespaces.items()):
            for at, text in enumerate((prefix, namespace)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if at == 0:
                    item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                table.setItem(number, at, item)
        table.resizeColumnToContents(0)
        table.blockSignals(False)

    def _prefix_edited(self) -> None:
        """A person wrote another namespace for a prefix."""
        for number in range(self.prefixes.rowCount()):
            prefix, namespace = self.prefixes.item(number, 0), self.prefixes.item(number, 1)
            if prefix is not None and namespace is not None and namespace.text().strip():
                self.xpath.given[prefix.text()] = namespace.text().strip()
        self._xpath_edited()

    def _changed(self) -> None:
        """Something is not as it was kept."""
        if self.applied is not None and replace(self.request, name="") != replace(request_of(self.applied), name=""):
            self.applied = None
        self._follow()

    # ------------------------------------------------------------------------------------------------- what is said

    def _follow(self) -> None:
        """Buttons, and what is said below the text."""
        is_xpath = self.kinds.current == XPATH
        self._texts.setCurrentIndex(1 if is_xpath else 0)
        self.prefixes.setVisible(is_xpath)
        count = len(self.picks)
        self.count.setText("" if self.model.locked or not count else f"{count} node{'' if count == 1 else 's'} ticked")
        kind, words, can_read = self._state()
        self.notice.say(kind, words)
        has_text = bool(self.request.text.strip()) and self._error is None
        is_empty = not (self.subtree.text.strip() or self.xpath.text.strip())
        for button, act, on in (
            (self.bar.read, self.read_action, can_read),
            (self.bar.keep, self.keep_action, has_text),
            (self.bar.clear, self.clear_action, not is_empty),
        ):
            button.setEnabled(on)
            act.setEnabled(on)

    def _state(self) -> tuple[str, str, bool]:
        """What is to be said, how, and whether it can be read."""
        error = self._error
        if error is not None:
            return "error", f"Line {error.line or 1}, column {error.column or 1}: {error.message}", False
        no_xpath = self.offer.no_xpath if self.offer is not None else ""
        if not self._connected:
            return "info", f"{self.name} is not connected. Connect it to read; filters can be made and kept.", False
        if self.model.locked and self.kinds.current == SUBTREE:
            return "info", "The XPath says more than a subtree filter can. Clear it to begin anew.", False
        if self.model.locked:
            return ("warning", NO_XPATH, False) if no_xpath else ("info", self._say_locked, True)
        if not self.request.text.strip():
            return "info", NOTHING, False
        unknown = self.xpath.unknown() if self.kinds.current == XPATH else self.subtree.unknown()
        if unknown:
            return "warning", f"{unknown[0].words} The device may refuse it, or send nothing.", True
        if self.kinds.current == XPATH and no_xpath:
            return "info", NO_XPATH, True
        wide = widened(self.picks) if self.kinds.current == SUBTREE else ()
        return ("info", wide[0], True) if wide else ("info", "", True)

    # ------------------------------------------------------------------------------------------------- what is done

    def read(self) -> None:
        """Ask the device for what the filter takes."""
        for text in (self.subtree, self.xpath):
            text.flush()
        if self.bar.read.isEnabled():
            self.read_wanted.emit(self.request)

    def clear(self) -> None:
        """Begin anew."""
        self._error = None
        self.model.set_picks(())
        self._write(())
        self._changed()
        self.tree.setFocus()

    def add(self, picks: Sequence[Pick], *, alone: bool = False) -> None:
        """Tick more, or only these, and bring the first into sight."""
        self.sides.choose("nodes")
        every = merged(picks if alone or self.model.locked else (*self.picks, *picks))
        self.model.set_picks(every)
        self._error = None
        self._write(every)
        self._changed()
        if picks:
            self.show_pick(picks[0])

    def show_pick(self, pick: Pick) -> None:
        """Bring the row of a pick into sight."""
        index = self.model.index_of_pick(pick)
        if index.isValid():
            self.tree.show_index(index)

    def apply(self, favourite: FilterFavourite) -> None:
        """Make a kept filter the filter."""
        request = request_of(favourite)
        self.bar.show_choice(request.operation, request.datastore, request.with_defaults)
        text = self.xpath if request.kind == XPATH else self.subtree
        self.xpath.given.update(request.namespaces)
        self.kinds.choose(request.kind)
        text.set_text(request.text)
        self._check(text)
        self.applied = favourite
        self._follow()
        if self.picks:
            self.show_pick(self.picks[0])
        lacking = self.bar.lacks(request)
        if lacking:
            self.applied = None
            self.notice.say("warning", f"{lacking} Choose another way to read, then press Read.")

    def _keep(self) -> None:
        if self.bar.keep.isEnabled():
            self.keep_wanted.emit()

    def _complete(self) -> None:
        (self.xpath if self.kinds.current == XPATH else self.subtree).complete()

    def _find(self) -> None:
        self.sides.choose("nodes")
        self.search.setFocus()
        self.search.selectAll()

    def _find_next(self) -> None:
        """The next node whose name has the words."""
        text = self.search.text().strip()
        if self.schema is None or not text:
            return
        if not self._hits:
            self._hits = [node for node in self.schema.search(text, 50) if node.kind in DATA_KINDS]
        if not self._hits:
            self.notice.say("info", f"No node is called {text}.")
            return
        node = self._hits.pop(0)
        index = self.model.index_of_node(node)
        if index.isValid():
            self.sides.choose("nodes")
            self.tree.show_index(index)

    # ------------------------------------------------------------------------------------------------ kept filters

    def show_kept(self, favourites: Sequence[FilterFavourite]) -> None:
        """List these."""
        self.kept_model.clear()
        for one in favourites:
            item = QStandardItem(one.name)
            item.setData(one, int(Qt.ItemDataRole.UserRole))
            item.setIcon(icons.named("favourite", "text2"))
            what = one.operation if one.operation == "get" else f"{one.operation} {one.datastore}"
            item.setData(f"{what}{', this schema' if one.schema_key else ''}", int(Role.SIDE))
            item.setToolTip(one.text)
            item.setEditable(False)
            self.kept_model.appendRow(item)
        self._show_side()

    def kept_at(self, index: QModelIndex) -> FilterFavourite | None:
        """The kept filter of a row."""
        found = index.data(int(Qt.ItemDataRole.UserRole)) if index.isValid() else None
        return found if isinstance(found, FilterFavourite) else None

    def _show_side(self) -> None:
        kept = self.sides.current == "kept"
        self.search.setVisible(not kept)
        self._list.setCurrentWidget((self.kept if self.kept_model.rowCount() else self.no_kept) if kept else self.tree)

    def _kept_chosen(self, index: QModelIndex) -> None:
        """One click: it is applied and read."""
        one = self.kept_at(index)
        if one is not None:
            self.apply(one)
            if self.applied is not None:
                self.read()

    def _with_kept(self, told: object) -> None:
        one = self.kept_at(self.kept.currentIndex())
        if one is not None:
            told.emit(one)  # type: ignore[attr-defined]

    def _kept_menu(self, index: QModelIndex, spot: QPoint) -> None:
        one = self.kept_at(index)
        if one is None:
            return
        menu = named(QMenu(self), "filterKeptMenu", "Kept filter")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, name, do in (
            ("&Read", "keptReadAction", lambda: self._kept_chosen(index)),
            ("&Show without reading", "keptShowAction", lambda: self.apply(one)),
            ("Re&name…", "keptRenameAction", lambda: self.rename_wanted.emit(one)),
            ("&Delete", "keptDropAction", lambda: self.drop_wanted.emit(one)),
        ):
            entry = menu.addAction(text)
            entry.setObjectName(name)
            entry.triggered.connect(lambda _on=False, act=do: act())
        menu.popup(spot)
