"""The margin of a text editor: line numbers, bars of tinted lines, marks that fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTextBlock
from PySide6.QtWidgets import QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme

if TYPE_CHECKING:
    from netconf_gui.gui.panes.text_editor import TextEditor

FOLD_WIDTH = 16  # px at the base font size


class Margin(QWidget):
    """Line numbers, the bars of tinted lines, and the marks that fold."""

    def __init__(self, editor: TextEditor) -> None:
        super().__init__(editor)
        named(self, f"{editor.objectName()}Numbers", "Line numbers")
        self._editor = editor
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(self.wanted_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter, event.rect())
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self.line_at(event.position().toPoint().y())
        if line is not None and event.button() == Qt.MouseButton.LeftButton:
            self._editor.folding.toggle(line)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        line = self.line_at(event.position().toPoint().y())
        can_fold = line is not None and line in self._editor.folding.ranges
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_fold else Qt.CursorShape.ArrowCursor)

    def wanted_width(self) -> int:
        """Width of numbers and fold marks in px."""
        digits = max(3, len(str(self._editor.blockCount())))
        return theme().px(14 + FOLD_WIDTH) + digits * self._editor.fontMetrics().horizontalAdvance("9")

    def line_at(self, y: int) -> int | None:
        """The line (from 0) at a height of the margin."""
        for block, top, height in self._editor.lines_in_sight():
            if top <= y < top + height:
                return block.blockNumber()
        return None

    def _paint(self, painter: QPainter, rect: QRect) -> None:
        """Draw numbers and marks of the lines in `rect`."""
        painter.fillRect(rect, theme().color("surface"))
        folded = self._editor.folding.folded()
        for block, top, height in self._editor.lines_in_sight():
            if top <= rect.bottom():
                self._paint_line(painter, block, top, height, folded)

    def _paint_line(self, painter: QPainter, block: QTextBlock, top: int, height: int, folded: set[int]) -> None:
        look, width = theme(), self.width()
        line = block.blockNumber()
        state = self._editor.tint_of(line + 1)
        if state is not None:
            painter.fillRect(0, top, width, height, look.color(f"{state}_tint"))
            painter.fillRect(0, top, look.px(3), height, look.color(state))
        painter.setFont(look.mono(11))
        painter.setPen(look.color("text3"))
        spot = QRect(0, top, width - look.px(FOLD_WIDTH), height)
        painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line + 1))
        if line in self._editor.folding.ranges:
            _caret(painter, width - look.px(FOLD_WIDTH / 2), top + height / 2, closed=line in folded)


def _caret(painter: QPainter, x: float, y: float, *, closed: bool) -> None:
    """A small open triangle: to the right for folded, down for open."""
    side = theme().px(3)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().color("text2" if closed else "text3"), 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if closed:
        points = [QPointF(x - side / 2, y - side), QPointF(x + side / 2, y), QPointF(x - side / 2, y + side)]
    else:
        points = [QPointF(x - side, y - side / 2), QPointF(x, y + side / 2), QPointF(x + side, y - side / 2)]
    painter.drawPolyline(QPolygonF(points))
    painter.restore()
