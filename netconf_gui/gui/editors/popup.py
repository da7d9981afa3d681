"""The list that drops down from a field: filtered while one types, with what is told of the marked choice below.

It never takes the keyboard: the field keeps it and passes on the keys that move in the list, so that it works inside
tree and table cells as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from netconf_gui.gui import error_report, icons
from netconf_gui.gui.editors.offers import Choice, best, matching
from netconf_gui.gui.forms import column, label, named
from netconf_gui.gui.theme import theme

Index = QModelIndex | QPersistentModelIndex
CHOICE = Qt.ItemDataRole.UserRole + 1
ROWS = 10  # shown at once
LONGEST = 320  # characters of what is told of a choice


class _Model(QAbstractListModel):
    """The choices that match; `ticked` are the values in force."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choices: Sequence[Choice] = ()
        self.shown: list[int] = []
        self.ticked: set[str] = set()

    def show(self, choices: Sequence[Choice], shown: list[int]) -> None:
        self.beginResetModel()
        self.choices, self.shown = choices, shown
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def choice(self, index: Index) -> Choice:
        return self.choices[self.shown[index.row()]]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice = self.choice(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            tick = ", chosen" if choice.value in self.ticked and not choice.heading else ""
            return f"{choice.label}{tick}. {choice.detail}"
        return choice if role == CHOICE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.choice(index).heading:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    """A row: tick or box, label, and beside it in grey what is told."""

    def __init__(self, parent: QObject, model: _Model, *, boxes: bool) -> None:
        super().__init__(parent)
        self._model = model
        self._boxes = boxes

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme().px(60), theme().row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        try:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._draw(painter, QRect(option.rect), self._model.choice(index), marked=selected)
        except Exception as error:  # noqa: BLE001 - an exception that leaves paint() ends the process
            error_report.from_painting(error)
        finally:
            painter.restore()

    def _draw(self, painter: QPainter, rect: QRect, choice: Choice, *, marked: bool) -> None:
        look = theme()
        if marked:
            painter.fillRect(rect, look.color("select"))
        rect = rect.adjusted(look.px(8), 0, -look.px(8), 0)
        side = look.px(14)
        spot = QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side)
        ticked = choice.value in self._model.ticked and not choice.heading
        if self._boxes:
            self._draw_box(painter, spot, on=ticked)
        elif ticked:
            icons.icon("confirm", "accent_text").paint(painter, spot)
        rect.setLeft(spot.right() + look.px(8) + choice.depth * look.px(16))
        painter.setFont(look.font(weight=500) if choice.heading else look.mono())
        painter.setPen(look.color("text2" if choice.heading else "text"))
        metrics = painter.fontMetrics()
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, choice.label)
        rect.setLeft(rect.left() + metrics.horizontalAdvance(choice.label) + look.px(12))
        if choice.detail and rect.width() > look.px(24):
            painter.setFont(look.font(12))
            painter.setPen(look.color("text3"))
            metrics = painter.fontMetrics()
            told = metrics.elidedText(choice.detail, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, told)

    def _draw_box(self, painter: QPainter, spot: QRect, *, on: bool) -> None:
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("accent" if on else "control"), 1))
        painter.setBrush(look.color("accent" if on else "surface"))
        painter.drawRoundedRect(spot, 3, 3)
        if on:
            icons.icon("confirm", "on_accent").paint(painter, spot.adjusted(1, 1, -1, -1))


