"""Schemas at vendor scale, against pyang loading the same modules in the same run.

Two sets: the OpenConfig release (``../shared/yang/openconfig``; skipped where it is not) and a made-up one of 2,000
modules and 500,000 nodes (`yang_set`).  Of each is measured, in a window: the first opening of a folder (resolve,
compile, store, first tree shown) against pyang; opening it again from the cache; what the window's process grows by,
at its peak; full-text search; the longest stall of the window all the while.

Bars (exit status 1 when one is missed): OpenConfig 4 times faster than pyang and 60 MB, the made-up set 8 times and
150 MB; again from the cache 0.3 s, search 200 ms, stall 100 ms.  pyang is stopped once it has taken so long that the
bar is met by a fifth: then its figures are lower bounds, and printed as such.  ``--quick`` makes a smaller set.

Each measurement is a process of its own (this file with ``--open`` or ``--pyang``), so that none sees another's memory.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

OPENCONFIG = ROOT.parent / "shared" / "yang" / "openconfig"
AGAIN, SEARCH, STALL = 0.3, 0.2, 0.1  # seconds
SEARCHES = (
    "config",
    "interface",
    "local address",
    "a",
    "hold timer state",
    "active",
    "xyzzy",
    "hardware",
    "unit 17 name",
)
MARGIN = 1.2
LONGEST = 900.0  # seconds that pyang may take at most


@dataclass(frozen=True, slots=True)
class Bars:
    """What one set must keep to: how many times faster than pyang, and how many MB."""

    faster: float
    memory: float


@dataclass(slots=True)
class Opened:
    """What `--open` found out; seconds and MB."""

    nodes: int = 0
    modules: int = 0
    first: float = 0.0
    again: float = 0.0
    folder_again: float = 0.0
    peak: float = 0.0
    kept: float = 0.0
    database: float = 0.0
    stall: float = 0.0
    searches: dict[str, float] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smaller made-up set; its ratio is printed, not judged")
    parser.add_argument("--open", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pyang", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.open is not None:
        print(json.dumps(asdict(measure(options.open))))
        return 0
    if options.pyang is not None:
        print(json.dumps(load_with_pyang(options.pyang)))
        return 0
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    missed: list[str] = []
    if OPENCONFIG.is_dir():
        missed += compare("OpenConfig", OPENCONFIG, Bars(4.0, 60.0))
    else:
        print(f"OpenConfig: skipped, there is no {OPENCONFIG}")
    from tests.bench.yang_set import MODULES, write_set

    with tempfile.TemporaryDirectory() as folder:
        modules = MODULES // 10 if options.quick else MODULES
        size = write_set(Path(folder), modules)
        print(f"made-up set: {modules} modules, {size / 1e6:.1f} MB of YANG", flush=True)
        missed += compare("made-up set", Path(folder), Bars(0.0 if options.quick else 8.0, 150.0))
    print(f"missed: {'; '.join(missed)}" if missed else "all bars met")
    return 1 if missed else 0


def compare(title: str, folder: Path, bars: Bars) -> list[str]:
    """Measure one set and print it; the bars that were missed."""
    ours = Opened(**run_part("--open", folder, LONGEST) or {})
    if not ours.nodes:
        return [f"{title}: it could not be opened"]
    print(f"{title}: {ours.modules} modules, {ours.nodes} nodes, {ours.database:.1f} MB of database", flush=True)
    stop = min(LONGEST, max(30.0, ours.first * (bars.faster or 4.0) * MARGIN))
    began = time.perf_counter()
    pyang = run_part("--pyang", folder, stop)
    seconds = pyang["seconds"] if pyang else time.perf_counter() - began
    said = f"pyang {seconds:.1f} s, {pyang['memory']:.0f} MB" if pyang else f"pyang was stopped after {seconds:.0f} s"
    least = "" if pyang else "at least "
    slowest = max(ours.searches, key=lambda words: ours.searches[words])
    results = [
        Result("first opening", ours.first, "s", f"{said}: {least}{seconds / ours.first:.1f} times faster",
               f"{bars.faster:g} times" if bars.faster else "", seconds / ours.first >= bars.faster),
        Result("again, from the cache", ours.again, "s", f"the folder again: {ours.folder_again:.2f} s",
               f"{AGAIN} s", ours.again < AGAIN),
        Result("memory of the window", ours.peak, "MB", f"at its peak; {ours.kept:.0f} MB stay",
               f"{bars.memory:g} MB", ours.peak < bars.memory),
        Result("slowest search", ours.searches[slowest] * 1000, "ms", f'"{slowest}" of {len(ours.searches)}',
               f"{SEARCH * 1000:g} ms", ours.searches[slowest] < SEARCH),
        Result("longest stall of the window", ours.stall * 1000, "ms", "",
               f"{STALL * 1000:g} ms", ours.stall < STALL),
    ]  # fmt: skip
    for result in results:
        verdict = "" if not result.bar else f"bar {result.bar}: {'met' if result.met else 'MISSED'}"
        print(f"  {result.what:30}{result.figure:9.2f} {result.unit:3} {verdict:28} {result.note}", flush=True)
    return [f"{title}: {result.what}" for result in results if not result.met]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the output."""

    what: str
    figure: float
    unit: str
    note: str
    bar: str
    met: bool


