"""Further ways into a real server: an OpenSSH of its own in front of its subsystem, configured as a test wants."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.netconfd import USER, Netconfd, free_port, program

OLD_ONLY = (
    "KexAlgorithms diffie-hellman-group1-sha1,diffie-hellman-group14-sha1",
    "HostKeyAlgorithms ssh-rsa",
    "PubkeyAcceptedAlgorithms ssh-rsa",
    "Ciphers 3des-cbc,aes128-cbc",
    "MACs hmac-sha1",
)


class Door:
    """An sshd on a port of its own, until the `with` block ends; `lines` go before the usual configuration."""

    def __init__(self, server: Netconfd, folder: Path, lines: Sequence[str] = (), *, host_key: str = "ed25519") -> None:
        self.server, self.folder, self.lines, self.host_key = server, folder, lines, host_key
        self.port = free_port()
        self.user, self.password, self.key = server.user, server.password, server.key
        self._sshd: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Door:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "sshd_config"
        subsystem = self._subsystem()
        lines = [
            *self.lines,
            f"ListenAddress 127.0.0.1:{self.port}",
            f"HostKey {self.server.folder}/host_{self.host_key}",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "KbdInteractiveAuthentication no",
            f"AuthorizedKeysFile {self.server.folder}/authorized_keys",
            f"AllowUsers {USER}",
            "UseDNS no",
            f'Subsystem netconf "{subsystem}"',
        ]
        config.write_text("\n".join((*lines, "")))
        with (self.folder / "sshd.log").open("ab") as out:
            self._sshd = subprocess.Popen(
                [program("sshd"), "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stderr=out
            )
        for _ in range(300):
            if listens(self.port):
                return self
            if self._sshd.poll() is not None:
                break
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"sshd does not listen\n{(self.folder / 'sshd.log').read_text(errors='replace')[-2000:]}")

    def _subsystem(self) -> str:
        """netconfd takes only those who came to its own port: they are made to have."""
        script = self.server.folder / f"door-{self.port}"
        socket_name = f"{self.server.port}@{self.server._socket}"
        script.write_text(
            f"#!/bin/sh\nexport SSH_CONNECTION='127.0.0.1 1 127.0.0.1 {self.server.port}'\n"
            f"exec {program('netconf-subsystem')} --ncxserver-sockname={socket_name}\n"
        )
        script.chmod(0o755)
        return str(script)

    def __exit__(self, *_exc: object) -> None:
        if self._sshd is not None:
            self._sshd.terminate()
            self._sshd.wait(10)


def listens(port: int) -> bool:
    """Whether somebody takes connections to that port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
