"""Ending in order, within five seconds: tasks are cancelled, applies put the device in order, sessions and workers
end, then the window closes.  Also what TERM, log-off and a second attempt do.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.node_clipboard import MIME
from netconf_gui.gui.tasks import Report, TaskManager

DEADLINE = 5.0  # seconds


class Closing(QObject):
    """`begin()` once; `over` when everything has ended or the deadline has passed."""

    over = Signal()

    def __init__(
        self,
        tasks: TaskManager,
        cancel: Callable[[], object],
        disconnect: Callable[[], object],
        stops: Sequence[Callable[[], object]],
    ) -> None:
        """`cancel` asks applies and loads to stop, `disconnect` starts closing sessions, `stops` block: workers."""
        super().__init__()
        self._tasks = tasks
        self._cancel = cancel
        self._disconnect = disconnect
        self._stops = stops
        self._stage = 0
        self._deadline = QTimer(self, singleShot=True, interval=int(DEADLINE * 1000))
        self._deadline.timeout.connect(self._finish)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._next)

    @property
    def begun(self) -> bool:
        return self._stage > 0

    def begin(self) -> None:
        if self.begun:
            return
        self._stage = 1
        self._deadline.start()
        self._tasks.finished.connect(self._task_ended)
        self._cancel()
        self._tasks.cancel_all()
        self._settled.start()

    @Slot(object)
    def _task_ended(self, _task: object) -> None:
        if not self._settled.isActive():
            self._settled.start()

    def _next(self) -> None:
        """Go on when nothing runs any more: stage 1 waits for tasks, stage 2 for sessions, stage 3 for workers."""
        if self._tasks.running:
            return
        if self._stage == 1:
            self._stage = 2
            self._disconnect()
            if not self._tasks.running:
                self._settled.start()
        elif self._stage == 2:
            self._stage = 3
            for stop in self._stops:
                self._tasks.run(partial(_stop, stop), title="Close", quiet=True, cancellable=False)
            if not self._stops:
                self._finish()
        elif self._stage == 3:
            self._finish()

    def _finish(self) -> None:
        if self._stage == 4:
            return
        self._stage = 4
        self._deadline.stop()
        self._tasks.close()
        self.over.emit()


def leave_clipboard() -> None:
    """What was copied stays as plain text: Qt takes an object made here apart after Python has ended, and crashes."""
    clipboard = QGuiApplication.clipboard()
    copied = clipboard.mimeData()
    if copied is not None and copied.hasFormat(MIME):
        clipboard.setText(copied.text())


def _stop(stop: Callable[[], object], _cancel: CancelToken, _report: Report) -> None:
    stop()


class Signals(QObject):
    """TERM, INT and HUP reach the GUI thread through a socket: Python's handlers alone would wait for an event."""

    asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)
        self._old_fd = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
        self._numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        self._old = {number: signal.signal(number, lambda _number, _frame: None) for number in self._numbers}

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    @Slot()
    def _arrived(self) -> None:
        with contextlib.suppress(BlockingIOError, InterruptedError):
            for number in os.read(self._read.fileno(), 64) if os.name != "nt" else self._read.recv(64):
                if number in self._numbers:
                    self.asked.emit(number)
