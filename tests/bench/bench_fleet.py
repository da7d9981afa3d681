"""A hundred demo devices: one change on all of them as one transaction, against one device after the other.

The devices run in processes of their own, on this machine.  Printed are the wall time of the fleet (its plan and its
run apart) and of the same change made by single applies, one by one; the ratio is what counts.  Done twice: on devices
that answer at once, where both ways wait for the processors only, and on devices that take some time for each answer,
as those behind a network do.  `--quick` takes ten devices.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from netconf_gui.config.apply import edit_config  # noqa: E402
from netconf_gui.config.codec import read_root, write  # noqa: E402
from netconf_gui.services.connect import ConnectOptions, connect  # noqa: E402
from netconf_gui.services.deploy import DeployOptions, deploy  # noqa: E402
from netconf_gui.services.fleet import (  # noqa: E402
    FleetChange,
    FleetOptions,
    Member,
    ordered,
    prepare_fleet,
    run_fleet,
)  # fmt: skip
from netconf_gui.services.load import load  # noqa: E402
from netconf_gui.services.target import parse_target  # noqa: E402
from netconf_gui.session.session import Session  # noqa: E402
from netconf_gui.workspace.inventory import Device  # noqa: E402
from netconf_gui.workspace.journal import JournalFolder  # noqa: E402
from netconf_gui.workspace.locations import Locations  # noqa: E402
from netconf_gui.workspace.workspace import Workspace  # noqa: E402
from netconf_gui.yang.check import Engine  # noqa: E402
from tests.services.conftest import Person  # noqa: E402

DEVICES = 100
PER_PROCESS = 25  # demo devices in one process
SYSTEM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-system"'
SERVE = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Action, Fault, Faults
from netconf_gui.demo.server import DemoServer
from netconf_gui.yang.check import Engine
with tempfile.TemporaryDirectory() as folder, Engine(cache_folder=Path(sys.argv[3])) as engine:
    model = load_model(engine, routes=5)
    slow = [Fault("*", Action.DELAY, count=0, seconds=float(sys.argv[4]))] if float(sys.argv[4]) else []
    servers = [
        DemoServer(Device(model), host_key=Path(folder) / "key", faults=Faults(slow)).start()
        for _ in range(int(sys.argv[2]))
    ]
    print(" ".join(f"{server.url} {server.host_key_fingerprint}" for server in servers), flush=True)
    sys.stdin.read()
    for server in servers:
        server.stop()
"""


@contextmanager
def devices(number: int, cache: Path, delay: float) -> Iterator[tuple[list[str], set[str]]]:
    """The addresses of so many demo devices, and the fingerprints of their host keys."""
    urls: list[str] = []
    keys: set[str] = set()
    with ExitStack() as stack:
        for begin in range(0, number, PER_PROCESS):
            size = min(PER_PROCESS, number - begin)
            command = [sys.executable, "-c", SERVE, str(ROOT), str(size), str(cache), str(delay)]
            process = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            assert process.stdout is not None
            words = process.stdout.readline().split()
            urls += words[0::2]
            keys |= set(words[1::2])
            assert process.stdin is not None
            stack.callback(process.stdin.close)
        yield urls, keys


class Bench:
    """The workspace, the engine, and how to connect."""

    def __init__(self, workspace: Workspace, engine: Engine, keys: set[str]) -> None:
        self.workspace, self.engine = workspace, engine
        self._options = ConnectOptions(password="demo", accept_host_keys=tuple(keys))
        self.journal = workspace.locations.journal_folder

    def connect(self, device: Device) -> Session:
        return connect(device, Person(), self.workspace, options=self._options)

    def fleet(self, members: tuple[Member, ...], text: bytes, parallel: int) -> tuple[float, float]:
        """Seconds for the plan and for the run."""
        change = FleetChange("edit", text, template=True, name="bench")
        options = FleetOptions(confirm_seconds=600, parallel=parallel)
        begin = time.monotonic()
        plan = prepare_fleet(members, change, connect=self.connect, engine=self.engine, options=options)
        assert plan.ok, plan.summary()
        middle = time.monotonic()
        report = run_fleet(plan, connect=self.connect, journal=self.journal)
        assert report.ok, report.text
        return middle - begin, time.monotonic() - middle

    def one_by_one(self, members: tuple[Member, ...], text: bytes) -> float:
        """Seconds for the same, each device for itself with everything that the fleet does: guard and probe too."""
        begin = time.monotonic()
        for member in members:
            session = self.connect(member.device)
            loaded = load(session, engine=self.engine)
            schema = loaded.schema.schema
            given = read_root(text.replace(b"{{ device }}", member.name.encode()))
            mine = write(edit_config(read_root(loaded.data), given, schema), pretty=False)
            self.engine.validate(loaded.schema.key or "", mine)
            report = deploy(
                session, base=loaded.data, mine=mine, schema=schema, journal=JournalFolder(self.journal),
                options=DeployOptions(confirm_seconds=600, with_defaults=loaded.with_defaults),
                reconnect=lambda device=member.device: self.connect(device),  # type: ignore[misc]
            )  # fmt: skip
            assert report.ok, report.text
            session.close(2)
        return time.monotonic() - begin


def text_of(number: int) -> bytes:
    return f"<system {SYSTEM}><location>{{{{ device }}}}</location><contact>round {number}</contact></system>".encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten devices")
    parser.add_argument("--devices", type=int, default=0)
    parser.add_argument("--parallel", type=int, default=20)
    parser.add_argument("--delay", type=float, default=50.0, help="milliseconds of the second round")
    arguments = parser.parse_args()
    number = arguments.devices or (10 if arguments.quick else DEVICES)
    system = re.sub(r"\s+", " ", platform.platform())
    processes = -(-number // PER_PROCESS)
    print(f"{number} demo devices in {processes} processes, {os.cpu_count() or 1} cores, {system}")
    for delay in (0.0, arguments.delay / 1000):
        measure(number, arguments.parallel, delay)
    return 0


def measure(number: int, parallel: int, delay: float) -> None:
    """Both ways on fresh devices, and what they took."""
    with tempfile.TemporaryDirectory(prefix="bench-fleet.") as place, ExitStack() as stack:
        folder = Path(place)
        urls, keys = stack.enter_context(devices(number, folder / "demo", delay))
        workspace = Workspace.open(Locations.under(folder / "home"))
        engine = stack.enter_context(Engine(cache_folder=workspace.locations.schema_folder))
        bench = Bench(workspace, engine, keys)
        found = [replace(parse_target(url), id=f"d{at}", name=f"d{at:03}") for at, url in enumerate(urls)]
        members = ordered([Member(replace(device, use_agent=False)) for device in found])
        bench.one_by_one(members[:1], text_of(0))  # the schema is fetched and compiled
        worked = time.process_time()
        planned, ran = bench.fleet(members, text_of(1), parallel)
        worked = time.process_time() - worked
        alone = bench.one_by_one(members, text_of(2))
    together = planned + ran
    print(f"devices that take {delay * 1000:.0f} ms for each answer:")
    took = f"plan {planned:.1f} s, run {ran:.1f} s, together {together:.1f} s"
    print(f"  fleet, {parallel} at a time: {took} ({worked:.1f} s of it this program's work)")
    print(f"  one by one: {alone:.1f} s, {alone / number:.2f} s each; one by one / fleet: {alone / together:.2f}")


if __name__ == "__main__":
    sys.exit(main())
