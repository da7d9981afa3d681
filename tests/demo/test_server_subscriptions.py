"""Subscriptions of the demo device seen by an independent client: ncclient over SSH (RFC 5277, 8639, 8640, 8641).

ncclient has no operations for the newer ones; they are written out here after the RFCs, not by our builders.
"""

from __future__ import annotations

import warnings

import pytest
from lxml import etree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ncclient import manager
    from ncclient.operations import RPCError
    from ncclient.xml_ import to_ele

from netconf_gui.demo.clock import date_and_time
from netconf_gui.demo.device import Device
from netconf_gui.demo.server import DemoServer

DEMO = "urn:netconf-gui:demo"
EVENTS = "urn:netconf-gui:demo-events"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
SN = "urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"
YP = "urn:ietf:params:xml:ns:yang:ietf-yang-push"
DS = "urn:ietf:params:xml:ns:yang:ietf-datastores"
WAIT = 20


@pytest.fixture
def server(model, tmp_path):
    with DemoServer(Device(model), host_key=tmp_path / "key", password="right") as running:
        yield running


@pytest.fixture
def connect(server):
    opened = []

    def make():
        opened.append(
            manager.connect(
                host="127.0.0.1", port=server.port, username="demo", password="right", hostkey_verify=False,
                allow_agent=False, look_for_keys=False, timeout=WAIT,
            )
        )  # fmt: skip
        return opened[-1]

    yield make
    for one in opened:
        if one.connected:
            one.close_session()


def emit(client, count: int = 1, text: str = "x") -> None:
    client.dispatch(to_ele(f'<emit-events xmlns="{EVENTS}"><count>{count}</count><text>{text}</text></emit-events>'))


def establish(client, inside: str) -> str:
    text = f'<establish-subscription xmlns="{SN}" xmlns:yp="{YP}" xmlns:ds="{DS}">{inside}</establish-subscription>'
    reply = to_ele(client.dispatch(to_ele(text)).xml)
    number = reply.findtext(f"{{{SN}}}id")
    assert number and int(number) >= 2**31
    return number


def call(client, name: str, number: str, inside: str = "", namespace: str = SN) -> None:
    client.dispatch(to_ele(f'<{name} xmlns="{namespace}" xmlns:yp="{YP}"><id>{number}</id>{inside}</{name}>'))


def take(client, name: str = "") -> etree._Element:
    """The next event; of that name, if one is given."""
    while True:
        found = client.take_notification(timeout=WAIT)
        assert found is not None, f"no {name or 'notification'}"
        event = found.notification_ele[1]
        if not name or etree.QName(event).localname == name:
            return event


def vlan(client, number: int, name: str) -> None:
    client.edit_config(
        target="running",
        config=f'<config xmlns="{NC}"><vlans xmlns="{DEMO}"><vlan><id>{number}</id><name>{name}</name></vlan></vlans>'
        "</config>",
    )


def test_create_subscription_with_filter_and_replay(server, connect):
    client, other = connect(), connect()
    emit(other, 2, "past")
    start = date_and_time(server.device.clock.now() - 60)
    client.create_subscription(
        stream_name="NETCONF", start_time=start, filter=("xpath", ({"e": EVENTS}, "/e:test-event"))
    )
    assert [take(client).findtext(f"{{{EVENTS}}}text") for _ in range(2)] == ["past", "past"]
    assert etree.QName(take(client)).localname == "replayComplete"
    emit(other, 1, "now")
    assert take(client).findtext(f"{{{EVENTS}}}text") == "now"


def test_establish_modify_delete(connect):
    client, other = connect(), connect()
    number = establish(
        client, f'<stream-xpath-filter xmlns:d="{DEMO}">/d:none</stream-xpath-filter><stream>NETCONF</stream>'
    )
    emit(other)
    wanted = (
        f'<stream-subtree-filter><test-event xmlns="{EVENTS}"><text>this</text></test-event></stream-subtree-filter>'
    )
    call(client, "modify-subscription", number, wanted)
    emit(other, 1, "that")
    emit(other, 1, "this")
    assert take(client).findtext(f"{{{EVENTS}}}text") == "this"
    listed = client.get(("subtree", f'<subscriptions xmlns="{SN}"/>')).data_ele
    assert listed.findtext(f".//{{{SN}}}subscription/{{{SN}}}id") == number
    call(client, "delete-subscription", number)
    with pytest.raises(RPCError) as refused:
        call(client, "delete-subscription", number)
    assert refused.value.app_tag == "ietf-subscribed-notifications:no-such-subscription"
    assert refused.value.tag == "invalid-value"


def test_replay_and_kill(server, connect):
    client, other = connect(), connect()
    emit(other, 2)
    start = date_and_time(server.device.clock.now() - 60)
    number = establish(client, f"<stream>NETCONF</stream><replay-start-time>{start}</replay-start-time>")
    assert take(client, "replay-completed").findtext(f"{{{SN}}}id") == number
    call(other, "kill-subscription", number)
    ended = take(client, "subscription-terminated")
    assert ended.findtext(f"{{{SN}}}reason").endswith(":no-such-subscription")


def test_on_change_and_resync(connect):
    client, other = connect(), connect()
    number = establish(
        client,
        f'<yp:datastore>ds:running</yp:datastore><yp:datastore-subtree-filter><vlans xmlns="{DEMO}"/>'
        "</yp:datastore-subtree-filter><yp:on-change/>",
    )
    whole = take(client)
    assert whole.tag == f"{{{YP}}}push-update" and whole.findtext(f"{{{YP}}}id") == number
    assert whole.find(f"{{{YP}}}datastore-contents/{{{DEMO}}}vlans") is not None
    vlan(other, 99, "new")
    change = take(client)
    edit = change.find(f"{{{YP}}}datastore-changes/{{{YP}}}yang-patch/{{{YP}}}edit")
    assert edit.findtext(f"{{{YP}}}operation") == "create"
    assert edit.findtext(f"{{{YP}}}target") == "/netconf-gui-demo:vlans/vlan=99"
    assert edit.findtext(f"{{{YP}}}value/{{{DEMO}}}vlan/{{{DEMO}}}name") == "new"
    call(client, "resync-subscription", number, namespace=YP)
    assert "new" in [leaf.text for leaf in take(client, "push-update").iter(f"{{{DEMO}}}name")]


def test_periodic(connect):
    client = connect()
    wanted = "<yp:datastore>ds:operational</yp:datastore><yp:datastore-xpath-filter xmlns:d='urn:netconf-gui:demo'>"
    establish(
        client, f"{wanted}/d:vlans</yp:datastore-xpath-filter><yp:periodic><yp:period>10</yp:period></yp:periodic>"
    )
    for _ in range(3):
        assert take(client).find(f"{{{YP}}}datastore-contents/{{{DEMO}}}vlans") is not None


def test_suspended_resumed(connect):
    client, other = connect(), connect()
    number = establish(client, "<stream>NETCONF</stream>")
    tool = '<{0} xmlns="urn:netconf-gui:demo-subscriptions"><id>{1}</id></{0}>'
    other.dispatch(to_ele(tool.format("suspend-subscriptions", number)))
    assert take(client, "subscription-suspended").findtext(f"{{{SN}}}id") == number
    other.dispatch(to_ele(tool.format("resume-subscriptions", number)))
    assert take(client, "subscription-resumed").findtext(f"{{{SN}}}id") == number
