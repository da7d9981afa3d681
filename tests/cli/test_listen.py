"""listen: what it prints as events come, how it ends, and what it refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netconf_gui.cli.listen import moment
from netconf_gui.demo.event_tools import NS_EVENTS
from netconf_gui.demo.nodes import leafs, top
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import parse
from tests.cli.conftest import Run
from tests.services.conftest import Box, eventually


def publish(box: Box, *texts: str, severity: str = "information") -> None:
    """Events that happen on the device now."""
    for number, text in enumerate(texts, 1):
        event = top(NS_EVENTS, "test-event")
        leafs(event, {"number": number, "severity": severity, "text": text})
        with box.device.lock:
            box.device.stream.publish(event)


def meanwhile(box: Box, work: Callable[[], None]) -> threading.Thread:
    """Do something as soon as somebody subscribed."""

    def subscribed() -> bool:
        with box.device.lock:
            return bool(box.device.stream._subscribers) or any(one.feed for one in box.device.dynamic)

    def run() -> None:
        assert eventually(subscribed)
        work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_events_in_words_until_there_are_enough(box: Box, on: Run) -> None:
    thread = meanwhile(box, lambda: publish(box, "one", "two", severity="major"))
    done = on(box, "listen", "BOX", "--match", "test event", "--count", 2)
    thread.join()
    assert done.status == 0
    lines = done.out.splitlines()
    assert len(lines) == 2
    assert "major       test event: number 1, severity major, text one" in lines[0]
    assert "Listening to NETCONF" in done.err


@pytest.mark.parametrize("older", [True, False])
def test_json_lines_with_replay(box: Box, on: Run, older: bool) -> None:
    publish(box, "past", 'quoted "text"\nof two lines')
    kind = ["--rfc5277"] if older else []
    done = on(box, "listen", "BOX", "--start", "1h", "--xpath", "/netconf-gui-demo-events:test-event", "--json",
              "--count", 2, *kind)  # fmt: skip
    assert done.status == 0
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [one["name"] for one in found] == ["test-event", "test-event"]
    assert found[0]["replayed"] is True and found[0]["stream"] == "NETCONF" and "past" in found[0]["xml"]


def test_xml_lines(box: Box, on: Run, tmp_path: Path) -> None:
    publish(box, "two\nlines")
    wanted = tmp_path / "filter.xml"
    wanted.write_text(f'<test-event xmlns="{NS_EVENTS}"/>')
    done = on(box, "listen", "BOX", "--start", "1h", "--subtree", wanted, "--xml", "--count", 1)
    (line,) = done.out.splitlines()
    assert parse(line.encode()).findtext(".//{*}text") == "two\nlines"


def test_changes_of_a_datastore(box: Box, on: Run) -> None:
    done = on(
        box, "listen", "BOX", "--datastore", "running", "--xpath", "/netconf-gui-demo:vlans", "--count", 1, "--json"
    )
    assert done.status == 0
    assert json.loads(done.out.splitlines()[0])["name"] == "push-update"
    periodic = on(box, "listen", "BOX", "--datastore", "operational", "--xpath", "/netconf-gui-demo:vlans",
                  "--period", 0.05, "--count", 2)  # fmt: skip
    assert len(periodic.out.splitlines()) == 2


def test_it_ends_with_its_time_and_with_the_subscription(box: Box, on: Run) -> None:
    assert on(box, "listen", "BOX", "--duration", 0.05).status == 0
    now = datetime.now(UTC).isoformat()
    done = on(box, "listen", "BOX", "--start", "1h", "--stop", now, "--rfc5277")
    assert done.status == 0 and "stop time" in done.err


def test_it_comes_back(box: Box, on: Run) -> None:
    def break_off() -> None:
        publish(box, "before")
        with box.device.lock:
            leaving = list(box.device.sessions)
        for session in leaving:
            session.drop()
        publish(box, "meanwhile")

    thread = meanwhile(box, break_off)
    done = on(box, "listen", "BOX", "--count", 2, "--xpath", "/netconf-gui-demo-events:test-event")
    thread.join()
    texts = done.out.splitlines()
    assert "text before" in texts[0] and "was lost" in texts[1]
    assert any("replayed test event" in text and "meanwhile" in text for text in texts)


def test_it_ends_where_it_shall_not_come_back(box: Box, on: Run) -> None:
    def break_off() -> None:
        with box.device.lock:
            leaving = list(box.device.sessions)
        for session in leaving:
            session.drop()

    thread = meanwhile(box, break_off)
    done = on(box, "listen", "BOX", "--no-reconnect")
    thread.join()
    assert done.status != 0 and "was lost" in done.err


def test_what_there_is(box: Box, on: Run) -> None:
    done = on(box, "listen", "BOX", "--list")
    assert "stream NETCONF: Everything that the device tells. (replay from " in done.out
    found = on(box, "listen", "BOX", "--list", "--json").json
    assert found["yang_push"] is True and found["streams"][0]["replay"] is True and found["subscriptions"] == []


def test_devices_without_notifications(box_of: Callable[..., Box], on: Run) -> None:
    box = box_of("minimal")
    assert "neither the capability" in on(box, "listen", "BOX", "--list").err
    assert on(box, "listen", "BOX").status != 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--json", "--xml"), "Either"),
        (("--duration", "0"), "--duration"),
        (("--period", "5"), "--datastore"),
        (("--start", "yesterday"), "is no time"),
        (("--datastore", "candidate"), "cannot be subscribed"),
        (("--filter-name", "nothing"), "no filter nothing"),
        (("--xpath", "/none:x"), "no module none"),
    ],
)
def test_refused(box: Box, on: Run, words: tuple[str, ...], says: str) -> None:
    done = on(box, "listen", "BOX", *words)
    assert done.status != 0 and says in done.err


def test_times() -> None:
    assert moment("2026-01-31T10:00:00Z") == "2026-01-31T10:00:00Z"
    assert moment("2026-01-31T10:00:00")[-6] in "+-"
    assert moment("5m").endswith("Z") and moment("") == ""
    with pytest.raises(ConfigError):
        moment("5")
