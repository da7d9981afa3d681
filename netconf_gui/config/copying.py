"""Copies of nodes into another tree, with the namespace declarations that their values need.

Lives here: building by adding at the end, which keeps every declaration.  Does not live here: inserting into a tree
that has its own prefixes (`execute.put_child`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.values import may_use_prefixes, rename_prefixes, used_prefixes
from netconf_gui.protocol.xml import add_element, namespace_of, qn
from netconf_gui.yang.schema import NodeKind, SchemaNode

Taken = Mapping[str | None, str]
"""Prefix → namespace of what surrounds the place of a copy."""

NOTHING: Taken = {}
LEAF, LEAF_LIST = NodeKind.LEAF, NodeKind.LEAF_LIST
DECLARED = re.compile(r"\bxmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def start_element(
    out: etree._Element, source: etree._Element, nsmap: dict[str | None, str] | None = None
) -> etree._Element:
    """A new child of `out` named as `source`, its namespace being the default one."""
    tag = str(source.tag)
    if not nsmap and out.prefix is None and tag[0] == "{" and _space(tag) == _space(str(out.tag)):
        return etree.SubElement(out, tag)  # by far the most: the namespace of what is around it
    declared = dict(nsmap or {})
    namespace = namespace_of(source)
    if out.nsmap.get(None, "") != namespace:
        declared[None] = namespace
    if not namespace:
        declared.pop(None, None)
    return add_element(out, tag, nsmap=declared)


@lru_cache(maxsize=1024)
def _space(tag: str) -> str:
    """What stands before the local name in a Clark name."""
    return tag.rpartition("}")[0]


def term_value(source: etree._Element, scope: Scope, binder: Binder) -> tuple[dict[str | None, str], str | None]:
    """The declarations that a leaf's value needs, and the value: an identity without prefix gets one."""
    if not isinstance(scope, SchemaNode) or not may_use_prefixes(scope.type):
        return {}, source.text
    used = used_prefixes(source, scope)
    default = used.pop(None, None)
    if default is None:
        return used, source.text
    prefix = binder.module_name(default) or "id"
    return {prefix: default}, f"{prefix}:{(source.text or '').strip()}"


def copy_names(
    source: etree._Element, scope: Scope, out: etree._Element, binder: Binder, taken: Taken = NOTHING
) -> None:
    """What names a node: keys of an entry, the value of a leaf-list entry; all leafs where nobody knows."""
    if not isinstance(scope, SchemaNode):
        for child in elements(source):
            if next(elements(child), None) is None:
                copy_node(child, Region.UNKNOWN, out, binder, taken)
    elif scope.kind is LEAF_LIST:
        out.text = term_value(source, scope, binder)[1]
    else:
        for place, (tag, leaf) in enumerate(binder.keys(scope)):
            # keys are nearly always the first children, in order
            key = source[place] if place < len(source) else None
            if key is None or key.tag != tag:
                key = source.find(tag)
            if key is not None:
                copy_node(key, leaf, out, binder, taken)


def copy_content(
    source: etree._Element, scope: Scope, out: etree._Element, binder: Binder, taken: Taken = NOTHING
) -> None:
    """Everything inside `source`."""
    if isinstance(scope, SchemaNode) and scope.is_term:
        out.text = _settled(*term_value(source, scope, binder), taken)[1]
        return
    known = isinstance(scope, SchemaNode) and scope.is_inner
    if not known and not taken:
        _copy_unknown(source, out, binder)
        return
    children = list(elements(source))
    if not known:
        out.text = source.text if children else _settled(dict(used_prefixes(source, scope)), source.text, taken)[1]
    if isinstance(scope, SchemaNode) and scope.keys:
        children = keys_first(children, scope)
    for child in children:
        twin = copy_node(child, binder.child_scope(scope, str(child.tag)), out, binder, taken)
        if not known:
            twin.tail = child.tail


def _copy_unknown(source: etree._Element, out: etree._Element, binder: Binder) -> None:
    """Everything inside what no schema explains, as it is written; most of it declares nothing of its own."""
    out.text = source.text
    if not len(source):
        return
    nsmap, there = source.nsmap, out.nsmap
    declared = nsmap == there or all(prefix is None or there.get(prefix) == uri for prefix, uri in nsmap.items())
    space = _space(str(out.tag))
    for child in elements(source):
        tag = str(child.tag)
        if declared and not child.attrib and child.nsmap == nsmap:
            twin = etree.SubElement(out, tag) if _space(tag) == space else start_element(out, child)
            _copy_unknown(child, twin, binder)
        else:
            twin = copy_node(child, Region.UNKNOWN, out, binder)
        twin.tail = child.tail


def _settled(used: dict[str | None, str], text: str | None, taken: Taken) -> tuple[dict[str | None, str], str | None]:
    """Declarations and text with other prefixes where those are taken for other namespaces."""
    if not taken or not used:
        return used, text
    renamed: dict[str, str | None] = {}
    declared: dict[str | None, str] = {}
    for prefix, namespace in used.items():
        name, number = prefix or "", 1
        while prefix and (taken.get(name, namespace) != namespace or declared.get(name, namespace) != namespace):
            number += 1
            name = f"{prefix}{number}"
        declared[name or None] = namespace
        if prefix and name != prefix:
            renamed[prefix] = name
    return declared, rename_prefixes(text or "", renamed) or None if renamed else text


def keys_first(children: list[etree._Element], scope: SchemaNode) -> list[etree._Element]:
    """The children of a list entry as RFC 7950, section 7.8.5, wants them: keys first, in the order of `key`."""
    tags = [qn(scope.namespace, name) for name in scope.keys]
    if [child.tag for child in children[: len(tags)]] == tags:
        return children
    places = {tag: place for place, tag in enumerate(tags)}
    return sorted(children, key=lambda child: places.get(str(child.tag), len(tags)))


def copy_node(
    source: etree._Element, scope: Scope, out: etree._Element, binder: Binder, taken: Taken = NOTHING
) -> etree._Element:
    """`source` as last child of `out`, with the declarations that its value needs; `taken` prefixes get other names."""
    if not isinstance(scope, SchemaNode):
        inherited = out.nsmap
        declared = {prefix: uri for prefix, uri in source.nsmap.items() if prefix and inherited.get(prefix) != uri}
        twin = start_element(out, source, _settled(dict(declared.items()), None, taken)[0])
        for name, value in source.attrib.items():
            twin.set(str(name), str(value))
    elif scope.kind is LEAF:
        if not may_use_prefixes(scope.type):
            twin = start_element(out, source)
            twin.text = source.text
            return twin
        used, text = _settled(*term_value(source, scope, binder), taken)
        twin = start_element(out, source, used)
        twin.text = text
        return twin
    else:
        twin = start_element(out, source, _settled(*term_value(source, scope, binder), taken)[0])
    copy_content(source, scope, twin, binder, taken)
    return twin


def clashes(xml: str, taken: Taken) -> bool:
    """Whether the text of an element declares prefixes that mean something else where it is to go.

    lxml writes such an element wrongly: it drops a declaration that the new place has under the very prefix.
    """
    found = ((prefix, double or single) for prefix, double, single in DECLARED.findall(xml))
    return any(prefix and taken.get(prefix, namespace) != namespace for prefix, namespace in found)
