"""NETCONF over TLS against OpenSSL's own server: who is trusted, who is refused and why, in both versions of TLS."""

from __future__ import annotations

import os
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AuthenticationFailed,
    Cancelled,
    CertificateChanged,
    CertificateUntrusted,
    ConnectFailed,
    ConnectionLost,
    PeerCertificate,
)
from netconf_gui.transport import tls, tls_identity, tls_pipe
from netconf_gui.transport.attempt import Attempt
from netconf_gui.transport.stream import Stream
from netconf_gui.transport.tls import TlsTarget, Tuning
from tests.certificates import PASSPHRASE, Authority, self_signed
from tests.transport.conftest import Listener
from tests.transport.tls_server import HELLO, TlsServer

HOST = "127.0.0.1"
TLS12 = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
TLS13 = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)
BOTH = pytest.mark.parametrize("versions", [TLS12, TLS13], ids=["tls12", "tls13"])


@dataclass
class Person:
    """Decides about certificates, gives passphrases, and remembers what it was asked."""

    trusts: bool = False
    passphrases: list[str] = field(default_factory=list)
    seen: list[PeerCertificate] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def untrusted(self, certificate: PeerCertificate) -> bool:
        self.seen.append(certificate)
        return self.trusts

    def passphrase(self, key_file: str, attempt: int) -> str | None:
        self.asked.append(Path(key_file).name)
        return self.passphrases[attempt - 1] if attempt <= len(self.passphrases) else None


Serve = Callable[..., TlsServer]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Lab CA")


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return Authority("Somebody else's CA")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda certificate, **options: stack.enter_context(TlsServer(certificate, tmp_path, **options))


@pytest.fixture
def ca_file(authority: Authority, tmp_path: Path) -> str:
    return authority.write(tmp_path / "ca.pem")


@pytest.fixture
def me(authority: Authority, tmp_path: Path) -> tuple[str, str]:
    return authority.client("ops").write(tmp_path, "me")


def connect(target: TlsTarget, person: Person | None = None, **options: object) -> Stream:
    person = person or Person()
    return tls.connect(target, person, person, **options)  # type: ignore[arg-type]


@BOTH
def test_both_sides_prove_who_they_are_and_bytes_go_both_ways(
    serve: Serve, authority: Authority, ca_file: str, me: tuple[str, str], versions: object
) -> None:
    server = serve(authority.server(HOST), clients=authority.pem, versions=versions)
    stream = connect(TlsTarget(server.host, server.port, ca_file=ca_file, certificate=me[0], private_key=me[1]))
    listener = Listener(stream)
    stream.write(b"x" * 3_000_000)
    assert listener.wait(len(HELLO) + 3_000_000) == HELLO + b"x" * 3_000_000
    assert server.users == ["ops"]
    assert stream.peer.username == "ops"
    stream.close()
    assert listener.end() is None
    assert server.ended_politely.wait(10), server.failures  # RFC 7589, section 3: close_notify
    with pytest.raises(ConnectionLost):
        stream.write(b"late")


