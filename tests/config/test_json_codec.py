"""RFC 7951 JSON: what is written is what the RFC says, what is written and read again is the same, libyang agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.document import Document
from netconf_gui.config.json_codec import from_json, to_json
from netconf_gui.config.json_text import place_of
from netconf_gui.config.json_values import ModuleNames, Number, from_value, path_to_json, settled
from netconf_gui.errors import ConfigError
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import EnumItem, Pattern, SqliteSchema, TypeInfo
from tests.config.model import SCHEMA, T, X, node, top, tree, words
from tests.config.trees import CONFIGS, Maker, meaning


def written(inner: str, *, outside: str = "") -> dict[str, object]:
    found = json.loads(to_json(tree(inner, outside=outside), SCHEMA))
    assert isinstance(found, dict)
    return found


def read(text: str) -> etree._Element:
    return from_json(text, SCHEMA)


@given(CONFIGS)
@settings(deadline=None)
def test_written_and_read_it_is_the_same(root: etree._Element) -> None:
    names = ModuleNames(SCHEMA)
    again = from_json(to_json(root, SCHEMA, names=names), SCHEMA, names=names)
    assert meaning(again) == meaning(root)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<mtu>+0007</mtu>", {"mtu": 7}),
        ("<mtu>big</mtu>", {"mtu": "big"}),
        ("<enabled>true</enabled>", {"enabled": True}),
        ("<ratio>1.50</ratio>", {"ratio": "1.5"}),
        ('<type xmlns:o="urn:x">o:eth</type>', {"type": "x:eth"}),
        ("<type>own</type>", {"type": "t:own"}),
        ('<idref xmlns:o="urn:x">o:eth</idref>', {"idref": "x:eth"}),
        ("<mix>just: words</mix>", {"mix": "just: words"}),
        ("<color>red</color>", {"color": "red"}),
        ("<ref>/t:top/t:entry[t:name='a:b']/x:extra</ref>", {"ref": "/t:top/entry[name='a:b']/x:extra"}),
        ("<np><deep/></np>", {"np": {"deep": {}}}),
        ("<tag>a</tag>", {"tag": ["a"]}),
        ("<number>1</number><number>2</number>", {"number": [1, 2]}),
        ("<entry><name>a</name><x:extra>1</x:extra></entry>", {"entry": [{"name": "a", "x:extra": "1"}]}),
        ("<any><p>1</p></any>", {"any": {"p": "1"}}),
        ('<name xmlns:n="urn:x" n:note="why">a</name>', {"name": "a", "@name": {"x:note": "why"}}),
        ('<np xmlns:n="urn:x" n:note="why"/>', {"np": {"@": {"x:note": "why"}}}),
        ('<tag>a</tag><tag x:n="1">b</tag>', {"tag": ["a", "b"], "@tag": [None, {"x:n": "1"}]}),
        ("<strange><a>1</a><a>2</a></strange>", {"strange": {"a": ["1", "2"]}}),
    ],
)
def test_how_values_are_written(xml: str, said: object) -> None:
    assert written(xml) == {"t:top": said}


def test_types_that_json_writes_as_strings_or_numbers() -> None:
    element = etree.Element("leaf")
    names = ModuleNames(SCHEMA)

    def said(base: str, text: str) -> str:
        from netconf_gui.config.json_values import to_value

        return to_value(text, TypeInfo(base), element, names)

    assert [said(base, "5") for base in ("int8", "uint32", "int64", "uint64")] == ["5", "5", '"5"', '"5"']
    assert said("empty", "") == "[null]"
    assert said("binary", " AQ ==\n") == '"AQ=="'


UNION = TypeInfo(
    "union",
    union=(
        TypeInfo("string", patterns=(Pattern("[a-z]+"),)),
        TypeInfo("uint8", ranges=(("0", "9"),)),
        TypeInfo("enumeration", enums=(EnumItem("10", 0),)),
        TypeInfo("boolean"),
        TypeInfo("int64"),
    ),
)


@pytest.mark.parametrize(
    ("text", "base"),
    [("ten", "string"), ("7", "uint8"), ("10", "enumeration"), ("true", "string"), ("11", "int64"), ("A", None)],
)
def test_the_first_member_of_a_union_that_takes_it_is_the_type(text: str, base: str | None) -> None:
    found = settled(UNION, text)
    assert (found.base if found is not None else None) == base


@pytest.mark.parametrize(
    ("value", "text"),
    [(Number("7"), "7"), (Number("7e0"), "7"), ("10", "10"), (True, "true"), (None, ""), (Number("1.5e1"), "15")],
)
def test_values_read(value: str | bool | None, text: str) -> None:
    assert from_value(value, UNION, T, ModuleNames(SCHEMA)) == (text, {})


def test_a_whole_document_read() -> None:
    root = read(
        '{"t:top": {"mtu": 9000, "type": "x:eth", "idref": "own", "ref": "/t:top/entry[name=\'a\']",'
        ' "entry": [{"v": "1", "x:extra": "e", "name": "a", "@name": {"x:n": 5}}], "tag": ["a", "b"]},'
        ' "x:other": {"y": "\\u00e4"}}'
    )
    assert words(root) == (
        "config(top(mtu=9000 type=x:eth idref=t:own ref=/t:top/t:entry[t:name='a'] entry(name=a v=1 extra=e)"
        " tag=a tag=b) other(y=ä))"
    )
    entry = root[0].find(f"{{{T}}}entry")
    assert entry is not None and entry[0].get(f"{{{X}}}n") == "5"
    assert root[0][1].nsmap["x"] == X


@pytest.mark.parametrize("wrapper", ["data", "config", "ietf-restconf:data", "ietf-netconf:config"])
def test_wrappers(wrapper: str) -> None:
    assert words(read(f'{{"{wrapper}": {{"t:top": {{"mtu": 1}}}}}}')) == "config(top(mtu=1))"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ('{"t:top": {\n "mtu": 1,\n "mtu": 2}}', 3, 2, "mtu is given twice"),
        ('{\n"top": {}}', 2, 1, "needs the name of its module"),
        ('{"t:top": {"mtu": [1, 2]}}', 1, 12, "has a value; here is an array"),
        ('{"t:top": {"np": 5}}', 1, 12, "is an object; here is a number"),
        ('{"t:top": {"tag": "a"}}', 1, 12, "is an array; here is a text"),
        ('{"t:top": {"mtu": null}}', 1, 12, "has no value here"),
        ('{"t:top": {"entry": [{"name": "a"},\n 5]}}', 2, 2, "An entry of the list entry is an object"),
        ('{"t:top": {"mtu": 1,}}', 1, 21, "The name of a member is missing|a comma too many"),
        ('{"t:top": {"mtu" 1}}', 1, 18, "A colon is missing"),
        ('{"t:top": {"mtu": 1 "name": 2}}', 1, 21, "A comma"),
        ('{"t:top": {\n"mtu": 1\n', 2, 8, "ends too early"),
        ('{"q:x": 1}', 1, 2, "has no module q"),
        ('{"t:top": {"name": "\\u0001"}}', 1, 12, "U\\+0001"),
        ('{"t:top": {"@name": {}}}', 1, 12, "is not there"),
        ('{"t:top": {"a b": 1}}', 1, 12, "cannot be the name"),
        ("[1]", 1, 1, "is a JSON object; here is an array"),
        ('{"t:top": {"any": [[1]]}}', 1, 20, "An array inside an array"),
    ],
)
def test_what_is_wrong_has_a_place(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        from_json(text, SCHEMA, name="file.json")
    assert caught.value.message.startswith("file.json")
    # newer Pythons see a trailing comma at the comma
    assert caught.value.line == line and caught.value.column in (column, column - 1)


def test_other_faults() -> None:
    for text in ("[NaN]", "[" * 100_000, b"\xff{"):
        with pytest.raises(ConfigError):
            from_json(text, SCHEMA)
    with pytest.raises(ConfigError, match="needs a schema"):
        to_json(tree("<mtu>1</mtu>"), None)


def test_advice_names_the_module() -> None:
    with pytest.raises(ConfigError) as caught:
        read('{"other": {}}')
    assert caught.value.advice == "Write x:other."


def test_places() -> None:
    text = '{"a": {"b": [1, {"c": "}"}], "b": 2}}'
    assert text[place_of(text, ("a", "b")) :].startswith('"b": [1')
    assert text[place_of(text, ("a", "b", 1, "c")) :].startswith('"c"')
    assert text[place_of(text, ("a", "b", 0)) :].startswith("1,")
    assert text[place_of(text, ("a", "b"), last=True) :].startswith('"b": 2')
    assert place_of(text, ("x",)) == 0


def test_unknown_modules_come_back_by_the_names_they_were_given() -> None:
    root = codec.read(top(outside='<a xmlns="urn:one:q"><b xmlns="urn:two:q"/></a>')).root
    names = ModuleNames(SCHEMA)
    text = to_json(root, SCHEMA, names=names)
    assert json.loads(text) == {"q:a": {"q-2:b": ""}}
    again = from_json(text, SCHEMA, names=names)
    assert [one.tag for one in again.iter()] == [codec.CONFIG, "{urn:one:q}a", "{urn:two:q}b"]
    with pytest.raises(ConfigError, match="no module q"):
        from_json(text, SCHEMA)


def test_files_of_json_are_opened_with_a_schema() -> None:
    text = b'\xef\xbb\xbf \n{"t:top": {"mtu": 9000}}'
    assert codec.read(text, schema=SCHEMA).kind == "json"
    assert codec.read('{"t:top": {"mtu": 9000}}'.encode("utf-16"), schema=SCHEMA).kind == "json"
    document = Document(text, SCHEMA)
    assert words(document.root) == words(document.base_root) == "config(top(mtu=9000))"
    document.rebase(b'{"t:top": {"mtu": 1}}')
    assert document.changes() == 1
    document.set_schema(None)
    assert document.base_root is not None


def test_identities_in_paths() -> None:
    names = ModuleNames(SCHEMA)
    path = "/p:top/p:pair[p:a='1'][p:b='q:eth']"
    assert path_to_json(path, {"p": T, "q": X}, names) == "/t:top/pair[a='1'][b='x:eth']"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(Path(__file__).parent / "modules")
    return engine.compile(resolve([WantedModule("t"), WantedModule("x")], library.fetch))


def without_any(root: etree._Element) -> etree._Element:
    """libyang has its own notion of what stands in anydata."""
    for one in list(root.iter(f"{{{T}}}any")):
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)
    return root


def test_libyang_reads_what_we_write_and_we_read_what_it_writes(engine: Engine, compiled: CompiledSchema) -> None:
    schema: SqliteSchema = engine.schema(compiled)
    for seed in range(60):
        root = without_any(Maker(seed, (0.2, 0.5, 0.9)[seed % 3]).config())
        xml = codec.write(root)
        ours = to_json(root, schema).encode()
        assert engine.equal(compiled.key, engine.convert(compiled.key, ours, "xml"), xml), seed
        theirs = engine.convert(compiled.key, xml, "json")
        assert engine.equal(compiled.key, codec.write(from_json(theirs, schema)), xml), seed


def test_the_model_by_hand_and_the_compiled_one_write_the_same(engine: Engine, compiled: CompiledSchema) -> None:
    root = Maker(7, 0.9).config()
    assert node("/top").path == "/t:top"
    assert to_json(root, engine.schema(compiled)) == to_json(root, SCHEMA)
