"""What the schema says besides the tree: typedef chains, identities, extension statements, facts about modules."""

from __future__ import annotations

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.cache import sha256
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import standard_modules
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import Extension, Identity, SchemaNode, SqliteSchema, TypeInfo

TEXTS = {
    "facts-types": """module facts-types { yang-version 1.1; namespace urn:facts-types; prefix ft;
      import facts-base { prefix b; } import facts-words { prefix w; }
      revision 2026-02-02;
      typedef first { type b:root { length "1..20"; } }
      typedef second { type first; units "letters"; }
      typedef either { type union { type second; type w:word; type union { type int8; type w:number; } } }
      typedef kind { type identityref { base b:thing; } }
      identity local { base b:thing; base w:spoken; description "Here."; reference "Page 3."; status deprecated; }
      identity lower { base local; } }""",
    "facts-base": """module facts-base { namespace urn:facts-base; prefix b; revision 2026-01-01;
      typedef root { type string; } typedef other { type int8; } identity thing; }""",
    "facts-words": """module facts-words { yang-version 1.1; namespace urn:facts-words; prefix w; revision 2025-01-01;
      typedef letter { type string; } typedef word { type letter { pattern "[a-z]*"; } } typedef number { type uint8; }
      identity spoken { description "Only imported."; } }""",
    "facts-marks": """module facts-marks { namespace urn:facts-marks; prefix m;
      extension marked { argument how; } extension plain; }""",
    "facts-main": """module facts-main { yang-version 1.1; namespace urn:facts-main; prefix main;
      import facts-types { prefix t; } import facts-marks { prefix x; } import facts-words { prefix w;
        revision-date 2025-01-01; }
      include facts-part; include facts-piece;
      organization "Facts."; contact "facts@example.com"; description "Main."; reference "RFC 0."; revision 2026-03-03;
      x:marked "the module"; x:plain;
      feature used; feature unused; feature more { if-feature used; }
      typedef size { type uint8; }
      typedef far { type t:second; }
      grouping group { typedef scoped { type int32 { range "1..9"; } } typedef inner { type scoped; }
        leaf grouped { type inner; if-feature used; x:marked "one"; } leaf chosen { type t:kind; }
        leaf ref { type leafref { path "../grouped"; } } }
      container top { typedef scoped { type string; }
        leaf plain { type string; }
        leaf far { type far; }
        leaf near { type main:scoped { length "1..3"; } }
        leaf either { type t:either; }
        leaf from-part { type part-type; }
        leaf marked { type int8; x:plain; x:marked "leaf" { x:plain; } description "Text." { x:marked "inside"; }
          if-feature "used or unused"; if-feature more; }
        leaf moved { type size; }
        container deep { uses group { refine grouped { x:marked "refined"; } } }
        list entries { key name; x:marked "list"; typedef listed { type scoped; } leaf name { type listed; } }
        action go { input { typedef given { type t:first; } leaf text { type given; } } } }
      rpc call { typedef called { type w:number; } output { leaf number { type called; } } }
      notification happened { typedef told { type w:word; } leaf word { type told; } } }""",
    "facts-part": """submodule facts-part { yang-version 1.1; belongs-to facts-main { prefix mine; }
      import facts-base { prefix base; } revision 2026-03-01;
      feature in-part; typedef part-type { type mine:size; } container part { leaf root { type base:root; } } }""",
    "facts-piece": """submodule facts-piece { yang-version 1.1; belongs-to facts-main { prefix mine; }
      typedef piece-type { type part-type; } container piece { leaf p { type piece-type; } } }""",
    "facts-augment": """module facts-augment { yang-version 1.1; namespace urn:facts-augment; prefix a;
      import facts-main { prefix main; } import facts-types { prefix t; } import facts-marks { prefix x; }
      augment "/main:top" { x:marked "augment"; leaf added { type t:second; } }
      augment "/main:top/main:deep" { leaf added { type t:first; } } }""",
    "facts-deviation": """module facts-deviation { yang-version 1.1; namespace urn:facts-deviation; prefix d;
      import facts-main { prefix m; } import facts-types { prefix t; }
      deviation "/m:top/m:plain" { deviate add { units "none"; } }
      deviation "/m:top/m:moved" { deviate replace { type t:second; } }
      deviation "/m:call/m:output/m:number" { deviate replace { type t:first; } } }""",
}
WANTED = (
    WantedModule("facts-main", None, ("used", "more", "in-part"), ("facts-deviation",)),
    WantedModule("facts-types"),
    WantedModule("facts-augment"),
    WantedModule("facts-base"),
    WantedModule("facts-marks"),
)


