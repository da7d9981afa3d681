"""Colours of XML text: a scanner for lines, and the highlighter that gives a text document its colours.

The scanner knows no Qt and is shared with the read-only view of very large texts.  In large texts only the lines in
sight are coloured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from netconf_gui.gui.theme import theme

LAZY_FROM = 200_000  # characters: above, only what is in sight is coloured
LOOK_BACK = 400  # lines in which the beginning of a comment is sought then

Span = tuple[int, int, str]
"""Start, length, and what it is: a token of the theme, or "operation:NAME" for the value of an operation attribute."""


class State(IntEnum):
    """What a line begins in."""

    TEXT = 0
    TAG = 1
    COMMENT = 2
    CDATA = 3


_BEGIN = re.compile(r"<!--|<!\[CDATA\[|<\?[^>]*\?>|</?(?=[A-Za-z_])|<")
_NAME = re.compile(r"[^\s<>/=\"']+")
_IN_TAG = re.compile(r"(/?>)|([^\s<>/=\"']+)(\s*=)?|(\"[^\"]*\"?|'[^']*'?)|=")
_CREATES = frozenset({"create", "merge"})


def scan(line: str, state: int) -> tuple[list[Span], int]:
    """The coloured parts of one line that begins in `state`, and the state in which it ends."""
    spans: list[Span] = []
    at = 0
    while at < len(line):
        if state == State.COMMENT or state == State.CDATA:
            end_mark = "-->" if state == State.COMMENT else "]]>"
            end = line.find(end_mark, at)
            stop = len(line) if end < 0 else end + 3
            spans.append((at, stop - at, "xml_comment" if state == State.COMMENT else "xml_text"))
            state, at = (state, stop) if end < 0 else (State.TEXT, stop)
        elif state == State.TAG:
            at, state = _in_tag(line, at, spans)
        else:
            at, state = _in_text(line, at, spans)
    return spans, state


def _in_text(line: str, at: int, spans: list[Span]) -> tuple[int, int]:
    found = _BEGIN.search(line, at)
    if found is None:
        return len(line), State.TEXT
    start, text = found.start(), found.group()
    if text == "<!--":
        return start, State.COMMENT
    if text == "<![CDATA[":
        spans.append((start, 9, "xml_comment"))
        return start + 9, State.CDATA
    spans.append((start, len(text), "xml_comment"))
    name = None if text.startswith("<?") else _NAME.match(line, found.end())
    if name is None:
        return found.end(), State.TEXT
    spans.append((name.start(), name.end() - name.start(), "xml_tag"))
    return name.end(), State.TAG


def _in_tag(line: str, at: int, spans: list[Span]) -> tuple[int, int]:
    attribute = ""
    for part in _IN_TAG.finditer(line, at):
        end, name, _, value = part.group(1), part.group(2), part.group(3), part.group(4)
        length = part.end() - part.start()
        if end:
            spans.append((part.start(), length, "xml_comment"))
            return part.end(), State.TEXT
        if name:
            attribute = name
            spans.append((part.start(), len(name), "xml_attribute"))
        elif value:
            kind = "xml_string"
            if attribute.rpartition(":")[2] == "operation":
                kind = f"operation:{value.strip(chr(34) + chr(39))}"
            spans.append((part.start(), length, kind))
    return len(line), State.TAG


def ink_of(kind: str) -> str:
    """The theme's token for a span's kind."""
    if kind.startswith("operation:"):
        operation = kind.partition(":")[2]
        return "added" if operation in _CREATES else "changed" if operation == "replace" else "removed"
    return kind


def scan_lines(lines: list[str], state: int = State.TEXT) -> Iterator[list[Span]]:
    """Spans of several lines that follow each other."""
    for line in lines:
        spans, state = scan(line, state)
        yield spans


class LazyHighlighter(QSyntaxHighlighter):
    """Colours a text document; of a large one only the lines in sight, told by `show(first, last)`.

    Qt asks for every line of a text that is put in, which takes a second for some megabytes: a large document is
    therefore left alone by Qt's part, and the lines in sight get their colours directly.  A subclass says what the
    parts of a line are (`spans`).
    """

    object_name = "highlighter"

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.setObjectName(self.object_name)
        self._text_document = document
        self._formats: dict[str, QTextCharFormat] = {}
        self._lazy = False
        self._seen = (-1, -1)
        theme().changed.connect(self.restyle)
        document.contentsChange.connect(self._changed)

    def spans(self, text: str, state: int) -> tuple[list[Span], int]:
        """The coloured parts of a line that begins in `state`, and the state in which it ends."""
        raise NotImplementedError

    def state_before(self, block: QTextBlock) -> int:
        """The state in which a line begins when the lines before it have not been looked at."""
        return 0

    def set_lazy(self, characters: int) -> None:
        """Decide for a text of that length, before it is put in, whether only visible lines are coloured."""
        lazy = characters > LAZY_FROM
        if lazy != self._lazy:
            self._lazy = lazy
            self.setDocument(None if lazy else self._text_document)

    def show(self, first: int, last: int) -> None:
        """Blocks `first` to `last` are in sight."""
        if not self._lazy:
            return
        self._seen = (first, last)
        block = self._text_document.findBlockByNumber(max(0, first))
        state = self.state_before(block) if block.isValid() else 0
        start = block.position() if block.isValid() else 0
        end = start
        while block.isValid() and block.blockNumber() <= last:
            spans, state = self.spans(block.text(), state)
            block.layout().setFormats([self._range(*span) for span in spans])
            end = block.position() + block.length()
            block = block.next()
        self._text_document.markContentsDirty(start, max(0, end - start - 1))

    def _range(self, start: int, length: int, kind: str) -> QTextLayout.FormatRange:
        made = QTextLayout.FormatRange()
        made.start, made.length, made.format = start, length, self._format(kind)
        return made

    def _changed(self, _position: int, _removed: int, _added: int) -> None:
        if self._lazy and self._seen[1] >= 0:
            self.show(*self._seen)

    def restyle(self) -> None:
        self._formats = {}
        if self._lazy:
            self.show(*self._seen)
        else:
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        spans, state = self.spans(text, max(0, self.previousBlockState()))
        self.setCurrentBlockState(state)
        for start, length, kind in spans:
            self.setFormat(start, length, self._format(kind))

    def _format(self, kind: str) -> QTextCharFormat:
        made = self._formats.get(kind)
        if made is None:
            made = QTextCharFormat()
            made.setForeground(theme().color(ink_of(kind)))
            if kind.startswith("operation:"):
                made.setFontWeight(QFont.Weight.Bold)
            self._formats[kind] = made
        return made


class XmlHighlighter(LazyHighlighter):
    """Colours XML."""

    object_name = "xmlHighlighter"

    def spans(self, text: str, state: int) -> tuple[list[Span], int]:
        return scan(text, state)

    def state_before(self, block: QTextBlock) -> int:
        """Whether a line is inside a comment, by the lines in front of it."""
        for _ in range(LOOK_BACK):
            block = block.previous()
            if not block.isValid():
                return State.TEXT
            text = block.text()
            begins, ends = text.rfind("<!--"), text.rfind("-->")
            if begins >= 0 or ends >= 0:
                return State.COMMENT if begins > ends else State.TEXT
        return State.TEXT
