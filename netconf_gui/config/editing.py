"""What people do in a tree, made into the one command that does it.

Lives here: helpers that look at a document and its schema and emit ONE command each, a Group where it takes several
steps: choosing a case removes the nodes of the other cases, non-presence containers are made on the way, keys come
first, children are placed in schema order.  Does not live here: performing and undoing (`document`), new elements and
their places (`construct`).

`parent` is the nearest element that exists; `node` may lie deeper: containers between them are made.  All raise
`ConfigError` where the wish makes no sense; values are not checked against their type (that is the engine's).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from netconf_gui.config.codec import read_fragment
from netconf_gui.config.construct import (
    Prefixes,
    add_leaf,
    chain_to,
    new_node,
    other_cases,
    place_for,
    portable_value,
)
from netconf_gui.config.document import Change, Document
from netconf_gui.config.edits import Edit, Group, InsertNode, MoveNode, RemoveNode, ReplaceNode, SetValue
from netconf_gui.config.path import step_of
from netconf_gui.config.references import key_leafs, key_mirror
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import add_element, qn, serialize
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode


def set_leaf(
    document: Document,
    parent: etree._Element,
    node: SchemaNode,
    text: str,
    *,
    prefixes: Prefixes | None = None,
) -> Change:
    """Give the leaf `node` a value, making it where it is not there yet.

    In identityref and instance-identifier values `text` may use module names as prefixes (``module:name``), or none
    where the type leaves no doubt; `prefixes` (prefix → namespace) says what others mean.
    """
    if node.is_key:
        raise ConfigError(
            f"{node.name} is a key of its list and cannot change.", advice="Duplicate the entry under another key."
        )
    schema = _schema(document)
    told = f"set {node.name} to {_short(text)}"
    holder, chain = chain_to(document, schema, parent, node)
    leaf = holder.find(qn(node.namespace, node.name)) if len(chain) == 1 else None
    if leaf is not None:
        value, used = portable_value(schema, leaf, node, text, prefixes)
        edit = SetValue(document.path_of(leaf), value, tuple(used.items()))
        return _apply(document, holder, node, edit, told)
    value, used = portable_value(schema, holder, node, text, prefixes)
    top, inner = new_node(chain[:-1])
    made = add_leaf(inner, node, value, used)
    return _insert(document, holder, chain[0], made if top is None else top, told)


def set_text(document: Document, leaf: etree._Element, text: str) -> Change:
    """Give an existing leaf another text; also for leafs that no schema knows."""
    node = document.schema_node(leaf)
    parent = leaf.getparent()
    if node is not None and node.kind is NodeKind.LEAF and parent is not None:
        return set_leaf(document, parent, node, text)
    edit: Edit = SetValue(document.path_of(leaf), text)
    if node is not None and document.schema is not None:
        value, used = portable_value(document.schema, leaf, node, text, None)
        edit = SetValue(document.path_of(leaf), value, tuple(used.items()))
    return document.apply(Group((edit,), f"set {document.path_of(leaf).name} to {_short(text)}"))


def set_any(document: Document, parent: etree._Element, node: SchemaNode, xml: str) -> Change:
    """Give an anydata or anyxml node its content: XML text of what is inside it, '' for nothing."""
    holder, chain = chain_to(document, _schema(document), parent, node)
    told = f"set {node.name}"
    if len(chain) == 1:
        old = holder.find(qn(node.namespace, node.name))
        if old is not None:
            return _apply(document, holder, node, ReplaceNode(document.path_of(old), _nested(chain, xml)), told)
    return _insert_xml(document, holder, chain[0], _nested(chain, xml), told)


def _nested(chain: Sequence[SchemaNode], xml: str) -> str:
    opening = "".join(f'<{node.name} xmlns="{node.namespace}">' for node in chain)
    return opening + xml + "".join(f"</{node.name}>" for node in reversed(chain))


def create_entry(
    document: Document,
    parent: etree._Element,
    node: SchemaNode,
    keys: Mapping[str, str],
    *,
    prefixes: Prefixes | None = None,
    after: etree._Element | None = None,
) -> Change:
    """A new entry of the list `node` with its keys, behind the other entries or behind `after`."""
    missing = [key for key in node.keys if key not in keys]
    if missing:
        raise ConfigError(f"A new {node.name} needs its key{'s' if len(missing) > 1 else ''} {', '.join(missing)}.")
    schema = _schema(document)
    holder, chain = chain_to(document, schema, parent, node)
    top, entry = new_node(chain)
    if top is None or entry is None:
        raise ConfigError(f"{node.path} is no list.")
    for name in node.keys:
        leaf_node = schema.data_child(node, node.namespace, name)
        if leaf_node is None:
            raise ConfigError(f"The schema has no key {name} in {node.path}.", path=node.path)
        value, used = portable_value(schema, holder, leaf_node, keys[name], prefixes)
        add_leaf(entry, leaf_node, value, used)
    for name in node.keys:
        _add_mirror(document, entry, node, name)
    if len(chain) == 1:
        refuse_twin(document, holder, node, entry)
    label = " ".join(keys[name] for name in node.keys)
    return _insert(document, holder, chain[0], top, f"add {node.name} {_short(label)}", after=after)


def _add_mirror(document: Document, entry: etree._Element, node: SchemaNode, key: str) -> None:
    """The leaf inside a new entry that its key is a leafref to, so that the entry is valid."""
    leaf, chain = entry.find(qn(node.namespace, key)), key_mirror(document.binder, node, key)
    if leaf is None or not chain:
        return
    at = entry
    for step in chain[:-1]:
        found = at.find(qn(step.namespace, step.name))
        at = add_element(at, qn(step.namespace, step.name), nsmap={None: step.namespace}) if found is None else found
    if at.find(qn(chain[-1].namespace, chain[-1].name)) is None:
        used = {prefix: namespace for prefix, namespace in leaf.nsmap.items() if prefix}
        add_leaf(at, chain[-1], leaf.text or "", used)


def duplicate_entry(
    document: Document, entry: etree._Element, keys: Mapping[str, str], *, prefixes: Prefixes | None = None
) -> Change:
    """A copy of a list entry under other keys, directly behind it."""
    node, parent = document.schema_node(entry), entry.getparent()
    if node is None or node.kind is not NodeKind.LIST or parent is None:
        raise ConfigError("Only entries of lists that the schema knows can be duplicated.")
    schema = _schema(document)
    twin = read_fragment(serialize(entry))
    for name, text in keys.items():
        leaf_node = schema.data_child(node, node.namespace, name)
        leaf = twin.find(qn(node.namespace, name))
        if leaf_node is None or leaf is None or name not in node.keys:
            raise ConfigError(f"{name} is no key of {node.name}.")
        value, used = portable_value(schema, entry, leaf_node, text, prefixes)
        place = twin.index(leaf)
        twin.remove(leaf)
        twin.insert(place, add_leaf(None, leaf_node, value, used))
        for mirror in key_leafs(twin, node, document.binder)[name][1:]:
            mirror.text = value
    refuse_twin(document, parent, node, twin)
    return _insert(document, parent, node, twin, f"duplicate {node.name}", after=entry)


def create_container(document: Document, parent: etree._Element, node: SchemaNode) -> Change:
    """The container `node`, empty: with presence it means something by itself."""
    holder, chain = chain_to(document, _schema(document), parent, node)
    if len(chain) == 1 and holder.find(qn(node.namespace, node.name)) is not None:
        raise ConfigError(f"{node.name} exists already.")
    top, _ = new_node(chain)
    return _insert(document, holder, chain[0], top, f"add {node.name}")


def add_leaf_list_value(
    document: Document,
    parent: etree._Element,
    node: SchemaNode,
    text: str,
    *,
    prefixes: Prefixes | None = None,
    after: etree._Element | None = None,
) -> Change:
    """One more value of a leaf-list, behind the others or behind `after`."""
    schema = _schema(document)
    holder, chain = chain_to(document, schema, parent, node)
    value, used = portable_value(schema, holder, node, text, prefixes)
    top, inner = new_node(chain[:-1])
    leaf = add_leaf(inner, node, value, used)
    if len(chain) == 1 and node.config:
        refuse_twin(document, holder, node, leaf)
    return _insert(
        document, holder, chain[0], leaf if top is None else top, f"add {node.name} {_short(text)}", after=after
    )


def remove(document: Document, element: etree._Element) -> Change:
    """Delete an element with everything below it; keys of list entries stay as long as the entry does."""
    node = document.schema_node(element)
    if node is not None and node.is_key:
        raise ConfigError(f"{node.name} is a key of its list.", advice="Delete the whole entry instead.")
    return document.apply(RemoveNode(document.path_of(element)))


def unset(document: Document, element: etree._Element) -> Change:
    """Take a leaf's value away, so that its default (if any) is in force again."""
    path = document.path_of(element)
    node = document.schema_node(element)
    if node is not None and node.is_key:
        raise ConfigError(f"{node.name} is a key of its list.", advice="Delete the whole entry instead.")
    return document.apply(Group((RemoveNode(path),), f"unset {path.name}"))


