"""Performing edit commands on a tree, and the commands that take them back.

Lives here: `Executor` (one tree) and `Change` (what views are told).  Does not live here: the log of commands, undo and
redo (`document`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config.binding import Binder, elements
from netconf_gui.config.codec import read_fragment
from netconf_gui.config.comments import notes_of, put_notes
from netconf_gui.config.copying import DECLARED, clashes, copy_node
from netconf_gui.config.edits import (
    Edit,
    Group,
    InsertNode,
    MoveNode,
    RemoveNode,
    ReplaceAll,
    ReplaceNode,
    SetComments,
    SetValue,
)
from netconf_gui.config.identity import ChildIndex
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.siblings import Siblings
from netconf_gui.config.values import (
    Meant,
    hold_prefixes,
    prefix_for,
    prefixed_values,
    release_prefixes,
    rename_prefixes,
    value_prefixes,
)
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import new_element, serialize
from netconf_gui.yang.schema import SchemaNode

NOWHERE = InstancePath()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to the tree; views are told after each, when the tree is as it says.

    `kind` is value, insert, remove, move, comments (those of `element` only; nothing of the configuration) or reset
    (everything may differ; the elements are None).  `index` and
    `old_index` count element children of `parent`; -1 where there is none.  `element` is the element now, for remove
    the one taken out; `old_element` is another one only if a value needed a new element.  `path` is where the element
    is (for remove: was).  `more` is true if further changes of the same command follow.
    """

    revision: int
    kind: str
    parent: etree._Element | None
    element: etree._Element | None
    index: int
    old_index: int
    edit: Edit
    path: InstancePath = NOWHERE
    old_element: etree._Element | None = None
    more: bool = False


Teller = Callable[..., None]


