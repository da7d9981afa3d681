"""The table of notifications: a million rows, of which those in sight are painted in one go; it follows the end.

Lives here: the view.  Does not live here: what rows say (`models/notifications`).
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from netconf_gui.gui import error_report, icons
from netconf_gui.gui.forms import set_property
from netconf_gui.gui.models.notifications import DEVICE, PATH, SEVERITY, STREAM, TIME, WHAT, EventModel, EventRow
from netconf_gui.gui.panes.list_table_view import PlainGrid
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

_WIDTHS = {TIME: 104, DEVICE: 96, STREAM: 84, SEVERITY: 106, PATH: 160}
ROOMY, NARROW = 800, 660  # px: below it there is no path, below that no stream and no word for severity
MOST = 400  # letters of a cell
_MONO = frozenset({TIME, PATH})


class EventTable(PlainGrid):
    """Object name `notificationsView`.

    `following_changed(on)`: a person scrolled away from the end, or back to it.
    """

    activated_row = Signal(int)
    menu_wanted = Signal(QPoint)
    following_changed = Signal(bool)
    current_changed = Signal(int)

    def __init__(self, model: EventModel) -> None:
        super().__init__("notificationsView", "Notifications")
        self.events = model
        self._following = True
        self._moving = False
        self._by_hand = False
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(model)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        self._set_widths()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.doubleClicked.connect(lambda index: self.activated_row.emit(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self.current_changed.emit(now.row()))
        theme().changed.connect(self._restyle)

    def _set_widths(self) -> None:
        for section, width in _WIDTHS.items():
            self.setColumnWidth(section, theme().px(width))
        self._fit(self.viewport().width())

    def _restyle(self) -> None:
        self.scale()
        self._set_widths()
        self.viewport().update()

    # ---- the end

    @property
    def following(self) -> bool:
        """Whether new rows are scrolled to."""
        return self._following

    def follow(self, on: bool) -> None:
        """Go to the end and stay there, or stay where it is."""
        if on != self._following:
            self._following = on
            self.following_changed.emit(on)
        if on:
            self.to_end()

    def to_end(self) -> None:
        """Show the last row."""
        self._moving = True
        try:
            self.scrollToBottom()
        finally:
            self._moving = False

    def _scrolled(self, value: int) -> None:
        """A person who scrolls up wants to read; one who comes back to the end wants to follow."""
        bar = self.verticalScrollBar()
        if self._moving or not (bar.isSliderDown() or self._by_hand):
            return
        at_end = value >= bar.maximum()
        if at_end != self._following:
            self._following = at_end
            self.following_changed.emit(at_end)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())
        if self._following:
            self.to_end()

    def _fit(self, width: int) -> None:
        """What happened comes first: where there is little room other columns give way (tips have it all)."""
        px = theme().px
        self.setColumnHidden(PATH, width < px(ROOMY))
        self.setColumnHidden(STREAM, width < px(NARROW))
        self.setColumnWidth(SEVERITY, px(32 if width < px(NARROW) else _WIDTHS[SEVERITY]))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._by_hand = True
        try:
            super().wheelEvent(event)
        finally:
            self._by_hand = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated_row.emit(self.currentIndex().row())
            event.accept()
            return
        self._by_hand = True
        try:
            super().keyPressEvent(event)
        finally:
            self._by_hand = False
        moves = (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
        )
        if event.key() in moves and self.currentIndex().isValid():
            at_end = self.currentIndex().row() >= self.events.rowCount() - 1
            if at_end != self._following:
                self._following = at_end
                self.following_changed.emit(at_end)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            spot = self.visualRect(self.currentIndex()).bottomLeft()
        else:
            spot = event.pos()
        self.menu_wanted.emit(self.viewport().mapToGlobal(spot))
        event.accept()

    def rows_chosen(self) -> list[int]:
        """The selected rows, in their order."""
        return sorted({at for first, last in self._chosen_ranges() for at in range(first, last + 1)})

    # ---- painting

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        set_property(self, "active", "true")
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            set_property(self, "active", "false")
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """All rows in sight at once: cell by cell, each would wait for the threads that hear devices."""
        painter = QPainter(self.viewport())
        try:
            self._paint(painter, event.rect())
        except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
            error_report.from_painting(error)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, rect: QRect) -> None:
        look = theme()
        painter.fillRect(rect, look.color("surface"))
        count = self.events.size()
        top = self.rowAt(rect.top()) if count else -1
        if top < 0:
            return
        height, y = self.rowHeight(top), self.rowViewportPosition(top)
        brush = _Brush([(at, self.columnViewportPosition(at), self.columnWidth(at)) for at in self._columns()], height)
        width = self.viewport().width()
        chosen = self._chosen_ranges()
        focused = self.hasFocus()
        current = self.currentIndex().row() if focused else -1
        row = top
        while row < count and y <= rect.bottom():
            found = self.events.look(row)
            spot = QRect(0, y, width, height)
            if any(first <= row <= last for first, last in chosen):
                painter.fillRect(spot, brush.colour("select" if focused else "select_off"))
            elif found is not None and found.tint:
                painter.fillRect(spot, brush.colour(found.tint))
            if found is not None:
                brush.paint(painter, found, y)
            if row == current:
                painter.setPen(QPen(brush.colour("focus"), 1))
                painter.drawRect(spot.adjusted(0, 0, -1, -1))
            y += height
            row += 1

    def _columns(self) -> list[int]:
        return [at for at in range(len(EventModel.headers)) if not self.isColumnHidden(at)]

    def _chosen_ranges(self) -> list[tuple[int, int]]:
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(at) for at in range(chosen.count())]
        return [(found.top(), found.bottom()) for found in ranges]


class _Brush:
    """Paints rows; what all of them have in common is looked up once: while events come in, time is scarce."""

    def __init__(self, columns: list[tuple[int, int, int]], height: int) -> None:
        look = theme()
        edge, self._icon = look.px(6), look.px(SIZES.icon)
        self._cells = [(at, x + edge, width - 2 * edge) for at, x, width in columns]
        self._height = height
        self._gap = edge
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[tuple[bool, int], tuple[QFont, QFontMetrics, int]] = {}
        for mono in (False, True):
            for weight in (400, 600):
                font = look.mono(weight=weight) if mono else look.font(weight=weight)
                metrics = QFontMetrics(font)
                self._fonts[mono, weight] = font, metrics, max(1, metrics.maxWidth() if mono else metrics.height())

    def colour(self, token: str) -> QColor:
        """The colour of a token."""
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = theme().color(token)
        return found

    def paint(self, painter: QPainter, found: EventRow, y: int) -> None:
        """One row, at this height."""
        for column, x, width in self._cells:
            text = found.texts[column]
            if column == SEVERITY:
                side = self._icon
                icon = icons.icon(found.icon, found.ink)
                icon.paint(painter, QRect(x, y + (self._height - side) // 2, side, side))
                x, width = x + side + self._gap, width - side - self._gap
            if not text or width <= 0:
                continue
            if column == WHAT and found.event.replayed:
                text = f"{text}  (replayed)"
            font, metrics, widest = self._fonts[column in _MONO, found.weight if column == WHAT else 400]
            if len(text) * widest > width:  # else it fits whatever its letters are
                mode = Qt.TextElideMode.ElideMiddle if column == PATH else Qt.TextElideMode.ElideRight
                text = metrics.elidedText(text if column == PATH else text[:MOST], mode, width)
            ink = found.ink if column == SEVERITY else found.text_ink if column in (WHAT, PATH) else "text2"
            painter.setFont(font)
            painter.setPen(self.colour(ink))
            painter.drawText(QRect(x, y, width, self._height), _LEFT, text)


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
