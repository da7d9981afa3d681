"""The system's ssh as a child process: started without a shell, listened to, ended for certain.

Lives here: the process, its pipes and what it says on its error channel.  Does not live here: what that means
(`openssh_words`), the stream made of it (`openssh`).

The child is the leader of a session of its own: no terminal on which it could ask, and what it started (a
`ProxyCommand`) ends with it.  Should this program end without a word, its pipes close and ssh ends by itself.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import IO, cast

from netconf_gui.errors import ConnectFailed
from netconf_gui.transport.attempt import NOT_CONNECTED
from netconf_gui.transport.openssh_command import WINDOWS
from netconf_gui.transport.stream import READ_SIZE

PATIENCE = 2.0  # seconds that ssh has to end when it is told to
KEPT_LINES = 60
LONGEST_LINE = 2000


class Child:
    """A running ssh; `on_line` is called with each line of its error channel, `on_end` once, on threads of its own."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        on_line: Callable[[str], None],
        on_end: Callable[[], None],
    ) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._on_line, self._on_end = on_line, on_end
        self._reading, self._writing, self._ending = threading.Lock(), threading.Lock(), threading.Lock()
        self._ahead = b""  # read already, to see whether there is something
        self._told_to_end = False
        self.gone = threading.Event()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env={**os.environ, **environment},
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise ConnectFailed(
                f"{command[0]} cannot be started: {error.strerror or error}.", state=NOT_CONNECTED
            ) from error
        self._stdin, self._stdout, self._stderr = (
            cast("IO[bytes]", pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        if not WINDOWS:
            os.set_blocking(self._stdin.fileno(), False)
        name = f"ssh {self._process.pid}"
        self._listening = threading.Thread(target=self._listen, name=f"{name} says", daemon=True)
        self._listening.start()
        threading.Thread(target=self._watch, name=f"{name} lives", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._process.returncode

    def read(self, size: int) -> bytes:
        """What it hands over next; b"" at the end."""
        with self._reading:
            if self._ahead:
                data, self._ahead = self._ahead, b""
                return data
            try:
                return self._stdout.read(size) if not self._stdout.closed else b""
            except OSError:
                return b""

    def says_something(self, seconds: float) -> bool:
        """False if it ends within that time without a word; where pipes cannot be waited for, that is not found out."""
        if WINDOWS:
            return True
        with self._reading:
            if self._stdout.closed:
                return False
            if not select.select([self._stdout], [], [], seconds)[0]:
                return True
            self._ahead = self._stdout.read(READ_SIZE)
            return bool(self._ahead)

    def write(self, data: bytes, timeout: float) -> None:
        """Hand it over whole; raises `TimeoutError` after so many seconds without progress, `OSError` at the end."""
        view = memoryview(data)
        with self._writing:
            while view:
                if self._stdin.closed:
                    raise BrokenPipeError
                sent = self._stdin.write(view)
                if sent is None:
                    if not select.select([], [self._stdin], [], timeout)[1]:
                        raise TimeoutError
                    continue
                view = view[sent:]

    def end(self) -> None:
        """Tell it to end, and see to it that it does; any thread, any number of times, returns at once."""
        with self._ending:
            if self._told_to_end or self.gone.is_set():
                return
            self._told_to_end = True
        self._signal(signal.SIGTERM)
        threading.Thread(target=self._insist, name=f"ssh {self.pid} ends", daemon=True).start()

    # ---- its own threads

    def _insist(self) -> None:
        if not self.gone.wait(PATIENCE):
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def _signal(self, number: int) -> None:
        try:
            if WINDOWS:
                self._process.terminate()
            elif self._process.returncode is None:
                os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # it was faster

    def _listen(self) -> None:
        """Line by line; one that is too long is cut."""
        rest = b""
        while True:
            try:
                piece = self._stderr.read(4096)
            except (OSError, ValueError):
                return
            if not piece:
                break
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._heard(line)
            rest = rest[:LONGEST_LINE]
        if rest:
            self._heard(rest)

    def _heard(self, line: bytes) -> None:
        text = line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r")
        self.lines.append(text)
        self._on_line(text)

    def _watch(self) -> None:
        """Until it has ended: its last words first, then its pipes are closed."""
        if hasattr(os, "waitid"):
            # while its process id cannot be anybody else's: what it started may not stay either
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        self._process.wait()
        self._listening.join(PATIENCE)
        self.gone.set()
        self._on_end()
        with self._writing:
            _close(self._stdin)
        with self._reading:
            _close(self._stdout)
        _close(self._stderr)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        pass  # what was not taken goes nowhere
