"""The system's ssh as a child: what it is asked to do, what it asks us, how it ends, and what is said of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectFailed,
    ConnectionLost,
    HostKeyChanged,
    HostKeyUnknown,
    NoCommonAlgorithm,
)
from netconf_gui.transport import openssh, openssh_command, openssh_words, ssh
from netconf_gui.transport.attempt import Attempt
from netconf_gui.transport.auth import Credentials
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.openssh_command import Call, Program, arguments
from netconf_gui.transport.openssh_questions import Questions
from netconf_gui.transport.route import SshTarget
from netconf_gui.transport.sshconfig import SshConfig
from netconf_gui.transport.way import Means
from tests.conftest import REQUIRED
from tests.transport.conftest import PASSPHRASE, Keys, Listener, Person, jump_through, target_of
from tests.transport.proxies import ProxyServer
from tests.transport.sshd import USER, Gate, SshServer

Serve = Callable[..., SshServer]
needs_ssh = pytest.mark.skipif(
    not REQUIRED and (os.name == "nt" or shutil.which("ssh") is None), reason="needs the system's ssh"
)


def greet(channel: object) -> None:
    """A subsystem that says something first, as NETCONF's does."""
    channel.sendall(b"hello")  # type: ignore[attr-defined]
    while data := channel.recv(65536):  # type: ignore[attr-defined]
        channel.sendall(data)  # type: ignore[attr-defined]
    channel.close()  # type: ignore[attr-defined]


@pytest.fixture
def listen(serve: Serve) -> Callable[..., SshServer]:
    return lambda gate=None, **options: serve(gate, serve=greet, **options)


def connect(target: SshTarget, known: KnownHosts, person: Person, **options: object) -> openssh.OpenSshStream:
    stream = openssh.connect(target, person, person, known_hosts=known, **options)  # type: ignore[arg-type]
    assert isinstance(stream, openssh.OpenSshStream)
    return stream


def talk(stream: openssh.OpenSshStream) -> None:
    listener = Listener(stream)
    stream.write(b"0123456789" * 30000)
    assert listener.wait(300005)[5:] == b"0123456789" * 30000
    stream.close()
    assert listener.end() is None
    ended(stream)


def ended(stream: openssh.OpenSshStream) -> None:
    """The child is gone, was waited for, and nothing that it started goes on."""
    assert stream._child.gone.wait(30)
    assert eventually(lambda: not _running(stream.pid)), _running(stream.pid)


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait until it holds; False when it does not come true."""
    pause = threading.Event()
    for _ in range(3000):
        if condition():
            return True
        pause.wait(0.01)
    return False


def _running(group: int) -> list[str]:
    """The processes of a group, where the system tells; those that nobody has waited for yet do not count."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _bytes(folder / "stat").rpartition(b")")[2].split()
        if fields and int(fields[2]) == group and fields[0] not in (b"Z", b"X"):
            found.append(str(_bytes(folder / "cmdline")))
    return found


# ---- arguments

CALL = Call("box", 830, Credentials("ops"), "netconf", host_key_command="/x/host-key %I %t %K %H")
PROGRAM = Program("/usr/bin/ssh", (9, 2), "OpenSSH_9.2")


def test_the_command_is_one_list_that_ends_with_the_host() -> None:
    command = arguments(PROGRAM, CALL)
    assert command[-8:] == ["-p", "830", "-l", "ops", "-s", "--", "box", "netconf"]
    assert "StrictHostKeyChecking=yes" in command
    assert f"UserKnownHostsFile={os.devnull}" in command
    assert "ControlPath=none" in command
    assert not [word for word in command if word.startswith(("KexAlgorithms", "Ciphers", "ProxyCommand"))]


@pytest.mark.parametrize("host", ["-oProxyCommand=touch x", "a b", "a;b", "$(x)", "a`b`", "", "a\nb", "a'b"])
def test_a_host_that_could_be_something_else_is_refused(host: str) -> None:
    with pytest.raises(ConnectFailed, match="cannot be given to the system's ssh"):
        arguments(PROGRAM, Call(host, 830, Credentials("ops"), "netconf"))


