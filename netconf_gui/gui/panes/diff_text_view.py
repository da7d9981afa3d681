"""Two texts side by side, or one above the other: only the rows in sight are coloured and drawn.

Lives here: drawing, scrolling, the cursor, folding, copying.  Does not live here: what differs (`models/diff_text`).
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QMenu

from netconf_gui.gui.forms import named
from netconf_gui.gui.models.diff_text import Layout, Span, TextDiff, TextRow, TextRows, words
from netconf_gui.gui.painting import painting
from netconf_gui.gui.panes.diff_overview import Overview
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xml_highlighter import ink_of, scan

WIDEST = 2000  # characters of a line that are drawn
SIGNS = {"added": "+", "removed": "−", "changed": "~"}
_EMPTY = TextDiff((), (), ())
_words = lru_cache(maxsize=2000)(words)


class DiffTextView(QAbstractScrollArea):
    """Shows `TextRows`; `moved()` when the cursor is on another row or rows were opened or folded."""

    moved = Signal()

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self.rows = TextRows(_EMPTY)
        self.current = 0
        self._anchor = 0
        self._side = 1  # 0 the old text, 1 the new one: which one is copied
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.overview = Overview(self)
        theme().changed.connect(self._fit)
        self._fit()

    # what is shown

    def show_rows(self, rows: TextRows) -> None:
        """Show another comparison."""
        self.rows = rows
        self.current = self._anchor = 0
        self.verticalScrollBar().setValue(0)
        self._changed()

    @property
    def layout_(self) -> Layout:
        return self.rows.layout

    def set_layout(self, layout: Layout) -> None:
        """Side by side or one above the other; what the cursor is on stays in sight."""
        if layout == self.rows.layout:
            return
        change = self.rows.change_at(self.current)
        self.rows.set_layout(layout)
        self._changed()
        self.go_to(self.rows.changes[change] if change >= 0 else 0)

    def unfold_all(self) -> None:
        self._keeping(self.rows.unfold_all)

    def fold_all(self) -> None:
        self._keeping(self.rows.fold_all)

    def _keeping(self, do: object) -> None:
        change = self.rows.change_at(self.current)
        do()  # type: ignore[operator]
        self._changed()
        self.go_to(self.rows.changes[change] if change >= 0 else 0)

    def _changed(self) -> None:
        self.current = self._anchor = max(0, min(self.current, self.rows.count - 1))
        self._fit()
        self.overview.update()
        self.viewport().update()
        self.moved.emit()

    # moving

    def go_to_change(self, number: int) -> None:
        """Put the cursor on a change and show it with what is around."""
        if 0 <= number < len(self.rows.changes):
            self.go_to(self.rows.changes[number])

    def show_line(self, place: int) -> None:
        """Put the cursor on a line that `TextRows.hits` found; what hides it is opened."""
        row = self.rows.row_of_line(place)
        self._changed()
        self.go_to(row)

    def go_to(self, row: int, *, select: bool = False) -> None:
        """Put the cursor on a row, in the upper third if it was out of sight."""
        if not self.rows.count:
            return
        self.current = max(0, min(row, self.rows.count - 1))
        if not select:
            self._anchor = self.current
        bar, visible = self.verticalScrollBar(), self._visible()
        if not bar.value() <= self.current < bar.value() + visible - 1:
            bar.setValue(self.current - visible // 3)
        self.setAccessibleDescription(self.words_of(self.current))
        self.viewport().update()
        self.moved.emit()

    def words_of(self, number: int) -> str:
        """A row in words."""
        row = self.rows.row(number)
        if row.state == "gap":
            return f"{row.hidden:,} unchanged lines"
        old = self.rows.difference.old[row.old].strip() if row.old >= 0 else ""
        new = self.rows.difference.new[row.new].strip() if row.new >= 0 else ""
        if row.state == "changed":
            return f"line {row.new + 1:,} changed: {old} → {new}"
        line = (row.new if row.new >= 0 else row.old) + 1
        return f"line {line:,}{'' if row.state == 'same' else ' ' + row.state}: {new or old}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self._visible() - 1)
        key, select = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self.rows.count,
            Qt.Key.Key_End: self.rows.count,
        }
        across = self.horizontalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            copy_text(self.selected_text())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._anchor = 0
            self.go_to(self.rows.count - 1, select=True)
        elif key in steps and not (control and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)):
            self.go_to(self.current + steps[Qt.Key(key)], select=select)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and control:
            self._side = int(key == Qt.Key.Key_Right)
            self.viewport().update()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            across.setValue(across.value() + (8 if key == Qt.Key.Key_Right else -8))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not control and self._unfold():
            pass
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _unfold(self) -> bool:
        if not self.rows.unfold(self.current):
            return False
        self._changed()
        return True

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._side = int(event.position().x() >= self._half()) if self.rows.layout == "side" else self._side
            self.go_to(row, select=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            self._unfold()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and row is not None and row != self.current:
            self.go_to(row, select=True)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = named(QMenu(self), "diffTextMenu", "Text")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, do in (
            ("&Copy lines", lambda: copy_text(self.selected_text())),
            ("&Show all unchanged lines", self.unfold_all),
            ("&Fold unchanged lines", self.fold_all),
        ):
            menu.addAction(text, do)
        menu.popup(event.globalPos())

    def row_at(self, point: QPoint) -> int | None:
        """The row at a place of the viewport."""
        row = self.verticalScrollBar().value() + point.y() // self._height()
        return row if 0 <= row < self.rows.count else None

    def selected_text(self) -> str:
        """The lines from where the selection began to the cursor, of the side last clicked; of both if unified."""
        low, high = sorted((self._anchor, self.current))
        return "\n".join(self._lines(low, high))

    def _lines(self, low: int, high: int) -> list[str]:
        old, new = self.rows.difference.old, self.rows.difference.new
        found: list[str] = []
        for row in map(self.rows.row, range(low, high + 1) if self.rows.count else ()):
            if row.state == "gap":
                found.extend((new if self._side else old)[(at := row.new if self._side else row.old) : at + row.hidden])
            elif self.rows.layout == "unified":
                sign = {"added": "+", "removed": "-"}.get(row.state, " ")
                found.append(f"{sign} {new[row.new] if row.new >= 0 else old[row.old]}")
            elif (row.new if self._side else row.old) >= 0:
                found.append(new[row.new] if self._side else old[row.old])
        return found

    # measures

    def _height(self) -> int:
        return max(1, self.fontMetrics().lineSpacing() + theme().px(3))

    def _visible(self) -> int:
        return max(1, self.viewport().height() // self._height())

    def _digits(self) -> int:
        longest = max(len(self.rows.difference.old), len(self.rows.difference.new))
        return max(3, len(str(longest))) * self.fontMetrics().horizontalAdvance("9")

    def _half(self) -> int:
        return self.viewport().width() // 2 if self.rows.layout == "side" else 0

    def sizeHint(self) -> QSize:
        return QSize(theme().px(400), theme().px(300))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFont(theme().mono())
        self.setViewportMargins(0, 0, theme().px(10), 0)
        bar, across = self.verticalScrollBar(), self.horizontalScrollBar()
        visible = self._visible()
        bar.setRange(0, max(0, self.rows.count - visible))
        bar.setPageStep(visible)
        inside = self.contentsRect()
        edge = self.viewport().geometry().right() + 1
        self.overview.setGeometry(edge, inside.top(), theme().px(10), self.viewport().height())
        width = max(1, self.fontMetrics().horizontalAdvance("0"))
        columns = (self.viewport().width() - self._half()) // width - 12
        across.setRange(0, max(0, min(WIDEST, self.rows.difference.widest) - columns))
        across.setPageStep(max(1, columns))

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self.viewport()) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        look, area, height = theme(), self.viewport().rect(), self._height()
        painter.fillRect(area, look.color("surface"))
        first, half = self.verticalScrollBar().value(), self._half()
        for number in range(first, min(self.rows.count, first + area.height() // height + 1)):
            row = self.rows.row(number)
            top = (number - first) * height
            if row.state == "gap":
                self._draw_gap(painter, QRect(0, top, area.width(), height), row)
            elif half:
                self._draw_side(painter, QRect(0, top, half, height), row, row.old, 0)
                self._draw_side(painter, QRect(half, top, area.width() - half, height), row, row.new, 1)
                painter.fillRect(half - 1, top, 1, height, look.color("line2"))
            else:
                self._draw_unified(painter, QRect(0, top, area.width(), height), row)
            self._draw_cursor(painter, QRect(0, top, area.width(), height), number)

    def _draw_gap(self, painter: QPainter, rect: QRect, row: TextRow) -> None:
        look = theme()
        painter.fillRect(rect, look.color("sunken"))
        painter.setFont(look.font(11))
        painter.setPen(look.color("text2"))
        plural = "line" if row.hidden == 1 else "lines"
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"⋯ {row.hidden:,} unchanged {plural} ⋯")

    def _draw_side(self, painter: QPainter, rect: QRect, row: TextRow, line: int, side: int) -> None:
        look = theme()
        if line < 0:
            painter.fillRect(rect, look.color("sunken"))
            return
        self._tint(painter, rect, row.state)
        margin = self._margin(painter, rect, [line], row.state)
        text = (self.rows.difference.new if side else self.rows.difference.old)[line]
        spans = self._spans(row, side)
        self._draw_text(painter, rect.adjusted(margin, 0, 0, 0), text, spans, "added" if side else "removed")

    def _draw_unified(self, painter: QPainter, rect: QRect, row: TextRow) -> None:
        self._tint(painter, rect, row.state)
        margin = self._margin(painter, rect, [row.old, row.new], row.state)
        side = int(row.new >= 0)
        text = self.rows.difference.new[row.new] if side else self.rows.difference.old[row.old]
        self._draw_text(painter, rect.adjusted(margin, 0, 0, 0), text, self._spans(row, side), row.state)

    def _spans(self, row: TextRow, side: int) -> list[Span]:
        pair = self.rows.partner(row)
        if pair is None:
            return []
        return _words(self.rows.difference.old[pair[0]], self.rows.difference.new[pair[1]])[side]

    def _tint(self, painter: QPainter, rect: QRect, state: str) -> None:
        if state in SIGNS:
            painter.fillRect(rect, theme().color(f"{state}_tint"))
            painter.fillRect(rect.left(), rect.top(), theme().px(3), rect.height(), theme().color(state))

    def _margin(self, painter: QPainter, rect: QRect, lines: list[int], state: str) -> int:
        """Numbers and sign at the left; returns their width."""
        look, digits = theme(), self._digits()
        at = look.px(6)
        painter.setFont(look.mono(11))
        painter.setPen(look.color("text2" if state in SIGNS else "text3"))
        for line in lines:
            spot = QRect(rect.left() + at, rect.top(), digits, rect.height())
            if line >= 0:
                painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line + 1))
            at += digits + look.px(6)
        if state in SIGNS:
            painter.setFont(look.mono(weight=600))
            painter.setPen(look.color(state))
            spot = QRect(rect.left() + at, rect.top(), look.px(12), rect.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, SIGNS[state])
        return at + look.px(16)

    def _draw_text(self, painter: QPainter, rect: QRect, text: str, spans: list[Span], state: str) -> None:
        look, metrics = theme(), self.fontMetrics()
        text = text[:WIDEST]
        painter.save()
        painter.setClipRect(rect)
        left = rect.left() - self.horizontalScrollBar().value() * metrics.horizontalAdvance("0")
        mark = look.color(state) if state in SIGNS else look.color("changed")
        mark.setAlpha(70)
        for start, length in spans:
            at = left + metrics.horizontalAdvance(text[:start])
            width = metrics.horizontalAdvance(text[start : start + length])
            painter.fillRect(QRect(at, rect.top() + 1, width, rect.height() - 2), mark)
        painter.setFont(look.mono())
        base = rect.top() + (rect.height() - metrics.height()) // 2 + metrics.ascent()
        at = 0
        for start, length, kind in [*scan(text, 0)[0], (len(text), 0, "")]:
            # what no span colours, then the span: each letter is drawn once
            for low, high, ink in ((at, start, "xml_text"), (start, start + length, kind)):
                if high > low and text[low:high].strip():
                    painter.setPen(look.color(ink_of(ink)))
                    painter.drawText(left + metrics.horizontalAdvance(text[:low]), base, text[low:high])
            at = max(at, start + length)
        painter.restore()

    def _draw_cursor(self, painter: QPainter, rect: QRect, number: int) -> None:
        low, high = sorted((self._anchor, self.current))
        if low != high and low <= number <= high:
            shade = theme().color("focus")
            shade.setAlpha(40)
            half = self._half()
            part = QRect(half if self._side else 0, rect.top(), rect.width() - half, rect.height()) if half else rect
            painter.fillRect(part, shade)
        if number == self.current:
            painter.setPen(theme().color("focus" if self.hasFocus() else "control"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
