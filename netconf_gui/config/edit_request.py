"""What one node of an `<edit-config>` asks for: its operation and its place, checked.

Lives here: reading the attributes of RFC 6241, section 7.2, and RFC 7950, sections 7.7.9 and 7.8.6, and what a node
must have (keys, one case, a value of its type).  Does not live here: doing it (`apply`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.path import Step, key_values, step_of
from netconf_gui.config.path_text import PathReader
from netconf_gui.config.refusals import attribute_error, bad_element, invalid_value, missing_element, unknown_node
from netconf_gui.config.values import canonical_text, value_types
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, NS_DEFAULT, NS_WITH_DEFAULTS, NS_XML, NS_YANG, qn
from netconf_gui.yang.datatypes import quick_check
from netconf_gui.yang.schema import NodeKind, SchemaNode

OPERATIONS = ("merge", "replace", "create", "delete", "remove")
GOING = ("delete", "remove")

_OPERATION = qn(NS_BASE, "operation")
_PLACING = {qn(NS_YANG, "insert"): "insert", qn(NS_YANG, "key"): "key", qn(NS_YANG, "value"): "value"}
_IGNORED = (f"{{{NS_XML}}}", f"{{{NS_DEFAULT}}}", f"{{{NS_WITH_DEFAULTS}}}")


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an entry of an ordered-by user list goes; `neighbour` is the entry that key or value names."""

    insert: str  # first, last, before, after; '' for not said
    neighbour: Step | None = None


NOT_SAID = Placing("")


def operation_of(element: etree._Element, inherited: str, binder: Binder) -> str:
    """The node's operation; raises `EditRefused` for another word than the five."""
    operation = element.get(_OPERATION)
    if operation is None:
        return inherited
    if operation not in OPERATIONS:
        message = f"The operation is {operation!r}. Allowed: {', '.join(OPERATIONS)}."
        raise attribute_error(element, binder, "bad-attribute", "operation", message)
    return operation


def check_attributes(element: etree._Element, scope: Scope, binder: Binder) -> None:
    """Refuse attributes that mean nothing here."""
    if isinstance(scope, Region):
        return
    for name in element.attrib:
        text = str(name)
        if text == _OPERATION or text.startswith(_IGNORED):
            continue
        local = text.rpartition("}")[2]
        if text in _PLACING:
            wanted = {NodeKind.LIST: ("insert", "key"), NodeKind.LEAF_LIST: ("insert", "value")}.get(scope.kind, ())
            if scope.ordered_by_user and local in wanted:
                continue
            message = f"{local} is only for entries of lists that are ordered by the user."
            raise attribute_error(element, binder, "unknown-attribute", local, message)
        hint = " The operation attribute needs the NETCONF base namespace." if text == "operation" else ""
        raise attribute_error(element, binder, "unknown-attribute", local, f"The attribute {text} is not known.{hint}")


def placing_of(element: etree._Element, scope: Scope, binder: Binder) -> Placing:
    """insert, key and value of an entry."""
    if not isinstance(scope, SchemaNode) or not scope.ordered_by_user:
        return NOT_SAID
    insert = element.get(qn(NS_YANG, "insert"))
    if insert is None:
        return NOT_SAID
    if insert in ("first", "last"):
        return Placing(insert)
    if insert not in ("before", "after"):
        message = f"insert is {insert!r}. Allowed: first, last, before, after."
        raise attribute_error(element, binder, "bad-attribute", "insert", message)
    wanted = "key" if scope.kind is NodeKind.LIST else "value"
    text = element.get(qn(NS_YANG, wanted))
    if text is None:
        message = f"insert={insert!r} needs the attribute {wanted}."
        raise attribute_error(element, binder, "missing-attribute", wanted, message)
    return Placing(insert, _neighbour(element, scope, binder, text))


