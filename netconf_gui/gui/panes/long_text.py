"""A read-only text of any length in the monospaced font: fed in slices, so that the window never waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme

FIRST, SLICE = 400, 1500  # lines: shown at once, and in each turn of the event loop


class LineNumbers(QWidget):
    """The numbers at the left."""

    def __init__(self, text: LongText) -> None:
        super().__init__(text)
        named(self, f"{text.objectName()}Numbers", "Line numbers")
        self._text = text

    def sizeHint(self) -> QSize:
        return QSize(self._text.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._text.paint_numbers(painter, event.rect())
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()


class LongText(QPlainTextEdit):
    """`show_text` replaces all of it; `filled` when the last line is in, and a place asked for meanwhile is gone to."""

    filled = Signal()

    def __init__(self, object_name: str, accessible_name: str, *, numbers: bool = False) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(0 if numbers else theme().px(8))
        self._rest: Iterator[str] | None = None
        self._wanted: tuple[int, int] | None = None
        self._feeder = QTimer(self, interval=0)
        self._feeder.timeout.connect(self._feed)
        self._numbers: LineNumbers | None = LineNumbers(self) if numbers else None
        if numbers:
            self.updateRequest.connect(self._numbers_moved)
            self.blockCountChanged.connect(lambda _count: self._fit())
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def is_filled(self) -> bool:
        return self._rest is None

    def show_text(self, text: str) -> None:
        """Show another text, from its beginning."""
        lines = text.split("\n")
        self._wanted = None
        self.setPlainText("\n".join(lines[:FIRST]))
        slices = ["\n".join(lines[at : at + SLICE]) for at in range(FIRST, len(lines), SLICE)]
        self._rest = iter(slices)
        self._feed()

    def _feed(self) -> None:
        part = next(self._rest, None) if self._rest is not None else None
        if part is not None:
            # not appendPlainText: it follows the end when the view stands there
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText("\n" + part)
            self._feeder.start()
            return
        self._feeder.stop()
        if self._rest is not None:
            self._rest = None
            if self._wanted is not None:
                start, end = self._wanted
                self._wanted = None
                self.go_to(start, end)
            self.filled.emit()

    def go_to(self, start: int, end: int) -> None:
        """Select from `start` to `end` (as the document counts) and show it."""
        last = self.document().characterCount() - 1
        if self._rest is not None and end > last:
            self._wanted = (start, end)
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.centerCursor()

    # the numbers

    def number_width(self) -> int:
        """Width of the numbers in px."""
        return theme().px(22) + max(3, len(str(self.blockCount()))) * self.fontMetrics().horizontalAdvance("9")

    def paint_numbers(self, painter: QPainter, rect: QRect) -> None:
        """Draw the numbers of the lines in `rect`."""
        look = theme()
        painter.fillRect(rect, look.color("surface"))
        painter.setFont(look.mono(11))
        painter.setPen(look.color("text3"))
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        width = self.number_width() - look.px(12)
        while block.isValid() and top <= rect.bottom():
            height = round(self.blockBoundingRect(block).height())
            spot = QRect(0, top, width, height)
            painter.drawText(
                spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(block.blockNumber() + 1)
            )
            top += height
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._numbers is None:
            return
        width = self.number_width()
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), width, inside.height())

    def _numbers_moved(self, rect: QRect, distance: int) -> None:
        if self._numbers is None:
            return
        if distance:
            self._numbers.scroll(0, distance)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def _restyle(self) -> None:
        self.setFont(theme().mono())
        self._fit()
