"""One operation on a device as a form: its parameters as fields, what it destroys, a button that names it.

Lives here: the form and its answers.  Does not live here: which fields an operation has (`operation_forms`), what it
does (`services.datastore_jobs`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from netconf_gui.errors import AppError, ConfigError
from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import FormRows, hint, number
from netconf_gui.gui.forms import column, named, push_button, set_property
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice
from netconf_gui.services.datastore_jobs import Job

URL = object()
"""The option of a place that has a field for a URL."""

Values = Mapping[str, Any]
Make = Callable[[Values], Job]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter.

    `kind`: choice (one of `options`), place (the same, and a URL of one of `schemes`), text, lines, number.
    `options` are (words, value).
    """

    key: str
    label: str
    kind: str = "choice"
    options: Sequence[tuple[str, object]] = ()
    value: object = None
    hint: str = ""
    schemes: tuple[str, ...] = ()
    least: int = 1
    most: int = 86_400
    unit: str = ""


class OperationDialog(FormDialog):
    """Object name `operationDialog`; `chosen(Job)` when a person wants it done."""

    chosen = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        fields: Sequence[Field],
        make: Make,
        *,
        verb: str,
        icon: str = "datastore",
    ) -> None:
        """`make` turns the values of the fields into the job, or raises `AppError` that says what is wrong."""
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("operationDialog")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.set_head(icon, "accent_text", title, text)
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self._make = make
        self._complete = False
        self._readers: dict[str, Callable[[], object]] = {}
        self._rows = FormRows()
        self.ui.bodyLayout.insertLayout(1, self._rows)
        self.notice = Notice("operationNotice")
        self.ui.bodyLayout.insertWidget(2, self.notice)
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        self.act = push_button(verb, "operationButton", role="primary")
        self.act.setDefault(True)
        self.act.setAutoDefault(False)
        self.act.clicked.connect(self._accept)
        widgets = [self._widget(field) for field in fields]
        self.ui.footLayout.addWidget(cancel)
        self.ui.footLayout.addWidget(self.act)
        self._complete = True
        self._follow()
        (widgets or [cancel if self.act.property("role") == "danger" else self.act])[0].setFocus()
        self.resize(theme().px(560), self.sizeHint().height())

    # ------------------------------------------------------------------------------------------------ the fields

    def _widget(self, field: Field) -> QWidget:
        makers = {"choice": self._choice, "place": self._place, "text": self._text, "lines": self._lines}
        return makers.get(field.kind, self._number)(field)

    def _add(self, field: Field, *widgets: QWidget, buddy: QWidget) -> QWidget:
        self._rows.add(field.label, field.key, *widgets, hint(field.hint, f"{field.key}Hint"), buddy=buddy)
        return buddy

    def _combo(self, field: Field) -> QComboBox:
        combo = named(QComboBox(), f"{field.key}Field", field.label)
        for words, value in field.options:
            combo.addItem(words, value)
        values = [value for _words, value in field.options]
        combo.setCurrentIndex(values.index(field.value) if field.value in values else 0)
        combo.currentIndexChanged.connect(self._follow)
        return combo

    def _choice(self, field: Field) -> QWidget:
        combo, options = self._combo(field), field.options
        self._readers[field.key] = lambda: options[combo.currentIndex()][1] if options else None
        return self._add(field, combo, buddy=combo)

    def _place(self, field: Field) -> QWidget:
        combo, options = self._combo(field), field.options
        line = named(QLineEdit(), f"{field.key}Url", f"{field.label}: URL")
        line.setPlaceholderText(f"{field.schemes[0]}:///name" if field.schemes else "")
        line.setFont(theme().mono())
        line.textChanged.connect(self._follow)

        def chosen() -> object:
            return options[combo.currentIndex()][1] if options else None

        def read() -> object:
            if chosen() is not URL:
                return chosen()
            text = line.text().strip()
            scheme, found, rest = text.partition("://")
            if not found or not rest.strip("/") or scheme not in field.schemes:
                offered = " or ".join(f"{one}://" for one in field.schemes)
                raise ConfigError(f"Type a URL that begins with {offered}.")
            return text

        def follow() -> None:
            line.setVisible(chosen() is URL)

        combo.currentIndexChanged.connect(follow)
        follow()
        self._readers[field.key] = read
        box = named(QWidget(), f"{field.key}Place", field.label)
        inside = column(box, spacing=4)
        inside.addWidget(combo)
        inside.addWidget(line)
        return self._add(field, box, buddy=combo)

    def _text(self, field: Field) -> QWidget:
        line = named(QLineEdit(str(field.value or "")), f"{field.key}Field", field.label)
        line.textChanged.connect(self._follow)
        self._readers[field.key] = lambda: line.text().strip()
        return self._add(field, line, buddy=line)

    def _lines(self, field: Field) -> QWidget:
        text = named(QPlainTextEdit(str(field.value or "")), f"{field.key}Field", field.label, role="field")
        text.setFont(theme().mono())
        text.setTabChangesFocus(True)
        text.setMinimumHeight(theme().px(84))
        text.setMaximumHeight(theme().px(160))
        text.textChanged.connect(self._follow)
        self._readers[field.key] = lambda: [line.strip() for line in text.toPlainText().splitlines() if line.strip()]
        return self._add(field, text, buddy=text)

    def _number(self, field: Field) -> QWidget:
        value = field.value if isinstance(field.value, int) else field.least
        spin: QSpinBox = number(f"{field.key}Field", field.label, field.least, field.most, value, unit=field.unit)
        spin.valueChanged.connect(self._follow)
        self._readers[field.key] = spin.value
        return self._add(field, spin, buddy=spin)

    # ------------------------------------------------------------------------------------------------ its answer

    def job(self) -> Job:
        """What the fields say; raises `AppError` that says what is wrong with them."""
        return self._make({key: read() for key, read in self._readers.items()})

    def _follow(self, *_what: object) -> None:
        """Say what is lost, or what is still to be filled in."""
        if not self._complete:
            return  # fields are still being made
        try:
            job = self.job()
        except AppError as error:
            self.notice.say("info", error.full_text())
            self.act.setEnabled(False)
            return
        self.notice.say("warning", job.destroys)
        self.act.setEnabled(True)
        set_property(self.act, "role", "danger" if job.destroys else "primary")
        self.act.setDefault(not job.destroys)  # what destroys is pressed, not confirmed by Return in a field

    def _accept(self) -> None:
        self.chosen.emit(self.job())
        self.accept()
