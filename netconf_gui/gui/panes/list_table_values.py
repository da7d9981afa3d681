"""Asks for one value that many rows of a table get."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from netconf_gui.errors import ConfigError
from netconf_gui.gui.editors.factory import Editor, make_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.node_words import allowed_words, count_words, type_words
from netconf_gui.gui.theme import theme

Setter = Callable[[str], object]


class SetValueDialog(QDialog):
    """One editor of the column's type; `give(text)` sets the value and may refuse with `ConfigError`."""

    def __init__(self, subject: Subject, name: str, rows: int, give: Setter, parent: QWidget) -> None:
        super().__init__(parent)
        title = f"Set {name} in {count_words(rows, 'row')}"
        named(self, "setValueDialog", title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(theme().px(420))
        self._subject = subject
        self._give = give
        layout = column(self)
        body = named(QWidget(), "setValueBody", title, role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 16), spacing=8)
        inside.addWidget(label(title, "setValueTitle", kind="title"))
        made = make_editor(subject)
        made.setObjectName("setValueEditor")
        made.setAccessibleName(name)
        self.editor: Editor = made  # type: ignore[assignment]
        caption = label(name, "setValueLabel", kind="label")
        caption.setBuddy(made)
        inside.addWidget(caption)
        inside.addWidget(made)
        info = subject.info
        words = allowed_words(info)
        hint = ". ".join(
            part for part in (type_words(info) if info else "", f"Allowed: {words}" if words else "") if part
        )
        inside.addWidget(label(hint, "setValueHint", kind="hint", wrap=True))
        self.message = label("", "setValueMessage", kind="error", wrap=True)
        inside.addWidget(self.message)
        inside.addStretch(1)
        layout.addWidget(body, 1)
        layout.addWidget(self._foot(rows))
        self.editor.edited.connect(lambda _text: self._look())
        self._look()
        made.setFocus()

    def _foot(self, rows: int) -> QWidget:
        foot = named(QWidget(), "setValueFoot", "Buttons", role="dialog-foot")
        layout = row(foot, margins=(20, 12, 20, 12), spacing=8)
        layout.addStretch(1)
        cancel = push_button("Cancel", "setValueCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.button = push_button(f"Set in {count_words(rows, 'row')}", "setValueButton", role="primary")
        self.button.setDefault(True)
        self.button.clicked.connect(self.accept)
        layout.addWidget(cancel)
        layout.addWidget(self.button)
        return foot

    def _look(self) -> None:
        info = self._subject.info
        empty = info is not None and info.base == "empty"
        problem = "" if empty else self._subject.quick_problem(self.editor.value())
        typed = bool(self.editor.value()) or (info is not None and info.base in ("string", "bits"))
        self.message.setText(problem if self.editor.value() else "")
        self.button.setEnabled(typed and not problem)

    def accept(self) -> None:
        """Set the value; what refuses it is shown, and the dialog stays."""
        if not self.button.isEnabled():
            return
        try:
            self._give(self.editor.value())
        except ConfigError as error:
            self.message.setText(error.full_text())
            return
        super().accept()
