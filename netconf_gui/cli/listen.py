"""`listen`: notifications of a device as they come, or what there is to subscribe to."""

from __future__ import annotations

import argparse
import json
import math
import re
import threading
import time
from contextlib import closing
from datetime import UTC, datetime

from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.files import read_bytes
from netconf_gui.cli.get import xpath_namespaces
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import AppError, Cancelled, ConfigError
from netconf_gui.protocol.subscription_operations import CHANGES, Terms
from netconf_gui.services.event_export import as_json, as_xml_line
from netconf_gui.services.event_search import Matcher
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.notifications import Event, EventKind, Severity
from netconf_gui.services.subscribing import Subscribing, Subscription, SubscriptionState
from netconf_gui.session.session import Session
from netconf_gui.workspace.event_rules import EventFilter

_RELATIVE = re.compile(r"-?(\d+(?:\.\d+)?)([smhd])\Z")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_KEPT = 4 << 20  # bytes: what was printed need not be kept
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds between two attempts to come back


def add_options(parser: argparse.ArgumentParser) -> None:
    """TARGET, what to listen to, how long, and in which form."""
    add_target(parser)
    what = parser.add_argument_group("what")
    subject = what.add_mutually_exclusive_group()
    subject.add_argument("--stream", metavar="S", default="", help="event stream; default: NETCONF")
    subject.add_argument("--datastore", metavar="D", default="", help="changes of a datastore (YANG push), not events")
    subject.add_argument("--list", action="store_true", help="list streams and subscriptions, and end")
    either = what.add_mutually_exclusive_group()
    either.add_argument("--xpath", metavar="X", default="", help="XPath filter; prefixes are module names")
    either.add_argument("--subtree", metavar="F", default="", help="file with a subtree filter (- is stdin)")
    either.add_argument("--filter-name", metavar="N", default="", help="filter that the device has by that name")
    what.add_argument(
        "--start", metavar="TIME", default="", help="replay from this time (RFC 3339), or so long ago: 5m, 2h, 1d"
    )
    what.add_argument("--stop", metavar="TIME", default="", help="the device ends the subscription at this time")
    push = parser.add_argument_group("datastores")
    push.add_argument("--period", metavar="SECONDS", type=float, help="all of it at intervals, instead of changes")
    push.add_argument("--dampening", metavar="SECONDS", type=float, default=0.0, help="at most one report in this time")
    push.add_argument("--no-sync", action="store_true", help="do not send all of it at first")
    push.add_argument("--exclude", metavar="CHANGE", action="append", default=[], choices=CHANGES,
                      help=f"changes that are not wanted (can be repeated): {', '.join(CHANGES)}")  # fmt: skip
    how = parser.add_argument_group("how")
    how.add_argument(
        "--rfc5277", action="store_true", help="the older kind of subscription, also where there is a newer one"
    )
    how.add_argument("--duration", metavar="SECONDS", type=float, help="end after this time; default: when interrupted")
    how.add_argument("--count", metavar="N", type=int, help="end after so many notifications")
    how.add_argument("--no-reconnect", action="store_true", help="end when the session is lost")
    how.add_argument("--match", metavar="TEXT", default="", help="print only events with this text")
    how.add_argument("--severity", metavar="S", default="", choices=[str(one) for one in Severity],
                     help=f"print only events that are this urgent or more: {', '.join(Severity)}")  # fmt: skip
    how.add_argument("--xml", action="store_true", help="print notifications in XML, one a line, instead of words")


def run(command: Command) -> Status:
    """A line for each event: time, severity, words; with --json a JSON object a line."""
    arguments = command.arguments
    if arguments.json and arguments.xml:
        raise ConfigError("Either --json or --xml.")
    if arguments.subtree == "-" and arguments.password_stdin:
        raise ConfigError("stdin cannot hold both the filter and the password.")
    for name in ("duration", "count"):
        value = getattr(arguments, name)
        if value is not None and not 0 < value < threading.TIMEOUT_MAX:
            raise ConfigError(f"--{name} is {value:g}. Allowed: more than 0.")
    connector = Connector(command)
    return command.run(lambda: _list(command, connector) if arguments.list else _listen(command, connector))


