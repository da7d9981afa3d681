"""Subscriptions with numbers of their own and to datastores (RFC 8639, RFC 8640, RFC 8641)."""

from __future__ import annotations

import pytest
from lxml import etree

from netconf_gui.demo.access import Role
from netconf_gui.demo.clock import date_and_time
from netconf_gui.demo.dynamic import FIRST
from netconf_gui.demo.event_tools import NS_EVENTS, NS_SUBSCRIPTIONS
from netconf_gui.protocol.subscription_operations import NS_PUSH, NS_SUBSCRIBED
from netconf_gui.protocol.xml import NS_BASE, serialize
from tests.demo.talk import DEMO, INTERFACES, NOTIF, Client, interface, vlan

DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"'


def establish(inside: str = "<stream>NETCONF</stream>") -> str:
    return f'<establish-subscription xmlns="{NS_SUBSCRIBED}" xmlns:yp="{NS_PUSH}">{inside}</establish-subscription>'


def push(trigger: str, datastore: str = "running", selection: str = "") -> str:
    return establish(f"<yp:datastore {DS}>ds:{datastore}</yp:datastore>{selection}{trigger}")


ON_CHANGE = "<yp:on-change/>"
VLANS = f'<yp:datastore-xpath-filter xmlns:d="{DEMO}">/d:vlans/d:vlan[d:id=99]</yp:datastore-xpath-filter>'


def begin(client: Client, request: str) -> int:
    reply = client.rpc(request)
    assert reply.ok, reply.errors
    return int(reply.element.findtext(f"{{{NS_SUBSCRIBED}}}id"))


def on(name: str, number: int, inside: str = "", namespace: str = NS_SUBSCRIBED) -> str:
    return f'<{name} xmlns="{namespace}" xmlns:yp="{NS_PUSH}"><id>{number}</id>{inside}</{name}>'


def emit(count: int = 1, text: str = "x") -> str:
    return f'<emit-events xmlns="{NS_EVENTS}"><count>{count}</count><text>{text}</text></emit-events>'


def last(client: Client) -> etree._Element:
    return client.notifications[-1]


def test_a_subscription_to_a_stream(device):
    client = Client(device)
    number = begin(client, establish())
    assert number == FIRST
    client.ok(emit(3))
    assert client.events() == ["test-event"] * 3
    client.ok(on("delete-subscription", number))
    client.ok(emit())
    assert client.events() == []
    error = client.error(on("delete-subscription", number))
    assert (error.tag, error.app_tag) == ("invalid-value", "ietf-subscribed-notifications:no-such-subscription")


def test_only_its_own_session_may_delete_but_an_operator_kills(device):
    client, other = Client(device), Client(device)
    number = begin(client, establish())
    assert other.error(on("delete-subscription", number)).tag == "invalid-value"
    other.ok(on("kill-subscription", number))
    assert client.events() == ["subscription-terminated"]
    reader = Client(device, "reader", Role.READER)
    assert reader.error(on("kill-subscription", number)).tag == "access-denied"
    assert begin(reader, establish()) == number + 1


def test_filters_can_be_changed(device):
    client = Client(device)
    xpath = f'<stream-xpath-filter xmlns:d="{DEMO}">/d:port-state-changed</stream-xpath-filter>'
    number = begin(client, establish(f"{xpath}<stream>NETCONF</stream>"))
    client.ok(emit())
    assert client.events() == []
    subtree = f'<stream-subtree-filter><test-event xmlns="{NS_EVENTS}"/></stream-subtree-filter>'
    client.ok(on("modify-subscription", number, subtree))
    client.ok(emit())
    client.ok(client.edit(interface("eth6", "<enabled>false</enabled>"), "running"))
    assert client.events() == ["test-event"]


