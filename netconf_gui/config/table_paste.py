"""A table pasted into a list: which column is which, which rows are new, which change, what is wrong, and the commands.

Lives here: the mapping of columns, the plan that a person sees before anything happens, and the one command that it
becomes.  Does not live here: reading the text (`table_text`), widgets.

Rows are told by their keys.  A pasted cell without text leaves what is there, or takes it away if asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.config.construct import add_leaf, portable_value
from netconf_gui.config.document import Document
from netconf_gui.config.edits import Edit, Group
from netconf_gui.config.identity import Name, entry_name
from netconf_gui.config.table import Column, cell, portable, raw
from netconf_gui.config.table_edits import insert_entries, new_entry, row_edits
from netconf_gui.config.table_places import Place
from netconf_gui.config.table_text import Rows
from netconf_gui.errors import ConfigError
from netconf_gui.yang.datatypes import canonical, quick_check
from netconf_gui.yang.schema import NodeKind, SchemaNode, TypeInfo

SET = frozenset({"set", "true", "yes", "x", "1"})
UNSET = frozenset({"not set", "false", "no", "0"})


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column of the list each pasted column is (None: left out), and whether the first row names them."""

    targets: tuple[Column | None, ...]
    header: bool = False


@dataclass(frozen=True, slots=True)
class PasteCell:
    """One pasted value: what is there now (None: not set), and what is wrong with it ("" if nothing)."""

    column: Column
    text: str
    before: str | None = None
    problem: str = ""

    @property
    def changes(self) -> bool:
        return self.text != self.before and not (not self.text and self.before is None)


@dataclass(frozen=True, slots=True)
class PasteRow:
    """One pasted row; `kind`: new, changed, same or invalid; `problem` is about the row as a whole."""

    number: int
    kind: str
    name: str
    cells: tuple[PasteCell, ...]
    element: etree._Element | None = field(default=None, compare=False)
    problem: str = ""

    @property
    def problems(self) -> list[str]:
        return [*([self.problem] if self.problem else []), *(one.problem for one in self.cells if one.problem)]


@dataclass(frozen=True, slots=True)
class PastePlan:
    """What pasting would do."""

    place: Place
    keys: tuple[Column, ...]
    rows: tuple[PasteRow, ...]

    def count(self, kind: str) -> int:
        return sum(1 for row in self.rows if row.kind == kind)


def guess_mapping(rows: Rows, columns: Sequence[Column], displayed: Sequence[Column]) -> ColumnMap:
    """By the names in the first row if they are names of columns, else by place in the table as it is displayed."""
    width = max((len(row) for row in rows), default=0)
    first = [*rows[0], *[""] * (width - len(rows[0]))] if rows else []
    named = [column_named(text, columns) for text in first]
    known = sum(1 for one in named if one is not None)
    texts = sum(1 for text in first if text.strip())
    if known and known * 2 >= texts:
        seen: set[Column] = set()
        targets: list[Column | None] = []
        for one in named:
            targets.append(None if one in seen else one)
            if one is not None:
                seen.add(one)
        return ColumnMap(tuple(targets), header=True)
    free = [one for one in displayed if not one.read_only or one.is_key]
    return ColumnMap(tuple(free[at] if at < len(free) else None for at in range(width)), header=False)


def column_named(text: str, columns: Sequence[Column]) -> Column | None:
    """The column that a heading names: by its label, its path or its leaf's name; None if that leaves a doubt."""
    wanted = _plain(text)
    if not wanted:
        return None
    labels = [one for one in columns if _plain(one.label) == wanted]
    paths = [one for one in columns if _plain(one.path) == wanted]
    names = [one for one in columns if _plain(one.path.rpartition("/")[2]) == wanted]
    return next((found[0] for found in (labels, paths, names) if len(found) == 1), None)


def _plain(text: str) -> str:
    return " ".join(text.replace("_", "-").replace("/", " ").casefold().split())


