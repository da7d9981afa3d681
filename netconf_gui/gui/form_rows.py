"""Forms made in code: a label at the left, its fields and a hint at the right; numbers with a unit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSpinBox, QWidget

from netconf_gui.gui.forms import column, fix_width, label, named
from netconf_gui.gui.theme import theme


class FormRows(QGridLayout):
    """Rows of a form; `add` puts one at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(theme().px(12))
        self.setVerticalSpacing(theme().px(12))
        self.setColumnStretch(1, 1)

    def add(self, text: str, name: str, *widgets: QWidget, buddy: QWidget | None = None) -> tuple[QWidget, QWidget]:
        """A label, and the widgets one below the other; returns both sides, to be shown or hidden together."""
        at = self.rowCount()
        words = label(text, f"{name}Label", kind="label")
        words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        words.setContentsMargins(0, theme().px(2 if isinstance(widgets[0], QCheckBox) else 5), 0, 0)
        if buddy is not None:
            words.setBuddy(buddy)
        self.addWidget(words, at, 0)
        box = named(QWidget(), f"{name}Box", text)
        lines = column(box, spacing=4)
        for widget in widgets:
            lines.addWidget(widget)
        self.addWidget(box, at, 1)
        return words, box


def hint(text: str, name: str) -> QLabel:
    """A small line below a field; hidden while it has nothing to say."""
    made = label(text, name, kind="hint", wrap=True)
    made.setVisible(bool(text))
    return made


def say(words: QLabel, text: str) -> None:
    """Have a label say that; nothing hides it."""
    words.setText(text)
    words.setAccessibleName(text or words.objectName())
    words.setVisible(bool(text))


def number(name: str, title: str, least: int, most: int, value: int, *, unit: str = "") -> QSpinBox:
    """A field for a whole number."""
    made = named(QSpinBox(), name, title)
    made.setRange(least, most)
    made.setValue(value)
    if unit:
        made.setSuffix(f" {unit}")
    made.lineEdit().setTextMargins(theme().px(6), 0, 0, 0)
    fix_width(made, 96)
    return made