# ---- what there is


def _list(command: Command, connector: Connector) -> Status:
    with connector.session() as session:
        subscribing = Subscribing(connector.device.name, EventStore(), lambda cancel: connector.connect())
        subscribing.attach(session, cancel=command.cancel)
        offer = subscribing.offer
        if not offer.anything:
            raise ConfigError(offer.reason, state="Nothing was subscribed.")
        streams = subscribing.streams(cancel=command.cancel)
        listed = subscribing.listed(cancel=command.cancel)
    if command.output.as_json:
        command.output.json(
            {
                "rfc5277": offer.create,
                "interleave": offer.interleave,
                "dynamic": offer.dynamic,
                "yang_push": offer.push,
                "on_change": offer.on_change,
                "streams": [
                    {
                        "name": stream.name,
                        "description": stream.description,
                        "replay": stream.replay,
                        "replay_from": stream.aged or stream.replay_from,
                    }
                    for stream in streams
                ],
                "subscriptions": [
                    {
                        "id": one.number,
                        "configured": one.configured,
                        "subject": one.terms.subject,
                        "state": one.state,
                        "receivers": [list(pair) for pair in one.receivers],
                    }
                    for one in listed
                ],
            }
        )
        return Status.OK
    for stream in streams:
        replay = (
            f"replay from {stream.aged or stream.replay_from or 'an unknown time'}" if stream.replay else "no replay"
        )
        command.output.text(f"stream {stream.name}: {stream.description or 'no description'} ({replay})")
    for one in listed:
        kind = f"configured, {one.state or 'state unknown'}" if one.configured else "dynamic"
        names = ", ".join(f"{name} {state}".strip() for name, state in one.receivers)
        command.output.text(f"subscription {one.number}: {one.terms.subject} ({kind}){f': {names}' if names else ''}")
    return Status.OK


# ---- listening


def _listen(command: Command, connector: Connector) -> Status:
    listener = _Listener(command, connector)
    with closing(listener):
        try:
            return listener.listen()
        except Cancelled:
            return Status.OK if listener.over else Status.INTERRUPTED


