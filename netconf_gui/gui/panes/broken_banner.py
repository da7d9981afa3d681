"""The line under a text that is broken: where and what, and that nothing was lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from netconf_gui.errors import ConfigError
from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.xml_text import fault_words


class BrokenBanner(QFrame):
    """Hidden until `say`."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        name = f"broken{key.title()}"
        named(self, f"{name}Banner", f"The {title} is broken", role="notice")
        self.setProperty("state", "error")
        layout = row(self, margins=(12, 8, 8, 8), spacing=10)
        self._icon = named(QLabel(), f"{name}Icon", "error")
        icons.bind(self._icon, "error", "error")
        words = QWidget()
        named(words, f"{name}Words", "What is wrong")
        lines = column(words, spacing=1)
        self.where = label("", f"{name}Text", kind="head", wrap=True)
        lines.addWidget(self.where)
        lines.addWidget(label("The tree keeps showing the last good text.", f"{name}State", kind="hint", wrap=True))
        self.go = push_button("Go to line", f"{name}Go")
        self.undo = push_button("Undo", f"{name}Undo")
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(words, 1)
        layout.addWidget(self.go)
        layout.addWidget(self.undo)
        self.hide()

    def say(self, error: ConfigError) -> None:
        """Show where and what."""
        place = f"Line {error.line}, column {error.column}: " if error.line else ""
        advice = f" {error.advice}" if error.advice else ""
        self.where.setText(place + fault_words(error) + advice)
        self.setAccessibleName(self.where.text())
        self.go.setText(f"Go to line {error.line}" if error.line else "Go to line")
        self.go.setEnabled(error.line > 0)
        self.show()
