"""apply with a guard, with locks of others and with leftovers, and `pending`, from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.session import datastores
from tests.cli.conftest import Run
from tests.cli.test_apply import EDIT, SYSTEM
from tests.services.conftest import PASSWORD, WAIT, Box, edited
from tests.services.deploying import DESCRIPTION, fetch


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    file = tmp_path / "edit.xml"
    file.write_text(EDIT)
    return file


@contextmanager
def waiting(box: Box, edit: Path) -> Iterator[subprocess.Popen[str]]:
    """An apply in a process of its own, when its commit waits for a person."""
    words = ["apply", str(edit), box.server.url, "--password-stdin", "--json", "--confirmed", "100"]
    words += ["--confirm-by", "person", "--accept-host-key", box.server.host_key_fingerprint]
    with subprocess.Popen(
        [sys.executable, "-m", "netconf_gui.cli.main", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ), text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(f"{PASSWORD}\n")
        process.stdin.flush()
        said = ""
        for line in process.stderr:
            said += line
            if "Type confirm to keep it, rollback to undo it." in line:
                break
        else:
            pytest.fail(said)
        assert box.leaf("system/hostname") == "box-2"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("word", "outcome", "status"), [("confirm", "applied", 0), ("what?\nrollback", "rolled-back", 4)]
)
def test_a_person_decides_by_a_line(box: Box, edit: Path, word: str, outcome: str, status: int) -> None:
    before = box.read()
    with waiting(box, edit) as process:
        out, err = process.communicate(f"{word}\n", timeout=WAIT)
    assert process.returncode == status, err
    assert json.loads(out)["outcome"] == outcome
    assert "Traceback" not in err
    assert (box.read() == before) is (outcome == "rolled-back")
    box.assert_clean()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_a_terminated_command_rolls_back_and_releases(box: Box, edit: Path) -> None:
    before = box.read()
    with waiting(box, edit) as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=WAIT)
    assert process.returncode == 130, err
    assert json.loads(out)["outcome"] == "rolled-back"
    assert box.read() == before
    box.assert_clean()


def test_a_killed_command_can_be_settled_by_another(box: Box, on: Run, run: Run, edit: Path) -> None:
    before = box.read()
    assert "No commit waits" in run("pending").err
    with waiting(box, edit) as process:
        assert run("pending", "--json").json == {"pending": []}, "it runs, so it is not offered"
        process.kill()
    listed = run("pending").out
    assert "s left" in listed
    assert "hostname: demo-edge-1 → box-2" in listed
    done = on(box, "pending", "cancel", "BOX", "--json")
    assert (done.status, done.json["outcome"]) == (0, "rolled-back"), done.err
    assert box.read() == before
    assert on(box, "pending", "confirm", "BOX").status == 2
    assert run("pending", "confirm").status == 2


def test_the_program_probes_and_confirms(box: Box, on: Run, edit: Path) -> None:
    done = on(box, "apply", edit, "BOX", "--confirmed", "100", "--json")
    assert done.status == 0, done.err
    assert [stage["stage"] for stage in done.json["stages"]][5:9] == ["commit", "probe", "confirm", "readback"]
    box.assert_clean()
    done = on(box, "apply", edit, "BOX", "--confirmed", "100", "--no-probe", "--json")
    assert done.status == 0


def test_a_lock_is_waited_for_no_longer_than_said(box: Box, on: Run, edit: Path) -> None:
    holder = box.connect()
    datastores.lock(holder, "running")
    done = on(box, "apply", edit, "BOX", "--wait-lock", "0.2", "--json")
    assert (done.status, done.json["outcome"]) == (4, "unchanged")
    assert "Waiting up to" in done.err
    assert f"session {holder.session_id} (demo, 127.0.0.1)" in done.err


def test_leftovers_are_discarded_only_when_told(box: Box, on: Run, edit: Path) -> None:
    other = box.connect()
    datastores.copy_config(other, "candidate", list(read_root(edited(fetch(other), DESCRIPTION))))
    done = on(box, "apply", edit, "BOX", "--json")
    assert (done.status, done.json["stages"][-1]["stage"]) == (4, "precheck")
    assert b"Core to the moon" in box.read("candidate")
    done = on(box, "apply", edit, "BOX", "--discard-candidate", "--json")
    assert done.status == 0, done.err
    assert "Discarded, as told." in done.err
    assert b"Core to the moon" not in box.read()


def test_the_tolerant_policy_merges(box: Box, on: Run, edit: Path) -> None:
    server = "<server><name>t</name><udp><address>192.0.2.9</address></udp></server>"
    edit.write_text(f'<system xmlns="{SYSTEM}"><contact>rack 7</contact><ntp>{server}</ntp></system>')
    for policy, word in (("strict", 'operation="create"'), ("tolerant", 'operation="merge"')):
        done = on(box, "apply", edit, "BOX", "--as", "target", "--policy", policy, "--dry-run", "--json")
        assert done.status == 0, done.err
        assert word in done.json["edit_config"]


@pytest.mark.parametrize(
    "words",
    [
        ("--confirm-by", "person"),
        ("--no-probe",),
        ("--confirmed", "0"),
        ("--wait-lock", "-1"),
    ],
)
def test_options_that_cannot_be(box: Box, on: Run, edit: Path, words: tuple[str, ...]) -> None:
    assert on(box, "apply", edit, "BOX", *words).status == 2
