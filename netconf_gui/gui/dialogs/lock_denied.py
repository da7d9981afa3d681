"""Somebody else holds the lock: who, from where, since when; wait for it, end that session, or stop.

The dialog is asked by a job that waits (`asking`): `decided(answer)` carries a `Wait`, `Kill` or `Stop`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.form_rows import number
from netconf_gui.gui.forms import label, named, push_button, row
from netconf_gui.gui.theme import theme
from netconf_gui.services.events import Kill, LockAnswer, LockHolder, Stop, Wait

DEFAULT_WAIT = 60  # seconds
LONGEST_WAIT = 3600
_INDENT = 44  # px: below the title, beside the icon


class LockDeniedDialog(FormDialog):
    """Object name `lockDeniedDialog`; dismissing it is *Stop*: nothing has been sent."""

    decided = Signal(object)

    def __init__(self, parent: QWidget | None, device: str, holder: LockHolder) -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("lockDeniedDialog")
        title = f"{holder.datastore.capitalize()} of {device} is locked"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._device = device
        self._holder = holder
        self._answer: LockAnswer = Stop()
        self.set_head("locked", "warning", title, _subtitle(holder))
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self._build_facts()
        self._build_wait()
        self._build_foot()
        self.finished.connect(lambda _code: self.decided.emit(self._answer))
        self.resize(theme().px(560), self.sizeHint().height())

    def _build_facts(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(theme().px(_INDENT), 0, 0, 0)
        grid.setHorizontalSpacing(theme().px(12))
        grid.setVerticalSpacing(theme().px(4))
        grid.setColumnStretch(1, 1)
        for at, (name, text, value) in enumerate(_facts(self._holder)):
            words = label(text, f"{name}Label", kind="label")
            words.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(words, at, 0)
            told = label(value, f"{name}Value")
            told.setProperty("mono", True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(told, at, 1)
        self.ui.bodyLayout.insertLayout(1, grid)

    def _build_wait(self) -> None:
        line = named(QWidget(), "waitLine", "Wait")
        fields = row(line, margins=(_INDENT, 0, 0, 0), spacing=8)
        words = label("Wait at most", "waitLabel", kind="label")
        self.seconds = number("waitSeconds", "Seconds to wait at most", 1, LONGEST_WAIT, DEFAULT_WAIT, unit="s")
        words.setBuddy(self.seconds)
        fields.addWidget(words)
        fields.addWidget(self.seconds)
        fields.addWidget(label("It is tried again at longer and longer intervals.", "waitHint", kind="hint"), 1)
        self.ui.bodyLayout.insertWidget(2, line)

    def _build_foot(self) -> None:
        foot = self.ui.footLayout
        self.kill_button = push_button("End that session…", "killButton", role="danger")
        self.kill_button.setEnabled(self._holder.session_id not in (None, 0))
        if not self.kill_button.isEnabled():
            self.kill_button.setToolTip(
                "The lock is not held by a NETCONF session, or the device does not say by which."
            )
        self.kill_button.clicked.connect(self._ask_to_kill)
        stop = push_button("Stop", "stopButton")
        stop.clicked.connect(self.reject)
        wait = push_button("Wait", "waitButton", icon="timer", role="primary")
        wait.setDefault(True)
        wait.clicked.connect(lambda: self._decide(Wait(float(self.seconds.value()))))
        foot.insertWidget(0, self.kill_button)
        foot.addWidget(stop)
        foot.addWidget(wait)
        wait.setFocus()

    def _decide(self, answer: LockAnswer) -> None:
        self._answer = answer
        self.accept()

    def _ask_to_kill(self) -> None:
        """The second question: ending a session destroys what its owner has not committed."""
        holder = self._holder
        question = Question(
            self,
            f"End session {holder.session_id}{_of(holder)}?",
            f"The device drops the session at once. What {holder.user or 'its owner'} has edited and not committed is "
            "lost, and a command that is under way may stop half way.",
            [Choice("keep", "Leave it alone", "primary"), Choice("end", f"End session {holder.session_id}", "danger")],
            icon="warning",
            ink="warning",
            object_name="killQuestion",
        )
        question.answered.connect(lambda key: self._decide(Kill()) if key == "end" else None)
        question.open()


def _of(holder: LockHolder) -> str:
    return f" of {holder.user}" if holder.user else ""


def _subtitle(holder: LockHolder) -> str:
    if holder.session_id == 0:
        return "It is held by something that is no NETCONF session, such as the command line. Nothing has been sent."
    return "Somebody else is changing it. Nothing has been sent, and your draft is kept."


def _facts(holder: LockHolder) -> list[tuple[str, str, str]]:
    """What is known of the holder; what the device does not tell is said to be unknown."""
    session = "not a NETCONF session" if holder.session_id == 0 else str(holder.session_id or "not told")
    return [
        ("session", "Session", session),
        ("user", "User", holder.user or "not told"),
        ("host", "From", holder.host or "not told"),
        ("since", "Since", holder.since or "not told"),
    ]


def waiting_words(holder: LockHolder, next_in: float, left: float) -> str:
    """The sentence while it is waited for: who holds it, when it is tried again, when that ends."""
    who = f"session {holder.session_id}{_of(holder)}" if holder.session_id else "another client"
    return (
        f"{holder.datastore.capitalize()} is locked by {who}. Next try in {max(0, round(next_in))} s, "
        f"giving up in {max(0, round(left))} s."
    )
