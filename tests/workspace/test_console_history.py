"""What was sent from the console, and favourites: kept, found again, limited, and nobody else's to read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.console_history import (
    MOST_TEXT,
    ConsoleHistory,
    Favourite,
    HistoryEntry,
)


def entry(number: int, device: str = "d1", **more: object) -> HistoryEntry:
    values = {
        "time": float(number), "device_id": device, "device": f"name of {device}", "operation": f"/m:op{number}",
        "text": f"<op{number}/>\n", "ok": True, "outcome": "Done", "seconds": 0.5,
    }  # fmt: skip
    return HistoryEntry(**{**values, **more})  # type: ignore[arg-type]


def test_entries_come_back_newest_first(tmp_path: Path) -> None:
    history = ConsoleHistory(tmp_path / "console")
    history.add([entry(1)])
    history.add([entry(2, "d2"), entry(3)])
    again = ConsoleHistory(tmp_path / "console")
    assert [one.operation for one in again.entries()] == ["/m:op2", "/m:op3", "/m:op1"]
    assert again.entries() == history.entries()
    assert [one.operation for one in again.entries("d1")] == ["/m:op3", "/m:op1"]
    assert [one.operation for one in again.entries(search="d1 OP3")] == ["/m:op3"]


def test_only_so_many_and_not_too_long(tmp_path: Path) -> None:
    history = ConsoleHistory(tmp_path, limit=3)
    for number in range(5):
        history.add([entry(number)])
    assert [one.time for one in history.entries()] == [4.0, 3.0, 2.0]
    history.add([entry(9, text="x" * (MOST_TEXT + 1))])
    assert not history.entries()[0].is_kept
    assert history.entries()[1].is_kept


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "console"
    history = ConsoleHistory(folder)
    history.add([entry(1)])
    history.keep(Favourite("mine", "/m:op1", "<op1/>"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600, 0o600]


def test_clearing(tmp_path: Path) -> None:
    history = ConsoleHistory(tmp_path)
    history.add([entry(1), entry(2, "d2")])
    history.clear("d1")
    assert [one.device_id for one in history.entries()] == ["d2"]
    history.clear()
    assert ConsoleHistory(tmp_path).entries() == ()


def test_favourites_have_one_name_each(tmp_path: Path) -> None:
    history = ConsoleHistory(tmp_path)
    history.keep(Favourite("b", "/m:x", "<x/>"))
    history.keep(Favourite("A", "/m:y", "<y>{{ z }}</y>"))
    history.keep(Favourite("b", "/m:z", "<z/>"))
    assert [(one.name, one.operation) for one in ConsoleHistory(tmp_path).favourites] == [("A", "/m:y"), ("b", "/m:z")]
    history.keep(Favourite("c", "/m:z", "<z/>"), instead_of="b")
    history.drop("A")
    assert [one.name for one in ConsoleHistory(tmp_path).favourites] == ["c"]


@pytest.mark.parametrize(
    "data",
    [b"{", b"[1, null]", b'[{"time": "x"}]', b'{"a": 1}', b"\xff\xfe", b'[{"name": "n", "operation": 3, "text": ""}]'],
)
def test_files_that_make_no_sense_are_empty_lists(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "history.json").write_bytes(data)
    (tmp_path / "favourites.json").write_bytes(data)
    history = ConsoleHistory(tmp_path)
    assert (history.entries(), history.favourites) == ((), ())
    history.add([entry(1)])
    assert len(ConsoleHistory(tmp_path).entries()) == 1


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError):
        ConsoleHistory(tmp_path / "file" / "console").add([entry(1)])
