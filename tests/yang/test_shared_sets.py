"""Real sets as a whole: OpenConfig's release and the newest revision of each IETF module, also with holes in them.

They lie beside the checkout and are never copied into it.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from netconf_gui.services.load import Gathered, LoadedSchema, compile_gathered
from netconf_gui.services.modules import resolve_folder
from netconf_gui.yang.check import Engine
from netconf_gui.yang.report import ModuleStatus, SchemaReport
from netconf_gui.yang.resolver import ModuleSource, WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema
from netconf_gui.yang.yangtext import parse_head

SHARED = Path(__file__).parents[3] / "shared" / "yang"
# modules that nobody can load: a template whose revision is no date
NO_MODULES = frozenset({"ietf-template"})
SETS = ("openconfig", "ietf")
SEEDS = (1, 2, 3)


def shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"shared/yang/{name} is not beside this checkout")
    return folder


def load(engine: Engine, name: str) -> LoadedSchema:
    return compile_gathered(engine, Gathered(resolve_folder(shared(name))))


def needs(texts: dict[str, bytes]) -> dict[str, set[str]]:
    """What each module imports and includes."""
    heads = {name: parse_head(text) for name, text in texts.items()}
    return {name: {item.name for item in (*head.imports, *head.includes)} for name, head in heads.items()}


def reachable(name: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for item in direct.get(waiting.pop(), set()):
            if item not in found:
                found.add(item)
                waiting.append(item)
    return found


def names(report: SchemaReport, *states: ModuleStatus) -> set[str]:
    return {module.name for module in report.of(*states)}


def test_the_whole_of_openconfig(engine: Engine) -> None:
    loaded = load(engine, "openconfig")
    assert loaded.broken == ()
    assert loaded.missing == ()
    assert loaded.report.repairs == ()
    assert loaded.nodes > 15_000
    schema = loaded.schema
    assert isinstance(schema, SqliteSchema)
    mtu = schema.find("/openconfig-interfaces:interfaces/interface/config/mtu")
    assert mtu is not None
    assert any(node.name == "mtu" for node in schema.search("interface mtu", limit=10))


def test_all_of_the_ietf(engine: Engine) -> None:
    """What is not compiled lacks a module that the folder does not have, and says so."""
    loaded = load(engine, "ietf")
    report = loaded.report
    missing = names(report, ModuleStatus.MISSING)
    assert missing == {"ieee802-dot1q-bridge", "ieee802-dot1q-types"}
    direct = needs({module.name: module.text for module in resolve_folder(shared("ietf")).modules})
    for module in report.of(ModuleStatus.BROKEN):
        assert module.name in NO_MODULES or reachable(module.name, direct) & missing, module
        assert module.reason
    assert len(report.of(ModuleStatus.BROKEN)) < 10
    assert {repair.kind for repair in report.repairs} == {"extension"}
    assert loaded.nodes > 20_000


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SETS)
def test_with_a_tenth_of_the_modules_gone(engine: Engine, name: str, seed: int) -> None:
    """The rest compiles, and the report names what is missing and who needs it."""
    whole: dict[str, ModuleSource] = {module.name: module for module in resolve_folder(shared(name)).modules}
    gone = set(random.Random(seed).sample(sorted(whole), len(whole) // 10))
    texts = {key: module.text for key, module in whole.items() if key not in gone}
    wanted = [WantedModule(key) for key in texts if not whole[key].is_submodule]
    resolved = resolve(wanted, lambda key, _revision: texts.get(key))
    loaded = compile_gathered(engine, Gathered(resolved))
    assert loaded.schema is not None
    assert loaded.validated
    report, direct = loaded.report, needs(texts)
    known = names(load(engine, name).report, ModuleStatus.MISSING, ModuleStatus.BROKEN)
    needed = {item for key in texts for item in direct[key]} & gone
    assert names(report, ModuleStatus.MISSING) == needed | (known - set(whole))
    for module in report.of(ModuleStatus.MISSING):
        assert module.needed_by
        assert all(module.name in direct[by] for by in module.needed_by)
    broken = names(report, ModuleStatus.BROKEN)
    for key in texts:
        lost = reachable(key, direct) & (gone | known)
        if not lost and key not in known and not whole[key].is_submodule:
            assert key not in broken, next(module for module in report.modules if module.name == key)
    compiled = {module.name for module in loaded.schema.modules if module.implemented}
    assert compiled == {module.name for module in report.modules if module.implemented} - broken - names(
        report, ModuleStatus.MISSING
    )
    assert all(module.reason for module in report.of(ModuleStatus.BROKEN))
