"""Copying whole subtrees and putting them into a document again, the same or another one of another schema.

Lives here: the text that is copied, what of it another schema does not have, and the command that puts it in.  Does
not live here: the clipboard, asking people (`gui`).  Elements never change trees: text is spliced, so that prefixes in
values keep their meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.binding import Binder, Region, Scope, elements, split_tag
from netconf_gui.config.construct import add_leaf, other_cases, place_for, portable_value
from netconf_gui.config.copying import copy_node
from netconf_gui.config.document import Change, Document
from netconf_gui.config.edits import Edit, Group, InsertNode, RemoveNode, ReplaceNode
from netconf_gui.config.identity import identity
from netconf_gui.config.path import step_of
from netconf_gui.config.references import key_leafs
from netconf_gui.config.values import canonical_value, used_prefixes, value_types
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_BASE, new_element, qn, serialize
from netconf_gui.yang.datatypes import quick_check
from netconf_gui.yang.schema import NodeKind, SchemaNode


class Clash(StrEnum):
    """What becomes of a node that is there already."""

    REPLACE = "replace"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part of what was copied that the document cannot take; it is left out."""

    path: str
    reason: str


@dataclass(slots=True)
class Piece:
    """One subtree on its way in, cut down to what fits.  `there` is the node it meets; None if it is new."""

    element: etree._Element
    node: SchemaNode | None
    there: etree._Element | None = None

    @property
    def can_be_renamed(self) -> bool:
        """Whether it can go beside the node that is there, under another key."""
        return self.node is not None and self.node.kind is NodeKind.LIST and bool(self.node.keys)

    @property
    def clashes(self) -> bool:
        """Whether somebody has to say what becomes of the node that is there."""
        return self.there is not None and (self.node is None or not self.node.is_term)


@dataclass(slots=True)
class Paste:
    """What would be pasted below `parent`: pieces in order, and what is left out."""

    parent: etree._Element
    pieces: list[Piece] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    after: etree._Element | None = None


def copied_text(nodes: Sequence[etree._Element]) -> str:
    """Subtrees as XML for people and for other programs: one element alone, several in a `config` wrapper."""
    texts = [serialize(node, pretty=_is_small(node)).decode().strip() for node in nodes]
    if len(texts) == 1:
        return texts[0] + "\n"
    inside = "\n".join(texts)
    return f'<config xmlns="{NS_BASE}">\n{inside}\n</config>\n'


def _is_small(node: etree._Element) -> bool:
    """Whether indenting, which makes a copy first, takes no time that is felt."""
    return next(islice(node.iterdescendants(), 20_000, None), None) is None


def read_pasted(text: str) -> list[etree._Element]:
    """The subtrees in a text: the children of a wrapper, else the elements themselves.

    Raises `ConfigError` if the text is not well-formed XML.
    """
    if not text.lstrip().startswith("<"):
        raise ConfigError("The clipboard has no XML.", advice="Copy a node here, or XML from elsewhere.")
    root = codec.read(text.encode(), name="The clipboard").root
    return list(elements(root))


def place_to_paste(document: Document, element: etree._Element, first: etree._Element) -> etree._Element | None:
    """The nearest element from `element` upwards below which the schema has a place for `first`; None: nowhere.

    Where the same kind of node is chosen, its siblings are meant.
    """
    binder = document.binder
    at: etree._Element | None = element
    while at is not None:
        scope = binder.scope(at)
        if _is_raw(scope, binder):
            # where nobody knows what belongs where, a leaf is no parent, and an element none of its own kind
            if at.getparent() is None or (at.tag != first.tag and next(elements(at), None) is not None):
                return at
        elif not isinstance(binder.child_scope(scope, str(first.tag)), Region):
            return at
        at = at.getparent()
    return None


def _is_raw(scope: Scope, binder: Binder) -> bool:
    return binder.schema is None or scope is Region.UNKNOWN


