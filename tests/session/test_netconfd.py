"""Sessions with a NETCONF server that shares none of our code: yuma123's netconfd behind OpenSSH."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.errors import HostKey, RpcFailed
from netconf_gui.protocol import operations as op
from netconf_gui.protocol.profiles import NETCONFD
from netconf_gui.protocol.replies import Notification
from netconf_gui.protocol.xml import NS_BASE, child_named, local_name, parse, serialize
from netconf_gui.session import datastores as ds
from netconf_gui.session.schemas import get_schema, list_modules
from netconf_gui.session.session import Session
from netconf_gui.session.subscriptions import create_subscription, list_streams
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.route import SshTarget
from netconf_gui.transport.ssh import connect
from tests.e2e.conftest import run_server
from tests.e2e.netconfd import Netconfd

pytestmark = pytest.mark.server

IF = "urn:ietf:params:xml:ns:yang:ietf-interfaces"
TYPES = "urn:ietf:params:xml:ns:yang:iana-if-type"


class Trusting:
    """Accepts the key of the server that the test itself has started, and knows no secret."""

    def unknown(self, key: HostKey, notes: object = ()) -> bool:
        return True

    def password(self, *args: object) -> None:
        return None

    passphrase = interactive = password


@pytest.fixture(scope="module")
def server() -> Iterator[Netconfd]:
    yield from run_server()


def opened(server: Netconfd, folder: Path) -> Session:
    me = Trusting()
    target = SshTarget(
        "127.0.0.1",
        server.port,
        server.user,
        identity_files=(str(server.key),),
        identities_only=True,
        use_agent=False,
        default_keys=False,
    )
    return Session.open(connect(target, me, me, known_hosts=KnownHosts(folder / "known_hosts")))


@pytest.fixture
def session(server: Netconfd, tmp_path: Path) -> Iterator[Session]:
    with opened(server, tmp_path) as session:
        yield session


def interface(name: str, *, type_: str = "t:ethernetCsmacd", operation: str = "merge") -> bytes:
    return (
        f'<interfaces xmlns="{IF}" xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:t="{TYPES}">'
        f'<interface nc:operation="{operation}"><name>{name}</name><type>{type_}</type></interface></interfaces>'
    ).encode()


def names(session: Session) -> list[str]:
    data = ds.get_config(session, "running", filter_xml=parse(f'<interfaces xmlns="{IF}"/>'.encode()))
    return [str(text) for text in data.xpath("//*[local-name()='interface']/*[local-name()='name']/text()")]


def test_hello_and_profile(session: Session) -> None:
    assert session.session_id > 0
    assert session.profile is NETCONFD
    assert session.capabilities.base11
    assert session.capabilities.candidate
    assert ds.editing_with_defaults(session.capabilities) == "explicit"


def test_modules_and_their_text(session: Session) -> None:
    found = list_modules(session)
    assert found.notes == ()
    one = found.find("ietf-interfaces")
    assert one is not None
    assert (one.implemented, one.namespace, one.source) == (True, IF, "yang-library 1.0")
    text = get_schema(session, one.name, one.revision)
    assert text.startswith(b"module ietf-interfaces {")
    assert f"revision {one.revision}".encode() in text
    types = found.find("ietf-inet-types")
    assert types is not None
    assert not types.implemented
    with pytest.raises(RpcFailed) as failed:
        get_schema(session, "no-such-module")
    assert failed.value.operation == "get-schema"


def test_edit_by_test_then_set_commit_read_back(session: Session) -> None:
    ds.lock(session, "candidate")
    assert ds.edit_config(session, "candidate", parse(interface("p-one")), test_option="test-then-set") == ()
    assert ds.commit(session) == ()
    assert "p-one" in names(session)
    delete = parse(interface("p-one", operation="delete"))
    ds.edit_config(session, "candidate", delete, test_option="test-then-set")
    ds.commit(session)
    assert "p-one" not in names(session)
    ds.unlock(session, "candidate")


def test_a_wrong_value_is_told_with_its_path(session: Session) -> None:
    with pytest.raises(RpcFailed) as failed:
        wrong = parse(interface("p-two", type_="nonsense"))
        ds.edit_config(session, "candidate", wrong, test_option="test-then-set")
    error = failed.value.errors[0]
    assert error.tag == "invalid-value"
    assert error.path is not None
    assert "p-two" in error.path
    assert IF in dict(error.path_namespaces).values()
    ds.discard_changes(session)


def test_lock_denied_names_the_holder(server: Netconfd, session: Session, tmp_path: Path) -> None:
    ds.lock(session, "running")
    with opened(server, tmp_path) as other:
        with pytest.raises(RpcFailed) as failed:
            ds.lock(other, "running")
        assert failed.value.tags == ("lock-denied",)
        assert failed.value.errors[0].session_id == session.session_id
        assert other.call(op.get_config(filter_xml=parse(b"<x xmlns='urn:x'/>"))).ok
    ds.unlock(session, "running")


def test_many_requests_at_once(session: Session) -> None:
    operation = op.get_config("running", parse(b"<x xmlns='urn:x'/>"))
    futures = [session.submit(operation) for _ in range(300)]
    assert all(future.result(60).ok for future in futures)


def test_a_reply_with_an_attribute_declared_twice_is_read(session: Session) -> None:
    """What it makes of a prefixed attribute on rpc: not well-formed until the profile's repair."""
    replies = []
    arrived = threading.Event()

    def seen(entry: object) -> None:
        if entry.message_id == "x1":  # type: ignore[attr-defined]
            replies.append(entry)
            arrived.set()

    session.wire.subscribe(seen)
    rpc = f'<rpc xmlns="{NS_BASE}" xmlns:e="urn:e" e:user="fred" message-id="x1">'.encode()
    rpc += op.get_config("running", parse(b"<x xmlns='urn:x'/>")).text + b"</rpc>"
    session.stream.write(session._connection.send(rpc))
    assert arrived.wait(30)
    assert replies[0].text.count("xmlns:e=") == 2, "the record shows what came"
    assert replies[0].note.endswith("declares twice were read once. Nobody waits for this reply.")


def test_notifications(server: Netconfd, session: Session, tmp_path: Path) -> None:
    assert "NETCONF" in [stream.name for stream in list_streams(session)]
    arrived = threading.Event()
    heard: list[Notification] = []

    def hear(notification: Notification) -> None:
        heard.append(notification)
        event = notification.event
        if event is not None and local_name(event) in ("netconf-session-start", "sysSessionStart"):
            arrived.set()

    session.on_notification(hear)
    create_subscription(session, "NETCONF")
    with opened(server, tmp_path):
        assert arrived.wait(30), [serialize(item.element) for item in heard]
    assert heard[0].event_time
    assert child_named(heard[0].element, "eventTime") is not None


def test_killed_by_another_session(server: Netconfd, session: Session, tmp_path: Path) -> None:
    ended = threading.Event()
    session.on_closed(lambda error: ended.set())
    with opened(server, tmp_path) as other:
        ds.kill_session(other, session.session_id)
    assert ended.wait(30)
    assert session.error is not None
    assert session.error.advice
