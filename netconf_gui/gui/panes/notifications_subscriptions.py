"""The subscriptions of all devices: ours, those of others, configured ones; and what can be done with each.

Lives here: the table and its buttons.  Does not live here: doing it (`gui/notifications`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from netconf_gui.gui.forms import action, column, named
from netconf_gui.gui.models.plain_table import Line
from netconf_gui.gui.panes.device_page_parts import TablePart
from netconf_gui.protocol.subscription_operations import Terms
from netconf_gui.services.subscribing import Subscription, SubscriptionState
from netconf_gui.session.dynamic_subscriptions import ListedSubscription

HEADERS = ("Device", "About", "Kind", "State", "Events", "Filter", "Whose")
_WIDTHS = (120, 190, 128, 92, 76, 250)
_INKS = {
    SubscriptionState.ACTIVE: "success",
    SubscriptionState.SUSPENDED: "warning",
    SubscriptionState.LOST: "warning",
    SubscriptionState.REFUSED: "error",
    SubscriptionState.ENDED: "text3",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A subscription in the list: one of ours, or one that only the device told of."""

    device_id: str
    device: str
    own: Subscription | None = None
    listed: ListedSubscription | None = None

    @property
    def terms(self) -> Terms:
        if self.own is not None:
            return self.own.terms
        assert self.listed is not None
        return self.listed.terms

    @property
    def number(self) -> int | None:
        """The device's number."""
        return self.own.remote if self.own is not None else self.listed.number if self.listed is not None else None


def about(terms: Terms) -> str:
    """The stream or datastore and how it is told."""
    words = [terms.subject]
    if terms.period is not None:
        words.append(f"every {terms.period:g} s")
    if terms.on_change:
        words.append("on change")
    return ", ".join(words)


def filter_words(terms: Terms) -> str:
    """What is left of it, in one line."""
    if terms.xpath:
        return terms.xpath
    if terms.subtree:
        return " ".join(terms.subtree.decode("utf-8", "replace").split())
    return f"the device's filter {terms.filter_name}" if terms.filter_name else ""


def lines(shown: Iterable[Shown]) -> Iterator[Line]:
    """A row for each."""
    for one in shown:
        own, listed, terms = one.own, one.listed, one.terms
        if own is not None:
            kind = "YANG push" if terms.push else "RFC 8639" if own.dynamic else "RFC 5277"
            state, events = own.state.value, f"{own.events:,}"
            whose = "own session" if own.own_session else "session of the device"
            tip = own.reason or f"Begun {time.strftime('%H:%M:%S', time.localtime(own.began))}, {whose}."
            whose = "this program"
            ink = _INKS.get(own.state, "")
        else:
            assert listed is not None
            kind = "YANG push" if terms.push else "RFC 8639"
            state, events, ink = listed.state or "active", "", ""
            whose = "configured" if listed.configured else "somebody else"
            receivers = ", ".join(f"{name} {how}".strip() for name, how in listed.receivers)
            tip = "; ".join(part for part in (listed.purpose, listed.transport, receivers) if part)
        texts = (one.device, about(terms), kind, state, events, filter_words(terms), whose)
        tip = f"Number {one.number} on the device. {tip}" if one.number is not None else tip
        yield Line(texts, one, ink=ink if ink in ("error", "text3") else "", tip=tip)


class SubscriptionsPage(QWidget):
    """`wanted(what, Shown)` for what: modify stop kill resync tree configuration forget; `refresh_wanted`."""

    wanted = Signal(str, object)
    refresh_wanted = Signal()
    subscribe_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "notificationSubscriptions", "Subscriptions", role="pane")
        self.shown: tuple[Shown, ...] = ()
        self.actions_: dict[str, QAction] = {}
        subscribe = self._make("&Subscribe…", "subscriptionsSubscribeAction", "add")
        subscribe.triggered.connect(self.subscribe_wanted)
        for key, text, icon in (
            ("tree", "Show the &tree", "tree"),
            ("modify", "&Modify…", "edit"),
            ("resync", "Send it &all anew", "refresh"),
            ("stop", "S&top", "stop"),
            ("kill", "&Kill…", "disconnect"),
            ("configuration", "&Open as configuration", "open"),
            ("forget", "Take off the &list", "delete"),
        ):
            made = self._make(text, f"subscription{key.capitalize()}Action", icon)
            made.triggered.connect(lambda _on=False, what=key: self._want(what))
            self.actions_[key] = made
        refresh = self._make("&Refresh", "subscriptionsRefreshAction", "refresh", "Ctrl+Alt+F5")
        refresh.triggered.connect(self.refresh_wanted)
        self.part = TablePart(
            "subscriptions",
            "Subscriptions",
            HEADERS,
            _WIDTHS,
            mono=(5,),
            buttons=[subscribe, *self.actions_.values(), refresh],
        )
        column(self).addWidget(self.part)
        self.part.current_changed.connect(self._follow)
        self.part.activated.connect(lambda _line: self._want("tree"))
        self.part.menu_wanted.connect(self._menu)
        self.show_subscriptions(())

    def _make(self, text: str, name: str, icon: str, keys: str = "") -> QAction:
        made = action(self, text, name, icon=icon, shortcut=keys or None)
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(made)
        return made

    def show_subscriptions(self, shown: Iterable[Shown]) -> None:
        """Show these; the cursor stays."""
        before = self.current
        self.shown = tuple(shown)
        self.part.show_lines(
            list(lines(self.shown)),
            "Subscribe to a stream of events or to a datastore: what the device sends is listed under Events.",
        )
        self.part.empty.title.setText("No subscriptions")
        if before is not None:
            again = next((one for one in self.shown if _same(one, before)), None)
            if again is not None:
                self.part.choose(again)
        self._follow()

    @property
    def current(self) -> Shown | None:
        """The subscription under the cursor."""
        found = self.part.current()
        return found if isinstance(found, Shown) else None

    def choose(self, subscription: Subscription) -> None:
        """Put the cursor on one of ours."""
        found = next((one for one in self.shown if one.own is subscription), None)
        if found is not None:
            self.part.choose(found)

    def _follow(self) -> None:
        one, can = self.current, self.actions_
        own = one.own if one is not None else None
        running = own is not None and own.state in (SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)
        changeable = running and own is not None and own.dynamic
        can["tree"].setEnabled(own is not None and own.pushed is not None)
        can["modify"].setEnabled(changeable)
        can["modify"].setToolTip(
            "Other filter, stop time or period"
            if changeable or own is None or own.dynamic
            else "A subscription of the older kind (RFC 5277) cannot be changed: stop it and begin another"
        )
        can["resync"].setEnabled(changeable and own is not None and own.terms.on_change)
        can["stop"].setEnabled(own is not None and own.alive)
        others = one is not None and one.listed is not None
        configured = one is not None and one.listed is not None and one.listed.configured
        can["kill"].setEnabled((others and not configured) or changeable)
        can["configuration"].setEnabled(configured)
        can["forget"].setEnabled(own is not None and not own.alive)

    def _want(self, what: str) -> None:
        one = self.current
        if one is not None and self.actions_[what].isEnabled():
            self.wanted.emit(what, one)

    def _menu(self, spot: QPoint) -> None:
        menu = named(QMenu(self), "subscriptionMenu", "What to do with this subscription")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self.actions_.values()))
        menu.popup(spot)


def _same(one: Shown, other: Shown) -> bool:
    if one.own is not None or other.own is not None:
        return one.own is other.own
    return one.device_id == other.device_id and one.number == other.number
