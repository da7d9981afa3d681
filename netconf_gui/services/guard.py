"""The guard of a confirmed commit, seen by whoever decides about it.

Lives here: `GuardControl`, through which a window, a command or a fleet confirms or rolls back while an apply waits on
a thread of its own.  Does not live here: what is sent then (`guarding`), guards that outlived their program
(`pending`).
"""

from __future__ import annotations

import threading
import time
from typing import Literal

from netconf_gui.cancel import CancelToken

Decision = Literal["confirm", "roll-back", "leave"]


class GuardControl:
    """One decision about one confirmed commit; every method may be called on any thread, the first decision counts.

    A decision that comes before the commit waits until it is needed: roll back then ends the apply at the probe.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._decision: Decision | None = None

    def confirm(self) -> None:
        """The change stays."""
        self._decide("confirm")

    def roll_back(self) -> None:
        """Undo it now."""
        self._decide("roll-back")

    def leave(self) -> None:
        """Let go of it: with a persist-id it stays as it is until somebody settles it or the time is over."""
        self._decide("leave")

    @property
    def decision(self) -> Decision | None:
        """What has been decided so far."""
        with self._condition:
            return self._decision

    def wait(self, until: float, cancel: CancelToken) -> Decision | None:
        """The decision; None when it is `until` (time.time()) and there is none.  Raises `Cancelled`."""
        remove = cancel.on_cancel(self._wake)
        try:
            with self._condition:
                while self._decision is None:
                    cancel.check()
                    left = until - time.time()
                    if left <= 0:
                        return None
                    self._condition.wait(left)
                return self._decision
        finally:
            remove()

    def _wake(self) -> None:
        with self._condition:
            self._condition.notify_all()

    def _decide(self, decision: Decision) -> None:
        with self._condition:
            if self._decision is None:
                self._decision = decision
                self._condition.notify_all()
