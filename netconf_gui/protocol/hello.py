"""The hello message (RFC 6241, section 8.1): read liberally, written strictly.

Lives here: `Hello`, its parser and its builder.  Does not live here: when a hello is due and what lacks in one
(`connection` decides by role).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.errors import MalformedMessage
from netconf_gui.protocol.capabilities import BASE10, BASE11, Capabilities
from netconf_gui.protocol.xml import (
    DECLARATION,
    NS_BASE,
    child_named,
    local_name,
    namespace_of,
    new_element,
    qn,
    serialize,
)

_FOLD = re.compile(r"[ \t]*[\r\n]\s*")  # no URI holds a line break
CLIENT_CAPABILITIES: tuple[str, ...] = (BASE10, BASE11)


@dataclass(frozen=True, slots=True)
class Hello:
    """What a peer said first; `session_id` is None in a client's hello, and in those of broken servers."""

    capabilities: Capabilities
    session_id: int | None
    notes: tuple[str, ...] = ()  # what was let pass


def parse_hello(element: etree._Element) -> Hello:
    """Read a hello, whatever its namespace or prefix.

    Raises `MalformedMessage` if the element is no hello or its session-id is not a number.
    """
    if local_name(element) != "hello":
        raise MalformedMessage(
            f"The first message is <{local_name(element)}>, not <hello>.",
            advice="Check that the address and port lead to a NETCONF server.",
        )
    listed = child_named(element, "capabilities")
    texts = [child.text or "" for child in listed if local_name(child) == "capability"] if listed is not None else []
    uris = [_FOLD.sub("", text.strip()) for text in texts]
    notes: list[str] = []
    if namespace_of(element) != NS_BASE:
        notes.append(f"The hello is in the namespace {namespace_of(element)!r} instead of the protocol's.")
    if any(len(uri) != len(text.strip()) for uri, text in zip(uris, texts, strict=True)):
        notes.append("Capabilities that were folded over several lines were put together.")
    return Hello(Capabilities(uris), _session_id(element), tuple(notes))


def _session_id(element: etree._Element) -> int | None:
    child = child_named(element, "session-id")
    text = (child.text or "").strip() if child is not None else ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise MalformedMessage(f"The hello's session-id is {text[:40]!r}, which is not a number.")
    return int(text)


def build_hello(uris: Iterable[str], session_id: int | None = None) -> bytes:
    """The text of a hello, without framing; `session_id` is for servers only."""
    hello = new_element(qn(NS_BASE, "hello"), {None: NS_BASE})
    capabilities = etree.SubElement(hello, qn(NS_BASE, "capabilities"))
    for uri in uris:
        etree.SubElement(capabilities, qn(NS_BASE, "capability")).text = uri
    if session_id is not None:
        etree.SubElement(hello, qn(NS_BASE, "session-id")).text = str(session_id)
    return DECLARATION + serialize(hello)
