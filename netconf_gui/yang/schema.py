"""The schema interface that the rest of the program reads: one import for its types.

Lives here: the `Schema` protocol, and the names of its records and implementations.  `SqliteSchema` reads the file
that the engine wrote; `MemorySchema` is made from nodes by hand.  Does not live here: compiling (`check.Engine`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from netconf_gui.yang.lookup import MemorySchema
from netconf_gui.yang.nodes import (
    DATA_KINDS,
    SCHEMA_ONLY_KINDS,
    BrokenModule,
    EnumItem,
    Extension,
    Identity,
    ModuleInfo,
    Must,
    NodeKind,
    Pattern,
    SchemaNode,
    TypeInfo,
)
from netconf_gui.yang.store import SqliteSchema

__all__ = [
    "DATA_KINDS",
    "SCHEMA_ONLY_KINDS",
    "BrokenModule",
    "EnumItem",
    "Extension",
    "Identity",
    "MemorySchema",
    "ModuleInfo",
    "Must",
    "NodeKind",
    "Pattern",
    "Schema",
    "SchemaNode",
    "SqliteSchema",
    "TypeInfo",
]


class Schema(Protocol):
    """A compiled set of YANG modules, read-only and usable from any thread."""

    @property
    def modules(self) -> tuple[ModuleInfo, ...]: ...

    @property
    def broken(self) -> tuple[BrokenModule, ...]: ...

    def roots(self) -> Sequence[SchemaNode]:
        """Top-level data nodes and choices; rpcs and notifications are not among them."""

    def rpcs(self) -> Sequence[SchemaNode]: ...

    def notifications(self) -> Sequence[SchemaNode]: ...

    def actions(self) -> Sequence[SchemaNode]:
        """All actions, wherever in the data tree they are.  May take 20 ms."""

    def children(self, node: SchemaNode) -> Sequence[SchemaNode]:
        """All schema children in schema order, choices, cases, actions and notifications included."""

    def has_config_child(self, node: SchemaNode) -> bool:
        """Whether a child (choices count) is configuration and not obsolete; quick, since nothing is read of them."""

    def data_children(self, node: SchemaNode | None) -> Sequence[SchemaNode]:
        """Children that have instances, choices and cases flattened; None asks for the top level."""

    def data_child(self, node: SchemaNode | None, namespace: str, name: str) -> SchemaNode | None: ...

    def parent(self, node: SchemaNode) -> SchemaNode | None: ...

    def data_parent(self, node: SchemaNode) -> SchemaNode | None: ...

    def choice_of(self, node: SchemaNode) -> tuple[SchemaNode, SchemaNode] | None:
        """The innermost (choice, case) that the node is directly in, or None."""

    def node(self, node_id: int) -> SchemaNode:
        """The node of that id; KeyError if there is none."""

    def find(self, path: str) -> SchemaNode | None:
        """The node at ``/mod:a/b/other:c`` (with or without choices and cases)."""

    def search(self, text: str, limit: int = 50) -> Sequence[SchemaNode]: ...

    def module_for_namespace(self, namespace: str) -> ModuleInfo | None: ...

    def module(self, name: str) -> ModuleInfo | None: ...

    def module_tops(self, name: str) -> Sequence[SchemaNode]:
        """The nodes of a module whose parent is another module's or none, in schema order: what it puts where.

        Top-level data nodes, rpcs and notifications, and the heads of what it augments.  May take 20 ms.
        """

    def identities(self) -> Mapping[str, Identity]:
        """All identities of the set by ``module:name``."""
