"""Access control over whole trees: what a user is shown of one, what an edit of one needs, what may not be read at all.

Lives here: walks that ask an `Evaluator` node by node.  Does not live here: deciding (`nacm`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.nacm import Decision, Evaluator, Who
from netconf_gui.config.path import InstancePath, Step, step_of
from netconf_gui.yang.schema import SchemaNode

_MOST = 50_000  # schema nodes that are looked at


@dataclass(frozen=True, slots=True)
class Need:
    """A right that a change needs at a node, and whether it is there."""

    path: InstancePath
    operation: str
    decision: Decision


def hide_unreadable(evaluator: Evaluator, who: Who, root: etree._Element) -> int:
    """Remove from a tree, in place, what the user may not read (section 3.2.4); the number of removed subtrees.

    Keys go with their entry only: an entry without keys would be no entry.
    """
    binder, hidden = Binder(evaluator.schema), 0
    waiting: list[tuple[etree._Element, InstancePath, Scope]] = [(root, InstancePath(), Region.TOP)]
    while waiting:
        parent, above, scope = waiting.pop()
        keys = {tag for tag, _ in binder.keys(scope)} if isinstance(scope, SchemaNode) and scope.keys else set()
        for child in list(elements(parent)):
            inside = binder.child_scope(scope, str(child.tag))
            path = _child(above, child, inside, binder)
            if child.tag not in keys and not evaluator.data(who, path, "read").permitted:
                parent.remove(child)
                hidden += 1
            elif len(child):
                waiting.append((child, path, inside))
    return hidden


def needs_of(evaluator: Evaluator, who: Who, changes: Sequence[DiffEntry]) -> Iterator[Need]:
    """The rights that differences need, node by node: every node that comes or goes counts (section 3.2.5)."""
    binder = Binder(evaluator.schema)
    for entry in changes:
        if entry.kind == "added" and entry.element_new is not None:
            yield from _subtree(evaluator, who, entry.element_new, entry.path, "create", binder)
        elif entry.kind == "removed" and entry.element_old is not None:
            yield from _subtree(evaluator, who, entry.element_old, entry.path, "delete", binder)
        else:
            yield Need(entry.path, "update", evaluator.data(who, entry.path, "update"))


def first_denied(evaluator: Evaluator, who: Who, changes: Sequence[DiffEntry]) -> Need | None:
    """The first right that is missing for these differences."""
    return next((need for need in needs_of(evaluator, who, changes) if not need.decision.permitted), None)


def _subtree(
    evaluator: Evaluator, who: Who, element: etree._Element, path: InstancePath, operation: str, binder: Binder
) -> Iterator[Need]:
    waiting = [(element, path, binder.scope(element))]
    while waiting:
        node, here, scope = waiting.pop()
        yield Need(here, operation, evaluator.data(who, here, operation))
        for child in elements(node):
            inside = binder.child_scope(scope, str(child.tag))
            waiting.append((child, _child(here, child, inside, binder), inside))


def _child(above: InstancePath, child: etree._Element, scope: Scope, binder: Binder) -> InstancePath:
    step = step_of(child, scope, binder)
    return InstancePath((*above.steps, step), {**above.modules, step.namespace: binder.module_name(step.namespace)})


def unreadable_paths(evaluator: Evaluator, who: Who) -> tuple[InstancePath, ...]:
    """The configuration nodes that the user may not read, as far as the schema tells: the topmost of each.

    Entries without keys stand for all of a list, those of rules about particular entries have keys.  Of a very large
    schema the part that is reached first is looked at.
    """
    schema = evaluator.schema
    found: dict[tuple[Step, ...], InstancePath] = {}
    if schema is None or not evaluator.nacm.enabled or who.recovery:
        return ()
    looked = 0
    waiting: list[tuple[SchemaNode | None, InstancePath]] = [(None, InstancePath())]
    while waiting and looked < _MOST:
        parent, above = waiting.pop(0)
        for child in schema.data_children(parent):
            if not child.config:
                continue
            looked += 1
            path = InstancePath(
                (*above.steps, Step(child.namespace, child.name)), {**above.modules, child.namespace: child.module}
            )
            if not child.is_key and not evaluator.data(who, path, "read").permitted:
                found[path.steps] = path
            elif child.is_inner:
                waiting.append((child, path))
    for rules in evaluator.nacm.lists:
        for rule in rules.rules:
            if rule.steps and any(step.keys or step.value is not None for step in rule.steps):
                path = InstancePath(tuple(_for(step, who.user) for step in rule.steps), _modules(evaluator, rule.steps))
                if not evaluator.readable(who, path).permitted:
                    found.setdefault(path.steps, path)
    return tuple(found.values())


def _for(step: Step, user: str) -> Step:
    keys = tuple((name, user if value == "$USER" else value) for name, value in step.keys)
    return Step(step.namespace, step.name, keys, user if step.value == "$USER" else step.value, step.position)


def _modules(evaluator: Evaluator, steps: Sequence[Step]) -> dict[str, str]:
    schema = evaluator.schema
    named = {step.namespace: schema.module_for_namespace(step.namespace) if schema else None for step in steps}
    return {namespace: module.name for namespace, module in named.items() if module is not None}


@dataclass(frozen=True, slots=True)
class Writing:
    """Whether a user may write anything at all; `words` say why not, `decision` is what decided."""

    possible: bool
    words: str = ""
    decision: Decision | None = None


def may_write(evaluator: Evaluator, who: Who) -> Writing:
    """Whether there is any node that the user may create, update or delete, and an operation to do it with."""
    edits = [evaluator.operation(who, "edit-config"), evaluator.operation(who, "edit-data", "ietf-netconf-nmda")]
    if not any(decision.permitted for decision in edits):
        return Writing(False, "You may not invoke edit-config.", edits[0])
    nacm = evaluator.nacm
    nowhere = InstancePath((Step("urn:nothing", "nothing"),), {"urn:nothing": ""})
    general = evaluator.data(who, nowhere, "update")
    if any(evaluator.data(who, nowhere, operation).permitted for operation in ("create", "update", "delete")):
        return Writing(True)
    groups = set(evaluator.groups_of(who))
    for rules in nacm.lists if groups else ():
        if "*" not in rules.groups and not groups & set(rules.groups):
            continue
        for rule in rules.rules:
            if rule.problem or rule.rpc or rule.notification:
                continue
            writes = rule.operations & {"create", "update", "delete"}
            if rule.action == "permit" and writes:
                return Writing(True)
            if rule.action == "deny" and rule.any_kind and rule.module == "*" and len(writes) == 3:
                return Writing(False, "You may not change anything.", general)
    return Writing(False, "You may not change anything.", general)
