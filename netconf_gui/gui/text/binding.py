"""Parts of a text and nodes of the document and its schema, either from the other.

Lives here: `TextBinding`.  A node is found by its names and, in lists, by its place and its keys; a text that has run
ahead of the document leads to the nearest node that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, is_leaf_list, is_wrapper
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.yang.schema import SchemaNode

TextOf = Callable[[Outline, Part], str]


class TextBinding:
    """For one document; `text_of` reads a leaf's value out of the text's language."""

    def __init__(self, root: Callable[[], etree._Element], binder: Callable[[], Binder], text_of: TextOf) -> None:
        self._root = root
        self._binder = binder
        self._text_of = text_of

    def scope(self, part: Part) -> Scope:
        """The schema node of a part, or what is said where there is none."""
        binder = self._binder()
        scope: Scope = Region.TOP
        for one in part.chain():
            scope = binder.child_scope(scope, one.tag) if one.tag else Region.UNKNOWN
        if part.kind == "array":
            return binder.child_scope(scope, part.tag) if part.tag else Region.UNKNOWN
        return scope

    def schema_node(self, part: Part) -> SchemaNode | None:
        scope = self.scope(part)
        return scope if isinstance(scope, SchemaNode) else None

    def element(self, outline: Outline, part: Part) -> etree._Element | None:
        """The element of the document; the nearest above it that is there, None for the top."""
        at = self._root()
        found: etree._Element | None = None
        scope: Scope = Region.TOP
        for one in part.chain():
            scope = self._binder().child_scope(scope, one.tag)
            child = self._child_element(outline, at, one, scope) if one.tag else None
            if child is None:
                break
            found = at = child
        return found

    def _child_element(
        self, outline: Outline, parent: etree._Element, part: Part, scope: Scope
    ) -> etree._Element | None:
        above = part.above
        number = 0
        for one in above.nodes() if above is not None else ():
            if one is part:
                break
            number += one.tag == part.tag
        same = parent.iterchildren(part.tag)
        likely = next(islice(same, number, None), None)
        if likely is not None and self._matches(outline, part, likely, scope):
            return likely
        return next((one for one in parent.iterchildren(part.tag) if self._matches(outline, part, one, scope)), likely)

    def part(self, outline: Outline, element: etree._Element) -> Part | None:
        """The part of an element; the nearest above it that is there, None if not even that."""
        chain: list[etree._Element] = []
        at: etree._Element | None = element
        while at is not None and not is_wrapper(at):
            chain.append(at)
            at = at.getparent()
        part = outline.root
        if part.children and part.children[0].kind == "wrapper":
            part = part.children[0]
        found: Part | None = None
        scope: Scope = Region.TOP
        for one in reversed(chain):
            scope = self._binder().child_scope(scope, str(one.tag))
            child = self._child_part(outline, part, one, scope)
            if child is None:
                break
            found = part = child
        return found

    def _child_part(self, outline: Outline, parent: Part, element: etree._Element, scope: Scope) -> Part | None:
        same = [one for one in parent.nodes() if one.tag == element.tag]
        if len(same) <= 1:
            return same[0] if same else None
        number = sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))
        if number < len(same) and self._matches(outline, same[number], element, scope):
            return same[number]
        likely = same[number] if number < len(same) else None
        return next((one for one in same if self._matches(outline, one, element, scope)), likely)

    def _matches(self, outline: Outline, part: Part, element: etree._Element, scope: Scope) -> bool:
        """Whether keys or value are the same; prefixes of identities may be others."""
        if is_leaf_list(scope):
            return _alike(self._text_of(outline, part), element.text or "")
        if not isinstance(scope, SchemaNode) or not scope.keys:
            return True
        for tag, _ in self._binder().keys(scope):
            leaf = element.find(tag)
            key = next((one for one in part.nodes() if one.tag == tag), None)
            if leaf is None or key is None:
                return False
            if not _alike(self._text_of(outline, key), leaf.text or ""):
                return False
        return True


def _alike(one: str, other: str) -> bool:
    return one == other or one.strip().rpartition(":")[2] == other.strip().rpartition(":")[2]
