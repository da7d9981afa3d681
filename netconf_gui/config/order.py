"""Orders: which entries of a list must move so that the rest can stay.

Lives here: the longest increasing subsequence and what follows from it.  Does not live here: what an entry is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_increasing(numbers: Sequence[int]) -> set[int]:
    """Indexes of one longest strictly increasing subsequence; O(n log n)."""
    tails: list[int] = []  # smallest number that ends a subsequence of each length
    holders: list[int] = []  # its index
    before: list[int] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(holders[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            holders.append(index)
        else:
            tails[length] = number
            holders[length] = index
    kept: set[int] = set()
    at = holders[-1] if holders else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return kept


def moved(old_places: Sequence[int]) -> set[int]:
    """Indexes of the fewest entries to move, given each entry's old place in the new order."""
    if all(old_places[i] < old_places[i + 1] for i in range(len(old_places) - 1)):
        return set()
    kept = longest_increasing(old_places)
    return {index for index in range(len(old_places)) if index not in kept}
