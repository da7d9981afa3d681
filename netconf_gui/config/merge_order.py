"""The order of a list that the user orders, when two sides changed it.

Lives here: `woven`.  What both sides left where it was divides the list into gaps; what a side added or moved goes into
its gap.  Two sides that put different entries into one gap, or one entry into two gaps, contradict each other: the
order of such a list means something.  Does not live here: which entries there are (`threeway`).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Literal

from netconf_gui.config import order

Entry = Hashable
Side = Literal["mine", "theirs", "base"]
"""What may be decided where two sides disagree; base: as it was, neither side's."""

SIDES: tuple[Side, ...] = ("mine", "theirs", "base")


def woven(
    base: Sequence[Entry],
    mine: Sequence[Entry],
    theirs: Sequence[Entry],
    survivors: Collection[Entry],
    side: Side | None = None,
) -> tuple[list[Entry], bool]:
    """The entries of `survivors` in the order that both sides want, and whether they contradict each other.

    Where they do, `side` goes first; without it one is taken that does not depend on which side is which.  For base,
    what was there keeps its order, and each new entry stands behind the one it was put behind.  O(n log n).
    """
    first, ours, others = ([one for one in entries if one in survivors] for entries in (base, mine, theirs))
    if ours == others:
        return ours, False
    if side not in ("mine", "theirs"):
        mine_first = repr(ours) <= repr(others)
        if side == "base":
            return _as_it_was(first, *((ours, others) if mine_first else (others, ours))), False
        side = "mine" if mine_first else "theirs"
    return _Weave(first, ours, others, side).result()


class _Weave:
    def __init__(self, base: list[Entry], mine: list[Entry], theirs: list[Entry], side: Side) -> None:
        self._mine, self._theirs = mine, theirs
        self._placed_by_me, self._placed_there = _placed(base, mine), _placed(base, theirs)
        fixed = (set(base) & set(mine) & set(theirs)) - self._placed_by_me - self._placed_there
        self._gaps_mine, self._gaps_theirs = _gaps(mine, fixed), _gaps(theirs, fixed)
        self._fixed = [one for one in base if one in fixed]
        self._side = side
        self._contradicts = False

    def result(self) -> tuple[list[Entry], bool]:
        by_me: dict[int, list[Entry]] = {}
        there: dict[int, list[Entry]] = {}
        for entry, gap in self._gaps_mine.items():
            if self._gap(entry) == gap and self._speaks(entry, self._placed_by_me, self._gaps_theirs):
                by_me.setdefault(gap, []).append(entry)
        for entry, gap in self._gaps_theirs.items():
            if self._gap(entry) == gap and self._speaks(entry, self._placed_there, self._gaps_mine):
                there.setdefault(gap, []).append(entry)
        found: list[Entry] = []
        for gap in range(len(self._fixed) + 1):
            found += self._filled(by_me.get(gap, []), there.get(gap, []))
            found += self._fixed[gap : gap + 1]
        return found, self._contradicts

    def _speaks(self, entry: Entry, placed: set[Entry], other: dict[Entry, int]) -> bool:
        """Whether a side has a say in where an entry stands: it put it there, or is the only one that has it."""
        return entry in placed or entry not in other

    def _gap(self, entry: Entry) -> int:
        mine, theirs = self._gaps_mine.get(entry), self._gaps_theirs.get(entry)
        if mine is None or theirs is None:
            return mine if mine is not None else (theirs or 0)
        if entry in self._placed_by_me and entry in self._placed_there:
            if mine != theirs:
                self._contradicts = True
            return mine if self._side == "mine" else theirs
        return mine if entry in self._placed_by_me else theirs

    def _filled(self, by_me: list[Entry], there: list[Entry]) -> list[Entry]:
        """What stands in one gap: the first side's entries in its order, then what only the other has."""
        one, other = (by_me, there) if self._side == "mine" else (there, by_me)
        both = set(one) & set(other)
        turned = [entry for entry in one if entry in both] != [entry for entry in other if entry in both]
        mine_alone = any(entry not in both and entry in self._placed_by_me for entry in by_me)
        theirs_alone = any(entry not in both and entry in self._placed_there for entry in there)
        if turned or (mine_alone and theirs_alone):
            self._contradicts = True
        if len(both) == len(one) and not turned:
            return other
        return one + [entry for entry in other if entry not in both]


def _as_it_was(base: list[Entry], one: list[Entry], other: list[Entry]) -> list[Entry]:
    """The entries of the base in its order, and what is new behind the entry of the base that it was put behind."""
    new: dict[Entry, list[Entry]] = {entry: [] for entry in base}
    first: list[Entry] = []
    seen = set(base)
    for entries in (one, other):
        gap = first
        for entry in entries:
            if entry in new:
                gap = new[entry]
            elif entry not in seen:
                seen.add(entry)
                gap.append(entry)
    return first + [each for entry in base for each in (entry, *new[entry])]


def _placed(base: list[Entry], side: list[Entry]) -> set[Entry]:
    """What a side added or moved; the fewest entries that explain the order."""
    places = {entry: place for place, entry in enumerate(base)}
    common = [entry for entry in side if entry in places]
    moved = order.moved([places[entry] for entry in common])
    return {common[number] for number in moved} | {entry for entry in side if entry not in places}


def _gaps(entries: list[Entry], fixed: set[Entry]) -> dict[Entry, int]:
    """Behind how many fixed entries each other one stands, in the order of `entries`."""
    gap = 0
    found: dict[Entry, int] = {}
    for entry in entries:
        if entry in fixed:
            gap += 1
        else:
            found[entry] = gap
    return found