def run_part(what: str, folder: Path, seconds: float) -> dict[str, Any] | None:
    """One measurement in a process of its own; None when it takes longer."""
    command = [sys.executable, str(Path(__file__).resolve()), what, str(folder)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=seconds, check=True, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ------------------------------------------------------------------------------------------------------------- pyang


def load_with_pyang(folder: Path) -> dict[str, float]:
    """What `pyang FOLDER/*.yang` does before it would write anything: read all modules, validate them."""
    import resource

    from pyang.context import Context
    from pyang.repository import FileRepository

    began = time.perf_counter()
    context = Context(FileRepository(str(folder), verbose=False))
    for path in sorted(folder.rglob("*.yang")):
        context.add_module(str(path), path.read_text())
    context.validate()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - began, "memory": memory}


# -------------------------------------------------------------------------------------------------------- the window


def memory(field_name: str) -> float:
    """A figure of /proc/self/status in MB; 0 where there is none."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(f"{field_name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def forget_peak() -> None:
    """Begin to look for the peak anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


class Window:
    """A program with its window, and how long it stood still."""

    def __init__(self, home: Path) -> None:
        from PySide6.QtCore import QTimer

        from netconf_gui.gui.application import Program
        from netconf_gui.workspace.locations import Locations
        from netconf_gui.workspace.workspace import Workspace

        self.program = Program(Workspace.open(Locations.under(home)), mode="light")
        self.program.window.resize(1440, 900)
        self.program.show()
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def watch(self) -> None:
        """Begin to look for stalls."""
        self.longest, self._last = 0.0, time.perf_counter()

    def until(self, condition: Callable[[], object]) -> None:
        """Run the window until something holds.

        By an event loop: `QTest.qWait` keeps the interpreter to itself while it waits, and threads get nothing done.
        """
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        end = time.monotonic() + LONGEST
        poll = QTimer(interval=5)
        poll.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
        poll.start()
        loop.exec()
        poll.stop()
        if time.monotonic() > end:
            raise SystemExit("bench_schema: what was waited for did not happen")

    def rest(self, seconds: float) -> None:
        """Run the window for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def new_document(self, wanted: Any) -> float:
        """*New from schema* with a folder (a path) or the set of a device (by its key); seconds to the first tree."""
        from PySide6.QtWidgets import QDialog, QPushButton, QTreeView

        from netconf_gui.gui.dialogs.schema_choice import SchemaChoiceDialog

        if not isinstance(wanted, Path):
            self.program.workspace.schema_sets.remember(wanted)
        self.program.window.actions_.new_document.trigger()
        dialogs = [one for one in self.program.window.findChildren(QDialog) if isinstance(one, SchemaChoiceDialog)]
        dialog = dialogs[-1]
        if isinstance(wanted, Path):
            dialog.add_folder(str(wanted))
        button = dialog.findChild(QPushButton, "useButton")
        assert button is not None
        before = len(self.program.documents.panes)
        began = time.perf_counter()
        button.click()
        self.until(lambda: len(self.program.documents.panes) > before)
        pane = self.program.documents.panes[-1]
        tree = pane.findChild(QTreeView, "configTree")
        assert tree is not None
        self.until(lambda: tree.model() is not None and tree.model().rowCount() > 0 and tree.isVisible())
        tree.viewport().grab()
        return time.perf_counter() - began

    def close(self, app: Any) -> None:
        from PySide6.QtCore import QTimer

        self._timer.stop()
        self.program.ended.connect(app.quit)
        QTimer.singleShot(0, self.program.close_now)
        app.exec()


def measure(folder: Path) -> Opened:
    """Open a folder for the first time, search it, open it again in a new program."""
    from netconf_gui.gui.application import make_application
    from netconf_gui.workspace.schema_sets import SchemaSet, SetKind

    app = make_application(sys.argv[:1])
    found = Opened()
    with tempfile.TemporaryDirectory() as home:
        window = Window(Path(home))
        window.rest(0.3)
        before = memory("VmRSS")
        forget_peak()
        window.watch()
        found.first = window.new_document(folder)
        window.rest(0.5)
        context = window.program.documents.panes[-1].context
        schema = window.program.documents.panes[-1].document.schema
        assert schema is not None and context.key is not None
        found.modules = len(schema.modules)
        for words in SEARCHES:
            began = time.perf_counter()
            schema.search(words)
            found.searches[words] = time.perf_counter() - began
            window.rest(0.01)
        # searches run on a worker in the program; here they are on this thread, which is no stall of the window
        found.peak, found.kept = memory("VmHWM") - before, memory("VmRSS") - before
        compiled = window.program.engine.compiled(context.key)
        assert compiled is not None
        found.nodes, found.database = compiled.nodes, compiled.database.stat().st_size / 1e6
        window.close(app)
        stall = window.longest
        window = Window(Path(home))
        window.rest(0.3)
        window.watch()
        device = SchemaSet(SetKind.DEVICE, "bench", "bench", context.key, found.modules, time.time())
        found.again = window.new_document(device)
        window.rest(0.2)
        found.stall = max(stall, window.longest)
        found.folder_again = window.new_document(folder)
        window.close(app)
    return found


if __name__ == "__main__":
    sys.exit(main())
