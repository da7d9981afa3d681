"""What a filter selects, as picks: written as a subtree filter (RFC 6241, section 6) and as XPath (section 8.9).

Lives here: `Pick`, merging picks, writing both kinds.  Does not live here: reading them back (`filter_reading`),
applying a filter to data (`filters`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from netconf_gui.config.binding import guessed_module
from netconf_gui.config.path import InstancePath, Step
from netconf_gui.config.path_text import quoted
from netconf_gui.config.values import clark
from netconf_gui.config.xpath_reading import tokens
from netconf_gui.protocol.xml import NS_BASE, add_element, new_element, qn, serialize
from netconf_gui.yang.schema import Schema, SchemaNode


@dataclass(frozen=True, slots=True)
class Match:
    """A child leaf and the canonical value that it has to have; identities in Clark notation."""

    namespace: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FilterStep:
    """One node on the way to what is selected, and what has to hold of it.

    `value` is the value that a leaf or an entry of a leaf-list itself has to have.  No namespace: any.
    """

    namespace: str
    name: str
    matches: tuple[Match, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()  # Clark names
    value: str | None = None

    @property
    def tag(self) -> str:
        return qn(self.namespace, self.name) if self.namespace else self.name

    def covers(self, other: FilterStep) -> bool:
        """Whether everything that `other` takes is taken by this."""
        return (
            self.name == other.name
            and self.namespace in ("", other.namespace)
            and set(self.matches) <= set(other.matches)
            and set(self.attributes) <= set(other.attributes)
            and self.value in (None, other.value)
        )


@dataclass(frozen=True, slots=True)
class Pick:
    """A node, or all nodes that its steps describe, with everything in them."""

    steps: tuple[FilterStep, ...]

    def covers(self, other: Pick) -> bool:
        """Whether all that `other` selects is selected by this."""
        return len(self.steps) <= len(other.steps) and all(
            mine.covers(theirs) for mine, theirs in zip(self.steps, other.steps, strict=False)
        )

    def __str__(self) -> str:
        """For people: names and values, no namespaces."""
        return "".join(_short(step) for step in self.steps) or "/"


def _short(step: FilterStep) -> str:
    values = [*(one.value for one in step.matches), *(value for _, value in step.attributes)]
    if step.value is not None:
        values.append(step.value)
    shown = (value.rpartition("}")[2] if clark(value) else value for value in values)
    return f"/{step.name}" + "".join(f"[{value}]" for value in shown)


def pick_of(path: InstancePath) -> Pick:
    """The pick of one node; what only its position tells apart is picked with all of its kind."""
    steps = []
    for step in path.steps:
        matches = tuple(Match(step.namespace, name, value) for name, value in step.keys)
        steps.append(FilterStep(step.namespace, step.name, matches, (), step.value))
        if step.position is not None:
            break
    return Pick(tuple(steps))


def schema_pick(schema: Schema, node: SchemaNode) -> Pick:
    """The pick of all instances of a schema node."""
    steps: list[FilterStep] = []
    at: SchemaNode | None = node
    while at is not None:
        steps.append(FilterStep(at.namespace, at.name))
        at = schema.data_parent(at)
    return Pick(tuple(reversed(steps)))


def path_of_pick(pick: Pick, schema: Schema | None = None) -> InstancePath:
    """The instance path of what is picked, down to where that is one node: without entries, the list."""
    steps: list[Step] = []
    modules: dict[str, str] = {}
    node: SchemaNode | None = None
    for one in pick.steps:
        node = schema.data_child(node, one.namespace, one.name) if schema is not None else None
        modules[one.namespace] = module_name(one.namespace, schema)
        values = {(match.namespace, match.name): match.value for match in one.matches}
        names = node.keys if node is not None else tuple(match.name for match in one.matches)
        keys = tuple((name, values[one.namespace, name]) for name in names if (one.namespace, name) in values)
        whole = len(keys) == len(names)
        steps.append(Step(one.namespace, one.name, keys if whole else (), one.value))
        if not whole:
            break
    return InstancePath(tuple(steps), modules)


def merged(picks: Iterable[Pick]) -> tuple[Pick, ...]:
    """Each pick once, in their order, and none that another one covers."""
    every = list(dict.fromkeys(pick for pick in picks if pick.steps))
    return tuple(
        pick
        for at, pick in enumerate(every)
        if not any(other.covers(pick) and (not pick.covers(other) or number < at)
                   for number, other in enumerate(every) if number != at)
    )  # fmt: skip


def widened(picks: Iterable[Pick]) -> tuple[str, ...]:
    """What a subtree filter cannot say of the picks and takes too much for, in a sentence each."""
    return tuple(
        f"A subtree filter cannot take {pick} alone: it takes all values of {pick.steps[-1].name}."
        for pick in merged(picks)
        if len(pick.steps) > 1 and pick.steps[-1].value is not None
    )


# ------------------------------------------------------------------------------------------------------------ subtree


def to_subtree(picks: Iterable[Pick]) -> etree._Element:
    """A `<filter>` element that selects the picks (RFC 6241, sections 6.2.2 to 6.2.5)."""
    every = merged(_for_subtree(pick) for pick in picks)
    # a node without a namespace cannot stand below a default namespace, so there is none then
    bare = any(
        "" in (step.namespace, *(match.namespace for match in step.matches)) for one in every for step in one.steps
    )
    prefix = "p" if bare else None
    root = new_element(qn(NS_BASE, "filter"), {"nc" if bare else None: NS_BASE})
    known: dict[tuple[FilterStep, ...], etree._Element] = {}
    for pick in every:
        at = root
        for depth, step in enumerate(pick.steps, 1):
            way = pick.steps[:depth]
            if way not in known:
                known[way] = _node(at, step, prefix)
            at = known[way]
    return root


def subtree_text(picks: Iterable[Pick]) -> str:
    """What is inside the `<filter>`, a node a line."""
    root = to_subtree(picks)
    return "".join(serialize(child, pretty=True).decode().strip() + "\n" for child in root)


def _for_subtree(pick: Pick) -> Pick:
    """A value of the last node is a condition of the node above it: a leaf with text only compares."""
    last = pick.steps[-1]
    if last.value is None or len(pick.steps) < 2:
        return pick
    above = pick.steps[-2]
    match = Match(last.namespace, last.name, last.value)
    return Pick((*pick.steps[:-2], replace(above, matches=(*above.matches, match)), replace(last, value=None)))


def _node(above: etree._Element, step: FilterStep, prefix: str | None) -> etree._Element:
    made = _element(above, step.namespace, step.name, step.value, prefix)
    for name, value in step.attributes:
        made.set(name, value)
    for match in step.matches:
        _element(made, match.namespace, match.name, match.value, prefix)
    return made


def _element(above: etree._Element, namespace: str, name: str, value: str | None, prefix: str | None) -> etree._Element:
    if not namespace:
        return add_element(above, name, value)
    identity = clark(value) if value is not None else None
    if identity is None:
        return add_element(above, qn(namespace, name), value, {prefix: namespace})
    return add_element(above, qn(namespace, name), f"id:{identity[1]}", {prefix: namespace, "id": identity[0]})


# -------------------------------------------------------------------------------------------------------------- XPath


def to_xpath(picks: Iterable[Pick], schema: Schema | None = None) -> tuple[str, dict[str, str]]:
    """An expression that selects the picks, one path a line, and its prefixes (prefix → namespace).

    Prefixes are the modules' own: there are servers that know no other, whatever the XML declares.  Identities are
    compared by their local names, with or without a prefix.
    """
    used: dict[str, str] = {}
    return "\n| ".join(_path(pick, schema, used) for pick in merged(picks)), used


def own_prefix(namespace: str, schema: Schema | None) -> str:
    """The prefix that a namespace's module gives itself; the module's name where the schema does not know it."""
    module = schema.module_for_namespace(namespace) if schema is not None else None
    return module.prefix if module is not None and module.prefix else guessed_module(namespace)


def module_name(namespace: str, schema: Schema | None) -> str:
    """The name of the namespace's module, guessed where the schema does not know it."""
    module = schema.module_for_namespace(namespace) if schema is not None else None
    return module.name if module is not None else guessed_module(namespace)


