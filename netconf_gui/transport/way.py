"""The way to a device: through proxies and jump hosts, several in a row and mixed, to a connected pipe.

Lives here: opening each part of the way through the one before, host keys of jump hosts judged and asked about, and a
socket for those who need a real one (TLS, the system's ssh).  Does not live here: which parts there are (`route`), what
proxies want to hear (`proxy`), the device's own subsystem (`ssh`).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import paramiko

from netconf_gui.errors import AuthenticationFailed, ConnectFailed, HostKey, HostKeyChanged, HostKeyUnknown
from netconf_gui.transport import proxy as proxies
from netconf_gui.transport.addresses import address_text
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.auth import ATTEMPTS, Authenticator, HostKeyDecider, SecretSource
from netconf_gui.transport.buffers import shut
from netconf_gui.transport.hostkeys import KnownHosts, Verdict
from netconf_gui.transport.link import MAX_PACKET, Link
from netconf_gui.transport.proxy import Proxy, ProxyCredentialsError
from netconf_gui.transport.route import Hop, Route, SshTarget, find_way
from netconf_gui.transport.sockets import open_socket
from netconf_gui.transport.sshconfig import SshConfig

Pipe = socket.socket | paramiko.Channel
Opener = Callable[[str, int], Pipe]

PIECE = 65536  # octets


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds.  `connect` is for each of: TCP, negotiation, the subsystem; `auth` is without the time people need."""

    connect: float = 10.0
    auth: float = 30.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """`keepalive` in seconds, 0 for none; `window_size` in octets that a server may send before we take them;
    `write_timeout`: seconds for which a server may take nothing of what is sent, then the connection is given up."""

    keepalive: float = 30.0
    window_size: int = 64 * 1024 * 1024
    write_timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Means:
    """What every part of the way is opened with."""

    decider: HostKeyDecider
    secrets: SecretSource
    known_hosts: KnownHosts
    timeouts: Timeouts
    tuning: Tuning


def open_way(attempt: Attempt, target: SshTarget, means: Means, config: SshConfig | None = None) -> socket.socket:
    """A socket connected to the target's host and port, on the attempt's thread; the attempt keeps all that was opened.

    Goes through the target's proxies and jump hosts; `config` is looked up for the jump hosts alone.  Raises as
    `ssh.connect`.
    """
    walker = Walker(attempt, means)
    pipe = walker.reach(find_way(target, config))
    return pipe if isinstance(pipe, socket.socket) else bridge(pipe, attempt)


class Walker:
    """Goes a route, on the attempt's thread; what it opens is closed with the attempt."""

    def __init__(self, attempt: Attempt, means: Means) -> None:
        self._attempt = attempt
        self._means = means

    def reach(self, route: Route) -> Pipe:
        """A pipe to the last host of the route, through all before it; raises `ConnectFailed` and what links raise."""
        opener: Opener = lambda host, port: open_socket(host, port, self._attempt)  # noqa: E731
        for step in route.steps[:-1]:
            if isinstance(step, Proxy):
                opener = partial(self._by_proxy, step, opener)
            else:
                link = self.link(
                    step, self._open(opener, step), self._means.known_hosts.reading(route.known_hosts_files)
                )
                opener = partial(self._tunnel, self.sign_in(link, step))
        return self._open(opener, route.steps[-1])

    def _open(self, opener: Opener, step: Proxy | Hop) -> Pipe:
        address = step.address
        self._attempt.step(
            f"Connecting to {address}", self._means.timeouts.connect, lambda: f"{address} did not answer"
        )
        return opener(step.host, step.port)

    # ---- proxies

    def _by_proxy(self, proxy: Proxy, opener: Opener, host: str, port: int) -> Pipe:
        """Ask the proxy for a connection, with up to three passwords where it wants one."""
        password: str | None = None
        for number in range(ATTEMPTS + 1):
            pipe = opener(proxy.host, proxy.port)
            seconds = self._means.timeouts.connect
            self._attempt.step(
                f"Asking the {proxy.name} for {address_text(host, port)}",
                seconds,
                lambda: f"The {proxy.name} did not answer",
            )
            pipe.settimeout(seconds + 5.0)  # the attempt's deadline is the one that counts
            try:
                proxies.request(pipe, proxy, host, port, password)
                return pipe
            except ProxyCredentialsError:
                pipe.close()
            except ConnectFailed:
                pipe.close()
                raise
            if number < ATTEMPTS:
                with self._attempt.asking():
                    password = self._means.secrets.proxy_password(proxy.user, proxy.host, proxy.port, number + 1)
            if password is None:
                break
        raise AuthenticationFailed(
            f"The {proxy.name} did not let {proxy.user} in.",
            tried=("password",) if password is not None else (),
            state=NOT_CONNECTED,
            advice="Check the proxy's user name and password.",
        )

    # ---- jump hosts

    def link(self, hop: Hop, pipe: Pipe, known: KnownHosts) -> Link:
        """A negotiated link over a pipe to a hop whose host key is known."""
        link = Link(pipe, hop.host, hop.port)
        self._attempt.keep(link.close)
        name = hop.key_name or hop.host
        link.negotiate(self._attempt, self._means.timeouts.connect, known.preferred_algorithms(name, hop.port))
        with_person = partial(ask_about, self._attempt, self._means.decider)
        judge_host_key(link.host_key_record(name), link.address, known, with_person)
        return link

    def sign_in(self, link: Link, hop: Hop) -> Link:
        """Authenticate; raises `AuthenticationFailed`."""
        self._attempt.step(
            f"Authenticating as {hop.credentials.username} at {hop.address}",
            self._means.timeouts.auth,
            lambda: f"{hop.address} did not finish the authentication",
        )
        Authenticator(link, hop.credentials, self._means.secrets, self._attempt).run()
        link.keep_alive(self._means.tuning.keepalive)
        link.give_up_writing_after(self._means.tuning.write_timeout)
        return link

    def _tunnel(self, through: Link, host: str, port: int) -> paramiko.Channel:
        try:
            return through.open_channel(
                "direct-tcpip",
                (host, port),
                ("127.0.0.1", 0),
                window_size=self._means.tuning.window_size,
                max_packet_size=MAX_PACKET,
                timeout=self._means.timeouts.connect + 5.0,
            )
        except (paramiko.SSHException, EOFError, OSError) as error:
            reason = error.text if isinstance(error, paramiko.ChannelException) else through.goodbye or str(error)
            raise ConnectFailed(
                f"The jump host {through.address} does not connect to {address_text(host, port)}: "
                f"{reason or 'no reason given'}.",
                state=NOT_CONNECTED,
                advice="Check that the jump host reaches the device and permits forwarding.",
            ) from error


