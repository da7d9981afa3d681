"""Conversations with the edit-config interpreter: before, edit, after."""

from __future__ import annotations

import pytest
from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.apply import edit_config, perform_edit
from netconf_gui.errors import EditRefused, RpcError
from tests.config.model import SCHEMA, T, X, node, tree, words

NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
YANG = "urn:ietf:params:xml:ns:yang:1"


def edit(inner: str, *, outside: str = "", attributes: str = "") -> etree._Element:
    body = f'<top xmlns="{T}" xmlns:x="{X}" xmlns:t="{T}" {attributes}>{inner}</top>' if inner or attributes else ""
    return codec.read_fragment(f'<config xmlns="{NC}" xmlns:nc="{NC}" xmlns:yang="{YANG}">{body}{outside}</config>')


def after(before: str, inner: str, **options: str) -> str:
    """What is inside top after the edit."""
    result = edit_config(tree(before), edit(inner), SCHEMA, **options)
    return words(result[0]).removeprefix("top(")[:-1]


def refusal(before: str, inner: str, **options: str) -> RpcError:
    with pytest.raises(EditRefused) as caught:
        edit_config(tree(before), edit(inner), SCHEMA, **options)
    return caught.value.error


A = "<entry><name>a</name><v>1</v></entry>"
B = "<entry><name>b</name><v>2</v></entry>"
ORDERED = "".join(f"<ordered><name>{name}</name></ordered>" for name in "abc")
OLIST = "<olist>a</olist><olist>b</olist><olist>c</olist>"


@pytest.mark.parametrize(
    ("before", "change", "result"),
    [
        # merge is the default
        ("<mtu>1</mtu>", "<mtu>2</mtu>", "mtu=2"),
        ("", "<mtu>2</mtu>", "mtu=2"),
        ("<name>n</name>", "<mtu>2</mtu>", "name=n mtu=2"),
        (A, "<entry><name>a</name><v>9</v></entry>", "entry(name=a v=9)"),
        (A, B, "entry(name=a v=1) entry(name=b v=2)"),
        (A, "<entry><v>3</v><name>a</name></entry>", "entry(name=a v=3)"),
        ("<tag>a</tag>", "<tag>b</tag><tag>a</tag>", "tag=a tag=b"),
        ("<np><a>1</a></np>", "<np><deep><b>2</b></deep></np>", "np(a=1 deep(b=2))"),
        ("", "<pres/>", "pres"),
        # replace
        ("<mtu>1</mtu>", '<mtu nc:operation="replace">2</mtu>', "mtu=2"),
        (A + B, '<entry nc:operation="replace"><name>a</name></entry>', "entry(name=a) entry(name=b v=2)"),
        ("<np><a>1</a></np>", '<np nc:operation="replace"><deep><b>2</b></deep></np>', "np(deep(b=2))"),
        ("", '<entry nc:operation="replace"><name>z</name><v>1</v></entry>', "entry(name=z v=1)"),
        # create
        ("", '<mtu nc:operation="create">2</mtu>', "mtu=2"),
        (A, '<entry nc:operation="create"><name>b</name><sub><w>1</w></sub></entry>',
         "entry(name=a v=1) entry(name=b sub(w=1))"),
        ("", '<np nc:operation="create"><a>1</a></np>', "np(a=1)"),
        ("<np/>", '<np nc:operation="create"><a>1</a></np>', "np(a=1)"),
        ("<tag>a</tag>", '<tag nc:operation="create">b</tag>', "tag=a tag=b"),
        # delete and remove
        ("<name>n</name><mtu>1</mtu>", '<mtu nc:operation="delete"/>', "name=n"),
        (A + B, '<entry nc:operation="delete"><name>a</name></entry>', "entry(name=b v=2)"),
        ("<tag>a</tag><tag>b</tag>", '<tag nc:operation="delete">a</tag>', "tag=b"),
        ("<name>n</name>", '<mtu nc:operation="remove"/>', "name=n"),
        (A, '<entry nc:operation="remove"><name>z</name></entry>', "entry(name=a v=1)"),
        (A, '<entry><name>a</name><v nc:operation="delete"/></entry>', "entry(name=a)"),
        # operations inside operations
        (A, '<entry nc:operation="merge"><name>a</name><v nc:operation="remove"/><sub><w>1</w></sub></entry>',
         "entry(name=a sub(w=1))"),
        (A, '<entry nc:operation="replace"><name>a</name><sub nc:operation="merge"><w>1</w></sub></entry>',
         "entry(name=a sub(w=1))"),
        # choices: a node of one case takes the others' away
        ("<one-a>1</one-a><one-b>2</one-b>", "<two><z>1</z></two>", "two(z=1)"),
        ("<two-l>1</two-l><two-l>2</two-l>", "<i1>x</i1>", "i1=x"),
        ("<i1>x</i1>", "<i2>y</i2>", "i2=y"),
        ("<one-a>1</one-a>", "<one-b>2</one-b>", "one-a=1 one-b=2"),
        ("<one-a>1</one-a>", '<one-a nc:operation="delete"/><i1>1</i1>', "i1=1"),
        # ordered by the user
        (ORDERED, "<ordered><name>d</name></ordered>",
         "ordered(name=a) ordered(name=b) ordered(name=c) ordered(name=d)"),
        (ORDERED, '<ordered yang:insert="first"><name>d</name></ordered>',
         "ordered(name=d) ordered(name=a) ordered(name=b) ordered(name=c)"),
        (ORDERED, '<ordered yang:insert="last"><name>a</name></ordered>',
         "ordered(name=b) ordered(name=c) ordered(name=a)"),
        (ORDERED, """<ordered yang:insert="before" yang:key="[t:name='b']"><name>c</name></ordered>""",
         "ordered(name=a) ordered(name=c) ordered(name=b)"),
        (ORDERED, """<ordered yang:insert="after" yang:key="[name='a']"><name>d</name></ordered>""",
         "ordered(name=a) ordered(name=d) ordered(name=b) ordered(name=c)"),
        (ORDERED, "<ordered><name>a</name><v>1</v></ordered>", "ordered(name=a v=1) ordered(name=b) ordered(name=c)"),
        (OLIST, '<olist yang:insert="before" yang:value="a">c</olist>', "olist=c olist=a olist=b"),
        (OLIST, '<olist yang:insert="after" yang:value="a" nc:operation="create">d</olist>',
         "olist=a olist=d olist=b olist=c"),
        (OLIST, '<olist nc:operation="delete">b</olist>', "olist=a olist=c"),
        # anydata is replaced or merged as a whole
        ("<any><p>1</p></any>", '<any><q xmlns="urn:q">2</q></any>', "any(q=2)"),
        ("<any><p>1</p></any><mtu>1</mtu>", '<any nc:operation="delete"/>', "mtu=1"),
        # schema order for new nodes
        ("<tag>t</tag>", "<name>n</name>", "name=n tag=t"),
        (A, "<entry><name>a</name><mtu>5</mtu></entry><mtu>1</mtu>", "mtu=1 entry(name=a v=1 mtu=5)"),
        # the same number and the same identity in other words
        ("<number>1</number>", "<number>+1</number>", "number=1"),
        ("<pair><a>1</a><b>x:eth</b></pair>", '<pair><a>1</a><b xmlns:y="urn:x">y:eth</b><v>2</v></pair>',
         "pair(a=1 b=x:eth v=2)"),
        ("<pair><a>1</a><b>x:eth</b></pair>", '<pair><a>1</a><b>t:own</b></pair>',
         "pair(a=1 b=x:eth) pair(a=1 b=t:own)"),
    ],
)  # fmt: skip
def test_edits(before: str, change: str, result: str) -> None:
    assert after(before, change) == result


