"""Instance data from XML to JSON (RFC 7951) and back, by libyang.

Lives here: parsing one format and printing the other.  The program's own files go through `config.json_codec`, which
says where a text is wrong; this is the second opinion, and the form in which libyang would send data.
"""

from __future__ import annotations

from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine.data import DataEngine

_XML, _JSON = 1, 2
_STRICT, _PARSE_ONLY = 0x020000, 0x010000
_SIBLINGS, _EMPTY_CONTAINERS = 0x01, 0x04


def convert(engine: DataEngine, data: bytes, target: str) -> bytes:
    """`data` as `target`, "xml" (in a `config` wrapper, from JSON) or "json" (from XML).

    Only names and values are checked.  Raises SchemaError if the data does not fit the schema.
    """
    if target == "json":
        with engine._tree(data) as holder:
            return _printed(engine, holder[0], _JSON)
    yang = engine.context.yang
    holder = yang.ffi.new("struct lyd_node **")
    options = _STRICT | _PARSE_ONLY
    result = yang.lib.lyd_parse_data_mem(engine.context.pointer, data, _JSON, options, 0, holder)
    errors = engine.context.errors()
    try:
        if result:
            words = "; ".join(error.message for error in errors if error.level == 0) or "no reason is given."
            raise SchemaError(f"The JSON cannot be read: {words}")
        return b"<config>" + _printed(engine, holder[0], _XML) + b"</config>"
    finally:
        yang.lib.lyd_free_all(holder[0])
        engine.context.errors()


def _printed(engine: DataEngine, node: object, form: int) -> bytes:
    yang = engine.context.yang
    if node == yang.null:
        return b"{}" if form == _JSON else b""
    out = yang.ffi.new("char **")
    if yang.lib.lyd_print_mem(out, node, form, _SIBLINGS | _EMPTY_CONTAINERS):
        raise SchemaError("The data cannot be printed.")
    return yang.take_text(out[0])
