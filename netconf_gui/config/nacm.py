"""Access control as RFC 8341 has it: who may do what, decided from a `/nacm` configuration, with every step told.

Lives here: the records of a configuration, and `Evaluator`, which follows section 3.4.  Does not live here:
reading the records from a tree (`nacm_reading`), whole trees and edits (`nacm_trees`).  Nothing here asks a device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from netconf_gui.config.path import InstancePath, Step
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

NS_NACM = "urn:ietf:params:xml:ns:yang:ietf-netconf-acm"
MODULE = "ietf-netconf-acm"
OPERATIONS = ("create", "read", "update", "delete", "exec")
WRITES = ("create", "update", "delete")

_DENY_ALL, _DENY_WRITE = f"{MODULE}:default-deny-all", f"{MODULE}:default-deny-write"
_BASE = "ietf-netconf"
_CAREFUL = frozenset({"kill-session", "delete-config"})  # section 3.4.4, step 11
_ALWAYS = frozenset({"replayComplete", "notificationComplete"})  # section 3.4.6, step 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; of `rpc`, `notification` and `path` at most one is set, by which it says what it is about.

    `steps` are those of `path`; None where it has none, or one that is not understood (`problem` says why): such a rule
    matches nothing.  ``$USER`` in a key stands for the user's name.
    """

    name: str
    action: str = "permit"
    module: str = "*"
    rpc: str = ""
    notification: str = ""
    path: str = ""
    steps: tuple[Step, ...] | None = None
    operations: frozenset[str] = frozenset(OPERATIONS)
    comment: str = ""
    problem: str = ""

    @property
    def any_kind(self) -> bool:
        """Whether it is about everything of its module."""
        return not (self.rpc or self.notification or self.path)

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if self.rpc:
            return "every operation" if self.rpc == "*" else f"the operation {self.rpc}"
        if self.notification:
            return "every notification" if self.notification == "*" else f"the notification {self.notification}"
        if self.path:
            return self.path
        return "everything" if self.module == "*" else f"everything of {self.module}"

    @property
    def doing(self) -> str:
        """What may or may not be done."""
        return "all access" if self.operations == frozenset(OPERATIONS) else words_of(self.operations)


@dataclass(frozen=True, slots=True)
class RuleList:
    """Rules in order, for the members of some groups; ``*`` is every group."""

    name: str
    groups: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Nacm:
    """One `/nacm`, with the defaults of RFC 8341 for what it does not say."""

    enabled: bool = True
    read_default: str = "permit"
    write_default: str = "deny"
    exec_default: str = "permit"
    external_groups: bool = True
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()  # name, users
    lists: tuple[RuleList, ...] = ()


