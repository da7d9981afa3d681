"""The program's main job on a real server: netconfd behind OpenSSH, with ncclient as the witness."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from netconf_gui import log
from netconf_gui.config.document import Document
from netconf_gui.errors import AuthenticationFailed, HostKeyUnknown, Outcome, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import parse
from netconf_gui.services.connect import connect
from netconf_gui.services.deploy import DeployOptions, DeployReport, deploy, strategy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.services.load import Loaded, load
from netconf_gui.session.session import Session
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import Netconfd

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]

BOX = "urn:netconf-gui:e2e-box"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
START = f"""
<config xmlns="{NC}" xmlns:nc="{NC}"><box xmlns="{BOX}" nc:operation="replace">
  <label>first</label>
  <port><slot>1</slot><name>a</name><mtu>1500</mtu></port>
  <port><slot>1</slot><name>b</name></port>
  <group><id>7</id><title>core</title></group>
  <step><name>one</name></step><step><name>two</name></step><step><name>three</name></step>
</box></config>"""


def reset(witness: Callable[[Netconfd], Any], server: Netconfd, target: str = "candidate") -> None:
    """The same start for every test, made by the independent client."""
    session = witness(server)
    if target == "candidate":
        session.discard_changes()
    session.edit_config(target=target, config=START)
    if target == "candidate":
        session.commit()


def box_of(witness: Callable[[Netconfd], Any], server: Netconfd, datastore: str = "running") -> etree._Element:
    """<box> as the independent client reads it."""
    reply = witness(server).get_config(source=datastore, filter=("subtree", f'<box xmlns="{BOX}"/>'))
    box = etree.fromstring(reply.data_xml.encode()).find(f"{{{BOX}}}box")
    assert box is not None
    return box


def text(box: etree._Element, path: str) -> str | None:
    return box.findtext(path.replace("b:", f"{{{BOX}}}"))


def draft(loaded: Loaded, *changes: tuple[str, str]) -> bytes:
    """The document as a person's edits leave it: (old text, new text) of the box."""
    data = loaded.data.decode()
    for old, new in changes:
        assert data.count(old) == 1, (old, data.count(old))
        data = data.replace(old, new)
    document = Document(loaded.data, loaded.schema.schema)
    document.replace_text(data.encode())
    return document.snapshot().data


class Job:
    """A connected person with a loaded device."""

    def __init__(self, server: Netconfd, workspace: Workspace, engine: Engine) -> None:
        self.server, self.workspace, self.engine = server, workspace, engine
        self.events: list[Event] = []
        self.session = self.connect()
        self.loaded = load(self.session, "running", engine=engine)

    def connect(self) -> Session:
        return connect(device_of(self.server, key=True), Person(), self.workspace)

    def apply(self, mine: bytes, **options: Any) -> DeployReport:
        on_event = options.pop("on_event", self.events.append)
        return deploy(
            self.session, base=self.loaded.data, mine=mine, schema=self.loaded.schema.schema, on_event=on_event,
            options=DeployOptions(device_name="box", reconnect_attempts=2, reconnect_pause=0.1, **options),
            reconnect=self.connect,
        )  # fmt: skip


@pytest.fixture
def job(candidate_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any]) -> Any:
    reset(witness, candidate_server)
    made = Job(candidate_server, workspace, engine)
    yield made
    made.session.close()


def stages(report: DeployReport) -> dict[Stage, StageState]:
    return {event.stage: event.state for event in report.stages}


# ------------------------------------------------------------------------------------------------ connect and load


def test_connect_with_a_password_and_a_key(candidate_server: Netconfd, workspace: Workspace) -> None:
    person = Person(password=candidate_server.password)
    session = connect(device_of(candidate_server), person, workspace)
    assert session.session_id
    assert session.capabilities.has("candidate")
    assert [key.fingerprint for key in person.keys] == [candidate_server.fingerprint()]
    assert len(person.requests) == 1
    session.close()

    person = Person(password=None)
    session = connect(device_of(candidate_server, key=True), person, workspace)
    assert not person.keys, "the key was accepted before and is remembered"
    assert not person.requests, "the key file is enough"
    session.close()


