"""Coming back to a device after a connection was lost in mid-apply, to find out how it ended.

Lives here: reconnecting, waiting until the old session has let go, comparing, settling a confirmed commit that outlived
its session, and clearing our own edits out of candidate.  Does not live here: what is done while the session works
(`settling`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from netconf_gui.config.compare import Verdict
from netconf_gui.errors import (
    AppError,
    AuthenticationFailed,
    CertificateChanged,
    CertificateUntrusted,
    ConnectionLost,
    HostKeyChanged,
    HostKeyUnknown,
    Outcome,
    RpcFailed,
    Stage,
)
from netconf_gui.protocol import operations
from netconf_gui.services import words
from netconf_gui.services.change import overlapping
from netconf_gui.services.events import GuardState
from netconf_gui.services.transaction import NO_ANSWER, Transaction
from netconf_gui.services.verdict import judge
from netconf_gui.session.session import Session

ROUNDS = 3  # new sessions that are begun to find out, where they are lost again
_IN_VAIN = (AuthenticationFailed, CertificateChanged, CertificateUntrusted, HostKeyChanged, HostKeyUnknown)


@dataclass(frozen=True, slots=True)
class Found:
    """How an apply ended, as far as it could be found out; `clean`: nothing of it is left behind."""

    outcome: Outcome
    text: str
    clean: bool
    pending: bool = False  # a confirmed commit still waits on the device


class Returning:
    """Finds out, once, with a session of its own."""

    def __init__(self, at: Transaction) -> None:
        self.at = at
        self._what = "edit" if at.direct else "commit"

    def find_out(self, stage: Stage, error: AppError) -> Found:
        """Reconnect if that is possible, compare, and put it into words."""
        if not self.at.done.sent:
            return self._before_the_point(error)
        begin, done = self._begin(stage, error), self.at.done
        until = done.over_at + self.at.options.expiry_slack if done.pending else 0.0
        second = error
        for _ in range(ROUNDS):
            session = self._reconnect(until)
            if session is None:
                return self._unreachable(error)
            try:
                return self._guarded(session, begin) if done.pending else self._compare(session, begin)
            except NO_ANSWER as lost:  # lost again: once more
                session.abort()
                second = lost
            except AppError as refused:
                second = refused
                break
            finally:
                session.close()
        text = f"{begin} Reconnected, but could not compare: {second.message}"
        return Found(
            Outcome.UNKNOWN, f"{text} {words.hint(self.at.change)} {words.DRAFT_KEPT}", False, pending=done.pending
        )

    # ---- a guard that outlives its session

    def resume(self) -> bool:
        """Go on over a new session where the confirmed commit whose answer was lost has been done."""
        session = self._reconnect(self.at.done.ends_at)
        if session is None:
            return False
        try:
            there = self._settled_verdict(session)[0] is Outcome.APPLIED
        except AppError:
            session.abort()
            return False
        if not there:
            session.close()
            return False
        self.at.take_over(session)
        return True

    def reconnected(self) -> Session:
        """A new session while there is time to confirm; raises `ConnectionLost`."""
        session = self._reconnect(self.at.done.ends_at)
        if session is None:
            raise ConnectionLost("The session had ended, and the device cannot be reached to confirm.")
        return session

    def under_lock(self) -> bool:
        """Go on over a new session that has all locks again; False where they are not to be had."""
        at = self.at
        at.session.abort()
        session = self._reconnect()
        if session is None:
            return False
        try:
            locked = self._wait_for_lock(session)
            for datastore in at.strategy.lock:
                if locked and datastore != "running":
                    session.call(operations.lock(datastore), timeout=at.options.cleanup_timeout)
        except AppError:
            locked = False
        if not locked:
            session.abort()
            return False
        at.take_over(session)
        at.done.locked.extend(("running", *(name for name in at.strategy.lock if name != "running")))
        return True

    # ---- before anything was active

    def _before_the_point(self, error: AppError) -> Found:
        """Nothing that changes running was sent: only candidate may hold something."""
        text = f"{words.lost(error)} before the {self._what} was sent. {words.NOTHING_CHANGED}"
        clean = True
        if self.at.done.edited and not self.at.strategy.private:
            clean, more = self.clear_after_return()
            text += f" {more}"
        return Found(Outcome.UNCHANGED, f"{text} {words.DRAFT_KEPT}", clean)

    def clear_after_return(self) -> tuple[bool, str]:
        """Whether candidate is free of our edits now that the session has ended, and a sentence about it."""
        if self.at.strategy.private:
            return True, ""  # it went with the session
        session = self._reconnect()
        if session is None:
            return False, "The device could not be reached to see whether it discarded the edits in candidate."
        try:
            with self._when_settled(session):
                if self.clear_candidate(session):
                    return True, "Candidate holds nothing of it."
                return False, "Candidate holds edits that cannot be told from somebody else's; they were left."
        except AppError as error:
            return False, f"Whether candidate still holds the edits could not be read: {error.message}"
        finally:
            session.close()

    # ---- after it

    def _unreachable(self, error: AppError) -> Found:
        device, done = self.at.options.device_name, self.at.done
        if done.accepted and not done.pending:
            text = f"The device said ok to the {self._what}; then the connection was lost, so it was not read back."
            return Found(Outcome.APPLIED, text, clean=True)
        if done.pending and not done.confirming:
            clock = words.clock(done.over_at)
            text = (
                f"{words.lost(error)} before the commit was confirmed. {device} rolls it back by itself "
                f"by {clock}; this could not be seen. {words.hint(self.at.change)}"
            )
        else:
            text = (
                f"{device} cannot be reached since the {self._what} was sent. Whether it was applied is not known. "
                f"{words.hint(self.at.change)}"
            )
        return Found(Outcome.UNKNOWN, f"{text} {words.DRAFT_KEPT}", clean=False, pending=done.pending)

    def _compare(self, session: Session, begin: str) -> Found:
        done = self.at.done
        with self._when_settled(session) as settled:
            outcome = judge(self.at, session)
            clean = self._cleared(session) if done.edited else True
        begin = f"{begin} Reconnected and compared:"
        if outcome is Outcome.UNCHANGED and not settled:
            more = "the change is not there, but the former session still holds its lock, so it may come yet."
            return Found(Outcome.UNKNOWN, f"{begin} {more} {words.hint(self.at.change)} {words.DRAFT_KEPT}", False)
        if outcome is Outcome.UNCHANGED:
            return Found(outcome, f"{begin} nothing has changed. {words.DRAFT_KEPT}", clean)
        if outcome is Outcome.APPLIED:
            return Found(outcome, f"{begin} the change is applied.", clean)
        return self._partly(begin, clean)

    def _partly(self, begin: str, clean: bool) -> Found:
        missing = [item.path.short() for item in self.at.done.readback if item.verdict is Verdict.NOT_THERE]
        more = f"only a part of it is there; missing: {words.listed(missing)}."
        return Found(Outcome.UNKNOWN, f"{begin} {more} {words.DRAFT_KEPT}", clean)

    def _guarded(self, session: Session, begin: str) -> Found:
        """A confirmed commit was sent: settle it as was meant, then look."""
        at, done = self.at, self.at.done
        granted = self._settle(session)
        outcome, settled = self._settled_verdict(session, self._settle)
        if outcome is Outcome.APPLIED and not done.confirming:
            # it could not be taken back: the device does that when the time is over
            self._wait_for_expiry()
            outcome = judge(at, session)
        elif outcome is Outcome.APPLIED and not at.persist_id:
            # a device that takes back what went with its session may be late with it
            at.pause(at.options.reconnect_pause)
            outcome = judge(at, session)
        clean = self._cleared(session)
        begin = f"{begin} Reconnected and compared:"
        back = done.accepted or granted
        if outcome is Outcome.UNCHANGED and not settled and not back:
            more = "the change is not there, but running is locked, so it may come yet, for its time only."
            return Found(
                Outcome.UNKNOWN, f"{begin} {more} {words.hint(at.change)} {words.DRAFT_KEPT}", False, pending=True
            )
        if outcome is Outcome.UNCHANGED:
            at.tell_guard(GuardState.ROLLED_BACK, "The change is not there any more.")
            what = "the change was rolled back" if back else "the change is not there"
            return Found(
                Outcome.ROLLED_BACK if back else Outcome.UNCHANGED, f"{begin} {what}. {words.DRAFT_KEPT}", clean
            )
        if outcome is Outcome.UNKNOWN:
            return self._partly(begin, False)
        if done.confirming and (granted or settled):
            at.tell_guard(GuardState.CONFIRMED, "The change stays.")
            return Found(outcome, f"{begin} the change is applied.", clean)
        return self._still_there(begin)

    def _still_there(self, begin: str) -> Found:
        done = self.at.done
        clock = words.clock(done.over_at)
        if time.time() > done.over_at:
            text = f"{begin} the change is there, though nobody confirmed it and the time was over at {clock}."
            return Found(Outcome.APPLIED, f"{text} {words.hint(self.at.change)} {words.DRAFT_KEPT}", clean=True)
        text = f"{begin} the change is there, but it was not confirmed: the device takes it back by {clock}."
        return Found(Outcome.UNKNOWN, f"{text} {words.hint(self.at.change)} {words.DRAFT_KEPT}", False, pending=True)

    def _settle(self, session: Session) -> bool:
        """Confirm or cancel once more what was sent over the lost session; True when the device says ok.

        A refusal may say that nothing waits any more, or that somebody's lock is in the way.
        """
        at = self.at
        if not at.persist_id:
            return False  # it went with its session
        again = operations.commit if at.done.confirming else operations.cancel_commit
        try:
            session.call(again(persist_id=at.persist_id), timeout=at.options.commit_timeout)
        except RpcFailed:
            return False
        return True

    def _settled_verdict(
        self, session: Session, again: Callable[[Session], bool] | None = None
    ) -> tuple[Outcome, bool]:
        """What running holds, and whether that is the end of it: the former session has let go and nothing waits.

        Both are so once running can be locked.  Without `again`, which settles what waits, a change that is there is
        enough.
        """
        outcome = Outcome.UNKNOWN
        for attempt in range(max(2, self.at.options.reconnect_attempts)):
            if attempt and self.at.pause(self.at.options.reconnect_pause):
                break
            outcome = judge(self.at, session)
            if outcome is Outcome.APPLIED and again is None:
                return outcome, False
            if self._lock_running(session):
                try:
                    return judge(self.at, session), True
                finally:
                    self._unlock_running(session)
            if again is not None:
                again(session)
        return outcome, False

    def _wait_for_expiry(self) -> None:
        at = self.at
        if at.done.over_at <= time.time():
            return
        with at.log.stage(Stage.DISCARD, "Waiting until the device takes it back by itself") as note:
            at.pause(at.done.over_at - time.time() + at.options.expiry_slack)
            note.text = "The time to confirm is over."

    def _begin(self, stage: Stage, error: AppError) -> str:
        when = {Stage.EDIT: "during the edit", Stage.COMMIT: "during commit", Stage.CONFIRM: "during the confirmation"}
        return f"{words.lost(error)} {when.get(stage, f'after the {self._what}')}."

    # ---- locks and candidate

    @contextmanager
    def _when_settled(self, session: Session) -> Iterator[bool]:
        """Look under a lock on running, once the former session has let go; False when it does not."""
        settled = self._wait_for_lock(session)
        try:
            yield settled
        finally:
            if settled:
                self._unlock_running(session)

    def _wait_for_lock(self, session: Session) -> bool:
        """A lock on running means that the former session is gone and what it asked for is over."""
        for attempt in range(self.at.options.reconnect_attempts):
            if attempt and self.at.pause(self.at.options.reconnect_pause):
                return False
            if self._lock_running(session):
                return True
        return False

    def _lock_running(self, session: Session) -> bool:
        try:
            session.call(operations.lock("running"), timeout=self.at.options.cleanup_timeout)
        except RpcFailed:
            return False
        return True

    def _unlock_running(self, session: Session) -> None:
        with suppress(AppError):  # the end of the session does it too
            session.call(operations.unlock("running"), timeout=self.at.options.cleanup_timeout)

    def _cleared(self, session: Session) -> bool:
        """`clear_candidate`, which is no reason not to know what running holds."""
        try:
            return self.clear_candidate(session)
        except RpcFailed:
            return False

    def clear_candidate(self, session: Session) -> bool:
        """Whether candidate is, or was made, what running is; our own edits are discarded for that."""
        if self.at.direct or self.at.strategy.private:
            return True
        running = self.at.read("running", whole=True, session=session)
        candidate = self.at.read("candidate", whole=True, session=session)
        left = self.at.change.compare(running, candidate)
        if not left:
            return True
        ours = len(overlapping(left, self.at.change.touched)) == len(left) and not any(
            item.verdict is Verdict.NOT_THERE for item in self.at.verify(candidate)
        )
        if ours:
            try:
                session.call(operations.discard_changes(), timeout=self.at.options.cleanup_timeout)
            except RpcFailed:
                return False  # somebody has locked it by now
        return ours

    # ---- sessions

    def _reconnect(self, until: float = 0.0) -> Session | None:
        """A new session, after some tries, the last of them after `until` (time.time()); None when there is none."""
        at = self.at
        if at.reconnect is None:
            return None
        left = at.options.reconnect_attempts
        first = True
        while left > 0:
            if not first and at.pause(at.options.reconnect_pause):
                return None
            first = False
            if time.time() >= until:
                left -= 1
            try:
                return at.reconnect()
            except _IN_VAIN:
                return None
            except AppError:
                continue
        return None