@pytest.mark.parametrize("user", ["-x", "a;b", "", "$HOME"])
def test_a_user_that_could_be_something_else_is_refused(user: str) -> None:
    with pytest.raises(ConnectFailed, match="cannot be given"):
        arguments(PROGRAM, Call("box", 830, Credentials(user), "netconf"))


@pytest.mark.parametrize("host", ["2001:db8::1", "fe80::1%eth0", "pe1.fra-2_x", "münchen.example"])
def test_usual_hosts_are_not(host: str) -> None:
    assert arguments(PROGRAM, Call(host, 830, Credentials("DOM\\ops"), "netconf"))[-2] == host


def test_who_chose_a_password_offers_no_key() -> None:
    words = arguments(PROGRAM, Call("box", 830, Credentials("o", use_agent=False, default_keys=False), "netconf"))
    assert "PubkeyAuthentication=no" in words
    assert "IdentityAgent=none" in words


def test_old_algorithms_are_added_as_far_as_this_ssh_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openssh_command, "known_algorithms", lambda path, kind: frozenset({"ssh-rsa", "3des-cbc"}))
    words = arguments(PROGRAM, Call("box", 830, Credentials("o"), "netconf", old_algorithms=True))
    assert [word for word in words if "=+" in word] == [
        "HostKeyAlgorithms=+ssh-rsa", "PubkeyAcceptedAlgorithms=+ssh-rsa", "Ciphers=+3des-cbc",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_quoted_is_said() -> None:
    assert openssh_command.shell_words(["/a b/c%d"]) == '"/a b/c%%d"'
    with pytest.raises(ConnectFailed, match="cannot be told") as caught:
        openssh_command.shell_words(["/a$b/c"])
    assert "TMPDIR" in caught.value.advice


# ---- which ssh


def test_a_system_without_ssh_is_said(monkeypatch: pytest.MonkeyPatch, known: KnownHosts) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ConnectFailed, match="no ssh program") as caught:
        openssh.connect(SshTarget("box"), Person(), Person(), known_hosts=known)
    assert "Install OpenSSH" in caught.value.advice


@pytest.mark.parametrize(("says", "named"), [("OpenSSH_8.0p1, x", "OpenSSH_8.0p1"), ("Dropbear v2022", "Dropbear")])
@pytest.mark.skipif(os.name == "nt", reason="the program is a script")
def test_an_ssh_that_cannot_ask_us_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, named: str
) -> None:
    program = tmp_path / "ssh"
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConnectFailed, match=named) as caught:
        openssh_command.find_program()
    assert "8.5 or newer" in caught.value.message


# ---- connecting


@needs_ssh
def test_passwords_and_host_keys_are_asked_here(listen: Serve, known: KnownHosts) -> None:
    server, person = listen(), Person(secrets=["wrong", "right"])
    said: list[str] = []
    stream = connect(target_of(server), known, person, progress=said.append)
    assert stream.peer.host_key == person.keys[0]
    assert (person.keys[0].key_type, person.keys[0].port) == ("ssh-ed25519", server.port)
    assert person.asked == ["password 1", "password 2"]
    assert server.gate.asked == ["password wrong", "password right"]
    assert said[0].startswith(f"Connecting to {server.host}:{server.port} with OpenSSH_")
    talk(stream)
    again = Person(secrets=["right"])
    talk(connect(target_of(server), known, again))
    assert again.keys == []


@needs_ssh
def test_no_secret_is_in_arguments_environment_or_files(listen: Serve, known: KnownHosts) -> None:
    server = listen(Gate(passwords=["s3cret-of-the-box"]))
    seen: list[bytes] = []

    class Looking(Person):
        """Looks at the child while it waits for the password, and after."""

        def password(self, user: str, host: str, port: int, attempt: int) -> str | None:
            for folder in Path("/proc").iterdir():
                if folder.name.isdigit() and f"\0{server.port}\0".encode() in _bytes(folder / "cmdline"):
                    seen.append(_bytes(folder / "cmdline") + _bytes(folder / "environ"))
            return "s3cret-of-the-box"

    stream = connect(target_of(server), known, Looking())
    if Path("/proc/self/environ").exists():
        assert any(b"SSH_ASKPASS=" in text for text in seen)
        environ = dict(item.partition(b"=")[::2] for item in seen[-1].split(b"\0"))
        folder = Path(os.fsdecode(environ[b"SSH_ASKPASS"])).parent
        assert not folder.exists()
    assert b"s3cret" not in b"".join(seen)
    talk(stream)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@needs_ssh
