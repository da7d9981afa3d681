"""Confirmed commits (RFC 6241, section 8.4): what is pending, and how it ends.

Lives here: the state of the one confirmed commit that can be pending, its alarm and its rollback.  Does not live
here: validation before a commit and who may commit (`editing`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.demo.clock import Clock
from netconf_gui.demo.datastores import RUNNING, Datastores
from netconf_gui.demo.replies import in_use, invalid_value, refused

DEFAULT_TIMEOUT = 600  # seconds, RFC 6241 section 8.4.1


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """The parameters of a commit (RFC 6241, section 8.4.5)."""

    confirmed: bool = False
    timeout: int = DEFAULT_TIMEOUT  # seconds
    persist: str | None = None
    persist_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Pending:
    session_id: int
    persist: str | None
    before: etree._Element
    disarm: Callable[[], None]


class ConfirmedCommits:
    """The pending confirmed commit, if any; not thread-safe, the device's lock guards it.

    `announce(event, session_id, timeout)` is told of start, extend, complete, cancel and timeout; session_id is None
    when the device itself acts.
    """

    def __init__(
        self,
        datastores: Datastores,
        clock: Clock,
        guard: Callable[[Callable[[], None]], Callable[[], None]],
        announce: Callable[[str, int | None, int | None], None],
    ) -> None:
        self._datastores = datastores
        self._clock = clock
        self._guard = guard
        self._announce = announce
        self._pending: _Pending | None = None

    @property
    def pending_session(self) -> int | None:
        """The session whose confirmed commit is pending."""
        return self._pending.session_id if self._pending else None

    def check(self, session_id: int, persist_id: str | None) -> None:
        """Raise `RefusedError` unless that session may confirm, extend or cancel what is pending."""
        pending = self._pending
        if pending is None:
            if persist_id is not None:
                raise invalid_value("No confirmed commit with a persist-id is pending.", "persist-id")
        elif pending.persist is not None:
            if persist_id is None:
                raise in_use("A persistent confirmed commit is pending; give its persist-id.")
            if persist_id != pending.persist:
                raise invalid_value("The persist-id is not that of the pending confirmed commit.", "persist-id")
        elif persist_id is not None:
            raise invalid_value("The pending confirmed commit has no persist-id.", "persist-id")
        elif pending.session_id != session_id:
            raise in_use(f"A confirmed commit of session {pending.session_id} is pending.")

    def check_quiet(self, session_id: int) -> None:
        """Raise in-use if another session's confirmed commit is pending: its rollback would undo what is written."""
        if self._pending is not None and self._pending.session_id != session_id:
            raise in_use(f"A confirmed commit of session {self._pending.session_id} is pending.")

    def commit(self, session_id: int, request: CommitRequest) -> None:
        """Make candidate running: for good, or until the time is over.  `check` must have passed."""
        pending = self._pending
        before = pending.before if pending else self._datastores.running
        self._datastores.promote()
        if pending:
            pending.disarm()
            self._pending = None
        if not request.confirmed:
            if pending:
                self._announce("complete", session_id, None)
            return
        persist = request.persist if request.persist is not None else request.persist_id
        alarm = self._clock.call_later(request.timeout, self._guard(lambda: self._expire(this)))
        this = self._pending = _Pending(session_id, persist, before, alarm)
        self._announce("extend" if pending else "start", session_id, request.timeout)

    def cancel(self, session_id: int, persist_id: str | None) -> None:
        """`<cancel-commit>` (RFC 6241, section 8.4.4.1)."""
        if self._pending is None and persist_id is None:
            raise refused("operation-failed", "No confirmed commit is pending.")
        self.check(session_id, persist_id)
        self._roll_back("cancel", session_id)

    def session_ended(self, session_id: int) -> None:
        """Without persist, a confirmed commit does not outlive its session."""
        pending = self._pending
        if pending and pending.session_id == session_id and pending.persist is None:
            self._roll_back("cancel", None)

    def stop(self) -> None:
        """Disarm the alarm; nothing is rolled back."""
        if self._pending:
            self._pending.disarm()

    def _expire(self, which: _Pending) -> None:
        # an alarm may have gone off while the commit that disarms it was being done
        if self._pending is which:
            self._roll_back("timeout", None)

    def _roll_back(self, event: str, session_id: int | None) -> None:
        pending = self._pending
        if pending is None:
            return
        pending.disarm()
        self._pending = None
        self._datastores.write(RUNNING, pending.before)
        self._announce(event, session_id, None)
