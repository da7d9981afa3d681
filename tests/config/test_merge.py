"""Three versions: what goes together is merged, what does not is a conflict, and the laws that say so."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.apply import edit_config
from netconf_gui.config.binding import Binder, Region, elements
from netconf_gui.config.codec import empty, read_fragment
from netconf_gui.config.copying import copy_node
from netconf_gui.config.diff import diff
from netconf_gui.config.document import Document
from netconf_gui.config.merge import Conflict, Merge, Side, three_way
from netconf_gui.config.merge_order import woven
from netconf_gui.config.path import path_of
from netconf_gui.config.plan import plan
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from tests.config.model import SCHEMA, tree, words
from tests.config.trees import DENSITIES, Maker, meaning

pytestmark = pytest.mark.timeout(600)
laws = settings(max_examples=2000 if os.environ.get("RUN_ALL") else 200, deadline=None)
BINDER = Binder(SCHEMA)
CHOICE = {"one-a", "one-b", "two", "two-l", "i1", "i2"}  # whatever is in the choice goes together


class Editor:
    """Edits a configuration by chance, with parts of another one."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def edited(self, base: etree._Element, donor: etree._Element, most: int = 4) -> etree._Element:
        root = base
        for _ in range(self.random.randint(0, most)):
            root = self.random.choice([self.transplanted, self.deleted, self.shuffled, self.inside])(root, donor)
        return root

    def transplanted(self, base: etree._Element, donor: etree._Element) -> etree._Element:
        """All children of one name as the donor has them."""
        top, other = base.find("{urn:t}top"), donor.find("{urn:t}top")
        if top is None or other is None or not len(other):
            return donor if self.random.random() < 0.1 else base
        group = _group(self.random.choice(list(other)))
        return rebuilt(
            base, lambda one: [*(c for c in one if _group(c) != group), *(c for c in other if _group(c) == group)]
        )

    def deleted(self, base: etree._Element, donor: etree._Element) -> etree._Element:
        every = [one for one in base.iter(etree.Element) if one is not base and not _is_key(one)]
        if not every:
            return base
        gone = self.random.choice(every)
        return rebuilt(base, list, lambda one: one is not gone)

    def shuffled(self, base: etree._Element, donor: etree._Element) -> etree._Element:
        """One entry of a list that the user orders goes elsewhere."""
        tag = self.random.choice(["{urn:t}ordered", "{urn:t}olist"])

        def children(top: etree._Element) -> list[etree._Element]:
            entries = list(top.iterchildren(tag))
            if entries:
                entries.insert(self.random.randrange(len(entries)), entries.pop(self.random.randrange(len(entries))))
            return [*(child for child in top if child.tag != tag), *entries]

        return rebuilt(base, children)

    def inside(self, base: etree._Element, donor: etree._Element) -> etree._Element:
        """Entries with the keys of the base and the content of the donor."""
        there = {path_of(one, BINDER): one for one in donor.iter("{urn:t}entry", "{urn:t}ordered")}
        chosen = self.random.random()

        def children(top: etree._Element) -> list[etree._Element]:
            return [there.get(path_of(one, BINDER), one) if self.random.random() < chosen else one for one in top]

        return rebuilt(base, children)


def _group(element: etree._Element) -> str:
    name = etree.QName(element).localname
    return "choice" if name in CHOICE else name


def _is_key(element: etree._Element) -> bool:
    known = BINDER.schema_node(element)
    return known is not None and known.is_key


def rebuilt(base: etree._Element, children: Any, stays: Any = lambda one: True) -> etree._Element:
    """A copy in which the container top has other children; what does not stay is left out, wherever it is."""
    out = empty()
    for child in elements(base):
        if child.tag == "{urn:t}top":
            top = etree.SubElement(out, "{urn:t}top", nsmap={None: "urn:t", "x": "urn:x", "t": "urn:t"})
            for one in children(child) if stays(child) else ():
                _copy(one, top, stays)
        elif stays(child):
            _copy(child, out, stays)
    return out


def _copy(source: etree._Element, out: etree._Element, stays: Any) -> None:
    if not stays(source):
        return
    twin = copy_node(source, BINDER.scope(source), out, BINDER)
    for one, other in zip(list(source.iter(etree.Element)), list(twin.iter(etree.Element)), strict=True):
        parent = other.getparent()
        if not stays(one) and parent is not None:
            parent.remove(other)


def three(seed: int, density: float) -> tuple[etree._Element, etree._Element, etree._Element]:
    base = Maker(seed, density).config()
    sides = [Editor(seed + number).edited(base, Maker(seed + number, max(density, 0.3)).config()) for number in (1, 2)]
    return base, sides[0], sides[1]


