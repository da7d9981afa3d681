"""The small dialogs of the console: what placeholders mean this time, and the name of a favourite.

Values of placeholders that are secrets are typed without being shown, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QLabel, QLineEdit, QWidget

from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.theme import theme
from netconf_gui.session.redact import is_secret_name


class FieldsDialog(QDialog):
    """Asks for texts; `filled(values)` when all of them are given."""

    filled = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        object_name: str,
        title: str,
        hint: str,
        fields: Sequence[str],
        act: str,
        *,
        known: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        named(self, object_name, title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.fields: dict[str, QLineEdit] = {}
        layout = column(self)
        body = named(QWidget(), f"{object_name}Body", title, role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 16), spacing=12)
        inside.addWidget(label(title, f"{object_name}Title", kind="title", wrap=True))
        inside.addWidget(label(hint, f"{object_name}Hint", kind="hint", wrap=True))
        form = QFormLayout()
        form.setHorizontalSpacing(theme().px(12))
        form.setVerticalSpacing(theme().px(8))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for name in fields:
            form.addRow(*self._field(name, (known or {}).get(name, "")))
        inside.addLayout(form)
        self._inside = inside
        self._box: QCheckBox | None = None
        layout.addWidget(body, 1)
        layout.addWidget(self._foot(object_name, act))
        self.resize(theme().px(480), self.sizeHint().height())
        self._check()
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.setFocus()

    def offer(self, words: str) -> None:
        """A box below the fields; `ticked` says what became of it."""
        self._box = named(QCheckBox(words), "offerBox", words)
        self._inside.addWidget(self._box)
        self.resize(self.width(), self.sizeHint().height())

    @property
    def ticked(self) -> bool:
        return self._box is not None and self._box.isChecked()

    def _field(self, name: str, text: str) -> tuple[QLabel, QLineEdit]:
        field = named(QLineEdit(text), f"{name}Field", name)
        if is_secret_name(name):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        field.textChanged.connect(lambda _text: self._check())
        self.fields[name] = field
        words = label(name.replace("_", " "), f"{name}Label")
        words.setBuddy(field)
        return words, field

    def _foot(self, object_name: str, act: str) -> QWidget:
        foot = named(QWidget(), f"{object_name}Foot", "Buttons", role="dialog-foot")
        buttons = row(foot, margins=(20, 12, 20, 12), spacing=8)
        buttons.addStretch(1)
        cancel = push_button("Cancel", "cancelButton")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.act = push_button(act, "actButton", role="primary")
        self.act.setDefault(True)
        self.act.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(self.act)
        return foot

    @property
    def values(self) -> dict[str, str]:
        return {name: field.text() for name, field in self.fields.items()}

    def _check(self) -> None:
        missing = [name for name, text in self.values.items() if not text.strip()]
        self.act.setEnabled(not missing)
        self.act.setToolTip(f"{missing[0].replace('_', ' ')} is empty" if missing else "")

    def accept(self) -> None:
        if self.act.isEnabled():
            values = self.values
            super().accept()
            self.filled.emit(values)
