"""Schema nodes in words: types, what is allowed, where a name comes from. For the tree, the Node pane and editors."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netconf_gui.yang.datatypes import INTEGERS, ranges_text
from netconf_gui.yang.schema import NodeKind, SchemaNode, TypeInfo
from netconf_gui.yang.wellknown import EXAMPLES, kind_of

_LONG_WORD = re.compile(r"\S{29,}")
_BREAKS = re.compile(r"(?<=[/|)\]}:,;])(?=\S)|(?<=[^/|)\]}:,;]{16})(?=[^/|)\]}:,;])")

_PLAIN = {
    "string": "Text",
    "boolean": "True or false",
    "enumeration": "One of a list of names",
    "bits": "A set of flags",
    "binary": "Binary data (base64)",
    "empty": "There or not, without a value",
    "decimal64": "Number with decimals",
    "identityref": "Identity",
    "leafref": "Reference to another leaf",
    "instance-identifier": "Path of another node",
    "union": "One of several types",
}


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def type_label(node: SchemaNode) -> str:
    """What the tree's Type column says of a node."""
    if node.kind is NodeKind.LIST:
        return f"list, key {', '.join(node.keys)}" if node.keys else "list, no key"
    if node.kind is NodeKind.CONTAINER:
        return "presence container" if node.presence else "container"
    if node.type is not None:
        return term_label(node.type)
    return str(node.kind)


def term_label(info: TypeInfo) -> str:
    """A leaf's type in a few characters."""
    if info.base == "leafref" and info.leafref_path:
        steps = [local(step.partition("[")[0]) for step in info.leafref_path.split("/") if step not in ("", "..", ".")]
        return f"leafref → {'/'.join(steps[-2:])}"
    return info.base


def type_words(info: TypeInfo) -> str:
    """The type in words with YANG's name for it: "Whole number (uint16)"."""
    plain = "Whole number" if info.base in INTEGERS else _PLAIN.get(info.base, info.base)
    return f"{plain} ({type_chain(info)})"


def type_chain(info: TypeInfo) -> str:
    """The typedefs on the way to the built-in type: "port-number → uint16"; a leafref's goes on to its target."""
    names = [local(name) for name in (info.typedefs or (info.name,)) if name and local(name) != info.base]
    chain = " → ".join([*names, info.base])
    if info.base == "leafref" and info.target is not None:
        return f"{chain} → {type_chain(info.target)}"
    return chain


def allowed_words(info: TypeInfo | None, *, limit: int = 8) -> str:
    """What values are allowed, "" where anything is: "0 to 65535", "true, false"."""
    if info is None:
        return ""
    if info.base in INTEGERS or info.base == "decimal64":
        return ranges_text(info.ranges) if info.ranges else ""
    if info.base == "boolean":
        return "true, false"
    if info.base == "enumeration":
        return _names((item.name for item in info.enums), limit)
    if info.base == "bits":
        return f"any of {_names((item.name for item in info.bits), limit)}"
    if info.base == "identityref":
        return _names((local(name) for name in info.identities), limit)
    if info.base == "leafref" and info.target is not None:
        return allowed_words(info.target, limit=limit)
    if info.base == "union" and not kind_of(info):
        parts = dict.fromkeys(allowed_words(member, limit=limit) or _text_like(member) for member in info.union)
        return "; or ".join(part for part in parts if part)
    if info.base in ("string", "binary", "union"):
        return _text_allowed(info)
    return ""


def _text_allowed(info: TypeInfo) -> str:
    unit = "characters" if info.base == "string" else "bytes"
    kind = kind_of(info)
    if kind:
        return f"{kind}, such as {EXAMPLES[kind]}"
    words = [f"{ranges_text(info.lengths)} {unit}"] if info.lengths else []
    patterns = [pattern.expr for pattern in info.patterns if not pattern.inverted]
    if patterns and len(patterns[-1]) <= 60:
        words.append(f"like {patterns[-1]}")
    elif patterns:
        words.append(f"written as {local(info.name)}" if info.name else "of a fixed pattern")
    return ", ".join(words)


def _text_like(info: TypeInfo) -> str:
    return local(info.name) or ("text" if info.base == "string" else info.base)


def _names(names: Iterable[str], limit: int) -> str:
    every = list(names)
    if len(every) <= limit:
        return ", ".join(every)
    return f"{', '.join(every[:limit])} and {len(every) - limit:,} more"


def count_words(count: int, one: str, many: str = "") -> str:
    """ "1 entry", "1,240 entries"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def breakable(path: str) -> str:
    """A path that a label wraps before its steps and behind a module's name; for showing, never for copying."""
    joined = path.replace("-", "-\u2060").replace("/", "\u200b/\u2060").replace("[", "\u200b[")
    return joined.removeprefix("\u200b").replace(":", ":\u200b")


def soft(text: str) -> str:
    """A text whose long words a label may break, behind punctuation or anywhere; for showing, never for copying."""
    return _LONG_WORD.sub(lambda match: _BREAKS.sub("\u200b", match[0]), text)
