"""The tree in which nodes are ticked for a filter, and the list of kept filters: how they look and answer keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygon
from PySide6.QtWidgets import QStyleOptionViewItem

from netconf_gui.gui.forms import named
from netconf_gui.gui.models.filter_tree import FilterTreeModel
from netconf_gui.gui.rows import Index, RowDelegate, RowTree
from netconf_gui.gui.theme import theme

_BOX = 14  # px at the base font size
_LEFT = 2


class _Delegate(RowDelegate):
    """A check box before the usual row."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme()
        box = box_of(option.rect)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        on = state != Qt.CheckState.Unchecked
        enabled = bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color(("accent" if on else "text3") if enabled else "disabled"), 1))
        painter.setBrush(look.color("accent" if enabled else "disabled") if on else look.color("surface"))
        painter.drawRoundedRect(box, look.px(3), look.px(3))
        painter.setPen(QPen(look.color("on_accent"), look.px(2)))
        if state == Qt.CheckState.Checked:
            x, y, side = box.left(), box.top(), box.width()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(
                QPolygon(
                    [
                        QPoint(x + side * 25 // 100, y + side * 55 // 100),
                        QPoint(x + side * 45 // 100, y + side * 75 // 100),
                        QPoint(x + side * 80 // 100, y + side * 32 // 100),
                    ]
                )
            )
        elif on:
            middle = box.center().y() + 1
            painter.drawLine(box.left() + look.px(4), middle, box.right() - look.px(3), middle)
        rest = QStyleOptionViewItem(option)
        rest.rect = option.rect.adjusted(look.px(_BOX + _LEFT + 4), 0, 0, 0)
        super().draw(painter, rest, index)


def box_of(row: QRect) -> QRect:
    """Where the check box of a row is."""
    side = theme().px(_BOX)
    return QRect(row.left() + theme().px(_LEFT), row.center().y() - side // 2 + 1, side, side)


class FilterTree(RowTree):
    """Space and a click on the box tick."""

    def __init__(self, model: FilterTreeModel) -> None:
        super().__init__("filterTree", "Nodes of the device: what is ticked is read")
        self.setHeaderHidden(True)
        named(self.header(), "filterTreeHeader", "Columns")
        self.setItemDelegate(_Delegate(self))
        self.setModel(model)
        self.setExpandsOnDoubleClick(True)
        self._model = model
        model.modelReset.connect(self.viewport().update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            box = box_of(self.visualRect(index)).adjusted(-3, -4, 3, 4)
            if box.contains(event.position().toPoint()):
                self.setCurrentIndex(index)
                self._toggle(index)
                event.accept()
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select) and self.currentIndex().isValid():
            self._toggle(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        self._model.toggle(index)
        self.viewport().update()

    def show_index(self, index: QModelIndex) -> None:
        """Bring a row into sight, the cursor on it."""
        above = index.parent()
        while above.isValid():
            self.expand(above)
            above = above.parent()
        self.setCurrentIndex(index)
        self.scrollTo(index, RowTree.ScrollHint.PositionAtCenter)


class KeptTree(RowTree):
    """The kept filters; `renaming()` and `dropping()` are asked for by F2 and Delete."""

    renaming = Signal()
    dropping = Signal()

    def __init__(self) -> None:
        super().__init__("filterFavourites", "Kept filters")
        self.setHeaderHidden(True)
        named(self.header(), "filterFavouritesHeader", "Columns")
        self.setRootIsDecorated(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        told = {Qt.Key.Key_F2: self.renaming, Qt.Key.Key_Delete: self.dropping}.get(Qt.Key(event.key()))
        if told is not None and self.currentIndex().isValid():
            told.emit()
            event.accept()
            return
        super().keyPressEvent(event)
