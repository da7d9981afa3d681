"""The schema browser over all of OpenConfig: how long the window stands still, and how long a search takes.

Needs the module set beside the checkout (../shared/yang/openconfig).  Bars: no stall over 100 ms, hits of a search
within 200 ms of being asked.  Absolute figures depend on the machine, so they are printed with it and only the verdict
is told.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer, qVersion
from PySide6.QtTest import QTest

from netconf_gui.config.document import Document
from netconf_gui.gui.application import Program, make_application
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.schema_hits import find
from netconf_gui.gui.panes.schema_browser import SchemaBrowser
from netconf_gui.gui.tour.stage import pause
from netconf_gui.services.modules import schema_from_folder
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.schema import Schema
from tests.bench.bench_gui import BAR, Pulse

SET = Path(__file__).resolve().parents[3] / "shared" / "yang" / "openconfig"
SEARCH_BAR = 200.0  # ms
WORDS = ("mtu", "in octets", "neighbor address", "the", "interface", "a", "bgp peer group timer", "qos")
DEEP = "/openconfig-network-instance:network-instances/network-instance/protocols/protocol/bgp/neighbors/neighbor"
EMPTY = b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>'


def main() -> int:
    if not SET.is_dir():
        print(f"skipped: there is no {SET}")
        return 0
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, Qt {qVersion()}")
    app = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Workspace.open(Locations.under(Path(folder))), mode="light")
        program.window.resize(1366, 768)
        program.show()
        loaded = schema_from_folder(SET, program.engine)
        schema = loaded.schema
        assert schema is not None and loaded.key is not None
        context = DocumentContext(device_name="bench", engine=program.engine, key=loaded.key)
        program.documents.add(Document(EMPTY, schema), context)
        pause(500)
        worst = max(visit(program, schema))
        slowest = search(schema)
        program.ended.connect(app.quit)
        QTimer.singleShot(0, program.close_now)
        app.exec()
    print(f"longest stall {worst:.1f} ms, bar {BAR:.0f} ms: {'met' if worst <= BAR else 'MISSED'}")
    print(f"slowest search {slowest:.1f} ms, bar {SEARCH_BAR:.0f} ms: {'met' if slowest <= SEARCH_BAR else 'MISSED'}")
    return 0


def visit(program: Program, schema: Schema) -> list[float]:
    """Everything that a person does there, and the longest stall of each."""
    pulse, stalls = Pulse(), []

    def phase(title: str, do: object) -> None:
        def run() -> None:
            assert callable(do)
            do()
            pause(1200)

        stalls.append(pulse.phase(title, run))

    phase("open the browser", program.window.actions_.browse_schema.trigger)
    browser: SchemaBrowser = program.schemas.browsers[0]
    deep = schema.find(DEEP)
    assert deep is not None
    phase("show a deep node", lambda: browser.show_node(deep))
    phase("its source", lambda: browser.set_view("source"))
    phase("its tree diagram", lambda: browser.set_view("diagram"))
    phase("type a search", lambda: QTest.keyClicks(browser.side.search, "neighbor address"))
    phase("the table of modules", lambda: browser.side.modes.choose("modules"))
    phase("a large module's diagram", lambda: browser.show_module("openconfig-network-instance"))
    phase("dependencies", lambda: browser.set_view("graph"))
    phase("two steps", lambda: browser.graph.reach.choose("2"))
    return stalls


def search(schema: Schema) -> float:
    """The slowest of several searches in ms, as the browser asks them."""
    times = {}
    for words in WORDS:
        began = time.perf_counter()
        hits = find(schema, words)
        times[words] = (time.perf_counter() - began) * 1000
        print(f"search {words!r:27}{times[words]:9.1f} ms   {len(hits)} hits")
    print(f"{'median':34}{statistics.median(times.values()):9.1f} ms")
    return max(times.values())


if __name__ == "__main__":
    sys.exit(main())
