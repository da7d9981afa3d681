"""TLS over a connected socket: the handshake, and bytes both ways from two threads.

OpenSSL works in memory here and the socket is ours, for two reasons: its objects may not be used by two threads at
once, so a lock guards them that nobody holds while waiting for the network; and what the handshake wants to send can be
held back until the other side's certificate was judged, so that one who is not trusted learns nothing, not even our
certificate.  Does not live here: judging (`tls`, `callhome`), what errors mean in words (`tls_alerts`).
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Any

from netconf_gui.transport.buffers import shut

READ_SIZE = 1 << 20
SEND_SIZE = 1 << 16
RECEIVE_SIZE = 1 << 17
SNIFFED = 16  # octets kept of what came first
MOST_HANDSHAKE = 1 << 20  # octets of one, before anybody is trusted

_RECORD_HEADER = 5
_HANDSHAKE = 22  # the type of a record (RFC 5246, section 6.2.1)
_SERVER_HELLO = 2
_CERTIFICATE = 11  # the type of a handshake message (RFC 5246, section 7.4)


class EndedError(Exception):
    """The other side ended the connection where it may not; `early` before the handshake was over."""

    def __init__(self, *, early: bool) -> None:
        super().__init__("the connection was ended")
        self.early = early


class StuckError(Exception):
    """The other side takes nothing any more; what was being sent did not arrive as a whole."""


class TlsPipe:
    """One TLS connection over `sock`; `read` on one thread, `write` and `close` on any.

    Errors are those of `ssl`, `OSError`, `EndedError` and `StuckError`.
    """

    def __init__(
        self, sock: socket.socket, context: ssl.SSLContext, *, server_name: str | None = None, server_side: bool = False
    ) -> None:
        self._sock = sock
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=server_side, server_hostname=server_name)
        self._lock = threading.Lock()  # over OpenSSL's object; held for computing only
        self._sending = threading.Lock()  # records go out in the order in which they were made
        self._ready = b""  # decrypted, not handed out yet
        self._late: BaseException | None = None  # what ended it after `_ready`
        self._over = False
        self._held: tuple[bytes, ...] = ()  # the chain that is being judged: nothing may be sent meanwhile
        self.first = b""  # the first octets that came, as they came

    @property
    def version(self) -> str:
        """ "TLSv1.3" or "TLSv1.2"."""
        return self._tls.version() or ""

    @property
    def cipher(self) -> str:
        found = self._tls.cipher()
        return found[0] if found else ""

    def chain(self) -> tuple[bytes, ...]:
        """The certificates that the other side showed (DER), its own first; none where it showed none."""
        leaf = self._tls.getpeercert(binary_form=True)
        if leaf is None:
            return ()
        # public from Python 3.13 on; before, the same is on the object inside
        ask = getattr(self._tls, "get_unverified_chain", None)
        if ask is not None:
            found = [bytes(item) for item in ask()]
        else:
            inner: Any = getattr(self._tls, "_sslobj", None)
            found = [ssl.PEM_cert_to_DER_cert(item.public_bytes()) for item in inner.get_unverified_chain() or ()]
        return (leaf, *(item for item in found if item != leaf))

    # ---- the handshake

    def handshake(self) -> None:
        """Shake hands."""
        while not self._step():
            self._flush()
            self._take()
        self._flush()

    def greet(self) -> tuple[bytes, ...]:
        """Begin to shake hands: the chain that the other side shows, before anything but the greeting is sent.

        `finish` goes on; `close` throws away what is held back, so that the other side learns nothing more.
        """
        received = bytearray()
        while True:
            done = self._step()
            if received and self._out.pending:
                said = () if done else messages_in_clear(bytes(received))
                chain = self.chain() if done else certificates_among(said)
                if chain:
                    self._held = chain
                    return chain
                if any(kind != _SERVER_HELLO for kind, _ in said):
                    # another greeting may be asked for (RFC 8446, section 4.1.4), nothing else before a certificate
                    raise ssl.SSLError("the other side shows no certificate")
            if done:
                raise ssl.SSLError("the other side shows no certificate")
            self._flush()
            received += self._take()
            if len(received) > MOST_HANDSHAKE:
                raise ssl.SSLError("the handshake is too long")

    def finish(self) -> None:
        """Go on after `greet`; raises `ssl.SSLError` when another certificate than the one shown was proved."""
        held, self._held = self._held, ()
        self.handshake()
        if self.chain()[:1] != held[:1]:
            raise ssl.SSLError("the certificate that was shown is not the one that was proved")

    def _step(self) -> bool:
        """As far as OpenSSL comes without the network; whether that is the end."""
        try:
            with self._lock:
                self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            self._flush(quietly=True)  # the alert that says why
            raise
        return True

    def wait_for_end(self) -> None:
        """Until the other side ends a connection that is held, or says anything: there is nothing for it to say."""
        while True:
            try:
                self._sock.recv(1, socket.MSG_PEEK)
                return
            except TimeoutError:
                continue
            except OSError:
                return

    def _take(self) -> bytes:
        """What comes next from the network, handed to OpenSSL."""
        data = self._receive()
        if not data:
            raise EndedError(early=True)
        if len(self.first) < SNIFFED:
            self.first += data[: SNIFFED - len(self.first)]
        with self._lock:
            self._in.write(data)
        return data

    # ---- afterwards

    def tune(self, keepalive: float, probes: int, write_timeout: float) -> None:
        """Have TCP ask for a sign of life after `keepalive` silent seconds (0: never), and give up after `probes`;
        give up writing after `write_timeout` seconds in which nothing could be sent."""
        self._sock.settimeout(write_timeout)
        if not isinstance(self._sock, socket.socket):
            return  # it goes through something that has its own keepalive
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, int(keepalive > 0))
        seconds = max(1, round(keepalive))
        for name, value in (("TCP_KEEPIDLE", seconds), ("TCP_KEEPINTVL", seconds), ("TCP_KEEPCNT", probes)):
            if keepalive > 0 and hasattr(socket, name):
                self._sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def settle(self, seconds: float) -> None:
        """Wait for a first word of the other side, at most so long: TLS 1.3 refuses clients after the handshake.

        Raises the refusal; else keeps what came for `read`.
        """
        before = self._sock.gettimeout()
        self._sock.settimeout(seconds)
        try:
            data = self._sock.recv(RECEIVE_SIZE)
        except TimeoutError:
            return
        finally:
            self._sock.settimeout(before)
        if not data:
            raise EndedError(early=True)
        with self._lock:
            self._in.write(data)
        self._decrypt()
        if self._late is not None and not self._ready:
            raise self._late

    def read(self) -> bytes:
        """The next octets; b"" when the other side said that it ends."""
        while True:
            if not self._ready and self._late is None:
                self._decrypt()
            if self._ready:
                data, self._ready = self._ready, b""
                return data
            if isinstance(self._late, ssl.SSLZeroReturnError):
                return b""
            if self._late is not None:
                raise self._late
            data = self._receive()
            if not data:
                raise EndedError(early=False)
            with self._lock:
                self._in.write(data)

    def _decrypt(self) -> None:
        """All that has come whole."""
        pieces, size = [self._ready], len(self._ready)
        with self._lock:
            while size < READ_SIZE:
                try:
                    piece = self._tls.read(READ_SIZE)
                except ssl.SSLWantReadError:
                    break
                except ssl.SSLError as error:
                    self._late = error
                    break
                if not piece:  # the other side says that it ends (close_notify)
                    self._late = ssl.SSLZeroReturnError("ended")
                    break
                pieces.append(piece)
                size += len(piece)
        self._ready = b"".join(pieces)
        if self._out.pending and self._sending.acquire(blocking=False):
            # answers to key updates, alerts; a writer that is at it takes them along
            try:
                self._drain(quietly=True)
            finally:
                self._sending.release()

    def write(self, data: bytes | memoryview) -> None:
        """Send all of it; waits while the other side takes nothing, as long as the socket's time-out."""
        view = memoryview(data)
        while view:
            with self._sending:
                with self._lock:
                    self._tls.write(view[:SEND_SIZE])
                self._drain()
            view = view[SEND_SIZE:]

    def close(self) -> None:
        """Say good-bye if that goes at once, and end the connection."""
        if self._over:
            return
        self._over = True
        if self._held:
            shut(self._sock)
            return
        if self._sending.acquire(blocking=False):
            try:
                with self._lock:
                    self._tls.unwrap()
            except (ssl.SSLError, ValueError, OSError):
                pass  # the answer is not waited for
            try:
                self._sock.settimeout(0)
                self._sock.send(self._out.read())
            except OSError:
                pass  # it is gone already, or takes nothing
            finally:
                self._sending.release()
        shut(self._sock)

    # ---- the socket

    def _receive(self) -> bytes:
        while True:
            try:
                return self._sock.recv(RECEIVE_SIZE)
            except TimeoutError:
                if self._over:
                    return b""
                # the time-out is for sending; silence may last

    def _flush(self, *, quietly: bool = False) -> None:
        with self._sending:
            self._drain(quietly=quietly)

    def _drain(self, *, quietly: bool = False) -> None:
        """Send what OpenSSL has made (`_sending` is held)."""
        while self._out.pending:
            with self._lock:
                view = memoryview(self._out.read())
            try:
                while view:
                    view = view[self._sock.send(view) :]
            except TimeoutError as error:
                if not quietly:
                    raise StuckError from error
                return
            except OSError:
                if not quietly:
                    raise
                return


