"""Operations as documents: the schema in another light, in which rpcs and actions are containers of their input.

Lives here: `RequestSchema` (what can be sent) and `ReplySchema` (what one operation answers), over any schema; with
them a `RequestDocument` is a request or a reply, and what edits or shows configurations serves for both.  Does not
live here: judging a request (`yang.check`), sending it (`services.console`).

Nodes keep their ids and paths, so that the engine knows them: a parameter's path is ``/mod:rpc/input/leaf``.  In the
request it is ``/mod:rpc/leaf``.  Actions stand below ``<action>`` (RFC 7950, section 7.15.2), in the data nodes that
they belong to, of which only the keys are there.  Where an operation takes or gives a configuration as anyxml or
anydata (`config` of edit-config, `data` of get), that is a container of the data tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from netconf_gui.config.untracked import UntrackedDocument
from netconf_gui.protocol.xml import NS_BASE, NS_NMDA, NS_YANG
from netconf_gui.yang.lookup import SchemaLookup, flatten
from netconf_gui.yang.nodes import BrokenModule, Identity, ModuleInfo, NodeKind, SchemaNode
from netconf_gui.yang.schema import Schema

ACTION_ID = -1
"""The id of the node that `<action>` is."""

ACTION_MODULE = ModuleInfo("yang", "", NS_YANG, "yang", description="The element around actions (RFC 7950, 7.15.2).")

_OPERATIONS = frozenset({NodeKind.RPC, NodeKind.ACTION})
_HOLDERS = frozenset({(NS_BASE, "config"), (NS_BASE, "data"), (NS_NMDA, "config"), (NS_NMDA, "data")})
_ANY = frozenset({NodeKind.ANYDATA, NodeKind.ANYXML})


def input_of(schema: Schema, operation: SchemaNode) -> SchemaNode | None:
    """The input of an rpc or action of the real schema."""
    return _part(schema, operation, NodeKind.INPUT)


def output_of(schema: Schema, operation: SchemaNode) -> SchemaNode | None:
    """The output of an rpc or action of the real schema."""
    return _part(schema, operation, NodeKind.OUTPUT)


def _part(schema: Schema, operation: SchemaNode, kind: NodeKind) -> SchemaNode | None:
    return next((child for child in schema.children(operation) if child.kind is kind), None)


def chain_of(schema: Schema, action: SchemaNode) -> tuple[SchemaNode, ...]:
    """The data nodes that an action is in, from the top down; nothing for an rpc."""
    found: list[SchemaNode] = []
    at = schema.data_parent(action)
    while at is not None:
        found.append(at)
        at = schema.data_parent(at)
    return tuple(reversed(found))


def holds_configuration(node: SchemaNode) -> bool:
    """Whether the content of an anyxml or anydata parameter is a configuration."""
    return (node.namespace, node.name) in _HOLDERS and node.kind in _ANY


class _Projection(SchemaLookup):
    """What requests and replies have in common."""

    def __init__(self, base: Schema) -> None:
        self.base = base
        self._made: dict[int, SchemaNode] = {}
        self._index: dict[int | None, dict[tuple[str, str], SchemaNode]] = {}
        self._holder_id: int | None = None

    @property
    def modules(self) -> tuple[ModuleInfo, ...]:
        return (*self.base.modules, ACTION_MODULE)

    @property
    def broken(self) -> tuple[BrokenModule, ...]:
        return self.base.broken

    def module(self, name: str) -> ModuleInfo | None:
        return self.base.module(name) or (ACTION_MODULE if name == ACTION_MODULE.name else None)

    def module_for_namespace(self, namespace: str) -> ModuleInfo | None:
        return ACTION_MODULE if namespace == NS_YANG else self.base.module_for_namespace(namespace)

    def identities(self) -> Mapping[str, Identity]:
        return self.base.identities()

    def rpcs(self) -> Sequence[SchemaNode]:
        return ()

    def notifications(self) -> Sequence[SchemaNode]:
        return ()

    def actions(self) -> Sequence[SchemaNode]:
        return ()

    def module_tops(self, name: str) -> Sequence[SchemaNode]:
        return tuple(node for node in self.roots() if node.module == name)

    def search(self, text: str, limit: int = 50) -> Sequence[SchemaNode]:
        """Nothing: the tree of a request is small enough to be looked through."""
        return ()

    def data_index(self, node: SchemaNode | None) -> dict[tuple[str, str], SchemaNode]:
        key = None if node is None else node.id
        found = self._index.get(key)
        if found is None:
            found = flatten(self.roots() if node is None else self.children(node), self)
            self._index[key] = found
        return found

    def node(self, node_id: int) -> SchemaNode:
        return self._made.get(node_id) or self._projected(self.base.node(node_id))

    def _projected(self, node: SchemaNode) -> SchemaNode:
        made = self._made.get(node.id)
        if made is None:
            made = self._made[node.id] = self._project(node)
        return made

    def _project(self, node: SchemaNode) -> SchemaNode:
        raise NotImplementedError

    def _in_operation(self, node: SchemaNode, part: NodeKind) -> bool:
        """Whether a node of the base is below the input (or output) of an operation."""
        at = self.base.parent(node)
        while at is not None:
            if at.kind is part:
                return True
            at = self.base.parent(at)
        return False

    def _held(self) -> tuple[SchemaNode, ...]:
        """The data tree, where an operation holds a configuration."""
        return tuple(self.base.roots())


class RequestSchema(_Projection):
    """What can be sent.  `only` is the operation that is offered at the top; others are still understood.

    A list that an action is in has only its keys, and the way down to actions.
    """

    def __init__(self, base: Schema, only: SchemaNode | None = None) -> None:
        super().__init__(base)
        self.only = only
        self._roots: tuple[SchemaNode, ...] | None = None
        self._on_the_way: frozenset[int] | None = None
        self._inside: dict[int, bool] = {}
        action = SchemaNode(
            ACTION_ID, None, NodeKind.CONTAINER, "action", ACTION_MODULE.name, NS_YANG, presence=True,
            description="An action of one node of the data tree.", path="/yang:action",
        )  # fmt: skip
        self._made[ACTION_ID] = action
        if only is not None:
            holder = self._find_holder(only)
            self._holder_id = holder.id if holder is not None else None

    def _find_holder(self, operation: SchemaNode) -> SchemaNode | None:
        """The parameter of an operation that is a configuration."""
        start = input_of(self.base, operation)
        waiting = [] if start is None else [start]
        while waiting:
            for child in self.base.children(waiting.pop()):
                if holds_configuration(child):
                    return child
                if child.kind in (NodeKind.CHOICE, NodeKind.CASE, NodeKind.CONTAINER):
                    waiting.append(child)
        return None

    @property
    def _way(self) -> frozenset[int]:
        """The ids of all data nodes that have an action below them, and of the actions."""
        if self._on_the_way is None:
            if self.only is not None:
                wanted: Sequence[SchemaNode] = (self.only,) if self.only.kind is NodeKind.ACTION else ()
            else:
                wanted = self.base.actions()
            found: set[int] = set()
            for action in wanted:
                at: SchemaNode | None = action
                while at is not None and at.id not in found:
                    found.add(at.id)
                    at = self.base.parent(at)
            self._on_the_way = frozenset(found)
        return self._on_the_way

    def roots(self) -> Sequence[SchemaNode]:
        if self._roots is None:
            if self.only is None:
                rpcs = tuple(self._projected(rpc) for rpc in self.base.rpcs())
                self._roots = (*rpcs, self._made[ACTION_ID]) if self._way else rpcs
            elif self.only.kind is NodeKind.ACTION:
                self._roots = (self._made[ACTION_ID],)
            else:
                self._roots = (self._projected(self.only),)
        return self._roots

    def data_child(self, node: SchemaNode | None, namespace: str, name: str) -> SchemaNode | None:
        found = super().data_child(node, namespace, name)
        if found is not None or node is not None or self.only is None:
            return found
        if (namespace, name) == (NS_YANG, "action"):
            return self._made[ACTION_ID]
        rpcs = (rpc for rpc in self.base.rpcs() if (rpc.namespace, rpc.name) == (namespace, name))
        return next((self._projected(rpc) for rpc in rpcs), None)

    def children(self, node: SchemaNode) -> Sequence[SchemaNode]:
        if node.id == ACTION_ID:
            tops = (top for top in self.base.roots() if top.id in self._way)
            return tuple(self._projected(top) for top in tops)
        real = self.base.node(node.id)
        if real.kind in _OPERATIONS:
            part = input_of(self.base, real)
            return () if part is None else tuple(self._projected(child) for child in self.base.children(part))
        if self._is_inside(real):
            below = self._held() if holds_configuration(real) else self.base.children(real)
            return tuple(self._projected(child) for child in below)
        if real.id not in self._way or self._holder_id is not None:
            return tuple(self.base.children(real))
        on_the_way = (child for child in self.base.children(real) if child.id in self._way or child.is_key)
        return tuple(self._projected(child) for child in on_the_way)

    def has_config_child(self, node: SchemaNode) -> bool:
        return any(child.config and child.status != "obsolete" for child in self.children(node))

    def _is_inside(self, real: SchemaNode) -> bool:
        """Whether a node is a parameter, or in one."""
        found = self._inside.get(real.id)
        if found is None:
            found = self._inside[real.id] = self._in_operation(real, NodeKind.INPUT)
        return found

    def _project(self, node: SchemaNode) -> SchemaNode:
        if node.kind in _OPERATIONS:
            parent = None if node.kind is NodeKind.RPC else node.parent_id
            return replace(node, kind=NodeKind.CONTAINER, presence=True, config=True, mandatory=False, parent_id=parent)
        if self._is_inside(node):
            kind = NodeKind.CONTAINER if holds_configuration(node) else node.kind
            above = self.base.parent(node)
            parent = node.parent_id
            if above is not None and above.kind is NodeKind.INPUT:
                parent = above.parent_id
            presence = node.presence or kind is not node.kind
            return replace(node, kind=kind, config=True, parent_id=parent, presence=presence)
        if self._holder_id is not None:
            return replace(node, parent_id=self._holder_id) if node.parent_id is None else node
        if node.id in self._way or node.is_key:
            parent = ACTION_ID if node.parent_id is None else node.parent_id
            return replace(node, config=True, parent_id=parent, mandatory=node.is_key)
        return node


class ReplySchema(_Projection):
    """What one operation answers: its output at the top; nothing of it can be edited."""

    def __init__(self, base: Schema, operation: SchemaNode) -> None:
        super().__init__(base)
        part = output_of(base, operation)
        self._part_id = None if part is None else part.id
        found = () if part is None else base.children(part)
        self._holder_id = next((child.id for child in found if holds_configuration(child)), None)
        self._roots = tuple(self._projected(child) for child in found)

    def roots(self) -> Sequence[SchemaNode]:
        return self._roots

    def children(self, node: SchemaNode) -> Sequence[SchemaNode]:
        real = self.base.node(node.id)
        below = self._held() if holds_configuration(real) else self.base.children(real)
        return tuple(self._projected(child) for child in below)

    def _project(self, node: SchemaNode) -> SchemaNode:
        if holds_configuration(node):
            return replace(node, kind=NodeKind.CONTAINER, presence=True, config=False, parent_id=None)
        if node.parent_id is None:
            return replace(node, parent_id=self._holder_id)
        if node.parent_id == self._part_id:
            return replace(node, config=False, parent_id=None)
        return node


class RequestDocument(UntrackedDocument):
    """A request, or a reply."""

    @property
    def has_base(self) -> bool:
        return False

    @property
    def is_dirty(self) -> bool:
        return False

    @property
    def comments_changed(self) -> bool:
        return False