def move_entry(
    document: Document,
    element: etree._Element,
    *,
    before: etree._Element | None = None,
    after: etree._Element | None = None,
) -> Change:
    """Move an entry of an ordered-by user list or leaf-list in front of or behind another one of it."""
    other = after if before is None else before
    if other is None or other is element or other.getparent() is not element.getparent() or other.tag != element.tag:
        raise ConfigError("An entry can only be moved before or after another entry of its list.")
    node = document.schema_node(element)
    if node is not None and not node.ordered_by_user:
        raise ConfigError(f"The order of {node.name} is the device's own; entries cannot be moved.")
    place = document.siblings.place
    target = place(other) - (1 if place(element) < place(other) else 0)
    return document.apply(MoveNode(document.path_of(element), target + (1 if before is None else 0)))


def _insert(
    document: Document,
    parent: etree._Element,
    node: SchemaNode,
    element: etree._Element | None,
    told: str,
    *,
    after: etree._Element | None = None,
) -> Change:
    if element is None:
        raise ConfigError(f"There is nothing to add for {node.path}.", path=node.path)
    return _insert_xml(document, parent, node, serialize(element).decode(), told, after=after)


def _insert_xml(
    document: Document,
    parent: etree._Element,
    node: SchemaNode,
    xml: str,
    told: str,
    *,
    after: etree._Element | None = None,
) -> Change:
    if after is not None and after.getparent() is parent:
        index = document.siblings.place(after) + 1
    else:
        index = place_for(_schema(document), document.schema_node(parent), parent, node, document.siblings)
    return _apply(document, parent, node, InsertNode(document.path_of(parent), xml, index), told)


