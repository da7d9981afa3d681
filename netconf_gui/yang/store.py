"""The compiled schema as a read-only SQLite file: its tables, and the `Schema` that reads them.

Lives here: the table layout (the engine's extractor writes it), decoding of rows into records, caching.  Does not live
here: filling the tables (`engine.extract`) or deciding which file is current (`cache`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from netconf_gui.errors import SchemaError
from netconf_gui.yang.lookup import SchemaLookup, flatten
from netconf_gui.yang.nodes import BrokenModule, Identity, ModuleInfo, Must, NodeKind, SchemaNode, TypeInfo
from netconf_gui.yang.typecodec import type_from_json

FORMAT = 1
"""Version of the tables below; part of every cache key."""

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE module(id INTEGER PRIMARY KEY, name TEXT NOT NULL, revision TEXT NOT NULL, namespace TEXT NOT NULL,
  prefix TEXT NOT NULL, implemented INTEGER NOT NULL, features TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE broken(name TEXT NOT NULL, revision TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE type(id INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE node(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  module INTEGER NOT NULL, flags INTEGER NOT NULL, path TEXT NOT NULL, description INTEGER, reference INTEGER,
  type INTEGER, extra TEXT);
CREATE VIRTUAL TABLE search USING fts5(name, path, description, content='', tokenize="unicode61");
"""
INDEXES = "CREATE INDEX node_parent ON node(parent, id);"

FLAG_CONFIG, FLAG_MANDATORY, FLAG_PRESENCE, FLAG_KEY, FLAG_USER_ORDER = 1, 2, 4, 8, 16
STATUS_SHIFT = 5
STATUSES = ("current", "deprecated", "obsolete")
TOP = 0
"""The parent of top-level nodes; node ids start at 1."""

_COLUMNS = (
    "SELECT n.id, n.parent, n.kind, n.name, n.module, n.flags, n.path, d.value, r.value, n.type, n.extra "
    "FROM node n LEFT JOIN text d ON d.id = n.description LEFT JOIN text r ON r.id = n.reference "
)
_SEARCH = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY bm25(search, 10.0, 3.0, 1.0), rowid LIMIT ?"


