"""`hello`: what a device says about itself, and what that means."""

from __future__ import annotations

import argparse

from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.files import read_bytes
from netconf_gui.cli.meanings import meaning
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.hello import Hello, parse_hello
from netconf_gui.protocol.profiles import choose
from netconf_gui.protocol.xml import parse


def add_options(parser: argparse.ArgumentParser) -> None:
    """TARGET, or a file with a hello in it."""
    add_target(parser, optional=True)
    parser.add_argument("--file", metavar="FILE", help="read a hello from a file instead (- is stdin)")


def run(command: Command) -> Status:
    """Print session id, capabilities with their meaning, modules and the profile chosen."""
    arguments = command.arguments
    if (arguments.target is None) == (arguments.file is None):
        raise ConfigError("hello needs either a TARGET or --file FILE.")
    if arguments.file is not None:
        hello = _from_file(arguments.file)
    else:
        connector = Connector(command)
        hello = command.run(lambda: _from_device(connector))
    if command.output.as_json:
        command.output.json(as_json(hello))
    else:
        _print(command, hello)
    return Status.OK


def _from_device(connector: Connector) -> Hello:
    with connector.session() as session:
        return session.hello


def _from_file(name: str) -> Hello:
    # captures often keep the end-of-message mark
    data = read_bytes(name).strip().removesuffix(b"]]>]]>")
    try:
        return parse_hello(parse(data))
    except MalformedMessage as error:
        raise ConfigError(f"{name}: {error.message}", advice=error.advice) from error


def as_json(hello: Hello) -> dict[str, object]:
    """The documented JSON document."""
    return {
        "session_id": hello.session_id,
        "profile": choose(hello).name,
        "capabilities": list(hello.capabilities.uris),
        "modules": [
            {
                "name": module.name,
                "revision": module.revision,
                "namespace": module.namespace,
                "features": list(module.features),
                "deviations": list(module.deviations),
            }
            for module in hello.capabilities.modules
        ],
    }


def _print(command: Command, hello: Hello) -> None:
    output = command.output
    profile = choose(hello)
    output.text(f"Session   {hello.session_id if hello.session_id is not None else '(none announced)'}")
    output.text(f"Profile   {profile.title}")
    for note in profile.notes:
        output.text(f"          {note}")
    output.text("")
    output.text(f"{len(hello.capabilities.netconf)} capabilities")
    for capability in hello.capabilities.netconf:
        output.text(f"  {capability.uri}")
        explained = meaning(capability)
        if explained:
            output.text(f"      {explained}")
    output.text("")
    output.text(f"{len(hello.capabilities.modules)} modules")
    for module in hello.capabilities.modules:
        more = f"  features: {', '.join(module.features)}" if module.features else ""
        more += f"  deviations: {', '.join(module.deviations)}" if module.deviations else ""
        output.text(f"  {module.name}{f'@{module.revision}' if module.revision else ''}{more}")
