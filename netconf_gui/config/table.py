"""A list of the configuration as a table: its columns, and what stands in a cell.

Lives here: columns out of the schema (leaves of nested containers included) or, without one, out of the entries
themselves; the element of a cell, its text for reading and its text for copying.  Does not live here: which list is
meant (`table_places`), sorting and filtering (`table_arrange`), edits (`table_edits`), widgets.

Entries are elements of the live tree: all of this is for the thread that owns the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from netconf_gui.config.binding import Binder, elements, split_tag
from netconf_gui.config.values import canonical_value, clark, value_types
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.datatypes import INTEGERS
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode, TypeInfo

MOST_COLUMNS = 3000
SAMPLE = 200  # entries that are looked at to choose columns
USUAL = 12  # columns that are shown unless a person says otherwise
HIDDEN = "••••••••"
LONGEST = 300  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class Column:
    """One leaf below the entries of a list; `tags` are the Clark names from the entry down, () for the entry itself.

    `kind`: leaf, leaf-list (all values in one cell) or list (the number of entries); only leafs can be edited here.
    `chain` are the schema nodes of `tags`; empty where no schema knows them.
    """

    tags: tuple[str, ...]
    label: str
    kind: str = "leaf"
    node: SchemaNode | None = None
    chain: tuple[SchemaNode, ...] = ()
    is_key: bool = False
    secret: bool = False

    @property
    def path(self) -> str:
        """Names from the entry down: "ipv4/address"; "" for the entry itself."""
        return "/".join(split_tag(tag)[1] for tag in self.tags)

    @property
    def info(self) -> TypeInfo | None:
        return self.node.type if self.node is not None else None

    @property
    def numeric(self) -> bool:
        """Whether values are numbers: drawn at the right, sorted as numbers."""
        info = self.info
        if self.kind == "list":
            return True
        while info is not None and info.base == "leafref":
            info = info.target
        return self.kind == "leaf" and info is not None and (info.base in INTEGERS or info.base == "decimal64")

    @property
    def read_only(self) -> bool:
        """Whether no cell of it can be edited in the table: state, and what is more than one leaf."""
        return self.kind != "leaf" or (self.node is not None and not self.node.config)


def no_secrets(_name: str) -> bool:
    """The question "is a leaf of this name a secret?", answered with no."""
    return False


def columns_of(
    schema: Schema | None,
    node: SchemaNode | None,
    entries: Iterable[etree._Element] = (),
    *,
    is_secret: Callable[[str], bool] = no_secrets,
) -> tuple[Column, ...]:
    """All columns of a list or leaf-list: keys first, then in schema order.

    Without a schema node they are the leafs found in the first entries.
    """
    if node is None or schema is None:
        found = _found_in(islice(entries, SAMPLE))
    elif node.kind is NodeKind.LEAF_LIST:
        found = [Column((), node.name, node=node, is_key=False)]
    else:
        below = list(islice(_below(schema, node, (), ()), MOST_COLUMNS))
        keys = {name: number for number, name in enumerate(node.keys)}
        found = sorted(below, key=lambda one: keys.get(one.chain[0].name, len(keys)) if one.is_key else len(keys))
    secret = [replace(one, secret=is_secret(split_tag(one.tags[-1])[1])) if one.tags else one for one in found]
    return tuple(_labelled(secret))


def _below(schema: Schema, above: SchemaNode, tags: tuple[str, ...], chain: tuple[SchemaNode, ...]) -> Iterator[Column]:
    for child in schema.data_children(above):
        here, nodes = (*tags, qn(child.namespace, child.name)), (*chain, child)
        if child.kind is NodeKind.CONTAINER:
            yield from _below(schema, child, here, nodes)
        elif child.kind is NodeKind.LEAF:
            yield Column(here, child.name, "leaf", child, nodes, is_key=child.is_key and not tags)
        elif child.kind in (NodeKind.LEAF_LIST, NodeKind.LIST):
            yield Column(here, child.name, str(child.kind), child, nodes)


def _found_in(entries: Iterable[etree._Element]) -> list[Column]:
    """Leafs of entries that no schema knows; containers are looked into one level deep."""
    found: dict[tuple[str, ...], Column] = {}
    plain = False
    for entry in entries:
        children = list(elements(entry))
        plain = plain or not children
        for child in children:
            tag = str(child.tag)
            inside = list(elements(child))
            for tags in [(tag, str(one.tag)) for one in inside if not len(one)] if inside else [(tag,)]:
                found.setdefault(tags, Column(tags, split_tag(tags[-1])[1]))
    return [*([Column((), "value")] if plain else []), *found.values()][:MOST_COLUMNS]


def _labelled(columns: Sequence[Column]) -> Iterator[Column]:
    """Each named by its leaf, with as many containers in front as it takes to tell it from the others."""
    paths = [[split_tag(tag)[1] for tag in one.tags] or [one.label] for one in columns]
    depths = [1] * len(columns)
    for _ in range(8):
        labels = [" ".join(path[-depth:]) for path, depth in zip(paths, depths, strict=True)]
        counts = Counter(labels)
        twins = [
            at
            for at, label in enumerate(labels)
            if counts[label] > 1 and depths[at] < len(paths[at]) and not columns[at].is_key
        ]
        if not twins:
            break
        for at in twins:
            depths[at] += 1
    for column, label in zip(columns, labels if columns else [], strict=True):
        if counts[label] > 1 and column.node is not None and not column.is_key:
            label = f"{column.node.module}:{label}"
        yield replace(column, label=label)


def usual_columns(columns: Sequence[Column], entries: Iterable[etree._Element]) -> tuple[Column, ...]:
    """What is shown unless a person says otherwise: keys, then what is set in the first entries, then the nearest."""
    counts: Counter[tuple[str, ...]] = Counter()
    for entry in islice(entries, SAMPLE):
        counts.update(one.tags for one in columns if cell(entry, one) is not None)
    keys = [one for one in columns if one.is_key]
    rest = [one for one in columns if not one.is_key and not _says_a_key_again(one, keys)]
    usual = [one for one in rest if counts[one.tags] and (one.node is None or one.node.config)]
    usual += [one for one in rest if counts[one.tags] and one not in usual]
    if len(usual) < USUAL:
        free = [one for one in rest if one not in usual and _near(one)]
        usual += free[: max(0, USUAL - 4 - len(usual))]
    chosen = {one.tags for one in usual[: max(1, USUAL - len(keys))]}
    return tuple(one for one in columns if one.is_key or one.tags in chosen)


def _says_a_key_again(column: Column, keys: Sequence[Column]) -> bool:
    """The leaf that a key refers to, as in OpenConfig's config/name beside the key name."""
    return len(column.tags) > 1 and any(split_tag(key.tags[-1])[1] == split_tag(column.tags[-1])[1] for key in keys)


