"""One engine and one compiled model for all tests of the demo device; a fresh device for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device
from netconf_gui.demo.model import Model
from netconf_gui.demo.personality import personality
from netconf_gui.yang.check import Engine
from tests.demo.talk import WoundClock

ROUTES = 12  # enough; the real device has a hundred times as many


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("cache")) as made:
        yield made


@pytest.fixture(scope="session")
def model(engine: Engine) -> Model:
    return load_model(engine, routes=ROUTES)


class Bench:
    """Model and engine under a short name: hypothesis prints its arguments whole when a test fails."""

    def __init__(self, model: Model, engine: Engine) -> None:
        self.model = model
        self.engine = engine

    def device(self) -> Device:
        return Device(self.model, clock=WoundClock())


@pytest.fixture(scope="session")
def bench(model: Model, engine: Engine) -> Bench:
    return Bench(model, engine)


@pytest.fixture
def clock() -> WoundClock:
    return WoundClock()


@pytest.fixture
def device(model: Model, clock: WoundClock) -> Device:
    return Device(model, clock=clock)


@pytest.fixture
def device_of(engine: Engine, clock: WoundClock) -> Callable[[str], Device]:
    """Makes a device of another personality."""

    def make(name: str) -> Device:
        kind = personality(name)
        return Device(load_model(engine, kind=kind, routes=ROUTES), kind=kind, clock=clock)

    return make