THREE = st.builds(three, st.integers(0, 2**32), DENSITIES)
Versions = tuple[etree._Element, etree._Element, etree._Element]


def flat(root: etree._Element) -> dict[str, str]:
    """Every leaf, entry, presence container and anydata with its value, order left out."""
    found = {}
    for element in root.iter(etree.Element):
        scope = BINDER.scope(element)
        if element is root or isinstance(scope, Region):
            continue
        if scope.kind == "container" and not scope.presence:
            continue
        value = "" if scope.is_inner else meaning_of(element)
        found[str(path_of(element, BINDER))] = value
    return found


def meaning_of(element: etree._Element) -> str:
    wrapper: Any = meaning(_lone(element))
    return repr(wrapper)


def _lone(element: etree._Element) -> etree._Element:
    """The element alone in its place."""
    out = empty()
    chain = [element, *element.iterancestors()][:-1]
    at = out
    for above in reversed(chain[1:]):
        at = etree.SubElement(at, above.tag, nsmap={None: "urn:t"})
    copy_node(element, BINDER.scope(element), at, BINDER)
    return out


def decided(merge: Merge, side: Side) -> etree._Element:
    return merge.merged({conflict.path: side for conflict in merge.conflicts})


# laws


@given(THREE)
@laws
def test_a_side_that_did_nothing_takes_nothing_away(versions: Versions) -> None:
    base, mine, theirs = versions
    assert meaning(three_way(base, mine, base, SCHEMA).merged()) == meaning(mine)
    assert meaning(three_way(base, base, theirs, SCHEMA).merged()) == meaning(theirs)
    same = three_way(base, mine, mine, SCHEMA)
    assert same.disjoint and meaning(same.merged()) == meaning(mine)


@given(THREE)
@laws
def test_it_does_not_matter_who_is_who(versions: Versions) -> None:
    base, mine, theirs = versions
    one, other = three_way(base, mine, theirs, SCHEMA), three_way(base, theirs, mine, SCHEMA)
    assert {(c.path, c.what, c.base, c.mine, c.theirs) for c in one.conflicts} == {
        (c.path, c.what, c.base, c.theirs, c.mine) for c in other.conflicts
    }
    assert len({c.path for c in one.conflicts}) == len(one.conflicts)
    assert meaning(decided(one, "mine")) == meaning(decided(other, "theirs"))
    assert meaning(decided(one, "theirs")) == meaning(decided(other, "mine"))


@given(THREE)
@laws
def test_decided_for_one_side_all_that_it_did_is_there(versions: Versions) -> None:
    base, mine, theirs = versions
    merge = three_way(base, mine, theirs, SCHEMA)
    before = flat(base)
    for side, version in (("mine", mine), ("theirs", theirs)):
        after, result = flat(version), flat(decided(merge, side))
        wrong = {
            path: (before.get(path), after.get(path), result.get(path))
            for path in {**before, **after}
            if before.get(path) != after.get(path) and result.get(path) != after.get(path)
        }
        assert not wrong


@given(THREE)
@laws
def test_nothing_appears_that_nobody_wanted(versions: Versions) -> None:
    """What one side alone changed is there unless the other took away what it stands in, or chose another case."""
    base, mine, theirs = versions
    merge = three_way(base, mine, theirs, SCHEMA)
    maps = [flat(one) for one in versions]
    result = flat(decided(merge, "mine"))
    for path, value in result.items():
        assert value in {one.get(path) for one in maps}, path
    if merge.disjoint:
        for path in {*maps[0], *maps[1], *maps[2]}:
            first, ours, others = (one.get(path) for one in maps)
            assert result.get(path) == (others if ours == first else ours), path


@given(THREE)
@laws
def test_decided_for_the_base_both_sides_changes_are_taken_back(versions: Versions) -> None:
    base, mine, theirs = versions
    merge, other = three_way(base, mine, theirs, SCHEMA), three_way(base, theirs, mine, SCHEMA)
    result = decided(merge, "base")
    assert meaning(result) == meaning(decided(other, "base")), "it does not matter who is who"
    maps = [flat(one) for one in versions]
    before, ours, others, after = *maps, flat(result)
    contested = [str(one.path) for one in merge.conflicts if one.what == "node"]
    for path in {*before, *ours, *others}:
        if any(path == one or path.startswith(f"{one}/") for one in contested):
            assert after.get(path) == before.get(path), path
    assert set(after.items()) <= {item for one in maps for item in one.items()}


