"""The schema browser: modules and nodes of one set of modules at the left, what is known about the chosen one beside.

Lives here: how the parts work together, the history.  Does not live here: the parts (`schema_side`, `schema_details`,
`schema_diagram`, `yang_source`, `schema_graph`, `schema_instances`), opening browsers (`schema_browsing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QToolButton, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.gui import icons, schema_words
from netconf_gui.gui.forms import action, column, fix_height, named, row, tool_button
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.models.schema_graph import ModuleGraph
from netconf_gui.gui.models.schema_hits import Hit
from netconf_gui.gui.models.schema_modules import ModuleRow
from netconf_gui.gui.models.schema_tree import icon_name
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.schema_details import SchemaDetails
from netconf_gui.gui.panes.schema_diagram import SchemaDiagram
from netconf_gui.gui.panes.schema_graph import SchemaGraph
from netconf_gui.gui.panes.schema_instances import SchemaInstances
from netconf_gui.gui.panes.schema_side import SchemaSide
from netconf_gui.gui.panes.yang_source import YangSource
from netconf_gui.gui.schema_creating import can_create
from netconf_gui.gui.schema_subject import SchemaSubject, can_send
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, Segments
from netconf_gui.yang.schema import SchemaNode
from netconf_gui.yang.source_index import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

VIEWS = (
    ("details", "Details", "info"),
    ("diagram", "Tree diagram", "tree"),
    ("source", "Source", "xml"),
    ("graph", "Dependencies", "graph"),
    ("instances", "Instances", "list"),
)


WORDS_FROM, BESIDE_FROM = 700, 540  # px

Page = TypeVar("Page", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Stop:
    """One place of the history: a node, module or identity in one view, or a place of a text."""

    view: str
    node: SchemaNode | None = None
    module: str = ""
    identity: str = ""
    place: Place | None = None


class SchemaBrowser(QWidget):
    """One set of modules.  `instances_wanted` asks who knows documents to tell them by `instances.set_panes`."""

    instances_wanted = Signal()
    go_wanted = Signal(object, object)  # a DocumentPane and an element of it
    create_wanted = Signal(object)  # a SchemaNode
    filter_wanted = Signal(object)
    send_wanted = Signal(object)  # an rpc, action or notification
    revision_wanted = Signal(str)  # compare a module with another revision
    title_changed = Signal()

    def __init__(self, subject: SchemaSubject, manager: TaskManager) -> None:
        super().__init__()
        named(self, "schemaBrowser", f"Schema: {subject.title}", role="pane")
        self.subject = subject
        self.node: SchemaNode | None = None
        self.module = ""
        self.identity = ""
        self.can_filter = False
        self._history: list[Stop] = []
        self._at = -1
        self._going = False
        self._tops = Latest(manager, self, "Look at a module")
        layout = column(self)
        layout.addWidget(self._bar())
        self.side = SchemaSide(subject, manager)
        self.details = SchemaDetails()
        self._manager = manager
        self._stack = named(QStackedWidget(), "schemaViews", "What is shown")
        self._stack.addWidget(self.details)
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal), "schemaSplitter", "Schema")
        self.splitter.setHandleWidth(theme().px(4))
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.side)
        self.splitter.addWidget(self._right())
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([theme().px(330), theme().px(560)])
        layout.addWidget(self.splitter, 1)
        self._make_actions()
        self._connect()
        self.setFocusProxy(self.side.search)
        self.destroyed.connect(subject.close)
        self._update_state()
        self._say_history()

    # building

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "schemaBar", "Schema", role="bar")
        bar.setMinimumWidth(theme().px(300))  # less than its words need: they give way to icons
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=4)
        self.back_button = tool_button("Back (Alt+Left)", "schemaBack", icon="back")
        self.forward_button = tool_button("Forward (Alt+Right)", "schemaForward", icon="arrow")
        self.where = ElidedLabel("schemaWhere", mode=Qt.TextElideMode.ElideLeft)
        self.views = Segments("schemaViewChoice", "What is shown", VIEWS)
        line.addWidget(self.back_button)
        line.addWidget(self.forward_button)
        line.addWidget(self.where, 1)
        line.addWidget(self.views)
        return bar

    def _right(self) -> QWidget:
        box = named(QWidget(), "schemaRight", "Chosen", role="pane")
        column(box).addWidget(self._stack)
        box.setMinimumWidth(theme().px(280))
        return box

    def _make_actions(self) -> None:
        def make(text: str, name: str, icon: str, keys: str, tip: str = "") -> QAction:
            made = action(self, text, name, icon=icon, shortcut=keys or None, tip=tip)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(made)
            return made

        self.back_action = make("&Back", "schemaBackAction", "back", "Alt+Left")
        self.forward_action = make("&Forward", "schemaForwardAction", "arrow", "Alt+Right")
        self.find_action = make("&Find in schema", "schemaFindAction", "search", "Ctrl+F")
        self.source_action = make("Show &source", "schemaSourceAction", "file", "Ctrl+F12")
        self.diagram_action = make("Show tree &diagram", "schemaDiagramAction", "tree", "Ctrl+F11")
        self.graph_action = make("Show de&pendencies", "schemaGraphAction", "graph", "Ctrl+F10")
        self.details_action = make("Show d&etails", "schemaDetailsAction", "info", "Ctrl+F9")
        self.instances_action = make("Show &instances", "schemaInstancesAction", "search", "Ctrl+Alt+I")
        self.create_action = make("&Create here", "schemaCreateAction", "add", "Ctrl+Ins")
        self.filter_action = make("Use in fil&ter", "schemaFilterAction", "filter", "Ctrl+Shift+L")
        self.send_action = make("&Send…", "schemaSendAction", "apply", "Ctrl+Alt+G", "Send it from the console")
        self.copy_action = make("Copy &path", "schemaCopyAction", "copy", "Ctrl+Shift+C")
        self.revision_action = make("Compare with another &revision…", "schemaRevisionAction", "diff", "Ctrl+Shift+V")

    def view_actions(self) -> Sequence[QAction]:
        """For the View menu, while this is in front."""
        return [
            self.details_action, self.diagram_action, self.source_action, self.graph_action, self.instances_action,
            self.back_action, self.forward_action,
        ]  # fmt: skip

    def edit_actions(self) -> Sequence[QAction]:
        """For the Edit menu, while this is in front."""
        return [
            self.find_action, self.create_action, self.filter_action, self.send_action, self.copy_action,
            self.revision_action,
        ]  # fmt: skip

    def _connect(self) -> None:
        side, details = self.side, self.details
        side.node_chosen.connect(self.show_node)
        side.module_chosen.connect(self._module_row)
        side.hit_chosen.connect(self._show_hit)
        side.menu_wanted.connect(self._menu)
        details.followed.connect(self.follow)
        details.instances.clicked.connect(self.instances_action.trigger)
        details.make.clicked.connect(self.create_action.trigger)
        details.filter.clicked.connect(self.filter_action.trigger)
        details.send.clicked.connect(self.send_action.trigger)
        details.copy_path.clicked.connect(self.copy_action.trigger)
        self.views.chosen.connect(self._view_chosen)
        self.back_button.clicked.connect(self.back_action.trigger)
        self.forward_button.clicked.connect(self.forward_action.trigger)
        self.back_action.triggered.connect(lambda: self.step(-1))
        self.forward_action.triggered.connect(lambda: self.step(1))
        self.find_action.triggered.connect(self.side.find)
        views = ("details", "diagram", "source", "graph", "instances")
        for view, act in zip(views, self.view_actions(), strict=False):
            act.triggered.connect(lambda _on=False, key=view: self.set_view(key))
        self.create_action.triggered.connect(lambda: self.create_wanted.emit(self.node))
        self.filter_action.triggered.connect(lambda: self.filter_wanted.emit(self.node))
        self.send_action.triggered.connect(lambda: self.send_wanted.emit(self.node))
        self.copy_action.triggered.connect(lambda: copy_text(self.node.path if self.node else self.module))
        self.revision_action.triggered.connect(lambda: self.revision_wanted.emit(self.module))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the views are told by their icons, and stand below the tree."""
        super().resizeEvent(event)
        room = self.width() / theme().factor
        words = Qt.ToolButtonStyle.ToolButtonTextOnly if room >= WORDS_FROM else Qt.ToolButtonStyle.ToolButtonIconOnly
        for view, _, _ in VIEWS:
            button = self.views.button(view)
            if isinstance(button, QToolButton) and button.toolButtonStyle() != words:
                button.setToolButtonStyle(words)
        side_by_side = Qt.Orientation.Horizontal if room >= BESIDE_FROM else Qt.Orientation.Vertical
        if self.splitter.orientation() != side_by_side:
            self.splitter.setOrientation(side_by_side)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._at < 0:
            self._begin()

    def _begin(self) -> None:
        roots = self.subject.schema.roots()
        modules = self.subject.schema.modules
        if roots:
            self.show_node(roots[0])
        elif modules:
            self.show_module(modules[0].name)

    # views that are made when they are wanted first: opening a browser is quick

    @cached_property
    def diagram(self) -> SchemaDiagram:
        return self._added(SchemaDiagram(self.subject, self._manager))

    @cached_property
    def source(self) -> YangSource:
        made = self._added(YangSource(self.subject, self._manager))
        made.arrived.connect(self._arrived)
        return made

    @cached_property
    def graph(self) -> SchemaGraph:
        made = self._added(SchemaGraph(ModuleGraph(self.subject.schema.modules)))
        made.chosen.connect(self.show_module)
        return made

    @cached_property
    def instances(self) -> SchemaInstances:
        made = self._added(SchemaInstances())
        made.go_wanted.connect(self.go_wanted)
        return made

    def _added(self, page: Page) -> Page:
        self._stack.addWidget(page)
        return page

    def _page(self, view: str) -> QWidget:
        found: QWidget = getattr(self, view)
        return found

    # choosing

    def show_node(self, node: SchemaNode) -> None:
        """Choose a node: the view in front shows it."""
        if self.node == node and not self.identity:
            return
        self.node, self.module, self.identity = node, node.module, ""
        self.side.select_node(node)
        self._changed()

    def show_module(self, name: str) -> None:
        """Choose a module."""
        if self.module == name and self.node is None and not self.identity:
            return
        self.node, self.module, self.identity = None, name, ""
        self.side.select_module(name)
        self._changed()

    def show_identity(self, name: str) -> None:
        """Choose an identity (``module:name``)."""
        self.node, self.module, self.identity = None, name.rpartition(":")[0], name
        self._changed()

    def _module_row(self, chosen: ModuleRow) -> None:
        if chosen.info is not None:
            self.show_module(chosen.name)
        else:
            self.node, self.module, self.identity = None, chosen.name, ""
            self._changed()

    def _show_hit(self, hit: Hit) -> None:
        if hit.node is not None:
            self.show_node(hit.node)
        elif hit.module:
            self.show_module(hit.module)
        else:
            self.show_identity(hit.identity)

    def follow(self, link: str) -> None:
        """Go where a link of the details leads."""
        kind, _, rest = link.partition(":")
        if kind == "node":
            self.show_node(self.subject.schema.node(int(rest)))
        elif kind == "module":
            self.show_module(rest)
        elif kind == "identity":
            self.show_identity(rest)
        elif kind == "source":
            self.set_view("source", load=False)
            self.source.show_module(rest)
        elif kind in ("typedef", "grouping", "extension"):
            module, _, name = rest.rpartition(":")
            self.set_view("source", load=False)
            self.source.show_definition(kind, module, name)

    # showing

    def set_view(self, view: str, *, load: bool = True) -> None:
        """Bring a view to the front; `load` has it show what is chosen."""
        self._stack.setCurrentWidget(self._page(view))
        if self.views.current != view:
            self.views.blockSignals(True)
            self.views.choose(view)
            self.views.blockSignals(False)
        if load:
            self._show()
            self._remember(Stop(view, self.node, self.module, self.identity))

    @property
    def view(self) -> str:
        return self.views.current

    def _view_chosen(self, view: str) -> None:
        self.set_view(view)

    def _changed(self) -> None:
        self._say_where()
        self._show()
        self._remember(Stop(self.view, self.node, self.module, self.identity))

    def _say_where(self) -> None:
        told = self.node.path if self.node is not None else self.identity or self.module
        self.where.setText(told)
        self.where.setAccessibleName(told)
        self._update_state()

    def _update_state(self) -> None:
        node, details = self.node, self.details
        data = node is not None and node.is_data
        details.buttons.setVisible(node is not None)
        for button, act, on in (
            (details.instances, self.instances_action, data),
            (details.make, self.create_action, can_create(node)),
            (details.filter, self.filter_action, data and self.can_filter),
            (details.send, self.send_action, can_send(node, self.subject)),
        ):
            act.setEnabled(on)
            button.setEnabled(on)
        details.filter.setVisible(self.can_filter)
        details.send.setVisible(can_send(node, self.subject))
        details.fit_words()
        self.filter_action.setVisible(self.can_filter)
        self.revision_action.setEnabled(bool(self.module))
        self.views.button("instances").setEnabled(data)

    def _show(self) -> None:
        view = self.view
        if view == "details":
            self._show_details()
        elif view == "diagram":
            self.diagram.show_of(self.node if self.node is not None else self.module)
        elif view == "graph":
            self.graph.show_module(self.module)
        elif view == "instances" and self.node is not None:
            self.instances_wanted.emit()
            self.instances.show_node(self.node)
        elif view == "source":
            self._show_source()

    def _show_source(self) -> None:
        if self.node is not None:
            self.source.show_node(self.node.path, self.node.module)
        elif self.identity:
            module, _, name = self.identity.rpartition(":")
            self.source.show_definition("identity", module, name)
        elif self.module:
            self.source.show_module(self.module)

    def _show_details(self) -> None:
        schema, node, name, identity = self.subject.schema, self.node, self.module, self.identity
        if node is not None:
            shown = node
            self.details.show_page(lambda: schema_words.node_page(schema, shown), node.name)
        elif identity:
            self.details.show_page(lambda: schema_words.identity_page(schema, identity), identity)
        else:
            self._show_module_details(name)

    def _show_module_details(self, name: str) -> None:
        schema, subject = self.subject.schema, self.subject
        info = schema.module(name)
        if info is None:
            broken = next((item for item in schema.broken if item.name == name), None)
            reason = broken.reason if broken is not None else "The module is not among those of this set."
            revision = broken.revision if broken is not None else ""
            self.details.show_page(lambda: schema_words.broken_page(name, revision, reason), name)
            return
        origin, users = subject.origin(info), subject.importers(name)

        def show(content: schema_words.Content | None) -> None:
            if self.node is None and self.module == name and not self.identity:
                self.details.show_page(lambda: schema_words.module_page(info, origin, users, content), name)

        def work(cancel: CancelToken, _report: Report) -> schema_words.Content:
            tops = subject.background().module_tops(name)
            cancel.check()
            defined = [
                (item.keyword, item.argument) for part in subject.sources.parts(name) for item in part.definitions()
            ]
            return schema_words.Content(tops, defined)

        show(None)
        self._tops.run(work, show)

    # history

    def _remember(self, stop: Stop) -> None:
        if self._going or (self._at >= 0 and self._history[self._at] == stop):
            return
        self._history = [*self._history[: self._at + 1][-200:], stop]
        self._at = len(self._history) - 1
        self._say_history()

    def _arrived(self, place: Place) -> None:
        """The source shows a place: it becomes part of the stop, or one of its own after a jump."""
        if self.view != "source" or self._going:
            return
        here = self._history[self._at] if self._at >= 0 else None
        stop = Stop("source", self.node, self.module, self.identity, place)
        if here is not None and here.view == "source" and here.place is None:
            self._history[self._at] = stop
        else:
            self._remember(stop)

    def step(self, by: int) -> None:
        """Back (-1) or forward (1) in the history."""
        at = self._at + by
        if not 0 <= at < len(self._history):
            return
        self._at = at
        stop = self._history[at]
        self._going = True
        try:
            self.node, self.module, self.identity = stop.node, stop.module, stop.identity
            if stop.node is not None:
                self.side.select_node(stop.node)
            elif not stop.identity:
                self.side.select_module(stop.module)
            self._say_where()
            self.set_view(stop.view, load=stop.place is None)
            if stop.place is not None:
                self.source.show_place(stop.place)
        finally:
            self._going = False
        self._say_history()

    def _say_history(self) -> None:
        for button, act, on in (
            (self.back_button, self.back_action, self._at > 0),
            (self.forward_button, self.forward_action, self._at < len(self._history) - 1),
        ):
            button.setEnabled(on)
            act.setEnabled(on)

    # the context menu

    def _menu(self, spot: QPoint) -> None:
        menu = named(QMenu(self), "schemaMenu", "What to do with it")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.node is not None:
            icons.bind(menu.menuAction(), f"node:{icon_name(self.node)}")
            menu.addActions([self.send_action] if self.send_action.isEnabled() else [])
            menu.addActions([self.instances_action, self.create_action])
            menu.addActions([self.filter_action] if self.can_filter else [])
            menu.addSeparator()
        menu.addActions([self.source_action, self.diagram_action, self.graph_action])
        menu.addSeparator()
        if self.node is None:
            menu.addAction(self.revision_action)
        menu.addAction(self.copy_action)
        menu.popup(spot)

    def set_can_filter(self, on: bool) -> None:
        """Whether somebody wants nodes for a filter."""
        self.can_filter = on
        self._update_state()

    def find(self) -> None:  # type: ignore[override]
        """Put the cursor into the search field."""
        self.side.find()

    def close_pane(self) -> None:
        """The tab is closed."""
        self.subject.close()
