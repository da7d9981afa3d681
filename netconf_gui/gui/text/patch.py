"""What leads from one text to another: one stretch that is replaced, in Qt's positions.  No Qt here."""

from __future__ import annotations

from typing import NamedTuple


class Patch(NamedTuple):
    """`text` in place of what is between two of Qt's positions."""

    start: int
    end: int
    text: str


def patch_between(old: str, text: str) -> Patch:
    """What leads from one text to another, all that is alike at both ends left out."""
    head = _common(old, text)
    tail = _common(old[head:][::-1], text[head:][::-1])
    return Patch(_utf16(old[:head]), _utf16(old[: len(old) - tail]), text[head : len(text) - tail])


def _common(one: str, other: str) -> int:
    """How many characters both texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _utf16(text: str) -> int:
    """The length as Qt counts: characters beyond the first plane are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