def prepare(document: Document, chosen: etree._Element, nodes: Sequence[etree._Element]) -> Paste:
    """What of `nodes` can go where `chosen` is, and what cannot.  `nodes` are cut down to it."""
    if not nodes:
        raise ConfigError("There is nothing to paste.")
    homes = [(node, place_to_paste(document, chosen, node)) for node in nodes]
    parent = next((home for _, home in homes if home is not None), None)
    if parent is None:
        names = ", ".join(dict.fromkeys(split_tag(str(node.tag))[1] for node in nodes))
        where = document.path_of(chosen).name or "the top"
        raise ConfigError(
            f"The schema here has no place for {names} at or above {where}.",
            advice="Choose the node that it belongs into, and paste again.",
        )
    paste = Paste(parent)
    if chosen.getparent() is parent and any(chosen.tag == node.tag for node in nodes):
        paste.after = chosen
    scope = document.binder.scope(parent)
    for node, home in homes:
        if home is not parent:
            paste.misfits.append(Misfit(f"/{split_tag(str(node.tag))[1]}", "does not exist there"))
            continue
        own = document.binder.child_scope(scope, str(node.tag))
        if not _is_raw(scope, document.binder) and not _fit(node, own, document.binder, paste.misfits):
            continue
        there = None if isinstance(own, Region) else _twin(document, parent, node, own)
        paste.pieces.append(Piece(node, own if isinstance(own, SchemaNode) else None, there))
    return paste


def _fit(element: etree._Element, scope: Scope, binder: Binder, misfits: list[Misfit]) -> bool:
    """Take out of the subtree what the schema does not take; False if the element itself is such."""
    reason = _misfit(element, scope, binder)
    if reason:
        misfits.append(Misfit(told(element), reason))
        return False
    if not isinstance(scope, SchemaNode) or not scope.is_inner:
        return True
    for child in list(elements(element)):
        if not _fit(child, binder.child_scope(scope, str(child.tag)), binder, misfits):
            if child.tag in {tag for tag, _ in binder.keys(scope)}:
                return False
            element.remove(child)
    for tag, _ in reversed(binder.keys(scope)):
        key = element.find(tag)
        if key is None:
            misfits.append(Misfit(told(element), f"lacks its key {split_tag(tag)[1]}"))
            return False
        element.insert(0, key)
    return True


def _misfit(element: etree._Element, scope: Scope, binder: Binder) -> str:
    if isinstance(scope, Region):
        return "does not exist there"
    if not scope.config:
        return "is state, which cannot be configured"
    if not scope.is_term or scope.type is None:
        return ""
    if next(elements(element), None) is not None:
        return f"is a {scope.kind} there"
    text = element.text or ""
    types = value_types(scope.type)
    if types == {"identityref"}:
        return _identity_misfit(element, scope, binder)
    words = None if types & {"identityref", "instance-identifier"} else quick_check(scope.type, text)
    return f"is {words}" if words else ""


def _identity_misfit(element: etree._Element, scope: SchemaNode, binder: Binder) -> str:
    namespace, name = split_tag(canonical_value(element, scope))
    if not used_prefixes(element, scope) or binder.schema is None:
        return f"is {element.text or ''}, whose prefix is not declared"
    module = binder.schema.module_for_namespace(namespace)
    info = scope.type.target if scope.type is not None and scope.type.target is not None else scope.type
    if module is None:
        return f"is {name}, an identity of a module that is not known there ({namespace})"
    if info is not None and info.identities and f"{module.name}:{name}" not in info.identities:
        return f"is {module.name}:{name}, an identity that is not allowed there"
    return ""


def told(element: etree._Element) -> str:
    """The way down to a copied element, for people."""
    names = [split_tag(str(element.tag))[1], *(split_tag(str(one.tag))[1] for one in element.iterancestors())]
    if len(names) > 1:
        names.pop()  # the wrapper
    return "/".join(reversed(names))


def _twin(document: Document, parent: etree._Element, node: etree._Element, scope: SchemaNode) -> etree._Element | None:
    """The child of `parent` that is the same node."""
    wanted = identity(node, scope, document.binder)
    if wanted is None:
        return None
    if scope.kind in (NodeKind.LIST, NodeKind.LEAF_LIST):
        step = step_of(node, scope, document.binder)
        return document.find(document.path_of(parent).child(step)) if step.position is None else None
    return parent.find(str(node.tag))


