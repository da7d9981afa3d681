"""Subscriptions, replay, and what is announced (RFC 5277, RFC 6470)."""

from __future__ import annotations

import pytest

from netconf_gui.demo.clock import date_and_time
from tests.demo.talk import DEMO, NOTIF, Client, interface, vlan


def subscribe(inside: str = "") -> str:
    return f'<create-subscription xmlns="{NOTIF}">{inside}</create-subscription>'


def test_sessions_come_and_go(device):
    watcher = Client(device)
    watcher.ok(subscribe())
    other = Client(device)
    other.ok("<close-session/>")
    third = Client(device)
    watcher.ok(f"<kill-session><session-id>{third.session_id}</session-id></kill-session>")
    reasons = [event.findtext("{*}termination-reason") for event in watcher.notifications]
    assert reasons == [None, "closed", None, "killed"]
    assert watcher.notifications[-1].findtext("{*}killed-by") == str(watcher.session_id)
    assert watcher.events() == [
        "netconf-session-start",
        "netconf-session-end",
        "netconf-session-start",
        "netconf-session-end",
    ]


def test_a_change_of_running_names_who_and_what(device):
    watcher, editor = Client(device), Client(device)
    watcher.ok(subscribe())
    editor.ok(editor.edit(vlan(99, "announced")))
    assert watcher.events() == []
    editor.ok("<commit/>")
    event = watcher.notifications[0]
    assert watcher.events() == ["netconf-config-change"]
    assert event.findtext("{*}changed-by/{*}session-id") == str(editor.session_id)
    assert event.findtext("{*}datastore") == "running"
    target = event.find("{*}edit/{*}target")
    assert "vlan" in target.text
    assert DEMO in target.nsmap.values()
    assert event.findtext("{*}edit/{*}operation") == "create"
    assert editor.events() == []


def test_the_target_of_a_change_is_an_instance_identifier(device):
    client = Client(device)
    client.ok(subscribe())
    routing = "urn:ietf:params:xml:ns:yang:ietf-routing"
    protocol = "<control-plane-protocol><type>static</type><name>static</name><description>New</description>"
    text = f'<routing xmlns="{routing}"><control-plane-protocols>{protocol}</control-plane-protocol>'
    client.ok(client.edit(f"{text}</control-plane-protocols></routing>", "running"))
    target = client.notifications[-1].find("{*}edit/{*}target")
    assert target.text == (
        "/r:routing/r:control-plane-protocols/r:control-plane-protocol[r:type='r:static'][r:name='static']"
        "/r:description".replace("r:", "ietf-routing:")
    )
    assert target.nsmap["ietf-routing"] == routing


def test_a_port_that_goes_down_is_announced(device):
    client = Client(device)
    client.ok(subscribe())
    client.ok(client.edit(interface("eth6", "<enabled>false</enabled>"), "running"))
    event = client.notifications[-1]
    assert client.events() == ["netconf-config-change", "port-state-changed"]
    assert event.findtext(f"{{{DEMO}}}oper-status") == "down"


def test_confirmed_commits_are_announced(device, clock):
    watcher, editor = Client(device), Client(device)
    watcher.ok(subscribe())
    editor.ok(editor.edit(vlan(99, "x")))
    editor.ok("<commit><confirmed/><confirm-timeout>30</confirm-timeout></commit>")
    clock.advance(30)
    kinds = [event.findtext("{*}confirm-event") for event in watcher.notifications]
    assert kinds == [None, "start", None, "timeout"]
    change = watcher.notifications[2]
    assert change.find("{*}changed-by/{*}server") is not None


def test_replay_then_live(device, clock):
    client = Client(device)
    clock.advance(10)
    client.ok(client.edit(vlan(98, "before"), "running"))
    clock.advance(10)
    since = date_and_time(clock.now())
    client.ok(client.edit(vlan(99, "after"), "running"))
    client.ok(subscribe(f"<startTime>{since}</startTime>"))
    assert client.events() == ["netconf-config-change", "replayComplete"]
    client.ok(client.edit(vlan(97, "live"), "running"))
    assert client.events() == ["netconf-config-change"]


def test_replay_of_everything_and_a_stop_in_the_past(device, clock):
    client = Client(device)
    started = date_and_time(clock.now())
    clock.advance(60)
    stop = date_and_time(clock.now())
    client.ok(subscribe(f"<startTime>{started}</startTime><stopTime>{stop}</stopTime>"))
    assert client.events() == ["netconf-session-start", "replayComplete", "notificationComplete"]
    client.ok(client.edit(vlan(97, "unheard"), "running"))
    assert client.events() == []
    client.ok(subscribe())


