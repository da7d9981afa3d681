"""The habits of one vendor each, as far as the general ones do not cover them.

Lives here: those, and `habit`, which finds any by its name.  Does not live here: the general ones (`quirks`).
"""

from __future__ import annotations

import re

from lxml import etree

from netconf_gui.demo.device import Device
from netconf_gui.demo.dispatch import Response, nothing
from netconf_gui.demo.quirks import GENERAL, Habit, operation_of, refuse
from netconf_gui.demo.replies import lock_denied, not_supported, refused
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.replies import reply_data
from netconf_gui.protocol.xml import (
    NS_BASE,
    child_named,
    local_name,
    new_element,
    parse,
    qn,
    serialize,
)

NS_JUNOS = "http://xml.juniper.net/junos/24.2R1/junos"
NS_HUAWEI = "http://www.huawei.com/netconf/capability/base/1.0"
NS_CISCO_IA = "http://cisco.com/yang/cisco-ia"
_STEP = re.compile(r"/(?:[\w.-]+:)?([\w.-]+)((?:\[[^\]]*\])*)")
_VALUE = re.compile(r"=\s*(?:'([^']*)'|\"([^\"]*)\")")
_PATH = re.compile(rb"(<error-path[^>]*>)([^<]*)(</error-path>)")
_ADDED = re.compile(rb"</data>\s*</rpc-reply>\s*$")


def _paths_as(message: bytes, write: str) -> bytes:
    """The error-paths of a reply as `write` names it: "edit" or "braces"."""

    def path(match: re.Match[bytes]) -> bytes:
        steps = [
            (name, ["".join(value) for value in _VALUE.findall(predicates)])
            for name, predicates in _STEP.findall(match.group(2).decode())
        ]
        if write == "edit":
            words = [word for name, keys in steps for word in (name, *keys)]
            text = f"[edit {' '.join(words)}]"
        else:
            text = "".join(f"/{name}" + (f"{{{' '.join(keys)}}}" if keys else "") for name, keys in steps)
        return b"<error-path>" + text.encode() + match.group(3)

    return _PATH.sub(path, message)


class Junos(Habit):
    """Who edits stands beside the configuration, who committed on it; errors lie in results, with paths in brackets;
    running cannot be locked, and what is deleted needs default-operation none."""

    def instead(self, request: RpcReceived) -> Response | None:
        operation = request.operation
        if operation is None:
            return None
        if operation_of(request) in ("lock", "unlock") and operation.find(f".//{{{NS_BASE}}}running") is not None:
            return refuse(request, not_supported("Only the candidate configuration can be locked."))
        if operation_of(request) == "edit-config":
            given = operation.findtext(f"{{{NS_BASE}}}default-operation") or "merge"
            removes = any(element.get(qn(NS_BASE, "operation")) in ("delete", "remove") for element in operation.iter())
            if removes and given != "none":
                return refuse(request, refused("operation-failed", "Use default-operation none to delete."))
        return None

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        name = operation_of(request)
        if b"<rpc-error" in message:
            message = _paths_as(message, "edit")
        if name in ("edit-config", "commit", "validate") and b"<rpc-error" in message:
            open_tag, close_tag = b"<commit-results><routing-engine>", b"</routing-engine></commit-results>"
            at, end = message.index(b"<rpc-error"), message.rindex(b"</rpc-error>") + len(b"</rpc-error>")
            message = message[:at] + open_tag + message[at:end] + close_tag + message[end:]
        if name in ("get", "get-config"):
            status = b'<database-status-information xmlns="http://xml.juniper.net/xnm/1.1/xnm"><database-status>'
            status += b"<user>noc</user><edit-path>[edit]</edit-path></database-status></database-status-information>"
            message = _ADDED.sub(status + b"</data></rpc-reply>", message, count=1)
            message = message.replace(b"<data", b'<data xmlns:junos="%b"' % NS_JUNOS.encode(), 1)
            message = re.sub(
                rb"(<data[^>]*>\s*<[\w:.-]+)", rb'\1 junos:commit-user="noc" junos:commit-seconds="1"', message, count=1
            )
        return message


class KeyPaths(Habit):
    """Keys in error-paths stand in braces."""

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        return _paths_as(message, "braces") if b"<error-path" in message else message


class SaveConfig(Habit):
    """Running is kept by an operation of the vendor."""

    def instead(self, request: RpcReceived) -> Response | None:
        operation = request.operation
        if operation is None or operation.tag != qn(NS_CISCO_IA, "save-config"):
            return None
        with self.device.lock:
            self.device.memory["saved"] = self.device.memory.get("saved", 0) + 1
        result = new_element(qn(NS_CISCO_IA, "result"), {None: NS_CISCO_IA})
        result.text = "Save running-config successful"
        return Response(reply_data(request.message_id, request.attributes, [result], wrapper=None), nothing)


