"""NETCONF over SSH (RFC 6242): from a target to a stream of bytes of its `netconf` subsystem.

Lives here: the hops to a device, host keys judged and asked about at each, the subsystem's channel as a `Stream`.  Does
not live here: where answers come from (`services.connect`), NETCONF (`protocol`).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import paramiko

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConnectFailed, ConnectionLost, HostKeyChanged, HostKeyUnknown
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.auth import Authenticator, HostKeyDecider, SecretSource
from netconf_gui.transport.buffers import shut
from netconf_gui.transport.hostkeys import KnownHosts, Verdict
from netconf_gui.transport.link import MAX_PACKET, Link
from netconf_gui.transport.route import NETCONF_PORT, Hop, Route, SshTarget, find_route
from netconf_gui.transport.sockets import open_socket
from netconf_gui.transport.sshconfig import SshConfig
from netconf_gui.transport.stream import READ_SIZE, PeerInfo, ReaderStream, Stream

__all__ = ["SshTarget", "Timeouts", "Tuning", "connect"]

SEND_SIZE = 32768  # octets a packet; what OpenSSH and paramiko take


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


def connect(
    target: SshTarget,
    decider: HostKeyDecider,
    secrets: SecretSource,
    *,
    known_hosts: KnownHosts,
    config: SshConfig | None = None,
    cancel: CancelToken | None = None,
    timeouts: Timeouts | None = None,
    tuning: Tuning | None = None,
    progress: Callable[[str], None] | None = None,
    sock: socket.socket | None = None,
) -> Stream:
    """A stream to the target's subsystem, not started yet (blocking).

    `sock` is connected to the target already (it called home, RFC 8071); jump hosts and proxies are left out then.
    `decider`, `secrets` and `progress` are called on other threads.  A cancel gives control back at once: what is
    stuck is abandoned, and closed when it can be.  Raises `ConnectFailed`, `HostKeyUnknown`, `HostKeyChanged`,
    `AuthenticationFailed`, `WorkspaceError` (known-hosts files), `Cancelled`.
    """
    connector = _Connector(target, decider, secrets, known_hosts, timeouts or Timeouts(), tuning or Tuning(), sock)
    attempt = Attempt(target.host, progress=progress)
    return attempt.run(lambda running: connector.work(running, config), cancel)


@dataclass(frozen=True, slots=True)
class _Connector:
    target: SshTarget
    decider: HostKeyDecider
    secrets: SecretSource
    known_hosts: KnownHosts
    timeouts: Timeouts
    tuning: Tuning
    sock: socket.socket | None = None

    def work(self, attempt: Attempt, config: SshConfig | None) -> Stream:
        """All of it, on the attempt's thread."""
        route = find_route(self.target, config)
        if self.sock is not None:
            attempt.keep(partial(shut, self.sock))
            route = replace(route, hops=route.hops[-1:])
        for note in route.notes:
            attempt.tell(note)
        link: Link | None = None
        for index, hop in enumerate(route.hops):
            link = self._link(attempt, route, index, link)
            attempt.step(f"Authenticating as {hop.credentials.username} at {hop.address}", self.timeouts.auth,
                         lambda address=hop.address: f"{address} did not finish the authentication")  # type: ignore[misc]  # fmt: skip
            Authenticator(link, hop.credentials, self.secrets, attempt).run()
            link.keep_alive(self.tuning.keepalive)
            link.give_up_writing_after(self.tuning.write_timeout)
        assert link is not None
        channel = self._subsystem(attempt, link)
        user = route.hops[-1].credentials.username
        peer = PeerInfo(link.peer_host, link.peer_port, user, link.host_key_record(), link.remote_version)
        return SshStream(peer, link, channel, attempt.opened(), self.tuning.write_timeout)

    # ---- one hop

    def _link(self, attempt: Attempt, route: Route, index: int, through: Link | None) -> Link:
        """A negotiated link to a hop whose host key is known."""
        hop = route.hops[index]
        seconds = self.timeouts.connect
        attempt.step(f"Connecting to {hop.address}", seconds, lambda: f"{hop.address} did not answer")
        sock: socket.socket | paramiko.Channel
        if self.sock is not None:
            sock = self.sock
        elif through is None:
            sock = open_socket(hop.host, hop.port, attempt)
        else:
            sock = self._tunnel(attempt, through, hop)
        link = Link(sock, hop.host, hop.port)
        attempt.keep(link.close)
        name = hop.key_name or hop.host
        known = self.known_hosts.reading(route.known_hosts_files)
        link.negotiate(attempt, seconds, known.preferred_algorithms(name, hop.port))
        self._check_host_key(attempt, link, known, name)
        return link

    def _tunnel(self, attempt: Attempt, through: Link, hop: Hop) -> paramiko.Channel:
        try:
            channel = through.open_channel(
                "direct-tcpip", (hop.host, hop.port), ("127.0.0.1", 0),
                window_size=self.tuning.window_size, max_packet_size=MAX_PACKET, timeout=self.timeouts.connect + 5.0,
            )  # fmt: skip
        except (paramiko.SSHException, EOFError, OSError) as error:
            reason = error.text if isinstance(error, paramiko.ChannelException) else through.goodbye or str(error)
            raise ConnectFailed(
                f"The jump host {through.address} does not connect to {hop.address}: {reason or 'no reason given'}.",
                state=NOT_CONNECTED,
                advice="Check that the jump host reaches the device and permits forwarding.",
            ) from error
        return channel

    def _check_host_key(self, attempt: Attempt, link: Link, known: KnownHosts, name: str) -> None:
        """Judge the key that was proved; ask about an unknown one; refuse a changed or revoked one."""
        key = link.host_key_record(name)
        judgement = known.judge(key)
        if judgement.verdict is Verdict.KNOWN:
            return
        offered = f"{key.key_type} {key.fingerprint}"
        if judgement.verdict is Verdict.REVOKED:
            raise HostKeyChanged(
                f"The key of {link.address} ({offered}) was revoked.",
                key, judgement.known, revoked=True, state=NOT_CONNECTED,
                advice="Find out why the key is marked @revoked in your known-hosts file before you connect.",
            )  # fmt: skip
        if judgement.verdict is Verdict.CHANGED:
            on_file = ", ".join(f"{item.key_type} {item.fingerprint}" for item in judgement.known)
            raise HostKeyChanged(
                f"The key of {link.address} has changed. On file: {on_file}. Offered: {offered}.",
                key, judgement.known, state=NOT_CONNECTED,
                advice=f"Somebody may be in between. If the device was replaced, compare the new fingerprint at the "
                f"device, then remove the old key from {' or '.join(judgement.files)}.",
            )  # fmt: skip
        with attempt.asking():
            accepted = self.decider.unknown(key, judgement.notes)
        if not accepted:
            raise HostKeyUnknown(
                f"The key of {link.address} ({offered}) is not known.{''.join(f' {note}' for note in judgement.notes)}",
                key, state=NOT_CONNECTED,
                advice="Compare the fingerprint at the device and accept the key.",
            )  # fmt: skip
        self.known_hosts.add(key)

    # ---- the subsystem

    def _subsystem(self, attempt: Attempt, link: Link) -> paramiko.Channel:
        name = self.target.subsystem
        attempt.step(f"Starting the {name} subsystem", self.timeouts.connect,
                     lambda: f"{link.address} did not start the {name} subsystem")  # fmt: skip
        try:
            channel = link.open_subsystem_channel(self.tuning.window_size, self.timeouts.connect + 5.0)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._no_session(link, error) from error
        try:
            channel.invoke_subsystem(name)
        except (paramiko.SSHException, EOFError, OSError) as error:
            if not link.is_active():
                raise self._no_session(link, error) from error
            other = "22" if link.peer_port == NETCONF_PORT else "830"
            raise ConnectFailed(
                f"The server at {link.address} has no {name} subsystem.",
                state="Authenticated, but no NETCONF session was opened.",
                advice=f"Enable NETCONF over SSH on the device, or try port {other}: most devices serve NETCONF on "
                "830, some on 22.",
            ) from error
        return channel

    def _no_session(self, link: Link, error: Exception) -> ConnectFailed:
        return ConnectFailed(
            f"{link.address} opens no session: {link.goodbye or str(error).rstrip('.') or 'it ended the connection'}.",
            state="Authenticated, but no NETCONF session was opened.",
            advice="The device may have reached its limit of sessions, or not let this user use NETCONF.",
        )


