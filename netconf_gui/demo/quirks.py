"""What real devices do differently, done by the demo device: the habits of its vendor models.

Lives here: `Habit`, the general ones, and `Habits`, which a conversation asks at each step.  Does not live here: the
habits of one vendor (`quirks_vendors`), which model has which (`personality`), faults by script (`faults`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from netconf_gui.demo.device import Device
from netconf_gui.demo.dispatch import Response, nothing
from netconf_gui.demo.replies import RefusedError, refused
from netconf_gui.errors import RpcError
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.framing import EOM
from netconf_gui.protocol.replies import reply_errors, reply_ok
from netconf_gui.protocol.xml import NS_BASE, local_name

_ID = re.compile(rb'\smessage-id="[^"]*"')
_NAMESPACE = f' xmlns="{NS_BASE}"'.encode()
FOLD_AT = 60  # characters of a capability after which the line is broken


class Habit:
    """One habit, of one conversation; all methods do nothing until a habit says otherwise."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def hello(self, framed: bytes) -> bytes:
        """The framed hello as this device writes it."""
        return framed

    def instead(self, request: RpcReceived) -> Response | None:
        """The answer to a request that is not carried out; None lets it be."""
        return None

    def early(self, request: RpcReceived) -> bool:
        """Whether what comes after the reply is sent before it."""
        return False

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        """A reply's text as this device writes it."""
        return message

    def message(self, message: bytes) -> bytes:
        """Any message's text, notifications included."""
        return message

    def framed(self, message: bytes) -> bytes | None:
        """The message in chunks; None leaves it to the rules."""
        return None


class Habits:
    """The habits of one conversation, in the order in which the model names them."""

    def __init__(self, device: Device, known: Callable[[str], type[Habit]]) -> None:
        self._all: Sequence[Habit] = [known(name)(device) for name in device.kind.habits]

    def hello(self, framed: bytes) -> bytes:
        for habit in self._all:
            framed = habit.hello(framed)
        return framed

    def respond(self, request: RpcReceived, carry_out: Callable[[], Response]) -> Response:
        """The answer of the first habit that has one, else what is carried out; then as the device writes it."""
        for habit in self._all:
            response = habit.instead(request)
            if response is not None:
                break
        else:
            response = carry_out()
        message = response.message
        for habit in self._all:
            message = habit.reply(request, message)
        if any(habit.early(request) for habit in self._all):
            response.afterwards()
            response = replace(response, afterwards=nothing)
        return replace(response, message=message)

    def message(self, message: bytes) -> bytes:
        for habit in self._all:
            message = habit.message(message)
        return message

    def framed(self, message: bytes) -> bytes | None:
        """The message framed as a habit has it; None where none has."""
        made = (habit.framed(message) for habit in self._all)
        return next((framed for framed in made if framed is not None), None)


def refuse(request: RpcReceived, error: RefusedError) -> Response:
    """A reply with the errors of a refusal."""
    return Response(reply_errors(request.message_id, request.attributes, error.errors), nothing)


def operation_of(request: RpcReceived) -> str:
    return local_name(request.operation) if request.operation is not None else ""


class StrangeHello(Habit):
    """The hello has a prefix, in a namespace that is not the protocol's."""

    def hello(self, framed: bytes) -> bytes:
        prefixed = re.sub(rb"<(/?)(hello|capabilities|capability|session-id)\b", rb"<\1old:\2", framed)
        return prefixed.replace(_NAMESPACE, b' xmlns:old="urn:ietf:params:netconf:base:1.0"', 1)


class FoldedCapabilities(Habit):
    """Long capabilities are broken over lines wherever the line is full."""

    def hello(self, framed: bytes) -> bytes:
        def fold(match: re.Match[bytes]) -> bytes:
            signs = re.findall(rb"&[^;]*;|.", match.group(2), re.DOTALL)
            lines = [b"".join(signs[at : at + FOLD_AT]) for at in range(0, len(signs), FOLD_AT)]
            return match.group(1) + b"\n        ".join(lines)

        return re.sub(rb"(<capability>)([^<]*)", fold, framed)


