"""What the fault matrix is played on: a demo device, a network that can be cut, a clock that can be put forward.

Lives here: the pieces and how they look from outside (what the device holds, what is left behind on it).  Does not live
here: which faults there are (`matrix`), the applies (`matrix_run`).
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from netconf_gui.config.codec import write
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Action, Fault, Faults, Strike
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.session.session import Session
from netconf_gui.workspace import inventory
from netconf_gui.workspace.credentials import CredentialStore
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.services.conftest import PASSWORD, MemoryKeyring, Person, eventually

_LINGER = struct.pack("ii", 1, 0)  # a close that is a reset
LONGEST = 90.0  # seconds for which something that must happen is waited for
_GHOST = 0.3  # seconds for which a device does not know that the network is back


class JumpClock:
    """The machine's clock, which can be put forward; a `demo.clock.Clock`."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._alarms: dict[int, tuple[float, Callable[[], None], threading.Timer]] = {}

    def now(self) -> float:
        return time.time() + self._ahead

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        number = next(self._numbers)
        timer = threading.Timer(max(0.0, seconds), lambda: self._ring(number))
        timer.daemon = True
        with self._lock:
            self._alarms[number] = (self.now() + seconds, callback, timer)
        timer.start()
        return lambda: self._take(number)

    def jump(self, seconds: float) -> None:
        """So much time has passed: what was to happen meanwhile happens now."""
        self._ahead += seconds
        with self._lock:
            due = [number for number, (at, _, _) in self._alarms.items() if at <= self.now()]
        for number in due:
            self._ring(number)

    def _take(self, number: int) -> None:
        with self._lock:
            found = self._alarms.pop(number, None)
        if found is not None:
            found[2].cancel()

    def _ring(self, number: int) -> None:
        with self._lock:
            found = self._alarms.pop(number, None)
        if found is not None:
            found[2].cancel()
            found[1]()


class Network:
    """The way to a device: a relay on a port of its own that can be cut, and lets nobody through while it is down."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._down = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._ghosts: list[socket.socket] = []
        self._timers: list[threading.Timer] = []
        threading.Thread(target=self._accept, name="matrix-network", daemon=True).start()

    def go_down(self) -> None:
        """Nobody gets through any more; who is connected stays."""
        with self._lock:
            self._down = True

    def cut(self, *, silently: bool = False) -> None:
        """Reset all connections; `silently`: only the program learns of it."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
            self._ghosts += [far for _, far in pairs] if silently else []
        for near, far in pairs:
            _reset(near)
            if not silently:
                _reset(far)

    def back_after(self, seconds: float) -> None:
        """Up again later; then the device learns of what was cut silently."""
        self._later(seconds, self._back)
        self._later(seconds + _GHOST, self.end_ghosts)

    def end_ghosts(self) -> None:
        """The device learns that sessions are gone."""
        with self._lock:
            ghosts, self._ghosts = self._ghosts, []
        for one in ghosts:
            _reset(one)

    def _back(self) -> None:
        with self._lock:
            self._down = False

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, what)
        timer.daemon = True
        timer.start()
        self._timers.append(timer)

    def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self.go_down()
        self.cut()
        self.end_ghosts()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                down = self._down
            if down:
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _reset(near)
                continue
            with self._lock:
                self._pairs.append((near, far))
            for one, other in ((near, far), (far, near)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_pump, args=(one, other), name="matrix-network", daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _reset(one: socket.socket) -> None:
    """End a connection as a lost one ends; wakes who reads from it."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RD)
    one.close()


class Watched(Faults):
    """A script of faults that tells when it struck, and counts what it is asked.

    `hit`: a request has been struck; `done`: and one that gets no answer has been carried out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hit = threading.Event()
        self.done = threading.Event()
        self.requests = 0

    def take(self, operation: str) -> Strike:
        strike = super().take(operation)
        if operation != "hello":
            self.requests += 1
        if not strike:
            return strike
        self.hit.set()
        return _Told(self.struck[-1], self.done)

    def once_done(self, what: Callable[[], None]) -> None:
        """Do something when a request that gets no answer has been carried out."""

        def wait() -> None:
            if self.done.wait(LONGEST):
                what()

        self.done.clear()
        threading.Thread(target=wait, name="matrix-fault", daemon=True).start()


class _Told(Strike):
    def __init__(self, fault: Fault, done: threading.Event) -> None:
        super().__init__([fault])
        self._done = done

    def get(self, action: Action, when: str | None = None) -> Fault | None:
        found = super().get(action, when)
        if found is not None and action is Action.NEVER_REPLY and when == "after":
            self._done.set()
        return found


class Lab:
    """One demo device behind one network, and the program's own files."""

    def __init__(self, model: Model, key: Path, home: Path, *, patience: float, pause: float) -> None:
        self.patience = patience
        self.clock = JumpClock()
        self.device = Device(model, clock=self.clock)
        self.faults = Watched()
        self.server = DemoServer(self.device, host_key=key, password=PASSWORD, faults=self.faults).start()
        self.network = Network(self.server.port)
        self.home = home
        self.workspace = replace(Workspace.open(Locations.under(home)), credentials=CredentialStore(MemoryKeyring()))
        self.sessions: list[Session] = []
        store = self.workspace.settings_store
        store.save(
            replace(
                store.settings,
                connection=replace(store.settings.connection, rpc_timeout=patience, hello_timeout=10.0),
                apply=replace(store.settings.apply, reconnect_pause=pause, commit_timeout=patience),
            )
        )
        self.before, self.before_startup = self.read("running"), self.read("startup")

    @property
    def url(self) -> str:
        return f"ssh://demo@127.0.0.1:{self.network.port}"

    def connect(self) -> Session:
        entry = inventory.Device("box1", "box", "127.0.0.1", self.network.port, "demo", use_agent=False)
        options = ConnectOptions(password=PASSWORD, accept_host_keys=(self.server.host_key_fingerprint,))
        session = connect(entry, Person(), self.workspace, options=options)
        self.sessions.append(session)
        return session

    def read(self, datastore: str) -> bytes:
        """What a datastore holds, read inside the device."""
        with self.device.lock:
            return write(self.device.datastores.read(datastore), pretty=False)

    def left_behind(self) -> list[str]:
        """What an apply must not leave on the device."""
        with self.device.lock:
            held = [f"lock on {name}" for name in self.device.datastores.names if self.device.locks.holder(name)]
            held += ["edits in candidate"] if self.device.datastores.candidate_modified else []
            return held + (["a commit to be confirmed"] if self.device.commits.pending_session is not None else [])

    def in_order(self) -> bool:
        """Whether nothing is left behind, once the device has seen sessions end."""
        return eventually(lambda: not self.left_behind())

    def everybody_leaves(self) -> None:
        """All sessions end, and the device knows."""
        for session in self.sessions:
            session.abort()
        self.network.cut()
        self.network.end_ghosts()
        assert eventually(lambda: not list(self.device.sessions)), "the device keeps sessions that have ended"

    def close(self) -> None:
        for session in self.sessions:
            session.abort()
        self.faults.done.set()
        self.network.close()
        self.server.stop()
