"""Ending in order: tasks first, then sessions, then workers, all within the deadline; signals reach the GUI thread."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.closing import DEADLINE, Closing, Signals, leave_clipboard
from netconf_gui.gui.node_clipboard import MIME
from netconf_gui.gui.tasks import Report, TaskManager


def test_the_order_is_tasks_then_sessions_then_workers(qtbot: QtBot) -> None:
    manager = TaskManager()
    order: list[str] = []

    def work(cancel: CancelToken, report: Report) -> None:
        stopped = threading.Event()
        cancel.on_cancel(stopped.set)
        report("running")
        stopped.wait(20)
        order.append("task")
        cancel.check()

    def disconnect() -> None:
        manager.run(lambda cancel, report: order.append("session"), title="Disconnect", cancellable=False)

    task = manager.run(work, title="Load")
    with qtbot.waitSignal(task.progress):
        pass
    closing = Closing(manager, lambda: None, disconnect, [lambda: order.append("worker")])
    with qtbot.waitSignal(closing.over, timeout=10_000):
        closing.begin()
    assert order == ["task", "session", "worker"]


def test_an_idle_program_closes_at_once(qtbot: QtBot) -> None:
    closing = Closing(TaskManager(), lambda: None, lambda: None, [])
    with qtbot.waitSignal(closing.over, timeout=2000):
        closing.begin()


def test_stuck_work_does_not_hold_the_end(qtbot: QtBot) -> None:
    manager = TaskManager()
    release = threading.Event()
    manager.run(lambda cancel, report: release.wait(60), title="Stuck", cancellable=False)
    closing = Closing(manager, lambda: None, lambda: None, [])
    began = time.monotonic()
    with qtbot.waitSignal(closing.over, timeout=int(DEADLINE * 1000) + 5000):
        closing.begin()
        closing.begin()
    assert time.monotonic() - began >= DEADLINE * 0.9
    release.set()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_term_reaches_the_gui_thread(qtbot: QtBot) -> None:
    signals = Signals()
    try:
        with qtbot.waitSignal(signals.asked, timeout=5000) as asked:
            os.kill(os.getpid(), signal.SIGTERM)
        assert asked.args == [signal.SIGTERM]
    finally:
        signals.close()


def test_what_was_copied_is_left_as_plain_text(qapp: QApplication) -> None:
    data = QMimeData()
    data.setText("<a/>")
    data.setData(MIME, b"<a/>")
    QGuiApplication.clipboard().setMimeData(data)
    leave_clipboard()
    left = QGuiApplication.clipboard().mimeData()
    assert left is not None and left.formats() == ["text/plain"] and left.text() == "<a/>"
