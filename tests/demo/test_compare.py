"""compare (RFC 9144): the device's own comparison says what ours says, and applying it makes the source the target."""

from __future__ import annotations

import pytest

from netconf_gui.config.device_compare import Comparison, read_comparison
from netconf_gui.demo.access import Role
from netconf_gui.demo.device import Device
from netconf_gui.protocol.xml import local_name
from tests.demo.talk import INTERFACES, Client

COMPARE = "urn:ietf:params:xml:ns:yang:ietf-nmda-compare"
DATASTORES = "urn:ietf:params:xml:ns:yang:ietf-datastores"
SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


def request(source: str, target: str, more: str = "") -> str:
    return (
        f'<compare xmlns="{COMPARE}" xmlns:ds="{DATASTORES}" xmlns:s="{SYSTEM}"><source>ds:{source}</source>'
        f"<target>ds:{target}</target>{more}</compare>"
    )


def edited(client: Client) -> None:
    client.ok(
        "<edit-config><target><candidate/></target><config>"
        f'<system xmlns="{SYSTEM}"><hostname>renamed</hostname><location/></system>'
        f'<interfaces xmlns="{INTERFACES}"><interface><name>new0</name>'
        '<type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:softwareLoopback</type></interface></interfaces>'
        "</config></edit-config>"
    )


def asked(client: Client, device: Device, source: str, target: str, more: str = "") -> Comparison:
    reply = client.rpc(request(source, target, more))
    assert not reply.errors, reply.errors
    return read_comparison(reply.element, device.model.schema)


def told(found: Comparison) -> dict[str, tuple[str, str | None, str | None]]:
    return {str(one.path): (one.kind, one.old, one.new) for one in found.entries}


def test_candidate_and_running_are_compared_in_both_directions(device: Device) -> None:
    client = Client(device)
    assert not asked(client, device, "running", "candidate").entries
    edited(client)
    found = told(asked(client, device, "running", "candidate"))
    assert found["/ietf-system:system/hostname"] == ("changed", "demo-edge-1", "renamed")
    assert found["/ietf-interfaces:interfaces/interface[name='new0']"][0] == "added"
    back = told(asked(client, device, "candidate", "running"))
    assert back["/ietf-system:system/hostname"] == ("changed", "renamed", "demo-edge-1")
    assert back["/ietf-interfaces:interfaces/interface[name='new0']"][0] == "removed"
    assert found.keys() == back.keys()


def test_filters_and_state(device: Device) -> None:
    client = Client(device)
    edited(client)
    subtree = f'<subtree-filter><system xmlns="{SYSTEM}"><hostname/></system></subtree-filter>'
    (one,) = asked(client, device, "running", "candidate", subtree).entries
    assert str(one.path) == "/ietf-system:system/hostname"
    (one,) = asked(client, device, "running", "candidate", "<xpath-filter>/s:system/s:hostname</xpath-filter>").entries
    assert one.new == "renamed"
    nothing = '<subtree-filter><x xmlns="urn:nobody"/></subtree-filter>'
    assert not asked(client, device, "running", "candidate", nothing).matched
    state = f'<subtree-filter><interfaces xmlns="{INTERFACES}"/></subtree-filter>'
    plain = {str(one.path) for one in asked(client, device, "running", "operational", state).entries}
    full = {str(one.path) for one in asked(client, device, "running", "operational", "<all/>" + state).entries}
    assert not any("oper-status" in path for path in plain) and any("oper-status" in path for path in full)


def test_intended_lacks_what_is_inactive(device: Device) -> None:
    kinds = {one.kind for one in asked(Client(device), device, "running", "intended").entries}
    assert kinds <= {"removed"}


@pytest.mark.parametrize(
    ("content", "tag"),
    [
        ("<target>ds:running</target>", "missing-element"),
        ("<source>ds:nowhere</source><target>ds:running</target>", "invalid-value"),
        ("<source>ds:running</source><target>running</target>", "invalid-value"),
        ("<source>ds:running</source><target>ds:startup</target><report-origin/>", "operation-not-supported"),
        ("<source>ds:running</source><target>ds:startup</target><other/>", "unknown-element"),
    ],
)
def test_what_is_refused(device: Device, content: str, tag: str) -> None:
    body = f'<compare xmlns="{COMPARE}" xmlns:ds="{DATASTORES}">{content}</compare>'
    assert Client(device).error(body).tag == tag


def test_only_those_who_may_compare_and_devices_that_can(device: Device, device_of) -> None:
    reader = Client(device, "guest", Role.READER)
    assert reader.error(request("running", "candidate")).tag == "access-denied"
    minimal = device_of("minimal")
    assert not minimal.kind.nmda
    assert Client(minimal).error(request("running", "running")).tag == "operation-not-supported"
    assert "ietf-nmda-compare" not in {source.name for source in minimal.model.sources}


def test_the_answer_is_what_the_module_describes(device: Device) -> None:
    client = Client(device)
    edited(client)
    (differences,) = client.rpc(request("running", "candidate")).element
    names = [local_name(one) for one in differences.iter("{*}edit", "{*}source-value", "{*}value", "{*}target")]
    assert names.count("edit") >= 2 and "source-value" in names
    schema = device.model.schema
    assert schema is not None
    module = schema.module("ietf-nmda-compare")
    assert module is not None and module.revision == "2021-12-10"
