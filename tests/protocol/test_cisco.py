"""Cisco IOS before YANG: recognised by its hello, its broken replies repaired by name and then parsed strictly."""

from __future__ import annotations

import pytest

from netconf_gui.protocol import repairs
from netconf_gui.protocol.capabilities import BASE10, BASE11
from netconf_gui.protocol.connection import Connection, Failed, HelloReceived, ReplyReceived, Role
from netconf_gui.protocol.profiles import STANDARD
from netconf_gui.protocol.xml import NS_BASE, local_name
from tests.protocol.cisco import HELLO, REPLY


def client(**options: object) -> Connection:
    made = Connection(Role.CLIENT, (BASE10, BASE11), **options)  # type: ignore[arg-type]
    made.start()
    return made


def test_the_hello_without_a_namespace_chooses_the_profile_and_the_old_framing() -> None:
    connection = client()
    [event] = connection.feed(HELLO)
    assert isinstance(event, HelloReceived)
    assert connection.profile.name == "cisco-ios"
    assert connection.profile.cli_text
    assert not connection.base11
    able = event.hello.capabilities
    assert able.writable_running, "so spelled: writeable-running"
    assert able.rollback_on_error
    assert able.startup
    assert able.has("url")
    assert not able.candidate


@pytest.mark.parametrize("pieces", [len(REPLY), 7, 1])
def test_the_reply_of_the_transcript_is_read_to_the_letter(pieces: int) -> None:
    connection = client()
    connection.feed(HELLO)
    events = [event for at in range(0, len(REPLY), pieces) for event in connection.feed(REPLY[at : at + pieces])]
    [event] = events
    assert isinstance(event, ReplyReceived)
    reply = event.reply
    assert reply.message_id == "101"
    assert reply.element.tag == f"{{{NS_BASE}}}rpc-reply"
    assert reply.data is not None
    assert local_name(reply.data[0]) == "cli-config-data"
    words = (reply.data[0].text or "").split("\n")
    assert [word.strip() for word in words if word.strip()] == [
        "interface Loopback113",
        "description test456",
        "no ip address",
        "load-interval 30",
        "end",
    ]
    assert event.head.startswith(REPLY[:100]), "the record shows what really came"
    assert len(event.notes) == 3
    assert any("blank" in note for note in event.notes)
    assert any("ackslash" in note for note in event.notes)
    assert any("namespace" in note for note in event.notes)


def test_without_the_profile_the_reply_is_refused_and_nothing_is_recovered() -> None:
    connection = client(profile=STANDARD)
    connection.feed(HELLO)
    [event] = connection.feed(REPLY)
    assert isinstance(event, Failed)
    assert not event.fatal
    assert event.kind == "rpc-reply"
    assert event.message_id == "101"


def test_what_no_repair_knows_is_still_refused() -> None:
    connection = client()
    connection.feed(HELLO)
    [event] = connection.feed(REPLY.replace(b"</data>", b""))
    assert isinstance(event, Failed)


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("add-missing-blanks", b'<a b="1"c="2"d=\'3\'>', b'<a b="1" c="2" d=\'3\'>'),
        ("add-missing-blanks", b'<a b="1" c="2"/>', b'<a b="1" c="2"/>'),
        ("drop-backslashes", b'<a b="\\urn:x\\">', b'<a b="urn:x">'),
        ("drop-backslashes", b'<a b=\\"urn:x\\" c="1">', b'<a b="urn:x" c="1">'),
        ("drop-backslashes", b'<a b="c:\\d">', b'<a b="c:\\d">'),
        (
            "correct-base-namespace",
            b'<a xmlns="urn:ietf:params:netconf:base:1.0" b="urn:ietf:params:netconf:base:1.0">',
            f'<a xmlns="{NS_BASE}" b="urn:ietf:params:netconf:base:1.0">'.encode(),
        ),
    ],
)
def test_each_repair_knows_one_form_and_leaves_the_rest(name: str, wrong: bytes, right: bytes) -> None:
    assert repairs.REPAIRS[name].run(wrong) == right
    assert repairs.REPAIRS[name].run(right) == right


def test_what_is_whole_is_not_touched() -> None:
    whole = f'<rpc-reply message-id="1" xmlns="{NS_BASE}"><ok/></rpc-reply>'.encode()
    connection = client()
    connection.feed(HELLO)
    [event] = connection.feed(whole + b"]]>]]>")
    assert isinstance(event, ReplyReceived)
    assert event.notes == (), "nothing was repaired"
    assert event.reply.ok
    assert event.head == whole
