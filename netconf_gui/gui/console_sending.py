"""A request of a console on its way: placeholders asked for, checked, confirmed where it can do harm, sent, told.

Lives here: the order of these steps, and one task a device.  Does not live here: the steps (`services.console*`).
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject

from netconf_gui.cancel import CancelToken
from netconf_gui.config import codec
from netconf_gui.config.document import Document
from netconf_gui.errors import AppError, ConfigError
from netconf_gui.gui.dialogs.console import FieldsDialog
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.panes.console_results import Result
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.protocol.xml import local_name, namespace_of, serialize
from netconf_gui.services import console
from netconf_gui.services.console import Operation
from netconf_gui.services.console_sending import Sent, send
from netconf_gui.services.console_text import fill, placeholders, request_text, without_secrets
from netconf_gui.session.redact import is_secret_name
from netconf_gui.workspace.console_history import HistoryEntry
from netconf_gui.yang.problem import Problem

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link
    from netconf_gui.gui.console_device import OneConsole


class ConsoleSender(QObject):
    """Sends what the form of one console says."""

    def __init__(self, program: Program, one: OneConsole) -> None:
        super().__init__(one)
        self._program = program
        self._one = one
        self._tasks: list[Task] = []
        self._filled: dict[str, str] = {}  # what placeholders were filled with last; no secrets

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def stop(self) -> None:
        """Wait no longer for what is under way."""
        for task in list(self._tasks):
            task.cancel()

    # ------------------------------------------------------------------------------------------ step by step

    def send(self) -> None:
        """Begin with what the form says now."""
        form = self._one.pane.form
        if self.busy or not self._one.connected_targets() or not form.take_text():
            return
        try:
            text = request_text(console.the_request(form.document.root))
            names = placeholders(text)
        except ConfigError as error:
            self._refuse(error)
            return
        if not names:
            self._check(text)
            return
        hint = "These are filled in before the request is sent; the form keeps its placeholders."
        dialog = FieldsDialog(
            self._one.window,
            "fillDialog",
            "Fill in the placeholders",
            hint,
            names,
            "Fill in and send",
            known=self._filled,
        )
        dialog.filled.connect(partial(self._fill, text))
        dialog.open()

    def _fill(self, text: str, values: dict[str, str]) -> None:
        self._filled.update({name: value for name, value in values.items() if not is_secret_name(name)})
        try:
            self._check(fill(text, values))
        except ConfigError as error:
            self._refuse(error)

    def _refuse(self, error: AppError) -> None:
        self._program.documents.failed.emit("sending the request", error)

    def _check(self, text: str) -> None:
        """Ask the engine about what will be sent, all of it filled in."""
        form = self._one.pane.form
        operation, judge = form.operation, self._one.judge_of(form.operation)
        root = codec.read_request(text.encode())
        data = serialize(root)

        def work(_cancel: CancelToken, _report: Report) -> tuple[Problem, ...]:
            return judge(data) if judge is not None else ()

        task = self._program.tasks.run(work, title="Check the request", quiet=True)
        task.done.connect(lambda found: self._checked(text, operation, found))
        # an engine that cannot tell keeps nobody from sending
        task.failed.connect(lambda _error: self._checked(text, operation, ()))

    def _checked(self, text: str, operation: Operation | None, found: tuple[Problem, ...]) -> None:
        wrong = [one for one in found if one.is_error]
        if not wrong:
            self._confirm(text, operation)
            return
        self._one.pane.pane.validate()
        count = f"{len(wrong)} finding{'' if len(wrong) == 1 else 's'}"
        question = Question(
            self._one.window,
            f"The request has {count}",
            f"{_first_words(wrong)} Nothing was sent. The device may refuse it, or understand it in another way.",
            [Choice("anyway", "Send anyway", "danger"), Choice("show", "Show in the form", "primary")],
            icon="warning",
            ink="warning",
            object_name="requestFindings",
        )

        def answered(key: str) -> None:
            if key == "anyway":
                self._confirm(text, operation)
            elif key == "show":
                self._one.pane.pane.jump(wrong[0].path)

        question.answered.connect(answered)
        question.open()

    def _confirm(self, text: str, operation: Operation | None) -> None:
        """What can do harm is asked about, with the devices it goes to."""
        request = console.the_request(codec.read_request(text.encode()))
        danger = operation.danger if operation is not None else _danger_of(request)
        targets = self._one.connected_targets()
        if not danger or not targets:
            self._send(text, operation, targets)
            return
        names = ", ".join(link.device.name for link in targets)
        name = operation.name if operation is not None else local_name(request)
        question = Question(
            self._one.window,
            f"Send {name} to {names}?",
            danger,
            [Choice("send", f"Send {name}", "danger"), Choice("cancel", "Cancel", "primary")],
            icon="warning",
            ink="warning",
            object_name="dangerQuestion",
        )
        question.answered.connect(lambda key: self._send(text, operation, targets) if key == "send" else None)
        question.open()

    # ------------------------------------------------------------------------------------------ on the way

    def _send(self, text: str, operation: Operation | None, targets: list[Link]) -> None:
        targets = [link for link in targets if link.connected]
        root = codec.read_request(text.encode())
        request = serialize(console.the_request(root))
        name = operation.name if operation is not None else local_name(console.the_request(root))
        results = [Result(link.device.id, link.device.name, name) for link in targets]
        self._one.pane.pane.findings.refuse_at(())
        self._one.pane.results.show_results(results)
        for link, result in zip(targets, results, strict=True):
            self._send_one(link, result, request, text, operation, name)
        self._one.sent_state_changed()

    def _send_one(
        self, link: Link, result: Result, request: bytes, text: str, operation: Operation | None, name: str
    ) -> None:
        session, lane, one = link.session, link.lane, self._one
        assert session is not None
        device_id = link.device.id

        def work(cancel: CancelToken, report: Report) -> tuple[Sent, Document]:
            sent = send(session, request, cancel=cancel, on_event=report)
            document = one.output_of(operation, sent.content, device_id)
            document.prepare()
            return sent, document

        title = f"Send {name} to {link.device.name}"
        task = self._program.tasks.run(work, title=title, lane=lane, subject=link.device.address)
        self._tasks.append(task)
        task.progress.connect(lambda event: self._received(result, event))
        task.done.connect(lambda found: self._answered(result, found))
        task.failed.connect(lambda error: self._failed(result, error))
        task.finished.connect(lambda: self._finished(task, result, text, operation))

    @staticmethod
    def _received(result: Result, event: object) -> None:
        done = getattr(event, "done", 0)
        if isinstance(done, int):
            result.received = max(result.received, done)

    @staticmethod
    def _answered(result: Result, found: tuple[Sent, Document]) -> None:
        result.ended = time.monotonic()
        result.sent, result.document = found

    @staticmethod
    def _failed(result: Result, error: BaseException) -> None:
        result.ended = time.monotonic()
        result.error = error

    def _finished(self, task: Task, result: Result, text: str, operation: Operation | None) -> None:
        self._tasks.remove(task)
        one = self._one
        if not one.is_open:
            return
        one.pane.results.tell()
        if result is one.pane.results.shown:
            one.show_complaints()
        outcome = result.sent.summary if result.sent is not None else result.words
        kept = without_secrets(text)
        identity = operation.id if operation is not None else ""
        entry = HistoryEntry(
            time.time(), result.device_id, result.device, identity, kept, result.ok, outcome, round(result.seconds, 3)
        )
        one.remember([entry])
        one.sent_state_changed()


def _danger_of(request: etree._Element) -> str:
    return console.danger_of(namespace_of(request), local_name(request))


def _first_words(problems: list[Problem]) -> str:
    first = problems[0].message.rstrip(".")
    return f"{first}." if len(problems) == 1 else f"{first}, and {len(problems) - 1} more."
