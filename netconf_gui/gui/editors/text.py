"""Editors of text: one line, and several lines for values that have them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from netconf_gui.gui.editors.base import LineField
from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme

LINES = 6  # shown at once
PARAGRAPH = "\u2029"


class TextEdit(LineField):
    """Text of any type in one line; Shift+Return asks by `lines_wanted` for an editor of several lines."""

    lines_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shift and not self.property("cell"):
            event.accept()
            self.lines_wanted.emit()
            return
        super().keyPressEvent(event)


class LinesEdit(QPlainTextEdit):
    """Text of several lines: Shift+Return starts a line, Return commits, Escape reverts."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        named(self, "valueEditor", "Value", role="field")
        self.viewport().setObjectName("valueEditorView")
        self.viewport().setAccessibleName("Value")
        self.setFont(theme().mono())
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + theme().px(12))
        self._before = text
        self.textChanged.connect(lambda: self.edited.emit(self.value()))

    def sizeHint(self) -> QSize:
        return QSize(theme().px(200), self.height())

    def value(self) -> str:
        # toPlainText would make common blanks of no-break ones
        return self.document().toRawText().replace(PARAGRAPH, "\n")

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = text
        if self.value() != text:
            self.setPlainText(text)

    def changed_text(self) -> str | None:
        """The value if it is another than at the start."""
        return self.value() if self.value() != self._before else None

    def revert(self) -> None:
        """Bring back the value it started with."""
        self.setPlainText(self._before)

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        self.setReadOnly(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if shift:
                self.insertPlainText("\n")  # not the line separator that Qt would put
            else:
                self._finish()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self.changed_text() is not None:
            self.revert()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish()

    def _finish(self) -> None:
        text = self.changed_text()
        if text is not None and not self.isReadOnly():
            self._before = text
            self.committed.emit(text)
