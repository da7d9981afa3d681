"""The list under the cursor that completes what is being written.

Lives here: showing proposals and putting the chosen one in, as one step.  Does not live here: what is proposed
(`proposals`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyleOptionViewItem

from netconf_gui.gui import icons
from netconf_gui.gui.forms import named
from netconf_gui.gui.panes.text_editor import TextEditor
from netconf_gui.gui.rows import Index, Role, RowDelegate
from netconf_gui.gui.text.proposals import Proposal
from netconf_gui.gui.theme import theme

MOST_ROWS = 500  # proposals that are listed
SEEN_ROWS = 10
WIDTH = 420  # px at the base font size


class _Delegate(RowDelegate):
    """Rows of the list; the selection is filled here since a plain list view is used."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme().color("select"))
        super().draw(painter, option, index)


class Completer(QObject):
    """The list of one editor; the editor keeps the focus and the list gets the keys that move in it.

    `chosen(proposal)` when one is taken; what it says is put in by whoever knows the text.
    """

    chosen = Signal(object)

    def __init__(self, editor: TextEditor) -> None:
        super().__init__(editor)
        self.setObjectName("completer")
        self._editor = editor
        self._proposals: list[Proposal] = []
        self._model = QStandardItemModel(self)
        self.popup = named(QListView(editor), f"{editor.objectName()}Completions", "Completions")
        self.popup.setWindowFlag(Qt.WindowType.ToolTip)
        self.popup.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.popup.setFrameShape(QFrame.Shape.NoFrame)
        self.popup.setProperty("role", "popup")
        self.popup.setModel(self._model)
        self.popup.setItemDelegate(_Delegate(self.popup))
        self.popup.setUniformItemSizes(True)
        self.popup.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.popup.clicked.connect(lambda index: self.take(index.row()))
        editor.installEventFilter(self)
        editor.verticalScrollBar().valueChanged.connect(lambda _value: self._follow())

    @property
    def visible(self) -> bool:
        return self.popup.isVisible()

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """What the list shows."""
        return tuple(self._proposals)

    def show(self, proposals: Sequence[Proposal]) -> None:
        """Show these, the first one chosen; none: no list."""
        self._proposals = list(proposals[:MOST_ROWS])
        self._model.clear()
        if not self._proposals:
            self.hide()
            return
        for one in self._proposals:
            item = QStandardItem(one.text)
            if one.icon:
                item.setIcon(icons.named(one.icon, "text2"))
            item.setData(one.detail, int(Role.SIDE))
            item.setData(True, int(Role.MONO))
            item.setToolTip(one.description)
            item.setEditable(False)
            self._model.appendRow(item)
        self.popup.setCurrentIndex(self._model.index(0, 0))
        self._place()
        self.popup.show()

    def hide(self) -> None:
        self.popup.hide()

    def take(self, row: int) -> None:
        """Choose the proposal in a row."""
        if 0 <= row < len(self._proposals):
            self.hide()
            self.chosen.emit(self._proposals[row])

    def _place(self) -> None:
        look, spot = theme(), self._editor.cursorRect()
        rows = min(SEEN_ROWS, len(self._proposals))
        height = rows * max(1, self.popup.sizeHintForRow(0)) + look.px(2)
        below = self._editor.viewport().mapToGlobal(spot.bottomLeft())
        area = QRect(below.x(), below.y() + look.px(2), look.px(WIDTH), height)
        room = self._editor.screen().availableGeometry()
        if area.bottom() > room.bottom():
            area.moveBottom(self._editor.viewport().mapToGlobal(spot.topLeft()).y() - look.px(2))
        if area.right() > room.right():
            area.moveRight(room.right())
        self.popup.setGeometry(area)

    def _follow(self) -> None:
        """The text has moved: the list goes with the cursor, and away with it."""
        if not self.visible:
            return
        if self._editor.viewport().rect().contains(self._editor.cursorRect().center()):
            self._place()
        else:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide) and self.visible:
            self.hide()
        elif event.type() is QEvent.Type.Resize and self.visible:
            # looked at when the editor has its new size
            QTimer.singleShot(0, self, self._follow)
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or not self.visible:
            return super().eventFilter(watched, event)
        key, row = event.key(), self.popup.currentIndex().row()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.take(row)
            return True
        if key == Qt.Key.Key_Escape:
            self.hide()
            return True
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -SEEN_ROWS, Qt.Key.Key_PageDown: SEEN_ROWS}
        if key in steps:
            self._move(row, steps[Qt.Key(key)])
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            self.hide()
        return super().eventFilter(watched, event)

    def _move(self, row: int, step: int) -> None:
        count = self._model.rowCount()
        wanted = (row + step) % count if abs(step) == 1 else max(0, min(count - 1, row + step))
        self.popup.setCurrentIndex(self._model.index(wanted, 0))
