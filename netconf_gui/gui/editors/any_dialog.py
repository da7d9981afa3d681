"""Edits what is inside an anydata or anyxml node, as XML; whether it is well-formed is said while typing."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QWidget

from netconf_gui.config.codec import read_fragment
from netconf_gui.errors import ConfigError
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.theme import theme
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.schema import SchemaNode

PAUSE = 150  # ms
NOTHING = "Anything is allowed inside; without a namespace of its own it is in that of the node."


def content_of(element: etree._Element | None) -> str:
    """What is inside an element, as text that means the same inside another one of its name."""
    if element is None:
        return ""
    parts = [(element.text or "").strip()]
    for child in element:
        parts.append(serialize(child, pretty=True).decode().strip())
        parts.append((child.tail or "").strip())
    return "\n".join(part for part in parts if part)


class AnyDialog(QDialog):
    """`make(xml)` stores the content and may refuse with `ConfigError`."""

    def __init__(
        self, node: SchemaNode, element: etree._Element | None, make: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        named(self, "anyDialog", f"Content of {node.name}")
        self.setWindowTitle(f"Content of {node.name}")
        self.resize(theme().px(640), theme().px(440))
        self._node = node
        self._make = make
        layout = column(self)
        body = named(QWidget(), "anyBody", f"Content of {node.name}", role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 16), spacing=8)
        inside.addWidget(label(f"Content of {node.name}", "anyTitle", kind="title"))
        self.hint = label(NOTHING, "anyHint", kind="hint", wrap=True)
        inside.addWidget(self.hint)
        self.editor = XmlEditor("anyEditor", f"Content of {node.name}, XML")
        self._before = content_of(element)
        self.editor.set_text(self._before)
        inside.addWidget(self.editor, 1)
        self.message = label("", "anyMessage", kind="error", wrap=True)
        inside.addWidget(self.message)
        layout.addWidget(body, 1)
        foot = named(QWidget(), "anyFoot", "Buttons", role="dialog-foot")
        buttons = row(foot, margins=(20, 12, 20, 12), spacing=8)
        buttons.addStretch(1)
        cancel = push_button("Cancel", "anyCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.save = push_button("Set content", "anySave", role="primary")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        layout.addWidget(foot)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.check)
        self.editor.textChanged.connect(self._timer.start)
        self.editor.undo_wanted.connect(lambda redo: self.editor.redo() if redo else self.editor.undo())
        self.editor.setFocus()
        self.editor.moveCursor(QTextCursor.MoveOperation.End)

    def check(self) -> bool:
        """Whether the text is well-formed; what is wrong is marked."""
        self._timer.stop()
        text = self.editor.toPlainText()
        opening = f'<{self._node.name} xmlns="{self._node.namespace}">'
        try:
            read_fragment(f"{opening}{text}</{self._node.name}>")
        except ConfigError as error:
            line = min(error.line or 1, self.editor.blockCount())
            column_ = (error.column or 1) - (len(opening) if error.line == 1 else 0)
            self.editor.set_wave(line, max(1, column_))
            self.message.setText(f"Line {line}: {_plain(error.message)}")
            self.save.setEnabled(False)
            return False
        self.editor.set_wave(0, 0)
        self.message.setText("")
        self.save.setEnabled(True)
        return True

    def accept(self) -> None:
        """Store the content, if it is another and well-formed."""
        if not self.check():
            return
        text = self.editor.toPlainText()
        if text != self._before:
            try:
                self._make(text.strip())
            except ConfigError as error:
                self.message.setText(error.full_text())
                return
        super().accept()


def _plain(message: str) -> str:
    """The parser's words without its own place, which counts what the text is wrapped in."""
    return (message.partition(": ")[2] or message).rstrip(".") + "."
