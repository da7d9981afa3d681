"""What a row of the configuration tree shows: one record per row, made when it is painted.

No Qt here either: icons and colours are named, the delegate draws them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from netconf_gui.config.binding import Region, elements, split_tag
from netconf_gui.config.choices import is_default_case
from netconf_gui.config.path import key_values
from netconf_gui.config.tagged import is_tagged
from netconf_gui.config.values import clark
from netconf_gui.gui.models.problem_paths import Place
from netconf_gui.gui.models.rows import Outline, Row, RowKind
from netconf_gui.gui.node_words import count_words, local, term_label, type_label
from netconf_gui.gui.rule_words import rule_words
from netconf_gui.protocol.xml import NS_ORIGIN, qn
from netconf_gui.session.redact import is_secret_name
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import NodeKind, SchemaNode

HIDDEN = "••••••••"
_ORIGIN = qn(NS_ORIGIN, "origin")
KEPT = 2000  # looks that are kept
LONGEST = 300  # characters of a value that are laid out
_TELLING = ("description", "remark", "comment", "label", "alias", "title", "name", "full-name", "address", "ip")


@dataclass(frozen=True, slots=True)
class RowLook:
    """One row. `state`: same added removed changed moved; `severity`: "" warning error; `icon`: of NODE_KINDS."""

    icon: str = "leaf"
    name: str = ""
    side: str = ""  # small text behind the name
    chip: str = ""  # a count behind the name
    value: str = ""
    old: str | None = None  # the value that `value` replaces
    ghost: str = ""  # what holds although nothing is set
    type: str = ""
    state: str = "same"
    below: bool = False  # something further down is not as it was
    unset: bool = False
    read_only: bool = False
    severity: str = ""
    message: str = ""  # of the problem
    within: str = ""  # the severity of the worst problem further down
    stale: bool = False  # the problems are as of before the last edit
    selector: bool = False  # the value is one of a few that are chosen from
    condition: str = ""  # the `when` that is false here
    why: str = ""  # the same in words, where it can be said


class Looks:
    """Makes the looks of one document's rows."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._known: dict[int, RowLook] = {}
        self.problems: Mapping[etree._Element, Problem] = {}
        self.within: Mapping[Place, str] = {}  # the severity of the worst of them further down
        self.stale = False  # they are as of before the last edit
        self.conditions: Mapping[tuple[etree._Element | None, int], str] = {}
        """False conditions: (element above, schema node) → the expression."""
        self.reported: Mapping[tuple[etree._Element, str], str] = {}
        """Defaults as the device told them: (element above, tag) → value."""

    def of(self, row: Row) -> RowLook:
        """What `row` shows now; kept until `forget()`, since painting a row asks several times."""
        known = self._known.get(row.id)
        if known is None:
            if len(self._known) > KEPT:
                self._known.clear()
            known = self._made(row)
            inside = "" if row.removed or not self.within else self._within(row)
            if inside:
                known = replace(known, within=inside, stale=self.stale)
            self._known[row.id] = known
        return known

    def _within(self, row: Row) -> str:
        """The severity of the worst problem below a row that has children."""
        if row.kind is RowKind.LIST:
            return self.within.get((row.element, row.tag), "") if row.element is not None else ""
        if row.kind is RowKind.BUCKET:
            entries = self._outline.entries_of(row).part(row.low, row.high)
            worst = {self.within.get(one, "") for one in entries}
            worst |= {self.problems[one].severity for one in entries if one in self.problems}
            return "error" if "error" in worst else "warning" if "warning" in worst else ""
        return self.within.get(row.own_element, "") if row.own_element is not None and not row.is_term else ""

    def forget(self) -> None:
        """Anything may look different now."""
        self._known.clear()

    def condition_of(self, row: Row | None) -> str:
        """The condition that is false for a row's node, or for one above it that is not there; "" if there is none."""
        while row is not None and row.kind is not RowKind.ROOT:
            place = condition_place(row)
            found = self.conditions.get(place, "") if place is not None else ""
            if found or row.own_element is not None:
                return found
            row = row.parent
        return ""

    def _made(self, row: Row) -> RowLook:
        look = self._plain(row)
        condition = "" if row.removed or row.kind is RowKind.ENTRY else self.condition_of(row)
        return replace(look, condition=condition, why=rule_words(condition)) if condition else look

    def _plain(self, row: Row) -> RowLook:
        if row.kind is RowKind.LIST:
            return self._group(row)
        if row.kind is RowKind.BUCKET:
            return self._bucket(row)
        if row.kind in (RowKind.UNSET, RowKind.CHOICE, RowKind.CASE):
            return self._without_data(row)
        element = row.own_element
        if element is None:
            return RowLook()
        state = self.state(row)
        problem = None if row.removed else self.problems.get(element)
        term = row.is_term
        value = shown_value(element, row.node) if term else ""
        old = None
        if state == "changed" and term:
            before = self._outline.marks.base_of(element)
            old = None if before is None else shown_value(before, row.node)
        is_entry = row.kind is RowKind.ENTRY and not term
        presence = not row.removed and is_presence(row)
        if presence:
            value = "on"
        return RowLook(
            icon=icon_of(row),
            name=entry_name(row, element, self._outline)
            if row.kind is RowKind.ENTRY
            else split_tag(str(element.tag))[1],
            side=self._side(row, element, state, is_entry),
            value=value if row.kind is not RowKind.ENTRY or not term else "",
            old=old if row.kind is not RowKind.ENTRY else None,
            type=self._type(row),
            state=state,
            below=not row.removed and self._outline.marks.below(element),
            read_only=row.node is not None and not row.node.config,
            severity=problem.severity if problem else "",
            message=problem.message if problem else "",
            stale=self.stale,
            selector=presence,
        )

    def state(self, row: Row) -> str:
        """As `RowLook.state`, without the rest."""
        if row.removed:
            return "removed" if row.kind is not RowKind.ROOT else "same"
        element = row.own_element
        if element is not None:
            return self._outline.marks.state(element)
        if row.kind in (RowKind.LIST, RowKind.BUCKET) and row.element is not None:
            return "added" if self._outline.marks.state(row.element) == "added" else "same"
        return "same"

    def _side(self, row: Row, element: etree._Element, state: str, is_entry: bool) -> str:
        words = [state] if state in ("added", "removed", "moved") and row.kind is RowKind.ENTRY else []
        if is_entry and state != "removed":
            telling = telling_text(element, row.node)
            if telling:
                words.append(telling)
        if element.attrib:
            words += said_of(element)
        return " · ".join(words)

    def _type(self, row: Row) -> str:
        node = row.node
        if node is None:
            return "no schema"
        if row.kind is RowKind.ENTRY:
            return "entry" if node.kind is NodeKind.LIST else term_label(node.type) if node.type else "value"
        return type_label(node)

    def _group(self, row: Row) -> RowLook:
        node, count = row.node, row.high
        name = split_tag(row.tag)[1]
        if node is None:
            return RowLook("list", name, chip=count_words(count, "element"), type="no schema", state=self.state(row))
        below = row.element is not None and not row.removed and self._outline.marks.group_changed(row.element, row.tag)
        if node.kind is NodeKind.LIST:
            chip = count_words(count, "entry", "entries")
            return RowLook("list", name, chip=chip, type=type_label(node), below=below, state=self.state(row))
        values = [shown_value(child, node) for child in self._outline.entries_of(row).part(0, 8)]
        text = ", ".join(values) + (" …" if count > len(values) else "")
        kind = f"leaf-list of {term_label(node.type)}" if node.type else "leaf-list"
        return RowLook(
            "leaf-list",
            name,
            chip=count_words(count, "value"),
            value=text[:LONGEST],
            type=kind,
            below=below,
            state=self.state(row),
            read_only=not node.config,
        )

    def _bucket(self, row: Row) -> RowLook:
        entries = self._outline.entries_of(row)
        ends = [entries.at(number) for number in (row.low, row.high - 1)]
        side = " … ".join(entry_name(row, child, self._outline) for child in ends if child is not None)
        changed = self._any_changes(row) and any(
            self._outline.marks.is_changed(child) for child in entries.part(row.low, row.high)
        )
        return RowLook(
            "bucket",
            f"{row.low:,} … {row.high - 1:,}",
            side=side,
            type=count_words(row.high - row.low, "entry", "entries"),
            below=changed,
        )

    def _any_changes(self, row: Row) -> bool:
        return row.element is not None and not row.removed and self._outline.marks.group_changed(row.element, row.tag)

    def _without_data(self, row: Row) -> RowLook:
        node = row.node
        if node is None:
            return RowLook(unset=True)
        told = self.reported.get((row.element, row.tag)) if self.reported and row.element is not None else None
        ghost = f"default {', '.join(local(value) for value in node.defaults)}" if node.defaults else ""
        if told is not None:
            ghost = f"default {HIDDEN if is_secret_name(node.name) else told}"
        if node.mandatory and node.config and not ghost:
            ghost = "required"
        if row.kind is RowKind.CHOICE:
            return self._choice(row, node)
        if row.kind is RowKind.CASE:
            above = row.parent.node if row.parent is not None else None
            side = "default" if above is not None and is_default_case(above, node) else ""
            return RowLook(icon_of(row), node.name, side=side, type=type_label(node), unset=True)
        presence = is_presence(row)
        return RowLook(
            icon_of(row), node.name, ghost="off" if presence else ghost, type=type_label(node), unset=True,
            selector=presence,
        )  # fmt: skip

    def _choice(self, row: Row, node: SchemaNode) -> RowLook:
        case = self._outline.case_of(node, row.element)
        if case is not None:
            side = "default" if is_default_case(node, case) else ""
            return RowLook("choice", node.name, side=side, value=case.name, type=type_label(node), selector=True)
        ghost = "choose one" if node.mandatory else f"default {node.defaults[0]}" if node.defaults else "none"
        return RowLook("choice", node.name, ghost=ghost, type=type_label(node), unset=True, selector=True)


