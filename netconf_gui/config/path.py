"""Instance paths: which node of a configuration is meant, independent of any tree.

Lives here: `InstancePath` and `Step` (immutable), their text with module names as prefixes, parsing, and finding the
element.  Does not live here: paths that devices send in errors (`error_path`).

The text is the one that YANG tools print: ``/ietf-interfaces:interfaces/interface[name='eth0']/mtu``; a name without
prefix is of the module of the step before it.  In the steps themselves namespaces are namespaces; values of keys are
canonical, identities among them in Clark notation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from lxml import etree

from netconf_gui.config.binding import (
    WRAPPERS,
    Binder,
    Region,
    Scope,
    guessed_module,
    is_wrapper,
    split_tag,
)
from netconf_gui.config.path_text import PathReader, RawStep, quoted
from netconf_gui.config.values import canonical_value, clark
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.datatypes import is_plain
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_set = object.__setattr__

Resolver = Schema | Mapping[str, str] | Callable[[str], str | None] | None
"""What turns a module name or prefix into a namespace."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node on the way.

    `keys` are (name, canonical value) of a list entry in the order of the list's `key` statement; `value` is the
    canonical value of a leaf-list entry; `position` counts from 1 among siblings of the same name and is set only
    where nothing else tells them apart (lists without keys, unknown elements, duplicates).
    """

    namespace: str
    name: str
    keys: tuple[tuple[str, str], ...] = ()
    value: str | None = None
    position: int | None = None

    @property
    def tag(self) -> str:
        """The Clark name."""
        return qn(self.namespace, self.name)


@dataclass(frozen=True, slots=True, eq=False)
class InstancePath:
    """The steps from the top-level node down; an empty path is the configuration itself."""

    steps: tuple[Step, ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InstancePath) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    @classmethod
    def parse(cls, text: str, resolver: Resolver = None) -> InstancePath:
        """Read the text form.

        `resolver` is a schema, a mapping prefix → namespace or a function.  Without it only names in the form
        ``{namespace}name`` are understood.  Raises `ConfigError` with the column.
        """
        resolve = _resolving(resolver)
        modules: dict[str, str] = {}
        steps: list[Step] = []
        namespace = ""
        for raw in PathReader(text).steps():
            namespace = _namespace(raw, namespace, resolve, modules, text)
            keys = tuple((_local(name), _key_value(value, resolve)) for name, value in raw.keys)
            value = None if raw.value is None else _key_value(raw.value, resolve)
            steps.append(Step(namespace, raw.name, keys, value, raw.position))
        return cls(tuple(steps), modules)

    def __str__(self) -> str:
        return "".join(self._texts(short=False)) or "/"

    def short(self) -> str:
        """For people who know where they are: no prefixes, keys by value only."""
        return "".join(self._texts(short=True)) or "/"

    def _texts(self, *, short: bool) -> Iterator[str]:
        before = ""
        for step in self.steps:
            prefix = "" if short or step.namespace == before else f"{self.module(step.namespace)}:"
            before = step.namespace
            if short:
                predicates = "".join(f"[{self._shown(value)}]" for _, value in step.keys)
            else:
                predicates = "".join(f"[{name}={quoted(self._shown(value))}]" for name, value in step.keys)
            if step.value is not None:
                predicates += f"[{self._shown(step.value)}]" if short else f"[.={quoted(self._shown(step.value))}]"
            if step.position is not None:
                predicates += f"[{step.position}]"
            yield f"/{prefix}{step.name}{predicates}"

    def module(self, namespace: str) -> str:
        """The module name shown for a namespace."""
        return self.modules.get(namespace) or guessed_module(namespace)

    def _shown(self, value: str) -> str:
        identity = clark(value)
        return value if identity is None else f"{self.module(identity[0])}:{identity[1]}"

    def to_xpath(self, prefixes: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
        """An XPath 1.0 expression and the prefixes it uses (prefix → namespace).

        Known prefixes (namespace → prefix) are used where given.  Identities in keys are compared by local name.
        """
        used: dict[str, str] = {}
        parts = []
        for step in self.steps:
            prefix = _xpath_prefix(step.namespace, prefixes or {}, used, self.module(step.namespace))
            text = f"/{prefix}{step.name}"
            for name, value in step.keys:
                identity = clark(value)
                if identity is None:
                    text += f"[{prefix}{name}={quoted(value)}]"
                else:
                    local = f"substring-after(concat({prefix}{name},':'),':')"
                    text += f"[{prefix}{name}='{identity[1]}' or {local}='{identity[1]}:']"
            if step.value is not None:
                text += f"[.={quoted(step.value)}]"
            if step.position is not None:
                text += f"[{step.position}]"
            parts.append(text)
        return "".join(parts) or "/", used

    @property
    def name(self) -> str:
        """The last step's local name; '' for the configuration itself."""
        return self.steps[-1].name if self.steps else ""

    @property
    def parent(self) -> InstancePath:
        return InstancePath(self.steps[:-1], self.modules)

    def child(self, step: Step) -> InstancePath:
        return InstancePath((*self.steps, step), self.modules)

    def startswith(self, other: InstancePath) -> bool:
        return self.steps[: len(other.steps)] == other.steps

    def schema_path(self) -> str:
        """The same without any predicate: ``/ietf-interfaces:interfaces/interface/mtu``."""
        plain = tuple(replace(step, keys=(), value=None, position=None) for step in self.steps)
        return str(InstancePath(plain, self.modules))


