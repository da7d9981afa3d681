"""Who holds a lock, as far as the device tells (RFC 6022, sections 2.1.2 and 2.1.4)."""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.errors import AppError, RpcFailed
from netconf_gui.protocol.xml import NS_MONITORING, add_element, child_named, local_name, new_element, qn
from netconf_gui.services import words
from netconf_gui.services.events import LockHolder
from netconf_gui.session.datastores import get
from netconf_gui.session.session import Session

_CLOCK = re.compile(r"T(\d\d:\d\d)")


def find_holder(session: Session, datastore: str, denied: RpcFailed, *, timeout: float) -> LockHolder:
    """The holder that a lock-denied names; the device is asked for user, host and time.

    A device that does not tell is no reason to fail: then the session's number is all that is known.
    """
    error = next((one for one in denied.errors if not one.is_warning), denied.errors[0])
    user = host = since = ""
    state = _netconf_state(session, timeout) if error.session_id else None
    for entry in _entries(state, "sessions"):
        if _text(entry, "session-id") == str(error.session_id):
            user, host = _text(entry, "username"), _text(entry, "source-host")
    for entry in _entries(state, "datastores"):
        if _text(entry, "name") == datastore:
            since = _lock_leaf(entry, "locked-time")
    text = words.holder(datastore, error, user, host, since)
    return LockHolder(datastore, error.session_id, user, host, since, denied.errors, text)


def is_locked_by_another(session: Session, datastore: str, *, timeout: float) -> bool:
    """Whether the device says so; False where it does not tell."""
    for entry in _entries(_netconf_state(session, timeout), "datastores"):
        if _text(entry, "name") == datastore:
            owner = _lock_leaf(entry, "locked-by-session")
            return bool(owner) and owner != str(session.session_id)
    return False


def _netconf_state(session: Session, timeout: float) -> etree._Element | None:
    if session.capabilities.module("ietf-netconf-monitoring") is None:
        return None
    try:
        return child_named(get(session, filter_xml=_filter(), timeout=timeout), "netconf-state")
    except AppError:
        return None


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


def _lock_leaf(entry: etree._Element, name: str) -> str:
    """A leaf of the global lock; of a time the hour and minute, as the device writes them."""
    for element in entry.iter(etree.Element):
        if local_name(element) == name:
            text = (element.text or "").strip()
            clock = _CLOCK.search(text)
            return clock.group(1) if clock else text
    return ""