@pytest.fixture(scope="module")
def facts(engine: Engine) -> CompiledSchema:
    texts = {name: text.encode() for name, text in TEXTS.items()}
    compiled = engine.compile(resolve(WANTED, lambda name, _revision: texts.get(name)))
    assert compiled.broken == ()
    return compiled


@pytest.fixture(scope="module")
def schema(engine: Engine, facts: CompiledSchema) -> SqliteSchema:
    return engine.schema(facts)


def node(schema: SqliteSchema, path: str) -> SchemaNode:
    found = schema.find(f"/facts-main:{path}")
    assert found is not None, path
    return found


def type_of(schema: SqliteSchema, path: str) -> TypeInfo:
    info = node(schema, path).type
    assert info is not None
    return info


@pytest.mark.parametrize(
    ("path", "typedefs"),
    [
        ("top/plain", ()),
        ("top/far", ("facts-main:far", "facts-types:second", "facts-types:first", "facts-base:root")),
        ("top/near", ("facts-main:scoped",)),
        ("top/from-part", ("facts-main:part-type", "facts-main:size")),
        ("piece/p", ("facts-main:piece-type", "facts-main:part-type", "facts-main:size")),
        ("part/root", ("facts-base:root",)),
        ("top/moved", ("facts-types:second", "facts-types:first", "facts-base:root")),
        ("top/deep/grouped", ("facts-main:inner", "facts-main:scoped")),
        ("top/deep/chosen", ("facts-types:kind",)),
        ("top/deep/facts-augment:added", ("facts-types:first", "facts-base:root")),
        ("top/facts-augment:added", ("facts-types:second", "facts-types:first", "facts-base:root")),
        ("top/entries/name", ("facts-main:listed", "facts-main:scoped")),
        ("top/go/input/text", ("facts-main:given", "facts-types:first", "facts-base:root")),
        ("call/output/number", ("facts-types:first", "facts-base:root")),
        ("happened/word", ("facts-main:told", "facts-words:word", "facts-words:letter")),
    ],
)
def test_typedef_chains(schema: SqliteSchema, path: str, typedefs: tuple[str, ...]):
    info = type_of(schema, path)
    assert info.typedefs == typedefs
    assert info.name == (typedefs[0].partition(":")[2] if typedefs else "")


def test_typedefs_of_the_same_name_in_different_scopes(schema: SqliteSchema):
    near, grouped = type_of(schema, "top/near"), type_of(schema, "top/deep/grouped")
    assert (near.base, near.lengths) == ("string", (("1", "3"),))
    assert (grouped.base, grouped.ranges) == ("int32", (("1", "9"),))


def test_members_of_unions_have_their_own_chains(schema: SqliteSchema):
    info = type_of(schema, "top/either")
    assert info.typedefs == ("facts-types:either",)
    assert [(member.base, member.typedefs) for member in info.union] == [
        ("string", ("facts-types:second", "facts-types:first", "facts-base:root")),
        ("string", ("facts-words:word", "facts-words:letter")),
        ("int8", ()),
        ("uint8", ("facts-words:number",)),
    ]


def test_a_leafref_names_its_target(schema: SqliteSchema):
    info = type_of(schema, "top/deep/ref")
    assert (info.base, info.typedefs) == ("leafref", ())
    assert info.target is not None
    assert info.target.base == "int32"


def test_identities(schema: SqliteSchema):
    found = schema.identities()
    assert list(found) == ["facts-base:thing", "facts-types:local", "facts-types:lower", "facts-words:spoken"]
    assert found["facts-types:local"] == Identity(
        "facts-types:local", ("facts-base:thing", "facts-words:spoken"), "Here.", "deprecated", "Page 3."
    )
    assert found["facts-types:lower"].bases == ("facts-types:local",)
    assert found["facts-words:spoken"] == Identity("facts-words:spoken", (), "Only imported.", usable=False)
    info = type_of(schema, "top/deep/chosen")
    assert (info.bases, info.identities) == (("facts-base:thing",), ("facts-types:local", "facts-types:lower"))


def test_extension_statements_of_nodes(schema: SqliteSchema):
    marked = "facts-marks:marked"
    assert node(schema, "top/marked").extensions == (Extension("facts-marks:plain"), Extension(marked, "leaf"))
    assert node(schema, "top/deep/grouped").extensions == (Extension(marked, "one"), Extension(marked, "refined"))
    assert node(schema, "top/entries").extensions == (Extension(marked, "list"),)
    assert node(schema, "top").extensions == (), "that of an augment is not the target's"
    assert node(schema, "top/plain").extensions == ()


