"""Two texts line against line: blocks, the rows that a view shows of them, and the words that differ in a line.

Lives here: `TextDiff` (made on a worker), `TextRows` (what is folded, one above the other or side by side), `words()`.
No Qt.  Does not live here: drawing (`panes/diff_text_view`), the comparison of lines (`config.textdiff`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, NamedTuple

from netconf_gui.config.textdiff import TextBlock, text_diff

CONTEXT = 3  # unchanged lines that stay beside a change
PAIRED = 40  # lines of a block up to which partners are sought by likeness
LONGEST = 2000  # characters of a line in which words are compared

Layout = Literal["side", "unified"]
Pair = tuple[int, int]
"""A line of either text, from 0; -1 where there is none."""

Span = tuple[int, int]
"""Start and length in a line."""

_WORD = re.compile(r"[^\W_]+|_|\s+|[^\w\s]")
_NAME = re.compile(r"\s*</?([^\s<>/]+)")


class TextRow(NamedTuple):
    """One row: `state` is same, changed, added, removed or gap; lines count from 0, -1 for none.

    A gap hides `hidden` equal lines, the first of them in `old` and `new`.
    """

    state: str
    old: int
    new: int
    hidden: int = 0


@dataclass(frozen=True)
class TextDiff:
    """Two texts and what differs; `pairs` says of a changed block (by number) which lines face each other."""

    old: Sequence[str]
    new: Sequence[str]
    blocks: Sequence[TextBlock]
    pairs: dict[int, tuple[Pair, ...]] = field(default_factory=dict)
    widest: int = 0  # characters of the longest line

    @property
    def changes(self) -> int:
        """Blocks that differ."""
        return sum(1 for block in self.blocks if block.kind != "same")


def compare_texts(old: str, new: str) -> TextDiff:
    """Compare line by line; takes long for long texts, so it is for a worker."""
    a, b = old.splitlines(), new.splitlines()
    blocks = _aligned(a, b, text_diff(a, b))
    pairs = {number: tuple(_faced(a, b, block)) for number, block in enumerate(blocks) if block.kind == "changed"}
    return TextDiff(a, b, blocks, pairs, max(map(len, (*a, *b)), default=0))


def _aligned(a: Sequence[str], b: Sequence[str], blocks: list[TextBlock]) -> list[TextBlock]:
    """Added and removed blocks shifted, where equal lines allow it, to begin with a tag that they also end."""
    found = list(blocks)
    for number in range(1, len(found) - 1):
        before, block, after = found[number - 1 : number + 2]
        if block.kind not in ("added", "removed") or before.kind != "same" or after.kind != "same":
            continue
        lines, low, high = (b, block.b_start, block.b_end) if block.kind == "added" else (a, block.a_start, block.a_end)
        shift = _shift(lines, low, high, before.a_end - before.a_start, after.a_end - after.a_start)
        if shift:
            found[number - 1] = replace(before, a_end=before.a_end + shift, b_end=before.b_end + shift)
            found[number] = TextBlock(
                block.kind, block.a_start + shift, block.a_end + shift, block.b_start + shift, block.b_end + shift
            )
            found[number + 1] = replace(after, a_start=after.a_start + shift, b_start=after.b_start + shift)
    return [block for block in found if block.a_end > block.a_start or block.b_end > block.b_start]


def _shift(lines: Sequence[str], low: int, high: int, room_up: int, room_down: int) -> int:
    """How far to move a block of lines: the least indented beginning that is no closing tag wins."""
    best, shift = _beginning(lines[low]), 0
    for by in range(1, min(room_up, high - low) + 1):
        if lines[low - by] != lines[high - by]:
            break
        if _beginning(lines[low - by]) < best:
            best, shift = _beginning(lines[low - by]), -by
    for by in range(1, min(room_down, high - low) + 1):
        if lines[low + by - 1] != lines[high + by - 1]:
            break
        at = low + by
        if at < len(lines) and _beginning(lines[at]) < best:
            best, shift = _beginning(lines[at]), by
    return shift


def _beginning(line: str) -> tuple[bool, int]:
    text = line.lstrip()
    return text.startswith("</"), len(line) - len(text)


def _faced(a: Sequence[str], b: Sequence[str], block: TextBlock) -> list[Pair]:
    """Lines of a changed block that face each other: the same element as far as possible, in order."""
    olds, news = range(block.a_start, block.a_end), range(block.b_start, block.b_end)
    if len(olds) == len(news) == 1:
        return [(block.a_start, block.b_start)]
    if len(olds) > PAIRED or len(news) > PAIRED:
        return _in_turn(olds, news)
    matches = _alike([_name(a[line]) for line in olds], [_name(b[line]) for line in news])
    found: list[Pair] = []
    at_old, at_new = 0, 0
    for old, new in [*matches, (len(olds), len(news))]:
        found.extend((line, -1) for line in olds[at_old:old])
        found.extend((-1, line) for line in news[at_new:new])
        if old < len(olds):
            found.append((olds[old], news[new]))
        at_old, at_new = old + 1, new + 1
    return found


def _in_turn(olds: range, news: range) -> list[Pair]:
    shared = min(len(olds), len(news))
    found = list(zip(olds, news, strict=False))
    return found + [(line, -1) for line in olds[shared:]] + [(-1, line) for line in news[shared:]]


def _name(line: str) -> str:
    """What makes lines partners: the element's name, and how it is indented."""
    found = _NAME.match(line)
    return found.group() if found is not None else line