def messages_in_clear(received: bytes) -> tuple[tuple[int, bytes], ...]:
    """The messages of a handshake that are not encrypted, with their types; those that are there as a whole.

    RFC 5246, sections 6.2.1 and 7.4.
    """
    stream = bytearray()
    at = 0
    while at + _RECORD_HEADER <= len(received):
        end = at + _RECORD_HEADER + int.from_bytes(received[at + 3 : at + 5])
        if end > len(received):
            break
        if received[at] == _HANDSHAKE:
            stream += received[at + _RECORD_HEADER : end]
        at = end
    found = []
    at = 0
    while at + 4 <= len(stream):
        size = int.from_bytes(stream[at + 1 : at + 4])
        body = bytes(stream[at + 4 : at + 4 + size])
        if len(body) < size:
            break
        found.append((stream[at], body))
        at += 4 + size
    return tuple(found)


def certificates_among(messages: Sequence[tuple[int, bytes]]) -> tuple[bytes, ...]:
    """The certificates (DER) that a server shows up to TLS 1.2, which hides nothing; none while they are not there.

    RFC 5246, section 7.4.2.
    """
    return next((_listed(body) for kind, body in messages if kind == _CERTIFICATE), ())


def _listed(body: bytes) -> tuple[bytes, ...]:
    """The entries of a Certificate message, each with a length of three octets."""
    found = []
    at = 3
    while at + 3 <= len(body):
        size = int.from_bytes(body[at : at + 3])
        entry = body[at + 3 : at + 3 + size]
        if len(entry) < size:
            return ()
        found.append(entry)
        at += 3 + size
    return tuple(found)
