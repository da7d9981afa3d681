"""Proxies: how people write them, and asking one for a connection: SOCKS 5 (RFC 1928, RFC 1929), HTTP CONNECT.

RFC 9110 (section 9.3.6) has the latter.

Lives here: the bytes.  Names are resolved by the proxy.  Does not live here: in which order proxies and jump hosts are
gone through, and who gives passwords (`way`).
"""

from __future__ import annotations

import base64
import ipaddress
import re
import struct
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from netconf_gui import log
from netconf_gui.errors import ConnectFailed
from netconf_gui.transport.addresses import address_text
from netconf_gui.transport.attempt import NOT_CONNECTED

KINDS = ("socks5", "http")
MAX_ANSWER = 16384  # octets of an HTTP proxy's answer
_URL = re.compile(
    r"(?P<kind>[a-z0-9]+)://(?:(?P<user>[^@/]*)@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\[\]:/@\s]+):(?P<port>\d{1,5})/?"
)
_SOCKS_REFUSALS = {
    1: "general failure",
    2: "its rules do not allow it",
    3: "the network cannot be reached",
    4: "the host cannot be reached",
    5: "the connection was refused",
    6: "the time to live expired",
    7: "it does not know the command",
    8: "it does not know this type of address",
}


class Pipe(Protocol):
    """A connected socket, or what behaves like one: a channel through a jump host."""

    def recv(self, nbytes: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> object: ...

    def settimeout(self, value: float | None, /) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy; `user` empty: it lets in everybody."""

    kind: str  # one of `KINDS`
    host: str
    port: int
    user: str = ""

    @property
    def address(self) -> str:
        return address_text(self.host, self.port)

    @property
    def name(self) -> str:
        """What it is called in sentences."""
        return f"SOCKS proxy {self.address}" if self.kind == "socks5" else f"HTTP proxy {self.address}"


class ProxyCredentialsError(Exception):
    """The proxy wants a password, or refused the one it got."""


def is_url(text: str) -> bool:
    """Whether an entry of a way is a proxy and no jump host."""
    return "://" in text and not text.strip().startswith("ssh://")


def problem(text: str) -> str:
    """Why this is no proxy, in a sentence; empty when it is one.  What may be a password is not repeated."""
    found = _URL.fullmatch(text.strip())
    if found is not None and ":" in (found["user"] or ""):
        return "A proxy's password is kept in no file: write socks5://user@host:port, it is asked for."
    if found is None or found["kind"] not in KINDS or not 0 < int(found["port"]) < 65536:
        what = "What stands before @ there" if "@" in text else text.strip() or "Nothing"
        return f"{what} is no proxy. Write socks5://host:port or http://host:port, with user@ where it wants one."
    return ""


def parse(text: str) -> Proxy:
    """The proxy of a URL; raises `ConnectFailed`."""
    wrong = problem(text)
    if wrong:
        raise ConnectFailed(wrong, state=NOT_CONNECTED)
    found = _URL.fullmatch(text.strip())
    assert found is not None
    return Proxy(found["kind"], found["host"].strip("[]"), int(found["port"]), unquote(found["user"] or ""))


def request(pipe: Pipe, proxy: Proxy, host: str, port: int, password: str | None) -> None:
    """Make the pipe, connected to the proxy, one to `host`; raises `ConnectFailed`, `ProxyCredentialsError`.

    `password` None: none is known yet.  After an error the pipe is of no use any more.
    """
    ask = _socks if proxy.kind == "socks5" else _http
    try:
        with log.guard(password or ""):
            ask(pipe, proxy, host, port, password)
    except (OSError, EOFError) as error:
        reason = str(error) or "no reason given"
        raise _refused(proxy, host, port, f"it ended the connection ({reason.rstrip('.')})") from error


def _refused(proxy: Proxy, host: str, port: int, reason: str) -> ConnectFailed:
    return ConnectFailed(
        f"The {proxy.name} does not connect to {address_text(host, port)}: {reason}.",
        state=NOT_CONNECTED,
        advice="Check the proxy's address and kind, that it reaches the device, and that it allows this port.",
    )


def _exactly(pipe: Pipe, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = pipe.recv(size - len(data))
        if not piece:
            raise EOFError("in the middle of its answer" if data else "without an answer")
        data += piece
    return data


# ---- SOCKS 5


def _socks(pipe: Pipe, proxy: Proxy, host: str, port: int, password: str | None) -> None:
    methods = b"\x00\x02" if proxy.user else b"\x00"
    pipe.sendall(b"\x05" + bytes([len(methods)]) + methods)
    version, method = _exactly(pipe, 2)
    if version != 5:
        raise _refused(proxy, host, port, "it does not speak SOCKS 5")
    if method == 2 and proxy.user:
        _socks_password(pipe, proxy, password)
    elif method != 0:
        wish = "it knows no way to sign in that this program knows" if proxy.user else "it wants a user name"
        raise _refused(proxy, host, port, wish)
    pipe.sendall(b"\x05\x01\x00" + _socks_address(host) + struct.pack(">H", port))
    version, reply, _, kind = _exactly(pipe, 4)
    if version != 5 or reply:
        raise _refused(proxy, host, port, _SOCKS_REFUSALS.get(reply, f"reply {reply}"))
    size = {1: 4, 4: 16}.get(kind)
    _exactly(pipe, (_exactly(pipe, 1)[0] if size is None else size) + 2)


def _socks_password(pipe: Pipe, proxy: Proxy, password: str | None) -> None:
    if password is None:
        raise ProxyCredentialsError
    user, secret = proxy.user.encode()[:255], password.encode()[:255]
    pipe.sendall(b"\x01" + bytes([len(user)]) + user + bytes([len(secret)]) + secret)
    if _exactly(pipe, 2)[1]:
        raise ProxyCredentialsError


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("idna" if not host.isascii() else "ascii")[:255]
        return b"\x03" + bytes([len(name)]) + name
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


# ---- HTTP


def _http(pipe: Pipe, proxy: Proxy, host: str, port: int, password: str | None) -> None:
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    target = address_text(name, port)
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if password is not None:
        token = base64.b64encode(f"{proxy.user}:{password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    pipe.sendall("\r\n".join([*lines, "", ""]).encode())
    head = _http_head(pipe)
    words = head.split("\r\n", 1)[0].split(None, 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        raise _refused(proxy, host, port, "it does not speak HTTP")
    status, reason = int(words[1]), " ".join(words[1:])
    if status == 407:
        _http_credentials(head, proxy, host, port)
    if not 200 <= status < 300:
        raise _refused(proxy, host, port, reason[:200])


def _http_credentials(head: str, proxy: Proxy, host: str, port: int) -> None:
    ways = [
        line.split(":", 1)[1].strip() for line in head.split("\r\n") if line.lower().startswith("proxy-authenticate:")
    ]
    if not any(way.lower().startswith("basic") for way in ways):
        offered = ", ".join(way.split()[0] for way in ways if way) or "none"
        raise _refused(proxy, host, port, f"it wants a way to sign in that this program does not know ({offered})")
    if not proxy.user:
        raise _refused(proxy, host, port, "it wants a user name")
    raise ProxyCredentialsError


def _http_head(pipe: Pipe) -> str:
    """Up to the empty line and no octet further: what follows is the device's."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if len(head) >= MAX_ANSWER:
            raise EOFError("its answer is too long")
        head += _exactly(pipe, 1)
    return head.decode("latin-1")
