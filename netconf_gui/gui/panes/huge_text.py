"""A read-only view of very large texts: only the lines in sight are decoded, coloured and drawn."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from netconf_gui.gui.forms import named
from netconf_gui.gui.painting import painting
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xml_highlighter import ink_of, scan

WIDEST = 2000  # characters of a line that are drawn


class HugeText(QAbstractScrollArea):
    """Shows UTF-8 bytes; for texts that an editor would choke on."""

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self._lines: list[bytes] = []
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme().changed.connect(self._fit)

    def set_data(self, data: bytes) -> None:
        """Show this text from its first line."""
        self.set_lines(data.split(b"\n"))

    def set_lines(self, lines: list[bytes]) -> None:
        """As `set_data`, for who has split it already."""
        self._lines = lines
        self.verticalScrollBar().setValue(0)
        self._fit()
        self.viewport().update()

    @property
    def line_count(self) -> int:
        return len(self._lines)

    def go_to(self, line: int) -> None:
        """Bring a line (from 1) into sight."""
        self.verticalScrollBar().setValue(max(0, line - 3))

    def sizeHint(self) -> QSize:
        return QSize(theme().px(400), theme().px(300))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFont(theme().mono())
        visible = self.viewport().height() // max(1, self.fontMetrics().lineSpacing())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, len(self._lines) - visible))
        bar.setPageStep(max(1, visible))
        across = self.horizontalScrollBar()
        across.setRange(0, 400)
        across.setPageStep(80)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self.viewport()) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        look, metrics = theme(), self.fontMetrics()
        height, width = metrics.lineSpacing(), metrics.horizontalAdvance("0")
        painter.fillRect(self.viewport().rect(), look.color("surface"))
        painter.setFont(look.mono())
        first = self.verticalScrollBar().value()
        margin = look.px(22) + max(3, len(str(len(self._lines)))) * width
        shift = margin - self.horizontalScrollBar().value() * width
        for row in range(self.viewport().height() // height + 1):
            if first + row >= len(self._lines):
                break
            base = row * height + metrics.ascent()
            text = self._lines[first + row][: WIDEST * 4].decode("utf-8", "replace")[:WIDEST]
            painter.setPen(look.color("xml_text"))
            painter.drawText(shift, base, text)
            for start, length, kind in scan(text, 0)[0]:
                painter.setPen(look.color(ink_of(kind)))
                at = shift + metrics.horizontalAdvance(text[:start])
                painter.drawText(at, base, text[start : start + length])
            painter.fillRect(0, row * height, margin - width, height, look.color("surface"))
            painter.setPen(look.color("text3"))
            number = str(first + row + 1)
            painter.drawText(margin - look.px(12) - metrics.horizontalAdvance(number), base, number)
