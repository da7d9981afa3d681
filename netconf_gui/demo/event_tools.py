"""The rpcs with which people and tests make the device tell things, or stop telling them.

Lives here: many events at once, a replay log that is lost, subscriptions that the device suspends or ends by itself.
Does not live here: what devices in general can do (`own`, `dynamic_operations`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo import parameters
from netconf_gui.demo.answer import OK, Answer
from netconf_gui.demo.device import Device
from netconf_gui.demo.dynamic import Dynamic
from netconf_gui.demo.nodes import leafs, top
from netconf_gui.demo.replies import invalid_value, missing_element, refused
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.xml import qn

NS_EVENTS = "urn:netconf-gui:demo-events"
NS_SUBSCRIPTIONS = "urn:netconf-gui:demo-subscriptions"

_SEVERITIES = ("information", "warning", "minor", "major", "critical", "cleared")
_REASONS = ("stream-unavailable", "no-such-subscription", "filter-unavailable", "suspension-timeout")


def emit_events(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """So many events after the reply, numbered from 1."""
    count = parameters.number(operation, "count", 1, 10_000_000, 1, NS_EVENTS)
    severity = parameters.one_of(operation, "severity", _SEVERITIES, "information", NS_EVENTS)
    text = parameters.text(operation, "text", NS_EVENTS) or "Something happened"

    def emit() -> None:
        for number in range(1, count + 1):
            event = top(NS_EVENTS, "test-event")
            leafs(event, {"number": number, "severity": severity, "text": text})
            device.stream.publish(event)

    return Answer(afterwards=device.guarded(emit))


def forget_events(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """The log for replay begins anew."""
    device.stream.forget_log()
    return OK


def suspend(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    found = _chosen(device, operation)

    def work() -> None:
        for subscription in found:
            device.dynamic.suspend(subscription, "insufficient-resources")

    return Answer(afterwards=device.guarded(work))


def resume(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    found = _chosen(device, operation)

    def work() -> None:
        for subscription in found:
            device.dynamic.resume(subscription)

    return Answer(afterwards=device.guarded(work))


def terminate(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    found = _chosen(device, operation)
    reason = (parameters.text(operation, "reason", NS_SUBSCRIPTIONS) or _REASONS[0]).rpartition(":")[2]
    if reason not in _REASONS:
        raise invalid_value(f"The reason is {reason}. Allowed: {', '.join(_REASONS)}.", "reason")

    def work() -> None:
        for subscription in found:
            device.dynamic.terminate(subscription, reason)

    return Answer(afterwards=device.guarded(work))


def _chosen(device: Device, operation: etree._Element) -> list[Dynamic]:
    """The subscription of that number, or all of them."""
    text = parameters.text(operation, "id", NS_SUBSCRIPTIONS)
    if text is None:
        if not parameters.flag(operation, "all", NS_SUBSCRIPTIONS):
            raise missing_element("id", etree.QName(operation).localname)
        return list(device.dynamic)
    found = device.dynamic.get(int(text)) if text.isdecimal() else None
    if found is None:
        raise refused("data-missing", f"There is no subscription {text}.", app_tag="instance-required")
    return [found]


NAMES = {
    qn(NS_EVENTS, "emit-events"): emit_events,
    qn(NS_EVENTS, "forget-events"): forget_events,
    qn(NS_SUBSCRIPTIONS, "suspend-subscriptions"): suspend,
    qn(NS_SUBSCRIPTIONS, "resume-subscriptions"): resume,
    qn(NS_SUBSCRIPTIONS, "terminate-subscriptions"): terminate,
}
