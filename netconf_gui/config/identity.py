"""When two elements are the same node: identities, fast equality of subtrees, and an index of children.

Lives here: `identity` (name, keys, value), `same_subtree`, `means_nothing`, `ChildIndex`.  Does not live here: what to
do about differences (`treediff`).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import cast

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.path import Step, find_step, key_values, names_of, position_of
from netconf_gui.config.siblings import Siblings
from netconf_gui.config.values import canonical_value
from netconf_gui.yang.datatypes import is_plain
from netconf_gui.yang.schema import NodeKind, SchemaNode

Identity = Hashable
LIST, LEAF_LIST = NodeKind.LIST, NodeKind.LEAF_LIST


def identity(element: etree._Element, scope: Scope, binder: Binder) -> Identity | None:
    """What tells the element from its siblings; equal for the same node in two trees.

    None where there is no such thing: entries of lists without keys, and unknown elements.
    """
    if isinstance(scope, Region):
        return None
    if scope.kind is LIST:
        return (element.tag, key_values(element, scope, binder)) if scope.keys else None
    if scope.kind is LEAF_LIST:
        return (element.tag, canonical_value(element, scope))
    return element.tag


def identities(several: Sequence[etree._Element], scope: SchemaNode, binder: Binder) -> list[Identity | None]:
    """The `identity` of many elements of one name."""
    if scope.kind is NodeKind.LIST and scope.keys:
        return list(names_of(several, scope, binder))
    return [identity(element, scope, binder) for element in several]


def same_subtree(one: etree._Element, other: etree._Element) -> bool:
    """True if both are certainly equal: the same text.  False only means that a closer look is needed.

    Namespaces that only one of the two inherits do not matter as long as no prefix means two things.
    """
    left = etree.tostring(one, encoding="unicode", with_tail=False)
    right = etree.tostring(other, encoding="unicode", with_tail=False)
    if left == right:
        return True
    if one.tag != other.tag or one.prefix != other.prefix or one.attrib != other.attrib:
        return False
    left_end, right_end = left.find(">"), right.find(">")
    if left[left_end - 1 : left_end] == "/" or right[right_end - 1 : right_end] == "/":
        return len(one) == len(other) and not one.text and not other.text
    if left[left_end:] != right[right_end:]:
        return False
    mine, theirs = one.nsmap, other.nsmap
    return all(theirs.get(prefix, namespace) == namespace for prefix, namespace in mine.items()) and (
        mine.get(None) == theirs.get(None)
    )


def same_content(one: etree._Element, other: etree._Element) -> bool:
    """Equal as XML, whatever the prefixes: what is asked of anydata, anyxml and what the schema does not know.

    Order counts, white space between elements and comments do not.
    """
    if same_subtree(one, other):
        return True
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        if left.tag != right.tag or left.attrib != right.attrib:
            return False
        lefts, rights = list(elements(left)), list(elements(right))
        if len(lefts) != len(rights):
            return False
        if not lefts:
            if canonical_value(left, Region.UNKNOWN) != canonical_value(right, Region.UNKNOWN):
                return False
        elif _texts(left, lefts) != _texts(right, rights):
            return False
        stack.extend(zip(lefts, rights, strict=True))
    return True


def _texts(parent: etree._Element, children: list[etree._Element]) -> list[str]:
    """The significant texts of mixed content."""
    return [(parent.text or "").strip(), *((child.tail or "").strip() for child in children)]


def is_mixed(parent: etree._Element, children: list[etree._Element]) -> bool:
    """True if there is text beside the elements inside."""
    return any(_texts(parent, children))


def means_nothing(element: etree._Element, scope: Scope, binder: Binder) -> bool:
    """True for a non-presence container that holds nothing but such containers (RFC 7950, section 7.5.1)."""
    if not is_np_container(scope):
        return False
    return all(means_nothing(child, binder.child_scope(scope, str(child.tag)), binder) for child in elements(element))


LONG = 5000  # children from which on looking for one of them is worth preparing
_LONG_PARENTS = etree.XPath(f"descendant-or-self::*[count(*) > {LONG}]")

Name = tuple[str | None, ...]
"""Canonical key values of an entry, or the one value of a leaf-list entry."""


class ChildIndex:
    """Finds the child that a step names; entries of lists by a dictionary made at the first question.

    Whoever changes the tree says so by `added`, `removed` or `forget`.  With `siblings`, which then have to follow the
    tree as well, also positions are found without a walk.
    """

    def __init__(self, binder: Binder, siblings: Siblings | None = None) -> None:
        self._binder = binder
        self._siblings = siblings
        self._maps: dict[etree._Element, dict[str, dict[Name, etree._Element]]] = {}
        self._twins: set[etree._Element] = set()  # parents with entries of equal keys: dictionaries cannot follow those

    def prepare(self, root: etree._Element) -> None:
        """Make the dictionaries of long lists now; for the thread that makes a large document."""
        for parent in cast("list[etree._Element]", _LONG_PARENTS(root)):
            above = self._binder.scope(parent)
            if self._siblings is not None:
                self._siblings.read(parent)
            maps = self._maps.setdefault(parent, {})
            for tag in dict.fromkeys(str(child.tag) for child in elements(parent)):
                scope = self._binder.child_scope(above, tag)
                if isinstance(scope, SchemaNode) and (scope.keys or scope.kind is NodeKind.LEAF_LIST):
                    maps[tag] = self._read(parent, tag, scope)

    def child(self, parent: etree._Element, step: Step, scope: Scope) -> etree._Element | None:
        """The child of `parent` that `step` names; `scope` is the child's."""
        if step.position is not None and self._siblings is not None:
            return next(iter(self._siblings.part(parent, step.tag, step.position - 1, step.position)), None)
        name = None if isinstance(scope, Region) or step.position is not None else step_name(step, scope)
        if name is None or isinstance(scope, Region):
            return find_step(parent, step, self._binder, scope)
        maps = self._maps.setdefault(parent, {})
        known = maps.get(step.tag)
        if known is None:
            known = maps[step.tag] = self._read(parent, step.tag, scope)
        return known.get(name)

    def position(self, element: etree._Element) -> int:
        """1 for the first of its name among its siblings."""
        return position_of(element) if self._siblings is None else self._siblings.position(element)

    def find(self, root: etree._Element, steps: tuple[Step, ...]) -> etree._Element | None:
        at: etree._Element | None = root
        scope: Scope = Region.TOP
        for step in steps:
            if at is None:
                return None
            scope = self._binder.child_scope(scope, step.tag)
            at = self.child(at, step, scope)
        return at

    def _read(self, parent: etree._Element, tag: str, scope: SchemaNode) -> dict[Name, etree._Element]:
        known: dict[Name, etree._Element] = {}
        keys = self._binder.keys(scope)
        quick = keys[0][0] if len(keys) == 1 and _is_plain(keys[0][1]) else None
        for child in parent.iterchildren(tag):
            first = child[0] if quick is not None and len(child) else None
            if first is not None and first.tag == quick:
                # most lists of the world have one key that is a string
                if known.setdefault((first.text or "",), child) is not child:
                    self._twins.add(parent)
            else:
                self._put(known, parent, child, scope)
        return known

    def _put(
        self, known: dict[Name, etree._Element], parent: etree._Element, child: etree._Element, scope: SchemaNode
    ) -> None:
        name = entry_name(child, scope, self._binder)
        if name is not None and known.setdefault(name, child) is not child:
            self._twins.add(parent)

    def added(self, parent: etree._Element, child: etree._Element, scope: Scope) -> None:
        """A new child is there."""
        known = self._maps.get(parent, {}).get(str(child.tag))
        if known is not None and isinstance(scope, SchemaNode):
            self._put(known, parent, child, scope)
            if parent in self._twins:
                self.forget(parent)

    def removed(self, parent: etree._Element, child: etree._Element, scope: Scope) -> None:
        """The child is about to go."""
        known = self._maps.get(parent, {}).get(str(child.tag))
        if known is None or not isinstance(scope, SchemaNode):
            return
        name = entry_name(child, scope, self._binder)
        if parent in self._twins:
            self.forget(parent)
        elif name is not None:
            known.pop(name, None)

    def has_twins(self, parent: etree._Element) -> bool:
        """Whether entries of equal keys were met among the children, as far as they have been read."""
        return parent in self._twins

    def forget(self, parent: etree._Element) -> None:
        """Anything may have changed among the children of `parent`."""
        self._maps.pop(parent, None)
        self._twins.discard(parent)

    def clear(self) -> None:
        self._maps.clear()
        self._twins.clear()


def _is_plain(scope: Scope) -> bool:
    return isinstance(scope, SchemaNode) and scope.type is not None and is_plain(scope.type)


def entry_name(child: etree._Element, scope: SchemaNode, binder: Binder) -> Name | None:
    """What names a list or leaf-list entry among its siblings; None if a key is missing or there are none."""
    if scope.kind is NodeKind.LEAF_LIST:
        return (canonical_value(child, scope),)
    if scope.kind is not NodeKind.LIST or not scope.keys:
        return None
    keys = key_values(child, scope, binder)
    return None if None in keys else keys


def step_name(step: Step, scope: SchemaNode) -> Name | None:
    """The same from a step; None if it does not name an entry by all its keys."""
    if scope.kind is NodeKind.LEAF_LIST and step.value is not None:
        return (step.value,)
    if scope.kind is not NodeKind.LIST or not scope.keys or len(step.keys) != len(scope.keys):
        return None
    given = dict(step.keys)
    return tuple(given[key] for key in scope.keys) if all(key in given for key in scope.keys) else None
