"""Which rows a tree of differences has, made when they are asked for: only what differs, or all around it as well.

Lives here: `DiffMarks` (where in the trees the differences are; one walk over them) and `DiffOutline` (rows below
rows).  No Qt.  Does not live here: the item model (`diff_tree`), how a row looks (`diff_looks`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from lxml import etree

from netconf_gui.config.binding import Binder, Scope, elements, is_leaf_list, is_list, is_wrapper, split_tag
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.identity import ChildIndex
from netconf_gui.config.path import step_of
from netconf_gui.gui.models.entries import MANY, Entries
from netconf_gui.yang.schema import NodeKind, SchemaNode

BUCKET = 500  # entries below one row
KINDS = ("added", "removed", "changed", "moved")
_BITS = {kind: 1 << number for number, kind in enumerate(KINDS)}


class DiffKind(StrEnum):
    """What a row stands for."""

    ROOT = "root"
    NODE = "node"
    LIST = "list"  # all entries of a list or leaf-list
    ENTRY = "entry"
    BUCKET = "bucket"


@dataclass(slots=True, eq=False)
class DiffRow:
    """One row; `children` is None until somebody asked.  `state` is the one that children inherit."""

    id: int
    parent: DiffRow | None
    kind: DiffKind
    scope: Scope
    element: etree._Element | None  # of LIST: the parent element
    tag: str = ""
    state: str = "same"
    entry: DiffEntry | None = None
    position: int = 0
    low: int = 0
    high: int = 0  # of LIST and BUCKET: how far the entries go
    items: list[etree._Element] | None = None  # of LIST: all entries, unless they are many
    source: Entries | None = None  # of a long LIST
    late: list[etree._Element] | None = None  # of a long LIST: entries that are gone
    found: tuple[etree._Element | None, int] = (None, 0)  # of a long LIST: the entry that was looked for last
    children: list[DiffRow] | None = None

    @property
    def own_element(self) -> etree._Element | None:
        """The element that the row itself stands for."""
        return self.element if self.kind in (DiffKind.NODE, DiffKind.ENTRY) else None


class DiffMarks:
    """What became of each element, and which kinds of differences are at or below it."""

    def __init__(self, difference: Diff) -> None:
        self.difference = difference
        self.entries: dict[etree._Element, list[DiffEntry]] = {}
        self.bits: dict[etree._Element, int] = {}
        self.children: dict[etree._Element, list[etree._Element]] = {}  # those that differ, in order, gone ones too
        self.gone: dict[etree._Element, list[etree._Element]] = {}
        for entry in difference.entries:
            self._take(entry)

    def _take(self, entry: DiffEntry) -> None:
        bit = _BITS[entry.kind]
        own = entry.element_new if entry.element_new is not None else entry.element_old
        if own is None:
            return
        self.entries.setdefault(own, []).append(entry)
        above = own.getparent() if entry.element_new is not None else entry.parent_new
        if entry.element_new is None and above is not None:
            self.gone.setdefault(above, []).append(own)
        at: etree._Element | None = own
        while at is not None:
            known = self.bits.get(at, 0)
            if not known and above is not None:
                self.children.setdefault(above, []).append(at)
            if known & bit:
                return
            self.bits[at] = known | bit
            at, above = above, above.getparent() if above is not None else None

    def state(self, element: etree._Element) -> str:
        """The kind of the element's own difference; a value that changed says more than a move."""
        kinds = [entry.kind for entry in self.entries.get(element, ())]
        return "changed" if "changed" in kinds else kinds[0] if kinds else "same"


