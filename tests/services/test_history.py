"""What applies leave in the history, how it is searched, and that going back leads exactly back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.deploy import DeployOptions, DeployReport, deploy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.services.history import (
    UNDER_WAY,
    Query,
    compare,
    matches,
    record,
    record_settled,
    reverted,
    search,
    touched,
)
from netconf_gui.services.load import read_datastore
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.snapshots import CHANGES, Entry, SnapshotStore
from tests.services.conftest import Box, edited, same

HOSTNAME = (b"<hostname>demo-edge-1</hostname>", b"<hostname>box-2</hostname>")
DESCRIPTION = (b"<description>Core to core1.fra</description>", b"<description>Core to the moon</description>")
BOX = "box1"


def options(box: Box, **more: Any) -> DeployOptions:
    return DeployOptions(
        reconnect_attempts=4,
        reconnect_pause=0.05,
        cleanup_timeout=5.0,
        commit_timeout=20.0,
        device_id=BOX,
        device_name="box",
        history=box.workspace.snapshots,
        **more,
    )


def fetch(session: Session) -> bytes:
    mode = datastores.editing_with_defaults(session.capabilities)
    return read_datastore(session, "running", with_defaults=mode)


def apply(box: Box, *changes: tuple[bytes, bytes], mine: bytes = b"", **more: Any) -> DeployReport:
    session = box.connect()
    base = fetch(session)
    wished = mine or edited(base, *changes)
    given = {"base": base, "mine": wished, "schema": box.device.model.schema, "options": options(box)}
    return deploy(session, **{**given, "reconnect": box.connect, **more})


def history(box: Box) -> tuple[Entry, ...]:
    listing = box.workspace.snapshots.entries(BOX)
    assert not listing.bad
    return listing.entries


@pytest.mark.parametrize("kind", ["standard", "writable-running"])
def test_an_apply_is_kept_whole(box_of: Callable[..., Box], kind: str) -> None:
    box = box_of(kind)
    before = box.read()
    report = apply(box, HOSTNAME, DESCRIPTION)
    assert report.outcome is Outcome.APPLIED, report.text
    last = report.stages[-1]
    assert (last.stage, last.state) == (Stage.SNAPSHOT, StageState.OK)
    (entry,) = history(box)
    store, schema = box.workspace.snapshots, box.device.model.schema
    assert (entry.device_id, entry.device_name, entry.outcome) == (BOX, "box", "applied")
    assert entry.who and entry.address.startswith("demo@127.0.0.1:") and entry.text == report.text
    assert entry.count == 2 and "demo-edge-1 → box-2" in entry.summary
    assert entry.seconds > 0 and abs(entry.started - datetime.now().timestamp()) < 600
    assert not diff(read_root(store.read(entry, "before")), read_root(before), schema)
    assert not diff(read_root(store.read(entry, "after")), read_root(box.read()), schema)
    assert b"box-2" in store.read(entry, "plan") and b"demo-edge-1" in store.read(entry, "inverse")
    assert [change.path.rpartition("/")[2] for change in entry.changes] == ["hostname", "description"]


def test_a_refused_apply_is_kept_too(box: Box) -> None:
    box.arm(Fault("commit", Action.RPC_ERROR, tag="operation-failed", message="The disk is full."))
    report = apply(box, HOSTNAME)
    assert report.outcome is Outcome.UNCHANGED
    (entry,) = history(box)
    store = box.workspace.snapshots
    assert entry.outcome == "unchanged" and "disk is full" in entry.text
    assert store.read(entry, "before") == store.read(entry, "after")


def test_a_commit_whose_answer_is_lost_is_kept_as_what_it_was(box: Box) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    report = apply(box, HOSTNAME)
    assert report.outcome is Outcome.APPLIED, report.text
    (entry,) = history(box)
    assert b"box-2" in box.workspace.snapshots.read(entry, "after")


def test_what_nobody_could_read_is_not_made_up(box: Box) -> None:
    box.arm(Fault("commit", Action.DROP, when="after"))
    report = apply(box, HOSTNAME, reconnect=None)
    assert report.outcome is Outcome.UNKNOWN
    (entry,) = history(box)
    assert entry.outcome == "unknown" and set(entry.parts) == {"before", "plan", "inverse"}


def test_a_guarded_apply_is_kept_when_it_is_decided(box: Box) -> None:
    report = apply(box, HOSTNAME, options=options(box, confirm_seconds=60))
    assert report.outcome is Outcome.APPLIED, report.text
    box.arm(Fault("commit", Action.RPC_ERROR, when="before", count=1, tag="operation-failed"))
    refused = apply(box, DESCRIPTION, options=options(box, confirm_seconds=60))
    assert refused.outcome is not Outcome.APPLIED, refused.text
    second, first = history(box)
    store = box.workspace.snapshots
    assert b"box-2" in store.read(first, "after") and second.outcome == refused.outcome.value
    assert store.read(second, "after") == store.read(first, "after")


class Killed(BaseException):
    """The program dies."""


def test_what_was_there_before_survives_the_programs_death(box: Box) -> None:
    before = box.read()

    def die(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.READBACK:
            raise Killed

    with pytest.raises(Killed):
        apply(box, HOSTNAME, on_event=die)
    (entry,) = history(box)
    store = box.workspace.snapshots
    assert entry.outcome == "unknown" and entry.text == UNDER_WAY and "demo-edge-1 → box-2" in entry.summary
    assert not diff(read_root(store.read(entry, "before")), read_root(before), box.device.model.schema)
    # what a later look at the device found out is said in the same entry
    one = SimpleNamespace(device_id=BOX, address=entry.address, started=entry.started + 0.2)
    store.pin(entry, True)
    record_settled(store, one, DeployReport(Outcome.ROLLED_BACK, "It was taken back.", ()))  # type: ignore[arg-type]
    (settled,) = history(box)
    assert (settled.id, settled.outcome, settled.pinned) == (entry.id, "rolled-back", True)
    assert store.read(settled, "after") == store.read(settled, "before")


def test_a_commit_that_was_confirmed_later_keeps_what_the_device_held_then(box: Box) -> None:
    def die(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.READBACK:
            raise Killed

    with pytest.raises(Killed):
        apply(box, HOSTNAME, on_event=die)
    (entry,) = history(box)
    one = SimpleNamespace(device_id=BOX, address=entry.address, started=entry.started + 0.2)
    report = DeployReport(Outcome.APPLIED, "Confirmed: the change stays.", ())
    record_settled(box.workspace.snapshots, one, report, box.read())  # type: ignore[arg-type]
    (settled,) = history(box)
    assert settled.outcome == "applied"
    assert b"<hostname>box-2</hostname>" in box.workspace.snapshots.read(settled, "after")
    assert b"<hostname>demo-edge-1</hostname>" in box.workspace.snapshots.read(settled, "before")


def test_an_apply_is_one_entry_though_it_is_kept_twice(box: Box) -> None:
    seen: list[str] = []

    def look(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is Stage.READBACK:
            seen.extend(entry.outcome for entry in history(box))

    assert apply(box, HOSTNAME, on_event=look).ok
    assert set(seen) == {"unknown"}
    assert [entry.outcome for entry in history(box)] == ["applied"]


def test_nothing_to_change_and_no_history_wanted_leave_nothing(box: Box) -> None:
    session = box.connect()
    base = fetch(session)
    apply(box, mine=base)
    apply(box, HOSTNAME, options=replace(options(box), history=None))
    store = box.workspace.settings_store
    store.save(replace(store.settings, history=replace(store.settings.history, keep=False)))
    report = apply(box, DESCRIPTION)
    assert report.ok and report.stages[-1].stage is Stage.UNLOCK
    assert history(box) == ()


def test_a_history_that_cannot_be_written_is_a_warning(box: Box) -> None:
    box.workspace.snapshots.folder.write_text("in the way")
    report = apply(box, HOSTNAME)
    assert report.ok and report.outcome is Outcome.APPLIED and report.clean
    last = report.stages[-1]
    assert (last.stage, last.state) == (Stage.SNAPSHOT, StageState.WARNING)
    assert "not in the history" in last.text and "The device is not concerned." in last.text
    assert box.leaf("system/hostname") == "box-2"


# ------------------------------------------------------------------------------------------------- going back


def test_going_back_as_a_whole_leads_exactly_back(box: Box) -> None:
    before = box.read()
    apply(box, HOSTNAME)
    apply(box, DESCRIPTION)
    store, (_second, first) = box.workspace.snapshots, history(box)
    now = fetch(box.connect())
    mine = reverted(now, store.read(first, "before"), box.device.model.schema)
    assert apply(box, mine=mine).ok
    assert same(box.read(), before)
    assert len(history(box)) == 3, "going back is an apply like any other"


def test_going_back_with_what_one_apply_changed_leaves_later_ones(box: Box) -> None:
    before = box.read()
    apply(box, HOSTNAME)
    apply(box, DESCRIPTION)
    store, schema, (second, first) = box.workspace.snapshots, box.device.model.schema, history(box)
    only = touched(store, first, schema)
    assert [path.name for path in only] == ["hostname"]
    mine = reverted(fetch(box.connect()), store.read(first, "before"), schema, only)
    assert apply(box, mine=mine).ok
    assert box.leaf("system/hostname") == "demo-edge-1" and b"Core to the moon" in box.read()
    only = touched(store, second, schema)
    mine = reverted(fetch(box.connect()), store.read(second, "before"), schema, only)
    assert apply(box, mine=mine).ok
    assert same(box.read(), before)


def test_going_back_over_what_an_apply_added_and_removed(box: Box) -> None:
    schema, base = box.device.model.schema, box.read()
    user = b"<user><name>zoe</name></user></authentication>"
    assert apply(box, (b"</authentication>", user)).ok
    (entry,) = history(box)
    store = box.workspace.snapshots
    (only,) = touched(store, entry, schema)
    mine = reverted(fetch(box.connect()), store.read(entry, "before"), schema, [only])
    assert b"zoe" not in mine
    assert apply(box, mine=mine).ok and same(box.read(), base)
    # and there again, from the second entry
    mine = reverted(fetch(box.connect()), store.read(entry, "after"), schema, [only])
    assert b"zoe" in mine


# ------------------------------------------------------------------------------------------------- searching


@pytest.fixture
def some(tmp_path: Path) -> tuple[SnapshotStore, Entry]:
    store = SnapshotStore(tmp_path / "history")
    difference = compare(
        b"<a xmlns='urn:a'><mtu>1500</mtu></a>",
        b"<a xmlns='urn:a'><mtu>9000</mtu><password>tops3cret</password><b><c>inside</c></b></a>",
        None,
    )
    entry = record(
        store,
        device_id=BOX,
        device_name="box",
        before=b"<config/>",
        after=None,
        plan=b"<config/>",
        inverse=None,
        outcome="rolled-back",
        text="The device is as it was before.",
        who="anna",
        address="ops@192.0.2.1:830",
        started=datetime(2026, 11, 21, 12, 0).timestamp(),
        seconds=1.0,
        difference=difference,
        summary=difference.summary(),
    )
    return store, entry


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("MTU", True),
        ("mtu anna 9000", True),
        ("mtu bert", False),
        ("path:mtu value:1500", True),
        ("value:mtu", False),
        ("inside", True),
        ("who:ops@192", True),
        ("outcome:rolled", True),
        ("rolled back", True),
        ("outcome:applied", False),
        ("2026-11-21", True),
        ("since:2026-11 until:2026-11-21", True),
        ("since:2026-11-22", False),
        ("until:2025", False),
        ("tops3cret", False),
        ("path:", True),
    ],
)
def test_search(some: tuple[SnapshotStore, Entry], text: str, found: bool) -> None:
    store, entry = some
    assert bool(search(store, [entry], text)) is found
    assert matches(entry, Query.parse(text)) is found


def test_what_is_cut_from_a_record_is_searched_in_what_was_sent(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "history")
    rows = b"".join(b"<r><v>%d</v></r>" % number for number in range(CHANGES + 100))
    whole = b"<a xmlns='urn:a'>%b<last>needle</last></a>" % rows
    entry = record(
        store,
        device_id=BOX,
        device_name="box",
        before=None,
        after=None,
        plan=whole,
        inverse=b"<config/>",
        outcome="applied",
        text="",
        started=1.0,
        seconds=1.0,
        difference=compare(b"<config/>", whole, None),
    )
    assert entry.cut and entry.who
    assert search(store, [entry], "needle") and not search(store, [entry], "haystack")


def test_secrets_are_in_no_record(some: tuple[SnapshotStore, Entry]) -> None:
    store, entry = some
    assert any(change.new == "***" for change in entry.changes)
    assert all(b"tops3cret" not in path.read_bytes() for path in store.folder.rglob("*.json"))
