"""Draws the rows of the configuration tree: mark, name, value, type; and makes the editor of a value in place."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.models.config_tree import LOOK
from netconf_gui.gui.models.looks import RowLook
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.panes.editing_delegate import EditingDelegate, EditorMaker, Index
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

MARKS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}


class TreeDelegate(EditingDelegate):
    """One cell of the tree."""

    def __init__(self, parent: QWidget, make_editor: EditorMaker | None = None) -> None:
        super().__init__(parent, make_editor)
        self._open = False  # the row that is drawn shows its children

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme().px(60), theme().row_height)

    def draw_cell(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> bool:
        look = index.data(LOOK)
        if not isinstance(look, RowLook):
            return False
        self._open = bool(option.state & QStyle.StateFlag.State_Open)
        self._draw(painter, QRect(option.rect), look, index.column())
        return True

    def _draw(self, painter: QPainter, rect: QRect, look: RowLook, column: int) -> None:
        if column == Column.MARK:
            self._draw_mark(painter, rect, look)
        elif column == Column.NAME:
            rect = self._draw_name(painter, rect, look)
            if look.within and not look.severity and not self._open:
                # a closed branch says that something in it is wrong
                spot = rect.adjusted(theme().px(8), 0, 0, 0)
                draw_icon(painter, spot, icons.icon(look.within, "text3" if look.stale else look.within), size=12)
        elif column == Column.VALUE:
            self._draw_value(painter, rect, look)
        else:
            self._draw_type(painter, rect, look)

    def _draw_mark(self, painter: QPainter, rect: QRect, look: RowLook) -> None:
        mark = MARKS.get(look.state)
        if mark is not None:
            painter.setFont(theme().mono(weight=600))
            painter.setPen(theme().color(look.state))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, mark)
        elif look.below:
            side = theme().px(5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("changed"))
            painter.drawEllipse(rect.center().x() - side // 2, rect.center().y() - side // 2, side, side)

    def _draw_name(self, painter: QPainter, rect: QRect, look: RowLook) -> QRect:
        """Returns what is left of `rect` behind it."""
        faint = look.unset
        rect = rect.adjusted(theme().px(2), 0, -theme().px(4), 0)
        if look.condition:
            # there although it may not be: that wants to be seen
            rect = draw_icon(painter, rect, icons.node_icon("when-false", "text3" if faint else "warning"))
        else:
            rect = draw_icon(painter, rect, icons.node_icon(look.icon, "text3" if faint else "text2"))
        struck = look.state == "removed"
        font = theme().font(italic=faint)
        font.setStrikeOut(struck)
        ink = theme().color("removed" if struck else "text3" if faint else "text")
        rect = draw_text(painter, rect, look.name, font, ink)
        if look.chip:
            rect = self._draw_chip(painter, rect, look.chip)
        if look.side:
            rect = rect.adjusted(theme().px(8), theme().px(1), 0, 0)
            rect = draw_text(painter, rect, look.side, theme().font(SIZES.side), theme().color("text2"))
        return rect

    def _draw_chip(self, painter: QPainter, rect: QRect, text: str) -> QRect:
        look = theme()
        painter.setFont(look.font(SIZES.side, weight=500))
        width = painter.fontMetrics().horizontalAdvance(text) + look.px(14)
        rect = rect.adjusted(look.px(8), 0, 0, 0)
        if rect.width() < width:
            return rect
        height = look.px(16)
        pill = QRect(rect.left(), rect.center().y() - height // 2 + 1, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("line2"), 1))
        painter.setBrush(look.color("sunken"))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(look.color("text2"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return QRect(pill.right(), rect.top(), rect.right() - pill.right(), rect.height())

    def _draw_value(self, painter: QPainter, rect: QRect, look: RowLook) -> None:
        rect = rect.adjusted(theme().px(5), 0, -theme().px(4), 0)
        mono = theme().mono()
        if look.unset and look.condition:
            rect = draw_text(painter, rect, "only when ", theme().font(), theme().color("text3"))
            draw_text(
                painter, rect, look.why or look.condition, theme().font() if look.why else mono, theme().color("text3")
            )
            return
        if look.unset or (look.ghost and not look.value):
            rest = draw_text(painter, rect, look.ghost, mono, theme().color("text3"))
            draw_selector(painter, rest, look)
            return
        if look.old is not None:
            old = QFont(mono)
            old.setStrikeOut(True)
            room = QRect(rect.left(), rect.top(), rect.width() // 2, rect.height())
            after = draw_text(painter, room, look.old, old, theme().color("text3")).left()
            rect.setLeft(after + theme().px(7))
            rect = draw_icon(painter, rect, icons.icon("arrow", "text3"), size=12)
        ink = "text2" if look.read_only else "removed" if look.state == "removed" else "text"
        if look.severity:
            rect.setRight(rect.right() - theme().px(24))
        start = rect.left()
        rest = draw_text(painter, rect, look.value, mono, theme().color(ink))
        draw_selector(painter, rest, look)
        if look.condition and not look.severity:
            rest = rest.adjusted(theme().px(12), 0, 0, 0)
            draw_text(
                painter,
                rest,
                f"only when {look.why or look.condition}",
                theme().font(SIZES.side),
                theme().color("warning"),
            )
        if look.severity:
            kind = "error" if look.severity == "error" else "warning"
            ink = "text3" if look.stale else kind
            if look.value:
                draw_wave(painter, start, rest.left(), rect, theme().color(ink))
            gap = 8 if look.value else 0
            spot = QRect(
                rest.left() + theme().px(gap + (18 if look.selector else 0)), rect.top(), theme().px(20), rect.height()
            )
            draw_icon(painter, spot, icons.icon(kind, ink), size=SIZES.icon_small)

    def _draw_type(self, painter: QPainter, rect: QRect, look: RowLook) -> None:
        rect = rect.adjusted(theme().px(5), 0, -theme().px(4), 0)
        text = look.type
        if look.read_only:
            rect = draw_icon(painter, rect, icons.icon("locked", "text3"), size=SIZES.icon_small)
            text = f"{look.type}, read-only (state)"
        draw_text(painter, rect, text, theme().font(), theme().color("text3" if look.unset else "text2"))

    # editing in place

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        more = max(0, editor.minimumSizeHint().height() - rect.height())
        editor.setGeometry(rect.adjusted(0, -(more // 2), 0, more - more // 2))


def draw_text(painter: QPainter, rect: QRect, text: str, font: QFont, ink: QColor) -> QRect:
    """Draw one line, elided; returns what is left of `rect` behind it."""
    painter.setFont(font)
    painter.setPen(ink)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    used = metrics.horizontalAdvance(shown)
    return QRect(rect.left() + used, rect.top(), max(0, rect.width() - used), rect.height())


def draw_icon(painter: QPainter, rect: QRect, icon: QIcon, *, size: int = SIZES.icon) -> QRect:
    """Draw an icon at the left; returns what is left of `rect` behind it."""
    side = theme().px(size)
    icon.paint(painter, QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side))
    return rect.adjusted(side + theme().px(7), 0, 0, 0)


def draw_selector(painter: QPainter, rect: QRect, look: RowLook) -> None:
    """The caret behind a value that is chosen from a few."""
    if look.selector and rect.width() > theme().px(20):
        spot = rect.adjusted(theme().px(5), 0, 0, 0)
        draw_icon(painter, spot, icons.icon("down", "text3"), size=12)


def draw_wave(painter: QPainter, left: int, right: int, rect: QRect, ink: QColor) -> None:
    """A wavy line under a text that has a problem."""
    painter.setPen(QPen(ink, 1))
    base = rect.center().y() + theme().px(8)
    at, up = left, False
    while at < max(right, left + theme().px(10)):
        painter.drawLine(at, base + (0 if up else 2), at + 2, base + (2 if up else 0))
        at, up = at + 2, not up
