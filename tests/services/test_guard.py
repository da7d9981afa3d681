"""The guard: a confirmed commit, a look over a new session, a decision, and what becomes of it whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import ConnectFailed, Outcome, Stage
from netconf_gui.services.deploy import DeployReport, deploy
from netconf_gui.services.events import Event, GuardEvent, GuardState, StageState
from netconf_gui.services.guard import GuardControl
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder
from tests.services.conftest import WAIT, Box, eventually, same
from tests.services.deploying import (
    DESCRIPTION,
    HOSTNAME,
    QUICK,
    apply,
    assert_applied,
    cancelling,
    fetch,
    journals,
    sent,
    stages,
)

CONFIRMED = replace(QUICK, confirm_seconds=120)
GUARDED = [Stage.COMMIT, Stage.PROBE, Stage.CONFIRM, Stage.READBACK, Stage.UNLOCK]


class Watcher:
    """Remembers what is told, and lets a test act when the guard comes to a state."""

    def __init__(self, acts: dict[GuardState, Callable[[], object]] | None = None) -> None:
        self.events: list[GuardEvent] = []
        self._acts = acts or {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, GuardEvent):
            self.events.append(event)
            self._acts.get(event.state, lambda: None)()

    @property
    def states(self) -> list[GuardState]:
        return [event.state for event in self.events]


def by_person(control: GuardControl, **more: Any) -> Any:
    return replace(CONFIRMED, confirm_by="person", guard=control, **more)


def assert_back(box: Box, report: DeployReport, before: bytes) -> None:
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert same(box.read(), before)
    assert box.device.commits.pending_session is None
    box.assert_clean()
    assert report.clean, report.text
    assert journals(box) == 0


# ---- what goes well


def test_the_guard_is_probed_over_a_new_session_and_confirmed_by_its_id(box: Box) -> None:
    watcher = Watcher()
    session = box.connect()
    report = apply(box, session=session, options=CONFIRMED, on_event=watcher)
    assert_applied(box, report)
    assert stages(report)[-5:] == GUARDED
    assert watcher.states == [GuardState.PROBING, GuardState.CONFIRMED]
    assert len(box.sessions) == 2, "the probe has a session of its own"
    assert box.sessions[1].closed
    wire = session.wire.entries()
    first, last = (entry.text for entry in wire if entry.operation == "commit" and entry.direction == "out")
    assert watcher.events[0].persist_id
    assert f"persist>{watcher.events[0].persist_id}<" in first
    assert f"persist-id>{watcher.events[0].persist_id}<" in last
    assert "confirm-timeout>120<" in first
    assert 100 < watcher.events[0].ends_at - time.time() <= 120


def test_a_person_confirms(box: Box) -> None:
    control = GuardControl()
    watcher = Watcher({GuardState.WAITING: control.confirm})
    report = apply(box, options=by_person(control), on_event=watcher)
    assert_applied(box, report)
    assert watcher.states == [GuardState.PROBING, GuardState.WAITING, GuardState.CONFIRMED]
    assert all(event.by_person and event.seconds == 120 for event in watcher.events)


def test_a_person_rolls_back(box: Box) -> None:
    before = box.read()
    control = GuardControl()
    watcher = Watcher({GuardState.WAITING: control.roll_back})
    report = apply(box, options=by_person(control), on_event=watcher)
    assert_back(box, report, before)
    assert report.error is not None
    assert report.error.stage is Stage.CONFIRM
    assert watcher.states[-1] is GuardState.ROLLED_BACK
    assert report.text.startswith("Rolled back as decided.")


def test_rolling_back_is_heard_before_the_program_confirms(box: Box) -> None:
    before = box.read()
    control = GuardControl()
    watcher = Watcher({GuardState.PROBING: control.roll_back})
    assert_back(box, apply(box, options=replace(CONFIRMED, guard=control), on_event=watcher), before)


def test_nobody_decides_and_the_device_takes_it_back(box: Box) -> None:
    before = box.read()
    watcher = Watcher()
    report = apply(box, options=by_person(GuardControl(), confirm_seconds=1, expiry_slack=0.1), on_event=watcher)
    assert_back(box, report, before)
    assert watcher.states[-1] is GuardState.EXPIRED
    assert "Nobody confirmed in time." in report.text


def test_a_guard_that_is_left_can_be_confirmed_later(box: Box) -> None:
    control = GuardControl()
    session = box.connect()
    watcher = Watcher({GuardState.WAITING: control.leave})
    report = apply(box, session=session, options=by_person(control), on_event=watcher)
    assert (report.outcome, report.pending) == (Outcome.UNKNOWN, True)
    assert watcher.states[-1] is GuardState.LEFT
    assert not session.closed
    assert box.left_behind() == []
    assert journals(box) == 1
    assert box.leaf("system/hostname") == "box-2"
    datastores.commit(box.connect(), persist_id=watcher.events[-1].persist_id)
    assert box.device.commits.pending_session is None


def test_a_person_must_be_named_where_a_person_confirms(box: Box) -> None:
    report = apply(box, options=replace(CONFIRMED, confirm_by="person"))
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.PRECHECK


def test_a_confirmed_commit_that_the_device_cannot_do_is_refused_beforehand(box_of: Callable[..., Box]) -> None:
    box = box_of("no-confirmed-commit")
    session = box.connect()
    base = fetch(session)
    before = sent(session)
    report = apply(box, session=session, base=base, options=CONFIRMED)
    assert report.error is not None
    assert report.error.stage is Stage.PRECHECK
    assert sent(session) == before


# ---- what the probe finds


def test_a_lie_is_seen_by_the_probe_and_taken_back(box: Box) -> None:
    before = box.read()
    box.arm(Fault("commit", Action.NORMALISE, path="/system/hostname", value=None))
    report = apply(box, options=CONFIRMED)
    assert_back(box, report, before)
    assert report.error is not None
    assert report.error.stage is Stage.PROBE
    assert "said ok, but that was not true" in report.text


def test_a_device_that_cannot_be_reached_anew_is_rolled_back(box: Box) -> None:
    before = box.read()

    def unreachable() -> Session:
        raise ConnectFailed("No route to host.")

    report = apply(box, options=CONFIRMED, reconnect=unreachable)
    assert_back(box, report, before)
    assert "cannot be reached over a new session: No route to host." in report.text
    assert report.error is not None
    assert report.error.stage is Stage.PROBE


def test_a_probe_that_is_lost_is_tried_again(box: Box) -> None:
    box.arm(Fault("get-config", Action.DROP, skip=4))
    assert_applied(box, apply(box, options=CONFIRMED))


def test_without_a_way_to_probe_it_is_read_back_before_it_is_confirmed(box: Box) -> None:
    before = box.read()
    assert_applied(box, apply(box, HOSTNAME, options=replace(CONFIRMED, probe=False)))
    box.arm(Fault("commit", Action.LIE, skip=0))
    report = apply(box, (b"box-2", b"box-3"), options=replace(CONFIRMED, probe=False), reconnect=None)
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert box.leaf("system/hostname") == "box-2"
    assert not same(box.read(), before)


def test_a_cancel_before_the_confirmation_rolls_back(box: Box) -> None:
    before = box.read()
    report = apply(box, options=CONFIRMED, **cancelling(Stage.CONFIRM))
    assert_back(box, report, before)
    assert report.cancelled


def test_a_cancel_while_a_person_thinks_rolls_back(box: Box) -> None:
    before = box.read()
    stop = cancelling(Stage.CONFIRM)
    report = apply(box, options=by_person(GuardControl()), **stop)
    assert_back(box, report, before)
    assert report.cancelled


# ---- losses


def drop_all(box: Box) -> None:
    """All connections end, as if the network had."""
    for session in list(box.device.sessions):
        session.drop()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("commit", Action.DROP, when="after"),
        Fault("commit", Action.TRUNCATE),
        Fault("commit", Action.GARBAGE),
    ],
    ids=lambda fault: f"{fault.action}",
)
def test_a_lost_answer_does_not_end_a_guard_that_persists(box: Box, fault: Fault) -> None:
    box.arm(fault)
    report = apply(box, options=CONFIRMED)
    assert_applied(box, report)
    commit = next(event for event in report.stages if event.stage is Stage.COMMIT)
    assert commit.state is StageState.WARNING
    assert "another session goes on" in commit.text


def test_a_commit_that_was_lost_before_it_was_done_is_unchanged(box: Box) -> None:
    before = box.read()
    box.arm(Fault("commit", Action.DROP))
    report = apply(box, options=CONFIRMED)
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert same(box.read(), before)
    box.assert_clean()
    assert journals(box) == 0


def test_a_lost_session_while_a_person_thinks_does_not_matter(box: Box) -> None:
    control = GuardControl()

    def lose() -> None:
        drop_all(box)
        assert eventually(lambda: not len(box.device.sessions))
        control.confirm()

    report = apply(box, options=by_person(control), on_event=Watcher({GuardState.WAITING: lose}))
    assert_applied(box, report)


def test_a_lost_session_does_not_keep_a_person_from_rolling_back(box: Box) -> None:
    before = box.read()
    control = GuardControl()

    def lose() -> None:
        drop_all(box)
        assert eventually(lambda: not len(box.device.sessions))
        control.roll_back()

    report = apply(box, options=by_person(control), on_event=Watcher({GuardState.WAITING: lose}))
    assert_back(box, report, before)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_confirmation_is_made_again(box: Box, when: str) -> None:
    box.arm(Fault("commit", Action.DROP, when=when, skip=1))
    report = apply(box, options=CONFIRMED)
    assert_applied(box, report)
    assert "Connection lost during the confirmation." in report.text


def test_a_confirmation_that_is_not_answered_is_made_again_in_time(box: Box) -> None:
    box.arm(Fault("commit", Action.NEVER_REPLY, skip=1))
    report = apply(box, options=replace(CONFIRMED, commit_timeout=2.0))
    assert_applied(box, report)
    assert "No answer came during the confirmation." in report.text


def test_a_refused_confirmation_is_taken_back(box: Box) -> None:
    before = box.read()
    box.arm(Fault("commit", Action.RPC_ERROR, skip=1))
    report = apply(box, options=CONFIRMED)
    assert_back(box, report, before)
    assert report.error is not None
    assert report.error.stage is Stage.CONFIRM


def test_a_refused_confirmation_and_a_refused_cancel_end_with_the_time(box: Box) -> None:
    before = box.read()
    box.arm(Fault("commit", Action.RPC_ERROR, skip=1), Fault("cancel-commit", Action.RPC_ERROR))
    report = apply(box, options=replace(CONFIRMED, confirm_seconds=1, expiry_slack=0.1))
    assert_back(box, report, before)


def test_nobody_elses_edits_are_confirmed(box: Box) -> None:
    """The session is lost, another one edits candidate meanwhile: a confirming commit would make that active."""
    before = box.read()
    control = GuardControl()

    def lose() -> None:
        drop_all(box)
        assert eventually(lambda: not len(box.device.sessions))
        other = box.connect()
        text = fetch(other).replace(*DESCRIPTION)
        from netconf_gui.config.codec import read_root

        datastores.copy_config(other, "candidate", list(read_root(text)))
        control.confirm()

    report = apply(box, HOSTNAME, options=by_person(control), on_event=Watcher({GuardState.WAITING: lose}))
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert same(box.read(), before)
    assert "Somebody edits candidate by now" in report.text
    assert b"Core to the moon" in box.read("candidate")


# ---- confirmed-commit 1.0 and commits that belong to their session


@pytest.mark.parametrize("kind", ["rfc4741", "standard"])
def test_a_session_bound_guard_works_too(box_of: Callable[..., Box], kind: str) -> None:
    box = box_of(kind)
    options = replace(CONFIRMED, persist=False)
    report = apply(box, options=options)
    assert_applied(box, report)
    assert any("when this session ends" in event.text for event in report.stages[:1])
    before = box.read()
    control = GuardControl()
    control.roll_back()
    report = apply(box, (b"box-2", b"box-3"), options=replace(options, guard=control))
    assert_back(box, report, before)


@pytest.mark.parametrize("kind", ["rfc4741", "standard"])
def test_a_session_bound_guard_ends_with_its_session(box_of: Callable[..., Box], kind: str) -> None:
    box = box_of(kind)
    before = box.read()
    control = GuardControl()

    def lose() -> None:
        drop_all(box)
        assert eventually(lambda: not len(box.device.sessions))
        control.confirm()

    options = by_person(control, persist=False)
    report = apply(box, options=options, on_event=Watcher({GuardState.WAITING: lose}))
    assert_back(box, report, before)


def test_a_session_bound_confirmation_whose_answer_is_lost_is_found_out_about(box_of: Callable[..., Box]) -> None:
    box = box_of("rfc4741")
    box.arm(Fault("commit", Action.DROP, when="after", skip=1))
    assert_applied(box, apply(box, options=CONFIRMED))
    box.arm(Fault("commit", Action.DROP, skip=1))
    before = box.read()
    assert_back(box, apply(box, (b"box-2", b"box-3"), options=CONFIRMED), before)


# ---- a device that is out of reach


def test_out_of_reach_until_the_time_is_over_is_seen_in_the_end(box: Box) -> None:
    before = box.read()
    ends: list[float] = []

    def reconnect() -> Session:
        if time.time() < ends[0] + 0.1:
            raise ConnectFailed("No route to host.")
        return box.connect()

    def cut(event: Event) -> None:
        if isinstance(event, GuardEvent) and event.state is GuardState.PROBING:
            ends.append(event.ends_at)
            drop_all(box)

    options = replace(CONFIRMED, confirm_seconds=1)
    report = apply(box, options=options, reconnect=reconnect, on_event=cut)
    assert_back(box, report, before)


def test_a_program_that_dies_leaves_all_that_is_needed(box: Box) -> None:
    """The journal is written before the commit, with the id, the deadline and what was applied."""
    folder = JournalFolder(box.workspace.locations.journal_folder)
    seen = []

    def look(event: Event) -> None:
        if isinstance(event, GuardEvent) and event.state is GuardState.PROBING:
            seen.extend(folder.unfinished())

    apply(box, options=CONFIRMED, on_event=look)
    assert [(entry.step, entry.running) for entry in seen] == [("commit", True)]
    guarded = seen[0].guarded
    assert guarded is not None
    assert guarded.persist_id
    assert "settle commit" in seen[0].duties
    assert "hostname: demo-edge-1 → box-2" in guarded.summary
    text = "".join(f"{mark.before}{mark.after}" for mark in guarded.marks)
    assert "demo-edge-1" not in text


def test_waiting_goes_on_beside_other_work(box: Box) -> None:
    """The apply waits on a thread of its own; who decides is on another."""
    control = GuardControl()
    watcher = Watcher()
    session = box.connect()
    base = fetch(session)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(
            deploy,
            session,
            base=base,
            mine=base.replace(*HOSTNAME),
            schema=box.device.model.schema,
            options=by_person(control),
            on_event=watcher,
            reconnect=box.connect,
        )
        assert eventually(lambda: GuardState.WAITING in watcher.states)
        control.confirm()
        assert future.result(WAIT).outcome is Outcome.APPLIED
