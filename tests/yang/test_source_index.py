"""Where names of YANG texts lead: scopes, prefixes, submodules, groupings, augments, and nodes of the compiled tree."""

from __future__ import annotations

import random

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.source_index import Place, SourceIndex, SourceSet
from netconf_gui.yang.statements import parse, read
from netconf_gui.yang.typedefs import TypeBuilder
from tests.conftest import SHARED

MAIN = """module main {
  namespace urn:main; prefix m;
  import other { prefix o; }
  include part;
  feature extra;
  identity animal;
  identity dog { base animal; if-feature "extra and not o:less"; }
  typedef percent { type uint8 { range "0..100"; } }
  grouping box { typedef percent { type int8; } leaf inside { type percent; } }
  container top { uses box; uses o:pair { augment "left" { leaf more { type string; } } }
    leaf share { type percent; } leaf kind { type identityref { base m:dog; } }
    leaf where { type leafref { path "/m:top/m:share"; } }
    choice way { leaf one { type part-type; } case two { container deep { o:hint "x"; } } } }
  augment /o:outer/o:way/o:first { leaf added { type o:name; } }
}"""
PART = """submodule part { belongs-to main { prefix m; } typedef part-type { type string; }
  identity cat { base m:animal; }
  container more { uses m:box; } }"""
OTHER = """module other { namespace urn:other; prefix o; feature less; extension hint { argument text; }
  typedef name { type string; }
  grouping pair { container left { leaf a { type name; } } container right; }
  container outer { choice way { container first { leaf own { type string; } } } } }"""
TEXTS = {"main": MAIN, "part": PART, "other": OTHER}


@pytest.fixture
def sources() -> SourceSet:
    return SourceSet(lambda name: TEXTS[name].encode() if name in TEXTS else None)


def follow(sources: SourceSet, module: str, around: str, name: str) -> str:
    """Where `name` leads in the line of the text that holds `around`, as "module:keyword argument"."""
    index = sources.index(module)
    assert index is not None
    at = index.text.index(around)
    reference = index.reference_at(index.text.index(name, at) + 1)
    if reference is None:
        return "nowhere"
    place = sources.resolve(index, reference)
    return "not found" if place is None else f"{place.module}:{place.kind} {place.name} @{place.line}"


@pytest.mark.parametrize(
    ("module", "around", "name", "leads"),
    [
        ("main", "leaf share", "percent", "main:typedef percent @8"),
        ("main", "leaf inside", "percent", "main:typedef percent @9"),
        ("main", "container top", "box", "main:grouping box @9"),
        ("main", "container top", "o:pair", "other:grouping pair @3"),
        ("main", "identity dog", "animal", "main:identity animal @6"),
        ("main", "identityref", "m:dog", "main:identity dog @7"),
        ("main", "if-feature", "extra", "main:feature extra @5"),
        ("main", "if-feature", "o:less", "other:feature less @1"),
        ("main", "if-feature", "and", "nowhere"),
        ("main", "import", "other", "other:module other @1"),
        ("main", "include", "part", "part:submodule part @1"),
        ("main", "leaf one", "part-type", "part:typedef part-type @1"),
        ("main", "container deep", "o:hint", "other:extension hint @1"),
        ("main", "augment /o:outer", "o:first", "other:container first @4"),
        ("main", "augment /o:outer", "o:way", "other:choice way @4"),
        ("main", "leafref", "m:share", "main:leaf share @11"),
        ("main", "range", "0..100", "nowhere"),
        ("main", "leaf share", "leaf", "nowhere"),
        ("part", "belongs-to", "main", "main:module main @1"),
        ("part", "base", "m:animal", "main:identity animal @6"),
        ("part", "uses", "m:box", "main:grouping box @9"),
        ("main", "augment /o:outer", "o:name", "other:typedef name @2"),
    ],
)
def test_names_lead_to_their_definitions(sources: SourceSet, module: str, around: str, name: str, leads: str) -> None:
    assert follow(sources, module, around, name) == leads


