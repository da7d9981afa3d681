"""Filters that somebody wrote, read back into picks: subtree filters and XPath, with the place of every fault.

Lives here: `from_subtree`, `from_xpath`, and what of a text the schema does not know.  An expression may be right and
still be more than picks can say: that is `OnlyXPath`.  Does not live here: writing (`filter_building`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.codec import read_root
from netconf_gui.config.filter_building import FilterStep, Match, Pick, merged
from netconf_gui.config.values import canonical_value
from netconf_gui.config.xpath_reading import Binary, Expr, Literal, Other, Path, PathStep, parse_xpath, place, refuse
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, local_name, namespace_of, qn
from netconf_gui.yang.schema import Schema, SchemaNode


class OnlyXPath(ConfigError):
    """An expression that is right, and that neither picks nor a subtree filter can say."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that the schema does not have at its place: offsets into the text, and words."""

    start: int
    end: int
    words: str


# ------------------------------------------------------------------------------------------------------------ subtree


def filter_element(text: str) -> etree._Element:
    """The nodes of a subtree filter below one element, with or without `<filter>` around them in the text.

    Raises `ConfigError` with line and column.
    """
    root = read_root(text.encode(), name="The filter")
    children = list(elements(root))
    if len(children) == 1 and local_name(children[0]) == "filter" and namespace_of(children[0]) in ("", NS_BASE):
        kind = children[0].get("type") or children[0].get(qn(NS_BASE, "type")) or "subtree"
        if kind != "subtree":
            words = f"This is a filter of type {kind}, not a subtree filter."
            raise ConfigError(words, line=_line(children[0]), column=1)
        return children[0]
    return root


def from_subtree(text: str, schema: Schema | None = None) -> tuple[Pick, ...]:
    """The picks that a subtree filter means; raises `ConfigError` with line and column."""
    root = filter_element(text)
    _refuse_text(root)
    binder = Binder(schema)
    found: list[Pick] = []
    for child in elements(root):
        _read_node(child, binder.child_scope(Region.TOP, str(child.tag)), binder, (), found)
    return merged(found)


def _line(element: etree._Element) -> int:
    return element.sourceline if isinstance(element.sourceline, int) else 1


def _refuse_text(node: etree._Element) -> None:
    """Raises `ConfigError` for text beside elements, which no filter has."""
    children = list(elements(node))
    for text, near in ((node.text, node), *((child.tail, child) for child in children)):
        if children and (text or "").strip():
            words = f"The text {(text or '').strip()[:40]!r} stands beside elements."
            raise ConfigError(words, line=_line(near), column=1)
    for child in children:
        _refuse_text(child)


def _read_node(
    node: etree._Element, scope: Scope, binder: Binder, above: tuple[FilterStep, ...], found: list[Pick]
) -> None:
    """The picks of one node of a filter, added to `found`."""
    matches: list[Match] = []
    others: list[etree._Element] = []
    for child in elements(node):
        if len(child) == 0 and (child.text or "").strip() and not child.attrib:
            inner = binder.child_scope(scope, str(child.tag))
            matches.append(Match(namespace_of(child), local_name(child), canonical_value(_stripped(child), inner)))
        else:
            others.append(child)
    text = (node.text or "").strip() if len(node) == 0 else ""
    value = canonical_value(_stripped(node), scope) if text else None
    attributes = tuple((str(name), str(given)) for name, given in node.attrib.items())
    step = FilterStep(namespace_of(node), local_name(node), tuple(matches), attributes, value)
    way = (*above, step)
    if not others:
        found.append(Pick(way))
        return
    for child in others:
        _read_node(child, binder.child_scope(scope, str(child.tag)), binder, way, found)


def _stripped(leaf: etree._Element) -> etree._Element:
    """White space around the text of a filter's leaf does not count (RFC 6241, section 6.2.5)."""
    leaf.text = (leaf.text or "").strip()
    return leaf


# -------------------------------------------------------------------------------------------------------------- XPath


