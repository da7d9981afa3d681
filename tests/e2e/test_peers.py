"""TLS and call home against programs that were made by others: stunnel, socat, OpenSSH's sshd, with netconfd behind."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.cli.main import main
from netconf_gui.errors import AuthenticationFailed, CertificateChanged, CertificateUntrusted
from netconf_gui.services.callhome import Call, CallHome, CallState
from netconf_gui.services.connect import connect
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.transport.callhome import Caller
from netconf_gui.workspace.inventory import Device, new_device
from netconf_gui.workspace.settings import CallHomeSettings
from netconf_gui.workspace.workspace import Workspace
from tests.certificates import Authority
from tests.e2e import peers
from tests.e2e.conftest import Person
from tests.e2e.netconfd import Netconfd
from tests.e2e.peers import HOST, Peer
from tests.services.conftest import eventually

WAIT = 60


class Trusting(Person):
    """Accepts certificates as well, and remembers them."""

    def __init__(self, *, trust: bool = True, password: str | None = None) -> None:
        super().__init__(trust=trust, password=password)
        self.shown: list[object] = []

    def certificate_untrusted(self, certificate: object) -> bool:
        self.shown.append(certificate)
        return self.trust


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Peers' CA")


@pytest.fixture
def peer(candidate_server: Netconfd) -> Iterator[Callable[..., Peer]]:
    reason = peers.missing()
    if reason:
        pytest.fail(reason)
    with ExitStack() as stack:
        yield lambda start, *what: stack.enter_context(start(candidate_server, *what))


@pytest.fixture
def device(authority: Authority, tmp_path: Path) -> Device:
    certificate, key = authority.client("ops").write(tmp_path, "me")
    ca = authority.write(tmp_path / "ca.pem")
    return new_device("box", HOST, port=0, transport="tls", certificate=certificate, private_key=key, ca_file=ca)


def works(session: Session) -> None:
    """Both sides understand each other, small and large."""
    try:
        assert session.capabilities.candidate
        assert datastores.get_config(session, "running") is not None
        assert len(session.capabilities.modules) > 5
    finally:
        session.close()


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_netconf_over_tls_to_stunnel(
    peer: Callable[..., Peer], authority: Authority, device: Device, workspace: Workspace, version: str
) -> None:
    front = peer(peers.stunnel, authority.server(HOST), authority.pem, version)
    session = connect(replace(device, port=front.port), Trusting(), workspace)
    assert session.stream.peer.description.startswith(version)
    works(session)


def test_netconf_over_tls_to_socat(
    peer: Callable[..., Peer], authority: Authority, device: Device, workspace: Workspace
) -> None:
    front = peer(peers.socat, authority.server(HOST), authority.pem)
    works(connect(replace(device, port=front.port), Trusting(), workspace))


@pytest.mark.parametrize("wrong", ["expired", "wrong CA", "wrong name"])
def test_wrong_certificates_of_stunnel_are_refused(
    peer: Callable[..., Peer], authority: Authority, device: Device, workspace: Workspace, wrong: str
) -> None:
    made, words = {
        "expired": (authority.server(HOST, days=1, age=5), "expired"),
        "wrong CA": (Authority("Nobody's").server(HOST), "does not trust its issuer"),
        "wrong name": (authority.server("other.example"), "made out to other.example"),
    }[wrong]
    front = peer(peers.stunnel, made, authority.pem)
    person = Trusting(trust=False)
    with pytest.raises(CertificateUntrusted, match=words):
        connect(replace(device, port=front.port), person, workspace)
    assert len(person.shown) == 1
    accepting = Trusting()
    works(connect(workspace.inventory.put(replace(device, port=front.port)), accepting, workspace))
    stored = workspace.inventory.named("box")
    assert stored is not None
    assert stored.pinned_certificate == made.fingerprint
    nobody = Trusting(trust=False)
    works(connect(stored, nobody, workspace))
    assert nobody.shown == []


def test_a_changed_pin_is_refused(
    peer: Callable[..., Peer], authority: Authority, device: Device, workspace: Workspace
) -> None:
    front = peer(peers.stunnel, authority.server(HOST), authority.pem)
    with pytest.raises(CertificateChanged):
        connect(
            replace(device, port=front.port, pinned_certificate=authority.server(HOST).fingerprint),
            Trusting(),
            workspace,
        )


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("shown", [False, True])
def test_a_client_that_stunnel_does_not_let_in_is_told(
    peer: Callable[..., Peer], authority: Authority, device: Device, workspace: Workspace, tmp_path: Path,
    version: str, shown: bool,
) -> None:  # fmt: skip
    front = peer(peers.stunnel, authority.server(HOST), authority.pem, version)
    certificate, key = Authority("Strangers").client("ops").write(tmp_path, "strange") if shown else ("", "")
    with pytest.raises(AuthenticationFailed, match="does not let this client in"):
        connect(replace(device, port=front.port, certificate=certificate, private_key=key), Trusting(), workspace)


def test_the_command_line_over_tls(
    peer: Callable[..., Peer], authority: Authority, device: Device, capfd: pytest.CaptureFixture[str]
) -> None:
    front = peer(peers.stunnel, authority.server(HOST), authority.pem)
    words = ["--cert", device.certificate, "--key", device.private_key, "--ca", device.ca_file]
    assert main(["hello", f"tls://{HOST}:{front.port}", *words]) == 0
    assert "candidate" in capfd.readouterr().out


# ---- call home


@pytest.fixture
def home(workspace: Workspace) -> Iterator[tuple[CallHome, queue.Queue[tuple[Call, Device, Caller]]]]:
    known: queue.Queue[tuple[Call, Device, Caller]] = queue.Queue()
    made = CallHome(workspace, lambda *what: known.put(what))
    made.start(CallHomeSettings(address=HOST), any_port=True)
    yield made, known
    made.stop()


def test_sshd_calls_home(
    peer: Callable[..., Peer],
    candidate_server: Netconfd,
    home: tuple[CallHome, queue.Queue[tuple[Call, Device, Caller]]],
    workspace: Workspace,
) -> None:
    listening, known = home
    peer(peers.calling_sshd, listening.ports["ssh"])
    assert eventually(lambda: [call.state for call in listening.calls] == [CallState.WAITING]), listening.calls
    call = listening.calls[0]
    assert call.fingerprint == candidate_server.fingerprint()
    person = Person(password=candidate_server.password)
    listening.accept(call.number, new_device("box", HOST, username=candidate_server.user, use_agent=False))
    for _ in range(2):  # it calls again, and is known
        _, device, caller = known.get(timeout=WAIT)
        works(connect(device, person, workspace, caller=caller))
    assert person.keys == []


def test_a_tls_server_calls_home(
    candidate_server: Netconfd,
    home: tuple[CallHome, queue.Queue[tuple[Call, Device, Caller]]],
    authority: Authority,
    device: Device,
    workspace: Workspace,
) -> None:
    listening, known = home
    workspace.inventory.put(replace(device, call_home=True))
    with peers.TlsCaller(candidate_server, authority.server(HOST), authority.pem, listening.ports["tls"]):
        for _ in range(2):
            _, found, caller = known.get(timeout=WAIT)
            works(connect(found, Trusting(trust=False), workspace, caller=caller))


def test_sshd_calls_home_and_the_systems_ssh_takes_over(
    peer: Callable[..., Peer],
    candidate_server: Netconfd,
    home: tuple[CallHome, queue.Queue[tuple[Call, Device, Caller]]],
    workspace: Workspace,
) -> None:
    listening, known = home
    person = Person(password=candidate_server.password)
    device = new_device(
        "box", HOST, username=candidate_server.user, use_agent=False, transport="openssh", call_home=True
    )
    workspace.inventory.put(device)
    peer(peers.calling_sshd, listening.ports["ssh"])
    for _ in range(2):
        _, found, caller = known.get(timeout=WAIT)
        works(connect(found, person, workspace, caller=caller))
    assert [key.fingerprint for key in person.keys] == [candidate_server.fingerprint()]  # asked about once, by ssh
