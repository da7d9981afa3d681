"""How the rows of a tree of differences look: names, old and new values, what happened to them."""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.binding import Binder, elements, split_tag
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.path import key_values
from netconf_gui.config.summary import shortened
from netconf_gui.config.values import clark
from netconf_gui.gui.models.diff_outline import DiffKind, DiffOutline, DiffRow
from netconf_gui.gui.models.looks import RowLook, shown_value
from netconf_gui.gui.node_words import count_words
from netconf_gui.session.redact import is_secret_name
from netconf_gui.yang.schema import NodeKind, SchemaNode

MASKED = "changed"  # behind the dots of a secret that is another one now


def look_of(row: DiffRow, outline: DiffOutline, *, replaced: bool = False) -> RowLook:
    """What a row shows; `replaced`: the person wants the subtree sent as a whole."""
    below = outline.below(row)
    if row.kind is DiffKind.LIST:
        # beside only some of the entries, their number would say something else
        some = outline.changes_only and row.state == "same"
        return _group(row, below, counted=not some)
    if row.kind is DiffKind.BUCKET:
        return RowLook("bucket", f"{row.low:,} … {row.high - 1:,}", state=row.state, below=below)
    element = row.element
    if element is None:
        return RowLook()
    node = row.scope if isinstance(row.scope, SchemaNode) else None
    is_value = row.kind is DiffKind.ENTRY and node is not None and node.kind is NodeKind.LEAF_LIST
    name = _name(row, element, node, outline.binder)
    old, value = (None, "") if is_value else _values(row, element, node)
    side = [_moved(row.entry)] if row.entry is not None and row.state == "moved" else []
    if row.entry is not None and row.state == "changed" and is_secret_name(split_tag(str(element.tag))[1]):
        side.append(MASKED)
    if replaced:
        side.append("sent whole")
    return RowLook(
        _icon(element, node),
        name,
        side=" · ".join(word for word in side if word),
        old=old,
        value=value,
        state=row.state,
        below=below,
    )


def _group(row: DiffRow, below: bool, *, counted: bool) -> RowLook:
    is_list = isinstance(row.scope, SchemaNode) and row.scope.kind is NodeKind.LIST
    count = row.high + len(row.late or ())
    words = count_words(count, "entry", "entries") if is_list else count_words(count, "value")
    icon = "list" if is_list else "leaf-list"
    chip = words if counted and count > 1 else ""
    return RowLook(icon, split_tag(row.tag)[1], chip=chip, state=row.state, below=below)


def _name(row: DiffRow, element: etree._Element, node: SchemaNode | None, binder: Binder) -> str:
    name = split_tag(str(element.tag))[1]
    if row.kind is not DiffKind.ENTRY or node is None:
        return name
    if node.kind is NodeKind.LEAF_LIST:
        return shown_value(element, node)
    if not node.keys:
        return f"entry {row.position + 1}"
    return ", ".join(_key(value) for value in key_values(element, node, binder))


def _key(value: str | None) -> str:
    if value is None:
        return "?"
    identity = clark(value) if value[:1] == "{" else None
    return identity[1] if identity else value


def _values(row: DiffRow, element: etree._Element, node: SchemaNode | None) -> tuple[str | None, str]:
    """What was fetched, and what the draft says."""
    if row.entry is not None:
        return _text(row.entry.element_old, node), _text(row.entry.element_new, node) or ""
    text = _text(element, node)
    if row.state == "removed":
        return text, ""
    return (None if row.state == "added" else text), text or ""


def _text(element: etree._Element | None, node: SchemaNode | None) -> str | None:
    if element is None or next(elements(element), None) is not None:
        return None
    if node is not None and not node.is_term:
        return None
    return shown_value(element, node)


def _moved(entry: DiffEntry) -> str:
    if entry.before:
        return f"moved before {shortened(entry.before)}"
    return f"moved after {shortened(entry.after)}" if entry.after else "moved"


def _icon(element: etree._Element, node: SchemaNode | None) -> str:
    if node is None:
        return "container" if next(elements(element), None) is not None else "leaf"
    if node.kind is NodeKind.LIST:
        return "entry"
    if node.kind is NodeKind.CONTAINER:
        return "presence" if node.presence else "container"
    return "anydata" if node.kind in (NodeKind.ANYDATA, NodeKind.ANYXML) else "leaf"
