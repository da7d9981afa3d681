"""`fleet`: one change on many devices as one transaction, and going on with one that a crash left half way."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from netconf_gui.cli.connecting import Ways, add_authentication
from netconf_gui.cli.deciding import LockPatience, deciding, discarding
from netconf_gui.cli.files import read_bytes, read_config, shown_name
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.errors import ConfigError, WorkspaceError
from netconf_gui.services.ansible import export
from netconf_gui.services.connect import is_alias
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.engines import open_engine
from netconf_gui.services.events import GuardEvent, Note, StageEvent, StageState
from netconf_gui.services.fleet import (
    FleetChange,
    FleetEvent,
    FleetOptions,
    FleetOutcome,
    FleetPlan,
    FleetReport,
    FleetStep,
    Member,
    choose,
    dry_run,
    members_of,
    prepare_fleet,
    read_table,
    run_fleet,
)  # fmt: skip
from netconf_gui.services.fleet_plan import CONFIRM_SECONDS, PARALLEL
from netconf_gui.services.fleet_report import to_html, to_json
from netconf_gui.services.fleet_resume import Choice, resume_fleet, suggested, unfinished_fleets
from netconf_gui.services.templates import variables_of
from netconf_gui.workspace.files import write_atomically

ACTIONS = ("apply", "resume", "list")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to do, the file, the devices, and how to apply."""
    parser.add_argument(
        "action",
        choices=ACTIONS,
        help="apply: FILE to the devices; resume: settle what a crash left half way; list: what that is",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help="apply: XML, or a template of it (- is stdin)")
    parser.add_argument(
        "targets", metavar="TARGET", nargs="*", help="apply: devices, as for other commands, or @GROUP of the inventory"
    )
    what = parser.add_argument_group("the change")
    what.add_argument(
        "--as",
        dest="kind",
        choices=("edit", "target", "diff"),
        default="edit",
        help="edit (default): FILE is the content of <config>; target: FILE is the wished state of the top-level "
        "nodes it holds; diff: what differs between --base and FILE",
    )
    what.add_argument("--base", metavar="FILE", help="with --as diff: the configuration that FILE was made from")
    what.add_argument("--template", action="store_true", help="FILE (and --base) is a Jinja2 template")
    what.add_argument("--csv", metavar="FILE", help="devices and their variables: a column device, others as named")
    what.add_argument("--policy", choices=("strict", "tolerant"), default="strict", help="as for apply")
    how = parser.add_argument_group("how to apply")
    how.add_argument(
        "--confirmed",
        metavar="SECONDS",
        type=int,
        default=CONFIRM_SECONDS,
        help=f"time within which all devices are confirmed or roll back (default: {CONFIRM_SECONDS}); 0: no guard",
    )
    how.add_argument(
        "--confirm-by",
        choices=("program", "person"),
        default="program",
        help="program (default), or person: a line on stdin, confirm or rollback, when all devices hold the change",
    )
    how.add_argument("--canary", metavar="N", type=int, default=0, help="change so many devices first")
    how.add_argument("--batch", metavar="N", type=int, default=0, help="then the others, so many at a time")
    how.add_argument(
        "--parallel", metavar="N", type=int, default=PARALLEL, help=f"at work at once (default {PARALLEL})"
    )
    how.add_argument("--each-batch", action="store_true", help="canaries and each batch are a transaction of their own")
    how.add_argument("--go-on", action="store_true", help="with --each-batch: go on after a batch that failed")
    how.add_argument("--no-probe", action="store_true", help="do not look over new sessions before confirming")
    how.add_argument("--wait-lock", metavar="SECONDS", type=float, default=0.0, help="wait for locks of others")
    how.add_argument("--discard-candidate", action="store_true", help="discard what others left in candidate")
    how.add_argument("--save-startup", action="store_true", help="copy running to startup at the end")
    how.add_argument("--dry-run", action="store_true", help="show what would be sent to each device; send nothing")
    out = parser.add_argument_group("results")
    out.add_argument("--report", metavar="FILE", type=Path, help="write a report, as a page of HTML")
    out.add_argument("--ansible", metavar="DIR", type=Path, help="write the plan as an Ansible project; send nothing")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--confirm", action="store_true", help="resume: what waits stays")
    end.add_argument("--cancel", action="store_true", help="resume: what waits is undone")
    add_authentication(parser)


