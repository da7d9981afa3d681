"""Apply for text documents: the commands go out on the device's lane, the same apply pane shows how it goes.

The transaction is `services.cli_deploy`.  What is there although something went wrong can be taken back by the opposite
commands: they are offered.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.cancel import CancelToken
from netconf_gui.config.cli_plan import CliPlan
from netconf_gui.errors import AppError, Outcome, Stage
from netconf_gui.gui.applying import STAGES_HEIGHT, asking
from netconf_gui.gui.connections import Link
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.panes.cli_pane import CliPane
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.services.cli_change import CliReport, cli_strategy, given_plan
from netconf_gui.services.cli_deploy import cli_deploy
from netconf_gui.services.connect import connect
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.events import StageEvent, StageState
from netconf_gui.session.cli import limits_of
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from netconf_gui.gui.application import Program

SHOWN = 6  # commands of the way back that a question names


class CliApplying(QObject):
    """One apply at a time per device, told to `applying`, which stops and waits for it like for any other."""

    def __init__(self, program: Program, ended: Callable[[CliPane, CliReport], object]) -> None:
        super().__init__(program.window)
        self._program = program
        self._ended = ended
        self._shown: tuple[CliPane, tuple[str, ...]] | None = None  # whose errors the apply pane names, and where
        program.apply_pane.jump_wanted.connect(self._jump)

    def can_apply(self, pane: CliPane | None) -> bool:
        if pane is None or not pane.context.device_id or pane.context.read_only or not pane.changes:
            return False
        link = self._program.connections.link(pane.context.device_id)
        running = self._program.applying.is_running(pane.context.device_id)
        return link is not None and link.connected and not running

    def notes(self, pane: CliPane, *, save_startup: bool) -> str:
        """What will happen, in sentences, for the review."""
        link = self._program.connections.link(pane.context.device_id)
        session = link.session if link is not None else None
        if session is None or not pane.state.plan:
            return ""
        limits = limits_of(pane.base, max_message=session.profile.max_message)
        try:
            how = cli_strategy(
                session.capabilities,
                replace(pane.state.plan, notes=()),
                limits,
                DeployOptions(save_startup=save_startup),
            )
        except AppError as error:
            return error.full_text()
        return " ".join(how.notes)

    def apply(self, pane: CliPane, *, save_startup: bool) -> Task | None:
        """Send the commands that make the device hold what the text says."""
        pane.settle()
        if not self.can_apply(pane):
            self._say_why_not(pane)
            return None
        return self._run(pane, pane.base, pane.text, pane.state.plan, save_startup=save_startup)

    def _say_why_not(self, pane: CliPane) -> None:
        link = self._program.connections.link(pane.context.device_id)
        name = pane.context.device_name
        if link is not None and not link.connected:
            self._program.window.status.tell(f"{name} is not connected. Connect it, then apply.")
        elif self._program.applying.is_running(pane.context.device_id):
            self._program.window.status.tell("An apply to this device is under way.")
        elif not pane.changes:
            self._program.window.status.tell("There is nothing to apply: the text means what was fetched.")

    def _run(self, pane: CliPane, base: str, mine: str, plan: CliPlan, *, save_startup: bool) -> Task | None:
        program = self._program
        link = program.connections.link(pane.context.device_id)
        if link is None or link.session is None or link.lane is None:
            return None
        session, device = link.session, link.device
        options = self._options(link, save_startup=save_startup)
        try:
            way = cli_strategy(session.capabilities, plan, limits_of(base), options)
        except AppError as error:
            program.show_error(error, doing=f"applying to {device.name}")
            return None
        journal = JournalFolder(program.workspace.locations.journal_folder)
        workspace, asker, connect_options = program.workspace, program.asker, link.options
        returned = threading.Event()

        def work(cancel: CancelToken, report: Report) -> CliReport:
            interaction = asker.interaction(cancel, device.name)

            def again() -> Session:
                made = connect(device, interaction, workspace, options=connect_options)
                returned.set()
                return made

            return cli_deploy(
                session,
                base=base,
                mine=mine,
                options=asking(options, interaction, device.name),
                on_event=report,
                cancel=cancel,
                journal=journal,
                reconnect=again,
            )

        self._shown = (pane, plan.typed)
        program.apply_pane.begin(f"Apply to {device.name}", way)
        program.window.bottom.choose("apply")
        program.window.give_bottom(STAGES_HEIGHT)
        task = program.tasks.run(
            work, title=f"Apply to {device.name}", lane=link.lane, subject=device.address, give_up=False
        )
        program.applying.adopt(device.id, task)
        task.progress.connect(lambda event: self._event(link, event))
        task.done.connect(lambda report: self._done(link, pane, report, returned.is_set()))
        task.failed.connect(lambda error: program.show_error(error, doing=f"applying to {device.name}"))
        program.applying.started.emit(device.id)
        return task

    def _options(self, link: Link, *, save_startup: bool) -> DeployOptions:
        settings = self._program.workspace.settings.apply
        return DeployOptions(
            save_startup=save_startup,
            device_name=link.device.name,
            device_id=link.device.id,
            commit_timeout=settings.commit_timeout,
            reconnect_attempts=settings.reconnect_attempts,
            reconnect_pause=settings.reconnect_pause,
            history=self._program.workspace.snapshots,
        )

    def _event(self, link: Link, event: object) -> None:
        pane = self._program.apply_pane
        if not isinstance(event, StageEvent):
            pane.note(event)  # type: ignore[arg-type]
            return
        pane.stage(event)
        if event.stage is Stage.LOCK and event.state in (StageState.OK, StageState.WARNING):
            self._program.applying.lock_changed.emit(link.device.id, "Locked running by this session")
        elif event.stage is Stage.UNLOCK and event.state is not StageState.RUNNING:
            self._program.applying.lock_changed.emit(link.device.id, "")

    def _done(self, link: Link, pane: CliPane, report: CliReport, reachable: bool) -> None:
        program, shown = self._program, self._program.apply_pane
        program.applying.lock_changed.emit(link.device.id, "")
        shown.ended(report)
        for one in report.refused:
            shown.log.add("Device", mask_cli(one.words), "error", f"command {one.number}" if one.number else "")
        count, there = report.verdicts
        if count and report.error is None:
            shown.log.add("Read back", f"{there:,} of {count:,} changes are there.", "success")
        if not link.connected and reachable:
            program.connections.connect_device(link.device.id)
        program.applying.ended.emit(link.device.id, report)
        self._ended(pane, report)
        if report.inverse and report.outcome is Outcome.UNKNOWN and report.before and report.now:
            self._offer_way_back(pane, report)

    def _offer_way_back(self, pane: CliPane, report: CliReport) -> None:
        """A part of the change is there: only the opposite commands can take it back."""
        rows = [row for row in report.inverse.splitlines() if row.strip()]
        more = f" … and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
        told = mask_cli("; ".join(row.strip() for row in rows[:SHOWN]))
        question = Question(
            self._program.window,
            "Take back what is there?",
            f"A part of the change is on {pane.context.device_name}. These commands make it what it was before: "
            f"{told}{more}. Your draft is kept either way.",
            [Choice("keep", "Leave it"), Choice("back", "Send them", "primary")],
            icon="warning",
            ink="warning",
            object_name="cliWayBackQuestion",
        )

        def answered(key: str) -> None:
            if key == "back":
                self._run(pane, report.now, report.before, given_plan(rows), save_startup=False)

        question.answered.connect(answered)
        question.open()

    def _jump(self, where: str) -> None:
        """A line of the log names a command that was refused: show it in the text."""
        if self._shown is None or not where.startswith("command "):
            return
        pane, _ = self._shown
        commands = pane.state.plan.commands
        number = int(where.removeprefix("command "))
        if not 1 <= number <= len(commands) or self._program.window.documents.indexOf(pane) < 0:
            return
        command = commands[number - 1]
        self._program.documents.show_pane(pane)
        path = (command.section, command.text) if command.depth else (command.text,)
        pane.jump(path)
