"""Which nodes of a schema belong to one module: where they begin, and all of them.

Lives here: questions about a module that any schema answers by its tree.  Does not live here: the tree (`lookup`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netconf_gui.cancel import CancelToken
from netconf_gui.yang.nodes import SchemaNode
from netconf_gui.yang.schema import Schema


def module_tops(schema: Schema, module: str, cancel: CancelToken | None = None) -> Sequence[SchemaNode]:
    """Nodes of a module with a parent of another module, or none, in schema order.

    These are its own top-level nodes, rpcs and notifications, and the heads of what it augments.  Raises Cancelled.
    """
    asked = getattr(schema, "module_tops", None)
    if asked is not None:
        found: Sequence[SchemaNode] = asked(module)
        return found
    tops = [*schema.roots(), *schema.rpcs(), *schema.notifications()]
    return sorted(_begins(schema, tops, module, cancel), key=lambda node: node.id)


def _begins(
    schema: Schema, nodes: Sequence[SchemaNode], module: str, cancel: CancelToken | None
) -> Iterator[SchemaNode]:
    waiting: list[tuple[SchemaNode, str]] = [(node, "") for node in nodes]
    while waiting:
        node, above = waiting.pop()
        if cancel is not None:
            cancel.check()
        if node.module == module and above != module:
            yield node
        waiting.extend((child, node.module) for child in schema.children(node))


def module_nodes(schema: Schema, module: str, cancel: CancelToken | None = None) -> Iterator[SchemaNode]:
    """All nodes of a module, parents before children; what other modules add to them is left out.  Raises Cancelled."""
    for top in module_tops(schema, module, cancel):
        waiting = [top]
        while waiting:
            node = waiting.pop()
            if cancel is not None:
                cancel.check()
            yield node
            below = [child for child in schema.children(node) if child.module == module]
            waiting.extend(reversed(below))
