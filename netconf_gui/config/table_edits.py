"""What is done to a table, made into edit commands: values of many cells, new entries, rows taken out.

Lives here: the commands for several leafs of one entry, containers on the way and leafs of other cases included, and
groups of them that are one undo step.  Does not live here: single values (`editing`), what a pasted text means
(`table_paste`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lxml import etree

from netconf_gui.config.construct import add_leaf, other_cases, place_for, portable_value
from netconf_gui.config.document import Document
from netconf_gui.config.edits import Edit, Group, InsertNode, RemoveNode, SetValue
from netconf_gui.config.path import InstancePath
from netconf_gui.config.table import Column, cell
from netconf_gui.config.table_places import Place
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import add_element, new_element, qn, serialize
from netconf_gui.yang.datatypes import stored
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

Cells = Mapping[Column, str | None]
"""Texts to set; None takes the leaf out."""

NOT_SET = ("not set", "false", "no", "0", "")


def row_edits(document: Document, entry: etree._Element, wanted: Cells, path: InstancePath | None = None) -> list[Edit]:
    """The commands that give an entry these values; cells that say so already need none.

    Values first, then what is new, then what goes: paths and places stay right on the way.  Raises `ConfigError` for a
    column that cannot be set.
    """
    sets: list[Edit] = []
    removed: dict[etree._Element, None] = {}
    new: dict[Column, str] = {}
    touched: set[etree._Element] = set()
    for column, text in wanted.items():
        _refuse(column)
        leaf = cell(entry, column)
        if text is not None and _is_empty(column):
            text = None if text.strip().casefold() in NOT_SET else ""
        if text is None:
            if leaf is not None:
                removed[leaf] = None
        elif leaf is None:
            new[column] = text
        else:
            touched.add(leaf)
            if not _is_empty(column):
                value, used = _value(document, leaf, column, text)
                sets.append(SetValue(document.path_of(leaf), value, tuple(used.items())))
    inserts = _inserts(document, entry, new, removed, touched) if new else []
    return [*sets, *inserts, *(RemoveNode(document.path_of(one)) for one in removed)]


def _refuse(column: Column) -> None:
    if column.is_key:
        raise ConfigError(
            f"{column.label} is a key of its list and cannot change.", advice="Duplicate the entry under another key."
        )
    if column.read_only:
        raise ConfigError(f"{column.label} cannot be set in a table.")


def _is_empty(column: Column) -> bool:
    return column.info is not None and column.info.base == "empty"


def _value(document: Document, scope: etree._Element, column: Column, text: str) -> tuple[str, dict[str, str]]:
    if column.node is None or document.schema is None:
        return text, {}
    text = stored(column.node.type, text) if column.node.type is not None else text
    return portable_value(document.schema, scope, column.node, text, None)


def _schema(document: Document) -> Schema:
    if document.schema is None:
        raise ConfigError("Without a schema only values that are there can be set.")
    return document.schema


def _inserts(
    document: Document,
    entry: etree._Element,
    new: Mapping[Column, str],
    removed: dict[etree._Element, None],
    touched: set[etree._Element],
) -> list[Edit]:
    """One insert for each topmost node that is missing, with all that goes into it."""
    schema = _schema(document)
    groups: dict[tuple[etree._Element, SchemaNode], dict[Column, str]] = {}
    for column, text in new.items():
        holder, depth = entry, 0
        while depth < len(column.tags) - 1:
            below = next(holder.iterchildren(column.tags[depth]), None)
            if below is None:
                break
            holder, depth = below, depth + 1
        groups.setdefault((holder, column.chain[depth]), {})[column] = text
    made: list[Edit] = []
    places: dict[etree._Element, list[int]] = {}
    order = _schema_order(schema)
    for (holder, node), texts in sorted(groups.items(), key=lambda item: order(item[0][1])):
        scope = document.schema_node(holder)
        for other in other_cases(schema, holder, node):
            if other not in touched:
                removed[other] = None
        depth = next(iter(texts)).chain.index(node)
        top = _built(document, holder, node, texts, depth)
        index = place_for(schema, scope, holder, node, document.siblings)
        before = places.setdefault(holder, [])
        shifted = index if index < 0 else index + sum(1 for one in before if 0 <= one <= index)
        before.append(index)
        made.append(InsertNode(document.path_of(holder), serialize(top).decode(), shifted))
    return made


def _schema_order(schema: Schema) -> Callable[[SchemaNode], tuple[int, int]]:
    """Sorts nodes of one parent as the schema has them."""
    known: dict[int | None, dict[int, int]] = {}

    def place(node: SchemaNode) -> tuple[int, int]:
        above = schema.data_parent(node)
        key = above.id if above is not None else None
        if key not in known:
            known[key] = {one.id: number for number, one in enumerate(schema.data_children(above))}
        return (-1 if key is None else key, known[key].get(node.id, 0))

    return place


def _built(
    document: Document, scope: etree._Element, node: SchemaNode, texts: Mapping[Column, str], depth: int
) -> etree._Element:
    """The element of `node` with the leafs of `texts`, which are `node` itself or below it, in schema order."""
    if node.is_term:
        column, text = next(iter(texts.items()))
        value, used = _value(document, scope, column, text)
        return add_leaf(None, node, value, used)
    top = new_element(qn(node.namespace, node.name), {None: node.namespace})
    _fill(document, scope, top, node, texts, depth + 1)
    return top


def _fill(
    document: Document,
    scope: etree._Element,
    parent: etree._Element,
    node: SchemaNode,
    texts: Mapping[Column, str],
    depth: int,
) -> None:
    below: dict[int, dict[Column, str]] = {}
    for column, text in texts.items():
        below.setdefault(column.chain[depth].id, {})[column] = text
    for child in _schema(document).data_children(node):
        inside = below.get(child.id)
        if inside is None:
            continue
        if child.is_term:
            column, text = next(iter(inside.items()))
            value, used = _value(document, scope, column, text)
            add_leaf(parent, child, value, used)
        else:
            made = add_element(parent, qn(child.namespace, child.name), nsmap={None: child.namespace})
            _fill(document, scope, made, child, inside, depth + 1)


def new_entry(
    document: Document, scope: etree._Element, node: SchemaNode, keys: Sequence[Column], cells: Cells
) -> etree._Element:
    """An entry with its keys first, then the other cells in schema order; `scope` is where it will stand."""
    entry = new_element(qn(node.namespace, node.name), {None: node.namespace})
    for column in keys:
        text = cells.get(column)
        if text is None or column.node is None:
            raise ConfigError(f"A new {node.name} needs its key {column.label}.")
        value, used = _value(document, scope, column, text)
        add_leaf(entry, column.node, value, used)
    rest: dict[Column, str] = {}
    for column, text in cells.items():
        if column.is_key or text is None:
            continue
        _refuse(column)
        if _is_empty(column):
            if text.strip().casefold() in NOT_SET:
                continue
            text = ""
        rest[column] = text
    if rest:
        _fill(document, scope, entry, node, rest, 0)
    return entry


def insert_entries(document: Document, place: Place, entries: Iterable[etree._Element]) -> list[Edit]:
    """The commands that put new entries behind those of a list, making containers on the way."""
    texts = [serialize(entry).decode() for entry in entries]
    anchor, missing = place.reach(document)
    if not texts:
        return []
    if anchor is None or place.node is None:
        raise ConfigError(f"The place of {place.name} is no longer there.")
    schema, path = _schema(document), document.path_of(anchor)
    new = missing[0] if missing else place.node
    index = place_for(schema, document.schema_node(anchor), anchor, new, document.siblings)
    if not missing:
        return [InsertNode(path, text, index if index < 0 else index + number) for number, text in enumerate(texts)]
    opening = "".join(f'<{node.name} xmlns="{node.namespace}">' for node in missing)
    closing = "".join(f"</{node.name}>" for node in reversed(missing))
    return [InsertNode(path, f"{opening}{''.join(texts)}{closing}", index)]


def set_in_rows(
    document: Document, entries: Sequence[etree._Element], column: Column, text: str | None
) -> Iterator[Edit | None]:
    """The commands that give one column the same value in many rows; None after each row, so that one can pause."""
    for entry in entries:
        yield from row_edits(document, entry, {column: text})
        yield None


def clear_cells(document: Document, cells: Iterable[tuple[etree._Element, Column]]) -> Group:
    """The command that takes the values of cells away, as one step."""
    by_entry: dict[etree._Element, dict[Column, str | None]] = {}
    for entry, column in cells:
        by_entry.setdefault(entry, {})[column] = None
    edits = [edit for entry, wanted in by_entry.items() for edit in row_edits(document, entry, wanted)]
    return Group(tuple(edits), f"unset {len(edits)} values" if len(edits) != 1 else "unset a value")


def delete_entries(document: Document, entries: Sequence[etree._Element], name: str) -> Group:
    """The command that takes entries out, as one step; last ones first, since positions may name them."""
    ordered = sorted(entries, key=document.siblings.place, reverse=True)
    edits = tuple(RemoveNode(document.path_of(entry)) for entry in ordered)
    return Group(edits, f"delete {name}" if len(edits) == 1 else f"delete {len(edits):,} of {name}")


def can_set(node: SchemaNode | None) -> bool:
    """Whether entries of this list can be made and taken out."""
    return node is not None and node.config and (node.kind is NodeKind.LEAF_LIST or bool(node.keys))
