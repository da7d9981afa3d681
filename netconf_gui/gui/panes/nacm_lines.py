"""Lines about access control: why something was denied, with the way to the rule; that nothing can be written.

Does not live here: finding out why (`services.nacm`), when they are shown (`gui/nacm_telling`).
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from netconf_gui.gui import icons
from netconf_gui.gui.forms import label, named, push_button, row, set_property


class WhyLine(QFrame):
    """Object name `whyLine`, hidden until `say`; `wanted` by its button."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "whyLine", "Why it was denied", role="notice")
        set_property(self, "state", "info")
        line = row(self, margins=(12, 6, 8, 6), spacing=8)
        picture = named(QLabel(), "whyIcon", "access control")
        icons.bind(picture, "guard", "info")
        self.text = label("", "whyText", wrap=True)
        self.button = push_button("Show the rule", "whyButton", icon="guard")
        self.button.setProperty("compact", True)
        self.button.setToolTip("Show in Access control what decided this, step by step")
        self.button.clicked.connect(self.wanted)
        line.addWidget(picture)
        line.addWidget(self.text, 1)
        line.addWidget(self.button)
        self.hide()

    def say(self, text: str, *, rule: bool = False) -> None:
        """Show why; `rule`: something decided it that can be shown.  An empty text hides the line."""
        self.text.setText(text)
        self.setAccessibleName(f"Why: {text}" if text else "Why it was denied")
        self.button.setText("Show the rule" if rule else "Access control")
        self.button.setAccessibleName(self.button.text())
        self.setVisible(bool(text))


class ReadOnlyBanner(QFrame):
    """Object name `readOnlyBanner`: over a document that this user cannot change; `wanted` by its button."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "readOnlyBanner", "Read only", role="notice")
        set_property(self, "state", "warning")
        line = row(self, margins=(12, 6, 8, 6), spacing=8)
        picture = named(QLabel(), "readOnlyIcon", "read only")
        icons.bind(picture, "locked", "warning")
        self.text = label("", "readOnlyText", wrap=True)
        self.button = push_button("Access control", "readOnlyButton", icon="guard")
        self.button.setProperty("compact", True)
        self.button.clicked.connect(self.wanted)
        line.addWidget(picture)
        line.addWidget(self.text, 1)
        line.addWidget(self.button)
        self.hide()

    def say(self, text: str, *, rules: bool) -> None:
        """Show why; `rules`: there are rules that can be looked at."""
        self.text.setText(f"Read only. {text}")
        self.setAccessibleName(self.text.text())
        self.button.setVisible(rules)
        self.show()