def run(command: Command) -> Status:
    """Apply, resume or list; see `status_of_fleet` for what the exit status says."""
    arguments = command.arguments
    if arguments.action != "apply":
        if arguments.file is not None:
            raise ConfigError(f"{arguments.action} takes no file and no devices: the journal knows them.")
        return _list(command) if arguments.action == "list" else _resume(command)
    if arguments.file is None:
        raise ConfigError("apply needs a FILE.")
    files = [arguments.file, arguments.base, arguments.csv].count("-")
    # a password is one line: the decision of a person may follow it
    if files + (arguments.password_stdin or arguments.confirm_by == "person") > 1:
        raise ConfigError("stdin can hold one thing only.")
    members, change, options = _members(command), _change(arguments), _options(command)
    ways = Ways(command)
    with open_engine(command.workspace) as engine:

        def job() -> Status:
            plan = prepare_fleet(
                members,
                change,
                connect=ways.connect_to,
                engine=engine,
                options=options,
                on_event=lambda event: _heard(command, event, names),
                cancel=command.cancel,
            )
            return _carry_out(command, ways, plan, names)

        names = {member.key: member.name for member in members}
        return command.run(job)


def _carry_out(command: Command, ways: Ways, plan: FleetPlan, names: dict[str, str]) -> Status:
    arguments = command.arguments
    if arguments.ansible is not None and plan.ok:
        for path in export(plan, arguments.ansible):
            command.output.say(f"Written: {path}")
        if command.output.as_json:
            command.output.json(to_json(dry_run(plan)))
        return Status.OK
    if arguments.dry_run or not plan.ok:
        report = dry_run(plan)
        _result(command, report)
        return Status.OK if plan.ok else Status.FINDINGS
    for note in plan.notes():
        command.output.event(Note(note))
    options = plan.options
    asking = DeployOptions(confirm_seconds=options.confirm_seconds, confirm_by=options.confirm_by)
    with deciding(command, asking) as decided:
        report = run_fleet(
            plan,
            connect=ways.connect_to,
            on_event=lambda event: _heard(command, event, names),
            cancel=command.cancel,
            journal=command.workspace.locations.journal_folder,
            control=decided.guard,
        )
    _result(command, report)
    return status_of_fleet(report)


def _members(command: Command) -> tuple[Member, ...]:
    arguments, inventory = command.arguments, command.workspace.inventory
    use_config = command.workspace.settings.connection.use_ssh_config
    alias = is_alias if use_config else (lambda name: False)
    if arguments.csv is None:
        return choose(arguments.targets, inventory, is_alias=alias)
    name = shown_name(arguments.csv)
    try:
        text = read_bytes(arguments.csv).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is not UTF-8: {error.reason}.") from None
    found = members_of(read_table(text, name=name), inventory, is_alias=alias, only=arguments.targets)
    columns = set().union(*(member.variables for member in found))
    used = set(variables_of(_text(arguments.file))) if arguments.template and arguments.file != "-" else set()
    unused = sorted(columns - used)
    if unused and arguments.file != "-":
        why = "not used by the template" if arguments.template else "not used without --template"
        command.output.say(f"Columns of {name} that are {why}: {', '.join(unused)}.")
    return found


def _text(file: str) -> str:
    return read_bytes(file).decode("utf-8-sig", errors="replace")


def _change(arguments: argparse.Namespace) -> FleetChange:
    read = read_bytes if arguments.template else read_config
    if (arguments.kind == "diff") is not (arguments.base is not None):
        raise ConfigError("--as diff and --base FILE need each other.")
    base = read(arguments.base) if arguments.base is not None else None
    name = shown_name(arguments.file) if arguments.file == "-" else Path(arguments.file).name
    return FleetChange(arguments.kind, read(arguments.file), base, arguments.template, name).checked()


def _options(command: Command) -> FleetOptions:
    arguments, settings = command.arguments, command.workspace.settings.apply
    if arguments.go_on and not arguments.each_batch:
        raise ConfigError("--go-on needs --each-batch.")
    if arguments.confirm_by == "person" and not arguments.confirmed:
        raise ConfigError("--confirm-by person needs a time to confirm.")
    deploy = DeployOptions(
        policy=arguments.policy,
        save_startup=arguments.save_startup or settings.save_startup,
        commit_timeout=settings.commit_timeout,
        reconnect_attempts=settings.reconnect_attempts,
        reconnect_pause=settings.reconnect_pause,
        when_locked=LockPatience(command, arguments.wait_lock) if arguments.wait_lock else None,
        on_leftovers=discarding(command) if arguments.discard_candidate else None,
        history=command.workspace.snapshots,
    )
    return FleetOptions(
        confirm_seconds=arguments.confirmed or None,
        canary=arguments.canary,
        batch=arguments.batch,
        parallel=arguments.parallel,
        scope="wave" if arguments.each_batch else "fleet",
        go_on=arguments.go_on,
        probe=not arguments.no_probe,
        confirm_by=arguments.confirm_by,
        deploy=deploy,
    ).checked()


