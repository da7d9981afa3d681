"""What all parts of an apply share: the session, the change, and the account of what has been done to the device.

Lives here: `Transaction` and its `Done`.  Does not live here: the stages (`applying`), what follows a failure
(`settling`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.compare import ReadbackItem, verify
from netconf_gui.errors import RpcError
from netconf_gui.protocol.operations import Operation
from netconf_gui.services.change import Change
from netconf_gui.services.stages import StageLog
from netconf_gui.services.strategy import DeployOptions, Strategy
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalEntry


@dataclass
class Done:
    """What has been done to the device so far; all that settling needs to know."""

    locked: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)  # of these, the ones whose lock was asked for and not answered
    edited: bool = False  # candidate may hold our edits
    sent: bool = False  # something that changes running has been sent
    accepted: bool = False  # and the device said ok
    pending: bool = False  # a confirmed commit waits for its confirmation
    confirming: bool = False  # the confirmation has been sent
    read: bool = False  # the result has been read back
    before: etree._Element | None = None  # running as it was under our lock
    after: etree._Element | None = None  # running as a whole, as it was read back
    readback: tuple[ReadbackItem, ...] = ()
    warnings: list[RpcError] = field(default_factory=list)


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
    done: Done = field(default_factory=Done)

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
            with_defaults=self._with_defaults(),
            timeout=timeout,
            cancel=cancel,
        )

    def verify(self, now: etree._Element) -> tuple[ReadbackItem, ...]:
        """What became of each edit."""
        return verify(self.change.difference, now, self.change.schema)

    def owe(self, step: str, *duties: str) -> None:
        """Record, before it is done, what must still be done after it."""
        if self.journal is not None:
            self.journal.step(step, duties)

    def _with_defaults(self) -> str | None:
        asked = self.options.with_defaults
        return datastores.editing_with_defaults(self.session.capabilities) if asked == "" else asked
