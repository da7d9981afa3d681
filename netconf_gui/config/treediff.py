"""The comparison of two trees: pairs children, skips equal subtrees by their text, and reports what is left.

Lives here: `compare_trees` and `Finding`.  Does not live here: the public `Diff` (`diff`), which nodes are worth a look
after edits (`touched`, which restricts the comparison), plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from operator import itemgetter
from typing import cast

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config import order
from netconf_gui.config.binding import Binder, Region, Scope, elements, is_any
from netconf_gui.config.defaults import are_defaults, says_nothing
from netconf_gui.config.guessing import Anchor, next_anchor, pair_unknown, same_around
from netconf_gui.config.identity import (
    ChildIndex,
    identity,
    means_nothing,
    same_content,
    same_subtree,
)
from netconf_gui.config.pairing import Pair, pair_children
from netconf_gui.config.path import InstancePath, LatePath, PathMemo, has_twin, path_of, step_of
from netconf_gui.config.pieces import LONG
from netconf_gui.config.touched import Touched
from netconf_gui.config.values import same_value
from netconf_gui.yang.schema import NodeKind, SchemaNode

NONE: set[etree._Element] = set()
Beside = tuple[etree._Element | None, etree._Element | None, SchemaNode]
"""Old, new, and what they are."""
LEAF, LIST, CONTAINER = (
    NodeKind.LEAF,
    NodeKind.LIST,
    NodeKind.CONTAINER,
)  # each look at an enumeration costs, and there are many
SMALL = 2000  # nodes of a subtree up to which its text is compared as a whole
_IS_LARGE = cast("Callable[[etree._Element], bool]", etree.XPath(f"boolean(descendant::*[{SMALL}])"))


class Size(Enum):
    """What is known of two subtrees beforehand."""

    UNKNOWN = "unknown"
    SMALL = "small"  # their texts are quickly written
    PLAIN = "plain"  # small, and the same text means the same in both


UNKNOWN, PLAIN = Size.UNKNOWN, Size.PLAIN


@dataclass(slots=True)
class Finding:
    """One difference; `new_parent` is the element of the other tree below which it lies.

    `anchor` is, for a guessed finding, what can be replaced safely; None where that is the finding itself.
    """

    kind: str
    old: etree._Element | None
    new: etree._Element | None
    old_parent: etree._Element
    new_parent: etree._Element
    scope: Scope
    binder: Binder
    before: str = ""
    after: str = ""
    guessed: bool = False
    anchor: Anchor | None = None
    paths: PathMemo | None = None
    _path: InstancePath | None = None

    @property
    def element(self) -> etree._Element:
        """What it is about: the new element, the old one if that is gone."""
        found = self.old if self.new is None else self.new
        if found is None:
            raise ValueError("a finding without elements")
        return found

    @property
    def path(self) -> InstancePath:
        if self._path is None:
            self._path = path_of(self.element, self.binder) if self.paths is None else self.paths.path(self.element)
        return self._path

    @property
    def late_path(self) -> InstancePath:
        """The same, worked out when somebody asks for its steps: for trees that do not change."""
        return self.path if self.paths is None else LatePath(self.element, self.paths)

    @property
    def schema_node(self) -> SchemaNode | None:
        return None if isinstance(self.scope, Region) else self.scope

    @property
    def old_text(self) -> str | None:
        return leaf_text(self.old, self.scope)

    @property
    def new_text(self) -> str | None:
        return leaf_text(self.new, self.scope)


def leaf_text(element: etree._Element | None, scope: Scope) -> str | None:
    """The value as written, None for what is no leaf."""
    if element is None:
        return None
    if isinstance(scope, SchemaNode):
        return (element.text or "") if scope.is_term else None
    return (element.text or "") if next(elements(element), None) is None else None


# the quickest ways to get a small node's text, and its children with comments
_text_of = partial(etree.tostring, encoding="unicode", with_tail=False)
_children = cast("Callable[[etree._Element], list[etree._Element]]", itemgetter(slice(None)))


def _same_text(one: etree._Element, other: etree._Element) -> bool:
    return _text_of(one) == _text_of(other)


def entry_label(element: etree._Element | None, scope: Scope, binder: Binder) -> str:
    """Keys or value of an entry as text, '' for none."""
    if element is None or isinstance(scope, Region):
        return ""
    step = step_of(element, scope, binder)
    return " ".join(value for _, value in step.keys) if step.value is None else step.value


def compare_trees(
    binder: Binder,
    base: etree._Element,
    mine: etree._Element,
    *,
    touched: Touched | None = None,
    base_index: ChildIndex | None = None,
    cancel: CancelToken | None = None,
    defaults: str | None = None,
) -> list[Finding]:
    """All differences below two wrappers; with `touched` only what is marked there is looked at.

    `defaults` is the with-defaults mode in which both were written.
    """
    work = _Comparison(binder, base_index or ChildIndex(binder), cancel, defaults)
    work.children(base, mine, Region.TOP, touched, None)
    return work.found


def compare_subtrees(binder: Binder, old: etree._Element, new: etree._Element, scope: Scope) -> list[Finding]:
    """All differences below two elements that are the same container or list entry."""
    work = _Comparison(binder, ChildIndex(binder), None)
    if not same_subtree(old, new):
        work.children(old, new, scope, None, None)
    return work.found


class _Comparison:
    def __init__(
        self, binder: Binder, base_index: ChildIndex, cancel: CancelToken | None, defaults: str | None = None
    ) -> None:
        self.found: list[Finding] = []
        self._binder = binder
        self._paths = PathMemo(binder)
        self._base_index = base_index
        self._cancel = cancel
        # RFC 6243, section 2: in these modes a default value and no value are the same to the server
        self._defaults = defaults in ("trim", "report-all", "report-all-tagged") and binder.schema is not None
        self._tagged = defaults == "report-all-tagged"

    def children(
        self,
        base: etree._Element,
        mine: etree._Element,
        scope: Scope,
        touched: Touched | None,
        anchor: Anchor | None,
        size: Size = UNKNOWN,
    ) -> None:
        """Compare what is below two elements that are the same node."""
        if self._cancel is not None:
            self._cancel.check()
        if touched is not None and not touched.whole:
            self._touched_children(base, mine, scope, touched, anchor)
            return
        if size is UNKNOWN and len(mine) < LONG and not _IS_LARGE(mine):
            size = Size.SMALL
        if size is not UNKNOWN and self._side_by_side(base, mine, scope, size):
            return
        pairs = pair_children(base, mine, scope, self._binder, small=size is not UNKNOWN)
        shifted = self._shifted(pairs.known)
        for old, new, child, same in pairs.known:
            if not same:
                below = PLAIN if new is not None and new.tag == pairs.plain else size
                self._pair(old, new, child, base, mine, None, shifted, below)
            elif new is not None and new in shifted:
                self._moved(old, new, child, base, mine)
        for olds, news in pairs.unknown.values():
            self._unknown_group(olds, news, base, mine, anchor)

    def _side_by_side(self, base: etree._Element, mine: etree._Element, scope: Scope, size: Size) -> bool:
        """Compare the children of two small nodes that have the same ones in the same order.

        In one place one side may have more, which is what an edit mostly leaves.  False if they differ otherwise.
        """
        if isinstance(scope, Region):
            return False
        olds, news = _children(base), _children(mine)
        plain = size is PLAIN
        differing: list[Beside] = []
        behind: list[Beside] = []
        head, tail = self._in_step(zip(olds, news, strict=False), scope, plain, differing), 0
        if head < len(olds) and head < len(news):
            rest = zip(reversed(olds[head:]), reversed(news[head:]), strict=False)
            tail = self._in_step(rest, scope, plain, behind)
        gone, come = olds[head : len(olds) - tail], news[head : len(news) - tail]
        if gone and come:
            return False
        for child in gone or come:
            known = self._binder.child_scope(scope, str(child.tag))
            if isinstance(known, Region) or identity(child, known, self._binder) is None:
                return False  # comments, too
            differing.append((child if gone else None, child if come else None, known))
        for old, new, known in (*differing, *reversed(behind)):
            self._pair(old, new, known, base, mine, None, NONE, size)
        return True

    def _in_step(
        self,
        pairs: Iterable[tuple[etree._Element, etree._Element]],
        scope: SchemaNode,
        plain: bool,
        differing: list[Beside],
    ) -> int:
        """How many of the pairs, one after the other, are the same node; those that are not equal are gathered."""
        known = self._binder.known_children(scope)
        count = 0
        for old, new in pairs:
            tag = old.tag
            if tag != new.tag:
                break
            child = known.get(tag) or self._binder.child_scope(scope, str(tag))
            if isinstance(child, Region):
                break
            kind = child.kind
            if kind is LEAF:
                if not (plain and old.text == new.text) and not same_value(old, new, child):
                    differing.append((old, new, child))
            elif not (_same_text(old, new) if plain else same_subtree(old, new)):
                if kind is not CONTAINER and (
                    identity(old, child, self._binder) != (identity(new, child, self._binder) or ())
                ):
                    break
                differing.append((old, new, child))
            count += 1
        return count

    def _touched_children(
        self, base: etree._Element, mine: etree._Element, scope: Scope, touched: Touched, anchor: Anchor | None
    ) -> None:
        shifted: set[etree._Element] = set()
        for tag in touched.moved:
            child = self._binder.child_scope(scope, tag)
            known = pair_children(base, mine, scope, self._binder, tag).known
            shifted |= self._shifted(known)
            for old, new, _, _ in known:
                if new is not None and new in shifted and step_of(new, child, self._binder) not in touched.children:
                    self._moved(old, new, child, base, mine)
        for step, below in touched.children.items():
            child = self._binder.child_scope(scope, step.tag)
            old = self._base_index.child(base, step, child)
            if child is Region.UNKNOWN:
                alone = not any(one is not None and has_twin(one) for one in (old, below.mine))
                self._unknown_pair(old, below.mine, alone, base, mine, anchor, below)
            else:
                self._pair(old, below.mine, child, base, mine, below, shifted)

    def _pair(
        self,
        old: etree._Element | None,
        new: etree._Element | None,
        scope: Scope,
        base: etree._Element,
        mine: etree._Element,
        touched: Touched | None,
        shifted: set[etree._Element],
        size: Size = UNKNOWN,
    ) -> None:
        if old is None or new is None:
            there = new if old is None else old
            if there is not None and not self._says_nothing(there, scope, base if old is None else mine):
                self._report("removed" if new is None else "added", old, new, base, mine, scope)
            return
        if new in shifted:
            self._moved(old, new, scope, base, mine)
        if isinstance(scope, SchemaNode) and scope.is_term:
            if scope.kind is LEAF and not same_value(old, new, scope):
                self._report("changed", old, new, base, mine, scope)
            return
        if is_any(scope):
            if not same_content(old, new):
                self._report("changed", old, new, base, mine, scope)
        else:
            self.children(old, new, scope, touched, None, size)

    def _says_nothing(self, there: etree._Element, scope: Scope, other: etree._Element) -> bool:
        """True if the node that is absent below `other` means no more than nothing."""
        if means_nothing(there, scope, self._binder):
            return True
        if not self._defaults:
            return False
        if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LEAF_LIST and scope.defaults:
            parent, tag = there.getparent(), str(there.tag)
            if parent is None or next(other.iterchildren(tag), None) is not None:
                return False
            return are_defaults(list(parent.iterchildren(tag)), scope, tagged=self._tagged)
        return says_nothing(there, scope, other, self._binder, tagged=self._tagged)

    def _unknown_group(
        self,
        olds: list[etree._Element],
        news: list[etree._Element],
        base: etree._Element,
        mine: etree._Element,
        anchor: Anchor | None,
    ) -> None:
        """All children of one name that no schema explains."""
        alone = len(olds) <= 1 and len(news) <= 1 and not any(has_twin(one) for one in (*olds, *news))
        pairs = pair_unknown(olds, news)
        places = {element: place for place, element in enumerate(olds)}
        both = [(old, new) for old, new in pairs if old is not None and new is not None]
        for number in order.moved([places[old] for old, _ in both]):
            self._report("moved", *both[number], base, mine, Region.UNKNOWN, anchor)
        for old, new in pairs:
            self._unknown_pair(old, new, alone, base, mine, anchor)

    def _unknown_pair(
        self,
        old: etree._Element | None,
        new: etree._Element | None,
        alone: bool,
        base: etree._Element,
        mine: etree._Element,
        anchor: Anchor | None,
        touched: Touched | None = None,
    ) -> None:
        """`alone`: no sibling of that name on either side, so the name alone says which node it is."""
        if old is None or new is None:
            there = new if old is None else old
            if there is not None:
                self._report("removed" if new is None else "added", old, new, base, mine, Region.UNKNOWN, anchor)
            return
        if touched is None and same_subtree(old, new):
            return
        if (touched is not None and touched.children) or same_around(old, new):
            # what is the matter is below, if anything
            self.children(old, new, Region.UNKNOWN, touched, next_anchor(old, new, alone, anchor))
        elif not same_content(old, new):
            anchor = next_anchor(old, new, alone, anchor)
            self._report("changed", old, new, base, mine, Region.UNKNOWN, anchor)

    def _shifted(self, pairs: list[Pair]) -> set[etree._Element]:
        """Elements of the other tree that must move in lists ordered by the user."""
        lists: dict[str, list[tuple[etree._Element, etree._Element]]] = {}
        for old, new, scope, _ in pairs:
            if old is not None and new is not None and isinstance(scope, SchemaNode) and scope.ordered_by_user:
                lists.setdefault(str(new.tag), []).append((old, new))
        found: set[etree._Element] = set()
        for tag, entries in lists.items():
            parent = entries[0][0].getparent()
            if len(entries) < 2 or parent is None:
                continue
            places = {element: place for place, element in enumerate(parent.iterchildren(tag))}
            numbers = order.moved([places[old] for old, _ in entries])
            found.update(entries[number][1] for number in numbers)
        return found

    def _moved(
        self,
        old: etree._Element | None,
        new: etree._Element,
        scope: Scope,
        base: etree._Element,
        mine: etree._Element,
    ) -> None:
        self._report("moved", old, new, base, mine, scope)

    def _report(
        self,
        kind: str,
        old: etree._Element | None,
        new: etree._Element | None,
        base: etree._Element,
        mine: etree._Element,
        scope: Scope,
        anchor: Anchor | None = None,
    ) -> None:
        finding = Finding(kind, old, new, base, mine, scope, self._binder, paths=self._paths)
        if isinstance(scope, Region) or (scope.kind is LIST and not scope.keys):
            finding.guessed = True
            finding.anchor = anchor
        elif scope.ordered_by_user and new is not None:
            tag = str(new.tag)
            finding.before = entry_label(next(new.itersiblings(tag), None), scope, self._binder)
            finding.after = entry_label(next(new.itersiblings(tag, preceding=True), None), scope, self._binder)
        self.found.append(finding)
