"""YANG text as a tree of statements with their places (RFC 7950, section 6.3): nothing is resolved or checked.

Lives here: the tree, and a parser that keeps what it has read when the text breaks off.  Does not live here: what
names mean (`source_index`), compiling (`engine`).
"""

from __future__ import annotations

from collections.abc import Iterator

from netconf_gui.errors import SchemaError
from netconf_gui.yang.yangtext import Kind, Token, decode, tokens


class Statement:
    """One statement; places count characters of the text, `end` is behind its ``;`` or ``}``.

    `argument_start` and `argument_end` include quotes; both are -1 where there is no argument.
    """

    __slots__ = ("argument", "argument_end", "argument_start", "children", "end", "keyword", "parent", "start")

    def __init__(self, keyword: str, start: int, parent: Statement | None) -> None:
        self.keyword = keyword
        self.argument = ""
        self.start = start
        self.argument_start = self.argument_end = -1
        self.end = start + len(keyword)
        self.parent = parent
        self.children: list[Statement] = []

    def __repr__(self) -> str:
        return f"<{self.keyword} {self.argument[:40]!r} at {self.start}>"

    def first(self, keyword: str) -> Statement | None:
        """The first substatement of that keyword."""
        return next((child for child in self.children if child.keyword == keyword), None)

    def every(self, *keywords: str) -> Iterator[Statement]:
        """All substatements of these keywords, in order."""
        return (child for child in self.children if child.keyword in keywords)

    def text(self, keyword: str, default: str = "") -> str:
        """The argument of the first substatement of that keyword."""
        found = self.first(keyword)
        return default if found is None else found.argument

    def walk(self) -> Iterator[Statement]:
        """This statement and all below it, in the order of the text."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed(here.children))


def parse(data: bytes | str) -> Statement:
    """The module or submodule of a text.  Raises SchemaError where it is not YANG."""
    root, error = read(data)
    if root is None or error is not None:
        raise error or SchemaError("Not YANG: the text holds no statement.")
    return root


def read(data: bytes | str) -> tuple[Statement | None, SchemaError | None]:
    """As `parse`, but gives what was understood up to the first fault, and the fault."""
    text = decode(data)
    reader = _Reader()
    try:
        for token in tokens(text):
            reader.take(token)
    except SchemaError as error:
        return reader.root, error
    if reader.depth:
        return reader.root, SchemaError("Not YANG: the text ends inside a statement.")
    return reader.root, None


class _Reader:
    """Builds the tree from tokens."""

    def __init__(self) -> None:
        self.root: Statement | None = None
        self._open: list[Statement] = []
        self._current: Statement | None = None

    @property
    def depth(self) -> int:
        return len(self._open)

    def take(self, token: Token) -> None:
        if token.kind in (Kind.WORD, Kind.QUOTED):
            self._word(token)
        elif token.kind is Kind.END:
            self._finish(token)
        elif token.kind is Kind.OPEN:
            if self._current is None:
                raise SchemaError(f"Not YANG: a block without a statement at character {token.start}.")
            self._open.append(self._current)
            self._current = None
        elif not self._open or self._current is not None:
            raise SchemaError(f"Not YANG: a }} that nothing has opened at character {token.start}.")
        else:
            self._open.pop().end = token.end

    def _word(self, token: Token) -> None:
        here = self._current
        if here is None:
            parent = self._open[-1] if self._open else None
            here = self._current = Statement(token.text, token.start, parent)
            if parent is not None:
                parent.children.append(here)
            elif self.root is None:
                self.root = here
            return
        if here.argument_start >= 0:
            raise SchemaError(f"Not YANG: {here.keyword} has two arguments at character {token.start}.")
        here.argument, here.argument_start, here.argument_end = token.text, token.start, token.end

    def _finish(self, token: Token) -> None:
        if self._current is not None:
            self._current.end = token.end
            self._current = None
