"""Which schema node an element is, found when asked: no tree is walked beforehand.

Lives here: `Binder` (element → schema node, with a cache per path of names), `Region` (what is said where there is no
schema node) and the small walks over elements that everything here needs.  Does not live here: what makes two elements
the same one (`identity`), values (`values`).

An element without parent, and the outermost `<config>` or `<data>` of the NETCONF namespaces, are wrappers: their
children are the top-level nodes.  Below an element that the schema does not know everything is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from lxml import etree

from netconf_gui.protocol.xml import NS_BASE, NS_NMDA, qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

WRAPPERS = frozenset({qn(NS_BASE, "config"), qn(NS_BASE, "data"), qn(NS_NMDA, "config"), qn(NS_NMDA, "data")})
"""Elements whose children are top-level nodes."""


class Region(Enum):
    """What an element is where it has no schema node."""

    TOP = "top"  # a wrapper
    UNKNOWN = "unknown"  # not in the schema, or no schema at all


Scope = SchemaNode | Region
"""What is known of an element."""

# looked up once: each look at an enumeration costs, and these are asked of every element
_LIST, _LEAF_LIST, _CONTAINER = NodeKind.LIST, NodeKind.LEAF_LIST, NodeKind.CONTAINER
_ANY = (NodeKind.ANYDATA, NodeKind.ANYXML)
_NONE: Mapping[str, Scope] = {}


def split_tag(tag: str) -> tuple[str, str]:
    """Namespace ('' for none) and local name of a Clark name."""
    if tag[:1] == "{":
        namespace, _, name = tag[1:].partition("}")
        return namespace, name
    return "", tag


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """The element children; comments and processing instructions are left out."""
    return parent.iterchildren(tag=etree.Element)


def is_wrapper(element: etree._Element) -> bool:
    """Whether the children are top-level nodes; what is inside a wrapper is data, or a parameter of a request."""
    if element.getparent() is None:
        return True
    return element.tag in WRAPPERS and not any(above.tag in WRAPPERS for above in element.iterancestors())


def is_list(scope: Scope) -> bool:
    return isinstance(scope, SchemaNode) and scope.kind is _LIST


def is_leaf_list(scope: Scope) -> bool:
    return isinstance(scope, SchemaNode) and scope.kind is _LEAF_LIST


def is_any(scope: Scope) -> bool:
    return isinstance(scope, SchemaNode) and scope.kind in _ANY


def is_np_container(scope: Scope) -> bool:
    """A container without presence: it means nothing by itself (RFC 7950, section 7.5.1)."""
    return isinstance(scope, SchemaNode) and scope.kind is _CONTAINER and not scope.presence


class Binder:
    """Element → schema node for one schema, or for none."""

    def __init__(self, schema: Schema | None) -> None:
        self.schema = schema
        self._children: dict[int, dict[str, Scope]] = {}
        self._names: dict[str, str] = {}
        self._keys: dict[int, tuple[tuple[str, Scope], ...]] = {}

    def child_scope(self, scope: Scope, tag: str) -> Scope:
        """The scope of a child of that Clark name below an element of `scope`."""
        if isinstance(scope, SchemaNode):
            quickly = self._children.get(scope.id, _NONE).get(tag)
            if quickly is not None:
                return quickly
        if scope is Region.UNKNOWN or self.schema is None:
            return Region.UNKNOWN
        node = None if isinstance(scope, Region) else scope
        known = self._children.get(-1 if node is None else node.id)
        if known is None:
            known = self._children[-1 if node is None else node.id] = {}
        found = known.get(tag)
        if found is None:
            if node is not None and not node.is_inner:
                found = Region.UNKNOWN
            else:
                found = self.schema.data_child(node, *split_tag(tag)) or Region.UNKNOWN
            known[tag] = found
        return found

    def known_children(self, node: SchemaNode) -> Mapping[str, Scope]:
        """What `child_scope` has found below a node so far, for those who ask it for many."""
        found = self._children.get(node.id)
        if found is None:
            found = self._children[node.id] = {}
        return found

    def keys(self, node: SchemaNode) -> tuple[tuple[str, Scope], ...]:
        """Clark name and scope of each key of a list, in the order of the `key` statement."""
        found = self._keys.get(node.id)
        if found is None:
            tags = [qn(node.namespace, name) for name in node.keys]
            found = self._keys[node.id] = tuple((tag, self.child_scope(node, tag)) for tag in tags)
        return found

    def scope(self, element: etree._Element) -> Scope:
        """The scope of any element of a tree; costs one dictionary look-up a level."""
        tags: list[str] = []
        at: etree._Element | None = element
        while at is not None and not is_wrapper(at):
            tags.append(str(at.tag))
            at = at.getparent()
        scope: Scope = Region.TOP
        for tag in reversed(tags):
            scope = self.child_scope(scope, tag)
        return scope

    def schema_node(self, element: etree._Element) -> SchemaNode | None:
        scope = self.scope(element)
        return None if isinstance(scope, Region) else scope

    def module_name(self, namespace: str) -> str:
        """The module's name as prefix of paths; without a schema, the last part of the namespace."""
        found = self._names.get(namespace)
        if found is None:
            module = self.schema.module_for_namespace(namespace) if self.schema is not None else None
            found = module.name if module is not None else guessed_module(namespace)
            self._names[namespace] = found
        return found


def guessed_module(namespace: str) -> str:
    """A readable stand-in for a module name: ``urn:ietf:params:xml:ns:yang:ietf-ip`` gives ``ietf-ip``."""
    return namespace.rstrip("/:").replace("/", ":").rpartition(":")[2]
