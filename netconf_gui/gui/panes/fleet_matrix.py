"""The run of a fleet: a matrix of devices and stages, what happens to all, and the log of the device in front.

Lives here: the pane; it shows what it is told (`show_plan`, `take`, `show_report`).  Does not live here: the run
(`gui.fleet`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QProgressBar, QSplitter, QWidget

from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.models.apply_log import ApplyLogModel
from netconf_gui.gui.models.fleet_matrix import COLUMNS, KEY, FleetMatrixModel
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.guard_banner import clock
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Chip, ElidedLabel, Notice
from netconf_gui.services.events import GuardEvent, GuardState, StageState
from netconf_gui.services.fleet import FleetEvent, FleetOutcome, FleetPhase, FleetPlan, FleetReport, FleetStep

OUTCOMES: dict[FleetOutcome, tuple[str, str]] = {
    FleetOutcome.APPLIED: ("success", "Applied on all"),
    FleetOutcome.UNCHANGED: ("info", "Nothing changed"),
    FleetOutcome.ROLLED_BACK: ("warning", "Rolled back"),
    FleetOutcome.MIXED: ("warning", "Changed on some"),
    FleetOutcome.UNKNOWN: ("error", "Not known"),
}
PHASES: dict[FleetPhase, str] = {
    FleetPhase.PLAN: "Plan",
    FleetPhase.LOCK: "Lock",
    FleetPhase.CHECK: "Check",
    FleetPhase.COMMIT: "Commit",
    FleetPhase.PROBE: "Probe",
    FleetPhase.CONFIRM: "Confirm",
    FleetPhase.FINISH: "Finish",
    FleetPhase.ROLL_BACK: "Roll back",
}
_CHIPS = {"success": "added", "info": "info", "warning": "warning", "error": "error"}
_WAITING = 12  # px more for "waiting"
_NAME_WIDTH, _RESULT_WIDTH, _NARROWEST, _WIDEST = 138, 112, 66, 92  # px


class FleetMatrix(QWidget):
    """Devices by stages, live; `confirm_wanted` and `roll_back_wanted` while all wait for the person."""

    confirm_wanted = Signal()
    roll_back_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "fleetMatrix", "Devices and stages", role="pane")
        self._until = 0.0
        self._began = 0.0
        self._timer = QTimer(self, interval=250)
        self._timer.timeout.connect(self._tick)
        layout = column(self, margins=(20, 12, 20, 12), spacing=8)
        layout.addWidget(self._build_head())
        self.notice = Notice("fleetRunNotice")
        layout.addWidget(self.notice)
        layout.addWidget(self._build_guard())
        split = named(QSplitter(Qt.Orientation.Vertical), "fleetRunSplitter", "Matrix and log")
        split.setChildrenCollapsible(False)
        self.model = FleetMatrixModel(self)
        self.view = RowTree("fleetMatrixView", "Devices and stages")
        self.view.setRootIsDecorated(False)
        self.view.setModel(self.model)
        self._set_up_header()
        split.addWidget(self.view)
        split.addWidget(self._build_log())
        split.setSizes([340, 180])
        layout.addWidget(split, 1)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_log())
        self.model.dataChanged.connect(self._data_changed)

    def _build_head(self) -> QWidget:
        head = named(QWidget(), "fleetRunHead", "Run")
        line = row(head, spacing=12)
        self.title = ElidedLabel("fleetRunTitle", "Not started")
        self.title.setProperty("kind", "title")
        self.outcome = Chip("fleetRunOutcome", "", "plain")
        self.outcome.hide()
        self.time = label("", "fleetRunTime", kind="label")
        self.bar = named(QProgressBar(), "fleetRunBar", "Progress")
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(theme().px(160))
        self.bar.hide()
        line.addWidget(self.title, 1)
        line.addWidget(self.outcome)
        line.addWidget(self.bar)
        line.addWidget(self.time)
        return head

    def _build_guard(self) -> QWidget:
        """While all devices hold the change for a time: how long, and the two ways to decide."""
        self._guard = named(QWidget(), "fleetGuardRow", "Commit guard", role="guard")
        line = row(self._guard, margins=(12, 8, 8, 8), spacing=12)
        self.guard_words = label("", "fleetGuardWords", kind="head", wrap=True)
        self.guard_time = label("", "fleetGuardTime", kind="countdown")
        self.guard_time.setProperty("mono", True)
        self.roll_back = push_button(
            "Roll back all now", "fleetRollBackButton", icon="roll-back", role="danger", ink="removed"
        )
        self.roll_back.clicked.connect(self.roll_back_wanted)
        self.confirm = push_button("Confirm all now", "fleetConfirmButton", icon="confirm", role="primary")
        self.confirm.clicked.connect(self.confirm_wanted)
        line.addWidget(self.guard_words, 1)
        line.addWidget(self.guard_time)
        line.addWidget(self.roll_back)
        line.addWidget(self.confirm)
        self._guard.hide()
        return self._guard

    def _build_log(self) -> QWidget:
        box = named(QWidget(), "fleetLogBox", "What happened", role="pane")
        lines = column(box, spacing=4)
        self.log_title = label("", "fleetLogTitle", kind="head")
        self.log = ApplyLogModel(self)
        self.log_view = RowTree("fleetLog", "What happened on the device")
        self.log_view.setRootIsDecorated(False)
        self.log_view.setModel(self.log)
        header = self.log_view.header()
        header.setObjectName("fleetLogHeader")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(True)
        for section, width in ((0, 100), (1, 120)):
            header.resizeSection(section, theme().px(width))
        lines.addWidget(self.log_title)
        lines.addWidget(self.log_view, 1)
        return box

    def _set_up_header(self) -> None:
        header = self.view.header()
        header.setObjectName("fleetMatrixHeader")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(theme().px(40))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.view.setHorizontalScrollMode(RowTree.ScrollMode.ScrollPerPixel)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Cells as wide as there is room for, within what can be read."""
        px, header = theme().px, self.view.header()
        header.resizeSection(0, px(_NAME_WIDTH))
        header.resizeSection(1, px(_RESULT_WIDTH))
        room = (self.width() - px(44) - px(_NAME_WIDTH + _RESULT_WIDTH + _WAITING)) // len(COLUMNS)
        for section, (title, _) in enumerate(COLUMNS, 2):
            width = min(px(_WIDEST), max(px(_NARROWEST), room))
            header.resizeSection(section, width + (px(_WAITING) if title == "Confirm" else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    # ------------------------------------------------------------------------------------------------- what is told

    def begin(self, plan: FleetPlan) -> None:
        """A run starts."""
        order = {one.key: number for number, wave in enumerate(plan.waves(), 1) for one in wave}
        many = len(plan.waves()) > 1
        devices = [
            (one.key, one.name, f"{_wave(plan, order[one.key])}" if many else count_words(one.operations, "edit"))
            for one in plan.working
        ]
        self.begin_with(f"{plan.change.name} on {count_words(len(devices), 'device')}", devices)

    def begin_with(self, title: str, devices: Sequence[tuple[str, str, str]]) -> None:
        """Something starts on these devices: (key, name, side text)."""
        self.model.begin(devices)
        if devices:
            self.view.setCurrentIndex(self.model.index(0, 0))
        self._began = time.monotonic()
        self.title.setText(title)
        self.outcome.show_text("", "plain")
        self.notice.say("info", "")
        self.bar.setRange(0, 0)
        self.bar.show()
        self._timer.start()
        self._show_log()

    def take(self, event: object) -> None:
        """Something happened, on one device or to all."""
        if isinstance(event, FleetStep):
            self._take_step(event)
        elif isinstance(event, FleetEvent) and isinstance(event.event, GuardEvent) and not event.device_id:
            self.wait(event.event.ends_at if event.event.state is GuardState.WAITING else 0.0)
        elif isinstance(event, FleetEvent):
            self.model.take(event.device_id, event.event)
            if event.device_id == self._front():
                self._show_log()

    def _take_step(self, step: FleetStep) -> None:
        if step.phase is not FleetPhase.PROBE:
            self.wait(0.0)
        kind = {StageState.FAILED: "error", StageState.WARNING: "warning"}.get(step.state, "info")
        wave = f" (batch {step.wave} of {step.waves})" if step.wave and step.waves > 1 else ""
        if step.state is not StageState.SKIPPED:
            self.notice.say(kind, f"{PHASES[step.phase]}{wave}: {step.text}")

    @property
    def waits(self) -> bool:
        """Whether the person has to decide now."""
        return bool(self._until)

    def wait(self, until: float) -> None:
        """All devices hold the change until `until` (time.time()); the person decides.  0: it is decided."""
        self._until = until
        self._guard.setVisible(bool(until))
        for button in (self.roll_back, self.confirm):
            button.setEnabled(bool(until))
        if until:
            self.model.wait()
            self.confirm.setFocus()
        self._tick()

    def show_report(self, report: FleetReport) -> None:
        """How it ended, on each device and on all."""
        self.wait(0.0)
        self._timer.stop()
        self.bar.hide()
        for one in report.devices:
            self.model.finish(one.key, one.outcome, one.text, ok=not one.failed)
        kind, words = OUTCOMES[report.outcome]
        if not report.ok and kind in ("success", "info"):
            kind = "error"
        self.outcome.show_text(words, _CHIPS[kind])
        self.notice.say(kind, report.text)
        self.time.setText(f"{report.seconds:.1f} s")
        failed = next((one.key for one in report.failures), "")
        for at, shown in enumerate(self.model.rows):
            if shown.key == failed:
                self.view.setCurrentIndex(self.model.index(at, 0))
        self._show_log()

    def fail(self, text: str) -> None:
        """The run could not be begun."""
        self._timer.stop()
        self.bar.hide()
        self.wait(0.0)
        self.notice.say("error", text)

    # --------------------------------------------------------------------------------------------------- showing

    def _front(self) -> str:
        return str(self.view.currentIndex().siblingAtColumn(0).data(KEY) or "")

    def _data_changed(self, *_what: object) -> None:
        self.view.viewport().update()

    def _show_log(self) -> None:
        found = self.model.row(self._front())
        self.log_title.setText(found.name if found is not None else "")
        lines = found.lines if found is not None else []
        if self.log.lines != lines:
            self.log.show(lines)
            self.log_view.scrollToBottom()

    def _tick(self) -> None:
        if self._began and self._timer.isActive():
            self.time.setText(f"{time.monotonic() - self._began:.1f} s")
        if self._until:
            left = self._until - time.time()
            self.guard_time.setText(clock(left))
            self.guard_time.setAccessibleName(f"{clock(left)} left")
            self.guard_words.setText("All devices hold the change and go back to the old one unless you confirm.")


def _wave(plan: FleetPlan, number: int) -> str:
    if plan.options.canary and number == 1:
        return "canary"
    return f"batch {number - bool(plan.options.canary)}"
