"""What can be written at the cursor in a JSON text (RFC 7951).

Lives here: which member or value is being typed, and how a proposal is written: quotes, commas and brackets as its type
wants them, an entry of a list with its keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.config.document import Document
from netconf_gui.config.json_text import Token, tokens
from netconf_gui.config.json_values import NUMBERS, members_of, quoted
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
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode, TypeInfo


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the cursor is: the token under it (or none), the pieces around it, and the open part."""

    offset: int
    part: Part
    token: Token | None
    before: Token | None
    after: Token | None

    @property
    def start(self) -> int:
        return self.token.start if self.token is not None else self.offset

    @property
    def end(self) -> int:
        return self.token.end if self.token is not None else self.offset


def complete_json(outline: Outline, offset: int, document: Document, binding: TextBinding) -> list[Proposal]:
    """The proposals at an offset, best first."""
    if document.schema is None:
        return []
    spot = _spot(outline, offset)
    typed = outline.text[spot.start : offset]
    before = spot.before.text if spot.before is not None else ""
    if spot.part.kind == "array":
        node = binding.schema_node(spot.part)
        if node is None or before not in ("[", ","):
            return []
        if node.kind is NodeKind.LIST:
            return [_entry(outline, spot, node, document.schema)]
        return ranked(_values(outline, spot, spot.part, node, document, binding), typed)
    if before == ":":
        return _member_values(outline, spot, document, binding)
    if not spot.part.children and spot.part.kind == "text" and "{" not in outline.text[:offset]:
        return []
    return ranked(_members(outline, spot, document, binding), typed)


def _spot(outline: Outline, offset: int) -> _Spot:
    part = outline.inside(offset)
    while part.inner != -1 and part.kind == "node" and outline.text[part.inner - 1 : part.inner] not in ("{", "["):
        part = part.parent or outline.root  # a value is no place of its own
    start = max(part.inner, 0)
    for child in part.children:
        if child.end == -1 or child.end >= offset:
            break
        start = child.end
    before: Token | None = None
    opening = outline.text[start - 1 : start]
    if opening in ("{", "["):
        before = Token(opening, start - 1, start)
    elif part.children and start > part.inner:
        before = Token("value", start - 1, start)
    under: Token | None = None
    for token in tokens(outline.text, start):
        if token.start < offset < token.end or (token.end == offset and token.text[0] not in "{}[],:"):
            under = token
        elif token.end <= offset:
            before = token
        else:
            return _Spot(offset, part, under, before, token)
    return _Spot(offset, part, under, before, None)


def _members(outline: Outline, spot: _Spot, document: Document, binding: TextBinding) -> list[Proposal]:
    schema, part = document.schema, spot.part
    node = binding.schema_node(part) if part.kind == "node" else None
    if schema is None or (part.kind == "node" and (node is None or not node.is_inner)):
        return []
    others = [one for one in part.children if spot.token is None or one.start != spot.start]
    present = {one.tag for one in others}
    indent = _indent(outline.text, spot.start)
    extras = _comma_before(spot)
    is_name_only = spot.after is not None and spot.after.text == ":"
    comma = "," if spot.after is not None and spot.after.text[0] == '"' else ""
    found = []
    for child in fitting(schema, node, present):
        if qn(child.namespace, child.name) in present:
            continue  # a list that is there gets further entries inside its array
        label = child.name if node is not None and node.module == child.module else f"{child.module}:{child.name}"
        text = quoted(label) + CARET if is_name_only else f"{quoted(label)}: {_skeleton(schema, child, indent)}{comma}"
        again = not is_name_only and _asks(schema, child)
        edit = TextEdit(spot.start, spot.end, text, extras)
        found.append(Proposal(label, detail_of(child, schema, node), icon_of(child), child.description, edit, again))
    return found


def _asks(schema: Schema, node: SchemaNode) -> bool:
    """Whether the inserted text has a value that can be chosen at the cursor."""
    if node.is_term:
        return has_choices(node.type)
    return any(has_choices(key.type) for key in list(keys_of(schema, node))[:1])


