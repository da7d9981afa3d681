"""Subscriptions with numbers of their own (RFC 8639): the table of them, and what the device tells about them.

Lives here: `DynamicSubscriptions`.  Does not live here: the operations (`dynamic_operations`), streams (`stream`),
datastores (`push`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from netconf_gui.demo.clock import date_and_time
from netconf_gui.demo.nodes import inner, leaf, leafs
from netconf_gui.demo.push import Feed
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.demo.stream import EventStream, Subscriber, nothing
from netconf_gui.protocol.subscription_operations import NS_PUSH, NS_SUBSCRIBED, Terms
from netconf_gui.protocol.xml import NS_DATASTORES, add_element, new_element, parse, qn, splice

FIRST = 2147483648  # RFC 8639: numbers of dynamic subscriptions are in the upper half


@dataclass(eq=False, slots=True)
class Dynamic:
    """One subscription; it has a subscriber of the stream, or a feed of a datastore."""

    number: int
    session: DeviceSession
    terms: Terms
    subscriber: Subscriber | None = None
    feed: Feed | None = None
    suspended: bool = False
    sent: int = 0
    disarm: Callable[[], None] = nothing
    look_again: Callable[[], None] = nothing  # called when running, and a filter in it, may have changed

    @property
    def records(self) -> int:
        """How many have been sent."""
        return self.sent if self.subscriber is None else self.subscriber.sent


class DynamicSubscriptions:
    """Not thread-safe, the device's lock guards it."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self._all: dict[int, Dynamic] = {}
        self._next = FIRST

    def __iter__(self) -> Iterator[Dynamic]:
        return iter(tuple(self._all.values()))

    def get(self, number: int) -> Dynamic | None:
        return self._all.get(number)

    def of(self, session: DeviceSession) -> list[Dynamic]:
        return [one for one in self if one.session is session]

    def new(self, session: DeviceSession, terms: Terms) -> Dynamic:
        """Enter a subscription that does not send anything yet."""
        made = Dynamic(self._next, session, terms)
        self._next += 1
        self._all[made.number] = made
        return made

    def send(self, subscription: Dynamic, event: etree._Element) -> None:
        """An event of its datastore."""
        subscription.sent += 1
        self._stream.tell(subscription.session, event)

    def changed(self) -> None:
        """Running is another one."""
        for subscription in self:
            subscription.look_again()
            if subscription.feed is not None:
                subscription.feed.changed()

    # ---- ends and pauses

    def drop(self, subscription: Dynamic) -> None:
        """End it without a word."""
        self._all.pop(subscription.number, None)
        subscription.disarm()
        if subscription.subscriber is not None:
            self._stream.drop(subscription.subscriber)
        if subscription.feed is not None:
            subscription.feed.stop()

    def unsubscribe(self, session: DeviceSession) -> None:
        """The session ended."""
        for subscription in self.of(session):
            self.drop(subscription)

    def stop(self) -> None:
        for subscription in self:
            self.drop(subscription)

    def terminate(self, subscription: Dynamic, reason: str) -> None:
        """End it and say why (RFC 8639, section 2.7.4)."""
        self.drop(subscription)
        self._tell(subscription, "subscription-terminated", reason)

    def complete(self, subscription: Dynamic) -> None:
        """Its stop time has come."""
        self.drop(subscription)
        self._tell(subscription, "subscription-completed")

    def suspend(self, subscription: Dynamic, reason: str) -> None:
        if not subscription.suspended:
            self._pause(subscription, paused=True)
            self._tell(subscription, "subscription-suspended", reason)

    def resume(self, subscription: Dynamic) -> None:
        if subscription.suspended:
            self._tell(subscription, "subscription-resumed")
            self._pause(subscription, paused=False)

    def activate(self, subscription: Dynamic) -> None:
        """It was modified: it goes on without a word (RFC 8639, section 2.4.3)."""
        if subscription.suspended:
            self._pause(subscription, paused=False)

    def modified(self, subscription: Dynamic) -> None:
        """Say what it is now about: a filter that it refers to was changed (RFC 8639, section 2.7.2)."""
        event = self._event("subscription-modified", subscription)
        write_terms(event, subscription.terms)
        self._stream.tell(subscription.session, whole(event, subscription.terms))

    def _pause(self, subscription: Dynamic, *, paused: bool) -> None:
        subscription.suspended = paused
        if subscription.subscriber is not None:
            subscription.subscriber.paused = paused
        if subscription.feed is not None:
            (subscription.feed.pause if paused else subscription.feed.resume)()

    def _tell(self, subscription: Dynamic, name: str, reason: str = "") -> None:
        event = self._event(name, subscription)
        if reason:
            leaf(event, "reason", f"sn:{reason}")
        self._stream.tell(subscription.session, event)

    @staticmethod
    def _event(name: str, subscription: Dynamic) -> etree._Element:
        event = new_element(qn(NS_SUBSCRIBED, name), {None: NS_SUBSCRIBED, "sn": NS_SUBSCRIBED})
        leaf(event, "id", subscription.number)
        return event

    # ---- what can be read of it

    def add_state(self, root: etree._Element, *, replay: bool) -> None:
        """Streams, and subscriptions with their receivers (RFC 8639, sections 2.1 and 2.8)."""
        streams = new_element(qn(NS_SUBSCRIBED, "streams"), {None: NS_SUBSCRIBED})
        entry = inner(streams, "stream")
        leafs(entry, {"name": "NETCONF", "description": "Everything that the device tells."})
        if replay:
            inner(entry, "replay-support")
            leaf(entry, "replay-log-creation-time", date_and_time(self._stream.log_since))
            if self._stream.log_aged is not None:
                leaf(entry, "replay-log-aged-time", date_and_time(self._stream.log_aged))
        root.append(streams)
        holder = root.find(qn(NS_SUBSCRIBED, "subscriptions"))
        for configured in holder.findall(qn(NS_SUBSCRIBED, "subscription")) if holder is not None else ():
            _state_of_configured(configured)
        if holder is None:
            holder = add_element(root, qn(NS_SUBSCRIBED, "subscriptions"), nsmap={None: NS_SUBSCRIBED})
        for subscription in self:
            holder.append(self._listed(subscription))

    def _listed(self, subscription: Dynamic) -> etree._Element:
        entry = new_element(qn(NS_SUBSCRIBED, "subscription"), {None: NS_SUBSCRIBED})
        leaf(entry, "id", subscription.number)
        write_terms(entry, subscription.terms)
        receiver = inner(inner(entry, "receivers"), "receiver")
        leafs(
            receiver,
            {
                "name": f"session {subscription.session.session_id}",
                "sent-event-records": subscription.records,
                "excluded-event-records": 0,
                "state": "suspended" if subscription.suspended else "active",
            },
        )
        return whole(entry, subscription.terms)


