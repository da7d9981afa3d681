"""`apply`: one visible transaction on one device, from a file."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from netconf_gui.cli import texts
from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.deciding import LockPatience, add_guard, check_guard, deciding, discarding
from netconf_gui.cli.files import config_of, read_bytes, say_problems
from netconf_gui.cli.output import error_json
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.cli.texts import not_a_text
from netconf_gui.config.apply import edit_config
from netconf_gui.config.codec import is_json, read_root, write
from netconf_gui.config.diff import diff
from netconf_gui.config.plan import plan
from netconf_gui.errors import ConfigError, EditRefused, Outcome
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.change import masked, said
from netconf_gui.services.cli_files import is_text
from netconf_gui.services.deploy import DeployOptions, DeployReport, Strategy, deploy, strategy
from netconf_gui.services.engines import open_engine
from netconf_gui.services.events import Note, StageState
from netconf_gui.services.load import Loaded, load
from netconf_gui.services.wish import deletions, wished
from netconf_gui.services.words import without_draft
from netconf_gui.session.cli import need_text
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder
from netconf_gui.yang.schema import Schema


def add_options(parser: argparse.ArgumentParser) -> None:
    """The file, the TARGET and how to apply."""
    parser.add_argument("file", metavar="FILE", help="XML or RFC 7951 JSON (- is stdin)")
    add_target(parser)
    parser.add_argument(
        "--as",
        dest="kind",
        choices=("edit", "target"),
        default="edit",
        help="edit (default): FILE is the content of <config>; target: FILE is the wished state of the top-level "
        "nodes it holds",
    )
    parser.add_argument("--whole", action="store_true", help="with --as target: top-level nodes not in FILE go")
    parser.add_argument("--yes", action="store_true", help="agree to what --whole deletes")
    parser.add_argument("--datastore", choices=("candidate", "running"), help="default: candidate where there is one")
    parser.add_argument(
        "--policy",
        choices=("strict", "tolerant"),
        default="strict",
        help="with --as target: strict (default) refuses what is there or gone already; tolerant merges and removes",
    )
    add_guard(parser)
    parser.add_argument("--save-startup", action="store_true", help="copy running to startup at the end")
    parser.add_argument("--comment", metavar="TEXT", default="", help="goes with the commit, where devices keep one")
    parser.add_argument("--label", metavar="TEXT", default="", help="goes with the commit, where devices keep one")
    parser.add_argument("--dry-run", action="store_true", help="show what would be sent; send nothing")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the device holds, what it shall hold, and the edit to send if it is not to be worked out."""

    base: bytes
    mine: bytes
    edit: bytes | None
    schema: Schema | None
    operations: int


def run(command: Command) -> Status:
    """Apply and print how it ended; see `status` for what the exit status says."""
    arguments = command.arguments
    if arguments.whole and arguments.kind != "target":
        raise ConfigError("--whole needs --as target.")
    check_guard(arguments)
    if arguments.file == "-" and arguments.password_stdin:
        raise ConfigError("stdin cannot hold both the configuration and the password.")
    data = read_bytes(arguments.file)
    connector = Connector(command)
    if is_text(data):
        return command.run(lambda: _apply_text(command, connector, data))
    file = data if is_json(data) else config_of(data, arguments.file)
    with open_engine(command.workspace) as engine:

        def job() -> Status:
            with connector.session() as session:
                if session.profile.cli_text:
                    raise not_a_text()
                loaded = load(
                    session,
                    engine=engine,
                    folders=[Path(folder) for folder in connector.device.schema_folders],
                    parallel=command.workspace.settings.engine.parallel_downloads,
                    cancel=command.cancel,
                    on_event=command.output.event,
                )
                say_problems(command, loaded.schema)
                return _apply(command, connector, session, loaded, file)

        return command.run(job)


def _apply_text(command: Command, connector: Connector, data: bytes) -> Status:
    """The file is the text of a command line: so must the device's configuration be."""
    with connector.session() as session:
        need_text(session)
        report, status = texts.apply(command, connector, session, data)
    if report is None:
        return status
    texts.print_report(command, report)
    return status_of_report(report)


def _apply(command: Command, connector: Connector, session: Session, loaded: Loaded, file: bytes) -> Status:
    arguments = command.arguments
    if is_json(file):
        file = config_of(file, command.arguments.file, loaded.schema.schema)
    wish = _wish(command, loaded, file)
    if arguments.kind == "target" and not _agreed(command, wish):
        return Status.USAGE
    options = _options(command, connector, loaded)
    if arguments.dry_run:
        return _dry_run(command, session, wish, options)
    journal = JournalFolder(command.workspace.locations.journal_folder)
    for unfinished in journal.unfinished():
        if not unfinished.running:
            command.output.say(str(unfinished))
            if unfinished.guarded is not None:
                command.output.say("The command pending settles it.")
    with deciding(command, options) as options:
        report = deploy(
            session,
            base=wish.base,
            mine=wish.mine,
            schema=wish.schema,
            edit=wish.edit if wish.operations else None,
            options=options,
            on_event=command.output.event,
            cancel=command.cancel,
            journal=journal,
            reconnect=connector.connect,
        )
    _print(command, report)
    return status_of_report(report)