def said_of(element: etree._Element) -> list[str]:
    """What a device says about a value: where it comes from (RFC 8342), or that nobody set it (RFC 6243)."""
    origin = (element.get(_ORIGIN) or "").rpartition(":")[2]
    if is_tagged(element) and origin != "default":
        return [origin, "default"] if origin else ["default"]
    return [origin] if origin else []


def condition_place(row: Row) -> tuple[etree._Element | None, int] | None:
    """What names a row's node among conditions: the element above it that is there, and the schema node."""
    node = row.node
    if node is None:
        return None
    if row.kind is RowKind.NODE:
        return (row.element.getparent() if row.element is not None else None), node.id
    return row.element, node.id


def is_presence(row: Row) -> bool:
    """Whether the row stands for a container that means something by being there, or would."""
    node = row.node
    return (
        node is not None
        and node.config
        and node.kind is NodeKind.CONTAINER
        and node.presence
        and row.kind in (RowKind.NODE, RowKind.UNSET)
    )


def shown_value(element: etree._Element, node: SchemaNode | None) -> str:
    """A leaf's value for reading: secrets hidden, identities without prefix, on one line."""
    text = element.text or ""
    if text and is_secret_name(split_tag(str(element.tag))[1]):
        return HIDDEN
    if node is not None and node.type is not None:
        if node.type.base == "empty":
            return "set"
        if node.type.base == "identityref":
            return local(text.strip())
    return " ⏎ ".join(text.split("\n"))[:LONGEST]


