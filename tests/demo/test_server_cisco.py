"""The later release of the demo router over SSH, driven by ncclient, which shares no code with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ncclient import manager
from ncclient.operations.rpc import RPCError

from netconf_gui.demo.cisco import CiscoDevice
from netconf_gui.demo.server import DemoServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    with DemoServer(CiscoDevice("cisco-ios-15"), host_key=tmp_path / "key", password="right") as running:
        yield running


@pytest.fixture
def connect(server: DemoServer) -> Iterator[Callable[[], manager.Manager]]:
    made: list[manager.Manager] = []

    def again() -> manager.Manager:
        made.append(
            manager.connect(
                host="127.0.0.1",
                port=server.port,
                username="demo",
                password="right",
                hostkey_verify=False,
                allow_agent=False,
                look_for_keys=False,
                timeout=20,
                device_params={"name": "default"},
            )
        )
        return made[-1]

    yield again
    for client in made:
        if client.connected:
            client.close_session()


FILTER = "<filter><config-format-text-cmd><text-filter-spec>{}</text-filter-spec></config-format-text-cmd></filter>"
EDIT = "<config><cli-config-data>{}</cli-config-data></config>"


def test_ncclient_reads_changes_locks_and_copies(server: DemoServer, connect: Callable[[], manager.Manager]) -> None:
    client = connect()
    assert "urn:cisco:params:netconf:capability:pi-data-model:1.0" in client.server_capabilities
    found = client.get_config("running", FILTER.format("interface Loopback113")).data_xml
    assert "<cmd>description test456</cmd>" in found
    assert "<cli-config-data-block>" in client.get_config("running").data_xml
    with client.locked("running"):
        commands = "<cmd>interface Loopback113</cmd><cmd>description by ncclient</cmd>"
        assert client.edit_config(EDIT.format(commands), target="running", error_option="rollback-on-error").ok
    assert "description by ncclient" in client.get_config("running", FILTER.format("interface Loopback113")).data_xml
    client.copy_config(source="running", target="startup")
    assert "by ncclient" in server.device.startup_text  # type: ignore[union-attr]
    with pytest.raises(RPCError) as refused:
        client.edit_config(EDIT.format("<cmd>frobnicate</cmd>"), target="running")
    assert "CLI Line # 1" in str(refused.value)
