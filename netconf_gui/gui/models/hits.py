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
        self._groups: dict[tuple[etree._Element, str], set[etree._Element]] = {}
        for hit in self._hits:
            at = hit
            parent = at.getparent()
            known = False
            while parent is not None and not known:
                known = (parent, str(at.tag)) in self._groups
                self._groups.setdefault((parent, str(at.tag)), set()).add(at)
                self._above.add(parent)
                at, parent = parent, parent.getparent()

    def keeps(self, element: etree._Element) -> bool:
        """Whether the row of an element stays."""
        return element in self._hits or element in self._above or self._is_inside(element)

    def keeps_group(self, parent: etree._Element, tag: str) -> bool:
        """Whether the row of a list stays."""
        return (parent, tag) in self._groups or parent in self._hits or self._is_inside(parent)

    def children(self, parent: etree._Element, tag: str) -> set[etree._Element] | None:
        """The children of one name that stay; None: all of them."""
        if parent in self._hits or self._is_inside(parent):
            return None
        return self._groups.get((parent, tag), set())

    def _is_inside(self, element: etree._Element) -> bool:
        at = element.getparent()
        while at is not None:
            if at in self._hits:
                return True
            at = at.getparent()
        return False
