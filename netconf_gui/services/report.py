"""What is told about an apply when it is over."""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.config.compare import ReadbackItem
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.merge_words import Conflict
from netconf_gui.errors import DeployError, Outcome, RpcError
from netconf_gui.services.events import LockHolder, StageEvent


@dataclass(frozen=True, slots=True)
class DeployReport:
    """How an apply ended.  Always returned once it began, success or not; `error` is what stopped it."""

    outcome: Outcome
    text: str  # what happened, what state the device is in, what to do next
    stages: tuple[StageEvent, ...]  # one per stage that ended, in order
    errors: tuple[RpcError, ...] = ()  # every rpc-error of severity error
    nodes: tuple[str, ...] = ()  # for each of them the path of the node it is about; "": it names none
    warnings: tuple[RpcError, ...] = ()
    readback: tuple[ReadbackItem, ...] = ()
    error: DeployError | None = None
    cancelled: bool = False  # it stopped because it was cancelled
    lost: bool = False  # it stopped because the connection was lost or no answer came
    clean: bool = True  # nothing of the apply is left behind: no lock, no edit in candidate
    seconds: float = 0.0
    merged: tuple[DiffEntry, ...] = ()  # what others had changed elsewhere meanwhile; the change was put on top of it
    conflicts: tuple[Conflict, ...] = ()  # what others had changed in the same places; nothing was sent
    theirs: bytes = b""  # running as read, where there are conflicts
    holder: LockHolder | None = None  # who had the lock that was denied
    pending: bool = False  # a confirmed commit was left for somebody to settle

    @property
    def ok(self) -> bool:
        return self.error is None
