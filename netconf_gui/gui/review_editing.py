"""An edit-config edited by hand in a review: tried on a worker after each pause, taken into the draft, applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.cancel import CancelToken
from netconf_gui.config.edits import Group
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.review import ReviewWish
from netconf_gui.gui.review_check import CheckedEdit, State, check_edit
from netconf_gui.gui.tasks import Report, TaskManager

if TYPE_CHECKING:
    from netconf_gui.gui.panes.diff import DiffPane

SENDABLE = ("same", "other")
ELSEWHERE = "The edit-config edited by hand leads to something else than the draft. Apply it from the review."

AGAIN: dict[State, str] = {
    "same": "The edit-config edited by hand was tried again on what the device holds now: it still leads to the draft.",
    "other": "The edit-config edited by hand still applies to what the device holds now. It leads to something else "
    "than the draft: the review shows it.",
    "nothing": "The edit-config edited by hand no longer changes anything: the device holds all of it by now.",
    "refused": "The edit-config edited by hand no longer applies to what the device holds now. The text is kept: the "
    "review shows what would be refused.",
    "broken": "The edit-config edited by hand could not be read, and was not tried on what the device holds now. The "
    "text is kept.",
}
"""What became of a text when the draft under it was rebased."""


class ReviewEditing(QObject):
    """Between the plan view, where the text is typed, and the document."""

    def __init__(self, pane: DiffPane, manager: TaskManager) -> None:
        super().__init__(pane)
        self.setObjectName("reviewEditing")
        self._pane = pane
        self._plan = pane.plan
        self._revision = -1  # of the document that the edited text was compared with
        self._tell: Callable[[str], object] | None = None  # waits to hear whether the text survived a rebase
        self._trying = Latest(manager, self, "Try the edited edit-config")
        self._trying.failed.connect(pane.error)
        self._plan.edited.connect(self._try)
        self._plan.adopt_wanted.connect(lambda: self.adopt())

    def tell_once(self, tell: Callable[[str], object]) -> None:
        """The draft was rebased: tell what becomes of a text that only a person knows when it is tried again."""
        self._tell = tell if self._plan.is_typed else None

    @property
    def wish(self) -> ReviewWish:
        """What an apply is to send."""
        pane, checked = self._pane, self._plan.checked
        if not self._plan.by_hand:
            return ReviewWish(pane.policy, pane.replaced)
        refused = self.why_not or (ELSEWHERE if checked is None or checked.state != "same" else "")
        if checked is None or refused:
            return ReviewWish(pane.policy, pane.replaced, refused=refused)
        return ReviewWish(pane.policy, pane.replaced, checked.config, checked.default_operation)

    @property
    def why_not(self) -> str:
        """Why nothing can be done with the edited text; "" if it leads somewhere."""
        checked = self._plan.checked
        if checked is None or self._revision != self._pane.document_pane.document.revision:
            return "The edit-config edited by hand is still being tried. Apply again in a moment."
        if checked.state in SENDABLE:
            return ""
        return "The dry run of the edit-config edited by hand did not succeed. The review says why."

    def _try(self, text: str) -> None:
        document = self._pane.document_pane.document
        base, recipe, schema = document.base, document.recipe(), document.schema
        defaults, revision = self._pane.defaults, document.revision

        def work(cancel: CancelToken, _report: Report) -> CheckedEdit:
            return check_edit(text, base, recipe, schema, cancel, defaults=defaults)

        self._plan.say_checking()
        self._trying.run(work, lambda checked: self._tried(text, revision, checked))

    def _tried(self, text: str, revision: int, checked: CheckedEdit) -> None:
        if self._plan.by_hand and text == self._plan.text.plain_text():
            self._revision = revision
            self._plan.show_check(checked)
            self._pane.say_apply()
            tell, self._tell = self._tell, None
            if tell is not None:
                words = AGAIN[checked.state]
                self._plan.say_kept(words, fine=checked.state in SENDABLE)
                tell(words)

    def adopt(self) -> bool:
        """Have the draft become what the edited text leads to."""
        checked, document_pane = self._plan.checked, self._pane.document_pane
        step = checked.step if checked is not None else None
        if checked is None or step is None:
            return False
        group = Group((step,), "take the edited edit-config")
        if not document_pane.guard(lambda: document_pane.document.apply(group)):
            return False
        # what was found of the text holds: only the draft has come to it
        self._revision = document_pane.document.revision
        self._plan.show_check(replace(checked, state="same", left=None, step=None))
        return True

    def apply(self) -> None:
        """Ask for the apply; what leads elsewhere than to the draft becomes the draft first."""
        checked = self._plan.checked if self._plan.by_hand else None
        if checked is None or checked.state == "same":
            self._pane.apply_wanted.emit()
            return
        question = Question(
            self._pane.window(),
            "The edited edit-config leads to something else than the draft",
            "Before it is sent, the draft becomes what it leads to, as one step to undo. "
            "So the window shows what the device will hold.",
            [Choice("cancel", "Cancel"), Choice("apply", "Make it the draft and apply", "primary")],
            icon="warning",
            ink="warning",
            object_name="handQuestion",
        )
        question.answered.connect(self._answered)
        question.open()

    def _answered(self, key: str) -> None:
        if key == "apply" and self.adopt():
            self._pane.apply_wanted.emit()
