"""The demo device as a program of its own: `demo-device` of the command line, and the window's child process.

Prints one line when it can be connected to, and ends on TERM, on interrupt, or (`--until-eof`) when its standard
input is closed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from netconf_gui.demo import fronts
from netconf_gui.demo.accepting import LOOPBACK
from netconf_gui.demo.build import build
from netconf_gui.demo.cisco import CISCO_MODELS, CiscoDevice
from netconf_gui.demo.faults import Faults
from netconf_gui.demo.personality import PERSONALITIES
from netconf_gui.demo.server import DemoServer
from netconf_gui.demo.users import OPERATOR, READER
from netconf_gui.errors import AppError, ConfigError
from netconf_gui.yang.check import Engine

MODELS = (*PERSONALITIES, *CISCO_MODELS)
DEFAULT_PASSWORD = "demo"  # noqa: S105  documented; the device listens on the loopback interface only


def parser() -> argparse.ArgumentParser:
    """The options of `demo-device`."""
    options = argparse.ArgumentParser(
        prog="netconf-gui-cli demo-device",
        description="Run the built-in demo device, a NETCONF server on the loopback interface.",
    )
    options.add_argument("--port", type=_port, default=0, metavar="N", help="TCP port; 0, the default: a free one")
    options.add_argument("--model", default="standard", choices=MODELS, help="what the device can do")
    options.add_argument("--faults", type=Path, metavar="FILE", help="JSON script of what shall go wrong")
    options.add_argument("--host-key", type=Path, metavar="FILE", help="SSH host key; made there if it does not exist")
    options.add_argument("--cache", type=Path, metavar="FOLDER", help="where compiled YANG modules are kept")
    options.add_argument("--authorized-keys", type=Path, metavar="FILE", help="public keys that may log in as demo")
    options.add_argument("--json", action="store_true", help="print the ready line as JSON")
    options.add_argument("--until-eof", action="store_true", help="end when standard input is closed")
    fronts.add_options(options)
    password = options.add_mutually_exclusive_group()
    password.add_argument("--password-env", metavar="NAME", help="the variable that holds the password")
    password.add_argument("--password-stdin", action="store_true", help="the password is the first line of input")
    return options


def main(argv: Sequence[str] | None = None, *, host_key: Path, cache: Path) -> int:
    """Run until told to end; returns the exit status (0 fine, 2 usage, 3 could not start).

    `host_key` is the file of the host key and `cache` the folder of compiled modules where the options name none.
    """
    options = parser()
    options.set_defaults(host_key=host_key, cache=cache)
    arguments = options.parse_args(argv)
    # clients that break a connection are no news; without a handler each would be printed on stderr
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    try:
        password = _password(arguments)
        if not password:
            print("The password is empty.", file=sys.stderr)  # noqa: T201  this is a program's top level
            return 2
        return _run(arguments, password)
    except AppError as error:
        print(error.full_text(), file=sys.stderr)  # noqa: T201
        return 2 if isinstance(error, ConfigError) else 3


def _port(text: str) -> int:
    """A TCP port, 0 for any that is free; raises what argparse tells people."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"the port is {text}. Allowed: 0 to 65535.")
    return int(text)


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_env:
        return os.environ.pop(arguments.password_env, "")
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return DEFAULT_PASSWORD


def _run(arguments: argparse.Namespace, password: str) -> int:
    faults = Faults.from_file(arguments.faults) if arguments.faults else Faults()
    keys = _keys(arguments.authorized_keys) if arguments.authorized_keys else ()
    with (
        _told_to_end(until_eof=arguments.until_eof) as end,
        Engine(cache_folder=arguments.cache) as engine,
    ):
        server = DemoServer(
            CiscoDevice(arguments.model) if arguments.model in CISCO_MODELS else build(engine, model=arguments.model),
            host_key=arguments.host_key,
            port=arguments.port,
            password=password,
            authorized_keys=keys,
            faults=faults,
        )
        with server, fronts.opened(arguments, server) as more:
            _announce(server, more, as_json=arguments.json)
            end.wait()
    return 0


def _keys(path: Path) -> tuple[str, ...]:
    """The base 64 parts of an authorized_keys file without options; raises `ConfigError` if it cannot be read."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The keys in {path} cannot be read: {error}.") from None
    lines = (line.split() for line in text.splitlines())
    return tuple(words[1] for words in lines if len(words) >= 2 and not words[0].startswith("#"))


def _announce(server: DemoServer, more: fronts.Opened | None = None, *, as_json: bool) -> None:
    more = more or fronts.Opened()
    if as_json:
        facts = {
            "url": server.url,
            "host": LOOPBACK,
            "port": server.port,
            "user": OPERATOR,
            "reader": READER,
            "fingerprint": server.host_key_fingerprint,
            "key_type": server.host_key.get_name(),
            "key": server.host_key.get_base64(),
            **more.facts(),
        }
        print(json.dumps(facts), flush=True)  # noqa: T201  the documented output
    else:
        ways = [server.url, *([more.tls.url] if more.tls is not None else [])]
        print(f"ready {' '.join(ways)}", flush=True)  # noqa: T201


@contextmanager
def _told_to_end(*, until_eof: bool) -> Iterator[threading.Event]:
    """The event that TERM, an interrupt or the end of input sets."""
    end = threading.Event()

    def stop(_signal: int, _frame: object) -> None:
        end.set()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    if until_eof:
        threading.Thread(target=_read_to_end, args=(end,), name="demo-stdin", daemon=True).start()
    try:
        yield end
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _read_to_end(end: threading.Event) -> None:
    while sys.stdin.readline():
        pass
    end.set()
