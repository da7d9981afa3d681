"""The whole device over SSH, driven by ncclient, which shares no code with it."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import paramiko
import pytest
from lxml import etree
from ncclient import manager
from ncclient.operations.errors import OperationError
from ncclient.operations.rpc import RPCError
from ncclient.transport.errors import AuthenticationError

from netconf_gui.demo import channel as channel_module
from netconf_gui.demo.device import Device
from netconf_gui.demo.hostkey import load_or_create
from netconf_gui.demo.server import DemoServer
from netconf_gui.errors import ConnectFailed, WorkspaceError

DEMO = "urn:netconf-gui:demo"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
NAMES = {"d": DEMO, "nc": NC, "if": "urn:ietf:params:xml:ns:yang:ietf-interfaces"}


@pytest.fixture
def server(model, tmp_path):
    with DemoServer(Device(model), host_key=tmp_path / "key", password="right") as running:
        yield running


def connect(server: DemoServer, **options):
    settings = {"username": "demo", "password": "right", "hostkey_verify": False, "timeout": 20}
    return manager.connect(
        host="127.0.0.1", port=server.port, allow_agent=False, look_for_keys=False, **{**settings, **options}
    )


@pytest.fixture
def client(server):
    connected = connect(server)
    yield connected
    if connected.connected:
        connected.close_session()


def vlan(number: int, name: str) -> str:
    return (
        f'<config xmlns="{NC}"><vlans xmlns="{DEMO}"><vlan><id>{number}</id><name>{name}</name></vlan></vlans></config>'
    )


def names(client, datastore="running") -> list[str]:
    found = client.get_config(datastore).data_ele.iterfind("d:vlans/d:vlan/d:name", NAMES)
    return [node.text for node in found]


def test_capabilities_and_session(server, client):
    assert int(client.session_id) > 0
    assert ":candidate" in client.server_capabilities
    assert ":confirmed-commit" in client.server_capabilities


def test_edit_commit_read(client):
    with client.locked("candidate"):
        client.edit_config(vlan(99, "fresh"), target="candidate")
        client.validate("candidate")
        client.commit()
    assert "fresh" in names(client)


def test_discard_copy_delete(client):
    client.edit_config(vlan(99, "fresh"), target="candidate")
    client.discard_changes()
    assert "fresh" not in names(client, "candidate")
    client.edit_config(vlan(99, "fresh"), target="running", test_option="test-then-set")
    client.copy_config(source="running", target="startup")
    assert "fresh" in names(client, "startup")
    client.delete_config("startup")
    assert names(client, "startup") == []


def test_confirmed_commit_and_cancel(client):
    client.edit_config(vlan(99, "fresh"), target="candidate")
    client.commit(confirmed=True, timeout="300")
    assert "fresh" in names(client)
    client.cancel_commit()
    assert "fresh" not in names(client)


def test_a_persistent_commit_is_confirmed_by_another_session(server, client):
    client.edit_config(vlan(99, "fresh"), target="candidate")
    client.commit(confirmed=True, timeout="300", persist="token")
    with connect(server) as other:
        other.commit(persist_id="token")
    client.close_session()
    with connect(server) as other:
        assert "fresh" in names(other)


def test_locks_across_sessions_and_kill(server, client):
    client.lock("running")
    with connect(server) as other:
        with pytest.raises(RPCError) as caught:
            other.lock("running")
        assert caught.value.tag == "lock-denied"
        assert f"<session-id>{client.session_id}</session-id>" in caught.value.info.replace("nc:", "")
        other.kill_session(client.session_id)
        other.lock("running")
    deadline = time.monotonic() + 10
    while client.connected and time.monotonic() < deadline:
        client._session.join(0.01)
    assert not client.connected


def test_rpc_error_has_path_and_app_tag(client):
    config = (
        f'<config xmlns="{NC}"><vlans xmlns="{DEMO}"><vlan><id>98</id><name>twin</name></vlan>'
        "<vlan><id>99</id><name>twin</name></vlan></vlans></config>"
    )
    client.edit_config(config, target="candidate")
    with pytest.raises(RPCError) as caught:
        client.commit()
    assert caught.value.app_tag == "data-not-unique"
    assert "vlan" in caught.value.path


def test_filters(client):
    subtree = ("subtree", f'<vlans xmlns="{DEMO}"><vlan><name/></vlan></vlans>')
    assert {node.tag for node in client.get_config("running", filter=subtree).data_ele} == {f"{{{DEMO}}}vlans"}
    xpath = ("xpath", ({"d": DEMO}, "/d:vlans/d:vlan[d:id=10]/d:name"))
    assert "office" in client.get_config("running", filter=xpath).data_xml
    assert "quarantine" not in client.get(filter=xpath).data_xml


@pytest.mark.parametrize("mode", ["report-all", "report-all-tagged", "trim", "explicit"])
def test_with_defaults(client, mode):
    data = client.get_config("running", with_defaults=mode).data_xml
    assert ("aging-time" in data) is True
    assert (">1024</mac-limit>" in data.replace("d:", "")) is mode.startswith("report-all")


def test_get_schema(client):
    text = client.get_schema("netconf-gui-demo").data
    assert text.startswith("module netconf-gui-demo {")


def test_notifications(server, client):
    client.create_subscription()
    with connect(server) as other:
        other.edit_config(vlan(99, "fresh"), target="running")
    heard = []
    while "netconf-session-end" not in heard:
        notification = client.take_notification(timeout=20)
        assert notification is not None, heard
        heard.append(etree.QName(etree.fromstring(notification.notification_xml.encode())[1]).localname)
    assert heard == ["netconf-session-start", "netconf-config-change", "netconf-session-end"]


def test_own_rpc(client):
    request = etree.fromstring(f'<ping xmlns="{DEMO}"><destination>192.0.2.1</destination></ping>')
    assert "<sent" in client.dispatch(request).xml


def test_reader_is_refused(server):
    with connect(server, username="guest") as guest:
        assert "office" in names(guest)
        with pytest.raises(RPCError) as caught:
            guest.edit_config(vlan(99, "x"), target="candidate")
        assert caught.value.tag == "access-denied"


def test_wrong_password_and_unknown_user(server):
    with pytest.raises(AuthenticationError):
        connect(server, password="wrong")
    with pytest.raises(AuthenticationError):
        connect(server, username="nobody")


def test_a_key_lets_in(model, tmp_path):
    key = load_or_create(tmp_path / "client-key")
    with (
        DemoServer(Device(model), host_key=tmp_path / "key", authorized_keys=[key.get_base64()]) as server,
        connect(server, key_filename=str(tmp_path / "client-key"), password=None) as client,
    ):
        assert client.connected


def test_keyboard_interactive(server):
    transport = paramiko.Transport(("127.0.0.1", server.port))
    try:
        transport.start_client(timeout=20)
        asked = []

        def answer(_title, _instructions, prompts):
            asked.extend(prompts)
            return ["right"]

        transport.auth_interactive("demo", answer)
        assert transport.is_authenticated()
        assert asked == [("Password: ", False)]
    finally:
        transport.close()


def test_only_the_netconf_subsystem(server):
    transport = paramiko.Transport(("127.0.0.1", server.port))
    try:
        transport.connect(username="demo", password="right")
        channel = transport.open_session()
        with pytest.raises(paramiko.SSHException):
            channel.invoke_subsystem("sftp")
        shell = transport.open_session()
        with pytest.raises(paramiko.SSHException):
            shell.exec_command("id")
    finally:
        transport.close()


def test_several_channels_on_one_connection(server):
    transport = paramiko.Transport(("127.0.0.1", server.port))
    try:
        transport.connect(username="demo", password="right")
        channels = [transport.open_session() for _ in range(3)]
        for channel in channels:
            channel.settimeout(20)
            channel.invoke_subsystem("netconf")
            assert channel.recv(5) == b"<?xml"
        assert len(server.device.sessions) == 3
    finally:
        transport.close()


def test_five_sessions_at_once(server):
    failures = []

    def work(number: int) -> None:
        try:
            with connect(server) as session:
                for turn in range(5):
                    session.edit_config(vlan(200 + number * 10 + turn, f"n{number}-{turn}"), target="running")
                    session.get_config("running")
        except (OperationError, RPCError, OSError) as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with connect(server) as session:
        assert sum(name.startswith("n") for name in names(session)) == 25


def silent_client(server) -> paramiko.Transport:
    """A client that asks a lot and takes nothing."""
    transport = paramiko.Transport(("127.0.0.1", server.port), default_window_size=40_000)
    transport.connect(username="demo", password="right")
    channel = transport.open_session()
    channel.invoke_subsystem("netconf")
    base = "<capability>urn:ietf:params:netconf:base:1.0</capability>"
    hello = f'<hello xmlns="{NC}"><capabilities>{base}</capabilities></hello>]]>]]>'
    asked = f'<rpc xmlns="{NC}" message-id="1"><get/></rpc>]]>]]>'
    channel.sendall((hello + asked * 20).encode())
    return transport


def heard(client) -> dict[str, str]:
    """The next notification's leafs."""
    notification = client.take_notification(timeout=20)
    assert notification is not None
    event = etree.fromstring(notification.notification_xml.encode())[1]
    return {"event": etree.QName(event).localname, **{etree.QName(leaf).localname: leaf.text for leaf in event}}


