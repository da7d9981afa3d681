"""Going back on a real server: what the history kept of netconfd, applied again, is what netconfd held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from netconf_gui.errors import Outcome, Stage
from netconf_gui.protocol.xml import canonical
from netconf_gui.services.events import StageState
from netconf_gui.services.history import reverted, touched
from netconf_gui.services.load import load
from netconf_gui.workspace.snapshots import Entry
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_netconfd import BOX, Job, box_of, draft, reset

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]
DEVICE = "netconfd"
CHANGES = (
    ("<mtu>1500</mtu>", "<mtu>9000</mtu>"),
    ("<name>b</name>", "<name>c</name>"),  # a key: one port goes, another comes
    ("<title>core</title>", "<title>edge &amp; “core”</title>"),
    ("<name>one</name>", "<name>none</name>"),
)


@pytest.fixture
def job(candidate_server: Netconfd, workspace: Workspace, engine: Engine, witness: Callable[[Netconfd], Any]) -> Any:
    reset(witness, candidate_server)
    made = Job(candidate_server, workspace, engine)
    yield made
    made.session.close()


def applied(job: Job, mine: bytes) -> Entry:
    """Apply, and what the history says of it; the job then holds what the device does."""
    report = job.apply(mine, history=job.workspace.snapshots, device_id=DEVICE)
    assert report.outcome is Outcome.APPLIED, report.text
    assert {event.stage: event.state for event in report.stages}[Stage.SNAPSHOT] is StageState.OK
    job.loaded = load(job.session, "running", engine=job.engine)
    return job.workspace.snapshots.entries(DEVICE).entries[0]


def test_going_back_brings_running_back_exactly(job: Job, witness: Callable[[Netconfd], Any]) -> None:
    store, schema = job.workspace.snapshots, job.loaded.schema.schema
    start = canonical(box_of(witness, job.server))
    first = applied(job, draft(job.loaded, *CHANGES))
    middle = canonical(box_of(witness, job.server))
    assert middle != start
    second = applied(job, draft(job.loaded, ("<label>first</label>", "<label>second</label>")))
    held = etree.fromstring(store.read(second, "before")).find(f"{{{BOX}}}box")
    assert held is not None and canonical(held) == middle, "what was kept is what an independent client read"
    # only what the first apply changed: the label of the second one stays
    only = touched(store, first, schema)
    applied(job, reverted(job.loaded.data, store.read(first, "before"), schema, only))
    now = box_of(witness, job.server)
    assert now.findtext(f"{{{BOX}}}label") == "second"
    # everything as it was before the first apply, then as it was after it
    applied(job, reverted(job.loaded.data, store.read(first, "before"), schema))
    assert canonical(box_of(witness, job.server)) == start
    applied(job, reverted(job.loaded.data, store.read(first, "after"), schema))
    assert canonical(box_of(witness, job.server)) == middle
    assert len(store.entries(DEVICE).entries) == 5 and not store.verify(DEVICE)
