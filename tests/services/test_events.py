"""Notifications kept, searched, judged, exported."""

from __future__ import annotations

import csv
import io
import json
import threading
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, ConfigError, WorkspaceError
from netconf_gui.protocol.xml import parse
from netconf_gui.services.event_export import ExportForm, export
from netconf_gui.services.event_search import EventView, Matcher, RuleBook, by_local_names
from netconf_gui.services.event_store import BLOCK, EventStore
from netconf_gui.services.notifications import Event, EventKind, Severity, seconds
from netconf_gui.workspace.event_overflow import Overflow
from netconf_gui.workspace.event_rules import EventFilter, EventRule, EventRules

NOTIF = "urn:ietf:params:xml:ns:netconf:notification:1.0"


def event(number: int, text: str = "link down", severity: Severity = Severity.INFORMATION, **more: object) -> Event:
    xml = (
        f'<notification xmlns="{NOTIF}"><eventTime>2026-01-01T00:00:00Z</eventTime>'
        f'<link xmlns="urn:x"><port>eth{number}</port><state>down</state></link></notification>'
    )
    given = {"xml": xml.encode(), "path": f"/ports/port[name='eth{number}']", **more}
    return Event("2026-01-01T00:00:00Z", 1.0, "box", "NETCONF", "link", "x", f"{text} {number}", severity, **given)  # type: ignore[arg-type]


@pytest.fixture
def store():
    made = EventStore(memory=4000)
    yield made
    made.close()


def test_all_events_are_there_in_memory_and_on_disk(store: EventStore) -> None:
    events = [event(number) for number in range(BLOCK * 20 + 7)]
    store.extend(events)
    assert len(store) == len(events) and store.dropped == 0
    assert store.on_disk > 0 and store.memory < 1_000_000
    assert store.rows(0, len(events)) == events
    assert store.rows(BLOCK - 1, 3) == events[BLOCK - 1 : BLOCK + 2]
    assert store.row(len(events) - 1) == events[-1] and store.row(len(events)) is None
    assert store.rows(len(events) - 2, 50) == events[-2:]


def test_what_is_on_disk_is_private_and_goes(tmp_path: Path) -> None:
    overflow = Overflow(tmp_path)
    place = overflow.put(b"secret")
    for file in tmp_path.iterdir():  # nothing, where files may have no name
        assert file.stat().st_mode & 0o077 == 0
    assert overflow.get(place) == b"secret"
    overflow.close()
    assert not list(tmp_path.iterdir()) and overflow.get(place) == b""
    with pytest.raises(WorkspaceError):
        overflow.put(b"more")


def test_without_room_the_oldest_go_and_are_counted(tmp_path: Path) -> None:
    store = EventStore(memory=4000, folder=tmp_path / "there is no such folder")
    store.extend(event(number) for number in range(BLOCK * 20))
    assert store.problem is not None and store.dropped > 0 and store.dropped + len(store) == BLOCK * 20
    assert store.rows(0, 1) == [event(store.dropped)]
    store.close()


def test_the_disk_has_a_limit(tmp_path: Path) -> None:
    store = EventStore(memory=4000, disk=20_000, folder=tmp_path, segment=8_000)
    store.extend(event(number) for number in range(BLOCK * 30))
    assert store.on_disk <= 20_000 and store.dropped > 0 and store.problem is None
    assert store.rows(0, 1) == [event(store.dropped)] and store.first == store.dropped
    store.close()


def test_growth_is_told_once_until_somebody_looked(store: EventStore) -> None:
    told: list[int] = []
    stop = store.on_growth(lambda: told.append(len(store)))
    store.extend(event(number) for number in range(5))
    assert told == [1]
    assert store.settle() == 5
    store.append(event(6))
    assert told == [1, 6]
    stop()
    store.settle()
    store.append(event(7))
    assert told == [1, 6]


def test_clear_and_close(store: EventStore) -> None:
    store.extend(event(number) for number in range(BLOCK * 20 + 3))
    first = store.first
    store.clear()
    assert len(store) == 0 and store.rows(0, 10) == [] and store.on_disk == 0 and store.first > first
    store.append(event(1))
    assert store.rows(0, 10) == [event(1)] and store.dropped == 0
    store.close()
    assert store.append(event(2)) == -1 and len(store) == 0


def test_many_threads_append(store: EventStore) -> None:
    def work() -> None:
        for number in range(BLOCK * 3):
            store.append(event(number))
            if number % 50 == 0:
                store.rows(number, 5)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store) == BLOCK * 12 and len(store.rows(0, BLOCK * 12)) == BLOCK * 12


# ---- search


def test_a_view_finds_what_matches_and_goes_on(store: EventStore) -> None:
    store.extend(event(number, "up" if number % 10 else "down") for number in range(BLOCK * 8))
    view = EventView(store, EventFilter(text="DOWN "))
    reports: list[tuple[int, int]] = []
    assert view.extend(report=lambda done, total: reports.append((done, total)))
    expected = len(range(0, BLOCK * 8, 10))
    assert len(view) == expected and view.complete and reports[-1] == (BLOCK * 8, BLOCK * 8)
    assert view.rows(1, 2) == [event(10, "down"), event(20, "down")]
    assert view.row_of(20) == 2 and view.row_of(21) is None
    store.append(event(1, "down"))
    assert not view.complete and view.extend() and len(view) == expected + 1


