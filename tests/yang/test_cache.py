"""What lies on disk is whole or made anew: damaged texts, damaged databases, half-written files."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.cache import ModuleCache, SchemaCache, sha256, write_atomically
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import ResolvedSet
from netconf_gui.yang.schema import SqliteSchema


def flip(path: Path, at: float = 0.5) -> None:
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 0xFF
    path.write_bytes(data)


def test_texts_by_hash(tmp_path: Path):
    cache = ModuleCache(tmp_path)
    digest = cache.put(b"module m { }")
    assert digest == sha256(b"module m { }")
    assert cache.text(digest) == b"module m { }"
    assert ModuleCache(tmp_path).text(digest) == b"module m { }"
    assert cache.text("0" * 64) is None
    flip(cache.text_path(digest))
    assert cache.text(digest) is None


def test_texts_by_origin(tmp_path: Path):
    cache = ModuleCache(tmp_path)
    cache.store("m", "2020-01-01", b"one", origin="a")
    cache.store("m", "2020-01-01", b"two", origin="b")
    for found in (cache, ModuleCache(tmp_path)):
        assert found.get("m", "2020-01-01", origin="a") == b"one"
        assert found.get("m", "2020-01-01", origin="b") == b"two"
        assert found.get("m", "2020-01-01") is None
        assert found.get("m", None, origin="a") is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff"])
def test_a_damaged_index_is_forgotten(tmp_path: Path, damage: bytes):
    ModuleCache(tmp_path).store("m", None, b"one")
    (index,) = (tmp_path / "origins").iterdir()
    index.write_bytes(damage)
    cache = ModuleCache(tmp_path)
    assert cache.get("m", None) is None
    cache.store("m", None, b"two")
    assert ModuleCache(tmp_path).get("m", None) == b"two"


def test_nothing_half_written_is_left(tmp_path: Path):
    write_atomically(tmp_path / "deep" / "x", b"1")
    write_atomically(tmp_path / "deep" / "x", b"2")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "deep").iterdir()] == [("x", b"2")]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SchemaError, match="cannot be written"):
        write_atomically(tmp_path / "file" / "x", b"1")


def test_a_receipt_vouches_for_the_database(tmp_path: Path):
    cache = SchemaCache(tmp_path)
    place = cache.place("k")
    assert cache.receipt("k") is None
    with pytest.raises(SchemaError):
        cache.write_receipt("k", {})
    cache.write_manifest("k", {"modules": []}, final=True)
    place.database.write_bytes(b"database")
    assert cache.receipt("k") is None
    cache.write_receipt("k", {"nodes": 7})
    found = cache.receipt("k")
    assert found is not None
    assert found["nodes"] == 7
    flip(place.database)
    assert cache.receipt("k") is None
    cache.remove("k")
    assert not place.folder.exists()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a byte": flip,
    "the header": lambda path: flip(path, 0.0),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "emptied": lambda path: path.write_bytes(b""),
    "removed": lambda path: path.unlink(),
}


CASES = [(name, damage) for name in ("schema.sqlite", "receipt.json") for damage in DAMAGES]


@pytest.mark.parametrize(("name", "damage"), [*CASES, ("final.json", "removed")])
def test_a_damaged_schema_is_compiled_again(tmp_path: Path, every_set: ResolvedSet, name: str, damage: str):
    with Engine(cache_folder=tmp_path) as engine:
        first = engine.compile(every_set)
    path = first.database.parent / name
    DAMAGES[damage](path)
    with Engine(cache_folder=tmp_path) as engine:
        again = engine.compile(every_set)
        assert not again.cached
        assert again.nodes == first.nodes
        assert engine.schema(again).find("/every-type:types/int8") is not None
        assert engine.validate(again.key, b'<types xmlns="urn:test:every-type"><int8>1</int8></types>') == ()


def test_a_damaged_text_is_said_so_and_stored_again(tmp_path: Path, every_set: ResolvedSet):
    valid = b'<types xmlns="urn:test:every-type"><int8>1</int8></types>'
    with Engine(cache_folder=tmp_path) as engine:
        key = engine.compile(every_set).key
        flip(engine.modules.text_path(every_set.modules[0].sha256))
    with Engine(cache_folder=tmp_path) as engine:
        assert engine.compile(every_set).cached
        with pytest.raises(SchemaError, match="every-augment is no longer in the cache"):
            engine.validate(key, valid)
        assert engine.compile(every_set).cached
        assert engine.validate(key, valid) == ()


def test_a_wrong_database_is_refused(tmp_path: Path):
    for name, content in (("junk", b"junk" * 1000), ("empty", b"")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(SchemaError, match="cannot be read"):
            SqliteSchema(path)
    with pytest.raises(SchemaError):
        SqliteSchema(tmp_path / "nothing")
    other = tmp_path / "other"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE meta(key TEXT, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('format', '999')")
    connection.close()
    with pytest.raises(SchemaError, match="format 999"):
        SqliteSchema(other)


def test_a_database_damaged_while_open_is_said_so(tmp_path: Path, every_set: ResolvedSet):
    if sys.platform == "win32":
        pytest.skip("an open file cannot be replaced there")
    with Engine(cache_folder=tmp_path) as engine:
        compiled = engine.compile(every_set)
        schema = SqliteSchema(compiled.database)
        size = compiled.database.stat().st_size
        compiled.database.write_bytes(b"\xff" * size)
        with pytest.raises(SchemaError, match="made anew"):
            try:
                schema.find("/every-type:types/list/inner/serial")
            except SchemaError as error:
                raise SchemaError(error.full_text()) from error
        schema.close()


def test_only_plain_data_is_cached(tmp_path: Path, every_set: ResolvedSet):
    with Engine(cache_folder=tmp_path) as engine:
        engine.compile(every_set)
    suffixes = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert suffixes == {".yang", ".json", ".sqlite"}
    for path in tmp_path.rglob("*.json"):
        json.loads(path.read_bytes())
