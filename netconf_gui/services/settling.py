"""How an apply ends: the device put in order, and the truth about what it holds.

Lives here: what is done after the last stage, whether it went well or not, on a session that still works.  Does not
live here: the stages (`applying`), coming back after a lost connection (`returning`).
"""

from __future__ import annotations

from netconf_gui.config.compare import Verdict
from netconf_gui.config.diff import diff
from netconf_gui.config.plan import plan
from netconf_gui.errors import (
    AppError,
    Cancelled,
    ConnectionLost,
    DeployError,
    Outcome,
    ProtocolError,
    RpcError,
    RpcFailed,
    RpcTimeout,
    SessionClosed,
    Stage,
)
from netconf_gui.protocol import operations
from netconf_gui.services import words
from netconf_gui.services.events import StageState
from netconf_gui.services.report import DeployReport
from netconf_gui.services.returning import Returning
from netconf_gui.services.stages import StageNote
from netconf_gui.services.transaction import Transaction
from netconf_gui.services.verdict import judge

_NO_ANSWER = (ConnectionLost, SessionClosed, RpcTimeout, ProtocolError)


class Settling:
    """Ends one transaction; one of its methods is called, once."""

    def __init__(self, at: Transaction) -> None:
        self.at = at

    def end_well(self) -> DeployReport:
        """Release the locks and say what was done."""
        at = self.at
        clean = self._unlock()
        text = f"{words.count(at.change.operations, 'edit')} applied to {at.options.device_name}."
        if at.done.read:
            text += f" {words.read_back(at.done.readback)}"
        else:
            text += " The device said ok; the result could not be read back."
        if at.session.capabilities.startup and not at.strategy.save_startup:
            text += " Startup was not written."
        return self._report(Outcome.APPLIED, text, clean=clean)

    def end_badly(self, error: AppError) -> DeployReport:
        """Put the device in order after a failure in the stage that began last, and find out how it ended."""
        at = self.at
        stage = at.log.current
        lost = at.session.closed and isinstance(error, (*_NO_ANSWER, Cancelled))
        if lost or (at.done.sent and isinstance(error, _NO_ANSWER)):
            at.session.abort()
            return self._after_loss(stage, error)
        cancelled = isinstance(error, Cancelled)
        if at.done.pending:
            outcome, clean = self._roll_back_pending()
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
        if found.outcome is Outcome.APPLIED:
            return self._report(found.outcome, found.text, clean=found.clean)
        cancelled = isinstance(error, Cancelled)
        return self._report(found.outcome, found.text, stage=stage, error=error, clean=found.clean, cancelled=cancelled)

    # ---- what the device holds

    def _truth(self, error: AppError) -> tuple[Outcome, bool]:
        """Something that changes running was refused, or was not true: look what is there."""
        if isinstance(error, DeployError):
            return error.outcome, True
        try:
            outcome = judge(self.at, self.at.session)
            if outcome is not Outcome.UNCHANGED and self.at.direct:
                return self._undo(), True
        except AppError:
            return Outcome.UNKNOWN, False
        return outcome, True

    def _undo(self) -> Outcome:
        """Only a part of the edits of running was made: under our lock, all that differs from before is ours."""
        at = self.at
        assert at.done.before is not None
        now = at.read("running", whole=True)
        back = plan(diff(now, at.done.before, at.change.schema))
        with at.log.stage(Stage.DISCARD, "Sending the opposite edits") as note:
            note.warn(
                at.call(
                    operations.edit_config("running", back.config, default_operation="none"), at.options.commit_timeout
                )
            )
            left = diff(at.read("running", whole=True), at.done.before, at.change.schema).entries
            note.text = "Running is what it was before." if not left else "Running is not what it was before."
            note.state = StageState.WARNING if left else note.state
        return Outcome.UNKNOWN if left else Outcome.ROLLED_BACK

    def _roll_back_pending(self) -> tuple[Outcome, bool]:
        """A confirmed commit is not going to be confirmed: have it undone now (RFC 6241, section 8.4)."""
        at = self.at
        if at.session.capabilities.confirmed_commit != "1.1":
            # without cancel-commit, ending the session is what undoes it
            at.session.abort()
            found = Returning(at).find_out(Stage.CONFIRM, ConnectionLost("The session was ended to roll back."))
            return found.outcome, found.clean
        try:
            with at.log.stage(Stage.DISCARD, "Cancelling the confirmed commit") as note:
                note.warn(at.call(operations.cancel_commit(), at.options.commit_timeout))
                at.done.pending = False
                outcome = judge(at, at.session)
                note.text = "Rolled back."
        except AppError:
            return Outcome.UNKNOWN, False
        return (Outcome.ROLLED_BACK if outcome is Outcome.UNCHANGED else Outcome.UNKNOWN), True

    # ---- putting in order

    def _discard(self) -> bool:
        """Throw our own edits out of candidate; False when the session had to be ended for it."""
        at = self.at
        if not at.done.edited or at.session.closed:
            return True
        try:
            with at.log.stage(Stage.DISCARD, "Discarding the edits") as note:
                note.warn(at.call(operations.discard_changes(), at.options.cleanup_timeout))
                at.done.edited = False
                note.text = "Candidate is what running is."
        except AppError:
            at.session.abort()
            return False
        return True

    def _unlock(self) -> bool:
        """Release our locks, the last one first; a session that cannot is ended, which releases them too."""
        at = self.at
        if not at.done.locked or at.session.closed:
            return True
        try:
            with at.log.stage(Stage.UNLOCK, "Unlocking") as note:
                while at.done.locked:
                    self._unlock_one(at.done.locked[-1], note)
                    at.done.locked.pop()
                note.text = "Unlocked."
        except AppError:
            at.session.abort()
            return not at.done.edited
        return True

    def _unlock_one(self, datastore: str, note: StageNote) -> None:
        try:
            note.warn(self.at.call(operations.unlock(datastore), self.at.options.cleanup_timeout))
        except RpcFailed:
            if datastore not in self.at.done.asked:
                raise
            # it was never ours: the lock that nobody waited for was not granted

    # ---- words

    def _failure_text(self, stage: Stage, error: AppError, outcome: Outcome) -> str:
        at = self.at
        if isinstance(error, RpcFailed):
            undone = at.strategy.error_option is not None or not at.direct
            start = words.refusal(stage, error, at.change.operations, undone)
        elif isinstance(error, Cancelled):
            start = f"Cancelled before the {'edit' if at.direct else 'commit'} was sent."
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
        advice = error.advice if isinstance(error, DeployError) else ""
        return " ".join(part for part in (start, state, words.DRAFT_KEPT, advice) if part)

    def _report(
        self,
        outcome: Outcome,
        text: str,
        *,
        stage: Stage | None = None,
        error: AppError | None = None,
        clean: bool = True,
        cancelled: bool = False,
    ) -> DeployReport:
        at = self.at
        errors: tuple[RpcError, ...] = ()
        if isinstance(error, RpcFailed | DeployError):
            errors = tuple(one for one in error.errors if not one.is_warning)
        why: DeployError | None = None
        if error is not None and stage is not None:
            why = DeployError(text, stage, outcome, errors=errors, state=error.state, advice=error.advice)
        return DeployReport(
            outcome=outcome,
            text=text,
            stages=tuple(at.log.ended),
            errors=errors,
            warnings=tuple(at.done.warnings),
            readback=at.done.readback,
            error=why,
            cancelled=cancelled,
            lost=isinstance(error, _NO_ANSWER),
            clean=clean,
        )
