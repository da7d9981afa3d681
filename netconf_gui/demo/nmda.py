"""get-data and edit-data, intended and operational (RFC 8342, RFC 8526).

Lives here: the two operations, and what intended and operational hold, with origins.  Does not live here: state data
(`operational`, `monitoring`), edits (`editing`), filters of nodes (`nmda_filters`).

What makes the datastores differ on this device: a VLAN that is switched off is inactive, so it is in running but not in
intended; operational has the VLAN that the system itself uses, and the defaults in use.
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config import filters
from netconf_gui.config.defaults import TAG, with_defaults
from netconf_gui.demo import nacm, parameters
from netconf_gui.demo.access import NS_DEMO
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.datastores import CANDIDATE, RUNNING
from netconf_gui.demo.device import Device
from netconf_gui.demo.editing import Edit, edit, edit_content, writable
from netconf_gui.demo.nmda_filters import Wish, mark_tops, prune
from netconf_gui.demo.nodes import clone, container, descend, inner, leafs, value_of
from netconf_gui.demo.personality import DEFAULTS_MODES
from netconf_gui.demo.reading import add_own_state
from netconf_gui.demo.replies import bad_element, invalid_value, missing_element, not_supported
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_DATASTORES, NS_NMDA, NS_ORIGIN, new_element, parse, qn, splice

INTENDED = "intended"
OPERATIONAL = "operational"
ORIGIN = qn(NS_ORIGIN, "origin")

_DEFAULT_OPERATIONS = ("merge", "replace", "none")


def get_data(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8526, section 3.1.1."""
    name = _datastore(device, operation)
    origins, negated = _origins(operation, "origin-filter"), _origins(operation, "negated-origin-filter")
    with_origin = parameters.flag(operation, "with-origin", NS_NMDA)
    if name != OPERATIONAL and (with_origin or origins or negated):
        raise invalid_value("Only the operational datastore tells where data come from.", "datastore")
    tree = _tree(device, name, parameters.text(operation, "with-defaults", NS_NMDA))
    nacm.hide(device, session, tree)
    tree = filtered(device, operation, tree)
    config = parameters.one_of(operation, "config-filter", ("true", "false"), "", NS_NMDA)
    wish = Wish({"true": True, "false": False}.get(config), origins, negated)
    if not wish.everything:
        prune(tree, device.model.schema, wish)
    _cut(tree, _depth(operation))
    if not with_origin:
        etree.strip_attributes(tree, ORIGIN)
    holder = new_element(qn(NS_NMDA, "data"), {None: NS_NMDA, "or": NS_ORIGIN} if with_origin else {None: NS_NMDA})
    return Answer([parse(splice(holder, holder, parameters.children(tree)))])


