"""How each fault looks on the wire and in the datastores.

Lives here: making wrong hellos, spoiled replies, lies and changed values.  Does not live here: when they happen
(`faults` counts, `conversation` asks).
"""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.demo.datastores import CANDIDATE, RUNNING
from netconf_gui.demo.device import Device
from netconf_gui.demo.dispatch import Response, nothing
from netconf_gui.demo.faults import Action, Fault, Strike
from netconf_gui.demo.nodes import clone
from netconf_gui.errors import RpcError
from netconf_gui.protocol import framing
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.replies import reply_errors, reply_ok
from netconf_gui.protocol.xml import NS_BASE, local_name

GARBAGE = b"\x00\x01%Error: process netconfd crashed at 0xdeadbeef\r\n]]>]]>"
_MESSAGE_ID = re.compile(rb'\smessage-id="[^"]*"')
_STEP = re.compile(r"/(?P<name>[\w.-]+)(?P<predicates>(?:\[[\w.-]+=(?:'[^']*'|\"[^\"]*\")\])*)")
_PREDICATE = re.compile(r"\[([\w.-]+)=('[^']*'|\"[^\"]*\")\]")


def wrong_hello(kind: str, hello: bytes) -> bytes:
    """The framed hello, spoiled as `faults.HELLO_KINDS` names it."""
    namespace = f' xmlns="{NS_BASE}"'.encode()
    if kind == "no-session-id":
        return re.sub(rb"<session-id>.*?</session-id>", b"", hello)
    if kind == "no-namespace":
        return hello.replace(namespace, b"")
    if kind == "prefixed":
        prefixed = re.sub(rb"<(/?)(hello|capabilities|capability|session-id)\b", rb"<\1nc:\2", hello)
        return prefixed.replace(namespace, f' xmlns:nc="{NS_BASE}"'.encode())
    if kind == "not-hello":
        return framing.eom(f'<rpc-reply xmlns="{NS_BASE}"><ok/></rpc-reply>'.encode())
    if kind == "no-capabilities":
        return re.sub(rb"<capabilities>.*</capabilities>", b"<capabilities/>", hello, flags=re.DOTALL)
    if kind == "doctype":
        return hello.replace(b"<hello", b'<!DOCTYPE hello [<!ENTITY a "b">]><hello', 1)
    return GARBAGE


def corrupted(message: bytes, strike: Strike, *, base11: bool) -> tuple[bytes, bool, bool]:
    """(what to send, whether it is framed already, whether the connection ends after it)."""
    if strike.get(Action.GARBAGE):
        return GARBAGE, True, False
    if strike.get(Action.NO_MESSAGE_ID):
        message = _MESSAGE_ID.sub(b"", message, count=1)
    if strike.get(Action.WRONG_MESSAGE_ID):
        message = _MESSAGE_ID.sub(b' message-id="never-used"', message, count=1)
    huge = strike.get(Action.HUGE_REPLY)
    if huge is not None:
        message = padded(message, huge.size)
    if strike.get(Action.WRONG_FRAMING):
        return (framing.eom(message) if base11 else framing.chunked(message)), True, False
    if strike.get(Action.TRUNCATE):
        framed = framing.chunked(message) if base11 else framing.eom(message)
        return framed[: len(framed) // 2], True, True
    return message, False, False


def padded(message: bytes, size: int) -> bytes:
    """The reply with white space before its end tag until it has `size` octets."""
    at = message.rindex(b"</")
    return message[:at] + b" " * max(0, size - len(message)) + message[at:]


def lying_reply(request: RpcReceived) -> Response:
    """ok, whatever was asked."""
    return Response(reply_ok(request.message_id, request.attributes), nothing)


def refused_by_script(request: RpcReceived, fault: Fault) -> Response:
    """The rpc-error of the script."""
    error = RpcError(
        tag=fault.tag,
        severity=fault.severity,
        app_tag=fault.app_tag,
        path=fault.error_path,
        message=fault.message,
        message_lang="en",
    )
    if error.is_warning:
        return Response(reply_ok(request.message_id, request.attributes, (error,)), nothing)
    return Response(reply_errors(request.message_id, request.attributes, (error,)), nothing)


def normalise(device: Device, request: RpcReceived, fault: Fault) -> None:
    """Change, or remove, the nodes at the fault's path in the datastore that the operation wrote to."""
    with device.lock:
        target = CANDIDATE if _wrote_candidate(request) else RUNNING
        tree = clone(device.datastores.read(target))
        found = tree.xpath(local_name_xpath(fault.path))
        assert isinstance(found, list)
        for node in found:
            if not isinstance(node, etree._Element):
                continue
            parent = node.getparent()
            if fault.value is not None:
                node.text = fault.value
            elif parent is not None:
                parent.remove(node)
        if found:
            device.datastores.write(target, tree)


def _wrote_candidate(request: RpcReceived) -> bool:
    target = request.element.find(f".//{{{NS_BASE}}}target")
    return target is not None and any(local_name(child) == CANDIDATE for child in target)


def local_name_xpath(path: str) -> str:
    """`/interfaces/interface[name='eth1']/mtu` as XPath that does not look at namespaces."""
    parts = []
    for step in _STEP.finditer(path):
        conditions = "".join(
            f"[*[local-name()='{name}']={value}]" for name, value in _PREDICATE.findall(step.group("predicates"))
        )
        parts.append(f"/*[local-name()='{step.group('name')}']{conditions}")
    return "." + "".join(parts)
