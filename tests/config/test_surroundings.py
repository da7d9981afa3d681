"""What conditions look at is cut out of large documents: enough for the engine's answer to be the same."""

from __future__ import annotations

import pytest
from lxml import etree

from netconf_gui.config import surroundings as module
from netconf_gui.config.document import Document
from netconf_gui.config.surroundings import Reach, surroundings
from netconf_gui.protocol.xml import parse
from tests.config.model import SCHEMA, top

ENTRIES = "".join(
    f"<entry><name>e{number}</name><v>{number}</v><t xmlns:i='urn:x'>i:eth</t><mtu>9</mtu>"
    f"<sub><w>w{number}</w></sub></entry>"
    for number in range(50)
)


@pytest.fixture
def doc() -> Document:
    return Document(top(f"<name>n</name><mtu>7</mtu>{ENTRIES}<tag>q</tag>"), SCHEMA)


def at(doc: Document, xpath: str) -> etree._Element:
    found = doc.root.xpath(xpath, namespaces={"t": "urn:t"})
    assert isinstance(found, list) and isinstance(found[0], etree._Element)
    return found[0]


def names(data: bytes) -> list[str]:
    return [etree.QName(one).localname for one in parse(data).iter(etree.Element)][1:]


def test_small_documents_are_taken_whole(doc: Document) -> None:
    data, enough = surroundings(doc, [(at(doc, "//t:entry[7]"), 0, ["//x"])])
    assert data == doc.snapshot().data and enough == [True]


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("../v = '3'", ["top", "entry", "name", "v"]),
        ("../../mtu", ["top", "mtu", "entry", "name"]),
        ("../mtu", ["top", "mtu", "entry", "name", "mtu"]),  # as the node and as the one above it would say
        ("mtu", ["top", "entry", "name", "mtu"]),
        ("derived-from(../t, 'i:eth')", ["top", "entry", "name", "t"]),
        ("/t:top/t:name", ["top", "name", "entry", "name"]),
    ],
)
def test_of_large_ones_what_the_condition_names(doc: Document, expression: str, taken: list[str]) -> None:
    data, enough = surroundings(doc, [(at(doc, "//t:entry[7]"), 0, [expression])], small=0)
    assert enough == [True] and sorted(names(data)) == sorted(taken)
    assert b"<name>e6</name>" in data
    leafs = parse(data).iter("{urn:t}t")
    assert all(leaf.nsmap[(leaf.text or "").partition(":")[0]] == "urn:x" for leaf in leafs)


def test_missing_containers_are_climbed_through(doc: Document) -> None:
    entry = at(doc, "//t:entry[7]")
    data, _ = surroundings(doc, [(entry, 2, ["../../../v"])], small=0)
    assert names(data) == ["top", "entry", "name", "v"]
    data, _ = surroundings(doc, [(entry, 0, ["../v"]), (entry, 0, ["../v"])], small=0)
    assert names(data) == ["top", "entry", "name", "v"]


def test_what_looks_far_or_at_too_much_is_not_answered(doc: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = at(doc, "//t:entry[7]")
    for expression in ("//v", "deref(../idref)/../v", "../*", "ancestor::top"):
        assert Reach.of([expression]) is None
        assert surroundings(doc, [(entry, 0, [expression])], small=0)[1] == [False]
    monkeypatch.setattr(module, "MOST", 20)
    questions = [(entry, 0, ["../v"]), (entry, 0, ["../../entry/v = 1"]), (entry, 0, ["../v"])]
    assert surroundings(doc, questions, small=0)[1][:2] == [True, False]