@pytest.mark.parametrize(
    ("before", "change", "tag", "path"),
    [
        ("<mtu>1</mtu>", '<mtu nc:operation="create">2</mtu>', "data-exists", "/t:top/t:mtu"),
        (A, '<entry nc:operation="create"><name>a</name></entry>', "data-exists", "/t:top/t:entry[t:name='a']"),
        ("<tag>a</tag>", '<tag nc:operation="create">a</tag>', "data-exists", "/t:top/t:tag[.='a']"),
        ("<np><a>1</a></np>", '<np nc:operation="create"/>', "data-exists", "/t:top/t:np"),
        ("<pres/>", '<pres nc:operation="create"/>', "data-exists", "/t:top/t:pres"),
        ("", '<mtu nc:operation="delete"/>', "data-missing", "/t:top/t:mtu"),
        (A, '<entry nc:operation="delete"><name>b</name></entry>', "data-missing", "/t:top/t:entry[t:name='b']"),
        ("<np/>", '<np nc:operation="delete"/>', "data-missing", "/t:top/t:np"),
        ("", '<entry nc:operation="delete"><v>1</v></entry>', "missing-element", "/t:top/t:entry[1]"),
        ("", "<pair><a>1</a></pair>", "missing-element", "/t:top/t:pair[1]"),
        ("", '<mtu nc:operation="change">1</mtu>', "bad-attribute", "/t:top/t:mtu"),
        ("", '<mtu operation="delete">1</mtu>', "unknown-attribute", "/t:top/t:mtu"),
        ("", '<mtu yang:insert="first">1</mtu>', "unknown-attribute", "/t:top/t:mtu"),
        (A, '<entry yang:insert="first"><name>a</name></entry>', "unknown-attribute", "/t:top/t:entry[t:name='a']"),
        (OLIST, '<olist yang:insert="first" yang:key="[a=1]">a</olist>', "unknown-attribute", "/t:top/t:olist[.='a']"),
        (ORDERED, '<ordered yang:insert="before"><name>a</name></ordered>', "missing-attribute",
         "/t:top/t:ordered[t:name='a']"),
        (ORDERED, '<ordered yang:insert="middle"><name>a</name></ordered>', "bad-attribute",
         "/t:top/t:ordered[t:name='a']"),
        (ORDERED, """<ordered yang:insert="before" yang:key="[name='z']"><name>a</name></ordered>""", "bad-attribute",
         "/t:top/t:ordered[t:name='a']"),
        (ORDERED, """<ordered yang:insert="before" yang:key="name=z"><name>a</name></ordered>""", "bad-attribute",
         "/t:top/t:ordered[t:name='a']"),
        ("", "<nothing/>", "unknown-element", "/t:top/t:nothing"),
        ("", "<state>1</state>", "unknown-element", "/t:top/t:state"),
        ("", '<q xmlns="urn:q"/>', "unknown-namespace", "/t:top/q:q"),
        ("", "<mtu><a/></mtu>", "unknown-element", "/t:top/t:mtu/t:a"),
        ("", "<mtu>1</mtu><mtu>2</mtu>", "bad-element", "/t:top/t:mtu[2]"),
        ("", "<one-a>1</one-a><i1>2</i1>", "bad-element", "/t:top/t:i1"),
        ("", "<i1>1</i1><i2>2</i2>", "bad-element", "/t:top/t:i2"),
        ("", "<np>text</np>", "bad-element", "/t:top/t:np"),
        ("", "<mtu>much</mtu>", "invalid-value", "/t:top/t:mtu"),
        ("", "<mtu>70000</mtu>", "invalid-value", "/t:top/t:mtu"),
        ("", "<type>x:none</type>", "invalid-value", "/t:top/t:type"),
        (A, '<entry><name nc:operation="delete">a</name></entry>', "bad-attribute",
         "/t:top/t:entry[t:name='a']/t:name"),
    ],
)  # fmt: skip
def test_refusals(before: str, change: str, tag: str, path: str) -> None:
    error = refusal(before, change)
    assert error.tag == tag
    if path.endswith("[2]"):
        path = path[:-3]  # twins are no lists: the path names them by name
    assert error.path == path or error.path == path + "[2]"
    assert error.message and error.severity == "error"
    assert dict(error.path_namespaces)["t"] == T


