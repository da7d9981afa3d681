"""The laws of three versions over random schemas and edits; libyang says whether two documents are the same.

80 examples of each law in the ordinary run (200 over one schema are in `test_merge`), 2,000 with RUN_ALL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.apply import edit_config
from netconf_gui.config.codec import read
from netconf_gui.config.diff import diff
from netconf_gui.config.merge import Merge, Side, three_way
from netconf_gui.config.plan import plan
from tests.config.test_laws import Judge, judging
from tests.config.worlds import xml

EVERYTHING = bool(os.environ.get("RUN_ALL"))
WORLDS = 60 if EVERYTHING else 12
laws = settings(max_examples=2000 if EVERYTHING else 80, deadline=None)
pytestmark = pytest.mark.timeout(600)

SEEDS = st.integers(0, 2**32)
PLACES = st.integers(0, WORLDS - 1)
DENSITIES = st.sampled_from([0.1, 0.3, 0.6, 0.9])
COUNTS = st.integers(0, 8)
SIDES = st.sampled_from(["mine", "theirs"])


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Judge]]:
    with judging(WORLDS, tmp_path_factory) as made:
        yield made


def decided(merge: Merge, side: Side) -> etree._Element:
    return merge.merged({conflict.path: side for conflict in merge.conflicts})


Versions = tuple[etree._Element, etree._Element, etree._Element]


def three(judge: Judge, seed: int, density: float, counts: tuple[int, int]) -> Versions:
    """One document, edited by two; the same node may be written in other words by each."""
    document = judge.world.document(seed, density)
    sides = [judge.world.edited(document, seed + at, count)[0] for at, count in enumerate(counts, 1)]
    base, mine, theirs = (read(xml(one, seed + at)).root for at, one in enumerate((document, *sides)))
    return base, mine, theirs


@given(place=PLACES, seed=SEEDS, density=DENSITIES, counts=st.tuples(COUNTS, COUNTS))
@laws
def test_what_one_side_did_alone_is_taken_whole(
    judges: list[Judge], place: int, seed: int, density: float, counts: tuple[int, int]
) -> None:
    judge = judges[place]
    base, mine, theirs = three(judge, seed, density, counts)
    assert judge.same(three_way(base, mine, base, judge.schema).merged(), mine)
    assert judge.same(three_way(base, base, theirs, judge.schema).merged(), theirs)
    assert three_way(base, mine, mine, judge.schema).disjoint


@given(place=PLACES, seed=SEEDS, density=DENSITIES, counts=st.tuples(COUNTS, COUNTS))
@laws
def test_both_sides_get_the_same(
    judges: list[Judge], place: int, seed: int, density: float, counts: tuple[int, int]
) -> None:
    judge = judges[place]
    base, mine, theirs = three(judge, seed, density, counts)
    one, other = three_way(base, mine, theirs, judge.schema), three_way(base, theirs, mine, judge.schema)
    assert {(c.path, c.base, c.mine, c.theirs) for c in one.conflicts} == {
        (c.path, c.base, c.theirs, c.mine) for c in other.conflicts
    }
    for side, swapped in (("mine", "theirs"), ("theirs", "mine")):
        assert judge.same(decided(one, side), decided(other, swapped))


@given(
    place=PLACES,
    seed=SEEDS,
    density=DENSITIES,
    counts=st.tuples(COUNTS, COUNTS),
    side=st.sampled_from(["mine", "theirs", "base"]),
)
@laws
def test_a_plan_leads_from_theirs_to_the_merged_one(
    judges: list[Judge], place: int, seed: int, density: float, counts: tuple[int, int], side: Side
) -> None:
    judge = judges[place]
    base, mine, theirs = three(judge, seed, density, counts)
    merged = decided(three_way(base, mine, theirs, judge.schema), side)
    difference = diff(theirs, merged, judge.schema)
    result = edit_config(theirs, plan(difference).config, judge.schema, default_operation="none")
    assert judge.same(result, merged)
