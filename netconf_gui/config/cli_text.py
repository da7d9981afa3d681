"""The text of an IOS configuration, read into sections and kept to the letter.

Lives here: `CliConfig` and `Line`, banners and other blocks with an end mark, comments, indentation, texts that lost
theirs.  Does not live here: what commands mean (`cli_words`), comparing (`cli_diff`).

A section is a command and what is indented below it.  A text in which nothing is indented (replies to a filter come so)
is read by the commands that are known to open sections; `!`, `exit` and `end` close them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from netconf_gui.config.cli_words import begins, opens_section, tidy
from netconf_gui.errors import ConfigError

MOST_BYTES = 32 * 1024 * 1024
MOST_DEPTH = 24

_HEAD = re.compile(r"(Building configuration\.\.\.|Current configuration\b.*|Using \d+ out of .*)$")
_BANNER = re.compile(r"(banner\s+\S+)\s+(\^C|\x03|\S)(.*)", re.DOTALL)
_LEAVING = re.compile(r"(exit|quit|exit-[a-z-]+)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One command with what is in its section.

    `text` is the command without indentation; of a banner or a certificate it has no body, which is in `body` without
    its marks.  `first` and `last` are lines of the text it was read from (from 1), its section included.
    """

    text: str
    children: tuple[Line, ...] = ()
    body: str | None = None
    first: int = field(default=0, compare=False)
    last: int = field(default=0, compare=False)

    @property
    def is_section(self) -> bool:
        """Whether there is something in it."""
        return bool(self.children)

    def walk(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Line]]:
        """This line and all inside it, each with the commands of the sections around it."""
        yield above, self
        for child in self.children:
            yield from child.walk((*above, self.text))


@dataclass(frozen=True)
class CliConfig:
    """A configuration: its text as it came, and the commands in it."""

    text: str
    lines: tuple[Line, ...]

    @cached_property
    def count(self) -> int:
        """How many commands there are."""
        return sum(1 for line in self.lines for _ in line.walk())

    def at(self, path: Sequence[str]) -> Line | None:
        """The section of these commands, one inside the other."""
        here, found = self.lines, None
        for text in path:
            found = next((line for line in here if tidy(line.text) == tidy(text)), None)
            if found is None:
                return None
            here = found.children
        return found

    def path_at(self, number: int) -> tuple[Line, ...]:
        """The commands around a line of the text (from 1), the outermost first."""
        found: list[Line] = []
        here = self.lines
        while True:
            inside = next((line for line in here if line.first <= number <= line.last), None)
            if inside is None:
                return tuple(found)
            found.append(inside)
            here = inside.children


@dataclass(slots=True)
class _Open:
    """A section that is being read."""

    text: str
    indent: int
    first: int
    children: list[Line]
    last: int = 0
    body: str | None = None


def parse_cli(text: str) -> CliConfig:
    """Read a configuration.  Raises `ConfigError` for what is larger or deeper than any configuration is."""
    if len(text) > MOST_BYTES:
        raise ConfigError(f"The text has more than {MOST_BYTES >> 20} MB: it is no configuration of a router.")
    return CliConfig(text, _Reader(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).read())


