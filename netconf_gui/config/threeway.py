"""Two sets of edits to one configuration, looked at node by node: what goes together, and what does not.

Lives here: `compare_three`, which walks only where *theirs* differs from the base and finds what has to happen to
*mine* (`Deed`, `Ordering`), each of them bound to a `Conflict` where mine has been changed there too.  Does not live
here: doing it (`merging`), the public result (`merge`).

A node that both changed in the same way is no conflict.  Deleting an entry whose content the other side changed is one;
deleting an entry that the other side only moved is none.  Different cases of one choice are one conflict about the
whole choice, since they cannot be there together.  What no schema explains is told apart by its first child where that
is unique, else compared as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.binding import Binder, Region, Scope, elements, is_any, is_np_container, split_tag
from netconf_gui.config.construct import case_tags
from netconf_gui.config.defaults import says_nothing
from netconf_gui.config.identity import ChildIndex, identity, is_mixed, means_nothing, same_content
from netconf_gui.config.merge_order import Side, woven
from netconf_gui.config.merge_words import Conflict, Triple, Words
from netconf_gui.config.path import Step, step_of
from netconf_gui.config.treediff import Finding, compare_subtrees
from netconf_gui.config.values import same_value
from netconf_gui.protocol.xml import new_element
from netconf_gui.yang.schema import NodeKind, SchemaNode

Key = Callable[[etree._Element], Hashable]


@dataclass(slots=True)
class Place:
    """An inner node of mine; where mine has none, one like `like` is made below `above` when something goes into it."""

    mine: etree._Element | None
    above: Place | None
    like: etree._Element | None
    scope: Scope


@dataclass(slots=True)
class Deed:
    """`mine` goes, `comes` comes (either may be None); with a conflict only if that is decided for `side`."""

    place: Place
    mine: etree._Element | None
    comes: etree._Element | None
    scope: Scope
    conflict: Conflict | None
    side: Side = "theirs"


@dataclass(slots=True)
class Ordering:
    """The entries of one list in the three versions, named by `key`."""

    place: Place
    tag: str
    key: Key
    base: list[Hashable]
    mine: list[Hashable]
    theirs: list[Hashable]
    conflict: Conflict | None = None


class Marks:
    """Where one side differs from the base: the elements with a difference in them, in both trees."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.old: set[etree._Element] = set()
        self.new: set[etree._Element] = set()
        self.below: dict[etree._Element, dict[etree._Element, None]] = {}
        self.moved: dict[etree._Element, set[str]] = {}  # by parent in the base: names of children in another order
        for finding in findings:
            if finding.kind == "moved":
                there = finding.new if finding.old is None else finding.old
                if there is not None:
                    self.moved.setdefault(finding.old_parent, set()).add(str(there.tag))
                self._climb(finding.old_parent, self.old)
                self._climb(finding.new_parent, self.new)
            else:
                self._climb(finding.old_parent if finding.old is None else finding.old, self.old)
                self._climb(finding.new_parent if finding.new is None else finding.new, self.new)

    def _climb(self, element: etree._Element, seen: set[etree._Element]) -> None:
        while element not in seen:
            seen.add(element)
            parent = element.getparent()
            if parent is None:
                return
            self.below.setdefault(parent, {})[element] = None
            element = parent

    def children(self, old: etree._Element, new: etree._Element) -> list[etree._Element]:
        """The children of a pair with a difference in them: those of the other tree, then those of the base."""
        return [*self.below.get(new, ()), *self.below.get(old, ())]


@dataclass(slots=True)
class Walked:
    """What `compare_three` found, in the order in which it is to be done."""

    deeds: list[Deed]
    orderings: list[Ordering]
    conflicts: list[Conflict]


def compare_three(
    binder: Binder,
    base: etree._Element,
    mine: etree._Element,
    theirs: etree._Element,
    by_me: list[Finding],
    there: list[Finding],
    cancel: CancelToken | None = None,
    defaults: str | None = None,
) -> Walked:
    """`by_me` and `there` are the differences of the two sides from the base, read with that with-defaults mode."""
    walk = _Walk(binder, Marks(by_me), Marks(there), cancel, defaults)
    if there:
        walk.children(Triple(base, mine, theirs), Place(mine, None, None, Region.TOP), ())
    return Walked(walk.deeds, walk.orderings, walk.conflicts)


