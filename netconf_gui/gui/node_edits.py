"""What can be done to the node of a tree row, as commands of the document: no widgets in here."""

from __future__ import annotations

from netconf_gui.config import editing
from netconf_gui.config.binding import elements
from netconf_gui.config.document import Change, Document
from netconf_gui.config.edits import Group, InsertNode
from netconf_gui.config.path import InstancePath, Step, path_of
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.models.rows import Row, RowKind
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.schema import NodeKind, SchemaNode

MOST_OFFERED = 200  # nodes in an "Add" menu


def subject_of(document: Document, row: Row | None) -> Subject | None:
    """What an editor would edit on that row; None if it has no value."""
    if row is None or row.kind in (RowKind.ROOT, RowKind.BUCKET, RowKind.CHOICE, RowKind.CASE):
        return None
    if row.kind is RowKind.UNSET:
        node = row.node
        if node is None or not node.is_term or row.element is None:
            return None
        return Subject(document, node, None, row.element)
    element = row.own_element
    if element is None or not row.is_term or row.removed:
        return None
    parent = element.getparent()
    return None if parent is None else Subject(document, row.node, element, parent)


def addable(document: Document, row: Row | None) -> list[SchemaNode]:
    """Schema nodes of which something can be added at that row, in schema order."""
    schema = document.schema
    if schema is None or row is None or row.removed:
        return []
    node = row.node
    if row.kind in (RowKind.LIST, RowKind.BUCKET) or (row.kind is RowKind.ENTRY and row.is_term):
        return [node] if node is not None and node.config else []
    if row.kind is RowKind.UNSET:
        if node is not None and node.kind is NodeKind.CONTAINER and not node.presence:
            return [child for child in schema.data_children(node) if child.config][:MOST_OFFERED]
        return [node] if node is not None and node.config else []
    if row.kind in (RowKind.CHOICE, RowKind.CASE) or row.is_term or row.element is None:
        return []
    if row.kind is not RowKind.ROOT and (node is None or not node.is_inner):
        return []
    present = {str(child.tag) for child in elements(row.element)} if len(row.element) < 2000 else set()
    found = []
    for child in schema.data_children(node):
        many = child.kind in (NodeKind.LIST, NodeKind.LEAF_LIST)
        if (
            child.config
            and child.status != "obsolete"
            and (many or f"{{{child.namespace}}}{child.name}" not in present)
        ):
            found.append(child)
    return found[:MOST_OFFERED]


def can_delete(row: Row | None) -> bool:
    """Whether the row's own element can be taken out."""
    if row is None or row.removed or row.kind is RowKind.ROOT or row.own_element is None:
        return False
    return row.node is None or (not row.node.is_key and row.node.config)


def delete(document: Document, row: Row) -> Change | None:
    """Take the row's element out; for a leaf that means its default holds again."""
    element = row.own_element
    if element is None:
        return None
    return (
        editing.unset(document, element)
        if row.is_term and row.kind is RowKind.NODE
        else editing.remove(document, element)
    )


def can_revert(document: Document, row: Row | None) -> bool:
    """Whether the row differs from the base by itself."""
    if row is None or row.own_element is None or row.kind is RowKind.ROOT:
        return False
    if row.removed:
        return row.parent is not None and not row.parent.removed
    state = document.state(row.own_element)
    if state == "added":
        above = row.own_element.getparent()
        return above is None or document.state(above) != "added"
    return state == "changed"


def revert(document: Document, row: Row) -> Change | None:
    """Bring the row's node back to what the base says."""
    element = row.own_element
    if element is None:
        return None
    if row.removed:
        return _put_back(document, row)
    if document.state(element) == "added":
        return editing.remove(document, element)
    subject = subject_of(document, row)
    before = subject.base_text if subject is not None else None
    return None if subject is None or before is None else subject.commit(before)


def _put_back(document: Document, row: Row) -> Change | None:
    """Insert an element of the base again, behind the sibling it stood behind."""
    old = row.own_element
    above = old.getparent() if old is not None else None
    if old is None or above is None:
        return None
    parent = document.find(path_of(above, document.binder))
    if parent is None:
        return None
    index = -1
    before = old.getprevious()
    while before is not None:
        twin = document.find(path_of(before, document.binder)) if isinstance(before.tag, str) else None
        if twin is not None:
            index = document.siblings.place(twin) + 1
            break
        before = before.getprevious()
    path = path_of(old, document.binder)
    insert = InsertNode(document.path_of(parent), serialize(old).decode(), index if before is not None else 0)
    return document.apply(Group((insert,), f"restore {path.name}"))


def move(document: Document, row: Row, *, up: bool) -> Change | None:
    """Move an entry one place up or down in its list."""
    element = row.own_element
    if element is None:
        return None
    other = next(element.itersiblings(str(element.tag), preceding=up), None)
    if other is None:
        return None
    if up:
        return editing.move_entry(document, element, before=other)
    return editing.move_entry(document, element, after=other)


def path_below(base: InstancePath, document: Document, row: Row) -> InstancePath:
    """The path of a row that has no element of its own: `base` is that of the nearest element above it."""
    schema, node = document.schema, row.node
    here = document.schema_node(row.element) if row.element is not None else None
    names: list[SchemaNode] = []
    while schema is not None and node is not None and node != here:
        if node.is_data:
            names.append(node)
        node = schema.data_parent(node)
    modules = {**base.modules, **{one.namespace: one.module for one in names}}
    steps = tuple(Step(one.namespace, one.name) for one in reversed(names))
    return InstancePath((*base.steps, *steps), modules)