def test_error_info_says_what_is_bad() -> None:
    assert refusal("", "<pair><a>1</a></pair>").info == (("bad-element", "b"),)
    assert refusal("", '<q xmlns="urn:q"/>').info == (("bad-element", "q"), ("bad-namespace", "urn:q"))
    assert refusal("", '<mtu nc:operation="x">1</mtu>').info == (("bad-attribute", "operation"), ("bad-element", "mtu"))
    missing = refusal(OLIST, '<olist yang:insert="after" yang:value="z">a</olist>')
    assert (missing.tag, missing.app_tag) == ("bad-attribute", "missing-instance")


@pytest.mark.parametrize(
    ("before", "change", "result"),
    [
        ("<mtu>1</mtu>", "<mtu>2</mtu>", "mtu=1"),
        ("<mtu>1</mtu>", '<mtu nc:operation="replace">2</mtu>', "mtu=2"),
        (A, '<entry><name>a</name><v nc:operation="replace">5</v></entry>', "entry(name=a v=5)"),
        (A, '<np><a nc:operation="create">1</a></np>', "np(a=1) entry(name=a v=1)"),
        (A, '<entry nc:operation="create"><name>b</name><v>1</v></entry>', "entry(name=a v=1) entry(name=b v=1)"),
    ],
)
def test_default_operation_none(before: str, change: str, result: str) -> None:
    assert after(before, change, default_operation="none") == result


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("<name>n</name>", "<mtu>2</mtu>"),
        ("<name>n</name>", '<entry><name>a</name><v nc:operation="create">1</v></entry>'),
        ("<name>n</name>", '<pres><c nc:operation="create">1</c></pres>'),
        ("<name>n</name>", "<tag>x</tag>"),
    ],
)
def test_none_needs_every_level(before: str, change: str) -> None:
    assert refusal(before, change, default_operation="none").tag == "data-missing"


