"""What a hover over a node of a text says: its description, its type and what is allowed.

Lives here: the words.  Does not live here: where they are shown (`assistant`).
"""

from __future__ import annotations

from html import escape

from netconf_gui.gui.node_words import allowed_words, type_label, type_words
from netconf_gui.yang.schema import SchemaNode

MOST_CHARACTERS = 600  # of a description


def hover_words(node: SchemaNode) -> str:
    """Rich text about a schema node."""
    kind = type_words(node.type) if node.type is not None else type_label(node)
    lines = [f"<b>{escape(node.name)}</b> &nbsp;{escape(kind)}"]
    allowed = allowed_words(node.type)
    if allowed:
        lines.append(f"Allowed: {escape(allowed)}{escape(' ' + node.units) if node.units else ''}")
    elif node.units:
        lines.append(f"Unit: {escape(node.units)}")
    if node.defaults:
        lines.append(f"Default: {escape(', '.join(node.defaults))}")
    flags = []
    if node.is_key:
        flags.append("key")
    if node.mandatory:
        flags.append("mandatory")
    if node.status != "current":
        flags.append(node.status)
    if flags:
        lines.append(escape(", ".join(flags).capitalize()))
    if node.description:
        text = " ".join(node.description.split())
        lines.append(escape(text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + "…"))
    lines.append(f"<span style='font-size:small'>{escape(node.module)}</span>")
    return "<qt>" + "<br>".join(lines) + "</qt>"
