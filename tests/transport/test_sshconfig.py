"""ssh_config(5), as far as it is understood; the rest becomes a note, and nothing is ever run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.transport.sshconfig import SshConfig, SshOptions


def write(home: Path, config: str, **files: str) -> SshConfig:
    folder = home / ".ssh"
    for name, text in {"config": config, **files}.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return SshConfig()


@pytest.fixture
def home(program_home: Path) -> Path:
    return program_home


def test_the_first_value_wins(home: Path) -> None:
    config = write(home, "Host pe*\n User ops\n Port 8830\nHost pe1\n User other\nHost *\n HostName %h.example\n")
    said = config.resolve("pe1")
    assert (said.hostname, said.user, said.port) == ("pe1.example", "ops", 8830)


def test_a_user_who_is_given_comes_first(home: Path) -> None:
    config = write(home, "Host pe1\n User ops\nMatch user me\n HostName mine.example\n")
    assert config.resolve("pe1", "me").user == "me"
    assert config.resolve("pe1", "me").hostname == "mine.example"
    assert config.resolve("pe1").hostname == "pe1"


def test_negation_excludes(home: Path) -> None:
    config = write(home, "Host pe* !pe2\n User ops\n")
    assert config.resolve("pe1").user == "ops"
    assert config.resolve("pe2").user == ""


def test_quotes_equals_signs_and_comments(home: Path) -> None:
    config = write(home, '# all\nHost "pe1"\n  User = "net ops" # not root\n  HostName=pe1.example\n')
    said = config.resolve("pe1")
    assert (said.user, said.hostname) == ("net ops", "pe1.example")


def test_identities_tokens_and_variables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYS", "/keys")
    config = write(
        home,
        'Host pe1\n IdentityFile "${KEYS}/%h_%r"\n IdentityFile=~/.ssh/%n%%\n User ops\n IdentitiesOnly yes\n'
        "Host *\n IdentityFile %d/last\n",
    )
    said = config.resolve("pe1")
    assert said.identity_files == ("/keys/pe1_ops", f"{home}/.ssh/pe1%", f"{home}/last")
    assert said.identities_only


def test_include_relative_globbed_nested(home: Path) -> None:
    config = write(
        home,
        "Include conf.d/*.conf ~/.ssh/absent\nHost *\n User last\n",
        conf__d="",
        **{"conf.d__a.conf": "Host pe1\n User first\n Include more\n", "more": "HostName deep.example\n"},
    )
    said = config.resolve("pe1")
    assert (said.user, said.hostname) == ("first", "deep.example")
    assert (config.resolve("pe2").user, config.resolve("pe2").hostname) == ("last", "pe2")


def test_an_include_inside_a_block_holds_only_there(home: Path) -> None:
    config = write(
        home,
        "Host pe1\n Include inner\n Port 8830\nHost pe2\n User two\n",
        inner="Port 1\nHost pe2\n User wrong\nHost *\n User one\n",
    )
    assert config.resolve("pe1").user == "one"
    assert config.resolve("pe1").port == 1
    assert config.resolve("pe2").user == "two", "a Host of the included file holds only inside the block"
    assert config.resolve("pe2").port is None


def test_lines_behind_an_include_belong_to_the_block_before_it(home: Path) -> None:
    config = write(home, "Host pe1\n Include inner\n User behind\n", inner="Host other\n User wrong\n")
    assert config.resolve("pe1").user == "behind"
    assert config.resolve("other").user == ""


def test_an_include_in_a_circle_ends(home: Path) -> None:
    said = write(home, "Include config\nUser ops\n").resolve("pe1")
    assert said.user == "ops"
    assert "includes itself" in said.notes[0]


def test_match(home: Path) -> None:
    config = write(
        home,
        "Host alias\n HostName real.example\nMatch host real.example,pe2\n User a\n"
        "Match originalhost pe3 !user x\n User b\nMatch all\n HostName all.example\n",
    )
    assert config.resolve("alias").user == "a", "host is the name after HostName"
    assert config.resolve("pe2").user == "a"
    assert config.resolve("pe3").user == "b"
    assert config.resolve("pe3", "x").user == "x"
    assert config.resolve("pe9").hostname == "all.example"


def test_match_final_comes_last(home: Path) -> None:
    config = write(home, "Match final\n User late\n HostName late.example\nHost pe1\n User early\n")
    assert (config.resolve("pe1").user, config.resolve("pe1").hostname) == ("early", "late.example")


@pytest.mark.parametrize("negation", ["", "!"])
def test_commands_are_never_run(home: Path, negation: str) -> None:
    proof = home / "ran"
    config = write(home, f'Match {negation}exec "touch {proof}"\n User bad\nHost pe1\n ProxyCommand touch {proof} %h\n')
    said = config.resolve("pe1")
    assert not proof.exists()
    assert said.user == ""
    assert "Match exec" in said.notes[0]
    assert said.proxy_command.startswith("touch")


def test_what_is_not_supported_is_said(home: Path) -> None:
    said = write(home, "Match localnetwork 10.0.0.0/8\n User x\nPort many\nCanonicalizeHostname yes\n").resolve("pe1")
    assert said.user == ""
    assert any("localnetwork" in note for note in said.notes)
    said = write(home, "Port many\nCanonicalizeHostname yes\n???\n").resolve("pe1")
    assert said.port is None
    assert any("no port" in note for note in said.notes)
    assert any("Canonicalize" in note for note in said.notes)
    assert any("line 3" in note for note in said.notes)


def test_the_first_of_proxy_jump_and_proxy_command_counts(home: Path) -> None:
    said = write(home, "ProxyJump ops@%h-jump\nProxyCommand nc %h %p\n").resolve("pe1")
    assert (said.proxy_jump, said.proxy_command) == ("ops@pe1-jump", "")
    said = write(home, "ProxyCommand none\nProxyJump j\n").resolve("pe1")
    assert (said.proxy_jump, said.proxy_command) == ("", "")


def test_known_hosts_files_and_the_name_in_them(home: Path) -> None:
    said = write(home, "HostKeyAlias rack7\nUserKnownHostsFile ~/a /b\n").resolve("pe1")
    assert said.host_key_alias == "rack7"
    assert said.known_hosts_files == (home / "a", Path("/b"))


def test_which_names_are_known(home: Path) -> None:
    config = write(home, "Host pe1 lab-*\nHost *\n User x\nMatch host other\n User y\n", more="")
    assert config.knows("pe1")
    assert config.knows("lab-7")
    assert not config.knows("pe2")
    assert not config.knows("other")


def test_no_file_says_nothing(home: Path) -> None:
    assert SshConfig([home / "none"]).resolve("pe1") == SshOptions("pe1", "pe1")


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_text(text.replace("nclude", ""), encoding="utf-8", errors="replace")
        assert SshConfig([path]).resolve("pe1").alias == "pe1"
