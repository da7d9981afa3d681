"""Pasting a table into a list: what is understood of it, what is refused and why, and what comes of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.config.document import Document
from netconf_gui.config.edits import Group
from netconf_gui.config.table import Column, cell, columns_of, raw
from netconf_gui.config.table_bulk import as_replacement, is_worth_it
from netconf_gui.config.table_edits import delete_entries, set_in_rows
from netconf_gui.config.table_paste import ColumnMap, PastePlan, column_named, guess_mapping, paste_group, plan_paste
from netconf_gui.config.table_places import Place, place_below
from netconf_gui.config.table_text import read_table, to_tsv
from netconf_gui.protocol.xml import canonical, serialize
from tests.gui import sample

INTERFACE = "/ex:interfaces/interface"


class Box:
    """One list of the sample, and pasting into it."""

    def __init__(self, path: str = INTERFACE, parent: str = "interfaces", document: Document | None = None) -> None:
        self.doc = sample.document(5) if document is None else document
        self.node = self.doc.schema.find(path)
        self.columns = columns_of(self.doc.schema, self.node)
        self.by_label = {one.label: one for one in self.columns}
        above = sample.element(self.doc, parent) if parent else self.doc.root
        self.place: Place = place_below(self.doc, above, self.node)

    @property
    def entries(self) -> list:
        holder = self.place.holder(self.doc)
        return [] if holder is None else list(holder.iterchildren(self.place.tag))

    def mapped(self, *labels: str, header: bool = False) -> ColumnMap:
        return ColumnMap(tuple(self.by_label.get(label) for label in labels), header)

    def plan(self, text: str, mapping: ColumnMap | None = None, **options) -> PastePlan:
        rows = read_table(text)
        mapping = mapping or guess_mapping(rows, self.columns, self.columns)
        planned = tuple(plan_paste(self.doc, self.place, self.columns, rows, mapping, **options))
        keys = tuple(one for one in self.columns if one.is_key or not one.tags)
        return PastePlan(self.place, keys, planned)

    def paste(self, text: str, mapping: ColumnMap | None = None, **options) -> PastePlan:
        plan = self.plan(text, mapping, **options)
        self.doc.apply(paste_group(self.doc, plan))
        return plan

    def value(self, name: str, label: str) -> str | None:
        entry = next(one for one in self.entries if one[0].text == name)
        return raw(entry, self.by_label[label], self.doc.binder) or None


def test_headings_are_found():
    box = Box()
    mapping = guess_mapping([["Name", "MTU", "what", "mtu"], ["a", "1", "x", "2"]], box.columns, box.columns)
    assert mapping.header and [one.label if one else None for one in mapping.targets] == ["name", "mtu", None, None]
    assert column_named("ipv4/address", box.columns).label == "address"
    assert column_named("", box.columns) is None and column_named("nothing", box.columns) is None


def test_without_headings_the_place_in_the_table_counts():
    box = Box()
    displayed = [box.by_label[label] for label in ("name", "in-octets", "mtu")]
    mapping = guess_mapping([["xe-0/0/9", "1500", "x"]], box.columns, displayed)
    assert not mapping.header and [one.label if one else None for one in mapping.targets] == ["name", "mtu", None]


def test_new_and_changed_rows_are_one_undo_step():
    box = Box()
    before = serialize(box.doc.root)
    plan = box.paste(
        "name\tmtu\ttype\tdescription\n"
        "xe-0/0/0\t9192\tethernet\tCore to core2.ams\n"
        "xe-0/0/1\t1500\tex-types:ethernet\t\n"
        'ge-1/0/0\t1500\ttunnel\t"two\nlines"\n'
    )
    assert [row.kind for row in plan.rows] == ["changed", "same", "new"]
    assert box.value("xe-0/0/0", "mtu") == "9192" and box.value("xe-0/0/1", "description") == "Transit"
    assert box.value("ge-1/0/0", "type") == "ex-types:tunnel" and box.value("ge-1/0/0", "description") == "two\nlines"
    assert [child.tag.rpartition("}")[2] for child in box.entries[-1]] == ["name", "description", "type", "mtu"]
    assert box.doc.undo_text == "paste into interface: 1 new and 1 changed"
    box.doc.undo()
    assert serialize(box.doc.root) == before and not box.doc.can_undo
    box.doc.redo()
    assert box.value("ge-1/0/0", "mtu") == "1500"


def test_what_is_wrong_is_told_per_cell_and_left_out():
    box = Box()
    plan = box.paste(
        "name,mtu,enabled,in-octets,address\n"
        "xe-0/0/0,70000,maybe,,\n"
        "xe-0/0/1,1400,true,5,\n"
        ",1400,,,\n"
        "new-1,1400,,,\n"
        "new-1,1500,,,\n"
        "new-2,1400,,,2\n"
    )
    assert [row.kind for row in plan.rows] == ["invalid", "invalid", "invalid", "new", "invalid", "invalid"]
    assert plan.rows[0].problems == [
        "mtu is 70000. Allowed: 68 to 65535.", "enabled is maybe. Allowed: true, false.",
    ]  # fmt: skip
    assert plan.rows[1].problems == ["in-octets is state and cannot be set."]
    assert plan.rows[2].problems == ["name is missing: which entry is meant?"]
    assert plan.rows[4].problems == ["The same entry as in row 5."]
    assert plan.rows[5].problems == ["address has many values; edit them in the tree."]
    assert len(box.entries) == 5 and box.value("xe-0/0/0", "mtu") == "9000"


def test_blank_cells_take_values_away_when_asked():
    box = Box()
    plan = box.paste("name\tmtu\tdescription\nxe-0/0/0\t\tx\nnew\t\t\n", blanks_unset=True)
    assert [row.kind for row in plan.rows] == ["changed", "new"]
    assert box.value("xe-0/0/0", "mtu") is None and box.value("xe-0/0/0", "description") == "x"


def test_rows_without_keys_go_to_entries_by_place():
    box = Box()
    mapping = box.mapped("mtu")
    assert [row.kind for row in box.plan("1\n2\n", mapping).rows] == ["invalid", "invalid"]
    plan = box.paste("1400\n1410\n1420\n", mapping, fallback=box.entries[1:3])
    assert [row.kind for row in plan.rows] == ["changed", "changed", "invalid"]
    assert box.value("xe-0/0/1", "mtu") == "1400" and box.value("xe-0/0/2", "mtu") == "1410"


def test_the_first_entries_of_a_list_make_its_containers():
    doc = sample.document(5)
    box = Box(f"{INTERFACE}/ipv4/address", "interfaces/interface[lo0]", doc)
    plan = box.paste("192.0.2.1\t32\n192.0.2.2\t32\n")
    assert plan.count("new") == 2 and [one[0].text for one in box.entries] == ["192.0.2.1", "192.0.2.2"]
    doc.undo()
    assert not doc.is_dirty


def test_values_of_a_leaf_list_are_pasted():
    box = Box("/ex:system/search", "system")
    plan = box.paste("a.example\nc.example\nc.example\n")
    assert [row.kind for row in plan.rows] == ["same", "new", "invalid"]
    assert [one.text for one in box.entries] == ["a.example", "b.example", "c.example"]


def test_a_list_without_keys_takes_nothing():
    make = sample.Builder()
    entry = make.add(None, "list", "row", config=False)
    make.leaf(entry, "a", config=False)
    schema = sample.MemorySchema(make.nodes, (sample.ModuleInfo("ex", "", sample.NS, "ex"),))
    box = Box("/ex:row", "", Document(b"", schema))
    (row,) = box.plan("x\n", box.mapped("a")).rows
    assert "no keys" in row.problem


NAMES = st.text("abcxyz/-0123456789", min_size=1, max_size=6)
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=10).map(str.strip)
ROWS = st.dictionaries(
    st.one_of(NAMES, st.sampled_from(["xe-0/0/0", "xe-0/0/1", "lo0"])),
    st.tuples(TEXTS, st.one_of(st.just(""), st.integers(68, 65535).map(str)), st.sampled_from(["", "true", "false"])),
    min_size=1,
    max_size=6,
)


@given(ROWS, st.booleans())
@settings(deadline=None, max_examples=60)
def test_after_a_paste_the_table_says_what_was_pasted(rows, blanks):
    box = Box()
    labels = ("description", "mtu", "enabled")
    before = {
        entry[0].text: {label: raw(entry, box.by_label[label], box.doc.binder) for label in labels}
        for entry in box.entries
    }
    whole = serialize(box.doc.root)
    text = to_tsv([[name, *values] for name, values in rows.items()])
    plan = box.paste(text, box.mapped("name", *labels), blanks_unset=blanks)
    assert not plan.count("invalid")
    for name, values in rows.items():
        was = before.get(name, dict.fromkeys(labels, ""))
        for label, value in zip(labels, values, strict=True):
            expected = value if value or blanks else was[label]
            assert (box.value(name, label) or "") == expected
    untouched = set(before) - set(rows)
    assert all(box.value(name, "mtu") == (before[name]["mtu"] or None) for name in untouched)
    assert [one[0].text for one in box.entries] == [*before, *(name for name in rows if name not in before)]
    if box.doc.can_undo:
        box.doc.undo()
    assert serialize(box.doc.root) == whole


def test_columns_that_only_the_data_knows_are_set_where_they_are():
    doc = Document(sample.text(2))
    entries = list(sample.element(doc, "interfaces"))
    found: dict[str, Column] = {one.label: one for one in columns_of(None, None, entries)}
    assert cell(entries[0], found["mtu"]).text == "9000"


def test_thousands_of_edits_become_one_replacement():
    doc = sample.document(3000)
    box = Box("/ex:routes/route", "routes", doc)
    before = serialize(doc.root)
    rows = [[f"11.0.{n // 256}.{n % 256}/32", "192.0.2.9"] for n in range(500)]
    rows += [[entry[0].text, "192.0.2.8"] for entry in box.entries[:700]]
    plan = box.plan(to_tsv(rows), box.mapped("prefix", "next-hop"))
    edits = list(paste_group(doc, plan).edits)
    edits += delete_entries(doc, box.entries[2000:], "route").edits
    assert is_worth_it(edits, 100_000) and not is_worth_it(edits[:10], 100_000)
    (one,) = [edit for edit in as_replacement(doc, box.place, edits) if edit is not None]
    slow = sample.document(3000)
    slow.apply(Group(tuple(edits)))
    doc.apply(one)
    assert canonical(doc.root) == canonical(slow.root) and len(box.entries) == 2500
    doc.undo()
    assert serialize(doc.root) == before


def test_identities_keep_their_meaning_in_a_replacement():
    box = Box()
    edits = list(set_in_rows(box.doc, box.entries, box.by_label["type"], "tunnel"))
    made = [edit for edit in as_replacement(box.doc, box.place, [one for one in edits if one]) if edit is not None]
    box.doc.apply(made[0])
    assert [box.value(name, "type") for name in ("xe-0/0/0", "lo0")] == ["ex-types:tunnel"] * 2
    new = box.plan("only-one\t1500\n", box.mapped("name", "mtu"))
    gone = [*delete_entries(box.doc, box.entries, "interface").edits, *paste_group(box.doc, new).edits]
    made = [edit for edit in as_replacement(box.doc, box.place, gone) if edit is not None]
    box.doc.apply(made[0])
    assert [entry[0].text for entry in box.entries] == ["only-one"]
