"""How a command runs: with a workspace, a token that Ctrl+C cancels, and time to clean up.

Lives here: `Command` (what main gives to each command) and the job that can be interrupted.  The job runs on a lane
while the main thread waits: a signal reaches the main thread at once, cancels the token, and the job ends in its own
time, having put the device in order.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from netconf_gui.cancel import CancelToken
from netconf_gui.cli.output import Output
from netconf_gui.services.lanes import Lane
from netconf_gui.workspace.workspace import Workspace

T = TypeVar("T")

_SIGNALS = tuple(
    number for number in (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")) if number is not None
)
_WAKE = 0.5  # seconds; a wait without a limit cannot be interrupted on Windows


@dataclass
class Command:
    """What every command gets: its options, its output, and the workspace."""

    arguments: argparse.Namespace
    output: Output
    cancel: CancelToken = field(default_factory=CancelToken)
    _workspace: Workspace | None = None
    _ends: list[Callable[[], None]] = field(default_factory=list)

    def at_end(self, call: Callable[[], None]) -> None:
        """Call this when the command is over, whatever became of it."""
        self._ends.append(call)

    def close(self) -> None:
        """End what runs beside the command; the latest first."""
        while self._ends:
            self._ends.pop()()

    @property
    def workspace(self) -> Workspace:
        """Opened on first use; what is wrong with its files is said once."""
        if self._workspace is None:
            self._workspace = Workspace.open()
            for store in (self._workspace.settings_store, self._workspace.inventory):
                if store.problem is not None:
                    self.output.say(store.problem.full_text())
                for note in store.notes:
                    self.output.say(note)
        return self._workspace

    def run(self, job: Callable[[], T]) -> T:
        """Run `job` to its end; a signal cancels the token and the job's own end is still waited for."""
        lane = Lane("command")
        with self._signals(), closing(lane):
            future: Future[T] = lane.submit(job)
            while True:
                try:
                    return future.result(_WAKE)
                except TimeoutError:
                    if future.done():
                        raise

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def interrupt(number: int, frame: Any) -> None:
            again = self.cancel.cancelled
            self.output.say("Still cleaning up." if again else "Interrupted: cleaning up.")
            self.cancel.cancel()

        try:
            before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
        except ValueError:  # not the main thread: whoever called us has the signals
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