class Finder(Protocol):
    """What finds a child faster than a walk over all of them (`identity.ChildIndex`)."""

    def child(self, parent: etree._Element, step: Step, scope: Scope) -> etree._Element | None: ...

    def position(self, element: etree._Element) -> int: ...


def path_of(
    element: etree._Element,
    schema: Schema | Binder | None = None,
    *,
    exact: bool = False,
    index: Finder | None = None,
) -> InstancePath:
    """The path of an element of any tree.

    List entries get their keys.  Where the schema does not know an element that has siblings of its own name, or a
    list has no keys, the position is given.  With `exact` an entry that is not the first of its keys also gets it;
    `index` makes that cheap.
    """
    binder = schema if isinstance(schema, Binder) else Binder(schema)
    chain: list[etree._Element] = []
    at: etree._Element | None = element
    while at is not None and not is_wrapper(at):
        chain.append(at)
        at = at.getparent()
    scope: Scope = Region.TOP
    steps: list[Step] = []
    position = position_of if index is None else index.position
    modules: dict[str, str] = {}
    for node in reversed(chain):
        scope = binder.child_scope(scope, str(node.tag))
        step = step_of(node, scope, binder, position)
        parent = node.getparent()
        if exact and step.position is None and parent is not None:
            first = find_step(parent, step, binder, scope) if index is None else index.child(parent, step, scope)
            if first is not node:
                step = replace(step, position=position(node))
        modules[step.namespace] = binder.module_name(step.namespace)
        for value in (*(value for _, value in step.keys), step.value or ""):
            identity = clark(value) if value[:1] == "{" else None
            if identity is not None:
                modules[identity[0]] = binder.module_name(identity[0])
        steps.append(step)
    return InstancePath(tuple(steps), modules)


