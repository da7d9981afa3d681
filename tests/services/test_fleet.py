"""Twenty demo devices in one process, one transaction: all changed or none, whatever fails where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.model import Model
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.events import StageEvent, StageState
from netconf_gui.services.fleet import (
    FleetChange,
    FleetEvent,
    FleetOptions,
    FleetOutcome,
    FleetPlan,
    FleetReport,
    FleetStep,
    prepare_fleet,
    run_fleet,
)  # fmt: skip
from netconf_gui.services.fleet_report import to_html, to_json
from netconf_gui.services.strategy import DeployOptions
from netconf_gui.workspace.fleet_journal import FleetJournalFolder
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.services.conftest import edited, eventually
from tests.services.fleet_boxes import Boxes

SYSTEM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-system"'
CHANGE = FleetChange(
    "edit",
    f"<config><system {SYSTEM}><hostname>{{{{ device }}}}</hostname></system></config>".encode(),
    template=True,
    name="Names",
)
QUICK = DeployOptions(reconnect_attempts=3, reconnect_pause=0.1, cleanup_timeout=5.0, commit_timeout=20.0)
WAS = "demo-edge-1"


class Fleet:
    """Devices, their plan, and what became of it."""

    def __init__(self, boxes: Boxes, engine: Engine) -> None:
        self.boxes, self.engine = boxes, engine
        self.names = sorted(boxes.boxes)
        self.events: list[FleetEvent | FleetStep] = []
        self.folder = boxes.workspace.locations.journal_folder

    def plan(self, change: FleetChange = CHANGE, **options: object) -> FleetPlan:
        chosen = FleetOptions(**{"deploy": QUICK, **options})  # type: ignore[arg-type]
        made = prepare_fleet(
            self.boxes.members(), change, connect=self.boxes.connect, engine=self.engine, options=chosen
        )
        assert made.ok, [device.problems for device in made.devices if not device.ok]
        return made

    def run(self, plan: FleetPlan | None = None, **options: object) -> FleetReport:
        return run_fleet(
            plan or self.plan(**options), connect=self.boxes.connect, on_event=self.events.append, journal=self.folder
        )

    @property
    def hostnames(self) -> dict[str, str | None]:
        return self.boxes.leaves("/system/hostname")

    def is_as_before(self) -> bool:
        return self.hostnames == dict.fromkeys(self.names, WAS) and not self.boxes.left_behind()

    def owed(self) -> int:
        return len(FleetJournalFolder(self.folder).unfinished()) + len(JournalFolder(self.folder).unfinished())


@pytest.fixture
def fleet_of(
    model_of: Callable[[str], Model], workspace: Workspace, engine: Engine, tmp_path: Path
) -> Iterator[Callable[..., Fleet]]:
    boxes = Boxes(workspace)

    def make(number: int = 20, **kinds: str) -> Fleet:
        for name in (f"r{at:02}" for at in range(1, number + 1)):
            kind = kinds.get(name, "standard")
            boxes.add(name, model_of(kind), kind, tmp_path / "host_key")
        return Fleet(boxes, engine)

    yield make
    boxes.close()


def test_twenty_devices_are_changed_together(fleet_of: Callable[..., Fleet]) -> None:
    fleet = fleet_of(20, r03="no-confirmed-commit", r04="writable-running")
    report = fleet.run(canary=1, batch=7)
    assert report.outcome is FleetOutcome.APPLIED, report.text
    assert report.ok
    assert fleet.hostnames == {name: name for name in fleet.names}
    assert not fleet.boxes.left_behind()
    assert fleet.owed() == 0
    assert {device.name: device.wave for device in report.devices}["r03"] == 4
    cells = {(event.device_id, event.event.stage) for event in fleet.events
             if isinstance(event, FleetEvent) and isinstance(event.event, StageEvent)}  # fmt: skip
    assert {stage for key, stage in cells if key == "id-r01"} >= {
        Stage.PRECHECK, Stage.LOCK, Stage.COMPARE, Stage.EDIT, Stage.VALIDATE, Stage.COMMIT, Stage.PROBE,
        Stage.CONFIRM, Stage.UNLOCK,
    }  # fmt: skip
    page = to_html(report)
    assert page.count('<tr><th scope="row">') == 20
    assert len(to_json(report)["devices"]) == 20


def test_one_fails_validation_and_none_is_changed(fleet_of: Callable[..., Fleet]) -> None:
    fleet = fleet_of(20)
    fleet.boxes["r13"].arm(Fault("validate", Action.RPC_ERROR, message="mtu is too large"))
    report = fleet.run()
    assert report.outcome is FleetOutcome.UNCHANGED, report.text
    assert [device.name for device in report.failures] == ["r13"]
    assert "mtu is too large" in report.text
    assert "No device was changed." in report.text
    assert eventually(fleet.is_as_before), (fleet.hostnames, fleet.boxes.left_behind())
    assert fleet.owed() == 0
    assert not any(
        isinstance(event, FleetEvent) and isinstance(event.event, StageEvent) and event.event.stage is Stage.COMMIT
        for event in fleet.events
    )


def test_one_dies_after_the_confirmed_commit_and_all_are_back_within_the_timeout(
    fleet_of: Callable[..., Fleet],
) -> None:
    fleet = fleet_of(20)
    plan = fleet.plan(confirm_seconds=6, deploy=replace(QUICK, commit_timeout=1.5, reconnect_pause=0.3))
    fleet.boxes["r07"].arm(Fault("commit", Action.DROP, when="after"), Fault("hello", Action.DROP, skip=1, count=0))
    report = fleet.run(plan)
    assert report.outcome in (FleetOutcome.ROLLED_BACK, FleetOutcome.UNKNOWN), report.text
    assert "r07" in [device.name for device in report.failures]
    others = [device for device in report.devices if device.name != "r07"]
    assert {device.outcome for device in others} <= {Outcome.ROLLED_BACK, Outcome.UNCHANGED}
    # the dead one undoes it by itself when its time is over
    assert eventually(fleet.is_as_before), (fleet.hostnames, fleet.boxes.left_behind(), report.text)


def test_a_connection_that_is_lost_in_the_commit_is_taken_up_again(fleet_of: Callable[..., Fleet]) -> None:
    fleet = fleet_of(3)
    plan = fleet.plan(confirm_seconds=300)
    fleet.boxes["r02"].arm(Fault("commit", Action.DROP, when="after"))
    report = fleet.run(plan)
    assert report.outcome is FleetOutcome.APPLIED, report.text
    assert fleet.hostnames == {name: name for name in fleet.names}
    assert fleet.owed() == 0


@pytest.mark.parametrize("kind", ["no-confirmed-commit", "writable-running"])
def test_devices_without_a_guard_are_undone_by_the_opposite_edits(fleet_of: Callable[..., Fleet], kind: str) -> None:
    fleet = fleet_of(4, r01=kind, r02=kind)
    plan = fleet.plan()
    assert any("opposite edits" in note for note in plan.notes())
    fleet.boxes["r03"].arm(Fault("commit", Action.RPC_ERROR, skip=1))  # the confirmation
    report = fleet.run(plan)
    assert report.outcome is FleetOutcome.ROLLED_BACK, report.text
    assert eventually(fleet.is_as_before), (fleet.hostnames, fleet.boxes.left_behind())
    assert fleet.owed() == 0


def test_a_device_that_holds_it_by_then_is_no_failure(fleet_of: Callable[..., Fleet]) -> None:
    fleet = fleet_of(3)
    old, new = (f"<system {SYSTEM}><hostname>{name}</hostname></system>".encode() for name in (WAS, "new"))
    plan = fleet.plan(FleetChange("diff", new, old, name="Name"))
    box = fleet.boxes["r02"]
    with box.device.lock:
        box.device.datastores.write("running", read_root(edited(box.read(), (b">demo-edge-1<", b">new<"))))
        box.device.datastores.discard()
    report = fleet.run(plan)
    assert report.outcome is FleetOutcome.APPLIED, report.text
    assert report.text == "The change is on all 2 devices."
    assert report.devices[1].outcome is Outcome.UNCHANGED
    assert fleet.hostnames == dict.fromkeys(fleet.names, "new")
    assert not fleet.boxes.left_behind()


def test_a_lock_that_somebody_has_stops_all(fleet_of: Callable[..., Fleet]) -> None:
    fleet = fleet_of(4)
    plan = fleet.plan()
    with fleet.boxes.connect(fleet.boxes.device("r03")) as other:
        from netconf_gui.session import datastores

        datastores.lock(other, "running")
        report = fleet.run(plan)
        assert report.outcome is FleetOutcome.UNCHANGED
        assert [device.name for device in report.failures] == ["r03"]
        assert "locked by session" in report.text
        locked = [event.device_id for event in fleet.events if isinstance(event, FleetEvent)
                  and isinstance(event.event, StageEvent) and event.event.stage is Stage.LOCK
                  and event.event.state is StageState.OK]  # fmt: skip
        assert locked == ["id-r01", "id-r02"]
    assert eventually(fleet.is_as_before)
