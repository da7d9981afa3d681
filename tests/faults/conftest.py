"""Our own session against the demo device, without sockets: faults are armed by the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from netconf_gui.demo.access import Role
from netconf_gui.demo.build import load_model
from netconf_gui.demo.conversation import Conversation
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Fault, Faults
from netconf_gui.demo.model import Model
from netconf_gui.session.session import Session, SessionSettings
from netconf_gui.transport.stream import stream_pair
from netconf_gui.yang.check import Engine

SHORT = SessionSettings(rpc_timeout=0.2, hello_timeout=0.2)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    with Engine(cache_folder=tmp_path_factory.mktemp("cache")) as engine:
        yield load_model(engine, routes=12)


@pytest.fixture
def device(model: Model) -> Iterator[Device]:
    made = Device(model)
    yield made
    made.stop()


Open = Callable[..., Session]


@pytest.fixture
def open_session(device: Device) -> Iterator[Open]:
    """Opens a session to the device in which the given faults happen."""
    opened: list[Session] = []

    def make(*faults: Fault, settings: SessionSettings | None = None) -> Session:
        near, far = stream_pair()
        conversation = Conversation(
            device,
            "demo",
            Role.OPERATOR,
            "127.0.0.1",
            output=far.write,
            hang_up=far.close,
            wait=lambda _seconds: False,
            faults=Faults(faults),
        )
        far.start(conversation.receive, lambda _error: conversation.ended())
        conversation.start()
        session = Session.open(near, settings=settings)
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()
