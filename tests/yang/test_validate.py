"""Data is judged as RFC 7950 says: one line each, *this data, these findings*."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.resolver import ResolvedSet

Check = Callable[..., list[tuple[str, str, str]]]

NS = 'xmlns="urn:test:every-type"'
MUST_HAVE = "<this/>"


@pytest.fixture
def check(engine: Engine, every: CompiledSchema) -> Check:
    """(path below /every-type:, message, app-tag) of each finding; `xml` is put into a config wrapper."""

    def run(xml: str, content: str = "config") -> list[tuple[str, str, str]]:
        data = f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{xml}</config>'.encode()
        found = engine.validate(every.key, data, content=content)
        return [(item.path.removeprefix("/every-type:"), item.message, item.app_tag) for item in found]

    return run


def types(xml: str) -> str:
    return f"<types {NS}>{xml}</types>"


def rules(xml: str) -> str:
    return f"<rules {NS}><on>true</on><few>1</few><few>2</few>{xml}</rules>"


def choices(xml: str) -> str:
    return f"<choices {NS}>{MUST_HAVE}{xml}</choices>"


VALID = [
    "",
    types(""),
    types("<int8>-128</int8><int16>30</int16><decimal64>10</decimal64><boolean>false</boolean><empty/>"),
    types("<string>abc</string><inverted>yx</inverted><enumeration>twenty two</enumeration><bits>six zero</bits>"),
    types("<identityref>puppy</identityref>"),
    types('<identityref xmlns:q="urn:test:every-type">q:puppy</identityref>'),
    types('<identityref xmlns:a="urn:test:every-augment">a:cat</identityref>'),
    types('<foreign xmlns:b="urn:test:every-types-base">b:solid</foreign>'),
    types("<int8>3</int8><leafref>3</leafref><loose>nobody</loose>"),
    types("<int8>3</int8><instance-identifier xmlns:q='urn:test:every-type'>/q:types/q:int8</instance-identifier>"),
    types("<anywhere xmlns:q='urn:test:every-type'>/q:types/q:list[q:name='a'][q:kind='b']/q:port</anywhere>"),
    types("<union>auto</union><typed>100</typed>"),
    types("<list><name>n</name><kind>k</kind><port>1</port></list>"),
    types("<anydata><x xmlns='urn:any'><y/></x></anydata><anyxml><free>text<b/></free></anyxml>"),
    types("<!-- a comment --><int8><!-- inside -->7</int8><?pi?>"),
    types('<int8 xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="merge" junk="1">7</int8>'),
    rules("<limit>2</limit>"),
    choices("<wheels>3</wheels><lane>1</lane>"),
    choices('<rocket xmlns="urn:test:every-augment">Saturn</rocket>'),
]


@pytest.mark.parametrize("xml", VALID)
def test_valid(check: Check, xml: str):
    assert check(xml) == []


FAULTS = [
    # values
    (types("<int8>128</int8>"), [("types/int8", "int8 is 128. Allowed: -128 to 127.", "")]),
    (types("<int8>x</int8>"), [("types/int8", "int8 is x. Allowed: whole numbers, -128 to 127.", "")]),
    (types("<typed>101</typed>"), [("types/typed", "a percentage", "percent-range")]),
    (types("<string>ABC</string>"), [("types/string", "Lower case only.", "")]),
    (
        types("<string>a</string>"),
        [("types/string", "string is 1 characters long. Allowed: 2 to 4, 8 characters.", "")],
    ),
    (types("<boolean>TRUE</boolean>"), [("types/boolean", "boolean is TRUE. Allowed: true, false.", "")]),
    (
        types("<enumeration>two</enumeration>"),
        [("types/enumeration", "enumeration is two. Allowed: one, twenty two, last.", "")],
    ),
    (
        types("<union>11x</union>"),
        [("types/union", "union is 11x. Allowed: whole numbers, 1 to 10; or auto; or whole numbers, 0 to 100.", "")],
    ),
    # names
    (types("<nothing/>"), [("types/nothing", "nothing is not a child of types.", "")]),
    (f"<nothing {NS}/>", [("nothing", "every-type has no top-level node nothing.", "")]),
    ("<nothing/>", [("/{urn:ietf:params:xml:ns:netconf:base:1.0}nothing", "nothing is in no module's namespace.", "")]),
    (f"<state {NS}/>", [("state", "state is state data, which is not part of a configuration.", "")]),
    # shape
    (types("<int8><x/></int8>"), [("types/int8", "int8 is a leaf: it cannot hold elements.", "")]),
    (types("hello"), [("types", "types is a container: it cannot hold text (hello).", "")]),
    (types("<int8>1</int8><int8>2</int8>"), [("types/int8", "int8 is there more than once.", "")]),
    # lists
    (
        types("<list><name>n</name><port>1</port></list>"),
        [("types/list[1]", "The entry of list lacks its key kind.", "")],
    ),
    (
        types("<list><port>1</port></list>"),
        [("types/list[1]", "The entry of list lacks its keys name and kind.", "")],
    ),
    (
        types("<list><kind>k</kind><name>n</name><port>1</port></list>"),
        [
            (
                "types/list[name='n'][kind='k']/name",
                "The key name is not in its place: the keys come in the order of the schema.",
                "",
            )
        ],
    ),
    (
        types("<ordered><id>1</id></ordered><ordered><id>1</id></ordered>"),
        [("types/ordered[id='1']", 'Duplicate instance of "ordered".', "")],
    ),
    (
        types("<list><name>it's</name><kind>k</kind></list>"),
        [("types/list[name=\"it's\"][kind='k']", 'Mandatory node "port" instance does not exist.', "")],
    ),
    (types("<leaf-list>1</leaf-list>" * 2), [("types/leaf-list[.='1']", 'Duplicate instance of "leaf-list".', "")]),
    # constraints
    (
        rules("<limit>1</limit>"),
        [("rules", "The limit must be greater than 1.", "limit-too-low")],
    ),
    (
        rules("<member><id>1</id><peer>2</peer></member>"),
        [
            (
                "rules/member[id='1']/peer",
                'Invalid leafref value "2" - no target instance "../../member/id" with the same value.',
                "instance-required",
            )
        ],
    ),
    (
        rules("<member><id>1</id><serial>a</serial></member><member><id>2</id><serial>a</serial></member>"),
        [
            (
                "rules/member[id='2']",
                'Unique data leaf(s) "serial" not satisfied in "/every-type:rules/member[id=\'1\']" and '
                "\"/every-type:rules/member[id='2']\".",
                "data-not-unique",
            )
        ],
    ),
    (
        f"<rules {NS}><on>true</on><few>1</few></rules>",
        [("rules/few", 'Too few "few" instances.', "too-few-elements")],
    ),
    (
        types("".join(f"<leaf-list>{number}</leaf-list>" for number in range(4))),
        [("types/leaf-list[.='3']", 'Too many "leaf-list" instances.', "too-many-elements")],
    ),
    (
        f"<rules {NS}><few>1</few><few>2</few></rules>",
        [("rules", 'Mandatory node "on" instance does not exist.', "")],
    ),
    (
        f"<rules {NS}><on>false</on><few>1</few><few>2</few><only-when-on>x</only-when-on></rules>",
        [("rules/only-when-on", "When condition \"../on = 'true'\" not satisfied.", "")],
    ),
    (f"<choices {NS}/>", [("choices", 'Mandatory choice "must-have" data do not exist.', "missing-choice")]),
    (choices("<lane>1</lane><sea/>"), [("choices", 'Data for both cases "road" and "sea" exist.', "")]),
]


@pytest.mark.parametrize(("xml", "expected"), FAULTS)
def test_faults(check: Check, xml: str, expected: list[tuple[str, str, str]]):
    found = check(xml)
    # which of two entries a uniqueness finding names first is the library's affair
    assert sorted(set(found)) == sorted(expected) or [item[2] for item in found] == ["data-not-unique"]


def test_all_findings_are_told_not_only_the_first(check: Check):
    xml = (
        types("<int8>999</int8><nothing/><string>ABC</string><list><name>a</name></list>")
        + rules("<limit>1</limit><member><id>x</id></member><member><id>4</id><peer>5</peer></member>")
        + f"<choices {NS}/>"
    )
    assert [path for path, _, _ in check(xml)] == [
        "types/int8",
        "types/nothing",
        "types/string",
        "types/list[1]",
        "rules/member[id='x']/id",
        "rules/member[id='4']/peer",
        "rules",
        "choices",
    ]


def test_nothing_is_told_about_what_a_fault_makes_look_missing(check: Check):
    # the faulty value is there: it is not missing as well
    assert [path for path, _, _ in check(f"<rules {NS}><on>maybe</on><few>1</few><few>2</few></rules>")] == ["rules/on"]
    assert [path for path, _, _ in check(f"<choices {NS}><this>x</this></choices>")] == ["choices/this"]
    members = "<member><id>x</id></member><member><id>2</id><peer>x</peer></member>"
    assert [path for path, _, _ in check(rules(members))] == ["rules/member[id='x']/id", "rules/member[id='2']/peer"]
    # the reference has the value that is there, however wrong: it is not broken as well
    assert {tag for _, _, tag in check(rules(members))} == {""}


def test_must_of_the_default_kind(check: Check):
    members = "".join(f"<member><id>{number}</id></member>" for number in range(3))
    found = check(rules(members))
    assert {message for _, message, _ in found} == {"Two are enough."}
    assert {tag for _, _, tag in found} == {"must-violation"}
    assert len(found) == 3


def test_identities_of_several_bases_when_the_context_was_built_again(
    engine: Engine, every: CompiledSchema, every_set: ResolvedSet
):
    with Engine(cache_folder=engine.cache_folder) as other:
        assert other.compile(every_set).cached
        found = other.validate(every.key, types("<both>dog</both>").encode())
        assert [item.path for item in found] == ["/every-type:types/both"]
        assert other.validate(every.key, types("<both>robodog</both>").encode()) == ()


def test_state_is_data(check: Check):
    samples = "<samples><value>1</value></samples>" * 2
    state = f"<state {NS}><counter>7</counter>{samples}</state>"
    assert check(state, "data") == []
    assert check(state, "operational") == []
    assert check(state.replace("7", "-7"), "data") == [
        ("state/counter", "counter is -7. Allowed: 0 to 18446744073709551615.", "")
    ]


def test_part_of_a_configuration(check: Check):
    part = f"<rules {NS}><member><id>1</id><peer>9</peer></member></rules>"
    assert check(part, "edit") == []
    assert [path for path, _, _ in check(part.replace("9", "nine"), "edit")] == ["rules/member[id='1']/peer"]
    assert len(check(part)) > 1


def test_unknown_namespaces_are_noted_once_and_skipped(engine: Engine, every: CompiledSchema):
    data = (
        f'<data xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">\n<vendor xmlns="urn:vendor"><a/></vendor>\n'
        f'<types {NS}><int8>300</int8><x xmlns="urn:vendor"/></types><other xmlns="urn:other"/></data>'
    ).encode()
    found = engine.validate(every.key, data)
    assert [(item.severity, item.source, item.path) for item in found] == [
        ("error", "yang", "/every-type:types/int8"),
        ("warning", "schema missing", "/{urn:other}other"),
        ("warning", "schema missing", "/{urn:vendor}vendor"),
    ]
    assert [item.line for item in found] == [3, 3, 2]
    assert "urn:vendor" in found[2].message


def test_only_unknown_namespaces(engine: Engine, every: CompiledSchema):
    found = engine.validate(every.key, b'<vendor xmlns="urn:vendor"><a/></vendor>')
    assert [item.severity for item in found] == ["warning"]


def test_not_more_findings_than_anybody_reads(engine: Engine, every: CompiledSchema):
    wrong = types("".join(f"<leaf-list>x{number}</leaf-list>" for number in range(50))).encode()
    found = engine.validate(every.key, wrong, limit=10)
    assert len(found) == 11
    assert found[-1].message == "There are 40 more findings."
    entries = "".join(f"<ordered><id>{number}</id></ordered>" * 2 for number in range(20))
    found = engine.validate(every.key, types(entries).encode(), limit=5)
    assert len(found) == 6
    assert found[-1].message == "There are 15 more findings."
    assert len(engine.validate(every.key, wrong, limit=5, content="edit")) == 6


def test_bare_top_level_node(engine: Engine, every: CompiledSchema):
    assert engine.validate(every.key, types("<int8>1</int8>").encode()) == ()
    # prefixes that only a value uses survive
    text = f'<types {NS} xmlns:q="urn:test:every-type"><identityref>q:dog</identityref><int8>x</int8></types>'
    assert [item.path for item in engine.validate(every.key, text.encode())] == ["/every-type:types/int8"]


def test_values_use_prefixes_of_the_wrapper(engine: Engine, every: CompiledSchema):
    text = f'<config xmlns:q="urn:test:every-type"><types {NS}><identityref>q:dog</identityref></types></config>'
    assert engine.validate(every.key, text.encode()) == ()


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"<config>\n<a>\n</config>", 3), (b"", 0), (b"<!DOCTYPE x [<!ENTITY e 'x'>]><config/>", 1)],
)
def test_broken_xml_is_a_finding(engine: Engine, every: CompiledSchema, data: bytes, line: int):
    (found,) = engine.validate(every.key, data)
    assert (found.severity, found.source, found.line) == ("error", "xml", line)


def test_unknown_schema(engine: Engine):
    with pytest.raises(SchemaError):
        engine.validate("0" * 40, b"<config/>")


A = types("<int8>1</int8><list><name>a</name><kind>k</kind><port>1</port></list>").encode()
B = types("<int8>2</int8><leaf-list>5</leaf-list>").encode()


def test_xpath(engine: Engine, every: CompiledSchema):
    assert engine.xpath(every.key, A, "/every-type:types/every-type:list/every-type:port") == (
        ("/every-type:types/list[name='a'][kind='k']/port", "1"),
    )
    assert engine.xpath(every.key, A, "/every-type:types/list") == (
        ("/every-type:types/list[name='a'][kind='k']", None),
    )
    assert engine.xpath(every.key, A, "//*", limit=2) == (("/every-type:types", None), ("/every-type:types/int8", "1"))
    assert engine.xpath(every.key, b"<config/>", "/every-type:types") == ()
    with pytest.raises(SchemaError, match="XPath cannot be evaluated"):
        engine.xpath(every.key, A, "/every-type:types[")
    faulty = types("<int8>x</int8><nothing/><int16>10</int16><anydata>mixed<b xmlns='urn:any'/></anydata>").encode()
    assert engine.xpath(every.key, faulty, "/every-type:types/*") == (
        ("/every-type:types/int16", "10"),
        ("/every-type:types/anydata", None),
    )
    with pytest.raises(SchemaError, match="not well-formed"):
        engine.xpath(every.key, b"<types", "/*")


def test_diff_merge_and_equal(engine: Engine, every: CompiledSchema):
    key = every.key
    assert engine.diff(key, A, A) == b""
    difference = engine.diff(key, A, B)
    assert b'yang:operation="replace" yang:orig-default="false" yang:orig-value="1">2</int8>' in difference
    assert b'<list yang:operation="delete"' in difference
    applied = engine.apply_diff(key, A, A, B)
    assert engine.equal(key, applied, B)
    assert not engine.equal(key, A, B)
    with pytest.raises(SchemaError, match="does not fit"):
        engine.diff(key, A, types("<int8>x</int8>").encode())
    anything = types("<anydata><x xmlns='urn:any'>1</x></anydata>").encode()
    assert not engine.equal(key, anything, anything.replace(b"1", b"2")), "what is in anydata counts"
    merged = engine.merge(key, A, B)
    assert b"<int8>2</int8>" in merged
    assert b"<port>1</port>" in merged


def test_equal_with_and_without_defaults(engine: Engine, every: CompiledSchema):
    key = every.key
    written = types("<boolean>true</boolean>").encode()
    assert engine.equal(key, written, types("").encode(), defaults=False)
    assert not engine.equal(key, written, types("").encode())
    assert engine.equal(key, b"<config/>", b"<config/>")


def test_with_defaults(engine: Engine, every: CompiledSchema):
    found = engine.with_defaults(every.key, types("").encode())
    assert b"<boolean>true</boolean>" in found
    assert b"<typed>50</typed>" in found
    assert b"<wheels" in engine.with_defaults(every.key, choices("").encode())
