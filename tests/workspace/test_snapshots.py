"""The history on disk: whole or not there at all, private, within its limits, and readable whatever was done to it."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.settings import HistorySettings
from netconf_gui.workspace.snapshots import CHANGES, DAY, Changed, Entry, SnapshotStore
from netconf_gui.workspace.workspace import Workspace

NOW = 1_800_000_000.0
KEY = "box1"
ENTRY = Entry(
    device_id=KEY,
    device_name="box",
    address="ops@192.0.2.1:830",
    datastore="candidate",
    who="anna",
    started=NOW,
    seconds=1.5,
    outcome="applied",
    text="1 edit applied to box.",
    summary="Changes mtu of eth0 1500 → 9000.",
    changes=(Changed("changed", "/if:interfaces/if:interface[if:name='eth0']/if:mtu", "1500", "9000"),),
    count=1,
)
CONTENTS: dict[str, bytes | None] = {
    "before": b"<config><a>1</a></config>",
    "after": b"<config><a>2</a></config>",
    "plan": b"<config/>",
    "inverse": b"<config> </config>",
}


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "history", clock=lambda: NOW)


def limited(tmp_path: Path, **limits: int) -> SnapshotStore:
    return SnapshotStore(tmp_path / "history", lambda: HistorySettings(**limits), clock=lambda: NOW)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")


def blobs(store: SnapshotStore) -> list[Path]:
    return [path for path in files(store.folder) if path.suffix == ".gz"]


def test_what_was_kept_comes_back(store: SnapshotStore, tmp_path: Path) -> None:
    made = store.add(ENTRY, CONTENTS)
    (there,) = SnapshotStore(tmp_path / "history").entries(KEY).entries
    assert there == made and there.id and there.parts.keys() == CONTENTS.keys()
    assert {name: store.read(there, name) for name in CONTENTS} == CONTENTS
    assert store.entries("another").entries == ()
    assert not store.verify(KEY)


def test_newest_first_and_equal_contents_once(store: SnapshotStore) -> None:
    for number in range(3):
        store.add(replace(ENTRY, started=NOW + number), CONTENTS)
    listed = store.entries(KEY).entries
    assert [entry.started for entry in listed] == [NOW + 2, NOW + 1, NOW]
    assert len(blobs(store)) == 4


def test_a_device_without_id_is_found_by_its_address(store: SnapshotStore) -> None:
    made = store.add(replace(ENTRY, device_id=""), CONTENTS)
    assert made.key == ENTRY.address and store.entries(ENTRY.address).entries == (made,)


def test_devices_that_have_a_history(store: SnapshotStore) -> None:
    assert store.devices() == ()
    store.add(replace(ENTRY, started=NOW - 1), CONTENTS)
    newest = store.add(ENTRY, CONTENTS)
    other = store.add(replace(ENTRY, device_id="", device_name="alpha"), CONTENTS)
    assert store.devices() == (other, newest)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_files_and_folders_are_private(store: SnapshotStore) -> None:
    store.annotate(store.add(ENTRY, CONTENTS), "before the move")
    for path in store.folder.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_a_snapshot_that_is_not_known(store: SnapshotStore) -> None:
    made = store.add(replace(ENTRY, outcome="unknown"), {"before": b"<config/>", "after": None})
    assert set(made.parts) == {"before"}
    with pytest.raises(WorkspaceError, match=r"2027-.* on box cannot be read: what it was after is not known"):
        store.read(made, "after")


def test_many_changes_are_counted_and_cut(store: SnapshotStore) -> None:
    many = tuple(Changed("added", f"/a:b{number}") for number in range(CHANGES + 7))
    made = store.add(replace(ENTRY, changes=many), CONTENTS)
    assert len(made.changes) == CHANGES and made.cut
    assert store.entries(KEY).entries == (made,)


# ------------------------------------------------------------------------------------------------- notes, pins, limits


def test_notes_and_pins_stay(store: SnapshotStore) -> None:
    made = store.add(ENTRY, CONTENTS)
    store.annotate(made, "before the move\nüé")
    store.pin(made, True)  # `made` knows nothing of the note: what is on disk counts
    (there,) = store.entries(KEY).entries
    assert (there.note, there.pinned) == ("before the move\nüé", True)
    store.pin(there, False)
    assert not store.entries(KEY).entries[0].pinned
    store.remove(KEY, [made.id])
    with pytest.raises(WorkspaceError, match="it is gone"):
        store.annotate(made, "too late")


def test_too_many_entries_go_the_pinned_stay(tmp_path: Path) -> None:
    store = limited(tmp_path, entries=3)
    first = store.add(replace(ENTRY, started=NOW - 100), {"before": b"first"})
    store.pin(first, True)
    for number in range(5):
        store.add(replace(ENTRY, started=NOW + number), {"before": b"%d" % number})
    left = store.entries(KEY).entries
    assert [entry.started - NOW for entry in left] == [4, 3, 2, -100]
    assert len(blobs(store)) == 4, "what nobody refers to is gone"
    assert store.read(left[-1], "before") == b"first"


def test_old_entries_go_but_never_the_newest(tmp_path: Path) -> None:
    store = limited(tmp_path, days=10)
    store.add(replace(ENTRY, started=NOW - 30 * DAY), CONTENTS)
    assert len(store.entries(KEY).entries) == 1
    store.add(replace(ENTRY, started=NOW - 20 * DAY), CONTENTS)
    (left,) = store.entries(KEY).entries
    assert left.started == NOW - 20 * DAY


def test_the_size_of_a_device_is_limited(tmp_path: Path) -> None:
    store = limited(tmp_path, bytes=30_000)
    noise = [os.urandom(10_000) for _ in range(5)]
    for number, data in enumerate(noise):
        store.add(replace(ENTRY, started=NOW + number), {"before": data})
    left = store.entries(KEY).entries
    assert [store.read(entry, "before") for entry in left] == [noise[4], noise[3]]
    store.add(replace(ENTRY, started=NOW + 9), {"before": os.urandom(40_000)})
    assert len(store.entries(KEY).entries) == 1, "the newest stays, however large"


def test_limits_are_those_of_the_settings(tmp_path: Path) -> None:
    workspace = Workspace.open(Locations.under(tmp_path))
    assert workspace.snapshots.wanted
    history = replace(workspace.settings.history, entries=1, keep=False)
    workspace.settings_store.save(replace(workspace.settings, history=history))
    assert not workspace.snapshots.wanted
    for number in range(2):
        workspace.snapshots.add(replace(ENTRY, started=NOW + number), CONTENTS)
    assert len(workspace.snapshots.entries(KEY).entries) == 1


# ------------------------------------------------------------------------------------------------- damage


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three entries, one of them with a note."""
    folder = tmp_path_factory.mktemp("pristine") / "history"
    store = SnapshotStore(folder, clock=lambda: NOW)
    for number in range(3):
        contents = {name: b"<config>%s %d</config>" % (name.encode() * 20, number) for name in CONTENTS}
        made = store.add(replace(ENTRY, started=NOW + number), contents)
    store.pin(store.annotate(made, "keep this"), True)
    yield folder


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_costs_its_own_entry_only(pristine: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Truncate, flip, overwrite or remove anything: the history opens, names the bad one, and the rest is whole."""
    folder = tmp_path / "history"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(pristine, folder)
    store = SnapshotStore(folder, clock=lambda: NOW)
    good = {entry.id: entry for entry in store.entries(KEY).entries}
    victim = data.draw(st.sampled_from(files(folder)), label="file")
    content = victim.read_bytes()
    how = data.draw(st.sampled_from(("cut", "flip", "replace", "remove")), label="how")
    at = data.draw(st.integers(0, len(content) - 1), label="at")
    if how == "cut":
        victim.write_bytes(content[:at])
    elif how == "flip":
        bit = 1 << data.draw(st.integers(0, 7), label="bit")
        victim.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
    elif how == "replace":
        victim.write_bytes(data.draw(st.binary(max_size=200), label="bytes"))
    else:
        victim.unlink()
    listing = store.entries(KEY)
    concerned = [one.id for one in store.verify(KEY)]
    for entry in listing.entries:
        for part in entry.parts:
            try:
                read = store.read(entry, part)
            except WorkspaceError:
                assert entry.id in concerned
            else:
                # what is given out is what was stored, or nothing is
                assert hashlib.sha256(read).hexdigest() == good[entry.id].parts[part].digest
    if victim.suffix == ".json" and how != "remove":
        assert concerned == [victim.stem] and len(listing.entries) == 2
        assert victim.stem in listing.bad[0].text
    elif victim.suffix == ".note" and how != "remove":
        assert concerned == [victim.stem] and listing.entries[0].pinned, "what may have been pinned is kept"
    elif victim.suffix == ".gz" and victim.exists() and victim.read_bytes() != content:
        # a bit of gzip's own header that means nothing costs nothing
        whole = True
        try:
            whole = hashlib.sha256(gzip.decompress(victim.read_bytes())).hexdigest() == victim.stem
        except (OSError, EOFError, ValueError, gzip.zlib.error):  # type: ignore[attr-defined]
            whole = False
        assert whole or len(concerned) == 1
    # and it goes on being written
    store.add(replace(ENTRY, started=NOW + 9), CONTENTS)
    assert store.entries(KEY).entries[0].started == NOW + 9
    store.remove(KEY, concerned)
    assert not store.verify(KEY)


def test_contents_of_an_unreadable_record_are_kept(store: SnapshotStore) -> None:
    made = store.add(ENTRY, {"before": b"precious"})
    path = next(path for path in files(store.folder) if path.suffix == ".json")
    sound = path.read_bytes()
    path.write_bytes(sound[:-1])
    store.add(replace(ENTRY, started=NOW + 1), CONTENTS)
    assert len(store.entries(KEY).bad) == 1
    path.write_bytes(sound)
    assert store.read(made, "before") == b"precious"


def test_a_damaged_content_is_made_good_when_it_comes_again(store: SnapshotStore) -> None:
    made = store.add(ENTRY, {"before": b"the same"})
    (blob,) = blobs(store)
    blob.write_bytes(blob.read_bytes()[:-4] + b"oops")
    assert store.entries(KEY).entries[0].damage
    store.add(replace(ENTRY, started=NOW + 1), {"before": b"the same"})
    assert store.read(made, "before") == b"the same" and not store.verify(KEY)


@pytest.mark.parametrize("digest", ["../../../etc/passwd", "A" * 64, "", None])
def test_a_record_cannot_lead_elsewhere(store: SnapshotStore, digest: object) -> None:
    import json

    store.add(ENTRY, CONTENTS)
    path = next(path for path in files(store.folder) if path.suffix == ".json")
    record = json.loads(path.read_bytes().split(b"\n")[1])
    record["parts"]["before"]["digest"] = digest
    line = json.dumps(record).encode()
    path.write_bytes(hashlib.sha256(line).hexdigest().encode() + b"\n" + line + b"\n")
    (bad,) = store.entries(KEY).bad
    assert not bad.readable and "digest" in bad.text


def test_a_bomb_is_not_unpacked(store: SnapshotStore) -> None:
    made = store.add(ENTRY, {"before": b"small"})
    (blob,) = blobs(store)
    blob.write_bytes(gzip.compress(bytes(50_000_000)))
    with pytest.raises(WorkspaceError, match="cut or changed"):
        store.read(made, "before")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_not_followed(store: SnapshotStore, tmp_path: Path) -> None:
    made = store.add(ENTRY, {"before": b"content"})
    (blob,) = blobs(store)
    elsewhere = tmp_path / "elsewhere"
    blob.rename(elsewhere)
    blob.symlink_to(elsewhere)
    assert store.entries(KEY).entries[0].damage
    with pytest.raises(WorkspaceError):
        store.read(made, "before")
    store.add(replace(ENTRY, started=NOW + 1), {"before": b"content"})
    assert not blob.is_symlink() and store.read(made, "before") == b"content"


def test_a_folder_in_the_way_is_said(store: SnapshotStore) -> None:
    store.folder.parent.mkdir(exist_ok=True)
    store.folder.write_text("a file")
    assert store.entries(KEY).entries == ()
    with pytest.raises(WorkspaceError, match="cannot be used"):
        store.add(ENTRY, CONTENTS)


def test_what_dying_writers_left_is_removed(store: SnapshotStore) -> None:
    made = store.add(ENTRY, CONTENTS)
    folder = next(store.folder.iterdir())
    (folder / ".x.json.abc.new").write_bytes(b"half")
    (folder / "blobs" / ".y.gz.abc.new").write_bytes(b"half")
    (folder / "blobs" / f"{'0' * 64}.gz").write_bytes(b"nobody's")
    store.prune(KEY)
    assert len(files(store.folder)) == 5 and store.entries(KEY).entries == (made,)


# ------------------------------------------------------------------------------------------------- several at once

_WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.workspace.test_snapshots import CONTENTS, ENTRY, NOW, SnapshotStore
from netconf_gui.workspace.settings import HistorySettings
store = SnapshotStore(Path(sys.argv[1]), lambda: HistorySettings(entries=12))
for number in range(8):
    name = f"{sys.argv[2]}-{number}"
    store.add(replace(ENTRY, who=name, started=NOW * 1.0 + number), {**CONTENTS, "before": name.encode()})
"""


def test_several_programs_write_one_history(tmp_path: Path) -> None:
    store = limited(tmp_path, entries=12)
    root = Path(__file__).resolve().parents[2]
    running = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(store.folder), str(number)], cwd=root)
        for number in range(3)
    ]
    while any(one.poll() is None for one in running):
        store.entries(KEY)  # readers need no lock and see no half of an entry
    assert [one.returncode for one in running] == [0, 0, 0]
    listing = store.entries(KEY)
    assert len(listing.entries) == 12 and not listing.bad and not store.verify(KEY)
    for entry in listing.entries:
        assert store.read(entry, "before") == entry.who.encode()


