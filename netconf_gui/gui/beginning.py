"""What a person must hear when the window opens: files that could not be read as they are, applies that did not end.

Lives here: the words and the order, one dialog after the other.  Does not live here: reading the files
(`workspace`), connecting (`connections`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.gui.dialogs.list_dialog import ListDialog
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.recovering import Recovering
from netconf_gui.workspace.journal import JournalFolder, Unfinished

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program

MOST_NOTES = 6  # more would not fit a small screen
DUTIES = {
    "check running": "the change may be in running, or only a part of it",
    "discard candidate": "candidate may still hold the edits",
}


class Beginning(QObject):
    """`tell()` once, after the window is shown."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._journal = JournalFolder(program.workspace.locations.journal_folder)
        self._recovering = Recovering(program)
        self._waiting: list[Callable[[], Question | ListDialog | None]] = []

    def tell(self) -> None:
        """Show what there is, if anything."""
        workspace = self._program.workspace
        for problem in (workspace.settings_store.problem, workspace.inventory.problem):
            if problem is not None:
                self._program.show_error(problem)
        settings, inventory = workspace.settings_store, workspace.inventory
        for path, notes, what in (
            (settings.path, settings.notes, "settings"),
            (inventory.path, inventory.notes, "devices"),
        ):
            if notes:
                self._waiting.append(lambda path=path, notes=notes, what=what: self._notes(path, notes, what))  # type: ignore[misc]
        resuming = self._program.fleet_resuming
        fleets = resuming.found()
        together = {one.journal for fleet in fleets for one in fleet.devices}
        for fleet in fleets:
            self._waiting.append(lambda fleet=fleet: resuming.question(fleet))  # type: ignore[misc]
        self._waiting.append(self._program.pending.question)
        for entry in self._journal.unfinished():
            # what another window is at is not over; confirmed commits and fleets have been told of
            if not entry.running and entry.guarded is None and entry.path.name not in together:
                self._waiting.append(lambda entry=entry: self._unfinished(entry))  # type: ignore[misc]
        self._waiting.append(self._recovering.question)
        self._next()

    def _next(self) -> None:
        while self._waiting:
            question = self._waiting.pop(0)()
            if question is not None:
                question.answered.connect(lambda _key: self._next())
                question.open()
                return

    def _notes(self, path: Path, notes: tuple[str, ...], what: str) -> Question:
        shown = list(notes[:MOST_NOTES])
        if len(notes) > MOST_NOTES:
            shown.append(f"And {len(notes) - MOST_NOTES} more.")
        return Question(
            self._program.window,
            f"Some {what} were not read as they are written",
            "\n".join(shown) + f"\n\nThe file is {path}. It was not changed.",
            [Choice("close", "Close", "primary")],
            icon="warning",
            ink="warning",
            object_name=f"{what}Notes",
        )

    def _unfinished(self, entry: Unfinished) -> Question:
        name = entry.device_name or entry.address
        known = self._program.workspace.inventory.device(entry.device_id) is not None
        choices = [Choice("forget", "Forget"), Choice("later", "Later", "" if known else "primary")]
        if known:
            choices.append(Choice("connect", "Connect and check", "primary"))
        question = Question(
            self._program.window,
            f"An apply to {name} did not come to its end",
            unfinished_words(entry),
            choices,
            icon="warning",
            ink="warning",
            object_name="unfinishedQuestion",
        )
        question.answered.connect(lambda key: self._answered(entry, key))
        return question

    def _answered(self, entry: Unfinished, key: str) -> None:
        if key == "forget":
            try:
                self._journal.forget(entry)
            except OSError as error:
                self._program.show_error(error, doing="forgetting the apply")
        elif key == "connect":
            self._connect(entry)

    def _connect(self, entry: Unfinished) -> None:
        """Connect, and put what is to be looked at in front; a failure is told as that of any connection."""
        program, device_id = self._program, entry.device_id
        task = program.connections.connect_device(device_id)
        if task is None:
            return
        where = "running" if "check running" in entry.duties else entry.datastore

        def opened(_session: object) -> None:
            program.documents.open_device(device_id, where)
            program.window.status.tell(
                f"Compare {where} with what you meant to apply. An apply that goes well ends the reminder."
            )

        task.done.connect(opened)


def unfinished_words(entry: Unfinished) -> str:
    """When it was, how far it came, what the device may be left with, what to do."""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.started))
    owed = [DUTIES[duty] for duty in entry.duties if duty in DUTIES]
    if any(duty.startswith("unlock") for duty in entry.duties):
        owed.append("locks went with the session")
    left = f"{'; '.join(owed)}." if owed else "nothing is known to be left on the device."
    return (
        f"It began at {when} ({entry.address}, {entry.datastore}), and the program ended at the step "
        f"“{entry.step}”. {left[0].upper()}{left[1:]}\n\n"
        "If another window is still applying, leave it alone. Otherwise connect and look at the device, or forget it."
    )
