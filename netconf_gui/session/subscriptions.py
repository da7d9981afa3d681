"""Notifications by subscription (RFC 5277).

Lives here: the list of streams and create-subscription.  Does not live here: showing events, keeping them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import CapabilityMissing, RpcError
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import CAPABILITY
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.xml import NS_NETMOD_NOTIF, add_element, child_named, local_name, new_element, qn
from netconf_gui.session.datastores import Content, get
from netconf_gui.session.session import Session

REPLAY_COMPLETE = "replayComplete"
NOTIFICATION_COMPLETE = "notificationComplete"


@dataclass(frozen=True, slots=True)
class EventStream:
    """One stream a device offers (RFC 5277, section 3.2.5.1); `replay_from` is '' where unknown."""

    name: str
    description: str
    replay: bool
    replay_from: str = ""


def create_subscription(
    session: Session,
    stream: str | None = None,
    *,
    start: str | None = None,
    stop: str | None = None,
    filter_xml: Content | None = None,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> tuple[RpcError, ...]:
    """Ask for events on this session; `start` and `stop` are RFC 3339 times, of which `start` asks for a replay.

    Register `Session.on_notification` first: events may arrive before the reply does.  Without the interleave
    capability nothing but close-session may be sent on the session afterwards.  Returns the device's warnings.
    """
    if not session.capabilities.notification:
        raise CapabilityMissing(
            "The device does not offer notifications: it did not announce the capability notification.",
            f"{CAPABILITY}notification:1.0",
            state="Nothing was sent.",
        )
    operation = operations.create_subscription(
        stream, filter_xml, xpath=xpath, namespaces=namespaces, start=start, stop=stop
    )
    return session.call(operation, timeout=timeout, cancel=cancel).warnings


def list_streams(
    session: Session, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> tuple[EventStream, ...]:
    """The streams the device names; empty where it has no such list."""
    top = new_element(qn(NS_NETMOD_NOTIF, "netconf"), {None: NS_NETMOD_NOTIF})
    add_element(top, qn(NS_NETMOD_NOTIF, "streams"))
    node = child_named(get(session, filter_xml=top, timeout=timeout, cancel=cancel), "netconf")
    streams = child_named(node, "streams") if node is not None else None
    found: list[EventStream] = []
    for stream in streams if streams is not None else ():
        texts = {local_name(leaf): (leaf.text or "").strip() for leaf in stream}
        if texts.get("name"):
            found.append(
                EventStream(
                    texts["name"],
                    texts.get("description", ""),
                    texts.get("replaySupport") == "true",
                    texts.get("replayLogCreationTime", ""),
                )
            )
    return tuple(found)


def ends_replay(notification: Notification) -> bool:
    """Whether the events before this one were of the past, and those after it are of now."""
    event = notification.event
    return event is not None and local_name(event) == REPLAY_COMPLETE


def ends_subscription(notification: Notification) -> bool:
    """Whether nothing more comes (RFC 5277, section 2.1.1: the stop time has passed)."""
    event = notification.event
    return event is not None and local_name(event) == NOTIFICATION_COMPLETE
