"""Every fault that the demo device can have, as our own session meets it: what is raised, and what is true then."""

from __future__ import annotations

import threading

import pytest
from lxml import etree

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import (
    ConnectFailed,
    ConnectionLost,
    FramingError,
    MalformedMessage,
    ProtocolError,
    RpcFailed,
    RpcTimeout,
    SessionClosed,
)
from netconf_gui.protocol.framing import Limits
from netconf_gui.session import datastores
from netconf_gui.session.session import SessionSettings
from tests.faults.conftest import SHORT

DEMO = "urn:netconf-gui:demo"


def vlan(name: str = "fresh") -> etree._Element:
    return etree.fromstring(f'<vlans xmlns="{DEMO}"><vlan><id>99</id><name>{name}</name></vlan></vlans>')


def running(device) -> str | None:
    found = device.datastores.running.xpath(
        "//*[local-name()='vlan'][*[local-name()='id']='99']/*[local-name()='name']"
    )
    return found[0].text if found else None


def edit(session) -> None:
    datastores.edit_config(session, "candidate", vlan())


# ---- connections that break


def test_a_connection_lost_before_the_commit_means_it_was_not_done(device, open_session):
    session = open_session(Fault("commit", Action.DROP))
    edit(session)
    with pytest.raises(ConnectionLost):
        datastores.commit(session)
    assert running(device) is None
    assert session.closed
    with pytest.raises(SessionClosed):
        datastores.get_config(session)


def test_a_connection_lost_after_the_commit_looks_the_same_but_it_was_done(device, open_session):
    session = open_session(Fault("commit", Action.DROP, "after"))
    edit(session)
    with pytest.raises(ConnectionLost):
        datastores.commit(session)
    assert running(device) == "fresh"


def test_all_that_wait_hear_of_the_loss(open_session):
    session = open_session(Fault("get", Action.NEVER_REPLY), Fault("get-config", Action.DROP))
    from netconf_gui.protocol import operations

    first = session.submit(operations.get())
    second = session.submit(operations.get_config("running"))
    for future in (first, second):
        with pytest.raises(ConnectionLost):
            future.result(20)


def test_a_reply_that_is_cut_off(open_session):
    session = open_session(Fault("get-config", Action.TRUNCATE))
    with pytest.raises(ConnectionLost):
        datastores.get_config(session)
    assert session.closed


def test_the_device_says_goodbye_to_a_killed_session(open_session):
    victim, killer = open_session(), open_session()
    ended = threading.Event()
    victim.on_closed(lambda _error: ended.set())
    datastores.kill_session(killer, victim.session_id)
    assert ended.wait(20)
    with pytest.raises(SessionClosed):
        datastores.get_config(victim)


# ---- silence


@pytest.mark.parametrize(("when", "done"), [("before", None), ("after", "fresh")])
def test_no_reply_is_a_timeout_and_nobody_knows(device, open_session, when, done):
    session = open_session(Fault("commit", Action.NEVER_REPLY, when), settings=SHORT)
    datastores.edit_config(session, "candidate", vlan(), timeout=20)
    with pytest.raises(RpcTimeout) as caught:
        datastores.commit(session)
    assert "not known" in caught.value.state
    assert running(device) == done
    assert datastores.get_config(session, timeout=20) is not None  # the session can still be used


def test_a_delay_is_only_a_delay(device, open_session):
    session = open_session(Fault("commit", Action.DELAY, "before", seconds=3), Fault("commit", Action.DELAY, "after"))
    edit(session)
    datastores.commit(session)
    assert running(device) == "fresh"


# ---- replies that are none


def test_garbage_instead_of_a_reply(open_session):
    session = open_session(Fault("get-config", Action.GARBAGE))
    with pytest.raises((ProtocolError, ConnectionLost)):
        datastores.get_config(session)


def test_the_wrong_framing(open_session):
    session = open_session(Fault("get-config", Action.WRONG_FRAMING))
    with pytest.raises(FramingError):
        datastores.get_config(session)


