"""Devices that call: known ones are connected, unknown ones wait, nobody who is not known learns anything of us."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.demo.callhome import CallHome as CallsHome
from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.device import Device as DemoDevice
from netconf_gui.demo.model import Model
from netconf_gui.demo.server import DemoServer
from netconf_gui.demo.tls import TlsFront
from netconf_gui.errors import Cancelled, ConnectFailed, SessionLimit
from netconf_gui.services import callhome
from netconf_gui.services.callhome import Call, CallHome, CallState
from netconf_gui.services.connect import ConnectOptions, connect
from netconf_gui.services.events import CredentialAnswer
from netconf_gui.services.secrets import KeyringAccess, Secrets
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.transport.callhome import Caller, Door, Listener
from netconf_gui.workspace.credentials import account_for_key
from netconf_gui.workspace.inventory import CredentialPolicy, Device, new_device
from netconf_gui.workspace.settings import CallHomeSettings
from netconf_gui.workspace.workspace import Workspace
from tests.certificates import PASSPHRASE, Authority
from tests.services.conftest import PASSWORD, WAIT, Person, eventually

HOST = "127.0.0.1"
LOOPBACK = CallHomeSettings(address=HOST)


class Waiting:
    """Waits for callers as the window does, and connects known devices in the test's own time."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.known: queue.Queue[tuple[Call, Device, Caller]] = queue.Queue()
        self.home = CallHome(workspace, lambda *what: self.known.put(what))
        self.home.start(LOOPBACK, any_port=True)

    @property
    def ports(self) -> dict[str, int]:
        return self.home.ports

    def session(self) -> Session:
        """Over the next known device that calls."""
        _, device, caller = self.known.get(timeout=WAIT)
        return connect(device, Person(), self.workspace, options=ConnectOptions(password=PASSWORD), caller=caller)

    def call(self, state: CallState) -> Call:
        """The only caller, once it is in that state."""
        assert eventually(lambda: [call.state for call in self.home.calls] == [state]), self.home.calls
        return self.home.calls[0]


@pytest.fixture
def waiting(workspace: Workspace) -> Iterator[Waiting]:
    workspace.settings_store.save(
        replace(
            workspace.settings,
            connection=replace(workspace.settings.connection, use_ssh_config=False, use_user_known_hosts=False),
        )
    )
    made = Waiting(workspace)
    yield made
    made.home.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    TlsFiles.load_or_create(made)
    return made


Calls = Callable[..., DemoServer]


@pytest.fixture
def calls(model_of: Callable[[str], Model], tmp_path: Path, waiting: Waiting) -> Iterator[Calls]:
    """Starts a device that calls over SSH."""
    with ExitStack() as stack:

        def make(host_key: str = "host_key", pause: float = 0.05) -> DemoServer:
            device = DemoDevice(model_of("standard"))
            server = DemoServer(device, host_key=tmp_path / host_key, password=PASSWORD)
            stack.enter_context(server)
            stack.enter_context(CallsHome(HOST, waiting.ports["ssh"], server.serve, pause=pause))
            return server

        yield make


@pytest.fixture
def tls_calls(model_of: Callable[[str], Model], folder: Path, waiting: Waiting) -> Iterator[Callable[..., TlsFront]]:
    """Starts a device that calls over TLS."""
    with ExitStack() as stack:

        def make(
            files: TlsFiles | None = None,
            versions: tuple[ssl.TLSVersion, ssl.TLSVersion] = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3),
        ) -> TlsFront:
            front = TlsFront(
                DemoDevice(model_of("standard")), files or TlsFiles.load_or_create(folder), versions=versions
            )
            stack.callback(front.stop)
            stack.enter_context(CallsHome(HOST, waiting.ports["tls"], front.serve, pause=0.05))
            return front

        yield make


