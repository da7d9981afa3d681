"""Lanes: order, cancelling, deadlines, and calls that do not come back."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import Future

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, SessionClosed
from netconf_gui.services.lanes import DeadlineError, Lane

WAIT = 10.0  # seconds; the longest wait for a condition that must come true


@pytest.fixture
def lane() -> Lane:
    return Lane("test")


def test_calls_run_in_order_on_one_thread(lane: Lane) -> None:
    threads: list[threading.Thread] = []
    futures = [lane.submit(lambda n=n: (threads.append(threading.current_thread()), n)[1]) for n in range(20)]
    assert [future.result(WAIT) for future in futures] == list(range(20))
    assert len(set(threads)) == 1
    assert threads[0].daemon


def test_an_exception_goes_to_its_future_only(lane: Lane) -> None:
    failing = lane.submit(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        failing.result(WAIT)
    assert lane.submit(int, "5").result(WAIT) == 5


def test_a_waiting_call_is_dropped_by_its_token(lane: Lane) -> None:
    gate = threading.Event()
    token = CancelToken()
    running = lane.submit(gate.wait, WAIT)
    ran: list[int] = []
    waiting = lane.submit(ran.append, 1, cancel=token)
    token.cancel()
    with pytest.raises(Cancelled):
        waiting.result(WAIT)
    gate.set()
    assert running.result(WAIT)
    assert lane.submit(len, ran).result(WAIT) == 0


def test_a_running_call_without_grace_decides_itself(lane: Lane) -> None:
    started, gate = threading.Event(), threading.Event()
    token = CancelToken()

    def call() -> str:
        started.set()
        gate.wait(WAIT)
        return "finished"

    future = lane.submit(call, cancel=token)
    assert started.wait(WAIT)
    token.cancel()
    gate.set()
    assert future.result(WAIT) == "finished"


@pytest.mark.parametrize("how", ["deadline", "cancel"])
def test_a_stuck_call_is_abandoned_and_the_lane_goes_on(lane: Lane, how: str) -> None:
    started, gate = threading.Event(), threading.Event()
    token = CancelToken()
    late: Future[str] = Future()

    def stuck() -> str:
        started.set()
        gate.wait(WAIT)
        return "late"

    limits = {"deadline": 0.05} if how == "deadline" else {"grace": 0.0}
    future = lane.submit(stuck, cancel=token, late=late.set_result, **limits)
    behind = lane.submit(str, "next")
    assert started.wait(WAIT)
    if how == "cancel":
        token.cancel()
    with pytest.raises(DeadlineError if how == "deadline" else Cancelled):
        future.result(WAIT)
    assert behind.result(WAIT) == "next"
    assert not late.done()
    gate.set()
    assert late.result(WAIT) == "late"
    assert lane.submit(str, "after").result(WAIT) == "after"


def test_a_token_cancelled_before_drops_the_call(lane: Lane) -> None:
    token = CancelToken()
    token.cancel()
    gate = threading.Event()
    lane.submit(gate.wait, WAIT)
    future = lane.submit(str, "x", cancel=token)
    with pytest.raises(Cancelled):
        future.result(WAIT)
    gate.set()


def test_a_closed_lane_takes_nothing_and_drops_what_waits(lane: Lane) -> None:
    started, gate = threading.Event(), threading.Event()
    running = lane.submit(lambda: (started.set(), gate.wait(WAIT))[1])
    waiting = lane.submit(str, "x")
    assert started.wait(WAIT)
    lane.close()
    gate.set()
    assert running.result(WAIT)
    with pytest.raises(Cancelled):
        waiting.result(WAIT)
    with pytest.raises(SessionClosed):
        lane.submit(str)


def test_a_stuck_call_does_not_hold_the_process_at_exit() -> None:
    code = (
        "import threading; from netconf_gui.services.lanes import Lane;"
        "started = threading.Event();"
        "Lane('x').submit(lambda: (started.set(), threading.Event().wait()));"
        "started.wait()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_finished_calls_leave_nothing_on_their_token(lane: Lane) -> None:
    token = CancelToken()
    lane.submit(str, "x", cancel=token).result(WAIT)
    lane.submit(str, "y").result(WAIT)
    assert not token._callbacks