class Executor:
    """Performs commands on one tree; `root` is replaced by ReplaceAll.

    `tell` is called after each change with the fields of `Change`, `revision`, `edit` and `more` left out.
    """

    def __init__(self, root: etree._Element, binder: Binder, tell: Teller) -> None:
        self.root = root
        self.binder = binder
        self.siblings = Siblings()
        self.index = ChildIndex(binder, self.siblings)
        self._tell = tell
        self.more = False  # further changes of the same command follow

    def find(self, path: InstancePath) -> etree._Element | None:
        return self.index.find(self.root, path.steps)

    def perform(self, edit: Edit) -> Edit:
        """Do it and return the command that takes it back.

        Raises `ConfigError` if it cannot be done; the tree is then as before.
        """
        if isinstance(edit, Group):
            return self._group(edit)
        if isinstance(edit, SetValue):
            return self._set(edit)
        if isinstance(edit, InsertNode):
            parent = self._need(edit.parent)
            return self._insert(parent, self._settled(parent, edit.xml), edit)
        if isinstance(edit, RemoveNode):
            return self._remove(self._need(edit.path))
        if isinstance(edit, ReplaceNode):
            return self._replace(self._need(edit.path), edit.xml)
        if isinstance(edit, MoveNode):
            return self._move(self._need(edit.path), edit)
        if isinstance(edit, SetComments):
            return self._comment(self._need(edit.path), edit)
        return self._all(edit)

    def _need(self, path: InstancePath) -> etree._Element:
        found = self.find(path)
        if found is None:
            raise ConfigError(f"There is no node {path}.", path=str(path))
        return found

    def _group(self, group: Group) -> Edit:
        inverses: list[Edit] = []
        more = self.more
        try:
            for number, edit in enumerate(group.edits, 1):
                self.more = more or number < len(group.edits)
                inverses.append(self.perform(edit))
        except ConfigError:
            self.more = True
            for inverse in reversed(inverses):
                self.perform(inverse)
            raise
        finally:
            self.more = more
        return Group(tuple(reversed(inverses)), group.text)

    def _path(self, element: etree._Element) -> InstancePath:
        return path_of(element, self.binder, exact=True, index=self.index)

    def _set(self, edit: SetValue) -> Edit:
        leaf = self._need(edit.path)
        if next(elements(leaf), None) is not None:
            raise ConfigError(f"{edit.path} has child nodes and cannot have a value.", path=str(edit.path))
        renamed: dict[str, str | None] = {}
        missing: dict[str, str] = {}
        for prefix, namespace in edit.prefixes:
            known = prefix_for(leaf, namespace, prefix)
            if known is False:
                missing[prefix] = namespace
            elif known != prefix:
                renamed[prefix] = known
        if missing:
            return self._set_with_declarations(leaf, rename_prefixes(edit.value, renamed), missing)
        parent = _parent(leaf)
        old, old_prefixes = leaf.text or "", tuple(value_prefixes(leaf).items())
        entry = self._before_identity_change(leaf)
        leaf.text = rename_prefixes(edit.value, renamed) or None
        self._after_identity_change(entry)
        path = self._path(leaf)
        position = self.siblings.place(leaf)
        self._tell("value", parent, leaf, position, position, path, before=edit.path)
        return SetValue(path, old, old_prefixes)

    def _set_with_declarations(self, leaf: etree._Element, value: str, missing: dict[str, str]) -> Edit:
        """The value needs prefixes that are not in scope: only a new element can declare them."""
        nsmap: dict[str | None, str] = dict(missing.items())
        if leaf.prefix in leaf.nsmap:
            nsmap.setdefault(leaf.prefix, leaf.nsmap[leaf.prefix])
        twin = new_element(str(leaf.tag), nsmap, {str(name): str(text) for name, text in leaf.attrib.items()})
        twin.text = value
        return self._replace(leaf, serialize(twin).decode())

    def _before_identity_change(self, leaf: etree._Element) -> etree._Element | None:
        """A key or a leaf-list entry is about to become another: the index must not know the old one any longer."""
        node = self.binder.schema_node(leaf)
        if node is not None and (node.is_key or node.kind == "leaf-list"):
            entry = _parent(leaf) if node.is_key else leaf
            holder = entry.getparent()
            if holder is not None:
                self.index.removed(holder, entry, self.binder.scope(entry))
                return entry
        return None

    def _after_identity_change(self, entry: etree._Element | None) -> None:
        holder = entry.getparent() if entry is not None else None
        if entry is not None and holder is not None:
            self.index.added(holder, entry, self.binder.scope(entry))

    def _insert(self, parent: etree._Element, element: etree._Element, edit: InsertNode) -> Edit:
        scope = self.binder.scope(parent)
        if isinstance(scope, SchemaNode) and not (scope.is_inner or scope.kind in ("anydata", "anyxml")):
            raise ConfigError(f"{scope.path} is a {scope.kind} and cannot have child nodes.", path=scope.path)
        self._put(parent, element, edit.index, edit.xml, edit.place)
        path = self._path(element)
        self._tell("insert", parent, element, self.siblings.place(element), -1, path)
        return RemoveNode(path)

    def _remove(self, element: etree._Element) -> Edit:
        parent = element.getparent()
        if parent is None:
            raise ConfigError("The configuration itself cannot be removed.")
        path, index, place = self._path(element), self.siblings.place(element), self._exact_place(element)
        xml = serialize(element).decode()
        self._take_out(parent, element)
        self._tell("remove", parent, element, -1, index, path)
        return InsertNode(path.parent, xml, index, place)

    def _replace(self, element: etree._Element, xml: str) -> Edit:
        parent = _parent(element)
        new = self._settled(parent, xml)
        path, index, place = self._path(element), self.siblings.place(element), self._exact_place(element)
        old_xml = serialize(element).decode()
        self._take_out(parent, element)
        is_leaf = new.tag == element.tag and len(new) == 0 and len(element) == 0
        if not is_leaf:
            self._tell("remove", parent, element, -1, index, path, more=True)
        self._put(parent, new, index, xml, place)
        new_path = self._path(new)
        if is_leaf:
            self._tell("value", parent, new, index, index, new_path, before=path, old_element=element)
        else:
            self._tell("insert", parent, new, index, -1, new_path)
        return ReplaceNode(new_path, old_xml)

    def _move(self, element: etree._Element, edit: MoveNode) -> Edit:
        parent = _parent(element)
        old_index, old_place = self.siblings.place(element), self._exact_place(element)
        xml = serialize(element).decode()
        # lxml drops declarations from what it takes out, too
        meant = prefixed_values(element, self.binder.scope(element), self.binder)
        hold_prefixes(meant)
        self._take_out(parent, element)
        put_child(parent, element, edit.index, self.binder, xml, place=edit.place, siblings=self.siblings)
        release_prefixes(meant)
        self._arrived(parent, element)
        path = self._path(element)
        self._tell("move", parent, element, self.siblings.place(element), old_index, path)
        return MoveNode(path, old_index, old_place)

    def _settled(self, parent: etree._Element, xml: str) -> etree._Element:
        """The element of a text that is to go below `parent`, with prefixes that mean nothing else there."""
        element = read_fragment(xml)
        if clashes(xml, parent.nsmap):
            scope = self.binder.child_scope(self.binder.scope(parent), str(element.tag))
            twin = copy_node(element, scope, new_element("holder"), self.binder, parent.nsmap)
            return twin if _copy_comments(element, twin) else element
        return element

    def _put(self, parent: etree._Element, element: etree._Element, index: int, xml: str, place: int) -> None:
        put_child(parent, element, index, self.binder, xml, place=place, siblings=self.siblings)
        self._arrived(parent, element)

    def _arrived(self, parent: etree._Element, element: etree._Element) -> None:
        self.siblings.added(parent, element)
        self.index.added(parent, element, self.binder.scope(element))

    def _take_out(self, parent: etree._Element, element: etree._Element) -> None:
        self.index.removed(parent, element, self.binder.scope(element))
        self.siblings.removed(parent, element)
        parent.remove(element)

    def _exact_place(self, element: etree._Element) -> int:
        """Place among all children of its parent, from 0; -1 where no comments are among them."""
        parent = _parent(element)
        return parent.index(element) if self.siblings.has_comments(parent) else -1

    def _comment(self, element: etree._Element, edit: SetComments) -> Edit:
        old = notes_of(element)
        put_notes(element, edit.notes)
        self.siblings.commented(element)
        self._tell("comments", element.getparent(), element, -1, -1, edit.path)
        return SetComments(edit.path, old)

    def _all(self, edit: ReplaceAll) -> Edit:
        root = read_fragment(edit.xml)
        old = serialize(self.root).decode()
        self.root = root
        self.index.clear()
        self.siblings.clear()
        self._tell("reset", None, None, -1, -1, InstancePath())
        return ReplaceAll(old)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    if parent is None:
        raise ConfigError("The configuration itself cannot be edited as a node.")
    return parent


