"""Which hosts, in which order, at which ports, as whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.errors import ConnectFailed
from netconf_gui.transport.route import Route, SshTarget, find_route
from netconf_gui.transport.sshconfig import SshConfig, local_user


@pytest.fixture
def route(tmp_path: Path):
    def find(config: str = "", host: str = "pe1", port: int = 0, **target: object) -> Route:
        path = tmp_path / "config"
        path.write_text(config)
        return find_route(SshTarget(host, port, **target), SshConfig([path]))

    return find


def addresses(route: Route) -> list[str]:
    return [f"{hop.credentials.username}@{hop.address}" for hop in route.hops]


@pytest.mark.parametrize(
    ("config", "given", "port"),
    [
        ("", 0, 830),
        ("", 22, 22),
        ("", 2022, 2022),
        ("Port 22", 0, 830),  # where people log in
        ("Port 2830", 0, 2830),
        ("Port 2830", 830, 830),
    ],
)
def test_ports(route, config: str, given: int, port: int) -> None:
    assert route(config, port=given).hops[0].port == port


def test_what_is_given_wins_over_the_config(route) -> None:
    config = "Host pe1\n User ops\n HostName 192.0.2.1\n IdentityFile /a\n IdentitiesOnly yes\n"
    (hop,) = route(config).hops
    assert (hop.host, hop.credentials.username, hop.credentials.identity_files) == ("192.0.2.1", "ops", ("/a",))
    assert hop.credentials.identities_only
    (hop,) = route(config, username="me", identity_files=("/b",)).hops
    assert (hop.credentials.username, hop.credentials.identity_files) == ("me", ("/b",))


def test_without_a_config() -> None:
    (hop,) = find_route(SshTarget("2001:db8::1"), None).hops
    assert hop.address == "[2001:db8::1]:830"
    assert hop.credentials.username == local_user()


def test_a_chain_of_jumps_each_looked_up(route) -> None:
    config = (
        "Host pe1\n User ops\n ProxyJump j1,you@j2:2022\n"
        "Host j1\n HostName jump1.example\n User jumper\n ProxyJump j0\n"
    )
    assert addresses(route(config))[1:] == ["jumper@jump1.example:22", "you@j2:2022", "ops@pe1:830"]
    assert addresses(route(config))[0].endswith("@j0:22")


def test_jumps_that_are_given(route) -> None:
    config = "Host pe1\n ProxyJump wrong\nHost *\n User ops\n"
    assert addresses(route(config, proxy_jump="a@[2001:db8::2]:2022"))[-2:] == ["a@[2001:db8::2]:2022", "ops@pe1:830"]
    assert addresses(route(config, proxy_jump="none")) == ["ops@pe1:830"]


@pytest.mark.parametrize("text", ["j1:many", "@", "j1,:22", "[::1", "j1:99999"])
def test_a_jump_that_is_none(route, text: str) -> None:
    with pytest.raises(ConnectFailed, match="jump host"):
        route(proxy_jump=text)


def test_a_circle_of_jumps_ends(route) -> None:
    with pytest.raises(ConnectFailed, match="circle"):
        route("Host pe1\n ProxyJump pe2\nHost pe2\n ProxyJump pe1\n")


def test_a_jump_host_for_all_is_itself_reached_directly(route) -> None:
    assert addresses(route("Host *\n User ops\n ProxyJump j1\n")) == ["ops@j1:22", "ops@pe1:830"]


@pytest.mark.parametrize("where", ["pe1", "j1"])
def test_a_proxy_command_is_refused_plainly(route, where: str) -> None:
    with pytest.raises(ConnectFailed, match="ProxyCommand") as failed:
        route(f"Host {where}\n ProxyCommand nc %h %p\nHost pe1\n ProxyJump j1\n")
    assert "ProxyJump" in failed.value.advice


def test_the_name_and_the_files_of_host_keys(route) -> None:
    found = route("HostKeyAlias rack7\nUserKnownHostsFile /known\n")
    assert found.hops[0].key_name == "rack7"
    assert found.known_hosts_files == (Path("/known"),)
