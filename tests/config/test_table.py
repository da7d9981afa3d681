"""Lists as tables: columns, places, sorting and filtering, text forms, and edits of many cells as one step."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.config.document import Document
from netconf_gui.config.edits import Group
from netconf_gui.config.table import Column, cell, columns_of, default_text, portable, raw, shown, usual_columns
from netconf_gui.config.table_arrange import Sort, Wish, arrange, arranged, filter_test, natural_key
from netconf_gui.config.table_edits import clear_cells, delete_entries, row_edits, set_in_rows
from netconf_gui.config.table_places import Place, place_below, place_of_entry, places_near
from netconf_gui.config.table_text import read_table, separator_of, to_csv, to_tsv
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from tests.gui import sample

INTERFACE = "/ex:interfaces/interface"


def document() -> Document:
    return sample.document(5)


def columns(doc: Document, path: str = INTERFACE) -> dict[str, Column]:
    node = doc.schema.find(path)
    return {one.label: one for one in columns_of(doc.schema, node)}


def entries(doc: Document, path: str = "interfaces") -> list:
    return list(sample.element(doc, path))


# columns and cells


def test_keys_come_first_and_nested_leafs_are_columns():
    doc = document()
    found = columns(doc)
    assert list(found) == [
        "name", "description", "type", "mtu", "enabled", "parent-if", "in-octets", "address",
    ]  # fmt: skip
    assert found["name"].is_key and found["address"].kind == "list" and found["address"].path == "ipv4/address"
    assert found["in-octets"].read_only and found["mtu"].numeric and not found["type"].numeric
    assert default_text(found["enabled"]) == "default true" and default_text(found["type"]) == "required"


def test_twins_are_told_apart_by_their_containers():
    make = sample.Builder()
    top = make.add(None, "container", "top")
    entry = make.add(top, "list", "entry", keys=("name",))
    make.leaf(entry, "name", is_key=True)
    for name in ("config", "state"):
        below = make.add(entry, "container", name, config=name == "config")
        make.leaf(below, "name", config=name == "config")
        make.leaf(below, "mtu", sample.UINT16, config=name == "config")
    schema = sample.MemorySchema(make.nodes, (sample.ModuleInfo("ex", "", sample.NS, "ex"),))
    found = columns_of(schema, schema.find("/ex:top/entry"))
    assert [one.label for one in found] == ["name", "config name", "config mtu", "state name", "state mtu"]
    usual = usual_columns(found, ())
    assert [one.label for one in usual] == ["name", "config mtu"]


def test_usual_columns_are_the_keys_and_what_is_set():
    doc = document()
    found = usual_columns(tuple(columns(doc).values()), entries(doc))
    assert [one.label for one in found][:4] == ["name", "description", "type", "mtu"]


def test_cells_are_read():
    doc = document()
    found, rows = columns(doc), entries(doc)
    assert shown(rows[0], found["type"]) == "ethernet"
    assert raw(rows[0], found["type"], doc.binder) == "ex-types:ethernet"
    assert shown(rows[1], found["address"]) == "1" and shown(rows[0], found["address"]) == ""
    assert cell(rows[3], found["mtu"]) is None


def test_a_leaf_list_is_a_table_of_one_column():
    doc = document()
    node = doc.schema.find("/ex:system/search")
    (column,) = columns_of(doc.schema, node)
    values = [one for one in sample.element(doc, "system") if one.tag.endswith("search")]
    assert [shown(one, column) for one in values] == ["a.example", "b.example"]


def test_without_a_schema_columns_come_from_the_data():
    doc = Document(sample.text(3))
    found = columns_of(None, None, entries(doc))
    assert [one.label for one in found] == ["name", "description", "type", "mtu", "enabled"]
    (value,) = columns_of(None, None, [sample.element(doc, "vendor/thing")])
    assert value.tags == () and value.label == "value"


def test_secrets_are_hidden_but_copied():
    doc = document()
    node = doc.schema.find(INTERFACE)
    found = {one.label: one for one in columns_of(doc.schema, node, is_secret=lambda name: name == "mtu")}
    entry = entries(doc)[0]
    assert shown(entry, found["mtu"]) == "••••••••" and raw(entry, found["mtu"], doc.binder) == "9000"


# places


def near(doc: Document, path: str) -> tuple[list[str], int]:
    found, best = places_near(doc, sample.element(doc, path) if path else None)
    return [one.label for one in found], best


def test_the_nearest_list_of_an_entry_is_its_own():
    doc = document()
    labels, best = near(doc, "interfaces/interface[xe-0/0/1]/mtu")
    assert labels[best] == "interfaces/interface"
    labels, best = near(doc, "interfaces/interface[xe-0/0/1]")
    assert labels[best] == "interfaces/interface"
    assert "interfaces/interface[xe-0/0/1]/ipv4/address" in labels


def test_the_nearest_list_of_a_container_is_below_it():
    doc = document()
    labels, best = near(doc, "interfaces/interface[xe-0/0/1]/ipv4")
    assert labels[best] == "interfaces/interface[xe-0/0/1]/ipv4/address"
    assert near(doc, "interfaces")[0] == ["interfaces/interface"]
    labels, best = near(doc, "")
    assert best == 0 and {"interfaces/interface", "acl/term", "routes/route", "system/search"} <= set(labels)
    labels, best = near(doc, "system/search")
    assert labels[best] == "system/search"
    labels, best = near(doc, "vendor/thing")
    assert labels[best] == "vendor/thing"


def test_a_list_that_is_not_there_yet_is_offered():
    doc = document()
    labels, _ = near(doc, "interfaces/interface[lo0]")
    assert "interfaces/interface[lo0]/ipv4/address" in labels
    doc = Document(b"", sample.schema())
    assert places_near(doc, None) == ([], -1)


def test_a_place_follows_its_document():
    doc = document()
    entry = sample.element(doc, "interfaces/interface[lo0]")
    place = place_below(doc, entry, doc.schema.find(f"{INTERFACE}/ipv4/address"))
    assert place.holder(doc) is None and place.reach(doc)[0] is entry
    assert [node.name for node in place.reach(doc)[1]] == ["ipv4"]
    doc.apply(delete_entries(doc, [entry], "interface"))
    assert place.reach(doc)[0] is None


# sorting and filtering


def names(doc: Document, wish: Wish) -> list[str]:
    rows = entries(doc)
    return [rows[number][0].text for number in arranged(rows, wish)]


def test_sorting_is_by_type_stable_and_leaves_what_is_not_set_last():
    doc = document()
    found = columns(doc)
    assert names(doc, Wish(sort=Sort(found["mtu"]))) == ["xe-0/0/1", "xe-0/0/0", "xe-0/0/2", "lo0"]
    assert names(doc, Wish(sort=Sort(found["mtu"], descending=True))) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    assert names(doc, Wish(sort=Sort(found["type"]))) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0"]
    assert names(doc, Wish(sort=Sort(found["type"], descending=True)))[0] == "lo0"


def test_enumerations_sort_as_their_type_has_them():
    doc = document()
    found = columns(doc, "/ex:acl/term")
    rows = entries(doc, "acl")
    order = arranged(rows, Wish(sort=Sort(found["action"], descending=True)))
    assert [rows[number][0].text for number in order] == ["20", "10", "30"]


@pytest.mark.parametrize(
    "ordered",
    [
        ["eth1", "eth2", "eth10", "Eth11"],
        ["9.0.0.1", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.2", "10.0.0.10"],
        ["fe80::2", "fe80::a", "fe80::10", "fe80::1:0"],
        ["2001:db8::/9", "2001:db8::/32", "2001:db8::/128"],
        ["xe-0/0/2", "xe-0/0/10", "xe-0/1/0"],
        ["0001a", "2a", "00010a"],
    ],
)
def test_natural_order(ordered):
    mixed = list(ordered)
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=natural_key) == ordered


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("core", ["Core to a", "xcorex"], ["", "cor"]),
        ("=a", ["a", "A"], ["ab", ""]),
        ("=", [""], ["a"]),
        ("!=", ["a"], [""]),
        ("!=a", ["b", ""], ["a"]),
        ("!up", ["down", ""], ["is up"]),
        (">=1500", ["1500", "9000"], ["1499", ""]),
        ("<1500", ["99"], ["1500", "9000", ""]),
        (">eth2", ["eth10"], ["eth1", "eth2"]),
        ("<= 10.0.0.2", ["9.255.0.0", "10.0.0.2"], ["10.0.0.10"]),
        (">", [], []),
    ],
)
def test_filters_of_a_column(text, yes, no):
    test = filter_test(text)
    if not yes and not no:
        assert test is None
        return
    assert all(test(one) for one in yes) and not any(test(one) for one in no)


def test_filters_work_together():
    doc = document()
    found = columns(doc)
    shown_ones = tuple(found.values())
    assert names(doc, Wish(shown_ones, text="XE ethernet")) == ["xe-0/0/0", "xe-0/0/1", "xe-0/0/2"]
    wish = Wish(shown_ones, Sort(found["name"], descending=True), "xe", {found["mtu"]: "!="})
    assert names(doc, wish) == ["xe-0/0/1", "xe-0/0/0"]
    assert Wish(shown_ones, filters={found["mtu"]: ""}).is_plain and not wish.is_plain


def test_long_lists_are_arranged_in_steps():
    doc = sample.document(3000)
    rows = entries(doc, "routes")
    found = columns(doc, "/ex:routes/route")
    steps = list(arrange(rows, Wish((found["prefix"],), Sort(found["prefix"]), text="10.")))
    assert steps.count(None) > 30 and steps[-1] == list(range(3000))


# texts

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\0"), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(TABLES)
@settings(deadline=None)
def test_what_is_written_is_read_again(rows):
    assert read_table(to_csv(rows), ",") == rows
    assert read_table(to_tsv(rows), "\t") == rows


@given(TABLES)
@settings(deadline=None)
def test_csv_is_what_the_standard_library_reads(rows):
    assert list(csv.reader(io.StringIO(to_csv(rows), newline=""))) == rows


@given(st.text(st.sampled_from('"\t,;\r\n ab'), max_size=40))
@settings(deadline=None)
def test_any_text_is_some_table(text):
    for row in read_table(text):
        assert row and (len(row) > 1 or row[0] != "" or '""' in text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ('"a\nb"\tc\n\n\nd\t\n', [["a\nb", "c"], ["d", ""]]),
        ('5" disk\t"lone\n"whole"\tx', [['5" disk', '"lone'], ["whole", "x"]]),
        ("\ufeffa;b;c\n1,5;2;3", [["a", "b", "c"], ["1,5", "2", "3"]]),
        ('a,"b\tc"\nd,e', [["a", "b\tc"], ["d", "e"]]),
        ("", []),
        ("\n\n", []),
        ('""\n', [[""]]),
    ],
)
def test_what_spreadsheets_give(text, rows):
    assert read_table(text) == rows


def test_many_lone_quotes_take_no_time():
    text = '"a\t' * 200_000
    assert separator_of(text) == "\t" and len(read_table(text)[0]) == 200_001


# edits


def mtu(doc: Document, name: str) -> str | None:
    return sample.element(doc, f"interfaces/interface[{name}]/mtu").text


def test_many_rows_get_a_value_in_one_step():
    doc = document()
    found, rows = columns(doc), entries(doc)
    before = serialize(doc.root)
    edits = [one for one in set_in_rows(doc, rows, found["mtu"], "1400") if one is not None]
    doc.apply(Group(tuple(edits), "set mtu"))
    assert [mtu(doc, name) for name in ("xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "lo0")] == ["1400"] * 4
    assert [one.tag.rpartition("}")[2] for one in entries(doc)[2]] == ["name", "description", "type", "mtu"]
    doc.undo()
    assert serialize(doc.root) == before and not doc.can_undo


def test_identities_empty_leafs_and_refusals():
    doc = document()
    found, rows = columns(doc), entries(doc)
    doc.apply(Group(tuple(row_edits(doc, rows[3], {found["type"]: "tunnel"}))))
    leaf = cell(entries(doc)[3], found["type"])
    assert portable(leaf, found["type"].node, doc.binder) == "ex-types:tunnel"
    for label in ("name", "in-octets", "address"):
        with pytest.raises(ConfigError):
            row_edits(doc, rows[0], {found[label]: "1"})


def transport() -> Document:
    """A list whose entries have a choice, nested containers and an empty leaf."""
    make = sample.Builder()
    entry = make.add(None, "list", "server", keys=("name",))
    make.leaf(entry, "name", is_key=True)
    choice = make.add(entry, "choice", "transport")
    udp = make.add(choice, "case", "udp")
    make.leaf(udp, "udp-port", sample.UINT16)
    tcp = make.add(choice, "case", "tcp")
    box = make.add(tcp, "container", "tcp")
    make.leaf(box, "port", sample.UINT16)
    deep = make.add(box, "container", "keepalive")
    make.leaf(deep, "on", sample.EMPTY)
    make.leaf(deep, "idle", sample.UINT16)
    make.leaf(box, "note")
    make.leaf(entry, "remark")
    schema = sample.MemorySchema(make.nodes, (sample.ModuleInfo("ex", "", sample.NS, "ex"),))
    text = (
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><server xmlns="{sample.NS}"><name>a</name>'
        "<udp-port>514</udp-port><remark>r</remark></server></config>"
    )
    return Document(text.encode(), schema)


def test_containers_are_made_in_schema_order_and_other_cases_go():
    doc = transport()
    found = columns(doc, "/ex:server")
    entry = doc.root[0]
    wanted = {found["note"]: "n", found["idle"]: "100", found["on"]: "set", found["port"]: "6514"}
    doc.apply(Group(tuple(row_edits(doc, entry, wanted))))
    text = serialize(doc.root[0]).decode()
    inside = "<tcp><port>6514</port><keepalive><on/><idle>100</idle></keepalive><note>n</note></tcp>"
    assert f"<name>a</name>{inside}<remark>r</remark>" in text.replace(f' xmlns="{sample.NS}"', "")
    doc.apply(Group(tuple(row_edits(doc, doc.root[0], {found["on"]: "not set", found["idle"]: None}))))
    assert "<keepalive/>" in serialize(doc.root[0]).decode().replace(f' xmlns="{sample.NS}"', "")
    doc.undo()
    doc.undo()
    assert not doc.is_dirty


def test_cells_are_cleared_and_entries_deleted_in_one_step():
    doc = document()
    found, rows = columns(doc), entries(doc)
    doc.apply(clear_cells(doc, [(rows[0], found["mtu"]), (rows[1], found["mtu"]), (rows[1], found["description"])]))
    assert doc.undo_text == "unset 3 values" and cell(rows[1], found["description"]) is None
    doc.apply(delete_entries(doc, rows[1:], "interface"))
    assert len(entries(doc)) == 1 and doc.undo_text == "delete 3 of interface"
    doc.undo()
    doc.undo()
    assert not doc.is_dirty and not doc.can_undo


def test_entries_without_keys_are_deleted_by_place():
    doc = Document(sample.text(3))
    things = [one for one in sample.element(doc, "vendor") if one.tag.endswith("thing")]
    doc.apply(delete_entries(doc, things, "thing"))
    assert len(sample.element(doc, "vendor")) == 1
    doc.undo()
    assert [one.text for one in sample.element(doc, "vendor")][:2] == ["text", "other"]
    place = place_of_entry(doc, sample.element(doc, "vendor/thing"))
    assert isinstance(place, Place) and place.name == "thing" and place_of_entry(doc, doc.root) is None
