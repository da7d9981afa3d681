"""Through proxies and jump hosts, one after the other and mixed: what each is asked, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AuthenticationFailed, Cancelled, ConnectFailed
from netconf_gui.transport import proxy, ssh, way
from netconf_gui.transport.attempt import Attempt
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.route import Hop, SshTarget, find_route
from netconf_gui.transport.sshconfig import SshConfig
from tests.transport.conftest import Keys, Listener, Person, connect, jump_through, target_of
from tests.transport.proxies import ProxyServer
from tests.transport.sshd import USER, Gate, SshServer

Serve = Callable[..., SshServer]


@pytest.fixture
def start() -> Iterator[Callable[..., ProxyServer]]:
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(ProxyServer(**options))


def talk(stream: ssh.Stream) -> None:
    """Bytes go there and come back, and the end is quiet."""
    listener = Listener(stream)
    stream.write(b"hello " * 20000)
    assert listener.wait(120000) == b"hello " * 20000
    stream.close()
    assert listener.end() is None


# ---- how they are written


@pytest.mark.parametrize(
    ("text", "kind", "host", "port", "user"),
    [
        ("socks5://p:1080", "socks5", "p", 1080, ""),
        ("http://me@p.example:3128/", "http", "p.example", 3128, "me"),
        ("socks5://a%40b@[2001:db8::1]:9", "socks5", "2001:db8::1", 9, "a@b"),
    ],
)
def test_a_proxy_is_read(text: str, kind: str, host: str, port: int, user: str) -> None:
    assert proxy.parse(text) == proxy.Proxy(kind, host, port, user)


@pytest.mark.parametrize(
    "text", ["p:1080", "ftp://p:1", "socks5://p", "socks5://:1", "http://p:70000", "http://u:pw7@p:1"]
)
def test_what_is_no_proxy_is_refused_without_repeating_a_password(text: str) -> None:
    with pytest.raises(ConnectFailed) as refused:
        proxy.parse(text)
    assert "pw7" not in refused.value.full_text()


def test_a_route_goes_through_proxies_first_and_through_what_stands_among_the_jumps(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host j1\n HostName jump.example\n ProxyJump other\nHost pe1\n ProxyJump wrong\n")
    target = SshTarget("pe1", 830, proxy="socks5://p:1080, http://q:3128", proxy_jump="j1,socks5://r:1,j2:2022")
    route = find_route(target, SshConfig([config]))
    assert [step.address for step in route.steps] == [
        "p:1080", "q:3128", "jump.example:22", "r:1", "j2:2022", "pe1:830",
    ]  # fmt: skip
    assert [isinstance(step, Hop) for step in route.steps] == [False, False, True, False, True, True]


def test_a_proxy_replaces_the_jump_of_the_ssh_config(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host pe1\n ProxyJump j0\nHost pe2\n ProxyCommand nc %h %p\n")
    for name in ("pe1", "pe2"):
        route = find_route(SshTarget(name, 830, proxy="http://q:3128"), SshConfig([config]))
        assert [step.address for step in route.steps] == ["q:3128", f"{name}:830"]


# ---- through them


@pytest.mark.parametrize("kind", proxy.KINDS)
@pytest.mark.parametrize("password", ["", "let me through"])
def test_ssh_goes_through_a_proxy(serve: Serve, known: KnownHosts, start, kind: str, password: str) -> None:
    server = serve()
    by = start(kind=kind, user="me" if password else "", password=password)
    person, proxy_person = Person(secrets=["right"]), [password] if password else []
    secrets = _Both(person, proxy_person)
    talk(connect(target_of(server, proxy=by.url), known, person, secrets))
    assert by.asked == [(server.host, server.port)]
    assert person.keys[0].port == server.port  # the key is the device's


class _Both(Person):
    """Passwords of the device from one list, of proxies from another."""

    def __init__(self, device: Person, proxies: list[str]) -> None:
        super().__init__(secrets=device.secrets)
        self._proxies = proxies

    def proxy_password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        self.asked.append(f"proxy {user} {attempt}")
        return self._proxies[attempt - 1] if attempt <= len(self._proxies) else None


@pytest.mark.parametrize("kind", proxy.KINDS)
def test_a_wrong_password_of_a_proxy_is_asked_again_and_never_the_devices(
    serve: Serve, known: KnownHosts, start, kind: str
) -> None:
    by = start(kind=kind, user="me", password="right one")
    secrets = _Both(Person(secrets=["right"]), ["wrong", "right one"])
    talk(connect(target_of(serve(), proxy=by.url), known, Person(), secrets))
    assert secrets.asked == ["proxy me 1", "proxy me 2", "password 1"]
    assert len(by.asked) == 1


@pytest.mark.parametrize("kind", proxy.KINDS)
def test_a_proxy_lets_nobody_in_after_three_passwords(serve: Serve, known: KnownHosts, start, kind: str) -> None:
    by = start(kind=kind, user="me", password="right one")
    secrets = _Both(Person(), ["a", "b", "c", "d"])
    with pytest.raises(AuthenticationFailed, match="did not let me in"):
        connect(target_of(serve(), proxy=by.url), known, Person(), secrets)
    assert secrets.asked == ["proxy me 1", "proxy me 2", "proxy me 3"]


def test_proxies_and_jump_hosts_in_a_row(serve: Serve, known: KnownHosts, start) -> None:
    first, second, third = start(), start(kind="http"), start()
    jump, device = serve(Gate(passwords=["right"], forward=True)), serve()
    target = target_of(device, proxy=f"{first.url},{second.url}", proxy_jump=f"{jump_through(jump)},{third.url}")
    talk(connect(target, known, Person(), Person(secrets=["right"])))
    assert first.asked == [("127.0.0.1", second.port)]
    assert second.asked == [("127.0.0.1", jump.port)]
    assert jump.gate.forwarded == [("127.0.0.1", third.port)]
    assert third.asked == [("127.0.0.1", device.port)]


def test_a_real_socket_leads_through_all_of_it(serve: Serve, known: KnownHosts, start) -> None:
    """What TLS and the system's ssh are given."""
    by, jump, device = start(), serve(Gate(passwords=["right"], forward=True)), serve()
    target = SshTarget(device.host, device.port, proxy=by.url, proxy_jump=jump_through(jump), use_agent=False,
                       default_keys=False)  # fmt: skip
    means = way.Means(Person(), Person(secrets=["right"]), known, way.Timeouts(), way.Tuning())
    kept = []

    def work(attempt: Attempt) -> bytes:
        sock = way.open_way(attempt, target, means)
        kept.extend(attempt.opened())
        return sock.recv(4)

    assert Attempt("test").run(work, None) == b"SSH-"
    for close in kept:
        close()


