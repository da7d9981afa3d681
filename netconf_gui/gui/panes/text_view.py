"""A document as text that can be edited: what XML and JSON views have in common.

Text that is well-formed becomes one undo step of the document, 400 ms after the last key; text that is not stays here,
is marked where it breaks, and never touches the document.  Large texts are written and read on another thread, from a
replica of the document.

Lives here: the way between document and text.  Does not live here: languages and help while writing (`gui.text`), what
can be done by menu and keys (`text_actions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml import etree
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Change, Recipe
from netconf_gui.config.edits import Edit
from netconf_gui.errors import AppError, ConfigError
from netconf_gui.gui.forms import column, named
from netconf_gui.gui.garbage import no_collection
from netconf_gui.gui.panes.broken_banner import BrokenBanner
from netconf_gui.gui.panes.document_views import SideView
from netconf_gui.gui.panes.huge_text import HugeText
from netconf_gui.gui.panes.text_actions import TextActions
from netconf_gui.gui.panes.text_editor import TextEditor
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.gui.text.assistant import TextAssistant
from netconf_gui.gui.text.language import Language, known_names
from netconf_gui.gui.text.outline import Outline
from netconf_gui.gui.text.patch import Patch, patch_between
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import EmptyState
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

PAUSE = 400  # ms after the last key
MOST_TINTED = 2000  # differences whose lines are tinted


class Written(NamedTuple):
    """A text made on another thread, with its outline; lines instead of both if it is too long to be edited.

    `patch` leads to it from the text that was there before.
    """

    text: str
    outline: Outline | None = None
    patch: Patch | None = None
    lines: list[bytes] | None = None


class TextView(SideView):
    """One language's view; a subclass says which."""

    def __init__(self, pane: DocumentPane, language: Language, editor: TextEditor) -> None:
        super().__init__()
        key, title = language.key, language.title
        named(self, f"{key}View", title, role="pane")
        self._pane = pane
        self._document = pane.document
        self.language = language
        self._manager = pane.manager
        self._read_only = pane.context.read_only
        self._edit_limit = pane.context.edit_limit
        self._shown_revision = -1  # of the document that the text says
        self._writing = False
        self._text_revision = editor.document().revision()
        self._own_steps = 0  # undo steps of the text that the document knows
        self._job: Task | None = None
        self._wanted: etree._Element | None = None  # to be shown once the text is there
        self.error: ConfigError | None = None
        self.editor = editor
        self.editor.setReadOnly(self._read_only)
        self.huge = HugeText(f"{key}Huge", f"{title} of the configuration, read only")
        self.nothing = EmptyState(f"{key}Nothing", "xml", f"No {title} here", "")
        self.banner = BrokenBanner(key, title)
        self._stack = named(QStackedWidget(), f"{key}Stack", title)
        for widget in (self.editor, self.huge, self.nothing):
            self._stack.addWidget(widget)
        layout = column(self)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.banner)
        self.assistant = TextAssistant(editor, self._document, language, self._manager)
        self.assistant.set_problems(lambda: pane.problem_elements, lambda: pane.findings.stale)
        self.actions_ = TextActions(self)
        self._timer = QTimer(self, interval=PAUSE, singleShot=True)
        self._timer.timeout.connect(self._take)
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._keep_up)
        self._connect()

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._typed)
        self.editor.undo_wanted.connect(self._undo)
        self.editor.link_wanted.connect(self._follow_link)
        self.banner.go.clicked.connect(self._go_to_fault)
        self.banner.undo.clicked.connect(self.restore)
        self.assistant.renewed.connect(self._mark_changes)
        self.assistant.renewed.connect(self._show_wanted)
        self.assistant.element_reached.connect(self.element_at_cursor)
        self._pane.problems_changed.connect(self._show_problems)
        self._unsubscribe = self._document.subscribe(self._on_change)
        theme().changed.connect(self._mark_changes)

    # what the pane asks

    @property
    def broken(self) -> bool:
        """Whether the text is not the document's, because it is not well-formed."""
        return self.error is not None

    @property
    def pending(self) -> bool:
        """Whether something was typed that the document does not know yet."""
        return self._timer.isActive() or (self._job is not None and not self._writing)

    @property
    def holds_text(self) -> bool:
        return self.broken or self.pending

    @property
    def fault(self) -> Problem | None:
        if self.error is None:
            return None
        message = f"The {self.language.title} text is broken: {self.banner.where.text()}"
        return Problem("error", "", message, "", self.language.key, self.error.line, self.error.column)

    def show_fault(self) -> None:
        self.banner.go.click()

    def typed_text(self) -> str:
        return self.editor.plain_text() if self.holds_text else ""

    def put_text(self, text: str) -> None:
        self._stop_job()
        self._shown_revision = self._document.revision
        self._stack.setCurrentWidget(self.editor)
        self.editor.setPlainText(text)

    @property
    def menus(self) -> list[QAction]:
        return [self.actions_.menu.menuAction()]

    @property
    def shows_text(self) -> bool:
        """Whether there is text that can be edited."""
        return self._stack.currentWidget() is self.editor

    def focus_target(self) -> QWidget:
        return self._stack.currentWidget() or self.editor

    def close_view(self) -> None:
        self.editor.textChanged.disconnect(self._typed)
        self._timer.stop()
        self._later.stop()
        self._stop_job()
        self.assistant.close()
        self._unsubscribe()

    def bring_up(self) -> None:
        """Show the document as it is now, unless there is text that it does not know."""
        if self.holds_text or self._shown_revision == self._document.revision:
            return
        self._write()

    def restore(self) -> None:
        """Back to the last good text."""
        self._timer.stop()
        self._stop_job()
        self._set_error(None)
        self._write()
        self.editor.setFocus()

    def show_element(self, element: etree._Element) -> None:
        """Put the text's cursor on the node."""
        if self.holds_text or self._stack.currentWidget() is not self.editor:
            return
        self._wanted = None if self.assistant.show_element(element) else element

    def _show_wanted(self) -> None:
        if self._wanted is not None and not self.editor.hasFocus():
            wanted, self._wanted = self._wanted, None
            self.assistant.show_element(wanted)

    # document -> text

    def _is_small(self) -> bool:
        most = self.language.at_once
        return len(self._document.base) <= most and self.editor.document().characterCount() <= most

    def _write(self) -> None:
        """Make the text again: at once, or on another thread if it is long."""
        revision = self._document.revision
        if self._is_small():
            try:
                text = self.language.write(self._document)
            except ConfigError as error:
                self._say_nothing(error)
                return
            self._show(Written(text), revision)
            return
        language, limit, recipe = self.language, self._edit_limit, self._document.recipe()
        schema, known = self._document.schema, known_names(self._document)
        old, seen = self.editor.plain_text(), self.editor.document().revision()

        def work(cancel: CancelToken, report: Report) -> Written:
            return write_long(language, recipe, schema, known, limit, old)

        self._stop_job()
        if self._shown_revision < 0:
            self.nothing.say(f"The {language.title} is being made", "The document is large; this takes a moment.")
            self._stack.setCurrentWidget(self.nothing)
        self._writing = True
        self.editor.setReadOnly(True)
        self._job = self._manager.run(work, title=f"Write the {language.title} text", quiet=True)
        self._job.done.connect(lambda written: self._long_written(written, revision, seen))
        self._job.failed.connect(self._not_written)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        if not self._writing:
            self.editor.setReadOnly(on)

    def _long_written(self, written: Written, revision: int, seen: int) -> None:
        self._job = None
        if seen != self.editor.document().revision():
            written = written._replace(patch=None)
        self._writing = False
        self.editor.setReadOnly(self._read_only)
        if revision != self._document.revision:
            self._write()
        else:
            self._show(written, revision)

    def _not_written(self, error: BaseException) -> None:
        self._job = None
        self._writing = False
        self.editor.setReadOnly(self._read_only)
        if isinstance(error, AppError):
            self._say_nothing(error)

    def _say_nothing(self, error: AppError) -> None:
        self.nothing.say(f"No {self.language.title} here", f"{error.message} {error.advice}".strip())
        self._stack.setCurrentWidget(self.nothing)

    def _show(self, written: Written, revision: int) -> None:
        self._shown_revision = revision
        lines = written.lines
        if lines is None and len(written.text) > self._edit_limit:
            lines = written.text.encode().split(b"\n")
        if lines is not None:
            self.huge.set_lines(lines)
            self._stack.setCurrentWidget(self.huge)
            return
        self._stack.setCurrentWidget(self.editor)
        self._writing = True
        if written.outline is not None and self.editor.document().isEmpty():
            self.editor.setReadOnly(True)
            self.editor.load(written.text, lambda: self._shown(written.outline))
            return
        if written.patch is not None:
            self.editor.patch(written.patch, len(written.text))
        else:
            self.editor.set_text(written.text)
        self._shown(written.outline)

    def _shown(self, outline: Outline | None) -> None:
        """The text is there, all of it."""
        self._writing = False
        self.editor.setReadOnly(self._read_only)
        self._own_steps = self.editor.document().availableUndoSteps()
        if self._shown_revision != self._document.revision:
            self._write()
        elif outline is not None:
            self.assistant.use(outline)
        else:
            _ = self.assistant.outline
            self._mark_changes()

    def _mark_changes(self) -> None:
        """Tint the lines of what differs from the base."""
        if self.holds_text or self._stack.currentWidget() is not self.editor or not self.isVisible():
            return
        entries = [entry for entry in self._document.diff().entries if entry.element_new is not None]
        tints: dict[int, str] = {}
        for entry in entries if len(entries) <= MOST_TINTED else []:
            lines = self.assistant.range_of(entry.element_new) if entry.element_new is not None else None
            if lines is not None:
                tints.update(dict.fromkeys(range(lines[0] + 1, lines[1] + 2), entry.kind))
        self.editor.set_tints(tints)

    def _show_problems(self) -> None:
        if self.isVisible() and not self.holds_text:
            self.assistant.show_problems()

    def _on_change(self, change: Change) -> None:
        if change.more or self._writing:
            return
        if self._is_small():
            self._keep_up()
        else:
            self._later.start()  # the recipe has the command once it has been performed

    def _keep_up(self) -> None:
        if self.isVisible() and not self.holds_text:
            self.bring_up()

    # text -> document

    def _typed(self) -> None:
        revision = self.editor.document().revision()
        if revision == self._text_revision:
            return  # colours only
        self._text_revision = revision
        if not self.isVisible():
            return  # nobody types where nothing is seen: another font or theme
        if not self._writing and not self._read_only:
            self._stop_job()
            self._timer.start()

    def _take(self) -> None:
        """Make what was typed the document's; on another thread if it is long."""
        if self._is_small():
            self.take_text()
        else:
            self._read_long(self.editor.plain_text())

    def take_text(self) -> bool:
        self._timer.stop()
        self._stop_job()
        try:
            edit = self.language.read(self.editor.plain_text(), self._document)
        except ConfigError as error:
            self._set_error(error)
            return False
        return self._apply(edit)

    def _read_long(self, text: str) -> None:
        language, schema, recipe = self.language, self._document.schema, self._document.recipe()
        revision = self._document.revision

        def work(cancel: CancelToken, report: Report) -> Edit | None:
            with no_collection():
                return language.read(text, recipe.make(schema))

        self._stop_job()
        self._job = self._manager.run(work, title=f"Read the {language.title} text", quiet=True)
        self._job.done.connect(lambda edit: self._long_read(edit, revision))
        self._job.failed.connect(self._not_read)

    def _long_read(self, edit: Edit | None, revision: int) -> None:
        self._job = None
        if revision != self._document.revision:
            self._read_long(self.editor.plain_text())
        else:
            self._apply(edit)

    def _not_read(self, error: BaseException) -> None:
        self._job = None
        if isinstance(error, ConfigError):
            self._set_error(error)

    def _apply(self, edit: Edit | None) -> bool:
        self._writing = True
        try:
            if edit is not None:
                self._document.apply(edit)
        except ConfigError as error:
            self._set_error(error)
            return False
        finally:
            self._writing = False
        self._shown_revision = self._document.revision
        if edit is not None:
            self._own_steps = self.editor.document().availableUndoSteps()
        self._set_error(None)
        self._mark_changes()
        self._show_problems()
        return True

    def _stop_job(self) -> None:
        if self._job is not None:
            job, self._job = self._job, None
            job.done.disconnect()
            job.failed.disconnect()
            job.cancel()
            self._writing = False
            self.editor.setReadOnly(self._read_only)
        self.editor.stop_loading()

    def _set_error(self, error: ConfigError | None) -> None:
        self.error = error
        if error is None:
            self.banner.hide()
            self.editor.set_wave(0, 0)
        else:
            self.banner.say(error)
            self.editor.set_tints({error.line: "error"} if error.line else {})
            self.editor.set_wave(error.line, error.column)
        self.fault_changed.emit()

    def _go_to_fault(self) -> None:
        if self.error is not None and self.error.line:
            self.editor.go_to(self.error.line, self.error.column)
            self.editor.setFocus()

    def _undo(self, redo: bool) -> None:
        """The text's own undo while there is something that only the text knows, else the document's."""
        document = self.editor.document()
        if redo:
            if document.isRedoAvailable():
                self.editor.redo()
            else:
                self.undo_wanted.emit(True)
        elif self.holds_text or document.availableUndoSteps() > self._own_steps:
            self.editor.undo()
        else:
            self.undo_wanted.emit(False)

    # the way to the tree

    def _follow_link(self, position: int) -> None:
        element = self.assistant.element_at(position)
        if element is not None:
            self.element_wanted.emit(element)

    def go_to_tree(self) -> None:
        """Show the node under the cursor in the tree."""
        self._follow_link(self.editor.textCursor().position())

    def format(self) -> None:
        """Indent the text anew, as one step."""
        if self._read_only or not self.shows_text:
            return
        try:
            text = self.language.format(self.editor.plain_text())
        except ConfigError as error:
            self._set_error(error)
            return
        self.editor.set_text(text, keep_undo=True)


def write_long(
    language: Language,
    recipe: Recipe,
    schema: Schema | None,
    known: tuple[tuple[str, str], ...],
    limit: int,
    old: str,
) -> Written:
    """The text of a document made by its recipe, for another thread."""
    with no_collection():
        text = language.write(recipe.make(schema))
        if len(text) > limit:
            return Written("", lines=text.encode().split(b"\n"))
        outline = language.scan(text, schema, known)
        _ = outline.folds, outline.is_wide  # worked out here rather than on the thread that shows them
        return Written(text, outline, patch_between(old, text) if old else None)
