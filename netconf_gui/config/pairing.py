"""Which child of one element is which child of the other: two lists walked side by side.

Lives here: `pair_children`.  Equal subtrees met on the way are passed over by their text alone, so that identities are
worked out only where something differs.  Does not live here: children without identity (`treediff`), what the pairs
have different inside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope
from netconf_gui.config.identity import Identity, identities, identity, same_subtree
from netconf_gui.config.pieces import LONG, unequal
from netconf_gui.config.values import same_value
from netconf_gui.yang.schema import NodeKind, SchemaNode

Pair = tuple[etree._Element | None, etree._Element | None, Scope, bool]
"""Old, new, what they are, and whether they are known to be equal: only their order matters then."""

_PLACE = itemgetter(0, 1)
_AHEAD = 3  # how far to look for where the two lists meet again


@dataclass(slots=True)
class Pairs:
    """What `pair_children` found.

    `known` are pairs in the order of the new children, removed ones (no second) where they were; equal ones are left
    out unless their order matters.  In pairs called `plain` the same text means the same, whatever the namespaces
    around.  `unknown` are children without identity by name, old and new.
    """

    known: list[Pair] = field(default_factory=list)
    plain: str = ""
    unknown: dict[str, tuple[list[etree._Element], list[etree._Element]]] = field(default_factory=dict)


def pair_children(
    base: etree._Element,
    mine: etree._Element,
    scope: Scope,
    binder: Binder,
    only: str | None = None,
    *,
    small: bool = True,
) -> Pairs:
    """Pair the children of two elements that are the same node; `only` those of one name.

    `small` says that each child's text is quickly written, so that it may be compared as a whole.
    """
    return _Walk(base, mine, scope, binder, only, small).pairs()


class _Walk:
    def __init__(
        self, base: etree._Element, mine: etree._Element, scope: Scope, binder: Binder, only: str | None, small: bool
    ) -> None:
        self._by_text = small or len(mine) >= LONG  # one of many is small, too
        self._scope = scope
        self._binder = binder
        self._scopes: dict[str, Scope] = {}
        self._plain = False
        self._unequal = ""  # the name of children that are known to differ from all on the other side
        self._olds, self._news = self._children(base, mine, only)
        self._identities: dict[etree._Element, Identity | None] = {}
        self._found: list[tuple[int, int, Pair]] = []  # place, order at that place, pair
        self._late_olds: list[tuple[int, etree._Element]] = []
        self._late_news: list[tuple[int, etree._Element]] = []

    def _children(
        self, base: etree._Element, mine: etree._Element, only: str | None
    ) -> tuple[list[etree._Element], list[etree._Element]]:
        """The children to pair: of long lists that the system orders only those that may differ."""
        if only is None and len(base) >= LONG:
            tag = str(base[len(base) // 2].tag)
            scope = self._tag_scope(tag)
            if isinstance(scope, SchemaNode) and not scope.ordered_by_user:
                found = unequal(base, mine, tag)
                if found is not None:
                    self._unequal, self._plain = tag, found.plain
                    return found.olds, found.news
        return list(base.iterchildren(only or etree.Element)), list(mine.iterchildren(only or etree.Element))

    def _tag_scope(self, tag: str) -> Scope:
        found = self._scopes.get(tag)
        if found is None:
            found = self._scopes[tag] = self._binder.child_scope(self._scope, tag)
        return found

    def _child_scope(self, child: etree._Element) -> Scope:
        return self._tag_scope(str(child.tag))

    def _identity(self, child: etree._Element) -> Identity | None:
        if child not in self._identities:
            self._identities[child] = identity(child, self._child_scope(child), self._binder)
        return self._identities[child]

    def pairs(self) -> Pairs:
        if not (self._unequal and self._match_row()):
            self._walk()
        found = Pairs(plain=self._unequal if self._plain else "")
        self._match_late(found)
        self._found.sort(key=_PLACE)
        found.known = [pair for _, _, pair in self._found]
        return found

    def _match_row(self) -> bool:
        """Pair the children of a long list by their keys alone; False if there are others, or keys are there twice."""
        tag, scope = self._unequal, self._tag_scope(self._unequal)
        if isinstance(scope, Region) or any(child.tag != tag for child in (*self._olds, *self._news)):
            return False
        olds = dict(zip(identities(self._olds, scope, self._binder), self._olds, strict=True))
        news = {name: place for place, name in enumerate(identities(self._news, scope, self._binder))}
        if len(olds) != len(self._olds) or len(news) != len(self._news) or None in olds or None in news:
            return False
        after = 0  # behind what stood before it
        for key, old in olds.items():
            place = news.get(key)
            if place is None:
                self._found.append((after, 0, (old, None, scope, False)))
            else:
                after = place + 1
        for key, place in news.items():
            self._found.append((place, 1, (olds.get(key), self._news[place], scope, False)))
        return True

    def _walk(self) -> None:
        olds, news = self._olds, self._news
        at = to = 0
        while at < len(olds) and to < len(news):
            old, new = olds[at], news[to]
            tag = str(old.tag)
            scope = self._tag_scope(tag)
            if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LEAF and tag == new.tag:
                if not same_value(old, new, scope):
                    self._found.append((to, 1, (old, new, scope, False)))
                at, to = at + 1, to + 1
                continue
            if tag == new.tag and (self._by_text or isinstance(scope, Region)) and self._equal(old, new, tag):
                if isinstance(scope, SchemaNode) and scope.ordered_by_user:
                    self._found.append((to, 1, (old, new, scope, True)))
                at, to = at + 1, to + 1
                continue
            key, other = self._identity(old), self._identity(new)
            if key is not None and key == other:
                self._found.append((to, 1, (old, new, scope, False)))
                at, to = at + 1, to + 1
                continue
            old_steps, new_steps = self._meeting(at, to)
            self._late_olds += [(to, one) for one in olds[at : at + old_steps]]
            self._late_news += [(place, news[place]) for place in range(to, to + new_steps)]
            at, to = at + old_steps, to + new_steps
        self._late_olds += [(to, one) for one in olds[at:]]
        self._late_news += [(place, news[place]) for place in range(to, len(news))]

    def _meeting(self, at: int, to: int) -> tuple[int, int]:
        """How many to pass on each side until the two lists are side by side again."""
        old, new = self._identity(self._olds[at]), self._identity(self._news[to])
        for steps in range(1, _AHEAD + 1):
            if new is not None and at + steps < len(self._olds) and self._identity(self._olds[at + steps]) == new:
                return steps, 0
            if old is not None and to + steps < len(self._news) and self._identity(self._news[to + steps]) == old:
                return 0, steps
        return 1, 1

    def _equal(self, old: etree._Element, new: etree._Element, tag: str) -> bool:
        return tag != self._unequal and same_subtree(old, new)

    def _match_late(self, found: Pairs) -> None:
        """Pair what the walk left over; the same keys once more (not valid, but to be shown) are another node."""
        left: dict[Identity, tuple[int, etree._Element]] = {}
        for place, old in self._late_olds:
            key = self._identity(old)
            if key is None:
                found.unknown.setdefault(str(old.tag), ([], []))[0].append(old)
                continue
            while key in left:
                key = (key, "again")
            left[key] = (place, old)
        seen: set[Identity] = set()
        for place, new in self._late_news:
            key = self._identity(new)
            if key is None:
                found.unknown.setdefault(str(new.tag), ([], []))[1].append(new)
                continue
            while key in seen:
                key = (key, "again")
            seen.add(key)
            partner = left.pop(key, None)
            scope = self._child_scope(new)
            if partner is None:
                self._found.append((place, 1, (None, new, scope, False)))
                continue
            same = self._by_text and self._equal(partner[1], new, str(new.tag))
            if not same or (isinstance(scope, SchemaNode) and scope.ordered_by_user):
                self._found.append((place, 1, (partner[1], new, scope, same)))
        for place, old in left.values():
            self._found.append((place, 0, (old, None, self._child_scope(old), False)))
