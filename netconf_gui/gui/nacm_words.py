"""What the page of access control shows: lines of its tables, and what can be completed.

No widgets here, and nothing is decided here (`config.nacm`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netconf_gui.config.nacm import Decision, Evaluator, Nacm, Rule, Who, words_of
from netconf_gui.config.path import InstancePath
from netconf_gui.errors import ConfigError
from netconf_gui.gui.models.plain_table import Line
from netconf_gui.services.nacm import Rights, operations_of
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

RULE_HEADERS = ("Rule", "Action", "Access", "About", "Module", "Comment")
GROUP_HEADERS = ("Group", "Users", "Rule lists")
RIGHT_HEADERS = ("Operation", "Allowed", "Module", "Why")
STEP_HEADERS = ("Step",)
ASKED = (
    ("read", "read"),
    ("create", "create"),
    ("update", "update"),
    ("delete", "delete"),
    ("rpc", "invoke the operation"),
    ("exec", "invoke the action"),
    ("notification", "hear the notification"),
)
_MOST = 60  # completions


@dataclass(frozen=True, slots=True)
class Place:
    """What a row stands for: a rule list, or a rule of it (`rule` ""), or a group."""

    kind: str
    name: str
    rule: str = ""


def rule_lines(nacm: Nacm) -> list[Line]:
    """Rule lists with their rules below them, in the order in which they are looked at."""
    lines: list[Line] = []
    for rules in nacm.lists:
        groups = "every group" if "*" in rules.groups else ", ".join(rules.groups) or "no group"
        lines.append(Line((rules.name, "", "", f"for {groups}", "", ""), Place("list", rules.name), ink="text2"))
        for rule in rules.rules:
            lines.append(
                Line(
                    (f"    {rule.name}", rule.action, access(rule), about(rule), rule.module, rule.comment),
                    Place("rule", rules.name, rule.name),
                    ink="error" if rule.problem else "",
                    tip=rule.problem,
                )
            )
    return lines


def access(rule: Rule) -> str:
    return "all" if rule.doing == "all access" else words_of(rule.operations)


def about(rule: Rule) -> str:
    if rule.path:
        return rule.path
    if rule.rpc:
        return f"operation {rule.rpc}"
    return f"notification {rule.notification}" if rule.notification else "everything"


def group_lines(nacm: Nacm) -> list[Line]:
    """Groups with their users and the rule lists that are for them."""
    return [
        Line(
            (
                name,
                ", ".join(users) or "nobody",
                ", ".join(rules.name for rules in nacm.lists if {"*", name} & set(rules.groups)) or "none",
            ),
            Place("group", name),
        )
        for name, users in nacm.groups
    ]


def right_lines(rights: Rights) -> list[Line]:
    """Every operation of the device, and whether the user may invoke it."""
    return [
        Line(
            (name, "yes" if found.permitted else "no", module, found.words),
            name,
            ink="" if found.permitted else "error",
        )
        for module, name, found in operations_of(rights)
    ]


def default_words(nacm: Nacm) -> str:
    """The defaults in one line."""
    if not nacm.enabled:
        return "Access control is switched off: everyone may do everything."
    return (
        f"Where no rule matches: reading {_ed(nacm.read_default)}, writing {_ed(nacm.write_default)}, "
        f"operations {_ed(nacm.exec_default)}."
    )


def _ed(action: str) -> str:
    return "permitted" if action == "permit" else "denied"


def ask(evaluator: Evaluator, who: Who, asked: str, target: str) -> Decision:
    """The tester's answer; raises `ConfigError` where the target is not understood."""
    schema = evaluator.schema
    if not target.strip():
        raise ConfigError("Name a node, an operation or a notification.")
    if asked in ("rpc", "notification"):
        module, _, name = target.strip().rpartition(":")
        nodes: Sequence[SchemaNode] = ()
        if schema is not None:
            nodes = schema.rpcs() if asked == "rpc" else schema.notifications()
        found = next((one for one in nodes if one.name == name and module in ("", one.module)), None)
        module = module or (found.module if found is not None else "ietf-netconf")
        return evaluator.operation(who, name, module) if asked == "rpc" else evaluator.notification(who, name, module)
    path = InstancePath.parse(target.strip(), schema)
    if not path.steps:
        raise ConfigError("Name a node: the path begins with /module:name.")
    if asked == "read":
        return evaluator.readable(who, path)
    return evaluator.action(who, path) if asked == "exec" else evaluator.data(who, path, asked)


def completions(schema: Schema | None, kind: str, text: str) -> list[str]:
    """What may be written next: paths for "path", else names of operations or notifications."""
    if schema is None:
        return []
    if kind in ("rpc", "notification"):
        nodes = schema.rpcs() if kind == "rpc" else schema.notifications()
        return sorted({node.name for node in nodes if node.name.startswith(text)})[:_MOST]
    head, _, _ = text.rpartition("/")
    above: SchemaNode | None = None
    if head:
        try:
            above = schema.find(InstancePath.parse(head, schema).schema_path())
        except ConfigError:
            return []
        if above is None:
            return []
    children = schema.data_children(above) if above is None or above.is_inner else ()
    actions = [] if above is None else [one for one in schema.children(above) if one.kind is NodeKind.ACTION]
    made = []
    for child in (*children, *actions):
        prefix = "" if above is not None and above.module == child.module else f"{child.module}:"
        made.append(f"{head}/{prefix}{child.name}")
    return sorted(one for one in made if one.startswith(text))[:_MOST]
