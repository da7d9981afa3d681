"""New elements for a document: which containers lie between, where a child belongs, what its value looks like.

Lives here: building and placing, nothing that changes a document.  Does not live here: the commands (`editing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from lxml import etree

from netconf_gui.config.execute import place_of
from netconf_gui.config.siblings import Siblings
from netconf_gui.config.values import value_types
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import add_element, new_element, qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode, TypeInfo

Prefixes = Mapping[str, str]
"""Prefix → namespace."""

_PREFIX = re.compile(r"\"[^\"]*\"|'[^']*'|([A-Za-z_][\w.-]*):(?=[A-Za-z_])")


class Bound(Protocol):
    """What is needed of a document."""

    def schema_node(self, element: etree._Element) -> SchemaNode | None: ...


def chain_to(
    document: Bound, schema: Schema, parent: etree._Element, node: SchemaNode
) -> tuple[etree._Element, list[SchemaNode]]:
    """The deepest existing element on the way from `parent` to `node`, and the nodes from there down to `node`.

    Raises `ConfigError` if `node` is not below `parent`, or a list entry would have to be made on the way.
    """
    top = document.schema_node(parent)
    chain: list[SchemaNode] = []
    at: SchemaNode | None = node
    while at is not None and (top is None or at.id != top.id):
        chain.append(at)
        at = schema.data_parent(at)
    if (at is None) != (top is None):
        raise ConfigError(f"{node.path} is not below {'the top' if top is None else top.path}.", path=node.path)
    chain.reverse()
    holder = parent
    while len(chain) > 1:
        if chain[0].kind is not NodeKind.CONTAINER:
            raise ConfigError(f"Which {chain[0].name} is meant?", path=chain[0].path)
        found = holder.find(qn(chain[0].namespace, chain[0].name))
        if found is None:
            break
        holder = found
        chain.pop(0)
    if any(step.kind is not NodeKind.CONTAINER for step in chain[:-1]):
        raise ConfigError(f"{node.path} is inside a list; which entry is meant?", path=node.path)
    return holder, chain


def new_node(chain: Sequence[SchemaNode]) -> tuple[etree._Element | None, etree._Element | None]:
    """Empty elements nested as `chain` says: the outermost and the innermost; None for an empty chain."""
    top: etree._Element | None = None
    at: etree._Element | None = None
    for node in chain:
        tag = qn(node.namespace, node.name)
        if at is None:
            top = at = new_element(tag, nsmap={None: node.namespace})
        else:
            at = add_element(at, tag, nsmap={None: node.namespace})
    return top, at


def add_leaf(parent: etree._Element | None, node: SchemaNode, value: str, used: Mapping[str, str]) -> etree._Element:
    """A leaf with the declarations that its value needs."""
    nsmap: dict[str | None, str] = {None: node.namespace}
    nsmap.update(used.items())
    tag = qn(node.namespace, node.name)
    if parent is None:
        leaf = new_element(tag, nsmap=nsmap)
        leaf.text = value or None
        return leaf
    return add_element(parent, tag, value or None, nsmap)


def portable_value(
    schema: Schema, scope: etree._Element, node: SchemaNode, text: str, prefixes: Prefixes | None
) -> tuple[str, dict[str, str]]:
    """The value and the namespaces of the prefixes it uses.

    Raises `ConfigError` for a prefix that means nothing in a value that is nothing without it.
    """
    types = value_types(node.type)
    if node.type is None or not types & {"identityref", "instance-identifier"}:
        return text, {}
    stripped = text.strip()
    if "identityref" in types and ":" not in stripped:
        module = _only_module(node.type, stripped)
        namespace = schema.module(module) if module else None
        if namespace is not None:
            return f"{namespace.name}:{stripped}", {namespace.name: namespace.namespace}
        return text, {}
    used: dict[str, str] = {}
    for match in _PREFIX.finditer(stripped):
        prefix = match.group(1)
        if prefix is None or prefix in used:
            continue
        found = _namespace(schema, scope, prefix, prefixes or {})
        if found is not None:
            used[prefix] = found
        elif types <= {"identityref", "instance-identifier"}:
            raise ConfigError(
                f"The prefix {prefix!r} in {stripped!r} is not known.", advice="Use the module's name as prefix."
            )
    return (stripped if used else text), used


def _namespace(schema: Schema, scope: etree._Element, prefix: str, prefixes: Prefixes) -> str | None:
    if prefix in prefixes:
        return prefixes[prefix]
    module = schema.module(prefix)
    if module is not None:
        return module.namespace
    if prefix in scope.nsmap:
        return scope.nsmap[prefix]
    return next((one.namespace for one in schema.modules if one.prefix == prefix and one.implemented), None)


def _only_module(info: TypeInfo, name: str) -> str:
    """The module of the one identity of that name that the type allows; '' if there is none or a doubt."""
    found = {identity.rpartition(":")[0] for identity in info.all_identities() if identity.rpartition(":")[2] == name}
    return found.pop() if len(found) == 1 else ""


def other_cases(schema: Schema, parent: etree._Element, node: SchemaNode) -> list[etree._Element]:
    """Children of `parent` that belong to other cases of the choices that `node` is in (RFC 7950, section 7.9)."""
    found: list[etree._Element] = []
    at = node
    above = schema.parent(at)
    while above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
        if above.kind is NodeKind.CHOICE:
            for case in schema.children(above):
                if case.id != at.id:
                    for tag in case_tags(schema, case):
                        found.extend(parent.iterchildren(tag))
        at = above
        above = schema.parent(at)
    return found


def case_tags(schema: Schema, case: SchemaNode) -> Iterator[str]:
    """Names of all data nodes directly in a case, nested choices included."""
    if case.is_data:
        yield qn(case.namespace, case.name)
        return
    for child in schema.children(case):
        yield from case_tags(schema, child)


def place_for(
    schema: Schema,
    scope: SchemaNode | None,
    parent: etree._Element,
    node: SchemaNode,
    siblings: Siblings | None = None,
) -> int:
    """Where a new child belongs: behind its own kind, else in schema order, keys first; -1 for the end.

    `siblings` are those of the document that `parent` is in, if it is in one.
    """
    place = place_of if siblings is None else siblings.place
    tag = qn(node.namespace, node.name)
    twin = next(parent.iterchildren(tag, reversed=True), None)
    if twin is not None:
        return place(twin) + 1
    later = False
    keys = set(scope.keys) if scope is not None else set()
    for other in schema.data_children(scope):
        if other.id == node.id:
            later = True
        elif later and other.name not in keys:
            first = next(parent.iterchildren(qn(other.namespace, other.name)), None)
            if first is not None:
                return place(first)
    return -1