def _comma_before(spot: _Spot) -> tuple[tuple[int, str], ...]:
    """A comma behind the member before, where it is missing."""
    before = spot.before
    return () if before is None or before.text in ("{", "[", ",", ":") else ((before.end, ","),)


def _indent(text: str, offset: int) -> str:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip())]


def _skeleton(schema: Schema, node: SchemaNode, indent: str) -> str:
    """A value as it is inserted, with the mark for the cursor."""
    inner = f"{indent}  "
    if node.kind is NodeKind.LEAF:
        return _blank(node.type)
    if node.kind is NodeKind.LEAF_LIST:
        return f"[\n{inner}{_blank(node.type)}\n{indent}]"
    if node.kind is NodeKind.LIST:
        return f"[\n{inner}{_entry_text(schema, node, inner)}\n{indent}]"
    return f"{{\n{inner}{CARET}\n{indent}}}"


def _entry_text(schema: Schema, node: SchemaNode, indent: str) -> str:
    inner = f"{indent}  "
    keys = [f"{quoted(key.name)}: {_blank(key.type)}" for key in keys_of(schema, node)]
    lines = [keys[0], *(key.replace(CARET, "") for key in keys[1:])] if keys else [CARET]
    return "{" + ",".join(f"\n{inner}{line}" for line in lines) + f"\n{indent}}}"


def _blank(info: TypeInfo | None) -> str:
    """An empty value of the type."""
    if info is None:
        return f'"{CARET}"'
    if info.base == "empty":
        return f"[null]{CARET}"
    bases = {member.base for member in members_of(info)}
    return CARET if bases <= NUMBERS | {"boolean"} else f'"{CARET}"'


def _entry(outline: Outline, spot: _Spot, node: SchemaNode, schema: Schema) -> Proposal:
    indent = _indent(outline.text, spot.start)
    comma = "," if spot.after is not None and spot.after.text == "{" else ""
    text = _entry_text(schema, node, indent) + comma
    words = f"new entry with {', '.join(node.keys)}" if node.keys else "new entry"
    edit = TextEdit(spot.start, spot.end, text, _comma_before(spot))
    return Proposal(f"{{ {node.name} }}", words, icon_of(node), node.description, edit, _asks(schema, node))


def _member_values(outline: Outline, spot: _Spot, document: Document, binding: TextBinding) -> list[Proposal]:
    """The values of the member whose colon stands before the cursor."""
    member = next((one for one in reversed(spot.part.children) if one.start < spot.offset), None)
    node = binding.schema_node(member) if member is not None else None
    if member is None or node is None or not node.is_term:
        return []
    typed = outline.text[spot.start : spot.offset]
    return ranked(_values(outline, spot, member, node, document, binding), typed)


def _values(
    outline: Outline, spot: _Spot, part: Part, node: SchemaNode, document: Document, binding: TextBinding
) -> list[Proposal]:
    above = part.above
    parent = binding.element(outline, above) if above is not None else None
    element = binding.element(outline, part) if part.kind == "node" else None
    is_there = element is not None and element is not parent
    comma = "," if spot.after is not None and spot.after.text[0] == '"' else ""
    found = []
    for one in choices(document, node, element if is_there else None, document.root if parent is None else parent):
        text = _written(one.value, node.type, is_identity=one.is_identity)
        edit = TextEdit(spot.start, spot.end, f"{text}{CARET}{comma}")
        found.append(Proposal(one.value, one.detail, "", one.description, edit))
    return found


def _written(value: str, info: TypeInfo | None, *, is_identity: bool) -> str:
    bases = {member.base for member in members_of(info)} if info is not None else set()
    if not is_identity and value in ("true", "false") and "boolean" in bases:
        return value
    if not is_identity and bases & NUMBERS and value.lstrip("-").isdigit():
        return value
    return quoted(value)