@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_the_folder_of_questions_is_for_its_owner_alone(known: KnownHosts) -> None:
    means = Means(Person(), Person(), known, ssh.Timeouts(), ssh.Tuning())
    questions = Questions(Attempt("x"), means, account=("u", "h", 1), host_key_seen=lambda: None, stop=lambda: None)
    folder = Path(questions.environment()["SSH_ASKPASS"]).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in folder.iterdir()} == {"s", "ask", "host-key", "way"}
    questions.close()
    assert not folder.exists()


@needs_ssh
def test_a_folder_in_which_no_program_runs_is_said(known: KnownHosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    means = Means(Person(), Person(), known, ssh.Timeouts(), ssh.Tuning())
    with pytest.raises(ConnectFailed, match="mounted noexec") as caught:
        Questions(Attempt("x"), means, account=("u", "h", 1), host_key_seen=lambda: None, stop=lambda: None)
    assert "TMPDIR" in caught.value.advice


@needs_ssh
def test_a_touch_of_a_token_is_shown_and_waited_for_without_a_deadline(known: KnownHosts) -> None:
    """ssh runs its program with a hint, and ends it when the person has touched the token."""
    said: list[str] = []
    attempt = Attempt("x", progress=said.append)
    attempt.step("Authenticating", 1000.0)
    means = Means(Person(), Person(), known, ssh.Timeouts(), ssh.Tuning())
    questions = Questions(attempt, means, account=("u", "h", 1), host_key_seen=lambda: None, stop=lambda: None)
    environment = {**os.environ, **questions.environment(), "SSH_ASKPASS_PROMPT": "none"}
    text = "Confirm user presence for key ED25519-SK SHA256:x"
    child = subprocess.Popen([environment["SSH_ASKPASS"], text], env=environment, stdout=subprocess.PIPE)
    try:
        assert eventually(lambda: attempt._deadline is None)
        assert said[-1] == text
    finally:
        child.terminate()
        assert child.communicate(timeout=30)[0] == b""
    assert eventually(lambda: attempt._deadline is not None)
    questions.close()


@needs_ssh
def test_the_pin_of_a_token_is_asked_for_as_it_is_worded(known: KnownHosts) -> None:
    person = Person(answers=["1234"])
    means = Means(person, person, known, ssh.Timeouts(), ssh.Tuning())
    questions = Questions(Attempt("x"), means, account=("u", "h", 1), host_key_seen=lambda: None, stop=lambda: None)
    environment = {**os.environ, **questions.environment()}
    done = subprocess.run(
        [environment["SSH_ASKPASS"], "Enter PIN for ED25519-SK key /k: "], env=environment, capture_output=True,
        check=True, timeout=30,
    )  # fmt: skip
    assert done.stdout == b"1234\n"
    assert person.asked == ["interactive : ['Enter PIN for ED25519-SK key /k:']"]
    questions.close()


@needs_ssh
def test_a_key_that_is_not_trusted_ends_it_before_any_password(listen: Serve, known: KnownHosts) -> None:
    server, person = listen(), Person(trust=False, secrets=["right"])
    with pytest.raises(HostKeyUnknown) as caught:
        connect(target_of(server), known, person)
    assert caught.value.key.fingerprint in caught.value.message
    assert person.asked == []
    assert server.gate.asked == []


@needs_ssh
def test_a_changed_key_is_refused_without_asking(listen: Serve, known: KnownHosts) -> None:
    first = listen()
    talk(connect(target_of(first), known, Person(secrets=["right"])))
    (old,) = known.known(first.host, first.port)
    other = listen(host_keys=("other",))
    file = Path(known.files[0])
    file.write_text(f"[{other.host}]:{other.port} {old.key_type} {old.key_base64}\n")
    person = Person(secrets=["right"])
    with pytest.raises(HostKeyChanged) as caught:
        connect(target_of(other), known, person)
    assert caught.value.known[0].fingerprint == old.fingerprint
    assert (person.keys, person.asked, other.gate.asked) == ([], [], [])


@needs_ssh
def test_a_type_of_key_that_is_on_file_is_preferred(listen: Serve, known: KnownHosts, keys: Keys) -> None:
    server = listen(host_keys=("ed25519", "rsa"))
    file = Path(known.files[0])
    file.parent.mkdir()
    file.write_text(f"[{server.host}]:{server.port} ssh-rsa {keys['rsa'].get_base64()}\n")
    person = Person(secrets=["right"])
    stream = connect(target_of(server), known, person)
    assert stream.peer.host_key is not None
    assert stream.peer.host_key.key_type == "ssh-rsa"
    assert person.keys == []
    talk(stream)


@needs_ssh
def test_a_locked_key_file_asks_for_its_passphrase(
    listen: Serve, known: KnownHosts, keys: Keys, tmp_path: Path
) -> None:
    locked = tmp_path / "id"  # ssh wants it for its owner alone
    shutil.copy(keys.file("ed25519-locked"), locked)
    locked.chmod(0o600)
    server = listen(Gate(keys=[keys["ed25519"].get_base64()]))
    person = Person(passphrases=["wrong", PASSPHRASE])
    talk(connect(target_of(server, str(locked)), known, person))
    assert person.asked == ["passphrase id 1", "passphrase id 2"]


@needs_ssh
def test_the_servers_own_questions_are_put_to_the_person(listen: Serve, known: KnownHosts) -> None:
    server = listen(Gate(dialogue=[("Password: ", "right"), ("Code: ", "123")]))
    person = Person(secrets=["right"], answers=["123"])
    talk(connect(target_of(server), known, person))
    assert [words.split()[0] for words in person.asked] == ["password", "interactive"]


@needs_ssh
def test_a_server_cannot_ask_for_the_passphrase_of_a_key(listen: Serve, known: KnownHosts) -> None:
    """Its questions say whose they are; they are put to the person as such."""
    server = listen(Gate(dialogue=[("Enter passphrase for key '/etc/keys/id': ", "x")]))
    person = Person(answers=["x"], passphrases=["the real one"])
    talk(connect(target_of(server), known, person))
    assert not [words for words in person.asked if words.startswith("passphrase")]


@needs_ssh
def test_who_gives_up_is_not_asked_again(listen: Serve, known: KnownHosts) -> None:
    server, person = listen(), Person()
    with pytest.raises(AuthenticationFailed, match="was not given"):
        connect(target_of(server), known, person)
    assert person.asked == ["password 1"]
    assert server.gate.asked == []


@needs_ssh
def test_three_refused_passwords_are_the_end(listen: Serve, known: KnownHosts) -> None:
    server, person = listen(), Person(secrets=["a", "b", "c", "d"])
    with pytest.raises(AuthenticationFailed, match="did not let ops in") as caught:
        connect(target_of(server), known, person)
    assert person.asked == ["password 1", "password 2", "password 3"]
    assert "password" in caught.value.allowed


@needs_ssh
def test_a_server_without_the_subsystem_is_said(serve: Serve, known: KnownHosts) -> None:
    with pytest.raises(ConnectFailed, match="has no netconf subsystem"):
        connect(target_of(serve(Gate(passwords=["right"], subsystem="sftp"))), known, Person(secrets=["right"]))


@needs_ssh
def test_another_subsystem_is_tried_with_the_same_password(serve: Serve, known: KnownHosts) -> None:
    server = serve(Gate(passwords=["right"], subsystem="xmlagent"))
    person = Person(secrets=["right"])
    stream = connect(target_of(server, other_subsystems=("xmlagent",)), known, person)
    listener = Listener(stream)
    stream.write(b"hello")
    assert listener.wait(5) == b"hello"
    stream.close()
    assert listener.end() is None
    assert person.asked == ["password 1"], "asked once"
    ended(stream)


@needs_ssh
def test_a_server_that_is_not_there_is_said(known: KnownHosts, keys: Keys) -> None:
    with SshServer(Gate(), [keys["ed25519"]]) as gone:
        target = target_of(gone)
    with pytest.raises(ConnectFailed, match="Connection refused"):
        connect(target, known, Person())


@needs_ssh
def test_a_server_that_says_nothing_ends_with_the_time_to_connect(listen: Serve, known: KnownHosts) -> None:
    with pytest.raises(ConnectFailed, match="did not answer within"):
        connect(target_of(listen(silent=True)), known, Person(), timeouts=ssh.Timeouts(connect=0.4))


@needs_ssh
def test_a_cancel_ends_the_child(listen: Serve, known: KnownHosts) -> None:
    server, cancel = listen(Gate(passwords=["right"], stuck_in="password")), CancelToken()
    threading.Thread(target=lambda: server.gate.arrived.wait(30) and cancel.cancel(), daemon=True).start()
    with pytest.raises(Cancelled):
        connect(target_of(server), known, Person(secrets=["right"]), cancel=cancel)
    assert server.gate.arrived.is_set()
    server.gate.release.set()
    assert server.ended.wait(30)  # ssh has hung up


@needs_ssh
def test_an_ssh_that_dies_is_a_lost_connection(listen: Serve, known: KnownHosts) -> None:
    stream = connect(target_of(listen()), known, Person(secrets=["right"]))
    listener = Listener(stream)
    os.kill(stream.pid, signal.SIGKILL)
    error = listener.end()
    assert error is not None
    assert "the system's ssh was ended (signal 9)" in error.message
    ended(stream)
    with pytest.raises(ConnectionLost):
        stream.write(b"x")


@needs_ssh
def test_a_server_that_hangs_up_is_a_lost_connection(listen: Serve, known: KnownHosts) -> None:
    server = listen()
    stream = connect(target_of(server), known, Person(secrets=["right"]))
    listener = Listener(stream)
    listener.wait(5)
    server.drop()
    assert listener.end() is not None
    ended(stream)


@needs_ssh
def test_a_server_that_takes_nothing_any_more_is_given_up(serve: Serve, known: KnownHosts) -> None:
    stopped = threading.Event()

    def deaf(channel: object) -> None:
        channel.sendall(b"hello")  # type: ignore[attr-defined]
        stopped.wait(60)

    server = serve(Gate(passwords=["right"]), serve=deaf)
    tuning = ssh.Tuning(write_timeout=0.5)
    stream = connect(target_of(server), known, Person(secrets=["right"]), tuning=tuning)
    listener = Listener(stream)
    with pytest.raises(ConnectionLost, match="takes nothing any more"):
        for _ in range(1000):
            stream.write(b"x" * 1_000_000)
    stopped.set()
    assert listener.end() is None
    ended(stream)


DYING = """
import sys, time
from pathlib import Path
from netconf_gui.transport import openssh
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.route import SshTarget
from tests.transport.conftest import Person
target = SshTarget("127.0.0.1", int(sys.argv[1]), "ops", use_agent=False, default_keys=False)
person = Person(secrets=["right"])
stream = openssh.connect(target, person, person, known_hosts=KnownHosts(Path(sys.argv[2])))
print(stream.pid, flush=True)
sys.stdin.read()
"""


@needs_ssh
def test_a_program_that_is_killed_leaves_no_ssh_behind(listen: Serve, tmp_path: Path) -> None:
    server = listen()
    root = Path(openssh.__file__).parents[2]
    dying = subprocess.Popen(
        [sys.executable, "-c", DYING, str(server.port), str(tmp_path / "known")], cwd=root,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert dying.stdout is not None
    pid = int(dying.stdout.readline())
    assert _running(pid) or not Path("/proc/self/stat").exists()
    dying.kill()
    dying.communicate()
    assert server.ended.wait(30)
    assert eventually(lambda: not _running(pid)), _running(pid)


# ---- ways


@pytest.fixture
def proxy() -> Iterator[ProxyServer]:
    with ExitStack() as stack:
        yield stack.enter_context(ProxyServer())


@needs_ssh
def test_our_proxies_and_jump_hosts_hand_it_a_connection(
    serve: Serve, listen: Serve, known: KnownHosts, proxy: ProxyServer
) -> None:
    jump, device = serve(Gate(passwords=["right"], forward=True)), listen()
    person = Person(secrets=["right"])
    target = target_of(device, proxy=proxy.url, proxy_jump=jump_through(jump))
    talk(connect(target, known, person))
    assert proxy.asked == [("127.0.0.1", jump.port)]
    assert jump.gate.forwarded == [("127.0.0.1", device.port)]
    assert {key.port for key in person.keys} == {jump.port, device.port}


@needs_ssh
def test_a_device_that_called_is_spoken_to_over_its_connection(listen: Serve, known: KnownHosts) -> None:
    import socket

    device = listen()
    called = socket.create_connection((device.host, device.port))
    # where it listens is not where it would be looked for
    target = SshTarget("caller.example", 4334, USER, use_agent=False, default_keys=False)
    person = Person(secrets=["right"])
    talk(connect(target, known, person, sock=called))
    assert (person.keys[0].host, person.keys[0].port) == ("caller.example", 4334)


@needs_ssh
def test_a_proxy_command_of_the_ssh_config_is_run_by_ssh(
    listen: Serve, known: KnownHosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, relay = listen(), tmp_path / "relay.py"
    relay.write_text(RELAY)
    (tmp_path / ".ssh").mkdir()
    python = shutil.which("python3") or "python3"
    command = f"ProxyCommand {python} {relay} 127.0.0.1 {device.port} {tmp_path}/ran"
    (tmp_path / ".ssh" / "config").write_text(f"Host box\n HostName box.example\n {command}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    person = Person(secrets=["right"])
    target = SshTarget("box", 830, USER, use_agent=False, default_keys=False)
    talk(connect(target, known, person, config=SshConfig()))
    assert (tmp_path / "ran").exists()
    assert [(key.host, key.port) for key in person.keys] == [("box.example", 830)]


RELAY = """
import os, socket, sys, threading
open(sys.argv[3], "w").close()
sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def out():
    while data := sock.recv(65536):
        os.write(1, data)
threading.Thread(target=out, daemon=True).start()
while data := os.read(0, 65536):
    sock.sendall(data)
"""


# ---- words

OFFER = "Unable to negotiate with 192.0.2.1 port 22: no matching {} found. Their offer: {}"


@pytest.mark.parametrize(
    ("what", "offer", "old"),
    [
        ("key exchange method", "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1", True),
        ("host key type", "ssh-rsa,ssh-dss", True),
        ("cipher", "3des-cbc", True),
        ("MAC", "hmac-made-up", False),
    ],
)
def test_no_common_algorithm_names_what_the_server_offers(what: str, offer: str, old: bool) -> None:
    error = openssh_words.failure(
        [OFFER.format(what, offer)], 255, address="box:22", user="ops", subsystem="netconf", old=False
    )
    assert isinstance(error, NoCommonAlgorithm)
    assert error.old is old
    assert offer.replace(",", ", ") in error.message
    assert ("allow old algorithms" in error.advice) is old


def test_old_algorithms_that_are_allowed_are_not_offered_again() -> None:
    error = openssh_words.failure(
        [OFFER.format("cipher", "3des-cbc")], 255, address="b", user="o", subsystem="netconf", old=True
    )
    assert isinstance(error, NoCommonAlgorithm)
    assert not error.old


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("ssh: Could not resolve hostname box: Name or service not known", ConnectFailed, "Could not resolve"),
        ("ssh: connect to host box port 830: No route to host", ConnectFailed, "No route to host"),
        ("kex_exchange_identification: Connection closed by remote host", ConnectFailed, "Connection closed"),
        ("/etc/keys/config: line 3: Bad configuration option: foo", ConnectFailed, "line 3"),
        ("Received disconnect from ::1 port 22:2: Too many authentication failures", AuthenticationFailed, "too many"),
        ("ops@box: Permission denied (publickey,gssapi-with-mic).", AuthenticationFailed, "publickey, gssapi"),
        ("something nobody knows", ConnectFailed, "exit status 255.*something nobody knows"),
    ],
)
def test_what_ssh_says_becomes_an_error(line: str, kind: type[Exception], words: str) -> None:
    error = openssh_words.failure(
        ["debug1: x", line, "Transferred: sent 1"], 255, address="box:830", user="ops", subsystem="netconf", old=False
    )
    assert type(error) is kind
    with pytest.raises(kind, match=words):
        raise error


def test_what_a_server_says_cannot_draw_on_the_screen() -> None:
    assert openssh_words.told(["\x1b[31mred\x1b[0m\x07"]) == ["[31mred[0m"]


@needs_ssh
def test_the_program_found_is_the_one_in_the_path() -> None:
    found = openssh_command.find_program()
    done = subprocess.run([found.path, "-V"], capture_output=True, text=True, check=True)
    assert done.stderr.startswith(found.banner)
