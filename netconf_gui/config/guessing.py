"""Where no schema tells what nodes are: which belong together, and what above them can be named for certain.

Lives here: `pair_unknown`, and `Anchor` with how it moves down a tree.  Does not live here: the comparison that asks
for them (`treediff`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import elements
from netconf_gui.config.identity import is_mixed


@dataclass(frozen=True, slots=True)
class Anchor:
    """The nearest pair of elements above a guess of which is certain how to address it.

    It can be replaced, or, if it might be a list entry whose key differs, be deleted and created.  `final`: nothing
    below it can be addressed.
    """

    old: etree._Element
    new: etree._Element
    replace: bool
    final: bool


def pair_unknown(
    olds: list[etree._Element], news: list[etree._Element]
) -> list[tuple[etree._Element | None, etree._Element | None]]:
    """Pair elements of one name of which no schema tells what they are: by content, then by their first child.

    Those that found no partner come last if they are old ones.
    """
    if len(olds) <= 1 and len(news) <= 1:
        return [(olds[0] if olds else None, news[0] if news else None)]
    partner: dict[etree._Element, etree._Element] = {}
    _match(olds, news, partner, _text)
    _match(olds, news, partner, _first)
    used = set(partner.values())
    pairs: list[tuple[etree._Element | None, etree._Element | None]] = [(partner.get(new), new) for new in news]
    return pairs + [(old, None) for old in olds if old not in used]


def _match(
    olds: list[etree._Element],
    news: list[etree._Element],
    partner: dict[etree._Element, etree._Element],
    key: Callable[[etree._Element], Hashable],
) -> None:
    used = set(partner.values())
    waiting: dict[Hashable, list[etree._Element]] = {}
    for old in reversed(olds):
        if old not in used:
            waiting.setdefault(key(old), []).append(old)
    for new in news:
        if new not in partner:
            same = waiting.get(key(new))
            if same:
                partner[new] = same.pop()


def _text(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)


def _first(element: etree._Element) -> str:
    """What may be the key: name and text of the first child, or the element's own text."""
    child = next(elements(element), None)
    return f"={element.text or ''}" if child is None else f"{child.tag}={child.text or ''}"


def next_anchor(old: etree._Element, new: etree._Element, alone: bool, above: Anchor | None) -> Anchor:
    """The anchor for what differs below an unknown pair."""
    if alone and (above is None or (not above.final and _is_plain(above.old, above.new))) and not _renamed(old, new):
        return Anchor(old, new, replace=True, final=False)
    if above is None:
        return Anchor(old, new, replace=False, final=True)
    return Anchor(above.old, above.new, above.replace, final=True)


def _renamed(old: etree._Element, new: etree._Element) -> bool:
    """True if both may be entries of a list, and the key of one is not the key of the other.

    Entries begin with their keys (RFC 7950, section 7.8.5), which are leafs that are there once, in both.
    """
    return any(_may_be_other_key(one, other) for one, other in ((old, new), (new, old)))


def _may_be_other_key(entry: etree._Element, other: etree._Element) -> bool:
    key = next(elements(entry), None)
    if key is None or _has_elements(key) or next(key.itersiblings(str(key.tag)), None) is not None:
        return False
    same = list(other.iterchildren(str(key.tag)))
    return len(same) == 1 and not _has_elements(same[0]) and (same[0].text or "") != (key.text or "")


def _is_plain(old: etree._Element, new: etree._Element) -> bool:
    """True if neither element has leafs, hence no keys: it is a container that steps can lead through."""
    return not any(next(elements(child), None) is None for element in (old, new) for child in elements(element))


def same_around(old: etree._Element, new: etree._Element) -> bool:
    """True if both have elements inside, the same attributes, and no text around the elements."""
    olds, news = list(elements(old)), list(elements(new))
    return bool(olds and news) and old.attrib == new.attrib and not (is_mixed(old, olds) or is_mixed(new, news))


def _has_elements(element: etree._Element) -> bool:
    return next(elements(element), None) is not None
