"""Reading back: did the device do what it said it did?

Lives here: `verify()` and its verdicts.  Does not live here: fetching what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.defaults import is_default
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.identity import ChildIndex, same_content
from netconf_gui.config.path import InstancePath, path_of, step_of
from netconf_gui.config.summary import SECRET_NAME
from netconf_gui.config.treediff import compare_subtrees, entry_label, leaf_text
from netconf_gui.config.values import same_value
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode


class Verdict(StrEnum):
    """What became of one node that was sent."""

    AS_SENT = "as-sent"
    NORMALISED = "normalised"  # the device holds another text: hashed, rounded, completed
    NOT_READABLE = "not-readable"  # the device shows nothing here: access control, write-only nodes
    NOT_THERE = "not-there"  # the device said ok and did not do it


@dataclass(frozen=True, slots=True)
class ReadbackItem:
    """One node that was sent: what was wished (None: that it goes) and what is there (None: nothing)."""

    path: InstancePath
    verdict: Verdict
    sent: str | None
    got: str | None

    @property
    def broken_promise(self) -> bool:
        """True if the device's ok was not true."""
        return self.verdict is Verdict.NOT_THERE


def verify(difference: Diff, after_root: etree._Element, schema: Schema | None = None) -> tuple[ReadbackItem, ...]:
    """Compare what was sent (the differences from base to wish) with what was read afterwards.

    A leaf that holds neither its old nor its new value was normalised; one that still holds its old value was not set,
    and what is still there was not deleted.  A leaf that was set to its default may be left out by the device.

    Not readable is said only where there is a reason to believe it: a secret that is missing from a parent that is
    there, or a top-level node of which nothing can be read any more though the base and the wish have it.

    A subtree that was added is one item if it is as sent; else each node of it that is not is one, too.
    """
    reader = _Reader(difference, after_root, Binder(difference.schema if schema is None else schema))
    return tuple(reader.items())


