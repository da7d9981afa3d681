"""Leafrefs and instance-identifiers: which of them point at nothing, all of them, in linear time.

libyang tells one broken reference and stops there, and for a leafref to a leaf that is no key it compares every value
with every target (8,000 entries: 45 s).  Here the values of a leafref's targets are collected once and looked up.

Lives here: reading leafref paths (RFC 7950, section 9.9.2) and following them over the document.  Does not live here:
which elements are references (`survey`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from netconf_gui.yang.engine.binding import Pointer
from netconf_gui.yang.engine.instance import Element, Instance, line_of
from netconf_gui.yang.engine.outline import CASE, CHOICE, Outline, OutlineNode
from netconf_gui.yang.engine.structure import SOURCE, tidy, translate
from netconf_gui.yang.engine.survey import Survey, Tags, Values
from netconf_gui.yang.problem import Problem

_LEAFREF, _INSTANCE = 14, 13
_STRUCTS = {_LEAFREF: "struct lysc_type_leafref *", _INSTANCE: "struct lysc_type_instanceid *"}
_XML, _STRICT, _PARSE_ONLY = 1, 0x020000, 0x010000
_NAME = r"(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*"
_PREDICATE = re.compile(
    rf"\[\s*({_NAME})\s*=\s*current\s*\(\s*\)\s*/\s*((?:\.\.\s*/\s*)+)({_NAME}(?:\s*/\s*{_NAME})*)\s*\]"
)
_STEP = re.compile(rf"\s*/?\s*({_NAME})\s*((?:\[[^\]]*\]\s*)*)")
_UPS = re.compile(r"\s*((?:\.\.\s*/\s*)*)")

RISKY = 4_000_000
"""References times targets from which on libyang would take longer than a second."""


@dataclass(frozen=True, slots=True)
class _Predicate:
    """``[key = current()/../../a/b]``."""

    key: str
    ups: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    tag: str
    predicates: tuple[_Predicate, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """`ups` None: from the top."""

    ups: int | None
    steps: tuple[_Step, ...]
    text: str

    @property
    def plain(self) -> bool:
        return not any(step.predicates for step in self.steps)


class References:
    """The references of one document."""

    def __init__(self, instance: Instance, outline: Outline, survey: Survey, tags: Tags) -> None:
        self._instance = instance
        self._outline = outline
        self._survey = survey
        self._tags = tags
        self._values = Values(outline)
        self._canonical: dict[tuple[OutlineNode, Element | None], set[str]] = {}
        self._paths: dict[OutlineNode, _Path | None] = {}
        self._pools: dict[tuple[OutlineNode, Element | None], set[str]] = {}
        self._tables: dict[tuple[_Step, Element], dict[tuple[str, ...], list[Element]]] = {}

    # what libyang is told

    @contextmanager
    def ignored(self, nodes: Iterable[OutlineNode] | None = None) -> Iterator[None]:
        """Within the block libyang does not look for what these leafs (None: all but unions) refer to.

        The flag is in the compiled schema, which this process has for itself; it is put back in any case.
        """
        ffi = self._outline.yang.ffi
        changed: list[Pointer] = []
        for node in self._survey.references if nodes is None else nodes:
            kind = ffi.cast("struct lysc_node_leaf *", node.pointer).type
            struct = _STRUCTS.get(kind.basetype)
            if struct is not None and (node not in self._survey.leafrefs or self._path(node) is not None):
                pointer = ffi.cast(struct, kind)
                if pointer.require_instance:
                    pointer.require_instance = 0
                    changed.append(pointer)
        try:
            yield
        finally:
            for pointer in changed:
                pointer.require_instance = 1

    def risky(self) -> list[OutlineNode]:
        """Leafrefs with which libyang would take quadratic time."""
        found = []
        for node, items in self._survey.leafrefs.items():
            path = self._path(node)
            if len(items) < 1000 or path is None or not path.plain or path.ups not in (None, *range(3, 100)):
                continue
            if len(items) * len(self._pool(node, path, self._anchor(items[0], path))) > RISKY:
                found.append(node)
        return found

    # following paths

    def broken(self, nodes: Iterable[OutlineNode] | None = None) -> list[tuple[Element, Problem]]:
        """References of these leafs (None: of all leafrefs) without a target, each with what to say about it."""
        found: list[tuple[Element, Problem]] = []
        leafrefs = self._survey.leafrefs
        for node in leafrefs if nodes is None else nodes:
            path = self._path(node)
            if path is not None:
                for item in leafrefs.get(node, ()):
                    if not len(item) and not self._exists(node, path, item) and not self._equals(node, path, item):
                        found.append((item, self._problem(item, path)))
        return found

    def _exists(self, node: OutlineNode, path: _Path, item: Element) -> bool:
        """True if a target has the very same text."""
        value = item.text or ""
        anchor = self._anchor(item, path)
        if path.plain:
            return value in self._pool(node, path, anchor)
        return any((found.text or "") == value for found in self._follow(path, anchor, item))

    def _equals(self, node: OutlineNode, path: _Path, item: Element) -> bool:
        """True if a target, or its default, has the same canonical value."""
        anchor = self._anchor(item, path)
        target = self._target(node, path)
        if target is None:
            return True
        if not path.plain:
            values = {self._values.of(target, found) for found in self._follow(path, anchor, item)}
        else:
            known = self._canonical.get((node, anchor))
            if known is None:
                known = {self._values.of(target, found) for found in self._follow(path, anchor, None)}
                known |= self._defaults(path, anchor, target)
                self._canonical[node, anchor] = known
            values = known
        return self._values.of(node, item) in values

    def _target(self, node: OutlineNode, path: _Path) -> OutlineNode | None:
        """The schema node at the end of a path."""
        at: OutlineNode | None = None
        if path.ups is not None:
            pointer = node.pointer
            for _ in range(path.ups):
                pointer = pointer.parent
                while pointer != self._outline.yang.null and pointer.nodetype in (CHOICE, CASE):
                    pointer = pointer.parent
            at = next((one for one in self._survey.inner if one.pointer == pointer), None)
            if at is None and pointer != self._outline.yang.null:
                return None
        for step in path.steps:
            at = self._tags.children(at).get(step.tag)
            if at is None:
                return None
        return at

    def _defaults(self, path: _Path, anchor: Element | None, target: OutlineNode) -> set[str]:
        """The target's default, where an instance of what holds it lacks it (RFC 7950, section 7.6.1)."""
        default = self._values.default(target)
        if default is None or (len(path.steps) < 2 and anchor is None):
            return set()
        holders: list[Element] = [anchor] if anchor is not None else []
        if len(path.steps) > 1:
            holders = self._follow(_Path(path.ups, path.steps[:-1], ""), anchor, None)
        return {default} if any(one.find(path.steps[-1].tag) is None for one in holders) else set()

    def _anchor(self, item: Element, path: _Path) -> Element | None:
        """Where the path's names begin; None is the top."""
        if path.ups is None:
            return None
        at = item
        for _ in range(path.ups):
            above = at.getparent()
            if above is None or self._instance.is_wrapper(above):
                return None
            at = above
        return at

    def _pool(self, node: OutlineNode, path: _Path, anchor: Element | None) -> set[str]:
        """The values of all targets below an anchor."""
        found = self._pools.get((node, anchor))
        if found is None:
            found = {item.text or "" for item in self._follow(path, anchor, None)}
            self._pools[node, anchor] = found
        return found

    def _follow(self, path: _Path, anchor: Element | None, item: Element | None) -> list[Element]:
        at: list[Element] = []
        for number, step in enumerate(path.steps):
            if number == 0 and anchor is None:
                here = [top for top in self._instance.tops if top.tag == step.tag]
                at = [one for one in here if self._holds(one, step, item)]
            else:
                parents = [anchor] if number == 0 and anchor is not None else at
                at = [one for parent in parents for one in self._children(parent, step, item)]
        return at

    def _children(self, parent: Element, step: _Step, item: Element | None) -> Iterable[Element]:
        if not step.predicates or item is None:
            return parent.iterchildren(step.tag)
        wanted = tuple(self._current(item, predicate) for predicate in step.predicates)
        if None in wanted:
            return ()
        table = self._tables.get((step, parent))
        if table is None:
            table = self._tables[step, parent] = {}
            for child in parent.iterchildren(step.tag):
                key = tuple(child.findtext(predicate.key) or "" for predicate in step.predicates)
                table.setdefault(key, []).append(child)
        return table.get(tuple(value or "" for value in wanted), ())

    def _holds(self, one: Element, step: _Step, item: Element | None) -> bool:
        if item is None:
            return True
        return all(one.findtext(each.key) == self._current(item, each) for each in step.predicates)

    def _current(self, item: Element, predicate: _Predicate) -> str | None:
        """The value at ``current()/../…``; None if there is none."""
        at: Element | None = item
        for _ in range(predicate.ups):
            at = None if at is None else at.getparent()
        for tag in predicate.tags:
            at = None if at is None else at.find(tag)
        return None if at is None else at.text or ""

    # reading paths

    def _path(self, node: OutlineNode) -> _Path | None:
        if node not in self._paths:
            self._paths[node] = self._read(node)
        return self._paths[node]

    def _read(self, node: OutlineNode) -> _Path | None:
        """The path of a leafref as names; None if it is of a form that only libyang understands."""
        yang = self._outline.yang
        leaf = yang.ffi.cast("struct lysc_node_leaf *", node.pointer)
        leafref = yang.ffi.cast("struct lysc_type_leafref *", leaf.type)
        text = yang.text(yang.lib.lyxp_get_expr(leafref.path))
        names = {
            yang.text(item.prefix): yang.text(item.mod.ns)
            for item in yang.array(leafref.prefixes)
            if item.mod != yang.null
        }
        names[""] = node.namespace
        ups = _UPS.match(text)
        at = ups.end() if ups else 0
        count = text.count("..", 0, at)
        steps: list[_Step] = []
        while at < len(text):
            match = _STEP.match(text, at)
            if match is None or match.end() == at:
                return None
            predicates = _predicates(match[2], names)
            tag = _tag(match[1], names)
            if predicates is None or tag is None:
                return None
            steps.append(_Step(tag, predicates))
            at = match.end()
        if not steps or (count == 0 and not text.lstrip().startswith("/")):
            return None
        return _Path(count or None, tuple(steps), text)

    # what libyang is asked

    def left_to_libyang(self) -> dict[str, Element]:
        """References that only libyang can follow, one after the other: unions, unusual paths."""
        found = {node: items for node, items in self._survey.others.items() if self._basetype(node) != _INSTANCE}
        found |= {node: items for node, items in self._survey.leafrefs.items() if self._path(node) is None}
        return {self._instance.path(item): item for items in found.values() for item in items}

    def missing_instances(self, text: bytes) -> list[tuple[Element, Problem]]:
        """Instance-identifiers that name nothing.  `text` must be data that parses."""
        nodes = {node: items for node, items in self._survey.others.items() if self._basetype(node) == _INSTANCE}
        if not nodes:
            return []
        yang = self._outline.yang
        holder = yang.ffi.new("struct lyd_node **")
        pointer = self._outline.context.pointer
        yang.lib.lyd_parse_data_mem(pointer, text, _XML, _STRICT | _PARSE_ONLY, 0, holder)
        yang.lib.lyd_new_implicit_all(holder, pointer, 0, yang.null)
        yang.errors(pointer)
        found: list[tuple[Element, Problem]] = []
        try:
            for items in nodes.values():
                found += [(item, self._not_there(item)) for item in items if not self._is_there(holder[0], item)]
        finally:
            yang.lib.lyd_free_all(holder[0])
            yang.errors(pointer)
        return found

    def _basetype(self, node: OutlineNode) -> int:
        return int(self._outline.yang.ffi.cast("struct lysc_node_leaf *", node.pointer).type.basetype)

    def _is_there(self, tree: Pointer, item: Element) -> bool:
        yang = self._outline.yang
        path = translate(self._outline, item.text or "", item.nsmap)
        out = yang.ffi.new("struct lyd_node **")
        # what cannot be a path is told as a wrong value
        return bool(path) and tree != yang.null and yang.lib.lyd_find_path(tree, path.encode(), 0, out) == 0

    def _not_there(self, item: Element) -> Problem:
        value = (item.text or "").strip()
        text = f'Invalid instance-identifier "{value}" value - required instance not found.'
        return self._told(item, text, "instance", value)

    def _problem(self, item: Element, path: _Path) -> Problem:
        value = item.text or ""
        text = f'Invalid leafref value "{value}" - no target instance "{path.text}" with the same value.'
        return self._told(item, text, "leafref", value)

    def _told(self, item: Element, text: str, kind: str, value: str) -> Problem:
        path, line = self._instance.path(item), line_of(item)
        return Problem("error", path, tidy(text), "instance-required", SOURCE, line, kind=kind, detail=(value,))


def _tag(name: str, names: dict[str, str]) -> str | None:
    prefix, _, local = name.rpartition(":")
    namespace = names.get(prefix)
    return None if namespace is None else str(etree.QName(namespace, local))


def _predicates(text: str, names: dict[str, str]) -> tuple[_Predicate, ...] | None:
    found: list[_Predicate] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _PREDICATE.match(text, at)
        if match is None:
            return None
        tags = [_tag(name.strip(), names) for name in match[3].split("/")]
        key = _tag(match[1], names)
        if key is None or None in tags:
            return None
        found.append(_Predicate(key, match[2].count(".."), tuple(tag for tag in tags if tag)))
        at = match.end()
        while at < len(text) and text[at].isspace():
            at += 1
    return tuple(found)