def test_a_view_follows_what_is_dropped(tmp_path: Path) -> None:
    store = EventStore(memory=4000, disk=20_000, folder=tmp_path, segment=8_000)
    view = EventView(store, EventFilter(text="link"))
    for number in range(BLOCK * 30):
        store.append(event(number))
        if number % BLOCK == 0:
            view.extend()
    view.extend()
    assert len(view) == len(store) and view.rows(0, 1) == store.rows(0, 1)
    store.close()


def test_a_search_can_be_cancelled(store: EventStore) -> None:
    store.extend(event(number) for number in range(BLOCK * 3))
    token = CancelToken()
    view = EventView(store, EventFilter(text="link"))
    with pytest.raises(Cancelled):
        view.extend(token, lambda done, total: token.cancel())
    assert 0 < len(view) < len(store)
    assert view.extend() and len(view) == len(store)


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        (EventFilter(), True),
        (EventFilter(text="LINK DOWN"), True),
        (EventFilter(text="<port>ETH7"), True),
        (EventFilter(text="eth8"), False),
        (EventFilter(xpath="/link[port='eth7']"), True),
        (EventFilter(xpath="/x:link/x:port = 'eth7' and state='down'"), True),
        (EventFilter(xpath="//port[starts-with(., 'eth')]"), True),
        (EventFilter(xpath="count(//state) > 1"), False),
        (EventFilter(path="/m:ports/m:port"), True),
        (EventFilter(path='/ports/port[name="eth7"]'), True),
        (EventFilter(path="/interfaces"), False),
        (EventFilter(severity="warning"), True),
        (EventFilter(severity="critical"), False),
        (EventFilter(device="box", stream="NETCONF", name="link"), True),
        (EventFilter(device="other"), False),
        (EventFilter(stream="SNMP"), False),
        (EventFilter(name="port"), False),
    ],
)
def test_filters(wanted: EventFilter, matches: bool) -> None:
    assert Matcher(wanted)(event(7, severity=Severity.MAJOR)) is matches


def test_an_xpath_that_means_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot be understood"):
        Matcher(EventFilter(xpath="//["))


def test_names_in_xpath_mean_nodes_of_any_namespace() -> None:
    assert by_local_names("/a:b[c='x and y']/child::d and not(e) or @f") == (
        "/*[local-name()='b'][*[local-name()='c']='x and y']/child::*[local-name()='d'] and "
        "not(*[local-name()='e']) or @f"
    )
    assert by_local_names("/and/*[2] * 3 div 4") == "/*[local-name()='and']/*[2] * 3 div 4"


# ---- rules


def test_rules_colour_and_notify() -> None:
    book = RuleBook(
        [
            EventRule("off", EventFilter(text="link"), active=False),
            EventRule("empty"),
            EventRule("wrong", EventFilter(xpath="//[")),
            EventRule("links", EventFilter(name="link"), colour="red"),
            EventRule("urgent", EventFilter(severity="major"), colour="blue", notify=True),
        ]
    )
    assert [rule.title for rule, _ in book.broken] == ["wrong"]
    assert book.judge(event(1)).colour == "red" and not book.judge(event(1)).notify
    urgent = book.judge(event(1, severity=Severity.CRITICAL))
    assert (urgent.colour, urgent.notify, urgent.rule) == ("red", True, "links")
    assert RuleBook([]).judge(event(1)).rule == ""


def test_rules_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "event-rules.json"
    rule = EventRule("links", EventFilter(text="link", severity="minor"), "green", notify=True)
    EventRules(path).put([rule])
    again = EventRules(path)
    assert again.rules == (rule,) and again.problem is None
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_of_rules_that_is_broken_says_so_and_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "event-rules.json"
    path.write_text("[{")
    rules = EventRules(path)
    assert rules.rules == () and rules.problem is not None and path.read_text() == "[{"
    path.write_text(
        json.dumps([{"title": "a", "colour": "pink"}, {"title": 5}, "x", {"title": "b", "match": {"text": 3}}])
    )
    assert EventRules(path).rules == (EventRule("a", colour=""),)


# ---- export


SECRET = event(1).xml.replace(b"<state>down</state>", b"<password>hunter2</password><note>two\nlines</note>")
NOTE = Event("2026-01-01T00:00:01Z", 2.0, "box", "NETCONF", "gap", "", "=1+1", kind=EventKind.GAP)


def written(form: ExportForm, *events: Event) -> bytes:
    parts: list[bytes] = []
    export(events, form, parts.append)
    return b"".join(parts)


def test_xml_lines() -> None:
    lines = written(ExportForm.XML, event(1), event(2, xml=SECRET), NOTE).splitlines()
    assert len(lines) == 2 and b"hunter2" not in lines[1]
    assert parse(lines[1]).findtext(".//{urn:x}note") == "two\nlines"


def test_json() -> None:
    found = json.loads(written(ExportForm.JSON, event(1), event(2, xml=SECRET), NOTE))
    assert [one["kind"] for one in found] == ["notification", "notification", "gap"]
    assert "hunter2" not in found[1]["xml"] and found[0]["received"].startswith("1970-01-01T00:00:01")
    assert json.loads(written(ExportForm.JSON)) == []


def test_csv_without_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(written(ExportForm.CSV, event(1), NOTE).decode(), newline="")))
    assert rows[0]["path"] == "/ports/port[name='eth1']" and rows[1]["text"] == "'=1+1"


def test_times() -> None:
    assert seconds("2026-01-01T00:00:00Z") == seconds("2026-01-01T01:00:00+01:00") == seconds("2026-01-01T00:00:00")
    assert seconds("soon") is None and seconds(None) is None and event(1).at is not None
    assert Severity.CRITICAL.rank > Severity.CLEARED.rank
