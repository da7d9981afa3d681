"""Differences and plans against libyang: what it finds equal is equal here; our plans lead to what it calls equal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.config.apply import edit_config
from netconf_gui.config.codec import read, write
from netconf_gui.config.diff import diff
from netconf_gui.config.plan import plan
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema
from tests.config.model import SCHEMA
from tests.config.trees import Maker, meaning

CASES = [(seed, density) for density in (0.1, 0.3, 0.6) for seed in range(40)]


NOTHING = ("top", "np", "deep", "sub", "two", "other")  # non-presence containers of the model


def text(root: etree._Element) -> bytes:
    """The configuration without empty non-presence containers, which libyang tells from absent ones."""
    copy = read(write(root)).root
    for element in reversed(list(copy.iter(etree.Element))):
        parent = element.getparent()
        if parent is not None and len(element) == 0 and etree.QName(element).localname in NOTHING:
            parent.remove(element)
    return write(copy)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(Path(__file__).parent / "modules")
    return engine.compile(resolve([WantedModule("t"), WantedModule("x")], library.fetch))


@pytest.fixture(scope="module")
def schema(engine: Engine, compiled: CompiledSchema) -> SqliteSchema:
    return engine.schema(compiled)


def test_our_plans_lead_where_libyang_says(engine: Engine, compiled: CompiledSchema, schema: SqliteSchema) -> None:
    for seed, density in CASES:
        base, mine = Maker(seed, density).config(), Maker(seed + 1000, density).config()
        difference = diff(base, mine, schema)
        result = edit_config(base, plan(difference).config, schema, default_operation="none")
        assert engine.equal(compiled.key, text(result), text(mine)), (seed, density)
        assert engine.equal(compiled.key, text(base), text(mine)) == (not difference), (seed, density)


def test_libyangs_own_differences_lead_to_the_same(
    engine: Engine, compiled: CompiledSchema, schema: SqliteSchema
) -> None:
    for seed, density in CASES[::4]:
        base, mine = Maker(seed, density).config(), Maker(seed + 1000, density).config()
        theirs = engine.apply_diff(compiled.key, text(base), text(base), text(mine))
        ours = edit_config(base, plan(diff(base, mine, schema)).config, schema, default_operation="none")
        assert engine.equal(compiled.key, text(read(theirs).root), text(ours)), (seed, density)


def test_the_compiled_schema_and_the_one_by_hand_agree(schema: SqliteSchema) -> None:
    for seed, density in CASES[::5]:
        base, mine = Maker(seed, density).config(), Maker(seed + 1000, density).config()
        one, other = (
            [(entry.kind, str(entry.path)) for entry in diff(base, mine, known)] for known in (SCHEMA, schema)
        )
        assert one == other
        assert meaning(read(write(base)).root) == meaning(base)
