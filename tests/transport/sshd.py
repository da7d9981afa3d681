"""A small SSH server on loopback whose every step a test can bend."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import paramiko

USER = "ops"


@dataclass
class Gate(paramiko.ServerInterface):
    """Who gets in, and what they may open."""

    passwords: Sequence[str] = ()
    keys: Sequence[str] = ()  # base64 of public keys
    questions: Sequence[tuple[str, bool]] = ()
    answers: Sequence[str] = ()
    dialogue: Sequence[tuple[str, str]] = ()  # hidden questions one after the other, and their answers
    both: bool = False  # a key, and then a password
    stuck_in: str = ""  # "password" or "subsystem": no answer before `release`
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    subsystem: str = "netconf"
    forward: bool = False
    asked: list[str] = field(default_factory=list)
    forwarded: list[tuple[str, int]] = field(default_factory=list)

    def get_allowed_auths(self, username: str) -> str:
        ways = []
        if self.keys:
            ways.append("publickey")
        if self.passwords:
            ways.append("password")
        if self.questions or self.dialogue:
            ways.append("keyboard-interactive")
        return ",".join(ways)

    def check_auth_none(self, username: str) -> int:
        return paramiko.AUTH_FAILED

    def check_auth_password(self, username: str, password: str) -> int:
        self.asked.append(f"password {password}")
        self._stick("password")
        return paramiko.AUTH_SUCCESSFUL if username == USER and password in self.passwords else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.asked.append(f"key {key.get_name()}")
        if key.get_base64() not in self.keys:
            return paramiko.AUTH_FAILED
        return paramiko.AUTH_PARTIALLY_SUCCESSFUL if self.both else paramiko.AUTH_SUCCESSFUL

    def check_auth_interactive(self, username: str, submethods: str) -> object:
        self.asked.append("keyboard-interactive")
        self._next = iter(self.dialogue)
        if self.dialogue:
            return self._question()
        query = paramiko.InteractiveQuery("Sign in", "Two questions")
        for text, echo in self.questions:
            query.add_prompt(text, echo)
        return query

    def _question(self) -> object:
        text, self._right = next(self._next)
        return paramiko.InteractiveQuery("Sign in", "", (text, False))

    def _stick(self, where: str) -> None:
        if self.stuck_in == where:
            self.arrived.set()
            self.release.wait(30)

    def check_auth_interactive_response(self, responses: list[str]) -> object:
        self.asked.append("answers " + ",".join(responses))
        if self.dialogue:
            if responses != [self._right]:
                return paramiko.AUTH_FAILED
            try:
                return self._question()
            except StopIteration:
                return paramiko.AUTH_SUCCESSFUL
        return paramiko.AUTH_SUCCESSFUL if responses == list(self.answers) else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        self._stick("subsystem")
        return name == self.subsystem

    def check_channel_direct_tcpip_request(self, chanid: int, origin: object, destination: tuple[str, int]) -> int:
        if not self.forward:
            return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        self.forwarded.append(destination)
        return paramiko.OPEN_SUCCEEDED


def echo(channel: paramiko.Channel) -> None:
    """The usual subsystem: sends back what it gets."""
    while data := channel.recv(65536):
        channel.sendall(data)
    channel.close()


class SshServer:
    """Listens on a free port of loopback; `with SshServer(...) as server`."""

    def __init__(
        self,
        gate: Gate,
        host_keys: Sequence[paramiko.PKey],
        *,
        serve: Callable[[paramiko.Channel], None] = echo,
        bend: Callable[[paramiko.Transport], None] = lambda transport: None,
        silent: bool = False,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> None:
        self.gate, self.host_keys, self.serve, self.bend, self.silent = gate, host_keys, serve, bend, silent
        self.host = "127.0.0.1" if family == socket.AF_INET else "::1"
        self.accepted = threading.Event()
        self.ended = threading.Event()
        self._listener = socket.create_server((self.host, 0), family=family)
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []
        self.transports: list[paramiko.Transport] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def __enter__(self) -> SshServer:
        return self

    def drop(self) -> None:
        """End all connections without a word."""
        for sock in self._sockets:
            sock.shutdown(socket.SHUT_RDWR)

    def say_goodbye(self, text: str) -> None:
        """SSH_MSG_DISCONNECT on all connections (RFC 4253, section 11.1)."""
        message = paramiko.Message()
        message.add_byte(b"\x01")
        message.add_int(11)
        message.add_string(text)
        message.add_string("en")
        for transport in self.transports:
            transport._send_message(message)

    def __exit__(self, *_exc: object) -> None:
        self.gate.release.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for transport in self.transports:
            transport.close()
        for sock in self._sockets:
            sock.close()
        for thread in (*self._threads, *self.transports):
            thread.join(10)

    def _start(self, function: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            self._sockets.append(sock)
            self.accepted.set()
            if self.silent:
                self._start(self._swallow, sock)
                continue
            self._start(self._session, sock)

    def _swallow(self, sock: socket.socket) -> None:
        try:
            while sock.recv(4096):
                pass
        except OSError:
            pass
        self.ended.set()

    def _session(self, sock: socket.socket) -> None:
        transport = paramiko.Transport(sock)
        self.transports.append(transport)
        for key in self.host_keys:
            transport.add_server_key(key)
        self.bend(transport)
        try:
            transport.start_server(event=threading.Event(), server=self.gate)
            while transport.is_active():
                channel = transport.accept(0.2)
                if channel is None:
                    continue
                if self.gate.forwarded:
                    self._start(self._forward, channel, self.gate.forwarded[-1])
                else:
                    self._start(self._subsystem, channel)
        except (paramiko.SSHException, EOFError, OSError):
            pass
        self.ended.set()

    def _subsystem(self, channel: paramiko.Channel) -> None:
        try:
            self.serve(channel)
        except (OSError, EOFError):  # paramiko raises EOFError when the other side is gone before our close
            pass

    def _forward(self, channel: paramiko.Channel, destination: tuple[str, int]) -> None:
        sock = socket.create_connection(destination)
        self._sockets.append(sock)
        self._start(self._pump, sock.recv, channel.sendall, channel.close)
        self._pump(channel.recv, sock.sendall, lambda: sock.shutdown(socket.SHUT_RDWR))

    @staticmethod
    def _pump(read: Callable[[int], bytes], write: Callable[[bytes], None], close: Callable[[], None]) -> None:
        try:
            while data := read(65536):
                write(data)
        except OSError:
            pass
        try:
            close()
        except (OSError, EOFError):
            pass