class _Walk:
    def __init__(
        self, binder: Binder, by_me: Marks, there: Marks, cancel: CancelToken | None, defaults: str | None
    ) -> None:
        self.deeds: list[Deed] = []
        self.orderings: list[Ordering] = []
        self.conflicts: list[Conflict] = []
        self._argued: set[etree._Element] = set()  # what conflicts are about, in all three versions
        self._binder = binder
        self._words = Words(binder)
        self._by_me = by_me
        self._there = there
        self._cancel = cancel
        self._defaults = defaults in ("trim", "report-all", "report-all-tagged")
        self._tagged = defaults == "report-all-tagged"
        self._index = ChildIndex(binder)

    def children(self, at: Triple, place: Place, steps: tuple[Step, ...]) -> None:
        """What is below one node; any of its three versions may be missing."""
        if self._cancel is not None:
            self._cancel.check()
        known: dict[Hashable, tuple[Step, SchemaNode]] = {}
        unknown: dict[str, None] = {}
        ordered: dict[str, SchemaNode] = {}
        for tag in self._there.moved.get(at.base, ()) if at.base is not None and at.theirs is not None else ():
            self._note_order(tag, place.scope, ordered)
        for element in self._candidates(at, place.scope):
            tag = str(element.tag)
            scope = self._binder.child_scope(place.scope, tag)
            name = identity(element, scope, self._binder)
            if isinstance(scope, Region) or name is None:
                unknown[tag] = None
                continue
            self._note_order(tag, place.scope, ordered)
            known.setdefault(name, (step_of(element, scope, self._binder), scope))
        taken = self._choices(at, place, steps, dict.fromkeys(scope for _, scope in known.values()))
        for step, scope in known.values():
            if step.tag not in taken:
                self._node(self._three(at, step, scope), scope, place, (*steps, step))
        for tag in unknown:
            self._group(at, tag, place, steps)
        for tag, scope in ordered.items():
            if tag not in taken:
                self._order(at, tag, place, steps, partial(identity, scope=scope, binder=self._binder))

    def _note_order(self, tag: str, above: Scope, ordered: dict[str, SchemaNode]) -> None:
        scope = self._binder.child_scope(above, tag)
        if isinstance(scope, SchemaNode) and scope.ordered_by_user:
            ordered[tag] = scope

    def _candidates(self, at: Triple, scope: Scope) -> list[etree._Element]:
        """Children that theirs may have changed."""
        if at.base is not None and at.theirs is not None and scope is not Region.UNKNOWN:
            return self._there.children(at.base, at.theirs)
        return [child for one in (at.theirs, at.base) if one is not None for child in elements(one)]

    def _three(self, at: Triple, step: Step, scope: SchemaNode) -> Triple:
        return Triple(*(None if one is None else self._index.child(one, step, scope) for one in at))

    # one node

    def _node(self, at: Triple, scope: SchemaNode, place: Place, steps: tuple[Step, ...]) -> None:
        if scope.kind is NodeKind.LEAF_LIST:
            if (at.base is None) != (at.theirs is None) and (at.mine is None) != (at.theirs is None):
                self._take(at, scope, place)
        elif scope.kind is NodeKind.LEAF:
            self._value(at, scope, place, steps, lambda one, other: same_value(one, other, scope))
        elif is_any(scope):
            self._value(at, scope, place, steps, same_content)
        elif is_np_container(scope):
            self._inside(at, scope, place, steps)
        else:
            self._entry(at, scope, place, steps)

    def _value(
        self,
        at: Triple,
        scope: Scope,
        place: Place,
        steps: tuple[Step, ...],
        same: Callable[[etree._Element, etree._Element], bool],
    ) -> None:
        if self._equal(at.base, at.theirs, scope, same) or self._equal(at.mine, at.theirs, scope, same):
            return
        if self._equal(at.base, at.mine, scope, same):
            self._take(at, scope, place)
        else:
            self._take(at, scope, place, self._conflict(self._words.node(at, scope, steps)))

    def _equal(
        self,
        one: etree._Element | None,
        other: etree._Element | None,
        scope: Scope,
        same: Callable[[etree._Element, etree._Element], bool],
    ) -> bool:
        """Whether two versions say the same; where defaults are read along, one that is absent is the default."""
        if one is not None and other is not None:
            return same(one, other)
        there = other if one is None else one
        if there is None or not self._defaults:
            return one is other
        return says_nothing(there, scope, new_element("nothing"), self._binder, tagged=self._tagged)

    def _entry(self, at: Triple, scope: SchemaNode, place: Place, steps: tuple[Step, ...]) -> None:
        """A list entry or a presence container: it is there or not, whatever is in it."""
        if at.theirs is None:
            if at.mine is not None:
                changed = at.mine in self._by_me.new
                self._take(at, scope, place, self._conflict(self._words.node(at, scope, steps)) if changed else None)
        elif at.mine is None:
            if at.base is None:
                self._take(at, scope, place)
            elif at.base in self._there.old:
                self._take(at, scope, place, self._conflict(self._words.node(at, scope, steps)))
        else:
            self._inside(at, scope, place, steps)

    def _inside(self, at: Triple, scope: Scope, place: Place, steps: tuple[Step, ...]) -> None:
        self.children(at, Place(at.mine, place, at.theirs, scope), steps)

    def _take(self, at: Triple, scope: Scope, place: Place, conflict: Conflict | None = None) -> None:
        self.deeds.append(Deed(place, at.mine, at.theirs, scope, conflict))
        if conflict is not None:
            self.deeds.append(Deed(place, at.mine, at.base, scope, conflict, "base"))

    def _conflict(self, made: Conflict) -> Conflict:
        self.conflicts.append(made)
        self._argued.update(one for one in made.elements if one is not None)
        return made

    # choices

    def _choices(self, at: Triple, place: Place, steps: tuple[Step, ...], changed: Iterable[SchemaNode]) -> set[str]:
        """Names of all nodes of choices about which the two sides disagree: they are dealt with here."""
        taken: set[str] = set()
        if at.mine is None or at.theirs is None:
            return taken
        looked: set[int] = set()
        for scope in changed:
            for choice in self._choices_above(scope):
                if choice.id in looked:
                    continue
                looked.add(choice.id)
                cases = self._cases(choice)
                if taken.isdisjoint(cases) and self._disagree(at, cases):
                    taken.update(cases)
                    self._choice(at, choice, cases, place, steps)
        return taken

    def _choices_above(self, node: SchemaNode) -> list[SchemaNode]:
        """The choices that a node is in, the outermost first."""
        found: list[SchemaNode] = []
        schema = self._binder.schema
        above = None if schema is None else schema.parent(node)
        while schema is not None and above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
            if above.kind is NodeKind.CHOICE:
                found.insert(0, above)
            above = schema.parent(above)
        return found

    def _cases(self, choice: SchemaNode) -> dict[str, int]:
        """Which case each node of a choice belongs to, by Clark name."""
        schema = self._binder.schema
        cases = () if schema is None else schema.children(choice)
        return {tag: case.id for case in cases if schema is not None for tag in case_tags(schema, case)}

    def _disagree(self, at: Triple, cases: dict[str, int]) -> bool:
        ours, others = ({cases[str(one.tag)] for one in self._part(side, cases)} for side in (at.mine, at.theirs))
        if not ours or not others or ours == others:
            return False
        if at.base is None or at.mine is None:
            return True
        mine = self._by_me.children(at.base, at.mine)
        return any(str(one.tag) in cases for one in mine)

    def _part(self, parent: etree._Element | None, cases: dict[str, int]) -> list[etree._Element]:
        """The nodes of a choice that are there."""
        if parent is None:
            return []
        found = [child for child in elements(parent) if str(child.tag) in cases]
        above = self._binder.scope(parent)
        return [
            one for one in found if not means_nothing(one, self._binder.child_scope(above, str(one.tag)), self._binder)
        ]

    def _choice(
        self, at: Triple, choice: SchemaNode, cases: dict[str, int], place: Place, steps: tuple[Step, ...]
    ) -> None:
        parts = [self._part(one, cases) for one in at]
        conflict = self._conflict(self._words.choice(choice, parts, steps))
        self._exchange(parts[1], parts[2], place, conflict)
        self._exchange(parts[1], parts[0], place, conflict, "base")

    def _exchange(
        self,
        ours: list[etree._Element],
        others: list[etree._Element],
        place: Place,
        conflict: Conflict | None,
        side: Side = "theirs",
    ) -> None:
        for one in ours:
            scope = self._binder.child_scope(place.scope, str(one.tag))
            self.deeds.append(Deed(place, one, None, scope, conflict, side))
        for one in others:
            scope = self._binder.child_scope(place.scope, str(one.tag))
            self.deeds.append(Deed(place, None, one, scope, conflict, side))

    # order

    def _order(self, at: Triple, tag: str, place: Place, steps: tuple[Step, ...], key: Key) -> None:
        base, mine, theirs = ([] if one is None else [key(child) for child in one.iterchildren(tag)] for one in at)
        made = Ordering(place, tag, key, base, mine, theirs)
        there, ours, others = set(base), set(mine), set(theirs)
        sure = (ours & others) | (ours - there) | (others - there)
        contested = {entry for entry in there if (entry in ours) != (entry in others)} & self._contested(at, tag, key)
        if any(woven(base, mine, theirs, survivors)[1] for survivors in (sure, sure | contested)):
            made.conflict = self._conflict(self._words.order(at, tag, place.scope, steps))
        self.orderings.append(made)

    def _contested(self, at: Triple, tag: str, key: Key) -> set[Hashable]:
        """Entries that one side deleted and the other changed: it is not decided yet whether they stay."""
        entries = (child for one in at if one is not None for child in one.iterchildren(tag))
        return {key(child) for child in entries if child in self._argued}

    # what no schema explains

    def _group(self, at: Triple, tag: str, place: Place, steps: tuple[Step, ...]) -> None:
        """All children of one name that no schema tells apart."""
        base, mine, theirs = ([] if one is None else list(one.iterchildren(tag)) for one in at)
        if max(len(base), len(mine), len(theirs)) <= 1:
            three = Triple(*(one[0] if one else None for one in (base, mine, theirs)))
            self._guessed(three, place, (*steps, Step(*split_tag(tag))))
            return
        maps = [_by_first(entries) for entries in (base, mine, theirs)]
        if None not in maps:
            bases, ours, others = (known or {} for known in maps)
            for name in {**others, **bases}:
                three = Triple(bases.get(name), ours.get(name), others.get(name))
                self._guessed(three, place, (*steps, _step(next(one for one in three if one is not None))))
            self._order(at, tag, place, steps, _first)
            return
        if _same_all(base, theirs) or _same_all(mine, theirs):
            return
        conflict = None
        if not _same_all(base, mine):
            conflict = self._conflict(self._words.group(tag, (base, mine, theirs), steps))
        self._exchange(mine, theirs, place, conflict)
        if conflict is not None:
            self._exchange(mine, base, place, conflict, "base")

    def _guessed(self, at: Triple, place: Place, steps: tuple[Step, ...]) -> None:
        if _same(at.base, at.theirs, self._alike) or _same(at.mine, at.theirs, self._alike):
            return
        if not _same(at.base, at.mine, self._alike) and _can_look_inside(at):
            self._inside(at, Region.UNKNOWN, place, steps)
        else:
            self._value(at, Region.UNKNOWN, place, steps, self._alike)

    def _alike(self, one: etree._Element, other: etree._Element) -> bool:
        """Equal as the differences see it: the order of children of several names is none."""
        if same_content(one, other):
            return True
        inside = _can_look_inside(Triple(None, one, other))
        return inside and not compare_subtrees(self._binder, one, other, Region.UNKNOWN)


