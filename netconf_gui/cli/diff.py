"""`diff`: what differs between two configurations, as a tree of nodes, as text, or as JSON."""

from __future__ import annotations

import argparse

from netconf_gui.cli.files import add_schemas, local_schema, read_config
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config.codec import read_root, write
from netconf_gui.config.diff import Diff, DiffEntry, diff, text_diff

CONTEXT = 3  # lines of text beside each change

_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Two files and the form of the answer."""
    parser.add_argument("a", metavar="A", help="a configuration in XML (- is stdin)")
    parser.add_argument("b", metavar="B", help="the other one")
    add_schemas(parser)
    parser.add_argument("--format", choices=("tree", "text", "json"), default="tree", help="default: tree")


def run(command: Command) -> Status:
    """Print the differences; status 1 when there are any."""
    arguments = command.arguments
    first, second = read_config(arguments.a), read_config(arguments.b)

    def compare() -> Diff:
        with local_schema(command) as schema:
            found = diff(read_root(first), read_root(second), schema, cancel=command.cancel)
            # the entries outlive the engine's schema: what is shown of them is made here
            if command.output.as_json or arguments.format == "json":
                command.output.json(as_json(found))
            elif arguments.format == "text":
                _print_text(command, first, second)
            else:
                _print_tree(command, found)
            return found

    return Status.FINDINGS if command.run(compare) else Status.OK


def as_json(found: Diff) -> dict[str, object]:
    """The documented JSON document."""
    return {"counts": dict(found.counts), "differences": [_entry_json(entry) for entry in found.entries]}


def _entry_json(entry: DiffEntry) -> dict[str, object]:
    document: dict[str, object] = {"kind": entry.kind, "path": str(entry.path), "old": entry.old, "new": entry.new}
    if entry.kind == "moved":
        document |= {"before": entry.before, "after": entry.after}
    if entry.guessed:
        document["guessed"] = True
    return document


def _print_tree(command: Command, found: Diff) -> None:
    for entry in found.entries:
        text = f"{_MARKS[entry.kind]} {entry.path}"
        if entry.kind == "changed" and entry.new is not None:
            text += f"  {entry.old} → {entry.new}"
        elif entry.kind in ("added", "removed"):
            value = entry.new if entry.kind == "added" else entry.old
            text += f"  {value}" if value is not None else ""
        elif entry.kind == "moved":
            text += f"  before {entry.before}" if entry.before else "  to the end"
        command.output.text(text)
    if found.entries:
        command.output.say(found.summary())
    else:
        command.output.say("No difference.")


def _print_text(command: Command, first: bytes, second: bytes) -> None:
    before = write(read_root(first)).decode().splitlines()
    after = write(read_root(second)).decode().splitlines()
    blocks = text_diff(before, after)
    for number, block in enumerate(blocks):
        if block.kind == "same":
            lines = _context(before[block.a_start : block.a_end], number > 0, number + 1 < len(blocks))
            for line in lines:
                command.output.text(line)
            continue
        for line in before[block.a_start : block.a_end]:
            command.output.text(f"-{line}")
        for line in after[block.b_start : block.b_end]:
            command.output.text(f"+{line}")


def _context(lines: list[str], after_change: bool, before_change: bool) -> list[str]:
    """The few lines beside a change; what is left out is counted."""
    head = lines[:CONTEXT] if after_change else []
    tail = lines[max(len(head), len(lines) - CONTEXT) :] if before_change else []
    left = len(lines) - len(head) - len(tail)
    gap = [f"@@ {left} lines alike @@"] if left else []
    return [*(f" {line}" for line in head), *gap, *(f" {line}" for line in tail)]
