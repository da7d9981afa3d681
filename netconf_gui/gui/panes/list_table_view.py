"""The grid of a list's table: key columns that stay at the left, the cursor, and what is selected.

Lives here: a table view with a second one laid over its left side, which shows the key columns only and shares model
and selection.  Does not live here: cells (`list_table_delegate`), what is done to them (`list_table_actions`).
"""

from __future__ import annotations

from lxml import etree
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget

from netconf_gui.config.table import Column
from netconf_gui.config.table_arrange import Sort
from netconf_gui.gui.forms import named, set_property
from netconf_gui.gui.models.list_table import Index, ListTableModel
from netconf_gui.gui.panes.editing_delegate import EditorMaker
from netconf_gui.gui.panes.list_table_delegate import CellDelegate, cell_width
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

NARROWEST, WIDEST = 60, 320  # px, of a column that nobody has set


class PlainGrid(QTableView):
    """What the grids have in common; the preview of what is pasted is one as well."""

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__()
        named(self, object_name, accessible_name)
        self.setProperty("active", "false")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        header, side = self.horizontalHeader(), self.verticalHeader()
        named(header, f"{object_name}Header", "Columns")
        named(side, f"{object_name}Numbers", "Row numbers")
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setHighlightSections(False)
        side.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.scale()

    def scale(self) -> None:
        """Take the text size in force."""
        self.horizontalHeader().setFixedHeight(theme().px(SIZES.header))
        self.horizontalHeader().setMinimumSectionSize(theme().px(40))
        self.verticalHeader().setMinimumSectionSize(theme().row_height)
        self.verticalHeader().setDefaultSectionSize(theme().row_height)

    def usual_width(self, section: int) -> int:
        """A width that suits heading and the first rows."""
        model = self.model()
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        picture = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole)
        heading = self.fontMetrics().horizontalAdvance(text) + theme().px(34 if picture is None else 54)
        widths = [cell_width(model.index(row, section)) for row in range(min(60, model.rowCount()))]
        return min(max(heading, *widths, theme().px(NARROWEST)), theme().px(WIDEST)) if widths else heading

    def size_to_contents(self) -> None:
        """Give every column a width that suits it."""
        for section in range(self.model().columnCount()):
            self.setColumnWidth(section, self.usual_width(section))


class _Keys(PlainGrid):
    """The key columns, over the left side of the table; has no focus of its own."""

    def __init__(self, table: ListTableView) -> None:
        super().__init__("listTableKeys", "Keys")
        self._table = table
        self.setParent(table)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._table.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._table.menu_at(self.indexAt(event.pos()), event.globalPos())
        event.accept()


