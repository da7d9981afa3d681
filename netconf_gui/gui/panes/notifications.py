"""The Notifications pane: events, subscriptions and rules as three pages.

Lives here: the pages and the choice between them.  Does not live here: what is in them (`notifications_*`).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from netconf_gui.gui.forms import column, fix_height, named, row
from netconf_gui.gui.models.notifications import EventModel
from netconf_gui.gui.panes.notifications_events import EventsPage
from netconf_gui.gui.panes.notifications_rules import RulesPage
from netconf_gui.gui.panes.notifications_subscriptions import SubscriptionsPage
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Notice, Segments

PAGES = (
    ("events", "Events", "list"),
    ("subscriptions", "Subscriptions", "notification"),
    ("rules", "Rules", "favourite"),
)

WIDE, CHOICES = 1240, 1040  # px that all words of the bar need, and its choices without words


class NotificationsPane(QWidget):
    """Object name `notificationsPane`; `page_changed(key)`."""

    page_changed = Signal(str)

    def __init__(self, model: EventModel) -> None:
        super().__init__()
        named(self, "notificationsPane", "Notifications", role="pane")
        self.events = EventsPage(model)
        self.subscriptions = SubscriptionsPage()
        self.rules = RulesPage()
        self.notice = Notice("notificationsNotice")
        side = named(QFrame(), "notificationsSide", "Pages of the notifications", role="bar")
        fix_height(side, SIZES.bar)
        line = row(side, margins=(8, 0, 8, 0), spacing=6)
        self.pages = Segments("notificationsPages", "Pages", PAGES)
        line.addWidget(self.pages)
        line.addWidget(self.events.bar, 1)
        line.addStretch(0)
        self._stack = named(QStackedWidget(), "notificationsPageStack", "Page")
        layout = column(self)
        layout.addWidget(side)
        layout.addWidget(self.notice)
        layout.addWidget(self._stack, 1)
        self._pages: dict[str, QWidget] = {
            "events": self.events,
            "subscriptions": self.subscriptions,
            "rules": self.rules,
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.pages.chosen.connect(self._show)
        self._show("events")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room words give way to icons."""
        super().resizeEvent(event)
        narrow = event.size().width() < theme().px(WIDE)
        self.events.set_narrow(event.size().width() < theme().px(CHOICES))
        words = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        if self.pages.button("events").property("narrow") != narrow:
            self.pages.button("events").setProperty("narrow", narrow)
            self.pages.set_style(words)
            self.events.subscribe_button.setToolButtonStyle(words)

    def choose(self, page: str) -> None:
        """Show one of `PAGES`."""
        self.pages.choose(page)

    @property
    def current(self) -> str:
        return self.pages.current

    def _show(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        homes: dict[str, QWidget] = {
            "events": self.events.table,
            "subscriptions": self.subscriptions.part.view,
            "rules": self.rules.part.view,
        }
        self.setFocusProxy(homes[key])
        self.events.bar.setVisible(key == "events")
        self.page_changed.emit(key)
