"""Confirmed commits that outlived their program: found in the journal, and settled over a new session."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import Outcome
from netconf_gui.services.applying import begin_apply
from netconf_gui.services.pending import Pending, pending, settle
from netconf_gui.session import datastores
from netconf_gui.workspace.journal import JournalFolder
from tests.services.conftest import Box, edited, eventually, same
from tests.services.deploying import DESCRIPTION, HOSTNAME, QUICK, assert_applied, fetch
from tests.services.deploying import apply as apply_to

GUARDED = replace(QUICK, confirm_seconds=120, device_name="box")


def folder_of(box: Box) -> JournalFolder:
    return JournalFolder(box.workspace.locations.journal_folder)


def died(box: Box, *changes: tuple[bytes, bytes], probed: bool = False, seconds: int = 120) -> Pending:
    """An apply whose program was killed after its confirmed commit."""
    session = box.connect()
    base = fetch(session)
    apply = begin_apply(
        session,
        base=base,
        mine=edited(base, *(changes or (HOSTNAME, DESCRIPTION))),
        schema=box.device.model.schema,
        options=replace(GUARDED, confirm_seconds=seconds),
        journal=folder_of(box),
        reconnect=box.connect,
    )
    apply.lock()
    apply.prepare()
    apply.commit()
    if probed:
        apply.probe()
    assert pending(folder_of(box)) == (), "an apply that runs is not offered"
    session.abort()
    assert apply.at.journal is not None
    apply.at.journal.close(settled=False)
    assert eventually(lambda: len(box.device.sessions) == 0)
    (one,) = pending(folder_of(box))
    assert one.path.name == apply.journal_name
    assert one.persist_id == apply.persist_id
    return one


@pytest.mark.parametrize("probed", [True, False])
def test_it_is_confirmed_with_the_time_that_is_left(box: Box, probed: bool) -> None:
    one = died(box, probed=probed)
    assert one.persisted
    assert 100 < one.ends_at - time.time() <= 120
    assert "hostname: demo-edge-1 → box-2" in one.summary
    report = settle(one, box.connect(), "confirm", journal=folder_of(box))
    assert (report.outcome, report.ok) == (Outcome.APPLIED, True), report.text
    assert box.leaf("system/hostname") == "box-2"
    assert box.device.commits.pending_session is None
    assert pending(folder_of(box)) == ()
    box.assert_clean()


def test_it_is_cancelled(box: Box) -> None:
    before = box.read()
    report = settle(died(box), box.connect(), "cancel", journal=folder_of(box))
    assert (report.outcome, report.ok) == (Outcome.ROLLED_BACK, True), report.text
    assert same(box.read(), before)
    assert pending(folder_of(box)) == ()
    box.assert_clean()


def test_looking_changes_nothing(box: Box) -> None:
    one = died(box)
    report = settle(one, box.connect(), "look", journal=folder_of(box))
    assert (report.outcome, report.pending, report.ok) == (Outcome.UNKNOWN, True, True)
    assert "takes it back at" in report.text
    assert len(pending(folder_of(box))) == 1
    assert settle(one, box.connect(), "confirm").outcome is Outcome.APPLIED


@pytest.mark.parametrize("decision", ["confirm", "cancel", "look"])
def test_too_late_says_that_the_device_took_it_back(box: Box, decision: str) -> None:
    before = box.read()
    one = died(box, seconds=1)
    assert eventually(lambda: box.device.commits.pending_session is None)
    report = settle(one, box.connect(), decision, journal=folder_of(box))  # type: ignore[arg-type]
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert report.ok is (decision != "confirm")
    assert same(box.read(), before)
    assert pending(folder_of(box)) == ()


@pytest.mark.parametrize("decision", ["confirm", "cancel", "look"])
def test_what_somebody_else_cancelled_is_told_as_unchanged(box: Box, decision: str) -> None:
    one = died(box)
    datastores.cancel_commit(box.connect(), one.persist_id)
    report = settle(one, box.connect(), decision, journal=folder_of(box))  # type: ignore[arg-type]
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert report.ok is (decision != "confirm")
    assert "somebody has cancelled it" in report.text
    assert pending(folder_of(box)) == ()


@pytest.mark.parametrize("decision", ["confirm", "cancel", "look"])
def test_what_somebody_else_confirmed_is_told_as_applied(box: Box, decision: str) -> None:
    one = died(box)
    datastores.commit(box.connect(), persist_id=one.persist_id)
    report = settle(one, box.connect(), decision, journal=folder_of(box))  # type: ignore[arg-type]
    assert report.outcome is Outcome.APPLIED, report.text
    assert report.ok is (decision != "cancel")
    assert box.leaf("system/hostname") == "box-2"


def test_somebody_elses_edits_are_not_confirmed_with_it(box: Box) -> None:
    one = died(box, HOSTNAME)
    other = box.connect()
    datastores.copy_config(other, "candidate", list(read_root(edited(fetch(other), DESCRIPTION))))
    report = settle(one, box.connect(), "confirm", journal=folder_of(box))
    assert (report.outcome, report.pending, report.ok) == (Outcome.UNKNOWN, True, False)
    assert "Candidate holds other edits by now" in report.text
    assert b"Core to the moon" not in box.read()
    datastores.discard_changes(other)
    assert settle(one, box.connect(), "confirm").outcome is Outcome.APPLIED
    assert b"Core to the moon" not in box.read()


def test_an_ok_that_was_not_true_is_seen(box: Box) -> None:
    one = died(box)
    box.arm(Fault("cancel-commit", Action.LIE))
    report = settle(one, box.connect(), "cancel", journal=folder_of(box))
    assert not report.ok
    assert "still there" in report.text
    assert box.leaf("system/hostname") == "box-2"


def test_a_connection_that_is_lost_settles_nothing_and_can_be_tried_again(box: Box) -> None:
    one = died(box)
    box.arm(Fault("commit", Action.DROP))
    report = settle(one, box.connect(), "confirm", journal=folder_of(box))
    assert (report.outcome, report.ok) == (Outcome.UNKNOWN, False)
    assert len(pending(folder_of(box))) == 1
    assert settle(one, box.connect(), "confirm", journal=folder_of(box)).outcome is Outcome.APPLIED


def test_another_device_is_not_asked(box_of: Callable[..., Box]) -> None:
    one, other = died(box_of()), box_of()
    report = settle(one, other.connect(), "cancel")
    assert (report.outcome, report.ok) == (Outcome.UNKNOWN, False)
    assert "This session leads to" in report.text


def test_a_session_bound_commit_went_with_its_session(box_of: Callable[..., Box]) -> None:
    box = box_of("rfc4741")
    before = box.read()
    one = died(box)
    assert not one.persisted
    assert one.ends_at == 0
    report = settle(one, box.connect(), "look", journal=folder_of(box))
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert "its session had ended" in report.text
    assert same(box.read(), before)


def test_an_apply_that_finds_it_waiting_says_so(box: Box) -> None:
    one = died(box)
    report = apply_to(box, DESCRIPTION[::-1])
    assert report.outcome is Outcome.UNCHANGED
    assert "settle it among the pending commits" in report.text
    assert settle(one, box.connect(), "confirm", journal=folder_of(box)).ok


def test_an_apply_that_goes_well_afterwards_ends_what_was_owed(box: Box) -> None:
    one = died(box)
    assert settle(one, box.connect(), "cancel").outcome is Outcome.ROLLED_BACK
    assert len(pending(folder_of(box))) == 1, "no journal was given"
    assert_applied(box, apply_to(box))
    assert pending(folder_of(box)) == ()


@pytest.mark.parametrize(
    "change",
    [
        (b"<prefix-length>30</prefix-length>", b"<prefix-length>29</prefix-length>"),
        (b"<port>1123</port>", b"<port>1124</port>"),
        (b"<description>Core to core1.fra</description>", b""),
    ],
    ids=["in a list", "elsewhere", "removed"],
)
@pytest.mark.parametrize("decision", ["confirm", "cancel"])
def test_the_marks_tell_before_from_after(box: Box, change: tuple[bytes, bytes], decision: str) -> None:
    if change[0] not in box.read():
        pytest.skip("not in this model")
    report = settle(died(box, change), box.connect(), decision)  # type: ignore[arg-type]
    assert report.ok, report.text
    assert report.outcome is (Outcome.APPLIED if decision == "confirm" else Outcome.ROLLED_BACK)
    assert "Others have changed" not in report.text
