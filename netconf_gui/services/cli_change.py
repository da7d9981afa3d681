"""What an apply does to a device whose configuration is text, said before anything is sent, and the names for it.

Lives here: `CliReport`, `cli_strategy`, the words of limits.  Does not live here: the apply itself (`cli_deploy`).
"""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.config.cli_diff import cli_diff
from netconf_gui.config.cli_plan import CliPlan, cli_plan
from netconf_gui.config.cli_text import parse_cli
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