def _wish(command: Command, loaded: Loaded, file: bytes) -> _Wish:
    schema = loaded.schema.schema
    base, given = read_root(loaded.data), read_root(file)
    if command.arguments.kind == "target":
        mine = wished(base, given, whole=command.arguments.whole)
        made = plan(diff(base, mine, schema), command.arguments.policy)
        return _Wish(loaded.data, write(mine, pretty=False), None, schema, made.operations)
    try:
        mine = edit_config(base, given, schema, accept_unknown=True, cancel=command.cancel)
    except EditRefused as refused:
        # the device decides; what is said here is only what to expect
        command.output.say(f"The device will probably refuse this: {refused.message}")
        return _Wish(loaded.data, loaded.data, file, schema, len(given))
    operations = plan(diff(base, mine, schema)).operations
    return _Wish(loaded.data, write(mine, pretty=False), file, schema, operations)


def _agreed(command: Command, wish: _Wish) -> bool:
    gone = deletions(wish.base, wish.mine, wish.schema)
    for path in gone:
        command.output.say(f"Deletes {path}")
    arguments = command.arguments
    if gone and arguments.whole and not arguments.yes and not arguments.dry_run:
        command.output.say("Nothing was sent. Add --yes to delete this.")
        return False
    return True


def _options(command: Command, connector: Connector, loaded: Loaded) -> DeployOptions:
    arguments, settings = command.arguments, command.workspace.settings.apply
    return DeployOptions(
        datastore=arguments.datastore or "auto",
        policy=arguments.policy,
        confirm_seconds=arguments.confirmed,
        confirm_by=arguments.confirm_by,
        probe=not arguments.no_probe,
        when_locked=LockPatience(command, arguments.wait_lock) if arguments.wait_lock else None,
        on_leftovers=discarding(command) if arguments.discard_candidate else None,
        save_startup=arguments.save_startup or settings.save_startup,
        comment=arguments.comment,
        label=arguments.label,
        with_defaults=loaded.with_defaults,
        device_name=connector.device.name,
        device_id=connector.device.id,
        commit_timeout=settings.commit_timeout,
        reconnect_attempts=settings.reconnect_attempts,
        reconnect_pause=settings.reconnect_pause,
        history=command.workspace.snapshots,
    )


def _dry_run(command: Command, session: Session, wish: _Wish, options: DeployOptions) -> Status:
    how = strategy(session.capabilities, session.profile, options)
    found = diff(read_root(wish.base), read_root(wish.mine), wish.schema)
    planned = plan(found, options.policy, message_limit=how.max_message or None)
    notes = (*how.notes, *planned.notes)
    xml = _shown(wish, planned.config, how) if wish.operations else ""
    if command.output.as_json:
        command.output.json(
            {
                "outcome": Outcome.UNCHANGED.value,
                "dry_run": True,
                "operations": wish.operations,
                "summary": found.summary(),
                "notes": list(notes),
                "edit_config": xml,
            }
        )
        return Status.OK
    command.output.event(Note(" ".join(notes)))
    if xml:
        command.output.data(xml.encode().rstrip() + b"\n")
    command.output.say(found.summary() if wish.operations else "Nothing to do.")
    return Status.OK


def _shown(wish: _Wish, planned: etree._Element, how: Strategy) -> str:
    """The `<edit-config>` that would be sent, for people."""
    operation = operations.edit_config(
        how.target,
        planned if wish.edit is None else read_root(wish.edit),
        default_operation=how.default_operation if wish.edit is None else "merge",
        test_option=how.test_option,
        error_option=how.error_option,
    )
    return serialize(operation.element, pretty=True).decode()


def status_of_report(report: DeployReport) -> Status:
    """The exit status of an apply."""
    if report.outcome is Outcome.UNKNOWN:
        return Status.UNKNOWN
    if report.cancelled:
        return Status.INTERRUPTED
    if report.error is None:
        return Status.OK
    return Status.CONNECT if report.lost else Status.REFUSED


def as_json(report: DeployReport) -> dict[str, object]:
    """The documented JSON document."""
    return {
        "outcome": report.outcome.value,
        "text": without_draft(report.text),
        "clean": report.clean,
        "pending": report.pending,
        "merged": [said(entry) for entry in report.merged],
        "conflicts": [
            {"path": str(one.path), "base": one.shown("base"), "mine": one.shown("mine"), "theirs": one.shown("theirs")}
            for one in report.conflicts
        ],
        "seconds": round(report.seconds, 3),
        "stages": [
            {
                "stage": stage.stage.value,
                "ok": stage.state is not StageState.FAILED,
                "state": stage.state.value,
                "text": stage.text,
                "seconds": round(stage.seconds, 3),
                "errors": [error_json(error) for error in stage.errors],
            }
            for stage in report.stages
        ],
        "errors": [
            {**error_json(error), "node": node}
            for error, node in zip(report.errors, report.nodes or ("",) * len(report.errors), strict=True)
        ],
        "warnings": [error_json(error) for error in report.warnings],
        "readback": [
            {
                "path": str(item.path),
                "verdict": item.verdict.value,
                "sent": masked(item.path, item.sent),
                "got": masked(item.path, item.got),
            }
            for item in report.readback
        ],
    }


def _print(command: Command, report: DeployReport) -> None:
    if command.output.as_json:
        command.output.json(as_json(report))
        return
    for error in report.errors:
        command.output.say(f"error: {error}")
    command.output.result(f"{report.outcome.value}: {report.text}")
