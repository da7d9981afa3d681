"""Values: canonical forms agree with libyang's, and what is said about a wrong one helps."""

from __future__ import annotations

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netconf_gui.errors import SchemaError
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.datatypes import canonical, canonical_default, decimal, integer, quick_check, ranges_text
from netconf_gui.yang.schema import EnumItem, SqliteSchema, TypeInfo

TYPES = "/every-type:types"
NAMESPACES = {"et": "urn:test:every-type", "ea": "urn:test:every-augment", None: "urn:test:every-type"}
MODULES = {"et": "every-type", "ea": "every-augment", "": "every-type"}
BITS = ["zero", "five", "six"]

slow = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def info_of(schema: SqliteSchema, name: str) -> TypeInfo:
    node = schema.find(f"{TYPES}/{name}")
    assert node is not None
    assert node.type is not None
    return node.type


@st.composite
def integers(draw: st.DrawFn) -> str:
    value = draw(st.one_of(st.integers(-200, 200), st.sampled_from([2**63 - 1, -(2**63), 2**64 - 1, 2**64])))
    form = draw(st.sampled_from(["{}", "{:+d}", "{:#x}", " {} ", "0{:o}", "{}x", "{}.0"]))
    return form.format(value)


decimals = st.from_regex(r"[+-]?[0-9]{1,3}(\.[0-9]{1,4})?", fullmatch=True)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "int8": integers(),
    "int16": integers(),
    "int64": integers(),
    "uint64": integers(),
    "decimal64": st.one_of(decimals, st.sampled_from(["", ".5", "1.", "x", "-0.0", "1.5000", "1e1"])),
    "boolean": st.sampled_from(["true", "false", "True", "1", ""]),
    "enumeration": st.sampled_from(["one", "twenty two", "last", "ONE", "", "twenty"]),
    "bits": st.lists(st.sampled_from([*BITS, "seven"]), max_size=4).map(" ".join),
    "binary": st.one_of(
        st.binary(max_size=6).map(lambda data: base64.b64encode(data).decode()),
        st.sampled_from(["A", "AAA", "A===", "AAAA=", "@@@@"]),
    ),
    "empty": st.sampled_from(["", "x"]),
    "string": st.text("abc", max_size=9),
    "identityref": st.sampled_from(["et:dog", "dog", "ea:cat", "cat", "et:animal", "robot", "zz:dog"]),
    "both": st.sampled_from(["et:robodog", "dog", "robodog"]),
    "union": st.sampled_from(["5", "+5", "0x5", "auto", "100", "101", "-1", "none"]),
    "leafref": integers(),
}


@pytest.mark.parametrize("name", VALUES)
def test_canonical_values_agree_with_libyang(engine: Engine, every: CompiledSchema, schema: SqliteSchema, name: str):
    info = info_of(schema, name)

    @slow
    @given(VALUES[name])
    def check(value: str) -> None:
        theirs = engine.canonical_value(every.key, f"{TYPES}/{name}", value, prefixes=NAMESPACES)
        ours = quick_check(info, value, prefixes=MODULES)
        if theirs is None:
            assert ours is not None, f"{value!r} is wrong, and not only for a pattern"
        else:
            assert ours is None
            assert canonical(info, value, prefixes=MODULES) == theirs

    check()


@pytest.mark.parametrize("name", sorted(VALUES))
def test_canonical_is_stable(schema: SqliteSchema, name: str):
    info = info_of(schema, name)

    @given(VALUES[name])
    def check(value: str) -> None:
        once = canonical(info, value, prefixes=MODULES)
        modules = {module: module for module in MODULES.values()}
        assert canonical(info, once, prefixes=modules) == once

    check()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("int8", "33.5", "33.5. Allowed: whole numbers, -128 to 127."),
        ("typed", "101", "101. Allowed: 0 to 100."),
        ("int16", "0", "0. Allowed: -5, 10 to 20, 30 to 32767."),
        ("decimal64", "0.1234", "0.1234. Allowed: at most 3 digits after the point."),
        ("decimal64", "2", "2. Allowed: -1.5 to 1.5, 10.0."),
        ("enumeration", "two", "two. Allowed: one, twenty two, last."),
        ("bits", "zero seven", "seven. Allowed: any of zero, five, six."),
        ("bits", "zero zero", "zero zero. Allowed: each bit once."),
        ("boolean", "", '"". Allowed: true, false.'),
        ("binary", "=", "not base64. Allowed: letters, digits, + and /, in groups of four."),
        ("binary", "AAAAAAA=", "5 bytes long. Allowed: 1 to 4 bytes."),
        ("string", "abcde", "5 characters long. Allowed: 2 to 4, 8 characters."),
        ("both", "dog", "dog. Allowed: robodog."),
        ("empty", "x", "x. Allowed: no value, the leaf is there or not."),
        ("union", "none", "none. Allowed: whole numbers, 1 to 10; or auto; or whole numbers, 0 to 100."),
    ],
)
def test_messages(engine: Engine, every: CompiledSchema, schema: SqliteSchema, name: str, value: str, message: str):
    assert quick_check(info_of(schema, name), value) == message
    found = engine.check_value(every.key, f"{TYPES}/{name}", value, prefixes=NAMESPACES)
    assert found is not None
    assert (found.path, found.severity) == (f"{TYPES}/{name}", "error")
    # words that the module's author chose come first
    assert found.message == ("a percentage" if name == "typed" else message)


