"""partial-lock and partial-unlock as pure builders, and what the answer says (RFC 5717).

Does not live here: whether the peer offers them, sending (`session.partial_locks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.operations import Operation, custom
from netconf_gui.protocol.xml import NS_PARTIAL_LOCK, add_element, local_name, new_element, qn


@dataclass(frozen=True, slots=True)
class PartialLock:
    """A lock that was granted: its number, and the nodes it holds, as the device wrote them."""

    lock_id: int
    nodes: tuple[str, ...]


def partial_lock(selections: Sequence[tuple[str, Mapping[str, str]]]) -> Operation:
    """RFC 5717, section 2.4.1; each selection is an XPath expression with the prefixes it uses.

    Without the xpath capability only instance-identifiers are understood.  Raises `ConfigError` for none at all.
    """
    if not selections:
        raise ConfigError("A partial lock needs at least one node.")
    node = new_element(qn(NS_PARTIAL_LOCK, "partial-lock"), {None: NS_PARTIAL_LOCK})
    for text, prefixes in selections:
        add_element(node, qn(NS_PARTIAL_LOCK, "select"), text, dict(prefixes.items()))
    return custom(node)


def partial_unlock(lock_id: int) -> Operation:
    """RFC 5717, section 2.4.2."""
    node = new_element(qn(NS_PARTIAL_LOCK, "partial-unlock"), {None: NS_PARTIAL_LOCK})
    add_element(node, qn(NS_PARTIAL_LOCK, "lock-id"), str(lock_id))
    return custom(node)


def read_partial_lock(reply: etree._Element) -> PartialLock:
    """What a reply to partial-lock says.  Raises `MalformedMessage` if it names no lock."""
    texts = [(local_name(child), (child.text or "").strip()) for child in reply.iter(etree.Element)]
    number = next((text for name, text in texts if name == "lock-id" and text.isdecimal()), None)
    if number is None:
        raise MalformedMessage(
            "The device's reply to partial-lock names no lock.",
            state="Whether something is locked is not known.",
            advice="Refresh the device page, or end the session to release its locks.",
        )
    return PartialLock(int(number), tuple(text for name, text in texts if name == "locked-node" and text))
