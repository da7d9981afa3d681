"""The functions that YANG 1.1 adds to XPath (RFC 7950, section 10), as the search asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netconf_gui.services.modules import schema_from_folder
from netconf_gui.yang.check import Engine

MODULE = """module fn {
  yang-version 1.1; namespace "urn:fn"; prefix f; revision 2026-01-01;
  identity animal; identity dog { base animal; } identity poodle { base dog; }
  container zoo {
    list cage {
      key name;
      leaf name { type string; }
      leaf kind { type identityref { base animal; } }
      leaf flags { type bits { bit open; bit clean; } }
      leaf level { type enumeration { enum low { value 1; } enum high { value 9; } } }
      leaf beside { type leafref { path "../../cage/name"; } }
    }
  }
}
"""
DATA = b"""<zoo xmlns="urn:fn" xmlns:f="urn:fn">
  <cage><name>a1</name><kind>f:dog</kind><flags>open</flags><level>low</level><beside>b2</beside></cage>
  <cage><name>b2</name><kind>f:poodle</kind><flags>open clean</flags><level>high</level></cage>
</zoo>"""
CAGES = "/fn:zoo/cage"


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, str]]:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "fn.yang").write_text(MODULE)
    with Engine(cache_folder=tmp_path_factory.mktemp("cache")) as engine:
        loaded = schema_from_folder(folder, engine)
        assert loaded.key is not None
        yield engine, loaded.key


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("derived-from(kind, 'fn:animal')", ["a1", "b2"]),
        ("derived-from(kind, 'fn:dog')", ["b2"]),
        ("derived-from-or-self(kind, 'fn:dog')", ["a1", "b2"]),
        ("bit-is-set(flags, 'clean')", ["b2"]),
        ("bit-is-set(flags, 'open')", ["a1", "b2"]),
        ("enum-value(level) > 5", ["b2"]),
        ("re-match(name, '[a-z]2')", ["b2"]),
        ("deref(beside)/../level = 'high'", ["a1"]),
        ("starts-with(name, 'a') or contains(flags, 'clean')", ["a1", "b2"]),
    ],
)
def test_each_function_selects_what_it_should(zoo: tuple[Engine, str], condition: str, names: list[str]) -> None:
    engine, key = zoo
    found = engine.xpath(key, DATA, f"/fn:zoo/fn:cage[{_qualified(condition)}]/fn:name")
    assert [value for _, value in found] == names
    assert all(path.startswith(CAGES) for path, _ in found)


def _qualified(condition: str) -> str:
    """Node names with their module, as the search writes them."""
    for name in ("kind", "flags", "level", "beside", "name"):
        condition = condition.replace(f"({name}", f"(fn:{name}").replace(f"/{name} ", f"/fn:{name} ")
    return condition
