"""The value in the Node pane: caption, editor, unit, what the text means, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.editors import words
from netconf_gui.gui.editors.factory import Editor, editor_text, make_editor, make_lines_editor, suits_lines
from netconf_gui.gui.editors.flags import FlagsEdit
from netconf_gui.gui.editors.instance import InstanceEdit
from netconf_gui.gui.editors.subject import Subject, leafref_path
from netconf_gui.gui.editors.switch import Switch
from netconf_gui.gui.editors.text import TextEdit
from netconf_gui.gui.forms import column, label, named, row, set_property, tool_button
from netconf_gui.gui.node_words import allowed_words, soft, type_chain
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.gui.widgets import ElidedLabel
from netconf_gui.yang.problem import Problem

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

PAUSE = 120  # ms after a key before the engine is asked


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine says about a text; `member` is the member of a union that takes it."""

    problem: Problem | None = None
    member: int | None = None


class ValueBox(QWidget):
    """Edits one `Subject`; what the engine says about a text arrives later and is dropped if the text is another."""

    def __init__(self, manager: TaskManager) -> None:
        super().__init__()
        named(self, "valueBox", "Value")
        self._manager = manager
        self._pane: DocumentPane | None = None
        self._subject: Subject | None = None
        self._editor: QWidget | None = None
        self._task: Task | None = None
        self._again = False  # the text has changed since the engine was asked
        self._locked = False
        self._known: tuple[int, Subject | None, frozenset[str] | None] = (-1, None, None)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._ask_engine)
        layout = column(self, spacing=4)
        head = row(spacing=8)
        self.caption = label("Value", "valueCaption", kind="caption")
        self.type = ElidedLabel("valueType")
        self.type.setProperty("kind", "side")
        self.type.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.caption)
        head.addWidget(self.type, 1)
        layout.addLayout(head)
        self._line = row(spacing=8)
        self.unit = label("", "valueUnit", kind="label")
        self.go = tool_button("Go to target", "goToTargetButton", icon="target")
        self.go.clicked.connect(self.go_to_target)
        self._line.addWidget(self.unit)
        self._line.addWidget(self.go)
        layout.addLayout(self._line)
        self.allowed = label("", "valueAllowed", kind="hint", wrap=True)
        self.note = label("", "valueNote", kind="hint", wrap=True)
        self.warning = label("", "valueWarning", kind="warning", wrap=True)
        self.message = label("", "valueMessage", kind="error", wrap=True)
        for one in (self.message, self.warning, self.note, self.allowed):
            # a long pattern must not widen the pane
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            layout.addWidget(one)
        self.hide()

    @property
    def editor(self) -> Editor | None:
        """The editor in use."""
        return self._editor  # type: ignore[return-value]

    def show_subject(self, pane: DocumentPane | None, subject: Subject | None, *, locked: bool = False) -> None:
        """Edit that value from now on; None hides the box."""
        same = subject is not None and self._subject is not None and _same_leaf(subject, self._subject)
        self._pane, before, self._subject = pane, self._subject, subject
        self.setVisible(subject is not None)
        if subject is None:
            self._drop_editor()
            return
        if not same or before is None or self._editor is None:
            become = before is not None and _same_place(subject, before) and self._has_focus()
            self._make(make_editor(subject))
            if become and self._editor is not None:
                self._editor.setFocus()  # the leaf that was edited is there now, or gone
        elif self.editor is not None and self.editor.changed_text() is None:
            self.editor.set_value(editor_text(subject))
        self._lock(locked)
        self._show_type(subject)
        self._check(self.editor.value() if self.editor is not None else "")

    def _show_type(self, subject: Subject) -> None:
        plain = isinstance(self._editor, Switch | FlagsEdit)  # they show what is allowed themselves
        allowed = "" if plain else allowed_words(subject.info)
        self.allowed.setText(soft(f"Allowed: {allowed}") if allowed else "")
        self.allowed.setAccessibleName(f"Allowed: {allowed}" if allowed else "anything is allowed")
        unit = subject.node.units if subject.node is not None else ""
        self.unit.setText(unit)
        self.unit.setVisible(bool(unit))
        chain = type_chain(subject.info) if subject.info is not None else ""
        self.type.setText(chain)
        self.type.setAccessibleName(f"Type {chain}" if chain else "no type is known")

    def _has_focus(self) -> bool:
        at = self._editor.focusWidget() if self._editor is not None else None
        return self._editor is not None and (self._editor.hasFocus() or (at is not None and at.hasFocus()))

    def _make(self, editor: QWidget) -> None:
        self._drop_editor()
        self._editor = editor
        self._line.insertWidget(0, editor, 1)
        editor.show()
        self.caption.setBuddy(editor)
        editor.edited.connect(self._check)  # type: ignore[attr-defined]
        editor.committed.connect(self._commit)  # type: ignore[attr-defined]
        if self._subject is not None:
            editor.setAccessibleName(f"Value of {self._subject.name}")
        if isinstance(editor, TextEdit) and self._subject is not None and suits_lines(self._subject.info):
            editor.lines_wanted.connect(self._use_lines)

    def _use_lines(self) -> None:
        """Shift+Return: go on in an editor of several lines, with a new one begun."""
        subject, old = self._subject, self._editor
        if subject is None or self._locked or not isinstance(old, TextEdit):
            return
        text, at = old.text(), old.cursorPosition()
        editor = make_lines_editor(subject)
        self._make(editor)
        editor.setPlainText(f"{text[:at]}\n{text[at:]}")  # type: ignore[attr-defined]
        cursor = editor.textCursor()  # type: ignore[attr-defined]
        cursor.setPosition(at + 1)
        editor.setTextCursor(cursor)  # type: ignore[attr-defined]
        editor.setFocus()

    def _drop_editor(self) -> None:
        if self._editor is not None:
            old, self._editor = self._editor, None
            old.blockSignals(True)
            old.setParent(None)
            old.deleteLater()

    def _lock(self, locked: bool) -> None:
        self._locked = locked
        if self.editor is not None:
            self.editor.set_read_only(locked)

    def _commit(self, text: str) -> None:
        if self._pane is None or self._subject is None or self._locked:
            return
        self._pane.commit(self._subject, text)
        subject, editor = self._subject, self.editor
        if editor is not None and editor.changed_text() is None and subject.element is not None:
            # what is stored may be written in another way, also where it means what was there before
            now = editor_text(subject)
            if now != editor.value():
                editor.set_value(now)
                self._check(now)

    # references

    def go_to_target(self) -> None:
        """Put the cursor of the tree on what a reference points to."""
        subject, editor, pane = self._subject, self.editor, self._pane
        if subject is None or editor is None or pane is None:
            return
        target = subject.target(editor.value())
        if target is not None:
            pane.show_element(target)

    def _show_target(self, subject: Subject, text: str) -> str:
        """Offer to go to the target; returns what is to be said if there is none."""
        points = bool(leafref_path(subject.info)) or isinstance(self._editor, InstanceEdit)
        self.go.setVisible(points)
        if not points:
            return ""
        missing = words.missing_target(subject, text, self._targets(subject))
        union = subject.info is not None and subject.info.base == "union"
        self.go.setEnabled(bool(text) and not missing and (not union or subject.target(text) is not None))
        return missing

    def _targets(self, subject: Subject) -> frozenset[str] | None:
        """The values that a leafref can have; looked for once while the document stays as it is."""
        revision = subject.document.revision
        if self._known[0] != revision or self._known[1] is not subject:
            self._known = (revision, subject, subject.target_values())
        return self._known[2]

    # checks

    def _check(self, text: str) -> None:
        """What the type says at once; patterns and the like a moment later."""
        subject = self._subject
        if subject is None:
            return
        own = getattr(self._editor, "own_problem", "")
        if getattr(self._editor, "unfinished", False):
            self._say("")
            return
        missing = self._show_target(subject, text)
        empty = subject.element is None and not text
        typed = subject.info is not None and subject.info.base != "empty"
        problem = subject.quick_problem(text) if typed and not empty else ""
        if own:
            problem = subject.sentence(own)
        elif not problem and missing and subject.info is not None and subject.info.require_instance:
            problem = missing
        self._explain(subject, text if typed else "", "" if problem else missing)
        self._say(problem)
        self._timer.stop()
        if typed and not problem and not empty and self._pane is not None and self._pane.context.engine is not None:
            self._timer.start()

    def _explain(self, subject: Subject, text: str, warning: str = "", member: int | None = None) -> None:
        found = words.notes(subject, text, member=member)
        note = "\n".join(one.text for one in found if one.kind == "info")
        warnings = "\n".join([one.text for one in found if one.kind == "warning"] + ([warning] if warning else []))
        for where, said in ((self.note, note), (self.warning, warnings)):
            where.setText(soft(said))
            where.setAccessibleName(said or "nothing to note")
            where.setVisible(bool(said))

    def _ask_engine(self) -> None:
        pane, subject, editor = self._pane, self._subject, self.editor
        if pane is None or subject is None or subject.node is None or editor is None or subject.info is None:
            return
        engine, key, path = pane.context.engine, pane.context.key, subject.node.path
        if engine is None or not key or subject.info.base == "empty":
            return
        if self._task is not None:
            # one at a time: a slow engine must not fill the pool; cancelling would cost it its worker
            self._again = True
            return
        self._again = False
        text, stored = editor.value(), subject.stored(editor.value())
        union = subject.info.base == "union"
        prefixes = subject.prefixes(stored)

        def work(cancel: CancelToken, _report: Report) -> Found:
            problem = engine.check_value(key, path, stored, prefixes=prefixes, cancel=cancel)
            if problem is not None or not union:
                return Found(problem)
            return Found(None, engine.union_member(key, path, stored, prefixes=prefixes, cancel=cancel))

        task = self._manager.run(work, title=f"Check {subject.name}", quiet=True)
        task.done.connect(lambda found: self._take(subject, text, found))
        # without an answer nothing is said: the check of the whole document finds it as well
        task.finished.connect(self._answered)
        self._task = task

    def _answered(self) -> None:
        self._task = None
        if self._again:
            self._ask_engine()

    def _take(self, subject: Subject, text: str, found: Found) -> None:
        if subject is not self._subject or self.editor is None or self.editor.value() != text:
            return
        if found.member is not None:
            self._explain(subject, text, member=found.member)
        self._say("" if found.problem is None else words.refusal(subject, found.problem.message))

    def _say(self, message: str) -> None:
        self.message.setText(soft(message))
        self.message.setAccessibleName(message or "no problem")
        self.message.setVisible(bool(message))
        self.allowed.setVisible(bool(self.allowed.text()) and "Allowed:" not in message)
        if self._editor is not None:
            set_property(self._editor, "state", "error" if message else "")


def _same_leaf(one: Subject, other: Subject) -> bool:
    if one.document is not other.document:
        return False
    if one.element is not None and other.element is not None:
        return one.element is other.element
    return one.element is other.element and one.parent is other.parent and one.node == other.node


def _same_place(one: Subject, other: Subject) -> bool:
    """Whether both are one leaf of one document, set in one and not in the other."""
    return one.document is other.document and one.node == other.node and one.node is not None and not one.node.is_key
