"""What the tests of the schema engine share: the modules beside them, and one engine with one compiled set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.yang.check import CompiledSchema, Deadlines, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import ResolvedSet, WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema

MODULES = Path(__file__).parent / "modules"
# generous: the machine that runs the tests may be busy with others
DEADLINES = Deadlines(value=30.0, xpath=30.0)


@pytest.fixture(scope="session")
def library() -> ModuleLibrary:
    return ModuleLibrary.of_folder(MODULES)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine"), deadlines=DEADLINES) as made:
        yield made


@pytest.fixture(scope="session")
def every_set(library: ModuleLibrary) -> ResolvedSet:
    wanted = [
        WantedModule("every-type", None, ("extras",), ("every-deviation",)),
        WantedModule("every-types-base"),
        WantedModule("every-augment"),
    ]
    return resolve(wanted, library.fetch)


@pytest.fixture(scope="session")
def every(engine: Engine, every_set: ResolvedSet) -> CompiledSchema:
    return engine.compile(every_set)


@pytest.fixture(scope="session")
def schema(engine: Engine, every: CompiledSchema) -> SqliteSchema:
    return engine.schema(every)
