"""Names from devices and files of a folder that others can write: nothing is read, written or removed elsewhere."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.cache import ModuleCache, SchemaCache
from netconf_gui.yang.check import Engine
from netconf_gui.yang.engine.sources import entries_from_json
from netconf_gui.yang.resolver import ResolvedSet, WantedModule, resolve
from netconf_gui.yang.safe_files import open_database, read_plain, write_atomically
from netconf_gui.yang.yangtext import file_name, parse_head

NAMES = (
    "../../evil",
    "/etc/passwd",
    "..",
    "",
    "a/b",
    "a\\b",
    "C:evil",
    "a\x00b",
    "a\nb",
    "-rf",
    "9a",
    "ä",
    "a" * 300,
    "<x/>",
)
REVISIONS = ("../../x", "2020-01-01/../x", "2020-1-1", "latest", "2020-01-01\n", "２０２０-01-01")
VALID = b'<types xmlns="urn:test:every-type"><int8>1</int8></types>'


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_goes_nowhere(name: str) -> None:
    asked: list[str] = []

    def fetch(wanted: str, _revision: str | None) -> bytes | None:
        asked.append(wanted)
        return f'module "{wanted}" {{ namespace urn:x; prefix x; }}'.encode()

    found = resolve([WantedModule(name), WantedModule("good", deviations=(name,))], fetch)
    assert asked == ["good"]
    assert [module.name for module in found.modules] == ["good"]
    assert "cannot be the name" in found.notes[0]
    with pytest.raises(SchemaError):
        file_name(name, "")
    with pytest.raises(SchemaError):
        parse_head(f'module "{name}" {{ namespace urn:x; prefix x; }}')


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_revision_that_is_none_is_not_asked_for(revision: str) -> None:
    asked: list[tuple[str, str | None]] = []

    def fetch(name: str, wanted: str | None) -> bytes | None:
        asked.append((name, wanted))
        body = f'import b {{ prefix b; revision-date "{revision}"; }}' if name == "a" else ""
        text = f'module {name} {{ namespace urn:{name}; prefix {name}; {body} revision "{revision}"; }}'
        return text.encode()

    found = resolve([WantedModule("a", revision)], fetch)
    assert asked == [("a", None), ("b", None)]
    assert {module.revision for module in found.modules} == {""}
    with pytest.raises(SchemaError):
        file_name("a", revision)


def test_what_a_text_imports_is_looked_at_too() -> None:
    asked: list[str] = []

    def fetch(name: str, _revision: str | None) -> bytes | None:
        asked.append(name)
        return b'module a { namespace urn:a; prefix a; import "../../evil" { prefix e; } include "/etc/passwd"; }'

    resolve([WantedModule("a")], fetch)
    assert asked == ["a"]


def test_file_names() -> None:
    assert file_name("a", "2020-01-01") == "a@2020-01-01.yang"
    assert file_name("a", "") == "a.yang"
    assert file_name("con", "") == "_con.yang", "a device of Windows"


def test_names_in_the_cache_lead_nowhere(tmp_path: Path) -> None:
    cache = ModuleCache(tmp_path / "cache")
    for name in NAMES:
        cache.store(name, "../../x", b"text", origin="../../../o")
    outside = [path for path in tmp_path.rglob("*") if tmp_path / "cache" not in (path, *path.parents)]
    assert outside == []
    assert all(cache.get(name, "../../x", origin="../../../o") == b"text" for name in NAMES)


def test_a_hash_that_is_a_path_is_neither_read_nor_removed(tmp_path: Path) -> None:
    precious = tmp_path / "precious.yang"
    precious.write_bytes(b"module precious { }")
    cache = ModuleCache(tmp_path / "cache")
    cache.store("a", None, b"module a { }")
    (index,) = (tmp_path / "cache" / "origins").iterdir()
    index.write_text(json.dumps({"a@": "../../../precious", "b@": 7, "c@": ["x"]}))
    fresh = ModuleCache(tmp_path / "cache")
    for name in "abc":
        assert fresh.get(name, None) is None
    assert precious.exists()


needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


@needs_links
def test_links_are_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    away = tmp_path / "away"
    away.mkdir()
    link = tmp_path / "link"
    link.symlink_to(precious)
    with pytest.raises(OSError, match="link"):
        read_plain(link)
    write_atomically(link, b"new")
    assert (precious.read_bytes(), link.is_symlink(), link.read_bytes()) == (b"precious", False, b"new")
    folder = tmp_path / "folder"
    folder.symlink_to(away, target_is_directory=True)
    write_atomically(folder / "manifest.json", b"{}")
    assert list(away.iterdir()) == []
    assert (folder / "manifest.json").read_bytes() == b"{}"
    database = tmp_path / "schema.sqlite"
    database.symlink_to(precious)
    with pytest.raises(SchemaError, match="no file"):
        open_database(database)


@needs_links
def test_a_pipe_or_a_device_hangs_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no file"):
        read_plain(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    with pytest.raises(OSError, match="link"):
        read_plain(tmp_path / "zero")
    with pytest.raises(OSError, match="too large"):
        (tmp_path / "large").write_bytes(b"x" * 100)
        read_plain(tmp_path / "large", limit=99)
    cache = ModuleCache(tmp_path / "cache")
    digest = cache.put(b"module a { }")
    path = cache.text_path(digest)
    path.unlink()
    os.mkfifo(path)
    assert cache.text(digest) is None
    cache.put(b"module a { }")
    assert cache.text(digest) == b"module a { }"


@pytest.mark.parametrize("key", ["../../x", "", "a/b", "k" * 200, "/abs", "k\x00"])
def test_a_key_that_is_a_path_is_none(tmp_path: Path, key: str) -> None:
    with pytest.raises(SchemaError, match="not the key"):
        SchemaCache(tmp_path).place(key)
    with Engine(cache_folder=tmp_path) as engine, pytest.raises(SchemaError, match="not the key"):
        engine.compiled(key)


ENTRY = {
    "name": "a",
    "revision": "2020-01-01",
    "sha256": "0" * 64,
    "implemented": True,
    "features": None,
    "submodule": False,
    "namespace": "urn:a",
}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../a"},
        {"revision": "../../x"},
        {"sha256": "../../../etc/passwd"},
        {"sha256": 7},
        {"features": [7]},
        {"features": ["a\x00b"]},
        {"namespace": None},
        {"repairs": [["escape"]]},
        {"repairs": [[1, 2]]},
    ],
)
def test_a_tampered_manifest_is_refused(tmp_path: Path, every_set: ResolvedSet, change: dict[str, object]) -> None:
    assert entries_from_json([ENTRY])
    with pytest.raises((ValueError, TypeError)):
        entries_from_json([{**ENTRY, **change}])


def test_tampered_lists_of_a_set_are_said_so(tmp_path: Path, every_set: ResolvedSet) -> None:
    with Engine(cache_folder=tmp_path) as engine:
        compiled = engine.compile(every_set)
    final = compiled.database.with_name("final.json")
    for text in ("[" * 100_000, '{"modules": 7}', json.dumps({"modules": [{**ENTRY, "sha256": "../x"}]})):
        final.write_text(text)
        with Engine(cache_folder=tmp_path) as engine, pytest.raises(SchemaError):
            engine.validate(compiled.key, VALID)
    receipt = compiled.database.with_name("receipt.json")
    for text in ("[" * 100_000, '{"repairs": 7}', "7"):
        receipt.write_text(text)
        with Engine(cache_folder=tmp_path) as engine:
            assert engine.compiled(compiled.key) is None
