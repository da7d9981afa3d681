"""Sets of modules: what is broken is dropped and listed, what is not is compiled; revisions, features, real sets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import standard_modules
from netconf_gui.yang.resolver import Fetch, WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema

SHARED = Path(__file__).parents[3] / "shared" / "yang"


def module(name: str, body: str, head: str = "") -> bytes:
    return f"module {name} {{ yang-version 1.1; namespace urn:{name}; prefix {name}; {head} {body} }}".encode()


def importing(*names: str) -> str:
    return " ".join(f"import {name} {{ prefix {name}; }}" for name in names)


def fetcher(texts: Mapping[str, bytes]) -> Fetch:
    return lambda name, _revision: texts.get(name)


@pytest.fixture
def compile_all(engine: Engine):
    """Compile modules (name -> text); all are implemented unless `wanted` says otherwise."""

    def run(texts: Mapping[str, bytes], *wanted: WantedModule) -> tuple[CompiledSchema, SqliteSchema]:
        refs = wanted or tuple(WantedModule(name) for name in texts)
        compiled = engine.compile(resolve(refs, fetcher(texts), fallback=standard_modules().fetch))
        return compiled, engine.schema(compiled)

    return run


GOOD = module("good", "container good { leaf x { type string; } }")


def names(schema: SqliteSchema) -> list[str]:
    return [node.name for node in schema.roots()]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (module("bad", "leaf x { type string; "), "Unexpected end-of-input (line 1)"),
        (module("bad", "leaf x { type nonsense; }"), 'Referenced type "nonsense" not found (/bad:x)'),
        (module("bad", "", importing("nowhere")), 'Loading "nowhere" module failed, not found'),
        (module("bad", 'leaf x { type string { pattern "[a-"; } }'), 'Regular expression "[a-" is not valid'),
        (module("bad", 'leaf x { type leafref { path "../nothing"; } }'), 'Not found node "nothing" in path (/bad:x)'),
        (module("bad", "leaf x { type int8; default 300; }"), "Invalid default"),
        (
            module("bad", 'augment "/good:good/good:nothing" { leaf y { type string; } }', importing("good")),
            'Augment target node "/good:good/good:nothing" from module "bad" was not found',
        ),
        (
            module("bad", 'augment "/good:good" { leaf y { type nonsense; } }', importing("good")),
            'Referenced type "nonsense" not found',
        ),
        (module("bad", "", "include nowhere;"), 'Including "nowhere" submodule into "bad" failed'),
    ],
)
def test_a_broken_module_does_not_harm_the_others(compile_all, text: bytes, reason: str):
    compiled, schema = compile_all({"bad": text, "good": GOOD})
    (broken,) = compiled.broken
    assert broken.name == "bad"
    assert reason in broken.reason
    assert schema.broken == compiled.broken
    assert names(schema) == ["good"]


def test_types_of_a_broken_module_can_still_be_used(compile_all):
    compiled, schema = compile_all(
        {
            "bad": module("bad", "typedef small { type int8; } leaf x { type nonsense; }"),
            "user": module("user", "leaf u { type bad:small; }", importing("bad")),
        }
    )
    assert [item.name for item in compiled.broken] == ["bad"]
    assert names(schema) == ["u"]


def test_what_depends_on_a_broken_module_is_broken_too(compile_all):
    compiled, schema = compile_all(
        {
            "bad": module("bad", "leaf x { type string"),
            "user": module("user", "leaf u { type bad:small; }", importing("bad")),
            "augmenter": module("augmenter", 'augment "/worse:c" { leaf a { type string; } }', importing("worse")),
            "worse": module("worse", "container c { leaf x { type nonsense; } }"),
            "good": GOOD,
        }
    )
    assert {item.name for item in compiled.broken} == {"augmenter", "bad", "user", "worse"}
    assert names(schema) == ["good"]
    assert schema.module_for_namespace("urn:bad") is None


def test_many_broken_modules(compile_all):
    texts = {f"bad{number}": module(f"bad{number}", "leaf x { type nonsense; }") for number in range(12)}
    compiled, schema = compile_all({**texts, "good": GOOD})
    assert {item.name for item in compiled.broken} == set(texts)
    assert names(schema) == ["good"]


def test_nothing_at_all(compile_all):
    compiled, schema = compile_all({"bad": module("bad", "leaf x { type nonsense; }")})
    assert len(compiled.broken) == 1
    assert names(schema) == []


def test_validation_skips_what_is_broken(engine: Engine, compile_all):
    bad = module("bad", 'augment "/good:good" { leaf y { type nonsense; } }', importing("good"))
    compiled, _ = compile_all({"bad": bad, "good": GOOD})
    found = engine.validate(compiled.key, b"<good xmlns='urn:good'><x>1</x><y xmlns='urn:bad'>1</y></good>")
    assert [(item.severity, item.source, item.path) for item in found] == [
        ("warning", "schema missing", "/good:good/{urn:bad}y")
    ]


FEATURED = module(
    "featured",
    "feature a; feature b { if-feature a; } leaf plain { type string; } leaf a { if-feature a; type string; } "
    "leaf b { if-feature b; type string; }",
)


@pytest.mark.parametrize(
    ("features", "expected", "notes"),
    [
        (None, ["plain", "a", "b"], 0),
        ((), ["plain"], 0),
        (("a",), ["plain", "a"], 0),
        (("a", "b"), ["plain", "a", "b"], 0),
        (("a", "unheard-of"), ["plain", "a"], 1),
        (("b",), ["plain"], 1),
    ],
)
def test_features(compile_all, features: tuple[str, ...] | None, expected: list[str], notes: int):
    compiled, schema = compile_all({"featured": FEATURED}, WantedModule("featured", None, features))
    assert names(schema) == expected
    assert compiled.broken == ()
    assert len(compiled.repairs) == notes


def test_only_implemented_modules_have_nodes(compile_all):
    texts = {"user": module("user", "leaf u { type string; }", importing("good")), "good": GOOD}
    _, schema = compile_all(texts, WantedModule("user"))
    assert names(schema) == ["u"]
    good = schema.module("good")
    assert good is not None
    assert not good.implemented


def test_a_default_may_need_an_identity_of_an_imported_module(compile_all):
    texts = {
        "user": module("user", "leaf u { type identityref { base ids:base; } default ids:one; }", importing("ids")),
        "ids": module("ids", "identity base; identity one { base base; }"),
    }
    compiled, schema = compile_all(texts, WantedModule("user"))
    assert compiled.broken == ()
    assert "ids is implemented here although only imported" in compiled.repairs[0]
    assert schema.data_children(None)[0].defaults == ("ids:one",)


OLD_INET = b"""module ietf-inet-types { namespace "urn:ietf:params:xml:ns:yang:ietf-inet-types"; prefix inet;
  revision 2010-09-24; typedef ip-address { type string { length "1..7"; } } typedef only-here { type int8; } }"""


@pytest.mark.parametrize("implemented", [True, False])
def test_the_devices_revision_counts_not_the_librarys_own(compile_all, implemented: bool):
    # libyang carries newer revisions of some modules, and takes them where an import names no revision
    texts = {
        "user": module(
            "user",
            "leaf a { type ietf-inet-types:ip-address; } leaf b { type ietf-inet-types:only-here; }",
            importing("ietf-inet-types"),
        ),
        "ietf-inet-types": OLD_INET,
    }
    inet = WantedModule("ietf-inet-types", "2010-09-24", implemented=implemented)
    compiled, schema = compile_all(texts, WantedModule("user"), inet)
    assert compiled.broken == ()
    kinds = [node.type for node in schema.data_children(None)]
    assert [kind.lengths for kind in kinds if kind is not None] == [(("1", "7"),), ()]
    used = schema.module("ietf-inet-types")
    assert used is not None
    assert (used.revision, used.implemented) == ("2010-09-24", implemented)


def test_two_revisions_of_a_module(compile_all, engine: Engine):
    old = module("t", "typedef t { type int8; }", "revision 2010-01-01;")
    new = module("t", "typedef t { type string; }", "revision 2020-01-01;")
    pinned = "import t { prefix t; revision-date 2010-01-01; }"
    texts = {
        ("old-user", None): module("old-user", "leaf o { type t:t; }", pinned),
        ("new-user", None): module("new-user", "leaf n { type t:t; }", importing("t")),
        ("t", "2010-01-01"): old,
        ("t", "2020-01-01"): new,
    }
    refs = [WantedModule("old-user"), WantedModule("new-user"), WantedModule("t", "2020-01-01")]
    compiled = engine.compile(resolve(refs, lambda name, revision: texts.get((name, revision))))
    assert compiled.broken == ()
    bases = {node.name: node.type.base for node in engine.schema(compiled).roots() if node.type is not None}
    assert bases == {"o": "int8", "n": "string"}


def test_the_key_follows_the_content(compile_all):
    one, _ = compile_all({"featured": FEATURED}, WantedModule("featured", None, ("a",)))
    two, _ = compile_all({"featured": FEATURED}, WantedModule("featured", None, ("a", "b")))
    three, _ = compile_all({"featured": FEATURED + b" "}, WantedModule("featured", None, ("a",)))
    again, _ = compile_all({"featured": FEATURED}, WantedModule("featured", None, ("a",)))
    four, _ = compile_all({"featured": FEATURED}, WantedModule("featured", None, ("a",), deviations=("good",)))
    five, _ = compile_all(
        {"featured": FEATURED, "good": GOOD}, WantedModule("featured", None, ("a",)), WantedModule("good")
    )
    assert len({one.key, two.key, three.key, four.key, five.key}) == 5
    assert (again.key, again.cached) == (one.key, True)


def test_the_standard_modules(engine: Engine, compile_all):
    wanted = ["ietf-interfaces", "ietf-ip", "ietf-system", "ietf-routing", "iana-if-type", "ietf-netconf-acm"]
    compiled, schema = compile_all({}, *(WantedModule(name) for name in wanted))
    assert compiled.broken == ()
    mtu = schema.find("/ietf-interfaces:interfaces/interface/ietf-ip:ipv4/mtu")
    assert mtu is not None
    assert mtu.type is not None
    assert (mtu.type.base, mtu.type.ranges, mtu.units) == ("uint16", (("68", "65535"),), "octets")
    kind = schema.find("/ietf-interfaces:interfaces/interface/type")
    assert kind is not None
    assert kind.type is not None
    assert "iana-if-type:ethernetCsmacd" in kind.type.identities
    data = b"""<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth0</name>
      <type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:ethernetCsmacd</type>
      <ipv4 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip"><mtu>%d</mtu>
      <address><ip>192.0.2.1</ip><prefix-length>24</prefix-length></address></ipv4></interface></interfaces>"""
    assert engine.validate(compiled.key, data % 1500) == ()
    (found,) = engine.validate(compiled.key, data % 60)
    assert found.message == "mtu is 60. Allowed: 68 to 65535."
    assert found.path == "/ietf-interfaces:interfaces/interface[name='eth0']/ietf-ip:ipv4/mtu"


def test_what_the_library_adds_to_modules_is_not_offered_as_configuration(compile_all):
    _, schema = compile_all({}, WantedModule("ietf-netconf"), WantedModule("ietf-yang-library"))
    assert {(node.module, node.name) for node in schema.roots()} == {
        ("ietf-yang-library", "yang-library"),
        ("ietf-yang-library", "modules-state"),
    }
    assert "get-config" in {node.name for node in schema.rpcs()}


def test_data_in_a_mount_point_is_not_held_against_the_document(engine: Engine, compile_all):
    """What is mounted is not known (RFC 8528): it is shown as plain XML and told as such."""
    body = "container box { list device { key id; leaf id { type string; } sm:mount-point inside; } }"
    texts = {
        "mounts": module("mounts", body, "import ietf-yang-schema-mount { prefix sm; }"),
        "good": GOOD,
    }
    compiled, schema = compile_all(texts)
    assert compiled.broken == ()
    device = schema.find("/mounts:box/device")
    assert device is not None
    assert [node.name for node in schema.data_children(device)] == ["id"]
    data = b"<box xmlns='urn:mounts'><device><id>1</id>%s</device></box>"
    assert engine.validate(compiled.key, data % b"") == ()
    found = engine.validate(compiled.key, data % b"<good xmlns='urn:good'><x>1</x></good>")
    assert {item.severity for item in found} <= {"warning"}, found
