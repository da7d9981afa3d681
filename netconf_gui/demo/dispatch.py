"""From a request to its reply: finds the operation, checks access, turns refusals into rpc-errors.

Lives here: the table of operations and the form of replies.  Does not live here: what the operations do, and bytes
(`conversation`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from netconf_gui.demo import (
    actions,
    compare,
    control,
    diagnostics,
    dynamic_operations,
    editing,
    event_tools,
    nacm,
    nmda,
    own,
    partial_lock,
    reading,
    subscribing,
)
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.device import Device
from netconf_gui.demo.replies import RefusedError, not_supported, refused
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.errors import EditRefused, RpcError, SchemaError
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.replies import reply_data, reply_errors, reply_ok
from netconf_gui.protocol.xml import (
    NS_BASE,
    NS_MONITORING,
    NS_NMDA,
    NS_NOTIF,
    NS_PARTIAL_LOCK,
    NS_PRIVATE_CANDIDATE,
    NS_YANG,
    local_name,
    namespace_of,
    qn,
)

Handler: TypeAlias = Callable[[Device, DeviceSession, etree._Element], Answer]

OPERATIONS: Mapping[str, Handler] = {
    qn(NS_BASE, "get"): reading.get,
    qn(NS_BASE, "get-config"): reading.get_config,
    qn(NS_MONITORING, "get-schema"): reading.get_schema,
    qn(NS_BASE, "edit-config"): editing.edit_config,
    qn(NS_BASE, "copy-config"): editing.copy_config,
    qn(NS_BASE, "delete-config"): editing.delete_config,
    qn(NS_BASE, "validate"): editing.validate,
    qn(NS_BASE, "discard-changes"): editing.discard_changes,
    qn(NS_PRIVATE_CANDIDATE, "update"): editing.update,
    qn(NS_BASE, "commit"): editing.commit,
    qn(NS_BASE, "cancel-commit"): editing.cancel_commit,
    qn(NS_BASE, "lock"): control.lock,
    qn(NS_BASE, "unlock"): control.unlock,
    qn(NS_BASE, "close-session"): control.close_session,
    qn(NS_BASE, "kill-session"): control.kill_session,
    qn(NS_PARTIAL_LOCK, "partial-lock"): partial_lock.partial_lock,
    qn(NS_PARTIAL_LOCK, "partial-unlock"): partial_lock.partial_unlock,
    qn(NS_NMDA, "get-data"): nmda.get_data,
    qn(NS_NMDA, "edit-data"): nmda.edit_data,
    qn(NS_NOTIF, "create-subscription"): subscribing.create_subscription,
    qn(NS_YANG, "action"): actions.action,
    **compare.NAMES,
    **own.NAMES,
    **diagnostics.NAMES,
    **dynamic_operations.NAMES,
    **event_tools.NAMES,
}


@dataclass(frozen=True, slots=True)
class Response:
    """A reply's text, what is to be done once it is on its way, and the seconds that pass before."""

    message: bytes
    afterwards: Callable[[], None]
    seconds: float = 0.0


def nothing() -> None:
    """For replies after which nothing is to be done."""


def respond(device: Device, session: DeviceSession, request: RpcReceived) -> Response:
    """Carry out one request; whatever goes wrong becomes rpc-errors."""
    with device.lock:
        device.sessions.count_rpc(session)
        try:
            answer = _carry_out(device, session, request)
        except RefusedError as refusal:
            return failed(device, session, request.message_id, request.attributes, refusal.errors)
        except EditRefused as refusal:
            return failed(device, session, request.message_id, request.attributes, (refusal.error,))
        except SchemaError as error:
            # the engine died or ran out of time: the device goes on
            failure = refused("operation-failed", f"The device cannot validate now: {error.message}")
            return failed(device, session, request.message_id, request.attributes, failure.errors)
    if answer.elements is None:
        return Response(reply_ok(request.message_id, request.attributes, answer.warnings), answer.afterwards)
    wrapper = qn(NS_BASE, "data") if answer.in_data else None
    message = reply_data(request.message_id, request.attributes, answer.elements, wrapper=wrapper)
    return Response(message, answer.afterwards, answer.seconds)


def failed(
    device: Device,
    session: DeviceSession,
    message_id: str | None,
    attributes: Mapping[str, str],
    errors: tuple[RpcError, ...],
) -> Response:
    """A reply with rpc-errors, counted."""
    device.sessions.count_error(session)
    return Response(reply_errors(message_id, attributes, errors), nothing)


def _carry_out(device: Device, session: DeviceSession, request: RpcReceived) -> Answer:
    if device.sessions.get(session.session_id) is not session:
        # killed while the request waited for its turn: what it would lock, nobody would unlock
        raise refused("operation-failed", "The session has ended.", error_type="rpc")
    if request.message_id is None:
        raise refused(
            "missing-attribute",
            "The rpc has no message-id.",
            error_type="rpc",
            info=[("bad-attribute", "message-id"), ("bad-element", "rpc")],
        )
    operation = request.operation
    if operation is None:
        raise refused("missing-element", "The rpc holds no operation.", error_type="rpc")
    handler = OPERATIONS.get(str(operation.tag))
    name = local_name(operation)
    if handler is None:
        raise not_supported(f"The device has no operation {name} in the namespace {namespace_of(operation)!r}.")
    nacm.check_operation(device, session, operation)
    subscribing.check_interleave(device, session, name)
    device.acting(session)
    try:
        return handler(device, session, operation)
    finally:
        device.acting(None)
