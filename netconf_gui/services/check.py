"""Checking a document while it is edited: one slot per document, in which the latest request wins.

Lives here: `Checker`, and how much is checked when all of it takes too long.  A check that runs is never stopped for a
newer one (that would throw the compiled schema out of the worker); the newest request waits, those between are dropped.
Does not live here: validation (`yang.check`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Snapshot
from netconf_gui.config.replica import Replica
from netconf_gui.errors import AppError, Cancelled, ConfigError, SchemaError
from netconf_gui.services.lanes import Lane
from netconf_gui.yang.check import Engine, EngineTimeout
from netconf_gui.yang.problem import Problem

Source = Snapshot | Replica
"""The text, or what makes it on the checker's thread."""

LIVE_SECONDS = 20.0
"""How long a check may take while a person edits."""

SLOW_SECONDS = 2.0
"""From here on the quick part of a check is told before the rest."""

NOT_CHECKED = "not checked"


Judge = Callable[[bytes], tuple[Problem, ...]]
"""Checks a text in a way of its own, where it is no configuration; called on the checker's thread."""


class Level(IntEnum):
    """How much is checked."""

    TYPES = 0  # names, values, keys
    RULES = 1  # everything but conditions
    ALL = 2


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings about one revision; `error` says why there are none (deadline, crash of the engine).

    Not `complete`: the conditions (`must`) are still being checked, another result for the revision follows.
    """

    revision: int
    problems: tuple[Problem, ...] = ()
    error: SchemaError | None = None
    complete: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Request:
    source: Source
    thorough: bool


class Checker:
    """The slot of one document; `on_result` is called on the checker's own thread.

    `judge`, where given, checks in place of the engine's check of a configuration.
    """

    def __init__(
        self,
        engine: Engine,
        key: str,
        on_result: Callable[[CheckResult], None],
        *,
        content: str = "config",
        seconds: float = LIVE_SECONDS,
        slow: float = SLOW_SECONDS,
        judge: Judge | None = None,
    ) -> None:
        self._engine = engine
        self._key = key
        self._content = content
        self._on_result = on_result
        self._seconds = seconds
        self._slow = slow
        self._judge = judge
        self._lane = Lane("check")
        self._lock = threading.Lock()
        self._waiting: _Request | None = None
        self._busy = False
        self._closed = CancelToken()
        self._level = Level.ALL
        self._failed_size = 0  # of the text with which a level took too long
        self._last = 0.0  # seconds that the last full check took

    def request(self, source: Source, *, thorough: bool = False) -> None:
        """Check what `source` gives as soon as the check before has ended; a request that still waits is forgotten.

        `thorough` takes as long as the engine allows, and checks all again after a level had been given up.
        """
        with self._lock:
            if self._closed.cancelled:
                return
            thorough = thorough or (self._waiting is not None and self._waiting.thorough)
            self._waiting = _Request(source, thorough)
            if self._busy:
                return
            self._busy = True
        self._lane.submit(self._work)

    def close(self) -> None:
        """No more results; a check that runs is stopped."""
        with self._lock:
            self._waiting = None
        self._closed.cancel()
        self._lane.close()

    @property
    def newer_waits(self) -> bool:
        with self._lock:
            return self._waiting is not None

    def _work(self) -> None:
        while True:
            with self._lock:
                waiting, self._waiting = self._waiting, None
                if waiting is None or self._closed.cancelled:
                    self._busy = False
                    return
            try:
                snapshot = waiting.source if isinstance(waiting.source, Snapshot) else waiting.source.snapshot()
            except ConfigError as error:
                self._tell(CheckResult(-1, error=SchemaError(error.message)))
                continue
            self._check(snapshot, waiting.thorough)

    def _tell(self, result: CheckResult) -> None:
        if not self._closed.cancelled:
            self._on_result(result)

    def _check(self, snapshot: Snapshot, thorough: bool) -> None:
        size = len(snapshot.data)
        if thorough or size < self._failed_size // 2:
            self._level, self._failed_size = Level.ALL, 0
        try:
            if self._level is Level.ALL and self._last > self._slow and not thorough:
                quick = self._ask(snapshot.data, Level.RULES, self._seconds)
                self._tell(CheckResult(snapshot.revision, quick, complete=False))
                if self.newer_waits:
                    return
            self._tell(self._down(snapshot, thorough))
        except Cancelled:
            return
        except SchemaError as error:
            self._tell(CheckResult(snapshot.revision, error=error))
        except AppError as error:
            self._tell(CheckResult(snapshot.revision, error=SchemaError(error.message, advice=error.advice)))

    def _down(self, snapshot: Snapshot, thorough: bool) -> CheckResult:
        """Check at the level that can be had, one lower where it takes too long."""
        while True:
            level = self._level
            seconds = self._engine.deadlines.validate if thorough else self._seconds
            started = time.monotonic()
            try:
                found = self._ask(snapshot.data, level, seconds)
            except EngineTimeout:
                if level is Level.TYPES:
                    raise
                self._level = Level(level - 1)
                self._failed_size = len(snapshot.data)
                continue
            took = time.monotonic() - started
            if level is Level.ALL:
                self._last = took
            else:
                found = (*found, _left_out(level, seconds))
            return CheckResult(snapshot.revision, found, seconds=took)

    def _ask(self, data: bytes, level: Level, seconds: float) -> tuple[Problem, ...]:
        if self._judge is not None:
            return self._judge(data)
        content = self._content if level > Level.TYPES else "edit"
        return self._engine.validate(
            self._key, data, content=content, cancel=self._closed, deadline=seconds, musts=level is Level.ALL
        )


def _left_out(level: Level, seconds: float) -> Problem:
    """What was not checked, told as a finding."""
    if level is Level.RULES:
        text = f"The conditions (must) are not checked: with this document they take longer than {seconds:g} s."
    else:
        text = f"Only names, values and keys are checked: with this document the rest takes longer than {seconds:g} s."
    return Problem("warning", "", f"{text} Validate takes its time for all of it.", source=NOT_CHECKED)
