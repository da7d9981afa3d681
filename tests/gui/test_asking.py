"""Questions from other threads: shown on the GUI thread one by one, answered back, withdrawn when cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, HostKey
from netconf_gui.gui.asking import Asker
from netconf_gui.gui.dialogs.credentials import CredentialsDialog
from netconf_gui.gui.dialogs.host_key import HostKeyDialog
from netconf_gui.gui.tasks import Mailbox
from netconf_gui.services.events import CredentialAnswer, CredentialKind, CredentialRequest

KEY = HostKey("h.example.net", 830, "ssh-ed25519", "SHA256:abc", "AAAA")
REQUEST = CredentialRequest(CredentialKind.PASSWORD, "h", "u", "h.example.net", 830)


class Caller(threading.Thread):
    """Calls on another thread and keeps what came of it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._call = call
        self.result: Any = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._call()
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            self.error = error


def make(qtbot: QtBot) -> tuple[QWidget, Asker, Mailbox]:
    window = QWidget()
    window.setObjectName("parent")
    qtbot.addWidget(window)
    window.show()
    mailbox = Mailbox()
    return window, Asker(mailbox, window), mailbox


def shown(window: QWidget, kind: type[Any]) -> Any:
    return next((one for one in window.findChildren(kind) if one.isVisible()), None)


def test_an_answer_goes_back_to_the_thread_that_asked(qtbot: QtBot) -> None:
    window, asker, mailbox = make(qtbot)
    interaction = asker.interaction(CancelToken(), "core2")
    caller = Caller(lambda: interaction.host_key_unknown(KEY))
    qtbot.waitUntil(lambda: shown(window, HostKeyDialog) is not None)
    assert "core2" in shown(window, HostKeyDialog).ui.titleLabel.text()
    shown(window, HostKeyDialog).ui.trustButton.click()
    qtbot.waitUntil(lambda: not caller.is_alive())
    assert caller.result is True
    mailbox.close()


def test_a_typed_password_goes_back_and_refusing_gives_none(qtbot: QtBot) -> None:
    window, asker, mailbox = make(qtbot)
    interaction = asker.interaction(CancelToken(), "h")
    caller = Caller(lambda: interaction.credentials(REQUEST))
    qtbot.waitUntil(lambda: shown(window, CredentialsDialog) is not None)
    field = shown(window, CredentialsDialog).findChild(QLineEdit, "passwordField")
    qtbot.keyClicks(field, "pw")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not caller.is_alive())
    assert isinstance(caller.result, CredentialAnswer) and caller.result.secret == "pw"
    caller = Caller(lambda: interaction.credentials(REQUEST))
    qtbot.waitUntil(lambda: shown(window, CredentialsDialog) is not None)
    qtbot.keyClick(shown(window, CredentialsDialog), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not caller.is_alive())
    assert caller.result is None and caller.error is None
    mailbox.close()


def test_a_cancel_withdraws_the_question_and_frees_the_thread(qtbot: QtBot) -> None:
    window, asker, mailbox = make(qtbot)
    token = CancelToken()
    caller = Caller(lambda: asker.interaction(token, "h").host_key_unknown(KEY))
    qtbot.waitUntil(lambda: shown(window, HostKeyDialog) is not None)
    token.cancel()
    qtbot.waitUntil(lambda: not caller.is_alive())
    assert isinstance(caller.error, Cancelled)
    qtbot.waitUntil(lambda: shown(window, HostKeyDialog) is None)
    mailbox.close()


def test_two_questions_are_shown_one_after_the_other(qtbot: QtBot) -> None:
    window, asker, mailbox = make(qtbot)
    first = Caller(lambda: asker.interaction(CancelToken(), "one").host_key_unknown(KEY))
    qtbot.waitUntil(lambda: shown(window, HostKeyDialog) is not None)
    second = Caller(lambda: asker.interaction(CancelToken(), "two").host_key_unknown(KEY))
    qtbot.wait(30)
    assert len([one for one in window.findChildren(HostKeyDialog) if one.isVisible()]) == 1
    shown(window, HostKeyDialog).ui.refuseButton.click()
    qtbot.waitUntil(lambda: not first.is_alive())
    qtbot.waitUntil(lambda: shown(window, HostKeyDialog) is not None)
    assert "two" in shown(window, HostKeyDialog).ui.titleLabel.text()
    shown(window, HostKeyDialog).ui.trustButton.click()
    qtbot.waitUntil(lambda: not second.is_alive())
    assert (first.result, second.result) == (False, True)
    mailbox.close()


def test_information_needs_no_answer(qtbot: QtBot) -> None:
    _window, asker, mailbox = make(qtbot)
    with qtbot.waitSignal(asker.informed) as informed:
        Caller(lambda: asker.interaction(CancelToken(), "h").inform("A new key type is offered."))
    assert informed.args == ["A new key type is offered."]
    mailbox.close()
