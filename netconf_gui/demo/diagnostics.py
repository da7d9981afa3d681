"""The device's rpcs for the people who try out the console: one with every type, a slow one, one that fails.

Lives here: `run-diagnostics`, `collect-support-data`, `install-firmware`.  Does not live here: the other rpcs (`own`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo import events, parameters
from netconf_gui.demo.access import NS_DEMO
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import top
from netconf_gui.demo.replies import missing_element, refused
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.errors import RpcError
from netconf_gui.protocol.xml import add_element, qn

_TESTS = ("memory", "ports", "sensors")


def run_diagnostics(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """Every test passes, but that of ports with an interface that is not enabled."""
    tests = [(found.text or "").strip() for found in operation.iterfind(qn(NS_DEMO, "test"))]
    if not tests:
        raise missing_element("test", "run-diagnostics")
    if any(test not in _TESTS for test in tests):
        raise refused("invalid-value", f"Allowed: {', '.join(_TESTS)}.", info=[("bad-element", "test")])
    thorough = parameters.one_of(operation, "depth", ("quick", "thorough"), "quick", NS_DEMO) == "thorough"
    if thorough and not parameters.text(operation, "confirmation-password", NS_DEMO):
        raise missing_element("confirmation-password", "run-diagnostics")
    port = parameters.text(operation, "interface", NS_DEMO)
    enabled = port is None or port in events.enabled_interfaces(device.datastores.running)
    results = [_result(test, passed=enabled or test != "ports", seconds="8.5" if thorough else "0.4") for test in tests]
    verdict = top(NS_DEMO, "verdict")
    verdict.text = "passed" if enabled or "ports" not in tests else "failed"
    return Answer([verdict, *results])


def _result(test: str, *, passed: bool, seconds: str) -> etree._Element:
    node = top(NS_DEMO, "result")
    add_element(node, qn(NS_DEMO, "test"), test)
    add_element(node, qn(NS_DEMO, "passed"), "true" if passed else "false")
    add_element(node, qn(NS_DEMO, "seconds"), seconds)
    return node


def collect_support_data(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """So many records, after so many seconds; other sessions go on meanwhile."""
    seconds = parameters.number(operation, "seconds", 0, 600, 10, NS_DEMO)
    count = parameters.number(operation, "records", 0, 200_000, 100, NS_DEMO)
    return Answer([_record(number) for number in range(1, count + 1)], seconds=float(seconds))


def _record(number: int) -> etree._Element:
    node = top(NS_DEMO, "record")
    add_element(node, qn(NS_DEMO, "number"), str(number))
    add_element(node, qn(NS_DEMO, "text"), f"sensor {number % 7} read {40 + number % 13} degrees")
    return node


def install_firmware(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """Refused, with the parameter that is to blame in the error-path."""
    url = parameters.required_text(operation, "url", NS_DEMO)
    raise refused_at("url", f"There is no firmware at {url}.", "no-firmware")


def refused_at(name: str, message: str, app_tag: str) -> Exception:
    """A refusal that names a parameter by its path (RFC 6241, section 4.3)."""
    found = refused("operation-failed", message, app_tag=app_tag)
    error = found.errors[0]
    path = f"/nc:rpc/demo:install-firmware/demo:{name}"
    named = RpcError(
        type=error.type, tag=error.tag, app_tag=error.app_tag, path=path, message=error.message, message_lang="en",
        path_namespaces=(("nc", "urn:ietf:params:xml:ns:netconf:base:1.0"), ("demo", NS_DEMO)),
    )  # fmt: skip
    return type(found)(named)


NAMES = {
    qn(NS_DEMO, "run-diagnostics"): run_diagnostics,
    qn(NS_DEMO, "collect-support-data"): collect_support_data,
    qn(NS_DEMO, "install-firmware"): install_firmware,
}
