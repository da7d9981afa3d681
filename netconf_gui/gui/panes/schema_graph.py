"""The dependency picture: modules as boxes in columns, lines to what they need; it zooms, and boxes can be chosen.

Lives here: painting and hands.  Does not live here: what is in the picture (`models/schema_graph`), its order
(`layered`).
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import column, fix_height, label, named, row, tool_button
from netconf_gui.gui.models.schema_graph import Box, Line, ModuleGraph, Picture
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Segments

LEAST, MOST = 0.3, 2.5
READABLE = 0.75  # a picture is shown whole down to this zoom
INKS = {"imports": "control", "augments": "accent_text", "deviates": "warning"}
HEIGHT, GAP, BETWEEN, MARGIN = 26, 8, 64, 16  # px of a box, between boxes, between columns, around


class GraphView(QAbstractScrollArea):
    """Paints a `Picture`; `chosen(module)` on a click or Return, the arrow keys move along lines and columns."""

    chosen = Signal(str)
    zoomed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        named(self, "dependencyView", "Dependencies between modules")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.picture = Picture((), (), "")
        self.zoom = 1.0
        self.current = ""
        self._hover = ""
        self._drag: tuple[QPoint, int, int] | None = None
        self._places: dict[str, QRectF] = {}
        self._boxes: dict[str, Box] = {}
        self._size = QPointF(0, 0)
        theme().changed.connect(self._arrange)

    # the picture

    def show_picture(self, picture: Picture) -> None:
        """Show another picture, its chosen module in the middle."""
        self.picture = picture
        self.current = picture.focus
        self._boxes = {box.key: box for box in picture.boxes}
        self._arrange()
        self.fit(READABLE)
        self.center_on(picture.focus)

    def _arrange(self) -> None:
        px, metrics = theme().px, QFontMetricsF(theme().font())
        self._places = {}
        left, tallest = float(px(MARGIN)), 0.0
        step = px(HEIGHT) + px(GAP)
        highest = max((len(boxes) for boxes in self.picture.columns), default=0) * step
        for boxes in self.picture.columns:
            width = max(metrics.horizontalAdvance(box.text) for box in boxes) + px(24)
            top = px(MARGIN) + (highest - len(boxes) * step) / 2
            for number, box in enumerate(boxes):
                self._places[box.key] = QRectF(left, top + number * step, width, px(HEIGHT))
            tallest = max(tallest, top + len(boxes) * step)
            left += width + px(BETWEEN)
        self._size = QPointF(left - px(BETWEEN) + px(MARGIN), tallest + px(MARGIN)) if self._places else QPointF(0, 0)
        self._fit_bars()
        self.viewport().update()

    def _fit_bars(self) -> None:
        view = self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), self._size.x() * self.zoom, view.width()),
            (self.verticalScrollBar(), self._size.y() * self.zoom, view.height()),
        ):
            bar.setPageStep(seen)
            bar.setSingleStep(theme().px(24))
            bar.setRange(0, max(0, round(whole) - seen))

    def _offset(self) -> QPointF:
        """Where the picture's corner is drawn: in the middle where it is smaller than the view."""
        view = self.viewport().size()
        spare_x = max(0.0, view.width() - self._size.x() * self.zoom) / 2
        spare_y = max(0.0, view.height() - self._size.y() * self.zoom) / 2
        return QPointF(spare_x - self.horizontalScrollBar().value(), spare_y - self.verticalScrollBar().value())

    def rect_of(self, key: str) -> QRectF:
        """Where a box is on the viewport."""
        place, offset = self._places.get(key, QRectF()), self._offset()
        return QRectF(
            offset.x() + place.x() * self.zoom, offset.y() + place.y() * self.zoom, place.width() * self.zoom,
            place.height() * self.zoom,
        )  # fmt: skip

    def box_at(self, spot: QPointF) -> Box | None:
        """The box under a point of the viewport."""
        offset = self._offset()
        inside = (spot - offset) / self.zoom
        key = next((key for key, place in self._places.items() if place.contains(inside)), None)
        return None if key is None else self._boxes[key]

    def center_on(self, key: str) -> None:
        """Bring a box into the middle, as far as the picture reaches."""
        place = self._places.get(key)
        if place is not None:
            middle, view = place.center() * self.zoom, self.viewport().size()
            self.horizontalScrollBar().setValue(round(middle.x() - view.width() / 2))
            self.verticalScrollBar().setValue(round(middle.y() - view.height() / 2))
        self.viewport().update()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Draw larger or smaller; the point `at` of the viewport stays where it is."""
        zoom = min(max(zoom, LEAST), MOST)
        view = self.viewport().size()
        spot = at if at is not None else QPointF(view.width() / 2, view.height() / 2)
        inside = (spot - self._offset()) / self.zoom
        self.zoom = zoom
        self._fit_bars()
        self.horizontalScrollBar().setValue(round(inside.x() * zoom - spot.x()))
        self.verticalScrollBar().setValue(round(inside.y() * zoom - spot.y()))
        self.viewport().update()
        self.zoomed.emit(zoom)

    def fit(self, least: float = LEAST) -> None:
        """Show all of it, or as much as there is room for at the zoom `least`."""
        view = self.viewport().size()
        if self._size.x() > 0 and self._size.y() > 0:
            wanted = min(view.width() / self._size.x(), view.height() / self._size.y(), 1.0)
            self.set_zoom(max(wanted, least))

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            self._paint(painter)
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.viewport().rect(), theme().color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self._offset())
        painter.scale(self.zoom, self.zoom)
        marked = self._hover or self.current
        for line in self.picture.lines:
            if marked not in (line.start, line.end):
                self._paint_line(painter, line, strong=False)
        for line in self.picture.lines:
            if marked in (line.start, line.end):
                self._paint_line(painter, line, strong=True)
        painter.setFont(theme().font())
        for key, place in self._places.items():
            self._paint_box(painter, self._boxes[key], place)

    def _paint_line(self, painter: QPainter, line: Line, *, strong: bool) -> None:
        start, end = self._places[line.start], self._places[line.end]
        here = QPointF(start.right(), start.center().y())
        there = QPointF(end.left(), end.center().y())
        ink = theme().color(INKS[line.kind])
        ink.setAlphaF(1.0 if strong else 0.35)
        style = Qt.PenStyle.SolidLine if line.kind == "imports" else Qt.PenStyle.DashLine
        painter.setPen(QPen(ink, 1.6 if strong else 1.0, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        reach = max(theme().px(24), abs(there.x() - here.x()) / 2)
        path = QPainterPath(here)
        path.cubicTo(here + QPointF(reach, 0), there - QPointF(reach, 0), there)
        painter.drawPath(path)
        side = theme().px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon([there, there + QPointF(-side * 1.6, -side), there + QPointF(-side * 1.6, side)])

    def _paint_box(self, painter: QPainter, box: Box, place: QRectF) -> None:
        look = theme()
        focus = box.key == self.picture.focus
        here = box.key == self.current and self.hasFocus()
        fill = "select" if focus else "hover" if box.key == self._hover else "raised"
        painter.setBrush(look.color(fill))
        edge = QPen(look.color("focus" if here else "accent" if focus else "control"), 2 if here else 1)
        if not box.implemented or not box.module:
            edge.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(edge)
        painter.drawRoundedRect(place, look.px(4), look.px(4))
        painter.setPen(look.color("text" if box.implemented and box.module else "text3"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, box.text)

    # hands

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.zoom * 1.0015 ** event.angleDelta().y(), event.position())
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        box = self.box_at(event.position())
        if box is not None:
            self.choose(box)
        else:
            bars = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
            self._drag = (event.position().toPoint(), *bars)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            moved = event.position().toPoint() - self._drag[0]
            self.horizontalScrollBar().setValue(self._drag[1] - moved.x())
            self.verticalScrollBar().setValue(self._drag[2] - moved.y())
            return
        box = self.box_at(event.position())
        key = "" if box is None else box.key
        if key != self._hover:
            self._hover = key
            shape = Qt.CursorShape.PointingHandCursor if box is not None and box.module else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def choose(self, box: Box) -> None:
        """As a click does."""
        if box.module:
            self._move_to(box.key)
            self.chosen.emit(box.module)

    def _move_to(self, key: str) -> None:
        self.current = key
        box = self._boxes.get(key)
        self.setAccessibleDescription(box.text if box is not None else "")
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.current in self._boxes:
            self.choose(self._boxes[self.current])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(Qt.Key(key))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(self.zoom * 1.2)
        elif key == Qt.Key.Key_Minus:
            self.set_zoom(self.zoom / 1.2)
        elif key == Qt.Key.Key_0:
            self.set_zoom(1.0)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _step(self, key: Qt.Key) -> None:
        """To the nearest box in that direction: beside it along the lines, above and below in its column."""
        if self.current not in self._places:
            return
        here = self._places[self.current].center()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            back = key == Qt.Key.Key_Left
            found = [
                line.start if back else line.end
                for line in self.picture.lines
                if (line.end if back else line.start) == self.current
            ]
        else:
            boxes = next(boxes for boxes in self.picture.columns if any(box.key == self.current for box in boxes))
            down = key == Qt.Key.Key_Down
            found = [box.key for box in boxes if (self._places[box.key].center().y() > here.y()) is down]
            found = [one for one in found if one != self.current]
        if found:
            self._move_to(min(found, key=lambda one: abs(self._places[one].center().y() - here.y())))
            self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        rect, view = self.rect_of(self.current), QRectF(self.viewport().rect())
        if not view.contains(rect):
            self.center_on(self.current)


class SchemaGraph(QWidget):
    """The picture with its bar: how far around, and how large."""

    chosen = Signal(str)

    def __init__(self, graph: ModuleGraph) -> None:
        super().__init__()
        named(self, "dependencyPane", "Dependencies", role="pane")
        self._graph = graph
        self.module = ""
        layout = column(self)
        bar = named(QWidget(), "dependencyBar", "Dependencies", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=4)
        self.reach = Segments(
            "dependencyReach", "How much is shown", (("1", "1 step", ""), ("2", "2 steps", ""), ("all", "All", ""))
        )
        whole = graph.whole("") is not None
        self.reach.button("all").setEnabled(whole)
        self.reach.button("all").setToolTip("All modules" if whole else "Too many modules for one picture")
        self.reach.chosen.connect(lambda _key: self._draw())
        line.addWidget(self.reach)
        self._legend: list[QWidget] = []
        for kind, ink in INKS.items():
            told = label(kind, f"dependency_{kind}", kind="side")
            told.setProperty("ink", ink)
            line.addWidget(told)
            self._legend.append(told)
        line.addStretch(1)
        self.view = GraphView()
        for text, name, icon, do in (
            ("Zoom out (−)", "zoomOut", "zoom-out", lambda: self.view.set_zoom(self.view.zoom / 1.2)),
            ("Zoom in (+)", "zoomIn", "zoom-in", lambda: self.view.set_zoom(self.view.zoom * 1.2)),
            ("Show all of it", "zoomFit", "zoom-fit", self.view.fit),
        ):
            button = tool_button(text, name, icon=icon)
            button.clicked.connect(lambda _checked=False, act=do: act())
            line.addWidget(button)
        layout.addWidget(bar)
        layout.addWidget(self.view, 1)
        self.view.chosen.connect(self.chosen)
        self.setFocusProxy(self.view)
        theme().changed.connect(self._dress_legend)
        self._dress_legend()

    def _dress_legend(self) -> None:
        for kind, ink in INKS.items():
            told = self.findChild(QWidget, f"dependency_{kind}")
            if told is not None:
                told.setStyleSheet(f"color: {theme().color(ink if kind != 'imports' else 'text3').name()};")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The legend gives way where there is little room: lines differ by their dashes as well."""
        super().resizeEvent(event)
        needed = self.reach.sizeHint().width() + sum(one.sizeHint().width() + theme().px(4) for one in self._legend)
        for one in self._legend:
            one.setVisible(needed + theme().px(120) <= self.width())

    def show_module(self, name: str) -> None:
        """Show a module's neighbourhood."""
        if name != self.module:
            self.module = name
            self._draw()

    def _draw(self) -> None:
        reach = self.reach.current
        whole = self._graph.whole(self.module) if reach == "all" else None
        self.view.show_picture(whole or self._graph.around(self.module, 2 if reach == "2" else 1))
