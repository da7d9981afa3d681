"""The editor of booleans and of the type empty: a switch that can also show that nothing is set."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from netconf_gui.gui.forms import named
from netconf_gui.gui.painting import painting
from netconf_gui.gui.theme import theme

BOOLEAN = ("false", "true")
EMPTY = ("not set", "set")


class Switch(QAbstractButton):
    """On or off; `words` are the values that it stands for.  A boolean that is not set shows its default, ghosted.

    Space or a click switches; T, F, 1, 0, Y and N say which.
    """

    edited = Signal(str)
    committed = Signal(str)

    def __init__(
        self, value: str, *, words: tuple[str, str] = BOOLEAN, default: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        named(self, "valueEditor", "Value")
        self._words = words
        self._default = default
        self._before = self._value = value
        self._locked = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._show()
        self.clicked.connect(self._finish)

    @property
    def is_set(self) -> bool:
        return self._value in self._words

    def value(self) -> str:
        return self._value

    def set_value(self, text: str) -> None:
        """Show another value, as if it had always been there."""
        self._before = self._value = text
        self._show()

    def changed_text(self) -> str | None:
        """The value if it is another than at the start."""
        return self._value if self._value != self._before else None

    def revert(self) -> None:
        """Bring back the value it started with."""
        self._value = self._before
        self._show()

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        self._locked = on
        self.setCursor(Qt.CursorShape.ArrowCursor if on else Qt.CursorShape.PointingHandCursor)
        self.update()

    def _show(self) -> None:
        self.setChecked((self._value or self._default) == self._words[1])
        if self.is_set:
            self.setText(self._value)
        elif self._value:
            self.setText(f"{self._value} (neither of the two)")
        else:
            self.setText(f"default {self._default}" if self._default else "not set")
        self.setAccessibleDescription(self.text())
        self.update()

    def _choose(self, on: bool) -> None:
        self._value = self._words[on]
        self._show()
        self.edited.emit(self._value)
        if self._value != self._before:
            self._before = self._value
            self.committed.emit(self._value)

    def _finish(self) -> None:
        if self._locked:
            self._show()
        elif self.is_set or self._default:
            self._choose(self.isChecked())  # QAbstractButton has switched it already
        else:
            self._choose(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = {"t": True, "1": True, "y": True, "f": False, "0": False, "n": False}.get(event.text().lower())
        if wish is not None and not event.modifiers() and not self._locked:
            self._choose(wish)
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # each switch is a commit already
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        look = theme()
        text = max(self.fontMetrics().horizontalAdvance(word) for word in (*self._words, self.text()))
        return QSize(look.px(34 + 8 + 4) + text, look.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = look.px(18)
        track = QRect(look.px(2), (self.height() - height) // 2, look.px(32), height)
        on, live = self.isChecked(), self.isEnabled() and not self._locked
        filled = on and self.is_set
        painter.setPen(QPen(look.color("accent" if filled and live else "control"), 1))
        painter.setBrush(look.color(("accent" if live else "text3") if filled else "surface" if live else "alt"))
        painter.drawRoundedRect(track, height / 2, height / 2)
        side = height - look.px(6)
        left = track.right() - side - look.px(2) if on else track.left() + look.px(3)
        knob = look.color("surface" if filled and not live else "on_accent" if filled else "text2")
        painter.setPen(Qt.PenStyle.NoPen if self.is_set else QPen(look.color("text3"), 1))
        painter.setBrush(knob if self.is_set else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(left, track.top() + look.px(3), side, side)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("focus"), 2))
            painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), height / 2 + 1, height / 2 + 1)
        font = look.mono()
        font.setItalic(not self.is_set)
        painter.setPen(look.color("disabled" if not self.isEnabled() else "text" if self.is_set and live else "text3"))
        painter.setFont(font)
        rest = QRect(QPoint(track.right() + look.px(8), 0), QPoint(self.width(), self.height() - 1))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self.text())
