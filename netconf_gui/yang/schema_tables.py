"""The compiled schema's SQLite file: its tables, and how facts are packed into their columns.

Lives here: what the writer (`schema_writer`) and the reader (`store`) must agree on.

Nodes come in *shapes*: a grouping that is used five hundred times, in whatever modules, gives five hundred nodes for
each of its statements, but one shape, and nearly all that is worth storing is in the shape.  A node is six small
numbers, which lie in six arrays indexed by the node's id (`TREE`), stored whole: half a million rows take a second to
write, the arrays no time, and a reader may hold them in memory (13 MB).

The children of a node have consecutive ids, in schema order, and so have all its descendants: ``first … first + count
- 1`` are the children, ``first … last`` everything below.  Id 0 is the root, the parent of all top-level nodes.  Paths
are not stored: they follow from names.
"""

from __future__ import annotations

FORMAT = 3
"""Version of the tables below; part of every cache key."""

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE module(id INTEGER PRIMARY KEY, name TEXT NOT NULL, revision TEXT NOT NULL, namespace TEXT NOT NULL,
  prefix TEXT NOT NULL, implemented INTEGER NOT NULL, features TEXT NOT NULL, description TEXT NOT NULL,
  facts TEXT NOT NULL);
CREATE TABLE broken(name TEXT NOT NULL, revision TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE identity(name TEXT PRIMARY KEY, bases TEXT NOT NULL, description TEXT NOT NULL, status TEXT NOT NULL,
  reference TEXT NOT NULL, usable INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE type(id INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE shape(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, flags INTEGER NOT NULL,
  description INTEGER, reference INTEGER, type INTEGER, extra TEXT);
CREATE TABLE tree(name TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE VIRTUAL TABLE search USING fts5(name, description, content='', detail=column, columnsize=0,
  tokenize='unicode61');
"""
FILL_SEARCH = """
INSERT INTO search(rowid, name, description)
  SELECT s.id, s.name, d.value FROM shape s LEFT JOIN text d ON d.id = s.description;
"""

TREE = ("parent", "shape", "module", "first", "count", "last")
"""The arrays of the table `tree`: 32-bit little-endian numbers, 0 where there is nothing."""
SHAPE_FLAGS = "flags"
"""One more row of `tree`: the flags of each shape, one byte for each id."""
NUMBER = "i"
"""The type code of their elements, for `array` and `memoryview`."""

ROOT = 0
"""The parent of top-level nodes; node ids start at 1."""

FLAG_CONFIG, FLAG_MANDATORY, FLAG_PRESENCE, FLAG_KEY, FLAG_USER_ORDER = 1, 2, 4, 8, 16
STATUS_SHIFT = 5
STATUSES = ("current", "deprecated", "obsolete")

MODULE_FACTS = (
    "yang_version", "organization", "contact", "reference", "imports", "submodules", "augments", "augmented_by",
    "deviates", "deviated_by", "all_features",
)  # fmt: skip
"""Fields of `ModuleInfo` that lie in the JSON of the column `facts`; its `extensions` lie there too."""