def test_many_threads_write_whole_messages(serve: Serve, authority: Authority, ca_file: str) -> None:
    server = serve(authority.server(HOST))
    stream = connect(TlsTarget(server.host, server.port, ca_file=ca_file))
    listener = Listener(stream)
    messages = [bytes([65 + number]) * 200_000 for number in range(8)]
    threads = [threading.Thread(target=stream.write, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    data = listener.wait(len(HELLO) + 1_600_000)[len(HELLO) :]
    for thread in threads:
        thread.join(30)
    assert sorted(data[at : at + 200_000] for at in range(0, 1_600_000, 200_000)) == messages
    stream.close()


def test_a_name_is_matched_and_another_can_be_given(serve: Serve, authority: Authority, ca_file: str) -> None:
    server = serve(authority.server("*.lab.example"))
    target = TlsTarget(server.host, server.port, ca_file=ca_file, server_name="edge.lab.example")
    connect(target).close()
    for name in ("lab.example", "a.edge.lab.example", "edge.lab.example.org"):
        with pytest.raises(CertificateUntrusted, match="made out to"):
            connect(TlsTarget(server.host, server.port, ca_file=ca_file, server_name=name))


def test_ipv6(serve: Serve, authority: Authority, ca_file: str) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("ipv6: none on loopback")
    server = serve(authority.server("::1"), family=socket.AF_INET6)
    connect(TlsTarget(server.host, server.port, ca_file=ca_file)).close()


def test_an_intermediate_authority_is_followed_and_may_be_the_anchor(
    serve: Serve, authority: Authority, ca_file: str, tmp_path: Path
) -> None:
    middle = Authority("Site CA", above=authority)
    server = serve(middle.server(HOST))
    connect(TlsTarget(server.host, server.port, ca_file=ca_file)).close()
    connect(TlsTarget(server.host, server.port, ca_file=middle.write(tmp_path / "site.pem"))).close()


# ---- what is refused


@BOTH
@pytest.mark.parametrize("wrong", ["expired", "not yet", "wrong CA", "self-signed", "wrong name", "no name"])
def test_a_wrong_certificate_is_shown_with_all_that_is_wrong_and_learns_nothing(
    serve: Serve, authority: Authority, stranger: Authority, ca_file: str, me: tuple[str, str], wrong: str,
    versions: object,
) -> None:  # fmt: skip
    made, words = {
        "expired": (authority.server(HOST, days=1, age=5), "It expired on"),
        "not yet": (authority.server(HOST, age=-2), "It is not valid before"),
        "wrong CA": (stranger.server(HOST), "does not trust its issuer, CN=Somebody else's CA"),
        "self-signed": (self_signed(HOST), "signed by itself"),
        "wrong name": (authority.server("other.example"), "made out to other.example, not to 127.0.0.1"),
        "no name": (authority.server(common_name=HOST), "It names no host"),
    }[wrong]
    server = serve(made, clients=authority.pem, versions=versions)
    person = Person()
    with pytest.raises(CertificateUntrusted, match=words) as failed:
        connect(TlsTarget(server.host, server.port, ca_file=ca_file, certificate=me[0], private_key=me[1]), person)
    (shown,) = person.seen
    assert shown.fingerprint == made.fingerprint == failed.value.certificate.fingerprint
    assert len(shown.problems) == 1
    assert made.fingerprint in failed.value.full_text()
    server.close()
    assert server.users == []
    assert not server.received


def test_everything_wrong_is_said_at_once(serve: Serve, stranger: Authority, ca_file: str) -> None:
    server = serve(stranger.server("other.example", days=1, age=5))
    person = Person()
    with pytest.raises(CertificateUntrusted):
        connect(TlsTarget(server.host, server.port, ca_file=ca_file), person)
    assert len(person.seen[0].problems) == 3


@BOTH
def test_a_person_may_accept_exactly_this_certificate(
    serve: Serve, stranger: Authority, authority: Authority, ca_file: str, me: tuple[str, str], versions: object
) -> None:
    made = stranger.server("other.example", days=1, age=5)
    server = serve(made, clients=authority.pem, versions=versions)
    target = TlsTarget(server.host, server.port, ca_file=ca_file, certificate=me[0], private_key=me[1])
    connect(target, Person(trusts=True)).close()
    again = Person()
    pinned = TlsTarget(server.host, server.port, certificate=me[0], private_key=me[1], pinned=made.fingerprint)
    connect(pinned, again).close()
    assert again.seen == []  # nobody is asked twice
    assert server.wait_for("ops", "ops")


@BOTH
def test_another_certificate_than_the_accepted_one_is_refused_unasked(
    serve: Serve, authority: Authority, ca_file: str, me: tuple[str, str], versions: object
) -> None:
    accepted, other = self_signed(HOST), authority.server(HOST)
    server = serve(other, clients=authority.pem, versions=versions)
    person = Person(trusts=True)
    target = TlsTarget(
        server.host, server.port, ca_file=ca_file, certificate=me[0], private_key=me[1], pinned=accepted.fingerprint
    )
    with pytest.raises(CertificateChanged, match="has changed") as failed:
        connect(target, person)
    assert failed.value.pinned == accepted.fingerprint
    assert failed.value.certificate.fingerprint == other.fingerprint
    assert person.seen == []
    server.close()
    assert server.users == []


# ---- who we are


@BOTH
@pytest.mark.parametrize("shown", ["nothing", "stranger", "expired"])
def test_a_client_that_is_not_let_in_is_told_why(
    serve: Serve, authority: Authority, stranger: Authority, ca_file: str, tmp_path: Path, versions: object, shown: str
) -> None:
    server = serve(authority.server(HOST), clients=authority.pem, versions=versions)
    target = TlsTarget(server.host, server.port, ca_file=ca_file)
    words = "wants? a? ?client certificate"
    if shown != "nothing":
        made = stranger.client("ops") if shown == "stranger" else authority.client("ops", days=1, age=5)
        words = "does not trust the authority" if shown == "stranger" else "has expired"
        certificate, key = made.write(tmp_path, "other")
        target = TlsTarget(server.host, server.port, ca_file=ca_file, certificate=certificate, private_key=key)
    with pytest.raises(AuthenticationFailed, match=words) as failed:
        connect(target)
    assert failed.value.allowed == ("certificate",)


@pytest.mark.parametrize("form", ["pem", "one file", "p12"])
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_identities_in_every_form(
    serve: Serve, authority: Authority, ca_file: str, tmp_path: Path, form: str, passphrase: str
) -> None:
    made = authority.client("ops")
    certificate, key = made.write(tmp_path, "me", passphrase)
    if form == "one file":
        Path(certificate).write_bytes(made.pem + made.key_pem(passphrase))
        key = ""
    elif form == "p12":
        certificate, key = made.write_pkcs12(tmp_path / "me.p12", passphrase), ""
    server = serve(authority.server(HOST), clients=authority.pem)
    person = Person(passphrases=["wrong-one", passphrase])
    target = TlsTarget(server.host, server.port, ca_file=ca_file, certificate=certificate, private_key=key)
    connect(target, person).close()
    assert server.wait_for("ops")
    assert person.asked == ([Path(key or certificate).name] * 2 if passphrase else [])


def test_a_passphrase_that_is_not_given_ends_it(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.client("ops").write(tmp_path, "me", PASSPHRASE)
    with pytest.raises(AuthenticationFailed, match="passphrase") as failed:
        connect(TlsTarget(HOST, 1, certificate=certificate, private_key=key), Person(passphrases=["wrong-one"]))
    assert "wrong-one" not in failed.value.full_text()


def test_files_that_cannot_be_used_say_so(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.client("ops").write(tmp_path, "me")
    _, other = authority.client("else").write(tmp_path, "else")
    text = tmp_path / "notes.txt"
    text.write_text("not a key")
    for target, words in (
        (TlsTarget(HOST, 1, certificate=certificate, private_key=other), "does not belong"),
        (TlsTarget(HOST, 1, certificate=str(text)), "holds no certificate"),
        (TlsTarget(HOST, 1, certificate=certificate), "holds no private key"),
        (TlsTarget(HOST, 1, certificate=str(tmp_path / "gone")), "cannot be read"),
        (TlsTarget(HOST, 1, private_key=key), "none is named"),
        (TlsTarget(HOST, 1, ca_file=str(text)), "holds no certificate"),
    ):
        with pytest.raises(ConnectFailed, match=words):
            connect(target)


@pytest.mark.parametrize("fails", [False, True])
def test_the_key_lies_encrypted_in_a_private_file_and_only_while_it_is_read(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    certificate, key = authority.client("ops").write(tmp_path, "me")
    identity = tls_identity.load(certificate, key, Person(), Attempt("test"))
    assert identity is not None
    seen: list[tuple[int, int, bytes]] = []

    class Context(ssl.SSLContext):
        def load_cert_chain(self, certfile: Path, **options: object) -> None:  # type: ignore[override]
            seen.append(
                (certfile.stat().st_mode & 0o777, certfile.parent.stat().st_mode & 0o777, certfile.read_bytes())
            )
            if fails:
                raise ssl.SSLError("no")
            super().load_cert_chain(certfile, **options)  # type: ignore[arg-type]

    context = Context(ssl.PROTOCOL_TLS_CLIENT)
    if fails:
        with pytest.raises(ConnectFailed, match="cannot be used"):
            tls_identity.use(context, identity)
    else:
        tls_identity.use(context, identity)
    ((mode, folder_mode, pem),) = seen
    if os.name == "posix":
        assert (mode, folder_mode) == (0o600, 0o700)
    assert b"ENCRYPTED PRIVATE KEY" in pem
    assert b"BEGIN PRIVATE KEY" not in pem
    assert list(folder.iterdir()) == []


# ---- other things that answer, or do not


class Mute:
    """Accepts connections and says what it was told to."""

    def __init__(self, says: bytes) -> None:
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        self._says = says
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self._open.append(sock)
            sock.sendall(self._says)

    def __enter__(self) -> Mute:
        return self

    def __exit__(self, *_error: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(10)
        for sock in self._open:
            sock.close()


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "an SSH server answers"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
        (b"login: ", "does not speak TLS"),
    ],
)
def test_what_is_no_tls_is_named(says: bytes, words: str) -> None:
    with Mute(says) as server, pytest.raises(ConnectFailed, match=words):
        connect(TlsTarget(HOST, server.port))


def test_silence_ends_at_the_deadline_and_a_cancel_ends_it_at_once() -> None:
    with Mute(b"") as server:
        with pytest.raises(ConnectFailed, match="did not finish a TLS handshake"):
            connect(TlsTarget(HOST, server.port), tuning=Tuning(connect=0.3))
        token = CancelToken()
        threading.Timer(0.2, token.cancel).start()
        with pytest.raises(Cancelled):
            connect(TlsTarget(HOST, server.port), cancel=token)


def test_nobody_listens() -> None:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectFailed, match="No connection to"):
        connect(TlsTarget(HOST, port))


def test_versions_before_tls_12_are_not_spoken(serve: Serve, authority: Authority, ca_file: str) -> None:
    server = serve(authority.server(HOST))
    with pytest.warns(DeprecationWarning):
        server.context.minimum_version = ssl.TLSVersion.TLSv1
        server.context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ConnectFailed, match="no version of TLS or no algorithm in common"):
        connect(TlsTarget(server.host, server.port, ca_file=ca_file))


def test_a_server_that_goes_ends_the_stream(serve: Serve, authority: Authority, ca_file: str) -> None:
    server = serve(authority.server(HOST))
    stream = connect(TlsTarget(server.host, server.port, ca_file=ca_file))
    listener = Listener(stream)
    listener.wait(len(HELLO))
    server.close()
    assert isinstance(listener.end(), ConnectionLost)


def test_a_server_that_waits_for_us_is_not_waited_for(serve: Serve, authority: Authority, ca_file: str) -> None:
    server = serve(authority.server(HOST), speaks=False, versions=TLS13)
    stream = connect(TlsTarget(server.host, server.port, ca_file=ca_file))
    listener = Listener(stream)
    stream.write(b"first")
    assert listener.wait(5) == b"first"
    stream.close()


def test_a_server_that_hides_its_certificate_before_tls_13_is_not_answered() -> None:
    def record(kind: int, body: bytes) -> bytes:
        return bytes([kind, 3, 3]) + len(body).to_bytes(2) + body

    def message(kind: int, body: bytes) -> bytes:
        return bytes([kind]) + len(body).to_bytes(3) + body

    shown = b"".join(len(item).to_bytes(3) + item for item in (b"leaf", b"authority"))
    certificate = message(11, len(shown).to_bytes(3) + shown)
    hello, warning = message(2, b"hello"), record(21, b"\x01\x00")
    for received in (
        record(22, hello + certificate),
        record(22, hello) + warning + record(22, certificate[:5]) + record(22, certificate[5:]),
    ):
        messages = tls_pipe.messages_in_clear(received)
        assert [kind for kind, _ in messages] == [2, 11]
        assert tls_pipe.certificates_among(messages) == (b"leaf", b"authority")
    assert tls_pipe.certificates_among(tls_pipe.messages_in_clear(record(22, hello + certificate)[:-1])) == ()
    assert tls_pipe.certificates_among([(11, b"\x00\x00\x09\x00\x00\x08short")]) == ()


def test_a_server_may_ask_for_another_greeting(serve: Serve, authority: Authority, ca_file: str) -> None:
    server = serve(authority.server(HOST), versions=TLS13)
    server.context.set_ecdh_curve("secp521r1")  # not what a client offers first (RFC 8446, section 4.1.4)
    connect(TlsTarget(server.host, server.port, ca_file=ca_file)).close()
    connect(TlsTarget(server.host, server.port), Person(trusts=True)).close()
