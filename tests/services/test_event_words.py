"""Notifications in words: those of NETCONF itself, and any other by its schema."""

from __future__ import annotations

import pytest

from netconf_gui.demo.event_tools import NS_EVENTS
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.subscription_operations import NS_PUSH, NS_SUBSCRIBED
from netconf_gui.protocol.xml import NS_NETMOD_NOTIF, NS_NOTIF, NS_NOTIFICATIONS, parse
from netconf_gui.services.event_words import Teller, Told
from netconf_gui.services.notifications import Severity
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import WantedModule, resolve

BY = "<username>netconf</username><session-id>12</session-id><source-host>192.0.2.5</source-host>"
TARGET = "<target xmlns:if='urn:if'>/if:interfaces/if:interface[if:name='eth0']</target><operation>merge</operation>"


def notification(inside: str, namespace: str = NS_NOTIFICATIONS) -> Notification:
    text = f'<notification xmlns="{NS_NOTIF}"><eventTime>2026-01-01T00:00:00Z</eventTime>{inside}</notification>'
    element = parse(text.replace("<event ", f'<event xmlns="{namespace}" ').encode())
    return Notification("2026-01-01T00:00:00Z", element)


def tell(name: str, inside: str, namespace: str = NS_NOTIFICATIONS, teller: Teller | None = None) -> Told:
    return (teller or Teller()).tell(notification(f'<{name} xmlns="{namespace}">{inside}</{name}>'))


def change(edits: int = 1) -> str:
    return f"<changed-by>{BY}</changed-by><datastore>running</datastore>" + f"<edit>{TARGET}</edit>" * edits


def test_who_changed_what() -> None:
    told = tell("netconf-config-change", change())
    assert told.text == "user netconf changed running: /interfaces/interface[name='eth0'], session 12"
    assert told.path == "/interfaces/interface[name='eth0']" and told.module == "ietf-netconf-notifications"
    assert "and 3 more" in tell("netconf-config-change", change(5)).text
    server = tell("netconf-config-change", "<changed-by><server/></changed-by><datastore>startup</datastore>")
    assert server.text == "the device itself changed startup"


def test_a_change_by_a_confirmed_commit_is_told_as_one() -> None:
    teller = Teller()
    begun = tell(
        "netconf-confirmed-commit", f"{BY}<confirm-event>start</confirm-event><timeout>60</timeout>", teller=teller
    )
    assert begun.text == "user netconf began a confirmed commit, to be confirmed within 60 s, session 12"
    told = tell("netconf-config-change", change(), teller=teller)
    expected = "user netconf changed running: /interfaces/interface[name='eth0'], commit confirmed, session 12"
    assert told.text == expected
    done = tell("netconf-confirmed-commit", f"{BY}<confirm-event>complete</confirm-event>", teller=teller)
    assert done.text == "user netconf confirmed the commit, session 12"
    assert "commit confirmed" not in tell("netconf-config-change", change(), teller=teller).text


@pytest.mark.parametrize(
    ("name", "inside", "text", "severity"),
    [
        ("netconf-session-start", BY, "user netconf began a session from 192.0.2.5, session 12", "information"),
        (
            "netconf-session-end",
            f"{BY}<termination-reason>closed</termination-reason>",
            "session 12 of user netconf ended: as asked",
            "information",
        ),
        (
            "netconf-session-end",
            f"{BY}<killed-by>3</killed-by><termination-reason>killed</termination-reason>",
            "session 12 of user netconf ended: killed by session 3",
            "warning",
        ),
        (
            "netconf-capability-change",
            f"<changed-by>{BY}</changed-by><added-capability>urn:a</added-capability>",
            "user netconf changed the capabilities: added urn:a, session 12",
            "warning",
        ),
        (
            "netconf-confirmed-commit",
            f"{BY}<confirm-event>timeout</confirm-event>",
            "the commit was not confirmed in time: the device went back to what it was before",
            "warning",
        ),
    ],
)
def test_base_notifications(name: str, inside: str, text: str, severity: str) -> None:
    told = tell(name, inside)
    assert (told.text, told.severity) == (text, severity)


def test_twins_of_yuma() -> None:
    inside = "<userName>bob</userName><sessionId>7</sessionId><edit><target>/x</target></edit>"
    told = tell("sysConfigChange", inside, "http://netconfcentral.org/ns/yuma-system")
    assert told.text == "user bob changed running: /x, session 7"


