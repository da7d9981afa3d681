"""pyang's statements read into the records that the rest of the program knows.

Lives here: which attribute of which statement becomes which field.  pyang has no types, so its statements are `Any`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from netconf_gui.yang.datatypes import canonical_default
from netconf_gui.yang.engine.sources import Entry
from netconf_gui.yang.nodes import (
    EnumItem,
    Extension,
    Identity,
    ModuleInfo,
    Must,
    NodeKind,
    Pattern,
    SchemaNode,
    TypeInfo,
)

_KINDS = frozenset(kind.value for kind in NodeKind)
_OPERATIONS = frozenset({"rpc", "action", "notification"})
_UNKNOWN_TYPE = TypeInfo("string")
_DEPTH = 12  # of leafrefs that lead to leafrefs


class Reader:
    """Reads modules, nodes, types and identities of one pyang context."""

    def __init__(self, modules: Iterable[tuple[Entry | None, Any]]) -> None:
        self._modules = list(modules)
        self._revisions = {module.arg: _revision(module) for _, module in self._modules}
        self._namespaces = {module.arg: _argument(module, "namespace") for _, module in self._modules}
        self._types: dict[tuple[int, int], TypeInfo] = {}
        self._identities = {
            identity.name: identity for entry, module in self._modules for identity in _identities(module, entry)
        }
        self._derived: dict[str, set[str]] = {}
        for identity in self._identities.values():
            for base in identity.bases:
                self._derived.setdefault(base, set()).add(identity.name)

    def identities(self) -> Iterable[Identity]:
        return self._identities.values()

    def module_info(self, module: Any, entry: Entry | None) -> ModuleInfo:
        """A module's record; without an entry it is only imported."""
        every = tuple(sorted(getattr(module, "i_features", {})))
        enabled = every if entry is not None and entry.features is None else entry.features if entry else ()
        return ModuleInfo(
            name=module.arg,
            revision=_revision(module),
            namespace=self._namespaces[module.arg],
            prefix=_argument(module, "prefix"),
            implemented=entry is not None,
            features=tuple(name for name in every if name in (enabled or ())),
            description=_argument(module, "description"),
            yang_version=_argument(module, "yang-version") or "1",
            organization=_argument(module, "organization"),
            contact=_argument(module, "contact"),
            reference=_argument(module, "reference"),
            imports=tuple((item.arg, _argument(item, "revision-date")) for item in module.search("import")),
            submodules=tuple((item.arg, _argument(item, "revision-date")) for item in module.search("include")),
            all_features=every,
            extensions=_extensions(module),
        )

    def children(self, statement: Any) -> list[Any]:
        """The schema children of a module or node, in order; what features or deviations took away is not there."""
        return [
            child
            for child in getattr(statement, "i_children", ())
            if child.keyword in _KINDS and not getattr(child, "i_not_implemented", False)
        ]

    def node(self, statement: Any) -> SchemaNode:
        """One node; ids and path are the writer's."""
        kind = NodeKind(statement.keyword)
        name = _main(statement)
        values = self._term(statement) if kind in (NodeKind.LEAF, NodeKind.LEAF_LIST) else {}
        if kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
            state = getattr(statement, "i_config", None) is False
            values["ordered_by_user"] = _argument(statement, "ordered-by") == "user" or state
            values["min_elements"] = _number(statement, "min-elements") or 0
            values["max_elements"] = _number(statement, "max-elements")
        if kind is NodeKind.LIST:
            values["keys"] = tuple(_argument(statement, "key").split())
            values["unique"] = tuple(
                tuple(_bare(path) for path in item.arg.split()) for item in statement.search("unique")
            )
        if kind is NodeKind.CHOICE:
            default = _argument(statement, "default")
            values["defaults"] = (default.rpartition(":")[2],) if default else ()
        return SchemaNode(
            id=0,
            parent_id=None,
            kind=kind,
            name=statement.arg or statement.keyword,
            module=name,
            namespace=self._namespaces.get(name, ""),
            revision=self._revisions.get(name, ""),
            config=getattr(statement, "i_config", None) is not False and not _in_operation(statement),
            description=_argument(statement, "description"),
            reference=_argument(statement, "reference"),
            status=_status(statement),
            mandatory=_argument(statement, "mandatory") == "true",
            presence=statement.search_one("presence") is not None,
            musts=tuple(
                Must(item.arg, _argument(item, "error-message"), _argument(item, "error-app-tag"))
                for item in statement.search("must")
            ),
            whens=tuple(dict.fromkeys(_whens(statement))),
            extensions=_extensions(statement),
            if_features=tuple(item.arg for item in statement.search("if-feature")),
            **values,
        )

    # types

    def _term(self, statement: Any) -> dict[str, Any]:
        given = statement.search_one("type")
        info = self.type(given, statement) if given is not None else _UNKNOWN_TYPE
        prefixes = {prefix: name for prefix, (name, _) in getattr(statement.i_module, "i_prefixes", {}).items()}
        defaults = list(statement.search("default"))
        units = _argument(statement, "units")
        for typedef in _typedefs(given):
            units = units or _argument(typedef, "units")
            if not defaults and _argument(statement, "mandatory") != "true":
                defaults = list(typedef.search("default"))
        return {
            "type": info,
            "is_key": bool(getattr(statement, "i_is_key", False)),
            "units": units,
            "defaults": tuple(canonical_default(info, _qualified(info, item), prefixes=prefixes) for item in defaults),
        }

    def type(self, statement: Any, leaf: Any, depth: int = 0) -> TypeInfo:
        """The compiled type of a type statement."""
        key = (id(statement), id(getattr(leaf, "i_leafref_ptr", None)))
        found = self._types.get(key)
        if found is None:
            found = self._types[key] = self._read_type(statement, leaf, depth)
        return found

    def _read_type(self, statement: Any, leaf: Any, depth: int) -> TypeInfo:
        typedefs = list(_typedefs(statement))
        chain = [statement, *(inner for item in typedefs if (inner := item.search_one("type")) is not None)]
        base = chain[-1].arg
        if base not in _BUILT_IN:
            return TypeInfo("string", statement.arg)
        values: dict[str, Any] = {"typedefs": tuple(f"{_main(item)}:{item.arg}" for item in typedefs)}
        specs = list(_specs(getattr(statement, "i_type_spec", None)))
        ranges = next((spec for spec in specs if getattr(spec, "ranges", None)), None)
        lengths = next((spec for spec in specs if getattr(spec, "lengths", None)), None)
        values["ranges"] = _pairs(ranges, "ranges") or _bounds(specs[-1] if specs else None, base)
        values["lengths"] = _pairs(lengths, "lengths")
        values["patterns"] = tuple(
            Pattern(item.arg, _argument(item, "modifier") == "invert-match", _argument(item, "error-message"))
            for one in reversed(chain)
            for item in one.search("pattern")
        )
        values["enums"] = _items(chain, "enum", specs, "enums")
        values["bits"] = _items(chain, "bit", specs, "bits")
        digits = next((spec.fraction_digits for spec in specs if hasattr(spec, "fraction_digits")), 0)
        values["fraction_digits"] = int(digits) if base == "decimal64" else 0
        required = next((item.arg for one in chain for item in one.search("require-instance")), "true")
        values["require_instance"] = required == "true"
        if base == "leafref":
            values["leafref_path"] = next((item.arg for one in chain for item in one.search("path")), "")
            values["target"] = self._target(leaf, depth)
        elif base == "union":
            values["union"] = tuple(self.type(item, leaf, depth) for item in chain[-1].search("type"))
        elif base == "identityref":
            values["bases"], values["identities"] = self._identityref(chain[-1])
        return TypeInfo(base, statement.arg.rpartition(":")[2] if typedefs else "", **values)

    def _target(self, leaf: Any, depth: int) -> TypeInfo | None:
        pointer = getattr(leaf, "i_leafref_ptr", None)
        target = pointer[0] if pointer else None
        given = target.search_one("type") if target is not None else None
        return self.type(given, target, depth + 1) if given is not None and depth < _DEPTH else None

    def _identityref(self, statement: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        bases = tuple(name for item in statement.search("base") if (name := _identity_name(item)))
        common: set[str] | None = None
        for base in bases:
            derived = self._all_derived(base)
            common = derived if common is None else common & derived
        usable = (name for name in common or () if self._identities[name].usable)
        return bases, tuple(sorted(usable))

    def _all_derived(self, base: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self._derived.get(base, ()))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._derived.get(name, ()))
        return found


