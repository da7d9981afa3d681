"""The editor of instance-identifiers: a path as text, or a node chosen in a tree of the document."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from netconf_gui.config.document import Document
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.values import clark
from netconf_gui.gui import icons
from netconf_gui.gui.editors.base import LineField
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.gui.node_words import breakable
from netconf_gui.gui.theme import theme


class InstanceEdit(LineField):
    """A path with module names as prefixes; Alt+Down or the button at its end opens the tree."""

    def __init__(self, subject: Subject, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(subject.text, hint=hint or "/module:node[module:key='value']", parent=parent)
        self._subject = subject
        self.popup_open = False
        self._pick = self.addAction(icons.icon("tree"), QLineEdit.ActionPosition.TrailingPosition)
        self._pick.setObjectName("valueEditorPick")
        self._pick.setToolTip("Choose a node (Alt+Down)")
        icons.bind(self._pick, "tree")
        self._pick.triggered.connect(self.pick)

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        super().set_read_only(on)
        self._pick.setVisible(not on)

    def pick(self) -> None:
        """Let a node be chosen; its path is committed."""
        if self.isReadOnly():
            return
        self.popup_open = True  # a cell's delegate must not take the focus that goes for an end
        picker = NodePicker(self._subject.document, self.value(), self.window())
        picker.accepted.connect(lambda: self.put(picker.path()))
        picker.finished.connect(self._picked)
        picker.open()

    def _picked(self) -> None:
        self.popup_open = False
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_F4 or (event.key() == Qt.Key.Key_Down and alt):
            self.pick()
            event.accept()
            return
        super().keyPressEvent(event)


def instance_identifier(path: InstancePath) -> str:
    """A path as a value of the type instance-identifier, module names as prefixes of every name and identity."""
    parts = []
    for step in path.steps:
        prefix = path.module(step.namespace)
        text = f"/{prefix}:{step.name}"
        for key, value in step.keys:
            identity = clark(value)
            plain = f"{path.module(identity[0])}:{identity[1]}" if identity else value
            text += f"[{prefix}:{key}={_quoted(plain)}]"
        if step.value is not None:
            text += f"[.={_quoted(step.value)}]"
        if step.position is not None:
            text += f"[{step.position}]"
        parts.append(text)
    return "".join(parts)


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


class NodePicker(QDialog):
    """The document's tree; `path()` is the instance-identifier of the node under the cursor."""

    def __init__(self, document: Document, path: str, parent: QWidget | None) -> None:
        # a pane uses editors, so its tree is known only when a picker is made
        from netconf_gui.gui.panes.config_tree_view import ConfigTreeView
        from netconf_gui.gui.panes.document_places import locate

        super().__init__(parent)
        named(self, "nodePicker", "Choose a node")
        self.setWindowTitle("Choose a node")
        self.resize(theme().px(640), theme().px(480))
        self._document = document
        self.model = ConfigTreeModel(document, self)
        self.tree = ConfigTreeView(self.model)
        self.tree.setObjectName("nodePickerTree")
        layout = column(self)
        layout.addWidget(self.tree, 1)
        foot = named(QWidget(), "nodePickerFoot", "Buttons", role="dialog-foot")
        line = row(foot, margins=(16, 10, 16, 10), spacing=8)
        self.told = label("", "nodePickerPath", kind="hint", wrap=True)
        self.told.setFont(theme().mono())
        line.addWidget(self.told, 1)
        cancel = push_button("Cancel", "nodePickerCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.take = push_button("Use this node", "nodePickerTake", role="primary")
        self.take.setDefault(True)
        self.take.clicked.connect(self.accept)
        line.addWidget(cancel)
        line.addWidget(self.take)
        layout.addWidget(foot)
        self.tree.current_row.connect(self._follow)
        self.finished.connect(lambda _result: self.model.close())
        self.tree.open_first_levels()
        element = locate(document, path) if path else None
        found = self.model.row_of(element) if element is not None else None
        if found is not None:
            self.tree.show_row(found)
        self._follow(self.tree.row)
        self.tree.setFocus()

    def path(self) -> str:
        """The path of the node under the cursor with module names as prefixes; "" if it is on none."""
        row = self.tree.row
        if row is None or row.own_element is None or row.removed or row.kind is RowKind.ROOT:
            return ""
        return instance_identifier(path_of(row.own_element, self._document.binder))

    def _follow(self, _row: Row | None) -> None:
        path = self.path()
        self.told.setText(breakable(path))
        self.told.setAccessibleName(path or "no node chosen")
        self.take.setEnabled(bool(path))
