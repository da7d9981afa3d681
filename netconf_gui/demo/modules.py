"""Which YANG modules the device has, as RFC 8525 tells it: yang-library, and modules-state for older clients."""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo.datastores import CANDIDATE, RUNNING, STARTUP
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import inner, leaf, leafs, top
from netconf_gui.protocol.xml import NS_DATASTORES, NS_YANG_LIB
from netconf_gui.yang.resolver import ModuleSource
from netconf_gui.yang.yangtext import parse_head

_SET = "all"


def yang_library(device: Device) -> etree._Element:
    """The container yang-library (RFC 8525, section 3)."""
    library = top(NS_YANG_LIB, "yang-library", {"ds": NS_DATASTORES})
    modules = inner(library, "module-set")
    leaf(modules, "name", _SET)
    submodules = _submodules(device)
    own = [source for source in device.model.sources if not source.is_submodule]
    for source in own:
        if source.implemented:
            _module(modules, source, submodules.get(source.name, []))
    for source in own:
        if not source.implemented:
            entry = inner(modules, "import-only-module")
            leafs(entry, {"name": source.name, "revision": source.revision, "namespace": source.namespace})
            _list_submodules(entry, submodules.get(source.name, []))
    schema = inner(library, "schema")
    leafs(schema, {"name": _SET, "module-set": _SET})
    conventional = [name for name in (RUNNING, CANDIDATE, STARTUP) if name in device.datastores.names]
    for name in (*conventional, *(("intended", "operational") if device.kind.nmda else ())):
        leafs(inner(library, "datastore"), {"name": f"ds:{name}", "schema": _SET})
    leaf(library, "content-id", device.model.content_id)
    return library


def modules_state(device: Device) -> etree._Element:
    """The container modules-state (RFC 7895), deprecated but widely read."""
    state = top(NS_YANG_LIB, "modules-state")
    leaf(state, "module-set-id", device.model.content_id)
    submodules = _submodules(device)
    revisions = {source.name: source.revision for source in device.model.sources}
    for source in device.model.sources:
        if source.is_submodule:
            continue
        entry = inner(state, "module")
        leafs(entry, {"name": source.name, "revision": source.revision, "namespace": source.namespace})
        for feature in source.features or ():
            leaf(entry, "feature", feature)
        for deviation in source.deviations:
            leafs(inner(entry, "deviation"), {"name": deviation, "revision": revisions.get(deviation, "")})
        leaf(entry, "conformance-type", "implement" if source.implemented else "import")
        _list_submodules(entry, submodules.get(source.name, []))
    return state


def _module(parent: etree._Element, source: ModuleSource, submodules: list[ModuleSource]) -> None:
    entry = inner(parent, "module")
    leafs(entry, {"name": source.name, "revision": source.revision or None, "namespace": source.namespace})
    _list_submodules(entry, submodules)
    for feature in source.features or ():
        leaf(entry, "feature", feature)
    for deviation in source.deviations:
        leaf(entry, "deviation", deviation)


def _list_submodules(entry: etree._Element, submodules: list[ModuleSource]) -> None:
    for source in submodules:
        leafs(inner(entry, "submodule"), {"name": source.name, "revision": source.revision or None})


def _submodules(device: Device) -> dict[str, list[ModuleSource]]:
    """Submodules by the module they belong to."""
    found: dict[str, list[ModuleSource]] = {}
    for source in device.model.sources:
        if source.is_submodule:
            found.setdefault(parse_head(source.text).belongs_to, []).append(source)
    return found
