"""Sessions, locks and what the end of a session undoes (RFC 6241, sections 7.5 to 7.9)."""

from __future__ import annotations

import pytest

from netconf_gui.demo.access import Role
from tests.demo.talk import BASES, Client, vlan

LOCK = "<lock><target><{}/></target></lock>"
UNLOCK = "<unlock><target><{}/></target></unlock>"
COMMIT = "<commit/>"


def test_hello_and_session_ids(device):
    first, second = Client(device), Client(device)
    assert first.connection.peer.session_id == first.session_id
    assert second.session_id == first.session_id + 1
    assert first.connection.base11
    assert first.connection.peer.capabilities.candidate


def test_a_client_of_1_0_is_served_with_eom(device):
    client = Client(device, bases=BASES[:1])
    assert not client.connection.base11
    client.ok(LOCK.format("running"))


def test_lock_denied_names_the_holder(device):
    first, second = Client(device), Client(device)
    first.ok(LOCK.format("running"))
    error = second.error(LOCK.format("running"))
    assert (error.tag, error.session_id) == ("lock-denied", first.session_id)
    assert second.error(UNLOCK.format("running")).tag == "operation-failed"
    first.ok(UNLOCK.format("running"))
    second.ok(LOCK.format("running"))


def test_locking_a_datastore_that_is_not_there(device_of):
    client = Client(device_of("writable-running"))
    assert client.error(LOCK.format("candidate")).tag == "invalid-value"


@pytest.mark.parametrize("how", ["close", "hang up", "kill"])
def test_the_end_of_a_session_releases_its_locks_and_discards_its_candidate(device, how):
    holder, other = Client(device), Client(device)
    holder.ok(LOCK.format("candidate"))
    holder.ok(holder.edit(vlan(99, "left-over")))
    if how == "close":
        holder.ok("<close-session/>")
        assert holder.closed
    elif how == "hang up":
        holder.hang_up()
    else:
        other.ok(f"<kill-session><session-id>{holder.session_id}</session-id></kill-session>")
        assert holder.closed
    other.ok(LOCK.format("candidate"))
    assert other.text("/vlans/vlan[id='99']/name", "candidate") is None


def test_unlocking_candidate_discards_it(device):
    client = Client(device)
    client.ok(LOCK.format("candidate"))
    client.ok(client.edit(vlan(99, "left-over")))
    client.ok(UNLOCK.format("candidate"))
    assert client.text("/vlans/vlan[id='99']/name", "candidate") is None


def test_a_modified_candidate_cannot_be_locked(device):
    first, second = Client(device), Client(device)
    first.ok(first.edit(vlan(99, "in-work")))
    assert second.error(LOCK.format("candidate")).tag == "lock-denied"
    first.ok("<discard-changes/>")
    second.ok(LOCK.format("candidate"))


def test_an_edit_that_changes_nothing_does_not_modify_candidate(device):
    first, second = Client(device), Client(device)
    first.ok(first.edit(vlan(10, "office")))
    second.ok(LOCK.format("candidate"))


def test_writing_what_another_session_locked(device):
    holder, other = Client(device), Client(device)
    holder.ok(LOCK.format("candidate"))
    holder.ok(LOCK.format("running"))
    assert other.error(other.edit(vlan(99, "x"))).tag == "in-use"
    assert other.error(other.edit(vlan(99, "x"), "running")).tag == "in-use"
    assert other.error("<discard-changes/>").tag == "in-use"
    assert other.error(COMMIT).tag == "in-use"


def test_kill_session_refuses_nonsense(device):
    client = Client(device)
    kill = "<kill-session><session-id>{}</session-id></kill-session>"
    assert client.error(kill.format(client.session_id)).tag == "invalid-value"
    assert client.error(kill.format(4711)).tag == "invalid-value"
    assert client.error(kill.format("x")).tag == "invalid-value"
    assert client.error("<kill-session/>").tag == "missing-element"


def test_nothing_is_answered_after_close_session(device):
    client = Client(device)
    client.send_raw(b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><close-session/></rpc>')
    client.send("<get/>")
    assert [reply.message_id for reply in client.replies] == ["1"]


def test_malformed_messages_are_answered_and_the_session_goes_on(device):
    client = Client(device)
    client.send_raw(b'<rpc message-id="7" xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><get></rpc>')
    assert client.replies[-1].errors[0].tag == "malformed-message"
    client.ok(LOCK.format("running"))


def test_rpc_without_message_id(device):
    client = Client(device)
    client.send_raw(b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><get/></rpc>')
    error = client.replies[-1].errors[0]
    assert error.tag == "missing-attribute"
    assert ("bad-attribute", "message-id") in error.info


def test_unknown_operations(device):
    client = Client(device)
    assert client.error('<reboot xmlns="urn:x"/>').tag == "operation-not-supported"
    assert client.error("<reboot/>").tag == "operation-not-supported"
    assert client.error("").tag == "missing-element"


def test_attributes_of_the_rpc_are_echoed(device):
    client = Client(device)
    client.send_raw(
        b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:x="urn:x" x:trace="42" message-id="1">'
        b"<discard-changes/></rpc>"
    )
    assert client.replies[-1].element.get("{urn:x}trace") == "42"


def test_broken_framing_ends_the_session(device):
    client = Client(device)
    client.conversation.receive(b"nonsense that is no chunk")
    assert client.closed
    assert len(device.sessions) == 0
    assert device.sessions.dropped_sessions == 1


def test_a_reader_may_only_read(device):
    guest = Client(device, user="guest", role=Role.READER)
    for operation in (
        LOCK.format("running"),
        guest.edit(vlan(99, "x")),
        COMMIT,
        "<discard-changes/>",
        "<kill-session><session-id>1</session-id></kill-session>",
        '<clear-interface-counters xmlns="urn:netconf-gui:demo"><all/></clear-interface-counters>',
    ):
        assert guest.error(operation).tag == "access-denied"
    assert guest.text("/system/hostname") == "demo-edge-1"
    guest.ok("<close-session/>")


def test_a_reader_does_not_see_secrets(device):
    guest, operator = Client(device, user="guest", role=Role.READER), Client(device)
    for path in ("/system/authentication/user/password", "/bgp/peer/password", "/tunnels/tunnel/encryption/shared-key"):
        assert operator.text(path)
        assert guest.text(path) is None
    whole = guest.data("<get/>")
    assert "transit-secret" not in "".join(whole.itertext())


def test_a_request_that_was_waiting_when_its_session_was_killed_does_nothing(device):
    victim = Client(device)
    device.disconnect(victim.conversation.session, "killed")
    assert victim.error(LOCK.format("running")).tag == "operation-failed"
    Client(device).ok(LOCK.format("running"))


def test_a_bad_hello_is_counted(device):
    client = Client(device, greet=False)
    client.conversation.receive(b"<rpc/>]]>]]>")
    assert client.closed
    assert device.sessions.in_bad_hellos == 1
    assert len(device.sessions) == 0