def entry_name(row: Row, element: etree._Element, outline: Outline) -> str:
    """The keys of a list entry, or the value of a leaf-list entry."""
    node = row.node
    if node is not None and node.kind is NodeKind.LEAF_LIST:
        return shown_value(element, node)
    if node is not None and node.keys:
        values = key_values(element, node, outline.document.binder)
        return ", ".join(_key(value) for value in values)
    at = outline.position_of(element)
    name = split_tag(str(element.tag))[1]
    return f"{name} {at}" if row.scope is Region.UNKNOWN else f"entry {at}"


def _key(value: str | None) -> str:
    if value is None:
        return "?"
    identity = clark(value) if value[:1] == "{" else None
    text = identity[1] if identity else value
    return text[:LONGEST] if text.strip() else f'"{text}"'


def telling_text(element: etree._Element, node: SchemaNode | None) -> str:
    """A leaf that tells people which entry this is: its description, its name; "" if there is none."""
    keys = set(node.keys) if node is not None else set()
    found: dict[str, str] = {}
    for number, child in enumerate(elements(element)):
        if number >= 40:
            break
        name = split_tag(str(child.tag))[1]
        if name in _TELLING and name not in keys:
            found[name] = child.text or ""
        elif name == "config":
            for below in elements(child):
                inner = split_tag(str(below.tag))[1]
                if inner in _TELLING and inner not in keys:
                    found.setdefault(inner, below.text or "")
    text = next((found[name] for name in _TELLING if found.get(name, "").strip()), "")
    return " ".join(text.split())[:LONGEST]


def icon_of(row: Row) -> str:
    """The name of a row's icon, one of NODE_KINDS."""
    node = row.node
    if row.kind is RowKind.BUCKET:
        return "bucket"
    if node is None:
        return "leaf" if row.is_term else "container"
    if row.kind is RowKind.ENTRY:
        return "entry" if node.kind is NodeKind.LIST else "leaf"
    if node.kind is NodeKind.CONTAINER:
        return "presence" if node.presence else "container"
    if node.kind is NodeKind.LEAF:
        return "key" if node.is_key else "leaf"
    if node.kind is NodeKind.ANYXML:
        return "anydata"
    return str(node.kind)
