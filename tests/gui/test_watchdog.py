"""The watchdog itself: it must see a call that blocks, and not one that makes progress."""

from __future__ import annotations

import threading
import time

from netconf_gui.cancel import CancelToken
from tests.gui.conftest import Watchdog


def test_sees_a_blocking_call_of_ours_and_says_where() -> None:
    token = CancelToken()
    # our own code calls something that blocks: cancel() runs its callbacks
    token.on_cancel(lambda: time.sleep(0.5))
    dog = Watchdog(threading.get_ident(), limit=0.2)
    dog.start()
    token.cancel()
    dog.end()
    assert dog.stall is not None
    assert "cancel" in dog.stall


def test_leaves_waiting_outside_our_code_alone() -> None:
    dog = Watchdog(threading.get_ident(), limit=0.1)
    dog.start()
    threading.Event().wait(0.3)
    dog.end()
    assert dog.stall is None
