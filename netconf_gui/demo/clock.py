"""Time as the demo device sees it: the wall clock and alarms.

Lives here: the `Clock` interface and the real one.  Does not live here: the hand-wound clock of the tests
(tests/demo/conftest.py), with which hours pass without waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the device gets the time from."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` once after `seconds`, on any thread; returns a function that prevents it."""


class SystemClock:
    """The machine's clock; every alarm is a daemon timer thread."""

    def now(self) -> float:
        return time.time()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        timer = threading.Timer(max(0.0, seconds), callback)
        timer.name = "demo-alarm"
        timer.daemon = True
        timer.start()
        return timer.cancel


def date_and_time(seconds: float) -> str:
    """`seconds` since the epoch as yang:date-and-time in UTC, with milliseconds (RFC 6991, section 3)."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse_date_and_time(text: str) -> float:
    """The seconds since the epoch that a yang:date-and-time (RFC 3339) names; ValueError if it names none."""
    cleaned = text.strip()
    if "T" not in cleaned.upper():
        raise ValueError(f"{text!r} is not a date and time")
    moment = datetime.fromisoformat(cleaned)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.timestamp()
