"""Leafref paths over data: what they lead to, and why they lead nowhere."""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.document import Document
from netconf_gui.config.leafref import Context, above, split_path, targets, why_none
from netconf_gui.yang.schema import MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo

NS = "urn:ref"
TEXT = TypeInfo("string")


def leaf(number: int, parent: int, path: str) -> SchemaNode:
    return SchemaNode(number, parent, NodeKind.LEAF, path.rpartition("/")[2], "r", NS, type=TEXT, path=path)


SCHEMA = MemorySchema(
    [
        SchemaNode(1, None, NodeKind.CONTAINER, "net", "r", NS, path="/r:net"),
        SchemaNode(2, 1, NodeKind.LIST, "box", "r", NS, keys=("name",), path="/r:net/box"),
        leaf(3, 2, "/r:net/box/name"),
        SchemaNode(4, 2, NodeKind.LIST, "port", "r", NS, keys=("id",), path="/r:net/box/port"),
        leaf(5, 4, "/r:net/box/port/id"),
        SchemaNode(6, 1, NodeKind.CONTAINER, "use", "r", NS, path="/r:net/use"),
        leaf(7, 6, "/r:net/use/box"),
        leaf(8, 6, "/r:net/use/port"),
    ],
    (ModuleInfo("r", "", NS, "r"),),
)
DATA = f"""<net xmlns="{NS}">
  <box><name>a</name><port><id>1</id></port><port><id>2</id></port></box>
  <box><name>b</name><port><id>3</id></port></box>
  <box><name>c</name></box>
  <use><box>b</box></use></net>""".encode()
PORTS = "../../r:box[r:name = current()/../r:box]/r:port/r:id"


def context(data: bytes = DATA, node: str = "/r:net/use/port") -> Context:
    document = Document(data, SCHEMA)
    top = document.root[0]
    parent = top.find(f"{{{NS}}}use")
    return Context(document, SCHEMA.find(node), None, top if parent is None else parent)


def values(found: list[etree._Element]) -> list[str | None]:
    return [one.text for one in found]


def test_absolute_paths_start_at_the_top():
    assert values(targets(context(), "/r:net/r:box/r:name").elements) == ["a", "b", "c"]


def test_predicates_compare_with_the_leaf_beside():
    assert values(targets(context(), PORTS).elements) == ["3"]


def test_a_leaf_whose_parents_are_not_there_yet_counts_them():
    without = context(DATA.replace(b"<use><box>b</box></use>", b""))
    assert above(without, 2) is without.parent and above(without, 1) is None
    assert values(targets(without, "../../box/name").elements) == ["a", "b", "c"]


def test_too_much_to_look_at_is_told():
    found = targets(context(), "/r:net/r:box/r:name", most=2)
    assert not found.complete and values(found.elements) == ["a", "b"]


def test_why_there_is_nothing():
    assert why_none(context(), "/r:net/r:box/r:name") == ""
    chosen_c = context(DATA.replace(b"<box>b</box></use>", b"<box>c</box></use>"))
    assert why_none(chosen_c, PORTS) == "This document has no port yet, so there is no box/port/id to point to."
    unknown = context(DATA.replace(b"<box>b</box></use>", b"<box>z</box></use>"))
    assert why_none(unknown, PORTS) == "No box fits (name of box)."
    assert "has no group yet" in why_none(context(), "/r:net/r:group/r:id")


def test_paths_are_split_outside_of_predicates():
    assert split_path("/a:b[a:c=current()/../d]/e") == ["a:b[a:c=current()/../d]", "e"]
    assert split_path("current()/../x/./y") == ["..", "x", "y"]
