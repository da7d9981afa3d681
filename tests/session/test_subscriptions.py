"""Streams and subscriptions."""

from __future__ import annotations

import pytest

from netconf_gui.errors import CapabilityMissing
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.replies import Notification
from netconf_gui.session.subscriptions import (
    EventStream,
    create_subscription,
    ends_replay,
    ends_subscription,
    list_streams,
)
from tests.protocol.talk import event
from tests.session.device import FULL, Device

STREAMS = """<netconf xmlns="urn:ietf:params:xml:ns:netmod:notification"><streams>
<stream><name>NETCONF</name><description>all</description><replaySupport>true</replaySupport>
<replayLogCreationTime>2026-01-01T00:00:00Z</replayLogCreationTime></stream>
<stream><name>SNMP</name><replaySupport>false</replaySupport></stream></streams></netconf>"""


def test_events_may_come_before_the_reply() -> None:
    device = Device(*FULL)
    heard: list[Notification] = []
    sent: list[str] = []

    def subscribe(rpc: RpcReceived) -> bytes:
        sent.extend(str(item) for item in rpc.element.xpath(".//text()"))
        device.say(event("past"))
        return device.ok(rpc)

    device.on("create-subscription", subscribe)
    with device.session() as session:
        session.on_notification(heard.append)
        assert create_subscription(session, "NETCONF", start="2026-01-01T00:00:00Z") == ()
        device.say(event("replayComplete"))
        device.say(event("now"))
        device.say(event("notificationComplete"))
        session.close()
    assert sent == ["NETCONF", "2026-01-01T00:00:00Z"]
    assert [(ends_replay(item), ends_subscription(item)) for item in heard] == [
        (False, False),
        (True, False),
        (False, False),
        (False, True),
    ]


def test_without_the_capability_nothing_is_sent() -> None:
    device = Device()
    with device.session() as session, pytest.raises(CapabilityMissing, match="notification"):
        create_subscription(session)
    assert device.received == ["close-session"]


def test_streams() -> None:
    device = Device(*FULL)
    device.on("get", lambda rpc: device.data(rpc, STREAMS))
    with device.session() as session:
        assert list_streams(session) == (
            EventStream("NETCONF", "all", True, "2026-01-01T00:00:00Z"),
            EventStream("SNMP", "", False),
        )
        device.on("get", lambda rpc: device.data(rpc, ""))
        assert list_streams(session) == ()