class _Reader:
    def __init__(self, rows: list[str]) -> None:
        self._rows = rows
        self._at = 0
        self._open = [_Open("", -1, 0, [])]

    def read(self) -> tuple[Line, ...]:
        flat = self._is_flat()
        while self._at < len(self._rows):
            number, row = self._at + 1, self._rows[self._at].rstrip()
            self._at += 1
            command = row.strip()
            indent = 0 if flat else len(row) - len(row.lstrip())
            if not command or _HEAD.match(command):
                continue
            if command[0] == "!":
                # a comment at the margin ends what was open, one inside a section does not
                if indent == 0:
                    self._close(0)
                continue
            if command == "end" and (flat or indent == 0):
                self._close(0)
                continue
            if _LEAVING.match(command):
                self._leave(indent, flat=flat)
                continue
            if flat:
                self._put_flat(command, number)
            else:
                self._close(indent)
                self._put(command, indent, number)
        self._close(0)
        return tuple(self._open[0].children)

    def _is_flat(self) -> bool:
        """Whether indentation says nothing here: all commands have the same, and some of them open sections."""
        indents: set[int] = set()
        at, opened = 0, False
        while at < len(self._rows):
            row = self._rows[at]
            at += 1
            command = row.strip()
            if not command or command[0] == "!" or command == "end" or _HEAD.match(command):
                continue
            indents.add(len(row) - len(row.lstrip()))
            if len(indents) > 1:
                return False
            opened = opened or opens_section(command)
            if _BANNER.match(command):
                self._at = at
                self._body(command)
                at, self._at = self._at, 0
        return opened or indents != {0}

    def _put(self, command: str, indent: int, number: int) -> None:
        if len(self._open) > MOST_DEPTH:
            raise ConfigError(f"Line {number} is inside more than {MOST_DEPTH} sections.", line=number)
        body, text = self._body(command), command
        if body is not None:
            text = _bare(command)
        self._open.append(_Open(text, indent, number, [], self._at, body))

    def _put_flat(self, command: str, number: int) -> None:
        """Without indentation: inside the section that is open, unless it opens one of its own."""
        while len(self._open) > 1:
            outer = self._open[-1].text
            opens_here = self._opens(outer)
            if opens_here and not (opens_section(command) and not opens_section(command, outer)):
                break
            self._close_one()
        self._put(command, len(self._open), number)

    def _opens(self, text: str) -> bool:
        around = self._open[-2].text if len(self._open) > 2 else ""
        return opens_section(text, around) if around else opens_section(text)

    def _leave(self, indent: int, *, flat: bool) -> None:
        """`exit` closes a section; where lines are indented these do it, and `exit` only repeats it."""
        if not flat:
            self._close(indent)
            return
        while len(self._open) > 1 and not self._opens(self._open[-1].text):
            self._close_one()
        if len(self._open) > 1:
            self._close_one()

    def _close(self, indent: int) -> None:
        while len(self._open) > 1 and self._open[-1].indent >= indent:
            self._close_one()

    def _close_one(self) -> None:
        ended = self._open.pop()
        last = max(ended.last, ended.children[-1].last if ended.children else 0, ended.first)
        self._open[-1].children.append(Line(ended.text, tuple(ended.children), ended.body, ended.first, last))

    def _body(self, command: str) -> str | None:
        """What belongs to the command but stands below it, up to its mark; None where there is no such thing."""
        if command[0] not in "bcm":
            return None
        banner = _BANNER.match(command)
        if banner:
            mark, begin = banner.group(2), banner.group(3)
            if mark == "^C" and mark not in begin and not any(mark in row for row in self._rows[self._at :]):
                mark, begin = "^", "C" + begin  # it was a ^ before a text that begins with C
            return self._until(begin, mark)
        if begins(command, "certificate"):
            return self._until_row("quit")
        if begins(command, "macro name"):
            return self._until_row("@")
        return None

    def _until(self, begin: str, mark: str) -> str:
        """The text up to the mark; a line break beside a mark belongs to the mark."""
        if mark in begin:
            return begin.partition(mark)[0]
        kept = [begin]
        while self._at < len(self._rows):
            row = self._rows[self._at]
            self._at += 1
            if mark in row:
                kept.append(row.partition(mark)[0])
                break
            kept.append(row)
        else:
            kept.append("")
        text = "\n".join(kept)
        return text.removeprefix("\n").removesuffix("\n")

    def _until_row(self, mark: str) -> str | None:
        kept: list[str] = []
        at = self._at
        while at < len(self._rows):
            row = self._rows[at].strip()
            at += 1
            if row == mark:
                self._at = at
                return "\n".join(kept)
            kept.append(row)
        return None  # it never ends: then it is a command like others


def _bare(command: str) -> str:
    banner = _BANNER.match(command)
    return " ".join(banner.group(1).split()) if banner else command


MARKS = "~#%@$&*+=|/"
"""What may end a banner; the first that is not in it is taken."""


def written(line: Line) -> str:
    """The command as it is typed, of a banner with its body and its marks."""
    if line.body is None:
        return line.text
    if begins(line.text, "banner"):
        return _banner(line, next((mark for mark in MARKS if mark not in line.body), "\x03"))
    end = "@" if begins(line.text, "macro name") else "quit"
    return "\n".join(part for part in (line.text, line.body, end) if part)


def _banner(line: Line, mark: str) -> str:
    body = line.body or ""
    return f"{line.text} {mark}\n{body}\n{mark}" if "\n" in body else f"{line.text} {mark}{body}{mark}"


def render(lines: Sequence[Line]) -> str:
    """A configuration as a device writes it: a blank of indentation a level, `!` between sections, `end`."""
    rows: list[str] = ["!"]
    after_section = False
    for line in lines:
        is_section = bool(line.children) or opens_section(line.text)
        if (is_section or after_section) and rows[-1] != "!":
            rows.append("!")
        rows.extend(_rows(line, 0))
        after_section = is_section
    if rows[-1] != "!":
        rows.append("!")
    rows.append("end")
    return "\n".join(rows) + "\n"


def _rows(line: Line, depth: int) -> Iterator[str]:
    is_banner = line.body is not None and begins(line.text, "banner")
    typed = _banner(line, "^C") if is_banner and "^C" not in (line.body or "") else written(line)
    first, *rest = typed.split("\n")
    yield " " * depth + first
    yield from rest if is_banner else (" " * (depth + 1) + row for row in rest)
    for child in line.children:
        yield from _rows(child, depth + 1)
