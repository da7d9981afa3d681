"""NETCONF over TLS (RFC 7589): from a target to a stream of bytes, both sides proved by certificates.

Lives here: the ways in which a server's certificate comes to be trusted, and the connection as a `Stream`.  An
authority vouches for the certificate and it names the host (OpenSSL judges that), or a person accepted exactly this
certificate.  Whom neither holds for learns nothing: he is shown to the person, over a connection on which only a
greeting was sent.  Does not live here: where answers come from (`services.connect_tls`), NETCONF (`protocol`).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, Protocol

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AppError,
    CertificateChanged,
    CertificateUntrusted,
    ConnectionLost,
    PeerCertificate,
)
from netconf_gui.transport import tls_alerts, tls_certificate, tls_identity
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.sockets import address_text, open_socket
from netconf_gui.transport.stream import PeerInfo, ReaderStream, Stream
from netconf_gui.transport.tls_identity import Identity, PassphraseSource
from netconf_gui.transport.tls_pipe import EndedError, StuckError, TlsPipe

TLS_PORT = 6513  # RFC 7589, section 8
FIRST_WORD = 2.0  # seconds for a server to begin, or to refuse us (TLS 1.3 does that after the handshake)
UNANSWERED = 3  # probes of TCP in a row without an answer

_SELF_SIGNED, _UNKNOWN_ISSUER = (18,), (2, 19, 20, 21)  # OpenSSL's X509_V_ERR_*
_SEEN_OTHERWISE = (9, 10, 62, 64)  # dates and names, which are described in words of our own


class CertificateDecider(Protocol):
    """A person, or a rule, that decides about certificates that cannot be verified."""

    def untrusted(self, certificate: PeerCertificate) -> bool:
        """True: trust exactly this certificate from now on.  Called on the connecting thread; may block."""
        ...


@dataclass(frozen=True, slots=True)
class TlsTarget:
    """One device as a person describes it; files that are not named are not used.

    Without `ca_file` the authorities count that this computer trusts.  `server_name` is whom the certificate has to
    name, empty: the host.  `pinned`: the fingerprint of the only certificate that is accepted, whatever it says.
    """

    host: str
    port: int = TLS_PORT
    username: str = ""  # for people; servers take the user's name from the certificate
    server_name: str = ""
    certificate: str = ""
    private_key: str = ""
    ca_file: str = ""
    pinned: str = ""

    @property
    def address(self) -> str:
        return address_text(self.host, self.port)

    @property
    def name(self) -> str:
        """Whom the certificate has to name."""
        return self.server_name or self.host


@dataclass(frozen=True, slots=True)
class Tuning:
    """Seconds.  `connect` is for each of TCP and the handshake; `keepalive` until TCP asks for a sign of life, 0 for
    never; `write_timeout`: as long a server may take nothing of what is sent, then the connection is given up."""

    connect: float = 10.0
    keepalive: float = 30.0
    write_timeout: float = 60.0


Judge = Callable[[Sequence[bytes]], None]
OpenWay = Callable[[Attempt], socket.socket]


def connect(
    target: TlsTarget,
    decider: CertificateDecider,
    secrets: PassphraseSource,
    *,
    open_way: OpenWay | None = None,
    cancel: CancelToken | None = None,
    tuning: Tuning | None = None,
    progress: Callable[[str], None] | None = None,
) -> Stream:
    """A stream to the target, not started yet (blocking).

    `open_way` makes a connection to the target, through whatever lies between; it may be called several times.
    `decider`, `secrets` and `progress` are called on other threads.  A cancel gives control back at once.  Raises
    `ConnectFailed`, `CertificateUntrusted`, `CertificateChanged`, `AuthenticationFailed`, `Cancelled`.
    """
    way = open_way or (lambda attempt: open_socket(target.host, target.port, attempt))
    connector = _Connector(target, decider, secrets, way, tuning or Tuning())
    return Attempt(target.host, progress=progress).run(connector.work, cancel)


def go_on(
    target: TlsTarget,
    pipe: TlsPipe,
    identity: Identity | None,
    *,
    cancel: CancelToken | None = None,
    tuning: Tuning | None = None,
    progress: Callable[[str], None] | None = None,
) -> Stream:
    """A stream over a handshake that was held after `TlsPipe.greet`, by somebody who judged the certificate (blocking).

    Raises `ConnectFailed`, `AuthenticationFailed`, `Cancelled`; the pipe is closed then.
    """
    times = tuning or Tuning()

    def work(attempt: Attempt) -> Stream:
        attempt.keep(pipe.close)
        attempt.step("Finishing the TLS handshake", times.connect,
                     lambda: f"{target.address} did not finish the TLS handshake")  # fmt: skip
        try:
            pipe.finish()
        except (OSError, EndedError, StuckError) as error:
            raise tls_alerts.failed(error, target.address, pipe.first, shown=identity is not None) from error
        return settle(attempt, pipe, target, identity, times)

    return Attempt(target.host, progress=progress).run(work, cancel)


@dataclass(frozen=True, slots=True)
class _Connector:
    target: TlsTarget
    decider: CertificateDecider
    secrets: PassphraseSource
    way: OpenWay
    tuning: Tuning

    def work(self, attempt: Attempt) -> Stream:
        """All of it, on the attempt's thread."""
        target = self.target
        identity = tls_identity.load(target.certificate, target.private_key, self.secrets, attempt)
        if identity is not None and identity.note:
            attempt.tell(identity.note)
        pinned = target.pinned
        if not pinned:
            try:
                pipe = self._shake(attempt, verifying_context(target.ca_file, identity), identity, name=target.name)
            except ssl.SSLCertVerificationError as error:
                certificate = self._look(attempt, error)
                with attempt.asking():
                    accepted = self.decider.untrusted(certificate)
                if not accepted:
                    raise untrusted(certificate, target.address) from None
                pinned = certificate.fingerprint
        if pinned:
            judge = partial(must_be, pinned=pinned, host=target.host, port=target.port)
            pipe = self._shake(attempt, holding_context(identity), identity, judge=judge)
        return settle(attempt, pipe, target, identity, self.tuning)

    def _shake(
        self,
        attempt: Attempt,
        context: ssl.SSLContext,
        identity: Identity | None,
        *,
        name: str = "",
        judge: Judge | None = None,
    ) -> TlsPipe:
        """One connection and its handshake; raises `ssl.SSLCertVerificationError` too."""
        target, seconds = self.target, self.tuning.connect
        attempt.step(f"Connecting to {target.address}", seconds, lambda: f"{target.address} did not answer")
        sock = self.way(attempt)
        attempt.step(f"Checking the certificate of {target.address}", seconds,
                     lambda: f"{target.address} accepts connections, but did not finish a TLS handshake")  # fmt: skip
        pipe = TlsPipe(sock, context, server_name=name or indication(target.name))
        try:
            if judge is None:
                pipe.handshake()
            else:
                judge(pipe.greet())
                pipe.finish()
        except ssl.SSLCertVerificationError:
            pipe.close()
            raise
        except (OSError, EndedError, StuckError) as error:
            pipe.close()
            raise tls_alerts.failed(error, target.address, pipe.first, shown=identity is not None) from error
        except AppError:
            pipe.close()
            raise
        return pipe

    def _look(self, attempt: Attempt, error: ssl.SSLCertVerificationError) -> PeerCertificate:
        """The certificate that was not accepted, with what is wrong: a new connection that ends after its greeting."""
        seen: list[bytes] = []

        def look(chain: Sequence[bytes]) -> NoReturn:
            seen.extend(chain)
            raise _SeenError

        try:
            self._shake(attempt, holding_context(None), None, judge=look).close()
        except _SeenError:
            pass
        if not seen:
            raise tls_alerts.failed(EndedError(early=True), self.target.address, b"", shown=False)
        return describe_refused(seen[0], self.target, error)


