"""Ways in: their order, agents, several factors, questions, and who is asked how often."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AuthenticationFailed, Cancelled, ConnectFailed
from netconf_gui.transport import keyfile
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.ssh import Timeouts
from tests.transport.conftest import Keys, Person, connect, target_of
from tests.transport.sshd import Gate, SshServer

Serve = Callable[..., SshServer]


class Agent:
    """An SSH agent that lists keys and signs with them (draft-ietf-sshm-ssh-agent)."""

    def __init__(self, path: Path, keys: list[paramiko.PKey]) -> None:
        self._keys = {key.asbytes(): key for key in keys}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(sock,), daemon=True).start()

    def _converse(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rb") as stream:
            while head := stream.read(4):
                request = paramiko.Message(stream.read(struct.unpack(">I", head)[0]))
                answer = self._answer(request).asbytes()
                sock.sendall(struct.pack(">I", len(answer)) + answer)

    def _answer(self, request: paramiko.Message) -> paramiko.Message:
        answer = paramiko.Message()
        kind = request.get_byte()
        if kind == b"\x0b":
            answer.add_byte(b"\x0c")
            answer.add_int(len(self._keys))
            for blob in self._keys:
                answer.add_string(blob)
                answer.add_string("a comment")
            return answer
        key, data = self._keys[request.get_binary()], request.get_binary()
        answer.add_byte(b"\x0e")
        algorithm = {2: "rsa-sha2-256", 4: "rsa-sha2-512"}.get(request.get_int(), key.get_name())
        answer.add_string(key.sign_ssh_data(data, algorithm).asbytes())
        return answer


@pytest.fixture
def agent(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    agents: list[Agent] = []

    def start(*names: str) -> None:
        agents.append(Agent(tmp_path / "agent", [keys[name] for name in names]))
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))

    yield start
    for item in agents:
        item.stop()


@pytest.mark.parametrize("name", ["ed25519", "rsa"])
def test_a_key_of_the_agent(serve: Serve, known: KnownHosts, keys: Keys, agent, name: str) -> None:
    agent("other", name)
    gate = Gate(keys=[keys[name].get_base64()])
    connect(target_of(serve(gate), use_agent=True, identities_only=False), known, Person(), Person()).close()


def test_the_agent_unlocks_a_named_file_first(serve: Serve, known: KnownHosts, keys: Keys, agent) -> None:
    agent("other", "rsa")
    gate = Gate(keys=[keys["rsa"].get_base64()])
    person = Person()
    target = target_of(serve(gate), keys.file("rsa-locked"), use_agent=True, identities_only=False)
    connect(target, known, person, person).close()
    assert person.asked == [], "no passphrase is needed"
    assert gate.asked[0] == "key ssh-rsa"


def test_identities_only_keeps_the_agents_other_keys_out(serve: Serve, known: KnownHosts, keys: Keys, agent) -> None:
    agent("other", "rsa")
    gate = Gate(keys=[keys["other"].get_base64()])
    with pytest.raises(AuthenticationFailed):
        connect(target_of(serve(gate), keys.file("rsa"), use_agent=True), known, Person(), Person())
    assert set(gate.asked) == {"key ssh-rsa"}


def test_an_agent_that_is_gone_is_no_obstacle(
    serve: Serve, known: KnownHosts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "nothing"))
    person = Person(secrets=["right"])
    connect(target_of(serve(), use_agent=True), known, person, person).close()


def test_the_usual_files_where_none_is_named(serve: Serve, known: KnownHosts, keys: Keys, program_home: Path) -> None:
    folder = program_home / ".ssh"
    folder.mkdir()
    (folder / "id_ecdsa").write_bytes(Path(keys.file("ecdsa")).read_bytes())
    gate = Gate(keys=[keys["ecdsa"].get_base64()])
    usual = {"default_keys": True, "identities_only": False}
    connect(target_of(serve(gate), **usual), known, Person(), Person()).close()
    with pytest.raises(AuthenticationFailed):
        connect(target_of(serve(gate), keys.file("other"), **usual), known, Person(), Person())


def test_only_what_the_server_allows_is_tried(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    gate = Gate(passwords=["right"])  # no keys
    person = Person(secrets=["right"])
    connect(target_of(serve(gate), keys.file("ed25519-locked")), known, person, person).close()
    assert person.asked == ["password 1"], "no passphrase for a key that nobody wants"
    assert gate.asked == ["password right"]


def test_a_key_that_stays_locked_is_said(serve: Serve, known: KnownHosts, keys: Keys) -> None:
    person = Person(passphrases=["a", "b", "c", "d"])
    with pytest.raises(AuthenticationFailed, match="ed25519-locked was not unlocked") as failed:
        target = target_of(serve(Gate(keys=["x"])), keys.file("ed25519-locked"))
        connect(target, known, person, person)
    assert len(person.asked) == 3
    assert failed.value.tried == ()


def test_three_wrong_passwords_are_enough(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(passwords=["right"], questions=[("Password: ", False)], answers=["other"])
    person = Person(secrets=["a", "b", "c", "d", "e"])
    with pytest.raises(AuthenticationFailed) as failed:
        connect(target_of(serve(gate)), known, person, person)
    assert person.asked == ["password 1", "password 2", "password 3"]
    assert gate.asked == ["password a", "password b", "password c", "keyboard-interactive", "answers c"]
    assert failed.value.tried == ("password", "keyboard-interactive")
    assert failed.value.allowed == ("password", "keyboard-interactive")


def test_a_server_that_takes_passwords_only_as_an_answer(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(passwords=["never this"], questions=[("Password: ", False)], answers=["right"])
    person = Person(secrets=["right", "right", "right"])
    connect(target_of(serve(gate)), known, person, person).close()


def test_a_dialogue_of_password_and_code(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(dialogue=[("Password: ", "right"), ("Verification code: ", "123")])
    person = Person(secrets=["right"], answers=["123"])
    connect(target_of(serve(gate)), known, person, person).close()
    assert person.asked == ["password 1", "interactive Sign in: ['Verification code: ']"]


def test_a_question_for_a_one_time_password_is_the_persons(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(dialogue=[("One-time password: ", "123")])
    person = Person(secrets=["right"], answers=["123"])
    connect(target_of(serve(gate)), known, person, person).close()
    assert person.asked == ["interactive Sign in: ['One-time password: ']"]


def test_an_error_of_the_one_who_answers_ends_the_attempt(serve: Serve, known: KnownHosts) -> None:
    class Gone(Person):
        def interactive(self, *question: object) -> list[str] | None:
            raise Cancelled("The window was closed.")

    gate = Gate(dialogue=[("Code: ", "1")])
    with pytest.raises(Cancelled, match="window"):
        connect(target_of(serve(gate)), known, Person(), Gone())


def test_the_server_is_asked_once_for_authentication(serve: Serve, known: KnownHosts) -> None:
    requests: list[int] = []

    def bend(transport: paramiko.Transport) -> None:
        parse = paramiko.auth_handler.AuthHandler._parse_service_request

        class Counting(paramiko.auth_handler.AuthHandler):
            def _parse_service_request(self, message: paramiko.Message) -> None:
                requests.append(1)
                parse(self, message)

        transport.auth_handler = Counting(transport)

    person = Person(secrets=["wrong", "right"])
    connect(target_of(serve(bend=bend)), known, person, person).close()
    assert requests == [1]


def test_a_server_that_hangs_up_is_quoted(serve: Serve, known: KnownHosts) -> None:
    gate = Gate(passwords=["right"], stuck_in="password")
    server = serve(gate)

    def part() -> None:
        assert gate.arrived.wait(30)
        server.say_goodbye("Too many authentication failures")

    threading.Thread(target=part, daemon=True).start()
    person = Person(secrets=["wrong"])
    with pytest.raises(AuthenticationFailed, match="Too many authentication failures") as failed:
        connect(target_of(server), known, person, person)
    assert failed.value.tried == ("password",)


@pytest.mark.parametrize("where", ["password", "subsystem"])
def test_time_outs_of_each_step(serve: Serve, known: KnownHosts, where: str) -> None:
    gate = Gate(passwords=["right"], stuck_in=where)
    person = Person(secrets=["right"])
    limits = {"password": Timeouts(connect=30, auth=0.3), "subsystem": Timeouts(connect=1.0, auth=30)}[where]
    text = {"password": "did not finish the authentication", "subsystem": "did not start the netconf subsystem"}[where]
    with pytest.raises(ConnectFailed, match=text):
        connect(target_of(serve(gate)), known, person, person, timeouts=limits)


@pytest.mark.parametrize("where", ["password", "subsystem"])
def test_cancel_while_the_server_thinks(serve: Serve, known: KnownHosts, where: str) -> None:
    gate = Gate(passwords=["right"], stuck_in=where)
    server, person, token = serve(gate), Person(secrets=["right"]), CancelToken()

    def cancel() -> None:
        assert gate.arrived.wait(30)
        token.cancel()

    threading.Thread(target=cancel, daemon=True).start()
    with pytest.raises(Cancelled):
        connect(target_of(server), known, person, person, cancel=token)
    assert not gate.release.is_set(), "the server is still thinking"
    gate.release.set()
    assert server.ended.wait(30), "what was abandoned is closed"


def test_nothing_is_printed_when_things_go_wrong(
    serve: Serve, known: KnownHosts, capfd: pytest.CaptureFixture[str]
) -> None:
    gate = Gate(passwords=["right"], stuck_in="password")
    server = serve(gate)
    threading.Thread(target=lambda: (gate.arrived.wait(30), server.drop()), daemon=True).start()
    person = Person(secrets=["hush-hush"])
    with pytest.raises(AuthenticationFailed) as failed:
        connect(target_of(server), known, person, person)
    assert "hush" not in failed.value.full_text()
    assert capfd.readouterr() == ("", "")


def test_the_public_part_of_a_locked_key(keys: Keys, tmp_path: Path) -> None:
    assert keyfile.public_blob(Path(keys.file("rsa-locked"))) == keys["rsa"].asbytes()
    assert keyfile.public_blob(Path(keys.file("rsa-old-locked"))) is None
    beside = tmp_path / "key"
    beside.write_bytes(Path(keys.file("rsa-old-locked")).read_bytes())
    (tmp_path / "key.pub").write_text(f"ssh-rsa {keys['rsa'].get_base64()} me@here\n")
    assert keyfile.public_blob(beside) == keys["rsa"].asbytes()
    assert keyfile.public_blob(tmp_path / "none") is None