def _near(column: Column) -> bool:
    node = column.node
    return (
        node is not None
        and node.config
        and node.status != "obsolete"
        and column.kind == "leaf"
        and (len(column.tags) == 1 or node.mandatory or column.chain[0].name == "config")
    )


def cell(entry: etree._Element, column: Column) -> etree._Element | None:
    """The element of a cell; for leaf-lists and lists the first of them; None where nothing is set."""
    at = entry
    for tag in column.tags:
        below = next(at.iterchildren(tag), None)
        if below is None:
            return None
        at = below
    return at


def cells(entry: etree._Element, column: Column) -> list[etree._Element]:
    """Every element of a cell: the values of a leaf-list, the entries of a list."""
    first = cell(entry, column)
    above = first.getparent() if first is not None else None
    if first is None:
        return []
    if above is None or not column.tags or column.kind == "leaf":
        return [first]
    return list(above.iterchildren(str(first.tag)))


def deepest(entry: etree._Element, column: Column) -> etree._Element:
    """The element nearest to a cell that exists above it."""
    at = entry
    for tag in column.tags[:-1]:
        below = next(at.iterchildren(tag), None)
        if below is None:
            return at
        at = below
    return at


def shown(entry: etree._Element, column: Column) -> str:
    """What a cell says: one line, secrets hidden, identities without prefix; "" where nothing is set."""
    leaf = cell(entry, column)
    if leaf is None:
        return ""
    if column.kind == "leaf":
        return leaf_text(leaf, column)
    found = cells(entry, column)
    if column.kind == "list":
        return str(len(found))
    return ", ".join(leaf_text(one, column) for one in found)[:LONGEST]


def leaf_text(leaf: etree._Element, column: Column) -> str:
    """What one leaf of a column says, as `shown`."""
    text = leaf.text or ""
    if column.secret:
        return HIDDEN if text else ""
    info = column.info
    if info is not None and info.base == "empty":
        return "set"
    if info is not None and info.base == "identityref":
        return text.strip().rpartition(":")[2]
    return (" ⏎ ".join(text.split("\n")) if "\n" in text else text)[:LONGEST]


def portable(leaf: etree._Element, node: SchemaNode | None, binder: Binder) -> str:
    """A leaf's text with module names as prefixes of identities, as edits take it."""
    text = leaf.text or ""
    if node is None or "identityref" not in value_types(node.type):
        return text
    identity = clark(canonical_value(leaf, node))
    return text if identity is None else f"{binder.module_name(identity[0])}:{identity[1]}"


def raw(entry: etree._Element, column: Column, binder: Binder) -> str:
    """A cell's text as it is copied and exported: whole, nothing hidden; "" where nothing is set."""
    found = cells(entry, column)
    if not found:
        return ""
    if column.kind == "list":
        return str(len(found))
    if column.info is not None and column.info.base == "empty":
        return "set"
    return ", ".join(portable(one, column.node, binder) for one in found)


def default_text(column: Column) -> str:
    """What holds where a cell is not set: "default 1500"; "" if nothing is known."""
    node = column.node
    if column.kind != "leaf":
        return "none"
    if node is None:
        return ""
    if node.defaults:
        return f"default {', '.join(value.rpartition(':')[2] for value in node.defaults)}"
    return "required" if node.mandatory and node.config else ""
