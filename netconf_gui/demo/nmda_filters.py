"""The filters of get-data that go by what a node is: configuration or state, and where it comes from (RFC 8526).

Lives here: `prune`, and origins that nodes inherit (RFC 8342, section 7).  Does not live here: subtree and XPath
filters (`config.filters`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.protocol.xml import NS_ORIGIN, qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_ORIGIN = qn(NS_ORIGIN, "origin")
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to stay: configuration (True) or state (False), some origins, all origins but some."""

    config: bool | None = None
    origins: frozenset[str] = frozenset()
    negated: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        return self.config is None and not self.origins and not self.negated

    def takes(self, node: SchemaNode, origin: str) -> bool:
        if self.config is not None and node.config is not self.config:
            return False
        if not node.config:
            return True  # origins say nothing about state
        return (not self.origins or origin in self.origins) and origin not in self.negated


def mark_tops(tree: etree._Element, schema: Schema, origin: str) -> None:
    """Give the top-level nodes that are configuration an origin, which what is below inherits."""
    binder = Binder(schema)
    for child in elements(tree):
        node = binder.child_scope(Region.TOP, str(child.tag))
        if isinstance(node, SchemaNode) and node.config:
            child.set(_ORIGIN, origin)


def prune(tree: etree._Element, schema: Schema | None, wish: Wish) -> None:
    """Remove, in place, what is not wished for; what is above something wished for stays, and keys of entries do."""
    _prune(tree, Region.TOP, Binder(schema), wish, _UNKNOWN)


def _prune(parent: etree._Element, scope: Scope, binder: Binder, wish: Wish, inherited: str) -> bool:
    """Whether anything but keys is left."""
    left = False
    keys = scope.keys if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LIST else ()
    for child in list(elements(parent)):
        node = binder.child_scope(scope, str(child.tag))
        origin = (child.get(_ORIGIN) or inherited).rpartition(":")[2]
        if isinstance(node, SchemaNode):
            if node.name in keys:
                continue
            kept = node.is_inner and _prune(child, node, binder, wish, origin)
            if not kept and (is_np_container(node) or not wish.takes(node, origin)):
                parent.remove(child)
                continue
        elif wish.config:  # what no module describes is no configuration here
            parent.remove(child)
            continue
        left = True
    return left
