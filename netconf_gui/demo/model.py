"""What the demo device knows: its YANG modules, their compiled schema, its first configuration.

Lives here: the list of modules with features, the capabilities that follow from it, and the loading.  The standard
modules are those that the pyang distribution ships.  Does not live here: compiling and validating
(`yang.check.Engine`), which NETCONF capabilities there are (`personality`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml import etree

from netconf_gui.demo import files
from netconf_gui.demo.personality import CAPABILITY, Personality
from netconf_gui.errors import SchemaError
from netconf_gui.protocol.xml import new_element, new_parser, parse_with, qn
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.resolver import ModuleSource, WantedModule, bundled_modules, resolve
from netconf_gui.yang.schema import Schema
from netconf_gui.yang.yangtext import parse_head

NS_ROUTING = "urn:ietf:params:xml:ns:yang:ietf-routing"
NS_IPV4_ROUTING = "urn:ietf:params:xml:ns:yang:ietf-ipv4-unicast-routing"
STATIC_ROUTES = 1240

Check = Callable[[etree._Element], tuple[Problem, ...]]
"""Looks at a configuration, or at an edit of one; raises `SchemaError` when the engine cannot."""


def no_problem(_tree: etree._Element) -> tuple[Problem, ...]:
    """The check of a device without an engine."""
    return ()


_FEATURES_OF_NETCONF = (
    ("candidate", "candidate"),
    ("writable_running", "writable-running"),
    ("confirmed_commit", "confirmed-commit"),
    ("rollback_on_error", "rollback-on-error"),
    ("validate", "validate"),
    ("startup", "startup"),
    ("xpath", "xpath"),
    ("url", "url"),
)
_DEVIATIONS = "netconf-gui-demo-deviations"
_MODULES: dict[str, tuple[str, ...]] = {
    "iana-crypt-hash": ("crypt-hash-sha-512",),
    "iana-if-type": (),
    "ietf-datastores": (),
    "ietf-interfaces": ("arbitrary-names", "pre-provisioning"),
    "ietf-ip": (),
    "ietf-ipv4-unicast-routing": (),
    "ietf-ipv6-unicast-routing": (),
    "ietf-netconf-acm": (),
    "ietf-netconf-monitoring": (),
    "ietf-netconf-notifications": (),
    "ietf-netconf-nmda": ("origin",),
    "ietf-netconf-with-defaults": (),
    "ietf-nmda-compare": (),
    "ietf-origin": (),
    "ietf-routing": ("router-id",),
    "ietf-subscribed-notifications": ("configured", "encode-xml", "replay", "subtree", "xpath"),
    "ietf-system": ("authentication", "local-users", "ntp", "ntp-udp-port", "timezone-name"),
    "ietf-yang-library": (),
    "ietf-yang-push": ("on-change",),
    "netconf-gui-demo": ("bgp", "qos", "tunnels"),
    _DEVIATIONS: (),
    "netconf-gui-demo-events": (),
    "netconf-gui-demo-subscriptions": (),
}
_MODULES_OF_CAPABILITIES = {
    "ietf-netconf-acm": "nacm",
    "ietf-netconf-nmda": "nmda",
    "ietf-netconf-notifications": "notifications",
    "ietf-netconf-with-defaults": "with_defaults",
    "ietf-nmda-compare": "nmda",
    "ietf-origin": "nmda",
    "ietf-subscribed-notifications": "subscriptions",
    "ietf-yang-push": "subscriptions",
    "netconf-gui-demo-events": "notifications",
    "netconf-gui-demo-subscriptions": "subscriptions",
}
_DEVIATED = ("ietf-interfaces", "ietf-ip")


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that does not change while the device runs."""

    initial: etree._Element
    sources: tuple[ModuleSource, ...] = ()
    schema: Schema | None = None
    schema_key: str = ""  # the engine's name of the compiled modules
    check: Check = no_problem
    check_values: Check = no_problem

    @property
    def content_id(self) -> str:
        """Changes when the set of modules does (RFC 8525, section 3)."""
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update(f"{source.name}@{source.revision}:{source.features}:{source.sha256}\n".encode())
        return digest.hexdigest()[:16]

    @property
    def capabilities(self) -> tuple[str, ...]:
        """One URI for each module of YANG 1, and one for the YANG library (RFC 7950, section 5.6.4)."""
        library = f"{CAPABILITY}yang-library:1.1?revision=2019-01-04&content-id={self.content_id}"
        uris = (_module_uri(source) for source in self.sources if source.implemented and not source.is_submodule)
        return (library, *(uri for uri in uris if uri)) if self.sources else ()


def _module_uri(source: ModuleSource) -> str:
    head = parse_head(source.text)
    if head.yang_version != "1":
        return ""
    parameters = {"module": source.name, "revision": source.revision}
    if source.features:
        parameters["features"] = ",".join(source.features)
    if source.deviations:
        parameters["deviations"] = ",".join(source.deviations)
    return f"{source.namespace}?{urlencode(parameters, safe=',')}"


def wanted(kind: Personality) -> tuple[WantedModule, ...]:
    """The modules that the device implements."""
    offered = tuple(feature for attribute, feature in _FEATURES_OF_NETCONF if getattr(kind, attribute))
    modules = [WantedModule("ietf-netconf", None, offered)]
    for name, features in _MODULES.items():
        capability = _MODULES_OF_CAPABILITIES.get(name)
        if capability is not None and not getattr(kind, capability):
            continue
        deviations = (_DEVIATIONS,) if name in _DEVIATED else ()
        modules.append(WantedModule(name, None, features, deviations))
    return tuple(modules)


def module_sources(kind: Personality) -> tuple[ModuleSource, ...]:
    """The texts of all modules and of what they import, sorted by name; raises `SchemaError` if one lacks."""
    standard = bundled_modules()

    def fetch(name: str, revision: str | None) -> bytes | None:
        return files.module_text(name) or standard(name, revision)

    found = resolve(wanted(kind), fetch)
    if found.missing:
        name, why = found.missing[0]
        raise SchemaError(f"The demo device needs the YANG module {name}: {why}.")
    return found.modules


def first_configuration(routes: int = STATIC_ROUTES) -> etree._Element:
    """The configuration of a device that was just unpacked, with so many static IPv4 routes."""
    root = parse_with(new_parser(remove_blank_text=True), files.initial_configuration())
    etree.strip_tags(root, etree.Comment)
    table = root.find(f".//{qn(NS_ROUTING, 'static-routes')}/{qn(NS_IPV4_ROUTING, 'ipv4')}")
    assert table is not None
    for number in range(routes - len(table)):
        table.append(_customer_route(number))
    return root


def _customer_route(number: int) -> etree._Element:
    route = new_element(qn(NS_IPV4_ROUTING, "route"), {None: NS_IPV4_ROUTING})
    _leaf(route, "destination-prefix", f"10.{100 + number // 256}.{number % 256}.0/24")
    _leaf(route, "description", f"Customer {4712 + number}")
    hop = etree.SubElement(route, qn(NS_IPV4_ROUTING, "next-hop"))
    _leaf(hop, "next-hop-address", ("198.51.100.2", "198.51.100.6", "198.51.100.14")[number % 3])
    return route


def _leaf(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, qn(NS_IPV4_ROUTING, name)).text = value
