"""Colours of YANG text: a scanner that needs no Qt, and the highlighter that colours the lines in sight."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from netconf_gui.gui.theme import theme

Span = tuple[int, int, str]
"""Start and length in a line, and what it is: keyword extension name type string comment number."""

_LEXEME = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
      |(?P<string>"(?:[^"\\]|\\.)*(?:"|\Z)|'[^']*(?:'|\Z))
      |(?P<punct>[{};])
      |(?P<space>\s+)
      |(?P<word>(?:[^\s{};"'/]|/(?![/*]))(?:[^\s{};/]|/(?![/*]))*)""",
    re.DOTALL | re.VERBOSE,
)
_NAMED = frozenset(
    "module submodule container list leaf leaf-list choice case anydata anyxml rpc action notification typedef "
    "grouping identity feature extension augment deviation uses import include belongs-to revision enum bit".split()
)
_TYPED = frozenset({"type", "base", "if-feature"})
INKS = {
    "keyword": "xml_tag",
    "extension": "moved",
    "name": "text",
    "type": "changed",
    "string": "xml_string",
    "comment": "xml_comment",
    "number": "moved",
}


def scan(text: str) -> list[list[Span]]:
    """The coloured parts of each line."""
    lines: list[list[Span]] = [[] for _ in range(text.count("\n") + 1)]
    line, begin, keyword = 0, 0, ""
    for match in _LEXEME.finditer(text):
        kind, part, start = match.lastgroup or "", match[0], match.start()
        told = kind
        if kind == "word":
            told, keyword = _word(part, keyword)
        elif kind == "string":
            told = "name" if keyword in _NAMED and "\n" not in part else "string"
            keyword = keyword or "?"
        elif kind == "punct":
            keyword = ""
        at = start
        for piece in part.split("\n"):
            if told in INKS and piece:
                lines[line].append((at - begin, len(piece), told))
            at += len(piece) + 1
            if at <= match.end():
                line, begin = line + 1, at
    return lines


def _word(part: str, keyword: str) -> tuple[str, str]:
    """What a word is, behind which keyword."""
    if not keyword:
        return ("extension" if ":" in part else "keyword"), part
    if part == "+":
        return "", keyword
    if keyword in _TYPED:
        return "type", keyword
    if keyword in _NAMED:
        return "name", keyword
    return ("number" if part[:1].isdigit() or part[:1] == "-" else "name"), keyword


class YangHighlighter(QSyntaxHighlighter):
    """Colours what `set_lines` was given, and only blocks that `show` was asked for."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.setObjectName("yangHighlighter")
        self._lines: Sequence[Sequence[Span]] = ()
        self._formats: dict[str, QTextCharFormat] = {}
        self._done: set[int] = set()
        theme().changed.connect(self.restyle)

    def set_lines(self, lines: Sequence[Sequence[Span]]) -> None:
        """The parts of the text that is shown next."""
        self._lines = lines
        self._done = set()

    def show(self, first: int, last: int) -> None:
        """Blocks `first` to `last` are in sight."""
        for number in range(first, last + 1):
            if number not in self._done:
                block = self.document().findBlockByNumber(number)
                if block.isValid():
                    self._done.add(number)
                    self.rehighlightBlock(block)

    def restyle(self) -> None:
        self._formats = {}
        done, self._done = self._done, set()
        if done:
            self.show(min(done), max(done))

    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        if number not in self._done or number >= len(self._lines):
            return
        for start, length, kind in self._lines[number]:
            self.setFormat(start, length, self._format(kind))

    def _format(self, kind: str) -> QTextCharFormat:
        made = self._formats.get(kind)
        if made is None:
            made = QTextCharFormat()
            made.setForeground(theme().color(INKS[kind]))
            if kind == "keyword":
                made.setFontWeight(QFont.Weight.Medium)
            self._formats[kind] = made
        return made
