"""Call home (RFC 8071): listen, find out who calls, hand known devices over, keep unknown ones waiting for a person.

Lives here: `CallHome`, its callers as people see them, and its limits: whoever calls often, or is many, is turned away.
Nothing but greetings is sent to anybody who is not known.  Does not live here: recognising (`recognition`), sessions
(`connect`), meeting a caller (`transport.callhome`).
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, HostKey, PeerCertificate
from netconf_gui.services import expecting
from netconf_gui.services.caller_identities import Identities
from netconf_gui.services.recognition import Match, Recognition
from netconf_gui.transport import callhome as transport
from netconf_gui.transport.callhome import Caller, Door, Listener, PlainCaller, SshCaller, TlsCaller
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.refused_callers import RefusedCaller
from netconf_gui.workspace.settings import CallHomeSettings
from netconf_gui.workspace.workspace import Workspace

MOST_GREETING = 8  # callers met at a time
MOST_FROM_ONE = 3  # of these, from one address
MOST_CALLS, IN_SECONDS = 20, 10.0  # from one address
MOST_ADDRESSES = 1000  # whose calls are counted
STOP_SECONDS = 2.0
MOST_SHOWN = 200  # callers listed


class CallState(StrEnum):
    """What became of a call."""

    WAITING = "waiting"  # unknown; held for a person
    GONE = "gone"  # unknown; hung up, and will call again
    KNOWN = "known"  # a device; handed over
    REFUSED = "refused"
    FAILED = "failed"  # it was not found out who called


@dataclass(frozen=True, slots=True)
class Call:
    """A caller as people see it; who calls again is the same call, with a higher `count`."""

    number: int
    way: str  # "ssh" or "tls"
    host: str
    port: int
    at: float  # time.time() of its last call
    state: CallState
    text: str = ""  # what is to be known of it, in sentences
    count: int = 1
    device_id: str = ""
    device_name: str = ""
    key: HostKey | None = None
    certificate: PeerCertificate | None = None

    @property
    def fingerprint(self) -> str:
        if self.certificate is not None:
            return self.certificate.fingerprint
        return self.key.fingerprint if self.key is not None else ""

    @property
    def who(self) -> str:
        """What it calls itself, in a few words."""
        if self.certificate is not None:
            return self.certificate.subject
        return self.key.key_type if self.key is not None else ""


@dataclass(eq=False)
class _Entry:
    call: Call
    caller: Caller | None = None  # held


OnReady = Callable[[Call, Device, Caller], None]


class CallHome:
    """Waits for devices; all methods are thread-safe, `start`, `accept` and `stop` may block for a moment.

    Who waits for a device's call (`expecting`) gets it; `on_ready(call, device, caller)` gets the others, on another
    thread: it connects over the caller (`services.connect.connect(caller=)`) or closes it.  `on_change()` follows every
    change, on whatever thread.
    """

    def __init__(
        self,
        workspace: Workspace,
        on_ready: OnReady,
        on_change: Callable[[], None] = lambda: None,
        *,
        recognition: Recognition | None = None,
        keep_unknown: bool = True,
    ) -> None:
        """`keep_unknown`: who is not known waits for `accept` or `reject`; else it is refused at once."""
        self._workspace = workspace
        self._on_ready = on_ready
        self._on_change = on_change
        self._recognition = recognition or Recognition(workspace)
        self._keep_unknown = keep_unknown
        self.identities = Identities(workspace, self._recognition)
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._entries: dict[tuple[str, ...], _Entry] = {}
        self._numbers = 0
        self._greeting: dict[str, int] = {}
        self._recent: dict[str, deque[float]] = {}
        self._turned_away = 0
        self._threads: set[threading.Thread] = set()  # of callers that are being met
        self._cancel = CancelToken()

    # ---- what people see

    @property
    def ports(self) -> dict[str, int]:
        """Where it listens, by "ssh" and "tls"; empty when it does not."""
        listener = self._listener
        return listener.ports if listener is not None else {}

    @property
    def families(self) -> tuple[str, ...]:
        listener = self._listener
        return listener.families if listener is not None else ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """The callers, the latest first."""
        with self._lock:
            found = [entry.call for entry in self._entries.values()]
        return tuple(sorted(found, key=lambda call: (call.at, call.number), reverse=True))

    @property
    def waiting(self) -> int:
        """Unknown callers that are held."""
        with self._lock:
            return sum(entry.call.state is CallState.WAITING for entry in self._entries.values())

    @property
    def turned_away(self) -> int:
        """Calls that were ended at once because there were too many."""
        with self._lock:
            return self._turned_away

    # ---- listening

    def start(self, settings: CallHomeSettings | None = None, *, any_port: bool = False) -> None:
        """Listen as the settings say; raises `ConnectFailed`.  `any_port`: whatever is free, for tests and commands."""
        wanted = settings or self._workspace.settings.call_home
        doors = [
            Door(way, 0 if any_port else port, wanted.address)
            for way, port, on in (("ssh", wanted.ssh_port, wanted.ssh), ("tls", wanted.tls_port, wanted.tls))
            if on
        ]
        self.stop()
        self._cancel = CancelToken()
        self._listener = Listener(doors, self._called)
        for way in self._listener.ports:
            expecting.listen(way, True)
        self._on_change()

    def stop(self) -> None:
        """Listen no more, and hang up on all who wait."""
        listener, self._listener = self._listener, None
        if listener is not None:
            for way in listener.ports:
                expecting.listen(way, False)
            listener.close()
        self._cancel.cancel()
        with self._lock:
            held = [entry for entry in self._entries.values() if entry.caller is not None]
            threads = tuple(self._threads)
            for entry in held:
                entry.call = replace(entry.call, state=CallState.GONE, text="Nobody decided before waiting was ended.")
            callers = [entry.caller for entry in held]
            for entry in held:
                entry.caller = None
        for caller in callers:
            if caller is not None:
                caller.close()
        end = time.monotonic() + STOP_SECONDS
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))
        self._on_change()

    # ---- deciding

    def accept(self, number: int, device: Device) -> Device:
        """Know an unknown caller as that device from now on, and connect it if it is still there.

        The device, new or known, is put into the inventory.  Raises `WorkspaceError`, `ConnectFailed` (files).
        """
        entry = self._entry(number)
        stored = self._workspace.inventory.put(replace(device, call_home=True))
        with self._lock:
            caller, entry.caller = entry.caller, None
            key, certificate = entry.call.key, entry.call.certificate
        if key is not None:
            self._recognition.remember_key(stored, key)
        elif certificate is not None:
            stored = self._recognition.remember_certificate(stored, certificate.fingerprint)
        if caller is None:
            self._say(entry, CallState.KNOWN, f"It is {stored.name}, and is connected when it calls again.", stored)
        else:
            self._hand_over(entry, stored, caller)
        return stored

    def reject(self, number: int, *, remember: bool = False) -> None:
        """Hang up; with `remember` it is turned away from now on as well.  Raises `WorkspaceError`."""
        entry = self._entry(number)
        call = entry.call
        text = "You refused it. If it calls again, you are asked again."
        if remember and call.fingerprint:
            since = time.strftime("%Y-%m-%d", time.localtime())
            self._workspace.refused_callers.add(RefusedCaller(call.way, call.fingerprint, call.host, since))
            text = "You refused it for good."
        with self._lock:
            caller, entry.caller = entry.caller, None
        if caller is not None:
            caller.close()
        self._say(entry, CallState.REFUSED, text)

    def told(self, number: int, text: str, *, failed: bool = False) -> None:
        """What became of a known device that was handed over."""
        with self._lock:
            entry = next((one for one in self._entries.values() if one.call.number == number), None)
        if entry is not None:
            self._say(entry, CallState.FAILED if failed else CallState.KNOWN, text)

    def forget(self) -> None:
        """Drop the callers that are not held from the list."""
        with self._lock:
            self._entries = {key: entry for key, entry in self._entries.items() if entry.caller is not None}
            self._turned_away = 0
        self._on_change()

    def _entry(self, number: int) -> _Entry:
        with self._lock:
            found = next((entry for entry in self._entries.values() if entry.call.number == number), None)
        if found is None:
            raise AppError("This caller is not listed any more.", advice="Wait until it calls again.")
        return found

    # ---- a call

    def _called(self, door: Door, sock: socket.socket, host: str, port: int) -> None:
        """On the listening thread: let it in to be met, or turn it away."""
        if not self._let_in(host):
            sock.close()
            self._on_change()
            return
        thread = threading.Thread(target=self._meet, args=(door, sock, host, port), name=f"caller {host}", daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _let_in(self, host: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if len(self._recent) > MOST_ADDRESSES:
                self._recent = {one: times for one, times in self._recent.items() if now - times[-1] < IN_SECONDS}
            times = self._recent.setdefault(_block(host), deque(maxlen=MOST_CALLS))
            too_often = len(times) == MOST_CALLS and now - times[0] < IN_SECONDS
            too_many = sum(self._greeting.values()) >= MOST_GREETING or self._greeting.get(host, 0) >= MOST_FROM_ONE
            if too_often or too_many:
                self._turned_away += 1
                return False
            times.append(now)
            self._greeting[host] = self._greeting.get(host, 0) + 1
            return True

    def _meet(self, door: Door, sock: socket.socket, host: str, port: int) -> None:
        """On a thread of the call's own: until it is handed over, refused or gone."""
        try:
            with self._greeted(host):
                try:
                    caller = self._find_out(door, sock, host, port)
                    match = self._recognition.recognise(caller)
                except Cancelled:
                    return
                except AppError as error:
                    sock.close()
                    self._record(door.way, host, port, CallState.FAILED, error.message, key=(door.way, host, "failed"))
                    return
                entry = self._decide(caller, match)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
        if entry is not None:
            self._hold(entry, caller)

    @contextmanager
    def _greeted(self, host: str) -> Iterator[None]:
        try:
            yield
        finally:
            with self._lock:
                self._greeting[host] -= 1
                if not self._greeting[host]:
                    del self._greeting[host]

    def _find_out(self, door: Door, sock: socket.socket, host: str, port: int) -> Caller:
        seconds = self._workspace.settings.connection.connect_timeout
        if door.way == "tls":
            return transport.meet_tls(sock, host, port, seconds, self.identities.for_host(host), self._cancel)
        if any(_by_system(device) and device.host == host for device in self._recognition.devices("ssh")):
            return PlainCaller(host, port, sock)
        return transport.meet_ssh(sock, host, port, seconds, self._recognition.algorithms(host), self._cancel)

    def _decide(self, caller: Caller, match: Match) -> _Entry | None:
        """Hand over, refuse, or (then the entry is returned) keep waiting."""
        if isinstance(caller, PlainCaller):
            device = next(
                one for one in self._recognition.devices("ssh") if _by_system(one) and one.host == caller.host
            )
            entry = self._record(
                "ssh", caller.host, caller.port, CallState.KNOWN, "", key=("ssh", caller.host, "plain")
            )
            self._hand_over(entry, device, caller)
            return None
        key = (caller.way, caller.fingerprint)
        text = " ".join(match.notes)
        if match.revoked or self._workspace.refused_callers.holds(caller.way, caller.fingerprint):
            caller.close()
            text = text or "You refused it for good."
            self._record(caller.way, caller.host, caller.port, CallState.REFUSED, text, key=key, caller=caller)
            return None
        if match.device is not None:
            entry = self._record(caller.way, caller.host, caller.port, CallState.KNOWN, "", key=key, caller=caller)
            self._hand_over(entry, match.device, caller)
            return None
        if not self._keep_unknown:
            caller.close()
            self._record(caller.way, caller.host, caller.port, CallState.REFUSED, text, key=key, caller=caller)
            return None
        with self._lock:
            held = sum(entry.caller is not None for one, entry in self._entries.items() if one != key)
            full = held >= self._workspace.settings.call_home.waiting
            self._turned_away += full
        if full:
            caller.close()
            self._on_change()
            return None
        text = f"Nobody known here. {text}".strip()
        entry = self._record(caller.way, caller.host, caller.port, CallState.WAITING, text, key=key, caller=caller)
        with self._lock:
            before, entry.caller = entry.caller, caller
        if before is not None:
            before.close()  # it calls again: the old connection is dead to it
        self._on_change()
        return entry

    def _hold(self, entry: _Entry, caller: Caller) -> None:
        """Until somebody decided, or the caller hangs up."""
        caller.wait_for_end()
        with self._lock:
            mine = entry.caller is caller
            if mine:
                entry.caller = None
        if mine:
            caller.close()
            self._say(entry, CallState.GONE, "It hung up while it waited. Devices call again by themselves.")

    def _hand_over(self, entry: _Entry, device: Device, caller: Caller) -> None:
        if isinstance(caller, TlsCaller) and not self.identities.fits(device, caller):
            caller.close()
            text = self.identities.prepare(device, caller.host)
            self._say(entry, CallState.KNOWN, text, device)
            return
        self._say(entry, CallState.KNOWN, f"It is {device.name}.", device)
        if not expecting.give(device, caller):
            self._on_ready(entry.call, device, caller)

    # ---- the list

    def _record(
        self,
        way: str,
        host: str,
        port: int,
        state: CallState,
        text: str,
        *,
        key: tuple[str, ...],
        caller: Caller | None = None,
    ) -> _Entry:
        """The entry of a caller, new or called again."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._numbers += 1
                entry = self._entries[key] = _Entry(Call(self._numbers, way, host, port, time.time(), state))
                self._prune()
                count = 1
            else:
                count = entry.call.count + 1
            entry.call = replace(
                entry.call,
                host=host,
                port=port,
                at=time.time(),
                state=state,
                text=text,
                count=count,
                key=caller.key if isinstance(caller, SshCaller) else entry.call.key,
                certificate=caller.certificate if isinstance(caller, TlsCaller) else entry.call.certificate,
            )
        self._on_change()
        return entry

    def _prune(self) -> None:
        """Keep the list short (the lock is held); those who wait stay."""
        over = len(self._entries) - MOST_SHOWN
        if over > 0:
            old = sorted(
                (key for key, entry in self._entries.items() if entry.caller is None),
                key=lambda key: self._entries[key].call.at,
            )
            for key in old[:over]:
                del self._entries[key]

    def _say(self, entry: _Entry, state: CallState, text: str, device: Device | None = None) -> None:
        with self._lock:
            entry.call = replace(entry.call, state=state, text=text)
            if device is not None:
                entry.call = replace(entry.call, device_id=device.id, device_name=device.name)
        self._on_change()


def _by_system(device: Device) -> bool:
    """Whether the system's ssh is needed for a device: then it is known by where it calls from until that looked."""
    return device.transport == "openssh" or device.old_algorithms


def _block(host: str) -> str:
    """Whose calls are counted together: an IPv4 address, or the half of an IPv6 address that is one network's."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
