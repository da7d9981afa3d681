"""The comparison of two texts line by line: patience diff.

Lives here: `text_diff`.  Lines that occur once on both sides are the fixed points; between them the same again.  Does
not live here: drawing it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from netconf_gui.config.order import longest_increasing


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines `a_start:a_end` of the one text against `b_start:b_end` of the other.

    `kind` is same, changed, added (nothing in a) or removed (nothing in b).
    """

    kind: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int


def text_diff(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[TextBlock]:
    """Blocks that cover both texts from first to last line, neighbours never of one kind."""
    matches: list[tuple[int, int, int]] = []  # start in a, start in b, length
    stack = [(0, len(a), 0, len(b))]
    while stack:
        a_start, a_end, b_start, b_end = stack.pop()
        head = 0
        while a_start + head < a_end and b_start + head < b_end and a[a_start + head] == b[b_start + head]:
            head += 1
        if head:
            matches.append((a_start, b_start, head))
            a_start, b_start = a_start + head, b_start + head
        tail = 0
        while a_end - tail > a_start and b_end - tail > b_start and a[a_end - tail - 1] == b[b_end - tail - 1]:
            tail += 1
        if tail:
            a_end, b_end = a_end - tail, b_end - tail
            matches.append((a_end, b_end, tail))
        fixed = _fixed_points(a, b, a_start, a_end, b_start, b_end)
        for a_at, b_at in fixed:
            matches.append((a_at, b_at, 1))
            stack.append((a_start, a_at, b_start, b_at))
            a_start, b_start = a_at + 1, b_at + 1
        if fixed:
            stack.append((a_start, a_end, b_start, b_end))
    matches.sort()
    return list(_blocks(matches, len(a), len(b)))


def _fixed_points(
    a: Sequence[Hashable], b: Sequence[Hashable], a_start: int, a_end: int, b_start: int, b_end: int
) -> list[tuple[int, int]]:
    """Pairs of equal lines in rising order: of lines that occur once on both sides, else of equal lines in turn."""
    if a_start >= a_end or b_start >= b_end:
        return []
    in_a: dict[Hashable, list[int]] = {}
    for at in range(a_start, a_end):
        in_a.setdefault(a[at], []).append(at)
    in_b: dict[Hashable, list[int]] = {}
    for at in range(b_start, b_end):
        if b[at] in in_a:
            in_b.setdefault(b[at], []).append(at)
    pairs = [(in_a[line][0], places[0]) for line, places in in_b.items() if len(places) == 1 == len(in_a[line])]
    if not pairs:
        pairs = [pair for line, places in in_b.items() for pair in zip(in_a[line], places, strict=False)]
    pairs.sort()
    kept = longest_increasing([place for _, place in pairs])
    return [pair for number, pair in enumerate(pairs) if number in kept]


def _blocks(matches: list[tuple[int, int, int]], a_length: int, b_length: int) -> Iterator[TextBlock]:
    a_at = b_at = same_a = same_b = 0  # the end of what was put out; the end of the equal run being gathered
    for a_start, b_start, length in [*matches, (a_length, b_length, 0)]:
        if (a_start, b_start) != (same_a, same_b) or not length:
            if same_a > a_at:
                yield TextBlock("same", a_at, same_a, b_at, same_b)
            if (a_start, b_start) != (same_a, same_b):
                kind = "added" if a_start == same_a else "removed" if b_start == same_b else "changed"
                yield TextBlock(kind, same_a, a_start, same_b, b_start)
            a_at, b_at = a_start, b_start
        same_a, same_b = a_start + length, b_start + length