# ---- what goes wrong

NEGOTIATE = b"HTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate\r\n\r\n"
REFUSALS = (
    ({"refuse": 5}, "the connection was refused"),
    ({"refuse": 2}, "its rules do not allow it"),
    ({"kind": "http", "refuse": 403}, "403 Not here"),
    ({"hang_up": True}, "ended the connection"),
    ({"kind": "http", "hang_up": True}, "ended the connection"),
    ({"answer": b"HTTP/1.1 400 Bad\r\n\r\n"}, "does not speak SOCKS 5"),
    ({"kind": "http", "answer": b"SSH-2.0-x\r\n\r\n"}, "does not speak HTTP"),
    ({"password": "x"}, "wants a user name"),
    ({"kind": "http", "password": "x"}, "wants a user name"),
    (
        {"kind": "http", "answer": b"HTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate\r\n\r\n"},
        r"does not know \(Negotiate\)",
    ),
    ({"kind": "http", "answer": b"HTTP/1.1 200 " + b"x" * 20000}, "too long"),
)


@pytest.mark.parametrize(("options", "words"), REFUSALS)
def test_a_proxy_that_refuses_says_why(known: KnownHosts, start, options: dict[str, object], words: str) -> None:
    by = start(**options)
    target = SshTarget("device.example", 830, proxy=by.url, use_agent=False, default_keys=False)
    with pytest.raises(ConnectFailed, match=words) as refused:
        connect(target, known, Person(), Person())
    assert by.url.partition("//")[2] in refused.value.message
    assert "nothing was sent to the device" in refused.value.state


def test_names_are_resolved_by_the_proxy(known: KnownHosts, start) -> None:
    by = start(refuse=4)
    with pytest.raises(ConnectFailed, match=r"device\.invalid:830"):
        connect(SshTarget("device.invalid", 830, proxy=by.url), known, Person(), Person())
    assert by.asked == [("device.invalid", 830)]


def test_a_proxy_that_is_not_there_is_named(known: KnownHosts) -> None:
    with ProxyServer() as gone:
        url = gone.url
    with pytest.raises(ConnectFailed, match=url.partition("//")[2]):
        connect(SshTarget("device.example", 830, proxy=url), known, Person(), Person())


def test_a_proxy_that_says_nothing_ends_with_the_time_to_connect(known: KnownHosts, start) -> None:
    by = start(silent=True)
    with pytest.raises(ConnectFailed, match=r"SOCKS proxy .* did not answer within"):
        connect(SshTarget("d", 830, proxy=by.url), known, Person(), Person(), timeouts=ssh.Timeouts(connect=0.3))


def test_a_cancel_leaves_a_proxy_that_says_nothing(known: KnownHosts, start) -> None:
    by, cancel = start(silent=True), CancelToken()
    said: list[str] = []

    def progress(text: str) -> None:
        said.append(text)
        if text.startswith("Asking the SOCKS proxy"):
            cancel.cancel()

    with pytest.raises(Cancelled):
        connect(SshTarget("d", 830, proxy=by.url), known, Person(), Person(), cancel=cancel, progress=progress)
    assert said[-1] == f"Asking the SOCKS proxy {by.host}:{by.port} for d:830"


def test_a_connection_whose_proxy_dies_is_lost(serve: Serve, known: KnownHosts, start, keys: Keys) -> None:
    by = start()
    gate = Gate(keys=[keys["ed25519"].get_base64()])
    stream = connect(target_of(serve(gate), keys.file("ed25519"), proxy=by.url), known, Person(), Person())
    assert stream.peer.username == USER
    listener = Listener(stream)
    by.drop()
    error = listener.end()
    assert error is not None
    assert "ended the connection" in error.message
