"""The credentials dialog: a password, a passphrase or the server's own questions, and what becomes of the answer.

Answers live in this dialog's fields and in the answer handed over; they are cleared when the dialog ends.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QRadioButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_credentials import Ui_CredentialsDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.forms import label, named
from netconf_gui.gui.theme import theme
from netconf_gui.services.events import CredentialAnswer, CredentialKind, CredentialRequest, Prompt
from netconf_gui.workspace.inventory import CredentialPolicy


class CredentialsDialog(FormDialog):
    """Object name `credentialsDialog`; `decided(CredentialAnswer | None)` once."""

    decided = Signal(object)

    def __init__(self, parent: QWidget | None, request: CredentialRequest) -> None:
        super().__init__(Ui_CredentialsDialog, parent)
        self._request = request
        self._answer: CredentialAnswer | None = None
        self._fields: list[QLineEdit] = []
        where = f"{request.username} at {request.host}, port {request.port}"
        if request.kind is CredentialKind.PASSPHRASE:
            self.set_head("credentials", "text2", "Unlock a key", f"{request.key_file}, to sign in to {request.device}")
        else:
            self.set_head("credentials", "text2", request.title or f"Sign in to {request.device}", where)
        self.ui.instructionsLabel.setText(request.instructions)
        self.ui.instructionsLabel.setVisible(bool(request.instructions))
        self._make_prompts(self._prompts(request))
        self._offer_policies(request)
        self._align()
        self.ui.acceptButton.setText("&Unlock" if request.kind is CredentialKind.PASSPHRASE else "&Sign in")
        self.ui.acceptButton.clicked.connect(self._accept)
        self.ui.cancelButton.clicked.connect(self.reject)
        self.finished.connect(self._finished)
        self.resize(theme().px(554), self.sizeHint().height())

    def _prompts(self, request: CredentialRequest) -> tuple[Prompt, ...]:
        if request.kind is CredentialKind.INTERACTIVE:
            return request.prompts
        return (Prompt("Passphrase" if request.kind is CredentialKind.PASSPHRASE else "Password", echo=False),)

    def _make_prompts(self, prompts: tuple[Prompt, ...]) -> None:
        layout = self.ui.promptLayout
        layout.setColumnStretch(1, 1)
        layout.setHorizontalSpacing(theme().px(12))
        layout.setVerticalSpacing(theme().px(4))
        for position, prompt in enumerate(prompts):
            words = prompt.text.strip().rstrip(":")
            name = label(words, f"prompt{position}Label", kind="label", wrap=len(words) > 30)
            name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            only = self._request.kind is not CredentialKind.INTERACTIVE
            field = named(QLineEdit(), "passwordField" if only else f"prompt{position}Field", words)
            name.setBuddy(field)
            if not prompt.echo:
                field.setEchoMode(QLineEdit.EchoMode.Password)
                self._add_eye(field)
            layout.addWidget(name, position, 0)
            layout.addWidget(field, position, 1)
            self._fields.append(field)
        if self._request.reason:
            line = label(self._request.reason, "reasonLabel", kind="error" if self._request.attempt > 1 else "hint")
            line.setWordWrap(True)
            layout.addWidget(line, len(prompts), 1)
        if self._fields:
            self._fields[0].setFocus()

    def _align(self) -> None:
        """Both grids have their labels in one column."""
        first = self.ui.promptLayout.itemAtPosition(0, 0)
        labels: list[QWidget] = [self.ui.keepLabel, *([first.widget()] if first is not None else [])]
        width = max(one.sizeHint().width() for one in labels)
        for one in labels:
            one.setMinimumWidth(width)

    def _add_eye(self, field: QLineEdit) -> None:
        eye = QAction("Show what is typed", field)
        eye.setObjectName(f"{field.objectName()}Eye")
        eye.setCheckable(True)
        icons.bind(eye, "show-unset")

        def toggle(on: bool) -> None:
            field.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
            icons.bind(eye, "hide" if on else "show-unset")

        eye.toggled.connect(toggle)
        field.addAction(eye, QLineEdit.ActionPosition.TrailingPosition)

    def _offer_policies(self, request: CredentialRequest) -> None:
        ui = self.ui
        rows: dict[CredentialPolicy, tuple[QRadioButton, QLabel]] = {
            CredentialPolicy.KEYRING: (ui.keyringChoice, ui.keyringHint),
            CredentialPolicy.SESSION: (ui.sessionChoice, ui.sessionHint),
            CredentialPolicy.ASK: (ui.askChoice, ui.askHint),
        }
        for policy, (choice, hint) in rows.items():
            possible = policy in request.policies
            choice.setEnabled(possible)
            hint.setEnabled(possible or policy is CredentialPolicy.KEYRING)
            hint.setContentsMargins(theme().px(24), 0, 0, theme().px(6))
            choice.setChecked(policy is request.policy and possible)
        if request.keyring_name:
            ui.keyringHint.setText(f"Stored by {request.keyring_name}, under netconf_gui / {request.device}")
        else:
            ui.keyringHint.setText(request.keyring_reason or "This system offers no keyring that can be used.")
        if not any(choice.isChecked() for choice, _hint in rows.values()):
            first = next((rows[policy][0] for policy in request.policies), ui.askChoice)
            first.setChecked(True)
        # one-time codes are never kept
        keep = bool(request.policies) and request.kind is not CredentialKind.INTERACTIVE
        for part in (ui.keepLabel, *(widget for pair in rows.values() for widget in pair)):
            part.setVisible(keep)

    @property
    def policy(self) -> CredentialPolicy:
        """What the person chose to become of the secret."""
        if self.ui.keyringChoice.isChecked():
            return CredentialPolicy.KEYRING
        return CredentialPolicy.SESSION if self.ui.sessionChoice.isChecked() else CredentialPolicy.ASK

    def _accept(self) -> None:
        texts = tuple(field.text() for field in self._fields)
        if self._request.kind is CredentialKind.INTERACTIVE:
            self._answer = CredentialAnswer(answers=texts, policy=self.policy)
        else:
            self._answer = CredentialAnswer(secret=texts[0], policy=self.policy)
        self.accept()

    def _finished(self) -> None:
        answer, self._answer = self._answer, None
        for field in self._fields:
            field.clear()
        self.decided.emit(answer)
