"""`hello`: what a device says about itself, and what that means."""

from __future__ import annotations

import argparse

from netconf_gui.cli.connecting import Connector, add_target, check_profile
from netconf_gui.cli.files import read_bytes
from netconf_gui.cli.meanings import meaning
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import ConfigError, MalformedMessage
from netconf_gui.protocol.hello import Hello, parse_hello
from netconf_gui.protocol.profiles import Choice, decide
from netconf_gui.protocol.quirks import quirks_of
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
        check_profile(arguments)
        hello = _from_file(arguments.file)
        choice = decide(hello, arguments.profile, arguments.quirk)
    else:
        connector = Connector(command)
        hello, choice = command.run(lambda: _from_device(connector))
    if command.output.as_json:
        command.output.json(as_json(hello, choice))
    else:
        _print(command, hello, choice)
    return Status.OK


def _from_device(connector: Connector) -> tuple[Hello, Choice]:
    with connector.session() as session:
        return session.hello, session.profile_choice


def _from_file(name: str) -> Hello:
    # captures often keep the end-of-message mark
    data = read_bytes(name).strip().removesuffix(b"]]>]]>")
    try:
        return parse_hello(parse(data))
    except MalformedMessage as error:
        raise ConfigError(f"{name}: {error.message}", advice=error.advice) from error


def as_json(hello: Hello, choice: Choice) -> dict[str, object]:
    """The documented JSON document."""
    return {
        "session_id": hello.session_id,
        "profile": choice.profile.name,
        "profile_why": choice.why,
        "quirks": [
            {"name": quirk.name, "title": quirk.title, "reason": quirk.reason} for quirk in quirks_of(choice.profile)
        ],
        "notes": [*hello.notes, *choice.profile.notes],
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


def _print(command: Command, hello: Hello, choice: Choice) -> None:
    output = command.output
    profile = choice.profile
    output.text(f"Session   {hello.session_id if hello.session_id is not None else '(none announced)'}")
    output.text(f"Profile   {profile.title} ({profile.name})")
    output.text(f"          {choice.why}")
    for quirk in quirks_of(profile):
        output.text(f"  {quirk.name}")
        output.text(f"      {quirk.title} {quirk.reason}")
    for note in (*hello.notes, *profile.notes):
        output.text(f"  {note}")
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
