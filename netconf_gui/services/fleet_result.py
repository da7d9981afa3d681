"""How a fleet ended: each device and the whole.

Lives here: the types and the sentence.  Does not live here: writing them as HTML and JSON (`fleet_report`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from netconf_gui.errors import Outcome
from netconf_gui.services.fleet_events import FleetStep
from netconf_gui.services.fleet_plan import DevicePlan
from netconf_gui.services.report import DeployReport
from netconf_gui.services.words import count

_NAMED = 5


class FleetOutcome(StrEnum):
    """What became of all devices together."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    ROLLED_BACK = "rolled-back"
    MIXED = "mixed"  # some hold the change, others do not, and that is known of each
    UNKNOWN = "unknown"  # of at least one device it is not known


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """How one device ended; `report` is None where nothing was begun."""

    key: str
    name: str
    address: str
    outcome: Outcome
    text: str
    failed: bool = False  # it is the reason why the fleet did not go on, or could not be put in order
    report: DeployReport | None = None
    plan: DevicePlan | None = None
    wave: int = 0  # from 1; 0: in none

    @property
    def clean(self) -> bool:
        """Whether no lock and no edit is left behind."""
        return self.report is None or self.report.clean

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do: when it was planned, or because somebody has done it since."""
        if self.plan is None:
            return False
        done = self.report is not None and self.report.ok and self.outcome is Outcome.UNCHANGED
        return self.plan.empty or done


@dataclass(frozen=True, slots=True)
class FleetReport:
    """How a fleet ended, success or not."""

    title: str
    outcome: FleetOutcome
    text: str
    devices: tuple[DeviceResult, ...]
    notes: tuple[str, ...] = ()
    steps: tuple[FleetStep, ...] = ()  # those that ended
    started: float = 0.0  # seconds since the epoch
    seconds: float = 0.0
    cancelled: bool = False
    dry_run: bool = False
    undoing: bool = False  # it was wished that no device holds the change

    @property
    def ok(self) -> bool:
        """Whether every device holds what was wished."""
        wished = FleetOutcome.ROLLED_BACK if self.undoing else FleetOutcome.APPLIED
        return not self.failures and self.outcome in (wished, FleetOutcome.UNCHANGED)

    @property
    def failures(self) -> tuple[DeviceResult, ...]:
        return tuple(device for device in self.devices if device.failed)

    @property
    def clean(self) -> bool:
        return all(device.clean for device in self.devices)


def outcome_of(devices: Sequence[DeviceResult]) -> FleetOutcome:
    """What the outcomes of devices come to; those on which there was nothing to do do not count."""
    found = {device.outcome for device in devices if not device.idle}
    if Outcome.UNKNOWN in found:
        return FleetOutcome.UNKNOWN
    if Outcome.APPLIED in found:
        return FleetOutcome.APPLIED if found == {Outcome.APPLIED} else FleetOutcome.MIXED
    return FleetOutcome.ROLLED_BACK if Outcome.ROLLED_BACK in found else FleetOutcome.UNCHANGED


def text_of(outcome: FleetOutcome, devices: Sequence[DeviceResult], *, cancelled: bool = False) -> str:
    """What happened, what state the devices are in, what can be done next."""
    failed = [device for device in devices if device.failed]
    why = f"{failed[0].name}: {failed[0].text}" if failed else "Cancelled." if cancelled else ""
    more = f" {count(len(failed) - 1, 'more device')} failed." if len(failed) > 1 else ""
    by = {kind: [one.name for one in devices if one.outcome is kind] for kind in Outcome}
    changed = [one for one in devices if not one.idle]
    if outcome is FleetOutcome.APPLIED:
        said = f"The change is on {'all ' if len(changed) > 1 else ''}{count(len(changed), 'device')}."
    elif outcome is FleetOutcome.UNCHANGED:
        said = "No device was changed." if failed or cancelled else "There is nothing to change on any device."
    elif outcome is FleetOutcome.ROLLED_BACK:
        said = "No device holds the change; those that had taken it were rolled back."
    elif outcome is FleetOutcome.MIXED:
        without = [one.name for one in changed if one.outcome is not Outcome.APPLIED]
        said = f"Changed: {_names(by[Outcome.APPLIED])}. Not changed: {_names(without)}."
    else:
        known = f" Changed: {_names(by[Outcome.APPLIED])}." if by[Outcome.APPLIED] else ""
        said = f"What {_names(by[Outcome.UNKNOWN])} holds is not known: read it.{known}"
    left = [one.name for one in devices if not one.clean]
    owed = f" A lock or edits may be left on {_names(left)}." if left else ""
    return " ".join(part for part in (why + more, said + owed) if part).strip()


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
