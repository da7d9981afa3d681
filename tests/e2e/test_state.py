"""State of netconfd, read again and again: what it sends for our filters becomes one live document."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from netconf_gui.config.live import LiveDocument
from netconf_gui.config.path import InstancePath, find
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.connect import connect
from netconf_gui.services.load import load_schema
from netconf_gui.services.series import kind_of
from netconf_gui.services.watch import StateReader
from netconf_gui.session.session import Session
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import Netconfd

MONITORING = "/ietf-netconf-monitoring:netconf-state"

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]


@pytest.fixture
def session(candidate_server: Netconfd, workspace: Workspace) -> Iterator[Session]:
    made = connect(device_of(candidate_server, key=True), Person(), workspace)
    yield made
    made.close()


def test_its_counters_are_read_in_whole_and_in_part(session: Session, engine: Engine) -> None:
    schema = load_schema(session, engine=engine).schema
    assert schema is not None
    reader = StateReader(session)
    whole = reader.read()
    document = LiveDocument(serialize(whole.root), schema)
    own = f"{MONITORING}/sessions/session[session-id='{session.session_id}']"
    counter = InstancePath.parse(f"{own}/in-rpcs", schema)
    leaf = document.find(counter)
    assert leaf is not None
    before = int(leaf.text or "")
    kind = kind_of(document.schema_node(leaf))
    assert kind is not None and kind.wraps_at == 1 << 32
    part = reader.read([counter])
    assert len(part.root) == 1 and b"<schemas" not in serialize(part.root)
    until = time.monotonic() + 30
    # it keeps what it said of its state for some seconds
    while not (changed := document.take(part.root, part.paths)) and time.monotonic() < until:
        part = reader.read([counter])
    assert changed == (leaf,) and int(leaf.text or "") > before


def test_entries_are_asked_for_by_their_keys(session: Session, engine: Engine) -> None:
    schema = load_schema(session, engine=engine).schema
    reader = StateReader(session)
    own = InstancePath.parse(f"{MONITORING}/sessions/session[session-id='{session.session_id}']", schema)
    name, out = own.child(_step(own, "username")), own.child(_step(own, "out-notifications"))
    reading = reader.read([name, out])
    document = LiveDocument(b"", schema)
    document.take(reading.root, [name])
    entry = find(reading.root, own, document.binder)
    assert entry is not None
    names = sorted(str(leaf.tag).rpartition("}")[2] for leaf in entry)
    assert names in (["out-notifications", "session-id", "username"], ["session-id", "username"])
    assert document.find(own) is not None


def _step(above: InstancePath, name: str):  # type: ignore[no-untyped-def]
    step = above.steps[-1]
    return type(step)(step.namespace, name)
