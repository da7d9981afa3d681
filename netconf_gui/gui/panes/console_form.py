"""A request as a form and as text: one document, seen by the views that all documents have.

Lives here: which operation the document is about, its node (of an action), what is said about it.  Does not live
here: choosing operations (`console_side`), sending (`gui.console`), the views (`panes/document`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from netconf_gui.config import codec
from netconf_gui.config.document import Document
from netconf_gui.config.operation_input import RequestDocument, RequestSchema
from netconf_gui.config.path import InstancePath
from netconf_gui.config.textedit import text_edit
from netconf_gui.errors import ConfigError
from netconf_gui.gui import icons
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.forms import column, label, named, row, tool_button
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Chip, ElidedLabel, Notice
from netconf_gui.protocol.xml import serialize, splice
from netconf_gui.services import console
from netconf_gui.services.check import Judge
from netconf_gui.services.console import Operation
from netconf_gui.services.console_text import lenient
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem

JudgeOf = Callable[[Operation | None], Judge | None]
"""What checks requests of an operation; None where nothing can."""


class RequestForm(QWidget):
    """`changed`: another operation, or its text; `instances_wanted`: the places of an action are to be listed."""

    changed = Signal()
    raw_toggled = Signal(bool)

    def __init__(self, manager: TaskManager, engine: Engine, judge_of: JudgeOf) -> None:
        super().__init__()
        named(self, "requestForm", "Request", role="pane")
        self._engine = engine
        self._judge_of = judge_of
        self._offered: Sequence[Operation] = ()
        self._outside: Document | None = None
        self.operation: Operation | None = None
        self.raw = False
        layout = column(self)
        layout.addWidget(self._head())
        layout.addWidget(self._place_bar())
        self.notice = Notice("requestNotice")
        layout.addWidget(self.notice)
        nothing = DocumentContext(name="Request", judge=_nothing_wrong)
        self.pane = DocumentPane(RequestDocument(b""), manager, context=nothing)
        self.pane.path_bar.hide()
        self.pane.view_bar.only.hide()
        self.pane.view_bar.unset.setChecked(True)
        layout.addWidget(self.pane, 1)
        self.setFocusProxy(self.pane)

    def _head(self) -> QWidget:
        head = named(QWidget(), "requestHead", "Operation", role="pane")
        inside = column(head, margins=(12, 8, 12, 8), spacing=4)
        line = row(spacing=8)
        self.icon = label("", "requestIcon")
        icons.bind(self.icon, "node:rpc", "text2", size=16)
        self.title = ElidedLabel("requestTitle", "", mode=Qt.TextElideMode.ElideMiddle)
        self.title.setProperty("kind", "title")
        self.danger = Chip("requestDanger", "", "warning")
        line.addWidget(self.icon)
        line.addWidget(self.title, 1)
        line.addWidget(self.danger)
        inside.addLayout(line)
        self.description = label("", "requestDescription", kind="secondary", wrap=True)
        self.description.setMaximumHeight(theme().px(36))  # two lines; all of it is in the tooltip
        self.description.setAlignment(Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self.description)
        return head

    def _place_bar(self) -> QWidget:
        """Where an action is called: the instance path of its node."""
        self.place_bar = named(QWidget(), "requestPlaceBar", "Where", role="pane")
        line = row(self.place_bar, margins=(12, 0, 12, 8), spacing=12)
        words = label("Of the node", "requestPlaceLabel", kind="label")
        self.place = named(QComboBox(), "requestPlace", "The node that the action belongs to")
        self.place.setEditable(True)
        self.place.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.place.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        field = self.place.lineEdit()
        if field is not None:
            named(field, "requestPlaceField", "The node that the action belongs to")
            field.setPlaceholderText("/module:list[key='…']")
            field.editingFinished.connect(self._place_typed)
        self.place.activated.connect(lambda _at: self._place_typed())
        words.setBuddy(self.place)
        rows = named(self.place.view(), "requestPlaceRows", "Nodes with this action")
        frame = rows.parentWidget()
        if frame is not None:
            named(frame, "requestPlaceFrame", "Nodes with this action")
        self.reread = tool_button("Read running again", "requestReread", icon="refresh")
        line.addWidget(words)
        line.addWidget(self.place, 1)
        line.addWidget(self.reread)
        self.place_bar.hide()
        return self.place_bar

    # showing

    @property
    def document(self) -> Document:
        return self.pane.document

    def show_offered(self, operations: Sequence[Operation]) -> None:
        """All operations among which a text can mean one."""
        self._offered = operations

    def show_operation(self, operation: Operation, instance: InstancePath | None = None) -> None:
        """An empty form of an operation."""
        self._show(console.new_request(operation, instance), operation)

    def show_text(self, text: str) -> None:
        """A request that somebody wrote; raises `ConfigError` if it is none."""
        root = codec.read_request(text.encode())
        request = console.the_request(root)
        self._show(root, console.find_operation(self._offered, request))

    def set_raw(self, on: bool) -> None:
        """Any request as text, or the form of the operation that the text means."""
        if on == self.raw:
            return
        if not self.take_text():
            self.raw_toggled.emit(self.raw)
            return
        self.raw = on
        root = codec.read_root(self.document.snapshot().data)
        request = console.operation_element(root)
        found = console.find_operation(self._offered, request) if request is not None else None
        self._show(root, found or (self.operation if request is None else None))
        self.raw_toggled.emit(on)

    def _show(self, root: etree._Element, operation: Operation | None) -> None:
        self.operation = operation
        base = operation.schema if operation is not None else self._offered[0].schema if self._offered else None
        schema = (
            None if base is None else RequestSchema(base, None if self.raw or operation is None else operation.node)
        )
        key = operation.key if operation is not None else None
        judge = self._judge_of(operation)
        context = DocumentContext(
            name=operation.name if operation is not None else "Request",
            engine=self._engine if judge is not None else None,
            key=key,
            judge=lenient(judge, schema) if judge is not None else _nothing_wrong,
        )
        document = RequestDocument(serialize(root), schema, name=context.name)
        document.outside = self._outside.root if self._outside is not None else None
        document.subscribe(lambda change: None if change.more else self._follow())
        self.pane.show_document(document, context)
        self.pane.set_view("xml" if self.raw else "tree" if self.pane.view == "xml" else self.pane.view)
        self._say_head()
        self._open_rows()
        self.changed.emit()

    def _say_head(self) -> None:
        one = self.operation
        self.title.setText(one.title if one is not None else "Any request")
        self.title.setAccessibleName(self.title.text())
        icons.bind(self.icon, "node:action" if one is not None and one.is_action else "node:rpc", "text2", size=16)
        words = " ".join((one.node.description if one is not None else "").split())
        if one is None:
            words = "No module of this device has this operation: it is sent as it stands, unchecked."
        self.description.setText(words)
        self.description.setToolTip(words)
        self.description.setVisible(bool(words))
        danger = one.danger if one is not None else ""
        self.danger.show_text("can do harm" if danger else "", "warning")
        self.danger.setToolTip(danger)
        self.place_bar.setVisible(one is not None and one.is_action and not self.raw)
        self._say_place()

    def _say_place(self) -> None:
        if self.operation is not None and self.operation.is_action:
            text = str(console.instance_of(self.document.root, self.operation))
            if self.place.currentText() != text:
                self.place.setEditText(text)

    def _open_rows(self) -> None:
        """The parameters are in sight, the cursor is on the first."""
        one = self.operation
        element = console.innermost(self.document.root, one) if one is not None else None
        if element is None:
            return
        model, tree = self.pane.model, self.pane.tree
        found = model.row_of(element)
        if found is None:
            return
        tree.show_row(found)
        tree.expand(model.index_of(found))
        for child in found.children or ():
            if _opens_itself(child):
                tree.expand(model.index_of(child))
        tree.show_row(next(iter(found.children or ()), found))

    def _follow(self) -> None:
        """The document is another: the operation of a text may be, too."""
        request = console.operation_element(self.document.root)
        if request is not None:
            found = console.find_operation(self._offered, request)
            if (found.id if found else "") != (self.operation.id if self.operation else ""):
                self.operation = found
                self._say_head()
        self._say_place()
        self.changed.emit()

    # actions: their node

    def show_places(self, places: Sequence[InstancePath], outside: Document | None) -> None:
        """The configuration that references lead into, and where the action in front can be called."""
        self._outside = outside
        self.document.outside = outside.root if outside is not None else None
        text = self.place.currentText()
        self.place.blockSignals(True)
        self.place.clear()
        self.place.addItems([str(one) for one in places])
        self.place.setEditText(text)
        self.place.blockSignals(False)
        one = self.operation
        if one is not None and one.is_action and places and _is_unknown(console.instance_of(self.document.root, one)):
            self.set_place(places[0])

    def _place_typed(self) -> None:
        one, text = self.operation, self.place.currentText().strip()
        if one is None or not one.is_action or not text:
            return
        try:
            path = InstancePath.parse(text, one.schema)
        except ConfigError as error:
            self.notice.say("warning", f"This is no path of a node: {error.message}")
            return
        if path != console.instance_of(self.document.root, one):
            self.notice.say("info", "")
            self.set_place(path)

    def set_place(self, path: InstancePath) -> None:
        """Call the action at another node; its parameters stay."""
        one = self.operation
        before = console.innermost(self.document.root, one) if one is not None else None
        if one is None or before is None:
            return
        root = console.new_request(one, path)
        inner = console.innermost(root, one)
        if inner is None:
            return
        wished = codec.read_root(splice(root, inner, list(before)))
        self.pane.guard(lambda: self._become(wished))
        self._open_rows()

    def _become(self, root: etree._Element) -> None:
        edit = text_edit(self.document, root)
        if edit is not None:
            self.document.apply(edit)

    def take_text(self) -> bool:
        """Make what was typed the document's; False, with the cursor at the fault, if it is broken."""
        holding = self.pane.side.holding
        if holding is None or holding.take_text():
            return True
        self.pane.show_fault()
        return False


def _opens_itself(row: Row) -> bool:
    """Whether what is in a parameter is shown at once: what is optional as a whole, or large, is not."""
    node = row.node
    if node is None or row.kind is RowKind.CHOICE:
        return node is not None
    return row.kind in (RowKind.UNSET, RowKind.NODE) and node.is_inner and not node.presence


def _is_unknown(path: InstancePath) -> bool:
    """Whether a key has no value yet."""
    return any(not value for step in path.steps for _, value in step.keys)


def _nothing_wrong(_data: bytes) -> tuple[Problem, ...]:
    """The judge of a request that no module describes."""
    return ()
