"""The commit guard in the window: counts down in banner, Apply pane and status bar, and hands decisions to the job.

Lives here: which devices wait, until when, and what a person decides.  Does not live here: confirming and rolling back
(`services.guard`), the looks (`panes.guard_banner`), commits that an earlier run left pending (`pending_commits`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication

from netconf_gui.gui.demo_device import DEMO_ID
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.panes.guard_banner import URGENT, GuardView, clock
from netconf_gui.services.events import GuardEvent, GuardState

if TYPE_CHECKING:
    from netconf_gui.gui.main_window import MainWindow
    from netconf_gui.gui.panes.apply import ApplyPane

TICK = 250  # ms
PATIENCE = 1.0  # seconds that the program's own confirmation may take before the banner comes up
_DECIDED = {
    "confirm": "Confirming…",
    "roll-back": "Rolling back…",
    "leave": "Leaving it as it is…",
}


class Control(Protocol):
    """The job's end of a guard: `services.guard.GuardControl` fits; each call returns at once."""

    def confirm(self) -> None: ...
    def roll_back(self) -> None: ...
    def leave(self) -> None: ...


@dataclass
class _Guard:
    """One commit that waits; `until` and `since` on the monotonic clock, so that setting the clock does no harm."""

    device_id: str
    name: str
    control: Control
    event: GuardEvent
    since: float
    until: float
    decided: str = ""
    warned: bool = False  # that there is little time left
    probed: str = ""  # what the look over a new session found

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    @property
    def lasting(self) -> bool:
        """Whether it outlives the session: there is an id with which a new one can confirm."""
        return bool(self.event.persist_id)


