"""What the engine says of a subtree before it is pasted: patterns, unions and the like, which only it can judge.

Lives here: the text to judge, and taking out what was found wrong.  Does not live here: what names and simple types
tell (`pasting`), asking the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from netconf_gui.config.binding import Region, elements, is_wrapper
from netconf_gui.config.copying import copy_names, copy_node, start_element
from netconf_gui.config.document import Document
from netconf_gui.config.pasting import Misfit, Paste, told
from netconf_gui.config.path import InstancePath, find
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, new_element, qn, serialize
from netconf_gui.yang.schema import SchemaNode


class Probe:
    """The pieces of a paste where they would go, below the entries above them, as a document of their own."""

    def __init__(self, document: Document, plan: Paste) -> None:
        self._document = document
        self._plan = plan
        self._root = new_element(qn(NS_BASE, "config"))
        self._source: dict[etree._Element, etree._Element] = {}
        binder = document.binder
        at = self._root
        for above in reversed([plan.parent, *plan.parent.iterancestors()]):
            if is_wrapper(above):
                continue
            scope = binder.scope(above)
            at = start_element(at, above)
            if isinstance(scope, SchemaNode) and scope.keys:
                copy_names(above, scope, at, binder)
        for piece in plan.pieces:
            twin = copy_node(piece.element, piece.node if piece.node is not None else Region.UNKNOWN, at, binder)
            self._pair(twin, piece.element)

    def _pair(self, twin: etree._Element, source: etree._Element) -> None:
        stack = [(twin, source)]
        while stack:
            one, other = stack.pop()
            self._source[one] = other
            stack.extend(zip(elements(one), elements(other), strict=False))

    def data(self) -> bytes:
        """What the engine is to judge, as part of a configuration."""
        return serialize(self._root)

    def take_out(self, problems: Sequence[tuple[str, str]]) -> None:
        """Leave out of the paste what problems (path, message) are about, and tell it."""
        for path, message in problems:
            twin = self._element(path)
            leaf = self._document.binder.schema_node(twin) if twin is not None else None
            if twin is not None and leaf is not None and leaf.is_key:
                twin = twin.getparent()  # without its key an entry is none
            source = self._source.get(twin) if twin is not None else None
            if source is None:
                continue
            self._plan.misfits.append(Misfit(told(source), f"does not fit: {message}"))
            node = next((piece for piece in self._plan.pieces if piece.element is source), None)
            holder = source.getparent()
            if node is not None:
                self._plan.pieces.remove(node)
            elif holder is not None:
                holder.remove(source)

    def _element(self, path: str) -> etree._Element | None:
        try:
            return find(self._root, InstancePath.parse(path, self._document.schema), self._document.binder)
        except ConfigError:
            return None
