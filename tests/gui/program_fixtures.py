"""Fixtures for tests of the whole window: a demo device in this process, a workspace of its own, the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from netconf_gui.demo.build import load_model
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.personality import personality
from netconf_gui.demo.server import DemoServer
from netconf_gui.gui.application import Program
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.gui.whole import LONG, PASSWORD


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    with Engine(cache_folder=tmp_path_factory.mktemp("cache")) as engine:
        yield load_model(engine, kind=personality("standard"), routes=12)


@pytest.fixture
def server(model: Model, tmp_path: Path) -> Iterator[DemoServer]:
    with DemoServer(DemoDevice(model), host_key=tmp_path / "host_key", password=PASSWORD) as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.open(Locations.under(tmp_path / "home"))
    settings = made.settings
    made.settings_store.save(
        replace(
            settings,
            connection=replace(settings.connection, use_ssh_config=False, use_user_known_hosts=False),
        )
    )
    return made


@pytest.fixture
def program(qtbot: QtBot, workspace: Workspace) -> Iterator[Program]:
    made = Program(workspace, mode="light")
    made.window.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made.window)
    yield made
    for pane in made.documents.panes:
        while pane.document.can_undo:
            pane.document.undo()
    if not made.closing.begun:
        with qtbot.waitSignal(made.ended, timeout=LONG):
            made.close_now()
    assert not made.window.isVisible()
    made.window.deleteLater()
