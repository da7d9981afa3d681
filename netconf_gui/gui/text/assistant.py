"""What helps while a text is written: its outline kept up to date, completion, hovers, problems, the way to the tree.

Lives here: `TextAssistant`, between one editor and one document.  Does not live here: making the text the document's
(`panes.text_view`), the languages (`language`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QTextCursor

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document
from netconf_gui.gui.garbage import no_collection
from netconf_gui.gui.panes.text_editor import Mark, TextEditor
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.gui.text.binding import TextBinding
from netconf_gui.gui.text.completer import Completer
from netconf_gui.gui.text.hover import hover_words
from netconf_gui.gui.text.language import Language, known_names
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.gui.text.proposals import CARET, Proposal, TextEdit
from netconf_gui.yang.problem import Problem

PAUSE = 150  # ms after the last key
MOST_MARKS = 500


class TextAssistant(QObject):
    """`element_reached(element)`: a person moved the cursor to that node; `renewed`: there is another outline."""

    element_reached = Signal(object)
    renewed = Signal()

    def __init__(self, editor: TextEditor, document: Document, language: Language, manager: TaskManager) -> None:
        super().__init__(editor)
        self.setObjectName(f"{language.key}Assistant")
        self._editor = editor
        self._document = document
        self._language = language
        self._manager = manager
        self._task: Task | None = None
        self._outline: Outline | None = None
        self._is_fresh = False
        self._asked = False  # for completion, while there was no outline
        self._revision = editor.document().revision()
        self._here: etree._Element | None = None
        self.binding = TextBinding(lambda: document.root, lambda: document.binder, language.text_of)
        self.completer = Completer(editor)
        self.completer.chosen.connect(self._put_in)
        self._later = QTimer(self, interval=PAUSE, singleShot=True)
        self._later.timeout.connect(self._renew)
        self._moved = QTimer(self, interval=60, singleShot=True)
        self._moved.timeout.connect(self._reach)
        editor.textChanged.connect(self._text_changed)
        editor.cursorPositionChanged.connect(self._cursor_moved)
        editor.typed.connect(self._typed)
        editor.hovered.connect(self._hover)
        self._problems: Callable[[], Mapping[etree._Element, Problem]] = dict
        self._stale: Callable[[], bool] = bool

    def close(self) -> None:
        self._editor.textChanged.disconnect(self._text_changed)
        self._later.stop()
        self._moved.stop()
        self.completer.hide()
        if self._task is not None:
            self._task.cancel()

    # the outline

    @property
    def outline(self) -> Outline | None:
        """The outline of the text as it is; None while a large one is being looked through."""
        if not self._is_fresh and self._size() <= self._language.at_once:
            self._renew()
        return self._outline if self._is_fresh else None

    def _size(self) -> int:
        return self._editor.document().characterCount()

    def _text_changed(self) -> None:
        revision = self._editor.document().revision()
        if revision == self._revision:
            return  # colours only
        self._revision = revision
        self._is_fresh = False
        self._later.start()

    def use(self, outline: Outline) -> None:
        """Take an outline that somebody has made of the text as it is."""
        self._later.stop()
        self._outline, self._is_fresh = outline, True
        self._editor.folding.set_ranges(outline.folds)
        self.show_problems()
        self.renewed.emit()
        if self._asked:
            self.complete()

    def _renew(self) -> None:
        self._later.stop()
        if self._is_fresh:
            return
        text, schema, known = self._editor.plain_text(), self._document.schema, known_names(self._document)
        scan = self._language.scan
        if len(text) <= self._language.at_once:
            self.use(scan(text, schema, known))
            return

        def work(cancel: CancelToken, report: Report) -> Outline:
            with no_collection():
                outline = scan(text, schema, known)
                _ = outline.folds, outline.is_wide
                return outline

        if self._task is not None:
            self._task.cancel()
        self._task = self._manager.run(work, title=f"Read the {self._language.title} text", quiet=True)
        revision = self._revision
        self._task.done.connect(lambda outline: self._arrived(outline, revision))

    def _arrived(self, outline: Outline, revision: int) -> None:
        if revision == self._revision:
            self.use(outline)
        else:
            self._later.start()

    # where nodes are

    def part_at(self, position: int) -> Part | None:
        """The part of the text at Qt's position."""
        outline = self.outline
        if outline is None:
            return None
        part = outline.at(outline.from_qt(position))
        return part if part.kind != "text" else None

    def element_at(self, position: int) -> etree._Element | None:
        """The node of the document there, or the nearest around it."""
        part = self.part_at(position)
        return None if part is None or self._outline is None else self.binding.element(self._outline, part)

    def range_of(self, element: etree._Element) -> tuple[int, int] | None:
        """First and last line (from 0) of a node; None if the text does not have it, or is not known yet."""
        outline = self.outline
        part = self.binding.part(outline, element) if outline is not None else None
        if outline is None or part is None:
            return None
        end = part.end if part.end != -1 else part.name_end
        return outline.line(part.start), outline.line(max(part.start, end - 1))

    def show_element(self, element: etree._Element, *, take_focus: bool = False) -> bool:
        """Put the cursor on a node and bring it into sight; False if that cannot be told yet."""
        outline = self.outline
        if outline is None:
            return False
        part = self.binding.part(outline, element)
        if part is None:
            return False
        self._here = element
        cursor = self._editor.textCursor()
        line = outline.line(part.start)
        self._editor.show_line(line + 1)
        cursor.setPosition(outline.to_qt(part.start))
        self._editor.setTextCursor(cursor)
        self._editor.set_current_line(line)
        if take_focus:
            self._editor.setFocus()
        return True

    def _cursor_moved(self) -> None:
        self._asked = False
        if self._editor.hasFocus():
            self._moved.start()

    def _reach(self) -> None:
        """Tell which node the cursor is in, once it rests."""
        if not self._editor.hasFocus():
            return
        part = self.part_at(self._editor.textCursor().position())
        if part is None or self._outline is None:
            return
        self._editor.set_current_line(self._outline.line(part.start))
        element = self.binding.element(self._outline, part)
        if element is not None and element is not self._here:
            self._here = element
            self.element_reached.emit(element)

    # problems and hovers

    def set_problems(
        self, problems: Callable[[], Mapping[etree._Element, Problem]], stale: Callable[[], bool] = bool
    ) -> None:
        """Where the findings by element come from, and whether they are as of before the last edit.

        `show_problems` when they are others.
        """
        self._problems, self._stale = problems, stale

    def show_problems(self) -> None:
        """Underline what is wrong."""
        outline = self.outline
        if outline is None:
            return
        marks, dimmed = [], self._stale()
        for element, problem in list(self._problems().items())[:MOST_MARKS]:
            if element.getparent() is None:
                continue
            part = self.binding.part(outline, element)
            if part is not None:
                start, end = _underlined(outline, part)
                ink = "text3" if dimmed else "error" if problem.is_error else "warning"
                marks.append(Mark(outline.to_qt(start), outline.to_qt(end), ink, problem.message))
        self._editor.set_marks(marks)

    def hover_text(self, position: int) -> str:
        """What is said about the text at Qt's position: its problem, else its schema node."""
        for mark in self._editor.marks:
            if mark.start <= position <= mark.end:
                return mark.words
        part = self.part_at(position)
        node = self.binding.schema_node(part) if part is not None else None
        return hover_words(node) if node is not None else ""

    def _hover(self, position: int, spot: QPoint) -> None:
        self._editor.show_tip(self.hover_text(position), spot)

    # completion

    def complete(self) -> None:
        """Show what can be written at the cursor."""
        outline = self.outline
        self._asked = outline is None  # a large text: when it has been looked through
        if outline is None or self._editor.isReadOnly():
            return
        offset = outline.from_qt(self._editor.textCursor().position())
        self.completer.show(self._language.complete(outline, offset, self._document, self.binding))

    def _typed(self, text: str) -> None:
        """Keys that begin or go on with something that can be completed."""
        if text == ">" and self._close_tag():
            self.complete()
        elif text == '"' and self._language.key == "json":
            self._pair_quotes()
            self.complete()
        elif text in ("<", "/") and self._language.key == "xml":
            before = self._editor.textCursor().block().text()[: self._editor.textCursor().positionInBlock()]
            if before.endswith(("<", "</")):
                self.complete()
            else:
                self.completer.hide()
        elif self.completer.visible:
            self.complete()
        elif text.isalnum():
            self._complete_name()

    def _complete_name(self) -> None:
        """Letters behind ``<``, or inside a value that can be listed, bring the list back."""
        cursor = self._editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        start = before.rfind("<" if self._language.key == "xml" else '"')
        if start >= 0 and ">" not in before[start:] and " " not in before[start:]:
            self.complete()

    def _close_tag(self) -> bool:
        outline = self.outline
        if outline is None:
            return False
        offset = outline.from_qt(self._editor.textCursor().position())
        tag = self._language.closing(outline, offset)
        if tag:
            self._insert(TextEdit(offset, offset, CARET + tag), outline)
        return bool(tag)

    def _pair_quotes(self) -> None:
        """A second quote behind the first, unless one is there."""
        cursor = self._editor.textCursor()
        line, column = cursor.block().text(), cursor.positionInBlock()
        if line[:column].count('"') % 2 == 1 and line[column:].count('"') % 2 == 0:
            cursor.insertText('"')
            cursor.movePosition(QTextCursor.MoveOperation.Left)
            self._editor.setTextCursor(cursor)

    def _put_in(self, proposal: object) -> None:
        outline = self.outline
        if isinstance(proposal, Proposal) and outline is not None:
            self._insert(proposal.edit, outline)
            if proposal.again:
                self.complete()

    def _insert(self, edit: TextEdit, outline: Outline) -> None:
        """Do an edit as one step and put the cursor where its mark is."""
        text, _, behind = edit.text.partition(CARET)
        cursor = QTextCursor(self._editor.document())
        cursor.beginEditBlock()
        cursor.setPosition(outline.to_qt(edit.start))
        cursor.setPosition(outline.to_qt(edit.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text + behind)
        cursor.setPosition(cursor.position() - len(behind.encode("utf-16-le")) // 2)
        for offset, more in sorted(edit.extras, reverse=True):
            other = QTextCursor(self._editor.document())
            other.setPosition(outline.to_qt(offset))
            other.insertText(more)
        cursor.endEditBlock()
        self._editor.setTextCursor(cursor)
        self._editor.ensureCursorVisible()


def _underlined(outline: Outline, part: Part) -> tuple[int, int]:
    """What of a node is underlined: its value, else its name."""
    if not part.children and 0 <= part.inner < part.inner_end and "\n" not in outline.value(part):
        return part.inner, part.inner_end
    start = part.start + 1 if outline.text[part.start : part.start + 1] == "<" else part.start
    return start, max(part.name_end, start + 1)
