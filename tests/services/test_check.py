"""The slot of a document: the latest request wins, results come in order, errors are results too."""

from __future__ import annotations

import queue
import threading
from typing import Any, cast

from netconf_gui.errors import SchemaError
from netconf_gui.services.check import Checker, CheckResult
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem
from tests.services.conftest import WAIT


class GatedEngine:
    """An engine that checks when it is let."""

    def __init__(self) -> None:
        self.begun: queue.Queue[bytes] = queue.Queue()
        self.gate = threading.Semaphore(0)
        self.fail = False

    def validate(self, key: str, data: bytes, *, content: str = "config", cancel: Any = None) -> tuple[Problem, ...]:
        self.begun.put(data)
        assert self.gate.acquire(timeout=WAIT)
        if cancel is not None:
            cancel.check()
        if self.fail:
            raise SchemaError("The engine took too long.")
        return (Problem("error", "/x", data.decode()),)


def make() -> tuple[GatedEngine, Checker, queue.Queue[CheckResult]]:
    engine = GatedEngine()
    results: queue.Queue[CheckResult] = queue.Queue()
    return engine, Checker(cast("Engine", engine), "key", results.put), results


def test_only_the_latest_of_those_that_wait_is_checked() -> None:
    engine, checker, results = make()
    checker.request(1, b"one")
    assert engine.begun.get(timeout=WAIT) == b"one"
    for revision, data in ((2, b"two"), (3, b"three"), (4, b"four")):
        checker.request(revision, data)
    engine.gate.release()
    assert engine.begun.get(timeout=WAIT) == b"four"
    engine.gate.release()
    assert [results.get(timeout=WAIT).revision for _ in range(2)] == [1, 4]
    assert engine.begun.empty()
    checker.close()


def test_a_slot_that_was_idle_works_again() -> None:
    engine, checker, results = make()
    for revision in (1, 2):
        engine.gate.release()
        checker.request(revision, b"x")
        assert results.get(timeout=WAIT) == CheckResult(revision, (Problem("error", "/x", "x"),))
    checker.close()


def test_an_engine_that_fails_is_a_result() -> None:
    engine, checker, results = make()
    engine.fail = True
    engine.gate.release()
    checker.request(7, b"x")
    found = results.get(timeout=WAIT)
    assert (found.revision, found.problems) == (7, ())
    assert found.error is not None
    checker.close()


def test_nothing_comes_after_closing() -> None:
    engine, checker, results = make()
    checker.request(1, b"one")
    assert engine.begun.get(timeout=WAIT) == b"one"
    checker.close()
    checker.request(2, b"two")
    engine.gate.release()
    assert engine.begun.empty()
    assert results.empty()
