"""Parts of the schema browser without a window: layers, pictures, colours, kinds of modules, long texts."""

from __future__ import annotations

import random
from html import escape

import pytest
from pytestqt.qtbot import QtBot

from netconf_gui.gui.layered import columns
from netconf_gui.gui.models.schema_graph import AROUND, WHOLE, ModuleGraph
from netconf_gui.gui.models.schema_modules import module_rows
from netconf_gui.gui.models.schema_tree import SchemaTreeModel
from netconf_gui.gui.panes.long_text import FIRST, LongText
from netconf_gui.gui.schema_words import module_page
from netconf_gui.gui.tokens import DARK, LIGHT
from netconf_gui.gui.yang_highlighter import INKS, scan
from netconf_gui.yang.module_kind import FROM_MIB, from_mib, kind_of
from netconf_gui.yang.schema import Extension, ModuleInfo
from tests.gui import sample


def test_edges_lead_to_the_right() -> None:
    nodes = list("abcdefg")
    edges = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d"), ("e", "d"), ("f", "f")]
    found = columns(nodes, edges)
    at = {node: number for number, column in enumerate(found) for node in column}
    assert sorted(at) == nodes
    assert all(at[start] < at[end] for start, end in edges if start != end)
    # what leads only to d stands directly before it
    assert at["e"] == at["d"] - 1


