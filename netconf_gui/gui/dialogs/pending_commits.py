"""Guarded commits that wait for a decision, left by a run of the program that ended before they were settled.

The dialog lists them with the time that is left and says what a person wants; connecting and settling are done by who
opened it (`gui.pending_commits`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QPushButton, QWidget

from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow, fit_to_rows
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.forms import label, push_button
from netconf_gui.gui.panes.guard_banner import clock
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice
from netconf_gui.services.pending import Pending

TICK = 500  # ms


@dataclass(frozen=True, slots=True)
class State:
    """How one stands: in words for its row, for below the list, and whether it can still be settled."""

    short: str
    text: str
    open: bool


def state_of(one: Pending, now: float) -> State:
    """What can be said of a pending commit without asking the device; `now` in seconds since the epoch."""
    name = one.device_name or one.address
    if not one.persist_id:
        return State(
            "ended with its session",
            f"{name} takes such a commit back when its session ends, which it did with the program. Look at the "
            "device to be sure.",
            open=False,
        )
    left = one.ends_at - now
    if left <= 0:
        return State(
            "time is over",
            f"Unless somebody confirmed it, {name} went back to its old configuration at "
            f"{time.strftime('%H:%M:%S', time.localtime(one.ends_at))}. Look at the device to be sure.",
            open=False,
        )
    return State(
        f"{clock(left)} left",
        f"The change is live on {name} ({one.address}). Confirm keeps it, roll back takes it back at once; "
        "without either the device goes back by itself.",
        open=True,
    )


class PendingDialog(ListDialog):
    """Object name `pendingDialog`; `wanted(Pending, decision)`: confirm, cancel, look or forget."""

    wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None, pending: Sequence[Pending]) -> None:
        many = len(pending) != 1
        super().__init__(
            parent,
            "pendingDialog",
            f"{len(pending)} guarded commits were not settled" if many else "A guarded commit was not settled",
            "The program ended before they were confirmed or taken back."
            if many
            else "The program ended before it was confirmed or taken back.",
            ("Device", "What was applied", "Time left"),
            [],
            [Choice("later", "Close")],
            icon="guard",
            ink="warning",
        )
        self._busy = False
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.about = label("", "pendingAbout", kind="secondary", wrap=True)
        self.notice = Notice("pendingNotice")
        self.ui.bodyLayout.addWidget(self.about)
        self.ui.bodyLayout.addWidget(self.notice)
        self.look = self._button("Look at the device", "lookButton", "look", icon="show-unset")
        self.forget = self._button("Forget", "forgetButton", "forget")
        self.roll_back = self._button(
            "Roll back now", "rollBackPendingButton", "cancel", "roll-back", "danger", "removed"
        )
        self.confirm = self._button("Confirm now", "confirmPendingButton", "confirm", "confirm", "primary")
        foot = self.ui.footLayout
        for at, button in enumerate((self.look, self.forget)):
            foot.insertWidget(at, button)
        foot.addWidget(self.roll_back)
        foot.addWidget(self.confirm)
        self.list.currentItemChanged.connect(lambda *_: self.tick())
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.show_pending(pending)
        fit_to_rows(self, len(pending))
        self.resize(theme().px(720), self.sizeHint().height())

    def _button(
        self, text: str, name: str, decision: str, icon: str = "", role: str = "", ink: str = "text2"
    ) -> QPushButton:
        made = push_button(text, name, icon=icon, role=role, ink=ink)
        made.setAutoDefault(False)
        made.clicked.connect(lambda: self._want(decision))
        return made

    def show_pending(self, pending: Sequence[Pending]) -> None:
        """List these; the row in front stays in front."""
        before = self.current
        self.list.clear()
        for one in pending:
            item = self.add_row(ListRow((one.device_name or one.address, one.summary, ""), one, "device"))
            if before is not None and isinstance(before, Pending) and before.path == one.path:
                self.list.setCurrentItem(item)
        # the view forgets the icon when it measures a column
        widest = max(
            (self.fontMetrics().horizontalAdvance(one.device_name or one.address) for one in pending), default=0
        )
        self.list.header().resizeSection(0, min(widest, theme().px(200)) + theme().px(52))
        if self.list.currentItem() is None and self.list.topLevelItemCount():
            self.list.setCurrentItem(self.list.topLevelItem(0))
        self.tick()

    def say(self, kind: str, text: str) -> None:
        """How a decision went, below the list."""
        self.notice.say(kind, text)

    def set_busy(self, busy: bool) -> None:
        """While one is settled nothing else can be decided."""
        self._busy = busy
        self.tick()

    def tick(self) -> None:
        """Say how much time each has, and what can be done with the one in front."""
        now = time.time()
        for at in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(at)
            one = item.data(0, Qt.ItemDataRole.UserRole)
            if isinstance(one, Pending):
                item.setText(2, state_of(one, now).short)
        one = self.current
        state = state_of(one, now) if isinstance(one, Pending) else State("", "Nothing waits any more.", open=False)
        self.about.setText(state.text)
        for button in (self.confirm, self.roll_back):
            button.setEnabled(state.open and not self._busy)
        for button in (self.look, self.forget):
            button.setEnabled(isinstance(one, Pending) and not self._busy)

    def _want(self, decision: str) -> None:
        one = self.current
        if isinstance(one, Pending) and not self._busy:
            self.wanted.emit(one, decision)
