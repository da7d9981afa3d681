"""Colours of JSON text: names, texts, numbers and words, brackets."""

from __future__ import annotations

import re

from netconf_gui.gui.xml_highlighter import LazyHighlighter, Span

_PIECE = re.compile(r"(\"(?:[^\"\\]|\\.)*\"?)(\s*:)?|[{}\[\],:]+|[^\s{}\[\],:\"]+")


def scan_json_line(line: str) -> list[Span]:
    """The coloured parts of one line; no piece of JSON goes over a line's end."""
    spans: list[Span] = []
    for piece in _PIECE.finditer(line):
        start, length = piece.start(), piece.end() - piece.start()
        if piece.group(1) is None:
            is_bracket = piece.group()[0] in "{}[],:"
            spans.append((start, length, "xml_comment" if is_bracket else "xml_attribute"))
            continue
        text_length = len(piece.group(1))
        spans.append((start, text_length, "xml_tag" if piece.group(2) else "xml_string"))
        if piece.group(2):
            spans.append((start + text_length, length - text_length, "xml_comment"))
    return spans


class JsonHighlighter(LazyHighlighter):
    """Colours a text document."""

    object_name = "jsonHighlighter"

    def spans(self, text: str, state: int) -> tuple[list[Span], int]:
        return scan_json_line(text), 0
