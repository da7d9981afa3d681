"""Getting texts: what was had is not asked for again, whatever interrupted the first try."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.demo import files
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.errors import AppError, Cancelled
from netconf_gui.services.events import Event, Progress
from netconf_gui.services.load import load_schema
from netconf_gui.session.session import Session
from netconf_gui.yang.check import Engine
from netconf_gui.yang.report import ModuleStatus, SchemaReport
from tests.services.conftest import Box


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Engine]:
    """An engine whose caches are empty."""
    with Engine(cache_folder=tmp_path / "fresh") as made:
        yield made


def asked(session: Session) -> list[str]:
    """The names that get-schema was sent for."""
    sent = (entry for entry in session.wire.entries() if entry.direction == "out")
    texts = [entry.text for entry in sent if entry.operation == "get-schema"]
    return [match[1] for text in texts if (match := re.search(r"<identifier>([^<]*)<", text))]


def answered(session: Session) -> int:
    return sum(entry.operation == "get-schema" and entry.direction == "in" for entry in session.wire.entries())


class StopAfter:
    """Cancels when so many texts are there."""

    def __init__(self, count: int) -> None:
        self.token = CancelToken()
        self.count = count
        self.seen: list[Progress] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress) and event.text.startswith("Fetching "):
            self.seen.append(event)
            if event.done >= self.count:
                self.token.cancel()


def test_progress_names_modules_and_counts(box: Box, fresh: Engine) -> None:
    seen: list[Progress] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.text.startswith("Fetching "):
            seen.append(event)

    load_schema(box.connect(), engine=fresh, on_event=on_event)
    named = {event.text.removeprefix("Fetching ") for event in seen}
    assert "ietf-interfaces" in named
    assert all(event.total is not None and 0 <= event.done <= event.total for event in seen)
    assert any(event.done == event.total for event in seen)


def test_a_cancelled_fetch_goes_on_where_it_was(box: Box, fresh: Engine) -> None:
    """Also texts without a revision, which are otherwise asked for each time."""
    stop = StopAfter(8)
    first = box.connect()
    with pytest.raises(Cancelled):
        load_schema(first, engine=fresh, parallel=2, cancel=stop.token, on_event=stop)
    had = answered(first)
    assert had >= 8
    again = box.connect()
    found = load_schema(again, engine=fresh, parallel=2)
    assert found.schema is not None and found.missing == ()
    # those that were under way when it stopped are asked for again, and no other
    twice = [name for name in asked(again) if name in asked(first)]
    assert len(twice) <= 2


def test_a_lost_connection_loses_no_text(box: Box, fresh: Engine) -> None:
    box.arm(Fault("get-schema", Action.DROP, skip=10))
    first = box.connect()
    with pytest.raises(AppError):
        load_schema(first, engine=fresh, parallel=1)
    had = asked(first)
    assert len(had) > 5
    box.server.faults.clear()
    again = box.connect()
    found = load_schema(again, engine=fresh, parallel=1)
    assert found.schema is not None
    assert Counter(asked(again)) & Counter(had[:-1]) == Counter(), "what was answered is not asked for again"


def test_a_new_program_goes_on_too(box: Box, tmp_path: Path) -> None:
    stop = StopAfter(8)
    first = box.connect()
    with Engine(cache_folder=tmp_path / "cache") as engine, pytest.raises(Cancelled):
        load_schema(first, engine=engine, parallel=1, cancel=stop.token, on_event=stop)
    again = box.connect()
    with Engine(cache_folder=tmp_path / "cache") as engine:
        load_schema(again, engine=engine, parallel=1)
    assert len([name for name in asked(again) if name in asked(first)]) <= 1


def counts(report: SchemaReport) -> dict[ModuleStatus, int]:
    return {status: count for status, count in report.from_origins().items() if count}


def test_where_each_text_is_from(box: Box, fresh: Engine, tmp_path: Path) -> None:
    found = load_schema(box.connect(), engine=fresh).report
    assert set(counts(found)) == {ModuleStatus.FETCHED}
    assert [source.name for source in found.sources] == [
        "yang-library 1.1", "netconf-state", "hello", "get-schema", "cache", "standard modules",
    ]  # fmt: skip
    given = {source.name: source for source in found.sources}
    assert given["yang-library 1.1"].gave > 10
    assert not given["netconf-state"].asked
    assert given["get-schema"].gave == len(found.modules)
    again = load_schema(box.connect(), engine=fresh).report
    assert counts(again)[ModuleStatus.CACHED] > 10
    by_name = {module.name: module for module in again.modules}
    types = by_name["netconf-gui-demo-types"]
    assert types.submodule
    assert set(types.needed_by) == {"netconf-gui-demo", "netconf-gui-demo-qos"}
    assert by_name["netconf-gui-demo"].listed_by == "yang-library 1.1"
    assert "running" in by_name["netconf-gui-demo"].datastores


def test_folders_come_before_the_standard_modules_and_after_the_device(box: Box, fresh: Engine, tmp_path: Path) -> None:
    box.arm(Fault("get-schema", Action.RPC_ERROR, count=0))
    yang = tmp_path / "yang"
    yang.mkdir()
    own = files.MODULES + files.SUBMODULES
    for name in own:
        (yang / f"{name}.yang").write_bytes(files.module_text(name) or b"")
    found = load_schema(box.connect(), engine=fresh, folders=[tmp_path / "nowhere", yang])
    assert found.report.unusable == ()
    origins = {module.name: module.origin for module in found.report.modules}
    assert origins["netconf-gui-demo"] is ModuleStatus.FOLDER
    assert origins["ietf-interfaces"] is ModuleStatus.SHIPPED
    assert any("There is no folder" in note for note in found.notes)
    given = {source.name: source.gave for source in found.report.sources}
    assert given[str(yang)] == len(own)
    assert given["get-schema"] == 0


def test_a_reply_without_a_text_is_not_kept(box: Box, fresh: Engine) -> None:
    box.arm(Fault("get-schema", Action.LIE, count=0))
    found = load_schema(box.connect(), engine=fresh)
    assert {module.name for module in found.report.of(ModuleStatus.MISSING)} >= {"netconf-gui-demo"}
    box.server.faults.clear()
    again = load_schema(box.connect(), engine=fresh)
    assert again.report.unusable == ()
