"""Our findings agree with libyang's own verdict on documents that were valid before something random happened to them.

libyang stops at the first error.  So: what it calls valid has no findings; what it refuses has some, and the one that
it names is among them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from lxml import etree

from netconf_gui.protocol.xml import parse
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.problem import Problem, problem_from
from tests.yang.broken.cases import VALID
from tests.yang.test_broken import network, wrapped

__all__ = ["network"]

DOCUMENTS = 1000
SEED = 20261121
TEXTS = [
    "",
    "1",
    "2",
    "7",
    "300",
    "p1",
    "p2",
    "p9",
    "one",
    "x",
    "true",
    "manual",
    "auto",
    "net:fibre",
    "net:copper",
    "a",
]
FAULTS_OF_FORM = {"type", "unknown", "state", "shape", "duplicate", "key"}
BOTH = ("/network:types/both", "type")
Element = etree._Element


def everything(pick: random.Random) -> Element:
    """A valid document: some of the valid ones, one after the other, each top-level node once."""
    names = pick.sample(sorted(set(VALID) - {"nothing"}), pick.randint(1, len(VALID) - 1))
    for one, other in (("manual", "auto"), ("manual", "ports"), ("auto", "ports"), ("transport", "radio")):
        if one in names and other in names:
            names.remove(one)
    return parse(wrapped("".join(VALID[name] for name in names)))


def remove(item: Element, root: Element, pick: random.Random) -> None:
    parent = item.getparent()
    if parent is not None:
        parent.remove(item)


def copy_here(item: Element, root: Element, pick: random.Random) -> None:
    item.addnext(parse(etree.tostring(item, with_tail=False)))


def copy_elsewhere(item: Element, root: Element, pick: random.Random) -> None:
    others = [one for one in root.iter() if len(one) and one is not item]
    if others:
        target = pick.choice(others)
        target.insert(pick.randint(0, len(target)), parse(etree.tostring(item, with_tail=False)))


def other_text(item: Element, root: Element, pick: random.Random) -> None:
    if not len(item):
        item.text = pick.choice(TEXTS)


def text_of_another(item: Element, root: Element, pick: random.Random) -> None:
    leaves = [one for one in root.iter() if not len(one)]
    if not len(item):
        item.text = pick.choice(leaves).text


def last_first(item: Element, root: Element, pick: random.Random) -> None:
    parent = item.getparent()
    if parent is not None and len(parent) > 1:
        parent.insert(0, parent[-1])


def rename(item: Element, root: Element, pick: random.Random) -> None:
    item.tag = str(pick.choice(list(root.iter())).tag)


MUTATIONS: list[Callable[[Element, Element, random.Random], None]] = [
    remove, remove, copy_here, copy_elsewhere, other_text, other_text, text_of_another, last_first, rename,
]  # fmt: skip


def mutated(pick: random.Random) -> bytes:
    root = everything(pick)
    for _ in range(pick.choice((1, 1, 1, 2, 3, 5))):
        items = list(root.iter())[1:]
        if items:
            pick.choice(MUTATIONS)(pick.choice(items), root, pick)
    return etree.tostring(root)


@pytest.fixture(scope="module")
def plain(engine: Engine, network: CompiledSchema) -> Callable[[bytes], list[Problem]]:
    """libyang's own verdict: strict, stopping at the first error."""

    def run(data: bytes) -> list[Problem]:
        request = {"content": "config", "limit": 10, "first_only": True}
        reply, _ = engine._ask(engine.bulk, "validate", network.key, request, (data,), 60, None)
        return [found for item in reply["problems"] if (found := problem_from(item)).is_error]

    return run


def test_the_verdict_is_libyangs(engine: Engine, network: CompiledSchema, plain: Callable[[bytes], list[Problem]]):
    pick = random.Random(SEED)
    invalid = 0
    starts = engine.bulk.starts
    for number in range(DOCUMENTS):
        data = mutated(pick)
        first = plain(data)
        found = engine.validate(network.key, data)
        said = f"document {number}: {first}\n{found}\n{data.decode()}"
        # the library is content with an identity of one base out of two
        real = [item for item in found if item.is_error and (item.path, item.kind) != BOTH]
        assert bool(first) == bool(real) or (first and found), said
        if first:
            invalid += 1
            assert _is_among(first[0], found), said
        keys = [(item.path, item.message) for item in found]
        assert len(set(keys)) == len(keys), said
    assert engine.bulk.starts == starts, "the library died on the way"
    assert DOCUMENTS // 4 < invalid < DOCUMENTS, "both sorts are there"


def _is_among(first: Problem, found: tuple[Problem, ...]) -> bool:
    if first.kind in ("", "duplicate"):
        return any(item.kind in FAULTS_OF_FORM for item in found)
    # of two entries that are not unique either may be named
    return any(item.kind == first.kind and first.path in (item.path, *item.detail) for item in found)
