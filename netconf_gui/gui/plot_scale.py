"""Axes of a plot: round ticks for numbers and for time, and short texts of numbers.  No Qt."""

from __future__ import annotations

import math
import time

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIMES = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
)  # fmt: skip
_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def ticks(low: float, high: float, count: int) -> list[float]:
    """About `count` round numbers that cover `low` to `high`: the first is at or below, the last at or above."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return [0.0, 1.0]
    if high <= low:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, low + room
    rough = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def time_ticks(low: float, high: float, count: int) -> list[float]:
    """Round times (seconds since the epoch, local clock) inside `low` to `high`, at most about `count`."""
    if high <= low or count < 1:
        return []
    rough = (high - low) / count
    step = next((one for one in _TIMES if one >= rough), 86_400 * math.ceil(rough / 86_400))
    shift = time.localtime(low).tm_gmtoff
    first = math.ceil((low + shift) / step) * step - shift
    return [first + number * step for number in range(int((high - first) // step) + 1)] if first <= high else []


def short(value: float, *, step: float = 0.0) -> str:
    """A number with a prefix: "1.5 G"; `step` between ticks says how many digits are needed."""
    size = max(abs(value), abs(step))
    if abs(value) < abs(step) / 1e6:
        return "0"
    for limit, letter in _PREFIXES:
        if size >= limit:
            return f"{_plain(value / limit, step / limit)} {letter}"
    return _plain(value, step)


def _plain(value: float, step: float) -> str:
    if step > 0:
        digits = max(0, min(6, -math.floor(math.log10(step) + 1e-9)))
        if step * 10**digits % 1 > 1e-6:
            digits += 1
    else:
        digits = 0 if value == int(value) and abs(value) < 1e6 else max(0, 3 - len(str(int(abs(value)))))
    text = f"{value:.{digits}f}"
    return "0" if float(text) == 0 else text


def exact(value: float | int) -> str:
    """A number with its digits in groups."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4g}"
