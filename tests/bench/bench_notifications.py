"""A million notifications: kept, looked at, searched; beside a plain list of the same events in the same run.

Run: ``python -m tests.bench.bench_notifications``.  Fails on the bars below; seconds (of the
processor) and bytes are only printed.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from netconf_gui.demo.event_tools import NS_EVENTS
from netconf_gui.protocol.replies import parse_notification
from netconf_gui.protocol.xml import NS_NOTIF, parse
from netconf_gui.services.event_search import EventView
from netconf_gui.services.event_store import EventStore
from netconf_gui.services.event_words import Teller
from netconf_gui.services.notifications import Event, Severity
from netconf_gui.workspace.event_rules import EventFilter

COUNT = 1_000_000
SAMPLE = 20_000  # of them are parsed and told in words, as those of a device are

# what may take how many times something else of the same run
BARS = {
    "keeping one / making it and putting it into a list": 4.0,
    "keeping one / parsing it and finding words for it": 0.5,
    "the last 100,000 / the first 100,000": 2.0,
    "50 rows anywhere / keeping 2,000": 1.0,
    "memory beside the limit (MB)": 60.0,
}
LIMIT = 24 << 20  # bytes of memory for the store: a million do not fit


def message(number: int) -> bytes:
    return (
        f'<notification xmlns="{NS_NOTIF}"><eventTime>2026-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:'
        f'{number % 60:02}.{number % 1000:03}Z</eventTime><test-event xmlns="{NS_EVENTS}"><number>{number}</number>'
        f"<severity>minor</severity><text>Port eth{number % 48} of line card {number % 8} lost its light, "
        f"{(number * 7919) % 100_000} nW are left</text></test-event></notification>"
    ).encode()


def events(start: int, count: int) -> Iterator[Event]:
    for number in range(start, start + count):
        yield Event(
            f"2026-01-01T00:00:{number % 60:02}Z",
            1767225600.0 + number,
            "core-1",
            "NETCONF",
            "test-event",
            "netconf-gui-demo-events",
            f"test event: number {number}, severity minor, text Port eth{number % 48} of line card {number % 8} lost",
            Severity.MINOR,
            message(number),
            f"/ports/port[name='eth{number % 48}']",
        )


def seconds_of(start: float) -> float:
    return time.process_time() - start


def resident() -> float:
    """The memory that this process has, in MB; where the system does not say, the most that it had."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / (1 << 20)


def told() -> float:
    """Seconds to parse one and to find words for it."""
    teller, texts = Teller(), [message(number) for number in range(SAMPLE)]
    start = time.process_time()
    for text in texts:
        teller.tell(parse_notification(parse(text)))
    return seconds_of(start) / SAMPLE


def plain() -> float:
    """Seconds to make one and put it into a list."""
    kept: list[Event] = []
    start = time.process_time()
    for event in events(0, 100_000):
        kept.append(event)
    return seconds_of(start) / 100_000


def main() -> int:
    words, listed = told(), plain()
    gc.collect()
    before = resident()
    store = EventStore(memory=LIMIT)
    laps = []
    for lap in range(COUNT // 100_000):
        start = time.process_time()
        for event in events(lap * 100_000, 100_000):
            store.append(event)
        laps.append(seconds_of(start))
    grown = resident() - before
    each = sum(laps) / COUNT
    print(f"{COUNT:,} events: {sum(laps):.1f} s, {each * 1e6:.1f} us each (a list: {listed * 1e6:.1f} us)")
    own, disk = store.memory >> 20, store.on_disk >> 20
    print(f"memory: {own} MB in the store, {grown:.0f} MB more of the process; {disk} MB on disk")
    shown = rows(store)
    print(f"50 rows anywhere: {shown * 1e3:.2f} ms")
    for title, wanted in (
        ("a text that is nowhere", EventFilter(text="no such text")),
        ("a text that is in one", EventFilter(text="number 654321,")),
        ("a severity", EventFilter(severity="major")),
    ):
        view = EventView(store, wanted)
        start = time.process_time()
        view.extend()
        print(f"search for {title}: {seconds_of(start):.1f} s, {len(view):,} found")
    assert len(store) == COUNT and store.dropped == 0
    store.close()
    found = {
        "keeping one / making it and putting it into a list": each / listed,
        "keeping one / parsing it and finding words for it": each / words,
        "the last 100,000 / the first 100,000": laps[-1] / laps[0],
        "50 rows anywhere / keeping 2,000": shown / (each * 2000),
        "memory beside the limit (MB)": max(0.0, grown - LIMIT / (1 << 20)),
    }
    failed = False
    for name, value in found.items():
        verdict = "ok" if value <= BARS[name] else "MISSED"
        failed |= value > BARS[name]
        print(f"{name}: {value:.2f} (bar {BARS[name]:g}) {verdict}")
    return 1 if failed else 0


def rows(store: EventStore) -> float:
    """Seconds for what a list shows at once, the mean of places all over it."""
    places = range(0, COUNT, COUNT // 40)
    start = time.process_time()
    for place in places:
        assert len(store.rows(place, 50)) == 50
    return seconds_of(start) / len(places)


if __name__ == "__main__":
    sys.exit(main())
