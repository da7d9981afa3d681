"""How an apply of commands ends: what the device holds, the lock given back, and the words for it.

Lives here: `CliSettling`.  Does not live here: the stages (`cli_deploy`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netconf_gui.config.cli_diff import cli_diff, equal
from netconf_gui.config.cli_plan import cli_plan
from netconf_gui.errors import AppError, Cancelled, DeployError, Outcome, RpcError, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.cli_operations import CliError, cli_errors
from netconf_gui.services import words
from netconf_gui.services.cli_change import CliReport
from netconf_gui.services.locking import Locking
from netconf_gui.services.transaction import NO_ANSWER
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.session.session import Session

if TYPE_CHECKING:
    from netconf_gui.services.cli_deploy import CliApply

_STATES = {
    Outcome.UNCHANGED: words.NOTHING_CHANGED,
    Outcome.APPLIED: "Yet the change is there.",
    Outcome.UNKNOWN: "What the device holds is not known.",
}


class CliSettling:
    """Ends one apply; one of its methods is called, once."""

    def __init__(self, apply: CliApply) -> None:
        self.apply = apply
        self.at = apply.at

    def end_well(self) -> CliReport:
        """Release the lock and say what was done."""
        apply, at = self.apply, self.at
        clean = self._unlock()
        text = f"{words.count(apply.plan.edits, 'command')} applied to {at.options.device_name}."
        if apply.merged:
            text += f" Others had changed {words.count(apply.merged, 'command')} elsewhere; that stays."
        return self._report(Outcome.APPLIED, f"{text} {apply.read_back_words()}{self._startup()}", clean=clean)

    def end_with_nothing(self) -> CliReport:
        """The device holds what was wished already."""
        clean = self._unlock()
        text = f"{self.at.options.device_name} holds all of it already: somebody made the same change meanwhile."
        return self._report(Outcome.UNCHANGED, text, clean=clean)

    def end_badly(self, error: AppError) -> CliReport:
        """Find out what the device holds after a failure in the stage that began last."""
        at = self.at
        stage, cancelled = at.log.current, isinstance(error, Cancelled)
        lost = at.session.closed or (at.done.sent and isinstance(error, NO_ANSWER))
        if lost:
            at.session.abort()
            return self._after_loss(stage, error)
        outcome = self._truth(error) if at.done.sent else Outcome.UNCHANGED
        clean = self._unlock()
        refused = self._refused(stage, error)
        start = self._start(stage, error, refused)
        text = self._joined(start, self._state(outcome), self._more(outcome), words.DRAFT_KEPT, error)
        return self._report(outcome, text, stage=stage, error=error, clean=clean, cancelled=cancelled, refused=refused)

    # ---- what the device holds

    def _truth(self, error: AppError) -> Outcome:
        if isinstance(error, DeployError) and error.stage is Stage.READBACK:
            return error.outcome
        try:
            return self.apply.look(self.at.session)
        except AppError:
            return Outcome.UNKNOWN

    def _after_loss(self, stage: Stage, error: AppError) -> CliReport:
        """Reconnect, wait until the former session is gone, read and compare."""
        at = self.at
        begin = f"{words.lost(error)} {'during the edit' if stage is Stage.EDIT else f'at “{stage.value}”'}."
        if not at.done.sent:
            text = f"{words.lost(error)} before the commands were sent. {words.NOTHING_CHANGED} {words.DRAFT_KEPT}"
            return self._report(Outcome.UNCHANGED, text, stage=stage, error=error, lost=True)
        session = self._reconnect()
        if session is None:
            text = f"{begin} {at.options.device_name} cannot be reached since. Whether it was applied is not known."
            text = f"{text} Fetch it again once it answers. {words.DRAFT_KEPT}"
            return self._report(Outcome.UNKNOWN, text, stage=stage, error=error, clean=False, lost=True)
        try:
            settled = self._wait_for_lock(session)
            outcome = self.apply.look(session)
        except AppError as second:
            text = f"{begin} Reconnected, but could not compare: {second.message} {words.DRAFT_KEPT}"
            return self._report(Outcome.UNKNOWN, text, stage=stage, error=error, clean=False, lost=True)
        finally:
            session.close()
        if outcome is Outcome.APPLIED and stage in (Stage.EDIT, Stage.READBACK, Stage.STARTUP):
            text = f"{begin} Reconnected and compared: the change is applied.{self._startup()}"
            return self._report(outcome, text)
        if outcome is Outcome.UNCHANGED and not settled:
            outcome = Outcome.UNKNOWN
            state = "the change is not there, but the former session still holds its lock, so it may come yet."
        elif outcome is Outcome.UNCHANGED:
            state = "nothing has changed."
        else:
            state = f"only a part of it is there; missing: {self.apply.missing or 'nothing'}. {self._more(outcome)}"
        text = f"{begin} Reconnected and compared: {state} {words.DRAFT_KEPT}"
        return self._report(outcome, text, stage=stage, error=error, lost=True)

    def _reconnect(self) -> Session | None:
        at = self.at
        if at.reconnect is None:
            return None
        for attempt in range(at.options.reconnect_attempts):
            if attempt and at.pause(at.options.reconnect_pause):
                return None
            try:
                return at.reconnect()
            except AppError:
                continue
        return None

    def _wait_for_lock(self, session: Session) -> bool:
        """A lock on running means that the former session is gone and what it asked for is over."""
        at = self.at
        for attempt in range(at.options.reconnect_attempts):
            if attempt and at.pause(at.options.reconnect_pause):
                return False
            try:
                session.call(operations.lock("running"), timeout=at.options.cleanup_timeout)
            except RpcFailed:
                continue
            session.call(operations.unlock("running"), timeout=at.options.cleanup_timeout)
            return True
        return False

    def _unlock(self) -> bool:
        at = self.at
        if not at.done.locked or at.session.closed:
            return True
        try:
            with at.log.stage(Stage.UNLOCK, "Unlocking") as note:
                Locking(at).release(note)
        except AppError:
            at.session.abort()
        return True

    # ---- words

    def _refused(self, stage: Stage, error: AppError) -> tuple[CliError, ...]:
        if isinstance(error, RpcFailed) and stage is Stage.EDIT:
            return cli_errors(error.errors, self.apply.plan.typed)
        return ()

    def _start(self, stage: Stage, error: AppError, refused: tuple[CliError, ...]) -> str:
        why = PRIVILEGE if _may_not(error) else ""
        if refused:
            reasons = mask_cli(words.listed([one.words for one in refused]))
            number = words.count(self.apply.plan.edits, "command")
            told = f"The device refused {min(len(refused), self.apply.plan.edits)} of {number}: {reasons}"
        elif isinstance(error, Cancelled):
            told = "Cancelled before the commands were sent."
        else:
            told = error.message
        return f"{told} {why}".strip()

    def _state(self, outcome: Outcome) -> str:
        if outcome is Outcome.UNKNOWN and self.apply.after is not None:
            return f"A part of the change is there; missing: {self.apply.missing or 'nothing'}."
        return _STATES.get(outcome, "")

    def _more(self, outcome: Outcome) -> str:
        """That what is there can be taken back, and how."""
        if outcome is Outcome.UNCHANGED or not self.inverse:
            return ""
        return "The commands that take it back are offered: nothing else can."

    def _joined(self, *parts: object) -> str:
        advice = parts[-1].advice if isinstance(parts[-1], DeployError) else ""
        return " ".join(str(part) for part in (*parts[:-1], advice) if part)

    def _startup(self) -> str:
        at = self.at
        if not at.strategy.save_startup and not at.session.closed and not at.session.capabilities.startup:
            return ""
        if at.done.saved:
            return ""
        return " Whether startup was written is not known." if at.done.saving else " Startup was not written."

    @property
    def inverse(self) -> str:
        """The commands that make running what it was before; "" where it is that, or where it is not known."""
        apply = self.apply
        if apply.before is None:
            return ""
        if apply.after is not None:
            return "" if equal(apply.before, apply.after) else cli_plan(cli_diff(apply.after, apply.before)).text
        return cli_plan(apply.diff.reversed()).text if self.at.done.sent else ""

    def _report(
        self,
        outcome: Outcome,
        text: str,
        *,
        stage: Stage | None = None,
        error: AppError | None = None,
        clean: bool = True,
        cancelled: bool = False,
        lost: bool = False,
        refused: tuple[CliError, ...] = (),
    ) -> CliReport:
        apply, at = self.apply, self.at
        errors: tuple[RpcError, ...] = error.errors if isinstance(error, RpcFailed | DeployError) else ()
        why, known = None, apply.after or apply.before
        if stage is not None and error is not None:
            why = DeployError(error.message, stage, outcome, errors=errors, advice=error.advice)
        return CliReport(
            outcome,
            text,
            tuple(at.log.ended),
            errors=tuple(one for one in errors if not one.is_warning),
            warnings=tuple(at.done.warnings),
            error=why,
            cancelled=cancelled,
            lost=lost,
            clean=clean,
            theirs=apply.clash.encode(),
            holder=at.done.holder,
            refused=refused,
            inverse=self.inverse,
            verdicts=apply.verdicts,
            before=apply.before.text if apply.before is not None else "",
            now=known.text if known is not None else "",
        )


def _may_not(error: AppError) -> bool:
    """Whether it is the user who may not do it."""
    errors = error.errors if isinstance(error, RpcFailed | DeployError) else ()
    return any(one.tag == "access-denied" or "authorization failed" in (one.message or "").lower() for one in errors)


PRIVILEGE = "Changing the configuration needs privilege level 15 (username … privilege 15, or authorization by AAA)."
