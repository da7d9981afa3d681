"""NETCONF over SSH (RFC 6242): from a target to a stream of bytes of its `netconf` subsystem.

Lives here: the subsystem's channel as a `Stream`.  Does not live here: the way to the device, and the host keys on it
(`way`), where answers come from (`services.connect`), NETCONF (`protocol`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import paramiko

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConnectFailed, ConnectionLost
from netconf_gui.protocol.connection import CLOSED_AT_ONCE
from netconf_gui.transport.attempt import Attempt
from netconf_gui.transport.auth import HostKeyDecider, SecretSource
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.link import Link
from netconf_gui.transport.route import NETCONF_PORT, SshTarget, device_hop, find_route
from netconf_gui.transport.sshconfig import SshConfig
from netconf_gui.transport.stream import READ_SIZE, PeerInfo, ReaderStream, Stream
from netconf_gui.transport.way import Means, Timeouts, Tuning, Walker

__all__ = ["SshTarget", "Timeouts", "Tuning", "connect"]

SEND_SIZE = 32768  # octets a packet; what OpenSSH and paramiko take


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
    link: Link | None = None,
) -> Stream:
    """A stream to the target's subsystem, not started yet (blocking).

    `link` is negotiated with the target already, which called home (RFC 8071), and its host key was judged; jump hosts
    and proxies are left out then.
    `decider`, `secrets` and `progress` are called on other threads.  A cancel gives control back at once: what is
    stuck is abandoned, and closed when it can be.  Raises `ConnectFailed`, `HostKeyUnknown`, `HostKeyChanged`,
    `AuthenticationFailed`, `WorkspaceError` (known-hosts files), `Cancelled`.
    """
    means = Means(decider, secrets, known_hosts, timeouts or Timeouts(), tuning or Tuning())
    connector = _Connector(target, means, link)
    attempt = Attempt(target.host, progress=progress)
    return attempt.run(lambda running: connector.work(running, config), cancel)


@dataclass(frozen=True, slots=True)
class _Connector:
    target: SshTarget
    means: Means
    caller: Link | None

    def work(self, attempt: Attempt, config: SshConfig | None) -> Stream:
        """All of it, on the attempt's thread."""
        walker = Walker(attempt, self.means)
        if self.caller is not None:
            attempt.keep(self.caller.close)
            link, (hop, _) = self.caller, device_hop(self.target, config)
        else:
            route = find_route(self.target, config)
            for note in route.notes:
                attempt.tell(note)
            hop = route.hops[-1]
            known = self.means.known_hosts.reading(route.known_hosts_files)
            link = walker.link(hop, walker.reach(route), known)
        walker.sign_in(link, hop)
        channel = self._subsystem(attempt, link)
        user = hop.credentials.username
        peer = PeerInfo(link.peer_host, link.peer_port, user, link.host_key_record(), link.remote_version)
        return SshStream(peer, link, channel, attempt.opened(), self.means.tuning.write_timeout)

    # ---- the subsystem

    def _subsystem(self, attempt: Attempt, link: Link) -> paramiko.Channel:
        """The channel of the first of the target's subsystems that the server has."""
        names = (self.target.subsystem, *self.target.other_subsystems)
        for name in names:
            attempt.step(f"Starting the {name} subsystem", self.means.timeouts.connect,
                         lambda name=name: f"{link.address} did not start the {name} subsystem")  # type: ignore[misc]  # fmt: skip
            try:
                channel = link.open_subsystem_channel(self.means.tuning.window_size, self.means.timeouts.connect + 5.0)
            except (paramiko.SSHException, EOFError, OSError) as error:
                raise self._no_session(link, error) from error
            try:
                channel.invoke_subsystem(name)
            except (paramiko.SSHException, EOFError, OSError) as error:
                if not link.is_active():
                    raise self._no_session(link, error) from error
                channel.close()
                continue
            if name != names[0]:
                attempt.tell(f"The server has no {names[0]} subsystem: {name} is used.")
            return channel
        other = "22" if link.peer_port == NETCONF_PORT else "830"
        raise ConnectFailed(
            f"The server at {link.address} has no {' and no '.join(names)} subsystem.",
            state="Authenticated, but no NETCONF session was opened.",
            advice=f"Enable NETCONF over SSH on the device, or try port {other}: most devices serve NETCONF on "
            f"830, some on 22. {CLOSED_AT_ONCE}",
        )

    def _no_session(self, link: Link, error: Exception) -> ConnectFailed:
        return ConnectFailed(
            f"{link.address} opens no session: {link.goodbye or str(error).rstrip('.') or 'it ended the connection'}.",
            state="Authenticated, but no NETCONF session was opened.",
            advice=f"The device may not let this user use NETCONF. {CLOSED_AT_ONCE}",
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
