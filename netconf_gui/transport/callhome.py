"""Call home (RFC 8071): devices connect to us; who they are is found out before anything of ours is shown to them.

Lives here: the listening sockets, and a caller up to its host key or certificate.  Only greetings have gone to it by
then: no name of a user, no certificate of ours, no NETCONF.  Does not live here: which device that is and whether it is
let in (`services.callhome`), what follows (`ssh`, `tls`).
"""

from __future__ import annotations

import errno
import selectors
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import ConnectFailed, HostKey, PeerCertificate
from netconf_gui.transport import tls, tls_alerts, tls_certificate
from netconf_gui.transport.attempt import Attempt
from netconf_gui.transport.buffers import shut
from netconf_gui.transport.link import Link
from netconf_gui.transport.sockets import address_text
from netconf_gui.transport.tls_identity import Identity
from netconf_gui.transport.tls_pipe import EndedError, StuckError, TlsPipe

SSH_PORT, TLS_PORT = 4334, 4335  # RFC 8071, section 6
BACKLOG = 16
_BOTH = ("0.0.0.0", "::")  # noqa: S104  devices call from elsewhere: that is what it is for


class Caller:
    """A connection that a device made, held until somebody decides; `close` refuses it without a word."""

    def __init__(self, host: str, port: int, way: str) -> None:
        self.host, self.port, self.way = host, port, way

    @property
    def address(self) -> str:
        return address_text(self.host, self.port)

    @property
    def fingerprint(self) -> str:
        """Of its host key or certificate; what people compare."""
        raise NotImplementedError

    def wait_for_end(self) -> None:
        """Until the caller hangs up, or somebody closes it; returns at some time after it was taken as well."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class SshCaller(Caller):
    """A caller whose host key is known: keys are exchanged, nobody is authenticated yet."""

    def __init__(self, host: str, port: int, link: Link) -> None:
        super().__init__(host, port, "ssh")
        self.link = link
        self.key: HostKey = link.host_key_record()

    @property
    def fingerprint(self) -> str:
        return self.key.fingerprint

    def wait_for_end(self) -> None:
        self.link.join()

    def close(self) -> None:
        self.link.close()


class TlsCaller(Caller):
    """A caller that has shown its certificates (DER, its own first); `identity` is who we shall be to it."""

    def __init__(self, host: str, port: int, pipe: TlsPipe, chain: Sequence[bytes], identity: Identity | None) -> None:
        super().__init__(host, port, "tls")
        self.pipe = pipe
        self.chain = tuple(chain)
        self.identity = identity
        self.certificate: PeerCertificate = tls_certificate.describe(chain[0], host, port)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint

    def wait_for_end(self) -> None:
        self.pipe.wait_for_end()

    def close(self) -> None:
        self.pipe.close()


class PlainCaller(Caller):
    """A caller by its address alone, for the system's ssh, which finds out about host keys itself."""

    def __init__(self, host: str, port: int, sock: socket.socket) -> None:
        super().__init__(host, port, "ssh")
        self.sock = sock

    @property
    def fingerprint(self) -> str:
        return ""

    def wait_for_end(self) -> None:
        return

    def close(self) -> None:
        shut(self.sock)


def meet_ssh(
    sock: socket.socket,
    host: str,
    port: int,
    seconds: float,
    algorithms: Sequence[str] = (),
    cancel: CancelToken | None = None,
) -> SshCaller:
    """Exchange keys with who has called (blocking); `algorithms` of host keys that are on file are asked for first.

    Raises `ConnectFailed`, `Cancelled`; the socket is closed then.
    """

    def work(attempt: Attempt) -> Link:
        attempt.keep(partial(shut, sock))
        link = Link(sock, host, port)
        attempt.keep(link.close)
        link.negotiate(attempt, seconds, algorithms)
        return link

    return SshCaller(host, port, Attempt(host).run(work, cancel))


