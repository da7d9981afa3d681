"""The guard of one apply: a confirmed commit, a look over a new session, a decision, the confirmation.

Lives here: `Guarding`.  Does not live here: taking it back (`settling`), coming back after a loss (`returning`), guards
that outlived their program (`pending`).
"""

from __future__ import annotations

import time
from typing import Literal

from lxml import etree

from netconf_gui.config.compare import Verdict
from netconf_gui.errors import (
    AppError,
    AuthenticationFailed,
    CertificateChanged,
    CertificateUntrusted,
    ConnectionLost,
    DeployError,
    HostKeyChanged,
    HostKeyUnknown,
    Outcome,
    SessionLimit,
    Stage,
)
from netconf_gui.protocol import operations
from netconf_gui.services import marks, words
from netconf_gui.services.commit_words import with_words
from netconf_gui.services.events import GuardState, StageState
from netconf_gui.services.returning import Returning
from netconf_gui.services.stages import StageNote
from netconf_gui.services.transaction import NO_ANSWER, Transaction
from netconf_gui.services.verdict import look
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import Guarded

_IN_VAIN = (AuthenticationFailed, CertificateChanged, CertificateUntrusted, HostKeyChanged, HostKeyUnknown)


class NotConfirmed(DeployError):
    """A confirmed commit that is not going to be confirmed by this apply, and why."""

    def __init__(self, why: Literal["roll-back", "leave", "expired"], text: str, advice: str = "") -> None:
        super().__init__(text, Stage.CONFIRM, Outcome.UNKNOWN, advice=advice)
        self.why = why


