"""How an apply goes on a particular device, decided from its capabilities before anything is sent.

Lives here: `DeployOptions`, `Strategy`, and the sentences that tell a person what will happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Policy
from netconf_gui.errors import CapabilityMissing
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.profiles import Profile
from netconf_gui.services.events import LeftoverAnswer, Leftovers, LockAnswer, LockHolder
from netconf_gui.services.guard import GuardControl
from netconf_gui.workspace.snapshots import SnapshotStore

Target = Literal["candidate", "running"]


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """How to apply; `datastore` "auto" takes candidate where there is one, else running."""

    datastore: Literal["auto", "candidate", "running"] = "auto"
    confirm_seconds: int | None = None  # a confirmed commit, confirmed after the read-back; None: a plain commit
    save_startup: bool = False  # copy running to startup at the end, where the device has a startup
    with_defaults: str | None = ""  # the mode `base` was read with; "": the one that is used for editing
    device_name: str = "the device"
    device_id: str = ""
    commit_timeout: float = 300.0  # seconds, for what changes running
    cleanup_timeout: float = 10.0  # seconds, for each request that puts the device in order after a failure
    reconnect_attempts: int = 5
    reconnect_pause: float = 2.0  # seconds
    policy: Policy = "strict"  # how the edit is worked out; see `config.plan`
    replace: tuple[InstancePath, ...] = ()  # nodes that are sent as one replace
    edit_default_operation: str = "merge"  # where an edit is sent as it is
    confirm_by: Literal["program", "person"] = "program"  # who confirms a confirmed commit
    persist: bool = True  # with a persist-id where the device knows them, so that it outlives the session
    persist_id: str = ""  # "": a random one
    probe: bool = True  # look over a new session before confirming
    guard: GuardControl | None = None  # needed where a person confirms
    when_locked: Callable[[LockHolder], LockAnswer] | None = None  # None: give up
    on_leftovers: Callable[[Leftovers], LeftoverAnswer] | None = None  # None: give up
    history: SnapshotStore | None = None  # where the apply is kept


@dataclass(frozen=True, slots=True)
class Strategy:
    """What an apply will do on this device; `notes` are sentences to show before anything is sent."""

    target: Target
    lock: tuple[str, ...]  # datastores, in locking order
    validate: Literal["validate", "test-then-set", "none"]
    test_option: str | None
    error_option: str | None
    confirmed: bool
    save_startup: bool
    notes: tuple[str, ...]


def strategy(capabilities: Capabilities, profile: Profile, options: DeployOptions | None = None) -> Strategy:
    """What an apply will do; raises `CapabilityMissing` when it cannot be done as asked (RFC 6241, section 8)."""
    options = options or DeployOptions()
    target = _target(capabilities, options)
    notes: list[str] = []
    if target == "candidate":
        notes.append("The edits go to candidate and become active with one commit.")
        lock: tuple[str, ...] = ("candidate", "running")
    else:
        start = "The edits go" if capabilities.candidate else "The device has no candidate: the edits go"
        notes.append(f"{start} to running and are active at once.")
        lock = ("running",)
    error_option = "rollback-on-error" if capabilities.rollback_on_error else None
    if target == "running":
        notes.append(
            "If one edit fails, the device undoes the others (rollback-on-error)."
            if error_option
            else "The device does not undo a half-done edit: if one fails, the opposite edits are sent."
        )
    validate, test_option = _validation(capabilities, profile, target, notes)
    confirmed = options.confirm_seconds is not None
    if confirmed:
        _require_confirmed(capabilities, target)
        notes.append(
            f"The commit is confirmed after reading back; without that the device rolls back "
            f"after {options.confirm_seconds} s."
        )
    saves = options.save_startup and capabilities.startup
    if capabilities.startup:
        notes.append(
            "Running is copied to startup at the end."
            if saves
            else "Startup is not written: the change does not survive a restart of the device."
        )
    return Strategy(target, lock, validate, test_option, error_option, confirmed, saves, tuple(notes))


def _target(capabilities: Capabilities, options: DeployOptions) -> Target:
    candidate, running = capabilities.candidate, capabilities.writable_running
    if options.datastore == "candidate" or (options.datastore == "auto" and candidate):
        if not candidate:
            raise _missing("has no candidate datastore", "candidate", "Apply to running, if the device lets you.")
        return "candidate"
    if not running:
        if options.datastore == "running":
            raise _missing("does not let running be edited", "writable-running", "Apply to candidate.")
        raise _missing(
            "has neither a candidate nor a writable running",
            "candidate",
            "Its configuration cannot be edited by NETCONF. Look at what its hello announces.",
        )
    return "running"


def _validation(
    capabilities: Capabilities, profile: Profile, target: Target, notes: list[str]
) -> tuple[Literal["validate", "test-then-set", "none"], str | None]:
    if not capabilities.validate:
        notes.append("The device cannot validate: that stage is skipped.")
        return "none", None
    if target == "running":
        notes.append("The device tests the edits before it makes them (test-then-set).")
        return "test-then-set", "test-then-set"
    if profile.validate_by_test_then_set:
        notes.append(
            f"{profile.title} loses edits that are validated and then committed: "
            "it validates together with the edit (test-then-set)."
        )
        return "test-then-set", "test-then-set"
    return "validate", None


def _require_confirmed(capabilities: Capabilities, target: Target) -> None:
    if target != "candidate" or not capabilities.confirmed_commit:
        raise _missing("cannot confirm a commit", "confirmed-commit", "Apply without a confirmed commit.")


def _missing(what: str, capability: str, advice: str) -> CapabilityMissing:
    return CapabilityMissing(
        f"The device {what}.", capability, state="Nothing was sent. Your draft is kept.", advice=advice
    )
