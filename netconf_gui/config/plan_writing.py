"""Writing the content of an edit-config: operations at their nodes, everything above as bare steps with their keys.

Lives here: `Branch` and `Task`, which say what to write, and `write`.  Does not live here: which operations there are
(`planner`).

Below one parent, what goes comes first, then what changes and what is new in the order of the wished configuration:
a server that works through the edit in document order then finds every neighbour that an insert names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.config.binding import Binder, Scope, elements
from netconf_gui.config.copying import copy_content, copy_names, start_element, term_value
from netconf_gui.config.path_text import quoted
from netconf_gui.config.values import rename_prefixes
from netconf_gui.protocol.xml import NS_BASE, NS_YANG, new_element, qn
from netconf_gui.yang.schema import NodeKind, SchemaNode

OPERATION = qn(NS_BASE, "operation")
INSERT = qn(NS_YANG, "insert")
KEY = qn(NS_YANG, "key")
VALUE = qn(NS_YANG, "value")
NONE: frozenset[etree._Element] = frozenset()
NOWHERE: Mapping[str, str] = {}
LEAF = NodeKind.LEAF
_GOING = ("delete", "remove")


@dataclass(slots=True)
class Task:
    """One operation on one node; `place` is the element that says where it lies and what it holds."""

    operation: str
    place: etree._Element
    scope: Scope
    content: bool  # with everything below it, else only what names it
    placed: bool = False  # new or moved among entries that the user orders
    moved: bool = False


@dataclass(slots=True)
class Branch:
    """A node of the edit being gathered: steps on the way and operations at the ends.

    `leads` marks a container that the base lacks: it carries merge, or some servers say that it is missing.
    """

    element: etree._Element
    scope: Scope
    tasks: list[Task] = field(default_factory=list)
    branches: dict[etree._Element, Branch] = field(default_factory=dict)
    leads: bool = False


def write(root: Branch, binder: Binder, *, strict: bool) -> tuple[etree._Element, int]:
    """The `<config>` element and the number of operations in it, those of containers that lead the way left out."""
    writer = _Writer(binder, strict)
    config = new_element(qn(NS_BASE, "config"), nsmap={None: NS_BASE, "nc": NS_BASE})
    writer.below(root, config)
    return config, writer.operations


class _Writer:
    def __init__(self, binder: Binder, strict: bool) -> None:
        self._binder = binder
        self._strict = strict
        self.operations = 0

    def below(self, branch: Branch, out: etree._Element) -> None:
        comes: dict[etree._Element, Task] = {}
        for task in branch.tasks:
            if task.operation in _GOING:
                self._task(task, out, None)
            else:
                comes[task.place] = task
        if not comes and not branch.branches:
            return
        order = in_tree_order(branch.element, {*comes, *branch.branches})
        appended = self._appended(order, comes) if self._strict and len(comes) else NONE
        for element in order:
            below = branch.branches.get(element)
            if element in comes:
                self._task(comes[element], out, below, placed=element not in appended)
            elif below is not None:
                step = start_element(out, element)
                if below.leads:
                    step.set(OPERATION, "merge")
                copy_names(element, below.scope, step, self._binder)
                self.below(below, step)

    def _appended(self, order: list[etree._Element], comes: dict[etree._Element, Task]) -> set[etree._Element]:
        """New entries behind which only new ones are: in their order, the end is their place without a word."""
        found: set[etree._Element] = set()
        for element in reversed(order):
            task = comes.get(element)
            if task is None or not task.placed or task.moved:
                continue
            if not (isinstance(task.scope, SchemaNode) and task.scope.ordered_by_user):
                continue
            following = next(element.itersiblings(str(element.tag)), None)
            if following is None or following in found:
                found.add(element)
        return found

    def _task(self, task: Task, out: etree._Element, below: Branch | None, *, placed: bool = False) -> None:
        self.operations += 1
        node = task.scope
        nsmap, text = term_value(task.place, node, self._binder)
        where = NOWHERE
        if task.placed and placed and isinstance(node, SchemaNode) and node.ordered_by_user:
            where = self._place(task, node, nsmap)
        element = start_element(out, task.place, nsmap)
        element.set(OPERATION, task.operation)
        for name, value in where.items():
            element.set(name, value)
        if isinstance(node, SchemaNode) and node.kind is LEAF:
            element.text = text if task.content else None
        elif task.content:
            copy_content(task.place, node, element, self._binder)
        else:
            copy_names(task.place, node, element, self._binder)
        if below is not None:
            self.below(below, element)

    def _place(self, task: Task, node: SchemaNode, nsmap: dict[str | None, str]) -> dict[str, str]:
        """insert, key and value (RFC 7950, sections 7.7.9 and 7.8.6): behind its neighbour, which is there by then."""
        tag = str(task.place.tag)
        previous = next(task.place.itersiblings(tag, preceding=True), None)
        if previous is None:
            return {INSERT: "first"}
        if node.kind is NodeKind.LEAF_LIST:
            declared, text = term_value(previous, node, self._binder)
            return {INSERT: "after", VALUE: _declare(nsmap, declared, text or "")}
        prefix = _declare(nsmap, {self._binder.module_name(node.namespace) or "k": node.namespace}, None)
        predicates = ""
        for name in node.keys:
            key = previous.find(qn(node.namespace, name))
            if key is not None:
                declared, text = term_value(key, self._binder.child_scope(node, str(key.tag)), self._binder)
                predicates += f"[{prefix}:{name}={quoted(_declare(nsmap, declared, text or ''))}]"
        return {INSERT: "after", KEY: predicates}


def _declare(nsmap: dict[str | None, str], declared: Mapping[str | None, str], text: str | None) -> str:
    """Declare what a text needs beside what is declared, and return it; None asks for the one prefix itself."""
    renamed: dict[str, str | None] = {}
    prefix = ""
    for wish, namespace in declared.items():
        prefix, number = wish or "p", 1
        while nsmap.get(prefix, namespace) != namespace:
            number += 1
            prefix = f"{wish or 'p'}{number}"
        nsmap[prefix] = namespace
        if wish is not None and prefix != wish:
            renamed[wish] = prefix
    return prefix if text is None else rename_prefixes(text, renamed)


def in_tree_order(parent: etree._Element, wanted: set[etree._Element]) -> list[etree._Element]:
    """The wanted children of `parent` in document order."""
    if len(wanted) < 2:
        return list(wanted)
    return [child for child in elements(parent) if child in wanted]
