"""Commands against a demo device: run in this process, with stdin and a home of their own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from netconf_gui.cli.main import main
from tests.services.conftest import PASSWORD, Box, box, box_of, engine, model_of, workspace

__all__ = ["box", "box_of", "engine", "model_of", "workspace"]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class _Stdin(io.TextIOWrapper):
    """A stdin with a buffer, as the real one has."""

    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()), encoding="utf-8")


Run = Callable[..., Done]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command; `stdin` is its input."""

    def call(*words: object, stdin: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", _Stdin(stdin))
        capfd.readouterr()
        status = main([str(word) for word in words])
        found = capfd.readouterr()
        return Done(status, found.out, found.err)

    return call


@pytest.fixture
def on(run: Run) -> Run:
    """Runs a command on a box, with its password and its host key accepted."""

    def call(box: Box, *words: object, password: str = PASSWORD) -> Done:
        accept = ["--password-stdin", "--accept-host-key", box.server.host_key_fingerprint]
        return run(*(box.server.url if word == "BOX" else word for word in words), *accept, stdin=password + "\n")

    return call
