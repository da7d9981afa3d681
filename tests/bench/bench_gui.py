"""How long the window stands still: the longest gap of the GUI thread while the demo device is opened and looked at.

A timer ticks every 5 ms; the longest time between two ticks is the longest stall a person could feel.  Bar: 100 ms.
Absolute figures depend on the machine, so they are printed with it and only the bar's verdict is told.
"""

from __future__ import annotations

import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer, qVersion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeView

from netconf_gui.config.document import Document
from netconf_gui.config.editing import set_leaf
from netconf_gui.config.edits import Group, SetValue
from netconf_gui.gui.application import Program, make_application
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.diff_text import compare_texts
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.services.demo_process import DemoProcess
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace

BAR = 100.0  # ms
LARGE = 10_000_000  # octets of the file that is opened
LINES, CHANGES, TEXT_BAR = 100_000, 5_000, 1.0
SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"


class Pulse:
    """The longest gap between ticks since `phase()` was begun."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._tick)
        self._last = time.perf_counter()
        self.longest = 0.0
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def phase(self, title: str, do: Callable[[], None]) -> float:
        self.longest, self._last = 0.0, time.perf_counter()
        began = time.perf_counter()
        do()
        QTest.qWait(20)
        stall = self.longest * 1000
        print(f"{title:34}{(time.perf_counter() - began) * 1000:9.0f} ms   longest stall {stall:6.1f} ms", flush=True)
        return stall


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("bench_gui: what was waited for did not happen")
        QTest.qWait(5)


def main() -> int:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, Qt {qVersion()}")
    app = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.xml"
        large.write_bytes(interfaces(LARGE))
        program = Program(Workspace.open(Locations.under(Path(folder) / "home")), mode="light")
        program.window.resize(1440, 900)
        program.show()
        # the device is a process of its own: in this one it would compete for the interpreter
        process = DemoProcess(Path(folder) / "demo")
        info = process.start()
        options = ConnectOptions(password=info.password, accept_host_keys=(info.fingerprint,))
        program.connections.put(
            Device(id="bench", name="bench", host=info.host, port=info.port, username="demo"), options
        )
        stalls = visit(program, large)
        program.ended.connect(app.quit)
        QTimer.singleShot(0, program.close_now)
        app.exec()
        process.stop()
    worst = max(stalls)
    print(f"longest stall {worst:.1f} ms, bar {BAR:.0f} ms: {'met' if worst <= BAR else 'MISSED'}")
    return 0


def interfaces(size: int) -> bytes:
    """A configuration of about `size` octets."""
    entry = b"<interface><name>eth%06d</name><description>Customer %d</description><enabled>true</enabled></interface>"
    count = size // len(entry)
    body = b"".join(entry % (number, number) for number in range(count))
    return b'<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces">' + body + b"</interfaces>"


def visit(program: Program, large: Path) -> list[float]:
    pulse = Pulse()
    window, stalls = program.window, []

    def connect() -> None:
        program.connections.connect_device("bench")
        until(lambda: program.documents.panes)

    stalls.append(pulse.phase("connect, fetch, compile, show", connect))
    pane = program.documents.panes[0]
    print(f"{'':34}{len(pane.document.base) / 1e6:9.1f} MB")
    tree = pane.findChild(QTreeView, "configTree")
    assert tree is not None

    def scroll() -> None:
        tree.expandToDepth(1)
        bar = tree.verticalScrollBar()
        for value in range(0, bar.maximum(), max(1, bar.maximum() // 50)):
            bar.setValue(value)
            QTest.qWait(1)

    stalls.append(pulse.phase("expand and scroll the tree", scroll))

    def edit() -> None:
        document = pane.document
        system = next(iter(document.root.iterchildren(f"{{{SYSTEM}}}system")))
        node = next(one for one in document.schema.children(document.schema_node(system)) if one.name == "hostname")
        for number in range(5):
            set_leaf(document, system, node, f"demo-edge-{number + 2}")
            QTest.qWait(500)

    stalls.append(pulse.phase("edit, live check", edit))
    stalls.append(pulse.phase("review", lambda: (program.applying.review(pane), QTest.qWait(1500))))
    stalls.append(pulse.phase("dark", lambda: window.menus.theme_actions["dark"].trigger()))
    while pane.document.can_undo:
        pane.document.undo()

    def open_large() -> None:
        program.files.open(large)
        until(lambda: len(program.documents.panes) == 2)

    stalls.append(pulse.phase("open a file of 10 MB", open_large))
    stalls += review_text(program, pulse)
    return stalls


def review_text(program: Program, pulse: Pulse) -> list[float]:
    """A document of 100,000 lines with 5,000 changes: its review, and its text side by side."""
    document = Document(interfaces(LINES * 20), program.documents.panes[0].document.schema)
    values = [entry[1] for entry in document.root[0]]
    edits = [SetValue(document.path_of(leaf), "Somebody else") for leaf in random.Random(1).sample(values, CHANGES)]
    document.apply(Group(tuple(edits), "change many"))
    pane = program.documents.add(document, DocumentContext(name="large"))
    stalls: list[float] = []

    def compare() -> None:
        review = program.documents.review(pane)
        failed: list[BaseException] = []
        review.failed.connect(failed.append)
        until(lambda: failed or review.review is not None)
        if failed:
            raise SystemExit(f"bench_gui: {failed[0]!r}")

    stalls.append(pulse.phase(f"review of {CHANGES:,} changes", compare))
    review = program.documents.review_of(pane)
    assert review is not None

    def read() -> None:
        review.modes.choose("side")
        until(lambda: review.text.rows.count)

    stalls.append(pulse.phase("its text side by side", read))
    found = review.text.rows.difference

    def look() -> None:
        for number in range(0, review.count, review.count // 40):
            review.text.go_to_change(number)
            QTest.qWait(1)
        review.text.unfold_all()

    stalls.append(pulse.phase("step through it, unfold it", look))
    old, new = "\n".join(found.old), "\n".join(found.new)
    began = time.perf_counter()
    changes = compare_texts(old, new).changes
    took = time.perf_counter() - began
    verdict = "met" if took < TEXT_BAR else "MISSED"
    print(f"text diff of {len(found.old):,} lines, {changes:,} changes: {took:.2f} s, bar {TEXT_BAR:.0f} s: {verdict}")
    return stalls


if __name__ == "__main__":
    sys.exit(main())
