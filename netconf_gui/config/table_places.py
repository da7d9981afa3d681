"""Which list a table shows: the one nearest to a node, and those that could be shown instead.

Lives here: `Place` and looking for places.  Does not live here: columns and cells (`table`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.config.binding import Region, elements, is_wrapper, split_tag
from netconf_gui.config.document import Document
from netconf_gui.config.path import InstancePath
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, SchemaNode

MANY = (NodeKind.LIST, NodeKind.LEAF_LIST)
MOST = 60  # places that are offered
LOOKED_AT = 3000  # schema nodes and elements that are looked at for them


@dataclass(frozen=True, slots=True)
class Place:
    """A list or leaf-list below one parent.  `path` is where the nearest existing element above it is.

    `chain` are containers between that element and the entries that may not exist yet.
    """

    path: InstancePath
    tag: str
    node: SchemaNode | None = None
    chain: tuple[SchemaNode, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        return split_tag(self.tag)[1]

    @property
    def label(self) -> str:
        """How a chooser names it: "interface[xe-0/0/1]/ipv4/address"."""
        above = [*self.path.short().strip("/").split("/"), *(node.name for node in self.chain)]
        return "/".join([*(part for part in above if part), self.name])

    @property
    def schema_path(self) -> str:
        """The same for every instance of the list."""
        return self.node.path if self.node is not None else f"{self.path.schema_path()}/{self.tag}"

    def reach(self, document: Document) -> tuple[etree._Element | None, tuple[SchemaNode, ...]]:
        """The nearest existing element above the entries, and the containers that are missing below it.

        None if what `path` names is gone.
        """
        at = document.find(self.path)
        for number, node in enumerate(self.chain if at is not None else ()):
            below = at.find(qn(node.namespace, node.name)) if at is not None else None
            if below is None:
                return at, self.chain[number:]
            at = below
        return at, ()

    def holder(self, document: Document) -> etree._Element | None:
        """The parent of the entries; None while it does not exist."""
        at, missing = self.reach(document)
        return None if missing else at


def place_of_entry(document: Document, entry: etree._Element) -> Place | None:
    """The list that an entry is of; None if the element is no entry."""
    parent = entry.getparent()
    if parent is None or is_wrapper(entry):
        return None
    node = document.schema_node(entry)
    if node is not None and node.kind not in MANY:
        return None
    if node is None and not _has_twin(entry):
        return None
    return Place(document.path_of(parent), str(entry.tag), node)


def place_below(document: Document, element: etree._Element, node: SchemaNode) -> Place:
    """The list `node` somewhere below `element`, whether there are entries or not."""
    chain: list[SchemaNode] = []
    here = document.schema_node(element)
    at = document.schema.data_parent(node) if document.schema is not None else None
    while at is not None and document.schema is not None and (here is None or at.id != here.id):
        chain.append(at)
        at = document.schema.data_parent(at)
    return Place(document.path_of(element), qn(node.namespace, node.name), node, tuple(reversed(chain)))


def places_near(document: Document, element: etree._Element | None) -> tuple[list[Place], int]:
    """Lists that can be shown for a node, and which of them is the nearest (-1: there is none).

    For an entry or a leaf anywhere in it that is its own list; for a container the first list below it.  Offered as
    well are the lists around, outermost last, and those below.
    """
    element = document.root if element is None else element
    around = _around(document, element)
    scope = document.binder.scope(element)
    is_leaf = isinstance(scope, SchemaNode) and scope.is_term
    if is_leaf:
        parent = element.getparent()
        element = element if parent is None else parent
        scope = document.binder.scope(element)
    below = list(_below(document, element))[:MOST]
    own = bool(around) and place_of_entry(document, element) == around[0]
    found = [*around, *below]
    if own or not below or (is_leaf and around):
        # a leaf of a container in an entry is one of the entry's cells
        return found, 0 if around else -1
    return found, len(around)


def _around(document: Document, element: etree._Element) -> list[Place]:
    found: list[Place] = []
    at: etree._Element | None = element
    while at is not None and not is_wrapper(at):
        place = place_of_entry(document, at)
        if place is not None:
            found.append(place)
        at = at.getparent()
    return found


def _below(document: Document, element: etree._Element) -> Iterator[Place]:
    """Lists with entries first, then those the schema knows besides; lists inside of entries are not looked for."""
    seen: set[Place] = set()
    budget = LOOKED_AT
    waiting: list[etree._Element] = [element]
    containers: list[etree._Element] = []
    while waiting and budget > 0:
        holder = waiting.pop(0)
        containers.append(holder)
        before: etree._Element | None = None
        for child in elements(holder):
            budget -= 1
            if budget <= 0:
                break
            if before is not None and before.tag == child.tag:
                continue
            before = child
            place = place_of_entry(document, child)
            if place is not None:
                if place not in seen:
                    seen.add(place)
                    yield place
            elif len(child):
                waiting.append(child)
    yield from _unset(document, containers, seen)


def _unset(document: Document, containers: list[etree._Element], seen: set[Place]) -> Iterator[Place]:
    """Lists without entries in and below containers that exist."""
    schema = document.schema
    budget = LOOKED_AT
    for holder in containers if schema is not None else ():
        scope = document.binder.scope(holder)
        if scope is Region.UNKNOWN or schema is None:
            continue
        path = document.path_of(holder)
        node = scope if isinstance(scope, SchemaNode) else None
        waiting: list[tuple[SchemaNode, tuple[SchemaNode, ...]]] = [(one, ()) for one in schema.data_children(node)]
        while waiting and budget > 0:
            one, chain = waiting.pop(0)
            budget -= 1
            if one.kind is NodeKind.LIST and one.config and one.status != "obsolete":
                place = Place(path, qn(one.namespace, one.name), one, chain)
                if place not in seen:
                    seen.add(place)
                    yield place
                continue
            # not below the top itself: that would be all modules
            inside = one.kind is NodeKind.CONTAINER and node is not None and len(chain) < 3
            if inside and (chain or holder.find(qn(one.namespace, one.name)) is None):
                waiting += [(child, (*chain, one)) for child in schema.data_children(one)]


def _has_twin(element: etree._Element) -> bool:
    tag = str(element.tag)
    return (
        next(element.itersiblings(tag), None) is not None
        or next(element.itersiblings(tag, preceding=True), None) is not None
    )
