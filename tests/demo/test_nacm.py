"""The demo device with access control of its own, as ncclient sees it, which shares no code with it."""

from __future__ import annotations

import pytest
from lxml import etree
from ncclient.operations.rpc import RPCError

from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device
from netconf_gui.demo.personality import personality
from netconf_gui.demo.server import DemoServer
from tests.demo.conftest import ROUTES
from tests.demo.test_server import DEMO, connect, vlan

IF = "urn:ietf:params:xml:ns:yang:ietf-interfaces"
SYS = "urn:ietf:params:xml:ns:yang:ietf-system"
ACM = "urn:ietf:params:xml:ns:yang:ietf-netconf-acm"
SPACES = {"d": DEMO, "if": IF, "sys": SYS, "acm": ACM}


@pytest.fixture(scope="module")
def server(engine, tmp_path_factory):
    kind = personality("access-control")
    device = Device(load_model(engine, kind=kind, routes=ROUTES), kind=kind)
    with DemoServer(device, host_key=tmp_path_factory.mktemp("key") / "key", password="right") as running:
        yield running


@pytest.fixture
def as_user(server):
    opened = []

    def make(name: str):
        opened.append(connect(server, username=name))
        return opened[-1]

    yield make
    for session in opened:
        session.close_session()


def shown(client) -> etree._Element:
    return etree.fromstring(client.get_config(source="running").data_xml.encode())


def interface(name: str, text: str) -> str:
    return (
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><interfaces xmlns="{IF}"><interface>'
        f"<name>{name}</name><description>{text}</description></interface></interfaces></config>"
    )


def refusal(do) -> RPCError:
    with pytest.raises(RPCError) as caught:
        do()
    return caught.value


def test_each_user_sees_what_the_rules_show(as_user):
    admin, technician = shown(as_user("demo")), shown(as_user("technician"))
    assert admin.find(".//sys:authentication", SPACES) is not None
    assert technician.find(".//sys:authentication", SPACES) is None
    assert technician.find(".//d:encryption", SPACES) is None
    assert technician.find(".//d:tunnel", SPACES) is not None
    assert technician.find("acm:nacm/acm:rule-list", SPACES) is not None  # by a rule, against the schema's default


def test_writes_are_judged_node_by_node(as_user):
    client = as_user("technician")
    client.edit_config(interface("eth2", "mine"), target="candidate")
    client.discard_changes()
    refused = refusal(lambda: client.edit_config(interface("eth1", "mine"), target="candidate"))
    assert refused.tag == "access-denied" and "eth1" in refused.path
    client.edit_config(vlan(77, "new"), target="candidate")
    client.commit()
    gone = (
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><vlans xmlns="{DEMO}"><vlan '
        'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><id>77</id></vlan></vlans></config>'
    )
    assert refusal(lambda: client.edit_config(gone, target="candidate")).tag == "access-denied"  # no right to delete
    admin = as_user("demo")
    admin.edit_config(gone, target="candidate")
    admin.commit()


def test_a_commit_of_what_another_prepared_is_judged_too(as_user):
    admin, technician = as_user("demo"), as_user("technician")
    admin.edit_config(interface("eth1", "prepared"), target="candidate")
    assert refusal(technician.commit).tag == "access-denied"
    admin.discard_changes()


def test_readers_write_nothing_and_kill_nobody(as_user):
    reader, admin = as_user("guest"), as_user("demo")
    assert refusal(lambda: reader.edit_config(vlan(78, "x"), target="candidate")).tag == "access-denied"
    refused = refusal(lambda: reader.kill_session(admin.session_id))
    assert refused.tag == "access-denied"
    counted = etree.fromstring(admin.get(("subtree", f'<nacm xmlns="{ACM}"/>')).data_xml.encode())
    assert int(counted.findtext("acm:nacm/acm:denied-operations", namespaces=SPACES)) >= 1
    assert int(counted.findtext("acm:nacm/acm:denied-data-writes", namespaces=SPACES)) >= 1


def test_operations_and_notifications_by_name(as_user):
    reader, admin = as_user("guest"), as_user("demo")
    install = etree.fromstring(f'<install-firmware xmlns="{DEMO}"/>')
    assert refusal(lambda: reader.dispatch(install)).tag == "access-denied"
    reader.create_subscription()
    admin.create_subscription()
    admin.dispatch(
        etree.fromstring(f'<raise-test-alarm xmlns="{DEMO}"><threshold>case-temperature</threshold></raise-test-alarm>')
    )
    assert "threshold-crossed" in admin.take_notification(timeout=20).notification_xml
    admin.edit_config(vlan(79, "told"), target="running")
    told = reader.take_notification(timeout=20).notification_xml
    assert "netconf-config-change" in told  # the one before it was for others
    admin.edit_config(
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><vlans xmlns="{DEMO}"><vlan '
        'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><id>79</id></vlan></vlans></config>',
        target="running",
    )


def test_rules_in_force_are_those_of_running(as_user):
    admin, reader = as_user("demo"), as_user("guest")
    change = (
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><nacm xmlns="{ACM}"><enable-nacm>{{}}</enable-nacm>'
        "</nacm></config>"
    )
    admin.edit_config(change.format("false"), target="running")
    assert shown(reader).find(".//sys:authentication", SPACES) is not None
    admin.edit_config(change.format("true"), target="running")
    assert shown(reader).find(".//sys:authentication", SPACES) is None
