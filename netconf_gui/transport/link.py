"""One SSH connection up to its host key: negotiation, what each side offered, why it ended.

Lives here: paramiko's transport with the few things added that people need to be told.  Does not live here: who is
asked about keys (`ssh`), authentication (`auth`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import paramiko
from paramiko.message import Message

from netconf_gui.errors import ConnectFailed, ConnectionLost, HostKey, NoCommonAlgorithm
from netconf_gui.transport import hostkeys
from netconf_gui.transport.addresses import address_text
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.buffers import Inbox, ReadAhead
from netconf_gui.transport.old_algorithms import OLD_ADVICE, OLD_NAMES

# without a handler Python would print the library's own warnings and tracebacks on the terminal
logging.getLogger("paramiko").addHandler(logging.NullHandler())

MAX_PACKET = 1 << 20  # octets; servers send less, whatever they like
UNANSWERED = 3  # keepalives in a row without any answer, from a server that used to answer
_KINDS = (
    ("kex_algo_list", "key exchange", "preferred_kex"),
    ("server_key_algo_list", "host keys", "preferred_keys"),
    ("server_encrypt_algo_list", "ciphers", "preferred_ciphers"),
    ("server_mac_algo_list", "MACs", "preferred_macs"),
    ("server_compress_algo_list", "compression", "preferred_compression"),
)
_NO_ALGORITHM = ("kex-strict-", "ext-info-")


class Link(paramiko.Transport):
    """A client connection over a socket, or over a channel of another link."""

    _active_check_timeout = 1.0  # seconds between looks at the keepalive; closing does not wait for it
    # one pass for secrecy and integrity; what devices may lack follows in the library's order
    _preferred_ciphers = (
        *(name for name in paramiko.Transport._preferred_ciphers if "-gcm@" in name),  # type: ignore[attr-defined]
        *(name for name in paramiko.Transport._preferred_ciphers if "-gcm@" not in name),  # type: ignore[attr-defined]
    )

    def __init__(self, sock: object, host: str, port: int) -> None:
        super().__init__(sock, packetizer_class=ReadAhead)  # type: ignore[arg-type]
        self.peer_host, self.peer_port = host, port
        self.goodbye = ""  # what the server said when it disconnected
        self.userauth_started = False
        self._offered: dict[str, list[str]] = {}
        self._unanswered = 0
        self._answers = False

    @property
    def address(self) -> str:
        return address_text(self.peer_host, self.peer_port)

    def negotiate(self, attempt: Attempt, seconds: float, known_algorithms: Sequence[str]) -> None:
        """Exchange keys, the algorithms of keys on file offered first; raises `ConnectFailed`."""
        attempt.step(f"Negotiating with {self.address}", seconds, self._silence)
        # the attempt's deadline is the one that counts
        self.banner_timeout = self.handshake_timeout = seconds + 5.0
        options = self.get_security_options()
        ours = list(options.key_types)
        options.key_types = [*(name for name in known_algorithms if name in ours), *ours]
        try:
            self.start_client()
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._failed(error) from error

    def host_key_record(self, name: str = "") -> HostKey:
        """The key that the server proved to have, under the name by which known-hosts files know it.

        It is known also when the connection has ended since.
        """
        key = self.host_key or self.get_remote_server_key()
        return hostkeys.host_key(name or self.peer_host, self.peer_port, key.get_name(), key.asbytes())

    def open_subsystem_channel(self, window_size: int, timeout: float) -> paramiko.Channel:
        """A session channel for one reading thread (RFC 4254, section 6.1); raises what the library does."""
        channel = self.open_session(window_size=window_size, max_packet_size=MAX_PACKET, timeout=timeout)
        # in time: nothing comes before something was asked for
        channel.in_buffer = Inbox()  # type: ignore[assignment]
        return channel

    def close(self) -> None:
        super().close()
        self.packetizer.close()  # the socket too where nothing was started yet
        self.packetizer.complete_handshake()

    def give_up_writing_after(self, seconds: float) -> None:
        """End the connection when the other side takes nothing for that long."""
        self.packetizer.write_timeout = seconds  # type: ignore[attr-defined]

    @property
    def gave_up(self) -> bool:
        """The connection was ended here because the other side took nothing any more."""
        return bool(self.packetizer.gave_up)  # type: ignore[attr-defined]

    # ---- keepalive

    def keep_alive(self, seconds: float) -> None:
        """Ask for a sign of life after each `seconds` without writing; 0: never.

        A server that has answered before and stays silent is given up.
        """
        self.packetizer.set_keepalive(seconds, self._ask_for_life)

    def _ask_for_life(self) -> None:
        if self._answers and self._unanswered >= UNANSWERED:
            self.goodbye = "no answer to keepalive messages"
            self.packetizer.close()
            return
        if self.in_kex:
            return
        self._unanswered += 1
        request = Message()
        request.add_byte(b"\x50")  # SSH_MSG_GLOBAL_REQUEST (RFC 4254, section 4)
        request.add_string("keepalive@openssh.com")
        request.add_boolean(True)
        self._send_message(request)  # type: ignore[attr-defined]

    def _parse_request_success(self, message: Message) -> None:
        self._answers, self._unanswered = True, 0
        super()._parse_request_success(message)  # type: ignore[misc]

    def _parse_request_failure(self, message: Message) -> None:
        self._answers, self._unanswered = True, 0
        super()._parse_request_failure(message)  # type: ignore[misc]

    def _send_user_message(self, message: Message) -> None:
        """As the library does, without a detour while no keys are being exchanged."""
        with self.clear_to_send_lock:
            if self.clear_to_send.is_set() and self.is_active():
                self._send_message(message)  # type: ignore[attr-defined]
                return
        super()._send_user_message(message)  # type: ignore[misc]

    # ---- why it ended

    def lost(self, what: str = "") -> ConnectionLost:
        """The error for a connection that ended unasked."""
        why = self.goodbye or what
        return ConnectionLost(
            f"{self.address} ended the connection{f': {why}' if why else ''}.",
            state="The draft is kept.",
            advice="Connect again.",
        )

    def _parse_disconnect(self, message: Message) -> None:
        code, text = message.get_int(), message.get_text()
        self.goodbye = text.strip().rstrip(".") or f"reason {code}"

    def _parse_kex_init(self, message: Message) -> None:
        self._offered = self._really_parse_kex_init(Message(message.asbytes()))  # type: ignore[attr-defined]
        super()._parse_kex_init(message)  # type: ignore[misc]

    def _silence(self) -> str:
        if not self.remote_version:
            return f"{self.address} accepts connections, but sent no SSH greeting"
        return f"{self.address} did not finish the key exchange"

    def _failed(self, error: Exception) -> ConnectFailed:
        advice = "Check that the port leads to an SSH server."
        if isinstance(error, paramiko.ssh_exception.IncompatiblePeer) and self._offered:
            return self._incompatible()
        if not self.remote_version:
            text = f"{self.address} is no SSH server, or ended the connection before its greeting."
        else:
            text = f"The negotiation with {self.address} failed: {self.goodbye or _said(error)}."
            advice = "Try again; the server's log may say more."
        return ConnectFailed(text, state=NOT_CONNECTED, advice=advice)

    def _incompatible(self) -> NoCommonAlgorithm:
        """Names, for everything that has no common algorithm, what each side offers."""
        clashes, old = [], True
        for theirs_name, what, ours_name in _KINDS:
            theirs = [name for name in self._offered.get(theirs_name, []) if not name.startswith(_NO_ALGORITHM)]
            ours = [name for name in getattr(self, ours_name) if "-cert-" not in name]
            if not set(theirs) & set(ours):
                old = old and bool(OLD_NAMES & set(theirs))
                clashes.append(f"{what}: the server offers {_listed(theirs)}; this program offers {_listed(ours)}")
        return NoCommonAlgorithm(
            f"{self.address} and this program have no algorithm in common. {'. '.join(clashes)}.",
            old=old,
            state=NOT_CONNECTED,
            advice=OLD_ADVICE
            if old
            else "Enable one of the algorithms of this program on the device, or update its SSH server.",
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "nothing"


def _said(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
