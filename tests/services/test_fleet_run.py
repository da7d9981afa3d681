"""The order of a fleet's steps, and what one failure does to all, on devices that only write down what is done."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConfigError, Outcome
from netconf_gui.services.events import GuardEvent, StageState
from netconf_gui.services.fleet import FleetEvent, FleetOutcome, FleetPhase, FleetPlan, FleetStep, dry_run, run_fleet
from netconf_gui.services.guard import GuardControl
from netconf_gui.workspace.fleet_journal import FleetDevice, FleetJournalFolder
from netconf_gui.yang.problem import Problem
from tests.services.conftest import WAIT
from tests.services.fleet_fakes import FakeApply, Log, fleet_of, planned

ALL_WELL = ["connect", "lock", "prepare", "commit", "probe", "confirm", "finish", "close"]


def first(log: Log, step: str) -> int:
    return min(place for place, (_, one) in enumerate(log.done) if one == step)


def last(log: Log, step: str) -> int:
    return max(place for place, (_, one) in enumerate(log.done) if one == step)


def test_all_take_each_step_together() -> None:
    log, events = Log(), list[FleetEvent | FleetStep]()
    report = run_fleet(fleet_of("c", "a", "b"), begin=log.begin, on_event=events.append)
    assert report.outcome is FleetOutcome.APPLIED
    assert report.ok
    for name in "abc":
        assert log.steps(name) == ALL_WELL
    for before, after in pairwise(ALL_WELL):
        assert last(log, before) < first(log, after), (before, after)
    assert log.order("lock") == ["a", "b", "c"]
    ended = [step.phase for step in report.steps]
    assert ended == [
        FleetPhase.LOCK, FleetPhase.LOCK, FleetPhase.CHECK, FleetPhase.COMMIT, FleetPhase.PROBE, FleetPhase.CONFIRM,
        FleetPhase.FINISH,
    ]  # fmt: skip
    assert all(step.state is StageState.OK for step in report.steps)


@pytest.mark.parametrize("step", ["connect", "lock", "prepare"])
def test_a_failure_before_any_commit_changes_nothing(step: str) -> None:
    log = Log(fail={("b", step)})
    report = run_fleet(fleet_of("a", "b", "c"), begin=log.begin)
    assert report.outcome is FleetOutcome.UNCHANGED
    assert not log.order("commit")
    assert [device.name for device in report.failures] == ["b"]
    assert report.text.startswith(f"b: {step} does not work.")
    assert "No device was changed." in report.text
    begun = [name for name in "abc" if name != "b" or step != "connect"]
    assert sorted(log.order("roll back")) == (begun if step != "connect" else sorted(set(log.order("connect")) - {"b"}))
    assert sorted(log.order("close")) == sorted(log.order("roll back"))


@pytest.mark.parametrize("step", ["commit", "probe", "confirm"])
def test_a_failure_later_rolls_all_back(step: str) -> None:
    log = Log(fail={("b", step)})
    report = run_fleet(fleet_of("a", "b", "c", parallel=1 if step == "commit" else 20), begin=log.begin)
    assert report.outcome is FleetOutcome.ROLLED_BACK
    assert sorted(log.order("roll back")) == ["a", "b", "c"]
    assert not log.order("finish")
    assert "those that had taken it were rolled back" in report.text
    if step == "commit":
        assert log.order("commit") == ["a", "b"]  # nothing is begun on those that are still to come


def test_a_confirmation_whose_answer_was_lost_is_looked_up() -> None:
    log = Log(fail={("b", "confirm")}, outcomes={"b": Outcome.APPLIED})
    report = run_fleet(fleet_of("a", "b", "c"), begin=log.begin)
    assert report.outcome is FleetOutcome.APPLIED
    assert log.order("roll back") == ["b"]  # which only finds out
    assert sorted(log.order("finish")) == ["a", "c"]


def test_an_unknown_device_is_said() -> None:
    log = Log(fail={("b", "probe")}, outcomes={"b": Outcome.UNKNOWN})
    report = run_fleet(fleet_of("a", "b"), begin=log.begin)
    assert report.outcome is FleetOutcome.UNKNOWN
    assert "What b holds is not known: read it." in report.text
    assert not report.clean


def test_devices_without_a_guard_come_last() -> None:
    log = Log()
    plan = fleet_of(planned("a", guarded=False), "b", "c")
    run_fleet(plan, begin=log.begin)
    assert log.order("commit")[-1] == "a"
    assert sorted(log.order("confirm")) == ["b", "c"]
    assert any("a cannot confirm a commit: it comes last" in note for note in plan.notes())
    log = Log(fail={("b", "commit")})
    run_fleet(plan, begin=log.begin)
    assert "commit" not in log.steps("a")


def test_canary_and_batches_in_one_transaction() -> None:
    log = Log()
    report = run_fleet(fleet_of(*"abcdef", canary=1, batch=2), begin=log.begin)
    assert [device.wave for device in report.devices] == [1, 2, 2, 3, 3, 4]
    committed = log.order("commit")
    assert [set(committed[:1]), set(committed[1:3]), set(committed[3:5]), set(committed[5:])] == [
        {"a"}, {"b", "c"}, {"d", "e"}, {"f"},
    ]  # fmt: skip
    assert last(log, "probe") < first(log, "confirm")
    assert log.done.index(("a", "probe")) < log.done.index(("b", "commit"))
    log = Log(fail={("d", "probe")})
    report = run_fleet(fleet_of(*"abcdef", canary=1, batch=2), begin=log.begin)
    assert "commit" not in log.steps("f")
    assert report.outcome is FleetOutcome.ROLLED_BACK
    assert sorted(log.order("roll back")) == list("abcdef")


@pytest.mark.parametrize("go_on", [False, True])
def test_each_batch_for_itself(go_on: bool) -> None:
    log = Log(fail={("c", "probe")})
    plan = fleet_of(*"abcdef", canary=1, batch=2, scope="wave", go_on=go_on)
    report = run_fleet(plan, begin=log.begin)
    assert report.outcome is FleetOutcome.MIXED
    assert log.steps("a") == ALL_WELL
    assert "finish" not in log.steps("b") + log.steps("c")
    applied = {device.name for device in report.devices if device.outcome is Outcome.APPLIED}
    assert applied == ({"a", "d", "e", "f"} if go_on else {"a"})
    if not go_on:
        assert not log.steps("d")
        assert "Changed: a. Not changed: b, c, d, e, f." in report.text


def test_devices_with_nothing_to_do_are_left_alone() -> None:
    log = Log()
    report = run_fleet(fleet_of("a", planned("b", operations=0)), begin=log.begin)
    assert report.outcome is FleetOutcome.APPLIED
    assert not log.steps("b")
    assert report.text == "The change is on 1 device."
    assert run_fleet(fleet_of(planned("b", operations=0)), begin=log.begin).outcome is FleetOutcome.UNCHANGED


def test_problems_stop_it_before_anything_is_sent() -> None:
    log = Log()
    bad = planned("b")
    bad = type(bad)(bad.member, problems=(Problem("error", "/mtu", "mtu is 9. Allowed: 68 and more."),))
    plan: FleetPlan = fleet_of("a", bad)
    with pytest.raises(ConfigError, match="b: mtu is 9"):
        run_fleet(plan, begin=log.begin)
    assert not log.done
    assert run_fleet(plan.without([bad.key]), begin=log.begin).ok
    told = dry_run(plan)
    assert (told.ok, told.dry_run) == (False, True)
    assert "1 with problems" in told.text


@pytest.mark.parametrize(("at", "rolled_back"), [("prepare", True), ("probe", True), ("confirm", False)])
def test_a_cancel_rolls_all_back_until_it_is_decided(at: str, rolled_back: bool) -> None:
    cancel = CancelToken()
    log = Log(hook=lambda name, step: cancel.cancel() if step == at else None)
    report = run_fleet(fleet_of("a", "b", parallel=1), begin=log.begin, cancel=cancel)
    assert report.cancelled is rolled_back
    assert bool(log.order("roll back")) is rolled_back
    assert report.outcome is not FleetOutcome.MIXED
    assert (report.outcome is FleetOutcome.APPLIED) is not rolled_back


@pytest.mark.parametrize("answer", ["confirm", "roll-back", "nothing", "cancel"])
def test_the_person_decides(answer: str) -> None:
    log, control, cancel, guards = Log(), GuardControl(), CancelToken(), list[GuardEvent]()

    def heard(event: FleetEvent | FleetStep) -> None:
        if isinstance(event, FleetEvent) and isinstance(event.event, GuardEvent):
            guards.append(event.event)
            {"confirm": control.confirm, "roll-back": control.roll_back, "cancel": cancel.cancel}.get(answer, int)()

    plan = fleet_of("a", "b", confirm_by="person", confirm_seconds=3 if answer == "nothing" else 100)
    report = run_fleet(plan, begin=log.begin, on_event=heard, control=control, cancel=cancel)
    assert [guard.by_person for guard in guards] == [True]
    assert last(log, "probe") < first(log, "finish" if answer == "confirm" else "roll back")
    assert report.ok is (answer == "confirm")
    words = {
        "roll-back": "It was decided to roll back.",
        "nothing": "Nobody confirmed in time.",
        "cancel": "Cancelled.",
    }
    assert report.text.startswith(words.get(answer, "The change is on all 2 devices."))
    assert report.cancelled is (answer == "cancel")
    if answer in words:
        assert {one.text for one in report.devices} == {words[answer]}
    with pytest.raises(ConfigError, match="Nobody was named"):
        run_fleet(plan, begin=log.begin)


def test_no_more_at_work_than_allowed() -> None:
    guard, working, most = threading.Lock(), set[str](), list[int]()

    def hook(name: str, step: str) -> None:
        if step == "prepare":
            with guard:
                working.add(name)
                most.append(len(working))
            meet.wait(WAIT)
            with guard:
                working.discard(name)

    meet = threading.Barrier(3)
    run_fleet(fleet_of(*"abcdef", parallel=3), begin=Log(hook=hook).begin)
    assert max(most) == 3


def test_the_journal_says_what_is_owed(tmp_path: Path) -> None:
    folder = FleetJournalFolder(tmp_path)
    seen = []

    def hook(name: str, step: str) -> None:
        if (name, step) == ("a", "confirm"):
            seen.extend(sorted(tmp_path.glob("*.fleet")))
            assert folder.unfinished() == ()  # a program that runs has it
            copy = FleetJournalFolder(tmp_path / "copy")
            copy.folder.mkdir()
            (copy.folder / seen[0].name).write_bytes(seen[0].read_bytes())
            seen.extend(copy.unfinished())

    report = run_fleet(fleet_of("a", "b"), begin=Log(hook=hook).begin, journal=tmp_path)
    assert report.ok
    crashed = seen[1]
    assert (crashed.decision, crashed.step, crashed.title) == ("confirm", "probe", "mtu.xml")
    assert [(one.name, one.state, one.journal) for one in crashed.open_devices] == [
        ("a", "committed", "a.jsonl"), ("b", "committed", "b.jsonl"),
    ]  # fmt: skip
    assert "mtu.xml ended without a word at “probe” on a, b." in str(crashed)
    assert list(tmp_path.glob("*.fleet*")) == []


def test_the_journal_stays_while_a_device_is_unknown(tmp_path: Path) -> None:
    folder = FleetJournalFolder(tmp_path)
    log = Log(fail={("b", "probe")}, outcomes={"b": Outcome.UNKNOWN})
    run_fleet(fleet_of("a", "b"), begin=log.begin, journal=tmp_path)
    (left,) = folder.unfinished()
    assert left.decision == "cancel"
    assert [device.name for device in left.open_devices] == ["b"]
    folder.forget(left)
    assert folder.unfinished() == ()


def test_a_journal_that_was_cut_or_is_something_else(tmp_path: Path) -> None:
    folder = FleetJournalFolder(tmp_path)
    journal = folder.begin("t", [FleetDevice("k", "a", "a:830")])
    journal.device("k", "committed")
    journal.close(settled=False)
    (path,) = tmp_path.glob("*.fleet")
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        for left in folder.unfinished():
            assert left.title == "t"
    path.write_bytes(b'["x"]\n{"devices": 3}\n')
    assert folder.unfinished() == ()


def test_a_fault_of_the_program_on_one_device_rolls_all_back(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()

    def broken(self: FakeApply) -> None:
        if self.name == "b":
            raise KeyError("x")

    monkeypatch.setattr(FakeApply, "probe", broken)
    report = run_fleet(fleet_of("a", "b"), begin=log.begin)
    assert report.outcome is FleetOutcome.ROLLED_BACK
    assert "a fault of its own" in report.text


def test_a_device_that_is_lost_does_not_keep_the_others_waiting() -> None:
    others = threading.Event()

    def hook(name: str, step: str) -> None:
        if (name, step) == ("b", "commit"):
            assert others.wait(WAIT)
        if step == "roll back" and {"a", "c"} <= set(log.order("roll back")):
            others.set()

    log = Log(hook=hook)
    report = run_fleet(fleet_of("a", "b", "c", confirm_seconds=4), begin=log.begin)
    assert report.outcome is FleetOutcome.ROLLED_BACK
    assert [device.name for device in report.failures] == ["b"]
    assert log.order("roll back")[-1] == "b"
    assert log.steps("b")[-2:] == ["roll back", "close"]
