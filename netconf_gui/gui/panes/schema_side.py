"""The left side of the schema browser: search, the tree of nodes, the table of modules, what was found."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedWidget, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.forms import column, fix_height, label, named, row
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.models.schema_hits import MOST, Hit, HitsModel, find
from netconf_gui.gui.models.schema_modules import ModulesModel
from netconf_gui.gui.models.schema_tree import SchemaTreeModel
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, ListSearchField, Segments
from netconf_gui.yang.schema import SchemaNode

PAUSE = 80  # ms after the last key


class ModulesView(RowTree):
    """The table; columns that do not fit are left out, the least telling ones first."""

    def __init__(self) -> None:
        super().__init__("schemaModules", "Modules")
        named(self.header(), "schemaModulesHeader", "Columns")
        self.setRootIsDecorated(False)
        theme().changed.connect(self._scale)

    def fill(self, model: ModulesModel) -> None:
        """Show these; once."""
        self.setModel(model)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        header = self.header()
        header.setStretchLastSection(False)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._scale()

    def _scale(self) -> None:
        if self.model() is None:
            return
        self.header().setFixedHeight(theme().px(SIZES.header))
        widths = (0, 88, 130, 96, 90)
        room = self.viewport().width() / theme().factor - 190
        for at in range(1, 5):
            room -= widths[at]
            self.setColumnHidden(at, room < 0)
            self.setColumnWidth(at, theme().px(widths[at]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._scale()


class SchemaSide(QWidget):
    """`node_chosen`, `module_chosen` (a ModuleRow), `hit_chosen` when the cursor gets there by a person's hand."""

    node_chosen = Signal(object)
    module_chosen = Signal(object)
    hit_chosen = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, subject: SchemaSubject, manager: TaskManager) -> None:
        super().__init__()
        named(self, "schemaSide", "Modules and nodes", role="pane")
        self._subject = subject
        self._latest = Latest(manager, self, "Search the schema")
        self._latest.failed.connect(lambda error: self.count.setText(str(error)))
        self._later = QTimer(self, singleShot=True, interval=PAUSE)
        self._later.timeout.connect(self._look)
        self._quiet = False
        self.setMinimumWidth(theme().px(230))
        layout = column(self)
        self.tree_model = SchemaTreeModel(subject.schema, self)
        self.hits_model = HitsModel(self)
        layout.addWidget(self._bar())
        layout.addWidget(self._second_bar())
        self._make_views()
        layout.addWidget(self._stack, 1)
        self._connect()
        self._say_count()

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "schemaSearchBar", "Search", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0))
        self.search = ListSearchField("schemaSearch", "Search names and descriptions")
        line.addWidget(self.search)
        return bar

    def _second_bar(self) -> QWidget:
        bar = named(QWidget(), "schemaSideBar", "Nodes or modules", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 12, 0), spacing=8)
        self.modes = Segments(
            "schemaSideChoice", "Nodes or modules", (("nodes", "Nodes", "tree"), ("modules", "Modules", "list"))
        )
        self.count = label("", "schemaCount", kind="side")
        line.addWidget(self.modes)
        line.addStretch(1)
        line.addWidget(self.count)
        return bar

    def _make_views(self) -> None:
        self.tree = RowTree("schemaTree", "Schema nodes")
        self.tree.setHeaderHidden(True)
        named(self.tree.header(), "schemaTreeHeader", "Columns")
        self.tree.setModel(self.tree_model)
        self.modules = ModulesView()
        self.hits = RowTree("schemaHits", "Found")
        self.hits.setHeaderHidden(True)
        named(self.hits.header(), "schemaHitsHeader", "Columns")
        self.hits.setRootIsDecorated(False)
        self.hits.setModel(self.hits_model)
        self.empty = EmptyState(
            "schemaNothing", "search", "Nothing found", "No name and no description has these words."
        )
        self._stack = named(QStackedWidget(), "schemaSideStack", "Nodes or modules")
        for view in (self.tree, self.modules, self.hits, self.empty):
            self._stack.addWidget(view)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._take_first)
        self.search.down.connect(self._into_view)
        self.modes.chosen.connect(lambda _key: self._mode_changed())
        self._listen(self.tree, self._tree_moved)
        self._listen(self.hits, self._hits_moved)

    def _listen(self, view: RowTree, moved: Callable[[QModelIndex], None]) -> None:
        view.selectionModel().currentChanged.connect(lambda index, _old: self._moved(index, moved))
        view.menu_wanted.connect(self._menu)

    @cached_property
    def modules_model(self) -> ModulesModel:
        """Made when modules are looked at first: a set may have thousands."""
        model = ModulesModel(self._subject.module_rows(), self)
        self.modules.fill(model)
        self._listen(self.modules, self._modules_moved)
        return model

    # showing what was chosen elsewhere

    def select_node(self, node: SchemaNode) -> None:
        """Put the tree's cursor on a node."""
        index = self.tree_model.index_of_node(node)
        if index.isValid():
            self._select(self.tree, index)

    def select_module(self, name: str) -> None:
        """Put the table's cursor on a module."""
        index = self.modules_model.index_of(name)
        if index.isValid():
            self._select(self.modules, index)

    def _select(self, view: RowTree, index: QModelIndex) -> None:
        if view.currentIndex().siblingAtColumn(0) == index:
            return
        self._quiet = True
        above = index.parent()
        while above.isValid():
            view.expand(above)
            above = above.parent()
        flags = QItemSelectionModel.SelectionFlag
        view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        if not view.viewport().rect().contains(view.visualRect(index).center()):
            view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._quiet = False

    # what a person chooses

    def _moved(self, index: QModelIndex, tell: Callable[[QModelIndex], None]) -> None:
        if not self._quiet and index.isValid():
            tell(index)

    def _tree_moved(self, index: QModelIndex) -> None:
        node = self.tree_model.node_at(index)
        if node is not None:
            self.node_chosen.emit(node)

    def _modules_moved(self, index: QModelIndex) -> None:
        chosen = self.modules_model.module_at(index)
        if chosen is not None:
            self.module_chosen.emit(chosen)

    def _hits_moved(self, index: QModelIndex) -> None:
        hit = self.hits_model.hit_at(index)
        if hit is not None:
            self.hit_chosen.emit(hit)

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        if index.isValid():
            view = self._stack.currentWidget()
            if isinstance(view, RowTree):
                view.setCurrentIndex(index)
            self.menu_wanted.emit(spot)

    # searching

    def find(self) -> None:  # type: ignore[override]
        """Take the cursor, ready for a new search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _typed(self, text: str) -> None:
        if not text.strip():
            self._later.stop()
            self._latest.stop()
            self._mode_changed()
        elif self.modes.current == "modules":
            self.modules_model.set_filter(text)
            self._say_count()
        else:
            self._later.start()

    def _look(self) -> None:
        self._later.stop()
        text, subject = self.search.text(), self._subject

        def work(cancel: CancelToken, _report: Report) -> list[Hit]:
            return find(subject.background(), text, cancel)

        self._latest.run(work, self._found)

    def _found(self, hits: list[Hit]) -> None:
        if not self.search.text().strip() or self.modes.current == "modules":
            return
        self.hits_model.show(hits)
        self._stack.setCurrentWidget(self.hits if hits else self.empty)
        self.count.setText(f"{len(hits):,}{'+' if len(hits) >= MOST else ''} found")

    def _take_first(self) -> None:
        view = self._stack.currentWidget()
        if self._later.isActive() or self._latest.busy or not isinstance(view, RowTree) or view is self.tree:
            return
        self._into_view()

    def _into_view(self) -> None:
        view = self._stack.currentWidget()
        if isinstance(view, RowTree):
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            model = view.model()
            if not view.currentIndex().isValid() and model.rowCount():
                view.setCurrentIndex(model.index(0, 0))

    def _mode_changed(self) -> None:
        if self.modes.current == "modules":
            self.modules_model.set_filter(self.search.text())
            self._stack.setCurrentWidget(self.modules)
            if self.modules.currentIndex().isValid():
                self.modules.scrollTo(self.modules.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        elif self.search.text().strip():
            self._look()
        else:
            self._stack.setCurrentWidget(self.tree)
        self._say_count()

    def _say_count(self) -> None:
        if self.modes.current == "modules":
            shown, total = self.modules_model.rowCount(), self.modules_model.total
            self.count.setText(f"{shown:,} of {total:,}" if shown != total else f"{total:,} modules")
        else:
            total = len(self._subject.schema.modules)
            self.count.setText(f"{total:,} module{'' if total == 1 else 's'}")
