"""A text editor with line numbers, folding, tinted lines and wavy marks; it knows no document and no language.

Lives here: `TextEditor` and its margin.  Does not live here: colours (`xml_editor`), what a text means (`gui.text`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import named
from netconf_gui.gui.panes.text_margin import Margin
from netconf_gui.gui.text.folding import Folding
from netconf_gui.gui.text.patch import Patch, patch_between
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xml_highlighter import LazyHighlighter

MOST_TINTS = 5000
PIECE = 150_000  # characters that are put in at once while a long text is loaded


class Mark(NamedTuple):
    """A stretch of text (Qt's positions) with a wavy line; `ink` is a token of the theme."""

    start: int
    end: int
    ink: str
    words: str


class TextEditor(QPlainTextEdit):
    """`undo_wanted(redo)` replaces the text's own undo, since the document has one for all views.

    `typed(text)`: a key of a person put this in.  `hovered(position)` asks for `show_tip`.  `link_wanted(position)`:
    Ctrl and a click.
    """

    undo_wanted = Signal(bool)
    typed = Signal(str)
    hovered = Signal(int, QPoint)
    link_wanted = Signal(int)

    def __init__(self, object_name: str, accessible_name: str, *, read_only: bool = False) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self._tints: dict[int, str] = {}
        self._wave: tuple[int, int] | None = None
        self._marks: tuple[Mark, ...] = ()
        self._current_line = -1
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setReadOnly(read_only)
        if read_only:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setTabChangesFocus(read_only)
        self.document().setDocumentMargin(0)
        self.highlighter = self.make_highlighter()
        self.folding = Folding(self)
        self._margin = Margin(self)
        self.folding.changed.connect(self._margin.update)
        self._lines = 1
        self._rest: tuple[str, int, Callable[[], object]] | None = None  # text being put in, how far, what then
        self._loader = QTimer(self, interval=0)
        self._loader.timeout.connect(self._load_more)
        self.document().contentsChange.connect(self._shift)
        self.updateRequest.connect(self._margin_moved)
        self.blockCountChanged.connect(lambda _count: self._fit())
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._show_visible())
        self.cursorPositionChanged.connect(self._reveal_cursor)
        theme().changed.connect(self._restyle)
        self._restyle()

    def make_highlighter(self) -> LazyHighlighter:
        """The colours of the language."""
        raise NotImplementedError

    # text

    def plain_text(self) -> str:
        """The whole text; other than `toPlainText` it keeps no-break spaces."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def set_text(self, text: str, *, keep_undo: bool = False) -> None:
        """Show another text, changing only the lines that differ: cursor and scroll position stay."""
        old = self.plain_text()
        if old == text:
            return
        self.stop_loading()
        self.highlighter.set_lazy(len(text))
        if not old:
            self.setPlainText(text)
        else:
            self._put(patch_between(old, text))
        if not keep_undo:
            self.document().clearUndoRedoStacks()
        self._show_visible()

    def patch(self, patch: Patch, length: int) -> None:
        """As `set_text`, by what `patch_between` made on another thread; `length` of the text that results."""
        self.stop_loading()
        self.highlighter.set_lazy(length)
        self._put(patch)
        self.document().clearUndoRedoStacks()
        self._show_visible()

    def _put(self, patch: Patch) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(patch.start)
        cursor.setPosition(patch.end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(patch.text)

    def load(self, text: str, done: Callable[[], object]) -> None:
        """Show a long text, a piece at a time so that the window goes on; `done` when all of it is there."""
        self.stop_loading()
        self.highlighter.set_lazy(len(text))
        self.setUndoRedoEnabled(False)
        self.setPlainText(text[:PIECE])
        self._rest = (text, PIECE, done)
        self._loader.start()
        self._show_visible()

    def _load_more(self) -> None:
        if self._rest is None:
            return
        text, at, done = self._rest
        if at < len(text):
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[at : at + PIECE])
            self._rest = (text, at + PIECE, done)
            return
        self.stop_loading()
        done()

    def stop_loading(self) -> None:
        """Leave the text as it has come so far."""
        if self._rest is not None:
            self._rest = None
            self._loader.stop()
            self.setUndoRedoEnabled(True)

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor there (both from 1) and show it."""
        block = self.document().findBlockByNumber(max(0, line - 1))
        if not block.isValid():
            return
        self.folding.reveal(block.blockNumber())
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(0, column - 1), max(0, block.length() - 1)))
        self.setTextCursor(cursor)
        self.centerCursor()

    def show_line(self, line: int) -> None:
        """Scroll so that the line (from 1) is in sight, if it is not."""
        self.folding.reveal(line - 1)
        first = self.firstVisibleBlock().blockNumber()
        visible = max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))
        if not first < line <= first + visible - 1:
            # the bar counts lines that are seen
            number = self.document().findBlockByNumber(line - 1).firstLineNumber()
            self.verticalScrollBar().setValue(max(0, number - visible // 3))

    # marks

    def set_tints(self, tints: Mapping[int, str]) -> None:
        """Lines (from 1) and their state: added removed changed moved error."""
        if dict(tints) == self._tints:
            return
        self._tints = dict(tints)
        self._select_lines()
        self._margin.update()

    def set_wave(self, line: int, column: int) -> None:
        """A wavy line under the word there (both from 1); line 0 takes it away."""
        self._wave = (line, column) if line > 0 else None
        self._select_lines()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Wavy lines with words that a hover shows."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self._select_lines()

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def set_current_line(self, line: int) -> None:
        """Show softly which line the current node is in (from 0); -1 for none."""
        if line != self._current_line:
            self._current_line = line
            self._select_lines()

    def _shift(self, position: int, removed: int, added: int) -> None:
        """Text came or went: what stands behind it keeps its tint and its wave."""
        lines, self._lines = self.blockCount() - self._lines, self.blockCount()
        if removed == added and not lines:
            return  # colours only
        if lines and self._tints:
            at = self.document().findBlock(position).blockNumber() + 1
            at += self.document().findBlock(position).position() < position  # behind the first letter: the line stays
            moved = {line + lines if line >= at else line: state for line, state in self._tints.items()}
            self._tints = {line: state for line, state in moved.items() if line > 0}
        if self._marks:
            by = added - removed
            self._marks = tuple(
                mark._replace(start=mark.start + by, end=mark.end + by) if mark.start >= position else mark
                for mark in self._marks
                if not position <= mark.start < position + removed
            )

    def _select_lines(self) -> None:
        selections = []
        if self._current_line >= 0:
            selections.append(self._line_selection(self._current_line, "hover"))
        for line, state in list(self._tints.items())[:MOST_TINTS]:
            selections.append(self._line_selection(line - 1, f"{state}_tint"))
        for mark in self._marks:
            selection = _wavy(mark.ink)
            selection.cursor = QTextCursor(self.document())
            selection.cursor.setPosition(min(mark.start, self.document().characterCount() - 1))
            end = min(mark.end, self.document().characterCount() - 1)
            selection.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            selections.append(selection)
        if self._wave is not None:
            selections.append(self._wave_selection(*self._wave))
        self.setExtraSelections(selections)

    def _line_selection(self, line: int, token: str) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.format.setBackground(theme().color(token))
        selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        selection.cursor = QTextCursor(self.document().findBlockByNumber(line))
        return selection

    def _wave_selection(self, line: int, column: int) -> QTextEdit.ExtraSelection:
        selection = _wavy("error")
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return selection
        text = block.text()
        # parsers name the place behind what is wrong
        end = min(max(0, column - 1), len(text))
        start = max(text.rfind("<", 0, end), text.rfind(" ", 0, end)) + 1
        if start >= end:
            start, end = 0, max(1, len(text))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + start)
        last = self.document().characterCount() - 1
        cursor.setPosition(min(block.position() + end, last), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        return selection

    def tint_of(self, line: int) -> str | None:
        """The state of a line (from 1)."""
        return self._tints.get(line)

    def lines_in_sight(self) -> Iterator[tuple[QTextBlock, int, int]]:
        """The lines that are seen, each with top and height in px."""
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= bottom:
            height = round(self.blockBoundingRect(block).height())
            if block.isVisible():
                yield block, top, height
                top += height
            block = block.next()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        folded = self.folding.folded()
        if not folded:
            return
        painter = QPainter(self.viewport())
        try:
            self._paint_dots(painter, event.rect(), folded)
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()

    def _paint_dots(self, painter: QPainter, rect: QRect, folded: set[int]) -> None:
        """Behind the first line of what is folded: there is more."""
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block, top, height in self.lines_in_sight():
            if block.blockNumber() in folded and top <= rect.bottom():
                left = self.contentOffset().x() + self.fontMetrics().horizontalAdvance(block.text()) + look.px(6)
                box = QRect(round(left), top + look.px(2), look.px(24), height - look.px(4))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("press"))
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(look.color("text2"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "…")

    def resizeEvent(self, event: QResizeEvent) -> None:
        cursor = self.cursorRect()
        super().resizeEvent(event)
        self._fit()
        self._show_visible()
        if event.size().height() < cursor.bottom() <= event.oldSize().height():
            # the banner of broken text came up below: what is being typed stays in sight
            self.ensureCursorVisible()

    def _fit(self) -> None:
        width = self._margin.wanted_width()
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._margin.setGeometry(inside.left(), inside.top(), width, inside.height())

    def _margin_moved(self, rect: QRect, distance: int) -> None:
        if distance:
            self._margin.scroll(0, distance)
        else:
            self._margin.update(0, rect.y(), self._margin.width(), rect.height())

    def _show_visible(self) -> None:
        first = self.firstVisibleBlock().blockNumber()
        count = self.viewport().height() // max(1, self.fontMetrics().lineSpacing()) + 2
        self.highlighter.show(first, first + count)

    def _restyle(self) -> None:
        self.setFont(theme().mono())
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 2)
        self._fit()
        self._select_lines()

    def _reveal_cursor(self) -> None:
        if not self.textCursor().block().isVisible():
            self.folding.reveal(self.textCursor().blockNumber())

    # keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            self.undo_wanted.emit(event.matches(QKeySequence.StandardKey.Redo))
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.isReadOnly():
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()  # the window's
                return
            self._new_line()
            event.accept()
            return
        super().keyPressEvent(event)
        text = event.text()
        is_erasing = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if not self.isReadOnly() and (is_erasing or (text and text.isprintable())):
            self.typed.emit("" if is_erasing else text)

    def _new_line(self) -> None:
        """A line break that keeps the indentation; deeper behind what opens, twice between what opens and closes."""
        cursor = self.textCursor()
        line, column = cursor.block().text(), cursor.positionInBlock()
        indent = line[: len(line) - len(line.lstrip())]
        before, behind = line[:column].rstrip(), line[column:].lstrip()
        tag = before[before.rfind("<") :] if before.endswith(">") else ""
        opens = before.endswith(("{", "[")) or (bool(tag) and tag[1:2].isalpha() and not tag.endswith("/>"))
        closes = behind.startswith(("</", "}", "]"))
        cursor.beginEditBlock()
        cursor.insertText("\n" + indent[:column] + ("  " if opens else ""))
        if opens and closes:
            place = cursor.position()
            cursor.insertText("\n" + indent)
            cursor.setPosition(place)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        wants = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if wants and event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.link_wanted.emit(self.cursorForPosition(event.position().toPoint()).position())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self.cursorForPosition(event.pos()).position()
            self.hovered.emit(position, event.globalPos())
            return True
        return super().viewportEvent(event)

    def show_tip(self, text: str, spot: QPoint) -> None:
        """Show a hover text; "" takes it away."""
        if text:
            QToolTip.showText(spot, text, self.viewport())
        else:
            QToolTip.hideText()


def _wavy(ink: str) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    selection.format.setUnderlineColor(theme().color(ink))
    return selection
