"""The strip beside a text comparison: where in the whole of it the changes are; a click goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from netconf_gui.gui.forms import named
from netconf_gui.gui.painting import painting
from netconf_gui.gui.theme import theme

if TYPE_CHECKING:
    from netconf_gui.gui.panes.diff_text_view import DiffTextView


class Overview(QWidget):
    """Object name `…Overview`: a mark for each change, at most one a pixel."""

    def __init__(self, view: DiffTextView) -> None:
        super().__init__(view)
        named(self, f"{view.objectName()}Overview", "Where the changes are")
        self._view = view
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Where the changes are")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        rows = self._view.rows
        if event.button() == Qt.MouseButton.LeftButton and rows.count:
            self._view.go_to(int(event.position().y() / max(1, self.height()) * rows.count))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        look, rows = theme(), self._view.rows
        painter.fillRect(self.rect(), look.color("alt"))
        painter.fillRect(0, 0, 1, self.height(), look.color("line"))
        if not rows.count:
            return
        drawn = -1
        for row in rows.changes:
            at = row * self.height() // max(rows.count, self.height() // 4)
            if at == drawn:
                continue
            drawn = at
            painter.fillRect(look.px(2), at, self.width() - look.px(3), max(2, look.px(2)), look.color(self._ink(row)))

    def _ink(self, row: int) -> str:
        state = self._view.rows.row(row).state
        return state if state in ("added", "removed") else "changed"
