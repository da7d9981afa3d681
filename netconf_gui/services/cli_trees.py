"""Texts of command lines inside documents: kept whole, and shown as a tree where documents are compared.

The history keeps configurations as `<config>` documents; that of a device whose configuration is text has the text in
it.  For a comparison it becomes elements, one a command, with its secrets masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from netconf_gui.config.cli_text import Line, parse_cli
from netconf_gui.protocol.xml import NS_BASE, add_element, child_named, new_element, parse, qn, serialize
from netconf_gui.session.redact_cli import mask_cli

_BLOCK = "cli-config-data-block"
_NS_TREE = "urn:cisco:params:cli"
_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def wrapped(text: str) -> bytes:
    """The text of a configuration as a `<config>` document."""
    root = new_element(qn(NS_BASE, "config"), {None: NS_BASE})
    etree.SubElement(root, qn(NS_BASE, _BLOCK)).text = text.replace("\x03", "^C")
    return serialize(root)


def unwrapped(data: bytes) -> str | None:
    """The text in a document made by `wrapped`; None for other documents."""
    if _BLOCK.encode() not in data[:400]:
        return None
    found = child_named(parse(data), _BLOCK)
    return None if found is None else found.text or ""


def as_tree(data: bytes) -> bytes:
    """A document made by `wrapped` with an element a command; any other document as it is."""
    text = unwrapped(data)
    if text is None:
        return data
    root = new_element(qn(NS_BASE, "config"), {None: NS_BASE})
    _fill(root, parse_cli(text).lines)
    return serialize(root)


def _fill(parent: etree._Element, lines: Sequence[Line]) -> None:
    for line in lines:
        first, _, rest = mask_cli(line.text).partition(" ")
        if first == "no" and rest:
            second, _, more = rest.partition(" ")
            first, rest = f"no-{second}", more
        name = first if _NAME.fullmatch(first) else "entry"
        if name == "entry":
            rest = mask_cli(line.text)
        node = add_element(parent, qn(_NS_TREE, name), nsmap={None: _NS_TREE})
        words = rest if line.body is None else f"{rest}\n{line.body}"
        if line.children:
            etree.SubElement(node, qn(_NS_TREE, "name")).text = words
            _fill(node, line.children)
        else:
            node.text = words or None
