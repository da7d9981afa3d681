"""What can be written at the cursor of a subtree filter, and which of its names the schema does not have.

Lives here: the same as `complete_xml` does for configurations, with state, and with nodes that only select.  No Qt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from netconf_gui.config.binding import Binder, Region, Scope
from netconf_gui.config.filter_reading import Unknown
from netconf_gui.gui.text.complete_xpath import Values, values_of_type
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.gui.text.proposals import CARET, Proposal, TextEdit, detail_of, icon_of, ranked
from netconf_gui.gui.text.xml_scan import scan_xml
from netconf_gui.yang.schema import Schema, SchemaNode

_WORD = re.compile(r"[\w.:-]*\Z")
_NAME = re.compile(r"[A-Za-z_][\w.:-]*\Z|\Z")


def outline_of(text: str) -> Outline:
    """The parts of a filter's text."""
    return scan_xml(text)


def complete_filter(
    outline: Outline, offset: int, schema: Schema | None, values: Values = lambda node: ()
) -> list[Proposal]:
    """The proposals at an offset, best first."""
    if schema is None:
        return []
    text = outline.text
    begin = text.rfind("<", 0, offset)
    if begin > text.rfind(">", 0, offset):
        typed = text[begin + 1 : offset]
        part = outline.inside(begin)
        if typed.startswith("/"):
            end = offset + 1 if text[offset : offset + 1] == ">" else offset
            edit = TextEdit(begin, end, f"</{part.label}>{CARET}")
            return [Proposal(f"/{part.label}", "end of the element", "xml", "", edit)] if part.kind != "text" else []
        if _NAME.match(typed) is None:
            return []
        return ranked(_members(part, begin, offset, schema), typed.rpartition(":")[2])
    part = outline.inside(offset)
    scope = scope_of(part, Binder(schema))
    if isinstance(scope, SchemaNode) and scope.is_term:
        start = part.inner if part.inner != -1 else offset
        end = part.inner_end if part.inner_end != -1 else offset
        found = dict.fromkeys(values(scope), "there")
        for value, detail in values_of_type(scope.type):
            found.setdefault(value, detail)
        typed = text[start:offset]
        made = [
            Proposal(value, detail, "", "", TextEdit(start, end, escape(value) + CARET))
            for value, detail in found.items()
        ]
        return ranked(made, typed)
    match = _WORD.search(text, max(0, offset - 200), offset)
    typed = match.group() if match is not None else ""
    return ranked(_members(part, offset - len(typed), offset, schema), typed)


def scope_of(part: Part, binder: Binder) -> Scope:
    """What a part is in the schema; `<filter>` around the nodes does not count."""
    scope: Scope = Region.TOP
    for one in part.chain():
        if scope is Region.TOP and one.label.rpartition(":")[2] == "filter":
            continue
        scope = binder.child_scope(scope, one.tag) if one.tag else Region.UNKNOWN
    return scope


def unknown_parts(outline: Outline, schema: Schema | None) -> list[Unknown]:
    """Elements that the schema does not have where they stand; only the outermost of each branch."""
    if schema is None:
        return []
    binder = Binder(schema)
    found: list[Unknown] = []
    _look(outline, outline.root.children, Region.TOP, binder, found)
    return found


def _look(outline: Outline, parts: Sequence[Part], scope: Scope, binder: Binder, found: list[Unknown]) -> None:
    for part in parts:
        name = part.label.rpartition(":")[2]
        if part.kind != "node" or (scope is Region.TOP and name == "filter"):
            _look(outline, part.children, scope, binder, found)
            continue
        if not part.tag.startswith("{"):
            continue  # without a namespace it means any
        inner = binder.child_scope(scope, part.tag)
        if isinstance(inner, SchemaNode):
            _look(outline, part.children, inner, binder, found)
            continue
        where = f"{scope.name} has" if isinstance(scope, SchemaNode) else "The top level has"
        found.append(
            Unknown(part.start + 1, part.start + 1 + len(part.label), f"{where} no node {name} of this module.")
        )


def _members(part: Part, start: int, end: int, schema: Schema) -> list[Proposal]:
    scope = scope_of(part, Binder(schema))
    node = scope if isinstance(scope, SchemaNode) else None
    if node is None and scope is not Region.TOP:
        return []
    if node is not None and node.is_term:
        return []
    spaces = dict(part.namespaces)
    found = []
    for child in schema.data_children(node):
        name, declared = child.name, ""
        if spaces.get("", "") != child.namespace:
            prefix = next((one for one, uri in spaces.items() if uri == child.namespace and one), "")
            name = f"{prefix}:{child.name}" if prefix else child.name
            declared = "" if prefix else f' xmlns="{escape(child.namespace)}"'
        written = f"<{name}{declared}/>{CARET}" if child.is_term and not child.is_key else ""
        written = written or f"<{name}{declared}>{CARET}</{name}>"
        edit = TextEdit(start, end, written)
        found.append(
            Proposal(child.name, detail_of(child, schema, node), icon_of(child), child.description, edit, child.is_key)
        )
    return found
