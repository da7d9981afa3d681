"""Changes of an IOS configuration in words: a line each, and a sentence for all."""

from __future__ import annotations

from collections.abc import Sequence

from netconf_gui.config.cli_diff import CliChange, CliDiff

MOST = 3


def change_words(change: CliChange) -> str:
    """One change: "interface Loopback113: description test456 removed"."""
    where = f"{' / '.join(change.path)}: " if change.path else ""
    old, new = change.old, change.new
    if change.kind == "changed" and old is not None and new is not None:
        if old.text == new.text:
            return f"{where}{new.text} has another text"
        return f"{where}{old.text} → {new.text}"
    inside = sum(1 for _ in change.line.walk()) - 1
    lines = f" with {inside} line{'' if inside == 1 else 's'}" if inside else ""
    return f"{where}{change.line.text}{lines} {change.kind}"


def listed(changes: Sequence[CliChange], most: int = MOST) -> str:
    """The first few, and how many there are besides."""
    more = len(changes) - most
    return "; ".join(change_words(change) for change in changes[:most]) + (f"; and {more} more" if more > 0 else "")


def summary(diff: CliDiff) -> str:
    """All of it as one sentence: "3 changes in 2 sections: …"."""
    if not diff.changes:
        return "Nothing differs."
    sections = len(diff.states)
    count = len(diff.changes)
    return (
        f"{count} change{'' if count == 1 else 's'} in {sections} section{'' if sections == 1 else 's'}: "
        f"{listed(diff.changes)}."
    )
