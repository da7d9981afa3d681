"""The rows of a table sorted and filtered: a view, the document keeps its order.

Lives here: what a filter means, by what values are sorted, and doing both in small steps, so that a window can go on
in between.  Does not live here: the rows themselves (`table`).

Sorting is stable and by type: numbers as numbers, enumerations in the order of the type, all else so that numbers and
addresses in texts count as such.  What is not set comes last, upwards and downwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import merge
from ipaddress import AddressValueError, IPv6Address
from typing import Any

from lxml import etree

from netconf_gui.config.table import Column, cell, shown
from netconf_gui.yang.datatypes import decimal

STEP = 256  # rows between two steps
CHUNK = 4096  # rows sorted at once

_DIGITS = re.compile(r"[0-9]+")
_COMPARE = re.compile(r"(<=|>=|!=|<|>|=|!)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sort:
    """By which column, which way."""

    column: Column
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """How rows are to be arranged: `text` is looked for in all of `columns`, `filters` in one column each."""

    columns: tuple[Column, ...] = ()
    sort: Sort | None = None
    text: str = ""
    filters: Mapping[Column, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether that is the document's own order, all of it."""
        return self.sort is None and not self.text.strip() and not any(self.filters.values())


def arrange(rows: Sequence[etree._Element], wish: Wish) -> Iterator[list[int] | None]:
    """The numbers of the rows that are shown, in the order wished for: None after each step, the list at the end."""
    numbers: list[int] = list(range(len(rows)))
    tests = [(column, test) for column, text in wish.filters.items() if (test := filter_test(text)) is not None]
    words = wish.text.casefold().split()
    if tests or words:
        kept: list[int] = []
        for number in numbers:
            entry = rows[number]
            if all(test(shown(entry, column)) for column, test in tests) and _has(entry, wish.columns, words):
                kept.append(number)
            if number % STEP == STEP - 1:
                yield None
        numbers = kept
    if wish.sort is not None:
        sorting = _sorted(rows, numbers, wish.sort)
        for step in sorting:
            if step is not None:
                numbers = step
            else:
                yield None
    yield numbers


def arranged(rows: Sequence[etree._Element], wish: Wish) -> list[int]:
    """As `arrange`, in one go."""
    found: list[int] = []
    for step in arrange(rows, wish):
        found = step if step is not None else found
    return found


def _has(entry: etree._Element, columns: Sequence[Column], words: Sequence[str]) -> bool:
    """Whether every word is in some column."""
    if not words:
        return True
    text = "\n".join([shown(entry, column) for column in columns]).casefold()
    return all(word in text for word in words)


def filter_test(text: str) -> Callable[[str], bool] | None:
    """What a filter of one column asks of a cell's text; None if nothing.

    A text is looked for anywhere, whatever its case.  ``=text`` is exactly that, ``!text`` does not contain it,
    ``!=text`` is not exactly that; ``=`` alone is "not set", ``!=`` "set".  ``<``, ``<=``, ``>``, ``>=`` compare
    numbers, or texts as they are sorted.
    """
    text = text.strip()
    if not text:
        return None
    match = _COMPARE.match(text)
    if match is None:
        wanted = text.casefold()
        return lambda value: wanted in value.casefold()
    sign, rest = match.group(1), match.group(2).strip().casefold()
    if sign == "!":
        return (lambda value: rest not in value.casefold()) if rest else None
    if sign in ("=", "!="):
        return lambda value: (value.casefold() == rest) == (sign == "=")
    return _comparing(sign, rest) if rest else None


def _comparing(sign: str, rest: str) -> Callable[[str], bool]:
    limit, text_limit = decimal(rest), natural_key(rest)

    def test(value: str) -> bool:
        if not value:
            return False
        number = decimal(value)
        one: Any
        other: Any
        if number is not None and limit is not None:
            one, other = number, limit
        else:
            one, other = natural_key(value), text_limit
        if one == other:
            return "=" in sign
        return bool(one < other) == (sign[0] == "<")

    return test


def _sorted(rows: Sequence[etree._Element], numbers: list[int], sort: Sort) -> Iterator[list[int] | None]:
    key_of = sort_key(sort.column)
    keys: dict[int, Any] = {}
    groups: tuple[list[int], list[int], list[int]] = ([], [], [])  # of the type, other texts, not set
    for count, number in enumerate(numbers):
        leaf = cell(rows[number], sort.column)
        if leaf is None:
            groups[2].append(number)
        else:
            text = shown(rows[number], sort.column)
            key = key_of(text)
            groups[1 if key is None else 0].append(number)
            keys[number] = natural_key(text) if key is None else key
        if count % STEP == STEP - 1:
            yield None
    found: list[int] = []
    for group in groups[:2]:
        chunks = []
        for low in range(0, len(group), CHUNK):
            chunks.append(sorted(group[low : low + CHUNK], key=keys.__getitem__, reverse=sort.descending))
            yield None
        merged = merge(*chunks, key=keys.__getitem__, reverse=sort.descending)
        for count, number in enumerate(merged):
            found.append(number)
            if count % STEP == STEP - 1:
                yield None
    yield found + groups[2]


def sort_key(column: Column) -> Callable[[str], Any]:
    """What makes a key of a text; None from it: the text is no value of the column's type."""
    info = column.info
    while info is not None and info.base == "leafref":
        info = info.target
    if column.numeric:
        return _number
    if info is not None and info.base == "enumeration" and column.kind == "leaf":
        places = {item.name: number for number, item in enumerate(info.enums)}
        return places.get
    return natural_key


def _number(text: str) -> Decimal | None:
    return decimal(text)


def natural_key(text: str) -> str:
    """A text by which texts sort as people expect: eth2 before eth10, 9.0.0.0 before 10.0.0.0, IPv6 by its groups."""
    folded = text.casefold()
    if folded.count(":") >= 2:
        address, slash, rest = folded.partition("/")
        address, percent, zone = address.partition("%")
        try:
            return f"{IPv6Address(address).exploded}{percent}{zone}{slash}{rest.zfill(3) if slash else ''}"
        except (AddressValueError, ValueError):
            pass
    return _DIGITS.sub(_padded, folded)


def _padded(match: re.Match[str]) -> str:
    digits = match.group().lstrip("0") or "0"
    # longer numbers are larger: their length comes first
    return f"{len(digits):06d}{digits}"
