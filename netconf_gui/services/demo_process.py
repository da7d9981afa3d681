"""The demo device as a child process: started with a random password, ended with its stdin.

Lives here: starting it, reading its ready line, stopping it.  Does not live here: the device (`demo`).  The child ends
when its stdin is closed, so also when this program dies.  Its host key is made once and kept; the person is still
asked about it like about any unknown key.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConnectFailed
from netconf_gui.workspace.files import private_folder
from netconf_gui.workspace.locations import DEMO_HOST_KEY

START_DEADLINE = 60.0  # seconds; the first start compiles the device's modules
STOP_DEADLINE = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class DemoInfo:
    """How to reach the demo device; its password is never shown."""

    host: str
    port: int
    username: str
    fingerprint: str
    url: str
    password: str = field(repr=False)


def program() -> list[str]:
    """How to start this program again: the interpreter, or in a frozen program the console program beside it."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "netconf_gui"]
    here = Path(sys.executable)
    console = here.with_name(f"netconf-gui-cli{here.suffix}")
    return [str(console if console.exists() else here)]


class DemoProcess:
    """One demo device; `start` and `stop` may be called from any thread, one at a time.

    `folder` keeps its host key (`Locations.demo_folder`); `arguments` are further options of `demo-device`.
    """

    def __init__(self, folder: Path, arguments: Sequence[str] = ()) -> None:
        self._folder = folder
        self._arguments = tuple(arguments)
        self._process: subprocess.Popen[str] | None = None
        self.info: DemoInfo | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, cancel: CancelToken | None = None) -> DemoInfo:
        """Start it (once: a running one is kept) and wait until it can be connected to.

        Raises `ConnectFailed`, `Cancelled`, `WorkspaceError`; then no process is left behind.
        """
        if self.running and self.info is not None:
            return self.info
        private_folder(self._folder)
        password = secrets.token_urlsafe(24)
        command = [*program(), "--demo-device", "--json", "--until-eof", "--password-stdin"]
        command += ["--host-key", str(self._folder / DEMO_HOST_KEY), *self._arguments]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process = process
        try:
            self.info = self._greet(process, password, cancel)
        except BaseException:
            self.stop()
            raise
        return self.info

    def stop(self) -> None:
        """End it: its stdin is closed; what does not end within the deadline is killed."""
        process, self._process, self.info = self._process, None, None
        if process is None:
            return
        try:
            if process.stdin is not None:
                process.stdin.close()
        except OSError:
            pass
        try:
            process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    def _greet(self, process: subprocess.Popen[str], password: str, cancel: CancelToken | None) -> DemoInfo:
        assert process.stdin is not None
        assert process.stdout is not None
        # killing the child is what ends a read that would wait for ever
        remove = cancel.on_cancel(process.kill) if cancel is not None else None
        timer = threading.Timer(START_DEADLINE, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(f"{password}\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
            if remove is not None:
                remove()
        if cancel is not None:
            cancel.check()
        if not line.strip():
            raise self._failed(process)
        facts = json.loads(line)
        threading.Thread(target=_drain, args=(process,), name="demo stderr", daemon=True).start()
        return DemoInfo(
            host=str(facts["host"]),
            port=int(facts["port"]),
            username=str(facts["user"]),
            fingerprint=str(facts["fingerprint"]),
            url=str(facts["url"]),
            password=password,
        )

    def _failed(self, process: subprocess.Popen[str]) -> ConnectFailed:
        process.kill()
        said = process.stderr.read().strip() if process.stderr is not None else ""
        last = said.splitlines()[-1] if said else "It ended without a word."
        return ConnectFailed(f"The demo device did not start: {last}", advice="Try again.")


def _drain(process: subprocess.Popen[str]) -> None:
    """Read what the device writes to stderr, so that it never waits for a full pipe."""
    try:
        while process.stderr is not None and process.stderr.read(4096):
            pass
    except (OSError, ValueError):  # closed by stop()
        return
