"""The demo device over TLS and calling home, driven by ncclient and by OpenSSL's own sockets, which share no code."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from ncclient import manager
from ncclient.operations.rpc import RPCError
from ncclient.transport.errors import TLSError

from netconf_gui.demo import callhome
from netconf_gui.demo.callhome import CallHome
from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.device import Device
from netconf_gui.demo.server import DemoServer
from netconf_gui.demo.tls import TlsFront
from netconf_gui.errors import ConfigError
from tests.certificates import Authority
from tests.demo.test_server import vlan

HOST = "127.0.0.1"
# ncclient does not close the sockets of connections that fail, nor the one it is called at
LEAKS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
TLS12 = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    TlsFiles.load_or_create(made)
    return made


@pytest.fixture
def front(model, folder) -> Iterator[TlsFront]:
    with TlsFront(Device(model), TlsFiles.load_or_create(folder)) as running:
        yield running


def connect(front: TlsFront, folder: Path, user: str = "demo", **options: object):
    settings = {"certfile": str(folder / f"{user}.pem"), "ca_certs": str(folder / "ca.pem")}
    return manager.connect_tls(
        host=HOST, port=front.port, protocol=ssl.PROTOCOL_TLS_CLIENT, timeout=20, **{**settings, **options}
    )


def test_ncclient_reads_and_edits_over_tls(front, folder):
    with connect(front, folder) as client:
        assert ":candidate" in client.server_capabilities
        with client.locked("candidate"):
            client.edit_config(vlan(99, "over-tls"), target="candidate")
            client.commit()
        assert "over-tls" in client.get_config("running").data_xml
        assert len(client.get().data_xml) > 20_000  # many records


def test_ncclient_over_tls_12(model, folder):
    with (
        TlsFront(Device(model), TlsFiles.load_or_create(folder), versions=TLS12) as front,
        connect(front, folder) as client,
    ):
        assert client.get_config("running").data_xml


def test_the_name_in_the_certificate_is_the_user(front, folder):
    with connect(front, folder, "guest") as client, pytest.raises(RPCError, match="may only read"):
        client.edit_config(vlan(99, "no"), target="candidate")


def test_a_fingerprint_can_mean_a_user(model, folder, tmp_path):
    authority = Authority("People")
    ca, made = tmp_path / "people.pem", authority.client("nobody in particular")
    authority.write(ca)
    certificate, key = made.write(tmp_path, "me")
    files = TlsFiles(folder / "device.pem", folder / "device.pem", ca)
    with TlsFront(Device(model), files, users={f"SHA256:{made.fingerprint.lower()}": "demo"}) as front:
        with connect(front, folder, certfile=certificate, keyfile=key) as client:
            assert client.connected
        assert front.user_of(made.der) == "demo"
        assert front.user_of(authority.client("guest").der) == "guest"
        assert front.user_of(authority.client("stranger").der) == ""


def test_who_shows_no_certificate_or_a_strange_one_is_not_let_in(front, folder, tmp_path):
    certificate, key = Authority("Strangers").client("demo").write(tmp_path, "me")
    for own in (None, (certificate, key)):
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        if own:
            context.load_cert_chain(*own)
        with (
            socket.create_connection((HOST, front.port), 20) as sock,
            pytest.raises(OSError) as refused,
            context.wrap_socket(sock, server_hostname=HOST) as tls,
        ):
            tls.recv(1)
        assert isinstance(refused.value, (ssl.SSLError, ConnectionError))


@LEAKS
def test_ncclient_does_not_trust_another_name(front, folder):
    with pytest.raises(TLSError):
        connect(front, folder, server_hostname="elsewhere.example")


def test_the_certificates_are_made_once_and_private(folder):
    before = (folder / "device.pem").read_bytes()
    TlsFiles.load_or_create(folder)
    assert (folder / "device.pem").read_bytes() == before
    assert [path.name for path in sorted(folder.iterdir())] == ["ca.pem", "demo.pem", "device.pem", "guest.pem"]
    assert (folder / "demo.pem").stat().st_mode & 0o077 == 0


# ---- call home


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@LEAKS
def test_ncclient_is_called_over_ssh(model, tmp_path):
    port = free_port()
    with (
        DemoServer(Device(model), host_key=tmp_path / "key", password="right") as server,
        CallHome(HOST, port, server.serve, pause=0.05),
        manager.call_home(
            host=HOST, port=port, username="demo", password="right", hostkey_verify=False,
            allow_agent=False, look_for_keys=False, timeout=20,
        ) as client,
    ):  # fmt: skip
        assert client.get_config("running").data_xml


def test_openssl_is_called_over_tls(model, folder):
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "demo.pem")
    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(20)
        front = TlsFront(Device(model), TlsFiles.load_or_create(folder))
        with CallHome(HOST, listener.getsockname()[1], front.serve, pause=0.05):
            for _ in range(2):
                sock, _ = listener.accept()
                with sock, context.wrap_socket(sock, server_hostname=HOST) as tls:
                    assert b"<hello" in tls.recv(65536)
        front.stop()


def test_a_call_that_is_served_ends_with_the_device(model, tmp_path):
    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(20)
        with (
            DemoServer(Device(model), host_key=tmp_path / "key") as server,
            CallHome(HOST, listener.getsockname()[1], server.serve),
        ):
            sock, _ = listener.accept()
            assert sock.recv(4) == b"SSH-"
        with sock:
            sock.settimeout(20)
            while sock.recv(65536):
                pass


@pytest.mark.parametrize("text", ["", "host", "host:", ":4334", "host:0", "host:70000", "host:x"])
def test_what_is_no_address_to_call(text):
    with pytest.raises(ConfigError):
        callhome.address(text)
    assert callhome.address("[::1]:4334") == ("::1", 4334)
