"""JSON as text with places: tokens, where a member stands, and what a parser complains about in words.

Lives here: what works on broken text too.  Does not live here: what the members mean (`json_codec`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netconf_gui.errors import ConfigError

TOKEN = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"?|[{}\[\],:]|[^\s{}\[\],:\"]+")
PathPart = str | int

_WORDS = (
    ("Expecting property name", "The name of a member is missing here; names stand in double quotes."),
    ("Illegal trailing comma", "There is a comma too many before the end."),
    ("Expecting ':'", "A colon is missing between name and value."),
    ("Expecting ',' delimiter", "A comma, or the end of the object or array, is missing here."),
    ("Expecting value", "A value is missing here."),
    ("Unterminated string", "The text that begins here has no closing quote."),
    ("Invalid control character", "There is a line break or another control character inside a text."),
    ("Invalid \\escape", "This escape is not known in JSON."),
    ("Invalid \\u", "This is no \\u escape with four hexadecimal digits."),
    ("Extra data", "There is something behind the end of the JSON."),
)


class Token(NamedTuple):
    """A piece of JSON: `text` as written; offsets count characters."""

    text: str
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The pieces of a text, white space left out; a text without closing quote ends with its line."""
    for found in TOKEN.finditer(text, start):
        yield Token(found.group(), found.start(), found.end())


def unquoted(piece: str) -> str:
    """What a string token says; as far as it can be read."""
    try:
        found = json.loads(piece)
    except ValueError:
        return piece.strip('"')
    return found if isinstance(found, str) else piece


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def syntax_error(text: str, error: json.JSONDecodeError, what: str) -> ConfigError:
    """The parser's complaint in words, at the place it means."""
    words = next((words for start, words in _WORDS if error.msg.startswith(start)), f"{error.msg}.")
    offset = error.pos
    if error.msg.startswith(("Expecting ',' delimiter", "Expecting value")) and offset >= len(text.rstrip()):
        words = "The JSON ends too early: an object or array is never closed."
        offset = max(0, len(text.rstrip()) - 1)
    line, column = line_and_column(text, offset)
    return ConfigError(
        f"{what} is not well-formed JSON at line {line}, column {column}: {words}", line=line, column=column
    )


def place_of(text: str, path: Sequence[PathPart], *, last: bool = False) -> int:
    """The offset of the member (its name) or item at `path` in well-formed text; 0 if it is not there.

    `last` means the last member where several have that name.
    """
    found = 0
    stack: list[list[PathPart]] = []  # one [part] for each open object ("" before a name) or array (number)
    wanted = list(path)
    name = ""
    before = ""
    for token in tokens(text):
        first = token.text[0]
        if first in "}]":
            if stack:
                stack.pop()
        elif first == ",":
            if stack and isinstance(stack[-1][0], int):
                stack[-1][0] += 1
        elif first == ":":
            if stack:
                stack[-1][0] = name
        else:
            in_object = bool(stack) and isinstance(stack[-1][0], str)
            names = in_object and first == '"' and before in "{,"
            if names:
                name = unquoted(token.text)
            here = [part[0] for part in stack]
            if names:
                here[-1] = name
            if here == wanted and (names or not in_object):
                found = token.start
                if not last:
                    return found
            if first == "{":
                stack.append([""])
            elif first == "[":
                stack.append([0])
        before = first
    return found
