"""The fleet document: five steps from choosing devices to the run, with the buttons that go from one to the next.

Lives here: the page and which step may follow.  Does not live here: planning and running (`gui.fleet`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from netconf_gui.errors import AppError
from netconf_gui.gui.fleet_change import FleetChangeStep
from netconf_gui.gui.fleet_devices import FleetDevices
from netconf_gui.gui.fleet_options import FleetOptionsStep
from netconf_gui.gui.fleet_preview import FleetPreview
from netconf_gui.gui.forms import column, fix_height, named, push_button, row
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.fleet_matrix import FleetMatrix
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Notice, Segments
from netconf_gui.services.fleet import FleetPlan, FleetReport
from netconf_gui.workspace.inventory import Device, InventoryStore

STEPS = (
    ("devices", "1  Devices", "device"),
    ("change", "2  Change", "edit"),
    ("options", "3  Options", "settings"),
    ("preview", "4  Preview", "diff"),
    ("run", "5  Run", "apply"),
)
_KEYS = tuple(key for key, _, _ in STEPS)


class FleetPage(QWidget):
    """Object name `fleetDialog`; `prepare_wanted` asks for a plan, `run_wanted` for the run of what is shown."""

    prepare_wanted = Signal()
    run_wanted = Signal()
    stop_wanted = Signal()
    export_wanted = Signal()
    ansible_wanted = Signal()

    def __init__(
        self,
        tasks: TaskManager,
        inventory: InventoryStore,
        drafts: Callable[[], Sequence[DocumentPane]],
        others: Callable[[], Sequence[Device]] = tuple,
    ) -> None:
        """`drafts`: the open documents; `others`: devices that the inventory does not have, such as the demo device."""
        super().__init__()
        named(self, "fleetDialog", "Change many devices", role="pane")
        self._drafts = drafts
        self._busy = ""
        self.report: FleetReport | None = None
        self.devices = FleetDevices(inventory, others)
        self.change = FleetChangeStep(tasks)
        self.options = FleetOptionsStep()
        self.preview = FleetPreview()
        self.matrix = FleetMatrix()
        layout = column(self)
        layout.addWidget(self._build_bar())
        self.notice = Notice("fleetNotice")
        layout.addWidget(self.notice)
        self.stack = named(QStackedWidget(), "fleetStack", "Step")
        for page in (self.devices, self.change, self.options, self.preview, self.matrix):
            self.stack.addWidget(page)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self._build_foot())
        for part in (self.devices, self.change, self.options):
            part.changed.connect(self._changed)
        self._follow()

    def _build_bar(self) -> QWidget:
        bar = named(QWidget(), "fleetBar", "Steps", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(12, 0, 12, 0), spacing=8)
        self.steps = Segments("fleetSteps", "Steps", STEPS)
        self.steps.chosen.connect(self._step_chosen)
        line.addWidget(self.steps)
        line.addStretch(1)
        return bar

    def _build_foot(self) -> QWidget:
        foot = named(QWidget(), "fleetFoot", "What to do", role="dialog-foot")
        fix_height(foot, SIZES.dialog_foot)
        line = row(foot, margins=(20, 0, 20, 0), spacing=8)
        self.export_button = push_button("Save report…", "fleetExportButton", icon="export")
        self.export_button.clicked.connect(self.export_wanted)
        self.stop_button = push_button("Stop", "fleetStopButton", icon="stop")
        self.stop_button.setToolTip("Devices that hold the change already take it back.")
        self.stop_button.clicked.connect(self.stop_wanted)
        self.back_button = push_button("Back", "fleetBackButton", icon="back")
        self.back_button.clicked.connect(self._back)
        self.next_button = push_button("Next", "fleetNextButton", role="primary")
        self.next_button.clicked.connect(self._next)
        self.ansible_button = push_button("Export as Ansible…", "fleetAnsibleButton", icon="export")
        self.ansible_button.setToolTip("A playbook and an inventory that do the same; secrets are not in the files.")
        self.ansible_button.clicked.connect(self.ansible_wanted)
        line.addWidget(self.export_button)
        line.addWidget(self.ansible_button)
        line.addStretch(1)
        for button in (self.stop_button, self.back_button, self.next_button):
            line.addWidget(button)
        return foot

    # ---------------------------------------------------------------------------------------------------- steps

    @property
    def step(self) -> str:
        return self.steps.current

    @property
    def busy(self) -> str:
        """What is under way, in words; the page cannot be closed meanwhile."""
        return self._busy

    def show_step(self, key: str) -> None:
        self.steps.choose(key)

    def _step_chosen(self, key: str) -> None:
        self.notice.say("info", "")
        if key != "devices":
            self.change.show_members(self.devices.members())
        if key == "change":
            self.change.show_drafts(self._drafts())
        self.stack.setCurrentIndex(_KEYS.index(key))
        self._follow()
        self._give_focus()
        if key == "preview" and self.preview.plan is None and not self._busy:
            self._prepare()

    def _give_focus(self) -> None:
        """The keys go to what the step is about, unless the person walks along the steps with them."""
        if any(self.steps.button(key).hasFocus() for key in _KEYS):
            return
        first = {
            "devices": self.devices.tree,
            "change": self.change.kind.button(self.change.kind.current),
            "options": self.options.guard,
            "preview": self.preview.view,
            "run": self.matrix.view,
        }[self.step]
        first.setFocus()

    def _next(self) -> None:
        if self.step == "preview":
            if self.preview.plan is None:
                self._prepare()
            else:
                self.run_wanted.emit()
            return
        if self.step == "run":
            # another one: what was done is done, devices are to be read again
            self.preview.show_plan(None)
            self.report = None
            self.show_step("devices")
            return
        try:
            if self.step == "devices":
                self.devices.chosen()
            elif self.step == "change":
                self.change.change()
        except AppError as error:
            self.notice.say("error", error.full_text())
            return
        self.show_step(_KEYS[_KEYS.index(self.step) + 1])

    def _back(self) -> None:
        self.show_step(_KEYS[max(0, _KEYS.index(self.step) - 1)])

    def _prepare(self) -> None:
        try:
            self.devices.chosen()
        except AppError as error:
            self.show_step("devices")
            self.notice.say("error", error.full_text())
            return
        try:
            self.change.change()
        except AppError as error:
            self.show_step("change")
            self.notice.say("error", error.full_text())
            return
        self.prepare_wanted.emit()

    def _changed(self) -> None:
        """What was planned is not what the fields say any more."""
        if self.preview.plan is not None and not self._busy:
            self.preview.show_plan(None)
        self._follow()

    # -------------------------------------------------------------------------------------------- what is told

    def set_busy(self, words: str) -> None:
        """Something is under way ("" : nothing): steps wait until it is over."""
        self._busy = words
        self.stop_button.setText("Stop")
        self.stop_button.setEnabled(True)
        self._follow()

    def stopping(self) -> None:
        """It was asked to stop."""
        self.stop_button.setText("Stopping…")
        self.stop_button.setEnabled(False)

    def show_plan(self, plan: FleetPlan) -> None:
        self.preview.show_plan(plan)
        self._follow()

    def show_report(self, report: FleetReport) -> None:
        self.report = report
        self.matrix.show_report(report)
        # the devices are others now: another run reads them again
        self.preview.show_plan(None)
        self._follow()

    def say(self, kind: str, text: str) -> None:
        self.notice.say(kind, text)

    def _follow(self) -> None:
        """Which buttons there are, and what they say."""
        step, plan, busy = self.step, self.preview.plan, bool(self._busy)
        for key in _KEYS[:-1]:
            self.steps.button(key).setEnabled(not busy)
        self.steps.button("run").setEnabled(step == "run" or self.report is not None)
        self.back_button.setVisible(step != "devices" and not busy)
        self.export_button.setVisible(self.report is not None and step == "run")
        ready = plan is not None and plan.ok and bool(plan.working) and not busy
        self.ansible_button.setVisible(step == "preview" and ready)
        self.stop_button.setVisible(busy)
        self.next_button.setVisible(not busy)
        self.next_button.setEnabled(True)
        if step == "preview" and plan is not None:
            count = len(plan.working)
            self.next_button.setText(f"Apply to {count_words(count, 'device')}…")
            self.next_button.setEnabled(plan.ok and count > 0)
            why = "Leave out the devices with problems, or correct the change." if not plan.ok else ""
            self.next_button.setToolTip(why or ("" if count else "There is nothing to change on any of them."))
        else:
            words = {"options": "Plan", "preview": "Plan", "run": "Another change"}
            self.next_button.setText(words.get(step, "Next"))
            self.next_button.setToolTip(
                "Read each device and plan the change; nothing is sent." if step != "run" else ""
            )
        self.next_button.setAccessibleName(self.next_button.text().rstrip("…"))