class Guarding:
    """The guard of one apply."""

    def __init__(self, at: Transaction) -> None:
        self.at = at
        self._salt = marks.new_salt()

    # ---- committing

    def commit(self, note: StageNote) -> None:
        """Commit for a time; an answer that was lost is found out about where the commit outlives its session."""
        at = self.at
        seconds = at.strategy.confirm_seconds or 0
        at.guard_begins()
        at.owe("commit", "settle commit", "check running", "discard candidate", guarded=self._recorded())
        operation = with_words(operations.commit(confirmed=True, timeout=seconds, persist=at.persist_id or None), at)
        at.done.sent = at.done.pending = True
        try:
            note.warn(at.call(operation, at.options.commit_timeout))
        except NO_ANSWER as error:
            if not (at.persist_id and Returning(at).resume()):
                raise
            note.state = StageState.WARNING
            note.text = f"{words.lost(error)}, but it was committed; another session goes on. "
        else:
            at.guard_began()
        at.done.accepted, at.done.edited = True, False
        note.text += f"Committed for {seconds} s, to be confirmed."

    def _recorded(self, now: etree._Element | None = None) -> Guarded:
        """What a later start of the program needs to settle it; `now` is running as it is with the change."""
        at = self.at
        difference = at.change.difference
        after = difference.mine_root if now is None else now
        before = at.done.before if at.done.before is not None else difference.base_root
        return Guarded(
            persist_id=at.persist_id,
            seconds=at.strategy.confirm_seconds or 0,
            ends_at=at.done.ends_at,
            session_id=at.session.session_id,
            summary=words.entries_text(difference.entries) if difference else words.count(at.change.operations, "edit"),
            with_defaults=at.with_defaults(),
            salt=self._salt,
            marks=marks.make_marks(at.change, before, after, self._salt),
        )

    # ---- probing

    def probe(self) -> None:
        """The device can be reached anew, is the same, and holds what was sent; raises `AppError`."""
        at = self.at
        if at.done.pending:
            at.tell_guard(GuardState.PROBING, "Committed; looking whether the device can still be reached.")
        with at.log.stage(Stage.PROBE, "Looking over a new session") as note:
            if not at.options.probe or at.reconnect is None:
                self._note(self._check(at.session))
                note.text = f"{words.read_back(at.done.readback)} No new session was tried."
                return
            try:
                session = self._reached()
            except SessionLimit as limit:
                self._note(self._check(at.session))
                note.text = f"{words.read_back(at.done.readback)} No new session was tried: {limit.message}"
                note.state = StageState.WARNING
                return
            what = "certificate" if session.stream.peer.certificate else "host key"
            note.text = f"Reached over a new session, the same {what}. {words.read_back(at.done.readback)}"
            if at.session.closed and (at.persist_id or not at.done.pending):
                at.take_over(session)
                note.state = StageState.WARNING
                note.text += " The former session had ended; this one goes on."
            else:
                session.close()

    def _note(self, now: etree._Element) -> None:
        """Keep how the device itself writes what was applied: by that it is known again."""
        if self.at.done.pending:
            self.at.owe("probe", "settle commit", "check running", guarded=self._recorded(now))

    def _reached(self) -> Session:
        """A new session over which the result was read; some tries, while there is time."""
        at = self.at
        assert at.reconnect is not None
        last: AppError | None = None
        for attempt in range(max(1, at.options.reconnect_attempts)):
            if attempt and at.pause(at.options.reconnect_pause):
                break
            at.cancel.check()
            self._in_time()
            self._not_decided_against()
            try:
                session = at.reconnect()
            except SessionLimit:
                raise
            except _IN_VAIN as error:
                raise self._unreachable(error) from error
            except AppError as error:
                last = error
                continue
            try:
                self._note(self._check(session))
            except NO_ANSWER as error:
                session.abort()
                last = error
                continue
            except AppError:
                session.close()
                raise
            return session
        at.cancel.check()
        raise self._unreachable(last or ConnectionLost("There was no time to try."))

    def _check(self, session: Session) -> etree._Element:
        """What running holds on the same device, with the change in it; raises `DeployError`."""
        at = self.at
        first, now_proved = at.first_session.stream.peer.proof, session.stream.peer.proof
        if first and now_proved and first != now_proved:
            what = "certificate" if session.stream.peer.certificate else "host key"
            raise DeployError(
                f"The new session came to another {what}: {now_proved}.",
                Stage.PROBE,
                Outcome.UNKNOWN,
                advice="Find out which device answers at this address.",
            )
        now = look(at, session)
        if any(item.verdict is Verdict.NOT_THERE for item in at.done.readback):
            raise DeployError(
                words.untrue(at.done.readback, at.options.device_name),
                Stage.PROBE,
                Outcome.UNCHANGED if at.done.unmoved else Outcome.UNKNOWN,
                advice="Refresh to see what the device holds.",
            )
        return now

    def _unreachable(self, error: AppError) -> DeployError:
        return DeployError(
            f"{self.at.options.device_name} cannot be reached over a new session: {error.message}",
            Stage.PROBE,
            Outcome.UNKNOWN,
            advice="The change probably cuts the way to the device. Look at what it does to addresses and routes.",
        )

    # ---- deciding and confirming

    def confirm(self, note: StageNote, *, ask: bool) -> None:
        """Make it stay; with `ask` somebody decides first.  Raises `NotConfirmed` and what a commit raises."""
        at = self.at
        if ask:
            self._decide()
        self._not_decided_against()
        at.cancel.check()
        self._in_time()
        if at.session.closed and at.persist_id:
            at.take_over(Returning(at).reconnected())
        self._nothing_else()
        at.owe("confirm", "settle commit", "check running")
        at.done.confirming = True
        note.warn(at.call(operations.commit(persist_id=at.persist_id or None), self._patience()))
        at.done.pending = False
        note.text = "Confirmed: the change stays."
        at.tell_guard(GuardState.CONFIRMED, note.text)

    def _patience(self) -> float:
        """How long to wait for the answer to the confirmation, so that there is time to make it again."""
        options = self.at.options
        if not self.at.persist_id:
            return options.commit_timeout
        left = self.at.done.ends_at - time.time()
        return min(options.commit_timeout, max(options.cleanup_timeout, left / 2))

    def _decide(self) -> None:
        at = self.at
        control = at.options.guard
        if at.options.confirm_by != "person" or control is None:
            return
        at.tell_guard(GuardState.WAITING, "Confirm, or the device takes it back.")
        decision = control.wait(at.done.ends_at, at.cancel)
        if decision is None:
            raise NotConfirmed("expired", "Nobody confirmed in time.", "Apply again, with more time if need be.")

    def _not_decided_against(self) -> None:
        control = self.at.options.guard
        decision = control.decision if self.at.done.pending and control is not None else None
        if decision == "roll-back":
            raise NotConfirmed("roll-back", "Rolled back as decided.")
        if decision == "leave":
            raise self._left()

    def _left(self) -> NotConfirmed:
        if self.at.persist_id:
            return NotConfirmed("leave", "The commit was left to be settled later.")
        return NotConfirmed("roll-back", "The commit belongs to this session, so it could not be left.")

    def _in_time(self) -> None:
        at = self.at
        if at.done.pending and time.time() >= at.done.ends_at:
            raise NotConfirmed("expired", "The time to confirm is over.", "Apply again, with more time.")

    def _nothing_else(self) -> None:
        """A confirming commit commits candidate too: without our lock on it, it could hold somebody's edits."""
        at = self.at
        if "candidate" in at.done.locked or at.strategy.private:
            return
        running, candidate = (at.read(name, whole=True) for name in ("running", "candidate"))
        left = at.change.compare(running, candidate)
        if left:
            raise NotConfirmed(
                "roll-back",
                f"Somebody edits candidate by now ({words.entries_text(left)}), and a confirmation would commit that.",
                "Apply again when they have finished.",
            )
