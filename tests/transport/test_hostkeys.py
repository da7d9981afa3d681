"""The known-hosts format, and what is written to our own file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import WorkspaceError
from netconf_gui.transport.hostkeys import KnownHosts, Verdict, host_key, lookup_name

ONE, TWO = base64.b64encode(b"key one").decode(), base64.b64encode(b"key two").decode()


def judge(tmp_path: Path, lines: str, host: str = "pe1.example", port: int = 830, key: bytes = b"key one") -> Verdict:
    path = tmp_path / "known_hosts"
    path.write_text(lines)
    return KnownHosts(None, [path]).judge(host_key(host, port, "ssh-ed25519", key)).verdict


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (f"[pe1.example]:830 ssh-ed25519 {ONE}", Verdict.KNOWN),
        (f"[pe1.example]:830 ssh-ed25519 {ONE} a comment", Verdict.KNOWN),
        (f"[PE1.example]:830 ssh-ed25519 {ONE}", Verdict.KNOWN),
        (f"[pe1.example]:830 ssh-ed25519 {TWO}", Verdict.CHANGED),
        (f"[pe1.example]:831,[pe1.example]:830 ssh-ed25519 {ONE}", Verdict.KNOWN),
        (f"pe1.example ssh-ed25519 {ONE}", Verdict.UNKNOWN),
        (f"[*.example]:830 ssh-ed25519 {ONE}", Verdict.KNOWN),
        (f"[pe?.example]:* ssh-ed25519 {ONE}", Verdict.KNOWN),
        (f"*,![pe1.example]:830 ssh-ed25519 {ONE}", Verdict.UNKNOWN),
        (f"[*.example]:830,![pe2.example]:830 ssh-ed25519 {ONE}", Verdict.KNOWN),
        (f"@revoked * ssh-ed25519 {ONE}", Verdict.REVOKED),
        (f"[pe1.example]:830 ssh-ed25519 {ONE}\n@revoked * ssh-ed25519 {ONE}", Verdict.REVOKED),
        (f"@revoked * ssh-ed25519 {TWO}", Verdict.UNKNOWN),
        (f"@cert-authority *.example ssh-ed25519 {ONE}", Verdict.UNKNOWN),
        (f"# [pe1.example]:830 ssh-ed25519 {ONE}", Verdict.UNKNOWN),
        ("[pe1.example]:830 ssh-ed25519", Verdict.UNKNOWN),
        ("[pe1.example]:830 ssh-ed25519 %%%", Verdict.UNKNOWN),
        (f"|1|broken ssh-ed25519 {ONE}", Verdict.UNKNOWN),
        ("", Verdict.UNKNOWN),
    ],
)
def test_lines(tmp_path: Path, line: str, verdict: Verdict) -> None:
    assert judge(tmp_path, line) is verdict


def hashed(name: str) -> str:
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


def test_hashed_names(tmp_path: Path) -> None:
    assert judge(tmp_path, f"{hashed('[pe1.example]:830')} ssh-ed25519 {ONE}") is Verdict.KNOWN
    assert judge(tmp_path, f"{hashed('pe1.example')} ssh-ed25519 {ONE}") is Verdict.UNKNOWN
    assert judge(tmp_path, f"{hashed('pe1.example')} ssh-ed25519 {ONE}", port=22) is Verdict.KNOWN


def test_ipv6_and_ports() -> None:
    assert lookup_name("2001:DB8::1", 830) == "[2001:db8::1]:830"
    assert lookup_name("pe1", 22) == "pe1"


def test_a_note_when_the_key_is_known_on_port_22(tmp_path: Path) -> None:
    path = tmp_path / "theirs"
    path.write_text(f"pe1 ssh-ed25519 {ONE}\n")
    judged = KnownHosts(None, [path]).judge(host_key("pe1", 830, "ssh-ed25519", b"key one"))
    assert judged.verdict is Verdict.UNKNOWN
    assert "port 22" in judged.notes[0]


def test_our_file_is_private_and_theirs_is_only_read(tmp_path: Path) -> None:
    own, theirs = tmp_path / "config" / "known_hosts", tmp_path / "theirs"
    theirs.write_text("# mine\n")
    known = KnownHosts(own, [theirs])
    key = host_key("pe1", 830, "ssh-ed25519", b"key one")
    known.add(key)
    known.add(key)
    assert own.read_text() == f"[pe1]:830 ssh-ed25519 {ONE}\n"
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert theirs.read_text() == "# mine\n"
    assert not [path for path in own.parent.iterdir() if path != own]


def test_a_file_without_a_last_newline_is_not_damaged(tmp_path: Path) -> None:
    own = tmp_path / "known_hosts"
    own.write_text(f"[pe1]:830 ssh-ed25519 {ONE}")
    KnownHosts(own).add(host_key("pe2", 830, "ssh-ed25519", b"key two"))
    assert len(own.read_text().splitlines()) == 2


def test_a_file_that_cannot_be_read_is_not_taken_for_empty(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be read"):
        KnownHosts(tmp_path).judge(host_key("pe1", 830, "ssh-ed25519", b"key one"))


def test_rsa_keys_prefer_all_rsa_signatures(tmp_path: Path) -> None:
    path = tmp_path / "theirs"
    path.write_text(f"[pe1]:830 ssh-rsa {ONE}\n")
    assert KnownHosts(None, [path]).preferred_algorithms("pe1", 830)[:2] == ("rsa-sha2-512", "rsa-sha2-256")


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "known_hosts"
        path.write_text(text, encoding="utf-8", errors="replace")
        KnownHosts(None, [path]).judge(host_key("pe1", 830, "ssh-ed25519", b"key one"))