def _resume(command: Command) -> Status:
    arguments, workspace = command.arguments, command.workspace
    folder = workspace.locations.journal_folder
    fleets = unfinished_fleets(folder)
    if not fleets:
        if command.output.as_json:
            command.output.json({"fleets": []})
        command.output.say("No fleet was left half way.")
        return Status.OK
    ways = Ways(command)
    choice: Choice | None = "confirm" if arguments.confirm else "cancel" if arguments.cancel else None

    def job() -> list[FleetReport]:
        found = []
        for fleet in fleets:
            command.output.say(str(fleet))
            names = {device.key: device.name for device in fleet.devices}
            found.append(
                resume_fleet(
                    fleet,
                    choice,
                    connect=ways.connect_to,
                    inventory=workspace.inventory,
                    journal=folder,
                    history=workspace.snapshots,
                    parallel=arguments.parallel,
                    on_event=lambda event, names=names: _heard(command, event, names),  # type: ignore[misc]
                    cancel=command.cancel,
                )
            )
        return found

    reports = command.run(job)
    if command.output.as_json:
        command.output.json({"fleets": [to_json(report) for report in reports]})
    else:
        for report in reports:
            _print(command, report)
    _write_report(command, reports[-1])
    return max((status_of_fleet(report) for report in reports), key=lambda status: status.value)


def _list(command: Command) -> Status:
    fleets = unfinished_fleets(command.workspace.locations.journal_folder)
    if command.output.as_json:
        document = [
            {
                "title": fleet.title,
                "step": fleet.step,
                "suggested": suggested(fleet),
                "devices": [{"name": one.name, "address": one.address, "state": one.state} for one in fleet.devices],
            }
            for fleet in fleets
        ]
        command.output.json({"fleets": document})
        return Status.OK
    for fleet in fleets:
        verb = "confirms" if suggested(fleet) == "confirm" else "undoes"
        command.output.text(f"{fleet} fleet resume {verb} what waits.")
    if not fleets:
        command.output.say("No fleet was left half way.")
    return Status.OK


def _heard(command: Command, event: FleetEvent | FleetStep, names: dict[str, str]) -> None:
    """Steps of the whole, and of single devices what is not as it should be."""
    if isinstance(event, FleetStep):
        if event.state is not StageState.RUNNING:
            wave = f" ({event.wave} of {event.waves})" if event.wave and event.waves > 1 else ""
            command.output.event(Note(f"{event.phase.value:<9} {event.state.value:<8} {event.text}{wave}"))
        return
    inner = event.event
    if isinstance(inner, GuardEvent) and not event.device_id:
        command.output.say(f"{inner.text} Write confirm or rollback within {inner.ends_at - time.time():.0f} s.")
    if isinstance(inner, StageEvent) and inner.state in (StageState.FAILED, StageState.WARNING):
        name = names.get(event.device_id, event.device_id)
        command.output.event(Note(f"  {name}: {inner.stage.value} {inner.state.value}: {inner.text}"))
        for error in inner.errors:
            command.output.event(Note(f"  {name}:   {error.severity}: {error}"))


def _result(command: Command, report: FleetReport) -> None:
    _write_report(command, report)
    if command.output.as_json:
        command.output.json(to_json(report))
    else:
        _print(command, report)


def _print(command: Command, report: FleetReport) -> None:
    width = max((len(device.name) for device in report.devices), default=0)
    for device in report.devices:
        plan = device.plan
        if not report.dry_run or plan is None:
            command.output.text(f"{device.name:<{width}}  {device.outcome.value:<11}  {device.text}")
            continue
        # where nothing could be planned the summary is the beginning of the problem
        told = next((one for one in plan.problems if one.message.startswith(plan.summary)), None)
        command.output.text(f"{device.name:<{width}}  {told.message if told is not None else plan.summary}")
        for problem in plan.problems:
            if problem is told:
                continue
            place = f" {problem.path}:" if problem.path else ""
            command.output.text(f"{'':<{width}}  {problem.severity}:{place} {problem.message}")
        if plan.edit_config:
            command.output.text(plan.shown().rstrip())
    command.output.result(f"{'plan' if report.dry_run else report.outcome.value}: {report.text}")


def _write_report(command: Command, report: FleetReport) -> None:
    path: Path | None = command.arguments.report
    if path is None:
        return
    try:
        write_atomically(path, to_html(report).encode())
    except WorkspaceError as error:
        # what was done to the devices must be said all the same
        command.output.say(f"The report was not written. {error.message}")


def status_of_fleet(report: FleetReport) -> Status:
    """The exit status: what became of all devices together."""
    if report.outcome is FleetOutcome.UNKNOWN:
        return Status.UNKNOWN
    if report.cancelled:
        return Status.INTERRUPTED
    if report.ok:
        return Status.OK
    lost = [one for one in report.failures if one.report is None or one.report.lost]
    before = report.outcome in (FleetOutcome.UNCHANGED, FleetOutcome.ROLLED_BACK)
    return Status.CONNECT if before and lost and len(lost) == len(report.failures) else Status.REFUSED
