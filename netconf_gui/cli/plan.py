"""`plan`: the smallest edit-config that leads from one configuration to another."""

from __future__ import annotations

import argparse

from netconf_gui.cli import texts
from netconf_gui.cli.files import add_schemas, config_of, local_schema, read_bytes
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import Plan, edit_config_xml, plan


def add_options(parser: argparse.ArgumentParser) -> None:
    """Two files, and what the edit-config is for."""
    parser.add_argument("a", metavar="A", help="the configuration to start from, in XML (- is stdin)")
    parser.add_argument("b", metavar="B", help="the configuration that is wished")
    add_schemas(parser)
    parser.add_argument("--datastore", choices=("candidate", "running"), default="candidate", help="default: candidate")
    parser.add_argument(
        "--policy",
        choices=("strict", "tolerant"),
        default="strict",
        help="strict (default): create and delete, surprises are refused; tolerant: merge and remove",
    )
    parser.add_argument(
        "--replace",
        metavar="PATH",
        action="append",
        default=[],
        help="send this node as one replace with all that it shall hold; can be repeated",
    )


def run(command: Command) -> Status:
    """Print the `<edit-config>`; status 1 when there is something to do, 0 and no output when not."""
    arguments = command.arguments
    files = read_bytes(arguments.a), read_bytes(arguments.b)
    if texts.both_texts((arguments.a, arguments.b), files):
        return texts.plan(command, *files)

    def make() -> tuple[Plan, bytes, str]:
        with local_schema(command) as schema:
            names = (arguments.a, arguments.b)
            first, second = (config_of(data, name, schema) for data, name in zip(files, names, strict=True))
            found = diff(read_root(first), read_root(second), schema, cancel=command.cancel)
            paths = [InstancePath.parse(path, schema) for path in arguments.replace]
            made = plan(found, arguments.policy, paths)
            return made, edit_config_xml(made, arguments.datastore), found.summary()

    made, xml, summary = command.run(make)
    operations = made.operations
    if command.output.as_json:
        document = {
            "operations": operations,
            "summary": summary,
            "notes": list(made.notes),
            "edit_config": xml.decode() if operations else "",
        }
        command.output.json(document)
        return Status.FINDINGS if operations else Status.OK
    for note in made.notes:
        command.output.say(note)
    if not operations:
        command.output.say("Nothing to do.")
    else:
        command.output.data(xml.rstrip() + b"\n")
        command.output.say(summary)
    return Status.FINDINGS if operations else Status.OK
