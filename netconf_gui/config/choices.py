"""Choices in a document (RFC 7950, section 7.9): which case is in force, what taking another one deletes, taking it.

`parent` is the element in which the choice's nodes are, or the nearest one above it that exists.  Raises `ConfigError`
where the wish makes no sense.
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.construct import case_tags, other_cases
from netconf_gui.config.document import Change, Document
from netconf_gui.config.edits import Group, RemoveNode
from netconf_gui.errors import ConfigError
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode


def cases(schema: Schema, choice: SchemaNode) -> list[SchemaNode]:
    """The cases that can be configured; a shorthand case may be the data node itself."""
    return [
        case
        for case in schema.children(choice)
        if case.config and case.status != "obsolete" and (case.is_data or any(True for _ in case_tags(schema, case)))
    ]


def choices_of(schema: Schema, node: SchemaNode) -> list[tuple[SchemaNode, SchemaNode]]:
    """The (choice, case) pairs that a node is in, the outermost first."""
    found: list[tuple[SchemaNode, SchemaNode]] = []
    at, above = node, schema.parent(node)
    while above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
        if above.kind is NodeKind.CHOICE:
            found.append((above, at))
        at, above = above, schema.parent(above)
    return found[::-1]


def is_default_case(choice: SchemaNode, case: SchemaNode) -> bool:
    """Whether a case is in force while no other is."""
    return bool(choice.defaults) and choice.defaults[0] == case.name


def active_case(schema: Schema, parent: etree._Element | None, choice: SchemaNode) -> SchemaNode | None:
    """The case of which there is data; None if there is none."""
    if parent is None or not holds(schema, parent, choice):
        return None
    for case in schema.children(choice):
        if any(parent.find(tag) is not None for tag in case_tags(schema, case)):
            return case
    return None


def holds(schema: Schema, parent: etree._Element, choice: SchemaNode) -> bool:
    """Whether the choice's nodes are children of that very element, by the names on the way up."""
    at = schema.data_parent(choice)
    element: etree._Element | None = parent
    while at is not None and element is not None:
        if str(element.tag) != f"{{{at.namespace}}}{at.name}":
            return False
        at, element = schema.data_parent(at), element.getparent()
    return at is None


def lost_by(
    schema: Schema, parent: etree._Element | None, choice: SchemaNode, case: SchemaNode | None
) -> list[etree._Element]:
    """The elements that taking `case` deletes, those of other cases of choices around it too; None: all of them."""
    if parent is None or not holds(schema, parent, choice):
        return []
    if case is not None:
        return other_cases(schema, parent, case)
    return [
        child for one in schema.children(choice) for tag in case_tags(schema, one) for child in parent.iterchildren(tag)
    ]


def take_case(document: Document, parent: etree._Element, choice: SchemaNode, case: SchemaNode | None) -> Change | None:
    """Take a case as one step: the nodes of the others go, and what needs no value to be there comes.

    None as case takes all of them away.  Returns None if nothing had to change: the first value makes the case.
    """
    schema = document.schema
    if schema is None:
        raise ConfigError("Without a schema there are no choices.")
    lost = lost_by(schema, parent, choice, case)
    alone = _alone(schema, case) if case is not None else None
    if alone is not None and active_case(schema, parent, choice) is not case:
        # these take the nodes of the other cases away themselves
        if alone.kind is NodeKind.CONTAINER:
            return editing.create_container(document, parent, alone)
        return editing.set_leaf(document, parent, alone, "")
    if not lost:
        return None
    told = f"switch {choice.name} to {case.name}" if case is not None else f"clear {choice.name}"
    # the last first: places of entries without keys stay as they are
    return document.apply(Group(tuple(RemoveNode(document.path_of(one)) for one in reversed(lost)), told))


def _alone(schema: Schema, case: SchemaNode) -> SchemaNode | None:
    """The only node of a case, if it means something without a value: an empty leaf, a container with presence."""
    inside = [case] if case.is_data else [child for child in schema.children(case) if child.config]
    if len(inside) != 1:
        return None
    node = inside[0]
    if node.kind is NodeKind.LEAF and node.type is not None and node.type.base == "empty":
        return node
    return node if node.kind is NodeKind.CONTAINER and node.presence else None
