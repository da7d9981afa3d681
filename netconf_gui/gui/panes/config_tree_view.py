"""The tree of a document: columns, what is expanded, and editing in place."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QToolTip, QWidget

from netconf_gui.gui import error_report
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.models.row_store import Column
from netconf_gui.gui.models.rows import Key, Row, RowKind
from netconf_gui.gui.panes.editing_delegate import EditorMaker
from netconf_gui.gui.panes.tinted_tree import TintedTree
from netconf_gui.gui.panes.tree_delegate import TreeDelegate
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.tree_dragging import MIME, Spot, draw_spot, entry_mime, refusal, spot_for

Opened = tuple[list[tuple[Key, ...]], tuple[Key, ...]]
OPEN_AT_ONCE = 40  # rows: a document whose first levels fit is shown open


class ConfigTreeView(TintedTree):
    """Shows a `ConfigTreeModel`; `current_row` tells which row the cursor is on (a Row, or None).

    `dropped(row, element, before)`: an entry was dragged before or behind another one.  `content_wanted(row)`: the
    content of an anydata node is to be edited.
    """

    current_row = Signal(object)
    dropped = Signal(object, object, bool)
    content_wanted = Signal(object)

    def __init__(self, model: ConfigTreeModel, make_editor: EditorMaker | None = None) -> None:
        super().__init__("configTree", "Configuration")
        self._model = model
        self._before: Opened = ([], ())
        self._dragged: Row | None = None
        self._spot: Spot | None = None
        self.setItemDelegate(TreeDelegate(self, make_editor))
        self.setModel(model)
        self.setTreePosition(Column.NAME)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(False)  # a line over the whole width is drawn instead
        self.setAutoScroll(True)
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
        before = self.visualRect(self.currentIndex())
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._share_width()
        if before.isValid() and event.size().height() < before.bottom() <= event.oldSize().height():
            # a list opened below and would hide the current row
            self.scrollTo(self.currentIndex())

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

    def selected_rows(self) -> list[Row]:
        """The selected rows from top to bottom; without a selection the one under the cursor."""
        found = [self._model.row_at(index) for index in self.selectionModel().selectedRows()]
        rows = [row for row in found if row is not None]
        if not rows and self.row is not None:
            rows = [self.row]
        return sorted(rows, key=_place)

    def say(self, words: str) -> None:
        """Say something beside the current row."""
        spot = self.visualRect(self.currentIndex().siblingAtColumn(Column.NAME)).bottomLeft()
        QToolTip.showText(self.viewport().mapToGlobal(spot), words, self)

    def open_to(self, row: Row) -> None:
        """Open what is above the row."""
        above = row.parent
        while above is not None and above.parent is not None:
            self.expand(self._model.index_of(above))
            above = above.parent

    def show_row(self, row: Row) -> None:
        """Open what is above the row, select it and bring it into sight."""
        self.open_to(row)
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
        row = self.row
        if row is not None and row.node is not None and row.node.kind in ("anydata", "anyxml"):
            self.content_wanted.emit(row)
            return True
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

    # moving entries by the mouse

    def startDrag(self, actions: Qt.DropAction) -> None:
        row = self.row
        words = refusal(row)
        if words:
            if row is not None and row.kind is RowKind.ENTRY:
                self.say(words)
            return
        self.drag_row(row)
        drag = QDrag(self)
        drag.setMimeData(entry_mime())
        drag.exec(Qt.DropAction.MoveAction)
        self._end_drag()

    def drag_row(self, row: Row | None) -> None:
        """The row that is being dragged from now on; None: no longer one."""
        self._dragged = row

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dragged is not None and event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls near the edges
        self._show_spot(self._spot_at(event.position().toPoint()))
        if self._spot is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_spot(None)

    def dropEvent(self, event: QDropEvent) -> None:
        spot, row = self._spot_at(event.position().toPoint()), self._dragged
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        if spot is None or row is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        self._end_drag()
        if spot is not None and row is not None:
            self.dropped.emit(row, spot.other, spot.before)

    def _spot_at(self, at: QPoint) -> Spot | None:
        index = self.indexAt(at).siblingAtColumn(Column.NAME)
        row = self._model.row_at(index) if index.isValid() else None
        return spot_for(self._dragged, row, self.visualRect(index), at)

    def _show_spot(self, spot: Spot | None) -> None:
        if spot != self._spot:
            self._spot = spot
            self.viewport().update()

    def _end_drag(self) -> None:
        self._dragged = None
        self._show_spot(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._spot is None:
            return
        painter = QPainter(self.viewport())
        try:
            draw_spot(painter, self._spot, self.viewport().width())
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()

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


def _place(row: Row) -> tuple[int, ...]:
    """What sorts rows as they are shown."""
    places: list[int] = []
    at: Row | None = row
    while at is not None:
        places.append(at.position)
        at = at.parent
    return tuple(reversed(places))
