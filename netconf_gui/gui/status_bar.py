"""The status bar: connection, lock, draft and errors at the left; session and keyring at the right."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import fix_height, label, named, row, tool_button
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel

NOTICE_MS = 10_000  # how long a sentence stays


class StatusItem(QWidget):
    """An icon and a few words; hidden while it has none."""

    def __init__(self, object_name: str, accessible_name: str, *, gives_way: bool = False) -> None:
        """`gives_way`: what has no room is elided, so that the items beside it stay in sight."""
        super().__init__()
        named(self, object_name, accessible_name)
        self._kind = accessible_name
        layout = row(self, margins=(8, 0, 8, 0), spacing=6)
        self._icon = named(QLabel(), f"{object_name}Icon", accessible_name)
        self._text: QLabel = ElidedLabel(f"{object_name}Text") if gives_way else label("", f"{object_name}Text")
        if gives_way:
            self._text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout.addWidget(self._icon)
        layout.addWidget(self._text)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, icon: str = "info", ink: str = "text2", *, tip: str = "") -> None:
        """Show these words; none hides the item."""
        self.setVisible(bool(text))
        if text:
            self._text.setText(text)
            self.setAccessibleName(f"{self._kind}: {text}")
            self.setToolTip(tip or text)
            icons.bind(self._icon, icon, ink, size=SIZES.icon_small)


class StatusBar(QStatusBar):
    """Named places, left to right: connection, lock, guard, draft, errors, busy | keyring, session."""

    errors_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "statusBar", "Status")
        self.setSizeGripEnabled(False)
        fix_height(self, SIZES.status)
        self.connection = StatusItem("connectionStatus", "Connection", gives_way=True)
        self.lock = StatusItem("lockStatus", "Lock")
        self.guard = StatusItem("guardStatus", "Commit guard")
        self.draft = StatusItem("draftStatus", "Draft")
        self.errors: QToolButton = tool_button("Errors", "errorsStatus", icon="error", text="0 errors")
        self.errors.setIconSize(self.errors.iconSize() * SIZES.icon_small / SIZES.icon)
        self.errors.clicked.connect(self.errors_clicked)
        self.errors.hide()
        self.busy = StatusItem("busyStatus", "Running", gives_way=True)
        self.notice = StatusItem("noticeStatus", "Notice", gives_way=True)
        self._notice_time = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice_time.timeout.connect(lambda: self.notice.say(""))
        self.fetched = StatusItem("fetchedStatus", "Fetched")
        self.keyring = StatusItem("keyringStatus", "Passwords")
        self.session = StatusItem("sessionStatus", "Session")
        for item in (self.connection, self.lock, self.guard, self.draft, self.errors, self.busy, self.notice):
            self.addWidget(item)
        for item in (self.keyring, self.fetched, self.session):
            self.addPermanentWidget(item)

    def tell(self, text: str) -> None:
        """Show a sentence for a while."""
        self.notice.say(text)
        self._notice_time.start()

    def say_errors(self, errors: int, warnings: int) -> None:
        """The counts of findings; a click leads to the problems."""
        words = [
            f"{count} {word}{'' if count == 1 else 's'}"
            for count, word in ((errors, "error"), (warnings, "warning"))
            if count
        ]
        self.errors.setVisible(bool(words))
        self.errors.setText(", ".join(words))
        self.errors.setAccessibleName(", ".join(words) or "no errors")
        kind = "error" if errors else "warning"
        icons.bind(self.errors, kind, kind)
