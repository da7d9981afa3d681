"""Actions: operations that belong to a node of the data tree (RFC 7950, section 7.15).

Lives here: finding the node an action is invoked on, and what each action does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lxml import etree

from netconf_gui.demo import nacm, parameters
from netconf_gui.demo.access import NS_DEMO
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.clock import date_and_time
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import top, value_of
from netconf_gui.demo.operational import rule_group
from netconf_gui.demo.replies import refused, unknown_element
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.xml import local_name, qn

_KEY_OF = {qn(NS_DEMO, "peer"): "address"}
_ActionHandler: TypeAlias = Callable[[Device, etree._Element, etree._Element], Answer]


def action(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """`<action>`: one chain of containers and list entries with their keys, the action innermost."""
    names: list[str] = []
    at = device.datastores.running
    given = operation
    while True:
        below = [child for child in parameters.children(given) if not _is_key(given, child)]
        if len(below) != 1:
            raise refused("bad-element", "An action names exactly one node.", info=[("bad-element", "action")])
        given = below[0]
        names.append(local_name(given))
        handler = _ACTIONS.get("/".join(names))
        if handler is not None:
            nacm.check_action(device, session, at, given)
            return handler(device, at, given)
        at = _instance(at, given)


def _is_key(entry: etree._Element, child: etree._Element) -> bool:
    return entry.tag in _LISTS and child.tag == qn(NS_DEMO, _KEY_OF.get(str(entry.tag), "name"))


def _instance(parent: etree._Element, given: etree._Element) -> etree._Element:
    """The node in running that `given` names."""
    key = _KEY_OF.get(str(given.tag), "name")
    wished = value_of(given, key)
    for child in parent.iterfind(str(given.tag)):
        if given.tag not in _LISTS or value_of(child, key) == wished:
            return child
    if str(given.tag) not in _KNOWN:
        raise unknown_element(local_name(given), "action")
    raise refused("data-missing", f"There is no {local_name(given)} {wished}.", app_tag="instance-required")


def _clear_counters(device: Device, rule: etree._Element, given: etree._Element) -> Answer:
    before = device.operational.rule_packets(rule)
    device.operational.traffic.clear(rule_group(rule))
    return Answer([_output("matched-packets", before)])


def _soft_reset(device: Device, peer: etree._Element, given: etree._Element) -> Answer:
    parameters.one_of(given, "direction", ("in", "out", "both"), "both", NS_DEMO)
    if value_of(peer, "enabled", "true") != "true":
        raise refused("operation-failed", "The neighbour is disabled.")
    return Answer([_output("refreshed-prefixes", device.operational.received_prefixes(peer))])


def _reset(device: Device, tunnel: etree._Element, given: etree._Element) -> Answer:
    parameters.number(given, "hold-down", 0, 300, 0, NS_DEMO)
    device.operational.traffic.clear(f"tunnel {value_of(tunnel, 'name')}")
    return Answer([_output("up-since", date_and_time(device.clock.now()))])


def _output(name: str, value: object) -> etree._Element:
    node = top(NS_DEMO, name)
    node.text = str(value)
    return node


_ACTIONS: dict[str, _ActionHandler] = {
    "access-lists/access-list/rule/clear-counters": _clear_counters,
    "bgp/peer/soft-reset": _soft_reset,
    "tunnels/tunnel/reset": _reset,
}
_LISTS = frozenset(qn(NS_DEMO, name) for name in ("access-list", "rule", "peer", "tunnel"))
_KNOWN = frozenset(qn(NS_DEMO, name) for path in _ACTIONS for name in path.split("/")[:-1])