def test_a_filter_of_the_configuration_that_changes_and_goes(device):
    def named(name: str, operation: str = "") -> str:
        mark = f' xmlns:nc="{NS_BASE}" nc:operation="{operation}"' if operation else ""
        wanted = f'<stream-subtree-filter><{name} xmlns="{NS_EVENTS}"/></stream-subtree-filter>'
        inside = "" if operation == "delete" else wanted
        return f'<filters xmlns="{NS_SUBSCRIBED}"><stream-filter{mark}><name>f</name>{inside}</stream-filter></filters>'

    client = Client(device)
    wish = establish("<stream-filter-name>f</stream-filter-name><stream>NETCONF</stream>")
    assert client.error(wish).app_tag == "ietf-subscribed-notifications:filter-unavailable"
    client.ok(client.edit(named("other"), "running"))
    begin(client, wish)
    client.ok(emit())
    assert client.events() == []
    client.ok(client.edit(named("test-event", "delete"), "running"))
    assert client.events() == ["subscription-terminated"]
    client.ok(client.edit(named("other"), "running"))
    begin(client, wish)
    client.ok(client.edit(named("test-event", "replace"), "running"))
    assert client.events() == ["subscription-modified"]
    client.ok(emit())
    assert client.events() == ["test-event"]


def test_replay_tells_where_it_begins(device, clock):
    client = Client(device)
    clock.advance(10)
    client.ok(emit(2))
    start = date_and_time(clock.now() - 5)
    begin(client, establish(f"<stream>NETCONF</stream><replay-start-time>{start}</replay-start-time>"))
    assert client.events() == ["test-event", "test-event", "replay-completed"]
    client.ok(f'<forget-events xmlns="{NS_EVENTS}"/>')
    reply = Client(device).rpc(establish(f"<stream>NETCONF</stream><replay-start-time>{start}</replay-start-time>"))
    assert reply.element.findtext("{*}replay-start-time-revision") == date_and_time(clock.now())


def test_a_stop_time_ends_it(device, clock):
    client = Client(device)
    stop = date_and_time(clock.now() + 60)
    number = begin(client, establish(f"<stream>NETCONF</stream><stop-time>{stop}</stop-time>"))
    pushed = begin(client, push("<yp:on-change><yp:sync-on-start>false</yp:sync-on-start></yp:on-change>").replace(
        "<yp:on-change>", f"<stop-time>{stop}</stop-time><yp:on-change>"))  # fmt: skip
    clock.advance(61)
    assert client.events() == ["subscription-completed", "subscription-completed"]
    assert client.error(on("delete-subscription", number)).tag == "invalid-value"
    assert client.error(on("delete-subscription", pushed)).tag == "invalid-value"


def test_the_two_kinds_do_not_share_a_session(device):
    old, new = Client(device), Client(device)
    old.ok(f'<create-subscription xmlns="{NOTIF}"/>')
    assert old.error(establish()).tag == "operation-not-supported"
    begin(new, establish())
    assert new.error(f'<create-subscription xmlns="{NOTIF}"/>').tag == "operation-not-supported"


def test_suspended_resumed_terminated(device):
    client = Client(device)
    begin(client, establish())

    def tool(name: str, inside: str = "<all/>") -> str:
        return f'<{name} xmlns="{NS_SUBSCRIPTIONS}">{inside}</{name}>'

    client.ok(tool("suspend-subscriptions"))
    assert last(client).findtext("{*}reason") == "sn:insufficient-resources"
    client.ok(emit())
    client.ok(tool("resume-subscriptions"))
    client.ok(emit())
    client.ok(tool("terminate-subscriptions", "<all/><reason>sn:stream-unavailable</reason>"))
    assert client.events() == [
        "subscription-suspended",
        "subscription-resumed",
        "test-event",
        "subscription-terminated",
    ]
    assert client.error(tool("suspend-subscriptions", "<id>7</id>")).tag == "data-missing"


# ---- datastores


def test_on_change_sends_all_and_then_what_changes(device):
    client = Client(device)
    begin(client, push(ON_CHANGE, selection=VLANS))
    assert client.events() == ["push-update"]
    client.ok(client.edit(vlan(99, "new"), "running"))
    client.ok(client.edit(vlan(98, "not-selected"), "running"))
    client.ok(client.edit(vlan(99, "", "delete").replace("<name></name>", ""), "running"))
    assert client.events() == ["push-change-update", "push-change-update"]


