"""The status bar: connection, lock, draft and errors at the left; session and keyring at the right."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import fix_height, label, named, row, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel

LEAST, GAP = 110, 8  # px: of words that are elided, and between items
NOTICE_MS = 10_000  # how long a sentence stays


class StatusItem(QWidget):
    """An icon and a few words; hidden while it has none, or while what matters more needs the room."""

    said = Signal()

    def __init__(self, object_name: str, accessible_name: str, *, gives_way: bool = False) -> None:
        """`gives_way`: what has no room is elided, so that the items beside it stay in sight."""
        super().__init__()
        named(self, object_name, accessible_name)
        self._kind = accessible_name
        self._gives_way = gives_way
        self.wanted = False
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
        self.wanted = bool(text)
        self.setVisible(self.wanted)
        if text:
            if self._gives_way:
                # what is cut to a letter says nothing
                words = self._text.fontMetrics().horizontalAdvance(text) + theme().px(4)
                self._text.setMinimumWidth(min(words, theme().px(LEAST)))
            self._text.setText(text)
            self.setAccessibleName(f"{self._kind}: {text}")
            self.setToolTip(tip or text)
            icons.bind(self._icon, icon, ink, size=SIZES.icon_small)
        self.said.emit()

    @property
    def least(self) -> int:
        """The width below which it says nothing, px."""
        return self.minimumSizeHint().width()


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
        self.calls = StatusItem("callHomeStatus", "Call home")
        for item in (self.connection, self.lock, self.guard, self.draft, self.errors, self.busy, self.notice):
            self.addWidget(item)
        for item in (self.calls, self.keyring, self.fetched, self.session):
            self.addPermanentWidget(item)
        # what goes first where there is no room for all
        self._order = (self.keyring, self.fetched, self.busy, self.session, self.draft)
        self._all = (self.connection, self.lock, self.guard, self.notice, self.calls, *self._order)
        self._fit_soon = QTimer(self, singleShot=True, interval=0)
        self._fit_soon.timeout.connect(self._fit)
        for item in self._all:
            item.said.connect(self._fit_soon.start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_soon.start()

    def _fit(self) -> None:
        """Leave out whole items, in their order, until the others can say something."""
        gap = theme().px(GAP)
        errors = 0 if self.errors.isHidden() else self.errors.sizeHint().width() + gap
        need = errors + sum(item.least + gap for item in self._all if item.wanted)
        for item in self._order:
            over = item.wanted and need > self.width()
            item.setVisible(item.wanted and not over)
            need -= item.least + gap if over else 0

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
