"""The slot of a document: the latest request wins, results come in order, errors are results too."""

from __future__ import annotations

import queue
import threading
from typing import Any, cast

from netconf_gui.config.document import Document, Snapshot
from netconf_gui.config.edits import Group, RemoveNode
from netconf_gui.config.path import InstancePath
from netconf_gui.config.replica import Replica
from netconf_gui.errors import SchemaError
from netconf_gui.services.check import NOT_CHECKED, Checker, CheckResult
from netconf_gui.yang.check import Deadlines, Engine, EngineTimeout
from netconf_gui.yang.problem import Problem
from tests.services.conftest import WAIT


class GatedEngine:
    """An engine that checks when it is let."""

    def __init__(self) -> None:
        self.begun: queue.Queue[bytes] = queue.Queue()
        self.gate = threading.Semaphore(0)
        self.fail = False
        self.asked: list[tuple[str, bool, float]] = []
        self.too_slow: set[tuple[str, bool]] = set()
        self.deadlines = Deadlines()

    def validate(
        self, key: str, data: bytes, *, content: str, cancel: Any, deadline: float, musts: bool
    ) -> tuple[Problem, ...]:
        self.begun.put(data)
        self.asked.append((content, musts, deadline))
        assert self.gate.acquire(timeout=WAIT)
        if (content, musts) in self.too_slow:
            raise EngineTimeout("too slow")
        if cancel is not None:
            cancel.check()
        if self.fail:
            raise SchemaError("The engine took too long.")
        return (Problem("error", "/x", data.decode()),)


def make(**options: Any) -> tuple[GatedEngine, Checker, queue.Queue[CheckResult]]:
    engine = GatedEngine()
    results: queue.Queue[CheckResult] = queue.Queue()
    return engine, Checker(cast("Engine", engine), "key", results.put, **options), results


def test_only_the_latest_of_those_that_wait_is_checked() -> None:
    engine, checker, results = make()
    checker.request(Snapshot(b"one", 1))
    assert engine.begun.get(timeout=WAIT) == b"one"
    for revision, data in ((2, b"two"), (3, b"three"), (4, b"four")):
        checker.request(Snapshot(data, revision))
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
        checker.request(Snapshot(b"x", revision))
        found = results.get(timeout=WAIT)
        assert (found.revision, found.problems) == (revision, (Problem("error", "/x", "x"),))
    checker.close()


def test_an_engine_that_fails_is_a_result() -> None:
    engine, checker, results = make()
    engine.fail = True
    engine.gate.release()
    checker.request(Snapshot(b"x", 7))
    found = results.get(timeout=WAIT)
    assert (found.revision, found.problems) == (7, ())
    assert found.error is not None
    checker.close()


def test_nothing_comes_after_closing() -> None:
    engine, checker, results = make()
    checker.request(Snapshot(b"one", 1))
    assert engine.begun.get(timeout=WAIT) == b"one"
    checker.close()
    checker.request(Snapshot(b"two", 2))
    engine.gate.release()
    assert engine.begun.empty()
    assert results.empty()


ALL, RULES, TYPES = ("config", True), ("config", False), ("edit", False)


def levels(engine: GatedEngine) -> list[tuple[str, bool]]:
    return [(content, musts) for content, musts, _ in engine.asked]


def test_what_takes_too_long_is_left_out_and_told() -> None:
    engine, checker, results = make(seconds=5)
    engine.too_slow = {ALL}
    engine.gate.release(100)
    checker.request(Snapshot(b"large", 1))
    found = results.get(timeout=WAIT)
    assert levels(engine) == [ALL, RULES]
    assert [item.source for item in found.problems] == ["", NOT_CHECKED]
    assert "conditions (must) are not checked" in found.problems[-1].message
    assert "5 s" in found.problems[-1].message
    # the next one does not try again what was too much
    checker.request(Snapshot(b"larger", 2))
    assert results.get(timeout=WAIT).complete
    assert levels(engine) == [ALL, RULES, RULES]
    # a much smaller text does, and so does a person who asks for it, with all the time that the engine gives
    checker.request(Snapshot(b"x", 3))
    results.get(timeout=WAIT)
    assert levels(engine)[3:] == [ALL, RULES]
    engine.too_slow = set()
    checker.request(Snapshot(b"larger", 4), thorough=True)
    assert results.get(timeout=WAIT).problems == (Problem("error", "/x", "larger"),)
    assert engine.asked[-1] == ("config", True, engine.deadlines.validate)
    checker.close()


def test_the_cheapest_check_is_the_last_resort() -> None:
    engine, checker, results = make()
    engine.too_slow = {ALL, RULES}
    engine.gate.release(100)
    checker.request(Snapshot(b"large", 1))
    found = results.get(timeout=WAIT)
    assert "Only names, values and keys" in found.problems[-1].message
    engine.too_slow = {ALL, RULES, TYPES}
    checker.request(Snapshot(b"large", 2))
    assert results.get(timeout=WAIT).error is not None
    assert levels(engine) == [ALL, RULES, TYPES, TYPES]
    checker.close()


def test_the_quick_part_comes_first_where_all_is_slow() -> None:
    engine, checker, results = make(slow=-1.0)
    checker._last = 1.0
    engine.gate.release(100)
    checker.request(Snapshot(b"x", 1))
    assert [results.get(timeout=WAIT).complete for _ in range(2)] == [False, True]
    assert levels(engine) == [RULES, ALL]
    checker.close()


START = b"<config><a xmlns='urn:a'/><b xmlns='urn:b'/></config>"


def test_a_replica_follows_on_the_checkers_thread() -> None:
    engine, checker, results = make()
    engine.gate.release(100)
    document = Document(START)
    replica = Replica(document.recipe(), None)
    for name in ("a", "b"):
        document.apply(RemoveNode(InstancePath.parse(f"/{{urn:{name}}}{name}")))
        replica.feed(document.edits_since(replica.revision))
        checker.request(replica)
        found = results.get(timeout=WAIT)
        assert found.revision == document.revision
        assert found.problems[0].message == document.snapshot().data.decode()
    document.undo()
    document.rebase(START)
    replica.feed(document.edits_since(replica.revision))
    assert replica.snapshot() == document.snapshot()
    # one that cannot follow says so, once, and does not kill the checker
    replica.feed([RemoveNode(InstancePath.parse("/{urn:x}x")), Group(())])
    checker.request(replica)
    found = results.get(timeout=WAIT)
    assert (found.revision, found.error is not None) == (-1, True)
    checker.request(Snapshot(b"x", 9))
    assert results.get(timeout=WAIT).revision == 9
    checker.close()
