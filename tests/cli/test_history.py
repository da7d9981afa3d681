"""history: what apply did, told and written out again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Box, Run

EDIT = '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system>'


@pytest.fixture
def applied(box: Box, on: Run, tmp_path: Path) -> str:
    """An apply from the command line; the TARGET it was given."""
    file = tmp_path / "edit.xml"
    file.write_text(EDIT)
    assert on(box, "apply", file, "BOX").status == 0
    return box.server.url


def test_list_show_and_export(applied: str, run: Run, tmp_path: Path) -> None:
    done = run("history", applied)
    assert done.status == 0, done.err
    assert "applied" in done.out and "hostname demo-edge-1 → box-2" in done.out
    entry_id = done.out.split()[0]
    shown = run("history", applied, "--show", entry_id[:8])
    assert "~ /ietf-system:system/hostname  demo-edge-1 → box-2" in shown.out
    before = run("history", applied, "--export", entry_id)
    assert before.status == 0 and "<hostname>demo-edge-1</hostname>" in before.out
    file = tmp_path / "after.xml"
    assert run("history", applied, "--export", entry_id, "--part", "after", "-o", file).status == 0
    assert "<hostname>box-2</hostname>" in file.read_text() and stat.S_IMODE(file.stat().st_mode) == 0o600
    found = run("history", applied, "--search", "value:box-2", "--json").json["entries"]
    assert [entry["id"] for entry in found] == [entry_id]
    assert run("history", applied, "--search", "nothing-such", "--json").json["entries"] == []


def test_what_cannot_be(applied: str, run: Run) -> None:
    for words in (
        ("nobody",),
        (applied, "--show", "1999"),
        (applied, "--show", ""),
        (applied, "-o", "x.xml"),
        (applied, "--search", "since:yesterday"),
    ):
        done = run("history", *words)
        assert done.status == 2 and done.out == "", words
    assert "no history of one" in run("history", "nobody").err
