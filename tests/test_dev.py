"""`dev.py test`: a run goes on behind a test that crashes or never ends, and looks once more at what failed."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]

TESTS = """
import ctypes, os, pathlib, pytest

HERE = pathlib.Path(__file__).parent

def first(name):
    with (HERE / "order").open("a") as lines:
        lines.write(name + " ")
    mark = HERE / f"been-{name}"
    been = mark.exists()
    mark.touch()
    return not been

def test_good(): first("good")

def test_ends_late():
    if first("late"):
        mutex = ctypes.create_string_buffer(64)
        for _ in range(2):  # stands in C where no signal reaches it
            ctypes.CDLL(None).pthread_mutex_lock(mutex)

def test_between(): first("between")

def test_crashes():
    if first("crash"):
        os.abort()

def test_fails(): assert not first("fails")

def test_last(): first("last")
"""


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pytest_command(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (tmp_path / "test_some.py").write_text(TESTS, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 1\naddopts = -p tests.conftest\n", "utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("ENDS_LATE", "1")
    monkeypatch.delenv("TEST_STATE", raising=False)
    return [sys.executable, "-m", "pytest", "-q"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX threads' locks")
def test_it_goes_on_and_looks_once_more(
    dev: ModuleType, pytest_command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert dev.run_tests(pytest_command, dict(os.environ)) == 0
    said = capfd.readouterr().err
    assert "test_ends_late crashed or did not end" in said and "in test_ends_late" in said, "with the stack"
    assert "test_crashes crashed or did not end" in said
    assert "UNSTEADY" in said.splitlines()[-1]
    order = (tmp_path / "order").read_text().split()
    assert order == ["good", "late", "between", "crash", "fails", "last", "late", "crash", "fails"]


def test_what_fails_alone_as_well_is_a_failure(dev: ModuleType, pytest_command: list[str], tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text("import os\ndef test_a(): os.abort()\ndef test_b(): pass\n", "utf-8")
    assert dev.run_tests(pytest_command, dict(os.environ)) != 0
    (tmp_path / "test_some.py").write_text("def test_a(): assert 0\ndef test_b(): pass\n", "utf-8")
    assert dev.run_tests(pytest_command, dict(os.environ)) == 1


def test_many_failures_are_not_looked_at_again(dev: ModuleType, pytest_command: list[str], tmp_path: Path) -> None:
    body = "".join(f"def test_{n}():\n    open('ran', 'a').write('x')\n    assert 0\n" for n in range(6))
    (tmp_path / "test_some.py").write_text(body, "utf-8")
    assert dev.run_tests(pytest_command, dict(os.environ)) == 1
    assert (tmp_path / "ran").read_text() == "x" * 6


def test_two_halves_run_side_by_side_and_both_count(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("config/test_a.py", "def test_a(): pass"), ("test_b.py", "def test_b(): assert 0")):
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 60\n", "utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev.os, "cpu_count", lambda: 2)
    monkeypatch.delenv("TEST_STATE", raising=False)
    assert dev.halves() == (["tests/config"], ["tests/test_b.py"])
    assert dev.run_halves([sys.executable, "-m", "pytest", "-q"], dict(os.environ)) == 1
    said = capfd.readouterr().out
    assert said.index("1 passed") < said.index("1 failed"), "what the second half says comes after the first"


def test_every_test_is_in_one_half(dev: ModuleType) -> None:
    first, second = dev.halves()
    found = {path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    covered = {path for path in found for part in (*first, *second) if path.is_relative_to(part)}
    assert covered == found and not set(first) & set(second)
    assert {Path(name).name for name in first} == set(dev.FIRST_HALF)
