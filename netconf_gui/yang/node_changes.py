"""What changed between two revisions of a schema node, judged by RFC 7950, section 11.

Lives here: one node against the other, and whether a new node may be added.  Does not live here: pairing nodes
(`compatibility`), types (`type_changes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netconf_gui.yang.nodes import NodeKind, SchemaNode
from netconf_gui.yang.schema import Schema
from netconf_gui.yang.type_changes import type_changes
from netconf_gui.yang.update_rules import Finding, allowed, doubtful, forbidden

_STATUSES = ("current", "deprecated", "obsolete")
_YES = ("false", "true")


def node_changes(path: str, old: SchemaNode, new: SchemaNode) -> Iterator[Finding]:
    """The findings about a node that both revisions have; nodes below it are not looked at."""
    if old.kind is not new.kind:
        yield forbidden(path, "The node is of another kind.", "otherwise", str(old.kind), str(new.kind))
        return
    yield from _config(path, old, new)
    yield from _structure(path, old, new)
    yield from _numbers(path, old, new)
    if old.type is not None and new.type is not None and old.type != new.type:
        yield from type_changes(path, old.type, new.type)
    yield from _defaults(path, old, new)
    yield from _conditions(path, old, new)
    yield from words_changes(
        path, (old.status, old.description, old.reference), (new.status, new.description, new.reference)
    )


def _config(path: str, old: SchemaNode, new: SchemaNode) -> Iterator[Finding]:
    if old.config != new.config:
        before, after = ("configuration" if node.config else "state" for node in (old, new))
        if new.config and not new.mandatory:
            yield allowed(path, "State data became configuration.", "state-to-config", before, after)
        else:
            told = "Mandatory state data became configuration." if new.config else "Configuration became state data."
            yield forbidden(path, told, "state-to-config", before, after)
    if old.mandatory != new.mandatory and not old.is_key:
        texts = _YES[old.mandatory], _YES[new.mandatory]
        if new.mandatory:
            yield forbidden(path, "The node became mandatory.", "mandatory", *texts)
        else:
            yield allowed(path, "The node is not mandatory any more.", "mandatory", *texts)


def _structure(path: str, old: SchemaNode, new: SchemaNode) -> Iterator[Finding]:
    if old.presence != new.presence:
        told = "was given" if new.presence else "lost"
        yield forbidden(path, f"The container {told} a presence.", "otherwise", _YES[old.presence], _YES[new.presence])
    if old.keys != new.keys:
        yield forbidden(path, "The keys are others.", "otherwise", " ".join(old.keys), " ".join(new.keys))
    if old.ordered_by_user != new.ordered_by_user:
        before, after = ("user" if node.ordered_by_user else "system" for node in (old, new))
        yield forbidden(path, "Who orders the entries is another.", "otherwise", before, after)
    if set(old.unique) != set(new.unique):
        before, after = ("; ".join(" ".join(leafs) for leafs in sorted(node.unique)) for node in (old, new))
        yield forbidden(path, "What must be unique is another.", "otherwise", before, after)


def _numbers(path: str, old: SchemaNode, new: SchemaNode) -> Iterator[Finding]:
    if old.min_elements != new.min_elements:
        texts = str(old.min_elements), str(new.min_elements)
        if new.min_elements < old.min_elements:
            yield allowed(path, "Fewer entries are required.", "min-elements", *texts)
        else:
            yield forbidden(path, "More entries are required.", "min-elements", *texts)
    if old.max_elements != new.max_elements:
        texts = str(old.max_elements or "unbounded"), str(new.max_elements or "unbounded")
        more = new.max_elements is None or (old.max_elements is not None and new.max_elements > old.max_elements)
        if more:
            yield allowed(path, "More entries are allowed.", "max-elements", *texts)
        else:
            yield forbidden(path, "Fewer entries are allowed.", "max-elements", *texts)


def _defaults(path: str, old: SchemaNode, new: SchemaNode) -> Iterator[Finding]:
    if old.defaults != new.defaults:
        before, after = ", ".join(old.defaults), ", ".join(new.defaults)
        if not old.defaults and new.kind is NodeKind.LEAF:
            yield allowed(path, "A default was added.", "default", "", after)
        else:
            yield forbidden(path, "The default is another.", "default", before or "none", after or "none")
    if old.units != new.units:
        if not old.units:
            yield allowed(path, "Units were added.", "units", "", new.units)
        else:
            yield forbidden(path, "The units are others.", "units", old.units, new.units or "none")


def _conditions(path: str, old: SchemaNode, new: SchemaNode) -> Iterator[Finding]:
    yield from _expressions(path, "must", [must.xpath for must in old.musts], [must.xpath for must in new.musts])
    yield from _expressions(path, "when", old.whens, new.whens)
    before, after = set(old.if_features), set(new.if_features)
    if before != after:
        gone, come = ", ".join(sorted(before - after)), ", ".join(sorted(after - before))
        if come:
            yield forbidden(path, "It depends on another feature.", "otherwise", gone, come)
        elif is_mandatory(new):
            yield forbidden(path, "A mandatory node does not depend on a feature any more.", "if-feature", gone)
        else:
            yield allowed(path, "It does not depend on a feature any more.", "if-feature", gone)


def _expressions(path: str, rule: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Finding]:
    before, after = {" ".join(text.split()) for text in old}, {" ".join(text.split()) for text in new}
    gone, come = " and ".join(sorted(before - after)), " and ".join(sorted(after - before))
    if gone and come:
        yield doubtful(path, f"The {rule} condition is another: is it a weaker one?", rule, gone, come)
    elif come:
        yield forbidden(path, f"A {rule} condition was added.", rule, "", come)
    elif gone:
        yield allowed(path, f"A {rule} condition was removed.", rule, gone)


def words_changes(path: str, old: tuple[str, str, str], new: tuple[str, str, str]) -> Iterator[Finding]:
    """Changes of status, description and reference (in this order), which every definition may have."""
    if old[0] != new[0]:
        if _STATUSES.index(new[0]) > _STATUSES.index(old[0]):
            yield allowed(path, f"The status went from {old[0]} to {new[0]}.", "status", old[0], new[0])
        else:
            yield forbidden(path, f"The status went back from {old[0]} to {new[0]}.", "status", old[0], new[0])
    before, after = " ".join(old[1].split()), " ".join(new[1].split())
    if before != after:
        if not before:
            yield allowed(path, "A description was added.", "description", "", after)
        else:
            yield doubtful(path, "The description is another: does it mean the same?", "description", before, after)
    before, after = " ".join(old[2].split()), " ".join(new[2].split())
    if before != after:
        if after:
            yield allowed(path, "The reference was added or updated.", "reference", before, after)
        else:
            yield forbidden(path, "The reference was removed.", "otherwise", before)


def is_mandatory(node: SchemaNode) -> bool:
    """Whether the node itself is mandatory (RFC 7950, section 3), containers left aside."""
    return node.mandatory or node.min_elements > 0


def demands(schema: Schema, node: SchemaNode) -> SchemaNode | None:
    """The mandatory node that a new node brings with it: itself, or one in containers without presence."""
    if is_mandatory(node) and not node.is_key:
        return node
    if node.kind is NodeKind.CONTAINER and not node.presence:
        for child in schema.children(node):
            found = demands(schema, child)
            if found is not None:
                return found
    return None


def added_node(schema: Schema, path: str, node: SchemaNode, new_features: frozenset[str]) -> Finding:
    """The finding about a node that the old revision does not have."""
    if node.kind is NodeKind.CASE:
        return allowed(path, "A case was added.", "new-case")
    if node.kind in (NodeKind.RPC, NodeKind.NOTIFICATION, NodeKind.ACTION):
        return allowed(path, f"A new {node.kind}.", "new-definition")
    mandatory = demands(schema, node)
    if mandatory is None:
        return allowed(path, f"A new {node.kind}.", "new-node")
    if any(
        feature in condition.replace(":", " ").split() for condition in node.if_features for feature in new_features
    ):
        return allowed(path, f"A new mandatory {node.kind} that depends on a new feature.", "new-node")
    told = "mandatory" if mandatory is node else f"with the mandatory {mandatory.name}"
    return forbidden(path, f"A new {node.kind}, {told}.", "new-node")
