"""Configurations that are text, on one session: limits, and what is masked of their secrets."""

from __future__ import annotations

import pytest

from netconf_gui.errors import MessageTooLarge
from netconf_gui.protocol.cli_operations import edit_text
from netconf_gui.session.cli import CliLimits, check_size, limits_of
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.session.wire import WireRecord


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("enable secret 5 $1$mERr$hx5", "enable secret 5 ***"),
        ("username x privilege 15 password 7 094F47", "username x privilege 15 password 7 ***"),
        (" neighbor 192.0.2.1 password 7 094F47", " neighbor 192.0.2.1 password 7 ***"),
        ("snmp-server community public RO 10", "snmp-server community *** RO 10"),
        ("snmp-server host 192.0.2.1 version 2c public", "snmp-server host 192.0.2.1 version 2c ***"),
        ("tacacs-server host 192.0.2.1 key 7 0123", "tacacs-server host 192.0.2.1 key 7 ***"),
        (" key 7 0123AA", " key 7 ***"),
        (" key secretword", " key ***"),
        ("key chain OSPF", "key chain OSPF"),
        (" key 1", " key 1"),
        ("  key-string 7 0123", "  key-string 7 ***"),
        ("crypto isakmp key shared address 192.0.2.1", "crypto isakmp key *** address 192.0.2.1"),
        (" ip ospf message-digest-key 1 md5 7 0123", " ip ospf message-digest-key 1 md5 7 ***"),
        (" ip ospf authentication-key 7 0123", " ip ospf authentication-key 7 ***"),
        (" ppp chap password 0 hello", " ppp chap password 0 ***"),
        (" pre-shared-key address 192.0.2.1 key foo", " pre-shared-key *** 192.0.2.1 key ***"),
        (" ip address 192.0.2.1 255.255.255.0", " ip address 192.0.2.1 255.255.255.0"),
        ("hostname r1", "hostname r1"),
    ],
)
def test_secrets_of_commands_are_masked(command: str, shown: str) -> None:
    assert mask_cli(command) == shown
    assert mask_cli(f"hostname a\n{command}\nhostname b") == f"hostname a\n{shown}\nhostname b"


def test_the_record_masks_commands_in_messages() -> None:
    record = WireRecord()
    commands = ["key foobarbaz", "interface Tunnel0", "ip ospf message-digest-key 1 md5 7 0123456789", "exit"]
    text = edit_text(commands).text
    entry = record.add("out", text, len(text), "rpc", operation="edit-config")
    assert "0123456789" not in entry.text
    assert "foobarbaz" not in entry.text
    assert "<cmd>interface Tunnel0</cmd>" in entry.text
    assert entry.text.endswith("<cmd>exit</cmd></cli-config-data></config></edit-config>")


def test_limits_in_words() -> None:
    found = limits_of("hostname x\r\nnetconf max-sessions 8\r\nnetconf lock-time 60\r\n")
    assert found == CliLimits(8, 60)
    assert "8 NETCONF sessions" in found.words[0]
    assert "60 s" in found.words[1]


def test_the_size_of_a_message_is_what_is_sent() -> None:
    operation = edit_text(["description " + "x" * 900])
    check_size(operation, 0)
    check_size(operation, 4096)
    with pytest.raises(MessageTooLarge, match="up to 1 KB") as refused:
        check_size(operation, 1024)
    assert refused.value.state == "Nothing was sent."