class _SeenError(AppError):
    """Enough was seen."""

    def __init__(self) -> None:
        super().__init__("seen")


# ---- contexts


def verifying_context(ca_file: str, identity: Identity | None) -> ssl.SSLContext:
    """Authorities vouch for the server, and its certificate names it (RFC 9525: no common name counts)."""
    context = _context(identity)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    if ca_file:
        der = tls_certificate.read_authorities(ca_file)
        context.load_verify_locations(cadata="".join(ssl.DER_cert_to_PEM_cert(item) for item in der))
        # a file may name exactly one server, or an authority in the middle of a chain
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    else:
        tls_certificate.system_authorities(context)
    return context


def holding_context(identity: Identity | None) -> ssl.SSLContext:
    """Nothing is verified by OpenSSL: only for handshakes that are held until somebody has judged."""
    return _context(identity)


def _context(identity: Identity | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.hostname_checks_common_name = False
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if identity is not None:
        tls_identity.use(context, identity)
    return context


def indication(name: str) -> str | None:
    """What the greeting says about who is meant (SNI, RFC 6066): a host name, never an address."""
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name
    return None


# ---- who is trusted


def must_be(chain: Sequence[bytes], *, pinned: str, host: str, port: int) -> None:
    """The certificate has to be the one with that fingerprint; raises `CertificateChanged`."""
    if tls_certificate.fingerprint(chain[0]) == pinned:
        return
    certificate = tls_certificate.describe(chain[0], host, port)
    raise CertificateChanged(
        f"The certificate of {address_text(host, port)} has changed. Accepted: {pinned}. "
        f"Shown now: {certificate.fingerprint}, for {certificate.subject}, by {certificate.issuer}.",
        certificate,
        pinned,
        state=NOT_CONNECTED,
        advice="Somebody may be in between. If the device got a new certificate, compare the new fingerprint at the "
        "device, then remove the accepted one from the device's TLS settings.",
    )


def untrusted(certificate: PeerCertificate, address: str) -> CertificateUntrusted:
    """The error for a certificate that nobody accepted."""
    return CertificateUntrusted(
        f"The certificate of {address} cannot be trusted. {' '.join(certificate.problems)} "
        f"Its SHA-256 fingerprint is {certificate.fingerprint}.",
        certificate,
        state=NOT_CONNECTED,
        advice="Name the CA file that vouches for it, or the name it is made out to, in the device's TLS settings; "
        "or compare the fingerprint at the device and accept this certificate.",
    )


def describe_refused(der: bytes, target: TlsTarget, error: ssl.SSLCertVerificationError) -> PeerCertificate:
    """A certificate that OpenSSL refused, with everything that is wrong."""
    code = error.verify_code
    issuer = tls_certificate.readable(tls_certificate.parse(der).issuer)
    where = f"The CA file {target.ca_file}" if target.ca_file else "This computer"
    words = ""
    if code in _SELF_SIGNED:
        words = "It is signed by itself: no authority vouches for it."
    elif code in _UNKNOWN_ISSUER:
        words = f"{where} does not trust its issuer, {issuer or '(nobody)'}."
    elif code not in _SEEN_OTHERWISE:
        words = f"It was not accepted: {error.verify_message}."
    found = tls_certificate.describe(der, target.host, target.port, name=target.name, untrusted=words)
    if found.problems:
        return found
    return tls_certificate.describe(
        der, target.host, target.port, untrusted=f"Its chain was not accepted: {error.verify_message}."
    )


# ---- the stream


def settle(attempt: Attempt, pipe: TlsPipe, target: TlsTarget, identity: Identity | None, tuning: Tuning) -> Stream:
    """The stream over a finished handshake; raises `AuthenticationFailed` when the server does not let us in."""
    shown = identity is not None
    try:
        pipe.tune(tuning.keepalive, UNANSWERED, tuning.write_timeout)
        pipe.settle(min(FIRST_WORD, tuning.connect))
    except (OSError, EndedError) as error:
        pipe.close()
        why = tls_alerts.refusal(error, shown=shown) or (
            "it ended the connection after the handshake, without saying why"
        )
        raise tls_alerts.not_allowed(target.address, why, shown=shown) from error
    user = target.username or (identity.user if identity is not None else "")
    proved = tls_certificate.fingerprint(pipe.chain()[0])
    peer = PeerInfo(target.host, target.port, user, None, f"{pipe.version}, {pipe.cipher}", proved)
    return TlsStream(peer, pipe, attempt.opened(), target.address, shown=shown, write_timeout=tuning.write_timeout)


class TlsStream(ReaderStream):
    """Octets over TLS; closing it says so to the server (RFC 7589, section 3) and ends what it went through."""

    def __init__(
        self,
        peer: PeerInfo,
        pipe: TlsPipe,
        closers: Sequence[Callable[[], None]],
        address: str,
        *,
        shown: bool,
        write_timeout: float,
    ) -> None:
        super().__init__(peer)
        self._pipe = pipe
        self._closers = tuple(closers)
        self._address = address
        self._shown = shown
        self._write_timeout = write_timeout
        self._heard = False

    def _read(self) -> bytes:
        try:
            data = self._pipe.read()
        except EndedError:
            return b""
        except OSError as error:
            refused = tls_alerts.late(error, self._address, shown=self._shown) if not self._heard else None
            raise refused or self._broken(error) from error
        self._heard = True
        return data

    def _send(self, data: bytes) -> None:
        try:
            self._pipe.write(data)
        except StuckError as error:
            self.close()
            raise ConnectionLost(
                f"{self._address} takes nothing any more: nothing could be sent for {self._write_timeout:g} s.",
                state="What was being sent did not arrive as a whole. The draft is kept.",
                advice="Connect again; where a device needs longer, raise the setting connection.rpc_timeout.",
            ) from error
        except (OSError, ValueError) as error:
            raise self._broken(error) from error

    def _broken(self, error: BaseException) -> ConnectionLost:
        return self._lost(f"The connection to {self._address} broke: {tls_alerts.said(error)}.")

    def _shut(self) -> None:
        self._pipe.close()
        for close in self._closers:
            close()
