"""The compiled schema in its read-only SQLite file as a `Schema`.

Lives here: decoding rows into records, paths, caching.  Does not live here: the tables (`schema_tables`), filling them
(`schema_writer`), full-text search (`schema_search`), which file is current (`cache`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netconf_gui.errors import SchemaError
from netconf_gui.yang.lookup import SchemaLookup, flatten
from netconf_gui.yang.nodes import (
    SCHEMA_ONLY_KINDS,
    BrokenModule,
    Extension,
    Identity,
    ModuleInfo,
    Must,
    NodeKind,
    SchemaNode,
    TypeInfo,
)
from netconf_gui.yang.schema_search import SchemaSearch
from netconf_gui.yang.schema_tables import (
    FLAG_CONFIG,
    FLAG_KEY,
    FLAG_MANDATORY,
    FLAG_PRESENCE,
    FLAG_USER_ORDER,
    FORMAT,
    ROOT,
    STATUS_SHIFT,
    STATUSES,
)
from netconf_gui.yang.typecodec import type_from_json

__all__ = ["FORMAT", "SqliteSchema"]

CACHED_NODES = 50_000
"""As many nodes are kept in memory, about 40 MB."""

_COLUMNS = (
    "SELECT n.id, n.parent, s.kind, s.name, n.module, s.flags, d.value, r.value, s.type, s.extra, n.count "
    "FROM node n JOIN shape s ON s.id = n.shape "
    "LEFT JOIN text d ON d.id = s.description LEFT JOIN text r ON r.id = s.reference "
)
_CHILDREN = _COLUMNS + "WHERE n.id BETWEEN ? AND ? ORDER BY n.id"
_NODE = _COLUMNS + "WHERE n.id = ?"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the children of a node are: module and path, with choices left out and with them."""

    module: str
    path: str
    full_module: str
    full_path: str


_TOP = _Place("", "", "", "")