@given(THREE, st.sampled_from(["mine", "theirs", "base"]))
@laws
def test_a_plan_leads_from_theirs_to_the_merged_one(versions: Versions, side: Side) -> None:
    base, mine, theirs = versions
    before = [serialize(one) for one in versions]
    merged = decided(three_way(base, mine, theirs, SCHEMA), side)
    result = edit_config(theirs, plan(diff(theirs, merged, SCHEMA)).config, SCHEMA, default_operation="none")
    assert meaning(result) == meaning(merged)
    assert [serialize(one) for one in versions] == before


@given(THREE)
@settings(max_examples=100, deadline=None)
def test_a_document_takes_the_differences_to_its_new_base(versions: Versions) -> None:
    base, mine, theirs = map(serialize, versions)
    documents = [Document(base, SCHEMA) for _ in range(2)]
    for document in documents:
        document.replace_text(mine)
    left = diff(read_fragment(theirs), read_fragment(mine), SCHEMA)
    documents[0].rebase(theirs)
    documents[1].rebase(theirs, differences=left)
    found = [{(entry.kind, entry.path) for entry in each} for each in (documents[0].diff(), documents[1].diff(), left)]
    assert found[0] == found[1] == found[2]


@given(THREE)
@settings(max_examples=100, deadline=None)
def test_without_a_schema_the_laws_hold_too(versions: Versions) -> None:
    base, mine, theirs = versions
    assert not diff(three_way(base, mine, base, None).merged(), mine, None)
    assert not diff(three_way(base, base, theirs, None).merged(), theirs, None)
    one, other = three_way(base, mine, theirs, None), three_way(base, theirs, mine, None)
    assert {c.path for c in one.conflicts} == {c.path for c in other.conflicts}
    ours, others = flat(decided(one, "mine")), flat(decided(other, "theirs"))
    # of what both added nobody knows the order
    assert {path: value for path, value in ours.items() if not path.endswith("/any")} == {
        path: value for path, value in others.items() if not path.endswith("/any")
    }


ENTRIES = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=8)


@given(ENTRIES, ENTRIES, ENTRIES, st.sampled_from(["mine", "theirs", "base", None]))
@settings(max_examples=300, deadline=None)
def test_orders_are_woven(base: list[str], mine: list[str], theirs: list[str], side: Side | None) -> None:
    survivors = (set(mine) & set(theirs)) | (set(mine) - set(base)) | (set(theirs) - set(base))
    found, contradicts = woven(base, mine, theirs, survivors, side)
    assert sorted(found) == sorted(survivors)
    swapped: Side | None = {"mine": "theirs", "theirs": "mine"}.get(side or "", side)  # type: ignore[assignment]
    assert woven(base, theirs, mine, survivors, swapped) == (found, contradicts)
    if side == "base":
        alike = [one for one in mine if one in survivors] == [one for one in theirs if one in survivors]
        assert alike or [one for one in found if one in base] == [one for one in base if one in survivors]
        return
    assert woven(base, mine, base, set(mine), side) == (mine, False)
    if set(mine) == set(theirs) == set(base) and not contradicts and mine != base != theirs:
        assert found != base


# examples


def merged(base: str, mine: str, theirs: str) -> str:
    merge = three_way(tree(base), tree(mine), tree(theirs), SCHEMA)
    assert merge.disjoint, merge.conflicts
    return words(merge.merged())[len("config(") : -1]


def conflicts(base: str, mine: str, theirs: str) -> tuple[Conflict, ...]:
    merge = three_way(tree(base), tree(mine), tree(theirs), SCHEMA)
    with pytest.raises(ConfigError, match="not decided"):
        merge.merged()
    return merge.conflicts


def entry(name: str, inner: str = "") -> str:
    return f"<entry><name>{name}</name>{inner}</entry>"


def ordered(names: str) -> str:
    return "".join(f"<ordered><name>{name}</name></ordered>" for name in names)


def test_disjoint_changes_go_together() -> None:
    base = "<name>n</name><mtu>1</mtu>" + entry("a", "<v>1</v>") + "<tag>x</tag><tag>y</tag>"
    mine = "<name>m</name><mtu>1</mtu>" + entry("a", "<v>1</v><mtu>9</mtu>") + entry("b") + "<tag>x</tag><tag>y</tag>"
    theirs = "<name>n</name>" + entry("a", "<v>2</v>") + "<tag>y</tag><tag>z</tag>"
    assert merged(base, mine, theirs) == ("top(name=m entry(name=a v=2 mtu=9) entry(name=b) tag=y tag=z)")


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    assert merged("<mtu>1</mtu>", "<mtu>9</mtu>", "<mtu>+9</mtu>") == "top(mtu=9)"
    assert merged(entry("a"), "<mtu>1</mtu>", "<mtu>1</mtu>") == "top(mtu=1)"