class NulBytes(Habit):
    """A NUL ends each text, as in the memory of a C program, and sometimes begins it."""

    def hello(self, framed: bytes) -> bytes:
        return b"\x00" + framed.removesuffix(EOM) + b"\x00" + EOM

    def message(self, message: bytes) -> bytes:
        return b"\x00" + message + b"\x00"


class CharacterFraming(Habit):
    """Chunk sizes count characters instead of octets."""

    def framed(self, message: bytes) -> bytes | None:
        return b"\n#%d\n%b\n##\n" % (len(message.decode("utf-8")), message)


class NoIdInErrors(Habit):
    """Errors come without message-id."""

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        return _ID.sub(b"", message, count=1) if b"<rpc-error" in message else message


class NoIds(Habit):
    """Replies come without message-id."""

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        return _ID.sub(b"", message, count=1)


class OkBesideErrors(Habit):
    """An ok follows the errors."""

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        return message.replace(b"</rpc-reply>", b"<ok/></rpc-reply>") if b"<rpc-error" in message else message


class BusyLock(Habit):
    """The device holds the lock itself for its first tries, while it synchronises."""

    TRIES = 2

    def instead(self, request: RpcReceived) -> Response | None:
        if operation_of(request) != "lock":
            return None
        with self.device.lock:
            tries = self.device.memory.setdefault("lock tries", 0)
            self.device.memory["lock tries"] = tries + 1
        if tries >= self.TRIES:
            return None
        error = refused(
            "lock-denied", "The configuration is being synchronised.", error_type="protocol", info=[("session-id", "0")]
        )
        return refuse(request, error)


class OnlyChecksNone(Habit):
    """An edit with default-operation none is said to be done, and is not."""

    def instead(self, request: RpcReceived) -> Response | None:
        if operation_of(request) != "edit-config" or request.element.find(f".//{{{NS_BASE}}}default-operation") is None:
            return None
        given = request.element.findtext(f".//{{{NS_BASE}}}default-operation")
        return Response(reply_ok(request.message_id, request.attributes), nothing) if given == "none" else None


class PlainElements(Habit):
    """Elements with a prefix are not known."""

    def instead(self, request: RpcReceived) -> Response | None:
        for element in request.element.iter("{*}*"):
            if element.prefix is not None:
                name = f"{element.prefix}:{local_name(element)}"
                return refuse(
                    request, refused("unknown-element", f"Unknown element {name}.", info=[("bad-element", name)])
                )
        return None


class FilterNeeded(Habit):
    """A reading without a filter is refused; one root stands for everything."""

    def instead(self, request: RpcReceived) -> Response | None:
        if operation_of(request) not in ("get", "get-config") or request.operation is None:
            return None
        holder = request.operation.find(f"{{{NS_BASE}}}filter")
        if holder is None:
            text = "Request without namespace and filter is an unsupported operation"
            return refuse(request, refused("operation-not-supported", text))
        if any(local_name(child) == "System" for child in holder):
            request.operation.remove(holder)
        return None


class Warns(Habit):
    """What changes something is answered with a warning beside ok."""

    def reply(self, request: RpcReceived, message: bytes) -> bytes:
        if operation_of(request) not in ("edit-config", "commit") or b"<ok/>" not in message:
            return message
        warning = RpcError(tag="operation-failed", severity="warning", message="statement has no effect")
        return reply_ok(request.message_id, request.attributes, (warning,))


class EarlyNotifications(Habit):
    """The stream begins before the subscription is answered."""

    def early(self, request: RpcReceived) -> bool:
        return operation_of(request) == "create-subscription"


GENERAL: dict[str, type[Habit]] = {
    "strange-hello": StrangeHello,
    "folded-capabilities": FoldedCapabilities,
    "nul-bytes": NulBytes,
    "character-framing": CharacterFraming,
    "no-id-in-errors": NoIdInErrors,
    "no-ids": NoIds,
    "ok-beside-errors": OkBesideErrors,
    "busy-lock": BusyLock,
    "only-checks-none": OnlyChecksNone,
    "plain-elements": PlainElements,
    "filter-needed": FilterNeeded,
    "warns": Warns,
    "early-notifications": EarlyNotifications,
}