def test_access_control_is_said_where_it_is_written(engine: Engine):
    text = b"""module denied { namespace urn:denied; prefix d; import ietf-netconf-acm { prefix nacm; }
      container c { nacm:default-deny-all; leaf x { type string; }
        leaf own { nacm:default-deny-write; type string; } } }"""
    texts = {"denied": text}
    found = resolve(
        [WantedModule("denied")], lambda name, _revision: texts.get(name), fallback=standard_modules().fetch
    )
    schema = engine.schema(engine.compile(found))
    said = {path: schema.find(f"/denied:{path}") for path in ("c", "c/own", "c/x")}
    assert {path: [item.name for item in node.extensions] for path, node in said.items() if node is not None} == {
        "c": ["ietf-netconf-acm:default-deny-all"],
        "c/own": ["ietf-netconf-acm:default-deny-write"],
        "c/x": [],
    }


def test_extension_statements_of_modules(schema: SqliteSchema):
    module = schema.module("facts-main")
    assert module is not None
    assert module.extensions == (Extension("facts-marks:marked", "the module"), Extension("facts-marks:plain"))


def test_if_features(schema: SqliteSchema):
    assert node(schema, "top/marked").if_features == ("used or unused", "more")
    assert node(schema, "top/deep/grouped").if_features == ("used",)
    assert node(schema, "top/plain").if_features == ()


def test_module_facts(schema: SqliteSchema):
    module = schema.module("facts-main")
    assert module is not None
    assert (module.yang_version, module.revision) == ("1.1", "2026-03-03")
    assert (module.organization, module.contact, module.description, module.reference) == (
        "Facts.",
        "facts@example.com",
        "Main.",
        "RFC 0.",
    )
    assert module.imports == (
        ("facts-types", "2026-02-02"),
        ("facts-marks", ""),
        ("facts-words", "2025-01-01"),
        ("facts-base", "2026-01-01"),
    ), "those of submodules too"
    assert module.submodules == (("facts-part", "2026-03-01"), ("facts-piece", ""))
    assert sorted(module.features) == ["in-part", "more", "used"]
    assert module.all_features == ("used", "unused", "more", "in-part")
    base = schema.module("facts-base")
    assert base is not None
    assert (base.yang_version, base.imports, base.submodules) == ("1", (), ())


def test_who_augments_and_deviates_whom(schema: SqliteSchema):
    module, augment, deviation = (schema.module(f"facts-{name}") for name in ("main", "augment", "deviation"))
    assert module is not None
    assert augment is not None
    assert deviation is not None
    assert (module.augmented_by, module.deviated_by) == (("facts-augment",), ("facts-deviation",))
    assert (module.augments, module.deviates) == ((), ())
    assert (augment.augments, augment.augmented_by) == (("facts-main",), ())
    assert (deviation.deviates, deviation.deviated_by) == (("facts-main",), ())


def test_modules_that_are_only_imported_have_facts_too(schema: SqliteSchema):
    module = schema.module("facts-words")
    assert module is not None
    assert (module.implemented, module.yang_version, module.features) == (False, "1.1", ())


def test_the_engine_finds_a_compiled_set_by_its_key(engine: Engine, facts: CompiledSchema):
    again = engine.compiled(facts.key)
    assert again is not None
    assert (again.key, again.database, again.nodes, again.cached) == (facts.key, facts.database, facts.nodes, True)
    assert engine.compiled("0" * 40) is None


def test_the_nodes_that_a_module_puts_somewhere(schema: SqliteSchema):
    assert [item.path for item in schema.module_tops("facts-augment")] == [
        "/facts-main:top/facts-augment:added",
        "/facts-main:top/deep/facts-augment:added",
    ]
    tops = ["part", "piece", "top", "call", "happened"]
    assert sorted(item.name for item in schema.module_tops("facts-main")) == sorted(tops)
    assert schema.module_tops("facts-words") == ()
    assert schema.module_tops("nowhere") == ()


def test_digests_of_modules(engine: Engine, facts: CompiledSchema):
    found = engine.module_digests(facts.key)
    assert set(found) == {name for name, text in TEXTS.items() if text.startswith("module")}
    assert found["facts-main"] == sha256(TEXTS["facts-main"].encode())
    with pytest.raises(SchemaError, match="is not in the cache"):
        engine.module_digests("0" * 40)


def test_the_engine_gives_module_texts(engine: Engine, facts: CompiledSchema):
    assert engine.module_text(facts.key, "facts-main") == TEXTS["facts-main"].encode()
    assert engine.module_text(facts.key, "facts-part", "2026-03-01") == TEXTS["facts-part"].encode()
    with pytest.raises(SchemaError, match="facts-part@1999-01-01 is not in the cache"):
        engine.module_text(facts.key, "facts-part", "1999-01-01")
    with pytest.raises(SchemaError, match="is not in the cache"):
        engine.module_text("0" * 40, "facts-main")
