"""The text of instance paths taken apart: names, predicates, quotes.

Lives here: `PathReader`, which knows the notation only.  Does not live here: namespaces and trees (`path`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netconf_gui.errors import ConfigError

_NAME = re.compile(r"(?:\{([^{}]*)\}|([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
_PREDICATE = re.compile(
    r"\s*\[\s*(?:(\d+)|(\.|(?:\{[^{}]*\}|[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)\s*=\s*(\"[^\"]*\"|'[^']*'|concat\())"
)
_CLOSE = re.compile(r"\s*\]")
_PART = re.compile(r"\s*(\"[^\"]*\"|'[^']*')\s*([,)])")


@dataclass(slots=True)
class RawStep:
    """One step as written; `namespace` where the name is in Clark notation, else `prefix` ('' for none)."""

    prefix: str
    namespace: str | None
    name: str
    column: int
    keys: list[tuple[str, str]] = field(default_factory=list)
    value: str | None = None
    position: int | None = None


class PathReader:
    """Reads ``/a:b[c='d'][e="f"]/g[.='h']/i[3]``; a value with both quotes is written ``concat('…',"…")``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def steps(self) -> Iterator[RawStep]:
        """The steps; raises `ConfigError` with the column of what is not understood."""
        text = self._text.rstrip()
        if text in ("", "/"):
            return
        self._at = len(text) - len(text.lstrip())
        while self._at < len(text):
            if text[self._at] != "/":
                raise self._error("'/' expected")
            self._at += 1
            yield self._step()

    def _step(self) -> RawStep:
        match = _NAME.match(self._text, self._at)
        if match is None:
            raise self._error("a node name expected")
        step = RawStep(match.group(2) or "", match.group(1), match.group(3), match.start() + 1)
        self._at = match.end()
        while self._predicate(step):
            pass
        return step

    def _predicate(self, step: RawStep) -> bool:
        match = _PREDICATE.match(self._text, self._at)
        if match is None:
            if self._text[self._at : self._at + 1] == "[":
                raise self._error("a predicate such as [name='value'] expected")
            return False
        position, name, value = match.groups()
        self._at = match.end()
        if position is not None:
            step.position = int(position)
        else:
            text = self._concat() if value == "concat(" else value[1:-1]
            if name == ".":
                step.value = text
            else:
                step.keys.append((name, text))
        close = _CLOSE.match(self._text, self._at)
        if close is None:
            raise self._error("']' expected")
        self._at = close.end()
        return True

    def _concat(self) -> str:
        parts = []
        while True:
            match = _PART.match(self._text, self._at)
            if match is None:
                raise self._error("a quoted text expected in concat()")
            parts.append(match.group(1)[1:-1])
            self._at = match.end()
            if match.group(2) == ")":
                return "".join(parts)

    def _error(self, what: str) -> ConfigError:
        return ConfigError(
            f"The path is not understood at column {self._at + 1}: {what}.", path=self._text, column=self._at + 1
        )


def quoted(value: str) -> str:
    """The value in quotes as XPath 1.0 can hold it."""
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    parts = [f"'{part}'" for part in value.split("'")]
    return "concat(" + ', "\'", '.join(parts) + ")"