def plan_paste(
    document: Document,
    place: Place,
    columns: Sequence[Column],
    rows: Rows,
    mapping: ColumnMap,
    *,
    blanks_unset: bool = False,
    fallback: Sequence[etree._Element] = (),
    known: Mapping[tuple[Column, str], str] | None = None,
) -> Iterator[PasteRow]:
    """One row after the other, so that one can pause in between; `PastePlan` takes them all.

    `fallback` are the entries that rows go to, by place, where no key column is pasted.  `known` is what somebody else
    has found wrong with values.
    """
    planner = _Planner(document, place, columns, mapping, blanks_unset=blanks_unset)
    planner.known = known or {}
    keyed = all(key in mapping.targets for key in planner.keys)
    numbered = list(enumerate(rows, 1))[1 if mapping.header else 0 :]
    for count, (number, row) in enumerate(numbered):
        target = fallback[count] if not keyed and count < len(fallback) else None
        yield planner.row(number, row, target, keyed=keyed)


class _Planner:
    """Looks at rows of one paste."""

    def __init__(
        self, document: Document, place: Place, columns: Sequence[Column], mapping: ColumnMap, *, blanks_unset: bool
    ) -> None:
        self._document = document
        self._place = place
        self._mapping = mapping
        self._blanks_unset = blanks_unset
        self.known: Mapping[tuple[Column, str], str] = {}
        is_values = place.node is not None and place.node.kind is NodeKind.LEAF_LIST
        self.keys = tuple(one for one in columns if one.is_key or (is_values and not one.tags))
        self._known = self._read()
        self._seen: dict[Name, int] = {}

    def _read(self) -> dict[Name, etree._Element]:
        holder = self._place.holder(self._document)
        node = self._place.node
        if holder is None or node is None:
            return {}
        found = ((entry_name(one, node, self._document.binder), one) for one in holder.iterchildren(self._place.tag))
        return {name: one for name, one in found if name is not None}

    def row(self, number: int, texts: Sequence[str], target: etree._Element | None, *, keyed: bool) -> PasteRow:
        given = {column: text for column, text in zip(self._mapping.targets, texts, strict=False) if column is not None}
        problem = "" if self.keys or target is not None else "This list has no keys: nothing says which entry is meant."
        missing = [key.label for key in self.keys if not given.get(key, "").strip()]
        if target is None and not problem and missing:
            problem = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: which entry is meant?"
        name = " ".join(given.get(key, "").strip() for key in self.keys) if keyed else f"row {number}"
        keys_right = not missing and all(not self._wrong(key, given[key].strip()) for key in self.keys)
        if target is None and not problem and keys_right:
            identity = self._name(given)
            target = self._known.get(identity)
            twin = self._seen.setdefault(identity, number)
            if twin != number:
                problem = f"The same entry as in row {twin}."
        is_new = target is None
        looked_at = [self._cell(column, text, target, is_new=is_new) for column, text in given.items()]
        cells = [one for one in looked_at if one is not None]
        if not problem and is_new and self._place.node is not None and not self._place.node.config:
            problem = "Entries of state cannot be added."
        if problem or any(one.problem for one in cells):
            kind = "invalid"
        elif is_new:
            kind = "new"
        else:
            kind = "changed" if any(one.changes and not self._is_key(one.column) for one in cells) else "same"
        return PasteRow(number, kind, name, tuple(cells), target, problem)

    def _is_key(self, column: Column) -> bool:
        return column in self.keys

    def _name(self, given: Mapping[Column, str]) -> Name:
        return tuple(self._canonical(key, given[key].strip()) for key in self.keys)

    def _canonical(self, column: Column, text: str) -> str:
        """As `entry_name` has it: identities in Clark notation."""
        info = column.info
        if info is None:
            return text
        if info.base == "identityref":
            module, _, name = self._full_identity(column, text).rpartition(":")
            schema = self._document.schema
            found = schema.module(module) if schema is not None and module else None
            return f"{{{found.namespace}}}{name}" if found is not None else text
        return canonical(info, text)

    @staticmethod
    def _full_identity(column: Column, text: str) -> str:
        if ":" in text or column.info is None:
            return text
        found = [one for one in column.info.identities if one.rpartition(":")[2] == text]
        return found[0] if len(found) == 1 else text

    def _cell(self, column: Column, text: str, entry: etree._Element | None, *, is_new: bool) -> PasteCell | None:
        leaf = cell(entry, column) if entry is not None else None
        before = None if leaf is None else self._before(leaf, column)
        if column.info is None or column.info.base != "string" or self._is_key(column):
            text = text.strip()
        if self._is_key(column):
            return PasteCell(column, text, before, "" if not text else self._wrong(column, text))
        if not text and not self._blanks_unset:
            return None
        if not text and (is_new or leaf is None):
            return None
        if column.kind != "leaf":
            if entry is not None and raw(entry, column, self._document.binder) == text:
                return None
            return PasteCell(column, text, None, f"{column.label} has many values; edit them in the tree.")
        if column.node is not None and not column.node.config:
            same = before is not None and self._same(column, text, before)
            return None if same else PasteCell(column, text, before, f"{column.label} is state and cannot be set.")
        if not text:
            return PasteCell(column, "", before)
        if before is not None and self._same(column, text, before):
            text = before
        return PasteCell(column, text, before, self._wrong(column, text))

    def _before(self, leaf: etree._Element, column: Column) -> str:
        if column.info is not None and column.info.base == "empty":
            return "set"
        return portable(leaf, column.node, self._document.binder)

    def _same(self, column: Column, text: str, before: str) -> bool:
        info = column.info
        if info is None:
            return text == before
        if info.base == "empty":
            return text.casefold() in SET
        if info.base == "identityref":
            return self._full_identity(column, text) == before
        return canonical(info, text) == canonical(info, before)

    def _wrong(self, column: Column, text: str) -> str:
        info = column.info
        if info is None:
            return ""
        if info.base == "empty":
            known = text.casefold() in SET | UNSET
            return "" if known else f'{column.label} is {text}. Allowed: "set" or "not set".'
        words = quick_check(info, text)
        return f"{column.label} is {words}" if words else self.known.get((column, text), "")


