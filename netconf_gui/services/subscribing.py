"""Subscriptions of one device: begun, changed, ended, and brought back when the device is back.

Lives here: `Subscribing`.  Does not live here: one subscription (`subscribing_state`), hearing (`subscribing_line`),
keeping events (`event_store`), connecting (a callable that is given).

Methods that ask the device block; run them on the device's lane.  Where the device does not answer requests beside
events (no interleave capability), or a session has its subscription already, a session of its own is opened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, CapabilityMissing, RpcFailed, SessionClosed
from netconf_gui.protocol import subscription_operations
from netconf_gui.protocol.subscription_operations import Terms
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event, EventKind, Severity, seconds
from netconf_gui.services.pushing import PushedTree
from netconf_gui.services.subscribing_line import Line
from netconf_gui.services.subscribing_state import Subscription, SubscriptionState
from netconf_gui.session import dynamic_subscriptions as dynamic
from netconf_gui.session.dynamic_subscriptions import ListedSubscription, Offer
from netconf_gui.session.session import Session
from netconf_gui.session.subscriptions import EventStream, list_streams, subscribe
from netconf_gui.session.yanglib import ModuleRef
from netconf_gui.yang.schema import Schema

__all__ = ["Connect", "Subscribing", "Subscription", "SubscriptionState", "Terms"]

Connect = Callable[[CancelToken | None], Session]
"""Opens one more session to the device; raises `AppError`."""


def _nothing(_subject: object) -> None:
    return None


class Subscribing:
    """Thread-safe.

    `connect` opens a session beside the device's own.  `told(subscription)` is called when one changed, `heard(event)`
    for each event after it was kept; both on whatever thread it happens, quick and without waiting.
    """

    def __init__(
        self,
        device: str,
        store: EventStore,
        connect: Connect,
        *,
        told: Callable[[Subscription], object] = _nothing,
        heard: Callable[[Event], object] = _nothing,
    ) -> None:
        self.device = device
        self.store = store
        self.offer = Offer()
        self._connect = connect
        self._told = told
        self._on_event = heard
        self._lock = threading.RLock()
        self._working = threading.RLock()  # one request of ours at a time
        self._main: Session | None = None
        self._schema: Schema | None = None
        self._modules: tuple[ModuleRef, ...] | None = None
        self._announced: tuple[str, ...] = ()
        self._lines: list[Line] = []
        self._subscriptions: list[Subscription] = []
        self._streams: tuple[EventStream, ...] = ()
        self._closed = False

    # ---- the device's session

    def attach(
        self,
        session: Session,
        *,
        modules: Iterable[ModuleRef] | None = None,
        schema: Schema | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        """The device is there, for the first time or again: what was lost is brought back (`restore`).

        `modules` and `schema` are the device's, if they are known.  Raises what ends the session, and `Cancelled`.
        """
        with self._working:
            self._main = session
            self._schema = schema if schema is not None else self._schema
            if modules is not None:
                self._modules = tuple(modules)
            announced = session.capabilities.uris
            if announced != self._announced or modules is not None:
                # else it is the same software as before: its modules need not be listed once more
                self.offer = dynamic.offer(session, self._modules, cancel=cancel)
                self._announced = announced
            self.restore(cancel=cancel)

    def detach(self) -> None:
        """The device's session is not to be used any more; own sessions of subscriptions go on."""
        self._main = None

    def leave(self) -> None:
        """The person disconnects the device: own sessions are closed too; what ran comes back with `attach`."""
        self._main = None
        with self._lock:
            lines = tuple(self._lines)
        for line in lines:
            if line.own:
                line.session.abort()

    def streams(self, *, cancel: CancelToken | None = None) -> tuple[EventStream, ...]:
        """The device's event streams, asked for now.  Raises `AppError`."""
        session = self._asking()
        self._streams = list_streams(session, subscribed=self.offer.dynamic, cancel=cancel)
        return self._streams

    def listed(self, *, cancel: CancelToken | None = None) -> tuple[ListedSubscription, ...]:
        """All subscriptions that the device has, those of others and configured ones too.  Raises `AppError`."""
        if not self.offer.dynamic:
            return ()
        return dynamic.list_subscriptions(self._asking(), cancel=cancel)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Those that were begun here, the oldest first."""
        with self._lock:
            return tuple(self._subscriptions)

    # ---- what people ask for

    def start(
        self, terms: Terms, *, prefer_dynamic: bool | None = None, cancel: CancelToken | None = None
    ) -> Subscription:
        """Begin a subscription.

        `prefer_dynamic`: by RFC 8639 or by RFC 5277; None takes the newer one that the device has.  Raises
        `ConfigError` (terms), `CapabilityMissing`, `RpcFailed`, what ends the session, `Cancelled`; nothing is
        subscribed then.
        """
        terms = terms.checked()
        kind = self._kind(terms, prefer_dynamic)
        subscription = Subscription(terms, self.device, kind, began=time.time())
        if terms.push:
            subscription.pushed = PushedTree(self._schema)
        with self._lock:
            self._subscriptions.append(subscription)
        try:
            with self._working:
                self._begin(subscription, terms, cancel)
        except BaseException:
            with self._lock:
                self._subscriptions.remove(subscription)
            raise
        return subscription

    def modify(self, subscription: Subscription, terms: Terms, *, cancel: CancelToken | None = None) -> None:
        """Other terms: filter, stop time, period, dampening.  Raises `RpcFailed` (the old ones hold), as `start`."""
        terms = replace(terms, stream=subscription.terms.stream, start="").checked()
        line, number = self._remote(subscription)
        with self._working:
            dynamic.modify(line.session, number, terms, cancel=cancel)
            subscription.terms = replace(terms, start=subscription.terms.start)
        self.changed(subscription)

    def resync(self, subscription: Subscription, *, cancel: CancelToken | None = None) -> None:
        """Have all of a datastore's data sent now.  Raises `RpcFailed`."""
        line, number = self._remote(subscription)
        with self._working:
            dynamic.resync(line.session, number, cancel=cancel)

    def stop(self, subscription: Subscription, *, cancel: CancelToken | None = None) -> None:
        """End it.  RFC 5277 has no operation for that: its session is closed, or on the device's session, ignored.

        It has ended here in any case; raises `RpcFailed` where the device does not agree.
        """
        with self._working:
            line = self._line_of(subscription)
            subscription.state, subscription.reason = SubscriptionState.ENDED, "It was ended here."
            subscription.replaying = False
            if line is None:
                self.changed(subscription)
                return
            try:
                if subscription.remote is not None and not line.session.closed:
                    dynamic.delete(line.session, subscription.remote, cancel=cancel)
            finally:
                line.release(subscription)
                if subscription.pushed is not None:
                    subscription.pushed.outdate("The subscription has ended.")
                self._tidy(line)
                self.changed(subscription)

    def kill(self, number: int, *, cancel: CancelToken | None = None) -> None:
        """End a subscription of anybody, by the device's number.  Raises `RpcFailed`."""
        with self._working:
            dynamic.kill(self._asking(), number, cancel=cancel)

    def forget(self, subscription: Subscription) -> None:
        """Take one that has ended off the list; its events stay."""
        with self._lock:
            if not subscription.alive and subscription in self._subscriptions:
                self._subscriptions.remove(subscription)

    def restore(self, *, cancel: CancelToken | None = None) -> None:
        """Bring back what was lost, with all that happened meanwhile where the device can replay it.

        What the device refuses is refused from then on, with its reason.  Raises what ends the session, `Cancelled`.
        """
        with self._working:
            lost = [one for one in self.subscriptions if one.state is SubscriptionState.LOST]
            if lost and not all(one.terms.push for one in lost):
                self._look_at_streams(cancel)
            for subscription in lost:
                self._bring_back(subscription, cancel)

    def close(self) -> None:
        """End everything; sessions that were opened for subscriptions are closed."""
        self._closed = True
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.leave()
            if line.own:
                line.session.abort()
        for subscription in self.subscriptions:
            if subscription.alive:
                subscription.state, subscription.reason = SubscriptionState.ENDED, "The device was closed."

    # ---- beginning

    def _kind(self, terms: Terms, wished: bool | None) -> bool:
        """Whether it is one of RFC 8639; raises `CapabilityMissing`."""
        has = self.offer
        if terms.push and not has.push:
            raise CapabilityMissing(
                "The device cannot be asked to report a datastore: it does not have the module ietf-yang-push.",
                dynamic.PUSH,
                state="Nothing was sent.",
            )
        if not has.anything:
            raise CapabilityMissing(has.reason, dynamic.SUBSCRIBED, state="Nothing was sent.")
        if terms.push or terms.filter_name or not has.create:
            return True
        return has.dynamic if wished is None else wished and has.dynamic

    def _begin(self, subscription: Subscription, terms: Terms, cancel: CancelToken | None) -> str:
        """Ask the device; returns from when on it replays, where that is later than asked for."""
        line = self._line_for(subscription, cancel)
        subscription.own_session = line.own
        subscription.replaying = bool(terms.start)
        line.reserve(subscription)
        try:
            if subscription.dynamic:
                made = dynamic.establish(line.session, terms, cancel=cancel)
                revised = made.replay_from
                subscription.state, subscription.reason = SubscriptionState.ACTIVE, ""
                line.number(subscription, made.number)
            else:
                subscribe(line.session, subscription_operations.create(terms), cancel=cancel)
                revised = ""
                if subscription.state is SubscriptionState.STARTING or subscription.resuming:
                    self._active(subscription)
        except BaseException:
            line.release(subscription)
            self._tidy(line)
            raise
        self.changed(subscription)
        return revised

    @staticmethod
    def _active(subscription: Subscription) -> None:
        if subscription.state is not SubscriptionState.ENDED:  # its stop time may have come before the reply
            subscription.state, subscription.reason = SubscriptionState.ACTIVE, ""

    def _line_for(self, subscription: Subscription, cancel: CancelToken | None) -> Line:
        """A session that has room, else a new one."""
        with self._lock:
            for line in self._lines:
                if line.takes(subscription):
                    return line
            main = self._main
            known = any(line.session is main for line in self._lines)
        if main is not None and not known and not main.closed:
            line = Line(main, self, self._schema, own=False)
            if line.takes(subscription):
                return self._added(line)
            line.leave()
        return self._added(Line(self._connect(cancel), self, self._schema, own=True))

    def _added(self, line: Line) -> Line:
        with self._lock:
            self._lines.append(line)
        return line

    def _tidy(self, line: Line) -> None:
        """Nothing is heard on it any more: an own session is closed, the device's is left alone."""
        if line.busy:
            return
        with self._lock:
            if line in self._lines:
                self._lines.remove(line)
        line.leave()
        if line.own and not line.session.closed:
            line.session.close(1.0)

    def _line_of(self, subscription: Subscription) -> Line | None:
        with self._lock:
            return next((line for line in self._lines if subscription in line.subscriptions), None)

    def _remote(self, subscription: Subscription) -> tuple[Line, int]:
        line = self._line_of(subscription)
        if line is None or subscription.remote is None:
            what = "has ended" if not subscription.dynamic or line is None else "has no number yet"
            if line is not None and not subscription.dynamic:
                what = "is of the older kind (RFC 5277), which cannot be changed: end it and begin another"
            raise SessionClosed(f"The subscription to {subscription.title} {what}.", state="Nothing was sent.")
        return line, subscription.remote

    def _asking(self) -> Session:
        """A session that answers requests."""
        if self._main is not None and not self._main.closed:
            return self._main
        with self._lock:
            for line in self._lines:
                if not line.session.closed and line.session.capabilities.interleave:
                    return line.session
        raise SessionClosed("The device is not connected.", advice="Connect to it again.")

    # ---- coming back

    def _look_at_streams(self, cancel: CancelToken | None) -> None:
        try:
            self.streams(cancel=cancel)
        except (RpcFailed, SessionClosed):
            self._streams = ()

    def _bring_back(self, subscription: Subscription, cancel: CancelToken | None) -> None:
        terms = subscription.terms if not subscription.terms.start else replace(subscription.terms, start="")
        stop = seconds(terms.stop)
        since = subscription.seen.last
        if not terms.push:
            replay = self._can_replay(subscription)
            if replay:
                terms = replace(terms, start=since or _rfc3339(subscription.began))
            elif stop is not None and stop <= time.time():
                subscription.state = SubscriptionState.ENDED
                subscription.reason = "Its stop time came while the device was away."
                self._gap(subscription, since, terms.stop)
                self.changed(subscription)
                return
            elif not subscription.dynamic:
                terms = replace(terms, stop="")  # RFC 5277 knows a stop time only with a start time
        subscription.resuming = bool(terms.start)
        subscription.state, subscription.remote = SubscriptionState.STARTING, None
        try:
            self._again(subscription, terms, cancel)
        except (Cancelled, SessionClosed):
            subscription.state = SubscriptionState.LOST
            raise
        except AppError as error:
            subscription.resuming = subscription.replaying = False
            gone = not isinstance(error, RpcFailed | CapabilityMissing)
            subscription.state = SubscriptionState.LOST if gone else SubscriptionState.REFUSED
            subscription.reason = str(error)
            self._note(subscription, f"The subscription to {subscription.title} did not come back: {error}")
            self.changed(subscription)
            if gone:
                raise

    def _again(self, subscription: Subscription, terms: Terms, cancel: CancelToken | None) -> None:
        since = subscription.seen.last
        asked = seconds(terms.start)
        try:
            revised = self._begin(subscription, terms, cancel)
        except RpcFailed:
            if not terms.start:
                raise
            # no replay from then on, for whatever reason: go on from now, and say so
            subscription.resuming = False
            subscription.state = SubscriptionState.STARTING
            self._begin(subscription, replace(terms, start="", stop=""), cancel)
            self._gap(subscription, since, "")
            return
        if terms.push:
            self._gap_of_datastore(subscription)
        elif not terms.start:
            self._gap(subscription, since, "")
        else:
            begins = seconds(revised) or self._log_begins(subscription.terms.subject)
            if begins is not None and asked is not None and begins > asked:
                self._gap(subscription, since, _rfc3339(begins))
        self._note(subscription, f"The subscription to {subscription.title} is back.", Severity.INFORMATION)

    def _can_replay(self, subscription: Subscription) -> bool:
        name = subscription.terms.subject
        return any(stream.replay for stream in self._streams if stream.name == name)

    def _log_begins(self, name: str) -> float | None:
        """The earliest event that the log still has, in seconds; None where the device does not say."""
        for stream in self._streams:
            if stream.name == name:
                times = [at for at in (seconds(stream.replay_from), seconds(stream.aged)) if at is not None]
                return max(times, default=None)
        return None

    def _gap_of_datastore(self, subscription: Subscription) -> None:
        """Contents come whole again; which changes led to them is not known."""
        if subscription.terms.on_change:
            whole = "; all of it is sent anew" if subscription.terms.sync_on_start else ""
            self._gap(subscription, subscription.seen.last, "", whole)

    def _gap(self, subscription: Subscription, since: str, until: str, more: str = "") -> None:
        began = since or _rfc3339(subscription.lost_at or subscription.began)
        end = until or _rfc3339(time.time())
        why = "" if subscription.terms.push else ": the device cannot replay it"
        text = f"Missing: what was sent of {subscription.title} from {began} to {end}{why}{more}"
        self._say(subscription, text, EventKind.GAP, Severity.WARNING)

    def _note(self, subscription: Subscription, text: str, severity: Severity = Severity.WARNING) -> None:
        self._say(subscription, text, EventKind.NOTE, severity)

    def _say(self, subscription: Subscription, text: str, kind: EventKind, severity: Severity) -> None:
        now = time.time()
        self.heard(
            Event(
                time=_rfc3339(now),
                received=now,
                device=self.device,
                stream=subscription.terms.subject,
                name=kind.value,
                module="",
                text=text,
                severity=severity,
                kind=kind,
                subscription=subscription.number,
            )
        )

    # ---- what lines tell

    def heard(self, event: Event) -> None:
        """An event to be kept."""
        self.store.append(event)
        self._on_event(event)

    def changed(self, subscription: Subscription) -> None:
        """A subscription stands otherwise."""
        self._told(subscription)

    def gone(self, line: Line, error: AppError | None) -> None:
        """The session of a line ended."""
        with self._lock:
            if line in self._lines:
                self._lines.remove(line)
            if self._main is line.session:
                self._main = None
        if self._closed:
            return
        for subscription in line.subscriptions:
            line.release(subscription)
            if not subscription.alive:
                continue
            subscription.state, subscription.lost_at = SubscriptionState.LOST, time.time()
            subscription.reason = str(error) if error is not None else "The session was closed."
            if subscription.pushed is not None:
                subscription.pushed.outdate("The session has ended; this is what was known before.")
            self._note(subscription, f"The subscription to {subscription.title} was lost: {subscription.reason}")
            self.changed(subscription)


def _rfc3339(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