def ask_about(attempt: Attempt, decider: HostKeyDecider, key: HostKey, notes: tuple[str, ...]) -> bool:
    """What the decider says, who may take their time."""
    with attempt.asking():
        return decider.unknown(key, notes)


def judge_host_key(
    key: HostKey, address: str, known: KnownHosts, ask: Callable[[HostKey, tuple[str, ...]], bool]
) -> None:
    """Judge the key that was proved; ask about an unknown one and remember it; refuse a changed or revoked one."""
    judgement = known.judge(key)
    if judgement.verdict is Verdict.KNOWN:
        return
    offered = f"{key.key_type} {key.fingerprint}"
    if judgement.verdict is Verdict.REVOKED:
        raise HostKeyChanged(
            f"The key of {address} ({offered}) was revoked.",
            key, judgement.known, revoked=True, state=NOT_CONNECTED,
            advice="Find out why the key is marked @revoked in your known-hosts file before you connect.",
        )  # fmt: skip
    if judgement.verdict is Verdict.CHANGED:
        on_file = ", ".join(f"{item.key_type} {item.fingerprint}" for item in judgement.known)
        raise HostKeyChanged(
            f"The key of {address} has changed. On file: {on_file}. Offered: {offered}.",
            key, judgement.known, state=NOT_CONNECTED,
            advice=f"Somebody may be in between. If the device was replaced, compare the new fingerprint at the "
            f"device, then remove the old key from {' or '.join(judgement.files)}.",
        )  # fmt: skip
    if not ask(key, judgement.notes):
        raise HostKeyUnknown(
            f"The key of {address} ({offered}) is not known.{''.join(f' {note}' for note in judgement.notes)}",
            key, state=NOT_CONNECTED,
            advice="Compare the fingerprint at the device and accept the key.",
        )  # fmt: skip
    known.add(key)


def bridge(channel: paramiko.Channel, attempt: Attempt) -> socket.socket:
    """A socket that is one end of a pair, whose other end is pumped into and out of a jump host's channel."""
    ours, theirs = socket.socketpair()
    attempt.keep(partial(shut, ours))
    attempt.keep(partial(shut, theirs))
    channel.settimeout(None)
    for source, sink in ((channel, theirs), (theirs, channel)):
        threading.Thread(target=_pump, args=(source, sink), name="jump host", daemon=True).start()
    return ours


def _pump(source: Pipe, sink: Pipe) -> None:
    """Until one of both ends; then neither can be used any more."""
    try:
        while data := source.recv(PIECE):
            sink.sendall(data)
    except (OSError, EOFError, paramiko.SSHException):
        pass  # the other direction has ended it
    for pipe in (source, sink):
        try:
            shut(pipe) if isinstance(pipe, socket.socket) else pipe.close()
        except (OSError, EOFError):
            pass