class ListTableView(PlainGrid):
    """Shows a `ListTableModel`.

    `cursor_moved`: current cell or selection are others.  `sort_wanted(section)`, `header_menu_wanted(section, spot)`,
    `menu_wanted(spot)`, `locked_wanted(index)`: a cell that cannot be edited in place was to be.
    """

    cursor_moved = Signal()
    sort_wanted = Signal(int)
    header_menu_wanted = Signal(int, QPoint)
    menu_wanted = Signal(QPoint)
    locked_wanted = Signal(QModelIndex)

    _frozen = 0  # key columns; Qt asks while the view is made
    _placing = False  # widths of the key columns follow those below

    def __init__(self, model: ListTableModel, make_editor: EditorMaker) -> None:
        super().__init__("listTable", "Entries")
        self.table = model
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self, self, make_editor))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.keys = _Keys(self)
        self.keys.setModel(model)
        self.keys.setSelectionModel(self.selectionModel())
        self.keys.setItemDelegate(CellDelegate(self, self.keys))
        self._connect()
        for grid in (self, self.keys):
            # headings ask a selection about every row of a column whenever they are drawn: they get one that is empty
            nothing = QItemSelectionModel(model, grid)
            nothing.setObjectName("noSelection")
            grid.horizontalHeader().setSelectionModel(nothing)
        self.viewport().stackUnder(self.keys)
        self.keys.hide()

    def _connect(self) -> None:
        own, other = self.verticalScrollBar(), self.keys.verticalScrollBar()
        own.valueChanged.connect(other.setValue)
        other.valueChanged.connect(own.setValue)
        self.horizontalHeader().sectionResized.connect(self._resized)
        self.keys.horizontalHeader().sectionResized.connect(self._keys_resized)
        for grid in (self, self.keys):
            header = grid.horizontalHeader()
            header.sectionClicked.connect(self.sort_wanted)
            header.customContextMenuRequested.connect(
                lambda spot, header=header: self.header_menu_wanted.emit(
                    header.logicalIndexAt(spot), header.mapToGlobal(spot)
                )
            )
        self.keys.doubleClicked.connect(self.locked_wanted)
        self.selectionModel().selectionChanged.connect(lambda *_: self.cursor_moved.emit())
        self.selectionModel().currentChanged.connect(lambda *_: self._current_moved())
        self.table.modelReset.connect(self._columns_changed)
        theme().changed.connect(self._restyle)

    def _current_moved(self) -> None:
        self.keys.viewport().update()
        self.cursor_moved.emit()

    def _restyle(self) -> None:
        for grid in (self, self.keys):
            grid.scale()
        self.table.dress()
        self._place_keys()

    # the key columns

    def _columns_changed(self) -> None:
        columns = self.table.columns
        self._frozen = 0
        while self._frozen < len(columns) and columns[self._frozen].is_key:
            self._frozen += 1
        if self._frozen == len(columns):
            self._frozen = 0  # nothing to scroll beside them
        self._placing = True
        for section in range(len(columns)):
            self.keys.setColumnHidden(section, section >= self._frozen)
        self._placing = False
        self.show_sort(self.table.wish.sort)
        self._place_keys()

    def _resized(self, section: int, _old: int, new: int) -> None:
        if section < self._frozen:
            self.keys.setColumnWidth(section, new)
            self._place_keys()

    def _keys_resized(self, section: int, _old: int, new: int) -> None:
        by_hand = not self._placing
        if by_hand and section < self._frozen and new and self.columnWidth(section) != new:
            self.setColumnWidth(section, new)

    @property
    def frozen_width(self) -> int:
        """Width of the key columns, px."""
        return sum(self.columnWidth(section) for section in range(self._frozen))

    def _place_keys(self) -> None:
        self.keys.setVisible(self._frozen > 0)
        self._placing = True
        for section in range(self._frozen):
            self.keys.setColumnWidth(section, self.columnWidth(section))
        self._placing = False
        left = self.verticalHeader().width() + self.frameWidth()
        height = self.viewport().height() + self.horizontalHeader().height()
        width = min(self.frozen_width, max(0, self.viewport().width()))
        self.keys.setGeometry(QRect(left, self.frameWidth(), width, height))
        self.keys.verticalScrollBar().setValue(self.verticalScrollBar().value())

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if self._frozen:
            self._place_keys()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_keys()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a cell into sight, not behind the key columns."""
        if index.column() < self._frozen:
            bar = self.horizontalScrollBar()
            at = bar.value()
            super().scrollTo(index, hint)
            bar.setValue(at)
            return
        super().scrollTo(index, hint)
        hidden = self.frozen_width - self.visualRect(index).left()
        if self._frozen and hidden > 0:
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - hidden)

    def grid_of(self, index: QModelIndex) -> QTableView:
        """The grid in which a cell is seen."""
        return self.keys if index.column() < self._frozen else self

    # sorting

    def show_sort(self, sort: Sort | None) -> None:
        """The arrow in the heading of the column that is sorted by."""
        columns = self.table.columns
        section = columns.index(sort.column) if sort is not None and sort.column in columns else -1
        way = Qt.SortOrder.DescendingOrder if sort is not None and sort.descending else Qt.SortOrder.AscendingOrder
        for grid in (self, self.keys):
            grid.horizontalHeader().setSortIndicatorShown(section >= 0)
            grid.horizontalHeader().setSortIndicator(section, way)

    # cursor and selection

    def column_at(self, index: QModelIndex | None = None) -> Column | None:
        """The column of a cell, by default of the current one."""
        index = self.currentIndex() if index is None else index
        return self.table.columns[index.column()] if index.isValid() else None

    def entry_at_cursor(self) -> etree._Element | None:
        index = self.currentIndex()
        return self.table.entry(index.row()) if index.isValid() else None

    def selected_rows(self) -> list[int]:
        """Rows with a selected cell, from the top."""
        rows: set[int] = set()
        for part in _parts(self.selectionModel().selection()):
            rows.update(range(part.top(), part.bottom() + 1))
        if not rows and self.currentIndex().isValid():
            rows.add(self.currentIndex().row())
        return sorted(rows)

    def selected_columns(self) -> list[int]:
        """Columns with a selected cell, from the left."""
        found: set[int] = set()
        for part in _parts(self.selectionModel().selection()):
            found.update(range(part.left(), part.right() + 1))
        if not found and self.currentIndex().isValid():
            found.add(self.currentIndex().column())
        return sorted(found)

    def selected_entries(self) -> list[etree._Element]:
        """Entries with a selected cell; those that are gone from the document left out."""
        found = (self.table.entry(row) for row in self.selected_rows())
        return [one for one in found if one is not None]

    def show_cell(self, row: int, column: int, *, keep: bool = False) -> None:
        """Put the cursor on a cell; `keep`: leave what is selected."""
        index = self.table.index(row, column)
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flag.NoUpdate if keep else flag.ClearAndSelect)
        self.scrollTo(index)

    def select_rows(self, rows: list[int]) -> None:
        """Select whole rows."""
        chosen = QItemSelection()
        last = self.table.columnCount() - 1
        for row in rows:
            chosen.select(self.table.index(row, 0), self.table.index(row, last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # events

    def menu_at(self, index: QModelIndex, spot: QPoint) -> None:
        """The context menu of a cell; a cell outside of the selection becomes the current one."""
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.show_cell(index.row(), index.column())
        self.menu_wanted.emit(spot)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            grid = self.grid_of(index)
            self.menu_at(index, grid.viewport().mapToGlobal(grid.visualRect(index).bottomLeft()))
        else:
            self.menu_at(self.indexAt(event.pos()), event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            # the Return or Escape that ended an editor comes here as well
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and index.isValid():
            if index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)
            else:
                self.locked_wanted.emit(index)
            event.accept()
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mouseDoubleClickEvent(event)
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.locked_wanted.emit(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus("true")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._show_focus("false")

    def _show_focus(self, active: str) -> None:
        for grid in (self, self.keys):
            set_property(grid, "active", active)
            grid.viewport().update()

    def finish_editor(self, editor: QWidget) -> None:
        """Take what an editor in place says, and close it."""
        self.commitData(editor)
        self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)


def _parts(selection: QItemSelection) -> list[QItemSelectionRange]:
    return [selection.at(number) for number in range(selection.count())]
