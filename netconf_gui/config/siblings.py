"""Where elements stand among their siblings, kept up while the tree is edited: lists may have 400,000 entries.

A walk over so many takes some 70 ms even in C.  Here every 500th child of a long parent is remembered with how many
follow it, so that a place is found by a walk of a few hundred steps, and an insert or removal changes one number.

Lives here: `Siblings`.  Does not live here: what a position means in a path (`path`), rows (`entries`).
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from operator import attrgetter

from lxml import etree

from netconf_gui.config.binding import elements
from netconf_gui.protocol.xml import KINDS_OF_COMMENTS

STRIDE = 500  # children between two that are remembered, when they are read
MANY = 2000  # children above which a parent is worth it
_TAG = attrgetter("tag")


class _Run:
    """Children of one parent: all of them, or those of one name."""

    __slots__ = ("_near", "heads", "kind", "numbers", "sizes", "total")

    def __init__(self, tag: str | None, heads: list[etree._Element], total: int) -> None:
        self.kind = etree.Element if tag is None else tag
        self.total = total
        self.heads = heads
        self.sizes = [STRIDE] * (len(heads) - 1) + [total - STRIDE * (len(heads) - 1)] if heads else []
        self.numbers = {head: number for number, head in enumerate(heads)}
        # where the latest change was: many are made one behind the other
        self._near: tuple[etree._Element, int, int] | None = None

    def named(self, tag: str) -> _Run:
        """A copy for children of one name, where all are of that name."""
        twin = _Run(tag, list(self.heads), self.total)
        twin.sizes = list(self.sizes)
        return twin

    def find(self, element: etree._Element) -> tuple[int, int]:
        """The block that an element is in (-1: it stands in front of all), and its place in it."""
        number = self.numbers.get(element)
        if number is not None:
            return number, 0
        if element.getnext() is None:
            return len(self.heads) - 1, self.sizes[-1] - 1
        if self._near is not None:
            near, number, offset = self._near
            if next(element.itersiblings(self.kind, preceding=True), None) is near:
                return number, offset + 1
        offset = 0
        for offset, before in enumerate(element.itersiblings(self.kind, preceding=True), 1):
            number = self.numbers.get(before)
            if number is not None:
                return number, offset
        return -1, offset

    def place(self, element: etree._Element) -> int:
        number, offset = self.find(element)
        return sum(self.sizes[:number]) + offset

    def part(self, parent: etree._Element, low: int, high: int) -> list[etree._Element]:
        """Those from `low` up to, not including, `high`."""
        low, high = max(low, 0), min(high, self.total)
        if low >= high:
            return []
        if low == self.total - 1:
            return list(islice(parent.iterchildren(self.kind, reversed=True), 1))
        number, start = 0, 0
        while start + self.sizes[number] <= low:
            start += self.sizes[number]
            number += 1
        head, skip = self.heads[number], low - start
        rest = islice(head.itersiblings(self.kind), max(0, skip - 1), high - start - 1)
        return list(rest) if skip else [head, *rest]

    def added(self, element: etree._Element) -> None:
        self.total += 1
        last = element.getnext() is None
        number, offset = (len(self.heads) - 1, -1) if last else self.find(element)
        self._near = (element, number, offset) if number >= 0 and not last else None
        if not self.heads:
            self.heads, self.sizes = [element], [0]
            number = 0
        elif number < 0:
            del self.numbers[self.heads[0]]
            self.heads[0] = element
            number = 0
        self.numbers[self.heads[number]] = number
        self.sizes[number] += 1
        if self.sizes[number] > 2 * STRIDE:
            self._near = None
            middle = next(islice(self.heads[number].itersiblings(self.kind), STRIDE - 1, None))
            self.heads.insert(number + 1, middle)
            self.sizes[number : number + 1] = [STRIDE, self.sizes[number] - STRIDE]
            self._count_from(number + 1)

    def removed(self, element: etree._Element) -> None:
        number, offset = self.find(element)
        self.total -= 1
        self.sizes[number] -= 1
        self._near = None
        if offset:
            self._near = (next(element.itersiblings(self.kind, preceding=True)), number, offset - 1)
            return
        del self.numbers[element]
        if self.sizes[number]:
            self.heads[number] = next(element.itersiblings(self.kind))
            self.numbers[self.heads[number]] = number
        else:
            del self.heads[number], self.sizes[number]
            self._count_from(number)

    def _count_from(self, number: int) -> None:
        for at in range(number, len(self.heads)):
            self.numbers[self.heads[at]] = at


class _Family:
    """The children of one long parent."""

    __slots__ = ("by_tag", "commented", "whole")

    def __init__(self, parent: etree._Element) -> None:
        counts: Counter[str] = Counter()
        heads: list[etree._Element] = []
        rest = elements(parent)
        # in pieces: one long call would keep other threads waiting
        while piece := list(islice(rest, STRIDE)):
            heads.append(piece[0])
            counts.update(map(_TAG, piece))
        self.whole = _Run(None, heads, counts.total())
        self.by_tag: dict[str, _Run] = {}
        for tag, count in counts.items():
            alone = len(counts) == 1
            run = self.whole if alone else _Run(tag, list(islice(parent.iterchildren(tag), 0, None, STRIDE)), count)
            self.by_tag[tag] = run
        self.commented: bool | None = None

    def added(self, element: etree._Element) -> None:
        tag = str(element.tag)
        run = self.by_tag.get(tag)
        if run is None:
            for other, shared in self.by_tag.items():
                if shared is self.whole:
                    self.by_tag[other] = shared.named(other)
            run = self.by_tag[tag] = _Run(tag, [element], 1)
        elif run is not self.whole:
            run.added(element)
        self.whole.added(element)

    def removed(self, element: etree._Element) -> None:
        tag = str(element.tag)
        run = self.by_tag[tag]
        if run is not self.whole:
            run.removed(element)
        self.whole.removed(element)
        if not run.total:
            del self.by_tag[tag]


class Siblings:
    """Places in one tree; who changes the tree says so by `added`, `removed`, `commented` or `clear`."""

    def __init__(self) -> None:
        self._known: dict[etree._Element, _Family] = {}

    def place(self, element: etree._Element) -> int:
        """Place among the element children of its parent, from 0; -1 for the topmost."""
        parent = element.getparent()
        if parent is None:
            return -1
        if parent not in self._known:
            before = sum(1 for _ in islice(element.itersiblings(etree.Element, preceding=True), MANY))
            if before < MANY:
                return before
        return self._family(parent).whole.place(element)

    def position(self, element: etree._Element) -> int:
        """1 for the first of its name among its siblings, as XPath counts."""
        parent, tag = element.getparent(), str(element.tag)
        if parent is None:
            return 1
        if parent not in self._known:
            before = sum(1 for _ in islice(element.itersiblings(tag, preceding=True), MANY))
            if before < MANY:
                return before + 1
        return self._family(parent).by_tag[tag].place(element) + 1

    def is_long(self, parent: etree._Element) -> bool:
        """Whether places below `parent` are kept here; else there are few children."""
        if parent not in self._known and next(islice(elements(parent), MANY, None), None) is None:
            return False
        return self._family(parent).whole.total > MANY

    def names(self, parent: etree._Element) -> list[str]:
        """The Clark names of the children of a long parent, in the order in which they first appear."""
        family = self._family(parent)
        if len(family.by_tag) == 1:
            return list(family.by_tag)
        return sorted(family.by_tag, key=lambda tag: family.whole.place(family.by_tag[tag].heads[0]))

    def count(self, parent: etree._Element, tag: str) -> int:
        """How many children of a long parent are of that name."""
        run = self._family(parent).by_tag.get(tag)
        return 0 if run is None else run.total

    def part(self, parent: etree._Element, tag: str, low: int, high: int) -> list[etree._Element]:
        """Children of one name from number `low` up to, not including, `high`."""
        if low < 0 or low >= high:
            return []
        if parent not in self._known and high <= MANY:
            return list(islice(parent.iterchildren(tag), low, high))
        run = self._family(parent).by_tag.get(tag)
        return [] if run is None else run.part(parent, low, high)

    def at(self, parent: etree._Element, place: int) -> etree._Element | None:
        """The element child at a place; None if there are not so many."""
        if parent not in self._known and place < MANY:
            return next(islice(elements(parent), place, None), None)
        return next(iter(self._family(parent).whole.part(parent, place, place + 1)), None)

    def has_comments(self, parent: etree._Element) -> bool:
        """True if comments or processing instructions stand directly in an element."""
        family = self._known.get(parent)
        if family is not None and family.commented is not None:
            return family.commented
        if family is None and len(parent) > MANY:
            family = self._family(parent)
        found = next(parent.iterchildren(*KINDS_OF_COMMENTS), None) is not None
        if family is not None:
            family.commented = found
        return found

    def read(self, parent: etree._Element) -> None:
        """Look through the children of a long parent now."""
        self._family(parent)
        self.has_comments(parent)

    def _family(self, parent: etree._Element) -> _Family:
        found = self._known.get(parent)
        if found is None:
            found = self._known[parent] = _Family(parent)
        return found

    # what happens to the tree

    def added(self, parent: etree._Element, element: etree._Element) -> None:
        """A new child is there."""
        family = self._known.get(parent)
        if family is not None:
            family.added(element)

    def removed(self, parent: etree._Element, element: etree._Element) -> None:
        """A child is about to go."""
        family = self._known.get(parent)
        if family is not None:
            family.removed(element)
        self._known.pop(element, None)

    def commented(self, parent: etree._Element) -> None:
        """The comments directly in an element are others."""
        family = self._known.get(parent)
        if family is not None:
            family.commented = None

    def clear(self) -> None:
        """It is another tree."""
        self._known.clear()
