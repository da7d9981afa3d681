"""The built-in demo device in the window: its process is started on demand and connected like any device.

Its password is random and known to this process only; its host key is made once and kept, so it is asked about the
first time only.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from netconf_gui.cancel import CancelToken
from netconf_gui.gui.connections import Connections
from netconf_gui.gui.tasks import Report, Task, TaskManager
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.services.demo_process import DemoInfo, DemoProcess
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace

DEMO_ID = "demo"
DEMO_NAME = "Demo device"
ROUTER_ID = "demo-router"
ROUTER_NAME = "Demo router"
DEMO_IDS = (DEMO_ID, ROUTER_ID)


class DemoDevice(QObject):
    """At most one process; it ends with the window.  `model` is what the device can do (`demo-device --model`)."""

    def __init__(
        self,
        tasks: TaskManager,
        workspace: Workspace,
        connections: Connections,
        *,
        device_id: str = DEMO_ID,
        name: str = DEMO_NAME,
        model: str = "",
    ) -> None:
        super().__init__()
        self._id, self._name = device_id, name
        self._tasks = tasks
        self._workspace = workspace
        self._connections = connections
        self._process = DemoProcess(workspace.locations.demo_folder, ("--model", model) if model else ())
        self._starting: Task | None = None

    def start(self, ready: Callable[[], object]) -> Task | None:
        """Start it if need be, then connect; `ready()` when its row is in the tree."""
        if self._starting is not None:
            return self._starting
        process = self._process

        def work(cancel: CancelToken, report: Report) -> DemoInfo:
            return process.start(cancel=cancel)

        task = self._starting = self._tasks.run(work, title=f"Start the {self._name.lower()}", subject=self._name)
        task.done.connect(lambda info: self._started(info, ready))
        task.failed.connect(lambda error: self._connections.failed.emit(self._id, error))
        task.finished.connect(self._over)
        return task

    def stop(self) -> None:
        """End the process (blocking, up to a second or two)."""
        self._process.stop()

    def _over(self) -> None:
        self._starting = None

    def _started(self, info: DemoInfo, ready: Callable[[], object]) -> None:
        device = Device(
            id=self._id, name=self._name, host=info.host, port=info.port, username=info.username, use_agent=False
        )
        known = self._workspace.locations.known_hosts_file
        accepted = (info.fingerprint,) if trusted_before(known, info.fingerprint) else ()
        self._connections.put(device, ConnectOptions(password=info.password, accept_host_keys=accepted))
        ready()
        self._connections.connect_device(self._id)


def trusted_before(known_hosts: Path, fingerprint: str) -> bool:
    """Whether a person has trusted the key with this fingerprint, under whatever port."""
    try:
        lines = known_hosts.read_text("utf-8").splitlines()
    except OSError:
        return False
    for line in lines:
        words = line.split()
        if len(words) < 3 or words[0].startswith(("#", "@")):
            continue
        try:
            digest = hashlib.sha256(base64.b64decode(words[2])).digest()
        except ValueError:
            continue
        if f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}" == fingerprint:
            return True
    return False
