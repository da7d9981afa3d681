"""What the device holds at the moment: running together with state data (RFC 6241, section 7.7).

Lives here: the state of interfaces, system, and the device's own modules, added to a copy of running.  Does not live
here: what is known of NETCONF itself (`monitoring`, `modules`), how counters grow (`traffic`).
"""

from __future__ import annotations

import platform
import zlib
from collections.abc import Mapping

from lxml import etree

from netconf_gui.demo.access import NS_DEMO, NS_SYSTEM
from netconf_gui.demo.clock import Clock, date_and_time
from netconf_gui.demo.events import NS_INTERFACES, enabled_interfaces
from netconf_gui.demo.model import NS_ROUTING
from netconf_gui.demo.nodes import clone, container, descend, inner, leaf, leafs, top, value_of
from netconf_gui.demo.traffic import Traffic
from netconf_gui.protocol.xml import qn

_SPEEDS = {"1G": 10**9, "10G": 10**10, "25G": 25 * 10**9, "100G": 10**11, "auto": 10**10}
_LOAD = 0.0004  # octets a second for each bit a second that the port could carry


class Operational:
    """State that is not configuration."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.traffic = Traffic(clock)
        self.clock_offset = 0.0  # seconds that people set the clock ahead

    def tree(self, running: etree._Element) -> etree._Element:
        """Running and the state that goes with it, in one new tree."""
        root = clone(running)
        up = enabled_interfaces(running)
        self._interfaces(root, up)
        root.append(self._system_state())
        root.append(_routing_state())
        for add in (self._vlans, self._rules, self._tunnels, self._schedulers, self._environment):
            add(root)
        self._peers(root, up)
        return root

    # ---- interfaces

    def _interfaces(self, root: etree._Element, up: Mapping[str, bool]) -> None:
        entries = descend(root, NS_INTERFACES, "interfaces", "interface")
        state = top(NS_INTERFACES, "interfaces-state")
        for entry in entries:
            name = value_of(entry, "name")
            twin = inner(state, "interface")
            leaf(twin, "name", name)
            kind = entry.find(qn(NS_INTERFACES, "type"))
            if kind is not None:
                twin.append(clone(kind))
            for target in (entry, twin):
                self._interface(target, name, self._speed(entry), up[name])
            port = entry.find(qn(NS_DEMO, "port"))
            if port is not None:
                leaf(port, "last-transceiver", "Demo Optics DO-SFP28-LR")
        if entries:
            root.append(state)

    def _interface(self, entry: etree._Element, name: str, speed: int | None, up: bool) -> None:
        leafs(
            entry,
            {
                "oper-status": "up" if up else "down",
                "last-change": date_and_time(self.traffic.started),
                "phys-address": None if speed is None else _hardware_address(name),
                "speed": speed,
            },
        )
        statistics = inner(entry, "statistics")
        leaf(statistics, "discontinuity-time", date_and_time(self.traffic.since(name)))
        rate = (speed or 10**9) * _LOAD if up else 0.0
        for direction in ("in", "out"):
            octets = self.traffic.count(name, direction, rate)
            leaf(statistics, f"{direction}-octets", octets)
            leaf(statistics, f"{direction}-unicast-pkts", octets // 640)
            leaf(statistics, f"{direction}-discards", octets // 2_000_000_000)
            leaf(statistics, f"{direction}-errors", 0)

    @staticmethod
    def _speed(entry: etree._Element) -> int | None:
        """Bits a second; None for interfaces that are not ports."""
        port = entry.find(qn(NS_DEMO, "port"))
        if "ethernetCsmacd" not in value_of(entry, "type"):
            return None
        return _SPEEDS["auto" if port is None else value_of(port, "speed", "auto")]

    # ---- system

    def _system_state(self) -> etree._Element:
        state = top(NS_SYSTEM, "system-state")
        leafs(
            inner(state, "platform"),
            {"os-name": "Demo OS", "os-release": "1.0", "os-version": "1.0.0", "machine": platform.machine() or "demo"},
        )
        leafs(
            inner(state, "clock"),
            {
                "current-datetime": date_and_time(self._clock.now() + self.clock_offset),
                "boot-datetime": date_and_time(self.traffic.started + self.clock_offset),
            },
        )
        return state

    # ---- the device's own modules

    def _vlans(self, root: etree._Element) -> None:
        for vlan in descend(root, NS_DEMO, "vlans", "vlan"):
            leaf(vlan, "learned-addresses", int(self.traffic.gauge(f"vlan {value_of(vlan, 'id')}", 3, 240)))

    def _rules(self, root: etree._Element) -> None:
        for rule in descend(root, NS_DEMO, "access-lists", "access-list", "rule"):
            packets = self.rule_packets(rule)
            leaf(rule, "matched-packets", packets)
            leaf(rule, "matched-octets", packets * 420)

    def rule_packets(self, rule: etree._Element) -> int:
        """How often a rule of an access list matched since it was cleared."""
        return self.traffic.count(rule_group(rule), "packets", 12.0)

    def _peers(self, root: etree._Element, up: Mapping[str, bool]) -> None:
        for peer in descend(root, NS_DEMO, "bgp", "peer"):
            enabled = value_of(peer, "enabled", "true") == "true"
            through = value_of(peer, "local-interface")
            reachable = enabled and up.get(through, True)
            leaf(peer, "session-state", "established" if reachable else ("active" if enabled else "idle"))
            leaf(peer, "received-prefixes", self.received_prefixes(peer) if reachable else 0)

    def received_prefixes(self, peer: etree._Element) -> int:
        limit = int(value_of(peer, "maximum-prefixes", "1000"))
        return int(self.traffic.gauge(f"peer {value_of(peer, 'address')}", 0.70 * limit, 0.75 * limit))

    def _tunnels(self, root: etree._Element) -> None:
        for tunnel in descend(root, NS_DEMO, "tunnels", "tunnel"):
            leaf(tunnel, "oper-status", "up")
            leaf(tunnel, "up-since", date_and_time(self.traffic.since(f"tunnel {value_of(tunnel, 'name')}")))

    def _schedulers(self, root: etree._Element) -> None:
        for entry in descend(root, NS_DEMO, "qos", "scheduler", "class"):
            group = f"class {value_of(_parent(entry), 'name')}/{value_of(entry, 'name')}"
            leaf(entry, "dropped-packets", self.traffic.count(group, "dropped", 0.3))

    def _environment(self, root: etree._Element) -> None:
        environment = inner(container(root, NS_DEMO, "monitoring"), "environment")
        leafs(
            environment,
            {
                "temperature": f"{self.traffic.gauge('temperature', 38.0, 52.0):.1f}",
                "clock-offset": int(self.traffic.gauge("clock offset", -900, 1100)),
                "fan-speed": int(self.traffic.gauge("fan", 3200, 5400)),
            },
        )


def _routing_state() -> etree._Element:
    """The tables that there are; what is in them is not told."""
    state = top(NS_ROUTING, "routing-state")
    ribs = inner(state, "ribs")
    for family in ("ipv4", "ipv6"):
        leafs(inner(ribs, "rib"), {"name": f"{family}-master", "address-family": family})
    return state


def rule_group(rule: etree._Element) -> str:
    """The counter group of a rule."""
    return f"rule {value_of(_parent(rule), 'name')}/{value_of(rule, 'name')}"


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _hardware_address(name: str) -> str:
    """A locally administered address that belongs to the interface's name."""
    number = zlib.crc32(name.encode())
    return "02:00:" + ":".join(f"{number >> shift & 255:02x}" for shift in (24, 16, 8, 0))