def tls_device(folder: Path, **values: object) -> Device:
    made = new_device(
        "pe1", "127.0.0.1", transport="tls", call_home=True, ca_file=str(folder / "ca.pem"),
        certificate=str(folder / "demo.pem"),
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


def users(front: TlsFront) -> list[str]:
    with front.device.lock:
        return [session.username for session in front.device.sessions]


# ---- SSH


def test_an_unknown_caller_waits_and_becomes_a_device(waiting: Waiting, calls: Calls) -> None:
    server = calls()
    call = waiting.call(CallState.WAITING)
    assert call.fingerprint == server.host_key_fingerprint
    assert call.host == HOST
    assert waiting.home.waiting == 1
    assert len(server.device.sessions) == 0  # nobody has signed in
    device = waiting.home.accept(call.number, new_device("pe1", call.host, username="demo", use_agent=False))
    session = waiting.session()
    assert len(datastores.get_config(session, "running"))
    session.close()
    assert device.call_home
    assert waiting.workspace.inventory.named("pe1") == device
    # it calls again, and is known
    waiting.session().close()
    assert waiting.home.calls[0].count >= 2
    assert waiting.home.calls[0].device_name == "pe1"


def test_a_device_is_known_by_its_key_wherever_it_calls_from(waiting: Waiting, calls: Calls) -> None:
    server = calls(pause=600)
    call = waiting.call(CallState.WAITING)
    waiting.home.accept(call.number, new_device("pe1", "192.0.2.1", username="demo", use_agent=False))
    waiting.session().close()
    other = calls("other_key")
    assert other.host_key_fingerprint != server.host_key_fingerprint
    assert eventually(lambda: waiting.home.waiting == 1)  # the other one is not taken for it


def test_a_caller_that_is_rejected_is_asked_about_again_unless_for_good(waiting: Waiting, calls: Calls) -> None:
    calls()
    first = waiting.call(CallState.WAITING)
    waiting.home.reject(first.number)
    assert eventually(lambda: waiting.home.waiting == 1)
    again = waiting.call(CallState.WAITING)
    assert again.number == first.number
    assert again.count > first.count
    waiting.home.reject(again.number, remember=True)
    assert eventually(lambda: waiting.home.calls[0].count > again.count)
    assert waiting.home.calls[0].state is CallState.REFUSED
    assert waiting.home.waiting == 0
    (refused,) = waiting.workspace.refused_callers.callers
    assert refused.fingerprint == first.fingerprint
    waiting.workspace.refused_callers.remove(refused.way, refused.fingerprint)
    assert eventually(lambda: waiting.home.waiting == 1)
    assert waiting.workspace.inventory.devices == ()


def test_a_caller_that_hangs_up_is_told_gone_and_can_still_be_accepted(
    waiting: Waiting, calls: Calls, model_of: Callable[[str], Model], tmp_path: Path
) -> None:
    server = DemoServer(DemoDevice(model_of("standard")), host_key=tmp_path / "host_key", password=PASSWORD)
    with server, socket.create_connection((HOST, waiting.ports["ssh"])) as sock:
        server.serve(sock, HOST)
        call = waiting.call(CallState.WAITING)
    waiting.call(CallState.GONE)
    waiting.home.accept(call.number, new_device("pe1", call.host, username="demo", use_agent=False))
    calls()
    waiting.session().close()


def test_another_key_from_a_known_address_is_told(waiting: Waiting, calls: Calls) -> None:
    calls()
    call = waiting.call(CallState.WAITING)
    waiting.home.accept(call.number, new_device("pe1", HOST, username="demo", use_agent=False))
    waiting.session().close()
    calls("other_key")
    assert eventually(lambda: any("another one" in call.text for call in waiting.home.calls)), waiting.home.calls


# ---- TLS


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_device_is_known_by_its_authority_and_its_name(
    waiting: Waiting, tls_calls: Callable[..., TlsFront], folder: Path, version: ssl.TLSVersion
) -> None:
    waiting.workspace.inventory.put(tls_device(folder))
    front = tls_calls(versions=(version, version))
    session = waiting.session()
    assert len(datastores.get_config(session, "running"))
    assert users(front) == ["demo"]
    session.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_an_unknown_caller_over_tls_learns_nothing_and_is_connected_over_the_same_call(
    waiting: Waiting, tls_calls: Callable[..., TlsFront], folder: Path, version: ssl.TLSVersion
) -> None:
    store = waiting.workspace.settings_store
    store.save(replace(store.settings, call_home=replace(LOOPBACK, certificate=str(folder / "demo.pem"))))
    front = tls_calls(versions=(version, version))
    call = waiting.call(CallState.WAITING)
    assert call.certificate is not None
    assert call.certificate.fingerprint == front.certificate_fingerprint
    assert len(front.device.sessions) == 0
    device = new_device("pe1", call.host, transport="tls", certificate=str(folder / "demo.pem"))
    assert waiting.home.accept(call.number, device).pinned_certificate == front.certificate_fingerprint
    session = waiting.session()
    assert session.capabilities.candidate
    session.close()
    assert waiting.home.calls[0].count == 1
    waiting.session().close()  # known by the accepted certificate alone
    assert waiting.home.calls[0].count >= 2


def test_a_caller_is_shown_the_certificate_of_its_own_device(
    waiting: Waiting, tls_calls: Callable[..., TlsFront], folder: Path, tmp_path: Path
) -> None:
    certificate, key = Authority("Elsewhere").client("demo").write(tmp_path, "other")
    waiting.workspace.inventory.put(
        tls_device(folder, id="b", name="pe2", host="pe2.example", certificate=certificate, private_key=key)
    )
    waiting.workspace.inventory.put(tls_device(folder, host="localhost"))
    front = (
        tls_calls()
    )  # from 127.0.0.1, which is nobody's host: which certificate to prepare is known at the second call
    session = waiting.session()
    assert users(front) == ["demo"]
    session.close()


def test_a_changed_certificate_and_a_wrong_authority_wait_with_the_reason(
    waiting: Waiting, tls_calls: Callable[..., TlsFront], folder: Path, tmp_path: Path
) -> None:
    other = Authority("Somebody else").write(tmp_path / "other.pem")
    waiting.workspace.inventory.put(tls_device(folder, pinned_certificate=":".join(["AB"] * 32)))
    waiting.workspace.inventory.put(tls_device(folder, id="b", name="pe2", ca_file=other))
    front = tls_calls()
    call = waiting.call(CallState.WAITING)
    assert "the certificate accepted for it is another one" in call.text
    assert "nobody vouches for it who is trusted for pe2" in call.text
    assert waiting.known.empty()
    assert len(front.device.sessions) == 0


@pytest.mark.parametrize("wrong", ["expired", "another name"])
def test_certificates_that_do_not_hold_are_not_taken_for_the_device(
    waiting: Waiting, tls_calls: Callable[..., TlsFront], folder: Path, tmp_path: Path, wrong: str
) -> None:
    authority = Authority("Lab")
    made = authority.server(HOST, days=1, age=5) if wrong == "expired" else authority.server("other.example")
    certificate, key = made.write(tmp_path, "device")
    waiting.workspace.inventory.put(tls_device(folder, ca_file=authority.write(tmp_path / "lab.pem")))
    tls_calls(TlsFiles(Path(certificate), Path(key), folder / "ca.pem"))
    waiting.call(CallState.WAITING)
    assert waiting.known.empty()


# ---- what is no device, and floods


def test_whoever_speaks_something_else_is_told_of_and_hung_up_on(waiting: Waiting) -> None:
    for way, words in (("ssh", b"GET / HTTP/1.0\r\n\r\n"), ("tls", b"SSH-2.0-x\r\n")):
        with socket.create_connection((HOST, waiting.ports[way])) as sock:
            sock.settimeout(WAIT)
            sock.sendall(words * 3)
            try:
                while sock.recv(4096):
                    pass
            except ConnectionError:
                pass
    assert eventually(lambda: [call.state for call in waiting.home.calls] == [CallState.FAILED] * 2)


def test_floods_are_turned_away(waiting: Waiting) -> None:
    socks = [socket.create_connection((HOST, waiting.ports["tls"])) for _ in range(callhome.MOST_FROM_ONE + 5)]
    try:
        assert eventually(lambda: waiting.home.turned_away == 5)
    finally:
        for sock in socks:
            sock.close()


def test_no_more_wait_than_may(waiting: Waiting, calls: Calls) -> None:
    store = waiting.workspace.settings_store
    store.save(replace(store.settings, call_home=replace(LOOPBACK, waiting=1)))
    calls()
    waiting.call(CallState.WAITING)
    calls("other_key")
    assert eventually(lambda: waiting.home.turned_away > 0)
    assert waiting.home.waiting == 1


def test_stopping_hangs_up_on_all(waiting: Waiting, calls: Calls) -> None:
    calls()
    waiting.call(CallState.WAITING)
    silent = socket.create_connection((HOST, waiting.ports["ssh"]))
    port = waiting.ports["ssh"]
    waiting.home.stop()
    assert waiting.ports == {}
    assert waiting.home.waiting == 0
    with pytest.raises(OSError):
        socket.create_connection((HOST, port), 5)
    silent.close()


# ---- listening


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server((HOST, 0)) as taken, pytest.raises(ConnectFailed, match="cannot call at"):
        Listener([Door("ssh", taken.getsockname()[1], HOST)], lambda *call: None)


def test_callers_come_over_ipv4_and_ipv6() -> None:
    came: queue.Queue[tuple[str, str]] = queue.Queue()

    def on_call(door: Door, sock: socket.socket, host: str, port: int) -> None:
        sock.close()
        came.put((door.way, host))

    try:
        listener = Listener([Door("ssh", 0)], on_call)
    except ConnectFailed:
        pytest.skip("ipv6 and ipv4 share no free port")
    try:
        socket.create_connection((HOST, listener.ports["ssh"])).close()
        assert came.get(timeout=WAIT) == ("ssh", HOST)
        if "IPv6" not in listener.families:
            pytest.skip("ipv6: none here")
        socket.create_connection(("::1", listener.ports["ssh"])).close()
        assert came.get(timeout=WAIT) == ("ssh", "::1")
    finally:
        listener.close()


# ---- devices that are waited for


def test_a_device_that_calls_home_is_waited_for(waiting: Waiting, calls: Calls) -> None:
    server = calls()
    call = waiting.call(CallState.WAITING)
    device = waiting.home.accept(call.number, new_device("pe1", HOST, username="demo", use_agent=False))
    waiting.session().close()
    told: list[str] = []
    options = ConnectOptions(password=PASSWORD)
    session = connect(
        device, Person(), waiting.workspace, options=options, on_event=lambda event: told.append(str(event))
    )
    assert any("Waiting for pe1 to call" in text for text in told)
    assert waiting.known.empty()  # it went to who waited
    with pytest.raises(SessionLimit, match="second session"):
        connect(device, Person(), waiting.workspace, options=options)
    session.close()
    assert eventually(lambda: len(server.device.sessions) == 0)


def test_waiting_for_a_call_ends(waiting: Waiting) -> None:
    device = waiting.workspace.inventory.put(new_device("pe1", HOST, username="demo", call_home=True))
    store = waiting.workspace.settings_store
    store.save(replace(store.settings, call_home=replace(LOOPBACK, patience=1.0)))
    with pytest.raises(ConnectFailed, match="has not called within 1 seconds"):
        connect(device, Person(), waiting.workspace)
    token = CancelToken()
    threading.Timer(0.1, token.cancel).start()
    with pytest.raises(Cancelled):
        connect(device, Person(), waiting.workspace, cancel=token)
    waiting.home.stop()
    with pytest.raises(ConnectFailed, match="are not waited for"):
        connect(device, Person(), waiting.workspace)


# ---- who we are


def test_keys_are_unlocked_when_waiting_begins_and_never_because_somebody_calls(
    waiting: Waiting, tls_calls: Callable[..., TlsFront], folder: Path, tmp_path: Path
) -> None:
    authority = Authority("People")
    files = TlsFiles(folder / "device.pem", folder / "device.pem", Path(authority.write(tmp_path / "people.pem")))
    locked = authority.client("demo").write_pkcs12(tmp_path / "me.p12", PASSPHRASE)
    device = waiting.workspace.inventory.put(tls_device(folder, certificate=locked))
    tls_calls(files)
    assert eventually(lambda: any("is locked" in call.text for call in waiting.home.calls)), waiting.home.calls
    person = Person([CredentialAnswer(PASSPHRASE, policy=CredentialPolicy.SESSION)])
    store = waiting.workspace.credentials

    def secrets_for(owner: Device | None) -> Secrets:
        assert owner == device
        return Secrets(device, person, KeyringAccess(store, 5.0))

    assert waiting.home.identities.unlock(secrets_for) == ()
    assert store.session_get(account_for_key(locked)) == PASSPHRASE  # as the person chose
    session = waiting.session()
    assert session.capabilities.candidate
    session.close()
    assert waiting.home.identities.unlock(secrets_for, device) == ()  # from memory: nobody is asked again
    assert len(person.asked) == 1


def test_what_cannot_be_unlocked_is_told(waiting: Waiting, folder: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a key")
    waiting.workspace.inventory.put(tls_device(folder, certificate=str(text)))
    store = waiting.workspace.credentials
    keyring = KeyringAccess(store, 5.0)
    (told,) = waiting.home.identities.unlock(lambda owner: Secrets(owner or tls_device(folder), Person(), keyring))
    assert "holds no certificate" in told
