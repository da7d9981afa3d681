"""The notifications that the demo device sends: RFC 6470's, and those of its own module.

Every function here gives the event's element.  Does not live here: to whom events go (`stream`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from netconf_gui.config.diff import Diff, DiffEntry, diff
from netconf_gui.config.error_path import write_error_path
from netconf_gui.demo.access import NS_DEMO
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.xml import NS_NOTIFICATIONS, add_element, new_element, qn
from netconf_gui.yang.schema import Schema

NS_INTERFACES = "urn:ietf:params:xml:ns:yang:ietf-interfaces"
_INTERFACE = f"{qn(NS_INTERFACES, 'interfaces')}/{qn(NS_INTERFACES, 'interface')}"
_OPERATIONS = {"added": "create", "removed": "delete", "changed": "replace", "moved": "merge"}


def _event(name: str, namespace: str = NS_NOTIFICATIONS) -> etree._Element:
    return new_element(qn(namespace, name), {None: namespace})


def _leaf(parent: etree._Element, name: str, value: object) -> etree._Element:
    leaf = etree.SubElement(parent, qn(etree.QName(parent).namespace, name))
    leaf.text = str(value)
    return leaf


def _session(parent: etree._Element, session: DeviceSession) -> None:
    _leaf(parent, "username", session.username)
    _leaf(parent, "session-id", session.session_id)
    _leaf(parent, "source-host", session.source_host)


def session_start(session: DeviceSession) -> etree._Element:
    event = _event("netconf-session-start")
    _session(event, session)
    return event


def session_end(session: DeviceSession, reason: str, killed_by: int | None) -> etree._Element:
    event = _event("netconf-session-end")
    _session(event, session)
    if killed_by is not None:
        _leaf(event, "killed-by", killed_by)
    _leaf(event, "termination-reason", reason)
    return event


def confirmed_commit(session: DeviceSession | None, what: str, timeout: int | None) -> etree._Element:
    event = _event("netconf-confirmed-commit")
    if session is not None:
        _session(event, session)
    _leaf(event, "confirm-event", what)
    if timeout is not None:
        _leaf(event, "timeout", timeout)
    return event


def running_changed(
    session: DeviceSession | None, before: etree._Element, after: etree._Element, schema: Schema | None
) -> Iterator[etree._Element]:
    """What is to be announced after running changed; nothing if it did not."""
    difference = diff(before, after, schema)
    if not difference:
        return
    yield config_change(session, "running", difference)
    yield from _port_states(before, after)


def config_change(session: DeviceSession | None, datastore: str, difference: Diff) -> etree._Element:
    """netconf-config-change with one edit for each difference (RFC 6470, section 2.2)."""
    event = _event("netconf-config-change")
    changed_by = etree.SubElement(event, qn(NS_NOTIFICATIONS, "changed-by"))
    if session is None:
        etree.SubElement(changed_by, qn(NS_NOTIFICATIONS, "server"))
    else:
        _session(changed_by, session)
    _leaf(event, "datastore", datastore)
    for entry in difference:
        event.append(_edit(entry))
    return event


def _edit(entry: DiffEntry) -> etree._Element:
    edit = _event("edit")
    target, prefixes = write_error_path(entry.path)
    nsmap: dict[str | None, str] = dict(prefixes)
    add_element(edit, qn(NS_NOTIFICATIONS, "target"), target, nsmap)
    _leaf(edit, "operation", _OPERATIONS[entry.kind])
    return edit


def port_state(interface: str, status: str) -> etree._Element:
    event = _event("port-state-changed", NS_DEMO)
    _leaf(event, "interface", interface)
    _leaf(event, "oper-status", status)
    return event


def threshold_crossed(threshold: str, direction: str, value: str) -> etree._Element:
    event = _event("threshold-crossed", NS_DEMO)
    _leaf(event, "threshold", threshold)
    _leaf(event, "direction", direction)
    _leaf(event, "value", value)
    return event


def enabled_interfaces(configuration: etree._Element) -> dict[str, bool]:
    """Interface name → whether it is enabled; unset means true (RFC 8343)."""
    found: dict[str, bool] = {}
    for entry in configuration.iterfind(_INTERFACE):
        name = (entry.findtext(qn(NS_INTERFACES, "name")) or "").strip()
        found[name] = (entry.findtext(qn(NS_INTERFACES, "enabled")) or "true").strip() == "true"
    return found


def _port_states(before: etree._Element, after: etree._Element) -> Iterator[etree._Element]:
    old = enabled_interfaces(before)
    new = enabled_interfaces(after)
    for name in sorted(old.keys() | new.keys()):
        was, is_now = old.get(name, False), new.get(name, False)
        if was != is_now:
            yield port_state(name, "up" if is_now else "down")
