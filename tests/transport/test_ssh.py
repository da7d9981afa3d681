"""Connections over real sockets: each way in, each refusal, each place where a cancel must free the person."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import paramiko
import pytest
from paramiko.common import MSG_CHANNEL_DATA

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectFailed,
    ConnectionLost,
    HostKeyChanged,
    HostKeyUnknown,
)
from netconf_gui.transport import sockets
from netconf_gui.transport.buffers import ReadAhead
from netconf_gui.transport.hostkeys import KnownHosts, host_key
from netconf_gui.transport.link import Link
from netconf_gui.transport.ssh import SshTarget, Timeouts, Tuning
from netconf_gui.transport.sshconfig import SshConfig
from tests.transport.conftest import PASSPHRASE, Keys, Listener, Person, connect, jump_through, target_of
from tests.transport.sshd import Gate, SshServer

Serve = Callable[..., SshServer]


def test_a_password_gets_in_and_bytes_go_both_ways(serve: Serve, known: KnownHosts) -> None:
    server, person = serve(), Person(secrets=["right"])
    stream = connect(target_of(server), known, person, person)
    listener = Listener(stream)
    stream.write(b"x" * 3_000_000)
    assert listener.wait(3_000_000) == b"x" * 3_000_000
    assert stream.peer.host_key == person.keys[0]
    stream.close()
    assert listener.closed.wait(10)
    assert listener.errors == [None]
    with pytest.raises(ConnectionLost):
        stream.write(b"late")


def test_wrong_passwords_are_asked_again_and_never_shown(
    serve: Serve, known: KnownHosts, caplog: pytest.LogCaptureFixture
) -> None:
    server, person = serve(), Person(secrets=["wrong-one", "wrong-two", "right"])
    with caplog.at_level(logging.DEBUG):
        connect(target_of(server), known, person, person).close()
    assert person.asked == ["password 1", "password 2", "password 3"]
    person = Person(secrets=["wrong-one", "wrong-two"])
    with pytest.raises(AuthenticationFailed) as failed:
        connect(target_of(server), known, person, person)
    assert failed.value.tried == ("password",)
    assert failed.value.allowed == ("password",)
    assert "wrong" not in failed.value.full_text() + caplog.text


@pytest.mark.parametrize("name", ["ed25519", "ecdsa", "rsa", "rsa-old"])
def test_key_files(serve: Serve, known: KnownHosts, keys: Keys, name: str) -> None:
    kind = name.split("-")[0]
    server = serve(Gate(keys=[keys[kind].get_base64()]))
    connect(target_of(server, keys.file(name)), known, Person(), Person()).close()


@pytest.mark.parametrize("name", ["ed25519-locked", "rsa-locked", "rsa-old-locked", "ecdsa-pkcs8-locked"])
def test_a_locked_key_asks_for_its_passphrase(serve: Serve, known: KnownHosts, keys: Keys, name: str) -> None:
    server = serve(Gate(keys=[keys[name.split("-")[0]].get_base64()]))
    person = Person(passphrases=["no", PASSPHRASE])
    connect(target_of(server, keys.file(name)), known, person, person).close()
    assert person.asked == [f"passphrase {name} 1", f"passphrase {name} 2"]


def test_the_next_key_is_tried_when_one_is_refused(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    server = serve(Gate(keys=[keys["ecdsa"].get_base64()]))
    connect(target_of(server, keys.file("ed25519"), keys.file("ecdsa")), known, Person(), Person()).close()
    with pytest.raises(AuthenticationFailed, match="ed25519") as failed:
        connect(target_of(server, keys.file("ed25519")), known, Person(), Person())
    assert failed.value.allowed == ("publickey",)


def test_a_key_file_that_is_none_says_so(serve: Serve, known: KnownHosts, keys: Keys, tmp_path: Path) -> None:
    server = serve(Gate(keys=[keys["ecdsa"].get_base64()]))
    wrong = tmp_path / "notes.txt"
    wrong.write_text("not a key")
    for path, words in ((wrong, "no private key"), (tmp_path / "gone", "cannot be read")):
        with pytest.raises(AuthenticationFailed, match=words):
            connect(target_of(server, str(path)), known, Person(), Person())


def test_a_key_and_then_a_password(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    gate = Gate(keys=[keys["ed25519"].get_base64()], passwords=["right"], both=True)
    person = Person(secrets=["right"])
    connect(target_of(serve(gate), keys.file("ed25519")), known, person, person).close()
    assert [word.split()[0] for word in gate.asked][-1] == "password"


def test_keyboard_interactive_asks_the_servers_questions(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(questions=[("Badge: ", True), ("Code: ", False)], answers=["b7", "123"])
    person = Person(answers=["b7", "123"])
    connect(target_of(serve(gate)), known, person, person).close()
    assert person.asked == ["interactive Sign in: ['Badge: ', 'Code: ']"]


def test_a_single_hidden_password_question_is_the_password(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(questions=[("Password: ", False)], answers=["right"])
    person = Person(secrets=["right"])
    connect(target_of(serve(gate)), known, person, person).close()
    assert person.asked == ["password 1"]


def test_giving_up_ends_it(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(passwords=["x"], questions=[("Code: ", False)], answers=["1"])
    person = Person()
    with pytest.raises(AuthenticationFailed):
        connect(target_of(serve(gate)), known, person, person)
    assert person.asked == ["password 1"]


# --------------------------------------------------------------------------------------------------------- host keys


def test_an_unknown_key_asks_once_and_is_remembered(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    server, person = serve(), Person(secrets=["right"])
    for _ in range(2):
        connect(target_of(server), known, person, person).close()
    assert len(person.keys) == 1
    assert person.keys[0].key_type == "ssh-ed25519"
    assert person.keys[0].fingerprint == host_key("", 0, "", keys["ed25519"].asbytes()).fingerprint
    assert person.keys[0].fingerprint.startswith("SHA256:")


def test_a_key_nobody_trusts_stops_before_any_secret(serve: Serve, known: KnownHosts) -> None:
    server, person = serve(), Person(trust=False, secrets=["right"])
    with pytest.raises(HostKeyUnknown) as unknown:
        connect(target_of(server), known, person, person)
    assert unknown.value.key.fingerprint in unknown.value.full_text()
    assert not person.asked
    assert not server.gate.asked
    assert known.known(server.host, server.port) == ()


def test_a_changed_key_is_refused_with_both_fingerprints(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    server, person = serve(), Person(secrets=["right"])
    known.add(host_key(server.host, server.port, "ssh-ed25519", keys["other"].asbytes()))
    with pytest.raises(HostKeyChanged) as changed:
        connect(target_of(server), known, person, person)
    text = changed.value.full_text()
    assert changed.value.key.fingerprint in text
    assert changed.value.known[0].fingerprint in text
    assert changed.value.key.fingerprint != changed.value.known[0].fingerprint
    assert not person.keys, "a changed key is not a question"


def test_a_new_type_on_the_server_does_not_look_changed(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    person = Person(secrets=["right"])
    for kind in ("rsa", "ecdsa", "ed25519"):
        server = serve(host_keys=("ed25519", "ecdsa", "rsa"))
        name = {"rsa": "ssh-rsa", "ecdsa": "ecdsa-sha2-nistp256", "ed25519": "ssh-ed25519"}[kind]
        known.add(host_key(server.host, server.port, name, keys[kind].asbytes()))
        stream = connect(target_of(server), known, person, person)
        assert stream.peer.host_key is not None
        assert stream.peer.host_key.key_type == name
        stream.close()
    assert not person.keys


def test_a_revoked_key_is_refused(serve: Serve, keys: Keys, tmp_path: Path) -> None:
    server, person = serve(), Person(secrets=["right"])
    user_file = tmp_path / "theirs"
    user_file.write_text(f"@revoked * ssh-ed25519 {keys['ed25519'].get_base64()}\n")
    own = KnownHosts(tmp_path / "own", [user_file])
    own.add(host_key(server.host, server.port, "ssh-rsa", keys["rsa"].asbytes()))
    with pytest.raises(HostKeyChanged, match="revoked") as failed:
        connect(target_of(server), own, person, person)
    assert failed.value.revoked, "whatever other keys are on file"
    assert not person.keys


def test_a_certificate_authority_is_said_to_be_unsupported(serve: Serve, keys: Keys, tmp_path: Path) -> None:
    server, person = serve(), Person(secrets=["right"])
    user_file = tmp_path / "theirs"
    user_file.write_text(f"@cert-authority * ssh-ed25519 {keys['other'].get_base64()}\n")
    connect(target_of(server), KnownHosts(tmp_path / "own", [user_file]), person, person).close()
    assert "not supported" in person.notes[0]


# ------------------------------------------------------------------------------------------------------- what breaks


def test_nothing_in_common_names_both_offers(serve: Serve, known: KnownHosts, monkeypatch: pytest.MonkeyPatch) -> None:
    def old(transport: paramiko.Transport) -> None:
        transport.get_security_options().ciphers = ("aes128-ctr",)

    monkeypatch.setattr(Link, "_preferred_ciphers", ("aes256-gcm@openssh.com",))
    with pytest.raises(ConnectFailed) as failed:
        connect(target_of(serve(bend=old)), known, Person(), Person())
    assert "ciphers: the server offers aes128-ctr; this program offers aes256-gcm@openssh.com" in failed.value.message
    assert "key exchange" not in failed.value.message


def test_no_such_subsystem(serve: Serve, known: KnownHosts) -> None:
    person = Person(secrets=["right"])
    with pytest.raises(ConnectFailed, match="subsystem") as failed:
        connect(target_of(serve(Gate(passwords=["right"], subsystem="sftp"))), known, person, person)
    assert "Enable NETCONF over SSH" in failed.value.advice
    assert "port 830" in failed.value.advice


def test_nobody_listens(known: KnownHosts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ConnectFailed, match="No connection to"):
        connect(SshTarget("127.0.0.1", port), known, Person(), Person())


def test_a_name_that_does_not_resolve(known: KnownHosts) -> None:
    with pytest.raises(ConnectFailed, match=r"nowhere\.invalid cannot be resolved"):
        connect(SshTarget("nowhere.invalid"), known, Person(), Person())


def test_a_port_that_speaks_something_else(known: KnownHosts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:

        def answer() -> None:
            sock, _ = listener.accept()
            with sock:
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 200)

        pool.submit(answer)
        with pytest.raises(ConnectFailed) as failed:
            connect(SshTarget("127.0.0.1", listener.getsockname()[1]), known, Person(), Person())
    assert "SSH" in failed.value.message


def test_a_silent_server_runs_into_the_time_out(serve: Serve, known: KnownHosts) -> None:
    server = serve(silent=True)
    with pytest.raises(ConnectFailed, match="no SSH greeting"):
        connect(target_of(server), known, Person(), Person(), timeouts=Timeouts(connect=0.3))
    assert server.ended.wait(10), "the socket is closed"


def test_a_connection_that_ends_while_it_is_made_is_no_fault_of_ours(
    serve: Serve, known: KnownHosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(secrets=["right"])
    keep_alive = Link.keep_alive

    def ended(link: Link, seconds: int) -> None:
        keep_alive(link, seconds)
        key = link.host_key_record()
        link.close()
        assert link.host_key_record() == key

    monkeypatch.setattr(Link, "keep_alive", ended)
    with pytest.raises(ConnectFailed):
        connect(target_of(serve()), known, person, person)


def test_a_server_that_dies_ends_the_stream_once(serve: Serve, known: KnownHosts) -> None:
    person = Person(secrets=["right"])

    def die(channel: paramiko.Channel) -> None:
        channel.sendall(b"half a mess")
        channel.recv(1)
        channel.get_transport().sock.shutdown(socket.SHUT_RDWR)

    stream = connect(target_of(serve(serve=die)), known, person, person)
    listener = Listener(stream)
    assert listener.wait(11) == b"half a mess"
    stream.write(b"!")
    assert listener.closed.wait(10)
    assert len(listener.errors) == 1
    assert isinstance(listener.errors[0], ConnectionLost)


@pytest.mark.parametrize("what", ["window", "socket"])
def test_a_server_that_takes_nothing_is_given_up(serve: Serve, known: KnownHosts, what: str) -> None:
    released = threading.Event()

    def bend(transport: paramiko.Transport) -> None:
        if what == "socket":  # the thread that reads packets is held up before the window is used up
            transport.default_window_size = 1 << 30
            handlers = transport._channel_handler_table
            transport._channel_handler_table = {**handlers, MSG_CHANNEL_DATA: lambda *_: released.wait(30)}

    server = serve(serve=lambda channel: released.wait(30), bend=bend)
    person = Person(secrets=["right"])
    stream = connect(target_of(server), known, person, person, tuning=Tuning(write_timeout=0.3))
    listener = Listener(stream)
    try:
        with pytest.raises(ConnectionLost, match=r"takes nothing any more: nothing could be sent for 0\.3 s"):
            stream.write(bytes(32 * 1024 * 1024))
        end = listener.end()  # whoever sees it first, the reader tells the same as the writer, or nothing
        assert end is None or "takes nothing any more" in end.message
    finally:
        released.set()


def test_silence_of_a_server_ends_nothing(serve: Serve, known: KnownHosts) -> None:
    wait = threading.Event()

    def late(channel: paramiko.Channel) -> None:
        wait.wait(10)
        channel.sendall(b"late")
        channel.recv(1)

    person = Person(secrets=["right"])
    stream = connect(target_of(serve(serve=late)), known, person, person, tuning=Tuning(write_timeout=0.01))
    listener = Listener(stream)
    assert not listener.closed.wait(0.1)
    wait.set()
    assert listener.wait(4) == b"late"
    stream.close()


# ----------------------------------------------------------------------------------------------------------- cancel


def cancelled(start: Callable[[CancelToken], object], when: threading.Event) -> BaseException | None:
    """Run `start`, cancel when the event is set, and return how it ended; it must come back by itself."""
    token = CancelToken()
    pool = ThreadPoolExecutor(1)
    future: Future[object] = pool.submit(start, token)
    assert when.wait(10)
    assert not future.done()
    token.cancel()
    try:
        return future.exception(timeout=1)
    finally:
        pool.shutdown(wait=False)


def test_cancel_while_a_name_is_resolved(known: KnownHosts, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, release = threading.Event(), threading.Event()

    def stuck(*_arguments: object, **_options: object) -> list[object]:
        inside.set()
        release.wait(30)
        return []

    monkeypatch.setattr(sockets.socket, "getaddrinfo", stuck)
    try:
        error = cancelled(
            lambda token: connect(SshTarget("slow.example"), known, Person(), Person(), cancel=token), inside
        )
        assert isinstance(error, Cancelled)
    finally:
        release.set()


def test_cancel_while_a_server_is_silent(serve: Serve, known: KnownHosts) -> None:
    server = serve(silent=True)
    error = cancelled(
        lambda token: connect(target_of(server), known, Person(), Person(), cancel=token), server.accepted
    )
    assert isinstance(error, Cancelled)
    assert server.ended.wait(10), "what was abandoned is closed"


def test_cancel_while_a_password_is_asked(serve: Serve, known: KnownHosts) -> None:
    asking, release = threading.Event(), threading.Event()

    class Slow(Person):
        def password(self, user: str, host: str, port: int, attempt: int) -> str | None:
            asking.set()
            release.wait(30)
            return None

    server = serve()
    try:
        error = cancelled(lambda token: connect(target_of(server), known, Person(), Slow(), cancel=token), asking)
        assert isinstance(error, Cancelled)
    finally:
        release.set()
    assert server.ended.wait(10)


def test_cancel_before_it_starts(known: KnownHosts) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        connect(SshTarget("127.0.0.1", 1), known, Person(), Person(), cancel=token)


# ------------------------------------------------------------------------------------------------------ jumps and v6


def test_through_a_jump_host(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    inner = serve(host_keys=("ecdsa",))
    jump = serve(Gate(passwords=["right"], forward=True))
    person = Person(secrets=["right"])
    stream = connect(target_of(inner, proxy_jump=jump_through(jump)), known, person, person)
    listener = Listener(stream)
    stream.write(b"through")
    assert listener.wait(7) == b"through"
    assert [key.port for key in person.keys] == [jump.port, inner.port], "each hop's key is checked"
    assert jump.gate.forwarded == [("127.0.0.1", inner.port)]
    stream.close()
    assert jump.ended.wait(10), "closing the stream closes the hops"


def test_a_jump_host_that_refuses(serve: Serve, known: KnownHosts) -> None:
    person = Person(secrets=["right"])
    with pytest.raises(ConnectFailed, match="does not connect to"):
        connect(target_of(serve(), proxy_jump=jump_through(serve())), known, person, person)


def test_ipv6(serve: Serve, known: KnownHosts) -> None:
    try:
        server = serve(family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 on loopback")
    person = Person(secrets=["right"])
    connect(target_of(server), known, person, person).close()


def test_a_host_key_is_known_by_its_alias_and_from_files_of_the_config(
    serve: Serve, known: KnownHosts, keys: Keys, tmp_path: Path
) -> None:
    server, person = serve(), Person(secrets=["right"])
    (tmp_path / "theirs").write_text(f"[rack7]:{server.port} ssh-ed25519 {keys['ed25519'].get_base64()}\n")
    (tmp_path / "ssh_config").write_text(
        f"Host pe1\n HostName {server.host}\n HostKeyAlias rack7\n UserKnownHostsFile {tmp_path}/theirs\n User ops\n"
    )
    config = SshConfig([tmp_path / "ssh_config"])
    target = SshTarget("pe1", server.port, use_agent=False, default_keys=False)
    connect(target, known, person, person, config=config).close()
    assert person.keys == []
    assert not (tmp_path / "config" / "known_hosts").exists()


def test_two_jump_hosts_and_a_cancel_behind_them(serve: Serve, known: KnownHosts) -> None:
    first = serve(Gate(passwords=["right"], forward=True))
    second = serve(Gate(passwords=["right"], forward=True))
    gate = Gate(passwords=["right"], stuck_in="password")
    person, last = Person(secrets=["right"]), serve(gate)
    error = cancelled(
        lambda token: connect(
            target_of(last, proxy_jump=jump_through(first, second)), known, person, person, cancel=token
        ),
        gate.arrived,
    )
    assert isinstance(error, Cancelled)
    assert first.ended.wait(10)
    assert second.ended.wait(10), "what was abandoned is closed, hop by hop"


def test_nothing_is_left_that_would_hold_the_program_at_its_end(serve: Serve, known: KnownHosts) -> None:
    server, token = serve(silent=True), CancelToken()
    error = cancelled(
        lambda token: connect(target_of(server), known, Person(), Person(), cancel=token), server.accepted
    )
    assert isinstance(error, Cancelled)
    person = Person(secrets=["right"])
    connect(target_of(serve()), known, person, person, cancel=token).close()
    timers = [
        thread
        for thread in threading.enumerate()
        if isinstance(thread, threading.Timer) and isinstance(getattr(thread.function, "__self__", None), ReadAhead)
    ]
    for timer in timers:
        timer.join(2)
    assert not [timer for timer in timers if timer.is_alive()]
