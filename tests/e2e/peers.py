"""Independent peers in front of netconfd: stunnel and socat terminating TLS, and an sshd that calls home.

None of them knows the program: what they agree with it on is the protocol.  `netconfd.py install` installs them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.certificates import Certificate
from tests.e2e.netconfd import PATH, USER, Netconfd, free_port, program

HOST = "127.0.0.1"


def missing() -> str:
    """Why the peers cannot be started here; empty if they can."""
    for name in ("stunnel", "socat"):
        if not shutil.which(name, path=PATH):
            return f"{name} is not installed"
    return ""


def subsystem(server: Netconfd) -> str:
    """A program that joins its standard input and output to netconfd, as sshd's subsystem does."""
    script = server.folder / "subsystem.sh"
    run = f"{program('netconf-subsystem')} --ncxserver-sockname={server.port}@{server.folder / 'ncx.sock'}"
    script.write_text(
        "#!/bin/sh\n"
        # by this the subsystem finds out whether its port is one of netconfd's
        f'export SSH_CONNECTION="{HOST} 1 {HOST} {server.port}" USER={USER} LOGNAME={USER} HOME=/tmp\n'
        f"exec {program('setpriv')} --reuid {USER} --regid {USER} --clear-groups {run}\n"
    )
    script.chmod(0o755)
    return str(script)


class Peer:
    """A program that listens at `port`, ended with all that it has started."""

    def __init__(self, command: Sequence[str], log: Path, port: int = 0) -> None:
        self.port = port
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env={"PATH": PATH, "LC_ALL": "C"},
            )  # fmt: skip
        if port:
            self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"it does not listen: {self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def stunnel(server: Netconfd, certificate: Certificate, clients: bytes, version: str = "") -> Peer:
    """stunnel, which wants a certificate that the authority `clients` (PEM) has signed."""
    folder, port = server.folder, free_port()
    own, key = certificate.write(folder, f"stunnel-{port}")
    authority = folder / f"stunnel-{port}-ca.pem"
    authority.write_bytes(clients)
    versions = f"sslVersionMin = {version}\nsslVersionMax = {version}\n" if version else ""
    config = folder / f"stunnel-{port}.conf"
    config.write_text(
        "foreground = yes\nsyslog = no\npid =\ndebug = warning\n"
        f"[netconf]\naccept = {HOST}:{port}\ncert = {own}\nkey = {key}\nCAfile = {authority}\nverifyChain = yes\n"
        f"requireCert = yes\n{versions}exec = {subsystem(server)}\nexecArgs = subsystem.sh\n"
    )
    return Peer([program("stunnel"), str(config)], folder / "stunnel.log", port)


def socat(server: Netconfd, certificate: Certificate, clients: bytes) -> Peer:
    """socat, which wants the same."""
    folder, port = server.folder, free_port()
    both, authority = folder / f"socat-{port}.pem", folder / f"socat-{port}-ca.pem"
    both.write_bytes(certificate.key_pem() + certificate.pem)
    authority.write_bytes(clients)
    listen = f"OPENSSL-LISTEN:{port},bind={HOST},reuseaddr,fork,cert={both},cafile={authority},verify=1"
    return Peer([program("socat"), "-d", listen, f"EXEC:{subsystem(server)}"], folder / "socat.log", port)


def calling_sshd(server: Netconfd, port: int) -> Peer:
    """OpenSSH's sshd behind an outgoing socat: it calls that port, serves one connection, and calls again."""
    config = server.folder / f"sshd-{port}.conf"
    lines = [line for line in (server.folder / "sshd_config").read_text().splitlines() if "ListenAddress" not in line]
    lines = [
        f'Subsystem netconf "{plain_subsystem(server)}"' if line.startswith("Subsystem") else line for line in lines
    ]
    config.write_text("\n".join(lines) + "\n")
    call = f"{program('socat')} TCP:{HOST}:{port},retry=100,interval=0.1 EXEC:'{program('sshd')} -i -e -f {config}'"
    return Peer(["/bin/sh", "-c", f"while :; do {call}; sleep 0.2; done"], server.folder / "calling.log")


def plain_subsystem(server: Netconfd) -> str:
    """As `subsystem`, for a user that is signed in already."""
    script = server.folder / "signed-in.sh"
    run = f"{program('netconf-subsystem')} --ncxserver-sockname={server.port}@{server.folder / 'ncx.sock'}"
    script.write_text(f'#!/bin/sh\nexport SSH_CONNECTION="{HOST} 1 {HOST} {server.port}"\nexec {run}\n')
    script.chmod(0o755)
    return str(script)


class TlsCaller:
    """Calls a port and is the TLS server of that connection (RFC 8071): OpenSSL's own sockets, and netconfd behind."""

    def __init__(self, server: Netconfd, certificate: Certificate, clients: bytes, port: int) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate.write(server.folder, f"caller-{port}"))
        self._context.load_verify_locations(cadata=clients.decode())
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._command = subsystem(server)
        self._port = port
        self._stopping = threading.Event()
        self._sock: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> TlsCaller:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        sock = self._sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._thread.join(20)

    def _run(self) -> None:
        while not self._stopping.wait(0.1):
            try:
                with socket.create_connection((HOST, self._port), 10) as sock:
                    self._sock = sock
                    sock.settimeout(None)
                    with self._context.wrap_socket(sock, server_side=True) as tls:
                        self._serve(tls)
            except OSError:
                continue

    def _serve(self, tls: ssl.SSLSocket) -> None:
        process = subprocess.Popen([self._command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert process.stdin is not None
        assert process.stdout is not None
        back = threading.Thread(target=_copy, args=(process.stdout, tls), daemon=True)
        back.start()
        try:
            while data := tls.recv(65536):
                process.stdin.write(data)
        except OSError:
            pass
        finally:
            process.kill()
            process.wait()
            back.join(10)
            process.stdin.close()
            process.stdout.close()


def _copy(source: object, sink: ssl.SSLSocket) -> None:
    try:
        while data := source.read(65536):  # type: ignore[attr-defined]
            sink.sendall(data)
    except (OSError, ValueError):
        pass
