"""Fleets that a crash left half way: told at the start, brought to one end as a person says.

Lives here: the question and the words.  Does not live here: settling (`services.fleet_resume`), showing how it goes
(`gui.fleet`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.errors import AppError
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow, fit_to_rows
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.guard_banner import clock
from netconf_gui.services.fleet_resume import Choice as Decision
from netconf_gui.services.fleet_resume import suggested, unfinished_fleets, waiting
from netconf_gui.workspace.fleet_journal import FleetDevice, FleetJournalFolder, UnfinishedFleet

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.services.pending import Pending

_STATES = {"": "not begun", "begun": "locked or edited", "committed": "committed", "settled": "ended"}


class FleetResuming(QObject):
    """`found()` are those that wait; `question(fleet)` asks about one."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._folder = program.workspace.locations.journal_folder

    def found(self) -> tuple[UnfinishedFleet, ...]:
        """Fleets without an end; none while the journals cannot be read."""
        try:
            return unfinished_fleets(self._folder)
        except AppError:
            return ()

    def question(self, fleet: UnfinishedFleet) -> ListDialog:
        """The dialog about one fleet; who takes it opens it."""
        waits = waiting(fleet, self._folder)
        decision = suggested(fleet)
        dialog = ListDialog(
            self._program.window,
            "fleetResumeDialog",
            f"{fleet.title} did not come to its end",
            _text(fleet, len(waits), decision),
            ("Device", "When the program ended", "Time left"),
            [_row(device, waits.get(device.key)) for device in fleet.devices],
            [
                Choice("forget", "Forget"),
                Choice("later", "Later"),
                Choice("cancel", "Roll back all", "primary" if decision == "cancel" else "danger"),
                Choice("confirm", "Confirm all", "primary" if decision == "confirm" else ""),
            ],
            icon="warning",
            ink="warning",
        )
        fit_to_rows(dialog, len(fleet.devices))
        dialog.buttons["confirm"].setEnabled(bool(waits))
        dialog.answered.connect(lambda key: self._answered(fleet, key))
        return dialog

    def _answered(self, fleet: UnfinishedFleet, key: str) -> None:
        if key == "forget":
            try:
                FleetJournalFolder(self._folder).forget(fleet)
            except OSError as error:
                self._program.show_error(error, doing="forgetting the fleet")
        elif key in ("confirm", "cancel"):
            self._program.fleets.resume(fleet, "confirm" if key == "confirm" else "cancel")


def _text(fleet: UnfinishedFleet, waits: int, decision: Decision) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(fleet.started))
    decided = (
        "It had been decided that the change stays, so confirming brings all devices to one end."
        if decision == "confirm"
        else "It had not been decided that the change stays, so rolling back brings all devices to one end."
    )
    left = f"{count_words(waits, 'device')} still {'waits' if waits == 1 else 'wait'} for a confirmation."
    return f"It began at {when}, and the program ended at the step “{fleet.step}”. {left} {decided}"


def _row(device: FleetDevice, waits: Pending | None) -> ListRow:
    left = waits.ends_at - time.time() if waits is not None and waits.persisted else 0.0
    words = clock(left) if left > 0 else "time is over" if waits is not None else ""
    return ListRow((device.name, _STATES.get(device.state, device.state), words), device, "device")
