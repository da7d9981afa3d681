"""Nodes as RESTCONF names them (RFC 8040, section 3.5.3): ``/ietf-interfaces:interfaces/interface=eth0/mtu``.

Lives here: writing and reading that notation, which YANG patches (RFC 8072) use for targets and points.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from netconf_gui.config.binding import Binder, Region, Scope
from netconf_gui.config.path import InstancePath, Step
from netconf_gui.config.values import clark
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, SchemaNode


def resource_path(path: InstancePath) -> str:
    """The notation for a path; raises `ConfigError` for a node that has no name of its own, only a position."""
    text, before = "", None
    for step in path.steps:
        if step.position is not None:
            raise ConfigError(f"{path} has no name in a YANG patch: only its position tells it apart.", path=str(path))
        name = step.name if step.namespace == before else f"{path.module(step.namespace)}:{step.name}"
        before = step.namespace
        values = [step.value] if step.value is not None else [value for _, value in step.keys]
        text += f"/{name}"
        if values:
            text += "=" + ",".join(quote(_named(value, path), safe="") for value in values)
    return text or "/"


def _named(value: str, path: InstancePath) -> str:
    """Identities are written ``module:name``, as in JSON (RFC 7951, section 6.8)."""
    identity = clark(value)
    return value if identity is None else f"{path.module(identity[0])}:{identity[1]}"


def parse_resource_path(text: str, binder: Binder, base: InstancePath | None = None) -> InstancePath:
    """Read the notation; needs the schema for the names of keys.  Raises `ConfigError`.

    `base` is what the path is relative to, if it is not the top.
    """
    schema = binder.schema
    if schema is None:
        raise ConfigError("Without the device's schema it cannot be told what a YANG patch is about.", path=text)
    base = base or InstancePath()
    steps, modules = list(base.steps), dict(base.modules)
    scope: Scope = Region.TOP
    namespace = ""
    for step in steps:
        scope, namespace = binder.child_scope(scope, step.tag), step.namespace
    for part in filter(None, text.strip().split("/")):
        name, equals, values = part.partition("=")
        prefix, _, local = unquote(name).rpartition(":")
        if prefix:
            module = schema.module(prefix)
            if module is None:
                raise ConfigError(f"The module {prefix!r} in {text!r} is not known.", path=text)
            namespace = module.namespace
            modules[namespace] = prefix
        scope = binder.child_scope(scope, qn(namespace, local))
        given = [unquote(value) for value in values.split(",")] if equals else []
        steps.append(_step(namespace, local, scope, given, binder, modules, text))
    return InstancePath(tuple(steps), modules)


def _step(
    namespace: str, name: str, scope: Scope, given: list[str], binder: Binder, modules: dict[str, str], text: str
) -> Step:
    if not given:
        return Step(namespace, name)
    if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LEAF_LIST:
        return Step(namespace, name, value=_meant(",".join(given), scope, binder, modules))
    keys = binder.keys(scope) if isinstance(scope, SchemaNode) else ()
    if not isinstance(scope, SchemaNode) or len(keys) != len(given):
        raise ConfigError(f"The keys of {name} in {text!r} do not fit the schema.", path=text)
    pairs = zip(scope.keys, given, keys, strict=True)
    return Step(namespace, name, tuple((key, _meant(value, leaf, binder, modules)) for key, value, (_, leaf) in pairs))


def _meant(value: str, scope: Scope, binder: Binder, modules: dict[str, str]) -> str:
    """A value as steps hold it: identities in Clark notation."""
    schema = binder.schema
    prefix, colon, name = value.partition(":")
    if schema is None or not colon or not isinstance(scope, SchemaNode) or scope.type is None:
        return value
    module = schema.module(prefix)
    known = {value} & set(scope.type.all_identities())
    if module is None or not known:
        return value
    modules[module.namespace] = prefix
    return f"{{{module.namespace}}}{name}"
