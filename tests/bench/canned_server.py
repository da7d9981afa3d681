"""OpenSSH with the canned-reply subsystem, for the session benchmark; standard library only."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).with_name("canned.c")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")


def missing() -> str:
    """What keeps the server from starting; empty if nothing does."""
    for name in ("sshd", "ssh-keygen", "cc"):
        if not shutil.which(name, path=PATH):
            return f"{name} is not installed"
    return ""


class CannedServer:
    """An sshd for each framing, on free ports of loopback; `with CannedServer() as server`."""

    def __enter__(self) -> CannedServer:
        self.folder = Path(tempfile.mkdtemp(prefix="canned."))
        self.folder.chmod(0o755)
        self.user = getpass.getuser()
        program = self.folder / "canned"
        subprocess.run(["cc", "-O2", "-o", program, SOURCE], check=True)
        for name in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        shutil.copy(self.folder / "client.pub", self.folder / "authorized_keys")
        self.key = self.folder / "client"
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.ports: dict[str, int] = {}
        self._processes = [self._start(framing, f"{program} {framing}") for framing in ("eom", "chunked")]
        return self

    def _start(self, framing: str, subsystem: str) -> subprocess.Popen[bytes]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = self.ports[framing] = int(probe.getsockname()[1])
        config = self.folder / f"sshd_{framing}"
        config.write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {self.folder}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nPermitRootLogin prohibit-password\nUseDNS no\n"
            f"PasswordAuthentication no\nMaxStartups 100:30:200\nSubsystem netconf {subsystem}\n"
        )
        sshd = shutil.which("sshd", path=PATH)
        process = subprocess.Popen([str(sshd), "-D", "-e", "-f", config], stderr=(self.folder / "log").open("ab"))
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return process
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text()[-1000:])

    def __exit__(self, *_exc: object) -> None:
        for process in self._processes:
            process.terminate()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