def test_circles_and_nothing() -> None:
    assert columns([], []) == []
    found = columns(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a")])
    assert sorted(node for column in found for node in column) == ["a", "b", "c"]


def test_lines_cross_less_than_at_random() -> None:
    choose = random.Random(3)
    left, right = [f"l{n}" for n in range(12)], [f"r{n}" for n in range(12)]
    shuffled = right[:]
    choose.shuffle(shuffled)
    edges = list(zip(left, shuffled, strict=True))
    found = columns([*left, *right], edges)
    place = {node: at for column in found for at, node in enumerate(column)}
    crossed = sum(
        (place[a] - place[c]) * (place[b] - place[d]) < 0 for a, b in edges for c, d in edges if place[a] < place[c]
    )
    assert crossed == 0


def modules(count: int) -> list[ModuleInfo]:
    base = ModuleInfo("base", "", "urn:base")
    return [base, *(ModuleInfo(f"m{n}", "", f"urn:{n}", imports=(("base", ""),)) for n in range(count))]


def test_the_neighbourhood_of_a_module_that_everybody_imports() -> None:
    graph = ModuleGraph(modules(1000))
    picture = graph.around("base")
    assert len(picture.boxes) == AROUND + 2
    assert next(box.text for box in picture.boxes if not box.module) == f"{1000 - AROUND:,} more"
    assert graph.whole("base") is None
    assert len(graph.around("base", 2).boxes) <= WHOLE
    assert graph.around("absent").boxes == ()


def test_a_small_set_is_drawn_whole() -> None:
    picture = ModuleGraph(modules(5)).whole("m1")
    assert picture is not None and len(picture.boxes) == 6 and picture.focus == "m1"


def test_the_kind_of_line_that_tells_most() -> None:
    one = ModuleInfo("one", "", "urn:1", imports=(("two", ""),), augments=("two",))
    two = ModuleInfo("two", "", "urn:2")
    assert [line.kind for line in ModuleGraph([one, two]).around("one").lines] == ["augments"]


@pytest.mark.parametrize(
    ("name", "namespace", "organization", "words"),
    [
        ("ietf-ip", "urn:ietf:params:xml:ns:yang:ietf-ip", "", "standard (IETF), network element"),
        ("ietf-l3vpn-svc", "urn:ietf:params:xml:ns:yang:ietf-l3vpn-svc", "", "standard (IETF), network service"),
        ("openconfig-bgp", "http://openconfig.net/yang/bgp", "", "standard (OpenConfig), network element"),
        ("junos-conf-root", "http://yang.juniper.net/junos/conf/root", "", "vendor (juniper), network element"),
        ("nokia-conf", "urn:nokia.com:sros:ns:yang:sr:conf", "Nokia", "vendor (nokia), network element"),
        ("x", "urn:x", "Ciena Corporation", "vendor (ciena), network element"),
        ("acme-vpn-service", "http://acme.example/vpn", "ACME NOC", "user, network service"),
        ("connect", "urn:connect", "Connecticut", "user, network element"),
    ],
)
def test_kinds_of_modules(name: str, namespace: str, organization: str, words: str) -> None:
    assert kind_of(ModuleInfo(name, "", namespace, organization=organization)).words == words


def test_colours_of_yang() -> None:
    text = (
        'module x {\n  // note\n  leaf a { type t:b { range "1..5"; }\n'
        "    m:ext \"two\n  lines\" + 'more'; /* c\nd */ min-elements 3; }\n}"
    )
    lines = scan(text)
    told = [
        [(text.split("\n")[at][start : start + length], kind) for start, length, kind in line]
        for at, line in enumerate(lines)
    ]
    assert told[0] == [("module", "keyword"), ("x", "name")]
    assert told[1] == [("// note", "comment")]
    assert told[2] == [
        ("leaf", "keyword"),
        ("a", "name"),
        ("type", "keyword"),
        ("t:b", "type"),
        ("range", "keyword"),
        ('"1..5"', "string"),
    ]
    assert told[3] == [("m:ext", "extension"), ('"two', "string")]
    assert told[4] == [('  lines"', "string"), ("'more'", "string"), ("/* c", "comment")]
    assert told[5] == [("d */", "comment"), ("min-elements", "keyword"), ("3", "number")]
    assert scan('leaf a { description "never ends')[0][-1][2] == "string"
    for theme in (LIGHT, DARK):
        assert all(hasattr(theme, ink) for ink in INKS.values())


def test_long_texts_are_fed_in_slices(qtbot: QtBot) -> None:
    view = LongText("longText", "Text", numbers=True)
    qtbot.addWidget(view)
    view.show()
    text = "\n".join(f"line {number}" for number in range(FIRST * 12))
    with qtbot.waitSignal(view.filled, timeout=20_000):
        view.show_text(text)
        assert not view.is_filled
        end = len(text)
        view.go_to(end - 4, end)
    assert view.toPlainText() == text
    assert view.textCursor().selectedText() == text[-4:]
    view.show_text("short")
    assert view.is_filled and view.toPlainText() == "short"


def test_the_tree_model_makes_rows_when_asked(qtbot: QtBot) -> None:
    schema = sample.schema()
    model = SchemaTreeModel(schema)
    node = schema.find("/ex:interfaces/interface/ipv4/address/prefix-length")
    assert node is not None
    index = model.index_of_node(node)
    assert model.node_at(index) == node
    chain = []
    while index.isValid():
        chain.append(index.data())
        index = index.parent()
    assert chain == ["prefix-length", "address", "ipv4", "interface", "interfaces", "Data"]


def test_modules_made_from_mibs(qtbot: QtBot) -> None:
    mib = ModuleInfo("IF-MIB", "2000-06-14", "urn:ietf:params:xml:ns:yang:smiv2:IF-MIB", "if-mib")
    vendor = ModuleInfo("V-MIB", "", "urn:v", "v", extensions=(Extension("ietf-yang-smiv2:alias", "x"),))
    others = ModuleInfo("ietf-yang-smiv2", "", "urn:ietf:params:xml:ns:yang:ietf-yang-smiv2", "smiv2")
    assert [from_mib(one.namespace, one.extensions) for one in (mib, vendor, others)] == [True, True, False]
    rows = module_rows((mib, others), (), lambda _module: "")
    assert [row.cells[2] for row in rows] == ["standard, element, MIB, read only", "standard, element"]
    assert escape(FROM_MIB) in module_page(mib, "", (), None) and FROM_MIB not in module_page(others, "", (), None)
