"""A guarded commit on a real server, by a program that is killed in the middle of it and started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from netconf_gui.cli.main import main
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.events import (
    Event,
    GuardEvent,
    GuardState,
    Kill,
    LeftoverAnswer,
    Leftovers,
    LockAnswer,
    LockHolder,
    LockWait,
    Stop,
    Wait,
)
from netconf_gui.services.guard import GuardControl
from netconf_gui.services.pending import pending, settle
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.e2e.conftest import CONFIG
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_netconfd import BOX, Job, box_of, draft, reset, stages, text

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]

WAIT = 60.0
SECOND = ("<label>first</label>", "<label>second</label>")
EDIT = f'<config {CONFIG}><box xmlns="{BOX}"><label>second</label></box></config>'


@pytest.fixture
def job(candidate_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any]) -> Any:
    reset(witness, candidate_server)
    made = Job(candidate_server, workspace, engine)
    yield made
    made.session.close()


def guarded(seconds: int, **more: Any) -> dict[str, Any]:
    return {"confirm_seconds": seconds, **more}


def label(witness: Callable[[Netconfd], Any], server: Netconfd, datastore: str = "running") -> str | None:
    return text(box_of(witness, server, datastore), "b:label")


def assert_free(witness: Callable[[Netconfd], Any], server: Netconfd) -> None:
    """Nothing waits and nothing is locked: running cannot be locked while a confirmed commit waits."""
    other = witness(server)
    for datastore in ("running", "candidate"):
        other.lock(datastore)
    for datastore in ("candidate", "running"):
        other.unlock(datastore)


# ------------------------------------------------------------------------------------------------ the program lives


def test_the_program_probes_and_confirms(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    report = job.apply(draft(job.loaded, SECOND), **guarded(60))
    assert report.ok, report.text
    assert [stage for stage in stages(report) if stage in (Stage.PROBE, Stage.CONFIRM, Stage.READBACK)] == [
        Stage.PROBE, Stage.CONFIRM, Stage.READBACK,
    ]  # fmt: skip
    assert label(witness, job.server) == "second"
    assert_free(witness, job.server)


@pytest.mark.parametrize("persist", [True, False])
def test_a_person_rolls_back_at_once(job: Job, witness: Callable[[Netconfd], Any], persist: bool) -> None:
    control = GuardControl()
    live: list[str | None] = []

    def decide(event: Event) -> None:
        if isinstance(event, GuardEvent) and event.state is GuardState.WAITING:
            live.append(label(witness, job.server))
            control.roll_back()

    options = guarded(60, confirm_by="person", guard=control, persist=persist)
    report = job.apply(draft(job.loaded, SECOND), on_event=decide, **options)
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert live == ["second"]
    assert label(witness, job.server) == "first"
    assert_free(witness, job.server)


def test_the_server_takes_it_back_when_nobody_confirms(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    report = job.apply(draft(job.loaded, SECOND), **guarded(3, confirm_by="person", guard=GuardControl()))
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert "Nobody confirmed in time." in report.text
    assert label(witness, job.server) == "first"
    assert_free(witness, job.server)


def test_a_session_that_is_lost_under_the_guard_is_replaced(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    control = GuardControl()

    def lose(event: Event) -> None:
        if isinstance(event, GuardEvent) and event.state is GuardState.WAITING:
            job.session.abort()
            control.confirm()

    report = job.apply(draft(job.loaded, SECOND), on_event=lose, **guarded(60, confirm_by="person", guard=control))
    assert report.ok, report.text
    assert label(witness, job.server) == "second"
    assert_free(witness, job.server)


# ------------------------------------------------------------------------------------------- others on the device


def test_the_holder_of_a_lock_is_ended_when_a_person_says_so(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    other.lock("candidate")
    shown: list[LockHolder] = []

    def answer(holder: LockHolder) -> LockAnswer:
        shown.append(holder)
        return Kill() if len(shown) == 1 else Stop()

    report = job.apply(draft(job.loaded, SECOND), when_locked=answer)
    assert report.ok, report.text
    assert [str(holder.session_id) for holder in shown] == [other.session_id]
    assert shown[0].user == job.server.user
    assert label(witness, job.server) == "second"


def test_a_lock_is_waited_for(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    other.lock("running")

    def let_go(event: Event) -> None:
        if isinstance(event, LockWait) and other.connected:
            other.close_session()

    report = job.apply(draft(job.loaded, SECOND), on_event=let_go, when_locked=lambda holder: Wait(WAIT))
    assert report.ok, report.text


def test_leftovers_are_discarded_when_a_person_says_so(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    edit = f'<config {CONFIG}><box xmlns="{BOX}"><label>of another</label></box></config>'
    other.edit_config(target="candidate", config=edit)
    shown: list[Leftovers] = []

    def answer(left: Leftovers) -> LeftoverAnswer:
        shown.append(left)
        return "discard"

    report = job.apply(draft(job.loaded, ("<mtu>1500</mtu>", "<mtu>9000</mtu>")), on_leftovers=answer)
    assert report.ok, report.text
    assert "first → of another" in shown[0].text
    assert label(witness, job.server) == "first"


def test_a_change_of_others_elsewhere_stays(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    edit = f'<config {CONFIG}><box xmlns="{BOX}"><label>of another</label></box></config>'
    other.edit_config(target="candidate", config=edit)
    other.commit()
    report = job.apply(draft(job.loaded, ("<mtu>1500</mtu>", "<mtu>9000</mtu>")), **guarded(60))
    assert report.ok, report.text
    assert [entry.path.name for entry in report.merged] == ["label"]
    assert label(witness, job.server) == "of another"
    assert text(box_of(witness, job.server), "b:port[b:name='a']/b:mtu") == "9000"


def test_edits_of_running_are_tested_before_they_are_sent(
    running_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any]
) -> None:
    reset(witness, running_server, "running")
    job = Job(running_server, workspace, engine)
    with job.session:
        report = job.apply(draft(job.loaded, SECOND))
        assert report.ok, report.text
        assert list(stages(report))[3:5] == [Stage.VALIDATE, Stage.EDIT]
        bad = draft(job.loaded, ("<mtu>1500</mtu>", "<mtu>20</mtu>"), SECOND)
        report = job.apply(bad)
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert report.error is not None
    assert report.error.stage is Stage.VALIDATE
    assert any(node.endswith("/mtu") for node in report.nodes), report.nodes


# ------------------------------------------------------------------------------------------------- the program dies


@contextmanager
def killed_under_the_guard(server: Netconfd, folder: Path, seconds: int) -> Iterator[None]:
    """`apply` in a process of its own, killed (-9) while its commit waits for a person."""
    file = folder / "edit.xml"
    file.write_text(EDIT)
    words = [
        "apply", str(file), f"ssh://{server.user}@127.0.0.1:{server.port}", "--identity", str(server.key),
        "--known-hosts", str(server.known_hosts), "--confirmed", str(seconds), "--confirm-by", "person",
    ]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "netconf_gui.cli.main", *words],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ), text=True,
    )  # fmt: skip
    with process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "Type confirm" in line:
                break
        else:
            pytest.fail("".join(said))
        process.kill()
    yield


def command(server: Netconfd, *words: str) -> list[str]:
    target = f"ssh://{server.user}@127.0.0.1:{server.port}"
    access = ["--identity", str(server.key), "--known-hosts", str(server.known_hosts)]
    return [*words, target, *access, "--json"]


@pytest.mark.parametrize(
    ("action", "outcome", "left"), [("confirm", "applied", "second"), ("cancel", "rolled-back", "first")]
)
def test_a_killed_program_settles_its_commit(
    candidate_server: Netconfd,
    workspace: Workspace,
    witness: Callable[[Netconfd], Any],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    action: str,
    outcome: str,
    left: str,
) -> None:
    server = candidate_server
    reset(witness, server)
    with killed_under_the_guard(server, tmp_path, 120):
        assert label(witness, server) == "second", "the commit outlives the program that made it"
    capfd.readouterr()
    assert main(["pending", "--json"]) == 0
    waiting = json.loads(capfd.readouterr().out)["pending"]
    assert len(waiting) == 1
    assert 0 < waiting[0]["seconds_left"] <= 120
    assert "label" in waiting[0]["summary"]

    assert main(command(server, "pending", "look")) == 5
    report = json.loads(capfd.readouterr().out)
    assert report["pending"] is True
    assert "takes it back at" in report["text"]

    status = main(command(server, "pending", action))
    report = json.loads(capfd.readouterr().out)
    assert (status, report["outcome"]) == (0, outcome), report
    assert label(witness, server) == left
    assert_free(witness, server)
    assert JournalFolder(Locations.find().journal_folder).unfinished() == ()


def test_a_commit_that_nobody_settled_in_time_is_told_as_it_is(
    job: Job, workspace: Workspace, witness: Callable[[Netconfd], Any], tmp_path: Path
) -> None:
    """Started again too late: the device has taken the change back, and a confirmation says so."""
    with killed_under_the_guard(job.server, tmp_path, 4):
        pass
    folder = JournalFolder(Locations.find().journal_folder)
    (one,) = pending(folder)
    while time.time() < one.ends_at + 2:  # asked all the time, this server does not come to look at its clock
        time.sleep(0.2)
    report = settle(one, job.session, "confirm", journal=folder)
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert not report.ok
    assert label(witness, job.server) == "first"
    assert pending(folder) == ()
