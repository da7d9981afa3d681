"""Many devices, one transaction: the whole job, and the names around it.

Lives here: `run_fleet`.  Does not live here: plans (`fleet_prepare`), the order of steps (`fleet_run`), one device's
steps (`fleet_device`), going on after a crash (`fleet_resume`), reports as files (`fleet_report`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConfigError, Outcome
from netconf_gui.services import words
from netconf_gui.services.events import GuardEvent, GuardState
from netconf_gui.services.fleet_device import beginner
from netconf_gui.services.fleet_events import FleetEvent, FleetPhase, FleetSink, FleetStep
from netconf_gui.services.fleet_members import Member, choose, members_of, ordered, read_table
from netconf_gui.services.fleet_plan import DevicePlan, FleetChange, FleetOptions, FleetPlan
from netconf_gui.services.fleet_prepare import Connect, prepare_fleet
from netconf_gui.services.fleet_result import DeviceResult, FleetOutcome, FleetReport, outcome_of, text_of
from netconf_gui.services.fleet_run import Account, Begin, Decide, FleetTransaction
from netconf_gui.services.guard import GuardControl
from netconf_gui.workspace.fleet_journal import FleetDevice, FleetJournal, FleetJournalFolder
from netconf_gui.workspace.journal import JournalFolder

__all__ = [
    "Connect",
    "DevicePlan",
    "DeviceResult",
    "FleetChange",
    "FleetEvent",
    "FleetOptions",
    "FleetOutcome",
    "FleetPhase",
    "FleetPlan",
    "FleetReport",
    "FleetStep",
    "Member",
    "choose",
    "dry_run",
    "members_of",
    "ordered",
    "prepare_fleet",
    "read_table",
    "run_fleet",
]


def run_fleet(
    plan: FleetPlan,
    *,
    connect: Connect | None = None,
    on_event: FleetSink | None = None,
    cancel: CancelToken | None = None,
    journal: Path | None = None,
    control: GuardControl | None = None,
    begin: Begin | None = None,
) -> FleetReport:
    """Carry out a plan on all of its devices, or on none.

    Blocking.  Raises `ConfigError` for a plan with problems, and `WorkspaceError` where no journal can be begun;
    nothing was sent then.  What devices and networks do is in the report.  A cancel before it is decided that the
    change stays rolls all back.

    `journal` is the folder of the workspace's journals.  `control` is for plans that a person confirms: it is asked
    when all devices have been looked at; where each batch stands for itself, once, after the first.  `begin` is what
    takes one device through its phases, if not an apply over `connect`.
    """
    bad = [device for device in plan.devices if not device.ok]
    if bad:
        problem = next((one.message for one in bad[0].problems if one.is_error), "there is no plan for it")
        raise ConfigError(
            f"{len(bad)} of {len(plan.devices)} devices cannot be changed; {bad[0].name}: {problem}",
            state="Nothing was sent.",
            advice="Correct the change, or leave these devices out.",
        )
    started, clock = time.time(), time.monotonic()
    account, cancel, lock = Account(), cancel or CancelToken(), threading.Lock()

    def tell(event: FleetEvent | FleetStep) -> None:
        if on_event is not None:
            with lock:
                on_event(event)

    if begin is None:
        if connect is None:
            raise ConfigError("There is no way to connect to the devices.")
        applies = JournalFolder(journal) if journal is not None else None
        begin = beginner(plan.options, connect, lambda key, event: tell(FleetEvent(key, event)), applies)
    decide = _decision(plan.options, control, tell, cancel)
    written = _begin_journal(plan, FleetJournalFolder(journal) if journal is not None else None)
    try:
        _run(plan, account, begin, tell, cancel, written, decide)
    finally:
        results = tuple(_result(device, account) for device in plan.devices)
        if written is not None:
            known = all(result.outcome is not Outcome.UNKNOWN and result.clean for result in results)
            written.close(settled=known)
    outcome = outcome_of(results)
    text = text_of(outcome, results, cancelled=account.cancelled)
    return FleetReport(
        plan.change.name,
        outcome,
        f"{account.why} {text}".strip(),
        results,
        plan.notes(),
        tuple(account.steps),
        started,
        time.monotonic() - clock,
        account.cancelled,
    )


def dry_run(plan: FleetPlan) -> FleetReport:
    """What would be done, as a report; nothing is sent."""
    results = tuple(_result(device, Account()) for device in plan.devices)
    bad = [result for result in results if result.failed]
    text = f"{plan.summary()} Nothing was sent."
    if bad:
        text = f"{bad[0].name}: {bad[0].text} {text}"
    return FleetReport(
        plan.change.name, FleetOutcome.UNCHANGED, text, results, plan.notes(), started=time.time(), dry_run=True
    )


def _run(
    plan: FleetPlan,
    account: Account,
    begin: Begin,
    tell: Callable[[FleetEvent | FleetStep], None],
    cancel: CancelToken,
    journal: FleetJournal | None,
    decide: Decide | None,
) -> None:
    waves = plan.waves()
    together = [waves] if plan.options.scope == "fleet" else [(wave,) for wave in waves]
    number = 1
    for group in together:
        if not group or cancel.cancelled:
            account.cancelled = account.cancelled or cancel.cancelled
            return
        transaction = FleetTransaction(
            group,
            plan.options,
            account,
            begin=begin,
            tell=tell,
            cancel=cancel,
            journal=journal,
            decide=decide,
            first_wave=number,
            all_waves=len(waves),
        )
        number += len(group)
        if not transaction.run() and not (plan.options.go_on and not account.cancelled):
            return


def _decision(
    options: FleetOptions,
    control: GuardControl | None,
    tell: Callable[[FleetEvent | FleetStep], None],
    cancel: CancelToken,
) -> Decide | None:
    """Asks the person, who has the control; None where the program decides."""
    if options.confirm_by == "program":
        return None
    if control is None:
        raise ConfigError("Nobody was named who could confirm the change.", advice="Let the program confirm it.")

    def ask(until: float) -> str:
        seconds = options.confirm_seconds or 0
        text = "All devices hold the change. Without a confirmation it is rolled back."
        tell(FleetEvent("", GuardEvent(GuardState.WAITING, seconds, until, "", True, text)))
        decision = control.wait(until, cancel)
        if decision == "confirm":
            return ""
        return "Nobody confirmed in time." if decision is None else "It was decided to roll back."

    return ask


def _begin_journal(plan: FleetPlan, folder: FleetJournalFolder | None) -> FleetJournal | None:
    if folder is None or not plan.working:
        return None
    devices = [FleetDevice(one.key, one.name, one.member.device.address) for one in plan.working]
    return folder.begin(plan.change.name, devices)


def _result(device: DevicePlan, account: Account) -> DeviceResult:
    report, error = account.reports.get(device.key), account.errors.get(device.key)
    problem = next((one for one in device.problems if one.is_error), None)
    outcome = Outcome.UNCHANGED if report is None else report.outcome
    if report is not None and (error is not None or not report.ok):
        text = report.text
    elif error is not None:
        text = error.full_text()
    elif problem is not None:
        text = problem.message
    elif report is None:
        text = "There is nothing to change." if device.empty else "It was not begun."
    else:
        text = report.text
    text = words.without_draft(text)
    failed = error is not None or problem is not None or (report is not None and outcome is Outcome.UNKNOWN)
    return DeviceResult(
        device.key,
        device.name,
        device.member.device.address,
        outcome,
        text,
        failed,
        report,
        device,
        account.wave_of.get(device.key, 0),
    )
