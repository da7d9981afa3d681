"""Subtrees that the extractor copies from another use of their grouping are what they are when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.services.modules import resolve_folder
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.context import build
from netconf_gui.yang.engine.extract import Extractor
from netconf_gui.yang.engine.locate import find_library
from netconf_gui.yang.engine.reuse import Reuse
from netconf_gui.yang.engine.sources import Entry, SourceSet
from netconf_gui.yang.resolver import ResolvedSet, WantedModule, resolve
from netconf_gui.yang.schema import SchemaNode, SqliteSchema
from netconf_gui.yang.schema_writer import SchemaWriter
from tests.bench.yang_set import write_set

SHARED = Path(__file__).parents[3] / "shared" / "yang"

TEXTS = {
    "g": """module g { yang-version 1.1; namespace urn:g; prefix g; feature f; identity a; identity b;
      identity ab { base a; base b; }
      grouping plain { container c { leaf x { type string; } list l { key k; leaf k { type int8; }
        choice ch { leaf one { type string; } case two { leaf t { type leafref { path "../../x"; } } } }
        leaf up { type leafref { path "../../../target"; } } } } }
      grouping inward { container i { leaf here { type int32; } leaf ref { type leafref { path "../here"; } } } }
      grouping outward { container o { leaf ref { type leafref { path "../../target"; } } } }
      grouping both { container bo { leaf id { type identityref { base a; base b; } default ab; } } }
      grouping refined { container r { leaf v { type string; description "Grouping's."; }
        container in { leaf w { type int8; } } } }
      grouping holder { container h { uses refined; uses nested; } }
      grouping nested { container n { leaf deep { type int16; } container nn { leaf deeper { type string; } } } }
      grouping augmented { container au { leaf a { type int8; } } }
      grouping acts { container ac { action go { input { leaf i { type string; } } } notification nt {
          leaf z { type int8; } } anydata any; leaf-list ll { type string; default d; }
        leaf when { when "../any"; type int8; } } }
      grouping all { container everything { leaf target { type string; } uses plain; uses inward; uses outward;
        uses both; uses holder; uses augmented; uses acts; leaf when { if-feature f; type string; } } }
      container first { leaf target { type int8; } container c1 { leaf target { type int8; } uses plain;
        uses outward; } }
      container second { config false; uses all; uses inward; } }""",
    "u": """module u { yang-version 1.1; namespace urn:u; prefix u; import g { prefix g; }
      container target { leaf x { type string; } }
      container one { leaf target { type uint8; } container c { leaf target { type uint8; } uses g:plain;
          uses g:outward; }
        uses g:inward; uses g:both; uses g:nested; }
      container two { leaf target { type string { length 3; } } uses g:holder { refine h/r/in/w { default 3; } }
        uses g:augmented { augment au { leaf more { type string; } } } uses g:acts; }
      container three { uses g:holder; uses g:augmented; uses g:acts; }
      container four { uses g:all; } container five { uses g:all { when "../target"; status deprecated; } }
      list six { key k; leaf k { type string; } uses g:all; }
      rpc call { input { uses g:nested; uses g:inward; } output { uses g:nested; } }
      notification n { uses g:nested; } }""",
    "v": """module v { yang-version 1.1; namespace urn:v; prefix v; import g { prefix g; } import u { prefix u; }
      augment "/u:four/u:everything/u:h/u:n" { leaf from-v { type string; } uses g:inward; }
      augment "/u:target" { uses g:all; uses g:inward; }
      augment "/u:call/u:input/u:n" { leaf told { type int8; } } }""",
    "w": """module w { yang-version 1.1; namespace urn:w; prefix w; import u { prefix u; }
      deviation "/u:six/u:everything/u:h/u:n/u:nn" { deviate not-supported; }
      deviation "/u:five/u:everything/u:c/u:x" { deviate replace { type int8; } }
      deviation "/u:five/u:everything/u:c/u:l" { deviate add { max-elements 3; } } }""",
}


def described(node: SchemaNode) -> SchemaNode:
    """The node without what depends on the order of the walk."""
    return replace(node, id=0, parent_id=None)


def walk(schema: SqliteSchema) -> Iterator[tuple[str, SchemaNode]]:
    waiting = [("", node) for node in (*schema.roots(), *schema.rpcs(), *schema.notifications())]
    while waiting:
        above, node = waiting.pop()
        place = f"{above}/{node.module}:{node.name}"
        yield place, node
        children = schema.children(node)
        assert all(child.parent_id == node.id for child in children)
        waiting.extend((place, child) for child in children)


def extracted(path: Path, resolved: ResolvedSet) -> tuple[dict[str, SchemaNode], list[str], int]:
    """(all nodes by their full path, leafs with several bases, how many nodes were copied)."""
    texts: Mapping[str, bytes] = {module.sha256: module.text for module in resolved.modules}

    class Texts:
        def text(self, digest: str) -> bytes | None:
            return texts.get(digest)

    class Counting(SchemaWriter):
        copied = 0

        def copy(self, like: int, first: int, end: int, parent: int, module: int) -> None:
            self.copied += end - first
            super().copy(like, first, end, parent, module)

    entries = [
        Entry(item.name, item.revision, item.sha256, item.implemented, item.features, item.is_submodule, item.namespace)
        for item in resolved.modules
    ]
    built = build(LibYang(find_library()), SourceSet(entries, Texts()))
    assert built.broken == []
    try:
        writer = Counting(path)
        extractor = Extractor(built.context, writer)
        extractor.run((), {})
    finally:
        built.context.close()
    schema = SqliteSchema(path, cache_nodes=10**7)
    try:
        found = dict(walk(schema))
        assert len(found) == schema.node_count
        return found, sorted(extractor.several_bases), writer.copied
    finally:
        schema.close()


def compare(tmp_path: Path, resolved: ResolvedSet, monkeypatch: pytest.MonkeyPatch) -> int:
    """Extract with and without copying; returns how many nodes were copied."""
    quick, bases, copied = extracted(tmp_path / "quick.sqlite", resolved)
    monkeypatch.setattr(Reuse, "same_everywhere", lambda self, statement: False)
    slow, slow_bases, none = extracted(tmp_path / "slow.sqlite", resolved)
    assert none == 0
    assert quick.keys() == slow.keys()
    for place, node in quick.items():
        one, other = described(node), described(slow[place])
        for name in SchemaNode.__slots__:
            assert getattr(one, name) == getattr(other, name), (place, name)
    assert list(quick) == list(slow), "in the same order"
    assert bases == slow_bases
    return copied


def test_refined_augmented_deviated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wanted = [WantedModule("g", None, ("f",)), WantedModule("u", None, None, ("w",)), WantedModule("v")]
    resolved = resolve(wanted, lambda name, _revision: TEXTS[name].encode() if name in TEXTS else None)
    assert compare(tmp_path, resolved, monkeypatch) > 40


def test_a_generated_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_set(tmp_path / "set", 40)
    assert compare(tmp_path, resolve_folder(tmp_path / "set"), monkeypatch) > 1000


def test_openconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    if not (SHARED / "openconfig").is_dir():
        pytest.skip("the OpenConfig modules are not beside the project")
    assert compare(tmp_path, resolve_folder(SHARED / "openconfig"), monkeypatch) > 400