def from_xpath(text: str, namespaces: Mapping[str, str], schema: Schema | None = None) -> tuple[Pick, ...]:
    """The picks that an expression means.

    Raises `OnlyXPath` for what picks cannot say, another `ConfigError` for what is wrong, both with line and column.
    """
    expression = parse_xpath(text)
    need_prefixes(expression, text, namespaces)
    reader = _Reader(text, namespaces, schema)
    return merged(reader.pick(path) for path in reader.paths(expression))


def need_prefixes(expression: Expr, text: str, namespaces: Mapping[str, str]) -> None:
    """Raises `ConfigError` at the first prefix that is not declared."""
    for path in _all_paths(expression):
        for step in path.steps:
            if step.prefix and step.prefix not in namespaces:
                refuse(text, step.start, f"The prefix {step.prefix} is not declared: no module is called so.")


def _all_paths(expression: Expr) -> Iterator[Path]:
    """All paths of an expression, those in predicates included."""
    if isinstance(expression, Path):
        yield expression
        if expression.base is not None:
            yield from _all_paths(expression.base)
        for step in expression.steps:
            for predicate in step.predicates:
                yield from _all_paths(predicate)
    elif isinstance(expression, Binary):
        yield from _all_paths(expression.left)
        yield from _all_paths(expression.right)
    elif isinstance(expression, Other):
        for part in expression.parts:
            yield from _all_paths(part)


class _Reader:
    def __init__(self, text: str, namespaces: Mapping[str, str], schema: Schema | None) -> None:
        self.text = text
        self.namespaces = namespaces
        self.schema = schema

    def too_much(self, start: int, words: str) -> OnlyXPath:
        line, column = place(self.text, start)
        return OnlyXPath(f"{words} Only XPath can say this.", line=line, column=column)

    def paths(self, expression: Expr) -> Iterable[Path]:
        if isinstance(expression, Binary) and expression.operator == "|":
            return [*self.paths(expression.left), *self.paths(expression.right)]
        if isinstance(expression, Path) and expression.base is None:
            if not expression.steps:
                raise self.too_much(expression.start, "The expression selects everything.")
            return [expression]
        raise self.too_much(getattr(expression, "start", 0), "This is no path of nodes.")

    def pick(self, path: Path) -> Pick:
        steps = []
        node: SchemaNode | None = None
        for step in path.steps:
            if step.axis != "child" or step.name == "*" or step.name.endswith("()"):
                raise self.too_much(step.start, f"The step {_words(step)} is no name of a node.")
            namespace = self.namespaces.get(step.prefix, "") if step.prefix else ""
            node = self.schema.data_child(node, namespace, step.name) if self.schema is not None else None
            matches: list[Match] = []
            attributes: list[tuple[str, str]] = []
            value: str | None = None
            for condition in (one for predicate in step.predicates for one in _conjunction(predicate)):
                subject, wanted = self.comparison(condition, step, node)
                if subject is None:
                    value = wanted
                elif isinstance(subject, Match):
                    matches.append(subject)
                else:
                    attributes.append((subject, wanted))
            steps.append(FilterStep(namespace, step.name, tuple(matches), tuple(attributes), value))
            if value is not None and step is not path.steps[-1]:
                raise self.too_much(step.start, f"{step.name} is compared and gone on from.")
        return Pick(tuple(steps))

    def comparison(self, condition: Expr, step: PathStep, node: SchemaNode | None) -> tuple[Match | str | None, str]:
        """What a condition compares: a child, an attribute (its Clark name), or None for the node itself."""
        identity = _identity_test(condition)
        equal = identity or condition
        if not (isinstance(equal, Binary) and equal.operator == "="):
            start = getattr(condition, "start", step.start) or step.start
            raise self.too_much(start, "This condition is no comparison of a child with a value.")
        first, second = _constant(equal.left), _constant(equal.right)
        left, right = (first, second) if isinstance(second, Literal) else (second, first)
        if not (isinstance(left, Path) and isinstance(right, Literal) and len(left.steps) == 1) or left.absolute:
            raise self.too_much(equal.start, "This condition is no comparison of a child with a value.")
        inner = left.steps[0]
        if inner.predicates or left.base is not None:
            raise self.too_much(inner.start, "There is a condition in a condition.")
        namespace = self.namespaces.get(inner.prefix, "") if inner.prefix else ""
        if inner.axis == "self" and inner.name == "node()":
            return None, self.value(right.value, node, is_identity=identity is not None)
        if inner.axis == "attribute":
            return (qn(namespace, inner.name) if namespace else inner.name), right.value
        if inner.axis != "child" or inner.name == "*" or inner.name.endswith("()"):
            raise self.too_much(inner.start, f"The step {_words(inner)} is no name of a node.")
        leaf = self.schema.data_child(node, namespace, inner.name) if self.schema is not None and node else None
        wanted = self.value(right.value, leaf, is_identity=identity is not None)
        return Match(namespace, inner.name, wanted), wanted

    def value(self, text: str, leaf: SchemaNode | None, *, is_identity: bool) -> str:
        """A value in canonical form as far as identities go: in Clark notation."""
        info = leaf.type if leaf is not None else None
        names = tuple(info.all_identities()) if info is not None else ()
        prefix, colon, local = text.rpartition(":")
        namespace = self.namespaces.get(prefix, "")
        if not namespace and self.schema is not None and (is_identity or names):
            module = prefix or next((name.partition(":")[0] for name in names if name.endswith(f":{local}")), "")
            found = self.schema.module(module) if module else None
            namespace = found.namespace if found is not None else ""
        if namespace and (names or is_identity) and (colon or is_identity or f"{prefix}:{local}" in names):
            return f"{{{namespace}}}{local}"
        return text


