"""Loading: modules fetched once and several at a time, broken ones no blocker, datastores as configured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import Cancelled, RpcFailed
from netconf_gui.services.events import Event, Progress
from netconf_gui.services.fetching import origin_of
from netconf_gui.services.load import load, load_schema
from netconf_gui.session.session import Session
from netconf_gui.yang.check import Engine
from tests.services.conftest import Box


@pytest.fixture
def fresh(tmp_path: object, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine whose caches are empty."""
    return Engine(cache_folder=tmp_path_factory.mktemp("fresh"))


def schemas_asked(session: Session) -> int:
    return sum(entry.operation == "get-schema" for entry in session.wire.entries() if entry.direction == "out")


def test_schema_and_datastore_come_together(box: Box, fresh: Engine) -> None:
    events: list[Event] = []
    session = box.connect()
    with fresh:
        loaded = load(session, engine=fresh, on_event=events.append)
        schema = loaded.schema.schema
        assert schema is not None
        assert schema.find("/ietf-interfaces:interfaces/interface/name") is not None
        assert loaded.schema.missing == ()
        assert loaded.schema.broken == ()
        assert loaded.with_defaults == "explicit"
        assert b"demo-edge-1" in loaded.data
        assert loaded.compiled_key is not None
        assert fresh.validate(loaded.compiled_key, loaded.data) == ()
    steps = [event for event in events if isinstance(event, Progress)]
    assert any(event.unit == "bytes" for event in steps)
    assert any(event.text.startswith("Fetching ") and event.total for event in steps)


def test_texts_are_fetched_once_per_device_software(box: Box, fresh: Engine) -> None:
    with fresh:
        first = box.connect()
        found = load_schema(first, engine=fresh)
        assert found.downloaded == schemas_asked(first) > 10
        again = box.connect()
        load_schema(again, engine=fresh)
        # what is named without a revision may be another text tomorrow
        asked = [entry.text for entry in again.wire.entries() if entry.operation == "get-schema"]
        assert not [text for text in asked if "<version>" in text]
        assert schemas_asked(again) < schemas_asked(first) / 4
        assert origin_of(first) == origin_of(again)


@pytest.mark.parametrize("parallel", [1, 8])
def test_several_requests_are_outstanding_at_once(box: Box, fresh: Engine, parallel: int) -> None:
    session = box.connect()
    with fresh:
        load_schema(session, engine=fresh, parallel=parallel)
    waiting = most = 0
    for entry in session.wire.entries():
        if entry.operation == "get-schema":
            waiting += 1 if entry.direction == "out" else -1
            most = max(most, waiting)
    # replies may overtake the next request, so that the limit is not always reached
    assert most == 1 if parallel == 1 else 1 < most <= parallel


def test_a_module_that_cannot_be_had_is_listed_and_no_blocker(box: Box, fresh: Engine) -> None:
    box.arm(Fault("get-schema", Action.RPC_ERROR, count=0))
    with fresh:
        found = load_schema(box.connect(), engine=fresh)
        assert "netconf-gui-demo" in [name.partition("@")[0] for name, _ in found.missing]
        assert found.schema is not None
        # standard modules are had from elsewhere
        assert found.schema.find("/ietf-interfaces:interfaces/interface/name") is not None


def test_a_device_without_monitoring_uses_standard_modules(box_of: Callable[..., Box], fresh: Engine) -> None:
    box = box_of("minimal")
    session = box.connect()
    with fresh:
        loaded = load(session, engine=fresh)
    assert loaded.with_defaults is None
    assert b"demo-edge-1" in loaded.data


def test_a_cancel_while_modules_are_fetched_is_heard(box: Box, fresh: Engine) -> None:
    token = CancelToken()

    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.text.startswith("Fetching "):
            token.cancel()

    with fresh, pytest.raises(Cancelled):
        load_schema(box.connect(), engine=fresh, cancel=token, on_event=on_event)


def test_a_datastore_that_is_refused_is_an_error(box: Box, engine: Engine) -> None:
    session = box.connect()
    schema = load_schema(session, engine=engine)
    box.arm(Fault("get-config", Action.RPC_ERROR))
    with pytest.raises(RpcFailed):
        load(session, engine=engine, schema=schema)