class SshStream(ReaderStream):
    """The channel of a subsystem; closing it closes the link and the jump hosts' links."""

    def __init__(
        self,
        peer: PeerInfo,
        link: Link,
        channel: paramiko.Channel,
        closers: Sequence[Callable[[], None]],
        write_timeout: float,
    ) -> None:
        super().__init__(peer)
        self._link = link
        self._channel = channel
        self._closers = tuple(closers)
        self._write_timeout = write_timeout
        channel.settimeout(write_timeout)

    def _read(self) -> bytes:
        try:
            while True:
                try:
                    data: bytes = self._channel.recv(READ_SIZE)
                except TimeoutError:
                    continue  # the channel's time-out is for writing; a device may be silent as long as it likes
                if not data and self._link.gave_up:
                    raise self._stuck()
                return data
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise (self._stuck() if self._link.gave_up else self._link.lost(str(error))) from error

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                sent = self._channel.send(bytes(view[:SEND_SIZE]))
                if not sent:
                    raise self._link.lost()
                view = view[sent:]
        except TimeoutError as error:
            self.close()
            raise self._stuck() from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._link.lost(str(error)) from error

    def _stuck(self) -> ConnectionLost:
        return ConnectionLost(
            f"{self._link.address} takes nothing any more: nothing could be sent for {self._write_timeout:g} s.",
            state="What was being sent did not arrive as a whole. The draft is kept.",
            advice="Connect again; where a device needs longer, raise the setting connection.rpc_timeout.",
        )

    def _ended(self) -> str:
        """Why the other side ended it, as far as it said so."""
        complaint = b""
        if self._channel.recv_stderr_ready():
            complaint = self._channel.recv_stderr(400)
        return self._link.goodbye or complaint.decode("utf-8", "replace").strip()

    def _shut(self) -> None:
        for close in self._closers:
            close()
