"""A document against its base, cheap enough to be asked for every visible row after every edit.

Lives here: `Tracker`.  Edits mark where they have been (`touched`); the first question after an edit compares those
places only, and its answer holds until the next.  Does not live here: the comparison (`treediff`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lxml import etree

from netconf_gui.config.binding import Binder, Region, elements, is_wrapper
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.identity import ChildIndex
from netconf_gui.config.path import InstancePath, Step, has_twin, path_of
from netconf_gui.config.siblings import Siblings
from netconf_gui.config.touched import Touched
from netconf_gui.config.treediff import Finding, compare_trees

_KINDS = {"added": "insert", "removed": "remove", "moved": "move", "changed": "value"}


class Tracker:
    """Knows what differs between two trees of which one is edited; `base` is only asked for when something was."""

    def __init__(self, binder: Binder, base: Callable[[], etree._Element], mine: Callable[[], etree._Element]) -> None:
        self._binder = binder
        self._base = base
        self._mine = mine
        self._index = ChildIndex(binder, Siblings())
        self._touched = Touched()
        self._found: list[Finding] | None = []
        self._states: dict[etree._Element, str] = {}
        self._bases: dict[etree._Element, etree._Element | None] = {}
        self._any_added = False
        self._below: set[etree._Element] = set()
        self._removed: dict[etree._Element, list[etree._Element]] = {}

    @property
    def untouched(self) -> bool:
        """Whether base and tree are known to be equal: so they are with any schema."""
        return self._found == [] and not self._touched.whole and not self._touched.children

    def prepare(self) -> None:
        """Read the long lists of the base ahead of the first question."""
        self._index.prepare(self._base())

    def forget(self) -> None:
        """Base or tree are others: everything is to be compared."""
        self._index.clear()
        self._touched = Touched(whole=True)
        self._found = None

    def settle(self) -> None:
        """The base is a copy of the tree as it is."""
        self._index.clear()
        self._touched = Touched()
        self._found = []
        self._map([])

    def expect(self, entries: Iterable[DiffEntry], find: Callable[[InstancePath], etree._Element | None]) -> None:
        """The base is another one, and these are the differences to it, found elsewhere between equal trees.

        `find` finds nodes of the edited tree.
        """
        self.settle()
        for entry in entries:
            parent = find(entry.path.parent)
            element = parent if entry.kind == "removed" else find(entry.path)
            if entry.guessed or parent is None or element is None:
                self.forget()
                return
            self.note(_KINDS[entry.kind], parent, element, entry.path, None)

    def note(
        self,
        kind: str,
        parent: etree._Element | None,
        element: etree._Element | None,
        path: InstancePath,
        before: InstancePath | None,
        *,
        index: ChildIndex | None = None,
    ) -> None:
        """An edit has been here; `path` is the element's (the last one if it is gone), `before` its former one.

        `index` is that of the edited tree.
        """
        if kind == "comments":
            return
        self._found = None
        if parent is None or element is None:
            self._touched = Touched(whole=True)
            return
        chain = _chain(parent)
        if before is not None and before != path:
            # another key or value: both the old and the new node are touched
            if element.getparent() is not None and len(before.steps) == len(path.steps):
                self._renamed([*chain, element], before, path, index)
            return
        holder = self._known(chain, path.steps)
        if holder is None:
            return
        step = path.steps[-1]
        scope = self._binder.child_scope(self._binder.scope(parent), step.tag)
        if isinstance(scope, Region):
            if kind == "value" and not _may_be_key(element):
                # nothing went to another place: what was here is still the same node
                holder.children[step] = Touched(whole=len(element) > 0, mine=element)
            elif kind == "value" and len(chain) > 1:
                self._mark_above(chain, path.steps)
            else:
                holder.mark_whole()
            return
        if step.position is not None:
            holder.mark_whole()
            return
        if scope.ordered_by_user and (kind == "move" or (kind == "insert" and step in holder.children)):
            holder.moved.add(step.tag)  # what was here before and comes again may come to another place
        if kind == "move":
            holder.children.setdefault(step, Touched(mine=element))
        elif kind == "remove":
            holder.children[step] = Touched()
        elif kind == "insert":
            holder.children[step] = Touched(whole=True, mine=element)
        else:
            # what was marked below stays so: also text beside elements is a value
            holder.children.setdefault(step, Touched()).mine = element

    def _known(self, chain: list[etree._Element], steps: Sequence[Step]) -> Touched | None:
        """The mark of the last element of `chain`, or None if a mark above says it all.

        `steps` are those of a path that leads through the chain.
        """
        at = self._touched
        if at.whole:
            return None
        for step, element in zip(steps, chain, strict=False):
            if at.whole:
                return None
            if step.position is not None and not isinstance(self._binder.scope(element), Region):
                at.mark_whole()
                return None
            at = at.children.setdefault(step, Touched())
            at.mine = element
        return None if at.whole else at

    def _mark_above(self, chain: list[etree._Element], steps: Sequence[Step]) -> None:
        """What may be the key of an entry that no schema knows became another: the entry may be another one."""
        above = self._known(chain[:-1], steps)
        if above is not None:
            above.mark_whole()

    def _renamed(
        self, chain: list[etree._Element], before: InstancePath, path: InstancePath, index: ChildIndex | None
    ) -> None:
        """A key or a leaf-list value became another: the node of the former name and the one of the new may differ."""
        depth = next(number for number, step in enumerate(path.steps) if step != before.steps[number])
        entry, old, new = chain[depth], before.steps[depth], path.steps[depth]
        holder = self._known(chain[:depth], path.steps)
        parent, scope = entry.getparent(), self._binder.scope(entry)
        if holder is None:
            return
        if parent is None or index is None or isinstance(scope, Region):
            holder.mark_whole()
            return
        left = index.child(parent, old, scope) if old.position is None else None
        if old.position is not None or new.position is not None or index.has_twins(parent):
            holder.mark_whole()
            return
        holder.children[old] = Touched(whole=True, mine=left)
        holder.children[new] = Touched(whole=True, mine=entry)
        if scope.ordered_by_user:
            holder.moved.add(new.tag)

    def findings(self) -> list[Finding]:
        """All differences; computed at the first question after an edit."""
        if self._found is None:
            everything = self._touched.whole
            self._found = compare_trees(
                self._binder, self._base(), self._mine(), touched=self._touched, base_index=self._index
            )
            if everything:
                self._mark_findings(self._found)
            self._map(self._found)
        return self._found

    def _mark_findings(self, found: list[Finding]) -> None:
        """After a look at everything, only what differed needs another one."""
        if found and self._binder.schema is None:
            return
        self._touched = Touched()
        for finding in found:
            element = finding.old if finding.new is None else finding.new
            if element is not None:
                keep = self._found
                self.note(_KINDS[finding.kind], finding.new_parent, element, finding.path, None)
                self._found = keep

    def _map(self, found: list[Finding]) -> None:
        self._states = {}
        self._bases = {}
        self._below = set()
        self._removed = {}
        for finding in found:
            if finding.new is None:
                if finding.old is not None:
                    self._removed.setdefault(finding.new_parent, []).append(finding.old)
            else:
                self._bases.setdefault(finding.new, finding.old)
                if self._states.get(finding.new) != "changed":
                    self._states[finding.new] = finding.kind
            at: etree._Element | None = finding.new_parent
            while at is not None and at not in self._below:
                self._below.add(at)
                at = at.getparent()
        self._any_added = "added" in self._states.values()

    def state(self, element: etree._Element) -> str:
        self.findings()
        found = self._states.get(element)
        if found is not None:
            return found
        at = element.getparent() if self._any_added else None
        while at is not None:
            if self._states.get(at) == "added":
                return "added"
            at = at.getparent()
        return "same"

    def changed_below(self, element: etree._Element) -> bool:
        self.findings()
        return element in self._below

    def removed_children(self, element: etree._Element) -> list[etree._Element]:
        self.findings()
        return list(self._removed.get(element, ()))

    def base_element(self, element: etree._Element) -> etree._Element | None:
        state = self.state(element)
        if element in self._bases:
            return self._bases[element]
        if state == "added":
            return None
        return self._index.find(self._base(), path_of(element, self._binder).steps)


def _chain(element: etree._Element) -> list[etree._Element]:
    """The elements from the top-level node down to `element`; empty for the wrapper."""
    found: list[etree._Element] = []
    at: etree._Element | None = element
    while at is not None and not is_wrapper(at):
        found.append(at)
        at = at.getparent()
    return found[::-1]


def _may_be_key(leaf: etree._Element) -> bool:
    """True for the first leaf of an element that has siblings of its name: entries begin with their keys."""
    parent = leaf.getparent()
    first = None if parent is None else next(elements(parent), None)
    return parent is not None and first is leaf and has_twin(parent)
