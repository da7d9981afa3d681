"""What all parts of an apply share: the session, the change, and the account of what has been done to the device.

Lives here: `Transaction` and its `Done`.  Does not live here: the stages (`applying`), what follows a failure
(`settling`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.compare import ReadbackItem, verify
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.merge_words import Conflict
from netconf_gui.errors import ConnectionLost, ProtocolError, RpcError, RpcTimeout, SessionClosed
from netconf_gui.protocol.operations import Operation
from netconf_gui.services.change import Change
from netconf_gui.services.events import GuardEvent, GuardState, LockHolder
from netconf_gui.services.stages import StageLog
from netconf_gui.services.strategy import DeployOptions, Strategy
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import Guarded, JournalEntry

NO_ANSWER = (ConnectionLost, SessionClosed, RpcTimeout, ProtocolError)
"""After these nobody knows whether the device did what it was asked for."""


@dataclass
class Done:
    """What has been done to the device so far; all that settling needs to know."""

    locked: list[str] = field(default_factory=list)
    locked_at: float = 0.0  # time.monotonic()
    asked: set[str] = field(default_factory=set)  # of these, the ones whose lock was asked for and not answered
    dropped: bool = False  # the device let go of a lock of ours by itself, and somebody else may have it
    holder: LockHolder | None = None  # who had the lock that was denied
    edited: bool = False  # candidate may hold our edits
    sent: bool = False  # something that changes running has been sent
    accepted: bool = False  # and the device said ok
    pending: bool = False  # a confirmed commit waits for its confirmation
    ends_at: float = 0.0  # time.time() until which it surely waits
    over_at: float = 0.0  # time.time() at which it is surely over
    confirming: bool = False  # the confirmation has been sent
    left: bool = False  # it was left for somebody to settle
    saving: bool = False  # startup was asked to become what running is
    saved: bool = False  # and it did
    read: bool = False  # the result has been read back
    unmoved: bool = False  # and it was what it had been before
    before: etree._Element | None = None  # running as it was under our lock
    after: etree._Element | None = None  # running as a whole, as it was read back
    entry_id: str = ""  # of its entry in the history, kept before running was changed
    readback: tuple[ReadbackItem, ...] = ()
    warnings: list[RpcError] = field(default_factory=list)
    discarded: tuple[DiffEntry, ...] = ()  # what others had left in candidate, thrown away by a person's decision
    merged: tuple[DiffEntry, ...] = ()  # what others changed elsewhere since the base was fetched
    conflicts: tuple[Conflict, ...] = ()
    theirs: bytes = b""  # running as read, where there are conflicts


@dataclass
class Transaction:
    """One apply on one session."""

    session: Session
    options: DeployOptions
    change: Change
    strategy: Strategy
    log: StageLog
    cancel: CancelToken
    reconnect: Callable[[], Session] | None = None
    journal: JournalEntry | None = None
    persist_id: str = ""  # "": the confirmed commit, if there is one, belongs to its session
    done: Done = field(default_factory=Done)

    def __post_init__(self) -> None:
        self.first_session = self.session

    @property
    def direct(self) -> bool:
        """Whether running is edited itself."""
        return self.strategy.target == "running"

    def call(
        self, operation: Operation, timeout: float | None = None, cancel: CancelToken | None = None
    ) -> tuple[RpcError, ...]:
        """One request; warnings are kept for the report and returned."""
        warnings = self.session.call(operation, timeout=timeout, cancel=cancel).warnings
        self.done.warnings.extend(warnings)
        return warnings

    def read(
        self,
        datastore: str,
        *,
        whole: bool = False,
        session: Session | None = None,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> etree._Element:
        """What a datastore holds, all of it or the top-level nodes that the change touches."""
        return datastores.get_config(
            session or self.session,
            datastore,
            filter_xml=None if whole else self.change.filters(),
            with_defaults=self.with_defaults(),
            timeout=timeout,
            cancel=cancel,
        )

    def verify(self, now: etree._Element) -> tuple[ReadbackItem, ...]:
        """What became of each edit."""
        return verify(self.change.difference, now, self.change.schema)

    def owe(self, step: str, *duties: str, guarded: Guarded | None = None) -> None:
        """Record, before it is done, what must still be done after it."""
        if self.journal is not None:
            self.journal.step(step, (*duties, *(f"unlock {name}" for name in reversed(self.strategy.lock))), guarded)

    def take_over(self, session: Session) -> None:
        """Go on with another session: the one before has ended, and its locks with it."""
        if self.session is not session:
            self.session.abort()
        self.session = session
        self.done.locked.clear()
        self.done.asked.clear()

    def pause(self, seconds: float) -> bool:
        """Wait; True when cancelled."""
        over = threading.Event()
        remove = self.cancel.on_cancel(over.set)
        try:
            return over.wait(max(0.0, seconds))
        finally:
            remove()

    def tell_guard(self, state: GuardState, text: str) -> None:
        """Say where the confirmed commit stands."""
        seconds = self.strategy.confirm_seconds or 0
        by_person = self.options.confirm_by == "person"
        self.log.tell(GuardEvent(state, seconds, self.done.ends_at, self.persist_id, by_person, text))

    def guard_begins(self) -> None:
        """A confirmed commit is about to be sent: the least time there is counts from now."""
        self.done.ends_at = time.time() + (self.strategy.confirm_seconds or 0)
        self.done.over_at = self.done.ends_at + self.options.commit_timeout

    def guard_began(self) -> None:
        """The device said ok to it: the most time there is counts from now."""
        self.done.over_at = time.time() + (self.strategy.confirm_seconds or 0)

    def with_defaults(self) -> str | None:
        """The mode in which configurations are read, the one of the base."""
        asked = self.options.with_defaults
        return datastores.editing_with_defaults(self.session.capabilities) if asked == "" else asked
