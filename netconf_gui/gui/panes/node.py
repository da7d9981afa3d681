"""The Node pane: the node under the cursor in words, and the editor of its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from netconf_gui.gui import icons, node_edits
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, hline, label, named, push_button, row, tool_button
from netconf_gui.gui.models.looks import HIDDEN, icon_of, shown_value
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.node_words import breakable
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.node_facts import Facts, facts_of
from netconf_gui.gui.panes.structure_box import StructureBox
from netconf_gui.gui.panes.value_box import ValueBox
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Chip, EmptyState
from netconf_gui.yang.schema import NodeKind

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


REPAIR = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Period)


class NodePane(QWidget):
    """Follows the current node of the document in front; `schema_wanted(SchemaNode)`: show it in the schema browser."""

    schema_wanted = Signal(object)
    state_wanted = Signal()  # what the device holds there now

    def __init__(self, manager: TaskManager) -> None:
        super().__init__()
        named(self, "nodePane", "Node", role="pane")
        self._pane: DocumentPane | None = None
        self._row: Row | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._refresh)
        self.empty = EmptyState(
            "nodeEmpty", "node", "No node chosen", "Choose a node in the tree to see what it means."
        )
        self._stack = named(QStackedWidget(), "nodeStack", "Node")
        self._scroll = named(QScrollArea(), "nodeScroll", "Node")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        body = named(QWidget(), "nodeBody", "Node", role="pane")
        self._layout = column(body, margins=(12, 4, 12, 12), spacing=8)
        self._build_head()
        self.structure = StructureBox()
        self._layout.addWidget(self.structure)
        self.value = ValueBox(manager)
        self._layout.addWidget(self.value)
        self._build_actions()
        self._facts_line = hline("nodeLine1")
        self._layout.addWidget(self._facts_line)
        self.facts = Facts()
        self._layout.addWidget(self.facts)
        self._build_foot()
        self._layout.addStretch(1)
        self._scroll.setWidget(body)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.empty)
        column(self).addWidget(self._stack)
        self._stack.setCurrentWidget(self.empty)
        theme().changed.connect(self._timer.start)

    def _build_head(self) -> None:
        line = row(spacing=8)
        self.icon = named(QLabel(), "nodeIcon", "Kind of node")
        self.name = label("", "nodeName", kind="title", wrap=True)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chip = Chip("nodeState", "", "changed")
        line.addWidget(self.icon)
        line.addWidget(self.name, 1)
        line.addWidget(self.chip)
        self._layout.addLayout(line)
        second = row(spacing=4)
        self.path = label("", "nodePath", wrap=True)
        self.path.setProperty("mono", True)
        self.path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy_path = tool_button("Copy path", "copyPathButton", icon="copy")
        self.copy_path.clicked.connect(lambda: copy_text(self._pane.path_text()) if self._pane else None)
        second.addWidget(self.path, 1)
        second.addWidget(self.copy_path)
        self._layout.addLayout(second)

    def _build_actions(self) -> None:
        line = row(spacing=8)
        self.revert = push_button("Revert", "revertButton", icon="undo")
        self.unset = push_button("Unset", "unsetButton", icon="unset")
        self.add = push_button("Add…", "addButton", icon="add")
        self.set_empty = push_button("Set to empty text", "setEmptyButton", icon="edit")
        for button in (self.revert, self.unset, self.set_empty, self.add):
            button.setProperty("compact", True)
            line.addWidget(button)
        line.addStretch(1)
        self.revert.clicked.connect(lambda: self._do(node_edits.revert))
        self.unset.clicked.connect(lambda: self._do(node_edits.delete))
        self.set_empty.clicked.connect(self._set_empty)
        self.add.clicked.connect(lambda: self._pane.actions_.add_at(self._row) if self._pane else None)
        self._layout.addLayout(line)

    def _build_foot(self) -> None:
        self._foot_line = hline("nodeLine2")
        self._layout.addWidget(self._foot_line)
        line: QVBoxLayout = QVBoxLayout()
        line.setSpacing(0)
        self.copy_xpath = tool_button("Copy XPath", "copyXPathButton", icon="copy", text="Copy XPath", role="link")
        self.copy_xpath.clicked.connect(lambda: copy_text(self._pane.xpath_text()) if self._pane else None)
        line.addWidget(self.copy_xpath)
        self.in_schema = tool_button(
            "Show in schema browser", "showInSchemaButton", icon="schema", text="Show in schema browser", role="link"
        )
        self.in_schema.clicked.connect(self._to_schema)
        line.addWidget(self.in_schema)
        self.show_state = tool_button("Show state", "showStateButton", icon="activity", text="Show state", role="link")
        self.show_state.clicked.connect(self.state_wanted)
        line.addWidget(self.show_state)
        self._layout.addLayout(line)

    def _to_schema(self) -> None:
        if self._row is not None and self._row.node is not None:
            self.schema_wanted.emit(self._row.node)

    def show_pane(self, pane: DocumentPane | None) -> None:
        """Follow that document from now on."""
        if self._pane is not None:
            self._pane.row_changed.disconnect(self._follow)
            self._pane.problems_changed.disconnect(self._timer.start)
        self._pane = pane
        if pane is not None:
            pane.row_changed.connect(self._follow)
            pane.problems_changed.connect(self._timer.start)
        self._follow(pane.row if pane is not None else None)

    def _follow(self, row: Row | None) -> None:
        self._row = row
        self._timer.start()

    def _do(self, what: object) -> None:
        pane, row = self._pane, self._row
        if pane is not None and row is not None and callable(what):
            pane.guard(lambda: what(pane.document, row))

    def _set_empty(self) -> None:
        """A leaf that is not set becomes an empty text, which an empty field cannot tell from no text."""
        pane, row = self._pane, self._row
        subject = node_edits.subject_of(pane.document, row) if pane is not None else None
        if pane is not None and subject is not None and can_be_empty(subject):
            pane.commit(subject, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The key that repairs in the tree does so here as well."""
        if self._pane is not None and event.keyCombination() == REPAIR:
            self._pane.actions_.fix.trigger()
        else:
            super().keyPressEvent(event)

    def explain_empty(self, title: str, text: str) -> None:
        """What is said while there is no node to show."""
        self.empty.say(title, text)

    # showing

    def _refresh(self) -> None:
        pane, row = self._pane, self._row
        if pane is None or row is None or row.kind is RowKind.ROOT:
            self.value.show_subject(None, None)
            self.structure.show_row(None, None)
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self._scroll)
        self._show_head(pane, row)
        self.structure.show_row(pane, row)
        self._show_value(pane, row)
        self.in_schema.setVisible(row.node is not None)
        self.show_state.setVisible(bool(pane.context.device_id))
        self.facts.show_facts(facts_of(pane.document, row))

    def _show_head(self, pane: DocumentPane, row: Row) -> None:
        look = pane.model.looks.of(row)
        icons.bind(self.icon, f"node:{icon_of(row)}", "text2", size=18)
        self.name.setText(look.name)
        self.name.setAccessibleName(look.name)
        state = "" if look.state == "same" else look.state
        self.chip.show_text("not set" if look.unset else state, "plain" if look.unset else look.state)
        path = pane.path_text()
        self.path.setFont(theme().mono())
        self.path.setText(breakable(path))
        self.path.setAccessibleName(path)

    def _show_value(self, pane: DocumentPane, row: Row) -> None:
        subject = node_edits.subject_of(pane.document, row)
        self.value.show_subject(pane, subject, locked=not pane.model.is_editable(row) or pane.context.read_only)
        free = not pane.context.read_only
        self.set_empty.setVisible(free and subject is not None and can_be_empty(subject))
        can_revert = free and node_edits.can_revert(pane.document, row)
        self.revert.setVisible(can_revert)
        self.unset.setVisible(free and node_edits.can_delete(row))
        self.unset.setText("Unset" if row.is_term and row.kind is RowKind.NODE else "Delete")
        if can_revert:
            self._say_revert(self._revert_words(pane, row))
        icons.bind(self.unset, "unset" if row.is_term and row.kind is RowKind.NODE else "delete")
        self.add.setVisible(free and not row.is_term and bool(node_edits.addable(pane.document, row)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._timer.start()

    def _say_revert(self, words: str) -> None:
        """The whole words where they fit beside the other button, else the first; the tooltip has them all."""
        beside = 0 if self.unset.isHidden() else self.unset.sizeHint().width() + theme().px(8)
        self.revert.setText(words)
        self.revert.setToolTip(words)
        self.revert.setAccessibleName(words)
        if self.revert.sizeHint().width() + beside > self.width() - theme().px(24):
            self.revert.setText(words.split()[0])

    def _revert_words(self, pane: DocumentPane, row: Row) -> str:
        element = row.own_element
        if row.removed or element is None:
            return "Restore"
        before = pane.document.base_element(element)
        if before is None:
            return "Undo adding"
        text = shown_value(before, row.node)
        return f"Revert to {text}" if len(text) <= 24 and text != HIDDEN else "Revert"


def can_be_empty(subject: Subject) -> bool:
    """Whether the subject is a leaf that is not set and whose type certainly allows an empty text."""
    info, node = subject.info, subject.node
    return (
        subject.element is None
        and node is not None
        and node.kind is NodeKind.LEAF
        and info is not None
        and info.base == "string"
        and not info.patterns
        and not subject.quick_problem("")
    )
