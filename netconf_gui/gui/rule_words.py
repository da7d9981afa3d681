"""Conditions of YANG (`must`, `when`) as plain words, where they have one of the common forms; "" where they do not.

"type is ethernetCsmacd" reads on from "Only when" and "Must"; what cannot be said in words is shown as it is written.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\s*(\"[^\"]*\"|'[^']*'|\d+(?:\.\d+)?|\.\.|//|!=|<=|>=|[A-Za-z_][\w.-]*(?::[A-Za-z_*][\w.-]*)?|[()\[\]/.,=<>|+*@$-])"
)
_COMPARE = {
    "=": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_COUNT = {"<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least", "=": "exactly", "!=": "not exactly"}
_NOT = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
LONGEST = 160  # characters of words; longer sentences are harder to read than the expression

Tokens = list[str]


def rule_words(expression: str) -> str:
    """The expression in words; "" if it has none of the common forms."""
    tokens = _tokens(expression)
    words = _clause(tokens) if tokens else ""
    return words if 0 < len(words) <= LONGEST else ""


def condition_sentence(expression: str, *, there: bool) -> str:
    """Why a node whose condition is false cannot be there."""
    words = rule_words(expression) or expression
    if there:
        return f"This node is here although it is only allowed when {words}. The device will refuse it: delete it."
    return f"This node can only be added when {words}."


def _tokens(text: str) -> Tokens:
    """The tokens of an XPath; empty if there is one that is not known here."""
    found: Tokens = []
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return []
        found.append(match.group(1))
        at = match.end()
    return found


def _clause(tokens: Tokens) -> str:
    tokens = _without_parentheses(tokens)
    for word, joined in (("or", " or "), ("and", " and ")):
        parts = _split(tokens, {word})
        if len(parts) > 1:
            said = [_clause(part) for part in parts]
            if not all(said):
                return ""
            if word == "and" and any(" or " in one for one in said):
                return ""
            return _shared(said, joined)
    return _simple(tokens)


def _simple(tokens: Tokens) -> str:
    call = _call(tokens)
    if call is not None:
        return _function(*call)
    at = next((number for number, depth in _top_level(tokens) if depth == 0 and tokens[number] in _COMPARE), -1)
    if at >= 0:
        return _comparison(tokens[:at], tokens[at], tokens[at + 1 :])
    path = _path(tokens)
    return f"{path} is set" if path else ""


def _comparison(left: Tokens, operator: str, right: Tokens) -> str:
    if any(depth == 0 and right[number] in _COMPARE for number, depth in _top_level(right)):
        return ""
    call = _call(left)
    if call is not None and call[0] == "count" and len(call[1]) == 1:
        path, number = _path(call[1][0]), _operand(right)
        if not path or not number.isdigit():
            return ""
        if operator in ("=", "<") and number == ("0" if operator == "=" else "1"):
            return f"there is no {path}"
        entries = "entry" if number == "1" else "entries"
        return f"{path} has {_COUNT[operator]} {number} {entries}"
    one, other = _operand(left), _operand(right)
    return f"{one} {_COMPARE[operator]} {other}" if one and other else ""


def _function(name: str, arguments: list[Tokens]) -> str:
    if name == "not" and len(arguments) == 1:
        return _negated(_without_parentheses(arguments[0]))
    if name in ("derived-from", "derived-from-or-self") and len(arguments) == 2:
        path, identity = _operand(arguments[0]), _operand(arguments[1])
        if path and identity:
            own = f"{identity} or " if name.endswith("self") else ""
            return f"{path} is {own}derived from {identity}" if not own else f"{path} is {identity} or a kind of it"
    if name == "boolean" and len(arguments) == 1:
        return _clause(arguments[0])
    if name in ("true", "false") and arguments in ([], [[]]):
        return "always" if name == "true" else "never"
    if name == "re-match" and len(arguments) == 2 and arguments[1] and arguments[1][0][0] in "'\"":
        path = _operand(arguments[0])
        return f"{path} looks like {arguments[1][0][1:-1]}" if path else ""
    if name == "bit-is-set" and len(arguments) == 2:
        path, bit = _operand(arguments[0]), _operand(arguments[1])
        return f"{path} has the flag {bit}" if path and bit else ""
    return ""


def _negated(tokens: Tokens) -> str:
    """The opposite of a simple form; `not(a = b)` with several a is stricter than `a != b`, so it says "no"."""
    path = _path(tokens)
    if path:
        return f"{path} is not set"
    at = next((number for number, depth in _top_level(tokens) if depth == 0 and tokens[number] in _COMPARE), -1)
    if at >= 0 and not any(token in ("and", "or") for token in tokens):
        one, other = _operand(tokens[:at]), _operand(tokens[at + 1 :])
        if not one or not other:
            return ""
        if tokens[at] == "=":
            return f"{one} is not {other}"
        return f"{one} {_COMPARE[_NOT[tokens[at]]]} {other}"
    call = _call(tokens)
    if call is not None and call[0] in ("derived-from", "derived-from-or-self"):
        said = _function(*call)
        return said.replace(" is ", " is not ", 1).replace(" or a kind", " nor a kind")
    return ""


def _operand(tokens: Tokens) -> str:
    tokens = _without_parentheses(tokens)
    if len(tokens) == 1 and tokens[0][0] in "'\"":
        text = tokens[0][1:-1]
        return text.rpartition(":")[2] if re.fullmatch(r"[A-Za-z_][\w.-]*:[A-Za-z_][\w.-]*", text) else text or "empty"
    if len(tokens) == 1 and tokens[0][0].isdigit():
        return tokens[0]
    if len(tokens) == 2 and tokens[0] == "-" and tokens[1][0].isdigit():
        return f"-{tokens[1]}"
    call = _call(tokens)
    if call is not None and call[0] in ("number", "string") and len(call[1]) == 1:
        return _operand(call[1][0]) or "the value"
    if call is not None and call[0] in ("true", "false"):
        return call[0]
    return _path(tokens)


def _path(tokens: Tokens) -> str:
    """A location path as local names; "" if it is none, or has predicates, wildcards or axes."""
    if tokens[:3] == ["current", "(", ")"]:
        tokens = [".", *tokens[3:]]
    if tokens == ["."]:
        return "the value"
    absolute = bool(tokens) and tokens[0] == "/"
    names: list[str] = []
    expect = not absolute
    for word in tokens:
        if word == "/":
            if expect:
                return ""
            expect = True
        elif not expect and not (absolute and not names):
            return ""
        elif word in (".", ".."):
            expect = False
        elif re.fullmatch(r"[A-Za-z_][\w.:-]*", word):
            names.append(word.rpartition(":")[2])
            expect = False
        else:
            return ""
    if expect or not names:
        return "the parent" if tokens == [".."] else ""
    return ("/" if absolute else "") + "/".join(names)


def _shared(said: list[str], joined: str) -> str:
    """ "type is a or b" instead of "type is a or type is b"."""
    split = [one.partition(" is ") for one in said]
    first = split[0][0]
    if all(middle and start == first and not rest.startswith("not ") for start, middle, rest in split):
        return f"{first} is " + joined.join(rest for _, _, rest in split)
    return joined.join(said)


# brackets


def _top_level(tokens: Tokens) -> list[tuple[int, int]]:
    """Each token's number and how many brackets it is in."""
    depth, found = 0, []
    for number, token in enumerate(tokens):
        depth -= token in (")", "]")
        found.append((number, depth))
        depth += token in ("(", "[")
    return found