@dataclass(frozen=True, slots=True)
class Who:
    """A user; `groups` are those that something else than the configuration (RADIUS, say) puts the user in.

    A recovery session may do everything (section 2.3).
    """

    user: str
    groups: tuple[str, ...] = ()
    recovery: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer; `rule` and `rule_list` decided it, or neither did and `reason` says what.

    `reason` is one of rule, default, extension, disabled, recovery, always, careful.  `steps` tell in order what was
    looked at, the last one what decided.
    """

    permitted: bool
    reason: str
    words: str
    rule: Rule | None = None
    rule_list: RuleList | None = None
    steps: tuple[str, ...] = ()


class Evaluator:
    """Decides by one configuration and, where there is one, the schema's defaults; may be used from any thread."""

    def __init__(self, nacm: Nacm, schema: Schema | None = None) -> None:
        self.nacm = nacm
        self.schema = schema

    def groups_of(self, who: Who) -> tuple[str, ...]:
        """The groups that count: those of the configuration, then those from outside if it lets them count."""
        found = [name for name, users in self.nacm.groups if who.user in users]
        if self.nacm.external_groups:
            found += [name for name in who.groups if name not in found]
        return tuple(found)

    # ---- the three questions

    def operation(self, who: Who, name: str, module: str = _BASE) -> Decision:
        """Whether an operation may be invoked (section 3.4.4)."""
        steps: list[str] = []
        early = self._early(who, steps)
        if early is None and name == "close-session" and module == _BASE:
            early = _decided(True, "always", "Everyone may close the own session.", steps)
        if early is not None:
            return early
        found = self._search(who, steps, lambda rule: _about_operation(rule, name, module))
        if found is not None:
            return found
        node = self._rpc(name, module)
        if node is not None and _has(node, _DENY_ALL):
            return _decided(False, "extension", f"{module} itself denies {name} to all (default-deny-all).", steps)
        if name in _CAREFUL and module == _BASE:
            return _decided(False, "careful", f"{name} is denied unless a rule permits it (RFC 8341, 3.4.4).", steps)
        return _default("exec", self.nacm.exec_default, steps)

    def data(self, who: Who, path: InstancePath, operation: str) -> Decision:
        """Whether one node may be read, created, updated or deleted, or the action there executed (section 3.4.5).

        Entries without keys stand for any entry: rules for particular ones do not match them.  For reading, see also
        `readable`: a node is not shown if something above it is not.
        """
        steps: list[str] = []
        early = self._early(who, steps)
        if early is not None:
            return early
        module = self.module_of(path)
        found = self._search(who, steps, lambda rule: _about_data(rule, path.steps, module, operation, who.user))
        if found is not None:
            return found
        if operation == "exec":
            node = self._node(path)
            if node is not None and _has(node, _DENY_ALL):
                return _decided(False, "extension", "The action itself is denied to all (default-deny-all).", steps)
            return _default("exec", self.nacm.exec_default, steps)
        denying = self._denying(path, (_DENY_ALL,) if operation == "read" else (_DENY_ALL, _DENY_WRITE))
        if denying is not None:
            node, extension = denying
            keyword = extension.rpartition(":")[2]
            return _decided(False, "extension", f"The schema denies this to all at {node.path} ({keyword}).", steps)
        if operation == "read":
            return _default("read", self.nacm.read_default, steps)
        return _default("write", self.nacm.write_default, steps)

    def notification(self, who: Who, name: str, module: str) -> Decision:
        """Whether a notification is delivered (section 3.4.6)."""
        steps: list[str] = []
        early = self._early(who, steps)
        if early is None and name in _ALWAYS:
            early = _decided(True, "always", f"{name} is always delivered.", steps)
        if early is not None:
            return early
        found = self._search(who, steps, lambda rule: _about_notification(rule, name, module))
        if found is not None:
            return found
        nodes = self.schema.notifications() if self.schema is not None else ()
        if any(one.name == name and one.module == module and _has(one, _DENY_ALL) for one in nodes):
            return _decided(False, "extension", f"{module} itself denies {name} to all (default-deny-all).", steps)
        return _default("read", self.nacm.read_default, steps)

    # ---- what is made of them

    def readable(self, who: Who, path: InstancePath) -> Decision:
        """Whether a node is shown: it and everything above it may be read; the first that may not decides."""
        decision = self.data(who, path, "read")
        for depth in range(1, len(path.steps)):
            above = InstancePath(path.steps[:depth], path.modules)
            judged = self.data(who, above, "read")
            if not judged.permitted:
                told = (*judged.steps, f"{above} is not shown, so nothing in it is.")
                return Decision(False, judged.reason, judged.words, judged.rule, judged.rule_list, told)
        return decision

    def action(self, who: Who, path: InstancePath) -> Decision:
        """Whether an action may be invoked: what is above it is readable, and it may be executed (section 3.1.3)."""
        if len(path.steps) > 1:
            judged = self.readable(who, path.parent)
            if not judged.permitted:
                return judged
        return self.data(who, path, "exec")

    def module_of(self, path: InstancePath) -> str:
        """The module that defines the node."""
        if not path.steps:
            return ""
        namespace = path.steps[-1].namespace
        module = self.schema.module_for_namespace(namespace) if self.schema is not None else None
        return module.name if module is not None else path.module(namespace)

    # ---- the way there

    def _early(self, who: Who, steps: list[str]) -> Decision | None:
        if not self.nacm.enabled:
            return _decided(True, "disabled", "Access control is switched off (enable-nacm is false).", steps)
        if who.recovery:
            return _decided(True, "recovery", "A recovery session may do everything.", steps)
        return None

    def _search(self, who: Who, steps: list[str], why_not: Callable[[Rule], str]) -> Decision | None:
        """The first rule that matches, in the rule lists of the user's groups; `why_not` is "" for one that does."""
        groups = self.groups_of(who)
        if not groups:
            steps.append(f"{who.user or 'The user'} is in no group: no rule list is looked at.")
            return None
        steps.append(f"{who.user or 'The user'} is in {', '.join(groups)}.")
        for rules in self.nacm.lists:
            if "*" not in rules.groups and not set(groups) & set(rules.groups):
                steps.append(f"Rule list {rules.name} is for {', '.join(rules.groups) or 'no group'}: passed over.")
                continue
            for rule in rules.rules:
                other = why_not(rule)
                if other:
                    steps.append(f"Rule {rule.name} of {rules.name} does not match: {other}.")
                    continue
                verb = "permits" if rule.action == "permit" else "denies"
                words = f"The rule {rule.name} of the rule list {rules.name} {verb} {rule.doing} to {rule.about}."
                return Decision(rule.action == "permit", "rule", words, rule, rules, (*steps, words))
        return None

    def _rpc(self, name: str, module: str) -> SchemaNode | None:
        nodes = self.schema.rpcs() if self.schema is not None else ()
        return next((one for one in nodes if one.name == name and one.module == module), None)

    def _node(self, path: InstancePath) -> SchemaNode | None:
        return list(self._nodes(path))[-1] if path.steps and self.schema is not None else None

    def _nodes(self, path: InstancePath) -> Iterator[SchemaNode | None]:
        """The schema nodes along a path; None from where the schema does not know it."""
        at: SchemaNode | None = None
        for number, step in enumerate(path.steps):
            if self.schema is None or (number and at is None):
                yield None
                continue
            above, at = at, self.schema.data_child(at, step.namespace, step.name)
            if at is None and above is not None:
                inside = self.schema.children(above)
                kinds = (NodeKind.ACTION, NodeKind.NOTIFICATION)
                at = next((one for one in inside if one.kind in kinds and one.name == step.name), None)
            yield at

    def _denying(self, path: InstancePath, extensions: Sequence[str]) -> tuple[SchemaNode, str] | None:
        """The node on the way whose definition denies access to itself and what is in it."""
        for node in self._nodes(path):
            for extension in extensions:
                if node is not None and _has(node, extension):
                    return node, extension
        return None


