"""Many demo devices in this process, each an inventory device of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.faults import Fault, Faults
from netconf_gui.demo.model import Model
from netconf_gui.demo.personality import personality
from netconf_gui.demo.server import DemoServer
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.fleet import Member
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace
from tests.services.conftest import PASSWORD, Box, Person


@dataclass
class Boxes:
    """Demo devices by name, and how to get to them."""

    workspace: Workspace
    boxes: dict[str, Box] = field(default_factory=dict)

    def add(self, name: str, model: Model, kind: str, host_key: Path, *faults: Fault) -> Box:
        server = DemoServer(
            DemoDevice(model, kind=personality(kind)), host_key=host_key, password=PASSWORD, faults=Faults(list(faults))
        )
        server.start()
        self.boxes[name] = Box(server, self.workspace)
        return self.boxes[name]

    def __getitem__(self, name: str) -> Box:
        return self.boxes[name]

    def device(self, name: str) -> Device:
        return Device(f"id-{name}", name, "127.0.0.1", self.boxes[name].server.port, "demo", use_agent=False)

    def members(self, **variables: Callable[[str], str]) -> tuple[Member, ...]:
        """All of them, with the values that the functions give for their names."""
        return tuple(
            Member(self.device(name), {key: value(name) for key, value in variables.items()})
            for name in sorted(self.boxes)
        )

    def connect(self, device: Device) -> Session:
        fingerprints = tuple({box.server.host_key_fingerprint for box in self.boxes.values()})
        options = ConnectOptions(password=PASSWORD, accept_host_keys=fingerprints)
        return connect(device, Person(), self.workspace, options=options)

    def leaves(self, xpath: str) -> dict[str, str | None]:
        """A value inside every device."""
        return {name: box.leaf(xpath) for name, box in self.boxes.items()}

    def left_behind(self) -> dict[str, Sequence[str]]:
        return {name: box.left_behind() for name, box in self.boxes.items() if box.left_behind()}

    def close(self) -> None:
        for box in self.boxes.values():
            box.close()
