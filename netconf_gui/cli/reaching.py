"""How TARGET is reached, decided on the command line: the options, and the device with them.

Lives here: transport, old algorithms, proxies and jump hosts, times and framing.  Does not live here: who is trusted
and how one signs in (`connecting`).
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from netconf_gui.errors import ConfigError
from netconf_gui.workspace.device import device_problem
from netconf_gui.workspace.inventory import Device


def add_way(parser: argparse.ArgumentParser) -> None:
    """The options; what is not given is as the device, its URL and the settings say."""
    group = parser.add_argument_group("the way to the device")
    group.add_argument(
        "--transport", metavar="T", help="ssh (the program's own), openssh (the system's ssh program) or tls"
    )
    group.add_argument(
        "--old-algorithms",
        action="store_true",
        help="allow SHA-1 key exchange, ssh-rsa and CBC, which can be broken (by the system's ssh)",
    )
    group.add_argument(
        "--proxy", metavar="URL", help="socks5://[user@]host:port or http://…; several, separated by commas, in a row"
    )
    group.add_argument(
        "--jump", metavar="HOSTS", help="jump hosts, [user@]host[:port], separated by commas; proxies may be among them"
    )
    group.add_argument("--framing", metavar="F", help="of messages: eom or chunked, whatever the hellos say")
    group.add_argument("--connect-timeout", metavar="S", type=float, help="seconds for each step of connecting")
    group.add_argument("--rpc-timeout", metavar="S", type=float, help="seconds without anything of a reply")
    group.add_argument("--keepalive", metavar="S", type=float, help="seconds between signs of life; -1: none")


def with_way(device: Device, arguments: argparse.Namespace) -> Device:
    """The device with what was given; raises `ConfigError` for what cannot be."""
    given = {
        "transport": arguments.transport,
        "old_algorithms": arguments.old_algorithms or None,
        "proxy": arguments.proxy,
        "proxy_jump": arguments.jump,
        "framing": arguments.framing,
        "connect_timeout": arguments.connect_timeout,
        "rpc_timeout": arguments.rpc_timeout,
        "keepalive": arguments.keepalive,
    }
    changed = replace(device, **{name: value for name, value in given.items() if value is not None})
    problem = device_problem(changed)
    if problem:
        raise ConfigError(problem, state="Nothing was connected.")
    return changed