def _state_of_configured(entry: etree._Element) -> None:
    """Nobody is behind the transport of this device: receivers stay disconnected."""
    leaf(entry, "configured-subscription-state", "valid")
    for receiver in entry.iterfind(f"{qn(NS_SUBSCRIBED, 'receivers')}/{qn(NS_SUBSCRIBED, 'receiver')}"):
        leafs(receiver, {"sent-event-records": 0, "excluded-event-records": 0, "state": "disconnected"})


def write_terms(parent: etree._Element, terms: Terms) -> None:
    """The nodes that say what a subscription is about; a subtree filter is filled in by `whole`."""
    if terms.push:
        store = add_element(parent, qn(NS_PUSH, "datastore"), nsmap={None: NS_PUSH, "ds": NS_DATASTORES})
        store.text = f"ds:{terms.datastore}"
    namespace, what = (NS_PUSH, "datastore") if terms.push else (NS_SUBSCRIBED, "stream")
    if terms.filter_name:
        leaf(parent, "selection-filter-ref" if terms.push else "stream-filter-name", terms.filter_name, namespace)
    elif terms.xpath:
        nsmap: dict[str | None, str] = {None: namespace, **dict(terms.namespaces)}
        add_element(parent, qn(namespace, f"{what}-xpath-filter"), terms.xpath, nsmap)
    elif terms.subtree:
        add_element(parent, qn(namespace, f"{what}-subtree-filter"), nsmap={None: namespace})
    if not terms.push:
        leaf(parent, "stream", terms.stream)
        if terms.start:
            leaf(parent, "replay-start-time", terms.start)
    if terms.stop:
        leaf(parent, "stop-time", terms.stop)
    if terms.period is not None:
        periodic = inner(parent, "periodic", NS_PUSH)
        leafs(periodic, {"period": round(terms.period * 100), "anchor-time": terms.anchor or None})
    if terms.on_change:
        change = inner(parent, "on-change", NS_PUSH)
        leafs(change, {"dampening-period": round(terms.dampening * 100), "sync-on-start": terms.sync_on_start})
        for kind in terms.excluded:
            leaf(change, "excluded-change", kind)


def whole(holder: etree._Element, terms: Terms) -> etree._Element:
    """The element with the content of its subtree filter."""
    if not terms.subtree or terms.xpath or terms.filter_name:
        return holder
    name = qn(NS_PUSH, "datastore-subtree-filter") if terms.push else qn(NS_SUBSCRIBED, "stream-subtree-filter")
    place = holder.find(name)
    return holder if place is None else parse(splice(holder, place, terms.filter_nodes()))
