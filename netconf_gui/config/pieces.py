"""Which entries of two long lists are certainly equal, told by the text of the lists written out once.

Lives here: `unequal`.  Writing a long parent out at once and cutting its text is several times quicker than a look at
each child.  Does not live here: which of the remaining ones belong together (`pairing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, islice
from typing import cast

from lxml import etree

from netconf_gui.config.binding import split_tag

LONG = 64  # children from which on it is worth the while
_AHEAD = 6  # how many to look ahead for where the two are side by side again
_MISSES = 64  # so many in turn without finding that, and the texts have little in common
_STRIDE = 1 << 20  # characters that are compared at once
_LARGE = 8_000_000  # characters of both from which on a walk is quicker, and wants less memory, than a set of all


@lru_cache(maxsize=256)
def _counter(tag: str) -> etree.XPath:
    """How many children have that name."""
    namespace, name = split_tag(tag)
    return etree.XPath(f"count(n:{name})", namespaces={"n": namespace}) if namespace else etree.XPath(f"count({name})")


@dataclass(frozen=True, slots=True)
class Unequal:
    """The element children of two parents that may differ, in order; what is left out is the same on both sides.

    None of those called `tag` has an equal one on the other side.  `plain` is true if nothing inside of them declares a
    namespace: the same text means the same.
    """

    olds: list[etree._Element]
    news: list[etree._Element]
    tag: str
    plain: bool


def unequal(base: etree._Element, mine: etree._Element, tag: str) -> Unequal | None:
    """What may differ among the children, most of which are called `tag`.

    None where that cannot be told from the texts alone: short parents, children of many names, names that occur at
    several depths, comments, texts that have little in common.
    """
    if len(base) < LONG or len(mine) < LONG:
        return None
    if base.nsmap != mine.nsmap:
        return None
    one, other = _Row.of(base, tag), _Row.of(mine, tag)
    if one is None or other is None or not (one.read() and other.read()):
        return None
    if len(one.text) + len(other.text) > _LARGE or not _by_sets(one, other):
        if not _walk(one, other):
            return None
        _drop_equal(one.left, other.left)
    plain = not any("xmlns" in piece for row in (one, other) for piece in row.left.values())
    return Unequal(one.chosen(), other.chosen(), tag, plain)


def _by_sets(one: _Row, other: _Row) -> bool:
    """Leave what is not on the other side, wherever; False if entries are there twice, or do not end alike."""
    olds, news = one.ahead_all(), other.ahead_all()
    if len(olds) != one.count or len(news) != other.count:
        return False
    known_old, known_new = set(olds), set(news)
    if len(known_old) != len(olds) or len(known_new) != len(news):
        return False
    one.left = {number: piece for number, piece in enumerate(olds) if piece not in known_new}
    other.left = {number: piece for number, piece in enumerate(news) if piece not in known_old}
    return True


def _walk(one: _Row, other: _Row) -> bool:
    """Go through both side by side and leave what is not the same; False if hardly anything is."""
    if one.text.count(one.closing) != one.count or other.text.count(other.closing) != other.count:
        return False
    missed = 0
    while one.more and other.more:
        same = _common(one.text, one.at, other.text, other.at)
        end = one.text.rfind(one.closing, one.at, one.at + same)
        if end >= 0:
            length = end + len(one.closing) - one.at
            one.number += one.text.count(one.closing, one.at, one.at + length)
            other.number = other.number + one.number - one.seen
            one.seen = one.number
            one.at, other.at = one.at + length, other.at + length
            continue
        olds, news = one.ahead(2), other.ahead(2)
        if len(olds) == len(news) == 2 and olds[1] == news[1] and olds[1] != news[0] and olds[0] != news[1]:
            old_steps = new_steps = 1
        else:
            olds, news = one.ahead(_AHEAD), other.ahead(_AHEAD)
            places = {piece: place for place, piece in reversed(list(enumerate(olds)))}
            met = [(places[piece] + place, places[piece], place) for place, piece in enumerate(news) if piece in places]
            _, old_steps, new_steps = min(met, default=(0, 1, 1))
            missed = missed + 1 if not met else 0
            if missed > _MISSES:
                return False
        one.leave(olds[:old_steps])
        other.leave(news[:new_steps])
        one.seen = one.number
    one.leave(one.ahead(len(one.text)))
    other.leave(other.ahead(len(other.text)))
    return True


def _common(one: str, at: int, other: str, to: int) -> int:
    """How long both are the same from there on."""
    length, step, growing = 0, 256, True
    while step:
        part = one[at + length : at + length + step]
        if part and part == other[to + length : to + length + step]:
            length += len(part)
            if growing:
                step = min(2 * step, _STRIDE)
                continue
        growing = False
        step //= 2
    return length


def _drop_equal(olds: dict[int, str], news: dict[int, str]) -> None:
    """Take out what is on both sides, elsewhere."""
    if len(set(olds.values())) != len(olds) or len(set(news.values())) != len(news):
        return  # entries that are there twice
    both = set(olds.values()) & set(news.values())
    for left in (olds, news):
        for number in [number for number, piece in left.items() if piece in both]:
            del left[number]


class _Row:
    """Children of one name, one behind the other, with `head` other ones before them and `tail` behind."""

    def __init__(self, parent: etree._Element, tag: str, head: int, tail: int, prefix: str | None) -> None:
        self._parent = parent
        self._tag = tag
        self._head = head
        self._tail = tail
        name = tag.rpartition("}")[2]
        self._name = f"{prefix}:{name}" if prefix else name
        self.count = len(parent) - head - tail
        self.closing = f"</{self._name}>"
        self.text = ""
        self.at = 0  # where the text of the next one begins
        self.number = 0  # which one that is
        self.seen = 0
        self.left: dict[int, str] = {}  # the texts of those that are not the same on the other side

    @property
    def more(self) -> bool:
        return self.number < self.count

    @classmethod
    def of(cls, parent: etree._Element, tag: str) -> _Row | None:
        first = next(parent.iterchildren(tag), None)
        last = next(parent.iterchildren(tag, reversed=True), None)
        if first is None or last is None:
            return None
        row = cls(parent, tag, parent.index(first), len(parent) - 1 - parent.index(last), first.prefix)
        # all between the first and the last are of that name
        return row if row.count >= LONG and int(cast("float", _counter(tag)(parent))) == row.count else None

    def read(self) -> bool:
        """Write the text; False if it does not fall apart where they end."""
        text = etree.tostring(self._parent, encoding="unicode", with_tail=False)
        opening = f"<{self._name}"
        openings = [opening + mark for mark in (">", " ", "/")]
        # as many beginnings as children, and later as many ends: none is inside another, none without an end tag
        if text.count(opening) != self.count and sum(map(text.count, openings)) != self.count:
            return False
        end = text.find(self.closing)
        if end < 0:
            return False
        self.at = min(place for place in (text.find(one, 0, end) for one in openings) if place >= 0)
        self.text = text
        return True

    def ahead(self, most: int) -> list[str]:
        """The texts of the next few."""
        found: list[str] = []
        at = self.at
        while len(found) < most and self.number + len(found) < self.count:
            end = self.text.index(self.closing, at) + len(self.closing)
            found.append(self.text[at:end])
            at = end
        return found

    def ahead_all(self) -> list[str]:
        """The texts of all, the end tags left out."""
        found = self.text.split(self.closing)
        found.pop()
        found[0] = found[0][self.at :]
        return found

    def leave(self, pieces: list[str]) -> None:
        """Pass over them."""
        for piece in pieces:
            self.left[self.number] = piece
            self.number += 1
            self.at += len(piece)

    def chosen(self) -> list[etree._Element]:
        """The children in front, those of the row that are left, and those behind."""
        wanted = bytearray(self.count)
        for number in self.left:
            wanted[number] = 1
        head = list(islice(self._parent.iterchildren(), self._head))
        tail = list(islice(self._parent.iterchildren(reversed=True), self._tail))
        row = compress(self._parent.iterchildren(self._tag), wanted)
        return [child for child in (*head, *row, *reversed(tail)) if isinstance(child.tag, str)]
