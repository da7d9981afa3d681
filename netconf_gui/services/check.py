"""Checking a document while it is edited: one slot per document, in which the latest request wins.

Lives here: `Checker`.  A check that runs is never stopped for a newer one (that would throw the compiled schema out of
the worker); the newest request waits, those between are dropped.  Does not live here: validation (`yang.check`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, SchemaError
from netconf_gui.services.lanes import Lane
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings about one revision; `error` says why there are none (deadline, crash of the engine)."""

    revision: int
    problems: tuple[Problem, ...] = ()
    error: SchemaError | None = None


class Checker:
    """The slot of one document; `on_result` is called on the checker's own thread."""

    def __init__(
        self, engine: Engine, key: str, on_result: Callable[[CheckResult], None], *, content: str = "config"
    ) -> None:
        self._engine = engine
        self._key = key
        self._content = content
        self._on_result = on_result
        self._lane = Lane("check")
        self._lock = threading.Lock()
        self._waiting: tuple[int, bytes] | None = None
        self._busy = False
        self._closed = CancelToken()

    def request(self, revision: int, data: bytes) -> None:
        """Check `data` as soon as the check before has ended; a request that still waits is forgotten."""
        with self._lock:
            if self._closed.cancelled:
                return
            self._waiting = (revision, data)
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

    def _work(self) -> None:
        while True:
            with self._lock:
                waiting, self._waiting = self._waiting, None
                if waiting is None or self._closed.cancelled:
                    self._busy = False
                    return
            result = self._check(*waiting)
            if result is not None and not self._closed.cancelled:
                self._on_result(result)

    def _check(self, revision: int, data: bytes) -> CheckResult | None:
        try:
            problems = self._engine.validate(self._key, data, content=self._content, cancel=self._closed)
        except Cancelled:
            return None
        except SchemaError as error:
            return CheckResult(revision, error=error)
        except AppError as error:
            return CheckResult(revision, error=SchemaError(error.message, advice=error.advice))
        return CheckResult(revision, problems)