def place_of(element: etree._Element) -> int:
    """Place among the element children of its parent, from 0."""
    parent = element.getparent()
    if parent is None:
        return -1
    others = sum(1 for _ in element.itersiblings(etree.Comment, etree.ProcessingInstruction, preceding=True))
    return parent.index(element) - others


def put_child(
    parent: etree._Element,
    element: etree._Element,
    index: int,
    binder: Binder,
    xml: str,
    *,
    place: int = -1,
    siblings: Siblings | None = None,
) -> None:
    """Insert at `index` among the element children (-1 or too large: at the end), so that values keep their meaning.

    Comments in front of the one that stood there stay with it.  `place` is the index among all children, if known.

    lxml drops declarations of namespaces that the new place knows under another name.  It keeps them for attributes, if
    the other name is the default namespace; else prefixes in values are rewritten.  `xml` is the element's text, looked
    through for such declarations.
    """
    meant: Meant = []
    if _at_risk(parent, xml):
        scope = binder.child_scope(binder.scope(parent), str(element.tag))
        meant = prefixed_values(element, scope, binder)
    following = None
    if place < 0 <= index:
        following = (siblings or Siblings()).at(parent, index)
    element.tail = None
    hold_prefixes(meant)
    if place >= 0:
        parent.insert(place, element)
    elif following is None:
        parent.append(element)
    else:
        first_of(following).addprevious(element)
    release_prefixes(meant)


def _copy_comments(source: etree._Element, twin: etree._Element) -> bool:
    """Put the comments of an element into its copy; False if the copy has its elements in another order."""
    pairs = list(zip(source.iter(etree.Element), twin.iter(etree.Element), strict=False))
    if any(one.tag != other.tag or count_elements(one) != count_elements(other) for one, other in pairs):
        return False
    for one, other in pairs:
        for place, child in enumerate(one):
            if not isinstance(child.tag, str):
                note = copy.deepcopy(child)
                note.tail = None
                other.insert(place, note)
    return True


def count_elements(parent: etree._Element) -> int:
    return sum(1 for _ in elements(parent))


def first_of(element: etree._Element) -> etree._Element:
    """The first of the comments right in front of an element, or itself."""
    found = element
    before = element.getprevious()
    while before is not None and not isinstance(before.tag, str):
        found, before = before, before.getprevious()
    return found


def _at_risk(parent: etree._Element, xml: str) -> bool:
    """True if a namespace has two names there: one may be dropped."""
    names = {namespace: prefix or "" for prefix, namespace in parent.nsmap.items()}
    if len(names) < len(parent.nsmap):
        return True
    declared = DECLARED.findall(xml)
    return any(names.setdefault(double or single, prefix) != prefix for prefix, double, single in declared)
