"""The instances of the chosen schema node in an open document, as a list of paths that lead there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget
from shiboken6 import isValid

from netconf_gui.config.document import Change, Document
from netconf_gui.gui.forms import column, fix_height, label, named, row, tool_button
from netconf_gui.gui.models.looks import shown_value
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.rows import Index, Role, RowTree
from netconf_gui.gui.schema_instances import MOST, InstanceSearch, data_chain
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState
from netconf_gui.yang.schema import SchemaNode

if TYPE_CHECKING:
    from lxml import etree

    from netconf_gui.gui.panes.document import DocumentPane

_NO_INDEX = QModelIndex()


def _nothing() -> None:
    """No document is listened to."""


class InstancesModel(QAbstractListModel):
    """Paths are made when they are looked at."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pane: DocumentPane | None = None
        self._elements: list[etree._Element] = []
        self._node: SchemaNode | None = None
        self._document: Document | None = None

    def show(self, pane: DocumentPane | None, node: SchemaNode | None, elements: list[etree._Element]) -> None:
        self.beginResetModel()
        self._pane, self._node, self._elements = pane, node, list(elements)
        self._document = pane.document if pane is not None else None
        self.endResetModel()

    def element_at(self, index: Index) -> etree._Element | None:
        return self._elements[index.row()] if index.isValid() and index.row() < len(self._elements) else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._elements)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        element, pane = self.element_at(index), self._pane
        # a document that took its place knows nothing of these elements
        if element is None or pane is None or not isValid(pane) or pane.document is not self._document:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return str(pane.document.path_of(element))
        if role == Role.SIDE and self._node is not None and self._node.is_term:
            return shown_value(element, self._node)
        if role == Role.MONO:
            return True
        return None


class SchemaInstances(QWidget):
    """`go_wanted(pane, element)` when a row is activated; documents are told by `set_panes`."""

    go_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "schemaInstances", "Instances", role="pane")
        self._panes: list[DocumentPane] = []
        self._pane: DocumentPane | None = None
        self._node: SchemaNode | None = None
        self._document: Document | None = None
        self._unsubscribe: Callable[[], object] = _nothing
        layout = column(self)
        bar = named(QWidget(), "instancesBar", "Instances", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(12, 0, 8, 0), spacing=8)
        self.count = label("", "instancesCount", kind="label")
        self.choice = tool_button("Choose the document", "instancesDocument", icon="down", text="Document")
        self.choice.clicked.connect(self._choices)
        self.copy = tool_button("Copy the paths", "copyInstances", icon="copy")
        self.copy.clicked.connect(self._copy)
        line.addWidget(self.count, 1)
        line.addWidget(self.choice)
        line.addWidget(self.copy)
        layout.addWidget(bar)
        self.model = InstancesModel(self)
        self.view = RowTree("instancesView", "Instances")
        self.view.setHeaderHidden(True)
        named(self.view.header(), "instancesViewHeader", "Columns")
        self.view.setRootIsDecorated(False)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setModel(self.model)
        self.view.activated_index.connect(self._activated)
        self.empty = EmptyState("instancesEmpty", "nothing", "No instances", "")
        self._stack = named(QStackedWidget(), "instancesStack", "Instances")
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        layout.addWidget(self._stack, 1)
        self.search = InstanceSearch(self)
        self.search.changed.connect(self._show)
        self._again = QTimer(self, singleShot=True, interval=300)
        self._again.timeout.connect(self._start)
        self.destroyed.connect(lambda: self._unsubscribe())
        self.setFocusProxy(self.view)

    def set_panes(self, panes: list[DocumentPane]) -> None:
        """The open documents of this schema, the preferred one first."""
        if [id(one) for one in panes] == [id(one) for one in self._panes]:
            return
        self._panes = panes
        self.choice.setVisible(len(panes) > 1)
        if self._pane not in panes:
            self._choose(0)

    def show_node(self, node: SchemaNode) -> None:
        """List the instances of a node."""
        self._node = node
        self._start()

    def _choices(self) -> None:
        """A menu of the documents that could be looked into."""
        menu = named(QMenu(self), "instancesDocuments", "Documents")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for at, pane in enumerate(self._panes):
            if isValid(pane):
                entry = menu.addAction(pane.context.title)
                entry.setCheckable(True)
                entry.setChecked(pane is self._pane)
                entry.triggered.connect(lambda _on=False, number=at: self._choose(number))
        menu.popup(self.choice.mapToGlobal(self.choice.rect().bottomLeft()))

    def _choose(self, at: int) -> None:
        self._unsubscribe()
        self._unsubscribe = _nothing
        if self._pane is not None and isValid(self._pane):
            self._pane.state_changed.disconnect(self._look_again)
        self._pane = self._panes[at] if at < len(self._panes) else None
        if self._pane is not None:
            self._pane.state_changed.connect(self._look_again)
        self._start()

    def _look_again(self) -> None:
        """The pane may show another document now (it was fetched again)."""
        if self._pane is not None and self._pane.document is not self._document:
            self._again.start()

    def _changed(self, _change: Change) -> None:
        # elements that are listed may be gone: find them anew
        if isValid(self):
            self._again.start()

    def _start(self) -> None:
        pane, node = self._pane, self._node
        self._unsubscribe()
        self._unsubscribe = _nothing
        self.search.stop()
        self.model.show(None, None, [])
        if pane is None or not isValid(pane):
            self._say("No document of this schema is open", "Open a datastore of the device, or a file, to look into.")
            return
        schema = pane.document.schema
        if node is None or not node.is_data or schema is None:
            self._say("Nothing to look for", "Only data nodes have instances in a document.")
            return
        self._document = pane.document
        self._unsubscribe = pane.document.subscribe(self._changed)
        self.search.start(pane.document, data_chain(schema, node))

    def _show(self) -> None:
        found, pane = self.search.found, self._pane
        if pane is None:
            return
        if not found and not self.search.running:
            self._say("No instances", f"{pane.context.title} has none of these.")
            return
        self.model.show(pane, self._node, found)
        self._stack.setCurrentWidget(self.view)
        count = self.search.count
        told = f"{count:,} instance{'' if count == 1 else 's'} in {pane.context.title}"
        self.count.setText(f"{told}, the first {MOST:,} are listed" if count > MOST else told)
        self.count.setAccessibleName(self.count.text())
        self.copy.setEnabled(bool(found))
        if found and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _say(self, title: str, words: str) -> None:
        self.count.setText("")
        self.copy.setEnabled(False)
        self.empty.say(title, words)
        self._stack.setCurrentWidget(self.empty)

    def _activated(self, index: QModelIndex) -> None:
        element = self.model.element_at(index)
        pane = self._pane
        if element is not None and pane is not None and isValid(pane) and pane.document is self._document:
            self.go_wanted.emit(self._pane, element)

    def _copy(self) -> None:
        pane = self._pane
        if pane is not None and isValid(pane) and pane.document is self._document:
            copy_text("\n".join(str(pane.document.path_of(element)) for element in self.search.found))
