"""The tree of differences: Node, Fetched, Draft."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from netconf_gui.gui.models.diff_tree import DiffRow, DiffTreeModel
from netconf_gui.gui.models.looks import RowLook
from netconf_gui.gui.panes.tinted_tree import TintedTree
from netconf_gui.gui.panes.tree_delegate import TreeDelegate, draw_text
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES


class DiffDelegate(TreeDelegate):
    """As the configuration tree's, with the old value in a column of its own."""

    def _draw(self, painter: QPainter, rect: QRect, look: RowLook, column: int) -> None:
        if column < 2:
            super()._draw(painter, rect, look, column)
            return
        rect = rect.adjusted(theme().px(5), 0, -theme().px(4), 0)
        old = column == 2
        text = (look.old or "") if old else look.value
        ink = "removed" if look.state == "removed" else "text2" if old else "text"
        draw_text(painter, rect, text, theme().mono(), theme().color(ink))


class DiffTreeView(TintedTree):
    """Shows a `DiffTreeModel`, all open."""

    def __init__(self, model: DiffTreeModel) -> None:
        super().__init__("diffTree", "Differences")
        self._model = model
        self.setItemDelegate(DiffDelegate(self))
        self.setModel(model)
        self.setTreePosition(1)
        header = self.header()
        header.setObjectName("diffTreeHeader")
        header.setAccessibleName("Columns")
        header.setMinimumSectionSize(20)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        model.modelReset.connect(self._open)
        theme().changed.connect(self._scale)
        self._scale()

    def _open(self) -> None:
        if self._model.rowCount():
            self.expandToDepth(12) if len(self._model.changes) <= 2000 else self.expandToDepth(1)

    def _scale(self) -> None:
        self.header().setFixedHeight(theme().px(SIZES.header))
        self.setColumnWidth(0, theme().px(SIZES.gutter))
        rest = max(0, self.viewport().width() - theme().px(SIZES.gutter))
        self.setColumnWidth(1, round(rest * 0.44))
        self.setColumnWidth(2, round(rest * 0.25))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._scale()

    def show_row(self, row: DiffRow) -> None:
        """Select a row and bring it into sight."""
        above = row.parent
        while above is not None and above.parent is not None:
            self.expand(self._model.index_of(above))
            above = above.parent
        index = self._model.index_of(row, 1)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