def edit_data(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 8526, section 3.1.2: all of it or nothing."""
    name = _datastore(device, operation)
    parameters.only(operation, ("datastore", "default-operation", "config", "url"), NS_NMDA)
    if name not in (RUNNING, CANDIDATE):
        raise invalid_value(f"The datastore {name} cannot be edited.", "datastore")
    target = writable(device, session, name)
    default = parameters.one_of(operation, "default-operation", _DEFAULT_OPERATIONS, "merge", NS_NMDA)
    return edit(device, session, Edit(target, edit_content(device, operation, NS_NMDA), default_operation=default))


# ---- parameters


def _datastore(device: Device, operation: etree._Element) -> str:
    leaf = parameters.child(operation, "datastore", NS_NMDA)
    if leaf is None:
        raise missing_element("datastore", etree.QName(operation).localname)
    return datastore_name(device, leaf, "datastore")


def datastore_name(device: Device, leaf: etree._Element, what: str) -> str:
    """The datastore that a leaf names; invalid-value for one that the device has not."""
    if not device.kind.nmda:
        raise not_supported("This device has no datastores of NMDA.")
    name = parameters.identity(leaf, NS_DATASTORES, what)
    if name not in (*device.datastores.names, INTENDED, OPERATIONAL):
        raise invalid_value(f"This device has no datastore {name}.", what)
    return name


def _origins(operation: etree._Element, name: str) -> frozenset[str]:
    found = operation.findall(qn(NS_NMDA, name))
    return frozenset(parameters.identity(leaf, NS_ORIGIN, name) for leaf in found)


def _depth(operation: etree._Element) -> int | None:
    if parameters.text(operation, "max-depth", NS_NMDA) in (None, "unbounded"):
        return None
    if any(parameters.flag(operation, name, NS_NMDA) for name in ("subtree-filter", "xpath-filter")):
        raise not_supported("This device takes max-depth only without a filter.")
    return parameters.number(operation, "max-depth", 1, 65535, 1, NS_NMDA)


def filtered(
    device: Device, operation: etree._Element, tree: etree._Element, namespace: str = NS_NMDA
) -> etree._Element:
    """What the operation's subtree-filter or xpath-filter, which are of `namespace`, chooses of a tree."""
    subtree = parameters.child(operation, "subtree-filter", namespace)
    xpath = parameters.child(operation, "xpath-filter", namespace)
    if subtree is not None and xpath is not None:
        raise bad_element("xpath-filter", "Two filters are given.")
    if subtree is not None:
        return filters.apply_subtree(tree, subtree, device.model.schema)
    if xpath is None:
        return tree
    if not device.kind.xpath:
        raise not_supported("This device has no XPath filters.")
    prefixes = {prefix: uri for prefix, uri in xpath.nsmap.items() if prefix}
    try:
        return filters.apply_xpath(tree, (xpath.text or "").strip(), prefixes, device.model.schema)
    except ConfigError as error:
        raise bad_element("xpath-filter", error.message) from None


def _cut(parent: etree._Element, depth: int | None) -> None:
    """Leave so many levels below `parent`."""
    if depth is None:
        return
    for child in parameters.children(parent):
        if depth > 1:
            _cut(child, depth - 1)
        else:
            for below in parameters.children(child):
                child.remove(below)


# ---- contents


def _tree(device: Device, name: str, mode: str | None) -> etree._Element:
    if name == OPERATIONAL:
        if mode is not None:
            # RFC 8526, section 3.1.1.2: that needs the capability with-operational-defaults
            raise invalid_value("with-defaults cannot be chosen for operational.", "with-defaults")
        return _operational(device)
    tree = intended(device) if name == INTENDED else clone(device.datastores.read(name))
    if mode is None:
        return tree
    if not device.kind.with_defaults or mode not in DEFAULTS_MODES:
        raise invalid_value(f"with-defaults is {mode!r}. Allowed: {', '.join(DEFAULTS_MODES)}.", "with-defaults")
    return with_defaults(tree, device.model.schema, mode)


def datastore_tree(device: Device, name: str) -> etree._Element:
    """A new tree of what a datastore holds now, without origins."""
    tree = _tree(device, name, None)
    etree.strip_attributes(tree, ORIGIN)
    return tree


def intended(device: Device) -> etree._Element:
    """A new tree: running without what is inactive."""
    tree = clone(device.datastores.running)
    for vlan in descend(tree, NS_DEMO, "vlans", "vlan"):
        if value_of(vlan, "enabled", "true") == "false":
            above = vlan.getparent()
            assert above is not None
            above.remove(vlan)
    return tree


def _operational(device: Device) -> etree._Element:
    """A new tree: what is in use and the state that goes with it, with origins."""
    configured = intended(device)
    vlan = inner(container(configured, NS_DEMO, "vlans"), "vlan")
    vlan.set(ORIGIN, "or:system")
    leafs(vlan, {"id": 4094, "name": "system", "description": "Used by the device itself"})
    tree = device.operational.tree(configured)
    if device.model.schema is not None:
        tree = with_defaults(tree, device.model.schema, "report-all-tagged")
        for leaf in tree.iter(etree.Element):
            if TAG in leaf.attrib:
                del leaf.attrib[TAG]
                leaf.set(ORIGIN, "or:default")
        mark_tops(tree, device.model.schema, "or:intended")
    add_own_state(device, tree)
    return tree
