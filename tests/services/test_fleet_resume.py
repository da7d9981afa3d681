"""Fleets that a crash left half way: each device is brought to the same end, and nothing is said that is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.demo.model import Model
from netconf_gui.errors import Outcome
from netconf_gui.services.applying import Apply, begin_apply
from netconf_gui.services.fleet import FleetOutcome, FleetReport
from netconf_gui.services.fleet_resume import device_of, resume_fleet, suggested, unfinished_fleets, waiting
from netconf_gui.services.load import read_datastore
from netconf_gui.services.pending import settle
from netconf_gui.services.strategy import DeployOptions
from netconf_gui.session import datastores
from netconf_gui.workspace.fleet_journal import FleetDevice, FleetJournal, FleetJournalFolder
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.workspace.workspace import Workspace
from tests.services.conftest import edited, eventually
from tests.services.fleet_boxes import Boxes

NAME = (b">demo-edge-1<", b">new<")


class Crashed:
    """Two devices whose fleet ended without a word."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes, self.workspace = boxes, boxes.workspace
        self.folder = self.workspace.locations.journal_folder
        for name in boxes.boxes:
            self.workspace.inventory.put(boxes.device(name))
        devices = [FleetDevice(f"id-{name}", name, boxes.device(name).address) for name in sorted(boxes.boxes)]
        self.journal: FleetJournal = FleetJournalFolder(self.folder).begin("Names", devices)

    def take(self, name: str, *steps: str, confirm: int | None = 300) -> Apply:
        """Take a device so far, then let go of it as a crash does."""
        session = self.boxes.connect(self.boxes.device(name))
        mode = datastores.editing_with_defaults(session.capabilities)
        base = read_datastore(session, "running", with_defaults=mode)
        apply = begin_apply(
            session, base=base, mine=edited(base, NAME), schema=self.boxes[name].device.model.schema,
            options=DeployOptions(confirm_seconds=confirm, device_name=name, with_defaults=mode),
            journal=JournalFolder(self.folder),
        )  # fmt: skip
        self.journal.device(f"id-{name}", "begun", apply.journal_name)
        for step in steps:
            if step == "commit":
                self.journal.device(f"id-{name}", "committed")
            getattr(apply, step)()
        session.abort()
        entry = apply.at.journal
        assert entry is not None
        entry.close(settled=False)
        return apply

    def crash(self) -> None:
        self.journal.close(settled=False)

    def resume(self, **more: object) -> FleetReport:
        (fleet,) = unfinished_fleets(self.folder)
        return resume_fleet(
            fleet, connect=self.boxes.connect, inventory=self.workspace.inventory, journal=self.folder, **more
        )  # type: ignore[arg-type]

    @property
    def names(self) -> dict[str, str | None]:
        return self.boxes.leaves("/system/hostname")


@pytest.fixture
def crashed(model_of: Callable[[str], Model], workspace: Workspace, tmp_path: Path) -> Iterator[Callable[..., Crashed]]:
    boxes = Boxes(workspace)

    def make(kind: str = "standard") -> Crashed:
        for name in ("a", "b"):
            boxes.add(name, model_of(kind), kind, tmp_path / "host_key")
        return Crashed(boxes)

    yield make
    boxes.close()


UP_TO_COMMIT = ("lock", "prepare", "commit")


def test_what_was_only_prepared_leaves_nothing(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", "lock", "prepare")
    fleet.crash()
    report = fleet.resume()
    assert report.ok, report.text
    assert [device.outcome for device in report.devices] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert unfinished_fleets(fleet.folder) == ()
    assert JournalFolder(fleet.folder).unfinished() == ()


def test_one_waits_and_one_had_not_come_to_it(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", *UP_TO_COMMIT)
    fleet.take("b", "lock", "prepare")
    fleet.crash()
    (left,) = unfinished_fleets(fleet.folder)
    assert suggested(left) == "cancel"
    assert list(waiting(left, fleet.folder)) == ["id-a"]
    report = fleet.resume()
    assert (report.outcome, report.ok) == (FleetOutcome.ROLLED_BACK, True), report.text
    assert fleet.names == {"a": "demo-edge-1", "b": "demo-edge-1"}


def test_confirming_what_only_some_hold_is_said_to_be_mixed(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", *UP_TO_COMMIT)
    fleet.take("b", "lock", "prepare")
    fleet.crash()
    report = fleet.resume(choice="confirm")
    assert (report.outcome, report.ok) == (FleetOutcome.MIXED, False)
    assert "Changed: a. Not changed: b." in report.text
    assert fleet.names == {"a": "new", "b": "demo-edge-1"}


def test_a_device_that_somebody_settled_is_not_guessed_about(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", *UP_TO_COMMIT)
    fleet.take("b", *UP_TO_COMMIT)
    fleet.crash()
    (left,) = unfinished_fleets(fleet.folder)
    session = fleet.boxes.connect(fleet.boxes.device("a"))
    settle(waiting(left, fleet.folder)["id-a"], session, "confirm", journal=JournalFolder(fleet.folder))
    session.close()
    report = fleet.resume()
    assert report.outcome is FleetOutcome.UNKNOWN
    assert "a was settled for itself since" in report.devices[0].text
    assert report.devices[1].outcome is Outcome.ROLLED_BACK
    assert unfinished_fleets(fleet.folder) == ()


def test_one_that_had_been_confirmed_cannot_be_cancelled(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", *UP_TO_COMMIT)
    fleet.journal.decide("confirm")
    fleet.journal.device("id-b", "settled")
    fleet.crash()
    report = fleet.resume(choice="cancel")
    assert report.outcome is FleetOutcome.MIXED
    assert report.devices[1].text.endswith("It cannot be cancelled any more; its history leads back.")
    assert fleet.names["a"] == "demo-edge-1"


def test_a_device_without_a_guard_is_not_guessed_about(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed("no-confirmed-commit")
    fleet.take("a", *UP_TO_COMMIT, confirm=None)
    fleet.crash()
    report = fleet.resume()
    assert report.outcome is FleetOutcome.UNKNOWN
    assert "a was being changed without a guard" in report.text
    assert len(unfinished_fleets(fleet.folder)) == 1


def test_a_device_that_cannot_be_reached_stays_owed(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", *UP_TO_COMMIT)
    fleet.take("b", *UP_TO_COMMIT)
    fleet.crash()
    fleet.boxes["a"].server.stop()
    report = fleet.resume()
    assert report.outcome is FleetOutcome.UNKNOWN
    assert [device.outcome for device in report.devices] == [Outcome.UNKNOWN, Outcome.ROLLED_BACK]
    (left,) = unfinished_fleets(fleet.folder)
    assert [device.name for device in left.open_devices] == ["a"]


def test_edits_that_may_be_somebody_elses_are_left(crashed: Callable[..., Crashed]) -> None:
    fleet = crashed()
    fleet.take("a", "lock", "prepare")
    fleet.crash()
    device = fleet.boxes["a"].device
    assert eventually(lambda: not fleet.boxes.left_behind())
    with device.lock:
        device.datastores.write("candidate", read_root(edited(fleet.boxes["a"].read(), NAME)))
    report = fleet.resume()
    assert "They may be somebody's work." in report.devices[0].text
    assert not report.clean
    assert len(unfinished_fleets(fleet.folder)) == 1


def test_devices_are_found_by_id_name_or_address(workspace: Workspace) -> None:
    found = device_of(FleetDevice("x", "x", "ops@192.0.2.1:1830"), workspace.inventory)
    assert (found.host, found.port, found.username) == ("192.0.2.1", 1830, "ops")
