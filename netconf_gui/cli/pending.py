"""`pending`: commits that wait for a confirmation because the program that made them ended."""

from __future__ import annotations

import argparse
import time

from netconf_gui.cli.apply import as_json, status_of_report
from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import ConfigError
from netconf_gui.services.pending import Pending, pending, settle
from netconf_gui.workspace.journal import JournalFolder

ACTIONS = ("list", "confirm", "cancel", "look")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to do, and on which device."""
    parser.add_argument(
        "action",
        choices=ACTIONS,
        nargs="?",
        default="list",
        help="list (default): what waits, without asking a device; confirm: the change stays; cancel: it is undone; "
        "look: what the device holds",
    )
    add_target(parser, optional=True)


def run(command: Command) -> Status:
    """List, or settle what waits on TARGET; the status is that of an apply."""
    arguments = command.arguments
    folder = JournalFolder(command.workspace.locations.journal_folder)
    if arguments.action == "list":
        return _list(command, pending(folder))
    if not arguments.target:
        raise ConfigError(f"{arguments.action} needs a TARGET.", advice="The command pending lists what waits.")
    connector = Connector(command)

    def job() -> Status:
        with connector.session() as session:
            peer = session.stream.peer
            here = [one for one in pending(folder) if one.address.rpartition("@")[2] == f"{peer.host}:{peer.port}"]
            if not here:
                raise ConfigError(f"No commit waits on {peer.host}:{peer.port}.")
            # a device has one confirmed commit at a time: the latest
            one = max(here, key=lambda found: found.started)
            report = settle(
                one,
                session,
                arguments.action,
                journal=folder,
                history=command.workspace.snapshots,
                on_event=command.output.event,
            )
            for older in here:
                if older is not one and report.ok:
                    folder.forget(older.entry)
        if command.output.as_json:
            command.output.json(as_json(report))
        else:
            for error in report.errors:
                command.output.say(f"error: {error}")
            command.output.result(f"{report.outcome.value}: {report.text}")
        return status_of_report(report)

    return command.run(job)


def _list(command: Command, found: tuple[Pending, ...]) -> Status:
    now = time.time()
    if command.output.as_json:
        command.output.json(
            {
                "pending": [
                    {
                        "device": one.device_name,
                        "address": one.address,
                        "summary": one.summary,
                        "persisted": one.persisted,
                        "seconds_left": max(0, round(one.ends_at - now)) if one.persisted else 0,
                        "journal": one.path.name,
                    }
                    for one in found
                ]
            }
        )
        return Status.OK
    for one in found:
        command.output.text(f"{one.address}  {_left(one, now)}  {one.summary}")
    if not found:
        command.output.say("No commit waits for a confirmation.")
    return Status.OK


def _left(one: Pending, now: float) -> str:
    if not one.persisted:
        return "ended with its session"
    left = one.ends_at - now
    return f"{left:.0f} s left" if left > 0 else "time is over"
