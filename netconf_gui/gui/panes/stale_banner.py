"""The line over a document whose device cannot be reached any more: as of when it is, and what is done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from netconf_gui.gui import icons
from netconf_gui.gui.forms import label, named, push_button, row, set_property, tool_button


class StaleBanner(QFrame):
    """Hidden until `say`; each button has its signal."""

    reconnect_wanted = Signal()
    stop_wanted = Signal()
    refresh_wanted = Signal()
    put_away = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "staleBanner", "The connection was lost", role="notice")
        line = row(self, margins=(12, 6, 8, 6), spacing=8)
        self._icon = named(QLabel(), "staleIcon", "connection")
        self.text = label("", "staleText", wrap=True)
        self.reconnect = push_button("Reconnect now", "staleReconnectButton", icon="connect")
        self.stop = push_button("Stop trying", "staleStopButton", icon="stop")
        self.refresh = push_button("Refresh and rebase", "staleRefreshButton", icon="merge")
        self.close_button = tool_button("Put this away", "staleCloseButton", icon="close")
        tips = ("Try at once (Ctrl+K)", "Leave it as it is until you connect again", "Read the device again (Ctrl+F5)")
        line.addWidget(self._icon)
        line.addWidget(self.text, 1)
        for button, tip in zip((self.reconnect, self.stop, self.refresh), tips, strict=True):
            button.setProperty("compact", True)
            button.setToolTip(tip)
            line.addWidget(button)
        line.addWidget(self.close_button)
        self.reconnect.clicked.connect(self.reconnect_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.refresh.clicked.connect(self.refresh_wanted)
        self.close_button.clicked.connect(self.put_away)
        self.hide()

    def say(self, text: str, *, back: bool, trying: bool, waiting: bool, can_refresh: bool) -> None:
        """`back`: it is connected again; `trying`: a try is under way; `waiting`: there will be one."""
        state = "info" if back else "warning"
        set_property(self, "state", state)
        icons.bind(self._icon, "stale" if back else "disconnect", state)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.reconnect.setVisible(not back and not trying)
        self.stop.setVisible(trying or waiting)
        self.refresh.setVisible(back)
        self.refresh.setEnabled(can_refresh)
        self.close_button.setVisible(back or not (trying or waiting))
        self.show()
