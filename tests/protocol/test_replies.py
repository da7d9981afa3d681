"""rpc-reply, rpc-error and notifications, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import MalformedMessage, RpcError, RpcFailed
from netconf_gui.protocol.replies import (
    Matcher,
    Reply,
    build_notification,
    error_element,
    parse_error,
    parse_notification,
    parse_reply,
    reply_data,
    reply_errors,
    reply_ok,
)
from netconf_gui.protocol.xml import NS_BASE, NS_NMDA, new_element, parse, qn, serialize


def reply(content: str, attributes: str = 'message-id="1"') -> Reply:
    return parse_reply(parse(f'<rpc-reply xmlns="{NS_BASE}" {attributes}>{content}</rpc-reply>'.encode()))


FULL = """
<rpc-error>
  <error-type>application</error-type>
  <error-tag>bad-attribute</error-tag>
  <error-severity>error</error-severity>
  <error-app-tag>too-many-elements</error-app-tag>
  <error-path xmlns:if="urn:if" xmlns:x="urn:x">
    /if:interfaces/if:interface[if:name='eth0']/x:mtu
  </error-path>
  <error-message xml:lang="de"> MTU 70000 liegt außerhalb 64..9216 </error-message>
  <error-info>
    <bad-attribute>operation</bad-attribute>
    <bad-element>mtu</bad-element>
    <v:extra xmlns:v="urn:vendor"><v:line>3</v:line></v:extra>
  </error-info>
