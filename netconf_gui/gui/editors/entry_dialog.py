"""Asks for what names a node: the keys of a list entry, or the value of a leaf-list; checked while it is typed.

Lives here: adding, duplicating and anything else that needs keys.  Does not live here: renaming (`rename_dialog`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFormLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.errors import ConfigError
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.factory import Editor, make_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.editors.words import refusal
from netconf_gui.gui.forms import column, label, named, push_button, row, set_property
from netconf_gui.gui.node_words import allowed_words
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.yang.schema import NodeKind, SchemaNode

Maker = Callable[[dict[str, str]], object]
PAUSE = 120  # ms after a key before the engine is asked


class EntryDialog(QDialog):
    """One field per key; `make(values)` does it and may refuse with `ConfigError`, which is shown here.

    With a manager and a context the engine checks each value by its type while it is typed.
    """

    def __init__(
        self,
        document: Document,
        parent_element: etree._Element,
        node: SchemaNode,
        make: Maker,
        parent: QWidget,
        *,
        verb: str = "Add",
        manager: TaskManager | None = None,
        context: DocumentContext | None = None,
        entry: etree._Element | None = None,
    ) -> None:
        super().__init__(parent)
        named(self, "addEntryDialog", f"{verb} {node.name}")
        self.setWindowTitle(f"{verb} {node.name}")
        self.setMinimumWidth(theme().px(440))
        self._document = document
        self._parent_element = parent_element
        self._node = node
        self._make = make
        self._entry = entry  # the one whose keys are shown, and that is no twin of itself
        self._fields: dict[str, tuple[Subject, Editor]] = {}
        self._check = _EngineCheck(self, manager, context)
        layout = column(self)
        body = named(QWidget(), "addEntryBody", f"{verb} {node.name}", role="dialog-body")
        self.inside = column(body, margins=(20, 16, 20, 16), spacing=12)
        self.inside.addWidget(label(f"{verb} {node.name}", "addEntryTitle", kind="title"))
        self.inside.addLayout(self._form())
        self.message = label("", "addEntryMessage", kind="error", wrap=True)
        self.inside.addWidget(self.message)
        self._add_more(self.inside)
        self.inside.addStretch(1)
        layout.addWidget(body, 1)
        layout.addWidget(self._foot(verb))
        self.add_button.setDefault(True)  # only inside the dialog this means anything
        self._show_problem()
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first[1].setFocus()

    def _add_more(self, inside: QVBoxLayout) -> None:
        """What a dialog of another purpose shows below the fields."""

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setHorizontalSpacing(theme().px(12))
        form.setVerticalSpacing(theme().px(8))
        for leaf in self._leafs():
            held = None if self._entry is None else self._entry.find(f"{{{leaf.namespace}}}{leaf.name}")
            above = self._parent_element if held is None or self._entry is None else self._entry
            self._add_field(form, Subject(self._document, leaf, held, above))
        return form

    def _leafs(self) -> list[SchemaNode]:
        node, schema = self._node, self._document.schema
        if node.kind is not NodeKind.LIST or schema is None:
            return [node]
        found = (schema.data_child(node, node.namespace, key) for key in node.keys)
        return [leaf for leaf in found if leaf is not None]

    def _add_field(self, form: QFormLayout, subject: Subject) -> None:
        editor = make_editor(subject)
        editor.setObjectName(f"key_{subject.name}")
        editor.setAccessibleName(subject.name)
        editor.edited.connect(lambda _text: self._show_problem())  # type: ignore[attr-defined]
        caption = label(subject.name, f"keyLabel_{subject.name}", kind="label")
        caption.setBuddy(editor)
        form.addRow(caption, editor)
        words = allowed_words(subject.info)
        if words:
            form.addRow("", label(f"Allowed: {words}", f"keyHint_{subject.name}", kind="hint", wrap=True))
        self._fields[subject.name] = (subject, editor)  # type: ignore[assignment]

    def _foot(self, verb: str) -> QWidget:
        foot = named(QWidget(), "addEntryFoot", "Buttons", role="dialog-foot")
        layout = row(foot, margins=(20, 12, 20, 12), spacing=8)
        layout.addStretch(1)
        cancel = push_button("Cancel", "addEntryCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.add_button = push_button(f"{verb} {self._node.name}", "addEntryButton", role="primary")
        self.add_button.clicked.connect(self.accept)
        layout.addWidget(cancel)
        layout.addWidget(self.add_button)
        return foot

    def values(self) -> dict[str, str]:
        """What was given, by leaf name."""
        return {name: editor.value() for name, (_, editor) in self._fields.items()}

    # what is wrong

    def _problem(self, values: Mapping[str, str]) -> tuple[str, str]:
        """(the field, a sentence) about what is typed; empty texts if nothing can be said against it."""
        for name, (subject, _) in self._fields.items():
            problem = subject.quick_problem(values[name]) or self._check.problem(subject, values[name])
            if problem:
                return name, problem
        return self._twin(values)

    def _twin(self, values: Mapping[str, str]) -> tuple[str, str]:
        try:
            there = editing.find_entry(self._document, self._parent_element, self._node, values)
        except ConfigError as error:
            return next(reversed(self._fields), ""), error.message
        if there is None or there is self._entry:
            return "", ""
        told = " ".join(values.values())
        return next(reversed(self._fields), ""), f"{self._node.name} {told[:60]} exists already."

    @property
    def ready(self) -> bool:
        """Whether something else has to be waited for."""
        return True

    def _show_problem(self) -> None:
        values = self.values()
        empty = [name for name, text in values.items() if not text]
        field, words = ("", "") if empty else self._problem(values)
        self.message.setText(words)
        self.message.setAccessibleName(words or "no problem")
        for name, (_, editor) in self._fields.items():
            if isinstance(editor, QWidget):
                set_property(editor, "state", "error" if name == field and words else "")
        self.add_button.setEnabled(not empty and not words and self.ready)
        if not empty:
            self._check.ask({name: (subject, values[name]) for name, (subject, _) in self._fields.items()})

    def accept(self) -> None:
        """Do it; what refuses it is shown, and the dialog stays."""
        if not self.add_button.isEnabled():
            return
        try:
            self._make(self.values())
        except ConfigError as error:
            self.message.setText(error.full_text())
            return
        super().accept()


class _EngineCheck:
    """Asks the engine about values while they are typed, one request at a time; what it said is kept."""

    def __init__(self, dialog: EntryDialog, manager: TaskManager | None, context: DocumentContext | None) -> None:
        self._dialog = dialog
        self._manager = manager
        self._context = context
        self._known: dict[tuple[str, str], str] = {}
        self._wanted: dict[str, tuple[Subject, str]] = {}
        self._task: Task | None = None
        self._timer = QTimer(dialog)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._send)

    def problem(self, subject: Subject, text: str) -> str:
        """What the engine has said about a text; "" as long as it has not."""
        return self._known.get((subject.name, text), "")

    def ask(self, values: Mapping[str, tuple[Subject, str]]) -> None:
        """Have these looked at, in a moment."""
        self._wanted = {
            name: (subject, text) for name, (subject, text) in values.items() if (name, text) not in self._known
        }
        context = self._context
        if self._wanted and self._manager is not None and context is not None and context.engine and context.key:
            self._timer.start()

    def _send(self) -> None:
        context, wanted = self._context, dict(self._wanted)
        if self._task is not None or not wanted or self._manager is None or context is None:
            return
        engine, key = context.engine, context.key
        asked = [
            (name, subject.node.path, text) for name, (subject, text) in wanted.items() if subject.node is not None
        ]
        if engine is None or not key:
            return

        def work(cancel: CancelToken, _report: Report) -> list[tuple[str, str, str]]:
            return [
                (name, text, "" if found is None else found.message)
                for name, path, text in asked
                for found in [engine.check_value(key, path, text, cancel=cancel)]
            ]

        task = self._manager.run(work, title="Check keys", quiet=True)
        task.done.connect(self._take)
        task.finished.connect(self._finished)
        self._task = task

    def _take(self, found: list[tuple[str, str, str]]) -> None:
        if not isValid(self._dialog):
            return  # closed before the answer came
        for name, text, message in found:
            subject = self._dialog._fields[name][0]
            self._known[name, text] = refusal(subject, message) if message else ""
        self._dialog._show_problem()

    def _finished(self) -> None:
        self._task = None
        if isValid(self._dialog) and self._wanted:
            self.ask(self._wanted)
