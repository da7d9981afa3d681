"""Two revisions of a module: what changed, node by node, and whether RFC 7950 (section 11) allows it.

Lives here: pairing the nodes of both, order, and the report as text.  Does not live here: the judgement of one pair
(`node_changes`, `type_changes`), texts (`definition_changes`), the rules (`update_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netconf_gui.cancel import CancelToken
from netconf_gui.yang.definition_changes import Texts, text_changes
from netconf_gui.yang.module_nodes import module_nodes
from netconf_gui.yang.node_changes import added_node, node_changes
from netconf_gui.yang.nodes import SCHEMA_ONLY_KINDS, NodeKind, SchemaNode
from netconf_gui.yang.schema import Schema
from netconf_gui.yang.source_index import SourceSet
from netconf_gui.yang.update_rules import Finding, Verdict, forbidden

_ORDER = (Verdict.INCOMPATIBLE, Verdict.REVIEW, Verdict.COMPATIBLE)
_UNORDERED = frozenset({NodeKind.RPC, NodeKind.ACTION, NodeKind.NOTIFICATION, NodeKind.INPUT, NodeKind.OUTPUT})
_Key = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One revision: the schema that has it compiled, and the texts if they are at hand."""

    schema: Schema
    module: str
    sources: SourceSet | None = None
    label: str = ""  # where it is from, for the report

    @property
    def revision(self) -> str:
        info = self.schema.module(self.module)
        return info.revision if info is not None else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found; `verdict` is the worst of all findings."""

    module: str
    old: str
    new: str
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        there = {finding.verdict for finding in self.findings}
        return next((verdict for verdict in _ORDER if verdict in there), Verdict.COMPATIBLE)

    def count(self, verdict: Verdict) -> int:
        return sum(finding.verdict is verdict for finding in self.findings)


def compare(old: Side, new: Side, *, cancel: CancelToken | None = None) -> Comparison:
    """All changes from one revision of a module to another, the worst first.

    Nodes are compared as compiled (deviations and features of their set included).  Raises Cancelled.
    """
    findings = list(_node_findings(old, new, cancel))
    if old.sources is not None and new.sources is not None:
        findings += text_changes(Texts(old.sources, old.module), Texts(new.sources, new.module))
    findings.sort(key=lambda finding: _ORDER.index(finding.verdict))
    return Comparison(new.module, _label(old), _label(new), tuple(findings))


def _label(side: Side) -> str:
    revision = side.revision or "without revision"
    return f"{revision} ({side.label})" if side.label else revision


def _key(node: SchemaNode) -> _Key:
    return node.kind in SCHEMA_ONLY_KINDS, node.path


def _node_findings(old: Side, new: Side, cancel: CancelToken | None) -> Iterator[Finding]:
    before = {_key(node): node for node in module_nodes(old.schema, old.module, cancel)}
    after = {_key(node): node for node in module_nodes(new.schema, new.module, cancel)}
    features = _new_features(old, new)
    for key, node in before.items():
        twin = after.get(key)
        if twin is None:
            if _key_of_parent(old.schema, node) in after or _key_of_parent(old.schema, node) not in before:
                yield forbidden(node.path, f"The {node.kind} was removed.", "obsolete-stays")
            continue
        yield from node_changes(node.path, node, twin)
        yield from _choice_changes(old.schema, new.schema, node, twin)
    for key, node in after.items():
        if key in before:
            continue
        above = _key_of_parent(new.schema, node)
        if above not in after or above in before:
            yield added_node(new.schema, node.path, node, features)
    yield from _order(old, new, before, after)


def _new_features(old: Side, new: Side) -> frozenset[str]:
    infos = old.schema.module(old.module), new.schema.module(new.module)
    before, after = (set(info.all_features) if info is not None else set() for info in infos)
    return frozenset(after - before)


def _key_of_parent(schema: Schema, node: SchemaNode) -> _Key | None:
    parent = schema.parent(node)
    return None if parent is None else _key(parent)


def _choice_changes(old: Schema, new: Schema, node: SchemaNode, twin: SchemaNode) -> Iterator[Finding]:
    names = []
    for schema, each in ((old, node), (new, twin)):
        around = schema.choice_of(each)
        names.append("" if around is None else f"{around[0].name}/{around[1].name}")
    if names[0] != names[1]:
        told = "was put into a choice" if not names[0] else "left its choice" if not names[1] else "is in another case"
        yield forbidden(node.path, f"The node {told}.", "otherwise", names[0], names[1])


def _order(old: Side, new: Side, before: dict[_Key, SchemaNode], after: dict[_Key, SchemaNode]) -> Iterator[Finding]:
    sequences = [_by_parent(side.schema, nodes) for side, nodes in ((old, before), (new, after))]
    for parent, keys in sequences[0].items():
        others = sequences[1].get(parent, [])
        common = set(keys) & set(others)
        first, second = ([key for key in each if key in common] for each in (keys, others))
        if first != second:
            path = parent[1] if parent is not None else f"module {new.module}"
            yield forbidden(path, "Data definitions were reordered.", "order", _names(first), _names(second))


def _names(keys: Sequence[_Key]) -> str:
    return ", ".join(path.rpartition("/")[2] for _, path in keys)


def _by_parent(schema: Schema, nodes: dict[_Key, SchemaNode]) -> dict[_Key | None, list[_Key]]:
    found: dict[_Key | None, list[_Key]] = {}
    for key, node in nodes.items():
        # keys stand first in a compiled list, wherever they are written
        if node.kind not in _UNORDERED and not node.is_key:
            found.setdefault(_key_of_parent(schema, node), []).append(key)
    return found


def report_text(comparison: Comparison) -> str:
    """The comparison for people, as plain text."""
    lines = [f"{comparison.module}: {comparison.old} → {comparison.new}", f"Verdict: {comparison.verdict}", ""]
    if not comparison.findings:
        lines.append("Nothing changed.")
    for verdict in _ORDER:
        found = [finding for finding in comparison.findings if finding.verdict is verdict]
        if found:
            lines += [f"{str(verdict).capitalize()} ({len(found)})", ""]
            for finding in found:
                lines += [f"  {finding.path}", f"    {finding.what}"]
                if finding.old or finding.new:
                    lines.append(f"    {finding.old or 'nothing'} → {finding.new or 'nothing'}")
                lines += [f"    {finding.citation}", ""]
    return "\n".join(lines).rstrip() + "\n"
