"""Rows of trees and tables: one view and one delegate that paint them as the theme says.

The view fills the whole row (hover, selection with and without focus, tint) and draws the focus ring; the delegate
draws icon, text and side text.  A model tells what to draw by the roles of `Role`.  The configuration tree has a
view of its own, since it paints marks and changes as well.
"""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.forms import named, set_property
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a model may say about a cell beside text (DisplayRole) and icon (DecorationRole, a QIcon)."""

    SIDE = Qt.ItemDataRole.UserRole + 1  # str: small text at the right
    SIDE_INK = Qt.ItemDataRole.UserRole + 2  # str: token of the side text
    INK = Qt.ItemDataRole.UserRole + 3  # str: token of the text
    MONO = Qt.ItemDataRole.UserRole + 4  # bool: a value, in the monospaced font
    WEIGHT = Qt.ItemDataRole.UserRole + 5  # int: weight of the text
    TINT = Qt.ItemDataRole.UserRole + 6  # str: token of the whole row's background (asked of column 0)
    FRACTION = Qt.ItemDataRole.UserRole + 7  # float 0 to 1, or -1 for "busy": a progress bar instead of text


class RowDelegate(QStyledItemDelegate):
    """Draws one cell; an error while painting is reported and the plain text drawn."""

    def __init__(self, parent: QWidget | None = None, *, height: int = SIZES.row) -> None:
        super().__init__(parent)
        self._height = height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme().px(60), theme().px(self._height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        try:
            self.draw(painter, option, index)
        except Exception as error:  # noqa: BLE001 - an exception that leaves paint() ends the process
            error_report.from_painting(error)
            painter.drawText(option.rect, Qt.AlignmentFlag.AlignVCenter, str(index.data() or ""))
        finally:
            painter.restore()

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw icon, side text and text, from the outside in."""
        look = theme()
        rect = QRect(option.rect).adjusted(look.px(4), 0, -look.px(8), 0)
        fraction = index.data(Role.FRACTION)
        if isinstance(fraction, float):
            self._bar(painter, rect, fraction)
            return
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QIcon) and not picture.isNull():
            side = look.px(SIZES.icon)
            spot = QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side)
            picture.paint(painter, spot, mode=QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled)
            rect.setLeft(spot.right() + look.px(6))
        rect = self._side(painter, rect, index)
        mono = bool(index.data(Role.MONO))
        weight = index.data(Role.WEIGHT)
        weight = weight if isinstance(weight, int) else 400
        font = look.mono(weight=weight) if mono else look.font(weight=weight)
        painter.setFont(font)
        ink = index.data(Role.INK)
        painter.setPen(look.color(str(ink) if ink else "text" if enabled else "disabled"))
        align = index.data(Qt.ItemDataRole.TextAlignmentRole)
        flags = Qt.AlignmentFlag.AlignVCenter | (align if isinstance(align, Qt.AlignmentFlag) else Qt.AlignmentFlag(0))
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        metrics = painter.fontMetrics()
        painter.drawText(rect, flags, metrics.elidedText(text, option.textElideMode, rect.width()))

    def _side(self, painter: QPainter, rect: QRect, index: Index) -> QRect:
        """Draw the side text, unless there is no room; returns what is left for the text."""
        look = theme()
        side = str(index.data(Role.SIDE) or "")
        if not side:
            return rect
        painter.setFont(look.font())
        wanted = painter.fontMetrics().horizontalAdvance(str(index.data() or "")) + look.px(12)
        painter.setFont(look.font(SIZES.side))
        room = max(0, rect.width() - min(wanted, rect.width() * 2 // 3))
        if room < look.px(28):
            return rect
        painter.setPen(look.color(str(index.data(Role.SIDE_INK) or "text3")))
        text = painter.fontMetrics().elidedText(side, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        return rect.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - look.px(8), 0)

    def _bar(self, painter: QPainter, rect: QRect, fraction: float) -> None:
        look = theme()
        height = look.px(4)
        track = QRect(rect.left(), rect.center().y() - height // 2, rect.width(), height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("line"))
        painter.drawRoundedRect(track, 2, 2)
        painter.setBrush(look.color("accent"))
        if fraction < 0:
            track.setLeft(track.left() + track.width() // 3)
            track.setWidth(track.width() // 2)
        else:
            track.setWidth(max(height, round(track.width() * min(1.0, fraction))))
        painter.drawRoundedRect(track, 2, 2)


class RowTree(QTreeView):
    """A tree or list whose rows are filled over their whole width, in the theme's colours."""

    activated_index = Signal(QModelIndex)
    menu_wanted = Signal(QModelIndex, QPoint)

    def __init__(self, object_name: str, accessible_name: str, *, row_height: int = SIZES.row) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self.setProperty("active", "false")
        self._hover = QPersistentModelIndex()
        self.setItemDelegate(RowDelegate(self, height=row_height))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(False)
        self.setIndentation(theme().px(SIZES.indent))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(True)
        self.doubleClicked.connect(self.activated_index)
        theme().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setIndentation(theme().px(SIZES.indent))
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def row_fill(self, index: Index) -> QColor | None:
        """The background of a row; None leaves the pane's."""
        look = theme()
        selection = self.selectionModel()
        if selection is not None and selection.isRowSelected(index.row(), index.parent()):
            return look.color("select" if self.hasFocus() else "select_off")
        if self._hover.isValid() and self._hover == index.sibling(index.row(), 0):
            return look.color("hover")
        tint = index.sibling(index.row(), 0).data(Role.TINT)
        return look.color(str(tint)) if tint else None

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        full = QRect(0, option.rect.top(), self.viewport().width(), option.rect.height())
        fill = self.row_fill(index)
        if fill is not None:
            painter.fillRect(full, fill)
        super().drawRow(painter, option, index)
        if self.hasFocus() and index.sibling(index.row(), 0) == self.currentIndex().siblingAtColumn(0):
            painter.save()
            painter.setPen(QPen(theme().color("focus"), 1))
            painter.drawRect(full.adjusted(0, 0, -1, -1))
            painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.indexAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._set_hover(QModelIndex())
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _set_hover(self, index: QModelIndex) -> None:
        index = index.siblingAtColumn(0)
        if self._hover != index:
            self._hover = QPersistentModelIndex(index)
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        set_property(self, "active", "true")
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            set_property(self, "active", "false")
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # while a cell is edited, a Return that its editor let pass is on its way to being committed
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid() and not editing:
            self.activated_index.emit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            spot = self.visualRect(index).bottomLeft()
        else:
            index = self.indexAt(event.pos())
            spot = event.pos()
        self.menu_wanted.emit(index, self.viewport().mapToGlobal(spot))
        event.accept()
