"""The quiet line over a document whose device was changed by somebody else since it was fetched."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from netconf_gui.gui import icons
from netconf_gui.gui.forms import label, named, push_button, row, set_property, tool_button


class OutdatedBanner(QFrame):
    """Hidden until `say`; `refresh_wanted` by its button, `put_away` by the cross."""

    refresh_wanted = Signal()
    put_away = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "outdatedBanner", "The device was changed", role="notice")
        set_property(self, "state", "info")
        line = row(self, margins=(12, 6, 8, 6), spacing=8)
        picture = named(QLabel(), "outdatedIcon", "outdated")
        icons.bind(picture, "stale", "info")
        self.text = label("", "outdatedText", wrap=True)
        self.refresh = push_button("Refresh and rebase", "outdatedRefreshButton", icon="merge")
        self.refresh.setProperty("compact", True)
        self.close_button = tool_button("Put this away", "outdatedCloseButton", icon="close")
        line.addWidget(picture)
        line.addWidget(self.text, 1)
        line.addWidget(self.refresh)
        line.addWidget(self.close_button)
        self.refresh.clicked.connect(self.refresh_wanted)
        self.close_button.clicked.connect(self.put_away)
        self.hide()

    def say(self, text: str, *, draft: bool, can_refresh: bool) -> None:
        """Show what happened; `draft`: there are changes that a refresh has to keep."""
        self.text.setText(text)
        self.setAccessibleName(text)
        words = "Refresh and rebase" if draft else "Fetch again"
        self.refresh.setText(words)
        self.refresh.setAccessibleName(words)
        self.refresh.setToolTip(
            "Read the device again and keep your changes (Ctrl+F5)" if draft else "Read the device again"
        )
        self.refresh.setEnabled(can_refresh)
        self.show()
