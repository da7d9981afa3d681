"""Confirmed commits whose program ended before they were settled: which there are, and settling them.

Lives here: `Pending`, found in the journals of applies, and `settle`, which confirms, cancels or looks over a new
session.  Does not live here: confirmed commits of an apply that runs (`guarding`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, DeployError, Outcome, RpcError, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import new_element, qn, serialize
from netconf_gui.services import marks, words
from netconf_gui.services.events import Event, StageState
from netconf_gui.services.history import record_settled
from netconf_gui.services.holders import find_holder
from netconf_gui.services.report import DeployReport
from netconf_gui.services.stages import StageLog
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import Guarded, JournalFolder, Unfinished
from netconf_gui.workspace.snapshots import SnapshotStore

Choice = Literal["confirm", "cancel", "look"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A confirmed commit that was neither confirmed nor rolled back when its program ended."""

    path: Path  # of its journal
    device_id: str
    device_name: str
    address: str  # user@host:port
    persist_id: str  # "": it belonged to its session and ended with it
    ends_at: float  # time.time() when the device undoes it; 0 where its session has ended
    seconds: int  # the time to confirm that was asked for
    started: float
    summary: str  # what was applied, secrets masked
    guarded: Guarded = field(repr=False)
    entry: Unfinished = field(repr=False)

    @property
    def persisted(self) -> bool:
        """Whether it outlived its session, so that it can still be settled."""
        return bool(self.persist_id)


def pending(journal: JournalFolder) -> tuple[Pending, ...]:
    """Those that are left, the one with least time first; applies that run now are not among them."""
    found = [_pending(entry, entry.guarded) for entry in journal.unfinished() if entry.guarded and not entry.running]
    return tuple(sorted(found, key=lambda one: (one.ends_at, one.started)))


def _pending(entry: Unfinished, guarded: Guarded) -> Pending:
    return Pending(
        path=entry.path,
        device_id=entry.device_id,
        device_name=entry.device_name,
        address=entry.address,
        persist_id=guarded.persist_id,
        ends_at=guarded.ends_at if guarded.persist_id else 0.0,
        seconds=guarded.seconds,
        started=entry.started,
        summary=guarded.summary,
        guarded=guarded,
        entry=entry,
    )


