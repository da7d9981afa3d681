"""The tree of a document: columns, what is expanded, and editing in place."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QWidget

from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.models.rows import Key, Row
from netconf_gui.gui.panes.tinted_tree import TintedTree
from netconf_gui.gui.panes.tree_delegate import EditorMaker, TreeDelegate
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

Opened = tuple[list[tuple[Key, ...]], tuple[Key, ...]]
OPEN_AT_ONCE = 40  # rows: a document whose first levels fit is shown open


class ConfigTreeView(TintedTree):
    """Shows a `ConfigTreeModel`; `current_row` tells which row the cursor is on (a Row, or None)."""

    current_row = Signal(object)

    def __init__(self, model: ConfigTreeModel, make_editor: EditorMaker | None = None) -> None:
        super().__init__("configTree", "Configuration")
        self._model = model
        self._before: Opened = ([], ())
        self.setItemDelegate(TreeDelegate(self, make_editor))
        self.setModel(model)
        self.setTreePosition(Column.NAME)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(False)
        self._set_up_header()
        model.about_to_replace.connect(self._remember)
        model.replaced.connect(self._restore)
        model.rowsRemoved.connect(lambda *_: self._tell_current())
        self.selectionModel().currentChanged.connect(lambda *_: self._tell_current())
        theme().changed.connect(self._scale_columns)

    def _set_up_header(self) -> None:
        header = self.header()
        header.setObjectName("configTreeHeader")
        header.setAccessibleName("Columns")
        header.setMinimumSectionSize(20)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.MARK, QHeaderView.ResizeMode.Fixed)
        header.setSectionsMovable(False)
        self._scale_columns()

    def _scale_columns(self) -> None:
        self.header().setFixedHeight(theme().px(SIZES.header))
        self.setColumnWidth(Column.MARK, theme().px(SIZES.gutter))
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._share_width()

    def _share_width(self) -> None:
        """Type hides where there is little room; Name and Value share the rest."""
        width = self.viewport().width()
        narrow = width < theme().px(560)
        self.setColumnHidden(Column.TYPE, narrow)
        rest = max(0, width - theme().px(SIZES.gutter))
        self.setColumnWidth(Column.NAME, max(theme().px(160), round(rest * (0.53 if narrow else 0.36))))
        self.setColumnWidth(Column.VALUE, max(theme().px(120), round(rest * (0.47 if narrow else 0.33))))

    # rows

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        index = self.currentIndex()
        return self._model.row_at(index) if index.isValid() else None

    def show_row(self, row: Row) -> None:
        """Open what is above the row, select it and bring it into sight."""
        above = row.parent
        while above is not None and above.parent is not None:
            self.expand(self._model.index_of(above))
            above = above.parent
        index = self._model.index_of(row, Column.NAME)
        self.selectionModel().setCurrentIndex(
            index,
            QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
        )
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def open_first_levels(self) -> None:
        """Expand the top of a small document, and the only child of each row that has but one."""
        count = self._model.rowCount()
        for number in range(count):
            index = self._model.index(number, 0)
            below = self._model.rowCount(index)
            if count + below > OPEN_AT_ONCE:
                break
            count += below
            self.expand(index)

    def edit_value(self) -> bool:
        """Open the editor of the current row's value; False if it has none."""
        index = self.currentIndex().siblingAtColumn(Column.VALUE)
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return False
        self.setCurrentIndex(index)
        return bool(self.edit(index, QAbstractItemView.EditTrigger.AllEditTriggers, None))  # type: ignore[call-overload]

    def _tell_current(self) -> None:
        self.current_row.emit(self.row)

    # keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            # the Return or Escape that ended an editor comes here as well
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and index.isValid():
            if not self.edit_value() and event.key() != Qt.Key.Key_F2:
                self.setExpanded(index.siblingAtColumn(0), not self.isExpanded(index.siblingAtColumn(0)))
            event.accept()
            return
        if event.key() == Qt.Key.Key_Asterisk and index.isValid():
            self.expandRecursively(index.siblingAtColumn(0), 3)
            event.accept()
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mouseDoubleClickEvent(event)
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return
        at = index.siblingAtColumn(0)
        wants_editor = index.column() == Column.VALUE or not self._model.hasChildren(at)
        if wants_editor and self.edit_value():
            return
        self.setExpanded(at, not self.isExpanded(at))

    # what is open survives a replacement of the whole document

    def opened(self) -> Opened:
        """Which rows are open and which is the current one, by what finds them again."""
        found: list[tuple[Key, ...]] = []
        self._collect(QModelIndex(), found)
        row = self.row
        return found, row.address() if row is not None else ()

    def _collect(self, parent: QModelIndex, found: list[tuple[Key, ...]]) -> None:
        row = self._model.row_at(parent)
        for child in (row.children or ()) if row is not None else ():
            index = self._model.index_of(child)
            if self.isExpanded(index):
                found.append(child.address())
                self._collect(index, found)

    def open_again(self, opened: Opened) -> None:
        """Open what was open, in this document or another of the same shape."""
        addresses, current = opened
        for address in addresses:
            row = self._model.row_by_address(address)
            if row is not None:
                self.expand(self._model.index_of(row))
        row = self._model.row_by_address(current) if current else None
        if row is not None:
            self.show_row(row)
        else:
            self._tell_current()

    def _remember(self) -> None:
        self._before = self.opened()

    def _restore(self) -> None:
        self.open_again(self._before)

    def finish_editor(self, editor: QWidget) -> None:
        """Take what an editor in place says, and close it."""
        self.commitData(editor)
        self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
