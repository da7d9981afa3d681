"""All nodes of a schema that belong to one module.

Lives here: the walk.  Does not live here: where a module's nodes begin (`Schema.module_tops`), the tree (`lookup`).
"""

from __future__ import annotations

from collections.abc import Iterator

from netconf_gui.cancel import CancelToken
from netconf_gui.yang.nodes import SchemaNode
from netconf_gui.yang.schema import Schema


def module_nodes(schema: Schema, module: str, cancel: CancelToken | None = None) -> Iterator[SchemaNode]:
    """All nodes of a module, parents before children; what other modules add to them is left out.  Raises Cancelled."""
    for top in schema.module_tops(module):
        waiting = [top]
        while waiting:
            node = waiting.pop()
            if cancel is not None:
                cancel.check()
            yield node
            below = [child for child in schema.children(node) if child.module == module]
            waiting.extend(reversed(below))