class SqliteSchema(SchemaLookup):
    """A compiled schema in a read-only file; safe to use from several threads.

    Nodes are read on demand and kept; when more than `cache_nodes` of them are held, all are let go at once.
    Raises SchemaError when the file cannot be read or is not such a database.
    """

    def __init__(self, path: Path, *, cache_nodes: int = 200_000) -> None:
        self.path = path
        self._limit = cache_nodes
        self._lock = threading.RLock()
        self._connection = _open(path)
        self._types: dict[int, TypeInfo] = {}
        self._forget()
        try:
            self._load_modules()
        except (sqlite3.Error, SchemaError):
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; the schema must not be used afterwards."""
        with self._lock:
            self._connection.close()

    def _forget(self) -> None:
        self._nodes: dict[int, SchemaNode] = {}
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

    def _load_modules(self) -> None:
        meta = dict(self._query("SELECT key, value FROM meta"))
        if meta.get("format") != str(FORMAT):
            raise SchemaError(f"The compiled schema file {self.path.name} has format {meta.get('format')}.")
        self._module_by_id = {
            row[0]: ModuleInfo(row[1], row[2], row[3], row[4], bool(row[5]), tuple(json.loads(row[6])), row[7])
            for row in self._query("SELECT * FROM module ORDER BY id")
        }
        self._modules = tuple(self._module_by_id.values())
        self._broken = tuple(BrokenModule(*row) for row in self._query("SELECT name, revision, reason FROM broken"))
        self._by_name = {module.name: module for module in self._modules if not module.implemented}
        self._by_name.update((module.name, module) for module in self._modules if module.implemented)
        self._by_namespace = {module.namespace: module for module in self._modules if not module.implemented}
        self._by_namespace.update((module.namespace, module) for module in self._modules if module.implemented)

    @property
    def modules(self) -> tuple[ModuleInfo, ...]:
        return self._modules

    @property
    def broken(self) -> tuple[BrokenModule, ...]:
        return self._broken

    @property
    def node_count(self) -> int:
        """How many nodes the whole schema has."""
        return int(self._query("SELECT count(*) FROM node")[0][0])

    def module(self, name: str) -> ModuleInfo | None:
        return self._by_name.get(name)

    def module_for_namespace(self, namespace: str) -> ModuleInfo | None:
        return self._by_namespace.get(namespace)

    def identities(self) -> Mapping[str, Identity]:
        return {}

    def _below(self, parent: int) -> tuple[SchemaNode, ...]:
        found = self._children.get(parent)
        if found is not None:
            return found
        with self._lock:
            rows = self._query(_COLUMNS + "WHERE n.parent = ? ORDER BY n.id", (parent,))
            if len(self._nodes) + len(rows) > self._limit:
                self._forget()
            found = tuple(self._remember(row) for row in rows)
            self._children[parent] = found
            return found

    def _remember(self, row: tuple[Any, ...]) -> SchemaNode:
        node = self._nodes.get(row[0])
        if node is None:
            node = self._nodes[row[0]] = self._decode(row)
        return node

    def _decode(self, row: tuple[Any, ...]) -> SchemaNode:
        node_id, parent, kind, name, module_id, flags, path, description, reference, type_id, extra_text = row
        module = self._module_by_id[module_id]
        extra: dict[str, Any] = json.loads(extra_text) if extra_text else {}
        return SchemaNode(
            id=node_id,
            parent_id=parent if parent != TOP else None,
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
            keys=tuple(extra.get("keys", ())),
            is_key=bool(flags & FLAG_KEY),
            ordered_by_user=bool(flags & FLAG_USER_ORDER),
            min_elements=extra.get("min", 0),
            max_elements=extra.get("max"),
            unique=tuple(tuple(leaves) for leaves in extra.get("unique", ())),
            defaults=tuple(extra.get("defaults", ())),
            units=extra.get("units", ""),
            type=None if type_id is None else self._type(type_id),
            musts=tuple(Must(*must) for must in extra.get("musts", ())),
            whens=tuple(extra.get("whens", ())),
            path=path,
        )

    def _type(self, type_id: int) -> TypeInfo:
        found = self._types.get(type_id)
        if found is None:
            text = self._query("SELECT json FROM type WHERE id = ?", (type_id,))[0][0]
            found = self._types[type_id] = type_from_json(json.loads(text))
        return found

    def _top(self, keep: Iterable[NodeKind], *, inverted: bool = False) -> tuple[SchemaNode, ...]:
        kinds = frozenset(keep)
        return tuple(node for node in self._below(TOP) if (node.kind in kinds) is not inverted)

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
        rows = self._query(_COLUMNS + "WHERE n.id = ?", (node_id,))
        if not rows:
            raise KeyError(node_id)
        with self._lock:
            return self._remember(rows[0])

    def data_index(self, node: SchemaNode | None) -> dict[tuple[str, str], SchemaNode]:
        key = TOP if node is None else node.id
        found = self._index.get(key)
        if found is None:
            found = flatten(self.roots() if node is None else self.children(node), self)
            self._index[key] = found
        return found

    def search(self, text: str, limit: int = 50) -> Sequence[SchemaNode]:
        """Nodes in which every word of `text` begins a word of name, path or description; best first."""
        words = "".join(letter if letter.isalnum() else " " for letter in text).split()
        if not words:
            return ()
        query = " ".join(f'"{word}"*' for word in words)
        return tuple(self.node(row[0]) for row in self._query(_SEARCH, (query, limit)))


def _open(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise SchemaError(f"The compiled schema file {path} cannot be opened: {error}.") from error
