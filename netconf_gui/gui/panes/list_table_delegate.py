"""Draws the cells of a list's table: tint, value, what holds where nothing is set, findings; makes the cell editor."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.models.list_table import CELL, CellLook
from netconf_gui.gui.panes.editing_delegate import EditingDelegate, EditorMaker, Index
from netconf_gui.gui.panes.tinted_tree import TINTED
from netconf_gui.gui.panes.tree_delegate import draw_icon
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES


class CellDelegate(EditingDelegate):
    """One cell; `view` has the focus and the cursor."""

    def __init__(self, view: QAbstractItemView, parent: QWidget, make_editor: EditorMaker | None = None) -> None:
        super().__init__(parent, make_editor)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(cell_width(index), theme().row_height)

    def draw_cell(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> bool:
        look = index.data(CELL)
        if not isinstance(look, CellLook):
            return False
        self._draw(painter, option, index, look)
        return True

    def _draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, look: CellLook) -> None:
        rect = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        current = self._view.currentIndex() == index
        fill = self._fill(look, selected=selected and not current)
        if fill is not None:
            painter.fillRect(rect, fill)
        if look.row_state in TINTED and index.column() == 0:
            painter.fillRect(
                QRect(rect.left(), rect.top(), theme().px(3), rect.height()), theme().color(look.row_state)
            )
        if look.severity:
            painter.setPen(QPen(theme().color(_ink(look)), 2, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        self._draw_text(painter, rect.adjusted(theme().px(8), 0, -theme().px(7), 0), look)
        if current and self._view.hasFocus():
            inset = 3 if look.severity else 1
            painter.setPen(QPen(theme().color("focus"), 2, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(rect.adjusted(inset, inset, -inset, -inset))

    def _fill(self, look: CellLook, *, selected: bool) -> QColor | None:
        if selected:
            return theme().color("select" if self._view.hasFocus() else "select_off")
        if look.severity and not look.stale:
            return theme().color("error_tint" if look.severity == "error" else "warning_tint")
        state = look.state if look.row_state == "same" else look.row_state
        return theme().color(f"{state}_tint") if state in TINTED else None

    def _draw_text(self, painter: QPainter, rect: QRect, look: CellLook) -> None:
        font = theme().mono()
        ink = "text2" if look.read_only and look.row_state == "same" else "text"
        text = look.text
        if look.row_state == "removed":
            font.setStrikeOut(True)
            ink = "removed"
        elif look.state == "removed":
            font.setStrikeOut(True)
            text, ink = look.old or "", "removed"
        elif not text:
            text, ink = look.ghost, "text3"
        painter.setFont(font)
        if look.severity and painter.fontMetrics().horizontalAdvance(text) <= rect.width() - theme().px(20):
            kind = "error" if look.severity == "error" else "warning"
            spot = QRect(rect.right() - theme().px(15), rect.top(), theme().px(16), rect.height())
            draw_icon(painter, spot, icons.icon(kind, _ink(look)), size=SIZES.icon_small)
            rect.setRight(rect.right() - theme().px(20))
        painter.setPen(theme().color(ink))
        align = Qt.AlignmentFlag.AlignRight if look.numeric else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

    # editing in place

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        more = max(0, editor.minimumSizeHint().height() - rect.height())
        wider = max(rect.width(), theme().px(110))
        editor.setGeometry(QRect(rect.left(), rect.top() - more // 2, wider, rect.height() + more))


def _ink(look: CellLook) -> str:
    """The colour of a finding's marks: dimmed while it is about the document before the last edit."""
    if look.stale:
        return "text3"
    return "error" if look.severity == "error" else "warning"


def cell_width(index: Index) -> int:
    """The width, px, that the text of a cell takes with its margins."""
    look = index.data(CELL)
    if not isinstance(look, CellLook):
        return theme().px(20)
    letters = min(max(len(look.text or look.ghost), len(look.old or "")), 60)
    return theme().px(7.3 * letters + (40 if look.severity else 20))
