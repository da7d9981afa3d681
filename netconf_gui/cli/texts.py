"""`get`, `diff`, `plan` and `apply` for configurations that are text: Cisco IOS before YANG.

A file is a text when it begins with neither "<" nor "{"; a device has its configuration as text when its profile says
so.
"""

from __future__ import annotations

import argparse

from netconf_gui.cli.connecting import Connector
from netconf_gui.cli.deciding import LockPatience
from netconf_gui.cli.files import shown_name
from netconf_gui.cli.output import error_json
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config.cli_diff import CliDiff, cli_diff
from netconf_gui.config.cli_diff_text import diff_lines
from netconf_gui.config.cli_interpreter import apply_commands, split_commands
from netconf_gui.config.cli_plan import CliPlan, cli_plan
from netconf_gui.config.cli_summary import change_words, summary
from netconf_gui.config.cli_text import parse_cli
from netconf_gui.errors import ConfigError, Outcome
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.cli_change import CliReport, cli_strategy, given_plan, text_wish
from netconf_gui.services.cli_deploy import cli_deploy
from netconf_gui.services.cli_files import is_text, text_of
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.events import Note, StageState
from netconf_gui.services.words import without_draft
from netconf_gui.session.cli import limits_of, read_text, read_xml
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.session.session import Session
from netconf_gui.workspace.journal import JournalFolder

FORMS = ("cmd", "block", "xml")


def add_text_options(parser: argparse.ArgumentParser) -> None:
    """What a reading of a text may ask for."""
    parser.add_argument(
        "--section",
        metavar="WORDS",
        default="",
        help="of a configuration that is text: what stands behind “show running-config”, as in “interface Loopback0”",
    )
    parser.add_argument(
        "--text-form",
        choices=FORMS,
        help="how such a device is asked: cmd (default for a section), block, xml (its own XML of it)",
    )


def not_a_text() -> ConfigError:
    """A file of XML for a device that has text."""
    return ConfigError(
        "The configuration of this device is the text of a command line, and the file is not.",
        state="Nothing was sent.",
        advice="Write commands into it, or with --as target the text that the device shall have.",
    )


def both_texts(names: tuple[str, str], files: tuple[bytes, bytes]) -> bool:
    """Whether two files are texts; raises `ConfigError` if only one is."""
    kinds = [is_text(data) for data in files]
    if kinds[0] != kinds[1]:
        one, other = (shown_name(name) for name in sorted(names, key=lambda name: not kinds[names.index(name)]))
        raise ConfigError(
            f"{one} is the text of a command line, and {other} is not.", advice="Compare two of a kind: texts or XML."
        )
    return all(kinds)


# --------------------------------------------------------------------------------------------------------------- get


def get(command: Command, session: Session) -> bytes:
    """The text of a datastore, or of a section of it."""
    arguments = command.arguments
    if arguments.xpath or arguments.subtree or arguments.with_defaults:
        raise ConfigError(
            "The configuration of this device is text: it has no nodes to select.",
            advice="Use --section, for example --section “interface Loopback0”.",
        )
    form = arguments.text_form
    if form == "xml":
        found = read_xml(session, arguments.datastore, spec=arguments.section, cancel=command.cancel)
        return serialize(found, pretty=True) + b"\n"
    return read_text(session, arguments.datastore, spec=arguments.section, form=form, cancel=command.cancel).encode()


def check_xml(command: Command) -> None:
    """Raise `ConfigError` for options of texts where the device's configuration is none."""
    if command.arguments.section or command.arguments.text_form:
        raise ConfigError(
            "The configuration of this device is not text: it has no sections.",
            advice="Use --xpath or --subtree, or --profile cisco-ios if it is such a device.",
        )


# ------------------------------------------------------------------------------------------------------ diff and plan


def diff(command: Command, first: bytes, second: bytes) -> Status:
    """Print what differs, section by section."""
    arguments = command.arguments
    found = cli_diff(parse_cli(text_of(first)), parse_cli(text_of(second)))
    shown = (lambda text: text) if arguments.show_secrets else mask_cli
    form = "json" if command.output.as_json else arguments.format
    if form == "json":
        command.output.json({"summary": shown(summary(found)), "changes": changes_json(found, shown)})
    elif form in ("tree", "text"):
        for line in diff_lines(found):
            command.output.text(shown(line.shown))
        command.output.say(shown(summary(found)))
    else:
        raise ConfigError(f"Texts have no {form}.", advice="Use --format tree, text or json.")
    return Status.FINDINGS if found else Status.OK


def changes_json(found: CliDiff, shown: object = mask_cli) -> list[dict[str, object]]:
    """Each change with the sections around it."""
    assert callable(shown)
    return [
        {
            "kind": change.kind,
            "path": [shown(text) for text in change.path],
            "old": None if change.old is None else shown(change.old.text),
            "new": None if change.new is None else shown(change.new.text),
            "text": shown(change_words(change)),
        }
        for change in found.changes
    ]