def _same(
    one: etree._Element | None,
    other: etree._Element | None,
    same: Callable[[etree._Element, etree._Element], bool],
) -> bool:
    if one is None or other is None:
        return one is other
    return same(one, other)


def _same_all(ones: list[etree._Element], others: list[etree._Element]) -> bool:
    return len(ones) == len(others) and all(map(same_content, ones, others))


def _can_look_inside(at: Triple) -> bool:
    """True if both sides have elements inside, and nothing but elements."""
    if at.mine is None or at.theirs is None:
        return False
    there = [one for one in at if one is not None]
    insides = [list(elements(one)) for one in there]
    return (
        all(insides) and not any(map(is_mixed, there, insides)) and all(one.attrib == there[0].attrib for one in there)
    )


def _first(element: etree._Element) -> Hashable:
    """What tells an unknown element from its twins: name and text of its first child, or its own text."""
    child = next(elements(element), None)
    return (None, element.text or "") if child is None else (str(child.tag), child.text or "")


def _by_first(entries: list[etree._Element]) -> dict[Hashable, etree._Element] | None:
    """The elements by their first child; None if that does not tell them apart."""
    found: dict[Hashable, etree._Element] = {}
    for entry in entries:
        child = next(elements(entry), None)
        if child is not None and next(elements(child), None) is not None:
            return None
        if found.setdefault(_first(entry), entry) is not entry:
            return None
    return found


def _step(element: etree._Element) -> Step:
    """The step of an unknown element among twins, named by its first child."""
    namespace, name = split_tag(str(element.tag))
    child = next(elements(element), None)
    if child is None:
        return Step(namespace, name, value=element.text or "")
    return Step(namespace, name, ((split_tag(str(child.tag))[1], child.text or ""),))