class CommitWords(Habit):
    """A commit takes a comment and a label, and the device keeps them."""

    def instead(self, request: RpcReceived) -> Response | None:
        if operation_of(request) == "commit" and request.operation is not None:
            for child in list(request.operation):
                if local_name(child) in ("comment", "label"):
                    with self.device.lock:
                        self.device.told[local_name(child)] = child.text or ""
                    request.operation.remove(child)
        return None


class BothLocks(Habit):
    """A lock of running or candidate locks both."""

    def instead(self, request: RpcReceived) -> Response | None:
        if operation_of(request) != "lock":
            return None
        with self.device.lock:
            holders = [self.device.locks.holder(name) for name in ("running", "candidate")]
        held = next((holder for holder in holders if holder is not None), None)
        if held is None:
            return None
        return refuse(request, lock_denied("The configuration is locked.", held))


class WrittenPrefix(Habit):
    """`operation` is looked for as `xc:operation`, whatever its namespace."""

    def instead(self, request: RpcReceived) -> Response | None:
        if operation_of(request) != "edit-config":
            return None
        if re.search(rb"\s(?!xc:)[\w.-]+:operation\s*=", request.head):
            return refuse(request, refused("unknown-attribute", "The attribute operation is not known."))
        return None


class OddLockDenied(Habit):
    """lock-denied says more than the session-id, and says it in a sentence."""

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        if b"lock-denied" not in message:
            return message
        more = b'<error-info><clixon xmlns="http://clicon.org/lib">lock</clixon><session-id>session is locked by '
        return message.replace(b"<error-info><session-id>", more)


class Parts(Habit):
    """A configuration comes in parts: one top-level node each, long lists in several."""

    SIZE = 3  # children of a list's parent that go into one part

    def __init__(self, device: Device) -> None:
        super().__init__(device)
        self._parts: dict[str, list[bytes]] = {}
        self._count = 0

    def instead(self, request: RpcReceived) -> Response | None:
        operation = request.operation
        if operation is None or operation.tag != qn(NS_HUAWEI, "get-next"):
            return None
        set_id = operation.get("set-id") or ""
        left = self._parts.get(set_id)
        if not left:
            return refuse(request, refused("invalid-value", f"There is no set {set_id!r}."))
        return Response(self._next(request.message_id or "", set_id), nothing)

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        if operation_of(request) != "get-config" or b"<data" not in message:
            return message
        data = child_named(parse(message), "data")
        if data is None or not len(data):
            return message
        self._count += 1
        self._parts[str(self._count)] = [text for node in data for text in _cut(node, self.SIZE)]
        return self._next(request.message_id or "", str(self._count))

    def _next(self, message_id: str, set_id: str) -> bytes:
        left = self._parts[set_id]
        text = left.pop(0)
        more = f' set-id="{set_id}"' if left else ""
        return (
            f'<rpc-reply xmlns="{NS_BASE}" message-id="{message_id}"{more}><data>'.encode()
            + text
            + b"</data></rpc-reply>"
        )


def _cut(node: etree._Element, size: int) -> list[bytes]:
    """A node in several texts, each with what is around it and with the keys of the entries it goes on with."""
    children = list(node)
    if len(children) <= 1:
        if not children or not len(children[0]):
            return [serialize(node)]
        pieces = _cut(children[0], size)
        return [_with(node, piece) for piece in pieces]
    if any(not len(child) for child in children):
        return [serialize(node)]
    return [_with(node, b"".join(map(serialize, children[at : at + size]))) for at in range(0, len(children), size)]


def _with(node: etree._Element, inside: bytes) -> bytes:
    shell = new_element(str(node.tag), node.nsmap)
    mark = etree.ProcessingInstruction("part")
    shell.append(mark)
    return serialize(shell).replace(serialize(mark), inside, 1)


_VENDORS: dict[str, type[Habit]] = {
    "junos": Junos,
    "key-paths": KeyPaths,
    "save-config": SaveConfig,
    "commit-words": CommitWords,
    "both-locks": BothLocks,
    "written-prefix": WrittenPrefix,
    "odd-lock-denied": OddLockDenied,
    "parts": Parts,
}


def habit(name: str) -> type[Habit]:
    """The habit of that name; raises `ConfigError` if there is none."""
    found = GENERAL.get(name) or _VENDORS.get(name)
    if found is None:
        raise ConfigError(f"The demo device has no habit {name!r}.")
    return found
