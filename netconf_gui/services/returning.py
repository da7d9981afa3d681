"""Coming back to a device after a connection was lost in mid-apply, to find out how it ended.

Lives here: reconnecting, waiting until the old session has let go, comparing, and clearing our own edits out of
candidate.  Does not live here: what is done while the session works (`settling`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from netconf_gui.config.compare import Verdict
from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, AuthenticationFailed, HostKeyChanged, HostKeyUnknown, Outcome, RpcFailed, Stage
from netconf_gui.protocol import operations
from netconf_gui.services import words
from netconf_gui.services.change import overlapping
from netconf_gui.services.transaction import Transaction
from netconf_gui.services.verdict import judge
from netconf_gui.session.session import Session

_IN_VAIN = (AuthenticationFailed, HostKeyChanged, HostKeyUnknown)


@dataclass(frozen=True, slots=True)
class Found:
    """How an apply ended, as far as it could be found out; `clean`: nothing of it is left behind."""

    outcome: Outcome
    text: str
    clean: bool


class Returning:
    """Finds out, once, with a session of its own."""

    def __init__(self, at: Transaction) -> None:
        self.at = at
        self._what = "edit" if at.direct else "commit"

    def find_out(self, stage: Stage, error: AppError) -> Found:
        """Reconnect if that is possible, compare, and put it into words."""
        if not self.at.done.sent:
            return self._before_the_point(error)
        session = self._reconnect()
        if session is None:
            return self._unreachable(error)
        try:
            return self._compare(session, stage, error)
        except AppError as second:
            text = f"{self._begin(stage, error)} Reconnected, but could not compare: {second.message}"
            return Found(Outcome.UNKNOWN, f"{text} {words.hint(self.at.change)} {words.DRAFT_KEPT}", clean=False)
        finally:
            session.close()

    def _before_the_point(self, error: AppError) -> Found:
        """Nothing that changes running was sent: only candidate may hold something."""
        text = f"{words.lost(error)} before the {self._what} was sent. {words.NOTHING_CHANGED}"
        clean = True
        if self.at.done.edited:
            clean, more = self._clear_after_return()
            text += f" {more}"
        return Found(Outcome.UNCHANGED, f"{text} {words.DRAFT_KEPT}", clean)

    def _clear_after_return(self) -> tuple[bool, str]:
        session = self._reconnect()
        if session is None:
            return False, "The device could not be reached to see whether it discarded the edits in candidate."
        try:
            with self._when_settled(session):
                if self._clear_candidate(session):
                    return True, "Candidate holds nothing of it."
                return False, "Candidate holds edits that cannot be told from somebody else's; they were left."
        except AppError as error:
            return False, f"Whether candidate still holds the edits could not be read: {error.message}"
        finally:
            session.close()

    def _unreachable(self, error: AppError) -> Found:
        device, done = self.at.options.device_name, self.at.done
        if done.accepted and not done.pending:
            text = f"The device said ok to the {self._what}; then the connection was lost, so it was not read back."
            return Found(Outcome.APPLIED, text, clean=True)
        if done.pending and not done.confirming:
            text = (
                f"{words.lost(error)} before the commit was confirmed. {device} rolls it back by itself "
                f"within {self.at.options.confirm_seconds} s; this could not be seen."
            )
        else:
            text = (
                f"{device} cannot be reached since the {self._what} was sent. Whether it was applied is not known. "
                f"{words.hint(self.at.change)}"
            )
        return Found(Outcome.UNKNOWN, f"{text} {words.DRAFT_KEPT}", clean=False)

    def _compare(self, session: Session, stage: Stage, error: AppError) -> Found:
        done = self.at.done
        with self._when_settled(session) as settled:
            outcome = judge(self.at, session)
            clean = self._clear_candidate(session) if done.edited else True
        begin = f"{self._begin(stage, error)} Reconnected and compared:"
        if outcome is Outcome.UNCHANGED and not settled:
            more = "the change is not there, but the former session still holds its lock, so it may come yet."
            return Found(Outcome.UNKNOWN, f"{begin} {more} {words.hint(self.at.change)} {words.DRAFT_KEPT}", False)
        if outcome is Outcome.UNCHANGED:
            if done.pending:
                return Found(Outcome.ROLLED_BACK, f"{begin} the device rolled back. {words.DRAFT_KEPT}", clean)
            return Found(outcome, f"{begin} nothing has changed. {words.DRAFT_KEPT}", clean)
        if outcome is Outcome.APPLIED:
            if done.pending and not done.confirming:
                more = f"the change is there, but it was not confirmed: the device takes it back within \
{self.at.options.confirm_seconds} s."
                return Found(Outcome.UNKNOWN, f"{begin} {more} {words.DRAFT_KEPT}", clean=False)
            return Found(outcome, f"{begin} the change is applied.", clean)
        missing = [item.path.short() for item in done.readback if item.verdict is Verdict.NOT_THERE]
        return Found(outcome, f"{begin} only a part of it is there; missing: {words.listed(missing)}.", clean)

    def _begin(self, stage: Stage, error: AppError) -> str:
        when = {Stage.EDIT: "during the edit", Stage.COMMIT: "during commit", Stage.CONFIRM: "during the confirmation"}
        return f"{words.lost(error)} {when.get(stage, f'after the {self._what}')}."

    @contextmanager
    def _when_settled(self, session: Session) -> Iterator[bool]:
        """Look under a lock on running, once the former session has let go; False when it does not."""
        settled = self._wait_for_lock(session)
        try:
            yield settled
        finally:
            if settled:
                session.call(operations.unlock("running"), timeout=self.at.options.cleanup_timeout)

    def _wait_for_lock(self, session: Session) -> bool:
        """A lock on running means that the former session is gone and what it asked for is over."""
        for attempt in range(self.at.options.reconnect_attempts):
            if attempt and self._pause():
                return False
            try:
                session.call(operations.lock("running"), timeout=self.at.options.cleanup_timeout)
            except RpcFailed:
                continue
            return True
        return False

    def _clear_candidate(self, session: Session) -> bool:
        """Whether candidate is what running is; edits that are ours beyond doubt are discarded for that."""
        if self.at.direct:
            return True
        running = self.at.read("running", whole=True, session=session)
        candidate = self.at.read("candidate", whole=True, session=session)
        left = diff(running, candidate, self.at.change.schema).entries
        if not left:
            return True
        ours = len(overlapping(left, self.at.change.touched)) == len(left) and not any(
            item.verdict is Verdict.NOT_THERE for item in self.at.verify(candidate)
        )
        if ours:
            session.call(operations.discard_changes(), timeout=self.at.options.cleanup_timeout)
        return ours

    def _reconnect(self) -> Session | None:
        """A new session, after some tries; None when there is no way or the person does not want to wait."""
        if self.at.reconnect is None:
            return None
        for attempt in range(self.at.options.reconnect_attempts):
            if attempt and self._pause():
                return None
            try:
                return self.at.reconnect()
            except _IN_VAIN:
                return None
            except AppError:
                continue
        return None

    def _pause(self) -> bool:
        """Wait between two tries; True when cancelled."""
        over = threading.Event()
        remove = self.at.cancel.on_cancel(over.set)
        try:
            return over.wait(self.at.options.reconnect_pause)
        finally:
            remove()
