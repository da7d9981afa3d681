"""The table of the fault matrix: every stage of an apply by everything that can go wrong in it.

Lives here: flows, faults with the ways in which each can happen, which cells a run plays.  Does not live here: playing
them (`matrix_run`), the tests (`test_matrix`).  Stages are those of `errors.Stage`: a new one is in the matrix at once,
and the run says so if nothing leads there (`WAYS`).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import Stage
from tests.faults.matrix_lab import Lab

ALL = bool(os.environ.get("RUN_ALL"))
SEED = int(os.environ.get("MATRIX_SEED", "5"))
SHARE = 3  # an ordinary run plays one cell of so many


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: until the network is back, between tries to come back, to confirm a commit."""

    outage: float
    pause: float
    confirm: int


PACE = Pace(5.0, 2.0, 15) if ALL else Pace(1.0, 0.4, 5)


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to apply."""

    name: str
    title: str
    datastore: str
    guarded: bool = False
    startup: bool = False

    def several(self, stage: Stage) -> bool:
        """Whether the stage asks the device more than once: there is but one datastore where running is edited."""
        return stage in SEVERAL and self.datastore == "candidate"


FLOWS = (
    Flow("guarded", "a confirmed commit and startup", "candidate", guarded=True, startup=True),
    Flow("plain", "one commit of candidate", "candidate"),
    Flow("running", "edits of running", "running"),
)

WAYS: Mapping[Stage, tuple[Fault, ...]] = {Stage.DISCARD: (Fault("validate", Action.RPC_ERROR),)}
"""What must go wrong before for a stage to come at all."""
WAYS_OF_RUNNING: Mapping[Stage, tuple[Fault, ...]] = {
    Stage.DISCARD: (Fault("edit-config", Action.RPC_ERROR, when="after", skip=1),)
}
"""The same where running is edited: the first edit-config is the test of it."""

SEVERAL = frozenset({Stage.LOCK, Stage.COMPARE, Stage.PROBE, Stage.UNLOCK})
"""Stages that ask the device more than once; the second request is hit as well."""

Strike = Callable[[Lab, int], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a fault happens; `strike(lab, n)` is done when the stage begins, for its request number n."""

    name: str
    strike: Strike
    counted: bool = True  # befalls one request; else it happens at once


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One column of the matrix."""

    title: str
    variants: tuple[Variant, ...]
    kills: bool = False  # ends the program itself
    unreachable: bool = False  # afterwards nobody reaches the device
    cuts: bool = False  # the network goes, whether something is asked in the stage or not
    patience: float = 20.0  # seconds for which the program waits for an answer


def _arm(action: Action, when: str = "before", *, count: int = 1) -> Strike:
    return lambda lab, skip: lab.faults.arm(Fault("*", action, when=when, skip=skip, count=count))


def _cut(lab: Lab, _skip: int) -> None:
    lab.network.cut()


def _killed(lab: Lab, _skip: int) -> None:
    lab.network.go_down()
    lab.network.cut()


def _killed_after(lab: Lab, skip: int) -> None:
    lab.network.go_down()
    lab.faults.once_done(lab.network.cut)
    lab.faults.arm(Fault("*", Action.NEVER_REPLY, when="after", skip=skip))


def _away(lab: Lab, _skip: int) -> None:
    _killed(lab, 0)
    lab.network.back_after(PACE.outage)


def _away_after(lab: Lab, skip: int) -> None:
    _killed_after(lab, skip)
    lab.network.back_after(PACE.outage)


def _away_silently(lab: Lab, _skip: int) -> None:
    lab.network.go_down()
    lab.network.cut(silently=True)
    lab.network.back_after(PACE.outage)


FAULTS = (
    FaultKind(
        "connection reset",
        (
            Variant("before it is done", _arm(Action.DROP)),
            Variant("after it is done", _arm(Action.DROP, "after")),
            Variant("at once", _cut, counted=False),
        ),
    ),
    FaultKind(
        "no answer",
        (
            Variant("not done", _arm(Action.NEVER_REPLY)),
            Variant("done", _arm(Action.NEVER_REPLY, "after")),
        ),
        patience=3.0,
    ),
    FaultKind("garbage", (Variant("in place of the answer", _arm(Action.GARBAGE)),)),
    FaultKind("truncated reply", (Variant("half of the answer", _arm(Action.TRUNCATE)),)),
    FaultKind(
        "rpc-error",
        (
            Variant("not done", _arm(Action.RPC_ERROR)),
            Variant("done all the same", _arm(Action.RPC_ERROR, "after")),
        ),
    ),
    FaultKind(
        "server killed",
        (
            Variant("before it is done", _killed, counted=False),
            Variant("after it is done", _killed_after),
        ),
        unreachable=True,
        cuts=True,
        patience=5.0,
    ),
    FaultKind(
        "killed -9",
        (
            Variant("before it is done", _arm(Action.NEVER_REPLY)),
            Variant("after it is done", _arm(Action.NEVER_REPLY, "after")),
        ),
        kills=True,
    ),
    FaultKind(
        "network back after 5 s",
        (
            Variant("before it is done", _away, counted=False),
            Variant("after it is done", _away_after),
            Variant("the device does not notice", _away_silently, counted=False),
        ),
        cuts=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to play: a stage, a fault, the way it happens, in which flow, at which of the stage's requests."""

    stage: Stage
    fault: FaultKind
    variant: Variant
    flow: Flow
    request: int = 0

    def __str__(self) -> str:
        number = f"-{self.request + 1}" if self.request else ""
        words = f"{self.stage.value}-{self.fault.title}-{self.variant.name}-{self.flow.name}{number}"
        return words.replace(" ", "_")

    @property
    def ways(self) -> tuple[Fault, ...]:
        """The faults that lead to the stage."""
        return (WAYS_OF_RUNNING if self.flow.datastore == "running" else WAYS).get(self.stage, ())


def cases_of(stage: Stage, fault: FaultKind) -> list[Case]:
    """All cases of one cell; those whose flow does not have the stage are left out when they are played."""
    return [Case(stage, fault, variant, flow) for flow in FLOWS for variant in fault.variants]


def flows_of(stage: Stage) -> tuple[Flow, ...]:
    """The flows in which a stage can come."""
    return tuple(flow for flow in FLOWS if _has(flow, stage))


def _has(flow: Flow, stage: Stage) -> bool:
    if stage in (Stage.PROBE, Stage.CONFIRM):
        return flow.guarded
    if stage is Stage.COMMIT:
        return flow.datastore == "candidate"
    return flow.startup if stage is Stage.STARTUP else True


def chosen(stages: Sequence[Stage] = tuple(Stage)) -> list[Case]:
    """What this run plays: with RUN_ALL everything; else one case of each third cell, by the seed."""
    cells = [(stage, fault) for stage in stages for fault in FAULTS]
    dice = random.Random(SEED)
    if not ALL:
        cells = sorted(dice.sample(cells, len(cells) // SHARE), key=cells.index)
    found: list[Case] = []
    for stage, fault in cells:
        cases = [case for case in cases_of(stage, fault) if case.flow in flows_of(stage)]
        if stage in SEVERAL and not fault.kills:
            cases += [replace(one, request=1) for one in cases if one.variant.counted and one.flow.several(stage)]
        found += cases if ALL else [dice.choice(cases)]
    return found
