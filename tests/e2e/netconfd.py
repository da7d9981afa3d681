"""A real NETCONF server for the end-to-end tests: yuma123's netconfd behind OpenSSH, on loopback.

Standard library only, so that `.ci/run` can call it before anything is installed:

    netconfd.py install                      packages and the system user (root; changes the machine)
    netconfd.py start DIR [--running]        for work by hand; prints what to connect to, runs until interrupted

What the Debian package lacks is supplied here: a helper program without which netconfd stops after a second, a
home with `.yuma`, and stand-ins for the programs with which its back ends would change this machine.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PACKAGES = (
    "netconfd yangcli libyuma-base netconfd-module-ietf-interfaces netconfd-module-ietf-system "
    "openssh-server openssh-client gnome-keyring dbus-x11 libsecret-tools stunnel4 socat"
).split()
USER = "netconf"
PASSWORD = "box-e2e-secret-4711"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
MODULES = Path(__file__).resolve().parent / "modules"


def program(name: str) -> str:
    found = shutil.which(name, path=PATH)
    if not found:
        raise FileNotFoundError(f"{name} is not installed")
    return found


def available() -> str:
    """Why a server cannot be started here; empty if it can."""
    for name in ("netconfd", "netconf-subsystem", "sshd", "ssh-keygen", "setpriv"):
        if not shutil.which(name, path=PATH):
            return f"{name} is not installed"
    if os.geteuid() != 0:
        return "not root"
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return f"no system user {USER}"
    return ""


def install() -> None:
    """Packages and user; a policy file keeps apt from starting a system-wide sshd."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *PACKAGES], capture_output=True, text=True
    )
    present = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    missing = [name for name in PACKAGES if name not in present]
    if missing:
        policy = Path("/usr/sbin/policy-rc.d")
        made = not policy.exists()
        if made:
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
        try:
            env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "update", "-q"], env=env, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(
                ["apt-get", "install", "-qy", "--no-install-recommends", *missing],
                env=env,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        finally:
            if made:
                policy.unlink()
    try:
        pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--home-dir", f"/var/lib/{USER}-test", "--create-home", "--shell", "/bin/sh", USER],
            check=True,
        )
    subprocess.run(["chpasswd"], input=f"{USER}:{PASSWORD}\n", text=True, check=True)
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Netconfd:
    """One netconfd and its sshd, in a folder of their own."""

    def __init__(self, folder: Path, *, target: str = "candidate", startup: bool = False) -> None:
        self.folder = folder
        self.target = target
        self.startup = startup
        self.port = free_port()
        self.user, self.password = USER, PASSWORD
        self.key = folder / "client_key"
        self.known_hosts = folder / "known_hosts"
        self._socket = folder / "ncx.sock"
        self._netconfd: subprocess.Popen[bytes] | None = None
        self._sshd: subprocess.Popen[bytes] | None = None

    # ------------------------------------------------------------------ files

    def _write_keys(self) -> None:
        for name, kind in (("host_ed25519", "ed25519"), ("host_rsa", "rsa"), ("client_key", "ed25519")):
            path = self.folder / name
            if not path.exists():
                subprocess.run([program("ssh-keygen"), "-q", "-t", kind, "-N", "", "-C", "e2e", "-f", path], check=True)
        shutil.copy(self.folder / "client_key.pub", self.folder / "authorized_keys")
        lines = []
        for name in ("host_ed25519", "host_rsa"):
            kind, blob = (self.folder / f"{name}.pub").read_text().split()[:2]
            lines.append(f"[127.0.0.1]:{self.port} {kind} {blob}\n")
        self.known_hosts.write_text("".join(lines))

    def fingerprint(self) -> str:
        words = subprocess.run(
            [program("ssh-keygen"), "-l", "-f", self.folder / "host_ed25519.pub"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        return words[1]

    def _write_config(self) -> Path:
        path = self.folder / "sshd_config"
        subsystem = f"{program('netconf-subsystem')} --ncxserver-sockname={self.port}@{self._socket}"
        path.write_text(
            "\n".join(
                (
                    f"ListenAddress 127.0.0.1:{self.port}",
                    f"HostKey {self.folder}/host_ed25519",
                    f"HostKey {self.folder}/host_rsa",
                    "PidFile none",
                    "UsePAM no",
                    "StrictModes no",
                    "PasswordAuthentication yes",
                    "KbdInteractiveAuthentication no",
                    f"AuthorizedKeysFile {self.folder}/authorized_keys",
                    f"AllowUsers {USER}",
                    "UseDNS no",
                    "MaxStartups 100:30:200",
                    "MaxSessions 100",
                    f'Subsystem netconf "{subsystem}"',
                    "",
                )
            )
        )
        return path

    def _write_programs(self) -> Path:
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        scripts = {
            "get-interface-ipv4": "#!/bin/sh\n"
            'test "$1" = lo && echo \'<ipv4 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip">'
            "<address><ip>127.0.0.1</ip></address></ipv4>'\nexit 0\n"
        }
        for name in ("ifconfig", "hostname", "reboot", "shutdown", "hwclock"):
            scripts[name] = "#!/bin/sh\nexit 0\n"
        for name, text in scripts.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        return folder

    # -------------------------------------------------------------- processes

    def start(self) -> Netconfd:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # the session's user reads keys and the socket here
        self._write_keys()
        config = self._write_config()
        self._write_programs()
        (self.folder / "data").mkdir(exist_ok=True)
        startup = self.folder / "data" / "startup-cfg.xml"
        if not startup.exists():
            startup.write_text('<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>\n')
        entry = pwd.getpwnam(USER)
        for path in (self.folder, self.folder / "data", startup):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        self.start_netconfd()
        with (self.folder / "sshd.log").open("ab") as out:
            self._sshd = subprocess.Popen(
                [program("sshd"), "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stderr=out
            )
        self._wait(self._accepts, "sshd does not listen")
        return self

    def start_netconfd(self) -> None:
        self._socket.unlink(missing_ok=True)
        # a copy: the server's user may not read the checkout
        shutil.copytree(MODULES, self.folder / "modules", dirs_exist_ok=True)
        modpath = f"{self.folder}/modules:/usr/share/yuma/modules"
        env = {
            "PATH": f"{self.folder}/bin:{PATH}",
            "LC_ALL": "C",
            "HOME": pwd.getpwnam(USER).pw_dir,
            "INTERFACE_NAME_PREFIX": "lo",
            "YUMA_MODPATH": modpath,
        }
        command = [
            program("setpriv"), "--reuid", USER, "--regid", USER, "--clear-groups", "--bounding-set=-all",
            "--inh-caps=-all", "--no-new-privs", program("netconfd"), "--config=/dev/null", f"--port={self.port}",
            f"--ncxserver-sockname={self._socket}", f"--superuser={USER}", f"--target={self.target}",
            f"--with-startup={'true' if self.startup else 'false'}",
            f"--startup={self.folder}/data/startup-cfg.xml", "--startup-error=continue", "--default-style=explicit",
            f"--modpath={modpath}", "--module=ietf-interfaces", "--module=ietf-system",
            "--module=iana-if-type", "--module=e2e-box", "--module=netconf-gui-types", "--log-level=info",
        ]  # fmt: skip
        with (self.folder / "netconfd.log").open("ab") as out:
            self._netconfd = subprocess.Popen(
                command, env=env, cwd=self.folder / "data", stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        self._wait(self._socket.is_socket, "netconfd does not listen")
        self._socket.chmod(0o666)

    def _accepts(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _wait(self, ready: Callable[[], bool], what: str) -> None:
        for _ in range(300):
            if ready():
                return
            if self._netconfd is not None and self._netconfd.poll() is not None:
                break
            time.sleep(0.05)
        log = (self.folder / "netconfd.log").read_text(errors="replace")[-2000:]
        self.stop()
        raise RuntimeError(f"{what}\n{log}")

    def kill_netconfd(self) -> None:
        """The server dies in mid-work; its sessions' connections end."""
        assert self._netconfd is not None
        self._netconfd.kill()
        self._netconfd.wait()

    def pause(self) -> None:
        """The server stops answering, but lives."""
        assert self._netconfd is not None
        self._netconfd.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._netconfd is not None
        self._netconfd.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        for process in (self._sshd, self._netconfd):
            if process is None or process.poll() is not None:
                continue
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._sshd = self._netconfd = None


def main() -> int:
    words = sys.argv[1:]
    if words == ["install"]:
        install()
        return 0
    if words[:1] == ["start"] and len(words) >= 2:
        server = Netconfd(Path(words[1]).resolve(), target="running" if "--running" in words else "candidate").start()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        print(
            f"ssh://{server.user}@127.0.0.1:{server.port}",
            "password",
            server.password,
            "key",
            server.key,
            server.fingerprint(),
            flush=True,
        )
        try:
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
        finally:
            server.stop()
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
