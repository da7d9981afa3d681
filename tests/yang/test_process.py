"""The engine's workers die and come back: crash, deadline, cancel; only the request at fault fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, SchemaError
from netconf_gui.yang.check import CompiledSchema, Engine, EngineLimits
from netconf_gui.yang.engine import process
from netconf_gui.yang.engine.frames import read_frame, write_frame
from netconf_gui.yang.engine.process import WorkerLostError, WorkerProcess
from netconf_gui.yang.resolver import ResolvedSet, WantedModule, resolve

NS = 'xmlns="urn:test:every-type"'
VALID = f"<types {NS}><int8>1</int8></types>".encode()
# an entry with its key leaf twice, then another entry: kills the library when it goes on after errors
DEADLY = (
    f"<rules {NS}><on>true</on><few>1</few><few>2</few><member><id>2</id><id>1</id></member>"
    "<member><id>2</id></member><member><id>1</id></member></rules>"
).encode()

SLOW_MODULE = b"""module slow { namespace urn:slow; prefix s; container c { list l { key k; leaf k { type int32; }
  leaf v { type int32; must "count(../../l[v=current()]) < 9"; } } } }"""
SLOW = b"<c xmlns='urn:slow'>%s</c>" % b"".join(
    b"<l><k>%d</k><v>%d</v></l>" % (number, number % 4000) for number in range(30_000)
)


@pytest.fixture
def own(every_set: ResolvedSet, tmp_path: Path) -> Iterator[tuple[Engine, str]]:
    """An engine of this test alone, with a compiled set."""
    with Engine(cache_folder=tmp_path) as engine:
        yield engine, engine.compile(every_set).key


def slow_key(engine: Engine) -> str:
    return engine.compile(resolve([WantedModule("slow")], lambda _name, _revision: SLOW_MODULE)).key


def crash(engine: Engine, key: str) -> None:
    """Send what kills the library past the check that keeps it away."""
    request: dict[str, Any] = {
        **engine._request("validate", key),
        "content": "config",
        "limit": 9,
        "skip_structure": True,
    }
    engine.bulk.ask(request, [DEADLY], deadline=30)


def test_a_crash_is_told_and_the_next_request_works(own: tuple[Engine, str]):
    engine, key = own
    assert engine.validate(key, VALID) == ()
    with pytest.raises(WorkerLostError) as caught:
        crash(engine, key)
    assert caught.value.message.startswith("The YANG engine crashed")
    if sys.platform == "linux":
        assert "SIGSEGV" in caught.value.message
    assert "untouched" in caught.value.advice
    assert engine.validate(key, VALID) == ()
    assert engine.bulk.starts == 2


def test_after_an_interrupt_nobody_gets_the_answer_to_another_question(
    own: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch
):
    engine, key = own
    assert engine.validate(key, VALID) == ()
    read = process.read_frame

    def interrupted(stream: object) -> object:
        monkeypatch.setattr(process, "read_frame", read)
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "read_frame", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.convert(key, VALID, "json")
    assert engine.validate(key, VALID) == ()


def test_the_same_data_is_judged_without_a_crash(own: tuple[Engine, str]):
    engine, key = own
    found = engine.validate(key, DEADLY)
    assert [(item.path, item.message) for item in found] == [
        ("/every-type:rules/member[id='2']/id", "id is there more than once.")
    ]
    with pytest.raises(SchemaError, match="does not fit"):
        engine.diff(key, DEADLY, VALID)
    assert engine.bulk.starts == 1


def test_after_a_crash_validate_is_content_with_the_first_error(
    own: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch
):
    engine, key = own
    ask = engine.bulk.ask

    def dying(header: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if header["do"] == "validate" and not header.get("first_only"):
            raise WorkerLostError("The YANG engine crashed with SIGSEGV.")
        return ask(header, *args, **kwargs)

    monkeypatch.setattr(engine.bulk, "ask", dying)
    found, more = engine.validate(key, f"<types {NS}><int8>x</int8><int16>x</int16></types>".encode())
    assert found.path == "/every-type:types/int8"
    assert (more.severity, more.source) == ("warning", "not checked"), "that there may be more is said"


def test_a_deadline_kills_only_its_own_request(own: tuple[Engine, str]):
    engine, key = own
    slow = slow_key(engine)
    with pytest.raises(WorkerLostError, match=r"did not answer within 0\.4 s"):
        engine.validate(slow, SLOW, deadline=0.4)
    assert engine.validate(key, VALID) == ()
    assert engine.check_value(key, "/every-type:types/int8", "1") is None


def test_cancel_kills_a_running_request(own: tuple[Engine, str]):
    engine, key = own
    slow = slow_key(engine)
    token = CancelToken()
    timer = threading.Timer(0.3, token.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        engine.validate(slow, SLOW, cancel=token)
    timer.join()
    assert engine.validate(key, VALID) == ()
    with pytest.raises(Cancelled):
        engine.validate(key, VALID, cancel=token)


def test_cancel_of_a_waiting_request_leaves_the_running_one_alone(own: tuple[Engine, str]):
    engine, _key = own
    slow = slow_key(engine)
    running, waiting = CancelToken(), CancelToken()
    outcomes: dict[str, BaseException] = {}

    def run(name: str, token: CancelToken) -> None:
        try:
            engine.validate(slow, SLOW, cancel=token)
        except Cancelled as error:
            outcomes[name] = error

    first = threading.Thread(target=run, args=("running", running))
    first.start()
    while not engine.bulk._busy:
        pass
    second = threading.Thread(target=run, args=("waiting", waiting))
    second.start()
    pid = engine.bulk.pid
    waiting.cancel()
    second.join(10)
    assert list(outcomes) == ["waiting"]
    assert engine.bulk.pid == pid
    running.cancel()
    first.join(10)
    assert set(outcomes) == {"running", "waiting"}


def test_many_threads_share_a_worker(own: tuple[Engine, str]):
    engine, key = own
    results: list[object] = []

    def run(number: int) -> None:
        for value in range(20):
            path = "/every-type:types/int8"
            found = engine.check_value(key, path, str(value * number))
            results.append((found is None) == (value * number <= 127))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 160
    assert engine.interactive.starts == 1


def test_a_killed_idle_worker_is_replaced(own: tuple[Engine, str]):
    engine, key = own
    assert engine.check_value(key, "/every-type:types/int8", "1") is None
    pid = engine.interactive.pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    process = engine.interactive._process
    assert process is not None
    process.wait(10)
    assert engine.interactive.pid is None
    assert engine.check_value(key, "/every-type:types/int8", "1") is None
    assert engine.interactive.pid not in (None, pid)


def test_nothing_is_started_before_it_is_needed(tmp_path: Path, every_set: ResolvedSet, every: CompiledSchema):
    with Engine(cache_folder=tmp_path) as engine:
        assert (engine.bulk.starts, engine.interactive.starts) == (0, 0)
        first = engine.compile(every_set)
        assert (first.cached, engine.bulk.starts) == (False, 1)
    with Engine(cache_folder=tmp_path) as engine:
        again = engine.compile(every_set)
        assert (again.cached, engine.bulk.starts) == (True, 0)
        assert (again.key, again.nodes, again.broken) == (first.key, first.nodes, first.broken)
        assert len(engine.schema(again).roots()) == 7
    assert every.key == first.key, "the key is made of content only"


def test_a_closed_engine_says_so(tmp_path: Path, every_set: ResolvedSet):
    engine = Engine(cache_folder=tmp_path)
    key = engine.compile(every_set).key
    engine.close()
    with pytest.raises(SchemaError, match="closed"):
        engine.validate(key, VALID)
    engine.close()


def test_close_ends_a_running_request(own: tuple[Engine, str]):
    engine, _key = own
    slow = slow_key(engine)
    errors: list[str] = []

    def run() -> None:
        try:
            engine.validate(slow, SLOW)
        except SchemaError as error:
            errors.append(error.message)

    thread = threading.Thread(target=run)
    thread.start()
    while not engine.bulk._busy:
        pass
    engine.close()
    thread.join(10)
    assert errors == ["The YANG engine is closed."]


def test_contexts_that_were_pushed_out_come_back(tmp_path: Path, every_set: ResolvedSet):
    with Engine(cache_folder=tmp_path, limits=EngineLimits(contexts=1)) as engine:
        one, two = engine.compile(every_set).key, slow_key(engine)
        for _ in range(2):
            assert engine.validate(one, VALID) == ()
            assert engine.validate(two, b"<c xmlns='urn:slow'/>") == ()
        ping, _ = engine.bulk.ask({"do": "ping"}, deadline=30)
        assert ping["contexts"] == [two]
        assert engine.bulk.starts == 1


def test_a_memory_limit_pushes_contexts_out_too(tmp_path: Path, every_set: ResolvedSet):
    if sys.platform == "win32":
        pytest.skip("the size of a process is not read there")
    with Engine(cache_folder=tmp_path, limits=EngineLimits(contexts=9, memory=1)) as engine:
        engine.compile(every_set)
        two = slow_key(engine)
        ping, _ = engine.bulk.ask({"do": "ping"}, deadline=30)
        assert ping["contexts"] == [two]


def test_a_worker_ends_when_its_stdin_closes():
    command = [sys.executable, "-m", "netconf_gui", "--engine", "bulk"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        greeting = read_frame(process.stdout)
        assert greeting is not None
        assert (greeting[0]["ok"], greeting[0]["kind"]) == (True, "bulk")
        write_frame(process.stdin, {"do": "ping"}, [b"payload"])
        assert (read_frame(process.stdout) or ({}, []))[1] == [b"payload"]
        write_frame(process.stdin, {"do": "dance"})
        reply = read_frame(process.stdout)
        assert reply is not None
        assert reply[0]["error"] == "Unknown request dance."
        process.stdin.close()
        assert process.wait(10) == 0
        assert process.stdout.read() == b""


def test_workers_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    worker = WorkerProcess("bulk")
    try:
        assert worker.ask({"do": "ping"}, deadline=30)[0]["ok"]
    finally:
        worker.close()


def test_workers_import_nothing_heavy():
    code = (
        "import sys, netconf_gui.__main__, netconf_gui.yang.engine.worker\n"
        "print([name for name in ('PySide6', 'paramiko', 'keyring', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_a_worker_prints_is_kept_within_bounds(tmp_path: Path):
    noisy = tmp_path / "sitecustomize.py"
    noisy.write_text(
        "import sys\nfor n in range(500): print('noise', n, file=sys.stderr)\nprint('on stdout?', file=sys.stderr)"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    worker = WorkerProcess("bulk", environment={**os.environ, "PYTHONPATH": paths})
    try:
        worker.ask({"do": "ping"}, deadline=30)
    finally:
        worker.close()
    assert len(worker.log) == 200
    assert worker.log[-1] == "on stdout?"


@pytest.mark.skipif(sys.platform == "win32", reason="there a worker has no console and hears no Ctrl+C")
def test_an_interrupt_of_the_whole_group_leaves_the_workers_alone(own: tuple[Engine, str]):
    engine, key = own
    assert engine.validate(key, VALID) == ()
    process = engine.bulk._process
    assert process is not None
    process.send_signal(signal.SIGINT)
    assert engine.validate(key, VALID) == ()
    assert engine.bulk.starts == 1
