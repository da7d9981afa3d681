"""Conditions of nodes that are there and of nodes that are not, in each context that RFC 7950, 7.21.5, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve

MODULES = Path(__file__).parent / "modules"
LINKS = "/conditions-base:links"
DATA = b"""<config><links xmlns="urn:test:conditions-base" xmlns:x="urn:test:conditions-base">
  <link><name>a</name><media>x:fast</media><peer>c</peer></link>
  <link><name>b</name><media>x:wired</media><enabled>false</enabled><peer>a</peer>
    <queue><size>1</size></queue><tag>t1</tag><tag>t2</tag><tag>t3</tag></link>
  <link><name>c</name><media>x:radio</media><queue><size>2</size></queue>
    <hop><id>-2</id><kind>x:wired</kind></hop></link>
  <link><name>d</name></link>
  <!-- d has no medium -->
</links></config>"""


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(MODULES)
    made = engine.compile(resolve([WantedModule("conditions-base"), WantedModule("conditions-more")], library.fetch))
    assert not made.broken
    return made


def ask(engine: Engine, compiled: CompiledSchema, link: str, below: str, data: bytes = DATA) -> str | None:
    parent = f"{LINKS}/link[name='{link}']"
    return engine.conditions(compiled.key, data, [(parent, f"{LINKS}/link/{below}")])[0]


@pytest.mark.parametrize(
    ("below", "holds"),
    [
        ("speed", "a"),  # derived-from: strictly
        ("duplex", "ab"),  # derived-from-or-self, the identity without prefix
        ("mirror", "a"),  # through a leafref
        ("delay", "acd"),  # a default in use counts
        ("tag", "abd"),
        ("hop", "acd"),
        ("queue", "abc"),
        ("queue/limit", "c"),  # of the uses: the context is the container
        ("debug", "abcd"),  # no condition at all
        ("debug/level", "acd"),  # below a presence container that is not there
        ("one", "b"),  # choice and case
        ("two", "a"),  # choice and leaf
        ("conditions-more:channel", "c"),  # of the augment, prefixes of the augmenting module
        ("conditions-more:antenna", "c"),
        ("conditions-more:antenna/gain", "abcd"),  # what its container says is the container's
        ("conditions-more:three", "c"),  # a case that an augment adds, in a choice with a condition
    ],
)
def test_each_context(engine: Engine, compiled: CompiledSchema, below: str, holds: str) -> None:
    found = {link: ask(engine, compiled, link, below) for link in "abcd"}
    assert None not in found.values()
    assert "".join(link for link, condition in found.items() if condition == "") == holds


def test_the_condition_is_told_as_it_is_written(engine: Engine, compiled: CompiledSchema) -> None:
    assert ask(engine, compiled, "b", "speed") == "derived-from(../media, 'cb:wired')"
    assert ask(engine, compiled, "d", "one") == "enabled = 'false'"
    assert ask(engine, compiled, "d", "two") == "../name = 'a'"


def test_inside_an_entry_of_a_list_below(engine: Engine, compiled: CompiledSchema) -> None:
    hop = f"{LINKS}/link[name='c']/hop[id='-2'][kind='conditions-base:wired']"
    assert engine.conditions(compiled.key, DATA, [(hop, f"{LINKS}/link/hop/cost")]) == ("",)


def test_top_level_nodes(engine: Engine, compiled: CompiledSchema) -> None:
    asked = [("/", "/conditions-base:global"), ("/", "/conditions-base:own"), ("/", LINKS)]
    assert engine.conditions(compiled.key, DATA, asked) == ("", "", "")
    assert engine.conditions(compiled.key, b"<config/>", asked) == ("/cb:links/cb:link", "", "")
    text = b"<config><global xmlns='urn:test:conditions-base'>x</global></config>"
    assert engine.conditions(compiled.key, text, asked)[1] == "not(/global) or /cb:links/link"


def test_many_at_once_leave_nothing_behind(engine: Engine, compiled: CompiledSchema) -> None:
    asked = [
        (f"{LINKS}/link[name='{link}']", f"{LINKS}/link/{below}")
        for link in "abcd"
        for below in ("speed", "hop/cost", "debug/level", "tag", "hop")
    ]
    first = engine.conditions(compiled.key, DATA, asked)
    assert engine.conditions(compiled.key, DATA, asked) == first
    backwards = engine.conditions(compiled.key, DATA, asked[::-1])
    assert backwards[::-1] == first


def test_what_cannot_be_told(engine: Engine, compiled: CompiledSchema) -> None:
    asked = [
        (f"{LINKS}/link[name='z']", f"{LINKS}/link/speed"),  # no such entry
        ("/", f"{LINKS}/link/speed"),  # which entry?
        ("/", "/conditions-base:nothing"),
        (f"{LINKS}/link[name='a']", LINKS),
    ]
    found = engine.conditions(compiled.key, DATA, asked)
    assert found[0] is None and found[2] is None and found[3] is None


def test_faulty_data_does_not_hide_the_rest(engine: Engine, compiled: CompiledSchema) -> None:
    data = DATA.replace(b"<name>d</name>", b"<name>d</name><enabled>maybe</enabled><nonsense/>").replace(
        b"<name>b</name>", b""
    )
    assert ask(engine, compiled, "a", "speed", data) == ""
    assert ask(engine, compiled, "c", "speed", data)


def test_text_that_is_no_xml_is_refused(engine: Engine, compiled: CompiledSchema) -> None:
    with pytest.raises(SchemaError):
        engine.conditions(compiled.key, b"<config>", [("/", LINKS)])


def test_verdicts_agree_with_the_check_of_the_whole(engine: Engine, compiled: CompiledSchema) -> None:
    """What is there although its condition is false is what validation reports."""
    for link, extra in (
        ("a", b"<speed>1</speed>"),
        ("c", b"<speed>1</speed>"),
        ("c", b"<mirror/>"),
        ("b", b"<one>x</one>"),
    ):
        name = f"<name>{link}</name>".encode()
        data = DATA.replace(name, name + extra)
        leaf = extra[1 : extra.index(b">")].strip(b"/").decode()
        problems = engine.validate(compiled.key, data)
        told = any("When condition" in problem.message and leaf in problem.path for problem in problems)
        assert told == bool(ask(engine, compiled, link, leaf, data)), (link, leaf, problems)