def _qualified(info: TypeInfo, default: Any) -> str:
    """A default's text; an identity without a prefix is of the module that wrote it."""
    text = str(default.arg)
    if info.base != "identityref" or ":" in text:
        return text
    module = getattr(default, "i_orig_module", None) or default.i_module
    return f"{module.i_modulename}:{text}"


_BUILT_IN = frozenset(
    "int8 int16 int32 int64 uint8 uint16 uint32 uint64 decimal64 string boolean enumeration bits binary leafref "
    "identityref empty union instance-identifier".split()
)


def _identities(module: Any, entry: Entry | None) -> Iterator[Identity]:
    for statement in getattr(module, "i_identities", {}).values():
        yield Identity(
            f"{module.arg}:{statement.arg}",
            tuple(name for item in statement.search("base") if (name := _identity_name(item))),
            _argument(statement, "description"),
            _argument(statement, "status") or "current",
            _argument(statement, "reference"),
            entry is not None,
        )


def _identity_name(base: Any) -> str:
    identity = getattr(base, "i_identity", None)
    return f"{_main(identity)}:{identity.arg}" if identity is not None else ""


def _main(statement: Any) -> str:
    """The name of the module that a statement belongs to, that of the main module if it is in a submodule."""
    return str(statement.i_module.i_modulename)