class DiffOutline:
    """Rows of one comparison under the filters in force."""

    def __init__(self, marks: DiffMarks) -> None:
        self.marks = marks
        self.binder = Binder(marks.difference.schema)
        self.changes_only = True
        self.kinds: frozenset[str] = frozenset(KINDS)
        self._numbers = itertools.count(1)
        self._index = ChildIndex(self.binder)
        self.root = self._root()

    def _root(self) -> DiffRow:
        root = self.marks.difference.mine_root
        return DiffRow(next(self._numbers), None, DiffKind.ROOT, self.binder.scope(root), root)

    def reset(self) -> None:
        """Forget all rows: a filter has changed."""
        self.root = self._root()

    def changes(self) -> list[DiffEntry]:
        """The differences of the kinds that are shown."""
        return [entry for entry in self.marks.difference.entries if entry.kind in self.kinds]

    @property
    def _mask(self) -> int:
        return sum(_BITS[kind] for kind in self.kinds)

    # rows below rows

    def children(self, row: DiffRow) -> list[DiffRow]:
        """The rows below one, made at the first question."""
        if row.children is None:
            row.children = self._made(row)
            for position, child in enumerate(row.children):
                child.position = position
        return row.children

    def has_children(self, row: DiffRow) -> bool:
        """As `bool(children(row))`, without making them."""
        if row.children is not None:
            return bool(row.children)
        if row.kind not in (DiffKind.NODE, DiffKind.ENTRY) or row.element is None:
            return bool(self.children(row))
        if isinstance(row.scope, SchemaNode) and row.scope.is_term:
            return False
        if self._filtered(row):
            return any(True for _ in self._differing(row.element))
        keys = self._key_tags(row)
        return row.element in self.marks.gone or any(child.tag not in keys for child in elements(row.element))

    def below(self, row: DiffRow) -> bool:
        """Whether something further down differs."""
        if row.state in ("added", "removed") or row.element is None:
            return False
        if row.kind is DiffKind.LIST:
            return any(child.tag == row.tag for child in self.marks.children.get(row.element, ()))
        if row.kind is DiffKind.BUCKET:
            return any(item in self.marks.bits for item in self.items(row))
        return row.element in self.marks.bits and row.state == "same"

    def items(self, row: DiffRow) -> list[etree._Element]:
        """The entries of a group, or of a part of it; for long groups made anew each time."""
        if row.kind is DiffKind.BUCKET and row.parent is not None:
            group = row.parent
            if group.items is not None:
                return group.items[row.low : row.high]
            return group.source.part(row.low, row.high) if group.source is not None else []
        if row.items is not None:
            return row.items
        return row.source.all() if row.source is not None else []

    def _filtered(self, row: DiffRow) -> bool:
        """Whether only what differs stands below a row; what was added or removed is always shown whole."""
        return self.changes_only and row.state not in ("added", "removed")

    def _key_tags(self, row: DiffRow) -> Collection[str]:
        if isinstance(row.scope, SchemaNode) and row.scope.kind is NodeKind.LIST:
            return {tag for tag, _ in self.binder.keys(row.scope)}
        return ()

    def _made(self, row: DiffRow) -> list[DiffRow]:
        if row.kind is DiffKind.LIST:
            return self._entries(row)
        if row.kind is DiffKind.BUCKET:
            return [self._node(row, item, row.scope, DiffKind.ENTRY) for item in self.items(row)]
        if row.element is None or (isinstance(row.scope, SchemaNode) and row.scope.is_term):
            return []
        return self._few(row, row.element) if self._filtered(row) else self._whole(row, row.element)

    def _entries(self, row: DiffRow) -> list[DiffRow]:
        count = row.high
        if count <= BUCKET:
            return [self._node(row, item, row.scope, DiffKind.ENTRY) for item in self.items(row)]
        found = [self._bucket(row, low, min(low + BUCKET, count)) for low in range(0, count, BUCKET)]
        # what is gone from a very long list stands behind it
        late = row.late or ()
        return found + [self._node(row, item, row.scope, DiffKind.ENTRY) for item in late]

    def _differing(self, element: etree._Element) -> Iterator[etree._Element]:
        mask = self._mask
        return (child for child in self.marks.children.get(element, ()) if self.marks.bits[child] & mask)

    def _few(self, row: DiffRow, element: etree._Element) -> list[DiffRow]:
        """Only what differs, in the order of the differences."""
        found: list[DiffRow] = []
        groups: dict[str, list[etree._Element]] = {}
        for child in self._differing(element):
            tag = str(child.tag)
            if tag in groups:
                groups[tag].append(child)
                continue
            scope = self.binder.child_scope(row.scope, tag)
            if is_list(scope) or is_leaf_list(scope):
                groups[tag] = [child]
                found.append(self._group(row, scope, tag, groups[tag]))
            else:
                found.append(self._node(row, child, scope, DiffKind.NODE))
        for made in found:
            if made.items is not None:
                made.high = len(made.items)
        return found

    def _whole(self, row: DiffRow, element: etree._Element) -> list[DiffRow]:
        """All there is; what is gone stands where it stood."""
        keys = self._key_tags(row)
        groups = {tag: found for tag, found in Entries.by_tag(element).items() if tag not in keys}
        gone: dict[str, list[etree._Element]] = {}
        if row.state not in ("added", "removed"):
            for child in self.marks.gone.get(element, ()):
                gone.setdefault(str(child.tag), []).append(child)
        order = list(groups)
        for tag, children in gone.items():
            if tag not in groups:
                order.insert(_place(children[0], order), tag)
        found: list[DiffRow] = []
        for tag in order:
            scope = self.binder.child_scope(row.scope, tag)
            there, lost = groups.get(tag), gone.get(tag, [])
            if is_list(scope) or is_leaf_list(scope) or (there is not None and there.count > BUCKET):
                found.append(self._whole_group(row, scope, tag, there, lost))
            else:
                nodes = [*(there.all() if there is not None else ()), *lost]
                found.extend(self._node(row, child, scope, DiffKind.NODE) for child in nodes)
        return found

    def _whole_group(
        self, row: DiffRow, scope: Scope, tag: str, there: Entries | None, lost: list[etree._Element]
    ) -> DiffRow:
        if there is None:
            return self._group(row, scope, tag, lost)
        if there.count <= MANY:
            return self._group(row, scope, tag, self._placed(there.all(), lost, scope))
        made = self._group(row, scope, tag, None)
        made.source, made.late, made.high = there, lost, there.count
        return made

    def _group(self, row: DiffRow, scope: Scope, tag: str, items: list[etree._Element] | None) -> DiffRow:
        made = DiffRow(next(self._numbers), row, DiffKind.LIST, scope, row.element, tag)
        made.state = row.state if row.state in ("added", "removed") else "same"
        made.items, made.high = items, len(items) if items is not None else 0
        return made

    def _placed(self, there: list[etree._Element], lost: list[etree._Element], scope: Scope) -> list[etree._Element]:
        """Entries that are gone behind the one that they stood behind."""
        if not lost:
            return there
        gone, parent = set(lost), there[0].getparent()
        places = {item: number for number, item in enumerate(there)}
        result = [(number, 0, item) for item, number in places.items()]
        named = isinstance(scope, SchemaNode) and (bool(scope.keys) or scope.kind is NodeKind.LEAF_LIST)
        for order, child in enumerate(lost, 1):
            before = child.getprevious()
            while before is not None and (before in gone or before.tag != child.tag):
                before = before.getprevious()
            now = None
            if before is not None and named and parent is not None:
                now = self._index.child(parent, step_of(before, scope, self.binder), scope)
            result.append((places.get(now, -1) if now is not None else -1, order, child))
        result.sort(key=lambda one: one[:2])
        return [item for _, _, item in result]

    def _bucket(self, group: DiffRow, low: int, high: int) -> DiffRow:
        row = DiffRow(next(self._numbers), group, DiffKind.BUCKET, group.scope, group.element, group.tag, group.state)
        row.low, row.high = low, high
        return row

    def _node(self, above: DiffRow, element: etree._Element, scope: Scope, kind: DiffKind) -> DiffRow:
        row = DiffRow(next(self._numbers), above, kind, scope, element, str(element.tag))
        if above.state in ("added", "removed"):
            row.state = above.state
            return row
        entries = self.marks.entries.get(element)
        if entries:
            row.state = self.marks.state(element)
            row.entry = next(entry for entry in entries if entry.kind == row.state)
        return row

    # finding

    def row_of(self, entry: DiffEntry) -> DiffRow | None:
        """The row of a difference, made with all above it; None if a filter leaves it out."""
        own = entry.element_new if entry.element_new is not None else entry.element_old
        above = entry.element_new.getparent() if entry.element_new is not None else entry.parent_new
        chain = [] if own is None else [own]
        while above is not None and not is_wrapper(above):
            chain.append(above)
            above = above.getparent()
        row: DiffRow | None = self.root
        for element in reversed(chain):
            row = self._below(row, element) if row is not None else None
        return row if chain else None

    def _below(self, row: DiffRow, element: etree._Element) -> DiffRow | None:
        for child in self.children(row):
            if child.own_element is element:
                return child
            if child.tag != element.tag or child.kind not in (DiffKind.LIST, DiffKind.BUCKET):
                continue
            found = self._below(child, element) if self._holds(child, element) else None
            if found is not None:
                return found
        return None

    def _holds(self, row: DiffRow, element: etree._Element) -> bool:
        """Whether a group or a part of it has an entry; of long groups by its number."""
        if row.kind is DiffKind.LIST:
            return True
        group = row.parent
        if group is None or group.items is not None or element in (group.late or ()):
            return any(item is element for item in self.items(row))
        if group.found[0] is not element:
            group.found = (element, _number(element))
        return row.low <= group.found[1] < row.high


def _number(element: etree._Element) -> int:
    """The element's place among its siblings of the same name, from 0; counted without a Python object for each."""
    namespace, name = split_tag(str(element.tag))
    if namespace:
        count = element.xpath(f"count(preceding-sibling::n:{name})", namespaces={"n": namespace})
    else:
        count = element.xpath(f"count(preceding-sibling::{name})")
    return int(cast("float", count))


def _place(lost: etree._Element, order: list[str]) -> int:
    """Where among names one that is gone belongs: behind the nearest that it stood behind."""
    before = lost.getprevious()
    while before is not None and before.tag not in order:
        before = before.getprevious()
    return order.index(str(before.tag)) + 1 if before is not None else 0
