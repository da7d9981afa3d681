"""The watchdog itself: it must see a call that blocks, and not one that makes progress."""

from __future__ import annotations

import threading
import time

from netconf_gui.cancel import CancelToken
from tests.gui.watchdog import Watchdog


def test_sees_a_blocking_call_of_ours_and_says_where() -> None:
    token = CancelToken()
    # our own code calls something that blocks: cancel() runs its callbacks
    token.on_cancel(lambda: time.sleep(0.5))
    dog = Watchdog(limit=0.2)
    dog.start()
    token.cancel()
    dog.end()
    assert dog.stall is not None
    assert "cancel" in dog.stall


def test_leaves_waiting_outside_our_code_alone() -> None:
    dog = Watchdog(limit=0.1)
    dog.start()
    threading.Event().wait(0.3)
    dog.end()
    assert dog.stall is None


class Local:
    """A local variable that tells on which thread it ended."""

    ended: set[threading.Thread] = set()

    def __del__(self) -> None:
        self.ended.add(threading.current_thread())


def test_frames_end_on_their_own_thread() -> None:
    def short() -> None:
        local = Local()
        sum(range(200))
        del local

    def ended_by_its_frame() -> None:
        local = Local()
        local.number = sum(range(200))  # type: ignore[attr-defined]

    dog = Watchdog(limit=60)
    dog.start()
    until = time.monotonic() + 2
    while time.monotonic() < until:
        short()
        ended_by_its_frame()
    dog.end()
    assert Local.ended == {threading.main_thread()}
