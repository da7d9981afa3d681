"""What can be written at the cursor in an XML text.

Lives here: which element or value is being typed, and how a proposal is written: an entry of a list brings its keys, a
tag its end, a name of another module its namespace.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from netconf_gui.config.document import Document
from netconf_gui.gui.text.binding import TextBinding
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.gui.text.proposals import (
    CARET,
    Proposal,
    TextEdit,
    choices,
    detail_of,
    fitting,
    has_choices,
    icon_of,
    keys_of,
    ranked,
)
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode

_WORD = re.compile(r"[\w.:-]*\Z")
_TYPED = re.compile(r"[A-Za-z_][\w.:-]*\Z|\Z")
_NEAR = 20_000  # characters before the cursor in which its tag begins


def complete_xml(outline: Outline, offset: int, document: Document, binding: TextBinding) -> list[Proposal]:
    """The proposals at an offset, best first."""
    if document.schema is None:
        return []
    text = outline.text
    begin = text.rfind("<", max(0, offset - _NEAR), offset)
    if begin > text.rfind(">", max(0, offset - _NEAR), offset):
        typed = text[begin + 1 : offset]
        if typed.startswith("/"):
            return _closing(outline, begin, offset, typed[1:])
        if _TYPED.match(typed) is None:
            return []
        part = outline.inside(begin)
        return ranked(_members(outline, part, begin, offset, document, binding), typed.rpartition(":")[2])
    part = outline.inside(offset)
    node = binding.schema_node(part)
    if node is not None and node.is_term:
        return _values(outline, part, node, offset, document, binding)
    typed = _word(text, offset)
    return ranked(_members(outline, part, offset - len(typed), offset, document, binding), typed)


def _word(text: str, offset: int) -> str:
    found = _WORD.search(text, max(0, offset - 200), offset)
    return found.group() if found is not None else ""


def _closing(outline: Outline, begin: int, offset: int, typed: str) -> list[Proposal]:
    part = outline.inside(begin)
    if part.kind == "text" or not part.label.startswith(typed):
        return []
    end = offset + 1 if outline.text[offset : offset + 1] == ">" else offset
    edit = TextEdit(begin, end, f"</{part.label}>{CARET}")
    return [Proposal(f"/{part.label}", "end of the element", "xml", "", edit)]


def closing_tag(outline: Outline, offset: int) -> str:
    """The end tag that belongs behind a ``>`` just typed before `offset`; "" if none is wanted."""
    text = outline.text
    part = outline.at(offset)
    if part.kind in ("text", "array") or part.inner != offset:
        return ""
    follows = text[offset : offset + 400].lstrip()
    if follows.startswith(f"</{part.label}>"):
        return ""
    # an end tag further down may be its own, or that of an element around it that has the same name
    around = part.above
    while around is not None and around.label != part.label:
        around = around.above
    if part.end != -1 and text[part.inner_end : part.end].startswith("</") and not (around and around.end == -1):
        return ""
    return f"</{part.label}>"


def _members(
    outline: Outline, part: Part, start: int, end: int, document: Document, binding: TextBinding
) -> list[Proposal]:
    schema = document.schema
    node = binding.schema_node(part) if part.kind == "node" else None
    if schema is None or (part.kind == "node" and (node is None or not node.is_inner)):
        return []
    present = {one.tag for one in part.nodes() if one.start != start or start == end}
    indent = _indent(outline.text, start)
    found = []
    for child in fitting(schema, node, present):
        text = _element(schema, child, dict(part.namespaces), indent)
        again = child.type is not None and has_choices(child.type)
        again = again or any(has_choices(key.type) for key in list(keys_of(schema, child))[:1])
        edit = TextEdit(start, end, text)
        detail = detail_of(child, schema, node)
        found.append(Proposal(child.name, detail, icon_of(child), child.description, edit, again))
    return found


def _indent(text: str, offset: int) -> str:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip())]


def _element(schema: Schema, node: SchemaNode, namespaces: dict[str, str], indent: str) -> str:
    """An element as it is inserted, with the mark for the cursor."""
    name, declared = node.name, ""
    if namespaces.get("", "") != node.namespace:
        prefix = next((one for one, uri in namespaces.items() if uri == node.namespace and one), "")
        name = f"{prefix}:{node.name}" if prefix else node.name
        declared = "" if prefix else f' xmlns="{escape(node.namespace)}"'
        if not prefix:
            namespaces = {**namespaces, "": node.namespace}
    if node.type is not None and node.type.base == "empty":
        return f"<{name}{declared}/>{CARET}"
    if node.is_term:
        return f"<{name}{declared}>{CARET}</{name}>"
    inner = f"{indent}  "
    if node.kind is NodeKind.LIST and node.keys:
        keys = [_element(schema, key, namespaces, inner) for key in keys_of(schema, node)]
        lines = [keys[0], *(key.replace(CARET, "") for key in keys[1:])] if keys else [CARET]
        body = "".join(f"\n{inner}{line}" for line in lines)
        return f"<{name}{declared}>{body}\n{indent}</{name}>"
    return f"<{name}{declared}>\n{inner}{CARET}\n{indent}</{name}>"


def _values(
    outline: Outline, part: Part, node: SchemaNode, offset: int, document: Document, binding: TextBinding
) -> list[Proposal]:
    element = binding.element(outline, part)
    above = part.above
    parent = binding.element(outline, above) if above is not None else None
    is_there = element is not None and element is not parent
    found = []
    is_bits = node.type is not None and node.type.base == "bits"
    start = part.inner
    if is_bits:
        start = max(start, outline.text.rfind(" ", start, offset) + 1)
    end = offset if is_bits or part.inner_end == -1 else max(offset, part.inner_end)
    if "\n" in outline.text[offset:end]:
        end = offset
    for one in choices(document, node, element if is_there else None, document.root if parent is None else parent):
        value, extras = (one.value, ()) if not one.is_identity else _identity(one.value, part, document)
        edit = TextEdit(start, end, escape(value) + CARET, extras)
        found.append(Proposal(one.value, one.detail, "", one.description, edit))
    typed = outline.text[start:offset]
    if any(one.text == outline.text[start:end] for one in found):
        typed = "" if offset == end else typed  # what stands there is one of them: show all
    return ranked(found, typed)


def _identity(value: str, part: Part, document: Document) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The value with a prefix in scope, or one that is declared on the leaf."""
    module, _, name = value.partition(":")
    info = document.schema.module(module) if document.schema is not None else None
    if info is None:
        return value, ()
    prefix = next((one for one, uri in part.namespaces.items() if uri == info.namespace and one), None)
    if prefix is not None:
        return f"{prefix}:{name}", ()
    wish = info.prefix or module
    if wish in part.namespaces:
        wish = module
    return f"{wish}:{name}", ((part.name_end, f' xmlns:{wish}="{escape(info.namespace)}"'),)
