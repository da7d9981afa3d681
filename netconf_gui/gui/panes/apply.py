"""The Apply pane: the stages of an apply while it runs, and how it ended."""

from __future__ import annotations

import time

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QWidget

from netconf_gui.config.compare import Verdict
from netconf_gui.errors import Outcome, RpcError, Stage
from netconf_gui.gui.dialogs.lock_denied import waiting_words
from netconf_gui.gui.forms import column, fix_height, label, named, push_button, row
from netconf_gui.gui.models.apply_log import PATH, ApplyLogModel
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.nacm_lines import WhyLine
from netconf_gui.gui.panes.stepper import Stepper
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.stage_words import TITLES, outcome_kind, outcome_words, planned_stages, readback_words
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, ElidedLabel, EmptyState, Notice
from netconf_gui.services.deploy import DeployReport, Strategy
from netconf_gui.services.events import Event, GuardEvent, GuardState, LockWait, Note, StageEvent, StageState

_CHIPS = {"success": "added", "info": "info", "warning": "warning", "error": "error"}
_LINE_ICONS = {
    StageState.OK: "success",
    StageState.WARNING: "warning",
    StageState.FAILED: "error",
    StageState.SKIPPED: "info",
    StageState.RUNNING: "timer",
}
OPEN_GUARDS = (GuardState.PROBING, GuardState.WAITING)
_ROOM_FOR_LOG = 112
_ROOM_FOR_STEPS = 176  # px
MOST = 200  # lines of one kind in the log


