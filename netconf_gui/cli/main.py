"""The headless commands: one file each; here they are only collected.

Exit status: 0 fine, also when there was nothing to do · 1 local findings, or differences · 2 usage · 3 connect,
authentication, or a time-out before anything was sent · 4 the device refused · 5 outcome unknown · 130 interrupted,
after clean-up.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from netconf_gui import log
from netconf_gui.cli.output import Output, prepare_streams
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status, status_of
from netconf_gui.errors import AppError
from netconf_gui.workspace.locations import Locations


class _Entry(NamedTuple):
    """A command: its name, the module that has `add_options` and `run`, and a line of help."""

    name: str
    module: str
    help: str


COMMANDS = (
    _Entry("hello", "hello", "what a device says about itself"),
    _Entry("get", "get", "read a datastore"),
    _Entry("schemas", "schemas", "fetch and compile YANG modules"),
    _Entry("validate", "validate", "check configurations by YANG modules, offline"),
    _Entry("diff", "diff", "what differs between two configurations"),
    _Entry("plan", "plan", "the smallest edit-config from one configuration to another"),
    _Entry("apply", "apply", "change a device: lock, edit, validate, commit, read back, unlock"),
    _Entry("fleet", "fleet", "one change on many devices, as one transaction"),
    _Entry("history", "history", "what was applied to a device before"),
    _Entry("listen", "listen", "notifications as they come, and changes of datastores"),
    _Entry("pending", "pending", "confirm or undo commits that an ended program left waiting"),
    _Entry("rpc", "rpc", "send an operation from a file"),
)
DEMO = "demo-device"


def parser(chosen: str = "") -> argparse.ArgumentParser:
    """All commands; the options of the chosen one only, so that `diff` need not load what SSH needs."""
    result = argparse.ArgumentParser(
        prog="netconf-gui-cli",
        description="See and safely change the configuration of NETCONF devices, without windows.",
        epilog=(__doc__ or "").split("\n\n", 1)[1],
    )
    commands = result.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser(DEMO, help="run the built-in demo device", add_help=False)
    for entry in COMMANDS:
        options = commands.add_parser(entry.name, help=entry.help, description=f"{entry.name}: {entry.help}.")
        if entry.name != chosen:
            continue
        module = import_module(f"netconf_gui.cli.{entry.module}")
        module.add_options(options)
        options.add_argument("--json", action="store_true", help="write one JSON document to stdout")
        options.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")
        options.set_defaults(run=module.run)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status and never raises for what devices, networks or files do."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [DEMO]:
        from netconf_gui.cli import demo_device

        return demo_device.run(words[1:])
    prepare_streams()
    try:
        arguments = parser(words[0] if words else "").parse_args(words)
    except SystemExit as stop:  # argparse: 0 for --help, 2 for usage
        return stop.code if isinstance(stop.code, int) else Status.USAGE
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    output = Output(as_json=arguments.json, quiet=arguments.quiet)
    status = _guarded(arguments.run, Command(arguments, output))
    if not output.finish() and status in (Status.OK, Status.FINDINGS):
        return Status.USAGE
    return status


def _guarded(run: Callable[[Command], Status], command: Command) -> Status:
    output = command.output
    folder = Locations.find().log_folder
    try:
        _configure_log(folder)
        return run(command)
    except AppError as error:
        output.error(error)
        return status_of(error)
    except KeyboardInterrupt:
        output.say("Interrupted.")
        return Status.INTERRUPTED
    except Exception as error:  # noqa: BLE001  (the top level: people get a sentence, the log where it was)
        where = "".join(traceback.format_tb(error.__traceback__))
        log.get(__name__).error("%s in a command\n%s", type(error).__name__, where)
        output.say(
            f"Error: this program failed ({type(error).__name__}): a fault of its own. If something was being sent, "
            "what the device holds is not known: read it again. Please report this, with what stands at the end of "
            f"{folder / log.FILE}."
        )
        return Status.UNKNOWN
    finally:
        command.close()
        log.shutdown()


def _configure_log(folder: Path) -> None:
    """A home that cannot be written is no reason not to work."""
    try:
        log.configure(folder)
    except OSError:
        log.configure(None)


if __name__ == "__main__":
    sys.exit(main())
