"""A fleet that a crash left half way: every device brought to the same end.

Lives here: `resume_fleet`, `unfinished_fleets`.  Does not live here: settling one device's commit (`pending`), the
journal of the whole (`workspace.fleet_journal`).

What is owed to a single device is in its own journal.  If it had been decided that the change stays, what waits is
confirmed; else it is cancelled, unless the person wants it otherwise.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from netconf_gui.cancel import CancelToken
from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, DeployError, Outcome, Stage, WorkspaceError
from netconf_gui.services.events import Event, StageState
from netconf_gui.services.fleet_crew import Crew
from netconf_gui.services.fleet_events import FleetEvent, FleetPhase, FleetSink, FleetStep
from netconf_gui.services.fleet_plan import PARALLEL
from netconf_gui.services.fleet_prepare import CLOSE_SECONDS, Connect
from netconf_gui.services.fleet_result import DeviceResult, FleetReport, outcome_of, text_of
from netconf_gui.services.pending import Pending, pending, settle
from netconf_gui.services.report import DeployReport
from netconf_gui.services.target import parse_target
from netconf_gui.services.words import count
from netconf_gui.session.datastores import get_config
from netconf_gui.session.session import Session
from netconf_gui.workspace.fleet_journal import FleetDevice, FleetJournal, FleetJournalFolder, UnfinishedFleet
from netconf_gui.workspace.inventory import Device, InventoryStore
from netconf_gui.workspace.journal import JournalFolder, Unfinished
from netconf_gui.workspace.snapshots import SnapshotStore

Choice = Literal["confirm", "cancel"]


def unfinished_fleets(journal: Path) -> tuple[UnfinishedFleet, ...]:
    """The fleets that are left half way in the workspace's folder of journals; those at work now are not among them."""
    return FleetJournalFolder(journal).unfinished()


def waiting(fleet: UnfinishedFleet, journal: Path) -> dict[str, Pending]:
    """The commits of a fleet that still wait for a confirmation, by device."""
    found = {one.path.name: one for one in pending(JournalFolder(journal))}
    return {device.key: found[device.journal] for device in fleet.open_devices if device.journal in found}


def suggested(fleet: UnfinishedFleet) -> Choice:
    """What brings all devices to one end: what had been decided, or else that nothing stays."""
    return "confirm" if fleet.decision == "confirm" else "cancel"


def device_of(one: FleetDevice, inventory: InventoryStore) -> Device:
    """The device that a journal names; raises `TargetError`."""
    return inventory.device(one.key) or inventory.named(one.name) or parse_target(f"ssh://{one.address}")


def resume_fleet(
    fleet: UnfinishedFleet,
    choice: Choice | None = None,
    *,
    connect: Connect,
    inventory: InventoryStore,
    journal: Path,
    history: SnapshotStore | None = None,
    parallel: int = PARALLEL,
    on_event: FleetSink | None = None,
    cancel: CancelToken | None = None,
) -> FleetReport:
    """Confirm or cancel all that waits (as `suggested`, unless chosen), and say what each device holds.

    Blocking.  Raises `WorkspaceError` where another program has taken it up; what devices do is in the report.
    """
    started, clock = time.time(), time.monotonic()
    decided = choice or suggested(fleet)
    written = FleetJournalFolder(journal).take_up(fleet)
    settled = False
    try:
        written.decide(decided)
        resuming = _Resuming(
            fleet, decided, connect, inventory, journal, history, written, on_event, cancel or CancelToken()
        )
        results = resuming.run(parallel)
        settled = not resuming.owing
    finally:
        written.close(settled=settled)
    outcome = outcome_of(results)
    text = text_of(outcome, results)
    if not any(result.failed for result in results):
        begin = "Confirmed" if decided == "confirm" else "Undone"
        text = f"{begin}: {text}"
    return FleetReport(
        fleet.title,
        outcome,
        text,
        results,
        (str(fleet),),
        (resuming.step,),
        started,
        time.monotonic() - clock,
        undoing=decided == "cancel",
    )