def settle(
    one: Pending,
    session: Session,
    decision: Choice,
    *,
    journal: JournalFolder | None = None,
    history: SnapshotStore | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> DeployReport:
    """Confirm it, cancel it, or only look; the report says what the device holds now.

    Blocking; never raises for what a device or a network does.  What is known to be over is forgotten in `journal`,
    and said in `history`.
    """
    started = time.monotonic()
    log = StageLog(on_event)
    try:
        report = _Settling(one, session, log).run(decision)
    except AppError as error:
        report = _failed(one, error, log)
    if journal is not None and report.outcome is not Outcome.UNKNOWN:
        journal.forget(one.entry)
    if history is not None and report.outcome is not Outcome.UNKNOWN:
        record_settled(history, one, report, _left(one, session) if report.outcome is Outcome.APPLIED else None)
    return replace(report, stages=tuple(log.ended), seconds=time.monotonic() - started)


def _left(one: Pending, session: Session) -> bytes | None:
    """Running as it is now, for the history; None where it cannot be read."""
    try:
        return serialize(datastores.get_config(session, with_defaults=one.guarded.with_defaults))
    except AppError:
        return None


class _Settling:
    def __init__(self, one: Pending, session: Session, log: StageLog) -> None:
        self.one, self.session, self.log = one, session, log

    def run(self, decision: Choice) -> DeployReport:
        self._same_device()
        asked = decision != "look" and self.one.persisted
        refusal: RpcFailed | None = None
        if asked:
            try:
                self._confirm() if decision == "confirm" else self._cancel()
            except RpcFailed as error:
                refusal = error
        outcome, over = self._look()
        if asked and refusal is None:
            return self._granted(decision, outcome, over)
        return self._seen(decision, outcome, over, refusal)

    def _same_device(self) -> None:
        peer = self.session.stream.peer
        if self.one.address.rpartition("@")[2] != f"{peer.host}:{peer.port}":
            raise DeployError(
                f"This session leads to {peer.host}:{peer.port}; the commit was made on {self.one.address}.",
                Stage.PRECHECK,
                Outcome.UNKNOWN,
                advice="Connect to the device at its old address.",
            )

    # ---- asking

    def _confirm(self) -> None:
        """A confirming commit commits candidate too, so nobody else's edits may lie in it (RFC 6241, section 8.4)."""
        private = self.session.capabilities.private_candidate
        with self.log.stage(Stage.CONFIRM, "Confirming the commit") as note:
            locked = not private and self._lock_candidate()
            try:
                self._nothing_else()
                note.warn(self.session.call(operations.commit(persist_id=self.one.persist_id)).warnings)
            finally:
                if locked and not self.session.closed:
                    self.session.call(operations.unlock("candidate"))
            note.text = "Confirmed: the change stays."

    def _lock_candidate(self) -> bool:
        """False where the device locks nothing while a confirmed commit waits; raises where somebody has the lock."""
        try:
            self.session.call(operations.lock("candidate"))
        except RpcFailed as error:
            holder = find_holder(self.session, "candidate", error, timeout=10.0)
            if not holder.can_kill:
                return False
            raise DeployError(
                f"{holder.text} A confirmation would commit what is in it.",
                Stage.CONFIRM,
                Outcome.UNKNOWN,
                errors=error.errors,
                advice="Have it finished or discarded, then confirm while there is time.",
            ) from error
        return True

    def _nothing_else(self) -> None:
        mode = self.one.guarded.with_defaults
        running, candidate = (
            datastores.get_config(self.session, name, with_defaults=mode) for name in ("running", "candidate")
        )
        left = diff(running, candidate, defaults=mode).entries
        if left:
            raise DeployError(
                f"Candidate holds other edits by now, which a confirmation would commit: {words.entries_text(left)}.",
                Stage.CONFIRM,
                Outcome.UNKNOWN,
                advice="Have them finished or discarded, then confirm while there is time.",
            )

    def _cancel(self) -> None:
        with self.log.stage(Stage.DISCARD, "Cancelling the confirmed commit") as note:
            note.warn(self.session.call(operations.cancel_commit(self.one.persist_id)).warnings)
            note.text = "Rolled back."

    # ---- looking

    def _look(self) -> tuple[Outcome, bool]:
        """What running holds, and whether that is for good: it can be locked, so no confirmed commit waits."""
        with self.log.stage(Stage.READBACK, "Looking at running") as note:
            over = self._lockable()
            found = self._judged()
            note.text = {
                Outcome.APPLIED: "The change is there.",
                Outcome.UNCHANGED: "The change is not there.",
            }.get(found, "It cannot be told whether the change is there.")
            if found is Outcome.UNKNOWN:
                note.state = StageState.WARNING
        return found, over

    def _lockable(self) -> bool:
        try:
            self.session.call(operations.lock("running"))
        except RpcFailed:
            return False
        self.session.call(operations.unlock("running"))
        return True

    def _judged(self) -> Outcome:
        guarded = self.one.guarded
        if not guarded.marks:
            return Outcome.UNKNOWN
        filters = [
            new_element(qn(namespace, name), {None: namespace} if namespace else None)
            for namespace, name in marks.tops(guarded)
        ]
        now = datastores.get_config(self.session, filter_xml=filters, with_defaults=guarded.with_defaults)
        return marks.judge_marks(guarded, now)

    # ---- words

    def _granted(self, decision: Choice, found: Outcome, over: bool) -> DeployReport:
        """The device said ok; what it holds must bear that out."""
        name = self.one.device_name or self.one.address
        if decision == "confirm":
            if found is Outcome.UNCHANGED:
                return _report(
                    Outcome.UNCHANGED,
                    f"{name} said ok to the confirmation, but the change is not there: {self.one.summary}.",
                    Stage.CONFIRM,
                )
            return _report(Outcome.APPLIED, f"Confirmed: the change stays on {name}.{self._doubt(found)}")
        if found is Outcome.APPLIED:
            return _report(
                Outcome.APPLIED if over else Outcome.UNKNOWN,
                f"{name} said ok to the rollback, but the change is still there: {self.one.summary}.",
                Stage.DISCARD,
                pending=not over,
            )
        return _report(Outcome.ROLLED_BACK, f"Rolled back: {name} is as it was before.{self._doubt(found)}")

    def _doubt(self, found: Outcome) -> str:
        if found is not Outcome.UNKNOWN or not self.one.guarded.marks:
            return ""
        return " Others have changed the same nodes since; look at the device."

    def _seen(self, decision: Choice, found: Outcome, over: bool, refusal: RpcFailed | None) -> DeployReport:
        """Nothing was asked for, or it was refused: what is there, and whether that will last."""
        one = self.one
        name = one.device_name or one.address
        said = f"{name} refused: {refusal.message} " if refusal is not None else ""
        errors = refusal.errors if refusal is not None else ()
        failed = {"confirm": Stage.CONFIRM, "cancel": Stage.DISCARD}.get(decision)
        if found is Outcome.UNCHANGED and one.persisted and time.time() < one.ends_at:
            return _report(
                Outcome.UNCHANGED,
                f"{said}{name} is as it was before: the commit did not come to it, or somebody has cancelled it.",
                failed if decision == "confirm" else None,
                errors,
            )
        if found is Outcome.UNCHANGED:
            why = "the time was over" if one.persisted else "its session had ended"
            return _report(
                Outcome.ROLLED_BACK,
                f"{said}{name} is as it was before: it took the change back, {why}.",
                failed if decision == "confirm" else None,
                errors,
            )
        if found is Outcome.APPLIED and over:
            text = f"{said}The change is on {name} and nothing waits for a confirmation: somebody has confirmed it."
            return _report(Outcome.APPLIED, text, failed if decision == "cancel" else None, errors)
        if found is Outcome.APPLIED:
            clock = words.clock(one.guarded.ends_at)
            text = f"{said}The change is on {name}, and it takes it back at {clock} unless somebody confirms it."
            return _report(Outcome.UNKNOWN, text, failed, errors, pending=True)
        text = f"{said}{name} holds only a part of the change, or others changed the same nodes: {one.summary}."
        return _report(Outcome.UNKNOWN, text, failed or Stage.READBACK, errors)


def _failed(one: Pending, error: AppError, log: StageLog) -> DeployReport:
    name = one.device_name or one.address
    until = words.clock(one.guarded.ends_at)
    over = f"Without a confirmation it is taken back at {until}." if one.persisted else ""
    text = " ".join(part for part in (error.message, f"Nothing was settled on {name}.", over, error.advice) if part)
    errors = error.errors if isinstance(error, RpcFailed | DeployError) else ()
    return _report(Outcome.UNKNOWN, text, log.current, errors, pending=one.persisted and time.time() < one.ends_at)


def _report(
    outcome: Outcome, text: str, stage: Stage | None = None, errors: tuple[RpcError, ...] = (), *, pending: bool = False
) -> DeployReport:
    """With a stage it did not end as was wished."""
    errors = tuple(one for one in errors if not one.is_warning)
    error = DeployError(text, stage, outcome, errors=errors) if stage is not None else None
    return DeployReport(outcome, text, (), errors=errors, error=error, clean=not pending, pending=pending)
