"""Curves of numbers over time, drawn by our own painter: axes, grid, gaps, a reading line under the mouse.

Lives here: the picture.  Does not live here: legend and buttons (`panes/operational_plot`), samples
(`services.series`).
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from netconf_gui.gui.forms import named
from netconf_gui.gui.painting import painting
from netconf_gui.gui.plot_scale import exact, short, ticks, time_ticks
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.services.series import Point

INKS = ("accent", "added", "warning", "moved", "removed", "changed", "text2", "focus")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
LEAST = 30.0  # seconds that the picture spans at least


@dataclass(frozen=True, slots=True)
class Curve:
    """One series as it is drawn: points in order of time, None where there is a gap."""

    label: str
    points: Sequence[Point]
    number: int  # gives colour and dashes
    units: str = ""

    @property
    def ink(self) -> str:
        """Token of its colour."""
        return INKS[self.number % len(INKS)]

    @property
    def dash(self) -> Qt.PenStyle:
        """Colours come again with another dash."""
        return DASHES[self.number // len(INKS) % len(DASHES)]

    def at(self, when: float) -> Point | None:
        """The point nearest to a time."""
        if not self.points:
            return None
        place = bisect.bisect_left(self.points, when, key=lambda one: one[0])
        near = self.points[max(0, place - 1) : place + 1]
        return min(near, key=lambda one: abs(one[0] - when))


class PlotView(QWidget):
    """The picture of some curves; `reading(seconds or None)`: the time under the mouse or the keyboard's line.

    Left and right move the line by sample, Home and End to the ends, Escape takes it away.
    """

    reading = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "plotView", "Plot", role="pane")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._curves: tuple[Curve, ...] = ()
        self._span: tuple[float, float] = (0.0, LEAST)
        self._line: float | None = None
        self.empty_text = "Nothing to draw yet."
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(420), theme().px(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(160), theme().px(100))

    def show_curves(self, curves: Sequence[Curve], until: float | None = None, seconds: float | None = None) -> None:
        """Draw these; the picture ends at `until` and spans `seconds` (None: all there is)."""
        self._curves = tuple(curves)
        times = [one.points[end][0] for one in curves if one.points for end in (0, -1)]
        high = until if until is not None else max(times, default=time.time())
        low = high - seconds if seconds is not None else min(times, default=high)
        self._span = (min(low, high - LEAST), high)
        self._say()
        self.update()

    @property
    def curves(self) -> tuple[Curve, ...]:
        return self._curves

    @property
    def line(self) -> float | None:
        """The time that is read, seconds since the epoch."""
        return self._line

    def readings(self) -> list[tuple[Curve, float | None]]:
        """What each curve says at the line, or at its end."""
        found: list[tuple[Curve, float | None]] = []
        for one in self._curves:
            point = (one.points[-1] if one.points else None) if self._line is None else one.at(self._line)
            found.append((one, None if point is None else point[1]))
        return found

    # where things are

    def _area(self) -> QRectF:
        look = theme()
        return QRectF(self.rect()).adjusted(look.px(62), look.px(10), -look.px(12), -look.px(26))

    def _levels(self) -> list[float]:
        low, high = self._span
        seen = [
            value for one in self._curves for when, value in one.points if value is not None and low <= when <= high
        ]
        if not seen:
            return [0.0, 1.0]
        count = max(2, round(self._area().height() / theme().px(36)))
        least, most = min(seen), max(seen)
        # from zero where that does not flatten the curve
        return ticks(0.0 if 0 <= least < most * 0.75 or least == most >= 0 else least, most, count)

    def _x(self, area: QRectF, when: float) -> float:
        low, high = self._span
        return area.left() + (when - low) / (high - low) * area.width()

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), theme().color("surface"))
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        area = self._area()
        painter.setFont(theme().font(SIZES.side))
        if not any(one.points for one in self._curves):
            painter.setPen(theme().color("text3"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.empty_text)
            return
        levels = self._levels()
        self._draw_levels(painter, area, levels)
        self._draw_times(painter, area)
        painter.save()
        painter.setClipRect(area.adjusted(0, -2, 1, 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in self._curves:
            self._draw_curve(painter, area, one, levels[0], levels[-1])
        painter.restore()
        if self._line is not None:
            self._draw_line(painter, area, levels[0], levels[-1])
        if self.hasFocus():
            painter.setPen(QPen(theme().color("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _draw_levels(self, painter: QPainter, area: QRectF, levels: Sequence[float]) -> None:
        look, step = theme(), levels[1] - levels[0]
        for level in levels:
            y = self._y(area, level, levels[0], levels[-1])
            painter.setPen(QPen(look.color("line"), 1))
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
            painter.setPen(look.color("text2"))
            room = QRectF(0, y - look.px(9), area.left() - look.px(7), look.px(18))
            text = short(level, step=step)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_times(self, painter: QPainter, area: QRectF) -> None:
        look = theme()
        low, high = self._span
        form = "%H:%M:%S" if high - low <= 7200 else "%H:%M"
        for when in time_ticks(low, high, max(1, round(area.width() / look.px(90)))):
            x = self._x(area, when)
            painter.setPen(QPen(look.color("line"), 1))
            painter.drawLine(
                QPointF(round(x) + 0.5, area.bottom()), QPointF(round(x) + 0.5, area.bottom() + look.px(4))
            )
            painter.setPen(look.color("text2"))
            room = QRectF(x - look.px(40), area.bottom() + look.px(5), look.px(80), look.px(16))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, time.strftime(form, time.localtime(when)))

    @staticmethod
    def _y(area: QRectF, value: float, bottom: float, top: float) -> float:
        return area.bottom() - (value - bottom) / (top - bottom) * area.height()

    def _draw_curve(self, painter: QPainter, area: QRectF, curve: Curve, bottom: float, top: float) -> None:
        painter.setPen(QPen(theme().color(curve.ink), theme().px(1.6), curve.dash))
        part = QPolygonF()
        for when, value in self._thinned(curve.points, area):
            if value is None:
                self._draw_part(painter, part)
                part = QPolygonF()
            else:
                part.append(QPointF(self._x(area, when), self._y(area, value, bottom, top)))
        self._draw_part(painter, part)

    def _thinned(self, points: Sequence[Point], area: QRectF) -> Sequence[Point]:
        """Not many more points than there are pixels: of those in between, the highest and the lowest."""
        low, high = self._span
        first = max(0, bisect.bisect_left(points, low, key=lambda one: one[0]) - 1)
        last = bisect.bisect_right(points, high, key=lambda one: one[0])
        shown = points[first:last]
        per = len(shown) // max(1, 2 * int(area.width()))
        if per < 2:
            return shown
        found: list[Point] = []
        for at in range(0, len(shown), per):
            part = shown[at : at + per]
            full = [one for one in part if one[1] is not None]
            if len(full) < len(part):
                found.append(part[0] if part[0][1] is None else (part[0][0], None))
            if full:
                ends = {min(full, key=lambda one: one[1] or 0.0), max(full, key=lambda one: one[1] or 0.0)}
                found += sorted(ends)
        return found

    @staticmethod
    def _draw_part(painter: QPainter, part: QPolygonF) -> None:
        if part.size() == 1:
            painter.save()
            painter.setBrush(painter.pen().color())
            painter.drawEllipse(part.at(0), 1.5, 1.5)
            painter.restore()
        elif part.size() > 1:
            painter.drawPolyline(part)

    def _draw_line(self, painter: QPainter, area: QRectF, bottom: float, top: float) -> None:
        """The line at the time that is read, with a box of what the curves say there."""
        look, when = theme(), self._line or 0.0
        x = self._x(area, when)
        painter.setPen(QPen(look.color("text3"), 1))
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        rows: list[tuple[QColor, str]] = []
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in self._curves:
            point = one.at(when)
            value = None if point is None else point[1]
            text = "no value" if value is None else f"{exact(value)} {one.units}".strip()
            rows.append((look.color(one.ink), f"{one.label}  {text}"))
            if point is not None and value is not None:
                painter.setPen(QPen(look.color("surface"), 1))
                painter.setBrush(look.color(one.ink))
                spot = QPointF(self._x(area, point[0]), self._y(area, value, bottom, top))
                painter.drawEllipse(spot, look.px(3.5), look.px(3.5))
        self._draw_box(painter, area, x, time.strftime("%H:%M:%S", time.localtime(when)), rows)

    def _draw_box(
        self, painter: QPainter, area: QRectF, x: float, title: str, rows: Sequence[tuple[QColor, str]]
    ) -> None:
        look = theme()
        metrics = painter.fontMetrics()
        height = metrics.height() + look.px(3)
        width = max(metrics.horizontalAdvance(text) for text in (title, *(text for _, text in rows))) + look.px(30)
        left = x + look.px(8) if x + width + look.px(10) < area.right() else x - width - look.px(8)
        box = QRect(int(left), int(area.top()), width, height * (len(rows) + 1) + look.px(8))
        painter.setPen(QPen(look.color("line2"), 1))
        painter.setBrush(look.color("raised"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        at = QRect(box.left() + look.px(8), box.top() + look.px(4), width - look.px(12), height)
        painter.setPen(look.color("text2"))
        painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, title)
        for ink, text in rows:
            at.translate(0, height)
            painter.fillRect(QRect(at.left(), at.center().y() - look.px(1), look.px(9), look.px(3)), ink)
            painter.setPen(look.color("text"))
            painter.drawText(at.adjusted(look.px(15), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    # reading

    def _read(self, when: float | None) -> None:
        if when is not None:
            times, wanted = self._times(), when
            when = min(times, key=lambda one: abs(one - wanted)) if times else None
        if when != self._line:
            self._line = when
            self._say()
            self.update()
            self.reading.emit(when)

    def _times(self) -> list[float]:
        low, high = self._span
        return sorted({when for one in self._curves for when, _ in one.points if low <= when <= high})

    def _say(self) -> None:
        """What assistive tools read out."""
        words = [
            f"{one.label} {'no value' if value is None else exact(value)} {one.units}".strip()
            for one, value in self.readings()
        ]
        self.setAccessibleDescription("; ".join(words) or self.empty_text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        at = event.position()
        inside = area.left() - 4 <= at.x() <= area.right() + 4
        low, high = self._span
        self._read(low + (at.x() - area.left()) / max(1.0, area.width()) * (high - low) if inside else None)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._read(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        times = self._times()
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() == Qt.Key.Key_Escape and self._line is not None:
            self._read(None)
        elif event.key() in keys and times:
            at = times.index(self._line) + keys[Qt.Key(event.key())] if self._line in times else len(times) - 1
            self._read(times[min(max(at, 0), len(times) - 1)])
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and times:
            self._read(times[0 if event.key() == Qt.Key.Key_Home else -1])
        else:
            super().keyPressEvent(event)
            return
        event.accept()