def test_a_wrong_password_and_a_key_nobody_trusts(candidate_server: Netconfd, workspace: Workspace) -> None:
    with pytest.raises(HostKeyUnknown) as unknown:
        connect(device_of(candidate_server), Person(trust=False), workspace)
    assert candidate_server.fingerprint() in unknown.value.full_text()

    with pytest.raises(AuthenticationFailed) as failed:
        connect(device_of(candidate_server), Person(password="not-the-password"), workspace)
    assert "not-the-password" not in failed.value.full_text()


def test_load_brings_schema_and_configuration(job: Job) -> None:
    schema = job.loaded.schema.schema
    assert schema is not None
    port = schema.find("/e2e-box:box/port")
    assert port is not None
    assert port.keys == ("slot", "name")
    assert schema.find("/ietf-interfaces:interfaces/interface") is not None
    assert b"<label>first</label>" in job.loaded.data
    document = Document(job.loaded.data, schema)
    box = document.root.find(f"{{{BOX}}}box")
    assert box is not None
    assert document.schema_node(box) is not None


# ------------------------------------------------------------------------------------------------------------ apply


def test_edit_a_list_entry_and_a_leaf(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    mine = draft(
        job.loaded,
        ("<label>first</label>", "<label>second</label>"),
        ("<mtu>1500</mtu>", "<mtu>9000</mtu><on>true</on>"),
        ("<group>", "<port><slot>2</slot><name>c</name><group>7</group></port><group>"),
    )
    report = job.apply(mine)
    assert report.outcome is Outcome.APPLIED, report.text
    assert report.ok, report.text
    assert stages(report)[Stage.COMMIT] is StageState.OK
    assert report.readback
    assert {item.verdict for item in report.readback} == {"as-sent"}

    box = box_of(witness, job.server)
    assert text(box, "b:label") == "second"
    assert text(box, "b:port[b:name='a']/b:mtu") == "9000"
    assert text(box, "b:port[b:name='c']/b:group") == "7"
    assert text(box_of(witness, job.server, "candidate"), "b:label") == "second"


def test_a_move_that_netconfd_confirms_and_does_not_do(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    """This server answers ok to every move of an ordered-by user entry and does nothing: the program must say so."""
    document = Document(job.loaded.data, job.loaded.schema.schema)
    root = parse(job.loaded.data)
    steps = root.findall(f"{{{BOX}}}box/{{{BOX}}}step")
    steps[0].addprevious(steps[2])
    document.replace_text(etree.tostring(root))
    report = job.apply(document.snapshot().data)

    names = [step.findtext(f"{{{BOX}}}name") for step in box_of(witness, job.server).findall(f"{{{BOX}}}step")]
    assert names == ["one", "two", "three"], "the server has learned to move: expect applied here"
    assert not report.ok
    assert report.outcome is Outcome.UNCHANGED
    assert stages(report)[Stage.COMMIT] is StageState.OK
    assert [item.verdict for item in report.readback] == ["not-there"]
    assert "not true" in report.text
    assert "step[three]" in report.text


def test_removals_choices_and_presence(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    entry = next(part for part in job.loaded.data.decode().split("<port>") if "<name>b</name>" in part).split(
        "</port>"
    )[0]
    mine = draft(
        job.loaded,
        (f"<port>{entry}</port>", ""),
        ("<label>first</label>", "<channel>4</channel><beacon><colour>red</colour></beacon>"),
    )
    report = job.apply(mine)
    assert report.outcome is Outcome.APPLIED, report.text
    box = box_of(witness, job.server)
    assert text(box, "b:label") is None
    assert text(box, "b:channel") == "4"
    assert text(box, "b:beacon/b:colour") == "red"
    assert len(box.findall(f"{{{BOX}}}port")) == 1


def test_netconfd_is_known_to_lose_edits_after_validate(job: Job) -> None:
    plan = strategy(job.session.capabilities, job.session.profile)
    assert plan.target == "candidate"
    assert plan.validate == "test-then-set"
    assert any("test-then-set" in note for note in plan.notes)


def test_a_lock_of_another_session(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    other.lock("candidate")
    other.edit_config(
        target="candidate", config=f'<config xmlns="{NC}"><box xmlns="{BOX}"><label>of another</label></box></config>'
    )
    report = job.apply(draft(job.loaded, ("<label>first</label>", "<label>mine</label>")))
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None
    assert report.error.stage is Stage.LOCK
    assert any(error.tag == "lock-denied" and error.session_id for error in report.errors), report.errors
    assert str(other.session_id) in report.text
    assert Stage.EDIT not in stages(report)
    # another's candidate is as it was
    assert text(box_of(lambda _server: other, job.server, "candidate"), "b:label") == "of another"
    other.discard_changes()
    other.unlock("candidate")
    assert job.apply(draft(job.loaded, ("<label>first</label>", "<label>mine</label>"))).ok


def test_validation_failure_leaves_a_clean_device(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    mine = draft(
        job.loaded,
        ("<group>", "<port><slot>3</slot><name>d</name><on>false</on><group>7</group></port><group>"),
    )
    report = job.apply(mine)
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert report.errors
    assert any("port" in (error.path or "") for error in report.errors), report.errors
    assert len(box_of(witness, job.server, "candidate").findall(f"{{{BOX}}}port")) == 2
    other = witness(job.server)
    other.lock("candidate")  # nothing is left locked
    other.unlock("candidate")
    other.lock("running")
    other.unlock("running")


def test_a_change_behind_our_back_is_seen(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    other.edit_config(
        target="candidate", config=f'<config xmlns="{NC}"><box xmlns="{BOX}"><label>faster</label></box></config>'
    )
    other.commit()
    report = job.apply(draft(job.loaded, ("<label>first</label>", "<label>slower</label>")))
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert Stage.EDIT not in stages(report)
    assert text(box_of(witness, job.server), "b:label") == "faster"


def test_an_uncommitted_candidate_of_somebody_is_not_discarded(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    other = witness(job.server)
    other.edit_config(
        target="candidate", config=f'<config xmlns="{NC}"><box xmlns="{BOX}"><label>unfinished</label></box></config>'
    )
    report = job.apply(draft(job.loaded, ("<mtu>1500</mtu>", "<mtu>2000</mtu>")))
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert text(box_of(lambda _server: other, job.server, "candidate"), "b:label") == "unfinished"
    other.discard_changes()


@pytest.mark.parametrize("stage", [Stage.LOCK, Stage.EDIT])
def test_the_server_is_killed_in_mid_apply(
    fragile_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any], stage: Stage
) -> None:
    reset(witness, fragile_server)
    job = Job(fragile_server, workspace, engine)

    def kill(event: Event) -> None:
        if isinstance(event, StageEvent) and event.stage is stage and event.state is StageState.OK:
            fragile_server.kill_netconfd()

    mine = draft(job.loaded, ("<label>first</label>", "<label>second</label>"))
    report = job.apply(mine, on_event=kill)
    assert not report.ok
    assert report.outcome in (Outcome.UNCHANGED, Outcome.UNKNOWN), report.text
    assert b"<label>second</label>" in mine, "the draft is the person's, whatever happens"
    assert "draft is kept" in report.text
    job.session.close()


def test_writable_running_with_startup(
    running_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any]
) -> None:
    reset(witness, running_server, "running")
    job = Job(running_server, workspace, engine)
    plan = strategy(job.session.capabilities, job.session.profile)
    assert plan.target == "running"
    assert any("candidate" in note for note in plan.notes), plan.notes
    report = job.apply(draft(job.loaded, ("<label>first</label>", "<label>direct</label>")), save_startup=True)
    assert report.outcome is Outcome.APPLIED, report.text
    assert text(box_of(witness, running_server), "b:label") == "direct"
    assert text(box_of(witness, running_server, "startup"), "b:label") == "direct"

    report = job.apply(draft(job.loaded, ("<mtu>1500</mtu>", "<mtu>20</mtu>")))
    assert report.outcome is Outcome.UNCHANGED, report.text
    assert report.errors
    job.session.close()


def test_the_password_is_in_no_file(candidate_server: Netconfd, workspace: Workspace, program_home: Path) -> None:
    log.configure(workspace.locations.state)
    session = connect(device_of(candidate_server), Person(password=candidate_server.password), workspace)
    session.call(operations.get_config("running"))
    session.close()
    log.shutdown()
    files = [path for path in program_home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if candidate_server.password.encode() in path.read_bytes()]