def _apply(document: Document, parent: etree._Element, node: SchemaNode, edit: Edit, told: str) -> Change:
    """The command with the removal of the other cases' nodes, as one; the first part is the one that matters."""
    removed = [RemoveNode(document.path_of(one)) for one in other_cases(_schema(document), parent, node)]
    return document.apply(Group((*removed, _shifted(edit, document, parent, node)), told))


def _shifted(edit: Edit, document: Document, parent: etree._Element, node: SchemaNode) -> Edit:
    """The insert with its index as it is once the other cases' nodes are gone."""
    if not isinstance(edit, InsertNode) or edit.index < 0:
        return edit
    place = document.siblings.place
    gone = sum(1 for one in other_cases(_schema(document), parent, node) if place(one) < edit.index)
    return InsertNode(edit.parent, edit.xml, edit.index - gone)


def find_entry(
    document: Document, parent: etree._Element, node: SchemaNode, keys: Mapping[str, str]
) -> etree._Element | None:
    """The entry with these keys (or the leaf-list entry of this value) that is there already."""
    schema = _schema(document)
    holder, chain = chain_to(document, schema, parent, node)
    if len(chain) != 1:
        return None
    if node.kind is NodeKind.LEAF_LIST:
        value, used = portable_value(schema, holder, node, keys[node.name], None)
        twin = add_leaf(None, node, value, used)
    else:
        made, _ = new_node([node])
        if made is None or not node.keys:
            return None
        twin = made
        for name in node.keys:
            leaf_node = schema.data_child(node, node.namespace, name)
            if leaf_node is None:
                return None
            value, used = portable_value(schema, holder, leaf_node, keys[name], None)
            add_leaf(twin, leaf_node, value, used)
    return document.find(document.path_of(holder).child(step_of(twin, node, document.binder)))


def remove_all(document: Document, nodes: Sequence[etree._Element]) -> Change | None:
    """Delete several elements as one step; what is inside another of them goes with it."""
    chosen = set(nodes)
    tops = [node for node in nodes if not any(above in chosen for above in node.iterancestors())]
    for one in tops:
        node = document.schema_node(one)
        if node is not None and node.is_key:
            raise ConfigError(f"{node.name} is a key of its list.", advice="Delete the whole entry instead.")
    if not tops:
        return None
    if len(tops) == 1:
        return remove(document, tops[0])
    edits = [RemoveNode(document.path_of(one)) for one in reversed(tops)]
    return document.apply(Group(tuple(edits), f"delete {len(tops)} nodes"))


def refuse_twin(document: Document, parent: etree._Element, node: SchemaNode, entry: etree._Element) -> None:
    """Raise `ConfigError` if there is an entry with the keys (or the value) of `entry` already."""
    step = step_of(entry, node, document.binder)
    if step.position is None and document.find(document.path_of(parent).child(step)) is not None:
        names = " ".join(value for _, value in step.keys) or step.value or ""
        raise ConfigError(f"There is already a {node.name} {_short(names)}.")


def _schema(document: Document) -> Schema:
    if document.schema is None:
        raise ConfigError("Without a schema only existing values and the XML text can be edited.")
    return document.schema


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


__all__ = [
    "Prefixes",
    "add_leaf_list_value",
    "create_container",
    "create_entry",
    "duplicate_entry",
    "find_entry",
    "move_entry",
    "refuse_twin",
    "remove",
    "remove_all",
    "set_any",
    "set_leaf",
    "set_text",
    "unset",
]
