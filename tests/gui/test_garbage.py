"""Cycles are collected by the timer of the GUI thread, never where a worker allocates."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from netconf_gui.gui.application import make_application
from netconf_gui.gui.garbage import YOUNG, Collector, no_collection


class Node:
    """Something that only the collector of cycles can take apart; it tells on which thread that was."""

    ended: list[threading.Thread] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


@pytest.fixture(autouse=True)
def told() -> None:
    gc.collect()
    Node.ended.clear()


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
    on_a_thread(YOUNG + 10)
    assert not Node.ended
    qtbot.waitUntil(lambda: len(Node.ended) > YOUNG, timeout=10_000)
    assert set(Node.ended) == {threading.main_thread()}
    collector.deleteLater()


def test_nothing_is_collected_during_work_that_asks_for_it(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    with no_collection():
        on_a_thread(YOUNG + 10)
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
        kept.append([[] for _ in range(YOUNG + 10)])
        collector.look()
    assert gc.get_stats()[2]["collections"] > before
    assert len(Node.ended) == 1
    collector.deleteLater()
