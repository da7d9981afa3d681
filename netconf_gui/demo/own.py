"""The rpcs of the device's own module and of ietf-system (RFC 7317, section 3.6).

Lives here: what they do.  Does not live here: actions, which belong to a node (`actions`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo import events, parameters
from netconf_gui.demo.access import NS_DEMO, NS_SYSTEM
from netconf_gui.demo.answer import OK, Answer
from netconf_gui.demo.clock import parse_date_and_time
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import descend, top, value_of
from netconf_gui.demo.replies import invalid_value, not_supported, refused
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.xml import qn


def ping(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    parameters.only(operation, ("destination", "count", "size"), NS_DEMO)
    destination = parameters.required_text(operation, "destination", NS_DEMO)
    count = parameters.number(operation, "count", 1, 100, 5, NS_DEMO)
    parameters.number(operation, "size", 28, 9216, 84, NS_DEMO)
    answered = count - count // 10
    milliseconds = device.operational.traffic.gauge(f"ping {destination}", 0.4, 18.0)
    return Answer(
        [_output("sent", count), _output("received", answered), _output("round-trip-time", f"{milliseconds:.3f}")]
    )


def _output(name: str, value: object) -> etree._Element:
    node = top(NS_DEMO, name)
    node.text = str(value)
    return node


def clear_interface_counters(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    parameters.only(operation, ("interface", "all"), NS_DEMO)
    wished = parameters.text(operation, "interface", NS_DEMO)
    known = tuple(events.enabled_interfaces(device.datastores.running))
    if wished is None and not parameters.flag(operation, "all", NS_DEMO):
        raise refused("data-missing", "Name one interface, or all.", app_tag="missing-choice")
    if wished is not None and wished not in known:
        raise refused("data-missing", f"There is no interface {wished}.", app_tag="instance-required")
    for name in known if wished is None else (wished,):
        device.operational.traffic.clear(name)
    return OK


def raise_test_alarm(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    wished = parameters.required_text(operation, "threshold", NS_DEMO)
    for threshold in descend(device.datastores.running, NS_DEMO, "monitoring", "threshold"):
        if value_of(threshold, "name") == wished:
            return _announce(device, events.threshold_crossed(wished, "rising", value_of(threshold, "rising")))
    raise refused("data-missing", f"There is no threshold {wished}.", app_tag="instance-required")


def _announce(device: Device, event: etree._Element) -> Answer:
    return Answer(afterwards=device.guarded(lambda: device.stream.publish(event)))


def set_current_datetime(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    wished = parameters.required_text(operation, "current-datetime", NS_SYSTEM)
    for enabled in descend(device.datastores.running, NS_SYSTEM, "system", "ntp", "enabled"):
        if (enabled.text or "").strip() == "true":
            raise refused("operation-failed", "The clock follows NTP and cannot be set.", app_tag="ntp-active")
    try:
        device.operational.clock_offset = parse_date_and_time(wished) - device.clock.now()
    except ValueError as error:
        raise invalid_value(f"{error}.", "current-datetime") from None
    return OK


def system_restart(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """All sessions end, running is read from startup again."""
    return Answer(afterwards=device.restart)


def system_shutdown(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    raise not_supported("The demo device cannot be switched off; end its program instead.")


NAMES = {
    qn(NS_DEMO, "ping"): ping,
    qn(NS_DEMO, "clear-interface-counters"): clear_interface_counters,
    qn(NS_DEMO, "raise-test-alarm"): raise_test_alarm,
    qn(NS_SYSTEM, "set-current-datetime"): set_current_datetime,
    qn(NS_SYSTEM, "system-restart"): system_restart,
    qn(NS_SYSTEM, "system-shutdown"): system_shutdown,
}
