"""What a device tells about NETCONF itself: sessions, locks, statistics, schemas, streams (RFC 6022, RFC 5277).

Lives here: reading it in one go, as plain data.  Does not live here: how it is shown, who holds the lock that an apply
was denied (`holders`).  A part that a device does not have is empty, and `DeviceState.notes` says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import RpcFailed
from netconf_gui.protocol.xml import NS_MONITORING, child_named, local_name, new_element, qn
from netconf_gui.session.datastores import get, get_data
from netconf_gui.session.session import Session
from netconf_gui.session.subscriptions import EventStream, list_streams

NO_STATE = "The device does not tell about its sessions, locks and statistics: it has no netconf-state (RFC 6022)."
NO_STREAMS = "The device has no notifications."


@dataclass(frozen=True, slots=True)
class Counters:
    """RFC 6022, section 2.1.5; None where the device does not count."""

    in_rpcs: int | None = None
    in_bad_rpcs: int | None = None
    out_rpc_errors: int | None = None
    out_notifications: int | None = None


@dataclass(frozen=True, slots=True)
class SessionState:
    """One session of the device (RFC 6022, section 2.1.4); times are as the device wrote them."""

    session_id: int
    transport: str = ""
    username: str = ""
    host: str = ""
    since: str = ""
    counters: Counters = field(default_factory=Counters)
    ours: bool = False


@dataclass(frozen=True, slots=True)
class LockState:
    """A lock on a whole datastore, or with a `lock_id` on nodes of it (RFC 6022, section 2.1.2)."""

    datastore: str
    session_id: int
    since: str = ""
    lock_id: int | None = None
    selections: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemaState:
    """One schema that get-schema may be asked for (RFC 6022, section 2.1.3)."""

    identifier: str
    version: str = ""
    format: str = ""
    namespace: str = ""
    locations: tuple[str, ...] = ()

    @property
    def fetchable(self) -> bool:
        """Whether the device hands it out itself."""
        return not self.locations or "NETCONF" in self.locations


@dataclass(frozen=True, slots=True)
class Statistics:
    """RFC 6022, section 2.1.5; None where the device does not count."""

    started: str = ""
    in_sessions: int | None = None
    dropped_sessions: int | None = None
    in_bad_hellos: int | None = None
    counters: Counters = field(default_factory=Counters)


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One look at a device."""

    at: float  # seconds since the epoch
    monitored: bool = False  # whether there is a netconf-state at all
    sessions: tuple[SessionState, ...] = ()
    datastores: tuple[str, ...] = ()
    locks: tuple[LockState, ...] = ()
    schemas: tuple[SchemaState, ...] = ()
    statistics: Statistics | None = None
    streams: tuple[EventStream, ...] = ()
    notes: tuple[str, ...] = ()

    def locks_on(self, datastore: str) -> tuple[LockState, ...]:
        return tuple(lock for lock in self.locks if lock.datastore == datastore)

    def session(self, session_id: int) -> SessionState | None:
        return next((one for one in self.sessions if one.session_id == session_id), None)


def read_state(session: Session, *, timeout: float | None = None, cancel: CancelToken | None = None) -> DeviceState:
    """Ask for all of it; raises what `Session.call` raises, but not for parts that the device refuses."""
    notes: list[str] = []
    state = _netconf_state(session, timeout, cancel)
    if state is None:
        notes.append(NO_STATE)
    streams: tuple[EventStream, ...] = ()
    if not session.capabilities.notification:
        notes.append(NO_STREAMS)
    else:
        try:
            streams = list_streams(session, timeout=timeout, cancel=cancel)
        except RpcFailed as error:
            notes.append(f"The device does not list its streams: {error.message}")
    if state is None:
        return DeviceState(time.time(), streams=streams, notes=tuple(notes))
    datastores = tuple(_text(entry, "name") for entry in _entries(state, "datastores"))
    return DeviceState(
        time.time(),
        monitored=True,
        sessions=tuple(_session(entry, session.session_id) for entry in _entries(state, "sessions")),
        datastores=datastores,
        locks=tuple(lock for entry in _entries(state, "datastores") for lock in _locks(entry)),
        schemas=tuple(_schema(entry) for entry in _entries(state, "schemas")),
        statistics=_statistics(child_named(state, "statistics")),
        streams=streams,
        notes=tuple(notes),
    )


def _netconf_state(session: Session, timeout: float | None, cancel: CancelToken | None) -> etree._Element | None:
    """The container, by get; by get-data where only that has it."""
    wanted = new_element(qn(NS_MONITORING, "netconf-state"), {None: NS_MONITORING})
    found: etree._Element | None = None
    try:
        found = child_named(get(session, filter_xml=wanted, timeout=timeout, cancel=cancel), "netconf-state")
    except RpcFailed:
        found = None  # a device may refuse a filter on a module that it does not have
    if found is None and session.capabilities.nmda:
        try:
            data = get_data(session, "operational", filter_xml=wanted, timeout=timeout, cancel=cancel)
        except RpcFailed:
            return None
        found = child_named(data, "netconf-state")
    return found


def _entries(state: etree._Element, name: str) -> Iterator[etree._Element]:
    holder = child_named(state, name)
    if holder is not None:
        yield from holder.iterchildren(tag=etree.Element)


def _texts(entry: etree._Element, name: str) -> tuple[str, ...]:
    return tuple((child.text or "").strip() for child in entry if local_name(child) == name)


def _text(entry: etree._Element, name: str) -> str:
    return next(iter(_texts(entry, name)), "")


def _number(entry: etree._Element, name: str) -> int | None:
    text = _text(entry, name)
    return int(text) if text.isascii() and text.isdigit() else None


def _plain(text: str) -> str:
    """An identity without its prefix."""
    return text.rpartition(":")[2]


def _counters(entry: etree._Element) -> Counters:
    names = ("in-rpcs", "in-bad-rpcs", "out-rpc-errors", "out-notifications")
    return Counters(*(_number(entry, name) for name in names))


def _session(entry: etree._Element, ours: int) -> SessionState:
    number = _number(entry, "session-id") or 0
    return SessionState(
        number,
        _plain(_text(entry, "transport")).removeprefix("netconf-"),
        _text(entry, "username"),
        _text(entry, "source-host"),
        _text(entry, "login-time"),
        _counters(entry),
        number == ours,
    )


def _locks(entry: etree._Element) -> Iterator[LockState]:
    name = _text(entry, "name")
    for held in entry.iter(etree.Element):
        if local_name(held) == "global-lock":
            yield LockState(name, _number(held, "locked-by-session") or 0, _text(held, "locked-time"))
        elif local_name(held) == "partial-lock":
            yield LockState(
                name,
                _number(held, "locked-by-session") or 0,
                _text(held, "locked-time"),
                _number(held, "lock-id"),
                _texts(held, "select"),
                _texts(held, "locked-node"),
            )


def _schema(entry: etree._Element) -> SchemaState:
    return SchemaState(
        _text(entry, "identifier"),
        _text(entry, "version"),
        _plain(_text(entry, "format")),
        _text(entry, "namespace"),
        _texts(entry, "location"),
    )


def _statistics(entry: etree._Element | None) -> Statistics | None:
    if entry is None:
        return None
    return Statistics(
        _text(entry, "netconf-start-time"),
        _number(entry, "in-sessions"),
        _number(entry, "dropped-sessions"),
        _number(entry, "in-bad-hellos"),
        _counters(entry),
    )
