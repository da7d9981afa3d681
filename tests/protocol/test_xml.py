"""The one parser: what it refuses, what it lets pass, and canonical text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import Cancelled, MalformedMessage
from netconf_gui.protocol import xml
from netconf_gui.protocol.xml import (
    add_element,
    canonical,
    child_named,
    copy_element,
    local_name,
    namespace_of,
    new_element,
    new_parser,
    new_pull_parser,
    parse,
    parse_file,
    parse_with,
    scan_prolog,
    serialize,
    splice,
)

LAUGHS = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a b="&y;">&y;</a>'


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (LAUGHS, "DOCTYPE"),
        (b"<?xml version='1.0'?>\n<?pi?><!-- c --><!DOCTYPE a><a/>", "DOCTYPE"),
        (b"<a>&foo;</a>", "not well-formed"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "not XML"),
        (b"<!-- only", "not XML"),
        (b"<?xml version='1.0' encoding='UTF-7'?><a/>", "UTF-7"),
        ("<a/>".encode("utf-16"), "not XML"),
        (b"<a><b></a>", "line 1, column"),
        (b"<a/><b/>", "not well-formed"),
        (b"<a x:y='1'/>", "not well-formed"),
    ],
)
def test_refused(text: bytes, what: str) -> None:
    with pytest.raises(MalformedMessage, match=what):
        parse(text)


def test_line_and_column_count_from_the_first_byte() -> None:
    with pytest.raises(MalformedMessage) as caught:
        parse(b"\n\n<a>\n  <b>\n</a>")
    assert caught.value.line == 5
    assert caught.value.column > 0


def test_a_doctype_in_text_or_comment_is_only_text() -> None:
    assert parse(b"<a><!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE x>]]></a>").xpath("string()") == "<!DOCTYPE x>"
    assert parse(b"<!-- <!DOCTYPE x> --><a/>").tag == "a"


def test_let_pass() -> None:
    assert parse(b"\xef\xbb\xbf\r\n <?xml version='1.0' encoding='utf-8'?><a/>").tag == "a"
    assert parse("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>".encode("latin-1")).text == "é"
    assert len(parse(b"<a>" + b"x" * 11_000_000 + b"</a>").text or "") == 11_000_000


@given(text=st.binary(max_size=40), begin=st.sampled_from([b"", b"<?xml ", b"<!-- ", b"<", b"<!DOC", b"<a"]))
def test_the_prolog_is_decided_the_same_however_much_is_there(text: bytes, begin: bytes) -> None:
    data = begin + text
    try:
        whole = scan_prolog(data)
    except MalformedMessage:
        whole = None
    for end in range(len(data)):
        try:
            part = scan_prolog(data[:end], complete=False)
        except MalformedMessage:
            assert whole is None
            return
        if part is not None:
            assert part == whole


def test_a_prolog_without_end_is_not_read_for_ever() -> None:
    assert scan_prolog(b"<!-- " + b"x" * 50, complete=False, limit=100) is None
    with pytest.raises(MalformedMessage, match="first 100 bytes"):
        scan_prolog(b"<!-- " + b"x" * 100, complete=False, limit=100)


def test_parse_file(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(b"\n<?xml version='1.0'?><a/>")
    assert parse_file(path).tag == "a"
    path.write_bytes(LAUGHS)
    with pytest.raises(MalformedMessage, match="DOCTYPE"):
        parse_file(path)
    path.write_bytes(b"<a>\n<")
    with pytest.raises(MalformedMessage, match=r"x\.xml"):
        parse_file(path)


def test_canonical_ignores_what_means_nothing() -> None:
    one = parse(b"<a y='2' x='1' xmlns:p='urn:p'>\n  <b>p:z</b><!-- c -->\n <c> s </c></a>")
    two = parse(b'<a xmlns:p="urn:p" x="1" y="2"><b>p:z</b><c> s </c></a>')
    assert canonical(one) == canonical(two)
    assert b"<c> s </c>" in canonical(one), "white space in a leaf is its value"
    assert b'xmlns:p="urn:p"' in canonical(one), "values use prefixes"
    assert one.text == "\n  ", "the tree itself is not touched"
    assert canonical(one) != canonical(parse(b"<a x='1' y='2' xmlns:p='urn:p'><b>p:z</b><c>s</c></a>"))


def test_pretty_is_indented_and_leaves_the_tree_alone() -> None:
    root = parse(b"<a><b>1</b></a>")
    assert serialize(root, pretty=True) == b"<a>\n  <b>1</b>\n</a>"
    assert serialize(root) == b"<a><b>1</b></a>"


def test_a_copy_keeps_prefixes_that_only_values_use() -> None:
    root = parse(b"<r xmlns:p='urn:p'><t>p:ethernet</t></r>")
    twin = copy_element(root[0])
    assert twin.nsmap == {"p": "urn:p"}
    assert twin.getparent() is None
    assert root[0].getparent() is root


def test_a_copy_keeps_a_second_prefix_for_a_namespace() -> None:
    root = parse(b"<r xmlns='urn:r' xmlns:q='urn:q'><t xmlns:p='urn:r'>p:x</t>tail</r>")
    twin = copy_element(root[0])
    assert twin.nsmap == {None: "urn:r", "p": "urn:r", "q": "urn:q"}
    assert twin.tail is None
    assert b'xmlns:p="urn:r"' in canonical(root)
    assert b'xmlns:p="urn:r"' in serialize(root, pretty=True)


def test_splice_leaves_both_trees_alone() -> None:
    root = parse(b"<r><h/></r>")
    node = parse(b"<a xmlns='urn:a'/>")
    assert splice(root, root[0], [node, node]) == b'<r><h><a xmlns="urn:a"/><a xmlns="urn:a"/></h></r>'
    assert serialize(root) == b"<r><h/></r>"


def test_names() -> None:
    root = new_element("{urn:a}a", {None: "urn:a"})
    child = add_element(root, "b", "1")
    assert (local_name(root), namespace_of(root)) == ("a", "urn:a")
    assert (local_name(child), namespace_of(child)) == ("b", "")
    assert child_named(root, "b") is child
    assert child_named(root, "x") is None
    comment = parse(b"<a><!-- c --></a>")[0]
    assert (local_name(comment), namespace_of(comment)) == ("", "")


def test_pull_parser_gives_elements_while_bytes_arrive() -> None:
    parser = new_pull_parser(("end",))
    parser.feed(b"<a><b>1</b>")
    assert [element.tag for _event, element in parser.read_events()] == ["b"]


def test_a_text_parsed_in_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        b"<?xml version='1.0'?>\n<a xmlns='urn:a'>\n  <b x='1'> t </b>\n  <!-- c -->\n  <c>\n  </c>"
        b"<d> \n </d><e>1 > 0  </e>\n</a>\n"
    )
    whole = serialize(parse_with(new_parser(remove_blank_text=True), text))
    for size in range(1, len(text)):
        monkeypatch.setattr(xml, "PART", size)
        told: list[int] = []
        assert serialize(parse_with(new_parser(remove_blank_text=True), text, told.append)) == whole
        assert told[-1] == len(text) and told == sorted(set(told))
        assert serialize(parse_with(new_parser(remove_blank_text=True), text + b"  \n", told.append)) == whole
    with pytest.raises(MalformedMessage) as error:
        parse_with(new_parser(), b"<a>\n</b>", lambda _done: None)
    assert error.value.line == 2


def test_parsing_in_parts_can_be_stopped() -> None:
    def stop(_done: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        parse_with(new_parser(), b"<a/>", stop)
