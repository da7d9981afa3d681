"""The outline of a JSON text, made by looking at its pieces: what is broken is passed over.

Lives here: the scanner.  Does not live here: reading JSON (`config.json_codec`).
"""

from __future__ import annotations

from netconf_gui.config.json_text import Token, tokens, unquoted
from netconf_gui.config.json_values import ModuleNames
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.protocol.xml import qn

_WRAPPERS = frozenset({"data", "config", "ietf-restconf:data", "ietf-netconf:config", "ietf-netconf:data"})


def scan_json(text: str, names: ModuleNames) -> Outline:
    """The outline of a text as it is; `names` tell the namespaces of modules."""
    return _Scan(text, names).run()


class _Scan:
    """One walk over the pieces; `at` is the innermost open object or array."""

    def __init__(self, text: str, names: ModuleNames) -> None:
        self._text = text
        self._names = names
        self._root = Part("text", "", "", 0, 0, inner=0)
        self._parts: list[Part] = []
        self._at = self._root  # its content is being read
        self._member: Part | None = None  # a member whose value is still to come
        self._open: list[tuple[str, Part]] = []  # bracket, the part whose content it opened

    def run(self) -> Outline:
        pieces = list(tokens(self._text))
        for number, token in enumerate(pieces):
            follows = pieces[number + 1].text if number + 1 < len(pieces) else ""
            self._take(token, follows)
        return Outline(self._text, self._root, self._parts)

    def _take(self, token: Token, follows: str) -> None:
        first = token.text[0]
        if first in "{[":
            self._opened(token, first)
        elif first in "}]":
            self._closed(token)
        elif first == ",":
            self._member = None
        elif first != ":":
            in_object = not self._open or self._open[-1][0] == "{"
            if in_object and first == '"' and (follows == ":" or self._member is None):
                self._named(token)
            else:
                self._value(token)

    def _named(self, token: Token) -> None:
        if not self._open:
            return
        label = unquoted(token.text)
        part = Part("node", self._tag(label), label, token.start, token.end, self._at)
        if label.startswith("@"):
            part.tag = ""
        elif label in _WRAPPERS and self._at.kind == "text":
            part.kind = "wrapper"
        self._at.children.append(part)
        self._parts.append(part)
        self._member = part

    def _tag(self, label: str) -> str:
        module, colon, name = label.rpartition(":")
        namespace = self._names.namespace(module) if colon else self._at.node.namespace
        return qn(namespace, name) if namespace else ""

    def _holder(self, start: int) -> Part:
        """The part whose value begins: the member waiting for it, or a new entry of the array."""
        if self._member is not None:
            found, self._member = self._member, None
            return found
        if self._open and self._open[-1][0] == "[":
            entry = Part("node", self._at.tag, self._at.label, start, start, self._at)
            self._at.children.append(entry)
            self._parts.append(entry)
            return entry
        return self._root

    def _opened(self, token: Token, bracket: str) -> None:
        part = self._holder(token.start)
        if bracket == "[" and part is not self._root:
            part.kind = "array"
        if part.inner == -1 or part is self._root:
            part.inner = token.end
        self._open.append((bracket, part))
        self._at = part

    def _closed(self, token: Token) -> None:
        wanted = "{" if token.text == "}" else "["
        if all(bracket != wanted for bracket, _ in self._open):
            return
        while True:
            bracket, part = self._open.pop()
            part.inner_end = token.start
            part.end = token.end if bracket == wanted else token.start
            if bracket == wanted:
                break
        self._at = self._open[-1][1] if self._open else self._root
        self._member = None

    def _value(self, token: Token) -> None:
        part = self._holder(token.start)
        if part is not self._root and part.inner == -1:
            part.inner, part.inner_end, part.end = token.start, token.end, token.end


def text_of(outline: Outline, part: Part) -> str:
    """The value that a leaf has in the text, without quotes."""
    written = outline.value(part).strip()
    return unquoted(written) if written.startswith('"') else written