def meet_tls(
    sock: socket.socket,
    host: str,
    port: int,
    seconds: float,
    identity: Identity | None,
    cancel: CancelToken | None = None,
) -> TlsCaller:
    """Have who has called show its certificate (blocking); `identity` is not shown yet.

    Raises `ConnectFailed`, `Cancelled`; the socket is closed then.
    """

    def work(attempt: Attempt) -> TlsCaller:
        attempt.keep(partial(shut, sock))
        attempt.step("", seconds, lambda: f"{address_text(host, port)} called, but did not finish a TLS handshake")
        pipe = TlsPipe(sock, tls.holding_context(identity))
        try:
            return TlsCaller(host, port, pipe, pipe.greet(), identity)
        except (OSError, EndedError, StuckError) as error:
            failed = tls_alerts.failed(error, address_text(host, port), pipe.first, shown=False)
            raise ConnectFailed(failed.message, state=failed.state, advice=failed.advice) from error

    return Attempt(host).run(work, cancel)


# ---- listening


@dataclass(frozen=True, slots=True)
class Door:
    """One port to listen on; `address` empty: all of this computer's, IPv4 and IPv6."""

    way: str  # "ssh" or "tls"
    port: int
    address: str = ""


OnCall = Callable[[Door, socket.socket, str, int], None]


class Listener:
    """Listens at doors; `on_call(door, socket, host, port)` is called on the listening thread and has to be quick."""

    def __init__(self, doors: Sequence[Door], on_call: OnCall) -> None:
        """Listens at once; raises `ConnectFailed` when a port cannot be had."""
        self._on_call = on_call
        self._sockets: list[tuple[Door, socket.socket]] = []
        self._wake_read, self._wake_write = socket.socketpair()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="call home", daemon=True)
        try:
            for door in doors:
                self._sockets += _open(door)
        except BaseException:
            self._close_all()
            raise
        self._thread.start()

    @property
    def ports(self) -> dict[str, int]:
        """The port by way; what was asked for, or was free."""
        return {door.way: int(sock.getsockname()[1]) for door, sock in self._sockets}

    @property
    def families(self) -> tuple[str, ...]:
        """ "IPv4", "IPv6", or both."""
        found = {sock.family for _, sock in self._sockets}
        names = ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6"))
        return tuple(name for family, name in names if family in found)

    def close(self) -> None:
        """Listen no more; connections that were handed over are not touched."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._wake_write.send(b"x")
        if self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake_read, selectors.EVENT_READ)
                for door, sock in self._sockets:
                    selector.register(sock, selectors.EVENT_READ, door)
                while not self._stopping.is_set():
                    for key, _ in selector.select():
                        if isinstance(key.data, Door) and isinstance(key.fileobj, socket.socket):
                            self._accept(key.data, key.fileobj)
        finally:
            self._close_all()

    def _accept(self, door: Door, listening: socket.socket) -> None:
        try:
            sock, address = listening.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                # no descriptor is free: what waits is looked at when there is one
                self._stopping.wait(0.5)
            return
        sock.setblocking(True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # RFC 8071, section 4.1
        self._on_call(door, sock, _plain_address(str(address[0])), int(address[1]))

    def _close_all(self) -> None:
        for sock in (*(sock for _, sock in self._sockets), self._wake_read, self._wake_write):
            sock.close()


def _open(door: Door) -> list[tuple[Door, socket.socket]]:
    """The sockets of a door, one a family; a computer without IPv6 (or IPv4) has one."""
    found: list[tuple[Door, socket.socket]] = []
    port, refused = door.port, ""
    for address in (door.address,) if door.address else _BOTH:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue  # a system without this family
        try:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            # on Windows this would let another program take the port as well
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address, port))
            sock.listen(BACKLOG)
            sock.setblocking(False)
        except OSError as error:
            sock.close()
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) and not door.address:
                continue
            refused = tls_alerts.said(error)
            break
        port = int(sock.getsockname()[1])
        found.append((door, sock))
    if refused or not found:
        for _, sock in found:
            sock.close()
        what = f"{door.address} port {door.port}" if door.address else f"port {door.port}"
        raise ConnectFailed(
            f"Devices cannot call at {what}: {refused or 'no address to listen at'}.",
            state="Nothing listens there for this program.",
            advice="Another program may have the port; choose another one, and have the devices call there.",
        )
    return found


def _plain_address(host: str) -> str:
    """An IPv4 address that came over an IPv6 socket as what it is."""
    return host.removeprefix("::ffff:") if "." in host else host
