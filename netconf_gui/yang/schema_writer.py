"""Writing a compiled schema into its SQLite file; whoever compiles, compiles into this.

Lives here: `SchemaWriter`, which gives ids and keeps every text, type and shape once.  Does not live here: the tables
(`schema_tables`), reading them (`store`), where the facts come from (`engine.extract`, for libyang).

How to use it: first all modules, then the tree from the top, then `finish`:

    writer = SchemaWriter(path)
    number = writer.module(ModuleInfo(...))
    shape = writer.shape_of(node)         # a SchemaNode; its module, id, parent_id and path do not matter
    first = writer.family(schema_tables.ROOT, [shape, ...], [number, ...])  # all top-level nodes; the first one's id
    writer.family(first, [...], [...])    # then the children of each, and theirs, before the next sibling's
    writer.finish(broken, {"what": "else"})
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from netconf_gui.yang import schema_tables as tables
from netconf_gui.yang.nodes import BrokenModule, Identity, ModuleInfo, SchemaNode, TypeInfo
from netconf_gui.yang.typecodec import type_to_json

_BATCH = 4000
Extra = Mapping[str, Any]


class SchemaWriter:
    """One new database file.  Use as a context manager, or call `close` when it is not finished."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._modules = 0
        self._text_ids: dict[str, int] = {}
        self._text_count = 0
        self._type_ids: dict[TypeInfo, int] = {}
        self._shape_ids: dict[object, int] = {}
        self._shapes: list[tuple[Any, ...]] = []
        self._texts: list[tuple[int, str]] = []
        self._types: list[tuple[int, str]] = []
        self._shape_count = 0
        self._shape_flags = bytearray(1)
        self._tree = {name: array(tables.NUMBER, [0]) for name in tables.TREE if name != "last"}
        # nothing here needs to survive a crash: the file counts only once its receipt is written
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -65536"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(tables.TABLES)
        self._database.execute("BEGIN")

    def __enter__(self) -> SchemaWriter:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was not finished is no schema."""
        with contextlib.suppress(sqlite3.Error):
            self._database.close()

    @property
    def nodes(self) -> int:
        """How many nodes there are so far."""
        return len(self._tree["parent"]) - 1

    def module(self, info: ModuleInfo) -> int:
        """Add a module; returns its number."""
        self._modules += 1
        number = self._modules
        facts = {name: value for name in tables.MODULE_FACTS if (value := getattr(info, name))}
        if info.extensions:
            facts["extensions"] = [[item.name, item.argument] for item in info.extensions]
        self._database.execute(
            "INSERT INTO module VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number, info.name, info.revision, info.namespace, info.prefix, int(info.implemented),
                json.dumps(info.features), info.description, json.dumps(facts),
            ),
        )  # fmt: skip
        return number

    def identity(self, item: Identity) -> None:
        """Add an identity."""
        self._database.execute(
            "INSERT OR REPLACE INTO identity VALUES (?, ?, ?, ?, ?, ?)",
            (item.name, json.dumps(item.bases), item.description, item.status, item.reference, int(item.usable)),
        )

    def text(self, value: str) -> int | None:
        """The id of a description or reference; None for ""."""
        if not value:
            return None
        found = self._text_ids.get(value)
        if found is None:
            found = self._text_ids[value] = self.new_text(value)
        return found

    def new_text(self, value: str) -> int:
        """As `text`, for a caller who knows that this text was not there yet."""
        self._text_count += 1
        self._texts.append((self._text_count, value))
        if len(self._texts) >= _BATCH:
            self._flush()
        return self._text_count

    def type(self, info: TypeInfo) -> int:
        """The id of a type."""
        found = self._type_ids.get(info)
        if found is None:
            found = self._type_ids[info] = len(self._type_ids) + 1
            self._types.append((found, json.dumps(type_to_json(info))))
        return found

    def shape(
        self, kind: str, name: str, flags: int, description: int | None, reference: int | None, type_id: int | None,
        extra: Extra | None,
    ) -> int:  # fmt: skip
        """Add a shape and return its id; the caller sees to it that few are alike."""
        self._shape_count += 1
        self._shape_flags.append(flags)
        text = json.dumps(extra) if extra else None
        self._shapes.append((self._shape_count, kind, name, flags, description, reference, type_id, text))
        if len(self._shapes) >= _BATCH:
            self._flush()
        return self._shape_count

    def shape_of(self, node: SchemaNode) -> int:
        """The shape of a node, found again if there was one like it."""
        type_id = None if node.type is None else self.type(node.type)
        extra = _extra(node)
        row = (
            node.kind.value, node.name, _flags(node), self.text(node.description), self.text(node.reference), type_id,
        )  # fmt: skip
        key = (*row, json.dumps(extra))
        found = self._shape_ids.get(key)
        if found is None:
            found = self._shape_ids[key] = self.shape(*row, extra)
        return found

    def family(self, parent: int, shapes: Sequence[int], modules: Sequence[int]) -> int:
        """Add all children of a node, in schema order, each with the number of the module whose namespace it is in.

        Returns the id of the first child, the others' follow.

        A node's descendants must all be added before its next sibling gets children.
        """
        tree, size = self._tree, len(shapes)
        first = len(tree["parent"])
        tree["first"][parent], tree["count"][parent] = first, size
        tree["parent"].extend([parent] * size)
        tree["shape"].extend(shapes)
        tree["module"].extend(modules)
        empty = array(tables.NUMBER, bytes(4 * size))
        tree["first"].extend(empty)
        tree["count"].extend(empty)
        return first

    def copy(self, like: int, first: int, end: int, parent: int, module: int) -> None:
        """Give `parent` the descendants that `like` has, whose ids are ``first … end - 1``, all in one module."""
        tree, size = self._tree, end - first
        moved = len(tree["parent"]) - first
        tree["first"][parent], tree["count"][parent] = first + moved, tree["count"][like]
        parents = tree["parent"][first:end]
        tree["parent"].extend([one + moved if one != like else parent for one in parents])
        tree["shape"].extend(tree["shape"][first:end])
        tree["module"].extend(array(tables.NUMBER, [module]) * size)
        tree["first"].extend([one and one + moved for one in tree["first"][first:end]])
        tree["count"].extend(tree["count"][first:end])

    def one_module(self, number: int, first: int, end: int) -> bool:
        """Whether all these nodes are in the module that the node `number` is in."""
        modules = self._tree["module"]
        return modules[first:end] == array(tables.NUMBER, [modules[number]]) * (end - first)

    def finish(self, broken: Iterable[BrokenModule], meta: Mapping[str, str]) -> int:
        """Write what is left, fill the search index, close the file; returns the number of nodes."""
        self._flush()
        self._write_tree()
        run = self._database.execute
        self._database.executemany(
            "INSERT INTO broken VALUES (?, ?, ?)", [(item.name, item.revision, item.reason) for item in broken]
        )
        values = {**meta, "format": str(tables.FORMAT), "nodes": str(self.nodes), "shapes": str(self._shape_count)}
        self._database.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
        # all terms in memory until the end: one sorted run instead of many that queries would have to merge
        run("INSERT INTO search(search, rank) VALUES ('hashsize', 134217728)")
        run(tables.FILL_SEARCH)
        run("COMMIT")
        self.close()
        return self.nodes

    def numbers(self) -> dict[str, list[int]]:
        """The tree so far (see `schema_tables`), for a look at it."""
        return {name: numbers.tolist() for name, numbers in self._tree.items()}

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """What a table holds so far, in order, for a look at it."""
        self._flush()
        return self._database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608 - our own names

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._shapes)
        self._shapes.clear()
        self._database.executemany("INSERT INTO text VALUES (?, ?)", self._texts)
        self._texts.clear()
        self._database.executemany("INSERT INTO type VALUES (?, ?)", self._types)
        self._types.clear()

    def _write_tree(self) -> None:
        for name, numbers in {**self._tree, "last": _lasts(self._tree["parent"])}.items():
            if sys.byteorder != "little":
                numbers.byteswap()
            self._database.execute("INSERT INTO tree VALUES (?, ?)", (name, numbers.tobytes()))
        self._database.execute("INSERT INTO tree VALUES (?, ?)", (tables.SHAPE_FLAGS, bytes(self._shape_flags)))


def _lasts(parents: array[int]) -> array[int]:
    """The last descendant of every node, 0 if it has none."""
    last = array(tables.NUMBER, bytes(4 * len(parents)))
    for number in range(len(parents) - 1, 0, -1):
        # descendants have larger ids, so what is known of this one is final
        end = last[number] or number
        parent = parents[number]
        if end > last[parent]:
            last[parent] = end
    return last


def _flags(node: SchemaNode) -> int:
    found = tables.FLAG_CONFIG if node.config else 0
    found |= tables.FLAG_MANDATORY if node.mandatory else 0
    found |= tables.FLAG_PRESENCE if node.presence else 0
    found |= tables.FLAG_KEY if node.is_key else 0
    found |= tables.FLAG_USER_ORDER if node.ordered_by_user else 0
    return found | tables.STATUSES.index(node.status) << tables.STATUS_SHIFT


def _extra(node: SchemaNode) -> dict[str, Any]:
    values: dict[str, Any] = {
        "keys": node.keys,
        "min": node.min_elements,
        "max": node.max_elements,
        "unique": node.unique,
        "defaults": node.defaults,
        "units": node.units,
        "musts": [[must.xpath, must.message, must.app_tag] for must in node.musts],
        "whens": node.whens,
        "ext": [[item.name, item.argument] for item in node.extensions],
        "iff": node.if_features,
    }
    return {key: value for key, value in values.items() if value}
