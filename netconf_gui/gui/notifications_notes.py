"""Telling a person of notifications that a rule points to: on the desktop where it has a tray, else in the window.

Lives here: judging as they come (on whatever thread), and not telling more often than somebody can read.  Does not live
here: rules (`services.event_search`), the list.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from netconf_gui.gui import icons
from netconf_gui.services.event_search import RuleBook
from netconf_gui.services.notifications import Event, EventKind
from netconf_gui.workspace.event_rules import EventRule

PAUSE = 4000  # ms between two notes
_SHOWN = 8000  # ms


class Notes(QObject):
    """`told(title, text)` where there is no tray; `opened` when a person clicks on a note."""

    told = Signal(str, str)
    opened = Signal()

    def __init__(self, post: Callable[[Callable[[], None]], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._book: RuleBook | None = None
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._more = 0
        self._tray: QSystemTrayIcon | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._tell)

    def set_rules(self, rules: Iterable[EventRule]) -> None:
        """Rules that are to be told of, from now on."""
        wanted = [replace(rule, colour="") for rule in rules if rule.notify and rule.active]
        self._book = RuleBook(wanted) if wanted else None

    def heard(self, event: Event) -> None:
        """An event came; quick, on any thread."""
        book = self._book
        if book is None or event.replayed or event.kind is not EventKind.NOTIFICATION:
            return
        if not book.judge(event).notify:
            return
        with self._lock:
            first = not self._waiting
            if first:
                self._waiting.append(event)
            else:
                self._more += 1
        if first:
            self._post(self._due)

    def _due(self) -> None:
        if not self._pause.isActive():
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            events, self._waiting = self._waiting, []
            more, self._more = self._more, 0
        if not events:
            return
        event = events[0]
        title = f"{event.device}: {event.name}"
        text = event.text + (f"\nand {more:,} more" if more else "")
        self._pause.start()
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon().showMessage(title, text, icons.app_icon(), _SHOWN)
        else:
            self.told.emit(title, text)

    def _icon(self) -> QSystemTrayIcon:
        if self._tray is None:
            self._tray = QSystemTrayIcon(icons.app_icon(), self)
            self._tray.setToolTip("netconf_gui")
            self._tray.messageClicked.connect(self.opened)
            self._tray.activated.connect(lambda _why: self.opened.emit())
            self._tray.show()
        return self._tray

    def close(self) -> None:
        """Tell nothing any more."""
        self._book = None
        self._pause.stop()
        if self._tray is not None:
            self._tray.hide()