def test_a_stop_in_the_future(device, clock):
    client = Client(device)
    start, stop = date_and_time(clock.now()), date_and_time(clock.now() + 60)
    client.ok(subscribe(f"<startTime>{start}</startTime><stopTime>{stop}</stopTime>"))
    client.events()
    clock.advance(59)
    client.ok(client.edit(vlan(97, "heard"), "running"))
    clock.advance(1)
    client.ok(client.edit(vlan(98, "unheard"), "running"))
    assert client.events() == ["netconf-config-change", "notificationComplete"]


@pytest.mark.parametrize(
    ("inside", "tag"),
    [
        ("<stream>SYSLOG</stream>", "invalid-value"),
        ("<startTime>soon</startTime>", "bad-element"),
        ("<startTime>2999-01-01T00:00:00Z</startTime>", "bad-element"),
        ("<stopTime>2999-01-01T00:00:00Z</stopTime>", "missing-element"),
        ("<startTime>2020-01-02T00:00:00Z</startTime><stopTime>2020-01-01T00:00:00Z</stopTime>", "bad-element"),
        ("<filter type='xpath' select='//['/>", "bad-element"),
        ("<colour/>", "unknown-element"),
    ],
)
def test_refused(device, inside, tag):
    assert Client(device).error(subscribe(inside)).tag == tag


def test_only_one_subscription_a_session(device):
    client = Client(device)
    client.ok(subscribe("<stream>NETCONF</stream>"))
    assert client.error(subscribe()).tag == "operation-failed"


def test_subtree_filter(device):
    client = Client(device)
    client.ok(subscribe(f'<filter type="subtree"><port-state-changed xmlns="{DEMO}"/></filter>'))
    client.ok(client.edit(interface("eth6", "<enabled>false</enabled>"), "running"))
    assert client.events() == ["port-state-changed"]


def test_xpath_filter(device):
    client = Client(device)
    client.ok(subscribe(f'<filter type="xpath" xmlns:d="{DEMO}" select="/d:port-state-changed"/>'))
    client.ok(client.edit(interface("eth6", "<enabled>false</enabled>"), "running"))
    assert client.events() == ["port-state-changed"]


def test_own_notification_on_request(device):
    client = Client(device)
    client.ok(subscribe())
    client.ok(f'<raise-test-alarm xmlns="{DEMO}"><threshold>case-temperature</threshold></raise-test-alarm>')
    assert client.events() == ["threshold-crossed"]
    unknown = f'<raise-test-alarm xmlns="{DEMO}"><threshold>nothing</threshold></raise-test-alarm>'
    assert client.error(unknown).app_tag == "instance-required"


def test_notifications_are_counted(device):
    client = Client(device)
    client.ok(subscribe())
    client.ok(client.edit(vlan(97, "counted"), "running"))
    state = client.data("<get/>").find("{*}netconf-state")
    assert state.findtext("{*}statistics/{*}out-notifications") == "1"
    assert state.findtext("{*}sessions/{*}session/{*}out-notifications") == "1"


def test_events_are_as_their_modules_define_them(device):
    """Every node of every event is in the schema, and what is mandatory is there."""
    client = Client(device)
    client.ok(subscribe())
    Client(device).ok("<close-session/>")
    client.ok(client.edit(interface("eth6", "<enabled>false</enabled>")))
    client.ok("<commit><confirmed/></commit>")
    client.ok("<cancel-commit/>")
    client.ok(f'<raise-test-alarm xmlns="{DEMO}"><threshold>case-temperature</threshold></raise-test-alarm>')
    schema = device.model.schema
    events = {f"{{{node.namespace}}}{node.name}": node for node in schema.notifications()}

    def check(element, node) -> None:
        inside = {f"{{{child.namespace}}}{child.name}": child for child in schema.data_children(node)}
        for child in element:
            check(child, inside[child.tag])
        for tag, child in inside.items():
            assert not child.mandatory or element.find(tag) is not None, tag

    seen = set()
    for element in client.notifications:
        check(element, events[element.tag])
        seen.add(events[element.tag].name)
    assert seen == {
        "netconf-session-start",
        "netconf-session-end",
        "netconf-config-change",
        "netconf-confirmed-commit",
        "port-state-changed",
        "threshold-crossed",
    }


def test_devices_without_notifications(device_of):
    assert Client(device_of("minimal")).error(subscribe()).tag == "operation-not-supported"
