"""Repairs do what they say, as one undo step, and what they repaired is no longer found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.config.document import Document
from netconf_gui.config.fixes import Fix, fixes_for
from netconf_gui.errors import ConfigError
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.resolver import WantedModule, resolve
from tests.yang.broken.cases import CASES, N, bounds, order, port, ports, references, rules, transport, types, user

FOLDER = Path(__file__).parents[1] / "yang" / "broken"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def network(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(FOLDER)
    return engine.compile(resolve([WantedModule("network"), WantedModule("extras")], library.fetch))


class Bench:
    """One broken document, checked again when asked."""

    def __init__(self, engine: Engine, compiled: CompiledSchema, xml: str) -> None:
        self.engine = engine
        self.key = compiled.key
        data = f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{xml}</config>'.encode()
        self.document = Document(data, engine.schema(compiled))

    def problems(self) -> tuple[Problem, ...]:
        return self.engine.validate(self.key, self.document.snapshot().data)

    def fixes(self) -> list[Fix]:
        return [fix for problem in self.problems() for fix in fixes_for(self.document, problem)]

    def do(self, text: str) -> None:
        """Apply the repair of that text; undo and redo bring back what was."""
        fix = next(one for one in self.fixes() if one.text == text)
        assert fix.apply is not None
        before = self.document.snapshot().data
        fix.apply()
        after = self.document.snapshot().data
        assert after != before
        self.document.undo()
        assert self.document.snapshot().data == before, "one undo step takes all of it back"
        assert not self.document.can_undo
        self.document.redo()
        assert self.document.snapshot().data == after


HOME = "<home><path>/</path></home>"
REPAIRS = [
    (user("a", HOME), ["Set password…"], None),
    (user("a", "<password>x</password>"), ["Set path…"], None),
    (references("<uplink>p9</uplink>"), ["Create port p9"], "Create port p9"),
    (f"<fallback {N}><port>eth1</port></fallback>", ["Create port eth1"], "Create port eth1"),
    (references("<by-alias>two</by-alias>"), [], None),
    (rules("<server>s</server>"), ["Remove server"], "Remove server"),
    (types("<colour/>"), ["Remove colour"], "Remove colour"),
    (types("<count>1</count>"), ["Remove count"], "Remove count"),
    (
        transport("<tcp-port>1</tcp-port><keepalive>true</keepalive><udp-port>2</udp-port>"),
        ["Keep tcp, remove udp-port", "Keep udp, remove tcp-port, keepalive"],
        "Keep udp, remove tcp-port, keepalive",
    ),
    (transport("<left/><right/>"), ["Keep left, remove right", "Keep right, remove left"], "Keep left, remove right"),
    (order("<step><id>1</id></step>" * 3), ["Remove the duplicates of step"], "Remove the duplicates of step"),
    (
        order("<word>a</word><word>b</word><word>a</word>"),
        ["Remove the duplicate of word"],
        "Remove the duplicate of word",
    ),
    (
        order("<step><id>1</id><text>a</text></step><step><id>1</id><text>b</text></step>"),
        ["Keep the first step, remove the rest", "Keep the last step, remove the rest"],
        "Keep the last step, remove the rest",
    ),
    (
        types("<on>true</on><on>false</on>"),
        ["Keep the first on (true), remove the rest", "Keep the last on (false), remove the rest"],
        "Keep the last on (false), remove the rest",
    ),
    (bounds("<hop><id>1</id></hop>"), [], None),
    (ports(port("a", "<lane>1</lane>") + port("b", "<lane>1</lane>")), [], None),
    (types("<small>99</small>"), [], None),
]


@pytest.mark.parametrize(("xml", "offered", "chosen"), REPAIRS)
def test_repairs(engine: Engine, network: CompiledSchema, xml: str, offered: list[str], chosen: str | None):
    bench = Bench(engine, network, xml)
    assert bench.problems()
    assert [fix.text for fix in bench.fixes()] == offered
    if chosen is not None:
        bench.do(chosen)
        assert bench.problems() == ()


def test_a_value_that_a_person_has_to_say(engine: Engine, network: CompiledSchema):
    bench = Bench(engine, network, user("a", "<password>x</password>"))
    (fix,) = bench.fixes()
    assert fix.apply is None and fix.node is not None and fix.node.name == "path"
    assert fix.parent is not None and str(fix.parent.tag).endswith("}user"), "the container is not there yet"


def test_a_repair_of_what_has_changed_meanwhile(engine: Engine, network: CompiledSchema):
    bench = Bench(engine, network, types("<colour/>"))
    (fix,) = bench.fixes()
    assert fix.apply is not None
    fix.apply()
    with pytest.raises(ConfigError, match="has changed"):
        fix.apply()
    gone = Problem("error", "/network:types/colour", "", kind="unknown")
    assert fixes_for(bench.document, gone) == []
    assert fixes_for(Document(b"<config/>"), gone) == [], "without a schema nothing is known"


@pytest.mark.parametrize("name", CASES)
def test_every_repair_of_every_case_helps(engine: Engine, network: CompiledSchema, name: str):
    """No repair makes it worse: the finding is gone, and no other of its kind came at that place."""
    xml, _ = CASES[name]
    for number, fix in enumerate(Bench(engine, network, xml).fixes()):
        if fix.apply is None:
            continue
        bench = Bench(engine, network, xml)
        before = bench.problems()
        offered = [(problem, one) for problem in before for one in fixes_for(bench.document, problem)]
        problem, one = offered[number]
        assert one.apply is not None
        one.apply()
        assert (problem.path, problem.kind, problem.message) not in [
            (item.path, item.kind, item.message) for item in bench.problems()
        ], (name, one.text)