class SqliteSchema(SchemaLookup):
    """A compiled schema in a read-only file; safe to use from several threads.

    Nodes are read on demand and kept; when more than `cache_nodes` of them are held, all are let go at once.
    Raises SchemaError when the file cannot be read or is not such a database.
    """

    def __init__(self, path: Path, *, cache_nodes: int = CACHED_NODES) -> None:
        self.path = path
        self._limit = cache_nodes
        self._lock = threading.RLock()
        self._connection = _open(path)
        self._types: dict[int, TypeInfo] = {}
        self._identities: dict[str, Identity] | None = None
        self._forget()
        try:
            self._load_modules()
        except (sqlite3.Error, SchemaError):
            self._connection.close()
            raise
        self._search = SchemaSearch(self._query, self._module_by_id)

    def close(self) -> None:
        """Close the file; the schema must not be used afterwards."""
        with self._lock:
            self._connection.close()

    def _forget(self) -> None:
        self._nodes: dict[int, SchemaNode] = {}
        self._places: dict[int, _Place] = {ROOT: _TOP}
        self._children: dict[int, tuple[SchemaNode, ...]] = {}
        self._index: dict[int, dict[tuple[str, str], SchemaNode]] = {}

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise SchemaError(
                f"The compiled schema file {self.path.name} cannot be read: {error}.",
                advice="Load the schema again; the file is then made anew.",
            ) from error

    # modules

    def _load_modules(self) -> None:
        self._meta = meta = dict(self._query("SELECT key, value FROM meta"))
        if meta.get("format") != str(FORMAT):
            raise SchemaError(f"The compiled schema file {self.path.name} has format {meta.get('format')}.")
        self._module_by_id = {row[0]: _module(row) for row in self._query("SELECT * FROM module ORDER BY id")}
        self._modules = tuple(self._module_by_id.values())
        self._broken = tuple(BrokenModule(*row) for row in self._query("SELECT name, revision, reason FROM broken"))
        ordered = sorted(self._modules, key=lambda module: module.implemented)
        self._by_name = {module.name: module for module in ordered}
        self._by_namespace = {module.namespace: module for module in ordered}

    @property
    def modules(self) -> tuple[ModuleInfo, ...]:
        return self._modules

    @property
    def broken(self) -> tuple[BrokenModule, ...]:
        return self._broken

    @property
    def node_count(self) -> int:
        """How many nodes the whole schema has."""
        return int(self._meta.get("nodes", 0))

    def module(self, name: str) -> ModuleInfo | None:
        return self._by_name.get(name)

    def module_for_namespace(self, namespace: str) -> ModuleInfo | None:
        return self._by_namespace.get(namespace)

    def identities(self) -> Mapping[str, Identity]:
        found = self._identities
        if found is None:
            rows = self._query("SELECT name, bases, description, status, reference, usable FROM identity ORDER BY name")
            made = (
                Identity(row[0], tuple(json.loads(row[1])), row[2], row[3], row[4], usable=bool(row[5])) for row in rows
            )
            found = self._identities = {item.name: item for item in made}
        return found

    # nodes

    def _below(self, parent: int) -> tuple[SchemaNode, ...]:
        found = self._children.get(parent)
        if found is not None:
            return found
        with self._lock:
            first, count = self._query("SELECT first, count FROM node WHERE id = ?", (parent,))[0]
            rows = self._query(_CHILDREN, (first, first + count - 1)) if count else []
            if len(self._nodes) + len(rows) > self._limit:
                self._forget()
            place = self._place(parent) if rows else _TOP
            found = tuple(self._remember(row, place) for row in rows)
            self._children[parent] = found
            return found

    def _remember(self, row: tuple[Any, ...], place: _Place) -> SchemaNode:
        """The node of a row; `place` is its parent's."""
        node = self._nodes.get(row[0])
        if node is None:
            module = self._module_by_id[row[4]].name
            schema_only = row[2] in SCHEMA_ONLY_KINDS
            full = f"{place.full_path}/{row[3] if module == place.full_module else f'{module}:{row[3]}'}"
            path = full
            if place.path != place.full_path and not schema_only:
                path = f"{place.path}/{row[3] if module == place.module else f'{module}:{row[3]}'}"
            node = self._nodes[row[0]] = self._decode(row, path)
            if row[10]:
                # what is in a choice continues the data path before it
                data = (place.module, place.path) if schema_only else (module, path)
                self._places[row[0]] = _Place(*data, module, full)
        return node

    def _place(self, node_id: int) -> _Place:
        found = self._places.get(node_id)
        if found is None:
            self.node(node_id)
            found = self._places[node_id]
        return found

    def _decode(self, row: tuple[Any, ...], path: str) -> SchemaNode:
        node_id, parent, kind, name, module_id, flags, description, reference, type_id, extra_text, _ = row
        module = self._module_by_id[module_id]
        extra: dict[str, Any] = json.loads(extra_text) if extra_text else {}
        get = extra.get
        return SchemaNode(
            id=node_id,
            parent_id=parent if parent != ROOT else None,
            kind=NodeKind(kind),
            name=name,
            module=module.name,
            namespace=module.namespace,
            revision=module.revision,
            config=bool(flags & FLAG_CONFIG),
            description=description or "",
            reference=reference or "",
            status=STATUSES[flags >> STATUS_SHIFT & 3],
            mandatory=bool(flags & FLAG_MANDATORY),
            presence=bool(flags & FLAG_PRESENCE),
            keys=tuple(get("keys", ())),
            is_key=bool(flags & FLAG_KEY),
            ordered_by_user=bool(flags & FLAG_USER_ORDER),
            min_elements=get("min", 0),
            max_elements=get("max"),
            unique=tuple(tuple(leaves) for leaves in get("unique", ())),
            defaults=tuple(get("defaults", ())),
            units=get("units", ""),
            type=None if type_id is None else self._type(type_id),
            musts=tuple(Must(*must) for must in get("musts", ())),
            whens=tuple(get("whens", ())),
            path=path,
            extensions=tuple(Extension(*item) for item in get("ext", ())),
            if_features=tuple(get("iff", ())),
        )

    def _type(self, type_id: int) -> TypeInfo:
        found = self._types.get(type_id)
        if found is None:
            text = self._query("SELECT json FROM type WHERE id = ?", (type_id,))[0][0]
            found = self._types[type_id] = type_from_json(json.loads(text))
        return found

    def _top(self, keep: Iterable[NodeKind], *, inverted: bool = False) -> tuple[SchemaNode, ...]:
        kinds = frozenset(keep)
        return tuple(node for node in self._below(ROOT) if (node.kind in kinds) is not inverted)

    def roots(self) -> Sequence[SchemaNode]:
        return self._top((NodeKind.RPC, NodeKind.NOTIFICATION), inverted=True)

    def rpcs(self) -> Sequence[SchemaNode]:
        return self._top((NodeKind.RPC,))

    def notifications(self) -> Sequence[SchemaNode]:
        return self._top((NodeKind.NOTIFICATION,))

    def children(self, node: SchemaNode) -> Sequence[SchemaNode]:
        return self._below(node.id)

    def node(self, node_id: int) -> SchemaNode:
        found = self._nodes.get(node_id)
        if found is not None:
            return found
        with self._lock:
            rows = self._query(_NODE, (node_id,)) if node_id != ROOT else []
            if not rows:
                raise KeyError(node_id)
            return self._remember(rows[0], self._place(rows[0][1]))

    def data_index(self, node: SchemaNode | None) -> dict[tuple[str, str], SchemaNode]:
        key = ROOT if node is None else node.id
        found = self._index.get(key)
        if found is None:
            found = flatten(self.roots() if node is None else self.children(node), self)
            self._index[key] = found
        return found

    def search(self, text: str, limit: int = 50) -> Sequence[SchemaNode]:
        """Nodes in whose name, description or module every word of `text` begins a word, best first.

        Some of the words may be in the names of the nodes above it, but not all of them.
        """
        return tuple(self.node(number) for number in self._search.find(text, limit))


def _module(row: tuple[Any, ...]) -> ModuleInfo:
    facts: dict[str, Any] = json.loads(row[8])
    for name in ("imports", "submodules"):
        facts[name] = tuple((item[0], item[1]) for item in facts.get(name, ()))
    for name in ("augments", "augmented_by", "deviates", "deviated_by", "all_features"):
        facts[name] = tuple(facts.get(name, ()))
    facts["extensions"] = tuple(Extension(*item) for item in facts.get("extensions", ()))
    return ModuleInfo(row[1], row[2], row[3], row[4], bool(row[5]), tuple(json.loads(row[6])), row[7], **facts)


def _open(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise SchemaError(f"The compiled schema file {path} cannot be opened: {error}.") from error
