"""The text of a document as people read it, and on which of its lines its nodes are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.binding import elements
from netconf_gui.config.document import Document
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import copy_element, serialize


def document_text(document: Document) -> bytes:
    """The top-level nodes, indented, without the wrapper around them; the wrapper alone if there are none."""
    tops = [child for child in document.root if isinstance(child.tag, str)]
    if not tops:
        return codec.write(document.root)
    return b"\n".join(_top_text(child) for child in tops) + b"\n"


def _top_text(element: etree._Element) -> bytes:
    """One top-level node; declarations that only the wrapper needed are left out."""
    inherited = set(element.getparent().nsmap) if element.getparent() is not None else set()  # type: ignore[union-attr]
    copy = copy_element(element)
    own = [prefix for prefix in copy.nsmap if prefix is not None and prefix not in inherited]
    deeper = [prefix for below in copy.iter(etree.Element) for prefix in below.nsmap if prefix is not None]
    etree.cleanup_namespaces(copy, keep_ns_prefixes=list({*own, *(one for one in deeper if one not in inherited)}))
    return serialize(copy, pretty=True)


def lines_of(text: bytes, wanted: Iterable[etree._Element], root: etree._Element) -> dict[etree._Element, int]:
    """The line (from 1) on which each of `wanted`, elements below `root`, begins in `text` (that of `root`)."""
    places = {element: _place(element, root) for element in wanted}
    twin = codec.read_root(text)
    found: dict[etree._Element, int] = {}
    for element, place in places.items():
        line = _line_at(twin, place) if place else 0
        if line:
            found[element] = line
    return found


def _line_at(root: etree._Element, place: tuple[int, ...]) -> int:
    """The line of the element at those numbers; 0 if there is none."""
    at = root
    for number in place:
        child = next(islice(elements(at), number, None), None)
        if child is None:
            return 0
        at = child
    line = at.sourceline
    return line if isinstance(line, int) else 0


def _place(element: etree._Element, root: etree._Element) -> tuple[int, ...] | None:
    """Numbers of element children from the root down; None if the element is not below it."""
    numbers: list[int] = []
    at: etree._Element | None = element
    while at is not None and at is not root:
        numbers.append(sum(1 for _ in at.itersiblings(etree.Element, preceding=True)))
        at = at.getparent()
    return None if at is None else tuple(reversed(numbers))


_MISMATCH = re.compile(r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+?)[.,]?(?:\s|$)")
_UNCLOSED = re.compile(r"Premature end of data in tag (\S+) line (\d+)")
_WHERE = re.compile(r"^.* at line \d+, column \d+: ", re.DOTALL)


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
