"""The review of a text document: what differs, section by section, and the commands that make it so beside it.

Lives here: the page.  Does not live here: working it out (`cli_states`), sending it (`cli_applying`).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QSplitter, QStackedWidget, QWidget

from netconf_gui.config.cli_diff_text import diff_lines
from netconf_gui.config.cli_plan import CliPlan, cli_plan
from netconf_gui.config.cli_summary import summary
from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row, tool_button
from netconf_gui.gui.panes.cli_editor import CliDiffEditor, CliEditor
from netconf_gui.gui.panes.cli_pane import CliPane
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState, Notice, Segments
from netconf_gui.session.redact_cli import mask_cli

_ROOM_FOR_WORDS, _ROOM_FOR_NOTES = 560, 380  # px at the base font size
_TINTS = {"add": "added", "change": "changed", "remove": "removed"}


class CliReview(QWidget):
    """Object name `cliReview`; `apply_wanted(save to startup)` when the person says so."""

    apply_wanted = Signal(bool)
    jump_wanted = Signal(object)  # the commands that lead to a place of the text

    def __init__(self, pane: CliPane) -> None:
        super().__init__()
        named(self, "cliReview", f"Review of {pane.context.title}")
        self.pane = pane
        self._sections: dict[int, str] = {}
        self._plans: dict[str, CliPlan] = {"plan": CliPlan(()), "inverse": CliPlan(())}
        self._notes = ""
        self._running = False
        layout = column(self)
        layout.addWidget(self._make_bar())
        self.summary = label("", "cliReviewSummary", kind="secondary", wrap=True)
        self.summary.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self.summary)
        self.notice = Notice("cliReviewNotice")
        layout.addWidget(self.notice)
        self.way = Notice("cliReviewWay")
        layout.addWidget(self.way)
        layout.addWidget(self._make_sides(), 1)
        self.jump = action(self, "Show in the &text", "cliReviewJumpAction", icon="edit", shortcut="F12")
        self.copy = action(self, "&Copy the commands", "cliReviewCopyAction", icon="copy", shortcut="Ctrl+Alt+C")
        for one in (self.jump, self.copy):
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(one)
        self.jump.triggered.connect(self._jump)
        self.copy.triggered.connect(self._copy)
        pane.state_changed.connect(self.refresh)
        self.setFocusProxy(self.diff)
        self.refresh()

    def _make_bar(self) -> QWidget:
        bar = named(QWidget(), "cliReviewBar", "Review", role="bar")
        fix_height(bar, SIZES.bar + 4)
        # words give way where there is little room, see _fit
        bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.which = Segments(
            "cliReviewWhich", "Which commands", (("plan", "Commands", "apply"), ("inverse", "Way back", "undo"))
        )
        self.count = label("", "cliReviewCount", kind="label")
        self.copy_button = tool_button("Copy the commands", "cliReviewCopy", icon="copy", text="Copy")
        self.startup = named(QCheckBox("Save to startup"), "cliReviewStartup", "Copy running to startup at the end")
        self.startup.setToolTip("Copy running to startup at the end, so that the change survives a restart")
        self.apply_button = push_button("Apply…", "cliReviewApply", icon="apply", role="primary")
        line.addWidget(self.count)
        line.addStretch(1)
        for widget in (self.which, self.copy_button, self.startup, self.apply_button):
            line.addWidget(widget)
        self.which.chosen.connect(lambda _key: self._show_commands())
        self.copy_button.clicked.connect(self._copy)
        self.apply_button.clicked.connect(lambda: self.apply_wanted.emit(self.startup.isChecked()))
        return bar

    def _make_sides(self) -> QWidget:
        self.diff = CliDiffEditor("cliDiff", "Differences by section")
        self.commands = CliEditor("cliCommands", "Commands that are sent", read_only=True)
        self.empty = EmptyState(
            "cliReviewEmpty", "success", "Nothing differs", "The text means what was fetched. Edit it, then review."
        )
        sides = named(QSplitter(Qt.Orientation.Horizontal), "cliReviewSides", "Differences and commands")
        sides.setChildrenCollapsible(False)
        for side in (self.diff, self.commands):
            sides.addWidget(side)
        sides.setSizes([560, 440])
        self._stack = named(QStackedWidget(), "cliReviewStack", "Review")
        self._stack.addWidget(sides)
        self._stack.addWidget(self.empty)
        return self._stack

    # ---- what is shown

    @property
    def plan(self) -> CliPlan:
        return self._plans["plan"]

    def edit_actions(self) -> list[QAction]:
        return [self.copy]

    def view_actions(self) -> list[QAction]:
        return [self.jump]

    def refresh(self) -> None:
        """Show what the document differs in now."""
        state = self.pane.state
        self._plans = {"plan": state.plan, "inverse": cli_plan(state.diff.reversed())}
        lines = list(diff_lines(state.diff))
        rows, tints, self._sections = [], {}, {}
        for line in lines:
            rows.append(line.shown)
            self._sections[len(rows)] = line.section or line.text
            if line.state:
                tints[len(rows)] = line.state
        self.diff.set_text("\n".join(rows))
        self.diff.set_tints(tints)
        self._stack.setCurrentIndex(0 if lines else 1)
        self.summary.setText(mask_cli(summary(state.diff)))
        self.summary.setAccessibleName(self.summary.text())
        self._show_commands()
        self._say()

    def say_notes(self, text: str) -> None:
        """What a person should know before it is sent."""
        self._notes = text
        self._say()

    def _say(self) -> None:
        self.notice.say("warning", " ".join(self.plan.notes))
        self._fit()
        count = self.plan.edits
        self.count.setText(f"{count:,} command{'' if count == 1 else 's'}" if count else "")
        can = bool(self.plan) and bool(self.pane.context.device_id) and not self.pane.context.read_only
        self.apply_button.setEnabled(can and not self._running and not self.pane.state.fault)
        self.apply_button.setVisible(bool(self.pane.context.device_id))
        self.startup.setVisible(bool(self.pane.context.device_id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, words give way; what will happen is then in the button's tip alone."""
        wide, notes = self.width() >= theme().px(_ROOM_FOR_WORDS), self._notes if self.plan else ""
        style = Qt.ToolButtonStyle
        self.copy_button.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)
        self.which.set_style(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)
        self.startup.setText("Save to startup" if wide else "Startup")
        self.way.say("info", notes if self.height() >= theme().px(_ROOM_FOR_NOTES) else "")
        self.apply_button.setToolTip(notes)

    def _show_commands(self) -> None:
        plan = self._plans[self.which.current]
        tints: dict[int, str] = {}
        number = 1
        for command in plan.commands:
            rows = command.shown.count("\n") + 1
            if command.kind in _TINTS:
                tints.update(dict.fromkeys(range(number, number + rows), _TINTS[command.kind]))
            number += rows
        self.commands.set_text(plan.text.rstrip("\n"))
        self.commands.set_tints(tints)

    def set_applying(self, on: bool) -> None:
        """An apply to the device runs: there is no second one."""
        self._running = on
        self._say()

    def _jump(self) -> None:
        section = self._sections.get(self.diff.textCursor().blockNumber() + 1)
        if section:
            self.jump_wanted.emit((section,))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._plans[self.which.current].text)
