"""What differs between two IOS configurations, section by section.

Lives here: `CliChange`, `CliDiff`, `cli_diff`, and `normal`, the form in which two configurations are equal when they
mean the same.  Does not live here: the commands that lead from one to the other (`cli_plan`).

The order of commands counts where IOS lets it count (`cli_words.ordered_inside`, numbered access lists) and nowhere
else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from netconf_gui.config.cli_text import CliConfig, Line
from netconf_gui.config.cli_words import (
    has_sequence,
    is_permanent,
    key_of,
    numbered_list,
    opens_section,
    ordered_inside,
    says_nothing,
    tidy,
)
from netconf_gui.config.textdiff import text_diff

Kind = Literal["added", "removed", "changed", "moved"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CliChange:
    """One command (with all inside it) that differs; `path` are the sections it is in, `old` and `new` what it is."""

    kind: Kind
    path: Path
    old: Line | None = None
    new: Line | None = None

    @property
    def line(self) -> Line:
        """What it is now, or what it was."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found

    @property
    def section(self) -> str:
        """The global command that it belongs to."""
        return self.path[0] if self.path else self.line.text

    @property
    def place(self) -> tuple[Path, str]:
        """What it is about: equal for two changes that cannot both be made."""
        return tuple(tidy(text) for text in self.path), list_key(self.line.text) or key_of(self.line.text)


