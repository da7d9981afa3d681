"""Which modules the console lists operations of: the device's, and NETCONF's own where the device does not hand it out.

Lives here: `offered_by`.  Does not live here: loading a device's modules (`load`), the list itself (`console`).
"""

from __future__ import annotations

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.protocol.xml import NS_BASE
from netconf_gui.services.console import Operation, catalogue
from netconf_gui.services.load import LoadedSchema
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import WantedModule, bundled_modules, resolve
from netconf_gui.yang.schema import Schema

_FEATURES = (
    "candidate", "confirmed-commit", "rollback-on-error", "startup", "url", "validate", "writable-running", "xpath",
)  # fmt: skip
_STANDARD = (WantedModule("ietf-netconf", None, _FEATURES), WantedModule("ietf-netconf-monitoring"))


def offered_by(loaded: LoadedSchema, engine: Engine, *, cancel: CancelToken | None = None) -> tuple[Operation, ...]:
    """The operations of a device's modules, completed by those of RFC 6241 and RFC 6022 where it has none of them."""
    sets: list[tuple[Schema, str | None]] = []
    if loaded.schema is not None:
        sets.append((loaded.schema, loaded.key if loaded.validated else None))
    if not any(rpc.namespace == NS_BASE for schema, _ in sets for rpc in schema.rpcs()):
        standard = standard_operations(engine, cancel=cancel)
        if standard is not None:
            sets.append(standard)
    return catalogue(sets)


def standard_operations(engine: Engine, *, cancel: CancelToken | None = None) -> tuple[Schema, str] | None:
    """The modules of NETCONF itself, compiled; None where the engine cannot."""
    try:
        compiled = engine.compile(resolve(_STANDARD, bundled_modules(), cancel=cancel), cancel=cancel)
    except SchemaError:
        return None
    return engine.schema(compiled), compiled.key
