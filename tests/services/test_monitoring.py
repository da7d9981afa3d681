"""What a device tells of itself, and its capabilities in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.protocol.capabilities import CAPABILITY, Capabilities
from netconf_gui.services.capability_words import abilities
from netconf_gui.services.monitoring import NO_STATE, NO_STREAMS, read_state
from netconf_gui.session.datastores import lock, unlock
from netconf_gui.session.partial_locks import partial_lock, partial_unlock
from tests.services.conftest import Box

DEMO = {"d": "urn:netconf-gui:demo"}


def test_the_demo_device_tells_everything(box: Box) -> None:
    session, other = box.connect(), box.connect()
    lock(other, "candidate")
    held = partial_lock(session, [("/d:vlans", DEMO)])
    state = read_state(session)
    assert state.monitored and not state.notes
    mine = state.session(session.session_id)
    assert mine is not None and mine.ours and mine.username == "demo" and mine.transport == "ssh" and mine.since
    theirs = state.session(other.session_id)
    assert theirs is not None and not theirs.ours and (theirs.counters.in_rpcs or 0) >= 1
    assert set(state.datastores) == {"running", "candidate", "startup"}
    (whole,) = state.locks_on("candidate")
    assert whole.session_id == other.session_id and whole.lock_id is None and whole.since
    (part,) = state.locks_on("running")
    assert (part.session_id, part.lock_id, part.selections) == (session.session_id, held.lock_id, ("/d:vlans",))
    assert part.nodes == held.nodes and held.nodes[0].endswith("vlans")
    assert state.statistics is not None and state.statistics.started and (state.statistics.in_sessions or 0) >= 2
    assert [stream.name for stream in state.streams] == ["NETCONF"] and state.streams[0].replay
    assert all(schema.fetchable for schema in state.schemas) and len(state.schemas) > 10
    partial_unlock(session, held.lock_id)
    unlock(other, "candidate")
    assert not read_state(session).locks


def test_parts_that_are_not_there_are_told(box_of: Callable[..., Box]) -> None:
    state = read_state(box_of("minimal").connect())
    assert state.monitored and state.streams == () and state.notes == (NO_STREAMS,)


def test_a_device_that_tells_nothing_says_so(box: Box) -> None:
    for operation in ("get", "get-data"):
        box.arm(Fault(operation, Action.RPC_ERROR, message="not here", count=0))
    state = read_state(box.connect())
    assert not state.monitored and state.sessions == state.locks == state.schemas == ()
    assert state.notes[0] == NO_STATE and "streams" in state.notes[1]


def words_of(*names: str) -> dict[str, tuple[bool, str]]:
    uris = [
        "urn:ietf:params:netconf:base:1.1",
        *(name if name.startswith("urn:") else CAPABILITY + name for name in names),
    ]
    return {one.name: (one.there, one.words) for one in abilities(Capabilities(uris))}


def test_capabilities_are_told_in_words() -> None:
    told = words_of("candidate:1.0", "confirmed-commit:1.1", "url:1.0?scheme=file,ftp", "urn:x:own:thing:1.0")
    assert told["Candidate"][0] and not told["Startup"][0]
    assert "file, ftp" in told["URL"][1] and "outlive" in told["Confirmed commit"][1]
    assert told["urn:x:own:thing:1.0"][0], "what nobody knows is listed all the same"


@pytest.mark.parametrize("names", [(), ("candidate:1.0",), ("writable-running:1.0", "startup:1.0")])
def test_what_is_not_there_says_what_that_means(names: tuple[str, ...]) -> None:
    assert all(words.endswith(".") for _, words in words_of(*names).values())
