"""Each broken document of `broken.cases` gives exactly the findings expected, each once, at the node expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from tests.yang.broken.cases import (
    BEYOND,
    CASES,
    CHOICES,
    CONDITIONS,
    LISTS,
    MISSING,
    NAMES,
    REFERENCES,
    TYPES,
    VALID,
    Finding,
)

FOLDER = Path(__file__).parent / "broken"


@pytest.fixture(scope="module")
def network(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(FOLDER)
    compiled = engine.compile(resolve([WantedModule("network"), WantedModule("extras")], library.fetch))
    assert not compiled.broken
    return compiled


def wrapped(xml: str) -> bytes:
    return f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{xml}</config>'.encode()


def test_there_are_enough():
    assert len(CASES) >= 40
    assert len(CASES) == sum(map(len, (TYPES, NAMES, BEYOND, LISTS, MISSING, CHOICES, CONDITIONS, REFERENCES)))
    kinds = [kind for _, expected in CASES.values() for kind in {kind for _, kind, _, _ in expected}]
    everything = (
        "type unknown state shape duplicate key mandatory choice cases min max unique must when leafref instance"
    )
    assert {kind for kind in everything.split() if kinds.count(kind) < 2} == set()


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_is_wrong(engine: Engine, network: CompiledSchema, name: str):
    xml, expected = CASES[name]
    found = engine.validate(network.key, wrapped(xml))
    assert sorted((item.path, item.kind, item.app_tag) for item in found) == sorted(
        (path, kind, tag) for path, kind, _, tag in expected
    ), "\n".join(map(str, found))
    assert all(_matches(item, found) for item in expected), "\n".join(map(str, found))


def _matches(expected: Finding, found: tuple[object, ...]) -> bool:
    path, kind, part, _ = expected
    return any((item.path, item.kind) == (path, kind) and part in item.message for item in found)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", VALID)
def test_nothing_is_wrong(engine: Engine, network: CompiledSchema, name: str):
    assert engine.validate(network.key, wrapped(VALID[name])) == ()


def test_all_of_them_together(engine: Engine, network: CompiledSchema):
    """What is in different top-level nodes does not hide one another."""
    apart = [LISTS["too few values"], CHOICES["two cases"], CONDITIONS["must of a container"], REFERENCES["leafref"]]
    apart += [TYPES["no boolean"], MISSING["mandatory leaf"], LISTS["entry three times, another twice"]]
    found = engine.validate(network.key, wrapped("".join(xml for xml, _ in apart)))
    expected = [finding for _, findings in apart for finding in findings]
    assert sorted((item.path, item.kind) for item in found) == sorted((path, kind) for path, kind, _, _ in expected)