def _words(step: PathStep) -> str:
    name = f"{step.prefix}:{step.name}" if step.prefix else step.name
    return name if step.axis == "child" else f"{step.axis}::{name}"


def _conjunction(predicate: Expr) -> Iterator[Expr]:
    if isinstance(predicate, Binary) and predicate.operator == "and":
        yield from _conjunction(predicate.left)
        yield from _conjunction(predicate.right)
    else:
        yield predicate


def _constant(expression: Expr) -> Expr:
    """Texts put together by concat(), as a value with both kinds of quotes is written, as one text."""
    if isinstance(expression, Other) and expression.what == "concat":
        parts = [part.value for part in expression.parts if isinstance(part, Literal)]
        if len(parts) == len(expression.parts):
            return Literal("".join(parts))
    return expression


def _identity_test(condition: Expr) -> Binary | None:
    """``a='x' or substring-after(a,':')='x'``, as identities are compared: its first part."""
    if not (isinstance(condition, Binary) and condition.operator == "or" and isinstance(condition.left, Binary)):
        return None
    first, second = condition.left, condition.right
    if first.operator != "=" or not isinstance(second, Binary) or second.operator != "=":
        return None
    call = second.left
    same = isinstance(call, Other) and call.what == "substring-after" and second.right == first.right
    return first if same else None


def unknown_names(text: str, namespaces: Mapping[str, str], schema: Schema | None) -> list[Unknown]:
    """Names of an expression that the schema does not have where they stand; none if it cannot be told."""
    if schema is None:
        return []
    try:
        expression = parse_xpath(text)
    except ConfigError:
        return []
    found: list[Unknown] = []
    _look(expression, None, schema, namespaces, found)
    return found


def _look(
    expression: Expr, context: SchemaNode | None, schema: Schema, namespaces: Mapping[str, str], found: list[Unknown]
) -> None:
    if isinstance(expression, Binary):
        _look(expression.left, context, schema, namespaces, found)
        _look(expression.right, context, schema, namespaces, found)
    elif isinstance(expression, Other):
        for part in expression.parts:
            _look(part, context, schema, namespaces, found)
    elif isinstance(expression, Path) and expression.base is None:
        at = None if expression.absolute else context
        for step in expression.steps:
            if step.axis == "self" and step.name == "node()":
                continue
            if step.axis != "child" or step.name == "*" or step.name.endswith("()"):
                return
            namespace = namespaces.get(step.prefix, "")
            child = schema.data_child(at, namespace, step.name)
            if child is None:
                where = f"{at.name} has" if at is not None else "the top level has"
                words = f"{where} no node {step.name} of this module." if step.prefix else f"{step.name} has no prefix."
                found.append(Unknown(step.start, step.start + step.length, words[0].upper() + words[1:]))
                return
            at = child
            for predicate in step.predicates:
                _look(predicate, at, schema, namespaces, found)
