"""Leafrefs of a document: what a leaf points to, and which leafs point to a list entry's keys (RFC 7950, section 9.9).

Works on any tree, also in a worker on a parsed snapshot; nothing is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.values import canonical_value
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, SchemaNode, TypeInfo

# quoted texts first, so that nothing in them is taken for a name; a name before "(" is a function
_NAME = re.compile(r"\"[^\"]*\"|'[^']*'|\$current|(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(\s*\()?")
_CURRENT = re.compile(r"\bcurrent\s*\(\s*\)")
_SAME_TEXT = etree.XPath("descendant::*[not(*)][normalize-space(.) = $text]")


@dataclass(frozen=True, slots=True)
class Reference:
    """A leaf that points to an entry: its path, and the name of the key it points to."""

    path: InstancePath
    key: str
    is_key: bool = False


def leafref_paths(info: TypeInfo | None) -> Iterator[str]:
    """The paths of a leafref type, or of the leafrefs among the members of a union."""
    if info is None:
        return
    if info.base == "leafref" and info.leafref_path:
        yield info.leafref_path
    for member in info.union:
        yield from leafref_paths(member)


def mirror_of(schema_path: str) -> tuple[str, ...]:
    """The names from the entry down, where a key's own leafref ends inside its entry: ``../config/name``; else ()."""
    steps = [step.rpartition(":")[2] for step in schema_path.split("/")]
    if len(steps) < 2 or steps[0] != ".." or any(step in ("", ".", "..") or "[" in step for step in steps[1:]):
        return ()
    return tuple(steps[1:])


def key_mirror(binder: Binder, node: SchemaNode, key: str) -> tuple[SchemaNode, ...]:
    """The nodes from below the list `node` down to the leaf of the entry that its key points to; () for none."""
    schema = binder.schema
    leaf = schema.data_child(node, node.namespace, key) if schema is not None else None
    if schema is None or leaf is None:
        return ()
    for path in leafref_paths(leaf.type):
        at: SchemaNode | None = node
        found: list[SchemaNode] = []
        for name in mirror_of(path):
            children = schema.data_children(at) if at is not None else ()
            at = next((child for child in children if child.name == name and child.config), None)
            if at is not None:
                found.append(at)
        if (
            found
            and at is not None
            and at.kind is NodeKind.LEAF
            and all(one.kind is NodeKind.CONTAINER for one in found[:-1])
        ):
            return tuple(found)
    return ()


def targets(leaf: etree._Element, path: str, root: etree._Element) -> list[etree._Element]:
    """The leafs that a leafref's path selects from `leaf`; where it cannot be evaluated, without its predicates."""
    for text in (path, _without_predicates(path)):
        try:
            found = etree.XPath(_plain(text))(root if text.strip().startswith("/") else leaf, current=[leaf])
        except etree.XPathError:
            continue
        return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []
    return []


def _plain(path: str) -> str:
    """The path for lxml: names in any namespace, `current()` as a variable, the root being the wrapper."""

    def name(match: re.Match[str]) -> str:
        local, call = match.group(1), match.group(2)
        if local is None or call or match.group(0) in ("and", "or", "div", "mod"):
            return match.group(0)
        return f"*[local-name()='{local}']"

    text = _NAME.sub(name, _CURRENT.sub("$current", path.strip()))
    return f".{text}" if text.startswith("/") else text


def _without_predicates(path: str) -> str:
    plain, depth = [], 0
    for letter in path:
        depth += letter == "["
        if depth == 0:
            plain.append(letter)
        depth -= letter == "]"
    return "".join(plain)


def key_leafs(entry: etree._Element, node: SchemaNode, binder: Binder) -> dict[str, list[etree._Element]]:
    """By key: its leaf, and the leaf inside the entry that it points to, if that is there."""
    found: dict[str, list[etree._Element]] = {}
    for key in node.keys:
        leaf = entry.find(qn(node.namespace, key))
        leafs = [] if leaf is None else [leaf]
        at: etree._Element | None = entry
        mirror = key_mirror(binder, node, key)
        for step in mirror:
            at = at.find(qn(step.namespace, step.name)) if at is not None else None
        if mirror and at is not None:
            leafs.append(at)
        found[key] = leafs
    return found


def find_references(root: etree._Element, entry: etree._Element, binder: Binder) -> list[Reference]:
    """Every leaf outside the keys themselves that points to a key of `entry`, directly or through another reference.

    A leaf that would still find another target of the same value is not among them.
    """
    node = binder.schema_node(entry)
    if node is None or node.kind is not NodeKind.LIST:
        return []
    found: list[Reference] = []
    for key, leafs in key_leafs(entry, node, binder).items():
        if leafs:
            found.extend(Reference(path, key, is_key) for path, is_key in _pointing_at(root, leafs, binder))
    return found


def _pointing_at(
    root: etree._Element, leafs: list[etree._Element], binder: Binder
) -> Iterator[tuple[InstancePath, bool]]:
    wanted = set(leafs)
    selected = _SAME_TEXT(root, text=(leafs[0].text or "").strip())
    candidates = [one for one in selected if isinstance(one, etree._Element)] if isinstance(selected, list) else []
    known: dict[str, list[etree._Element]] = {}
    again = True
    while again:
        again = False
        for leaf in candidates:
            if leaf not in wanted and _points_into(leaf, wanted, binder, root, known):
                wanted.add(leaf)
                again = True
    for leaf in candidates:
        if leaf in wanted and leaf not in leafs:
            node = binder.schema_node(leaf)
            yield path_of(leaf, binder, exact=True), node is not None and node.is_key


def _points_into(
    leaf: etree._Element,
    wanted: set[etree._Element],
    binder: Binder,
    root: etree._Element,
    known: dict[str, list[etree._Element]],
) -> bool:
    node = binder.schema_node(leaf)
    if node is None or node.type is None:
        return False
    value = canonical_value(leaf, node)
    for path in leafref_paths(node.type):
        fixed = path.strip().startswith("/") and "[" not in path
        ends = known.get(path) if fixed else None
        if ends is None:
            ends = targets(leaf, path, root)
            if fixed:
                known[path] = ends
        same = [
            end for end in ends if (end.text or "").strip() == value or canonical_value(end, binder.scope(end)) == value
        ]
        if same and all(end in wanted for end in same):
            return True
    return False
