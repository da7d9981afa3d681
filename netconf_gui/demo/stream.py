"""The event stream NETCONF: subscribers, replay, and the log that replay reads (RFC 5277, RFC 8639).

Does not live here: what the events say (`events`), the operations and their parameters (`subscribing`,
`dynamic_operations`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.demo.clock import Clock, date_and_time
from netconf_gui.demo.nodes import leaf
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.replies import build_notification
from netconf_gui.protocol.subscription_operations import NS_SUBSCRIBED
from netconf_gui.protocol.xml import NS_NETMOD_NOTIF, new_element, qn

LOG_SIZE = 1000  # events kept for replay

Select = Callable[[etree._Element], etree._Element | None]
"""What of an event a subscriber sees; None: nothing at all."""


def nothing() -> None:
    """Where nothing is to be done."""


@dataclass(eq=False, slots=True)
class Subscriber:
    """One subscription to the stream; `number` is that of RFC 8639, None for one of RFC 5277."""

    session: DeviceSession
    select: Select
    stop: float | None
    number: int | None = None
    paused: bool = False
    sent: int = 0
    ended: Callable[[], None] = nothing  # called when its stop time has come
    disarm: Callable[[], None] = nothing


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
        self.allowed: Callable[[DeviceSession, etree._Element], bool] = lambda _session, _event: True
        self._log: deque[tuple[float, etree._Element]] = deque(maxlen=LOG_SIZE)
        self._subscribers: list[Subscriber] = []
        self.log_since = clock.now()
        self.log_aged: float | None = None  # when the last event was that has been dropped from the log

    def subscribed(self, session: DeviceSession) -> bool:
        """Whether the session has a subscription of RFC 5277, of which it can have only one."""
        return any(one.session is session and one.number is None for one in self._subscribers)

    @property
    def replays_from(self) -> float:
        """The earliest moment of which all events are in the log."""
        return self.log_since if self.log_aged is None else self.log_aged

    def publish(self, event: etree._Element) -> None:
        """Log an event and send it to everybody who subscribed to it."""
        now = self._clock.now()
        if len(self._log) == LOG_SIZE:
            self.log_aged = self._log[0][0]
        self._log.append((now, event))
        for subscriber in tuple(self._subscribers):
            self._send(subscriber, now, event)

    def forget_log(self) -> None:
        """What happened until now cannot be replayed any more."""
        self._log.clear()
        self.log_since, self.log_aged = self._clock.now(), None

    def subscribe(
        self,
        session: DeviceSession,
        select: Select,
        start: float | None,
        stop: float | None,
        *,
        number: int | None = None,
        ended: Callable[[], None] = nothing,
    ) -> Subscriber:
        """Begin a subscription; with `start`, what is in the log since then is sent first.

        The caller has checked the times (RFC 5277, section 2.1.1); the reply must be on its way before this is called.
        """
        subscriber = Subscriber(session, select, stop, number, ended=ended)
        now = self._clock.now()
        if start is not None:
            for when, event in self._log:
                if when >= start and (stop is None or when <= stop):
                    self._send(subscriber, when, event)
            self._notice(subscriber, "replayComplete", "replay-completed")
        self._subscribers.append(subscriber)
        if stop is not None and stop <= now:
            self._end(subscriber)
        else:
            self.until(subscriber, stop)
        return subscriber

    def until(self, subscriber: Subscriber, stop: float | None) -> None:
        """Have it end then."""
        subscriber.disarm()
        subscriber.stop, subscriber.disarm = stop, nothing
        if stop is not None:
            seconds = max(0.0, stop - self._clock.now())
            subscriber.disarm = self._clock.call_later(seconds, self._guard(lambda: self._end(subscriber)))

    def drop(self, subscriber: Subscriber) -> None:
        """End one subscription without a word."""
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)
            subscriber.disarm()

    def unsubscribe(self, session: DeviceSession) -> None:
        """The session ended."""
        for subscriber in [one for one in self._subscribers if one.session is session]:
            self.drop(subscriber)

    def stop(self) -> None:
        """Disarm the alarms of subscriptions that would end by themselves."""
        for subscriber in self._subscribers:
            subscriber.disarm()
        self._subscribers.clear()

    def _end(self, subscriber: Subscriber) -> None:
        if subscriber in self._subscribers:
            self.drop(subscriber)
            self._notice(subscriber, "notificationComplete", "subscription-completed")
            subscriber.ended()

    def _notice(self, subscriber: Subscriber, name: str, numbered: str) -> None:
        # about the subscription itself: no filter applies
        if subscriber.number is None:
            event = new_element(qn(NS_NETMOD_NOTIF, name), {None: NS_NETMOD_NOTIF})
        else:
            event = new_element(qn(NS_SUBSCRIBED, numbered), {None: NS_SUBSCRIBED})
            leaf(event, "id", subscriber.number)
        self.tell(subscriber.session, event)

    def _send(self, subscriber: Subscriber, when: float, event: etree._Element) -> None:
        heard = not subscriber.paused and self.allowed(subscriber.session, event)
        selected = subscriber.select(event) if heard else None
        if selected is not None:
            subscriber.sent += 1
            self._deliver(subscriber.session, when, selected)

    def tell(self, session: DeviceSession, event: etree._Element) -> None:
        """Send an event to one session, whatever it subscribed to; it is not logged."""
        self._deliver(session, self._clock.now(), event)

    def _deliver(self, session: DeviceSession, when: float, event: etree._Element) -> None:
        self._count(session)
        session.send(build_notification(date_and_time(when), event))
