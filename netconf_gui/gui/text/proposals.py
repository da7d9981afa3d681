"""What may be written at a place of a text, by the schema: members that fit and are not there yet, and values.

Lives here: the choice, the same for XML and JSON.  Does not live here: how it is written (`complete_xml`,
`complete_json`), the list that shows it (`completer`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import leafref
from netconf_gui.config.construct import case_tags
from netconf_gui.config.document import Document
from netconf_gui.gui.node_words import local, type_label
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode, TypeInfo

CARET = "\x00"
"""Stands in a text to be inserted where the cursor goes."""

MOST_TARGETS = 200


@dataclass(frozen=True, slots=True)
class TextEdit:
    """`text` in place of `start` to `end`; `extras` are (offset, text) to be inserted before, all offsets as of now."""

    start: int
    end: int
    text: str
    extras: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of the list; `again`: what was inserted asks for a value, so the list comes again."""

    text: str
    detail: str
    icon: str
    description: str
    edit: TextEdit
    again: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a type names; `is_identity`: ``module:name``, to be written as the language does."""

    value: str
    detail: str
    description: str = ""
    is_identity: bool = False


def fitting(schema: Schema, node: SchemaNode | None, present: Collection[str]) -> list[SchemaNode]:
    """Children of `node` (None: the top level) that could be added where `present` (Clark names) are, in schema order.

    Nodes of a case come only while no other case of the choice has nodes; state does not come at all.
    """
    closed: dict[int, set[int]] = {}
    found = []
    for child in schema.data_children(node):
        repeated = child.kind in (NodeKind.LIST, NodeKind.LEAF_LIST)
        if not child.config or (not repeated and qn(child.namespace, child.name) in present):
            continue
        if not _is_closed(schema, child, present, closed):
            found.append(child)
    return found


def _is_closed(schema: Schema, node: SchemaNode, present: Collection[str], closed: dict[int, set[int]]) -> bool:
    """Whether another case of a choice around the node has been chosen; `closed` remembers cases by choice."""
    at, above = node, schema.parent(node)
    while above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
        if above.kind is NodeKind.CHOICE:
            if above.id not in closed:
                cases = schema.children(above)
                chosen = [case.id for case in cases if any(tag in present for tag in case_tags(schema, case))]
                closed[above.id] = {case.id for case in cases if chosen and case.id not in chosen}
            if at.id in closed[above.id]:
                return True
        at, above = above, schema.parent(above)
    return False


def keys_of(schema: Schema, node: SchemaNode) -> Iterator[SchemaNode]:
    """The key leafs of a list, in order."""
    for name in node.keys:
        found = schema.data_child(node, node.namespace, name)
        if found is not None:
            yield found


def choices(
    document: Document, node: SchemaNode, element: etree._Element | None, parent: etree._Element
) -> list[Choice]:
    """The values of a leaf that can be listed; `element` is None where the document does not have it yet."""
    context = leafref.Context(document, node, element, parent)
    found = list(_of_type(context, node.type)) if node.type is not None else []
    if node.defaults and all(one.value != node.defaults[0] for one in found) and node.kind is NodeKind.LEAF:
        is_identity = ":" in node.defaults[0] and node.type is not None and node.type.base == "identityref"
        found.append(Choice(node.defaults[0], "default", is_identity=is_identity))
    return list({one.value: one for one in reversed(found)}.values())[::-1]


def _of_type(context: leafref.Context, info: TypeInfo) -> Iterator[Choice]:
    if info.base == "boolean":
        yield Choice("true", "boolean")
        yield Choice("false", "boolean")
    elif info.base in ("enumeration", "bits"):
        for item in info.enums or info.bits:
            yield Choice(item.name, "enum" if info.enums else "bit", item.description)
    elif info.base == "identityref":
        identities = context.document.schema.identities() if context.document.schema is not None else {}
        for name in sorted(info.identities, key=local):
            known = identities.get(name)
            yield Choice(name, name.partition(":")[0], known.description if known is not None else "", True)
    elif info.base == "leafref":
        elements = leafref.targets(context, info.leafref_path).elements
        for value in _texts(elements):
            yield Choice(value, "exists")
        if info.target is not None and info.target.base != "string":
            yield from _of_type(context, info.target)
    elif info.base == "union":
        for member in info.union:
            yield from _of_type(context, member)


def _texts(elements: Iterable[etree._Element]) -> list[str]:
    found: dict[str, None] = {}
    for element in elements:
        if element.text:
            found[element.text] = None
        if len(found) >= MOST_TARGETS:
            break
    return list(found)


def has_choices(info: TypeInfo | None) -> bool:
    """Whether a value of the type can be chosen from a list."""
    if info is None:
        return False
    if info.base == "union":
        return any(has_choices(member) for member in info.union)
    return info.base in ("boolean", "enumeration", "bits", "identityref", "leafref")


def icon_of(node: SchemaNode) -> str:
    """The name of a node's icon."""
    kind = "anydata" if node.kind is NodeKind.ANYXML else node.kind.value
    return "node:key" if node.is_key else f"node:{kind}"


def detail_of(node: SchemaNode, schema: Schema, above: SchemaNode | None) -> str:
    """What stands beside a member in the list: its type, and its module where that is another one."""
    other = "" if above is not None and above.module == node.module else f"{node.module} · "
    choice = schema.choice_of(node)
    case = f" · {choice[0].name}" if choice is not None else ""
    return f"{other}{type_label(node)}{case}"


def ranked(proposals: Iterable[Proposal], typed: str) -> list[Proposal]:
    """Those that contain what has been typed, those that begin with it first; order is kept otherwise."""
    wanted = typed.strip().strip('"').casefold()
    if not wanted:
        return list(proposals)
    found = [one for one in proposals if wanted in one.text.casefold()]
    return sorted(found, key=lambda one: not local(one.text.casefold()).startswith(wanted))
