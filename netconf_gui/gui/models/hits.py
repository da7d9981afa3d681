"""Which rows of the tree stay when it shows hits only: hits, what is above them, and what is in them.

No Qt here.  Does not live here: the search (`tree_search`), the rows (`rows`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree


class HitFilter:
    """For one set of hits."""

    def __init__(self, hits: Iterable[etree._Element]) -> None:
        self._hits = set(hits)
        self._above: set[etree._Element] = set()
        self._groups: set[tuple[etree._Element, str]] = set()
        for hit in self._hits:
            at = hit
            parent = at.getparent()
            while parent is not None and (parent, str(at.tag)) not in self._groups:
                self._groups.add((parent, str(at.tag)))
                at, parent = parent, parent.getparent()
                self._above.add(at)
            if parent is not None:
                self._above.add(parent)

    def keeps(self, element: etree._Element) -> bool:
        """Whether the row of an element stays."""
        return element in self._hits or element in self._above or self._is_inside(element)

    def keeps_group(self, parent: etree._Element, tag: str) -> bool:
        """Whether the row of a list stays."""
        return (parent, tag) in self._groups or parent in self._hits or self._is_inside(parent)

    def _is_inside(self, element: etree._Element) -> bool:
        at = element.getparent()
        while at is not None:
            if at in self._hits:
                return True
            at = at.getparent()
        return False
