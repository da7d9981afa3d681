"""What conditions look at, cut out of a document: small enough to be sent while somebody scrolls.

A condition names what it looks at.  Of a small document everything is taken.  Of a large one: the way down to each
node in question, and below it, as far up as the condition climbs, elements whose names the condition mentions, with
the keys of entries.  Where that is too much, or a condition goes where names do not tell, nothing is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Region, is_wrapper
from netconf_gui.config.copying import copy_node, start_element
from netconf_gui.config.document import Document
from netconf_gui.protocol.xml import NS_BASE, new_element, qn, serialize
from netconf_gui.yang.schema import NodeKind, SchemaNode

SMALL = 200_000  # bytes: documents up to this size are taken whole
MOST = 4000  # elements that are looked at

_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORD = re.compile(r"(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?!\s*\()")
_CLIMB = re.compile(r"\.\.(?:\s*/\s*\.\.)*")
_FAR = re.compile(r"//|::|\*|\bderef\s*\(|\bid\s*\(")
_ABSOLUTE = re.compile(r"(?:^|[\s(,=<>|+\[-])/")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a condition looks: names that it mentions, how far it climbs, whether it begins at the top."""

    names: frozenset[str]
    climbs: int
    absolute: bool

    @staticmethod
    def of(expressions: Iterable[str]) -> Reach | None:
        """None if names do not tell where the expressions look."""
        names: set[str] = set()
        climbs, absolute = 0, False
        for expression in expressions:
            plain = _TEXT.sub(" ", expression)
            if _FAR.search(plain):
                return None
            names.update(_WORD.findall(plain))
            climbs = max([climbs, *(found.count("..") for found in _CLIMB.findall(plain))])
            absolute = absolute or bool(_ABSOLUTE.search(plain))
        return Reach(frozenset(names), climbs, absolute)


class Surroundings:
    """Collects the elements that conditions look at, in the document's thread."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._kept: set[etree._Element] = set()
        self._taken: set[tuple[etree._Element, frozenset[str]]] = set()
        self._looked = 0

    def add(self, parent: etree._Element, missing: int, expressions: Sequence[str]) -> bool:
        """Take what the conditions of a node below `parent` look at, `missing` containers between; False: too much."""
        reach = Reach.of(expressions)
        if reach is None or self._looked > MOST:
            return False
        self._keep_way(parent)
        if reach.absolute:
            return self._take(self._document.root, reach.names)
        # conditions of augments, choices and cases look from the node above, others from the node itself
        start: etree._Element | None = parent
        enough = True
        for climbed in range(max(0, reach.climbs - missing) + 1):
            if start is not None and climbed >= reach.climbs - 1 - missing:
                enough = self._take(start, reach.names) and enough
            start = start.getparent() if start is not None else None
        return enough

    def _take(self, top: etree._Element, names: frozenset[str]) -> bool:
        if (top, names) in self._taken:
            return True
        self._taken.add((top, names))
        stack = [top]
        while stack:
            at = stack.pop()
            self._keep_way(at)
            for child in self._named(at, names):
                self._looked += 1
                if self._looked > MOST:
                    return False
                stack.append(child)
        return True

    def _named(self, at: etree._Element, names: frozenset[str]) -> Iterator[etree._Element]:
        """The children of certain names, by the schema: siblings in their thousands are not walked over."""
        binder = self._document.binder
        scope = binder.scope(at)
        if binder.schema is None or scope is Region.UNKNOWN:
            return
        for node in binder.schema.data_children(scope if isinstance(scope, SchemaNode) else None):
            if node.name not in names:
                continue
            tag = qn(node.namespace, node.name)
            if node.kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
                yield from at.iterchildren(tag)
            else:
                found = at.find(tag)
                if found is not None:
                    yield found

    def _keep_way(self, element: etree._Element) -> None:
        at: etree._Element | None = element
        while at is not None and at not in self._kept and not is_wrapper(at):
            self._kept.add(at)
            scope = self._document.binder.scope(at)
            for tag, _ in self._document.binder.keys(scope) if isinstance(scope, SchemaNode) and scope.keys else ():
                key = at.find(tag)
                if key is not None:
                    self._kept.add(key)
            at = at.getparent()

    def data(self) -> bytes:
        """What was taken, as a document of its own."""
        out = new_element(qn(NS_BASE, "config"))
        self._copy(self._document.root, out)
        return serialize(out)

    def _copy(self, source: etree._Element, out: etree._Element) -> None:
        below: dict[etree._Element, list[etree._Element]] = {}
        for one in self._kept:
            parent = one.getparent()
            if parent is not None:
                below.setdefault(parent, []).append(one)
        stack = [(source, out)]
        binder = self._document.binder
        while stack:
            at, into = stack.pop()
            children = below.get(at, [])
            scope = binder.scope(at)
            keys = [tag for tag, _ in binder.keys(scope)] if isinstance(scope, SchemaNode) and scope.keys else []
            children.sort(key=lambda child: keys.index(str(child.tag)) if child.tag in keys else len(keys))
            for child in children:
                child_scope = binder.scope(child)
                if isinstance(child_scope, SchemaNode) and child_scope.is_inner:
                    stack.append((child, start_element(into, child)))
                elif isinstance(child_scope, SchemaNode) and child_scope.is_term:
                    copy_node(child, child_scope, into, binder)


def surroundings(
    document: Document, asked: Sequence[tuple[etree._Element, int, Sequence[str]]], *, small: int = SMALL
) -> tuple[bytes, list[bool]]:
    """The data to evaluate conditions in, and for each question whether that data is enough.

    A question is the nearest existing element above a node, how many containers are missing between, and the
    conditions.
    """
    if len(document.base) <= small:
        return document.snapshot().data, [True] * len(asked)
    taken = Surroundings(document)
    enough = [taken.add(parent, missing, expressions) for parent, missing, expressions in asked]
    return taken.data(), enough
