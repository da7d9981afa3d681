"""One at a time, and no waiting beyond a cancel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled
from netconf_gui.session.gate import WriteGate


@contextmanager
def turn(gate: WriteGate, cancel: CancelToken | None = None) -> Iterator[None]:
    gate.enter(cancel)
    try:
        yield
    finally:
        gate.leave()


def test_one_at_a_time() -> None:
    gate = WriteGate()
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(200):
            with turn(gate):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 1


def test_who_waits_is_let_go_by_a_cancel_and_the_next_gets_the_turn() -> None:
    gate = WriteGate()
    token = CancelToken()
    waiting = threading.Barrier(3)
    happened: list[str] = []

    def cancelled() -> None:
        waiting.wait()
        with pytest.raises(Cancelled), turn(gate, token):
            happened.append("wrong")
        happened.append("let go")

    def patient() -> None:
        waiting.wait()
        with turn(gate, CancelToken()):
            happened.append("in")

    one, two = threading.Thread(target=cancelled), threading.Thread(target=patient)
    with turn(gate):
        one.start()
        two.start()
        waiting.wait()
        token.cancel()
        one.join(10)
        assert happened == ["let go"]
    two.join(10)
    assert happened == ["let go", "in"]


def test_a_token_that_is_cancelled_already() -> None:
    gate = WriteGate()
    token = CancelToken()
    token.cancel()
    with turn(gate), pytest.raises(Cancelled), turn(gate, token):
        pass
    with turn(gate):
        pass


def test_an_error_inside_opens_the_gate() -> None:
    gate = WriteGate()
    with pytest.raises(ValueError, match="x"), turn(gate):
        raise ValueError("x")
    with turn(gate):
        pass
