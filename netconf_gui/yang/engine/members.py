"""Which member of a union takes a value (RFC 7950, section 9.12), as libyang decides it."""

from __future__ import annotations

from collections.abc import Mapping

from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine.data import DataEngine
from netconf_gui.yang.engine.structure import translate


def union_member(engine: DataEngine, path: str, value: str, prefixes: Mapping[str | None, str]) -> int | None:
    """The number of the member in the leaf's compiled type; None if none takes it, or the type is no union."""
    node = engine.leaf_node(path)
    if node is None:
        raise SchemaError(f"There is no leaf {path} in the schema.")
    yang = engine.context.yang
    ffi, null = yang.ffi, yang.null
    kind = ffi.cast("struct lysc_node_leaf *", node.pointer).type
    if engine.outline.type_of(node).base != "union":
        return None
    given = translate(engine.outline, value, prefixes) if engine.outline.has_names(node) else value
    raw = given.encode()
    out = ffi.new("const struct lysc_type **")
    result = yang.lib.lyd_value_validate(node.pointer, raw, len(raw), null, out, null)
    engine.context.errors()
    if result not in (0, _INCOMPLETE) or out[0] == null:
        return None
    members = list(yang.array(ffi.cast("struct lysc_type_union *", kind).types))
    for number, member in enumerate(members):
        if member == out[0]:
            return number
    for number, member in enumerate(members):
        # a leafref's value has the type of its target
        if member.basetype == _LEAFREF and ffi.cast("struct lysc_type_leafref *", member).realtype == out[0]:
            return number
    return None


_INCOMPLETE = 9  # LY_EINCOMPLETE: right, as far as it can be told without data
_LEAFREF = 14