@pytest.mark.parametrize(
    ("path", "module", "kind"),
    [
        ("/main:top/share", "main", "leaf"),
        ("/main:top/inside", "main", "leaf"),
        ("/main:top/left/a", "other", "leaf"),
        ("/main:top/left/more", "main", "leaf"),
        ("/main:top/one", "main", "leaf"),
        ("/main:top/way/two/deep", "main", "container"),
        ("/main:more/inside", "main", "leaf"),
        ("/other:outer/first/main:added", "main", "leaf"),
    ],
)
def test_nodes_are_found_where_they_are_written(sources: SourceSet, path: str, module: str, kind: str) -> None:
    place = sources.find_node(path)
    assert place is not None
    assert (place.module, place.kind, place.name) == (module, kind, path.rpartition("/")[2].rpartition(":")[2])


def test_the_deepest_node_that_is_written(sources: SourceSet) -> None:
    place = sources.find_node("/main:top/nowhere")
    assert place is not None and place.name == "top"
    assert sources.find_node("/absent:top") is None


def test_definitions_by_name(sources: SourceSet) -> None:
    place = sources.find_definition("identity", "main", "cat")
    assert place is not None and (place.module, place.name) == ("part", "cat")
    inner = sources.find_definition("typedef", "other", "name")
    assert isinstance(inner, Place) and TEXTS["other"][inner.start : inner.end] == "typedef name"
    assert sources.find_definition("typedef", "other", "absent") is None


def test_texts_that_break_off() -> None:
    root, error = read("module x { container a { leaf b { type string; } ")
    assert root is not None and error is not None
    assert [item.argument for item in root.walk()] == ["x", "a", "b", "string"]
    with pytest.raises(SchemaError):
        parse("module x { a b c; }")
    with pytest.raises(SchemaError):
        parse("}")
    with pytest.raises(SchemaError):
        SourceIndex(b"")
    assert SourceIndex(b"module x { leaf a { type string; }").error is not None


def test_line_ends_of_other_systems() -> None:
    index = SourceIndex(b"module x {\r\n  leaf a { type string; }\r\n}\r\n")
    leaf = index.root.children[0]
    assert index.line(leaf.start) == 2 and index.text[leaf.start :].startswith("leaf a")


def test_types_of_texts() -> None:
    text = """module t { namespace urn:t; prefix t;
      typedef small { type int8 { range "-5..max"; } }
      typedef smaller { type small { range "min..0 | 7"; } }
      typedef word { type string { length "1..10"; pattern "a.*"; } }
      typedef short { type word { length "min..4"; pattern "b.*" { modifier invert-match; } } }
      typedef level { type enumeration { enum low; enum high { value 5; } enum top; } }
      typedef few { type level { enum top; } }
      typedef either { type union { type small; type word; } }
      typedef circle { type circle; } typedef odd { type absent:thing; } }"""
    sources = SourceSet(lambda name: text.encode() if name == "t" else None)
    index = sources.index("t")
    assert index is not None
    builder = TypeBuilder(sources)
    types = {item.argument: builder.read(index, item.children[0]) for item in index.root.every("typedef")}
    assert types["smaller"].ranges == (("-5", "0"), ("7", "7")) and types["smaller"].typedefs == ("t:small",)
    assert types["short"].lengths == (("1", "4"),)
    assert [(item.expr, item.inverted) for item in types["short"].patterns] == [("a.*", False), ("b.*", True)]
    assert [(item.name, item.value) for item in types["level"].enums] == [("low", 0), ("high", 5), ("top", 6)]
    assert [(item.name, item.value) for item in types["few"].enums] == [("top", 6)]
    assert [item.base for item in types["either"].union] == ["int8", "string"]
    assert types["odd"].base == "absent:thing" and types["circle"].base


@pytest.mark.skipif(not (SHARED / "yang").is_dir(), reason="the shared module sets are not here")
def test_nodes_of_openconfig(engine: Engine) -> None:
    """A sample of all nodes, choices left aside: each is found in the text that writes it."""
    folder = SHARED / "yang" / "openconfig"
    loaded = schema_from_folder(folder, engine)
    assert loaded.schema is not None
    library = ModuleLibrary.of_folder(folder)
    sources = SourceSet(lambda name: library.fetch(name))
    missed = []
    for number in random.Random(7).sample(range(1, loaded.nodes), 250):
        node = loaded.schema.node(number)
        place = sources.find_node(node.path)
        if place is None or node.name not in (place.name, place.kind):
            missed.append(node.path)
    assert not missed
