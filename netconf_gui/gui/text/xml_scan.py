"""The outline of an XML text, made by looking at tags: what is broken is passed over, what can be told is told.

Lives here: the scanner.  Does not live here: reading XML (`config.codec`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import unescape

from netconf_gui.config.binding import WRAPPERS
from netconf_gui.gui.text.outline import Outline, Part
from netconf_gui.protocol.xml import NS_XML, qn

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    r"|</([^\s<>/]+)\s*>"
    r"|<([A-Za-z_][^\s<>/\"'=]*)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>",
    re.DOTALL,
)
_WRAPPERS = WRAPPERS | {"config", "data"}  # files also have them without a namespace
_DECLARATION = re.compile(r"\bxmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def scan_xml(text: str) -> Outline:
    """The outline of a text as it is."""
    root = Part("text", "", "", 0, 0, inner=0, namespaces={"xml": NS_XML})
    parts: list[Part] = []
    at = root
    for token in _TOKEN.finditer(text):
        closing, opening = token.group(1), token.group(2)
        if opening is not None:
            part = _opened(at, token)
            parts.append(part)
            if token.group(3).endswith("/"):
                part.end = token.end()
            else:
                part.inner = token.end()
                at = part
        elif closing is not None:
            at = _closed(at, closing, token.start(), token.end())
    while at.parent is not None:  # what is still open ends with the text
        at.inner_end = len(text)
        at = at.parent
    return Outline(text, root, parts)


def _opened(parent: Part, token: re.Match[str]) -> Part:
    name, attributes = token.group(2), token.group(3)
    namespaces = parent.namespaces
    if "xmlns" in attributes:
        namespaces = {**namespaces, **_declared(attributes)}
    tag = _tag(name, namespaces)
    kind = "wrapper" if parent.kind == "text" and tag in _WRAPPERS else "node"
    start = token.start()
    part = Part(kind, tag, name, start, start + 1 + len(name), parent, namespaces=namespaces)
    parent.children.append(part)
    return part


def _declared(attributes: str) -> dict[str, str]:
    return {
        prefix: unescape(double or single, {"&quot;": '"', "&apos;": "'"})
        for prefix, double, single in _DECLARATION.findall(attributes)
    }


def _tag(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    namespace = namespaces.get(prefix)
    return "" if namespace is None and prefix else qn(namespace, local)


def _closed(at: Part, name: str, start: int, end: int) -> Part:
    """The part that goes on behind a closing tag; one that closes nothing is passed over."""
    found: Part | None = at
    while found is not None and found.label != name:
        found = found.parent
    if found is None or found.parent is None:
        return at
    while at is not found and at.parent is not None:
        at.inner_end = at.end = start
        at = at.parent
    found.inner_end, found.end = start, end
    return found.parent


def text_of(outline: Outline, part: Part) -> str:
    """The value that a leaf has in the text."""
    return unescape(re.sub(r"<!--.*?-->", "", outline.value(part), flags=re.DOTALL), {"&quot;": '"', "&apos;": "'"})
