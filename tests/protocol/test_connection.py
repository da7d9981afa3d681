"""Conversations with a client and a server that have no socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import SessionClosed
from netconf_gui.protocol.connection import (
    Connection,
    Failed,
    HelloReceived,
    ReplyReceived,
    Role,
    RpcReceived,
    State,
)
from netconf_gui.protocol.framing import Limits, chunked, eom
from netconf_gui.protocol.xml import NS_BASE, serialize
from tests.protocol.talk import BASE10, BASE11, Talk, cut, data, event, hello, ok, words


def test_client_says_hello_at_once_and_always_with_eom() -> None:
    talk = Talk.client()
    assert talk.sent.endswith(b"</hello>]]>]]>")
    assert BASE11.encode() in talk.sent
    assert b"session-id" not in talk.sent


def test_both_say_11_so_chunked_begins_with_the_next_byte() -> None:
    talk = Talk.client()
    talk.raw(eom(hello(session_id=4)) + chunked(ok(1)) + chunked(event()))
    talk.heard("hello 4", "reply 1 ok", "notification link-up")
    assert talk.connection.send(b"<rpc/>") == b"\n#6\n<rpc/>\n##\n"


def test_the_device_is_10_only_so_eom_goes_on() -> None:
    talk = Talk.client()
    talk.raw(eom(hello(session_id=4, both=False)) + eom(ok(1)))
    talk.heard("hello 4", "reply 1 ok")
    assert talk.connection.send(b"<rpc/>") == b"<rpc/>]]>]]>"


def test_we_are_10_only_so_eom_goes_on() -> None:
    talk = Talk.client(capabilities=[BASE10])
    talk.raw(eom(hello(session_id=4)) + eom(ok(1)))
    talk.heard("hello 4", "reply 1 ok")


def test_end_marks_are_forced_by_not_announcing_11() -> None:
    """A device that says 1.1 and cannot do it is taken at its 1.0."""
    connection = Connection(Role.CLIENT, [BASE10, BASE11], framing="eom")
    assert BASE11.encode() not in connection.start()
    events = connection.feed(eom(hello(session_id=4)) + eom(ok(1)))
    assert [type(item) for item in events] == [HelloReceived, ReplyReceived]
    assert connection.send(b"<rpc/>") == b"<rpc/>]]>]]>"


def test_chunks_are_forced_on_a_device_that_does_not_announce_them() -> None:
    connection = Connection(Role.CLIENT, [BASE10, BASE11], framing="chunked")
    connection.start()
    events = connection.feed(eom(hello(session_id=4, both=False)) + chunked(ok(1)))
    assert [type(item) for item in events] == [HelloReceived, ReplyReceived]
    assert connection.send(b"<rpc/>") == b"\n#6\n<rpc/>\n##\n"


def test_a_line_feed_after_the_hello_is_no_chunk() -> None:
    talk = Talk.client()
    talk.raw(eom(hello(session_id=4)) + b"\r\n" + chunked(ok(1)) + b"\n" + chunked(ok(2)))
    talk.heard("hello 4", "reply 1 ok", "reply 2 ok")


def test_an_extra_delimiter_is_no_message() -> None:
    talk = Talk.greeted(both=False)
    talk.raw(eom(ok(1)) + b"\n]]>]]>" + eom(ok(2)))
    talk.heard("reply 1 ok", "reply 2 ok")


def test_notifications_come_anywhere() -> None:
    talk = Talk.greeted()
    talk.peer(event("one"), ok(2), event("two"), data(1, "<a xmlns='urn:a'/>"))
    talk.heard("notification one", "reply 2 ok", "notification two", "reply 1 ok")


def test_a_hello_without_session_id_is_said_to_be_that() -> None:
    talk = Talk.client()
    talk.peer(hello())
    failed = talk.heard("end MalformedMessage")
    assert isinstance(failed, Failed)
    assert "session-id" in str(failed.error)
    assert failed.error.advice
    assert talk.connection.state is State.ENDED


def test_something_else_than_a_hello_first() -> None:
    Talk.client().peer(ok(1)).heard("end MalformedMessage")
    failed = Talk.client().raw(b"SSH-2.0-OpenSSH\r\n]]>]]>").heard("end MalformedMessage")
    assert isinstance(failed, Failed)
    assert "SSH-2.0" in str(failed.error)


def test_nothing_is_heard_after_the_end() -> None:
    talk = Talk.client()
    talk.peer(hello())
    talk.heard("end MalformedMessage")
    talk.raw(eom(hello(session_id=4)))
    talk.heard()


def test_nothing_can_be_sent_before_the_hellos() -> None:
    talk = Talk.client()
    with pytest.raises(SessionClosed):
        talk.connection.send(b"<rpc/>")
    with pytest.raises(SessionClosed):
        talk.connection.start()


def test_a_second_hello_has_no_place() -> None:
    talk = Talk.greeted()
    talk.peer(hello(session_id=5), ok(1))
    talk.heard("fault MalformedMessage", "reply 1 ok")


@pytest.mark.parametrize("both", [True, False])
def test_a_broken_reply_spoils_only_itself(both: bool) -> None:
    talk = Talk.greeted(both=both)
    talk.peer(ok(1), ok(2).replace(b"<ok/>", b"<data>\x01</data>"), ok(3))
    talk.heard("reply 1 ok", "fault MalformedMessage", "reply 3 ok")


def test_a_broken_reply_still_tells_whose_it_is() -> None:
    talk = Talk.greeted()
    talk.peer(b"<nc:rpc-reply message-id='7' xmlns:nc=\"urn:x\"><data></nc:rpc-reply>")
    failed = talk.heard("fault MalformedMessage")
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.message_id) == ("rpc-reply", "7")
    assert "line 1" in str(failed.error)


def test_wrong_framing_ends_it_after_what_came_before() -> None:
    talk = Talk.greeted()
    talk.raw(chunked(ok(1)) + b"<rpc-reply>")
    talk.heard("reply 1 ok", "end FramingError")


def test_a_message_over_the_limit() -> None:
    talk = Talk.greeted(limits=Limits(message_size=300))
    talk.peer(ok(1), data(2, "x" * 300), ok(3))
    talk.heard("reply 1 ok", "fault MessageTooLarge", "reply 3 ok")


def test_a_hello_over_its_limit() -> None:
    Talk.client(limits=Limits(hello_size=100)).peer(hello(session_id=4)).heard("end MessageTooLarge")


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE rpc-reply [<!ENTITY a "b">]><rpc-reply message-id="1"><data>&a;</data></rpc-reply>',
        b'<?xml version="1.0"?><!-- x -->\n<!DOCTYPE rpc-reply SYSTEM "http://192.0.2.1/x"><rpc-reply message-id="1"/>',
        b'<rpc-reply message-id="1"><data>&undefined;</data></rpc-reply>',
    ],
)
@pytest.mark.parametrize("limits", [Limits(), Limits(feed_from=0), Limits(feed_from=40)])
def test_doctype_and_entities_are_refused_also_while_feeding(text: bytes, limits: Limits) -> None:
    talk = Talk.greeted(limits=limits)
    talk.raw(*(bytes((byte,)) for byte in chunked(text)))
    talk.heard("fault MalformedMessage")


def test_a_text_of_12_mb_passes() -> None:
    talk = Talk.greeted()
    message = chunked(data(1, f"<a xmlns='urn:a'>{'x' * 12_000_000}</a>"), 30_000)
    talk.raw(*(message[at : at + 32768] for at in range(0, len(message), 32768)))
    got = talk.heard("reply 1 ok")
    assert isinstance(got, ReplyReceived)
    assert got.reply.data is not None
    assert len(got.reply.data[0].text or "") == 12_000_000
    assert got.size > 12_000_000
    assert len(got.head) == 65536


def test_the_head_is_cut_at_the_setting() -> None:
    talk = Talk.greeted(limits=Limits(wire_head=20))
    talk.peer(ok(1))
    got = talk.heard("reply 1 ok")
    assert isinstance(got, ReplyReceived)
    assert got.head == ok(1)[:20]
    assert got.size == len(ok(1))


def test_the_end_between_messages_is_no_fault() -> None:
    Talk.greeted().peer(ok(1)).ends().heard("reply 1 ok")


def test_the_end_inside_a_message_is() -> None:
    Talk.greeted().raw(chunked(ok(1))[:-3]).ends().heard("end ConnectionLost")
    Talk.greeted(both=False).raw(ok(1)).ends().heard("end ConnectionLost")


def test_the_end_before_a_hello_is_and_says_so() -> None:
    failed = Talk.client().raw(hello(session_id=1)).ends().heard("end ConnectionLost")
    assert isinstance(failed, Failed)
    assert "hello" in str(failed.error)


def test_without_a_head_a_broken_message_is_still_told() -> None:
    talk = Talk.greeted(limits=Limits(wire_head=0))
    talk.peer(b"<rpc-reply>")
    talk.heard("fault MalformedMessage")


def test_how_much_is_arriving_can_be_seen() -> None:
    talk = Talk.greeted()
    message = chunked(data(1, "x" * 1000))
    talk.raw(message[:600])
    assert 500 < talk.connection.receiving < 600
    talk.raw(message[600:])
    assert talk.connection.receiving == 0


# ---- as a server


def test_server_hears_requests_with_all_attributes() -> None:
    talk = Talk.server(session_id=9)
    assert b"<session-id>9</session-id>" in talk.sent
    talk.peer(hello())
    talk.peer(f'<rpc xmlns="{NS_BASE}" xmlns:ex="urn:ex" message-id="101" ex:user="fred"><get/></rpc>'.encode())
    got = talk.heard("hello None", "rpc 101 get")
    assert isinstance(got, RpcReceived)
    assert got.attributes == {"message-id": "101", "{urn:ex}user": "fred"}


def test_server_hears_a_request_without_message_id() -> None:
    talk = Talk.server()
    talk.peer(hello())
    talk.peer(b'<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>')
    talk.heard("hello None", "rpc None nothing")


def test_server_ends_when_a_client_brings_a_session_id() -> None:
    Talk.server().peer(hello(session_id=1)).heard("end MalformedMessage")


def test_server_hears_no_replies() -> None:
    talk = Talk.server()
    talk.peer(
        hello(),
    )
    talk.peer(ok(1))
    talk.heard("hello None", "fault MalformedMessage")


# ---- any split gives the same


def transcript(both: bool) -> bytes:
    frame = chunked if both else eom
    messages = [
        b'<?xml version="1.0"?>' + event("one"),
        ok(1),
        data(2, "<a xmlns='urn:a'>" + "<b>text &amp; more</b>" * 20 + "</a>"),
        b"<rpc-reply message-id='3'><data></rpc-reply>",
        ok(4, "<!-- ]]> -->"),
        event("two"),
    ]
    return eom(b"\n <?xml version='1.0'?>\n" + hello(session_id=4, both=both)) + b"".join(map(frame, messages))


EXPECTED = [
    "hello 4",
    "notification one",
    "reply 1 ok",
    "reply 2 ok",
    "fault MalformedMessage",
    "reply 4 ok",
    "notification two",
]


def full(happened: object) -> tuple[object, ...]:
    """All of an event that must not depend on how the bytes came."""
    assert isinstance(happened, (HelloReceived, ReplyReceived, Failed)) or hasattr(happened, "notification")
    text = words(happened)  # type: ignore[arg-type]
    tree = serialize(happened.reply.element) if isinstance(happened, ReplyReceived) else b""
    return text, tree, happened.size, happened.head  # type: ignore[union-attr]


@given(
    places=st.lists(st.integers(0, 5000), max_size=40), both=st.booleans(), feed_from=st.sampled_from([0, 30, 65536])
)
def test_any_split_of_the_same_bytes_gives_the_same_events(places: list[int], both: bool, feed_from: int) -> None:
    text = transcript(both)
    whole = Connection(Role.CLIENT, [BASE10, BASE11])
    whole.start()
    expected = whole.feed(text)
    assert [words(item) for item in expected] == EXPECTED
    talk = Talk.client(limits=Limits(feed_from=feed_from))
    talk.raw(*cut(text, places))
    assert [full(item) for item in talk.events] == [full(item) for item in expected]


@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize("feed_from", [0, 65536])
def test_byte_by_byte(both: bool, feed_from: int) -> None:
    talk = Talk.client(limits=Limits(feed_from=feed_from))
    talk.raw(*(bytes((byte,)) for byte in transcript(both)))
    talk.heard(*EXPECTED)


@given(places=st.lists(st.integers(0, 400), max_size=12), junk=st.binary(min_size=1, max_size=12))
def test_junk_after_a_message_gives_the_same_end_whatever_the_split(places: list[int], junk: bytes) -> None:
    text = eom(hello(session_id=4)) + chunked(ok(1)) + junk + chunked(ok(2))
    whole = Talk.client().raw(text)
    split = Talk.client().raw(*cut(text, places))
    assert [words(item) for item in split.events] == [words(item) for item in whole.events]


def test_what_may_come_before_the_first_element_is_a_limit() -> None:
    message = b"<!--" + b"x" * 5000
    for size, words_wanted in ((2000, "No root element within the first 2,000 bytes"), (100_000, "")):
        talk = Talk.greeted(both=False, limits=Limits(prolog_size=size, feed_from=1000))
        talk.raw(message)
        talk.raw(b"-->" + ok(1) + b"]]>]]>")
        if words_wanted:
            failed = talk.heard("fault MalformedMessage")
            assert isinstance(failed, Failed)
            assert words_wanted in str(failed.error)
        else:
            talk.heard("reply 1 ok")
