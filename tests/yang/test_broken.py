"""Each broken document of `broken.cases` gives exactly the findings expected, each once, at the node expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netconf_gui.yang.check import CompiledSchema, Engine, EngineTimeout
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
    rules,
    user,
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


def entries(count: int, made: Callable[[int], str]) -> bytes:
    return wrapped("".join(made(number) for number in range(count)))


def member(number: int, owner: str) -> str:
    return user(
        f"u{number}",
        f"<password>x</password><home><path>/</path></home><full>F{number}</full>"
        f'<owner xmlns="urn:test:extras">{owner}</owner>',
    )


def test_references_to_leafs_that_are_no_keys_take_no_quadratic_time(engine: Engine, network: CompiledSchema):
    """libyang takes a minute for it; the deadline says that here it is not asked."""
    count = 8000
    data = entries(count, lambda number: member(number, f"F{count - 1 - number}"))
    assert engine.validate(network.key, data, deadline=30) == ()
    broken = entries(count, lambda number: member(number, f"F{number + 2}"))
    found = engine.validate(network.key, broken, deadline=30)
    assert [(item.path, item.kind) for item in found] == [
        (f"/network:user[name='u{number}'][domain='d']/extras:owner", "leafref") for number in (7998, 7999)
    ]


def test_conditions_can_be_left_out(engine: Engine, network: CompiledSchema):
    xml = CONDITIONS["two whens and a must"][0] + REFERENCES["leafref"][0]
    kinds = [item.kind for item in engine.validate(network.key, wrapped(xml), musts=False)]
    assert sorted(kinds) == ["leafref", "when", "when"]
    assert engine.validate(network.key, wrapped(CONDITIONS["must of a container"][0]), musts=False) == ()
    again = engine.validate(network.key, wrapped(xml))
    assert sorted(item.kind for item in again) == ["leafref", "must", "when", "when"], "they are in force again"


def test_what_takes_too_long_is_stopped_and_the_rest_can_be_had(engine: Engine, network: CompiledSchema):
    """`count(../peer)` of each peer is quadratic."""
    data = wrapped(rules("".join(f"<peer><name>{number}</name></peer>" for number in range(30_000))))
    starts = engine.bulk.starts
    with pytest.raises(EngineTimeout):
        engine.validate(network.key, data, deadline=2)
    assert engine.validate(network.key, data, musts=False, deadline=60) == ()
    assert engine.bulk.starts == starts + 1
