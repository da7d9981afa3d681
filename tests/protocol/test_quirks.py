"""Quirks of servers: chosen by the hello, switched by hand, and each one in a conversation with such a server."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from netconf_gui.errors import ConfigError
from netconf_gui.protocol import operations
from netconf_gui.protocol.connection import Connection, HelloReceived, NotificationReceived, ReplyReceived, Role
from netconf_gui.protocol.framing import Limits, chunked
from netconf_gui.protocol.hello import Hello, parse_hello
from netconf_gui.protocol.outgoing import adapted, in_ascii
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.profiles import PROFILES, STANDARD, choose, decide, profile_named
from netconf_gui.protocol.quirks import QUIRKS, check_quirks, quirks_of, switched
from netconf_gui.protocol.repairs import REPAIRS
from netconf_gui.protocol.xml import NS_BASE, parse
from tests.protocol.talk import BASE10, BASE11, Talk, cut, data, event, hello, ok

REAL = Path(__file__).parents[3] / "shared" / "hellos"
FIRST = {
    "netconfd": "http://netconfcentral.org/ns/yuma-ncx?module=yuma-ncx",
    "junos": "http://xml.juniper.net/netconf/junos/1.0",
    "ios-xe": "http://cisco.com/ns/yang/Cisco-IOS-XE-native?module=Cisco-IOS-XE-native",
    "ios-xr": "http://cisco.com/ns/yang/Cisco-IOS-XR-ifmgr-cfg?module=Cisco-IOS-XR-ifmgr-cfg",
    "nx-os": "http://cisco.com/ns/yang/cisco-nx-os-device?module=Cisco-NX-OS-device",
    "huawei": "http://www.huawei.com/netconf/capability/exchange/1.0",
    "sros": "urn:nokia.com:sros:ns:yang:sr:conf?module=nokia-conf",
    "eos": "http://arista.com/yang/rpc/netconf?module=arista-rpc-netconf",
    "comware": "http://www.h3c.com/netconf/base:1.0",
    "netopeer2": "http://www.sysrepo.org/yang/sysrepo-monitoring?module=sysrepo-monitoring",
    "clixon": "http://clicon.org/lib?module=clixon-lib",
    "confd": "http://tail-f.com/ns/netconf/actions/1.0",
    "cisco-ios": "urn:cisco:params:netconf:capability:pi-data-model:1.0",
}


def reply_of(talk: Talk, words: str) -> ReplyReceived:
    got = talk.heard(words)
    assert isinstance(got, ReplyReceived)
    return got


# -------------------------------------------------------------------------------------------------- the registry


def test_switching_every_quirk_keeps_the_types_of_its_flag() -> None:
    kinds = {item.name: type(item.default) for item in fields(Profile)}
    for quirk in QUIRKS.values():
        if quirk.always:
            assert quirk.is_on(STANDARD)
            continue
        on = quirk.switch(STANDARD, True)
        assert quirk.is_on(on) and not quirk.is_on(STANDARD), quirk.name
        assert isinstance(getattr(on, quirk.field), kinds[quirk.field]), quirk.name
        assert quirk.switch(on, False) == STANDARD, quirk.name


def test_every_flag_of_a_profile_and_every_repair_is_a_quirk() -> None:
    told = {"name", "title", "uris", "notes"}
    assert {item.name for item in fields(Profile)} - told == {quirk.field for quirk in QUIRKS.values()} - {""}
    assert {quirk.value for quirk in QUIRKS.values() if quirk.field == "repairs"} == set(REPAIRS)


def test_what_every_profile_differs_in_has_a_reason() -> None:
    for profile in PROFILES:
        changed = {item.name for item in fields(Profile) if getattr(profile, item.name) != item.default}
        named = {quirk.field for quirk in quirks_of(profile)}
        assert changed - {"name", "title", "uris", "notes"} == named, profile.name
        assert quirks_of(profile) or profile.notes, profile.name


def test_quirks_are_switched_by_name() -> None:
    assert switched(STANDARD, ("plain-elements", "of-the-future", "-slow-start")).plain_elements
    check_quirks(("plain-elements", "-slow-start"))
    for wrong in ("of-the-future", "hello-namespace", "-"):
        with pytest.raises(ConfigError, match="plain-elements"):
            check_quirks((wrong,))


# -------------------------------------------------------------------------------------------------- which profile


def test_every_profile_is_known_by_its_hello() -> None:
    assert set(FIRST) == {profile.name for profile in PROFILES}
    for name, uri in FIRST.items():
        talk = Talk.greeted("urn:other?module=other", uri)
        assert talk.connection.profile is profile_named(name)
        choice = decide(parse_hello(parse(hello(uri))))
        assert choice.why == f"Its hello names {uri.partition('?')[0]}."


@pytest.mark.parametrize(
    ("file", "name", "most"),
    [
        ("cisco-iosxe-1721-csr1k.xml", "ios-xe", 510),
        ("cisco-iosxr-792-ncs5500.xml", "ios-xr", 1067),
        ("cisco-nxos-10.2-5.xml", "nx-os", 38),
    ],
)
def test_hellos_of_real_devices(file: str, name: str, most: int) -> None:
    path = REAL / file
    if not path.is_file():
        pytest.skip("the hellos of real devices are beside the checkout, and not here")
    text = path.read_bytes()
    if b"session-id" not in text:  # they were kept without
        end = text.rindex(b"</")
        prefix = b"nc:" if b"<nc:hello" in text else b""
        text = text[:end] + b"<%bsession-id>7</%bsession-id>" % (prefix, prefix) + text[end:]
    talk = Talk.client()
    talk.raw(*cut(text.strip() + b"]]>]]>", range(0, len(text), 32768)))
    [got] = talk.events
    assert isinstance(got, HelloReceived)
    assert len(got.hello.capabilities.uris) == most
    assert talk.connection.profile.name == name
    if name == "ios-xe":
        assert got.hello.capabilities.validate == "1.1", "announced as 1.0 and as 1.1"
        assert got.hello.capabilities.module("tailf-aaa"), "and yet it is not taken for ConfD itself"


def test_a_profile_chosen_by_hand() -> None:
    greeting: Hello = parse_hello(parse(hello(FIRST["junos"])))
    assert choose(greeting, "ios-xr").name == "ios-xr"
    assert choose(greeting, "of-the-future").name == "junos"
    choice = decide(greeting, "standard", ("nul-bytes", "-slow-start"))
    assert choice.profile.repairs == ("drop-nul-bytes",)
    assert choice.why == "Chosen by hand for this device. Switched by hand: nul-bytes on, slow-start off."
    with pytest.raises(ConfigError, match="junos"):
        profile_named("toaster")


# -------------------------------------------------------------------------------------------------- bytes that come


def test_a_hello_with_a_prefix_in_a_wrong_namespace() -> None:
    text = hello(session_id=4).replace(f' xmlns="{NS_BASE}"'.encode(), b"")
    for wrong, said in (
        (text, "''"),
        (text.replace(b"<hello", b'<hello xmlns="urn:ietf:params:netconf:base:1.0"'), "'urn"),
    ):
        talk = Talk.client().peer(wrong)
        got = talk.heard("hello 4")
        assert isinstance(got, HelloReceived)
        assert got.notes[0].startswith(f"The hello is in the namespace {said}")
    prefixed = hello(session_id=4).replace(b"<", b"<nc:").replace(b"<nc:/", b"</nc:").replace(b"xmlns=", b"xmlns:nc=")
    got = Talk.client().peer(prefixed).heard("hello 4")
    assert isinstance(got, HelloReceived) and got.notes == (), "a prefix is no fault"


def test_folded_capabilities() -> None:
    uri = FIRST["ios-xr"] + "&revision=2022-01-01"
    folded = hello(uri, session_id=4).replace(b"Cisco-IOS-XR", b"Cisco-IOS\r\n      -XR")
    got = Talk.client().peer(folded).heard("hello 4")
    assert isinstance(got, HelloReceived)
    assert got.hello.capabilities.modules[0].name == "Cisco-IOS-XR-ifmgr-cfg"
    assert "folded" in got.notes[0]
    surrounded = hello(uri, session_id=4).replace(b"<capability>", b"<capability>\n   ")
    got = Talk.client().peer(surrounded).heard("hello 4")
    assert isinstance(got, HelloReceived) and got.notes == (), "white space around is no fault"


@pytest.mark.parametrize("limits", [Limits(), Limits(feed_from=0)])
def test_nul_bytes_around_messages(limits: Limits) -> None:
    talk = Talk.client(limits=limits)
    talk.peer(b"\x00" + hello(FIRST["huawei"], session_id=4) + b"\x00")
    got = talk.heard("hello 4")
    assert isinstance(got, HelloReceived) and "NUL" in got.notes[0]
    talk.peer(b"\x00" + ok(1) + b"\x00")
    assert "NUL" in reply_of(talk, "reply 1 ok").notes[0]
    talk.peer(ok(2))
    assert reply_of(talk, "reply 2 ok").notes == ()
    Talk.greeted().peer(ok(1) + b"\x00").heard("fault MalformedMessage")


TEXTS = ["grün", "ü", "aü", "üü\n\nx", "日本語 und mehr", "ü\n#x", "x" * 9 + "é\n##", "\U0001f600"]


@pytest.mark.parametrize("forced", [(), ("character-framing",)])
@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize(
    "text", ["grün", "ü", "aü", "üü\n\nx", "日本語 und mehr", "ü\n#x", "x" * 9 + "é\n##", "\U0001f600"]
)
def test_chunks_counted_in_characters(text: str, step: int, forced: tuple[str, ...]) -> None:
    """It is noticed where the octets do not fit; what follows is read, and what is sent is in ASCII."""
    talk = Talk(Connection(Role.CLIENT, (BASE10, BASE11), quirks=forced))
    talk.peer(hello(session_id=4))
    talk.heard("hello 4")
    message = data(1, text).decode()
    half = message.index(text) + len(text)
    wire = b"".join(f"\n#{len(part)}\n{part}".encode() for part in (message[:half], message[half:]) if part) + b"\n##\n"
    wire += chunked(ok(2))
    talk.raw(*(wire[at : at + step] for at in range(0, len(wire), step)))
    first, second = talk.events
    assert isinstance(first, ReplyReceived) and isinstance(second, ReplyReceived)
    assert first.reply.data is not None and first.reply.data.text == text
    assert second.reply.ok
    assert "characters" in " ".join((*first.notes, *second.notes))
    assert talk.connection.send("<a>ü</a>".encode()) == b"\n#13\n<a>&#252;</a>\n##\n"


@given(
    st.text(alphabet="aü日\U0001f600\n# ", min_size=1, max_size=30).filter(lambda text: "\n#" not in text),
    st.lists(st.integers(1, 500), max_size=6),
    st.lists(st.integers(0, 500), max_size=6),
)
def test_any_text_in_any_chunks_of_characters(text: str, sizes: list[int], places: list[int]) -> None:
    message, parts = data(1, text + "ü").decode(), []
    for size in sizes:
        parts.append(message[:size])
        message = message[size:]
    chunks = "".join(f"\n#{len(part)}\n{part}" for part in (*parts, message) if part)
    talk = Talk(Connection(Role.CLIENT, (BASE10, BASE11), quirks=("character-framing",)))
    talk.peer(hello(session_id=4))
    talk.heard("hello 4")
    talk.raw(*cut(f"{chunks}\n##\n".encode(), places))
    got = reply_of(talk, "reply 1 ok")
    assert got.reply.data is not None and got.reply.data.text == text + "ü"


def test_octets_are_octets_otherwise() -> None:
    talk = Talk.greeted()
    talk.peer(data(1, "grün 日本語"))
    assert reply_of(talk, "reply 1 ok").notes == ()
    assert talk.connection.send("<a>ü</a>".encode()) == b"\n#9\n<a>\xc3\xbc</a>\n##\n"
    talk.raw(b"\n#4\nabcdX").heard("end FramingError")


def test_in_ascii() -> None:
    assert in_ascii("<a b='ü'>日\U0001f600</a>".encode()) == b"<a b='&#252;'>&#26085;&#128512;</a>"
    assert in_ascii(b"<a/>") == b"<a/>"


# -------------------------------------------------------------------------------------------------- replies


def test_ok_beside_errors() -> None:
    error = "<rpc-error><error-tag>in-use</error-tag><error-severity>{}</error-severity></rpc-error>"
    talk = Talk.greeted().peer(ok(1, error.format("error")))
    assert reply_of(talk, "reply 1 failed error in-use").notes == (
        "The reply says ok beside errors: the errors count.",
    )
    talk.peer(ok(2, error.format("warning")))
    assert reply_of(talk, "reply 2 ok warning in-use").notes == ()


def test_errors_inside_of_results() -> None:
    inside = (
        "<commit-results><routing-engine><name>re0</name><rpc-error><error-tag>in-use</error-tag></rpc-error>"
        "</routing-engine></commit-results>"
    )
    Talk.greeted(FIRST["junos"]).peer(ok(1, inside)).heard("reply 1 failed error in-use")
    Talk.greeted().peer(ok(1, inside)).heard("reply 1 ok")
    Talk.greeted(FIRST["junos"]).peer(data(1, "<rpc-error xmlns='urn:log'/>")).heard("reply 1 ok")


def test_a_sentence_around_the_holder_of_a_lock() -> None:
    holder = "<more xmlns='http://clicon.org/lib'>9</more><session-id>session is locked by 12</session-id>"
    info = f"<error-info>{holder}</error-info>"
    talk = Talk.greeted().peer(
        ok(1, f"<rpc-error><error-tag>lock-denied</error-tag>{info}</rpc-error>").replace(b"<ok/>", b"")
    )
    assert reply_of(talk, "reply 1 failed error lock-denied").reply.errors[0].session_id == 12


def test_notifications_before_a_reply_and_replies_without_id() -> None:
    talk = Talk.greeted().peer(event(), ok(1).replace(b' message-id="1"', b""))
    first, second = talk.events
    assert isinstance(first, NotificationReceived) and isinstance(second, ReplyReceived)
    assert second.reply.message_id is None


# -------------------------------------------------------------------------------------------------- what is sent

EDIT = parse(
    b'<nc:config xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><i:interfaces xmlns:i="urn:i" xmlns:t="urn:t" '
    b'xmlns:unused="urn:u"><i:interface nc:operation="create"><i:name>a &amp; b</i:name><i:type>t:ethernet</i:type>'
    b'<x:more xmlns:x="urn:x" x:kind="1" xml:lang="en"/></i:interface></i:interfaces></nc:config>'
)


def said(root: etree._Element) -> list[object]:
    return [(element.tag, element.text, dict(element.attrib)) for element in root.iter()]


def test_elements_without_prefixes() -> None:
    made = operations.edit_config("candidate", EDIT, default_operation="none")
    text = adapted(made, profile_named("ios-xr")).text
    assert b"<i:" not in text and b"<nc:" not in text and b"<x:" not in text and b"unused" not in text
    assert b'<interfaces xmlns="urn:i" xmlns:t="urn:t">' in text, "a prefix that a value uses stays"
    one, other = parse(made.text), parse(text)
    assert said(one) == said(other)
    assert adapted(made, STANDARD) is made


def test_operation_attributes_with_the_prefix_that_is_looked_for() -> None:
    made = operations.edit_config("running", EDIT, default_operation="none")
    text = adapted(made, profile_named("comware")).text
    assert b'<config xmlns:xc="urn:ietf:params:xml:ns:netconf:base:1.0">' in text
    assert b'xc:operation="create"' in text and b"nc:operation" not in text
    assert b"<default-operation>merge</default-operation>" in text, "none only checks there"
    alone = adapted(made, switched(STANDARD, ("operation-prefix",))).text
    assert b"<i:name>" in alone and b"xc:operation" in alone
    assert dict(parse(alone).iter("{urn:i}interface").__next__().attrib) == {f"{{{NS_BASE}}}operation": "create"}


def test_a_reading_without_a_filter_gets_one() -> None:
    profile = profile_named("nx-os")
    node = adapted(operations.get_config("running", with_defaults="explicit"), profile).element
    assert [child.tag.rpartition("}")[2] for child in node] == ["source", "filter", "with-defaults"]
    assert node[1][0].tag == profile.filter_roots[0]
    assert adapted(operations.get(), profile).element[0][0].tag == profile.filter_roots[0]
    filtered = operations.get_config("running", [parse(b'<a xmlns="urn:a"/>')])
    assert adapted(filtered, profile) is filtered
    assert adapted(operations.lock("running"), profile).text == operations.lock("running").text
