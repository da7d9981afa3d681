"""The text of a document as people read it, and what is wrong with a broken one in words."""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.binding import elements
from netconf_gui.config.document import Document
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import copy_element, serialize

MANY_DECLARED = 3000  # declarations: lxml's cleaning takes the square of their number, and every thread waits for it


def document_text(document: Document) -> bytes:
    """The top-level nodes, indented, without the wrapper around them; the wrapper alone if there are none."""
    return root_text(document.root)


def root_text(root: etree._Element) -> bytes:
    """As `document_text`, from the wrapper; comments are between the nodes."""
    if next(elements(root), None) is None:
        return codec.write(root)
    return b"\n".join(_top_text(child) if isinstance(child.tag, str) else serialize(child) for child in root) + b"\n"


def _top_text(element: etree._Element) -> bytes:
    """One top-level node; declarations that only the wrapper needed are left out, if that is done in no time."""
    inherited = set(element.getparent().nsmap) if element.getparent() is not None else set()  # type: ignore[union-attr]
    copy = copy_element(element)
    own = [prefix for prefix in copy.nsmap if prefix is not None and prefix not in inherited]
    deeper = [prefix for below in copy.iter(etree.Element) for prefix in below.nsmap if prefix is not None]
    if len(deeper) <= MANY_DECLARED:
        etree.cleanup_namespaces(copy, keep_ns_prefixes=list({*own, *(one for one in deeper if one not in inherited)}))
    return serialize(copy, pretty=True)


_MISMATCH = re.compile(r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+?)[.,]?(?:\s|$)")
_UNCLOSED = re.compile(r"Premature end of data in tag (\S+) line (\d+)")
_WHERE = re.compile(r"^.*?(?: at|,) line \d+, column \d+: ", re.DOTALL)


def fault_words(error: ConfigError) -> str:
    """What is wrong with a text, without the place: "</descripton> does not close <description>." """
    mismatch = _MISMATCH.search(error.message)
    if mismatch is not None:
        opened, line, closed = mismatch.groups()
        where = "" if line == str(error.line) else f" of line {line}"
        return f"</{closed}> does not close <{opened}>{where}."
    unclosed = _UNCLOSED.search(error.message)
    if unclosed is not None:
        return f"<{unclosed[1]}> of line {unclosed[2]} is never closed."
    text = _WHERE.sub("", error.message)
    return text[:1].upper() + text[1:]