class Guarding(QObject):
    """Guards by device id; `waiting_changed` when one comes or goes."""

    waiting_changed = Signal()

    def __init__(self, window: MainWindow, pane: ApplyPane) -> None:
        super().__init__(window)
        self._window = window
        self._pane = pane
        self._guards: dict[str, _Guard] = {}
        self._closing: Callable[[bool], None] | None = None
        self._question: Question | None = None
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.tick)
        self._banner = window.guard_banner
        self._banner.confirm_wanted.connect(self.confirm)
        self._banner.roll_back_wanted.connect(self.roll_back)
        pane.confirm_wanted.connect(lambda: self.confirm())
        pane.roll_back_wanted.connect(lambda: self.roll_back())
        window.actions_.confirm_commit.triggered.connect(lambda: self.confirm())
        window.actions_.roll_back.triggered.connect(lambda: self.roll_back())

    # ------------------------------------------------------------------------------------------ what the job tells

    @property
    def waiting(self) -> tuple[str, ...]:
        """The ids of the devices whose commit waits, the one with least time first."""
        return tuple(sorted(self._guards, key=lambda device_id: self._guards[device_id].until))

    def take(self, device_id: str, name: str, control: Control, event: GuardEvent) -> None:
        """A guard began, is probed, or is over."""
        if event.state not in (GuardState.WAITING, GuardState.PROBING):
            self.end(device_id)
            return
        now = time.monotonic()
        known = self._guards.get(device_id)
        if known is None:
            until = now + max(0.0, event.ends_at - time.time())
            self._guards[device_id] = _Guard(device_id, name, control, event, now, until)
            if event.by_person:
                self._alert(guard_words(name, self._guards[device_id].left))
            self.waiting_changed.emit()
        else:
            known.event = event
        self._timer.start()
        self.tick()

    def probed(self, device_id: str, words: str) -> None:
        """What a look over a new session found."""
        guard = self._guards.get(device_id)
        if guard is not None:
            guard.probed = words
            self.tick()

    def end(self, device_id: str) -> None:
        """The commit is confirmed or taken back, or the job is over."""
        if self._guards.pop(device_id, None) is None:
            return
        self._banner.drop(device_id)
        self._pane.show_guard("", open_=False)
        if not self._guards:
            self._timer.stop()
            self._window.status.guard.say("")
        self._follow_actions()
        self.waiting_changed.emit()
        if not self._guards:
            self._settle_closing()

    def _settle_closing(self) -> None:
        """Nothing waits any more: close as was decided, or withdraw a question that nobody has answered."""
        question, self._question = self._question, None
        go_on, self._closing = self._closing, None
        if question is not None:
            question.reject()
        if go_on is not None:
            go_on(question is None)

    # ---------------------------------------------------------------------------------------- what people decide

    def confirm(self, device_id: str = "") -> None:
        """Keep the change of a device, or of the one with least time left."""
        self._decide(device_id, "confirm")

    def roll_back(self, device_id: str = "") -> None:
        """Take the change back at once."""
        self._decide(device_id, "roll-back")

    def leave(self) -> None:
        """Leave all as they are: locks and sessions go, what can be confirmed later stays pending."""
        for device_id in self.waiting:
            self._decide(device_id, "leave")

    def _decide(self, device_id: str, what: str) -> None:
        open_ = [one for one in self.waiting if not self._guards[one].decided]
        device_id = device_id or (open_[0] if open_ else "")
        guard = self._guards.get(device_id)
        if guard is None or guard.decided:
            return
        guard.decided = what
        {"confirm": guard.control.confirm, "roll-back": guard.control.roll_back, "leave": guard.control.leave}[what]()
        self.tick()

    def ask_to_close(self, go_on: Callable[[bool], None]) -> bool:
        """Ask what becomes of guards before the window closes; False if none waits, and nothing is asked."""
        open_ = [self._guards[one] for one in self.waiting if not self._guards[one].decided]
        if not self._guards:
            return False
        self._closing = go_on
        if not open_:
            return True  # decided already: close when that is done
        names = ", ".join(guard.name for guard in open_)
        ends_with_us = all(guard.device_id == DEMO_ID for guard in open_)
        lasting = all(guard.lasting for guard in open_)
        later = (
            "The demo device ends with this window."
            if ends_with_us
            else "Leave it pending: at the next start you can still confirm it while time is left."
            if lasting
            else "If you leave it, the device rolls back: its guard ends with the session."
        )
        choices = [
            Choice("roll-back", "Roll back and close", "danger"),
            *(() if ends_with_us else (Choice("leave", "Leave it pending" if lasting else "Let it roll back"),)),
            Choice("confirm", "Confirm and close"),
            Choice("stay", "Stay", "primary"),
        ]
        question = self._question = Question(
            self._window,
            f"A change of {names} is not confirmed yet",
            f"It is live, and goes back in {clock(open_[0].left)} unless it is confirmed. {later}",
            choices,
            icon="guard",
            ink="warning",
            object_name="guardCloseQuestion",
        )
        question.answered.connect(self._answered_close)
        question.open()
        return True

    def _answered_close(self, key: str) -> None:
        self._question = None
        if key in ("confirm", "roll-back", "leave"):
            for device_id in self.waiting:
                self._decide(device_id, key)
        elif self._guards and self._closing is not None:
            go_on, self._closing = self._closing, None
            go_on(False)

    # -------------------------------------------------------------------------------------------------- showing

    def tick(self) -> None:
        """Say how much time is left, everywhere."""
        for position, device_id in enumerate(self.waiting):
            guard = self._guards[device_id]
            view = _view(guard)
            if guard.event.by_person or time.monotonic() - guard.since >= PATIENCE:
                self._banner.show_view(view)
            if position == 0:
                words = guard_words(guard.name, view.left) if not guard.decided else _DECIDED[guard.decided]
                self._pane.show_guard(words, open_=view.open)
                self._window.status.guard.say(
                    f"Guard: rolls back in {clock(view.left)}", "guard", "error" if view.left <= URGENT else "warning"
                )
            if guard.event.by_person and view.left <= URGENT and not guard.warned:
                guard.warned = True
                self._alert(guard_words(guard.name, view.left))
        self._follow_actions()

    def _follow_actions(self) -> None:
        some = any(not guard.decided for guard in self._guards.values())
        self._window.actions_.confirm_commit.setEnabled(some)
        self._window.actions_.roll_back.setEnabled(some)

    def _alert(self, words: str) -> None:
        """Have a screen reader say it, and the task bar call the person back until the window has the keyboard."""
        said = QAccessibleAnnouncementEvent(self._window, words)
        said.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(said)
        if not self._window.isActiveWindow():
            QApplication.alert(self._window)


def guard_words(name: str, left: float) -> str:
    """The sentence of a countdown."""
    return f"{name} goes back to its old configuration in {clock(left)} unless it is confirmed."


def _view(guard: _Guard) -> GuardView:
    event = guard.event
    until = "you confirm" if event.by_person else "it is confirmed"
    title = f"{guard.name} goes back to its old configuration unless {until}"
    if guard.left <= 0 and not guard.decided:
        title = f"The time of {guard.name} is over"
    live = f"The change is live on the device. {guard.probed}".strip() if guard.probed else event.text
    text = _DECIDED.get(guard.decided) or live or "The change is live on the device."
    return GuardView(guard.device_id, guard.name, title, text, guard.left, event.seconds, open=not guard.decided)
