"""The edit-config of a review: the text, its policy, what an apply will do, and how the dry run went.

The text can be edited by hand: `edited(text)` a moment after typing stops, and `show_check` says what became of it.
Does not live here: planning (`review`), the dry run of an edited text (`review_check`), both started by `diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QLabel, QWidget

from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Policy
from netconf_gui.errors import AppError
from netconf_gui.gui import icons
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.forms import column, fix_height, label, named, push_button, row, set_property, tool_button
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.plan_check_view import PlanCheckView
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.review import POLICIES, Review, operation_tints
from netconf_gui.gui.review_check import CheckedEdit
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.workspace.files import write_atomically

LOADED_FROM = 200_000  # characters of an edit-config that is put in a piece at a time
TINTED = 400  # lines up to which all tints are drawn
PAUSE = 400  # ms after the last key before an edited text is tried
ROOM = 220  # px of height below which what an apply does would be cut, if the policy's words were there, too
REPLACE_WORDS = "Replaced as a whole: what the device holds there and the draft does not goes."

BY_HAND_WORDS = "Edited by hand: this text is sent as it stands. What it leads to is found out a moment after you stop."


class PlanView(QWidget):
    """Object name `planView`: the text that would be sent.

    `policy_chosen(policy)`, `kept(path)` when a subtree is no longer to be replaced as a whole, `hand_changed(bool)`
    when editing by hand begins or ends, `edited(text)`, `adopt_wanted()` to have the draft become what it leads to.
    """

    failed = Signal(object)
    policy_chosen = Signal(str)
    kept = Signal(object)
    hand_changed = Signal(bool)
    edited = Signal(str)
    adopt_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "planPane", "edit-config", role="pane")
        self._review: Review | None = None
        self.by_hand = False
        self._tints: Mapping[int, str] = {}
        self._generated = ""  # what editing by hand began with
        self.checked: CheckedEdit | None = None  # of the text as it is; None while that is not known
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(lambda: self.edited.emit(self.text.plain_text()))
        layout = column(self)
        self.text: XmlEditor = XmlEditor("planView", "edit-config", read_only=True)
        self.text.undo_wanted.connect(lambda redo: self.text.redo() if redo else self.text.undo())
        self.text.textChanged.connect(self._text_changed)
        self.text.verticalScrollBar().valueChanged.connect(lambda _value: self._tint())
        layout.addWidget(self._build_head())
        layout.addWidget(self._build_banner())
        layout.addWidget(self.text, 1)
        layout.addWidget(self._build_foot())

    # building

    def _build_head(self) -> QWidget:
        head = named(QWidget(), "planHead", "edit-config", role="bar")
        fix_height(head, SIZES.bar)
        line = row(head, margins=(12, 0, 8, 0), spacing=8)
        line.addWidget(label("edit-config", "planTitle", kind="head"))
        self.counts = label("", "planCounts", kind="label")
        line.addWidget(self.counts)
        line.addStretch(1)
        self.policy = named(QComboBox(), "planPolicy", "Policy")
        for key, (name, words) in POLICIES.items():
            self.policy.addItem(name, key)
            self.policy.setItemData(self.policy.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.policy.setToolTip("How the device is to take surprises")
        offered = named(self.policy.view(), "planPolicyList", "Policies")
        popup = offered.parentWidget()
        if popup is not None:
            named(popup, "planPolicyPopup", "Policies")
        self.policy.activated.connect(lambda _at: self.policy_chosen.emit(self.policy.currentData()))
        self.edit = tool_button("Edit by hand (F4)", "planEditButton", icon="edit", checkable=True)
        self.copy = tool_button("Copy the edit-config", "planCopyButton", icon="copy")
        self.save = tool_button("Save the edit-config…", "planSaveButton", icon="save")
        self.edit.clicked.connect(lambda on: self.set_by_hand(True) if on else self.give_up())
        self.copy.clicked.connect(lambda: copy_text(self.text.plain_text()))
        self.save.clicked.connect(self._save)
        for widget in (self.policy, self.edit, self.copy, self.save):
            line.addWidget(widget)
        return head

    def _build_banner(self) -> QWidget:
        self.banner = named(QFrame(), "handBanner", "Edited by hand", role="notice")
        self.banner.setProperty("state", "warning")
        line = row(self.banner, margins=(12, 6, 8, 6), spacing=8)
        icon = named(QLabel(), "handBannerIcon", "Edited by hand")
        icons.bind(icon, "edit", "warning")
        line.addWidget(icon)
        words = label("", "handBannerText", wrap=True)
        self._banner_words = words
        line.addWidget(words, 1)
        self.back = push_button("Back to the generated one", "handBackButton", icon="undo")
        self.back.clicked.connect(lambda: self.give_up())
        line.addWidget(self.back)
        self.banner.hide()
        return self.banner

    def _build_foot(self) -> QWidget:
        self._foot = named(QWidget(), "planFoot", "What an apply does", role="pane")
        foot = column(self._foot, margins=(12, 8, 12, 8), spacing=4)
        self.policy_words = label("", "planPolicyWords", kind="hint", wrap=True)
        self._replaced = named(QWidget(), "planReplaced", "Subtrees that are replaced as a whole")
        self._replaced_lines = column(self._replaced, spacing=2)
        self.notes = label("", "planNotes", kind="secondary", wrap=True)
        for widget in (self.policy_words, self._replaced, self.notes):
            foot.addWidget(widget)
        dry = row(spacing=8)
        self._dry_icon = named(QLabel(), "dryRunIcon", "Dry run")
        self.dry = label("", "dryRunText", wrap=True)
        self.dry.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        dry.addWidget(self._dry_icon, 0, Qt.AlignmentFlag.AlignTop)
        dry.addWidget(self.dry, 1)
        foot.addLayout(dry)
        self.check = PlanCheckView()
        self.check.line_wanted.connect(self._go_to)
        self.check.adopt_wanted.connect(self.adopt_wanted)
        foot.addWidget(self.check)
        return self._foot

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, what the policy means is in its list, and what an apply does is one line."""
        low = self.height() < theme().px(ROOM)
        self.policy_words.setVisible(not self.by_hand and not low)
        words = " ".join(self._review.notes) if self._review is not None else ""
        room = self.width() - theme().px(32)
        elided = self.notes.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room) if low else words
        self.notes.setVisible(bool(words) and not (low and self.by_hand))  # what becomes of the text comes first
        self.notes.setWordWrap(not low)
        self.notes.setText(elided)
        self.notes.setToolTip(words if elided != words else "")
        self.notes.setAccessibleName(words or "What an apply does")

    # the generated edit-config

    def show_review(self, review: Review, policy: Policy, replace: Sequence[InstancePath]) -> None:
        """Show the plan of a review; a text that is edited by hand stays, and is tried again."""
        self._review = review
        self.policy.setCurrentIndex(self.policy.findData(policy))
        self.policy_words.setText(POLICIES[policy][1])
        self._show_replaced(replace)
        self._fit()
        if self.by_hand:
            self._pause.stop()
            self.edited.emit(self.text.plain_text())
            return
        self._show_generated(review)

    def _show_generated(self, review: Review) -> None:
        self._say_counts(review.plan.operations if review.plan is not None else 0, len(review.edit_config.encode()))
        self._tints = review.tints
        if len(review.edit_config) > LOADED_FROM:
            # a piece at a time: the window goes on meanwhile
            self.text.load(review.edit_config, self._tint)
        else:
            self.text.set_text(review.edit_config)
        self._tint()
        self.edit.setEnabled(not review.empty or review.plan is None)
        if review.plan is None:
            self._say("error", review.dry_run)
        elif review.empty:
            self._say("", "")
        elif review.dry_run:
            self._say("error", review.dry_run)
        else:
            self._say("success", "Dry run: the result equals the draft.")

    def _tint(self) -> None:
        """Tint the lines; of very many only those near what is in sight, since an editor draws them all."""
        tints = self._tints
        if len(tints) > TINTED:
            first = self.text.firstVisibleBlock().blockNumber()
            tints = {line: tints[line] for line in range(first - 50, first + 200) if line in tints}
        self.text.set_tints(tints)

    def _say_counts(self, operations: int, size: int) -> None:
        words = f"{size} bytes" if size < 1000 else f"{size / 1000:.1f} KB"
        self.counts.setText(f"{count_words(operations, 'operation')}, {words}" if operations else "nothing to send")

    def _say(self, kind: str, words: str) -> None:
        """What the dry run found; "" hides it."""
        if kind:
            icons.bind(self._dry_icon, kind, kind if kind != "activity" else "text2")
        self.dry.setText(words)
        self.dry.setVisible(bool(words))
        self._dry_icon.setVisible(bool(words))

    def _show_replaced(self, paths: Sequence[InstancePath]) -> None:
        while (item := self._replaced_lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._replaced.setVisible(bool(paths))
        if paths:
            self._replaced_lines.addWidget(label(REPLACE_WORDS, "planReplacedWords", kind="hint", wrap=True))
        for number, path in enumerate(paths):
            line = named(QWidget(), f"planReplaced{number}", path.short())
            inside = row(line, spacing=4)
            inside.addWidget(label(path.short(), f"planReplacedPath{number}", wrap=True), 1)
            drop = tool_button("Send only what differs", f"planReplacedDrop{number}", icon="close")
            drop.clicked.connect(lambda _on=False, one=path: self.kept.emit(one))
            inside.addWidget(drop)
            self._replaced_lines.addWidget(line)

    # by hand

    def set_by_hand(self, on: bool) -> None:
        """Begin or end editing by hand; ending goes back to the generated text."""
        if on == self.by_hand:
            return
        self.by_hand = on
        self.edit.setChecked(on)
        self._pause.stop()
        if on and self._review is not None:
            self.text.set_text(self._review.edit_config)  # all of it, if it was still coming
        self.text.setReadOnly(not on)
        if not on:
            flags = Qt.TextInteractionFlag
            self.text.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.text.setTabChangesFocus(True)
        self.policy.setEnabled(not on)
        self._fit()
        self.banner.setVisible(on)
        self.check.clear()
        self.text.set_wave(0, 0)
        self.checked = None
        if on:
            self._generated = self.text.plain_text()
            self.say_kept("")
            self.text.setFocus()
        elif self._review is not None:
            self._show_generated(self._review)
        self.hand_changed.emit(on)
        if on:
            self.edited.emit(self.text.plain_text())

    def say_kept(self, words: str, *, fine: bool = True) -> None:
        """Say in the banner what became of the text when the draft was rebased; "" is what it says as a rule."""
        self._banner_words.setText(words or BY_HAND_WORDS)
        set_property(self.banner, "state", "warning" if fine else "error")

    @property
    def is_typed(self) -> bool:
        """Whether there is a text that only a person knows."""
        return self.by_hand and self._review is not None and self.text.plain_text() != self._generated

    def give_up(self, then: Callable[[bool], object] | None = None) -> None:
        """Go back to the generated text; asks first if something was typed.  `then(given up)` when that is decided."""
        done = then or (lambda given_up: None)
        if not self.is_typed:
            self.set_by_hand(False)
            done(True)
            return
        self.edit.setChecked(True)
        question = Question(
            self.window(),
            "Give up the edited text?",
            "The edit-config that was edited by hand is replaced by the generated one. The draft stays as it is.",
            [Choice("keep", "Keep editing", "primary"), Choice("drop", "Give up the text", "danger")],
            icon="edit",
            ink="warning",
            object_name="handDropQuestion",
        )

        def answered(key: str) -> None:
            if key == "drop":
                self.set_by_hand(False)
            done(key == "drop")

        question.answered.connect(answered)
        question.open()

    def _text_changed(self) -> None:
        if not self.by_hand:
            return
        self.checked = None
        self.say_kept("")
        self._say("activity", "Dry run: waiting for you to stop typing…")
        self._pause.start()

    def say_checking(self) -> None:
        """The dry run of the edited text is under way."""
        self._say("activity", "Dry run: trying the edited text…")

    def show_check(self, checked: CheckedEdit) -> None:
        """Say what became of the edited text."""
        self.checked = checked
        if checked.state != "broken":
            self._say_counts(checked.operations, len(self.text.plain_text().encode()))
        self.text.set_wave(checked.line, checked.column)
        lines = {refusal.line: "error" for refusal in checked.refusals if refusal.line}
        self._tints = lines or operation_tints(self.text.plain_text())
        self._tint()
        kind, words = self.check.show_check(checked)
        self._say(kind, words)

    def _go_to(self, line: int) -> None:
        self.text.go_to(line)
        self.text.setFocus()

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the edit-config", "edit-config.xml", "XML (*.xml)")
        if name:
            try:
                write_atomically(Path(name), self.text.plain_text().encode())
            except AppError as error:
                self.failed.emit(error)
