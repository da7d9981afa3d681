"""XPath 1.0 expressions read into their parts, with the place of every fault (XPath 1.0, section 3).

Lives here: tokens with their offsets, and a parser that keeps as much of an expression as filters need: paths, their
predicates, comparisons.  Does not live here: evaluating (`filters`), what a path is in a schema (`filter_building`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from netconf_gui.errors import ConfigError

# XPath 1.0, section 4, and RFC 7950, section 10
FUNCTIONS = {
    "position": "()",
    "last": "()",
    "count": "(nodes)",
    "name": "(nodes?)",
    "local-name": "(nodes?)",
    "namespace-uri": "(nodes?)",
    "id": "(object)",
    "string": "(object?)",
    "concat": "(string, string, …)",
    "starts-with": "(string, beginning)",
    "contains": "(string, part)",
    "substring-before": "(string, part)",
    "substring-after": "(string, part)",
    "substring": "(string, from, length?)",
    "string-length": "(string?)",
    "normalize-space": "(string?)",
    "translate": "(string, from, to)",
    "boolean": "(object)",
    "not": "(boolean)",
    "true": "()",
    "false": "()",
    "lang": "(string)",
    "number": "(object?)",
    "sum": "(nodes)",
    "floor": "(number)",
    "ceiling": "(number)",
    "round": "(number)",
    "current": "()",
    "re-match": "(string, pattern)",
    "deref": "(nodes)",
    "derived-from": "(nodes, identity)",
    "derived-from-or-self": "(nodes, identity)",
    "enum-value": "(nodes)",
    "bit-is-set": "(nodes, bit)",
}
"""Name → what it takes, for people."""
AXES = (
    "child", "descendant", "descendant-or-self", "parent", "ancestor", "ancestor-or-self", "self", "attribute",
    "following-sibling", "preceding-sibling", "following", "preceding", "namespace",
)  # fmt: skip
NODE_TYPES = frozenset({"text", "node", "comment", "processing-instruction"})
OPERATORS = frozenset({"and", "or", "mod", "div"})
DEEPEST = 60  # brackets in brackets

_TOKEN = re.compile(
    r"""(?:
        (?P<literal>"[^"]*"|'[^']*')
      | (?P<number>\d+(?:\.\d*)?|\.\d+)
      | (?P<name>[^\W\d][\w.-]*(?::(?!:)(?:[^\W\d][\w.-]*|\*))?)
      | (?P<symbol>//|::|\.\.|!=|<=|>=|[/()\[\].@,|+\-=<>*$])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class XToken:
    """`kind` is literal, number, name, symbol, or operator for names and ``*`` that are one; broken for the rest."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number."""

    value: str


@dataclass(frozen=True, slots=True)
class Other:
    """Something that filters cannot be built from: which function or operator, and what it works on."""

    what: str
    start: int
    parts: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class PathStep:
    """``axis::prefix:name[predicates]``; `name` is ``*`` or ``node()`` where no name is tested."""

    axis: str
    prefix: str
    name: str
    start: int
    predicates: tuple[Expr, ...] = ()

    @property
    def length(self) -> int:
        return len(self.name) + (len(self.prefix) + 1 if self.prefix else 0)


@dataclass(frozen=True, slots=True)
class Path:
    """A location path; `base` is what it begins with where that is no step (a function, brackets)."""

    absolute: bool
    steps: tuple[PathStep, ...]
    start: int
    base: Expr | None = None


@dataclass(frozen=True, slots=True)
class Binary:
    """Two parts and an operator between them, which is one of ``| = != and or`` and the others."""

    operator: str
    left: Expr
    right: Expr
    start: int = field(default=0, compare=False)


Expr = Literal | Other | Path | Binary


def tokens(text: str) -> list[XToken]:
    """All tokens; a character that begins none is a token "broken"."""
    found: list[XToken] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            # a text without its second quote goes on to the end
            end = len(text) if text[at] in "\"'" else at + 1
            found.append(XToken("broken", text[at:end], at))
            at = end
            continue
        kind = match.lastgroup or "symbol"
        word = match.group()
        if (word == "*" or word in OPERATORS) and _ends_operand(found):
            kind = "operator"
        found.append(XToken(kind, word, at))
        at = match.end()
    return found


def _ends_operand(before: list[XToken]) -> bool:
    """Whether a name here is an operator (XPath 1.0, section 3.7)."""
    if not before:
        return False
    last = before[-1]
    if last.kind in ("literal", "number", "name"):
        return True
    return last.kind == "symbol" and (last.text in (")", "]", ".", "..") or last.text == "*")


def parse_xpath(text: str) -> Expr:
    """The expression; raises `ConfigError` with line and column of what is wrong."""
    return _Parser(text).whole()


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def refuse(text: str, offset: int, words: str) -> NoReturn:
    """Raise `ConfigError` for a place of the text."""
    line, column = place(text, offset)
    raise ConfigError(words, line=line, column=column)


_LEVELS = (("or",), ("and",), ("=", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "div", "mod"))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    def whole(self) -> Expr:
        if not self.tokens:
            refuse(self.text, 0, "The expression is empty.")
        found = self.level(0)
        token = self.peek()
        if token is not None:
            self.unexpected(token)
        return found

    # tokens

    def peek(self, ahead: int = 0) -> XToken | None:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def is_symbol(self, *texts: str) -> bool:
        token = self.peek()
        return token is not None and token.kind == "symbol" and token.text in texts

    def take(self, *texts: str) -> bool:
        if self.is_symbol(*texts):
            self.at += 1
            return True
        return False

    def need(self, symbol: str, opened: int) -> None:
        if self.take(symbol):
            return
        token = self.peek()
        if token is not None:
            self.unexpected(token, f", where {symbol} was expected")
        refuse(self.text, opened, f"A {symbol} is missing: what is opened here is not closed.")

    def unexpected(self, token: XToken, more: str = "") -> NoReturn:
        if token.kind == "broken" and token.text[0] in "\"'":
            refuse(self.text, token.start, "The text has no second quote.")
        refuse(self.text, token.start, f"{token.text!r} cannot stand here{more}.")

    # expressions

    def level(self, number: int) -> Expr:
        if number == len(_LEVELS):
            return self.unary()
        left = self.level(number + 1)
        while (token := self.peek()) is not None and token.text in _LEVELS[number]:
            if token.kind not in ("operator", "symbol"):
                break
            self.at += 1
            left = Binary(token.text, left, self.level(number + 1), token.start)
        return left

    def unary(self) -> Expr:
        token = self.peek()
        if token is not None and self.take("-"):
            return Other("-", token.start, (self.unary(),))
        left = self.path()
        while self.is_symbol("|"):
            bar = self.tokens[self.at]
            self.at += 1
            left = Binary("|", left, self.path(), bar.start)
        return left

    def path(self) -> Expr:
        token = self.peek()
        if token is None:
            refuse(self.text, len(self.text), "The expression ends where something is still needed.")
        base = self.primary(token)
        if base is None:
            return self.location(token)
        if self.is_symbol("["):
            base = Other("filter", token.start, (base, *self.predicates()))
        if not self.is_symbol("/", "//"):
            return base
        return Path(False, tuple(self.relative(descends=self.take_slash())), token.start, base)

    def primary(self, token: XToken) -> Expr | None:
        """A literal, number, call or bracket; None where a location path begins."""
        if token.kind in ("literal", "number"):
            self.at += 1
            return Literal(token.text[1:-1] if token.kind == "literal" else token.text)
        following = self.peek(1)
        if token.kind == "symbol" and token.text == "(":
            self.at += 1
            self.deeper(token)
            inside = self.level(0)
            self.need(")", token.start)
            self.depth -= 1
            return inside
        if token.kind == "symbol" and token.text == "$":
            refuse(self.text, token.start, "Variables are not known in filters.")
        is_call = token.kind == "name" and following is not None and following.text == "("
        if not is_call or token.text in NODE_TYPES:
            return None
        if token.text not in FUNCTIONS:
            refuse(self.text, token.start, f"There is no function {token.text}().")
        self.at += 2
        self.deeper(token)
        parts: list[Expr] = []
        while not self.is_symbol(")"):
            parts.append(self.level(0))
            if not self.take(","):
                break
        self.need(")", token.start)
        self.depth -= 1
        return Other(token.text, token.start, tuple(parts))

    def deeper(self, token: XToken) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            refuse(self.text, token.start, f"There are more than {DEEPEST} brackets in each other.")

    def take_slash(self) -> bool:
        """Take ``/`` or ``//``; whether it was the latter."""
        self.at += 1
        return self.tokens[self.at - 1].text == "//"

    def location(self, token: XToken) -> Path:
        absolute = self.is_symbol("/", "//")
        if not absolute:
            return Path(False, tuple(self.relative()), token.start)
        descends = self.take_slash()
        if not descends and not self.begins_step():
            return Path(True, (), token.start)
        return Path(True, tuple(self.relative(descends=descends)), token.start)

    def begins_step(self) -> bool:
        token = self.peek()
        return token is not None and (token.kind == "name" or token.text in (".", "..", "@", "*"))

    def relative(self, *, descends: bool = False) -> list[PathStep]:
        steps = []
        while True:
            token = self.peek()
            if descends and token is not None:
                steps.append(PathStep("descendant-or-self", "", "node()", token.start))
            steps.append(self.step())
            if not self.is_symbol("/", "//"):
                return steps
            descends = self.take_slash()

    def step(self) -> PathStep:
        token = self.peek()
        if token is None:
            refuse(self.text, len(self.text), "The path ends with a slash: the name of a node is missing.")
        if self.take("."):
            return PathStep("self", "", "node()", token.start, self.predicates())
        if self.take(".."):
            return PathStep("parent", "", "node()", token.start, self.predicates())
        axis = "child"
        if self.take("@"):
            axis = "attribute"
        elif token.kind == "name" and (following := self.peek(1)) is not None and following.text == "::":
            if token.text not in AXES:
                refuse(self.text, token.start, f"There is no axis {token.text}.")
            axis = token.text
            self.at += 2
        named = self.peek()
        if named is None:
            refuse(self.text, len(self.text), "The name of a node is missing.")
        if named.kind != "name" and named.text != "*":
            self.unexpected(named, ", where the name of a node was expected")
        self.at += 1
        prefix, _, name = named.text.rpartition(":")
        if name in NODE_TYPES and self.is_symbol("("):
            opened = self.tokens[self.at].start
            self.at += 1
            literal = self.peek()
            if literal is not None and literal.kind == "literal":
                self.at += 1
            self.need(")", opened)
            name = f"{name}()"
        return PathStep(axis, prefix, name, named.start, self.predicates())

    def predicates(self) -> tuple[Expr, ...]:
        found = []
        while self.is_symbol("["):
            opened = self.tokens[self.at]
            self.at += 1
            self.deeper(opened)
            found.append(self.level(0))
            self.need("]", opened.start)
            self.depth -= 1
        return tuple(found)