def test_a_client_that_does_not_read_stops_nobody(server, client):
    transport = silent_client(server)
    try:
        assert "office" in names(client)
    finally:
        transport.close()


def test_a_client_that_never_reads_can_be_killed(server, client):
    client.create_subscription()
    transport = silent_client(server)
    try:
        client.kill_session(heard(client)["session-id"])
        assert heard(client)["termination-reason"] == "killed"
        transport.join(20)
        assert not transport.is_active()
    finally:
        transport.close()


def test_a_client_that_lets_too_much_pile_up_is_dropped(server, client, monkeypatch):
    monkeypatch.setattr(channel_module, "QUEUE_LIMIT", 3)
    client.create_subscription()
    transport = silent_client(server)
    try:
        assert heard(client)["event"] == "netconf-session-start"
        assert heard(client)["termination-reason"] == "dropped"
    finally:
        transport.close()


def test_the_host_key_is_made_once_and_private(tmp_path):
    path = tmp_path / "new" / "key"
    first = load_or_create(path)
    assert load_or_create(path).get_base64() == first.get_base64()
    assert path.stat().st_mode & 0o077 == 0
    assert [item.name for item in path.parent.iterdir()] == ["key"]


def test_a_host_key_that_is_none(tmp_path):
    (tmp_path / "key").write_text("no key")
    with pytest.raises(WorkspaceError, match="host key"):
        load_or_create(tmp_path / "key")


def test_a_port_that_is_taken(model, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = DemoServer(Device(model), host_key=tmp_path / "key", port=taken.getsockname()[1])
        with pytest.raises(ConnectFailed, match="cannot listen"):
            server.start()


def test_stop_ends_sessions_and_threads(model, tmp_path: Path):
    before = set(threading.enumerate())
    server = DemoServer(Device(model), host_key=tmp_path / "key").start()
    client = connect(server, password="demo")
    server.stop()
    server.stop()
    client._session.join(20)
    assert not client.connected
    left = {thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("demo")}
    assert left == set()
