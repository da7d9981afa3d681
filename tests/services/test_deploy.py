"""Apply: what is sent, how it ends, and that the device is left in order, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.config.compare import Verdict
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.deploy import deploy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder
from tests.services.conftest import WAIT, Box, edited, eventually, same
from tests.services.deploying import (
    DESCRIPTION,
    HOSTNAME,
    QUICK,
    apply,
    assert_applied,
    assert_unchanged,
    cancelling,
    fetch,
    journals,
    sent,
    stages,
)

IN_ORDER = [
    Stage.PRECHECK, Stage.LOCK, Stage.COMPARE, Stage.EDIT, Stage.VALIDATE, Stage.COMMIT, Stage.READBACK, Stage.UNLOCK,
]  # fmt: skip


# ---- what goes well


def test_every_stage_is_shown_and_the_change_is_there(box: Box) -> None:
    events: list[Event] = []
    report = apply(box, on_event=events.append)
    assert_applied(box, report)
    assert stages(report) == IN_ORDER
    begun = [event.stage for event in events if isinstance(event, StageEvent) and event.state is StageState.RUNNING]
    assert begun == IN_ORDER
    assert {item.verdict for item in report.readback} == {Verdict.AS_SENT}
    assert len(report.readback) == 2
    assert box.leaf("interfaces/interface/description") is not None
    assert b"Core to the moon" in box.read()
    assert report.text.startswith("2 edits applied to the device.")


def test_nothing_to_do_sends_nothing(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    before = sent(session)
    report = deploy(session, base=base, mine=base, schema=box.device.model.schema)
    assert (report.outcome, report.error, sent(session)) == (Outcome.UNCHANGED, None, before)


@pytest.mark.parametrize(
    ("kind", "skipped", "words"),
    [
        ("candidate-only", [], "The edits go to candidate"),
        ("no-validate", [Stage.VALIDATE], "The device cannot validate"),
        ("writable-running", [Stage.COMMIT], "(test-only)"),
        ("minimal", [Stage.VALIDATE, Stage.COMMIT], "the opposite edits are sent"),
    ],
)
def test_the_stages_follow_what_the_device_can_do(
    box_of: Callable[..., Box], kind: str, skipped: list[Stage], words: str
) -> None:
    box = box_of(kind)
    report = apply(box)
    assert_applied(box, report)
    assert [event.stage for event in report.stages if event.state is StageState.SKIPPED] == skipped
    assert words in report.stages[0].text


def test_startup_is_written_when_asked_and_said_when_not(box: Box) -> None:
    report = apply(box)
    assert box.leaf("system/hostname", "startup") == "demo-edge-1"
    assert "Startup was not written." in report.text
    report = apply(box, (b"box-2", b"box-3"), options=replace(QUICK, save_startup=True))
    assert report.ok
    assert Stage.STARTUP in stages(report)
    assert box.leaf("system/hostname", "startup") == "box-3"
    box.assert_clean()


def test_what_others_changed_elsewhere_does_not_matter(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    other = apply(box, DESCRIPTION)
    assert other.ok
    assert_applied(box, apply(box, HOSTNAME, session=session, base=base))
    assert b"Core to the moon" in box.read()


def test_an_edit_is_sent_as_it_is(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    edit = (
        b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
        b'<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system></config>'
    )
    report = apply(box, HOSTNAME, session=session, base=base, edit=edit)
    assert_applied(box, report)
    message = next(entry for entry in session.wire.entries() if entry.operation == "edit-config")
    assert "default-operation>merge<" in message.text


# ---- what is refused


def test_a_lock_names_its_holder_and_nothing_more_is_sent(box: Box) -> None:
    holder = box.connect()
    datastores.lock(holder, "candidate")
    session = box.connect()
    base = fetch(session)
    already = len(sent(session))
    report = apply(box, session=session, base=base)
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.LOCK
    assert report.text.startswith(f"Candidate is locked by session {holder.session_id} (demo, 127.0.0.1) since ")
    assert [error.session_id for error in report.errors] == [holder.session_id]
    assert report.holder is not None
    assert (report.holder.session_id, report.holder.user) == (holder.session_id, "demo")
    assert sent(session)[already:] == ["get-config", "lock", "lock", "get", "unlock"]
    assert box.device.locks.holder("running") is None
    datastores.unlock(holder, "candidate")
    box.assert_clean()


def test_nothing_more_is_locked_when_the_first_is_denied(box: Box) -> None:
    holder = box.connect()
    datastores.lock(holder, "running")
    session = box.connect()
    base = fetch(session)
    already = len(sent(session))
    report = apply(box, session=session, base=base)
    assert report.text.startswith(f"Running is locked by session {holder.session_id}")
    assert sent(session)[already:] == ["get-config", "lock", "get"]
    assert box.device.locks.holder("candidate") is None
    assert box.device.locks.holder("running") == holder.session_id


def test_somebody_elses_candidate_is_never_discarded(box: Box) -> None:
    other = box.connect()
    config = edited(fetch(other), DESCRIPTION)
    datastores.copy_config(other, "candidate", list(_parsed(config)))
    report = apply(box, HOSTNAME)
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.PRECHECK
    assert b"Core to the moon" in box.read("candidate")
    assert box.device.datastores.candidate_modified
    assert box.device.locks.holder("candidate") is None
    assert box.device.locks.holder("running") is None


def _parsed(data: bytes) -> Any:
    from netconf_gui.config.codec import read_root

    return read_root(data)


def test_a_device_that_changed_in_the_same_place_is_left_alone(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    assert apply(box, (b"demo-edge-1", b"somebody-was-here")).ok
    before = box.read()
    report = apply(box, HOSTNAME, session=session, base=base)
    assert_unchanged(box, report, before)
    assert report.error is not None
    assert report.error.stage is Stage.COMPARE
    assert "demo-edge-1 → somebody-was-here" in report.text
    assert "edit-config" not in sent(session)


def test_a_reader_is_refused_with_the_devices_own_words(box: Box) -> None:
    session = box.connect("guest")
    report = apply(box, session=session)
    assert report.outcome is Outcome.UNCHANGED
    assert "access-denied" in {error.tag for error in report.errors}
    box.assert_clean()


def test_all_errors_of_a_validation_are_reported_with_their_paths(box: Box) -> None:
    before = box.read()
    session = box.connect()
    report = apply(
        box,
        (b"<port>1123</port>", b"<port>1123</port>"),
        (b"<prefix-length>30</prefix-length>", b"<prefix-length>30</prefix-length>"),
        (b"<inbound>management</inbound>", b"<inbound>no-such-list</inbound>"),
        HOSTNAME,
        session=session,
    )
    assert_unchanged(box, report, before)
    assert report.error is not None
    assert report.error.stage in (Stage.EDIT, Stage.VALIDATE)
    assert report.errors
    assert all(error.path for error in report.errors)
    assert any("inbound" in (error.path or "") for error in report.errors)


def test_an_invalid_value_is_refused_at_the_edit(box: Box) -> None:
    before = box.read()
    report = apply(box, (b"<mtu>9000</mtu>", b"<mtu>many</mtu>"))
    assert_unchanged(box, report, before)
    assert report.error is not None
    assert report.error.stage is Stage.EDIT
    assert "mtu" in (report.errors[0].path or "")


@pytest.mark.parametrize("kind", ["writable-running", "minimal"])
def test_running_that_was_edited_by_half_is_put_back(box_of: Callable[..., Box], kind: str) -> None:
    box = box_of(kind)
    before = box.read()
    # the device does everything and then says that it failed
    box.arm(Fault("edit-config", Action.RPC_ERROR, when="after", skip=1 if kind == "writable-running" else 0))
    report = apply(box)
    assert report.outcome is Outcome.ROLLED_BACK, report.text
    assert same(box.read(), before)
    assert "The device is as it was before." in report.text
    box.assert_clean()


# ---- faults: (fault, the stage that fails, what is true afterwards)

REFUSALS = [
    (Fault("lock", Action.RPC_ERROR), Stage.LOCK),
    (Fault("lock", Action.RPC_ERROR, skip=1), Stage.LOCK),
    (Fault("get-config", Action.RPC_ERROR, skip=1), Stage.PRECHECK),
    (Fault("get-config", Action.RPC_ERROR, skip=2), Stage.COMPARE),
    (Fault("edit-config", Action.RPC_ERROR), Stage.EDIT),
    (Fault("edit-config", Action.RPC_ERROR, when="after"), Stage.EDIT),
    (Fault("validate", Action.RPC_ERROR), Stage.VALIDATE),
    (Fault("commit", Action.RPC_ERROR), Stage.COMMIT),
    (Fault("lock", Action.DROP), Stage.LOCK),
    (Fault("lock", Action.DROP, when="after"), Stage.LOCK),
    (Fault("get-config", Action.DROP, skip=1), Stage.PRECHECK),
    (Fault("get-config", Action.DROP, skip=2), Stage.COMPARE),
    (Fault("edit-config", Action.DROP), Stage.EDIT),
    (Fault("edit-config", Action.DROP, when="after"), Stage.EDIT),
    (Fault("validate", Action.DROP), Stage.VALIDATE),
    (Fault("validate", Action.DROP, when="after"), Stage.VALIDATE),
    (Fault("commit", Action.DROP), Stage.COMMIT),
    (Fault("edit-config", Action.TRUNCATE), Stage.EDIT),
    (Fault("edit-config", Action.GARBAGE), Stage.EDIT),
    (Fault("edit-config", Action.WRONG_FRAMING), Stage.EDIT),
    (Fault("commit", Action.LIE), Stage.READBACK),
    (Fault("edit-config", Action.LIE), Stage.READBACK),
]


@pytest.mark.parametrize(("fault", "stage"), REFUSALS, ids=lambda value: _label(value))
def test_the_device_is_unchanged_and_in_order_after(box: Box, fault: Fault, stage: Stage) -> None:
    before = box.read()
    box.arm(fault)
    report = apply(box)
    assert box.server.faults.struck == [fault]
    assert_unchanged(box, report, before)
    assert report.error is not None
    assert report.error.stage is stage
    assert next(event.stage for event in report.stages if event.state is StageState.FAILED) is stage


SUCCESSES = [
    Fault("commit", Action.DROP, when="after"),
    Fault("commit", Action.TRUNCATE),
    Fault("commit", Action.GARBAGE),
    Fault("commit", Action.WRONG_FRAMING),
    Fault("commit", Action.NO_MESSAGE_ID),
    Fault("edit-config", Action.NO_MESSAGE_ID),
    Fault("lock", Action.HUGE_REPLY),
    Fault("edit-config", Action.DELAY, seconds=0.1),
    Fault("get-config", Action.DROP, skip=4),
    Fault("unlock", Action.DROP),
    Fault("unlock", Action.RPC_ERROR),
]


@pytest.mark.parametrize("fault", SUCCESSES, ids=lambda value: _label(value))
def test_the_change_is_there_and_said_to_be_after(box: Box, fault: Fault) -> None:
    box.arm(fault)
    report = apply(box)
    assert box.server.faults.struck == [fault]
    assert_applied(box, report)


def _label(value: object) -> str:
    if isinstance(value, Fault):
        return f"{value.operation}-{value.action}-{value.when}-{value.skip}"
    return str(value)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("edit-config", Action.NEVER_REPLY), Outcome.UNCHANGED),
        (Fault("edit-config", Action.NEVER_REPLY, when="after"), Outcome.UNCHANGED),
        (Fault("validate", Action.NEVER_REPLY), Outcome.UNCHANGED),
        (Fault("commit", Action.NEVER_REPLY), Outcome.UNCHANGED),
        (Fault("commit", Action.NEVER_REPLY, when="after"), Outcome.APPLIED),
        (Fault("commit", Action.WRONG_MESSAGE_ID), Outcome.APPLIED),
    ],
    ids=lambda value: _label(value),
)
def test_a_device_that_never_answers_is_found_out_about(box: Box, fault: Fault, outcome: Outcome) -> None:
    before = box.read()
    store = box.workspace.settings_store
    store.save(replace(store.settings, connection=replace(store.settings.connection, rpc_timeout=1.0)))
    box.arm(fault)
    report = apply(box, options=replace(QUICK, commit_timeout=1.0))
    if outcome is Outcome.APPLIED:
        assert_applied(box, report)
        assert "No answer came during commit. Reconnected and compared: the change is applied." in report.text
    else:
        assert_unchanged(box, report, before)


def test_lost_during_commit_is_told_in_words(box: Box) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    assert apply(box).text.startswith("Connection lost during commit. Reconnected and compared: the change is applied.")


def test_without_a_way_back_the_truth_is_that_nobody_knows(box: Box) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    report = apply(box, HOSTNAME, reconnect=None)
    assert report.outcome is Outcome.UNKNOWN
    assert "Whether it was applied is not known." in report.text
    assert "/system/hostname: box-2 means applied." in report.text
    assert not report.clean
    assert journals(box) == 1


def test_a_device_that_cannot_be_reached_again_is_unknown(box: Box) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    tries: list[int] = []

    def unreachable() -> Session:
        from netconf_gui.errors import ConnectFailed

        tries.append(1)
        raise ConnectFailed("no route")

    report = apply(box, reconnect=unreachable)
    assert report.outcome is Outcome.UNKNOWN
    assert len(tries) == QUICK.reconnect_attempts


def test_an_ok_that_was_not_true_names_what_is_missing(box: Box) -> None:
    box.arm(Fault("commit", Action.LIE))
    report = apply(box)
    assert "said ok, but that was not true" in report.text
    assert "/system/hostname" in report.text
    assert {item.verdict for item in report.readback} == {Verdict.NOT_THERE}


def test_half_a_lie_is_unknown_and_says_what_is_missing(box: Box) -> None:
    box.arm(Fault("commit", Action.NORMALISE, path="/system/hostname", value=None))
    report = apply(box)
    assert report.outcome is Outcome.UNKNOWN
    assert [item.path.name for item in report.readback if item.verdict is Verdict.NOT_THERE] == ["hostname"]
    box.assert_clean()


def test_what_the_device_writes_its_own_way_is_shown_old_and_new(box: Box) -> None:
    box.arm(Fault("commit", Action.NORMALISE, path="/system/hostname", value="BOX-2"))
    report = apply(box)
    assert report.outcome is Outcome.APPLIED
    assert report.error is None
    assert [(item.sent, item.got) for item in report.readback if item.verdict is Verdict.NORMALISED] == [
        ("box-2", "BOX-2")
    ]
    assert "box-2 → BOX-2" in report.text
    box.assert_clean()


def test_a_clear_text_password_comes_back_hashed_and_that_is_no_lie(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    start = base.index(b"<password>")
    old = base[start : base.index(b"</password>", start)]
    report = apply(box, (old, b"<password>$0$new-secret"), session=session, base=base)
    assert report.outcome is Outcome.APPLIED, report.text
    assert [item.verdict for item in report.readback] == [Verdict.NORMALISED]
    assert b"new-secret" not in box.read()


def test_warnings_are_success_and_are_kept(box: Box) -> None:
    box.arm(Fault("commit", Action.RPC_ERROR, when="after", severity="warning", message="mtu will be rounded"))
    report = apply(box)
    assert_applied(box, report)
    assert [warning.message for warning in report.warnings] == ["mtu will be rounded"]
    assert next(event for event in report.stages if event.stage is Stage.COMMIT).state is StageState.WARNING


# ---- cancel


@pytest.mark.parametrize("stage", [Stage.LOCK, Stage.COMPARE, Stage.EDIT, Stage.VALIDATE, Stage.COMMIT])
def test_a_cancel_before_the_commit_is_sent_leaves_nothing(box: Box, stage: Stage) -> None:
    before = box.read()
    report = apply(box, **cancelling(stage))
    assert_unchanged(box, report, before)
    assert report.cancelled
    assert report.text.startswith("Cancelled before the commit was sent.")


@pytest.mark.parametrize("stage", [Stage.READBACK, Stage.UNLOCK])
def test_a_cancel_after_the_commit_finishes_the_apply(box: Box, stage: Stage) -> None:
    assert_applied(box, apply(box, **cancelling(stage)))


def test_a_cancel_while_the_device_takes_its_time_is_heard(box: Box) -> None:
    before = box.read()
    box.arm(Fault("validate", Action.DELAY, seconds=0.5))
    assert_unchanged(box, apply(box, **cancelling(Stage.VALIDATE)), before)


# ---- devices without a candidate: running is edited itself

DIRECT = [
    (Fault("edit-config", Action.RPC_ERROR), Outcome.UNCHANGED),
    (Fault("edit-config", Action.DROP), Outcome.UNCHANGED),
    (Fault("edit-config", Action.DROP, when="after"), Outcome.APPLIED),
    (Fault("edit-config", Action.GARBAGE), Outcome.APPLIED),
    (Fault("edit-config", Action.LIE), Outcome.UNCHANGED),
    (Fault("lock", Action.DROP), Outcome.UNCHANGED),
]


@pytest.mark.parametrize("kind", ["writable-running", "minimal"])
@pytest.mark.parametrize(("fault", "outcome"), DIRECT, ids=lambda value: _label(value))
def test_edits_of_running_are_found_out_about_too(
    box_of: Callable[..., Box], kind: str, fault: Fault, outcome: Outcome
) -> None:
    # a device that validates is asked with test-only first
    skip = 1 if kind == "writable-running" and fault.operation == "edit-config" else 0
    box = box_of(kind, replace(fault, skip=skip))
    before = box.read()
    report = apply(box)
    if outcome is Outcome.APPLIED:
        assert_applied(box, report)
    else:
        assert_unchanged(box, report, before)


def test_a_cancel_before_running_is_edited_leaves_nothing(box_of: Callable[..., Box]) -> None:
    box = box_of("writable-running")
    before = box.read()
    report = apply(box, **cancelling(Stage.EDIT))
    assert_unchanged(box, report, before)
    assert report.text.startswith("Cancelled before the edit was sent.")


def test_a_cancel_after_running_was_edited_finishes(box_of: Callable[..., Box]) -> None:
    box = box_of("writable-running")
    assert_applied(box, apply(box, **cancelling(Stage.READBACK)))


# ---- what is owed


def test_a_cancel_while_a_lock_is_awaited_is_heard_and_the_lock_released(box: Box) -> None:
    box.arm(Fault("lock", Action.DELAY, seconds=0.4, skip=1))
    before = box.read()
    token = CancelToken()
    session = box.connect()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(apply, box, session=session, cancel=token)
        assert eventually(lambda: bool(box.server.faults.struck))
        token.cancel()
        report = future.result(WAIT)
    assert_unchanged(box, report, before)
    assert report.cancelled
    assert not session.closed


def test_what_an_earlier_apply_owed_is_forgotten_when_one_goes_well(box: Box) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    assert apply(box, HOSTNAME, reconnect=None).outcome is Outcome.UNKNOWN
    owed = JournalFolder(box.workspace.locations.journal_folder).unfinished()
    assert [entry.step for entry in owed] == ["commit"]
    assert "check running" in owed[0].duties
    assert eventually(lambda: not box.left_behind())
    assert apply(box, DESCRIPTION).ok
    assert journals(box) == 0


def test_every_error_of_a_refusal_is_mapped_to_its_node(box: Box) -> None:
    report = apply(
        box,
        (b"<inbound>management</inbound>", b"<inbound>no-such-list</inbound>"),
        (b"<mtu>9000</mtu>", b"<mtu>many</mtu>"),
    )
    assert len(report.nodes) == len(report.errors) >= 1
    assert all(node.startswith(("/ietf-", "/netconf-gui-demo")) for node in report.nodes)
    assert any(node.endswith("/mtu") for node in report.nodes)
