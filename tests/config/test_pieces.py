"""Long lists: what is passed over by its text alone is what a look at every entry would pass over."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config import pairing
from netconf_gui.config.apply import edit_config
from netconf_gui.config.diff import diff
from netconf_gui.config.pieces import LONG, unequal
from netconf_gui.config.plan import plan
from netconf_gui.protocol.xml import parse
from tests.config.model import SCHEMA, tree

ENTRY = "{urn:t}entry"


def entry(number: int, inside: str = "") -> str:
    return f"<entry><name>n{number}</name><v>of {number}</v>{inside}</entry>"


def changed(entries: list[str], chance: random.Random) -> list[str]:
    found = list(entries)
    for _ in range(chance.randint(0, 30)):
        place = chance.randrange(len(found))
        kind = chance.randrange(6)
        if kind == 0:
            del found[place]
        elif kind == 1:
            found.insert(place, entry(1000 + chance.randrange(100_000)))
        elif kind == 2:
            found[place] = found[place].replace("<v>of", "<v>x")
        elif kind == 3:
            found.insert(chance.randrange(len(found)), found.pop(place))
        elif kind == 4:
            found[place] = found[place].replace("<entry>", '<entry xmlns:q="urn:x">').replace("x:eth", "q:eth")
        elif "<mtu>" not in found[place]:
            found[place] = found[place].replace("</entry>", "<mtu>9000</mtu></entry>", 1)
    return found


def shown(one: etree._Element, other: etree._Element) -> list[tuple[str, str]]:
    return sorted((entry.kind, str(entry.path)) for entry in diff(one, other, SCHEMA))


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_long_lists_differ_where_short_ones_would(seed: int, indented: bool, twice: bool) -> None:
    chance = random.Random(seed)
    base = [entry(number, chance.choice(["", "<t>x:eth</t>", "<sub><w>1</w></sub>"])) for number in range(200)]
    mine = changed(base, chance)
    if twice:
        mine.append(mine[3])  # the same keys once more
    gap = "\n  " if indented else ""
    around = ["<name>n</name>", "<mtu>1</mtu>"], ["<name>m</name>"]
    one, other = (
        tree(gap.join([*head, *entries, "<tag>z</tag>"])) for head, entries in zip(around, (base, mine), strict=True)
    )
    quick = shown(one, other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "unequal", lambda *_: None)
        assert quick == shown(one, other)
    if not twice:
        result = edit_config(one, plan(diff(one, other, SCHEMA)).config, SCHEMA, default_operation="none")
        assert not diff(result, other, SCHEMA)


MANY = "".join(entry(number) for number in range(LONG + 10))


@pytest.mark.parametrize(
    "text",
    [
        MANY.replace("</entry>", "<!-- </entry><entry> --></entry>", 1),
        MANY.replace("<entry><name>n5</name>", "<tag>x</tag><entry><name>n5</name>"),  # another name in between
        MANY.replace("<v>of 7</v>", "<u xmlns='urn:u'><entry xmlns='urn:t'/></u>"),
        MANY.replace("<entry><name>n7</name>", "<x:entry xmlns:x='urn:t'><x:name>n7</x:name>").replace(
            "<v>of 7</v></entry>", "</x:entry>"
        ),
        "".join(entry(number) for number in range(LONG - 1)),
    ],
)
def test_where_the_text_does_not_tell_nothing_is_passed_over(text: str) -> None:
    one, other = tree(text), tree(MANY)
    assert unequal(one[0], other[0], ENTRY) is None
    assert unequal(other[0], one[0], ENTRY) is None


def test_a_prefix_that_means_something_else_around_is_seen() -> None:
    text = "".join(entry(number, "<t>x:eth</t>") for number in range(LONG * 2))
    one = parse(f'<config xmlns:x="urn:x"><top xmlns="urn:t">{text}</top></config>'.encode())
    other = parse(f'<config xmlns:x="urn:t"><top xmlns="urn:t">{text}</top></config>'.encode())
    assert len(diff(one, other, SCHEMA)) == LONG * 2
    assert not diff(one, one, SCHEMA)


def test_lists_in_quite_another_order() -> None:
    entries = [entry(number) for number in range(400)]
    mixed = random.Random(3).sample(entries, len(entries))
    assert not diff(tree("".join(entries)), tree("".join(mixed)), SCHEMA)


def test_entries_without_an_end_tag_are_not_cut() -> None:
    """Entries that hold nothing (not valid) end in their first tag: the text says nothing of where they end."""
    one, other = ("".join("<entry/>" for _ in range(count)) for count in (LONG, LONG + 1))
    assert len(diff(tree(one), tree(other), SCHEMA)) == 1
    mixed = [entry(number) + "<entry/>" for number in range(LONG)]
    (added,) = diff(tree("".join(mixed)), tree("".join([*mixed, entry(1000)])), SCHEMA)
    assert str(added.path) == "/t:top/entry[name='n1000']"
