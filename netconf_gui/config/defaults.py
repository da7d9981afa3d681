"""Default values in answers: the four modes of with-defaults (RFC 6243).

Lives here: `with_defaults`, for a server whose basic mode is explicit.  Does not live here: which mode is asked for.

A default is in use where its parent is (RFC 7950, section 7.6.1), non-presence containers on the way count as present,
and of a choice only the case that has data, or else the default case.  Nodes with a `when` are left out unless they are
there: whether it holds is the engine's to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements, is_np_container
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.construct import add_leaf, case_tags, place_for, portable_value
from netconf_gui.config.execute import put_child
from netconf_gui.config.values import canonical_text, canonical_value
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_DEFAULT, new_element, qn, serialize
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

MODES = ("report-all", "report-all-tagged", "trim", "explicit")

TAG = qn(NS_DEFAULT, "default")


def with_defaults(
    root: etree._Element, schema: Schema | None, mode: str = "explicit", *, state: bool = False
) -> etree._Element:
    """A copy of `root` as the mode wants it.

    explicit: as it is.  trim: without leafs that equal their default.  report-all: with all defaults in use.
    report-all-tagged: the same, those not set by a client marked ``wd:default="true"``.  With `state` defaults of nodes
    that are no configuration are reported too.  Raises `ConfigError` for another mode.
    """
    if mode not in MODES:
        raise ConfigError(f"The with-defaults mode is {mode!r}. Allowed: {', '.join(MODES)}.")
    copy = read_fragment(serialize(root))
    if schema is None or mode == "explicit":
        return copy
    binder = Binder(schema)
    if mode == "trim":
        _trim(copy, Region.TOP, binder)
    else:
        _fill(copy, None, _Filler(schema, binder, tagged=mode == "report-all-tagged", state=state))
    return copy


def _trim(parent: etree._Element, scope: Scope, binder: Binder) -> None:
    for child in list(elements(parent)):
        node = binder.child_scope(scope, str(child.tag))
        if not isinstance(node, SchemaNode):
            continue
        if node.kind is NodeKind.LEAF:
            if not node.is_key and is_default(child, node):
                parent.remove(child)
        elif node.is_inner:
            _trim(child, node, binder)
            if is_np_container(node) and next(elements(child), None) is None:
                parent.remove(child)
    if isinstance(scope, SchemaNode) or scope is Region.TOP:
        _trim_leaf_lists(parent, scope, binder)


def _trim_leaf_lists(parent: etree._Element, scope: Scope, binder: Binder) -> None:
    """A leaf-list is at its default only as a whole (RFC 7950, section 7.7.2)."""
    groups: dict[int, tuple[SchemaNode, list[etree._Element]]] = {}
    for child in elements(parent):
        node = binder.child_scope(scope, str(child.tag))
        if isinstance(node, SchemaNode) and node.kind is NodeKind.LEAF_LIST and node.defaults:
            groups.setdefault(node.id, (node, []))[1].append(child)
    for node, found in groups.values():
        if are_defaults(found, node, tagged=False):
            for child in found:
                parent.remove(child)


def is_default(leaf: etree._Element, node: SchemaNode) -> bool:
    """True if the leaf has its default value."""
    return bool(node.defaults) and canonical_value(leaf, node) == _canonical_default(node.defaults[0], node, leaf)


def says_nothing(element: etree._Element, scope: Scope, other: etree._Element, binder: Binder, *, tagged: bool) -> bool:
    """True if a node that is absent below `other` is there only with values that are in use without it.

    Leafs with their default value, non-presence containers of such; with `tagged` only those that are marked.
    """
    if not isinstance(scope, SchemaNode) or binder.schema is None:
        return False
    if scope.kind is NodeKind.LEAF:
        if scope.is_key or (tagged and element.get(TAG) != "true") or not is_default(element, scope):
            return False
        return _in_use(binder.schema, other, scope)
    if not is_np_container(scope) or not _in_use(binder.schema, other, scope):
        return False
    children = ((child, binder.child_scope(scope, str(child.tag))) for child in elements(element))
    # what is below `other` is the same as what is below nothing
    nothing = new_element("nothing")
    return all(says_nothing(child, below, nothing, binder, tagged=tagged) for child, below in children)


def _in_use(schema: Schema, parent: etree._Element, node: SchemaNode) -> bool:
    """Whether a default of `node` counts below `parent`: not if another case has data, or is the default."""
    at, above = node, schema.parent(node)
    while above is not None and above.kind in (NodeKind.CASE, NodeKind.CHOICE):
        if above.kind is NodeKind.CHOICE and not _has_data(schema, parent, at):
            others = any(_has_data(schema, parent, case) for case in schema.children(above))
            if others or at.name not in above.defaults:
                return False
        at, above = above, schema.parent(above)
    return True


def _has_data(schema: Schema, parent: etree._Element, case: SchemaNode) -> bool:
    return any(parent.find(tag) is not None for tag in case_tags(schema, case))


def are_defaults(entries: list[etree._Element], node: SchemaNode, *, tagged: bool) -> bool:
    """True if the entries of a leaf-list are its default values, all of them (RFC 7950, section 7.7.2)."""
    if not node.defaults or len(entries) != len(node.defaults):
        return False
    if tagged and any(entry.get(TAG) != "true" for entry in entries):
        return False
    values = [canonical_value(entry, node) for entry in entries]
    wanted = [_canonical_default(text, node, entries[0]) for text in node.defaults]
    return values == wanted if node.ordered_by_user else sorted(values) == sorted(wanted)


def _canonical_default(text: str, node: SchemaNode, leaf: etree._Element) -> str:
    if node.type is None:
        return text
    if node.type.base == "identityref":
        # defaults are written module:name; compare by what a leaf of this document would say
        name = text.rpartition(":")[2]
        value = canonical_text(leaf.text or "", node.type, leaf)
        return value if value.rpartition("}")[2] == name else text
    return canonical_text(text, node.type, leaf)


class _Filler:
    """What stays the same while defaults are filled in."""

    def __init__(self, schema: Schema, binder: Binder, *, tagged: bool, state: bool) -> None:
        self.schema = schema
        self.binder = binder
        self.tagged = tagged
        self.state = state

    def active(self, parent: etree._Element, node: SchemaNode | None) -> Iterator[SchemaNode]:
        """The data nodes whose defaults may be in use below `parent`."""
        top = self.schema.roots() if node is None else self.schema.children(node)
        for child in top:
            yield from self._active(parent, child)

    def _active(self, parent: etree._Element, node: SchemaNode) -> Iterator[SchemaNode]:
        if node.kind is NodeKind.CHOICE:
            case = self._case(parent, node)
            if case is None or (node.whens and not self._used(parent, case)):
                return
            if case.is_data:
                yield case
                return
            for child in self.schema.children(case):
                yield from self._active(parent, child)
        elif node.is_data:
            yield node

    def _case(self, parent: etree._Element, choice: SchemaNode) -> SchemaNode | None:
        cases = self.schema.children(choice)
        for case in cases:
            if self._used(parent, case):
                return case
        return next((case for case in cases if case.name in choice.defaults and not case.whens), None)

    def _used(self, parent: etree._Element, case: SchemaNode) -> bool:
        return any(parent.find(tag) is not None for tag in case_tags(self.schema, case))


def _fill(parent: etree._Element, node: SchemaNode | None, filler: _Filler) -> None:
    for child in filler.active(parent, node):
        tag = qn(child.namespace, child.name)
        found = list(parent.iterchildren(tag))
        if not found and (child.whens or not (child.config or filler.state)):
            continue
        if child.is_term:
            if not found and child.defaults:
                for text in child.defaults:
                    _add(parent, node, _default_leaf(parent, child, text, filler), child, filler)
        elif found:
            for element in found:
                _fill(element, child, filler)
        elif is_np_container(child):
            made = new_element(tag, {None: child.namespace})
            _fill(made, child, filler)
            if next(elements(made), None) is not None:
                _add(parent, node, made, child, filler)


def _default_leaf(parent: etree._Element, node: SchemaNode, text: str, filler: _Filler) -> etree._Element:
    value, used = portable_value(filler.schema, parent, node, text, None)
    leaf = add_leaf(None, node, value, used)
    if filler.tagged:
        leaf.set(TAG, "true")
    return leaf


def _add(
    parent: etree._Element, scope: SchemaNode | None, element: etree._Element, node: SchemaNode, filler: _Filler
) -> None:
    index = place_for(filler.schema, scope, parent, node)
    put_child(parent, element, index, filler.binder, serialize(element).decode())
