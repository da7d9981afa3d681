"""create-subscription (RFC 5277, section 2.1.1): parameters and their checks.

Does not live here: the stream itself (`stream`), how filters work (`config.filters`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo import parameters
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.clock import parse_date_and_time
from netconf_gui.demo.device import Device
from netconf_gui.demo.replies import (
    bad_element,
    invalid_value,
    missing_element,
    not_supported,
    refused,
    unknown_element,
)
from netconf_gui.demo.selection import event_filter
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.xml import NS_NOTIF, local_name, qn

STREAM = "NETCONF"


def create_subscription(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    if not device.kind.notifications:
        raise not_supported("This device sends no notifications.")
    wanted = parameters.child(operation, "filter", NS_NOTIF)
    if wanted is None:
        wanted = parameters.child(operation, "filter")  # some clients write it in the base namespace
    _check_names([child for child in parameters.children(operation) if child is not wanted])
    stream = parameters.text(operation, "stream", NS_NOTIF)
    if stream not in (None, STREAM):
        raise invalid_value(f"There is no event stream {stream}.", "stream")
    if device.dynamic.of(session):
        raise not_supported("This session has subscriptions of RFC 8639; use another session (RFC 8640, section 4).")
    if device.stream.subscribed(session):
        raise refused("operation-failed", "This session has a subscription already.", error_type="protocol")
    start = _time(operation, "startTime")
    stop = _time(operation, "stopTime")
    if start is not None and not device.kind.replay:
        raise refused("operation-failed", "This device cannot replay events.", error_type="protocol")
    if start is not None and start > device.clock.now():
        raise bad_element("startTime", "startTime is in the future.")
    if stop is not None and start is None:
        raise missing_element("startTime", "create-subscription")
    if stop is not None and start is not None and stop < start:
        raise bad_element("stopTime", "stopTime is before startTime.")
    select = event_filter(device, wanted)

    def begin() -> None:
        device.stream.subscribe(session, select, start, stop)

    return Answer(afterwards=device.guarded(begin))


def _check_names(given: list[etree._Element]) -> None:
    known = {qn(NS_NOTIF, name) for name in ("stream", "startTime", "stopTime")}
    for found in given:
        if found.tag not in known:
            raise unknown_element(local_name(found), "create-subscription")


def check_interleave(device: Device, session: DeviceSession, operation: str) -> None:
    """Without the interleave capability a session that hears events takes only close-session (RFC 5277, section 6)."""
    if not device.kind.interleave and operation != "close-session" and device.stream.subscribed(session):
        raise refused("operation-failed", "This session hears events; use another one for requests.")


def _time(operation: etree._Element, name: str) -> float | None:
    text = parameters.text(operation, name, NS_NOTIF)
    if text is None:
        return None
    try:
        return parse_date_and_time(text)
    except ValueError:
        raise bad_element(name, f"{name} is {text!r}, which is no date and time.") from None
