"""What differs from the base, as the tree's rows ask for it; computed once per revision of the document.

The document knows the state of single elements; rows also ask about groups of entries ("is any interface changed?").
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.document import Document


class Marks:
    """States of elements and groups of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._revision = -1
        self._groups: dict[tuple[etree._Element, str], set[etree._Element]] = {}

    def state(self, element: etree._Element) -> str:
        """same, added, changed or moved."""
        return self._document.state(element)

    def below(self, element: etree._Element) -> bool:
        """Whether anything below the element differs."""
        return self._document.changed_below(element)

    def is_changed(self, element: etree._Element) -> bool:
        """Whether the element or anything below it differs."""
        return self._document.state(element) != "same" or self._document.changed_below(element)

    def removed(self, element: etree._Element) -> list[etree._Element]:
        """Elements of the base that are gone from below `element`."""
        return self._document.removed_children(element)

    def base_of(self, element: etree._Element) -> etree._Element | None:
        return self._document.base_element(element)

    def group_changed(self, parent: etree._Element, tag: str) -> bool:
        """Whether any child of that Clark name was added, removed, changed, moved, or has changes below."""
        return (parent, tag) in self._changed()

    def changed_children(self, parent: etree._Element, tag: str) -> set[etree._Element] | None:
        """The children of that Clark name that differ or have differences below; None: all of them."""
        if self._document.state(parent) == "added":
            return None
        return self._changed().get((parent, tag), set())

    def _changed(self) -> dict[tuple[etree._Element, str], set[etree._Element]]:
        if self._revision != self._document.revision:
            self._groups = self._changed_groups()
            self._revision = self._document.revision
        return self._groups

    def _changed_groups(self) -> dict[tuple[etree._Element, str], set[etree._Element]]:
        found: dict[tuple[etree._Element, str], set[etree._Element]] = {}
        for entry in self._document.diff().entries:
            at = entry.element_new
            if at is None:
                if entry.element_old is not None and entry.parent_new is not None:
                    found.setdefault((entry.parent_new, str(entry.element_old.tag)), set())
                at = entry.parent_new
            while at is not None:
                parent = at.getparent()
                if parent is None:
                    break
                children = found.setdefault((parent, str(at.tag)), set())
                if at in children:
                    break
                children.add(at)
                at = parent
        return found