def test_what_a_change_looks_like(device):
    client = Client(device)
    every = f'<yp:datastore-subtree-filter><vlans xmlns="{DEMO}"/></yp:datastore-subtree-filter>'
    number = begin(client, push(ON_CHANGE, selection=every))
    client.ok(client.edit(vlan(99, "new"), "running"))
    event = last(client)
    patch = event.find(f"{{{NS_PUSH}}}datastore-changes/{{{NS_PUSH}}}yang-patch")
    assert event.findtext(f"{{{NS_PUSH}}}id") == str(number)
    assert patch.findtext(f"{{{NS_PUSH}}}edit/{{{NS_PUSH}}}operation") == "create"
    assert patch.findtext(f"{{{NS_PUSH}}}edit/{{{NS_PUSH}}}target") == "/netconf-gui-demo:vlans/vlan=99"
    assert patch.find(f"{{{NS_PUSH}}}edit/{{{NS_PUSH}}}value/{{{DEMO}}}vlan/{{{DEMO}}}name").text == "new"
    client.ok(client.edit(vlan(99, "newer"), "running"))
    assert last(client).findtext(".//{*}target") == "/netconf-gui-demo:vlans/vlan=99/name"


def test_dampening_gathers_changes(device, clock):
    client = Client(device)
    trigger = "<yp:on-change><yp:dampening-period>500</yp:dampening-period></yp:on-change>"
    begin(client, push(trigger, selection=VLANS))
    client.ok(client.edit(vlan(99, "one"), "running"))
    client.ok(client.edit(vlan(99, "two"), "running"))
    client.ok(client.edit(vlan(99, "three"), "running"))
    assert client.events() == ["push-update", "push-change-update"]
    clock.advance(5)
    assert last(client).findtext(".//{*}value/{*}name") == "three"
    assert client.events() == ["push-change-update"]
    clock.advance(5)
    client.ok(client.edit(vlan(99, "four"), "running"))
    assert client.events() == ["push-change-update"]


def test_without_sync_on_start_and_with_excluded_changes(device):
    client = Client(device)
    trigger = (
        "<yp:on-change><yp:sync-on-start>false</yp:sync-on-start>"
        "<yp:excluded-change>create</yp:excluded-change></yp:on-change>"
    )
    number = begin(client, push(trigger, selection=VLANS))
    client.ok(client.edit(vlan(99, "unheard"), "running"))
    assert client.events() == []
    client.ok(client.edit(vlan(99, "heard"), "running"))
    assert client.events() == ["push-change-update"]
    client.ok(on("resync-subscription", number, namespace=NS_PUSH))
    assert last(client).findtext(".//{*}vlan/{*}name") == "heard"
    error = client.error(on("resync-subscription", 5, namespace=NS_PUSH))
    assert error.app_tag == "ietf-yang-push:no-such-subscription-resync"


def test_periodic_and_modified(device, clock):
    client = Client(device)
    wanted = f'<yp:datastore-subtree-filter><interfaces xmlns="{INTERFACES}"/></yp:datastore-subtree-filter>'
    period = "<yp:periodic><yp:period>100</yp:period></yp:periodic>"
    number = begin(client, push(period, "operational", wanted))
    clock.advance(3)
    assert client.events() == ["push-update"] * 4
    more = f"<yp:datastore {DS}>ds:operational</yp:datastore>"
    client.ok(on("modify-subscription", number, more + period.replace("100", "1000")))
    client.events()
    clock.advance(10)
    assert last(client).find(".//{*}interface/{*}statistics") is not None
    assert client.events() == ["push-update"]


@pytest.mark.parametrize(
    ("request_", "app_tag"),
    [
        (push(ON_CHANGE, "operational"), "ietf-yang-push:on-change-unsupported"),
        (push(ON_CHANGE, "candidate"), "ietf-yang-push:datastore-not-subscribable"),
        (establish("<stream>SYSLOG</stream>"), "ietf-subscribed-notifications:stream-unavailable"),
        (push("<yp:periodic><yp:period>1</yp:period></yp:periodic>"), "ietf-yang-push:period-unsupported"),
        (
            push(ON_CHANGE, selection="<yp:datastore-xpath-filter>//[</yp:datastore-xpath-filter>"),
            "ietf-subscribed-notifications:filter-unsupported",
        ),
    ],
)
def test_refused_with_the_reason_as_app_tag(device, request_, app_tag):
    assert Client(device).error(request_).app_tag == app_tag


def test_a_hint_comes_with_a_period_that_is_too_short(device):
    error = Client(device).error(push("<yp:periodic><yp:period>1</yp:period></yp:periodic>"))
    assert b"period-hint>5<" in error.info_xml and NS_PUSH.encode() in error.info_xml