def test_default_operation_replace_takes_everything_else_away() -> None:
    before = tree("<mtu>1</mtu>", outside='<item xmlns="urn:t"><id>1</id></item>')
    result = edit_config(before, edit("<name>n</name>"), SCHEMA, default_operation="replace")
    assert words(result) == "config(top(name=n))"


def test_top_level_nodes() -> None:
    before = tree("<mtu>1</mtu>", outside='<item xmlns="urn:t"><id>1</id></item>')
    gone = edit_config(before, edit("", attributes='nc:operation="delete"'), SCHEMA)
    assert words(gone) == "config(item(id=1))"
    more = edit_config(before, edit("", outside='<item xmlns="urn:t"><id>2</id><v>x</v></item>'), SCHEMA)
    assert words(more) == "config(top(mtu=1) item(id=1) item(id=2 v=x))"


def test_neither_side_is_changed() -> None:
    before, change = tree("<mtu>1</mtu>" + A), edit('<mtu>2</mtu><entry nc:operation="delete"><name>a</name></entry>')
    texts = etree.tostring(before), etree.tostring(change)
    edit_config(before, change, SCHEMA)
    assert (etree.tostring(before), etree.tostring(change)) == texts


def test_no_operation_is_left_in_the_data() -> None:
    result = edit_config(
        tree(), edit('<entry nc:operation="create"><name>a</name></entry><any><p nc:operation="x"/></any>')
    )
    assert b"operation" not in etree.tostring(result).replace(b"netconf", b"")


MIXED = '<mtu>2</mtu><tag nc:operation="delete">x</tag><name>n</name><entry><name>a</name><bad/></entry>'


@pytest.mark.parametrize(
    ("option", "result", "errors"),
    [
        ("stop-on-error", "config(top(mtu=2))", 1),
        ("continue-on-error", "config(top(name=n mtu=2))", 2),
        ("rollback-on-error", "config(top(mtu=1))", 1),
    ],
)
def test_error_options(option: str, result: str, errors: int) -> None:
    found = perform_edit(tree("<mtu>1</mtu>"), edit(MIXED), SCHEMA, error_option=option)
    assert words(found.root) == result
    assert len(found.errors) == errors


@pytest.mark.parametrize("options", [{"default_operation": "delete"}, {"error_option": "hope"}])
def test_wrong_options(options: dict[str, str]) -> None:
    found = perform_edit(tree(), edit("<mtu>1</mtu>"), SCHEMA, **options)
    assert [error.tag for error in found.errors] == ["invalid-value"]
    assert found.errors[0].info == (("bad-element", next(iter(options)).replace("_", "-")),)


def test_values_keep_the_meaning_of_their_prefixes() -> None:
    change = edit('<type xmlns:q="urn:x">q:eth</type><entry><name>a</name><t xmlns:w="urn:x">w:fast</t></entry>')
    result = edit_config(tree(), change, SCHEMA)
    for path, name in (("//*[local-name()='type']", "eth"), ("//*[local-name()='t']", "fast")):
        leaf = result.xpath(path)[0]
        prefix, _, local = leaf.text.partition(":")
        assert (leaf.nsmap[prefix], local) == (X, name)


def test_an_identity_under_another_prefix_is_no_change_of_key() -> None:
    before = codec.read_fragment(
        f'<config xmlns="{NC}"><top xmlns="urn:t" xmlns:one="urn:x"><pair><a>1</a><b>one:eth</b></pair></top></config>'
    )
    change = edit('<pair nc:operation="delete"><a>1</a><b xmlns:two="urn:x">two:eth</b></pair>')
    assert words(edit_config(before, change, SCHEMA)) == "config(top)"


def test_without_a_schema_names_and_first_children_decide() -> None:
    change = edit("<mtu>2</mtu><entry><name>b</name><v>3</v></entry>")
    result = edit_config(tree("<mtu>1</mtu>" + A + B), change, None)
    assert words(result) == "config(top(mtu=2 entry(name=a v=1) entry(name=b v=3)))"


def test_unknown_nodes_can_be_accepted() -> None:
    change = edit('<q xmlns="urn:q"><r>1</r></q>')
    assert words(edit_config(tree(), change, SCHEMA, accept_unknown=True)) == "config(top(q(r=1)))"


def test_many_entries_stay_quick_and_in_place() -> None:
    entries = "".join(f"<entry><name>n{number}</name></entry>" for number in range(3000))
    change = "".join(f'<entry><name>n{number}</name><v nc:operation="create">x</v></entry>' for number in range(3000))
    result = edit_config(tree(entries), edit(change), SCHEMA, default_operation="none")
    assert len(result[0]) == 3000 and all(len(entry) == 2 for entry in result[0])


def test_the_model_of_these_tests() -> None:
    assert node("/top/entry/x:extra").namespace == X
    assert node("/top/i2").name == "i2"
