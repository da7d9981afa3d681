"""What a fleet tells while it works: the cells of the matrix of devices and stages, and the steps of the whole.

Delivered by calling a function on whichever thread does the work, one event at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from netconf_gui.services.events import Event, StageState


class FleetPhase(StrEnum):
    """A step that all devices take together, in order; rolling back comes instead of what was left."""

    PLAN = "plan"
    LOCK = "lock"  # one device after the other, in order
    CHECK = "check"  # compare, edit, validate
    COMMIT = "commit"
    PROBE = "probe"
    CONFIRM = "confirm"
    FINISH = "finish"  # read back, startup, unlock
    ROLL_BACK = "roll-back"


@dataclass(frozen=True, slots=True)
class FleetEvent:
    """Something happened on one device: a stage began or ended, progress, a note."""

    device_id: str  # `Member.key`
    event: Event


@dataclass(frozen=True, slots=True)
class FleetStep:
    """A step of the whole began or ended; `wave` counts from 1, 0 for steps that all take together."""

    phase: FleetPhase
    state: StageState
    text: str
    devices: tuple[str, ...] = ()
    wave: int = 0
    waves: int = 0


FleetSink = Callable[[FleetEvent | FleetStep], None]
