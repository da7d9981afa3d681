"""Keys (made once), servers, and people who answer for the transport tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from netconf_gui.errors import AppError, HostKey
from netconf_gui.transport import ssh
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.ssh import SshTarget
from netconf_gui.transport.stream import Stream
from tests.transport.sshd import USER, Gate, SshServer

PASSPHRASE = "open sesame 42"


@dataclass
class Keys:
    """Private keys as objects, and as files in `folder` by name."""

    folder: Path
    made: dict[str, paramiko.PKey] = field(default_factory=dict)

    def __getitem__(self, name: str) -> paramiko.PKey:
        return self.made[name]

    def file(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    result = Keys(folder)
    plain, secret = serialization.NoEncryption(), serialization.BestAvailableEncryption(PASSPHRASE.encode())
    pem, ssh = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
    old, pkcs8 = serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8
    made = {"ed25519": ed25519.Ed25519PrivateKey.generate(), "ecdsa": ec.generate_private_key(ec.SECP256R1())}
    made["rsa"] = rsa.generate_private_key(65537, 2048)
    made["other"] = ed25519.Ed25519PrivateKey.generate()
    for name, key in made.items():
        (folder / name).write_bytes(key.private_bytes(pem, ssh, plain))
        (folder / f"{name}-locked").write_bytes(key.private_bytes(pem, ssh, secret))
    (folder / "rsa-old").write_bytes(made["rsa"].private_bytes(pem, old, plain))
    (folder / "rsa-old-locked").write_bytes(made["rsa"].private_bytes(pem, old, secret))
    (folder / "ecdsa-pkcs8-locked").write_bytes(made["ecdsa"].private_bytes(pem, pkcs8, secret))
    classes = {
        "ed25519": paramiko.Ed25519Key,
        "ecdsa": paramiko.ECDSAKey,
        "rsa": paramiko.RSAKey,
        "other": paramiko.Ed25519Key,
    }
    for name, key_class in classes.items():
        result.made[name] = key_class.from_private_key_file(str(folder / name))
    return result


@dataclass
class Person:
    """Decides and answers, and remembers what it was asked."""

    trust: bool = True
    secrets: list[str] = field(default_factory=list)  # passwords, in the order of attempts
    passphrases: list[str] = field(default_factory=list)
    answers: list[str] | None = None
    keys: list[HostKey] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def unknown(self, key: HostKey, notes: Sequence[str] = ()) -> bool:
        self.keys.append(key)
        self.notes.extend(notes)
        return self.trust

    def password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        self.asked.append(f"password {attempt}")
        return self.secrets[attempt - 1] if attempt <= len(self.secrets) else None

    def proxy_password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        self.asked.append(f"proxy {user} {attempt}")
        return self.secrets[attempt - 1] if attempt <= len(self.secrets) else None

    def passphrase(self, key_file: str, attempt: int) -> str | None:
        self.asked.append(f"passphrase {Path(key_file).name} {attempt}")
        return self.passphrases[attempt - 1] if attempt <= len(self.passphrases) else None

    def interactive(
        self, user: str, host: str, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        self.asked.append(f"interactive {title}: {[text for text, _ in prompts]}")
        return self.answers


class Listener:
    """Collects what a stream brings."""

    def __init__(self, stream: Stream) -> None:
        self.data = bytearray()
        self.errors: list[AppError | None] = []
        self.closed = threading.Event()
        self.threads: set[str] = set()
        self._changed = threading.Condition()
        stream.start(self._data, self._closed)

    def _data(self, data: bytes) -> None:
        with self._changed:
            self.threads.add(threading.current_thread().name)
            self.data += data
            self._changed.notify_all()

    def _closed(self, error: AppError | None) -> None:
        self.errors.append(error)
        self.closed.set()

    def wait(self, size: int) -> bytes:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.data) >= size, 30)
        return bytes(self.data)

    def end(self) -> AppError | None:
        """How the stream ended, once."""
        assert self.closed.wait(30)
        (error,) = self.errors
        return error


@pytest.fixture
def known(tmp_path: Path) -> KnownHosts:
    return KnownHosts(tmp_path / "config" / "known_hosts", [tmp_path / "user_known_hosts"])


@pytest.fixture
def serve(keys: Keys) -> Iterator[Callable[..., SshServer]]:
    """Starts servers that end with the test; host key ed25519 unless told."""
    with ExitStack() as stack:

        def start(gate: Gate | None = None, host_keys: Sequence[str] = ("ed25519",), **options: object) -> SshServer:
            gate = gate or Gate(passwords=["right"])
            server = SshServer(gate, [keys[name] for name in host_keys], **options)  # type: ignore[arg-type]
            return stack.enter_context(server)

        yield start


def target_of(server: SshServer, *files: str, **options: object) -> SshTarget:
    """A target that looks at nothing of the machine the tests run on."""
    values = {"identity_files": files, "identities_only": True, "use_agent": False, "default_keys": False, **options}
    return SshTarget(server.host, server.port, USER, **values)  # type: ignore[arg-type]


def jump_through(*servers: SshServer) -> str:
    """What a `ProxyJump` through these servers says."""
    return ",".join(f"{USER}@{server.host}:{server.port}" for server in servers)


def connect(target: SshTarget, known: KnownHosts, decider: Person, secrets: Person, **options: object) -> Stream:
    return ssh.connect(target, decider, secrets, known_hosts=known, **options)  # type: ignore[arg-type]
