"""Changing many devices from the window: the fleet document, planning and running in the background, the report.

Lives here: what the page asks for, done.  Does not live here: the page (`fleet_page`), the transaction
(`services.fleet`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.fleet_page import FleetPage
from netconf_gui.gui.forms import named
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.gui.theme import theme
from netconf_gui.services.ansible import export
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.events import GuardEvent
from netconf_gui.services.fleet import Connect, FleetEvent, FleetPlan, FleetReport, prepare_fleet, run_fleet
from netconf_gui.services.fleet_report import to_html, to_json
from netconf_gui.services.fleet_resume import resume_fleet
from netconf_gui.services.guard import GuardControl
from netconf_gui.session.session import Session
from netconf_gui.workspace.files import write_atomically
from netconf_gui.workspace.inventory import Device

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.panes.document import DocumentPane
    from netconf_gui.workspace.fleet_journal import UnfinishedFleet


LOW_BOTTOM, LOW_WINDOW = 120, 760  # px: of the panes below, and of a window that has no room for them
GUARD_KEY = "fleet"  # no device has this id


class Fleets(QObject):
    """One fleet document at a time; `open()` shows it."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._page: FleetPage | None = None
        self._task: Task | None = None
        self._control = GuardControl()
        self.resuming: frozenset[str] = frozenset()  # journals of the devices that are brought to one end now
        program.window.actions_.fleet.triggered.connect(lambda: self.open())
        program.workspace.inventory.subscribe(lambda: program.tasks.mailbox.post(self._inventory_changed))

    @property
    def page(self) -> FleetPage | None:
        """The document, if it is open."""
        page = self._page
        if page is not None and (not isValid(page) or self._program.window.documents.indexOf(page) < 0):
            self._page = None
        return self._page

    def open(self) -> FleetPage:
        """The fleet document in front."""
        page, tabs = self.page, self._program.window.documents
        if page is None:
            page = self._page = FleetPage(
                self._program.tasks, self._program.workspace.inventory, self._drafts, self._others
            )
            page.prepare_wanted.connect(self._prepare)
            page.run_wanted.connect(self._ask_to_run)
            page.stop_wanted.connect(self.stop)
            page.export_wanted.connect(self._export)
            page.ansible_wanted.connect(self._choose_ansible)
            page.preview.left_out.connect(self._leave_out)
            page.matrix.confirm_wanted.connect(lambda: self._decide(confirm=True))
            page.matrix.roll_back_wanted.connect(lambda: self._decide(confirm=False))
            tabs.add_page(page, "Fleet", "fleet", tip="Change many devices as one transaction")
        tabs.setCurrentWidget(page)
        page.setFocus()
        # the devices need the room; the panes below are of single devices
        window = self._program.window
        if window.height() < theme().px(LOW_WINDOW):
            window.bottom.hide()
        elif window.bottom.isVisible():
            window.bottom.choose("activity")
            window.resizeDocks([window.bottom], [theme().px(LOW_BOTTOM)], Qt.Orientation.Vertical)
        return page

    def _drafts(self) -> Sequence[DocumentPane]:
        return self._program.documents.panes

    def _others(self) -> tuple[Device, ...]:
        known = self._program.workspace.inventory
        return tuple(link.device for link in self._program.connections.links if known.device(link.device.id) is None)

    def _inventory_changed(self) -> None:
        page = self.page
        if page is not None and not page.busy:
            page.devices.refresh()

    # -------------------------------------------------------------------------------------------------- planning

    def _connect(self, cancel: CancelToken) -> Connect:
        """How a device is reached from a thread of the fleet: a session of its own."""
        program = self._program
        options = {link.device.id: link.options for link in program.connections.links}
        workspace, asker = program.workspace, program.asker

        def made(device: Device) -> Session:
            interaction = asker.interaction(cancel, device.name)
            own = options.get(device.id, ConnectOptions())
            return connect(device, interaction, workspace, options=own, cancel=cancel)

        return made

    def _deploy(self) -> DeployOptions:
        settings = self._program.workspace.settings.apply
        return DeployOptions(
            commit_timeout=settings.commit_timeout,
            reconnect_attempts=settings.reconnect_attempts,
            reconnect_pause=settings.reconnect_pause,
            history=self._program.workspace.snapshots,
        )

    def _prepare(self) -> None:
        page = self.page
        if page is None or self._task is not None:
            return
        members, change, options = page.devices.chosen(), page.change.change(), page.options.options(self._deploy())
        engine = self._program.engine

        def work(cancel: CancelToken, report: Report) -> FleetPlan:
            return prepare_fleet(
                members,
                change,
                connect=self._connect(cancel),
                engine=engine,
                options=options,
                on_event=report,
                cancel=cancel,
            )

        title = f"Plan {change.name} on {count_words(len(members), 'device')}"
        page.set_busy(title)
        page.say("info", f"{title}…")
        task = self._task = self._program.tasks.run(work, title=title)
        task.progress.connect(lambda event: page.say("info", getattr(event, "text", "") or f"{title}…"))
        task.done.connect(lambda plan: self._planned(page, plan))
        task.failed.connect(lambda error: self._failed(page, error))

    def _planned(self, page: FleetPage, plan: FleetPlan) -> None:
        self._task = None
        if isValid(page):
            page.set_busy("")
            page.say("info", "")
            page.show_plan(plan)

    def _failed(self, page: FleetPage, error: BaseException) -> None:
        self._task = None
        self.resuming = frozenset()
        self._program.guarding.end(GUARD_KEY)
        if not isValid(page):
            return
        page.set_busy("")
        words = error.full_text() if isinstance(error, AppError) else "This could not be done."
        page.say(
            "info" if isinstance(error, Cancelled) else "error", "Stopped." if isinstance(error, Cancelled) else words
        )
        if page.step == "run":
            page.matrix.fail(words)
        if not isinstance(error, AppError):
            self._program.show_error(error, doing="changing the fleet")

    def _leave_out(self, keys: object) -> None:
        page = self.page
        if page is None or page.preview.plan is None or not isinstance(keys, set):
            return
        plan = page.preview.plan.without(keys)
        page.devices.choose({one.key for one in plan.devices})
        page.show_plan(plan)

    # --------------------------------------------------------------------------------------------------- running

    def _ask_to_run(self) -> None:
        page = self.page
        plan = page.preview.plan if page is not None else None
        if page is None or plan is None or not plan.ok or not plan.working or self._task is not None:
            return
        count = len(plan.working)
        question = Question(
            self._program.window,
            f"Apply to {count_words(count, 'device')}?",
            " ".join((plan.summary(), *plan.notes())),
            [Choice("look", "Look again"), Choice("run", f"Apply to {count_words(count, 'device')}", "primary")],
            icon="apply",
            object_name="fleetQuestion",
        )
        question.answered.connect(lambda key: self._run(page, plan) if key == "run" else None)
        question.open()

    def _run(self, page: FleetPage, plan: FleetPlan) -> None:
        if self._task is not None or not isValid(page):
            return
        control = self._control = GuardControl()
        program = self._program
        journal = program.workspace.locations.journal_folder

        def work(cancel: CancelToken, report: Report) -> FleetReport:
            return run_fleet(
                plan,
                connect=self._connect(cancel),
                on_event=report,
                cancel=cancel,
                journal=journal,
                control=control,
            )

        title = f"{plan.change.name} on {count_words(len(plan.working), 'device')}"
        page.matrix.begin(plan)
        self._start(page, title, work)

    def resume(self, fleet: UnfinishedFleet, decision: Literal["confirm", "cancel"]) -> None:
        """Bring the devices of a fleet that a crash left half way to one end, shown as a run is."""
        if self._task is not None:
            return
        page, program = self.open(), self._program
        journal, inventory = program.workspace.locations.journal_folder, program.workspace.inventory

        def work(cancel: CancelToken, report: Report) -> FleetReport:
            return resume_fleet(
                fleet,
                decision,
                connect=self._connect(cancel),
                inventory=inventory,
                journal=journal,
                history=program.workspace.snapshots,
                on_event=report,
                cancel=cancel,
            )

        self.resuming = frozenset(one.journal for one in fleet.open_devices)
        verb = "Confirm" if decision == "confirm" else "Roll back"
        title = f"{verb} {fleet.title} on {count_words(len(fleet.open_devices), 'device')}"
        page.matrix.begin_with(title, [(one.key, one.name, "") for one in fleet.devices])
        self._start(page, title, work)

    def _start(self, page: FleetPage, title: str, work: Callable[[CancelToken, Report], FleetReport]) -> None:
        """Run it in the background, with the matrix in front."""
        page.set_busy(title)
        page.show_step("run")
        task = self._task = self._program.tasks.run(work, title=title, give_up=False)
        task.progress.connect(lambda event: self._event(page, event))
        task.done.connect(lambda report: self._ended(page, report))
        task.failed.connect(lambda error: self._failed(page, error))

    def _event(self, page: FleetPage, event: object) -> None:
        if not isValid(page):
            return
        page.matrix.take(event)
        guarding = self._program.guarding
        if isinstance(event, FleetEvent) and not event.device_id and isinstance(event.event, GuardEvent):
            # counted down where every guard is: nobody is to miss it in another tab
            guarding.take(GUARD_KEY, "The fleet", self._control, event.event)
        elif not page.matrix.waits:
            guarding.end(GUARD_KEY)

    def _decide(self, *, confirm: bool) -> None:
        guarding = self._program.guarding
        if confirm:
            guarding.confirm(GUARD_KEY)
        else:
            guarding.roll_back(GUARD_KEY)
        page = self.page
        if page is not None:
            page.matrix.wait(0.0)

    def _ended(self, page: FleetPage, report: FleetReport) -> None:
        self._task = None
        self.resuming = frozenset()
        self._program.guarding.end(GUARD_KEY)
        if isValid(page):
            page.set_busy("")
            page.show_report(report)
        for pane in self._program.documents.panes:
            touched = any(one.key == pane.context.device_id for one in report.devices)
            if touched and not pane.document.is_dirty:
                self._program.documents.reload(pane)

    def stop(self) -> None:
        """Stop planning, or the run: what holds the change already takes it back."""
        if self._task is not None:
            self._task.cancel()
            if self.page is not None:
                self.page.stopping()

    @property
    def running(self) -> bool:
        """Whether devices are being changed now."""
        return self._task is not None and self.page is not None and self.page.step == "run"

    def ask_to_close(self, go_on: Callable[[bool], None]) -> bool:
        """Ask before the window closes over a run; False if there is none."""
        if not self.running or self.page is None:
            return False
        question = Question(
            self._program.window,
            "Devices are being changed",
            f"{self.page.busy} is under way. Stopping takes the change back on all of them that hold it already.",
            [Choice("stop", "Stop and close", "danger"), Choice("stay", "Stay", "primary")],
            icon="warning",
            ink="warning",
            object_name="fleetCloseQuestion",
        )

        def answered(key: str) -> None:
            if key == "stop":
                self.stop()
            go_on(key == "stop")

        question.answered.connect(answered)
        question.open()
        return True

    # ---------------------------------------------------------------------------------------------------- report

    def _export(self) -> None:
        page = self.page
        report = page.report if page is not None else None
        if report is None:
            return
        chooser = named(
            QFileDialog(self._program.window, "Save the report", str(Path.home()), "HTML (*.html);;JSON (*.json)"),
            "fleetExportDialog",
            "Save the report",
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("html")
        chooser.selectFile("fleet-report.html")
        chooser.fileSelected.connect(lambda name: self.save_report(report, Path(name)))
        chooser.open()

    def _choose_ansible(self) -> None:
        page = self.page
        plan = page.preview.plan if page is not None else None
        if plan is None:
            return
        chooser = named(
            QFileDialog(self._program.window, "Export as Ansible into a folder", str(Path.home())),
            "fleetAnsibleDialog",
            "Export as Ansible into a folder",
        )
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(lambda name: self.export_ansible(plan, Path(name)))
        chooser.open()

    def export_ansible(self, plan: FleetPlan, folder: Path) -> Task:
        """Write playbook and inventory into a folder, in the background."""
        task = self._program.tasks.run(lambda _cancel, _report: export(plan, folder), title="Export as Ansible")

        def written(paths: tuple[Path, ...]) -> None:
            self._program.window.status.tell(f"{count_words(len(paths), 'file')} written into {folder}.")

        task.done.connect(written)
        task.failed.connect(lambda error: self._program.show_error(error, doing="exporting as Ansible"))
        return task

    def save_report(self, report: FleetReport, path: Path) -> None:
        """Write the report, as JSON for that ending, else as HTML."""
        as_json = path.suffix.lower() == ".json"
        text = json.dumps(to_json(report), indent=2) if as_json else to_html(report)
        try:
            write_atomically(path, text.encode())
        except AppError as error:
            self._program.show_error(error, doing="saving the report")
        else:
            self._program.window.status.tell(f"The report was saved as {path.name}.")
