"""Devices of a fleet without a network: each step is a line in a list, and any step of any device can fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Outcome
from netconf_gui.services.fleet import DevicePlan, FleetChange, FleetOptions, FleetPlan, Member
from netconf_gui.services.report import DeployReport
from netconf_gui.services.strategy import Strategy
from netconf_gui.workspace.inventory import Device


@dataclass
class Log:
    """What was done, in order; `fail` names (device, step) pairs that do not work."""

    fail: set[tuple[str, str]] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # of a failed device, as found out afterwards
    hook: Callable[[str, str], None] = lambda name, step: None
    done: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def steps(self, name: str) -> list[str]:
        return [step for device, step in self.done if device == name]

    def order(self, step: str) -> list[str]:
        return [device for device, one in self.done if one == step]

    def begin(self, plan: DevicePlan, cancel: CancelToken) -> FakeApply:
        made = FakeApply(plan, self, cancel)
        made.step("connect")
        return made


class FakeApply:
    """The apply of one device."""

    def __init__(self, plan: DevicePlan, log: Log, cancel: CancelToken) -> None:
        self.name, self.log, self.cancel = plan.name, log, cancel
        self.journal_name = f"{plan.name}.jsonl"
        self.changed = False

    def step(self, step: str) -> None:
        with self.log.lock:
            self.log.done.append((self.name, step))
        self.log.hook(self.name, step)
        if (self.name, step) in self.log.fail:
            raise AppError(f"{step} does not work.")

    def look(self) -> None:
        pass

    def lock(self) -> None:
        self.cancel.check()
        self.step("lock")

    def prepare(self) -> None:
        self.cancel.check()
        self.step("prepare")

    def commit(self) -> None:
        self.cancel.check()
        self.step("commit")
        self.changed = True

    def probe(self) -> None:
        self.step("probe")

    def confirm(self) -> None:
        self.cancel.check()
        self.step("confirm")

    def finish(self) -> DeployReport:
        self.step("finish")
        return DeployReport(Outcome.APPLIED, "Applied.", ())

    def roll_back(self, error: AppError | None, why: str) -> DeployReport:
        self.step("roll back")
        outcome = self.log.outcomes.get(self.name, Outcome.ROLLED_BACK if self.changed else Outcome.UNCHANGED)
        clean = outcome is not Outcome.UNKNOWN
        return DeployReport(outcome, error.message if error else why, (), clean=clean)

    def close(self) -> None:
        self.step("close")


def planned(name: str, *, guarded: bool = True, operations: int = 1) -> DevicePlan:
    member = Member(Device(f"id-{name}", name, f"{name}.example"))
    how = Strategy(
        target="candidate",
        lock=("running", "candidate"),
        validate="validate",
        test_option=None,
        error_option=None,
        confirmed=guarded,
        save_startup=False,
        notes=(),
    )
    return DevicePlan(member, operations=operations, summary="Changes mtu.", strategy=how)


def fleet_of(*devices: DevicePlan | str, **options: object) -> FleetPlan:
    plans = tuple(planned(one) if isinstance(one, str) else one for one in devices)
    return FleetPlan(FleetChange("edit", b"<a/>", name="mtu.xml"), FleetOptions(**options).checked(), plans)  # type: ignore[arg-type]
