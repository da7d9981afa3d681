"""Colours of IOS configurations: what opens a section, `no`, addresses and numbers, texts for people, comments."""

from __future__ import annotations

import re
from enum import IntEnum

from PySide6.QtGui import QTextBlock

from netconf_gui.config.cli_words import opens_section
from netconf_gui.gui.xml_highlighter import LazyHighlighter, Span

LOOK_BACK = 200  # lines in which the beginning of a banner is sought


class State(IntEnum):
    """What a line begins in; a banner's mark is kept behind it."""

    COMMANDS = 0
    BANNER = 1


_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?|[0-9A-Fa-f]*:[0-9A-Fa-f:]+(?:/\d+)?|\d+")
_FREE = frozenset({"description", "remark"})
_BANNER = re.compile(r"\s*banner\s+\S+\s+(\^C|\S)(.*)")
_INNER = frozenset({"address-family", "class", "exit-address-family", "key", "service"})


def scan_cli_line(line: str, state: int) -> tuple[list[Span], int]:
    """The coloured parts of one line that begins in `state`, and the state in which it ends.

    Inside a banner the state is the code of the character that ends it, plus 256 for the two characters ^C.
    """
    if state:
        mark = "^C" if state > 1_200_000 else chr(state)
        return [(0, len(line), "xml_string")] if line else [], 0 if mark in line else state
    stripped = line.strip()
    if not stripped:
        return [], 0
    if stripped[0] == "!":
        return [(0, len(line), "xml_comment")], 0
    banner = _BANNER.match(line)
    if banner:
        start = line.index("banner")
        spans = [(start, 6, "xml_tag"), (banner.start(1), len(line) - banner.start(1), "xml_string")]
        mark, rest = banner.group(1), banner.group(2)
        return spans, 0 if mark in rest else (1_200_001 if mark == "^C" else ord(mark))
    return _command(line, stripped), 0


def _command(line: str, stripped: str) -> list[Span]:
    words = list(_WORD.finditer(line))
    spans: list[Span] = []
    first = words[0]
    if first.group() in ("no", "default") and len(words) > 1:
        spans.append((first.start(), len(first.group()), "removed"))
        words = words[1:]
        first = words[0]
    opens = (line[0] != " " and opens_section(stripped)) or first.group() in _INNER
    spans.append((first.start(), len(first.group()), "xml_tag" if opens else "xml_attribute"))
    if opens and line[0] != " ":
        rest = words[-1].end() - first.end()
        if rest > 0:
            spans.append((first.end(), rest, "xml_tag"))
        return spans
    if first.group() in _FREE and len(words) > 1:
        spans.append((words[1].start(), words[-1].end() - words[1].start(), "xml_string"))
        return spans
    spans += [(word.start(), len(word.group()), "xml_string") for word in words[1:] if _NUMBER.fullmatch(word.group())]
    return spans


class CliHighlighter(LazyHighlighter):
    """Colours a text document."""

    object_name = "cliHighlighter"

    def spans(self, text: str, state: int) -> tuple[list[Span], int]:
        return scan_cli_line(text, state)

    def state_before(self, block: QTextBlock) -> int:
        """Whether a line is inside a banner, by the lines in front of it."""
        start = block
        for _ in range(LOOK_BACK):
            if not start.previous().isValid():
                break
            start = start.previous()
        state = 0
        while start.isValid() and start.blockNumber() < block.blockNumber():
            _, state = scan_cli_line(start.text(), state)
            start = start.next()
        return state


class CliDiffHighlighter(LazyHighlighter):
    """Colours lines that begin with a mark and a blank."""

    object_name = "cliDiffHighlighter"

    def spans(self, text: str, state: int) -> tuple[list[Span], int]:
        mark = {"+": "added", "-": "removed", ">": "moved"}.get(text[:1])
        found = [(start + 2, length, kind) for start, length, kind in scan_cli_line(text[2:], 0)[0]]
        return ([(0, 1, mark), *found] if mark else found), 0
