"""Where there is no libyang, or it cannot take a set, pyang makes the tree: as good to look at, not validated."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, SchemaError
from netconf_gui.services.load import compile_schema
from netconf_gui.services.modules import resolve_folder
from netconf_gui.yang import compiling
from netconf_gui.yang.check import Deadlines, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.nodes import NodeKind, SchemaNode, TypeInfo
from netconf_gui.yang.resolver import ResolvedSet, WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema
from tests.yang.conftest import MODULES

SHARED = Path(__file__).parents[3] / "shared" / "yang"
VALID = b'<types xmlns="urn:test:every-type"><int8>1</int8></types>'


@pytest.fixture
def no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The engine's cache folder of a program that has no libyang."""
    monkeypatch.setenv("NETCONF_GUI_LIBYANG", str(tmp_path / "nothing.so"))
    return tmp_path / "cache"


def nodes(schema: SqliteSchema) -> dict[str, SchemaNode]:
    """All nodes by path; two nodes of one path (a choice's cases) keep the last."""
    found: dict[str, SchemaNode] = {}

    def walk(node: SchemaNode) -> Iterator[SchemaNode]:
        yield node
        for child in schema.children(node):
            yield from walk(child)

    for top in (*schema.roots(), *schema.rpcs(), *schema.notifications()):
        found.update((f"{node.kind} {node.path}", node) for node in walk(top))
    return found


def facts(node: SchemaNode) -> dict[str, object]:
    """All that is said of a node, but for what both compilers word in their own way."""
    said = {field.name: getattr(node, field.name) for field in dataclasses.fields(node)}
    del said["id"], said["parent_id"]
    said["type"] = None if node.type is None else type_facts(node.type)
    return said


def type_facts(info: TypeInfo) -> dict[str, object]:
    said = {field.name: getattr(info, field.name) for field in dataclasses.fields(info)}
    # 10 and 10.0 are the same number
    said["ranges"] = [tuple(float(end) for end in pair) for pair in info.ranges]
    del said["target"]
    said["union"] = [member.base for member in info.union]
    return said


def test_no_library_gives_the_same_tree(no_library: Path, engine: Engine) -> None:
    resolved = resolve_folder(MODULES)
    with Engine(cache_folder=no_library) as bare:
        loaded = compile_schema(bare, resolved)
        assert loaded.schema is not None and loaded.key is not None
        assert not loaded.validated
        assert not loaded.report.validated
        assert loaded.broken == ()
        assert "Shown, not fully validated" in loaded.notes[0]
        assert "libyang" in loaded.notes[0]
        assert bare.schema(loaded.key).find("/every-type:types/int8") is not None
        with pytest.raises(SchemaError, match="cannot be checked against it"):
            bare.validate(loaded.key, VALID)
        assert bare.bulk.starts == 0
        again = compile_schema(bare, resolved)
        assert (again.key, again.validated) == (loaded.key, False)
    compiled = compiling.schema_key(resolved.modules, fallback=True)
    assert compiled == loaded.key


def test_both_compilers_agree(no_library: Path, every_set: ResolvedSet, schema: SqliteSchema, tmp_path: Path) -> None:
    expected = nodes(schema)
    with Engine(cache_folder=no_library) as bare:
        shown = nodes(bare.schema(bare.compile(every_set)))
    assert set(shown) == set(expected)
    for path, node in expected.items():
        assert facts(shown[path]) == facts(node), path


def test_a_library_that_is_none(tmp_path: Path, every_set: ResolvedSet, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "junk.so").write_bytes(b"not a library")
    monkeypatch.setenv("NETCONF_GUI_LIBYANG", str(tmp_path / "junk.so"))
    with Engine(cache_folder=tmp_path / "cache") as engine:
        first = engine.compile(every_set)
        assert not first.validated
        assert "junk.so cannot be loaded" in first.refused
        starts = engine.bulk.starts
        assert engine.compile(every_set).cached
        assert engine.bulk.starts == starts, "it is not tried again in this run"


def test_a_set_that_kills_the_library(tmp_path: Path, every_set: ResolvedSet, monkeypatch: pytest.MonkeyPatch) -> None:
    with Engine(cache_folder=tmp_path) as engine:

        def dies(*_arguments: object, **_options: object) -> None:
            raise SchemaError("The YANG engine crashed with SIGSEGV.")

        monkeypatch.setattr(engine.bulk, "ask", dies)
        found = engine.compile(every_set)
        assert not found.validated
        assert "SIGSEGV" in found.refused
    with Engine(cache_folder=tmp_path) as fresh:
        assert fresh.compile(every_set).validated, "the next start tries again"


def test_what_a_broken_module_is_to_the_fallback(no_library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "yang"
    folder.mkdir()
    (folder / "bad.yang").write_text("module bad { namespace urn:bad; prefix b; leaf x { type string; ")
    (folder / "odd.yang").write_text("module odd { namespace urn:odd; prefix o; leaf x { type nonsense; } }")
    (folder / "good.yang").write_text(
        'module good { namespace urn:g; prefix g; leaf y { type string { length "3"; } } }'
    )
    with Engine(cache_folder=no_library) as bare:
        loaded = compile_schema(bare, resolve_folder(folder))
        assert loaded.schema is not None
        assert [item.name for item in loaded.broken] == ["bad"]
        assert {node.name for node in loaded.schema.roots()} == {"x", "y"}
        assert any("odd: " in text and "nonsense" in text for text in loaded.repairs)


def test_the_features_and_deviations_of_the_device(no_library: Path, library: ModuleLibrary) -> None:
    wanted = [WantedModule("every-type", None, (), ()), WantedModule("every-deviation")]
    resolved = resolve(wanted, library.fetch)
    with Engine(cache_folder=no_library) as bare:
        without = nodes(bare.schema(bare.compile(resolved)))
    assert without
    texts = json.dumps(sorted(without))
    assert "every-type" in texts
    operations = {node.kind for node in without.values()}
    assert NodeKind.LEAF in operations


def test_cancel_and_deadline(no_library: Path, every_set: ResolvedSet) -> None:
    token = CancelToken()
    threading.Thread(target=token.cancel, daemon=True).start()
    with Engine(cache_folder=no_library) as bare, pytest.raises(Cancelled):
        while not token.cancelled:
            bare.compile(every_set, cancel=token)
        bare.compile(every_set, cancel=token)
    hurried = Engine(cache_folder=no_library.with_name("other"), deadlines=Deadlines(compile=1e-4))
    with hurried, pytest.raises(SchemaError, match="did not manage either"):
        hurried.compile(every_set)


def test_openconfig_is_the_same_tree(no_library: Path, engine: Engine) -> None:
    folder = SHARED / "openconfig"
    if not folder.is_dir():
        pytest.skip("shared/yang/openconfig is not beside this checkout")
    resolved = resolve_folder(folder)
    expected = engine.compile(resolved)
    with Engine(cache_folder=no_library) as bare:
        found = bare.compile(resolved)
        assert found.broken == ()
        assert found.nodes == expected.nodes
        assert set(nodes(bare.schema(found))) == set(nodes(engine.schema(expected)))