def _alike(olds: list[str], news: list[str]) -> list[Pair]:
    """The longest common subsequence of two short lists, as pairs of numbers."""
    best = [[0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for i in range(len(olds) - 1, -1, -1):
        for j in range(len(news) - 1, -1, -1):
            same = best[i + 1][j + 1] + 1 if olds[i] == news[j] else 0
            best[i][j] = max(same, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(olds) and j < len(news):
        if olds[i] == news[j] and best[i][j] == best[i + 1][j + 1] + 1:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The stretches of two lines that differ, word by word; one stretch where nearly nothing is the same."""
    a, b = _WORD.findall(old[:LONGEST]), _WORD.findall(new[:LONGEST])
    spans: tuple[list[Span], list[Span]] = ([], [])
    at = [0, 0]
    for block in text_diff(a, b):
        lengths = (
            sum(map(len, a[block.a_start : block.a_end])),
            sum(map(len, b[block.b_start : block.b_end])),
        )
        for side in (0, 1):
            if block.kind != "same" and lengths[side]:
                spans[side].append((at[side], lengths[side]))
            at[side] += lengths[side]
    return spans


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows that follow each other: of one block, or a gap in one."""

    block: int
    kind: str  # same, gap, or the block's kind
    low: int  # same and gap: lines from the block's start
    count: int  # rows
    hidden: int = 0


class TextRows:
    """The rows of a `TextDiff` in one of two layouts; long equal stretches are folded until they are opened."""

    def __init__(self, difference: TextDiff, layout: Layout = "side") -> None:
        self.difference = difference
        self.layout: Layout = layout
        self._open: set[int] = set()  # blocks whose gap was opened
        self._pieces: list[_Piece] = []
        self._starts: list[int] = []  # the first row of each piece
        self.count = 0
        self.changes: list[int] = []  # the first row of each block that differs
        self._arrange()

    def set_layout(self, layout: Layout) -> None:
        self.layout = layout
        self._arrange()

    def unfold(self, row: int) -> bool:
        """Open the gap at a row; False if there is none."""
        piece, _ = self._at(row)
        if piece is None or piece.kind != "gap":
            return False
        self._open.add(piece.block)
        self._arrange()
        return True

    def unfold_all(self) -> None:
        self._open = set(range(len(self.difference.blocks)))
        self._arrange()

    def fold_all(self) -> None:
        self._open.clear()
        self._arrange()

    @property
    def gaps(self) -> int:
        """How many stretches are folded."""
        return sum(1 for piece in self._pieces if piece.kind == "gap")

    def row(self, number: int) -> TextRow:
        """One row; IndexError beyond the last."""
        piece, inside = self._at(number)
        if piece is None:
            raise IndexError(number)
        block = self.difference.blocks[piece.block]
        if piece.kind in ("same", "gap"):
            at = piece.low + inside
            return TextRow(piece.kind, block.a_start + at, block.b_start + at, piece.hidden)
        if self.layout == "unified":
            olds = block.a_end - block.a_start
            if inside < olds:
                return TextRow("removed", block.a_start + inside, -1)
            return TextRow("added", -1, block.b_start + inside - olds)
        if block.kind == "changed":
            old, new = self.difference.pairs[piece.block][inside]
            return TextRow("changed" if old >= 0 and new >= 0 else "removed" if old >= 0 else "added", old, new)
        if block.kind == "removed":
            return TextRow("removed", block.a_start + inside, -1)
        return TextRow("added", -1, block.b_start + inside)

    def change_at(self, row: int) -> int:
        """The number of the last change that begins at or before a row; -1 before the first."""
        return bisect_right(self.changes, row) - 1

    # lines of both texts in the order of the rows: old ones of a block before its new ones

    def hits(self, wanted: str) -> list[int]:
        """The places of lines that hold a text (case folded); see `line_at` and `row_of_line`."""
        found: list[int] = []
        for start, block in zip(self._places, self.difference.blocks, strict=True):
            olds = self.difference.old[block.a_start : block.a_end] if block.kind != "same" else ()
            lines = [*olds, *self.difference.new[block.b_start : block.b_end]]
            found.extend(start + at for at, line in enumerate(lines) if wanted in line.casefold())
        return found

    def line_at(self, row: int, *, last: bool = False) -> int:
        """The place of the first, or the last, line that a row shows."""
        piece, inside = self._at(row)
        if piece is None:
            return -1
        start, block, seen = self._places[piece.block], self.difference.blocks[piece.block], self.row(row)
        if block.kind == "same":
            return start + piece.low + inside
        if seen.old >= 0 and not (last and seen.new >= 0):
            return start + seen.old - block.a_start
        return start + block.a_end - block.a_start + seen.new - block.b_start

    def row_of_line(self, place: int) -> int:
        """The row that shows a line; the gap around it is opened."""
        number = bisect_right(self._places, place) - 1
        block, inside = self.difference.blocks[number], place - self._places[number]
        if any(piece.block == number and piece.kind == "gap" for piece in self._pieces):
            self._open.add(number)
            self._arrange()
        first = self._starts[next(at for at, piece in enumerate(self._pieces) if piece.block == number)]
        if block.kind != "changed" or self.layout == "unified":
            return first + inside
        olds = block.a_end - block.a_start
        side, line = (0, block.a_start + inside) if inside < olds else (1, block.b_start + inside - olds)
        return first + next(at for at, pair in enumerate(self.difference.pairs[number]) if pair[side] == line)

    @cached_property
    def _places(self) -> list[int]:
        """Where the lines of each block begin."""
        places, at = [], 0
        for block in self.difference.blocks:
            places.append(at)
            at += block.b_end - block.b_start + (block.a_end - block.a_start if block.kind != "same" else 0)
        return places

    def partner(self, row: TextRow) -> Pair | None:
        """The lines whose words are compared for a row; in the unified layout they are rows of their own."""
        if row.state == "changed":
            return row.old, row.new
        if self.layout != "unified" or row.state not in ("added", "removed"):
            return None
        old = row.state == "removed"
        line = row.old if old else row.new
        blocks = self.difference.blocks
        number = bisect_right(blocks, line, key=lambda block: block.a_start if old else block.b_start) - 1
        # an empty side begins where the next block begins
        while number >= 0 and blocks[number].kind == ("added" if old else "removed"):
            number -= 1
        for pair in self.difference.pairs.get(number, ()):
            if pair[0 if old else 1] == line:
                return pair if min(pair) >= 0 else None
        return None

    def _at(self, row: int) -> tuple[_Piece | None, int]:
        if not 0 <= row < self.count:
            return None, 0
        number = bisect_right(self._starts, row) - 1
        return self._pieces[number], row - self._starts[number]

    def _arrange(self) -> None:
        self._pieces, self._starts, self.changes, self.count = [], [], [], 0
        last = len(self.difference.blocks) - 1
        for number, block in enumerate(self.difference.blocks):
            if block.kind == "same":
                head, tail = (0 if number == 0 else CONTEXT), (0 if number == last else CONTEXT)
                self._same(number, block.a_end - block.a_start, head, tail)
                continue
            self.changes.append(self.count)
            if self.layout == "unified" or block.kind != "changed":
                rows = block.a_end - block.a_start + block.b_end - block.b_start
            else:
                rows = len(self.difference.pairs[number])
            self._put(_Piece(number, block.kind, 0, rows))

    def _same(self, number: int, length: int, head: int, tail: int) -> None:
        hidden = length - head - tail
        if hidden <= 1 or number in self._open:
            self._put(_Piece(number, "same", 0, length))
            return
        self._put(_Piece(number, "same", 0, head))
        self._put(_Piece(number, "gap", head, 1, hidden))
        self._put(_Piece(number, "same", length - tail, tail))

    def _put(self, piece: _Piece) -> None:
        if piece.count:
            self._pieces.append(piece)
            self._starts.append(self.count)
            self.count += piece.count
