"""TARGET as people write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.services.target import TargetError, parse_target
from netconf_gui.workspace.inventory import InventoryStore, new_device


@pytest.mark.parametrize(
    ("text", "host", "port", "username"),
    [
        ("ssh://ops@192.0.2.1:22", "192.0.2.1", 22, "ops"),
        ("ssh://192.0.2.1", "192.0.2.1", 830, ""),
        ("ssh://ops@[2001:db8::1]:8300", "2001:db8::1", 8300, "ops"),
        ("ssh://[fe80::1%25eth0]", "fe80::1%25eth0", 830, ""),
        ("ssh://a%40b@pe1.example.net/", "pe1.example.net", 830, "a@b"),
        (" ssh://demo@127.0.0.1:4000 ", "127.0.0.1", 4000, "demo"),
    ],
)
def test_urls(text: str, host: str, port: int, username: str) -> None:
    device = parse_target(text)
    assert (device.host, device.port, device.username, device.id) == (host, port, username, "")


@pytest.mark.parametrize(
    "text",
    [
        "", "pe9", "ssh://", "ssh://ops@", "ssh://h:0", "ssh://h:99999", "ssh://h:x", "ssh://h/path", "ssh://h?x=1",
        "http://h", "tls://u@h:6513", "ssh://[::1", "ssh://a b",
    ],
)  # fmt: skip
def test_what_is_no_target_is_said(text: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert caught.value.advice


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(TargetError) as caught:
        parse_target("ssh://ops:hunter2@h")
    assert "hunter2" not in caught.value.full_text()


def test_the_inventory_comes_first_by_name_or_id(tmp_path: Path) -> None:
    inventory = InventoryStore(tmp_path / "devices.toml")
    device = inventory.put(new_device("pe1", "192.0.2.1"))
    assert parse_target("pe1", inventory, is_alias=lambda name: True) == device
    assert parse_target(device.id, inventory) == device


def test_an_alias_leaves_the_port_to_the_ssh_config() -> None:
    device = parse_target("lab", is_alias=lambda name: name == "lab")
    assert (device.host, device.port) == ("lab", 0)


@given(st.ip_addresses(), st.integers(1, 65535), st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True))
def test_the_address_shown_can_be_typed_again(address: object, port: int, username: str) -> None:
    host = f"[{address}]" if ":" in str(address) else str(address)
    device = parse_target(f"ssh://{username}@{host}:{port}")
    assert parse_target(f"ssh://{device.address}") == device


def test_tls_urls_have_their_own_port_and_no_user() -> None:
    device = parse_target("tls://[2001:db8::1]")
    assert (device.transport, device.host, device.port) == ("tls", "2001:db8::1", 6513)
    assert parse_target("tls://pe1.example.net:7000").port == 7000
    with pytest.raises(TargetError, match="certificate says who you are"):
        parse_target("tls://ops@pe1.example.net")
