"""Who holds a lock, as far as the device tells (RFC 6022, sections 2.1.2 and 2.1.4)."""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.errors import AppError, RpcError
from netconf_gui.protocol.xml import NS_MONITORING, add_element, child_named, local_name, new_element, qn
from netconf_gui.services import words
from netconf_gui.session.datastores import get
from netconf_gui.session.session import Session

_CLOCK = re.compile(r"T(\d\d:\d\d)")


def describe_holder(session: Session, datastore: str, error: RpcError, *, timeout: float) -> str:
    """A sentence about the holder that a lock-denied names; the device is asked for user, host and time.

    A device that does not tell is no reason to fail: then the session's number is all that is said.
    """
    holder = error.session_id
    if not holder or session.capabilities.module("ietf-netconf-monitoring") is None:
        return words.holder(datastore, error)
    try:
        state = child_named(get(session, filter_xml=_filter(), timeout=timeout), "netconf-state")
    except AppError:
        return words.holder(datastore, error)
    user = host = since = ""
    for entry in _entries(state, "sessions"):
        if _text(entry, "session-id") == str(holder):
            user, host = _text(entry, "username"), _text(entry, "source-host")
    for entry in _entries(state, "datastores"):
        if _text(entry, "name") == datastore:
            since = _locked_time(entry)
    return words.holder(datastore, error, user, host, since)


def _filter() -> etree._Element:
    top = new_element(qn(NS_MONITORING, "netconf-state"), {None: NS_MONITORING})
    add_element(top, qn(NS_MONITORING, "sessions"))
    add_element(top, qn(NS_MONITORING, "datastores"))
    return top


def _entries(state: etree._Element | None, name: str) -> list[etree._Element]:
    holder = child_named(state, name) if state is not None else None
    return list(holder) if holder is not None else []


def _text(entry: etree._Element, name: str) -> str:
    found = child_named(entry, name)
    return (found.text or "").strip() if found is not None else ""


def _locked_time(entry: etree._Element) -> str:
    """The hour and minute of the global lock, as the device writes them."""
    for element in entry.iter(etree.Element):
        if local_name(element) == "locked-time":
            clock = _CLOCK.search(element.text or "")
            return clock.group(1) if clock else ""
    return ""