@dataclass
class _Resuming:
    fleet: UnfinishedFleet
    choice: Choice
    connect: Connect
    inventory: InventoryStore
    journal: Path
    history: SnapshotStore | None
    written: FleetJournal
    on_event: FleetSink | None
    cancel: CancelToken

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.owing = {device.key for device in self.fleet.open_devices}
        self._waiting = waiting(self.fleet, self.journal)
        self._owed = {one.path.name: one for one in JournalFolder(self.journal).unfinished()}
        phase = FleetPhase.CONFIRM if self.choice == "confirm" else FleetPhase.ROLL_BACK
        keys = tuple(device.key for device in self.fleet.open_devices)
        verb = "Confirming" if self.choice == "confirm" else "Undoing"
        self.step = FleetStep(phase, StageState.RUNNING, f"{verb} on {count(len(keys), 'device')}", keys)

    def run(self, parallel: int) -> tuple[DeviceResult, ...]:
        """Every device of the fleet, those that had ended before included."""
        self._tell(self.step)
        by_key = {device.key: device for device in self.fleet.devices}
        crew = Crew(self.step.devices, parallel)
        try:
            done = {one.key: one for one in crew.each(self.step.devices, lambda key: self._one(by_key[key]))}
        finally:
            crew.close()
        results = []
        for device in self.fleet.devices:
            found = done.get(device.key)
            if found is None:
                results.append(self._ended_before(device))
            else:
                results.append(found.value or _lost(device, found.error or AppError("It did not end.")))
        state = StageState.FAILED if any(result.failed for result in results) else StageState.OK
        self.step = replace(self.step, state=state)
        self._tell(self.step)
        return tuple(results)

    def _tell(self, event: FleetEvent | FleetStep) -> None:
        if self.on_event is not None:
            with self._lock:
                self.on_event(event)

    def _one(self, device: FleetDevice) -> DeviceResult:
        def heard(event: Event) -> None:
            self._tell(FleetEvent(device.key, event))

        self.cancel.check()
        owed = self._owed.get(device.journal)
        if owed is None:
            self._settled(device)
            return _settled_alone(device)
        session = self.connect(device_of(device, self.inventory))
        try:
            found = self._waiting.get(device.key)
            if found is not None:
                folder = JournalFolder(self.journal)
                report = settle(found, session, self.choice, journal=folder, on_event=heard, history=self.history)
            else:
                report = self._looked(session, device, owed)
        finally:
            session.close(CLOSE_SECONDS)
        if report.outcome is not Outcome.UNKNOWN and report.clean:
            self._settled(device)
        failed = report.error is not None or report.outcome is Outcome.UNKNOWN
        return _result(device, report.outcome, report.text, failed=failed, report=report)

    def _looked(self, session: Session, device: FleetDevice, owed: Unfinished) -> DeployReport:
        """A device without a commit that waits: nothing was active yet, unless it is one that cannot wait."""
        if device.state == "committed":
            text = (
                f"When the program ended at “{owed.step}”, {device.name} was being changed without a guard. "
                "Read it; its history holds what was there before."
            )
            error = DeployError(text, Stage.COMMIT, Outcome.UNKNOWN)
            return DeployReport(Outcome.UNKNOWN, text, (), error=error, clean=False)
        if session.capabilities.candidate and diff(get_config(session, "running"), get_config(session, "candidate")):
            text = f"Nothing was committed on {device.name}, but edits lie in candidate. They may be somebody's work."
            return DeployReport(Outcome.UNCHANGED, text, (), clean=False)
        JournalFolder(self.journal).forget(owed)
        return DeployReport(Outcome.UNCHANGED, "Nothing was committed, and nothing is left behind.", ())

    def _ended_before(self, device: FleetDevice) -> DeviceResult:
        """What became of a device that had ended before the crash."""
        if device.state == "":
            return _result(device, Outcome.UNCHANGED, "It had not been begun.")
        if self.fleet.decision == "confirm":
            stays = "" if self.choice == "confirm" else " It cannot be cancelled any more; its history leads back."
            return _result(device, Outcome.APPLIED, f"It held the change before the crash.{stays}", failed=bool(stays))
        return _result(device, Outcome.ROLLED_BACK, "It had been rolled back before the crash.")

    def _settled(self, device: FleetDevice) -> None:
        with self._lock:
            self.owing.discard(device.key)
            with suppress(WorkspaceError):  # a full disk is no reason to leave the other devices as they are
                self.written.device(device.key, "settled")


def _settled_alone(device: FleetDevice) -> DeviceResult:
    """A device whose own journal is gone: it ended in order, or somebody settled it for itself."""
    if device.state == "begun":
        return _result(device, Outcome.UNCHANGED, "Nothing was committed, and nothing is left behind.")
    text = f"{device.name} was settled for itself since. Read it; its history may tell how."
    return _result(device, Outcome.UNKNOWN, text)


def _lost(device: FleetDevice, error: AppError) -> DeviceResult:
    text = f"{error.message} What waits there was not settled."
    why = DeployError(text, Stage.CONFIRM, Outcome.UNKNOWN, advice=error.advice)
    return _result(
        device, Outcome.UNKNOWN, text, failed=True, report=DeployReport(Outcome.UNKNOWN, text, (), error=why, lost=True)
    )


def _result(
    device: FleetDevice, outcome: Outcome, text: str, *, failed: bool = False, report: DeployReport | None = None
) -> DeviceResult:
    return DeviceResult(device.key, device.name, device.address, outcome, text, failed, report)
