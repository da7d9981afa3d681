"""Search everywhere: one field that finds actions, devices and nodes, and does or shows what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView, QStyle, QStyleOptionViewItem

from netconf_gui.gui import icons
from netconf_gui.gui.forms import fix_width, named
from netconf_gui.gui.rows import Index, Role, RowDelegate
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import SearchField

LIMIT = 12
POPUP = 520  # px, the list at least
WIDTHS = (280, 220, 160)  # px, where there is room and where there is less


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its words, what it is, its icon and what choosing it does."""

    text: str
    side: str
    icon: str
    choose: Callable[[], object]


Source = Callable[[str], Iterable[Hit]]


class _HitDelegate(RowDelegate):
    """Rows of the pop-up; the selection is filled here since a plain list view is used."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme().color("select"))
        super().draw(painter, option, index)


class SearchBox(SearchField):
    """Object name `searchEverywhere`; sources are asked 120 ms after the last key, on the GUI thread.

    `left`: Esc was pressed, the keyboard should go elsewhere.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__("searchEverywhere", "Search nodes, devices, actions")
        fix_width(self, WIDTHS[0])
        self._sources: list[Source] = []
        self._hits: list[Hit] = []
        self._model = QStandardItemModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        popup = named(QListView(), "searchHits", "Found")
        self._completer.setPopup(popup)
        popup.setItemDelegate(_HitDelegate(popup))
        popup.setUniformItemSizes(True)
        popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._completer.activated.connect(self._chosen)
        self._later = QTimer(self, interval=120, singleShot=True)
        self._later.timeout.connect(self.look)
        self.textEdited.connect(lambda _text: self._later.start())
        self.returnPressed.connect(self._first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives up: nothing is searched for, and the keyboard goes back to where the work is."""
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
            event.accept()
            return
        super().keyPressEvent(event)

    def _give_up(self) -> None:
        self._later.stop()
        self.clear()
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()
        self.left.emit()

    def add_source(self, source: Source) -> None:
        self._sources.append(source)

    def start(self) -> None:
        """Take the focus, ready for a new search."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    @property
    def hits(self) -> tuple[Hit, ...]:
        return tuple(self._hits)

    def look(self) -> None:
        """Ask all sources and show what they found."""
        self._later.stop()
        text = self.text().strip()
        self._hits = []
        self._model.clear()
        if text:
            for source in self._sources:
                for hit in source(text):
                    if len(self._hits) >= LIMIT * 2:
                        break
                    self._hits.append(hit)
        for hit in self._hits:
            item = QStandardItem(icons.named(hit.icon, "text2"), hit.text)
            item.setData(hit.side, int(Role.SIDE))
            item.setEditable(False)
            self._model.appendRow(item)
        popup = self._completer.popup()
        if self._hits:
            # the field is at the right of the window: a wider list grows to the left
            area = self.rect()
            area.setLeft(min(area.left(), area.right() + 1 - theme().px(POPUP)))
            self._completer.complete(area)
        elif popup is not None:
            popup.hide()

    def _first(self) -> None:
        if self._later.isActive():
            self.look()
        if self._hits:
            self._run(self._hits[0])

    def _chosen(self, _text: str) -> None:
        popup = self._completer.popup()
        at = popup.currentIndex().row() if popup is not None else -1
        if 0 <= at < len(self._hits):
            self._run(self._hits[at])

    def _run(self, hit: Hit) -> None:
        popup: QObject | None = self._completer.popup()
        if isinstance(popup, QListView):
            popup.hide()
        # the completer writes the chosen text into the field after this signal
        QTimer.singleShot(0, self, self.clear)
        QTimer.singleShot(0, self, hit.choose)


def action_source(window_actions: Callable[[], Iterable[object]]) -> Source:
    """Finds enabled actions by their words."""

    def find(text: str) -> Iterable[Hit]:
        wanted = text.casefold()
        for one in window_actions():
            if not isinstance(one, QAction) or not one.isEnabled() or one.isSeparator():
                continue
            words = one.text().replace("&", "")
            if wanted in words.casefold():
                name = str(one.property("iconName") or "right")
                keys = one.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                yield Hit(words, keys or "action", name, one.trigger)

    return find
