"""The event stream NETCONF: subscriptions, replay, and the log that replay reads (RFC 5277).

Does not live here: what the events say (`events`), the operation's parameters (`subscribing`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.demo.clock import Clock, date_and_time
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.replies import build_notification
from netconf_gui.protocol.xml import NS_NETMOD_NOTIF, new_element, qn

LOG_SIZE = 1000  # events kept for replay

Select = Callable[[etree._Element], etree._Element | None]
"""What of an event a subscriber sees; None: nothing at all."""


@dataclass(eq=False, slots=True)
class _Subscription:
    session: DeviceSession
    select: Select
    stop: float | None
    disarm: Callable[[], None] = lambda: None


class EventStream:
    """The stream with its subscribers; not thread-safe, the device's lock guards it.

    `count(session)` is called for each notification sent.
    """

    def __init__(
        self,
        clock: Clock,
        guard: Callable[[Callable[[], None]], Callable[[], None]],
        count: Callable[[DeviceSession], None],
    ) -> None:
        self._clock = clock
        self._guard = guard
        self._count = count
        self._log: deque[tuple[float, etree._Element]] = deque(maxlen=LOG_SIZE)
        self._subscriptions: dict[int, _Subscription] = {}
        self.log_since = clock.now()

    def subscribed(self, session: DeviceSession) -> bool:
        return session.session_id in self._subscriptions

    def publish(self, event: etree._Element) -> None:
        """Log an event and send it to everybody who subscribed to it."""
        now = self._clock.now()
        self._log.append((now, event))
        for subscription in tuple(self._subscriptions.values()):
            self._send(subscription, now, event)

    def subscribe(self, session: DeviceSession, select: Select, start: float | None, stop: float | None) -> None:
        """Begin a subscription; with `start`, what is in the log since then is sent first.

        The caller has checked the times (RFC 5277, section 2.1.1); the reply to create-subscription must be on its
        way before this is called.
        """
        subscription = _Subscription(session, select, stop)
        now = self._clock.now()
        if start is not None:
            for when, event in self._log:
                if when >= start and (stop is None or when <= stop):
                    self._send(subscription, when, event)
            self._notice(subscription, "replayComplete")
        if stop is not None and stop <= now:
            self._notice(subscription, "notificationComplete")
            return
        self._subscriptions[session.session_id] = subscription
        if stop is not None:
            subscription.disarm = self._clock.call_later(stop - now, self._guard(lambda: self._end(subscription)))

    def unsubscribe(self, session: DeviceSession) -> None:
        """The session ended."""
        subscription = self._subscriptions.pop(session.session_id, None)
        if subscription is not None:
            subscription.disarm()

    def stop(self) -> None:
        """Disarm the alarms of subscriptions that would end by themselves."""
        for subscription in self._subscriptions.values():
            subscription.disarm()
        self._subscriptions.clear()

    def _end(self, subscription: _Subscription) -> None:
        if self._subscriptions.get(subscription.session.session_id) is subscription:
            del self._subscriptions[subscription.session.session_id]
            self._notice(subscription, "notificationComplete")

    def _notice(self, subscription: _Subscription, name: str) -> None:
        # about the subscription itself: no filter applies
        event = new_element(qn(NS_NETMOD_NOTIF, name), {None: NS_NETMOD_NOTIF})
        self._deliver(subscription.session, self._clock.now(), event)

    def _send(self, subscription: _Subscription, when: float, event: etree._Element) -> None:
        selected = subscription.select(event)
        if selected is not None:
            self._deliver(subscription.session, when, selected)

    def _deliver(self, session: DeviceSession, when: float, event: etree._Element) -> None:
        self._count(session)
        session.send(build_notification(date_and_time(when), event))
