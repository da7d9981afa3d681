"""Cycles are collected by the timer of the GUI thread, never where a worker allocates."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.application import make_application
from netconf_gui.gui.garbage import YOUNG, Collector, drop_left, leave, no_collection
from netconf_gui.gui.tasks import Report, TaskManager, TaskState


class Node:
    """Something that only the collector of cycles can take apart; it tells on which thread that was."""

    ended: list[threading.Thread] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


class Told:
    """Something that ends with its last reference; it tells on which thread that was."""

    ended: list[threading.Thread] = []

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


@pytest.fixture(autouse=True)
def told() -> None:
    gc.collect()
    drop_left()
    Node.ended.clear()
    Told.ended.clear()


def on_a_thread(count: int) -> None:
    def work() -> None:
        for _ in range(count):
            Node()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_program_with_windows_has_no_automatic_collector(qtbot: QtBot) -> None:
    make_application([])
    assert not gc.isenabled()


def test_what_a_worker_leaves_is_collected_by_the_timer(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    on_a_thread(2 * YOUNG)
    assert not Node.ended
    qtbot.waitUntil(lambda: len(Node.ended) > YOUNG, timeout=10_000)
    assert set(Node.ended) == {threading.main_thread()}
    collector.deleteLater()


def test_nothing_is_collected_during_work_that_asks_for_it(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    with no_collection():
        on_a_thread(2 * YOUNG)
        collector.look()
        assert not Node.ended
    collector.look()
    assert len(Node.ended) > YOUNG
    collector.deleteLater()


def test_all_generations_get_their_turn(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    old = Node()
    gc.collect(0)
    gc.collect(1)
    del old  # it lies in the oldest generation
    before = gc.get_stats()[2]["collections"]
    kept: list[list[list[object]]] = []
    for _ in range(200):
        kept.append([[] for _ in range(2 * YOUNG)])
        collector.look()
    assert gc.get_stats()[2]["collections"] > before
    assert len(Node.ended) == 1
    collector.deleteLater()


def test_what_a_worker_leaves_ends_on_the_gui_thread(qtbot: QtBot) -> None:
    collector = Collector(QObject())
    ready = threading.Event()

    def work() -> None:
        things = [Told()]
        leave(*things)
        things.clear()
        ready.set()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ready.is_set() and not Told.ended
    collector.look()
    assert Told.ended == [threading.main_thread()]


def test_a_cancelled_task_takes_nothing_apart_on_its_thread(qtbot: QtBot) -> None:
    manager = TaskManager()
    called = threading.Event()

    def work(cancel: CancelToken, _report: Report) -> None:
        held = Told()

        def stop() -> None:
            assert held is not None
            called.set()

        cancel.on_cancel(stop)
        while not cancel.cancelled:
            called.wait(0.01)

    def run_and_cancel() -> None:
        task = manager.run(work, title="work")
        qtbot.waitUntil(lambda: task.state is TaskState.RUNNING)
        with qtbot.waitSignal(task.finished):
            task.cancel()

    run_and_cancel()
    assert called.wait(10)
    qtbot.waitUntil(lambda: (drop_left(), len(Told.ended) == 1)[1])
    assert Told.ended == [threading.main_thread()]
    manager.close()
