"""The list of conflicts: a row for each, with a cell to choose for each of the three versions.

Lives here: painting, mouse and keys of the list.  Does not live here: the rows (`models/conflicts`), the page around
(`conflicts`).
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem

from netconf_gui.config.merge import Side
from netconf_gui.gui import icons
from netconf_gui.gui.models.conflicts import CELL, NODE, SIDES, Cell, ConflictsModel
from netconf_gui.gui.rows import Index, RowDelegate, RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

ROW = 48  # px: a cell of 40 and the gap between two


_AFTER: dict[Side | None, Side] = {None: "mine", "mine": "theirs", "theirs": "base", "base": "mine"}


class CellDelegate(RowDelegate):
    """Paints the node with its place, and the versions as cells with a circle."""

    def __init__(self, parent: RowTree) -> None:
        super().__init__(parent, height=ROW)

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL)
        if not isinstance(cell, Cell):
            return
        look = theme()
        rect = QRect(option.rect).adjusted(look.px(4), look.px(4), -look.px(4), -look.px(4))
        if index.column() == NODE:
            self._node(painter, rect, cell)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("accent" if cell.chosen else "line"), 1))
        painter.setBrush(look.color("select" if cell.chosen else "surface"))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        inside = rect.adjusted(look.px(12), 0, -look.px(8), 0)
        if cell.chosen is not None:
            self._circle(painter, inside, chosen=cell.chosen)
            inside.setLeft(inside.left() + look.px(28))
        self._lines(painter, inside, cell, mono=not cell.quiet and not cell.side)

    def _node(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        look = theme()
        side = look.px(SIZES.icon)
        top = rect.center().y() - side // 2 + 1
        state = icons.icon("success", "success") if cell.decided else icons.icon("warning", "warning")
        state.paint(painter, QRect(rect.left(), top, side, side))
        icons.node_icon(cell.icon or "leaf", "text2").paint(
            painter, QRect(rect.left() + side + look.px(8), top, side, side)
        )
        self._lines(painter, rect.adjusted(2 * side + look.px(16), 0, 0, 0), cell, mono=False, weight=600)

    def _circle(self, painter: QPainter, rect: QRect, *, chosen: bool) -> None:
        """A radio button: a ring, with a dot when it is chosen."""
        look = theme()
        side = look.px(16)
        ring = QRectF(rect.left(), rect.center().y() - side / 2 + 1, side, side).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(look.color("accent" if chosen else "control"), 1))
        painter.setBrush(look.color("accent" if chosen else "surface"))
        painter.drawEllipse(ring)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("on_accent"))
            painter.drawEllipse(ring.center(), side * 0.2, side * 0.2)

    def _lines(self, painter: QPainter, rect: QRect, cell: Cell, *, mono: bool, weight: int = 400) -> None:
        """The title, and what is told under it in small."""
        look = theme()
        painter.setPen(look.color("text3" if cell.quiet else "text"))
        painter.setFont(look.mono(weight=weight) if mono else look.font(weight=weight))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        title = rect if not cell.side else QRect(rect.left(), rect.top() + look.px(3), rect.width(), rect.height() // 2)
        elided = painter.fontMetrics().elidedText(cell.title, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(title, flags, elided)
        if cell.side:
            painter.setPen(look.color("text2"))
            painter.setFont(look.font(SIZES.caption))
            below = QRect(rect.left(), title.bottom(), rect.width(), rect.bottom() - title.bottom() - look.px(2))
            text = painter.fontMetrics().elidedText(cell.side, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(below, flags, text)


class ConflictsView(RowTree):
    """A click on a cell chooses; so do Left (mine) and Right (the device's), Space goes through all, Del takes back.

    `chosen(row, side)`: "" for no decision.
    """

    chosen = Signal(int, str)

    def __init__(self, model: ConflictsModel) -> None:
        super().__init__("conflictsView", "Conflicts", row_height=ROW)
        self.setItemDelegate(CellDelegate(self))
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setModel(model)
        self._model = model
        header = self.header()
        header.setObjectName("conflictsHeader")
        header.setAccessibleName("Versions")
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.header().setFixedHeight(theme().px(SIZES.header))
        width = self.viewport().width()
        first = min(theme().px(220), width // 4)
        self.setColumnWidth(NODE, first)
        for column in SIDES:
            self.setColumnWidth(column, (width - first) // len(SIDES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def show_row(self, row: int) -> None:
        """Put the cursor on a conflict."""
        index = self._model.index(row, NODE)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    @property
    def row(self) -> int:
        """The conflict under the cursor; -1 for none."""
        return self.currentIndex().row() if self.currentIndex().isValid() else -1

    def choose(self, side: Side | None) -> None:
        """Decide the conflict under the cursor."""
        if self.row >= 0:
            self.chosen.emit(self.row, side or "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() in SIDES:
            self.chosen.emit(index.row(), SIDES[index.column()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[int, Side | None] = {
            Qt.Key.Key_Left: "mine",
            Qt.Key.Key_Right: "theirs",
            Qt.Key.Key_Delete: None,
            Qt.Key.Key_Backspace: None,
        }
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or self.row < 0:
            super().keyPressEvent(event)
        elif event.key() in keys:
            self.choose(keys[event.key()])
            event.accept()
        elif event.key() == Qt.Key.Key_Space:
            path = self._model.conflicts[self.row].path
            self.choose(_AFTER[self._model.decisions.get(path)])
            event.accept()
        else:
            super().keyPressEvent(event)
