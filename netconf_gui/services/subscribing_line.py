"""A session and the subscriptions that are heard on it.

Lives here: `Line`: which subscription a notification belongs to, words for it, what it changes.  Does not live here:
beginning and ending subscriptions (`subscribing`).

Events of streams carry no number (RFC 8640, section 6), so that a line has at most one subscription to a stream; any
number of subscriptions to datastores may be beside it.  RFC 8640, section 4: those of RFC 5277 are alone on theirs.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

from netconf_gui.errors import AppError
from netconf_gui.protocol import subscription_operations
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.xml import local_name, serialize
from netconf_gui.services.event_words import Teller
from netconf_gui.services.notifications import Event, EventKind
from netconf_gui.services.subscribing_state import Subscription, SubscriptionState
from netconf_gui.session.dynamic_subscriptions import subscription_of, terms_of
from netconf_gui.session.session import Session
from netconf_gui.session.subscriptions import ends_replay, ends_subscription
from netconf_gui.yang.schema import Schema

_MOST_EARLY = 10_000  # notifications of a number that is not known yet


class Listener(Protocol):
    """Who is told, on the session's reader thread."""

    def heard(self, event: Event) -> None: ...

    def changed(self, subscription: Subscription) -> None: ...

    def gone(self, line: Line, error: AppError | None) -> None: ...


class Line:
    """One session; `own` where it was opened for subscriptions alone."""

    def __init__(self, session: Session, listener: Listener, schema: Schema | None, *, own: bool) -> None:
        self.session = session
        self.own = own
        self.stream: Subscription | None = None
        self.numbered: dict[int, Subscription] = {}
        self._listener = listener
        self._teller = Teller(schema)
        self._lock = threading.RLock()
        self._early: dict[int, list[Notification]] = {}
        self._stop = session.on_notification(self._hear)
        self._stop_closed = session.on_closed(lambda error: listener.gone(self, error))

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        with self._lock:
            found = [*self.numbered.values(), *((self.stream,) if self.stream is not None else ())]
        return tuple(dict.fromkeys(found))

    @property
    def busy(self) -> bool:
        """Whether a subscription is on it."""
        return self.stream is not None or bool(self.numbered)

    def takes(self, subscription: Subscription) -> bool:
        """Whether one more fits on this session."""
        if self.session.closed or self.session.has_subscription:
            return False
        able = self.session.capabilities
        if not (self.own or able.interleave):
            return False
        if not subscription.dynamic:
            return not self.busy
        return self.stream is None if not subscription.terms.push else (able.interleave or not self.busy)

    def reserve(self, subscription: Subscription) -> None:
        """Events of its stream are its own from here on, before the device answers."""
        with self._lock:
            if not subscription.terms.push:
                self.stream = subscription

    def number(self, subscription: Subscription, number: int) -> None:
        """The device named it; what came under that number before is heard now."""
        with self._lock:
            subscription.remote = number
            self.numbered[number] = subscription
            for notification in self._early.pop(number, ()):
                self._hear(notification)

    def release(self, subscription: Subscription) -> None:
        """It ended."""
        with self._lock:
            if self.stream is subscription:
                self.stream = None
            self.numbered = {key: one for key, one in self.numbered.items() if one is not subscription}

    def leave(self) -> None:
        """Hear nothing more of the session."""
        self._stop()
        self._stop_closed()

    # ---- reader thread

    def _hear(self, notification: Notification) -> None:
        with self._lock:
            number = subscription_of(notification)
            if number is None:
                found = self.stream
            else:
                found = self.numbered.get(number)
                if found is None and len(self._early) < 100:
                    waiting = self._early.setdefault(number, [])
                    if len(waiting) < _MOST_EARLY:
                        waiting.append(notification)
            if found is not None:
                self._take(found, notification)

    def _take(self, subscription: Subscription, notification: Notification) -> None:
        told = self._teller.tell(notification)
        content = notification.event
        state = told.state or ends_replay(notification) or ends_subscription(notification)
        if not state and content is not None:
            text = serialize(content)
            if subscription.resuming and subscription.seen.has(notification.event_time, text):
                return  # it came before the session was lost
            subscription.seen.note(notification.event_time, text)
        event = Event(
            time=notification.event_time,
            received=time.time(),
            device=subscription.device,
            stream=subscription.terms.subject,
            name=told.name,
            module=told.module,
            text=told.text,
            severity=told.severity,
            xml=serialize(notification.element),
            path=told.path,
            kind=EventKind.STATE if state else EventKind.NOTIFICATION,
            subscription=subscription.number,
            replayed=subscription.replaying and not state,
        )
        subscription.events += not state
        if state:
            self._state_changed(subscription, notification)
        elif subscription.pushed is not None:
            self._pushed(subscription, notification)
        self._listener.heard(event)

    def _state_changed(self, subscription: Subscription, notification: Notification) -> None:
        event = notification.event
        assert event is not None
        name = local_name(event)
        if ends_replay(notification):
            subscription.replaying = subscription.resuming = False
        elif ends_subscription(notification):
            self._ended(subscription, "Its stop time has come.")
        elif name == "subscription-terminated":
            self._ended(subscription, f"{self._teller.tell(notification).text.partition(': ')[2].capitalize()}.")
        elif name == "subscription-suspended":
            subscription.state = SubscriptionState.SUSPENDED
            subscription.reason = "The device sends nothing for now."
        elif name == "subscription-resumed":
            subscription.state, subscription.reason = SubscriptionState.ACTIVE, ""
        elif name == "subscription-modified":
            subscription.state, subscription.reason = SubscriptionState.ACTIVE, ""
            terms = terms_of(event)
            if terms.stream or terms.datastore:
                subscription.terms = terms
        self._listener.changed(subscription)

    def _ended(self, subscription: Subscription, reason: str) -> None:
        subscription.state, subscription.reason = SubscriptionState.ENDED, reason
        subscription.replaying = False
        if subscription.pushed is not None:
            subscription.pushed.outdate("The subscription has ended.")
        self.release(subscription)

    def _pushed(self, subscription: Subscription, notification: Notification) -> None:
        event, tree = notification.event, subscription.pushed
        if event is None or tree is None:
            return
        name = local_name(event)
        if name == "push-update":
            tree.update(event, notification.event_time)
        elif name == "push-change-update" and not tree.change(event, notification.event_time):
            self._ask_again(subscription)

    def _ask_again(self, subscription: Subscription) -> None:
        """A change did not fit: have all of it sent; nobody waits for the answer, the contents are the answer."""
        if subscription.remote is None:
            return
        try:
            self.session.submit(subscription_operations.resync(subscription.remote))
        except AppError as error:
            subscription.reason = f"What is shown is not what the device holds, and cannot be had: {error.message}"
