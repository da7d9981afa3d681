"""The commit guard across the top of the window: which device goes back to its old configuration, when, and the two
ways to decide.  One row a device; nothing here knows how a commit is confirmed (`guarding`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QToolBar, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, fix_height, fix_width, label, named, push_button, row
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel

URGENT = 30  # seconds: from here on the time is drawn as an error
_NO_BAR, _NO_TEXT = 1000, 920  # px: below, the bar of the time, the second line and the first words give way
_BAR = 4  # px
_BAR_MARGIN = 6  # px: what a tool bar leaves above and below what is in it
_PREFIX = "Commit guard: "


@dataclass(frozen=True, slots=True)
class GuardView:
    """What one row says; `left` and `total` in seconds, `open` while the person can still decide."""

    device_id: str
    name: str
    title: str
    text: str
    left: float
    total: int
    open: bool = True


def clock(seconds: float) -> str:
    """Time left as people read it: "01:47", "1:02:03"; never negative, and zero only when it is over."""
    whole = max(0, math.ceil(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


class GuardRow(QWidget):
    """One device that waits for a decision."""

    confirm_wanted = Signal(str)
    roll_back_wanted = Signal(str)

    def __init__(self, device_id: str, name: str) -> None:
        super().__init__()
        named(self, "guardRow", f"Commit guard of {name}", role="guard")
        fix_height(self, SIZES.banner - 2 * _BAR_MARGIN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._device_id = device_id
        self._title = ""
        self._narrow = False
        line = row(self, margins=(12, 0, 12, 0), spacing=16)
        shield = named(QLabel(), "guardIcon", "Commit guard")
        icons.bind(shield, "guard", "warning", size=24)
        line.addWidget(shield)
        words = named(QWidget(), "guardWords", "Commit guard")
        lines = column(words, spacing=2)
        lines.addStretch(1)
        self.title = ElidedLabel("guardTitle")
        self.title.setProperty("kind", "head")
        self.text = ElidedLabel("guardText")
        self.text.setProperty("kind", "secondary")
        lines.addWidget(self.title)
        lines.addWidget(self.text)
        lines.addStretch(1)
        line.addWidget(words, 1)
        self.time = label("", "guardTime", kind="countdown")
        self.time.setProperty("mono", True)
        line.addWidget(self.time)
        self._progress = self._build_progress()
        line.addWidget(self._progress)
        self.roll_back = push_button("Roll back now", "rollBackButton", icon="roll-back", role="danger", ink="removed")
        self.roll_back.clicked.connect(lambda: self.roll_back_wanted.emit(self._device_id))
        self.confirm = push_button("Confirm now", "confirmButton", icon="confirm", role="primary")
        self.confirm.clicked.connect(lambda: self.confirm_wanted.emit(self._device_id))
        line.addWidget(self.roll_back)
        line.addWidget(self.confirm)

    def _build_progress(self) -> QWidget:
        box = named(QWidget(), "guardProgress", "Time left")
        fix_width(box, 96)
        lines = column(box, spacing=5)
        lines.addStretch(1)
        self.bar = named(QProgressBar(), "guardBar", "Time left", role="guard")
        self.bar.setTextVisible(False)
        self.of = label("", "guardOf", kind="hint")
        lines.addWidget(self.bar)
        lines.addWidget(self.of)
        lines.addStretch(1)
        return box

    def show_view(self, view: GuardView) -> None:
        """Say where it stands."""
        self._title = view.title
        self._say_title()
        self.text.setText(view.text)
        self.text.setAccessibleName(view.text)
        left = clock(view.left)
        self.time.setText(left)
        self.time.setAccessibleName(f"{left} left")
        ink = "error" if view.left <= URGENT else ""
        if self.time.property("state") != ink:
            self.time.setProperty("state", ink)
            self.time.style().unpolish(self.time)
            self.time.style().polish(self.time)
        self.bar.setRange(0, max(1, view.total * 10))
        self.bar.setValue(max(0, round(view.left * 10)))
        self.of.setText(f"of {clock(view.total)} left")
        for button, what in ((self.roll_back, "Roll back now"), (self.confirm, "Confirm now")):
            button.setEnabled(view.open)
            button.setAccessibleName(f"{what}: {view.name}")

    def _say_title(self) -> None:
        self.title.setText(self._title if self._narrow else _PREFIX + self._title)
        self.title.setAccessibleName(_PREFIX + self._title)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar at the left goes on over a row that begins there."""
        super().paintEvent(event)
        if self.mapTo(self.window(), QPoint(0, 0)).x() < theme().px(_BAR):
            _draw_bar(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._narrow = width < theme().px(_NO_TEXT)
        self.text.setVisible(not self._narrow)
        self._progress.setVisible(width >= theme().px(_NO_BAR))
        self._say_title()


class GuardBanner(QToolBar):
    """A tool bar of its own below the others: it spans the window, whatever document is in front."""

    confirm_wanted = Signal(str)
    roll_back_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("Commit guard")
        named(self, "guardBanner", "Commit guard")
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self._rows: dict[str, GuardRow] = {}
        inside = named(QWidget(), "guardRows", "Commit guard")
        inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._layout = column(inside)
        self.addWidget(inside)
        self.hide()

    @property
    def rows(self) -> dict[str, GuardRow]:
        """The rows by device id."""
        return dict(self._rows)

    def show_view(self, view: GuardView) -> None:
        """Say it in the device's row, made if it is not there."""
        made = self._rows.get(view.device_id)
        if made is None:
            made = self._rows[view.device_id] = GuardRow(view.device_id, view.name)
            made.confirm_wanted.connect(self.confirm_wanted)
            made.roll_back_wanted.connect(self.roll_back_wanted)
            self._layout.addWidget(made)
        made.show_view(view)
        self.show()

    def drop(self, device_id: str) -> None:
        """The device's row goes, and the banner with the last one."""
        gone = self._rows.pop(device_id, None)
        if gone is not None:
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.setVisible(bool(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar at the left, as changed rows have one: it is not told by colour alone."""
        super().paintEvent(event)
        _draw_bar(self)


def _draw_bar(widget: QWidget) -> None:
    painter = QPainter(widget)
    painter.fillRect(0, 0, theme().px(_BAR), widget.height(), theme().color("warning"))
    painter.end()
