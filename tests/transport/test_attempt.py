"""An attempt can be left at any moment, and leaves nothing open."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, ConnectFailed
from netconf_gui.transport.attempt import Attempt


def test_result_and_error_come_through() -> None:
    assert Attempt("pe1").run(lambda attempt: 7, None) == 7
    with pytest.raises(ZeroDivisionError):
        Attempt("pe1").run(lambda attempt: 1 // 0, None)


def test_progress_is_told() -> None:
    told: list[str] = []
    Attempt("pe1", progress=told.append).run(lambda attempt: attempt.step("Connecting", 10), None)
    assert told == ["Connecting"]


def test_what_was_opened_is_closed_only_if_it_fails() -> None:
    closed: list[str] = []

    def work(attempt: Attempt, fail: bool) -> None:
        attempt.keep(lambda: closed.append("outer"))
        attempt.keep(lambda: closed.append("inner"))
        if fail:
            raise ConnectFailed("no")

    Attempt("pe1").run(lambda attempt: work(attempt, False), None)
    assert closed == []
    with pytest.raises(ConnectFailed):
        Attempt("pe1").run(lambda attempt: work(attempt, True), None)
    assert closed == ["outer", "inner"]


def test_a_cancel_leaves_what_is_stuck_and_closes_it_later() -> None:
    token, stuck, release = CancelToken(), threading.Event(), threading.Event()
    first, second, third = threading.Event(), threading.Event(), threading.Event()
    after: list[str] = []

    def work(attempt: Attempt) -> None:
        attempt.keep(first.set)
        stuck.set()
        release.wait(30)
        try:
            attempt.keep(second.set)
        finally:
            after.append("left")
            third.set()

    told: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(Attempt("pe1", progress=told.append).run, work, token)
        assert stuck.wait(30)
        token.cancel()
        with pytest.raises(Cancelled):
            future.result(30)
    assert first.wait(30), "closed while the work is still stuck"
    assert not second.is_set()
    release.set()
    assert third.wait(30)
    assert second.is_set(), "what was opened too late is closed at once"
    assert told == []


def test_a_cancel_before_the_start_starts_nothing() -> None:
    token = CancelToken()
    token.cancel()
    ran: list[bool] = []
    with pytest.raises(Cancelled):
        Attempt("pe1").run(lambda attempt: ran.append(True), token)
    assert ran == []


def test_a_deadline_says_what_was_late() -> None:
    release = threading.Event()

    def work(attempt: Attempt) -> None:
        attempt.step("Knocking", 0.05, lambda: "Nobody opened")
        release.wait(30)

    with pytest.raises(ConnectFailed, match=r"Nobody opened within 0\.05 seconds"):
        Attempt("pe1").run(work, None)
    release.set()


def test_no_deadline_runs_while_a_person_is_asked() -> None:
    def work(attempt: Attempt) -> str:
        attempt.step("Knocking", 0.2)
        with attempt.asking():
            threading.Event().wait(0.5)
        return "answered"

    assert Attempt("pe1").run(work, None) == "answered"


def test_nobody_is_asked_for_an_attempt_that_was_left() -> None:
    token, stuck, release, done = CancelToken(), threading.Event(), threading.Event(), threading.Event()
    asked: list[bool] = []

    def work(attempt: Attempt) -> None:
        stuck.set()
        release.wait(30)
        try:
            with attempt.asking():
                asked.append(True)
        finally:
            done.set()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(Attempt("pe1").run, work, token)
        assert stuck.wait(30)
        token.cancel()
        with pytest.raises(Cancelled):
            future.result(30)
    release.set()
    assert done.wait(30)
    assert asked == []
