"""Which part of a tree a request gets: `<filter>` and `with-defaults` applied (RFC 6241, section 6; RFC 6243).

Lives here: reading the two parameters.  Does not live here: how they work (`config.filters`, `config.defaults`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config import filters
from netconf_gui.config.defaults import with_defaults
from netconf_gui.demo import parameters
from netconf_gui.demo.device import Device
from netconf_gui.demo.personality import DEFAULTS_MODES
from netconf_gui.demo.replies import bad_element, invalid_value, not_supported, refused
from netconf_gui.demo.stream import Select
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, NS_WITH_DEFAULTS, copy_element, new_element, qn


def selected(device: Device, operation: etree._Element, tree: etree._Element) -> list[etree._Element]:
    """The top-level nodes that the request asks for."""
    mode = parameters.text(operation, "with-defaults", NS_WITH_DEFAULTS)
    if mode is not None:
        if not device.kind.with_defaults:
            raise not_supported("This device has no with-defaults.")
        if mode not in DEFAULTS_MODES:
            raise invalid_value(f"with-defaults is {mode!r}. Allowed: {', '.join(DEFAULTS_MODES)}.", "with-defaults")
        if device.model.schema is not None:
            tree = with_defaults(tree, device.model.schema, mode, state=True)
    found = parameters.child(operation, "filter")
    if found is not None:
        tree = _filtered(device, found, tree)
    return parameters.children(tree)


def _filtered(device: Device, given: etree._Element, tree: etree._Element) -> etree._Element:
    kind = given.get("type") or given.get(qn(NS_BASE, "type")) or "subtree"
    if kind == "subtree":
        return filters.apply_subtree(tree, given, device.model.schema)
    if kind != "xpath":
        raise invalid_value(f"The type of a filter is {kind!r}. Allowed: subtree, xpath.", "filter")
    if not device.kind.xpath:
        raise not_supported("This device has no XPath filters.")
    select = given.get("select") or given.get(qn(NS_BASE, "select"))
    if select is None:
        raise refused(
            "missing-attribute",
            "The filter has no select attribute.",
            error_type="protocol",
            info=[("bad-attribute", "select"), ("bad-element", "filter")],
        )
    prefixes = {prefix: uri for prefix, uri in given.nsmap.items() if prefix}
    try:
        return filters.apply_xpath(tree, select, prefixes, device.model.schema)
    except ConfigError as error:
        raise bad_element("filter", error.message) from None


def event_filter(device: Device, given: etree._Element | None) -> Select:
    """What a subscriber sees of an event; raises `RefusedError` for a filter that means nothing."""
    if given is None:
        return lambda event: event

    def select(event: etree._Element) -> etree._Element | None:
        holder = new_element(qn(NS_BASE, "data"))
        holder.append(copy_element(event))
        left = parameters.children(_filtered(device, given, holder))
        return left[0] if left else None

    select(new_element("probe"))  # an expression that cannot be evaluated is refused now, not at the first event
    return select
