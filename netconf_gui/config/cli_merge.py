"""Two people at one IOS configuration, and what became of a change.

Lives here: what others changed since a configuration was fetched and where that is in the way (`three_way_cli`), and
whether a device holds what was sent (`verify_cli`).  Does not live here: words about it (`cli_summary`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from netconf_gui.config.cli_diff import CliChange, CliDiff, cli_diff, list_key
from netconf_gui.config.cli_interpreter import apply_commands
from netconf_gui.config.cli_plan import cli_plan
from netconf_gui.config.cli_text import CliConfig, Line
from netconf_gui.config.cli_words import key_of, ordered_inside, tidy

Verdict = Literal["as-sent", "normalised", "not-there"]
Place = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class CliMerge:
    """What others did (`theirs`), which changes of ours and theirs are about one thing, and the result of both."""

    theirs: CliDiff
    conflicts: tuple[tuple[CliChange, CliChange], ...]
    merged: CliConfig


def three_way_cli(base: CliConfig, mine: CliConfig, now: CliConfig) -> CliMerge:
    """Put the change from `base` to `mine` on top of `now`; where both changed one thing differently, it conflicts."""
    theirs, ours = cli_diff(base, now), cli_diff(base, mine)
    if not theirs:
        return CliMerge(theirs, (), mine)
    there: dict[Place, CliChange] = {place_of(change): change for change in theirs.changes}
    conflicts = []
    for change in ours.changes:
        other = _in_the_way(place_of(change), there)
        if other is not None and not _same(change, other):
            conflicts.append((change, other))
    merged = apply_commands(now, cli_plan(ours).typed) if not conflicts else mine
    return CliMerge(theirs, tuple(conflicts), merged)


def place_of(change: CliChange) -> Place:
    """What a change is about; a list whose order counts is one thing."""
    for depth in range(1, len(change.path) + 1):
        if ordered_inside(change.path[:depth]):
            return tuple(tidy(text) for text in change.path[: depth - 1]), tidy(change.path[depth - 1])
    text = change.line.text
    return tuple(tidy(one) for one in change.path), (list_key(text) if not change.path else "") or key_of(text)


def _in_the_way(place: Place, there: dict[Place, CliChange]) -> CliChange | None:
    """Their change of the same thing, of a section around it, or of something inside it."""
    path, key = place
    if place in there:
        return there[place]
    for depth in range(len(path)):
        around = there.get((path[:depth], path[depth]))
        if around is not None:
            return around
    inside = (*path, key)
    return next((change for (other, _), change in there.items() if other[: len(inside)] == inside), None)


def _same(one: CliChange, other: CliChange) -> bool:
    return (one.kind, one.path, one.new) == (other.kind, other.path, other.new) and not ordered_inside(one.path)


def verify_cli(diff: CliDiff, now: CliConfig) -> tuple[tuple[CliChange, Verdict], ...]:
    """What became of each change on a device that holds `now`."""
    return tuple((change, _verdict(change, diff, now)) for change in diff.changes)


def _verdict(change: CliChange, diff: CliDiff, now: CliConfig) -> Verdict:
    if ordered_inside(change.path):
        section, wished = now.at(change.path), diff.mine.at(change.path)
        held = [tidy(line.text) for line in section.children] if section is not None else []
        wanted = [tidy(line.text) for line in wished.children] if wished is not None else []
        return "as-sent" if held == wanted else _there(change, section.children if section else ())
    section = now.at(change.path) if change.path else None
    if change.path and section is None:
        return "as-sent" if change.kind == "removed" else "not-there"
    return _there(change, section.children if section is not None else now.lines)


def _there(change: CliChange, lines: tuple[Line, ...]) -> Verdict:
    wanted = change.new
    if wanted is None:
        gone = tidy(change.line.text)
        return "not-there" if any(tidy(line.text) == gone for line in lines) else "as-sent"
    for line in lines:
        if tidy(line.text) == tidy(wanted.text) and line.body == wanted.body:
            inside = cli_diff(CliConfig("", wanted.children), CliConfig("", line.children))
            if not inside:
                return "as-sent"
            return "normalised" if len(inside.changes) < max(1, len(wanted.children)) else "not-there"
    bare = wanted.text[3:] if wanted.text.startswith("no ") else ""
    if bare and not any(tidy(line.text) == tidy(bare) for line in lines):
        return "normalised"  # it is off, and the device shows that by saying nothing
    if change.old is not None and any(tidy(line.text) == tidy(change.old.text) for line in lines):
        return "not-there"
    return "normalised" if any(key_of(line.text) == key_of(wanted.text) for line in lines) else "not-there"