class _Reader:
    def __init__(self, difference: Diff, after: etree._Element, binder: Binder) -> None:
        self._difference = difference
        self._after = after
        self._binder = binder
        self._index = ChildIndex(binder)
        self._orders: dict[tuple[etree._Element, str], dict[etree._Element, int]] = {}

    def items(self) -> Iterator[ReadbackItem]:
        anchors: set[etree._Element] = set()
        for entry in self._difference.entries:
            if entry.anchor is not None:
                if entry.anchor.new not in anchors:
                    anchors.add(entry.anchor.new)
                    yield self._content(path_of(entry.anchor.new, self._binder), entry.anchor.old, entry.anchor.new)
                continue
            there = self._index.find(self._after, entry.path.steps)
            if entry.kind == "removed":
                yield self._removed(entry, there)
            elif entry.kind == "moved":
                yield self._moved(entry, there)
            elif entry.kind == "changed":
                yield self._changed(entry, there)
            else:
                yield from self._added(entry, there)

    def _removed(self, entry: DiffEntry, there: etree._Element | None) -> ReadbackItem:
        scope: Scope = entry.schema_node or Region.UNKNOWN
        gone = there is None or self._only_defaults(there, scope)
        return ReadbackItem(
            entry.path, Verdict.AS_SENT if gone else Verdict.NOT_THERE, None, None if gone else _shown(there, scope)
        )

    def _only_defaults(self, element: etree._Element, scope: Scope) -> bool:
        """What a device shows of a node that nobody set: default values and containers of them."""
        if not isinstance(scope, SchemaNode):
            return False
        if scope.kind is NodeKind.LEAF:
            return is_default(element, scope)
        if not is_np_container(scope):
            return False
        children = ((child, self._binder.child_scope(scope, str(child.tag))) for child in elements(element))
        return all(self._only_defaults(child, below) for child, below in children)

    def _changed(self, entry: DiffEntry, there: etree._Element | None) -> ReadbackItem:
        old, new = entry.element_old, entry.element_new
        node = entry.schema_node
        if old is None or new is None or node is None or node.kind is not NodeKind.LEAF:
            return self._content(entry.path, old, new)
        if there is None:
            return self._missing(entry.path, new, node)
        if same_value(new, there, node):
            verdict = Verdict.AS_SENT
        else:
            verdict = Verdict.NOT_THERE if same_value(old, there, node) else Verdict.NORMALISED
        return ReadbackItem(entry.path, verdict, new.text or "", there.text or "")

    def _content(self, path: InstancePath, old: etree._Element | None, new: etree._Element | None) -> ReadbackItem:
        """Nodes that are compared as XML: anydata, and what no schema knows."""
        there = self._index.find(self._after, path.steps)
        sent = None if new is None else _shown(new, Region.UNKNOWN)
        if new is None or there is None:
            gone = new is None and there is None
            verdict = Verdict.AS_SENT if gone else Verdict.NOT_THERE
            if not gone and there is None and self._hidden(path):
                verdict = Verdict.NOT_READABLE
            return ReadbackItem(path, verdict, sent, None if there is None else _shown(there, Region.UNKNOWN))
        if same_content(new, there):
            verdict = Verdict.AS_SENT
        else:
            verdict = Verdict.NOT_THERE if old is not None and same_content(old, there) else Verdict.NORMALISED
        return ReadbackItem(path, verdict, sent, _shown(there, Region.UNKNOWN))

    def _missing(self, path: InstancePath, sent: etree._Element, scope: Scope) -> ReadbackItem:
        text = _shown(sent, scope)
        if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LEAF and is_default(sent, scope):
            return ReadbackItem(path, Verdict.AS_SENT, text, text)
        parent = self._index.find(self._after, path.parent.steps)
        secret = parent is not None and next(elements(sent), None) is None and SECRET_NAME.search(path.name)
        verdict = Verdict.NOT_READABLE if secret or self._hidden(path) else Verdict.NOT_THERE
        return ReadbackItem(path, verdict, text, None)

    def _hidden(self, path: InstancePath) -> bool:
        """True if nothing of the top-level node can be read, though base and wish have it."""
        if not path.steps:
            return False
        tag = path.steps[0].tag
        roots = (self._difference.base_root, self._difference.mine_root)
        return self._after.find(tag) is None and all(root.find(tag) is not None for root in roots)

    def _added(self, entry: DiffEntry, there: etree._Element | None) -> Iterator[ReadbackItem]:
        new = entry.element_new
        scope: Scope = entry.schema_node or Region.UNKNOWN
        if new is None:
            return
        if there is None:
            yield self._missing(entry.path, new, scope)
            return
        sent, got = _shown(new, scope), _shown(there, scope)
        if not isinstance(scope, SchemaNode) or not scope.is_inner:
            verdict = Verdict.AS_SENT
            if isinstance(scope, SchemaNode) and scope.kind is NodeKind.LEAF:
                verdict = Verdict.AS_SENT if same_value(new, there, scope) else Verdict.NORMALISED
            elif not isinstance(scope, SchemaNode) or not scope.is_term:
                verdict = Verdict.AS_SENT if same_content(new, there) else Verdict.NORMALISED
            yield ReadbackItem(entry.path, verdict, sent, got)
            return
        verdict = Verdict.AS_SENT if not scope.ordered_by_user or self._in_place(new, there) else Verdict.NORMALISED
        yield ReadbackItem(entry.path, verdict, sent, got)
        for finding in compare_subtrees(self._binder, new, there, scope):
            if finding.kind == "removed" and finding.old is not None:
                yield self._missing(finding.path, finding.old, finding.scope)
            elif finding.kind == "changed" and finding.old is not None:
                old, now = _shown(finding.old, finding.scope), _shown(finding.new, finding.scope)
                yield ReadbackItem(finding.path, Verdict.NORMALISED, old, now)

    def _moved(self, entry: DiffEntry, there: etree._Element | None) -> ReadbackItem:
        new = entry.element_new
        if there is None or new is None:
            return ReadbackItem(entry.path, Verdict.NOT_THERE, entry.after, None)
        verdict = Verdict.AS_SENT if self._in_place(new, there) else Verdict.NOT_THERE
        scope: Scope = entry.schema_node or Region.UNKNOWN
        neighbour = entry_label(next(there.itersiblings(str(there.tag), preceding=True), None), scope, self._binder)
        return ReadbackItem(entry.path, verdict, entry.after, neighbour)

    def _places(self, parent: etree._Element, tag: str) -> dict[etree._Element, int]:
        known = self._orders.get((parent, tag))
        if known is None:
            known = {child: place for place, child in enumerate(parent.iterchildren(tag))}
            self._orders[parent, tag] = known
        return known

    def _in_place(self, new: etree._Element, there: etree._Element) -> bool:
        """True if the entry stands behind what it was put behind, and before what it was put before."""
        scope = self._binder.scope(new)
        parent = there.getparent()
        if parent is None:
            return False
        for preceding in (True, False):
            sibling = next(new.itersiblings(str(new.tag), preceding=preceding), None)
            if sibling is None:
                continue
            other = self._index.child(parent, step_of(sibling, scope, self._binder), scope)
            if other is None:
                continue
            places = self._places(parent, str(there.tag))
            if (places[other] < places[there]) != preceding:
                return False
        return True


def _shown(element: etree._Element | None, scope: Scope) -> str | None:
    """The value of a leaf; '' for a node that is there and has none."""
    if element is None:
        return None
    return leaf_text(element, scope) or ""
