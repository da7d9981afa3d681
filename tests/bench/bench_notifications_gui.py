"""How long the window stands still while a million notifications come in, are filtered, scrolled through and cleared.

Run: ``python -m tests.bench.bench_notifications_gui``.  A timer ticks every 5 ms; the longest time between two ticks is
the longest stall a person could feel.  Bar: 100 ms.  The events are put into the store by a thread of their own, as the
threads do that hear devices.  What the same machine does in the same time without anything to show is printed beside.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import threading
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import qVersion
from PySide6.QtTest import QTest

from netconf_gui.gui.application import Program, make_application
from netconf_gui.workspace.event_rules import EventRule
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.bench.bench_gui import BAR, Pulse, until
from tests.bench.bench_notifications import events

COUNT = 1_000_000


def flood(program: Program, count: int) -> threading.Thread:
    """`count` events from a thread of their own."""
    heard, store = program.notifications._heard, program.notifications.store

    def work() -> None:
        for event in events(0, count):
            store.append(event)
            heard(event)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, Qt {qVersion()}")
    app = make_application(sys.argv[:1])
    stalls: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Workspace.open(Locations.under(Path(folder) / "home")), mode="light")
        program.window.resize(1440, 900)
        program.show()
        notifications, page = program.notifications, program.notifications.pane.events
        notifications.show()
        QTest.qWait(300)
        pulse = Pulse()
        pulse.phase("nothing comes", lambda: QTest.qWait(2000))

        def come() -> None:
            thread = flood(program, count)
            until(lambda: not thread.is_alive(), 600)
            until(lambda: notifications.model.rowCount() == count, 60)

        stalls.append(pulse.phase(f"{count:,} events come, followed", come))

        def scroll() -> None:
            bar = page.table.verticalScrollBar()
            page.table.follow(False)
            for step in range(60):
                bar.setValue(bar.maximum() * step // 60)
                QTest.qWait(10)

        stalls.append(pulse.phase("scroll through all of them", scroll))

        def look_for(text: str) -> None:
            page.search.setText(text)
            until(lambda: notifications.filtering.busy, 10)
            until(lambda: not notifications.filtering.busy, 300)

        stalls.append(pulse.phase("filter by a text", lambda: look_for("line card 7")))
        shown = notifications.model.rowCount()
        match = type(page.wanted)(text="number 1")
        stalls.append(pulse.phase("a rule colours", lambda: notifications._put_rules((EventRule("r", match, "red"),))))
        stalls.append(pulse.phase("show all again", page.reset))

        def clear() -> None:
            notifications.clear()
            until(lambda: notifications.model.rowCount() == 0)

        stalls.append(pulse.phase("clear", clear))
        print(f"the filter left {shown:,} of {count:,}; {notifications.store.dropped:,} were dropped")
        program.close_now()
        until(lambda: not program.window.isVisible(), 30)
        app.processEvents()
    worst = max(stalls)
    print(f"longest stall {worst:.1f} ms, bar {BAR:.0f} ms: {'met' if worst < BAR else 'MISSED'}")
    return 0 if worst < BAR and shown else 1


if __name__ == "__main__":
    sys.exit(main())
