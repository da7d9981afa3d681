"""Locations, atomic files, recent files and the journal."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically
from netconf_gui.workspace.journal import Guarded, JournalFolder, Mark
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.recent import RecentFiles
from netconf_gui.workspace.workspace import Workspace

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def test_one_variable_moves_all_four_folders(tmp_path: Path) -> None:
    found = Locations.find({"NETCONF_GUI_HOME": str(tmp_path / "home")})
    assert {found.config, found.data, found.cache, found.state} == {
        tmp_path / "home" / name for name in ("config", "data", "cache", "state")
    }


def test_without_it_they_are_the_systems_own_and_all_different() -> None:
    found = Locations.find({})
    assert len({found.config, found.data, found.cache, found.state}) >= 2
    assert all("netconf_gui" in str(folder) for folder in (found.config, found.data, found.cache, found.state))


@posix
def test_the_folders_are_private_even_when_they_were_open(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(mode=0o755)
    Locations.under(tmp_path).ensure()
    for name in ("config", "data", "cache", "state"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_workspace_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="cannot be used"):
        private_folder(tmp_path / "file" / "below")


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    write_atomically(target, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkspaceError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_reading_a_folder_as_a_file_is_told_and_a_missing_file_is_none(tmp_path: Path) -> None:
    assert read_or_none(tmp_path / "none") is None
    with pytest.raises(WorkspaceError, match="cannot be read"):
        read_or_none(tmp_path)


def test_recent_files_are_newest_first_without_doubles_and_limited(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path / "recent.toml", limit=2)
    for name in ("a", "b", "a", "c"):
        recent.add(tmp_path / name)
    assert recent.files == (tmp_path / "c", tmp_path / "a")
    assert RecentFiles(tmp_path / "recent.toml", limit=2).files == recent.files
    recent.remove(tmp_path / "c")
    assert RecentFiles(tmp_path / "recent.toml").files == (tmp_path / "a",)
    recent.clear()
    assert RecentFiles(tmp_path / "recent.toml").files == ()


def test_a_broken_recent_file_is_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "recent.toml").write_text("files = [\n")
    assert RecentFiles(tmp_path / "recent.toml").files == ()


def test_a_workspace_opens_with_broken_files(tmp_path: Path) -> None:
    locations = Locations.under(tmp_path).ensure()
    locations.settings_file.write_text("=")
    locations.inventory_file.write_text("=")
    workspace = Workspace.open(locations)
    assert workspace.settings_store.problem is not None
    assert workspace.inventory.problem is not None
    assert workspace.settings.connection.rpc_timeout == 60.0


def test_a_journal_that_was_not_settled_says_what_is_still_owed(tmp_path: Path) -> None:
    folder = JournalFolder(tmp_path / "journal")
    entry = folder.begin(device_id="d1", device_name="pe1", address="ops@192.0.2.1:830", datastore="candidate")
    entry.step("lock", ("unlock candidate",))
    entry.step("edit", ("discard candidate", "unlock candidate"))
    found = JournalFolder(tmp_path / "journal").unfinished()
    assert [(one.device_name, one.step, one.duties) for one in found] == [
        ("pe1", "edit", ("discard candidate", "unlock candidate"))
    ]
    assert "pe1" in str(found[0])
    entry.close(settled=False)
    assert len(folder.unfinished()) == 1
    folder.forget(found[0])
    assert folder.unfinished() == ()


def test_a_settled_journal_leaves_nothing(tmp_path: Path) -> None:
    folder = JournalFolder(tmp_path / "journal")
    entry = folder.begin(device_id="", device_name="pe1", address="a", datastore="running")
    entry.close(settled=True)
    assert list((tmp_path / "journal").iterdir()) == []


@posix
def test_the_journal_is_private(tmp_path: Path) -> None:
    entry = JournalFolder(tmp_path / "journal").begin(device_id="", device_name="p", address="a", datastore="running")
    assert stat.S_IMODE(entry.path.stat().st_mode) == 0o600
    entry.close(settled=True)


def test_a_line_cut_by_a_crash_does_not_hide_the_lines_before(tmp_path: Path) -> None:
    folder = JournalFolder(tmp_path)
    entry = folder.begin(device_id="", device_name="p", address="a", datastore="running")
    entry.step("edit", ("unlock running",))
    entry.close(settled=False)
    with entry.path.open("ab") as file:
        file.write(b'{"step": "com')
    assert folder.unfinished()[0].step == "edit"


def test_a_guarded_commit_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    folder = JournalFolder(tmp_path)
    guarded = Guarded(
        "id-1", 60, 1234.5, 7, "mtu: 1 → 2", "explicit", "salt", (Mark("path", "a", ""), Mark("b", "", "c"))
    )
    entry = folder.begin(device_id="", device_name="p", address="a", datastore="candidate")
    entry.step("commit", ("settle commit",), guarded)
    entry.step("confirm", ("settle commit",))
    found = folder.unfinished()[0]
    assert (found.step, found.guarded) == ("confirm", guarded)
    entry.close(settled=True)


def test_an_apply_that_runs_is_told_from_one_that_a_crash_ended(tmp_path: Path) -> None:
    folder = JournalFolder(tmp_path)
    entry = folder.begin(device_id="", device_name="p", address="a", datastore="candidate")
    assert [one.running for one in folder.unfinished()] == [True]
    folder.forget_device("a")
    assert len(folder.unfinished()) == 1, "what runs is not forgotten"
    entry.close(settled=False)
    entry.close(settled=False)  # a second time does nothing
    assert [one.running for one in folder.unfinished()] == [False]
    folder.forget_device("a")
    assert list(tmp_path.iterdir()) == []


def test_a_guarded_record_of_another_make_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text('{"device_name": "p", "guarded": {"persist_id": 1}}\n{"step": "commit"}\n')
    found = JournalFolder(tmp_path).unfinished()
    assert [(one.device_name, one.step, one.guarded) for one in found] == [("p", "commit", None)]
