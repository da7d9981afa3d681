"""Notifications by subscription (RFC 5277), and the streams that there are.

Lives here: the list of streams and create-subscription.  Does not live here: subscriptions with a number of their own
(`dynamic_subscriptions`), showing events, keeping them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import CapabilityMissing, RpcError
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import CAPABILITY
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.subscription_operations import NS_SUBSCRIBED
from netconf_gui.protocol.xml import NS_NETMOD_NOTIF, add_element, child_named, local_name, new_element, qn
from netconf_gui.session.datastores import Content, get
from netconf_gui.session.session import Session

REPLAY_COMPLETE = ("replayComplete", "replay-completed")
NOTIFICATION_COMPLETE = ("notificationComplete", "subscription-completed")


@dataclass(frozen=True, slots=True)
class EventStream:
    """One stream a device offers (RFC 5277, section 3.2.5.1; RFC 8639, section 2.1).

    `replay_from` is when its log began, `aged` the last event that has been dropped from the log; '' where unknown.
    """

    name: str
    description: str
    replay: bool
    replay_from: str = ""
    aged: str = ""


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
    operation = operations.create_subscription(
        stream, filter_xml, xpath=xpath, namespaces=namespaces, start=start, stop=stop
    )
    return subscribe(session, operation, timeout=timeout, cancel=cancel)


def subscribe(
    session: Session, operation: Operation, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> tuple[RpcError, ...]:
    """Send a create-subscription that is made already; as `create_subscription`."""
    if not session.capabilities.notification:
        raise CapabilityMissing(
            "The device does not offer notifications: it did not announce the capability notification.",
            f"{CAPABILITY}notification:1.0",
            state="Nothing was sent.",
        )
    warnings = session.call(operation, timeout=timeout, cancel=cancel).warnings
    session.has_subscription = True
    return warnings


def list_streams(
    session: Session,
    *,
    subscribed: bool = False,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> tuple[EventStream, ...]:
    """The streams the device names; empty where it has no such list.

    With `subscribed` those of ietf-subscribed-notifications are asked for, too, for a device that has the module.
    """
    top = new_element(qn(NS_NETMOD_NOTIF, "netconf"), {None: NS_NETMOD_NOTIF})
    add_element(top, qn(NS_NETMOD_NOTIF, "streams"))
    wanted = [top]
    if subscribed:
        wanted.append(new_element(qn(NS_SUBSCRIBED, "streams"), {None: NS_SUBSCRIBED}))
    data = get(session, filter_xml=wanted, timeout=timeout, cancel=cancel)
    found: dict[str, EventStream] = {}
    for holder in (child_named(data, "netconf"), data):
        streams = child_named(holder, "streams") if holder is not None else None
        for stream in streams if streams is not None else ():
            known = _stream(stream)
            if known.name and (known.name not in found or known.replay):
                found[known.name] = known
    return tuple(found.values())


def _stream(element: etree._Element) -> EventStream:
    texts = {local_name(leaf): (leaf.text or "").strip() for leaf in element}
    return EventStream(
        texts.get("name", ""),
        texts.get("description", ""),
        texts.get("replaySupport") == "true" or "replay-support" in texts,
        texts.get("replayLogCreationTime") or texts.get("replay-log-creation-time", ""),
        texts.get("replayLogAgedTime") or texts.get("replay-log-aged-time", ""),
    )


def ends_replay(notification: Notification) -> bool:
    """Whether the events before this one were of the past, and those after it are of now."""
    event = notification.event
    return event is not None and local_name(event) in REPLAY_COMPLETE


def ends_subscription(notification: Notification) -> bool:
    """Whether nothing more comes (RFC 5277, section 2.1.1: the stop time has passed)."""
    event = notification.event
    return event is not None and local_name(event) in NOTIFICATION_COMPLETE