def plan(command: Command, first: bytes, second: bytes) -> Status:
    """Print the commands that lead from the one to the other."""
    found = cli_diff(parse_cli(text_of(first)), parse_cli(text_of(second)))
    made = cli_plan(found)
    if command.output.as_json:
        command.output.json(plan_json(found, made))
        return Status.FINDINGS if made else Status.OK
    for note in made.notes:
        command.output.say(note)
    if made:
        command.output.data(made.text.encode())
    command.output.say(mask_cli(summary(found)) if made else "Nothing to do.")
    return Status.FINDINGS if made else Status.OK


def plan_json(found: CliDiff, made: CliPlan) -> dict[str, object]:
    """The documented JSON document of a plan in commands."""
    return {
        "operations": made.edits,
        "summary": mask_cli(summary(found)),
        "notes": list(made.notes),
        "commands": list(made.typed),
    }


# ------------------------------------------------------------------------------------------------------------- apply


def apply(command: Command, connector: Connector, session: Session, file: bytes) -> tuple[CliReport | None, Status]:
    """Send what a text says: its commands, or those that lead to it; the report, unless nothing was to be sent."""
    arguments = command.arguments
    if arguments.confirmed is not None:
        raise ConfigError(
            "The device cannot confirm a commit: it has neither a candidate nor commits.",
            advice="Apply without --confirmed; the commands that take the change back are printed.",
        )
    base, given = read_text(session, cancel=command.cancel), text_of(file)
    held = parse_cli(base)
    typed: tuple[str, ...] = ()
    if arguments.kind == "target":
        mine = text_wish(base, given, whole=arguments.whole)
    else:
        typed = tuple(split_commands(given))
        mine = apply_commands(held, typed).text
    found = cli_diff(held, parse_cli(mine))
    made = given_plan(typed) if typed else cli_plan(found)
    if not _agreed(command, found):
        return None, Status.USAGE
    options = _options(command, connector)
    if arguments.dry_run:
        _dry_run(command, session, found, made, options, base)
        return None, Status.OK
    report = cli_deploy(
        session,
        base=base,
        mine=mine,
        commands=typed,
        options=options,
        on_event=command.output.event,
        cancel=command.cancel,
        journal=JournalFolder(command.workspace.locations.journal_folder),
        reconnect=connector.connect,
    )
    return report, Status.OK


def _agreed(command: Command, found: CliDiff) -> bool:
    arguments = command.arguments
    if arguments.kind != "target":
        return True
    gone = [change for change in found.changes if change.kind == "removed"]
    for change in gone:
        command.output.say(f"Removes {mask_cli(change_words(change)).removesuffix(' removed')}")
    if gone and arguments.whole and not arguments.yes and not arguments.dry_run:
        command.output.say("Nothing was sent. Add --yes to remove this.")
        return False
    return True


def _options(command: Command, connector: Connector) -> DeployOptions:
    arguments, settings = command.arguments, command.workspace.settings.apply
    return DeployOptions(
        when_locked=LockPatience(command, arguments.wait_lock) if arguments.wait_lock else None,
        save_startup=arguments.save_startup or settings.save_startup,
        device_name=connector.device.name,
        device_id=connector.device.id,
        commit_timeout=settings.commit_timeout,
        reconnect_attempts=settings.reconnect_attempts,
        reconnect_pause=settings.reconnect_pause,
        history=command.workspace.snapshots,
    )


def _dry_run(
    command: Command, session: Session, found: CliDiff, made: CliPlan, options: DeployOptions, base: str
) -> None:
    limits = limits_of(base, max_message=session.profile.max_message)
    how = cli_strategy(session.capabilities, made, limits, options)
    if command.output.as_json:
        document = plan_json(found, made)
        command.output.json({"outcome": Outcome.UNCHANGED.value, "dry_run": True, **document, "notes": list(how.notes)})
        return
    command.output.event(Note(" ".join(how.notes)))
    command.output.data(made.text.encode())
    command.output.say(mask_cli(summary(found)) if made else "Nothing to do.")


def print_report(command: Command, report: CliReport) -> None:
    """How it ended; what the device refused by command; the way back where there is one."""
    if command.output.as_json:
        command.output.json(report_json(report))
        return
    for one in report.refused:
        command.output.say(f"error: {mask_cli(one.words)}")
    if report.inverse and report.outcome is not Outcome.UNCHANGED:
        command.output.say("These commands take it back:")
        for row in report.inverse.splitlines():
            command.output.say(f"  {mask_cli(row)}")
    command.output.result(f"{report.outcome.value}: {report.text}")


def report_json(report: CliReport) -> dict[str, object]:
    """The documented JSON document of an apply of commands."""
    return {
        "outcome": report.outcome.value,
        "text": without_draft(report.text),
        "clean": report.clean,
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
        "errors": [error_json(error) for error in report.errors],
        "refused": [
            {"number": one.number, "command": mask_cli(one.command), "reason": one.reason} for one in report.refused
        ],
        "read_back": {"changes": report.verdicts[0], "there": report.verdicts[1]},
        "inverse": mask_cli(report.inverse).splitlines(),
    }
