"""`plan`: the smallest edit-config that leads from one configuration to another."""

from __future__ import annotations

import argparse

from netconf_gui.cli.files import add_schemas, local_schema, read_config
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.config.plan import edit_config_xml, plan


def add_options(parser: argparse.ArgumentParser) -> None:
    """Two files, and what the edit-config is for."""
    parser.add_argument("a", metavar="A", help="the configuration to start from, in XML (- is stdin)")
    parser.add_argument("b", metavar="B", help="the configuration that is wished")
    add_schemas(parser)
    parser.add_argument("--datastore", choices=("candidate", "running"), default="candidate", help="default: candidate")
    parser.add_argument(
        "--lenient", action="store_true", help="merge and remove instead of create and delete: never refused"
    )


def run(command: Command) -> Status:
    """Print the `<edit-config>`; status 1 when there is something to do, 0 and no output when not."""
    arguments = command.arguments
    first, second = read_config(arguments.a), read_config(arguments.b)

    def make() -> tuple[int, bytes, str]:
        with local_schema(command) as schema:
            found = diff(read_root(first), read_root(second), schema, cancel=command.cancel)
            made = plan(found, "tolerant" if arguments.lenient else "strict")
            return made.operations, edit_config_xml(made, arguments.datastore), found.summary()

    operations, xml, summary = command.run(make)
    if command.output.as_json:
        document = {"operations": operations, "summary": summary, "edit_config": xml.decode() if operations else ""}
        command.output.json(document)
    elif operations:
        command.output.data(xml.rstrip() + b"\n")
        command.output.say(summary)
    else:
        command.output.say("Nothing to do.")
    return Status.FINDINGS if operations else Status.OK