def rename_piece(document: Document, piece: Piece, keys: Mapping[str, str]) -> None:
    """Give a copied entry other keys, before it is pasted."""
    schema, node = document.schema, piece.node
    if schema is None or node is None:
        return
    for name, text in keys.items():
        leaf_node, leaf = schema.data_child(node, node.namespace, name), piece.element.find(qn(node.namespace, name))
        if leaf_node is None or leaf is None:
            continue
        value, used = portable_value(schema, leaf, leaf_node, text, None)
        for mirror in key_leafs(piece.element, node, document.binder)[name][1:]:
            mirror.text = value
        piece.element.insert(piece.element.index(leaf), add_leaf(None, leaf_node, value, used))
        piece.element.remove(leaf)


def paste(document: Document, plan: Paste, clash: Clash = Clash.MERGE) -> Change | None:
    """Put the pieces in as one command; `clash` says what becomes of nodes that are there.  None if nothing changes."""
    writer = _Writer(document)
    for piece in plan.pieces:
        there = piece.there
        if there is not None and piece.node is not None:
            if clash is Clash.MERGE or piece.node.is_term:
                writer.merge(there, piece.element, piece.node)
            else:
                writer.replace(there, piece.element, piece.node)
        else:
            scope = piece.node if piece.node is not None else Region.UNKNOWN
            writer.insert(plan.parent, piece.element, scope, plan.after)
    if not writer.edits:
        return None
    first = split_tag(str(plan.pieces[0].element.tag))[1]
    words = f"paste {first}" if len(plan.pieces) == 1 else f"paste {len(plan.pieces)} nodes"
    return document.apply(Group(tuple(writer.edits), words))


class _Writer:
    """Collects edits that are performed one after the other; counts what earlier ones do to places."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._binder = document.binder
        self.edits: list[Edit] = []
        self._gone: dict[etree._Element, list[int]] = {}  # original places of removed children
        self._came: dict[etree._Element, list[int]] = {}  # places at which children were inserted, by then
        self._doomed: set[etree._Element] = set()

    def insert(
        self, parent: etree._Element, element: etree._Element, scope: Scope, after: etree._Element | None = None
    ) -> None:
        """A new child in its place, and the end of the other cases' nodes."""
        schema, index = self._binder.schema, -1
        if schema is not None and isinstance(scope, SchemaNode):
            for one in reversed(other_cases(schema, parent, scope)):
                self._remove(one)
            above = self._binder.scope(parent)
            known = above if isinstance(above, SchemaNode) else None
            index = place_for(schema, known, parent, scope, self._document.siblings)
        if after is not None and after.getparent() is parent and after.tag == element.tag:
            index = self._document.siblings.place(after) + 1
        if index >= 0:
            index = self._by_now(parent, index)
            self._came.setdefault(parent, []).append(index)
        self.edits.append(InsertNode(self._document.path_of(parent), self._text(element, scope), index))

    def replace(self, there: etree._Element, element: etree._Element, scope: SchemaNode) -> None:
        """Another content for a node, if it is another."""
        text = self._text(element, scope)
        self.edits.append(ReplaceNode(self._document.path_of(there), text))

    def merge(self, there: etree._Element, element: etree._Element, scope: SchemaNode) -> None:
        """What the piece has comes in addition, and in place of values that are there."""
        if scope.is_term or not scope.is_inner:
            if canonical_value(there, scope) != canonical_value(element, scope) or not scope.is_term:
                self.replace(there, element, scope)
            return
        for child in elements(element):
            own = self._binder.child_scope(scope, str(child.tag))
            twin = _twin(self._document, there, child, own) if isinstance(own, SchemaNode) else None
            if twin is not None and isinstance(own, SchemaNode):
                if not own.is_key:
                    self.merge(twin, child, own)
            else:
                self.insert(there, child, own)

    def _remove(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is None or element in self._doomed:
            return
        self._doomed.add(element)
        self._gone.setdefault(parent, []).append(self._document.siblings.place(element))
        self.edits.append(RemoveNode(self._document.path_of(element)))

    def _by_now(self, parent: etree._Element, index: int) -> int:
        """A place in the document as it was, after the edits so far."""
        index -= sum(1 for place in self._gone.get(parent, ()) if place < index)
        for place in self._came.get(parent, ()):
            index += place <= index
        return index

    def _text(self, element: etree._Element, scope: Scope) -> str:
        holder = new_element(qn(NS_BASE, "config"))
        return serialize(copy_node(element, scope, holder, self._binder)).decode()
