"""The copy of a configuration that the edit-config interpreter works on.

Lives here: `DataTree`: finding, adding, writing, ordering and removing nodes, in schema order, with values that keep
their meaning.  Does not live here: when to do what (`apply`).
"""

from __future__ import annotations

import copy

from lxml import etree

from netconf_gui.config.binding import Binder, Region, Scope, elements
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.construct import other_cases, place_for
from netconf_gui.config.copying import copy_names, copy_node, start_element
from netconf_gui.config.execute import put_child
from netconf_gui.config.identity import ChildIndex, means_nothing, same_content
from netconf_gui.config.path import Step, has_twin
from netconf_gui.config.values import prefixed_values
from netconf_gui.protocol.xml import NS_BASE, new_element, qn, serialize
from netconf_gui.yang.schema import NodeKind, SchemaNode


class DataTree:
    """A copy of `root` (only its wrapper with `empty`) that can be edited."""

    def __init__(self, root: etree._Element, binder: Binder, *, empty: bool = False) -> None:
        if empty:
            self.root = new_element(str(root.tag), root.nsmap)
        elif root.getparent() is None:
            self.root = copy.deepcopy(root)
        else:
            # a copy of an inner element loses declarations that only values use
            self.root = read_fragment(serialize(root))
        self._binder = binder
        self._index = ChildIndex(binder)

    def child(self, parent: etree._Element, step: Step, scope: Scope) -> etree._Element | None:
        return self._index.child(parent, step, scope)

    def means_nothing(self, element: etree._Element, scope: Scope) -> bool:
        return means_nothing(element, scope, self._binder)

    def is_bare(self, element: etree._Element, scope: SchemaNode) -> bool:
        """Nothing but an empty non-presence container, or an entry with its keys alone."""
        if scope.kind is NodeKind.LIST:
            return all(self._is_key(child, scope) for child in elements(element))
        return next(elements(element), None) is None

    def _is_key(self, element: etree._Element, scope: SchemaNode) -> bool:
        return str(element.tag) in {qn(scope.namespace, name) for name in scope.keys}

    def remove(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is not None:
            self._index.removed(parent, element, self._binder.scope(element))
            parent.remove(element)

    def empty(self, element: etree._Element, scope: SchemaNode) -> None:
        """Everything below goes, keys stay."""
        for child in list(element):
            if not (isinstance(child.tag, str) and self._is_key(child, scope)):
                element.remove(child)
        element.text = None
        self._index.forget(element)

    def drop_other_cases(self, parent: etree._Element, node: SchemaNode) -> None:
        """A node of one case removes all nodes of the others (RFC 7950, section 7.9)."""
        if self._binder.schema is not None:
            for element in other_cases(self._binder.schema, parent, node):
                self.remove(element)

    def add(self, parent: etree._Element, node: SchemaNode, edit: etree._Element) -> etree._Element:
        """A new container, or a list entry with the keys of the edit, in its place."""
        holder = new_element(qn(NS_BASE, "config"))
        element = start_element(holder, edit)
        copy_names(edit, node, element, self._binder, parent.nsmap)
        strip_operations(element)
        self._insert(parent, element, node)
        self._index.added(parent, element, node)
        return element

    def write_term(self, parent: etree._Element, edit: etree._Element, scope: Scope) -> etree._Element:
        """A copy of a leaf of the edit in its place."""
        holder = new_element(qn(NS_BASE, "config"))
        twin = copy_node(edit, scope, holder, self._binder, parent.nsmap)
        strip_operations(twin)
        self._insert(parent, twin, scope)
        return twin

    def write(
        self, parent: etree._Element, edit: etree._Element, scope: Scope, there: etree._Element | None
    ) -> etree._Element:
        """The node of the edit with its value or content, instead of `there` or as a new one."""
        if there is None:
            twin = self.write_term(parent, edit, scope)
            self._index.added(parent, twin, scope)
            return twin
        holder = new_element(qn(NS_BASE, "config"))
        twin = copy_node(edit, scope, holder, self._binder, parent.nsmap)
        strip_operations(twin)
        index = list(elements(parent)).index(there)
        self._index.removed(parent, there, scope)
        parent.remove(there)
        put_child(parent, twin, index, self._binder, serialize(twin).decode())
        self._index.added(parent, twin, scope)
        return twin

    def _insert(self, parent: etree._Element, element: etree._Element, scope: Scope) -> None:
        index = -1
        if isinstance(scope, SchemaNode) and self._binder.schema is not None:
            above = self._binder.scope(parent)
            index = place_for(self._binder.schema, None if isinstance(above, Region) else above, parent, scope)
        put_child(parent, element, index, self._binder, serialize(element).decode())

    def place(
        self, entry: etree._Element, scope: SchemaNode, insert: str, neighbour: etree._Element | None
    ) -> etree._Element:
        """Move an entry of an ordered-by user list; returns it, which may be a copy of what it was."""
        parent = entry.getparent()
        if parent is None:
            return entry
        others = [child for child in parent.iterchildren(str(entry.tag)) if child is not entry]
        if not others:
            return entry
        if neighbour is None:
            neighbour, insert = (others[0], "before") if insert == "first" else (others[-1], "after")
        moved = entry
        if prefixed_values(entry, scope, self._binder):
            # lxml drops declarations from what it takes out; a copy has only those that are needed, and none twice
            moved = copy_node(entry, scope, new_element(qn(NS_BASE, "config")), self._binder, parent.nsmap)
            self._index.forget(parent)
        xml = serialize(moved).decode()
        parent.remove(entry)
        index = list(elements(parent)).index(neighbour) + (1 if insert == "after" else 0)
        put_child(parent, moved, index, self._binder, xml)
        return moved


def strip_operations(element: etree._Element) -> None:
    """The attributes of edits are no data."""
    for node in element.iter(etree.Element):
        for name in list(node.attrib):
            if str(name).startswith((f"{{{NS_BASE}}}", "{urn:ietf:params:xml:ns:yang:1}")):
                del node.attrib[name]


def find_unknown(parent: etree._Element, edit: etree._Element, operation: str) -> etree._Element | None:
    """The node that an edit means where no schema says how nodes are named.

    Repeated leafs are told apart by value.  Elements with children are the same if the first child, which may be a key,
    is; one that is alone of its name on both sides is the same anyhow, unless it is to be created or deleted.
    """
    found = list(parent.iterchildren(str(edit.tag)))
    alone = len(found) == 1 and not has_twin(edit)
    leafs = [child for child in elements(edit) if next(elements(child), None) is None]
    if next(elements(edit), None) is None:
        same = next((one for one in found if alone or same_content(one, edit)), None)
        going = operation in ("delete", "remove") and not edit.text
        return found[0] if same is None and going and len(found) == 1 else same
    wanted = leafs if operation in ("delete", "remove") else leafs[:1]
    for one in found:
        if all(any(same_content(leaf, other) for other in one.iterchildren(str(leaf.tag))) for leaf in wanted):
            return one
    return found[0] if alone and operation not in ("create", "delete", "remove") else None
