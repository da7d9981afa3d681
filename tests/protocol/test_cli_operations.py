"""Requests of Cisco IOS before YANG as text, and what is read from its replies."""

from __future__ import annotations

import pytest

from netconf_gui.errors import MalformedMessage, RpcError
from netconf_gui.protocol.cli_operations import cli_errors, edit_text, get_text, text_of
from netconf_gui.protocol.xml import NS_BASE, parse

X = f' xmlns="{NS_BASE}"'


def data(inside: str) -> str:
    return text_of(parse(f"<data>{inside}</data>".encode()))


def test_a_filter_asks_for_what_would_be_typed() -> None:
    assert get_text("running", spec="interface Loopback113", form="cmd").text.decode() == (
        f"<get-config{X}><source><running/></source><filter><config-format-text-cmd><text-filter-spec>"
        "interface Loopback113</text-filter-spec></config-format-text-cmd></filter></get-config>"
    )
    assert (
        b"<config-format-text-block><text-filter-spec>" in get_text("startup", spec="| begin line", form="block").text
    )
    assert b"<filter><config-format-xml/></filter>" in get_text("running", form="xml").text
    assert get_text("running").text.decode() == f"<get-config{X}><source><running/></source></get-config>"


def test_commands_go_one_by_one_or_as_a_block() -> None:
    assert edit_text(["interface Loopback113", "description test456"]).text.decode() == (
        f"<edit-config{X}><target><running/></target><error-option>rollback-on-error</error-option><config>"
        "<cli-config-data><cmd>interface Loopback113</cmd><cmd>description test456</cmd></cli-config-data></config>"
        "</edit-config>"
    )
    block = edit_text(["banner motd ~\na < b\x03\n~", "hostname x"], block=True, error_option=None).text.decode()
    assert "<cli-config-data-block>banner motd ~\na &lt; b^C\n~\nhostname x\n</cli-config-data-block>" in block
    assert "error-option" not in block


def test_the_text_is_read_in_each_of_its_forms() -> None:
    assert data("<cli-config-data>\n  interface Loopback113\n  no ip address\n  end\n  </cli-config-data>") == (
        "  interface Loopback113\n  no ip address\n  end\n"
    )
    assert data("<cli-config-data><cmd>interface Loopback113</cmd>\n<cmd> no ip address</cmd></cli-config-data>") == (
        "interface Loopback113\n no ip address\n"
    )
    assert (
        data("<cli-config-data-block>!\r\nhostname x\r\n!\r\nend</cli-config-data-block>") == "!\nhostname x\n!\nend\n"
    )
    assert data("") == ""
    with pytest.raises(MalformedMessage, match="no text"):
        data("<top/>")


def test_both_shapes_of_errors_name_the_command() -> None:
    typed = ["interface Loopback7", "frobnicate", "mtu"]
    spoken = RpcError(
        message="**CLI Line # 2: % Invalid input detected at '^' marker.\n**CLI Line # 2:   ^\n"
        "**CLI Line # 3: % Incomplete command."
    )
    assert [(one.number, one.command, one.reason) for one in cli_errors([spoken], typed)] == [
        (2, "frobnicate", "% Invalid input detected at '^' marker."),
        (3, "mtu", "% Incomplete command."),
    ]
    info = (
        f"<error-info{X}><severity>error_cli</severity><detail><bad-cli><bad-command>frobnicate</bad-command>"
        "<error-location>0</error-location><parser-response/><parser-context>interface Loopback7</parser-context>"
        "</bad-cli></detail></error-info>"
    )
    detailed = RpcError(message="inconsistent value: Device refused one or more commands", info_xml=info.encode())
    [one] = cli_errors([detailed, RpcError(severity="warning")], typed)
    assert (one.number, one.command) == (2, "frobnicate")
    assert one.words.startswith("Command 2, “frobnicate”: inconsistent value")
    [one] = cli_errors([RpcError(tag="operation-failed")])
    assert one.words == "A command: operation-failed."
