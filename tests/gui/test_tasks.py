"""Background tasks: everything arrives on the GUI thread, in order, once, and cancelling gives control back."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, ConnectFailed, SessionClosed
from netconf_gui.gui.tasks import Mailbox, Report, Task, TaskManager, TaskState
from netconf_gui.services.events import Progress
from netconf_gui.services.lanes import Lane


def test_result_and_progress_arrive_on_the_gui_thread_in_order(qtbot: QtBot) -> None:
    manager = TaskManager()
    here = threading.get_ident()
    seen: list[object] = []
    threads: set[int] = set()

    def work(cancel: CancelToken, report: Report) -> str:
        assert threading.get_ident() != here
        for number in range(100):
            report(Progress("reading", number, 100))
        return "result"

    task = manager.run(work, title="Read")
    task.progress.connect(lambda event: (seen.append(event.done), threads.add(threading.get_ident())))
    task.done.connect(lambda result: (seen.append(result), threads.add(threading.get_ident())))
    with qtbot.waitSignal(task.finished):
        pass
    assert seen == [*range(100), "result"]
    assert threads == {here}
    assert task.state is TaskState.DONE and task.text == "reading" and task.fraction == 0.99
    assert manager.running == ()


def test_an_error_arrives_as_it_was(qtbot: QtBot) -> None:
    manager = TaskManager()

    def work(cancel: CancelToken, report: Report) -> None:
        raise ConnectFailed("The host does not answer.")

    task = manager.run(work, title="Connect")
    with qtbot.waitSignal(task.failed) as failed:
        pass
    assert isinstance(failed.args[0], ConnectFailed)
    assert task.state is TaskState.FAILED


def test_cancelling_reaches_the_work(qtbot: QtBot) -> None:
    manager = TaskManager()
    stopped = threading.Event()

    def work(cancel: CancelToken, report: Report) -> None:
        cancel.on_cancel(stopped.set)
        report(Progress("waiting"))
        stopped.wait(10)
        cancel.check()

    task = manager.run(work, title="Wait")
    with qtbot.waitSignal(task.progress):
        pass
    with qtbot.waitSignal(task.failed) as failed:
        task.cancel()
    assert isinstance(failed.args[0], Cancelled)
    assert task.state is TaskState.CANCELLED


def test_stuck_work_is_given_up_and_its_late_result_handed_over(qtbot: QtBot) -> None:
    manager = TaskManager()
    release = threading.Event()
    late: list[object] = []

    def work(cancel: CancelToken, report: Report) -> str:
        report(Progress("stuck"))
        release.wait(20)
        return "late"

    task = manager.run(work, title="Resolve", on_late=late.append)
    with qtbot.waitSignal(task.progress):
        pass
    began = time.monotonic()
    with qtbot.waitSignal(task.finished):
        task.cancel()
    assert time.monotonic() - began < 3, "control is back without waiting for the work"
    assert task.state is TaskState.CANCELLED and late == []
    release.set()
    qtbot.waitUntil(lambda: late == ["late"])


def test_work_whose_end_matters_is_waited_for(qtbot: QtBot) -> None:
    manager = TaskManager()
    release = threading.Event()
    cancelled = threading.Event()

    def work(cancel: CancelToken, report: Report) -> str:
        cancel.on_cancel(cancelled.set)
        report(Progress("committing"))
        release.wait(20)
        return "committed"

    task = manager.run(work, title="Apply", give_up=False)
    with qtbot.waitSignal(task.progress):
        pass
    task.cancel()
    qtbot.waitUntil(cancelled.is_set)
    assert task.state is TaskState.STOPPING
    with qtbot.waitSignal(task.done) as done:
        release.set()
    assert done.args == ["committed"]


def test_a_lane_keeps_the_order_and_a_closed_lane_ends_what_waits(qtbot: QtBot) -> None:
    manager, lane = TaskManager(), Lane("test")
    order: list[str] = []
    release = threading.Event()

    def slow(cancel: CancelToken, report: Report) -> None:
        report(Progress("first runs"))
        release.wait(20)
        order.append("first")

    def quick(cancel: CancelToken, report: Report) -> None:
        order.append("second")

    first = manager.run(slow, title="First", lane=lane)
    second = manager.run(quick, title="Second", lane=lane)
    third = manager.run(quick, title="Third", lane=lane)
    with qtbot.waitSignal(first.progress):
        pass
    assert second.state is TaskState.WAITING
    third.cancel()
    with qtbot.waitSignal(second.finished):
        release.set()
    assert order == ["first", "second"]
    assert third.state is TaskState.CANCELLED
    lane.close()


def test_a_closed_mailbox_drops_what_comes(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    got: list[int] = []
    mailbox.post(lambda: got.append(1))
    qtbot.waitUntil(lambda: got == [1])
    mailbox.close()
    thread = threading.Thread(target=lambda: [mailbox.post(lambda: got.append(2)) for _ in range(100)])
    thread.start()
    thread.join()
    qtbot.wait(20)
    assert got == [1]


def test_a_mailbox_deleted_under_posting_threads_does_no_harm(qtbot: QtBot) -> None:
    stop = threading.Event()
    boxes = [Mailbox() for _ in range(20)]

    def post() -> None:
        while not stop.is_set():
            for box in boxes:
                box.post(lambda: None)

    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    for box in boxes:
        qtbot.wait(2)
        box.close()
        box.deleteLater()
    qtbot.wait(20)
    stop.set()
    for thread in threads:
        thread.join()


def test_twenty_thousand_emissions_that_carry_true_and_none(qtbot: QtBot) -> None:
    class Sender(QObject):
        sent = Signal(object)

    sender = Sender()
    count = [0, 0]

    def take(value: object) -> None:
        count[value is None] += 1

    sender.sent.connect(take)
    for number in range(20_000):
        sender.sent.emit(True if number % 2 else None)
    assert count == [10_000, 10_000]


def test_escape_stops_the_latest_loud_task(qtbot: QtBot) -> None:
    manager = TaskManager()
    release = threading.Event()

    def work(cancel: CancelToken, report: Report) -> None:
        cancel.on_cancel(release.set)
        release.wait(20)
        cancel.check()

    loud: Task = manager.run(work, title="Loud")
    quiet = manager.run(work, title="Quiet", quiet=True)
    assert manager.cancel_latest()
    with qtbot.waitSignal(loud.finished):
        pass
    assert not quiet.token.cancelled
    assert not manager.cancel_latest()
    release.set()
    qtbot.waitUntil(lambda: manager.running == ())


def test_a_closed_lane_fails_the_task_instead_of_raising(qtbot: QtBot) -> None:
    manager, lane = TaskManager(), Lane("closed")
    lane.close()
    task = manager.run(lambda cancel, report: None, title="Load", lane=lane)
    with qtbot.waitSignal(task.failed) as failed:
        pass
    assert isinstance(failed.args[0], SessionClosed)


def test_stuck_threads_of_the_pool_are_replaced(qtbot: QtBot) -> None:
    manager = TaskManager()
    release = threading.Event()

    def stuck(cancel: CancelToken, report: Report) -> None:
        report("stuck")
        release.wait(30)

    tasks = [manager.run(stuck, title="Stuck") for _ in range(4)]
    for task in tasks:
        task.cancel()
    qtbot.waitUntil(lambda: all(task.ended for task in tasks))
    quick = manager.run(lambda cancel, report: "done", title="Quick")
    with qtbot.waitSignal(quick.done):
        pass
    release.set()


def test_a_call_that_fails_does_not_stop_the_mailbox(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    told: list[str] = []

    def fail() -> None:
        raise ValueError("unexpected")

    with qtbot.captureExceptions() as caught:
        mailbox.post(fail)
        mailbox.post(lambda: told.append("the next"))
        qtbot.waitUntil(lambda: told == ["the next"])
    assert [kind for kind, *_ in caught] == [ValueError]
    mailbox.post(lambda: told.append("later"))
    qtbot.waitUntil(lambda: told == ["the next", "later"])
