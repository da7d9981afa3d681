"""Rows of the configuration tree as plain objects, and which rows stand below which: no Qt in here.

A row is one node of the document, or something that only the view knows: the group of a list's entries, a bucket of
500 of them, a schema node without data ("unset"), a choice.  `Outline.wanted()` says what should stand below a row
now; the item model brings what it shows in line with that, so one way serves edits, undo and every filter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import etree

from netconf_gui.config.binding import Region, Scope, elements
from netconf_gui.config.choices import choices_of
from netconf_gui.config.document import Document
from netconf_gui.config.identity import identity
from netconf_gui.config.siblings import Siblings
from netconf_gui.gui.models.entries import Entries
from netconf_gui.gui.models.hits import HitFilter
from netconf_gui.gui.models.marks import Marks
from netconf_gui.yang.schema import NodeKind, SchemaNode

BUCKET = 500  # entries below one row


class RowKind(StrEnum):
    """What a row stands for."""

    ROOT = "root"
    NODE = "node"  # a container, leaf, anydata, or an element that no schema explains
    LIST = "list"  # all entries of one list or leaf-list below one parent
    ENTRY = "entry"  # one entry of a list or leaf-list
    BUCKET = "bucket"  # up to BUCKET entries
    UNSET = "unset"  # a schema node without data
    CHOICE = "choice"  # says which case is in force; below it are the others
    CASE = "case"


Key = Hashable


@dataclass(slots=True)
class Wish:
    """A row that should be there: enough to make it, or to recognise it by `key` among its siblings."""

    kind: RowKind
    key: Key
    scope: Scope
    element: etree._Element | None = None  # of LIST and UNSET: the parent element, None if that is unset too
    tag: str = ""
    removed: bool = False
    low: int = 0
    high: int = 0
    entries: Entries | None = None  # of LIST: already counted


@dataclass(slots=True, eq=False)
class Row:
    """A row that a view has been told of; `children` is None until somebody asked."""

    id: int
    parent: Row | None
    kind: RowKind
    key: Key
    scope: Scope
    element: etree._Element | None
    tag: str = ""
    removed: bool = False
    low: int = 0
    high: int = 0
    position: int = 0
    children: list[Row] | None = None
    entries: Entries | None = field(default=None, repr=False)

    @property
    def node(self) -> SchemaNode | None:
        """The schema node, where there is one."""
        return self.scope if isinstance(self.scope, SchemaNode) else None

    @property
    def own_element(self) -> etree._Element | None:
        """The element that this very row stands for; None for groups, buckets and what is unset."""
        return self.element if self.kind in (RowKind.NODE, RowKind.ENTRY, RowKind.ROOT) else None

    @property
    def is_term(self) -> bool:
        """A leaf, an entry of a leaf-list, or an unknown element with text only."""
        node = self.node
        if node is not None:
            return node.is_term and self.kind is not RowKind.LIST
        element = self.own_element
        return element is not None and self.scope is Region.UNKNOWN and next(elements(element), None) is None

    def address(self) -> tuple[Key, ...]:
        """What finds the row again in another model of the same configuration."""
        keys: list[Key] = []
        at: Row | None = self
        while at is not None and at.kind is not RowKind.ROOT:
            keys.append(at.key)
            at = at.parent
        return tuple(reversed(keys))

    def take(self, wish: Wish) -> bool:
        """Become what is wished for now; True if it is another element or kind than before."""
        other = (
            self.kind is not wish.kind
            or self.element is not wish.element
            or self.removed != wish.removed
            or self.scope != wish.scope
        )
        self.kind, self.scope, self.element, self.removed = wish.kind, wish.scope, wish.element, wish.removed
        self.low, self.high, self.tag = wish.low, wish.high, wish.tag
        self.entries = wish.entries
        return other


class Outline:
    """Which rows stand where, for one document and the filters in force."""

    def __init__(self, document: Document, marks: Marks) -> None:
        self.document = document
        self.marks = marks
        self.show_unset = False
        self.changes_only = False
        self.hits: HitFilter | None = None  # what a search found, if nothing else is shown
        self.chosen: dict[tuple[etree._Element | None, int], int] = {}  # (parent, choice) → case taken, still empty
        self._base_root: etree._Element | None = None
        self._base_siblings = Siblings()

    def wanted(self, row: Row) -> list[Wish]:
        """The rows that should stand below `row`, in order."""
        if row.kind is RowKind.BUCKET or row.kind is RowKind.LIST:
            return self._below_group(row)
        if row.kind in (RowKind.CHOICE, RowKind.CASE):
            return self._below_choice(row)
        if row.kind is RowKind.UNSET:
            node = row.node
            if node is None or node.kind is not NodeKind.CONTAINER:
                return []
            return list(self._unset(self._schema_children(node), row.element))
        if row.element is None:
            return []
        wishes = list(self._below_element(row.element, row.scope, row.removed))
        return [wish for wish in wishes if self._passes(wish)] if self.filters else wishes

    def position_of(self, element: etree._Element) -> int:
        """1 for the first of its name among its siblings."""
        root = element.getroottree().getroot()
        if root is self.document.root:
            return self.document.siblings.position(element)
        if root is not self._base_root:
            self._base_root, self._base_siblings = root, Siblings()  # of what is gone: that tree is never edited
        return self._base_siblings.position(element)

    @property
    def filters(self) -> bool:
        """Whether rows are left out."""
        return self.changes_only or self.hits is not None

    def has_children(self, row: Row) -> bool:
        """As `bool(wanted(row))`, without making them."""
        if row.kind in (RowKind.ROOT, RowKind.NODE, RowKind.ENTRY) and row.element is not None:
            node = row.node
            if node is not None and node.is_term:
                return False
            if next(elements(row.element), None) is not None and not self.filters:
                return True
        if row.kind in (RowKind.LIST, RowKind.BUCKET) and not self.filters:
            return row.high > row.low or bool(self._removed_entries(row))
        if row.kind is RowKind.UNSET and row.node is not None and self.document.schema is not None:
            # asked of every row that is laid out: thousands at the top of a large set
            return row.node.kind is NodeKind.CONTAINER and self.document.schema.has_config_child(row.node)
        return bool(self.wanted(row))

    # below elements

    def _below_element(self, element: etree._Element, scope: Scope, removed: bool) -> Iterator[Wish]:
        groups = Entries.by_tag(element, None if removed else self.document.siblings)
        gone = [] if removed else self.marks.removed(element)
        for child in gone:
            tag = str(child.tag)
            if tag not in groups:
                groups[tag] = Entries(element, tag, [])
        seen: set[str] = set()
        if isinstance(scope, SchemaNode) and not scope.is_inner:
            yield from self._unknown(groups, gone, removed)
            return
        if self.document.schema is not None and scope is not Region.UNKNOWN:
            top = None if scope is Region.TOP else scope
            told: set[int] | None = set() if self.show_unset and not removed and not self.filters else None
            for node in self.document.schema.data_children(top if isinstance(top, SchemaNode) else None):
                tag = f"{{{node.namespace}}}{node.name}"
                if told is not None:
                    yield from self._choices(node, element, groups, told)
                if tag in groups:
                    seen.add(tag)
                    yield from self._known(node, tag, groups[tag], element, gone, removed)
                elif self._shows_unset(node, element, groups, removed):
                    yield self._unset_wish(node, element)
        rest = {tag: found for tag, found in groups.items() if tag not in seen}
        yield from self._unknown(rest, gone, removed)

    def _known(
        self,
        node: SchemaNode,
        tag: str,
        found: Entries,
        parent: etree._Element,
        gone: list[etree._Element],
        removed: bool,
    ) -> Iterator[Wish]:
        if node.kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
            yield Wish(RowKind.LIST, ("n", node.id), node, parent, tag, removed, 0, found.count, found)
            return
        for number, child in enumerate(found.all()):
            key = ("n", node.id) if number == 0 else ("n", node.id, number)
            yield Wish(RowKind.NODE, key, node, child, tag, removed)
        if found.count == 0:
            for child in gone:
                if child.tag == tag:
                    yield Wish(RowKind.NODE, ("n", node.id), node, child, tag, removed=True)

    def _unknown(self, groups: dict[str, Entries], gone: list[etree._Element], removed: bool) -> Iterator[Wish]:
        """Elements without schema, in document order as far as they are of one name."""
        for tag, found in groups.items():
            if found.count > BUCKET:
                yield Wish(RowKind.LIST, ("x", tag), Region.UNKNOWN, found.parent, tag, removed, 0, found.count, found)
                continue
            for child in found.all():
                yield Wish(RowKind.NODE, ("x", child), Region.UNKNOWN, child, tag, removed)
            for child in gone:
                if child.tag == tag:
                    yield Wish(RowKind.NODE, ("x", child), Region.UNKNOWN, child, tag, removed=True)

    def _passes(self, wish: Wish) -> bool:
        """Whether a row is shown when only changes, or only hits, are."""
        if wish.removed:
            return self.hits is None
        if wish.kind is RowKind.LIST and wish.element is not None:
            found = self.hits is None or self.hits.keeps_group(wish.element, wish.tag)
            return found and (not self.changes_only or self.marks.group_changed(wish.element, wish.tag))
        if wish.kind is RowKind.NODE and wish.element is not None:
            return self._keeps(wish.element)
        return wish.kind is RowKind.ENTRY

    def _keeps(self, element: etree._Element) -> bool:
        if self.hits is not None and not self.hits.keeps(element):
            return False
        return not self.changes_only or self.marks.is_changed(element)

    # below groups

    def entries_of(self, row: Row) -> Entries:
        """The entries of a group row, or of the group that a bucket belongs to."""
        group = row.parent if row.kind is RowKind.BUCKET and row.parent is not None else row
        if group.entries is None:
            assert group.element is not None
            siblings = self.document.siblings if not group.removed else None
            found = Entries.by_tag(group.element, siblings).get(group.tag)
            group.entries = found or Entries(group.element, group.tag, [])
        return group.entries

    def _removed_entries(self, row: Row) -> list[etree._Element]:
        if row.removed or row.element is None or row.kind is RowKind.BUCKET:
            return []
        return [child for child in self.marks.removed(row.element) if child.tag == row.tag]

    def _below_group(self, row: Row) -> list[Wish]:
        if row.element is None:
            return []
        found = self.entries_of(row)
        gone = self._removed_entries(row)
        if self.filters and not row.removed:
            gone = gone if self.hits is None else []
            kept = [child for child in self._candidates(row, found) if self._keeps(child)]
            return self._entries(row, self._merged(kept, gone), set(gone))
        if row.kind is RowKind.BUCKET:
            return self._entries(row, found.part(row.low, row.high), set())
        if found.count > BUCKET:
            wishes = [
                Wish(
                    RowKind.BUCKET, ("b", low), row.scope, row.element, row.tag, row.removed,
                    low, min(low + BUCKET, found.count),
                )
                for low in range(0, found.count, BUCKET)
            ]  # fmt: skip
            return wishes + self._entries(row, gone, set(gone))
        return self._entries(row, self._merged(found.all(), gone), set(gone))

    def _candidates(self, row: Row, found: Entries) -> list[etree._Element]:
        """The entries that filters may let pass, in order: of many, not all are looked at."""
        some = None
        if row.element is not None and found.count > BUCKET:
            if self.hits is not None:
                some = self.hits.children(row.element, row.tag)
            else:
                some = self.marks.changed_children(row.element, row.tag)
        if some is None:
            return found.all()
        return sorted(some, key=self.document.siblings.place)

    def _merged(self, present: list[etree._Element], gone: list[etree._Element]) -> list[etree._Element]:
        """Removed entries behind the one they stood behind."""
        if not gone:
            return present
        by_base = {self.marks.base_of(child): number for number, child in enumerate(present)}
        result: list[tuple[int, int, etree._Element]] = [(number, 0, child) for number, child in enumerate(present)]
        for order, child in enumerate(gone, 1):
            at = child.getprevious()
            while at is not None and at not in by_base:
                at = at.getprevious()
            result.append((by_base[at] if at is not None else -1, order, child))
        result.sort(key=lambda item: item[:2])
        return [child for _, _, child in result]

    def _entries(self, row: Row, children: list[etree._Element], gone: set[etree._Element]) -> list[Wish]:
        wishes: list[Wish] = []
        seen: dict[Key, int] = {}
        for child in children:
            removed = row.removed or child in gone
            told = identity(child, row.scope, self.document.binder)
            key: Key = ("x", child) if told is None else ("e", told)
            again = seen.get(key, 0)
            seen[key] = again + 1
            if again:
                key = (key, again)
            wishes.append(Wish(RowKind.ENTRY, key, row.scope, child, row.tag, removed))
        return wishes

    # what is not set

    def _shows_unset(
        self, node: SchemaNode, element: etree._Element, groups: dict[str, Entries], removed: bool
    ) -> bool:
        if not self.show_unset or removed or self.filters or not node.config or node.status == "obsolete":
            return False
        pairs = choices_of(self.document.schema, node) if self.document.schema is not None else []
        return all(self._in_force(choice, case, element, groups) for choice, case in pairs)

    def _in_force(
        self, choice: SchemaNode, case: SchemaNode, element: etree._Element | None, groups: dict[str, Entries]
    ) -> bool:
        """Whether any node of the case (or of a choice in it) has data here, or it has been taken."""
        active = self.case_of(choice, element, groups)
        return active is not None and active.id == case.id

    def case_of(
        self, choice: SchemaNode, element: etree._Element | None, groups: dict[str, Entries] | None = None
    ) -> SchemaNode | None:
        """The case of which there is data below `element`, else the one that was taken a moment ago."""
        if groups is None:
            groups = {} if element is None else Entries.by_tag(element, self.document.siblings)
        taken = self.chosen.get((element, choice.id))
        found = None
        for case in self._schema_children(choice):
            nodes = [case] if case.is_data else self._case_nodes(case)
            if any(_has(groups, node) for node in nodes):
                self.chosen.pop((element, choice.id), None)  # from now on data says it
                return case
            if case.id == taken:
                found = case
        return found

    def _case_nodes(self, node: SchemaNode) -> Iterator[SchemaNode]:
        for child in self._schema_children(node):
            if child.kind in (NodeKind.CHOICE, NodeKind.CASE):
                yield from self._case_nodes(child)
            elif child.is_data:
                yield child

    def _schema_children(self, node: SchemaNode) -> list[SchemaNode]:
        schema = self.document.schema
        return [] if schema is None else list(schema.children(node))

    def _choices(
        self, node: SchemaNode, element: etree._Element, groups: dict[str, Entries], told: set[int]
    ) -> Iterator[Wish]:
        """The choices that `node` is in and that have no row yet, as far as the cases around them are in force."""
        schema = self.document.schema
        for choice, case in choices_of(schema, node) if schema is not None else ():
            if choice.id not in told and choice.config:
                told.add(choice.id)
                yield Wish(RowKind.CHOICE, ("n", choice.id), choice, element)
            if not self._in_force(choice, case, element, groups):
                break

    def _below_choice(self, row: Row) -> list[Wish]:
        node = row.node
        if node is None:
            return []
        if row.kind is RowKind.CASE:
            return list(self._unset(self._schema_children(node), row.element))
        groups = {} if row.element is None else Entries.by_tag(row.element, self.document.siblings)
        active = self.case_of(node, row.element, groups)
        cases = [case for case in self._schema_children(node) if active is None or case.id != active.id]
        wishes: list[Wish] = []
        for case in cases:
            below = [child for child in self._schema_children(case) if child.config]
            if case.kind is not NodeKind.CASE:
                below = [case]
            if len(below) == 1 and below[0].name == case.name:
                wishes.extend(self._unset(below, row.element))
            elif below:
                wishes.append(Wish(RowKind.CASE, ("n", case.id), case, row.element))
        return wishes

    def _unset(self, nodes: list[SchemaNode], element: etree._Element | None) -> Iterator[Wish]:
        for node in nodes:
            if not node.config or node.status == "obsolete":
                continue
            if node.kind is NodeKind.CHOICE:
                yield Wish(RowKind.CHOICE, ("n", node.id), node, element)
            elif node.is_data:
                yield self._unset_wish(node, element)

    def _unset_wish(self, node: SchemaNode, element: etree._Element | None) -> Wish:
        return Wish(RowKind.UNSET, ("n", node.id), node, element, f"{{{node.namespace}}}{node.name}")


def _has(groups: dict[str, Entries], node: SchemaNode) -> bool:
    """Whether there is data of a node; what was removed has a group without entries."""
    found = groups.get(f"{{{node.namespace}}}{node.name}")
    return found is not None and found.count > 0