@dataclass(frozen=True)
class CliDiff:
    """The changes that lead from `base` to `mine`, in the order of the text."""

    base: CliConfig
    mine: CliConfig
    changes: tuple[CliChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    @cached_property
    def count(self) -> int:
        """How many commands differ, those inside new and removed sections counted."""
        return sum(sum(1 for _ in change.line.walk()) for change in self.changes)

    def reversed(self) -> CliDiff:
        """The changes that take these back."""
        return cli_diff(self.mine, self.base)

    @cached_property
    def states(self) -> dict[str, Kind]:
        """The sections that differ, by their global command: added, removed, or changed inside."""
        found: dict[str, Kind] = {}
        for change in self.changes:
            found[change.section] = "changed" if change.path or change.section in found else change.kind
        return found


def list_key(text: str) -> str:
    """The numbered access list that a global command is an entry of, as one thing."""
    number = numbered_list(text)
    return f"access-list {number}" if number else ""


def cli_diff(base: CliConfig, mine: CliConfig) -> CliDiff:
    """Compare two configurations; texts that mean the same have no difference."""
    return CliDiff(base, mine, tuple(changes_inside((), base.lines, mine.lines)))


def changes_inside(path: Path, old: Sequence[Line], new: Sequence[Line]) -> Iterator[CliChange]:
    if old == new:
        return
    if ordered_inside(path):
        yield from _in_order(path, old, new)
        return
    lists = {name for line in (*old, *new) if not path and (name := list_key(line.text))}
    was, now = _by_key(path, old, lists), _by_key(path, new, lists)
    for key in _keys(was, now):
        before, after = was.get(key), now.get(key)
        if before is None and after is not None:
            if not _says_nothing(path, after):
                yield CliChange("added", path, None, after)
        elif after is None and before is not None:
            yield from _removed(path, before)
        elif before is not None and after is not None:
            yield from _pair(path, before, after)
    for name in sorted(lists):
        yield from _in_order(
            path,
            [line for line in old if list_key(line.text) == name],
            [line for line in new if list_key(line.text) == name],
        )


def _keys(was: dict[str, Line], now: dict[str, Line]) -> Iterator[str]:
    """All keys: those of the new text in its order, each removed one where it stood."""
    new = list(now)
    known, at = set(new), 0
    for key in was:
        if key in known:
            while at < len(new):
                here = new[at]
                at += 1
                yield here
                if here == key:
                    break
                if here in was:
                    continue
        else:
            yield key
    yield from new[at:]


def _by_key(path: Path, lines: Sequence[Line], lists: set[str]) -> dict[str, Line]:
    """The commands by what they are about; entries of numbered lists are left out.  Of two about one thing the last."""
    found: dict[str, Line] = {}
    for line in lines:
        if path or list_key(line.text) not in lists:
            key = (
                tidy(line.text)
                if line.children or opens_section(line.text, path[-1] if path else "")
                else key_of(line.text)
            )
            found[key] = line
    return found


def _says_nothing(path: Path, line: Line) -> bool:
    """A physical interface or a line with nothing in it: there it is, whether it is named or not."""
    if says_nothing(tidy(line.text)):
        return True
    return not path and is_permanent(line.text) and all(says_nothing(tidy(child.text)) for child in line.children)


def _removed(path: Path, line: Line) -> Iterator[CliChange]:
    if not path and is_permanent(line.text):
        # what cannot go is emptied
        yield from changes_inside((line.text,), line.children, ())
    elif not says_nothing(tidy(line.text)):
        yield CliChange("removed", path, line, None)


def _pair(path: Path, before: Line, after: Line) -> Iterator[CliChange]:
    if tidy(before.text) != tidy(after.text) or before.body != after.body:
        yield CliChange("changed", path, before, after)
    elif before.children or after.children:
        yield from changes_inside((*path, after.text), before.children, after.children)


def _in_order(path: Path, old: Sequence[Line], new: Sequence[Line]) -> Iterator[CliChange]:
    """Where order counts: entries that say their place by a number are paired by it, the others by where they stand."""
    numbered = [line for line in (*old, *new) if has_sequence(line.text)]
    if numbered and len(numbered) == len(old) + len(new):
        was = {key_of(line.text): line for line in old}
        now = {key_of(line.text): line for line in new}
        for key in sorted({*was, *now}, key=int):
            before, after = was.get(key), now.get(key)
            if before is None or after is None:
                yield CliChange("added" if before is None else "removed", path, before, after)
            else:
                yield from _pair(path, before, after)
        return
    yield from _moved(path, old, new)


def _moved(path: Path, old: Sequence[Line], new: Sequence[Line]) -> Iterator[CliChange]:
    same = longest_common([tidy(line.text) for line in old], [tidy(line.text) for line in new])
    kept_old, kept_new = {a for a, _ in same}, {b for _, b in same}
    leaving = [line for at, line in enumerate(old) if at not in kept_old]
    for before, after in ((old[a], new[b]) for a, b in same):
        yield from _pair(path, before, after)
    for at, line in enumerate(new):
        if at in kept_new:
            continue
        from_elsewhere = next((one for one in leaving if tidy(one.text) == tidy(line.text)), None)
        if from_elsewhere is not None:
            leaving.remove(from_elsewhere)
            yield CliChange("moved", path, from_elsewhere, line)
        else:
            yield CliChange("added", path, None, line)
    for line in leaving:
        yield CliChange("removed", path, line, None)


def longest_common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs of equal entries that stay where they are."""
    return [
        pair
        for block in text_diff(old, new)
        if block.kind == "same"
        for pair in zip(range(block.a_start, block.a_end), range(block.b_start, block.b_end), strict=True)
    ]


# ---------------------------------------------------------------------------------------------------------- equality


def normal(lines: Sequence[Line], path: Path = ()) -> Any:
    """What a configuration means, to be compared by ==; empty sections that cannot be removed mean nothing."""
    items = [(tidy(line.text), line.body, normal(line.children, (*path, line.text))) for line in lines]
    if ordered_inside(path):
        if lines and all(has_sequence(line.text) for line in lines):
            return frozenset(items)
        return tuple(items)
    lists: dict[str, list[Any]] = {}
    rest = set()
    for line, item in zip(lines, items, strict=True):
        name = "" if path else list_key(line.text)
        if name:
            lists.setdefault(name, []).append(item)
        elif not _says_nothing(path, line):
            rest.add(item)
    return frozenset(rest) | {(name, tuple(entries)) for name, entries in lists.items()}


def equal(one: CliConfig, other: CliConfig) -> bool:
    """Whether two configurations mean the same."""
    return bool(normal(one.lines) == normal(other.lines))
