"""Walking a schema: the questions every schema answers, built on a few primitive ones, and the in-memory schema.

Lives here: `SchemaLookup` (flattening of choices, parents, paths) and `MemorySchema` for tests and small tools.  Does
not live here: the database-backed schema (`store`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence

from netconf_gui.yang.nodes import SCHEMA_ONLY_KINDS, BrokenModule, Identity, ModuleInfo, NodeKind, SchemaNode


class SchemaLookup(ABC):
    """The derived half of the `Schema` interface; a subclass supplies nodes, children and modules."""

    @property
    @abstractmethod
    def modules(self) -> tuple[ModuleInfo, ...]: ...

    @property
    @abstractmethod
    def broken(self) -> tuple[BrokenModule, ...]: ...

    @abstractmethod
    def roots(self) -> Sequence[SchemaNode]: ...

    @abstractmethod
    def rpcs(self) -> Sequence[SchemaNode]: ...

    @abstractmethod
    def notifications(self) -> Sequence[SchemaNode]: ...

    @abstractmethod
    def children(self, node: SchemaNode) -> Sequence[SchemaNode]: ...

    @abstractmethod
    def node(self, node_id: int) -> SchemaNode: ...

    @abstractmethod
    def data_index(self, node: SchemaNode | None) -> dict[tuple[str, str], SchemaNode]:
        """Data children by (namespace, name), choices flattened; in schema order."""

    @abstractmethod
    def identities(self) -> Mapping[str, Identity]:
        """All identities by ``module:name``."""

    def has_config_child(self, node: SchemaNode) -> bool:
        """Whether a child (choices count) is configuration and not obsolete; quick, since nothing is read of them."""
        return any(child.config and child.status != "obsolete" for child in self.children(node))

    def parent(self, node: SchemaNode) -> SchemaNode | None:
        return None if node.parent_id is None else self.node(node.parent_id)

    def data_parent(self, node: SchemaNode) -> SchemaNode | None:
        """The nearest ancestor that is not a choice or case."""
        parent = self.parent(node)
        while parent is not None and parent.kind in SCHEMA_ONLY_KINDS:
            parent = self.parent(parent)
        return parent

    def choice_of(self, node: SchemaNode) -> tuple[SchemaNode, SchemaNode] | None:
        """The innermost (choice, case) that the node is directly in, or None."""
        case = self.parent(node)
        if case is None or case.kind is not NodeKind.CASE:
            return None
        choice = self.parent(case)
        return None if choice is None else (choice, case)

    def data_children(self, node: SchemaNode | None) -> Sequence[SchemaNode]:
        """Children that have instances, those inside choices and cases included; None asks for the top level."""
        return tuple(self.data_index(node).values())

    def data_child(self, node: SchemaNode | None, namespace: str, name: str) -> SchemaNode | None:
        return self.data_index(node).get((namespace, name))

    def module(self, name: str) -> ModuleInfo | None:
        """The module of that name, the implemented revision preferred."""
        found = [module for module in self.modules if module.name == name]
        return next((module for module in found if module.implemented), found[0] if found else None)

    def module_for_namespace(self, namespace: str) -> ModuleInfo | None:
        """The module of that namespace, the implemented revision preferred."""
        found = [module for module in self.modules if module.namespace == namespace]
        return next((module for module in found if module.implemented), found[0] if found else None)

    def find(self, path: str) -> SchemaNode | None:
        """The node at a schema path ``/mod:a/b/other:c``; a prefix is inherited from the step before.

        Data paths (choices left out) and full schema paths are both understood.
        """
        node: SchemaNode | None = None
        module = ""
        for step in path.strip("/").split("/"):
            prefix, _, name = step.rpartition(":")
            module = prefix or module
            node = self._step(node, module, name)
            if node is None:
                return None
            module = node.module
        return node

    def _step(self, node: SchemaNode | None, module: str, name: str) -> SchemaNode | None:
        info = self.module(module)
        if info is not None and (node is None or node.kind not in SCHEMA_ONLY_KINDS):
            found = self.data_index(node).get((info.namespace, name))
            if found is not None:
                return found
        below: Iterable[SchemaNode]
        if node is None:
            below = (*self.roots(), *self.rpcs(), *self.notifications())
        else:
            below = self.children(node)
        return next((child for child in below if child.name == name and child.module == module), None)


def flatten(children: Iterable[SchemaNode], lookup: SchemaLookup) -> dict[tuple[str, str], SchemaNode]:
    """Data nodes by (namespace, name) with choices and cases replaced by what is in them, in schema order."""
    found: dict[tuple[str, str], SchemaNode] = {}
    for child in children:
        if child.kind in SCHEMA_ONLY_KINDS:
            found.update(flatten(lookup.children(child), lookup))
        elif child.is_data:
            found[child.namespace, child.name] = child
    return found


class MemorySchema(SchemaLookup):
    """A schema held in dictionaries; nodes are given in schema order, parents before children."""

    def __init__(
        self,
        nodes: Iterable[SchemaNode],
        modules: Iterable[ModuleInfo] = (),
        broken: Iterable[BrokenModule] = (),
        identities: Iterable[Identity] = (),
    ) -> None:
        self._identities = {identity.name: identity for identity in identities}
        self._nodes = {node.id: node for node in nodes}
        self._broken = tuple(broken)
        self._children: dict[int | None, list[SchemaNode]] = {}
        for node in self._nodes.values():
            self._children.setdefault(node.parent_id, []).append(node)
        given = tuple(modules)
        self._modules = given or self._modules_of_nodes()
        self._index: dict[int | None, dict[tuple[str, str], SchemaNode]] = {}

    def _modules_of_nodes(self) -> tuple[ModuleInfo, ...]:
        found: dict[str, ModuleInfo] = {}
        for node in self._nodes.values():
            found.setdefault(node.module, ModuleInfo(node.module, node.revision, node.namespace, node.module))
        return tuple(found.values())

    @property
    def modules(self) -> tuple[ModuleInfo, ...]:
        return self._modules

    @property
    def broken(self) -> tuple[BrokenModule, ...]:
        return self._broken

    def identities(self) -> Mapping[str, Identity]:
        return self._identities

    def module_tops(self, name: str) -> Sequence[SchemaNode]:
        def is_top(node: SchemaNode) -> bool:
            parent = self.parent(node)
            return node.module == name and (parent is None or parent.module != name)

        return tuple(node for node in self._nodes.values() if is_top(node))

    def _top(self, *kinds: NodeKind) -> Sequence[SchemaNode]:
        return tuple(node for node in self._children.get(None, ()) if node.kind in kinds)

    def roots(self) -> Sequence[SchemaNode]:
        kinds = (NodeKind.RPC, NodeKind.NOTIFICATION)
        return tuple(node for node in self._children.get(None, ()) if node.kind not in kinds)

    def rpcs(self) -> Sequence[SchemaNode]:
        return self._top(NodeKind.RPC)

    def notifications(self) -> Sequence[SchemaNode]:
        return self._top(NodeKind.NOTIFICATION)

    def actions(self) -> Sequence[SchemaNode]:
        return tuple(node for node in self._nodes.values() if node.kind is NodeKind.ACTION)

    def children(self, node: SchemaNode) -> Sequence[SchemaNode]:
        return tuple(self._children.get(node.id, ()))

    def node(self, node_id: int) -> SchemaNode:
        return self._nodes[node_id]

    def data_index(self, node: SchemaNode | None) -> dict[tuple[str, str], SchemaNode]:
        key = None if node is None else node.id
        found = self._index.get(key)
        if found is None:
            found = flatten(self.roots() if node is None else self.children(node), self)
            self._index[key] = found
        return found

    def search(self, text: str, limit: int = 50) -> Sequence[SchemaNode]:
        """Nodes whose name, path or description contains every word of `text`, names first."""
        words = text.lower().split()
        if not words:
            return ()
        hits = [
            node
            for node in self._nodes.values()
            if all(word in f"{node.path} {node.name} {node.description}".lower() for word in words)
        ]
        hits.sort(key=lambda node: (-sum(word in node.name.lower() for word in words), len(node.path)))
        return tuple(hits[:limit])
