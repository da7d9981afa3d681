"""The operations partial-lock and partial-unlock (RFC 5717, section 2.4).

Lives here: parameters and conditions.  Does not live here: the table of what is locked (`partial_locks`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.filters import nodes_at
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.demo import parameters
from netconf_gui.demo.answer import OK, Answer
from netconf_gui.demo.datastores import RUNNING
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import top
from netconf_gui.demo.partial_locks import Selection
from netconf_gui.demo.replies import invalid_value, lock_denied, missing_element, not_supported, refused
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_PARTIAL_LOCK, qn

MOST_NODES = 1000


def partial_lock(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 5717, section 2.4.1."""
    _needs(device)
    parameters.only(operation, ("select",), NS_PARTIAL_LOCK)
    given = operation.findall(qn(NS_PARTIAL_LOCK, "select"))
    if not given:
        raise missing_element("select", "partial-lock")
    pending = device.commits.pending_session
    if pending is not None and pending != session.session_id:
        raise refused(
            "lock-denied",
            f"A confirmed commit of session {pending} is pending.",
            error_type="protocol",
            app_tag="outstanding-confirmed-commit",
            info=[("session-id", str(pending))],
        )
    holder = device.locks.holder(RUNNING)
    if holder is not None and holder != session.session_id:
        raise lock_denied(f"Running is locked as a whole by session {holder}.", holder)
    selections, nodes = _selected(device, given)
    lock = device.partial_locks.acquire(session.session_id, selections, nodes, device.clock.now())
    return Answer([_leaf("lock-id", lock.lock_id), *(_locked_node(path) for path in lock.nodes)])


def partial_unlock(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 5717, section 2.4.2."""
    _needs(device)
    parameters.only(operation, ("lock-id",), NS_PARTIAL_LOCK)
    text = parameters.required_text(operation, "lock-id", NS_PARTIAL_LOCK)
    if not (text.isascii() and text.isdigit()):
        raise invalid_value(f"lock-id is {text!r}, which is no number.", "lock-id")
    device.partial_locks.release(int(text), session.session_id)
    return OK


def _needs(device: Device) -> None:
    if not device.kind.partial_lock:
        raise not_supported("This device has no partial locks.")


def _selected(device: Device, given: list[etree._Element]) -> tuple[tuple[Selection, ...], tuple[InstancePath, ...]]:
    selections: list[Selection] = []
    nodes: dict[InstancePath, None] = {}
    for select in given:
        text = (select.text or "").strip()
        prefixes = {prefix: uri for prefix, uri in select.nsmap.items() if prefix}
        try:
            found = nodes_at(device.datastores.running, text, prefixes)
        except ConfigError as error:
            raise refused("invalid-value", error.message, error_type="protocol", app_tag="not-a-node-set") from None
        selections.append(Selection(text, tuple(prefixes.items())))
        nodes.update((path_of(node, device.model.schema), None) for node in found)
    if not nodes:
        raise refused(
            "operation-failed", "Nothing in running is selected.", error_type="protocol", app_tag="no-matches"
        )
    if len(nodes) > MOST_NODES:
        raise refused("too-big", f"{len(nodes)} nodes are selected. Allowed: {MOST_NODES}.", error_type="protocol")
    return tuple(selections), tuple(nodes)


def _leaf(name: str, value: object) -> etree._Element:
    node = top(NS_PARTIAL_LOCK, name)
    node.text = str(value)
    return node


def _locked_node(path: InstancePath) -> etree._Element:
    text, prefixes = path.to_xpath()
    node = top(NS_PARTIAL_LOCK, "locked-node", prefixes)
    node.text = text
    return node
