"""The demo device as a child process: it starts, can be used, and ends with us."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, ConnectFailed
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.demo_process import DemoProcess
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.services.conftest import Person

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def demo(tmp_path: Path) -> DemoProcess:
    return DemoProcess(tmp_path / "demo")


def test_it_can_be_connected_to_and_keeps_its_key(demo: DemoProcess, tmp_path: Path) -> None:
    workspace = Workspace.open(Locations.under(tmp_path / "workspace"))
    info = demo.start()
    try:
        assert demo.start() == info
        person = Person()
        device = Device("", "demo", info.host, info.port, info.username, use_agent=False)
        connect(device, person, workspace, options=ConnectOptions(password=info.password)).close()
        assert [key.fingerprint for key in person.keys] == [info.fingerprint]
        assert info.password not in repr(info)
        assert len(info.password) >= 20
    finally:
        demo.stop()
    assert not demo.running
    again = demo.start()
    demo.stop()
    assert again.fingerprint == info.fingerprint
    assert again.password != info.password
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or info.password.encode() not in path.read_bytes()


def test_it_ends_when_its_parent_dies(tmp_path: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from netconf_gui.services.demo_process import DemoProcess;"
        "demo = DemoProcess(Path(sys.argv[1])); demo.start(); print(demo._process.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, timeout=120, check=True)
    # the child holds no pipe of ours: that communicate() returned means that it has let go of stdout's other end
    assert int(done.stdout)


def test_a_device_that_cannot_start_is_said(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text("nonsense")
    demo = DemoProcess(tmp_path / "demo", ["--faults", str(tmp_path / "faults.json")])
    with pytest.raises(ConnectFailed, match="not JSON"):
        demo.start()
    assert not demo.running


def test_a_cancel_leaves_no_process(demo: DemoProcess) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        demo.start(token)
    assert not demo.running
