"""The differences of two IOS configurations as lines: what goes with "-", what comes with "+", sections around them.

Lives here: `diff_lines`.  Does not live here: sentences (`cli_summary`), the commands (`cli_plan`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from netconf_gui.config.cli_diff import CliChange, CliDiff, Path
from netconf_gui.config.cli_text import Line, written


class DiffLine(NamedTuple):
    """One line: its mark ("+", "-", ">" for what moved, " " for a section around), depth, text, and its section."""

    mark: str
    depth: int
    text: str
    section: str

    @property
    def shown(self) -> str:
        return f"{self.mark} {' ' * self.depth}{self.text}"

    @property
    def state(self) -> str:
        """The state that the line's mark stands for; "" for a section around."""
        return {"+": "added", "-": "removed", ">": "moved"}.get(self.mark, "")


def diff_lines(diff: CliDiff) -> Iterator[DiffLine]:
    """All differences, section by section in the order of the text."""
    here: Path = ()
    for section, changes in _by_section(diff).items():
        here = ()
        for change in changes:
            for depth, text in enumerate(change.path):
                if here[: depth + 1] != change.path[: depth + 1]:
                    yield DiffLine(" ", depth, text, section)
            here = change.path
            if change.kind == "moved" and change.new is not None:
                yield from _lines(">", change.new, len(change.path), section)
                continue
            if change.old is not None:
                yield from _lines("-", change.old, len(change.path), section)
            if change.new is not None:
                yield from _lines("+", change.new, len(change.path), section)


def _by_section(diff: CliDiff) -> dict[str, list[CliChange]]:
    found: dict[str, list[CliChange]] = {}
    for change in diff.changes:
        found.setdefault(change.section if change.path else "", []).append(change)
    return found


def _lines(mark: str, line: Line, depth: int, section: str) -> Iterator[DiffLine]:
    for row in written(line).split("\n"):
        yield DiffLine(mark, depth, row, section)
    for child in line.children:
        yield from _lines(mark, child, depth + 1, section)


def diff_text(diff: CliDiff) -> str:
    """All of it as text, a line each."""
    return "".join(f"{line.shown}\n" for line in diff_lines(diff))