def test_a_reply_without_message_id_is_taken_in_order(open_session):
    session = open_session(Fault("*", Action.NO_MESSAGE_ID, count=0))
    assert datastores.get_config(session) is not None
    datastores.lock(session, "running")


def test_a_reply_to_nobody_is_not_taken_for_ours(open_session):
    session = open_session(Fault("get-config", Action.WRONG_MESSAGE_ID), settings=SHORT)
    with pytest.raises((RpcTimeout, ProtocolError)):
        datastores.get_config(session)


def test_a_huge_reply_within_the_limit(open_session):
    session = open_session(Fault("get-config", Action.HUGE_REPLY, size=30_000_000))
    assert datastores.get_config(session) is not None


def test_a_huge_reply_beyond_the_limit(open_session):
    settings = SessionSettings(limits=Limits(message_size=1_000_000))
    session = open_session(Fault("get-config", Action.HUGE_REPLY, size=2_000_000), settings=settings)
    with pytest.raises(ProtocolError):
        datastores.get_config(session)


# ---- refusals and lies


def test_an_rpc_error_of_the_script(device, open_session):
    fault = Fault(
        "commit",
        Action.RPC_ERROR,
        tag="resource-denied",
        app_tag="no-memory",
        error_path="/vlans",
        message="Out of memory.",
    )
    session = open_session(fault)
    edit(session)
    with pytest.raises(RpcFailed) as caught:
        datastores.commit(session)
    error = caught.value.errors[0]
    assert (error.tag, error.app_tag, error.path, error.message) == (
        "resource-denied",
        "no-memory",
        "/vlans",
        "Out of memory.",
    )
    assert running(device) is None


def test_an_error_although_it_was_done(device, open_session):
    session = open_session(Fault("commit", Action.RPC_ERROR, "after"))
    edit(session)
    with pytest.raises(RpcFailed):
        datastores.commit(session)
    assert running(device) == "fresh"


def test_ok_with_a_warning_is_success_with_a_warning(open_session):
    session = open_session(Fault("commit", Action.RPC_ERROR, "after", severity="warning", message="Fans are loud."))
    edit(session)
    assert [warning.message for warning in datastores.commit(session)] == ["Fans are loud."]


def test_a_lie_is_ok_and_nothing_done(device, open_session):
    session = open_session(Fault("commit", Action.LIE))
    edit(session)
    datastores.commit(session)
    assert running(device) is None


def test_a_value_that_the_device_changes(device, open_session):
    change = Fault("commit", Action.NORMALISE, path="/vlans/vlan[id='99']/name", value="tidied")
    session = open_session(change)
    edit(session)
    datastores.commit(session)
    assert running(device) == "tidied"


def test_a_node_that_the_device_drops(device, open_session):
    session = open_session(Fault("commit", Action.NORMALISE, path="/vlans/vlan[id='99']"))
    edit(session)
    datastores.commit(session)
    assert running(device) is None


# ---- hellos


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("no-session-id", MalformedMessage),
        ("not-hello", MalformedMessage),
        ("doctype", MalformedMessage),
        ("garbage", ProtocolError),
        ("never", ConnectFailed),
    ],
)
def test_hellos_that_end_it(device, open_session, kind, error):
    with pytest.raises(error):
        open_session(Fault("hello", Action.WRONG_HELLO, kind=kind), settings=SHORT)
    for session in device.sessions:
        device.disconnect(session, "dropped")


@pytest.mark.parametrize("kind", ["no-namespace", "prefixed"])
def test_hellos_that_are_read_liberally(open_session, kind):
    session = open_session(Fault("hello", Action.WRONG_HELLO, kind=kind))
    assert session.capabilities.candidate
    assert datastores.get_config(session) is not None


def test_a_connection_lost_before_the_hello(open_session):
    with pytest.raises(ConnectionLost):
        open_session(Fault("hello", Action.DROP))


# ---- how often


def test_a_fault_that_happens_once_is_over_then(open_session):
    session = open_session(Fault("get-config", Action.RPC_ERROR, skip=1))
    datastores.get_config(session)
    with pytest.raises(RpcFailed):
        datastores.get_config(session)
    datastores.get_config(session)
