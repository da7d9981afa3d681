"""Which node of a configuration stands where in a text, also while the text is broken.

Lives here: `Part` and `Outline`, the same for XML and JSON, without Qt.  Does not live here: making them (`xml_scan`,
`json_scan`), what the nodes are in the document (`binding`).  Offsets count characters of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(slots=True, eq=False)
class Part:
    """One node as it is written.

    `kind` is node, array (JSON: the entries are its children), wrapper, or text (the whole).  `start` to `end` is all
    of it, `start` to `name_end` includes its name, `inner` to `inner_end` is its content; -1 for what is not there.
    `tag` is the Clark name, "" where the prefix or module is not known; `namespaces` are those in scope (XML).
    """

    kind: str
    tag: str
    label: str
    start: int
    name_end: int
    parent: Part | None = None
    inner: int = -1
    inner_end: int = -1
    end: int = -1
    children: list[Part] = field(default_factory=list)
    namespaces: Mapping[str, str] = field(default_factory=dict)

    @property
    def node(self) -> Part:
        """The part that stands for a node: for an array the node around it."""
        at = self
        while at.kind == "array" and at.parent is not None:
            at = at.parent
        return at

    @property
    def above(self) -> Part | None:
        """The node around this one."""
        return self.parent.node if self.parent is not None else None

    @property
    def namespace(self) -> str:
        return self.tag[1:].partition("}")[0] if self.tag[:1] == "{" else ""

    def nodes(self) -> Iterator[Part]:
        """The nodes directly inside, entries of arrays included."""
        for child in self.children:
            if child.kind == "array":
                yield from child.nodes()
            else:
                yield child

    def chain(self) -> list[Part]:
        """The nodes from the top-level one down to this; wrappers and the text itself are left out."""
        found: list[Part] = []
        at: Part | None = self.node
        while at is not None:
            if at.kind == "node":
                found.append(at)
            at = at.above
        return found[::-1]


class Outline:
    """All parts of one text."""

    def __init__(self, text: str, root: Part, parts: list[Part]) -> None:
        """`parts` in the order in which they begin, without `root`."""
        self.text = text
        self.root = root
        self.parts = parts
        self._starts = [part.start for part in parts]

    def at(self, offset: int) -> Part:
        """The innermost part there; right behind its end counts as inside."""
        number = bisect_right(self._starts, offset) - 1
        at: Part | None = self.parts[number] if number >= 0 else self.root
        while at is not None and at.end != -1 and offset > at.end:
            at = at.parent
        return at or self.root

    def inside(self, offset: int) -> Part:
        """The innermost part of whose content the offset is a part."""
        at: Part | None = self.at(offset)
        while at is not None and at.kind != "text":
            if at.inner != -1 and at.inner <= offset and (at.inner_end == -1 or offset <= at.inner_end):
                return at
            at = at.parent
        return self.root

    def value(self, part: Part) -> str:
        """The content as written."""
        if part.inner == -1:
            return ""
        return self.text[part.inner : part.inner_end if part.inner_end != -1 else part.inner]

    @cached_property
    def breaks(self) -> list[int]:
        """Offsets of line breaks."""
        found: list[int] = []
        at = self.text.find("\n")
        while at >= 0:
            found.append(at)
            at = self.text.find("\n", at + 1)
        return found

    def line(self, offset: int) -> int:
        """The line of an offset, from 0."""
        return bisect_right(self.breaks, offset - 1)

    @cached_property
    def folds(self) -> dict[int, int]:
        """First line → last line (both from 0) of what can be folded; the outermost where several begin in one."""
        found: dict[int, int] = {}
        for part in self.parts:
            if part.end == -1 or not (part.children or part.inner != part.inner_end):
                continue
            first, last = self.line(part.start), self.line(max(part.start, part.end - 1))
            if last > first and first not in found:
                found[first] = last
        return found

    @cached_property
    def is_wide(self) -> bool:
        """True if some character takes two places in Qt's count."""
        return bool(self.text) and max(self.text) > "\uffff"

    def to_qt(self, offset: int) -> int:
        """An offset as Qt counts, in UTF-16."""
        return len(self.text[:offset].encode("utf-16-le")) // 2 if self.is_wide else offset

    def from_qt(self, position: int) -> int:
        """Qt's position as an offset of the text."""
        if not self.is_wide:
            return position
        return len(self.text.encode("utf-16-le")[: position * 2].decode("utf-16-le", "ignore"))
