"""One transaction over many devices: all lock and check, all commit for a time, all are looked at, all confirm.

Lives here: the order of steps, what one failure does to all, and the journal of the whole.  Does not live here: what a
step is on one device (`fleet_device`), plans (`fleet_plan`), going on after a crash (`fleet_resume`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, Outcome, WorkspaceError
from netconf_gui.services.events import StageState
from netconf_gui.services.fleet_crew import Crew, Result
from netconf_gui.services.fleet_events import FleetPhase, FleetStep
from netconf_gui.services.fleet_plan import DevicePlan, FleetOptions
from netconf_gui.services.report import DeployReport
from netconf_gui.services.words import count
from netconf_gui.workspace.fleet_journal import FleetJournal

LATE = 0.8  # of the time to confirm: nothing more is begun after it
CLOSE_SECONDS = 2.0


class Phases(Protocol):
    """The apply of one device in steps; each raises `AppError`, and one of the two last ends it."""

    journal_name: str

    def look(self) -> None: ...
    def lock(self) -> None: ...
    def prepare(self) -> None: ...
    def commit(self) -> None: ...
    def probe(self) -> None: ...
    def confirm(self) -> None: ...
    def finish(self) -> DeployReport: ...
    def roll_back(self, error: AppError | None, why: str) -> DeployReport: ...
    def close(self) -> None: ...


Begin = Callable[[DevicePlan, CancelToken], Phases]
Decide = Callable[[float], str]
"""Asks whether the change stays, until a time (seconds since the epoch); "" if so, else why it is rolled back."""


class StoppedError(Exception):
    """A step failed on at least one device, or the person does not want to go on."""


@dataclass
class Account:
    """What has been done, and how devices ended; filled while a fleet runs."""

    applies: dict[str, Phases] = field(default_factory=dict)
    errors: dict[str, AppError] = field(default_factory=dict)  # what failed, by device
    reports: dict[str, DeployReport] = field(default_factory=dict)  # of devices that have ended
    wave_of: dict[str, int] = field(default_factory=dict)
    steps: list[FleetStep] = field(default_factory=list)
    why: str = ""  # why the devices were rolled back, where no device is the reason
    cancelled: bool = False


class FleetTransaction:
    """One transaction over the devices of these waves; `run` is called once."""

    def __init__(
        self,
        waves: Sequence[Sequence[DevicePlan]],
        options: FleetOptions,
        account: Account,
        *,
        begin: Begin,
        tell: Callable[[FleetStep], None],
        cancel: CancelToken,
        journal: FleetJournal | None = None,
        decide: Decide | None = None,
        first_wave: int = 1,
        all_waves: int = 0,
    ) -> None:
        self._waves, self._options, self._account = waves, options, account
        self._begin, self._tell, self._journal, self._decide = begin, tell, journal, decide
        self._plans = {plan.key: plan for wave in waves for plan in wave}
        # locked in the order of names, whatever the order of waves
        self._keys = tuple(sorted(self._plans, key=lambda key: (self._plans[key].name.casefold(), key)))
        self._first_wave, self._all_waves = first_wave, all_waves or len(waves)
        self._crew = Crew(self._keys, options.parallel)
        self._cancel = CancelToken()  # of all applies; let go when it is decided that the change stays
        self._let_go = cancel.on_cancel(self._cancel.cancel)
        self._guarded_since: float | None = None

    def run(self) -> bool:
        """All steps; True when every device holds the change.  Never raises `AppError`."""
        try:
            self._steps()
            return True
        except (StoppedError, WorkspaceError) as error:
            if isinstance(error, WorkspaceError):
                self._account.why = error.message
            self._roll_back()
            return False
        finally:
            self._let_go()
            self._close()

    def _steps(self) -> None:
        self._step(FleetPhase.LOCK, f"Connecting to {count(len(self._keys), 'device')}", self._keys, self._connect)
        self._step(FleetPhase.LOCK, f"Locking {count(len(self._keys), 'device')}", self._keys, self._lock, in_turn=True)
        self._step(FleetPhase.CHECK, "Comparing, editing and validating", self._keys, self._prepare)
        for number, wave in enumerate(self._waves, self._first_wave):
            self._in_time()
            keys = [plan.key for plan in wave]
            self._account.wave_of.update(dict.fromkeys(keys, number))
            for group in ([plan.key for plan in wave if plan.guarded], [plan.key for plan in wave if not plan.guarded]):
                if group:
                    text = f"Committing on {count(len(group), 'device')}"
                    self._step(FleetPhase.COMMIT, text, group, self._commit, wave=number)
            if self._options.probe:
                text = f"Looking at {count(len(keys), 'device')}"
                self._step(FleetPhase.PROBE, text, keys, lambda key: self._account.applies[key].probe(), wave=number)
        self._in_time()
        self._confirm()
        self._finish()

    # ---- steps

    def _connect(self, key: str) -> None:
        apply = self._account.applies[key] = self._begin(self._plans[key], self._cancel)
        self._note(key, "begun", apply.journal_name)
        apply.look()

    def _lock(self, key: str) -> None:
        self._account.applies[key].lock()

    def _prepare(self, key: str) -> None:
        self._account.applies[key].prepare()

    def _commit(self, key: str) -> None:
        self._note(key, "committed")
        self._account.applies[key].commit()

    def _confirm(self) -> None:
        keys = [key for key in self._keys if self._plans[key].guarded]
        if not keys:
            return
        self._ask()
        # from here on the change stays: what comes between is put right by confirming, not by cancelling
        self._let_go()
        if self._journal is not None:
            self._journal.decide("confirm")
        text = f"Confirming on {count(len(keys), 'device')}"
        self._told(FleetPhase.CONFIRM, StageState.RUNNING, text, keys)
        done = self._crew.each(keys, lambda key: self._account.applies[key].confirm())
        failed = [one for one in done if one.error is not None]
        # one whose answer was lost may have confirmed all the same
        ended = self._end(failed)
        for one in failed:
            if one.error is not None and ended[one.key].outcome is not Outcome.APPLIED:
                self._account.errors[one.key] = one.error
        self._ended(FleetPhase.CONFIRM, text, keys)

    def _ask(self) -> None:
        """Let the person decide, where that is wished."""
        seconds = self._options.confirm_seconds
        if self._decide is None or seconds is None or self._guarded_since is None:
            return
        left = max(0.0, self._guarded_since + seconds * LATE - time.monotonic())
        try:
            self._account.why = self._decide(time.time() + left)
        except Cancelled:
            self._account.cancelled = True
        if self._account.why or self._account.cancelled:
            self._told(FleetPhase.CONFIRM, StageState.FAILED, self._account.why or "Cancelled.", self._keys)
            raise StoppedError

    def _finish(self) -> None:
        keys = [key for key in self._keys if key not in self._account.reports]
        text = "Reading back and unlocking"
        self._told(FleetPhase.FINISH, StageState.RUNNING, text, keys)
        for one in self._crew.each(keys, lambda key: self._account.applies[key].finish()):
            self._took(one)
        bad = [key for key in keys if not self._account.reports[key].ok]
        state = StageState.FAILED if bad else StageState.OK
        self._told(FleetPhase.FINISH, state, text, keys)

    def _roll_back(self) -> None:
        """Every device that was begun and has not ended: discard, cancel, or the opposite edits."""
        if self._journal is not None:
            with suppress(WorkspaceError):  # a full disk is no reason to leave the devices as they are
                self._journal.decide("cancel")
        keys = [key for key in self._keys if key in self._account.applies and key not in self._account.reports]
        text = f"Rolling back {count(len(keys), 'device')}"
        self._told(FleetPhase.ROLL_BACK, StageState.RUNNING, text, keys)
        ended = self._end([Result[None](key, error=self._account.errors.get(key)) for key in keys])
        known = (Outcome.UNCHANGED, Outcome.ROLLED_BACK)
        good = all(report.outcome in known and report.clean for report in ended.values())
        self._told(FleetPhase.ROLL_BACK, StageState.OK if good else StageState.FAILED, text, keys)

    def _end(self, failed: Sequence[Result[None]]) -> dict[str, DeployReport]:
        """Put devices in order that are not to go on; their reports."""
        errors = {one.key: one.error for one in failed}
        first = next((key for key in self._keys if key in self._account.errors), None)
        decided = "Cancelled." if self._account.cancelled else "It was decided to roll back."
        why = self._account.why or (f"{self._plans[first].name} failed." if first else decided)
        done = self._crew.each(list(errors), lambda key: self._account.applies[key].roll_back(errors[key], why))
        for one in done:
            self._took(one)
        return {one.key: self._account.reports[one.key] for one in done}

    def _took(self, one: Result[DeployReport]) -> None:
        """Keep how a device ended."""
        report = one.value
        if report is None:
            error = one.error or AppError("It did not end.")
            report = DeployReport(Outcome.UNKNOWN, f"{error.full_text()} Read the device.", (), clean=False)
            self._account.errors.setdefault(one.key, error)
        self._account.reports[one.key] = report
        if report.outcome is not Outcome.UNKNOWN and report.clean:
            with suppress(WorkspaceError):
                self._note(one.key, "settled")

    # ---- how a step is taken

    def _step(
        self,
        phase: FleetPhase,
        text: str,
        keys: Sequence[str],
        work: Callable[[str], None],
        *,
        in_turn: bool = False,
        wave: int = 0,
    ) -> None:
        """Take a step on all of these devices; raises `StoppedError` when it fails on one."""
        self._told(phase, StageState.RUNNING, text, keys, wave)
        if self._journal is not None:
            self._journal.step(phase.value)
        halt = CancelToken(self._cancel)
        if phase is FleetPhase.COMMIT and self._guarded_since is None:
            self._guarded_since = time.monotonic()

        def guarded(key: str) -> None:
            try:
                work(key)
            except BaseException:
                halt.cancel()  # nothing is begun on devices that are still to come
                raise

        if in_turn:
            done = self._crew.one_by_one(keys, guarded)
        else:
            done = self._crew.each(keys, guarded, cancel=halt, until=self._patience(phase))
        for one in done:
            if isinstance(one.error, Cancelled):
                self._account.cancelled = self._account.cancelled or self._cancel.cancelled
            elif one.error is not None:
                self._account.errors[one.key] = one.error
        if self._cancel.cancelled:
            self._account.cancelled = True
        self._ended(phase, text, keys, wave)

    def _ended(self, phase: FleetPhase, text: str, keys: Sequence[str], wave: int = 0) -> None:
        failed = [key for key in keys if key in self._account.errors]
        if not failed and not self._account.cancelled:
            self._told(phase, StageState.OK, text, keys, wave)
            return
        if failed:
            text = f"{self._plans[failed[0]].name}: {self._account.errors[failed[0]].message}"
        self._told(phase, StageState.FAILED, text if failed else "Cancelled.", keys, wave)
        raise StoppedError

    def _in_time(self) -> None:
        """Nothing is begun when the devices that have the change may undo it before all are done."""
        seconds = self._options.confirm_seconds
        if self._cancel.cancelled:
            self._account.cancelled = True
            raise StoppedError
        if self._guarded_since is None or seconds is None:
            return
        if time.monotonic() - self._guarded_since > seconds * LATE:
            self._account.why = f"The {seconds} s to confirm were nearly over before all devices were changed."
            raise StoppedError

    def _patience(self, phase: FleetPhase) -> float | None:
        """How long a device may take: one that is lost must not keep the others from being cancelled in time."""
        seconds = self._options.confirm_seconds
        if self._guarded_since is None or seconds is None or phase not in (FleetPhase.COMMIT, FleetPhase.PROBE):
            return None
        now = time.monotonic()
        return now + (self._guarded_since + seconds - now) / 2

    def _told(self, phase: FleetPhase, state: StageState, text: str, keys: Sequence[str], wave: int = 0) -> None:
        step = FleetStep(phase, state, text, tuple(keys), wave, self._all_waves)
        if state is not StageState.RUNNING:
            self._account.steps.append(step)
        self._tell(step)

    def _note(self, key: str, state: str, journal: str = "") -> None:
        if self._journal is not None:
            self._journal.device(key, state, journal)

    def _close(self) -> None:
        keys = [key for key in self._keys if key in self._account.applies]
        self._crew.each(keys, lambda key: self._account.applies[key].close())
        self._crew.close()
