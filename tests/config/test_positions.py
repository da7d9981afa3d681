"""Positions among siblings, remembered on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.path import position_of
from netconf_gui.config.positions import Positions


@given(names=st.text("ab", min_size=1, max_size=40), asked=st.lists(st.integers(0, 39), max_size=20))
def test_a_remembered_position_is_the_one_that_is_counted(names: str, asked: list[int]) -> None:
    root = etree.Element("r")
    children = [etree.SubElement(root, name) for name in names]
    positions = Positions()
    for number in asked:
        child = children[number % len(children)]
        assert positions.of(child) == position_of(child)


def test_positions_in_a_long_list() -> None:
    root = etree.Element("r")
    children = [etree.SubElement(root, "e") for _ in range(2500)]
    positions = Positions()
    assert [positions.of(children[number]) for number in (2499, 1700, 1701, 0, 2499)] == [2500, 1701, 1702, 1, 2500]
    root.remove(children[0])
    positions.forget()
    assert positions.of(children[2499]) == 2499
