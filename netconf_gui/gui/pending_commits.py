"""Guarded commits that outlived the program: told at the start and after reconnecting, settled as a person says.

Lives here: finding them in the journal, connecting, settling on the device's lane.  Does not live here: the dialog
(`dialogs.pending_commits`), what is sent (`services.pending`), commits of an apply that runs (`guarding`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, Outcome
from netconf_gui.gui.dialogs.pending_commits import PendingDialog, state_of
from netconf_gui.gui.tasks import Report
from netconf_gui.services.pending import Pending, pending, settle
from netconf_gui.services.report import DeployReport
from netconf_gui.workspace.journal import JournalFolder

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link

Decision = Literal["confirm", "cancel", "look"]
_TITLES: dict[Decision, str] = {
    "confirm": "Confirm the commit on",
    "cancel": "Roll back the commit on",
    "look": "Look at",
}


class PendingCommits(QObject):
    """`question()` at the start, `show()` from the menu; a device that is back with time left is asked about."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._journal = JournalFolder(program.workspace.locations.journal_folder)
        self._dialog: PendingDialog | None = None
        self.confirmed: set[str] = set()  # devices whose commit is known to stay: drafts of before it hold it too
        program.window.actions_.pending_commits.triggered.connect(lambda: self.show())
        program.connections.opened.connect(self._opened)

    def found(self) -> tuple[Pending, ...]:
        """Those that wait; none while the journal cannot be read."""
        try:
            mine = {one.journal for fleet in self._program.fleet_resuming.found() for one in fleet.open_devices}
            mine |= self._program.fleets.resuming
            # those of a fleet are settled together
            return tuple(one for one in pending(self._journal) if one.path.name not in mine)
        except AppError:
            return ()

    def question(self) -> PendingDialog | None:
        """The dialog, or None if nothing waits; who takes it opens it."""
        waiting = self.found()
        if not waiting:
            return None
        dialog = self._dialog = PendingDialog(self._program.window, waiting)
        dialog.wanted.connect(self._wanted)
        return dialog

    def show(self) -> None:
        """What waits, in front; a sentence if nothing does."""
        if self._shown() is not None:
            return
        dialog = self.question()
        if dialog is None:
            self._program.window.status.tell("No commit waits for confirmation.")
        else:
            dialog.open()

    def _shown(self) -> PendingDialog | None:
        dialog = self._dialog
        return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None

    def _opened(self, device_id: str) -> None:
        """A device is there again: its commit can be settled while there is time."""
        now = time.time()
        if self._shown() is None and any(
            one.device_id == device_id and state_of(one, now).open for one in self.found()
        ):
            self.show()

    # ----------------------------------------------------------------------------------------------- settling one

    def _wanted(self, one: Pending, decision: str) -> None:
        if decision == "forget":
            try:
                self._journal.forget(one.entry)
            except OSError as error:
                self._say("error", f"It could not be forgotten: {error.strerror}.")
            self._refresh()
        elif decision in ("confirm", "cancel", "look"):
            self._connect(one, decision)  # type: ignore[arg-type]

    def _connect(self, one: Pending, decision: Decision) -> None:
        program = self._program
        link = program.connections.link(one.device_id)
        if link is None:
            self._say(
                "error",
                f"{one.device_name or one.address} is not among the devices any more. Add {one.address} again, or "
                "forget the commit.",
            )
            return
        self._busy(True)
        if link.connected:
            self._settle(link, one, decision)
            return
        self._say("info", f"Connecting to {link.device.name}…")
        task = program.connections.connect_device(one.device_id)
        if task is None:
            self._busy(False)
            return
        task.done.connect(lambda _session: self._settle(link, one, decision))
        task.failed.connect(self._failed)

    def _settle(self, link: Link, one: Pending, decision: Decision) -> None:
        session, lane, journal = link.session, link.lane, self._journal
        history = self._program.workspace.snapshots
        if session is None or lane is None:
            self._busy(False)
            return
        title = f"{_TITLES[decision]} {link.device.name}"
        self._say("info", f"{title}…")

        def work(_cancel: CancelToken, _report: Report) -> DeployReport:
            return settle(one, session, decision, journal=journal, history=history)

        task = self._program.tasks.run(work, title=title, lane=lane, subject=link.device.address, give_up=False)
        task.done.connect(lambda report: self._settled(link, report))
        task.failed.connect(self._failed)

    def _settled(self, link: Link, report: DeployReport) -> None:
        self._busy(False)
        waits = report.ok and report.pending
        kind = (
            "info" if waits else "success" if report.ok else "error" if report.outcome is Outcome.UNKNOWN else "warning"
        )
        self._say(kind, report.text)
        self._refresh()
        if self._shown() is None:
            self._program.window.status.tell(report.text)
        if report.ok and report.outcome is Outcome.APPLIED and not report.pending:
            self.confirmed.add(link.device.id)
        for pane in self._program.documents.panes:
            if pane.context.device_id != link.device.id or not link.connected:
                continue
            if not pane.document.is_dirty:
                self._program.documents.reload(pane)
            elif link.device.id in self.confirmed:
                # what the draft shares with the device is no change any more
                self._program.rebasing.start(pane)

    def _failed(self, error: BaseException) -> None:
        self._busy(False)
        if isinstance(error, Cancelled):
            self._say("info", "")
        else:
            self._say("error", error.full_text() if isinstance(error, AppError) else "This could not be done.")

    def _say(self, kind: str, text: str) -> None:
        dialog = self._shown()
        if dialog is not None:
            dialog.say(kind, text)

    def _busy(self, busy: bool) -> None:
        dialog = self._shown()
        if dialog is not None:
            dialog.set_busy(busy)

    def _refresh(self) -> None:
        dialog = self._shown()
        if dialog is not None:
            dialog.show_pending(self.found())
