"""Questions and errors: a headline, the rest in a sentence or two, buttons that name the act.

`Question` asks with named choices; `ErrorDialog` shows an error with details that can be copied and hold no secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.error_report import Report
from netconf_gui.gui.forms import push_button
from netconf_gui.gui.theme import theme


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its key, the words on its button, and "primary" or "danger" if it is that."""

    key: str
    text: str
    role: str = ""


class Question(FormDialog):
    """Asks; `answered(key)` once, with the key of the choice or "" when the dialog was dismissed."""

    answered = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        choices: Sequence[Choice],
        *,
        icon: str = "question",
        ink: str = "accent_text",
        object_name: str = "questionDialog",
    ) -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName(object_name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._answer = ""
        self.set_head(icon, ink, title, text)
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        for choice in choices:
            button = push_button(choice.text, f"{choice.key}Button", role=choice.role)
            button.setAutoDefault(choice.role == "primary")
            button.setDefault(choice.role == "primary")
            button.clicked.connect(lambda _on=False, key=choice.key: self._choose(key))
            self.ui.footLayout.addWidget(button)
            if choice.role == "primary":
                button.setFocus()
        self.finished.connect(self._finished)
        self.resize(theme().px(480), self.sizeHint().height())

    def _choose(self, key: str) -> None:
        self._answer = key
        self.accept()

    def _finished(self) -> None:
        self.answered.emit(self._answer)


class ErrorDialog(FormDialog):
    """Says what happened, what state things are in and what to do next; details on demand."""

    def __init__(self, parent: QWidget | None, report: Report, *, object_name: str = "errorDialog") -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName(object_name)
        self.setWindowTitle("netconf_gui")
        self.setAccessibleName(report.title)
        self.report = report
        self.set_head("error", "error", report.title, report.text)
        self.ui.detailsText.setPlainText(report.details)
        self.ui.detailsText.hide()
        self.ui.detailsButton.clicked.connect(self._toggle)
        self.ui.copyButton.clicked.connect(self.copy)
        close = push_button("Close", "closeErrorButton", role="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.ui.footLayout.addWidget(close)
        close.setFocus()
        self.resize(theme().px(520), self.sizeHint().height())

    def copy(self) -> None:
        """Put headline, text and details on the clipboard."""
        parts = [self.report.title, self.report.text, self.report.details]
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))

    def _toggle(self) -> None:
        self.ui.detailsText.setVisible(not self.ui.detailsText.isVisible())
        self.ui.bodyLayout.setStretchFactor(self.ui.detailsText, 1)
        if self.ui.detailsText.isVisible():
            self.resize(theme().px(680), max(self.height(), theme().px(400)))
