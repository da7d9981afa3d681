"""The watchdog itself: it must see a call that blocks, and not one that makes progress."""

from __future__ import annotations

import threading
import time

from netconf_gui.cancel import CancelToken
from tests.gui.watchdog import STEP, Watchdog


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


class Told(CancelToken):
    """What a frame of ours has in its hands; it tells on which thread it ended."""

    ended: list[threading.Thread] = []

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


def hold() -> None:
    """Stand in a frame of ours long enough to be sampled there, then leave it with its locals."""
    token = Told()
    token.on_cancel(lambda: time.sleep(3 * STEP))
    token.cancel()


def test_frames_end_on_their_own_thread() -> None:
    Told.ended.clear()
    dog = Watchdog(limit=60)
    dog.start()
    for _ in range(5):
        hold()
    dog.end()
    assert Told.ended == [threading.main_thread()] * 5
