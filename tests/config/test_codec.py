"""Configurations in files: what is understood and what is said of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given

from netconf_gui.config import codec
from netconf_gui.config.diff import diff
from netconf_gui.errors import ConfigError
from tests.config.model import SCHEMA, words
from tests.config.trees import CONFIGS

BASE = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'
TOP = '<top xmlns="urn:t"><mtu>1</mtu></top>'


@pytest.mark.parametrize(
    ("text", "kind", "content"),
    [
        (f"<config {BASE}>{TOP}</config>", "config", "config(top(mtu=1))"),
        (f"<config>{TOP}</config>", "config", "config(top(mtu=1))"),
        (f"<data {BASE}>{TOP}</data>", "data", "config(top(mtu=1))"),
        (f'<config xmlns="http://tail-f.com/ns/config/1.0">{TOP}</config>', "config", "config(top(mtu=1))"),
        (f'<rpc-reply {BASE} message-id="1"><data>{TOP}</data></rpc-reply>', "rpc-reply", "config(top(mtu=1))"),
        (f"<edit-config {BASE}><target><running/></target><config>{TOP}</config></edit-config>", "edit-config",
         "config(top(mtu=1))"),
        (f"<rpc {BASE}><edit-config><target/><config>{TOP}</config></edit-config></rpc>", "edit-config",
         "config(top(mtu=1))"),
        (TOP, "bare", "config(top(mtu=1))"),
        (TOP + '\n<other xmlns="urn:x"/>\n', "bare", "config(top(mtu=1) other)"),
        (f'<?xml version="1.0" encoding="UTF-8"?>\n{TOP}{TOP}', "bare", "config(top(mtu=1) top(mtu=1))"),
        (f"\ufeff  \n{TOP}", "bare", "config(top(mtu=1))"),
        ("<config/>", "config", "config"),
    ],
)  # fmt: skip
def test_what_is_understood(text: str, kind: str, content: str) -> None:
    found = codec.read(text.encode())
    assert (found.kind, words(found.root)) == (kind, content)
    assert found.root.tag == codec.CONFIG and not found.root.attrib


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\x00\x01\x02", "binary"),
        (b'{"ietf-interfaces:interfaces": {}}', "needs a schema to be read or written as JSON"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"<html><body/></html>", "HTML"),
        (b'module a {\n  namespace "urn:a";', "YANG module"),
        (b"interface eth0\n  mtu 1500", "not XML"),
        (b'<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>', "<hello>"),
        (b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><ok/></rpc-reply>', "without <data>"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
    ],
)
def test_what_is_not(data: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        codec.read(data, name="file.xml")
    assert caught.value.message.startswith("file.xml")


@pytest.mark.parametrize(
    ("text", "line"),
    [("<a>\n<b>\n</a>", 3), ("<a>\n  <b x=1/>\n</a>", 2), ("<a/>\n<b>\n<c>\n</b>", 4), ("<a>", 1)],
)
def test_broken_xml_has_a_place(text: str, line: int) -> None:
    with pytest.raises(ConfigError) as caught:
        codec.read(text.encode())
    assert caught.value.line == line and caught.value.column > 0


def test_columns_of_several_top_level_nodes_are_those_of_the_file() -> None:
    with pytest.raises(ConfigError) as caught:
        codec.read(b"<a/><b x=1/>")
    assert (caught.value.line, caught.value.column) in ((1, 10), (1, 9), (1, 11))


def test_texts_keep_their_white_space() -> None:
    root = codec.read(b"<a>\n  <b>  </b>\n  <c> x </c>\n</a>").root
    assert [child.text for child in root[0]] == ["  ", " x "]
    assert root[0].text is None


@given(CONFIGS)
def test_written_and_read_it_is_the_same(root: object) -> None:
    for pretty in (True, False):
        again = codec.read(codec.write(root, pretty=pretty)).root
        assert not diff(root, again, SCHEMA)
    bare = codec.top_level(root)
    if bare:
        assert not diff(root, codec.read(bare).root, SCHEMA)


def test_prefixes_that_only_values_use_survive_an_envelope() -> None:
    text = f'<rpc-reply {BASE} xmlns:x="urn:x"><data><top xmlns="urn:t"><type>x:eth</type></top></data></rpc-reply>'
    assert codec.read(text.encode()).root[0][0].nsmap["x"] == "urn:x"


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "utf-16"])
@pytest.mark.parametrize("wrap", ["<config>{}</config>", "{}"])
def test_files_of_other_encodings(encoding: str, wrap: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + wrap.format('<a xmlns="urn:a">café</a>')
    assert codec.read(text.encode(encoding)).root[0].text == "café"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<?xml version="1.0" encoding="x-klingon"?><a xmlns="urn:a"/>', "which is not known"),
        (b"\xff\xfe<\0a\0/", "not in the encoding that it declares"),
    ],
)
def test_encodings_that_cannot_be_read(data: bytes, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        codec.read(data)
