"""Questions of jobs that run on other threads: asked in dialogs of the window, answered back to the waiting thread.

`GuiInteraction` is what services get (their `Interaction`); `Asker` is its other end on the GUI thread.  One question
is shown at a time; a cancelled job's question is withdrawn, and the thread that waits is freed at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import HostKey, PeerCertificate
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.dialogs.certificate import CertificateDialog
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.tasks import Mailbox
from netconf_gui.services.events import CredentialAnswer, CredentialRequest

MakeDialog = Callable[[QWidget], Any]


class _Question:
    """One question on its way: the waiting thread sleeps on `answered`."""

    def __init__(self, make: MakeDialog, refusal: object) -> None:
        self.make = make
        self.value = refusal
        self.answered = threading.Event()
        self.dialog: FormDialog | None = None

    def answer(self, value: object) -> None:
        if not self.answered.is_set():
            self.value = value
            self.answered.set()


class Asker(QObject):
    """Shows questions in the window, one after the other; lives on the GUI thread."""

    informed = Signal(str)

    def __init__(self, mailbox: Mailbox, window: QWidget) -> None:
        super().__init__(window)
        self._mailbox = mailbox
        self._window = window
        self._waiting: deque[_Question] = deque()
        self._current: _Question | None = None

    def interaction(self, token: CancelToken, device: str) -> GuiInteraction:
        """What a job on another thread asks through; `token` is the job's."""
        return GuiInteraction(self, self._mailbox, token, device)

    def ask(self, question: _Question) -> None:
        self._waiting.append(question)
        self._next()

    def withdraw(self, question: _Question) -> None:
        """The job gave up: its dialog goes, nobody waits for it."""
        if question in self._waiting:
            self._waiting.remove(question)
        if question.dialog is not None and isValid(question.dialog):
            question.dialog.reject()

    def _next(self) -> None:
        while self._current is None and self._waiting:
            question = self._waiting.popleft()
            if question.answered.is_set():
                continue
            dialog = question.make(self._window)
            question.dialog = dialog
            self._current = question
            dialog.decided.connect(lambda value, asked=question: self._decided(asked, value))
            dialog.open()

    def _decided(self, question: _Question, value: object) -> None:
        question.answer(value)
        question.dialog = None
        if self._current is question:
            self._current = None
        self._next()


class GuiInteraction:
    """`services.events.Interaction` for the window: every method blocks the job's thread until a person decided."""

    def __init__(self, asker: Asker, mailbox: Mailbox, token: CancelToken, device: str) -> None:
        self._asker = asker
        self._mailbox = mailbox
        self._token = token
        self._device = device

    def host_key_unknown(self, key: HostKey) -> bool:
        device = self._device
        return bool(self._ask(lambda window: HostKeyDialog(window, key, device), False))

    def certificate_untrusted(self, certificate: PeerCertificate) -> bool:
        device = self._device
        return bool(self._ask(lambda window: CertificateDialog(window, certificate, device), False))

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        answer = self._ask(lambda window: CredentialsDialog(window, request), None)
        return answer if isinstance(answer, CredentialAnswer) else None

    def decide(self, make: MakeDialog, refusal: object) -> object:
        """What a person decides in the dialog that `make(window)` makes, told by its `decided`; `refusal` if nothing.

        Raises `Cancelled` when the job is cancelled meanwhile.
        """
        return self._ask(make, refusal)

    def inform(self, text: str) -> None:
        self._mailbox.post(lambda: self._asker.informed.emit(text))

    def _ask(self, make: MakeDialog, refusal: object) -> object:
        """Wait for the answer; raises `Cancelled` when the job is cancelled meanwhile."""
        self._token.check()
        question = _Question(make, refusal)

        def cancelled() -> None:
            question.answer(refusal)
            self._mailbox.post(lambda: self._asker.withdraw(question))

        forget = self._token.on_cancel(cancelled)
        self._mailbox.post(lambda: self._asker.ask(question))
        question.answered.wait()
        forget()
        self._token.check()
        return question.value