def paste_edits(document: Document, plan: PastePlan) -> Iterator[Edit | None]:
    """The commands of the rows that are not invalid: changed entries first, then new ones; None after each row."""
    node = plan.place.node
    new: list[etree._Element] = []
    anchor, _ = plan.place.reach(document)
    for row in plan.rows:
        wanted = {one.column: one.text or None for one in row.cells if one.changes and one.column not in plan.keys}
        if row.kind == "changed" and row.element is not None:
            yield from row_edits(document, row.element, wanted)
        elif row.kind == "new":
            if node is None or anchor is None:
                raise ConfigError(f"The place of {plan.place.name} is no longer there.")
            new.append(_new(document, anchor, node, plan, row, wanted))
        yield None
    yield from insert_entries(document, plan.place, new)


def _new(
    document: Document,
    scope: etree._Element,
    node: SchemaNode,
    plan: PastePlan,
    row: PasteRow,
    wanted: dict[Column, str | None],
) -> etree._Element:
    given = {one.column: one.text for one in row.cells if one.column in plan.keys}
    if node.kind is NodeKind.LEAF_LIST:
        return _value_entry(document, scope, plan.keys[0], given)
    return new_entry(document, scope, node, plan.keys, {**given, **wanted})


def _value_entry(
    document: Document, scope: etree._Element, column: Column, given: Mapping[Column, str]
) -> etree._Element:
    if document.schema is None or column.node is None:
        raise ConfigError("Without a schema only values that are there can be set.")
    value, used = portable_value(document.schema, scope, column.node, given[column], None)
    return add_leaf(None, column.node, value, used)


def paste_group(document: Document, plan: PastePlan) -> Group:
    """All of it as one command."""
    return as_group([one for one in paste_edits(document, plan) if one is not None], plan)


def as_group(edits: Sequence[Edit], plan: PastePlan) -> Group:
    """The command with words for the undo menu."""
    new, changed = plan.count("new"), plan.count("changed")
    words = [f"{new:,} new" if new else "", f"{changed:,} changed" if changed else ""]
    return Group(tuple(edits), f"paste into {plan.place.name}: {' and '.join(word for word in words if word)}")


def has_patterns(info: TypeInfo | None) -> bool:
    """Whether only the engine can tell if a text is a value of the type."""
    if info is None:
        return False
    inside = (*info.union, *((info.target,) if info.target is not None else ()))
    return bool(info.patterns) or any(has_patterns(one) for one in inside)