def test_two_values_for_one_leaf_are_a_conflict() -> None:
    (found,) = conflicts("<mtu>1</mtu>", "<mtu>2</mtu>", "<mtu>3</mtu>")
    assert (str(found.path), found.base, found.mine, found.theirs) == ("/t:top/mtu", "1", "2", "3")
    assert (found.mine_kind, found.theirs_kind) == ("changed", "changed")
    (found,) = conflicts("<mtu>1</mtu>", "<name>n</name>", "<mtu>3</mtu>")
    assert (found.mine, found.mine_kind) == (None, "removed")


def test_a_container_that_is_not_there_is_made_for_what_comes() -> None:
    assert merged("", "<mtu>1</mtu>", "<np><deep><b>x</b></deep></np>") == "top(mtu=1 np(deep(b=x)))"
    (found,) = conflicts("<np><a>1</a></np>", "<mtu>1</mtu>", "<np><a>2</a></np>")
    assert str(found.path) == "/t:top/np/a"


def test_deleted_here_and_changed_there_is_a_conflict() -> None:
    base = entry("a", "<v>1</v>") + entry("b")
    (found,) = conflicts(base, entry("b"), entry("a", "<v>2</v>") + entry("b"))
    assert str(found.path) == "/t:top/entry[name='a']"
    assert (found.mine, found.mine_kind, found.theirs) == (None, "removed", "v 1 → 2")
    merge = three_way(tree(base), tree(entry("b")), tree(entry("a", "<v>2</v>") + entry("b")), SCHEMA)
    assert words(merge.merged({found.path: "theirs"})) == "config(top(entry(name=b) entry(name=a v=2)))"
    assert words(merge.merged({found.path: "mine"})) == "config(top(entry(name=b)))"


def test_an_entry_that_both_added_is_looked_at_node_by_node() -> None:
    (found,) = conflicts("", entry("a", "<v>1</v><mtu>1</mtu>"), entry("a", "<v>2</v><t>x:eth</t>"))
    assert str(found.path) == "/t:top/entry[name='a']/v"
    assert merged("", entry("a", "<mtu>1</mtu>"), entry("a", "<v>2</v>")) == "top(entry(name=a v=2 mtu=1))"


def test_neither_sides_is_the_base() -> None:
    def back(base: str, mine: str, theirs: str) -> str:
        return words(decided(three_way(tree(base), tree(mine), tree(theirs), SCHEMA), "base"))[len("config(") : -1]

    assert back("<mtu>1</mtu>", "<mtu>2</mtu><v>x</v>", "<mtu>3</mtu>") == "top(mtu=1 v=x)"
    assert back("<mtu>1</mtu>", "", "<mtu>3</mtu>") == "top(mtu=1)"
    assert back("", "<mtu>2</mtu>", "<mtu>3</mtu>") == "top"
    changed, was = entry("a", "<v>2</v>"), entry("a", "<v>1</v>")
    assert back(was, "", changed) == back(was, changed, "") == "top(entry(name=a v=1))"
    assert back("<two><z>1</z></two>", "<one-a>1</one-a>", "<two><z>3</z></two>") == "top(two(z=1))"
    assert back(ordered("abc"), ordered("cabx"), ordered("bcay")) == (
        f"top({' '.join(f'ordered(name={name})' for name in 'aybxc')})"
    )


def test_two_cases_of_one_choice_are_one_conflict() -> None:
    (found,) = conflicts("<name>n</name>", "<one-a>1</one-a><one-b>2</one-b>", "<two><z>3</z></two>")
    assert str(found.path) == "/t:top/(ch)"
    assert (found.what, found.base, found.mine, found.theirs) == ("choice", None, "one-a 1, one-b 2", "two")
    merge = three_way(tree("<mtu>1</mtu>"), tree("<one-a>1</one-a>"), tree("<two><z>3</z></two>"), SCHEMA)
    assert words(merge.merged({found.path: "theirs"})) == "config(top(two(z=3)))"
    (found,) = conflicts("<i1>1</i1>", "<i1>2</i1>", "<i2>1</i2>")
    assert str(found.path) == "/t:top/(inner)"
    assert merged("<i1>1</i1>", "<i1>1</i1><mtu>1</mtu>", "<i2>1</i2>") == "top(mtu=1 i2=1)"


