"""The TLS front of the demo device (RFC 7589): certificates in, the user's name out of them, channels handed over.

Lives here: connections over TLS and which user a client's certificate means (RFC 7589, section 7).  Does not live here:
making certificates (`certificates`), NETCONF (`channel`, `conversation`).
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from netconf_gui.demo.accepting import LOOPBACK, Acceptor
from netconf_gui.demo.access import Role
from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.channel import ServedChannel
from netconf_gui.demo.device import Device
from netconf_gui.demo.faults import Faults
from netconf_gui.demo.users import OPERATOR, READER
from netconf_gui.errors import ConfigError
from netconf_gui.transport.tls_certificate import common_name, fingerprint, normal_fingerprint
from netconf_gui.transport.tls_pipe import EndedError, StuckError, TlsPipe

ROLES = {OPERATOR: Role.OPERATOR, READER: Role.READER}
HANDSHAKE_SECONDS = 10.0
STOP_SECONDS = 2.0
# octets; clients that wait for the socket while OpenSSL still holds half a record for them (ncclient) get whole ones
RECORD = 4096


class TlsFront:
    """Serves one `Device` over TLS; clients have to show a certificate.

    `users`: which user a certificate of that SHA-256 fingerprint means; for all others the name counts that stands in
    it: an e-mail address before its @, a DNS name, or the common name.  `versions`: the lowest and highest.
    """

    def __init__(
        self,
        device: Device,
        files: TlsFiles,
        *,
        port: int = 0,
        users: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        versions: tuple[ssl.TLSVersion, ssl.TLSVersion] = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3),
    ) -> None:
        self.device = device
        self.faults = faults or Faults()
        self.files = files
        self._users = {normal_fingerprint(text): user for text, user in (users or {}).items()}
        self._context = _context(files, versions)
        self._wanted_port = port
        self._acceptor: Acceptor | None = None
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._lines: set[socket.socket] = set()
        self._channels: set[ServedChannel] = set()

    @property
    def port(self) -> int:
        """The TCP port; known once the front is started."""
        assert self._acceptor is not None
        return self._acceptor.port

    @property
    def url(self) -> str:
        return f"tls://{LOOPBACK}:{self.port}"

    @property
    def certificate_fingerprint(self) -> str:
        """SHA-256 of the device's own certificate, as people compare it."""
        own = x509.load_pem_x509_certificates(self.files.certificate.read_bytes())[0]
        return fingerprint(own.public_bytes(serialization.Encoding.DER))

    def start(self) -> TlsFront:
        """Listen; raises `ConnectFailed` if the port cannot be had."""
        self._acceptor = Acceptor(self._wanted_port, self.serve)
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """End all connections; the device is not stopped."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        deadline = time.monotonic() + STOP_SECONDS
        if self._acceptor is not None:
            self._acceptor.stop(STOP_SECONDS)
        with self._guard:
            lines, channels = tuple(self._lines), tuple(self._channels)
        for line in lines:
            _shut(line)
        for channel in channels:
            channel.join(max(0.0, deadline - time.monotonic()))

    def __enter__(self) -> TlsFront:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- connections

    def serve(self, client: socket.socket, host: str) -> threading.Event:
        """Serve a connected client on threads of its own; the event is set when that is over."""
        over = threading.Event()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._guard:
            self._lines.add(client)
        threading.Thread(target=self._greet, args=(client, host, over), name="demo-tls", daemon=True).start()
        return over

    def _greet(self, client: socket.socket, host: str, over: threading.Event) -> None:
        client.settimeout(HANDSHAKE_SECONDS)
        pipe = TlsPipe(client, self._context, server_side=True)
        try:
            pipe.handshake()
            username = self.user_of(pipe.chain()[0])
        except (OSError, EndedError, StuckError):
            username = ""
        if not username or self._stopping.is_set():
            pipe.close()
            self._forget(client)
            over.set()
            return
        client.settimeout(None)

        def ended(_politely: bool) -> None:
            with self._guard:
                self._channels.discard(served)
            self._forget(client)
            over.set()

        served = ServedChannel(
            _Line(pipe),
            self.device,
            username,
            ROLES[username],
            host,
            faults=self.faults,
            stopping=self._stopping,
            on_end=ended,
        )
        with self._guard:
            self._channels.add(served)
        served.start()

    def _forget(self, client: socket.socket) -> None:
        with self._guard:
            self._lines.discard(client)

    def user_of(self, der: bytes) -> str:
        """The user that a certificate means; empty when it means none of the device's."""
        known = self._users.get(fingerprint(der))
        if known is not None:
            return known if known in ROLES else ""
        certificate = x509.load_der_x509_certificate(der)
        return next((name for name in _names(certificate) if name in ROLES), "")


class _Line:
    """A TLS connection as a channel's conversation wants it."""

    def __init__(self, pipe: TlsPipe) -> None:
        self._pipe = pipe

    def recv(self, _size: int) -> bytes:
        try:
            return self._pipe.read()
        except EndedError:
            return b""

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            for at in range(0, len(view), RECORD):
                self._pipe.write(view[at : at + RECORD])
        except (StuckError, ValueError) as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        self._pipe.close()


def _context(files: TlsFiles, versions: tuple[ssl.TLSVersion, ssl.TLSVersion]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = versions
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(files.certificate, files.key)
        context.load_verify_locations(files.client_ca)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"The demo device's certificates cannot be used: {error}.",
            advice="Give PEM files without a passphrase, or a folder in which they are made.",
        ) from None
    return context


def _names(certificate: x509.Certificate) -> list[str]:
    """The names in a certificate, in the order of RFC 7589, section 7: alternatives first."""
    found: list[str] = []
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        pass
    else:
        found += [mail.partition("@")[0] for mail in names.get_values_for_type(x509.RFC822Name)]
        found += names.get_values_for_type(x509.DNSName)
    return [*found, common_name(certificate)]


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended by itself
    sock.close()
