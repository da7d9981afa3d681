"""XPath 1.0 expressions as text: their tokens, and the one change that a tree with a wrapper needs.

A datastore has several top-level nodes, an XML document has one root.  So the nodes stand below a wrapper, and the
absolute paths of an expression have to begin below it.  Does not live here: evaluating.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<literal>"[^"]*"|'[^']*')
      | (?P<number>\d+(?:\.\d*)?|\.\d+)
      | (?P<name>[^\W\d][\w.-]*(?::(?!:)(?:[^\W\d][\w.-]*|\*))?)
      | (?P<symbol>//|::|\.\.|!=|<=|>=|[/()\[\].@,|+\-=<>*$])
    )""",
    re.VERBOSE,
)
_WORD_OPERATORS = frozenset({"and", "or", "mod", "div"})
_OPERAND_ENDS = frozenset({")", "]", ".", "..", "*"})


def below_wrapper(expression: str) -> str:
    """The expression with every absolute path starting at the children of the document's root element.

    Raises ValueError with the place of the first character that belongs to no token.
    """
    out: list[str] = []
    at = 0
    operand = False  # whether the token before ends an operand: then "/" continues a path
    text = expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"unexpected character at column {at + 1}")
        out.append(match.group())
        symbol = match.group("symbol")
        if symbol == "/" and not operand:
            out.append("*" if _path_ends(text, match.end()) else "*/")
        operand = _ends_operand(match, operand)
        at = match.end()
    return "".join(out)


def _ends_operand(match: re.Match[str], operand: bool) -> bool:
    symbol, name = match.group("symbol"), match.group("name")
    if name is not None:
        return not (operand and name in _WORD_OPERATORS)
    if symbol == "*":
        return not operand  # after an operand it multiplies, else it is a name test
    return symbol is None or symbol in _OPERAND_ENDS


def _path_ends(text: str, at: int) -> bool:
    """Whether nothing that could be a step follows: `/` alone is the root itself.

    After `/` every name is a name test, even `and` or `div` (XPath 1.0, section 3.7).
    """
    match = _TOKEN.match(text, at)
    if match is None or match.group("name") is not None:
        return match is None
    return match.group("symbol") not in (".", "..", "@", "*")
