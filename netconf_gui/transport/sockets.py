"""Names and TCP connections: every address of a host in turn, IPv6 as well as IPv4, without Nagle's delay."""

from __future__ import annotations

import socket
from functools import partial

from netconf_gui.errors import ConnectFailed
from netconf_gui.transport.addresses import address_text
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.buffers import shut

__all__ = ["address_text", "open_socket"]


def open_socket(host: str, port: int, attempt: Attempt) -> socket.socket:
    """A connected TCP socket, within what is left of the attempt's step; raises `ConnectFailed`."""
    addresses = _resolve(host, port)
    refusals: list[str] = []
    for index, (family, kind, protocol, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        attempt.keep(partial(shut, sock))
        # an address that does not answer leaves time for those after it
        sock.settimeout(max(0.1, attempt.remaining() / (len(addresses) - index)))
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            refusals.append(f"{address[0]}: {_reason(error)}")
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return sock
    raise ConnectFailed(
        f"No connection to {address_text(host, port)} ({'; '.join(refusals)}).",
        state=NOT_CONNECTED,
        advice="Check that the device is up, that it listens on this port and that no firewall is in between.",
    )


def _resolve(host: str, port: int) -> list[tuple[int, int, int, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectFailed(
            f"The name {host} cannot be resolved: {_reason(error)}.",
            state=NOT_CONNECTED,
            advice="Check the spelling of the host and that name resolution works.",
        ) from error
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]  # type: ignore[misc]


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.rstrip(".") or type(error).__name__