@pytest.mark.parametrize(
    ("name", "inside", "namespace", "text"),
    [
        ("replayComplete", "", NS_NETMOD_NOTIF, "all of the past was sent; what follows happens now"),
        ("notificationComplete", "", NS_NETMOD_NOTIF, "ended: the stop time has come"),
        (
            "subscription-suspended",
            '<id>5</id><reason xmlns:sn="urn:s">sn:insufficient-resources</reason>',
            NS_SUBSCRIBED,
            "subscription 5: suspended: not enough resources",
        ),
        ("subscription-resumed", "<id>5</id>", NS_SUBSCRIBED, "subscription 5: goes on"),
        (
            "subscription-started",
            f'<id>5</id><stream>NETCONF</stream><periodic xmlns="{NS_PUSH}"><period>150</period></periodic>',
            NS_SUBSCRIBED,
            "subscription 5: started (NETCONF, every 1.5 s)",
        ),
        (
            "subscription-terminated",
            "<id>5</id>",
            NS_SUBSCRIBED,
            "subscription 5: ended by the device: no reason given",
        ),
    ],
)
def test_state_of_subscriptions(name: str, inside: str, namespace: str, text: str) -> None:
    told = tell(name, inside, namespace)
    assert told.text == text and told.state


def test_pushed_data() -> None:
    edit = "<edit><edit-id>1</edit-id><operation>replace</operation><target>/m:a/b=1/c</target></edit>"
    changed = tell(
        "push-change-update",
        f"<id>3</id><datastore-changes><yang-patch>{edit}</yang-patch></datastore-changes><incomplete-update/>",
        NS_PUSH,
    )
    assert changed.text == "subscription 3: /a/b=1/c replaced, incomplete" and not changed.state
    assert changed.path == "/a/b=1/c"
    whole = tell("push-update", '<id>3</id><datastore-contents><a xmlns="urn:m"/></datastore-contents>', NS_PUSH)
    assert whole.text == "subscription 3: all of it: a"


def test_any_other_without_a_schema() -> None:
    told = tell("link-down", "<port>eth1</port><perceived-severity>major</perceived-severity>", "urn:example:mod")
    assert told.text == "link down: port eth1, perceived severity major"
    assert told.severity is Severity.MAJOR and told.module == "mod"
    assert tell("power", "<status>failed</status>", "urn:x").severity is Severity.WARNING
    path = tell("alarm", "<resource xmlns:a='urn:a'>/a:b/a:c[a:n='x:y']</resource>", "urn:x")
    assert path.path == "/b/c[n='x:y']"


def test_secrets_are_not_told() -> None:
    told = tell("login", "<user>bob</user><password>hunter2</password><text>password hunter2</text>", "urn:x")
    assert "hunter2" not in told.text and "password ***" in told.text
    target = "<edit><target>/users/user[password='hunter2']</target></edit>"
    assert "hunter2" not in tell("netconf-config-change", target).text


def test_long_ones_are_cut_and_broken_ones_are_told() -> None:
    told = tell("much", "".join(f"<leaf{number}>{'x' * 40}</leaf{number}>" for number in range(20)), "urn:x")
    assert len(told.text) <= 200
    empty = Notification("", parse(f'<notification xmlns="{NS_NOTIF}"/>'.encode()))
    assert Teller().tell(empty).severity is Severity.WARNING


def test_by_its_schema(model_of) -> None:
    teller = Teller(model_of("standard").schema)
    port = tell(
        "port-state-changed",
        "<interface>eth6</interface><oper-status>down</oper-status>",
        "urn:netconf-gui:demo",
        teller,
    )
    assert port.text == "port state changed: interface eth6, oper status down" and port.severity is Severity.WARNING
    assert port.module == "netconf-gui-demo"
    test = tell("test-event", "<number>5</number><severity>critical</severity>", NS_EVENTS, teller)
    assert test.severity is Severity.CRITICAL


NESTED = b"""module nested { yang-version 1.1; namespace "urn:nested"; prefix n; revision 2026-01-01;
  container ports { list port { key name; leaf name { type string; } leaf mtu { type uint16 { range "68..9216"; } }
    container optics { notification light-lost { leaf power { type int8; units dBm; } leaf forced { type boolean; }
      leaf cause { type identityref { base cause; } } leaf at { type instance-identifier; } } } } }
  identity cause; identity cut { base cause; } }"""


def test_a_notification_of_a_node(engine: Engine) -> None:
    compiled = engine.compile(resolve([WantedModule("nested")], lambda name, revision: NESTED))
    teller = Teller(engine.schema(compiled))
    inside = "<power>-40</power><forced>false</forced><cause>n:cut</cause>"
    port = f"<port><name>eth1</name><optics><light-lost>{inside}</light-lost></optics></port>"
    told = tell("ports", port, "urn:nested", teller)
    assert told.name == "light-lost" and told.path == "/ports/port[name='eth1']/optics"
    assert told.text == "light lost of /ports/port[name='eth1']/optics: power -40 dBm, not forced, cause cut"
    assert told.severity is Severity.WARNING
