"""Repairs of findings: what a person would do about one, where there is no doubt what that is.

Lives here: `fixes_for`, from a finding to commands of the document, each one undo step.  Does not live here: finding
out what is wrong (the engine), how repairs are offered.

What is not offered: which entry to take away of too many, which value to give where several are right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.binding import split_tag
from netconf_gui.config.construct import case_tags
from netconf_gui.config.document import Change, Document
from netconf_gui.config.edits import Group, RemoveNode
from netconf_gui.config.identity import same_subtree
from netconf_gui.config.leafref import Context, split_path, targets
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_SHORT = 32


@dataclass(frozen=True, slots=True)
class Fix:
    """One repair: `text` for a menu; `apply` does it.

    Where a person has to say the value, `apply` is None, and `parent` and `node` tell which leaf wants it.
    """

    text: str
    apply: Callable[[], Change | None] | None = None
    parent: etree._Element | None = None
    node: SchemaNode | None = None


def fixes_for(document: Document, problem: Problem) -> list[Fix]:
    """The repairs of a finding in the document as it is now, the most likely first; often there is none."""
    schema = document.schema
    if schema is None or not problem.path or problem.kind not in _MAKERS:
        return []
    try:
        path = InstancePath.parse(problem.path, schema)
        return list(_MAKERS[problem.kind](document, schema, path, problem))
    except ConfigError:
        return []


def may_have_fixes(problem: Problem) -> bool:
    """False if there certainly is none; costs nothing."""
    return bool(problem.path) and problem.kind in _MAKERS


# what is missing


def _mandatory(document: Document, schema: Schema, path: InstancePath, problem: Problem) -> Iterator[Fix]:
    above = schema.find(path.schema_path()) if path.steps else None
    if above is None and path.steps:
        return
    holder = path
    while document.find(holder) is None and holder.steps:
        holder = holder.parent
    parent = document.find(holder)
    wanted = problem.detail[0] if problem.detail else ""
    node = next((child for child in schema.data_children(above) if child.name == wanted and child.mandatory), None)
    if node is None or parent is None or _is_there(document, path, node):
        return
    if node.kind in (NodeKind.ANYDATA, NodeKind.ANYXML):
        yield Fix(f"Add {node.name}", lambda: editing.set_any(document, parent, node, ""))
    elif node.kind is NodeKind.LEAF:
        only = _only_value(document, parent, node)
        if only is None:
            yield Fix(f"Set {node.name}…", parent=parent, node=node)
        else:
            said = f" to {_short(only)}" if only else ""
            yield Fix(f"Set {node.name}{said}", lambda: editing.set_leaf(document, parent, node, only))


def _is_there(document: Document, path: InstancePath, node: SchemaNode) -> bool:
    parent = document.find(path)
    return parent is not None and parent.find(f"{{{node.namespace}}}{node.name}") is not None


def _only_value(document: Document, parent: etree._Element, node: SchemaNode) -> str | None:
    """The one value that the leaf can have; None if there are several, or too many to say."""
    info = node.type
    if info is None:
        return None
    if node.defaults:
        return node.defaults[0]
    if info.base == "empty":
        return ""
    if info.base == "leafref" and info.leafref_path and info.require_instance:
        found = targets(Context(document, node, None, parent), info.leafref_path)
        values = {(one.text or "").strip() for one in found.elements} if found.complete else set()
        return values.pop() if len(values) == 1 else None
    choices = [item.name for item in info.enums] if info.base == "enumeration" else list(info.identities)
    return choices[0] if len(choices) == 1 else None


# references


def _leafref(document: Document, schema: Schema, path: InstancePath, problem: Problem) -> Iterator[Fix]:
    leaf = document.find(path)
    node = document.schema_node(leaf) if leaf is not None else None
    if leaf is None or node is None or node.type is None:
        return
    value = (leaf.text or "").strip()
    found = _target(document, schema, leaf, node)
    if found is None or not value:
        return
    parent, chain = found
    target, owner = chain[-1], chain[-2] if len(chain) > 1 else document.schema_node(parent)
    if owner is not None and owner.kind is NodeKind.LIST and len(chain) > 1:
        if target.is_key and len(owner.keys) == 1:
            yield Fix(
                f"Create {owner.name} {_short(value)}",
                lambda: editing.create_entry(document, parent, owner, {target.name: value}),
            )
    elif target.kind is NodeKind.LEAF and not target.is_key:
        yield Fix(f"Set {target.name} to {_short(value)}", lambda: editing.set_leaf(document, parent, target, value))


def _target(
    document: Document, schema: Schema, leaf: etree._Element, node: SchemaNode
) -> tuple[etree._Element, list[SchemaNode]] | None:
    """The nearest element above a leafref's target, and the schema nodes from there down to it.

    None where lists on the way leave open which entry is meant, or the path has conditions.
    """
    text = node.type.leafref_path if node.type is not None else ""
    steps = split_path(text)
    if not steps or "[" in text:
        return None
    at: etree._Element = document.root
    if not text.strip().startswith("/"):
        for _ in range(steps.count("..")):
            above = at.getparent() if at is not document.root else leaf.getparent()
            if above is None:
                return None
            at = above
        steps = [step for step in steps if step != ".."]
    scope = document.schema_node(at)
    chain: list[SchemaNode] = []
    for step in steps:
        name = step.rpartition(":")[2]
        below = next((child for child in schema.data_children(scope) if child.name == name), None)
        if below is None:
            return None
        chain.append(below)
        scope = below
    if any(one.kind is NodeKind.LIST for one in chain[:-2]):
        return None
    return at, chain


# what is too much


def _when(document: Document, schema: Schema, path: InstancePath, problem: Problem) -> Iterator[Fix]:
    element = document.find(path)
    if element is not None:
        yield _removal(document, [element], f"Remove {path.name}")


def _stranger(document: Document, schema: Schema, path: InstancePath, problem: Problem) -> Iterator[Fix]:
    element = document.find(path)
    if element is not None and split_tag(str(element.tag))[1] == path.name:
        yield _removal(document, [element], f"Remove {path.name}")


def _cases(document: Document, schema: Schema, path: InstancePath, problem: Problem) -> Iterator[Fix]:
    parent = document.find(path)
    if parent is None or len(problem.detail) < 3:
        return
    name, *used = problem.detail
    choice = _choice(schema, document.schema_node(parent), name)
    if choice is None:
        return
    nodes = {
        case.name: [child for tag in case_tags(schema, case) for child in parent.iterchildren(tag)]
        for case in schema.children(choice)
        if case.name in used
    }
    for kept in used:
        gone = [element for case, found in nodes.items() if case != kept for element in found]
        names = ", ".join(dict.fromkeys(split_tag(str(element.tag))[1] for element in gone))
        if gone and nodes.get(kept):
            yield _removal(document, gone, f"Keep {kept}, remove {_short(names)}")


def _choice(schema: Schema, node: SchemaNode | None, name: str) -> SchemaNode | None:
    """The choice of that name directly below a data node, or inside a case of another."""
    waiting = list(schema.roots() if node is None else schema.children(node))
    while waiting:
        one = waiting.pop(0)
        if one.kind is NodeKind.CHOICE and one.name == name:
            return one
        if one.kind in (NodeKind.CHOICE, NodeKind.CASE):
            waiting.extend(schema.children(one))
    return None


def _duplicate(document: Document, schema: Schema, path: InstancePath, problem: Problem) -> Iterator[Fix]:
    first = document.find(path)
    if first is None:
        return
    node = document.schema_node(first)
    twins = [first, *_twins(document, first)]
    if len(twins) < 2:
        return
    if all(same_subtree(first, other) for other in twins[1:]) or (node is not None and node.kind is NodeKind.LEAF_LIST):
        yield _removal(document, twins[1:], f"Remove the duplicate{'s' if len(twins) > 2 else ''} of {path.name}")
        return
    yield _removal(document, twins[1:], f"Keep the first {path.name}{_value_of(twins[0])}, remove the rest")
    yield _removal(document, twins[:-1], f"Keep the last {path.name}{_value_of(twins[-1])}, remove the rest")


def _twins(document: Document, first: etree._Element) -> list[etree._Element]:
    """Siblings behind an element that have the same name, and keys or value where it is one of many."""
    node, parent = document.schema_node(first), first.getparent()
    if node is None or parent is None:
        return []
    found = []
    for other in first.itersiblings(str(first.tag)):
        if node.kind is NodeKind.LIST:
            tags = [f"{{{node.namespace}}}{key}" for key in node.keys]
            if any((other.findtext(tag) or "").strip() != (first.findtext(tag) or "").strip() for tag in tags):
                continue
        elif node.kind is NodeKind.LEAF_LIST and (other.text or "").strip() != (first.text or "").strip():
            continue
        found.append(other)
    return found


def _value_of(element: etree._Element) -> str:
    return f" ({_short(element.text)})" if not len(element) and element.text else ""


def _removal(document: Document, gone: Sequence[etree._Element], text: str) -> Fix:
    def apply() -> Change | None:
        if any(element.getparent() is None for element in gone):
            raise ConfigError("The document has changed: look at the problem again.")
        # from the last one on, so that the paths of those before stay as they are
        edits = tuple(RemoveNode(document.path_of(element)) for element in reversed(gone))
        return document.apply(Group(edits, text[:1].lower() + text[1:]))

    return Fix(text, apply)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


_MAKERS = {
    "mandatory": _mandatory,
    "leafref": _leafref,
    "when": _when,
    "unknown": _stranger,
    "state": _stranger,
    "cases": _cases,
    "duplicate": _duplicate,
}