def test_secrets_are_not_pushed_to_readers(device):
    reader = Client(device, "reader", Role.READER)
    begin(reader, push("<yp:on-change/>"))
    assert b"shared-key" not in etree.tostring(last(reader))
    operator = Client(device)
    begin(operator, push("<yp:on-change/>"))
    assert b"shared-key" in etree.tostring(last(operator))


# ---- what can be read


def test_streams_and_subscriptions_are_listed(device):
    client = Client(device)
    client.ok(
        client.edit(
            f'<subscriptions xmlns="{NS_SUBSCRIBED}"><subscription><id>7</id><stream>NETCONF</stream>'
            f'<transport xmlns:x="{NS_SUBSCRIPTIONS}">x:nowhere</transport>'
            "<receivers><receiver><name>nms</name></receiver></receivers></subscription></subscriptions>",
            "running",
        )
    )
    number = begin(client, push(ON_CHANGE, selection=VLANS))
    data = client.data(f'<get><filter><subscriptions xmlns="{NS_SUBSCRIBED}"/></filter></get>')
    entries = data.findall("{*}subscriptions/{*}subscription")
    assert [entry.findtext("{*}id") for entry in entries] == ["7", str(number)]
    assert entries[0].findtext("{*}configured-subscription-state") == "valid"
    assert entries[0].findtext(".//{*}state") == "disconnected"
    assert entries[1].findtext(f"{{{NS_PUSH}}}datastore") == "ds:running"
    streams = client.data(f'<get><filter><streams xmlns="{NS_SUBSCRIBED}"/></filter></get>')
    assert streams.findtext("{*}streams/{*}stream/{*}name") == "NETCONF"
    assert streams.find("{*}streams/{*}stream/{*}replay-log-creation-time") is not None


def test_state_is_as_the_modules_define_it(device, engine):
    client = Client(device)
    begin(client, push(ON_CHANGE, selection=VLANS))
    begin(client, establish())
    data = client.data(f'<get><filter><subscriptions xmlns="{NS_SUBSCRIBED}"/><streams xmlns="{NS_SUBSCRIBED}"/>'
                       "</filter></get>")  # fmt: skip
    whole = serialize(data)
    assert whole.startswith(b"<data") and whole.endswith(b"</data>")
    text = b"<config" + whole[5:-7] + b"</config>"
    assert [found.message for found in engine.validate(device.model.schema_key, text, content="data")] == []


def test_the_log_that_is_full_says_from_when_it_is(device, clock):
    client = Client(device)
    clock.advance(1)
    client.ok(emit(1001))
    data = client.data('<get><filter><netconf xmlns="urn:ietf:params:xml:ns:netmod:notification"/></filter></get>')
    assert data.find(".//{*}replayLogAgedTime") is not None


# ---- other kinds of devices


def test_without_interleave_a_session_that_listens_takes_no_requests(device_of):
    client = Client(device_of("no-interleave"))
    client.ok(f'<create-subscription xmlns="{NOTIF}"/>')
    assert client.error("<get-config><source><running/></source></get-config>").tag == "operation-failed"
    client.ok("<close-session/>")


def test_without_replay(device_of, clock):
    client = Client(device_of("no-replay"))
    start = date_and_time(clock.now() - 1)
    assert client.error(f'<create-subscription xmlns="{NOTIF}"><startTime>{start}</startTime></create-subscription>')
    error = client.error(establish(f"<stream>NETCONF</stream><replay-start-time>{start}</replay-start-time>"))
    assert error.app_tag == "ietf-subscribed-notifications:replay-unsupported"


def test_devices_without_any(device_of):
    assert Client(device_of("minimal")).error(establish()).tag == "operation-not-supported"


def test_a_session_that_ends_takes_its_subscriptions_along(device):
    client, other = Client(device), Client(device)
    begin(client, push(ON_CHANGE))
    begin(client, establish())
    client.hang_up()
    other.ok(other.edit(vlan(97, "x"), "running"))
    data = other.data(f'<get><filter><subscriptions xmlns="{NS_SUBSCRIBED}"/></filter></get>')
    assert data.find("{*}subscriptions/{*}subscription") is None
