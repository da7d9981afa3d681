"""How an apply goes on a particular device, decided from its capabilities before anything is sent.

Lives here: `DeployOptions`, `Strategy`, and the sentences that tell a person what will happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Policy
from netconf_gui.errors import CapabilityMissing, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.profiles import Profile
from netconf_gui.protocol.xml import new_element
from netconf_gui.services.events import LeftoverAnswer, Leftovers, LockAnswer, LockHolder
from netconf_gui.services.guard import GuardControl
from netconf_gui.workspace.snapshots import SnapshotStore

Target = Literal["candidate", "running"]


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """How to apply; `datastore` "auto" takes candidate where there is one, else running."""

    datastore: Literal["auto", "candidate", "running"] = "auto"
    confirm_seconds: int | None = None  # a confirmed commit, to be confirmed within that time; None: a plain commit
    save_startup: bool = False  # make running survive a restart at the end, where the device has a way
    comment: str = ""  # for the device's list of commits, where its profile knows how
    label: str = ""  # the same
    with_defaults: str | None = ""  # the mode `base` was read with; "": the one that is used for editing
    device_name: str = "the device"
    device_id: str = ""
    commit_timeout: float = 300.0  # seconds, for what changes running
    relock_after: float = 30.0  # seconds; locks held for longer are looked after before the commit
    expiry_slack: float = 2.0  # seconds that a device may take to notice that the time to confirm is over
    cleanup_timeout: float = 10.0  # seconds, for each request that puts the device in order after a failure
    reconnect_attempts: int = 5
    reconnect_pause: float = 2.0  # seconds
    policy: Policy = "strict"  # how the edit is worked out; see `config.plan`
    replace: tuple[InstancePath, ...] = ()  # nodes that are sent as one replace
    unreadable: tuple[InstancePath, ...] = ()  # what the person may not read; see `services.nacm`
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
    validate: Literal["validate", "test-only", "test-then-set", "none"]
    test_option: str | None
    error_option: str | None
    confirmed: bool
    save_startup: bool
    notes: tuple[str, ...]
    private: bool = False  # candidate is of this session alone
    persist: bool = False  # the confirmed commit outlives its session
    confirm_seconds: int | None = None
    default_operation: Literal["none", "merge"] = "none"  # of planned edits
    max_message: int = 0  # octets that the device takes in one message; 0: without limit

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages to expect when all goes well, in order."""
        stages = [Stage.PRECHECK, Stage.LOCK, Stage.COMPARE]
        if self.target == "running":
            stages += [Stage.VALIDATE, Stage.EDIT] if self.validate == "test-only" else [Stage.EDIT]
        else:
            stages += [Stage.EDIT, Stage.VALIDATE] if self.validate == "validate" else [Stage.EDIT]
            stages += [Stage.COMMIT]
        if self.confirmed:
            stages += [Stage.PROBE, Stage.CONFIRM]
        stages.append(Stage.READBACK)
        if self.save_startup:
            stages.append(Stage.STARTUP)
        return (*stages, Stage.UNLOCK)


def strategy(capabilities: Capabilities, profile: Profile, options: DeployOptions | None = None) -> Strategy:
    """What an apply will do; raises `CapabilityMissing` when it cannot be done as asked (RFC 6241, section 8)."""
    options = options or DeployOptions()
    target = _target(capabilities, options)
    private = target == "candidate" and capabilities.private_candidate
    notes: list[str] = []
    if target == "candidate":
        whose = "a candidate of this session alone" if private else "candidate"
        notes.append(f"The edits go to {whose} and become active with one commit.")
        lock: tuple[str, ...] = ("running",) if private else profile.lock_order
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
    persist = _guard(capabilities, target, options, notes)
    saving = saving_operation(capabilities, profile)
    saves = options.save_startup and saving is not None
    if saving is not None:
        way = "copied to startup" if capabilities.startup else f"kept ({saving.name})"
        notes.append(
            f"Running is {way} at the end."
            if saves
            else "Startup is not written: the change does not survive a restart of the device."
        )
    notes += _particular(profile, target, options)
    return Strategy(
        target,
        lock,
        validate,
        test_option,
        error_option,
        options.confirm_seconds is not None,
        saves,
        tuple(notes),
        private,
        persist,
        options.confirm_seconds,
        profile.default_operation,
        profile.max_message,
    )


def saving_operation(capabilities: Capabilities, profile: Profile) -> Operation | None:
    """How running is made to survive a restart; None where the device needs nothing for that, or has no way."""
    if capabilities.startup:
        return operations.copy_config("startup", "running")
    if profile.save_to_startup.startswith("rpc:"):
        name = profile.save_to_startup.removeprefix("rpc:")
        return operations.custom(new_element(name, {None: etree.QName(name).namespace or ""}))
    return None


def _particular(profile: Profile, target: Target, options: DeployOptions) -> list[str]:
    """What is done differently because the device is what it is."""
    notes = []
    if profile.default_operation != "none":
        notes.append(f"{profile.title} only checks edits with default-operation none: they are sent with merge.")
    if profile.lock_retry:
        notes.append(f"A lock that the device holds itself is tried again for {profile.lock_retry:g} s.")
    if profile.max_message:
        notes.append(f"The device takes messages of at most {profile.max_message:,} bytes.")
    for word, text, element in (
        ("comment", options.comment, profile.commit_comment),
        ("label", options.label, profile.commit_label),
    ):
        if text and not (element and target == "candidate"):
            notes.append(f"The device takes no {word} with a change: yours is not sent.")
    return notes


def _guard(capabilities: Capabilities, target: Target, options: DeployOptions, notes: list[str]) -> bool:
    """Whether the confirmed commit gets a persist-id; False also where none is wished."""
    seconds = options.confirm_seconds
    if seconds is None:
        return False
    if target != "candidate" or not capabilities.confirmed_commit:
        raise _missing("cannot confirm a commit", "confirmed-commit", "Apply without a confirmed commit.")
    persist = options.persist and capabilities.confirmed_commit == "1.1"
    seen = "the device was reached over a new session" if options.probe else "it was read back"
    who = "by you" if options.confirm_by == "person" else f"after {seen}"
    notes.append(f"The commit is confirmed {who}; without that the device rolls back after {seconds} s.")
    if capabilities.confirmed_commit != "1.1":
        notes.append(
            "The device knows confirmed-commit 1.0 only: it rolls back at once when this session ends, and a program "
            "that ended cannot come back to confirm."
        )
    elif not persist:
        notes.append("Without a persist-id the device rolls back at once when this session ends.")
    return persist


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
) -> tuple[Literal["validate", "test-only", "test-then-set", "none"], str | None]:
    if not capabilities.validate:
        notes.append("The device cannot validate: that stage is skipped.")
        return "none", None
    if target == "running":
        if capabilities.validate == "1.1":
            notes.append("The device tests the edits by themselves (test-only) before it is told to make them.")
            return "test-only", "test-then-set"
        notes.append("The device tests the edits before it makes them (test-then-set).")
        return "test-then-set", "test-then-set"
    if profile.validate_by_test_then_set:
        notes.append(
            f"{profile.title} loses edits that are validated and then committed: "
            "it validates together with the edit (test-then-set)."
        )
        return "test-then-set", "test-then-set"
    return "validate", None


def _missing(what: str, capability: str, advice: str) -> CapabilityMissing:
    return CapabilityMissing(
        f"The device {what}.", capability, state="Nothing was sent. Your draft is kept.", advice=advice
    )
