"""What a server answers: rpc-reply, rpc-error lists, notifications; read as a client, built as a server.

Lives here: `Reply`, `Notification`, rpc-error both ways (RFC 6241 section 4.3 and appendix A), and `Matcher`,
which finds the request a reply belongs to.  Does not live here: bytes and framing (`connection`), waiting
(`session`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from lxml import etree

from netconf_gui.errors import MalformedMessage, RpcError, RpcFailed
from netconf_gui.protocol.xml import (
    DECLARATION,
    NS_BASE,
    NS_NOTIF,
    NS_XML,
    add_element,
    child_named,
    local_name,
    namespace_of,
    new_element,
    parse,
    qn,
    serialize,
    splice,
)

T = TypeVar("T")

_FRAME_NAMESPACES = frozenset({"", NS_BASE})
_XML_LANG = qn(NS_XML, "lang")


@dataclass(frozen=True)
class Reply:
    """One rpc-reply.  `errors` have severity error, `warnings` severity warning; both in the device's order.

    `size` is the message's payload in bytes, framing not counted.
    """

    message_id: str | None
    element: etree._Element
    errors: tuple[RpcError, ...]
    warnings: tuple[RpcError, ...]
    size: int

    @property
    def ok(self) -> bool:
        """Whether the operation succeeded: no error, whatever the warnings."""
        return not self.errors

    @cached_property
    def data(self) -> etree._Element | None:
        """The `<data>` element: of get, get-config, get-data, get-schema; None if there is none."""
        return child_named(self.element, "data")

    def raise_for_errors(self, operation: str) -> None:
        """Raise `RpcFailed` with everything the device said, if it said at least one error."""
        if not self.errors:
            return
        first = self.errors[0]
        more = f", and {len(self.errors) - 1} more" if len(self.errors) > 1 else ""
        text = f"The device refused {operation}: {first}{more}."
        raise RpcFailed(text, self.errors + self.warnings, operation=operation)


@dataclass(frozen=True)
class Notification:
    """One notification (RFC 5277, section 4): when, as the device wrote it, and what."""

    event_time: str
    element: etree._Element

    @property
    def event(self) -> etree._Element | None:
        """The event itself: the first child that is not eventTime."""
        for child in self.element:
            if isinstance(child.tag, str) and local_name(child) != "eventTime":
                return child
        return None


def parse_reply(element: etree._Element, size: int = 0, *, nested: bool = False) -> Reply:
    """Read an rpc-reply; rpc-errors are found in the base namespace or in none.

    With `nested` they are looked for at any depth of a reply without data: inside the results of a commit or a load.
    """
    errors: list[RpcError] = []
    warnings: list[RpcError] = []
    anywhere = nested and child_named(element, "data") is None
    for child in element.iter(etree.Element) if anywhere else element:
        if local_name(child) == "rpc-error" and (anywhere or namespace_of(child) in _FRAME_NAMESPACES):
            error = parse_error(child)
            (warnings if error.is_warning else errors).append(error)
    return Reply(message_id_of(element), element, tuple(errors), tuple(warnings), size)


def oddities(reply: Reply) -> tuple[str, ...]:
    """What is let pass in a reply, in sentences for the wire view."""
    if reply.errors and child_named(reply.element, "ok") is not None:
        return ("The reply says ok beside errors: the errors count.",)
    return ()


def message_id_of(element: etree._Element) -> str | None:
    """The message-id, also where a device put it into the base namespace."""
    found = element.get("message-id")
    return found if found is not None else element.get(qn(NS_BASE, "message-id"))


def parse_error(element: etree._Element) -> RpcError:
    """Read one rpc-error whole.  What the device left out gets the defaults of `RpcError`."""
    texts: dict[str, str] = {}
    info: list[tuple[str, str]] = []
    info_xml = b""
    language: str | None = None
    namespaces: tuple[tuple[str, str], ...] = ()
    for child in element:
        name = local_name(child)
        if name == "error-info":
            info += [(local_name(item), _text(item)) for item in child if isinstance(item.tag, str)]
            info_xml += serialize(child)
        elif name:
            texts.setdefault(name, _text(child))
        if name == "error-message":
            language = child.get(_XML_LANG)
        elif name == "error-path":
            namespaces = tuple((prefix or "", uri) for prefix, uri in child.nsmap.items())
    return RpcError(
        type=texts.get("error-type") or "application",
        tag=texts.get("error-tag") or "operation-failed",
        severity="warning" if texts.get("error-severity") == "warning" else "error",
        app_tag=texts.get("error-app-tag") or None,
        path=texts.get("error-path") or None,
        message=texts.get("error-message") or None,
        message_lang=language,
        info=tuple(info),
        info_xml=info_xml,
        path_namespaces=namespaces,
    )


def _text(element: etree._Element) -> str:
    return (
        "".join(str(text) for text in element.itertext(etree.Element)).strip()
        if len(element)
        else (element.text or "").strip()
    )


def parse_notification(element: etree._Element) -> Notification:
    """Read a notification.  Raises `MalformedMessage` if it holds no event."""
    time = child_named(element, "eventTime")
    found = Notification((time.text or "").strip() if time is not None else "", element)
    if found.event is None:
        raise MalformedMessage("A notification holds no event.")
    return found


class Matcher(Generic[T]):
    """Requests waiting for replies, by message-id; in order where a device omits it.

    An abandoned request (time-out, cancel) still takes its reply, which is then dropped.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, T | None] = {}

    def __len__(self) -> int:
        """How many requests still have somebody who waits for them."""
        return sum(item is not None for item in self._waiting.values())

    @property
    def waiting(self) -> Iterable[T]:
        """Those that somebody waits for, oldest first."""
        return [item for item in self._waiting.values() if item is not None]

    def add(self, message_id: str, item: T) -> None:
        self._waiting[message_id] = item

    def abandon(self, message_id: str) -> T | None:
        """Nobody waits for it any more; returns what was waiting, None if it was answered or never there."""
        item = self._waiting.get(message_id)
        if item is not None:
            self._waiting[message_id] = None
        return item

    def take(self, message_id: str | None) -> T | None:
        """What waits for this reply; None if it is to be dropped: abandoned, or never asked."""
        if message_id is None:
            message_id = next(iter(self._waiting), None)
            if message_id is None:
                return None
        return self._waiting.pop(message_id, None)

    def drain(self) -> list[T]:
        """Take all that wait, oldest first."""
        items = [item for item in self._waiting.values() if item is not None]
        self._waiting.clear()
        return items


