"""From differences to operations: which node carries which, gathered in a tree of steps.

Lives here: `gather`, which makes the tree of `plan_writing`, and the three policies.  Does not live here: the public
`Plan` (`plan`), writing the edit (`plan_writing`), what may be hidden from the reader (`hidden`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.hidden import Hidden
from netconf_gui.config.identity import ChildIndex, means_nothing
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.plan_writing import Branch, Task
from netconf_gui.errors import ConfigError
from netconf_gui.yang.schema import NodeKind, SchemaNode

Policy = Literal["strict", "tolerant"]

_WORDS: dict[Policy, dict[str, str]] = {
    "strict": {"added": "create", "removed": "delete"},
    "tolerant": {"added": "merge", "removed": "remove"},
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The tree of steps and operations, the paths that it is about, and what people should know of it."""

    root: Branch
    touched: tuple[InstancePath, ...]
    notes: tuple[str, ...]


def gather(
    difference: Diff, policy: Policy, replace: Sequence[InstancePath], hidden: Hidden, binder: Binder
) -> Gathered:
    """Every difference as an operation on the smallest node; raises `ConfigError` for what must not be sent."""
    return _Gatherer(difference, policy, hidden, binder).gather(replace)


class _Gatherer:
    def __init__(self, difference: Diff, policy: Policy, hidden: Hidden, binder: Binder) -> None:
        self._diff = difference
        self._binder = binder
        self._hidden = hidden
        self._words = _WORDS[policy]
        self._strict = policy == "strict"
        self._root = Branch(difference.mine_root, Region.TOP)
        self._branches: dict[etree._Element, Branch] = {}
        self._touched: list[InstancePath] = []
        self._notes: list[str] = []
        self._anchors: set[etree._Element] = set()
        self._coming: dict[tuple[etree._Element, int], set[int]] = {}  # parent and choice: cases that get nodes

    def gather(self, replace: Sequence[InstancePath]) -> Gathered:
        targets = self._targets(replace)
        chosen: dict[etree._Element, DiffEntry] = {}
        rest: list[DiffEntry] = []
        for entry in self._diff.entries:
            target = _holder(entry, targets) if targets else None
            if target is None:
                rest.append(entry)
            elif entry.element_new is target or target not in chosen:
                chosen[target] = entry
        self._note_cases(rest)
        for entry in rest:
            if entry.guessed:
                self._guessed(entry)
            else:
                self._certain(entry)
        for target, path in targets.items():
            if target in chosen:
                self._replaced(target, path, chosen[target])
            elif not self._is_new(target, rest):
                self._notes.append(f"{path} is the same on both sides: nothing is sent for it.")
        return Gathered(self._root, tuple(self._touched), tuple(self._notes))

    # whole subtrees

    def _targets(self, replace: Sequence[InstancePath]) -> dict[etree._Element, InstancePath]:
        """The chosen nodes of the wished configuration; those inside others are left out."""
        index = ChildIndex(self._binder)
        found: dict[etree._Element, InstancePath] = {}
        for path in replace:
            if not path.steps:
                raise ConfigError("The whole configuration cannot be replaced by one edit. Choose a node of it.")
            scope = self._scope_at(path)
            step = path.steps[-1]
            whole_list = isinstance(scope, SchemaNode) and scope.kind in (NodeKind.LIST, NodeKind.LEAF_LIST)
            if whole_list and not step.keys and step.value is None:
                raise ConfigError(
                    f"{path} is a list and cannot be replaced as one node.",
                    path=str(path),
                    advice="Choose one entry, or the node that holds the list.",
                )
            if any(one.position is not None for one in path.steps):
                raise ConfigError(f"{path} has no name of its own by which it could be replaced.", path=str(path))
            element = index.find(self._diff.mine_root, path.steps)
            if element is not None:
                found[element] = path
        return {one: path for one, path in found.items() if not _inside(one, found)}

    def _scope_at(self, path: InstancePath) -> Scope:
        scope: Scope = Region.TOP
        for step in path.steps:
            scope = self._binder.child_scope(scope, step.tag)
        return scope

    def _is_new(self, element: etree._Element, entries: list[DiffEntry]) -> bool:
        """Whether it is sent anyway, with something above it that is new."""
        new = {entry.element_new for entry in entries if entry.kind == "added"}
        at: etree._Element | None = element
        while at is not None:
            if at in new:
                return True
            at = at.getparent()
        return False

    def _replaced(self, element: etree._Element, path: InstancePath, entry: DiffEntry) -> None:
        """`entry` is what differs about the node itself, or else something that differs inside."""
        self._hidden.refuse(path, "replaced")
        self._touched.append(path)
        parent = element.getparent()
        if parent is None or any(above in self._anchors for above in element.iterancestors()):
            return
        old, new = entry.parent_old, entry.parent_new
        while new is not parent and old is not None and new is not None:
            old, new = old.getparent(), new.getparent()
        self._lead(old, new)
        placed = entry.element_new is element and entry.kind in ("added", "moved")
        moved = entry.element_new is element and entry.kind == "moved"
        task = Task("replace", element, self._binder.scope(element), content=True, placed=placed, moved=moved)
        self._branch(parent).tasks.append(task)

    # single differences

    def _certain(self, entry: DiffEntry) -> None:
        self._touched.append(entry.path)
        parent = entry.parent_new
        scope: Scope = entry.schema_node or Region.UNKNOWN
        place = entry.element_old if entry.kind == "removed" else entry.element_new
        if parent is None or place is None:
            return
        if entry.kind == "removed":
            if not self._goes_by_itself(entry, parent):
                self._hidden.refuse(entry.path, "deleted", place, scope)
                self._branch(parent).tasks.append(Task(self._words["removed"], place, scope, content=False))
        elif entry.kind == "added":
            self._lead(entry.parent_old, entry.parent_new)
            self._added(place, scope, parent, entry.path)
        elif entry.kind == "moved":
            self._branch(parent).tasks.append(Task("merge", place, scope, content=False, placed=True, moved=True))
        elif self._hidden.covers(entry.path):
            self._branch(parent).tasks.append(Task("merge", place, scope, content=True))
        else:
            self._hidden.refuse(entry.path, "replaced", entry.element_old, scope)
            self._branch(parent).tasks.append(Task("replace", place, scope, content=True))

    def _added(self, place: etree._Element, scope: Scope, parent: etree._Element, path: InstancePath) -> None:
        """A new node.

        A container without presence only leads the way: there or not means the same to a server, or not, and so it is
        merged (RFC 7950, section 7.5.8).  What is in it is created then, where that was asked for.
        """
        operation = self._words["added"]
        if self._hidden.covers(path):
            operation = "merge"
            self._notes.append(f"{path} is merged: whether it is there already cannot be read.")
        if not is_np_container(scope):
            self._branch(parent).tasks.append(Task(operation, place, scope, content=True, placed=True))
        elif operation == "merge":
            self._branch(parent).tasks.append(Task("merge", place, scope, content=True))
        else:
            self._branch(place).leads = True
            self._created_below(place, scope)

    def _created_below(self, place: etree._Element, scope: Scope) -> None:
        for child in elements(place):
            below = self._binder.child_scope(scope, str(child.tag))
            if not is_np_container(below):
                self._branch(place).tasks.append(Task(self._words["added"], child, below, content=True, placed=True))
            elif not means_nothing(child, below, self._binder):
                self._created_below(child, below)

    def _lead(self, old: etree._Element | None, new: etree._Element | None) -> None:
        """Mark the highest container from there upwards that the base has without anything in it."""
        highest: etree._Element | None = None
        while old is not None and new is not None and new is not self._diff.mine_root:
            scope = self._branch(new).scope
            if not is_np_container(scope) or not means_nothing(old, scope, self._binder):
                break
            highest = new
            old, new = old.getparent(), new.getparent()
        if highest is not None:
            self._branch(highest).leads = True

    def _note_cases(self, entries: list[DiffEntry]) -> None:
        """Which cases of choices get new nodes."""
        schema = self._diff.schema
        if schema is None:
            return
        for entry in entries:
            node, parent = entry.schema_node, entry.parent_new
            if entry.kind != "added" or node is None or parent is None:
                continue
            for choice, case in _cases(self._diff, node):
                self._coming.setdefault((parent, choice), set()).add(case)

    def _goes_by_itself(self, entry: DiffEntry, parent: etree._Element) -> bool:
        """True if a node of another case comes, which takes this one away (RFC 7950, section 7.9)."""
        node = entry.schema_node
        if node is None or not self._coming:
            return False
        return any(self._coming.get((parent, choice), set()) - {case} for choice, case in _cases(self._diff, node))

    def _guessed(self, entry: DiffEntry) -> None:
        """Where no schema says what a node is, the nearest certain one is replaced as a whole."""
        if entry.anchor is not None:
            new = entry.anchor.new
            parent = new.getparent()
            if new not in self._anchors and parent is not None:
                self._anchors.add(new)
                path = path_of(new, self._binder)
                self._hidden.refuse(path, "replaced")
                self._touched.append(path)
                if entry.anchor.replace:
                    self._branch(parent).tasks.append(Task("replace", new, Region.UNKNOWN, content=True))
                else:
                    self._swap(parent, entry.anchor.old, new, Region.UNKNOWN)
            return
        self._touched.append(entry.path)
        if entry.parent_new is not None:
            if entry.kind != "added":
                self._hidden.refuse(entry.path, "deleted")
            else:
                self._lead(entry.parent_old, entry.parent_new)
            scope: Scope = entry.schema_node or Region.UNKNOWN
            self._swap(entry.parent_new, entry.element_old, entry.element_new, scope)

    def _swap(
        self, parent: etree._Element, old: etree._Element | None, new: etree._Element | None, scope: Scope
    ) -> None:
        branch = self._branch(parent)
        if old is not None:
            branch.tasks.append(Task(self._words["removed"], old, scope, content=False))
        if new is not None:
            branch.tasks.append(Task(self._words["added"], new, scope, content=True))

    def _branch(self, element: etree._Element) -> Branch:
        """The branch for an element of the wished tree, made with all above it."""
        found = self._branches.get(element)
        if found is not None:
            return found
        parent = element.getparent()
        if element is self._diff.mine_root or parent is None:
            return self._root
        above = self._branch(parent)
        scope = self._binder.child_scope(above.scope, str(element.tag))
        found = self._branches[element] = above.branches[element] = Branch(element, scope)
        return found


def _cases(difference: Diff, node: SchemaNode) -> list[tuple[int, int]]:
    """Choice and case of every choice that the node is directly in."""
    schema = difference.schema
    found: list[tuple[int, int]] = []
    at, above = node, None if schema is None else schema.parent(node)
    while schema is not None and above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
        if above.kind is NodeKind.CHOICE:
            found.append((above.id, at.id))
        at, above = above, schema.parent(above)
    return found


def _holder(entry: DiffEntry, targets: dict[etree._Element, InstancePath]) -> etree._Element | None:
    """The chosen node that the difference is at or below."""
    at = entry.element_new if entry.element_new in targets else entry.parent_new
    while at is not None:
        if at in targets:
            return at
        at = at.getparent()
    return None


def _inside(element: etree._Element, others: dict[etree._Element, InstancePath]) -> bool:
    return any(above in others for above in element.iterancestors())
