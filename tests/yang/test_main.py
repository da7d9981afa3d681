"""Start-up hands over to the right program, with the right arguments, and imports nothing else."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from netconf_gui.__main__ import main

PROGRAMS = {
    "netconf_gui.yang.engine.worker": ["--engine", "bulk", "4", "1000"],
    "netconf_gui.cli.demo_device": ["--demo-device", "--port", "0"],
    "netconf_gui.cli.main": ["cli", "hello", "--file", "x"],
    "netconf_gui.gui_main": ["--tour", "somewhere"],
}
PASSED: dict[str, tuple[object, ...]] = {
    "netconf_gui.yang.engine.worker": ("bulk", ["4", "1000"]),
    "netconf_gui.cli.demo_device": (["--port", "0"],),
    "netconf_gui.cli.main": (["hello", "--file", "x"],),
    "netconf_gui.gui_main": (["--tour", "somewhere"],),
}


@pytest.mark.parametrize("wanted", PROGRAMS)
def test_dispatch(monkeypatch: pytest.MonkeyPatch, wanted: str):
    called: list[tuple[str, tuple[object, ...]]] = []
    for number, name in enumerate(PROGRAMS):

        def run(*arguments: object, name: str = name, number: int = number) -> int:
            called.append((name, arguments))
            return number

        stand_in = ModuleType(name)
        stand_in.main = stand_in.run = run
        monkeypatch.setitem(sys.modules, name, stand_in)
    assert main(PROGRAMS[wanted]) == list(PROGRAMS).index(wanted)
    assert called == [(wanted, PASSED[wanted])]


@pytest.mark.parametrize("arguments", [[], ["--engine"], ["file.xml"]])
def test_the_window_is_the_default(monkeypatch: pytest.MonkeyPatch, arguments: list[str]):
    seen: list[list[str]] = []
    window = ModuleType("netconf_gui.gui_main")
    window.main = lambda argv: seen.append(argv) or 0
    monkeypatch.setitem(sys.modules, "netconf_gui.gui_main", window)
    monkeypatch.setattr(sys, "argv", ["netconf-gui", *arguments])
    assert main() == 0
    assert seen == [arguments]


def test_an_interrupt_while_a_command_is_loaded_is_no_traceback(monkeypatch: pytest.MonkeyPatch):
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    commands = ModuleType("netconf_gui.cli.main")
    commands.main = interrupted
    monkeypatch.setitem(sys.modules, "netconf_gui.cli.main", commands)
    assert main(["cli", "hello"]) == 130
