"""Requests judged before they are sent: the input of rpcs and of actions (RFC 7950, sections 7.14 and 7.15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve

MODULES = Path(__file__).parent / "modules"
NS = 'xmlns="urn:test:operations"'
RUNNING = f"<config><ports {NS}><port><name>a</name></port></ports></config>".encode()
GOOD = "<port>a</port><quick/><target><name>x</name><weight>1</weight></target>"


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(MODULES)
    made = engine.compile(resolve([WantedModule("operations-test")], library.fetch))
    assert not made.broken
    return made


def rpc(engine: Engine, compiled: CompiledSchema, body: str, dependencies: bytes = RUNNING) -> list[tuple[str, str]]:
    data = f'<nc:config xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">{body}</nc:config>'.encode()
    found = engine.validate_request(compiled.key, data, dependencies=dependencies)
    return [(problem.path.replace("operations-test:", ""), problem.message) for problem in found]


def measure(engine: Engine, compiled: CompiledSchema, body: str, dependencies: bytes = RUNNING) -> list[str]:
    found = rpc(engine, compiled, f"<measure {NS}>{body}</measure>", dependencies)
    return [f"{path.removeprefix('/measure')} {message}".strip() for path, message in found]


def reset(engine: Engine, compiled: CompiledSchema, body: str) -> list[str]:
    inside = f"<ports {NS}><port><name>a</name><reset>{body}</reset></port></ports>"
    found = rpc(engine, compiled, f'<action xmlns="urn:ietf:params:xml:ns:yang:1">{inside}</action>')
    return [f"{path.removeprefix(chr(47) + 'yang:action')} {message}" for path, message in found]


def test_what_can_be_sent(engine: Engine, compiled: CompiledSchema) -> None:
    assert measure(engine, compiled, GOOD) == []
    assert rpc(engine, compiled, f"<idle {NS}/>") == []
    assert reset(engine, compiled, "<delay>3</delay><reason>x</reason>") == []


def test_all_that_is_missing_is_told_at_once(engine: Engine, compiled: CompiledSchema) -> None:
    assert measure(engine, compiled, "") == [
        "port is missing: it has to be given.",
        "how is missing: quick or long has to be given.",
        "target is missing: there has to be at least one.",
    ]


def test_what_was_missing_is_wanted_again_afterwards(engine: Engine, compiled: CompiledSchema) -> None:
    before = measure(engine, compiled, "")
    assert measure(engine, compiled, GOOD) == []
    assert measure(engine, compiled, "") == before


def test_every_kind_of_fault_beside_the_others(engine: Engine, compiled: CompiledSchema) -> None:
    body = (
        "<port>zz</port><count>900</count><seconds>2</seconds><steps>3</steps><most>1</most><least>2</least>"
        "<extra>e</extra><bad/><target><name>x</name></target>"
    )
    found = measure(engine, compiled, body)
    assert found[:3] == [
        "/count count is 900. Allowed: 0 to 255.",
        "/bad bad is not a child of measure.",
        "/target[name='x'] weight is missing: it has to be given.",
    ]
    assert sorted(found[3:]) == [
        '/extra When condition "../least > 5" not satisfied.',
        "/most most is at least least.",
        '/port Invalid leafref value "zz" - no target instance "/op:ports/op:port/op:name" with the same value.',
        "/steps Fewer steps than seconds.",
    ]
    assert measure(engine, compiled, GOOD) == []


def test_references_are_not_looked_at_without_a_configuration(engine: Engine, compiled: CompiledSchema) -> None:
    assert measure(engine, compiled, GOOD.replace(">a<", ">zz<"), b"") == []
    assert len(measure(engine, compiled, GOOD.replace(">a<", ">zz<"))) == 1


def test_an_action_is_judged_with_its_node(engine: Engine, compiled: CompiledSchema) -> None:
    where = "/ports/port[name='a']/reset"
    assert reset(engine, compiled, "<delay>900</delay>") == [
        f"{where}/delay delay is 900. Allowed: 0 to 300.",
        f"{where} reason is missing: it has to be given.",
        f'{where} Must condition "delay or now" not satisfied.',
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "There is no operation."),
        (f"<idle {NS}/><idle {NS}/>", "A request is one operation, not 2."),
        (f"<nothing {NS}/>", "operations-test has no top-level node nothing."),
        (f'<action xmlns="urn:ietf:params:xml:ns:yang:1"><ports {NS}/></action>', "Which action is meant?"),
        ("<measure", "The message is not well-formed"),
    ],
)
def test_what_is_no_request(engine: Engine, compiled: CompiledSchema, body: str, said: str) -> None:
    assert said in rpc(engine, compiled, body)[0][1]


def test_a_parameters_value_alone(engine: Engine, compiled: CompiledSchema) -> None:
    problem = engine.check_value(compiled.key, "/operations-test:measure/input/count", "900")
    assert problem is not None
    assert "Allowed: 0 to 255" in problem.message
    assert engine.check_value(compiled.key, "/operations-test:ports/port/reset/input/delay", "300") is None


def test_actions_are_found(engine: Engine, compiled: CompiledSchema) -> None:
    paths = [action.path for action in engine.schema(compiled).actions()]
    assert sorted(paths) == ["/operations-test:ports/port/reset", "/operations-test:ports/stop"]


def test_conditions_of_parameters_that_are_not_there(engine: Engine, compiled: CompiledSchema) -> None:
    def extra(inside: str) -> str | None:
        data = f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><measure {NS}>{inside}</measure></config>'
        asked = [("/operations-test:measure", "/operations-test:measure/input/extra")]
        return engine.conditions(compiled.key, data.encode(), asked, of_request=True)[0]

    assert extra("") == "../least > 5"
    assert extra("<least>5</least>") == "../least > 5"
    assert extra("<least>6</least>") == ""
    assert extra("<least>6</least><count>900</count><bad/>") == "", "what is wrong elsewhere does not matter"
