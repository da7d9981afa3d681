"""The way to a device: which hosts in which order, with what the ssh config says of each.

Lives here: aliases, proxies, proxy jumps, ports.  Does not live here: connecting (`way`, `ssh`).

Ports: one that is given wins.  Where none is (0), the `Port` that the ssh config names for the host counts, except 22,
which is where people log in; else 830 (RFC 6242, section 4).  Jump hosts are reached at 22 unless something else is
said.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netconf_gui.errors import ConnectFailed
from netconf_gui.transport import proxy
from netconf_gui.transport.addresses import address_text
from netconf_gui.transport.attempt import NOT_CONNECTED
from netconf_gui.transport.auth import Credentials
from netconf_gui.transport.proxy import Proxy
from netconf_gui.transport.sshconfig import SshConfig, SshOptions, local_user

NETCONF_PORT = 830
LOGIN_PORT = 22
MAX_HOPS = 8


@dataclass(frozen=True, slots=True)
class SshTarget:
    """One device as a person describes it; empty values leave the choice to the ssh config and the defaults.

    `host` is a name, an address or an alias of the ssh config; `port` 0 means "not said".  `proxy_jump` is as in
    ssh_config(5): `[user@]host[:port]`, several separated by commas, or "none"; proxies may stand among them
    (`socks5://[user@]host:port`, `http://…`).  `proxy` are proxies that come before all of these.
    """

    host: str
    port: int = NETCONF_PORT
    username: str = ""
    identity_files: tuple[str, ...] = ()
    identities_only: bool = False
    use_agent: bool = True
    default_keys: bool = True
    subsystem: str = "netconf"
    other_subsystems: tuple[str, ...] = ()  # tried where the server refuses the first
    proxy_jump: str = ""
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One SSH server on the way, the device itself being the last."""

    host: str
    port: int
    credentials: Credentials
    key_name: str = ""  # under which known-hosts files know it; empty: the host

    @property
    def address(self) -> str:
        return address_text(self.host, self.port)


@dataclass(frozen=True, slots=True)
class Route:
    """All that is gone through, the device at the end, and what the person should be told about the ssh config."""

    steps: tuple[Proxy | Hop, ...]
    known_hosts_files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The SSH servers among them."""
        return tuple(step for step in self.steps if isinstance(step, Hop))


def find_way(target: SshTarget, config: SshConfig | None) -> Route:
    """The way to a port that is no SSH server: what is given is gone through, the ssh config is for its jump hosts."""
    last = Hop(target.host, target.port, Credentials(target.username))
    return Route((*_proxies(target.proxy), *_jumps(target.proxy_jump, config, target), last))


def device_hop(target: SshTarget, config: SshConfig | None) -> tuple[Hop, SshOptions]:
    """The device itself, and what the ssh config says of it."""
    said = _options(config, target.host, target.username)
    port = target.port or (said.port if said.port not in (None, LOGIN_PORT) else None) or NETCONF_PORT
    files = target.identity_files or said.identity_files
    credentials = Credentials(
        username=target.username or said.user or local_user(),
        use_agent=target.use_agent,
        identity_files=files,
        identities_only=target.identities_only or said.identities_only,
        default_keys=target.default_keys,
    )
    return Hop(said.hostname, port, credentials, said.host_key_alias), said


def find_route(target: SshTarget, config: SshConfig | None) -> Route:
    """The hops to a device; raises `ConnectFailed` for what this program does not follow."""
    device, said = device_hop(target, config)
    jump = target.proxy_jump or ("" if target.proxy else said.proxy_jump)
    if not (jump or target.proxy) and said.proxy_command:
        raise ConnectFailed(
            f"The ssh config reaches {target.host} through a ProxyCommand, and this program runs none.",
            state=NOT_CONNECTED,
            advice="Let the system's ssh make the connection (the device's Connection page), or use ProxyJump.",
        )
    return Route((*_proxies(target.proxy), *_jumps(jump, config, target), device), said.known_hosts_files, said.notes)


def _options(config: SshConfig | None, alias: str, user: str) -> SshOptions:
    return config.resolve(alias, user) if config is not None else SshOptions(alias, alias, user)


def _proxies(text: str) -> tuple[Proxy, ...]:
    return tuple(proxy.parse(part) for part in text.split(",")) if text.strip() else ()


def _jumps(jump: str, config: SshConfig | None, target: SshTarget, depth: int = 0) -> tuple[Proxy | Hop, ...]:
    """The hosts of a `ProxyJump`; the first of them may need a jump itself, unless there is a proxy before it."""
    names = [name.strip() for name in jump.split(",") if name.strip()]
    if not names or jump.lower() == "none":
        return ()
    if depth + len(names) > MAX_HOPS:
        raise ConnectFailed(
            f"The way to {target.host} has more than {MAX_HOPS} jump hosts, or leads in a circle.",
            state=NOT_CONNECTED,
            advice="Check ProxyJump in the ssh config.",
        )
    if target.proxy or proxy.is_url(names[0]):
        return tuple(_jump(name, config, target) for name in names)
    user, host, port = _parse_jump(names[0], target)
    first = _options(config, host, user)
    # `Host *` with a ProxyJump names the jump host too, which then is reached directly
    own = "" if first.proxy_jump and _parse_jump(first.proxy_jump, target)[1] == host else first.proxy_jump
    before = _jumps(own, config, target, depth + len(names))
    if not first.proxy_jump and first.proxy_command:
        raise ConnectFailed(
            f"The ssh config reaches the jump host {host} through a ProxyCommand, and this program runs none.",
            state=NOT_CONNECTED,
            advice="Let the system's ssh make the connection (the device's Connection page), or use ProxyJump.",
        )
    return (*before, _hop(first, user, port, target), *(_jump(name, config, target) for name in names[1:]))


def _jump(name: str, config: SshConfig | None, target: SshTarget) -> Proxy | Hop:
    if proxy.is_url(name):
        return proxy.parse(name)
    user, host, port = _parse_jump(name, target)
    return _hop(_options(config, host, user), user, port, target)


def _hop(said: SshOptions, user: str, port: int, target: SshTarget) -> Hop:
    """A jump host; the device's own key files are tried there too unless the ssh config names some."""
    credentials = Credentials(
        username=user or said.user or local_user(),
        use_agent=target.use_agent,
        identity_files=said.identity_files or target.identity_files,
        identities_only=said.identities_only,
        default_keys=target.default_keys,
    )
    return Hop(said.hostname, port or said.port or LOGIN_PORT, credentials, said.host_key_alias)


def _parse_jump(text: str, target: SshTarget) -> tuple[str, str, int]:
    """`[ssh://][user@]host[:port]`, an IPv6 address in brackets."""
    rest = text.partition(",")[0].strip().removeprefix("ssh://").rstrip("/")
    user, _, rest = rest.rpartition("@")
    host, port = rest, ""
    if rest.startswith("["):
        host, closed, port = rest[1:].partition("]")
        port = port.removeprefix(":") if closed and port[:1] in ("", ":") else "?"
    elif rest.count(":") == 1:
        host, _, port = rest.partition(":")
    if not host or (port and not (port.isdigit() and 0 < int(port) < 65536)):
        raise ConnectFailed(
            f"{text} is no jump host (on the way to {target.host}).",
            state=NOT_CONNECTED,
            advice="Write [user@]host[:port], several separated by commas.",
        )
    return user, host, int(port or 0)
