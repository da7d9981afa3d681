"""apply from the command line: what it does, what it prints, how it exits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.session import datastores
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.workspace.locations import Locations
from tests.cli.conftest import Run
from tests.services.conftest import PASSWORD, WAIT, Box, eventually

SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"
EDIT = f'<system xmlns="{SYSTEM}"><hostname>box-2</hostname></system>'
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    file = tmp_path / "edit.xml"
    file.write_text(EDIT)
    return file


def test_an_edit_is_applied(box: Box, on: Run, edit: Path) -> None:
    done = on(box, "apply", edit, "BOX", "--json")
    assert done.status == 0, done.err
    assert done.json["outcome"] == "applied"
    assert [stage["stage"] for stage in done.json["stages"]] == [
        "precheck", "lock", "compare", "edit", "validate", "commit", "readback", "unlock", "snapshot",
    ]  # fmt: skip
    assert all(stage["ok"] for stage in done.json["stages"])
    assert done.json["readback"] == [
        {"path": "/ietf-system:system/hostname", "verdict": "as-sent", "sent": "box-2", "got": "box-2"}
    ]
    assert box.leaf("system/hostname") == "box-2"
    box.assert_clean()


def test_stages_go_to_stderr_and_the_end_to_stdout(box: Box, on: Run, edit: Path) -> None:
    done = on(box, "apply", edit, "BOX")
    assert done.out.startswith("applied: 1 edit applied to demo@127.0.0.1:")
    assert "commit    ok" in done.err


def test_nothing_to_do_is_status_0(box: Box, on: Run, edit: Path) -> None:
    edit.write_text(EDIT.replace("box-2", "demo-edge-1"))
    done = on(box, "apply", edit, "BOX", "--json")
    assert (done.status, done.json["outcome"], done.json["stages"][1:]) == (0, "unchanged", [])


def test_a_dry_run_shows_the_edit_and_sends_nothing(box: Box, on: Run, edit: Path) -> None:
    done = on(box, "apply", edit, "BOX", "--dry-run")
    assert done.status == 0, done.err
    assert "<hostname" in done.out
    assert "edit-config" in done.out
    assert box.leaf("system/hostname") == "demo-edge-1"
    document = on(box, "apply", edit, "BOX", "--dry-run", "--json").json
    assert (document["outcome"], document["dry_run"], document["operations"]) == ("unchanged", True, 1)


def test_a_target_state_replaces_its_top_level_nodes_only(box: Box, on: Run, edit: Path) -> None:
    interfaces = box.leaf("interfaces/interface/name")
    done = on(box, "apply", edit, "BOX", "--as", "target", "--json")
    assert done.status == 0, done.err
    assert "Deletes /ietf-system:system/contact" in done.err
    assert box.leaf("system/hostname") == "box-2"
    assert box.leaf("system/contact") is None
    assert box.leaf("interfaces/interface/name") == interfaces


def test_whole_says_what_it_deletes_and_wants_a_yes(box: Box, on: Run, edit: Path) -> None:
    before = box.read()
    done = on(box, "apply", edit, "BOX", "--as", "target", "--whole")
    assert done.status == 2
    assert "Deletes /ietf-interfaces:interfaces" in done.err
    assert "--yes" in done.err
    assert box.read() == before
    assert on(box, "apply", edit, "BOX", "--whole", "--yes").status == 2


def test_a_refused_edit_is_status_4_with_every_error(box: Box, on: Run, edit: Path) -> None:
    edit.write_text(EDIT.replace("<hostname>box-2</hostname>", "<hostname>not a host name</hostname>"))
    done = on(box, "apply", edit, "BOX", "--json")
    assert done.status == 4
    assert done.json["outcome"] == "unchanged"
    failed = [stage for stage in done.json["stages"] if not stage["ok"]]
    assert failed[0]["errors"][0]["path"]
    box.assert_clean()


def test_a_lock_is_status_4_and_names_the_session(box: Box, on: Run, edit: Path) -> None:
    holder = box.connect()
    datastores.lock(holder, "running")
    done = on(box, "apply", edit, "BOX", "--json")
    assert done.status == 4
    failed = [stage for stage in done.json["stages"] if not stage["ok"]]
    assert failed[0]["errors"][0]["tag"] == "lock-denied"
    assert failed[0]["errors"][0]["session_id"] == holder.session_id


def test_running_can_be_asked_for_and_confirmed_commits_too(box: Box, on: Run, edit: Path) -> None:
    done = on(box, "apply", edit, "BOX", "--datastore", "running", "--json")
    assert done.status == 0, done.err
    edit.write_text(EDIT.replace("box-2", "box-3"))
    done = on(box, "apply", edit, "BOX", "--confirmed", "60", "--json")
    assert done.status == 0, done.err
    assert "confirm" in [stage["stage"] for stage in done.json["stages"]]
    assert box.leaf("system/hostname") == "box-3"
    assert box.device.commits.pending_session is None


def test_an_outcome_that_nobody_knows_is_status_5(box: Box, on: Run, edit: Path) -> None:
    # the device forgets the name that it said ok to, so that only a part is there
    edit.write_text(EDIT.replace("</hostname>", "</hostname><contact>me</contact>"))
    box.arm(Fault("commit", Action.NORMALISE, path="/system/hostname", value=None))
    assert on(box, "apply", edit, "BOX").status == 5


@pytest.mark.parametrize("operation", ["lock", "edit-config", "validate"])
def test_lost_before_the_commit_is_status_3(box: Box, on: Run, edit: Path, operation: str) -> None:
    box.arm(Fault(operation, Action.DROP))
    done = on(box, "apply", edit, "BOX", "--json")
    assert (done.status, done.json["outcome"]) == (3, "unchanged")
    box.assert_clean()


def test_a_device_that_changed_meanwhile_is_status_4(box: Box, on: Run, edit: Path) -> None:
    # between the reading for the plan and the reading under the lock
    box.arm(Fault("lock", Action.NORMALISE, path="/system/hostname", value="somebody-was-here"))
    done = on(box, "apply", edit, "BOX", "--json")
    assert (done.status, done.json["outcome"]) == (4, "unchanged")
    assert [stage["stage"] for stage in done.json["stages"] if not stage["ok"]] == ["compare"]


def test_lost_during_commit_is_found_out(box: Box, on: Run, edit: Path) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    done = on(box, "apply", edit, "BOX", "--json")
    assert (done.status, done.json["outcome"]) == (0, "applied")


def test_no_secret_is_left_in_any_file(box: Box, on: Run, edit: Path, program_home: Path) -> None:
    assert on(box, "apply", edit, "BOX").status == 0
    files = [path for path in program_home.rglob("*") if path.is_file()]
    assert any(path.name == "known_hosts" for path in files)
    for path in files:
        assert PASSWORD.encode() not in path.read_bytes(), path


def started(box: Box, edit: Path) -> subprocess.Popen[bytes]:
    """An apply in a process of its own, when the device has begun to work on what a fault holds up."""
    words = ["apply", str(edit), box.server.url, "--password-stdin", "--json"]
    accept = ["--accept-host-key", box.server.host_key_fingerprint]
    process = subprocess.Popen(
        [sys.executable, "-m", "netconf_gui.cli.main", *words, *accept],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(f"{PASSWORD}\n".encode())
    process.stdin.flush()
    assert eventually(lambda: bool(box.server.faults.struck))
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cleans_up_and_is_status_130(box: Box, edit: Path, number: signal.Signals) -> None:
    box.arm(Fault("validate", Action.DELAY, seconds=3.0))
    before = box.read()
    with started(box, edit) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=WAIT)
    assert process.returncode == 130, err
    assert b'"outcome": "unchanged"' in out
    assert b"Traceback" not in err
    assert box.read() == before
    box.assert_clean()


def test_what_a_killed_apply_owed_is_known_afterwards(box: Box, on: Run, edit: Path) -> None:
    box.arm(Fault("validate", Action.DELAY, seconds=1.0))
    before = box.read()
    with started(box, edit) as process:
        process.kill()
    folder = JournalFolder(Locations.find().journal_folder)
    assert [(entry.step, entry.duties) for entry in folder.unfinished()] == [
        ("edit", ("discard candidate", "unlock candidate", "unlock running"))
    ]
    box.assert_clean()  # the device lets go when a session ends
    assert box.read() == before
    done = on(box, "apply", edit, "BOX")
    assert done.status == 0, done.err
    assert "Perhaps still to do: discard candidate" in done.err
    assert folder.unfinished() == ()


def test_what_get_writes_can_be_applied_to_a_device_that_lost_all(box: Box, on: Run, tmp_path: Path) -> None:
    kept, nothing = tmp_path / "kept.xml", tmp_path / "nothing.xml"
    assert on(box, "get", "BOX", "-o", kept).status == 0
    nothing.write_text("<config/>")
    everything = ("--as", "target", "--whole", "--yes")
    assert on(box, "apply", nothing, "BOX", *everything).status == 0
    done = on(box, "apply", kept, "BOX", *everything)
    assert done.status == 0, done.err
    again = on(box, "apply", kept, "BOX", *everything, "--json")
    assert (again.status, again.json["outcome"]) == (0, "unchanged")


def test_a_user_who_may_only_read_is_not_told_to_wait(box: Box, on: Run, edit: Path) -> None:
    guest = box.server.url.replace("demo@", "guest@")
    done = on(box, "apply", edit, guest)
    assert done.status == 4
    assert "may only read" in done.out
    assert "Wait until" not in done.out
