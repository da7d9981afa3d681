"""A demo device behind real SSH, a workspace, and people who answer: what tests of services share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.config.codec import write
from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Fault, Faults
from netconf_gui.demo.model import Model
from netconf_gui.demo.personality import personality
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import HostKey
from netconf_gui.protocol.xml import canonical
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.events import CredentialAnswer, CredentialRequest
from netconf_gui.session.session import Session
from netconf_gui.workspace import inventory
from netconf_gui.workspace.credentials import CredentialStore
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine

PASSWORD = "a-Secret-nobody-guesses-8472"
WAIT = 20.0  # seconds; the longest wait for something that must happen


@dataclass
class Person:
    """An `Interaction` that answers from a list and remembers what it was asked."""

    answers: list[CredentialAnswer | None] = field(default_factory=list)
    trusts: bool = True
    asked: list[CredentialRequest] = field(default_factory=list)
    keys: list[HostKey] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def host_key_unknown(self, key: HostKey) -> bool:
        self.keys.append(key)
        return self.trusts

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        self.asked.append(request)
        return self.answers.pop(0) if self.answers else None

    def inform(self, text: str) -> None:
        self.told.append(text)


class MemoryKeyring:
    """A keyring backend over a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, account: str) -> str | None:
        return self.kept.get((service, account))

    def set_password(self, service: str, account: str, secret: str) -> None:
        self.kept[service, account] = secret

    def delete_password(self, service: str, account: str) -> None:
        del self.kept[service, account]


class StuckKeyring(MemoryKeyring):
    """A keyring whose unlock prompt nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.answered = threading.Event()

    def get_password(self, service: str, account: str) -> str | None:
        self.asked.set()
        self.answered.wait(WAIT)
        return None


@dataclass
class Box:
    """A demo device that runs, and the ways to look into it."""

    server: DemoServer
    workspace: Workspace
    sessions: list[Session] = field(default_factory=list)

    @property
    def device(self) -> Device:
        return self.server.device

    def entry(self, username: str = "demo", **values: object) -> inventory.Device:
        """The device as an inventory would have it."""
        known = inventory.Device("box1", "box", "127.0.0.1", self.server.port, username, use_agent=False)
        return known if not values else inventory.replace(known, **values)

    def connect(self, username: str = "demo") -> Session:
        return self.connect_as(self.entry(username))

    def connect_as(self, entry: inventory.Device) -> Session:
        options = ConnectOptions(password=PASSWORD, accept_host_keys=(self.server.host_key_fingerprint,))
        session = connect(entry, Person(), self.workspace, options=options)
        self.sessions.append(session)
        return session

    def arm(self, *faults: Fault) -> None:
        self.server.faults.arm(*faults)

    def read(self, datastore: str = "running") -> bytes:
        """What a datastore holds, read inside the device."""
        with self.device.lock:
            return write(self.device.datastores.read(datastore), pretty=False)

    def leaf(self, xpath: str, datastore: str = "running") -> str | None:
        """A value inside the device; names without prefixes."""
        steps = "".join(f"/*[local-name()='{step}']" if step else "/" for step in xpath.strip("/").split("/"))
        with self.device.lock:
            found = self.device.datastores.read(datastore).xpath("." + steps)
        return found[0].text if found else None

    def assert_clean(self) -> None:
        """No lock is left, and nothing uncommitted lies in candidate, once the device has seen sessions end."""
        assert eventually(lambda: not self.left_behind()), self.left_behind()

    def left_behind(self) -> list[str]:
        """What an apply must not leave on the device."""
        with self.device.lock:
            held = [f"lock on {name}" for name in self.device.datastores.names if self.device.locks.holder(name)]
            return held + (["edits in candidate"] if self.device.datastores.candidate_modified else [])

    def close(self) -> None:
        for session in self.sessions:
            session.abort()
        self.server.stop()


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait until `condition` holds; False when it does not come true."""
    end = time.monotonic() + WAIT
    pause = threading.Event()
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(0.005)
    return True


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("cache")) as made:
        yield made


@pytest.fixture(scope="session")
def model_of(engine: Engine) -> Callable[[str], Model]:
    made: dict[str, Model] = {}

    def make(name: str) -> Model:
        if name not in made:
            made[name] = load_model(engine, kind=personality(name), routes=5)
        return made[name]

    return make


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.open(Locations.under(tmp_path / "workspace"))
    return replace(made, credentials=CredentialStore(MemoryKeyring()))


@pytest.fixture
def box_of(model_of: Callable[[str], Model], workspace: Workspace, tmp_path: Path) -> Iterator[Callable[..., Box]]:
    """Starts demo devices of a kind."""
    boxes: list[Box] = []

    def make(kind: str = "standard", *faults: Fault) -> Box:
        device = Device(model_of(kind), kind=personality(kind))
        server = DemoServer(device, host_key=tmp_path / "host_key", password=PASSWORD, faults=Faults(list(faults)))
        server.start()
        boxes.append(Box(server, workspace))
        return boxes[-1]

    yield make
    for box in boxes:
        box.close()


@pytest.fixture
def box(box_of: Callable[..., Box]) -> Box:
    return box_of()


def edited(data: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """A document with some text replaced; each must be there."""
    for old, new in changes:
        assert old in data, old
        data = data.replace(old, new, 1)
    return data


def same(one: bytes, other: bytes) -> bool:
    """Whether two documents say the same."""
    return canonical(etree.fromstring(one)) == canonical(etree.fromstring(other))