</rpc-error>"""


def test_an_rpc_error_is_read_whole() -> None:
    got = reply(FULL)
    assert not got.ok
    (error,) = got.errors
    assert (error.type, error.tag, error.severity) == ("application", "bad-attribute", "error")
    assert error.app_tag == "too-many-elements"
    assert error.path == "/if:interfaces/if:interface[if:name='eth0']/x:mtu"
    assert dict(error.path_namespaces)["if"] == "urn:if"
    assert dict(error.path_namespaces)["x"] == "urn:x"
    assert dict(error.path_namespaces)[""] == NS_BASE
    assert error.message == "MTU 70000 liegt außerhalb 64..9216"
    assert error.message_lang == "de"
    assert error.info == (("bad-attribute", "operation"), ("bad-element", "mtu"), ("extra", "3"))
    assert b"urn:vendor" in error.info_xml


INFO = [
    ("bad-attribute", NS_BASE),
    ("bad-element", NS_BASE),
    ("bad-namespace", NS_BASE),
    ("session-id", NS_BASE),
    ("ok-element", NS_BASE),
    ("err-element", NS_BASE),
    ("noop-element", NS_BASE),
    ("missing-choice", "urn:ietf:params:xml:ns:yang:1"),
    ("non-unique", "urn:ietf:params:xml:ns:yang:1"),
]


@pytest.mark.parametrize(("name", "namespace"), INFO)
def test_every_known_error_info(name: str, namespace: str) -> None:
    got = reply(
        "<rpc-error><error-type>protocol</error-type><error-tag>data-missing</error-tag>"
        "<error-severity>error</error-severity>"
        f"<error-info><{name} xmlns='{namespace}'>12</{name}></error-info></rpc-error>"
    )
    assert got.errors[0].info == ((name, "12"),)
    assert got.errors[0].session_id == (12 if name == "session-id" else None)


def test_all_errors_are_kept_and_warnings_hide_none() -> None:
    warning = "<rpc-error><error-tag>in-use</error-tag><error-severity>warning</error-severity></rpc-error>"
    error = "<rpc-error><error-tag>{}</error-tag><error-severity>error</error-severity></rpc-error>"
    got = reply(warning + error.format("invalid-value") + warning + error.format("data-missing"))
    assert [item.tag for item in got.errors] == ["invalid-value", "data-missing"]
    assert len(got.warnings) == 2
    with pytest.raises(RpcFailed) as failed:
        got.raise_for_errors("edit-config")
    assert len(failed.value.errors) == 4
    assert failed.value.tags == ("invalid-value", "data-missing")
    assert failed.value.operation == "edit-config"
    assert "and 1 more" in str(failed.value)


def test_ok_with_warnings_is_success_with_warnings() -> None:
    got = reply("<rpc-error><error-severity>warning</error-severity></rpc-error><ok/>")
    assert got.ok
    assert len(got.warnings) == 1
    got.raise_for_errors("commit")


def test_an_error_without_a_tag_is_an_error_all_the_same() -> None:
    """partial-lock on netconfd: two errors, the first without a tag."""
    got = reply(
        "<rpc-error><error-type>protocol</error-type><error-severity>error</error-severity></rpc-error>"
        "<rpc-error><error-type>protocol</error-type><error-tag>lock-denied</error-tag>"
        "<error-severity>error</error-severity><error-info><session-id>9</session-id></error-info></rpc-error>"
    )
    assert [item.tag for item in got.errors] == ["operation-failed", "lock-denied"]
    assert got.errors[1].session_id == 9


PREFIXED = "<a:rpc-error><a:error-tag>in-use</a:error-tag></a:rpc-error>"


@pytest.mark.parametrize(
    "text",
    [
        "<rpc-reply message-id='5'><rpc-error><error-tag>in-use</error-tag></rpc-error></rpc-reply>",
        f"<a:rpc-reply xmlns:a='{NS_BASE}' message-id='5'>{PREFIXED}</a:rpc-reply>",
        f"<a:rpc-reply xmlns:a='{NS_BASE}' a:message-id='5'>{PREFIXED}</a:rpc-reply>",
    ],
)
def test_replies_without_namespace_or_with_prefix(text: str) -> None:
    got = parse_reply(parse(text.encode()))
    assert got.message_id == "5"
    assert got.errors[0].tag == "in-use"
    assert got.errors[0].severity == "error"


def test_data_is_found_in_any_namespace() -> None:
    assert reply("<ok/>").data is None
    assert reply("<data/>").data is not None
    assert reply(f"<data xmlns='{NS_NMDA}'><a xmlns='urn:a'/></data>").data is not None
    assert parse_reply(parse(b"<rpc-reply><data/></rpc-reply>")).data is not None
    assert reply("<data/>", "").message_id is None


def test_notification() -> None:
    got = parse_notification(parse(build_notification("2026-01-02T03:04:05Z", parse(b"<up xmlns='urn:e'/>"))))
    assert got.event_time == "2026-01-02T03:04:05Z"
    assert got.event is not None
    assert got.event.tag == "{urn:e}up"
    with pytest.raises(MalformedMessage, match="no event"):
        parse_notification(parse(b"<notification><eventTime>x</eventTime></notification>"))


# ---- as a server


def test_replies_echo_the_attributes_of_the_rpc() -> None:
    attributes = {"message-id": "7", "{urn:ex}user": "fred"}
    for text in (
        reply_ok("7", attributes),
        reply_errors("7", attributes, [RpcError()]),
        reply_data("7", attributes, []),
    ):
        root = parse(text)
        assert root.get("message-id") == "7"
        assert root.get("{urn:ex}user") == "fred"
    assert parse(reply_ok(None, {})).get("message-id") is None


def test_reply_with_data_and_other_wrappers() -> None:
    child = parse(b"<a xmlns='urn:a'/>")
    assert parse(reply_data("1", {}, [child]))[0].tag == qn(NS_BASE, "data")
    assert parse(reply_data("1", {}, [child], wrapper=qn(NS_NMDA, "data")))[0].tag == qn(NS_NMDA, "data")
    assert parse(reply_data("1", {}, [child], wrapper=None))[0].tag == "{urn:a}a"
    assert child.getparent() is None


def test_data_keeps_a_second_prefix_for_a_namespace() -> None:
    child = parse(b"<a xmlns='urn:a' xmlns:d='urn:a'><p xmlns:e='urn:a'>/d:x/e:y</p></a>")
    for text in (reply_data("1", {}, [child]), build_notification("now", child)):
        (leaf,) = parse(text).xpath("//*[local-name()='p']")
        assert (leaf.nsmap["d"], leaf.nsmap["e"]) == ("urn:a", "urn:a")


def test_ok_after_warnings() -> None:
    got = parse_reply(parse(reply_ok("1", {}, [RpcError(severity="warning", message="soon full")])))
    assert got.ok
    assert got.warnings[0].message == "soon full"


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)


@given(
    tag=st.sampled_from(["in-use", "lock-denied", "data-missing"]),
    severity=st.sampled_from(["error", "warning"]),
    app_tag=st.none() | words,
    path=st.none() | st.just("/a:b/c"),
    message=st.none() | words,
    info=st.lists(st.tuples(st.sampled_from([name for name, _ in INFO]), words), max_size=3),
)
def test_an_error_that_is_built_is_read_back(
    tag: str,
    severity: str,
    app_tag: str | None,
    path: str | None,
    message: str | None,
    info: list[tuple[str, str]],
) -> None:
    error = RpcError(
        "protocol",
        tag,
        severity,
        app_tag,
        path,
        message,
        "en" if message else None,
        tuple(info),
        b"",
        (("a", "urn:a"),),
    )
    got = parse_error(parse(serialize(error_element(error))))
    assert (got.type, got.tag, got.severity, got.app_tag, got.path) == ("protocol", tag, severity, app_tag, path)
    assert (got.message, got.message_lang, got.info) == (message, error.message_lang, tuple(info))
    assert path is None or ("a", "urn:a") in got.path_namespaces


# ---- which request a reply belongs to


def test_matcher_by_id_and_in_order() -> None:
    matcher: Matcher[str] = Matcher()
    for name in "abcd":
        matcher.add(f"id-{name}", name)
    assert matcher.take("id-c") == "c"
    assert matcher.take(None) == "a"
    assert matcher.take("unknown") is None
    assert len(matcher) == 2
    assert matcher.drain() == ["b", "d"]
    assert matcher.take(None) is None


def test_matcher_drops_the_late_reply_to_an_abandoned_request() -> None:
    matcher: Matcher[str] = Matcher()
    matcher.add("1", "a")
    matcher.add("2", "b")
    assert matcher.abandon("1") == "a"
    assert matcher.abandon("1") is None
    assert len(matcher) == 1
    assert matcher.take(None) is None, "the reply in turn is the abandoned one's"
    assert matcher.take(None) == "b"


def test_an_element_can_be_a_reply_of_its_own() -> None:
    assert parse_reply(new_element("rpc-reply")).ok
