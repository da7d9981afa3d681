"""The laws of differences, plans and the interpreter, over random schemas, documents and edits.

libyang is asked in every case: whether two documents are the same, and what its own difference and merge make of them.
200 examples of each law in the ordinary run, 2,000 with RUN_ALL.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.config.apply import edit_config
from netconf_gui.config.binding import Binder
from netconf_gui.config.codec import read, write
from netconf_gui.config.construct import other_cases
from netconf_gui.config.diff import diff
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.plan import plan
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema
from tests.config.worlds import World, xml

EVERYTHING = bool(os.environ.get("RUN_ALL"))
WORLDS = 120 if EVERYTHING else 24
laws = settings(max_examples=2000 if EVERYTHING else 200, deadline=None)
# ten times as many examples take ten times as long
pytestmark = pytest.mark.timeout(1200 if EVERYTHING else 120)

NOTHING = b"<config/>"
SEEDS = st.integers(0, 2**32)
PLACES = st.integers(0, WORLDS - 1)
DENSITIES = st.sampled_from([0.1, 0.3, 0.6, 0.9])


@dataclass(repr=False)
class Judge:
    """A world with its compiled schema, and libyang to ask."""

    world: World
    schema: SqliteSchema
    engine: Engine
    key: str

    def document(self, seed: int, density: float, words: int = 0) -> etree._Element:
        return read(xml(self.world.document(seed, density), words)).root

    def same(self, one: etree._Element, other: etree._Element) -> bool:
        """What libyang says."""
        return self.engine.equal(self.key, stripped(one), stripped(other))


def stripped(root: etree._Element) -> bytes:
    """The configuration without empty non-presence containers, which libyang tells from absent ones."""
    copy = read(write(root)).root
    for element in reversed(list(copy.iter(etree.Element))):
        parent = element.getparent()
        name = etree.QName(element).localname
        if parent is not None and len(element) == 0 and (name == "root" or name.startswith("np")):
            parent.remove(element)
    return write(copy)


@contextmanager
def judging(count: int, folders: pytest.TempPathFactory) -> Iterator[list[Judge]]:
    """That many random schemas, compiled, each with its judge."""
    with Engine(cache_folder=folders.mktemp("engine")) as engine:
        made = []
        for seed in range(count):
            world, folder = World(seed), folders.mktemp("world")
            world.write_yang(folder)
            resolved = resolve([WantedModule("wa"), WantedModule("wb")], ModuleLibrary.of_folder(folder).fetch)
            compiled = engine.compile(resolved)
            assert compiled.validated and not compiled.broken, compiled.broken
            made.append(Judge(world, engine.schema(compiled), engine, compiled.key))
        yield made


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Judge]]:
    with judging(WORLDS, tmp_path_factory) as made:
        yield made


@given(place=PLACES, one=SEEDS, other=SEEDS, density=DENSITIES, policy=st.sampled_from(["strict", "tolerant"]))
@laws
def test_a_plan_leads_from_one_to_the_other(
    judges: list[Judge], place: int, one: int, other: int, density: float, policy: Any
) -> None:
    judge = judges[place]
    a, b = judge.document(one, density, one), judge.document(other, density, other)
    difference = diff(a, b, judge.schema)
    made = plan(difference, policy)
    result = edit_config(a, made.config, judge.schema, default_operation="none")
    assert not diff(result, b, judge.schema)
    assert judge.same(result, b)
    assert bool(difference) != judge.same(a, b)
    assert made.empty == (not difference)


@given(place=PLACES, one=SEEDS, words=SEEDS, density=DENSITIES)
@laws
def test_the_same_in_other_words_needs_nothing(
    judges: list[Judge], place: int, one: int, words: int, density: float
) -> None:
    judge = judges[place]
    a, b = judge.document(one, density, one), judge.document(one, density, words)
    assert plan(diff(a, b, judge.schema)).empty
    assert plan(diff(a, a, judge.schema)).empty
    assert judge.same(a, b)


@given(place=PLACES, one=SEEDS, other=SEEDS, density=DENSITIES, policy=st.sampled_from(["strict", "tolerant"]))
@laws
def test_the_inverse_leads_back(
    judges: list[Judge], place: int, one: int, other: int, density: float, policy: Any
) -> None:
    judge = judges[place]
    a, b = judge.document(one, density), judge.document(other, density)
    back = plan(diff(a, b, judge.schema), policy).inverse()
    result = edit_config(b, back.config, judge.schema, default_operation="none")
    assert not diff(result, a, judge.schema)
    assert judge.same(result, a)


@given(place=PLACES, one=SEEDS, how=SEEDS, density=DENSITIES, count=st.integers(1, 12))
@laws
def test_as_many_operations_as_edits(
    judges: list[Judge], place: int, one: int, how: int, density: float, count: int
) -> None:
    judge = judges[place]
    document = judge.world.document(one, density)
    changed, edits = judge.world.edited(document, how, count)
    a, b = read(xml(document, one)).root, read(xml(changed, how)).root
    difference = diff(a, b, judge.schema)
    assert len(difference) == edits, [str(entry.path) for entry in difference]
    assert plan(difference).operations == edits
    assert judge.same(edit_config(a, plan(difference).config, judge.schema, default_operation="none"), b)


@given(place=PLACES, one=SEEDS, other=SEEDS, density=DENSITIES)
@laws
def test_libyangs_own_difference_and_merge_give_the_same(
    judges: list[Judge], place: int, one: int, other: int, density: float
) -> None:
    judge = judges[place]
    a, b = judge.document(one, density), judge.document(other, density)
    base, mine = stripped(a), stripped(b)
    ours = edit_config(a, plan(diff(a, b, judge.schema)).config, judge.schema, default_operation="none")
    assert judge.same(read(judge.engine.apply_diff(judge.key, base, base, mine) or NOTHING).root, ours)
    theirs = read(judge.engine.merge(judge.key, base, mine) or NOTHING).root
    if not two_cases(theirs, judge.schema):  # libyang leaves them to validation, a server must not (RFC 7950, 7.9)
        merged = edit_config(a, b, judge.schema, default_operation="merge")
        assert not diff(merged, theirs, judge.schema)
        assert judge.same(merged, theirs)


def two_cases(root: etree._Element, schema: SqliteSchema) -> bool:
    """Whether two cases of one choice have data."""
    binder = Binder(schema)
    for element in root.iter(etree.Element):
        node, parent = binder.schema_node(element), element.getparent()
        if node is not None and parent is not None and other_cases(schema, parent, node):
            return True
    return False


@given(place=PLACES, one=SEEDS, other=SEEDS, density=DENSITIES, which=SEEDS)
@laws
def test_any_node_can_be_replaced_as_a_whole(
    judges: list[Judge], place: int, one: int, other: int, density: float, which: int
) -> None:
    judge = judges[place]
    a, b = judge.document(one, density), judge.document(other, density)
    chance = random.Random(which)
    nodes = [element for element in b.iter(etree.Element) if element is not b]
    paths: list[InstancePath] = []
    for element in chance.sample(nodes, min(len(nodes), chance.randint(0, 3))):
        node = path_of(element, judge.schema)
        if judge.schema.find(node.schema_path()) is not None:
            paths.append(node)
    made = plan(diff(a, b, judge.schema), "strict", paths)
    result = edit_config(a, made.config, judge.schema, default_operation="none")
    assert not diff(result, b, judge.schema)
    assert judge.same(result, b)
