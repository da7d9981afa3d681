"""The exported Ansible project, carried out by real Ansible on netconfd and two demo devices."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.personality import personality
from netconf_gui.demo.server import DemoServer
from netconf_gui.protocol.xml import canonical, new_element
from netconf_gui.services.ansible import export
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.fleet import (
    FleetChange,
    FleetOptions,
    FleetPlan,
    Member,
    ordered,
    prepare_fleet,
    run_fleet,
)  # fmt: skip
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.conftest import REQUIRED
from tests.e2e.ansible_env import playbook_program
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import Netconfd

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

SYSTEM = "urn:ietf:params:xml:ns:yang:ietf-system"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
SECRET = "$0$nobody-reads-this"
CHANGE = FleetChange(
    "edit",
    f"""<config xmlns:nc="{NC}"><system xmlns="{SYSTEM}">
      <contact>{{{{ who }}}} &amp; {{% raw %}}{{{{ äöü }}}}{{% endraw %}}</contact>
      <location nc:operation="remove"/>
      <authentication><user><name>ann</name><password>{SECRET}</password></user></authentication>
    </system></config>""".encode(),
    template=True,
    name="Contacts",
)


class Site:
    """netconfd and two demo devices, all with one password, and an Ansible that knows their host keys."""

    def __init__(self, server: Netconfd, demos: dict[str, DemoServer], workspace: Workspace, engine: Engine) -> None:
        self.server, self.demos, self.workspace, self.engine = server, demos, workspace, engine
        self.home = Path(tempfile.mkdtemp(prefix="ansible."))  # short: Ansible's sockets lie in it
        lines = [server.known_hosts.read_text()]
        for demo in demos.values():
            key = demo.host_key
            lines.append(f"[127.0.0.1]:{demo.port} {key.get_name()} {key.get_base64()}\n")
        (self.home / ".ssh").mkdir(mode=0o700)
        (self.home / ".ssh" / "known_hosts").write_text("".join(lines))

    def devices(self) -> dict[str, Device]:
        found = {"netconfd": replace(device_of(self.server), id="n", name="netconfd")}
        for name, demo in self.demos.items():
            found[name] = Device(name, name, "127.0.0.1", demo.port, "demo", use_agent=False)
        return found

    def connect(self, device: Device) -> Session:
        return connect(device, Person(), self.workspace, options=ConnectOptions(password=self.server.password))

    def plan(self) -> FleetPlan:
        members = [Member(device, {"who": f"who runs {name}"}) for name, device in self.devices().items()]
        made = prepare_fleet(
            ordered(members), CHANGE, connect=self.connect, engine=self.engine, options=FleetOptions(confirm_seconds=60)
        )
        assert made.ok, [device.problems for device in made.devices]
        return made

    def systems(self) -> dict[str, bytes]:
        """What each device holds of <system>, in one form."""
        return {name: self._system(device) for name, device in self.devices().items()}

    def _system(self, device: Device) -> bytes:
        session = self.connect(device)
        try:
            only = new_element(f"{{{SYSTEM}}}system", {None: SYSTEM})
            data = datastores.get_config(session, "running", filter_xml=[only])
            system = data.find(f"{{{SYSTEM}}}system")
            if system is None:
                return b""
            for password in system.iter(f"{{{SYSTEM}}}password"):
                password.text = "given"  # the demo device keeps a hash, another one each time
            return canonical(system)
        finally:
            session.close(2)

    def reset(self) -> None:
        """The same start on all: a location, and nobody."""
        for device in self.devices().values():
            session = self.connect(device)
            try:
                text = (
                    f'<config xmlns="{NC}" xmlns:nc="{NC}"><system xmlns="{SYSTEM}" nc:operation="replace">'
                    "<contact>nobody</contact><location>somewhere</location></system></config>"
                )
                datastores.discard_changes(session)
                datastores.edit_config(session, "candidate", etree.fromstring(text))
                datastores.commit(session)
            finally:
                session.close(2)

    def play(self, project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        program = playbook_program()
        assert program is not None
        env = {key: value for key, value in os.environ.items() if not key.startswith(("NETCONF_", "ANSIBLE_"))}
        env |= {"HOME": str(self.home), "NETCONF_PASSWORD": self.server.password, "LC_ALL": "C.UTF-8", **environment}
        return subprocess.run(
            [program, "playbook.yml"], cwd=project, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    def left_behind(self) -> list[str]:
        found = []
        for name, demo in self.demos.items():
            with demo.device.lock:
                found += [f"{name}: {one}" for one in ("running", "candidate") if demo.device.locks.holder(one)]
        return found


@pytest.fixture
def site(candidate_server: Netconfd, workspace: Workspace, engine: Engine, tmp_path: Path) -> Iterator[Site]:
    if playbook_program() is None:
        if REQUIRED:
            pytest.fail("Ansible is not installed: python3 tests/e2e/ansible_env.py install")
        pytest.skip("needs Ansible: python3 tests/e2e/ansible_env.py install")
    demos = {}
    for name in ("demo1", "demo2"):
        kind = personality("standard" if name == "demo1" else "no-confirmed-commit")
        device = DemoDevice(load_model(engine, kind=kind, routes=5), kind=kind)
        demos[name] = DemoServer(device, host_key=tmp_path / name, password=candidate_server.password).start()
    made = Site(candidate_server, demos, workspace, engine)
    made.reset()
    yield made
    made.reset()
    for demo in demos.values():
        demo.stop()
    shutil.rmtree(made.home, ignore_errors=True)


def test_ansible_and_the_program_do_the_same(site: Site, tmp_path: Path) -> None:
    before = site.systems()
    export(site.plan(), tmp_path / "project")
    for path in (tmp_path / "project").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert SECRET not in text
            assert site.server.password not in text

    missing = site.play(tmp_path / "project")
    assert missing.returncode, missing.stdout
    assert "A secret is missing" in missing.stdout + missing.stderr
    assert site.systems() == before

    done = site.play(tmp_path / "project", NETCONF_SECRET_1=SECRET)
    assert done.returncode == 0, done.stdout + done.stderr
    assert SECRET not in done.stdout
    by_ansible = site.systems()
    assert all("{{ äöü }}" in text.decode() and b"somewhere" not in text for text in by_ansible.values())
    assert not site.left_behind()

    site.reset()
    assert site.systems() == before
    report = run_fleet(site.plan(), connect=site.connect, journal=tmp_path / "journal")
    assert report.ok, report.text
    assert site.systems() == by_ansible


FAULTS = [Fault("get-config", Action.RPC_ERROR, count=0)]  # the read-back, after every commit
if os.environ.get("RUN_ALL"):  # each takes Ansible 20 s
    FAULTS += [Fault("validate", Action.RPC_ERROR, count=0), Fault("commit", Action.DROP, when="after")]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.operation)
def test_one_fails_and_all_are_rolled_back(site: Site, tmp_path: Path, fault: Fault) -> None:
    before = site.systems()
    export(site.plan(), tmp_path / "project")
    site.demos["demo1"].faults.arm(fault)
    done = site.play(tmp_path / "project", NETCONF_SECRET_1=SECRET)
    assert done.returncode, done.stdout
    assert "A device failed. netconfd: It is as it was before." in done.stdout + done.stderr
    site.demos["demo1"].faults.clear()
    assert site.systems() == before
    assert not site.left_behind()