class Popup(QFrame):
    """The list of `owner`; `chosen(value)` when one is clicked, `closed` when it goes."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, owner: QWidget, *, boxes: bool = False) -> None:
        super().__init__(owner, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        named(self, "valueEditorPopup", "Choices", role="popup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._owner = owner
        self._model = _Model(self)
        layout = column(self, margins=(1, 1, 1, 1))
        self.note = label("", "valueEditorPopupNote", kind="hint", wrap=True)
        self.note.setContentsMargins(theme().px(8), theme().px(6), theme().px(8), theme().px(6))
        self.view = named(QListView(), "valueEditorList", "Choices")
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Delegate(self.view, self._model, boxes=boxes))
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.viewport().setObjectName("valueEditorListView")
        self.view.viewport().setAccessibleName("Choices")
        self.told = label("", "valueEditorPopupText", kind="hint", wrap=True)
        self.told.setContentsMargins(theme().px(8), theme().px(6), theme().px(8), theme().px(6))
        for widget in (self.note, self.view, self.told):
            layout.addWidget(widget)
        self.view.clicked.connect(self._clicked)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._tell())

    # what is shown

    @property
    def is_open(self) -> bool:
        return self.isVisible()

    @property
    def current(self) -> str | None:
        """The value of the marked choice."""
        index = self.view.currentIndex()
        if not self.is_open or not index.isValid() or self._model.choice(index).heading:
            return None
        return self._model.choice(index).value

    @property
    def values(self) -> list[str]:
        """What is listed now."""
        return [self._model.choices[at].value for at in self._model.shown if not self._model.choices[at].heading]

    def tick(self, values: set[str]) -> None:
        """These values are in force."""
        self._model.ticked = values
        self.view.viewport().update()

    def offer(self, choices: Sequence[Choice], note: str, *, filter_by: str = "", mark: str = "") -> None:
        """List what matches `filter_by`, and mark what it means, or the value `mark`."""
        shown = matching(choices, filter_by) if filter_by.strip() else list(range(len(choices)))
        self._model.show(choices, shown)
        self.view.setVisible(bool(shown))
        if choices and not shown:
            note = f"Nothing matches {filter_by.strip()[:40]}."
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if filter_by.strip():
            at = best(choices, shown, filter_by)
        else:
            at = next((n for n in shown if choices[n].value == mark and not choices[n].heading), None)
        self.view.setCurrentIndex(self._model.index(shown.index(at)) if at is not None else QModelIndex())
        self._tell()

    def _tell(self) -> None:
        index = self.view.currentIndex()
        choice = self._model.choice(index) if index.isValid() else None
        text = choice.text if choice is not None and (len(choice.text) > 40 or "\n" in choice.text) else ""
        self.told.setText(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
        self.told.setVisible(bool(text))
        # the field has the keyboard, so it is what a screen reader reads
        place = f"{index.row() + 1} of {self._model.rowCount()}" if choice is not None else ""
        said = f"{choice.label}, {place}. {choice.detail}" if choice is not None else self.note.text()
        self._owner.setAccessibleDescription(said)
        if self.is_open:
            self._place()

    # opening and closing

    def open(self) -> None:
        """Show it below its field, or above where there is more room."""
        if not self.is_open:
            app = QApplication.instance()
            if app is not None:
                app.installEventFilter(self)
            self._place()
            self.show()
        self._place()

    def shut(self) -> None:
        """Hide it."""
        if self.is_open:
            app = QApplication.instance()
            if app is not None:
                app.removeEventFilter(self)
            self.hide()
            self._owner.setAccessibleDescription("")
            self.closed.emit()

    def _place(self) -> None:
        look = theme()
        longest = max((len(choice.label) + choice.depth * 2 for choice in self._model.choices), default=0)
        told = any(choice.detail for choice in self._model.choices)
        wanted = look.px(60) + longest * look.px(8) + (look.px(220) if told else 0)
        width = max(self._owner.width(), min(wanted, look.px(480)), look.px(180))
        self.setFixedWidth(width)
        rows = min(ROWS, len(self._model.shown))
        self.view.setFixedHeight(rows * look.row_height + 2)
        inner = width - 4
        height = 4 + (self.view.height() if rows else 0)
        for part in (self.note, self.told):
            if not part.isHidden():
                part.setFixedHeight(part.heightForWidth(inner))
                height += part.height()
        self.setFixedHeight(height)
        below = self._owner.mapToGlobal(QPoint(0, self._owner.height() + look.px(2)))
        screen = self._owner.screen().availableGeometry()
        top = below.y()
        if top + height > screen.bottom():
            over = self._owner.mapToGlobal(QPoint(0, 0)).y() - height - look.px(2)
            top = over if over >= screen.top() else max(screen.top(), screen.bottom() - height)
        self.move(max(screen.left(), min(below.x(), screen.right() - width)), top)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            spot = event.globalPosition().toPoint()
            inside = self.geometry().contains(spot)
            field = QRect(self._owner.mapToGlobal(QPoint(0, 0)), self._owner.size()).contains(spot)
            if not inside and not field:
                self.shut()
        elif kind in (QEvent.Type.WindowDeactivate, QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Close):
            if watched is self._owner.window():
                self.shut()
        elif kind == QEvent.Type.FocusOut and watched is self._owner:
            self.shut()
        return False

    # keys that the field passes on

    def step(self, by: int) -> None:
        """Mark another choice, headings are stepped over."""
        count = self._model.rowCount()
        row = self.view.currentIndex().row()
        if row < 0:
            row = -1 if by > 0 else count
        aim = max(0, min(count - 1, row + by))
        way = 1 if by > 0 else -1
        while 0 <= aim < count and self._model.choices[self._model.shown[aim]].heading:
            aim += way
        if 0 <= aim < count:
            self.view.setCurrentIndex(self._model.index(aim))
            self.view.scrollTo(self._model.index(aim))

    def pass_key(self, key: int) -> bool:
        """Move by a key of the field; False if the key is not for the list."""
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: ROWS - 1,
            Qt.Key.Key_PageUp: 1 - ROWS,
        }
        by = steps.get(Qt.Key(key))
        if by is None:
            return False
        self.step(by)
        return True

    def _clicked(self, index: QModelIndex) -> None:
        choice = self._model.choice(index)
        if not choice.heading:
            self.chosen.emit(choice.value)
