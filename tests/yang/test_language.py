"""What YANG 1 and 1.1 can say arrives in the schema, whichever compiler read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import standard_modules
from netconf_gui.yang.nodes import Extension, NodeKind, SchemaNode
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema

BASE = """module base { yang-version 1.1; namespace urn:base; prefix b;
  import notes { prefix n; } import ietf-yang-schema-mount { prefix yangmnt; }
  feature red; feature green; feature blue;
  identity animal; identity pet; identity dog { base animal; base pet; } identity wolf { base animal; }
  identity fish { base pet; } identity puppy { base dog; }
  typedef percent { type uint8 { range "0..100"; } units "%"; default 50; status deprecated; }
  grouping address { leaf street { type string; } leaf code { type int32; default 1; }
    list way { key n; leaf n { type int8; } } container more { presence "there is more"; } }
  container top {
    n:note "on the top" { n:by "somebody"; } n:flag;
    leaf old { status deprecated; type string; } leaf older { status obsolete; type string; }
    leaf share { status deprecated; type percent; }
    leaf not-red { if-feature "not red"; type string; }
    leaf both { if-feature "red and (green or blue)"; type string; }
    leaf either { if-feature "red or green"; type string; }
    leaf beast { type identityref { base animal; base pet; } }
    container home { uses address { refine street { mandatory true; description "refined"; }
      refine code { default 7; must ". > 0"; config true; } refine way { min-elements 1; max-elements 4; }
      augment more { leaf extra { type string; } } } }
    choice transport { default quick; case slow { leaf ship { type string; }
        container port { leaf name { type string; } } }
      container quick { leaf plane { type string; } } leaf train { type empty; } mandatory false; }
    anydata anything; anyxml any-old;
    list device { key id; leaf id { type string; } yangmnt:mount-point inside;
      action reset { input { leaf hard { type boolean; } } output { leaf done { type empty; } } }
      notification failed { leaf reason { type string; } } }
    leaf-list word { type string; default a; default b; }
    leaf limited { type string { pattern "[a-z]*"; pattern "x.*" { modifier invert-match; error-message "no x"; } } }
  }
  rpc ping { input { leaf count { type uint8; } } output { leaf ok { type boolean; } } }
  notification woke { leaf at { type string; } }
}"""
MORE = """module more { yang-version 1.1; namespace urn:more; prefix m; import base { prefix b; }
  augment "/b:top" { when "b:old"; leaf added { type string; }
    choice also { leaf this { type int8; } leaf that { type int8; } } }
  augment "/b:top/b:transport" { leaf rocket { type string; } }
  augment "/b:ping/b:input" { leaf size { type uint16; } }
  augment "/b:woke" { leaf by { type string; } }
  deviation "/b:top/b:device" { deviate add { max-elements 9; } }
  deviation "/b:top/b:word" { deviate delete { default a; } }
  deviation "/b:top/b:old" { deviate replace { type int8; } }
  deviation "/b:top/b:anything" { deviate not-supported; }
  deviation "/b:top/b:limited" { deviate add { must "1"; default abc; units u; } }
}"""
NOTES = """module notes { yang-version 1.1; namespace urn:notes; prefix n;
  extension note { argument text; } extension flag; extension by { argument who; } }"""
OLD = """module old { namespace urn:old; prefix o; revision 2001-01-01;
  feature extra; grouping g { leaf g1 { type string; }
    choice c { leaf short { type string; } case long { leaf l1 { type string; } } } }
  container o { uses g { refine g1 { default here; } } leaf x { if-feature extra; type string; }
    list l { key "a b"; unique "v w/u"; leaf a { type string; } leaf b { type string; } leaf v { type string; }
      container w { leaf u { type string; } } ordered-by user; } anyxml any; }
  augment "/o:o" { leaf own { type string; } }
  rpc do { input { leaf it { type string; } } } notification n { uses g; }
}"""
TEXTS = {"base": BASE, "more": MORE, "notes": NOTES, "old": OLD}


def compile_texts(engine: Engine, texts: Mapping[str, str], *wanted: WantedModule) -> CompiledSchema:
    refs = wanted or tuple(WantedModule(name) for name in texts)
    fetch = {name: text.encode() for name, text in texts.items()}
    return engine.compile(resolve(refs, lambda name, _revision: fetch.get(name), fallback=standard_modules().fetch))


@pytest.fixture(scope="module", params=["libyang", "pyang"])
def compiler(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "pyang":
            patch.setenv("NETCONF_GUI_LIBYANG", "/nowhere/libyang.so")
        with Engine(cache_folder=tmp_path_factory.mktemp(request.param)) as engine:
            yield engine


@pytest.fixture(scope="module")
def schema(compiler: Engine) -> SqliteSchema:
    """The set with the features red and blue."""
    compiled = compile_texts(
        compiler,
        TEXTS,
        WantedModule("base", features=("red", "blue"), deviations=("more",)),
        WantedModule("more"),
        WantedModule("old", features=()),
    )
    assert compiled.broken == ()
    return compiler.schema(compiled)


def at(schema: SqliteSchema, path: str) -> SchemaNode:
    found = schema.find(path)
    assert found is not None, path
    return found


def names(schema: SqliteSchema, path: str) -> list[str]:
    return [node.name for node in schema.children(at(schema, path))]


def test_augments(schema: SqliteSchema) -> None:
    added = at(schema, "/base:top/more:added")
    assert added.module == "more"
    assert added.whens == ("b:old",)
    assert at(schema, "/base:top/more:this").whens == () or at(schema, "/base:top/more:also").whens == ("b:old",)
    assert at(schema, "/old:o/own").module == "old"
    assert at(schema, "/base:ping/input/more:size").kind is NodeKind.LEAF
    assert at(schema, "/base:woke/more:by").kind is NodeKind.LEAF


def test_all_kinds_of_deviations(schema: SqliteSchema) -> None:
    assert at(schema, "/base:top/device").max_elements == 9, "add"
    assert at(schema, "/base:top/word").defaults == ("b",), "delete"
    old = at(schema, "/base:top/old").type
    assert old is not None and old.base == "int8", "replace"
    assert schema.find("/base:top/anything") is None, "not-supported"
    limited = at(schema, "/base:top/limited")
    assert (limited.defaults, limited.units, [must.xpath for must in limited.musts]) == (("abc",), "u", ["1"])


@pytest.mark.parametrize(
    ("features", "there"),
    [
        ((), {"not-red"}),
        (("red",), {"either"}),
        (("green",), {"not-red", "either"}),
        (("red", "blue"), {"both", "either"}),
        (None, {"both", "either"}),
    ],
)
def test_features(compiler: Engine, features: tuple[str, ...] | None, there: set[str]) -> None:
    compiled = compile_texts(compiler, TEXTS, WantedModule("base", features=features))
    schema = compiler.schema(compiled)
    assert {name for name in ("not-red", "both", "either") if schema.find(f"/base:top/{name}")} == there
    module = schema.module("base")
    assert module is not None
    assert set(module.features) == set(("red", "green", "blue") if features is None else features)
    assert set(module.all_features) == {"red", "green", "blue"}


def test_groupings_and_refine(schema: SqliteSchema) -> None:
    street, code, way = (at(schema, f"/base:top/home/{name}") for name in ("street", "code", "way"))
    assert street.mandatory and street.description == "refined"
    assert code.defaults == ("7",) and [must.xpath for must in code.musts] == [". > 0"]
    assert (way.min_elements, way.max_elements) == (1, 4)
    assert at(schema, "/base:top/home/more").presence
    assert at(schema, "/base:top/home/more/extra").module == "base"
    assert at(schema, "/old:o/g1").defaults == ("here",)
    assert at(schema, "/old:n/g1").defaults == ()


def test_choices_and_the_short_form_of_cases(schema: SqliteSchema) -> None:
    (choice,) = (node for node in schema.children(at(schema, "/base:top")) if node.name == "transport")
    assert choice.kind is NodeKind.CHOICE
    assert choice.defaults == ("quick",)
    cases = {case.name: [node.name for node in schema.children(case)] for case in schema.children(choice)}
    assert cases == {"slow": ["ship", "port"], "quick": ["quick"], "train": ["train"], "rocket": ["rocket"]}
    assert {case.kind for case in schema.children(choice)} == {NodeKind.CASE}
    found = schema.choice_of(at(schema, "/base:top/quick"))
    assert found is not None and [node.name for node in found] == ["transport", "quick"]
    assert at(schema, "/base:top/more:rocket").module == "more"
    (short,) = (node for node in schema.children(at(schema, "/old:o")) if node.kind is NodeKind.CHOICE)
    assert [case.name for case in schema.children(short)] == ["short", "long"]


def test_identities_with_several_bases(schema: SqliteSchema) -> None:
    beast = at(schema, "/base:top/beast").type
    assert beast is not None
    assert beast.identities == ("base:dog", "base:puppy")
    assert set(beast.bases) == {"base:animal", "base:pet"}
    assert set(schema.identities()["base:dog"].bases) == {"base:animal", "base:pet"}


def test_operations_and_notifications(schema: SqliteSchema) -> None:
    assert {node.name for node in schema.rpcs()} == {"ping", "do"}
    assert {node.name for node in schema.notifications()} == {"woke", "n"}
    kinds = {node.name: node.kind for node in schema.children(at(schema, "/base:top/device"))}
    assert (kinds["reset"], kinds["failed"]) == (NodeKind.ACTION, NodeKind.NOTIFICATION)
    assert at(schema, "/base:top/device/reset/input/hard").kind is NodeKind.LEAF
    assert at(schema, "/base:top/device/reset/output/done").kind is NodeKind.LEAF
    assert not at(schema, "/base:top/device/failed/reason").config


def test_anydata_and_anyxml(compiler: Engine, schema: SqliteSchema) -> None:
    assert at(schema, "/base:top/any-old").kind is NodeKind.ANYXML
    assert at(schema, "/old:o/any").kind is NodeKind.ANYXML
    plain = compiler.schema(compile_texts(compiler, TEXTS, WantedModule("base")))
    assert at(plain, "/base:top/anything").kind is NodeKind.ANYDATA


def test_extension_statements_are_kept(schema: SqliteSchema) -> None:
    assert Extension("notes:note", "on the top") in at(schema, "/base:top").extensions
    assert Extension("notes:flag", "") in at(schema, "/base:top").extensions


def test_a_mount_point_is_shown_and_what_is_in_it_is_raw(compiler: Engine, schema: SqliteSchema) -> None:
    device = at(schema, "/base:top/device")
    assert Extension("ietf-yang-schema-mount:mount-point", "inside") in device.extensions
    assert schema.data_child(device, "urn:old", "o") is None
    assert {node.name for node in schema.data_children(device)} == {"id"}


def test_status(schema: SqliteSchema) -> None:
    states = {name: at(schema, f"/base:top/{name}").status for name in ("old", "older", "limited")}
    assert states == {"old": "deprecated", "older": "obsolete", "limited": "current"}


def test_lists_of_yang_1(schema: SqliteSchema) -> None:
    listed = at(schema, "/old:o/l")
    assert (listed.keys, listed.unique, listed.ordered_by_user) == (("a", "b"), (("v", "w/u"),), True)
    assert names(schema, "/old:o/l") == ["a", "b", "v", "w"]
    assert schema.find("/old:o/x") is None


def test_types(schema: SqliteSchema) -> None:
    share, limited = at(schema, "/base:top/share"), at(schema, "/base:top/limited").type
    assert share.type is not None and limited is not None
    assert (share.type.ranges, share.type.typedefs, share.units) == ((("0", "100"),), ("base:percent",), "%")
    assert share.defaults == ("50",)
    assert [(item.expr, item.inverted, item.message) for item in limited.patterns] == [
        ("[a-z]*", False, ""),
        ("x.*", True, "no x"),
    ]
