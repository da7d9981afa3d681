"""Numbers over time: samples of one leaf, the rate at which a counter grows, and both as CSV.

Lives here: `Series`, wrapping counters (RFC 6991, counter32 and counter64) and what a restart looks like.  Does not
live here: asking a device (`watch`), drawing (`gui.plot`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from netconf_gui.yang.datatypes import INTEGERS
from netconf_gui.yang.schema import SchemaNode, TypeInfo

KEPT = 20_000  # samples of one series
WIDTHS = {"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64}

Point = tuple[float, float | None]
"""Seconds since the epoch, and a value; None where there is a gap."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the numbers of a leaf are: `wraps_at` is where a counter begins again, None for what is no counter."""

    wraps_at: int | None = None
    units: str = ""

    @property
    def is_counter(self) -> bool:
        return self.wraps_at is not None


def kind_of(node: SchemaNode | None) -> Kind | None:
    """What a leaf's numbers are; None for a leaf without numbers.

    Counters are told by their typedefs (counter32, counter64 and their zero-based kin, whatever the module), and state
    that is an unsigned number of 32 or 64 bits by a name that ends as counters do.
    """
    info = node.type if node is not None else None
    if node is None or info is None:
        return None
    plain = _plain(info)
    if plain is None:
        return None
    names = [name.rpartition(":")[2] for name in (info.name, *info.typedefs, plain.name, *plain.typedefs)]
    counts = any("counter" in name for name in names)
    if not counts and not node.config and plain.base in ("uint32", "uint64"):
        counts = not any("gauge" in name for name in names) and node.name.endswith(_COUNTING)
    if not counts or plain.base not in WIDTHS:
        return Kind(None, node.units)
    return Kind(1 << WIDTHS[plain.base], node.units)


_COUNTING = ("-octets", "-pkts", "-packets", "-errors", "-discards", "-bytes", "-frames", "-drops", "-rpcs", "-count")


def _plain(info: TypeInfo) -> TypeInfo | None:
    """The number type behind leafrefs; None if it is none."""
    at: TypeInfo | None = info
    while at is not None and at.base == "leafref":
        at = at.target
    return at if at is not None and (at.base in INTEGERS or at.base == "decimal64") else None


def number(text: str | None) -> float | int | None:
    """The number that a leaf's text is."""
    text = (text or "").strip()
    try:
        found: float | int = int(text)
    except ValueError:
        try:
            found = float(text)
        except ValueError:
            return None
    return found if math.isfinite(found) else None


@dataclass(slots=True, eq=False)
class Series:
    """One leaf's numbers; `label` is what a legend says."""

    path: str
    label: str
    kind: Kind = field(default_factory=Kind)
    samples: deque[tuple[float, float | int | None]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def add(self, when: float, value: float | int | None) -> None:
        """One more sample, seconds since the epoch; None: the leaf was not there.  Time only goes forward."""
        if not self.samples or when > self.samples[-1][0]:
            self.samples.append((when, value))

    @property
    def latest(self) -> float | int | None:
        return self.samples[-1][1] if self.samples else None

    def values(self) -> list[Point]:
        return [(when, None if value is None else float(value)) for when, value in self.samples]

    def rates(self) -> list[Point]:
        """Growth a second between samples, at the time of the later one; a gap where the counter began anew."""
        found: list[Point] = []
        before: tuple[float, float | int] | None = None
        for when, value in self.samples:
            if value is None:
                found.append((when, None))
                before = None
                continue
            if before is not None:
                grown = growth(before[1], value, self.kind.wraps_at)
                found.append((when, None if grown is None else grown / (when - before[0])))
            before = (when, value)
        return found

    def points(self, *, rate: bool) -> list[Point]:
        """Rates of counters if they are asked for, else values."""
        return self.rates() if rate and self.kind.is_counter else self.values()


def growth(before: float | int, now: float | int, wraps_at: int | None) -> float | int | None:
    """How much a number grew; a counter that went down has wrapped, or was reset (None).

    It has wrapped if that means that it grew by less than half of its range from its upper half: a counter that was
    cleared would have had to grow by more.
    """
    if now >= before or wraps_at is None:
        return now - before
    wrapped = now + wraps_at - before
    return wrapped if before >= wraps_at // 2 and wrapped < wraps_at // 2 else None


def to_rows(series: Sequence[Series]) -> list[list[str]]:
    """All samples by time, for a CSV file: a column for the value and, of counters, one for the rate of each series."""
    head = ["time"]
    columns: list[dict[float, float | int | None]] = []
    for one in series:
        head.append(one.label)
        columns.append(dict(one.samples))
        if one.kind.is_counter:
            head.append(f"{one.label} per second")
            columns.append({when: rate for when, rate in one.rates() if rate is not None})
    times = sorted({when for column in columns for when in column})
    rows = [head]
    for when in times:
        stamp = datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        rows.append([stamp, *(_written(column.get(when)) for column in columns)])
    return rows


def _written(value: float | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}" if abs(value) < 1e6 else f"{value:.3f}"


def span(series: Iterable[Series]) -> tuple[float, float] | None:
    """The first and last time of any sample."""
    ends = [(one.samples[0][0], one.samples[-1][0]) for one in series if one.samples]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