def test_what_is_kept_is_on_the_disk_before_it_counts(store: SnapshotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after `add` loses nothing: each file is flushed before it gets its name, and so are the folders."""
    flushed: list[int] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        flushed.append(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    made = store.add(ENTRY, CONTENTS)
    files = [path for path in store.folder.rglob("*") if path.suffix in (".gz", ".json")]
    assert len(files) == len({part.digest for part in made.parts.values()}) + 1
    assert {path.stat().st_ino for path in files} <= set(flushed)
    folders = {path.parent.stat().st_ino for path in files}
    if os.name == "posix":
        assert folders <= set(flushed)


_DYING = """
import os, sys
from dataclasses import replace
from pathlib import Path
from tests.workspace.test_snapshots import CONTENTS, ENTRY, NOW, SnapshotStore
store = SnapshotStore(Path(sys.argv[1]))
for number in range(1000):
    made = store.add(replace(ENTRY, started=NOW + number), {**CONTENTS, "before": os.urandom(300_000)})
    store.annotate(made, "n")
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_a_writer_that_is_killed_leaves_whole_entries(store: SnapshotStore) -> None:
    root = Path(__file__).resolve().parents[2]
    for entries in (1, 3):
        command = [sys.executable, "-c", _DYING, str(store.folder)]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(entries):
                assert writer.stdout.readline()
            writer.kill()
        listing = store.entries(KEY)
        assert len(listing.entries) >= entries and not listing.bad and not store.verify(KEY)
    store.add(ENTRY, CONTENTS)  # the lock went with the process
    store.prune(KEY)
    kept = {part.digest for entry in store.entries(KEY).entries for part in entry.parts.values()}
    assert {path.stem for path in blobs(store)} == kept
