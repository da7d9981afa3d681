"""Copies of nodes into another tree, with the namespace declarations that their values need.

Lives here: building by adding at the end, which keeps every declaration.  Does not live here: inserting into a tree
that has its own prefixes (`execute.put_child`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.values import may_use_prefixes, used_prefixes
from netconf_gui.protocol.xml import add_element, namespace_of, qn
from netconf_gui.yang.schema import NodeKind, SchemaNode


def start_element(
    out: etree._Element, source: etree._Element, nsmap: dict[str | None, str] | None = None
) -> etree._Element:
    """A new child of `out` named as `source`, its namespace being the default one."""
    tag = str(source.tag)
    if not nsmap and out.prefix is None and tag[0] == "{" and str(out.tag).startswith(tag[: tag.index("}") + 1]):
        return add_element(out, tag)  # by far the most: the namespace of what is around it
    declared = dict(nsmap or {})
    namespace = namespace_of(source)
    if out.nsmap.get(None, "") != namespace:
        declared[None] = namespace
    if not namespace:
        declared.pop(None, None)
    return add_element(out, tag, nsmap=declared)


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


def copy_names(source: etree._Element, scope: Scope, out: etree._Element, binder: Binder) -> None:
    """What names a node: keys of an entry, the value of a leaf-list entry; all leafs where nobody knows."""
    if not isinstance(scope, SchemaNode):
        for child in elements(source):
            if next(elements(child), None) is None:
                copy_node(child, Region.UNKNOWN, out, binder)
    elif scope.kind is NodeKind.LEAF_LIST:
        out.text = term_value(source, scope, binder)[1]
    else:
        for tag, leaf in binder.keys(scope):
            key = source.find(tag)
            if key is not None:
                copy_node(key, leaf, out, binder)


def copy_content(source: etree._Element, scope: Scope, out: etree._Element, binder: Binder) -> None:
    """Everything inside `source`."""
    if isinstance(scope, SchemaNode) and scope.is_term:
        out.text = term_value(source, scope, binder)[1]
        return
    known = isinstance(scope, SchemaNode) and scope.is_inner
    children = list(elements(source))
    if not known:
        out.text = source.text
    if isinstance(scope, SchemaNode) and scope.keys:
        children = keys_first(children, scope)
    for child in children:
        twin = copy_node(child, binder.child_scope(scope, str(child.tag)), out, binder)
        if not known:
            twin.tail = child.tail


def keys_first(children: list[etree._Element], scope: SchemaNode) -> list[etree._Element]:
    """The children of a list entry as RFC 7950, section 7.8.5, wants them: keys first, in the order of `key`."""
    tags = [qn(scope.namespace, name) for name in scope.keys]
    if [child.tag for child in children[: len(tags)]] == tags:
        return children
    places = {tag: place for place, tag in enumerate(tags)}
    return sorted(children, key=lambda child: places.get(str(child.tag), len(tags)))


def copy_node(source: etree._Element, scope: Scope, out: etree._Element, binder: Binder) -> etree._Element:
    """`source` as last child of `out`, with the declarations that its value needs."""
    if not isinstance(scope, SchemaNode):
        inherited = out.nsmap
        declared = {prefix: uri for prefix, uri in source.nsmap.items() if prefix and inherited.get(prefix) != uri}
        twin = start_element(out, source, dict(declared.items()))
        for name, value in source.attrib.items():
            twin.set(str(name), str(value))
    elif scope.kind is NodeKind.LEAF:
        used, text = term_value(source, scope, binder)
        twin = start_element(out, source, used)
        twin.text = text
        return twin
    else:
        twin = start_element(out, source, term_value(source, scope, binder)[0])
    copy_content(source, scope, twin, binder)
    return twin
