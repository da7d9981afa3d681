"""Filters kept under a name: kept, renamed, dropped, tied to modules; broken files survive."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.filter_favourites import MOST_TEXT, FilterFavourite, FilterFavourites

UPLINKS = FilterFavourite("Uplinks", "xpath", "/a:x", (("a", "urn:a"),), "get-data", "operational", "report-all")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "filters.json"


def test_kept_as_they_are_in_a_private_file(path: Path) -> None:
    FilterFavourites(path).keep(UPLINKS)
    assert FilterFavourites(path).of() == (UPLINKS,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_a_name_and_set_of_modules(path: Path) -> None:
    kept = FilterFavourites(path)
    own = FilterFavourite("Uplinks", text="<x/>", schema_key="abc")
    for one in (UPLINKS, own, FilterFavourite("Uplinks", text="<y/>"), FilterFavourite("a", schema_key="other")):
        kept.keep(one)
    assert [one.text for one in kept.of("abc")] == ["<y/>", "<x/>"]
    assert [one.name for one in kept.of()] == ["a", "Uplinks", "Uplinks"]
    assert kept.find("Uplinks", "abc") == own and kept.find("Uplinks", "z") == FilterFavourite("Uplinks", text="<y/>")
    kept.drop(own)
    assert kept.find("Uplinks", "abc") == FilterFavourite("Uplinks", text="<y/>") and kept.find("nix") is None


def test_renamed(path: Path) -> None:
    kept = FilterFavourites(path)
    kept.keep(UPLINKS)
    kept.keep(FilterFavourite("b"))
    assert kept.rename(UPLINKS, " c ").name == "c" and [one.name for one in kept.of()] == ["b", "c"]
    for taken in ("b", " "):
        with pytest.raises(WorkspaceError):
            kept.rename(kept.of()[1], taken)
    for wrong in (FilterFavourite(" "), FilterFavourite("x", text="x" * (MOST_TEXT + 1))):
        with pytest.raises(WorkspaceError):
            kept.keep(wrong)
    assert [one.name for one in FilterFavourites(path).of()] == ["b", "c"]


@pytest.mark.parametrize("data", [b"{", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_kept_beside(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    kept = FilterFavourites(path)
    assert kept.of() == () and kept.problem is not None and path.read_bytes() == data
    kept.keep(UPLINKS)
    assert kept.problem is None and path.with_name("filters.json.broken").read_bytes() == data
    assert FilterFavourites(path).of() == (UPLINKS,)


def test_what_is_none_is_left_out(path: Path) -> None:
    path.parent.mkdir()
    wrong = [1, {}, {"name": "x", "kind": "sql"}, {"name": "x", "namespaces": [["a", 1]]}, {"name": 7}]
    wrong += [{"name": "x", "kind": "subtree", "operation": "rm"}, {"name": "x", "namespaces": "a"}]
    good = {"name": "x", "kind": "subtree", "operation": "get", "text": "<a/>", "later": 1}
    path.write_text(json.dumps([*wrong, good]))
    kept = FilterFavourites(path)
    assert [one.text for one in kept.of()] == ["<a/>"] and kept.problem is not None
