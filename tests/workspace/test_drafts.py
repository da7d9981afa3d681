"""Drafts: on disk at once, found after a crash, whole whatever the moment of the crash."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.drafts import DraftFolder, DraftHead, TypedText
from netconf_gui.workspace.schema_sets import SchemaSet, SchemaSets, SetKind

HEAD = DraftHead("pe1 candidate", device_id="d1", datastore="candidate", schema_key="k", fetched_at=12.5)
EDITS = [{"do": "group", "text": f"edit {number}", "edits": []} for number in range(3)]


def test_a_draft_is_found_after_its_program_ended(tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    draft = folder.new()
    draft.begin(HEAD, b"<base/>", None)
    draft.append(EDITS[:2])
    draft.append(EDITS[2:])
    draft.keep_text(TypedText("xml", "<broken"))
    assert folder.left() == ()  # it is at work
    draft.close()
    (left,) = folder.left()
    content = left.read()
    assert left.head == HEAD
    assert (content.base, content.start, list(content.edits), content.cut) == (b"<base/>", None, EDITS, False)
    assert content.typed == TypedText("xml", "<broken")
    assert folder.left() == ()  # nobody else recovers it meanwhile
    left.release()
    (again,) = folder.left()
    again.remove()
    assert folder.left() == () and not list((tmp_path / "drafts").iterdir())


def test_a_new_generation_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    draft = folder.new()
    draft.begin(HEAD, b"<one/>", None)
    draft.append(EDITS)
    draft.begin(HEAD, b"<two/>", b"<start/>")
    draft.append(EDITS[:1])
    draft.close()
    (left,) = folder.left()
    content = left.read()
    assert (content.base, content.start, list(content.edits)) == (b"<two/>", b"<start/>", EDITS[:1])
    assert sorted(path.name for path in left.folder.iterdir()) == [
        "base-2", "edits-2.jsonl", "head.json", "lock", "start-2",
    ]  # fmt: skip
    left.release()


@given(cut=st.integers(min_value=0, max_value=400))
def test_a_line_that_a_crash_cut_is_left_out(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = DraftFolder(tmp_path_factory.mktemp("drafts"))
    draft = folder.new()
    draft.begin(HEAD, b"<base/>", None)
    draft.append(EDITS)
    draft.close()
    (file,) = draft.folder.glob("edits-*")
    whole = file.read_bytes()
    file.write_bytes(whole[:cut])
    (left,) = folder.left()
    content = left.read()
    lines = whole[:cut].split(b"\n")
    assert [json.dumps(edit).encode() for edit in content.edits] == lines[:-1]
    assert content.cut == bool(lines[-1])
    left.remove()


def test_a_draft_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    folder.new().close()
    assert folder.left() == () and not list((tmp_path / "drafts").iterdir())


def test_a_draft_of_another_version_is_left_alone(tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    draft = folder.new()
    draft.begin(HEAD, b"<base/>", None)
    draft.close()
    (draft.folder / "head.json").write_text('{"format": 99, "generation": 1}')
    assert folder.left() == () and (draft.folder / "base-1").exists()


def test_what_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    draft = folder.new()
    draft.begin(HEAD, b"<base/>", None)
    draft.close()
    with pytest.raises(WorkspaceError) as told:
        draft.append(EDITS)
    assert "a crash would lose it" in told.value.full_text()
    (left,) = folder.left()
    (left.folder / "base-1").unlink()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        left.read()
    left.release()


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_drafts_are_for_their_owner_only(tmp_path: Path) -> None:
    draft = DraftFolder(tmp_path / "drafts").new()
    draft.begin(HEAD, b"<base/>", b"<start/>")
    draft.append(EDITS)
    draft.keep_text(TypedText("xml", "secret"))
    draft.close()
    for path in draft.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(draft.folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_program_leaves_its_draft_and_no_lock(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from netconf_gui.workspace.drafts import DraftFolder, DraftHead\n"
        "draft = DraftFolder(Path(sys.argv[1])).new()\n"
        "draft.begin(DraftHead('killed'), b'<base/>', None)\n"
        "draft.append([{'do': 'group', 'text': 'x', 'edits': []}])\n"
        "print('ready', flush=True); time.sleep(600)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    assert DraftFolder(tmp_path).left() == ()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    (left,) = DraftFolder(tmp_path).left()
    assert left.head.title == "killed" and len(left.read().edits) == 1
    left.remove()


def test_schema_sets_are_remembered(tmp_path: Path) -> None:
    sets = SchemaSets(tmp_path / "state" / "sets.json")
    first = SchemaSet(SetKind.DEVICE, "d1", "pe1", "key1", 30, 1.0)
    folder = SchemaSet(SetKind.FOLDER, "/m", "m", "key2", 3, 2.0)
    newer = SchemaSet(SetKind.DEVICE, "d1", "pe1", "key3", 31, 3.0)
    for one in (first, folder, newer):
        sets.remember(one)
    again = SchemaSets(sets.path)
    assert again.sets == (newer, folder)
    assert again.of_device("d1") == newer and again.of_device("d2") is None
    again.forget(folder)
    assert SchemaSets(sets.path).sets == (newer,)


@pytest.mark.parametrize("text", ["", "{", "{}", '[1, {"kind": "other"}, {"kind": "device"}]'])
def test_a_list_of_sets_that_is_none_is_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / "sets.json").write_text(text)
    assert SchemaSets(tmp_path / "sets.json").sets == ()
