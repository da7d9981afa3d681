"""Places among siblings, kept up while the tree is edited."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from lxml import etree

from netconf_gui.config import siblings as siblings_module
from netconf_gui.config.binding import elements
from netconf_gui.config.path import position_of
from netconf_gui.config.siblings import Siblings
from netconf_gui.protocol.xml import new_element


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siblings_module, "STRIDE", 4)
    monkeypatch.setattr(siblings_module, "MANY", 10)


def _tree(rng: random.Random, size: int, tags: str, comments: bool) -> etree._Element:
    root = new_element("r")
    for _ in range(size):
        if comments and rng.random() < 0.2:
            root.append(etree.Comment("c"))
        root.append(new_element(rng.choice(tags)))
    return root


def _check(found: Siblings, root: etree._Element, rng: random.Random) -> None:
    children = list(elements(root))
    by_tag: dict[str, list[etree._Element]] = {}
    for child in children:
        by_tag.setdefault(str(child.tag), []).append(child)
    for place, child in enumerate(children):
        assert found.place(child) == place
        assert found.position(child) == position_of(child)
        assert found.at(root, place) is child
    assert found.at(root, len(children)) is None
    for tag, named in by_tag.items():
        low = rng.randrange(len(named) + 2)
        high = rng.randrange(len(named) + 4)
        assert found.part(root, tag, low, high) == named[low:high]
        assert found.count(root, tag) == len(named)
    assert found.count(root, "other") == 0
    assert found.names(root) == list(by_tag)
    assert found.is_long(root) == (len(children) > 10)


@pytest.mark.parametrize("seed", range(12))
def test_places_stay_right_through_any_edits(seed: int) -> None:
    rng = random.Random(seed)
    root = _tree(rng, rng.choice((0, 3, 30, 90)), rng.choice(("a", "a", "ab", "abc")), rng.random() < 0.3)
    found = Siblings()
    _check(found, root, rng)
    for _ in range(150):
        children = list(elements(root))
        if children and rng.random() < (0.7 if seed % 3 == 0 else 0.4):
            gone = rng.choice((children[0], children[-1], rng.choice(children)))
            found.removed(root, gone)
            root.remove(gone)
            assert len(gone) == 0
        else:
            made = new_element(rng.choice("aaab"))
            place = rng.choice((0, len(children), rng.randrange(len(children) + 1)))
            at = next(islice(elements(root), place, None), None)
            if at is None:
                root.append(made)
            else:
                at.addprevious(made)
            found.added(root, made)
        if rng.random() < 0.3:
            _check(found, root, rng)
    _check(found, root, rng)


@pytest.mark.parametrize("seed", range(6))
def test_places_stay_right_where_many_are_made_one_behind_the_other(seed: int) -> None:
    rng = random.Random(seed)
    root = _tree(rng, 60, rng.choice(("a", "ab")), comments=seed % 2 == 0)
    found = Siblings()
    _check(found, root, rng)
    at = list(elements(root))[rng.randrange(60)]
    made = [new_element(rng.choice("aab")) for _ in range(25)]
    for one in made:  # in front of the same one, each behind the one before
        at.addprevious(one)
        found.added(root, one)
        assert found.place(one) == list(elements(root)).index(one)
    _check(found, root, rng)
    for one in made if seed % 3 else reversed(made):
        found.removed(root, one)
        root.remove(one)
        there = next(elements(root))
        assert found.place(there) == 0 and found.position(there) == 1
    _check(found, root, rng)


def test_short_lists_are_counted_as_they_are() -> None:
    root = _tree(random.Random(1), 8, "ab", comments=False)
    found = Siblings()
    for place, child in enumerate(root):
        assert found.place(child) == place
        assert found.position(child) == position_of(child)
    assert not found.is_long(root)
    root.insert(0, new_element("a"))  # nobody said so, nothing was remembered
    assert found.place(root[8]) == 8
    assert found.place(root) == -1


def test_comments_are_known_until_others_come() -> None:
    root = _tree(random.Random(1), 30, "a", comments=False)
    found = Siblings()
    found.read(root)
    assert not found.has_comments(root)
    root.append(etree.Comment("c"))
    found.commented(root)
    assert found.has_comments(root)
    assert found.at(root, 29) is root[29]


def test_nothing_has_a_position_below_one() -> None:
    root = _tree(random.Random(1), 30, "a", comments=False)
    assert Siblings().part(root, "a", -1, 0) == []
