"""How an apply ends: the device put in order, and the truth about what it holds.

Lives here: what is done after the last stage, whether it went well or not, on a session that still works.  Does not
live here: the stages (`applying`), coming back after a lost connection (`returning`).
"""

from __future__ import annotations

import time

from netconf_gui.config.compare import Verdict
from netconf_gui.config.plan import plan
from netconf_gui.errors import (
    AppError,
    Cancelled,
    ConnectionLost,
    DeployError,
    Outcome,
    RpcError,
    RpcFailed,
    Stage,
)
from netconf_gui.protocol import operations
from netconf_gui.services import words
from netconf_gui.services.change import overlapping
from netconf_gui.services.events import GuardState, StageState
from netconf_gui.services.guarding import NotConfirmed
from netconf_gui.services.locking import Locking
from netconf_gui.services.placing import place
from netconf_gui.services.report import DeployReport
from netconf_gui.services.returning import Returning
from netconf_gui.services.strategy import saving_operation
from netconf_gui.services.transaction import NO_ANSWER, Transaction
from netconf_gui.services.verdict import judge


class Settling:
    """Ends one transaction; one of its methods is called, once."""

    def __init__(self, at: Transaction) -> None:
        self.at = at
        self._more = ""  # what was found out about candidate after the session had to be ended

    def end_well(self) -> DeployReport:
        """Release the locks and say what was done."""
        at = self.at
        clean = self._unlock()
        text = f"{words.count(at.change.operations, 'edit')} applied to {at.options.device_name}."
        if at.done.merged:
            text += f" Others had changed {words.count(len(at.done.merged), 'node')} elsewhere; that stays."
        if at.done.read:
            text += f" {words.read_back(at.done.readback)}"
        else:
            text += " The device said ok; the result could not be read back."
        return self._report(Outcome.APPLIED, text + self._startup(), clean=clean)

    def end_with_nothing(self) -> DeployReport:
        """The device holds what was wished already: release the locks."""
        clean = self._unlock()
        text = f"{self.at.options.device_name} holds all of it already: somebody made the same change meanwhile."
        return self._report(Outcome.UNCHANGED, text, clean=clean)

    def end_badly(self, error: AppError, *, undo: bool = False) -> DeployReport:
        """Put the device in order after a failure in the stage that began last, and find out how it ended.

        With `undo` a change that was made for good is taken back by the opposite edits.
        """
        at = self.at
        stage = at.log.current
        if isinstance(error, NotConfirmed) and error.why == "leave":
            return self._leave(error)
        for_good = undo and at.done.accepted and not at.done.pending
        if at.session.closed or (at.done.sent and isinstance(error, NO_ANSWER)):
            at.session.abort()
            if not for_good:
                return self._after_loss(stage, error)
        cancelled = isinstance(error, Cancelled)
        if at.done.pending:
            outcome, clean = self._roll_back_pending(error)
        elif at.done.sent and undo:
            outcome, clean = self._undone()
        elif at.done.sent:
            outcome, clean = self._truth(error)
        else:
            outcome, clean = Outcome.UNCHANGED, True
        clean = self._discard() and clean
        clean = self._unlock() and clean
        text = self._failure_text(stage, error, outcome)
        return self._report(outcome, text, stage=stage, error=error, clean=clean, cancelled=cancelled)

    def _after_loss(self, stage: Stage, error: AppError) -> DeployReport:
        found = Returning(self.at).find_out(stage, error)
        cancelled = isinstance(error, Cancelled)
        meant = not cancelled and not isinstance(error, DeployError)
        if found.outcome is Outcome.APPLIED and meant and (not self.at.done.pending or self.at.done.confirming):
            return self._report(found.outcome, found.text + self._startup(), clean=found.clean)
        text = found.text if isinstance(error, NO_ANSWER) or cancelled else f"{error.message} {found.text}"
        return self._report(
            found.outcome,
            text,
            stage=stage,
            error=error,
            clean=found.clean,
            cancelled=cancelled,
            pending=found.pending,
        )

    def _leave(self, error: NotConfirmed) -> DeployReport:
        """Somebody settles the commit later: only what would be in the way of that is put in order."""
        at = self.at
        at.done.left = True
        clean = self._unlock()
        at.tell_guard(GuardState.LEFT, error.message)
        clock = words.clock(at.done.ends_at)
        text = (
            f"The change is live on {at.options.device_name} and waits for its confirmation until {clock}; then the "
            f"device takes it back. Confirm or roll back among the pending commits. {words.DRAFT_KEPT}"
        )
        return self._report(Outcome.UNKNOWN, text, stage=Stage.CONFIRM, error=error, clean=clean, pending=True)

    # ---- what the device holds

    def _truth(self, error: AppError) -> tuple[Outcome, bool]:
        """Something that changes running was refused, or was not true: look what is there."""
        if isinstance(error, DeployError) and error.stage is Stage.READBACK:
            return error.outcome, True
        try:
            outcome = judge(self.at, self.at.session)
            if outcome is not Outcome.UNCHANGED and self.at.direct:
                return self._undo(), True
        except NO_ANSWER:
            return self._truth_after_return(undo=self.at.direct)
        except AppError:
            return self._as_it_is()
        return outcome, True

    def _truth_after_return(self, *, undo: bool) -> tuple[Outcome, bool]:
        """The session was lost while the device was put in order: go on with that over a new one."""
        at = self.at
        if not undo:
            at.session.abort()
            found = Returning(at).find_out(Stage.COMMIT, ConnectionLost("The connection was lost."))
            return found.outcome, found.clean
        if not Returning(at).under_lock():
            return Outcome.UNKNOWN, False
        try:
            if judge(at, at.session) is Outcome.UNCHANGED:
                return Outcome.ROLLED_BACK, True
            return self._undo(alone=False), True
        except AppError:
            return self._as_it_is()

    def _as_it_is(self) -> tuple[Outcome, bool]:
        """The device would not be put in order: what it holds all the same."""
        try:
            outcome = judge(self.at, self.at.session)
        except AppError:
            return Outcome.UNKNOWN, False
        return (Outcome.ROLLED_BACK if outcome is Outcome.UNCHANGED else outcome), True

    def _undone(self) -> tuple[Outcome, bool]:
        """Take back what was made for good, or a part of it."""
        try:
            if judge(self.at, self.at.session) is Outcome.UNCHANGED:
                return Outcome.UNCHANGED, True
            return self._undo(), True
        except NO_ANSWER:
            return self._truth_after_return(undo=True)
        except AppError:
            return self._as_it_is()

    def _undo(self, *, alone: bool = True) -> Outcome:
        """The opposite edits: under our lock, all that differs from before is ours.

        Not `alone`, others had time to change something too: nothing is done then.
        """
        at = self.at
        assert at.done.before is not None
        now = at.read("running", whole=True)
        differs = at.change.diff(now, at.done.before)
        if not alone and len(overlapping(differs.entries, at.change.touched)) < len(differs.entries):
            return Outcome.UNKNOWN
        back = plan(differs)
        with at.log.stage(Stage.DISCARD, "Sending the opposite edits") as note:
            edit = operations.edit_config(at.strategy.target, back.config, default_operation="none")
            at.done.edited = not at.direct
            note.warn(at.call(edit, at.options.commit_timeout))
            if not at.direct:
                note.warn(at.call(operations.commit(), at.options.commit_timeout))
                at.done.edited = False
            left = at.change.compare(at.read("running", whole=True), at.done.before)
            note.text = "Running is what it was before." if not left else "Running is not what it was before."
            note.state = StageState.WARNING if left else note.state
        return Outcome.UNKNOWN if left else Outcome.ROLLED_BACK

    def _roll_back_pending(self, error: AppError) -> tuple[Outcome, bool]:
        """A confirmed commit is not going to be confirmed: have it undone now (RFC 6241, section 8.4)."""
        at = self.at
        expired = isinstance(error, NotConfirmed) and error.why == "expired"
        if not at.done.accepted and self._was_refused():
            at.done.pending = False
            return Outcome.UNCHANGED, True
        if at.session.capabilities.confirmed_commit != "1.1":
            # without cancel-commit, ending the session is what undoes it
            at.session.abort()
            found = Returning(at).find_out(Stage.CONFIRM, ConnectionLost("The session was ended to roll back."))
            return found.outcome, found.clean
        try:
            with at.log.stage(Stage.DISCARD, "Cancelling the confirmed commit") as note:
                granted = self._cancel_commit()
                outcome = judge(at, at.session)
                if outcome is not Outcome.UNCHANGED and not granted:
                    at.pause(at.done.over_at - time.time() + at.options.expiry_slack)
                    outcome = judge(at, at.session)
                note.text = "Rolled back." if outcome is Outcome.UNCHANGED else "The change is still there."
                note.state = StageState.OK if outcome is Outcome.UNCHANGED else StageState.WARNING
        except AppError:
            if not at.session.closed:
                at.session.abort()
            found = Returning(at).find_out(Stage.CONFIRM, ConnectionLost("The connection was lost."))
            return found.outcome, found.clean
        at.done.pending = outcome is not Outcome.UNCHANGED and time.time() < at.done.over_at
        if outcome is not Outcome.UNCHANGED:
            return outcome, not at.done.pending
        at.tell_guard(GuardState.EXPIRED if expired else GuardState.ROLLED_BACK, "The change is not there any more.")
        # with time left and nothing to cancel, the device had not done what it said ok to
        was_there = at.done.accepted and (granted or time.time() >= at.done.ends_at)
        return (Outcome.ROLLED_BACK if was_there else Outcome.UNCHANGED), True

    def _was_refused(self) -> bool:
        """Whether a commit that was refused left running as it was: then there is nothing of ours to cancel."""
        try:
            return judge(self.at, self.at.session) is Outcome.UNCHANGED
        except AppError:
            return False

    def _cancel_commit(self) -> bool:
        """False when it is refused: the time is over, somebody has settled it, or it was never done."""
        at = self.at
        try:
            at.call(operations.cancel_commit(at.persist_id or None), at.options.commit_timeout)
        except RpcFailed:
            return False
        return True

    # ---- putting in order

    def _discard(self) -> bool:
        """Throw our own edits out of candidate; False when they may stay."""
        at = self.at
        if not at.done.edited or at.session.closed:
            return True
        if at.done.dropped:
            return False  # somebody may be at work in it by now
        try:
            with at.log.stage(Stage.DISCARD, "Discarding the edits") as note:
                note.warn(at.call(operations.discard_changes(), at.options.cleanup_timeout))
                at.done.edited = False
                note.text = "Candidate is what running is."
        except AppError:
            # the end of the session releases candidate, and with that throws out what is in it
            at.session.abort()
            clean, self._more = Returning(at).clear_after_return()
            return clean
        return True

    def _unlock(self) -> bool:
        """Release our locks, the last one first; a session that cannot is ended, which releases them too."""
        at = self.at
        if not at.done.locked or at.session.closed:
            return True
        try:
            with at.log.stage(Stage.UNLOCK, "Unlocking") as note:
                Locking(at).release(note)
        except AppError:
            at.session.abort()
            return not at.done.edited
        return True

    # ---- words

    def _startup(self) -> str:
        """That startup is not what running is, where that was to be or nobody asked for it."""
        at = self.at
        if saving_operation(at.session.capabilities, at.session.profile) is None or at.done.saved:
            return ""
        return " Whether startup was written is not known." if at.done.saving else " Startup was not written."

    def _failure_text(self, stage: Stage, error: AppError, outcome: Outcome) -> str:
        at = self.at
        if isinstance(error, RpcFailed):
            undone = at.strategy.error_option is not None or not at.direct
            start = words.refusal(stage, error, at.change.operations, undone)
        elif isinstance(error, Cancelled):
            what = "commit was confirmed" if at.done.accepted else f"{'edit' if at.direct else 'commit'} was sent"
            start = f"Cancelled before the {what}."
        else:
            start = error.message
        missing = [item.path.short() for item in at.done.readback if item.verdict is Verdict.NOT_THERE]
        state = {
            Outcome.UNCHANGED: words.NOTHING_CHANGED,
            Outcome.ROLLED_BACK: "The device is as it was before.",
            Outcome.APPLIED: "Yet the change is there.",
            Outcome.UNKNOWN: f"Not all of the change is there: {words.listed(missing)} is missing."
            if missing
            else f"What the device holds is not known. {words.hint(at.change)}",
        }[outcome]
        if at.done.pending and outcome in (Outcome.APPLIED, Outcome.UNKNOWN):
            clock = words.clock(at.done.over_at)
            state = f"It could not be rolled back; the device does so by itself by {clock}. {words.hint(at.change)}"
        if at.done.edited and at.done.dropped:
            state += " Candidate may hold our edits, but its lock was lost, so they were left."
        advice = error.advice if isinstance(error, DeployError) else ""
        return " ".join(part for part in (start, state, self._more, words.DRAFT_KEPT, advice) if part)

    def _report(
        self,
        outcome: Outcome,
        text: str,
        *,
        stage: Stage | None = None,
        error: AppError | None = None,
        clean: bool = True,
        cancelled: bool = False,
        pending: bool = False,
    ) -> DeployReport:
        at = self.at
        if at.done.discarded:
            text += f" {words.discarded(at.done.discarded)}"
        errors: tuple[RpcError, ...] = ()
        if isinstance(error, RpcFailed | DeployError):
            errors = tuple(one for one in error.errors if not one.is_warning)
        why: DeployError | None = None
        if error is not None and stage is not None:
            why = DeployError(text, stage, outcome, errors=errors, state=error.state, advice=error.advice)
        still = at.done.pending and outcome in (Outcome.APPLIED, Outcome.UNKNOWN) and why is not None
        return DeployReport(
            outcome=Outcome.UNKNOWN if still else outcome,
            text=text,
            stages=tuple(at.log.ended),
            errors=errors,
            nodes=place(errors, at.change),
            warnings=tuple(at.done.warnings),
            readback=at.done.readback,
            error=why,
            cancelled=cancelled,
            lost=isinstance(error, NO_ANSWER),
            clean=clean,
            merged=at.done.merged,
            conflicts=at.done.conflicts,
            theirs=at.done.theirs,
            holder=at.done.holder,
            pending=pending or still,
        )
