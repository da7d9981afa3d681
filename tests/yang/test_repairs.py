"""Each repair of vendors' sets: the modules in ``repairs`` are refused as they are, load with it, and it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.services.load import compile_schema
from netconf_gui.services.modules import resolve_folder
from netconf_gui.yang.cache import ModuleCache
from netconf_gui.yang.check import Engine
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.locate import find_library
from netconf_gui.yang.engine.repairs import apply, mend_escapes
from netconf_gui.yang.engine.sources import SourceSet, TextRepair, entries_from_json
from netconf_gui.yang.report import ModuleStatus
from netconf_gui.yang.resolver import ResolvedSet
from netconf_gui.yang.schema import Schema, SchemaNode

FOLDER = Path(__file__).parent / "repairs"

# folder -> what the library says of it, the repairs by (name, module), the paths that are there afterwards
CASES: dict[str, tuple[str, set[tuple[str, str]], set[str]]] = {
    "annotation": ("have the same namespace", {("annotation", "port-ann")}, {"/port:port/speed"}),
    "deviation": (
        "Deviation(s) target node",
        {("deviation", "line-deviations")},
        {"/line:line/speed", "/line-deviations:deviated"},
    ),
    "escape": (
        "unknown special character",
        {("escape", "paths"), ("escape", "path-types")},
        {"/paths:path"},
    ),
    "extension": (
        "Extension definition of extension instance",
        {("extension", "shop-parts")},
        {"/shop:shop/name", "/shop:shop/part"},
    ),
    "import": ('Loading "units-of-old" module failed', {("import", "uses-units")}, {"/uses-units:length"}),
    "status": (
        "status of parent",
        {("status", "vlan")},
        {"/vlan:vlan/id", "/vlan:first", "/vlan:remains"},
    ),
    "structure": ("Not found node", {("extension", "message")}, {"/message:last-message"}),
    "when": (
        "cyclic dependency",
        {("when", "mode")},
        {"/mode:mode/layer", "/mode:mode/second", "/mode:mode/mode-ip:address", "/mode:mode/kept"},
    ),
}


def paths(schema: Schema) -> set[str]:
    found: set[str] = set()

    def walk(node: SchemaNode) -> None:
        if node.is_term:
            found.add(node.path)
        for child in schema.children(node):
            walk(child)

    for root in schema.roots():
        walk(root)
    return found


def as_they_are(resolved: ResolvedSet, folder: Path) -> list[str]:
    """What the library says of the texts without any repair."""
    cache = ModuleCache(folder)
    entries = entries_from_json(
        {
            "name": module.name,
            "revision": module.revision,
            "sha256": cache.put(module.text),
            "implemented": module.implemented,
            "features": module.features,
            "submodule": module.is_submodule,
            "namespace": module.namespace,
        }
        for module in resolved.modules
    )
    context = Context(LibYang(find_library()), SourceSet(entries, cache))
    errors = [error.message for entry in context.sources.implemented for error in context.load(entry)]
    errors += [error.message for error in context.compile()[1]]
    context.close()
    return errors


def test_there_is_a_case_for_each_folder() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_repair(case: str, engine: Engine, tmp_path: Path) -> None:
    complaint, repairs, there = CASES[case]
    resolved = resolve_folder(FOLDER / case)
    assert any(complaint in error for error in as_they_are(resolved, tmp_path))
    loaded = compile_schema(engine, resolved)
    assert loaded.broken == ()
    assert loaded.schema is not None
    assert there <= paths(loaded.schema)
    report = loaded.report
    assert {(repair.kind, repair.module) for repair in report.repairs} == repairs
    told = {row.name: row.reason for row in report.of(ModuleStatus.REPAIRED)}
    assert set(told) == {module for _, module in repairs}
    assert all(told.values())


def test_what_is_not_to_blame_stays(engine: Engine) -> None:
    schema = compile_schema(engine, resolve_folder(FOLDER / "when")).schema
    assert schema is not None
    kept = schema.find("/mode:mode/kept")
    address = schema.find("/mode:mode/mode-ip:address")
    assert kept is not None and kept.whens
    assert address is not None and address.whens
    line = compile_schema(engine, resolve_folder(FOLDER / "deviation")).schema
    assert line is not None
    speed = line.find("/line:line/speed")
    assert speed is not None and speed.units == "bit/s"
    assert line.find("/line:line/colour") is None, "deviations that fit are made"


def test_a_repaired_set_validates_after_the_worker_was_lost(tmp_path: Path) -> None:
    """The context is built again from the manifest, repairs included."""
    data = b"<path xmlns='urn:test:repair:paths'>a.b</path>"
    with Engine(cache_folder=tmp_path) as first:
        key = compile_schema(first, resolve_folder(FOLDER / "escape")).key
    assert key is not None
    with Engine(cache_folder=tmp_path) as again:
        assert again.validate(key, data) == ()
        assert len(again.validate(key, data.replace(b"a.b", b"a-b"))) == 1


def test_escapes_are_mended_in_double_quoted_strings_only() -> None:
    text = """a "x\\.y\\n\\\\.\\"" 'x\\.y' // "\\."\n /* "\\." */ "a" + "\\d" """
    assert mend_escapes(text) == text.replace('"x\\.', '"x\\\\.').replace('"\\d"', '"\\\\d"')
    assert mend_escapes('"no end \\.') == '"no end \\.'


def test_repairs_keep_the_lines() -> None:
    text = b'module m {\n  x:y "a\nb" {\n z;\n }\n  leaf l { when "1"; type int8; }\n}'
    for repair in (TextRepair("extension", "x:y"), TextRepair("when", "l"), TextRepair("status", "*")):
        done = apply(text, [repair])
        assert done.count(b"\n") == text.count(b"\n")
        assert b"leaf l" in done
    assert apply(b"junk {", [TextRepair("when", "l")]) == b"junk {"
    assert apply(text, [TextRepair("of another program", "")]) == text


def test_a_repair_that_does_not_help_ends(engine: Engine, tmp_path: Path) -> None:
    body = 'import other { prefix o; } o:thing "x" { leaf "y"; } leaf l { type nonsense; }'
    (tmp_path / "m.yang").write_text(f"module m {{ yang-version 1.1; namespace urn:m; prefix m; {body} }}")
    (tmp_path / "other.yang").write_text("module other { namespace urn:o; prefix o; leaf o { type string; } }")
    loaded = compile_schema(engine, resolve_folder(tmp_path))
    assert [item.name for item in loaded.broken] == ["m"]
    assert "nonsense" in loaded.broken[0].reason