def _neighbour(element: etree._Element, node: SchemaNode, binder: Binder, text: str) -> Step:
    if node.kind is NodeKind.LEAF_LIST:
        value = text if node.type is None else canonical_text(text, node.type, element)
        return Step(node.namespace, node.name, value=value)
    nsmap = {prefix: uri for prefix, uri in element.nsmap.items() if prefix}
    try:
        raw = next(PathReader(f"/entry{text.strip()}").steps())
    except (ConfigError, StopIteration):
        raise bad_key(element, binder, text) from None
    given: dict[str, str] = {}
    for name, value in raw.keys:
        prefix, _, local = name.rpartition(":")
        if prefix and nsmap.get(prefix, node.namespace) != node.namespace:
            raise bad_key(element, binder, text)
        given[local] = value
    if set(given) != set(node.keys):
        raise bad_key(element, binder, text)
    keys = []
    for name in node.keys:
        leaf = binder.child_scope(node, qn(node.namespace, name))
        value = given[name]
        if isinstance(leaf, SchemaNode) and leaf.type is not None:
            value = canonical_text(value, leaf.type, element)
        keys.append((name, value))
    return Step(node.namespace, node.name, tuple(keys))


def bad_key(element: etree._Element, binder: Binder, text: str) -> ConfigError:
    message = f"{text!r} does not give all the keys of an entry, as [prefix:name='value'] each."
    return attribute_error(element, binder, "bad-attribute", "key", message)


def entry_step(element: etree._Element, scope: Scope, binder: Binder) -> Step:
    """The step that names the node in the target; raises `EditRefused` for absent and duplicate keys."""
    if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LIST and scope.keys:
        for name, value in zip(scope.keys, key_values(element, scope, binder), strict=True):
            if value is None:
                raise missing_element(element, binder, name)
    return step_of(element, scope, binder)


def check_children(edit: etree._Element, scope: Scope, binder: Binder) -> None:
    """Refuse two of what there can be only one of: leafs, containers, and cases of one choice."""
    schema = binder.schema
    if schema is None or scope is Region.UNKNOWN:
        return
    seen: set[object] = set()
    cases: dict[int, int] = {}
    for child in elements(edit):
        child_scope = binder.child_scope(scope, str(child.tag))
        if isinstance(child_scope, Region):
            continue
        if child_scope.kind not in (NodeKind.LIST, NodeKind.LEAF_LIST):
            if child.tag in seen:
                raise bad_element(child, binder, f"{child_scope.name} is there twice.")
            seen.add(child.tag)
        if child.get(_OPERATION) in GOING:
            continue
        at = child_scope
        above = schema.parent(at)
        while above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
            if above.kind is NodeKind.CHOICE and cases.setdefault(above.id, at.id) != at.id:
                message = (
                    f"{child_scope.name} belongs to another case of the choice {above.name} than what is before it."
                )
                raise bad_element(child, binder, message)
            at, above = above, schema.parent(above)


def check_known(element: etree._Element, scope: Scope, binder: Binder, *, accept_unknown: bool) -> None:
    """Refuse what the schema does not know, and what is not configuration (RFC 7950, section 8.3.1)."""
    if isinstance(scope, SchemaNode):
        if not scope.config:
            raise unknown_node(element, binder)
    elif binder.schema is not None and not accept_unknown:
        raise unknown_node(element, binder)


def check_value(element: etree._Element, scope: Scope, binder: Binder) -> None:
    """Refuse a value that is plainly not of its type; patterns and references are left to validation."""
    if not isinstance(scope, SchemaNode) or not scope.is_term:
        return
    child = next(elements(element), None)
    if child is not None:
        raise unknown_node(child, binder)
    if scope.type is None:
        return
    prefixes: Mapping[str, str] | None = None
    if "identityref" in value_types(scope.type) and binder.schema is not None:
        modules = ((prefix or "", binder.schema.module_for_namespace(uri)) for prefix, uri in element.nsmap.items())
        prefixes = {prefix: module.name for prefix, module in modules if module is not None}
    wrong = quick_check(scope.type, element.text or "", prefixes=prefixes)
    if wrong is not None:
        raise invalid_value(element, binder, wrong)