def test_orders_of_two_sides() -> None:
    assert merged(ordered("abcd"), ordered("bacd"), ordered("abdc")).count("ordered") == 4
    assert merged(ordered("abcd"), ordered("bacd"), ordered("abcdx")) == (
        f"top({' '.join(f'ordered(name={name})' for name in 'bacdx')})"
    )
    (found,) = conflicts(ordered("abc"), ordered("abcx"), ordered("abcy"))
    assert (str(found.path), found.what) == ("/t:top/ordered", "order")
    assert (found.base, found.mine, found.theirs) == ("a, b, c", "a, b, c, x", "a, b, c, y")
    (found,) = conflicts(ordered("abcd"), ordered("bcda"), ordered("bcad"))
    assert found.what == "order"
    merge = three_way(tree(ordered("abc")), tree(ordered("abcx")), tree(ordered("abcy")), SCHEMA)
    assert words(merge.merged({merge.conflicts[0].path: "theirs"})).count("ordered") == 5


def test_deleting_an_entry_that_was_only_moved_there() -> None:
    assert merged(ordered("abc"), ordered("ab"), ordered("cab")) == "top(ordered(name=a) ordered(name=b))"


def test_a_default_that_is_read_along_is_no_change() -> None:
    versions = [
        tree(text) for text in ("<mtu>1500</mtu><name>n</name>", "<name>n</name>", "<mtu>9</mtu><name>n</name>")
    ]
    assert len(three_way(*versions, SCHEMA).conflicts) == 1
    merge = three_way(*versions, SCHEMA, defaults="report-all")
    assert merge.disjoint and not merge.mine and words(merge.merged()) == "config(top(name=n mtu=9))"
    other = three_way(versions[0], versions[2], versions[1], SCHEMA, defaults="report-all")
    assert other.disjoint and not other.theirs and words(other.merged()) == "config(top(mtu=9 name=n))"


def test_presence_and_anydata() -> None:
    assert merged("<pres/>", "<pres/><mtu>1</mtu>", "<name>n</name>") == "top(name=n mtu=1)"
    (found,) = conflicts("<pres/>", "<mtu>1</mtu>", "<pres><c>1</c></pres>")
    assert str(found.path) == "/t:top/pres"
    (found,) = conflicts("<any><p>1</p></any>", "<any><p>2</p></any>", "<any><q/></any>")
    assert str(found.path) == "/t:top/any"


def test_values_keep_their_namespaces() -> None:
    theirs = '<type xmlns:o="urn:x">o:fast</type>'
    merge = three_way(tree("<type>x:eth</type>"), tree("<type>x:eth</type><mtu>1</mtu>"), tree(theirs), SCHEMA)
    assert not diff(merge.merged(), tree("<type>x:fast</type><mtu>1</mtu>"), SCHEMA)


def test_unknown_nodes_are_told_apart_by_their_first_child() -> None:
    def unknown(one: str, two: str) -> etree._Element:
        entries = (f"<e xmlns='urn:u'><n>{name}</n><v>{v}</v></e>" for name, v in (("a", one), ("b", two)))
        return tree(outside=f"<u xmlns='urn:u'>{''.join(entries)}</u>")

    merge = three_way(unknown("1", "1"), unknown("2", "1"), unknown("1", "2"), SCHEMA)
    assert words(merge.merged()) == "config(u(e(n=a v=2) e(n=b v=2)))"
    (found,) = three_way(unknown("1", "1"), unknown("2", "1"), unknown("3", "1"), SCHEMA).conflicts
    assert str(found.path) == "/u:u/e[n='a']/v"


def test_what_merged_is_told_apart_from_what_is_contested() -> None:
    base = "<mtu>1</mtu><name>n</name>"
    merge = three_way(
        tree(base),
        tree("<mtu>2</mtu><name>m</name><tag>x</tag>"),
        tree("<mtu>3</mtu><name>n</name><tag>x</tag>"),
        SCHEMA,
    )
    assert [one.path.name for one in merge.kept] == ["name", "tag"]
    assert [one.path.name for one in merge.taken] == ["tag"] == [one.path.name for one in merge.agreed]


def test_secrets_are_not_shown() -> None:
    texts = [f"<u xmlns='urn:u'><password>{word}</password></u>" for word in ("one", "two", "three")]
    (found,) = three_way(*(tree(outside=text) for text in texts), SCHEMA).conflicts
    assert found.mine == "two" and found.hidden and found.shown("mine") == "••••"
