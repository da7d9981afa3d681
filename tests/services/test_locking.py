"""Locks that others have, locks that a device drops, and what others left in candidate."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.applying import Apply, begin_apply
from netconf_gui.services.deploy import DeployReport
from netconf_gui.services.events import (
    Event,
    Kill,
    LeftoverAnswer,
    Leftovers,
    LockAnswer,
    LockHolder,
    LockWait,
    StageEvent,
    Stop,
    Wait,
)
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from tests.services.conftest import WAIT, Box, edited, eventually
from tests.services.deploying import (
    DESCRIPTION,
    HOSTNAME,
    QUICK,
    apply,
    assert_applied,
    assert_unchanged,
    fetch,
    sent,
    stages,
)


class Answers:
    """Answers questions about locks from a list, and remembers who was shown."""

    def __init__(self, *answers: LockAnswer) -> None:
        self._answers = list(answers)
        self.shown: list[LockHolder] = []

    def __call__(self, holder: LockHolder) -> LockAnswer:
        self.shown.append(holder)
        return self._answers.pop(0) if self._answers else Stop()


def while_it_waits(box: Box, work: Callable[[], object], **more: object) -> tuple[DeployReport, list[LockWait]]:
    """Apply on another thread, and do something when it begins to wait."""
    waits: list[LockWait] = []

    def on_event(event: Event) -> None:
        if isinstance(event, LockWait):
            waits.append(event)

    with ThreadPoolExecutor(1) as pool:
        future: Future[DeployReport] = pool.submit(apply, box, on_event=on_event, **more)
        assert eventually(lambda: bool(waits))
        work()
        return future.result(WAIT), waits


# ---- waiting


@pytest.mark.parametrize("datastore", ["running", "candidate"])
def test_a_lock_is_waited_for_and_nobody_is_kept_waiting_meanwhile(box: Box, datastore: str) -> None:
    holder = box.connect()
    datastores.lock(holder, datastore)
    answers = Answers(Wait(WAIT))

    def let_go() -> None:
        assert {box.device.locks.holder(name) for name in ("running", "candidate")} == {None, holder.session_id}
        datastores.unlock(holder, datastore)

    report, waits = while_it_waits(box, let_go, options=replace(QUICK, when_locked=answers))
    assert_applied(box, report)
    assert [one.session_id for one in answers.shown] == [holder.session_id]
    assert (answers.shown[0].user, answers.shown[0].host) == ("demo", "127.0.0.1")
    assert answers.shown[0].since
    assert waits[0].datastore == datastore
    assert waits[0].next_try_at <= waits[0].until
    assert report.holder is None


def test_when_the_time_is_over_it_is_asked_again(box: Box) -> None:
    before = box.read()
    holder = box.connect()
    datastores.lock(holder, "running")
    answers = Answers(Wait(0.1), Wait(0.1), Stop())
    report = apply(box, options=replace(QUICK, when_locked=answers))
    assert len(answers.shown) == 3
    assert report.outcome is Outcome.UNCHANGED
    assert report.holder is not None
    datastores.unlock(holder, "running")
    assert_unchanged(box, report, before)


def test_a_cancel_ends_the_wait_at_once(box: Box) -> None:
    before = box.read()
    holder = box.connect()
    datastores.lock(holder, "running")
    token = CancelToken()
    report, _ = while_it_waits(box, token.cancel, cancel=token, options=replace(QUICK, when_locked=Answers(Wait(WAIT))))
    datastores.unlock(holder, "running")
    assert_unchanged(box, report, before)
    assert report.cancelled


def test_after_a_denied_lock_nothing_is_sent(box: Box) -> None:
    holder = box.connect()
    datastores.lock(holder, "candidate")
    datastores.copy_config(holder, "candidate", list(read_root(edited(fetch(holder), DESCRIPTION))))
    session = box.connect()
    base = fetch(session)
    already = len(sent(session))
    report = apply(box, HOSTNAME, session=session, base=base)
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.LOCK
    assert not {"discard-changes", "edit-config", "kill-session", "commit"} & set(sent(session)[already:])
    assert b"Core to the moon" in box.read("candidate")


# ---- ending the holder


def test_a_holder_is_ended_when_a_person_says_so(box: Box) -> None:
    holder = box.connect()
    datastores.lock(holder, "candidate")
    answers = Answers(Kill())
    report = apply(box, options=replace(QUICK, when_locked=answers))
    assert_applied(box, report)
    assert eventually(lambda: holder.closed)


def test_only_the_session_that_was_shown_is_ended(box: Box) -> None:
    first, second = box.connect(), box.connect()
    datastores.lock(first, "running")

    def answer(holder: LockHolder) -> LockAnswer:
        if holder.session_id == first.session_id:
            # while the person thinks, another one gets the lock
            datastores.unlock(first, "running")
            datastores.lock(second, "running")
            return Kill()
        return Stop()

    report = apply(box, options=replace(QUICK, when_locked=answer))
    assert report.outcome is Outcome.UNCHANGED
    assert report.holder is not None
    assert report.holder.session_id == second.session_id
    assert not first.closed
    assert not second.closed


# ---- locks that a device drops by itself


@pytest.mark.parametrize("dropped", ["running", "candidate"])
def test_a_lock_that_the_device_dropped_is_taken_again(box: Box, dropped: str) -> None:
    session = box.connect()
    gone: list[str] = []

    def watch(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.VALIDATE and event.state == "ok" and not gone:
            gone.append(dropped)
            with box.device.lock:
                box.device.locks.release(dropped, session.session_id)

    report = apply(box, session=session, on_event=watch, options=replace(QUICK, relock_after=0.0))
    assert_applied(box, report)
    assert stages(report).count(Stage.LOCK) == 2
    assert stages(report).count(Stage.EDIT) == 2
    locks = [event for event in report.stages if event.stage is Stage.LOCK]
    assert "The device had let go of a lock by itself." in locks[1].text


def test_a_lock_that_somebody_else_got_meanwhile_ends_the_apply(box: Box) -> None:
    before = box.read()
    session, other = box.connect(), box.connect()

    def watch(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.VALIDATE and event.state == "ok":
            with box.device.lock:
                box.device.locks.release("running", session.session_id)
                box.device.locks.acquire("running", other.session_id, 0.0)

    report = apply(box, session=session, on_event=watch, options=replace(QUICK, relock_after=0.0))
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert report.error is not None
    assert report.error.stage is Stage.LOCK
    datastores.unlock(other, "running")
    assert box.read() == before
    box.assert_clean()


def test_a_lock_that_is_gone_at_the_end_is_told(box: Box) -> None:
    session = box.connect()

    def watch(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.READBACK and event.state == "ok":
            with box.device.lock:
                box.device.locks.release("candidate", session.session_id)

    report = apply(box, session=session, on_event=watch)
    assert_applied(box, report)
    assert "let go of the lock on candidate by itself" in report.stages[-1].text
    assert not session.closed


# ---- leftovers


def leave(session: Session) -> None:
    """Edit candidate and go no further."""
    datastores.copy_config(session, "candidate", list(read_root(edited(fetch(session), DESCRIPTION))))


def test_leftovers_are_shown_and_discarded_when_a_person_says_so(box: Box) -> None:
    leave(box.connect())
    shown: list[Leftovers] = []

    def answer(left: Leftovers) -> str:
        shown.append(left)
        return "discard"

    session = box.connect()
    report = apply(box, HOSTNAME, session=session, options=replace(QUICK, on_leftovers=answer))
    assert_applied(box, report)
    assert len(shown) == 1
    assert "Core to core1.fra → Core to the moon" in shown[0].text
    assert [entry.path.name for entry in shown[0].entries] == ["description"]
    assert "As decided, 1 change of somebody else in candidate went: " in report.text
    assert b"Core to the moon" not in box.read()
    wire = sent(session)
    assert wire.index("discard-changes") < wire.index("lock")


def test_leftovers_that_changed_while_a_person_looked_are_shown_again(box: Box) -> None:
    other = box.connect()
    leave(other)
    shown: list[Leftovers] = []

    def answer(left: Leftovers) -> str:
        shown.append(left)
        if len(shown) == 1:
            both = edited(fetch(other), DESCRIPTION, (b"demo-edge-1", b"box-9"))
            datastores.copy_config(other, "candidate", list(read_root(both)))
        return "discard"

    report = apply(box, HOSTNAME, options=replace(QUICK, on_leftovers=answer))
    assert_applied(box, report)
    assert [len(left.entries) for left in shown] == [1, 2]


def test_leftovers_stay_when_a_person_says_stop(box: Box) -> None:
    leave(box.connect())
    report = apply(box, HOSTNAME, options=replace(QUICK, on_leftovers=lambda left: "stop"))
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.PRECHECK
    assert b"Core to the moon" in box.read("candidate")


# ---- what others changed since


def test_what_others_changed_elsewhere_stays_and_is_told(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    assert apply(box, DESCRIPTION).ok
    report = apply(box, HOSTNAME, session=session, base=base)
    assert_applied(box, report)
    assert [entry.path.name for entry in report.merged] == ["description"]
    assert b"Core to the moon" in box.read()
    compare = next(event for event in report.stages if event.stage is Stage.COMPARE)
    assert "Core to core1.fra → Core to the moon" in compare.text


def test_a_conflict_comes_with_both_sides_and_nothing_is_sent(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    assert apply(box, (b"demo-edge-1", b"somebody-was-here"), DESCRIPTION).ok
    before = box.read()
    report = apply(box, HOSTNAME, session=session, base=base)
    assert_unchanged(box, report, before)
    assert [(one.base, one.mine, one.theirs) for one in report.conflicts] == [
        ("demo-edge-1", "box-2", "somebody-was-here")
    ]
    assert b"somebody-was-here" in report.theirs
    assert "edit-config" not in sent(session)


def test_the_same_change_of_somebody_else_needs_nothing(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    assert apply(box).ok
    report = apply(box, session=session, base=base)
    assert (report.outcome, report.error) == (Outcome.UNCHANGED, None)
    assert "holds all of it already" in report.text
    assert "edit-config" not in sent(session)
    box.assert_clean()


def test_an_edit_by_hand_goes_with_what_others_did_elsewhere_only(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    mine = edited(base, HOSTNAME)
    edit = (
        b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
        b'<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system></config>'
    )
    assert apply(box, DESCRIPTION).ok
    assert_applied(box, apply(box, HOSTNAME, session=session, base=base, mine=mine, edit=edit))
    report = apply(box, HOSTNAME, session=session, base=base, mine=mine, edit=edit)
    assert report.outcome is Outcome.UNCHANGED
    assert report.theirs


# ---- a candidate of the session's own


def test_a_private_candidate_ends_with_its_session(box_of: Callable[..., Box]) -> None:
    box = box_of("private-candidate")
    shared = box.connect()
    assert not shared.capabilities.private_candidate, "the client has to name it as well"
    own, other = (box.connect_as(box.entry(private_candidate=True)) for _ in range(2))
    assert own.capabilities.private_candidate
    leave(own)
    assert b"Core to the moon" in datastores_text(own)
    assert b"Core to the moon" not in datastores_text(other)
    report = apply(box, HOSTNAME, session=other)
    assert_applied(box, report)
    assert [operation for operation in sent(other) if "lock" in operation] == ["lock", "unlock"]
    assert "a candidate of this session alone" in report.stages[0].text
    own.close()
    assert eventually(lambda: len(box.device.sessions) == 2)
    assert not box.device.datastores._candidates


def test_what_others_committed_is_no_leftover_of_a_private_candidate(box_of: Callable[..., Box]) -> None:
    box = box_of("private-candidate")
    own, other = (box.connect_as(box.entry(private_candidate=True)) for _ in range(2))
    base = fetch(own)
    leave(own)
    assert_applied(box, apply(box, HOSTNAME, session=other))
    assert b"demo-edge-1" in datastores_text(own), "it began before"
    shown: list[Leftovers] = []

    def answer(left: Leftovers) -> LeftoverAnswer:
        shown.append(left)
        return "discard"

    mtu = (b"<mtu>9000</mtu>", b"<mtu>9100</mtu>")
    report = apply(box, mtu, session=own, base=base, options=replace(QUICK, on_leftovers=answer))
    assert report.ok, report.text
    assert [[entry.path.name for entry in left.entries] for left in shown] == [["description"]]
    assert "update" in sent(own)
    assert box.leaf("system/hostname") == "box-2"


def datastores_text(session: Session) -> bytes:
    from netconf_gui.services.load import read_datastore

    return read_datastore(session, "candidate")


# ---- phases


def begun(box: Box) -> Apply:
    """An apply of the host name, before its first phase."""
    session = box.connect()
    base = fetch(session)
    return begin_apply(
        session, base=base, mine=edited(base, HOSTNAME), schema=box.device.model.schema, options=QUICK,
        reconnect=box.connect,
    )  # fmt: skip


def test_a_fleet_takes_phases_back_after_a_plain_commit(box: Box) -> None:
    before = box.read()
    taken = begun(box)
    for phase in (taken.lock, taken.prepare, taken.commit, taken.probe):
        phase()
    assert box.leaf("system/hostname") == "box-2"
    report = taken.roll_back(text="Another device failed.")
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert report.text.startswith("Another device failed.")
    assert box.read() == before
    box.assert_clean()


@pytest.mark.parametrize("kind", ["candidate-only", "writable-running"])
def test_a_fleet_takes_phases_back_also_when_the_session_is_gone(box_of: Callable[..., Box], kind: str) -> None:
    box = box_of(kind)
    before = box.read()
    taken = begun(box)
    for phase in (taken.lock, taken.prepare, taken.commit):
        phase()
    taken.at.session.abort()
    report = taken.roll_back(text="Another device failed.")
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert box.read() == before
    box.assert_clean()


@pytest.mark.parametrize("kind", ["writable-running", "minimal"])
def test_nothing_reaches_running_before_commit(box_of: Callable[..., Box], kind: str) -> None:
    box = box_of(kind)
    before = box.read()
    taken = begun(box)
    taken.lock()
    taken.prepare()
    assert box.read() == before
    taken.commit()
    assert box.leaf("system/hostname") == "box-2"
    assert taken.roll_back().outcome is Outcome.ROLLED_BACK
    assert box.read() == before
    box.assert_clean()


def test_questions_are_asked_on_the_thread_of_the_apply(box: Box) -> None:
    holder = box.connect()
    datastores.lock(holder, "running")
    threads: list[threading.Thread] = []

    def answer(_: LockHolder) -> LockAnswer:
        threads.append(threading.current_thread())
        return Stop()

    apply(box, options=replace(QUICK, when_locked=answer))
    assert threads == [threading.current_thread()]
