"""Single operations as a person asks for them: what they say, what they send, what they leave behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netconf_gui.errors import CapabilityMissing, ConfigError, Outcome, RpcFailed
from netconf_gui.services import datastore_jobs as jobs
from netconf_gui.services.datastore_jobs import Configuration, EditOptions, Job
from netconf_gui.services.monitoring import read_state
from netconf_gui.session.datastores import get_config
from netconf_gui.session.session import Session
from tests.services.conftest import Box
from tests.services.deploying import HOSTNAME, apply

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
DEMO = "urn:netconf-gui:demo"


def vlan(number: int, name: str) -> Configuration:
    content = f'<vlans xmlns="{DEMO}"><vlan><id>{number}</id><name>{name}</name></vlan></vlans>'
    return Configuration("the edit", f'<config xmlns="{BASE}">{content}</config>'.encode())


def names(session: Session, datastore: str = "running") -> list[str | None]:
    return [node.text for node in get_config(session, datastore).iterfind(f".//{{{DEMO}}}vlan/{{{DEMO}}}name")]


def do(session: Session, job: Job) -> None:
    assert job.title[0].isupper() and job.done.endswith(".") and job.destroys[-1:] in ("", ".")
    assert list(job.run(session, None)) == []


def test_copy_by_files_and_back(box: Box) -> None:
    session = box.connect()
    do(session, jobs.copy("running", "file:///before.xml"))
    do(session, jobs.edit(vlan(77, "gone"), "candidate", EditOptions("merge", "test-then-set", "rollback-on-error")))
    do(session, jobs.validate("candidate"))
    do(session, jobs.commit())
    assert "gone" in names(session)
    do(session, jobs.copy("running", "startup"))
    do(session, jobs.validate("file:///before.xml"))
    do(session, jobs.copy("file:///before.xml", "running"))
    assert "gone" not in names(session) and "gone" in names(session, "startup")
    do(session, jobs.delete("file:///before.xml"))
    do(session, jobs.delete("startup"))
    assert names(session, "startup") == []
    with pytest.raises(RpcFailed):
        jobs.delete("file:///before.xml").run(session, None)


def test_a_whole_configuration_is_a_source(box: Box) -> None:
    session = box.connect()
    do(session, jobs.copy(vlan(78, "file"), "file:///edit.xml"))
    do(session, jobs.edit("file:///edit.xml", "candidate", EditOptions()))
    assert "file" in names(session, "candidate")
    do(session, jobs.discard())
    assert "file" not in names(session, "candidate")
    with pytest.raises(RpcFailed) as caught:
        jobs.validate(vlan(5000, "outside")).run(session, None)
    assert "invalid-value" in caught.value.tags


def test_an_edit_that_is_only_tried_destroys_nothing(box: Box) -> None:
    session = box.connect()
    job = jobs.edit(vlan(79, "tried"), "running", EditOptions(test_option="test-only"))
    assert not job.destroys and not job.rereads
    do(session, job)
    assert "tried" not in names(session)


def test_edit_data_to_candidate(box: Box) -> None:
    session = box.connect()
    do(session, jobs.edit_by_data(vlan(80, "nmda"), "candidate", "merge"))
    assert "nmda" in names(session, "candidate")
    do(session, jobs.discard())


def test_confirmed_commit_and_the_way_back(box: Box) -> None:
    session = box.connect()
    do(session, jobs.edit(vlan(81, "brief"), "candidate", EditOptions()))
    do(session, jobs.commit(seconds=300, persist="mine"))
    assert "brief" in names(session)
    do(session, jobs.cancel_commit("mine"))
    assert "brief" not in names(session)


def test_locks_of_all_and_of_parts(box: Box) -> None:
    session, other = box.connect(), box.connect()
    do(session, jobs.lock("startup"))
    do(session, jobs.lock_parts([("/d:vlans", {"d": DEMO})], "/vlans"))
    with pytest.raises(RpcFailed):
        jobs.lock("startup").run(other, None)
    held = read_state(session).locks
    number = next(lock.lock_id for lock in held if lock.lock_id is not None)
    do(session, jobs.unlock_part(number))
    do(session, jobs.unlock("startup"))
    assert not read_state(session).locks


def test_a_session_is_ended(box: Box) -> None:
    session, other = box.connect(), box.connect()
    do(session, jobs.kill(other.session_id, "demo"))
    assert read_state(session).session(other.session_id) is None


@pytest.mark.parametrize(
    "job",
    [
        jobs.copy("running", "startup"),
        jobs.copy("running", "file:///x"),
        jobs.copy("candidate", "startup"),
        jobs.delete("startup"),
        jobs.validate("running"),
        jobs.discard(),
        jobs.commit(),
        jobs.cancel_commit(),
        jobs.lock("candidate"),
        jobs.lock_parts([("/x", {})], "x"),
        jobs.unlock_part(1),
        jobs.edit("file:///x", "running", EditOptions()),
        jobs.edit(vlan(1, "x"), "running", EditOptions(error_option="rollback-on-error")),
    ],
    ids=lambda job: job.title,
)
def test_what_a_lesser_device_does_not_offer_is_not_sent(box_of: Callable[..., Box], job: Job) -> None:
    session = box_of("minimal").connect()
    before = len(session.wire.entries())
    with pytest.raises(CapabilityMissing) as caught:
        job.run(session, None)
    assert "did not announce" in caught.value.message
    assert len(session.wire.entries()) == before


def test_running_is_never_deleted(box: Box) -> None:
    with pytest.raises(ConfigError):
        jobs.delete("running").run(box.connect(), None)


def test_what_is_destroyed_is_said() -> None:
    destroying = (
        jobs.copy("running", "candidate"),
        jobs.copy("candidate", "running"),
        jobs.copy("running", "file:///x"),
        jobs.delete("startup"),
        jobs.delete("file:///x"),
        jobs.unlock("candidate"),
        jobs.discard(),
        jobs.commit(),
        jobs.commit(seconds=60),
        jobs.cancel_commit(),
        jobs.kill(7),
        jobs.edit(vlan(1, "x"), "candidate", EditOptions("replace")),
    )
    assert all(job.destroys for job in destroying)
    assert "is lost" in destroying[-1].destroys
    assert not jobs.lock("running").destroys and not jobs.validate("candidate").destroys


def test_an_apply_goes_on_under_a_lock_that_a_person_took(box: Box) -> None:
    session = box.connect()
    do(session, jobs.lock("running"))
    report = apply(box, HOSTNAME, session=session)
    assert report.outcome is Outcome.APPLIED and report.clean, report.text
    assert [lock.datastore for lock in read_state(session).locks] == ["running"], "it is the person's to give back"
