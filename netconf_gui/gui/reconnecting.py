"""Comes back to devices whose connection was lost, and marks what was open meanwhile.

Lives here: when a try is made and when there is none, what the device's row and the line over its documents say.  Does
not live here: the rules (`services.reconnect`), connecting (`connections`), bringing a draft up to date (`rebasing`).

What was open stays open and can be edited.  An apply finds out by itself what became of it, so nothing is tried while
one runs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.connections import Link
from netconf_gui.gui.demo_device import DEMO_IDS
from netconf_gui.gui.models.device_tree import LinkState
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.stale_banner import StaleBanner
from netconf_gui.services.reconnect import Backoff, why_stopped, worth_trying
from netconf_gui.workspace.inventory import Device

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

_BARS = 2  # widgets of a document's pane, and of its review, above the place of the line


@dataclass(slots=True, eq=False)
class Loss:
    """One connection that was lost, until its documents were brought up to date or put away."""

    at: float  # seconds since the epoch
    reason: str
    attempt: int = 0
    next_at: float = 0.0  # of the next try; 0: none is waited for
    stopped: str = ""  # why there is no further try; "" also while there are some
    back_at: float = 0.0
    bases: dict[DocumentPane, bytes] = field(default_factory=dict)  # what they were compared with
    banners: dict[QWidget, StaleBanner] = field(default_factory=dict)  # by the page that shows it
    timer: QTimer | None = None


class Reconnecting(QObject):
    """`changed(device id)` when a loss began, came to another try, or is over."""

    changed = Signal(str)

    def __init__(self, program: Program, backoff: Backoff | None = None) -> None:
        super().__init__(program)
        self._program = program
        self.backoff = backoff or Backoff()
        self._losses: dict[str, Loss] = {}
        connections = program.connections
        connections.lost.connect(self._lost)
        connections.opened.connect(self._opened)
        connections.not_back.connect(self._not_back)
        connections.changed.connect(self._looked_at)
        connections.left.connect(self._left)
        program.applying.ended.connect(lambda device_id, _report: self._apply_ended(device_id))
        program.documents.pane_added.connect(self._added)
        program.documents.review_added.connect(lambda pane, _review: self._say_pane(pane))
        program.documents.pane_closed.connect(self._gone)

    # ------------------------------------------------------------------------------------------- what is known

    def loss_of(self, device_id: str) -> Loss | None:
        return self._losses.get(device_id)

    def is_coming_back(self, device_id: str) -> bool:
        """Whether a try is under way or waited for."""
        loss = self._losses.get(device_id)
        return loss is not None and not loss.back_at and (loss.next_at > 0 or self._is_trying(device_id))

    def is_stale(self, pane: DocumentPane) -> bool:
        """Whether the document's device was lost, and is not back."""
        loss = self._losses.get(pane.context.device_id)
        return loss is not None and pane in loss.bases and not loss.back_at

    def _is_trying(self, device_id: str) -> bool:
        link = self._program.connections.link(device_id)
        return link is not None and link.state is LinkState.CONNECTING

    # --------------------------------------------------------------------------------------------- what is done

    def now(self, device_id: str) -> None:
        """A person wants it: at once, and they may be asked."""
        loss = self._losses.get(device_id)
        if loss is not None:
            self._put_off(loss)
            loss.stopped = ""
        self._program.devices.connect_device(device_id)

    def stop(self, device_id: str) -> None:
        """No further try; one under way is cancelled."""
        loss = self._losses.get(device_id)
        if loss is None or loss.back_at:
            return
        self._put_off(loss)
        loss.stopped = "stopped"
        link = self._program.connections.link(device_id)
        if link is not None and link.state is LinkState.CONNECTING and link.task is not None:
            link.task.cancel()
        elif link is not None:
            self._program.connections.say(device_id, "connection lost")
        self._say(device_id)

    def close(self) -> None:
        """The window goes: try nothing any more."""
        for loss in self._losses.values():
            self._put_off(loss)
        self._losses.clear()

    # ------------------------------------------------------------------------------------------ what happens

    def _lost(self, device_id: str, error: AppError) -> None:
        """A session ended unasked."""
        link = self._program.connections.link(device_id)
        if link is None:
            return
        old = self._losses.get(device_id)
        loss = self._losses[device_id] = Loss(time.time(), error.message.rstrip("."))
        if old is not None:
            loss.banners, loss.bases = old.banners, old.bases
            self._put_off(old)
        for pane in self._program.documents.panes:
            if pane.context.device_id == device_id:
                loss.bases.setdefault(pane, pane.document.base)
        if self._program.applying.is_running(device_id):
            loss.stopped = "an apply finds out what became of it"
        elif _comes_back(link.device):
            link.returning = True
            self._try_later(link, loss)
        self._say(device_id)

    def _try_later(self, link: Link, loss: Loss) -> None:
        loss.attempt += 1
        seconds = self.backoff.pause(loss.attempt)
        loss.next_at = time.time() + seconds
        timer = loss.timer = QTimer(self, singleShot=True, interval=max(1, int(seconds * 1000)))
        timer.timeout.connect(partial(self._try, link, loss))
        timer.start()
        self._program.connections.say(link.device.id, f"lost, next try {_clock(loss.next_at)}")

    def _try(self, link: Link, loss: Loss) -> None:
        self._put_off(loss)
        if self._losses.get(link.device.id) is loss and not link.connected:
            self._program.connections.connect_device(link.device.id, unattended=True)
            self._say(link.device.id)

    def _not_back(self, device_id: str, error: BaseException) -> None:
        """A try that nobody watched failed."""
        link, loss = self._program.connections.link(device_id), self._losses.get(device_id)
        if link is None or loss is None:
            return
        wanted = link.unattended.wanted if link.unattended is not None else None
        if isinstance(error, Cancelled):
            link.returning, loss.stopped = False, "stopped"
            self._program.connections.say(device_id, "connection lost")
        elif wanted is not None or not worth_trying(error):
            link.returning, loss.stopped = False, why_stopped(error, wanted)
            words = "sign in again" if wanted is not None else link.text
            self._program.connections.say(device_id, words)
        else:
            loss.reason = error.message.rstrip(".") if isinstance(error, AppError) else loss.reason
            self._try_later(link, loss)
        self._say(device_id)

    def _opened(self, device_id: str) -> None:
        loss = self._losses.get(device_id)
        if loss is not None:
            self._put_off(loss)
            loss.back_at, loss.stopped = time.time(), ""
            link = self._program.connections.link(device_id)
            if link is not None:
                link.returning = False
            self._program.window.status.tell(f"Connected again. {loss.attempt} tries." if loss.attempt > 1 else
                                             "Connected again.")  # fmt: skip
            if not loss.bases:
                del self._losses[device_id]
            self._say(device_id)

    def _left(self, device_id: str) -> None:
        """A person disconnected it: nothing is tried, and nothing is lost."""
        loss = self._losses.get(device_id)
        if loss is not None and not loss.back_at and self.is_coming_back(device_id):
            self.stop(device_id)

    def _apply_ended(self, device_id: str) -> None:
        """An apply that lost its connection may have come back; if not, it is time to."""
        link, loss = self._program.connections.link(device_id), self._losses.get(device_id)
        if link is None or loss is None or loss.back_at or link.state is not LinkState.FAILED:
            return
        loss.stopped = ""
        if _comes_back(link.device):
            link.returning = True
            self._try_later(link, loss)
        self._say(device_id)

    def _put_off(self, loss: Loss) -> None:
        loss.next_at = 0.0
        if loss.timer is not None:
            loss.timer.stop()
            loss.timer.deleteLater()
            loss.timer = None

    # ------------------------------------------------------------------------------------------- what is shown

    def _added(self, pane: DocumentPane) -> None:
        pane.state_changed.connect(lambda: self._look(pane))

    def _look(self, pane: DocumentPane) -> None:
        """A document that was fetched, rebased or applied since is not stale any more."""
        loss = self._losses.get(pane.context.device_id)
        if loss is not None and pane in loss.bases and pane.document.base is not loss.bases[pane]:
            self._forget(pane.context.device_id, loss, pane)

    def _gone(self, pane: DocumentPane) -> None:
        for device_id, loss in list(self._losses.items()):
            if pane in loss.bases:
                self._forget(device_id, loss, pane)

    def _forget(self, device_id: str, loss: Loss, pane: DocumentPane) -> None:
        loss.bases.pop(pane, None)
        for page in (pane, self._program.documents.review_of(pane)):
            banner = loss.banners.pop(page, None) if page is not None else None
            if banner is not None and isValid(banner):
                banner.hide()
                banner.deleteLater()
        if loss.back_at and not loss.bases:
            self._losses.pop(device_id, None)

    def _looked_at(self, device_id: str) -> None:
        if device_id in self._losses:
            self._say(device_id, quietly=True)

    def _say(self, device_id: str, *, quietly: bool = False) -> None:
        loss = self._losses.get(device_id)
        if loss is not None:
            for pane in tuple(loss.bases):
                self._say_pane(pane)
        if not quietly:
            self.changed.emit(device_id)

    def _say_pane(self, pane: DocumentPane) -> None:
        device_id = pane.context.device_id
        loss, link = self._losses.get(device_id), self._program.connections.link(device_id)
        if loss is None or link is None or pane not in loss.bases:
            return
        trying = not loss.back_at and self._is_trying(device_id)
        for page in (pane, self._program.documents.review_of(pane)):
            if page is None:
                continue
            banner = loss.banners.get(page)
            if banner is None or not isValid(banner):
                banner = loss.banners[page] = self._banner(pane, page)
            banner.say(
                words(loss, link.device.name, pane.context.fetched_at, trying=trying),
                back=bool(loss.back_at),
                trying=trying,
                waiting=loss.next_at > 0,
                can_refresh=self._program.rebasing.can_start(pane),
            )

    def _banner(self, pane: DocumentPane, page: QWidget) -> StaleBanner:
        made, device_id = StaleBanner(), pane.context.device_id
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(_BARS, made)
        made.reconnect_wanted.connect(lambda: self.now(device_id))
        made.stop_wanted.connect(lambda: self.stop(device_id))
        made.refresh_wanted.connect(lambda: self._program.rebasing.start(pane))
        made.put_away.connect(lambda: self._put_away(pane))
        return made

    def _put_away(self, pane: DocumentPane) -> None:
        loss = self._losses.get(pane.context.device_id)
        if loss is not None:
            self._forget(pane.context.device_id, loss, pane)


def _comes_back(device: Device) -> bool:
    """Whether tries are made: a device that calls does so itself, and the built-in one has to be started."""
    return device.reconnect and not device.call_home and device.id not in DEMO_IDS


def words(loss: Loss, name: str, fetched_at: float | None, *, trying: bool) -> str:
    """What the line over a document says."""
    seen = f"What you see is as of {_minute(fetched_at)}" if fetched_at else "What you see is older"
    if loss.back_at:
        return (
            f"Connected to {name} again since {_minute(loss.back_at)}. {seen}; what others changed since then is not "
            "in it."
        )
    lost = f"Connection to {name} lost at {_minute(loss.at)} ({loss.reason}). {seen}; editing goes on."
    if trying:
        return f"{lost} Trying again ({loss.attempt})…"
    if loss.next_at:
        return f"{lost} Next try at {_clock(loss.next_at)} ({loss.attempt})."
    if loss.stopped and loss.stopped != "stopped":
        return f"{lost} No further try: {loss.stopped}."
    return lost


def _minute(when: float) -> str:
    return time.strftime("%H:%M", time.localtime(when))


def _clock(when: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(when))
