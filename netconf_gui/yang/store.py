"""The compiled schema in its read-only SQLite file as a `Schema`.

Lives here: decoding rows into records, paths, caching.  Does not live here: the tables (`schema_tables`), filling them
(`schema_writer`), full-text search (`schema_search`), which file is current (`cache`).
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Container, Iterator, Mapping, Sequence
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
from netconf_gui.yang.safe_files import open_database
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
from netconf_gui.yang.schema_tree import Tree
from netconf_gui.yang.typecodec import type_from_json

__all__ = ["FORMAT", "SqliteSchema"]

CACHED_NODES = 50_000
"""As many nodes are kept in memory, about 40 MB."""

_SHAPES = """
  SELECT s.id, s.kind, s.name, s.flags, d.value, r.value, s.type, s.extra
  FROM json_each(?) wanted JOIN shape s ON s.id = wanted.value
  LEFT JOIN text d ON d.id = s.description LEFT JOIN text r ON r.id = s.reference
"""

_TYPES = "SELECT id, json FROM type WHERE id IN (SELECT value FROM json_each(?))"
_RPCS, _NOTIFICATIONS = frozenset({NodeKind.RPC.value}), frozenset({NodeKind.NOTIFICATION.value})
_ROOTS = frozenset(kind.value for kind in NodeKind) - _RPCS - _NOTIFICATIONS

_Row = tuple[Any, ...]


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
        self._connection = open_database(path)
        self._types: dict[int, TypeInfo] = {}
        self._identities: dict[str, Identity] | None = None
        self._forget()
        try:
            with self._reading():
                self._load_modules()
        except SchemaError:
            self._connection.close()
            raise
        self._search = SchemaSearch(self._query, self._module_by_id, self._tree)

    def close(self) -> None:
        """Close the file; the schema must not be used afterwards."""
        with self._lock:
            self._connection.close()

    def _forget(self) -> None:
        self._nodes: dict[int, SchemaNode] = {}
        self._places: dict[int, _Place] = {ROOT: _TOP}
        self._children: dict[int, tuple[SchemaNode, ...]] = {}
        self._tops: dict[frozenset[str], tuple[SchemaNode, ...]] = {}
        self._index: dict[int, dict[tuple[str, str], SchemaNode]] = {}

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._reading(), self._lock:
            return self._connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Whatever is wrong with the file, which others may have written to, is a SchemaError."""
        try:
            yield
        except (sqlite3.Error, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
            raise SchemaError(
                f"The compiled schema file {self.path.name} cannot be read: {error}.",
                advice="Load the schema again; the file is then made anew.",
            ) from error

    # modules

    def _load_modules(self) -> None:
        self._meta = meta = dict(self._query("SELECT key, value FROM meta"))
        if meta.get("format") != str(FORMAT):
            raise SchemaError(f"The compiled schema file {self.path.name} has format {meta.get('format')}.")
        self._query("SELECT 1 FROM shape, text, type, identity, search LIMIT 0")  # they are all there
        self._module_by_id = {row[0]: _module(row) for row in self._query("SELECT * FROM module ORDER BY id")}
        self._tree = Tree(dict(self._query("SELECT name, data FROM tree")))
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
        if found is not None:
            return found
        with self._reading():
            rows = self._query("SELECT name, bases, description, status, reference, usable FROM identity ORDER BY name")
            made = (
                Identity(row[0], tuple(json.loads(row[1])), row[2], row[3], row[4], usable=bool(row[5])) for row in rows
            )
            found = self._identities = {item.name: item for item in made}
        return found

    # nodes

    def _shapes(self, wanted: Sequence[int]) -> Mapping[int, _Row]:
        """The rows of some shapes by id."""
        return {row[0]: row for row in self._query(_SHAPES, (json.dumps(list(set(wanted))),))}

    def _below(self, parent: int) -> tuple[SchemaNode, ...]:
        found = self._children.get(parent)
        if found is not None:
            return found
        with self._reading(), self._lock:
            first, count = self._tree.children(parent)
            numbers = range(first, first + count)
            if len(self._nodes) + count > self._limit:
                self._forget()
            found = tuple(self._decoded(list(numbers), self._place(parent))) if count else ()
            self._children[parent] = found
            return found

    def _decoded(
        self, numbers: Sequence[int], place: _Place, keep: Container[str] | None = None
    ) -> Iterator[SchemaNode]:
        """The nodes of one parent, whose place is given; only those of some kinds if that is said."""
        wanted = [self._tree.shape[number] for number in numbers]
        rows = self._shapes(wanted)
        self._read_types({row[6] for row in rows.values() if keep is None or row[1] in keep})
        for number, shape in zip(numbers, wanted, strict=True):
            if keep is None or rows[shape][1] in keep:
                yield self._nodes.get(number) or self._remember(number, rows[shape], place)

    def _remember(self, number: int, row: _Row, place: _Place) -> SchemaNode:
        """The node of a shape's row; `place` is its parent's."""
        info = self._module_by_id[self._tree.module[number]]
        module, name, schema_only = info.name, row[2], row[1] in SCHEMA_ONLY_KINDS
        full = f"{place.full_path}/{name if module == place.full_module else f'{module}:{name}'}"
        path = full
        if place.path != place.full_path and not schema_only:
            path = f"{place.path}/{name if module == place.module else f'{module}:{name}'}"
        node = self._nodes[number] = self._decode(number, info, row, path)
        if self._tree.count[number]:
            # what is in a choice continues the data path before it
            data = (place.module, place.path) if schema_only else (module, path)
            self._places[number] = _Place(*data, module, full)
        return node

    def _place(self, node_id: int) -> _Place:
        found = self._places.get(node_id)
        if found is None:
            self.node(node_id)
            found = self._places[node_id]
        return found

    def _decode(self, number: int, module: ModuleInfo, row: _Row, path: str) -> SchemaNode:
        _, kind, name, flags, description, reference, type_id, extra_text = row
        extra: dict[str, Any] = json.loads(extra_text) if extra_text else {}
        get = extra.get
        return SchemaNode(
            id=number,
            parent_id=self._tree.parent_of(number) or None,
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
        if type_id not in self._types:
            self._read_types({type_id})
        return self._types[type_id]

    def _read_types(self, wanted: set[int | None]) -> None:
        """Read types that are not known yet, all at once."""
        unknown = [number for number in wanted if number is not None and number not in self._types]
        if unknown:
            for number, text in self._query(_TYPES, (json.dumps(unknown),)):
                self._types[number] = type_from_json(json.loads(text))

    def _top(self, kinds: frozenset[str]) -> tuple[SchemaNode, ...]:
        """The top-level nodes of some kinds; of thousands of modules it matters to read no others."""
        found = self._tops.get(kinds)
        if found is None:
            with self._reading(), self._lock:
                first, count = self._tree.children(ROOT)
                found = tuple(self._decoded(range(first, first + count), _TOP, kinds))
                self._tops[kinds] = found
        return found

    def roots(self) -> Sequence[SchemaNode]:
        return self._top(_ROOTS)

    def rpcs(self) -> Sequence[SchemaNode]:
        return self._top(_RPCS)

    def notifications(self) -> Sequence[SchemaNode]:
        return self._top(_NOTIFICATIONS)

    def actions(self) -> Sequence[SchemaNode]:
        """All actions of the data tree, in schema order; looks at every node (20 ms for half a million)."""
        with self._reading():
            shapes = {row[0] for row in self._query("SELECT id FROM shape WHERE kind = ?", (NodeKind.ACTION.value,))}
            return tuple(self.node(number) for number in self._tree.of_shapes(shapes)) if shapes else ()

    def children(self, node: SchemaNode) -> Sequence[SchemaNode]:
        return self._below(node.id)

    def has_config_child(self, node: SchemaNode) -> bool:
        with self._reading():
            return self._tree.has_config_child(node.id)

    def node(self, node_id: int) -> SchemaNode:
        found = self._nodes.get(node_id)
        if found is not None:
            return found
        if not ROOT < node_id <= len(self._tree):
            raise KeyError(node_id)
        with self._reading(), self._lock:
            place = self._place(self._tree.parent_of(node_id))
            shape = self._tree.shape[node_id]
            return self._nodes.get(node_id) or self._remember(node_id, self._shapes([shape])[shape], place)

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
        with self._reading():
            found = self._search.find(text, limit)
        return tuple(self.node(number) for number in found)

    def module_tops(self, name: str) -> Sequence[SchemaNode]:
        """The nodes of a module whose parent is another module's or none, in schema order: what it puts where.

        Looks at every node of the schema (20 ms for half a million).
        """
        numbers = [number for number, module in self._module_by_id.items() if module.name == name]
        return tuple(self.node(one) for number in numbers for one in self._tree.tops_of(number))


def _module(row: tuple[Any, ...]) -> ModuleInfo:
    facts: dict[str, Any] = json.loads(row[8])
    for name in ("imports", "submodules"):
        facts[name] = tuple((item[0], item[1]) for item in facts.get(name, ()))
    for name in ("augments", "augmented_by", "deviates", "deviated_by", "all_features"):
        facts[name] = tuple(facts.get(name, ()))
    facts["extensions"] = tuple(Extension(*item) for item in facts.get("extensions", ()))
    return ModuleInfo(row[1], row[2], row[3], row[4], bool(row[5]), tuple(json.loads(row[6])), row[7], **facts)
