"""The tree of differences: Node, Fetched, Draft."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from netconf_gui.config.path import InstancePath
from netconf_gui.gui.models.diff_outline import DiffRow
from netconf_gui.gui.models.diff_tree import DiffTreeModel
from netconf_gui.gui.models.looks import RowLook
from netconf_gui.gui.panes.tinted_tree import TintedTree
from netconf_gui.gui.panes.tree_delegate import TreeDelegate, draw_text
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

ROOM = 500  # rows that are opened by themselves
MOST_OPENED = 300  # differences that are opened among what is the same


class DiffDelegate(TreeDelegate):
    """As the configuration tree's, with the old value in a column of its own."""

    def _draw(self, painter: QPainter, rect: QRect, look: RowLook, column: int) -> None:
        if column < 2:
            super()._draw(painter, rect, look, column)
            return
        rect = rect.adjusted(theme().px(5), 0, -theme().px(4), 0)
        old = column == 2
        text = (look.old or "") if old else look.value
        ink = "removed" if look.state == "removed" else "text2" if old or look.state == "same" else "text"
        draw_text(painter, rect, text, theme().mono(), theme().color(ink))


class DiffTreeView(TintedTree):
    """Shows a `DiffTreeModel`, open as far as there is room."""

    def __init__(
        self, model: DiffTreeModel, object_name: str = "diffTree", accessible_name: str = "Differences"
    ) -> None:
        super().__init__(object_name, accessible_name)
        self._model = model
        self.setItemDelegate(DiffDelegate(self))
        self.setModel(model)
        self.setTreePosition(1)
        header = self.header()
        header.setObjectName(f"{object_name}Header")
        header.setAccessibleName("Columns")
        header.setMinimumSectionSize(20)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self._kept: InstancePath | None = None  # of the row under the cursor, while the model is made anew
        self._scrolled = 0
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._open)
        theme().changed.connect(self._scale)
        self._scale()

    def _open(self) -> None:
        """Open the ways to what differs, as far as that stays something a person can look through."""
        self.setUpdatesEnabled(False)
        try:
            if self._model.changes_only:
                self._open_below(QModelIndex(), ROOM)
            else:
                for entry in self._model.changes[:MOST_OPENED]:
                    self._open_above(self._model.row_of(entry))
            if self._kept is not None:
                self._find_again()
        finally:
            self.setUpdatesEnabled(True)

    def _open_below(self, index: QModelIndex, room: int) -> int:
        """Open row after row, level by level, while there is room; returns what is left of it."""
        level = [index]
        while level and room > 0:
            below: list[QModelIndex] = []
            for at in level:
                if at.isValid():
                    if not self._model.hasChildren(at):
                        continue
                    self.setExpanded(at, True)
                count = self._model.rowCount(at)
                room -= count
                if room <= 0:
                    break
                below.extend(self._model.index(number, 0, at) for number in range(count))
            level = below
        return room

    def _open_above(self, row: DiffRow | None) -> None:
        above = row.parent if row is not None else None
        while above is not None and above.parent is not None:
            index = self._model.index_of(above)
            if self.isExpanded(index):
                return
            self.setExpanded(index, True)
            above = above.parent

    # where the cursor is, over a new comparison

    def _remember(self) -> None:
        self._kept = self._model.path_of(self.current_row)
        self._scrolled = self.verticalScrollBar().value()

    def _find_again(self) -> None:
        """Go back to the row that the cursor was on, if it is still there."""
        row = self._model.row_at_path(self._kept)
        if row is not None:
            self.show_row(row)
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(self._scrolled)

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

    def show_change(self, number: int) -> None:
        """Select the row of a difference and bring it into sight."""
        row = self._model.row_of(self._model.changes[number])
        if row is not None:
            self.show_row(row)

    def show_row(self, row: DiffRow) -> None:
        """Select a row and bring it into sight."""
        self._open_above(row)
        index = self._model.index_of(row, 1)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    @property
    def current_row(self) -> DiffRow | None:
        """The row under the cursor."""
        index = self.currentIndex()
        return self._model.row_at(index) if index.isValid() else None
