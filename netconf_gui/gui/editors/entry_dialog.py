"""Asks for what a new node cannot be without: the keys of a list entry, or the value of a leaf-list."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from netconf_gui.config.document import Document
from netconf_gui.errors import ConfigError
from netconf_gui.gui.editors.factory import Editor, make_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.node_words import allowed_words
from netconf_gui.gui.theme import theme
from netconf_gui.yang.schema import NodeKind, SchemaNode

Maker = Callable[[dict[str, str]], object]


class EntryDialog(QDialog):
    """One field per key; `make(values)` adds the node and may refuse with `ConfigError`, which is shown here."""

    def __init__(
        self, document: Document, parent_element: etree._Element, node: SchemaNode, make: Maker, parent: QWidget
    ) -> None:
        super().__init__(parent)
        named(self, "addEntryDialog", f"Add {node.name}")
        self.setWindowTitle(f"Add {node.name}")
        self.setMinimumWidth(theme().px(420))
        self._make = make
        self._fields: dict[str, tuple[Subject, Editor]] = {}
        layout = column(self)
        body = named(QWidget(), "addEntryBody", f"Add {node.name}", role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 16), spacing=12)
        inside.addWidget(label(f"Add {node.name}", "addEntryTitle", kind="title"))
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setHorizontalSpacing(theme().px(12))
        form.setVerticalSpacing(theme().px(8))
        for leaf in self._leafs(document, node):
            self._add_field(form, Subject(document, leaf, None, parent_element))
        inside.addLayout(form)
        self.message = label("", "addEntryMessage", kind="error", wrap=True)
        inside.addWidget(self.message)
        inside.addStretch(1)
        layout.addWidget(body, 1)
        layout.addWidget(self._foot(node))
        self.add_button.setDefault(True)  # only inside the dialog this means anything
        self._show_problem()
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first[1].setFocus()

    @staticmethod
    def _leafs(document: Document, node: SchemaNode) -> list[SchemaNode]:
        if node.kind is not NodeKind.LIST or document.schema is None:
            return [node]
        found = (document.schema.data_child(node, node.namespace, key) for key in node.keys)
        return [leaf for leaf in found if leaf is not None]

    def _add_field(self, form: QFormLayout, subject: Subject) -> None:
        editor = make_editor(subject)
        editor.setObjectName(f"key_{subject.name}")
        editor.setAccessibleName(subject.name)
        editor.edited.connect(lambda _text: self._show_problem())  # type: ignore[attr-defined]
        caption = label(subject.name, f"keyLabel_{subject.name}", kind="label")
        caption.setBuddy(editor)
        form.addRow(caption, editor)
        words = allowed_words(subject.info)
        if words:
            form.addRow("", label(f"Allowed: {words}", f"keyHint_{subject.name}", kind="hint", wrap=True))
        self._fields[subject.name] = (subject, editor)  # type: ignore[assignment]

    def _foot(self, node: SchemaNode) -> QWidget:
        foot = named(QWidget(), "addEntryFoot", "Buttons", role="dialog-foot")
        layout = row(foot, margins=(20, 12, 20, 12), spacing=8)
        layout.addStretch(1)
        cancel = push_button("Cancel", "addEntryCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.add_button = push_button(f"Add {node.name}", "addEntryButton", role="primary")
        self.add_button.clicked.connect(self.accept)
        layout.addWidget(cancel)
        layout.addWidget(self.add_button)
        return foot

    def values(self) -> dict[str, str]:
        """What was given, by leaf name."""
        return {name: editor.value() for name, (_, editor) in self._fields.items()}

    def _problem(self) -> str:
        for subject, editor in self._fields.values():
            problem = subject.quick_problem(editor.value())
            if problem:
                return problem
        return ""

    def _show_problem(self) -> None:
        values = self.values()
        empty = any(not text for text in values.values())
        self.message.setText("" if empty else self._problem())
        self.add_button.setEnabled(not empty and not self._problem())

    def accept(self) -> None:
        """Add the node; what refuses it is shown, and the dialog stays."""
        if not self.add_button.isEnabled():
            return
        try:
            self._make(self.values())
        except ConfigError as error:
            self.message.setText(error.full_text())
            return
        super().accept()
