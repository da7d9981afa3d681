"""What the device tells about NETCONF itself: netconf-state (RFC 6022) and its event streams (RFC 5277)."""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo.clock import date_and_time
from netconf_gui.demo.datastores import RUNNING
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import inner, leaf, leafs, top
from netconf_gui.demo.sessions import Counters
from netconf_gui.protocol.xml import NS_MONITORING, NS_NETMOD_NOTIF, add_element, qn
from netconf_gui.yang.yangtext import parse_head

NS_STREAMS = NS_NETMOD_NOTIF


def netconf_state(device: Device) -> etree._Element:
    """The container netconf-state, as things are now."""
    state = top(NS_MONITORING, "netconf-state", {"ncm": NS_MONITORING})
    capabilities = inner(state, "capabilities")
    for uri in device.capabilities:
        leaf(capabilities, "capability", uri)
    _datastores(inner(state, "datastores"), device)
    if device.model.sources:
        _schemas(inner(state, "schemas"), device)
    _sessions(inner(state, "sessions"), device)
    statistics = inner(state, "statistics")
    leafs(
        statistics,
        {
            "netconf-start-time": date_and_time(device.sessions.started),
            "in-bad-hellos": device.sessions.in_bad_hellos,
            "in-sessions": device.sessions.in_sessions,
            "dropped-sessions": device.sessions.dropped_sessions,
        },
    )
    _counters(statistics, device.sessions.totals)
    return state


def _datastores(parent: etree._Element, device: Device) -> None:
    for name in device.datastores.names:
        entry = inner(parent, "datastore")
        leaf(entry, "name", name)
        lock = device.locks.get(name)
        if lock is not None:
            held = inner(inner(entry, "locks"), "global-lock")
            leafs(held, {"locked-by-session": lock.session_id, "locked-time": date_and_time(lock.since)})
        elif name == RUNNING and any(True for _ in device.partial_locks):
            _partial_locks(inner(entry, "locks"), device)


def _partial_locks(parent: etree._Element, device: Device) -> None:
    for lock in device.partial_locks:
        held = inner(parent, "partial-lock")
        leafs(
            held,
            {
                "lock-id": lock.lock_id,
                "locked-by-session": lock.session_id,
                "locked-time": date_and_time(lock.since),
            },
        )
        for selection in lock.selections:
            add_element(held, qn(NS_MONITORING, "select"), selection.text, dict(selection.prefixes))
        for path in lock.nodes:
            text, prefixes = path.to_xpath()
            add_element(held, qn(NS_MONITORING, "locked-node"), text, dict(prefixes.items()))


def _schemas(parent: etree._Element, device: Device) -> None:
    namespaces = {source.name: source.namespace for source in device.model.sources}
    for source in device.model.sources:
        namespace = source.namespace
        if source.is_submodule:
            namespace = namespaces.get(parse_head(source.text).belongs_to, "")
        entry = inner(parent, "schema")
        leafs(
            entry,
            {
                "identifier": source.name,
                "version": source.revision,
                "format": "ncm:yang",
                "namespace": namespace,
                "location": "NETCONF",
            },
        )


def _sessions(parent: etree._Element, device: Device) -> None:
    for session in device.sessions:
        entry = inner(parent, "session")
        leafs(
            entry,
            {
                "session-id": session.session_id,
                "transport": "ncm:netconf-ssh",
                "username": session.username,
                "source-host": session.source_host,
                "login-time": date_and_time(session.login_time),
            },
        )
        _counters(entry, session.counters)


def _counters(parent: etree._Element, counters: Counters) -> None:
    leafs(
        parent,
        {
            "in-rpcs": counters.in_rpcs,
            "in-bad-rpcs": counters.in_bad_rpcs,
            "out-rpc-errors": counters.out_rpc_errors,
            "out-notifications": counters.out_notifications,
        },
    )


def streams(device: Device) -> etree._Element:
    """The one event stream (RFC 5277, section 3.2.5)."""
    root = top(NS_STREAMS, "netconf")
    aged = device.stream.log_aged
    entry = inner(inner(root, "streams"), "stream")
    leafs(
        entry,
        {
            "name": "NETCONF",
            "description": "Everything that the device tells.",
            "replaySupport": device.kind.replay,
            "replayLogCreationTime": date_and_time(device.stream.log_since) if device.kind.replay else None,
            "replayLogAgedTime": date_and_time(aged) if device.kind.replay and aged is not None else None,
        },
    )
    return root
