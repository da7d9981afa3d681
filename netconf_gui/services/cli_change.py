"""What an apply does to a device whose configuration is text, said before anything is sent, and the names for it.

Lives here: `CliReport`, `cli_strategy`, the words of limits.  Does not live here: the apply itself (`cli_deploy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netconf_gui.config.cli_diff import cli_diff, list_key
from netconf_gui.config.cli_interpreter import apply_commands
from netconf_gui.config.cli_plan import CliCommand, CliPlan, cli_plan
from netconf_gui.config.cli_text import Line, parse_cli, render
from netconf_gui.config.cli_words import key_of, opens_section, tidy
from netconf_gui.errors import CapabilityMissing
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.cli_operations import CliError
from netconf_gui.services import words
from netconf_gui.services.report import DeployReport
from netconf_gui.services.strategy import DeployOptions, Strategy
from netconf_gui.session.cli import CliLimits


@dataclass(frozen=True, slots=True)
class CliReport(DeployReport):
    """How an apply of commands ended.

    `refused` are the commands that the device named, `inverse` the commands that take back what of the change is there
    ("" where nothing is), `verdicts` how many changes were read back and how many of them are there.
    """

    refused: tuple[CliError, ...] = ()
    inverse: str = ""
    verdicts: tuple[int, int] = (0, 0)
    before: str = ""  # running as it was under the lock
    now: str = ""  # running as it was read last


def plan_texts(base: str, mine: str) -> CliPlan:
    """The commands from one text to another; raises `ConfigError` for what is no configuration."""
    return cli_plan(cli_diff(parse_cli(base), parse_cli(mine)))


def given_plan(commands: Sequence[str]) -> CliPlan:
    """Commands that somebody wrote, as a plan."""
    return CliPlan(tuple(CliCommand(command, "change", 0) for command in commands))


def text_wish(base: str, given: str, *, whole: bool) -> str:
    """The text that a file wishes for: all of it, or the global commands and sections that it holds."""
    if whole:
        return given
    held, wished = parse_cli(base), parse_cli(given)
    named = {_name(line) for line in wished.lines}
    places = [at for at, line in enumerate(held.lines) if _name(line) in named]
    kept = [line for line in held.lines if _name(line) not in named]
    at = places[0] if places else len(held.lines)
    return render([*kept[:at], *wished.lines, *kept[at:]])


def text_then(now: str, before: str, after: str, *, side: str, whole: bool) -> str:
    """What a return to one side of an apply leads to: all of it as it was, or only what that apply changed."""
    then, other = (before, after) if side == "before" else (after, before)
    if whole or not other:
        return then
    return apply_commands(parse_cli(now), cli_plan(cli_diff(parse_cli(other), parse_cli(then))).typed).text


def _name(line: Line) -> str:
    return list_key(line.text) or (tidy(line.text) if line.children or opens_section(line.text) else key_of(line.text))


def cli_strategy(
    capabilities: Capabilities, plan: CliPlan, limits: CliLimits, options: DeployOptions | None = None
) -> Strategy:
    """The stages of an apply of commands and what is to be said about it; raises `CapabilityMissing`."""
    options = options or DeployOptions()
    if not capabilities.writable_running:
        raise CapabilityMissing(
            "The device does not let running be edited.",
            "writable-running",
            state="Nothing was sent. Your draft is kept.",
            advice="Look at what its hello announces.",
        )
    rollback = capabilities.rollback_on_error
    how = "one block" if plan.has_blocks else "one edit-config"
    notes = [
        f"{words.count(plan.edits, 'command goes', 'commands go')} to running in {how}, active at once: there is no "
        "candidate.",
        "If one command is refused, the device undoes the others (rollback-on-error)."
        if rollback
        else "If one command is refused, those before it stay.",
        "There is no confirmed commit: a change can be taken back by the opposite commands only. They are kept.",
        *limits.words[1:],
        *plan.notes,
    ]
    saves = options.save_startup and capabilities.startup
    if capabilities.startup:
        notes.append(
            "Running is copied to startup at the end."
            if saves
            else "Startup is not written: the change does not survive a restart of the device."
        )
    return Strategy(
        "running",
        ("running",),
        "none",
        None,
        "rollback-on-error" if rollback else None,
        False,
        saves,
        tuple(notes),
    )