def words_of(operations: Sequence[str] | frozenset[str]) -> str:
    """``create, update``, in the order of the standard."""
    return ", ".join(name for name in OPERATIONS if name in operations) or "nothing"


def covers(rule: Sequence[Step], path: Sequence[Step], user: str = "") -> bool:
    """Whether the path is the rule's node or is inside it; keys that the rule does not name may be any."""
    return len(rule) <= len(path) and all(
        _step_matches(one, other, user) for one, other in zip(rule, path, strict=False)
    )


def _step_matches(rule: Step, step: Step, user: str) -> bool:
    if (rule.namespace, rule.name) != (step.namespace, step.name):
        return False
    keys = dict(step.keys)
    if any(keys.get(name) != (user if value == "$USER" else value) for name, value in rule.keys):
        return False
    if rule.value is not None and step.value != (user if rule.value == "$USER" else rule.value):
        return False
    return rule.position is None or rule.position == step.position


def _about_module(rule: Rule, module: str, operation: str) -> str:
    if rule.problem:
        return rule.problem
    if rule.module not in ("*", module):
        return f"it is about {rule.module}"
    if operation not in rule.operations:
        return f"it is about {words_of(rule.operations)} only"
    return ""


def _about_operation(rule: Rule, name: str, module: str) -> str:
    if not rule.any_kind and rule.rpc not in ("*", name):
        return f"it is about {rule.about}"
    return _about_module(rule, module, "exec")


def _about_notification(rule: Rule, name: str, module: str) -> str:
    if not rule.any_kind and rule.notification not in ("*", name):
        return f"it is about {rule.about}"
    return _about_module(rule, module, "read")


def _about_data(rule: Rule, steps: Sequence[Step], module: str, operation: str, user: str) -> str:
    if rule.rpc or rule.notification:
        return f"it is about {rule.about}"
    if rule.path and not rule.problem and (rule.steps is None or not covers(rule.steps, steps, user)):
        return f"it is about {rule.path}"
    return _about_module(rule, module, operation)


def _has(node: SchemaNode, extension: str) -> bool:
    return any(one.name == extension for one in node.extensions)


def _decided(permitted: bool, reason: str, words: str, steps: Sequence[str]) -> Decision:
    return Decision(permitted, reason, words, steps=(*steps, words))


def _default(kind: str, action: str, steps: Sequence[str]) -> Decision:
    verb = "permits" if action == "permit" else "denies"
    return _decided(action == "permit", "default", f"No rule matches; {kind}-default {verb} it.", steps)
