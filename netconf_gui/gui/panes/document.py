"""A document in a tab: tree, table, text or both, with path, search, filters, and what is found wrong with it.

Lives here: how the parts work together.  Does not live here: the parts (`config_tree_view`, `document_views`,
`document_bar`), what can be done to a node (`document_actions`), checks (`live_check`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from netconf_gui.config.binding import is_wrapper
from netconf_gui.config.document import Change, Document
from netconf_gui.errors import AppError, ConfigError, RpcError
from netconf_gui.gui import node_edits
from netconf_gui.gui.conditions import ConditionWatch
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.findings import Findings
from netconf_gui.gui.forms import column, named
from netconf_gui.gui.live_check import LiveCheck
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.models.rows import Row
from netconf_gui.gui.panes.config_tree_view import ConfigTreeView
from netconf_gui.gui.panes.document_actions import NodeActions
from netconf_gui.gui.panes.document_bar import PathBar, ViewBar
from netconf_gui.gui.panes.document_editing import commit, edit_from_tree, make_cell_editor
from netconf_gui.gui.panes.document_places import Finder, crumbs, go_to_crumb, locate, path_of_row, row_below
from netconf_gui.gui.panes.document_views import SideView, SideViews
from netconf_gui.gui.panes.search_results import SearchResults
from netconf_gui.gui.structure import Structure
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tree_search import TreeSearch
from netconf_gui.gui.widgets import EmptyState
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.panes.xml_view import XmlView


class DocumentPane(QWidget):
    """Everything about one document.

    `state_changed`: dirty, undo, counts or title are others.  `current_changed(element or None)` and
    `row_changed(Row or None)`: the cursor moved, or what it is on changed.  `error(exception)`: something a person
    wanted could not be done.
    """

    state_changed = Signal()
    current_changed = Signal(object)
    row_changed = Signal(object)
    problems_changed = Signal()
    error = Signal(object)

    def __init__(self, document: Document, manager: TaskManager, *, context: DocumentContext) -> None:
        super().__init__()
        named(self, "documentPane", context.title, role="pane")
        self.manager = manager
        self.context = context
        self.document = document
        self.more_actions: list[QAction] = []  # of others, for the menu of a node
        self.view = "tree"
        self._beside = "xml"  # the view that "both" shows
        self._last_added: etree._Element | None = None
        layout = column(self)
        self.path_bar = PathBar()
        self.view_bar = ViewBar()
        self._splitter = named(QSplitter(Qt.Orientation.Horizontal), "documentSplitter", "Tree and view beside it")
        self._splitter.setHandleWidth(theme().px(4))
        self._splitter.setChildrenCollapsible(False)
        for widget in (self.path_bar, self.view_bar):
            layout.addWidget(widget)
        self.results = SearchResults()
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self.results)
        self._open(document)
        self._connect_bars()

    # parts of the document shown

    def _open(self, document: Document) -> None:
        self.document = document
        self.model = ConfigTreeModel(document, self)
        self.model.looks.reported = self.context.reported
        self.model.outline.show_unset = self.view_bar.unset.isChecked()
        self.tree = ConfigTreeView(self.model, lambda parent, index: make_cell_editor(self, parent, index))
        self.side = SideViews(self, self._beside)
        self.side.made.connect(self._side_made)
        self.empty = EmptyState(
            "emptyDocument",
            "nothing",
            "Nothing is configured here",
            "Press Insert to add a node, or show what is unset.",
        )
        self._tree_side = named(QStackedWidget(), "treeSide", "Tree")
        self._tree_side.addWidget(self.tree)
        self._tree_side.addWidget(self.empty)
        self._splitter.addWidget(self._tree_side)
        self._splitter.addWidget(self.side)
        self._splitter.setSizes([500, 500])
        self.search = TreeSearch(document, self, manager=self.manager, context=self.context)
        self.finder = Finder(self)
        self.finder.connect_results()
        self.check = LiveCheck(document, self.context, self.manager, self)
        self.findings = Findings(document, self.check, self)
        self.structure = Structure(self)
        self.conditions = ConditionWatch(self)
        self.actions_ = NodeActions(self)
        self.conditions.changed.connect(lambda: self._row_moved(self.row))
        self.setFocusProxy(self.tree)
        self._unsubscribe = document.subscribe(self._on_change)
        self.model.edit_wanted.connect(lambda row, text: edit_from_tree(self, row, text))
        self.tree.current_row.connect(self._row_moved)
        self.tree.menu_wanted.connect(self._menu)
        self.findings.changed.connect(self._say_problems)
        self.findings.placed.connect(self._say_problems)
        self.tree.open_first_levels()
        self._say_state()
        self.set_view(self.view)

    def _side_made(self, view: SideView) -> None:
        view.undo_wanted.connect(lambda redo: self.redo() if redo else self.undo())
        view.fault_changed.connect(self.problems_changed)
        view.element_wanted.connect(self.show_element)
        view.element_at_cursor.connect(self.follow_element)
        self.state_changed.emit()  # the Edit menu has more in it

    def _connect_bars(self) -> None:
        bar, views = self.path_bar, self.view_bar
        bar.searched.connect(lambda text: self.search.search(text))
        bar.search.stepped.connect(self.step_search)
        bar.search.left.connect(lambda: self.tree.setFocus())
        bar.list.toggled.connect(lambda _on: self.show_results(bool(self.search.text)))
        self.results.chosen.connect(lambda number: self.finder.choose(number))
        self.results.only_hits.connect(lambda on: self.finder.show_only(on))
        self.results.closed.connect(lambda: bar.list.setChecked(False))
        bar.next.clicked.connect(lambda: self.step_search(True))
        bar.previous.clicked.connect(lambda: self.step_search(False))
        bar.breadcrumb.wanted.connect(lambda element: go_to_crumb(self, element))
        views.view_chosen.connect(self.set_view)
        views.changes_only.connect(self.set_changes_only)
        views.show_unset.connect(self.set_show_unset)
        self._connect_toggles()

    def _connect_toggles(self) -> None:
        self.actions_.only.toggled.connect(self.view_bar.only.setChecked)
        self.actions_.unset.toggled.connect(self.view_bar.unset.setChecked)

    def _shut(self) -> None:
        self.check.close()
        self.conditions.close()
        self.search.close()
        self.side.close_views()
        self.model.close()
        self._unsubscribe()

    def close_pane(self) -> None:
        """Stop timers and checks; the pane is not used after that."""
        self._shut()

    def show_document(self, document: Document, context: DocumentContext) -> None:
        """Show another document in place of this one, opened where this one was."""
        opened = self.tree.opened()
        self._shut()
        old = (self.tree, self.side, self._tree_side, self.model, self.search, self.check, self.findings, self.actions_)
        for one in self.actions_.view:
            self.removeAction(one)
        self.context = context
        self._tree_side.setParent(None)
        self.side.setParent(None)
        self._open(document)
        self._connect_toggles()
        for each in old:
            each.deleteLater()
        self.set_show_unset(self.view_bar.unset.isChecked())
        self.set_changes_only(self.view_bar.only.isChecked())
        self.tree.open_again(opened)
        self.problems_changed.emit()

    def saved(self, data: bytes, root: etree._Element, revision: int) -> None:
        """This was written to the document's file, as bytes and as a tree: what it is compared with from now on."""
        self.document.rebase(data, root, revision=revision)

    # what others ask

    @property
    def title(self) -> str:
        return self.context.title

    @property
    def xml(self) -> XmlView:
        return self.side.xml

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.tree.row

    @property
    def subject(self) -> Subject | None:
        """What an editor would edit there."""
        return node_edits.subject_of(self.document, self.row)

    @property
    def changes(self) -> int:
        return self.document.changes()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Findings: those of broken text first, what a device refused, then what the check found."""
        return (*self.side.faults, *self.findings.problems)

    @property
    def problem_elements(self) -> Mapping[etree._Element, Problem]:
        """The finding to mark at each element."""
        return self.findings.elements

    def show_refusals(self, errors: Iterable[RpcError]) -> None:
        """What a device said against this document; none: what it said before is forgotten."""
        self.findings.refuse(errors)

    def edit_actions(self) -> list[QAction]:
        return [*self.actions_.edit, *self.side.menus]

    def view_actions(self) -> list[QAction]:
        return self.actions_.view

    def undo(self) -> None:
        """Take the last change back."""
        self._step(self.document.undo)

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._step(self.document.redo)

    def _step(self, step: Callable[[], Change | None]) -> None:
        holding = self.side.holding
        if holding is not None:
            holding.restore()
            return
        self.guard(step)

    def find(self) -> None:  # type: ignore[override]
        """Put the cursor into the search field."""
        self.path_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.path_bar.search.selectAll()

    def validate(self) -> None:
        """Check the document now, all of it, however long that takes."""
        self.check.check_now(thorough=True)

    def jump(self, path: str) -> bool:
        """Show the node at a path as problems and devices write it, or the nearest one above it; False: none."""
        element = self.locate(path)
        if element is None:
            return False
        return self.show_element(element)

    def show_fault(self) -> None:
        """Put the cursor where text is broken."""
        broken = next((view for view in self.side.all if view.fault is not None), None)
        if broken is not None:
            self._beside = self.side.choose_view(broken)
            self.set_view("both")
            broken.show_fault()

    def locate(self, path: str) -> etree._Element | None:
        """The element at a path, or the nearest one above it."""
        return locate(self.document, path)

    def show_element(self, element: etree._Element) -> bool:
        """Put the cursor of the tree on an element; filters that hide it are taken away."""
        if self.view not in ("tree", "both"):
            self.set_view("tree")
        row = self.model.row_of(element)
        if row is None and self.view_bar.only.isChecked():
            self.view_bar.only.setChecked(False)
            row = self.model.row_of(element)
        if row is None:
            return False
        self.tree.show_row(row)
        self.tree.setFocus()
        return True

    def follow_element(self, element: etree._Element) -> None:
        """The cursor of a view beside the tree came to an element: make it the current node, focus stays."""
        row = self.model.row_of(element)
        if row is not None and row is not self.row:
            self.tree.show_row(row)

    def show_in_text(self) -> None:
        """Put the cursor of the text on the current node; XML if no text has been looked at."""
        key = self.side.chosen if self.side.chosen in ("xml", "json") else "xml"
        if self.view != key:
            self._beside = key
            self.side.choose(key)
            self.set_view("both")
        self._sync_side()
        self.side.current.focus_target().setFocus()

    def show_last_change(self) -> None:
        """Put the cursor on what was added last."""
        if self._last_added is not None and self._last_added.getparent() is not None:
            self.show_element(self._last_added)
            self.tree.expand(self.tree.currentIndex().siblingAtColumn(0))

    def show_unset(self, row: Row, node: SchemaNode) -> Row | None:
        """Put the cursor on the row of a node that is not set yet, opened; None if it has none."""
        if self.view not in ("tree", "both"):
            self.set_view("tree")
        self.view_bar.unset.setChecked(True)
        self.view_bar.only.setChecked(False)
        found = row if row.node == node else row_below(self.model, row, node)
        if found is not None:
            self.tree.show_row(found)
            self.tree.expand(self.model.index_of(found))
        return found

    def edit_unset(self, row: Row, node: SchemaNode) -> None:
        """Show the row of a leaf that is not set yet, and open its editor."""
        if self.show_unset(row, node) is not None:
            self.tree.edit_value()

    # how it is shown

    def set_view(self, view: str) -> None:
        """tree, the key of one of `document_views.VIEWS`, or both: the tree and the one shown last."""
        self.view = view
        if self.view_bar.views.current != view:
            self.view_bar.views.choose(view)
        if view not in ("tree", "both"):
            self._beside = view
            self.side.choose(view)
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self._tree_side.setVisible(view in ("tree", "both"))
        self.side.setVisible(view != "tree")
        if view != "tree":
            self.side.bring_up()
            self._sync_side()
        self.side.enable_menus(visible=view != "tree")
        self.setFocusProxy(self.tree if view in ("tree", "both") else self.side.current.focus_target())
        if had_focus:
            self.setFocus()
        self.view_bar.show_filters(view in ("tree", "both"))
        self.actions_.update_state()
        self.state_changed.emit()

    def set_changes_only(self, on: bool) -> None:
        self.actions_.only.setChecked(on)
        self.model.set_changes_only(on)
        self._show_empty()
        if on:
            self.tree.expandRecursively(QModelIndex(), 6) if self.changes <= 200 else None
        self._keep_in_sight()

    def set_show_unset(self, on: bool) -> None:
        self.actions_.unset.setChecked(on)
        self.model.set_show_unset(on)
        self._show_empty()
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        if self.tree.currentIndex().isValid():
            self.tree.scrollTo(self.tree.currentIndex())

    def _show_empty(self) -> None:
        if self.model.rowCount():
            self._tree_side.setCurrentWidget(self.tree)
            return
        if self.model.outline.changes_only:
            self.empty.say("No changes", "The document says what was fetched. Turn off Changes only to see all of it.")
        else:
            self.empty.say("Nothing is configured here", "Show what is unset to add nodes, or edit the XML.")
        self._tree_side.setCurrentWidget(self.empty)

    # editing

    def set_read_only(self, on: bool) -> None:
        """Edits are taken from now on, or are not."""
        if self.context.read_only == on:
            return
        self.context.read_only = on
        for view in self.side.all:
            view.set_read_only(on)
        self._say_state()
        self._row_moved(self.row)

    def guard(self, work: Callable[[], object]) -> bool:
        """Do something that may be refused; what refuses it is told by `error`."""
        if self.context.read_only:
            self.error.emit(ConfigError(f"{self.context.title} is read only."))
            return False
        try:
            work()
        except AppError as error:
            self.error.emit(error)
            return False
        return True

    def commit(self, subject: Subject, text: str) -> bool:
        """Set a value; a leaf of type empty is set by "set" and taken away by "not set"."""
        return commit(self, subject, text)

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        if index.isValid():
            self.tree.setCurrentIndex(index)
        self.actions_.show_menu(spot)

    # keeping up

    def _on_change(self, change: Change) -> None:
        if change.kind == "insert" and change.element is not None:
            self._last_added = change.element
        if change.more:
            return
        self._show_empty()
        self._say_state()
        self._row_moved(self.row)

    def _say_state(self) -> None:
        self.view_bar.show_origin(self.context)
        changes = 0 if self.context.is_request else self.changes
        self.view_bar.show_changes(changes, read_only=self.context.read_only)
        self.state_changed.emit()

    def _row_moved(self, row: Row | None) -> None:
        self.path_bar.breadcrumb.show_crumbs(crumbs(self, row))
        self.actions_.update_state()
        element = row.own_element if row is not None else None
        self._sync_side()
        self.current_changed.emit(element)
        self.row_changed.emit(row)

    def _sync_side(self) -> None:
        row = self.row
        if self.view == "tree" or row is None or row.removed:
            return
        side = self.side.current
        if not side.focus_target().hasFocus():
            element = row.own_element if row.own_element is not None else row.element
            if element is not None and not is_wrapper(element):
                side.show_element(element)

    def _say_problems(self) -> None:
        self.model.set_problems(self.findings.elements, stale=self.findings.stale)
        self.tree.viewport().update()  # closed branches say what is in them
        self.actions_.update_state()
        self.problems_changed.emit()

    def path_text(self) -> str:
        """The path of the current node as YANG tools write it."""
        path = path_of_row(self.document, self.row)
        return str(path) if path is not None else ""

    def xpath_text(self) -> str:
        """An XPath of the current node, with module names as prefixes."""
        path = path_of_row(self.document, self.row)
        return path.to_xpath()[0] if path is not None else ""

    def show_results(self, asked: bool) -> None:
        """The list of hits, while something is searched for and the list is wanted."""
        self.results.setVisible(asked and self.path_bar.list.isChecked())

    def step_search(self, forward: bool) -> None:
        """Show the next or previous hit."""
        self.finder.step(forward)
