"""Lists of YANG modules as devices report them, read into `ModuleRef`s.

Lives here: ietf-yang-library 2019-01-04 (RFC 8525) and 2016-06-21 (RFC 7895), ietf-netconf-monitoring's schemas
(RFC 6022), the modules of a hello (RFC 6020); pure functions over trees.  Does not live here: asking the device
(`schemas`), compiling (`yang`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.xml import child_named, local_name


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """One module of a device.  `revision` is None where the device names none.

    `features` are those the device supports, None where the source does not say; `deviations` are names of modules
    that deviate this one; `submodules` are (name, revision or None).  `implemented` false: for imports only.
    """

    name: str
    revision: str | None
    namespace: str = ""
    features: tuple[str, ...] | None = None
    deviations: tuple[str, ...] = ()
    submodules: tuple[tuple[str, str | None], ...] = ()
    implemented: bool = True
    source: str = ""  # yang-library 1.1, yang-library 1.0, netconf-state, hello
    datastores: tuple[str, ...] = ()  # those whose schema has it; empty where the source does not say


def from_hello(capabilities: Capabilities) -> list[ModuleRef]:
    """The modules of a hello; a YANG 1.1 module is not listed in one (RFC 7950, section 5.6.4)."""
    return [
        ModuleRef(
            module.name,
            module.revision or None,
            module.namespace,
            module.features,
            module.deviations,
            source="hello",
        )
        for module in capabilities.modules
    ]


def from_yang_library(library: etree._Element, datastore: str = "running") -> list[ModuleRef]:
    """`<yang-library>` of RFC 8525: the module sets of one datastore's schema, all sets if that cannot be told."""
    sets_of = datastore_sets(library)
    wanted = sets_of.get(datastore, set())
    refs: dict[tuple[str, str | None], ModuleRef] = {}
    for module_set in _children(library, "module-set"):
        name = _text(module_set, "name") or ""
        if wanted and name not in wanted:
            continue
        datastores = tuple(sorted(store for store, sets in sets_of.items() if name in sets))
        for module in module_set:
            kind = local_name(module)
            if kind in ("module", "import-only-module"):
                ref = _module(module, implemented=kind == "module", source="yang-library 1.1")
                if ref is not None:
                    _merge(refs, replace(ref, datastores=datastores))
    return list(refs.values())


def datastore_sets(library: etree._Element) -> dict[str, set[str]]:
    """The names of the module sets that make up the schema of each datastore (RFC 8525, section 3)."""
    sets = {
        _text(schema, "name") or "": {(name.text or "").strip() for name in _children(schema, "module-set")}
        for schema in _children(library, "schema")
    }
    found: dict[str, set[str]] = {}
    for item in _children(library, "datastore"):
        name = (_text(item, "name") or "").rpartition(":")[2]
        if name:
            found.setdefault(name, set()).update(sets.get(_text(item, "schema") or "", set()))
    return found


def from_modules_state(state: etree._Element) -> list[ModuleRef]:
    """`<modules-state>` of RFC 7895."""
    refs: dict[tuple[str, str | None], ModuleRef] = {}
    for module in _children(state, "module"):
        implemented = _text(module, "conformance-type") != "import"
        ref = _module(module, implemented=implemented, source="yang-library 1.0")
        if ref is not None:
            _merge(refs, ref)
    return list(refs.values())


def from_netconf_state(schemas: etree._Element) -> list[ModuleRef]:
    """`<schemas>` of RFC 6022: what get-schema has; submodules are among them and cannot be told apart."""
    refs: dict[tuple[str, str | None], ModuleRef] = {}
    for schema in _children(schemas, "schema"):
        name = _text(schema, "identifier")
        form = (_text(schema, "format") or "yang").rpartition(":")[2]
        if name and form in ("yang", "yin"):
            ref = ModuleRef(name, _text(schema, "version"), _text(schema, "namespace") or "", source="netconf-state")
            _merge(refs, ref)
    return list(refs.values())


def _module(module: etree._Element, *, implemented: bool, source: str) -> ModuleRef | None:
    name = _text(module, "name")
    if not name:
        return None
    # RFC 8525: a leaf-list of names; RFC 7895: a list with name and revision
    deviations = [
        _text(item, "name") if len(item) else (item.text or "").strip() for item in _deep(module, "deviation")
    ]
    submodules = [(_text(item, "name"), _text(item, "revision")) for item in _deep(module, "submodule")]
    return ModuleRef(
        name,
        _text(module, "revision"),
        _text(module, "namespace") or "",
        tuple((item.text or "").strip() for item in _children(module, "feature")),
        tuple(text for text in deviations if text),
        tuple((sub, revision) for sub, revision in submodules if sub),
        implemented,
        source,
    )


def _merge(refs: dict[tuple[str, str | None], ModuleRef], ref: ModuleRef) -> None:
    """The same module in two sets is one; implemented wins over import-only."""
    key = (ref.name, ref.revision)
    known = refs.get(key)
    if known is not None:
        datastores = tuple(sorted({*known.datastores, *ref.datastores}))
        ref = replace(ref if ref.implemented and not known.implemented else known, datastores=datastores)
    refs[key] = ref


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == name)


def _deep(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of that name, also inside a wrapper: early drafts had `<submodules><submodule>`."""
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) == f"{name}s":
            yield from _children(child, name)


def _text(element: etree._Element, name: str) -> str | None:
    child = child_named(element, name)
    text = (child.text or "").strip() if child is not None else ""
    return text or None
