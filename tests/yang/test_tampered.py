"""Compiled schemas that somebody tampered with: what is read of them is data or a SchemaError, and always ends."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import ResolvedSet
from netconf_gui.yang.schema import SqliteSchema


def sign(folder: Path) -> None:
    """Make the receipt fit the database, as somebody would who tampers with both."""
    receipt = json.loads((folder / "receipt.json").read_text())
    receipt["database_sha256"] = hashlib.sha256((folder / "schema.sqlite").read_bytes()).hexdigest()
    (folder / "receipt.json").write_text(json.dumps(receipt))


def run_sql(*statements: str) -> Callable[[Path], None]:
    def tamper(path: Path) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return tamper


TAMPERED: dict[str, Callable[[Path], object]] = {
    "a view for a table": run_sql(
        "ALTER TABLE text RENAME TO real_text", "CREATE VIEW text AS SELECT id, upper(value) AS value FROM real_text"
    ),
    "a trigger": run_sql("CREATE TRIGGER t AFTER INSERT ON text BEGIN DELETE FROM text; END"),
    "another format": run_sql("UPDATE meta SET value = '999' WHERE key = 'format'"),
    "no table": run_sql("DROP TABLE shape"),
    "a pickle": lambda path: path.write_bytes(b"\x80\x04cos\nsystem\n(S'touch /tmp/owned'\ntR."),
    "json of another kind": run_sql("UPDATE module SET features = '7', facts = '[]'"),
    "json that nests without end": run_sql(f"UPDATE module SET facts = '{'[' * 50_000}'"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_tampered_database_is_refused(tmp_path: Path, every_set: ResolvedSet, how: str) -> None:
    with Engine(cache_folder=tmp_path) as engine:
        compiled = engine.compile(every_set)
    TAMPERED[how](compiled.database)
    sign(compiled.database.parent)
    with pytest.raises(SchemaError):
        SqliteSchema(compiled.database)


ROWS: dict[str, tuple[str, ...]] = {
    "nodes that are their own parents": ("UPDATE tree SET data = zeroblob(length(data)) WHERE name = 'parent'",),
    "children that are not there": ("UPDATE tree SET data = replace(hex(data), '00', '7f') WHERE name = 'first'",),
    "numbers without sense": ("UPDATE tree SET data = randomblob(length(data))",),
    "one array of another": ("UPDATE tree SET data = (SELECT data FROM tree WHERE name = 'parent')",),
    "text for numbers": ("UPDATE tree SET data = 'numbers'",),
    "shapes that are not there": ("DELETE FROM shape",),
    "types of another kind": ("UPDATE type SET json = '[7]'",),
    "values of another kind": ("UPDATE shape SET name = x'00ff', kind = 7, extra = '{\"keys\": 7, \"musts\": [1]}'",),
    "json without end": ("UPDATE shape SET extra = replace(hex(zeroblob(50000)), '0', '[')",),
}


@pytest.mark.parametrize("how", ROWS)
def test_tampered_rows_are_said_so(tmp_path: Path, every_set: ResolvedSet, how: str) -> None:
    """Whatever is read ends, as data or as a SchemaError."""
    with Engine(cache_folder=tmp_path) as engine:
        compiled = engine.compile(every_set)
    run_sql(*ROWS[how])(compiled.database)
    schema: SqliteSchema | None = None
    try:
        schema = SqliteSchema(compiled.database)
        seen = 0
        waiting = list(schema.roots())
        while waiting and seen < 1000:
            node = waiting.pop()
            seen += 1
            schema.parent(node)
            waiting.extend(schema.children(node))
        schema.find("/every-type:types/int8")
        schema.search("int8")
    except SchemaError:
        pass
    finally:
        if schema is not None:
            schema.close()
