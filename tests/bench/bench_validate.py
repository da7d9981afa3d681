"""How long after an edit a problem is seen, and how long the window stands still meanwhile.

A document of 10,000 and of 100,000 nodes is edited in its pane; what is measured is from the edit to the mark on the
row of the tree, pause included.  Bars: 300 ms and 3 s (the median of several edits), and no stall of the window over
100 ms more than an idle window of this machine shows.  Printed beside them: what one check of the valid text takes in
the same run, and the factor between the two.  Fails when a bar is missed.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer, qVersion
from PySide6.QtTest import QTest

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.config.path import InstancePath
from netconf_gui.gui.application import make_application
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.problems import ProblemsPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve

STALL = 100.0  # ms
EDITS = 7
MODULES = Path(__file__).parents[1] / "yang" / "broken"
N = 'xmlns="urn:test:network" xmlns:net="urn:test:network"'


@dataclass(frozen=True, slots=True)
class Size:
    """A document and how soon a problem in it is to be seen."""

    nodes: int
    bar: float  # seconds


SIZES = (Size(10_000, 0.3), Size(100_000, 3.0))

# what is done to the document, and where a problem then shows: a wrong value, a condition, a broken reference, a
# uniqueness, one after the other, each taken back
EDITED = (
    ("wrong value", "/network:ports/port[name='p7']/slot", "many"),
    ("must", "/network:rules/high", "3"),
    ("leafref", "/network:references/uplink", "nowhere"),
    ("unique", "/network:ports/port[name='p9']/label/text", "t8"),
)


class Pulse:
    """The longest gap between ticks of the GUI thread."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=2)
        self._timer.timeout.connect(self._tick)
        self._last = time.perf_counter()
        self.longest = 0.0
        self._timer.start()

    def begin(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def document_of(nodes: int) -> bytes:
    """About that many nodes: ports with everything that is unique, and references to all of them."""
    count = nodes // 8 + 1
    made = "".join(
        f"<port><name>p{one}</name><alias>a{one}</alias><slot>{one % 200}</slot><lane>{one // 200 % 250}</lane>"
        f"<label><text>t{one}</text></label></port>"
        for one in range(count)
    )
    members = "".join(f"<members>p{one}</members>" for one in range(count))
    return (
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><ports {N}>{made}</ports>'
        f"<references {N}><uplink>p1</uplink>{members}</references><rules {N}><high>20</high></rules></config>"
    ).encode()


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("bench_validate: what was waited for did not happen")
        QTest.qWait(1)


def check_seconds(engine: Engine, key: str, data: bytes) -> float:
    """What the engine takes to find nothing in the same text: the baseline."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        engine.validate(key, data)
        times.append(time.perf_counter() - started)
    return min(times)


def measure(engine: Engine, key: str, size: Size, pulse: Pulse) -> bool:
    data = document_of(size.nodes)
    document = Document(data, engine.schema(key))
    pane = DocumentPane(document, TaskManager(), context=DocumentContext(name="bench", engine=engine, key=key))
    problems = ProblemsPane()
    problems.show_pane(pane)
    for widget in (pane, problems):
        widget.resize(1000, 600)
        widget.show()
    until(lambda: not pane.check.stale)
    if pane.problems:
        raise SystemExit(f"bench_validate: the document is not valid: {pane.problems[:3]}")
    nodes = sum(1 for _ in document.root.iter())
    base = check_seconds(engine, key, data)
    print(f"{nodes} nodes, {len(data) / 1e6:.1f} MB; one check of the valid text {base * 1000:.0f} ms", flush=True)
    QTest.qWait(200)
    pulse.begin()
    QTest.qWait(1000)
    idle = pulse.longest
    times: list[float] = []
    worst = 0.0
    for number in range(EDITS):
        what, path, text = EDITED[number % len(EDITED)]
        leaf = document.find(InstancePath.parse(path, document.schema))
        assert leaf is not None
        pulse.begin()
        started = time.perf_counter()
        editing.set_text(document, leaf, text)
        until(lambda: not pane.check.stale and pane.problem_elements and not pane.findings._waiting)
        seen = time.perf_counter() - started
        QTest.qWait(50)
        worst = max(worst, pulse.longest)
        times.append(seen)
        print(
            f"  {what:12} seen after {seen * 1000:7.0f} ms   longest stall {pulse.longest * 1000:5.0f} ms", flush=True
        )
        document.undo()
        until(lambda: not pane.check.stale and not pane.problem_elements)
    problems.show_pane(None)
    pane.close_pane()
    return verdict(size, nodes, times, base, worst, idle)


def verdict(size: Size, nodes: int, times: list[float], base: float, worst: float, idle: float) -> bool:
    seen = statistics.median(times)
    soon, still = seen <= size.bar, worst * 1000 <= STALL + idle * 1000
    print(
        f"{nodes} nodes: problem seen after {seen * 1000:.0f} ms (median of {len(times)}), "
        f"bar {size.bar * 1000:.0f} ms: {'met' if soon else 'MISSED'}; "
        f"{seen / base:.1f} × one check of the valid text"
    )
    print(
        f"{nodes} nodes: longest stall {worst * 1000:.0f} ms, bar {STALL:.0f} ms over an idle window's "
        f"{idle * 1000:.0f} ms: {'met' if still else 'MISSED'}\n",
        flush=True,
    )
    return soon and still


def main() -> int:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, Qt {qVersion()}\n")
    app = make_application(sys.argv[:1])
    met = []
    with tempfile.TemporaryDirectory() as folder, Engine(cache_folder=Path(folder)) as engine:
        library = ModuleLibrary.of_folder(MODULES)
        compiled = engine.compile(resolve([WantedModule("network")], library.fetch))
        engine.prepare(compiled.key)
        pulse = Pulse()
        for size in SIZES:
            met.append(measure(engine, compiled.key, size, pulse))
    app.processEvents()
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
