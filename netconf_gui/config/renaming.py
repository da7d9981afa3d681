"""Another key for a list entry, in place, as one command; leafs that point to it may follow.

YANG has no renaming (RFC 7950, section 7.8.2): for the device the entry is deleted and another one created, which is
what the difference says.  Does not live here: finding the leafs that point to an entry (`references`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from netconf_gui.config.codec import read_fragment
from netconf_gui.config.construct import add_leaf, portable_value
from netconf_gui.config.document import Change, Document
from netconf_gui.config.editing import refuse_twin
from netconf_gui.config.edits import Edit, Group, ReplaceNode, SetValue
from netconf_gui.config.path import InstancePath, Step, step_of
from netconf_gui.config.references import Reference, key_leafs
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import new_element, qn, serialize
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode


def rename_entry(
    document: Document, entry: etree._Element, keys: Mapping[str, str], *, references: Sequence[Reference] = ()
) -> Change | None:
    """Give an entry other keys; `references` are set to the new value as well.  None if the keys are the same."""
    node, parent, schema = document.schema_node(entry), entry.getparent(), document.schema
    if node is None or node.kind is not NodeKind.LIST or parent is None or schema is None or not node.keys:
        raise ConfigError("Only entries of lists that the schema knows have keys to rename.")
    leafs = key_leafs(entry, node, document.binder)
    wanted = {key: keys.get(key, "") or _shown(leafs[key]) for key in node.keys}
    changed = [key for key in node.keys if wanted[key] != _shown(leafs[key])]
    if not changed:
        return None
    absent = [key for key in node.keys if not leafs[key]]
    if absent:
        raise ConfigError(f"The entry lacks its key {absent[0]}: add it in the XML view.")
    twin = _key_twin(document, schema, entry, node, wanted)
    refuse_twin(document, parent, node, twin)
    own = _own_edits(document, schema, entry, node, twin, wanted, changed)
    new_step = step_of(twin, node, document.binder)
    label = " ".join(wanted[key] for key in node.keys)
    followers = _following(document, schema, entry, new_step, wanted, [one for one in references if one.key in changed])
    return document.apply(Group((*own, *followers), f"rename {node.name} to {label[:40]}"))


def _shown(leafs: Sequence[etree._Element]) -> str:
    return (leafs[0].text or "") if leafs else ""


def _key_twin(
    document: Document, schema: Schema, entry: etree._Element, node: SchemaNode, keys: Mapping[str, str]
) -> etree._Element:
    """An entry that has the new keys and nothing else."""
    twin = new_element(qn(node.namespace, node.name), nsmap={None: node.namespace})
    for name in node.keys:
        leaf = schema.data_child(node, node.namespace, name)
        if leaf is None:
            raise ConfigError(f"The schema has no key {name} in {node.path}.", path=node.path)
        old = entry.find(qn(node.namespace, name))
        value, used = portable_value(schema, entry if old is None else old, leaf, keys[name], None)
        add_leaf(twin, leaf, value, used)
    return twin


def _own_edits(
    document: Document,
    schema: Schema,
    entry: etree._Element,
    node: SchemaNode,
    twin: etree._Element,
    keys: Mapping[str, str],
    changed: Sequence[str],
) -> list[Edit]:
    """The keys one after the other, each time by the path that holds by then, and the leafs that mirror them."""
    path = document.path_of(entry)
    if path.steps[-1].position is not None:
        # its keys are not its own: no path through them leads here
        return [ReplaceNode(path, _with_keys(entry, node, twin))]
    stages = read_fragment(serialize(entry)) if len(node.keys) > 1 else twin
    edits: list[Edit] = []
    for number, key in enumerate(changed):
        new = twin.find(qn(node.namespace, key))
        leaf_node = schema.data_child(node, node.namespace, key)
        if new is None or leaf_node is None:
            continue
        value, used = new.text or "", tuple((prefix, uri) for prefix, uri in new.nsmap.items() if prefix)
        step = step_of(new, leaf_node, document.binder)
        edits.append(SetValue(path.child(step), value, used))
        if number == len(changed) - 1:
            path = path.parent.child(step_of(twin, node, document.binder))
        else:
            old = stages.find(qn(node.namespace, key))
            if old is not None:
                old.text = value
            path = path.parent.child(step_of(stages, node, document.binder))
    for key in changed:
        for mirror in key_leafs(entry, node, document.binder)[key][1:]:
            below = document.path_of(mirror).steps[len(path.steps) :]
            mirror_node = document.schema_node(mirror)
            if mirror_node is not None:
                value, named = portable_value(schema, mirror, mirror_node, keys[key], None)
                edits.append(SetValue(InstancePath((*path.steps, *below), path.modules), value, tuple(named.items())))
    return edits


def _with_keys(entry: etree._Element, node: SchemaNode, twin: etree._Element) -> str:
    copy = read_fragment(serialize(entry))
    for name in node.keys:
        old, new = copy.find(qn(node.namespace, name)), twin.find(qn(node.namespace, name))
        if old is not None and new is not None:
            copy.insert(copy.index(old), new)
            copy.remove(old)
    return serialize(copy).decode()


def _following(
    document: Document,
    schema: Schema,
    entry: etree._Element,
    new_step: Step,
    keys: Mapping[str, str],
    references: Sequence[Reference],
) -> list[Edit]:
    """The references, those that are keys themselves last and the deepest first, so that paths stay right."""
    old = document.path_of(entry)
    edits: list[Edit] = []
    for one in sorted(references, key=lambda item: (item.is_key, -len(item.path.steps))):
        leaf = document.find(one.path)
        leaf_node = document.schema_node(leaf) if leaf is not None else None
        if leaf is None or leaf_node is None:
            continue
        path = one.path
        if path.startswith(old):
            path = InstancePath((*old.steps[:-1], new_step, *path.steps[len(old.steps) :]), path.modules)
        value, used = portable_value(schema, leaf, leaf_node, keys[one.key], None)
        edits.append(SetValue(path, value, tuple(used.items())))
    return edits
