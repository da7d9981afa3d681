"""Choices, renaming with references, and pasting: each is one command, and undo brings the very text back."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from netconf_gui.config import editing
from netconf_gui.config.choices import active_case, cases, choices_of, lost_by, take_case
from netconf_gui.config.diff import diff
from netconf_gui.config.document import Document
from netconf_gui.config.pasting import Clash, copied_text, paste, prepare, read_pasted, rename_piece
from netconf_gui.config.references import find_references
from netconf_gui.config.renaming import rename_entry
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.schema import MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo
from tests.config.model import SCHEMA, node, top, words

STRING = TypeInfo("string")


def document(inner: str = "") -> Document:
    return Document(top(inner), SCHEMA)


def at(doc: Document, xpath: str) -> etree._Element:
    found = doc.root.xpath(xpath, namespaces={"t": "urn:t", "x": "urn:x", "o": "urn:o"})
    assert len(found) == 1, found
    return found[0]


def inside(doc: Document) -> str:
    return words(doc.root[0])[4:-1] if len(doc.root) else ""


# choices


def test_the_case_in_force_and_what_another_would_delete() -> None:
    doc = document("<one-a>1</one-a><one-b>2</one-b><name>n</name>")
    choice = node("/t:top/ch")
    assert [case.name for case in cases(SCHEMA, choice)] == ["one", "two", "three"]
    active = active_case(SCHEMA, doc.root[0], choice)
    assert active is not None and active.name == "one"
    lost = lost_by(SCHEMA, doc.root[0], choice, cases(SCHEMA, choice)[1])
    assert [etree.QName(one).localname for one in lost] == ["one-a", "one-b"]
    assert lost_by(SCHEMA, doc.root[0], choice, active) == []


def test_taking_a_case_is_one_step() -> None:
    doc = document("<one-a>1</one-a><name>n</name><one-b>2</one-b>")
    before = serialize(doc.root)
    choice = node("/t:top/ch")
    assert take_case(doc, doc.root[0], choice, cases(SCHEMA, choice)[1]) is not None
    assert inside(doc) == "name=n" and doc.undo_text == "switch ch to two"
    doc.undo()
    assert serialize(doc.root) == before
    assert take_case(doc, doc.root[0], choice, cases(SCHEMA, choice)[0]) is None
    take_case(doc, doc.root[0], choice, None)
    assert inside(doc) == "name=n" and doc.undo_text == "clear ch"
    assert take_case(doc, doc.root[0], choice, cases(SCHEMA, choice)[2]) is None  # nothing is lost, nothing made


def test_a_choice_inside_a_case() -> None:
    doc = document("<one-a>1</one-a><i1>x</i1>")
    inner = node("/t:top/ch/three/inner")
    pairs = choices_of(SCHEMA, node("/top/i1"))
    assert [(choice.name, case.name) for choice, case in pairs] == [("ch", "three"), ("inner", "i1")]
    lost = lost_by(SCHEMA, doc.root[0], inner, cases(SCHEMA, inner)[1])
    assert {etree.QName(one).localname for one in lost} == {"i1", "one-a"}


# renaming

LINKED = """
<ifs xmlns="urn:o"><if><name>a</name><cfg><name>a</name></cfg><units><unit><id>1</id></unit></units></if>
<if><name>b</name><cfg><name>b</name></cfg><units><unit><id>1</id></unit></units></if></ifs>
<uses xmlns="urn:o"><use><ref>a</ref><unit>1</unit><note>a</note></use><any>a</any><any>b</any><self>1</self></uses>
"""


def linked() -> MemorySchema:
    """A model as OpenConfig writes them: the key is a leafref into the entry, others point at either."""
    made: list[SchemaNode] = []

    def add(parent: SchemaNode | None, kind: str, name: str, path: str = "", **more: object) -> SchemaNode:
        info = TypeInfo("leafref", leafref_path=path, target=STRING) if path else STRING
        place = f"{parent.path if parent else '/o:'}/{name}".replace(":/", ":")
        one = SchemaNode(
            len(made) + 1, parent.id if parent else None, NodeKind(kind), name, "o", "urn:o",
            type=info if kind.startswith("leaf") else None, path=place,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip
        made.append(one)
        return one

    ifs = add(None, "container", "ifs")
    one = add(ifs, "list", "if", keys=("name",))
    add(one, "leaf", "name", "../cfg/name", is_key=True)
    add(add(one, "container", "cfg"), "leaf", "name")
    unit = add(add(one, "container", "units"), "list", "unit", keys=("id",))
    add(unit, "leaf", "id", is_key=True)
    uses = add(None, "container", "uses")
    use = add(uses, "list", "use", keys=("ref",))
    add(use, "leaf", "ref", "/o:ifs/o:if/o:name", is_key=True)
    add(use, "leaf", "unit", "/o:ifs/o:if[o:name = current()/../ref]/o:units/o:unit/o:id")
    add(use, "leaf", "note")
    add(uses, "leaf-list", "any", "/o:ifs/o:if/o:cfg/o:name")
    add(uses, "leaf", "self", "../../o:ifs/o:if/o:units/o:unit/o:id")
    return MemorySchema(made, [ModuleInfo("o", "2026-01-01", "urn:o", "o")])


def test_references_to_an_entry_directly_and_through_others() -> None:
    doc = Document(f"<config>{LINKED}</config>".encode(), linked())
    found = find_references(doc.root, at(doc, "//o:if[1]"), doc.binder)
    assert {(str(one.path), one.is_key) for one in found} == {
        ("/o:uses/use[ref='a']/ref", True),
        ("/o:uses/any[.='a']", False),
    }
    units = find_references(doc.root, at(doc, "//o:if[1]//o:unit"), doc.binder)
    # "self" finds the other interface's unit 1 all the same
    assert [str(one.path) for one in units] == ["/o:uses/use[ref='a']/unit"]


def test_renaming_takes_the_mirror_and_the_references_along() -> None:
    doc = Document(f"<config>{LINKED}</config>".encode(), linked())
    before, entry = serialize(doc.root), at(doc, "//o:if[1]")
    found = find_references(doc.root, entry, doc.binder)
    assert rename_entry(doc, entry, {"name": "z"}, references=found) is not None
    assert doc.undo_text == "rename if to z" and at(doc, "//o:if[1]") is entry
    assert [leaf.text for leaf in doc.root.iter("{urn:o}name")] == ["z", "z", "b", "b"]
    assert [leaf.text for leaf in doc.root.iter("{urn:o}ref", "{urn:o}any", "{urn:o}note")] == ["z", "a", "z", "b"]
    doc.undo()
    assert serialize(doc.root) == before and not doc.is_dirty
    doc.redo()
    assert at(doc, "//o:use/o:ref").text == "z"


def test_without_the_references_only_the_entry_changes() -> None:
    doc = Document(f"<config>{LINKED}</config>".encode(), linked())
    rename_entry(doc, at(doc, "//o:if[1]"), {"name": "z"})
    assert at(doc, "//o:use/o:ref").text == "a"


def test_a_renamed_entry_is_a_deletion_and_a_creation() -> None:
    doc = document("<entry><name>a</name><v>1</v></entry><entry><name>b</name></entry>")
    rename_entry(doc, at(doc, "//t:entry[1]"), {"name": "c"})
    assert sorted(entry.kind for entry in doc.diff().entries) == ["added", "removed"]
    assert doc.state(at(doc, "//t:entry[1]")) == "added"


def test_renaming_by_several_keys_one_of_them_an_identity() -> None:
    doc = document(
        "<pair><a>1</a><b xmlns:i='urn:x'>i:eth</b><v>x</v></pair><pair><a>2</a><b xmlns:i='urn:x'>i:fast</b></pair>"
    )
    before = serialize(doc.root)
    rename_entry(doc, at(doc, "//t:pair[1]"), {"a": "2", "b": "x:eth"})
    path = str(doc.path_of(at(doc, "//t:pair[1]")))
    assert path == "/t:top/pair[a='2'][b='x:eth']"
    doc.undo()
    assert serialize(doc.root) == before
    with pytest.raises(ConfigError, match="already a pair"):
        rename_entry(doc, at(doc, "//t:pair[1]"), {"a": "2", "b": "x:fast"})
    assert rename_entry(doc, at(doc, "//t:pair[1]"), {"a": "1"}) is None


def test_an_entry_whose_keys_are_not_unique_can_be_renamed() -> None:
    doc = document("<entry><name>a</name></entry><entry><name>a</name><v>2</v></entry>")
    before = serialize(doc.root)
    rename_entry(doc, at(doc, "//t:entry[2]"), {"name": "b"})
    assert inside(doc) == "entry(name=a) entry(name=b v=2)"
    doc.undo()
    assert serialize(doc.root) == before


def test_new_entries_have_the_leaf_that_their_key_points_to() -> None:
    doc = Document(f"<config>{LINKED}</config>".encode(), linked())
    schema = doc.schema
    assert schema is not None
    listed = schema.find("/o:ifs/if")
    assert listed is not None
    editing.create_entry(doc, at(doc, "//o:ifs"), listed, {"name": "n"})
    assert [leaf.text for leaf in at(doc, "//o:if[3]").iter("{urn:o}name")] == ["n", "n"]
    editing.duplicate_entry(doc, at(doc, "//o:if[1]"), {"name": "m"})
    assert [leaf.text for leaf in at(doc, "//o:if[2]").iter("{urn:o}name")] == ["m", "m"]


# pasting


def test_copied_text_is_xml_that_can_be_read_again() -> None:
    doc = document("<entry><name>a</name><t xmlns:i='urn:x'>i:eth</t></entry><tag>q</tag>")
    entry, tag = at(doc, "//t:entry"), at(doc, "//t:tag")
    assert [one.tag for one in read_pasted(copied_text([entry]))] == [entry.tag]
    assert [one.tag for one in read_pasted(copied_text([entry, tag]))] == [entry.tag, tag.tag]
    with pytest.raises(ConfigError):
        read_pasted("<a><b></a>")
    with pytest.raises(ConfigError, match="no XML"):
        read_pasted("interface xe-0/0/0")


def test_a_subtree_goes_to_where_the_schema_has_a_place_for_it() -> None:
    doc = document("<entry><name>a</name><sub><w>1</w></sub></entry><entry><name>b</name></entry>")
    copied = read_pasted(copied_text([at(doc, "//t:sub")]))
    plan = prepare(doc, at(doc, "//t:entry[2]/t:name"), copied)  # a leaf is chosen: its entry is meant
    assert not plan.misfits and not plan.pieces[0].clashes
    paste(doc, plan)
    assert inside(doc) == "entry(name=a sub(w=1)) entry(name=b sub(w=1))"
    assert doc.undo_text == "paste sub"
    doc.undo()
    assert not doc.is_dirty


def test_an_entry_that_is_there_is_merged_replaced_or_renamed() -> None:
    text = "<entry><name>a</name><v>1</v><sub><inner><id>1</id></inner></sub></entry>"
    given = "<entry xmlns='urn:t'><v>2</v><mtu>9</mtu><name>a</name><sub><inner><id>2</id></inner></sub></entry>"
    for clash, expected in (
        (Clash.MERGE, "entry(name=a v=2 mtu=9 sub(inner(id=1) inner(id=2)))"),
        (Clash.REPLACE, "entry(name=a v=2 mtu=9 sub(inner(id=2)))"),
    ):
        doc = document(text)
        plan = prepare(doc, at(doc, "//t:entry"), read_pasted(given))
        assert plan.pieces[0].clashes and plan.pieces[0].can_be_renamed
        paste(doc, plan, clash)
        assert inside(doc) == expected
        doc.undo()
        assert not doc.is_dirty
    doc = document(text + "<entry><name>z</name></entry>")
    plan = prepare(doc, at(doc, "//t:entry[1]"), read_pasted(given))
    rename_piece(doc, plan.pieces[0], {"name": "n"})
    plan.pieces[0].there = None
    paste(doc, plan)
    assert inside(doc).split(" entry(")[1].startswith("name=n v=2")  # behind the chosen one


def test_merging_what_is_there_already_changes_nothing() -> None:
    doc = document("<entry><name>a</name><v>1</v></entry><tag>q</tag>")
    plan = prepare(doc, doc.root, read_pasted(copied_text([doc.root[0]])))
    assert paste(doc, plan) is None and not doc.can_undo


def test_identities_keep_their_meaning_under_other_prefixes() -> None:
    doc = document("<name>n</name>")
    given = "<type xmlns='urn:t' xmlns:p='urn:x'>p:fast</type>"
    paste(doc, prepare(doc, doc.root[0], read_pasted(given)))
    leaf = at(doc, "//t:type")
    prefix, _, name = (leaf.text or "").partition(":")
    assert (leaf.nsmap[prefix], name) == ("urn:x", "fast")
    given = "<entry xmlns='urn:t' xmlns:t='urn:x'><name>q</name><t>t:eth</t></entry>"
    paste(doc, prepare(doc, doc.root[0], read_pasted(given)))
    leaf = at(doc, "//t:entry/t:t")
    assert leaf.nsmap[(leaf.text or "").partition(":")[0]] == "urn:x"


def test_what_the_other_schema_does_not_have_is_listed_and_left_out() -> None:
    doc = document()
    given = """<top xmlns="urn:t"><name>n</name><unheard>1</unheard><mtu>70000</mtu><state>s</state>
      <color>green</color><type xmlns:y="urn:y">y:eth</type><idref xmlns:x="urn:x">x:slow</idref>
      <entry><v>no key</v></entry><entry><name>k</name><odd xmlns="urn:odd"><deep/></odd></entry>
      <enabled><x/></enabled></top>"""
    plan = prepare(doc, doc.root, read_pasted(given))
    told = {misfit.path.removeprefix("top/"): misfit.reason for misfit in plan.misfits}
    assert set(told) == {"unheard", "mtu", "state", "color", "type", "idref", "entry", "entry/odd", "enabled"}
    assert told["unheard"] == "does not exist there" and told["entry"] == "lacks its key name"
    assert told["mtu"].startswith("is 70000. Allowed") and "state" in told["state"]
    assert "not known there" in told["type"] and "not allowed there" in told["idref"]
    paste(doc, plan)
    assert inside(doc) == "name=n entry(name=k)"


def test_pasting_into_a_choice_ends_the_other_case() -> None:
    doc = document("<name>n</name><one-a>1</one-a><one-b>2</one-b><tag>q</tag>")
    before = serialize(doc.root)
    paste(doc, prepare(doc, doc.root[0], read_pasted("<two xmlns='urn:t'><z>1</z></two>")))
    assert inside(doc) == "name=n two(z=1) tag=q"
    doc.undo()
    assert serialize(doc.root) == before


def test_no_place_is_said_in_words() -> None:
    doc = document("<name>n</name>")
    with pytest.raises(ConfigError, match="no place for elsewhere"):
        prepare(doc, doc.root[0], read_pasted("<elsewhere xmlns='urn:t'/>"))
    raw = Document(b"<config><a xmlns='urn:q'><b>1</b></a></config>")
    plan = prepare(raw, at(raw, "//*[local-name()='b']"), read_pasted("<b xmlns='urn:q'>2</b>"))
    paste(raw, plan)
    assert [leaf.text for leaf in raw.root[0]] == ["1", "2"]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_told_after_renames_is_what_a_whole_comparison_finds(seed: int) -> None:
    rng = random.Random(seed)
    lists = {"entry": ("name", "v"), "ordered": ("name", "v"), "olist": ("", ""), "tag": ("", "")}
    inner = "".join(f"<{name}><name>{k}</name><v>{k}</v></{name}>" for name in ("entry", "ordered") for k in "abcd")
    doc = document(inner + "".join(f"<olist>{k}</olist><tag>{k}</tag>" for k in "abcd"))
    start = serialize(doc.root)
    for _ in range(60):
        name = rng.choice(list(lists))
        found = list(doc.root[0].iterchildren(f"{{urn:t}}{name}"))
        one, key = (rng.choice(found) if found else None), rng.choice("abcdefgh")
        try:
            what = rng.randrange(6)
            if what == 0 and doc.can_undo:
                doc.undo()
            elif one is None:
                continue
            elif what == 1:
                editing.remove(doc, one)
            elif what == 2 and name == "ordered":
                editing.move_entry(doc, one, before=rng.choice(found))
            elif not lists[name][0]:
                editing.set_text(doc, one, key)
            elif what == 3:
                editing.set_text(doc, one[1], key)
            elif what == 4:
                editing.duplicate_entry(doc, one, {"name": key})
            else:
                rename_entry(doc, one, {"name": key})
        except ConfigError:
            pass
        told = sorted((entry.kind, str(entry.path)) for entry in doc.diff().entries)
        whole = diff(doc.base_root, doc.root, SCHEMA)
        assert told == sorted((entry.kind, str(entry.path)) for entry in whole.entries)
    while doc.can_undo:
        doc.undo()
    assert serialize(doc.root) == start and not doc.is_dirty