def _split(tokens: Tokens, words: set[str]) -> list[Tokens]:
    parts: list[Tokens] = [[]]
    for number, depth in _top_level(tokens):
        # at the beginning of a step such a word is a name
        if depth == 0 and tokens[number] in words and parts[-1] and parts[-1][-1] not in ("/", ":"):
            parts.append([])
        else:
            parts[-1].append(tokens[number])
    return parts


def _without_parentheses(tokens: Tokens) -> Tokens:
    while len(tokens) > 2 and tokens[0] == "(" and _closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: Tokens, start: int) -> int:
    depth = 0
    for number in range(start, len(tokens)):
        depth += (tokens[number] == "(") - (tokens[number] == ")")
        if depth == 0:
            return number
    return -1


def _call(tokens: Tokens) -> tuple[str, list[Tokens]] | None:
    """Name and arguments, if the whole is one call of a function."""
    tokens = _without_parentheses(tokens)
    if len(tokens) < 3 or tokens[1] != "(" or not tokens[0][0].isalpha() or _closing(tokens, 1) != len(tokens) - 1:
        return None
    inside = tokens[2:-1]
    return tokens[0], (_split_commas(inside) if inside else [])


def _split_commas(tokens: Tokens) -> list[Tokens]:
    parts: list[Tokens] = [[]]
    for number, depth in _top_level(tokens):
        if depth == 0 and tokens[number] == ",":
            parts.append([])
        else:
            parts[-1].append(tokens[number])
    return parts
