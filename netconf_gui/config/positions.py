"""Positions among siblings of one name, for whoever asks for many of them in a long list.

Lives here: `Positions`.  Does not live here: what a position means in a path (`path`).
"""

from __future__ import annotations

from lxml import etree

STEP = 500  # siblings between two that are remembered on the way


class Positions:
    """Counts from the nearest sibling whose position is known; valid while the tree is as it is, see `forget`."""

    def __init__(self) -> None:
        self._known: dict[etree._Element, int] = {}

    def of(self, element: etree._Element) -> int:
        """1 for the first of its name, as XPath counts (`path.position_of` without looking at all before it)."""
        passed: list[etree._Element] = [element]
        start = 0
        if element in self._known:
            return self._known[element]
        for before in element.itersiblings(str(element.tag), preceding=True):
            found = self._known.get(before)
            if found is not None:
                start = found
                break
            passed.append(before)
        last = start + len(passed)
        for number in range(0, len(passed), STEP):
            self._known[passed[number]] = last - number
        return last

    def forget(self) -> None:
        """Siblings came, went or moved."""
        self._known.clear()
