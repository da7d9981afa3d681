"""Counters that move: what the demo device pretends to forward.

Each counter grows evenly with time, at a rate that follows from its name, so that two readings of the same moment
agree and tests can know the value.  Does not live here: which nodes show which counter (`operational`).
"""

from __future__ import annotations

import zlib

from netconf_gui.demo.clock import Clock

_WRAP = 2**64


class Traffic:
    """Counters by name."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.started = clock.now()
        self._cleared: dict[str, float] = {}

    def since(self, group: str) -> float:
        """When the counters of a group (an interface, a rule) last were zero; seconds since the epoch."""
        return self._cleared.get(group, self.started)

    def clear(self, group: str) -> None:
        self._cleared[group] = self._clock.now()

    def count(self, group: str, name: str, per_second: float) -> int:
        """The counter's value; the real rate is between half and one and a half times `per_second`."""
        seconds = max(0.0, self._clock.now() - self.since(group))
        return int(seconds * per_second * (0.5 + _share(f"{group}/{name}"))) % _WRAP

    def gauge(self, name: str, low: float, high: float) -> float:
        """A value that goes up and down between two limits, once in about two minutes."""
        phase = (self._clock.now() / (90 + 60 * _share(name)) + _share(name)) % 1.0
        return low + (high - low) * (2 * phase if phase < 0.5 else 2 - 2 * phase)


def _share(name: str) -> float:
    """A number from 0 up to 1 that belongs to the name."""
    return zlib.crc32(name.encode()) / 2**32
