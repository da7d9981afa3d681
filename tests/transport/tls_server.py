"""A TLS server of OpenSSL's own sockets, which the program's code has no part in: it echoes what it reads."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

from tests.certificates import Certificate

HELLO = b"<hello/>]]>]]>"


class TlsServer:
    """Speaks first, as NETCONF servers do, then echoes; counts what it learned of its clients."""

    def __init__(
        self,
        certificate: Certificate,
        folder: Path,
        *,
        clients: bytes = b"",
        versions: tuple[ssl.TLSVersion, ssl.TLSVersion] | None = None,
        family: socket.AddressFamily = socket.AF_INET,
        speaks: bool = True,
    ) -> None:
        """`clients`: PEM of the authority whose client certificates are wanted; empty: none is asked for."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate.write(folder, f"server-{id(self):x}"))
        if clients:
            self.context.load_verify_locations(cadata=clients.decode())
            self.context.verify_mode = ssl.CERT_REQUIRED
        if versions:
            self.context.minimum_version, self.context.maximum_version = versions
        self._speaks = speaks
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self._listener.listen(16)
        self.host, self.port = self._listener.getsockname()[:2]
        self.users: list[str] = []  # common names of clients that got in
        self.received = bytearray()
        self.failures: list[str] = []
        self.ended_politely = threading.Event()
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: list[socket.socket] = []
        self._threads[0].start()

    def wait_for(self, *users: str) -> bool:
        """Whether these clients get in, and no others before."""
        with self._changed:
            return self._changed.wait_for(lambda: self.users == list(users), 20)

    def close(self) -> None:
        for sock in (self._listener, *self._open):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
        for thread in self._threads:
            thread.join(10)

    def __enter__(self) -> TlsServer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            with self.context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False) as tls:
                self._open.append(tls)
                subject = dict(part[0] for part in (tls.getpeercert() or {}).get("subject", ()))
                with self._changed:
                    self.users.append(str(subject.get("commonName", "")))
                    self._changed.notify_all()
                if self._speaks:
                    tls.sendall(HELLO)
                while data := tls.recv(65536):
                    self.received += data
                    tls.sendall(data)
                self.ended_politely.set()
        except OSError as error:
            self.failures.append(getattr(error, "reason", "") or str(error))
