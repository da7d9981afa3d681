"""What all value editors have in common: the protocol, and the one-line field that most of them are.

Every editor keeps the value it started with: `changed_text()` tells whether there is another one, `revert()` and the
Escape key bring the old one back, Return commits.  In a cell of a tree or table (property "cell") the view's delegate
takes the text when the editor ends, so nothing is committed by the editor itself.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme
from netconf_gui.session.redact import is_secret_name


class Editor(Protocol):
    """What all value editors have; `edited` comes with each key, `committed` when a value is to be stored."""

    edited: SignalInstance
    committed: SignalInstance

    def value(self) -> str:
        """The text as it would be stored."""

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""

    def changed_text(self) -> str | None:
        """The value if it is another than at the start."""

    def revert(self) -> None:
        """Bring back the value it started with."""

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""

    def setFocus(self) -> None: ...


class LineField(QLineEdit):
    """A line of text; `committed(text)` on Return, or when the focus goes and the text is another."""

    edited = Signal(str)
    committed = Signal(str)

    def __init__(self, text: str, *, hint: str = "", secret: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self.setFont(theme().mono())
        self.setPlaceholderText(hint)
        if secret:
            self.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self._before = text
        self.setText(self.shown(text))
        self.setCursorPosition(0)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._finish)

    def shown(self, value: str) -> str:
        """How a value stands in the line."""
        return value

    def value(self) -> str:
        return self.text()

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = text
        if self.value() != text:
            self.setText(self.shown(text))

    def changed_text(self) -> str | None:
        """The value if it is another than at the start."""
        return self.value() if self.value() != self._before else None

    def revert(self) -> None:
        """Bring back the value it started with."""
        self.setText(self.shown(self._before))
        self.selectAll()
        self.edited.emit(self._before)

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        self.setReadOnly(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.changed_text() is not None:
            self.revert()
            event.accept()
            return
        super().keyPressEvent(event)

    def _typed(self, _text: str) -> None:
        self.edited.emit(self.value())

    def put(self, value: str) -> None:
        """Show a value that a person chose elsewhere (a list, a dialog), and commit it."""
        self.setText(self.shown(value))
        self.edited.emit(self.value())
        if not self.property("cell"):
            self._finish()
        elif self.changed_text() is not None:
            self.committed.emit(self.value())

    def _finish(self) -> None:
        text = self.changed_text()
        if text is not None and not self.property("cell"):
            self._before = text
            self.committed.emit(text)


def is_secret(name: str) -> bool:
    """Whether values of that name are shown as dots."""
    return is_secret_name(name)
