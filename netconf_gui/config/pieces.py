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


@lru_cache(maxsize=256)
def _counter(tag: str) -> etree.XPath:
    """How many children have that name."""
    namespace, name = split_tag(tag)
    return etree.XPath(f"count(n:{name})", namespaces={"n": namespace}) if namespace else etree.XPath(f"count({name})")


@dataclass(frozen=True, slots=True)
class Unequal:
    """The element children of two parents that may differ, in order; what is left out is the same on both sides.

    None of the children called `tag` has an equal one on the other side.  `plain` is true if nothing inside of those
    declares a namespace: the same text means the same.
    """

    olds: list[etree._Element]
    news: list[etree._Element]
    tag: str
    plain: bool


def unequal(base: etree._Element, mine: etree._Element, tag: str) -> Unequal | None:
    """What may differ among the children, most of which are called `tag`.

    None where that cannot be told from the texts alone:
    short parents, children of many names, names that occur at several depths, comments.
    """
    if len(base) < LONG or len(mine) < LONG:
        return None
    if base.nsmap != mine.nsmap:
        return None
    one, other = _Row.of(base, tag), _Row.of(mine, tag)
    if one is None or other is None:
        return None
    old_pieces = one.pieces()
    new_pieces = None if old_pieces is None else other.pieces()
    if old_pieces is None or new_pieces is None:
        return None
    known_old, known_new = set(old_pieces), set(new_pieces)
    if len(known_old) != len(old_pieces) or len(known_new) != len(new_pieces):
        return None  # entries that are there twice
    old_wanted = [piece not in known_new for piece in old_pieces]
    new_wanted = [piece not in known_old for piece in new_pieces]
    looked_at = (*compress(old_pieces, old_wanted), *compress(new_pieces, new_wanted))
    plain = not any(b"xmlns" in piece for piece in looked_at)
    return Unequal(one.chosen(old_wanted), other.chosen(new_wanted), tag, plain)


class _Row:
    """Children of one name, one behind the other, with `head` other ones before them and `tail` behind."""

    def __init__(self, parent: etree._Element, tag: str, head: int, tail: int, prefix: str | None) -> None:
        self._parent = parent
        self._tag = tag
        self._head = head
        self._tail = tail
        name = tag.rpartition("}")[2]
        self._name = (f"{prefix}:{name}" if prefix else name).encode()
        self._count = len(parent) - head - tail

    @classmethod
    def of(cls, parent: etree._Element, tag: str) -> _Row | None:
        first = next(parent.iterchildren(tag), None)
        last = next(parent.iterchildren(tag, reversed=True), None)
        if first is None or last is None:
            return None
        row = cls(parent, tag, parent.index(first), len(parent) - 1 - parent.index(last), first.prefix)
        # all between the first and the last are of that name
        return row if row._count >= LONG and int(cast("float", _counter(tag)(parent))) == row._count else None

    def pieces(self) -> list[bytes] | None:
        """The text of each of them; None if the text does not fall apart where they end."""
        text = etree.tostring(self._parent, encoding="utf-8", with_tail=False)
        opening, closing = b"<" + self._name, b"</" + self._name + b">"
        openings = [opening + mark for mark in (b">", b" ", b"/")]
        # as many beginnings as ends as children: none is inside another, none without an end tag
        if text.count(opening) != self._count and sum(map(text.count, openings)) != self._count:
            return None
        pieces = text.split(closing)
        del text
        if len(pieces) != self._count + 1:
            return None
        pieces.pop()
        begin = min((place for place in map(pieces[0].find, openings) if place >= 0), default=0)
        pieces[0] = pieces[0][begin:]
        if pieces[1][:1].isspace():  # indented
            pieces = [piece.lstrip() for piece in pieces]
        return pieces

    def chosen(self, wanted: list[bool]) -> list[etree._Element]:
        """The children in front, those of the row that are wanted, and those behind."""
        head = list(islice(self._parent.iterchildren(), self._head))
        tail = list(islice(self._parent.iterchildren(reversed=True), self._tail))
        row = compress(self._parent.iterchildren(self._tag), wanted)
        return [child for child in (*head, *row, *reversed(tail)) if isinstance(child.tag, str)]
