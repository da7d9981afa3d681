"""Commit and confirmed commit (RFC 6241, sections 8.3 and 8.4), on a clock that is wound by hand."""

from __future__ import annotations

import pytest

from tests.demo.talk import Client, vlan

NAME = "/vlans/vlan[id='99']/name"
CONFIRMED = "<commit><confirmed/>{}</commit>"


def edited(client: Client, name: str = "fresh") -> Client:
    client.ok(client.edit(vlan(99, name)))
    return client


def test_commit_makes_candidate_running(device):
    client = edited(Client(device))
    assert client.text(NAME) is None
    client.ok("<commit/>")
    assert client.text(NAME) == "fresh"


def test_discard_changes(device):
    client = edited(Client(device))
    client.ok("<discard-changes/>")
    assert client.text(NAME, "candidate") is None
    client.ok("<commit/>")
    assert client.text(NAME) is None


def test_candidate_follows_running_while_it_is_not_modified(device):
    client = Client(device)
    client.ok(client.edit(vlan(99, "direct"), "running"))
    assert client.text(NAME, "candidate") == "direct"


def test_unconfirmed_is_rolled_back_after_the_timeout(device, clock):
    client = edited(Client(device))
    client.ok(CONFIRMED.format("<confirm-timeout>120</confirm-timeout>"))
    assert client.text(NAME) == "fresh"
    clock.advance(119)
    assert client.text(NAME) == "fresh"
    clock.advance(1)
    assert client.text(NAME) is None
    assert client.text(NAME, "candidate") is None
    assert clock.armed == 0


def test_the_timeout_is_ten_minutes_when_not_given(device, clock):
    client = edited(Client(device))
    client.ok(CONFIRMED.format(""))
    clock.advance(599)
    assert client.text(NAME) == "fresh"
    clock.advance(1)
    assert client.text(NAME) is None


def test_a_commit_confirms(device, clock):
    client = edited(Client(device))
    client.ok(CONFIRMED.format(""))
    client.ok("<commit/>")
    clock.advance(10_000)
    assert client.text(NAME) == "fresh"


def test_a_second_confirmed_commit_extends_and_rollback_goes_to_the_beginning(device, clock):
    client = edited(Client(device))
    client.ok(CONFIRMED.format("<confirm-timeout>60</confirm-timeout>"))
    clock.advance(50)
    edited(client, "second")
    client.ok(CONFIRMED.format("<confirm-timeout>60</confirm-timeout>"))
    clock.advance(59)
    assert client.text(NAME) == "second"
    clock.advance(1)
    assert client.text(NAME) is None


def test_cancel_commit(device, clock):
    client = edited(Client(device))
    client.ok(CONFIRMED.format(""))
    client.ok("<cancel-commit/>")
    assert client.text(NAME) is None
    assert client.error("<cancel-commit/>").tag == "operation-failed"
    assert clock.armed == 0


@pytest.mark.parametrize("polite", [True, False])
def test_the_end_of_the_session_rolls_back(device, polite):
    client, other = edited(Client(device)), Client(device)
    client.ok(CONFIRMED.format(""))
    if polite:
        client.ok("<close-session/>")
    else:
        client.hang_up()
    assert other.text(NAME) is None


def test_a_persistent_one_outlives_its_session_and_needs_its_id(device, clock):
    client, other = edited(Client(device)), Client(device)
    client.ok(CONFIRMED.format("<persist>night-shift</persist>"))
    client.ok("<close-session/>")
    assert other.text(NAME) == "fresh"
    assert other.error("<commit/>").tag == "in-use"
    assert other.error("<commit><persist-id>wrong</persist-id></commit>").tag == "invalid-value"
    assert other.error("<cancel-commit/>").tag == "in-use"
    other.ok("<commit><persist-id>night-shift</persist-id></commit>")
    clock.advance(10_000)
    assert other.text(NAME) == "fresh"


def test_a_persistent_one_is_cancelled_by_its_id(device):
    client, other = edited(Client(device)), Client(device)
    client.ok(CONFIRMED.format("<persist>night-shift</persist>"))
    other.ok("<cancel-commit><persist-id>night-shift</persist-id></cancel-commit>")
    assert other.text(NAME) is None


def test_others_are_kept_out_while_one_is_pending(device):
    client, other = edited(Client(device)), Client(device)
    client.ok(CONFIRMED.format(""))
    error = other.error("<lock><target><running/></target></lock>")
    assert (error.tag, error.session_id) == ("lock-denied", client.session_id)
    assert other.error("<commit/>").tag == "in-use"
    assert other.error("<cancel-commit/>").tag == "in-use"
    assert other.error(other.edit(vlan(98, "other"), "running")).tag == "in-use"


def test_an_id_without_anything_pending(device):
    assert Client(device).error("<commit><persist-id>x</persist-id></commit>").tag == "invalid-value"


@pytest.mark.parametrize("inside", ["<confirm-timeout>60</confirm-timeout>", "<persist>x</persist>"])
def test_parameters_that_need_confirmed(device, inside):
    assert Client(device).error(f"<commit>{inside}</commit>").tag == "bad-element"


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "4294967296", ""])
def test_timeouts_that_are_none(device, timeout):
    error = Client(device).error(CONFIRMED.format(f"<confirm-timeout>{timeout}</confirm-timeout>"))
    assert error.tag == "invalid-value"


def test_an_alarm_that_went_off_too_late_does_no_harm(device, clock):
    """The alarm's thread may be waiting for the lock while the confirming commit is being done."""
    client = edited(Client(device))
    late = []
    original = clock.call_later

    def call_later(seconds, callback):
        late.append(callback)
        return original(seconds, callback)

    clock.call_later = call_later
    client.ok(CONFIRMED.format(""))
    client.ok("<commit/>")
    edited(client, "later")
    client.ok(CONFIRMED.format(""))
    late[0]()
    assert client.text(NAME) == "later"


def test_devices_without_candidate_or_confirmed_commit(device_of):
    without = Client(device_of("writable-running"))
    for operation in ("<commit/>", "<discard-changes/>"):
        assert without.error(operation).tag == "operation-not-supported"
    plain = edited(Client(device_of("no-confirmed-commit")))
    assert plain.error(CONFIRMED.format("")).tag == "unknown-element"
    assert plain.error("<cancel-commit/>").tag == "operation-not-supported"
    plain.ok("<commit/>")


def test_an_invalid_candidate_is_not_committed(device):
    client = Client(device)
    client.ok(client.edit('<vlans xmlns="urn:netconf-gui:demo"><vlan><id>99</id></vlan></vlans>'))
    error = client.error("<commit/>")
    assert error.path is not None
    assert "vlan" in error.path
    assert client.text("/vlans/vlan[id='99']/id") is None
    assert client.text("/vlans/vlan[id='99']/id", "candidate") == "99"
