"""What can be written at the cursor of an XPath filter: names by the schema, axes, functions, keys and their values.

Lives here: which node the cursor stands below, and how a proposal is written.  Names get their module's own
prefix.  No Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from netconf_gui.config.filter_building import own_prefix
from netconf_gui.config.xpath_reading import AXES, FUNCTIONS, NODE_TYPES, XToken, tokens
from netconf_gui.gui.text.proposals import CARET, Proposal, TextEdit, detail_of, icon_of, ranked
from netconf_gui.yang.schema import NodeKind, Schema, SchemaNode, TypeInfo

Values = Callable[[SchemaNode], Sequence[str]]
"""The values that a leaf has in what is open of the device."""

_TOP = "top"
_COMPARES = frozenset({"=", "!="})


@dataclass(slots=True)
class _Place:
    """Where an expression has got to: a node, `_TOP` for what is above all, None for what is not known.

    `fresh`: a new path may begin here; `slash`: a step is expected.
    """

    context: SchemaNode | str | None
    at: SchemaNode | str | None = None
    fresh: bool = True
    slash: bool = False
    anywhere: bool = False
    axis: str = ""
    compared: SchemaNode | str | None = None
    is_predicate: bool = False
    opened: list[_Place] = field(default_factory=list)


def complete_xpath(
    text: str, offset: int, schema: Schema | None, namespaces: Mapping[str, str], values: Values = lambda node: ()
) -> list[Proposal]:
    """The proposals at an offset, best first."""
    if schema is None:
        return []
    before = tokens(text[:offset])
    typed = before.pop() if before and _is_partial(before[-1], offset) else None
    place = _walk(before, schema, namespaces)
    start = typed.start if typed is not None else offset
    word = typed.text if typed is not None else ""
    if word[:1] in ("'", '"') or place.compared is not None:
        return _values(place, text, start, offset, word, values)
    edit = TextEdit(start, _end(text, offset), "")
    prefixes = {namespace: prefix for prefix, namespace in namespaces.items()}
    found = list(_names(place, schema, prefixes, edit))
    if place.fresh or (place.slash and not place.axis):
        found += _others(place, edit)
    return ranked(found, word)


def _is_partial(token: XToken, offset: int) -> bool:
    """Whether the cursor stands in or right behind a word that is being typed."""
    return token.end == offset and (
        (token.kind in ("name", "operator") and token.text != "*") or token.kind == "broken"
    )


def _end(text: str, offset: int) -> int:
    """Where the word under the cursor ends."""
    at = offset
    while at < len(text) and (text[at].isalnum() or text[at] in "_-.:"):
        at += 1
    return at


def _walk(before: Sequence[XToken], schema: Schema, namespaces: Mapping[str, str]) -> _Place:
    """Follow the tokens before the cursor."""
    place = _Place(_TOP)
    for number, token in enumerate(before):
        following = before[number + 1].text if number + 1 < len(before) else ""
        if token.kind == "operator" or token.text in ("|", ",", "=", "!=", "<", ">", "<=", ">=", "+", "-"):
            place.compared = place.at if token.text in _COMPARES else None
            place.fresh, place.slash, place.at, place.axis = True, False, None, ""
        elif token.text in ("[", "("):
            inner = place.at if token.text == "[" else place.context
            place = _Place(inner, is_predicate=token.text == "[" or place.is_predicate, opened=[*place.opened, place])
        elif token.text in ("]", ")"):
            closed = place
            place = place.opened[-1] if place.opened else _Place(_TOP)
            if token.text == ")":
                place.at = closed.at if closed.opened and place.fresh else None
            place.fresh = place.slash = False
            place.compared = None
        elif token.text in ("/", "//"):
            if place.fresh:
                place.at = _TOP
            place.fresh, place.slash, place.anywhere = False, True, token.text == "//"
        elif token.text == "::":
            place.slash = True
        elif token.text == "@":
            place.axis, place.slash = "attribute", True
        elif token.kind == "name" and following == "::":
            place.axis = token.text
            place.at = place.context if place.fresh else place.at
            place.fresh = False
        elif token.kind == "name" and following == "(":
            continue
        else:
            _step(place, token, schema, namespaces)
    return place


def _step(place: _Place, token: XToken, schema: Schema, namespaces: Mapping[str, str]) -> None:
    """A step of a path, or a literal."""
    base = place.context if place.fresh else place.at
    place.compared = None
    if token.text == ".":
        place.at = base
    elif token.text == "..":
        place.at = (schema.data_parent(base) or _TOP) if isinstance(base, SchemaNode) else None
    elif token.kind == "name" and base is not None and not place.anywhere and place.axis in ("", "child"):
        prefix, _, name = token.text.rpartition(":")
        above = base if isinstance(base, SchemaNode) else None
        place.at = schema.data_child(above, namespaces.get(prefix, ""), name)
    else:
        place.at = None
    place.fresh = place.slash = place.anywhere = False
    place.axis = ""


def _names(place: _Place, schema: Schema, prefixes: Mapping[str, str], edit: TextEdit) -> Iterator[Proposal]:
    """Children of the node that the cursor stands below."""
    if not (place.fresh or place.slash) or place.axis not in ("", "child"):
        return
    base = place.context if place.fresh else place.at
    if base is None or place.anywhere:
        return
    above = base if isinstance(base, SchemaNode) else None
    if above is not None and above.is_term:
        return
    slash = "/" if place.fresh and base == _TOP else ""
    children = list(schema.data_children(above))
    if place.is_predicate and place.fresh:
        children.sort(key=lambda child: not child.is_key)
    for child in children:
        if place.is_predicate and place.fresh and not child.is_term:
            continue
        name = f"{prefixes.get(child.namespace) or own_prefix(child.namespace, schema)}:{child.name}"
        is_key = place.is_predicate and place.fresh and child.kind is NodeKind.LEAF
        written = f"{slash}{name}='{CARET}'" if is_key else f"{slash}{name}{CARET}"
        detail = "key" if child.is_key else detail_of(child, schema, above)
        put = TextEdit(edit.start, edit.end, written)
        yield Proposal(f"{slash}{name}", detail, icon_of(child), child.description, put, again=is_key)


def _others(place: _Place, edit: TextEdit) -> Iterator[Proposal]:
    """Axes, and where an operand may stand functions."""
    if place.fresh:
        for name, takes in FUNCTIONS.items():
            written = f"{name}(){CARET}" if takes == "()" else f"{name}({CARET})"
            yield Proposal(f"{name}{takes}", "function", "", "", TextEdit(edit.start, edit.end, written))
    if place.slash:
        for name in sorted(NODE_TYPES):
            yield Proposal(f"{name}()", "node test", "", "", TextEdit(edit.start, edit.end, f"{name}(){CARET}"))
    for axis in AXES:
        yield Proposal(f"{axis}::", "axis", "", "", TextEdit(edit.start, edit.end, f"{axis}::{CARET}"))


def _values(place: _Place, text: str, start: int, offset: int, word: str, values: Values) -> list[Proposal]:
    """Values of the leaf that is compared, in quotes."""
    leaf = place.compared
    if not isinstance(leaf, SchemaNode) or not leaf.is_term:
        return []
    quote = word[:1] if word[:1] in ("'", '"') else "'"
    end = offset
    closing = text.find(quote, offset) if word[:1] == quote else -1
    if closing >= 0 and "\n" not in text[offset:closing] and "]" not in text[offset:closing]:
        end = closing + 1
    found = dict.fromkeys(values(leaf), "there")
    for value, detail in values_of_type(leaf.type):
        found.setdefault(value, detail)
    proposals = []
    for value, detail in found.items():
        mark = quote if quote not in value else '"' if quote == "'" else "'"
        edit = TextEdit(start, end, f"{mark}{value}{mark}{CARET}")
        proposals.append(Proposal(value, detail, "", "", edit))
    typed = word[1:]
    return ranked(proposals, typed)


def values_of_type(info: TypeInfo | None) -> Iterator[tuple[str, str]]:
    """The values that a type names, and what they are."""
    if info is None:
        return
    if info.base == "boolean":
        yield "true", "boolean"
        yield "false", "boolean"
    for item in info.enums:
        yield item.name, "enum"
    for name in info.identities:
        yield name, "identity"
    for member in info.union:
        yield from values_of_type(member)
    if info.target is not None:
        yield from values_of_type(info.target)
