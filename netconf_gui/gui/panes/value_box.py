"""The value in the Node pane: caption, editor, unit, what is allowed, and what is wrong with what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.editors.factory import Editor, make_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, label, named, row, set_property
from netconf_gui.gui.node_words import allowed_words
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.yang.problem import Problem

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

PAUSE = 120  # ms after a key before the engine is asked


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
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._ask_engine)
        layout = column(self, spacing=4)
        self.caption = label("Value", "valueCaption", kind="caption")
        layout.addWidget(self.caption)
        self._line = row(spacing=8)
        self.unit = label("", "valueUnit", kind="label")
        self._line.addWidget(self.unit)
        layout.addLayout(self._line)
        self.allowed = label("", "valueAllowed", kind="hint", wrap=True)
        self.message = label("", "valueMessage", kind="error", wrap=True)
        layout.addWidget(self.allowed)
        layout.addWidget(self.message)
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
            self._make(subject)
        elif self.editor is not None and self.editor.changed_text() is None:
            self.editor.set_value(_editor_text(subject))
        self._lock(locked)
        words = allowed_words(subject.info)
        self.allowed.setText(f"Allowed: {words}" if words else "")
        self.allowed.setVisible(bool(words))
        unit = subject.node.units if subject.node is not None else ""
        self.unit.setText(unit)
        self.unit.setVisible(bool(unit))
        self._check(self.editor.value() if self.editor is not None else "")

    def _make(self, subject: Subject) -> None:
        self._drop_editor()
        editor = make_editor(subject)
        self._editor = editor
        self._line.insertWidget(0, editor, 1)
        editor.show()
        self.caption.setBuddy(editor)
        editor.edited.connect(self._check)  # type: ignore[attr-defined]
        editor.committed.connect(self._commit)  # type: ignore[attr-defined]

    def _drop_editor(self) -> None:
        if self._editor is not None:
            old, self._editor = self._editor, None
            old.blockSignals(True)
            old.setParent(None)
            old.deleteLater()

    def _lock(self, locked: bool) -> None:
        editor = self._editor
        if isinstance(editor, QLineEdit | QAbstractSpinBox):
            editor.setReadOnly(locked)
        elif editor is not None:
            editor.setEnabled(not locked)

    def _commit(self, text: str) -> None:
        if self._pane is not None and self._subject is not None:
            self._pane.commit(self._subject, text)

    # checks

    def _check(self, text: str) -> None:
        """What the type says at once; patterns and the like a moment later."""
        subject = self._subject
        if subject is None:
            return
        if subject.element is None and not text:
            self._say("")
            return
        problem = subject.quick_problem(text) if subject.info is not None and subject.info.base != "empty" else ""
        self._say(problem)
        self._timer.stop()
        if not problem and self._pane is not None and self._pane.context.engine is not None:
            self._timer.start()

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
        text = editor.value()

        def work(cancel: CancelToken, _report: Report) -> Problem | None:
            return engine.check_value(key, path, text, cancel=cancel)

        task = self._manager.run(work, title=f"Check {subject.name}", quiet=True)
        task.done.connect(lambda problem: self._take(subject, text, problem))
        # without an answer nothing is said: the check of the whole document finds it as well
        task.finished.connect(self._answered)
        self._task = task

    def _answered(self) -> None:
        self._task = None
        if self._again:
            self._ask_engine()

    def _take(self, subject: Subject, text: str, problem: Problem | None) -> None:
        if subject is not self._subject or self.editor is None or self.editor.value() != text:
            return
        self._say("" if problem is None else _sentence(subject, problem.message))

    def _say(self, message: str) -> None:
        self.message.setText(message)
        self.message.setAccessibleName(message or "no problem")
        self.message.setVisible(bool(message))
        if self._editor is not None:
            set_property(self._editor, "state", "error" if message else "")


def _same_leaf(one: Subject, other: Subject) -> bool:
    if one.document is not other.document:
        return False
    if one.element is not None and other.element is not None:
        return one.element is other.element
    return one.element is other.element and one.parent is other.parent and one.node == other.node


def _editor_text(subject: Subject) -> str:
    if subject.info is not None and subject.info.base == "empty":
        return "set" if subject.element is not None else "not set"
    if subject.info is not None and subject.info.base == "boolean":
        return subject.text or "false"
    return subject.text


def _sentence(subject: Subject, message: str) -> str:
    """The engine's words follow "<leaf> is" where they are its own; libyang's sentences stand for themselves."""
    return subject.sentence(message) if "Allowed:" in message.partition(". ")[2] or message[:1].islower() else message