def _revision(module: Any) -> str:
    return max((item.arg for item in module.search("revision")), default="")


def _argument(statement: Any, keyword: str) -> str:
    found = statement.search_one(keyword)
    return str(found.arg) if found is not None and found.arg is not None else ""


def _number(statement: Any, keyword: str) -> int | None:
    text = _argument(statement, keyword)
    return int(text) if text.isdigit() else None


def _bare(path: str) -> str:
    return "/".join(step.rpartition(":")[2] for step in path.split("/"))


def _status(statement: Any) -> str:
    """A node's own status, else that of the nearest node above that has one (RFC 7950, section 7.21.2)."""
    here = statement
    while here is not None and here.keyword not in ("module", "submodule"):
        own = _argument(here, "status")
        if own in ("current", "deprecated", "obsolete"):
            return own
        here = here.parent
    return "current"


def _in_operation(statement: Any) -> bool:
    here = statement
    while here is not None:
        if here.keyword in _OPERATIONS:
            return True
        here = here.parent
    return False


def _whens(statement: Any) -> Iterator[str]:
    """The conditions of a node: its own, and those of the augment and uses that it came by."""
    yield from (item.arg for item in statement.search("when"))
    augment = getattr(statement, "i_augment", None)
    around = [augment] if augment is not None else []
    # only the top nodes of a grouping depend on the condition of its use
    parent_uses = getattr(statement.parent, "i_uses", None) or []
    around += [item for item in getattr(statement, "i_uses", None) or [] if item not in parent_uses]
    for item in around:
        yield from (when.arg for when in item.search("when"))


def _extensions(statement: Any) -> tuple[Extension, ...]:
    return tuple(
        Extension(f"{item.keyword[0]}:{item.keyword[1]}", item.arg or "")
        for item in statement.substmts
        if isinstance(item.keyword, tuple)
    )


def _typedefs(statement: Any) -> Iterator[Any]:
    """The typedefs from a type statement inwards."""
    seen: set[int] = set()
    while statement is not None:
        typedef = getattr(statement, "i_typedef", None)
        if typedef is None or id(typedef) in seen:
            return
        seen.add(id(typedef))
        yield typedef
        statement = typedef.search_one("type")


def _specs(spec: Any) -> Iterator[Any]:
    """A type specification and those it restricts, outermost first."""
    while spec is not None:
        yield spec
        spec = getattr(spec, "base", None)


def _pairs(spec: Any, name: str) -> tuple[tuple[str, str], ...]:
    """Ranges or lengths, both ends written out."""
    if spec is None:
        return ()
    found = []
    for low, high in getattr(spec, name):
        first = spec.min if low in ("min", None) else spec.max if low == "max" else low
        last = first if high is None else spec.max if high == "max" else high
        found.append((str(first), str(last)))
    return tuple(found)


def _bounds(spec: Any, base: str) -> tuple[tuple[str, str], ...]:
    """The range of a built-in number, as libyang tells it."""
    if spec is None or not ("int" in base or base == "decimal64"):
        return ()
    return ((str(spec.min), str(spec.max)),) if hasattr(spec, "min") else ()


def _items(chain: list[Any], keyword: str, specs: list[Any], name: str) -> tuple[EnumItem, ...]:
    """Enums or bits with their numbers, those of the outermost type that names any."""
    numbers = next((dict(getattr(spec, name)) for spec in specs if getattr(spec, name, None)), {})
    statements = next((list(one.search(keyword)) for one in chain if one.search_one(keyword) is not None), [])
    return tuple(
        EnumItem(item.arg, int(numbers.get(item.arg, 0)), _argument(item, "description")) for item in statements
    )
