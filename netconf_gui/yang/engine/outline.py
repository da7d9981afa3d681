"""A context's data nodes as the worker needs them while it walks instance data: children by name, keys, kinds.

Lives here: a lazily filled mirror of the compiled tree.  Does not live here: what is written for the window
(`extract`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from netconf_gui.yang.engine.binding import LibYang, Pointer
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.mounts import mount_points
from netconf_gui.yang.engine.types import TypeReader
from netconf_gui.yang.nodes import TypeInfo

CONTAINER, CHOICE, LEAF, LEAF_LIST, LIST, ANYXML, ANYDATA, CASE = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x60, 0x80
_CONFIG_R, _KEY = 0x02, 0x100
_NAMED_TYPES = frozenset({"identityref", "instance-identifier"})


@dataclass(slots=True, eq=False)
class OutlineNode:
    """One data node: its struct, kind, names, and what is needed to check an instance of it."""

    pointer: Pointer
    kind: int
    name: str
    module: str
    namespace: str
    is_state: bool
    keys: tuple[str, ...] = ()
    named: bool | None = None  # values may hold prefixes; found out when first asked


class Outline:
    """The data tree of one context."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.types = TypeReader(context.yang)
        self.module_of: dict[str, str] = {}
        self._children: dict[OutlineNode | None, dict[tuple[str, str], OutlineNode]] = {}
        text = context.yang.text
        for module in context.modules():
            if module.implemented:
                self.module_of[text(module.ns)] = text(module.name)

    @cached_property
    def mount_points(self) -> frozenset[str]:
        """Names of nodes below which another schema may be mounted."""
        return mount_points(self.context.sources)

    @property
    def yang(self) -> LibYang:
        return self.context.yang

    def children(self, node: OutlineNode | None) -> dict[tuple[str, str], OutlineNode]:
        """Data children by (namespace, name), choices flattened; None asks for the top level."""
        found = self._children.get(node)
        if found is None:
            found = {}
            for head in self.heads(node):
                self._collect(head, found)
            self._children[node] = found
        return found

    def heads(self, node: OutlineNode | None) -> list[Pointer]:
        """The first schema node below a node, choices included; for None those of all modules."""
        if node is not None:
            return [self.yang.lib.lysc_node_child(node.pointer)]
        null = self.yang.null
        return [
            module.compiled.data
            for module in self.context.modules()
            if module.implemented and module.compiled != null and module.compiled.data != null
        ]

    def _collect(self, head: Pointer, found: dict[tuple[str, str], OutlineNode]) -> None:
        for pointer in self.yang.siblings(head):
            kind = pointer.nodetype
            if kind in (CHOICE, CASE):
                self._collect(self.yang.lib.lysc_node_child(pointer), found)
                continue
            node = self._node(pointer, kind)
            found[node.namespace, node.name] = node

    def _node(self, pointer: Pointer, kind: int) -> OutlineNode:
        text = self.yang.text
        keys: tuple[str, ...] = ()
        if kind == LIST:
            below = self.yang.siblings(self.yang.lib.lysc_node_child(pointer))
            keys = tuple(text(child.name) for child in below if child.nodetype == LEAF and child.flags & _KEY)
        module = pointer.module
        is_state = bool(pointer.flags & _CONFIG_R)
        return OutlineNode(pointer, kind, text(pointer.name), text(module.name), text(module.ns), is_state, keys)

    def type_of(self, node: OutlineNode) -> TypeInfo:
        """The type of a leaf or leaf-list."""
        return self.types.read(self.yang.ffi.cast("struct lysc_node_leaf *", node.pointer).type)

    def has_names(self, node: OutlineNode) -> bool:
        """True if values of the node may hold prefixes."""
        if node.named is None:
            node.named = _has_names(self.type_of(node))
        return node.named

    def find(self, path: str) -> OutlineNode | None:
        """The node of a data path ``/mod:a/b/other:c``."""
        namespaces = {module: namespace for namespace, module in self.module_of.items()}
        node: OutlineNode | None = None
        namespace = ""
        for step in path.strip("/").split("/"):
            prefix, _, name = step.rpartition(":")
            namespace = namespaces.get(prefix, "") if prefix else namespace
            node = self.children(node).get((namespace, name))
            if node is None:
                return None
        return node


def _has_names(info: TypeInfo) -> bool:
    if info.base in _NAMED_TYPES or any(_has_names(member) for member in info.union):
        return True
    return info.target is not None and _has_names(info.target)
