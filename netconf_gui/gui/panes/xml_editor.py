"""A text editor for XML with line numbers, tinted lines and a wavy mark; it knows no document.

The XML view edits with it, the Review shows the edit-config with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import named
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xml_highlighter import XmlHighlighter


class LineNumbers(QWidget):
    """The numbers at the left, with the bars of tinted lines."""

    def __init__(self, editor: XmlEditor) -> None:
        super().__init__(editor)
        named(self, f"{editor.objectName()}Numbers", "Line numbers")
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._editor.paint_numbers(painter, event.rect())
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()


class XmlEditor(QPlainTextEdit):
    """`undo_wanted(redo)` replaces the text's own undo, since the document has one for all views."""

    undo_wanted = Signal(bool)
    left = Signal()

    def __init__(self, object_name: str, accessible_name: str, *, read_only: bool = False) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self._tints: dict[int, str] = {}
        self._wave: tuple[int, int] | None = None
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setReadOnly(read_only)
        if read_only:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setTabChangesFocus(read_only)
        self.document().setDocumentMargin(0)
        self.highlighter = XmlHighlighter(self.document())
        self._numbers = LineNumbers(self)
        self.updateRequest.connect(self._numbers_moved)
        self.blockCountChanged.connect(lambda _count: self._fit())
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._show_visible())
        theme().changed.connect(self._restyle)
        self._restyle()

    # text

    def set_text(self, text: str) -> None:
        """Show another text, changing only the lines that differ: cursor and scroll position stay."""
        old = self.toPlainText()
        if old == text:
            return
        self.highlighter.set_lazy(len(text))
        if not old or len(text) > 4_000_000:
            self.setPlainText(text)
        else:
            self._replace_middle(old, text)
        self.document().clearUndoRedoStacks()
        self._show_visible()

    def _replace_middle(self, old: str, text: str) -> None:
        head = _common(old, text)
        tail = _common(old[head:][::-1], text[head:][::-1])
        cursor = QTextCursor(self.document())
        cursor.setPosition(_utf16(old[:head]))
        cursor.setPosition(_utf16(old[: len(old) - tail]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[head : len(text) - tail])

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor there (both from 1) and show it."""
        block = self.document().findBlockByNumber(max(0, line - 1))
        if not block.isValid():
            return
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(0, column - 1), max(0, block.length() - 1)))
        self.setTextCursor(cursor)
        self.centerCursor()

    def show_line(self, line: int) -> None:
        """Scroll so that the line (from 1) is in sight, if it is not."""
        first = self.firstVisibleBlock().blockNumber()
        visible = max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))
        if not first < line <= first + visible - 1:
            self.verticalScrollBar().setValue(max(0, line - visible // 3))

    # marks

    def set_tints(self, tints: Mapping[int, str]) -> None:
        """Lines (from 1) and their state: added removed changed moved error."""
        self._tints = dict(tints)
        self._select_lines()
        self._numbers.update()

    def set_wave(self, line: int, column: int) -> None:
        """A wavy line under the word there (both from 1); line 0 takes it away."""
        self._wave = (line, column) if line > 0 else None
        self._select_lines()

    def _select_lines(self) -> None:
        selections = []
        for line, state in list(self._tints.items())[:5000]:
            selection = QTextEdit.ExtraSelection()
            selection.format.setBackground(theme().color(f"{state}_tint"))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selection.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            selections.append(selection)
        if self._wave is not None:
            selections.append(self._wave_selection(*self._wave))
        self.setExtraSelections(selections)

    def _wave_selection(self, line: int, column: int) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        selection.format.setUnderlineColor(theme().color("error"))
        block = self.document().findBlockByNumber(line - 1)
        text = block.text()
        # parsers name the place behind what is wrong
        end = min(max(0, column - 1), len(text))
        start = max(text.rfind("<", 0, end), text.rfind(" ", 0, end)) + 1
        if start >= end:
            start, end = 0, max(1, len(text))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + start)
        cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        return selection

    # the numbers

    def number_width(self) -> int:
        """Width of the numbers in px."""
        digits = max(3, len(str(self.blockCount())))
        return theme().px(22) + digits * self.fontMetrics().horizontalAdvance("9")

    def paint_numbers(self, painter: QPainter, rect: QRect) -> None:
        """Draw the numbers of the lines in `rect`."""
        painter.fillRect(rect, theme().color("surface"))
        painter.setFont(theme().mono(11))
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        width = self._numbers.width()
        while block.isValid() and top <= rect.bottom():
            height = round(self.blockBoundingRect(block).height())
            line = block.blockNumber() + 1
            state = self._tints.get(line)
            if state is not None:
                painter.fillRect(0, top, width, height, theme().color(f"{state}_tint"))
                painter.fillRect(0, top, theme().px(3), height, theme().color(state))
            painter.setPen(theme().color("text3"))
            spot = QRect(0, top, width - theme().px(12), height)
            painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
            top += height
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._show_visible()

    def _fit(self) -> None:
        width = self.number_width()
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), width, inside.height())

    def _numbers_moved(self, rect: QRect, distance: int) -> None:
        if distance:
            self._numbers.scroll(0, distance)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def _show_visible(self) -> None:
        first = self.firstVisibleBlock().blockNumber()
        count = self.viewport().height() // max(1, self.fontMetrics().lineSpacing()) + 2
        self.highlighter.show(first, first + count)

    def _restyle(self) -> None:
        self.setFont(theme().mono())
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 2)
        self._fit()
        self._select_lines()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            self.undo_wanted.emit(event.matches(QKeySequence.StandardKey.Redo))
            event.accept()
            return
        super().keyPressEvent(event)


def _common(one: str, other: str) -> int:
    """How many characters both texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _utf16(text: str) -> int:
    """The length as Qt counts: characters beyond the first plane are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