# ---- server side -----------------------------------------------------------------------------------------------


def _reply(message_id: str | None, attributes: Mapping[str, str] | None) -> etree._Element:
    """RFC 6241, section 4.2: all attributes of the rpc are echoed."""
    reply = new_element(qn(NS_BASE, "rpc-reply"), {None: NS_BASE})
    if message_id is not None:
        reply.set("message-id", message_id)
    for name, value in (attributes or {}).items():
        if name != "message-id":
            reply.set(name, value)
    return reply


def reply_ok(
    message_id: str | None, attributes: Mapping[str, str] | None = None, warnings: Iterable[RpcError] = ()
) -> bytes:
    """`<ok/>`, after any warnings."""
    reply = _reply(message_id, attributes)
    reply.extend(error_element(warning) for warning in warnings)
    etree.SubElement(reply, qn(NS_BASE, "ok"))
    return DECLARATION + serialize(reply)


def reply_errors(message_id: str | None, attributes: Mapping[str, str] | None, errors: Iterable[RpcError]) -> bytes:
    """One rpc-error for each error given."""
    reply = _reply(message_id, attributes)
    reply.extend(error_element(error) for error in errors)
    return DECLARATION + serialize(reply)


def reply_data(
    message_id: str | None,
    attributes: Mapping[str, str] | None,
    children: Sequence[etree._Element],
    *,
    wrapper: str | None = qn(NS_BASE, "data"),
) -> bytes:
    """The children inside `<data>` (or the element that `wrapper` names; None: directly in the reply)."""
    reply = _reply(message_id, attributes)
    holder = reply
    if wrapper is not None:
        namespace = etree.QName(wrapper).namespace
        holder = add_element(reply, wrapper, nsmap={None: namespace} if namespace else None)
    return DECLARATION + splice(reply, holder, children)


def build_notification(event_time: str, event: etree._Element) -> bytes:
    """A notification around a copy of the event (RFC 5277, section 4)."""
    node = new_element(qn(NS_NOTIF, "notification"), {None: NS_NOTIF})
    etree.SubElement(node, qn(NS_NOTIF, "eventTime")).text = event_time
    return DECLARATION + splice(node, node, [event])


def error_element(error: RpcError) -> etree._Element:
    """The `<rpc-error>` of an error, children in the order of RFC 6241's schema."""
    node = new_element(qn(NS_BASE, "rpc-error"), {None: NS_BASE})
    for name, text in (
        ("error-type", error.type),
        ("error-tag", error.tag),
        ("error-severity", error.severity),
        ("error-app-tag", error.app_tag),
    ):
        if text is not None:
            etree.SubElement(node, qn(NS_BASE, name)).text = text
    if error.path is not None:
        scope: dict[str | None, str] = {prefix: uri for prefix, uri in error.path_namespaces if prefix}
        add_element(node, qn(NS_BASE, "error-path"), error.path, scope)
    if error.message is not None:
        message = etree.SubElement(node, qn(NS_BASE, "error-message"))
        message.text = error.message
        message.set(_XML_LANG, error.message_lang or "en")
    if error.info:
        info = etree.SubElement(node, qn(NS_BASE, "error-info"))
        for name, text in error.info:
            etree.SubElement(info, qn(_info_namespace(name), name)).text = text
    elif error.info_xml:
        node.append(parse(error.info_xml))
    return node


def _info_namespace(name: str) -> str:
    """RFC 7950, section 15: its own error-info elements have a namespace of their own."""
    return "urn:ietf:params:xml:ns:yang:1" if name in ("missing-choice", "non-unique") else NS_BASE
