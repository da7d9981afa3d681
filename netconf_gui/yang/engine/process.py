"""The window's end of one worker process: start, ask, wait with a deadline, kill, start again.

Lives here: the process, its pipes, whose turn it is.  Requests of one worker run one after the other; a request past
its deadline or cancelled kills the worker, and only that request fails.  Does not live here: what is asked (`check`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import netconf_gui
from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, SchemaError
from netconf_gui.yang.engine.frames import FrameError, read_frame, write_frame

START_DEADLINE = 30.0
LOG_LINES = 200
ALLOCATION = "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=67108864"
"""Large pages, and memory from the system in large pieces: a large set is compiled a fifth faster."""


class WorkerLostError(SchemaError):
    """The worker died or was killed while it worked on this request; the next one gets a new worker."""


class EngineTimeout(WorkerLostError):
    """The worker did not answer in time and was killed."""


class NotLoadedError(SchemaError):
    """The worker does not hold the schema that the request is about."""


class WorkerProcess:
    """A worker that is started when first asked, and again after it died.  Thread-safe; calls block."""

    def __init__(
        self, kind: str, arguments: Sequence[str] = (), *, environment: Mapping[str, str] | None = None
    ) -> None:
        self.kind = kind
        self._arguments = list(arguments)
        self._environment = dict(os.environ if environment is None else environment)
        self._turn = threading.Condition()
        self._busy = False
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        """The last lines that workers wrote on stderr."""
        self.starts = 0
        """How often a process was started."""

    def ask(
        self,
        header: Mapping[str, Any],
        parts: Sequence[bytes] = (),
        *,
        deadline: float,
        cancel: CancelToken | None = None,
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request and wait for its reply, `deadline` seconds from when it is its turn.

        Raises Cancelled; WorkerLostError (deadline, crash); NotLoadedError; SchemaError as the worker says.
        """
        with self._my_turn(cancel):
            process = self._running(cancel)
            reply, out = self._exchange(process, header, parts, deadline, cancel)
        if reply.get("ok"):
            return reply, out
        if reply.get("reason") == "not-loaded":
            raise NotLoadedError(str(reply.get("error")))
        raise SchemaError(str(reply.get("error")), advice=str(reply.get("advice", "")))

    def warm(self) -> None:
        """Have the process started soon, by a thread of its own; whatever fails is told to who asks next."""
        if self.pid is None and not self._closed:
            threading.Thread(target=self._warm, name="yang-warm", daemon=True).start()

    def _warm(self) -> None:
        with contextlib.suppress(SchemaError, Cancelled):
            self.ask({"do": "ping"}, deadline=START_DEADLINE)

    def close(self) -> None:
        """End the process; requests that wait fail."""
        with self._turn:
            self._closed = True
            process = self._process
            self._turn.notify_all()
        if process is not None:
            _kill(process)
        with self._turn:
            self._turn.wait_for(lambda: not self._busy)
            self._forget()

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, if there is one."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @contextlib.contextmanager
    def _my_turn(self, cancel: CancelToken | None) -> Iterator[None]:
        def wake() -> None:
            with self._turn:
                self._turn.notify_all()

        remove = cancel.on_cancel(wake) if cancel is not None else None
        try:
            with self._turn:
                self._turn.wait_for(lambda: not self._busy or self._closed or (cancel is not None and cancel.cancelled))
                if cancel is not None:
                    cancel.check()
                if self._closed:
                    raise SchemaError("The YANG engine is closed.")
                self._busy = True
        finally:
            if remove is not None:
                remove()
        try:
            yield
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()

    def _running(self, cancel: CancelToken | None) -> subprocess.Popen[bytes]:
        process = self._process
        if process is not None and process.poll() is None:
            return process
        self._forget()
        try:
            process = subprocess.Popen(
                [*_command(), "--engine", self.kind, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_with_program(self._environment),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise SchemaError(f"The YANG engine cannot be started: {error}.") from error
        self.starts += 1
        with self._turn:
            self._process = process
            closed = self._closed
        if closed:
            _kill(process)
        self._reader = threading.Thread(target=self._read_log, args=(process.stderr,), name="yang-log", daemon=True)
        self._reader.start()
        greeting, _ = self._exchange(process, None, (), START_DEADLINE, cancel)
        if not greeting.get("ok"):
            self._forget()
            raise SchemaError(str(greeting.get("error")), advice=str(greeting.get("advice", "")))
        return process

    def _exchange(
        self,
        process: subprocess.Popen[bytes],
        header: Mapping[str, Any] | None,
        parts: Sequence[bytes],
        deadline: float,
        cancel: CancelToken | None,
    ) -> tuple[dict[str, Any], list[bytes]]:
        """One request and its reply (no request: wait for the greeting)."""
        watch = _Watch(process, deadline, cancel)
        stdin, stdout = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        try:
            with watch:
                if header is not None:
                    write_frame(stdin, header, parts)
                frame = read_frame(stdout)
        except (OSError, ValueError, FrameError) as error:
            raise self._lost(process, watch, str(error)) from error
        except BaseException:
            # interrupted half way: the next request would be given the answer to this one
            _kill(process)
            raise
        if frame is None:
            raise self._lost(process, watch, "")
        return frame

    def _lost(self, process: subprocess.Popen[bytes], watch: _Watch, detail: str) -> Exception:
        """What to raise after the worker went away; whatever of it is left is ended."""
        if not (watch.cancelled or watch.expired):
            # its pipe closes a moment before its exit status is there
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)
        _kill(process)
        if watch.cancelled:
            return Cancelled()
        advice = "The document is untouched. Try again; the engine has been started anew."
        if watch.expired:
            return EngineTimeout(
                f"The YANG engine did not answer within {watch.seconds:g} s and was stopped.", advice=advice
            )
        if self._closed:
            return SchemaError("The YANG engine is closed.")
        how = _how_it_ended(process.returncode)
        tail = f" ({detail})" if detail and not how else ""
        return WorkerLostError(f"The YANG engine crashed{how}{tail}.", advice=advice)

    def _read_log(self, stream: IO[bytes] | None) -> None:
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                for line in stream:
                    self.log.append(line.decode("utf-8", "replace").rstrip()[:500])

    def _forget(self) -> None:
        """Collect what an ended process leaves: exit status, pipes, thread."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        if self._reader is not None:
            self._reader.join(5)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class _Watch:
    """Kills a process when a time is over or a token is cancelled, while a block runs."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, cancel: CancelToken | None) -> None:
        self.seconds = seconds
        self.expired = False
        self.cancelled = False
        self._process = process
        self._cancel = cancel
        self._remove: Callable[[], None] | None = None
        self._timer = threading.Timer(seconds, self._time_is_over)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()
        if self._cancel is not None:
            self._remove = self._cancel.on_cancel(self._on_cancel)

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        if self._remove is not None:
            self._remove()

    def _time_is_over(self) -> None:
        self.expired = True
        self._process.kill()

    def _on_cancel(self) -> None:
        self.cancelled = True
        self._process.kill()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if process.poll() is None:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)


def _how_it_ended(code: int | None) -> str:
    if code is None or code == 0:
        return ""
    if code < 0:
        with contextlib.suppress(ValueError):
            return f" with {signal.Signals(-code).name}"
    return f" with exit status {code & 0xFFFFFFFF:#x}" if code > 255 else f" with exit status {code}"


def _with_program(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which a child finds this very program, wherever it was started from, and gets memory fast."""
    if sys.platform == "linux":
        environment = {"GLIBC_TUNABLES": ALLOCATION, **environment}
    root = str(Path(netconf_gui.__file__).parents[1])
    paths = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    return environment if root in paths else {**environment, "PYTHONPATH": os.pathsep.join([*paths, root])}


def _command() -> list[str]:
    """How to start this program again: the interpreter, or in a frozen program the console program beside it."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "netconf_gui"]
    here = Path(sys.executable)
    console = here.with_name(f"netconf-gui-cli{here.suffix}")
    return [str(console if console.exists() else here)]
