"""Announcements of changed configuration: read from notifications, heard from a demo device."""

from __future__ import annotations

import threading

import pytest

from netconf_gui.errors import ConnectFailed
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.subscription_operations import Terms
from netconf_gui.protocol.xml import parse
from netconf_gui.services.outdated import ConfigChange, follow, read_change
from netconf_gui.session import datastores
from netconf_gui.session.dynamic_subscriptions import establish
from netconf_gui.session.session import Session
from tests.services.conftest import WAIT, Box, eventually

RFC6470 = """
<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><eventTime>2026-01-02T10:45:31Z</eventTime>
<netconf-config-change xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"><changed-by>{by}</changed-by>
<datastore>{store}</datastore>
<edit><target xmlns:s="urn:s">/s:system/s:hostname</target><operation>replace</operation></edit></netconf-config-change>
</notification>"""
YUMA = """
<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><eventTime>then</eventTime>
<sysConfigChange xmlns="http://netconfcentral.org/ns/yuma-system"><userName>bob</userName><sessionId>7</sessionId>
<remoteHost>192.0.2.9</remoteHost><edit><target>/x</target><operation>merge</operation></edit></sysConfigChange>
</notification>"""
BY_OPS = "<username>ops</username><session-id>4119</session-id><source-host>192.0.2.50</source-host>"


def read(text: str) -> ConfigChange | None:
    element = parse(text.strip().encode())
    return read_change(Notification(element[0].text or "", element))


def test_what_an_announcement_says() -> None:
    found = read(RFC6470.format(by=BY_OPS, store="running"))
    assert found is not None and (found.session_id, found.user, found.host) == (4119, "ops", "192.0.2.50")
    assert found.targets == ("/s:system/s:hostname",) and found.at is not None
    assert found.text.startswith("Session 4119 (ops, from 192.0.2.50) changed running at ")
    by_itself = read(RFC6470.format(by="<server/>", store="startup"))
    assert by_itself is not None and by_itself.text.startswith("The device itself changed startup")


def test_yuma_calls_it_otherwise() -> None:
    found = read(YUMA)
    assert found == ConfigChange("running", 7, "bob", "192.0.2.9", None, ("/x",))
    assert found is not None and found.text == "Session 7 (bob, from 192.0.2.9) changed running."


def test_other_events_say_nothing() -> None:
    other = YUMA.replace("sysConfigChange", "sysSessionStart")
    assert read(other) is None


class Heard:
    def __init__(self) -> None:
        self.changes: list[ConfigChange] = []
        self.arrived = threading.Event()

    def __call__(self, change: ConfigChange) -> None:
        self.changes.append(change)
        self.arrived.set()


def change(session: Session, hostname: str) -> None:
    content = f'<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>{hostname}</hostname></system>'
    datastores.edit_config(session, "candidate", parse(content.encode()))
    datastores.commit(session)


def test_changes_by_others_are_told_and_own_ones_are_not(box: Box) -> None:
    session, other, heard = box.connect(), box.connect(), Heard()
    stop = follow(session, heard)
    assert stop is not None
    change(session, "ours")
    change(other, "theirs")
    assert heard.arrived.wait(WAIT)
    (found,) = heard.changes
    assert (found.session_id, found.datastore, found.user) == (other.session_id, "running", "demo")
    assert any("hostname" in target for target in found.targets)
    assert datastores.get_config(session, "running") is not None, "the session goes on"


@pytest.mark.parametrize("kind", ["minimal"])
def test_devices_that_tell_nothing(box_of: object, kind: str) -> None:
    box = box_of(kind)  # type: ignore[operator]
    assert follow(box.connect(), lambda change: None) is None


def test_a_device_that_has_a_subscription_already_is_no_error(box: Box) -> None:
    session = box.connect()
    assert follow(session, lambda change: None) is not None
    assert follow(session, lambda change: None) is None


@pytest.mark.parametrize("kind", ["no-interleave", "standard"])
def test_a_session_of_its_own_where_this_one_cannot_listen(box_of: object, kind: str) -> None:
    box = box_of(kind)  # type: ignore[operator]
    session, other, heard = box.connect(), box.connect(), Heard()
    opened: list[Session] = []

    def beside(_cancel: object) -> Session:
        opened.append(box.connect())
        return opened[-1]

    if kind == "standard":
        assert follow(session, lambda change: None) is not None
    assert follow(session, heard, connect=beside) is not None
    change(session, "ours")
    change(other, "theirs")
    assert heard.arrived.wait(WAIT)
    assert [found.session_id for found in heard.changes] == [other.session_id], "it goes on being asked other things"
    session.abort()
    assert eventually(lambda: opened[0].closed)


def test_beside_a_subscription_of_the_newer_kind(box: Box) -> None:
    session, other, heard = box.connect(), box.connect(), Heard()
    establish(session, Terms(stream="NETCONF"))
    assert follow(session, heard, connect=lambda _cancel: box.connect()) is not None
    change(other, "theirs")
    assert heard.arrived.wait(WAIT)


def test_a_device_that_takes_no_session_more_tells_nothing(box_of: object) -> None:
    def beside(_cancel: object) -> Session:
        raise ConnectFailed("too many sessions")

    box = box_of("no-interleave")  # type: ignore[operator]
    session = box.connect()
    assert follow(session, lambda change: None, connect=beside) is None
    assert follow(session, lambda change: None) is None
