"""Proxies on loopback for tests: SOCKS 5 and HTTP CONNECT, each step of which can be bent."""

from __future__ import annotations

import base64
import ipaddress
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class ProxyServer:
    """A proxy that listens until the `with` block ends; `asked` are the addresses it was asked for."""

    kind: str = "socks5"
    user: str = ""
    password: str = ""
    refuse: int = 0  # a reply of SOCKS, or an HTTP status
    silent: bool = False  # takes what it is told, answers nothing
    hang_up: bool = False  # ends the connection instead of an answer
    answer: bytes = b""  # instead of anything sensible
    asked: list[tuple[str, int]] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)  # requests as they came
    _threads: list[threading.Thread] = field(default_factory=list)
    _sockets: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> ProxyServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = "127.0.0.1", int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        for thread in self._threads:
            thread.join(10)
        for sock in self._sockets:
            sock.close()

    @property
    def url(self) -> str:
        user = f"{self.user}@" if self.user else ""
        return f"{self.kind}://{user}{self.host}:{self.port}"

    def drop(self) -> None:
        """End all connections without a word."""
        for sock in tuple(self._sockets):
            _shut(sock)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(sock)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self.hang_up:
                sock.recv(1)
            elif self.silent:
                while sock.recv(4096):
                    pass
            elif self.answer:
                sock.recv(1)
                sock.sendall(self.answer)
            else:
                (self._socks if self.kind == "socks5" else self._http)(sock)
        except (OSError, EOFError):
            pass
        _shut(sock)

    def _exactly(self, sock: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = sock.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def _socks(self, sock: socket.socket) -> None:
        methods = self._exactly(sock, self._exactly(sock, 2)[1])
        wanted = 2 if self.password else 0
        if wanted not in methods:
            sock.sendall(b"\x05\xff")
            return
        sock.sendall(bytes([5, wanted]))
        if wanted:
            user = self._exactly(sock, self._exactly(sock, 2)[1])
            password = self._exactly(sock, self._exactly(sock, 1)[0])
            right = (user.decode(), password.decode()) == (self.user, self.password)
            sock.sendall(b"\x01\x00" if right else b"\x01\x01")
            if not right:
                return
        kind = self._exactly(sock, 4)[3]
        if kind == 3:
            host = self._exactly(sock, self._exactly(sock, 1)[0]).decode()
        else:
            host = str(ipaddress.ip_address(self._exactly(sock, 4 if kind == 1 else 16)))
        (port,) = struct.unpack(">H", self._exactly(sock, 2))
        self.asked.append((host, port))
        sock.sendall(bytes([5, self.refuse, 0, 1, 0, 0, 0, 0, 0, 0]))
        if not self.refuse:
            self._relay(sock, host, port)

    def _http(self, sock: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._exactly(sock, 1)
        self.heard.append(head)
        host, _, port = head.split()[1].decode().rpartition(":")
        token = base64.b64encode(f"{self.user}:{self.password}".encode())
        if self.password and b"Proxy-Authorization: Basic " + token not in head:
            sock.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n\r\n")
            return
        self.asked.append((host.strip("[]"), int(port)))
        if self.refuse:
            sock.sendall(f"HTTP/1.1 {self.refuse} Not here\r\n\r\n".encode())
            return
        sock.sendall(b"HTTP/1.1 200 Connection established\r\nX-Anything: y\r\n\r\n")
        self._relay(sock, host.strip("[]"), int(port))

    def _relay(self, sock: socket.socket, host: str, port: int) -> None:
        through = socket.create_connection((host, port), 10)
        through.settimeout(None)
        self._sockets.append(through)
        self._start(self._pump, through, sock)
        self._pump(sock, through)

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        _shut(source)
        _shut(sink)


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