def _path(pick: Pick, schema: Schema | None, used: dict[str, str]) -> str:
    text = ""
    for step in pick.steps:
        prefix = _prefix(step.namespace, schema, used)
        test = f"{prefix}{step.name}" if step.namespace else f"*[local-name()={quoted(step.name)}]"
        text += f"/{test}" + "".join(_predicate(match, schema, used) for match in step.matches)
        if step.value is not None:
            text += f"[.={quoted(step.value)}]" if clark(step.value) is None else f"[{_identity('.', step.value)}]"
        for name, value in step.attributes:
            namespace, _, local = name[1:].rpartition("}") if name[:1] == "{" else ("", "", name)
            text += f"[@{_prefix(namespace, schema, used)}{local}={quoted(value)}]"
    return text


def _predicate(match: Match, schema: Schema | None, used: dict[str, str]) -> str:
    name = f"{_prefix(match.namespace, schema, used)}{match.name}"
    return f"[{name}={quoted(match.value)}]" if clark(match.value) is None else f"[{_identity(name, match.value)}]"


def _identity(name: str, value: str) -> str:
    local = value.rpartition("}")[2]
    return f"{name}='{local}' or substring-after({name},':')='{local}'"


def _prefix(namespace: str, schema: Schema | None, used: dict[str, str]) -> str:
    if not namespace:
        return ""
    for prefix, other in used.items():
        if other == namespace:
            return f"{prefix}:"
    base = prefix = own_prefix(namespace, schema) or "ns"
    if not (base[0].isalpha() or base[0] == "_"):
        base = prefix = f"ns{base}"
    number = 1
    while prefix in used:
        number += 1
        prefix = f"{base}{number}"
    used[prefix] = namespace
    return f"{prefix}:"


def declared(text: str, schema: Schema | None, given: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that an expression uses (prefix → namespace): those given, else names of modules, else prefixes."""
    found: dict[str, str] = {}
    for token in tokens(text):
        prefix, colon, _ = token.text.partition(":")
        if token.kind != "name" or not colon or prefix in found:
            continue
        namespace = given.get(prefix) or namespace_of_prefix(prefix, schema)
        if namespace:
            found[prefix] = namespace
    return found


def namespace_of_prefix(prefix: str, schema: Schema | None) -> str:
    """The namespace of a module of that name, else of the only one with that prefix; "" if there is none."""
    if schema is None:
        return ""
    module = schema.module(prefix)
    if module is not None:
        return module.namespace
    same = {one.namespace for one in schema.modules if one.prefix == prefix and one.implemented}
    return same.pop() if len(same) == 1 else ""
