"""From differences to the content of an edit-config: operations on the smallest nodes, parents as bare steps.

Lives here: `build_config`.  Does not live here: the public `Plan` (`plan`).

Below one parent, what goes comes first, then what changes and what is new in the order of the wished configuration:
a server that works through the edit in document order then finds every neighbour that an insert names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.construct import case_tags
from netconf_gui.config.copying import copy_content, copy_names, start_element, term_value
from netconf_gui.config.diff import Diff, DiffEntry
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.path_text import quoted
from netconf_gui.protocol.xml import NS_BASE, NS_YANG, new_element, qn
from netconf_gui.yang.schema import NodeKind, SchemaNode

Style = Literal["strict", "lenient"]

OPERATION = qn(NS_BASE, "operation")
INSERT = qn(NS_YANG, "insert")
KEY = qn(NS_YANG, "key")
VALUE = qn(NS_YANG, "value")
_WORDS: dict[Style, dict[str, str]] = {
    "strict": {"added": "create", "removed": "delete"},
    "lenient": {"added": "merge", "removed": "remove"},
}


@dataclass(slots=True)
class _Task:
    """One operation on one node; `place` is the element that says where it lies and what it holds."""

    operation: str
    place: etree._Element
    scope: Scope
    content: bool  # with everything below it, else only what names it
    moved: bool = False


@dataclass(slots=True)
class _Branch:
    """A node of the edit being gathered: steps on the way and operations at the ends."""

    element: etree._Element
    scope: Scope
    tasks: list[_Task] = field(default_factory=list)
    branches: dict[etree._Element, _Branch] = field(default_factory=dict)


def build_config(difference: Diff, style: Style) -> tuple[etree._Element, int, tuple[InstancePath, ...]]:
    """The `<config>` element, the number of operations in it, and the paths they are about."""
    return _Builder(difference, style).build()


class _Builder:
    def __init__(self, difference: Diff, style: Style) -> None:
        self._diff = difference
        self._binder = Binder(difference.schema)
        self._words = _WORDS[style]
        self._strict = style == "strict"
        self._operations = 0
        self._root = _Branch(difference.mine_root, Region.TOP)

    def build(self) -> tuple[etree._Element, int, tuple[InstancePath, ...]]:
        touched: list[InstancePath] = []
        anchors: set[etree._Element] = set()
        for entry in self._diff.entries:
            if entry.guessed:
                self._guessed(entry, anchors, touched)
            else:
                self._certain(entry)
                touched.append(entry.path)
        config = new_element(qn(NS_BASE, "config"), nsmap={None: NS_BASE, "nc": NS_BASE})
        self._write_below(self._root, config)
        return config, self._operations, tuple(touched)

    # gathering

    def _certain(self, entry: DiffEntry) -> None:
        parent = entry.parent_new
        scope: Scope = entry.schema_node or Region.UNKNOWN
        place = entry.element_old if entry.kind == "removed" else entry.element_new
        if parent is None or place is None:
            return
        branch = self._branch(parent)
        if entry.kind == "added":
            operation = "merge" if is_np_container(scope) else self._words["added"]
            branch.tasks.append(_Task(operation, place, scope, content=True))
        elif entry.kind == "removed":
            operation = "remove" if self._other_case_comes(entry, parent) else self._words["removed"]
            branch.tasks.append(_Task(operation, place, scope, content=False))
        elif entry.kind == "moved":
            branch.tasks.append(_Task("merge", place, scope, content=False, moved=True))
        else:
            branch.tasks.append(_Task("replace", place, scope, content=True))

    def _other_case_comes(self, entry: DiffEntry, parent: etree._Element) -> bool:
        """True if nodes of another case of the same choice are wished: creating them removes this one already."""
        schema, node = self._diff.schema, entry.schema_node
        if schema is None or node is None:
            return False
        at = node
        above = schema.parent(at)
        while above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
            if above.kind is NodeKind.CHOICE:
                for case in schema.children(above):
                    if case.id != at.id and any(parent.find(tag) is not None for tag in case_tags(schema, case)):
                        return True
            at = above
            above = schema.parent(at)
        return False

    def _guessed(self, entry: DiffEntry, anchors: set[etree._Element], touched: list[InstancePath]) -> None:
        """Where no schema says what a node is, the nearest certain one is replaced as a whole."""
        if entry.anchor is not None:
            new = entry.anchor.new
            parent = new.getparent()
            if new not in anchors and parent is not None:
                anchors.add(new)
                touched.append(path_of(new, self._binder))
                branch = self._branch(parent)
                if entry.anchor.replace:
                    branch.tasks.append(_Task("replace", new, Region.UNKNOWN, content=True))
                else:
                    self._swap(branch, entry.anchor.old, new, Region.UNKNOWN)
            return
        parent = entry.parent_new
        scope: Scope = entry.schema_node or Region.UNKNOWN
        if parent is None:
            return
        self._swap(self._branch(parent), entry.element_old, entry.element_new, scope)
        touched.append(entry.path)

    def _swap(self, branch: _Branch, old: etree._Element | None, new: etree._Element | None, scope: Scope) -> None:
        if old is not None:
            branch.tasks.append(_Task(self._words["removed"], old, scope, content=False))
        if new is not None:
            branch.tasks.append(_Task(self._words["added"], new, scope, content=True))

    def _branch(self, element: etree._Element) -> _Branch:
        """The branch for an element of the wished tree, made with all above it."""
        parent = element.getparent()
        if element is self._diff.mine_root or parent is None:
            return self._root
        above = self._branch(parent)
        found = above.branches.get(element)
        if found is None:
            scope = self._binder.child_scope(above.scope, str(element.tag))
            found = above.branches[element] = _Branch(element, scope)
        return found

    # writing

    def _write_below(self, branch: _Branch, out: etree._Element) -> None:
        goes = [task for task in branch.tasks if task.operation in ("delete", "remove")]
        comes: dict[etree._Element, _Task] = {}
        for task in branch.tasks:
            if task.operation not in ("delete", "remove"):
                comes[task.place] = task
        for task in goes:
            self._write_task(task, out, None)
        for element in in_tree_order(branch.element, {*comes, *branch.branches}):
            below = branch.branches.get(element)
            if element in comes:
                self._write_task(comes[element], out, below)
            elif below is not None:
                step = start_element(out, element)
                copy_names(element, below.scope, step, self._binder)
                self._write_below(below, step)

    def _write_task(self, task: _Task, out: etree._Element, below: _Branch | None) -> None:
        self._operations += 1
        node, attributes = task.scope, {OPERATION: task.operation}
        nsmap, _ = term_value(task.place, node, self._binder)
        if isinstance(node, SchemaNode) and node.ordered_by_user and task.operation not in ("delete", "remove"):
            attributes |= self._place(task, node, nsmap)
        element = start_element(out, task.place, nsmap)
        for name, value in attributes.items():
            element.set(name, value)
        if task.content:
            copy_content(task.place, node, element, self._binder)
        else:
            copy_names(task.place, node, element, self._binder)
        if below is not None:
            self._write_below(below, element)

    def _place(self, task: _Task, node: SchemaNode, nsmap: dict[str | None, str]) -> dict[str, str]:
        """insert, key and value (RFC 7950, sections 7.7.9 and 7.8.6): behind its neighbour, which is there by then."""
        tag = str(task.place.tag)
        previous = next(task.place.itersiblings(tag, preceding=True), None)
        if previous is None:
            return {INSERT: "first"}
        if not task.moved and self._strict and next(task.place.itersiblings(tag), None) is None:
            return {}  # a new entry's place is the end
        if node.kind is NodeKind.LEAF_LIST:
            declared, text = term_value(previous, node, self._binder)
            nsmap |= declared
            return {INSERT: "after", VALUE: text or ""}
        prefix = self._binder.module_name(node.namespace) or "k"
        nsmap[prefix] = node.namespace
        predicates = ""
        for name in node.keys:
            key = previous.find(qn(node.namespace, name))
            if key is not None:
                declared, text = term_value(key, self._binder.child_scope(node, str(key.tag)), self._binder)
                nsmap |= declared
                predicates += f"[{prefix}:{name}={quoted(text or '')}]"
        return {INSERT: "after", KEY: predicates}


def in_tree_order(parent: etree._Element, wanted: set[etree._Element]) -> list[etree._Element]:
    """The wanted children of `parent` in document order."""
    if len(wanted) < 2:
        return list(wanted)
    return [child for child in elements(parent) if child in wanted]
