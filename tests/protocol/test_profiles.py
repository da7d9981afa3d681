"""Which server it is, and repairs of what it sends."""

from __future__ import annotations

import pytest

from netconf_gui.protocol.connection import ReplyReceived
from netconf_gui.protocol.framing import Limits
from netconf_gui.protocol.profiles import NETCONFD, STANDARD
from netconf_gui.protocol.repairs import drop_repeated_attributes
from tests.protocol.talk import Talk

YUMA = "http://netconfcentral.org/ns/yuma-ncx?module=yuma-ncx&revision=2015-10-13"
TWICE = (
    b'<?xml version="1.0"?>\n<!-- <a> --><rpc-reply message-id="1" ex:user="a > b" ex:user="a > b" xmlns:ex="urn:ex"'
    b'  xmlns:ex="urn:ex" xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><ok/></rpc-reply>'
)


def test_netconfd_is_known_by_its_modules() -> None:
    talk = Talk.greeted(YUMA)
    assert talk.connection.profile is NETCONFD
    assert talk.connection.profile.validate_by_test_then_set


def test_anything_else_is_standard() -> None:
    assert Talk.greeted("urn:x?module=x").connection.profile is STANDARD


@pytest.mark.parametrize("limits", [Limits(), Limits(feed_from=0)])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_netconfd_declares_attributes_twice(limits: Limits, step: int) -> None:
    talk = Talk.greeted(YUMA, both=False, limits=limits)
    wire = TWICE + b"]]>]]>"
    talk.raw(*(wire[at : at + step] for at in range(0, len(wire), step)))
    got = talk.heard("reply 1 ok")
    assert isinstance(got, ReplyReceived)
    assert got.reply.element.get("{urn:ex}user") == "a > b"
    assert got.head == TWICE, "the record shows what came"


def test_no_repair_without_the_profile() -> None:
    Talk.greeted().peer(TWICE).heard("fault MalformedMessage")


def test_the_first_of_equal_attributes_stays() -> None:
    assert drop_repeated_attributes(b"<a x='1' y = \"2\" x='3'/>") == b"<a x='1' y = \"2\"/>"
    assert drop_repeated_attributes(b"<a/>") == b"<a/>"


def test_a_start_tag_without_end_is_not_waited_for() -> None:
    """Looking for its end again with each piece would take for ever; the parser refuses it in time."""
    talk = Talk.greeted(YUMA, both=False, limits=Limits(feed_from=0))
    talk.raw(*([b"<rpc-reply a='" + b"x" * 1000] + [b"y" * 1000] * 5000), b"]]>]]>")
    talk.heard("fault MalformedMessage")