class PathMemo:
    """Paths of many elements of trees that do not change meanwhile: what they have in common is worked out once."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._known: dict[etree._Element, tuple[tuple[Step, ...], Scope]] = {}
        self._leafs: dict[int, Step] = {}  # steps that are the same below every parent, by schema node
        self._positions: dict[tuple[etree._Element, str], dict[etree._Element, int]] = {}
        self.modules: dict[str, str] = {}

    def path(self, element: etree._Element) -> InstancePath:
        return InstancePath(self.steps(element), self.modules)

    def steps(self, element: etree._Element) -> tuple[Step, ...]:
        return self._steps(element, keep=False)[0]

    def _steps(self, element: etree._Element, *, keep: bool = True) -> tuple[tuple[Step, ...], Scope]:
        found = self._known.get(element)
        if found is not None:
            return found
        parent = element.getparent()
        if parent is None or element.tag in WRAPPERS:
            found = ((), Region.TOP)
        else:
            above, holder = self._known.get(parent) or self._steps(parent)
            scope = self._binder.child_scope(holder, str(element.tag))
            step = self._leafs.get(scope.id) if isinstance(scope, SchemaNode) else None
            if step is None:
                step = step_of(element, scope, self._binder, self._position)
                if isinstance(scope, SchemaNode) and scope.kind in (NodeKind.LEAF, NodeKind.CONTAINER):
                    self._leafs[scope.id] = step
            if step.namespace not in self.modules:
                self._name(step.namespace)
            if step.keys or step.value is not None:
                for value in (*[value for _, value in step.keys], step.value or ""):
                    identity = clark(value) if value[:1] == "{" else None
                    if identity is not None:
                        self._name(identity[0])
            found = ((*above, step), scope)
        if keep:
            self._known[element] = found
        return found

    def _position(self, element: etree._Element) -> int:
        """As `position_of`; all siblings are counted at the first question, since many are asked for."""
        parent, tag = element.getparent(), str(element.tag)
        if parent is None:
            return 1
        found = self._positions.get((parent, tag))
        if found is None:
            found = {child: number for number, child in enumerate(parent.iterchildren(tag), 1)}
            self._positions[parent, tag] = found
        return found[element]

    def _name(self, namespace: str) -> None:
        self.modules[namespace] = self._binder.module_name(namespace)


class LatePath(InstancePath):
    """The path of an element of a tree that does not change any more, worked out when somebody asks for its steps."""

    __slots__ = ("_element", "_found", "_memo")
    _element: etree._Element
    _found: tuple[Step, ...] | None
    _memo: PathMemo

    def __init__(self, element: etree._Element, memo: PathMemo) -> None:
        _set(self, "_element", element)
        _set(self, "_memo", memo)
        _set(self, "_found", None)
        _set(self, "modules", memo.modules)

    @property
    def steps(self) -> tuple[Step, ...]:
        found = self._found
        if found is None:
            found = self._memo.steps(self._element)
            _set(self, "_found", found)
        return found


def step_of(
    element: etree._Element, scope: Scope, binder: Binder, position: Callable[[etree._Element], int] | None = None
) -> Step:
    """The step that names `element` below its parent; `position` tells a position quicker than `position_of`."""
    if isinstance(scope, SchemaNode):
        kind = scope.kind
        if kind is NodeKind.LIST:
            keys = key_values(element, scope, binder)
            if keys and None not in keys:
                named = cast("tuple[str, ...]", keys)
                return Step(scope.namespace, scope.name, tuple(zip(scope.keys, named, strict=True)))
            return Step(scope.namespace, scope.name, position=(position or position_of)(element))
        if kind is NodeKind.LEAF_LIST:
            return Step(scope.namespace, scope.name, value=canonical_value(element, scope))
        return Step(scope.namespace, scope.name)
    namespace, name = split_tag(str(element.tag))
    if has_twin(element):
        return Step(namespace, name, position=(position or position_of)(element))
    return Step(namespace, name)


def key_values(entry: etree._Element, node: SchemaNode, binder: Binder) -> tuple[str | None, ...]:
    """The canonical key values of a list entry in the order of the `key` statement; None for a key that is absent."""
    keys = binder.keys(node)
    leaf: etree._Element | None = None
    if len(keys) == 1 and len(entry):
        leaf = entry[0]
        if leaf.tag == keys[0][0]:
            scope = keys[0][1]
            return (leaf.text or "",) if _is_plain(scope) else (canonical_value(leaf, scope),)
    found: list[str | None] = []
    leaf = None
    for tag, scope in keys:
        # keys are nearly always the first children, in order
        leaf = next(entry.iterchildren(), None) if leaf is None else leaf.getnext()
        if leaf is None or leaf.tag != tag:
            leaf = entry.find(tag)
        found.append(None if leaf is None else canonical_value(leaf, scope))
    return tuple(found)


def names_of(entries: Iterable[etree._Element], node: SchemaNode, binder: Binder) -> list[tuple[str | None, ...]]:
    """The `key_values` of many entries of one list."""
    keys = binder.keys(node)
    if len(keys) != 1 or not _is_plain(keys[0][1]):
        return [key_values(entry, node, binder) for entry in entries]
    tag = keys[0][0]
    found: list[tuple[str | None, ...]] = []
    for entry in entries:
        leaf = entry[0] if len(entry) else None
        plain = leaf is not None and leaf.tag == tag
        found.append((leaf.text or "",) if plain and leaf is not None else key_values(entry, node, binder))
    return found


def _is_plain(scope: Scope) -> bool:
    """Whether every value is canonical as it is written."""
    return isinstance(scope, SchemaNode) and scope.type is not None and is_plain(scope.type)


def has_twin(element: etree._Element) -> bool:
    """True if a sibling has the same name."""
    tag = str(element.tag)
    following = next(element.itersiblings(tag), None)
    return following is not None or next(element.itersiblings(tag, preceding=True), None) is not None


def position_of(element: etree._Element) -> int:
    """1 for the first of its name among its siblings, as XPath counts."""
    return 1 + sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))


def find(root: etree._Element, path: InstancePath, schema: Schema | Binder | None = None) -> etree._Element | None:
    """The element at `path` below the wrapper `root` (the wrapper itself for an empty path), or None."""
    binder = schema if isinstance(schema, Binder) else Binder(schema)
    at: etree._Element | None = root
    scope: Scope = Region.TOP
    for step in path.steps:
        if at is None:
            return None
        scope = binder.child_scope(scope, step.tag)
        at = find_step(at, step, binder, scope)
    return at


def find_step(parent: etree._Element, step: Step, binder: Binder, scope: Scope) -> etree._Element | None:
    """The child of `parent` that `step` names; `scope` is that of the child."""
    if step.position is not None:
        for number, child in enumerate(parent.iterchildren(step.tag), 1):
            if number == step.position:
                return child
        return None
    for child in parent.iterchildren(step.tag):
        if _is(child, step, binder, scope):
            return child
    return None


def _is(child: etree._Element, step: Step, binder: Binder, scope: Scope) -> bool:
    if step.value is not None:
        return canonical_value(child, scope) == step.value
    for position, (name, value) in enumerate(step.keys):
        tag = qn(step.namespace, name)
        leaf = child[position] if position < len(child) else None
        if leaf is None or leaf.tag != tag:
            leaf = child.find(tag)
        if leaf is None or (
            (leaf.text or "") != value and canonical_value(leaf, binder.child_scope(scope, tag)) != value
        ):
            return False
    return True


def _resolving(resolver: Resolver) -> Callable[[str], str | None]:
    if resolver is None:
        return lambda prefix: None
    if isinstance(resolver, Mapping):
        return resolver.get
    if callable(resolver):
        return resolver
    schema = resolver

    def module_namespace(prefix: str) -> str | None:
        module = schema.module(prefix)
        return None if module is None else module.namespace

    return module_namespace


def _namespace(
    raw: RawStep, before: str, resolve: Callable[[str], str | None], modules: dict[str, str], text: str
) -> str:
    if raw.namespace is not None:
        return raw.namespace
    if not raw.prefix:
        return before
    found = resolve(raw.prefix)
    if found is None:
        raise ConfigError(
            f"The module or prefix {raw.prefix!r} in the path is not known.", path=text, column=raw.column
        )
    modules[found] = raw.prefix
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def _key_value(value: str, resolve: Callable[[str], str | None]) -> str:
    """Identities in keys are written ``module:name``; the steps hold them in Clark notation."""
    prefix, colon, name = value.partition(":")
    if not colon or not prefix or not name.replace("-", "").replace(".", "").replace("_", "").isalnum():
        return value
    namespace = resolve(prefix)
    return value if namespace is None else f"{{{namespace}}}{name}"


def _xpath_prefix(namespace: str, known: Mapping[str, str], used: dict[str, str], wish: str) -> str:
    if not namespace:
        return ""
    for prefix, other in used.items():
        if other == namespace:
            return f"{prefix}:"
    prefix = known.get(namespace) or wish or "ns"
    if not (prefix[0].isalpha() or prefix[0] == "_"):
        prefix = f"ns{prefix}"
    number = 1
    base = prefix
    while prefix in used:
        number += 1
        prefix = f"{base}{number}"
    used[prefix] = namespace
    return f"{prefix}:"
