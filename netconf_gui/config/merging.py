"""The merged configuration: a copy of mine in which everything has happened that the other side brings.

Lives here: `perform`.  Does not live here: what has to happen (`threeway`).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Hashable, Mapping, Sequence

from lxml import etree

from netconf_gui.config import order
from netconf_gui.config.binding import Binder, Region, Scope
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.construct import place_for
from netconf_gui.config.copying import start_element
from netconf_gui.config.execute import put_child
from netconf_gui.config.merge_order import Side, woven
from netconf_gui.config.path import InstancePath
from netconf_gui.config.siblings import Siblings
from netconf_gui.config.threeway import Deed, Ordering, Place
from netconf_gui.protocol.xml import NS_BASE, namespace_of, new_element, qn, serialize
from netconf_gui.yang.schema import SchemaNode


def perform(
    binder: Binder,
    mine: etree._Element,
    deeds: Sequence[Deed],
    orderings: Sequence[Ordering],
    decisions: Mapping[InstancePath, Side],
) -> etree._Element:
    """A copy of `mine` with all deeds done that no decision forbids."""
    wanted = [deed for deed in deeds if deed.conflict is None or decisions.get(deed.conflict.path) == deed.side]
    work = _Work(binder, mine, wanted, orderings)
    for deed in wanted:
        work.do(deed)
    for ordering in orderings:
        side = None if ordering.conflict is None else decisions.get(ordering.conflict.path)
        work.arrange(ordering, side)
    return work.finished()


_HELD = "held-place-of-the-other-side"
_STAND_IN = re.compile(rb'<[^<>]*\s%b="(\d+)"[^<>]*/>' % _HELD.encode())


class _Work:
    def __init__(
        self, binder: Binder, mine: etree._Element, deeds: Sequence[Deed], orderings: Sequence[Ordering]
    ) -> None:
        # a copy of an inner element loses declarations that only values use
        whole = mine.getparent() is None
        self.root = copy.deepcopy(mine) if whole else read_fragment(serialize(mine))
        self._binder = binder
        self._siblings = Siblings()
        self._made: dict[int, etree._Element] = {}
        self._held: dict[etree._Element, etree._Element] = {}
        self._texts: list[bytes] = []
        self._twins = self._copies(mine, deeds, orderings)

    def _copies(
        self, mine: etree._Element, deeds: Sequence[Deed], orderings: Sequence[Ordering]
    ) -> dict[etree._Element, etree._Element]:
        """The copies of the elements that are spoken of."""
        spoken: set[etree._Element] = {deed.mine for deed in deeds if deed.mine is not None}
        places = [*(deed.place for deed in deeds), *(ordering.place for ordering in orderings)]
        for one in places:
            place: Place | None = one
            while place is not None:
                if place.mine is not None:
                    spoken.add(place.mine)
                place = place.above
        if not spoken:
            return {}
        pairs = zip(mine.iter(etree.Element), self.root.iter(etree.Element), strict=True)
        return {element: twin for element, twin in pairs if element in spoken}

    def do(self, deed: Deed) -> None:
        there = None if deed.mine is None else self._twins[deed.mine]
        if there is None:
            if deed.comes is not None:
                self._insert(self._holder(deed.place), self._stand_in(deed.comes), deed.scope)
            return
        parent = there.getparent()
        if parent is None:
            return
        index = self._siblings.place(there)
        self._siblings.removed(parent, there)
        parent.remove(there)
        if deed.comes is not None:
            self._put(parent, self._stand_in(deed.comes), index)

    def _holder(self, place: Place) -> etree._Element:
        """The node of the copy that something goes into, made if mine has none."""
        if place.mine is not None:
            return self._twins[place.mine]
        made = self._made.get(id(place))
        if made is None:
            if place.above is None or place.like is None:
                return self.root
            above = self._holder(place.above)
            made = start_element(new_element(qn(NS_BASE, "config")), place.like)
            self._insert(above, made, place.scope)
            self._made[id(place)] = made
        return made

    def _insert(self, parent: etree._Element, element: etree._Element, scope: Scope) -> None:
        index = -1
        schema = self._binder.schema
        if isinstance(scope, SchemaNode) and schema is not None:
            above = self._binder.scope(parent)
            index = place_for(schema, None if isinstance(above, Region) else above, parent, scope, self._siblings)
        self._put(parent, element, index)

    def _put(self, parent: etree._Element, element: etree._Element, index: int) -> None:
        put_child(parent, element, index, self._binder, "", siblings=self._siblings)
        self._siblings.added(parent, element)

    def _stand_in(self, element: etree._Element) -> etree._Element:
        """An empty element that holds the place of one that comes from elsewhere.

        Elements cannot change places without losing declarations that only values use; texts can.
        """
        made = new_element(str(element.tag), attrib={_HELD: str(len(self._texts))})
        self._held[made] = element
        self._texts.append(_text(element))
        return made

    def finished(self) -> etree._Element:
        """The copy with what comes from elsewhere in its places."""
        return read_fragment(self._filled(serialize(self.root))) if self._texts else self.root

    def _filled(self, text: bytes) -> bytes:
        return _STAND_IN.sub(lambda match: self._filled(self._texts[int(match.group(1))]), text)

    def arrange(self, ordering: Ordering, side: Side | None) -> None:
        """Bring the entries of a list into the order that both sides want."""
        if ordering.place.mine is None and id(ordering.place) not in self._made:
            return
        parent = self._holder(ordering.place)
        entries: dict[Hashable, etree._Element] = {}
        for child in parent.iterchildren(ordering.tag):
            if entries.setdefault(ordering.key(self._held.get(child, child)), child) is not child:
                return  # keys that are not unique: nobody can say what the order is
        wished, _ = woven(ordering.base, ordering.mine, ordering.theirs, entries.keys(), side)
        places = {name: place for place, name in enumerate(entries)}
        moved = order.moved([places[name] for name in wished])
        if not moved:
            return
        before: etree._Element | None = None
        for number, name in enumerate(wished):
            entry = entries[name]
            if number in moved:
                entry = self._moved(entry, before, parent)
            before = entry
        self._siblings.clear()

    def _moved(self, entry: etree._Element, before: etree._Element | None, parent: etree._Element) -> etree._Element:
        twin = self._stand_in(entry)
        first = next(parent.iterchildren(str(entry.tag)))
        if before is not None:
            before.addnext(twin)
        else:
            first.addprevious(twin)
        parent.remove(entry)
        return twin


def _text(element: etree._Element) -> bytes:
    """The element with every declaration that it needs, also that of no namespace at all."""
    text = serialize(element)
    head = text[: text.index(b">")]
    if not namespace_of(element) and not re.search(rb"\sxmlns=", head):
        name = str(element.tag).encode()
        return b"<" + name + b' xmlns=""' + text[1 + len(name) :]
    return text