def test_long_lists_are_cut():
    info = TypeInfo("enumeration", enums=tuple(EnumItem(f"e{number}", number) for number in range(12)))
    assert quick_check(info, "x" * 100) == f"{'x' * 57}…. Allowed: e0, e1, e2, e3, e4, e5, e6, e7 and 4 more."


def test_patterns_are_the_engines(engine: Engine, every: CompiledSchema, schema: SqliteSchema):
    assert quick_check(info_of(schema, "string"), "ABC") is None
    found = engine.check_value(every.key, f"{TYPES}/string", "ABC")
    assert found is not None
    assert found.message == "Lower case only."
    found = engine.check_value(every.key, f"{TYPES}/inverted", "xyz")
    assert found is not None
    assert found.message.startswith("Unsatisfied pattern")
    assert engine.check_value(every.key, f"{TYPES}/inverted", "abc") is None


def test_paths_as_values(engine: Engine, every: CompiledSchema):
    def check(value: str) -> object:
        return engine.check_value(every.key, f"{TYPES}/anywhere", value, prefixes=NAMESPACES)

    assert check("/et:types/et:list[et:name='et:x'][et:kind=\"k\"]/ea:colour") is None
    assert check("/et:types/et:leaf-list[.='3']") is None
    assert check("/et:types/et:nothing") is not None
    assert check("/zz:types") is not None
    assert check("not a path") is not None


def test_prefixes_of_identities(engine: Engine, every: CompiledSchema):
    def check(value: str, prefixes: dict[str | None, str]) -> bool:
        return engine.check_value(every.key, f"{TYPES}/identityref", value, prefixes=prefixes) is None

    assert check("q:cat", {"q": "urn:test:every-augment"})
    assert not check("q:cat", {"q": "urn:test:every-type"})
    assert check("cat", {None: "urn:test:every-augment"})
    assert not check("cat", {None: "urn:test:every-type"})
    assert check("every-augment:cat", {}), "module names do too"


def test_leafs_only(engine: Engine, every: CompiledSchema):
    for path in (TYPES, "/every-type:nothing", ""):
        with pytest.raises(SchemaError, match="no leaf"):
            engine.check_value(every.key, path, "x")


def test_numbers():
    assert [integer(text) for text in ("0", "+7", "-1", "017", " 8\n")] == [0, 7, -1, 17, 8]
    assert [integer(text) for text in ("", "0x8", "1_000", "٣", "0x", "--1", "1 2")] == [None] * 7
    defaults = ["-0x1F", "017", "17", "x"]
    assert [canonical_default(TypeInfo("int8"), text) for text in defaults] == ["-31", "15", "17", "x"]
    assert canonical_default(TypeInfo("leafref", target=TypeInfo("int8")), "0x10") == "16"
    assert decimal("1.50") == decimal("1.5")
    assert decimal("1e5") is None
    assert ranges_text([]) == "any"


def test_nothing_is_known_of_other_types():
    assert quick_check(TypeInfo("instance-identifier"), "anything") is None
    assert quick_check(TypeInfo("leafref"), "anything") is None
    assert canonical(TypeInfo("leafref"), " x ") == " x "
    assert canonical(TypeInfo("identityref"), "p:x") == "p:x"
    assert canonical(TypeInfo("int8"), "x") == "x"