class ApplyPane(QWidget):
    """A stepper with the state of each stage, the log, and the result; `jump_wanted(path)` of an rpc-error."""

    jump_wanted = Signal(str)
    stop_wanted = Signal()
    confirm_wanted = Signal()
    roll_back_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "applyPane", "Apply", role="pane")
        self._began = 0.0
        self._running = False
        self._waits: LockWait | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._say_time)
        self.empty = EmptyState(
            "applyEmpty",
            "apply",
            "Nothing has been applied yet",
            "Edit a document, then Review and apply: every stage is shown here while it runs.",
        )
        self._stack = named(QStackedWidget(), "applyStack", "Apply")
        body = named(QWidget(), "applyBody", "Apply", role="pane")
        layout = column(body)
        layout.addWidget(self._build_head())
        self.stepper = Stepper()
        layout.addWidget(self.stepper)
        self.notice = Notice("applyNotice")
        layout.addWidget(self.notice)
        self.why = WhyLine()
        layout.addWidget(self.why)
        self.countdown = Notice("applyCountdown")
        layout.addWidget(self.countdown)
        self.log = ApplyLogModel(self)
        self.view = RowTree("applyLog", "What happened")
        self.view.setRootIsDecorated(False)
        self.view.setMinimumHeight(theme().px(52))
        self.view.setModel(self.log)
        self.view.activated_index.connect(self._jump)
        layout.addWidget(self.view, 1)
        self._set_up_header()
        self._stack.addWidget(body)
        self._stack.addWidget(self.empty)
        self._stack.setCurrentWidget(self.empty)
        column(self).addWidget(self._stack)
        theme().changed.connect(self._set_up_header)

    def _build_head(self) -> QWidget:
        head = named(QWidget(), "applyHead", "Apply", role="head")
        fix_height(head, SIZES.pane_head)
        line = row(head, margins=(12, 0, 8, 0), spacing=8)
        self.title = ElidedLabel("applyTitle", "")
        self.title.setProperty("kind", "head")
        self.outcome = Chip("applyOutcome", "", "plain")
        self.outcome.hide()
        self.time = label("", "applyTime", kind="label")
        self.stop_button = push_button("Stop", "stopApplyButton", icon="stop")
        self.stop_button.setProperty("compact", True)
        self.stop_button.setToolTip(
            "Before the commit this leaves the device as it was; after it the apply is finished."
        )
        self.stop_button.clicked.connect(self._stop)
        self.roll_back_button = push_button(
            "Roll back now", "rollBackApplyButton", icon="roll-back", role="danger", ink="removed"
        )
        self.roll_back_button.clicked.connect(self.roll_back_wanted)
        self.confirm_button = push_button("Confirm now", "confirmApplyButton", icon="confirm", role="primary")
        self.confirm_button.clicked.connect(self.confirm_wanted)
        for button in (self.roll_back_button, self.confirm_button):
            button.setProperty("compact", True)
            button.hide()
        line.addWidget(self.title, 1)
        line.addWidget(self.outcome)
        line.addWidget(self.time)
        line.addWidget(self.stop_button)
        line.addWidget(self.roll_back_button)
        line.addWidget(self.confirm_button)
        return head

    def _set_up_header(self) -> None:
        header = self.view.header()
        header.setObjectName("applyLogHeader")
        header.setAccessibleName("Columns")
        header.setFixedHeight(theme().px(SIZES.header))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        for section, width in ((0, 100), (1, 160)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, theme().px(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what happened goes before the stages, and how it ends before both."""
        super().resizeEvent(event)
        height = event.size().height()
        self.stepper.setVisible(height >= theme().px(_ROOM_FOR_STEPS))
        self.view.setVisible(height >= theme().px(_ROOM_FOR_LOG))

    # the life of an apply

    @property
    def running(self) -> bool:
        return self._running

    def begin(self, title: str, strategy: Strategy) -> None:
        """A new apply starts; `strategy` says which stages it has and what will happen."""
        self._began = time.monotonic()
        self._running = True
        self._stack.setCurrentIndex(0)
        self.title.setText(title)
        self.title.setAccessibleName(title)
        self.outcome.show_text("", "plain")
        self.notice.say("info", "")
        self.notice.setAccessibleName("Result")
        self.log.clear()
        self.stepper.begin(planned_stages(strategy))
        for note in strategy.notes:
            self.log.add("Plan", note)
        self.stop_button.setText("Stop")
        self.stop_button.setEnabled(True)
        self.stop_button.show()
        self._timer.start()
        self._say_time()

    def stage(self, event: StageEvent) -> None:
        """A stage began or ended."""
        if self._waits is not None and event.state is not StageState.RUNNING:
            self._waits = None
            self.notice.say("info", "")
        self.stepper.set_step(event.stage, event.state, _step_note(event))
        if event.state is StageState.RUNNING:
            self._say_time()
            return
        words = event.text or {StageState.OK: "Done.", StageState.SKIPPED: "Skipped."}.get(event.state, "")
        self.log.add(TITLES[event.stage], words, _LINE_ICONS[event.state])
        for error in event.errors[:MOST]:
            self._add_error(event.stage, error)
        self.view.scrollToBottom()

    def note(self, event: Event) -> None:
        """A note of the apply that runs; progress is the task's to show."""
        if isinstance(event, LockWait):
            self._waits = event
            self._say_wait()
        elif isinstance(event, GuardEvent):
            if event.text:
                self.log.add(TITLES[Stage.CONFIRM], event.text, "timer" if event.state in OPEN_GUARDS else "info")
                self.view.scrollToBottom()
        elif isinstance(event, Note):
            self.log.add("", event.text, "warning" if event.severity == "warning" else "info")
            self.view.scrollToBottom()

    def show_guard(self, words: str, *, open_: bool) -> None:
        """A commit counts down; no words: none does.  `open_` while it can be decided."""
        self.countdown.say("warning", words)
        for button in (self.roll_back_button, self.confirm_button):
            button.setVisible(bool(words))
            button.setEnabled(open_)
        if self._running:
            # while it counts down there are two ways out, and both are named
            self.stop_button.setVisible(not words)
        if words:
            self.stepper.set_note(Stage.CONFIRM, "waiting")

    def ended(self, report: DeployReport) -> None:
        """How the apply ended, what was read back, and what the device refused."""
        self.show_guard("", open_=False)
        self._running = False
        self._waits = None
        self._timer.stop()
        self.stop_button.hide()
        kind = outcome_kind(report)
        self.outcome.show_text(outcome_words(report), _CHIPS[kind])
        self.notice.say(kind, report.text)
        told = {line.path + line.text for line in self.log.lines}
        for error in (*report.errors, *report.warnings)[:MOST]:
            if (error.path or "") + error_words(error) not in told:
                self._add_error(None, error)
        if not _taken_back(report):
            self._add_readback(report)
        self.time.setText(f"{report.seconds:.1f} s" if report.seconds else self.time.text())
        self.view.scrollToBottom()

    def _add_error(self, stage: Stage | None, error: RpcError) -> None:
        icon = "warning" if error.is_warning else "error"
        self.log.add(TITLES[stage] if stage is not None else "Device", error_words(error), icon, error.path or "")

    def _add_readback(self, report: DeployReport) -> None:
        """What was read back, below the line of its stage."""
        same = sum(1 for item in report.readback if item.verdict is Verdict.AS_SENT)
        stages = [number for number, line in enumerate(self.log.lines) if line.stage == TITLES[Stage.READBACK]]
        at = stages[-1] + 1 if stages else len(self.log.lines)
        if report.readback and not stages:
            all_words = f"{same:,} of {count_words(len(report.readback), 'node')} read back as sent."
            self.log.add("Read back", all_words, "success" if same == len(report.readback) else "info")
            at += 1
        others = [item for item in report.readback if item.verdict is not Verdict.AS_SENT]
        for number, item in enumerate(others[:MOST], at):
            icon, words = readback_words(item)
            self.log.add("Read back", words, icon, str(item.path), at=number)

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.stop_button.setText("Stopping…")
        self.stop_wanted.emit()

    def _say_wait(self) -> None:
        """Who holds the lock, when it is tried again, when that ends."""
        wait, now = self._waits, time.time()
        if wait is not None and now > wait.until:
            # it is asked again what to do
            self._waits = None
            self.notice.say("info", "")
        elif wait is not None:
            self.notice.say("warning", waiting_words(wait.holder, wait.next_try_at - now, wait.until - now))

    def _say_time(self) -> None:
        self._say_wait()
        ended = sum(1 for step in self.stepper.steps if step.state not in ("waiting", StageState.RUNNING))
        total = len(self.stepper.steps)
        self.time.setText(f"Stage {min(ended + 1, total)} of {total}, {time.monotonic() - self._began:.1f} s")

    def _jump(self, index: QModelIndex) -> None:
        path = index.data(PATH)
        if isinstance(path, str) and path:
            self.jump_wanted.emit(path)


def error_words(error: RpcError) -> str:
    """An rpc-error as one line: the device's own words, the tag, and where."""
    text = " ".join((error.message or error.tag).split())
    words = f"{text} ({error.tag})" if error.message else text
    return f"{words} at {error.path}" if error.path else words


def _taken_back(report: DeployReport) -> bool:
    """Whether the read-back only shows that the change was taken back: no word of the device was broken then."""
    if report.error is None or report.error.stage is Stage.READBACK:
        return False
    return report.outcome in (Outcome.UNCHANGED, Outcome.ROLLED_BACK)


def _step_note(event: StageEvent) -> str:
    if event.state is StageState.RUNNING:
        return "running"
    if event.state is StageState.SKIPPED:
        return "skipped"
    if event.errors:
        warnings = sum(1 for error in event.errors if error.is_warning)
        errors = len(event.errors) - warnings
        return count_words(errors, "error") if errors else count_words(warnings, "warning")
    if event.state is StageState.FAILED:
        return "failed"
    return f"{event.seconds:.1f} s"
