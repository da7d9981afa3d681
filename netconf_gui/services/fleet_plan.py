"""What a fleet is going to do: one change, and for each device what it means there.

Lives here: the change as it is given, `DevicePlan`, `FleetPlan`, the options and the order of waves.  Does not live
here: making plans (`fleet_prepare`), carrying them out (`fleet_run`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

from netconf_gui.config.diff import Diff
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError
from netconf_gui.services.deploy import DeployOptions, Strategy
from netconf_gui.services.fleet_members import Member
from netconf_gui.services.words import count
from netconf_gui.session.redact import MASK, is_secret_name, redact
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema

ChangeKind = Literal["edit", "target", "diff"]
Scope = Literal["fleet", "wave"]
CONFIRM_SECONDS = 120
PARALLEL = 20


@dataclass(frozen=True, slots=True)
class FleetChange:
    """The one change for all devices.

    `kind` edit: `text` is the content of `<config>` and is sent as it is.  target: `text` is the wished state of the
    top-level nodes that it holds.  diff: `base` and `text` are two states, and what differs between them is made on
    each device, whatever else that holds.  With `template` the texts are Jinja2.
    """

    kind: ChangeKind
    text: bytes
    base: bytes | None = None
    template: bool = False
    name: str = "The change"

    def checked(self) -> FleetChange:
        """The change itself; raises `ConfigError` for one that cannot be."""
        if (self.kind == "diff") != (self.base is not None):
            raise ConfigError("A difference needs two configurations: the one to start from, and the one wished.")
        return self


@dataclass(frozen=True, slots=True)
class FleetOptions:
    """How a fleet is changed; `deploy` is what holds for each of its devices."""

    confirm_seconds: int | None = CONFIRM_SECONDS  # None: no guard; a failure is undone by the opposite edits
    canary: int = 0  # so many devices are changed and looked at before the others are touched
    batch: int = 0  # the others are changed so many at a time; 0: all at once
    parallel: int = PARALLEL  # devices that are worked on at the same time
    scope: Scope = "fleet"  # wave: canaries and each batch stay changed when a later batch fails
    go_on: bool = False  # scope wave: go on with the next batch after one that failed
    probe: bool = True  # look at each device over a new session before the change is confirmed
    confirm_by: Literal["program", "person"] = "program"  # who decides, when all is well, that the change stays
    deploy: DeployOptions = field(default_factory=DeployOptions)

    def checked(self) -> FleetOptions:
        """The options themselves; raises `ConfigError` for numbers that cannot be."""
        least = {"canary": 0, "batch": 0, "parallel": 1}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise ConfigError(f"{name} is {getattr(self, name)}. Allowed: {low} and more.")
        if self.confirm_seconds is not None and self.confirm_seconds < 1:
            raise ConfigError(f"The time to confirm is {self.confirm_seconds} s. Allowed: 1 and more.")
        return self


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """What the change means on one device.  With an error among `problems` nothing is sent to it."""

    member: Member
    base: bytes = b""  # running as it was read
    mine: bytes = b""  # what running shall be
    edit: bytes | None = None  # sent as it is, instead of what is worked out
    schema: Schema | None = None
    with_defaults: str | None = None  # the mode of the reading
    difference: Diff | None = None
    operations: int = 0
    summary: str = ""
    edit_config: str = ""  # the whole <edit-config> as it would be sent, for people; it may hold secrets
    strategy: Strategy | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflicts: tuple[InstancePath, ...] = ()
    seconds: float = 0.0

    @property
    def key(self) -> str:
        return self.member.key

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def ok(self) -> bool:
        """Whether it can be carried out."""
        return self.strategy is not None and not any(problem.is_error for problem in self.problems)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.ok and self.operations == 0

    @property
    def guarded(self) -> bool:
        """Whether the device undoes the change by itself unless it is confirmed."""
        return self.strategy is not None and self.strategy.confirmed

    def shown(self) -> str:
        """The `<edit-config>` without its secrets: nodes, and variables, whose names say that they hold one."""
        text = redact(self.edit_config)
        for name, value in self.member.variables.items():
            if value and is_secret_name(name):
                text = text.replace(escape(value), MASK)
        return text


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """The plans of all devices, in the order in which they are locked."""

    change: FleetChange
    options: FleetOptions
    devices: tuple[DevicePlan, ...]

    @property
    def ok(self) -> bool:
        """Whether it can be carried out on every device."""
        return all(device.ok for device in self.devices)

    @property
    def working(self) -> tuple[DevicePlan, ...]:
        """Those on which there is something to do."""
        return tuple(device for device in self.devices if device.ok and not device.empty)

    def device(self, key: str) -> DevicePlan | None:
        return next((device for device in self.devices if device.key == key), None)

    def without(self, keys: Collection[str]) -> FleetPlan:
        """The plan of the other devices."""
        return FleetPlan(self.change, self.options, tuple(one for one in self.devices if one.key not in keys))

    def waves(self) -> tuple[tuple[DevicePlan, ...], ...]:
        """Who is changed together: canaries, then batches.

        Devices that cannot undo a change by themselves come last: what fails before them costs them nothing.
        """
        options = self.options
        inner = sorted(self.working, key=lambda device: not device.guarded)
        first, rest = inner[: options.canary], inner[options.canary :]
        size = options.batch or max(1, len(rest))
        batches = [rest[at : at + size] for at in range(0, len(rest), size)]
        return tuple(tuple(wave) for wave in [first, *batches] if wave)

    def notes(self) -> tuple[str, ...]:
        """Sentences to read before anything is sent."""
        found = []
        waves = self.waves()
        bare = [device.name for device in self.working if not device.guarded]
        seconds = self.options.confirm_seconds
        if len(self.working) > len(bare):
            found.append(
                f"Every device takes the change for {seconds} s; it stays only after all of them have been looked at."
            )
        if bare:
            number = "is" if len(bare) == 1 else "are"
            why = "cannot confirm a commit" if seconds is not None else f"{number} changed without a confirmed commit"
            last = "it comes" if len(bare) == 1 else "they come"
            found.append(
                f"{_listed(bare)} {why}: {last} last, and if something fails, the opposite edits are sent there."
            )
        if self.options.canary and waves:
            found.append(f"{_listed([device.name for device in waves[0]])} first; the others when that has gone well.")
        if self.options.scope == "wave" and len(waves) > 1:
            found.append("Each of the batches stays changed when a later one fails.")
        return tuple(found)

    def summary(self) -> str:
        """In a line: how many devices are changed, have nothing to do, or cannot be changed."""
        bad = sum(not device.ok for device in self.devices)
        idle = sum(device.empty for device in self.devices)
        edits = sum(device.operations for device in self.working)
        parts = [f"{count(len(self.working), 'device')} to change with {count(edits, 'edit')}"]
        if idle:
            parts.append(f"{idle} with nothing to do")
        if bad:
            parts.append(f"{bad} with problems")
        return ", ".join(parts) + "."


def _listed(names: list[str], limit: int = 5) -> str:
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")