class _Listener:
    """One subscription, from its beginning to whatever ends it."""

    def __init__(self, command: Command, connector: Connector) -> None:
        self._command = command
        self._connector = connector
        arguments = command.arguments
        self._matches = Matcher(EventFilter(text=arguments.match, severity=arguments.severity))
        self._wake = threading.Event()
        self._store = EventStore(memory=_KEPT, disk=0)
        self._subscribing = Subscribing(
            connector.device.name,
            self._store,
            lambda cancel: connector.connect(),
            told=lambda subscription: self._wake.set(),
            heard=self._heard,
        )
        self._session: Session | None = None
        self._printed = 0
        self._unread = False  # nobody reads what is printed
        self._lock = threading.Lock()
        self._ends = math.inf if arguments.duration is None else time.monotonic() + arguments.duration
        command.cancel.on_cancel(self._wake.set)

    @property
    def over(self) -> bool:
        """Whether its time, or its number of events, is over, or nobody reads on."""
        wished = self._command.arguments.count
        return self._unread or time.monotonic() >= self._ends or (wished is not None and self._printed >= wished)

    def close(self) -> None:
        self._subscribing.close()
        if self._session is not None:
            self._session.close(1.0)
        self._store.close()

    def listen(self) -> Status:
        self._attach()
        subscription = self._subscribing.start(
            self._terms(),
            prefer_dynamic=False if self._command.arguments.rfc5277 else None,
            cancel=self._command.cancel,
        )
        self._command.output.say(self._words(subscription))
        while not self.over:
            self._command.cancel.check()
            if not subscription.alive:
                self._command.output.say(f"The subscription has ended: {subscription.reason}")
                return Status.OK
            if subscription.state is SubscriptionState.LOST:
                self._come_back(subscription)
                continue
            self._wake.clear()
            if self._waits(subscription):
                left = self._ends - time.monotonic()
                self._wake.wait(None if left == math.inf else max(0.0, left))
        return Status.OK

    def _waits(self, subscription: Subscription) -> bool:
        """Whether nothing happened since it was looked at; what comes later wakes us."""
        return subscription.state is not SubscriptionState.LOST and subscription.alive and not self.over

    def _attach(self) -> None:
        self._session = self._connector.connect()
        self._subscribing.attach(self._session, cancel=self._command.cancel)

    def _words(self, subscription: Subscription) -> str:
        own = "" if not subscription.own_session else ", on a session of its own"
        return f"Listening to {subscription.title} of {self._connector.device.name}{own}."

    def _come_back(self, subscription: Subscription) -> None:
        """Connect again, ever more slowly; raises what a person has to see to."""
        if self._command.arguments.no_reconnect:
            raise ConfigError(
                f"The session was lost: {subscription.reason}", state="What was printed is all that came."
            )
        pause = _FIRST_PAUSE
        while True:
            try:
                if self._session is None or self._session.closed:
                    self._attach()
                else:
                    self._subscribing.restore(cancel=self._command.cancel)
                return
            except Cancelled:
                raise
            except AppError as error:
                self._command.output.say(f"Not connected: {error} Next attempt in {pause:g} s.")
            ends = time.monotonic() + pause
            while (left := min(ends, self._ends) - time.monotonic()) > 0:
                self._command.cancel.check()
                self._wake.clear()
                self._wake.wait(left)
            if self.over:
                return
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _terms(self) -> Terms:
        arguments = self._command.arguments
        xpath: str = arguments.xpath
        namespaces = xpath_namespaces(self._command, xpath, self._session) if xpath and self._session else {}
        push = bool(arguments.datastore)
        if not push and (arguments.period is not None or arguments.dampening or arguments.exclude or arguments.no_sync):
            raise ConfigError("--period, --dampening, --no-sync and --exclude are about --datastore.")
        return Terms(
            stream="" if push else arguments.stream or "NETCONF",
            datastore=arguments.datastore,
            subtree=read_bytes(arguments.subtree) if arguments.subtree else b"",
            xpath=xpath,
            namespaces=tuple(namespaces.items()),
            filter_name=arguments.filter_name,
            start=moment(arguments.start),
            stop=moment(arguments.stop),
            period=arguments.period,
            on_change=push and arguments.period is None,
            dampening=arguments.dampening,
            sync_on_start=not arguments.no_sync,
            excluded=tuple(arguments.exclude),
        )

    # ---- reader thread

    def _heard(self, event: Event) -> None:
        with self._lock:
            if self.over:
                return
            if self._matches(event) or event.kind in (EventKind.GAP, EventKind.NOTE):
                self._print(event)
            wished = self._command.arguments.count
            if wished is not None and self._printed >= wished:
                self._wake.set()

    def _print(self, event: Event) -> None:
        output, arguments = self._command.output, self._command.arguments
        self._printed += event.kind is EventKind.NOTIFICATION
        if arguments.json:
            output.text(json.dumps(as_json(event), ensure_ascii=False))
        elif not arguments.xml:
            mark = "replayed " if event.replayed else ""
            output.text(f"{event.time} {event.severity.value:<11} {mark}{event.text}")
        elif event.xml:
            output.text(as_xml_line(event))
        else:
            output.say(event.text)
        if not output.flush():
            self._unread = True
            self._wake.set()


def moment(text: str) -> str:
    """A time as RFC 3339 has it: given so, or so long ago (5m); raises `ConfigError`."""
    relative = _RELATIVE.match(text)
    if relative is not None:
        ago = float(relative.group(1)) * _UNITS[relative.group(2)]
        return datetime.fromtimestamp(time.time() - ago, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or "T" not in text.upper():
        raise ConfigError(f"{text!r} is no time.", advice="Write 2026-01-31T10:00:00Z, or 5m, 2h, 1d for so long ago.")
    return text if found.tzinfo is not None else found.astimezone().isoformat()
