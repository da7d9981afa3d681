"""Children of one name cut into parts: the same as a plain list, however long and wherever others stand between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.gui.models import entries as module
from netconf_gui.gui.models.entries import Entries


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(module, "MANY", 4)
    monkeypatch.setattr(module, "STRIDE", 3)


@given(
    names=st.lists(st.sampled_from(["<a/>", "<b/>", "<!-- c -->", "<a>x</a>"]), max_size=30),
    low=st.integers(0, 30),
    size=st.integers(0, 12),
)
def test_parts_are_those_of_a_list(names, low, size):
    root = etree.fromstring("<r>" + "".join(names) + "</r>")
    groups = Entries.by_tag(root)
    assert set(groups) == {child.tag for child in root if isinstance(child.tag, str)}
    for tag, found in groups.items():
        plain = root.findall(tag)
        assert found.count == len(plain) and found.all() == plain
        assert found.part(low, low + size) == plain[low : low + size]
        for number in range(len(plain)):
            assert found.at(number) is plain[number]
        assert found.at(len(plain)) is None
