"""Single operations on a server that shares no code with us: defaults, files by URL, monitoring, locks, schemas.

Never copied here is a URL to candidate: this server dies of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.config.tagged import TAGGED, reported_defaults
from netconf_gui.errors import RpcFailed
from netconf_gui.protocol.xml import parse, serialize
from netconf_gui.services import datastore_jobs as jobs
from netconf_gui.services.datastore_jobs import Configuration, EditOptions, Job
from netconf_gui.services.load import load
from netconf_gui.services.monitoring import NO_STATE, read_state
from netconf_gui.session import datastores
from netconf_gui.session.schemas import get_schema
from netconf_gui.session.session import Session
from netconf_gui.yang.check import Engine
from tests.e2e.netconfd import Netconfd
from tests.services.conftest import eventually
from tests.session.test_netconfd import IF, interface, opened

pytestmark = pytest.mark.server

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"


@pytest.fixture
def session(candidate_server: Netconfd, tmp_path: Path) -> Iterator[Session]:
    with opened(candidate_server, tmp_path) as made:
        yield made


def edit(name: str, *, operation: str = "merge") -> Configuration:
    return Configuration(
        "the edit", f'<config xmlns="{BASE}">{interface(name, operation=operation).decode()}</config>'.encode()
    )


def names(session: Session, datastore: str = "running") -> list[str]:
    data = datastores.get_config(session, datastore, filter_xml=parse(f'<interfaces xmlns="{IF}"/>'.encode()))
    return [str(text) for text in data.xpath("//*[local-name()='interface']/*[local-name()='name']/text()")]


def do(session: Session, *each: Job) -> None:
    for job in each:
        job.run(session, None)


SAFE = EditOptions("merge", "test-then-set", "rollback-on-error")


@pytest.fixture
def eth(session: Session) -> Iterator[str]:
    """An interface in running, gone afterwards."""
    do(session, jobs.edit(edit("ops0"), "candidate", SAFE), jobs.commit())
    yield "ops0"
    do(session, jobs.discard(), jobs.edit(edit("ops0", operation="remove"), "candidate", SAFE), jobs.commit())


@pytest.mark.parametrize("mode", ["report-all", "report-all-tagged", "trim", "explicit"])
def test_with_defaults_in_every_mode(session: Session, eth: str, mode: str) -> None:
    text = serialize(datastores.get_config(session, "running", with_defaults=mode))
    assert (b">true</" in text and b"enabled" in text) is mode.startswith("report-all")
    assert (b"default=" in text) is (mode == TAGGED)


def test_tagged_defaults_are_shown_and_not_written_back(session: Session, eth: str, engine: Engine) -> None:
    plain = load(session, "candidate", engine=engine)
    tagged = load(session, "candidate", engine=engine, schema=plain.schema, with_defaults=TAGGED)
    assert tagged.tagged is not None and b"enabled" in serialize(tagged.tagged)
    root = read_root(tagged.data)
    assert b"enabled" not in tagged.data and tagged.with_defaults == plain.with_defaults == "explicit"
    entry = next(node for node in root.iter(f"{{{IF}}}interface") if node[0].text == eth)
    assert reported_defaults(tagged.tagged, root)[entry, f"{{{IF}}}enabled"] == "true"


def test_files_by_url(session: Session, eth: str) -> None:
    url = "file:///ops-test.xml"
    do(session, jobs.copy("running", url), jobs.validate(url))
    do(session, jobs.edit(url, "candidate", SAFE))
    assert eth in names(session, "candidate")
    do(session, jobs.discard(), jobs.delete(url))
    with pytest.raises(RpcFailed):
        do(session, jobs.validate(url))


def test_an_inline_configuration_is_validated(session: Session, eth: str) -> None:
    whole = serialize(datastores.get_config(session, "running"))
    do(
        session,
        jobs.validate(Configuration("all of it", whole.replace(b"<data", b"<config").replace(b"</data", b"</config"))),
    )
    with pytest.raises(RpcFailed):
        do(session, jobs.validate(edit("x" * 40, operation="no-such-operation")))


def test_monitoring_with_locks_and_sessions(candidate_server: Netconfd, session: Session, tmp_path: Path) -> None:
    with opened(candidate_server, tmp_path) as other:
        do(other, jobs.lock("running"))
        state = read_state(session)
        assert NO_STATE not in state.notes and state.monitored
        (lock,) = state.locks_on("running")
        assert lock.session_id == other.session_id and lock.since
        theirs, ours = state.session(other.session_id), state.session(session.session_id)
        assert theirs is not None and ours is not None and ours.ours and not theirs.ours
        assert theirs.username == candidate_server.user and theirs.transport == "ssh" and theirs.since
        assert state.statistics is not None and state.statistics.started and (state.statistics.in_sessions or 0) >= 2
        assert [stream.name for stream in state.streams] == ["NETCONF"]
        with pytest.raises(RpcFailed) as caught:
            do(session, jobs.lock("running"))
        assert other.session_id in {error.session_id for error in caught.value.errors}
        do(session, jobs.kill(other.session_id))
    assert eventually(lambda: read_state(session).locks == ())


def test_a_schema_that_is_listed_can_be_had(session: Session) -> None:
    listed = read_state(session).schemas
    one = next(schema for schema in listed if schema.identifier == "ietf-interfaces")
    assert one.fetchable and one.format == "yang"
    assert get_schema(session, one.identifier, one.version).startswith(b"module ietf-interfaces {")


def test_commit_on_probation_and_back(session: Session) -> None:
    do(session, jobs.edit(edit("ops1"), "candidate", SAFE), jobs.commit(seconds=300))
    assert "ops1" in names(session)
    do(session, jobs.cancel_commit())
    assert "ops1" not in names(session)


def test_partial_lock_is_refused_by_this_server_and_leaves_nothing(session: Session, eth: str) -> None:
    """It announces the capability, and answers every partial-lock with an internal error of its own."""
    with pytest.raises(RpcFailed) as caught:
        do(session, jobs.lock_parts([(f"/if:interfaces/if:interface[if:name='{eth}']", {"if": IF})], eth))
    assert "operation-failed" in caught.value.tags
    assert not [lock for lock in read_state(session).locks if lock.lock_id is not None]


def test_startup_is_copied_to_and_locked(running_server: Netconfd, tmp_path: Path) -> None:
    with opened(running_server, tmp_path) as session:
        do(session, jobs.lock("startup"), jobs.unlock("startup"))
        do(session, jobs.edit(edit("ops2"), "running", EditOptions("merge", "test-then-set", "rollback-on-error")))
        do(session, jobs.copy("running", "startup"))
        assert "ops2" in names(session, "startup")
        do(session, jobs.edit(edit("ops2", operation="remove"), "running", SAFE), jobs.copy("running", "startup"))
