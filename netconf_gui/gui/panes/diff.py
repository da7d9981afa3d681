"""The Review document: what differs between what was fetched and the draft, beside the edit-config that makes it so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Change
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.gui.forms import column, fix_height, label, named, push_button, row, tool_button
from netconf_gui.gui.models.diff_tree import PATH, DiffTreeModel
from netconf_gui.gui.panes.diff_tree_view import DiffTreeView
from netconf_gui.gui.panes.plan_view import PlanView
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.review import Review, make_review
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, EmptyState, Segments

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

PAUSE = 300  # ms after an edit before it is compared anew
SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}


class DiffPane(QWidget):
    """Tree diff and text diff with the edit-config beside them; `applyButton` asks for an apply.

    `refreshed(Review)` when a comparison has arrived, `failed(exception)` when there is none.
    """

    apply_wanted = Signal()
    jump_wanted = Signal(str)
    refreshed = Signal(object)
    failed = Signal(object)

    def __init__(self, pane: DocumentPane, manager: TaskManager) -> None:
        super().__init__()
        named(self, "diffView", f"Review: {pane.title}", role="pane")
        self._pane = pane
        self._manager = manager
        self._task: Task | None = None
        self.review: Review | None = None
        self._at = -1
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.refresh)
        layout = column(self)
        layout.addWidget(self._build_bar())
        layout.addWidget(self._build_summary())
        self._build_body()
        layout.addWidget(self._body, 1)
        self._document = pane.document
        self._unsubscribe = pane.document.subscribe(self._on_change)
        self.destroyed.connect(self._unsubscribe)
        pane.problems_changed.connect(self._say_apply)
        self._say_apply()
        self._say_position()
        self._summary_box.hide()
        self._say_empty("Comparing…", "What was fetched is compared with the draft.")
        self.refresh()

    # building

    def _build_bar(self) -> QWidget:
        bar = named(QWidget(), "diffBar", "Review", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(8, 0, 8, 0), spacing=8)
        self.modes = Segments(
            "diffModes", "How differences are shown", (("tree", "Tree", "tree"), ("text", "Text", "columns"))
        )
        self.modes.chosen.connect(self._set_mode)
        self.chips = {kind: Chip(f"{kind}Chip", "", kind) for kind in SIGNS}
        line.addWidget(self.modes)
        for chip in self.chips.values():
            chip.hide()
            line.addWidget(chip)
        line.addStretch(1)
        self.previous = tool_button("Previous change", "previousChange", icon="up")
        self.position = label("", "changePosition", kind="label")
        self.next = tool_button("Next change", "nextChange", icon="down")
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.apply_button = push_button("Apply…", "applyButton", icon="apply", role="primary")
        self.apply_button.clicked.connect(self.apply_wanted)
        for widget in (self.previous, self.position, self.next, self.apply_button):
            line.addWidget(widget)
        return bar

    def _build_summary(self) -> QWidget:
        box = named(QWidget(), "diffSummaryBox", "In words", role="bar")
        inside = column(box, margins=(12, 6, 12, 6))
        self.summary = label("", "diffSummary", wrap=True)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(self.summary)
        self._summary_box = box
        return box

    def _build_body(self) -> None:
        self.model = DiffTreeModel(self)
        self.tree = DiffTreeView(self.model)
        self.tree.activated_index.connect(lambda index: self._jump(index.data(PATH)))
        self.text = XmlEditor("diffText", "Differences as text", read_only=True)
        self.plan = PlanView()
        self.plan.failed.connect(self.failed)
        self._left = named(QStackedWidget(), "diffLeft", "Differences")
        self._left.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        self._left.addWidget(self.text)
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal), "diffSplitter", "Differences and edit-config")
        self.splitter.setHandleWidth(theme().px(4))
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._left)
        self.splitter.addWidget(self.plan)
        self.splitter.setSizes([540, 620])
        self.empty = EmptyState("diffEmpty", "diff", "No differences", "")
        self._body = named(QStackedWidget(), "diffBody", "Review")
        self._body.addWidget(self.splitter)
        self._body.addWidget(self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme().px(900)
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)

    # comparing

    def _on_change(self, change: Change) -> None:
        if not change.more:
            self._timer.start()

    def refresh(self) -> None:
        """Compare anew, off the GUI thread; the latest wins."""
        self._timer.stop()
        document = self._pane.document
        if document is not self._document:
            self._unsubscribe()
            self._document = document
            self._unsubscribe = document.subscribe(self._on_change)
        if self._task is not None:
            self._task.cancel()
        base, snapshot, schema, context = document.base, document.snapshot(), document.schema, self._pane.context

        def work(cancel: CancelToken, _report: Report) -> Review:
            return make_review(base, snapshot.data, snapshot.revision, schema, context, cancel)

        task = self._manager.run(work, title=f"Compare {self._pane.title}", quiet=True)
        self._task = task
        task.done.connect(lambda review: self._take(task, review))
        task.failed.connect(lambda error: self._say_failed(task, error))

    def _take(self, task: Task, review: Review) -> None:
        if task is not self._task:
            return
        self._task = None
        self.review = review
        context = self._pane.context
        when = f" {datetime.fromtimestamp(context.fetched_at):%H:%M}" if context.fetched_at is not None else ""
        self.model.headers[2] = f"Fetched{when}" if context.device_name else "Saved"
        self.model.show(review.difference)
        self._show_text(review)
        self.plan.show_review(review)
        for kind, chip in self.chips.items():
            count = review.difference.counts[kind]
            chip.show_text(f"{SIGNS[kind]} {count:,} {kind}" if count else "", kind)
        summary = review.difference.summary()
        self.summary.setText(summary)
        self._summary_box.setVisible(bool(summary))
        if review.difference:
            self._body.setCurrentWidget(self.splitter)
        else:
            self._say_empty(
                "No differences", "The document says what was fetched. Edit it: what changes is shown here."
            )
        self._at = -1
        self._say_position()
        self._say_apply()
        self.refreshed.emit(review)

    def _say_failed(self, task: Task, error: BaseException) -> None:
        if task is not self._task or isinstance(error, Cancelled):
            return
        self._task = None
        words = error.full_text() if isinstance(error, AppError) else str(error)
        self._say_empty("The documents could not be compared", words)
        self.apply_button.setEnabled(False)
        self.failed.emit(error)

    def _say_empty(self, title: str, words: str) -> None:
        self.empty.say(title, words)
        self._body.setCurrentWidget(self.empty)

    def _show_text(self, review: Review) -> None:
        marks = {"added": "+ ", "removed": "− ", "same": "  ", "gap": "  "}
        self.text.set_text("\n".join(marks[line.state] + line.text for line in review.lines))
        states = {number: line.state for number, line in enumerate(review.lines, 1) if line.state in SIGNS}
        self.text.set_tints(states)

    def _say_apply(self) -> None:
        review = self.review
        if review is None:
            self.apply_button.setEnabled(False)
            return
        context = self._pane.context
        ready = not review.plan.empty and not review.refused and bool(context.device_id)
        self.apply_button.setText(f"Apply to {review.target}…" if context.device_id else "Apply…")
        self.apply_button.setEnabled(ready)
        why = review.refused or ("Nothing differs." if review.plan.empty else "")
        self.apply_button.setToolTip(why or "Send the edit-config, validate, commit and read back")
        self.apply_button.setAccessibleName(f"Apply to {review.target}")

    # moving through the changes

    def _set_mode(self, mode: str) -> None:
        self._left.setCurrentWidget(self.tree if mode == "tree" else self.text)
        self._at = -1
        self._say_position()

    def _places(self) -> int:
        if self.modes.current == "tree":
            return len(self.model.changes)
        return len(self._text_starts())

    def _text_starts(self) -> list[int]:
        lines = self.review.lines if self.review is not None else ()
        starts, before = [], "same"
        for number, line in enumerate(lines, 1):
            if line.state in SIGNS and before not in SIGNS:
                starts.append(number)
            before = line.state
        return starts

    def step(self, by: int) -> None:
        """Go to the next or previous change."""
        count = self._places()
        if not count:
            return
        self._at = (self._at + by) % count if self._at >= 0 else (0 if by > 0 else count - 1)
        if self.modes.current == "tree":
            self.tree.show_change(self._at)
        else:
            self.text.go_to(self._text_starts()[self._at])
        self._say_position()

    def _say_position(self) -> None:
        count = self._places()
        self.position.setText(f"{self._at + 1} of {count:,}" if self._at >= 0 else f"{count:,}" if count else "")
        self.position.setAccessibleName(self.position.text() or "no changes")
        for button in (self.previous, self.next):
            button.setEnabled(count > 0)

    def _jump(self, path: object) -> None:
        if isinstance(path, str) and path:
            self.jump_wanted.emit(path)
