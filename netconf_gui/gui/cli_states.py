"""What a text became since it was fetched, worked out in the background: commands, differences, lines to tint, plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from netconf_gui.config.cli_diff import CliDiff, cli_diff
from netconf_gui.config.cli_plan import CliPlan, cli_plan
from netconf_gui.config.cli_text import CliConfig, Line, parse_cli
from netconf_gui.errors import ConfigError


@dataclass(frozen=True)
class CliState:
    """One look at a text: `tints` by line (from 1), `states` by the commands around and of a line."""

    config: CliConfig
    diff: CliDiff
    plan: CliPlan
    tints: Mapping[int, str]
    states: Mapping[tuple[str, ...], str]
    folds: Mapping[int, int]
    fault: str = ""

    @property
    def changes(self) -> int:
        return len(self.diff.changes)


@lru_cache(maxsize=4)
def _parsed(text: str) -> CliConfig:
    """What was fetched is looked at with every change of the text."""
    return parse_cli(text)


def look_at(base: str, text: str) -> CliState:
    """Read both and compare; a text that is no configuration is said in `fault`."""
    fault = ""
    old = _parsed(base)
    try:
        config = _parsed(text)
    except ConfigError as error:
        config, fault = CliConfig(text, ()), error.full_text()
    difference = cli_diff(old, config) if not fault else CliDiff(old, old, ())
    return CliState(
        config, difference, cli_plan(difference), _tints(difference), _states(difference), _folds(config.lines), fault
    )


def _tints(diff: CliDiff) -> dict[int, str]:
    found: dict[int, str] = {}
    for change in diff.changes:
        if change.new is not None:
            found.update(dict.fromkeys(range(change.new.first, change.new.last + 1), change.kind))
    return found


def _states(diff: CliDiff) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for change in diff.changes:
        for depth in range(1, len(change.path) + 1):
            found.setdefault(change.path[:depth], "changed")
        if change.new is not None:
            for above, line in change.new.walk(change.path):
                found[(*above, line.text)] = change.kind
    return found


def _folds(lines: tuple[Line, ...]) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in lines:
        if line.last > line.first:
            found[line.first - 1] = line.last - 1
        found.update(_folds(line.children))
    return found
