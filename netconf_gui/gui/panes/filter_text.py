"""The text of a filter, subtree XML or XPath: completion while it is typed, and wavy lines under what is wrong.

Lives here: `FilterText`, one editor with its completion.  Does not live here: keeping both texts in step
(`panes/filter`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QTextCursor

from netconf_gui.config.filter_building import declared
from netconf_gui.config.filter_reading import Unknown, unknown_names
from netconf_gui.errors import ConfigError
from netconf_gui.gui.panes.text_editor import Mark, TextEditor
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.text.complete_filter import complete_filter, outline_of, unknown_parts
from netconf_gui.gui.text.complete_xpath import Values, complete_xpath
from netconf_gui.gui.text.completer import Completer
from netconf_gui.gui.text.proposals import CARET, Proposal, TextEdit
from netconf_gui.gui.xml_highlighter import LazyHighlighter, Span
from netconf_gui.services.filters import XPATH
from netconf_gui.yang.schema import Schema

PAUSE = 200  # ms after the last key
_PIECE = re.compile(
    r"""(?P<literal>"[^"]*"?|'[^']*'?)
      | (?P<axis>[\w-]+::|@)
      | (?P<call>[\w-]+(?=\s*\())
      | (?P<name>[^\W\d][\w.:-]*)
      | (?P<sign>[^\w\s'"])""",
    re.VERBOSE,
)
_INK = {
    "literal": "xml_string",
    "axis": "xml_attribute",
    "call": "xml_attribute",
    "name": "xml_tag",
    "sign": "xml_comment",
}


class XPathHighlighter(LazyHighlighter):
    """Colours an XPath expression."""

    object_name = "xpathHighlighter"

    def spans(self, text: str, state: int) -> tuple[list[Span], int]:
        found: list[Span] = []
        for piece in _PIECE.finditer(text):
            found.append((piece.start(), piece.end() - piece.start(), _INK[piece.lastgroup or "sign"]))
        return found, 0


class XPathEditor(TextEditor):
    """Text in the colours of XPath."""

    def make_highlighter(self) -> LazyHighlighter:
        return XPathHighlighter(self.document())


class FilterText(QObject):
    """`edited()`: a person changed the text, a moment ago."""

    edited = Signal()

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.setObjectName(f"{kind}FilterText")
        made: TextEditor
        if kind == XPATH:
            made = XPathEditor("filterXPath", "The filter as XPath")
            made.setPlaceholderText("/module:node[module:key='value']  (Ctrl+Space completes)")
        else:
            made = XmlEditor("filterSubtree", "The subtree filter")
            made.setPlaceholderText('<node xmlns="namespace of its module"/>  (Ctrl+Space completes)')
        self.editor = made
        made.setParent(None)
        self._schema: Schema | None = None
        self._values: Values = lambda node: ()
        self.given: dict[str, str] = {}  # prefixes of the table that a person set
        self._setting = False
        self._text = ""
        self.completer = Completer(made)
        self.completer.chosen.connect(self._put_in)
        self._later = QTimer(self, interval=PAUSE, singleShot=True)
        self._later.timeout.connect(self._tell)
        made.textChanged.connect(self._changed)
        made.typed.connect(self._typed)
        made.hovered.connect(self._hover)
        made.undo_wanted.connect(lambda redo: made.redo() if redo else made.undo())

    @property
    def text(self) -> str:
        return self.editor.plain_text()

    @property
    def namespaces(self) -> dict[str, str]:
        """The prefixes that the expression uses; names of modules are declared by themselves."""
        return declared(self.text, self._schema, self.given)

    def use(self, schema: Schema | None, values: Values) -> None:
        """Complete and mark by this schema."""
        self._schema, self._values = schema, values

    def set_text(self, text: str) -> None:
        """Show another text; nobody is told.  It can be undone."""
        self._setting = True
        self._later.stop()
        self.editor.set_text(text, keep_undo=True)
        self._text = self.text
        self._setting = False

    def flush(self) -> None:
        """Tell at once what was typed a moment ago."""
        if self._later.isActive():
            self._later.stop()
            self._tell()

    def _changed(self) -> None:
        text = self.text
        if not self._setting and text != self._text:
            self._text = text
            self._later.start()

    def _tell(self) -> None:
        self.edited.emit()

    # what is wrong

    def mark(self, error: ConfigError | None) -> None:
        """Underline a fault, or what the schema does not have."""
        text = self.text
        marks: list[Mark] = []
        if error is not None and text.strip():
            lines = text.split("\n")
            line = min(max(error.line, 1), len(lines))
            start = sum(len(one) + 1 for one in lines[: line - 1]) + max(0, error.column - 1)
            start = min(start, max(0, len(text) - 1))
            word = re.compile(r"[\w:.-]+|.", re.DOTALL).match(text, start)
            end = word.end() if word is not None else start + 1
            marks.append(self._mark(start, end, "error", error.message))
        elif text.strip():
            marks = [self._mark(one.start, one.end, "warning", one.words) for one in self.unknown()]
        self.editor.set_marks(marks)

    def unknown(self) -> list[Unknown]:
        """Names that the schema does not have."""
        if self.kind == XPATH:
            return unknown_names(self.text, self.namespaces, self._schema)
        return unknown_parts(outline_of(self.text), self._schema)

    def _mark(self, start: int, end: int, ink: str, words: str) -> Mark:
        text = self.text
        return Mark(_to_qt(text, start), _to_qt(text, end), ink, words)

    def _hover(self, position: int, spot: QPoint) -> None:
        words = next((mark.words for mark in self.editor.marks if mark.start <= position <= mark.end), "")
        self.editor.show_tip(words, spot)

    # completion

    def complete(self) -> None:
        """Show what can be written at the cursor."""
        if not self.editor.isReadOnly():
            self.completer.show(self.proposals())

    def proposals(self) -> Sequence[Proposal]:
        """What can be written at the cursor."""
        text = self.text
        offset = _from_qt(text, self.editor.textCursor().position())
        if self.kind == XPATH:
            return complete_xpath(text, offset, self._schema, self.namespaces, self._values)
        return complete_filter(outline_of(text), offset, self._schema, self._values)

    def _typed(self, text: str) -> None:
        opens = "/['@:" if self.kind == XPATH else "</"
        if (text and (text in opens or text.isalnum())) or self.completer.visible:
            self.complete()

    def _put_in(self, proposal: object) -> None:
        if isinstance(proposal, Proposal):
            self._insert(proposal.edit)
            if proposal.again:
                self.complete()

    def _insert(self, edit: TextEdit) -> None:
        """Do an edit as one step and put the cursor where its mark is."""
        whole = self.text
        text, _, behind = edit.text.partition(CARET)
        cursor = QTextCursor(self.editor.document())
        cursor.beginEditBlock()
        cursor.setPosition(_to_qt(whole, edit.start))
        cursor.setPosition(_to_qt(whole, edit.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text + behind)
        cursor.setPosition(cursor.position() - _to_qt(behind, len(behind)))
        cursor.endEditBlock()
        self.editor.setTextCursor(cursor)
        self.editor.ensureCursorVisible()

    def close(self) -> None:
        """The page is closed."""
        self._later.stop()
        self.completer.hide()


def _to_qt(text: str, offset: int) -> int:
    """Qt counts UTF-16 units."""
    return len(text[:offset].encode("utf-16-le")) // 2


def _from_qt(text: str, position: int) -> int:
    return len(text.encode("utf-16-le")[: position * 2].decode("utf-16-le", "ignore"))
