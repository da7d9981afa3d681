"""Child elements of one name, counted and cut into parts without keeping the others.

A Python object for each of 300,000 siblings would cost seconds and hundreds of megabytes; even a walk over them takes
70 ms.  Those of a document that is edited are counted in its `Siblings`, others in one walk that keeps every 500th.
"""

from __future__ import annotations

from itertools import islice

from lxml import etree

from netconf_gui.config.binding import elements
from netconf_gui.config.siblings import Siblings

MANY = 2000  # children above which no list of all of them is kept
STRIDE = 500  # every so many an element is kept, to start from


class Entries:
    """The children of `parent` named `tag` (Clark name), counted at the first question."""

    __slots__ = ("_all", "_count", "_marks", "_siblings", "parent", "tag")

    def __init__(
        self,
        parent: etree._Element,
        tag: str,
        known: list[etree._Element] | None = None,
        siblings: Siblings | None = None,
    ) -> None:
        self.parent = parent
        self.tag = tag
        self._all = known
        self._siblings = siblings  # only where `parent` is a long one
        self._marks: list[etree._Element] = []  # number 0, STRIDE, 2 * STRIDE …
        self._count: int | None = None if known is None else len(known)

    @staticmethod
    def by_tag(element: etree._Element, siblings: Siblings | None = None) -> dict[str, Entries]:
        """All children by name, names in the order in which they first appear.

        `siblings` are those of the document that the element is in, if it is edited.
        """
        if siblings is not None and siblings.is_long(element):
            return {tag: Entries(element, tag, siblings=siblings) for tag in siblings.names(element)}
        total = len(element)
        if total <= MANY:
            found: dict[str, list[etree._Element]] = {}
            for child in elements(element):
                found.setdefault(str(child.tag), []).append(child)
            return {tag: Entries(element, tag, children) for tag, children in found.items()}
        # a long list mostly stands alone, or between a few others
        ends = [next(elements(element), None), next(element.iterchildren(tag=etree.Element, reversed=True), None)]
        groups = {str(child.tag): Entries(element, str(child.tag)) for child in ends if child is not None}
        if sum(entries.count for entries in groups.values()) != total:
            for tag in dict.fromkeys(str(child.tag) for child in elements(element)):
                groups.setdefault(tag, Entries(element, tag))
        return groups

    @property
    def count(self) -> int:
        if self._siblings is not None:
            return self._siblings.count(self.parent, self.tag)
        if self._count is None:
            self._survey()
        return self._count or 0

    def all(self) -> list[etree._Element]:
        """Every one of them; for long lists made anew each time."""
        if self._all is not None:
            return self._all
        return list(self.parent.iterchildren(self.tag))

    def part(self, low: int, high: int) -> list[etree._Element]:
        """Those from `low` up to, not including, `high`."""
        if self._siblings is not None:
            return self._siblings.part(self.parent, self.tag, low, high)
        high = min(high, self.count)
        if self._all is not None:
            return self._all[low:high]
        if low >= high:
            return []
        start = self._marks[low // STRIDE]
        rest = islice(start.itersiblings(self.tag), max(0, low % STRIDE - 1), high - low + low % STRIDE - 1)
        return [start, *rest] if low % STRIDE == 0 else list(rest)

    def at(self, number: int) -> etree._Element | None:
        """One of them; the first and last of a stride are had at once."""
        if self._siblings is None and self._all is None and 0 <= number < self.count:
            if number == self.count - 1:
                return next(self.parent.iterchildren(self.tag, reversed=True), None)
            if number % STRIDE == STRIDE - 1:
                return next(self._marks[number // STRIDE + 1].itersiblings(self.tag, preceding=True), None)
        found = self.part(number, number + 1)
        return found[0] if found else None

    def _survey(self) -> None:
        self._marks = list(islice(self.parent.iterchildren(self.tag), 0, None, STRIDE))
        if not self._marks:
            self._count, self._all = 0, []
            return
        self._count = (len(self._marks) - 1) * STRIDE + 1 + sum(1 for _ in self._marks[-1].itersiblings(self.tag))
        if self._count <= MANY:
            self._all = list(self.parent.iterchildren(self.tag))
