"""Instance paths: their text, what they find, and what devices call paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.error_path import from_error_path, write_error_path
from netconf_gui.config.path import InstancePath, Step, find, path_of
from netconf_gui.errors import ConfigError
from tests.config.model import SCHEMA, T, X, tree, words
from tests.config.trees import CONFIGS

SAMPLE = tree(
    "<mtu>1</mtu><entry><name>a'b</name><t>x:eth</t><x:extra>1</x:extra></entry><entry><name>b</name></entry>"
    "<pair><a>1</a><b>x:fast</b><v>2</v></pair><tag>t</tag>",
    outside='<item xmlns="urn:t"><id>i</id></item>',
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/", "config"),
        ("/t:top/mtu", "mtu=1"),
        ('/t:top/entry[name="a\'b"]/x:extra', "extra=1"),
        ("/t:top/entry[t:name='b']", "entry(name=b)"),
        ("/t:top/pair[a='1'][b='x:fast']/v", "v=2"),
        ("/t:top/tag[.='t']", "tag=t"),
        ("/t:item[id='i']", "item(id=i)"),
        ("/t:top/entry[2]", "entry(name=b)"),
        ("/{urn:t}top/{urn:t}mtu", "mtu=1"),
    ],
)
def test_texts_find_nodes_and_come_back(text: str, found: str) -> None:
    path = InstancePath.parse(text, SCHEMA)
    element = find(SAMPLE, path, SCHEMA)
    assert element is not None
    assert words(element).startswith(found)
    if element is not SAMPLE:
        again = InstancePath.parse(str(path_of(element, SCHEMA)), SCHEMA)
        assert find(SAMPLE, again, SCHEMA) is element


@pytest.mark.parametrize("text", ["/t:top/entry[name='z']", "/t:top/mtu/x:a", "/x:other", "/t:top/entry[9]"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert find(SAMPLE, InstancePath.parse(text, SCHEMA), SCHEMA) is None


@pytest.mark.parametrize(
    ("text", "column"),
    [("t:top", 1), ("/t:top[", 7), ("/t:top[name=1]", 7), ("/nowhere:top", 2), ("/t:top/", 8), ("/t:top x", 7)],
)
def test_a_wrong_path_says_where(text: str, column: int) -> None:
    with pytest.raises(ConfigError) as caught:
        InstancePath.parse(text, SCHEMA)
    assert caught.value.column == column


@given(st.text(alphabet="ab'\" /[]=", min_size=1, max_size=8))
def test_any_key_can_be_written_and_read(value: str) -> None:
    path = InstancePath((Step(T, "top"), Step(T, "entry", (("name", value),))), {T: "t"})
    assert InstancePath.parse(str(path), SCHEMA) == path


@given(CONFIGS)
def test_every_node_is_found_by_its_path_and_by_its_xpath(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        path = path_of(element, SCHEMA, exact=True)
        assert find(root, path, SCHEMA) is element
        if "/any/" in str(path):
            continue  # namespaces of no module
        assert find(root, InstancePath.parse(str(path), SCHEMA), SCHEMA) is element
        expression, prefixes = path.to_xpath()
        if path.steps:
            assert element in root.xpath(f".{expression}", namespaces=prefixes)


def test_parts_of_a_path() -> None:
    path = InstancePath.parse("/t:top/entry[name='b']/sub/inner[id='i']", SCHEMA)
    assert path.name == "inner" and path.parent.name == "sub"
    assert path.short() == "/top/entry[b]/sub/inner[i]"
    assert path.schema_path() == "/t:top/entry/sub/inner"
    assert path.startswith(path.parent) and not path.parent.startswith(path)


def test_without_a_schema_positions_tell_twins_apart() -> None:
    assert str(path_of(SAMPLE[0][2], None)) == "/t:top/entry[2]"
    assert str(path_of(SAMPLE[0][0], None)) == "/t:top/mtu"


def test_error_paths_have_a_prefix_everywhere() -> None:
    element = find(SAMPLE, InstancePath.parse("/t:top/pair[a='1'][b='x:fast']/v", SCHEMA), SCHEMA)
    assert element is not None
    text, prefixes = write_error_path(path_of(element, SCHEMA))
    assert text == "/t:top/t:pair[t:a='1'][t:b='x:fast']/t:v"
    assert dict(prefixes) == {"t": T, "x": X}
    assert from_error_path(text, dict(prefixes), SAMPLE, SCHEMA) is element


@pytest.mark.parametrize(
    ("text", "namespaces", "found"),
    [
        ("/q:top/q:mtu", {"q": T}, "mtu=1"),
        ("/t:top/t:mtu", {}, "mtu=1"),  # module names as prefixes
        ("/zz:top/zz:mtu", {}, "mtu=1"),  # a prefix that means nothing
        ("/wrong:top/wrong:mtu", {"wrong": "urn:w"}, "mtu=1"),  # a prefix that means something else
        ("top/mtu", {}, "mtu=1"),
        ("/nc:rpc/nc:edit-config/nc:config/t:top/t:mtu", {}, "mtu=1"),
        ("/rpc/edit-config/config/top/entry[name='b']", {}, "entry(name=b)"),
        ("  /top/entry[name=b]/nothing/more ", {}, "entry(name=b)"),  # the nearest that exists
        ("/top/pair[b='q:fast']/v", {}, "v=2"),
        ("/top/tag[.='t']", {}, "tag=t"),
        ("/entry[name='b']", {}, "entry(name=b)"),  # the top-level node left out
        ("/top/entry[2]/name", {}, "name=b"),
        ("/top/entry[name='z']", {}, "top("),
        ("/t:top/t:entry{b}/name", {}, "name=b"),  # ConfD
        ('/top/pair{1 "x:fast"}/v', {}, "v=2"),
        ("/top/entry{z}", {}, "top("),
        ("[edit top entry b]", {}, "entry(name=b)"),  # Junos
        ("[edit top pair 1 x:fast v]", {}, "v=2"),
        ('  [edit top entry "a\'b" extra]', {}, "extra=1"),
        ("[edit entry b nothing more]", {}, "entry(name=b)"),
    ],
)
def test_error_paths_of_devices(text: str, namespaces: dict[str, str], found: str) -> None:
    element = from_error_path(text, namespaces, SAMPLE, SCHEMA)
    assert element is not None and words(element).startswith(found)


@pytest.mark.parametrize("text", ["", "/", "nonsense at all", "/nothing/here", "[[", "[edit]", "[edit nothing]"])
def test_error_paths_that_mean_nothing(text: str) -> None:
    assert from_error_path(text, {}, SAMPLE, SCHEMA) is None


def test_a_node_without_a_namespace_has_no_prefix_in_an_error_path() -> None:
    path = InstancePath((Step("", "system"), Step("urn:x", "y")), {"urn:x": "x"})
    assert write_error_path(path) == ("/system/x:y", (("x", "urn:x"),))
